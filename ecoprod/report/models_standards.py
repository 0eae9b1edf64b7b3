"""The documents of the standards library, as pydantic models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecoprod.report.models import Day, Number, Problem, Record, Words


class StandardMatch(Record):
    """Where a search found its words."""

    where: Literal["number", "alias", "id", "title", "known-as", "requirement", "fact", "gap"]
    id: str
    text: Words
    score: Number


class StandardEntry(Record):
    """One specification of the library.

    `requirements` counts all editions, base included; `criteria` those beside the base; `gaps` its own named gaps.
    `score` and `matches` stand in what a search found.
    """

    id: str
    numbers: list[str]
    title: Words
    sector: str | None
    complete: bool
    requirements: int
    sources: list[str]
    role: Literal["category", "reference"] | None = None
    criteria: int | None = None
    attributes: list[str] | None = None
    gaps: int | None = None
    known_as: dict[str, list[str]] | None = Field(default=None, description="everyday names of the kind, by language")
    score: Number | None = None
    matches: list[StandardMatch] | None = None


class Standards(Record):
    """`ecoprod.standards/1`: the standards library."""

    schema_: Literal["ecoprod.standards/1"] = Field(alias="schema")
    standards: list[StandardEntry]


class DiffEdition(Record):
    """Another edition of the same kind."""

    id: str
    number: str
    in_force: Day | None
    until: Day | None


class DiffSide(Record):
    """The specification on one of the days; nulls where none was in force, with the reason, and what was instead.

    `on` is null where two editions are compared, each as it stands at the latest.
    """

    on: Day | None
    id: str | None
    edition: str | None
    number: str | None
    title: Words | None
    in_force: Day | None
    complete: bool | None
    requirements: int
    not_in_force: list[Problem]
    instead: list[DiffEdition]


class DiffRule(Record):
    """A requirement; more keys as in `standards show`."""

    id: str
    group: str
    title: Words


class DiffChange(Record):
    """A requirement of both days. `stricter`: its limits on the later day, null where that cannot be said.

    `was`: its id on the first day; `same_demand`: only source, date or wording differ; `reference`: the standard
    that it is now taken from.
    """

    id: str
    was: str
    same_demand: bool
    reference: str | None
    changes: list[str]
    stricter: bool | None
    before: DiffRule
    after: DiffRule


class DiffGap(Record):
    """A gap of the specification."""

    id: str
    what: Words


class DiffFact(Record):
    """A fact that the maker declares."""

    id: str
    kind: str
    unit: str | None
    title: Words


class DiffGaps(Record):
    """Gaps that came and went."""

    added: list[DiffGap]
    removed: list[DiffGap]


class DiffFacts(Record):
    """Facts to declare, and those no longer."""

    added: list[DiffFact]
    removed: list[DiffFact]


class StandardsDiff(Record):
    """`ecoprod.standards-diff/1`: what changes for a kind of product between two days, or from edition to edition.

    `from` and `to` are null where two editions are compared.
    `date_unknown`: requirements whose limits have no date: they count on every day.
    """

    schema_: Literal["ecoprod.standards-diff/1"] = Field(alias="schema")
    id: str | None
    from_: Day | None = Field(alias="from")
    to: Day | None
    before: DiffSide
    after: DiffSide
    counts: dict[str, int]
    added: list[DiffRule]
    removed: list[DiffRule]
    changed: list[DiffChange]
    same: list[str]
    date_unknown: list[str]
    gaps: DiffGaps
    facts: DiffFacts
    ecoprod: str
