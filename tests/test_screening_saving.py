"""Reduction values by id: of the energy of the flow, in its unit, or refused; and a note where no flow follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main

from ecoprod.energy_reduction import CARRIERS, energy_reductions, names_carrier
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]
LIGHT: dict[str, Any] = {"part": "A", "name": "light", "set": {"mass": "400 g"}}
CLIMATE = "EF v3.1/climate-change"


def made(folder: Path, flow: dict[str, str], amount: str) -> Path:
    use = {"lifetime": "10 year", "cycles": "100 1/year", "flows": [{**flow, "amount": amount, "per": "life"}]}
    return cases.product(folder, use=use)


def saving(flow: str, reduction: str, **more: str) -> dict[str, Any]:
    return {"use_saving": {"flow": flow, "reduction": reduction, "distance": "200000 km", **more}}


def climate(folder: Path, product: Path, reduction: dict[str, Any]) -> list[float]:
    return [float(v) for v in screen(product, cases.variants(folder, [LIGHT], **reduction)).frame()[CLIMATE]]


def refused(folder: Path, capsys: Captured, product: Path, content: dict[str, Any]) -> str:
    offer = cases.variants(folder, [LIGHT], **content)
    assert main(["screen", str(product), "--variants", str(offer), "--lang", "en"]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "use_saving" in line]
    assert len(told) == 1, told
    assert "use_saving.reduction: " in told[0]
    return told[0]


@pytest.mark.parametrize(
    ("flow", "name", "by_hand"),
    [
        # 0.15 L of gasoline at 743.49 kg/m3 (USLCI refinery rows) and 0.27729 L of diesel at 829.88 kg/m3
        ("gasoline-combusted", "car-gasoline-nedc", "0.1115235 kg"),
        ("diesel-combusted", "us-car-diesel", "0.2301174252 kg"),
    ],
)
def test_litres_of_a_fuel_counted_in_kilograms_go_by_its_density(
    tmp_path: Path, capsys: Captured, flow: str, name: str, by_hand: str
) -> None:
    product = made(tmp_path, {"dataset": flow, "source": "made up"}, "5000 kg")
    found = climate(tmp_path, product, saving(flow, name))
    assert found == pytest.approx(climate(tmp_path, product, saving(flow, by_hand, source="x")), rel=1e-9)
    assert found[0] > found[1]
    offer = cases.variants(tmp_path, [LIGHT], **saving(flow, name))
    assert main(["screen", str(product), "--variants", str(offer), "--lang", "en"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{float(by_hand.split(maxsplit=1)[0]):.6g} kg per 100 km and 100 kg" in said
    assert name in said
    assert "density_kg_m3" in said


def test_a_value_in_the_unit_of_the_flow_stays_the_published_figure(tmp_path: Path) -> None:
    product = made(tmp_path, {"flow": "汽油", "source": "made up"}, "7000 L")
    by_id, by_hand = (
        climate(tmp_path, product, saving("汽油", reduction, source="x"))
        for reduction in ("car-gasoline-nedc", "0.15 L")
    )
    assert by_id == by_hand


def test_units_of_one_kind_convert(tmp_path: Path) -> None:
    """0.699515 kWh are 2.518254 MJ."""
    product = made(tmp_path, {"flow": "electricity", "source": "made up"}, "90000 MJ")
    by_id, by_hand = (
        climate(tmp_path, product, saving("electricity", reduction, source="x"))
        for reduction in ("us-car-battery", "2.518254 MJ")
    )
    assert by_id == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(
    ("flow", "amount", "name", "words"),
    [
        ("diesel-combusted", "5000 kg", "car-gasoline-nedc", "is a value for gasoline (0.15 L)"),
        ("diesel-combusted", "5000 L", "car-gasoline-nedc", "is a value for gasoline (0.15 L)"),
        ("diesel-combusted", "5000 kg", "us-car-battery", "is a value for electricity (0.699515 kWh)"),
        # a quantity of energy is no proof of electricity
        ("heat-diesel", "90000 MJ", "us-car-battery", "is a value for electricity (0.699515 kWh)"),
        ("gasoline-combusted", "5000 kg", "us-car-fuel-cell", "is a value for hydrogen (0.461927 L)"),
        # the fuel is the right one, and no density says what a litre of this dataset is
        ("heat-diesel", "90000 MJ", "us-car-diesel", "no density or calorific value is known between them"),
        ("diesel-combusted-boiler", "5000 kg", "us-car-diesel", "no density or calorific value is known between them"),
    ],
)
def test_a_value_of_another_energy_or_unit_is_refused(
    tmp_path: Path, capsys: Captured, flow: str, amount: str, name: str, words: str
) -> None:
    product = made(tmp_path, {"dataset": flow, "source": "made up"}, amount)
    told = refused(tmp_path, capsys, product, saving(flow, name, source="x"))
    assert words in told
    assert f"in {amount.split()[1]}" in told.partition(" — ")[2]  # the remedy names the unit to write


def test_a_written_value_of_another_kind_is_refused_as_before(tmp_path: Path, capsys: Captured) -> None:
    product = made(tmp_path, {"dataset": "diesel-combusted", "source": "made up"}, "5000 kg")
    assert "kg" in refused(tmp_path, capsys, product, saving("diesel-combusted", "0.15 L", source="x"))


def test_levers_refuse_it_too(tmp_path: Path, capsys: Captured) -> None:
    product = made(tmp_path, {"dataset": "diesel-combusted", "source": "made up"}, "5000 kg")
    offer = cases.variants(tmp_path, [LIGHT], **saving("diesel-combusted", "car-gasoline-nedc"))
    assert main(["levers", str(product), "--variants", str(offer), "--lang", "en"]) == 2
    assert "is a value for gasoline" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("carrier", "name", "is_it"),
    [
        ("gasoline", "Petrol, unleaded", True), ("gasoline", "petroleum refining", False),
        ("gasoline", "车用汽油", True), ("diesel", "market for diesel, low-sulfur", True),
        ("diesel", "biodiesel", False), ("diesel", "生物柴油", False), ("diesel", "0号柴油", True),
        ("electricity", "Electricity, low voltage", True),
        ("electricity", "diesel-electric set", False),
        ("hydrogen", "hydrogen, gaseous", True), ("fuel", "fuel", False),
    ],
)  # fmt: skip
def test_which_names_say_an_energy_carrier(carrier: str, name: str, is_it: bool) -> None:
    assert names_carrier(carrier, ["x", name]) is is_it


def test_every_carrier_of_the_table_is_known() -> None:
    assert {row.carrier for row in energy_reductions()} <= set(CARRIERS)


# ---- the note where nothing follows the mass -----------------------------------------------------


def codes(folder: Path, capsys: Captured, product: Path, options: list[dict[str, Any]], **more: Any) -> list[str]:
    offer = cases.variants(folder, options, **more)
    assert main(["screen", str(product), "--variants", str(offer), "--format", "json"]) == 0
    return [note["code"] for note in json.loads(capsys.readouterr().out)["notes"]]


def test_a_note_says_that_no_use_flow_follows_the_mass(tmp_path: Path, capsys: Captured) -> None:
    product = made(tmp_path, {"flow": "electricity", "source": "made up"}, "3000 kWh")
    note = "screen-note-no-saving"
    assert note in codes(tmp_path, capsys, product, [LIGHT])
    same = {"part": "A", "name": "near", "set": {"transport": "truck 10 km"}}
    assert note not in codes(tmp_path, capsys, product, [same])  # nothing weighs less
    written = saving("electricity", "0.15 kWh", source="x")
    assert note not in codes(tmp_path, capsys, product, [LIGHT], **written)
    assert note not in codes(tmp_path, capsys, cases.product(tmp_path), [LIGHT])  # uses nothing
    for lang, words in {"en": "counts only with use_saving", "zh": "须写 use_saving"}.items():
        made(tmp_path, {"flow": "electricity", "source": "made up"}, "3000 kWh")
        offer = cases.variants(tmp_path, [LIGHT])
        assert main(["screen", str(product), "--variants", str(offer), "--lang", lang]) == 0
        assert words in " ".join(capsys.readouterr().out.split())
