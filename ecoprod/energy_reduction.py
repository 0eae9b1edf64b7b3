"""Published energy reduction values: how much less a vehicle uses per 100 km for each 100 kg it is lighter.

`lci_data/energy_reduction.csv` holds them, each with condition, range, source, year and confidence; `ecoprod data
check` watches the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from ecoprod.resources import bundled

FILE = "energy_reduction.csv"
Condition = Literal["mass_only", "adapted", "statistical", "not_stated"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
_NAMED = {
    # a biodiesel is another fuel, petroleum none
    "gasoline": r"\b(?:gasoline|petrol)\b|汽油", "diesel": r"\bdiesel\b|(?<!生物)柴油",
    "electricity": r"\belectricity\b|电力", "hydrogen": r"\bhydrogen\b|氢气", "fuel": r"\b\B",
}  # fmt: skip
CARRIERS = tuple(_NAMED)
"""Energy carriers of the values. `fuel`: the source does not say which one, and no name of a flow does either."""


@dataclass(frozen=True, slots=True)
class EnergyReduction:
    """One published value, or range (`low` below `high`), in `unit` per 100 km and 100 kg.

    `condition`: `mass_only` (the powertrain stays as it was), `adapted` (it is made smaller, wholly or in part, for
    equal performance), `statistical` (read off a fleet: heavier cars differ in more than mass), `not_stated`. All of
    them hold for differences of mass.
    """

    id: str
    vehicle: str
    drive: str
    carrier: str
    condition: Condition
    low: float
    high: float
    unit: str
    test: str
    source: str
    at: str
    year: int
    confidence: str
    note: str


def names_carrier(carrier: str, names: Iterable[str]) -> bool:
    """Whether any of these names says that a flow is of that carrier."""
    return any(re.search(_NAMED[carrier], name, re.ASCII | re.IGNORECASE) for name in names)


@lru_cache(maxsize=1)
def energy_reductions() -> tuple[EnergyReduction, ...]:
    """The values of the bundled table, in its order."""
    conditions: dict[str, Condition] = {name: name for name in CONDITIONS}
    with (bundled("lci_data") / FILE).open(encoding="utf-8", newline="") as file:
        return tuple(
            EnergyReduction(
                row["id"], row["vehicle"], row["drive"], row["carrier"], conditions[row["condition"]],
                float(row["low"]), float(row["high"]), row["unit"], row["test"], row["source"], row["at"],
                int(row["year"]), row["confidence"], row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
