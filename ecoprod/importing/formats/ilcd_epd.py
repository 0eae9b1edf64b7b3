"""ILCD+EPD: the climate result of an environmental product declaration, modules A1 to A3, as a bare total.

A declaration has results, no inventory: only the climate result can be used, and only cradle to gate (`total`).
Indicators: InData, ILCD+EPD data format, identifiers of EN 15804+A1, +A2 (EF 3.0) and +A2 (EF 3.1).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecoprod.errors import At
from ecoprod.importing import fields
from ecoprod.importing.opened import Piece
from ecoprod.importing.records import ForeignExchange, Miss
from ecoprod.importing.xmlfile import child, children, place_of, texts_of

_GWP_SETS = {
    "a7ea142a-9749-11ed-a8fc-0242ac120002": "AR6",
    "6a37f984-a4b3-458a-a20a-64418c145fa2": "AR5",
    "77e416eb-a363-4258-a04e-171d843a6460": "unknown",
}
"""GWP-total of EF 3.1 (IPCC 2021) and of EF 3.0 (IPCC 2013); GWP of EN 15804+A1, which leaves the set open. The first
of these that a declaration has is taken, then one that is only known by its name."""
_FACTORS = (("EF 3.1", "AR6"), ("EF 3.0", "AR5"))
_PRODUCTION, _STAGES = "A1-A3", ("A1", "A2", "A3")
_TOTAL = re.compile(r"\bGWP[- ]?total\b", re.IGNORECASE)
_FOSSIL = re.compile(r"\bGWP[- ]?fossil\b", re.IGNORECASE)
_LAND_USE = re.compile(r"\bGWP[- ]?luluc\b", re.IGNORECASE)
_PLAIN = re.compile(r"\(GWP\)|^GWP$", re.IGNORECASE)
_KG_CO2 = re.compile(r"kgco2(?!\w*[hn])", re.IGNORECASE)
_SHORT = re.compile(r"\(([^()]{1,20})\)\s*$")


@dataclass(frozen=True, slots=True)
class _Indicator:
    """One indicator of a declaration. `amounts`: module, scenario, value as written."""

    element: Any
    uuid: str
    name: str
    unit: str
    amounts: tuple[tuple[str, str, str], ...]


def is_declaration(root: Any) -> bool:
    """Whether a process data set is an EPD, by its type or by results that stand by module."""
    method = child(root, "modellingAndValidation", "LCIMethodAndAllocation", "typeOfDataSet")
    if method is not None and (method.text or "").strip() == "EPD":
        return True
    return any(indicator.amounts for indicator in _indicators(root, "LCIAResults", "LCIAResult"))


def total(root: Any, piece: Piece, process: str, at: At, misses: list[Miss]) -> ForeignExchange | None:
    """The climate total of A1 to A3 or None; one miss names all that a declaration states beyond it."""
    results = list(_indicators(root, "LCIAResults", "LCIAResult"))
    one, gwp_set = _climate(results, root)
    if one is None:
        misses.append(Miss("import-epd-no-climate", at, {"process": process}, process))
        return None
    place = place_of(one.element, piece)
    row = {"process": process, "kind": "total", "name": one.name, "unit": one.unit}
    if one.unit and not _KG_CO2.match(re.sub(r"[\s_()]", "", one.unit)):
        misses.append(fields.row_miss("import-epd-unit", place, row, {"unit": one.unit}))
        return None
    amount = _production(one, place, row, _default_scenario(root), misses)
    if amount is None:
        return None
    name, amount = _without_uptake(results, root, one, amount)
    if amount < 0:
        misses.append(fields.row_miss("import-epd-uptake", place, row, {"value": f"{amount:g}"}))
        return None
    misses.append(_left_out(root, results, one, process, at))
    return ForeignExchange("total", name, amount, "kg CO2e", place, flow=one.uuid or None, gwp_set=gwp_set)


def _without_uptake(results: Sequence[_Indicator], root: Any, one: _Indicator, total_: float) -> tuple[str, float]:
    """Fossil and land use parts where a declaration states both, else its total.

    A total of A1 to A3 holds the carbon that wood took up and that only C3 gives back: beside an end of life modelled
    with factors that give non-fossil carbon nothing, the uptake would be a credit for ever.
    """
    parts = [next((i for i in results if pattern.search(i.name)), None) for pattern in (_FOSSIL, _LAND_USE)]
    values = []
    for part in parts:
        if part is None or part.unit != one.unit:
            return one.name, total_
        value = _production(part, At(""), {}, _default_scenario(root), [])
        if value is None:
            return one.name, total_
        values.append(value)
    return " + ".join(part.name for part in parts if part is not None), math.fsum(values)


def _indicators(root: Any, group: str, tag: str) -> Iterator[_Indicator]:
    """The results of a declaration, or the flows that it reports by module."""
    parent = child(root, group)
    for element in () if parent is None else children(parent, tag):
        reference = next((part for part in element if part.get("refObjectId")), None)
        other = child(element, "other")
        amounts = tuple(
            (_attribute(part, "module"), _attribute(part, "scenario"), (part.text or "").strip())
            for part in (() if other is None else children(other, "amount"))
        )
        units = child(other, "referenceToUnitGroupDataSet")
        yield _Indicator(
            element,
            "" if reference is None else reference.get("refObjectId", "").lower(),
            fields.chosen(texts_of(reference, "shortDescription"))[0],
            fields.chosen(texts_of(units, "shortDescription"))[0],
            amounts,
        )


def _attribute(element: Any, name: str) -> str:
    """An attribute of the extension, whatever its namespace."""
    found = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
    return str(found).strip()


def _climate(results: Sequence[_Indicator], root: Any) -> tuple[_Indicator | None, str]:
    """The climate result that stands for all greenhouse gases, and its set of warming potentials."""
    for uuid, gwp_set in _GWP_SETS.items():
        for one in results:
            if one.uuid == uuid and any(value for _, _, value in one.amounts):
                return one, gwp_set
    for pattern in (_TOTAL, _PLAIN):
        for one in results:
            if pattern.search(one.name):
                return one, _set_by_words(root) if pattern is _TOTAL else "unknown"
    return None, "unknown"


def _set_by_words(root: Any) -> str:
    """The set of warming potentials by the words of what a declaration complies with."""
    declared = child(root, "modellingAndValidation", "complianceDeclarations")
    words = "" if declared is None else " ".join(declared.itertext())
    return next((gwp_set for word, gwp_set in _FACTORS if word in words), "unknown")


def _default_scenario(root: Any) -> str:
    """Name of the scenario that the declaration marks as its default."""
    scenarios = child(root, "processInformation", "dataSetInformation", "other", "scenarios")
    for scenario in () if scenarios is None else children(scenarios, "scenario"):
        if _attribute(scenario, "default").lower() == "true":
            return _attribute(scenario, "name")
    return ""


def _production(one: _Indicator, at: At, row: Mapping[str, str], default: str, misses: list[Miss]) -> float | None:
    """The result of A1 to A3: as one figure, else the sum of all three; None and a miss where it is not there."""
    stated = {module: _of_module(one, module, default) for module in (_PRODUCTION, *_STAGES)}
    wanted = (_PRODUCTION,) if stated[_PRODUCTION] else _STAGES
    values = [value for module in wanted for value in stated[module]]
    if any(len(stated[module]) > 1 for module in wanted):
        misses.append(fields.row_miss("import-epd-scenarios", at, row))
        return None
    if len(values) < len(wanted):
        modules = ", ".join(sorted({module for module, _, value in one.amounts if value and module})) or "-"
        misses.append(fields.row_miss("import-epd-no-production", at, row, {"modules": modules}))
        return None
    numbers = [fields.number_of(value) for value in values]
    known = [number for number in numbers if number is not None]
    if len(known) < len(values):
        misses.append(fields.row_miss("import-no-number", at, row, {"stated": "; ".join(values)[:40]}))
        return None
    return math.fsum(known)


def _of_module(one: _Indicator, module: str, default: str) -> tuple[str, ...]:
    """Values of a module: those without a scenario, else those of the default one, else all."""
    stated = [(scenario, value) for name, scenario, value in one.amounts if name == module and value]
    for scenario in ("", default):
        values = tuple(value for name, value in stated if name == scenario)
        if values:
            return values
    return tuple(value for _, value in stated)


def _left_out(root: Any, results: Sequence[_Indicator], one: _Indicator, process: str, at: At) -> Miss:
    """What a declaration states beyond the one figure that is taken: modules and indicators, in one miss."""
    rest = [*results, *_indicators(root, "exchanges", "exchange")]
    reported = [other for other in rest if any(value for _, _, value in other.amounts)]
    taken = {_PRODUCTION, *_STAGES}
    modules = sorted({module for other in reported for module, _, value in other.amounts if value} - taken)
    names = [_short(other.name) for other in reported if other is not one]
    indicators = ", ".join(dict.fromkeys(names)) or "-"
    params = {"process": process, "modules": ", ".join(modules) or "-", "indicators": indicators}
    return Miss("import-epd-left-out", at, params, process)


def _short(name: str) -> str:
    """The abbreviation in brackets at the end of an indicator's name, else the name."""
    found = _SHORT.search(name)
    return found[1] if found else name
