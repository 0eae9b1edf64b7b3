"""Systems of two to four processes, worked by hand as fractions and solved again with dense NumPy."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from lca_systems import (
    CH4,
    CO2,
    EF,
    IPCC,
    SO2,
    TOTAL,
    UPTAKE,
    category,
    dense,
    item,
    process,
    read_once,
    row,
    run,
    system,
)

from ecoprod.background import Background
from ecoprod.errors import InputError
from ecoprod.lca import library

ENGINES = pytest.mark.parametrize("engine", ["cached", "brightway"])
GWP_CH4 = Fraction("29.8")  # EF v3.1 and IPCC 2021, fossil methane, GWP100 of AR6


@pytest.fixture(autouse=True)
def _open_the_zip_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "read_families", read_once)


def near(value: float | Fraction) -> Any:
    return pytest.approx(float(value), rel=1e-12)


@ENGINES
def test_a_loop(tmp_path: Path, engine: str) -> None:
    """1 kg coal needs 0.1 kWh and leaks 0.02 kg CH4; 1 kWh needs 0.5 kg coal and emits 1 kg CO2.

    For 1 kWh: electricity e = 1 + 0.1 c, coal c = 0.5 e, so e = 20/19 and c = 10/19.
    """
    data = system(
        tmp_path,
        [process("coal"), process("power", "kWh")],
        [
            row("coal", "power", 0.1, "kWh"),
            row("coal", CH4, 0.02),
            row("power", "coal", 500, "g"),
            row("power", CO2, 1),
        ],
    )
    by_hand = Fraction(20, 19) + Fraction(10, 19) * Fraction(2, 100) * GWP_CH4
    second = dense([[1, -0.5], [-0.1, 1]], [0.02 * 29.8, 1.0], [0, 1])
    result = run([item("use", {"power": 1.0})], data, (EF, IPCC), engine=engine)
    for method in (EF, IPCC):
        assert category(result, method=method).value == near(by_hand) == near(second)
        assert category(result, method=method).coverage == 1.0


@ENGINES
def test_co_products_allocated(tmp_path: Path, engine: str) -> None:
    """A refinery makes 3 kg A and 1 kg B from 5 kg crude (0.4 kg CO2 each) and emits 2 kg CO2.

    By mass each kg of either carries 5/4 kg crude and 1/2 kg CO2: 1/2 + 5/4 · 2/5 = 1. Both together are the whole.
    """
    rows = [row("crude", CO2, 0.4)]
    for name in ("a", "b"):
        rows += [row(name, "crude", 1.25), row(name, CO2, 0.5)]
    data = system(tmp_path, [process("crude"), process("a"), process("b")], rows)
    result = run([item("both", {"a": 3.0, "b": 1.0})], data, engine=engine)
    whole = Fraction(2) + 5 * Fraction(2, 5)
    second = dense([[1, -1.25, -1.25], [0, 1, 0], [0, 0, 1]], [0.4, 0.5, 0.5], [0, 3, 1])
    assert category(result).value == near(whole) == near(second)
    assert category(run([item("one", {"a": 2.0})], data, engine=engine)).value == near(2)


@ENGINES
def test_a_system_process_among_unit_processes(tmp_path: Path, engine: str) -> None:
    """A bare total of 6 kg CO2e counts in total GWP100 figures only, and covers no other climate figure."""
    data = system(
        tmp_path,
        [
            process("part"),
            process("chip", kind="system", covers="climate-change", gwp_set="unknown"),
            process("power", "kWh"),
        ],
        [row("part", "chip", 0.5), row("part", "power", 2, "kWh"), row("power", CO2, 0.5), row("chip", TOTAL, 6)],
    )
    by_hand = Fraction(1, 2) * 6 + 2 * Fraction(1, 2)
    items = [item("use", {"part": 1.0})]
    result = run(items, data, (EF, IPCC, "CML v4.8 2016"), engine=engine, detail=True)
    for method in (EF, IPCC, "CML v4.8 2016"):
        assert category(result, method=method).value == near(by_hand)
    assert by_hand == 4  # of which 1 rests on datasets that cover more than the total
    for name, method in (
        ("climate-change-fossil", EF), ("climate-change-gwp20", IPCC), ("climate-change-gwp500", IPCC),
        ("acidification", EF), ("climate-change-including-slcfs", IPCC),
    ):  # fmt: skip
        found = category(result, name, method)
        assert (found.value, found.reason) == (None, "coverage-below-80")
        assert found.coverage == near(Fraction(1, 4))
        assert found.by_item is None
        assert found.by_stage is None
    assert category(result, "climate-change-fossil").known == near(1)


def _two(tmp_path: Path, other: float) -> Background:
    """`full` covers all and emits 8 kg CO2 and 1 kg SO2; `thin` covers climate only."""
    return system(
        tmp_path,
        [process("full"), process("thin", covers="climate-change")],
        [row("full", CO2, 8), row("full", SO2, 1), row("thin", CO2, other)],
    )


@ENGINES
@pytest.mark.parametrize(("other", "shown"), [(1.99, True), (2.0, True), (2.01, False)])
def test_coverage_at_the_bound(tmp_path: Path, engine: str, other: float, shown: bool) -> None:
    result = run([item("use", {"full": 1.0, "thin": 1.0})], _two(tmp_path, other), engine=engine)
    found = category(result, "acidification")
    assert found.coverage == near(8 / (8 + other))
    assert (found.value is not None) is shown
    assert found.reason == (None if shown else "coverage-below-80")
    if shown:
        assert found.value == near(Fraction("1.31"))  # accumulated exceedance of SO2, mol H+-Eq/kg
    assert category(result).value == near(8 + other)
    assert category(result).coverage == 1.0


@ENGINES
def test_coverage_takes_each_exchange_as_a_magnitude(tmp_path: Path, engine: str) -> None:
    """4 kg CO2 and an uptake of 1 kg weigh 5 beside the 1 kg of a thin dataset: 5/6, where the net sum gives 3/4."""
    data = system(
        tmp_path,
        [process("full"), process("thin", covers="climate-change")],
        [row("full", CO2, 4), row("full", UPTAKE, 1, note="stated"), row("full", SO2, 1), row("thin", CO2, 1)],
    )
    result = run([item("use", {"full": 1.0, "thin": 1.0})], data, engine=engine)
    assert category(result).value == near(4)
    assert category(result, "acidification").coverage == near(Fraction(5, 6))
    assert category(result, "acidification").value == near(Fraction("1.31"))


@ENGINES
def test_direct_emissions_cover_the_categories_that_have_a_factor_for_them(tmp_path: Path, engine: str) -> None:
    """18 kg CO2 of the own stack beside 10 of the background, 8 of them covered: CO2 tells nothing of acidification.

    8/28 there, and 28/28 for climate change.
    """
    items = [item("use", {"full": 1.0, "thin": 1.0}, {("Carbon dioxide, fossil", "air"): 18.0}, "manufacturing")]
    ran = run(items, _two(tmp_path, 2.0), engine=engine)
    assert category(ran, "acidification").coverage == near(Fraction(8, 28))
    assert category(ran, "climate-change").coverage == 1.0


@ENGINES
def test_without_any_climate_result_nothing_is_said(tmp_path: Path, engine: str) -> None:
    data = system(tmp_path, [process("acid")], [row("acid", SO2, 1)])
    found = category(run([item("use", {"acid": 1.0})], data, engine=engine), "acidification")
    assert (found.value, found.coverage, found.reason) == (None, None, "coverage-unknown")


@ENGINES
def test_stages_items_and_functional_unit(tmp_path: Path, engine: str) -> None:
    data = _two(tmp_path, 2.0)
    items = [
        item("a", {"full": 1.0}),
        item("b", {"full": 0.5}, {("Sulfur dioxide", "air"): 2.0}, "manufacturing"),
        item("c", {}, None, "use"),
        item("d", {"thin": 0.25}, None, "end_of_life"),
    ]
    result = run(items, data, engine=engine, per_functional_unit=0.125)
    found = category(result)
    assert found.by_item == (near(8), near(4), 0.0, near(Fraction(1, 2)))
    assert found.by_stage == {
        "raw_materials": near(8), "manufacturing": near(4), "distribution": 0.0, "use": 0.0, "end_of_life": near(0.5),
    }  # fmt: skip
    assert found.value == near(Fraction(25, 2))
    assert found.per_functional_unit == near(Fraction(25, 16))
    assert category(result, "acidification").by_item == (
        near(1.31),
        near(Fraction("1.31") * (Fraction(1, 2) + 2)),
        0.0,
        0.0,
    )
    assert result.residual < 1e-12


@ENGINES
def test_emissions_that_a_method_does_not_know_are_listed(tmp_path: Path, engine: str) -> None:
    items = [item("stack", {"full": 1.0}, {("Water", "air"): 0.0, ("Sulfur dioxide", "air"): 1.0})]
    with pytest.raises(InputError) as caught:  # counted in m3
        run(items, _two(tmp_path, 2.0), engine=engine)
    assert [p.code for p in caught.value.problems] == ["lca-flow-not-in-kg"]
    items = [item("stack", {"full": 1.0}, {("Sulfur dioxide", "air"): 1.0})]
    result = run(items, _two(tmp_path, 2.0), (EF, IPCC), engine=engine)
    assert [(u.method, u.flow, u.item) for u in result.uncharacterised] == [(IPCC, "Sulfur dioxide", "stack")]


def test_an_unknown_emission_points_to_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run([item("stack", {}, {("sulfur dioxide", "air"): 1.0})], _two(tmp_path, 2.0))
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.at)) == ("lca-unknown-flow", "process.csv:2 amount")
    assert str(problem.params["nearest"]).startswith("Sulfur dioxide (")


@ENGINES
def test_carbon_fibre_bicycle(tmp_path: Path, shared: Path, engine: str) -> None:
    """Published teaching case: 2.5 kg of carbon fibre at 26.6 kg CO2 and 237.3 MJ of gas per kg."""
    case = yaml.safe_load((shared / "cases" / "known_answer_lca_systems.yaml").read_text("utf-8"))["bike_carbon_fibre"]
    fibre = case["processes"]["carbon_fibre_per_kg"]
    data = system(
        tmp_path,
        [process("bike", "unit"), process("fibre"), process("gas", "MJ")],
        [
            row("bike", "fibre", case["processes"]["bike"]["carbon_fibre_kg"]),
            row("fibre", "gas", fibre["natural_gas_MJ"], "MJ"),
            row("fibre", CO2, fibre["CO2_kg"]),
        ],
    )
    result = run([item("bike", {"bike": 1.0})], data, (IPCC,), engine=engine)
    assert category(result, method=IPCC).value == near(case["expected"]["GWP_kgCO2e"])
    assert case["expected"]["GWP_kgCO2e"] == 66.5
