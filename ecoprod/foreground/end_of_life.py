"""End of life: product and packaging to their routes, cut off at the scrap gate.

Collection, dismantling and sorting burden the product; reprocessing belongs to the user of the scrap; no credit is
given, and the burden of energy recovery stays with the product (modelling.md).
"""

from __future__ import annotations

from collections.abc import Iterable

from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.parts import mass_trace
from ecoprod.foreground.records import Demand, Item, PartTotal
from ecoprod.measure import Missing
from ecoprod.product import Amount, Product
from ecoprod.scenarios import Route, Scenario
from ecoprod.trace import Ledger

ROUTES = {
    "reuse": "reuse", "重复使用": "reuse", "再使用": "reuse",
    "recycling": "recycling", "recycle": "recycling", "回收": "recycling", "再生利用": "recycling",
    "energy recovery": "energy_recovery", "energy_recovery": "energy_recovery", "能量回收": "energy_recovery",
    "incineration": "incineration", "焚烧": "incineration",
    "landfill": "landfill", "填埋": "landfill",
    "scenario": "scenario", "按情景": "scenario",
}  # fmt: skip
"""What a part's `end_of_life` cell may say."""


def find_scenario(product: Product, linker: Linker, missing: list[Missing]) -> Scenario | None:
    """The scenario of the product file; one that is named but not there is a problem."""
    stated = product.end_of_life
    if stated is None or (stated.scenario is None and stated.none_reason is None):
        missing.append(Missing("end_of_life.scenario", "missing-end-of-life"))
        return None
    if stated.scenario is None:
        return None
    try:
        found = linker.background.scenario(stated.scenario, product.folder)
    except InputError as error:
        linker.problems.extend(error.problems)
        return None
    if found is None:
        known = ", ".join(sorted(p.stem for p in (linker.background.folder / "scenarios").glob("*.yaml")))
        at = At(product.file, None, "end_of_life.scenario")
        params = {"name": stated.scenario, "known": known}
        linker.problems.append(Problem("scenario-unknown", at, "end_of_life.scenario", params))
        return None
    linker.ledger.looked_up(f"scenario:{found.id}", found.id, None, f"{found.id} sha256:{found.sha256[:12]}")
    return found


def routes_of(total: PartTotal, scenario: Scenario | None) -> dict[str, Route]:
    """Routes of one part: its own `end_of_life` cell, else the scenario's for its material class."""
    general = dict(scenario.of(total.material_class or "*")) if scenario else {}
    own = ROUTES.get((total.part.end_of_life or "scenario").strip().casefold())
    if own is None or own == "scenario":
        return general
    like = general.get(own) or (dict(scenario.of("*")).get(own) if scenario else None)
    return {own: Route(1.0, like.dataset if like else None, like.recovered if like else None)}


def collected_share(product: Product, ledger: Ledger) -> tuple[float, str]:
    """Share of the products that is collected, with its ledger entry: all, assumed, where none is stated."""
    stated = product.end_of_life.collection if product.end_of_life else None
    if stated is not None:
        return stated, "collection"
    return 1.0, ledger.assumed("assume:collection", 1.0, None, "assumed-collection", "modelling.md: end_of_life")


def end_of_life_items(
    totals: Iterable[PartTotal], product: Product, scenario: Scenario | None, linker: Linker, missing: list[Missing]
) -> list[Item]:
    """One item a leaf with mass: the treatment of what it weighs."""
    if scenario is None:
        return []
    collection, collection_entry = collected_share(product, linker.ledger)
    items = []
    for total in totals:
        if not total.is_leaf or total.part.phantom or total.net_kg <= 0:
            continue
        items.append(_item(total, scenario, collection, collection_entry, linker, missing))
    return items


def _item(
    total: PartTotal, scenario: Scenario, collection: float, collection_entry: str, linker: Linker,
    missing: list[Missing],
) -> Item:  # fmt: skip
    part = total.part
    item = f"{part.key}/end-of-life"
    own = part.end_of_life
    if own and ROUTES.get(own.strip().casefold()) is None:
        params = {"id": part.id, "value": own, "known": ", ".join(sorted(set(ROUTES.values())))}
        linker.problems.append(Problem("route-unknown", part.at_column("end_of_life"), "end_of_life", params))
    shares = {name: Route(route.share * collection, route.dataset, route.recovered)
              for name, route in routes_of(total, scenario).items()}  # fmt: skip
    uncollected = 1.0 - collection
    if uncollected > 0:
        rest = scenario.of(total.material_class or "*").get("landfill") or scenario.of("*").get("landfill")
        if rest is None or rest.dataset is None:
            missing.append(Missing("end_of_life.collection", "missing-uncollected-route", {"id": part.id}))
        else:
            known = shares.get("landfill", Route(0.0, rest.dataset, None))
            shares["landfill"] = Route(known.share + uncollected, known.dataset or rest.dataset, None)
    return _treated(total, item, shares, scenario, collection_entry, linker, missing)


def _treated(
    total: PartTotal, item: str, shares: dict[str, Route], scenario: Scenario, collection_entry: str, linker: Linker,
    missing: list[Missing],
) -> Item:  # fmt: skip
    part = total.part
    inputs = [mass_trace(total, linker), f"scenario:{scenario.id}", collection_entry]
    inputs += [i for i in (f"{part.key}/end_of_life",) if i in linker.ledger]
    demands: list[Demand] = []
    complete = bool(shares)
    for name, route in shares.items():
        dataset = linker.background.datasets.get(route.dataset or "")
        if dataset is None:
            # Reuse needs no treatment of its own; every other route without data is a gap, not a zero.
            complete = complete and (name == "reuse" or route.share == 0)
            continue
        found = linker.amount(Amount(total.net_kg * route.share, "kg"), dataset, part.at)
        if found:
            demands.append(
                linker.demand(item, dataset, found[0], f"route {name}", (*inputs, *found[1]), suffix=f"/{name}")
            )
    if not complete:
        missing.append(Missing(f"bom[{part.id}].end_of_life", "missing-route", {"id": part.id}))
    trace = linker.ledger.computed(
        f"item:{item}", total.net_kg, "kg", "item", tuple(d.trace for d in demands) or tuple(inputs)
    )
    return Item(
        item, part.id, part.name, "end_of_life", total.net_kg, "kg", total.net_kg, tuple(demands), (), complete, trace
    )
