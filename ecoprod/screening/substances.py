"""Restricted substances as a share of the whole product's mass, for many designs at once.

What each row holds at least and at most is what `indicators.substances` says of a product of this row alone; the share
of the product follows from the masses. Of an alternate group the member that holds most counts, at its full mass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product as combinations
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background
from ecoprod.foreground import Foreground, PartTotal, leaves
from ecoprod.foreground.linking import Linker
from ecoprod.indicators.substances import substance_measure
from ecoprod.product import Part, Product
from ecoprod.screening.changes import changed_rows, piece_masses
from ecoprod.screening.lookup import Slots, combination, merged
from ecoprod.screening.matrix import taken
from ecoprod.screening.table import above
from ecoprod.screening.variants import Variants
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]
    Bounds = tuple[Floats, Floats]

BASIS = "@product_mass"
_Choice = tuple[str, str] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One leaf: the alternate it belongs to, its pieces as it is (shares left out), and what the options make of it.

    `slots`: those that change it, with the number of their options; `kg` and `bounds` (low and high of each indicator):
    over every combination of these options. `mass`: the parameter of its mass; `quantities`: parameters of pieces, with
    what the files say.
    """

    choice: _Choice
    pieces: float
    slots: Slots
    kg: Floats
    bounds: Floats
    mass: int | None
    quantities: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the leaves of a product hold [kg], by alternate; two columns (low and high) for each indicator.

    `always`: what no design changes. `free`: rows whose mass is a parameter, and what one kg holds. `chosen`: rows that
    options change, what each combination of these holds. `others`: rows that both change, or pieces too.
    `followed`: whether all is in here; a statement on an assembly as a whole is not, nor one on what is in no product
    (alternates of which none is built, inputs that do not stay).
    """

    names: tuple[str, ...] = ()
    always: Mapping[_Choice, Floats] = field(default_factory=dict)
    free: Mapping[_Choice, tuple[list[int], Floats]] = field(default_factory=dict)
    chosen: Mapping[_Choice, Mapping[Slots, Floats]] = field(default_factory=dict)
    others: tuple[_Row, ...] = ()
    followed: bool = True

    def bounds(self, columns: Numbers, values: Floats, lightest: Floats, heaviest: Floats) -> dict[str, Bounds]:
        """Proven bounds [kg/kg] of each indicator over designs that weigh at least and at most this [kg].

        `columns`: slots × designs.
        """
        count = columns.shape[1]
        held = {choice: np.tile(kg[:, None], (1, count)) for choice, kg in self.always.items()}
        for choice, (parameters, per_kg) in self.free.items():
            held[choice] += (taken(values, np.array(parameters)) @ per_kg).T
        for choice, tables in self.chosen.items():
            for slots, kg in tables.items():
                number = combination(slots, columns)
                for k in np.flatnonzero(kg.any(axis=0)):
                    held[choice][k] += kg[:, k].take(number)
        for row in self.others:
            number = combination(row.slots, columns) if row.slots else np.zeros(count, dtype=np.int16)
            pieces = (row.kg[number] if row.mass is None else values[:, row.mass]) * row.pieces
            for parameter, base in row.quantities:
                pieces = pieces * (values[:, parameter] / base)
            held[row.choice] += pieces * row.bounds[number].T
        total = _decided(held, count)
        return {name: (total[2 * n] / heaviest, total[2 * n + 1] / lightest) for n, name in enumerate(self.names)}


def _decided(held: Mapping[_Choice, Floats], count: int) -> Floats:
    """What the worst product holds that can leave the line: of an alternate group, the member that holds most."""
    total = held.get(None, np.zeros((1, count)))
    for group in dict.fromkeys(choice[0] for choice in held if choice is not None):
        total = total + np.max([kg for choice, kg in held.items() if choice is not None and choice[0] == group], axis=0)
    return total


def contents_of(
    names: Iterable[str], product: Product, foreground: Foreground, background: Background, variants: Variants
) -> Contents:
    """The leaves of a product; of the indicators `names`, those by the product's mass are followed."""
    wanted = tuple(sorted({n for n in names if n.startswith("substance:") and BASIS in n}))
    if not wanted:
        return Contents()
    rows, pieces = {p.id: p for p in product.parts}, piece_masses(foreground)
    linker = Linker(product, background, Ledger(), [])
    made = []
    for total in leaves(foreground.parts):
        if total.unaccounted:
            continue
        name = total.part.id
        slots = tuple((n, len(slot.options)) for n, slot in enumerate(variants.slots) if name in slot.parts)
        every = [variants.slots[n] for n, _ in slots]
        changed = [
            changed_rows(list(zip(every, chosen, strict=True)), (), rows, pieces, background).get(name, rows[name])
            for chosen in combinations(*(slot.options for slot in every))
        ]
        bounds = np.array([[b for n in wanted for b in _alone(n, part, total, foreground, linker)] for part in changed])
        kg = np.array([pieces[name] if part.mass_kg is None else part.mass_kg for part in changed])
        mass, quantities = _parameters(name, rows, variants)
        share = total.choice.share if total.choice is not None else 1.0
        choice = (total.choice.group, total.choice.member) if total.choice is not None else None
        made.append(_Row(choice, total.count / share, slots, kg, bounds, mass, quantities))
    apart = {t.part.id for t in foreground.parts if not t.is_leaf or not t.net_kg}
    stated = {t.part.id for t in foreground.parts if t.part.substances}
    stated |= {n for slot in variants.slots for n in slot.parts if any("substances" in o.columns for o in slot.options)}
    return _gathered(wanted, made, followed=not apart & stated)


def _gathered(names: tuple[str, ...], rows: Sequence[_Row], *, followed: bool) -> Contents:
    always = {row.choice: np.zeros(2 * len(names)) for row in rows}
    free: dict[_Choice, tuple[list[int], Floats]] = {}
    chosen: dict[_Choice, dict[Slots, Floats]] = {}
    others: list[_Row] = []
    for row in (r for r in rows if r.bounds.any()):
        held = row.kg[:, None] * row.pieces * row.bounds
        if row.quantities or (row.slots and row.mass is not None):
            others.append(row)
        elif row.mass is not None:
            parameters, per_kg = free.get(row.choice, ([], np.zeros((0, 2 * len(names)))))
            free[row.choice] = ([*parameters, row.mass], np.vstack([per_kg, row.pieces * row.bounds]))
        elif row.slots:
            tables = chosen.setdefault(row.choice, {})
            tables[row.slots] = tables.get(row.slots, 0.0) + held
        else:
            always[row.choice] = always[row.choice] + held[0]
    by_choice = {choice: merged(tables, np.add) for choice, tables in chosen.items()}
    return Contents(names, always, free, by_choice, tuple(others), followed)


def _alone(
    name: str, part: Part, total: PartTotal, foreground: Foreground, linker: Linker
) -> tuple[float, float]:  # fmt: skip
    """Bounds of what one row holds; 0 where it says nothing (what is not known is seen by the rows' marks)."""
    material = linker.part(part).material
    row = replace(
        total, part=part, net_kg=1.0, whole_kg=1.0, choice=None, material_id=material.id if material else None,
        material_class=material.material_class if material else None,
    )  # fmt: skip
    one = replace(foreground, parts=(row,), product_mass_kg=1.0, unlisted_kg=0.0, overlisted_kg=0.0)
    found = substance_measure(name, one, lambda _: (), Ledger())
    return found.low or 0.0, found.high or 0.0


def _parameters(
    name: str, rows: Mapping[str, Part], variants: Variants
) -> tuple[int | None, tuple[tuple[int, float], ...]]:
    """The parameter of a row's mass, and those of pieces of the row and of all that it stands in."""
    chain: Sequence[str] = list(above(name, rows))
    of_rows = [(n, p) for n, p in enumerate(variants.parameters) if p.of == "part"]
    mass = next((n for n, p in of_rows if p.target == name and p.column == "mass"), None)
    return mass, tuple((n, p.base) for n, p in of_rows if p.target in chain and p.column == "quantity")
