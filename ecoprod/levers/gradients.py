"""Which input moves which result most: exact slopes, since every sum is linear in every input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.levers.forms import Form, with_one
from ecoprod.screening.designs import base_values
from ecoprod.screening.sums import Sums, sums_of
from ecoprod.screening.table import ends
from ecoprod.screening.variants import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


_POINT, _ROUNDING = 0.01, 1e-12


@dataclass(frozen=True, slots=True)
class Turn:
    """How the sums (with their 1) change with one input: by `slope` for each step of it, or of 1 / it (`inverse`)."""

    parameter: Parameter
    slope: Floats
    inverse: bool

    def coordinate(self, value: float) -> float:
        """What the sums are linear in."""
        return 1 / value if self.inverse else value

    def value(self, coordinate: float) -> float:
        """The input at a coordinate; infinite where it would have to be."""
        if not self.inverse:
            return coordinate
        return 1 / coordinate if coordinate else float("inf")


def turns_of(sums: Sums) -> tuple[Floats, list[Turn]]:
    """Sums of the product as it is (with their 1), and how each parameter of the variants turns them."""
    variants = sums.variants
    base = base_values(variants)
    values = np.tile(base, (1 + 2 * len(base), 1))
    for n, parameter in enumerate(variants.parameters):
        values[1 + 2 * n, n], values[2 + 2 * n, n] = ends(parameter)
    found = with_one(sums_of(sums, np.zeros((len(values), 0), dtype=np.int16), values))
    turns = []
    for n, parameter in enumerate(variants.parameters):
        inverse = parameter.column == "yield"
        low, high = (1 / v if inverse else v for v in ends(parameter))
        turns.append(Turn(parameter, (found[2 + 2 * n] - found[1 + 2 * n]) / (high - low), inverse))
    return found[0], turns


@dataclass(frozen=True, slots=True)
class Influence:
    """What one input does to one figure. `slope`: per unit of the input. `elasticity`: per cent for one per cent.

    `per_point`: change of the figure in per cent for one percentage point of a share (None for other inputs).
    `at_end`: a share that cannot grow by a point; what it does holds for one point less.
    """

    parameter: Parameter
    figure: str
    slope: float
    elasticity: float | None
    per_point: float | None
    at_end: bool = False


def is_share(parameter: Parameter) -> bool:
    """Whether an input is a share (yield, recycled content): measured in points, between nothing and all."""
    return parameter.unit is None and parameter.column != "quantity"


def influences(base: Floats, turns: Sequence[Turn], forms: Mapping[str, Form]) -> list[Influence]:
    """Every input on every figure, the strongest first (by what ten per cent, or ten points, of it do)."""
    found = []
    for figure, form in forms.items():
        above, below = float(form.numerator @ base), float(form.denominator @ base)
        value = form.at(base)
        for turn in turns:
            rise, widen = float(form.numerator @ turn.slope), float(form.denominator @ turn.slope)
            by_coordinate = form.scale * (rise * below - above * widen) / below**2 if below else 0.0
            here = turn.parameter.base
            slope = -by_coordinate / here**2 if turn.inverse else by_coordinate
            share = is_share(turn.parameter)
            found.append(
                Influence(
                    turn.parameter, figure, slope,
                    None if share or not value else slope * here / value,
                    slope / abs(value) if share and value else None, share and here + _POINT > 1 + _ROUNDING,
                )
            )  # fmt: skip
    return sorted(found, key=lambda i: (-abs(i.elasticity or i.per_point or 0.0), i.parameter.field, i.figure))
