"""What an imported dataset may be said to cover, told from its flows: a category that no flow feeds is not zero.

Rule (docs/explanation/own-databases.md): a category that four in five of the datasets with flows of their own reach,
in their own flows or anywhere upstream, is one that the database carries; a dataset covers it where it is reached. Of
a category that the database does not carry, a dataset covers it only by flows of its own. `everything` is the user's
word. So public inventories that lack land, water, metals or radiation do not pass off the gap as a small number.
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

CARRIED = 0.8
"""Share of the datasets with flows of their own that must reach a category before a database carries it."""


def covered(linked: LinkedDatabase, flows: FlowList, *, everything: bool) -> list[frozenset[str]]:
    """The EF v3.1 categories of each dataset, in order."""
    if everything:
        return [frozenset(CATEGORIES)] * len(linked.made)
    fed = _fed(linked, flows)
    marks = _upstream(linked, fed)
    own = np.flatnonzero(fed.any(axis=1))
    carried = marks[own].mean(axis=0) >= CARRIED if len(own) else np.zeros(len(CATEGORIES), dtype=bool)
    return [frozenset(name for k, name in enumerate(CATEGORIES) if row[k]) for row in np.where(carried, marks, fed)]


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
