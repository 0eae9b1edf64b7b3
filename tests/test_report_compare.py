"""Designs side by side: per functional unit of the first, differences first, unlike services refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import assessment

from ecoprod.assessment import Assessment
from ecoprod.compare import compare, compare_text, labels
from ecoprod.compare.services import _alike
from ecoprod.compare.text_masses import _against
from ecoprod.errors import InputError
from ecoprod.measure import Missing
from ecoprod.product import Amount
from ecoprod.report.schemas import faults


def with_product(made: Assessment, **more: object) -> Assessment:
    return replace(made, product=replace(made.product, **more))  # type: ignore[arg-type]


def change(document: dict, what: str) -> list[float | None]:  # type: ignore[type-arg]
    return next(d["change"] for d in document["differences"] if d["what"] == what)  # type: ignore[no-any-return]


def test_equal_designs_do_not_differ(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    document = compare([made, made], ["a", "b"])
    assert document["differences"] == []
    assert "mass" in document["same"]
    assert not faults("comparison", document)


def test_mass_and_verdict_that_differ_are_named_with_the_change(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    other = with_product(assessment(tmp_path, "not_qualified"), mass_kg=2.25)
    document = compare([made, other], ["a", "b"])
    assert [d["what"] for d in document["differences"]] == ["verdict", "mass"]
    assert change(document, "mass") == [None, pytest.approx(-0.25)]  # 3 kg to 2.25 kg


def test_a_longer_life_shows_in_the_figures_per_functional_unit(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    # 10 kg a product; 0.25 products per 4 cycles -> 2.5; a life twice as long needs 0.125 products -> 1.25
    longer = replace(made, foreground=replace(made.foreground, products_per_functional_unit=0.125))
    document = compare([made, longer], ["a", "b"])
    values = [d["impacts"][0]["categories"]["climate-change"]["per_functional_unit"] for d in document["designs"]]
    assert values == [pytest.approx(2.5), pytest.approx(1.25)]
    stages = document["designs"][1]["impacts"][0]["categories"]["climate-change"]["by_stage"]
    assert sum(v or 0 for v in stages.values()) == pytest.approx(1.25)
    assert stages["raw_materials"] == pytest.approx(1.0)


def test_another_amount_of_the_same_service_is_brought_to_the_first(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    # the same product stated per 8 cycles: 0.5 products, 5 kg; per the 4 cycles of the first again 2.5 kg
    double = with_product(made, service=Amount(8.0, "cycle"))
    double = replace(double, foreground=replace(made.foreground, products_per_functional_unit=0.5))
    document = compare([made, double], ["a", "b"])
    assert not [d for d in document["differences"] if d["what"].startswith("impact:")]


@pytest.mark.parametrize("service", [{"service_of": "go straight"}, {"service": Amount(4.0, "kg")}])
def test_unlike_services_are_refused(tmp_path: Path, service: dict) -> None:  # type: ignore[type-arg]
    made = assessment(tmp_path)
    with pytest.raises(InputError) as caught:
        compare([made, with_product(made, **service)], ["a", "b"])
    assert caught.value.problems[0].code == "compare-unlike-services"


def test_an_hour_of_operation_is_no_part_of_a_year() -> None:
    hours = {"of": "cutting", "unit": "h"}
    assert _alike(hours, {"of": "Cutting", "unit": "min"})
    assert not _alike(hours, {"of": "cutting", "unit": "year"})
    assert _alike({"of": "cutting", "unit": "month"}, {"of": "cutting", "unit": "year"})


def test_impacts_without_a_functional_unit_are_refused_and_the_field_named(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    with pytest.raises(InputError) as caught:
        compare([made, with_product(made, service=None)], ["a", "b"])
    assert caught.value.problems[0].field == "functional_unit"


def test_without_life_cycles_the_rest_still_compares(tmp_path: Path) -> None:
    made = replace(with_product(assessment(tmp_path), service=None), lca=None, foreground=None)
    document = compare([made, with_product(made, mass_kg=1.0)], ["a", "b"])
    assert [d["what"] for d in document["differences"]] == ["mass"]


def test_an_impact_that_one_design_lacks_is_null_and_a_difference(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    document = compare([made, replace(made, lca=None)], ["a", "b"])
    climate = next(d for d in document["differences"] if d["what"] == "impact:EF v3.1/climate-change")
    assert climate["values"] == [pytest.approx(2.5), None]
    assert climate["change"] == [None, None]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_starts_with_the_date_and_what_differs(tmp_path: Path, lang: str) -> None:
    made = assessment(tmp_path)
    document = compare([made, with_product(made, mass_kg=2.25)], ["one", "two"])
    found = compare_text(document, lang, width=100).splitlines()  # type: ignore[arg-type]
    assert "2026-03-01" in found[0]
    assert any("2.25 kg (-25.0 %)" in line for line in found[:12])
    assert "compare-" not in "\n".join(found)


def test_labels_are_folder_names_told_apart() -> None:
    assert labels([Path("x/pack"), Path("y/pack/product.yaml"), Path("z")]) == ["pack", "pack#2", "z"]


def test_a_stage_without_data_is_no_zero_and_one_left_out_says_so(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    gap = Missing("distribution", "missing-distribution")
    open_ = replace(made, foreground=replace(made.foreground, missing=(gap,)))
    for lang, words in (
        ("zh", ("— 缺少数据", "未计", "（不完整）")),
        ("en", ("— no data", "left out", "(incomplete)")),
    ):
        said = compare_text(compare([open_, open_], ["a", "b"]), lang)
        assert [said.count(word) for word in words] == [2, 2, 2]


def test_equal_rows_do_not_stand_under_the_differences(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    said = compare_text(compare([made, made], ["one", "two"]), "zh")
    differences = said[said.index("差异") : said.index("气候变化")]
    assert "没有差异" in differences
    assert "结论" not in differences
    assert "产品质量" not in differences
    same = said[said.index("\n相同") :]
    assert "? 无法判定" in same
    assert "3 kg" in same


def test_designs_are_named_by_folder_and_product_and_substances_in_words(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    said = compare_text(compare([made, made], ["one", "two"]), "zh")
    assert "• one：示例电池包 · X1" in said
    cadmium = replace(made.measures["substance:Cd"], id="substance:Cd@product_mass")
    other = replace(made, measures={**made.measures, cadmium.id: cadmium})
    said = compare_text(compare([made, other], ["one", "two"]), "zh")
    assert "Cd 含量（占产品总质量）" in said
    assert "@product_mass" not in said


@pytest.mark.parametrize(
    ("mass", "said", "difference"),
    [(3.0014, "(=)", "(+0.0014)"), (2.9986, "(=)", "(-0.0014)"), (2.9984, "(-0.1 %)", "(-0.0016; -0.1 %)"),
     (3.0016, "(+0.1 %)", "(+0.0016; +0.1 %)")],
)  # fmt: skip
def test_a_change_below_a_twentieth_of_a_percent_has_no_sign(
    tmp_path: Path, mass: float, said: str, difference: str
) -> None:
    """3 kg and 1.4 g more are 0.047 %, 1.6 g are 0.053 %."""
    made = assessment(tmp_path, "qualified")
    page = compare_text(compare([made, with_product(made, mass_kg=mass)], ["a", "b"]), "en")
    assert said in page
    assert "-0.0 %" not in page
    assert "+0.0 %" not in page
    assert _against(mass - 3.0, 3.0) == f" {difference}"
