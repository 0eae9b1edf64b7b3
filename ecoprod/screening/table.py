"""Once per product: what every option, and every end of a parameter's range, adds to the product as it is.

Everything that a design changes is a sum over its rows (amounts of datasets, masses, recoverable and recycled masses),
so that one small foreground per option, built by the same room as every assessment, is enough for all combinations.
Numbers that stand inside an option (a mass, a yield, a share) enter by the ends of their range: the sums are linear in
each of them (in 1 / yield). Options whose rows lie inside each other have one more term for each pair of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product as combinations
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background
from ecoprod.errors import InputError, Problem
from ecoprod.foreground import Foreground, PartTotal, build_foreground
from ecoprod.product import Part, Product
from ecoprod.screening.changes import changed_rows, piece_masses
from ecoprod.screening.rows import SCALARS, Signature, leaf_totals, scalars_of, signatures_of, unlinked_rows
from ecoprod.screening.variants import Option, Parameter, Slot, Variants
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray

Corner = tuple[int, ...]
"""For each parameter of a slot, which end of its range: 0 the low one, 1 the high one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the design matrix: an option of a slot at one corner of the slot's parameters."""

    slot: int
    option: int
    corner: Corner


@dataclass(frozen=True, slots=True)
class Pair:
    """The term of two columns whose rows lie inside each other."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Table:
    """Differences against the product as it is: columns (and pairs) × datasets, and × scalars.

    `slots`: those of the variants file, then one for each part that only parameters change. `of_slot`: parameters of
    each. `signatures`: of each option of a slot, whatever of its rows is no number.
    """

    slots: tuple[Slot, ...]
    of_slot: tuple[tuple[int, ...], ...]
    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...]
    datasets: tuple[str, ...]
    amounts: NDArray[np.float64]
    scalars: NDArray[np.float64]
    signatures: tuple[tuple[frozenset[Signature], ...], ...]


def all_slots(variants: Variants, *, apart: bool = False) -> tuple[tuple[Slot, ...], tuple[tuple[int, ...], ...]]:
    """Slots with the parameters that lie in each; parts that only parameters change get a slot of their own.

    `apart`: every parameter gets one, also where others are of the same part.
    """
    slots = list(variants.slots)
    inside: list[list[int]] = [[] for _ in slots]
    for number, parameter in enumerate(variants.parameters):
        if parameter.of != "part":
            continue
        home = None if apart else next((n for n, s in enumerate(slots) if parameter.target in s.parts), None)
        if home is None:
            home = len(slots)
            slots.append(Slot(parameter.target, (parameter.target,), (Option("", parameter.at),)))
            inside.append([])
        inside[home].append(number)
    return tuple(slots), tuple(map(tuple, inside))


def ends(parameter: Parameter) -> tuple[float, float]:
    """The two values between which a parameter is interpolated."""
    if parameter.low is not None and parameter.high is not None:
        return parameter.low, parameter.high
    known = (parameter.base, *parameter.values)
    low, high = min(known), max(known)
    return (low, high) if high > low else (low, low * 2 or 1.0)


def position(parameter: Parameter, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far along from the low end to the high one each value lies, in what the sums are linear in."""
    low, high = ends(parameter)
    if parameter.column == "yield":
        return (1 / values - 1 / low) / (1 / high - 1 / low)
    return (values - low) / (high - low)


def tabulate(
    product: Product, foreground: Foreground, background: Background, variants: Variants, *, apart: bool = False
) -> Table:  # fmt: skip
    """The table of a product's variants. Raises InputError with everything wrong in the rows that options make.

    `apart`: for designs in which one parameter alone is turned, so that no term of two of them is needed.
    """
    slots, of_slot = all_slots(variants, apart=apart)
    columns = [
        Column(s, o, corner)
        for s, slot in enumerate(slots)
        for o in range(len(slot.options))
        for corner in combinations((0, 1), repeat=len(of_slot[s]))
    ]
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    pieces = piece_masses(foreground)
    problems: list[Problem] = []

    def changed(*chosen: Column) -> dict[str, Part]:
        given = [(slots[c.slot], slots[c.slot].options[c.option]) for c in chosen]
        values = [
            (variants.parameters[n], ends(variants.parameters[n])[end])
            for c in chosen
            for n, end in zip(of_slot[c.slot], c.corner, strict=True)
        ]
        try:
            return changed_rows(given, values, rows, pieces, background)
        except InputError as error:
            problems.extend(error.problems)
        # what else is wrong with the rows is told as well: they are built at the mass that they have
        given = [(slot, replace(option, equal=None)) for slot, option in given]
        return changed_rows(given, values, rows, pieces, background)

    nested = {} if apart else _nested(slots, rows)
    pairs = [
        Pair(a, b)
        for a, first in enumerate(columns)
        for b, second in (enumerate(columns) if first.slot in nested else ())
        if second.slot in nested[first.slot]
    ]
    wanted = [_Variant(slots[c.slot].parts, changed(c)) for c in columns]
    wanted += [_Variant(slots[s].parts, {}) for s in range(len(slots))]
    for pair in pairs:
        one, other = columns[pair.first], columns[pair.second]
        wanted.append(_Variant((*slots[one.slot].parts, *slots[other.slot].parts), changed(one, other)))
        wanted += [_Variant(wanted[-1].parts, c) for c in (changed(one), changed(other), {})]
    measured = _measure(wanted, product, background, variants, problems)
    if problems:
        raise InputError(problems)
    return _differences(slots, of_slot, columns, pairs, measured)


@dataclass(frozen=True, slots=True)
class _Variant:
    """Rows of the product, some of them changed, to be built apart from the rest."""

    parts: tuple[str, ...]
    changed: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class _Measured:
    datasets: tuple[str, ...]
    amounts: NDArray[np.float64]
    scalars: NDArray[np.float64]
    signatures: tuple[frozenset[Signature], ...]


def _differences(
    slots: tuple[Slot, ...], of_slot: tuple[tuple[int, ...], ...], columns: Sequence[Column], pairs: Sequence[Pair],
    found: _Measured,
) -> Table:  # fmt: skip
    size = len(columns)
    as_is = [size + c.slot for c in columns]
    start = size + len(slots)
    four = [start + 4 * n for n in range(len(pairs))]

    def less(values: NDArray[np.float64]) -> NDArray[np.float64]:
        alone = values[:size] - values[as_is]
        both = [values[n] - values[n + 1] - values[n + 2] + values[n + 3] for n in four]
        return np.vstack([alone, *both]) if both else alone

    signatures: list[list[frozenset[Signature]]] = [[frozenset() for _ in slot.options] for slot in slots]
    for number, column in enumerate(columns):
        signatures[column.slot][column.option] |= found.signatures[number]
    return Table(
        slots, of_slot, tuple(columns), tuple(pairs), found.datasets, less(found.amounts), less(found.scalars),
        tuple(map(tuple, signatures)),
    )  # fmt: skip


def _nested(slots: Sequence[Slot], rows: Mapping[str, Part]) -> dict[int, set[int]]:
    """For each slot, the later ones of which a row is, or lies above or below, a row of its own."""
    of_row: dict[str, set[int]] = {}
    for number, slot in enumerate(slots):
        for name in slot.parts:
            of_row.setdefault(name, set()).add(number)
    found: dict[int, set[int]] = {}
    for number, slot in enumerate(slots):
        for name in slot.parts:
            for other in set().union(*(of_row.get(over, ()) for over in above(name, rows))) - {number}:
                found.setdefault(min(number, other), set()).add(max(number, other))
    return found


def above(name: str, rows: Mapping[str, Part]) -> Iterator[str]:
    """A row and all that it stands in."""
    here: str | None = name
    while here is not None and here in rows:
        yield here
        here = rows[here].parent


# ---- the small foregrounds, all in one -----------------------------------------------------------


def _measure(
    wanted: Sequence[_Variant], product: Product, background: Background, variants: Variants, problems: list[Problem]
) -> _Measured:
    """Build the rows of every variant, as trees of their own in one foreground, and add up what they take."""
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    below: dict[str, list[str]] = {}
    for part in rows.values():
        if part.parent is not None:
            below.setdefault(part.parent, []).append(part.id)
    copies = [copy for n, v in enumerate(wanted) for copy in _copies(n, v, rows, below)]
    apart = replace(
        product, parts=tuple(c for c in copies if c.table == "bom"),
        packaging=tuple(c for c in copies if c.table == "packaging"), mass_kg=None, processes=(), meters={},
        use=None, distribution=(), distribution_none="-",
    )  # fmt: skip
    ledger = Ledger()
    found = build_foreground(apart, background, ledger, problems)
    spares = _spare_counts(product, rows)
    totals: list[list[PartTotal]] = [[] for _ in wanted]
    for total in leaf_totals(found):
        totals[_number(total.part.id)].append(total)
    used = sorted({d.dataset for item in found.items for d in item.demands})
    number = {name: k for k, name in enumerate(used)}
    amounts = np.zeros((len(wanted), len(used)))
    for item in found.items:
        if item.part is None:
            continue
        again = 1.0 + spares.get(item.part.partition("#")[2], 0.0) if item.id.startswith("bom:") else 1.0
        for demand in item.demands:
            amounts[_number(item.part), number[demand.dataset]] += demand.amount * again
    bare = unlinked_rows(found)
    scalars = np.array([scalars_of(mine, bare, found.scenario) for mine in totals]).reshape(len(wanted), len(SCALARS))
    return _Measured(tuple(used), amounts, scalars, tuple(signatures_of(len(wanted), found, ledger, background)))


def _number(name: str) -> int:
    return int(name.partition("#")[0])


def _copies(number: int, variant: _Variant, rows: Mapping[str, Part], below: Mapping[str, list[str]]) -> Iterator[Part]:
    """The rows of a variant with all above and below them, under names of their own, without masses to close to."""
    names = dict.fromkeys(name for part in variant.parts for name in above(part, rows))
    inside = list(variant.parts)
    while inside:
        name = inside.pop()
        names[name] = None
        inside += below.get(name, [])
    for name in names:
        part = variant.changed.get(name, rows[name])
        share = part.share if part.alternate_group and part.share is not None else 1.0
        parent = f"{number}#{part.parent}" if part.parent in rows else None
        yield replace(
            part, id=f"{number}#{name}", parent=parent, alternate_group=None, share=None,
            quantity=None if part.quantity is None else part.quantity * share,
            mass_kg=None if name in below else _shared(part, share),
        )  # fmt: skip


def _shared(part: Part, share: float) -> float | None:
    """The mass of a row as required is that of the whole row, and follows its share."""
    return part.mass_kg * share if part.mass_kg is not None and part.as_required else part.mass_kg


def _spare_counts(product: Product, rows: Mapping[str, Part]) -> dict[str, float]:
    """How often each row is made again over the life, as a spare part or inside one."""
    from ecoprod.foreground.use import replacements

    if product.use is None or not product.use.replacements:
        return {}
    found: dict[str, float] = {}
    for spare in product.use.replacements:
        count = replacements(spare, product.use) or 0.0
        for name in rows:
            if spare.part in above(name, rows):
                found[name] = found.get(name, 0.0) + count
    return found
