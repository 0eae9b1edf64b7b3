"""The steel and the aluminium bumper: published inputs, break-even from two assessments, and what the page prints."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from pathlib import Path

import pytest
import yaml

from ecoprod.background import load_background
from ecoprod.corridor import assess
from ecoprod.lca import dataset_scores

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "lightweight-part"
PAGE = ROOT / "docs" / "explanation" / "lightweighting-example.md"
STEEL, ALUMINIUM = "steel", "aluminium"

# As the slides print them: masses, recycling rate, life, saving over the life cycle.
PUBLISHED_KG = {STEEL: 5.8, ALUMINIUM: 3.2}
PUBLISHED_RECYCLING, PUBLISHED_LIFE, PUBLISHED_SAVING = 0.91, 200_000, 48
# Abstract of Delogu et al. 2016: mass reduction alone, and the upper end with the engine matched.
FRV_LOW, FRV_MIDDLE, FRV_HIGH = 0.115, (0.115 + 0.143) / 2, 0.388
DIESEL_KG_PER_L = 0.82988

each = pytest.mark.parametrize("name", [STEEL, ALUMINIUM])


def stages(folder: Path) -> dict[str, float]:
    """Climate change of a folder by stage."""
    found = assess(folder)
    assert found.lca is not None
    climate = found.lca.category("EF v3.1", "climate-change")
    assert climate is not None
    assert climate.by_stage is not None
    assert climate.coverage == pytest.approx(1)
    return dict(climate.by_stage)


@pytest.fixture(scope="module")
def ours() -> dict[str, dict[str, float]]:
    return {name: stages(EXAMPLE / name) for name in (STEEL, ALUMINIUM)}


@pytest.fixture(scope="module")
def core() -> dict[str, float]:
    """Climate change of one unit of the datasets that the reckoning by hand needs."""
    wanted = (
        "steel-hot-rolled-cn", "steel-hot-rolled-eaf-cn", "aluminium-primary-cn", "aluminium-secondary-cn",
        "stamping-steel", "extrusion-aluminium", "diesel-combusted", "sorting-recyclables", "landfill-inert",
    )  # fmt: skip
    found = {}
    for name, scores in dataset_scores(load_background(), ("EF v3.1",), datasets=wanted).items():
        value, _ = scores["EF v3.1"]["climate-change"]
        assert value is not None
        found[name] = value
    return found


def without_use(found: dict[str, float]) -> float:
    return sum(value for stage, value in found.items() if stage != "use")


def extra(ours: dict[str, dict[str, float]]) -> float:
    return without_use(ours[ALUMINIUM]) - without_use(ours[STEEL])


def credit(core: dict[str, float]) -> dict[str, float]:
    """Avoided burden: recycled mass times primary less secondary metal."""
    steel = core["steel-hot-rolled-cn"] - core["steel-hot-rolled-eaf-cn"]
    aluminium = core["aluminium-primary-cn"] - core["aluminium-secondary-cn"]
    return {
        STEEL: PUBLISHED_RECYCLING * PUBLISHED_KG[STEEL] * steel,
        ALUMINIUM: PUBLISHED_RECYCLING * PUBLISHED_KG[ALUMINIUM] * aluminium,
    }


def fuel_kg(frv: float, distance: float) -> float:
    return (PUBLISHED_KG[STEEL] - PUBLISHED_KG[ALUMINIUM]) / 100 * frv / 100 * distance * DIESEL_KG_PER_L


def saved_in_use(core: dict[str, float], frv: float) -> float:
    return fuel_kg(frv, PUBLISHED_LIFE) * core["diesel-combusted"]


def row(head: str) -> list[float]:
    """Numbers of the row of a table of the page that begins with `head`."""
    (line,) = re.findall(rf"(?m)^\| {re.escape(head)} \|(.*)\|$", PAGE.read_text("utf-8"))
    return [float(cell) for cell in line.split("|")]


@each
def test_published_inputs_stand_in_the_example(name: str) -> None:
    product = yaml.safe_load((EXAMPLE / name / "product.yaml").read_text("utf-8"))
    (part,) = csv.DictReader((EXAMPLE / name / "bom.csv").read_text("utf-8").splitlines())
    assert part["mass"] == product["product"]["mass"] == f"{PUBLISHED_KG[name]} kg"
    assert product["functional_unit"]["service"] == product["service_per_product"] == f"{PUBLISHED_LIFE} km"
    routes = yaml.safe_load((EXAMPLE / name / "end-of-life.yaml").read_text("utf-8"))["routes"]
    assert {r["recycling"]["share"] for r in routes.values()} == {PUBLISHED_RECYCLING}
    assert re.search(r"after .+ International Aluminium Institute", product["product"]["name"])
    assert "made up" in product["product"]["maker"]["name"]
    assert all(entry["illustrative"] is True for entry in product["basic"].values())
    for printed in (f"| {PUBLISHED_KG[name]} kg", "| 91 % | S", "| 200 000 km | S", f"| {PUBLISHED_SAVING} kg | S"):
        assert printed in PAGE.read_text("utf-8")


@each
def test_evidence_is_unaltered_and_says_that_it_is_made_up(name: str) -> None:
    for entry in csv.DictReader((EXAMPLE / name / "evidence.csv").read_text("utf-8").splitlines()):
        raw = (EXAMPLE / name / entry["file"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert "made-up" in raw.decode("utf-8")


def test_fuel_is_that_of_the_difference_of_mass_at_the_heavier_part_only() -> None:
    """2.6/100 x 0.129/100 x 200 000 = 6.708 L of diesel, 5.566835 kg."""
    heavy, light = (
        yaml.safe_load((EXAMPLE / n / "product.yaml").read_text("utf-8"))["use"] for n in (STEEL, ALUMINIUM)
    )
    (flow,) = heavy["flows"]
    assert flow["dataset"] == "diesel-combusted"
    assert flow["amount"] == "5.566835 kg"
    assert fuel_kg(FRV_MIDDLE, PUBLISHED_LIFE) == pytest.approx(5.566835, abs=1e-6)
    assert set(light) == {"none"}


@each
def test_undetermined_for_want_of_a_specification_of_its_kind(name: str) -> None:
    found = assess(EXAMPLE / name)
    assert found.verdict.outcome == "undetermined"
    assert [f.requirement.id for f in found.findings if f.status in ("fail", "undetermined")] == []
    assert found.foreground is not None
    assert found.foreground.missing == ()
    assert found.foreground.linked_mass_share == pytest.approx(1)


def test_stages_by_hand(ours: dict[str, dict[str, float]], core: dict[str, float]) -> None:
    """Mass times dataset, stage by stage: no yield, no transport, 91 % sorted and 9 % landfilled."""
    gone = 0.91 * core["sorting-recyclables"] + 0.09 * core["landfill-inert"]
    by_hand = {
        STEEL: (5.8 * core["steel-hot-rolled-cn"], 5.8 * core["stamping-steel"], 5.8 * gone, 5.566835),
        ALUMINIUM: (3.2 * core["aluminium-primary-cn"], 3.2 * core["extrusion-aluminium"], 3.2 * gone, 0.0),
    }
    for name, (raw, made, end, diesel) in by_hand.items():
        assert ours[name] == pytest.approx({
            "raw_materials": raw, "manufacturing": made, "distribution": 0, "end_of_life": end,
            "use": diesel * core["diesel-combusted"],
        })  # fmt: skip


def test_both_parts_weigh_the_same_at_our_break_even(ours: dict[str, dict[str, float]], tmp_path: Path) -> None:
    """The distance by formula, put into the files: two whole assessments at that distance give one total."""
    distance = extra(ours) / (ours[STEEL]["use"] / PUBLISHED_LIFE)
    totals = []
    for name in (STEEL, ALUMINIUM):
        folder = tmp_path / name
        shutil.copytree(EXAMPLE / name, folder)
        file = folder / "product.yaml"
        text = file.read_text("utf-8").replace("200000 km", f"{distance:.6f} km")
        file.write_text(text.replace("5.566835 kg", f"{fuel_kg(FRV_MIDDLE, distance):.9f} kg"), "utf-8")
        totals.append(sum(stages(folder).values()))
    assert totals[0] == pytest.approx(totals[1], rel=1e-6)
    assert distance > 2 * PUBLISHED_LIFE


def test_the_page_prints_our_stages(ours: dict[str, dict[str, float]]) -> None:
    steel, aluminium = ours[STEEL], ours[ALUMINIUM]
    heads = {"raw materials": "raw_materials", "manufacturing": "manufacturing", "end of life": "end_of_life"}
    expected = {head: (steel[stage], aluminium[stage]) for head, stage in [*heads.items(), ("use", "use")]}
    expected["without use"] = (without_use(steel), without_use(aluminium))
    expected["total"] = (sum(steel.values()), sum(aluminium.values()))
    for head, (base, light) in expected.items():
        assert row(head) == pytest.approx([base, light, light - base], abs=0.0051), head


def test_the_page_prints_savings_and_break_even(ours: dict[str, dict[str, float]], core: dict[str, float]) -> None:
    saved = [saved_in_use(core, frv) for frv in (FRV_LOW, FRV_MIDDLE, FRV_HIGH)]
    relieved = credit(core)
    routes = {
        "**ours, cut-off**": extra(ours),
        "ours, avoided burden": extra(ours) - relieved[ALUMINIUM] + relieved[STEEL],
    }
    assert row("U, kg") == pytest.approx(saved, abs=0.051)
    for head, more in routes.items():
        assert row(f"{head}: E {more:.2f}, saving in 200 000 km") == pytest.approx([u - more for u in saved], abs=0.051)
        printed = row(f"{head.strip('*')}: break-even, km")
        assert printed == pytest.approx([more / u * PUBLISHED_LIFE for u in saved], abs=51)


def test_the_published_saving_lies_in_the_stated_range(
    ours: dict[str, dict[str, float]], core: dict[str, float]
) -> None:
    """From cut-off with the least fuel saved to avoided burden with the most; the page prints both ends."""
    relieved = credit(core)
    low = saved_in_use(core, FRV_LOW) - extra(ours)
    high = saved_in_use(core, FRV_HIGH) - extra(ours) + relieved[ALUMINIUM] - relieved[STEEL]
    text = PAGE.read_text("utf-8")
    assert f"from {low:.1f} kg" in text
    assert f"to {high:.1f} kg" in text
    assert low < PUBLISHED_SAVING < high
    most = saved_in_use(core, FRV_HIGH)
    follows = (most - PUBLISHED_SAVING) / most * PUBLISHED_LIFE
    assert f"{round(follows, -2):,.0f} km".replace(",", " ") in text
    assert (extra(ours) - relieved[ALUMINIUM] + relieved[STEEL]) / most < follows / PUBLISHED_LIFE < extra(ours) / most
    assert saved_in_use(core, FRV_MIDDLE) < PUBLISHED_SAVING


def test_other_figures_of_the_page(ours: dict[str, dict[str, float]], core: dict[str, float]) -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    relieved, least = credit(core), PUBLISHED_SAVING / saved_in_use(core, 1)
    british = extra(ours) - PUBLISHED_KG[ALUMINIUM] * (core["aluminium-primary-cn"] - 9.11590131)
    for words in (
        f"({core['diesel-combusted']:.3f} kg CO₂e per kg of diesel",
        f"{core['aluminium-primary-cn']:.2f} − {core['aluminium-secondary-cn']:.2f}, rolled steel",
        f"rolled steel {core['steel-hot-rolled-cn']:.2f} − {core['steel-hot-rolled-eaf-cn']:.2f} kg/kg",
        f"relieved of {relieved[ALUMINIUM]:.1f} kg and the steel part of {relieved[STEEL]:.1f} kg",
        f"at least {least:.3f} L/100 km",
        f"would be {british:.1f}, and the saving at 0.388 L {saved_in_use(core, FRV_HIGH) - british:.1f} kg",
    ):
        assert words in text, words
