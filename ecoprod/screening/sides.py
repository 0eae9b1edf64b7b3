"""Which side of a limit many values lie on: `verdict.compare` for arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.measure import Measure
from ecoprod.standards.records import Limit
from ecoprod.standards.strictness import wants_nothing
from ecoprod.units import UnitError, conversion
from ecoprod.verdict.compare import SAME, compare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


def sides_of(measure: Measure, low: Floats, high: Floats, limit: Limit) -> NDArray[np.int8]:
    """1 inside, -1 outside, 0 not known, for values of one measure.

    `low`, `high`: proven bounds in the unit of `measure`, NaN where there is none. All 0 where the limit is no number,
    or the units do not compare: the answer is then the same for all.
    """
    none = np.zeros(len(low), dtype=np.int8)
    if isinstance(limit.value, (bool, str)) or limit.op in ("present", "one_of") or limit.unresolved:
        return none
    if wants_nothing(limit) or measure.not_detected:
        return np.array([_side(measure, a, b, limit) for a, b in zip(low, high, strict=True)], dtype=np.int8)
    if limit.unit and measure.unit != limit.unit:
        if measure.unit is None:
            return none
        try:
            scale = conversion(measure.unit, limit.unit)
        except UnitError:
            return none
        low, high = low * scale, high * scale
    inside, outside = _within(low, high, limit)
    return inside.astype(np.int8) - outside.astype(np.int8)


def _side(measure: Measure, low: float, high: float, limit: Limit) -> int:
    given = replace(measure, low=None if np.isnan(low) else low, high=None if np.isnan(high) else high)
    holds = compare(measure.id, given, limit).holds
    return 0 if holds is None else 1 if holds else -1


def _within(low: Floats, high: Floats, limit: Limit) -> tuple[Flags, Flags]:
    """Whether bounds lie inside a limit, and whether they lie outside; a bound that is NaN proves neither."""
    if limit.op in ("between", "equals"):
        bottom, top = (limit.low, limit.high) if limit.op == "between" else (limit.value, limit.value)
        return (
            _not_below(low, bottom) & _not_above(high, top),
            _above(low, top) | _below(high, bottom),
        )
    value = limit.value
    if limit.op == "at_most":
        return _not_above(high, value), _above(low, value)
    if limit.op == "less_than":
        return _below(high, value), _not_below(low, value)
    if limit.op == "at_least":
        return _not_below(low, value), _below(high, value)
    return _above(low, value), _not_above(high, value)


def _below(values: Floats, bound: object) -> Flags:
    """Below by more than rounding."""
    other = float(bound)  # type: ignore[arg-type]  # the callers have excluded texts and flags
    with np.errstate(invalid="ignore"):
        return other - values > SAME * np.maximum(np.abs(values), abs(other))


def _above(values: Floats, bound: object) -> Flags:
    other = float(bound)  # type: ignore[arg-type]
    with np.errstate(invalid="ignore"):
        return values - other > SAME * np.maximum(np.abs(values), abs(other))


def _not_below(values: Floats, bound: object) -> Flags:
    return ~_below(values, bound) & ~np.isnan(values)


def _not_above(values: Floats, bound: object) -> Flags:
    return ~_above(values, bound) & ~np.isnan(values)
