"""Results as sums: what one unit of each dataset adds to every category, and to what its coverage rests on.

For rooms that judge many designs of one product: a design is then a sum of amounts times these rows, as exact as an
assessment, which takes the same intensities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background
from ecoprod.foreground.records import Item
from ecoprod.lca import DEFAULT_METHODS, library
from ecoprod.lca.categories import Category
from ecoprod.lca.engine import emission_flows
from ecoprod.lca.held import Held
from ecoprod.lca.intensities import Factors, Intensities
from ecoprod.lca.methods import choose
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Impact:
    """A category that is shown, with its method."""

    method: str
    category: Category

    @property
    def id(self) -> str:
        """`EF v3.1/climate-change`."""
        return f"{self.method}/{self.category.id}"


@dataclass(frozen=True, slots=True)
class Linear:
    """`rows`: datasets × (impacts, covered climate of each impact, whole climate), per unit of each dataset.

    `held`: what these are taken from, for whoever assesses one of the designs.
    """

    impacts: tuple[Impact, ...]
    number: Mapping[str, int]
    rows: NDArray[np.float64]
    factors: tuple[Factors, ...]
    climate_factor: Factors
    places: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]
    held: Held

    @property
    def width(self) -> int:
        """Number of sums: two for each impact, and one."""
        return int(self.rows.shape[1])

    def of_datasets(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Rows of these datasets."""
        return self.rows[[self.number[name] for name in names]] if names else np.zeros((0, self.width))

    def of_items(self, items: Sequence[Item]) -> NDArray[np.float64]:
        """The sums of each item, direct emissions included: items × sums. Raises InputError for an unknown flow."""
        positions = emission_flows(items, Ledger())
        found = np.zeros((len(items), self.width))
        size = len(self.impacts)
        for n, item in enumerate(items):
            for demand in item.demands:
                found[n] += demand.amount * self.rows[self.number[demand.dataset]]
            for emission in item.emissions:
                flow = positions[emission.flow, emission.compartment]
                climate = abs(emission.amount * float(self.climate_factor.of(flow, 1)[0]))
                for k, (family, category) in enumerate(self.places):
                    factor = float(self.factors[family].of(flow, self.sizes[family])[category])
                    found[n, k] += emission.amount * factor
                    found[n, size + k] += climate * (factor != 0)
                found[n, -1] += climate
        return found


def linear(background: Background, methods: Sequence[str], notify: Callable[[str], None]) -> Linear:
    """The sums of a background for the shown categories of some methods. Raises InputError as `calculate` does."""
    wanted = choose(methods, DEFAULT_METHODS)
    known = library.intensities(background, wanted, notify)
    impacts, columns, covered, places = [], [], [], []
    found: list[Intensities] = [known[method.name] for method in wanted]
    for family, (method, one) in enumerate(zip(wanted, found, strict=True)):
        for k, category in enumerate(one.categories):
            if method.shows(category, detail=False):
                impacts.append(Impact(one.method, category))
                columns.append(one.scores[k])
                covered.append(one.covered[one.cover_of[k]])
                places.append((family, k))
    rows = np.ascontiguousarray(np.vstack([*columns, *covered, found[0].climate]).T)
    number = {name: k for k, name in enumerate(found[0].datasets)}
    return Linear(
        tuple(impacts), number, rows, tuple(one.factors for one in found), found[0].climate_factor, tuple(places),
        tuple(len(one.categories) for one in found), Held(wanted, known),
    )  # fmt: skip
