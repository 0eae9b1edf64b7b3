"""The circular footprint of products from their files: check value, coverage, what is missing, and bad files."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from factories import built, material, part, product
from lca_systems import CO2, SO2, process, row, silent, system
from report_cases import assessment

from ecoprod.background import Background
from ecoprod.errors import Problem
from ecoprod.messages import problem_line
from ecoprod.product import EndOfLife, Part
from ecoprod.readers.listed import MAX_PROBLEMS
from ecoprod.recycling import Footprint, circular_footprint_of, read_footprint_file
from ecoprod.recycling.records import FootprintCategory
from ecoprod.report import report_text, result_document
from ecoprod.report.layout import columns
from ecoprod.report.schemas import faults
from ecoprod.trace import Ledger

# kg CO2 per kg (per MJ, per kWh): virgin 2.0, recycling before and after 0.6, burning 0.1, dump 0.02, heat 0.07
SCORES = {"virgin": 2.0, "again": 0.6, "recycler": 0.6, "burner": 0.1, "dump": 0.02, "mix": 1.5, "other": 3.0}
FIGURES = {
    "source": "made up for a test", "allocation": 0.2, "energy_allocation": 0, "quality_in": 1, "quality_out": 1,
    "recycled_at_end": 0.85, "energy_at_end": 0.05, "recycling": "recycler", "energy_recovery": "burner",
    "disposal": "dump", "heating_value": "10 MJ/kg", "heat_efficiency": 0, "electricity_efficiency": 0,
}  # fmt: skip
SCENARIO = """ecoprod: 1
id: half
routes:
  '*':
    recycling: {share: 0.8, yield: 0.9, dataset: recycler}
    energy_recovery: {share: 0.2, dataset: burner}
    source: made up for a test
  plastic:
    reuse: {share: 0.5}
    recycling: {share: 0.5, yield: 0.9, dataset: recycler}
    source: made up for a test
  glass:
    recycling: {share: 1, dataset: recycler}
    source: made up for a test
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Background:
    """Datasets whose scores are set; `again` covers climate change alone, so that coverage can fall."""
    shares = {"virgin": "0", "again": "1", "mix": "0.3", "other": "0"}
    secondary = {"virgin": "again"}
    processes = [
        process(name, recycled_share=shares.get(name, ""), secondary=secondary.get(name, ""),
                covers="climate-change" if name == "other" else "all")
        for name in SCORES
    ]  # fmt: skip
    processes += [process("heat", "MJ"), process("power", "kWh"), process("piece", "unit", recycled_share="0")]
    scores = [*SCORES.items(), ("heat", 0.07), ("power", 0.36), ("piece", 1.0)]
    rows = [row(name, CO2, score) for name, score in scores] + [row("virgin", SO2, 0.01)]
    found = system(tmp_path_factory.mktemp("footprint") / "data", processes, rows)
    found.materials = tuple(material(kind, "virgin", kind) for kind in ("wood", "plastic", "glass"))
    return found


def written(recipes: Mapping[str, Mapping[str, Any]], key: str = "materials") -> str:
    lines = ["ecoprod: 1", f"{key}:"]
    for name, figures in recipes.items():
        lines += [f"  '{name}':", *(f"    {k}: {v}" for k, v in figures.items() if v is not None)]
    return "\n".join(lines) + "\n"


def read(
    folder: Path, data: Background, file: str, *parts: Part, **more: Any
) -> tuple[Footprint | None, list[Problem], Ledger]:
    (folder / "cff.yaml").write_text(file, "utf-8")
    (folder / "half.yaml").write_text(SCENARIO, "utf-8")
    ends = EndOfLife("half.yaml", more.pop("collection", None), circular_footprint="cff.yaml")
    made = product(folder, *parts, end_of_life=ends, **more)
    foreground, problems, ledger = built(made, data)
    assert not problems
    found = read_footprint_file(made, data, ledger, problems)
    if problems or found is None:
        return None, problems, ledger
    return circular_footprint_of(found, made, foreground, data, ledger, silent), [], ledger


def footprint(folder: Path, data: Background, recipe: Mapping[str, Any], *parts: Part, **more: Any) -> Footprint:
    found, problems, ledger = read(folder, data, written({"*": recipe}), *parts, **more)
    assert not [problem_line(p, "en") for p in problems]
    assert found is not None
    assert all(one.trace in ledger for one in (*found.parts, *found.categories))
    for entry in ledger:
        if entry.id.startswith("cff:") or entry.id.endswith("/circular-footprint"):
            assert all(name in ledger for name in entry.inputs), entry
    return found


def climate(found: Footprint, name: str = "climate-change") -> FootprintCategory:
    return next(one for one in found.categories if one.id == name)


def block(name: str = "A", mass: float = 1.0, **more: Any) -> Part:
    return part(name, mass, **{"dataset": "virgin", "recycled_content": 0.4, "end_of_life": "scenario", **more})


def test_the_check_value_of_one_kg(tmp_path: Path, data: Background) -> None:
    # 0.6 × 2 + 0.4 (0.2 × 0.6 + 0.8 × 2) + 0.8 × 0.85 (0.6 - 2) = 0.936; 0.05 × 0.1 = 0.005; 0.1 × 0.02 = 0.002
    found = climate(footprint(tmp_path, data, FIGURES, block()))
    assert found.value == pytest.approx(0.943)
    assert found.blocks == {
        "material": pytest.approx(0.936), "energy": pytest.approx(0.005), "disposal": pytest.approx(0.002),
    }  # fmt: skip
    assert found.coverage == 1.0


def test_parts_count_by_their_mass_and_sum_to_the_whole(tmp_path: Path, data: Background) -> None:
    two = footprint(tmp_path, data, FIGURES, block(), block("B", 3.0, quantity=2.0), mass_kg=7.0)
    assert climate(two).by_part == (pytest.approx(0.943), pytest.approx(6 * 0.943))
    assert climate(two).value == pytest.approx(7 * 0.943)
    # SO2 comes with virgin material alone: 0.6 + 0.4 × 0.8 - 0.8 × 0.85 of it
    acid = climate(two, "acidification")
    assert acid.value == pytest.approx(7 * 0.24 * 0.01 * 1.31, rel=1e-3)  # 1.31 mol H+ per kg SO2 in EF v3.1


def test_what_is_assumed_is_one_entry_that_names_the_parts_of_all_materials(tmp_path: Path, data: Background) -> None:
    coated = block("B", dataset="other", recycled_content=0.0, coatings=(("plastic", 0.1, 0.1),))
    found, _, ledger = read(tmp_path, data, written({"*": FIGURES}), block(), coated, mass_kg=2.0)
    assert found is not None
    assert found.parts[0].trace in ledger
    said = {entry.by: entry.source for entry in ledger.assumptions() if entry.id.startswith("cff:")}
    assert said == {"assumed-virgin-replaced": "A, B", "assumed-footprint-coating": "B"}
    assert "cff:virgin-replaced" in ledger[found.parts[1].trace].inputs


def test_replaced_energy_is_credited_per_mj(tmp_path: Path, data: Background) -> None:
    # 0.05 (0.1 - 10 × 0.4 × 0.07 - 10 × 0.2 × 0.36 / 3.6) = 0.05 × (0.1 - 0.28 - 0.2)
    recipe = FIGURES | {"heat_efficiency": 0.4, "electricity_efficiency": 0.2, "heat": "heat", "electricity": "power"}
    found = climate(footprint(tmp_path, data, recipe, block()))
    assert found.blocks["energy"] == pytest.approx(0.05 * -0.38)
    whole_b = climate(footprint(tmp_path, data, recipe | {"energy_allocation": 1}, block()))
    assert whole_b.blocks["energy"] == pytest.approx(0)


def test_another_virgin_material_may_be_replaced(tmp_path: Path, data: Background) -> None:
    # 0.8 × 0.85 × (0.6 - 0.5 × 3.0) in place of (0.6 - 2.0)
    recipe = FIGURES | {"virgin_replaced": "other", "quality_out": 0.5}
    found = climate(footprint(tmp_path, data, recipe, block()))
    assert found.blocks["material"] == pytest.approx(1.2 + 0.4 * 1.72 + 0.68 * (0.6 - 1.5))


def test_the_ends_may_come_from_the_scenario_times_collection(tmp_path: Path, data: Background) -> None:
    recipe = FIGURES | {"recycled_at_end": "scenario", "energy_at_end": "scenario"}
    found = footprint(tmp_path, data, recipe, block(recycled_content=0.0), collection=0.5)
    shares = found.parts[0].shares
    assert shares is not None
    assert (shares.recycled_at_end, shares.energy_at_end) == (pytest.approx(0.36), pytest.approx(0.1))
    # 2 + 0.8 × 0.36 × (0.6 - 2); 0.1 × 0.1; 0.54 × 0.02
    assert climate(found).value == pytest.approx(2 + 0.288 * -1.4 + 0.01 + 0.0108)


def test_a_secondary_dataset_is_the_recycled_feedstock(tmp_path: Path, data: Background) -> None:
    recipe = FIGURES | {"allocation": 1, "recycled_at_end": 0, "energy_at_end": 0}
    found = climate(footprint(tmp_path, data, recipe, block(dataset="again", recycled_content=1.0)))
    assert found.value == pytest.approx(0.62)
    lacking = footprint(tmp_path, data, recipe | {"allocation": 0.5}, block(dataset="again", recycled_content=1.0))
    assert [m.field for m in lacking.missing] == ["cff.yaml materials.*.virgin"]


BOTH = {"virgin", "virgin_replaced"}
MISSING: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({}, {"recycled_content": None}, {"bom.recycled_content"}),
    ({"recycling": None}, {}, {"recycling"}),
    ({"disposal": None}, {}, {"disposal"}),
    ({"heating_value": None}, {}, {"heating_value"}),
    ({"heat_efficiency": 0.4}, {}, {"heat"}),
    ({"recycled_at_end": "scenario"}, {"end_of_life": None}, {"bom.end_of_life"}),
    ({"recycled_at_end": "scenario"}, {"material": "glass"}, {"bom.end_of_life"}),
    ({"recycled_at_end": "scenario"}, {"material": "plastic"}, {"bom[A].end_of_life"}),
    ({"recycled_at_end": "scenario", "energy_at_end": 0.9}, {}, {"recycled_at_end"}),
    ({}, {"dataset": "mix", "recycled_content": 0.0}, BOTH),
    ({}, {"dataset": "piece", "recycled_content": 0.0}, BOTH),
    ({}, {"dataset": None, "recycled_content": 0.0}, BOTH),
    ({}, {"dataset": "other"}, {"secondary"}),
]


@pytest.mark.parametrize(("recipe", "row_", "fields"), MISSING)
def test_what_is_missing_is_named_and_the_whole_has_no_value(
    tmp_path: Path, data: Background, recipe: dict[str, Any], row_: dict[str, Any], fields: set[str]
) -> None:
    own = written({"A": FIGURES | recipe}, "parts").split("\n", 1)[1]
    file = written({"*": FIGURES}) + own
    found, problems, _ = read(tmp_path, data, file, block(**row_), block("B"), mass_kg=2.0)
    assert not problems
    assert found is not None
    assert {m.field for m in found.missing} == {f if f.startswith("bom") else f"cff.yaml parts.A.{f}" for f in fields}
    one = climate(found)
    assert (one.value, one.reason) == (None, "footprint-open")
    assert one.by_part == (None, pytest.approx(0.943))
    assert set(one.blocks.values()) == {None}


def test_a_part_without_figures_is_named_and_its_own_go_before_those_of_the_class(
    tmp_path: Path, data: Background
) -> None:
    file = written({"plastic": FIGURES}) + written({"B": FIGURES | {"recycled_at_end": 0}}, "parts").split("\n", 1)[1]
    parts = (block(dataset=None, material="plastic"), block("B", material="plastic"), block("C", material="glass"))
    found, problems, _ = read(tmp_path, data, file, *parts, mass_kg=3.0)
    assert not problems
    assert found is not None
    # B is all dumped but for what is burned: 1.888 + 0.005 + 0.95 × 0.02
    assert climate(found).by_part == (pytest.approx(0.943), pytest.approx(1.888 + 0.005 + 0.019), None)
    assert [m.code for m in found.missing] == ["missing-footprint-recipe"]


def test_a_category_that_the_datasets_do_not_cover_is_null(tmp_path: Path, data: Background) -> None:
    # `other` covers climate change alone, and makes up nearly all of the climate result
    recipe = FIGURES | {"recycled_at_end": 0, "energy_at_end": 0}
    found = footprint(tmp_path, data, recipe, block(dataset="other", recycled_content=0.0))
    assert climate(found).value == pytest.approx(3.02)
    acid = climate(found, "acidification")
    assert (acid.value, acid.by_part, acid.reason) == (None, None, "coverage-below-80")
    assert acid.coverage == pytest.approx(0.02 / 3.02)


def test_a_credit_counts_by_its_size_in_the_coverage(tmp_path: Path, data: Background) -> None:
    # virgin 2.0, recycler 0.68 × 0.6, burner 0.005, dump 0.002 cover acidification; the credit of 0.68 × 3.0 does not
    recipe = FIGURES | {"virgin_replaced": "other"}
    acid = climate(footprint(tmp_path, data, recipe, block(recycled_content=0.0)), "acidification")
    assert acid.coverage == pytest.approx(2.415 / 4.455)
    assert acid.value is None


# ---- files ---------------------------------------------------------------------------------------


def test_all_that_is_wrong_in_a_file_is_told_at_once_with_line_and_remedy(tmp_path: Path, data: Background) -> None:
    file = """ecoprod: 1
materials:
  plastc:
    allocation: {value: 0.2}
    energy_allocation: 1.5
    quality_in: {value: 1, source: a, note: b}
    quality_out: {value: 1, source: a}
    recycled_at_end: {value: 0.7, source: a}
    energy_at_end: {value: 0.7, source: a}
    recycling: {dataset: recyclr, source: a}
    disposal: {dataset: power, source: a}
    heating_value: {value: 10, source: a}
parts:
  Z: {source: a, allocation: 0.5}
"""
    _, problems, _ = read(tmp_path, data, file, block())
    told = {(p.at.line, p.code) for p in problems}
    assert {
        (3, "material-class-unknown"), (4, "footprint-no-source"), (5, "footprint-no-source"),
        (5, "share-above-one"), (6, "key-unknown"), (9, "footprint-shares"), (10, "dataset-unknown"),
        (11, "footprint-dataset-unit"), (12, "unit-missing"), (14, "part-unknown"), (14, "key-needed"),
    } <= told  # fmt: skip
    assert sum(p.code == "key-needed" for p in problems) == 5
    for lang, words in (
        ("zh", ("plastic", "出处", "recycler", "超过 1")),
        ("en", ("plastic", "source", "recycler")),
    ):
        text = "\n".join(problem_line(p, lang) for p in problems)  # type: ignore[arg-type]
        assert all(word in text for word in words)
    assert {p.at.file for p in problems} == {"cff.yaml"}


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("ecoprod: 2\nmaterials: {}\n", "format-version"),
        ("materials: {}\n", "key-needed"),
        ("ecoprod: 1\n", "key-needed"),
        ("ecoprod: 1\nmaterials: []\n", "type-mapping"),
        ("- 1\n", "yaml-not-mapping"),
        ("ecoprod: 1\nmateriels: {}\n", "key-unknown"),
        ("ecoprod: 1\nmaterials: {'*': 3}\n", "type-mapping"),
        ("ecoprod: 1\nmaterials: {'*': }\n", "key-needed"),
        ("ecoprod: 1\nmaterials: {'*': {allocation: [1]}}\n", "type-text"),
        ("ecoprod: 1\nmaterials: {'*': {allocation: {value: -1, source: a}}}\n", "value-negative"),
        ("ecoprod: 1\nmaterials: {'*': {heat_efficiency: 0.7, electricity_efficiency: 0.7}}\n", "footprint-shares"),
    ],
)
def test_odd_files_are_refused(tmp_path: Path, data: Background, file: str, code: str) -> None:
    found, problems, _ = read(tmp_path, data, file, block())
    assert found is None
    assert code in {p.code for p in problems}, [problem_line(p, "en") for p in problems]


def test_a_file_with_thousands_of_faults_is_answered_in_a_moment(tmp_path: Path, data: Background) -> None:
    many = {f"class{n}": FIGURES | {"recycling": f"recycler{n}"} for n in range(3000)}
    start = time.monotonic()
    _, problems, _ = read(tmp_path, data, written(many), block())
    assert len(problems) == MAX_PROBLEMS + 1  # and one that counts the rest
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_tells_it_beside_the_result(tmp_path: Path, data: Background, lang: Any) -> None:
    found = footprint(tmp_path, data, FIGURES, block())
    document = result_document(replace(assessment(tmp_path), footprint=found))
    assert not faults("result", document)
    text = report_text(document, lang, width=120)
    assert "0.943" in text
    assert "0.936" in text  # the material part of it, where there is room
    narrow = report_text(document, lang, width=60)
    assert "0.936" not in narrow
    assert max(map(columns, narrow.splitlines())) <= 60
    assert ("never added" if lang == "en" else "不与结果相加") in text
    opened = footprint(tmp_path, data, FIGURES | {"disposal": None}, block())
    text = report_text(result_document(replace(assessment(tmp_path), footprint=opened)), lang, width=120)
    assert "cff.yaml materials.*.disposal" in text
    assert "0.943" not in text


# ---- from the product file to the exit code ------------------------------------------------------

BASE = Path(__file__).parent / "bad_inputs" / "_base"


def folder_with(tmp_path: Path, named: str) -> Path:
    folder = Path(shutil.copytree(BASE, tmp_path / "product"))
    text = (folder / "product.yaml").read_text("utf-8")
    ends = f"end_of_life: {{scenario: all-landfill, circular_footprint: {named}}}\n"
    (folder / "product.yaml").write_text(text + ends, "utf-8")
    return folder


def test_a_bad_file_ends_with_2_and_a_good_one_stands_among_the_files_of_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_with(tmp_path, "cff.yaml")
    assert main(["assess", str(folder), "--lang", "en"]) == 2
    assert "cff.yaml: " in capsys.readouterr().err
    (folder / "cff.yaml").write_text(written({"*": {"allocation": 2}}), "utf-8")
    assert main(["assess", str(folder), "--lang", "en"]) == 2
    assert "cff.yaml:4 materials.*.allocation: 2 is above 1" in capsys.readouterr().err
    recipe = FIGURES | {"recycling": "sorting-recyclables", "energy_recovery": None, "disposal": "landfill-inert"}
    (folder / "cff.yaml").write_text(written({"*": recipe}), "utf-8")
    main(["assess", str(folder), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert "cff.yaml" in {file["path"] for file in document["product"]["files"]}
    assert document["circular_footprint"]["file"] == "cff.yaml"
    assert not faults("result", document)
    entries = {entry["id"]: entry for entry in document["trace"]}
    assert all(name in entries for entry in entries.values() for name in entry["inputs"])


def test_a_file_outside_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cff.yaml").write_text(written({"*": FIGURES}), "utf-8")
    assert main(["assess", str(folder_with(tmp_path, "../cff.yaml")), "--lang", "en"]) == 2
    assert "product.yaml:" in capsys.readouterr().err


def test_without_a_file_there_is_no_footprint(tmp_path: Path) -> None:
    assert result_document(assessment(tmp_path))["circular_footprint"] is None
