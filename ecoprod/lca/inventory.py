"""From a background's rows to signed triplets: every exchange linked, converted and of one sign convention."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background, Exchange
from ecoprod.errors import At, InputError, Problem
from ecoprod.units import UnitError, conversion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.bundled import FlowList

FILE = "exchanges.csv"
_FLOW_UNITS = {"m2*year": "m2a"}


@dataclass(frozen=True, slots=True)
class Triplets:
    """Entries of a sparse matrix; duplicates add up."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inventory:
    """A background as matrices: row i of `technosphere` is the product of process i, column j the process j.

    `technosphere`: made positive, used negative, the reference amounts on the diagonal. `biosphere`: rows are
    positions in bw2io's flow list. `covers`: EF v3.1 categories each process covers; `sources`: of its exchanges.
    """

    ids: tuple[str, ...]
    technosphere: Triplets
    biosphere: Triplets
    covers: tuple[frozenset[str], ...]
    sources: tuple[str, ...]


class _Growing:
    """Triplets while they are collected, as plain numbers: half a million tuples keep Python's collector busy."""

    def __init__(self) -> None:
        self.rows, self.columns, self.values = array("q"), array("q"), array("d")

    def add(self, row: int, column: int, value: float) -> None:
        """One more entry."""
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)

    def triplets(self) -> Triplets:
        """All entries so far."""
        return Triplets(
            np.array(self.rows, np.int64), np.array(self.columns, np.int64), np.array(self.values, np.float64)
        )


def triplets(entries: Sequence[tuple[int, int, float]]) -> Triplets:
    """Triplets from (row, column, value)."""
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return Triplets(np.array(rows, np.int64), np.array(columns, np.int64), np.array(values, np.float64))


@lru_cache(maxsize=4096)
def unit_factor(unit: str, target: str) -> float:
    """Factor from an exchange's unit to its target's. Raises UnitError where there is none."""
    if unit == target:
        return 1.0
    return conversion(_FLOW_UNITS.get(unit, unit), _FLOW_UNITS.get(target, target))


def link(background: Background, exchanges: Sequence[Exchange], flows: FlowList) -> tuple[Inventory, list[Problem]]:
    """Link every exchange to its process or flow, in that one's unit; what does not link is a Problem."""
    ids = tuple(background.datasets)
    position = {name: number for number, name in enumerate(ids)}
    technosphere, biosphere = _Growing(), _Growing()
    for number in range(len(ids)):
        technosphere.add(number, number, 1.0)
    sources: list[dict[str, None]] = [{} for _ in ids]
    problems: list[Problem] = []
    for exchange in exchanges:
        process = position.get(exchange.process)
        if process is None:
            problems.append(_unlinked("data-unknown-process", exchange, "process", background))
            continue
        if exchange.source:
            sources[process][exchange.source] = None
        linked = _target(exchange, position, background, flows, problems)
        if linked is None:
            continue
        row, amount = linked
        if exchange.kind == "input":
            technosphere.add(row, process, -amount)
        else:
            biosphere.add(row, process, amount)
    covers = tuple(dataset.covers for dataset in background.datasets.values())
    cited = tuple(", ".join(sorted(names)) for names in sources)
    return Inventory(ids, technosphere.triplets(), biosphere.triplets(), covers, cited), problems


def _unlinked(code: str, exchange: Exchange, column: str, background: Background) -> Problem:
    name = exchange.process if column == "process" else exchange.target
    near = ", ".join(background.nearest(name, "dataset")) or "—"
    return Problem(code, At(FILE, exchange.line, column), column, {"name": name, "nearest": near})


def _target(
    exchange: Exchange, position: dict[str, int], background: Background, flows: FlowList, problems: list[Problem]
) -> tuple[int, float] | None:
    """Row of the target and amount in the target's unit; None with a Problem where there is no such thing."""
    if not math.isfinite(exchange.amount):
        params = {"amount": str(exchange.amount), "process": exchange.process, "target": exchange.target}
        problems.append(Problem("data-amount", At(FILE, exchange.line, "amount"), "amount", params))
        return None
    if exchange.kind == "input":
        row = position.get(exchange.target)
        if row is None:
            problems.append(_unlinked("data-unknown-input", exchange, "target", background))
            return None
        unit = background.datasets[exchange.target].unit
    else:
        found = flows.find(exchange.target, exchange.compartment)
        if found is None:
            near = "; ".join(flows.nearest(exchange.target)) or "—"
            params = {"name": exchange.target, "compartment": exchange.compartment, "nearest": near}
            problems.append(Problem("data-unknown-flow", At(FILE, exchange.line, "target"), "target", params))
            return None
        row, unit = found, flows.unit(found)
    try:
        return row, exchange.amount * unit_factor(exchange.unit, unit)
    except UnitError:
        params = {"unit": exchange.unit, "wanted": unit, "target": exchange.target}
        problems.append(Problem("data-unit", At(FILE, exchange.line, "unit"), "unit", params))
        return None


def one_convention(inventory: Inventory) -> Inventory:
    """Bring waste treatment to one sign convention: every reference amount positive, every demand positive.

    Where a treatment's reference amount is negative (it takes in 1 kg of waste, and whoever makes waste has it as
    an output), the product's row changes its sign: the same system, read as a demand for treatment.
    """
    t = inventory.technosphere
    reference = np.zeros(len(inventory.ids))
    on_diagonal = t.rows == t.columns
    np.add.at(reference, t.rows[on_diagonal], t.values[on_diagonal])
    sign = np.where(reference < 0, -1.0, 1.0)
    return replace(inventory, technosphere=Triplets(t.rows, t.columns, t.values * sign[t.rows]))


def refuse_negative_inputs(inventory: Inventory) -> None:
    """Raises InputError naming each process with a negative input: a credit, or waste that should be a demand."""
    t = inventory.technosphere
    problems = [
        Problem(
            "lca-negative-input",
            At(FILE, None, "amount"),
            "amount",
            {"process": inventory.ids[t.columns[k]], "target": inventory.ids[t.rows[k]]},
        )
        for k in np.flatnonzero((t.rows != t.columns) & (t.values > 0))
    ]
    if problems:
        raise InputError(problems)


def side_by_side(own: Inventory, core: Inventory) -> Inventory:
    """Two inventories as one system without links between them; a core id that is taken goes by `core:ID`."""
    first, taken = len(own.ids), frozenset(own.ids)
    return Inventory(
        own.ids + tuple(f"core:{name}" if name in taken else name for name in core.ids),
        joined(own.technosphere, core.technosphere, first, first),
        joined(own.biosphere, core.biosphere, 0, first),
        own.covers + core.covers,
        own.sources + core.sources,
    )


def joined(a: Triplets, b: Triplets, rows: int = 0, columns: int = 0) -> Triplets:
    """Both together, the second moved by so many rows and columns."""
    return Triplets(
        np.concatenate([a.rows, b.rows + rows]),
        np.concatenate([a.columns, b.columns + columns]),
        np.concatenate([a.values, b.values]),
    )
