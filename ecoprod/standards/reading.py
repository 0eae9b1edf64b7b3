"""One folder of `product_specs/`: `spec.yaml` introduces it, `requirements.yaml` says what it asks for.

Everything wrong is collected in `problems`; what can be read is returned all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from ecoprod.errors import Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.standards.conditions import DraftCondition, Origin, check_spans, limits_of, read_condition
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.records import (
    Confidence,
    Edition,
    Fact,
    FactKind,
    Gap,
    Group,
    Passage,
    Role,
    SpecInfo,
    Text2,
)
from ecoprod.standards.signature import read_in_force, read_signature
from ecoprod.standards.vocabulary import (
    ATTRIBUTES,
    GROUPS,
    ROLES,
    SECTORS,
    STAGES,
    calculated_fact,
    known_fact,
)
from ecoprod.units import Amount, UnitError, lookup, parse
from ecoprod.yamlfile import YamlFile, read_yaml

FORMAT = 1
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EDITION_ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9.]+)*")
_SPEC_KEYS = (
    "ecoprod", "id", "role", "extends", "title", "known_as", "sector", "aliases", "lca_focus", "lca_stages",
    "functional_unit", "facts", "editions", "judgement", "missing", "outline",
)  # fmt: skip
_EDITION_KEYS = (
    "number", "also", "title", "in_force", "until", "complete", "checked_by", "checked_on", "source", "at", "missing",
)  # fmt: skip
_FACT_KEYS = ("kind", "unit", "values", "title")
_PASSAGE_KEYS = ("id", "clause", "title", "text", "source", "at", "read")
_REQUIREMENT_KEYS = (
    "id", "clause", "group", "attribute", "stage", "title", "editions", "applies_when", "exempt_when", "needs_evidence",
    "source", "at", "note", "own_check", "reported", "refers_to", "refines", "confidence", "limits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """`spec.yaml` in full: what `SpecInfo` shows, and what the requirements lean on."""

    info: SpecInfo
    file: YamlFile
    facts: Mapping[str, Fact]
    lca_focus: tuple[str, ...]
    lca_stages: tuple[str, ...]
    functional_unit: Amount | None
    judgement: str | None
    cited: tuple[tuple[str, Cursor], ...]

    @property
    def in_force(self) -> dict[str, date | None]:
        """First day of each edition, None where not known."""
        return {e.id: e.in_force for e in self.info.editions}


@dataclass(frozen=True, slots=True)
class Draft:
    """A requirement before a date is chosen. `refines`: takes the place of the base's requirement of that id.

    `refers_to`: the standard of the library whose requirements stand for this one (`id`, or `id@edition`).
    """

    id: str
    clause: str | None
    group: Group
    attribute: str | None
    stage: str | None
    title: Text2
    editions: tuple[str, ...]
    condition: DraftCondition | None
    applies_when: DraftCondition | None
    exempt_when: DraftCondition | None
    needs_evidence: bool
    own_check: bool
    reported: str | None
    refers_to: str | None
    refines: bool
    source: str
    at: str
    note: Text2 | None
    place: Cursor

    def is_of(self, edition: str | None) -> bool:
        """Whether it stands in an edition: in each where it names none, and where no edition is asked for."""
        return not self.editions or edition is None or edition in self.editions


def read_header(folder: Path, shown: str, problems: list[Problem]) -> Header | None:
    """`spec.yaml` of a folder; `shown`: the folder as messages name it."""
    file = read_yaml(folder / "spec.yaml", f"{shown}/spec.yaml", problems)
    if file is None:
        return None
    top = Cursor(file, problems, file.data)
    top.keys(_SPEC_KEYS, ("ecoprod", "id", "title", "editions"))
    check_format(top)
    spec_id = top.at("id").text() or folder.name
    if not _ID.fullmatch(spec_id) or spec_id != folder.name:
        top.report("standards-id", "id", id=spec_id, wanted=folder.name)
    gaps = _gaps(top.at("missing"))
    editions = tuple(_edition(name, at, gaps) for name, at in top.at("editions").items())
    if not editions:
        top.report("standards-missing-key", key="editions")
    aliases = {name: at.both() for name, at in top.at("aliases").items()}
    cited = [(e.source, top.at("editions").at(e.id)) for e in editions]
    rule = top.at("judgement")
    judgement = None
    if top.has("judgement") and rule.keys(("source", "at"), ("source", "at")):
        cited.append((rule.at("source").text() or "", rule))
        judgement = f"{rule.at('source').text()} {rule.at('at').text()}"
    outline = _outline(top.at("outline"))
    cited += [(p.source, top.at("outline").at(n)) for n, p in enumerate(outline)]
    info = SpecInfo(
        spec_id, tuple(n for e in editions for n in (e.number, *e.also)), top.at("title").both(),
        top.at("sector").word(SECTORS), all(e.complete for e in editions), editions, aliases,
        tuple(dict.fromkeys(s for s, _ in cited if s)), top.at("extends").text(), folder,
        cast(Role, top.at("role").word(ROLES) or "category"), outline, _known_as(top.at("known_as")),
    )  # fmt: skip
    facts = {name: read_fact(name, at) for name, at in top.at("facts").items()}
    focus = tuple(word for at in top.at("lca_focus").each() if (word := at.word(CATEGORIES, required=True)))
    stages, service = read_stages(top.at("lca_stages")), read_service(top.at("functional_unit"))
    return Header(info, file, facts, focus, stages, service, judgement, tuple(cited))


def read_stages(place: Cursor) -> tuple[str, ...]:
    """Life cycle stages within a system boundary."""
    return tuple(word for at in place.each() if (word := at.word(STAGES, required=True)))


def read_service(place: Cursor) -> Amount | None:
    """The service that a functional unit is of (`1 kWh`)."""
    text = place.text()
    if text is None:
        return None
    try:
        found = parse(text)
        lookup(found.unit)
    except UnitError as error:
        place.report(error.code, **error.params)
        return None
    return found


def _known_as(place: Cursor) -> dict[str, tuple[str, ...]]:
    if place.value is None or not place.keys(("zh", "en")):
        return {}
    return {lang: place.at(lang).texts() for lang in ("zh", "en")}


def is_id(text: str) -> bool:
    """Whether a text has the form of an id: small letters, figures and hyphens."""
    return _ID.fullmatch(text) is not None


def check_format(top: Cursor) -> None:
    """Input files carry the version of their format."""
    if top.has("ecoprod") and top.at("ecoprod").value != FORMAT:
        top.report("standards-format", "ecoprod", value=str(top.at("ecoprod").value), wanted=FORMAT)


def _gaps(place: Cursor) -> tuple[Gap, ...]:
    return tuple(Gap(name, at.both()) for name, at in place.items())


def _outline(place: Cursor) -> tuple[Passage, ...]:
    """The passages of a standard; what is wrong with one of them does not hide the others."""
    found: list[Passage] = []
    seen: dict[str, int] = {}
    for at in place.each():
        at.keys(_PASSAGE_KEYS, ("id", "title", "text", "source", "at", "read"))
        name = at.at("id").text() or ""
        if name and not _ID.fullmatch(name):
            at.report("standards-requirement-id", "id", id=name)
        if name in seen:
            at.report("standards-duplicate-id", "id", id=name, first=seen[name])
        seen.setdefault(name, at.line)
        found.append(
            Passage(
                name, at.at("clause").text(), at.at("title").both(), at.at("text").both(),
                at.at("source").text() or "", at.at("at").text() or "",
                cast("Literal['text', 'secondary']", at.at("read").word(("text", "secondary")) or "secondary"),
            )
        )  # fmt: skip
    return tuple(found)


def _edition(name: str, place: Cursor, gaps: tuple[Gap, ...]) -> Edition:
    if not _EDITION_ID.fullmatch(name):
        place.report("standards-edition-id", id=name)
    place.keys(_EDITION_KEYS, ("number", "title", "in_force", "complete", "source", "at"))
    complete = place.at("complete").flag(default=False)
    missing = (*gaps, *_gaps(place.at("missing")))
    start, until = read_in_force(place), place.at("until").day()
    if start and until and until <= start:
        place.report("standards-date-order", "until", start=start.isoformat(), end=until.isoformat())
    if complete and missing:
        place.report("standards-complete-missing", "complete", gaps=", ".join(g.id for g in missing))
    if None in read_signature(place) and complete:
        place.report("standards-complete-unchecked", "complete")
    if not complete and not missing:
        place.report("standards-incomplete-silent", "complete")
    return Edition(
        name, place.at("number").text() or name, place.at("title").both(), start, until, complete, missing,
        place.at("source").text(required=True) or "", place.at("at").text(required=True) or "",
        place.at("also").texts(),
    )  # fmt: skip


def read_fact(name: str, place: Cursor) -> Fact:
    """A declared fact that a specification defines: kind of answer, unit, words, title."""
    place.keys(_FACT_KEYS, ("kind", "title"))
    if calculated_fact(name) is not None:
        place.report("standards-fact-calculated", id=name)
    kind = place.at("kind").word(("quantity", "flag", "word"), required=True) or "flag"
    unit = place.at("unit").text()
    values = place.at("values").texts()
    if kind == "quantity" and not place.has("unit"):
        place.report("standards-missing-key", key="unit")
    if kind == "word" and not values:
        place.report("standards-missing-key", key="values")
    if unit is not None:
        try:
            lookup(unit)
        except UnitError as error:
            place.at("unit").report(error.code, **error.params)
            unit = None
    return Fact(name, cast(FactKind, kind), unit, values, place.at("title").both(), declared=True)


def read_requirements(header: Header, inherited: Mapping[str, Fact], problems: list[Problem]) -> list[Draft]:
    """`requirements.yaml` beside a header; `inherited`: facts of the specification it extends."""
    name = header.file.name.replace("spec.yaml", "requirements.yaml")
    file = read_yaml(header.info.folder / "requirements.yaml", name, problems)
    if file is None:
        return []
    top = Cursor(file, problems, file.data)
    top.keys(("ecoprod", "requirements"), ("ecoprod", "requirements"))
    check_format(top)
    facts = {**inherited, **header.facts}
    editions = tuple(e.id for e in header.info.editions)
    drafts = [read_requirement(at, facts, Origin(None, None, None)) for at in top.at("requirements").each()]
    seen: dict[str, int] = {}
    for draft in drafts:
        if draft.id in seen:
            draft.place.report("standards-duplicate-id", "id", id=draft.id, first=seen[draft.id])
        seen.setdefault(draft.id, draft.place.line)
        _check_editions(draft, editions)
        if draft.condition is not None:
            check_spans(draft.condition, draft.editions or editions, header.in_force)
    return drafts


def read_requirement(place: Cursor, facts: Mapping[str, Fact], origin: Origin) -> Draft:
    """One requirement; `origin` holds what an overlay says once for all."""
    condition_keys = ("indicator", "all_of", "any_of", "not")
    place.keys((*_REQUIREMENT_KEYS, *condition_keys), ("id", "group", "title"))
    name = place.at("id").text() or ""
    if name and not _ID.fullmatch(name):
        place.report("standards-requirement-id", "id", id=name)
    own = place.at("own_check").flag(default=False)
    origin = Origin(
        place.at("source").text() or origin.source, place.at("at").text() or origin.at,
        "secondary" if own else _stated_confidence(place) or origin.confidence,
    )  # fmt: skip
    reported, refers_to = place.at("reported").text(), place.at("refers_to").text()
    before = len(place.problems)
    condition = None
    if refers_to is not None:
        if any(place.has(key) for key in (*condition_keys, "limits", "reported", "exempt_when")):
            place.report("standards-reference-limit", "refers_to")
    elif reported is not None:
        if known_fact(reported, facts) is None:
            place.report("standards-unknown-indicator", "reported", indicator=reported, near="—")
        if any(place.has(key) for key in condition_keys):
            place.report("standards-reported-limit", "reported")
    else:
        condition = read_condition(place, facts, origin, simple=False, also=_REQUIREMENT_KEYS)
    within = Origin(origin.source or "-", origin.at or "-", "standard")

    def simple(key: str) -> DraftCondition | None:
        return read_condition(place.at(key), facts, within, simple=True) if place.has(key) else None

    # a condition that could not be read has no limits to take the source from: one problem is enough
    source, at = _source(place, origin, condition, quiet=len(place.problems) > before)
    return Draft(
        name, place.at("clause").text(), cast(Group, place.at("group").word(GROUPS) or "indicator"),
        place.at("attribute").word(ATTRIBUTES), place.at("stage").word(STAGES), place.at("title").both(),
        place.at("editions").texts(), condition, simple("applies_when"), simple("exempt_when"),
        place.at("needs_evidence").flag(default=True), own, reported, refers_to,
        place.at("refines").flag(default=False),
        source, at, place.at("note").both() if place.has("note") else None, place,
    )  # fmt: skip


def _stated_confidence(place: Cursor) -> Confidence | None:
    found = place.at("confidence").text()
    if found == "M":
        place.report("standards-confidence-memory", "confidence")
        return "secondary"
    return cast("Confidence | None", place.at("confidence").word(("standard", "official_list", "secondary", "user")))


def _source(place: Cursor, origin: Origin, condition: DraftCondition | None, *, quiet: bool) -> tuple[str, str]:
    """Document of the requirement: as stated, else that of its first limit."""
    first = next((d.limit for _, d in limits_of(condition)), None) if condition is not None else None
    source, at = origin.source or (first and first.source), origin.at or (first and first.at)
    if not source and not quiet:
        place.report("standards-missing-key", key="source")
    return source or "", at or ""


def _check_editions(draft: Draft, editions: tuple[str, ...]) -> None:
    for listed in draft.place.find("editions"):
        for place in listed.each():
            name = place.text()
            if name is not None and name not in editions:
                place.report("standards-unknown-edition", edition=name, known=", ".join(editions))
