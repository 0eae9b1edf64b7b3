"""Energy, water and waste per tonne, metre or square metre of product: the figures per product unit, divided.

The ministry's lists print their limits per tonne (kgce/t, m3/t), per length (kgce/100 m) or per area; the
site data give them per product unit. Plain ratios, over the declared mass of one product unit or over the product unit
itself; energy in coal equivalent as GB/T 2589 counts it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from ecoprod.foreground import Foreground
from ecoprod.indicators.declared import not_declared
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
    product: Product, foreground: Foreground, per_unit: Sequence[Measure], needed: Container[str], ledger: Ledger
) -> list[Measure]:
    """The ratios that are `needed`; `per_unit`: the measures of `site_measures`, with what they lack."""
    known = {m.id: m for m in per_unit}
    return [_ratio(r, known[r.of], product, foreground, ledger) for r in _RATIOS if r.name in needed]


def _ratio(ratio: _Ratio, top: Measure, product: Product, foreground: Foreground, ledger: Ledger) -> Measure:
    output = _output(ratio.kind, product, foreground)
    if output is None:
        gap = Missing("product_unit", "missing-output-kind", {"indicator": ratio.name, "unit": ratio.kind})
        return Measure(ratio.name, ratio.unit, missing=(*top.missing, gap))
    if top.low is None:
        # without any row of its kind, a figure of the maker's own settles it as well as the rows would
        return Measure(ratio.name, ratio.unit, missing=(*top.missing, not_declared(ratio.name)))
    entries = ("product:mass", "ind:mass") if ratio.kind == "t" else ("product:product_unit", "product:file")
    inputs = [t for t in (top.trace, next((e for e in entries if e in ledger), None)) if t is not None]
    factor = 1.0
    if ratio.unit == "t/t":
        factor = FRESH_WATER_T_M3
        inputs.append(ledger.assumed("assume:fresh-water-density", factor, "t/m3", "assumed-water-density", "ecoprod"))
    low, high = (None if v is None else v * factor / output for v in (top.low, top.high))
    by = "per product unit / its mass" if ratio.kind == "t" else "per product unit / its length or area"
    trace = ledger.computed(f"ind:{ratio.name}", low if low == high else None, ratio.unit, by, tuple(inputs))
    missing = tuple(_named(m, ratio.name) for m in top.missing)
    return replace(top, id=ratio.name, unit=ratio.unit, low=low, high=high, missing=missing, trace=trace)


def _named(lack: Missing, name: str) -> Missing:
    """What a declared figure would settle is settled by that of this name."""
    if lack.code != HANDED_ON:
        return lack
    return replace(lack, field=f"declared.{name}.value", params={**lack.params, "indicator": name})


def _output(kind: str, product: Product, foreground: Foreground) -> float | None:
    """How many tonnes, metres or square metres one product unit is; None where it is not counted so."""
    if kind == "t":
        return (product.mass_kg or foreground.product_mass_kg) / 1000 or None
    unit = product.product_unit
    return convert(unit, kind) or None if unit is not None and same_dimension(unit.unit, kind) else None
