"""The standards library as documents: all of it, one specification, what a search found, what changes between days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ecoprod.errors import InputError, Problem
from ecoprod.report.version import VERSION
from ecoprod.standards import folder_or_name, load_spec
from ecoprod.standards.library import is_issued_by, latest_day, summaries, summary
from ecoprod.standards.openings import Opening, openings
from ecoprod.standards.records import Condition, Edition, Gap, Hit, Limit, Passage, Requirement, Spec, Summary, Text2

Document = dict[str, Any]


def specification(name: str, on: date | None, overlays: Sequence[Path] = ()) -> Spec:
    """A specification as of a date; without one, as it stands at the latest. Raises InputError.

    `name`: any name that the library answers to, or the path of a folder of one's own.
    """
    place = folder_or_name(name)
    return load_spec(place, latest_day(place) if on is None else on, overlays)


def specifications(name: str, on: date | None, overlays: Sequence[Path] = ()) -> list[Spec]:
    """The specification, or every edition of it that could apply where none is named. Raises InputError."""
    try:
        return [specification(name, on, overlays)]
    except InputError as error:
        named = editions_to_choose(error.problems)
        if not named or overlays:  # an overlay completes one edition
            raise
    return [specification(each, on) for each in named]


def editions_to_choose(problems: Sequence[Problem]) -> list[str]:
    """`kind@edition` of each edition between which ecoprod does not choose; empty where that is not the problem."""
    if [p.code for p in problems] != ["standards-two-editions"]:
        return []
    return str(problems[0].params["editions"]).split(", ")


# ---- documents -----------------------------------------------------------------------------------


def standards_document(sector: str | None = None, issuer: str | None = None, attribute: str | None = None) -> Document:
    """`ecoprod.standards/1`: every specification of the library, requirements counted.

    Those of a sector, with a number of an issuer (`GB/T`, `T/CAGP`), with a requirement of an attribute, where named.
    """
    return standards_as_document([
        _summary(found)
        for found in summaries()
        if sector in (None, found.info.sector)
        and (issuer is None or is_issued_by(found.info, issuer))
        and (attribute is None or attribute in found.attributes)
    ])  # fmt: skip


def search_document(words: Sequence[str], hits: Sequence[Hit]) -> Document:
    """`ecoprod.standards/1` of what a search found, best first, each with the places where it was found."""
    found = [{**_summary(hit.summary), "score": hit.score, "matches": _matches(hit)} for hit in hits]
    return {**standards_as_document(found), "words": list(words)}


def _matches(hit: Hit) -> list[Document]:
    return [{"where": m.where, "id": m.id, "text": dict(m.text), "score": m.score} for m in hit.matches]


def standard_document(*specs: Spec, missing: bool = False, asked: str | None = None) -> Document:
    """`ecoprod.standards/1` of one specification, or of several editions, with requirements and limits.

    `missing`: only the requirements with something open. `asked`: the name it was asked for by.
    """
    return standards_as_document([_whole(spec, asked, missing=missing) for spec in specs])


def _whole(spec: Spec, asked: str | None, *, missing: bool) -> Document:
    place = folder_or_name(asked) if asked is not None else None
    known = _summary(summary(place if isinstance(place, Path) else spec.id))
    if isinstance(place, Path):
        known["folder"] = spec.folder
    found = openings(spec)
    named = {o.requirement.id for o in found}
    shown = {
        "edition": spec.edition,
        "in_force": _day(spec.in_force),
        "complete": spec.complete,
        "missing": _gaps_with_days(spec.missing),
        "missing_other_days": _gaps_with_days(spec.other_days),
        "sha256": spec.sha256,
        "lca_focus": list(spec.lca_focus),
        "lca_stages": list(spec.lca_stages),
        "functional_unit": f"{unit.value:g} {unit.unit}" if (unit := spec.functional_unit) else None,
        "judgement": spec.judgement,
        "outline": [_passage(p) for p in spec.outline],
        "facts": [
            {"id": f.id, "kind": f.kind, "unit": f.unit, "values": list(f.values), "title": dict(f.title)}
            for f in spec.facts.values()
            if f.declared
        ],
        "rules": [rule(r) for r in spec.requirements if not missing or r.id in named],
        "open": [_opening(o) for o in found],
        "overlays": [
            {"path": o.path, "sha256": o.sha256, "checked_by": o.checked_by, "checked_on": _day(o.checked_on)}
            for o in spec.overlays
        ],
        "overrides": [
            {"requirement": o.requirement, "published": o.published, "overlay": o.overlay} for o in spec.overrides
        ],
    }
    return {**known, **shown}


def standards_as_document(standards: list[Document]) -> Document:
    """`ecoprod.standards/1` around entries."""
    return {"schema": "ecoprod.standards/1", "standards": standards, "ecoprod": VERSION}


def _words(words: Text2 | None) -> Document | None:
    return dict(words) if words else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _summary(found: Summary) -> Document:
    info = found.info
    return {
        "id": info.id,
        "numbers": list(info.numbers),
        "title": dict(info.title),
        "sector": info.sector,
        "complete": info.complete,
        "requirements": found.requirements,
        "sources": list(info.sources),
        "role": info.role,
        "criteria": found.criteria,
        "attributes": list(found.attributes),
        "gaps": len(found.gaps),
        "extends": info.extends,
        "known_as": {lang: list(names) for lang, names in info.known_as.items()},
        "aliases": {name: dict(words) for name, words in info.aliases.items()},
        "editions": [_edition(e) for e in info.editions],
    }


def _edition(edition: Edition) -> Document:
    return {
        "id": edition.id,
        "number": edition.number,
        "also": list(edition.also),
        "title": dict(edition.title),
        "in_force": _day(edition.in_force),
        "until": _day(edition.until),
        "complete": edition.complete,
        "source": {"id": edition.source, "at": edition.at},
        "missing": gap_list(edition.missing),
    }


def gap_list(gaps: Sequence[Gap]) -> list[Document]:
    """What a coded specification lacks."""
    return [{"id": gap.id, "what": dict(gap.what)} for gap in gaps]


def _gaps_with_days(gaps: Sequence[Gap]) -> list[Document]:
    """Gaps with the days on which they are some, where they are not always."""
    return [
        {**entry, **({"from": _day(gap.start), "until": _day(gap.until), "days": gap.days} if gap.days else {})}
        for entry, gap in zip(gap_list(gaps), gaps, strict=True)
    ]


def _passage(passage: Passage) -> Document:
    return {
        "id": passage.id,
        "clause": passage.clause,
        "title": dict(passage.title),
        "text": dict(passage.text),
        "source": {"id": passage.source, "at": passage.at},
        "read": passage.read,
    }


def _opening(opening: Opening) -> Document:
    return {
        "requirement": opening.requirement.id,
        "indicator": opening.indicator,
        "limit": plain_limit(opening.limit) if opening.limit else None,
        "reasons": list(opening.reasons),
    }


def rule(requirement: Requirement) -> Document:
    """A requirement with everything known of it."""
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "group": requirement.group,
        "attribute": requirement.attribute,
        "stage": requirement.stage,
        "title": dict(requirement.title),
        "condition": _condition(requirement.condition),
        "applies_when": _condition(requirement.applies_when),
        "exempt_when": _condition(requirement.exempt_when),
        "needs_evidence": requirement.needs_evidence,
        "own_check": requirement.own_check,
        "reported": requirement.indicator,
        "source": {"id": requirement.source, "at": requirement.at},
        "via": requirement.via,
        "note": _words(requirement.note),
    }


def _condition(condition: Condition | None) -> Document | None:
    if condition is None:
        return None
    if condition.indicator is not None and condition.limit is not None:
        return {"indicator": condition.indicator, "limit": plain_limit(condition.limit)}
    if condition.negated is not None:
        return {"not": _condition(condition.negated)}
    key, members = ("all_of", condition.all_of) if condition.all_of else ("any_of", condition.any_of)
    return {key: [_condition(c) for c in members]}


def plain_limit(limit: Limit) -> Document:
    """A limit with everything known of it."""
    return {
        "op": limit.op,
        "value": limit.value,
        "low": limit.low,
        "high": limit.high,
        "values": list(limit.values),
        "unit": limit.unit,
        "from": _day(limit.start),
        "source": {"id": limit.source, "at": limit.at},
        "confidence": limit.confidence,
        "also": list(limit.also),
        "test_detection_limit": limit.test_detection_limit,
        "baseline": _words(limit.baseline),
        "doubt": _words(limit.doubt),
        "note": _words(limit.note),
    }
