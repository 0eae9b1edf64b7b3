"""Walks over what is in force: the comparisons of a condition, and the indicators that a requirement looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ecoprod.standards.records import Condition, Fact, Limit, Requirement
from ecoprod.standards.vocabulary import known_fact


def condition_indicators(condition: Condition | None) -> Iterator[str]:
    """Indicator ids of a condition, in the order they stand there."""
    if condition is None:
        return
    if condition.indicator is not None:
        yield condition.indicator
    for inner in (*condition.all_of, *condition.any_of):
        yield from condition_indicators(inner)
    yield from condition_indicators(condition.negated)


def atoms(condition: Condition | None, *, turned: bool = False) -> Iterator[tuple[str, Limit, bool]]:
    """Every comparison of a condition with its indicator, and whether it stands within a `not`."""
    if condition is None:
        return
    if condition.indicator is not None and condition.limit is not None:
        yield condition.indicator, condition.limit, turned
    for inner in (*condition.all_of, *condition.any_of):
        yield from atoms(inner, turned=turned)
    yield from atoms(condition.negated, turned=True)


def indicators_of(requirement: Requirement) -> list[str]:
    """The indicators that a requirement compares or reports, once each."""
    reported = [requirement.indicator] if requirement.indicator is not None else []
    return list(dict.fromkeys((*condition_indicators(requirement.condition), *reported)))


def names_of(requirement: Requirement) -> list[str]:
    """Every indicator a requirement looks at, conditions of applicability included, once each."""
    around = (*condition_indicators(requirement.applies_when), *condition_indicators(requirement.exempt_when))
    return list(dict.fromkeys((*indicators_of(requirement), *around)))


def facts_used(requirements: Iterable[Requirement], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Of `facts` and the calculated indicators those that the requirements look at, by id."""
    return {n: fact for r in requirements for n in names_of(r) if (fact := known_fact(n, facts)) is not None}
