"""What an imported dataset may be said to cover, told from its flows: a category that no flow feeds is not zero.

Rule (docs/explanation/own-databases.md): a category that four in five of the datasets with flows of their own reach,
in their own flows or anywhere upstream, is one that the database carries; a dataset covers it where it is reached. Of
a category that the database does not carry, a dataset covers it only by flows of its own. `everything` is the user's
word. Categories that are fed far upstream (resources, land, water, ozone, radiation) are withdrawn where an input or
a resource did not link, there or anywhere upstream: the cut takes with it what feeds them. So public inventories that
lack land, water, metals or radiation do not pass off the gap as a small number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.impact_categories import CATEGORIES
from ecoprod.importing.link import LinkedDatabase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.bundled import FlowList

_FAR_UPSTREAM = np.array(
    [
        name in {
            "energy-resources-non-renewable", "material-resources-metals-minerals", "land-use", "water-use",
            "ozone-depletion", "ionising-radiation-human-health",
        }
        for name in CATEGORIES
    ]
)  # fmt: skip
"""Categories fed in mines, fields and power plants: an input that did not link takes with it what feeds them."""
_LOST_INPUTS = frozenset(
    ("import-no-provider", "import-ambiguous", "import-provider-absent", "import-own-product", "import-not-finite")
)
_RESOURCE = re.compile("resource|raw|in ground", re.IGNORECASE)
CARRIED = 0.8
"""Share of the datasets with flows of their own that must reach a category before a database carries it."""


def _lost(linked: LinkedDatabase) -> NDArray[np.bool_]:
    """Datasets that lack an input or a resource."""
    lacking = {
        miss.process
        for miss in linked.misses
        if miss.code in _LOST_INPUTS or (miss.kind == "elementary" and _RESOURCE.search(miss.compartment))
    }
    return np.array([[one.id in lacking] for one in linked.made], dtype=bool)


def covered(linked: LinkedDatabase, flows: FlowList, *, everything: bool) -> list[frozenset[str]]:
    """The EF v3.1 categories of each dataset, in order."""
    from ecoprod.lca.reach import fed, reached

    if everything:
        return [frozenset(CATEGORIES)] * len(linked.made)
    technosphere, biosphere = linked.triplets()
    own = fed(biosphere, len(linked.made), flows)
    marks = reached(own, technosphere)
    telling = np.flatnonzero(own.any(axis=1))
    marks &= ~(_FAR_UPSTREAM & reached(_lost(linked), technosphere))
    carried = marks[telling].mean(axis=0) >= CARRIED if len(telling) else np.zeros(len(CATEGORIES), dtype=bool)
    return [frozenset(name for k, name in enumerate(CATEGORIES) if row[k]) for row in np.where(carried, marks, own)]
