"""What blocks recycling, part by part: masses worked out by hand, reasons, and sums that are those of the rates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, material, part, product
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_cases import assessment

from ecoprod.corridor import assess
from ecoprod.indicators.circular import recyclability
from ecoprod.messages import LANGS
from ecoprod.product import EndOfLife, Part
from ecoprod.recycling import PartRecycling, recycling_of_parts
from ecoprod.report import report_text, result_document, to_json
from ecoprod.report.layout import columns
from ecoprod.report.schemas import faults
from ecoprod.trace import Ledger

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = """ecoprod: 1
id: mixed
routes:
  plastic:
    reuse: {share: 0.1, dataset: sorting}
    recycling: {share: 0.5, dataset: sorting, yield: 0.8}
    energy_recovery: {share: 0.2, dataset: sorting}
    incineration: {share: 0.05, dataset: landfill}
    landfill: {share: 0.15, dataset: landfill}
    source: made up for a test
  glass:
    recycling: {share: 1, dataset: sorting}
    source: made up for a test
"""


def recycled(folder: Path, *parts: Part, scenario: str = SCENARIO, **more: Any) -> list[PartRecycling]:
    """The parts of a product in plastic, glass and steel, with the scenario above unless another is given."""
    names = ("plastic", "glass", "metal-ferrous")
    data = background(folder, *(dataset(name) for name in names), materials=tuple(material(n, n, n) for n in names))
    (folder / "mixed.yaml").write_text(scenario, "utf-8")
    made = product(folder, *parts, **{"end_of_life": EndOfLife("mixed.yaml"), "mass_kg": None, **more})
    foreground, problems, ledger = built(made, data)
    assert not problems
    found = recycling_of_parts(made, foreground, ledger)
    mass = sum(one.mass_g for one in found)
    rate, energy = recyclability(made, foreground, lambda _: (), ledger)
    for end, side in (("low", 0), ("high", 1)):
        back = sum(one.recyclable[side] for one in found)
        assert getattr(rate, end) == pytest.approx(100 * back / mass, abs=1e-9)
        lost = sum(one.lost[1 - side] for one in found)
        assert getattr(energy, end) == pytest.approx(100 * (1 - lost / mass), abs=1e-9)
    assert all(one.trace in ledger and one.lost_trace in ledger for one in found)
    return list(found)


def reasons(one: PartRecycling) -> dict[str, tuple[float, float]]:
    return {loss.code: (pytest.approx(loss.grams[0]), pytest.approx(loss.grams[1])) for loss in one.losses}  # type: ignore[misc]


def test_every_route_of_a_scenario_is_told_in_grams(tmp_path: Path) -> None:
    # 2 kg: reused 200 g; 1000 g into recycling of which 800 g come back; 400 g energy; burned 100 g, landfill 300 g
    (one,) = recycled(tmp_path, part("A", 2.0, material="plastic", end_of_life="scenario", joining="glued"))
    assert one.reused == (pytest.approx(200),) * 2
    assert one.recycled == (pytest.approx(800),) * 2
    assert one.recyclable == (pytest.approx(1000),) * 2
    assert one.energy == (pytest.approx(400),) * 2
    assert one.lost == (pytest.approx(600),) * 2  # 200 + 100 + 300
    assert reasons(one) == {
        "loss-yield": (200, 200), "loss-incineration": (100, 100), "loss-landfill": (300, 300),
    }  # fmt: skip
    assert {loss.field for loss in one.losses} == {"end_of_life.scenario"}
    assert one.stated == {"joining": "glued"}


def test_what_nobody_says_is_open_and_named(tmp_path: Path) -> None:
    silent, unknown, steel, glass, own = recycled(
        tmp_path,
        part("silent", 1.0, material="plastic"),
        part("unknown", 2.0, material="plastic", end_of_life="scenario"),
        part("steel", 3.0, material="metal-ferrous", end_of_life="scenario"),
        part("glass", 4.0, material="glass", end_of_life="scenario"),
        part("own", 5.0, material="plastic", end_of_life="填埋"),
        end_of_life=EndOfLife("mixed.yaml", 0.9),
    )
    assert (silent.lost, reasons(silent)["loss-no-route"]) == ((0, 1000), (0, 1000))
    assert silent.recyclable == (0, 1000)  # reused or recycled, not both
    assert silent.losses[0].field == "bom[silent].end_of_life"
    assert unknown.lost == (pytest.approx(600),) * 2
    assert reasons(steel)["loss-no-scenario"] == (0, 3000)
    assert reasons(glass)["loss-yield-unknown"] == (0, 4000)
    assert (glass.recycled, glass.lost) == ((0, 4000), (0, 4000))
    assert (own.lost, reasons(own)["loss-landfill"]) == ((5000, 5000), (5000, 5000))
    assert own.losses[0].field == "bom[own].end_of_life"
    missed = own.losses[-1]
    assert (missed.code, missed.in_rate, missed.field) == ("loss-not-collected", False, "end_of_life.collection")
    assert missed.grams == (pytest.approx(500), pytest.approx(500))


def test_a_mass_without_a_row_and_a_word_that_is_no_route(tmp_path: Path) -> None:
    _, gap = recycled(tmp_path, part("A", 1.0, material="plastic", end_of_life="scenario"), mass_kg=1.5)
    assert reasons(gap)["loss-unaccounted"] == (0, 500)
    assert gap.losses[0].field == "bom[product]"
    plain = part("A", 1.0, material="plastic", end_of_life="somewhere")
    (odd,) = recycled(tmp_path, plain, end_of_life=EndOfLife())
    assert reasons(odd)["loss-route-unknown"] == (0, 1000)


route = st.sampled_from([None, "scenario", "reuse", "recycling", "energy recovery", "incineration", "landfill"])
kinds = st.sampled_from(["plastic", "glass", "metal-ferrous"])
rows = st.lists(st.tuples(st.floats(0.01, 100), route, kinds), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows, st.sampled_from([None, 0.0, 0.7, 1.0]))
def test_what_is_lost_is_what_the_reasons_say(
    tmp_path: Path, bill: list[tuple[float, str | None, str]], collection: float | None
) -> None:
    parts = [part(f"P{n}", mass, end_of_life=way, material=kind) for n, (mass, way, kind) in enumerate(bill)]
    for one in recycled(tmp_path, *parts, end_of_life=EndOfLife("mixed.yaml", collection)):
        for side in (0, 1):
            told = sum(loss.grams[side] for loss in one.losses if loss.in_rate)
            assert one.lost[side] == pytest.approx(told, abs=1e-9 * one.mass_g)
        if one.lost[0] == one.lost[1]:
            whole = one.reused[0] + one.recycled[0] + one.energy[0] + one.lost[0]
            assert whole == pytest.approx(one.mass_g)


# ---- document and report -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["battery-pack", "gypsum-board", "home-storage"])
def test_the_parts_of_an_example_sum_to_its_rates(name: str) -> None:
    made = assess(ROOT / "examples" / name)
    document = json.loads(to_json(result_document(made)))
    assert not faults("result", document)
    parts = document["recycling"]
    mass = sum(one["mass_g"] for one in parts)
    assert [one["part"] for one in parts] == [p.id for p in made.product.parts if p.id in {o["part"] for o in parts}]
    low = sum(one["recyclable_g"]["low"] for one in parts)
    high = sum(one["recyclable_g"]["high"] for one in parts)
    assert made.foreground
    rate, _ = recyclability(made.product, made.foreground, lambda _: (), Ledger())
    assert (rate.low, rate.high) == (pytest.approx(100 * low / mass), pytest.approx(100 * high / mass))
    entries = {entry["id"] for entry in document["trace"]}
    assert all(one["trace"] in entries and one["lost_trace"] in entries for one in parts)


def shown(folder: Path, found: list[PartRecycling], lang: Any, width: int = 100) -> list[str]:
    made = replace(assessment(folder), recycling=tuple(found))
    return report_text(result_document(made), lang, width=width).splitlines()


@pytest.mark.parametrize(
    ("lang", "head", "why"),
    [("en", "What blocks recycling", "recycling recovers 80 %"), ("zh", "什么妨碍回收", "再生利用只回收进料的 80 %")],
)
def test_the_heaviest_loss_stands_first(tmp_path: Path, lang: Any, head: str, why: str) -> None:
    parts = [
        part("light", 1.0, material="plastic", end_of_life="scenario", marking=">ABS<"),
        part("heavy", 9.0, material="plastic", end_of_life="landfill"),
        part("whole", 5.0, material="plastic", end_of_life="reuse"),
    ]
    found = shown(tmp_path, recycled(tmp_path, *parts), lang)
    start = next(n for n, line in enumerate(found) if line.startswith(head))
    told = found[start : start + 12]
    first, second = (next(n for n, line in enumerate(told) if f"[{name}]" in line) for name in ("heavy", "light"))
    assert first < second
    assert any("9 000 g" in line for line in told)
    assert not any("[whole]" in line for line in told)
    assert any(why in line for line in told)
    assert any(">ABS<" in line for line in told)


def test_what_is_not_collected_is_said_once(tmp_path: Path) -> None:
    parts = [part(name, 1.0, material="plastic", end_of_life="landfill") for name in ("A", "B")]
    found = shown(tmp_path, recycled(tmp_path, *parts, end_of_life=EndOfLife("mixed.yaml", 0.9)), "en")
    assert sum("10 % is not collected" in line for line in found) == 1


def test_nothing_is_said_where_all_comes_back_and_long_lists_are_counted(tmp_path: Path) -> None:
    whole = recycled(tmp_path, part("A", 1.0, material="plastic", end_of_life="reuse"))
    assert not any("blocks recycling" in line for line in shown(tmp_path, whole, "en"))
    many = [part(f"P{n}", 1.0 + n, material="plastic") for n in range(8)]
    assert any("3 more parts" in line for line in shown(tmp_path, recycled(tmp_path, *many), "en"))
    for lang in LANGS:
        assert max(map(columns, shown(tmp_path, recycled(tmp_path, *many), lang, 60))) <= 60
