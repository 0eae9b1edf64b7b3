"""Limits that no value can meet together: within one specification, or between it and an overlay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecoprod.errors import At, Problem
from ecoprod.standards.records import Condition, Limit, Spec
from ecoprod.standards.vocabulary import LOWER, UPPER
from ecoprod.units import lookup

_SAME = 1e-12
"""Relative difference below which two bounds are one: the rounding of a unit conversion."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of what a limit lets pass, in base units. `strict`: the end itself is out. `shown`: as it is written."""

    value: float
    strict: bool
    shown: str


Bounds = dict[tuple[str, str], Bound]
"""The tightest limit so far, by indicator with its kind of quantity and by side."""


def contradictions(condition: Condition | None, bounds: Bounds) -> Iterator[dict[str, str | float]]:
    """What of a condition no value can meet together with the limits in `bounds`, which it then joins."""
    for indicator, limit in _together(condition):
        found = _narrow(bounds, indicator, limit)
        if found is not None:
            yield {"indicator": indicator, "low": found[0], "high": found[1]}


def contradicting(spec: Spec, shown: str | None = None) -> Iterator[Problem]:
    """Requirements that no product can meet together with those before them.

    `shown`: the overlay that is to be mended; without one, the file that each requirement stands in.

    Those that hold for some products only are left out: they may never meet.
    """
    bounds: Bounds = {}
    for requirement in spec.requirements:
        if requirement.applies_when is not None or requirement.exempt_when is not None:
            continue
        for found in contradictions(requirement.condition, bounds):
            line = requirement.line if shown in (None, requirement.file) else None
            yield Problem("standards-contradiction", At(shown or requirement.file, line, requirement.id), None, found)


def _together(condition: Condition | None) -> Iterator[tuple[str, Limit]]:
    """Limits that hold at once: the condition itself and `all_of`, not the alternatives of `any_of`."""
    if condition is None:
        return
    if condition.indicator is not None and condition.limit is not None:
        yield condition.indicator, condition.limit
    for inner in condition.all_of:
        yield from _together(inner)


def _narrow(bounds: Bounds, indicator: str, limit: Limit) -> tuple[str, str] | None:
    """The two ends, as they are written, between which nothing is left, or None."""
    key = f"{indicator} {lookup(limit.unit).dimension if limit.unit else '—'}"
    found = None
    for side, bound in _ends(limit):
        tightest, against = bounds.get((key, side)), bounds.get((key, "low" if side == "high" else "high"))
        if tightest is None or _is_tighter(bound, tightest, side):
            bounds[key, side] = bound
        if against is not None:
            low, high = (against, bound) if side == "high" else (bound, against)
            found = found or ((low.shown, high.shown) if _is_empty(low, high) else None)
    return found


def _is_empty(low: Bound, high: Bound) -> bool:
    """Whether no value lies between two ends."""
    if _is_one(low, high):
        return low.strict or high.strict
    return low.value > high.value


def _is_one(one: Bound, other: Bound) -> bool:
    return abs(one.value - other.value) <= _SAME * max(abs(one.value), abs(other.value))


def _ends(limit: Limit) -> Iterator[tuple[str, Bound]]:
    """Both ends of a limit, or the one it has; none where it compares no number, or leaves open with which."""
    if limit.low is not None and limit.high is not None and limit.low > limit.high:
        return  # said where the limit is read
    low = limit.value if limit.op in (*LOWER, "equals") else limit.low if limit.op == "between" else None
    high = limit.value if limit.op in (*UPPER, "equals") else limit.high if limit.op == "between" else None
    for side, value in (("low", low), ("high", high)):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            known = lookup(limit.unit) if limit.unit else None
            base = value * known.factor + known.offset if known else float(value)
            shown = f"{value:g} {limit.unit or ''}".strip()
            yield side, Bound(base, limit.op in ("less_than", "more_than"), shown)


def _is_tighter(bound: Bound, other: Bound, side: str) -> bool:
    if _is_one(bound, other):
        return bound.strict and not other.strict
    return bound.value < other.value if side == "high" else bound.value > other.value
