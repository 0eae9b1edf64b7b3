"""A SimaPro CSV export cut into its header and blocks, every row with its line.

Two styles: since SimaPro 8 a header of lines in braces names the separator and the decimal sign, labels stand alone on
a line and blocks close with `End`; before, one line (`SimaPro 7 … processes … Date:`) opens a tab or semicolon table
in which a label and its value share a row and a block ends where the next begins.

Encoding: a byte order mark is followed, else UTF-8 where every byte fits, else Windows-1252, which SimaPro writes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ecoprod.errors import At, InputError, Problem
from ecoprod.textfile import decode

SEPARATORS = {"semicolon": ";", "tab": "\t", "comma": ","}
PRODUCTS = ("Products", "Waste treatment", "Waste scenario")
EDGES = {
    "Avoided products": "avoided",
    "Materials/fuels": "input",
    "Electricity/heat": "input",
    "Waste to treatment": "waste",
}
NATURE = (
    "Resources", "Emissions to air", "Emissions to water", "Emissions to soil", "Final waste flows",
    "Non material emission", "Non material emissions", "Social issues", "Economic issues",
)  # fmt: skip
SPLITS = ("Separated waste", "Remaining waste")
PARAMETERS = ("Input parameters", "Calculated parameters")
SECTIONS = {*PRODUCTS, *EDGES, *NATURE, *SPLITS, *PARAMETERS}
FLOW_LISTS = {
    "Raw materials": "Resources",
    "Airborne emissions": "Emissions to air",
    "Waterborne emissions": "Emissions to water",
}
"""Lists of substances under names of their own; the others are named as the sections of a process."""
GLOBALS = (
    "Database Input parameters", "Database Calculated parameters",
    "Project Input parameters", "Project Calculated parameters",
)  # fmt: skip
TOP = {"Process", "Product stage", "Method", "Quantities", "Units", "Literature reference", *FLOW_LISTS, *GLOBALS}
"""Labels that open a block wherever they stand."""
_BRACES = re.compile(r'\s*"?\{(.*?)\}"?[;,\t ]*')
_OLD = re.compile(r"\s*\"?SimaPro\b[^\n;,\t]*([;,\t])", re.IGNORECASE)
_SWALLOWED = re.compile(r"\n(?:End|Process|Products|Product stage)[ ;,\t]*[\r\n]")
_MAX_LINES = 20_000_000
_MAX_CELL, _MAX_COLUMNS = 131_072, 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: its number in the file, and its cells, trimmed."""

    line: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """A cell; empty beyond the end of the row."""
        return self.cells[index] if index < len(self.cells) else ""

    @property
    def label(self) -> str:
        """The first cell where it stands alone, else nothing."""
        return self.cells[0] if self.cells and not any(self.cells[1:]) else ""


@dataclass(slots=True)
class Block:
    """One block. `fields`: what stands before the sections, by label. `sections`: label and rows, in file order."""

    kind: str
    line: int
    fields: dict[str, list[Row]] = field(default_factory=dict)
    sections: list[tuple[str, list[Row]]] = field(default_factory=list)

    def rows(self, label: str) -> list[Row]:
        """All rows of a section."""
        return [row for name, rows in self.sections if name == label for row in rows]

    def text(self, label: str) -> str:
        """The first value of a field."""
        return next((row.cell(0) for row in self.fields.get(label, ()) if row.cell(0)), "")


@dataclass(frozen=True, slots=True)
class Export:
    """A file. `old`: the style before SimaPro 8, with amounts before units. `kind`: processes, methods, stages …"""

    name: str
    kind: str
    version: str
    project: str
    decimal: str
    old: bool
    blocks: tuple[Block, ...]


def looks_like(head: bytes) -> bool:
    """Whether first bytes are those of an export of either style."""
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip(b'"').decode("latin-1")
    return text.lstrip().lower().startswith("{simapro") or _OLD.match(text) is not None


def read_export(raw: bytes, name: str) -> Export:
    """Header and blocks. Raises InputError, with the line, where a file is no export or its quotes do not close."""
    if raw.count(b"\n") > _MAX_LINES:
        raise InputError([Problem("import-bomb", At(name), None, {"file": name})])
    text = decode(raw, lambda _: False)
    if text is None:
        text = raw.decode("cp1252" if _is_western(raw) else "latin-1")
    if "\0" in text:
        raise InputError([Problem("import-simapro-head", At(name, 1), None, {"file": name})])
    lines = text[:20_000].splitlines()[:60]
    header = [found.group(1) for line in lines if (found := _BRACES.fullmatch(line)) is not None]
    old = None if header else _OLD.match(text)
    if not header and old is None:
        raise InputError([Problem("import-simapro-head", At(name, 1), None, {"file": name})])
    options = {key.strip().lower(): value.strip() for line in header for key, _, value in (line.partition(":"),)}
    stated = options.get("csv separator", "")
    separator = old.group(1) if old else SEPARATORS.get(stated.lower(), stated or ";")
    if len(separator) != 1 or separator in '"\r\n':
        raise InputError([Problem("import-simapro-separator", At(name), None, {"file": name, "value": stated[:20]})])
    rows = list(_rows(text, separator, name))
    first = rows[0].cells if old and rows else ()
    # the kind is the header line without a colon, whatever the language of the export
    kinds = [line for line in header if ":" not in line and not line.lower().startswith(("simapro", "library"))]
    return Export(
        name,
        kinds[0] if kinds else ("processes" if header else next((c for c in first if "process" in c.lower()), "")),
        next((line for line in header if line.lower().startswith("simapro")), first[0] if first else ""),
        options.get("project", ""),
        "," if options.get("decimal separator") == "," else ".",
        old is not None,
        tuple(_blocks(rows[1:] if old else rows, old=old is not None)),
    )


def _is_western(raw: bytes) -> bool:
    """Whether every byte has a sign in Windows-1252; the five that have none are kept as Latin-1 has them."""
    return not any(byte in raw for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    """The rows without those of the header; blank ones are kept, for they close a field."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start, in_header, was_blank = 1, True, False
    try:
        for cells in reader:
            # the length too: csv's own bound is the process's, and other libraries lift it
            if any(len(cell) > _MAX_CELL or ("\n" in cell and _SWALLOWED.search(cell)) for cell in cells):
                raise InputError([Problem("import-simapro-quotes", At(name, start), None, {"line": start})])
            in_header = in_header and bool(cells) and cells[0].lstrip().startswith("{")
            blank = not any(cells)
            if not in_header and not (blank and was_blank):  # one blank row closes a field as well as a million do
                # SimaPro writes a line end within a cell as the delete sign
                yield Row(start, tuple(cell.replace("\x7f", "\n").strip() for cell in cells[:_MAX_COLUMNS]))
            was_blank, start = blank, reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem("import-simapro-quotes", At(name, start), None, {"line": start})]) from error


def _blocks(rows: Sequence[Row], *, old: bool) -> Iterator[Block]:
    block: Block | None = None
    label, awaits_value = "", False
    for row in rows:
        name = row.label
        if awaits_value and block is not None:
            # the line below a label is its value, whatever it says; more follow up to a blank line
            if any(row.cells):
                block.fields[label].append(row)
            awaits_value = bool(any(row.cells)) and label in {"Literature references", "External documents"}
            continue
        if not any(row.cells):
            continue
        if name == "End":
            if block is not None:
                yield block
            block = None
        elif block is None or name in TOP:
            if block is not None:
                yield block
            block, label = Block(name or row.cells[0], row.line), ""
            if block.kind != "Process" and block.kind != "Product stage":
                block.sections.append((block.kind, []))
        else:
            label = _take(block, row, label, old=old)
            awaits_value = not block.sections and not old
    if block is not None:
        yield block


def _take(block: Block, row: Row, label: str, *, old: bool) -> str:
    """Put a row where it belongs in its block: the label of a section, a row of one, or a field. The field's label."""
    name = row.label
    if block.kind == "Process" and (name in SECTIONS or (block.sections and name)):
        block.sections.append((name, []))
        return ""
    if block.sections:
        block.sections[-1][1].append(row)
        return ""
    found = (row.cells[0] or label) if old else row.cells[0]
    block.fields.setdefault(found, [])
    if old:
        block.fields[found].append(Row(row.line, row.cells[1:]))
    return found
