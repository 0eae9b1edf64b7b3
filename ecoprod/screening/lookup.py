"""Tables over the options of slots, looked up for many designs at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int16]

Slots = tuple[tuple[int, int], ...]
"""Slots, each with the number of its options."""
_MOST = 1_024
"""Combinations that one table may have: it has to stay near the processor."""
_SMALL = np.iinfo(np.int16).max


def merged(tables: Mapping[Slots, NDArray[Any]], join: np.ufunc) -> dict[Slots, NDArray[Any]]:
    """The tables (combinations × values) with neighbours joined: one look-up then serves several slots."""
    found: dict[Slots, NDArray[Any]] = {}
    last: Slots | None = None
    for slots, table in tables.items():
        known = {slot for slot, _ in last or ()}
        if last is None or len(found[last]) * len(table) > _MOST or known & {slot for slot, _ in slots}:
            found[slots], last = table, slots
            continue
        both = join(found.pop(last)[:, None, :], table[None, :, :])
        last = (*last, *slots)
        found[last] = both.reshape(-1, both.shape[2])
    return found


def combination(slots: Slots, columns: Numbers) -> NDArray[np.integer[Any]]:
    """Which combination of the options of some slots each design has; `columns`: slots × designs."""
    every = 1
    for _, size in slots:
        every *= size
    found: NDArray[np.integer[Any]] = columns[slots[0][0]].astype(np.int16 if every <= _SMALL else np.int64)
    for slot, size in slots[1:]:
        found *= size
        found += columns[slot]
    return found
