"""A made-up background of any size, shaped like a large life cycle database: for measuring, and for tests at scale.

How it is made (seeded, so that a seed and a size are always the same system):

- *Processes.* 45 % are markets, one a product; the others are activities that make these products. Every product has
  one activity, the remaining ones go to products by their popularity.
- *Popularity* of product r is 1 / (r + 3): a heavy tail. The first products are used by thousands of processes, as
  electricity, transport and heat are, most by a few.
- *Inputs.* A market takes in all activities of its product, in shares, two popular products (transport), and every
  fifth also another market (trade). An activity uses products from their markets, by popularity; 3 % use their own
  product. So nearly all processes hang together in one loop.
- *Amounts.* Every product has a price (lognormal); what a process buys costs a share of what it sells, 0.98 for a
  market and 0.2 to 0.85 for an activity. With prices p and inputs M, pᵀM ≤ 0.98 pᵀ: the spectral radius of M is at most
  0.98, and the system has one solution, whatever the seed.
- *Signs and reference amounts.* 3 % of the products are wastes, written as treatment with a negative reference amount
  and as an output of the one who makes it. 2 % of the processes make 1000, not 1.
- *Elementary flows.* 1,800 of bw2io's list, by popularity with the same tail, fossil CO2 first; amounts lognormal.
- *Coverage.* Nine of ten processes cover all categories, the others climate change alone.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecoprod.errors import At
from ecoprod.impact_categories import CATEGORIES
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess
from ecoprod.lca.bundled import FlowList
from ecoprod.lca.inventory import Inventory, Triplets, one_convention

SEED = 20261125
INPUTS_EACH, FLOWS_EACH, FLOWS = 12.5, 17.5, 1800
CO2 = ("Carbon dioxide, fossil", "air")
_ALL, _THIN = frozenset(CATEGORIES), frozenset({"climate-change"})
_Whole = NDArray[np.int64]


def _popularity(count: int) -> NDArray[np.float64]:
    weight = 1.0 / (np.arange(count) + 3.0)
    return weight / weight.sum()


def generate(size: int, flows: FlowList, seed: int = SEED) -> Inventory:
    """An inventory of `size` processes, each with about 12.5 inputs and 17.5 elementary exchanges."""
    rng = np.random.default_rng(seed)
    markets = int(size * 0.45)
    activities = size - markets
    popularity = _popularity(markets)
    makes = np.concatenate([np.arange(markets), rng.choice(markets, activities - markets, p=popularity)])
    product_of = np.concatenate([np.arange(markets), makes])
    rows, columns = _inputs(rng, size, markets, makes, popularity)
    technosphere = _amounts(rng, size, markets, product_of, rows, columns)
    waste = rng.random(markets) < 0.03
    sign = np.where(waste[product_of], -1.0, 1.0)
    reference = np.where(rng.random(size) < 0.02, 1000.0, 1.0)
    technosphere = replace(
        technosphere, values=technosphere.values * sign[technosphere.rows] * reference[technosphere.columns]
    )
    covers = tuple(_ALL if wide else _THIN for wide in rng.random(size) < 0.9)
    ids = tuple([f"market-{k:05d}" for k in range(markets)] + [f"activity-{k:05d}" for k in range(activities)])
    biosphere = _flows(rng, size, markets, flows)
    biosphere = replace(biosphere, values=biosphere.values * reference[biosphere.columns])
    return Inventory(ids, technosphere, biosphere, covers, ("generated",) * size)


def _inputs(
    rng: np.random.Generator, size: int, markets: int, makes: _Whole, popularity: NDArray[np.float64]
) -> tuple[_Whole, _Whole]:
    """Who uses what: (product rows, process columns), without amounts."""
    activities = np.arange(markets, size)
    trading = np.flatnonzero(rng.random(markets) < 0.2)
    own = rng.choice(activities, int(0.03 * len(activities)), replace=False)
    transport = np.repeat(np.arange(markets), 2)
    left = int(INPUTS_EACH * size) - len(activities) - len(transport) - len(trading) - len(own)
    users = rng.choice(activities, left)
    columns = np.concatenate([makes, transport, trading, own, users])
    rows = np.concatenate(
        [
            activities,
            rng.choice(min(markets, 20), len(transport)),
            rng.choice(markets, len(trading)),
            own,
            rng.choice(markets, left, p=popularity),
        ]
    )
    return rows, columns


def _amounts(
    rng: np.random.Generator, size: int, markets: int, product_of: _Whole, rows: _Whole, columns: _Whole
) -> Triplets:
    """Inputs in amounts that cost their share of what the process sells; one unit made on the diagonal."""
    price = np.exp(rng.normal(0.0, 1.5, markets))[product_of]
    spends = np.where(np.arange(size) < markets, 0.98, rng.uniform(0.2, 0.85, size))
    weight = np.exp(rng.normal(0.0, 1.5, len(rows)))
    total = np.bincount(columns, weight, size)
    used = spends[columns] * price[columns] * weight / total[columns] / price[rows]
    diagonal = np.arange(size)
    return Triplets(
        np.concatenate([diagonal, rows]),
        np.concatenate([diagonal, columns]),
        np.concatenate([np.ones(size), -used]),
    )


def _flows(rng: np.random.Generator, size: int, markets: int, flows: FlowList) -> Triplets:
    """Elementary exchanges of the activities; markets have none."""
    first = flows.index[CO2]
    others = np.delete(np.arange(len(flows.codes)), first)
    chosen = np.concatenate([[first], rng.choice(others, min(FLOWS, len(flows.codes)) - 1, replace=False)])
    count = int(FLOWS_EACH * size)
    rows = chosen[rng.choice(len(chosen), count, p=_popularity(len(chosen)))]
    return Triplets(
        rows.astype(np.int64), rng.choice(np.arange(markets, size), count), np.exp(rng.normal(-7.0, 3.0, count))
    )


def foreign(inventory: Inventory, flows: FlowList) -> ForeignDatabase:
    """The same system as a format reader would hand it over: for measuring databases of the user's own."""
    ids, t, b, size = inventory.ids, inventory.technosphere, inventory.biosphere, len(inventory.ids)
    names = {position: key for key, position in flows.index.items()}
    at = At("generated")
    rows: list[list[ForeignExchange]] = [
        [ForeignExchange("product", name, float(made), "kg", at, flow=name)]
        for name, made in zip(ids, t.values[:size], strict=True)
    ]
    for row, column, value in zip(t.rows[size:], t.columns[size:], t.values[size:], strict=True):
        rows[column].append(ForeignExchange("input", ids[row], float(-value), "kg", at, provider=ids[row]))
    for row, column, value in zip(b.rows, b.columns, b.values, strict=True):
        name, where = names[int(row)]
        unit, code = flows.unit(int(row)), flows.codes[int(row)]
        path = tuple(where.split("/"))
        rows[column].append(ForeignExchange("elementary", name, float(value), unit, at, flow=code, compartment=path))
    processes = tuple(
        ForeignProcess(name, name, at, tuple(exchanges), place="GLO", year=2020)
        for name, exchanges in zip(ids, rows, strict=True)
    )
    return ForeignDatabase("generated", processes, seen=size)


_PROCESS = (
    "id", "name_zh", "name_en", "aliases", "group", "kind", "place", "year", "unit", "technology", "boundary",
    "recycled_share", "secondary", "covers", "gwp_set", "balance", "data_quality", "note",
)  # fmt: skip
_EXCHANGE = (
    "process", "kind", "target", "compartment", "amount", "unit", "source", "at", "year", "confidence", "pedigree",
    "note",
)  # fmt: skip


def write(folder: Path, inventory: Inventory, flows: FlowList) -> None:
    """The same system as `processes.csv` and `exchanges.csv`: one kg made by each, every demand positive."""
    folder.mkdir(parents=True, exist_ok=True)
    turned = one_convention(inventory)
    ids, t, b, size = turned.ids, turned.technosphere, turned.biosphere, len(turned.ids)
    made = t.values[:size]  # `generate` puts the reference amounts first
    with (folder / "processes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_PROCESS)
        for name, covers in zip(ids, turned.covers, strict=True):
            row = [name, name, name, "", "material", "unit", "GLO", 2020, "kg", "", "", "", ""]
            wide = "all" if covers == _ALL else ";".join(sorted(covers))
            writer.writerow([*row, wide, "", "none: generated", "(3,3,3,3,3)", ""])
    names = {position: key for key, position in flows.index.items()}
    rest = ["generated", "generated", 2020, "T", "", ""]
    with (folder / "exchanges.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_EXCHANGE)
        for row, column, value in zip(t.rows[size:], t.columns[size:], t.values[size:], strict=True):
            writer.writerow([ids[column], "input", ids[row], "", repr(float(-value / made[column])), "kg", *rest])
        for row, column, value in zip(b.rows, b.columns, b.values, strict=True):
            name, where = names[int(row)]
            amount = repr(float(value / made[column]))
            writer.writerow([ids[column], "emission", name, where, amount, flows.unit(int(row)), *rest])
