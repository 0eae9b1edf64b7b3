"""Raw materials and packing: what each part takes to make, and its way to the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecoprod.background import Dataset
from ecoprod.errors import At, Params, Problem
from ecoprod.foreground.linking import Link, Linker
from ecoprod.foreground.records import Demand, Item, PartTotal
from ecoprod.foreground.rollup import RolledUp
from ecoprod.product import Amount, Leg, Part, Stage


def part_items(rolled: RolledUp, linker: Linker, *, packaging: bool) -> list[Item]:
    """Production, processing and inbound transport of every part, per product unit.

    Suppliers' processing stays with the raw materials, the maker's own goes to manufacturing; packing
    material is manufacturing as a whole.
    """
    items: list[Item] = []
    for total in rolled.totals:
        if total.part.phantom:
            continue
        items += _production(total, rolled, linker, "manufacturing" if packaging else "raw_materials")
        items += _own_processing(total, linker)
        items += _inbound(total, linker, "manufacturing" if packaging else "raw_materials")
    return items


def _production(total: PartTotal, rolled: RolledUp, linker: Linker, stage: Stage) -> list[Item]:
    part = total.part
    item = f"{part.key}/production"
    purchased = part.made != "in_house"
    steps = _processing(total, item, linker) if purchased else []
    if not total.is_leaf:
        return [_item(item, total, stage, steps, linked=True, linker=linker)] if steps else []
    dataset = None if total.unaccounted else rolled.links[part.id].dataset
    if dataset is None:
        return [_item(item, total, stage, steps, linked=False, linker=linker)]
    demands = _material(total, item, dataset, rolled, linker) + _coatings(total, item, linker) + steps
    return [_item(item, total, stage, demands, linked=True, linker=linker)]


def _mapped(total: PartTotal, link: Link, linker: Linker) -> tuple[float, tuple[str, ...]] | None:
    """A mapping's factor applies to the part's mass; 1 leaves the conversion to the units.

    A part without a mass cannot follow a factor per kg: that is a problem of the mapping, not silently another amount.
    """
    if link.factor == 1.0:
        return None
    if not total.gross_kg:
        linker.problems.append(Problem("mapping-factor-mass", total.part.at, "mass", {"name": total.part.id}))
    return (total.gross_kg - _coating_kg(total)) * link.factor, (f"{total.part.key}/gross-mass",)


def _material(total: PartTotal, item: str, dataset: Dataset, rolled: RolledUp, linker: Linker) -> list[Demand]:
    part = total.part
    trace: tuple[str, ...] = (f"{part.key}/gross-mass",)
    amount: Amount = Amount(total.gross_kg, "kg")
    if part.measure is not None and (dataset.unit == part.measure.unit or not total.gross_kg):
        amount = Amount(part.measure.value * total.count * total.losses, part.measure.unit)
        trace = (f"{part.key}/measure", f"{part.key}/count")
    elif dataset.unit == "unit" or (part.role == "service" and not total.gross_kg):
        amount, trace = Amount(total.count * total.losses, "unit"), (f"{part.key}/count",)
    elif part.coatings:
        amount = Amount(total.gross_kg - _coating_kg(total), "kg")
    link = rolled.links[part.id]
    mapped = _mapped(total, link, linker)
    code = "unit-not-of-dataset" if link.mapped_at is None else "mapping-unit"
    found = mapped or linker.amount(amount, dataset, link.mapped_at or part.at, code)
    if found is None:
        return []
    inputs = (*(() if mapped else trace), *found[1], *link.trace)
    recycled = part.recycled_content or 0.0
    if dataset.recycled_share == 1.0 and part.recycled_content not in (None, 1.0):
        params: Params = {"id": part.id, "dataset": dataset.id, "stated": 100 * recycled}
        at = part.at_column("recycled_content")
        linker.problems.append(Problem("recycled-content-on-secondary", at, "recycled_content", params))
    if not recycled or dataset.recycled_share == 1.0:
        return [linker.demand(item, dataset, found[0], "material_input", inputs)]
    return _blend(part, item, dataset, found[0], recycled, inputs, linker)


def _blend(
    part: Part, item: str, dataset: Dataset, amount: float, recycled: float, inputs: Iterable[str], linker: Linker
) -> list[Demand]:
    """Primary and secondary route in the stated shares; refused on a dataset that is a market mix already."""
    columns = ("recycled_content", "recycled_pre", "recycled_post")
    stated = tuple(f"{part.key}/{name}" for name in columns if f"{part.key}/{name}" in linker.ledger)
    inputs = (*inputs, *stated)
    if dataset.recycled_share:
        params: Params = {"id": part.id, "dataset": dataset.id, "share": 100 * dataset.recycled_share}
        at = part.at_column("recycled_content")
        linker.problems.append(Problem("recycled-content-on-mix", at, "recycled_content", params))
        return []
    secondary = linker.background.datasets.get(dataset.secondary) if dataset.secondary else None
    if secondary is None:
        note = linker.ledger.assumed(
            f"{part.key}/secondary-route", dataset.id, None, "assumed-primary-route", f"{part.at}", stated
        )
        return [linker.demand(item, dataset, amount, "material_input", (*inputs, note))]
    return [
        linker.demand(item, dataset, amount * (1 - recycled), "primary_share", inputs),
        linker.demand(item, secondary, amount * recycled, "secondary_share", inputs),
    ]


def _coating_kg(total: PartTotal) -> float:
    return sum(per_area * area for _, per_area, area in total.part.coatings) * total.count * total.losses


def _coatings(total: PartTotal, item: str, linker: Linker) -> list[Demand]:
    part, demands = total.part, []
    for name, per_area, area in part.coatings:
        at = part.at_column("coating")
        link = linker.coating(name)
        dataset = link.dataset
        if dataset is None:
            near = ", ".join(linker.background.nearest(name, "material")) or "—"
            linker.problems.append(Problem("material-unknown", at, "coating", {"name": name, "nearest": near}))
            continue
        mass = Amount(per_area * area * total.count * total.losses, "kg")
        amount = (mass.value * link.factor, link.trace) if link.factor != 1.0 else linker.amount(mass, dataset, at)
        if amount:
            inputs = (f"{part.key}/count", *amount[1], *(link.trace if link.factor == 1.0 else ()))
            demands.append(linker.demand(item, dataset, amount[0], "coating", inputs, suffix="/coating"))
    return demands


def _processing(total: PartTotal, item: str, linker: Linker) -> list[Demand]:
    """Processing datasets of a part, on its gross mass (or pieces, where the dataset counts pieces)."""
    part, demands = total.part, []
    for position, name in enumerate(part.processes):
        at = part.at_column("process")
        dataset = linker.step(name, at)
        if dataset is None:
            continue
        pieces = dataset.unit == "unit"
        treated = Amount(total.count * total.losses, "unit") if pieces else Amount(total.gross_kg, "kg")
        amount = linker.amount(treated, dataset, at)
        if amount:
            basis = f"{part.key}/count" if pieces else mass_trace(total, linker)
            suffix = f"/step-{position + 1}"
            demands.append(linker.demand(item, dataset, amount[0], "processing", (basis, *amount[1]), suffix=suffix))
    return demands


def mass_trace(total: PartTotal, linker: Linker) -> str:
    """Ledger id of a part's gross mass; of a parent it is written on first use."""
    entry = f"{total.part.key}/gross-mass"
    if entry not in linker.ledger:
        linker.ledger.computed(entry, total.gross_kg, "kg", "gross_mass_of_children", (f"{total.part.key}/count",))
    return entry


def _own_processing(total: PartTotal, linker: Linker) -> list[Item]:
    part = total.part
    if part.made != "in_house" or not part.processes:
        return []
    item = f"{part.key}/processing"
    return [_item(item, total, "manufacturing", _processing(total, item, linker), linked=True, linker=linker)]


def _inbound(total: PartTotal, linker: Linker, stage: Stage) -> list[Item]:
    part = total.part
    if not part.transport or part.role == "service":
        return []
    item = f"{part.key}/transport"
    demands = haul(
        item, part.transport, total.gross_kg, (mass_trace(total, linker),), part.at_column("transport"), linker
    )
    return [_item(item, total, stage, demands, linked=True, linker=linker)]


def haul(
    item: str, legs: Iterable[Leg], mass_kg: float, inputs: Iterable[str], at: At, linker: Linker,
    distances: Sequence[str] = (),
) -> list[Demand]:  # fmt: skip
    """Transport demands of a mass over its legs: t × km × share of the mass that goes that way."""
    demands = []
    inputs = tuple(inputs)
    for position, leg in enumerate(legs, start=1):
        dataset = linker.mode(leg.mode)
        if dataset is None:
            modes = ", ".join(sorted(linker.background.manifest.get("modes", {})))
            linker.problems.append(Problem("transport-mode-unknown", at, at.column, {"mode": leg.mode, "known": modes}))
            continue
        carried = linker.amount(Amount(mass_kg / 1000 * leg.distance_km * leg.share, "tkm"), dataset, at)
        if carried is None:
            continue
        amount = carried[0]
        extra = distances[position - 1 : position]
        demands.append(linker.demand(item, dataset, amount, "haul", (*inputs, *extra), suffix=f"/leg-{position}"))
    return demands


def _item(item: str, total: PartTotal, stage: Stage, demands: list[Demand], *, linked: bool, linker: Linker) -> Item:
    trace = linker.ledger.computed(
        f"item:{item}", total.gross_kg, "kg", "item",
        tuple(d.trace for d in demands) or (mass_trace(total, linker),),
    )  # fmt: skip
    part = total.part
    return Item(
        item, part.id, part.name, stage, total.gross_kg, "kg", total.gross_kg, tuple(demands), (), linked, trace
    )
