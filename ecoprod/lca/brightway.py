"""The door to Brightway: quiet import, in-memory data packages, matrices and solves of bw2calc's LCA object.

Everything of Brightway's that could write or talk is dealt with here. bw2calc pulls in bw2data where it can, which
opens a project on import, a folder with a database in it. It is kept out: to calculate on data packages needs none.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.lca.inventory import Inventory, Triplets

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix


@dataclass(frozen=True, slots=True)
class Matrices:
    """Brightway's matrices in the inventory's order: products × processes, and flows × processes.

    `flows`: positions in bw2io's list of the rows of `biosphere`.
    """

    technosphere: csc_matrix[np.float64]
    biosphere: csc_matrix[np.float64]
    flows: NDArray[np.int64]


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any]:
    """The modules bw2calc and bw_processing, imported without a word and without a file.

    bw2calc takes names of nodes from bw2data where it can be imported, and we have no nodes: without it, no project is
    opened. A program that has imported bw2data itself keeps it.
    """
    hidden = "bw2data" not in sys.modules
    if hidden:
        sys.modules["bw2data"] = None  # type: ignore[assignment]  # Python's own way to say: there is none
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing fast solvers, deprecated names inside the libraries
            import bw2calc
            import bw_processing
    finally:
        if hidden:
            del sys.modules["bw2data"]
    return bw2calc, bw_processing


def _indices(rows: Sequence[int] | NDArray[np.int64], columns: Sequence[int] | NDArray[np.int64]) -> Any:
    _, processing = _library()
    indices = np.empty(len(rows), dtype=processing.INDICES_DTYPE)
    indices["row"], indices["col"] = rows, columns
    return indices


def _package(technosphere: Triplets, biosphere: Triplets, offset: int) -> Any:
    """One in-memory data package; process and product i is number i + 1, flow j is number offset + j."""
    _, processing = _library()
    package = processing.create_datapackage()
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        name="technosphere",
        indices_array=_indices(technosphere.rows + 1, technosphere.columns + 1),
        data_array=technosphere.values,
    )
    # bw2calc refuses an empty biosphere: a zero of flow 0 changes nothing
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        name="biosphere",
        indices_array=_indices(np.append(biosphere.rows, 0) + offset, np.append(biosphere.columns, 0) + 1),
        data_array=np.append(biosphere.values, 0.0),
    )
    return package


def matrices(inventory: Inventory) -> Matrices:
    """Brightway's technosphere and biosphere matrices of an inventory."""
    calculator = _calculator(inventory)
    calculator.load_lci_data()
    size, offset = len(inventory.ids), _offset(inventory)
    rows, columns = (
        [mapping[i + 1] for i in range(size)] for mapping in (calculator.dicts.product, calculator.dicts.activity)
    )
    numbers = sorted(calculator.dicts.biosphere)
    flow_rows = [calculator.dicts.biosphere[number] for number in numbers]
    return Matrices(
        calculator.technosphere_matrix.tocsr()[rows, :].tocsc()[:, columns],
        calculator.biosphere_matrix.tocsr()[flow_rows, :].tocsc()[:, columns],
        np.array(numbers, dtype=np.int64) - offset,
    )


def _offset(inventory: Inventory) -> int:
    return int(inventory.technosphere.columns.max()) + 2


def _calculator(inventory: Inventory) -> Any:
    calculation, _ = _library()
    package = _package(inventory.technosphere, inventory.biosphere, _offset(inventory))
    return calculation.LCA({1: 1.0}, data_objs=[package])


@dataclass(slots=True)
class Solver:
    """A full Brightway calculation: one factorised technosphere, one life cycle inventory per demand."""

    calculator: Any
    columns: list[int]
    flow_numbers: NDArray[np.int64]
    flow_rows: list[int]

    def solve(self, process: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Amounts of all processes, and of all flows (in the order of `flow_numbers`), for one unit of a process."""
        self.calculator.lci(demand={process + 1: 1.0})
        flows = np.asarray(self.calculator.inventory.sum(axis=1)).ravel()
        return self.calculator.supply_array[self.columns], flows[self.flow_rows]


def full_solver(inventory: Inventory) -> Solver:
    """bw2calc's LCA object over an inventory (with the product as extra processes), matrices built and factorised."""
    calculator = _calculator(inventory)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bw2calc remarks on solvers that are not installed
        calculator.lci(factorize=True)
    offset = _offset(inventory)
    numbers = sorted(calculator.dicts.biosphere)
    return Solver(
        calculator,
        [calculator.dicts.activity[i + 1] for i in range(len(inventory.ids))],
        np.array(numbers, dtype=np.int64) - offset,
        [calculator.dicts.biosphere[number] for number in numbers],
    )


def processing_library() -> Any:
    """bw_processing, imported as quietly as the rest."""
    return _library()[1]
