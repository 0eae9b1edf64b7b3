"""All that is known of a product, by indicator id: calculated where it can be, declared where it must be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ecoprod.background import Background, Scenario
from ecoprod.foreground import Foreground
from ecoprod.indicators.circular import recyclability, recycled_content
from ecoprod.indicators.declared import declared_measures, is_evidenced
from ecoprod.indicators.lifecycle import lifecycle_measures
from ecoprod.indicators.site import site_measures
from ecoprod.indicators.substances import substance_measure
from ecoprod.indicators.table import is_calculated
from ecoprod.lca.records import LcaResult
from ecoprod.measure import Measure
from ecoprod.product import Product
from ecoprod.trace import Ledger


def measure_product(
    product: Product, foreground: Foreground | None, lca: LcaResult | None, needed: Iterable[str],
    background: Background, on: date, ledger: Ledger,
) -> dict[str, Measure]:  # fmt: skip
    """Every measure of the product `on` a day; `needed`: ids that the specification names, substances among them."""
    declared = declared_measures(product, on, ledger)
    calculated = lifecycle_measures(product, foreground, lca, on, ledger)
    if foreground is not None:
        scenario = _scenario(product, background)
        mass = ledger.computed(
            "ind:mass", foreground.product_mass_kg, "kg", "sum of the parts", _masses(foreground, ledger)
        )
        calculated.append(Measure("mass", "kg", foreground.product_mass_kg, foreground.product_mass_kg, trace=mass))
        calculated += recyclability(foreground, scenario, ledger)
        calculated += recycled_content(foreground, ledger)
        calculated += site_measures(product, foreground, background, ledger)
        named = {n for n in (*needed, *declared) if n.startswith("substance:") and is_calculated(n)}

        def proven(evidence: tuple[str, ...]) -> bool:
            return is_evidenced(evidence, product, on)

        calculated += [substance_measure(n, foreground, proven, ledger) for n in sorted(named)]
    return {**declared, **{m.id: _settled(m, declared.get(m.id)) for m in calculated}}


def _settled(calculated: Measure, declared: Measure | None) -> Measure:
    """The calculation decides where it can; a declared value fills in only what the files leave open.

    A lower bound that the calculation has proven is never talked down by a declaration.
    """
    if declared is None or calculated.value is not None or calculated.flag is not None:
        return calculated
    if calculated.low is not None and declared.high is not None and calculated.low > declared.high:
        return calculated
    if calculated.high is not None and not calculated.missing:
        return calculated
    return declared


def _scenario(product: Product, background: Background) -> Scenario | None:
    name = product.end_of_life.scenario if product.end_of_life else None
    return background.scenario(name, product.folder) if name else None


def _masses(foreground: Foreground, ledger: Ledger) -> tuple[str, ...]:
    found = tuple(e for t in foreground.parts if t.is_leaf and (e := f"{t.part.key}/gross-mass") in ledger)
    return found or ("product:file",)
