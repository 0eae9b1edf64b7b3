"""Improvement against the base period: what the maker's indicators were then, and what they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecoprod.indicators.packaging import LAYERS
from ecoprod.indicators.table import is_calculated
from ecoprod.measure import Measure, Missing
from ecoprod.product import Amount, Product
from ecoprod.standards.records import Requirement
from ecoprod.standards.vocabulary import LOWER, UPPER
from ecoprod.standards.walks import atoms
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, convert

HIGHER_IS_BETTER = frozenset({
    "recyclability-rate", "recoverability-rate", "recycled-content", "recycled-content-pre", "recycled-content-post",
    "waste-content", "water-reuse-rate", "waste-utilisation-rate", "by-product-recovery-rate",
    "raw-material-utilisation-rate", "voc-removal-rate", "lca:linked-mass-share",
})  # fmt: skip
"""Calculated indicators of which more is better; of every other that ecoprod calculates less is."""


def directions_of(requirements: Iterable[Requirement]) -> dict[str, bool]:
    """Whether more is better (else less), by indicator, as limits say: "at least" and "at most".

    An indicator with limits of both kinds has no direction and is left out.
    """
    found: dict[str, set[bool]] = {}
    for requirement in requirements:
        for name, limit, turned in atoms(requirement.condition):
            if limit.op in (*UPPER, *LOWER) and not turned:
                found.setdefault(name, set()).add(limit.op in LOWER)
    return {name: True in ways for name, ways in found.items() if len(ways) == 1}


def record_improvements(
    product: Product, measures: Mapping[str, Measure], directions: Mapping[str, bool], ledger: Ledger
) -> list[str]:
    """One ledger entry `improvement:ID` [%] for each indicator of the base period; returns their ids.

    (base - now) / base where less is better, (now - base) / base where more is: positive is better either way. No value
    (None) where today's is not known or does not convert, where the base was zero, or where nobody says which way is
    better: of a declared fact the limits of the specification say it (`directions`).
    """
    values = product.base_period.values if product.base_period is not None else {}
    return [
        _record(name, base, measures.get(name), _more_is_better(name, directions), ledger)
        for name, base in values.items()
    ]


def _more_is_better(name: str, directions: Mapping[str, bool]) -> bool | None:
    if is_calculated(name) or name == LAYERS:
        return name in HIGHER_IS_BETTER
    return directions.get(name)


def _record(name: str, base: Amount, now: Measure | None, more: bool | None, ledger: Ledger) -> str:  # noqa: FBT001
    value, by = None, "which way is better is not known"
    if more is not None:
        by = "(now - base) / base, more is better" if more else "(base - now) / base, less is better"
        change = _change(base, now)
        value = change if more or change is None else -change
    inputs = tuple(e for e in (f"base:{name}", now.trace if now is not None else None) if e is not None and e in ledger)
    return ledger.computed(f"improvement:{name}", value, "%", by, inputs or ("product:file",))


def _change(base: Amount, now: Measure | None) -> float | None:
    """(now - base) / base in percent."""
    if now is None or now.value is None or now.unit is None or not base.value:
        return None
    try:
        before = convert(base, now.unit)
    except UnitError:
        return None
    return 100 * (now.value - before) / abs(before)


def improvement_given(product: Product, recorded: Iterable[str], ledger: Ledger) -> Measure:
    """`lca:improvement`: yes where the base period gives indicators, with what became of each; else open."""
    name = "lca:improvement"
    base = product.base_period
    if base is None or not base.values:
        trace = ledger.computed(f"ind:{name}", None, None, "life cycle check", ("product:file",))
        return Measure(name, None, missing=(Missing("base_period", "missing-base-period"),), trace=trace)
    trace = ledger.computed(f"ind:{name}", value=True, unit=None, by="life cycle check", inputs=tuple(recorded))
    return Measure(name, None, flag=True, trace=trace)
