"""From which amount of service on the lighter of two designs is ahead on climate change, from their results alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecoprod.compare.lines import EQUAL, category_of, unlike
from ecoprod.lightweighting import break_even
from ecoprod.product import STAGES
from ecoprod.report.text_lca import HEADLINE

Document = dict[str, Any]


def break_evens(designs: Sequence[Document], service: Document) -> list[Document | None]:
    """One entry a design, against the first. None where there is nothing to ask: see `_asked`."""
    return [None, *(_entry(designs[0], design, service) if _asked(designs[0], design) else None
                    for design in designs[1:])]  # fmt: skip


def _asked(first: Document, design: Document) -> bool:
    """Whether two designs are of the same product unit, with masses and uses that differ, and have climate results."""
    masses = [d["mass_kg"] for d in (first, design)]
    if None in masses or not unlike(*masses) or first["product_unit"] != design["product_unit"]:
        return False
    stages = [_stages(d) for d in (first, design)]
    return stages[0] is not None and stages[1] is not None and unlike(stages[0]["use"], stages[1]["use"])


def _stages(design: Document) -> Document | None:
    """Climate change by stage, per functional unit of the first design."""
    result = category_of(design, *HEADLINE)
    return result["by_stage"] if result and design["products_per_functional_unit"] else None


def _entry(first: Document, design: Document, service: Document) -> Document:
    lighter, heavier = (design, first) if design["mass_kg"] < first["mass_kg"] else (first, design)
    light, heavy = _stages(lighter) or {}, _stages(heavier) or {}
    unknown = [s for s in STAGES if light[s] is None or heavy[s] is None]
    life = min(service["amount"] / d["products_per_functional_unit"] for d in (first, design))
    extra = saved = at = None
    outcome = "unknown"
    if not unknown:
        extra = _without_use(light, lighter) - _without_use(heavy, heavier)
        saved = (heavy["use"] - light["use"]) / service["amount"]
        outcome, at = _outcome(extra, saved, life)
    return {
        "lighter": lighter["label"],
        "heavier": heavier["label"],
        "saved_kg": heavier["mass_kg"] - lighter["mass_kg"],
        "extra": extra,
        "saved_per_service": saved,
        "unit": (category_of(first, *HEADLINE) or {})["unit"],
        "outcome": outcome,
        "service": at,
        "life": life,
        "service_unit": service["unit"],
        "unknown": unknown,
        "left_out": sorted({d["label"] for d in (first, design) if "use" in d["left_out"]}),
        "complete": bool(first["whole"] and design["whole"]),
    }


def _without_use(stages: Document, design: Document) -> float:
    """Climate change of one product in all stages but its use."""
    return float(sum(stages[s] for s in STAGES if s != "use") / design["products_per_functional_unit"])


def _outcome(extra: float, saved: float, life: float) -> tuple[str, float | None]:
    """In one word, and the amount of service where the two are level."""
    if extra < 0 and saved < 0:  # ahead when made, and falling behind from then on
        level = extra / saved
        return ("until", level) if level < life else ("at_once", 0.0)
    level_at = break_even(extra, saved)
    if level_at is None:
        return "never", None
    if level_at == 0:
        return "at_once", 0.0
    return ("after" if level_at <= life * (1 + EQUAL) else "beyond_life"), level_at
