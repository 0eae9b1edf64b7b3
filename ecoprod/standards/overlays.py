"""Private overlays: the holder of a standard adds what the public sources do not tell, and signs for it.

An overlay may add requirements, confirm a limit, tighten it, or set one that is only reported. A limit that would
loosen a published one is not taken: it is listed under `overrides`, and the verdict stays provisional.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from pathlib import Path

from ecoprod.errors import At, Problem
from ecoprod.standards.conditions import Origin, limits_of, read_limit
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.dated import requirement_on
from ecoprod.standards.reading import Draft, check_format, read_fact, read_requirement, read_service, read_stages
from ecoprod.standards.records import Condition, Fact, Gap, Limit, Overlay, Override, Requirement, Spec
from ecoprod.standards.signature import check_years, names_something, read_in_force, read_signature
from ecoprod.standards.strictness import compare, wants_nothing
from ecoprod.standards.vocabulary import OPERATORS, known_fact
from ecoprod.standards.walks import facts_used, indicators_of
from ecoprod.units import Amount, convert, same_dimension
from ecoprod.yamlfile import dotted, read_yaml

_KEYS = (
    "ecoprod", "for", "source", "checked_by", "checked_on", "in_force", "complete", "closes", "indicators",
    "lca_stages", "functional_unit", "facts", "requirements", "limits",
)  # fmt: skip
_SIGNS = {"at_most": "≤", "at_least": "≥", "less_than": "<", "more_than": ">", "equals": "="}
_LIMIT_KEYS = (
    "requirement", "indicator", *OPERATORS, "from", "until", "at", "test_detection_limit", "baseline", "note", "also",
)  # fmt: skip


_Said = dict[str, tuple[str, object, str]]
"""What an overlay said first of each rule on the life cycle assessment: its file, the value, and that in words."""


@dataclass(frozen=True, slots=True)
class Ever:
    """Ids of the requirements and of the indicators that a specification has on one day or another."""

    requirements: frozenset[str] = frozenset()
    indicators: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An overlay file being applied."""

    top: Cursor
    shown: str
    source: str
    on: date
    in_force: date | None
    ever: Ever


def apply_overlays(
    spec: Spec, overlays: Sequence[Path], on: date, problems: list[Problem], ever: Ever | None = None
) -> Spec:
    """The specification with every overlay merged in, in the order given; what is wrong goes to `problems`.

    `ever`: what the specification has on other days, which an overlay may speak of without effect on this one.
    """
    said: _Said = {}
    for path in overlays:
        spec = _apply(spec, path, on, problems, ever or Ever(), said)
    return spec


def _apply(spec: Spec, path: Path, on: date, problems: list[Problem], ever: Ever, said: _Said) -> Spec:
    before = len(problems)
    file = read_yaml(path, path.name, problems)
    if file is None:
        # an overlay is private and lies where its holder keeps it: the words for files of a product do not fit
        problems[before:] = [_of_overlay(path) if p.code == "file-missing" else p for p in problems[before:]]
        return spec
    top = Cursor(file, problems, file.data)
    top.keys(_KEYS, ("ecoprod", "for", "source"))
    check_format(top)
    by, checked_on = read_signature(top)
    source = top.at("source").text()
    if top.has("source") and not names_something(source):
        top.report("overlay-no-source", "source")
    wanted = top.at("for").text()
    if wanted is not None and wanted != f"{spec.id}@{spec.edition}":
        top.report("overlay-for-other", "for", overlay=wanted, spec=f"{spec.id}@{spec.edition}")
        return spec
    in_force = read_in_force(top)
    check_years(top, spec.numbers[0] if spec.numbers else "", checked_on, in_force)
    stages, service = read_stages(top.at("lca_stages")), read_service(top.at("functional_unit"))
    _agrees(top, stages, service, said)
    spec = replace(
        _dated(spec, top, in_force, on), lca_stages=stages or spec.lca_stages,
        functional_unit=service or spec.functional_unit,
    )  # fmt: skip
    sheet = _Sheet(top, path.name, source or path.name, on, spec.in_force, ever)
    for name, at in top.at("facts").items():
        if name in spec.facts:
            at.report("overlay-fact-known", id=name, spec=spec.id)
    facts = {**spec.facts, **{name: read_fact(name, at) for name, at in top.at("facts").items()}}
    requirements = {r.id: r for r in spec.requirements}
    overrides: list[Override] = []
    for place in top.at("limits").each():
        _set_limit(place, requirements, facts, sheet, overrides)
    drafts = _drafts(requirements, facts, sheet)
    for added in _added(drafts, sheet):
        requirements[added.id] = added
    record = Overlay(
        path.name, file.sha256, by, checked_on, top.at("complete").flag(default=False), top.at("closes").texts(),
    )  # fmt: skip
    merged = replace(
        spec, requirements=tuple(requirements.values()), overlays=(*spec.overlays, record),
        overrides=(*spec.overrides, *overrides), sources=tuple(dict.fromkeys((*spec.sources, sheet.source))),
    )  # fmt: skip
    merged = replace(merged, facts=facts_used(merged.requirements, facts))
    return _completed(merged, record, top, ever.indicators | {name for d in drafts for name in draft_indicators(d)})


def _of_overlay(path: Path) -> Problem:
    return Problem("overlay-missing", At(path.as_posix()[:200]), "--overlay", {"file": path.as_posix()[:200]})


def _agrees(top: Cursor, stages: tuple[str, ...], service: Amount | None, said: _Said) -> None:
    """Report where an overlay draws another system boundary, or another functional unit, than one before it."""
    for key, mine, words in (
        ("lca_stages", frozenset(stages) or None, ", ".join(stages)),
        ("functional_unit", service, f"{service.value:g} {service.unit}" if service else ""),
    ):
        if mine is None:
            continue
        first, theirs, others = said.setdefault(key, (top.file.name, mine, words))
        if not (_same_amount(mine, theirs) if isinstance(mine, Amount) else mine == theirs):
            top.report("overlays-contradict", key, key=key, words=words, first=first, others=others)


def _same_amount(mine: Amount, theirs: object) -> bool:
    if not isinstance(theirs, Amount) or not same_dimension(mine.unit, theirs.unit):
        return False
    return isclose(convert(mine, theirs.unit), theirs.value, rel_tol=1e-12)


def _dated(spec: Spec, top: Cursor, known: date | None, on: date) -> Spec:
    """The holder of the standard knows its date: it fills those of its own limits that were unknown, and only those.

    The base and the standards referred to have dates of their own, which this one says nothing about.
    """
    if known is None or spec.in_force is not None:
        return spec
    if known > on:
        params = {"number": spec.edition, "on": on.isoformat(), "start": known.isoformat(), "until": "—"}
        top.report("standards-not-in-force", "in_force", **params)
        return spec

    def filled(condition: Condition | None) -> Condition | None:
        if condition is None:
            return None
        limit = condition.limit
        return Condition(
            condition.indicator, limit and (limit if limit.undated else replace(limit, start=limit.start or known)),
            tuple(c for i in condition.all_of if (c := filled(i))),
            tuple(c for i in condition.any_of if (c := filled(i))), filled(condition.negated),
        )  # fmt: skip

    asked = tuple(
        replace(
            r, condition=filled(r.condition), applies_when=filled(r.applies_when), exempt_when=filled(r.exempt_when)
        )
        if r.file.rpartition("/")[0] in (spec.folder, "")  # an overlay before this one stands in no folder
        else r
        for r in spec.requirements
    )
    return replace(spec, in_force=known, requirements=asked)


def _drafts(known: Mapping[str, Requirement], facts: Mapping[str, Fact], sheet: _Sheet) -> list[Draft]:
    """Requirements that the overlay adds, on whatever day."""
    found: dict[str, Draft] = {}
    for place in sheet.top.at("requirements").each():
        draft = read_requirement(place, facts, Origin(sheet.source, place.at("at").text() or "—", "user"))
        _only_user(draft, place)
        if draft.id in found:
            place.report("overlay-id-twice", "id", id=draft.id, first=found[draft.id].place.line)
            continue
        if draft.id in known or draft.id in sheet.ever.requirements:
            place.report("overlay-id-known", "id", id=draft.id)
            continue
        found[draft.id] = draft
    return list(found.values())


def _added(drafts: Sequence[Draft], sheet: _Sheet) -> Iterable[Requirement]:
    """Those of them that are in force."""
    for draft in drafts:
        added = requirement_on(draft, None, sheet.in_force, sheet.on)
        if added is not None:
            # the copy that the holder read speaks for each of its limits
            yield replace(added, source=draft.source, at=draft.at, own_check=False)


def draft_indicators(draft: Draft) -> set[str]:
    """What a requirement of the group `indicator` compares or reports, on whatever day."""
    if draft.group != "indicator":
        return set()
    compared = {name for name, _ in limits_of(draft.condition) if name is not None} if draft.condition else set()
    return compared | ({draft.reported} if draft.reported is not None else set())


def _only_user(draft: Draft, place: Cursor) -> None:
    for key in ("confidence", "own_check", "refines", "editions", "refers_to"):
        if place.has(key):
            place.report("overlay-key", key, key=key)
    if not draft.needs_evidence:
        place.report("overlay-no-evidence", "needs_evidence")
    if draft.condition is not None:
        for _, limit in limits_of(draft.condition):
            for key in ("confidence", "editions"):
                if limit.place.has(key):
                    limit.place.report("overlay-key", key, key=key)


def _completed(spec: Spec, record: Overlay, top: Cursor, ever: Collection[str]) -> Spec:
    """The specification without the gaps that the overlay fills, complete where none is left.

    `complete: true` is the holder's word on this one standard: it fills the gaps of the specification and of its base.
    The gaps of another standard that is referred to are filled by name, under `closes`, those of other days too: one
    overlay serves every day. `ever`: indicators of other days, which the list of indicators may name too.
    """
    if (record.complete or record.closes) and (record.checked_by is None or record.checked_on is None):
        top.report("overlay-unchecked", "complete" if record.complete else "closes")
    gaps = [gap.id for gap in (*spec.missing, *spec.other_days)]
    for name in dict.fromkeys(record.closes):
        if name not in gaps:
            top.report("overlay-no-gap", "closes", gap=name, known=", ".join(gaps) or "—")
    named, have = set(top.at("indicators").texts()), indicator_ids(spec.requirements)
    if record.complete and (have - named or named - have - set(ever)):
        absent, extra = ", ".join(sorted(have - named)) or "—", ", ".join(sorted(named - have - set(ever))) or "—"
        top.report("overlay-indicators", "indicators", absent=absent, extra=extra)
        return spec

    def left(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        return tuple(g for g in gaps if g.id not in record.closes and (g.of is not None or not record.complete))

    missing = left(spec.missing)
    whole = spec.complete or any(overlay.complete for overlay in spec.overlays)
    return replace(spec, complete=whole and not missing, missing=missing, other_days=left(spec.other_days))


def indicator_ids(requirements: Iterable[Requirement]) -> set[str]:
    """Indicators that the requirements of group `indicator` compare or report."""
    found: set[str] = set()
    for requirement in requirements:
        if requirement.group == "indicator":
            found.update(indicators_of(requirement))
    return found


# ---- one limit -----------------------------------------------------------------------------------


def overrides_on(spec: Spec, top: Cursor, places: Iterable[Cursor], on: date) -> list[Override]:
    """Which of these limits of an overlay would loosen the specification as it stands on a day.

    What else may be wrong with them is not said here.
    """
    sheet = _Sheet(top, top.file.name, "—", on, None, Ever())
    requirements, found = {r.id: r for r in spec.requirements}, list[Override]()
    for place in places:
        _set_limit(Cursor(place.file, [], place.value, place.path), requirements, spec.facts, sheet, found)
    return found


def _set_limit(
    place: Cursor, requirements: dict[str, Requirement], facts: Mapping[str, Fact], sheet: _Sheet,
    overrides: list[Override],
) -> None:  # fmt: skip
    """Confirm, tighten or set one limit of `requirements`; a looser one goes to `overrides`."""
    place.keys(_LIMIT_KEYS, ("requirement",))
    name = place.at("requirement").text() or ""
    requirement = requirements.get(name)
    if requirement is None and name in sheet.ever.requirements:
        return  # not in force on this day
    if requirement is None or requirement.own_check:
        place.report("overlay-no-requirement", "requirement", id=name)
        return
    indicator = place.at("indicator").text() or next(iter(indicators_of(requirement)), "")
    fact = known_fact(indicator, facts)
    published = limit_on(requirement.condition, indicator)
    if fact is None or (published is None and requirement.indicator != indicator):
        place.report("overlay-no-indicator", "indicator", id=indicator, requirement=name)
        return
    before = len(place.problems)
    draft = read_limit(place, fact, Origin(sheet.source, place.at("at").text() or "—", "user"), beside=True)
    if draft is None or len(place.problems) > before:
        return
    if draft.limit.start is not None and draft.limit.start > sheet.on:
        return
    if draft.until is not None and draft.until <= sheet.on:
        return
    mine = draft.limit
    if published is None:
        # as everywhere, a limit without a date of its own has that of the edition
        dated = mine if draft.dated else replace(mine, start=sheet.in_force)
        condition: Condition | None = Condition(indicator, dated)
    elif (looser := compare(mine, published)) is None or looser > 0:
        overrides.append(
            Override(
                name, limit_words(published), limit_words(mine), sheet.shown, place.line, dotted(place.path),
                comparable=looser is not None,
            )
        )  # fmt: skip
        return
    elif mine.undated and looser < 0:
        # nobody knows whether the stricter limit holds already: the published one does until then
        both = Condition(all_of=(Condition(indicator, published), Condition(indicator, mine)))
        condition = _replaced(requirement.condition, published, both)
    else:
        # a confirmed limit keeps the date the published one had, unless the overlay knows it
        kept = replace(
            mine, start=mine.start or published.start, undated=False, test_detection_limit=_test_of(mine, published)
        )
        condition = _replaced(requirement.condition, published, Condition(indicator, kept))
    requirements[name] = replace(requirement, condition=condition, source=mine.source, at=mine.at)


def _test_of(mine: Limit, published: Limit) -> float | None:
    """Detection limit of the test: as the overlay says, else as published where that limit is one of "none" too."""
    if mine.test_detection_limit is not None or not wants_nothing(published):
        return mine.test_detection_limit
    return published.test_detection_limit


def limit_on(condition: Condition | None, indicator: str) -> Limit | None:
    """The limit that an overlay can take the place of: the first one on that indicator, not within a `not`."""
    if condition is None:
        return None
    if condition.indicator == indicator:
        return condition.limit
    inner = (*condition.all_of, *condition.any_of)
    return next((f for c in inner if (f := limit_on(c, indicator)) is not None), None)


def _replaced(condition: Condition | None, old: Limit, new: Condition) -> Condition | None:
    if condition is None or condition.limit is old:
        return condition and new
    return replace(
        condition,
        all_of=tuple(c for i in condition.all_of if (c := _replaced(i, old, new))),
        any_of=tuple(c for i in condition.any_of if (c := _replaced(i, old, new))),
    )


def limit_words(limit: Limit) -> str:
    """A limit as one line, as documents for machines have it: `at_most 0.5 %`; messages show it by `with_sign`."""
    if limit.op == "between":
        value = f"{limit.low:g} … {limit.high:g}"
    elif limit.unresolved:
        value = f"{limit.low:g} ~ {limit.high:g}"
    elif limit.op == "one_of":
        value = " | ".join(limit.values)
    elif isinstance(limit.value, bool):
        value = "true" if limit.value else "false"
    elif isinstance(limit.value, float):
        value = f"{limit.value:g}"
    else:
        value = limit.value or ""
    return " ".join(part for part in (limit.op, value, limit.unit) if part)


def with_sign(words: str) -> str:
    """What `limit_words` gives, as a message shows it: `≤ 0.5 %`, a range or words alone, yes or no by its code."""
    op, _, rest = words.partition(" ")
    if rest in ("true", "false"):
        return "@report-yes" if rest == "true" else "@report-no"
    return f"{_SIGNS[op]} {rest}" if op in _SIGNS else rest
