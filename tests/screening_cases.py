"""Made-up products of the screening engine's tests judged both ways, with limits that stand between designs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from screening_products import Made

from ecoprod.assessment import Assessment
from ecoprod.corridor import Case, judge_design, read_case
from ecoprod.errors import InputError, Problem
from ecoprod.foreground import Foreground
from ecoprod.product import STAGES, Amount
from ecoprod.screening.changes import designed
from ecoprod.screening.reading import read_variants
from ecoprod.screening.variants import Variants
from ecoprod.standards.records import Condition, Limit, Requirement, Spec
from ecoprod.trace import Ledger

START = date(2020, 1, 1)


def quiet(*_: object) -> None:
    return None


def made(one: Made) -> tuple[Case, Foreground, Variants]:
    """A product with its variants, written and read again. Raises InputError where options make no product."""
    one.write()
    one.variants()
    return read(one.folder)


def read(folder: Path) -> tuple[Case, Foreground, Variants]:
    case, foreground = read_case(folder, Ledger())
    assert foreground is not None
    problems: list[Problem] = []
    variants = read_variants(folder / "variants.yaml", case.product, case.background, problems)
    if problems or variants is None:
        raise InputError(problems)
    return case, foreground, variants


def judged(
    case: Case, foreground: Foreground, variants: Variants, choice: Sequence[int], values: Sequence[float]
) -> Assessment | None:
    """A design judged as `assess` judges a product; None where it cannot be."""
    try:
        product = designed(case.product, foreground, case.background, variants, choice, values)
        return judge_design(case, product, quiet)
    except InputError:
        return None


def tightened(spec: Spec, seen: Sequence[Assessment], rng: random.Random) -> Spec:
    """The general rules as a complete standard, with own limits that stand between the designs `seen`."""
    own = [("lca:linked-mass-share", "%"), ("mass", "kg"), ("recyclability-rate", "%"), ("recoverability-rate", "%"),
           ("recycled-content", "%"), ("recycled-content-pre", "%"), ("impact:climate-change", "kg CO2-Eq"),
           ("impact:acidification", None), ("impact-per-functional-unit:climate-change", None),
           ("substance:Pb@homogeneous_material", "kg/kg"), ("substance:Pb@product_mass", "kg/kg"),
           ("substance:Cd@product_mass", "kg/kg"), ("energy-per-mass", "kgce/t"), ("energy-per-unit", "kgce"),
           ("packaging-layers", "层")]  # fmt: skip
    requirements = []
    if rng.random() < 0.3:
        requirements.append(requirement("lca:improvement", limit_of("equals", True, None)))
    for name, unit in own:
        known = sorted(
            v for a in seen if (m := a.measures.get(name)) is not None for v in (m.low, m.high) if v is not None
        )
        more = name.endswith(("rate", "content", "share", "-pre"))
        if not known or rng.random() < 0.4:
            continue
        # now and then a limit that many miss; else one that few do
        share = rng.choice((0.5, 0.1, 0.0))
        value = known[int((share if more else 1 - share) * (len(known) - 1))] * rng.choice((1, 0.999, 1.001))
        op = "at_least" if more else "at_most"
        requirements.append(requirement(name, limit_of(op, value, unit)))
    return limited(spec, *requirements)


def limited(spec: Spec, *more: Requirement) -> Spec:
    """The general rules as if they were printed in a complete standard, and more requirements.

    The use stage lies outside its system boundary, and its functional unit is that of the products here.
    """
    rules = (*map(_firm, spec.requirements), *more)
    stages = tuple(stage for stage in STAGES if stage != "use")
    return replace(
        spec, requirements=rules, complete=True, in_force=START, missing=(), lca_stages=stages,
        functional_unit=Amount(100.0, "cycle"),
    )  # fmt: skip


def limit_of(op: Any, value: float | bool, unit: str | None) -> Limit:
    return Limit(op, unit, value, None, None, (), START, "own", "1", "standard")


def requirement(indicator: str, limit: Limit) -> Requirement:
    name = f"own-{indicator.replace(':', '-')}"
    title = {"zh": name, "en": name}
    return Requirement(
        name, None, "indicator", None, None, title, Condition(indicator, limit), None, None, True, "own", "1", None,
        "own", 1,
    )  # fmt: skip


def _firm(requirement: Requirement) -> Requirement:
    condition = requirement.condition
    if condition is None or condition.limit is None:
        return requirement
    limit = replace(condition.limit, confidence="standard", start=START)
    return replace(requirement, condition=replace(condition, limit=limit))
