"""`standards import-table`: rows that say two things, and cells whose font takes back what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from overlay_tables import HEADS, Captured, overlay, run, table

from ecoprod.readers import read_product
from ecoprod.trace import Ledger


@pytest.mark.parametrize(
    ("title", "unit", "own"),
    [
        ("某残留（mg/kg）", "%", "mg/kg"), ("某残留/(mg/kg)", "g/kg", "mg/kg"), ("某残留（以 mg/kg 计）", "%", "mg/kg"),
        ("某残留/mg/kg", "g/kg", "mg/kg"), ("某残留（%）", "mg/kg", "%"), ("某残留/%", "mg/kg", "%"),
        ("某残留（％）", "‰", "%"), ("some residue (mg/kg)", "%", "mg/kg"),
    ],
)  # fmt: skip
def test_a_title_with_another_unit_than_the_row_is_refused(
    tmp_path: Path, capsys: Captured, title: str, unit: str, own: str
) -> None:
    assert run(table(tmp_path, f"环境属性,{title},{unit},≤,5,,"), tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith("table.csv:2 二级指标: "), said
    assert f"gives the unit {own}, the row {unit}" in said


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("某残留（mg/kg）", "mg/kg"), ("某残留（mg/kg）", "毫克/千克"), ("某残留（m/m）", "%"),
        ("碳（C）", "%"), ("某比（CO/HC）", "%"),
        ("某残留（干基）", "%"), ("某残留/%", "%"), ("容量/质量比", "%"),
    ],
)  # fmt: skip
def test_a_title_with_that_unit_or_with_none_is_read(tmp_path: Path, title: str, unit: str) -> None:
    assert run(table(tmp_path, f"环境属性,{title},{unit},≤,5,,"), tmp_path / "o.yaml") == 0


@pytest.mark.parametrize(
    "title", ["某残留≤", "某残留（≤）", "某残留 不大于", "某残留：小于等于", "residue, not more than"]
)
def test_a_title_that_ends_with_another_direction_is_refused(tmp_path: Path, capsys: Captured, title: str) -> None:
    path = table(tmp_path, f'环境属性,"{title}",mg/kg,≥,5,,')
    assert run(path, tmp_path / "o.yaml", "--lang", "en") == 2
    assert "gives another direction than ≥" in capsys.readouterr().err


@pytest.mark.parametrize("title", ["某残留≥", "某残留 不小于", "温度下限", "某残留大于5的比例", "某残留"])
def test_a_title_that_ends_with_that_direction_or_none_is_read(tmp_path: Path, title: str) -> None:
    assert run(table(tmp_path, f"环境属性,{title},mg/kg,≥,5,,"), tmp_path / "o.yaml") == 0


def test_a_letter_close_behind_a_figure_is_no_year(tmp_path: Path, capsys: Captured) -> None:
    for figure in ("0.5a", "5d"):
        assert run(table(tmp_path, f"环境属性,某指标,,≤,{figure},,"), tmp_path / "o.yaml", "--lang", "en") == 2
        assert "may be a footnote mark" in capsys.readouterr().err
    for figure, unit in (("5 a", ""), ("5a", "年"), ("5h", ""), ("5 year", "")):
        overlay(tmp_path, f"环境属性,某指标,{unit},≤,{figure},,")


@pytest.mark.parametrize(
    "title",
    [
        "不使用某物质", "产品中不得含有卤素", "无某有害物质", "未使用某物质", "no halogens", "halogen-free",
        "杜绝使用石棉", "避免使用卤素", "零排放", "非氯漂白", "淘汰含汞工艺", "ban on asbestos",
        "avoidance of halogens", "zero emission", "non-chlorine bleaching",
    ],
)  # fmt: skip
@pytest.mark.parametrize("benchmark", ["否", "无", "不得检出", "no"])
def test_a_no_to_a_title_that_says_no_is_refused(tmp_path: Path, capsys: Captured, title: str, benchmark: str) -> None:
    """The maker's `false` would pass, who means by it that the product has the substance."""
    assert run(table(tmp_path, f"环境属性,{title},,,{benchmark},,"), tmp_path / "o.yaml", "--lang", "en") == 2
    assert "two ways" in capsys.readouterr().err
    assert run(table(tmp_path, f"环境属性,{title},,,是,,"), tmp_path / "o.yaml", "--lang", "en") == 0


@pytest.mark.parametrize(
    "title",
    [
        "使用某物质", "含有卤素", "无机盐", "不锈钢", "不饱和脂肪酸", "有无标识", "nonylphenol used", "零部件涂漆",
        "非金属件", "使用国家明令淘汰的设备", "non-metallic parts", "bandage", "zeroing needed",
    ],
)  # fmt: skip
def test_a_no_to_a_title_in_the_positive_is_read(tmp_path: Path, title: str) -> None:
    found = overlay(tmp_path, f"环境属性,{title},,,否,,")
    assert found["requirements"][0]["limits"][0]["equals"] is False


@pytest.mark.parametrize(
    "row",
    [
        "含石棉,,,是", "使用APEO,,,是", "uses asbestos,,,yes", "产品含有铅,,,是", "甲醛含量,mg/kg,≥,20",
        "苯含量,mg/kg,>,5", "DEHP content,%,≥,0.1",
    ],
)  # fmt: skip
def test_a_row_that_asks_for_what_harms_has_a_note(tmp_path: Path, capsys: Captured, row: str) -> None:
    """The copy rather asks for the opposite; who has only the substance would pass."""
    heads = f"{HEADS},指标编号"
    assert run(table(tmp_path, f"环境属性,{row},,,of-ours", heads=heads), tmp_path / "o.yaml", "--lang", "en") == 0
    said = capsys.readouterr().err
    assert "rather the opposite is meant" in said
    assert row.partition(",")[0] in said


@pytest.mark.parametrize(
    "row",
    [
        "含石棉,,,否", "不含石棉,,,是", "使用再生料,,,是", "uses recycled material,,,yes", "甲醛含量,mg/kg,≤,20",
        "无铅焊料,,,是", "甲醛去除率,%,≥,90", "再生料占比,%,≥,20", "铅含量,%,≥,99.99",
        "使用聚苯乙烯,,,是", "halogen-free,,,yes",
    ],
)  # fmt: skip
def test_other_rows_have_none(tmp_path: Path, capsys: Captured, row: str) -> None:
    heads = f"{HEADS},指标编号"
    assert run(table(tmp_path, f"环境属性,{row},,,of-ours", heads=heads), tmp_path / "o.yaml", "--lang", "en") == 0
    assert "rather the opposite" not in capsys.readouterr().err


# ---- struck out ------------------------------------------------------------------------------------


def _strike(cell: Any, text: str, *, whole: bool) -> None:
    if whole:
        cell.value, cell.font = text, Font(strike=True)
    else:
        cell.value = CellRichText(TextBlock(InlineFont(strike=True), "5"), TextBlock(InlineFont(strike=False), text))


@pytest.mark.parametrize("whole", [False, True])
def test_a_struck_figure_is_no_figure(tmp_path: Path, capsys: Captured, whole: bool) -> None:
    """`5` struck out and `3` behind it are stored as `53`."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(HEADS.split(","))
    page.append(["环境属性", "某指标", "mg/kg", "≤", None, None, None])
    _strike(page["E2"], "3", whole=whole)
    book.save(tmp_path / "book.xlsx")
    assert run(tmp_path / "book.xlsx", tmp_path / "o.yaml", "--lang", "en") == 2
    assert capsys.readouterr().err.startswith("book.xlsx#Sheet!E2 基准值: ")


@pytest.mark.parametrize("whole", [False, True])
def test_nor_in_the_tables_of_a_product(tmp_path: Path, whole: bool) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["id", "name", "quantity", "mass [g]"])
    page.append(["A1", "housing", 1, None])
    _strike(page["D2"], "3", whole=whole)
    book.save(tmp_path / "bom.xlsx")
    (tmp_path / "product.yaml").write_text(
        "ecoprod: 1\nproduct: {name: 试样, mass: 12 g}\nproduct_unit: 1 unit\nbom: bom.xlsx\n", encoding="utf-8"
    )
    assert "mass" in {p.at.column for p in read_product(tmp_path, Ledger()).problems if p.at.cell == "D2"}
