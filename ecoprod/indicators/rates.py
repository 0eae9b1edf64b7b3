"""Rates that a maker's own amounts give: reused over all water, recovered over generated, and their like.

The amounts are those of the reporting period, declared, each with its evidence; where the site data know one, a
declaration that contradicts them leaves the rate open, and one that is not there is theirs. The forms are plain ratios:
that the specifications count so was not checked against their texts (water reuse: the form of GB/T 7119; void ratio:
the plain ratio of volumes, without a factor for necessary space).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from ecoprod.errors import Params
from ecoprod.indicators.amounts import LANDFILLED, Metered, agreed, at_most_usable
from ecoprod.indicators.declared import derived, not_declared
from ecoprod.indicators.raw_material import IN_PRODUCT, RATE, USED, OfTheBill, beside_the_bill
from ecoprod.indicators.settling import CONTRADICTIONS, SAME_FIGURE
from ecoprod.measure import Measure, Missing
from ecoprod.trace import Ledger
from ecoprod.units import Amount, UnitError, convert, same_dimension

Bounds = tuple[float, float]
_ROUNDING = 1e-9
"""How far above 1 a share may come out by converting units."""


@dataclass(frozen=True, slots=True)
class _Rate:
    """`name` [%] = `part` / `whole`, the whole being `part` + `whole` where `added`; `turned`: 1 less that.

    `units`: what both amounts may be counted in.
    """

    name: str
    part: str
    whole: str
    units: tuple[str, ...] = ("kg",)
    added: bool = False
    turned: bool = False


_RATES = (
    _Rate("water-reuse-rate", "reused-water", "fresh-water", ("m3", "kg"), added=True),
    _Rate("waste-utilisation-rate", "utilised-solid-waste", "generated-solid-waste"),
    _Rate("by-product-recovery-rate", "recovered-by-products", "generated-by-products", ("kg", "m3", "MJ")),
    _Rate(RATE, IN_PRODUCT, USED, ("kg", "m3", "m2", "m")),
    _Rate("voc-removal-rate", "voc-emitted", "voc-generated", turned=True),
    _Rate("packaging-void-ratio", "packed-product-volume", "package-volume", ("m3",), turned=True),
)
RATE_AMOUNTS = tuple(name for rate in _RATES for name in (rate.part, rate.whole))
"""The amounts that rates are made of."""


def rate_measures(
    declared: Mapping[str, Measure], needed: Container[str], ledger: Ledger,
    metered: Mapping[str, Metered] | None = None, bill: OfTheBill | None = None,
) -> list[Measure]:  # fmt: skip
    """The rates that are `needed`; one of whose amounts nothing is declared asks for the rate itself.

    `metered`: the amounts that the site data know; `bill`: what the bill of materials says of raw materials.
    """
    known = metered or {}
    found = []
    for rate in _RATES:
        if rate.name not in needed:
            continue
        if rate.part not in declared and rate.whole not in declared:
            found.append(_beside(_undeclared(rate, known, ledger), declared, bill, ledger))
            continue
        tested = {**declared, **_not_found(declared)}
        part, whole = (_amount_of(name, tested, known, ledger) for name in (rate.part, rate.whole))
        if gaps := [gap for name in (rate.part, rate.whole) if name in known for gap in known[name].gaps]:
            found.append(Measure(rate.name, "%", missing=tuple(gaps), declared=True, evidenced=False))
            continue
        found.append(_beside(_within(_rate(rate, part, whole, ledger), rate, known), declared, bill, ledger))
    return found


def _beside(found: Measure, declared: Mapping[str, Measure], bill: OfTheBill | None, ledger: Ledger) -> Measure:
    return found if bill is None or found.id != RATE else beside_the_bill(found, declared, bill, ledger)


def wants_amounts(needed: Container[str]) -> bool:
    """Whether a rate is needed whose amounts the site data may know."""
    return any(name in needed for name in ("water-reuse-rate", "waste-utilisation-rate", "voc-removal-rate"))


def _not_found(declared: Mapping[str, Measure]) -> dict[str, Measure]:
    """VOC stated as 0 is what a test did not find: up to its detection limit, whose absence leaves the rate open."""
    stated = declared.get("voc-emitted")
    if stated is None or stated.value != 0:
        return {}
    gap = Missing("declared.voc-emitted.detection_limit", "missing-zero-limit", {"id": stated.id, "ids": stated.id})
    missing = (gap,) if stated.detection_limit is None else ()
    return {stated.id: replace(stated, high=stated.detection_limit, not_detected=True, missing=missing)}


def _amount_of(
    name: str, declared: Mapping[str, Measure], metered: Mapping[str, Metered], ledger: Ledger
) -> Measure | None:
    """An amount as it is declared, as the site data know it, or as both agree on it."""
    stated, known = declared.get(name), metered.get(name)
    if known is None:
        return stated
    return known.between if stated is None else agreed(stated, known, ledger)


def _undeclared(rate: _Rate, metered: Mapping[str, Metered], ledger: Ledger) -> Measure:
    """A rate of which no amount is declared: waste that is landfilled was not utilised, whatever a document says."""
    gaps = metered[rate.whole].gaps if rate.name == "waste-utilisation-rate" and rate.whole in metered else ()
    amounts = {"id": rate.name, "part": rate.part, "whole": rate.whole}
    asked = (*gaps, Missing(f"declared.{rate.name}.value", "missing-rate", amounts))
    most = at_most_usable(metered) if rate.name == "waste-utilisation-rate" else None
    if most is None:
        return Measure(rate.name, "%", missing=asked)
    usable = metered[rate.part].product
    bounds = (0.0, min(100.0, most))
    missing = asked if most > 0 else ()
    return derived(rate.name, "%", bounds, (usable,), "what is not landfilled / all solid waste", ledger, missing)


def _within(found: Measure, rate: _Rate, metered: Mapping[str, Metered]) -> Measure:
    """Amounts that agree with the site data one by one, and together utilise waste that was landfilled."""
    most = at_most_usable(metered) if rate.name == "waste-utilisation-rate" else None
    if most is None or found.low is None or found.low <= most * (1 + SAME_FIGURE):
        return found
    usable = metered[rate.part]
    high = found.high if found.high is not None else 100.0
    params: Params = {
        "id": rate.name, "stated": f"{high:.6g}", "found": f"{most:.6g}", "unit": "%", "rows": usable.rows,
    }  # fmt: skip
    gap = Missing(f"declared.{rate.part}.value", LANDFILLED, params)
    return replace(found, low=0.0, missing=(gap, *found.missing))


def _rate(rate: _Rate, part: Measure | None, whole: Measure | None, ledger: Ledger) -> Measure:
    absent = [n for n, m in ((rate.part, part), (rate.whole, whole)) if m is None or m.low is None]
    wrong = tuple(gap for m in (part, whole) if m is not None for gap in m.missing if gap.code in CONTRADICTIONS)
    if absent or part is None or whole is None:
        missing = (*wrong, *map(not_declared, absent))
        return Measure(rate.name, "%", missing=missing, declared=True, evidenced=False)
    share = _share(part, whole, rate)
    if share is None:
        params = {"rate": rate.name, "part": rate.part, "whole": rate.whole}
        gap = Missing(f"declared.{rate.part}.value", "missing-rate-fits", params)
        return Measure(rate.name, "%", missing=(*wrong, gap), declared=True, evidenced=False)
    low, high = (100 * (1 - share[1]), 100 * (1 - share[0])) if rate.turned else (100 * share[0], 100 * share[1])
    below = f"({rate.part} + {rate.whole})" if rate.added else rate.whole
    by = f"{'1 - ' if rate.turned else ''}{rate.part} / {below}"
    bounded = tuple(gap for m in (part, whole) if m.value is None for gap in (m.missing or (not_declared(m.id),)))
    return derived(rate.name, "%", (low, high), (part, whole), by, ledger, bounded)


def _share(part: Measure, whole: Measure, rate: _Rate) -> Bounds | None:
    """Bounds of part over whole; None where the amounts do not compare, or cannot both be true.

    An amount stated as `<x` lies between 0 and x, and so does the share then between two figures.
    """
    part_bounds, whole_bounds = _amount(part, whole.unit, rate), _amount(whole, whole.unit, rate)
    if part_bounds is None or whole_bounds is None:
        return None
    (least, most), (small, large) = part_bounds, whole_bounds
    if least < 0 or large + (most if rate.added else 0.0) <= 0:
        return None
    # the share grows with the part and falls with the other amount, so that its ends are those of the two
    over_low, over_high = (large + least, small + most) if rate.added else (large, small)
    low = least / over_low if over_low > 0 else 0.0
    high = most / over_high if over_high > 0 and most != float("inf") else 1.0
    return None if low > 1 + _ROUNDING else (min(low, 1.0), min(high, 1.0))


def _amount(measure: Measure, unit: str | None, rate: _Rate) -> Bounds | None:
    """An amount's bounds in `unit`, where it is counted as amounts of the rate are."""
    have = measure.unit
    if have is None or unit is None or measure.low is None:
        return None
    high = float("inf") if measure.high is None else measure.high
    try:
        if not any(same_dimension(have, u) for u in rate.units):
            return None
        return convert(Amount(measure.low, have), unit), convert(Amount(high, have), unit)
    except UnitError:
        return None
