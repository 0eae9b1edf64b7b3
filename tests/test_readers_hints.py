"""Remedies that fit the field, and faults of YAML that a Chinese keyboard makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecoprod.errors import Problem
from ecoprod.messages import LANGS, Lang, problem_line
from ecoprod.readers import read_product
from ecoprod.trace import Ledger
from ecoprod.units import parse

HEAD = "ecoprod: 1\nproduct: {name: 试样, mass: 68 kg}\nproduct_unit: 1 unit\n"


def problems(folder: Path, yaml: str, **tables: str) -> list[Problem]:
    named = "".join(f"{key}: {key}.csv\n" for key in tables)
    (folder / "product.yaml").write_text(yaml + named, "utf-8")
    for key, text in tables.items():
        (folder / f"{key}.csv").write_text(text, "utf-8")
    return list(read_product(folder, Ledger()).problems)


PERIOD = "reporting_period: {from: 2025-01-01, to: 2025-12-31, output: 120000}\n"


@pytest.mark.parametrize(
    ("yaml", "example"),
    [
        (PERIOD, "120000 unit"), ("use: {lifetime: 5 year, cycles: 220}\n", "220 次/年"),
        ("distribution: [{mode: truck, distance: 800}]\n", "800 km"), ("meters: {M1: 300000}\n", "300000 kWh"),
        ("use: {flows: [{flow: electricity, amount: 2, per: life}]}\n", "0.62 kWh"),
        ("declared: {cell-mass-share: {value: 75}}\n", "0.1 %"),
    ],
)  # fmt: skip
def test_the_example_of_a_missing_unit_is_of_the_field_and_speaks_of_no_cell(
    yaml: str, example: str, tmp_path: Path
) -> None:
    found = problems(tmp_path, HEAD + yaml)
    assert [p.code for p in found] == ["unit-missing"]
    said = problem_line(found[0], "zh").split("—")[1]
    assert f"“{example}”" in said
    assert "单元格" not in said
    parse(example)  # what is advised can be read


@pytest.mark.parametrize(
    ("column", "value", "example"),
    [("mass", "2", "420 g"), ("substances", "Pb 0.1", "Pb 0.1 %"), ("transport", "truck 3", "truck 800 km")],
)
def test_the_example_of_a_missing_unit_in_a_table(column: str, value: str, example: str, tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD, bom=f"id,name,quantity,{column}\nA,door,1,{value}\n")
    assert [p.code for p in found] == ["unit-missing"]
    assert f"在单元格中（或列名中）写出单位，例如“{example}”" in problem_line(found[0], "zh")
    good = problems(tmp_path, HEAD, bom=f"id,name,quantity,{column}\nA,door,1,{example}\n")
    assert good == []


def test_electricity_of_the_site_has_an_example_of_its_own(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD, process="flow,direction,amount\nelectricity,in,300000\n")
    assert "“300000 kWh”" in problem_line(found[0], "zh")


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("ecoprod: 1\nproduct_unit: 1 unit\nproduct:\n  name: 试样\n  model: K1\n  mass：68 kg\n", 6),
        ("ecoprod: 1\nproduct：\n  name: 试样\n", 2),
        ("ecoprod: 1\nproduct_unit: 1 unit\nproduct:\n\n  name：试样\n", 5),
        ("ecoprod: 1\nproduct_unit: 1 unit\nproduct: {name：试样, mass: 68 kg}\n", 3),
        ("ecoprod: 1\nproduct_unit: 1 unit\nproduct:\n  name: 试样\n  mass: 68 kg\nassessed_on：2026-03-01\n", 6),
    ],
)
def test_a_full_width_colon_is_named_with_its_line(yaml: str, line: int, tmp_path: Path) -> None:
    found = [p for p in problems(tmp_path, yaml) if p.code == "yaml-wide-colon"]
    assert [p.at.line for p in found] == [line]
    assert f"第 {line} 行似乎用了全角冒号“：”" in problem_line(found[0], "zh")
    assert "“: ”" in problem_line(found[0], "zh")


def test_a_tab_is_named_with_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, "ecoprod: 1\nproduct:\n  name: 试样\n\tmass: 68 kg\n")
    assert [(p.code, p.at.line) for p in found] == [("yaml-tab", 4)]
    assert "第 4 行以制表符（Tab）缩进" in problem_line(found[0], "zh")


def test_full_width_colons_in_texts_are_no_fault(tmp_path: Path) -> None:
    assert problems(tmp_path, HEAD.replace("试样", "洗衣机：8 kg") + "use: {none: 说明：不耗能}\n") == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_line_with_full_width_punctuation_is_told_where_the_syntax_fails(tmp_path: Path, lang: Lang) -> None:
    yaml = (
        "ecoprod：1\nproduct_unit: 1 unit\nproduct：\n  name: 试样：甲，乙\n"
        "distribution: [{mode: truck，distance：300 km}]\nuse: {none: “用尽”，“evidence”: E1}\n  - [\n"
    )
    found = problems(tmp_path, yaml)
    assert [(p.at.line, p.code) for p in found] == [
        (1, "yaml-wide-colon"), (3, "yaml-wide-colon"), (5, "yaml-wide-signs"), (6, "yaml-wide-signs"),
    ]  # fmt: skip
    lines = [problem_line(p, lang) for p in found]
    assert all(word in lines[2] for word in ("： ，", "`: `", "`, `"))
    assert all(word in lines[3] for word in ("， “”", '`""`'))
    quoted = problems(tmp_path, "ecoprod: 1\nproduct_unit: 1 unit\nproduct: {name: “a: b: c”}\n")
    assert [(p.at.line, p.code) for p in quoted] == [(3, "yaml-wide-signs")]
    # a fault before the first of them is none of theirs
    first = problems(tmp_path, "product: [\necoprod: }\nproduct_unit：1 unit\n")
    assert {p.code for p in first} == {"yaml-syntax", "yaml-wide-colon"}
    nothing_else = problems(tmp_path, "ecoprod：1\nproduct_unit：1 unit\n")
    assert [(p.at.line, p.code) for p in nothing_else] == [(1, "yaml-wide-colon"), (2, "yaml-wide-colon")]


def test_full_width_punctuation_of_texts_does_not_hide_what_breaks_the_syntax(tmp_path: Path) -> None:
    found = problems(tmp_path, "ecoprod: 1\nproduct: {name: 试样，甲：乙, model: “甲”}\n  note: [\n")
    assert [p.code for p in found] == ["yaml-syntax"]
