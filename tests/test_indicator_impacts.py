"""Impacts as indicators, and the footprint per kWh: what of them is proven, on results made up for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import row
from indicator_cases import UNIT, judged, made_of, steel

from ecoprod.product import Amount, Leg, Product

FOOTPRINT, CLIMATE = "carbon-footprint-per-kwh", "impact:climate-change"
WHOLE: dict[str, Any] = {"yield_fraction": 1.0, "transport": (Leg("truck", 100.0),)}

# ---- footprint per kWh ---------------------------------------------------------------------------


def turbine(folder: Path, service: Amount | None, per_product: Amount, **more: Any) -> Product:
    power = row("power", Amount(1.0, "kWh"), scope="product")
    made = made_of(folder, 1.0, UNIT, power, service=service, service_per_product=per_product, **more)
    return replace(made, packaging=(replace(steel("box", 0.1, **WHOLE), table="packaging"),))


def test_the_footprint_per_kwh(tmp_path: Path) -> None:
    # 3,000 kg over 90,000 kWh, whether the functional unit is 1 kWh or 3.6 MJ or 1 MWh: 1/30 kg/kWh
    for service in (Amount(1.0, "kWh"), Amount(3.6, "MJ"), Amount(1.0, "MWh")):
        made = turbine(tmp_path, service, Amount(90000.0, "kWh"), parts=(steel("a", 1.0, **WHOLE),))
        footprint = judged(made, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
        assert footprint.value == pytest.approx(1 / 30)
        assert footprint.unit == "kg CO2-Eq/kWh"


def test_a_footprint_with_gaps_is_a_lower_bound(tmp_path: Path) -> None:
    made = turbine(tmp_path, Amount(1.0, "kWh"), Amount(90000.0, "kWh"))  # no yield, no transport stated
    found = judged(made, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
    assert (found.low, found.high) == (pytest.approx(1 / 30), None)
    assert [m.params["what"] for m in found.missing] == ["bom.yield, bom.transport"]


def test_no_footprint_per_kwh_without_energy_or_without_a_result(tmp_path: Path) -> None:
    washing = turbine(tmp_path, Amount(2200.0, "cycle"), Amount(2200.0, "cycle"))
    found = judged(washing, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
    assert [m.field for m in found.missing] == ["functional_unit.service"]
    made = turbine(tmp_path, Amount(1.0, "kWh"), Amount(90000.0, "kWh"))
    found = judged(made, tmp_path, climate_change=None)[0][FOOTPRINT]
    assert found.low is None
    assert found.missing[0].code == "missing-category"


# ---- what is not in the sum ----------------------------------------------------------------------


def whole(folder: Path, **more: Any) -> Product:
    """A turbine with nothing assumed away, of 90,000 kWh per 1 kWh functional unit."""
    plain: dict[str, Any] = {"parts": (steel("a", 1.0, **WHOLE),), **more}
    return turbine(folder, Amount(1.0, "kWh"), Amount(90000.0, "kWh"), **plain)


def test_a_category_that_is_not_wholly_covered_is_a_lower_bound(tmp_path: Path) -> None:
    found = judged(whole(tmp_path), tmp_path, climate_change=3000.0, coverage=0.93)[0]
    for name, low in ((CLIMATE, 3000.0), ("impact-per-functional-unit:climate-change", 1 / 30), (FOOTPRINT, 1 / 30)):
        assert (found[name].low, found[name].high) == (pytest.approx(low), None)
        assert [(m.code, m.params["covered"]) for m in found[name].missing] == [("missing-whole-coverage", 93.0)]


def test_a_dataset_without_data_of_the_category_is_named(tmp_path: Path) -> None:
    """Coverage is a share of the climate result and says 100 % here: `paint` has no climate result to lack."""
    made = whole(tmp_path, parts=(steel("a", 0.9, **WHOLE), steel("b", 0.1, **WHOLE, material="paint")))
    found = judged(made, tmp_path, climate_change=3000.0, land_use=7.0)[0]
    for name, low in ((CLIMATE, 3000.0), (FOOTPRINT, 1 / 30)):
        assert (found[name].low, found[name].high) == (pytest.approx(low), None)
        assert [(m.code, m.params["ids"]) for m in found[name].missing] == [
            ("missing-dataset-coverage", "withdrawn-data")
        ]
    assert found["impact:land-use"].value == 7.0
    # a part of which the product takes nothing lacks nothing
    unused = replace(made, parts=(steel("a", 1.0, **WHOLE), replace(steel("b", 0.1, material="paint"), quantity=0.0)))
    assert "missing-dataset-coverage" not in [
        m.code for m in judged(unused, tmp_path, climate_change=3000.0)[0][CLIMATE].missing
    ]
