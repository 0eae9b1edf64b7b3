"""Messages of `standards import-table` in words of the reader: the heads of his file, its signs, his language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from overlay_tables import NTA, PHOSPHATE, Captured, run, table
from test_overlays_table_bad import BAD

BATTERY = "lithium-ion-battery@T-CEEIA-280-2017"
_NAMES = {"requirements", "applies_when", "ecoprod", "kWh"}


def test_messages_in_chinese_hold_no_english_words_but_names(tmp_path: Path, capsys: Captured) -> None:
    """Foreign may be what a reader typed, names of columns, units, and in brackets the word that an overlay writes."""
    rows = [row.replace("某指标", f"某指标{n}") for n, (row, _, _) in enumerate(BAD) if "kkk" not in row]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", "zh") == 2
    typed = set(re.findall("[A-Za-z_]+", " ".join(rows)))
    for line in capsys.readouterr().err.splitlines():
        said = re.sub(r"“[^”]*”|\([^)]*\)|，?例如.*|相近的单位：.*", "", line.partition(": ")[2])
        assert set(re.findall("[A-Za-z_]{3,}", said)) - typed <= _NAMES, line


@pytest.mark.parametrize(
    ("lang", "row", "looser", "unlike", "note"),
    [
        ("zh", "表第 2 行", "限值 ≤ 0.6 % 宽于公布的 ≤ 0.5 %", "限值 是 与公布的 否", "在库中属“产品属性”"),
        ("en", "row 2", "the limit ≤ 0.6 % on", "the limit yes on", "under product (phosphate)"),
    ],
)
def test_limits_and_places_are_told_in_words_of_the_table(
    tmp_path: Path, capsys: Captured, lang: str, row: str, looser: str, unlike: str, note: str
) -> None:
    bad = table(tmp_path, "产品属性,产品中磷酸盐含量,%,≤,0.6,,", "资源属性,不使用氮川三乙酸,,,是,,")
    assert run(bad, None, "--lang", lang) == 2
    said = capsys.readouterr().err
    assert looser in said
    assert unlike in said
    assert run(table(tmp_path, "环境属性,产品中磷酸盐含量,%,≤,0.5,,"), None, "--lang", lang) == 0
    found = capsys.readouterr()
    assert yaml.safe_load(found.out)["limits"][0]["at"] == row
    assert note in found.err


def test_words_of_a_closed_list_are_named_once(tmp_path: Path, capsys: Captured) -> None:
    row = "产品属性,滚动阻力等级（C1、C2轮胎）,,=,Q,,"
    assert run(table(tmp_path, row), None, "--lang", "zh", spec="car-tyre@HG-T-5864-2021") == 2
    assert capsys.readouterr().err.rstrip().endswith("可用：A, B, C, D, E, F, G")


# ---- heads and options ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heads", "places"),
    [
        ("属性,指标,单位,比较,限值,id", ["2 限值", "3 属性", "4 比较", "5 限值"]),
        (
            "Attribute,Second-level indicator,单位,operator,Limit,id",
            ["2 Limit", "3 Attribute", "4 operator", "5 Limit"],
        ),
    ],
)
@pytest.mark.parametrize("excel", [False, True])
def test_a_column_is_called_as_its_head_stands_in_the_file(
    tmp_path: Path, capsys: Captured, heads: str, places: list[str], excel: bool
) -> None:
    rows = [
        "产品属性,产品中磷酸盐含量,%,≤,0.6,",
        ",某指标,kg,≤,1,",
        "环境属性,某二指标,kg,大约,1,",
        "环境属性,某三指标,kg,≤,,",
    ]
    path: Path | str = table(tmp_path, *rows, heads=heads)
    if excel:
        book = openpyxl.Workbook()
        page: Any = book.active
        for row in (heads, *rows):
            page.append([cell or None for cell in row.split(",")])
        book.save(tmp_path / "table.xlsx")
        path = tmp_path / "table.xlsx"
    assert run(path, None, "--lang", "zh") == 2
    said = [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()]
    assert sorted(re.sub(r"^table.*?(?:[:!][A-G]?)(?=[0-9])", "", one) for one in said) == places


def test_an_empty_cell_and_a_column_that_is_not_there_have_chinese_names(tmp_path: Path, capsys: Captured) -> None:
    assert run(table(tmp_path, ",某指标,kg,≤,1,,"), None, "--lang", "zh") == 2
    assert "一级指标 为空" in capsys.readouterr().err
    assert run(table(tmp_path, "环境属性,铅,%,≤,1,,"), None, "--lang", "zh", spec="car-tyre@HG-T-5864-2021") == 2
    assert "在“要求编号”一栏" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_open_is_told_by_options_and_rows(tmp_path: Path, capsys: Captured, lang: str) -> None:
    """The reader of these notes runs a command on a table: keys of the overlay are none of his business."""
    row = "环境属性,能量密度,Wh/kg,≥,100,,"
    assert run(table(tmp_path, row), None, "--lang", lang, spec=BATTERY) == 0
    found = capsys.readouterr()
    said = "\n".join(line for line in found.err.splitlines() if "table.csv: " in line)
    for wanted in ("--in-force 2018-05-01", "--complete"):
        assert wanted in said
    for key in ("in_force", "complete is", "complete 不是", "在 limits 中", "under limits"):
        assert key not in said
    code = run(table(tmp_path, PHOSPHATE, NTA), None, "--lang", lang, "--in-force", "2017-01-01", "--complete")
    assert code == 2
    said = capsys.readouterr().err
    assert "--in-force" in said
    assert "--complete" in said
    assert "in_force" not in said
