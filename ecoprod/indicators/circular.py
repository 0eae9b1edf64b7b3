"""Recyclability, recoverability and recycled content: mass ratios over the parts of the product.

The ratios are the plain definitions (recoverable mass ÷ product mass). They serve GB/T 20862 (electrical products: Σ of
what is reused and recycled ÷ product mass, energy recovery added for recoverability) and GB/T 19515 / ISO 22628 (road
vehicles: pre-treated, dismantled, metals and recyclable residue ÷ vehicle mass, energy residue added): the steps of the
latter are routes of the parts, and what the vehicle mass counts (fluids, fuel, tools) are rows. Their form was not
checked against the texts of the standards. A part whose route or content the files leave open widens the answer, it
never improves it. What the maker claims of a part beyond the scenario (a route of its own, recycled content) needs a
document of that part, and a scenario of the maker's own needs one too: its shares and yields are his word. So do the
masses, unless the share is the same whatever they are: 0 or 100 %, or that of the one part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ecoprod.foreground import Foreground, PartTotal, leaves, routes_of
from ecoprod.foreground.end_of_life import ROUTES
from ecoprod.indicators.documents import Documents, Doubts, documents_of, joined, of_mass, of_part, resting_on
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.scenarios import BUNDLED_NAME, Scenario
from ecoprod.trace import Ledger

Bounds = tuple[float, float]
OfPart = tuple[PartTotal, Bounds]
"""A part of the product with the bounds of its share."""
_UNKNOWN: Bounds = (0.0, 1.0)
_WHATEVER_MASSES: tuple[set[Bounds], ...] = ({(0.0, 0.0)}, {(1.0, 1.0)})
"""Shares of all parts alike: that of the product is the same, whatever each of them weighs."""
_CLAIMED = ("reuse", "recycling", "energy_recovery")
RECOVERED = {"recyclability-rate": False, "recoverability-rate": True}
"""Rates of what comes back, and whether energy recovery counts."""
CONTENTS: dict[str, Literal["all", "pre", "post"]] = {
    "recycled-content": "all", "waste-content": "all", "recycled-content-pre": "pre", "recycled-content-post": "post",
}  # fmt: skip
"""Rates of recycled content, and which of it they count."""
_FROM_SCENARIO = ("scenario", "recycling")
"""Routes whose share or yield the scenario says; the others of a part's own are all of it."""


def route_bounds(total: PartTotal, scenario: Scenario | None) -> dict[str, Bounds] | None:
    """Share of a part's mass that each route gives back or burns for energy; None where the files name no route.

    A cell that leaves the route to a scenario names none where no scenario has a route for its material class.
    """
    cell = total.part.end_of_life
    if total.unaccounted or not cell or ROUTES.get(cell.strip().casefold()) is None:
        return None
    routes = routes_of(total, scenario)
    if not routes:
        return None
    found = dict.fromkeys(_CLAIMED, (0.0, 0.0))
    for name, route in routes.items():
        if name == "recycling":
            known = route.recovered
            found[name] = route.share * (known or 0.0), route.share * (1.0 if known is None else known)
        elif name in found:
            found[name] = route.share, route.share
    return found


def recovery_bounds(total: PartTotal, scenario: Scenario | None, *, energy: bool) -> Bounds:
    """Share of a part's mass that is reused or recycled (`energy`: or burned for energy), between two proven bounds."""
    found = route_bounds(total, scenario)
    if found is None:
        return _UNKNOWN
    counted = [found[name] for name in (_CLAIMED if energy else _CLAIMED[:2])]
    return sum(low for low, _ in counted), sum(high for _, high in counted)


def content_bounds(total: PartTotal, which: Literal["all", "pre", "post"]) -> Bounds:
    """Recycled share of a part's mass (before or after use, or both), between two proven bounds."""
    whole = total.part.recycled_content
    if total.unaccounted or whole is None:
        return _UNKNOWN
    value = {"pre": total.part.recycled_pre, "post": total.part.recycled_post, "all": whole}[which]
    return (0.0, whole) if value is None else (value, value)


def recyclability(product: Product, foreground: Foreground, doubts: Doubts, ledger: Ledger) -> list[Measure]:
    """Recyclability and recoverability rate [%] (recoverability adds energy recovery)."""
    parts, scenario = leaves(foreground.parts), foreground.scenario
    inputs = _entries(parts, ("end_of_life",), ledger) + ([f"scenario:{scenario.id}"] if scenario else [])
    claims = documents_of([of_part(t.part) for t in parts if _claims_route(t)], doubts)
    claims = joined(claims, documents_of(_own_scenario(product, foreground), doubts))
    masses = of_mass(product, (t.part for t in parts), doubts)
    made = []
    for name, energy in RECOVERED.items():
        each = [(t, recovery_bounds(t, scenario, energy=energy)) for t in parts]
        found = _ratio(name, foreground, each, ("bom.end_of_life", "missing-route-rate"), inputs, ledger)
        made.append(_documented(found, each, claims, masses))
    return made


def _route(total: PartTotal) -> str | None:
    return ROUTES.get((total.part.end_of_life or "").strip().casefold())


def _claims_route(total: PartTotal) -> bool:
    return _route(total) in _CLAIMED


def _own_scenario(product: Product, foreground: Foreground) -> list[tuple[str, tuple[str, ...]]]:
    """The field with the documents of a scenario that the maker wrote himself, where a part takes a figure from it."""
    stated = product.end_of_life
    if stated is None or stated.scenario is None or BUNDLED_NAME.fullmatch(stated.scenario):
        return []
    used = any(_route(t) in _FROM_SCENARIO for t in leaves(foreground.parts))
    return [("end_of_life.evidence", stated.evidence)] if used else []


def recycled_content(product: Product, foreground: Foreground, doubts: Doubts, ledger: Ledger) -> list[Measure]:
    """Recycled content [%] of the product's mass: pre- and post-consumer apart, and together.

    `waste-content` (废弃物原料) is the same sum: raw material won from waste, whether before or after use.
    """
    parts = leaves(foreground.parts)
    inputs = _entries(parts, ("recycled_content", "recycled_pre", "recycled_post"), ledger)
    claims = documents_of([of_part(t.part) for t in parts if t.part.recycled_content], doubts)
    masses = of_mass(product, (t.part for t in parts), doubts)
    made = []
    for name, which in CONTENTS.items():
        each = [(t, content_bounds(t, which)) for t in parts]
        found = _ratio(name, foreground, each, ("bom.recycled_content", "missing-recycled-content"), inputs, ledger)
        made.append(_documented(found, each, claims, masses))
    return made


def _documented(measure: Measure, each: Sequence[OfPart], claims: Documents, masses: Documents) -> Measure:
    """The measure with the documents of what the maker claims of his parts, and of the mass where it counts."""
    found = resting_on(measure, claims)
    if measure.value is not None and (len(each) == 1 or {b for _, b in each} in _WHATEVER_MASSES):
        return found
    return resting_on(found, masses)


def _ratio(
    name: str, foreground: Foreground, each: Sequence[OfPart], lacking: tuple[str, str], inputs: Sequence[str],
    ledger: Ledger,
) -> Measure:  # fmt: skip
    """Mass-weighted bounds over the contained parts, in percent of the product's mass.

    `lacking`: field and reason where a part leaves them open.
    """
    mass = sum(t.net_kg for t, _ in each)
    if not mass:
        return Measure(name, "%", missing=(Missing("bom", "missing-parts"),))
    least, most = sum(t.net_kg * low for t, (low, _) in each), sum(t.net_kg * high for t, (_, high) in each)
    # what the scales show beyond the rows may be anything, and what the rows have too much may be any of it
    beyond = foreground.unlisted_kg - sum(t.net_kg for t, _ in each if t.unaccounted)
    if beyond > 0:
        most, mass = most + beyond, mass + beyond
    elif foreground.overlisted_kg > 0:
        mass -= foreground.overlisted_kg
        least, most = max(0.0, least - foreground.overlisted_kg), min(most, mass)
    low, high = 100 * least / mass, 100 * most / mass
    open_parts = sorted(t.part.id for t, b in each if b[0] != b[1])
    missing = (Missing(*lacking, {"ids": ", ".join(open_parts)}),) if open_parts else ()
    if low != high and (beyond > 0 or foreground.overlisted_kg > 0):
        missing = (
            *missing,
            Missing("product.mass", "missing-masses-close", {"mass": max(beyond, foreground.overlisted_kg)}),
        )
    exact = low if not missing else None
    trace = ledger.computed(f"ind:{name}", exact, "%", "mass ratio over contained parts", inputs)
    return Measure(name, "%", low, low if exact is not None else high, missing=missing, trace=trace)


def _entries(parts: Iterable[PartTotal], columns: Sequence[str], ledger: Ledger) -> list[str]:
    """Ledger entries of the masses of parts and of what their rows say in some columns."""
    ids = [f"{key}/{name}" for key in (t.part.key for t in parts) for name in ("gross-mass", *columns)]
    return [entry for entry in ids if entry in ledger]
