"""Distribution and use: the way to the user, what the product consumes there, and the parts it needs again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ecoprod.foreground.flows import flow_item
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.parts import haul
from ecoprod.foreground.records import Item
from ecoprod.foreground.rollup import below
from ecoprod.measure import Missing
from ecoprod.product import Amount, Product, Replacement, Use, UseFlow
from ecoprod.units import convert, is_clock, same_dimension


def distribution_items(product: Product, linker: Linker, mass_kg: float, missing: list[Missing]) -> list[Item]:
    """Outbound transport of product and packaging."""
    if product.distribution_none is not None:
        return []
    if not product.distribution:
        missing.append(Missing("distribution", "missing-distribution"))
        return []
    item = "distribution"
    mass = linker.ledger.computed(
        "distribution:mass", mass_kg, "kg", "product and packaging",
        tuple(i for i in ("product:mass", "packaging:mass") if i in linker.ledger),
    )  # fmt: skip
    distances = [
        entry if (entry := f"distribution:{n}/distance") in linker.ledger else mass
        for n in range(1, len(product.distribution) + 1)
    ]
    at = replace(product.key_at("distribution"), column="distribution")
    demands = haul(item, product.distribution, mass_kg, (mass,), at, linker, distances)
    trace = linker.ledger.computed(f"item:{item}", mass_kg, "kg", "item", tuple(d.trace for d in demands) or (mass,))
    return [
        Item(
            item,
            None,
            "distribution",
            "distribution",
            mass_kg,
            "kg",
            mass_kg,
            tuple(demands),
            (),
            linked=True,
            trace=trace,
        )
    ]


def use_items(product: Product, linker: Linker, made: Sequence[Item], missing: list[Missing]) -> list[Item]:
    """Flows of the use stage over the life, and spare parts (production and end of life again)."""
    use = product.use
    if use is None:
        missing.append(Missing("use", "missing-use"))
        return []
    if use.none_reason is not None:
        return []
    if not use.flows and all(replacements(spare, use) == 0 for spare in use.replacements):
        missing.append(Missing("use.flows", "missing-use"))
    items = [item for flow in use.flows if (item := _flow(flow, use, linker, missing))]
    items += [item for spare in use.replacements if (item := _spare(spare, product, use, linker, made, missing))]
    return items


def times(flow_per: str | None, use: Use) -> float | None:
    """How often a use flow happens in the life; None where lifetime or cycles are not given."""
    if flow_per == "life":
        return 1.0
    if flow_per == "year":
        return use.lifetime_years
    if flow_per == _COUNTED[use.cycle_unit] and use.lifetime_years is not None and use.cycles_per_year is not None:
        return use.lifetime_years * use.cycles_per_year
    return None


_COUNTED = {"cycle": "cycle", "h": "hour"}
"""What a flow is `per` where it is per cycle or per hour of operation, by the unit of `cycles`."""
_OF_LIFE = ("product:lifetime", "product:cycles")


def _flow(flow: UseFlow, use: Use, linker: Linker, missing: list[Missing]) -> Item | None:
    item = f"use:{flow.id}"
    dataset = linker.named(flow.what, flow.name, flow.at) if flow.what != "emission" else None
    count = times(flow.per, use)
    if count is None or flow.amount is None:
        counted = flow.per in _COUNTED.values() and use.cycles_per_year is not None
        code = "missing-use-count" if counted and flow.per != _COUNTED[use.cycle_unit] else "missing-use-amount"
        missing.append(Missing(f"use.flows[{flow.id}]", code, {"flow": flow.name}))
        return None
    used = {"cycle": _OF_LIFE, "hour": _OF_LIFE, "year": ("product:lifetime",)}.get(flow.per or "", ())
    inputs = tuple(i for i in (f"{item}/amount", *used) if i in linker.ledger)
    amount = Amount(flow.amount.value * count, flow.amount.unit)
    life = linker.ledger.computed(f"{item}/life", amount.value, amount.unit, "amount × times in the life", inputs)
    return flow_item(item, flow, "use", amount, dataset, life, linker)


def _spare(
    spare: Replacement, product: Product, use: Use, linker: Linker, made: Sequence[Item], missing: list[Missing]
) -> Item | None:
    item = f"use:replacement/{spare.part}"
    count = replacements(spare, use)
    if count is None:
        missing.append(Missing(f"use.replacements[{spare.part}]", "missing-replacement", {"part": spare.part}))
        return None
    entry = linker.ledger.computed(
        f"{item}/count", count, "unit", "replacements in the life",
        tuple(i for i in (item, "product:lifetime", "product:cycles") if i in linker.ledger),
    )  # fmt: skip
    parts = below(spare.part, product)
    again = [i for i in made if i.part in parts and i.id.startswith("bom:")]
    demands = [
        linker.demand(item, linker.background.datasets[d.dataset], d.amount * count, "spare part", (d.trace, entry),
                      suffix=f"/{i.id.removeprefix('bom:')}-{n}")
        for i in again for n, d in enumerate(i.demands, start=1)
    ]  # fmt: skip
    metered = any(parts & set(row.covers) for row in product.processes)
    if not again or not all(i.linked for i in again) or metered:
        # A meter holds the making of more than this part: what a spare takes of it, nobody says.
        missing.append(Missing(f"use.replacements[{spare.part}]", "missing-spare-data", {"part": spare.part}))
    mass = sum(i.mass_kg or 0.0 for i in again if i.id.endswith("/production")) * count
    linked = bool(again) and all(i.linked for i in again)
    trace = linker.ledger.computed(f"item:{item}", count, "unit", "item", tuple(d.trace for d in demands) or (entry,))
    return Item(item, spare.part, spare.part, "use", count, "unit", mass, tuple(demands), (), linked, trace)


def replacements(spare: Replacement, use: Use) -> float | None:
    """Whole replacements before the life ends (the first part came with the product)."""
    if spare.every is None or spare.every.value <= 0 or use.lifetime_years is None:
        return None
    if use.cycle_unit == "h" and is_clock(spare.every.unit) and use.cycles_per_year is not None:
        intervals = use.lifetime_years * use.cycles_per_year / convert(spare.every, "h")
    elif same_dimension(spare.every.unit, "year"):
        intervals = use.lifetime_years / convert(spare.every, "year")
    elif use.cycle_unit == "cycle" and same_dimension(spare.every.unit, "cycle") and use.cycles_per_year is not None:
        intervals = use.lifetime_years * use.cycles_per_year / convert(spare.every, "cycle")
    else:
        return None
    return float(max(0, math.ceil(intervals - 1e-9) - 1))
