"""Uncertainty of a row, from the words and numbers of the formats to one record."""

from __future__ import annotations

import math

from ecoprod.importing.records import Uncertainty

LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR = 2, 3, 4, 5
"""As `stats_arrays` numbers them; 0 and 1 say that none is known."""


class NoDistributionError(ValueError):
    """Numbers that are no such distribution: a spread below zero, a most likely value outside its bounds."""


def distribution(
    kind: int,
    loc: float | None = None,
    scale: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Uncertainty | None:
    """The record; None where the numbers say that nothing spreads. Raises NoDistributionError.

    `loc`, `scale`: of a lognormal distribution those of the logarithm; of a triangular one `loc` is the mode.
    """
    if kind in {LOGNORMAL, NORMAL}:
        return _spread(kind, loc, scale)
    if kind in {UNIFORM, TRIANGULAR}:
        return _between(kind, loc, minimum, maximum)
    raise NoDistributionError


def lognormal(geometric_mean: float | None, geometric_sd: float | None) -> Uncertainty | None:
    """From geometric mean (of either sign) and geometric standard deviation; a deviation of 0 is an empty field."""
    if geometric_sd == 0:
        return None
    if not geometric_mean or geometric_sd is None or geometric_sd <= 0:
        raise NoDistributionError
    return distribution(LOGNORMAL, math.log(abs(geometric_mean)), math.log(geometric_sd))


def _spread(kind: int, loc: float | None, scale: float | None) -> Uncertainty | None:
    if loc is None or scale is None or not math.isfinite(loc) or not 0 <= scale < math.inf:
        raise NoDistributionError
    return Uncertainty(kind, loc, scale) if scale else None


def _between(kind: int, loc: float | None, minimum: float | None, maximum: float | None) -> Uncertainty | None:
    if minimum is None or maximum is None or not -math.inf < minimum <= maximum < math.inf:
        raise NoDistributionError
    if kind == TRIANGULAR and (loc is None or not minimum <= loc <= maximum):
        raise NoDistributionError
    if minimum == maximum:
        return None
    return Uncertainty(kind, loc if kind == TRIANGULAR else None, None, minimum, maximum)
