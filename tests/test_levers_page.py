"""What the page and the document of `levers` say: nothing that fails or stays open is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main
from folders import edit_rows

from ecoprod.levers.document import levers_document
from ecoprod.levers.levers import Levers, levers
from ecoprod.levers.text import levers_text

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parents[1] / "examples"


def said(capsys: Captured, *arguments: object, lang: str = "en") -> str:
    """The page, its lines joined."""
    assert main(["levers", *map(str, arguments), "--lang", lang]) == 0
    return " ".join(capsys.readouterr().out.split())


def document(capsys: Captured, *arguments: object) -> dict[str, Any]:
    assert main(["levers", *map(str, arguments), "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def found(folder: Path, limits: Mapping[str, str], options: Sequence[Mapping[str, Any]] = (), **more: Any) -> Levers:
    place = cases.specification(folder, limits)
    offer = cases.variants(folder, options, **more) if options or more else None
    return levers(cases.product(folder), offer, spec=str(place))


# ---- requirements that nothing moves -------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "requirement", "reason"),
    [
        ("home-storage-short-life", "cycle-life-cell", "levers-why-declared"),
        ("battery-pack-mercury", "mercury", "levers-why-substance"),
        ("battery-pack-no-cycle-life", "cycle-life-cell", "levers-why-missing"),
    ],
)
def test_a_requirement_that_nothing_moves_is_named_with_the_reason(
    capsys: Captured, example: str, requirement: str, reason: str
) -> None:
    why = {u["requirement"]: u["why"]["code"] for u in document(capsys, EXAMPLES / example)["unmoved"]}
    assert why == {requirement: reason}
    assert f"[{requirement}]" in said(capsys, EXAMPLES / example)
    assert f"[{requirement}]" in said(capsys, EXAMPLES / example, lang="zh")


def test_what_is_out_of_reach_is_told_from_what_a_change_meets(tmp_path: Path) -> None:
    at = found(tmp_path, {"recyclability-rate": "at_least: 99.9 %", "mass": "at_most: 1.7 kg"})
    assert next((u.finding.requirement.id, u.code) for u in at.unmoved) == ("r-0", "levers-why-reach")
    assert "r-1" not in {u.finding.requirement.id for u in at.unmoved}
    assert at.changes["r-1"]


def test_what_is_met_is_not_named_and_every_open_one_is(tmp_path: Path) -> None:
    at = found(tmp_path, {"mass": "at_most: 2 kg"})
    # the product says nothing of the six basic requirements of the general rules
    wanted = {f.requirement.id for f in at.assessment.findings if f.status == "undetermined"}
    assert len(wanted) == 6
    assert {(u.finding.requirement.id, u.code) for u in at.unmoved} == {(n, "levers-why-missing") for n in wanted}


# ---- what the combination is held against --------------------------------------------------------


def test_the_offer_names_what_it_meets_what_it_sets_aside_and_what_keeps_it_back(
    tmp_path: Path, capsys: Captured
) -> None:
    place = cases.specification(tmp_path, {"mass": "at_most: 1.7 kg", "recyclability-rate": "at_least: 30 %"})
    offer = cases.variants(tmp_path, [{"part": "A", "name": "thin", "set": {"mass": "600 g"}}])
    arguments = (cases.product(tmp_path), "--spec", place, "--variants", offer)
    found = document(capsys, *arguments)["offer"]
    considered = {c["requirement"]: c["status_as_is"] for c in found["considered"]}
    assert (considered["r-0"], considered["r-1"]) == ("fail", "pass")
    # the six basic requirements of the general rules, of which the product says nothing
    aside = {one["requirement"]: [m["field"] for m in one["missing"]] for one in found["still_open"]}
    assert len(aside) == 6
    assert all(aside.values())
    assert not set(aside) & set(considered)
    assert found["verdict"] == "undetermined"
    assert set(aside) <= {reason["requirement"] for reason in found["keeps"]}
    page = said(capsys, *arguments)
    assert "not met now: requirement 0 [r-0]" in page
    assert "what keeps it from a better verdict" in page
    assert "discharge-standards]; missing: basic.discharge-standards" in page
    assert "{" not in page + said(capsys, *arguments, lang="zh")


def test_an_offer_without_any_requirement_to_meet_says_that_cost_alone_decided(tmp_path: Path) -> None:
    at = found(tmp_path, {}, [{"part": "A", "name": "thin", "set": {"mass": "600 g"}}])
    whole = levers_document(at)
    whole["offer"]["considered"] = []
    assert "cost alone decided" in " ".join(levers_text(whole, "en").split())


# ---- changes that are no design ------------------------------------------------------------------


def far_of(at: Levers, requirement: str = "r-0") -> dict[str, bool]:
    return {c.field: c.far for c in at.changes[requirement]}


def test_changes_by_more_than_half_are_far_away_and_come_last(tmp_path: Path) -> None:
    """1.9 kg with a limit of 1.65 kg: 250 g are 28 % of A, 62 % of B, 83 % of C."""
    at = found(tmp_path, {"mass": "at_most: 1.65 kg"})
    assert list(far_of(at).items()) == [("bom[A].mass", False), ("bom[B].mass", True), ("bom[C].mass", True)]


def test_the_range_of_the_variants_file_says_how_far_a_design_goes(tmp_path: Path) -> None:
    parameters = [
        {"name": "a", "field": "bom[A].mass", "range": ["800 g", "950 g"]},
        {"name": "b", "field": "bom.B.mass", "values": ["100 g", "400 g"]},
    ]
    at = found(tmp_path, {"mass": "at_most: 1.65 kg"}, parameters=parameters)
    # A to 650 g lies below its range, B to 150 g within its values
    assert list(far_of(at).items()) == [("bom[B].mass", False), ("bom[A].mass", True), ("bom[C].mass", True)]


def test_no_share_within_its_ends_is_far(tmp_path: Path) -> None:
    """Aluminium B is 400 g of 1.9 kg: 15 % recycled need 71 points of it."""
    at = found(tmp_path, {"recycled-content": "at_least: 15 %"})
    change = next(c for c in at.changes["r-0"] if c.field == "bom[B].recycled_content")
    assert (change.after, change.far) == (pytest.approx(0.7125, rel=1e-6), False)


def test_the_page_says_what_is_far_and_when_nothing_else_meets_it(tmp_path: Path, capsys: Captured) -> None:
    near, away = (cases.product(tmp_path), "--spec"), cases.specification
    page = said(capsys, *near, away(tmp_path, {"mass": "at_most: 1.65 kg"}))
    assert "bom[B].mass: 0.4 kg → 0.15 kg (-62.5 %) — far away" in page
    assert "an amount changed by more than half" in page
    assert "only changes far away meet it" not in page
    page = said(capsys, *near, away(tmp_path, {"mass": "at_most: 1.3 kg"}))
    assert "only changes far away meet it" in page


def test_a_share_at_its_end_shows_what_a_point_less_does(tmp_path: Path, capsys: Captured) -> None:
    place = cases.product(tmp_path)

    def recycled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[1]["recycled_content"] = "100 %"
        return rows

    edit_rows(place / "bom.csv", recycled)
    ends = {i["input"]: i for i in document(capsys, place)["influences"] if i["figure"].endswith("climate-change")}
    all_of_it = ends["bom[B].recycled_content"]
    assert {name for name, one in ends.items() if one["at_end"]} == {
        "bom[B].recycled_content", "end_of_life.collection",
    }  # fmt: skip
    assert all_of_it["per_point"] < 0  # aluminium from scrap: a point more would be less, a point less is more
    page = said(capsys, place)
    assert "bom[B].recycled_content 100 % +" in page
    assert "for one point less (at its end)" in page
    assert "bom[B].recycled_content 100 % -" not in page


# ---- what is wrong with a file -------------------------------------------------------------------


def test_missing_costs_stand_beside_every_other_problem(tmp_path: Path, capsys: Captured) -> None:
    """A material without its stiffness, found after reading; an option without a cost; and of none that is unread."""
    options = [
        {"part": "A", "name": "cheap", "set": {"mass": "600 g", "cost": "2 元"}},
        {"part": "B", "name": "free", "set": {"mass": "300 g"}},
    ]
    arguments = ["levers", str(cases.product(tmp_path)), "--lang", "en", "--variants"]
    unread = {"part": "D", "name": "unread", "set": {"mass": "100 g", "cost": "免费"}}
    assert main([*arguments, str(cases.variants(tmp_path, [*options, unread]))]) == 2
    said = capsys.readouterr().err
    assert "option “free” of “B” has no cost" in said
    assert "the cost “免费” is no amount in CNY" in said
    assert "option “unread”" not in said
    aims = [{"category": "climate-change", "method": "No method", "direction": "min"}]
    assert main([*arguments, str(cases.variants(tmp_path, options, objectives=aims))]) == 2
    said = capsys.readouterr().err
    assert "option “free” of “B” has no cost" in said
    assert "No method/climate-change" in said
    stiff = {
        "part": "C",
        "name": "stiff",
        "set": {"material": "bamboo", "at_equal": "stiffness of beam", "cost": "1 元"},
    }
    assert main([*arguments, str(cases.variants(tmp_path, [*options, stiff]))]) == 2
    said = capsys.readouterr().err
    assert "option “free” of “B” has no cost" in said
    assert "bamboo" in said


# ---- words ---------------------------------------------------------------------------------------


def test_nothing_to_change_is_said_so(tmp_path: Path, capsys: Captured) -> None:
    """2 kg allowed, 1.9 kg now: the cheapest is to change nothing, at a cost of its own or counted."""
    place, product = cases.specification(tmp_path, {"mass": "at_most: 2 kg"}), cases.product(tmp_path)
    for cost in ({}, {"cost": "2 元"}):
        thin = {"part": "A", "name": "thin", "set": {"mass": "600 g", **cost}}
        arguments = (product, "--spec", place, "--variants", cases.variants(tmp_path, [thin]))
        assert "the product as it is meets the requirements named below: nothing to change" in said(capsys, *arguments)
        page = said(capsys, *arguments, lang="zh")
        assert "现有设计已满足下列要求，不需要任何改动" in page
        assert "最省组合" not in page
    saves = {"part": "A", "name": "thin", "set": {"mass": "600 g", "cost": "-1 元"}}
    arguments = (product, "--spec", place, "--variants", cases.variants(tmp_path, [saves]))
    assert "最省组合，成本 -1 CNY" in said(capsys, *arguments, lang="zh")


def test_parts_and_requirements_have_their_names_and_shares_change_in_points(tmp_path: Path, capsys: Captured) -> None:
    place = cases.product(tmp_path)

    def named(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[0]["name"], rows[1]["name"], rows[1]["recycled_content"] = "尾罩", "齿轮箱壳", "10 %"
        return rows

    edit_rows(place / "bom.csv", named)
    limits = {"mass": "at_most: 1.7 kg", "recycled-content": "at_least: 5 %", "recyclability-rate": "at_least: 1 %"}
    thin = {"part": "A", "name": "薄", "set": {"mass": "600 g"}}
    arguments = (place, "--spec", cases.specification(tmp_path, limits), "--variants", cases.variants(tmp_path, [thin]))
    page = said(capsys, *arguments, lang="zh")
    assert "bom[A].mass（尾罩）: 0.9 kg → 0.7 kg (-22.2 %)" in page
    # 95 g of B's 400 g, which has 40 g: 13.75 points more
    assert "bom[B].recycled_content（齿轮箱壳）: 10.0 % → 23.8 % (+13.8 个百分点)" in page
    assert "单独选用 A（尾罩）：薄" in page
    assert "bom[C].mass: 0.3 kg → 0.1 kg" in page
    assert "个百分点 每增加 1 %" in page  # recyclability, a rate


def test_requirements_met_now_stand_by_their_titles(tmp_path: Path, capsys: Captured) -> None:
    limits = {"mass": "at_most: 1.7 kg", "recyclability-rate": "at_least: 1 %"}
    thin = {"part": "A", "name": "thin", "set": {"mass": "600 g"}}
    place = cases.specification(tmp_path, limits)
    page = said(capsys, cases.product(tmp_path), "--spec", place, "--variants", cases.variants(tmp_path, [thin]))
    met = page.partition("met now, and to stay so: ")[2].partition(" requirements set aside")[0].split("; ")
    assert (len(met), met[-1]) == (8, "requirement 1")
    assert "a life cycle assessment of the product is made" in met
    assert not any("[" in one for one in met)
    assert "“r-1”" not in page


def test_facts_that_are_missing_have_their_titles_in_chinese(capsys: Captured) -> None:
    page = said(capsys, EXAMPLES / "battery-pack-no-cycle-life", lang="zh")
    assert "循环次数 （declared.cycle-life-to-80-percent.value）" in page


def test_that_nothing_reaches_it_is_told_from_that_nothing_was_found(tmp_path: Path, capsys: Captured) -> None:
    limits = {"recycled-content": "at_least: 30 %", "impact:climate-change": "at_most: 0.001 kg CO2-Eq"}
    arguments = (cases.product(tmp_path), "--spec", cases.specification(tmp_path, limits))
    page = said(capsys, *arguments)
    assert "no single input meets it: requirement 0 [r-0]. Every input was followed over all values" in page
    assert (
        "no single change to offer: requirement 1 [r-1]. None was found, which is not proven of these inputs: " in page
    )
    assert "end_of_life.collection" in page
    proven = {u["requirement"]: u["proven"] for u in document(capsys, *arguments)["unmoved"]}
    assert (proven["r-0"], proven["r-1"]) == (True, False)
    # of what lacks data nobody knows what a change would do
    assert "no single change to offer: discharges meet environmental law" in page


def test_a_row_that_states_nothing_is_named_so_and_a_split_one_explained(tmp_path: Path, capsys: Captured) -> None:
    place = cases.product(tmp_path)

    def open_row(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[1]["recycled_content"] = ""
        return rows

    edit_rows(place / "bom.csv", open_row)
    spec = cases.specification(tmp_path, {"recycled-content": "at_least: 5 %"})
    assert "bom[B].recycled_content: not stated (taken as 0 %) → 23.8 %" in said(capsys, place, "--spec", spec)
    spec = cases.specification(tmp_path, {"recycled-content-post": "at_least: 5 %"})
    assert "turned as one share here" in said(capsys, place, "--spec", spec)
    assert "再生料比例在此按一个总比例改动" in said(capsys, place, "--spec", spec, lang="zh")
