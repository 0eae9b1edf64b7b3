"""Improvement against the base period: what the maker's indicators were then, and what they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ecoprod.indicators.documents import Documents, documents_of, doubts_of_period, joined, of_measure, resting_on
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
    "raw-material-utilisation-rate", "voc-removal-rate",
})  # fmt: skip
"""Calculated indicators of which more is better; of every other that ecoprod calculates less is."""
_OWN_CHECKS = "lca:"
_ROUNDING = 1e-9
"""Percent up to which an improvement is the rounding of a unit conversion."""


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


@dataclass(frozen=True, slots=True)
class Improvement:
    """What became of an indicator of the base period, in percent of the base; `lacks`: why that has no value.

    `documents`: those of today's figure and of the base.
    """

    indicator: str
    value: float | None
    lacks: str | None
    trace: str
    documents: Documents


def record_improvements(
    product: Product, measures: Mapping[str, Measure], directions: Mapping[str, bool], on: date, ledger: Ledger
) -> list[Improvement]:
    """What became of each indicator of the base period, each with a ledger entry `improvement:ID` [%].

    (base - now) / base where less is better, (now - base) / base where more is: positive is better either way. No value
    (None) where today's is not known or does not convert, where the base was zero, or where nobody says which way is
    better: of a declared fact the limits of the specification say it (`directions`). A check of ecoprod's own (`lca:…`)
    is no indicator of a product.
    """
    period = product.base_period
    if period is None:
        return []
    base_documents = documents_of((("base_period.evidence", period.evidence),), doubts_of_period(product, period, on))
    found = []
    for name, base in period.values.items():
        now = measures.get(name)
        value, lacks, trace = _record(name, base, now, _more_is_better(name, directions), ledger)
        found.append(Improvement(name, value, lacks, trace, joined(_of_measure(name, now), base_documents)))
    return found


def _of_measure(name: str, now: Measure | None) -> Documents:
    """The documents of today's figure; where it names no field, its own declaration is what lacks one."""
    if now is None or now.evidenced:
        return Documents(now.evidence if now is not None else ())
    return joined(of_measure(now), Documents(lacking=() if now.undocumented else (f"declared.{name}.evidence",)))


def _more_is_better(name: str, directions: Mapping[str, bool]) -> bool | None:
    if is_calculated(name) or name == LAYERS:
        return name in HIGHER_IS_BETTER
    return directions.get(name)


def _record(
    name: str, base: Amount, now: Measure | None, more: bool | None, ledger: Ledger  # noqa: FBT001
) -> tuple[float | None, str | None, str]:  # fmt: skip
    """The change in percent, else what it lacks; and its ledger entry."""
    value, lacks, by = None, "missing-better-way", "which way is better is not known"
    if name.startswith(_OWN_CHECKS):
        lacks, by = "missing-own-indicator", "a check of ecoprod's own"
    elif more is not None:
        by = "(now - base) / base, more is better" if more else "(base - now) / base, less is better"
        value, lacks = _change(base, now, more=more)
        value = value if more or value is None else -value
    inputs = tuple(e for e in (f"base:{name}", now.trace if now is not None else None) if e is not None and e in ledger)
    trace = ledger.computed(f"improvement:{name}", value, "%", by, inputs or ("product:file",))
    return value, lacks if value is None else None, trace


def _change(base: Amount, now: Measure | None, *, more: bool) -> tuple[float | None, str]:
    """(now - base) / base in percent; else what it lacks.

    Of a figure that lies between two, as much as is proven: from the end that is the worse one.
    """
    proven = None if now is None else now.low if more else now.high
    if now is None or proven is None:
        return None, "missing-figure-now"
    try:
        before = convert(base, now.unit or "")
    except UnitError:
        return None, "missing-same-unit"
    if not before:
        return None, "missing-base-above-zero"
    return 100 * (proven - before) / abs(before), ""


def improved(product: Product, found: Sequence[Improvement], ledger: Ledger) -> Measure:
    """`lca:improvement`: yes where at least one indicator of the base period improved; else open, never a no.

    With documents, as far as one that improved has them for both periods.
    """
    name = "lca:improvement"
    if product.base_period is None or not found:
        trace = ledger.computed(f"ind:{name}", None, None, "life cycle check", ("product:file",))
        return Measure(name, None, missing=(Missing("base_period", "missing-base-period"),), trace=trace)
    better = [i for i in found if i.value is not None and i.value > _ROUNDING]
    resting = [i.documents for i in better if i.documents.proven] or [i.documents for i in better]
    missing: dict[str, list[str]] = {}
    for one in () if better else found:
        missing.setdefault(one.lacks or "missing-improvement", []).append(one.indicator)
    trace = ledger.computed(
        f"ind:{name}", bool(better) or None, None, "life cycle check", tuple(i.trace for i in found)
    )
    gaps = tuple(Missing("base_period.values", code, {"ids": ", ".join(ids)}) for code, ids in missing.items())
    return resting_on(Measure(name, None, flag=bool(better) or None, missing=gaps, trace=trace), joined(*resting))
