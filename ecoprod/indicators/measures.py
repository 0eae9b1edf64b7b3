"""All that is known of a product, by indicator id: calculated where it can be, declared where it must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ecoprod.background import Background
from ecoprod.errors import Problem
from ecoprod.foreground import Foreground
from ecoprod.indicators.amounts import Metered, metered_amounts
from ecoprod.indicators.circular import CONTENTS, RECOVERED, recyclability, recycled_content
from ecoprod.indicators.declared import declared_measures
from ecoprod.indicators.documents import doubts_on
from ecoprod.indicators.grades import grade_measures
from ecoprod.indicators.impacts import impact_measures
from ecoprod.indicators.improvement import improved, record_improvements
from ecoprod.indicators.lifecycle import lifecycle_measures
from ecoprod.indicators.mass import mass_measure
from ecoprod.indicators.packaging import packaging_layers
from ecoprod.indicators.per_output import per_output_measures
from ecoprod.indicators.per_piece import per_piece
from ecoprod.indicators.rates import rate_measures, wants_amounts
from ecoprod.indicators.raw_material import OfTheBill, of_the_bill
from ecoprod.indicators.settling import settled
from ecoprod.indicators.site import site_measures
from ecoprod.indicators.substances import substance_measure
from ecoprod.indicators.table import DECLARABLE, is_calculated
from ecoprod.lca.records import LcaResult
from ecoprod.measure import Measure
from ecoprod.product import Amount, Product
from ecoprod.trace import Ledger


def measure_product(
    product: Product, foreground: Foreground | None, lca: LcaResult | None, needed: Iterable[str],
    background: Background, on: date, ledger: Ledger, *, focus: Sequence[str] = (), boundary: Sequence[str] = (),
    service: Amount | None = None,
    directions: Mapping[str, bool] | None = None, others: bool = True,
) -> dict[str, Measure]:  # fmt: skip
    """Every measure of the product `on` a day.

    `needed`: ids that the specification names, substances among them; `focus`: the impact categories it names;
    `boundary`: the stages within its system boundary, as far as it says so; `service`: its functional unit;
    `directions`: whether more is better, of the facts whose limits say so; `others`: also rates that nobody asks for.
    """
    declared = declared_measures(product, on, ledger)
    wanted = frozenset((*needed, *declared, *(product.base_period.values if product.base_period else ())))
    calculated = lifecycle_measures(product, foreground, lca, on, focus, ledger)
    metered: dict[str, Metered] = {}
    bill: OfTheBill | None = None
    if foreground is not None and lca is not None:
        calculated += impact_measures(product, foreground, lca, background, on, ledger, boundary, service)
    if foreground is not None:
        doubts = doubts_on(product, on)
        mass = mass_measure(product, foreground, doubts, ledger)
        per_unit = site_measures(product, foreground, background, on, ledger)
        calculated += [mass, *per_unit, *per_output_measures(product, mass, per_unit, wanted, ledger)]
        if wants_amounts(wanted):
            metered = metered_amounts(product, foreground, background, per_unit, on, ledger)
        bill = of_the_bill(product, foreground, mass)
        named = {n for n in wanted if n.startswith("substance:") and is_calculated(n)}
        if others or wanted & RECOVERED.keys():
            calculated += recyclability(product, foreground, doubts, ledger)
        if others or wanted & CONTENTS.keys():
            calculated += recycled_content(product, foreground, doubts, ledger)
        calculated += [substance_measure(n, foreground, doubts, ledger) for n in sorted(named)]
        calculated += packaging_layers(foreground, declared, wanted, doubts, ledger)
    calculated += rate_measures(declared, wanted, ledger, metered, bill)
    calculated += grade_measures(declared, wanted, on, ledger)
    of_one = per_piece(calculated, product, ledger)
    measures = {**declared, **{m.id: settled(m, declared.get(m.id), ledger) for m in of_one}}
    # a base period is of the same product unit, so that its figures compare where those of one piece are not known
    comparable = {
        m.id: m for m, one in zip(calculated, of_one, strict=True) if m.value is not None and one.value is None
    }
    recorded = record_improvements(product, {**measures, **comparable}, directions or {}, on, ledger)
    if foreground is not None and lca is not None:
        measures["lca:improvement"] = improved(product, recorded, ledger)
    return measures


def undeclarable(product: Product) -> list[Problem]:
    """Declarations of what only a calculation may say: life cycle checks and results, the mass, basic requirements."""
    return [
        Problem("declared-is-calculated", fact.at, f"declared.{name}", {"id": name})
        for name, fact in product.declared.items()
        if is_calculated(name) and not name.startswith("substance:") and name not in DECLARABLE
    ]
