"""The break-even in use, by hand: what the lighter design costs to make over what a unit of service saves."""

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
from ecoprod.measure import Missing
from ecoprod.product import Amount
from ecoprod.report.schemas import faults

EXAMPLE = Path(__file__).parent.parent / "examples" / "lightweight-part"


def design(folder: Path, mass: float, making: float, use: float, end: float = 0.0, **more: Any) -> Assessment:
    """A product of 1000 km of life (a functional unit of 250 km takes a quarter of it), impacts per product."""
    items = {
        item("A", "raw_materials"): making, other("distribution", "distribution"): 0.0, other("use:petrol", "use"): use,
        item("A", "end_of_life"): end,
    }  # fmt: skip
    made = with_items(assessment(folder), items, excluded={}, **more)
    return replace(made, product=replace(made.product, mass_kg=mass, service=Amount(250.0, "km"), service_of="drive"))


def entry(*designs: Assessment) -> Any:
    document = compare(designs, ["heavy", "light", "other"][: len(designs)])
    assert not faults("comparison", document)
    assert document["break_even"][0] is None
    return document["break_even"][1]


@pytest.mark.parametrize(
    ("light", "outcome", "service"),
    [
        # the heavy one: 10 to make, 20 in use over 1000 km
        ((16.0, 8.0), "after", 500.0),  # 6 more to make, 12 less in 1000 km: 6 / 0.012
        ((22.0, 8.0), "after", 1000.0),  # 12 / 0.012: level when the life ends
        ((40.0, 5.0), "beyond_life", 2000.0),  # 30 / 0.015
        ((10.0, 5.0), "at_once", 0.0),
        ((9.0, 5.0), "at_once", 0.0),
        ((11.0, 25.0), "never", None),
        ((10.0, 25.0), "never", None),  # level for a moment, then behind
        ((7.0, 25.0), "until", 600.0),  # 3 less to make, 5 more in 1000 km: 3 / 0.005
        ((3.0, 25.0), "at_once", 0.0),  # 7 / 0.005 = 1400 km: ahead all its life
    ],
)
def test_the_lighter_design_is_ahead_from_the_service_that_follows_by_hand(
    tmp_path: Path, light: tuple[float, float], outcome: str, service: float | None
) -> None:
    heavy = design(tmp_path, 10.0, 10.0, 20.0)
    found = entry(heavy, design(tmp_path, 8.0, *light))
    assert found["outcome"] == outcome
    assert found["service"] == (None if service is None else pytest.approx(service))
    assert (found["lighter"], found["saved_kg"]) == ("light", 2.0)
    assert (found["life"], found["service_unit"]) == (pytest.approx(1000.0), "km")
    turned = entry(design(tmp_path, 8.0, *light), heavy)  # whichever comes first, the lighter is the one asked about
    assert (turned["lighter"], turned["outcome"], turned["service"]) == ("heavy", outcome, found["service"])


def test_the_end_of_life_counts_on_the_side_of_making(tmp_path: Path) -> None:
    found = entry(design(tmp_path, 10.0, 10.0, 20.0, end=1.0), design(tmp_path, 8.0, 16.0, 8.0, end=-2.0))
    assert found["extra"] == pytest.approx(3.0)  # (16 - 2) - (10 + 1)
    assert found["saved_per_service"] == pytest.approx(0.012)
    assert found["service"] == pytest.approx(250.0)


def test_another_life_is_reckoned_per_product_and_the_shorter_one_is_the_limit(tmp_path: Path) -> None:
    heavy = design(tmp_path, 10.0, 10.0, 20.0)
    # 2000 km in its life: 30 kg in use are 15 per 1000 km, 5 less than the heavy one; 3 / 0.005
    light = design(tmp_path, 8.0, 13.0, 30.0, products_per_functional_unit=0.125)
    found = entry(heavy, light)
    assert (found["outcome"], found["service"]) == ("after", pytest.approx(600.0))
    assert found["life"] == pytest.approx(1000.0)


def test_nothing_is_asked_where_mass_or_use_are_alike_or_product_units_are_not(tmp_path: Path) -> None:
    heavy = design(tmp_path, 10.0, 10.0, 20.0)
    assert entry(heavy, design(tmp_path, 10.0, 16.0, 8.0)) is None
    assert entry(heavy, design(tmp_path, 8.0, 16.0, 20.0)) is None
    light = design(tmp_path, 8.0, 16.0, 8.0)
    assert entry(heavy, replace(light, product=replace(light.product, product_unit=Amount(1.0, "m2")))) is None
    assert entry(heavy, replace(light, lca=None)) is None
    assert "Break-even" not in compare_text(compare([heavy, heavy], ["a", "b"]), "en")


def test_a_stage_without_data_leaves_the_answer_open(tmp_path: Path) -> None:
    heavy, light = design(tmp_path, 10.0, 10.0, 20.0), design(tmp_path, 8.0, 16.0, 8.0)
    assert light.foreground is not None
    kept = {i: 0.0 for i in light.foreground.items if i.stage != "distribution"}
    climate = dict(zip(light.foreground.items, light.lca.methods[0].categories["climate-change"].by_item, strict=True))  # type: ignore[union-attr,arg-type]
    bare = with_items(light, {i: climate[i] for i in kept}, missing=(Missing("distribution", "missing-distribution"),))
    found = entry(heavy, bare)
    assert (found["outcome"], found["service"], found["unknown"]) == ("unknown", None, ["distribution"])
    assert (found["extra"], found["saved_per_service"], found["complete"]) == (None, None, False)
    assert "缺少数据的阶段：销售运输" in compare_text(compare([heavy, bare], ["a", "b"]), "zh").replace("\n    ", "")


@pytest.mark.parametrize(
    ("light", "zh", "en"),
    [
        ((16.0, 8.0), "使用满 500 km 后影响更低", "ahead after 500 km"),
        ((40.0, 5.0), "使用满 2 000 km 后影响才会更低，已超出寿命", "2 000 km: beyond its life (1 000 km)"),
        ((9.0, 5.0), "影响从一开始就更低", "ahead at once"),
        ((11.0, 25.0), "影响永远不会更低", "but never ahead"),
        ((7.0, 25.0), "600 km 以后不再更低", "no longer after 600 km"),
    ],
)
def test_the_page_says_it_in_words(tmp_path: Path, light: tuple[float, float], zh: str, en: str) -> None:
    document = compare([design(tmp_path, 10.0, 10.0, 20.0), design(tmp_path, 8.0, *light)], ["heavy", "light"])
    assert zh in compare_text(document, "zh", width=400)
    assert en in compare_text(document, "en", width=400)


def test_the_published_example_breaks_even_where_its_page_says() -> None:
    made = [assess(EXAMPLE / name) for name in ("steel", "aluminium")]
    found = compare(made, ["steel", "aluminium"])["break_even"][1]
    # docs/explanation/lightweighting-example.md: 46.28 over 21.07 in 200 000 km is 439 300 km
    assert found["outcome"] == "beyond_life"
    assert found["service"] == pytest.approx(439_300, abs=50)
    assert found["extra"] == pytest.approx(46.28, abs=0.005)
    assert found["life"] == pytest.approx(200_000)
    assert found["left_out"] == ["aluminium"]
