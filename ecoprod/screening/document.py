"""`ecoprod.screening/1`: what a screening found, for machines: the best designs and the front, counts of all."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from ecoprod.errors import Problem
from ecoprod.messages import LANGS, both, problem_text, text
from ecoprod.report.document import place_of
from ecoprod.report.version import VERSION
from ecoprod.screening.figures import RATES
from ecoprod.screening.kept import objective_of
from ecoprod.screening.naming import named
from ecoprod.screening.screen import Chunk, Screen, Screening, refused_of
from ecoprod.screening.tables import AS_IS_WORD
from ecoprod.screening.text import value_words
from ecoprod.screening.variants import Objective, Saving

Document = dict[str, Any]
_REFUSALS = 5
_NUMBERS = 10
LISTED = 1_000
"""Designs that a document lists beside the front; all of them stand in the table (`--format csv|parquet`)."""


def screening_document(found: Screening) -> Document:
    """`ecoprod.screening/1`; designs from the best to the worst by the objectives in their order."""
    ready = found.screen
    case, variants = ready.case, ready.variants
    product = case.product
    per_unit = ready.engine.base.foreground.products_per_functional_unit
    listed = sorted({*found.order[:LISTED].tolist(), *np.flatnonzero(found.front).tolist()})
    rank = {int(design): n for n, design in enumerate(found.order.tolist(), start=1)}
    unit, service = product.product_unit, product.service
    return {
        "schema": "ecoprod.screening/1",
        "on": case.on.isoformat(),
        "product": {
            "name": product.name, "model": product.model, "category": product.category,
            "product_unit": {"amount": unit.value, "unit": unit.unit} if unit else None,
            "functional_unit": {
                "amount": service.value if service else None, "unit": service.unit if service else None,
                "of": product.service_of, "products_per_functional_unit": per_unit,
            },
            "files": [{"path": place_of(f.path, product.folder), "sha256": f.sha256} for f in product.files],
        },
        "standard": {
            "id": case.spec.id, "edition": case.spec.edition, "sha256": case.spec.sha256,
            "overlays": [{"path": place_of(o.path, product.folder), "sha256": o.sha256} for o in case.spec.overlays],
        },
        "variants": {"path": variants.file, "sha256": variants.sha256, "design": variants.design,
                     "seed": variants.seed if variants.design == "sample" else None},
        "background": {"id": case.background.id, "sha256": case.background.sha256},
        "slots": [
            {"key": s.key, "parts": list(s.parts), "options": [o.name or AS_IS_WORD for o in s.options]}
            for s in variants.slots
        ],
        "parameters": [
            {"name": p.name, "field": p.field, "unit": p.unit, "as_is": p.base, "low": p.low, "high": p.high,
             "values": list(p.values) or None}
            for p in variants.parameters
        ],
        "objectives": [_objective(o, ready) for o in variants.objectives],
        "count": ready.count,
        "verdicts": dict(sorted(Counter(found.verdicts).items())),
        "front": (np.flatnonzero(found.front) + 1).tolist(),
        "base": {**_design(ready, ready.base, 0), "number": 0, "rank": None, "front": None},
        "designs": [
            {"number": n + 1, "rank": rank[n], "front": bool(found.front[n]), **_design(ready, found.whole, n)}
            for n in sorted(listed, key=rank.__getitem__)
        ],
        "notes": notes_of(found),
        "ecoprod": VERSION,
    }  # fmt: skip


def notes_of(found: Screening) -> list[Document]:
    """What a reader has to know of the figures, in both languages."""
    ready = found.screen
    notes = [_note("screen-note-declared"), *(_note(code, **params) for code, params in ready.variants.warnings)]
    saving = ready.variants.saving
    if saving is not None:
        notes.append(saving_note(saving))
    notes += refusal_notes(found)
    refused = refused_of(ready.engine, found.whole.outcome)
    values = [objective_of(o, found.whole.columns, service=ready.service) for o in ready.variants.objectives]
    for objective, value in zip(ready.variants.objectives, values, strict=True):
        unknown = int((np.isnan(value) & ~refused).sum())
        if unknown:
            notes.append(_note("screen-note-unknown", objective=objective.id, count=unknown, of=ready.count))
    return notes


def saving_note(saving: Saving) -> Document:
    """That a use flow follows the difference in mass, and by which value."""
    return _note(
        "screen-note-saving", flow=saving.flow, value=saving.reduction, distance=saving.distance_km,
        source=saving.source,
    )  # fmt: skip


def refusal_notes(found: Screening) -> list[Document]:
    """Why designs cannot be judged, each reason with their numbers, what the first of them changes, and the remedy."""
    by_reason: dict[tuple[str, str], tuple[Problem, list[int]]] = {}
    for number, outcome in enumerate(found.screen.engine.outcomes):
        for problem in named(outcome.problems, found.screen.variants, found.screen.case.product):
            by_reason.setdefault((str(problem.at), problem.code), (problem, []))[1].append(number)
    notes: list[Document] = []
    for (place, _), (problem, outcomes) in by_reason.items():
        designs = np.flatnonzero(np.isin(found.whole.outcome, outcomes))
        if not len(designs) or len(notes) == _REFUSALS:
            continue
        numbers = ", ".join(str(n + 1) for n in designs[:_NUMBERS]) + (" …" if len(designs) > _NUMBERS else "")
        first = _changed(found, int(designs[0]))
        message: dict[str, str] = {}
        for lang in LANGS:
            why, fix = problem_text(problem, lang)
            changed = first or text("screen-as-is", lang)
            message[lang] = text(
                "screen-note-refused", lang, count=len(designs), numbers=numbers, first=int(designs[0]) + 1,
                changed=changed, at=place, why=why, fix=fix,
            )  # fmt: skip
        notes.append({"code": "screen-note-refused", "message": message})
    return notes


def _changed(found: Screening, row: int) -> str:
    """Options and values of a design, as the variants file names them."""
    variants, whole = found.screen.variants, found.whole
    chosen = [(slot.key, slot.options[k].name) for slot, k in zip(variants.slots, whole.choices[row], strict=True)]
    values = [
        value_words(p.name, float(v), p.unit, p.field)
        for p, v in zip(variants.parameters, whole.values[row], strict=True)
    ]
    return "; ".join([*(f"{key}: {name}" for key, name in chosen if name), *values])


def _note(code: str, **params: object) -> Document:
    return {"code": code, "message": dict(both(code, **params))}


def _objective(objective: Objective, ready: Screen) -> Document:
    return {"id": objective.id, "direction": "max" if objective.more else "min", "unit": unit_of(objective, ready)}


def unit_of(objective: Objective, ready: Screen) -> str:
    """Unit of the figure that an objective ranks by."""
    if objective.kind == "category":
        return next(i.category.unit for i in ready.engine.linear.impacts if i.id == objective.id)
    return {"mass": "kg", "cost": "CNY"}.get(objective.name, "%")


def _design(ready: Screen, chunk: Chunk, row: int) -> Document:
    variants, outcome = ready.variants, ready.outcome(int(chunk.outcome[row]))

    def figure(name: str) -> float | None:
        value = float(chunk.columns[name][row])
        return None if math.isnan(value) else value

    rates: Document = {}
    for name in RATES:
        low, high = figure(f"{name}:low"), figure(f"{name}:high")
        rates[name] = {"low": low, "high": high, "value": low if low == high else None, "unit": "%"}
    return {
        "options": {
            slot.key: slot.options[chunk.choices[row, n]].name or AS_IS_WORD for n, slot in enumerate(variants.slots)
        },
        "parameters": {p.name: float(chunk.values[row, n]) for n, p in enumerate(variants.parameters)},
        "verdict": outcome.verdict,
        "failed": list(outcome.failed),
        "undetermined": list(outcome.undetermined),
        "mass_kg": figure("mass"),
        "cost": figure("cost"),
        "indicators": rates,
        "impacts": {
            impact.id: {
                "value": figure(impact.id),
                "per_functional_unit": figure(f"{impact.id}:per-functional-unit"),
                "coverage": figure(f"{impact.id}:coverage"),
                "unit": impact.category.unit,
            }
            for impact in ready.engine.linear.impacts
        },
    }
