"""What is kept of a screened design: its figures as columns, in the order of every table and document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.lca.linear import Linear
from ecoprod.screening.engine import Results
from ecoprod.screening.figures import RATES
from ecoprod.screening.variants import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Columns = dict[str, NDArray[np.float64]]


def columns_of(results: Results, linear: Linear) -> Columns:
    """Figures of designs by column name; NaN where there is no value.

    `mass`, rates as `NAME:low` and `NAME:high` [%], `cost`, and per impact `METHOD/CATEGORY` (per product unit),
    `…:per-functional-unit` and `…:coverage`. Without enough coverage an impact has no value.
    """
    figures = results.figures
    found: Columns = {"mass": figures.mass, "cost": results.cost}
    for name in RATES:
        low, high = figures.bounds[name]
        found[f"{name}:low"], found[f"{name}:high"] = low, high
    values = np.where(figures.has_value(), figures.impacts, np.nan)
    for k, impact in enumerate(linear.impacts):
        found[impact.id] = values[:, k]
        found[f"{impact.id}:per-functional-unit"] = values[:, k] * results.per_service
        found[f"{impact.id}:coverage"] = figures.coverage[:, k]
    return found


def objective_of(objective: Objective, columns: Mapping[str, Floats], *, service: bool) -> Floats:
    """The figure that an objective ranks by; NaN where it is not known.

    An impact counts per functional unit where the product has one (`service`). Of a rate between two bounds the
    proven side counts: the low one where more is better, the high one where less is.
    """
    if objective.kind == "category":
        return columns[f"{objective.id}:per-functional-unit" if service else objective.id]
    if objective.name in ("mass", "cost"):
        return columns[objective.name]
    return columns[f"{objective.name}:{'low' if objective.more else 'high'}"]


def front_of(objectives: Sequence[Objective], values: Floats) -> NDArray[np.bool_]:
    """Which designs no other beats in all objectives (designs × objectives); those without a value are none."""
    import moocore

    front = np.zeros(len(values), dtype=bool)
    whole = np.flatnonzero(~np.isnan(values).any(axis=1))
    if len(whole):
        more = [o.more for o in objectives]
        front[whole] = moocore.is_nondominated(np.ascontiguousarray(values[whole]), maximise=more, keep_weakly=True)
    return front


def order_of(objectives: Sequence[Objective], values: Floats) -> NDArray[np.int64]:
    """Designs from the best to the worst by the first objective, ties by the next; those without a value last."""
    keys = [np.where(np.isnan(v), np.inf, -v if o.more else v) for o, v in zip(objectives, values.T, strict=True)]
    return np.lexsort([np.arange(len(values)), *reversed(keys)][::1]) if keys else np.arange(len(values))
