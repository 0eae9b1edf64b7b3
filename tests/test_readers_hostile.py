"""Files made to stall or break the readers: small ones, refused with words in a moment."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from ecoprod.messages import LANGS, problem_line
from ecoprod.readers import Reading, read_product
from ecoprod.readers.listed import MAX_PROBLEMS
from ecoprod.trace import Ledger

BASE = Path(__file__).parent / "bad_inputs" / "_base"
HEADS = "id,parent,name,quantity,mass,material\n"
PATIENCE = 10.0
"""Seconds for a file that once took a minute or more, on a slow and busy machine."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound product that a test spoils."""
    return Path(shutil.copytree(BASE, tmp_path / "product"))


@pytest.fixture(autouse=True)
def _in_a_moment() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE


def codes(folder: Path) -> list[str]:
    return [problem.code for problem in read(folder).problems]


def read(folder: Path) -> Reading:
    return read_product(folder, Ledger())


def line_in(folder: Path, old: str, new: str) -> None:
    path = folder / "product.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def with_book(folder: Path, change: dict[str, bytes] | None = None, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """A bill as a workbook, members replaced."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (("id", "name", "quantity", "mass", "material"), ("A", "A", 1, "10 kg", "ABS")):
        page.append(row)
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(folder / "bom.xlsx", "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, (change or {}).get(name, old.read(name)))
    line_in(folder, "bom: bom.csv", "bom: bom.xlsx")
    return folder


def sheet(rows: str, after: str = "") -> dict[str, bytes]:
    head = "".join(
        f'<c r="{cell}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for cell, name in zip("ABCDE", ("id", "name", "quantity", "mass", "material"), strict=True)
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}"><sheetData><row r="1">{head}</row>{rows}</sheetData>{after}</worksheet>'
    return {"xl/worksheets/sheet1.xml": text.encode()}


# ---- workbooks -----------------------------------------------------------------------------------


def test_unclosed_merges(folder: Path) -> None:
    assert codes(with_book(folder, sheet("", "<mergeCell " * 60_000))) == ["workbook-broken"]


def test_cells_in_the_last_column(folder: Path) -> None:
    filled = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 6_002))
    assert codes(with_book(folder, sheet(filled))) == ["sheet-too-wide"]


def test_empty_cells_in_the_last_column_are_nothing(folder: Path) -> None:
    empty = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(2, 6_002))
    assert "sheet-too-wide" not in codes(with_book(folder, sheet(empty)))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_usual_packing_is_read(folder: Path, packing: int) -> None:
    assert codes(with_book(folder, packing=packing)) == ["workbook-packing"]


def test_a_sheet_without_its_relation(folder: Path) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = f'<workbook xmlns="{space}"><sheets><sheet name="Sheet" sheetId="1"/></sheets></workbook>'.encode()
    assert codes(with_book(folder, {"xl/workbook.xml": book})) == ["sheet-needed"]


# ---- tables --------------------------------------------------------------------------------------


def bill(folder: Path, text: str) -> Path:
    (folder / "bom.csv").write_text(text, "utf-8")
    return folder


def test_a_head_of_brackets(folder: Path) -> None:
    assert "column-unlike" in codes(bill(folder, HEADS.strip() + "," + "[" * 100_000 + "\nA,,A,1,10 kg,ABS\n"))


def test_one_endless_row(folder: Path) -> None:
    found = codes(bill(folder, HEADS + "A,,A,1,10 kg,ABS" + ",x" * 4_000_000 + "\n"))
    assert found.count("cell-without-head") == 1


def test_an_endless_row_above_the_heads(folder: Path) -> None:
    assert "cell-without-head" not in codes(bill(folder, "id,x" + ",x" * 4_000_000 + "\n"))


@pytest.mark.parametrize("cell", [":" * 30_000, ": " * 15_000, "a x " * 7_000])
def test_a_coating_of_signs(folder: Path, cell: str) -> None:
    rows = f"A1,,A,1,10 kg,ABS,{cell}\n"
    assert codes(bill(folder, HEADS.strip() + ",coating\n" + rows)) == ["grammar-coating"]


@pytest.mark.parametrize("column", ["substances", "transport"])
def test_other_cells_of_signs(folder: Path, column: str) -> None:
    for cell in ("a " * 15_000, "a" * 30_000, "(" * 30_000, "a 1" * 10_000):
        rows = f"A1,,A,1,10 kg,ABS,{cell}\n"
        found = codes(bill(folder, HEADS.strip() + f",{column}\n" + rows))
        assert found == [f"grammar-{'substance' if column == 'substances' else 'transport'}"]


def test_thousands_of_unknown_parents(folder: Path) -> None:
    rows = "".join(f"P{n},no{n},P{n},1,1 g,ABS\n" for n in range(8_000))
    reading = read(bill(folder, HEADS + rows))
    listed = [problem for problem in reading.problems if problem.code == "part-orphan"]
    assert len(listed) == MAX_PROBLEMS
    more = next(problem for problem in reading.problems if problem.code == "problems-more")
    assert more.params["count"] == 8_000 - MAX_PROBLEMS


def test_a_chain_of_parts(folder: Path) -> None:
    rows = "".join(f"P{n},{f'P{n - 1}' if n else ''},P{n},1,1 g,ABS\n" for n in range(20_000))
    reading = read(bill(folder, HEADS + rows))
    assert [p.code for p in reading.problems if p.at.file == "bom.csv"] == ["bom-too-deep"]
    assert reading.product is not None
    assert [part.id for part in reading.product.parts] == [f"P{n}" for n in range(201)]


def test_a_long_loop_is_one_problem_at_a_part_of_it(folder: Path) -> None:
    rows = "".join(f"P{n},P{(n + 1) % 20_000},P{n},1,1 g,ABS\n" for n in range(20_000))
    reading = read(bill(folder, HEADS + "X,P7,X,1,1 g,ABS\n" + rows))
    assert [(p.code, p.at.line) for p in reading.problems if p.at.file == "bom.csv"] == [("bom-cycle", 10)]


def test_thousands_of_equal_flows(folder: Path) -> None:
    row = "electricity,in,1 kWh,product,measured\n"
    (folder / "process.csv").write_text("flow,direction,amount,scope,basis\n" + row * 20_000, "utf-8")
    reading = read(folder)
    assert reading.product is not None
    ids = [process.id for process in reading.product.processes]
    assert len(set(ids)) == 20_000
    assert ids[:2] == ["electricity", "electricity#2"]


# ---- names of files ------------------------------------------------------------------------------


def test_names_that_no_file_can_have(folder: Path) -> None:
    line_in(folder, "bom: bom.csv", f"bom: {'b' * 290}.csv")
    assert codes(folder) == ["path-impossible"]


def test_links_in_a_circle(folder: Path) -> None:
    (folder / "loop.csv").symlink_to("loop.csv")
    line_in(folder, "bom: bom.csv", "bom: loop.csv")
    assert codes(folder) == ["path-impossible"]


@pytest.mark.parametrize("key", ["category: inorganic-lightweight-panel", "use: {none: passive}"])
def test_ids_that_are_looked_for_as_files(folder: Path, key: str) -> None:
    long = "名" * 90  # 270 bytes
    new = (
        f"category: {long}"
        if key.startswith("category")
        else f"use: {{none: passive}}\nend_of_life: {{scenario: {long}}}"
    )
    line_in(folder, key, new)
    assert codes(folder) == ["path-impossible"]


def test_an_evidence_file_that_cannot_be(folder: Path) -> None:
    line = f"T-2,test report,test report,{'e' * 290},,2025-06-01,2028-06-01\n"
    path = folder / "evidence.csv"
    path.write_text(path.read_text("utf-8") + line, "utf-8")
    assert codes(folder) == ["path-impossible"]


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [("output: 1000 unit", "output: 1e-300 unit"), ("service: 10 year", "service: 1e200 kWh"),
     ("use: {none: passive}", "use: {lifetime: 1e200 year, cycles: 220 1/year}"),
     ("use: {none: passive}", "use: {lifetime: 10 year, cycles: 1e308 1/year}"),
     ("use: {none: passive}", "use: {lifetime: 10 year, replacements: [{part: B, per: 1e-300 year}]}"),
     ("distance: 800 km", "distance: 1e16 km"), ("value: 5 MPa", "value: 1e-13 MPa")],
)  # fmt: skip
def test_numbers_that_no_result_can_be_made_of(folder: Path, old: str, new: str) -> None:
    line_in(folder, old, new)
    assert codes(folder) == ["amount-out-of-range"]


@pytest.mark.parametrize("cells", ["1e-300,1 g", "1e16,1 g", "1,1e-300 kg"])
def test_numbers_of_a_bill(folder: Path, cells: str) -> None:
    assert codes(bill(folder, HEADS + f"A1,,A,{cells},ABS\n")) == ["amount-out-of-range"]


def test_pieces_multiply_down_the_tree(folder: Path) -> None:
    rows = "A1,,A,1e10,,\nB,A1,B,1e10,,\nC,B,C,1,1 g,ABS\n"
    reading = read(bill(folder, HEADS + rows))
    assert [(p.code, p.at.line) for p in reading.problems] == [("pieces-out-of-range", 3)]


# ---- declared values -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [("-5 MPa", ["value-negative"]), ("-40 °C", []), ("-1 pH", []), ("0 MPa", []), ("-3 %", ["value-negative"])],
)
def test_a_negative_value_would_pass_any_upper_limit(folder: Path, value: str, expected: list[str]) -> None:
    line_in(folder, "value: 5 MPa", f"value: {value}")
    assert codes(folder) == expected


def test_a_detection_limit_measures_what_the_value_does(folder: Path) -> None:
    line_in(folder, "value: 5 MPa", "value: 1500 cycle, detection_limit: 5 mg/kg")
    assert codes(folder) == ["unit-dimension"]


@pytest.mark.parametrize(
    ("value", "limit"),
    [("<2 mg/kg (LOD 900 mg/kg)", 900.0), ("2 mg/kg (IEC 62321; LOD 900 mg/kg)", 900.0), ("未检出 (LOD=5 mg/kg)", 5.0),
     ("<2 mg/kg", None)],
)  # fmt: skip
def test_a_stated_detection_limit_is_kept(folder: Path, value: str, limit: float | None) -> None:
    line_in(folder, "value: 5 MPa", f'value: "{value}"')
    reading = read(folder)
    assert reading.product is not None
    stated = reading.product.declared["strength"].detection_limit
    assert (stated.value if stated else None) == limit


def test_the_coarser_of_two_detection_limits_counts(folder: Path) -> None:
    line_in(folder, "value: 5 MPa", 'value: "<2 mg/kg (LOD 900 mg/kg)", detection_limit: 1 mg/kg')
    reading = read(folder)
    assert reading.product is not None
    stated = reading.product.declared["strength"].detection_limit
    assert stated is not None
    assert stated.value == 900.0


def test_brackets_of_a_unit_are_no_remark(folder: Path) -> None:
    line_in(folder, "value: 5 MPa", 'value: "<60 dB(A)"')
    reading = read(folder)
    assert reading.product is not None
    below = reading.product.declared["strength"].below
    assert below is not None
    assert below.unit == "dB(A)"


# ---- substances ----------------------------------------------------------------------------------


def substances(folder: Path, cell: str) -> Reading:
    return read(bill(folder, HEADS.strip() + f',substances\nA1,,A,1,10 kg,ABS,"{cell}"\n'))


@pytest.mark.parametrize(
    ("written", "name"),
    [("Lead", "Pb"), ("铅", "Pb"), ("铅(Pb)", "Pb"), ("mercury", "Hg"), ("汞", "Hg"), ("Cadmium", "Cd"), ("镉", "Cd"),
     ("hexavalent chromium", "Cr6"), ("六价铬", "Cr6"), ("Cr(VI)", "Cr6"), ("Cr6+", "Cr6"), ("PBBs", "PBB"),
     ("多溴联苯", "PBB"), ("PBDEs", "PBDE"), ("多溴二苯醚", "PBDE"), ("六溴环十二烷", "HBCDD"), ("dehp", "DEHP"),
     ("SCCPs", "SCCP"), ("短链氯化石蜡", "SCCP"), ("短链氯化石蜡(SCCP)", "SCCP"),
     ("short-chain chlorinated paraffins", "SCCP"), ("MCCP", "MCCP"), ("中链氯化石蜡", "中链氯化石蜡"),
     ("bbp", "BBP"), ("DBP", "DBP"), ("DIBP", "DIBP"), ("Sb", "Sb"), ("Cr", "Cr"), ("PBT", "PBT"), ("DINP", "DINP")],
)  # fmt: skip
def test_substances_have_one_name(folder: Path, written: str, name: str) -> None:
    reading = substances(folder, f"{written} 20 mg/kg")
    assert not reading.problems
    assert reading.product is not None
    assert [s.name for s in reading.product.parts[0].substances or ()] == [name]


@pytest.mark.parametrize(
    "written",
    ["HgO", "mercury compounds", "氧化汞", "PbSO4", "Pb(NO3)2", "lead oxide", "CdTe", "硫化镉", "CrO3", "重铬酸钾",
     "sodium chromate", "decaBDE", "BDE-209", "十溴二苯醚", "铅(Hg)", "hgo",
     "SCCP C10-13"],
)  # fmt: skip
def test_a_compound_does_not_hide_its_element(folder: Path, written: str) -> None:
    assert [p.code for p in substances(folder, f"{written} 900 mg/kg").problems] == ["substance-compound"]


@pytest.mark.parametrize(
    ("value", "code"),
    [("<0 mg/kg", "below-zero"), ("< 0.0 %", "below-zero"), ("未检出 (LOD 0 mg/kg)", "detection-limit-zero"),
     ("0 mg/kg (LOD 0 %)", "detection-limit-zero"), ("<2 mg/kg (IEC 62321; LOD 0.00 mg/kg)", "detection-limit-zero")],
)  # fmt: skip
def test_no_test_sees_down_to_zero(folder: Path, value: str, code: str) -> None:
    problems = substances(folder, f"Hg {value}").problems
    assert [(p.code, p.at.column) for p in problems] == [(code, "substances")]
    assert "LOD 2 mg/kg" in problem_line(problems[0], "zh")
    assert "LOD 2 mg/kg" in problem_line(problems[0], "en")


@pytest.mark.parametrize("value", ["<0 mg/kg", "未检出 (LOD 0 mg/kg)", "2 mg/kg (LOD 0 mg/kg)"])
def test_nor_does_one_that_is_declared(folder: Path, value: str) -> None:
    line_in(folder, "value: 5 MPa", f'value: "{value}"')
    assert [p.code for p in read_product(folder, Ledger()).problems] == ["value-zero"]


@pytest.mark.parametrize("value", ["<2 mg/kg (LOD 900 mg/kg)", "2 mg/kg (LOD = 900 mg/kg)", "未检出 (LOD 900 mg/kg)"])
def test_the_detection_limit_of_a_substance_is_kept(folder: Path, value: str) -> None:
    reading = substances(folder, f"Hg {value}")
    assert not reading.problems
    assert reading.product is not None
    (found,) = reading.product.parts[0].substances or ()
    assert found.detection_limit == pytest.approx(900e-6)


def test_a_detection_limit_that_cannot_be_read_is_told(folder: Path) -> None:
    assert [p.code for p in substances(folder, "Hg <2 mg/kg (LOD about 900 mg/kg)").problems] == ["grammar-substance"]


@pytest.mark.parametrize("value", ["≤2 mg/kg", "≤ 2 mg/kg (IEC 62321)", "<=2 mg/kg", "≦2 mg/kg", "＜＝2 mg/kg"])
def test_at_most_is_answered_with_what_to_write(folder: Path, value: str) -> None:
    (problem,) = substances(folder, f"Cd <2 mg/kg; Hg {value}").problems
    line_in(folder, "value: 5 MPa", f'value: "{value}"')
    (declared,) = [p for p in read(folder).problems if p.at.file == "product.yaml"]
    for told, column in ((problem, "substances"), (declared, "declared.strength.value")):
        assert (told.code, told.at.column) == ("at-most-sign", column)
        for lang in LANGS:
            assert all(word in problem_line(told, lang) for word in ("<2 mg/kg", "2 mg/kg", "≤"))


# ---- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["product.yaml", "bom.csv", "process.csv", "evidence/../bom.csv", "./bom.csv", "report.pdf"]
)
def test_what_states_the_product_is_no_evidence_of_it(folder: Path, name: str) -> None:
    """Nor a copy of it under another name, with or without its sha256."""
    (folder / "evidence").mkdir()
    shutil.copy(folder / "bom.csv", folder / "report.pdf")
    (folder / "evidence.csv").write_text(f"id,file\nT-1,{name}\nT-2,report.txt\n", encoding="utf-8")
    problems = read(folder).problems
    assert [(p.code, str(p.at)) for p in problems] == [("evidence-own-file", "evidence.csv:2 file")]


def test_one_document_may_have_several_rows(folder: Path) -> None:
    (folder / "evidence.csv").write_text("id,file\nT-1,report.txt\nT-2,report.txt\n", encoding="utf-8")
    assert not codes(folder)


def test_an_empty_file_is_no_evidence_in_any_row(folder: Path) -> None:
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "evidence.csv").write_text("id,file\nT-1,empty.pdf\nT-2,empty.pdf\n", encoding="utf-8")
    assert codes(folder) == ["evidence-empty", "evidence-empty"]


# ---- spare parts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spares", "expected"),
    [("{part: B, per: 2 year}", []), ("{part: Z, per: 2 year}", ["part-unknown"]),
     ("{part: B, per: 2 year}, {part: B, per: 3 year}", ["replacement-twice"])],
)  # fmt: skip
def test_spare_parts_are_parts_of_the_bill_once_each(folder: Path, spares: str, expected: list[str]) -> None:
    line_in(folder, "use: {none: passive}", f"use: {{lifetime: 10 year, replacements: [{spares}]}}")
    assert codes(folder) == expected
