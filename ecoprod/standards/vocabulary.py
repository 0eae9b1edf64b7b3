"""The words a specification may use: operators, groups, and the indicators that ecoprod calculates.

`CALCULATED` repeats names and units of `ecoprod.indicators.INDICATORS` (a test compares them): the standards are
read before, and without, the room that calculates.
"""

from __future__ import annotations

from collections.abc import Mapping

from ecoprod.standards.records import Fact

OPERATORS = ("at_most", "at_least", "less_than", "more_than", "equals", "one_of", "between", "present")
OPERATORS_OF: Mapping[str, frozenset[str]] = {
    "quantity": frozenset({"at_most", "at_least", "less_than", "more_than", "equals", "between", "present"}),
    "flag": frozenset({"equals", "present"}),
    "word": frozenset({"equals", "one_of", "present"}),
}
UPPER, LOWER = ("at_most", "less_than"), ("at_least", "more_than")
RANGED = ("at_most", "at_least")
"""Operators that may stand with two ends: the document prints a range of limits and not which of them holds."""
GROUPS = ("basic", "indicator", "lca_report")
ATTRIBUTES = ("resource", "energy", "environment", "product")
STAGES = ("raw_materials", "manufacturing", "distribution", "use", "end_of_life")
ROLES = ("category", "reference")
SECTORS = (
    "general", "home-appliances", "building-materials", "machinery", "automobiles", "electronics", "chemicals",
    "textiles", "electrical", "telecommunications", "iron-and-steel", "non-ferrous-metals", "light-industry",
)  # fmt: skip
"""The policy's seven, those of the ministry's lists that are none of the seven, and `general` for all."""
CONFIDENCES = ("standard", "official_list", "secondary", "user")

SUBSTANCES = ("Pb", "Hg", "Cd", "Cr6", "PBB", "PBDE", "HBCDD", "DEHP", "BBP", "DBP", "DIBP", "SCCP")
SUBSTANCE_BASES = ("homogeneous_material", "component", "product_mass")
MATERIAL_CLASSES_ALLOWED = "abcdefghijklmnopqrstuvwxyz-"
COUNTED = frozenset({"unit", "cycle", "person"})
"""Units of things that are counted: a zero there is exact, while a measured zero is only as good as its test."""

CALCULATED: Mapping[str, str | None] = {
    "mass": "kg",
    "recyclability-rate": "%",
    "recoverability-rate": "%",
    "recycled-content": "%",
    "recycled-content-pre": "%",
    "recycled-content-post": "%",
    "waste-content": "%",
    "energy-per-unit": "kgce",
    "water-per-unit": "m3",
    "waste-per-unit": "kg",
    "energy-per-mass": "kgce/t",
    "energy-per-length": "kgce/m",
    "energy-per-area": "kgce/m2",
    "water-per-mass": "m3/t",
    "water-mass-per-mass": "t/t",
    "waste-per-mass": "kg/t",
    "water-reuse-rate": "%",
    "waste-utilisation-rate": "%",
    "by-product-recovery-rate": "%",
    "raw-material-utilisation-rate": "%",
    "voc-removal-rate": "%",
    "packaging-void-ratio": "%",
    "gb-28380-grade": "级",
    "gb-18613-grade": "级",
    "carbon-footprint-per-kwh": "kg CO2-Eq/kWh",
    "lca:provided": None,
    "lca:stages": None,
    "lca:functional-unit": None,
    "lca:own-production": None,
    "lca:linked": None,
    "lca:coverage": None,
    "lca:hazardous-not-cut": None,
    "lca:categories": None,
    "lca:linked-mass-share": "%",
    "lca:cut-off-mass-share": "%",
    "lca:data-year": None,
    "lca:data-quality": None,
    "lca:improvement": None,
}
"""Unit of each calculated indicator, None for a yes or no."""


def calculated_fact(name: str) -> Fact | None:
    """The kind of answer a calculated indicator (or a basic requirement) gives; None for any other name.

    `impact:CATEGORY` is a quantity whose unit the method sets (None here: any unit is let pass).
    """
    title = {"zh": name, "en": name}
    if name in CALCULATED:
        unit = CALCULATED[name]
        return Fact(name, "flag" if unit is None else "quantity", unit, (), title, declared=False)
    if name.startswith("basic:") and name != "basic:":
        return Fact(name, "flag", None, (), title, declared=False)
    if name.startswith(("impact:", "impact-per-functional-unit:")):
        return Fact(name, "quantity", None, (), title, declared=False)
    if name.startswith("substance:"):
        substance, _, where = name.removeprefix("substance:").partition("@")
        basis, _, material_class = where.partition("/")
        if (
            substance in SUBSTANCES
            and basis in SUBSTANCE_BASES
            and all(letter in MATERIAL_CLASSES_ALLOWED for letter in material_class)
        ):
            return Fact(name, "quantity", "kg/kg", (), title, declared=False)
    return None


def known_fact(name: str, facts: Mapping[str, Fact]) -> Fact | None:
    """The indicator of that id: listed in `facts`, or calculated; None for a name nobody knows."""
    return facts.get(name) or calculated_fact(name)
