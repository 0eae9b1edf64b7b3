"""Differences by part: what each adds sums to the difference of the totals, by a second route too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compare_cases import other, with_items
from report_cases import assessment, item

from ecoprod.assessment import Assessment
from ecoprod.compare import compare, compare_text
from ecoprod.corridor import assess
from ecoprod.foreground.records import Demand
from ecoprod.report import result_document
from ecoprod.report.schemas import faults

EXAMPLES = Path(__file__).parent.parent / "examples"
Document = dict[str, Any]


def compared(*designs: Assessment) -> Document:
    document = compare(designs, ["one", "two", "three"][: len(designs)])
    assert not faults("comparison", document)
    return document


def rows(document: Document) -> dict[str, Document]:
    return {r["id"]: r for r in document["parts"]}


def sums_up(document: Document) -> None:
    totals = [d["impacts"][0]["categories"]["climate-change"]["per_functional_unit"] for d in document["designs"]]
    for n in range(1, len(totals)):
        added = sum(row["adds"][n] for row in document["parts"])
        assert added == pytest.approx(totals[n] - totals[0], rel=1e-9, abs=1e-12)


def test_a_part_adds_what_all_its_stages_differ_by(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    a_made, a_end, b_made = item("A", "raw_materials"), item("A", "end_of_life"), item("B", "raw_materials")
    road = other("distribution", "distribution")
    one = with_items(made, {a_made: 8.0, b_made: 3.0, road: 2.0, a_end: -1.0})
    two = with_items(made, {a_made: 4.0, b_made: 3.0, road: 1.0, a_end: 1.0})
    document = compared(one, two)
    # a quarter of a product per functional unit: A (4 + 1) - (8 - 1) = -2, the way 1 - 2 = -1, B nothing
    assert [(r["id"], r["adds"][1]) for r in document["parts"]] == [
        ("bom:A", pytest.approx(-0.5)), ("distribution", pytest.approx(-0.25)), ("bom:B", 0.0),
    ]  # fmt: skip
    found = rows(document)
    assert [r["differs"] for r in document["parts"]] == [True, True, False]
    assert found["bom:A"]["by_stage"][1]["raw_materials"] == pytest.approx(1.0)
    assert found["bom:A"]["by_stage"][1]["end_of_life"] == pytest.approx(0.25)
    sums_up(document)


def test_parts_of_one_design_alone_count_whole_and_say_so(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    use = other("use:petrol", "use")
    one = with_items(made, {item("A", "raw_materials"): 8.0, use: 4.0})
    two = with_items(made, {item("C", "raw_materials"): 5.0})
    document = compared(one, two, one)
    found = rows(document)
    assert [(k, r["present"], r["adds"]) for k, r in found.items()] == [
        ("bom:A", [True, False, True], [None, -2.0, 0.0]),
        ("bom:C", [False, True, False], [None, 1.25, 0.0]),
        ("use:petrol", [True, False, True], [None, -1.0, 0.0]),
    ]
    assert found["bom:C"]["per_functional_unit"] == [None, 1.25, None]  # not in it: no figure, not 0
    assert found["bom:C"]["by_stage"][0] is None
    sums_up(document)
    for lang, words in (("zh", ["只有：one；three", "只有：two"]), ("en", ["only in: one; three", "only in: two"])):
        said = compare_text(document, lang, width=120)  # type: ignore[arg-type]
        assert all(word in said for word in words)


def test_a_longer_life_changes_every_part_and_the_sum_holds(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    items = {item("A", "raw_materials"): 8.0, item("B", "raw_materials"): 3.0, item("A", "end_of_life"): -1.0}
    one = with_items(made, items)
    longer = with_items(made, items, products_per_functional_unit=0.125)
    document = compared(one, longer)
    # half the products: A 7 × (0.125 - 0.25), B 3 × (0.125 - 0.25)
    assert {k: r["adds"][1] for k, r in rows(document).items()} == {"bom:A": -0.875, "bom:B": -0.375}
    sums_up(document)


def test_a_spare_belongs_to_its_part_and_a_pack_is_no_part(tmp_path: Path) -> None:
    spare = replace(item("A", "use"), id="use:replacement/A")
    pack = replace(item("A", "manufacturing"), id="packaging:A/production")
    made = with_items(assessment(tmp_path), {item("A", "raw_materials"): 8.0, pack: 1.0, spare: 2.0})
    found = rows(compared(made, made))
    assert found["bom:A"]["by_stage"][0]["use"] == 0.5
    assert found["packaging:A"]["kind"] == "packaging"
    assert found["packaging:A"]["per_functional_unit"] == [0.25, 0.25]


def test_another_dataset_is_a_difference_even_where_figures_are_alike(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    plain = item("A", "raw_materials")
    steel = replace(plain, demands=(Demand("steel", 2.0, "bom:A/mass"),))
    green = replace(plain, demands=(Demand("green-steel", 2.0, "bom:A/mass"),))
    document = compared(with_items(made, {steel: 8.0}), with_items(made, {green: 8.0}))
    assert rows(document)["bom:A"]["datasets"] == [["steel"], ["green-steel"]]
    assert rows(document)["bom:A"]["differs"]
    assert "steel → green-steel" in compare_text(document, "en")


def test_what_has_no_data_is_null_and_named_not_zero(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    bare = replace(item("A", "raw_materials"), linked=False)
    one = with_items(made, {item("A", "raw_materials"): 8.0})
    document = compared(one, with_items(made, {bare: 0.0, item("A", "manufacturing"): 1.0}))
    row = rows(document)["bom:A"]
    assert [s["raw_materials"] for s in row["by_stage"]] == [2.0, None]
    assert [s["manufacturing"] for s in row["by_stage"]] == [0.0, 0.25]
    assert [s["distribution"] for s in row["by_stage"]] == [None, None]  # nobody spoke of it
    assert row["complete"] == [True, False]
    assert "缺少数据：two" in compare_text(document, "zh")
    assert "no data in: two" in compare_text(document, "en")


def test_without_a_life_cycle_nothing_is_said_to_add(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    document = compared(made, replace(made, lca=None))
    assert {row["adds"][1] for row in document["parts"]} == {None}
    assert all(row["by_stage"][1] is None for row in document["parts"])
    assert "—" in compare_text(document, "en")


def test_the_rest_is_one_row_and_the_last_row_is_the_difference_of_the_totals(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    parts = [item(f"P{n:02}", "raw_materials") for n in range(11)]
    one = with_items(made, dict.fromkeys(parts, 0.0))
    two = with_items(made, {p: 4.0 * (n + 1) for n, p in enumerate(parts)})
    document = compared(one, two)
    sums_up(document)
    said = compare_text(document, "en")
    table = said[said.index("Where the difference") :].split("\n\n")[0]
    assert "P03" in table  # eight are shown: P10 with 11 down to P03 with 4
    assert "P02" not in table
    assert [line.split()[-1] for line in table.splitlines() if "others" in line] == ["+6"]  # 3 + 2 + 1
    assert table.splitlines()[-1].split() == ["difference", "of", "the", "totals", "+66"]


def test_a_real_pair_sums_up_and_agrees_with_the_items_of_the_results() -> None:
    made = [assess(EXAMPLES / name) for name in ("gypsum-board", "gypsum-board-natural-gypsum")]
    document = compare(made, ["fgd", "natural"])
    sums_up(document)
    results = [result_document(a) for a in made]
    by_hand = []
    for result in results:
        climate = next(i for i in result["impacts"] if i["method"] == "EF v3.1")["categories"]["climate-change"]
        of_part = sum(
            v for i, v in zip(result["items"], climate["by_item"], strict=True) if i["id"].startswith("bom:B1-1/")
        )
        by_hand.append(of_part * result["product"]["functional_unit"]["products_per_functional_unit"])
    assert rows(document)["bom:B1-1"]["adds"][1] == pytest.approx(by_hand[1] - by_hand[0], rel=1e-9)
    assert document["parts"][0]["id"] == "bom:B1-1"
    assert document["parts"][0]["datasets"] == [["gypsum-fgd"], ["gypsum-natural"]]
    assert not document["parts"][1]["differs"]
