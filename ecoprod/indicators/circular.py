"""Recyclability, recoverability and recycled content: mass ratios over the parts of the product.

The ratios are the plain definitions (recoverable mass ÷ product mass). They serve GB/T 20862 (electrical products: Σ of
what is reused and recycled ÷ product mass, energy recovery added for recoverability) and GB/T 19515 / ISO 22628 (road
vehicles: pre-treated, dismantled, metals and recyclable residue ÷ vehicle mass, energy residue added): the steps of the
latter are routes of the parts, and what the vehicle mass counts (fluids, fuel, tools) are rows. Their form was not
checked against the texts of the standards. A part whose route or content the files leave open widens the answer, it
never improves it. What the maker claims of a part beyond the scenario (a route of its own, recycled content) needs a
document of that part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ecoprod.foreground import Foreground, PartTotal, leaves, routes_of
from ecoprod.foreground.end_of_life import ROUTES
from ecoprod.indicators.documents import Proven, documents_of, of_part, resting_on
from ecoprod.measure import Measure, Missing
from ecoprod.trace import Ledger

Bounds = tuple[float, float]
_UNKNOWN: Bounds = (0.0, 1.0)
_CLAIMED = ("reuse", "recycling", "energy_recovery")


def recyclability(foreground: Foreground, proven: Proven, ledger: Ledger) -> list[Measure]:
    """Recyclability and recoverability rate [%] (recoverability adds energy recovery)."""

    def rate(total: PartTotal, *, energy: bool) -> Bounds:
        cell = total.part.end_of_life
        if total.unaccounted or not cell or ROUTES.get(cell.strip().casefold()) is None:
            return _UNKNOWN
        low = high = 0.0
        for name, route in routes_of(total, foreground.scenario).items():
            if name == "reuse":
                low, high = low + route.share, high + route.share
            elif name == "recycling":
                low += route.share * (route.recovered or 0.0)
                high += route.share * (1.0 if route.recovered is None else route.recovered)
            elif name == "energy_recovery" and energy:
                low, high = low + route.share, high + route.share
        return low, high

    made = []
    for name, energy in (("recyclability-rate", False), ("recoverability-rate", True)):
        found = _ratio(name, foreground, partial(rate, energy=energy), ("end_of_life",), "missing-route-rate", ledger)
        made.append(_documented(found, foreground, _claims_route, proven))
    return made


def _claims_route(total: PartTotal) -> bool:
    return ROUTES.get((total.part.end_of_life or "").strip().casefold()) in _CLAIMED


def recycled_content(foreground: Foreground, proven: Proven, ledger: Ledger) -> list[Measure]:
    """Recycled content [%] of the product's mass: pre- and post-consumer apart, and together.

    `waste-content` (废弃物原料) is the same sum: raw material won from waste, whether before or after use.
    """

    def share(total: PartTotal, which: str) -> Bounds:
        whole = total.part.recycled_content
        if total.unaccounted or whole is None:
            return _UNKNOWN
        value = {"pre": total.part.recycled_pre, "post": total.part.recycled_post, "all": whole}[which]
        return (0.0, whole) if value is None else (value, value)

    columns = ("recycled_content", "recycled_pre", "recycled_post")
    return [
        _documented(
            _ratio(name, foreground, partial(share, which=which), columns, "missing-recycled-content", ledger),
            foreground,
            lambda total: bool(total.part.recycled_content),
            proven,
        )
        for name, which in (
            ("recycled-content", "all"),
            ("waste-content", "all"),
            ("recycled-content-pre", "pre"),
            ("recycled-content-post", "post"),
        )
    ]


def _documented(
    measure: Measure, foreground: Foreground, claims: Callable[[PartTotal], bool], proven: Proven
) -> Measure:
    """The measure with the documents of the parts whose figure is the maker's claim."""
    claimed = [of_part(t.part) for t in leaves(foreground.parts) if claims(t)]
    return resting_on(measure, documents_of(claimed, proven))


def _ratio(
    name: str, foreground: Foreground, bounds: Callable[[PartTotal], Bounds], columns: Sequence[str], code: str,
    ledger: Ledger,
) -> Measure:  # fmt: skip
    """Mass-weighted bounds over the contained parts, in percent of the product's mass."""
    parts = leaves(foreground.parts)
    mass = sum(t.net_kg for t in parts)
    if not mass:
        return Measure(name, "%", missing=(Missing("bom", "missing-parts"),))
    each = [(t, bounds(t)) for t in parts]
    least, most = (sum(t.net_kg * b[n] for t, b in each) for n in (0, 1))
    # what the scales show beyond the rows may be anything, and what the rows have too much may be any of it
    beyond = foreground.unlisted_kg - sum(t.net_kg for t in parts if t.unaccounted)
    if beyond > 0:
        most, mass = most + beyond, mass + beyond
    elif foreground.overlisted_kg > 0:
        mass -= foreground.overlisted_kg
        least, most = max(0.0, least - foreground.overlisted_kg), min(most, mass)
    low, high = 100 * least / mass, 100 * most / mass
    open_parts = sorted(t.part.id for t, b in each if b[0] != b[1])
    missing = (Missing(f"bom.{columns[0]}", code, {"ids": ", ".join(open_parts)}),) if open_parts else ()
    if low != high and (beyond > 0 or foreground.overlisted_kg > 0):
        missing = (
            *missing,
            Missing("product.mass", "missing-masses-close", {"mass": max(beyond, foreground.overlisted_kg)}),
        )
    inputs = [
        entry
        for t in parts
        for entry in (f"{t.part.key}/gross-mass", *(f"{t.part.key}/{c}" for c in columns))
        if entry in ledger
    ]
    if foreground.scenario and columns[0] == "end_of_life":
        inputs.append(f"scenario:{foreground.scenario.id}")
    exact = low if not missing else None
    trace = ledger.computed(f"ind:{name}", exact, "%", "mass ratio over contained parts", tuple(inputs))
    return Measure(name, "%", low, low if exact is not None else high, missing=missing, trace=trace)
