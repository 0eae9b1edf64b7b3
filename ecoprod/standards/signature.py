"""Who answers for the reading of a standard, in which copy and when: what names nobody is no signature."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from ecoprod.standards.cursor import Cursor

_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their class that show as nothing."""
_EARLIEST = date(1980, 1, 1)
"""The oldest standard of the library is of 2010; requirements on ecodesign are a matter of this century."""
_YEARS_AHEAD = 10
"""Between publication and effect lie months, seldom a few years."""
_AHEAD_OF_ALL = timezone(timedelta(hours=14))


def names_something(text: str | None) -> bool:
    """Whether a text holds a letter or a sign of a script: `-`, `…` and figures alone name nobody and nothing."""
    return text is not None and any(sign.isalpha() and sign not in _BLANK_LETTERS for sign in text)


def today() -> date:
    """The latest day that has begun anywhere, so that nobody's own date counts as one to come."""
    return datetime.now(_AHEAD_OF_ALL).date()


def read_signature(top: Cursor) -> tuple[str | None, date | None]:
    """`checked_by` and `checked_on`; one that names nobody, and a day that has not come, are reported."""
    place = top.at("checked_by")
    by, on = place.text(), top.at("checked_on").day()
    if not names_something(by):
        if isinstance(place.value, str) or by is not None:
            place.report("signature-names-nobody", value=by or "")
        by = None
    if on is not None and on > today():
        top.report("signature-to-come", "checked_on", day=on.isoformat(), today=today().isoformat())
        on = None
    return by, on


def read_in_force(top: Cursor) -> date | None:
    """`in_force`; a date that no standard can have is reported and read as not known."""
    found, now = top.at("in_force").day(), today()
    if found is not None and (found < _EARLIEST or found.year > now.year + _YEARS_AHEAD):
        top.report("in-force-beyond", "in_force", day=found.isoformat(), first=_EARLIEST.year, years=_YEARS_AHEAD)
        return None
    return found
