"""Foundation: quantities with their units, read once at the door; plain floats in canonical units inside.

pint with the definitions of `units.txt` alone says what a unit is. Text passes a small grammar first: a number and
products of known unit names over products of known unit names, at most 64 characters. What pint answered is kept in
a small JSON file in ecoprod's cache folder, so that a warm run need not import pint.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ecoprod.errors import EcoprodError
from ecoprod.resources import cache_folder, installed_version
from ecoprod.signs import apart, lost, plain_line
from ecoprod.unit_names import SPELLINGS

MAX_LENGTH = 64
_Atom = tuple[str, str, int]
_DEFINITIONS = Path(__file__).with_name("units.txt")
_FORMAT = "2"
_MAX_ATOMS = 8
_DIGITS = "0123456789"
_NUMBER = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![0-9]))?)[ ]*(.*)")

_ATOMS: Mapping[str, tuple[str, str]] = {
    spelling: (canonical, name)
    for canonical, (name, others) in SPELLINGS.items()
    for spelling in (canonical, *filter(None, others.split("|")))
}
_MANY: Mapping[str, str] = {"万": "wan_", "亿": "yi_"}
_TEMPERATURES = frozenset({"°C"})
_CLOCK = frozenset({"h", "min", "s"})
_TON = re.compile(r"(?i)(?<![a-z])tons?(?![a-z])")
_OPERATORS = {"·": "*", "⋅": "*", "•": "*", "∙": "*", "×": "*", "*": "*", "/": "/", "(": "(", ")": ")"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its unit, the unit spelled as `canonical` gives it."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Known:
    """What pint says of a unit: base value = value × `factor` + `offset`; `dimension` compares as text.

    `share_of`: what a share written as a quotient is a share of, its dimension as text (mass for `mg/kg`, volume for
    `mL/m3`, power for `W/MW`); empty for `%` or `ppm`, which may be of anything, and for what is no share.
    """

    canonical: str
    dimension: str
    factor: float
    offset: float
    share_of: str = ""


class UnitError(EcoprodError):
    """A quantity that cannot be read or converted: `code` and `params` name and fill its message."""

    def __init__(self, code: str, **params: str | float) -> None:
        self.code = code
        self.params: dict[str, str | float | int] = dict(params)
        super().__init__(f"{code} {params}")


def parse(text: str) -> Amount:
    """A number with its unit (`420 g`, `0.62 千瓦时`, `93%`). Raises UnitError; a bare number is one."""
    shown, clean = _clean(text)
    match = _NUMBER.fullmatch(clean)
    if match is None:
        code = "unit-not-finite" if clean.lower().lstrip("+-").startswith(("nan", "inf")) else "unit-not-a-number"
        raise UnitError(code, value=shown)
    value, unit = _float(match[1], shown), match[2]
    if not unit:
        raise UnitError("unit-missing", value=shown, where="@unit-behind-number", example="@example-quantity")
    if unit[0] == ",":
        raise UnitError("unit-comma", value=shown)
    known = lookup(unit)
    # a figure that is lost in base units would be lost in any conversion
    base = value * known.factor
    if math.isinf(base) or (base == 0 and value != 0):
        raise UnitError("number-lost", value=shown)
    return Amount(value, known.canonical)


def parse_number(text: str) -> float:
    """A finite number without a unit, for cells whose unit stands in the head. Raises UnitError."""
    shown, clean = _clean(text)
    match = _NUMBER.fullmatch(clean)
    if match is None or match[2]:
        lowered = clean.lower().lstrip("+-")
        if match is not None and match[2][0] == ",":
            raise UnitError("unit-comma", value=shown)
        raise UnitError("unit-not-finite" if lowered.startswith(("nan", "inf")) else "number-bad", value=shown)
    return _float(match[1], shown)


def parse_fraction(text: str) -> float:
    """A share by mass as a plain fraction: `30 %` is 0.3, `2 mg/kg` is 2e-6. Raises UnitError; `0.3` alone is one."""
    amount = parse(text)
    _pair(amount.unit, "kg/kg")
    return convert(amount, "%") / 100


def convert(amount: Amount, unit: str) -> float:
    """The value of `amount` in `unit`. Raises UnitError where the dimensions differ."""
    have, want = _pair(amount.unit, unit)
    if have.canonical == want.canonical:
        return amount.value
    shift = (have.offset - want.offset) / want.factor
    return _scale(amount.value, have.factor, want.factor) + shift


def conversion(from_unit: str, to_unit: str) -> float:
    """The factor from one unit to another. Raises UnitError for unlike dimensions and for °C to K."""
    have, want = _pair(from_unit, to_unit)
    if have.offset != want.offset:
        raise UnitError("unit-offset", unit=from_unit)
    return _scale(1.0, have.factor, want.factor)


def same_dimension(a: str, b: str) -> bool:
    """Whether two units measure the same kind of quantity. Raises UnitError for an unknown unit."""
    return _is_alike(lookup(a), lookup(b))


def is_clock(unit: str) -> bool:
    """Whether a unit is one of clock time (`h`, `min`, `s`), in which operation is counted; a year is calendar time."""
    return lookup(unit).canonical in _CLOCK


def canonical(unit: str) -> str:
    """The spelling ecoprod uses for a unit (`千瓦时`, `kilowatt hour` -> `kWh`). Raises UnitError."""
    return lookup(unit).canonical


def _pair(from_unit: str, to_unit: str) -> tuple[Known, Known]:
    have, want = lookup(from_unit), lookup(to_unit)
    if not _is_alike(have, want):
        raise UnitError("unit-dimension", unit=have.canonical, wanted=want.canonical)
    return have, want


def _is_alike(one: Known, other: Known) -> bool:
    # a share by volume says nothing of the share by mass
    shares = one.share_of == other.share_of or not (one.share_of and other.share_of)
    return one.dimension == other.dimension and shares


def _scale(value: float, have: float, want: float) -> float:
    # 420 / 1000 is exactly what 0.42 reads as, 420 * 0.001 need not be: grams and kilograms give the same bits
    return value * (have / want) if have >= want else value / (want / have)


def _float(figure: str, shown: str) -> float:
    value = float(figure)
    if lost(figure, value):
        raise UnitError("unit-not-finite" if value else "number-lost", value=shown)
    return value


def _clean(text: str) -> tuple[str, str]:
    """The text as shown in messages and as read; full width forms become plain ones."""
    if len(text) > MAX_LENGTH:
        raise UnitError("unit-too-long", value=text[:20] + "…", limit=MAX_LENGTH)
    clean = plain_line(text)
    sign = apart(clean)
    if sign is not None:
        raise UnitError("figure-apart", value=text.strip(), sign=sign)
    return text.strip(), clean


# ---- what a unit is: memory, cache file, pint ----------------------------------------------------

_memory: dict[str, Known] = {}


def lookup(unit: str) -> Known:
    """What is known of a unit. Raises UnitError for one that is not known, or refused."""
    known = _memory.get(unit)
    if known is None:
        _, clean = _clean(unit)
        known = _remembered().get(clean) or _learn(clean)
        _memory[unit] = known
    return known


def _learn(unit: str) -> Known:
    numerator, denominator = _atoms(unit)
    if (
        any(name.lstrip(_DIGITS) in _TEMPERATURES for name, *_ in numerator + denominator)
        and len(numerator + denominator) > 1
    ):
        raise UnitError("unit-offset", unit=unit)
    for_pint = above = "*".join(name for _, name, _ in numerator) or "1"
    if denominator:
        for_pint += "/(" + "*".join(name for _, name, _ in denominator) + ")"
    shown = "·".join(name for name, *_ in numerator) or "1"
    if denominator:
        below = "·".join(name for name, *_ in denominator)
        shown += f"/({below})" if len(denominator) > 1 else f"/{below}"
    registry = _registry()
    parsed = registry.parse_units(for_pint)
    dimension = _dimension(registry, for_pint)
    share_of = _dimension(registry, above) if denominator and not dimension else ""
    zero, one = (float(registry.Quantity(value, parsed).to_base_units().magnitude) for value in (0.0, 1.0))
    one /= math.prod(count for *_, count in denominator)
    # pint multiplies its way to the base unit; the last digit of a double is its rounding, not a definition
    factor = float(f"{one:.15g}") if zero == 0 else 1.0
    known = Known(shown, dimension, factor, zero, share_of)
    _remembered()[unit] = known
    _write_cache()
    return known


def _dimension(registry: Any, unit: str) -> str:
    powers = registry.get_dimensionality(registry.parse_units(unit))
    return " ".join(f"{name}:{power:g}" for name, power in sorted(powers.items()))


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(None, autoconvert_offset_to_baseunit=False)
    registry.load_definitions(str(_DEFINITIONS))
    return registry


@lru_cache(maxsize=1)
def _cache_file() -> Path:
    digest = hashlib.sha256(_DEFINITIONS.read_bytes())
    digest.update(repr((_FORMAT, installed_version("pint"), SPELLINGS)).encode())
    return cache_folder() / f"units-{digest.hexdigest()[:16]}.json"


@lru_cache(maxsize=1)
def _remembered() -> dict[str, Known]:
    """What earlier runs learned; a file that is missing or broken is as good as an empty one."""
    try:
        data = json.loads(_cache_file().read_bytes())
        return {str(unit): Known(str(k[0]), str(k[1]), float(k[2]), float(k[3]), str(k[4])) for unit, k in data.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _write_cache() -> None:
    """Keep what was learned; where the folder cannot be written it is learned again next time."""
    path = _cache_file()
    rows = {u: [k.canonical, k.dimension, k.factor, k.offset, k.share_of] for u, k in sorted(_remembered().items())}
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        return


# ---- grammar -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _token() -> re.Pattern[str]:
    # built only when a unit is new: the warm path never gets here
    phrases = sorted((s for s in _ATOMS if not s.isalpha()), key=len, reverse=True)
    return re.compile(
        r"\s*(?:(?P<phrase>(?:" + "|".join(map(re.escape, phrases)) + r")(?![A-Za-z0-9]))"
        r"|(?P<word>[^\W\d_]+)(?:\^?(?P<power>[1-3])(?![0-9]))?"
        r"|(?P<one>1)(?=\s*/)|(?P<count>[1-9][0-9]{0,3})\s*(?=[^\W\d_])|(?P<op>[·⋅•∙×*/()])|(?P<bad>.))"
    )


def _atoms(unit: str) -> tuple[list[_Atom], list[_Atom]]:
    """Numerator and denominator as (canonical spelling, name for pint, how many). Raises UnitError."""
    if _TON.search(unit) and unit not in _ATOMS and not re.search(r"(?i)ton[ -]kilomet|metric ton", unit):
        raise UnitError("unit-ton", unit=unit)
    sides: tuple[list[_Atom], list[_Atom]] = ([], [])
    below = inside = False
    wants_atom, closed = True, False
    count = 1
    for match in _token().finditer(unit):
        operator = _OPERATORS.get(match["op"] or "", "")
        if match["bad"] is not None:
            raise UnitError("unit-grammar", unit=unit)
        if match["one"] is not None and wants_atom and match.start() == 0:
            wants_atom = False
        elif match["count"] is not None and wants_atom and below and not closed:
            count = int(match["count"])  # above the line it would be part of the number
        elif not operator and match["count"] is None and wants_atom and not closed:
            sides[below].append(_atom(match["phrase"] or match["word"] or "", match["power"], unit, count))
            wants_atom, count = False, 1
        elif operator == "*" and not wants_atom and (not below or inside):
            wants_atom = True
        elif operator == "/" and not wants_atom and not inside:
            below, wants_atom, closed = True, True, False
        elif operator == "(" and wants_atom and below and not inside:
            inside = True
        elif operator == ")" and inside and not wants_atom:
            inside, closed = False, True
        else:
            raise UnitError("unit-grammar", unit=unit)
    if wants_atom or inside or not 0 < len(sides[0] + sides[1]) <= _MAX_ATOMS:
        raise UnitError("unit-grammar", unit=unit)
    return sides


def _atom(word: str, power: str | None, unit: str, count: int) -> _Atom:
    """A unit with its power, or so many of it: `km`, `m2`, `100 km` below the line."""
    many, stem = "", word
    if word not in _ATOMS and word[:1] in _MANY:
        many, stem = word[0], word[1:]
    if stem not in _ATOMS:
        raise _unknown(stem or word, unit)
    canonical_name, name = _ATOMS[stem]
    times = str(count) if count > 1 else ""
    if power in (None, "1"):
        return f"{times}{many}{canonical_name}", f"({_MANY.get(many, '')}{name})", count
    if many or "**" in name or not canonical_name.isalpha():
        raise UnitError("unit-grammar", unit=unit)
    return f"{times}{canonical_name}{power}", f"({name} ** {power})", count


def _unknown(word: str, unit: str) -> UnitError:
    if word in ("M", "MM"):
        return UnitError("unit-capital-m", unit=unit)
    from rapidfuzz import process

    near = [str(hit[0]) for hit in process.extract(word, list(_ATOMS), limit=3, score_cutoff=50)]
    same = [name for name in _ATOMS if name.lower() == word.lower() and name not in near]
    names = ", ".join(dict.fromkeys(same + near)) or "kg, g, t, kWh, MJ, m3, L, unit, cycle, year, km"
    return UnitError("unit-unknown", unit=word, nearest=names)
