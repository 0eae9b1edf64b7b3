"""Small process systems for tests of the engine room, written as data files, and the foregrounds that use them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ecoprod.background import Background, read_background
from ecoprod.errors import At
from ecoprod.foreground.records import Demand, Emission, Foreground, Item
from ecoprod.lca import bundled, calculate
from ecoprod.lca.records import CategoryResult, LcaResult
from ecoprod.product import Stage
from ecoprod.trace import Ledger

PROCESS = (
    "id", "name_zh", "name_en", "aliases", "group", "kind", "place", "year", "unit", "technology", "boundary",
    "recycled_share", "secondary", "covers", "gwp_set", "balance", "data_quality", "note",
)  # fmt: skip
EXCHANGE = (
    "process", "kind", "target", "compartment", "amount", "unit", "source", "at", "year", "confidence", "pedigree",
    "note",
)  # fmt: skip
CO2 = ("emission", "Carbon dioxide, fossil", "air")
CH4 = ("emission", "Methane, fossil", "air")
SO2 = ("emission", "Sulfur dioxide", "air")
TOTAL = ("total", "co2e-total", "air")
UPTAKE = ("emission", "Carbon dioxide, to soil or biomass stock", "soil")
EF, IPCC = "EF v3.1", "IPCC 2021"


KEPT = frozenset({EF, IPCC, "CML v4.8 2016", "Cumulative Energy Demand (CED)"})


@lru_cache(maxsize=1)
def _all_factors() -> tuple[list[str], dict[str, list[bundled.Indicator]]]:
    return bundled.read_families(KEPT)


def read_once(wanted: Collection[str] | None) -> tuple[list[str], dict[str, list[bundled.Indicator]]]:
    """As `read_families`, but the zip is opened once for all tests (again for families beside the usual ones)."""
    if wanted is None or not KEPT.issuperset(wanted):
        return bundled.read_families(wanted)
    names, found = _all_factors()
    return list(names), {name: list(found[name]) for name in wanted}


def process(name: str, unit: str = "kg", **more: str) -> dict[str, str]:
    plain = {
        "id": name, "name_zh": name, "name_en": name, "group": "material", "kind": "unit", "place": "CN",
        "year": "2020", "unit": unit, "covers": "all", "balance": "none: made up", "data_quality": "(1,1,1,1,1)",
    }  # fmt: skip
    return plain | more


def row(owner: str, flow: tuple[str, str, str] | str, amount: float, unit: str = "kg", **more: str) -> dict[str, str]:
    kind, target, compartment = ("input", flow, "") if isinstance(flow, str) else flow
    plain = {
        "process": owner, "kind": kind, "target": target, "compartment": compartment, "amount": repr(amount),
        "unit": unit, "source": "book", "at": "table 1", "year": "2020", "confidence": "T",
    }  # fmt: skip
    return plain | more


def _write(path: Path, heads: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def system(
    folder: Path, processes: Sequence[Mapping[str, str]], rows: Sequence[Mapping[str, str]], **manifest: Any
) -> Background:
    """A background in the format of `lci_data/`, read back from its files."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "processes.csv", PROCESS, processes)
    _write(folder / "exchanges.csv", EXCHANGE, rows)
    (folder / "sources.yaml").write_text("book: {title: made up for a test, marks: T}\n", encoding="utf-8")
    return read_background(folder, {"id": "test"} | manifest)


def foreground(items: Sequence[Item], per_functional_unit: float | None = 1.0) -> Foreground:
    return Foreground(tuple(items), (), (), (), 1.0, 0.0, per_functional_unit, {}, (), 1.0, 0.0)


def item(
    name: str, demands: Mapping[str, float], emissions: Mapping[tuple[str, str], float] | None = None,
    stage: Stage = "raw_materials",
) -> Item:  # fmt: skip
    """An item; its amounts stand in the ledger as `in:NAME/…` (see `run`)."""
    return Item(
        name, None, name, stage, 1.0, "kg", 1.0,
        tuple(Demand(dataset, amount, f"in:{name}/{dataset}") for dataset, amount in demands.items()),
        tuple(Emission(f, c, amount, f"in:{name}/{f}") for (f, c), amount in (emissions or {}).items()),
        linked=True, trace=f"item:{name}",
    )  # fmt: skip


def silent(_code: str) -> None:
    return None


def run(
    items: Sequence[Item], background: Background, methods: Sequence[str] = (EF,), *, engine: Any = "cached",
    per_functional_unit: float | None = 1.0, detail: bool = False, notify: Callable[[str], None] = silent,
    ledger: Ledger | None = None,
) -> LcaResult:  # fmt: skip
    """Calculate, with every amount of the items in the ledger as read from line 2 of a file."""
    book = ledger if ledger is not None else Ledger()
    for one in items:
        for part in (*one.demands, *one.emissions):
            book.read(part.trace, part.amount, None, At("process.csv", 2, "amount"))
    return calculate(
        foreground(items, per_functional_unit), background, methods, engine=engine, ledger=book, notify=notify,
        detail=detail,
    )  # fmt: skip


def category(result: LcaResult, name: str = "climate-change", method: str = EF) -> CategoryResult:
    found = result.category(method, name)
    assert found is not None
    return found


def dense(a: Sequence[Sequence[float]], b: Sequence[float], demand: Sequence[float]) -> float:
    """Second route: b · A^-1 · demand with dense NumPy, b in kg CO2-Eq per process."""
    return float(np.array(b) @ np.linalg.solve(np.array(a), np.array(demand)))
