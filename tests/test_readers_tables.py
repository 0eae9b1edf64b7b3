"""Text, YAML, CSV and Excel: what is read, and hostile files that are refused before they do harm."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ecoprod.errors import At, Problem
from ecoprod.messages import problem_line
from ecoprod.readers.heads import BOM, EVIDENCE, MAPPING, PROCESS, Kind, match_head
from ecoprod.readers.tables import Cell, Table, letters, read_table
from ecoprod.yamlfile import plain_value, read_yaml

ROWS = [["零件号", "名称", "数量", "单重（g）"], ["A1", "门", 2, 420.5], ["A2", "钩", 1, 0.25]]
CSV = "零件号,名称,数量,单重（g）\nA1,门,2,420.5\nA2,钩,1,0.25\n"


def table(folder: Path, name: str) -> tuple[Table | None, list[Problem]]:
    problems: list[Problem] = []
    return read_table(folder, Cell(name, At("product.yaml", 1, "bom")), BOM, {}, problems), problems


def book(path: Path, rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "零件"
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    workbook.save(path)


def values(found: Table | None) -> list[dict[str, tuple[str, str | None]]]:
    assert found is not None
    return [{column: (cell.text, cell.unit) for column, cell in row.cells.items()} for row in found.rows]


EXPECTED = [
    {"id": ("A1", None), "name": ("门", None), "quantity": ("2", None), "mass": ("420.5", "g")},
    {"id": ("A2", None), "name": ("钩", None), "quantity": ("1", None), "mass": ("0.25", "g")},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gb2312"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_is_the_same_table(tmp_path: Path, encoding: str, ends: str, delimiter: str) -> None:
    (tmp_path / "bom.csv").write_bytes(CSV.replace(",", delimiter).replace("\n", ends).encode(encoding))
    found, problems = table(tmp_path, "bom.csv")
    assert problems == []
    assert values(found) == EXPECTED


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "shift_jis"])
def test_other_encodings_are_not_guessed(tmp_path: Path, encoding: str) -> None:
    words = {"latin-1": "Gehäuse für Öl", "cp1252": "“Gehäuse”", "shift_jis": "ネジとボルト"}
    (tmp_path / "bom.csv").write_bytes(f"id,name,quantity\nA,{words[encoding]},1\n".encode(encoding))
    found, problems = table(tmp_path, "bom.csv")
    assert found is None
    assert [problem.code for problem in problems] == ["file-encoding"]


def test_excel_is_read_like_csv(tmp_path: Path) -> None:
    book(tmp_path / "book.xlsx", ROWS)
    found, problems = table(tmp_path, "book.xlsx#零件")
    assert problems == []
    assert values(found) == EXPECTED
    assert found is not None
    cell = found.rows[1].cells["mass"]
    assert str(cell.at) == "book.xlsx#零件!D3 mass"
    assert table(tmp_path, "book.xlsx")[0] == found  # the only sheet need not be named


def test_excel_values_read_as_their_cells_show_them(tmp_path: Path) -> None:
    rows = [["id", "name", "quantity", "yield", "note", "phantom"], [1001, "x", 2.0, 0.92, dt.date(2026, 3, 1), True]]
    book(tmp_path / "b.xlsx", rows, lambda sheet: setattr(sheet["D2"], "number_format", "0.0%"))
    found, problems = table(tmp_path, "b.xlsx")
    assert problems == []
    texts = {column: text for column, (text, _) in values(found)[0].items()}
    assert texts == {
        "id": "1001", "name": "x", "quantity": "2", "yield": "92 %", "note": "2026-03-01", "phantom": "yes",
    }  # fmt: skip


def test_a_sheet_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    book(tmp_path / "b.xlsx", ROWS, lambda sheet: sheet.parent.create_sheet("其他"))
    for name, code in (("b.xlsx", "sheet-needed"), ("b.xlsx#没有", "sheet-missing")):
        found, problems = table(tmp_path, name)
        assert found is None
        assert [p.code for p in problems] == [code]
        assert "零件, 其他" in problem_line(problems[0], "zh")


def test_formula_cells_name_the_cell_and_the_rest_is_read(tmp_path: Path) -> None:
    book(tmp_path / "b.xlsx", [*ROWS[:2], ["A2", "钩", "=1+1", 0.25]])
    found, problems = table(tmp_path, "b.xlsx")
    assert [(p.code, p.at.cell) for p in problems] == [("cell-formula", "C3")]
    for lang, word in (("zh", "公式"), ("en", "formula")):
        assert word in problem_line(problems[0], lang)
        assert "C3" in problem_line(problems[0], lang)
        assert "=1+1" in problem_line(problems[0], lang)
    assert "quantity" not in values(found)[1]


def test_error_values_are_refused(tmp_path: Path) -> None:
    book(tmp_path / "b.xlsx", [*ROWS[:2], ["A2", "钩", "#N/A", 0.25]])
    _, problems = table(tmp_path, "b.xlsx")
    assert [(p.code, p.at.cell) for p in problems] == [("cell-error", "C3")]


def test_merged_cells_are_refused_with_their_range(tmp_path: Path) -> None:
    book(tmp_path / "b.xlsx", ROWS, lambda sheet: sheet.merge_cells("B2:B3"))
    found, problems = table(tmp_path, "b.xlsx")
    assert found is None
    assert [p.code for p in problems] == ["cell-merged"]
    assert "B2:B3" in problem_line(problems[0], "en")
    assert "合并单元格 B2:B3" in problem_line(problems[0], "zh")


def rezipped(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


ENTITIES = (
    b"<!DOCTYPE x [" + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 9) for n in range(1, 10)) + b"]>"
)


def _entities(members: dict[str, bytes]) -> None:
    head, _, rest = members["xl/worksheets/sheet1.xml"].partition(b"<worksheet")
    members["xl/worksheets/sheet1.xml"] = head + ENTITIES + b"<worksheet" + rest


def _macro(members: dict[str, bytes]) -> None:
    members["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"


def _macro_type(members: dict[str, bytes]) -> None:
    plain = b"spreadsheetml.sheet.main+xml"
    assert plain in members["[Content_Types].xml"]
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument." + plain, b"vnd.ms-excel.sheet.macroEnabled.main+xml"
    )


def _bomb(members: dict[str, bytes]) -> None:
    members["xl/worksheets/sheet1.xml"] += b" " * 60_000_000


def _broken(members: dict[str, bytes]) -> None:
    members["xl/workbook.xml"] = members["xl/workbook.xml"][:200]


def _many(members: dict[str, bytes]) -> None:
    members.update({f"xl/media/{n}.png": b"" for n in range(3000)})


@pytest.mark.parametrize(
    ("change", "code", "zh", "en"),
    [
        (_entities, "workbook-entity", "实体", "entities"),
        (_macro, "workbook-macro", "宏", "macros"),
        (_macro_type, "workbook-macro", "宏", "macros"),
        (_bomb, "workbook-bomb", "过大", "too large"),
        (_many, "workbook-bomb", "过大", "too large"),
        (_broken, "workbook-broken", "不是完好的", "not a sound"),
    ],
)
def test_hostile_workbooks(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], code: str, zh: str, en: str
) -> None:
    book(tmp_path / "b.xlsx", ROWS)
    rezipped(tmp_path / "b.xlsx", change)
    start = time.perf_counter()
    found, problems = table(tmp_path, "b.xlsx")
    assert time.perf_counter() - start < 5
    assert found is None
    assert [p.code for p in problems] == [code]
    assert zh in problem_line(problems[0], "zh")
    assert en in problem_line(problems[0], "en")


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    """A member that declares 100 bytes and unpacks to 60 MB is never unpacked further than its word."""
    book(tmp_path / "b.xlsx", ROWS)
    rezipped(tmp_path / "b.xlsx", lambda members: members.update({"xl/styles.xml": b" " * 60_000_000}))
    raw = (tmp_path / "b.xlsx").read_bytes()
    size = (60_000_000).to_bytes(4, "little")
    assert size in raw
    (tmp_path / "b.xlsx").write_bytes(raw.replace(size, (100).to_bytes(4, "little")))
    tracemalloc.start()
    found, problems = table(tmp_path, "b.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is None
    assert [p.code for p in problems] == ["workbook-broken"]
    assert peak < 20_000_000


def test_files_that_are_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    (tmp_path / "text.xlsx").write_text("id,name\n", "utf-8")
    (tmp_path / "macro.xlsm").write_bytes(_zip_of({"a.xml": b"<a/>"}))
    (tmp_path / "bom.pdf").write_bytes(b"%PDF")
    for name, code in (
        ("old.xls", "workbook-old"), ("text.xlsx", "workbook-broken"), ("macro.xlsm", "workbook-macro"),
        ("bom.pdf", "table-format"), ("../x.csv", "path-outside"), ("/etc/passwd.csv", "path-outside"),
        ("a\\b.csv", "path-not-posix"), ("none.csv", "file-missing"),
    ):  # fmt: skip
        found, problems = table(tmp_path, name)
        assert found is None
        assert [p.code for p in problems] == [code]


def _zip_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_text(CSV, "utf-8")
    folder = tmp_path / "product"
    folder.mkdir()
    (folder / "bom.csv").symlink_to(tmp_path / "bom.csv")
    assert [p.code for p in table(folder, "bom.csv")[1]] == ["path-outside"]


def test_a_huge_cell_and_a_huge_file(tmp_path: Path) -> None:
    (tmp_path / "cell.csv").write_text("id,name,quantity\nA,door,1\nB," + "x" * 40_000 + ",1\n", "utf-8")
    found, problems = table(tmp_path, "cell.csv")
    assert [(p.code, p.at.line, p.at.column) for p in problems] == [("cell-too-long", 3, "name")]
    assert len(values(found)) == 2
    with (tmp_path / "huge.csv").open("wb") as file:
        file.write(b'id,name,quantity\nA,"')
        file.write(b"x" * 50_000_000)
    start = time.perf_counter()
    found, problems = table(tmp_path, "huge.csv")
    assert time.perf_counter() - start < 2
    assert found is None
    assert [p.code for p in problems] == ["file-too-large"]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = '# a remark\n\nid,name,quantity,mass\nA,"two\nlines",1,5 kg\n,,,\n# another\nB,last,1,5\n'
    (tmp_path / "bom.csv").write_text(text, "utf-8")
    found, problems = table(tmp_path, "bom.csv")
    assert problems == []
    assert found is not None
    assert [(row.cells["id"].text, row.at.line) for row in found.rows] == [("A", 4), ("B", 8)]


def test_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("written", "column", "unit"),
    [
        ("mass [g]", "mass", "g"), ("单重（g）", "mass", "g"), ("单重(千克)", "mass", "kg"), ("质量/kg", "mass", "kg"),
        ("Mass", "mass", None), (" MASS [ t ]", "mass", "t"), ("Recycled Content", "recycled_content", None),
        ("alternate-group", "alternate_group", None), ("零件号", "id", None), ("ＩＤ", "id", None),
        ("工艺", "process", None), ("成材率", "yield", None), ("再生料比例", "recycled_content", None),
        ("物质", "substances", None), ("层级", "level", None), ("父件", "parent", None), ("材料", "material", None),
    ],
)  # fmt: skip
def test_heads(written: str, column: str, unit: str | None) -> None:
    problems: list[Problem] = []
    head = match_head(written, BOM, At("bom.csv", 1), problems)
    assert head is not None
    assert (head.column, head.unit, problems) == (column, unit, [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mass [ton]", "unit-ton"),
        ("mass [kgg]", "unit-unknown"),
        ("name [g]", "column-takes-no-unit"),
        ("x", "column-unlike"),
    ],
)
def test_bad_heads(written: str, code: str) -> None:
    problems: list[Problem] = []
    match_head(written, BOM, At("bom.csv", 1), problems)
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize("kind", [BOM, PROCESS, EVIDENCE, MAPPING])
def test_no_head_means_two_columns(kind: Kind) -> None:
    pairs = {(name, column) for name, column in kind.shown.items()}
    assert len(pairs) == len(kind.shown)
    assert all(match_head(name, kind, At("f"), []).column == column for name, column in pairs)  # type: ignore[union-attr]


# ---- YAML ----------------------------------------------------------------------------------------


def test_yaml_scalars_stay_what_was_written() -> None:
    meant = {
        "1": 1, "-3": -3, "1.50": 1.5, "1e3": 1000.0, ".5": 0.5, "true": True, "False": False, "null": None, "~": None,
        "": None, "yes": "yes", "no": "no", "on": "on", "2026-03-01": "2026-03-01", "1:30": "1:30", "007": "007",
        ".nan": ".nan", ".inf": ".inf", "1e999": "1e999", "0x10": "0x10", "1_000": "1_000", "9" * 30: 1e30,
    }  # fmt: skip
    assert {written: plain_value(written) for written in meant} == meant
    assert {written: type(plain_value(written)) for written in meant} == {w: type(v) for w, v in meant.items()}


def test_yaml_knows_the_line_of_every_value(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a:\n  b: 1.10\n  c:\n    - x\n    - {d: 2}\n", "utf-8")
    problems: list[Problem] = []
    found = read_yaml(tmp_path / "a.yaml", "a.yaml", problems)
    assert problems == []
    assert found is not None
    assert found.data == {"a": {"b": 1.1, "c": ["x", {"d": 2}]}}
    assert [found.at(*path).line for path in (("a", "b"), ("a", "c", 0), ("a", "c", 1, "d"), ("a", "zz"))] == [
        2,
        4,
        5,
        1,
    ]
    assert str(found.at("a", "c", 1, "d")) == "a.yaml:5 a.c[1].d"
    assert found.text("a", "b") == "1.10"


def test_a_yaml_file_read_again_is_the_file_as_it_is_now(tmp_path: Path) -> None:
    """A text is parsed once in a process: what changed in place, another name and a fault must not get lost by that."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", "utf-8")
    first, other = read_yaml(path, "a.yaml", []), read_yaml(path, "b.yaml", [])
    assert first is not None
    assert other is not None
    assert (first.at("a").file, other.at("a").file) == ("a.yaml", "b.yaml")
    stamp = path.stat()
    path.write_text("a: 2\n", "utf-8")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # neither size nor time tells
    again = read_yaml(path, "a.yaml", [])
    assert again is not None
    assert (first.data, again.data) == ({"a": 1}, {"a": 2})
    assert first.sha256 != again.sha256
    path.write_text("a: 1\na: 2\n", "utf-8")
    for _ in range(2):
        problems: list[Problem] = []
        assert read_yaml(path, "a.yaml", problems) is not None
        assert [p.code for p in problems] == ["yaml-duplicate-key"]


def test_yaml_text_is_composed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: e\u0301\n", "utf-8")
    found = read_yaml(tmp_path / "a.yaml", "a.yaml", [])
    assert found is not None
    assert found.data == {"a": "\u00e9"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1\n", "yaml-anchor"),
        ("a: *x\n", "yaml-anchor"),
        ("a: !x 1\n", "yaml-tag"),
        ("a: !!float 1\n", "yaml-tag"),
        ("a: 1\n---\nb: 2\n", "yaml-several-documents"),
        ("- 1\n", "yaml-not-mapping"),
        ("", "yaml-not-mapping"),
        ("{[1]: 2}\n", "yaml-key"),
        ("&a k: 1\n", "yaml-key"),
        ("a: \x07\n", "yaml-character"),
        ("a: [1\n", "yaml-syntax"),
        ("\ta: 1\n", "yaml-tab"),
        ("a: " + "{a: " * 30 + "1" + "}" * 30, "yaml-too-deep"),
        ("a: [" + "1," * 250_000 + "]", "yaml-too-many"),
        ("a: " + "x" * 3_000_000, "file-too-large"),
    ],
)
def test_yaml_that_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    problems: list[Problem] = []
    read_yaml(tmp_path / "a.yaml", "a.yaml", problems)
    assert [problem.code for problem in problems] == [code]
