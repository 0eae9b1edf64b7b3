"""`init`: a folder that parses, asks for what the specification asks, and is never a pass."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from ecoprod.corridor import assess
from ecoprod.errors import InputError
from ecoprod.messages import LANGS, Lang
from ecoprod.readers import read_product
from ecoprod.report.schemas import schema
from ecoprod.scaffold import FILES, init
from ecoprod.standards import find_specs
from ecoprod.trace import Ledger

CATEGORIES = [f"{i.id}@{e.id}" for i in find_specs() if i.role == "category" for e in i.editions]
NEEDED = {"key-needed", "no-date"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_parses_and_only_lacks_what_must_be_filled_in(tmp_path: Path, category: str, lang: Lang) -> None:
    made = init(tmp_path / "p", category, lang)
    assert [path.name for path in made] == list(FILES)
    reading = read_product(tmp_path / "p", Ledger())
    assert reading.product is not None
    assert {p.code for p in reading.problems} <= NEEDED
    assert "@title@" not in (tmp_path / "p" / "product.yaml").read_text(encoding="utf-8")


def test_a_fresh_folder_is_told_what_to_fill_in_with_file_and_line(tmp_path: Path) -> None:
    init(tmp_path / "p", "lithium-ion-battery", "en")
    with pytest.raises(InputError) as caught:
        assess(tmp_path / "p")
    fields = {p.field or p.at.column for p in caught.value.problems}
    assert {"product.name", "product.mass", "assessed_on"} <= fields


def test_the_declared_facts_and_basic_requirements_of_the_specification_are_asked_for(tmp_path: Path) -> None:
    init(tmp_path / "p", "lithium-ion-battery", "en")
    found = yaml.safe_load((tmp_path / "p" / "product.yaml").read_text(encoding="utf-8"))
    assert {"battery-type", "cycle-life-to-80-percent"} <= set(found["declared"])
    assert "no-major-accident" in found["basic"]
    assert all(v == {"value": None, "evidence": None} for v in found["declared"].values())
    assert all(v == {"met": None, "evidence": None} for v in found["basic"].values())


@pytest.mark.parametrize("lang", LANGS)
def test_it_keeps_to_the_product_schema(tmp_path: Path, lang: Lang) -> None:
    init(tmp_path / "p", "household-detergent", lang)
    found = yaml.safe_load((tmp_path / "p" / "product.yaml").read_text(encoding="utf-8"))
    found["product"].update(name="x", mass="1 kg")
    assert not list(Draft202012Validator(schema("product")).iter_errors(found))


@pytest.mark.parametrize("lang", LANGS)
def test_filled_in_by_a_newcomer_it_gives_a_verdict_and_never_a_pass(tmp_path: Path, lang: Lang) -> None:
    folder = tmp_path / "p"
    init(folder, "lithium-ion-battery", lang)
    path = folder / "product.yaml"
    text = path.read_text(encoding="utf-8")
    for key, value in {
        "  name:": "  name: pack", "  mass:": "  mass: 2 kg", "assessed_on:": "assessed_on: 2026-03-01",
        "  from:": "  from: 2025-01-01", "  to:": "  to: 2025-12-31", "  output:": "  output: 10 unit",
    }.items():  # fmt: skip
        assert text.count(f"\n{key} ") == 1, key
        text = text.replace(f"\n{key} ", f"\n{value} ")
    path.write_text(text, encoding="utf-8")
    example = {"zh": "# P1,,外壳,1,1.2 kg,ABS", "en": "# P1,,housing,1,1.2 kg,ABS"}[lang]
    bom = (folder / "bom.csv").read_text(encoding="utf-8")
    assert example in bom
    row = next(line for line in bom.splitlines() if line.startswith(example))
    row = row.removeprefix("# ").replace("1.2 kg", "2 kg")
    (folder / "bom.csv").write_text(bom + row + "\n", encoding="utf-8")
    found = assess(folder)
    assert found.verdict.outcome == "undetermined"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["bom.csv", "process.csv", "packaging.csv", "evidence.csv"])
def test_the_example_row_of_each_table_reads_without_a_fault(tmp_path: Path, name: str, lang: Lang) -> None:
    folder = tmp_path / "p"
    init(folder, "lithium-ion-battery", lang)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "E1.pdf").write_bytes(b"x")
    tables = {"process.csv": ["bom.csv", "process.csv"]}.get(name, [name])
    for table in tables:
        path = folder / table
        text = path.read_text(encoding="utf-8-sig")
        rows = [line for line in text.splitlines() if line.startswith("# ") and line.count(",") >= 8]
        assert len(rows) == 1, rows
        head = text.splitlines()[-1]
        assert rows[0].count(",") == head.count(",")
        path.write_text(text + rows[0].removeprefix("# ") + "\n", encoding="utf-8")
    assert {p.code for p in read_product(folder, Ledger()).problems} <= NEEDED


def test_spreadsheets_are_told_the_encoding(tmp_path: Path) -> None:
    init(tmp_path / "p", "lithium-ion-battery", "zh")
    assert (tmp_path / "p" / "bom.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_nothing_that_is_there_gets_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError) as caught:
        init(tmp_path, "lithium-ion-battery", "en")
    assert caught.value.problems[0].code == "init-folder-not-empty"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(InputError) as caught:
        init(tmp_path / "mine.txt", "lithium-ion-battery", "en")
    assert caught.value.problems[0].code == "init-not-a-folder"


def test_a_kind_with_two_editions_must_be_told_apart_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        init(tmp_path / "p", "tablet-computer", "en")
    problem = caught.value.problems[0]
    assert problem.code == "init-two-editions"
    assert "9999" not in str(problem.params)
    assert not (tmp_path / "p").exists()


def test_the_words_of_a_fact_stand_behind_what_its_title_calls_them(tmp_path: Path) -> None:
    init(tmp_path / "p", "lithium-ion-battery", "zh")
    made = (tmp_path / "p" / "product.yaml").read_text("utf-8")
    assert "功率型动力（power-traction）" in made
    assert "储能型（storage）" in made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_tells_meters_from_evidence_and_what_a_whole_life_cycle_needs(lang: Lang, tmp_path: Path) -> None:
    init(tmp_path / "p", "lithium-ion-battery", lang)
    made = (tmp_path / "p" / "product.yaml").read_text("utf-8")
    assert "M1: 1200 MWh" in made
    assert ",M1," in (tmp_path / "p" / "process.csv").read_text("utf-8-sig")
    head = made[: made.index("ecoprod: 1")]
    keys = ("functional_unit", "reporting_period", "process", "packaging", "distribution", "use", "end_of_life")
    assert all(key in head for key in keys)
