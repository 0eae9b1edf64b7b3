"""Small products for the tests of indicators: a steel part, site data, declared facts with or without a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from factories import background, built, dataset, material, part, product

from ecoprod.background import Background
from ecoprod.errors import At
from ecoprod.foreground import Foreground
from ecoprod.indicators import measure_product
from ecoprod.lca.records import CategoryResult, LcaResult, MethodResult
from ecoprod.measure import Measure
from ecoprod.product import Amount, Declared, Evidence, Part, Period, Product
from ecoprod.trace import Ledger

HERE = At("product.yaml", 1)
ON = date(2026, 1, 1)
UNIT = Amount(1.0, "unit")
CO2E = "kg CO2-Eq"
GATE = ("raw_materials", "manufacturing")


def data(folder: Path) -> Background:
    return background(
        folder,
        dataset("steel-data"),
        dataset("gas", "m3", group="fuel", aliases=("天然气",)),
        dataset("power", "kWh", group="electricity"),
        dataset("tap", "kg", group="water", aliases=("自来水",)),
        dataset("hazardous-waste-incineration", group="treatment", aliases=("危险废物焚烧",)),
        dataset("heat", "MJ", group="heat"),
        dataset("withdrawn-data", covers=frozenset({"land-use"})),
        materials=(
            material("steel", "steel-data", "metal-ferrous"),
            material("paint", "withdrawn-data"),
            material("alloy", "steel-data", stand_in="like steel"),
        ),
    )


def system(made: Product, folder: Path) -> tuple[Foreground, Background, Ledger]:
    known = data(folder)
    foreground, problems, ledger = built(made, known)
    assert not problems
    return foreground, known, ledger


def measures(
    made: Product, folder: Path, *needed: str, on: date = ON, directions: dict[str, bool] | None = None
) -> tuple[dict[str, Measure], Ledger]:
    foreground, known, ledger = system(made, folder)
    found = measure_product(made, foreground, None, needed, known, on, ledger, directions=directions)
    for measure in found.values():
        assert measure.trace is None or measure.trace in ledger
    return found, ledger


def judged(
    made: Product, folder: Path, *focus: str, coverage: float = 1.0, by_item: float | None = None,
    boundary: Sequence[str] = GATE, service: Amount | None = None, by_items: tuple[float, ...] | None = None,
    **values: float | None,
) -> tuple[dict[str, Measure], Ledger]:  # fmt: skip
    """The measures beside results of these values per product unit (`climate_change=…`).

    The products of these tests end at the gate, and so does `boundary`. `coverage`: of what has a value.
    `by_item`: what one thing in the product contributes; not told where None. `by_items`: what each does.
    """
    foreground, known, ledger = system(made, folder)
    flow = foreground.products_per_functional_unit
    categories = {}
    for name, value in values.items():
        key = name.replace("_", "-")
        trace = ledger.computed(f"impact:EF v3.1/{key}", value, CO2E, "made up", ())
        whole = None if value is None or flow is None else value * flow
        share = coverage if value is not None else 0.5
        items = by_items if value is None or by_item is None else (by_item, value - by_item)
        categories[key] = CategoryResult(key, CO2E, value, value or 0.0, whole, share, None, None, items, trace)
    lca = LcaResult((MethodResult("EF v3.1", categories),), "cached", "test", "0" * 64, (), 0.0)
    return measure_product(
        made, foreground, lca, (), known, ON, ledger, focus=focus, boundary=boundary, service=service
    ), ledger


def made_of(folder: Path, mass_kg: float, unit: Amount, *rows: Any, **more: Any) -> Product:
    """A product of one steel part, with the site data of a period in which one product unit was made."""
    plain: dict[str, Any] = {"reporting_period": Period(None, None, unit, evidence=("E1",)), **more}
    parts = plain.pop("parts", (steel("a", mass_kg),))
    return product(folder, *parts, mass_kg=mass_kg, product_unit=unit, processes=rows, **plain)


def steel(name: str, mass_kg: float | None = None, **more: Any) -> Part:
    return replace(part(name, mass_kg, material="steel"), **more)


def declared(
    name: str, value: float | str, unit: str | None = None, evidence: str | None = "E1", **more: Any
) -> Declared:
    """A fact as `declared` states it: a quantity where it has a unit, else a word."""
    amount = Amount(float(value), unit) if unit is not None else None
    text = value if isinstance(value, str) and unit is None else None
    return Declared(name, HERE, amount, text=text, evidence=(evidence,) if evidence else (), **more)


def with_facts(made: Product, *facts: Declared) -> Product:
    proof = {"E1": Evidence("E1", HERE, file="e.txt", sha256="0" * 64)}
    return replace(made, declared={f.id: f for f in facts}, evidence=proof)
