"""One requirement as it stands on a day, from everything that its draft holds."""

from __future__ import annotations

from datetime import date

from ecoprod.standards.conditions import resolve
from ecoprod.standards.reading import Draft
from ecoprod.standards.records import Condition, Requirement


def day_before(day: date) -> date:
    """The day before; the first of all days has none and stands for itself."""
    return date.fromordinal(max(day.toordinal() - 1, 1))


def requirement_on(draft: Draft, edition: str | None, in_force: date | None, on: date) -> Requirement | None:
    """What of a draft is in force on a day for an edition, which came into force `in_force`; None where nothing is."""
    condition = resolve(draft.condition, edition, in_force, on)
    if condition is None and draft.reported is None:
        return None
    return Requirement(
        draft.id, draft.clause, draft.group, draft.attribute, draft.stage, draft.title, condition,
        resolve(draft.applies_when, edition, in_force, on), resolve(draft.exempt_when, edition, in_force, on),
        draft.needs_evidence, *_source_of(draft, condition), draft.note, draft.place.file.name, draft.place.line,
        own_check=draft.own_check, indicator=draft.reported,
    )  # fmt: skip


def _source_of(draft: Draft, condition: Condition | None) -> tuple[str, str]:
    """The source of what is in force, which may be a later one than the requirement's first."""
    while condition is not None and condition.limit is None:
        condition = next(iter((*condition.all_of, *condition.any_of)), condition.negated)
    if condition is None or condition.limit is None:
        return draft.source, draft.at
    return condition.limit.source, condition.limit.at
