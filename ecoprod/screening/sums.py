"""All sums of many designs at once: one product of the design matrix with the table of differences.

A design is an option number for every slot and a value for every parameter, as two arrays. The sums are those of
`ecoprod.lca.linear` (impacts, what they cover, the climate it rests on), then the masses of `ecoprod.screening.rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.errors import InputError
from ecoprod.foreground import Foreground
from ecoprod.foreground.use import times
from ecoprod.lca.linear import Linear
from ecoprod.product import Product
from ecoprod.screening.changes import below_zero
from ecoprod.screening.matrix import Layout, fill, lay_out
from ecoprod.screening.rows import SCALARS, leaf_totals, scalars_of, unlinked_rows
from ecoprod.screening.table import Table
from ecoprod.screening.variants import Variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]

_AT_ONCE = 2_048
MASS, PACKAGING = SCALARS.index("mass"), SCALARS.index("packaging")


@dataclass(frozen=True, slots=True)
class Sums:
    """What turns designs into sums.

    `base`: sums of the product as it is. `start`: what the product of design matrix and weights is added to.
    `weights`: columns of the design matrix × sums. Many sums are the same for every design (most of what covers one
    category covers the next): `distinct` holds each kind once, `start` in its first row, and `spread` which of them
    each sum is. `leg_rows`: sums per kg and km of each leg of the distribution
    whose distance varies, `legs` the numbers of those parameters.
    """

    table: Table
    variants: Variants
    base: Floats
    layout: Layout
    start: Floats
    weights: Floats
    distinct: Floats
    spread: NDArray[np.intp]
    legs: tuple[int, ...]
    leg_rows: Floats
    impacts: int
    unaccounted_kg: float

    @property
    def rows_kg(self) -> float:
        """Mass of the product as it is that its rows list [kg]."""
        return float(self.base[self.scalar][MASS]) - self.unaccounted_kg

    @property
    def scalar(self) -> slice:
        """Where the masses stand among the sums."""
        return slice(self.base.size - len(SCALARS), self.base.size)


def prepare(product: Product, foreground: Foreground, table: Table, linear: Linear, variants: Variants) -> Sums:
    """The weights of a table's columns, what travels with the mass of the product included.

    Raises InputError where a use flow that saves with the mass is nothing to begin with.
    """
    items = linear.of_items(foreground.items)
    bare = unlinked_rows(foreground)
    masses = np.array(scalars_of(leaf_totals(foreground), bare, foreground.scenario))
    base = np.concatenate([items.sum(axis=0), masses])
    differences = np.hstack([table.amounts @ linear.of_datasets(table.datasets), table.scalars])
    legs, per_leg, carried = _legs(product, foreground, linear, variants)
    heavier = table.scalars[:, MASS] + table.scalars[:, PACKAGING]
    differences[:, : linear.width] += np.outer(heavier, carried)
    if variants.saving is not None:
        flow = next(f for f in product.use.flows if f.id == variants.saving.flow) if product.use is not None else None
        if flow is not None and flow.amount is not None and not flow.amount.value:
            raise InputError([below_zero(variants.saving)])
        row = unit_rows(foreground, items).get(variants.saving.flow, np.zeros(linear.width))
        differences[:, : linear.width] += np.outer(table.scalars[:, MASS], row * variants.saving.per_kg)
    flows = _flows(product, foreground, items, variants)
    unaccounted = sum(t.net_kg for t in foreground.parts if t.unaccounted)
    layout, start, weights = lay_out(table, variants, base, differences, flows)
    distinct, spread = np.unique(np.vstack([start, weights]), axis=1, return_inverse=True)
    return Sums(
        table, variants, base, layout, start, weights, distinct, spread.ravel(), legs, per_leg, len(linear.impacts),
        unaccounted,
    )  # fmt: skip


def _legs(
    product: Product, foreground: Foreground, linear: Linear, variants: Variants
) -> tuple[tuple[int, ...], Floats, Floats]:
    """Legs that vary (parameter numbers, sums per kg and km), and what one kg takes on all legs as they are."""
    item = next((i for i in foreground.items if i.id == "distribution"), None)
    varied = {int(p.target): n for n, p in enumerate(variants.parameters) if p.of == "distribution"}
    if item is None or not item.mass_kg:
        return (), np.zeros((0, linear.width)), np.zeros(linear.width)
    rows = np.array([d.amount / item.mass_kg for d in item.demands])[:, None] * linear.of_datasets(
        [d.dataset for d in item.demands]
    )
    distances = [leg.distance_km for leg in product.distribution]
    per_km = [rows[leg] / distances[leg] for leg in varied]
    return tuple(varied.values()), np.array(per_km).reshape(len(varied), linear.width), rows.sum(axis=0)


def unit_rows(foreground: Foreground, items: Floats) -> dict[str, Floats]:
    """Sums of one unit of every use flow over the life, by the flow's id."""
    return {
        item.id.removeprefix("use:"): items[n] / item.quantity
        for n, item in enumerate(foreground.items)
        if item.stage == "use" and item.part is None and item.quantity
    }


def _flows(product: Product, foreground: Foreground, items: Floats, variants: Variants) -> dict[int, Floats]:
    """Parameters of use flows, with the sums per unit of the amount as the product file has it (no masses)."""
    # a flow of which nobody says how often it happens takes part in no design
    rows, none, use = unit_rows(foreground, items), np.zeros(len(SCALARS)), product.use
    nothing = np.zeros(items.shape[1])
    per = {flow.id: times(flow.per, use) or 0.0 for flow in use.flows} if use is not None else {}
    return {
        n: np.concatenate([rows.get(p.target, nothing) * per[p.target], none])
        for n, p in enumerate(variants.parameters)
        if p.of == "flow"
    }


# ---- designs -------------------------------------------------------------------------------------


def sums_of(sums: Sums, choices: Numbers, values: Floats) -> Floats:
    """Designs × sums. `choices`: designs × slots of the variants file; `values`: designs × parameters."""
    count = len(choices)
    found = np.empty((count, sums.base.size))
    # a part of the matrix that stays near the processor is filled and multiplied before the next
    matrix = np.empty((min(count, _AT_ONCE), sums.layout.width))
    weights = np.ascontiguousarray(sums.distinct[1:])
    for start in range(0, count, _AT_ONCE):
        some = slice(start, min(start + _AT_ONCE, count))
        rows = matrix[: some.stop - some.start]
        fill(rows, sums.layout, sums.table, sums.variants, choices[some], values[some])
        product = rows @ weights
        product += sums.distinct[0]
        found[some] = product[:, sums.spread]
    if sums.legs:
        width = sums.leg_rows.shape[1]
        scalars = found[:, sums.scalar]
        carried = scalars[:, MASS] + scalars[:, PACKAGING]
        for n, parameter in enumerate(sums.legs):
            further = values[:, parameter] - sums.variants.parameters[parameter].base
            found[:, :width] += np.outer(carried * further, sums.leg_rows[n])
    return found
