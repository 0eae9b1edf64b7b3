"""Rows of a table of indicators as they were typed: every cell read, nothing matched yet.

What cannot be read becomes a Problem at its cell, and the row is left out; reading goes on behind it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from ecoprod.completing.words import (
    DIRECTIONS,
    FIRST_LEVELS,
    SHOWN_DIRECTIONS,
    SHOWN_LEVELS,
    SHOWN_STAGES,
    SIGNS,
    WITHOUT_UNIT,
    Benchmark,
    benchmark,
    direction_in,
    plain,
    stage_of,
    unit_in,
)  # fmt: skip
from ecoprod.errors import At, InputError, Problem
from ecoprod.product import FileHash
from ecoprod.readers.fields import Desk, is_blank, needed, row_at, wording
from ecoprod.readers.heads import INDICATORS
from ecoprod.readers.listed import Listed
from ecoprod.readers.tables import Cell, Row, read_table
from ecoprod.standards.records import Group
from ecoprod.textfile import is_file, resolved
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, canonical

MAX_ROWS, MAX_WORDS = 500, 500
_LETTER = re.compile("[0-9.]([a-e])$")
"""A letter close behind a figure: a footnote mark (`0.5a`), or a unit, which may be that letter too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: what it is about, what it asks for, and where its cells stand. Texts are of one line."""

    row: Row
    title: str
    group: Group
    attribute: str | None
    stage: str | None
    unit: str | None
    direction: str | None
    benchmark: Benchmark
    texts: Mapping[str, str]

    def at(self, *columns: str) -> At:
        """The place of the first of these cells that is filled; where none is, that of the first."""
        there = (self.row.cells[c].at for c in columns if c in self.row.cells)
        return next(there, row_at(self.row.at, columns[0]))


def read_rows(table: str, problems: Listed) -> tuple[At, list[Asked], Mapping[str, str]]:
    """The place of `table.csv` or `book.xlsx#Sheet` as a whole, its rows, and its heads as they are written."""
    place, sheet = Path(table), ""
    if not is_file(place):
        name, _, sheet = table.rpartition("#") if "#" in table else (table, "", "")
        place = Path(name)
    path = resolved(place)
    if path is None or not is_file(path):
        raise InputError([Problem("cli-no-such-path", At(table[:200]), None, {"name": table[:200]})])
    named = Cell(f"{path.name}#{sheet}" if sheet else path.name, At(path.name))
    desk = Desk(Ledger(), problems)
    files: dict[str, FileHash] = {}
    found = read_table(path.parent, named, INDICATORS, files, problems)
    whole = At(path.name, sheet=sheet or None)
    if found is None or not {"second_level", "benchmark"} <= found.columns:
        return whole, [], found.heads if found else {}
    if len(found.rows) > MAX_ROWS:
        problems.append(Problem("table-too-long", found.rows[MAX_ROWS].at, None, {"limit": MAX_ROWS}))
    rows = [asked for row in found.rows[:MAX_ROWS] if (asked := _asked(desk, row, found.columns)) is not None]
    if not found.rows:
        problems.append(Problem("indicators-empty", whole, None, {"file": path.name}))
    return whole, rows, found.heads


def _asked(desk: Desk, row: Row, columns: frozenset[str]) -> Asked | None:
    before = len(desk.problems)
    cells = {column: cell for column, cell in row.cells.items() if not is_blank(cell)}
    for column in ("first_level", "second_level", "benchmark"):
        if column not in cells:
            needed(desk, row, columns, column)
    texts = {c: words for c, cell in cells.items() if c != "note" and (words := _words(desk, cell)) is not None}
    level = _meant(desk, cells, texts, "first_level", FIRST_LEVELS.get, SHOWN_LEVELS)
    direction = _meant(desk, cells, texts, "direction", DIRECTIONS.get, SHOWN_DIRECTIONS)
    stage = _meant(desk, cells, texts, "stage", stage_of, SHOWN_STAGES)
    unit = _unit(desk, cells, texts)
    found = _benchmark(desk, cells, texts, direction, unit)
    if "second_level" in texts and found is not None:
        _title_agrees(desk, cells["second_level"], texts, direction or found.sign, found.unit or unit)
    if len(desk.problems) > before or level is None or found is None or row.refused:
        return None
    group = level if level in ("basic", "lca_report") else "indicator"
    return Asked(
        row, texts["second_level"], cast(Group, group), level if group == "indicator" else None, stage,
        found.unit or unit, direction or found.sign, found, texts,
    )  # fmt: skip


def _words(desk: Desk, cell: Cell) -> str | None:
    """The text of a cell on one line; no control signs, no formula."""
    text = wording(desk, cell, MAX_WORDS)
    if text is None:
        return None
    line = " ".join(text.split())
    hidden = next((s for s in line if unicodedata.category(s) in ("Cc", "Cf", "Co", "Cs")), None)
    if hidden is not None:
        desk.fault(cell, "indicators-control", sign=f"U+{ord(hidden):04X}")
        return None
    if line.startswith("=") and len(line) > 1 and cell.at.column != "benchmark":
        desk.fault(cell, "indicators-formula", value=line[:40])
        return None
    return line


def _meant(
    desk: Desk, cells: Mapping[str, Cell], texts: Mapping[str, str], column: str, meaning: Callable[[str], str | None],
    allowed: Sequence[str],
) -> str | None:  # fmt: skip
    """What the word of a cell means; a Problem where it means nothing."""
    if column not in texts:
        return None
    found = meaning(plain(texts[column]))
    if found is None:
        desk.fault(cells[column], "word-unknown", value=texts[column][:60], words=", ".join(allowed))
    return found


def _unit(desk: Desk, cells: Mapping[str, Cell], texts: Mapping[str, str]) -> str | None:
    if "unit" not in texts or plain(texts["unit"]) in WITHOUT_UNIT:
        return None
    try:
        return canonical(texts["unit"])
    except UnitError as error:
        desk.problems.append(Problem(error.code, cells["unit"].at, "unit", error.params))
        return None


def _title_agrees(desk: Desk, cell: Cell, texts: Mapping[str, str], direction: str | None, unit: str | None) -> None:
    """Titles may repeat unit and direction (`残留量/(mg/kg) ≤`): then those of the row are the same."""
    title = texts["second_level"]
    own = unit_in(title)
    if own is not None and unit is not None and own != unit:
        desk.fault(cell, "indicators-title-unit", title=title[:60], unit=own, beside=unit)
    said = direction_in(title)
    if said is not None and direction is not None and said != direction:
        desk.fault(cell, "indicators-title-direction", title=title[:60], direction=SIGNS.get(direction, direction))


def _benchmark(
    desk: Desk, cells: Mapping[str, Cell], texts: Mapping[str, str], direction: str | None, unit: str | None
) -> Benchmark | None:
    """The benchmark, its own unit in the canonical spelling; it has to agree with the cells beside it."""
    if "benchmark" not in texts:
        return None
    cell = cells["benchmark"]
    try:
        found = benchmark(texts["benchmark"])
        found = replace(found, unit=canonical(found.unit)) if found.unit else found
    except UnitError as error:
        desk.problems.append(Problem(error.code, cell.at, "benchmark", error.params))
        return None
    letter = _LETTER.search(texts["benchmark"])
    if letter and unit is None and found.unit:
        desk.fault(cell, "indicators-letter", value=texts["benchmark"][:60], letter=letter[1])
    if found.sign and direction and found.sign != direction:
        desk.fault(cell, "indicators-sign", sign=SIGNS[found.sign], direction=texts["direction"])
    if found.unit and unit and found.unit != unit:
        desk.fault(cell, "indicators-two-units", unit=found.unit, beside=unit)
    return found
