"""What blocks recycling: of every part what comes back, what is lost, and why.

The shares are those of the recyclability and recoverability rates (`indicators.circular`), so that both say the same.
Only what the scenario and the part's own cell say counts: no rule here knows which joint or coating blocks recycling.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecoprod.errors import Params
from ecoprod.foreground import Foreground, PartTotal, leaves, routes_of
from ecoprod.foreground.end_of_life import ROUTES
from ecoprod.indicators.circular import Bounds, recovery_bounds, route_bounds
from ecoprod.product import Product
from ecoprod.recycling.records import Loss, PartRecycling
from ecoprod.scenarios import Scenario
from ecoprod.trace import Ledger

_UNKNOWN: Bounds = (0.0, 1.0)
_GONE = {"landfill": "loss-landfill", "incineration": "loss-incineration"}
_STATED = ("joining", "coating_type", "marking", "access")


def recycling_of_parts(product: Product, foreground: Foreground, ledger: Ledger) -> tuple[PartRecycling, ...]:
    """Every contained part with a mass of its own, in the order of the bill of materials."""
    collection = product.end_of_life.collection if product.end_of_life else None
    return tuple(_part(total, foreground.scenario, collection, ledger) for total in leaves(foreground.parts))


def _part(total: PartTotal, scenario: Scenario | None, collection: float | None, ledger: Ledger) -> PartRecycling:
    part, grams = total.part, 1000 * total.net_kg
    routes = route_bounds(total, scenario) or dict.fromkeys(("reuse", "recycling", "energy_recovery"), _UNKNOWN)
    back = recovery_bounds(total, scenario, energy=False)
    with_energy = recovery_bounds(total, scenario, energy=True)
    # the shares of a scenario may exceed 1 by their rounding: nothing negative is lost
    lost = _of(grams, (max(0.0, 1 - with_energy[1]), max(0.0, 1 - with_energy[0])))
    losses = [*_losses(total, scenario)]
    if collection is not None and collection < 1:
        missed = 1 - collection
        params: Params = {"percent": 100 * missed}
        losses.append(Loss("loss-not-collected", "end_of_life.collection", (missed, missed), params, in_rate=False))
    inputs = [i for i in (f"{part.key}/gross-mass", f"{part.key}/end_of_life") if i in ledger]
    if scenario:
        inputs.append(f"scenario:{scenario.id}")
    recyclable = _of(grams, back)
    return PartRecycling(
        part.id, part.name, grams, total.material_class, part.end_of_life,
        _of(grams, routes["reuse"]), _of(grams, routes["recycling"]), recyclable,
        _of(grams, routes["energy_recovery"]), lost,
        tuple(Loss(one.code, one.field, _of(grams, one.grams), one.params, one.in_rate) for one in losses),
        _stated(total),
        ledger.computed(f"{part.key}/recyclable", _exact(recyclable), "g", "mass × share of routes", inputs),
        ledger.computed(f"{part.key}/lost", _exact(lost), "g", "mass × share of routes", inputs),
    )  # fmt: skip


def _of(grams: float, share: Bounds) -> Bounds:
    return grams * share[0], grams * share[1]


def _exact(bounds: Bounds) -> float | None:
    return bounds[0] if bounds[0] == bounds[1] else None


def _losses(total: PartTotal, scenario: Scenario | None) -> Iterator[Loss]:
    """The reasons why a part is lost, as shares of its mass; together they make up what is lost of it."""
    part = total.part
    cell, own_field = part.end_of_life, f"bom[{part.id}].end_of_life"
    named = ROUTES.get((cell or "").strip().casefold())
    if total.unaccounted:
        yield Loss("loss-unaccounted", f"bom[{part.id.removesuffix('/unaccounted')}]", _UNKNOWN, {})
    elif not cell:
        yield Loss("loss-no-route", own_field, _UNKNOWN, {})
    elif named is None:
        yield Loss("loss-route-unknown", own_field, _UNKNOWN, {"value": cell[:60]})
    elif route_bounds(total, scenario) is None:
        yield Loss("loss-no-scenario", "end_of_life.scenario", _UNKNOWN, {"class": total.material_class or "*"})
    else:
        where = "end_of_life.scenario" if named == "scenario" else own_field
        for name, route in routes_of(total, scenario).items():
            if name in _GONE and route.share > 0:
                share = (route.share, route.share)
                yield Loss(_GONE[name], where, share, {"percent": 100 * route.share})
            elif name == "recycling" and route.share > 0 and route.recovered is None:
                yield Loss("loss-yield-unknown", "end_of_life.scenario", (0.0, route.share), {})
            elif name == "recycling" and route.share > 0 and route.recovered is not None and route.recovered < 1:
                lost = route.share * (1 - route.recovered)
                params = {"percent": 100 * route.recovered}
                yield Loss("loss-yield", "end_of_life.scenario", (lost, lost), params)


def _stated(total: PartTotal) -> dict[str, str]:
    part = total.part
    found = {name: value for name in _STATED if (value := getattr(part, name))}
    if part.coatings:
        found["coating"] = "; ".join(name for name, _, _ in part.coatings)
    return found
