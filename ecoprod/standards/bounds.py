"""Limits that no value can meet together: within one specification, or between it and an overlay."""

from __future__ import annotations

from collections.abc import Iterator

from ecoprod.standards.records import Condition, Limit
from ecoprod.standards.vocabulary import LOWER, UPPER

Bounds = dict[tuple[str, str], float]
"""The tightest limit so far, by indicator with its unit and by side."""


def contradictions(condition: Condition | None, bounds: Bounds) -> Iterator[dict[str, str | float]]:
    """What of a condition no value can meet together with the limits in `bounds`, which it then joins."""
    for indicator, limit in _together(condition):
        found = _narrow(bounds, indicator, limit)
        if found is not None:
            yield {"indicator": indicator, "low": found[0], "high": found[1], "unit": limit.unit or ""}


def _together(condition: Condition | None) -> Iterator[tuple[str, Limit]]:
    """Limits that hold at once: the condition itself and `all_of`, not the alternatives of `any_of`."""
    if condition is None:
        return
    if condition.indicator is not None and condition.limit is not None:
        yield condition.indicator, condition.limit
    for inner in condition.all_of:
        yield from _together(inner)


def _narrow(bounds: Bounds, indicator: str, limit: Limit) -> tuple[float, float] | None:
    """The two ends between which nothing is left, or None."""
    value = limit.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or limit.op not in (*UPPER, *LOWER):
        return None
    side, other = ("high", "low") if limit.op in UPPER else ("low", "high")
    key = f"{indicator} {limit.unit or ''}"
    known, against = bounds.get((key, side)), bounds.get((key, other))
    if known is None or (value < known if side == "high" else value > known):
        bounds[key, side] = float(value)
    if against is None:
        return None
    low, high = (against, float(value)) if side == "high" else (float(value), against)
    return (low, high) if low > high else None
