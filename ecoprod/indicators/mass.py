"""The mass of the product: what its rows come to and what it weighs, which may differ by the tolerance of the bill."""

from __future__ import annotations

from math import isclose

from ecoprod.foreground import Foreground, leaves
from ecoprod.indicators.documents import Doubts, of_mass, resting_on
from ecoprod.indicators.output import CONVERSION
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.trace import Ledger


def mass_measure(product: Product, foreground: Foreground, doubts: Doubts, ledger: Ledger) -> Measure:
    """`mass` [kg] per product unit, between the sum of the rows and the mass as weighed.

    Evidenced where a document stands behind the weighed mass, or behind every row that has one.
    """
    listed, weighed = foreground.product_mass_kg, product.mass_kg
    rows = leaves(foreground.parts)
    inputs = tuple(e for t in foreground.parts if t.is_leaf and (e := f"{t.part.key}/gross-mass") in ledger)
    documents = of_mass(product, (t.part for t in rows), doubts)
    if weighed is None or isclose(weighed, listed, rel_tol=CONVERSION):
        trace = ledger.computed("ind:mass", listed, "kg", "sum of the parts", inputs or ("product:file",))
        return resting_on(Measure("mass", "kg", listed, listed, trace=trace), documents)
    inputs = (*inputs, *(("product:mass",) if "product:mass" in ledger else ()))
    trace = ledger.computed("ind:mass", None, "kg", "sum of the parts, and as weighed", inputs or ("product:file",))
    gap = Missing("product.mass", "missing-masses-agree", {"weighed": weighed, "listed": listed})
    low, high = sorted((listed, weighed))
    return resting_on(Measure("mass", "kg", low, high, missing=(gap,), trace=trace), documents)
