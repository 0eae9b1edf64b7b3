"""The design matrix: one row a design, one column for everything that a design may have more or less of.

Columns are laid out in blocks that are filled at once: an option of many slots (0 or 1), parameters that stand alone
(their own value), then the few that need a weight of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.screening.table import Column, Table, ends, position
from ecoprod.screening.variants import Variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]


_SPARSE = 2
"""How many times wider than its slots a block without gaps may be."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands.

    `options`: (option number, slots) of each block; `plain`, `inverse`: parameters that stand alone, as they are and as
    1 / value; `weighted`: columns with a weight of their own; `pairs`: products of two.
    """

    options: tuple[tuple[int, NDArray[np.intp]], ...]
    plain: NDArray[np.intp]
    inverse: NDArray[np.intp]
    weighted: tuple[int, ...]
    pairs: tuple[int, ...]

    @property
    def width(self) -> int:
        """Number of columns."""
        blocks = sum(len(slots) for _, slots in self.options)
        return blocks + len(self.plain) + len(self.inverse) + len(self.weighted) + len(self.pairs)


def lay_out(
    table: Table, variants: Variants, start: Floats, differences: Floats, flows: dict[int, Floats]
) -> tuple[Layout, Floats, Floats]:
    """The layout, what stands in no column (`start` and what is the same for all), and the weights of the columns.

    `differences`: of the columns and pairs of the table. `flows`: parameters of use flows, with the sums of one unit.
    """
    start, changing = start.copy(), np.abs(differences).max(axis=1, initial=0.0) > 0
    of_option: dict[int, list[int]] = {}
    plain: dict[int, Floats] = dict(flows)
    inverse: dict[int, Floats] = {}
    weighted: list[int] = []
    rows: dict[tuple[int, int], Floats] = {}
    for number, column in enumerate(table.columns):
        inside = table.of_slot[column.slot]
        if len(inside) == 1 and len(table.slots[column.slot].options) == 1:
            if column.corner == (1,):
                _alone(inside[0], variants, differences[number - 1], differences[number], start, plain, inverse)
        elif inside and changing[number]:
            weighted.append(number)
        elif changing[number]:
            of_option.setdefault(column.option, []).append(column.slot)
            rows[column.option, column.slot] = differences[number]
    for parameter, row in flows.items():
        start -= variants.parameters[parameter].base * row
    by_option = {option: _side_by_side(slots) for option, slots in sorted(of_option.items())}
    pairs = [n for n in range(len(table.pairs)) if changing[len(table.columns) + n]]
    layout = Layout(
        tuple((option, np.array(slots, dtype=np.intp)) for option, slots in by_option.items()),
        np.array(list(plain), dtype=np.intp), np.array(list(inverse), dtype=np.intp), tuple(weighted), tuple(pairs),
    )  # fmt: skip
    none = np.zeros(start.size)
    stacked = [rows.get((option, slot), none) for option, slots in by_option.items() for slot in slots]
    stacked += [*plain.values(), *inverse.values(), *(differences[n] for n in weighted)]
    stacked += [differences[len(table.columns) + n] for n in pairs]
    return layout, start, np.vstack(stacked) if stacked else np.zeros((0, start.size))


def _side_by_side(slots: Sequence[int]) -> Sequence[int]:
    """The slots, gaps filled where they are few: a block without gaps needs no copy, and a column of zeros is cheap."""
    whole = range(min(slots), max(slots) + 1)
    return whole if len(whole) < _SPARSE * len(slots) else slots


def _alone(
    parameter: int, variants: Variants, low_row: Floats, high_row: Floats, start: Floats, plain: dict[int, Floats],
    inverse: dict[int, Floats],
) -> None:  # fmt: skip
    """A parameter that alone changes its part: sums are a + b × value, or a + b / value of a yield."""
    given = variants.parameters[parameter]
    low, high = ends(given)
    if given.column == "yield":
        low, high = 1 / low, 1 / high
    slope = (high_row - low_row) / (high - low)
    start += low_row - low * slope
    (inverse if given.column == "yield" else plain)[parameter] = slope


def fill(matrix: Floats, layout: Layout, table: Table, variants: Variants, choices: Numbers, values: Floats) -> None:
    """Write the rows of some designs; `matrix` has as many rows as there are designs."""
    here = 0
    # compared as they are and made numbers of at once: twice as fast as block by block
    chosen = np.empty((len(choices), sum(len(slots) for _, slots in layout.options)), dtype=bool)
    for option, slots in layout.options:
        np.equal(taken(choices, slots), option, out=chosen[:, here : here + len(slots)])
        here += len(slots)
    matrix[:, :here] = chosen
    matrix[:, here : here + len(layout.plain)] = taken(values, layout.plain)
    here += len(layout.plain)
    matrix[:, here : here + len(layout.inverse)] = 1 / taken(values, layout.inverse)
    here += len(layout.inverse)
    if not layout.weighted and not layout.pairs:
        return
    weights = _Weights(table, variants, choices, values)
    for number in layout.weighted:
        matrix[:, here] = weights.of(number)
        here += 1
    for number in layout.pairs:
        pair = table.pairs[number]
        matrix[:, here] = weights.of(pair.first) * weights.of(pair.second)
        here += 1


def taken(array: NDArray[Any], columns: NDArray[np.intp]) -> NDArray[Any]:
    """Some columns of an array; without a copy where they stand side by side."""
    first, count = (int(columns[0]), len(columns)) if len(columns) else (0, 0)
    side_by_side = bool((columns == np.arange(first, first + count)).all())
    return array[:, first : first + count] if side_by_side else array[:, columns]


class _Weights:
    """Weights of single columns over some designs, each worked out once."""

    def __init__(self, table: Table, variants: Variants, choices: Numbers, values: Floats) -> None:
        self._table, self._choices = table, choices
        self._along = {n: position(p, values[:, n]) for n, p in enumerate(variants.parameters) if p.of == "part"}
        self._known: dict[int, Floats] = {}

    def of(self, number: int) -> Floats:
        """How much of a column is in each design, 0..1 within the ranges of the parameters."""
        if number not in self._known:
            column = self._table.columns[number]
            self._known[number] = self._weight(column, self._table.of_slot[column.slot])
        return self._known[number]

    def _weight(self, column: Column, inside: Sequence[int]) -> Floats:
        weight = np.ones(len(self._choices))
        if column.slot < self._choices.shape[1]:
            weight[:] = self._choices[:, column.slot] == column.option
        for parameter, end in zip(inside, column.corner, strict=True):
            weight *= self._along[parameter] if end else 1 - self._along[parameter]
        return weight
