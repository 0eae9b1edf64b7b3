"""What lifetime, cycles and collection do to impacts: each value makes a product of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.errors import Problem
from ecoprod.foreground import build_foreground
from ecoprod.levers.forms import Form
from ecoprod.levers.gradients import Influence, influence, is_share
from ecoprod.levers.single import Place
from ecoprod.screening.changes import with_rest
from ecoprod.screening.variants import Parameter
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def influences_of_whole(
    place: Place, parameters: Sequence[Parameter], base: Floats, forms: Mapping[str, Form]
) -> list[Influence]:  # fmt: skip
    """Their effect on impacts per functional unit (per product unit without one), over one per cent or one point more.

    One point less where a share is at its end. Masses and shares of the mass do not move with them.
    """
    impacts, found = {name: form for name, form in forms.items() if "/" in name}, []
    for parameter in parameters if impacts else ():
        step = parameter.base / 100 if not is_share(parameter) else 0.01 if parameter.base + 0.01 <= 1 else -0.01
        turned = _turned(place, parameter, parameter.base + step, base)
        if turned is None:
            continue
        sums, service = turned
        for name, form in impacts.items():
            value = form.at(base)
            slope = (form.at(sums) * service - value) / step
            if slope:
                found.append(influence(parameter, name, slope, value, ""))
    return found


def _turned(place: Place, parameter: Parameter, value: float, base: Floats) -> tuple[Floats, float] | None:
    """Sums of the product with another value, and by how much its functional unit takes more or less of it."""
    problems: list[Problem] = []
    product = with_rest(place.case.product, [(parameter, value)])
    foreground = build_foreground(product, place.case.background, Ledger(), problems)
    if problems:
        return None
    items = place.linear.of_items(foreground.items).sum(axis=0)
    was, now = (f.products_per_functional_unit for f in (place.foreground, foreground))
    return np.concatenate([items, base[items.size :]]), 1.0 if not was or not now else now / was
