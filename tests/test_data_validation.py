"""The bundled core beside published results: enough of them, independent, explained, and the page says what is so."""

from __future__ import annotations

import csv
import importlib.util
import sys
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ecoprod.background import Background, load_background
from ecoprod.lca import bundled

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "benchmarks" / "validate_core.py"
DATA = ROOT / "lci_data"
if not SCRIPT.is_file() or not DATA.is_dir():
    pytest.skip("the comparison with published results is no part of an installed ecoprod", allow_module_level=True)

AIMS = {"climate-change": 60, "energy-resources-non-renewable": 25, "acidification": 10}
IN_BASE = {
    "kg": ("kg", 1.0), "g": ("kg", 1e-3), "t": ("kg", 1000.0), "MJ": ("MJ", 1.0), "kWh": ("MJ", 3.6), "m3": ("m3", 1.0),
    "Sm3": ("m3", 1.0), "L": ("m3", 1e-3), "tkm": ("tkm", 1.0), "m2": ("m2", 1.0), "unit": ("unit", 1.0),
    "m": ("m", 1.0), "m2a": ("m2a", 1.0), "m3a": ("m3a", 1.0), "kBq": ("kBq", 1.0), "GJ": ("MJ", 1000.0),
}  # fmt: skip
"""Units of the data files, our own list for the second route: the base unit and how many of it."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validate_core", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def core() -> Background:
    return load_background()


@pytest.fixture(scope="module")
def rows(script: ModuleType) -> list[Any]:
    return list(script.read_table())


@pytest.fixture(scope="module")
def found(script: ModuleType, core: Background, rows: list[Any]) -> list[Any]:
    return list(script.evaluate(rows, core))


def published(script: ModuleType, low: float, high: float) -> object:
    return script.Published("a", "climate-change", "EF v3.1", low, high, *[""] * 8, True, "", "")


# --- what the script calculates, worked by hand -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "low", "high", "ratio", "middle", "verdict"),
    [
        (3.0, 2.0, 4.0, 1.0, 1.0, "within"),
        (4.0, 2.0, 4.0, 1.0, 4 / 3, "within"),
        (6.0, 2.0, 4.0, 1.5, 2.0, "×1.5"),
        (6.6, 2.0, 4.0, 1.65, 2.2, "×2"),
        (8.0, 2.0, 4.0, 2.0, 8 / 3, "×2"),
        (8.1, 2.0, 4.0, 2.025, 2.7, "outlier"),
        (1.0, 2.0, 4.0, 0.5, 1 / 3, "×2"),
        (0.9, 2.0, 4.0, 0.45, 0.3, "outlier"),
        (0.0, 2.0, 4.0, 0.0, 0.0, "outlier"),
        (-1.0, 2.0, 4.0, -0.5, -1 / 3, "outlier"),
    ],
)
def test_ratio_and_verdict(
    script: ModuleType, ours: float, low: float, high: float, ratio: float, middle: float, verdict: str
) -> None:
    made = script.compare(published(script, low, high), ours)
    assert (made.ratio, made.middle) == (pytest.approx(ratio), pytest.approx(middle))
    assert made.verdict == verdict


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(0.00034567, 3, "0.000346"), (0.00000123456, 3, "0.00000123"), (12345.6, 3, "12300"), (0.5777, 4, "0.5777"),
     (2.0, 3, "2"), (0.0, 3, "0")],
)  # fmt: skip
def test_figures_without_exponent(script: ModuleType, value: float, digits: int, shown: str) -> None:
    assert script.figure(value, digits) == shown


def test_a_dataset_without_a_score_is_no_comparison(script: ModuleType, core: Background) -> None:
    row = script.Published("copper-cathode-cn", "acidification", "EF v3.1", 1.0, 1.0, *[""] * 8, True, "", "")
    with pytest.raises(ValueError, match="copper-cathode-cn"):
        script.evaluate([row], core)


# --- what the table holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", AIMS)
def test_enough_datasets_have_an_independent_comparison(rows: list[Any], category: str) -> None:
    assert len({r.dataset for r in rows if r.category == category and r.independent}) >= AIMS[category]


def test_independent_means_another_source(script: ModuleType, core: Background, rows: list[Any]) -> None:
    own: dict[str, set[str]] = {}
    for exchange in core.exchanges():
        own.setdefault(exchange.process, set()).add(script.origin(exchange.source))
    for row in rows:
        shared = script.origin(row.source) in own[row.dataset]
        assert row.independent is not shared, (row.dataset, row.source)
        assert row.independence, (row.dataset, row.source)
    assert script.origin("cpcd-comp") == "cpcd"


def test_rows_cite_registered_sources_in_the_unit_of_the_dataset(core: Background, rows: list[Any]) -> None:
    sources = core.sources()
    for row in rows:
        name = (row.dataset, row.category, row.source)
        assert row.source in sources, name
        assert row.confidence in {"T", "S"}, name
        assert row.confidence in str(sources[row.source]["marks"]), name
        assert row.at, name
        assert row.place, name
        assert row.year == "n/s" or 1970 <= int(row.year) <= 2100, name
        assert 0 < row.low <= row.high, name
        assert row.unit.rpartition("/")[2] == core.datasets[row.dataset].unit, name


def test_rows_of_one_source_for_one_dataset_do_not_count_a_figure_twice(rows: list[Any]) -> None:
    for row, other in combinations(rows, 2):
        if (row.dataset, row.category, row.source) == (other.dataset, other.category, other.source):
            assert row.at != other.at
            assert row.high < other.low or other.high < row.low, (row.dataset, row.category, row.source)


def test_units_are_those_of_the_methods(rows: list[Any]) -> None:
    heads = {"climate-change": {"kg CO2-Eq"}, "energy-resources-non-renewable": {"MJ"},
             "acidification": {"kg SO2-Eq", "mol H+-Eq"}}  # fmt: skip
    _, indicators = bundled.read_families({r.method for r in rows})
    for row in rows:
        head = row.unit.rpartition("/")[0]
        assert head in heads[row.category], row
        assert any(i.unit.startswith(head) for i in indicators[row.method]), row


def test_every_outlier_is_explained_and_nothing_else(found: list[Any]) -> None:
    assert [c.published.dataset for c in found if (c.verdict == "outlier") != bool(c.published.explanation)] == []


def test_the_grid_stands_beside_the_official_factor_of_its_year(rows: list[Any]) -> None:
    official = {r.dataset: (r.low, r.high, r.year) for r in rows if r.source.startswith("mee-footprint-")}
    assert official["electricity-cn-grid"] == (0.5777, 0.5777, "2024")
    assert official["electricity-cn-grid-2023"] == (0.6205, 0.6205, "2023")


def test_the_page_is_what_the_script_writes_today(script: ModuleType, found: list[Any]) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(found), "run benchmarks/validate_core.py --write"


# --- the same values by a second route: the CSV read apart, one dense system, factors straight from the method -------


def test_ratios_by_a_dense_solve_of_the_csv(found: list[Any]) -> None:
    with (DATA / "processes.csv").open(encoding="utf-8", newline="") as file:
        units = {r["id"]: r["unit"] for r in csv.DictReader(file)}
    with (DATA / "exchanges.csv").open(encoding="utf-8", newline="") as file:
        exchanges = list(csv.DictReader(file))
    flows = {(name, where): (code, unit) for code, name, where, unit in bundled.parse_flows()}
    _, families = bundled.read_families({"EF v3.1", "IPCC 2021"})
    climate = next(
        i.factors for i in families["IPCC 2021"]
        if i.category == "climate change" and i.indicator == "global warming potential (GWP100)"
    )  # fmt: skip
    acid = next(i.factors for i in families["EF v3.1"] if i.category == "acidification")
    at = {name: k for k, name in enumerate(units)}
    system, direct = np.eye(len(units)), np.zeros((2, len(units)))
    for row in exchanges:
        amount, column = float(row["amount"]), at[row["process"]]
        if row["kind"] == "input":
            (base, one), (other, per) = IN_BASE[row["unit"]], IN_BASE[units[row["target"]]]
            assert base == other, row
            system[at[row["target"]], column] -= amount * one / per
        elif row["kind"] == "total":
            direct[0, column] += amount * IN_BASE[row["unit"]][1]
        else:
            code, unit = flows[row["target"], row["compartment"]]
            if code in climate or code in acid:
                assert unit == "kg"
                kg = amount * IN_BASE[row["unit"]][1]
                direct[:, column] += kg * climate.get(code, 0.0), kg * acid.get(code, 0.0)
    climate_of, acid_of = np.linalg.solve(system.T, direct.T).T
    by_hand = {"IPCC 2021": climate_of, "EF v3.1": acid_of}
    compared = 0
    for c in found:
        p = c.published
        if (p.method, p.category) in {("IPCC 2021", "climate-change"), ("EF v3.1", "acidification")}:
            ours = float(by_hand[p.method][at[p.dataset]])
            assert c.ours == pytest.approx(ours, rel=1e-6), (p.dataset, p.category)
            assert c.ratio == pytest.approx(ours / min(max(ours, p.low), p.high), rel=1e-6), p.dataset
            compared += 1
    assert compared > 100
