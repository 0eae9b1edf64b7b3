"""Figures of one piece: what a limit per product is held against, whatever the product unit holds.

A bill of materials may describe ten pieces or a tonne (`product_unit`); a limit on the energy, water, waste, mass or
impact of a product is one per piece. Where the product unit is no number of pieces nobody knows the figure of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

PER_PIECE = frozenset({"mass", "energy-per-unit", "water-per-unit", "waste-per-unit"})
"""With every `impact:CATEGORY`."""


def pieces_of(product: Product) -> float | None:
    """How many pieces one product unit is; None where it is not counted in pieces."""
    unit = product.product_unit
    return convert(unit, "unit") if unit is not None and same_dimension(unit.unit, "unit") else None


def per_piece(measures: Sequence[Measure], product: Product, ledger: Ledger) -> list[Measure]:
    """The measures per product unit, those of `PER_PIECE` and impacts brought to one piece, or open."""
    pieces = pieces_of(product)
    if pieces == 1:
        return list(measures)
    return [
        _of_one(m, pieces, product, ledger) if m.id in PER_PIECE or m.id.startswith("impact:") else m for m in measures
    ]


def _of_one(measure: Measure, pieces: float | None, product: Product, ledger: Ledger) -> Measure:
    if pieces is None:
        unit = product.product_unit.unit if product.product_unit is not None else "—"
        gap = Missing("product_unit", "missing-product-unit-in-pieces", {"id": measure.id, "unit": unit})
        return replace(measure, low=None, high=None, missing=(gap, *measure.missing))
    low, high = (None if v is None else v / pieces for v in (measure.low, measure.high))
    if measure.trace is None:
        return replace(measure, low=low, high=high)
    inputs = [e for e in (measure.trace, "product:product_unit") if e in ledger]
    whole = ledger[measure.trace].value
    value = whole / pieces if isinstance(whole, (int, float)) else None
    by = "per product unit / pieces in it"
    trace = ledger.computed(f"{measure.trace}/per-piece", value, measure.unit, by, inputs)
    return replace(measure, low=low, high=high, trace=trace)
