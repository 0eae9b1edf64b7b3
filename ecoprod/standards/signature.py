"""Who answers for the reading of a standard, in which copy and when: what names nobody is no signature."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from ecoprod.standards.cursor import Cursor

_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their class that show as nothing."""
_EARLIEST = date(1980, 1, 1)
"""The oldest standard of the library is of 2010; requirements on ecodesign are a matter of this century."""
_LATEST = date(2100, 1, 1)
"""A bound that needs no clock: the same files give the same verdict on any day and machine."""
_PLACEHOLDERS = frozenset((
    "todo", "tbd", "tbc", "tba", "fixme", "xxx", "n/a", "n.a", "none", "null", "nil", "nobody", "unknown", "pending",
    "to be determined", "to be done", "to be confirmed", "not applicable", "placeholder",
    "无", "没有", "暂无", "空", "待定", "待填", "待填写", "待补", "待补充",
    "待确认", "待核对", "未定", "未知", "不详", "不明", "不适用", "无人", "某人", "某某",
))  # fmt: skip
"""Words that stand where a name is to come, as they compare."""
_AROUND = " .,:;!?-–—…_*/\\()[]{}<>\"'“”‘’。，、：；！？（）【】〔〕《》"
_YEAR = re.compile(r"[-–—]((?:19|20)\d\d)$|[〔\[(]((?:19|20)\d\d)[)\]〕]|^((?:19|20)\d\d)/")


def names_something(text: str | None) -> bool:
    """Whether a text holds a letter or a sign of a script and is no word for a name to come.

    `-`, `…` and figures alone name nobody and nothing, nor do `TODO`, `N/A` and `待定`.
    """
    if text is None or not any(sign.isalpha() and sign not in _BLANK_LETTERS for sign in text):
        return False
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_AROUND) not in _PLACEHOLDERS


def year_of(number: str) -> int | None:
    """The year that the number of a standard states: 2017 of `T/CEEIA 280-2017`, 2020 of `财办库〔2020〕123号`."""
    found = _YEAR.search(number.strip())
    return int(next(filter(None, found.groups()))) if found else None


def check_years(top: Cursor, number: str, checked_on: date | None, in_force: date | None) -> None:
    """Report a reading, or an effect, of a standard before the year in its number: it was not there to be read."""
    year = year_of(number)
    for key, day in (("checked_on", checked_on), ("in_force", in_force)):
        if year is not None and day is not None and day.year < year:
            top.report("before-the-standard", key, key=key, day=day.isoformat(), number=number, year=year)


def read_signature(top: Cursor) -> tuple[str | None, date | None]:
    """`checked_by` and `checked_on`; one that names nobody, and a day that nobody can have signed on, are reported."""
    place = top.at("checked_by")
    by, on = place.text(), _possible(top, "checked_on")
    if not names_something(by):
        if isinstance(place.value, str) or by is not None:
            place.report("signature-names-nobody", value=by or "")
        by = None
    return by, on


def read_in_force(top: Cursor) -> date | None:
    """`in_force`; a date that no standard can have is reported and read as not known."""
    return _possible(top, "in_force")


def _possible(top: Cursor, key: str) -> date | None:
    found = top.at(key).day()
    if found is not None and not _EARLIEST <= found < _LATEST:
        top.report("day-impossible", key, key=key, day=found.isoformat(), first=_EARLIEST.year, last=_LATEST.year)
        return None
    return found
