"""Quantities: what they mean, what is refused, and that the cache changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoprod import units
from ecoprod.messages import catalogue, text
from ecoprod.units import Amount, UnitError, conversion, convert, lookup, parse, parse_fraction, same_dimension

# worked by hand from the definitions: 1 t = 1000 kg, 1 kWh = 3.6 MJ, 1 kgce = 29.3076 MJ (GB/T 2589), 1 万 = 10 000
MEANINGS = [
    ("420 g", "kg", 0.42), ("2 吨", "kg", 2000), ("3 公斤", "g", 3000), ("5 千克", "kg", 5), ("7 克", "mg", 7000),
    ("4 件", "unit", 4), ("4 台", "unit", 4), ("4 套", "unit", 4), ("4 个", "unit", 4), ("3 次", "cycle", 3),
    ("1 千瓦时", "MJ", 3.6), ("1 度", "kWh", 1), ("2 立方米", "L", 2000), ("2 平方米", "cm2", 20000),
    ("5 米", "cm", 500), ("5 千米", "m", 5000), ("5 公里", "km", 5), ("2 年", "day", 730), ("3 升", "m3", 0.003),
    ("3 万元", "元", 30000), ("2 小时", "s", 7200), ("1 tce", "kgce", 1000), ("1 kgce", "MJ", 29.3076),
    ("1000 gce", "kgce", 1), ("1 kgce/t", "kJ/kg", 29.3076), ("2 tkm", "kgkm", 2000), ("1 m2a", "m2·day", 365),
    ("1 ton kilometer", "tkm", 1), ("1 kilowatt hour", "kWh", 1), ("1 cubic meter", "m3", 1), ("1 kilogram", "kg", 1),
    ("1 square meter-year", "m2a", 1), ("50 mg/kg", "%", 0.005), ("1 ‰", "mg/kg", 1000), ("1 ppm", "mg/kg", 1),
    ("40 g/m2", "kg/m2", 0.04), ("3 kWh/(cycle)", "MJ/cycle", 10.8), ("1 g/(kW·h)", "kg/MWh", 1),
    ("7 t CO2e", "kg CO2-Eq", 7000), ("５　ｋｇ", "g", 5000), ("3 m²", "m2", 3),
    ("3 m³", "L", 3000), ("3 ㎥", "L", 3000), ("7 kg CO₂e", "g CO2-Eq", 7000), ("2 万千瓦时", "MWh", 20),
    ("0 °C", "K", 273.15), ("60 ℃", "K", 333.15), ("45 dB(A)", "dB(A)", 45), ("220 1/year", "1/day", 220 / 365),
    ("2 mol/L", "mmol/L", 2000), ("3 mmol/L", "mol/m3", 3), ("5 μmol/L", "mmol/m³", 5), ("2 摩尔", "mmol", 2000),
    ("40 kJ/mol", "J/mmol", 40), ("5 ng/m³", "pg/m3", 5000), ("2 ng/g", "μg/kg", 2), ("2 ppb", "μg/kg", 2),
    ("370 Bq/kg", "Bq/g", 0.37), ("0.1 %（质量分数）", "mg/kg", 1000), ("12 个月", "year", 1), ("3 月", "year", 0.25),
    ("2 周", "day", 14), ("3 kN/m", "N/mm", 3), ("2 GPa", "MPa", 2000), ("70 μW/cm²", "W/m2", 0.7),
    ("500 lx", "lm/m2", 500),
    ("5 ms", "s", 0.005), ("2 kV", "V", 2000), ("2 MΩ", "kΩ", 2000), ("1 mΩ", "Ω", 0.001), ("2.4 GHz", "MHz", 2400),
    ("50 kHz", "1/s", 50000), ("3000 r/min", "r/s", 50), ("3000 rpm", "r/s", 50), ("2 万转", "r", 20000),
    ("3 mg/双", "g/双", 0.003), ("4 页/min", "页/h", 240), ("5 g/张", "kg/张", 0.005), ("2 mg/支", "g/支", 0.002),
    ("20 kg/辆", "kg/unit", 20), ("2 t/hm²", "kg/m2", 0.2), ("30 kg标煤/t", "kgce/t", 30),
    ("15 kWh/100km", "kWh/km", 0.15), ("6 L/100 km", "L/km", 0.06), ("1.2 kW·h/24h", "kWh/day", 1.2),
    ("1.2 kW·h/24h", "kWh/year", 438), ("5 g/(m²·24h)", "g/(m2·day)", 5), ("3 N/15mm", "N/m", 200),
    ("5 mg/100 cm²", "mg/m2", 500), ("2 g/100g", "%", 2), ("3 kg/1h", "kg/h", 3), ("4 件/100万km", "unit/km", 4e-6),
]  # fmt: skip

SHARES = [
    ("mL/m3", "mg/kg", False), ("mL/m³", "kg/kg", False), ("m3/m3", "g/100g", False), ("W/MW", "mg/kg", False),
    ("kWh/MWh", "kg/t", False), ("mm/m", "mg/kg", False), ("h/day", "m2/ha", False), ("W/MW", "mL/m3", False),
    ("件/万件", "mg/kg", False), ("kWh/MWh", "kgce/tce", True), ("kWh/GJ", "MJ/MJ", True), ("mL/m3", "L/m3", True),
    ("mg/kg", "g/t", True), ("mg/kg", "ng/g", True), ("%", "mg/kg", True), ("%", "mL/m3", True), ("ppm", "mg/kg", True),
    ("W", "MW", True), ("J/cm3", "MPa", True), ("kg·m/(t·km)", "%", True),
]  # fmt: skip

REFUSED = [
    ("3 ton", "unit-ton"), ("3 tons", "unit-ton"), ("3 Ton", "unit-ton"), ("2 kg/ton", "unit-ton"),
    ("5", "unit-missing"), ("5.0", "unit-missing"), ("0.3", "unit-missing"), ("5 M", "unit-capital-m"),
    ("g", "unit-not-a-number"), ("", "unit-not-a-number"), ("about 5 kg", "unit-not-a-number"),
    ("nan kg", "unit-not-finite"), ("inf kg", "unit-not-finite"), ("-Infinity", "unit-not-finite"),
    ("1e999 kg", "unit-not-finite"), ("1,200 kg", "unit-comma"), ("1，200 kg", "unit-comma"),
    ("10**10**7", "unit-grammar"), ("5 kg**9", "unit-grammar"), ("5 kg^99", "unit-grammar"),
    ("5 10 kg", "unit-grammar"),
    ("5 kg m", "unit-grammar"), ("5 kg/m3*h", "unit-grammar"), ("5 (kg)", "unit-grammar"), ("5 kg/", "unit-grammar"),
    ("5 kg/(m2", "unit-grammar"), ("5 1", "unit-grammar"), ("5 /kg", "unit-grammar"), ("5 kg;rm", "unit-grammar"),
    ("5 100 km", "unit-grammar"), ("5 100km", "unit-grammar"), ("5 L/1 000 km", "unit-grammar"),
    ("5 kg/2", "unit-grammar"), ("5 kg/0 m", "unit-grammar"), ("5 kg/2.5 m", "unit-grammar"),
    ("5 kg/20000 m", "unit-grammar"), ("5 kJ/2摄氏度", "unit-offset"), ("5 M/L", "unit-capital-m"),
    ("5 mM", "unit-unknown"), ("5 %(体积分数)", "unit-grammar"),
    ("5 kgg", "unit-unknown"), ("5 T", "unit-unknown"), ("5 lb", "unit-unknown"), ("5 __import__", "unit-grammar"),
    ("10³ kg", "figure-apart"), ("0.5¹ %", "figure-apart"), ("½ kg", "figure-apart"), ("5 mg/kg②", "figure-apart"),
    ("5e³ kg", "figure-apart"),
    ("5 kJ/(kg·°C)", "unit-offset"), ("5 °C/h", "unit-offset"), ("5 " + "k" * 80, "unit-too-long"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "unit", "value"), MEANINGS)
def test_meaning(written: str, unit: str, value: float) -> None:
    assert convert(parse(written), unit) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(("written", "code"), REFUSED)
def test_refused(written: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(written)
    assert caught.value.code == code
    for lang in ("zh", "en"):
        assert text(code, lang, **caught.value.params)
        assert catalogue()[code]["fix"][lang].format(**caught.value.params)


def test_a_tower_of_powers_is_refused_at_once() -> None:
    start = time.perf_counter()
    for written in ("10**10**7", "1 kg**10**7", "1 (((((kg)))))", "9" * 60, "1 kg" + "/kg" * 15):
        with pytest.raises(UnitError):
            parse(written)
    assert time.perf_counter() - start < 1


UNLIKE = [
    ("kg", "m"), ("kWh", "kW"), ("kg", "kg CO2-Eq"), ("m3", "Nm3"), ("unit", "cycle"), ("%", "kg"), ("mol/L", "g/L"),
    ("mol/kg", "mg/kg"), ("Bq", "1/s"), ("mg/双", "mg/只"), ("张", "页"), ("张", "片"), ("支", "unit"), ("r", "cycle"),
    ("lx", "cd/m2"), ("kWh/100km", "kWh/24h"), ("%", "mg/L"),
]  # fmt: skip


def test_unlike_dimensions_do_not_convert() -> None:
    for have, want in UNLIKE:
        with pytest.raises(UnitError) as caught:
            units.conversion(have, want)
        assert caught.value.code == "unit-dimension"
    with pytest.raises(UnitError):
        units.conversion("°C", "K")


def test_a_unit_that_is_unknown_gets_its_neighbours() -> None:
    with pytest.raises(UnitError) as caught:
        parse("5 kwH")
    assert "kWh" in str(caught.value.params["nearest"])


def test_fractions() -> None:
    assert parse_fraction("30 %") == pytest.approx(0.3)
    assert parse_fraction("2 mg/kg") == pytest.approx(2e-6)
    assert parse_fraction("0.01%") == pytest.approx(1e-4)
    for bad in ("0.3", "30 kg", "30 mg/L"):
        with pytest.raises(UnitError):
            parse_fraction(bad)


@pytest.mark.parametrize("spelling", sorted(units._ATOMS))
def test_every_spelling_is_read_and_its_canonical_form_means_the_same(spelling: str) -> None:
    known = lookup(spelling)
    assert lookup(known.canonical) == known


@given(st.decimals(min_value="0.001", max_value="999999", places=3))
def test_grams_and_kilograms_are_the_same_number(mass: object) -> None:
    from decimal import Decimal

    kilograms = Decimal(str(mass))
    assert convert(parse(f"{kilograms} kg"), "kg") == convert(parse(f"{kilograms * 1000} g"), "kg")


PAIRS = [("kg", "g"), ("t", "mg"), ("kWh", "MJ"), ("tce", "kcal"), ("m3", "mL"), ("year", "s"), ("万元", "元"),
         ("kgce/t", "MJ/kg"), ("°C", "K"), ("mg/kg", "%"), ("m2a", "m2·day")]  # fmt: skip


@given(st.floats(1e-6, 1e6), st.sampled_from(PAIRS))
def test_there_and_back(value: float, pair: tuple[str, str]) -> None:
    there = convert(Amount(value, pair[0]), pair[1])
    assert convert(Amount(there, pair[1]), pair[0]) == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(
    st.floats(-1e9, 1e9).filter(lambda v: v == 0 or abs(v) > 1e-290),  # less may be lost in base units: refused
    st.sampled_from(["kg", "kWh/(cycle·kg)", "kg CO2-Eq/kWh", "%", "dB(A)", "1/year", "万kWh", "kWh/100km"]),
)
def test_what_is_written_back_reads_the_same(value: float, unit: str) -> None:
    amount = parse(f"{value!r} {unit}")
    assert parse(f"{amount.value!r} {amount.unit}") == amount == Amount(value, unit)


@given(st.text(max_size=80))
def test_any_text_is_an_amount_or_a_unit_error(written: str) -> None:
    code = None
    try:
        parse(written)
    except UnitError as error:
        code = error.code
    assert code is None or code in catalogue()


_CHILD = "import sys; from ecoprod.units import parse; a = parse('3 kWh/cycle'); print(a, 'pint' in sys.modules)"


def _child(cache: Path) -> str:
    import os

    paths = os.pathsep.join(filter(None, sys.path))
    env = {**os.environ, "ECOPROD_CACHE": str(cache), "PYTHONPATH": paths}
    return subprocess.run([sys.executable, "-c", _CHILD], env=env, capture_output=True, text=True, check=True).stdout


def test_a_second_run_answers_the_same_without_pint(tmp_path: Path) -> None:
    first, second = _child(tmp_path), _child(tmp_path)
    assert first.split(")")[0] == second.split(")")[0]
    assert first.strip().endswith("True")
    assert second.strip().endswith("False")
    (file,) = tmp_path.glob("units-*.json")
    file.write_text(json.dumps({"3": None})[:-1], "utf-8")  # cut off in the middle
    assert _child(tmp_path) == first
    assert not list(tmp_path.glob("*.tmp"))


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be", "utf-8")
    assert "kWh/cycle" in _child(blocked)


@pytest.mark.parametrize(("one", "other", "alike"), SHARES)
def test_a_share_of_one_kind_is_no_share_of_another(one: str, other: str, alike: bool) -> None:
    for a, b in ((one, other), (other, one)):
        assert same_dimension(a, b) == alike
        if alike:
            assert convert(Amount(1, a), b) > 0
            continue
        with pytest.raises(UnitError) as found:
            convert(Amount(1, a), b)
        assert found.value.code == "unit-dimension"
        with pytest.raises(UnitError):
            conversion(a, b)


@pytest.mark.parametrize("share", ["2 mL/m3", "2 W/MW", "5 mm/m", "1 kWh/kWh"])
def test_a_share_in_the_bill_of_materials_is_by_mass(share: str) -> None:
    with pytest.raises(UnitError) as found:
        parse_fraction(share)
    assert found.value.code == "unit-dimension"
