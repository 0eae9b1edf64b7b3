"""The full route: the product and its items become processes of their own and bw2calc solves the whole system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background
from ecoprod.foreground.records import Item
from ecoprod.lca import library
from ecoprod.lca.bundled import FlowList
from ecoprod.lca.categories import Family
from ecoprod.lca.intensities import Scored, Units, climate_basis, factors, masks, matrix
from ecoprod.lca.inventory import Inventory, joined, triplets
from ecoprod.lca.methods import Method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.brightway import Matrices, Solver

_PRODUCT = "product"


def solve_all(
    items: Sequence[Item],
    background: Background,
    methods: Sequence[Method],
    used: tuple[str, ...],
    positions: Mapping[tuple[str, str], int],
    notify: library.Notify,
) -> list[Scored]:
    """Scores of every item, of the product, and of one unit of every dataset in use, each by its own solve.

    Raises InputError for a file of factors that cannot be used and a background that cannot be linked or solved.
    """
    from ecoprod.lca.brightway import full_solver, matrices
    from ecoprod.lca.solve import adjoint

    notify("lca-solving")
    flows = library.flows()
    base = library.inventory(background, flows)
    parts, found = matrices(base), library.families(methods, flows)
    adjoint(parts.technosphere, np.zeros((len(base.ids), 0)), base.ids)  # refuses a system without a sound answer
    solver = full_solver(with_product(base, items, positions))
    first = len(base.ids)
    number = {name: k for k, name in enumerate(base.ids)}
    datasets = [solver.solve(number[name]) for name in used]
    of_items = [solver.solve(first + k)[1] for k in range(len(items))]
    of_product = solver.solve(first + len(items))[1]
    return [
        _scored(method.name, found, flows, base, parts, solver, used, datasets, of_items, of_product)
        for method in methods
    ]


def with_product(base: Inventory, items: Sequence[Item], positions: Mapping[tuple[str, str], int]) -> Inventory:
    """The background with one more process for each item, and a last one, the product, that uses one of each."""
    number = {name: k for k, name in enumerate(base.ids)}
    first = len(base.ids)
    last = first + len(items)
    technosphere: list[tuple[int, int, float]] = [(last, last, 1.0)]
    biosphere: list[tuple[int, int, float]] = []
    for column, item in enumerate(items, first):
        technosphere += [(column, column, 1.0), (column, last, -1.0)]
        technosphere += [(number[d.dataset], column, -d.amount) for d in item.demands]
        biosphere += [(positions[e.flow, e.compartment], column, e.amount) for e in item.emissions]
    return replace(
        base,
        ids=(*base.ids, *(item.id for item in items), _PRODUCT),
        technosphere=joined(base.technosphere, triplets(technosphere)),
        biosphere=joined(base.biosphere, triplets(biosphere)),
    )


def _scored(
    method: str, families: Mapping[str, Family], flows: FlowList, base: Inventory, parts: Matrices,
    solver: Solver, used: tuple[str, ...], datasets: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
    of_items: Sequence[NDArray[np.float64]], of_product: NDArray[np.float64],
) -> Scored:  # fmt: skip
    """Characterise the inventories with one method; sums of ours, never Brightway's `.score`."""
    chosen = families[method].categories
    found, basis = factors(families[method].indicators, chosen, flows), climate_basis(families, flows)
    table = matrix(found, len(chosen), solver.flow_numbers)
    covering, size = masks(base, chosen, flows), len(base.ids)
    climate = np.abs(matrix(basis, 1, parts.flows)[0])
    direct = np.asarray(abs(parts.biosphere).T @ climate)  # of one unit of each process, its own flows alone
    contributions = np.array([direct * np.abs(supply[:size]) for supply, _ in datasets]).reshape(len(used), size)
    number = {name: k for k, name in enumerate(base.ids)}
    units = Units(
        method, tuple(chosen), used, tuple(base.sources[number[name]] for name in used),
        np.array([table @ inventory for _, inventory in datasets]).reshape(len(used), len(chosen)).T,
        covering.rows[covering.of] @ contributions.T, contributions.sum(axis=1), found, basis,
    )  # fmt: skip
    by_item = np.array([table @ inventory for inventory in of_items]).reshape(len(of_items), len(chosen)).T
    return Scored(units, by_item, table @ of_product)
