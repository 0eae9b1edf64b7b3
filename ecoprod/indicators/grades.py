"""Grades of efficiency that a published table gives: GB 28380 for computers, GB 18613 for motors.

Both tables were read in secondary sources: GB 28380-2012 as a computer maker's user manual reproduces it
(manualshelf.com, HP, page 56), the grades of GB 18613-2020 as IE classes in two articles on that standard
(handmsg.com, wnwk.com). A table gives grades while its edition is in force: that of GB 28380-2025 was not seen.

The smaller the number the better. A product that misses the last grade gets the number behind it, which exceeds every
limit that is a grade. Who has the grade from the energy label declares it as it is (`gb-28380-grade: {value: 1 级}`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from ecoprod.indicators.declared import derived, not_declared
from ecoprod.measure import Measure, Missing
from ecoprod.trace import Ledger
from ecoprod.units import Amount, UnitError, convert

GB_28380_2012: Mapping[tuple[str, str], tuple[float, float, float]] = {
    ("desktop", "A"): (98.0, 148.0, 198.0), ("desktop", "B"): (125.0, 175.0, 225.0),
    ("desktop", "C"): (159.0, 209.0, 259.0), ("desktop", "D"): (184.0, 234.0, 284.0),
    ("portable", "A"): (20.0, 35.0, 45.0), ("portable", "B"): (26.0, 45.0, 65.0),
    ("portable", "C"): (54.5, 75.0, 123.5),
}  # fmt: skip
"""Typical energy consumption [kWh/year] of grades 1, 2, 3 before the allowance for additional functions."""
GB_18613_2020: Mapping[str, int] = {"IE5": 1, "IE4": 2, "IE3": 3}
"""Grade of a three-phase motor by IE class; a class below IE3 reaches none."""
_NO_GRADE_IE = ("IE1", "IE2")
_IN_FORCE: Mapping[str, tuple[str, date, date]] = {
    "gb-28380-grade": ("GB 28380-2012", date(2012, 9, 1), date(2026, 2, 1)),
    "gb-18613-grade": ("GB 18613-2020", date(2021, 6, 1), date.max),
}
"""Edition of each table, the day it came into force and the day another took its place (catalogue entries, cover)."""
_WORST = 3
_SAME = 1e-12
"""Relative difference below which a consumption is at the limit: the rounding of limit + allowance."""
_COMPUTER = ("computer-type", "computer-class", "typical-energy-consumption", "additional-function-allowance")
_UNIT = "级"


def grade_measures(declared: Mapping[str, Measure], needed: Container[str], on: date, ledger: Ledger) -> list[Measure]:
    """The grades that are `needed` `on` a day and for which the maker declared what the table is entered with."""
    made = []
    if "gb-28380-grade" in needed and any(n in declared for n in _COMPUTER[1:]):
        made.append(_out_of_force("gb-28380-grade", on) or _computer(declared, ledger))
    if "gb-18613-grade" in needed and "motor-ie-class" in declared:
        made.append(_out_of_force("gb-18613-grade", on) or _motor(declared["motor-ie-class"], ledger))
    return made


def computer_grade(kind: str, size: str, consumption_kwh: float, allowance_kwh: float) -> int | None:
    """Grade 1 to 3 of GB 28380-2012, 4 where none is reached, None for a class the table does not hold."""
    limits = GB_28380_2012.get((kind, size))
    if limits is None:
        return None
    reached = (n for n, base in enumerate(limits, 1) if consumption_kwh <= (base + allowance_kwh) * (1 + _SAME))
    return next(reached, _WORST + 1)


def _out_of_force(name: str, on: date) -> Measure | None:
    edition, start, end = _IN_FORCE[name]
    if start <= on < end:
        return None
    params = {"id": name, "edition": edition, "on": on.isoformat()}
    return _open(name, Missing(f"declared.{name}.value", "missing-grade-table", params))


def _open(name: str, *missing: Missing) -> Measure:
    return Measure(name, _UNIT, missing=missing, declared=True, evidenced=False)


def _computer(declared: Mapping[str, Measure], ledger: Ledger) -> Measure:
    name = "gb-28380-grade"
    found = [declared.get(fact) for fact in _COMPUTER]
    kind, size = (m.text.strip() if m is not None and m.text else None for m in found[:2])
    consumption, allowance = (_kwh_a_year(m) for m in found[2:])
    if kind is None or size is None or consumption is None or allowance is None:
        known = zip(_COMPUTER, (kind, size, consumption, allowance), strict=True)
        return _open(name, *(not_declared(n) for n, v in known if v is None))
    grade = computer_grade(kind.casefold(), size.upper(), consumption, allowance)
    if grade is None:
        params = {"type": kind, "class": size}
        return _open(name, Missing("declared.computer-class.value", "missing-computer-class", params))
    return _graded(name, grade, [m for m in found if m is not None], ledger)


def _kwh_a_year(measure: Measure | None) -> float | None:
    """An annual consumption in kWh, whether written as kWh or as kWh/year."""
    if measure is None or measure.value is None or measure.unit is None:
        return None
    for unit in ("kWh/year", "kWh"):
        try:
            return convert(Amount(measure.value, measure.unit), unit)
        except UnitError:
            continue
    return None


def _motor(declared: Measure, ledger: Ledger) -> Measure:
    name = "gb-18613-grade"
    stated = (declared.text or "").strip().upper()
    grade = _WORST + 1 if stated in _NO_GRADE_IE else GB_18613_2020.get(stated)
    if grade is None:
        return _open(name, Missing("declared.motor-ie-class.value", "missing-ie-class", {"value": stated or "—"}))
    return _graded(name, grade, [declared], ledger)


def _graded(name: str, grade: int, inputs: list[Measure], ledger: Ledger) -> Measure:
    by = f"table of {_IN_FORCE[name][0]}{'' if grade <= _WORST else ', no grade reached'}"
    return derived(name, _UNIT, (float(grade), float(grade)), inputs, by, ledger)
