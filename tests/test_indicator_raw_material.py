"""The utilisation rate of raw materials beside the maker's own masses and yields, worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factories import part, row
from indicator_cases import UNIT, declared, made_of, measures, steel, with_facts
from screening_cases import limit_of, requirement
from test_screening_classes import part as line
from test_screening_classes import verdicts, written

from ecoprod.measure import Measure
from ecoprod.messages import text
from ecoprod.product import Amount, Declared, Part, Period, ProcessRow

RATE, IN, USED = "raw-material-utilisation-rate", "raw-material-in-product", "raw-material-used"


def rate(folder: Path, parts: tuple[Part, ...], *facts: Declared, rows: tuple[ProcessRow, ...] = ()) -> Measure:
    """The rate of 100 pieces of 10 kg: 1,000 kg of product."""
    period = Period(None, None, Amount(100.0, "unit"), evidence=("E1",))
    made = made_of(folder, 10.0, UNIT, *rows, parts=parts, reporting_period=period)
    return measures(with_facts(made, *facts), folder, RATE)[0][RATE]


def codes(found: Measure) -> list[str]:
    return [m.code for m in found.missing]


def amounts(kg: float, used: float, evidence: str | None = "E1") -> tuple[Declared, Declared]:
    return declared(IN, kg, "kg", evidence), declared(USED, used, "kg", evidence)


ONE = (steel("a", 10.0),)
BOTH = (steel("a", 8.0, yield_fraction=0.8), part("b", 2.0, material="paint", yield_fraction=0.8))
"""10 kg of 12.5 kg: 80 %."""


@pytest.mark.parametrize("kg", [1000.0, 985.0, 1015.0])
def test_the_mass_of_the_output_is_the_raw_material_in_it(tmp_path: Path, kg: float) -> None:
    found = rate(tmp_path, ONE, *amounts(kg, kg / 0.97))
    assert (found.value, codes(found), found.evidenced) == (pytest.approx(97.0), [], True)


@pytest.mark.parametrize("kg", [95.0, 950.0, 1100.0])
@pytest.mark.parametrize("evidence", ["E1", None])
def test_an_amount_that_is_no_mass_of_the_output_leaves_the_rate_open(
    tmp_path: Path, kg: float, evidence: str | None
) -> None:
    for more in ((), (declared(RATE, 97, "%"),)):
        found = rate(tmp_path, ONE, *amounts(kg, kg / 0.97, evidence), *more)
        assert (found.low, found.high, codes(found)) == (None, None, ["missing-raw-material-agrees"])
        assert found.missing[0].field == f"declared.{IN}.value"
        for lang in ("zh", "en"):
            words = text(found.missing[0].code, lang, **found.missing[0].params)
            assert f"{kg:.6g} kg" in words
            assert "1000 kg" in words


def test_one_material_of_the_product_may_be_meant(tmp_path: Path) -> None:
    parts = (steel("a", 6.0), steel("c", 2.0), part("b", 2.0, material="paint"))
    for kg, holds in ((800.0, True), (200.0, True), (600.0, True), (1000.0, True), (400.0, False)):
        assert (rate(tmp_path, parts, *amounts(kg, kg / 0.9)).value is not None) is holds


def test_the_amounts_of_the_whole_plant_are_as_good(tmp_path: Path) -> None:
    """Keys say that the plant makes four times this product."""
    site: dict[str, Any] = {"scope": "site", "allocation": "units", "kind": "input"}
    keys = {"key_total": Amount(400.0, "unit"), "key_product": Amount(100.0, "unit")}
    power = row("power", Amount(1.0, "kWh"), **site, **keys)
    assert rate(tmp_path, ONE, *amounts(4000, 5000), rows=(power,)).value == pytest.approx(80.0)
    assert rate(tmp_path, ONE, *amounts(4000, 5000)).value is None


def test_other_units_are_not_compared_with_a_mass(tmp_path: Path) -> None:
    cloth = (declared(IN, 90, "m2"), declared(USED, 100, "m2"))
    assert rate(tmp_path, ONE, *cloth).value == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("facts", "bounds", "field"),
    [
        (amounts(1000, 1000 / 0.97), (80.0, 97.0), f"declared.{IN}.value"),
        ((declared(RATE, 99, "%"),), (80.0, 99.0), f"declared.{RATE}.value"),
        ((declared(RATE, 99, "%", None),), (80.0, 99.0), f"declared.{RATE}.value"),
        (amounts(1000, 1000 / 0.7), (70.0, 80.0), f"declared.{IN}.value"),
        ((*amounts(1000, 1000 / 0.97), declared(RATE, 97, "%")), (80.0, 97.0), f"declared.{IN}.value"),
    ],
)
def test_a_rate_that_the_yields_contradict_lies_between_both(
    tmp_path: Path, facts: tuple[Declared, ...], bounds: tuple[float, float], field: str
) -> None:
    found = rate(tmp_path, BOTH, *facts)
    assert (found.low, found.high) == (pytest.approx(bounds[0]), pytest.approx(bounds[1]))
    assert codes(found)[0] == "missing-yields-agree"
    assert found.missing[0].field == field
    for lang in ("zh", "en"):
        words = text(found.missing[0].code, lang, **found.missing[0].params)
        assert "80 %" in words
        assert "bom.csv:2 a" in words
        assert "yield" in words


def test_yields_that_say_the_same_change_nothing(tmp_path: Path) -> None:
    for facts in (amounts(1000, 1250), (declared(RATE, 80, "%"),), (declared(RATE, 80.03, "%"),)):
        found = rate(tmp_path, BOTH, *facts)
        assert (found.value, codes(found), found.evidenced) == (pytest.approx(80, abs=0.05), [], True)
    assert rate(tmp_path, BOTH).value is None  # the bill of materials makes no rate of its own


def test_rows_without_a_yield_lose_nothing_at_best(tmp_path: Path) -> None:
    """8 kg of 16 kg and 2 kg of 2 kg or more: at most 10 of 18 kg, 55.6 %."""
    parts = (steel("a", 8.0, yield_fraction=0.5), part("b", 2.0, material="paint"))
    above = rate(tmp_path, parts, declared(RATE, 99, "%"))
    assert (above.low, above.high) == (pytest.approx(1000 / 18), 99.0)
    assert rate(tmp_path, parts, declared(RATE, 40, "%")).value == 40.0


def test_screened_designs_have_the_verdict_of_an_assessment(tmp_path: Path) -> None:
    asked = requirement(RATE, limit_of("at_least", 90, "%"))
    facts = {RATE: {"value": "99 %", "evidence": "E1"}}
    rows = [line("P1", **{"yield": "0.99"}), line("P2", **{"yield": "0.99"})]
    varied = {"parameters": [{"name": "loss", "field": "bom[P1].yield", "values": ["0.99", "0.5"]}]}
    folder = written(tmp_path / "p", rows, varied, declared=facts)
    assert verdicts(folder, asked) == {"qualified", "undetermined"}
