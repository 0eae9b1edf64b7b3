"""What the life cycle found, as indicators: impacts by category, and the footprint per kWh of a generator.

An impact is only as proven as its data: what was left out, assumed away, or rests on datasets that do not cover the
category is missing from the sum, and a sum with something missing passes no limit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecoprod.background import Background
from ecoprod.errors import Params
from ecoprod.foreground import Foreground
from ecoprod.impact_categories import CATEGORIES
from ecoprod.indicators.documents import Documents, documents_of, doubts_on, joined, of_part, of_rows, resting_on
from ecoprod.indicators.output import CONVERSION, of_output
from ecoprod.lca.records import CategoryResult, LcaResult
from ecoprod.measure import Measure, Missing
from ecoprod.product import STAGES, Amount, Product
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, convert

HEADLINE = "EF v3.1"
_LEFT_OUT = {"assume:yield": "bom.yield", "assume:inbound": "bom.transport", "assume:packaging": "packaging"}
"""Assumptions that leave something out of an impact, with the field that would put it in."""
_EITHER_WAY = {"assume:collection": "end_of_life.collection"}
"""Assumptions that may make an impact too large as well as too small."""
_STAND_INS = {"assumed-stand-in": "bom.dataset", "assumed-primary-route": "bom.dataset"}
_PERHAPS_LESS = {**_STAND_INS, "assumed-stack-beside-fuel": "process"}
"""Reasons of assumptions whose data may be too high: the impact is then no proof that a limit is exceeded."""
_CLOSURE = "mass-difference-recorded"
"""Reason of the assumption that parts do not quite weigh what they should: some is left out, or counted too high."""
_ROUNDING = 1e-9
"""Share of the largest contribution below which a negative one is rounding of the solver."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """Which bounds of an impact are proven, what would prove the others, and whether documents stand behind it."""

    low: bool
    high: bool
    missing: tuple[Missing, ...]
    documents: Documents
    apart: tuple[float | None, float | None] = (1.0, 1.0)
    """The bounds over the value, where site data are shared by a key that is not the output; None: not known."""


def impact_measures(
    product: Product, foreground: Foreground, lca: LcaResult, background: Background, on: date, ledger: Ledger,
    boundary: Collection[str] = (), service: Amount | None = None,
) -> list[Measure]:  # fmt: skip
    """EF v3.1 categories per product unit and per functional unit, and `carbon-footprint-per-kwh`.

    Evidenced where documents prove the data of every stage `on` the day of judgement and no data stand in for others;
    per functional unit the service of one product needs its document too. `boundary`: the stages that the standard
    asks for; all of them where it does not say. `service`: the functional unit of the standard.
    """
    results = [r for m in lca.methods if m.method == HEADLINE for r in m.categories.values()]
    documents = _documents(product, foreground, on, ledger)
    outside = _left_out(foreground, boundary)
    proofs = {r.id: _proof(r, foreground, background, outside, documents, ledger) for r in results}
    per_service = {name: _of_service(proof, product, on) for name, proof in proofs.items()}
    made = []
    for result in results:
        for prefix, value, proof in (
            ("impact", result.value, proofs[result.id]),
            (
                "impact-per-functional-unit",
                result.per_functional_unit,
                _of_unit(per_service[result.id], product, service),
            ),
        ):
            name = f"{prefix}:{result.id}"
            trace = ledger.computed(f"ind:{name}", value, result.unit, "life cycle result", (result.trace,))
            made.append(_bounded(name, result.unit, value, proof, trace))
    climate = next((r for r in results if r.id == "climate-change"), None)
    return [*made, _footprint_per_kwh(product, climate, per_service.get("climate-change"), ledger)]


def _left_out(foreground: Foreground, boundary: Collection[str]) -> list[Missing]:
    """Stages that the maker leaves out: his reason may be good, but a limit holds for what the standard asks for."""
    stages = [stage for stage in STAGES if stage in foreground.excluded and (not boundary or stage in boundary)]
    return [Missing(stages[0], "missing-for-impact-stages", {"what": ", ".join(stages)})] if stages else []


def _documents(product: Product, foreground: Foreground, on: date, ledger: Ledger) -> Documents:
    """The documents behind all that the maker states of the life cycle.

    Any of it can make an impact smaller than it is: the masses, losses, recycled content and distances of the parts, a
    short way to the user, a short life or little use, a favourable end of life, a large output of the site, packaging
    that is said not to be there.
    A mapping that puts data behind a name is a person's choice: it needs that person's name, the day and the grounds.
    """
    counted = [row for row in product.processes if row.kind != "avoided"]
    taken = {item.id.rpartition("/")[0] for item in foreground.items if any(d.amount for d in item.demands)}
    rows = (total.part for total in (*foreground.parts, *foreground.packaging))
    holders = [of_part(part) for part in rows if part.key in taken]
    holders += [(f"distribution[{n}].evidence", leg.evidence) for n, leg in enumerate(product.distribution, 1)]
    if product.packaging_none is not None:
        holders.append(("packaging.evidence", product.packaging_evidence))
    if product.use is not None and product.use.none_reason is None:
        holders.append(("use.evidence", product.use.evidence))
    if product.end_of_life is not None and product.end_of_life.scenario is not None:
        holders.append(("end_of_life.evidence", product.end_of_life.evidence))
    mapped = [row for row in product.mapping if f"mapping:{row.material}" in ledger]
    holders += [(f"mapping[{row.material}].evidence", row.evidence) for row in mapped]
    unsigned = [f"mapping[{row.material}].checked_by" for row in mapped if not (row.checked_by and row.checked_on)]
    return joined(
        of_rows(counted, product, on), documents_of(holders, doubts_on(product, on)),
        Documents(lacking=tuple(unsigned)), of_output(counted, product, foreground, on),
    )  # fmt: skip


def _of_service(proof: _Proof, product: Product, on: date) -> _Proof:
    """Per functional unit: the service of one product is what an impact is divided by, and needs its own document."""
    own = documents_of((("functional_unit.evidence", product.service_evidence),), doubts_on(product, on))
    return replace(proof, documents=joined(proof.documents, own))


def _of_unit(proof: _Proof, product: Product, wanted: Amount | None) -> _Proof:
    """A limit per functional unit is one per unit of the standard: any other makes the figure as small as one likes."""
    if wanted is None or product.service is None:
        return replace(proof, documents=joined(proof.documents, Documents(lacking=("overlay.functional_unit",))))
    try:
        same = math.isclose(convert(product.service, wanted.unit), wanted.value, rel_tol=1e-9)
    except UnitError:
        same = False
    if same:
        return proof
    shown: Params = {
        "stated": f"{product.service.value:g} {product.service.unit}",
        "wanted": f"{wanted.value:g} {wanted.unit}",
    }
    gap = Missing("functional_unit.service", "missing-same-functional-unit", shown)
    return replace(proof, low=False, high=False, missing=(gap, *proof.missing))


def _footprint_per_kwh(
    product: Product, climate: CategoryResult | None, proof: _Proof | None, ledger: Ledger
) -> Measure:  # fmt: skip
    """Climate change per kWh of the functional unit, where the service is an energy (a generator's)."""
    name, unit = "carbon-footprint-per-kwh", "kg CO2-Eq/kWh"
    try:
        service = convert(product.service, "kWh") if product.service is not None else None
    except UnitError:
        service = None
    if not service:
        return Measure(name, unit, missing=(Missing("functional_unit.service", "missing-energy-service"),))
    if climate is None or proof is None:
        return Measure(name, unit, missing=(_no_result("climate-change"),))
    if climate.per_functional_unit is None:
        return Measure(name, unit, missing=proof.missing)
    value = climate.per_functional_unit / service
    inputs = tuple(e for e in (climate.trace, "product:service") if e in ledger)
    by = "climate change per functional unit / service"
    trace = ledger.computed(f"ind:{name}", value, unit, by, inputs)
    return _bounded(name, unit, value, proof, trace)


def _bounded(name: str, unit: str, value: float | None, proof: _Proof, trace: str) -> Measure:
    least, most = proof.apart
    low = value * least if proof.low and value is not None and least is not None else None
    high = value * most if proof.high and value is not None and most is not None else None
    return resting_on(Measure(name, unit, low, high, missing=proof.missing, trace=trace), proof.documents)


def _no_result(category: str) -> Missing:
    return Missing("bom.dataset", "missing-category", {"category": category})


def _proof(
    result: CategoryResult, foreground: Foreground, background: Background, outside: Sequence[Missing],
    documents: Documents, ledger: Ledger,
) -> _Proof:  # fmt: skip
    """What is not in an impact makes it a lower bound, as long as nothing in the product lowers it.

    What may be counted too high leaves no lower bound either. `documents`: those behind the data.
    """
    lacking = [*([] if result.value is not None else [_no_result(result.id)]), *outside]
    left_out = [name for entry, name in _LEFT_OUT.items() if entry in ledger]
    left_out += sorted({m.field for m in foreground.missing})
    apart = [e.value for e in ledger.assumptions() if e.by == _CLOSURE and isinstance(e.value, float)]
    left_out += ["bom.mass"] if min(apart, default=0.0) < 0 else []
    if left_out:
        lacking.append(Missing(left_out[0], "missing-for-impact-limit", {"what": ", ".join(left_out)}))
    lacking += _uncovered(result, foreground, background)
    either_way = _words(name for entry, name in _EITHER_WAY.items() if entry in ledger)
    reasons = {entry.by for entry in ledger.assumptions()}
    above = ["bom.mass"] if max(apart, default=0.0) > 0 else []
    too_high = _words([*(name for code, name in _PERHAPS_LESS.items() if code in reasons), *above])
    assumed = [
        Missing(what.partition(",")[0], code, {"what": what})
        for what, code in ((either_way, "missing-for-impact-bounds"), (too_high, "missing-for-impact-excess"))
        if what
    ]
    by_item = result.by_item or (0.0,)
    lowered = min(by_item) < -_ROUNDING * max(map(abs, by_item))
    stand_ins = tuple(dict.fromkeys(field for code, field in _STAND_INS.items() if code in reasons))
    shared, unsure = _shares(result, foreground)
    if unsure:
        assumed.append(Missing("process.key_product", "missing-key-agrees", {"rows": ", ".join(unsure)}))
    return _Proof(
        low=not (either_way or too_high or (lacking and lowered)),
        high=not (lacking or either_way), missing=(*lacking, *assumed),
        documents=joined(documents, Documents(lacking=stand_ins)), apart=shared,
    )  # fmt: skip


def _shares(result: CategoryResult, foreground: Foreground) -> tuple[tuple[float | None, float | None], list[str]]:
    """Bounds of an impact over its value where keys of the site data are not the output, and the rows of those keys.

    What such a row adds lies between its share by the key and that by the output. Where nobody tells what it adds, the
    bound that this moves is not known.
    """
    ratios = [foreground.output_over_key.get(item.id.removeprefix("process:"), 1.0) for item in foreground.items]
    unsure = [
        (n, item.id.removeprefix("process:"), ratio)
        for n, (item, ratio) in enumerate(zip(foreground.items, ratios, strict=True))
        if not math.isclose(ratio, 1.0, rel_tol=CONVERSION) and (item.demands or item.emissions)
    ]
    if not unsure:
        return (1.0, 1.0), []
    names = [name for _, name, _ in unsure]
    if result.by_item is None or len(result.by_item) != len(foreground.items) or not result.value or result.value < 0:
        ways = [ratio for _, _, ratio in unsure]
        return (None if min(ways) < 1 else 1.0, None if max(ways) > 1 else 1.0), names
    more = [result.by_item[n] * (ratio - 1.0) / result.value for n, _, ratio in unsure]
    return (1.0 + sum(m for m in more if m < 0), 1.0 + sum(m for m in more if m > 0)), names


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
