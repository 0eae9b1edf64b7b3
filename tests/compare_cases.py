"""Assessments with items of one's own, for tests of comparisons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecoprod.assessment import Assessment
from ecoprod.foreground.records import Item
from ecoprod.lca.records import CategoryResult, LcaResult, MethodResult


def with_items(made: Assessment, values: dict[Item, float], **more: object) -> Assessment:
    """The assessment with these items and their climate change; the total and the stages are their sums."""
    items, found = tuple(values), tuple(values.values())
    stages: dict[Any, float] = {}
    for one, value in values.items():
        stages[one.stage] = stages.get(one.stage, 0.0) + value
    total = sum(found)
    climate = CategoryResult(
        "climate-change", "kg CO2-Eq", total, total, total / 4, 1.0, None, stages, found, "impact:climate"
    )
    assert made.foreground is not None
    return replace(
        made, foreground=replace(made.foreground, items=items, **more),  # type: ignore[arg-type]
        lca=LcaResult((MethodResult("EF v3.1", {"climate-change": climate}),), "cached", "test", "a" * 64, (), 0.0),
    )  # fmt: skip


def other(name: str, stage: Any) -> Item:
    return Item(name, None, name, stage, 1.0, "kg", None, (), (), linked=True, trace="bom:A/mass")
