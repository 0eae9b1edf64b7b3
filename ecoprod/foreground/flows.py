"""One named flow as an item: a demand on its dataset, or an emission of its own."""

from __future__ import annotations

from dataclasses import replace

from ecoprod.background import Dataset
from ecoprod.errors import At, Params, Problem
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.records import Emission, Item
from ecoprod.product import Amount, ProcessRow, Stage, UseFlow
from ecoprod.units import convert, same_dimension


def flow_item(
    item: str, row: ProcessRow | UseFlow, stage: Stage, amount: Amount, dataset: Dataset | None, trace: str,
    linker: Linker,
) -> Item:  # fmt: skip
    """The item of a row of site data or of the use stage; `amount` per product unit, `trace` its ledger id."""
    demands, emissions = [], []
    if row.what == "emission":
        emissions.append(Emission(row.name, row.compartment or "air", _in_kg(amount, row.name, row.at, linker), trace))
    elif dataset is not None:
        found = linker.amount(amount, dataset, replace(row.at, column="amount"))
        if found:
            demands.append(linker.demand(item, dataset, found[0], stage, (trace, *found[1])))
    entry = linker.ledger.computed(
        f"item:{item}", amount.value, amount.unit, "item", tuple(d.trace for d in demands) or (trace,)
    )
    return Item(
        item, None, row.name, stage, amount.value, amount.unit, None, tuple(demands), tuple(emissions),
        bool(demands or emissions), entry,
    )  # fmt: skip


def _in_kg(amount: Amount, name: str, at: At, linker: Linker) -> float:
    """An emission's amount in kg; another dimension is a problem."""
    if same_dimension(amount.unit, "kg"):
        return convert(amount, "kg")
    params: Params = {"unit": amount.unit, "dataset": name, "expected": "kg"}
    linker.problems.append(Problem("unit-not-of-dataset", replace(at, column="amount"), "amount", params))
    return 0.0
