"""Circularity of products from their files: check values, bounds of what is open, words for bad input."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, material, part, product
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_cases import assessment

from ecoprod.circularity import CircularPart, material_circularity
from ecoprod.measure import Measure
from ecoprod.messages import problem_line
from ecoprod.product import CircularityFacts, EndOfLife, Part, Use
from ecoprod.readers import read_product
from ecoprod.recycling import Circularity, circularity_of
from ecoprod.report import report_text, result_document
from ecoprod.trace import Ledger

BASE = Path(__file__).parent / "bad_inputs" / "_base"
ROUTES = """ecoprod: 1
id: loop
routes:
  plastic:
    recycling: {share: 0.6, dataset: sorting, yield: 0.8}
    landfill: {share: 0.4, dataset: landfill}
    source: made up for a test
  glass:
    recycling: {share: 1, dataset: sorting}
    source: made up for a test
  metal-ferrous:
    reuse: {share: 0.25, dataset: sorting}
    energy_recovery: {share: 0.75, dataset: sorting}
    source: made up for a test
"""
KINDS = ("plastic", "glass", "metal-ferrous")


def found(folder: Path, *parts: Part, ledger: Ledger | None = None, **more: Any) -> Circularity:
    data = background(folder, *(dataset(k) for k in KINDS), materials=tuple(material(k, k, k) for k in KINDS))
    (folder / "loop.yaml").write_text(ROUTES, "utf-8")
    made = product(folder, *parts, **{"end_of_life": EndOfLife("loop.yaml", 1.0), **more})
    foreground, problems, entries = built(made, data)
    assert not problems
    result = circularity_of(made, foreground, entries)
    for measure in (result.indicator, result.linear_flow_index, result.utility, *result.inflow.values()):
        assert measure.trace is None or measure.trace in entries
    if ledger is not None:
        for entry in entries:
            ledger._add(entry)
    return result


def near(measure: Measure, low: float, high: float) -> None:
    assert (measure.low, measure.high) == (pytest.approx(low, abs=5e-6), pytest.approx(high, abs=5e-6))


def plastic(name: str = "A", mass: float = 10.0, **more: Any) -> Part:
    return part(name, mass, **{"material": "plastic", "end_of_life": "scenario", "recycled_content": 0.3, **more})


E90 = CircularityFacts(feedstock_efficiency=0.9)


def test_all_virgin_and_all_to_landfill_is_a_tenth(tmp_path: Path) -> None:
    one = found(tmp_path, plastic(recycled_content=0.0, end_of_life="landfill"))
    near(one.indicator, 0.1, 0.1)
    near(one.linear_flow_index, 1, 1)
    assert not one.indicator.missing  # nothing is recycled: the efficiency of it does not matter


def test_the_check_value_of_a_mixed_product(tmp_path: Path) -> None:
    # M 10, F_R 0.3, C_R 0.6, E_F 0.9, E_C 0.8: V 7, W_0 4, W_F 1/3, W_C 1.2, LFI 0.60136, MCI 0.45877
    one = found(tmp_path, plastic(), circularity=E90)
    near(one.linear_flow_index, 0.60136, 0.60136)
    near(one.indicator, 0.45877, 0.45877)
    near(one.inflow["recycled"], 0.3, 0.3)
    near(one.outflow["recycled"], 0.48, 0.48)  # 0.6 × 0.8
    near(one.outflow["reused"], 0, 0)
    assert {one.inflow["reused"].low, one.inflow["renewable"].low, one.outflow["recirculated"].low} == {None}


def test_what_is_not_collected_is_lost(tmp_path: Path) -> None:
    # C_R 0.3, W_0 7, W_C 10 × 0.3 × 0.2 = 0.6: W = 7 + (1/3 + 0.6)/2; LFI = (7 + 7.466667) / (20 + (1/3 - 0.6)/2)
    one = found(tmp_path, plastic(), circularity=E90, end_of_life=EndOfLife("loop.yaml", 0.5))
    near(one.linear_flow_index, 14.4666667 / 19.8666667, 14.4666667 / 19.8666667)
    near(one.outflow["recycled"], 0.24, 0.24)


def test_reuse_loses_nothing_and_burning_gives_nothing_back(tmp_path: Path) -> None:
    # steel: 25 % reused, 75 % burned; V = 4, W = 3: LFI 7/8
    one = found(tmp_path, part("S", 4.0, material="metal-ferrous", end_of_life="scenario", recycled_content=0.0))
    near(one.linear_flow_index, 7 / 8, 7 / 8)
    near(one.outflow["reused"], 0.25, 0.25)


def test_a_longer_life_than_the_mean_counts_and_no_mean_is_an_assumption(tmp_path: Path) -> None:
    virgin = plastic(recycled_content=0.0, end_of_life="landfill")
    book = Ledger()
    near(found(tmp_path, virgin, ledger=book).indicator, 0.1, 0.1)
    assert "assumed-mean-utility" in {entry.by for entry in book.assumptions()}
    facts = CircularityFacts(industry_lifetime_years=8)
    lived = found(tmp_path, virgin, circularity=facts, use=Use(lifetime_years=12))
    near(lived.utility, 1.5, 1.5)
    near(lived.indicator, 0.4, 0.4)  # 1 - 0.9/1.5
    unknown = found(tmp_path, virgin, circularity=facts)
    assert (unknown.indicator.low, unknown.utility.low) == (None, None)
    assert [m.field for m in unknown.indicator.missing] == ["use.lifetime"]


def test_what_is_open_makes_bounds_and_names_its_field(tmp_path: Path) -> None:
    no_efficiency = found(tmp_path, plastic())
    near(no_efficiency.linear_flow_index, (7 + 4 + 0.6) / (20 - 0.6), 1)  # at best no waste of the feedstock
    assert [m.field for m in no_efficiency.indicator.missing] == ["circularity.feedstock_efficiency"]
    no_yield = found(tmp_path, plastic(material="glass", recycled_content=0.0), circularity=E90)
    near(no_yield.linear_flow_index, 10 / 20, (10 + 5) / (20 - 5))  # E_C 1 and 0: W_C 0 and 10
    assert [m.field for m in no_yield.indicator.missing] == ["bom.end_of_life"]
    no_route = found(tmp_path, plastic(end_of_life=None, recycled_content=0.0))
    near(no_route.indicator, 0.1, 0.55)  # all lost, or all reused: 1 - 0.9 and 1 - 0.9/2
    near(no_route.outflow["reused"], 0, 1)
    no_content = found(tmp_path, plastic(end_of_life="landfill", recycled_content=None), circularity=E90)
    # the worse end is all virgin; the better one all recycled, where W_F is 10/9
    near(no_content.linear_flow_index, (10 + 5 / 9) / (20 + 5 / 9), 1)
    assert [m.field for m in no_content.indicator.missing] == ["bom.recycled_content"]


def test_recycling_so_poor_that_virgin_is_better_turns_the_ends(tmp_path: Path) -> None:
    # E_F 0.1, reused after use: virgin LFI 10/20; recycled W_F = 90: 45 / (20 + 45)
    open_content = plastic(end_of_life="reuse", recycled_content=None)
    one = found(tmp_path, open_content, circularity=CircularityFacts(feedstock_efficiency=0.1))
    near(one.linear_flow_index, 10 / 20, 45 / 65)


def test_the_parts_are_summed_and_nothing_is_assumed_of_collection_where_no_route_is_known(tmp_path: Path) -> None:
    both = found(tmp_path, plastic("A"), plastic("B", end_of_life="landfill", recycled_content=0.0), circularity=E90)
    near(both.linear_flow_index, 31.7666667 / 39.5666667, 31.7666667 / 39.5666667)
    book = Ledger()
    found(tmp_path, plastic(end_of_life=None), end_of_life=EndOfLife(none_reason="test"), ledger=book)
    assert "assume:collection" not in book
    assert found(tmp_path).indicator.missing[0].code == "missing-parts"


share = st.floats(0, 1)
bills = st.lists(
    st.tuples(
        st.floats(0.1, 50), st.sampled_from(KINDS), st.sampled_from([None, "scenario", "recycling", "landfill"]),
        st.one_of(st.none(), share), share, share, share,
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
@given(bills, st.one_of(st.none(), st.floats(0.05, 1)), st.floats(0.05, 1), st.sampled_from([0.0, 0.5, 1.0]))
def test_whatever_the_truth_is_it_lies_within_the_bounds(
    tmp_path: Path, bill: list[Any], stated: float | None, true_efficiency: float, collected: float
) -> None:
    parts = [
        part(f"P{n}", mass, material=kind, end_of_life=cell, recycled_content=content)
        for n, (mass, kind, cell, content, *_) in enumerate(bill)
    ]
    facts = CircularityFacts(feedstock_efficiency=stated)
    one = found(tmp_path, *parts, circularity=facts, end_of_life=EndOfLife("loop.yaml", collected))
    truth = []
    for mass, kind, cell, content, true_content, split, true_yield in bill:
        recycled, reused, gives = split * collected, (1 - split) * collected, true_yield
        if cell == "landfill":
            recycled = reused = 0.0
        elif cell == "recycling":
            recycled, reused = collected, 0.0
            gives = 0.8 if kind == "plastic" else true_yield
        elif cell == "scenario":
            recycled = {"plastic": 0.6, "glass": 1.0, "metal-ferrous": 0.0}[kind] * collected
            reused = {"plastic": 0.0, "glass": 0.0, "metal-ferrous": 0.25}[kind] * collected
            gives = 0.8 if kind == "plastic" else true_yield
        feed = true_content if content is None else content
        efficiency = true_efficiency if stated is None else stated
        truth.append(CircularPart(mass, feed, recycled, efficiency, gives, reused_out=reused))
    value = material_circularity(truth, 1)
    assert one.indicator.low is not None
    assert one.indicator.high is not None
    assert one.indicator.low - 1e-9 <= value <= one.indicator.high + 1e-9


# ---- product file and report ---------------------------------------------------------------------


def problems(tmp_path: Path, text: str) -> list[tuple[int | None, str, str]]:
    folder = Path(shutil.copytree(BASE, tmp_path / "product"))
    file = folder / "product.yaml"
    file.write_text(file.read_text("utf-8") + text, "utf-8")
    reading = read_product(folder, Ledger())
    return [(p.at.line, p.code, problem_line(p, "zh") + problem_line(p, "en")) for p in reading.problems]


def test_bad_facts_are_refused_all_at_once_with_words(tmp_path: Path) -> None:
    start = len((BASE / "product.yaml").read_text("utf-8").splitlines())
    told = problems(
        tmp_path,
        "circularity:\n  industry_lifetime: {value: 8}\n  feedstock_efficiency: {value: 1.2, source: x}\n  mci: 0.4\n",
    )
    assert {(line, code) for line, code, _ in told} == {
        (start + 2, "unit-missing"), (start + 2, "key-needed"), (start + 3, "share-above-one"),
        (start + 4, "key-unknown"),
    }  # fmt: skip
    words = "".join(said for _, _, said in told)
    assert "industry_lifetime.source" in words
    assert "feedstock_efficiency" in words


def test_a_figure_without_its_braces_and_zero_efficiency_are_refused(tmp_path: Path) -> None:
    told = problems(
        tmp_path, "circularity:\n  industry_lifetime: 8 year\n  feedstock_efficiency: {value: 0, source: x}\n"
    )
    assert {code for _, code, _ in told} == {"type-mapping", "share-zero"}


def test_the_facts_reach_the_product_with_their_lines(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BASE, tmp_path / "product"))
    file = folder / "product.yaml"
    facts = "industry_lifetime: {value: 96 month, source: a}\n  feedstock_efficiency: {value: 90 %, source: b}\n"
    file.write_text(file.read_text("utf-8") + "circularity:\n  " + facts, "utf-8")
    book = Ledger()
    made = read_product(folder, book).product
    assert made is not None
    assert made.circularity is not None
    assert made.circularity.industry_lifetime_years == pytest.approx(8)
    assert made.circularity.feedstock_efficiency == pytest.approx(0.9)
    assert book["circularity:feedstock_efficiency"].at is not None


@pytest.mark.parametrize(("lang", "words"), [("en", ("Circularity", "0.4588", "30.0 %")), ("zh", ("循环性", "0.4588"))])
def test_the_report_tells_the_indicator_and_that_it_is_no_part_of_the_verdict(
    tmp_path: Path, lang: Any, words: tuple[str, ...]
) -> None:
    one = found(tmp_path, plastic(), circularity=E90)
    text = report_text(result_document(replace(assessment(tmp_path), circularity=one)), lang)
    assert all(word in text for word in words)
    assert ("no part of the verdict" if lang == "en" else "不参与判定") in text
    opened = found(tmp_path, plastic())
    text = report_text(result_document(replace(assessment(tmp_path), circularity=opened)), lang, width=120)
    assert "circularity.feedstock_efficiency" in text
    assert "0.1 – 0.4619" in text  # 1 - 0.9 × 11.6/19.4
