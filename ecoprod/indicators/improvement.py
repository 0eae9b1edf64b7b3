"""Improvement against the base period: what the maker's indicators were then, and what they are now."""

from __future__ import annotations

from collections.abc import Mapping

from ecoprod.measure import Measure
from ecoprod.product import Product
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, convert

HIGHER_IS_BETTER = frozenset({
    "recyclability-rate", "recoverability-rate", "recycled-content", "recycled-content-pre", "recycled-content-post",
    "waste-content", "water-reuse-rate", "waste-utilisation-rate", "by-product-recovery-rate",
    "raw-material-utilisation-rate", "voc-removal-rate",
})  # fmt: skip
"""Indicators of which more is better; of every other one less is."""


def record_improvements(product: Product, measures: Mapping[str, Measure], ledger: Ledger) -> None:
    """One ledger entry `improvement:ID` [%] for each indicator of the base period: (base - now) / base, or turned.

    No value (None) where today's is not known, does not convert, or the base was zero: shown as not known.
    """
    if product.base_period is None:
        return
    for name, base in product.base_period.values.items():
        now = measures.get(name)
        inputs = [f"base:{name}", *([now.trace] if now is not None and now.trace else [])]
        value = None
        if now is not None and now.value is not None and base.value and now.unit is not None:
            try:
                before = convert(base, now.unit)
                better = now.value - before if name in HIGHER_IS_BETTER else before - now.value
                value = 100 * better / abs(before)
            except UnitError:
                value = None
        known = tuple(i for i in inputs if i in ledger) or ("product:file",)
        ledger.computed(f"improvement:{name}", value, "%", "against the base period", known)
