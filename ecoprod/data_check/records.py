"""What the checks of life cycle data share: a background with its rows, and where things stand in its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecoprod.background import Background, Dataset, Exchange
from ecoprod.errors import At, Problem
from ecoprod.lca.inventory import FILE, Inventory, unit_factor
from ecoprod.units import UnitError

PROCESSES = "processes.csv"
CONFIDENCE = frozenset({"T", "S"})
YEARS = (1970, 2100)
Params = Mapping[str, str | float | int]


@dataclass(frozen=True, slots=True)
class Data:
    """A background with its exchanges, by process, and the register of sources."""

    background: Background
    exchanges: tuple[Exchange, ...]
    by_process: Mapping[str, tuple[Exchange, ...]]
    sources: Mapping[str, Mapping[str, Any]]
    inventory: Inventory
    unlinked: tuple[Problem, ...]

    def kg(self, exchange: Exchange) -> float | None:
        """Amount of an exchange in kg; None where it is not a mass."""
        try:
            return exchange.amount * unit_factor(exchange.unit, "kg")
        except UnitError:
            return None


def of_exchange(exchange: Exchange, column: str) -> At:
    """The place of a row of exchanges.csv."""
    return At(FILE, exchange.line, column)


def of_dataset(dataset: Dataset, column: str) -> At:
    """The place of a row of processes.csv."""
    return At(PROCESSES, dataset.line, column)
