"""Every number that a screening can vary is an input of levers, and that nothing reaches a limit is said only if so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import design_cases as cases
import numpy as np
import pytest
from folders import edit_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from ecoprod.corridor import assess, read_case
from ecoprod.errors import InputError, Problem
from ecoprod.lca.linear import linear
from ecoprod.levers.combine import unmet_of
from ecoprod.levers.gradients import influence
from ecoprod.levers.inputs import inputs_of
from ecoprod.levers.levers import Levers, levers
from ecoprod.screening.designs import base_values
from ecoprod.screening.engine import Engine
from ecoprod.screening.reading import read_variants
from ecoprod.screening.screen import screen
from ecoprod.screening.variants import Parameter
from ecoprod.trace import Ledger

# rows of 1.9 kg: A 900 g of a market mix, B 400 g aluminium, C 300 g ABS and D 200 g PP without a secondary route
USE = {
    "use": {
        "lifetime": "10 year", "cycles": "100 1/year",
        "flows": [{"flow": "electricity", "amount": "20 kWh", "per": "year", "source": "made up"}],
    },
    "functional_unit": {"service": "1000 cycle", "of": "use"},
}  # fmt: skip


def rewritten(place: Path, cells: dict[tuple[int, str], str]) -> Path:
    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        for (row, column), value in cells.items():
            rows[row][column] = value
        return rows

    edit_rows(place / "bom.csv", change)
    return place


def at_limits(
    folder: Path, limits: dict[str, str], cells: dict[tuple[int, str], str] | None = None, **more: Any
) -> Levers:  # fmt: skip
    place = rewritten(cases.product(folder, **more), cells or {})
    return levers(place, spec=str(cases.specification(folder, limits)))


def after(at: Levers, requirement: str = "r-0") -> dict[str, float]:
    return {c.field: c.after for c in at.changes[requirement]}


# ---- every input ---------------------------------------------------------------------------------


def test_content_of_rows_without_a_secondary_route_is_an_input_and_the_smallest_comes_first(tmp_path: Path) -> None:
    """5 % of 1.9 kg are 95 g: 23.75 % of B, 31.7 % of C, 47.5 % of D, 95 % of E. A takes no content beside its mix."""
    found = after(at_limits(tmp_path, {"recycled-content": "at_least: 5 %"}))
    wanted = [("B", 95 / 400), ("C", 95 / 300), ("D", 95 / 200), ("E", 95 / 100)]
    assert list(found) == [f"bom[{part}].recycled_content" for part, _ in wanted]
    assert list(found.values()) == pytest.approx([share for _, share in wanted], rel=1e-6)


def test_inputs_are_what_a_screening_can_vary(tmp_path: Path) -> None:
    """Each field in a variants file of its own: what is read and screened there is an input, and nothing else is."""
    place = rewritten(cases.product(tmp_path, **USE), {(1, "quantity"): "2", (1, "mass"): "200 g", (3, "yield"): ""})
    case, foreground = read_case(place, Ledger())
    assert foreground is not None
    inputs = inputs_of(case, foreground, linear(case.background, case.methods, lambda _: None))
    known = {p.field for p in (*inputs.variants.parameters, *inputs.whole)}
    values = {"mass": ["110 g", "120 g"], "quantity": [2, 3], "yield": ["50 %", "60 %"]}
    asked: dict[str, list[Any]] = {
        f"bom[{part}].{column}": values.get(column, ["10 %", "20 %"])
        for part in "ABCDE" for column in ("mass", "quantity", "yield", "recycled_content")
    }  # fmt: skip
    asked |= {
        "use.flows[electricity].amount": ["1 kWh"], "distribution[0].distance": ["1 km"], "use.lifetime": ["5 year"],
        "use.cycles": ["50 cycle/year"], "end_of_life.collection": ["50 %"],
    }  # fmt: skip
    screened = set()
    for field, some in asked.items():
        offer = cases.variants(tmp_path, [], parameters=[{"name": "x", "field": field, "values": some}])
        try:
            screen(place, offer)
        except InputError:
            continue
        screened.add(field)
    assert known == screened
    assert "bom[A].recycled_content" not in screened


def test_whole_pieces_stay_whole(tmp_path: Path) -> None:
    """B as 4 pieces of 100 g: 1.7 kg are two of them less, however 1.75 kg lie between."""
    for limit, pieces in (("1.7 kg", 2.0), ("1.75 kg", 2.0), ("1.85 kg", 3.0)):
        cells = {(1, "quantity"): "4", (1, "mass"): "100 g"}
        assert after(at_limits(tmp_path, {"mass": f"at_most: {limit}"}, cells))["bom[B].quantity"] == pieces


def test_a_lifetime_that_meets_a_limit_is_found_and_holds_by_files(tmp_path: Path) -> None:
    def climate(years: float) -> float:
        use = {**USE["use"], "lifetime": f"{years!r} year"}
        lca = assess(cases.product(tmp_path, **{**USE, "use": use})).lca
        category = lca.category("EF v3.1", "climate-change") if lca is not None else None
        assert category is not None
        assert category.value is not None
        return category.value

    limit = climate(7.0)
    at = at_limits(tmp_path, {"impact:climate-change": f"at_most: {limit!r} kg CO2-Eq"}, **USE)
    found = after(at)["use.lifetime"]
    assert found == pytest.approx(7.0, rel=1e-5)
    assert climate(found) <= limit * (1 + 1e-9)
    # of all that grows with it, one year more is what ten kWh … are: by its definition, for one per cent more
    one = next(i for i in at.influences if i.parameter.field == "use.lifetime" and i.figure.endswith("climate-change"))
    grown, now = climate(10.1) / (10.1 * 100), climate(10.0) / (10.0 * 100)  # per cycle
    assert one.effect == pytest.approx(100 * (grown - now) / now, rel=1e-6)


def test_a_service_that_states_the_life_leaves_no_other_lifetime(tmp_path: Path) -> None:
    more = {**USE, "functional_unit": {"service": "1000 cycle", "of": "use", "service_per_product": "1000 cycle"}}
    at = at_limits(tmp_path, {"impact:climate-change": "at_most: 1 kg CO2-Eq"}, **more)
    assert not {"use.lifetime", "use.cycles"} & {i.parameter.field for i in at.influences}
    assert not {"use.lifetime", "use.cycles"} & set(at.unmoved[0].unsettled)


# ---- nothing reaches it --------------------------------------------------------------------------


GRAMS = ["0.01 g", "1 g", "50 g", "100 g", "150 g", "250 g", "500 g", "800 g", "2 kg", "5 kg", "900 kg"]
SHARES = ["0.1 %", "10 %", "30 %", "50 %", "70 %", "90 %", "99 %", "100 %"]


def met_by_screened(folder: Path, at: Levers) -> dict[str, float]:
    """Inputs with the value, of many, nearest to what they are under which a screened design meets the requirement."""
    values = {"mass": GRAMS, "recycled_content": SHARES, "yield": SHARES}
    parameters = [
        {"name": f"{part}-{column}", "field": f"bom[{part}].{column}", "values": [*some]}
        for part in "ABCDE" for column, some in values.items() if (part, column) != ("A", "recycled_content")
    ]  # fmt: skip
    problems: list[Problem] = []
    found = read_variants(
        cases.variants(folder, [], parameters=parameters), at.case.product, at.case.background, problems
    )
    assert not problems
    assert found is not None
    engine = Engine(at.case, found, lambda _: None)
    turned = [(n, v) for n, p in enumerate(found.parameters) for v in p.values]
    designs = np.tile(base_values(found), (len(turned), 1))
    designs[range(len(turned)), [n for n, _ in turned]] = [v for _, v in turned]
    outcomes = engine.results(np.zeros((len(turned), 0), dtype=np.int16), designs).outcome
    met: dict[str, float] = {}
    for (n, value), k in zip(turned, outcomes, strict=True):
        one = found.parameters[n]
        if engine.outcomes[k].verdict != "refused" and "r-0" not in unmet_of(engine.outcomes[k]):
            met[one.field] = min(value, met.get(one.field, value), key=lambda v: abs(v - one.base))
    return met


@pytest.mark.parametrize(
    ("limits", "proven"),
    [
        # all of B recycled is 21.1 %, of C 15.8 %; B a thousand times as heavy with no content is none
        ({"recycled-content": "at_least: 22 %"}, True),
        ({"recyclability-rate": "at_least: 99.9 %"}, True),
        ({"mass": "at_most: 0.9 kg"}, True),
        ({"impact:climate-change": "at_most: 0.001 kg CO2-Eq"}, False),
    ],
)
def test_that_no_input_can_is_said_only_where_no_screened_design_does(
    tmp_path: Path, limits: dict[str, str], proven: bool
) -> None:
    at = at_limits(tmp_path, limits)
    said = next(u for u in at.unmoved if u.finding.requirement.id == "r-0")
    assert said.proven is proven
    assert not met_by_screened(tmp_path, at)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_input_that_a_screening_finds_is_found_or_left_unsettled(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Rows that close and rows that do not, upper and lower limits: nothing that can is said to be unable."""
    folder = tmp_path_factory.mktemp("reach")
    indicator, sides = data.draw(st.sampled_from([
        ("recycled-content", ("at_least", "at_most")), ("recyclability-rate", ("at_least", "at_most")),
        ("mass", ("at_least", "at_most")), ("impact:climate-change", ("at_least", "at_most")),
    ]))  # fmt: skip
    side = data.draw(st.sampled_from(sides))
    most, unit = {"mass": (30, "kg"), "impact:climate-change": (200, "kg CO2-Eq")}.get(indicator, (990, "%"))
    limit = f"{side}: {data.draw(st.integers(1, most)) / 10} {unit}"
    weighed = data.draw(st.sampled_from(("1.9 kg", "1.9 kg", "1.93 kg", "1.867 kg", "2.1 kg")))
    silent = data.draw(st.sampled_from(("0 %", "50 %")))
    about = {"name": "样品", "model": "S", "category": "gbt-32161", "mass": weighed}
    at = at_limits(folder, {indicator: limit}, {(3, "recycled_content"): silent}, product=about)
    finding = next(f for f in at.assessment.findings if f.requirement.id == "r-0")
    if finding.status == "pass":
        return
    can, found = met_by_screened(folder, at), after(at) if "r-0" in at.changes else {}
    said = next((u for u in at.unmoved if u.finding.requirement.id == "r-0"), None)
    assert (said is None) == bool(found)
    if said is not None:
        assert not (said.proven and can)
        assert "r-0" not in at.changes or can.keys() <= set(said.unsettled)
    elif weighed == "1.9 kg":
        base = {c.field: c.before for c in at.changes["r-0"]}
        for field, value in can.items():
            assert abs(found[field] - base[field]) <= abs(value - base[field]) * (1 + 1e-6)


def test_a_limit_that_only_all_of_an_input_meets_is_met_by_it(tmp_path: Path) -> None:
    """All of B recycled, and nothing else: 400 of 1900 g, which is the limit itself."""
    found = after(at_limits(tmp_path, {"recycled-content": f"at_least: {100 * 400 / 1900!r} %"}))
    assert found == {"bom[B].recycled_content": pytest.approx(1.0, rel=1e-8)}


# ---- rows that say nothing, or split -------------------------------------------------------------


def test_a_row_that_says_nothing_is_turned_from_nothing_and_the_others_stay_open(tmp_path: Path) -> None:
    """C and D say nothing: 5 % are proven by B alone at 23.75 %, and by C alone where it is stated."""
    at = at_limits(
        tmp_path, {"recycled-content": "at_least: 5 %"}, {(2, "recycled_content"): "", (3, "recycled_content"): ""}
    )
    assert after(at)["bom[B].recycled_content"] == pytest.approx(95 / 400, rel=1e-6)
    assert after(at)["bom[C].recycled_content"] == pytest.approx(95 / 300, rel=1e-6)


def test_an_upper_limit_that_an_unknown_content_leaves_open_is_met_by_no_other_row(tmp_path: Path) -> None:
    """C unknown may be 15.8 %: no content of another row proves 10 %, stating C as none would."""
    at = at_limits(tmp_path, {"recycled-content": "at_most: 10 %"}, {(2, "recycled_content"): ""})
    assert not any(c.parameter.column == "recycled_content" for c in at.changes["r-0"])
    # C lighter is: 190 g of 1.79 … at most 10 %, x of 1.6 kg + x
    assert after(at)["bom[C].mass"] == pytest.approx(1.6 / 9, rel=1e-6)


SPLIT = {(3, "recycled_content"): "消费前 20 % + 消费后 40 %"}


def test_a_limit_on_post_consumer_content_is_met_by_masses_and_by_no_single_share(tmp_path: Path) -> None:
    """40 % of D's 200 g are 4.2 %: 5 % is 0.4 x of 1.7 + x kg, x = 0.085 / 0.35."""
    at = at_limits(tmp_path, {"recycled-content-post": "at_least: 5 %"}, SPLIT)
    assert at.split
    assert after(at)["bom[D].mass"] == pytest.approx(0.085 / 0.35, rel=1e-6)
    assert not any(c.parameter.column == "recycled_content" for c in at.changes["r-0"])
    beyond = at_limits(tmp_path, {"recycled-content-post": "at_least: 45 %"}, SPLIT).unmoved[0]
    assert (beyond.code, beyond.proven) == ("levers-why-unsettled", False)
    assert {name.rpartition(".")[2] for name in beyond.unsettled} == {"recycled_content"}


def test_an_upper_limit_on_all_content_counts_a_split_row_whole(tmp_path: Path) -> None:
    """60 % of D's 200 g are 6.3 %; 3 % are 57 g."""
    at = at_limits(tmp_path, {"recycled-content": "at_most: 3 %"}, SPLIT)
    assert after(at)["bom[D].recycled_content"] == pytest.approx(57 / 200, rel=1e-6)
    assert not at.split


# ---- effects -------------------------------------------------------------------------------------


def test_rates_move_in_points_the_strongest_first_also_from_nothing(tmp_path: Path) -> None:
    """One point of B's content is 4 g of 1.9 kg, whether or not there is any content yet."""
    place = cases.product(tmp_path)
    varied = [{"name": "x", "field": "bom[A].mass", "values": ["900 g"]}]
    offer = cases.variants(tmp_path, [], objectives=[{"indicator": "recycled-content"}], parameters=varied)
    for cells in ({}, {(3, "recycled_content"): "50 %"}):
        found = levers(rewritten(place, cells), offer).influences
        effects = {i.parameter.target: i.effect for i in found if i.parameter.column == "recycled_content"}
        wanted = {part: grams / 1900 for part, grams in (("B", 400), ("C", 300), ("D", 200), ("E", 100))}
        assert effects == pytest.approx(wanted, rel=1e-9)
        assert list(effects) == ["B", "C", "D", "E"]
        assert {i.unit for i in found} == {"percentage points"}
    # D lighter by 1 %: 50 % of 2 g less of 100 g, of 2 g less of 1900 g
    mass = next(i for i in found if i.parameter.field == "bom[D].mass")
    assert mass.effect == pytest.approx(100 * (101 / 1902 - 100 / 1900), rel=2e-3)


def test_a_figure_that_is_nothing_moves_in_its_own_unit() -> None:
    one = Parameter("x", None, "bom[A].mass", "part", "A", "mass", "kg", 2.0)  # type: ignore[arg-type]
    found = influence(one, "EF v3.1/climate-change", 3.0, 0.0, "kg CO2-Eq")
    assert (found.effect, found.unit) == (pytest.approx(0.06), "kg CO2-Eq")
    assert influence(one, "EF v3.1/climate-change", 3.0, 12.0, "").effect == pytest.approx(0.5)
