"""Objectives of a variants file: which figures rank the designs, and which way is better."""

from __future__ import annotations

from collections.abc import Sequence

from ecoprod.impact_categories import CATEGORIES
from ecoprod.readers.fields import Desk, choice
from ecoprod.readers.yamlcells import Node, mapping, scalar
from ecoprod.screening.variants import Objective

HEADLINE = "EF v3.1"
INDICATORS = {
    "mass": False, "recyclability-rate": True, "recoverability-rate": True, "recycled-content": True,
    "recycled-content-pre": True, "recycled-content-post": True, "waste-content": True, "cost": False,
}  # fmt: skip
"""Indicators that vary with a design, and whether more of them is better."""
DEFAULT = (
    Objective("indicator", "mass", "", more=False),
    Objective("category", "climate-change", HEADLINE, more=False),
    Objective("indicator", "recyclability-rate", "", more=True),
)
_WAYS = {"min": False, "minimise": False, "minimize": False, "max": True, "maximise": True, "maximize": True,
         "最小": False, "最大": True, "减小": False, "增大": True}  # fmt: skip


def read_objectives(desk: Desk, nodes: Sequence[Node]) -> tuple[Objective, ...]:
    """The objectives in their order; mass, climate change and recyclability where none are given."""
    found: list[Objective] = []
    for node in nodes:
        if mapping(desk, node, ("indicator", "category", "method", "direction")) is None:
            continue
        one = _objective(desk, node)
        if one is None:
            continue
        if one.id in {o.id for o in found}:
            node.fault(desk, "variants-objective-twice", name=one.id)
            continue
        found.append(one)
    return tuple(found) if nodes else DEFAULT


def _objective(desk: Desk, node: Node) -> Objective | None:
    indicator, category = scalar(desk, node, "indicator"), scalar(desk, node, "category")
    cell = indicator or category
    if cell is None or (indicator and category):
        node.fault(desk, "variants-objective")
        return None
    method = scalar(desk, node, "method")
    stated = choice(desk, scalar(desk, node, "direction"), _WAYS)
    name = cell.text.removeprefix("impact:")
    if indicator is not None and name not in CATEGORIES:
        if name not in INDICATORS:
            known = ", ".join(INDICATORS)
            desk.fault(cell, "variants-unknown-objective", name=name[:60], known=known)
            return None
        return Objective("indicator", name, "", INDICATORS[name] if stated is None else stated)
    if method is None and name not in CATEGORIES:
        desk.fault(cell, "variants-unknown-objective", name=name[:60], known=", ".join(CATEGORIES))
        return None
    return Objective("category", name, method.text if method else HEADLINE, bool(stated))
