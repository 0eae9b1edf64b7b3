"""`ecoprod.screening/1`: what a screening found, for machines: the best designs and the front, counts of all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.errors import Problem
from ecoprod.messages import LANGS, both, problem_text, text
from ecoprod.report.document import place_of
from ecoprod.report.version import VERSION
from ecoprod.screening.changes import is_same_mass
from ecoprod.screening.figures import RATES
from ecoprod.screening.kept import objective_of
from ecoprod.screening.naming import named
from ecoprod.screening.screen import REFUSED, Chunk, Screen, Screening, counts_of, refused_of
from ecoprod.screening.tables import AS_IS_WORD
from ecoprod.screening.text import value_words
from ecoprod.screening.variants import Objective, Saving, Variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Row = tuple[NDArray[np.int16], NDArray[np.float64]]

Document = dict[str, Any]
_REFUSALS = 5
_NUMBERS = 10
LISTED = 1_000
"""Designs that a document lists beside the front; all of them stand in the table (`--format csv|parquet`)."""
FRONT = 2_000
"""Designs of the front that a document lists, the best by the objectives in their order."""
_BEST = ("qualified", "provisional", "undetermined", "not_qualified", REFUSED)


def screening_document(found: Screening) -> Document:
    """`ecoprod.screening/1`; designs from the best to the worst by the objectives in their order."""
    ready = found.screen
    case, variants = ready.case, ready.variants
    product = case.product
    per_unit = ready.engine.base.foreground.products_per_functional_unit
    places = np.flatnonzero(found.front[found.order])[:FRONT]
    best = _best(found)
    listed = sorted({*range(min(LISTED, len(found.order))), *places.tolist(), best["rank"] - 1})
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
            {"name": p.name, "field": p.field, "unit": p.unit, "written_unit": p.written, "as_is": p.base,
             "low": p.low, "high": p.high, "values": list(p.values) or None}
            for p in variants.parameters
        ],
        "objectives": [_objective(o, ready) for o in variants.objectives],
        "count": ready.count,
        "verdicts": counts_of(ready, found.whole.outcome),
        "best_verdict": best,
        "requirements": _requirements(found),
        "front": (np.sort(found.order[places]) + 1).tolist(),
        "front_size": int(found.front.sum()),
        "front_shown": len(places),
        "base": {**_design(ready, ready.base, 0), "number": 0, "rank": None, "front": None},
        "designs": [
            {"number": n + 1, "rank": place + 1, "front": bool(found.front[n]), **_design(ready, found.whole, n)}
            for place, n in ((place, int(found.order[place])) for place in listed)
        ],
        "notes": notes_of(found),
        "ecoprod": VERSION,
    }  # fmt: skip


def _best(found: Screening) -> Document:
    """The best verdict that any design has, and the first in rank of those that have it."""
    names = [outcome.verdict for outcome in found.screen.engine.outcomes]
    reached = min((names[n] for n in np.unique(found.whole.outcome)), key=_BEST.index)
    numbers = [n for n, name in enumerate(names) if name == reached]
    place = int(np.argmax(np.isin(found.whole.outcome[found.order], numbers)))
    return {"verdict": reached, "number": int(found.order[place]) + 1, "rank": place + 1}


def _requirements(found: Screening) -> list[Document]:
    """How many designs fail each requirement or leave it open, the one that most fail first."""
    counts: dict[str, list[int]] = {}
    sizes = np.bincount(found.whole.outcome, minlength=len(found.screen.engine.outcomes)).tolist()
    for outcome, size in zip(found.screen.engine.outcomes, sizes, strict=True):
        for n, names in enumerate((outcome.failed, outcome.undetermined)):
            for name in names if size else ():
                counts.setdefault(name, [0, 0])[n] += size
    titles = {r.id: dict(r.title) for r in found.screen.case.spec.requirements}
    return [
        {"requirement": name, "title": titles.get(name), "failed": failed, "undetermined": left}
        for name, (failed, left) in sorted(counts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    ]


def notes_of(found: Screening) -> list[Document]:
    """What a reader has to know of the figures, in both languages."""
    ready = found.screen
    notes = [_note("screen-note-declared"), *(_note(code, **params) for code, params in ready.variants.warnings)]
    saving = ready.variants.saving
    if saving is not None:
        notes.append(saving_note(saving))
    elif _use_stands_still(found):
        notes.append(_note("screen-note-no-saving"))
    notes += refusal_notes(ready, found.whole.outcome, found.design)
    refused = refused_of(ready.engine, found.whole.outcome)
    values = [objective_of(o, found.whole.columns, service=ready.service) for o in ready.variants.objectives]
    for objective, value in zip(ready.variants.objectives, values, strict=True):
        unknown = int((np.isnan(value) & ~refused).sum())
        if unknown:
            notes.append(_note("screen-note-unknown", objective=objective.id, count=unknown, of=ready.count))
    return notes


def _use_stands_still(found: Screening) -> bool:
    """Whether designs differ in mass while the product states use flows, none of which follows it."""
    use, ready = found.screen.case.product.use, found.screen
    if use is None or not any(f.amount is not None and f.amount.value for f in use.flows):
        return False
    mass, was = found.whole.columns["mass"], float(ready.base.columns["mass"][0])
    return not bool(is_same_mass(was, mass[~np.isnan(mass)]).all())  # a design that is refused has none


def saving_note(saving: Saving) -> Document:
    """That a use flow follows the difference in mass, and by which value."""
    return _note(
        "screen-note-saving", flow=saving.flow, value=saving.reduction, unit=saving.unit, distance=saving.distance_km,
        source=saving.source,
    )  # fmt: skip


def refusal_notes(ready: Screen, outcome: Numbers, design: Callable[[int], Row]) -> list[Document]:
    """Why designs cannot be judged, each reason with their numbers, what the first of them changes, and the remedy.

    `outcome`: outcome numbers of all designs; `design`: options and values of one.
    """
    by_reason: dict[tuple[str, str], tuple[Problem, list[int]]] = {}
    for number, known in enumerate(ready.engine.outcomes):
        for problem in named(known.problems, ready.variants, ready.case.product):
            by_reason.setdefault((str(problem.at), problem.code), (problem, []))[1].append(number)
    notes: list[Document] = []
    for (place, _), (problem, outcomes) in by_reason.items():
        designs = np.flatnonzero(np.isin(outcome, outcomes))
        if not len(designs) or len(notes) == _REFUSALS:
            continue
        numbers = ", ".join(str(n + 1) for n in designs[:_NUMBERS]) + (" …" if len(designs) > _NUMBERS else "")
        first = _changed(ready.variants, *design(int(designs[0])))
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


def _changed(variants: Variants, choices: NDArray[np.int16], values: NDArray[np.float64]) -> str:
    """Options and values of a design, as the variants file names them."""
    chosen = [(slot.key, slot.options[k].name) for slot, k in zip(variants.slots, choices, strict=True)]
    said = [
        value_words(p.name, float(v), p.unit, p.field, p.written)
        for p, v in zip(variants.parameters, values, strict=True)
    ]
    return "; ".join([*(f"{key}: {name}" for key, name in chosen if name), *said])


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
