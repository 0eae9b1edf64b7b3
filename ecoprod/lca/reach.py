"""Which impact categories a dataset's flows feed, its own and those upstream: no flow is no knowledge, not a zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecoprod.impact_categories import CATEGORIES
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
    used = technosphere.rows != technosphere.columns
    order = np.argsort(technosphere.rows[used], kind="stable")
    makers, users = technosphere.rows[used][order], technosphere.columns[used][order].tolist()
    start = np.searchsorted(makers, np.arange(len(marks) + 1)).tolist()
    # the marks of a dataset as the bits of one number; only what is new goes on, so a long chain costs its length
    place = [1 << k for k in range(marks.shape[1])]
    bits = [sum(bit for bit, marked in zip(place, row, strict=True) if marked) for row in marks.tolist()]
    waiting = [n for n, mark in enumerate(bits) if mark]
    while waiting:
        maker = waiting.pop()
        mark = bits[maker]
        for user in users[start[maker] : start[maker + 1]]:
            if mark & ~bits[user]:
                bits[user] |= mark
                waiting.append(user)
    return np.array([[bool(mark & bit) for bit in place] for mark in bits], dtype=bool).reshape(marks.shape)


def upstream(marks: NDArray[np.bool_], technosphere: Triplets) -> NDArray[np.bool_]:
    """What the makers that each dataset uses are marked with."""
    found = np.zeros_like(marks)
    used = technosphere.rows != technosphere.columns
    np.logical_or.at(found, technosphere.columns[used], marks[technosphere.rows[used]])
    return found
