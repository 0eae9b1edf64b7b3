"""From the text of a cell (or YAML value) to a value: None and a Problem where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ecoprod.errors import At, Problem
from ecoprod.product import Amount
from ecoprod.readers.tables import Cell, Row
from ecoprod.signs import plain_line
from ecoprod.trace import Ledger, Value
from ecoprod.units import UnitError, convert, parse, parse_fraction, parse_number, same_dimension

T = TypeVar("T")
MAX_TEXT = 1_000
SMALLEST, LARGEST = 1e-12, 1e15
"""Bounds of every number that is not 0: no product, site or life holds more or less, in any usual unit."""
NO_LIMIT, NOT_NEGATIVE, POSITIVE = "any", "not-negative", "positive"
_SEARCHES = 20
"""Problems for which names like a wrong one are looked for."""
_BLANK = frozenset({"-", "—", "–", "/", "n/a", "N/A"})
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_YES = {"yes": True, "true": True, "y": True, "是": True, "no": False, "false": False, "n": False, "否": False}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where readers put what they find: values into the ledger, faults on the list."""

    ledger: Ledger
    problems: list[Problem]

    def fault(self, cell: Cell, code: str, **params: str | float) -> None:
        """Note a problem with a cell."""
        self.problems.append(Problem(code, cell.at, cell.at.column, params))

    def read(self, entry_id: str, value: Value, unit: str | None, cell: Cell | None) -> None:
        """Put a value into the ledger, unless there is none."""
        if value is not None and cell is not None and entry_id not in self.ledger:
            self.ledger.read(entry_id, value, unit, cell.at)


def attempt(desk: Desk, cell: Cell, read: Callable[[], T]) -> T | None:
    """What `read` returns; a UnitError becomes a Problem at the cell."""
    try:
        return read()
    except UnitError as error:
        if error.code == "unit-missing":
            without_unit(desk, cell, str(error.params["value"]))
        else:
            desk.problems.append(Problem(error.code, cell.at, cell.at.column, error.params))
        return None


_EXAMPLES = {
    "mass": "420 g", "output": "120000 unit", "cycles": "@example-cycles", "lifetime": "10 year", "per": "2 year",
    "distance": "800 km", "transport": "truck 800 km", "substances": "Pb 0.1 %", "product_unit": "1 unit",
    "service": "2200 cycle", "service_per_product": "2200 cycle", "length": "1.2 m", "area": "0.3 m2",
    "volume": "2 L", "coating": "zinc: 40 g/m2 × 0.3 m2", "recycled_content": "30 %", "key_total": "5000 t",
    "key_product": "800 t", "collection": "90 %", "detection_limit": "2 mg/kg",
}  # fmt: skip


def without_unit(desk: Desk, cell: Cell, value: str) -> None:
    """Note that a number has no unit, with an example of what such a field may hold."""
    path = re.sub(r"\[[0-9]+\]", "", cell.at.column or "")
    field = path.rpartition(".")[2]
    if field == "amount":
        example = "0.62 kWh" if path.startswith("use.") else "300000 kWh"
    elif path.startswith("meters."):
        example = "300000 kWh"
    else:
        example = _EXAMPLES.get(field, "@example-quantity")
    where = "@unit-in-cell" if cell.in_table else "@unit-behind-number"
    desk.fault(cell, "unit-missing", value=value, where=where, example=example)


def wording(desk: Desk, cell: Cell | None, limit: int = MAX_TEXT) -> str | None:
    """A text of bounded length."""
    if cell is None:
        return None
    if len(cell.text) > limit:
        desk.fault(cell, "text-too-long", limit=limit, length=len(cell.text))
        return None
    return cell.text


def amount(desk: Desk, cell: Cell | None, like: str | None = None, sign: str = NOT_NEGATIVE) -> Amount | None:
    """A quantity with its unit, from the cell or its head, of the dimension of `like`, of the sign asked for."""
    if cell is None:
        return None
    found = attempt(desk, cell, lambda: _with_head(cell))
    if found is None:
        return None
    if like is not None and attempt(desk, cell, lambda: convert(found, like)) is None:
        return None
    return found if _sign(desk, cell, found.value, sign) else None


def quantity(desk: Desk, cell: Cell, text: str, unit: str) -> float | None:
    """A quantity that is part of a cell's text, above zero, in `unit`."""
    value = attempt(desk, cell, lambda: convert(parse(text), unit))
    return value if value is not None and _sign(desk, cell, value, POSITIVE) else None


def fraction(desk: Desk, cell: Cell, text: str) -> float | None:
    """A share that is part of a cell's text, 0..1, written with its unit."""
    return _within(desk, cell, attempt(desk, cell, lambda: parse_fraction(text)), zero=True)


def _with_head(cell: Cell) -> Amount:
    """The unit of the cell goes before that of its head, if both measure the same kind of quantity."""
    if cell.unit is None:
        return parse(cell.text)
    try:
        return Amount(parse_number(cell.text), cell.unit)
    except UnitError as error:
        if error.code != "number-bad":
            raise
    found = parse(cell.text)
    if not same_dimension(found.unit, cell.unit):
        raise UnitError("unit-dimension", unit=found.unit, wanted=cell.unit)
    return found


def _sign(desk: Desk, cell: Cell, value: float, sign: str) -> bool:
    if sign != NO_LIMIT and value < 0:
        # what a row of site data takes off is a credit or an output; nowhere else is there such a thing
        of_row = cell.in_table and cell.at.column == "amount"
        desk.fault(cell, "amount-negative" if of_row else "value-negative", value=cell.text)
        return False
    if sign == POSITIVE and value == 0:
        desk.fault(cell, "value-zero", value=cell.text)
        return False
    return in_range(desk, cell, value)


def in_range(desk: Desk, cell: Cell, value: float) -> bool:
    """Whether a number is one that results can be made of: products of those beyond would be zero or infinite."""
    if value == 0 or SMALLEST <= abs(value) <= LARGEST:
        return True
    desk.fault(cell, "amount-out-of-range", value=cell.text[:60], low=f"{SMALLEST:g}", high=f"{LARGEST:g}")
    return False


def number(desk: Desk, cell: Cell | None, sign: str = POSITIVE) -> float | None:
    """A plain number without a unit."""
    if cell is None:
        return None
    found = attempt(desk, cell, lambda: parse_number(cell.text))
    return found if found is not None and _sign(desk, cell, found, sign) else None


def share(desk: Desk, cell: Cell | None, *, zero: bool = False) -> float | None:
    """A ratio in 0..1, plain (`0.92`) or with a unit (`92 %`); 0 itself only where `zero`."""
    if cell is None:
        return None
    found = attempt(desk, cell, lambda: _ratio(cell))
    within = _within(desk, cell, found, zero=zero)
    return within if within is not None and in_range(desk, cell, within) else None


def percentage(desk: Desk, cell: Cell | None) -> float | None:
    """A share in 0..1 that is written with its unit (`30 %`)."""
    if cell is None:
        return None
    return _within(desk, cell, attempt(desk, cell, lambda: parse_fraction(cell.text)), zero=True)


def _ratio(cell: Cell) -> float:
    try:
        return parse_number(cell.text)
    except UnitError as error:
        if error.code != "number-bad":
            raise
    return parse_fraction(cell.text)


def _within(desk: Desk, cell: Cell, found: float | None, *, zero: bool) -> float | None:
    if found is None or (0 < found <= 1) or (zero and found == 0):
        return found
    code = "value-negative" if found < 0 else "share-zero" if found == 0 else "share-above-one"
    desk.fault(cell, code, value=cell.text)
    return None


def choice(desk: Desk, cell: Cell | None, words: Mapping[str, T]) -> T | None:
    """One of a closed list of words, in either language; the words named first in `words` are shown."""
    if cell is None:
        return None
    found = words.get(plain_line(cell.text).lower())
    if found is None:
        desk.fault(cell, "word-unknown", value=cell.text[:60], words=", ".join(words))
    return found


def yes_no(desk: Desk, cell: Cell | None) -> bool | None:
    """Yes or no."""
    return choice(desk, cell, _YES)


def truth(text: str) -> bool | None:
    """What a word says as yes or no; None where it is neither."""
    return _YES.get(plain_line(text).lower())


def day(desk: Desk, cell: Cell | None) -> date | None:
    """A date, year first: `2026-03-01`, `2026/3/1`, `2026年3月1日`."""
    if cell is None:
        return None
    match = _DAY.fullmatch(plain_line(cell.text).replace(" ", ""))
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass  # a 30th of February is told in the same words as any other text that is no date
    desk.fault(cell, "date-bad", value=cell.text[:40])
    return None


def items(cell: Cell | None, separators: str = ";,") -> tuple[str, ...]:
    """A list in one cell: `E1; E2`. Chinese separators count as well; repeated entries once."""
    if cell is None:
        return ()
    text = cell.text.translate(str.maketrans("；，、", ";,,"))
    parts = re.split("[" + re.escape(separators) + "]", text)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds only a dash, which people write for nothing."""
    return cell.text in _BLANK


def near(desk: Desk, name: str, among: Iterable[str]) -> str:
    """`nearest` for the first problems of a reading; a search for each of thousands would take minutes."""
    return nearest(name, among) if len(desk.problems) < _SEARCHES else "—"


def nearest(name: str, among: Iterable[str]) -> str:
    """Up to three names like `name`, best first; all (up to ten) where none is like it."""
    from rapidfuzz import process

    known = list(among)
    hits = [str(hit[0]) for hit in process.extract(name[:60], known, limit=3, score_cutoff=40)]
    return ", ".join(hits or known[:10]) or "—"


def needed(desk: Desk, row: Row, columns: frozenset[str], column: str) -> None:
    """Note that a cell is empty; where the whole column is missing or the cell was refused, that has been said."""
    if column in columns and column not in row.refused:
        desk.problems.append(Problem("cell-needed", row_at(row.at, column), column, {"column": column}))


def row_at(at: At, column: str) -> At:
    """A row, pointing at one of its columns."""
    return At(at.file, at.line, column, at.sheet, None)
