"""The standards as data: what a specification of a product kind requires, as of one date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from ecoprod.units import Amount

Text2 = Mapping[str, str]
"""A text in both languages: {"zh": …, "en": …}."""
Confidence = Literal["standard", "official_list", "secondary", "user"]
Group = Literal["basic", "indicator", "lca_report"]
Op = Literal["at_most", "at_least", "less_than", "more_than", "equals", "one_of", "between", "present"]
FactKind = Literal["quantity", "flag", "word"]
Role = Literal["category", "reference"]
Where = Literal["number", "alias", "id", "title", "known-as", "requirement", "fact", "gap"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What kind of answer an indicator takes: a quantity in `unit`, yes or no, or one of the words `values`.

    `declared`: read from `declared` of the product file, else calculated (or, for `basic:ID`, read from `basic`).
    """

    id: str
    kind: FactKind
    unit: str | None
    values: tuple[str, ...]
    title: Text2
    declared: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """One comparison with its unit, date of effect and source. `start` None: date not known.

    `test_detection_limit`: of the test the standard names, for limits of "none" or 0. `at`: clause, table or list row.
    `at_most` and `at_least` with `low` and `high` in place of `value`: the document prints a range of limits and not
    which of them holds (`unresolved`). `doubt`: why the printed limit may not be meant so; exceeding it is no failure.
    `baseline`: what the document compares with. `also`: other documents that print the same limit. `undated`: an
    overlay says that its day is not known (`from: null`); exceeding it is no failure.
    """

    op: Op
    unit: str | None
    value: float | str | bool | None
    low: float | None
    high: float | None
    values: tuple[str, ...]
    start: date | None
    source: str
    at: str
    confidence: Confidence
    test_detection_limit: float | None = None
    baseline: Text2 | None = None
    note: Text2 | None = None
    doubt: Text2 | None = None
    also: tuple[str, ...] = ()
    undated: bool = False

    @property
    def unresolved(self) -> bool:
        """Whether the document leaves open which limit of a range holds."""
        return self.op in ("at_most", "at_least") and self.low is not None


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one indicator, or `all_of` / `any_of` / `negated` conditions, two deep. Three-valued when evaluated."""

    indicator: str | None = None
    limit: Limit | None = None
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    negated: Condition | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the specification in force on the date asked for.

    `condition`: what must hold (None: `reported`, no sourced threshold; `indicator` is then what is shown).
    `applies_when`: None = always. `needs_evidence`: a declared value counts only with evidence.
    `exempt_when`: met -> status `exempt`. `own_check`: a check of ecoprod's own, not a limit of a document: it ends in
    pass or undetermined and has no part in the confidence of the verdict. `via`: document and place that refers to the
    standard this requirement is taken from.
    """

    id: str
    clause: str | None
    group: Group
    attribute: str | None
    stage: str | None
    title: Text2
    condition: Condition | None
    applies_when: Condition | None
    exempt_when: Condition | None
    needs_evidence: bool
    source: str
    at: str
    note: Text2 | None
    file: str
    line: int
    own_check: bool = False
    indicator: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the coded specification lacks; it is named in every result.

    `of`: the standard referred to that lacks it; None for a gap of the specification or of its base. `start`, `until`:
    first day, and first day after, of a gap that only one of several editions of that standard has.
    """

    id: str
    what: Text2
    of: str | None = None
    start: date | None = None
    until: date | None = None

    @property
    def days(self) -> str:
        """The days on which it is a gap, as `2011-08-01 – 2027-07-31`; nothing where it always is."""
        if self.start is None and self.until is None:
            return ""
        last = date.fromordinal(self.until.toordinal() - 1).isoformat() if self.until else ""
        return f"{self.start.isoformat() if self.start else ''} – {last}".strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """What a document says of the standard in general, in our own words: scope, definitions, principles, procedure.

    `read`: whether that document's own text was read (`text`) or it reports on another (`secondary`).
    """

    id: str
    clause: str | None
    title: Text2
    text: Text2
    source: str
    at: str
    read: Literal["text", "secondary"]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A private completion of a specification by the holder of the standard. `closes`: gaps it says it has filled."""

    path: str
    sha256: str
    checked_by: str | None
    checked_on: date | None
    complete: bool
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A published limit that an overlay loosens: listed, and the verdict stays provisional.

    `line` and `field`: where the overlay says so. `comparable`: whether the two compare at all.
    """

    requirement: str
    published: str
    overlay: str
    path: str = ""
    line: int = 0
    field: str = ""
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Spec:
    """A specification resolved for one date, base requirements of GB/T 32161 included (base first).

    `in_force`: of this edition, None where not known. `judgement`: document and clause of the rule that all
    requirements must hold together. `facts`: every indicator the specification names, by id. `role`, `outline`: as in
    `SpecInfo`. `lca_stages`: within the system boundary as the standard draws it, none where nobody says;
    `functional_unit`: the service that it refers to, None where nobody says. `other_days`: gaps of other days on which
    the edition can apply, which have no part in a judgement on this one.
    """

    id: str
    edition: str
    title: Text2
    numbers: tuple[str, ...]
    aliases: Mapping[str, Text2]
    sector: str | None
    complete: bool
    missing: tuple[Gap, ...]
    requirements: tuple[Requirement, ...]
    lca_focus: tuple[str, ...]
    sources: tuple[str, ...]
    sha256: str
    overlays: tuple[Overlay, ...] = ()
    overrides: tuple[Override, ...] = ()
    in_force: date | None = None
    judgement: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    lca_stages: tuple[str, ...] = ()
    functional_unit: Amount | None = None
    folder: str = ""
    role: Role = "category"
    outline: tuple[Passage, ...] = ()
    other_days: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a specification: `id` as in `kind@id`. `in_force`, `until`: None where not known (or open).

    `also`: other numbers of the same document.
    """

    id: str
    number: str
    title: Text2
    in_force: date | None
    until: date | None
    complete: bool
    missing: tuple[Gap, ...]
    source: str
    at: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecInfo:
    """A specification as its `spec.yaml` introduces it, requirements not read.

    `role`: of a product category, or of a standard that categories refer to and that qualifies no product by itself.
    `outline`: what the standard says besides its requirements, as far as sources tell. `known_as`: everyday names by
    language; a search finds the kind by them, and nothing else does.
    """

    id: str
    numbers: tuple[str, ...]
    title: Text2
    sector: str | None
    complete: bool
    editions: tuple[Edition, ...]
    aliases: Mapping[str, Text2]
    sources: tuple[str, ...]
    extends: str | None
    folder: Path
    role: Role = "category"
    outline: tuple[Passage, ...] = ()
    known_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """A specification in a list. `requirements`: of all editions, those of its base and of standards referred to too.

    `criteria`: those beside its base. `attributes`: that it has a requirement of. `gaps`: ids of its own.
    """

    info: SpecInfo
    requirements: int
    criteria: int
    attributes: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a search found its words: `where` is a part of the specification, `id` the name of what stands there."""

    where: Where
    id: str
    text: Text2
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A specification that a search found, best matches first."""

    summary: Summary
    score: float
    matches: tuple[Match, ...]
