"""What the life cycle found, as indicators: impacts by category, and the footprint per kWh of a generator.

An impact is only as proven as its data: what was left out, assumed away, or rests on datasets that do not cover the
category is missing from the sum, and a sum with something missing passes no limit.
"""

from __future__ import annotations

from ecoprod.background import Background
from ecoprod.errors import Params
from ecoprod.foreground import Foreground
from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca.records import CategoryResult, LcaResult
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, convert

HEADLINE = "EF v3.1"
_ASSUMED_AWAY = {
    "assume:yield": "bom.yield",
    "assume:inbound": "bom.transport",
    "assume:collection": "end_of_life.collection",
    "assume:packaging": "packaging",
}
"""Assumptions that leave something out of an impact, with the field that would put it in."""


def impact_measures(
    product: Product, foreground: Foreground, lca: LcaResult, background: Background, ledger: Ledger
) -> list[Measure]:
    """EF v3.1 categories per product unit and per functional unit, and `carbon-footprint-per-kwh`."""
    results = [r for m in lca.methods if m.method == HEADLINE for r in m.categories.values()]
    made = [m for result in results for m in _impacts(result, foreground, background, ledger)]
    return [*made, _footprint_per_kwh(product, lca, foreground, background, ledger)]


def _impacts(
    result: CategoryResult, foreground: Foreground, background: Background, ledger: Ledger
) -> list[Measure]:  # fmt: skip
    made = []
    unsettled = _unsettled(result, foreground, background, ledger)
    for prefix, value in (("impact", result.value), ("impact-per-functional-unit", result.per_functional_unit)):
        name = f"{prefix}:{result.id}"
        trace = ledger.computed(f"ind:{name}", value, result.unit, "life cycle result", (result.trace,))
        missing = unsettled if value is not None else (_no_result(result.id), *unsettled)
        made.append(Measure(name, result.unit, value, None if unsettled else value, missing=missing, trace=trace))
    return made


def _footprint_per_kwh(
    product: Product, lca: LcaResult, foreground: Foreground, background: Background, ledger: Ledger
) -> Measure:
    """Climate change per kWh of the functional unit, where the service is an energy (a generator's)."""
    name, unit = "carbon-footprint-per-kwh", "kg CO2-Eq/kWh"
    climate = lca.category(HEADLINE, "climate-change")
    try:
        service = convert(product.service, "kWh") if product.service is not None else None
    except UnitError:
        service = None
    if not service:
        return Measure(name, unit, missing=(Missing("functional_unit.service", "missing-energy-service"),))
    unsettled = _unsettled(climate, foreground, background, ledger)
    if climate is None or climate.per_functional_unit is None:
        return Measure(name, unit, missing=(_no_result("climate-change"), *unsettled))
    value = climate.per_functional_unit / service
    inputs = tuple(e for e in (climate.trace, "product:service") if e in ledger)
    by = "climate change per functional unit / service"
    trace = ledger.computed(f"ind:{name}", value, unit, by, inputs)
    return Measure(name, unit, value, None if unsettled else value, missing=unsettled, trace=trace)


def _no_result(category: str) -> Missing:
    return Missing("bom.dataset", "missing-category", {"category": category})


def _unsettled(
    result: CategoryResult | None, foreground: Foreground, background: Background, ledger: Ledger
) -> tuple[Missing, ...]:
    """What is not in an impact: it is then a lower bound and passes no limit."""
    left_out = [name for entry, name in _ASSUMED_AWAY.items() if entry in ledger]
    left_out += sorted({m.field for m in foreground.missing})
    found = []
    if left_out:
        found.append(Missing(left_out[0], "missing-for-impact-limit", {"what": ", ".join(left_out)}))
    if result is not None:
        found += _uncovered(result, foreground, background)
    return tuple(found)


def _uncovered(result: CategoryResult, foreground: Foreground, background: Background) -> list[Missing]:
    """Data that do not cover the category.

    Coverage is a share of the climate result: a dataset that has none to show (one whose climate data were withdrawn,
    or that holds inputs alone) does not lower it, and is named beside it.
    """
    found = []
    if result.coverage is not None and result.coverage < 1:
        share: Params = {"category": result.id, "covered": 100 * result.coverage}
        found.append(Missing("bom.dataset", "missing-whole-coverage", share))
    used = {d.dataset for item in foreground.items for d in item.demands if d.amount}
    bare = sorted(name for name in used if result.id not in background.datasets[name].covers)
    if bare and result.id in CATEGORIES:
        named: Params = {"category": result.id, "ids": ", ".join(bare)}
        found.append(Missing("bom.dataset", "missing-dataset-coverage", named))
    return found
