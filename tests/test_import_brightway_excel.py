"""Brightway's Excel form: a workbook with values worked by hand, formulas and macros, and the samples."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_text import codes, kinds, process, read, refusal, row

from ecoprod.importing.formats import brightway_excel
from ecoprod.importing.opened import open_source

HEADS = ["name", "amount", "unit", "database", "categories", "location", "type", "uncertainty type", "loc", "scale",
         "minimum", "maximum", "reference product", "code", "formula", "comment"]  # fmt: skip
Rows = list[list[Any]]


def line(name: str, amount: Any, unit: str, kind: str, **more: Any) -> list[Any]:
    fields = {"name": name, "amount": amount, "unit": unit, "type": kind} | {
        k.replace("_", " "): v for k, v in more.items()
    }
    return [fields.get(head) for head in HEADS]


MILL: Rows = [
    ["Database", "mine"],
    ["format", "Excel"],
    [],
    ["Activity", "sawing"],
    ["code", "mill"],
    ["location", "CN"],
    ["reference product", "boards"],
    ["unit", "kilogram"],
    ["source", "Sawing statistics (2016)"],
    ["Parameters"],
    ["name", "amount"],
    ["share", 2],
    ["Exchanges"],
    HEADS,
    line("sawing", 3, "kilogram", "production", database="mine", location="CN", reference_product="boards"),
    line("felling", 8.0, "kilogram", "technosphere", database="mine", location="CN", uncertainty_type=2, loc=2.0794,
         scale=0.1, formula="share*4"),
    [],
    line("market for power", "0.5", "kilowatt hour", "technosphere", database="ecoinvent", location="CN",
         reference_product="electricity", code="e1"),
    line("Carbon dioxide, fossil", 0.5, "kilogram", "biosphere", database="biosphere3", categories="air::urban",
         location="(Unknown)", code="co2"),
    line("heat", 0.1, "megajoule", "substitution", database="mine", location="CN"),
    [],
    ["Activity", "felling"],
    ["location", "CN"],
    ["unit", "kilogram"],
    ["type", "process"],
    [],
    ["Activity", "heat"],
    ["code", "h"],
    ["location", "CN"],
    ["unit", "megajoule"],
    ["type", "product"],
]  # fmt: skip


def book(folder: Path, sheets: dict[str, Rows], name: str = "lci.xlsx") -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for number, values in enumerate(rows, start=1):
            for column, value in enumerate(values, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
    made.save(folder / name)
    return folder / name


def test_a_workbook(tmp_path: Path) -> None:
    path = book(tmp_path, {"notes": [["Skip"], ["Activity", "no activity"]], "lci": MILL})
    assert brightway_excel.recognises(open_source(path))
    found = read(brightway_excel, path)
    assert not found.misses
    assert (found.seen, dict(found.about)) == (2, {"title": "mine"})  # the product node is no process
    mill, felling = found.processes
    assert (mill.code, mill.name, mill.place, mill.sources) == ("mill", "sawing", "CN", ("Sawing statistics (2016)",))
    assert [(e.kind, e.name, e.amount, e.unit) for e in mill.exchanges] == [
        ("product", "boards", 3.0, "kilogram"), ("input", "felling", 8.0, "kilogram"),
        ("input", "market for power", 0.5, "kilowatt hour"), ("elementary", "Carbon dioxide, fossil", 0.5, "kilogram"),
        ("avoided", "heat", 0.1, "megajoule"),
    ]  # fmt: skip
    logs, power, carbon, heat = mill.exchanges[1:]
    assert (logs.provider, logs.flow, logs.note) == (felling.code, felling.code, "formula: share*4")
    assert logs.uncertainty is not None
    assert (logs.uncertainty.kind, logs.uncertainty.loc, logs.uncertainty.scale) == (2, 2.0794, 0.1)
    assert (power.flow, power.place, power.note) == ("e1", "CN", "database: ecoinvent; product: electricity")
    assert power.provider == "ecoinvent: e1"  # of another database, whatever is called so here
    assert (carbon.flow, carbon.compartment, carbon.place) == ("co2", ("air", "urban"), None)
    assert (heat.flow, heat.provider) == ("h", None)
    assert str(logs.at) == "lci.xlsx#lci!B16"
    # an activity without exchanges makes 1 of its unit
    assert [(e.kind, e.name, e.amount, e.unit) for e in felling.exchanges] == [("product", "felling", 1.0, "kilogram")]


def test_cutoff_and_an_empty_first_cell(tmp_path: Path) -> None:
    cut = [["cutoff", 7], *MILL[:13], [*HEADS[:7], "amount"], [*MILL[14][:7], 77], *MILL[20:]]
    found = read(brightway_excel, book(tmp_path, {"a": cut}))
    assert process(found, "mill").exchanges[0].amount == 3.0
    found = read(brightway_excel, book(tmp_path, {"a": MILL, "b": [[None, "x"], ["Activity", "unseen"]]}))
    assert codes(found) == {"import-sheet-skipped": 1}


@pytest.mark.parametrize(
    ("index", "head", "value", "code", "kept"),
    [
        (15, "amount", "=1+1", "import-cell-formula", False),
        (15, "name", '="fel"&"ling"', "import-cell-formula", False),
        (15, "scale", "=0.1", "import-cell-formula", True),
        (15, "scale", -0.1, "import-uncertainty", True),
        (15, "uncertainty type", 9, "import-uncertainty", True),
        (15, "amount", "much", "import-amount", False),
        (15, "amount", "nan", "import-amount", False),
        (15, "amount", "1_0", "import-amount", False),
        (15, "amount", True, "import-amount", False),
        (15, "unit", None, "import-unit-missing", False),
        (15, "name", None, "import-row-broken", False),
        (15, "type", "magic", "import-exchange-type", False),
    ],
)  # fmt: skip
def test_a_lost_row_names_sheet_and_cell(
    tmp_path: Path, index: int, head: str, value: Any, code: str, kept: bool
) -> None:
    rows = [list(row) for row in MILL]
    rows[index][HEADS.index(head)] = value
    found = read(brightway_excel, book(tmp_path, {"lci": rows}))
    (miss,) = found.misses
    assert (miss.code, miss.process, miss.at.sheet) == (code, "mill", "lci")
    assert (miss.at.cell or "").endswith(str(index + 1))
    mill = process(found, "mill")
    assert ("felling" in [e.name for e in mill.exchanges]) == kept
    assert not kept or row(mill, "felling").uncertainty is None


def test_a_comment_may_be_a_formula(tmp_path: Path) -> None:
    rows = [list(row) for row in MILL]
    rows[15][HEADS.index("comment")] = "=1+1"
    assert not read(brightway_excel, book(tmp_path, {"lci": rows})).misses


def test_a_lost_production_row_is_not_replaced_by_one_unit(tmp_path: Path) -> None:
    rows = [list(row) for row in MILL]
    rows[14][1] = "=3"
    found = read(brightway_excel, book(tmp_path, {"lci": rows}))
    assert codes(found) == {"import-cell-formula": 1, "import-no-product": 1}
    assert [one.name for one in found.processes] == ["felling"]
    assert found.seen == 2


def test_what_blocks_lack(tmp_path: Path) -> None:
    heads = [list(row) for row in MILL]
    heads[13][1] = "quantity"
    assert codes(read(brightway_excel, book(tmp_path, {"a": heads}))) == {"import-head-missing": 1}
    twice = read(brightway_excel, book(tmp_path, {"a": MILL, "b": [["Database", "other"], [], *MILL[3:9]]}))
    assert codes(twice) == {"import-database-twice": 1, "import-code-twice": 1}
    no_unit = read(brightway_excel, book(tmp_path, {"a": [["Database", "x"], ["Activity", "a"]]}))
    assert codes(no_unit) == {"import-no-product": 1}
    nothing = read(brightway_excel, book(tmp_path, {"a": [["Hello"]]}))
    assert codes(nothing) == {"import-no-processes": 1}


def test_the_database_of_a_production_row_is_the_own_one(tmp_path: Path) -> None:
    rows = [list(row) for row in MILL]
    rows[0][1] = "named otherwise"
    mill = process(read(brightway_excel, book(tmp_path, {"a": rows})), "mill")
    assert row(mill, "felling").provider == "felling |  | kilogram | CN"


def repacked(path: Path, change: dict[str, bytes]) -> Path:
    """A workbook with members replaced or added."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"a": MILL})
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert refusal(brightway_excel, repacked(path, {"xl/worksheets/sheet1.xml": entity})) == {"workbook-entity"}
    path = repacked(book(tmp_path, {"a": MILL}), {"xl/vbaProject.bin": b"x"})
    assert refusal(brightway_excel, path) == {"workbook-macro"}
    path = repacked(book(tmp_path, {"a": MILL}), {"xl/worksheets/sheet1.xml": b" " * 30_000_000})
    assert refusal(brightway_excel, path) == {"workbook-bomb"}
    path = repacked(book(tmp_path, {"a": MILL}), {"xl/worksheets/sheet1.xml": b"<worksheet><row"})
    assert refusal(brightway_excel, path) == {"workbook-broken"}
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    assert refusal(brightway_excel, tmp_path / "no.xlsx") == {"workbook-broken"}
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert refusal(brightway_excel, tmp_path / "old.xls") == {"workbook-old"}
    wide: Rows = [["Database", "x"], [None] * 400 + ["far"]]
    assert refusal(brightway_excel, book(tmp_path, {"a": wide})) == {"sheet-too-wide"}


SAMPLES = ["basic_example.xlsx", "lci-geothermal.xlsx", "lci-hydrogen-electrolysis.xlsx", "with_products.xlsx"]


def counted(path: Path) -> tuple[int, Counter[str], int]:
    """Activities that are no product, rows by type and formulas among the amounts, by openpyxl alone."""
    activities, types, formulas = 0, Counter[str](), 0
    for sheet in openpyxl.load_workbook(path):
        rows = [list(values) for values in sheet.iter_rows(values_only=True)]
        if str(rows[0][0]).lower() == "skip":
            continue
        for values in rows:
            activities += str(values[0]).lower() == "activity"
            activities -= values[:2] == ["type", "product"]
            kind = next((v for v in values[2:] if v in brightway_excel.KINDS), None)
            types[str(kind)] += kind is not None
            formulas += isinstance(values[1], str) and values[1].startswith("=")
    return activities, types, formulas


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.filterwarnings("ignore:Unknown extension")
def test_samples(shared: Path, name: str) -> None:
    path = shared / "lci_samples" / "excel_lci" / name
    found = read(brightway_excel, path)
    activities, types, formulas = counted(path)
    assert found.seen == len(found.processes) == activities
    assert codes(found) == ({"import-cell-formula": formulas} if formulas else {})
    assert kinds(found)["elementary"] == types["biosphere"]
    assert kinds(found)["input"] == types["technosphere"] - formulas
    implied = sum("not stated" in e.note for one in found.processes for e in one.exchanges)
    assert kinds(found)["product"] == types["production"] + implied == activities


def test_rows_of_samples_know_their_makers(shared: Path) -> None:
    found = read(brightway_excel, shared / "lci_samples" / "excel_lci" / "basic_example.xlsx")
    acid = process(found, "d80f3c8f5d04d518ab02b13aca9ab7c8")
    assert row(acid, "Methanol, at plant").provider == "af33d5c5e636797a6948d5b30cf56cc0"
    assert row(acid, "Methanol").compartment == ("air",)
    products = read(brightway_excel, shared / "lci_samples" / "excel_lci" / "with_products.xlsx")
    assert row(process(products, "A"), "Methanol").flow == row(process(products, "D"), "Methanol").flow == "E"
