"""How many of a background's elementary flows a method has factors for: what it does not know, it counts as nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecoprod.background import Background
from ecoprod.lca import library
from ecoprod.lca.intensities import factors
from ecoprod.lca.methods import choose


@dataclass(frozen=True, slots=True)
class CharacterisedCategory:
    """One category. `factors`: all it has; `flows`, `exchanges`: those of the background that one of them is for."""

    id: str
    category: str
    indicator: str
    unit: str
    detail: bool
    factors: int
    flows: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class Characterised:
    """One method. `flows`, `exchanges`: with a factor in any category; `of_flows`, `of_exchanges`: the background's.

    Flows are distinct ones, exchanges the rows of datasets with them. A factor of 0 is none.
    """

    method: str
    sha256: str | None
    categories: tuple[CharacterisedCategory, ...]
    flows: int
    exchanges: int
    of_flows: int
    of_exchanges: int


def characterise(background: Background, methods: Sequence[str]) -> list[Characterised]:
    """Every method named, in order. Raises InputError for one that is not there and a background that does not link."""
    wanted = choose(methods, ())
    flows = library.flows()
    families = library.families(wanted, flows)
    rows = library.own_inventory(background, flows).biosphere.rows
    times = np.bincount(rows, minlength=flows.total + 1)
    result = []
    for method in wanted:
        family = families[method.name]
        found = factors(family.indicators, family.categories, flows)
        known = np.zeros((len(family.categories), flows.total + 1), dtype=bool)
        known[found.category, found.flow] = found.value != 0
        shown = [k for k, category in enumerate(family.categories) if method.shows(category, detail=True)]
        categories = tuple(
            CharacterisedCategory(
                family.categories[k].id, family.indicators[k].category, family.indicators[k].indicator,
                family.categories[k].unit, family.categories[k].detail, int(known[k].sum()),
                int(np.count_nonzero(times[known[k]])), int(times[known[k]].sum()),
            )
            for k in sorted(shown, key=lambda k: family.categories[k].id)
        )  # fmt: skip
        any_of = known[shown].any(axis=0)
        result.append(
            Characterised(
                method.name, method.sha256, categories, int(np.count_nonzero(times[any_of])), int(times[any_of].sum()),
                int(np.count_nonzero(times)), len(rows),
            )
        )  # fmt: skip
    return result
