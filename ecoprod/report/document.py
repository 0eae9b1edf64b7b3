"""The result as a document for machines: `ecoprod.result/1`.

Stable codes and both languages, full precision, no clock and no place of the machine; a missing number is null.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from ecoprod.assessment import Assessment
from ecoprod.errors import At, ModelError
from ecoprod.foreground import Foreground
from ecoprod.lca.records import CategoryResult, LcaResult
from ecoprod.measure import Measure
from ecoprod.product import STAGES, Amount, Product
from ecoprod.report.circular import circularity_entry, footprint_entry, missing_entries, recycling_entry
from ecoprod.report.fields import Titles
from ecoprod.report.parts import parts_of
from ecoprod.report.version import VERSION
from ecoprod.report.words import said
from ecoprod.scenarios import Scenario
from ecoprod.standards.records import Limit, Spec
from ecoprod.trace import Entry
from ecoprod.verdict.records import Finding, Reason

Document = dict[str, Any]
_RANGES = {"between": ("low", "high"), "one_of": ("values",)}


def result_document(assessment: Assessment) -> Document:
    """`ecoprod.result/1` of one assessment: every key of the contract, in its order."""
    product, spec = assessment.product, assessment.spec
    facts = {name: fact.title for name, fact in spec.facts.items() if fact.declared}
    return {
        "schema": "ecoprod.result/1",
        "product": _product(assessment),
        "on": assessment.on.isoformat(),
        "verdict": assessment.verdict.outcome,
        "reasons": [_reason(r) for r in assessment.verdict.reasons],
        "standard": _standard(spec, product),
        "requirements": [_requirement(f, facts) for f in assessment.findings],
        "indicators": {n: _indicator(assessment.measures[n], facts) for n in sorted(assessment.measures)},
        "items": _items(assessment),
        "parts": parts_of(assessment.foreground),
        "impacts": _impacts(assessment.lca, stages_without_data(assessment.foreground)),
        "lca": _lca(assessment),
        "recycling": [recycling_entry(one) for one in assessment.recycling],
        "circularity": circularity_entry(assessment.circularity),
        "circular_footprint": footprint_entry(assessment.footprint),
        "trace": [_entry(e) for e in assessment.ledger],
        "ecoprod": VERSION,
    }


# ---- product and standard ------------------------------------------------------------------------


def _amount(amount: Amount | None) -> Document:
    return {"amount": amount.value if amount else None, "unit": amount.unit if amount else None}


def _product(assessment: Assessment) -> Document:
    product, foreground = assessment.product, assessment.foreground
    invented = [f"declared:{d.id}" for d in product.declared.values() if d.illustrative]
    invented += [f"basic:{b.id}" for b in product.basic.values() if b.illustrative]
    return {
        "name": product.name,
        "model": product.model,
        "category": product.category,
        "maker": {"name": product.maker_name, "site": product.maker_site},
        "product_unit": _amount(product.product_unit),
        "functional_unit": {
            **_amount(product.service),
            "of": product.service_of,
            "products_per_functional_unit": foreground.products_per_functional_unit if foreground else None,
        },
        "mass_kg": product.mass_kg,
        "illustrative": assessment.illustrative,
        "illustrative_declarations": invented,
        "files": [{"path": f.path, "sha256": f.sha256} for f in product.files],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def place_of(path: str, folder: Path) -> str:
    """A path as documents show it: POSIX, relative to the product folder; outside it, the name alone."""
    given = Path(path)
    try:
        return given.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return PurePath(path).name


def _standard(spec: Spec, product: Product) -> Document:
    return {
        "id": spec.id,
        "edition": spec.edition,
        "title": dict(spec.title),
        "numbers": list(spec.numbers),
        "in_force": _day(spec.in_force),
        "complete": spec.complete,
        "missing": [{"id": gap.id, "what": dict(gap.what)} for gap in spec.missing],
        "sha256": spec.sha256,
        "overlays": [
            {
                "path": place_of(o.path, product.folder),
                "sha256": o.sha256,
                "checked_by": o.checked_by,
                "checked_on": _day(o.checked_on),
                "complete": o.complete,
                "closes": list(o.closes),
            }
            for o in spec.overlays
        ],
        "overrides": [
            {"requirement": o.requirement, "published": o.published, "overlay": o.overlay} for o in spec.overrides
        ],
        "judgement": spec.judgement,
        "facts": {name: dict(fact.title) for name, fact in sorted(spec.facts.items()) if fact.declared},
    }


# ---- verdict -------------------------------------------------------------------------------------


def _reason(reason: Reason) -> Document:
    return {"code": reason.code, "message": said(reason.code, reason.params), "requirement": reason.requirement}


def _worth(measure: Measure | None) -> float | str | bool | None:
    if measure is None:
        return None
    if measure.value is not None:
        return measure.value
    return measure.text if measure.text is not None else measure.flag


def _limit(limit: Limit | None) -> Document | None:
    if limit is None:
        return None
    found: Document = {"op": limit.op}
    for key in ("low", "high") if limit.unresolved else _RANGES.get(limit.op, ("value",)):
        value = getattr(limit, key)
        found[key] = list(value) if isinstance(value, tuple) else value
    return {**found, "unit": limit.unit, "from": _day(limit.start)}


def _requirement(finding: Finding, facts: Titles) -> Document:
    requirement, measure, limit = finding.requirement, finding.measure, finding.limit
    source, at = (limit.source, limit.at) if limit else (requirement.source, requirement.at)
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "group": requirement.group,
        "attribute": requirement.attribute,
        "stage": requirement.stage,
        "title": dict(requirement.title),
        "status": finding.status,
        "reason": {"code": finding.reason, "message": said(finding.reason)} if finding.reason else None,
        "indicator": measure.id if measure else None,
        "value": _worth(measure),
        "low": measure.low if measure else None,
        "high": measure.high if measure else None,
        "not_detected": measure.not_detected if measure else False,
        "illustrative": measure.illustrative if measure else False,
        "unit": measure.unit if measure else None,
        "limit": _limit(limit),
        "margin": finding.margin,
        "confidence": finding.confidence,
        "source": {"id": source, "at": at},
        "via": requirement.via,
        "doubt": dict(limit.doubt) if limit and limit.doubt else None,
        "evidence": list(finding.evidence),
        "missing": missing_entries(finding.missing, facts),
        "trace": finding.trace,
    }


def _indicator(measure: Measure, facts: Titles) -> Document:
    return {
        "value": _worth(measure),
        "low": measure.low,
        "high": measure.high,
        "unit": measure.unit,
        "declared": measure.declared,
        "missing": missing_entries(measure.missing, facts),
        "trace": measure.trace,
    }


# ---- life cycle ----------------------------------------------------------------------------------


def _items(assessment: Assessment) -> list[Document]:
    if assessment.foreground is None:
        return []
    return [
        {
            "id": item.id,
            "part": item.part,
            "name": item.name,
            "stage": item.stage,
            "quantity": item.quantity,
            "unit": item.unit,
            "mass_kg": item.mass_kg,
            "linked": item.linked,
            "datasets": list(dict.fromkeys(d.dataset for d in item.demands)),
            "trace": item.trace,
        }
        for item in assessment.foreground.items
    ]


def stages_without_data(foreground: Foreground | None) -> frozenset[str]:
    """Stages of which nothing is known: without any item, and not left out with a reason.

    Manufacturing may be empty for good: nothing is made in house, and no site data are missing.
    """
    if foreground is None:
        return frozenset()
    known: set[str] = {item.stage for item in foreground.items} | set(foreground.excluded)
    if not any(m.field.startswith("process") for m in foreground.missing):
        known.add("manufacturing")
    return frozenset(STAGES) - known


def _impacts(lca: LcaResult | None, unknown: Container[str]) -> list[Document]:
    if lca is None:
        return []
    return [
        {
            "method": m.method,
            "categories": {name: _category(m.categories[name], unknown) for name in sorted(m.categories)},
        }
        for m in lca.methods
    ]


def _category(result: CategoryResult, unknown: Container[str]) -> Document:
    by_stage: Mapping[str, float] | None = {str(k): v for k, v in result.by_stage.items()} if result.by_stage else None
    return {
        "value": result.value,
        "unit": result.unit,
        "per_functional_unit": result.per_functional_unit,
        "coverage": result.coverage,
        "reason": {"code": result.reason, "message": said(result.reason)} if result.reason else None,
        "known": result.known,
        "by_stage": None if by_stage is None else {s: None if s in unknown else by_stage.get(s, 0.0) for s in STAGES},
        "by_item": list(result.by_item) if result.by_item is not None else None,
        "trace": result.trace,
    }


def _lca(assessment: Assessment) -> Document:
    foreground, lca, manifest = assessment.foreground, assessment.lca, assessment.background.manifest
    return {
        "provided": lca is not None,
        "background": {"id": assessment.background.id, "sha256": assessment.background.sha256},
        "engine": lca.engine if lca else None,
        "system_model": manifest.get("system_model"),
        "allocation": manifest.get("allocation"),
        "biogenic": manifest.get("biogenic"),
        "capital_goods": manifest.get("capital_goods"),
        "linked_mass_share": foreground.linked_mass_share if foreground else None,
        "cut_off_mass_share": foreground.cut_off_mass_share if foreground else None,
        "scenario": _scenario(foreground.scenario) if foreground else None,
        "excluded": dict(foreground.excluded) if foreground else {},
        "missing": missing_entries(foreground.missing) if foreground else [],
        "uncharacterised": [
            {"method": u.method, "flow": u.flow, "compartment": u.compartment, "item": u.item}
            for u in (lca.uncharacterised if lca else ())
        ],
        "residual": lca.residual if lca else None,
    }


# ---- ledger --------------------------------------------------------------------------------------


def _at(at: At | None) -> Document | None:
    if at is None:
        return None
    return {"file": at.file, "line": at.line, "column": at.column, "sheet": at.sheet, "cell": at.cell}


def _entry(entry: Entry) -> Document:
    value = entry.value
    if isinstance(value, float) and not math.isfinite(value):
        raise ModelError(f"{entry.id} is {value}")
    found: Document = {
        "id": entry.id,
        "value": value,
        "unit": entry.unit,
        "kind": entry.kind,
        "by": entry.by,
        "inputs": list(entry.inputs),
        "at": _at(entry.at),
        "source": entry.source,
    }
    if entry.kind == "assumed":
        found["message"] = said(entry.by)
    return found


def _scenario(scenario: Scenario | None) -> Document:
    return {
        "id": scenario.id if scenario else None,
        "file": scenario.file if scenario else None,
        "sha256": scenario.sha256 if scenario else None,
    }
