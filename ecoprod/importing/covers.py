"""What an imported dataset may be said to cover, told from its flows: a category that no flow feeds is not zero.

Rule (docs/explanation/own-databases.md): a dataset covers a category if its own flows feed it. Categories that are fed
far upstream (fossil and mineral resources, land, water, ozone, radiation) it also covers where they are fed in its
life cycle and the database as a whole carries them: in one dataset of twenty or more. `everything` is the user's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import CATEGORIES
from ecoprod.importing.link import LinkedDatabase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.bundled import FlowList

UPSTREAM = frozenset(
    {
        "energy-resources-non-renewable", "material-resources-metals-minerals", "land-use", "water-use",
        "ozone-depletion", "ionising-radiation-human-health",
    }
)  # fmt: skip
"""Categories whose flows stand in mines, fields and power plants, not where a thing is made."""
CARRIED = 0.05
"""Share of the datasets with flows of their own that must feed a category before a database carries it."""


def covered(linked: LinkedDatabase, flows: FlowList, *, everything: bool) -> list[frozenset[str]]:
    """The EF v3.1 categories of each dataset, in order."""
    if everything:
        return [frozenset(CATEGORIES)] * len(linked.made)
    fed = _fed(linked, flows)
    own_flows = np.asarray(fed.any(axis=1))
    carried = np.asarray(fed.sum(axis=0) >= max(CARRIED * float(own_flows.sum()), 2))
    upstream = _upstream(linked, fed)
    found = []
    for position, (own, reached) in enumerate(zip(fed, upstream, strict=True)):
        system = linked.made[position].process.system
        found.append(
            frozenset(
                name for k, name in enumerate(CATEGORIES)
                if own[k] or (not system and name in UPSTREAM and carried[k] and reached[k])
                or (not own_flows[position] and not system and reached[k])
            )
        )  # fmt: skip
    return found


def _fed(linked: LinkedDatabase, flows: FlowList) -> NDArray[np.bool_]:
    """Datasets × categories: whether a flow of its own has a factor there; a bare total feeds climate change."""
    from ecoprod.lca import category_flows

    feeding = category_flows(flows)
    number = {name: k for k, name in enumerate(CATEGORIES)}
    fed = np.zeros((len(linked.made), len(CATEGORIES)), dtype=bool)
    for row in linked.rows:
        if row.kind == "total":
            fed[row.dataset, number["climate-change"]] = True
        elif row.kind != "input":
            for name in feeding.get(row.row, ()):
                fed[row.dataset, number[name]] = True
    return fed


def _upstream(linked: LinkedDatabase, fed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same for each dataset with all that it uses, directly or not."""
    return reached(fed, [(r.row, r.dataset) for r in linked.rows if r.kind == "input"])


def reached(marks: NDArray[np.bool_], links: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Marks of datasets spread from makers to users, all the way down; `links` are (maker, user)."""
    found = marks.copy()
    if not links:
        return found
    makers, users = np.array([m for m, _ in links]), np.array([u for _, u in links])
    for _ in range(len(marks)):  # each round reaches one step further; no chain is longer than this
        before = int(found.sum())
        np.logical_or.at(found, users, found[makers])
        if int(found.sum()) == before:
            break
    return found
