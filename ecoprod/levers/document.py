"""`ecoprod.levers/1`: levers of a product, for machines."""

from __future__ import annotations

from typing import Any

from ecoprod.levers.levers import Levers, Offer
from ecoprod.levers.single import Change
from ecoprod.levers.unmoved import Unmoved
from ecoprod.messages import both
from ecoprod.report.circular import missing_entries
from ecoprod.report.document import place_of
from ecoprod.report.version import VERSION
from ecoprod.report.words import said
from ecoprod.screening.document import saving_note
from ecoprod.screening.tables import AS_IS_WORD

Document = dict[str, Any]
MOST = 20
"""Inputs that a document lists for each figure."""


def levers_document(found: Levers) -> Document:
    """`ecoprod.levers/1`."""
    case, product = found.case, found.case.product
    titles = {r.id: dict(r.title) for r in case.spec.requirements}
    facts = {name: dict(fact.title) for name, fact in case.spec.facts.items()}
    figures = dict.fromkeys(i.figure for i in found.influences)
    return {
        "schema": "ecoprod.levers/1",
        "on": case.on.isoformat(),
        "product": {
            "name": product.name, "model": product.model, "category": product.category,
            "files": [{"path": place_of(f.path, product.folder), "sha256": f.sha256} for f in product.files],
        },
        "standard": {"id": case.spec.id, "edition": case.spec.edition},
        "verdict": found.assessment.verdict.outcome,
        "influences": [
            {"input": i.parameter.field, "value": i.parameter.base, "unit": i.parameter.unit, "figure": figure,
             "slope": i.slope, "elasticity": i.elasticity, "per_point": i.per_point,
             "effect": i.effect, "effect_unit": i.unit, "at_end": i.at_end}
            for figure in figures
            for i in [i for i in found.influences if i.figure == figure and i.slope][:MOST]
        ],
        "changes": [
            {"requirement": name, "title": titles[name],
             "changes": [
                 {"input": c.field, "unit": c.parameter.unit, "before": c.before, "after": c.after,
                  "relative_percent": c.relative, "points": c.points, "stated": _is_stated(c, found), "far": c.far}
                 for c in changes
             ]}
            for name, changes in found.changes.items()
        ],
        "unmoved": [
            {"requirement": u.finding.requirement.id, "title": dict(u.finding.requirement.title),
             "status": u.finding.status, "why": _why(u),
             "missing": missing_entries(u.finding.missing, facts), "proven": u.proven, "unsettled": list(u.unsettled)}
            for u in found.unmoved
        ],
        "close": [
            {"requirement": f.requirement.id, "title": dict(f.requirement.title), "margin": f.margin}
            for f in found.close
        ],
        "offer": None if found.offer is None else _offer(found.offer, found),
        "names": {p.id: p.name for p in (*product.parts, *product.packaging) if p.name and p.name != p.id},
        "facts": facts,
        "requirements": titles,
        "gaps": {gap.id: dict(gap.what) for gap in case.spec.missing},
        "notes": _notes(found),
        "ecoprod": VERSION,
    }  # fmt: skip


def _why(unmoved: Unmoved) -> Document:
    params = {"inputs": ", ".join(unmoved.unsettled)} if unmoved.code == "levers-why-unsettled" else {}
    return {"code": unmoved.code, "message": dict(both(unmoved.code, **params))}


def _notes(found: Levers) -> list[Document]:
    """What a reader has to know of the figures, in both languages."""
    saving = found.offer.variants.saving if found.offer is not None else None
    notes = [] if saving is None else [saving_note(saving)]
    if found.split:
        notes.append({"code": "levers-note-split", "message": dict(both("levers-note-split"))})
    return notes


def _is_stated(change: Change, found: Levers) -> bool:
    """Whether the files say what the input is; the life cycle takes no content and all of a yield where they do not."""
    parameter, product = change.parameter, found.case.product
    if parameter.stated or parameter.column != "recycled_content":
        return parameter.stated
    part = next(p for p in (*product.parts, *product.packaging) if p.id == parameter.target)
    return part.recycled_content is not None


def _offer(offer: Offer, found: Levers) -> Document:
    combination, variants = offer.combination, offer.variants
    titles = {r.id: dict(r.title) for r in found.case.spec.requirements}
    open_now = {f.requirement.id: f for f in found.assessment.findings}
    statuses = {name: f.status for name, f in open_now.items()}
    facts = {name: dict(fact.title) for name, fact in found.case.spec.facts.items()}
    outcome = combination.outcome
    chosen = dict(zip(variants.slots, combination.choice, strict=False))
    return {
        "variants": {"path": variants.file, "sha256": variants.sha256},
        "state": combination.state,
        "options": {s.key: s.options[k].name or AS_IS_WORD for s, k in chosen.items()} if outcome else None,
        "cost": combination.cost if outcome else None,
        "cost_unit": "options" if offer.counted else "CNY",
        "verdict": outcome.verdict if outcome else None,
        "prevents": [
            {"requirement": name, "title": titles.get(name), "status_as_is": statuses.get(name)}
            for name in combination.prevents
        ],
        "considered": [
            {"requirement": name, "title": titles.get(name), "status_as_is": statuses.get(name)}
            for name in offer.considered
        ],
        "still_open": [
            {"requirement": name, "title": titles.get(name), "missing": missing_entries(open_now[name].missing, facts)}
            for name in offer.aside
        ],
        "alone": [
            {
                "requirement": name,
                "title": titles.get(name),
                "status_as_is": statuses.get(name),
                "options": [
                    {"part": o.part, "option": o.option, "cost": o.cost, "verdict": o.verdict} for o in options
                ],
            }
            for name, options in offer.alone.items()
        ],
        "keeps": [
            {"code": r.code, "message": said(r.code, r.params), "requirement": r.requirement} for r in offer.keeps
        ],
        "rounds": combination.rounds,
    }
