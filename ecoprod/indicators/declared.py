"""Declared facts and basic requirements: what only the maker can state, with the evidence behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ecoprod.indicators.documents import doubts_on, joined, of_measure
from ecoprod.indicators.table import is_calculated
from ecoprod.measure import Measure, Missing
from ecoprod.product import Declared, Product
from ecoprod.trace import Ledger
from ecoprod.units import convert


def declared_measures(product: Product, on: date, ledger: Ledger) -> dict[str, Measure]:
    """`declared` and `basic` of the product file by indicator id (`basic:ID` for the latter).

    A document that was not issued yet `on` the day of judgement proves nothing.
    """
    doubts = doubts_on(product, on)
    found = {name: _declared(fact, doubts(fact.evidence), ledger) for name, fact in product.declared.items()}
    for name, basic in product.basic.items():
        measure = f"basic:{name}"
        trace = ledger.computed(f"ind:{measure}", basic.met, None, "maker's statement", _entry(measure, ledger))
        found[measure] = Measure(
            measure, None, flag=basic.met, declared=True, evidenced=bool(basic.evidence) and not doubts(basic.evidence),
            doubted=doubts(basic.evidence), evidence=basic.evidence, illustrative=basic.illustrative, trace=trace,
            missing=() if basic.met is not None else (Missing(f"basic.{name}.met", "missing-declared", {"id": name}),),
        )  # fmt: skip
    return found


def not_declared(name: str) -> Missing:
    """The declaration that would settle an indicator."""
    return Missing(f"declared.{name}.value", "missing-fact", {"id": name})


def derived(
    name: str, unit: str, bounds: tuple[float, float], of: Sequence[Measure], by: str, ledger: Ledger,
    missing: tuple[Missing, ...] = (),
) -> Measure:  # fmt: skip
    """What follows from declared amounts: it rests on the documents of each, and is only as real as each of them."""
    low, high = bounds
    inputs = tuple(m.trace for m in of if m.trace is not None and m.trace in ledger)
    trace = ledger.computed(f"ind:{name}", low if low == high else None, unit, by, inputs)
    return Measure(
        name, unit, low, high, declared=True, evidenced=all(m.evidenced for m in of),
        evidence=tuple(dict.fromkeys(e for m in of for e in m.evidence)), illustrative=any(m.illustrative for m in of),
        missing=missing, trace=trace, doubted=joined(*map(of_measure, of)).doubted,
    )  # fmt: skip


def _entry(name: str, ledger: Ledger) -> tuple[str, ...]:
    return (name,) if name in ledger else ("product:file",)


def _declared(fact: Declared, doubted: tuple[Missing, ...], ledger: Ledger) -> Measure:
    low = high = None
    unit = None
    if fact.amount is not None:
        low = high = fact.amount.value
        unit = fact.amount.unit
    elif fact.below is not None:
        low, high, unit = 0.0, fact.below.value, fact.below.unit
    limit = None
    if fact.detection_limit is not None:
        unit = unit or fact.detection_limit.unit
        limit = convert(fact.detection_limit, unit)
    # of a substance a stated 0 is what a test did not find, and the bill of materials may prove more than that
    not_detected = fact.not_detected or (fact.id.startswith("substance:") and low == high == 0)
    if not_detected:
        low, high = 0.0, limit
    elif fact.below is not None and high is not None and limit is not None:
        high = max(high, limit)
    value: float | str | bool | None = fact.text if fact.text is not None else fact.flag
    value = value if value is not None else (low if low == high else None)
    empty = value is None and high is None and not not_detected
    # A calculated indicator of the same name has its own entry; both may be there.
    entry = f"declared-value:{fact.id}" if is_calculated(fact.id) else f"ind:{fact.id}"
    trace = ledger.computed(entry, value, unit, "declared", _entry(f"declared:{fact.id}", ledger))
    return Measure(
        fact.id, unit, low, high, fact.text, fact.flag, not_detected=not_detected, detection_limit=limit,
        method=fact.method, declared=True, evidenced=bool(fact.evidence) and not doubted, doubted=doubted,
        evidence=fact.evidence, illustrative=fact.illustrative, trace=trace,
        missing=(Missing(f"declared.{fact.id}.value", "missing-declared", {"id": fact.id}),) if empty else (),
    )  # fmt: skip
