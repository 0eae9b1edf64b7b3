"""Tables with a column for each design: several below each other where one line has no room for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecoprod.report.layout import Cell, Page, Row, columns, line, table, wrap

_WHOLE = 22
"""Columns of the widest figure or word of a verdict that stands on one line."""
_SHORT = 12
"""Columns of the longest name of a design that never breaks."""
_CHINESE = 8
_WORDS = re.compile(r"[^\s/_,;=-]+[/_,;=-]*")


def side_by_side(
    page: Page, rows: Sequence[Row], *, head: Sequence[str] = (), least: int = 24, first: bool = True,
    unit: bool = False,
) -> None:  # fmt: skip
    """Add a table of a name and then the designs (and at the end a `unit`), the first row or `head` naming them.

    `first`: the first column of figures is the design that the others are measured against; it begins every table.
    `least`: columns of the names before a figure gives way.
    """
    given = [[_cell(c) for c in row] for row in ([head, *rows] if head else rows)]
    if not rows or not given[0][1:]:
        table(page, rows, head, flexible=0, least=least)
        return
    names = min(max(columns(part) for row in given for part in row[0].text.split("\n")), least)
    last = len(given[0]) - unit
    room = page.width - 2 - names - (2 + _widest(given, last) if unit else 0)
    if sum(2 + _widest(given, n) for n in range(1, last)) <= room:
        table(page, rows, head, flexible=0, least=least)
        return
    given = [[c if n in (0, last) else _folded(c) for n, c in enumerate(row)] for row in given]
    needs = [0, *(_needed(given, n) for n in range(1, last))]
    given[0] = [c if n in (0, last) else _wrapped(c, needs[n]) for n, c in enumerate(given[0])]
    for number, shown in enumerate(_blocks(needs, room, first)):
        if number:
            line(page)
        some = [[row[n] for n in (0, *shown, *([last] if unit else []))] for row in given]
        titles = [c.text for c in some[0]] if head else ()
        table(page, some[1:] if head else some, titles, flexible=0, least=least)


def _blocks(needs: Sequence[int], room: int, first: bool) -> Iterator[list[int]]:  # noqa: FBT001  (of one caller)
    """Columns of each table: the first design, and as many of the others as there is room for, one at least."""
    base = [1] if first and len(needs) > 2 else []
    left = list(range(1 + len(base), len(needs)))
    while left:
        taken = [*base, left.pop(0)]
        while left and sum(2 + needs[n] for n in (*taken, left[0])) <= room:
            taken.append(left.pop(0))
        yield taken


def _cell(given: Cell | str) -> Cell:
    return given if isinstance(given, Cell) else Cell(given)


def _folded(cell: Cell) -> Cell:
    """A change in brackets on a line of its own."""
    return Cell(cell.text.replace(" (", "\n("), cell.style, cell.right)


def _wrapped(cell: Cell, width: int) -> Cell:
    return Cell("\n".join(wrap(cell.text, width)), cell.style, cell.right)


def _widest(rows: Sequence[Sequence[Cell]], n: int) -> int:
    return max(columns(part) for row in rows for part in row[n].text.split("\n"))


def _needed(rows: Sequence[Sequence[Cell]], n: int) -> int:
    """Columns of a design: its figures whole, its name and long texts by their words (Chinese breaks anywhere)."""
    body = [part for row in rows[1:] for part in row[n].text.split("\n")]
    name = rows[0][n].text
    long = [part for part in body if columns(part) > _WHOLE]
    body += [name] if columns(name) <= _SHORT else []
    long += [name] if columns(name) > _SHORT else []
    words = [word for text in long for word in _WORDS.findall(text)]
    narrow = [columns(w) if w.isascii() else min(columns(w), _CHINESE) for w in words]
    return max(_CHINESE, *(columns(p) for p in body if columns(p) <= _WHOLE), *(min(w, _WHOLE) for w in narrow))
