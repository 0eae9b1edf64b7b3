"""Each rule of the data check breaks on one fault in an otherwise clean background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lca_systems import CH4, CO2, TOTAL, process, row, system

from ecoprod.data_check import check_background
from ecoprod.data_check.balances import CARBON_OF_FLOW
from ecoprod.errors import InputError
from ecoprod.messages import problem_line

COAL_CARBON = 0.6


@dataclass
class Draft:
    """A clean background as rows, for a test to break."""

    processes: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    materials: str = (
        "id,name_zh,name_en,aliases,class,dataset,density_kg_m3,density_source,calorific_value_mj_kg,calorific_source,"
        "kg_per_m,g_per_m2,youngs_modulus_gpa,modulus_source,yield_strength_mpa,strength_basis,strength_source,"
        "recyclability,recyclability_source,substance_hints,substance_source,note\n"
    )
    scenario: str = "id: end\nroutes:\n  '*':\n    landfill: {share: 1, dataset: landfill}\n    source: book\n"


METHANE = "climate-change;photochemical-oxidant-formation-human-health"
"""What fossil methane alone counts in; carbon dioxide counts in climate change alone."""


def draft() -> Draft:
    """Steel from ore (mass balance), coal burned (carbon balance), landfill, truck, a bare total."""
    made = [
        process("ore", covers="climate-change"), process("coal", group="fuel", covers=METHANE),
        process("truck", "tkm", group="transport", covers="climate-change"),
        process("landfill", group="treatment", covers=METHANE),
        process("heat", "MJ", group="heat", balance="carbon", covers=METHANE), process("steel", balance="mass"),
        process("chip", kind="system", covers="climate-change", gwp_set="AR5", balance="none: system total"),
    ]  # fmt: skip
    burned = 0.1 * COAL_CARBON * 44.009 / 12.011  # all carbon of 0.1 kg coal as CO2, by hand
    rows = [
        row("ore", CO2, 0.01), row("coal", CH4, 0.005), row("truck", CO2, 0.07), row("landfill", CH4, 0.001),
        row("heat", "coal", 100, "g"), row("heat", CO2, burned), row("chip", TOTAL, 3),
        row("steel", "ore", 1.4), row("steel", "heat", 20, "MJ"), row("steel", "landfill", 0.4),
        row("steel", "truck", 0.3, "tkm"),
    ]  # fmt: skip
    contents = {"coal": {"kg_per_unit": COAL_CARBON, "source": "book", "at": "table 2"}}
    return Draft({p["id"]: p for p in made}, rows, {"modes": {"truck": "truck"}, "carbon": contents})


def found(made: Draft, folder: Path) -> list[str]:
    """Codes of the problems, each of which must also be sayable in both languages."""
    (folder / "scenarios").mkdir(parents=True)
    (folder / "scenarios" / "end.yaml").write_text(made.scenario, encoding="utf-8")
    (folder / "materials.csv").write_text(made.materials, encoding="utf-8")
    problems = check_background(system(folder, list(made.processes.values()), made.rows, **made.manifest))
    assert all(problem_line(p, "zh") != problem_line(p, "en") for p in problems)
    return [p.code for p in problems]


def test_a_clean_background_has_no_findings(tmp_path: Path) -> None:
    assert found(draft(), tmp_path / "data") == []


def _set(name: str, **values: str) -> Callable[[Draft], None]:
    return lambda made: made.processes[name].update(values)


def _edit(number: int, **values: str) -> Callable[[Draft], None]:
    return lambda made: made.rows[number].update(values)


def _add(*rows: dict[str, str]) -> Callable[[Draft], None]:
    return lambda made: made.rows.extend(rows)


def _carbonless(made: Draft) -> None:
    made.manifest["carbon"] = {}


def _unsourced_carbon(made: Draft) -> None:
    made.manifest["carbon"]["coal"]["source"] = "nowhere"


def _unsourced_validation(made: Draft) -> None:
    made.manifest["validation"] = [{"dataset": "steel", "value": 2, "source": "nowhere"}]


def _wrong_mode(made: Draft) -> None:
    made.manifest["modes"]["rail"] = "train"


def _material(**values: str) -> Callable[[Draft], None]:
    """One material more, of steel unless told otherwise."""

    def change(made: Draft) -> None:
        heads = made.materials.strip().split(",")
        plain = {"id": "m", "name_zh": "m", "name_en": "m", "class": "other", "dataset": "steel"} | values
        assert set(plain) <= set(heads)
        made.materials += ",".join(plain.get(head, "") for head in heads) + "\n"

    return change


def _scenario(old: str, new: str) -> Callable[[Draft], None]:
    def change(made: Draft) -> None:
        assert old in made.scenario
        made.scenario = made.scenario.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (_scenario("'*'", "plastics"), ["data-scenario-class"]),
        (_edit(7, target="oer"), ["data-unknown-input"]),
        (_edit(0, target="Carbon dioxide"), ["data-unknown-flow"]),
        (_edit(0, compartment="sky"), ["data-unknown-flow"]),
        (_edit(9, unit="kWh"), ["data-unit"]),
        (_add(row("scrap", CO2, 1)), ["data-unknown-process"]),
        (_add(row("steel", "truck", 0.1, "tkm")), ["data-duplicate-exchange"]),
        (_edit(10, amount="-0.3"), ["lca-negative-input"]),
        (_edit(0, amount="-0.01"), ["data-amount"]),
        (_edit(2, amount="inf"), ["data-amount"]),
        (_edit(0, source="nowhere"), ["data-unknown-source", "data-no-source"]),
        (_edit(10, source=""), ["data-unknown-source"]),
        (_edit(10, at=""), ["data-no-place-in-source"]),
        (_edit(0, confidence="M"), ["data-confidence"]),
        (_edit(0, year="20201"), ["data-year"]),
        (_set("ore", year="1066"), ["data-year"]),
        (_set("ore", name_zh=""), ["data-blank"]),
        (_set("ore", recycled_share="1.5"), ["data-share"]),
        (_set("ore", secondary="scrap"), ["data-secondary"]),
        (_set("ore", covers=""), ["data-covers-nothing"]),
        (_set("chip", gwp_set=""), ["data-gwp-set"]),
        (_set("chip", covers="climate-change;land-use"), ["data-covers-total", "data-covers-unfed"]),
        (_set("ore", covers="climate-change;land-use"), ["data-covers-unfed"]),
        (_set("ore", balance="none"), ["data-balance"]),
        (_set("ore", balance="weight"), ["data-balance"]),
        (_set("heat", balance="mass"), ["data-balance-unit"]),
        (_edit(7, amount="1.0"), ["data-mass-balance"]),
        (_edit(7, amount="1.6"), ["data-mass-balance"]),
        (_edit(5, amount="0.15"), ["data-carbon-balance"]),
        (_carbonless, ["data-carbon-unknown", "data-carbon-balance"]),
        (_unsourced_carbon, ["data-carbon-content"]),
        (_unsourced_validation, ["data-unknown-source"]),
        (_wrong_mode, ["data-mode"]),
        (_set("ore", data_quality=""), ["data-pedigree"]),
        (_set("ore", data_quality="(1,2,3,4)"), ["data-pedigree"]),
        (_set("ore", data_quality="(1,2,3,4,6)"), ["data-pedigree"]),
        (_set("ore", data_quality="(0,2,3,4,5)"), ["data-pedigree"]),
        (_edit(0, pedigree="good"), ["data-pedigree"]),
        (_material(dataset="nothing"), ["data-material"]),
        (_material(density_kg_m3="7850", density_source="nowhere"), ["data-unknown-source"]),
        (_material(g_per_m2="80"), ["data-unknown-source"]),
        (_material(calorific_value_mj_kg="40"), ["data-unknown-source"]),
        (
            _material(youngs_modulus_gpa="210", strength_source="book"),
            ["data-unknown-source", "data-source-of-nothing"],
        ),
        (_material(yield_strength_mpa="235", strength_basis="yield"), ["data-unknown-source"]),
        (_material(yield_strength_mpa="235", strength_source="book"), ["data-strength-basis"]),
        (_material(strength_basis="yield"), ["data-strength-basis"]),
        (_material(recyclability="limited"), ["data-unknown-source"]),
        (_material(substance_hints="Pb"), ["data-unknown-source"]),
        (_material(density_kg_m3="0", density_source="book"), ["data-property"]),
        (_material(density_kg_m3="inf", density_source="book"), ["data-property"]),
        (_material(density_kg_m3="nan", density_source="book"), ["data-property"]),
        (_scenario("dataset: landfill", "dataset: hole"), ["data-scenario-dataset"]),
        (_scenario("share: 1", "share: 0.9"), ["scenario-shares"]),
        (_scenario("source: book", "source: nowhere"), ["data-unknown-source"]),
        (_add(row("ore", "steel", 1.0)), ["lca-diverging"]),
    ],
)
def test_one_fault_one_finding(tmp_path: Path, fault: Callable[[Draft], None], codes: list[str]) -> None:
    made = draft()
    fault(made)
    assert found(made, tmp_path / "data") == codes


def test_a_material_with_all_its_sources_has_no_findings(tmp_path: Path) -> None:
    made = draft()
    _material(
        density_kg_m3="7850", density_source="book", youngs_modulus_gpa="210", modulus_source="book",
        yield_strength_mpa="235", strength_basis="yield", strength_source="book", recyclability="recycled_widely",
        recyclability_source="book", substance_hints="Pb;Cd", substance_source="book",
    )(made)  # fmt: skip
    assert found(made, tmp_path / "data") == []


@pytest.mark.parametrize("column", ["recyclability", "strength_basis"])
def test_a_word_that_is_not_in_the_list_is_refused(tmp_path: Path, column: str) -> None:
    made = draft()
    _material(**{column: "easily"})(made)
    with pytest.raises(InputError) as error:
        found(made, tmp_path / "data")
    assert [(p.code, p.field) for p in error.value.problems] == [("data-unknown-word", column)]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("steel,book,T", []),
        ("gold,book,T", ["data-validation-dataset"]),
        ("steel,nowhere,S", ["data-unknown-source"]),
        ("steel,book,M", ["data-confidence"]),
        (",,", ["data-validation-dataset", "data-unknown-source", "data-confidence"]),
        ("steel", ["data-unknown-source", "data-confidence"]),
    ],
)
def test_published_results_beside_the_data_are_sourced_too(tmp_path: Path, line: str, codes: list[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "validation.csv").write_text(f"dataset,source,confidence\n{line}\n", encoding="utf-8")
    assert found(draft(), tmp_path / "data") == codes


def test_a_dataset_without_exchanges_has_no_source(tmp_path: Path) -> None:
    made = draft()
    made.processes["air"] = process("air")
    assert found(made, tmp_path / "data") == ["data-no-source", "data-empty-dataset"]


def test_a_claim_may_be_withdrawn_with_a_reason(tmp_path: Path) -> None:
    made = draft()
    made.processes["ore"].update(covers="", note="Withdrawn from climate change: inputs are missing")
    assert found(made, tmp_path / "data") == []


def test_an_uptake_that_is_explained_may_be_negative(tmp_path: Path) -> None:
    made = draft()
    made.rows[0].update(amount="-0.01", note="uptake stated by the source")
    assert found(made, tmp_path / "data") == []


def test_water_and_fuel_may_or_may_not_end_in_the_product(tmp_path: Path) -> None:
    """1.4 kg ore gives 1 kg and 0.4 kg waste; 5 kg of cooling water does not upset that."""
    made = draft()
    made.processes["water"] = process("water", group="water", covers="climate-change")
    made.rows += [row("water", CO2, 0.001), row("steel", "water", 5)]
    assert found(made, tmp_path / "data") == []


def test_carbon_contents_are_stoichiometry() -> None:
    assert {name: round(share, 4) for name, share in CARBON_OF_FLOW.items()} == {
        "Carbon dioxide": 0.2729, "Carbon monoxide": 0.4288, "Methane": 0.7487,
    }  # fmt: skip
