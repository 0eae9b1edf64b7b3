"""Which requirement of a specification a row speaks of: by the id it gives, by its indicator, else by its title."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ecoprod.completing.rows import Asked
from ecoprod.completing.words import title_key
from ecoprod.errors import Problem
from ecoprod.standards.records import Fact, Requirement, Spec, Text2
from ecoprod.standards.vocabulary import known_fact
from ecoprod.standards.walks import indicators_of

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Target:
    """What a row settles. `requirement` None: a new one, named `id`, on `indicator`, whose kind of answer is `fact`.

    `fact` None: a fact of the row's own.
    """

    asked: Asked
    requirement: Requirement | None
    id: str
    indicator: str
    fact: Fact | None

    @property
    def whole(self) -> bool:
        """Whether the requirement compares this indicator alone."""
        return self.requirement is None or len(indicators_of(self.requirement)) < 2


@dataclass(frozen=True, slots=True)
class Index:
    """A specification as rows find their way into it.

    `taken_in`, `titles_taken_in`: ids and titles of demands that stand for another standard. `titles`: of requirements
    and of their indicators, with both ids. `written`: every title by its key, with the id that a row may give for it.
    `taken`: ids that no new requirement may have; it grows. `clauses`: how many rows of the table give each.
    """

    spec: Spec
    taken_in: Collection[str]
    titles_taken_in: Collection[str]
    requirements: Mapping[str, Requirement]
    titles: Mapping[str, dict[tuple[str, str], None]]
    written: Mapping[str, dict[str, str]]
    taken: set[str]
    clauses: Mapping[str, int]


def index_of(spec: Spec, taken_in: Mapping[str, Text2], rows: Sequence[Asked]) -> Index:
    """The requirements that take a limit, by id and by the titles of them and of their indicators."""
    requirements = {r.id: r for r in spec.requirements if not r.own_check}
    titles: dict[str, dict[tuple[str, str], None]] = {}
    written: dict[str, dict[str, str]] = {}
    for requirement in requirements.values():
        for indicator in indicators_of(requirement):
            fact = known_fact(indicator, spec.facts)
            named = [fact.title] if fact is not None and fact.declared else []
            for words in (requirement.title, *named):
                for title in words.values():
                    titles.setdefault(title_key(title), {})[requirement.id, indicator] = None
                    written.setdefault(title_key(title), {})[requirement.id] = title
    clauses = Counter(asked.texts["clause"] for asked in rows if "clause" in asked.texts)
    for name, words in taken_in.items():
        for title in words.values():
            written.setdefault(title_key(title), {})[name] = title
    whole = {title_key(title) for words in taken_in.values() for title in words.values()}
    taken = {*(r.id for r in spec.requirements), *spec.facts}
    return Index(spec, frozenset(taken_in), whole, requirements, titles, written, taken, clauses)


def targets(rows: Sequence[Asked], index: Index, report: Callable[[Problem], None]) -> Iterator[Target | Asked]:
    """What each row settles; the row itself where it repeats a demand that another standard stands for."""
    for asked in rows:
        if _is_taken_in(asked, index):
            yield asked
            continue
        found = _target(asked, index, report)
        if found is not None:
            yield found


def _is_taken_in(asked: Asked, index: Index) -> bool:
    if "id" in asked.texts:
        return asked.texts["id"] in index.taken_in
    return title_key(asked.title) in index.titles_taken_in


def _target(asked: Asked, index: Index, report: Callable[[Problem], None]) -> Target | None:
    name, indicator = asked.texts.get("id"), asked.texts.get("indicator")
    requirement = index.requirements.get(name or "")
    if requirement is not None:
        return _of_requirement(asked, requirement, indicator, index, report)
    wanted = indicator or name
    pairs = [(r.id, i) for r in index.requirements.values() for i in indicators_of(r) if i == wanted]
    if not pairs and wanted is None:
        pairs = list(index.titles.get(title_key(asked.title), ()))
    ids = list(dict.fromkeys(name for name, _ in pairs))
    if len(ids) > 1:
        params = {"title": asked.title[:60], "ids": ", ".join(ids)}
        report(Problem("indicators-ambiguous", asked.at("second_level"), "id", params))
        return None
    if len(pairs) > 1:
        return _of_requirement(asked, index.requirements[ids[0]], None, index, report)
    if pairs and (name is None or name == pairs[0][1]):
        found = index.requirements[pairs[0][0]]
        return Target(asked, found, found.id, pairs[0][1], known_fact(pairs[0][1], index.spec.facts))
    return _new(asked, index, report)


def _of_requirement(
    asked: Asked, requirement: Requirement, indicator: str | None, index: Index, report: Callable[[Problem], None]
) -> Target | None:
    """The requirement that the row names; where it compares several indicators, the row says which."""
    known = indicators_of(requirement)
    chosen = indicator if indicator is not None else known[0] if len(known) == 1 else _by_title(asked, known, index)
    if chosen not in known:
        params = {"id": requirement.id, "known": ", ".join(known)}
        report(Problem("indicators-which", asked.at("indicator", "id"), "indicator", params))
        return None
    return Target(asked, requirement, requirement.id, chosen, known_fact(chosen, index.spec.facts))


def _by_title(asked: Asked, known: Sequence[str], index: Index) -> str | None:
    """The one of several indicators whose own title the row has."""
    facts = [(name, fact) for name in known if (fact := known_fact(name, index.spec.facts)) is not None]
    wanted = title_key(asked.title)
    found = [name for name, fact in facts if wanted in map(title_key, fact.title.values())]
    return found[0] if len(found) == 1 else None


# ---- new ones ------------------------------------------------------------------------------------


def _named(asked: Asked, index: Index) -> str:
    """An id for a row that gives none: an English title, else a clause that no other row has, else from the title.

    Never from the place of the row: what a maker declared for an id would answer another requirement once rows move.
    """
    clause = asked.texts.get("clause", "")
    wanted = [_slug(asked.title), f"clause-{_slug(clause)}" if _slug(clause) and index.clauses[clause] == 1 else ""]
    free = [name for name in wanted if 0 < len(name) <= _LONGEST and name not in index.taken]
    if free:
        return free[0]
    name = f"title-{hashlib.sha256(title_key(asked.title).encode()).hexdigest()[:8]}"
    # a title twice is told as that, and not as an id that is taken
    return name if name not in index.taken else f"{name}-{asked.row.at.line or 0}"


def _slug(text: str) -> str:
    """The words of an English text as an id; nothing for a text in another script."""
    return "-".join(re.findall("[a-z0-9]+", text.casefold())) if text.isascii() else ""


def _new(asked: Asked, index: Index, report: Callable[[Problem], None]) -> Target | None:
    """A requirement that the library does not have, on a calculated indicator or on a fact of its own."""
    name = asked.texts.get("id") or _named(asked, index)
    if not _ID.fullmatch(name) or len(name) > _LONGEST:
        report(Problem("standards-requirement-id", asked.at("id"), "id", {"id": name[:60]}))
        return None
    if name in index.taken:
        report(Problem("indicators-id-taken", asked.at("id", "second_level"), "id", {"id": name}))
        return None
    index.taken.add(name)
    indicator = f"basic:{name}" if asked.group == "basic" else asked.texts.get("indicator") or name
    fact = known_fact(indicator, index.spec.facts)
    if fact is None and not _ID.fullmatch(indicator):
        report(Problem("indicators-indicator", asked.at("indicator"), "indicator", {"id": indicator[:60]}))
        return None
    return Target(asked, None, name, indicator, fact)
