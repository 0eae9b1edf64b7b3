"""`standards import-table`: a figure is read as the number that a person sees in the cell, or refused."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from overlay_tables import HEADS, Captured, overlay, run, table

from ecoprod.errors import At
from ecoprod.readers import read_product
from ecoprod.readers.fields import Desk
from ecoprod.readers.grammar import substances
from ecoprod.readers.tables import Cell
from ecoprod.signs import apart, plain_signs
from ecoprod.trace import Ledger


@pytest.mark.parametrize(
    ("text", "plain", "left"),
    [
        ("０．５％", "0.5%", None), ("≤　５", "≤ 5", None), ("−5", "-5", None), ("㎎／㎏", "mg/kg", None),
        ("5 m³", "5 m3", None), ("kg/m²", "kg/m2", None), ("㎡", "m2", None), ("CO₂", "CO2", None),
        ("铬Cr⁶⁺", "铬Cr6+", None), ("10³", "10³", "³"), ("0.5¹", "0.5¹", "¹"), ("5e³", "5e³", "³"),
        ("½", "½", "½"), ("5①", "5①", "①"), ("⒈", "⒈", "⒈"), ("5%²", "5%²", "²"), ("5ᵃ", "5ᵃ", "ᵃ"),
        ("kg②", "kg②", "②"), ("𝟓", "𝟓", "𝟓"),
    ],
)  # fmt: skip
def test_forms_that_are_another_number_stay(text: str, plain: str, left: str | None) -> None:
    assert plain_signs(text) == plain
    assert apart(plain) == left


_APART, _GOES_ON, _COMMA = "would make another number", "not one number and its unit", "thousands"


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        ("10³", _APART), ("10⁻³", _APART), ("0.5¹", _APART), ("≤0.5 ²", _APART), ("½", _APART), ("1½", _APART),
        ("①", _APART), ("0.5①", _APART), ("0.5₁", _APART), ("⒈", _APART), ("0.5ᵃ", _APART), ("5×10⁻⁴", _APART),
        ("6~8¹", _APART), ("1,000", _COMMA), ("1，000", _COMMA), ("0,5", _COMMA), ("1.000,5", _COMMA),
        ("1 000", _GOES_ON), ("1\u00a0000", _GOES_ON), ("1\u202f000", _GOES_ON), ("1'000", _GOES_ON),
        ("1’000", _GOES_ON),
        ("1_000", _GOES_ON), ("6~8 000", _GOES_ON), ("5×10^-4", _GOES_ON), ("5*10-4", _GOES_ON), ("5x10-4", _GOES_ON),
        ("5·10-4", _GOES_ON), ("10^-3", _GOES_ON), ("0.5±0.1", _GOES_ON), ("5万", _GOES_ON), ("1/2", _GOES_ON),
        ("5:1", _GOES_ON), ("0.5*", _GOES_ON), ("0.5[1]", _GOES_ON), ("0.5(1)", _GOES_ON), ("6%~8%", _GOES_ON),
        ("~5", "no number"), ("±0.5", "no number"), ("零点五", "no number"), ("五", "no number"), ("约5", "no number"),
        ("2026-01-02", "date"), ("1月2日", "date"), ("2-Jan", "date"), ("01:02:00", "date"),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_plain_is_refused_with_what_to_write(
    tmp_path: Path, capsys: Captured, figure: str, why: str
) -> None:
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, f'环境属性,某指标,mg/kg,≤,"{figure}",,'), target, "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith("table.csv:2 基准值: "), said
    assert why in said
    assert "write" in said or "leave out" in said or "format the cell" in said, said
    assert not target.exists()
    assert run(table(tmp_path, f'环境属性,某指标,mg/kg,≤,"{figure}",,'), target, "--lang", "zh") == 2
    assert "写" in capsys.readouterr().err or why is _COMMA


@pytest.mark.parametrize(
    ("figure", "unit", "read"),
    [
        ("1e-3", "mg/kg", "0.001 mg/kg"), ("５Ｅ－４", "mg/kg", "0.0005 mg/kg"), ("０．５", "％", "0.5 %"),
        ("\u00a00.5\u00a0", "%", "0.5 %"), ("0.5\u202f%", "", "0.5 %"), ("5", "m³", "5 m3"), ("5", "kg/m²", "5 kg/m2"),
        ("5", "㎎/㎏", "5 mg/kg"), ("5 m³", "", "5 m3"), ("−5", "℃", "-5 °C"), ("5 万次", "", "5 万cycle"),
    ],
)  # fmt: skip
def test_plain_figures_and_units_with_powers_are_read(tmp_path: Path, figure: str, unit: str, read: str) -> None:
    found = overlay(tmp_path, f'环境属性,某指标,{unit},≤,"{figure}",,')
    assert found["requirements"][0]["limits"][0]["at_most"] == read


@pytest.mark.parametrize(
    ("row", "column"),
    [("环境属性,某指标,mg/kg②,≤,5,,,", "单位"), ("环境属性,某指标,mg/kg,,不得检出,,,2¹ mg/kg", "基准值")],
)
def test_other_cells_of_a_figure_too(tmp_path: Path, capsys: Captured, row: str, column: str) -> None:
    path = table(tmp_path, row, heads=f"{HEADS},方法检出限")
    assert run(path, tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"table.csv:2 {column}: ")
    assert _APART in said


def _book(tmp_path: Path, value: Any, shown: str, unit: str) -> str:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(HEADS.split(","))
    page.append(["环境属性", "某指标", unit, "≤", value, "", ""])
    page["E2"].number_format = shown
    book.save(tmp_path / "book.xlsx")
    return str(tmp_path / "book.xlsx")


@pytest.mark.parametrize(
    ("value", "shown", "unit", "read"),
    [
        (0.5, "0%", "%", "50 %"), (0.125, "0.0%", "", "12.5 %"), (0.5, "0%_);(0%)", "%", "50 %"),
        (0.5, "0.00\\ %", "%", "50 %"), (0.5, "[Red]0%", "%", "50 %"), (0.5, "?0%", "%", "50 %"),
        (0.5, '0.0"%"', "%", "0.5 %"), (0.5, "0.0\\%", "%", "0.5 %"),
        (0.0005, "0.00E+00", "mg/kg", "0.0005 mg/kg"), (1500, "#,##0", "h", "1500 h"), ("0.5\u00a0", "@", "%", "0.5 %"),
    ],
)  # fmt: skip
def test_a_cell_of_a_sheet_is_what_it_shows(tmp_path: Path, value: Any, shown: str, unit: str, read: str) -> None:
    assert run(_book(tmp_path, value, shown, unit), tmp_path / "o.yaml") == 0
    found = yaml.safe_load((tmp_path / "o.yaml").read_text(encoding="utf-8"))
    assert found["requirements"][0]["limits"][0]["at_most"] == read


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 1, 2), "m/d"),
        (time(1, 2), "h:mm"),
        ("10³", "@"),
        ("1 000", "@"),
    ],
)
def test_dates_and_typed_figures_of_a_sheet_are_refused(
    tmp_path: Path, capsys: Captured, value: Any, shown: str
) -> None:
    assert run(_book(tmp_path, value, shown, "mg/kg"), tmp_path / "o.yaml", "--lang", "en") == 2
    assert capsys.readouterr().err.startswith("book.xlsx#Sheet!E2 基准值: ")


def test_figures_inside_a_cell_of_a_product_too() -> None:
    desk = Desk(Ledger(), [])
    assert not substances(desk, Cell("Pb 0.02¹ %", At("bom.csv", 2, "substances")))
    assert [problem.code for problem in desk.problems] == ["figure-apart"]
    desk.problems.clear()
    found = substances(desk, Cell("Cr⁶⁺ ０.02 ％", At("bom.csv", 2, "substances")))
    assert found is not None
    assert [(one.name, one.fraction) for one in found] == [("Cr6", pytest.approx(0.0002))]
    assert not desk.problems


def _rich(folder: Path, figure: tuple[str, str, str], unit: tuple[str, str, str] | str, *, shared: bool) -> Path:
    """A sheet whose figure (and unit) has a raised or lowered run; as Excel (shared strings) or openpyxl writes it."""

    def rich(text: tuple[str, str, str] | str) -> Any:
        if isinstance(text, str):
            return text
        return CellRichText(text[0], TextBlock(InlineFont(vertAlign=text[2]), text[1]))

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for column, head in enumerate(HEADS.split(","), start=1):
        sheet.cell(1, column, head)
    for column, value in enumerate(("环境属性", "某指标", rich(unit), "≤", rich(figure), "", ""), start=1):
        sheet.cell(2, column, value)
    path = folder / "rich.xlsx"
    book.save(path)
    return _with_shared(path) if shared else path


def _with_shared(path: Path) -> Path:
    """The same workbook with its inline texts moved to a table of shared strings, as Excel keeps them."""
    import re
    import zipfile

    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    texts: list[str] = []

    def moved(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    sheet = re.sub(r'(<c r="[A-Z0-9]+"[^>]*?) t="inlineStr"><is>(.*?)</is></c>', moved, sheet, flags=re.DOTALL)
    assert texts
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    items = "".join(f"<si>{text}</si>" for text in texts)
    members["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><sst xmlns="{main}">{items}</sst>'.encode()
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    if b"sharedStrings" not in members["[Content_Types].xml"]:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"</Types>", part)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(
    ("figure", "seen"),
    [
        (("0.5", "1", "superscript"), "0.5¹"), (("10", "3", "superscript"), "10³"),
        (("10", "-3", "superscript"), "10⁻³"),
        (("0.5", "a", "superscript"), "0.5ᵃ"), (("0.5", "1", "subscript"), "0.5₁"), (("5", "1)", "superscript"), "5¹⁾"),
        (("0.5", "１", "superscript"), "0.5¹"), (("5", "A", "superscript"), "5ᴬ"),
    ],
)  # fmt: skip
def test_a_raised_run_of_a_cell_is_no_digit_of_the_figure(
    tmp_path: Path, capsys: Captured, figure: tuple[str, str, str], seen: str, shared: bool
) -> None:
    path = _rich(tmp_path, figure, "mg/kg", shared=shared)
    assert run(path, tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert seen in said
    assert _APART in said


@pytest.mark.parametrize("shared", [False, True])
def test_a_raised_run_of_a_unit_is_its_power(tmp_path: Path, shared: bool) -> None:
    path = _rich(tmp_path, ("5", "", "superscript"), ("mg/m", "3", "superscript"), shared=shared)
    assert run(path, tmp_path / "o.yaml") == 0
    made = yaml.safe_load((tmp_path / "o.yaml").read_text(encoding="utf-8"))
    assert made["requirements"][0]["limits"][0]["at_most"] == "5 mg/m3"


def _looks(book: Any, cell: str, value: Any, look: str) -> None:
    book.active[cell] = value
    book.active[cell].font = Font(vertAlign=look)


@pytest.mark.parametrize(
    ("value", "look", "seen"),
    [(10, "superscript", "¹⁰"), ("0.5", "superscript", "⁰.⁵"), (0.5, "subscript", "₀.₅")],
)
def test_a_figure_whose_whole_cell_is_raised_is_refused(
    tmp_path: Path, capsys: Captured, value: Any, look: str, seen: str
) -> None:
    book = openpyxl.load_workbook(_book(tmp_path, 1, "0", "mg/kg"))
    _looks(book, "E2", value, look)
    book.save(tmp_path / "book.xlsx")
    assert run(tmp_path / "book.xlsx", tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert seen in said
    assert _APART in said


@pytest.mark.parametrize("whole", [False, True])
def test_raised_figures_of_the_tables_of_a_product_too(tmp_path: Path, whole: bool) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["id", "name", "quantity", "mass [g]", "substances"])
    page.append(["A1", "housing", 1, "", ""])
    if whole:
        _looks(book, "D2", 12, "superscript")
        page["E2"] = "Pb 0.02 %"
    else:
        note = TextBlock(InlineFont(vertAlign="superscript"), "1")
        page["D2"], page["E2"] = CellRichText("12", note), CellRichText("Pb 0.02", note, " %")
    book.save(tmp_path / "bom.xlsx")
    (tmp_path / "product.yaml").write_text(
        "ecoprod: 1\nproduct: {name: 试样, mass: 12 g}\nproduct_unit: 1 unit\nbom: bom.xlsx\n", encoding="utf-8"
    )
    apart = [p.at.column for p in read_product(tmp_path, Ledger()).problems if p.code == "figure-apart"]
    assert apart == (["mass"] if whole else ["mass", "substances"])


# ---- without a unit --------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["无量纲", "-", "—", "——", "--", "－", "/", "", "1", "无", "dimensionless"])
def test_a_number_without_a_unit_is_told_what_to_write(tmp_path: Path, capsys: Captured, unit: str) -> None:
    assert run(table(tmp_path, f"环境属性,某比值,{unit},≥,0.8,,"), None, "--lang", "zh") == 2
    said = capsys.readouterr().err
    assert said.startswith("table.csv:2 基准值: “0.8”没有单位")
    assert "pH 写 pH，等级写 级，比值写 %" in said
    assert "未知单位" not in said


@pytest.mark.parametrize("unit", ["无量纲", "—", ""])
@pytest.mark.parametrize("title", ["pH值", "PH", "水萃取液pH值", "pH 值（25 ℃）", "pH value"])
def test_a_ph_value_has_no_other_unit(tmp_path: Path, unit: str, title: str) -> None:
    found = overlay(tmp_path, f"环境属性,{title},{unit},区间,6~8,,")
    (made,) = found["requirements"]
    assert made["limits"][0]["between"] == ["6 pH", "8 pH"]
    assert found["facts"][made["id"]]["unit"] == "pH"


@pytest.mark.parametrize("title", ["pH值为7时的比值", "graph", "pH变化率", "某等级"])
def test_other_titles_leave_the_unit_open(tmp_path: Path, title: str) -> None:
    assert run(table(tmp_path, f"环境属性,{title},无量纲,区间,6~8,,"), None) == 2


@pytest.mark.parametrize(("unit", "code"), [("无量纲", 0), ("—", 0), ("级", 0), ("%", 2)])
def test_a_grade_of_the_library_needs_none(tmp_path: Path, unit: str, code: int) -> None:
    path = table(tmp_path, f"资源属性,水效等级,{unit},=,1,,")
    assert run(path, tmp_path / "o.yaml", spec="water-purifier") == code
    if code == 0:
        made = yaml.safe_load((tmp_path / "o.yaml").read_text(encoding="utf-8"))
        assert made["limits"][0]["equals"] == "1 级"
