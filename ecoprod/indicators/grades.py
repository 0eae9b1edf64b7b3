"""Grades of efficiency that a published table gives: GB 28380 for computers, GB 18613 for motors.

Both tables were read in secondary sources: GB 28380-2012 as a computer maker's user manual reproduces it
(manualshelf.com, HP, page 56), the grades of GB 18613-2020 as IE classes in two articles on that standard.
A maker who has the grade from the energy label declares it as it is (`gb-28380-grade: {value: 1 级}`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping

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
GRADE_NAMES = ("gb-28380-grade", "gb-18613-grade")
_WORST = 3


def grade_measures(declared: Mapping[str, Measure], needed: Container[str], ledger: Ledger) -> list[Measure]:
    """The grades that are `needed` and for which something is declared that a table is entered with."""
    made = []
    if "gb-28380-grade" in needed and "typical-energy-consumption" in declared:
        made.append(_computer(declared, ledger))
    if "gb-18613-grade" in needed and "motor-ie-class" in declared:
        made.append(_motor(declared["motor-ie-class"], ledger))
    return made


def computer_grade(kind: str, size: str, consumption_kwh: float, allowance_kwh: float) -> int | None:
    """Grade 1 to 3 of GB 28380-2012, 4 where none is reached, None for a class the table does not hold."""
    limits = GB_28380_2012.get((kind, size))
    if limits is None:
        return None
    return next((n for n, limit in enumerate(limits, 1) if consumption_kwh <= limit + allowance_kwh), _WORST + 1)


def _computer(declared: Mapping[str, Measure], ledger: Ledger) -> Measure:
    wanted = ("computer-type", "computer-class", "typical-energy-consumption", "additional-function-allowance")
    found = [declared.get(name) for name in wanted]
    kind, size = (m.text if m else None for m in found[:2])
    consumption, allowance = (_kwh_a_year(m) for m in found[2:])
    known = (kind, size, consumption, allowance)
    absent = tuple(
        Missing(f"declared.{n}.value", "missing-fact", {"id": n})
        for n, v in zip(wanted, known, strict=True)
        if v is None
    )
    if kind is None or size is None or consumption is None or allowance is None:
        return Measure("gb-28380-grade", "级", missing=absent, declared=True, evidenced=False)
    grade = computer_grade(kind, size, consumption, allowance)
    if grade is None:
        params = {"type": kind, "class": size}
        gap = Missing("declared.computer-class.value", "missing-computer-class", params)
        return Measure("gb-28380-grade", "级", missing=(gap,), declared=True, evidenced=False)
    return _graded("gb-28380-grade", grade, "GB 28380-2012", [m for m in found if m is not None], ledger)


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
    grade = GB_18613_2020.get((declared.text or "").upper())
    if grade is None and (declared.text or "").upper() in ("IE1", "IE2"):
        grade = _WORST + 1
    if grade is None:
        gap = Missing("declared.motor-ie-class.value", "missing-ie-class", {"value": declared.text or "—"})
        return Measure("gb-18613-grade", "级", missing=(gap,), declared=True, evidenced=False)
    return _graded("gb-18613-grade", grade, "GB 18613-2020", [declared], ledger)


def _graded(name: str, grade: int, table: str, inputs: list[Measure], ledger: Ledger) -> Measure:
    traces = tuple(m.trace for m in inputs if m.trace is not None and m.trace in ledger)
    trace = ledger.computed(f"ind:{name}", float(grade), "级", f"table of {table}", traces)
    return Measure(
        name, "级", float(grade), float(grade), declared=True, evidenced=all(m.evidenced for m in inputs),
        evidence=tuple(dict.fromkeys(e for m in inputs for e in m.evidence)),
        illustrative=any(m.illustrative for m in inputs), trace=trace,
    )  # fmt: skip
