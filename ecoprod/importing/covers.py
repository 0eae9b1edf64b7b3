"""What an imported dataset may be said to cover, told from its flows: a category that no flow feeds is not zero.

Rule (docs/explanation/own-databases.md): a category that four in five of the datasets with flows of their own reach,
in their own flows or anywhere upstream, is one that the database carries; a dataset covers it where it is reached. Of
a category that the database does not carry, a dataset covers it only by flows of its own. `everything` is the user's
word. So public inventories that lack land, water, metals or radiation do not pass off the gap as a small number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import CATEGORIES
from ecoprod.importing.link import LinkedDatabase

if TYPE_CHECKING:
    from ecoprod.lca.bundled import FlowList

CARRIED = 0.8
"""Share of the datasets with flows of their own that must reach a category before a database carries it."""


def covered(linked: LinkedDatabase, flows: FlowList, *, everything: bool) -> list[frozenset[str]]:
    """The EF v3.1 categories of each dataset, in order."""
    from ecoprod.lca.reach import fed, reached

    if everything:
        return [frozenset(CATEGORIES)] * len(linked.made)
    technosphere, biosphere = linked.triplets()
    own = fed(biosphere, len(linked.made), flows)
    marks = reached(own, technosphere)
    telling = np.flatnonzero(own.any(axis=1))
    carried = marks[telling].mean(axis=0) >= CARRIED if len(telling) else np.zeros(len(CATEGORIES), dtype=bool)
    return [frozenset(name for k, name in enumerate(CATEGORIES) if row[k]) for row in np.where(carried, marks, own)]
