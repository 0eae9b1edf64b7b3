"""Every number of a product that a designer can turn, as parameters of a screening."""

from __future__ import annotations

from ecoprod.background import Background
from ecoprod.corridor import Case
from ecoprod.errors import At
from ecoprod.foreground import Foreground
from ecoprod.screening.variants import Objective, Parameter, Saving, Variants

_MARGIN = 0.5
"""Share of a number by which it is turned to find its slope; the sums are linear in it, so that any share will do."""


def turnable(
    case: Case, foreground: Foreground, objectives: tuple[Objective, ...], saving: Saving | None = None
) -> Variants:
    """Masses, yields and recycled contents of parts, amounts of use flows, distances: all as parameters.

    `saving`: a use flow follows the mass of the product, whatever part the mass is turned in.
    """
    made: list[Parameter] = []
    routes = _with_two_routes(foreground, case.background)
    parents = {p.parent for p in (*case.product.parts, *case.product.packaging)}
    for part in (*case.product.parts, *case.product.packaging):
        at, leaf = part.at_column("mass"), part.id not in parents and not part.phantom
        if leaf and part.mass_kg is not None:
            made.append(_parameter(part.id, "mass", "kg", part.mass_kg, at))
        if part.yield_fraction is not None and part.yield_fraction < 1:
            made.append(_parameter(part.id, "yield", None, part.yield_fraction, at, high=1.0))
        if leaf and part.id in routes:
            made.append(_parameter(part.id, "recycled_content", None, part.recycled_content or 0.0, at, 0.0, 1.0))
    use = case.product.use
    for flow in use.flows if use else ():
        if flow.amount is not None and flow.amount.value:
            name, value = f"use.flows[{flow.id}].amount", flow.amount.value
            made.append(
                Parameter(name, flow.at, name, "flow", flow.id, "amount", flow.amount.unit, value, 0.0, 2 * value)
            )
    for number, leg in enumerate(case.product.distribution):
        name, at = f"distribution[{number}].distance", At(case.product.file, None, "distribution")
        km = leg.distance_km
        made.append(Parameter(name, at, name, "distribution", str(number), "", "km", km, km * _MARGIN, 2 * km))
    return Variants((), tuple(made), objectives, "list", (), 0, 1, case.product.file, "", saving)


def _parameter(
    part: str, column: str, unit: str | None, value: float, at: At, low: float | None = None, high: float | None = None
) -> Parameter:
    name = f"bom[{part}].{column}"
    least, most = value * _MARGIN if low is None else low, value / _MARGIN if high is None else high
    return Parameter(name, at, name, "part", part, column, unit, value, least, most)


def _with_two_routes(foreground: Foreground, background: Background) -> frozenset[str]:
    """Parts whose material has a primary and a secondary dataset, so that recycled content can change."""
    found = set()
    for item in foreground.items:
        if item.part is None or not item.id.endswith("/production") or not item.demands:
            continue
        dataset = background.datasets[item.demands[0].dataset]
        if dataset.secondary and not dataset.recycled_share and dataset.secondary in background.datasets:
            found.add(item.part)
    return frozenset(found)
