"""Elementary flows on the bundled list: every way, every refusal; and the tables of names and units that help."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from import_systems import ex

from ecoprod.data_check import check_background
from ecoprod.importing.flow_names import FlowMapper, Mapped, Unmapped
from ecoprod.importing.foreign_units import factor_between, foreign
from ecoprod.lca import elementary_flows
from ecoprod.lca.bundled import read_families
from ecoprod.resources import bundled

FLOWS = elementary_flows()
MAPPER = FlowMapper(FLOWS)
AIR, WATER, SOIL, GROUND = ("air",), ("water",), ("soil",), ("resource", "in ground")


def find(name: str, path: tuple[str, ...], unit: str = "kg", direction: Any = "", **more: Any) -> Mapped | Unmapped:
    return MAPPER.find(ex("elementary", name, 1.0, unit, compartment=path, direction=direction, **more))


def mapped(name: str, path: tuple[str, ...], unit: str = "kg", **more: Any) -> tuple[str, str, str]:
    """Way, name and place on the list."""
    found = find(name, path, unit, **more)
    assert isinstance(found, Mapped), found
    return found.way, *MAPPER.title(found.position)


def refused(name: str, path: tuple[str, ...], unit: str = "kg", **more: Any) -> str:
    found = find(name, path, unit, **more)
    assert isinstance(found, Unmapped), MAPPER.title(found.position)
    return found.code


def test_by_id_whatever_the_file_calls_it() -> None:
    code = FLOWS.codes[FLOWS.index["Methane, fossil", "air"]]
    assert mapped("Methan", ("Luft",), flow=code) == ("id", "Methane, fossil", "air")


@pytest.mark.parametrize(
    ("name", "path", "place"),
    [
        ("Carbon dioxide, fossil", ("Emissions to air",), "air"),
        ("carbon dioxide fossil", ("Elementary flows", "Emission to air", "unspecified"), "air"),
        ("Carbon dioxide, fossil", ("air", "low population density"), "air/non-urban air or from high stacks"),
        ("Carbon dioxide, fossil", ("Emissions to air", "high. pop."), "air/urban air close to ground"),
        ("Carbon dioxide, fossil", ("air", "stratosphere + troposphere"), "air/lower stratosphere + upper troposphere"),
        ("Sulphur dioxide", AIR, "air"),
        ("Phosphate", ("Emissions to water", "river"), "water/surface water"),
        ("Phosphate", ("Emissions to water", "groundwater"), "water/ground-"),
        ("Phosphate", ("Emissions", "Emissions to water", "Emissions to sea water"), "water/ocean"),
        ("Chromium VI", ("soil", "agricultural"), "soil/agricultural"),
    ],
)
def test_by_name_in_the_words_of_every_format(name: str, path: tuple[str, ...], place: str) -> None:
    way, found, where = mapped(name, path)
    assert (way, where) == ("name", place)
    assert found.casefold().replace("sulf", "sulph").replace(",", "") == name.casefold().replace(",", "")


def test_by_the_table_with_its_reason() -> None:
    found = find("Chromium", AIR)
    assert isinstance(found, Mapped)
    assert (found.way, MAPPER.title(found.position)) == ("table", ("Chromium III", "air"))
    assert "speciation" in found.reason


def test_by_an_older_name() -> None:
    """A name of SimaPro that bw2io knows as another of the list."""
    assert mapped("Ethane, chloro-", AIR) == ("older-name", "Monochloroethane", "air")
    assert mapped("Carbon dioxide, biogenic", AIR)[1] == "Carbon dioxide, non-fossil"


def test_by_a_synonym() -> None:
    assert mapped("Phosphate ion", WATER) == ("synonym", "Phosphate", "water")


@pytest.mark.parametrize("cas", ["71-43-2", "000071-43-2"])
def test_by_cas_number(cas: str) -> None:
    assert mapped("a name nobody knows", AIR, cas=cas) == ("cas", "Benzene", "air")


@pytest.mark.parametrize("cas", ["124-38-9", "74-82-8"])
def test_a_cas_number_of_several_flows_is_none(cas: str) -> None:
    """CO2 and methane stand on the list as fossil, non-fossil and from land: none of them is meant for sure."""
    assert refused("a name nobody knows", AIR, cas=cas) == "refused-name"


def test_a_name_that_several_flows_share_is_no_match() -> None:
    """`particles` is a synonym of three sizes of particulate matter: none of them is meant for sure."""
    assert refused("Particles", AIR) == "refused-name"


def test_a_name_that_says_less_than_the_list_goes_by_the_table_alone() -> None:
    found = find("Carbon dioxide", AIR)
    assert isinstance(found, Mapped)
    assert (found.way, MAPPER.title(found.position)[0]) == ("table", "Carbon dioxide, fossil")
    assert "larger burden" in found.reason


def test_a_flow_without_a_medium_is_taken_where_only_one_has_it() -> None:
    assert mapped("Arsine", ()) == ("only-medium", "Arsine", "air")
    assert refused("Benzene", ()) == "refused-compartment"  # air and water both have it


@pytest.mark.parametrize("path", [AIR, (), ("Emissions to water",)])
def test_what_comes_in_is_a_resource_wherever_it_lies(path: tuple[str, ...]) -> None:
    assert mapped("Oil, crude", path, direction="in")[2] == "natural resource/in ground"


def test_what_comes_in_is_never_an_emission() -> None:
    assert refused("Benzene", AIR, direction="in") in ("refused-name", "refused-compartment")


def test_another_part_of_the_medium_is_told_apart() -> None:
    same, other = find("Acetochlor", ("soil", "agricultural")), find("Acetochlor", ("soil", "industrial"))
    assert isinstance(same, Mapped)
    assert isinstance(other, Mapped)
    assert (same.part, other.part) == (True, False)
    assert same.position == other.position


def test_another_medium_is_never_taken() -> None:
    found = find("Phosphate", SOIL)
    assert isinstance(found, Unmapped)
    assert found.code == "refused-name"
    assert {c.refused for c in found.candidates} == {("refused-compartment",)}


@pytest.mark.parametrize(
    "path",
    [("water", "ground-, long-term"), ("Emissions to water", "groundwater, long-term"),
     ("Emissions", "Emissions to water", "Emissions to water, unspecified (long-term)")],
)  # fmt: skip
def test_long_term_and_present_never_stand_in_for_one_another(path: tuple[str, ...]) -> None:
    assert mapped("Phosphate", path)[2] == "water/ground-, long-term"
    there = {place for name, place in FLOWS.index if name == "Fluoranthene" and place.startswith("water")}
    assert there
    assert not any("long-term" in place for place in there)
    assert isinstance(find("Fluoranthene", path), Unmapped)


def test_a_present_emission_never_becomes_a_long_term_one() -> None:
    for name, place in FLOWS.index:
        medium, _, part = place.partition("/")
        if "long-term" in part or medium not in ("air", "water"):
            continue
        found = find(name, (medium, "some other part"), FLOWS.units[FLOWS.index[name, place]])
        if isinstance(found, Mapped):
            assert "long-term" not in MAPPER.title(found.position)[1]


@pytest.mark.parametrize("medium", [AIR, WATER, SOIL])
@pytest.mark.parametrize("cas", [None, "7440-47-3", "16065-83-1"])
@pytest.mark.parametrize(
    "name", ["Chromium", "Chromium, ion", "Chromium ion", "Chromium compounds", "Chrom", "chromium"]
)
def test_chromium_is_never_chromium_vi(name: str, cas: str | None, medium: tuple[str, ...]) -> None:
    found = find(name, medium, cas=cas)
    if isinstance(found, Mapped):
        assert MAPPER.title(found.position)[0] != "Chromium VI"


def test_chromium_vi_is_found_where_the_file_says_so() -> None:
    assert mapped("Chromium(VI)", AIR)[1] == mapped("x", AIR, cas="18540-29-9")[1] == "Chromium VI"


# ---- units of flows ------------------------------------------------------------------------------------------


def factor(name: str, path: tuple[str, ...], unit: str, **more: Any) -> float:
    found = find(name, path, unit, **more)
    assert isinstance(found, Mapped), found
    return found.factor


def test_units_of_flows_are_brought_to_those_of_the_list() -> None:
    assert factor("Carbon dioxide, fossil", AIR, "lb av") == pytest.approx(0.45359237, rel=1e-12)
    assert factor("Carbon dioxide, fossil", AIR, "sh tn") == pytest.approx(907.18474, rel=1e-12)
    assert factor("Radon-222", AIR, "Bq") == pytest.approx(1e-3)
    assert factor("Water", WATER, "kg") == pytest.approx(1 / 998.2071, rel=1e-12)
    assert factor("Water", WATER, "gal") == pytest.approx(231 * 0.0254**3, rel=1e-12)
    assert factor("Water, unspecified natural origin", GROUND, "t") == pytest.approx(1000 / 998.2071, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "listed"),
    [("Oil, crude", "Oil, crude"), ("Crude oil", "Oil, crude"), ("Coal, bituminous", "Coal, hard, unspecified"),
     ("Coal, lignite", "Coal, brown"), ("Natural gas", "Gas, natural")],
)  # fmt: skip
def test_energy_of_fuels_keeps_its_energy(name: str, listed: str) -> None:
    """1 MJ of fuel in a file scores 1 MJ of non-renewable energy: the second route is the bundled factor itself."""
    found = find(name, GROUND, "MJ", direction="in")
    assert isinstance(found, Mapped)
    assert MAPPER.title(found.position)[0] == listed
    (energy,) = [i for i in _ef() if i.category.startswith("energy resources")]
    assert found.factor * energy.factors[FLOWS.codes[found.position]] == pytest.approx(1.0, rel=1e-9)
    assert factor(name, GROUND, "MMBtu", direction="in") == pytest.approx(1055.056 * found.factor, rel=1e-12)


def _ef() -> list[Any]:
    return read_families({"EF v3.1"})[1]["EF v3.1"]


@pytest.mark.parametrize(
    ("name", "path", "unit"), [("Carbon dioxide, fossil", AIR, "m3"), ("Radon-222", AIR, "kg"), ("Benzene", AIR, "MJ")]
)
def test_a_unit_of_another_kind_is_refused_with_the_flow_that_it_meant(name: str, path: Any, unit: str) -> None:
    found = find(name, path, unit)
    assert isinstance(found, Unmapped)
    assert (found.code, found.candidates[0].name, found.candidates[0].refused) == (
        "refused-unit",
        name,
        ("refused-unit",),
    )


@pytest.mark.parametrize(("unit", "per"), [("kg CO2e", 1.0), ("kg", 1.0), ("t", 1000.0), ("g CO2-Eq", 1e-3)])
def test_a_bare_total_is_a_flow_of_its_own(unit: str, per: float) -> None:
    found = MAPPER.find(ex("total", "GWP", 5.0, unit))
    assert isinstance(found, Mapped)
    assert (found.position, found.factor) == (FLOWS.total, pytest.approx(per))
    assert isinstance(MAPPER.find(ex("total", "GWP", 5.0, "MJ")), Unmapped)


# ---- the tables ----------------------------------------------------------------------------------------------


def table(name: str) -> Iterator[dict[str, str]]:
    with (bundled("lci_data") / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_every_pair_of_names_leads_to_the_list_with_a_reason() -> None:
    known = {(name, place.partition("/")[0]) for name, place in FLOWS.index}
    sources = yaml.safe_load((bundled("lci_data") / "sources.yaml").read_text(encoding="utf-8"))
    rows = list(table("elementary_names.csv"))
    assert len(rows) > 300
    for row in rows:
        assert (row["flow"], row["medium"]) in known, row
        assert row["reason"], row
        assert bool(row["unit"]) <= bool(row["factor"]), row
        if "(source " in row["reason"]:
            assert row["reason"].partition("(source ")[2].rstrip(")") in sources
        if row["factor"]:
            position = next(p for (n, w), p in FLOWS.index.items() if n == row["flow"] and w.startswith(row["medium"]))
            assert 0 < float(row["factor"]) < math.inf
            assert row["unit"], row
            assert factor_between(row["unit"], FLOWS.units[position]) is None or float(row["factor"]) == 1.0


EXACT = {
    "lb": 0.45359237, "oz": 0.45359237 / 16, "sh tn": 2000 * 0.45359237, "long tn": 2240 * 0.45359237,
    "in": 0.3048 / 12, "ft": 0.3048, "yd": 3 * 0.3048, "mi": 5280 * 0.3048 / 1000, "ft2": 0.3048**2,
    "yd2": (3 * 0.3048) ** 2, "mi2": (5280 * 0.3048) ** 2, "ac": 43560 * 0.3048**2, "ft3": 0.3048**3,
    "yd3": (3 * 0.3048) ** 3, "gal": 231 * (0.3048 / 12) ** 3, "bbl": 42 * 231 * (0.3048 / 12) ** 3,
    "t*mi": 5280 * 0.3048 / 1000, "tmi*": 2000 * 0.45359237 / 1000 * 5280 * 0.3048 / 1000, "ft2*a": 0.3048**2,
    "p*mi": 5280 * 0.3048 / 1000, "Ci": 3.7e10 / 1000,
}  # fmt: skip
ALIKE = {"lb av": "lb", "pound": "lb", "oz av": "oz", "ton short": "sh tn", "tn.sh": "sh tn", "cu ft": "ft3",
         "cuft": "ft3", "gal*": "gal", "gal (US liq)": "gal", "gal (US fl)": "gal"}  # fmt: skip


def test_factors_of_units_from_the_exact_definitions() -> None:
    """0.45359237 kg, 0.3048 m, 231 cubic inches; the British thermal unit as NIST SP 811 rounds it."""
    stated = {row["unit"]: float(row["factor"]) for row in table("foreign_units.csv") if row["source"] == "nist-sp811"}
    energy = {unit: stated.pop(unit) for unit in [u for u in stated if "btu" in u.casefold()]}
    assert set(stated) == set(EXACT) | set(ALIKE)
    for unit, value in stated.items():
        assert value == pytest.approx(EXACT[ALIKE.get(unit, unit)], rel=1e-14), unit
    calorie_per_pound = 2326.0 * 0.45359237  # Btu (IT) = 2326 J/kg by the pound, exactly
    for unit, value in energy.items():
        size = 1e6 if unit.casefold().startswith("mm") else 1.0
        assert value * 1e6 / size == pytest.approx(calorie_per_pound, rel=2e-7), unit


def test_units_whose_size_is_plain_are_so() -> None:
    for spelling, unit, size in (
        ("Mg", "t", 1.0), ("ng", "μg", 1e-3), ("dm3", "L", 1.0), ("hl", "L", 100.0), ("cl", "mL", 10.0),
        ("PJ", "TJ", 1000.0), ("ha*a", "m2a", 1e4), ("km2*a", "m2a", 1e6), ("kt*km", "tkm", 1000.0),
        ("Dozen(s)", "unit", 12.0), ("MBq", "kilo Becquerel", 1000.0),
    ):  # fmt: skip
        assert factor_between(spelling, unit) == pytest.approx(size, rel=1e-12), spelling
    assert foreign("  lb   av ").unit == "kg"
    assert factor_between("°C", "K") is None  # an offset is no factor


def test_the_data_check_watches_both_tables(tmp_path: Path) -> None:
    import shutil

    from ecoprod.background import read_background

    folder = tmp_path / "data"
    shutil.copytree(bundled("lci_data"), folder)

    def found() -> list[str]:
        manifest = yaml.safe_load((folder / "background.yaml").read_text(encoding="utf-8"))
        return [p.code for p in check_background(read_background(folder, manifest))]

    def change(name: str, old: str, new: str) -> None:
        text = (bundled("lci_data") / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert found() == []
    change("foreign_units.csv", "lb,0.45359237,kg,nist-sp811", "lb,0.45359237,kg,hearsay")
    assert found() == ["data-unknown-source"]
    change("foreign_units.csv", "lb,0.45359237,kg,nist-sp811", "lb,0,kg,nist-sp811")
    assert found() == ["data-foreign-unit"]
    change("foreign_units.csv", "lb av,0.45359237", "lb,0.45359237")
    assert found() == ["data-foreign-unit"]
    change("foreign_units.csv", "lb,", "lb,")
    change("elementary_names.csv", "Aluminium,air,Aluminium III", "Aluminium,air,Aluminium IX")
    assert found() == ["data-foreign-name"]
    change("elementary_names.csv", "Aluminium,air,Aluminium III", "Aluminium,air,Aluminium III")
    change("sources.yaml", "nist-sp811:", "nist-sp812:")
    assert set(found()) == {"data-unknown-source"}
