"""Which impact categories a dataset's flows feed, its own and those upstream: no flow is no knowledge, not a zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import CATEGORIES
from ecoprod.lca.inventory import Triplets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecoprod.lca.bundled import FlowList


def fed(biosphere: Triplets, size: int, flows: FlowList) -> NDArray[np.bool_]:
    """Datasets × EF v3.1 categories (in the order of CATEGORIES): whether a flow of its own has a factor there.

    A bare CO2e total feeds climate change.
    """
    from ecoprod.lca import category_flows

    number = {name: k for k, name in enumerate(CATEGORIES)}
    table = np.zeros((flows.total + 1, len(CATEGORIES)), dtype=bool)
    for flow, names in category_flows(flows).items():
        table[flow, [number[name] for name in names]] = True
    table[flows.total, number["climate-change"]] = True
    found = np.zeros((size, len(CATEGORIES)), dtype=bool)
    here = biosphere.values != 0
    np.logical_or.at(found, biosphere.columns[here], table[biosphere.rows[here]])
    return found


def reached(marks: NDArray[np.bool_], technosphere: Triplets) -> NDArray[np.bool_]:
    """Marks of datasets (× anything) spread from makers to users, all the way down."""
    found = marks.copy()
    used = technosphere.rows != technosphere.columns
    makers, users = technosphere.rows[used], technosphere.columns[used]
    before = -1
    while (now := int(found.sum())) != before:  # each round reaches one step further
        before = now
        np.logical_or.at(found, users, found[makers])
    return found


def upstream(marks: NDArray[np.bool_], technosphere: Triplets) -> NDArray[np.bool_]:
    """What the makers that each dataset uses are marked with."""
    found = np.zeros_like(marks)
    used = technosphere.rows != technosphere.columns
    np.logical_or.at(found, technosphere.columns[used], marks[technosphere.rows[used]])
    return found
