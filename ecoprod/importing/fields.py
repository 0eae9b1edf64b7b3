"""What single fields of foreign files say: numbers, years, names in several languages, distributions."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from ecoprod.errors import At, Params
from ecoprod.importing import distributions
from ecoprod.importing.distributions import LOGNORMAL, NORMAL
from ecoprod.importing.records import Miss, Uncertainty
from ecoprod.signs import lost

_CLOSE = 1e-3
"""How near to 1 the shares of an allocation must sum: files state them with three or four digits."""
_YEAR = re.compile(r"\s*([12]\d{3})(?!\d)")


def number_of(text: str | None) -> float | None:
    """A finite number as XML writes it; None for everything else (`NaN`, `INF`, `1,5`, `1_000`, nothing)."""
    if text is None or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) or lost(text, value) else value


def year_of(text: str | None) -> int | None:
    """The year at the start of a date."""
    found = _YEAR.match(text or "")
    return int(found[1]) if found else None


def data_year(start: str | None, end: str | None, written: str | None) -> int | None:
    """Year that data stand for: the last of their period; the first, where the period ends after the file was written.

    `2009 and after` is written as 2009 to 2100 by some programs.
    """
    first, last, made = year_of(start), year_of(end), year_of(written)
    if first is not None and last is not None and made is not None and last > made >= first:
        return first
    return last if last is not None else first


def chosen(texts: Iterable[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
    """The English text of several languages, else the Chinese, else the first; and the others, each once."""
    found = [(language.lower(), text) for language, text in texts if text]
    if not found:
        return "", ()
    if len(found) == 1:
        return found[0][1], ()
    ranks = {"en": 0, "zh": 1}
    best = min(found, key=lambda pair: ranks.get(pair[0][:2], 2))[1]  # the first of the lowest rank
    return best, tuple(dict.fromkeys(text for _, text in found if text != best))


def distribution(
    kind: int, amount: float, scale: float | None, mode: float | None, bounds: tuple[float | None, float | None]
) -> Uncertainty | None:
    """A distribution around an amount; None where it has no width. Raises ValueError for one that makes no sense.

    `scale`: standard deviation, of the logarithm for a lognormal one, whose median is the amount (its sign stays
    with the amount). `mode` and `bounds` belong to triangular and uniform ones.
    """
    if kind in {LOGNORMAL, NORMAL} and amount == 0 and scale is not None and 0 <= scale < math.inf:
        return None
    low, high = bounds
    loc = amount if mode is None or kind == NORMAL else mode
    if kind == LOGNORMAL and amount:
        loc = math.log(abs(amount))
    return distributions.distribution(kind, loc, scale, low, high)


def scale_of_95(kind: int, stated: str | None) -> float | None:
    """Scale of a distribution from its 95 % spread, as EcoSpold 1 and ILCD state it.

    Lognormal: the square of the geometric standard deviation; normal: two standard deviations. Not stated, or the 0
    that programs write for it, is a scale of 0: no width. None for a figure that makes no sense.
    """
    if not (stated or "").strip():
        return 0.0
    spread = number_of(stated)
    if spread is None or spread < 0:
        return None
    if spread == 0:
        return 0.0
    return math.log(spread) / 2 if kind == LOGNORMAL else spread / 2


def even_shares(
    products: Sequence[str], rows: Collection[str], stated: Iterable[tuple[str, str, float | None]]
) -> Mapping[str, float] | None:
    """Share of each product, where a file allocates all rows alike: `stated` has product, row and fraction.

    None where fractions differ between rows, leave a row out, are negative or sum neither to 1 nor to 100 (per cent):
    then no single share per product says what the file means. A product that is not named at all has none of it.
    """
    shares, covered = dict[str, float](), dict[str, set[str]]()
    for product, row, fraction in stated:
        if row not in rows:
            continue
        if product not in products or fraction is None or shares.setdefault(product, fraction) != fraction:
            return None
        covered.setdefault(product, set()).add(row)
    if len(set(products)) < len(products) or any(set(rows) - found for found in covered.values()):
        return None
    total = sum(shares.values())
    whole = next((unit for unit in (1.0, 100.0) if abs(total / unit - 1) <= _CLOSE), None)
    if whole is None or min(shares.values()) < 0:
        return None
    return {product: shares.get(product, 0.0) / whole for product in products}


def row_miss(code: str, at: At, row: Mapping[str, str], params: Params | None = None) -> Miss:
    """A row that is left out. `row`: process, kind, name, unit, place and compartment as far as they are known."""
    process, kind, name, unit, place, compartment = (
        row.get(key, "") for key in ("process", "kind", "name", "unit", "place", "compartment")
    )
    stated = {"name": name, **(params or {})}
    return Miss(code, at, stated, process, kind, name, unit, place=place, compartment=compartment)


def lacking(at: At, row: Mapping[str, str], amount_text: str | None) -> Miss | None:
    """Why a row cannot be taken: it has no name, no number or no unit. None where it has all three."""
    if not row.get("name"):
        return row_miss("import-no-name", at, row)
    if number_of(amount_text) is None:
        stated = "" if amount_text is None else amount_text.strip()[:40]
        return row_miss("import-no-number", at, row, {"stated": stated})
    if not row.get("unit"):
        return row_miss("import-no-unit", at, row)
    return None


def lost_distributions(process: str, at: At, count: int) -> Sequence[Miss]:
    """One miss for all distributions of a process whose figures make no sense; the amounts themselves are taken."""
    return [Miss("import-distribution", at, {"count": count}, process)] if count else []
