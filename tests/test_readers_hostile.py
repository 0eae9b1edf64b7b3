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
