"""What changes for a product of one kind between two days or editions: requirements that come, go, or ask otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from ecoprod.errors import At, InputError, Problem
from ecoprod.standards.library import load_spec, other_editions, without_repeats
from ecoprod.standards.records import Condition, Edition, Fact, Gap, Limit, Requirement, Spec
from ecoprod.standards.strictness import compare
from ecoprod.standards.walks import atoms

CHANGES = (
    "id", "limit", "unit", "date", "source", "confidence", "doubt", "condition", "reported", "applicability",
    "exemption", "group", "attribute", "stage", "clause", "title", "evidence", "via",
)  # fmt: skip
"""What of a requirement can change: these words stand in the document."""
_ASKED = {"limit", "condition", "reported", "applicability", "exemption", "evidence", "group"}
"""Of these the ones that change what is asked of a product; the others say where, since when and how it is printed."""
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Side:
    """The specification on one of the days; `spec` None: what was asked for was not in force then.

    `on` None: an edition as it stands at the latest, whenever that is.
    `why`: the problems that say so. `instead`: other editions of the kind that could apply on that day.
    """

    on: date | None
    spec: Spec | None
    why: tuple[Problem, ...] = ()
    instead: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement of both days that differs. `stricter`: its limits, None where none can say.

    The two have one id, or they are the only ones that set the same limit on the same indicator: `reference` is then
    the standard that the later one is taken from, where it is taken from one and the earlier was not.
    """

    before: Requirement
    after: Requirement
    what: tuple[str, ...]
    stricter: bool | None
    reference: str | None = None

    @property
    def same_demand(self) -> bool:
        """Whether a product is asked for the same as before."""
        return not _ASKED & set(self.what)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two days or editions. `same`: ids of requirements that do not."""

    before: Side
    after: Side
    added: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]
    changed: tuple[Change, ...]
    same: tuple[str, ...]
    gaps_added: tuple[Gap, ...]
    gaps_removed: tuple[Gap, ...]
    facts_added: tuple[Fact, ...]
    facts_removed: tuple[Fact, ...]


def difference(name: str | Path, start: date, end: date) -> Difference:
    """What changes between two days for a product of that kind (`id`, `id@edition`, a number, a folder).

    A day on which nothing of that name was in force is a side without requirements. Raises InputError with every other
    problem of both days: an unknown name, or two editions that could apply and none named.
    """
    problems: list[Problem] = []
    before, after = _side(name, start, problems), _side(name, end, problems)
    if problems:
        raise InputError(without_repeats(problems))
    return _between(before, after)


def difference_of(before: Spec, after: Spec) -> Difference:
    """What differs between two editions of a kind, whether or not anybody knows from when on they apply.

    Raises InputError for specifications of two kinds: that ids agree says nothing there.
    """
    if before.id != after.id:
        params = {"before": before.id, "after": after.id}
        raise InputError([Problem("standards-diff-kinds", At(f"{after.id}@{after.edition}"), None, params)])
    return _between(Side(None, before), Side(None, after))


def _between(before: Side, after: Side) -> Difference:
    old, new = _requirements(before), _requirements(after)
    pairs = {name: name for name in new if name in old} | _renamed(old, new)
    known = {was: new[name] for name, was in pairs.items()}
    changed = [c for name in new if name in pairs and (c := _change(old[pairs[name]], new[name])) is not None]
    differs = {c.after.id for c in changed}
    gaps, facts = (_gaps(before), _gaps(after)), (_facts(before), _facts(after))
    return Difference(
        before, after, tuple(r for r in new.values() if r.id not in pairs),
        tuple(r for r in old.values() if r.id not in known), tuple(changed),
        tuple(name for name in new if name in old and name not in differs), _missing(gaps[1], gaps[0]),
        _missing(gaps[0], gaps[1]), _missing(facts[1], facts[0]), _missing(facts[0], facts[1]),
    )  # fmt: skip


def _renamed(old: Mapping[str, Requirement], new: Mapping[str, Requirement]) -> dict[str, str]:
    """New ids for which exactly one requirement of an id that is gone sets the same limits on the same indicators."""
    gone, come = _missing(old, new), _missing(new, old)
    found = [(was, now) for now in come for was in gone if _same_limits(was, now)]
    before, after = [was.id for was, _ in found], [now.id for _, now in found]
    return {now.id: was.id for was, now in found if before.count(was.id) == after.count(now.id) == 1}


def _same_limits(was: Requirement, now: Requirement) -> bool:
    if was.condition is None or now.condition is None or was.own_check or now.own_check:
        return False
    return not {"limit", "condition"} & _conditions(was, now)[0]


def _side(name: str | Path, on: date, problems: list[Problem]) -> Side:
    try:
        return Side(on, load_spec(name, on))
    except InputError as error:
        if {p.code for p in error.problems} != {"standards-not-in-force"}:
            problems.extend(error.problems)
        return Side(on, None, error.problems, other_editions(name, on))


def _requirements(side: Side) -> dict[str, Requirement]:
    return {r.id: r for r in side.spec.requirements} if side.spec else {}


def _gaps(side: Side) -> dict[str, Gap]:
    return {gap.id: gap for gap in side.spec.missing} if side.spec else {}


def _facts(side: Side) -> dict[str, Fact]:
    return {name: fact for name, fact in side.spec.facts.items() if fact.declared} if side.spec else {}


def _missing(of: Mapping[str, Thing], there: Mapping[str, Thing]) -> tuple[Thing, ...]:
    return tuple(thing for name, thing in of.items() if name not in there)


# ---- one requirement -----------------------------------------------------------------------------


def _change(before: Requirement, after: Requirement) -> Change | None:
    what, stricter = _conditions(before, after)
    plain = {
        "id": (before.id, after.id),
        "reported": (before.condition is None, after.condition is None),
        "applicability": (_told(before.applies_when), _told(after.applies_when)),
        "exemption": (_told(before.exempt_when), _told(after.exempt_when)),
        "group": (before.group, after.group),
        "attribute": (before.attribute, after.attribute),
        "stage": (before.stage, after.stage),
        "clause": (before.clause, after.clause),
        "title": (before.title, after.title),
        "evidence": (before.needs_evidence, after.needs_evidence),
        "via": (before.via, after.via),
    }
    what |= {key for key, (old, new) in plain.items() if old != new}
    # requirements of a standard referred to stand in the file of that standard
    reference = after.file.split("/")[-2] if after.via and not before.via else None
    return Change(before, after, tuple(w for w in CHANGES if w in what), stricter, reference) if what else None


def _told(condition: Condition | None) -> object:
    """A condition of applicability without where and since when it is said so."""
    if condition is None:
        return None
    limit = condition.limit
    shown = limit and (limit.op, limit.value, limit.low, limit.high, limit.values, limit.unit)
    inner = tuple(map(_told, condition.all_of)), tuple(map(_told, condition.any_of)), _told(condition.negated)
    return condition.indicator, shown, inner


def _conditions(before: Requirement, after: Requirement) -> tuple[set[str], bool | None]:
    """What differs between two conditions, limit by limit where both are built alike."""
    if before.condition is None or after.condition is None:
        return set(), None
    old, new = list(atoms(before.condition)), list(atoms(after.condition))
    if _shape(before.condition) != _shape(after.condition):
        return {"condition"}, None
    what: set[str] = set()
    orders: list[int | None] = []
    for (_, was, turned), (_, now, _) in zip(old, new, strict=True):
        what |= _limits(was, now)
        order = compare(now, was)
        orders.append(-order if turned and order is not None else order)
    return what, _stricter(orders) if "limit" in what else None


def _shape(condition: Condition | None) -> object:
    if condition is None:
        return None
    inner = tuple(map(_shape, condition.all_of)), tuple(map(_shape, condition.any_of)), _shape(condition.negated)
    return condition.indicator, inner


def _limits(was: Limit, now: Limit) -> set[str]:
    plain = {
        "unit": (was.unit, now.unit),
        "date": (was.start, now.start),
        "source": ((was.source, was.at), (now.source, now.at)),
        "confidence": (was.confidence, now.confidence),
        "doubt": (was.doubt, now.doubt),
    }
    if was.unresolved:
        same = (was.op, was.low, was.high, was.unit) == (now.op, now.low, now.high, now.unit)
    else:
        same = was.op == now.op and not now.unresolved and compare(now, was) == 0
    return {key for key, (old, new) in plain.items() if old != new} | (set() if same else {"limit"})


def _stricter(orders: Sequence[int | None]) -> bool | None:
    """True where every limit is as strict or stricter, False where every one is as loose or looser."""
    if None in orders or not any(orders):
        return None
    known = [order for order in orders if order is not None]
    if all(order <= 0 for order in known):
        return True
    return False if all(order >= 0 for order in known) else None
