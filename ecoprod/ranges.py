"""Foundation: what the arguments of a formula may be. Each check gives the value back, or raises FormulaError."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ecoprod.errors import FormulaError

ROUNDING = 1e-9
"""How far a sum may exceed its whole: 0.1 + 0.2 + 0.7 is one, whatever the last bit says."""


def positive(field: str, value: float | None) -> float:
    """A finite number above zero."""
    known = given(field, value)
    if not 0 < known < math.inf:
        raise FormulaError("formula-not-positive", field, value=known)
    return known


def not_negative(field: str, value: float | None) -> float:
    """A finite number, zero allowed."""
    known = given(field, value)
    if not 0 <= known < math.inf:
        raise FormulaError("formula-negative", field, value=known)
    return known


def finite(field: str, value: float | None) -> float:
    """Any finite number."""
    known = given(field, value)
    if not math.isfinite(known):
        raise FormulaError("formula-not-finite", field, value=known)
    return known


def share(field: str, value: float | None) -> float:
    """A share from 0 to 1."""
    known = given(field, value)
    if not 0 <= known <= 1:
        raise FormulaError("formula-not-a-share", field, value=known)
    return known


def given(field: str, value: float | None) -> float:
    """A value that is there."""
    if value is None:
        raise FormulaError("formula-missing", field)
    return value


def parts_within(whole: float, parts: Mapping[str, float], field: str) -> float:
    """What the parts leave of the whole, never below zero. Parts that exceed it are refused."""
    total = math.fsum(parts.values())
    if total > whole * (1 + ROUNDING):
        raise FormulaError("formula-parts-exceed", field, parts=" + ".join(parts), sum=total, whole=whole)
    return max(0.0, whole - total)
