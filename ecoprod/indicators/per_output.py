"""Energy, water and waste per tonne, metre or square metre of product: the figures per product unit, divided.

The ministry's lists print their limits per tonne (kgce/t, m3/t), per length (kgce/100 m) or per area; the
site data give them per product unit. Plain ratios, over the product unit itself where it is counted in tonnes, metres
or square metres, else over its mass; energy in coal equivalent as GB/T 2589 counts it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from ecoprod.indicators.declared import not_declared
from ecoprod.indicators.documents import of_measure, resting_on
from ecoprod.indicators.site import HANDED_ON
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

FRESH_WATER_T_M3 = 1.0
"""Density of fresh water [t/m3], for limits in tonnes of water: an assumption, in the ledger where it is used."""


@dataclass(frozen=True, slots=True)
class _Ratio:
    """`name` [`unit`] = `of` per product unit / the output of `kind` in one product unit."""

    name: str
    unit: str
    of: str
    kind: str


_RATIOS = (
    _Ratio("energy-per-mass", "kgce/t", "energy-per-unit", "t"),
    _Ratio("water-per-mass", "m3/t", "water-per-unit", "t"),
    _Ratio("water-mass-per-mass", "t/t", "water-per-unit", "t"),
    _Ratio("waste-per-mass", "kg/t", "waste-per-unit", "t"),
    _Ratio("energy-per-length", "kgce/m", "energy-per-unit", "m"),
    _Ratio("energy-per-area", "kgce/m2", "energy-per-unit", "m2"),
)


def per_output_measures(
    product: Product, mass: Measure, per_unit: Sequence[Measure], needed: Container[str], ledger: Ledger
) -> list[Measure]:
    """The ratios that are `needed`; `per_unit`: the measures of `site_measures`, with what they lack."""
    known = {m.id: m for m in per_unit}
    return [_ratio(r, known[r.of], product, mass, ledger) for r in _RATIOS if r.name in needed]


def _ratio(ratio: _Ratio, top: Measure, product: Product, mass: Measure, ledger: Ledger) -> Measure:
    output = _output(ratio.kind, product, mass)
    if output is None or not output.low or not output.high:
        gap = Missing("product_unit", "missing-output-kind", {"indicator": ratio.name, "unit": ratio.kind})
        return Measure(ratio.name, ratio.unit, missing=(*top.missing, gap))
    if top.low is None:
        # without any row of its kind, a figure of the maker's own settles it as well as the rows would
        missing = tuple(_named(m, ratio.name) for m in top.missing)
        return Measure(ratio.name, ratio.unit, missing=(*missing, not_declared(ratio.name)))
    inputs = [t for t in (top.trace, output.trace) if t is not None and t in ledger]
    factor = 1.0
    if ratio.unit == "t/t":
        factor = FRESH_WATER_T_M3
        inputs.append(ledger.assumed("assume:fresh-water-density", factor, "t/m3", "assumed-water-density", "ecoprod"))
    low, high = top.low * factor / output.high, None if top.high is None else top.high * factor / output.low
    by = "per product unit / its mass" if output.id == mass.id else "per product unit / what it is"
    trace = ledger.computed(f"ind:{ratio.name}", low if low == high else None, ratio.unit, by, tuple(inputs))
    made = replace(
        top, id=ratio.name, unit=ratio.unit, low=low, high=high, trace=trace,
        missing=(*(_named(m, ratio.name) for m in top.missing), *output.missing),
    )  # fmt: skip
    return resting_on(made, of_measure(output))


def _named(lack: Missing, name: str) -> Missing:
    """What a declared figure would settle is settled by that of this name."""
    if "indicator" not in lack.params:
        return lack
    field = f"declared.{name}.value" if lack.code == HANDED_ON else lack.field
    return replace(lack, field=field, params={**lack.params, "indicator": name})


def _output(kind: str, product: Product, mass: Measure) -> Measure | None:
    """How many tonnes, metres or square metres one product unit is; None where it is not counted so."""
    unit = product.product_unit
    if unit is not None and same_dimension(unit.unit, kind):
        value = convert(unit, kind)
        return Measure("product_unit", kind, value, value, trace="product:product_unit")
    if kind != "t":
        return None
    low, high = (None if v is None else v / 1000 for v in (mass.low, mass.high))
    return replace(mass, unit=kind, low=low, high=high)
