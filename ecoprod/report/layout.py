"""A page of a terminal: text wrapped, tables and bars, for Latin and Chinese signs alike.

A light renderer of our own: a warm `assess` has no time to import a large one, and the plain output is the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_STYLES = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36",
    "bold red": "1;31", "bold green": "1;32", "bold yellow": "1;33", "bold cyan": "1;36",
}  # fmt: skip
_NEVER_FIRST = frozenset("，。、；：？！）》】」』”’%…·,.;:?!)]}")
_NEVER_LAST = frozenset("（《【「『“‘([{")
_BREAK_AFTER = re.compile(r"(?<=[/_,;=\-])(?=[^\s])")
_BLOCKS = " ▏▎▍▌▋▊▉█"
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a table: text that wraps, its style, and whether it stands at the right."""

    text: str
    style: str = ""
    right: bool = False


@dataclass(slots=True)
class Page:
    """Lines of a report, `width` columns wide; `colour` adds terminal styles and changes nothing else."""

    width: int
    colour: bool = False
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The page with LF line ends and a final one."""
        return "\n".join(line.rstrip() for line in self.lines) + "\n"


def sign_width(sign: str) -> int:
    """Columns of one sign: 2 for wide East Asian signs, 0 for combining ones."""
    if sign < "\u0300":
        return 1
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(sign_width, text))


def safe(text: str) -> str:
    """A text of a file without control signs: nothing a file says may steer the terminal. Line feeds stay."""
    if text.isprintable():
        return text
    return "".join(s if s.isprintable() or s in "\n\u3000" else " " if s.isspace() else "\ufffd" for s in text)


def styled(text: str, style: str, page: Page) -> str:
    """The text in a style, plain where the page has no colour."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if page.colour and style and text.strip() else text


def _pieces(text: str) -> Iterator[str]:
    """The smallest parts between which a line may break; spaces are parts of their own."""
    piece = ""
    for sign in text:
        last = piece[-1:]
        if last and _may_break(last, sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _may_break(last: str, sign: str) -> bool:
    """Whether a line may end between two signs: at spaces, and between Chinese signs but for their punctuation."""
    if " " in (last, sign):
        return True
    wide = sign_width(last) == 2 or sign_width(sign) == 2
    return wide and sign not in _NEVER_FIRST and last not in _NEVER_LAST


def _fitting(text: str, width: int) -> Iterator[str]:
    """`_pieces`, none wider than the line: long names break after a hyphen or slash, else anywhere."""
    for piece in _pieces(text):
        if columns(piece) <= width:
            yield piece
            continue
        for part in _BREAK_AFTER.split(piece):
            while columns(part) > width:
                cut = next(
                    n for n in range(min(len(part), max(width, 1)), 0, -1) if columns(part[:n]) <= width or n == 1
                )
                yield part[:cut]
                part = part[cut:]  # noqa: PLW2901  (what is left of the part)
            if part:
                yield part


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns."""
    width = max(width, 2)
    if columns(text) <= width and "\n" not in text:
        return [text]
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for piece in _fitting(paragraph, width):
            size = columns(piece)
            if used + size > width and line:
                lines.append(line.rstrip())
                line, used = ("", 0) if piece == " " else (piece, size)
            elif line or piece != " ":
                line, used = line + piece, used + size
        lines.append(line.rstrip())
    return lines or [""]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up to `width` columns."""
    room = " " * max(width - columns(text), 0)
    return room + text if right else text + room


def line(page: Page, text: str = "", style: str = "", indent: int = 0, hang: int = 0) -> None:
    """Add a paragraph; lines after the first are indented by `hang` more."""
    parts = wrap(safe(text), page.width - indent - hang)
    for n, part in enumerate(parts):
        page.lines.append(" " * (indent + (hang if n else 0)) + styled(part, style, page))


def told(page: Page, text: str, style: str = "", indent: int = 0) -> None:
    """Add a message of the catalogue: paragraphs, and between them commands to copy, written there with four spaces."""
    for part in text.split("\n"):
        if part.startswith("    "):
            verbatim(page, part.strip(), indent + 4)
        else:
            line(page, part, style, indent)


def verbatim(page: Page, text: str, indent: int = 4) -> None:
    """Add a line that is there to be copied, a command say: it is never wrapped, however long."""
    page.lines.append(" " * indent + safe(text).replace("\n", " "))


def bullet(page: Page, mark: str, text: str, style: str = "", indent: int = 2) -> None:
    """Add a marked paragraph; the mark carries the style."""
    start = columns(mark) + 1
    for n, part in enumerate(wrap(safe(text), page.width - indent - start)):
        head = styled(mark, style, page) + " " if n == 0 else " " * start
        page.lines.append(" " * indent + head + part)


def heading(page: Page, text: str) -> None:
    """Add a section head with a rule behind it, one blank line above."""
    *above, title = wrap(safe(text), page.width)
    rest = max(page.width - columns(title) - 1, 0)
    page.lines += ["", *(styled(part, "bold cyan", page) for part in above)]
    page.lines.append(f"{styled(title, 'bold cyan', page)} {styled('─' * rest, 'dim', page)}")


def panel(page: Page, rows: Sequence[tuple[str, str]], style: str) -> None:
    """Add a frame with (text, style) paragraphs in it."""
    inner = page.width - 4
    page.lines.append(styled(f"╭{'─' * (page.width - 2)}╮", style, page))
    side = styled("│", style, page)
    for text, row_style in rows:
        for part in wrap(safe(text), inner):
            page.lines.append(f"{side} {styled(pad(part, inner), row_style, page)} {side}")
    page.lines.append(styled(f"╰{'─' * (page.width - 2)}╯", style, page))


def bar(value: float, largest: float, width: int) -> str:
    """A bar for the size of `value`, exact to an eighth of a column; never empty for a value above zero."""
    if largest <= 0 or value == 0:
        return ""
    eighths = max(round(abs(value) / largest * width * 8), 1)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


Row = Sequence[Cell | str]


def table(
    page: Page, rows: Sequence[Row], head: Sequence[str] = (), *, indent: int = 2, flexible: int = 0, least: int = 24
) -> None:
    """Add a table; a row of one cell goes across all columns, as a head between rows.

    Columns are as wide as they need; the `flexible` one gives way first, down to `least`, then those behind it.
    """
    cells = [[_cell(c) for c in row] for row in rows]
    body = [row for row in cells if len(row) > 1]
    if not body:
        return
    rights = [any(row[n].right for row in body) for n in range(len(body[0]))]
    heads = [Cell(text, "dim", rights[n]) for n, text in enumerate(head)]
    widths = _widths([*body, heads] if heads else body, page.width - indent, flexible, least)
    for row in ([heads] if heads else []) + cells:
        if len(row) == 1:
            line(page, row[0].text, row[0].style, indent)
        else:
            _add_row(page, row, widths, indent)


def _cell(given: Cell | str) -> Cell:
    return Cell(safe(given.text), given.style, given.right) if isinstance(given, Cell) else Cell(safe(given))


def _add_row(page: Page, row: Sequence[Cell], widths: Sequence[int], indent: int) -> None:
    parts = [
        [p for paragraph in c.text.split("\n") for p in wrap(paragraph, w)] for c, w in zip(row, widths, strict=True)
    ]
    for n in range(max(map(len, parts))):
        pieces = (
            styled(pad(part[n] if n < len(part) else "", width, right=cell.right), cell.style, page)
            for part, cell, width in zip(parts, row, widths, strict=True)
        )
        page.lines.append(" " * indent + "  ".join(pieces))


def _widths(rows: Sequence[Sequence[Cell]], room: int, flexible: int, least: int) -> list[int]:
    """Column widths: natural ones; the flexible column is cut first, then the widest of those behind it.

    Only where that is not enough the rest give way: marks and numbers of rows do not read well broken.
    """
    widths = [max(columns(part) for row in rows for part in row[n].text.split("\n")) for n in range(len(rows[0]))]
    over = sum(widths) + 2 * (len(widths) - 1) - room
    behind = list(range(flexible + 1, len(widths)))
    for among, floor in (([flexible], least), (behind, _NARROWEST), (range(len(widths)), _NARROWEST)):
        while over > 0:
            widest = max(among, key=lambda n: widths[n], default=None)
            if widest is None or widths[widest] <= floor:
                break
            widths[widest] -= 1
            over -= 1
    return widths
