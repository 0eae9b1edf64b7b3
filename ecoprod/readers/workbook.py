"""One sheet of an .xlsx workbook as rows of text, or all of them as bare values.

A workbook is hostile until read: it is weighed before it is unpacked, macros and entities are refused, nothing in it
is calculated, and openpyxl sees only a copy made of the members that passed.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ecoprod.errors import At, Problem
from ecoprod.readers.number_formats import as_shown
from ecoprod.readers.raised import raised, struck, with_raised_signs
from ecoprod.readers.tables import MAX_COLUMNS, MAX_ROWS, RawRow, cell_at, letters
from ecoprod.signs import lost

_MAX_SHEETS, _LONGEST_TEXT = 255, 32_767
"""Excel holds no more signs in a cell; more sheets than this nobody turns over."""
MAX_MEMBERS, MAX_MEMBER, MAX_UNPACKED = 2_000, 25_000_000, 50_000_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError, ValueError, LookupError,
    TypeError, AttributeError, RuntimeError, ArithmeticError,
)  # fmt: skip
"""What zipfile, the XML parsers and openpyxl raise for a file that is no proper workbook."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:$]{2,30})[\"']")
_ACROSS_TOP = re.compile("[A-Z]+1(:[A-Z]+1)?")
_FAR_CELL = re.compile(
    # a filled cell of a column beyond KN, the 300th; bounded, so that no file is searched twice over
    rb"[\"'](?:[A-Z]{3}|K[O-Z]|[L-Z][A-Z])[0-9]{1,7}[\"'][^<>]{0,80}(?<!/)>\s{0,9}<(?:\w{1,20}:)?(?:v|f|is)[\s>]"
)
_TINY = re.compile(
    # a figure that may be too small for a float: a power below -300, or as many zeros; bounded like the one above
    rb"<(?:\w{1,20}:)?v>\s{0,9}([-+]?(?:[0-9.]{1,400}[eE]-[0-9]{3,9}|0?\.0{300}[0-9]{1,400}))\s{0,9}</"
)
_MACRO_TYPES = (b"macroenabled", b"vbaproject")


class _Refused(Exception):  # noqa: N818  (carries a Problem out, it is no error of its own)
    def __init__(self, code: str, at: At, **params: str | float) -> None:
        self.problem = Problem(code, at, None, {"file": at.file, **params})
        super().__init__(code)


def read_sheet(
    raw: bytes, at: At, sheet: str | None, is_head: Callable[[str], bool], problems: list[Problem]
) -> tuple[str, list[RawRow]] | None:
    """Name and rows of a sheet (of the only one where none is named); None and a Problem where it is refused.

    `is_head` knows the heads of the table: cells merged across a title row above them are let pass.
    """
    try:
        members = _opened(raw, at)
        parts = _sheet_parts(members)
        name = _choose(list(parts), sheet, at)
        merged = [ref.decode().replace("$", "") for ref in _MERGED.findall(members[parts[name]])]
        if any(not _ACROSS_TOP.fullmatch(ref) for ref in merged):
            problems.extend(_merged(merged, name, at))
            return None
        _refuse_wide(members[parts[name]], At(at.file, sheet=name))
        _refuse_lost(members[parts[name]], At(at.file, sheet=name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of styles and validations that no value depends on
            rows = list(_rows(_packed(members), At(at.file, sheet=name), problems))
        if merged and any(is_head(text) for text in (rows[0].texts if rows else ()) if text):
            problems.extend(_merged(merged, name, at))
            return None
        return name, rows
    except _Refused as refused:
        problems.append(refused.problem)
    except _BROKEN as error:
        problems.append(Problem("workbook-broken", at, None, {"file": at.file, "reason": _reason(error)}))
    return None


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula, or an error value (`text` then begins with `#`): never calculated."""

    text: str


Value = str | float | bool | Formula | None


def read_sheets(raw: bytes, at: At, problems: list[Problem]) -> list[tuple[str, list[tuple[int, list[Value]]]]]:
    """Every sheet with its name and its rows (number, values); empty and a Problem where the workbook is refused.

    Numbers are those stored, whatever their format shows; days and times are text. Rows end with their last value.
    """
    import openpyxl

    try:
        members = _opened(raw, at)
        parts = _sheet_parts(members)
        for name, part in parts.items():
            _refuse_wide(members[part], At(at.file, sheet=name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as for one sheet
            book = openpyxl.load_workbook(
                io.BytesIO(_packed(members)), read_only=True, data_only=False, keep_links=False
            )
            found = [(name, list(_bare_rows(book[name], At(at.file, sheet=name)))) for name in parts]
            book.close()
    except _Refused as refused:
        problems.append(refused.problem)
    except _BROKEN as error:
        problems.append(Problem("workbook-broken", at, None, {"file": at.file, "reason": _reason(error)}))
    else:
        return found
    return []


def _bare_rows(page: Any, at: At) -> Iterator[tuple[int, list[Value]]]:
    for line, filled in _filled(page):
        if line > 2 * MAX_ROWS:
            raise _Refused("table-too-long", At(at.file, line, sheet=at.sheet), limit=MAX_ROWS)
        values: list[Value] = [None] * (filled[-1][0] + 1 if filled else 0)
        for index, cell in filled:
            values[index] = _bare(cell)
        yield line, values


def _bare(cell: Any) -> Value:
    value = cell.value
    if cell.data_type == "f":
        return Formula(_formula(value))
    if cell.data_type == "e":
        return Formula(str(value)[:20])
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    return value if isinstance(value, (bool, float)) or value is None else float(value)


def _opened(raw: bytes, at: At) -> dict[str, bytes]:
    """The members of a workbook that is safe to read."""
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise _Refused("workbook-old", at)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return with_raised_signs(_safe_members(archive, at))


def _refuse_wide(data: bytes, at: At) -> None:
    if _FAR_CELL.search(data):
        raise _Refused("sheet-too-wide", at, limit=MAX_COLUMNS, column=letters(MAX_COLUMNS - 1))


def _refuse_lost(data: bytes, at: At) -> None:
    """Of a figure that is too small openpyxl makes 0; one that is too large becomes infinite, and is no figure."""
    for found in _TINY.finditer(data):
        figure = found[1].decode()
        if figure.count(".") < 2 and lost(figure, float(figure)):
            raise _Refused("number-lost", at, value=figure[:60])


def _filled(page: Any) -> Iterator[tuple[int, list[tuple[int, Any]]]]:
    """The rows of a sheet, each with the cells that hold something and their columns."""
    page.reset_dimensions()  # the size a sheet declares may be wrong; the rows are what counts
    # a sheet may be formatted out to its last column, the 16,384th: only the filled cells are looked at
    for line, cells in enumerate(page.iter_rows(max_col=MAX_COLUMNS), start=1):
        yield line, [(i, cell) for i, cell in enumerate(cells) if cell.value is not None or cell.data_type == "f"]


def _merged(cells: list[str], sheet: str, at: At) -> list[Problem]:
    return [Problem("cell-merged", At(at.file, None, None, sheet, ref), None, {"cells": ref}) for ref in cells]


def _packed(members: dict[str, bytes]) -> bytes:
    """A workbook of the members that passed, their sizes true."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:120].replace("\n", " ")


def _safe_members(archive: zipfile.ZipFile, at: At) -> dict[str, bytes]:
    """The XML members, unpacked. Refuses a workbook that is too large, has macros or declares entities."""
    infos = archive.infolist()
    macro = at.file.lower().endswith((".xlsm", ".xlsb")) or any("vbaproject" in i.filename.lower() for i in infos)
    if macro:
        raise _Refused("workbook-macro", at)
    texts = [info for info in infos if info.filename.lower().endswith((".xml", ".rels"))]
    total = sum(info.file_size for info in texts)
    if len(infos) > MAX_MEMBERS or total > MAX_UNPACKED or any(info.file_size > MAX_MEMBER for info in texts):
        size = f"{total / 1e6:.0f} MB"
        raise _Refused("workbook-bomb", at, size=size, limit=f"{MAX_MEMBER // 10**6} MB")
    members: dict[str, bytes] = {}
    for info in texts:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Refused("workbook-packing", at, member=info.filename[:80])
        with archive.open(info) as member:
            data = member.read(info.file_size + 1)  # bounded: a declared size may lie
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
            raise _Refused("workbook-entity", at, member=info.filename[:80])
        members[info.filename] = data
    if any(word in members["[Content_Types].xml"].lower() for word in _MACRO_TYPES):
        raise _Refused("workbook-macro", at)
    return members


def _sheet_parts(members: dict[str, bytes]) -> dict[str, str]:
    """Sheet names in the order of the workbook, and the member each is stored in."""
    from defusedxml.ElementTree import fromstring

    root = fromstring(members["xl/workbook.xml"], forbid_dtd=True)
    relations = fromstring(members["xl/_rels/workbook.xml.rels"], forbid_dtd=True)
    targets = {str(r.get("Id")): posixpath.join("/xl", str(r.get("Target"))).lstrip("/") for r in relations}
    found: dict[str, str] = {}
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] == "sheet":
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            if relation in targets and targets[relation] in members and "worksheets" in targets[relation]:
                found[str(element.get("name"))] = targets[relation]
    if len(found) > _MAX_SHEETS or len(set(found.values())) < len(found):
        raise ValueError("sheets that are one and the same, or too many")
    return found


def _choose(names: list[str], sheet: str | None, at: At) -> str:
    if sheet is None and len(names) == 1:
        return names[0]
    if sheet in names:
        return sheet
    listed, first = ", ".join(names)[:200], names[0] if names else ""
    raise _Refused(
        "sheet-needed" if sheet is None else "sheet-missing", at, sheet=(sheet or "")[:40], sheets=listed, first=first
    )


def _rows(raw: bytes, at: At, problems: list[Problem]) -> Iterator[RawRow]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    formulas: dict[int, list[tuple[int, str]]] = {}
    for line, filled in _filled(book[at.sheet or ""]):
        texts: list[str | None] = [""] * (filled[-1][0] + 1 if filled else 1)
        unread: dict[int, Problem] = {}
        for index, cell in filled:
            found = _text(cell, cell_at(at, line, index, None), problems)
            if isinstance(found, Problem):
                unread[index] = found
            texts[index] = None if isinstance(found, Problem) else found
            if cell.data_type == "f":
                formulas.setdefault(index, []).append((line, _formula(cell.value)))
        yield RawRow(line, texts, unread)
        if line > 2 * MAX_ROWS:
            problems.append(Problem("table-too-long", At(at.file, line, sheet=at.sheet), None, {"limit": MAX_ROWS}))
            break
    book.close()
    problems.extend(_formulas(index, found, at) for index, found in formulas.items())


def _formulas(index: int, found: list[tuple[int, str]], at: At) -> Problem:
    """The formulas of a column as one Problem, at the range from the first to the last."""
    (line, formula), (last, _) = found[0], found[-1]
    name = letters(index)
    if len(found) == 1:
        place = f"{name}{line}"
        return Problem("cell-formula", cell_at(at, line, index, None), None, {"cell": place, "formula": formula})
    cells = f"{name}{line}:{name}{last}"
    params: dict[str, str | float | int] = {"cells": cells, "count": len(found), "formula": formula}
    return Problem("cell-formulas", At(at.file, line, None, at.sheet, cells), None, params)


def _formula(value: Any) -> str:
    return str(value if isinstance(value, str) else getattr(value, "text", None) or "=")[:60]


def _text(cell: Any, at: At, problems: list[Problem]) -> str | Problem | None:
    """A cell as the text a person would have typed; None for a formula, and None and a Problem for an error value.

    A Problem for a number that cannot be read as its format shows it: none where the column is not read.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return None
    if cell.data_type == "e":
        problems.append(Problem("cell-error", at, None, {"cell": at.cell or "", "value": str(value)[:20]}))
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        shown = as_shown(value, str(cell.number_format or ""))
        if isinstance(shown, str):
            return _looks(shown, cell)
        stored: dict[str, str | float | int] = {"value": f"{value:.15g}", "format": str(cell.number_format)[:40]}
        if shown.shows is None:
            return Problem("cell-format", at, None, stored)
        return Problem("cell-format-shows", at, None, {**stored, "shows": shown.shows[:60]})
    return _looks(str(value), cell)


def _looks(text: str, cell: Any) -> str:
    """A text as the font of its whole cell shows it: raised, lowered, struck out."""
    if cell.font is None:
        return text
    signs = raised(text, cell.font.vertAlign)
    return struck(signs) if cell.font.strike else signs
