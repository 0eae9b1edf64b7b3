"""Number formats of Excel: a figure is read as its cell shows it, or refused with what it shows."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ecoprod.errors import At, Problem
from ecoprod.messages import LANGS, problem_line
from ecoprod.readers import read_product
from ecoprod.readers.heads import BOM
from ecoprod.readers.number_formats import Unread, as_shown
from ecoprod.readers.tables import Cell, Table, read_table
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, parse, parse_fraction, parse_number
from ecoprod.yamlfile import plain_value

_ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '
_BRACKETS = '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)'
_MONEY = '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (420.5, "General"), (420.5, ""), (420.5, "0.00"), (420.5, "#,##0.0"), (420.5, "@"), (420.5, "0.0E+00"),
        (420.5, "##0.0E+0"), (420.5, "0.0_ "), (420.5, "0.00_);(0.00)"), (420.5, "0.00;[Red]-0.00"),
        (420.5, "[Blue]0.0;[Red]\\-0.0"), (420.5, "0.00;[Red]0.00"), (420.5, _ACCOUNTING), (420.5, _BRACKETS),
        (420.5, "#\\ ##0.0"), (420.5, "+0.0;-0.0"), (420.5, "[$-804]0.0"), (420.5, "0.0;@"), (420.5, "[Color 10]0.0"),
        (420.5, "G/通用格式"), (420.5, "?0.0?"), (420.5, "000.0"),
    ],
)  # fmt: skip
def test_plain_formats_change_nothing(value: float, shown: str) -> None:
    assert as_shown(value, shown) == "420.5"


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        # below zero: a sign of the section, brackets of accounts, or Excel's own minus
        (-5, "0", "-5"), (-5, "0.00;[Red]-0.00", "-5"), (-5, "0_);(0)", "-5"), (-5, "0;0-", "-5"),
        (-5, _ACCOUNTING, "-5"), (-5, _BRACKETS, "-5"), (-0.3, "0%_);(0%)", "-30 %"), (-5, "0;−0", "-5"),
        # accounts show a dash for nothing
        (0, _ACCOUNTING, "0"), (0.0, _BRACKETS, "0"), (0, "0;-0;—", "0"), (0, "#,##0", "0"), (0, "0.0;-0.0", "0"),
        # what multiplies the figure, and what only stands behind it
        (0.3, "0%", "30 %"), (0.3, "0\\ %", "30 %"), (0.3, "[Red]0%", "30 %"), (5, '0"%"', "5 %"), (5, "0\\%", "5 %"),
        (5, "0‰", "5 ‰"), (5, '0" mg/kg"', "5 mg/kg"), (2, '0"个"', "2 个"), (2.5, '0.0" m2"', "2.5 m2"),
        (5, '0" 万"', "5 万"), (5, 'General" kg"', "5 kg"), (5, '0"kg";-0"kg"', "5 kg"), (5, 'G/通用格式"台"', "5 台"),
        (-5, '0"kg";-0"kg"', "-5 kg"), (0.5, '"<"0.0', "<0.5"), (5, '"≤"0', "≤5"), (5, "\\>\\=0", ">=5"),
    ],
)  # fmt: skip
def test_what_a_format_adds_is_read_as_if_it_were_typed(value: float, shown: str, read: str) -> None:
    assert as_shown(value, shown) == read


@pytest.mark.parametrize(
    ("value", "shown", "shows"),
    [
        # thousands left out
        (5000, "0,", "5"), (5000, "#,##0,", "5"), (5e6, '0.0,,"M"', "5M"), (5000, '0.0,"k"', "5k"), (5000, "0,.0", "5"),
        # another figure, or another sign
        (5, '0"0"', "50"), (5, '0".5"', "5.5"), (5, '0" ±0.1"', "5 ±0.1"), (5, '0"~8"', "5~8"), (5, '0"～８"', "5～８"),
        (5, "-0", "-5"), (5, "(0)", "(5)"), (-5, "0;0", "5"), (-5, "0.00;[Red]0.00", "5"), (-5, "-0", "--5"),
        (5, "0%%", "50000%%"), (0.05, "0％", "0.05％"), (0.05, "%0", "%5"),
        # words before it
        (5, '"约"0', "约5"), (5, '"A-"000', "A-5"), (5, _MONEY, "¥ 5"), (5, "[$¥-804]#,##0.00", "¥5"),
        (0, '0;-0;"无"', "无"), (5, '"不得检出"', "不得检出"), (0, _MONEY, "¥ -"),
        # nothing, a condition, a fraction, other numerals
        (5, ";;;", None), (0, "0;-0;", None), (500, "[>=100]0;0.0", None), (0.5, "# ?/?", None), (5, "# ?/?", None),
        (12, '0"."0', None), (12, "0-0", None), (5, "[DBNum1]0", None), (5, "0*%", None), (12, "0 0", None),
    ],
)  # fmt: skip
def test_another_number_than_is_stored_is_not_read(value: float, shown: str, shows: str | None) -> None:
    assert as_shown(value, shown) == Unread(shows)


def _book(folder: Path, *cells: tuple[str, Any, str]) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["id", "name", "quantity", "mass [g]", "note"])
    page.append(["A1", "housing", 1, 12, None])
    for place, value, shown in cells:
        page[place] = value
        page[place].number_format = shown
    book.save(folder / "bom.xlsx")


def _read(folder: Path) -> tuple[Table | None, list[Problem]]:
    problems: list[Problem] = []
    return read_table(folder, Cell("bom.xlsx", At("product.yaml", 1, "bom")), BOM, {}, problems), problems


def test_the_tables_of_a_product_are_read_so_too(tmp_path: Path) -> None:
    _book(tmp_path, ("D2", 12, '0" g"'), ("C2", 1, "0_ "))
    found, problems = _read(tmp_path)
    assert found is not None
    assert problems == []
    assert found.rows[0].cells["mass"].text == "12 g"


def test_every_cell_that_is_not_read_is_told_with_what_it_shows(tmp_path: Path) -> None:
    _book(tmp_path, ("C2", 5000, "0,"), ("D2", 0.5, "# ?/?"), ("E2", 9, _MONEY), ("B3", 7, '"A-"000'))
    found, problems = _read(tmp_path)
    assert found is not None
    assert [(p.code, p.at.cell, p.at.column) for p in problems] == [
        ("cell-format-shows", "C2", "quantity"), ("cell-format", "D2", "mass"), ("cell-format-shows", "B3", "name"),
    ]  # fmt: skip
    assert found.rows[0].refused == {"quantity", "mass", "note"}
    for lang in LANGS:
        said = problem_line(problems[0], lang)
        assert "bom.xlsx#Sheet!C2" in said
        assert "5000" in said
        assert "“5”" in said
        assert "0," in said


def test_a_row_or_a_head_that_is_nothing_else_is_not_passed_over(tmp_path: Path) -> None:
    _book(tmp_path, ("C3", 7, "0,"), ("F1", 7, "0,"), ("G2", 7, "0,"), ("H2", 7, "0,"))
    _, problems = _read(tmp_path)
    assert sorted(p.at.cell or "" for p in problems) == ["C3", "F1", "G2"]  # of cells without a head the first


@pytest.mark.parametrize(
    ("value", "shown", "mass", "codes"),
    [
        (12, "0.0", 0.012, set()), (12, '0.0" g"', 0.012, set()), (0.012, '0.000" kg"', 0.012, set()),
        (12, '0" 万"', None, {"unit-unknown"}), (12, '0" 万g"', 120.0, set()), (12, "0,", None, {"cell-format-shows"}),
        (12, '0" cm"', None, {"unit-dimension"}), (12, '"<"0', None, {"unit-not-a-number"}),
    ],
)  # fmt: skip
def test_the_mass_of_a_part_is_what_its_cell_shows(
    tmp_path: Path, value: float, shown: str, mass: float | None, codes: set[str]
) -> None:
    _book(tmp_path, ("D2", value, shown))
    (tmp_path / "product.yaml").write_text(
        "ecoprod: 1\nproduct: {name: 试样, mass: 12 g}\nproduct_unit: 1 unit\nbom: bom.xlsx\n", encoding="utf-8"
    )
    read = read_product(tmp_path, Ledger())
    assert {p.code for p in read.problems if p.at.cell == "D2"} == codes
    found = [part.mass_kg for part in read.product.parts] if read.product else []
    assert found == ([mass] if not codes else found)


# ---- figures that a float cannot hold ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e-400", "number-lost"), ("0." + "0" * 50 + "1e-300", "number-lost"), ("-1e-400", "number-lost"),
        ("1E-999", "number-lost"), ("１e－400", "number-lost"), ("1e999", "unit-not-finite"),
    ],
)  # fmt: skip
def test_a_figure_that_would_become_nothing_or_infinite_is_refused(text: str, code: str) -> None:
    for read, written in ((parse_number, text), (parse, f"{text} kg"), (parse_fraction, f"{text} %")):
        with pytest.raises(UnitError) as error:
            read(written)
        assert error.value.code == code


@pytest.mark.parametrize("text", ["1e308 t", "1e-320 µg", "1e300 TJ", "1e-323 mg/kg"])
def test_so_is_one_that_its_unit_makes_so(text: str) -> None:
    with pytest.raises(UnitError) as error:
        parse(text)
    assert error.value.code == "number-lost"


@pytest.mark.parametrize("text", ["0", "0.000", "0e5", "-0.0", "0e-400", "00.0e-999"])
def test_nothing_is_still_nothing(text: str) -> None:
    assert parse_number(text) == 0
    assert parse(f"{text} kg").value == 0


def test_the_smallest_figures_are_read() -> None:
    assert parse_number("1e-300") == 1e-300
    assert parse_number("5e-324") == 5e-324
    assert parse("0 °C").value == 0


def test_it_is_refused_in_yaml_and_in_every_table(tmp_path: Path) -> None:
    assert plain_value("1e-400") == "1e-400"  # no number, as 1e999 is none
    (tmp_path / "bom.csv").write_text("id,name,quantity,mass [g]\nA1,housing,1,1e-400\n", encoding="utf-8")
    (tmp_path / "product.yaml").write_text(
        "ecoprod: 1\nproduct: {name: 试样, mass: 1e-400 g}\nproduct_unit: 1 unit\nbom: bom.csv\n", encoding="utf-8"
    )
    found = [(p.at.file, p.at.column) for p in read_product(tmp_path, Ledger()).problems if p.code == "number-lost"]
    assert found == [("product.yaml", "product.mass"), ("bom.csv", "mass")]


@pytest.mark.parametrize(
    ("stored", "lost"),
    [("1e-400", True), ("-1.5E-400", True), ("0." + "0" * 330 + "1", True), ("1e-300", False), ("0e-400", False)],
)
def test_a_workbook_may_hold_one_that_openpyxl_gives_as_nothing(tmp_path: Path, stored: str, lost: bool) -> None:
    _book(tmp_path, ("D2", 12345, "0.0"))
    with zipfile.ZipFile(tmp_path / "bom.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v>12345</v>" in members[sheet]
    members[sheet] = members[sheet].replace(b"<v>12345</v>", f"<v>{stored}</v>".encode())
    with zipfile.ZipFile(tmp_path / "bom.xlsx", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    table, problems = _read(tmp_path)
    assert (table is None) is lost
    assert [p.code for p in problems] == (["number-lost"] if lost else [])
