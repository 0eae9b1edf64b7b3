"""Intensities: what one unit of each dataset scores, and how much of its climate result each category covers.

Built once per background and method family from Brightway's matrices, then kept (`ecoprod.lca.cache`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.lca.bundled import TOTAL_CODE, FlowList, Indicator
from ecoprod.lca.categories import Category, Family
from ecoprod.lca.inventory import Inventory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.brightway import Matrices

BASIS = ("EF v3.1", "climate-change")
"""The climate result on which coverage is measured (formats.md)."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Impact factors as triplets: `value` per unit of the flow at list position `flow`, in category `category`."""

    flow: NDArray[np.int64]
    category: NDArray[np.int64]
    value: NDArray[np.float64]

    def of(self, flow: int, count: int) -> NDArray[np.float64]:
        """Factors of one flow in all `count` categories; zero where there is none."""
        found = np.zeros(count)
        here = np.flatnonzero(self.flow == flow)
        found[self.category[here]] = self.value[here]
        return found


@dataclass(frozen=True, slots=True)
class Intensities:
    """Per unit of each dataset (in its own unit), for one method family.

    `scores`: categories × datasets. `climate`: Σ|climate contribution| of all direct exchanges upstream, datasets.
    `covered[cover_of[k]]`: the part of it that rests on datasets covering category k.
    `climate_factor`: basis of coverage, for direct emissions. `sources`: cited by each dataset's own exchanges.
    """

    method: str
    categories: tuple[Category, ...]
    datasets: tuple[str, ...]
    sources: tuple[str, ...]
    scores: NDArray[np.float64]
    covered: NDArray[np.float64]
    cover_of: NDArray[np.int64]
    climate: NDArray[np.float64]
    factors: Factors
    climate_factor: Factors


@dataclass(frozen=True, slots=True)
class Units:
    """Per unit of each dataset in use: scores and covered climate (categories × datasets), whole climate (datasets)."""

    method: str
    categories: tuple[Category, ...]
    datasets: tuple[str, ...]
    sources: tuple[str, ...]
    scores: NDArray[np.float64]
    covered: NDArray[np.float64]
    climate: NDArray[np.float64]
    factors: Factors
    climate_factor: Factors


@dataclass(frozen=True, slots=True)
class Scored:
    """A method's sums: by item (categories × items) and, by another way, of the product (categories)."""

    units: Units
    items: NDArray[np.float64]
    totals: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Masks:
    """Which datasets cover what: `of[k]` is the row of `rows` (sets × datasets, 0 or 1) that category k goes by."""

    rows: NDArray[np.float64]
    of: NDArray[np.int64]


def factors(family: Sequence[Indicator], chosen: Sequence[Category], flows: FlowList) -> Factors:
    """Factors of a family over the flow list; a bare CO2e total counts 1 in the categories of bw2io that take it."""
    number = {code: position for position, code in enumerate((*flows.codes, TOTAL_CODE))}
    entries = [
        (number[code], category, amount)
        for category, indicator in enumerate(family)
        for code, amount in indicator.factors.items()
    ]
    entries += [
        (flows.total, k, 1.0)
        for k, category in enumerate(chosen)
        if category.takes_total and TOTAL_CODE not in family[k].factors
    ]
    return Factors(
        np.array([e[0] for e in entries], dtype=np.int64),
        np.array([e[1] for e in entries], dtype=np.int64),
        np.array([e[2] for e in entries], dtype=np.float64),
    )


def only(factors_of_all: Factors, category: int) -> Factors:
    """The factors of one category, as category number 0."""
    here = factors_of_all.category == category
    return Factors(factors_of_all.flow[here], np.zeros(int(here.sum()), dtype=np.int64), factors_of_all.value[here])


def masks(inventory: Inventory, chosen: Sequence[Category], flows: FlowList) -> Masks:
    """What each dataset covers of each category: all that the category needs, and no bare total where none counts."""
    b = inventory.biosphere
    has_total = np.zeros(len(inventory.ids), dtype=bool)
    has_total[b.columns[b.rows == flows.total]] = True
    keys = [(category.needs, category.refuses_totals) for category in chosen]
    distinct = list(dict.fromkeys(keys))
    kinds = list(dict.fromkeys(inventory.covers))  # thousands of datasets, a few ways to cover
    kind = {covers: number for number, covers in enumerate(kinds)}
    of_dataset = np.array([kind[covers] for covers in inventory.covers], dtype=np.int64)
    enough = np.array([[needs <= covers for covers in kinds] for needs, _ in distinct]).reshape(-1, len(kinds))
    refused = np.array([refuses for _, refuses in distinct], dtype=bool)[:, None] & has_total
    rows, same = np.unique(enough[:, of_dataset] & ~refused, axis=0, return_inverse=True)
    return Masks(rows.astype(np.float64), same.reshape(-1)[[distinct.index(key) for key in keys]].astype(np.int64))


def matrix(found: Factors, count: int, flows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Factors as categories × flows, for the flow positions given."""
    column = np.full(max(found.flow.max(initial=-1), flows.max(initial=-1)) + 1, -1, dtype=np.int64)
    column[flows] = np.arange(len(flows))
    here = column[found.flow] >= 0
    table = np.zeros((count, len(flows)))
    table[found.category[here], column[found.flow[here]]] = found.value[here]
    return table


def build(
    inventory: Inventory,
    parts: Matrices,
    families: Mapping[str, Family],
    wanted: Sequence[str],
    flows: FlowList,
) -> dict[str, Intensities]:
    """Intensities of all wanted families by one adjoint solve. `families` must hold EF v3.1, the basis of coverage."""
    from ecoprod.lca.solve import adjoint

    basis = climate_basis(families, flows)
    direct = _absolute(matrix(basis, 1, parts.flows), parts)
    plan, right = [], [direct[:, None]]
    for method in wanted:
        chosen = families[method].categories
        found = factors(families[method].indicators, chosen, flows)
        covering = masks(inventory, chosen, flows)
        own = parts.biosphere.T @ matrix(found, len(chosen), parts.flows).T
        right += [np.asarray(own), (covering.rows * direct).T]
        plan.append((method, chosen, found, covering))
    solved = adjoint(parts.technosphere, np.hstack(right), inventory.ids).T
    result, at = {}, 1
    for method, chosen, found, covering in plan:
        middle, end = at + len(chosen), at + len(chosen) + len(covering.rows)
        result[method] = Intensities(
            method, tuple(chosen), inventory.ids, inventory.sources, solved[at:middle].copy(),
            solved[middle:end].copy(), covering.of, solved[0].copy(), found, basis,
        )  # fmt: skip
        at = end
    return result


def climate_basis(families: Mapping[str, Family], flows: FlowList) -> Factors:
    """The climate factors on which coverage is measured."""
    method, name = BASIS
    chosen = families[method].categories
    return only(factors(families[method].indicators, chosen, flows), [c.id for c in chosen].index(name))


def _absolute(climate: NDArray[np.float64], parts: Matrices) -> NDArray[np.float64]:
    """Σ|climate contribution| of each process's own flows, exchange by exchange."""
    return np.asarray(abs(parts.biosphere).T @ np.abs(climate[0]))


def joined(own: Intensities, core: Intensities) -> Intensities:
    """Intensities of a database and of the core beside it, for one method; a core id that is taken is `core:ID`."""
    taken = frozenset(own.datasets)
    names = tuple(f"core:{name}" if name in taken else name for name in core.datasets)
    return Intensities(
        own.method, own.categories, own.datasets + names, own.sources + core.sources,
        np.hstack([own.scores, core.scores]), np.hstack([one.covered[one.cover_of] for one in (own, core)]),
        np.arange(len(own.categories)),
        np.concatenate([own.climate, core.climate]), own.factors, own.climate_factor,
    )  # fmt: skip
