"""Rates that a maker's own amounts give: reused over all water, recovered over generated, and their like.

The amounts are those of the reporting period, declared, each with its evidence. The forms are plain ratios: that the
specifications count so was not checked against their texts (water reuse: the form of GB/T 7119; void ratio: the plain
ratio of volumes, without a factor for necessary space).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from ecoprod.indicators.declared import derived, not_declared
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
    _Rate("raw-material-utilisation-rate", "raw-material-in-product", "raw-material-used", ("kg", "m3", "m2", "m")),
    _Rate("voc-removal-rate", "voc-emitted", "voc-generated", turned=True),
    _Rate("packaging-void-ratio", "packed-product-volume", "package-volume", ("m3",), turned=True),
)


def wants_fresh_water(declared: Mapping[str, Measure], needed: Container[str]) -> bool:
    """Whether the site data are asked for the fresh water that a declared amount of reused water stands beside."""
    return "water-reuse-rate" in needed and "reused-water" in declared and "fresh-water" not in declared


def rate_measures(
    declared: Mapping[str, Measure], needed: Container[str], ledger: Ledger, *, fresh_water: Measure | None = None
) -> list[Measure]:
    """The rates that are `needed`; one of whose amounts nothing is declared asks for the rate itself.

    `fresh_water`: what the site data know of it, where it is not declared.
    """
    amounts = {**declared, **({"fresh-water": fresh_water} if fresh_water is not None else {})}
    return [
        _rate(rate, amounts.get(rate.part), amounts.get(rate.whole), ledger)
        if rate.part in declared or rate.whole in declared
        else Measure(rate.name, "%", missing=(not_declared(rate.name),))
        for rate in _RATES
        if rate.name in needed
    ]


def _rate(rate: _Rate, part: Measure | None, whole: Measure | None, ledger: Ledger) -> Measure:
    absent = [n for n, m in ((rate.part, part), (rate.whole, whole)) if m is None or m.low is None or m.high is None]
    if absent or part is None or whole is None:
        return Measure(rate.name, "%", missing=tuple(map(not_declared, absent)), declared=True, evidenced=False)
    share = _share(part, whole, rate)
    if share is None:
        params = {"rate": rate.name, "part": rate.part, "whole": rate.whole}
        gap = Missing(f"declared.{rate.part}.value", "missing-rate-fits", params)
        return Measure(rate.name, "%", missing=(gap,), declared=True, evidenced=False)
    low, high = (100 * (1 - share[1]), 100 * (1 - share[0])) if rate.turned else (100 * share[0], 100 * share[1])
    below = f"({rate.part} + {rate.whole})" if rate.added else rate.whole
    by = f"{'1 - ' if rate.turned else ''}{rate.part} / {below}"
    bounded = tuple(not_declared(m.id) for m in (part, whole) if m.value is None)
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
    low, high = least / over_low if over_low > 0 else 0.0, most / over_high if over_high > 0 else 1.0
    return None if low > 1 + _ROUNDING else (min(low, 1.0), min(high, 1.0))


def _amount(measure: Measure, unit: str | None, rate: _Rate) -> Bounds | None:
    """An amount's bounds in `unit`, where it is counted as amounts of the rate are."""
    have = measure.unit
    if have is None or unit is None or measure.low is None or measure.high is None:
        return None
    try:
        if not any(same_dimension(have, u) for u in rate.units):
            return None
        return convert(Amount(measure.low, have), unit), convert(Amount(measure.high, have), unit)
    except UnitError:
        return None
