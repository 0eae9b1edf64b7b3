"""Which of two limits asks for more: an overlay may only tighten what is published."""

from __future__ import annotations

import math
from dataclasses import replace

from ecoprod.standards.records import Limit
from ecoprod.standards.vocabulary import COUNTED, LOWER, UPPER
from ecoprod.units import Amount, UnitError, convert


def wants_nothing(limit: Limit) -> bool:
    """Whether a limit is one of "none" or 0 of something measured: proven at the detection limit of a named test."""
    return limit.value == 0 and limit.op in ("at_most", "equals") and (limit.unit or "") not in COUNTED


def compare(mine: Limit, published: Limit) -> int | None:
    """-1 where `mine` asks for more than `published`, 0 for the same, 1 for less, None where they do not compare."""
    if wants_nothing(mine) and wants_nothing(published):
        return _order_of_tests(mine, published)
    if mine.op == published.op and mine.op in ("equals", "one_of", "present"):
        if mine.op == "one_of":
            words, known = set(mine.values), set(published.values)
            return 0 if words == known else -1 if words < known else 1
        return 0 if _alike(_plain(mine, mine.value, published), published.value) else None
    if mine.op == published.op == "between":
        return _order_between(mine, published)
    if mine.unresolved:
        return None
    if published.unresolved:
        return _within_range(mine, published)
    for ops, sign in ((UPPER, 1), (LOWER, -1)):
        if mine.op in ops and published.op in ops:
            ours, theirs = _plain(mine, _passes_up_to(mine), published), published.value
            if not isinstance(ours, float) or not isinstance(theirs, (int, float)) or isinstance(theirs, bool):
                return None
            if not _alike(ours, theirs):
                return sign if ours > theirs else -sign
            # at the same bound a limit of nothing asks for more: a test, with its detection limit
            return _strict(mine) - _strict(published) or -int(wants_nothing(mine))
    return None


def is_far_beyond(mine: Limit, published: Limit) -> bool:
    """Whether a limit is so much stricter than the published one that a slip is likely.

    Ten times as strict, a share above the whole, or below zero where the other is not.
    """
    ours, theirs = _plain(mine, mine.value, published), published.value
    if not isinstance(ours, float) or not isinstance(theirs, (int, float)) or isinstance(theirs, bool):
        return False
    if mine.op in UPPER and published.op in UPPER:
        return ours < 0 <= theirs or 0 < ours * 10 <= theirs
    if mine.op in LOWER and published.op in LOWER:
        return ours > 100 >= theirs if published.unit == "%" else 0 < theirs * 10 <= ours
    return False


def _passes_up_to(limit: Limit) -> object:
    """The figure of a limit; where nothing may be there, what its test lets pass unseen."""
    seen = limit.test_detection_limit if wants_nothing(limit) else None
    return limit.value if seen is None else seen


def _order_of_tests(mine: Limit, published: Limit) -> int | None:
    """Two limits of nothing differ by their tests; one that names none takes that of the other."""
    ours, theirs = mine.test_detection_limit, published.test_detection_limit
    if ours is None or theirs is None:
        return 0
    told = _plain(mine, ours, published)
    if not isinstance(told, float):
        return None
    return 0 if _alike(told, theirs) else 1 if told > theirs else -1


def _within_range(mine: Limit, published: Limit) -> int | None:
    """A limit of the printed range settles it; one beyond its loose end would loosen it."""
    loosest = published.high if published.op == "at_most" else published.low
    settled = compare(mine, replace(published, value=loosest, low=None, high=None))
    return -1 if settled == 0 else settled


def _strict(limit: Limit) -> int:
    """-1 for a comparison that excludes the limit itself: it asks for more."""
    return -1 if limit.op in ("less_than", "more_than") else 0


def _order_between(mine: Limit, published: Limit) -> int | None:
    low, high = _plain(mine, mine.low, published), _plain(mine, mine.high, published)
    if not isinstance(low, float) or not isinstance(high, float) or published.low is None or published.high is None:
        return None
    ends = _alike(low, published.low), _alike(high, published.high)
    if all(ends):
        return 0
    return -1 if (ends[0] or low > published.low) and (ends[1] or high < published.high) else 1


def _alike(ours: object, theirs: object) -> bool:
    """Whether two values are one: numbers up to the rounding of a unit conversion."""
    if isinstance(ours, float) and isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs


def _plain(mine: Limit, value: object, published: Limit) -> object:
    """`value` of `mine` in the unit of the published limit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if mine.unit is None or published.unit is None:
        return float(value)
    try:
        return convert(Amount(float(value), mine.unit), published.unit)
    except UnitError:
        return None
