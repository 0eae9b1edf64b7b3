"""Bills as offices write them: title rows, numbered rows, formulas, columns of remarks; one problem for one cause."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ecoprod.errors import At, Problem
from ecoprod.messages import problem_line
from ecoprod.readers import read_product
from ecoprod.readers.heads import BOM
from ecoprod.readers.tables import Cell, Table, read_table
from ecoprod.trace import Ledger

HEADS = ["序号", "零件号", "名称", "规格型号", "数量", "单重", "备注"]
ROWS = [[n, f"A{n}", "件", "M4×10", 1, "2 kg", "进口"] for n in range(1, 11)]


def read(folder: Path, rows: Sequence[Sequence[Any]], merged: str | None = None) -> tuple[Table | None, list[Problem]]:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    if merged:
        workbook.active.merge_cells(merged)
    workbook.save(folder / "bom.xlsx")
    problems: list[Problem] = []
    return read_table(folder, Cell("bom.xlsx", At("product.yaml", 1, "bom")), BOM, {}, problems), problems


def shown(problems: Sequence[Problem]) -> str:
    return "\n".join(problem_line(p, "zh") for p in problems)


@pytest.mark.parametrize("merged", [None, "A1:G1"])
@pytest.mark.parametrize("titles", [1, 2])
def test_a_title_row_is_one_problem_and_the_rest_is_read(tmp_path: Path, titles: int, merged: str | None) -> None:
    above = [["XX 洗衣机物料清单"], ["产品：", "K1", "版本：", "2"]][:titles]
    found, problems = read(tmp_path, [*above, HEADS, *ROWS], merged)
    assert [p.code for p in problems] == ["heads-below"]
    assert f"bom.xlsx#Sheet:1: 第 1 行不像列名，第 {titles + 1} 行才是列名" in shown(problems)
    assert found is not None
    assert [row.cells["id"].text for row in found.rows] == [f"A{n}" for n in range(1, 11)]


def test_a_title_row_of_a_csv_file_whatever_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_bytes("物料清单;;;\n零件号;名称;数量;单重\nA;门;1;2 kg\n".encode("gb18030"))
    problems: list[Problem] = []
    found = read_table(tmp_path, Cell("bom.csv", At("product.yaml", 1, "bom")), BOM, {}, problems)
    assert [p.code for p in problems] == ["heads-below"]
    assert found is not None
    assert found.rows[0].cells["name"].text == "门"


def test_cells_merged_in_the_heads_or_below_stay_a_problem(tmp_path: Path) -> None:
    assert [p.code for p in read(tmp_path, [HEADS, *ROWS], "F1:G1")[1]] == ["cell-merged"]
    assert [p.code for p in read(tmp_path, [["清单"], HEADS, *ROWS], "C4:C6")[1]] == ["cell-merged"]


def test_row_numbers_are_ids_where_nothing_else_is(tmp_path: Path) -> None:
    found, problems = read(tmp_path, [HEADS, *ROWS])
    assert shown(problems) == ""
    assert found is not None
    assert [row.cells["id"].text for row in found.rows] == [f"A{n}" for n in range(1, 11)]
    numbered = [[row[0], *row[2:]] for row in (HEADS, *ROWS)]
    found, problems = read(tmp_path, numbered)
    assert shown(problems) == ""
    assert found is not None
    assert [row.cells["id"].text for row in found.rows] == [str(n) for n in range(1, 11)]


def test_formulas_of_a_column_are_one_problem(tmp_path: Path) -> None:
    rows = [[*row[:5], f"=B{n}*2", row[6]] for n, row in enumerate(ROWS, start=2)]
    rows[3][4] = "=1+1"
    found, problems = read(tmp_path, [HEADS, *rows])
    assert [(p.code, p.at.cell) for p in problems] == [("cell-formulas", "F2:F11"), ("cell-formula", "E5")]
    assert "F2:F11 有 10 个公式（如 =B2*2）" in shown(problems)
    assert found is not None
    assert found.rows[3].refused == {"quantity", "mass"}


def product(folder: Path, bill: str, more: str = "") -> str:
    head = "ecoprod: 1\nproduct: {name: 试样, mass: 68 kg}\nproduct_unit: 1 unit\nbom: bom.csv\n"
    (folder / "product.yaml").write_text(head + more, "utf-8")
    (folder / "bom.csv").write_text(bill, "utf-8")
    return shown(read_product(folder, Ledger()).problems)


def test_a_missing_column_is_said_once_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "process.csv").write_text("flow,amount,covers\nelectricity,2 MWh,A\nwater,1 m3,A\n", "utf-8")
    more = "process: process.csv\nuse: {lifetime: 2 year, replacements: [{part: A, per: 1 year}]}\n"
    said = product(tmp_path, "名称,单重\n门,2 kg\n钩,1 kg\n", more)
    lines = said.splitlines()
    assert len(lines) == 3
    for line, words in zip(lines, ("“零件号”（id）", "“数量”（quantity）", "“方向”（direction）"), strict=True):
        assert f"缺少列{words}" in line


def test_a_formula_is_not_also_an_empty_cell(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(HEADS)
    workbook.active.append([1, "A", "件", "", "=1+1", "2 kg", ""])
    workbook.save(tmp_path / "bom.xlsx")
    head = "ecoprod: 1\nproduct: {name: 试样, mass: 68 kg}\nproduct_unit: 1 unit\nbom: bom.xlsx\n"
    (tmp_path / "product.yaml").write_text(head, "utf-8")
    assert [p.code for p in read_product(tmp_path, Ledger()).problems] == ["cell-formula"]


@pytest.mark.parametrize(
    ("head", "near", "far"),
    [
        ("零件代号", ["零件号"], ["id", "part"]), ("材质牌号", ["材质"], ["material"]),
        ("materiel", ["material"], ["材料"]),
        ("单件净重", ["单件重量", "单重"], ["mass"]),
    ],
)  # fmt: skip
def test_suggested_heads_are_near_and_in_the_language_of_the_file(
    head: str, near: list[str], far: list[str], tmp_path: Path
) -> None:
    said = product(tmp_path, f"零件号,名称,数量,单重,{head}\nA,门,1,2 kg,x\n").split("—", 1)[1]
    assert any(name in said for name in near)
    assert not any(name in said for name in far)


def test_nothing_is_suggested_where_nothing_is_near(tmp_path: Path) -> None:
    said = product(tmp_path, "零件号,名称,数量,单重,采购员\nA,门,1,2 kg,x\n")
    assert "没有相近的列名" in said
    assert said.count("\n") == 0


def test_a_sheet_is_not_told_of_separators(tmp_path: Path) -> None:
    _, problems = read(tmp_path, [HEADS, [*ROWS[0], "多"]])
    said = shown(problems)
    assert "没有列名" in said
    assert "分隔符" not in said
    assert "引号" not in said
