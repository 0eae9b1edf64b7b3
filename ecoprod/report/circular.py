"""What becomes of the product's materials, as entries of the result document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecoprod.indicators.circular import Bounds
from ecoprod.measure import Measure, Missing
from ecoprod.recycling.records import Circularity, Footprint, PartRecycling
from ecoprod.report.fields import Titles, sentences
from ecoprod.report.words import said

Document = dict[str, Any]


def recycling_entry(found: PartRecycling) -> Document:
    """One part of `recycling`."""
    return {
        "part": found.part,
        "name": found.name,
        "material_class": found.material_class,
        "route": found.route,
        "mass_g": found.mass_g,
        "reused_g": _bounds(found.reused),
        "recycled_g": _bounds(found.recycled),
        "recyclable_g": _bounds(found.recyclable),
        "energy_g": _bounds(found.energy),
        "lost_g": _bounds(found.lost),
        "losses": [
            {
                "code": loss.code,
                "message": said(loss.code, loss.params),
                "field": loss.field,
                "low_g": loss.grams[0],
                "high_g": loss.grams[1],
                "in_rate": loss.in_rate,
            }
            for loss in found.losses
        ],
        "stated": dict(found.stated),
        "trace": found.trace,
        "lost_trace": found.lost_trace,
    }


def _bounds(bounds: Bounds) -> Document:
    return {"low": bounds[0], "high": bounds[1]}


def circularity_entry(found: Circularity | None) -> Document | None:
    """`circularity`: the indicator, what it is made of, and the shares of inflow and outflow."""
    if found is None:
        return None
    return {
        "material_circularity_indicator": _measure(found.indicator),
        "linear_flow_index": _measure(found.linear_flow_index),
        "utility": _measure(found.utility),
        "inflow": {name: _measure(found.inflow[name]) for name in ("reused", "recycled", "renewable")},
        "outflow": {name: _measure(found.outflow[name]) for name in ("reused", "recycled", "recirculated")},
        "note": {"code": "circularity-not-checked", "message": said("circularity-not-checked")},
    }


def _measure(found: Measure) -> Document:
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "missing": missing_entries(found.missing),
        "trace": found.trace,
    }


def missing_entries(missing: Sequence[Missing], facts: Titles | None = None) -> list[Document]:
    """Fields that would settle something, with their sentences; `facts`: titles of the facts of the specification."""
    return [
        {"field": m.field, "code": m.code, "params": dict(m.params), "message": sentences(m.code, m.params, facts)}
        for m in missing
    ]


def footprint_entry(found: Footprint | None) -> Document | None:
    """`circular_footprint`: per category and part, beside the impacts and never added to them."""
    if found is None:
        return None
    return {
        "file": found.file,
        "sha256": found.sha256,
        "method": found.method,
        "parts": [
            {
                "part": one.part,
                "name": one.name,
                "mass_kg": one.mass_kg,
                "recycled_content": one.shares.recycled_content if one.shares else None,
                "recycled_at_end": one.shares.recycled_at_end if one.shares else None,
                "energy_at_end": one.shares.energy_at_end if one.shares else None,
                "missing": missing_entries(one.missing),
                "trace": one.trace,
            }
            for one in found.parts
        ],
        "categories": {
            one.id: {
                "value": one.value,
                "unit": one.unit,
                "coverage": one.coverage,
                "reason": {"code": one.reason, "message": said(one.reason)} if one.reason else None,
                **one.blocks,
                "by_part": None if one.by_part is None else list(one.by_part),
                "trace": one.trace,
            }
            for one in found.categories
        },
        "missing": missing_entries(found.missing),
        "note": {"code": "footprint-beside", "message": said("footprint-beside")},
    }
