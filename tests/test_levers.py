"""Levers: slopes by a second route, single changes that hold, and optima against every combination there is."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import design_cases as cases
import numpy as np
import pytest
from ecoprod_cli.main import main
from folders import edit_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecoprod.corridor import assess
from ecoprod.levers.combine import unmet_of
from ecoprod.levers.levers import Levers, levers
from ecoprod.screening.designs import base_values
from ecoprod.screening.engine import Engine

LIMITS = {
    "mass": "at_most: 1.7 kg", "recyclability-rate": "at_least: 73 %",
    "impact:climate-change": "at_most: 12 kg CO2-Eq", "recycled-content": "at_least: 5 %",
}  # fmt: skip
OPTIONS: list[dict[str, Any]] = [
    {"part": "A", "name": "thin", "set": {"mass": "700 g", "cost": "3 元"}},
    {"part": "A", "name": "light", "set": {"material": "6061", "mass": "350 g", "cost": "9 元"}},
    {"part": "D", "name": "recycled", "set": {"recycled_content": "40 %", "cost": "1 元"}},
    {"part": "B", "name": "thin", "set": {"mass": "300 g", "cost": "2 元"}},
    {"part": "B", "name": "recycled", "set": {"recycled_content": "60 %", "cost": "1.5 元"}},
    {
        "part": "C", "name": "metal",
        "set": {"material": "SPCC", "mass": "500 g", "end_of_life": "recycling", "cost": "4 元"},
    },
    {"part": "C", "name": "sorted", "set": {"end_of_life": "recycling", "cost": "0.5 元"}},
    {"part": "D", "name": "unknown route", "set": {"end_of_life": "landfill", "mass": "150 g", "cost": "0.2 元"}},
    {"part": "D", "name": "thin", "set": {"mass": "120 g", "cost": "0.8 元"}},
]  # fmt: skip


def found(
    folder: Path, options: list[dict[str, Any]], limits: dict[str, str] | None = None, weighed: str = "1.9 kg"
) -> Levers:
    place = cases.specification(folder, limits or LIMITS)
    about = {"name": "样品", "model": "S", "category": "gbt-32161", "mass": weighed}
    return levers(cases.product(folder, product=about), cases.variants(folder, options), spec=str(place))


def cheapest_of_all(folder: Path, at: Levers) -> float | None:
    """The least cost of all combinations that meet what the levers aim at; None where none does."""
    assert at.offer is not None
    variants = at.offer.variants
    engine = Engine(at.case, variants, lambda _: None)
    choices = np.array(list(itertools.product(*(range(len(s.options)) for s in variants.slots))), dtype=np.int16)
    results = engine.results(choices, np.tile(base_values(variants), (len(choices), 1)))
    aside = frozenset(at.offer.aside)
    costs = [
        sum(s.options[k].cost or 0.0 for s, k in zip(variants.slots, row, strict=True))
        for row, number in zip(choices.tolist(), results.outcome.tolist(), strict=True)
        if not unmet_of(engine.outcomes[number]) - aside and engine.outcomes[number].verdict != "refused"
    ]
    return min(costs, default=None)


# ---- slopes and single changes -------------------------------------------------------------------


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Levers:
    return found(tmp_path_factory.mktemp("levers"), OPTIONS)


def test_slopes_are_those_of_two_assessments(tmp_path: Path, one: Levers) -> None:
    """Steel part A 10 g heavier, by files: the difference is what the slope says."""
    influence = next(
        i for i in one.influences if i.figure.endswith("climate-change") and "bom[A].mass" in i.parameter.field
    )
    place = cases.product(tmp_path)

    def heavier(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[0]["mass"] = "910 g"
        return rows

    before = assess(place).lca
    edit_rows(place / "bom.csv", heavier)
    text = (place / "product.yaml").read_text(encoding="utf-8").replace("1.9 kg", "1.91 kg")
    (place / "product.yaml").write_text(text, encoding="utf-8")
    after = assess(place).lca
    assert before is not None
    assert after is not None
    values = [lca.category("EF v3.1", "climate-change") for lca in (before, after)]
    assert all(v is not None and v.value is not None for v in values)
    difference = values[1].value - values[0].value  # type: ignore[union-attr, operator]
    assert difference == pytest.approx(influence.slope * 0.01, rel=1e-9)


def test_a_single_change_lands_on_the_limit(tmp_path: Path, one: Levers) -> None:
    changes = one.changes["r-0"]
    # 1.9 kg with a limit of 1.7 kg: any part that weighs more than 200 g can give 200 g
    by_input = {c.field: c for c in changes}
    assert {f for f in by_input if f.endswith(".mass")} == {"bom[A].mass", "bom[B].mass", "bom[C].mass"}
    assert by_input["bom[A].mass"].after == pytest.approx(0.7, rel=1e-6)
    assert by_input["bom[A].mass"].after <= 0.7
    assert changes[0].field == "bom[A].mass"  # 22 % of A is the smallest change in relation
    assert by_input["bom[A].mass"].relative == pytest.approx(-100 * 0.2 / 0.9, rel=1e-6)


def test_a_requirement_that_no_input_alone_meets_has_no_change(tmp_path: Path) -> None:
    at = found(tmp_path, OPTIONS, {"recyclability-rate": "at_least: 99.9 %"})
    assert at.changes == {"r-0": ()}


# ---- combinations --------------------------------------------------------------------------------


def test_the_offered_optimum_is_the_cheapest_of_all(tmp_path: Path, one: Levers) -> None:
    assert one.offer is not None
    combination = one.offer.combination
    assert combination.state == "found"
    assert combination.cost == pytest.approx(cheapest_of_all(tmp_path, one))  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_optima_equal_brute_force(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("optimum")
    chosen = data.draw(st.lists(st.sampled_from(range(len(OPTIONS))), min_size=1, max_size=9, unique=True))
    costs = data.draw(st.lists(st.integers(-3, 9), min_size=len(chosen), max_size=len(chosen)))
    options = [
        {**OPTIONS[n], "set": {**OPTIONS[n]["set"], "cost": f"{cost} 元"}}
        for n, cost in zip(chosen, costs, strict=True)
    ]
    limits = {
        "mass": f"at_most: {data.draw(st.integers(120, 200)) / 100} kg",
        "recyclability-rate": f"at_least: {data.draw(st.integers(60, 95))} %",
        "impact:climate-change": f"at_most: {data.draw(st.integers(60, 160)) / 10} kg CO2-Eq",
        "recycled-content": f"at_least: {data.draw(st.integers(0, 30))} %",
    }
    # rows of 1.9 kg, weighed alike, within the written precision, or beyond it either way
    weighed = data.draw(st.sampled_from(("1.9 kg", "1.9 kg", "1.896 kg", "1.93 kg", "1.867 kg", "1.8955 kg")))
    at = found(folder, options, limits, weighed)
    assert at.offer is not None
    best, combination = cheapest_of_all(folder, at), at.offer.combination
    if best is None:
        assert combination.state == "none"
        assert combination.prevents
    else:
        assert combination.state == "found"
        assert combination.cost == pytest.approx(best)
        fewer = found(folder, options[:-1], limits, weighed).offer if len(options) > 1 else None
        if fewer is not None and fewer.combination.state == "found":
            assert fewer.combination.cost >= combination.cost - 1e-9


def test_what_prevents_every_combination_is_named(tmp_path: Path) -> None:
    at = found(tmp_path, OPTIONS, {"mass": "at_most: 0.2 kg", "recycled-content": "at_least: 0 %"})
    assert at.offer is not None
    assert (at.offer.combination.state, at.offer.combination.prevents) == ("none", ("r-0",))


def test_two_requirements_that_only_together_prevent_it_are_both_named(tmp_path: Path) -> None:
    options = [
        {"part": "A", "name": "light", "set": {"mass": "400 g", "end_of_life": "landfill"}},
        {"part": "A", "name": "heavy", "set": {"mass": "1500 g"}},
    ]
    limits = {"mass": "at_most: 1.5 kg", "recyclability-rate": "at_least: 70 %"}
    at = found(tmp_path, options, limits)
    assert at.offer is not None
    assert at.offer.combination.state == "none"
    assert set(at.offer.combination.prevents) == {"r-0", "r-1"}


def test_a_failure_that_no_option_touches_is_the_answer(tmp_path: Path) -> None:
    options = [{"part": "B", "name": "far", "set": {"transport": "truck 900 km"}}]
    at = found(tmp_path, options, {"mass": "at_most: 1.7 kg"})
    assert at.offer is not None
    assert at.offer.combination.prevents == ("r-0",)


def test_the_command_says_it_in_both_languages_and_as_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, product = cases.specification(tmp_path, LIMITS), cases.product(tmp_path)
    offer = cases.variants(tmp_path, OPTIONS)
    arguments = ["levers", str(product), "--spec", str(place), "--variants", str(offer)]
    assert main([*arguments, "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("判定日期 2026-03-01")
    assert "最省组合，成本 5 CNY（已证明最优）" in page
    assert main([*arguments, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "ecoprod.levers/1"
    assert document["offer"]["state"] == "found"
    assert [c["requirement"] for c in document["changes"]] == ["r-0", "r-1", "r-2", "r-3"]


def test_costs_for_some_options_alone_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [OPTIONS[0], {"part": "B", "name": "free", "set": {"mass": "300 g"}}]
    place, product = cases.specification(tmp_path, LIMITS), cases.product(tmp_path)
    offer = cases.variants(tmp_path, options)
    assert main(["levers", str(product), "--spec", str(place), "--variants", str(offer), "--lang", "en"]) == 2
    assert "option “free” of “B” has no cost" in capsys.readouterr().err
