"""Figures of one piece, whatever the bill of materials describes; worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import row
from indicator_cases import CO2E, ON, declared, judged, made_of, measures, with_facts

from ecoprod.messages import problem_line
from ecoprod.product import Amount, Period, Product
from ecoprod.readers import unit_problems
from ecoprod.standards import load_spec
from ecoprod.verdict import evaluate

PER_PIECE = ("energy-per-unit", "water-per-unit", "waste-per-unit", "mass")


def batch(folder: Path, unit: Amount, kwh: float = 293.076) -> Product:
    """250 kg to a product unit, made with 36 kgce (293.076 kWh), 2 m3 of water and 5 kg of waste."""
    rows = (
        row("power", Amount(kwh, "kWh"), scope="product"), row("自来水", Amount(2000.0, "kg"), scope="product"),
        row("landfill", Amount(5.0, "kg"), scope="product", direction="out", kind="waste"),
    )  # fmt: skip
    return made_of(folder, 250.0, unit, *rows)


def test_ten_pieces_to_a_product_unit(tmp_path: Path) -> None:
    found, ledger = measures(batch(tmp_path, Amount(10.0, "unit")), tmp_path, "energy-per-mass")
    assert [found[name].value for name in PER_PIECE] == [pytest.approx(v) for v in (3.6, 0.2, 0.5, 25.0)]
    assert found["energy-per-mass"].value == pytest.approx(144.0)  # 36 kgce / 0.25 t, however many pieces that is
    assert ledger[found["mass"].trace or ""].inputs == ("ind:mass",)
    found, _ = measures(batch(tmp_path, Amount(1.0, "unit")), tmp_path)
    assert [found[name].value for name in PER_PIECE] == [pytest.approx(v) for v in (36.0, 2.0, 5.0, 250.0)]


def test_impacts_of_ten_pieces(tmp_path: Path) -> None:
    made = replace(batch(tmp_path, Amount(10.0, "unit")), service_per_product=Amount(2.0, "unit"))
    found, _ = judged(made, tmp_path, climate_change=3000.0)
    assert found["impact:climate-change"].low == pytest.approx(300.0)
    assert found["impact-per-functional-unit:climate-change"].low == pytest.approx(1500.0)  # 1 unit of 2 a product


@pytest.mark.parametrize("unit", ["t", "m2"])
def test_a_tonne_or_a_square_metre_is_no_piece(tmp_path: Path, unit: str) -> None:
    made = batch(tmp_path, Amount(1.0, unit))
    found, _ = judged(made, tmp_path, climate_change=3000.0)
    for name in (*PER_PIECE, "impact:climate-change"):
        assert (found[name].low, found[name].high) == (None, None)
        assert (found[name].missing[0].field, found[name].missing[0].params["unit"]) == ("product_unit", unit)
    stated = with_facts(made, declared("energy-per-unit", 9.0, "kgce"))
    assert measures(stated, tmp_path)[0]["energy-per-unit"].value == pytest.approx(9.0)


def test_a_base_period_of_tonnes_compares_with_tonnes(tmp_path: Path) -> None:
    base = Period(
        None, None, None, {"energy-per-unit": Amount(40.0, "kgce"), "impact:climate-change": Amount(6.0, CO2E)}
    )
    made = replace(batch(tmp_path, Amount(1.0, "t")), base_period=base)
    _, ledger = judged(made, tmp_path, climate_change=3.0)
    assert ledger["improvement:energy-per-unit"].value == pytest.approx(10.0)  # 40 -> 36


@pytest.mark.parametrize(
    ("unit", "kwh", "status"),
    [("1 unit", 1.0, "pass"), ("1 unit", 2.0, "fail"), ("10 unit", 10.0, "pass"), ("10 unit", 20.0, "fail"),
     ("1 t", 1.0, "undetermined"), ("1 t", 2.0, "undetermined")],
)  # fmt: skip
def test_a_limit_per_piece_is_held_against_one_piece(tmp_path: Path, unit: str, kwh: float, status: str) -> None:
    """1.1 kWh for one motor."""
    number, name = unit.split()
    found, ledger = measures(batch(tmp_path, Amount(float(number), name), kwh), tmp_path)
    findings = evaluate(load_spec("washing-machine-bldc-motor", ON), found, ledger)
    assert next(f.status for f in findings if f.requirement.id == "energy") == status


@pytest.mark.parametrize(
    ("number", "unit", "mass", "code"),
    [
        (1.0, "t", 291.0, "product-unit-not-mass"), (1.0, "t", 1000.0, None), (1.0, "t", 981.0, None),
        (1.0, "t", 979.0, "product-unit-not-mass"), (500.0, "g", 0.5, None), (500.0, "g", 0.6, "product-unit-not-mass"),
        (0.1, "unit", 291.0, "product-unit-no-piece"), (2.5, "unit", 291.0, "product-unit-no-piece"),
        (10.0, "unit", 291.0, None), (1.0, "m2", 291.0, None), (0.5, "m", 291.0, None),
    ],
)  # fmt: skip
def test_a_product_unit_is_whole_pieces_or_the_mass_of_the_product(
    tmp_path: Path, number: float, unit: str, mass: float, code: str | None
) -> None:
    made = made_of(tmp_path, mass, Amount(number, unit))
    found = unit_problems(made)
    assert [p.code for p in found] == ([code] if code else [])
    for problem in found:
        assert all(f"{number:g} {unit}" in problem_line(problem, lang) for lang in ("zh", "en"))
        assert code == "product-unit-no-piece" or f"{mass:g} kg" in problem_line(problem, "en")
