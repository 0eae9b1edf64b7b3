"""One specification as of a date: its base's requirements, its own, and those of the standards it refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ecoprod.errors import Problem
from ecoprod.standards.conditions import resolve
from ecoprod.standards.dated import day_before, requirement_on
from ecoprod.standards.folders import Folder, edition_named, pick_edition
from ecoprod.standards.overlays import Ever, draft_indicators
from ecoprod.standards.reading import Draft
from ecoprod.standards.records import Condition, Edition, Gap, Limit, Requirement, Spec
from ecoprod.standards.strictness import compare
from ecoprod.standards.walks import facts_used


def spec_as_of(folder: Folder, edition: Edition, on: date, problems: list[Problem]) -> Spec:
    """The specification of a folder for one edition and day."""
    header, base = folder.header, folder.base
    own = [r for d in folder.drafts if d.refers_to is None and (r := _requirement(d, edition, on)) is not None]
    refined = {r.id for r in own}
    asked: list[Requirement] = []
    base_edition = None
    if base is not None:
        base_edition = pick_edition(base.header, None, on, base.header.info.id, problems)
        inherited = [_requirement(d, base_edition, on) for d in base.drafts]
        asked += [r for r in inherited if r is not None and r.id not in refined]
    referred, gaps = _referred(folder, edition, own, on, problems)
    asked += own + referred
    info = header.info
    gaps = (*edition.missing, *(base_edition.missing if base_edition else ()), *gaps)
    spans = _gaps_ever(folder, edition)
    gaps = tuple(spans.pop(gap.id, gap) for gap in gaps)
    rule = header.judgement or (base.header.judgement if base else None)
    return Spec(
        info.id, edition.id, edition.title, tuple(dict.fromkeys((edition.number, *edition.also, *info.numbers))),
        info.aliases, info.sector, edition.complete and not gaps, gaps, tuple(asked), header.lca_focus,
        _cited(asked, edition, rule), _digest(folder), in_force=edition.in_force, judgement=rule,
        facts=facts_used(asked, folder.facts), folder=header.file.name.rpartition("/")[0], role=info.role,
        outline=info.outline, lca_stages=header.lca_stages, functional_unit=header.functional_unit,
        other_days=tuple(spans.values()),
    )  # fmt: skip


def ever(folder: Folder, edition: Edition) -> Ever:
    """What a specification has in one edition on one day or another, those of its base and its references included."""
    requirements: set[str] = set()
    indicators: set[str] = set()
    for draft in (*folder.drafts, *(folder.base.drafts if folder.base else ())):
        if not draft.is_of(edition.id):
            continue
        reference = folder.references.get(draft.refers_to or "")
        for found in reference.drafts if reference else (draft,):
            requirements.add(f"{draft.id}-{found.id}" if reference else draft.id)
            indicators |= draft_indicators(replace(found, group=draft.group))
    return Ever(frozenset(requirements), frozenset(indicators))


# ---- standards referred to -----------------------------------------------------------------------


def _referred(
    folder: Folder, edition: Edition, own: Sequence[Requirement], on: date, problems: list[Problem]
) -> tuple[list[Requirement], tuple[Gap, ...]]:
    """Requirements of the standards that the drafts refer to, as they stand on the day, and what those lack.

    One that the specification itself demands at least as strictly is not repeated.
    """
    found: list[Requirement] = []
    gaps: dict[str, Gap] = {}
    for draft in folder.drafts:
        reference = folder.references.get(draft.refers_to or "")
        if reference is None or not draft.is_of(edition.id):
            continue
        _, _, named = (draft.refers_to or "").partition("@")
        info = reference.header.info
        # a dated reference keeps its edition, also after a later one came into force
        chosen = (
            edition_named(info.editions, named)
            if named
            else pick_edition(reference.header, None, on, info.id, problems)
        )
        applies = resolve(draft.applies_when, edition.id, edition.in_force, on)
        day = _day_within(chosen, on) if named and chosen is not None else on
        for inner in reference.drafts:
            taken = _requirement(inner, chosen, day)
            if taken is not None and not any(_as_strict(r, taken) for r in own):
                found.append(_taken(draft, taken, applies))
        for gap in chosen.missing if chosen else ():
            gaps[f"{info.id}-{gap.id}"] = Gap(f"{info.id}-{gap.id}", gap.what, info.id)
    return found, tuple(gaps.values())


def _gaps_ever(folder: Folder, edition: Edition) -> dict[str, Gap]:
    """Gaps of the base and of the standards referred to, of each edition that can apply together with this one.

    A gap that only some of those editions have says on which days.
    """
    parts = [(folder.base.header.info, "")] if folder.base else []
    parts += [
        (reference.header.info, named)
        for draft in folder.drafts
        if (reference := folder.references.get(draft.refers_to or "")) is not None and draft.is_of(edition.id)
        for named in ((draft.refers_to or "").partition("@")[2],)
    ]
    found: dict[str, Gap] = {}
    for info, named in parts:
        editions = [e for e in info.editions if (e.id == named if named else _meet(e, edition))]
        of = None if folder.base is not None and info is folder.base.header.info else info.id
        for gap in dict.fromkeys(gap.id for each in editions for gap in each.missing):
            have = [e for e in editions if any(gap == g.id for g in e.missing)]
            what = next(g.what for g in have[0].missing if g.id == gap)
            starts, ends = [e.in_force for e in have], [e.until for e in have]
            always = len(have) == len(editions)
            start = None if always or None in starts else min(day for day in starts if day)
            until = None if always or None in ends else max(day for day in ends if day)
            name = gap if of is None else f"{of}-{gap}"
            found[name] = Gap(name, what, of, start, until)
    return found


def _meet(one: Edition, other: Edition) -> bool:
    """Whether there is a day on which both editions can apply."""
    return all(
        first.until is None or second.in_force is None or second.in_force < first.until
        for first, second in ((one, other), (other, one))
    )


def _day_within(edition: Edition, on: date) -> date:
    """The day on which a dated reference is read: what is cited holds before that edition's time and after it too."""
    if edition.in_force is not None and on < edition.in_force:
        return edition.in_force
    return day_before(edition.until) if edition.until is not None and on >= edition.until else on


def _taken(draft: Draft, taken: Requirement, applies: Condition | None) -> Requirement:
    both = tuple(c for c in (applies, taken.applies_when) if c is not None)
    return replace(
        taken, id=f"{draft.id}-{taken.id}", group=draft.group, note=taken.note or draft.note,
        applies_when=Condition(all_of=both) if len(both) > 1 else next(iter(both), None),
        needs_evidence=taken.needs_evidence and draft.needs_evidence, via=f"{draft.source} {draft.at}".strip(),
    )  # fmt: skip


def _as_strict(own: Requirement, taken: Requirement) -> bool:
    """Whether a requirement of the specification's own asks for as much of the same indicator, always and as firmly.

    One in doubt, printed as a range, less well sourced, with exemptions the other lacks, or that takes a statement
    without evidence, does not; nor does one of nothing without a test beside one that names its test.
    """
    mine, theirs = _single(own), _single(taken)
    if mine is None or theirs is None or own.applies_when is not None or _indicator(own) != _indicator(taken):
        return False
    if own.exempt_when is not None and _bare(own.exempt_when) != _bare(taken.exempt_when):
        return False
    if mine.doubt is not None or mine.unresolved or theirs.unresolved or _rank(mine) > _rank(theirs):
        return False
    if (own.own_check and not taken.own_check) or (taken.needs_evidence and not own.needs_evidence):
        return False
    if mine.test_detection_limit is None and theirs.test_detection_limit is not None:
        return False
    order = compare(mine, theirs)
    return order is not None and order <= 0


def _rank(limit: Limit) -> int:
    """The better the source of a limit, the lower: a failure counts on some of them and not on others."""
    return ("standard", "user", "official_list", "secondary").index(limit.confidence)


def _bare(condition: Condition | None) -> tuple[object, ...]:
    """A condition as what it compares, whatever document says so."""
    if condition is None:
        return ()
    limit = condition.limit
    told = (limit.op, limit.unit, limit.value, limit.low, limit.high, limit.values) if limit else ()
    parts = tuple(map(_bare, condition.all_of)), tuple(map(_bare, condition.any_of)), _bare(condition.negated)
    return condition.indicator, told, *parts


def _single(requirement: Requirement) -> Limit | None:
    return requirement.condition.limit if requirement.condition else None


def _indicator(requirement: Requirement) -> str | None:
    return requirement.condition.indicator if requirement.condition else None


# ---- its parts ---------------------------------------------------------------------------------


def _requirement(draft: Draft, edition: Edition | None, on: date) -> Requirement | None:
    if edition is None or not draft.is_of(edition.id):
        return None
    return requirement_on(draft, edition.id, edition.in_force, on)


def _cited(requirements: Sequence[Requirement], edition: Edition, rule: str | None) -> tuple[str, ...]:
    first = [edition.source, *([rule.split(" ")[0]] if rule else [])]
    via = [r.via.split(" ")[0] for r in requirements if r.via]
    return tuple(dict.fromkeys((*first, *(r.source for r in requirements), *via)))


def _digest(folder: Folder) -> str:
    """One hash over the files the specification was read from, base first."""
    digest = hashlib.sha256()
    for part in (folder.base, *folder.references.values(), folder):
        if part is not None:
            digest.update(part.header.file.sha256.encode())
            for name in dict.fromkeys(d.place.file.sha256 for d in part.drafts):
                digest.update(name.encode())
    return digest.hexdigest()
