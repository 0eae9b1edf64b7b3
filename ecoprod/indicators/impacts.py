"""What the life cycle found, as indicators: impacts by category, and the footprint per kWh of a generator.

An impact is only as proven as its data: what was left out, assumed away, or rests on datasets that do not cover the
category is missing from the sum, and a sum with something missing passes no limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
_LEFT_OUT = {"assume:yield": "bom.yield", "assume:inbound": "bom.transport", "assume:packaging": "packaging"}
"""Assumptions that leave something out of an impact, with the field that would put it in."""
_EITHER_WAY = {"assume:collection": "end_of_life.collection"}
"""Assumptions that may make an impact too large as well as too small."""
_PERHAPS_LESS = {
    "assumed-stand-in": "bom.dataset",
    "assumed-primary-route": "bom.dataset",
    "assumed-stack-beside-fuel": "process",
}
"""Reasons of assumptions whose data may be too high: the impact is then no proof that a limit is exceeded."""
_ROUNDING = 1e-9
"""Share of the largest contribution below which a negative one is rounding of the solver."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """Which bounds of an impact are proven, and what would prove the others."""

    low: bool
    high: bool
    missing: tuple[Missing, ...]


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
    proof = _proof(result, foreground, background, ledger)
    for prefix, value in (("impact", result.value), ("impact-per-functional-unit", result.per_functional_unit)):
        name = f"{prefix}:{result.id}"
        trace = ledger.computed(f"ind:{name}", value, result.unit, "life cycle result", (result.trace,))
        made.append(_bounded(name, result.unit, value, proof, trace))
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
    if climate is None:
        return Measure(name, unit, missing=(_no_result("climate-change"),))
    proof = _proof(climate, foreground, background, ledger)
    if climate.per_functional_unit is None:
        return Measure(name, unit, missing=proof.missing)
    value = climate.per_functional_unit / service
    inputs = tuple(e for e in (climate.trace, "product:service") if e in ledger)
    by = "climate change per functional unit / service"
    trace = ledger.computed(f"ind:{name}", value, unit, by, inputs)
    return _bounded(name, unit, value, proof, trace)


def _bounded(name: str, unit: str, value: float | None, proof: _Proof, trace: str) -> Measure:
    low, high = value if proof.low else None, value if proof.high else None
    return Measure(name, unit, low, high, missing=proof.missing, trace=trace)


def _no_result(category: str) -> Missing:
    return Missing("bom.dataset", "missing-category", {"category": category})


def _proof(result: CategoryResult, foreground: Foreground, background: Background, ledger: Ledger) -> _Proof:
    """What is not in an impact makes it a lower bound, as long as nothing in the product lowers it.

    What may be counted too high leaves no lower bound either.
    """
    lacking = [] if result.value is not None else [_no_result(result.id)]
    left_out = [name for entry, name in _LEFT_OUT.items() if entry in ledger]
    left_out += sorted({m.field for m in foreground.missing})
    if left_out:
        lacking.append(Missing(left_out[0], "missing-for-impact-limit", {"what": ", ".join(left_out)}))
    lacking += _uncovered(result, foreground, background)
    either_way = _words(name for entry, name in _EITHER_WAY.items() if entry in ledger)
    reasons = {entry.by for entry in ledger.assumptions()}
    too_high = _words(name for code, name in _PERHAPS_LESS.items() if code in reasons)
    assumed = [
        Missing(what.partition(",")[0], code, {"what": what})
        for what, code in ((either_way, "missing-for-impact-bounds"), (too_high, "missing-for-impact-excess"))
        if what
    ]
    lowered = any(v < -_ROUNDING * max(map(abs, result.by_item)) for v in result.by_item) if result.by_item else False
    return _Proof(not (assumed or (lacking and lowered)), not (lacking or either_way), (*lacking, *assumed))


def _words(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _uncovered(result: CategoryResult, foreground: Foreground, background: Background) -> list[Missing]:
    """Data that do not cover the category.

    Coverage is a share of the climate result: a dataset that has none to show (one whose climate data were withdrawn,
    or that holds inputs alone) does not lower it, and is named beside it.
    """
    found = []
    if result.value is not None and result.coverage is not None and result.coverage < 1:
        share: Params = {"category": result.id, "covered": 100 * result.coverage}
        found.append(Missing("bom.dataset", "missing-whole-coverage", share))
    used = {d.dataset for item in foreground.items for d in item.demands if d.amount}
    bare = sorted(name for name in used if result.id not in background.datasets[name].covers)
    if bare and result.id in CATEGORIES:
        named: Params = {"category": result.id, "ids": ", ".join(bare)}
        found.append(Missing("bom.dataset", "missing-dataset-coverage", named))
    return found
