"""`product.yaml`: what it says of the product, its periods, declarations and basic requirements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ecoprod.product import Amount, BasicRequirement, Declared, Period
from ecoprod.readers.bom import MAX_MASS_KG
from ecoprod.readers.fields import NO_LIMIT, POSITIVE, Desk, amount, day, truth, wording, yes_no
from ecoprod.readers.grammar import AT_MOST, bracket, is_not_detected, remarks
from ecoprod.readers.tables import Cell
from ecoprod.readers.yamlcells import Node, mapping, names, scalar
from ecoprod.signs import plain_line
from ecoprod.textfile import MAX_NAME, resolved
from ecoprod.units import UnitError, conversion, convert, lookup, parse, same_dimension

KEYS = (
    "ecoprod", "product", "assessed_on", "product_unit", "functional_unit", "service_per_product", "reporting_period",
    "base_period", "bom", "process", "packaging", "evidence", "mapping", "meters", "distribution", "use",
    "end_of_life", "circularity", "declared", "basic", "lca",
)  # fmt: skip
FORMAT = "1"
_LOOKS_NUMERIC = re.compile(r"[<≤]?\s*[+-]?\.?[0-9]")
_DIGITS = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)")


def check_version(desk: Desk, top: Node) -> None:
    """`ecoprod: 1` stands in the file."""
    cell = scalar(desk, top, "ecoprod")
    if cell is None:
        top.fault(desk, "key-needed", "ecoprod", key="ecoprod", example="ecoprod: 1")
    elif cell.text != FORMAT:
        desk.fault(cell, "format-version", value=cell.text[:20])


def declared_mass(desk: Desk, product: Node | None) -> tuple[float | None, float]:
    """The declared mass in kg, and half of its last written digit (`68 kg`: 0.5, `253.00 kg`: 0.005)."""
    cell = scalar(desk, product, "mass")
    if cell is None:
        if product is not None:
            product.fault(desk, "key-needed", "mass", key="mass", example="mass: 68 kg")
        return None, 0.0
    found = amount(desk, cell, "kg", POSITIVE)
    if found is None:
        return None, 0.0
    mass = convert(found, "kg")
    if mass > MAX_MASS_KG:
        desk.fault(cell, "mass-absurd", value=cell.text, limit=f"{MAX_MASS_KG:g} kg")
        return None, 0.0
    desk.read("product:mass", mass, "kg", cell)
    return mass, last_digit(cell.text) / 2 * conversion(found.unit, "kg")


def name_of_file(desk: Desk, cell: Cell | None, folder: Path) -> str | None:
    """An id that is looked for as a file too, so it must be one that a file can have."""
    text = wording(desk, cell)
    if (
        cell is not None
        and text is not None
        and ("\0" in text or any(resolved(place) is None for place in (folder / text, Path(f"{text}.yaml"))))
    ):
        desk.fault(cell, "path-impossible", file=text[:80], limit=MAX_NAME)
        return None
    return text


def last_digit(text: str) -> float:
    """What one step of the last written digit of a number is worth: 1 for `68`, 0.01 for `253.00`."""
    match = _DIGITS.match(plain_line(text))
    exponent = Decimal(match[1]).as_tuple().exponent if match else 0
    return 10.0 ** int(exponent)


def quantity_key(desk: Desk, node: Node | None, key: str, entry: str, like: str | None = None) -> Amount | None:
    """A quantity above zero under a key, in the ledger as `entry`."""
    cell = scalar(desk, node, key)
    found = amount(desk, cell, like, POSITIVE)
    if found is not None:
        desk.read(entry, found.value, found.unit, cell)
    return found


def service_per_product(desk: Desk, top: Node, unit: Node | None) -> Amount | None:
    """`service_per_product`, beside `functional_unit` or inside it, not both."""
    outer, inner = top.child("service_per_product"), unit.child("service_per_product") if unit else None
    if outer and inner:
        outer.fault(desk, "key-twice", key="service_per_product", other="functional_unit.service_per_product")
    owner = unit if inner and not outer else top
    return quantity_key(desk, owner, "service_per_product", "product:service_per_product")


def read_period(desk: Desk, top: Node, key: str, evidence: Mapping[str, object] | None) -> Period | None:
    """`reporting_period` or `base_period`; only the latter holds indicator values."""
    base = key == "base_period"
    node = mapping(desk, top.child(key), (*_PERIOD, "values") if base else _PERIOD)
    if node is None:
        return None
    first, last = scalar(desk, node, "from"), scalar(desk, node, "to")
    start, end = day(desk, first), day(desk, last)
    if start and end and start > end and last:
        desk.fault(last, "dates-order", earlier=str(start), later=str(end))
    output = scalar(desk, node, "output")
    found = amount(desk, output, None, POSITIVE) if output else None
    if not base:
        for name in ("from", "to", "output"):
            if node.child(name) is None:
                node.fault(desk, "key-needed", name, key=f"{key}.{name}", example=_EXAMPLES[name])
        desk.read("product:output", found.value if found else None, found.unit if found else None, output)
    elif found and output:
        desk.read("base:output", found.value, found.unit, output)
    return Period(start, end, found, _values(desk, node), evidence_ids(desk, node, evidence))


_PERIOD = ("from", "to", "output", "evidence")
_EXAMPLES = {"from": "from: 2025-01-01", "to": "to: 2025-12-31", "output": "output: 120000 unit"}


def _values(desk: Desk, node: Node) -> dict[str, Amount]:
    """Last year's indicator values of a base period."""
    found: dict[str, Amount] = {}
    values = mapping(desk, node.child("values"), None)
    for indicator in values.data if values and isinstance(values.data, dict) else ():
        cell = scalar(desk, values, indicator)
        value = _measured(desk, cell) if cell is not None else None
        if value is not None:
            found[str(indicator)] = value
            desk.read(f"base:{indicator}", value.value, value.unit, cell)
    return found


def check_periods(desk: Desk, top: Node, reporting: Period | None, base: Period | None) -> None:
    """The base period lies before the reporting period."""
    if not (reporting and base and reporting.start and base.end):
        return
    if base.end >= reporting.start:
        node = top.child("base_period")
        assert node is not None  # noqa: S101  (a period was read from it)
        node.fault(desk, "dates-order", "to", earlier=str(base.end), later=str(reporting.start))


def assessed_on(desk: Desk, top: Node) -> date | None:
    """The date of judgement in the file, if any."""
    cell = scalar(desk, top, "assessed_on")
    found = day(desk, cell)
    if found is not None:
        desk.read("product:assessed_on", found.isoformat(), None, cell)
    return found


# ---- declarations --------------------------------------------------------------------------------

_DECLARED = ("value", "evidence", "method", "detection_limit", "illustrative")


def read_declared(desk: Desk, top: Node, evidence: Mapping[str, object] | None) -> dict[str, Declared]:
    """`declared`: facts by indicator id. One that cannot be read is left out with a Problem."""
    found: dict[str, Declared] = {}
    node = mapping(desk, top.child("declared"), None)
    for indicator in node.data if node and isinstance(node.data, dict) else ():
        entry = mapping(desk, node.child(indicator) if node else None, _DECLARED)
        declared = _declared(desk, str(indicator), entry, evidence) if entry else None
        if declared is not None:
            found[str(indicator)] = declared
    return found


def _declared(desk: Desk, indicator: str, node: Node, evidence: Mapping[str, object] | None) -> Declared | None:
    cell = scalar(desk, node, "value")
    limit_cell = scalar(desk, node, "detection_limit")
    stated = amount(desk, limit_cell, None, POSITIVE)
    method = wording(desk, scalar(desk, node, "method"))
    ids = evidence_ids(desk, node, evidence)
    illustrative = bool(yes_no(desk, scalar(desk, node, "illustrative")))
    if cell is None:
        return None  # left blank: nothing is declared
    at = cell.at
    text, remark_method, remark_limit = (
        _with_remark(plain_line(cell.text)) if len(cell.text) <= _MAX_VALUE else (cell.text, None, None)
    )
    found: Amount | None = None
    below: Amount | None = None
    said, flag, not_detected = None, truth(text), is_not_detected(text)
    if remark_limit is not None:
        remarked = amount(desk, replace(cell, text=remark_limit), stated.unit if stated else None, POSITIVE)
        if remarked is None:
            return None
        if stated is None or convert(remarked, stated.unit) > stated.value:
            stated = remarked  # of two detection limits the coarser one proves less
    method = method or remark_method
    if AT_MOST.match(text):
        desk.fault(cell, "at-most-sign", value=text[:60])
        return None
    if text.startswith("<"):
        below = amount(desk, replace(cell, text=text.lstrip("< ")), None, POSITIVE)
    elif _LOOKS_NUMERIC.match(text):
        found = _measured(desk, replace(cell, text=text))
    elif flag is None and not not_detected:
        said = wording(desk, cell, _MAX_VALUE)
    if found is None and below is None and said is None and flag is None and not not_detected:
        return None
    amounts = found or below
    if amounts and stated and not same_dimension(amounts.unit, stated.unit):
        desk.fault(limit_cell or cell, "unit-dimension", unit=stated.unit, wanted=amounts.unit)
        return None
    value = amounts.value if amounts else flag if flag is not None else "未检出" if not_detected else said
    desk.read(f"declared:{indicator}", value, amounts.unit if amounts else None, cell)
    if stated is not None and (limit_cell or cell):
        desk.read(f"declared:{indicator}/detection_limit", stated.value, stated.unit, limit_cell or cell)
    return Declared(
        indicator, at, found, below, said, flag, not_detected, stated, method, ids, illustrative
    )  # fmt: skip


def _with_remark(text: str) -> tuple[str, str | None, str | None]:
    """A value, and method and detection limit out of the remark in brackets behind it; units end in brackets too."""
    base, remark = bracket(text)
    if not remark:
        return text, None, None
    try:
        parse(text.lstrip("< "))
    except UnitError:
        method, limit = remarks(remark)
        # a number with another remark is no way to write a value: its reader says so
        kept = limit is None and _LOOKS_NUMERIC.match(text) is not None and not text.startswith("<")
        return (text, None, None) if kept else (base, method, limit)
    return text, None, None


def _measured(desk: Desk, cell: Cell) -> Amount | None:
    """A stated value; nothing but a temperature or a pH lies below zero, where it would pass any upper limit."""
    found = amount(desk, cell, None, NO_LIMIT)
    if found is not None and found.value < 0 and lookup(found.unit).dimension not in _may_be_negative():
        desk.fault(cell, "value-negative", value=cell.text)
        return None
    return found


def _may_be_negative() -> frozenset[str]:
    return frozenset(lookup(unit).dimension for unit in ("°C", "pH"))


_MAX_VALUE = 300


def read_basic(desk: Desk, top: Node, evidence: Mapping[str, object] | None) -> dict[str, BasicRequirement]:
    """`basic`: the maker's statement on each basic requirement."""
    found: dict[str, BasicRequirement] = {}
    node = mapping(desk, top.child("basic"), None)
    for requirement in node.data if node and isinstance(node.data, dict) else ():
        entry = mapping(desk, node.child(requirement) if node else None, ("met", "evidence", "illustrative"))
        if entry is None:
            continue
        cell = scalar(desk, entry, "met")
        met = yes_no(desk, cell)
        desk.read(f"basic:{requirement}", met, None, cell)
        illustrative = bool(yes_no(desk, scalar(desk, entry, "illustrative")))
        at = entry.file.at(*entry.path)
        ids = evidence_ids(desk, entry, evidence)
        found[str(requirement)] = BasicRequirement(str(requirement), at, met, ids, illustrative)
    return found


def evidence_ids(desk: Desk, node: Node, evidence: Mapping[str, object] | None) -> tuple[str, ...]:
    """Evidence named under `evidence`. None for the table: it could not be read, so nothing is said of its ids."""
    from ecoprod.readers.fields import near

    found: list[str] = []
    for name, cell in names(desk, node, "evidence"):
        if evidence is not None and name not in evidence:
            desk.fault(cell, "evidence-unknown", id=name[:60], nearest=near(desk, name, evidence))
        found.append(name)
    return tuple(dict.fromkeys(found))
