"""Units as foreign databases spell them, beside ecoprod's own: `lb av`, `p*km`, `Item(s)`, `kilo Becquerel`.

`lci_data/foreign_units.csv` holds the spellings that ecoprod's own units do not know, each with its factor and source.
A unit that neither knows links to its own spelling only: nothing is converted by guess.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from ecoprod.resources import bundled
from ecoprod.units import UnitError, canonical, lookup

FILE = "foreign_units.csv"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a spelling means: 1 of it is `factor` of `unit`; `dimension` and `size` make two units comparable."""

    unit: str
    factor: float
    dimension: str
    size: float


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[float, str]]:
    with (bundled("lci_data") / FILE).open(encoding="utf-8", newline="") as file:
        return {row["unit"]: (float(row["factor"]), row["base"]) for row in csv.DictReader(file)}


@lru_cache(maxsize=4096)
def foreign(spelling: str) -> Foreign:
    """The meaning of a unit's spelling; one that nobody knows is a dimension of its own."""
    clean = " ".join(spelling.split())
    factor, base = _table().get(clean, (1.0, clean))
    try:
        known = lookup(base)
    except UnitError:
        return Foreign(base, factor, f"={base}", factor)
    if known.offset:
        return Foreign(base, factor, f"={base}", factor)
    return Foreign(canonical(base), factor, known.dimension, factor * known.factor)


def factor_between(spelling: str, target: str) -> float | None:
    """How many `target` one `spelling` is; None where they do not measure the same."""
    if spelling == target:
        return 1.0
    have, want = foreign(spelling), foreign(target)
    if have.dimension != want.dimension:
        return None
    return 1.0 if have.size == want.size else have.size / want.size
