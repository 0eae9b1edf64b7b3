"""CSV files and Excel sheets, read alike into rows of cells with their places."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from ecoprod.errors import At, Problem
from ecoprod.product import FileHash
from ecoprod.readers.heads import Head, Kind, comparable, in_words, is_row_number, knows, match_head
from ecoprod.textfile import MAX_NAME, read_bytes, read_text, resolved

MAX_BYTES, MAX_CELL, MAX_ROWS, MAX_COLUMNS = 20_000_000, 32_767, 100_000, 300
_DELIMITERS = (",", "\t", ";")
_TITLE_ROWS = 5
"""Rows above the heads that are looked through for heads further down."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell or YAML scalar: its text (NFC, trimmed), its place and the unit in its column's head."""

    text: str
    at: At
    unit: str | None = None
    in_table: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row; blank cells are not in `cells`. `refused`: columns whose cell was refused, with a Problem of its own."""

    at: At
    cells: Mapping[str, Cell]
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with recognised columns. `heads`: those that the file has, as they are written there."""

    rows: tuple[Row, ...]
    heads: Mapping[str, str]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the file has."""
        return frozenset(self.heads)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before its columns are known: its number, and texts or None (a cell that was refused).

    `unread`: cells that are refused where somebody reads their column, by their place in the row.
    """

    line: int
    texts: Sequence[str | None]
    unread: Mapping[int, Problem] = field(default_factory=dict)


def inside(folder: Path, name: str, at: At, problems: list[Problem]) -> Path | None:
    """The path of a file named in the product; None and a Problem where it lies outside the product folder."""
    if "\\" in name or "\0" in name or len(name) > 300:
        problems.append(Problem("path-not-posix", at, at.column, {"file": name[:80]}))
        return None
    path = folder / name
    place, home = resolved(path), resolved(folder)
    if place is None or home is None:
        problems.append(Problem("path-impossible", at, at.column, {"file": name[:80], "limit": MAX_NAME}))
        return None
    if not place.is_relative_to(home):
        problems.append(Problem("path-outside", at, at.column, {"file": name[:80]}))
        return None
    return path


def read_table(
    folder: Path, named: Cell, kind: Kind, files: dict[str, FileHash], problems: list[Problem]
) -> Table | None:
    """The table that a key of the product file names: `bom.csv` or `book.xlsx#Sheet1`."""
    name, hash_sign, sheet = named.text.partition("#")
    path = inside(folder, name, named.at, problems)
    if path is None:
        return None
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv", ".txt"}:
        return _read_csv(path, name, kind, files, problems)
    if suffix in {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"}:
        from ecoprod.readers.workbook import read_sheet

        raw = read_bytes(path, name, MAX_BYTES, problems)
        if raw is None:
            return None
        files[name] = FileHash(name, hashlib.sha256(raw).hexdigest())
        found = read_sheet(raw, At(name), sheet if hash_sign else None, lambda head: knows(head, kind), problems)
        return None if found is None else _table(found[1], At(name, sheet=found[0]), kind, problems)
    problems.append(Problem("table-format", named.at, named.at.column, {"file": name}))
    return None


def _read_csv(path: Path, name: str, kind: Kind, files: dict[str, FileHash], problems: list[Problem]) -> Table | None:
    source = read_text(path, name, MAX_BYTES, lambda text: _delimiter(text, kind)[1] > 0, problems)
    if source is None:
        return None
    files[name] = FileHash(name, source.sha256)
    delimiter, _ = _delimiter(source.text, kind)
    return _table(_csv_rows(source.text, delimiter, At(name), problems), At(name), kind, problems)


def _delimiter(text: str, kind: Kind) -> tuple[str, int]:
    """The sign between cells under which most heads of one of the first lines are known, and how many are."""
    lines = (line for line in io.StringIO(text[:20_000]) if line.strip(" \t,;\r\n") and not line.startswith("#"))
    first = list(islice(lines, _TITLE_ROWS + 1))
    counts = {
        d: max((sum(knows(head.strip(' "\r\n'), kind) for head in line.split(d)) for line in first), default=0)
        for d in _DELIMITERS
    }
    best = max(_DELIMITERS, key=lambda d: counts[d])
    return best, counts[best]


def _csv_rows(text: str, delimiter: str, at: At, problems: list[Problem]) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_BYTES)  # our own limit on a cell is smaller, and names the cell
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for texts in reader:
            yield RawRow(line, texts)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem("csv-quotes", At(at.file, line), None, {"reason": str(error)}))


def cell_at(at: At, line: int, index: int, column: str | None) -> At:
    """The place of a cell; with its Excel name where it stands on a sheet."""
    return At(at.file, line, column, at.sheet, f"{letters(index)}{line}" if at.sheet else None)


def letters(index: int) -> str:
    """Excel's name of a column, counted from 0: `A`, `Z`, `AA`."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _table(raw_rows: Iterable[RawRow], at: At, kind: Kind, problems: list[Problem]) -> Table | None:
    heads: list[Head | None] | None = None
    rows: list[Row] = []
    for raw in _from_the_heads(raw_rows, at, kind, problems):
        if heads is None:
            heads = _heads(raw, at, kind, problems)
        elif len(rows) >= MAX_ROWS:
            problems.append(Problem("table-too-long", At(at.file, raw.line, sheet=at.sheet), None, {"limit": MAX_ROWS}))
            break
        else:
            rows.append(_row(raw, heads, at, problems))
    if heads is None:
        problems.append(Problem("table-empty", at, None, {"file": at.file}))
        return None
    written = {head.column: head.written for head in heads if head}
    for column in kind.needed:
        if column not in written:
            missing_column(at, column, kind, problems)
    return Table(tuple(rows), written)


def missing_column(at: At, column: str, kind: Kind, problems: list[Problem]) -> None:
    """Note that a table lacks a column, once for all its rows."""
    params = {"column": column, "name": in_words(column, kind)}
    problems.append(Problem("column-missing", At(at.file, None, None, at.sheet), column, params))


def _from_the_heads(raw_rows: Iterable[RawRow], at: At, kind: Kind, problems: list[Problem]) -> Iterator[RawRow]:
    """The rows that are neither blank nor a remark, from the heads on; title rows above them are one Problem."""
    rows = (
        raw for raw in raw_rows
        if (raw.unread or any(text and text.strip() for text in raw.texts))
        and not (raw.texts[0] or "").lstrip().startswith("#")
    )  # fmt: skip
    first = list(islice(rows, _TITLE_ROWS + 1))
    known = [
        sum(knows(text.strip(), kind) for text in raw.texts[:MAX_COLUMNS] if text and text.strip()) for raw in first
    ]
    start = next((n for n, count in enumerate(known) if count > 1), 0) if known and known[0] < 2 else 0
    if start:
        line, heads = first[0].line, first[start].line
        place = At(at.file, line, None, at.sheet)
        problems.append(Problem("heads-below", place, None, {"line": line, "heads": heads}))
    yield from chain(first[start:], rows)


def _heads(raw: RawRow, at: At, kind: Kind, problems: list[Problem]) -> list[Head | None]:
    heads: list[Head | None] = []
    seen: dict[str, str] = {}
    texts = [(text or "").strip() for text in raw.texts[:MAX_COLUMNS]]
    named = any(kind.names.get(comparable(text)) == "id" and not is_row_number(text) for text in texts)
    for index, written in enumerate(texts):
        place = cell_at(at, raw.line, index, written[:60] or None)
        if index in raw.unread:
            problems.append(raw.unread[index])
        head = match_head(written, kind, place, problems) if written else None
        if head and head.column == "id" and named and is_row_number(written):
            head = Head("note", None, written)
        if head and head.column != "note" and head.column in seen:
            params: dict[str, str | float | int] = {"column": written, "first": seen[head.column]}
            problems.append(Problem("column-duplicate", place, head.column, params))
            head = None
        if head:
            seen[head.column] = written
        heads.append(head)
    return heads


def _row(raw: RawRow, heads: Sequence[Head | None], at: At, problems: list[Problem]) -> Row:
    cells: dict[str, Cell] = {}
    refused: set[str] = set()
    for index, (raw_text, head) in enumerate(zip(raw.texts, heads, strict=False)):
        text = (raw_text or "").strip()
        if raw_text is None and head is not None:
            refused.add(head.column)
            if index in raw.unread and head.column != "note":
                at_cell = cell_at(at, raw.line, index, head.column)
                problems.append(replace(raw.unread[index], at=at_cell, field=head.column))
        if not text:
            continue
        place = cell_at(at, raw.line, index, head.column if head else None)
        if len(text) > MAX_CELL:
            problems.append(Problem("cell-too-long", place, place.column, {"limit": MAX_CELL, "length": len(text)}))
        elif head is not None:
            cells[head.column] = Cell(unicodedata.normalize("NFC", text), place, head.unit)
    beyond = ((n, t.strip()) for n, t in islice(enumerate(raw.texts), len(heads), None) if t and t.strip())
    problems.extend([problem for index, problem in raw.unread.items() if index >= len(heads)][:1])
    for index, text in islice(beyond, 1):  # one problem a row, however long it is
        code = "cell-without-head-sheet" if at.sheet else "cell-without-head"
        problems.append(Problem(code, cell_at(at, raw.line, index, None), None, {"value": text[:40], "line": raw.line}))
    return Row(At(at.file, raw.line, None, at.sheet, None), cells, frozenset(refused))
