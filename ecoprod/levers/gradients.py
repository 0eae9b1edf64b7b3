"""How sums and figures move with one input: exact, since every sum is linear in every input (in 1 / yield)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.levers.forms import Form
from ecoprod.screening.figures import RATES
from ecoprod.screening.rows import SCALARS
from ecoprod.screening.sums import MASS, PACKAGING, Sums
from ecoprod.screening.table import ends
from ecoprod.screening.variants import Parameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


_POINT, _ROUNDING = 0.01, 1e-12
_ALIKE = 1e-9
SPLIT = ("recycled-content-pre", "recycled-content-post")
"""Figures that a content stated as one share says nothing of."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How the sums (with their 1) change with one input: by `slope` for each step of it, or of 1 / it (`inverse`).

    `jump`: what changes at once where a row states the input that said nothing of it, or split it, before.
    """

    parameter: Parameter
    slope: Floats
    inverse: bool
    jump: Floats

    def coordinate(self, value: float) -> float:
        """What the sums are linear in."""
        return 1 / value if self.inverse else value

    def value(self, coordinate: float) -> float:
        """The input at a coordinate; infinite where it would have to be."""
        if not self.inverse:
            return coordinate
        return 1 / coordinate if coordinate else float("inf")


def turns_of(sums: Sums) -> tuple[Floats, list[Turn]]:
    """Sums of the product as it is (with their 1), and how each parameter turns them by itself.

    Taken from the weights of a table whose parameters stand apart: what an input does not move is exactly nothing.
    """
    base, size, layout = np.append(sums.base, 1.0), sums.base.size, sums.layout
    place = {int(n): k for k, n in enumerate([*layout.plain, *layout.inverse])}
    carried = float(sums.base[sums.scalar][[MASS, PACKAGING]].sum())
    turns = []
    for n, parameter in enumerate(sums.variants.parameters):
        slope = np.zeros(size + 1)
        if n in sums.legs:
            slope[: sums.leg_rows.shape[1]] = carried * sums.leg_rows[sums.legs.index(n)]
        elif n in place:
            slope[:-1] = sums.weights[place[n]]
        turns.append(Turn(parameter, slope, parameter.column == "yield", _jump(n, sums)))
    return base, turns


def _jump(number: int, sums: Sums) -> Floats:
    """Only shares of the mass can jump: an unknown content is taken as none in the life cycle anyway."""
    found, table, parameter = np.zeros(sums.base.size + 1), sums.table, sums.variants.parameters[number]
    if parameter.stated:
        return found
    slot = next(s for s, inside in enumerate(table.of_slot) if number in inside)
    first = next(k for k, column in enumerate(table.columns) if column.slot == slot)
    low, high = ends(parameter)
    along = (parameter.base - low) / (high - low)
    if parameter.column == "recycled_content":
        begin = sums.base.size - len(SCALARS)
        found[begin:-1] = table.scalars[first] * (1 - along) + table.scalars[first + 1] * along
    return found


@dataclass(frozen=True, slots=True)
class Influence:
    """What one input does to one figure. `slope`: per unit of the input. `elasticity`: per cent for one per cent.

    `per_point`: change of the figure in per cent for one percentage point of a share (None for other inputs).
    `effect`: change of the figure in `unit` for one per cent more of the input, or for one point more of a share; rates
    change in points, other figures in per cent, one that is nothing now in its own unit. `at_end`: a share that cannot
    grow by a point; what it does holds for one point less.
    """

    parameter: Parameter
    figure: str
    slope: float
    elasticity: float | None
    per_point: float | None
    effect: float
    unit: str
    at_end: bool = False


POINTS = "percentage points"


def is_share(parameter: Parameter) -> bool:
    """Whether an input is a share (yield, recycled content): measured in points, between nothing and all."""
    return parameter.unit is None and parameter.column != "quantity"


def influences(
    base: Floats, turns: Sequence[Turn], forms: Mapping[str, Form], units: Mapping[str, str]
) -> list[Influence]:
    """Every input on every figure. `units`: of the figures."""
    found: list[Influence] = []
    for figure, form in forms.items():
        above, below, value = float(form.numerator @ base), float(form.denominator @ base), form.at(base)
        mine: list[Influence] = []
        for turn in turns:
            if figure in SPLIT and turn.parameter.column == "recycled_content":
                continue
            rise, widen = float(form.numerator @ turn.slope), float(form.denominator @ turn.slope)
            grown, thinned = rise * below, above * widen
            alike = abs(grown - thinned) <= _ROUNDING * max(abs(grown), abs(thinned))
            by_coordinate = form.scale * (grown - thinned) / below**2 if below and not alike else 0.0
            here = turn.parameter.base
            slope = -by_coordinate / here**2 if turn.inverse else by_coordinate
            mine.append(influence(turn.parameter, figure, slope, value, units.get(figure, "")))
        found += _told(mine)
    return found


def influence(parameter: Parameter, figure: str, slope: float, value: float, unit: str) -> Influence:
    """What an input does to a figure that is `value` now."""
    here, share = parameter.base, is_share(parameter)
    effect = slope * (_POINT if share else here / 100)
    if figure in RATES:
        unit = POINTS
    elif value:
        effect, unit = 100 * effect / abs(value), "%"
    return Influence(
        parameter, figure, slope,
        None if share or not value else slope * here / value, slope / abs(value) if share and value else None,
        effect, unit, share and here + _POINT > 1 + _ROUNDING,
    )  # fmt: skip


def _told(found: Sequence[Influence]) -> Iterator[Influence]:
    """Without pieces that do what the mass of the same row does or are one alone, and yields that can only fall."""
    masses = {i.parameter.target: i.effect for i in found if i.parameter.column == "mass"}
    for one in found:
        same = masses.get(one.parameter.target)
        alike = same is not None and abs(one.effect - same) <= _ALIKE * max(abs(same), abs(one.effect))
        column, here = one.parameter.column, one.parameter.base
        if not (column == "yield" and here >= 1) and not (column == "quantity" and (alike or here == 1)):
            yield one
