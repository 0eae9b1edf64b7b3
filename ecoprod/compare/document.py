"""`ecoprod.comparison/1`: what two or more designs are, per functional unit of the first, and what of it differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecoprod.assessment import Assessment
from ecoprod.compare.break_even import break_evens
from ecoprod.compare.lines import lines
from ecoprod.compare.masses import masses_of
from ecoprod.compare.parts import parts_differing
from ecoprod.compare.services import scales
from ecoprod.product import STAGES
from ecoprod.report.document import result_document
from ecoprod.report.text_lca import is_whole
from ecoprod.report.version import VERSION

Document = dict[str, Any]


def compare(assessments: Sequence[Assessment], names: Sequence[str]) -> Document:
    """`ecoprod.comparison/1` of designs under the names given. Raises InputError for unlike services."""
    return comparison_document([result_document(a) for a in assessments], names)


def labels(paths: Sequence[Path]) -> list[str]:
    """A short name for each product path: its folder's name, with a number where two are alike."""
    found: list[str] = []
    for path in paths:
        place = path.resolve()
        name = place.parent.name if place.suffix in (".yaml", ".yml") else place.name
        name = name or "product"
        same = sum(other == name or other.startswith(f"{name}#") for other in found)
        found.append(f"{name}#{same + 1}" if same else name)
    return found


def comparison_document(documents: Sequence[Document], names: Sequence[str]) -> Document:
    """`ecoprod.comparison/1` of result documents, the first being what the others are measured against."""
    factors = [_factor(d, scale) for d, scale in zip(documents, scales(documents, names), strict=True)]
    designs = [_design(d, name, factor) for d, name, factor in zip(documents, names, factors, strict=True)]
    service = {k: documents[0]["product"]["functional_unit"][k] for k in ("amount", "unit", "of")}
    return {
        "schema": "ecoprod.comparison/1",
        "functional_unit": service,
        "designs": designs,
        "differences": [d for d in lines(designs) if d["differs"]],
        "same": [d["what"] for d in lines(designs) if not d["differs"]],
        "masses": masses_of(documents),
        "parts": parts_differing(documents, factors),
        "break_even": break_evens(designs, service),
        "ecoprod": VERSION,
    }


def _factor(document: Document, scale: float | None) -> float | None:
    """Products that the functional unit of the first design takes; None where that is not known."""
    products: float | None = document["product"]["functional_unit"]["products_per_functional_unit"]
    return None if scale is None or products is None else scale * products


def _design(document: Document, name: str, factor: float | None) -> Document:
    product, standard = document["product"], document["standard"]
    impacts = [
        {
            "method": impact["method"],
            "categories": {c: _impact(r, factor) for c, r in impact["categories"].items()},
        }
        for impact in document["impacts"]
    ]
    return {
        "label": name,
        "name": product["name"],
        "model": product["model"],
        "on": document["on"],
        "verdict": document["verdict"],
        "standard": {"id": standard["id"], "edition": standard["edition"]},
        "mass_kg": product["mass_kg"],
        "product_unit": product["product_unit"],
        "products_per_functional_unit": factor,
        "requirements": {r["id"]: {"status": r["status"], "title": r["title"]} for r in document["requirements"]},
        "indicators": {
            i: {k: m[k] for k in ("value", "low", "high", "unit")} for i, m in document["indicators"].items()
        },
        "impacts": impacts,
        "titles": document["standard"].get("facts", {}),
        "left_out": sorted(document["lca"]["excluded"], key=STAGES.index),
        "whole": is_whole(document),
    }


def _impact(result: Document, factor: float | None) -> Document:
    """A category per functional unit of the first design; null where it has no value."""
    known = result["value"] is not None and factor is not None
    return {
        "unit": result["unit"],
        "per_functional_unit": result["value"] * factor if known else None,
        "coverage": result["coverage"],
        "reason": result["reason"],
        "by_stage": (
            {s: None if v is None else v * factor for s, v in result["by_stage"].items()}
            if known and result["by_stage"]
            else None
        ),
    }
