"""A number of a workbook as its cell shows it: `0.05` in the format `0%` is 5 %, `5` in the format `0" 万"` is 5 万.

What a format adds is read as if it had been typed behind the number, comparison signs as if before it. A format that
shows another number than is stored, or that hides it, is told to whoever asks; no value is guessed of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<whole>General|G/通用格式|@)|(?P<digits>E[+-][0#?]|[0#?.,])|(?P<percent>%)|(?P<end>;)|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile(
    "(?i)black|blue|cyan|green|magenta|red|white|yellow|colou?r ?[0-9]{1,2}|黑色|蓝色|绿色|红色|白色|黄色"
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]*)?")
_DIGITS = re.compile(
    r"(?:[0#?]+(?:,[0#?]+| [0#?]{3}(?![0#?]))*)?(?P<scale>,*)(?:\.[0#?]*(?P<behind>,*))?(?:E[+-][0#?]+)?", re.IGNORECASE
)
_COMPARED = frozenset({"", "<", ">", "=", "≤", "≥", "<=", ">="})
_DASHES = frozenset({"-", "−", "–", "—"})
_ANOTHER_FIGURE = re.compile(r"[.,，．％]|.*(?<![^\W\d_])\d", re.DOTALL)
"""Words behind a number that make another one of it; the figure of a unit stands behind a letter: `m2`."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A number that cannot be read as it shows. `shows`: what it shows, where that is known."""

    shows: str | None = None


class _Odd(Exception):  # noqa: N818  (goes no further than this module)
    """A part of a format whose meaning is not read: a condition, a fraction, numerals of another script."""


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands before the digits of one section of a format, the digits themselves, and what stands behind.

    `thousands`: how many commas behind the digits divide the number. `percents`: how many signs of percent multiply it;
    one in quotes is only shown.
    """

    before: str
    digits: str
    behind: str
    thousands: int
    percents: int


def as_shown(value: float, number_format: str) -> str | Unread:
    """The text that a person would have typed for what the cell shows, its decimals not rounded."""
    sections = _parsed(number_format or "General")
    own = value < 0 and len(sections) > 1
    section = sections[1 if own else 2 if value == 0 and len(sections) > 2 else 0]
    if section is None:
        return Unread()
    if not section.digits or (value == 0 and "0" not in section.digits and section.before.strip()):
        # accounting formats show a dash for nothing
        return "0" if value == 0 and (section.before + section.behind).strip() in _DASHES else _all(section, "")
    before, behind, negative = _sign(section.before.strip(), section.behind.strip())
    if section.thousands or section.percents > 1:
        return _all(section, _figure(value / 1000**section.thousands * 100**section.percents))
    times = 100.0 if section.percents else 1.0
    if before not in _COMPARED or _ANOTHER_FIGURE.match(behind) or negative != own:
        return _all(section, _figure(abs(value) if own else value, times))
    return f"{before}{_figure(value, times)}{' ' if behind else ''}{behind}"


def _figure(value: float, times: float = 1.0) -> str:
    if times != 1:
        return f"{value * times:.15g}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else repr(value)


def _all(section: _Section, figure: str) -> Unread:
    return Unread(f"{section.before}{figure}{section.behind}".strip() or None)


def _sign(before: str, behind: str) -> tuple[str, str, bool]:
    """What stands around a figure without its sign, and whether it is negative: `-5`, `5-` and `(5)`."""
    if before[:1] == "(" and behind[-1:] == ")":
        return before[1:].strip(), behind[:-1].strip(), True
    if before[-1:] in _DASHES:
        return before[:-1].strip(), behind, True
    if behind in _DASHES:
        return before, "", True
    return before.removesuffix("+").strip(), behind, False


@lru_cache(maxsize=1024)
def _parsed(number_format: str) -> tuple[_Section | None, ...]:
    """The sections for numbers of a format, read once for all cells that have it; None for what is not read."""
    try:
        return tuple(map(_split, _sections(number_format)))
    except _Odd:
        return (None,)


def _sections(number_format: str) -> list[list[tuple[str, str]]]:
    """The sections as (kind, text) without that for text and without colours. Raises _Odd."""
    found: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(number_format):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "end":
            found.append([])
        elif kind == "bracket":
            found[-1] += _bracket(text)
        elif kind == "fill" and text != " ":
            raise _Odd
        elif kind in ("width", "fill"):
            found[-1].append(("words", " "))
        else:
            found[-1].append((kind, text) if kind in ("digits", "whole", "percent") else ("words", text))
    if len(found) > 1 and ("whole", "@") in found[-1]:
        found.pop()
    return found[:3]


def _bracket(text: str) -> list[tuple[str, str]]:
    if _COLOUR.fullmatch(text):
        return []
    currency = _CURRENCY.fullmatch(text)
    if currency is None:
        raise _Odd
    return [("words", currency[1])] if currency[1] else []


def _split(tokens: list[tuple[str, str]]) -> _Section | None:
    places = [n for n, (kind, _) in enumerate(tokens) if kind in ("digits", "whole")]
    first, last = (places[0], places[-1] + 1) if places else (len(tokens), len(tokens))
    if any(kind not in ("digits", "whole") and text != " " for kind, text in tokens[first:last]):
        return None
    # General and @ show the digits that are there, like one 0
    digits = "".join("0" if kind == "whole" else text for kind, text in tokens[first:last])
    shape = _DIGITS.fullmatch(digits)
    if shape is None:
        return None
    before, behind = ("".join(text for _, text in part) for part in (tokens[:first], tokens[last:]))
    thousands = len((shape["scale"] or "") + (shape["behind"] or ""))
    return _Section(before, digits, behind, thousands, sum(kind == "percent" for kind, _ in tokens))
