"""Parameters of a variants file: numbers of the product that vary, found by the path of their field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.product import Amount, Part, Product
from ecoprod.readers.fields import POSITIVE, Desk, amount, nearest, number, share, wording
from ecoprod.readers.tables import Cell
from ecoprod.readers.yamlcells import Node, as_cell, mapping, scalar, sequence
from ecoprod.screening.in_vain import has_no_share
from ecoprod.screening.variants import Parameter, ParameterOf
from ecoprod.units import convert, parse

_PART = re.compile(r"(?:bom|packaging)(?:\[(?P<id>.+)\]|\.(?P<plain>.+))\.(?P<column>\w+)")
_FLOW = re.compile(r"use\.flows(?:\[(?P<id>.+)\]|\.(?P<plain>.+))\.amount")
_LEG = re.compile(r"distribution(?:\[(?P<id>\d+)\]|\.(?P<plain>\d+))\.distance")
COLUMNS = {"mass": "kg", "recycled_content": None, "yield": None, "quantity": None}
"""Columns of a part that may vary, with the unit of their values; a share and a number of pieces have none."""
_WHOLE: dict[str, tuple[ParameterOf, str | None]] = {
    "use.lifetime": ("lifetime", "year"), "use.cycles": ("cycles", "cycle/year"),
    "end_of_life.collection": ("collection", None),
}  # fmt: skip
NOT_BETWEEN = ("lifetime", "cycles", "collection")
"""What changes more than one stage: it takes `values` and no range, since each value is a product of its own."""
KNOWN = (
    "bom[ID].mass", "bom[ID].recycled_content", "bom[ID].yield", "bom[ID].quantity", "use.flows[NAME].amount",
    "distribution[0].distance", *_WHOLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """A field of the product: what it belongs to, its unit, and what the files say."""

    of: ParameterOf
    target: str
    column: str
    unit: str | None
    base: float
    stated: bool = True


def read_parameters(desk: Desk, nodes: Sequence[Node], product: Product) -> tuple[Parameter, ...]:
    """The parameters that can be read; a field twice is a problem."""
    made: list[Parameter] = []
    for node in nodes:
        if mapping(desk, node, ("name", "field", "range", "values")) is None:
            continue
        name, cell = wording(desk, scalar(desk, node, "name"), 80), scalar(desk, node, "field")
        for key, value in (("name", name), ("field", cell)):
            if value is None:
                node.fault(desk, "key-needed", key, key=key, example="{name: wall, field: bom[A1].mass, range: […]}")
        found = _found(desk, cell, product) if cell else None
        if found is None or name is None or cell is None:
            continue
        parameter = _spread(desk, node, name, cell, found)
        if parameter is None:
            continue
        if any((p.of, p.target, p.column) == (found.of, found.target, found.column) for p in made):
            desk.fault(cell, "variants-field-twice", field=cell.text[:80])
            continue
        made.append(parameter)
    return tuple(made)


def _found(desk: Desk, cell: Cell, product: Product) -> _Found | None:
    text = cell.text
    if text in _WHOLE:
        of, unit = _WHOLE[text]
        base = _whole(of, product)
        if not base:
            desk.fault(cell, "variants-field-empty", field=text)
            return None
        if of == "cycles" and product.use and product.use.cycle_unit == "h":
            unit = "h/year"
        return _Found(of, "", "", unit, base)
    if match := _PART.fullmatch(text):
        return _of_part(desk, cell, match["id"] or match["plain"], match["column"], product)
    if match := _FLOW.fullmatch(text):
        return _of_flow(desk, cell, match["id"] or match["plain"], product)
    if match := _LEG.fullmatch(text):
        index = int(match["id"] or match["plain"])
        if index < len(product.distribution):
            return _Found("distribution", str(index), "", "km", product.distribution[index].distance_km)
    desk.fault(cell, "variants-unknown-field", field=text[:80], known=", ".join(KNOWN))
    return None


def _whole(of: ParameterOf, product: Product) -> float | None:
    if of == "collection":
        return product.end_of_life.collection if product.end_of_life else None
    if product.use is None:
        return None
    return product.use.lifetime_years if of == "lifetime" else product.use.cycles_per_year


def _of_part(desk: Desk, cell: Cell, name: str, column: str, product: Product) -> _Found | None:
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    part = rows.get(name)
    if part is None:
        desk.fault(cell, "variants-unknown-part", id=name[:60], nearest=nearest(name, rows))
        return None
    if has_no_share(part.id, rows):
        desk.fault(cell, "variants-row-of-no-share", part=part.id)
        return None
    if column not in COLUMNS:
        desk.fault(cell, "variants-unknown-field", field=cell.text[:80], known=", ".join(KNOWN))
        return None
    parent = any(p.parent == part.id for p in rows.values())
    base = _stated(part, column)
    of_children = parent and column in ("mass", "recycled_content")
    empty = base is None or (base == 0 and column != "recycled_content")
    if base is None or empty or of_children or (part.as_required and column == "quantity"):
        desk.fault(cell, "variants-field-empty", field=cell.text[:80])
        return None
    return _Found("part", part.id, column, COLUMNS[column], base, _is_stated(part, column))


def _stated(part: Part, column: str) -> float | None:
    """What the row says; no yield and no recycled content are 1 and 0, as the life cycle takes them."""
    if column == "mass":
        return part.mass_kg
    if column == "recycled_content":
        return part.recycled_content or 0.0
    if column == "yield":
        return part.yield_fraction or 1.0
    return part.quantity


def _is_stated(part: Part, column: str) -> bool:
    if column == "recycled_content":
        return part.recycled_content is not None and part.recycled_pre is None and part.recycled_post is None
    return column != "yield" or part.yield_fraction is not None


def _of_flow(desk: Desk, cell: Cell, name: str, product: Product) -> _Found | None:
    flows = product.use.flows if product.use else ()
    found = [f for n, f in enumerate(flows) if name in (f.id, f.name, str(n))]
    if len(found) != 1:
        known = ", ".join(f"use.flows[{f.id}].amount" for f in flows) or "—"
        desk.fault(cell, "variants-unknown-field", field=cell.text[:80], known=known)
        return None
    if found[0].amount is None or not found[0].amount.value:
        desk.fault(cell, "variants-field-empty", field=cell.text[:80])
        return None
    return _Found("flow", found[0].id, "amount", found[0].amount.unit, found[0].amount.value)


def _spread(desk: Desk, node: Node, name: str, cell: Cell, found: _Found) -> Parameter | None:
    if (node.child("range") is None) == (node.child("values") is None):
        node.fault(desk, "variants-range-or-values", name=name)
        return None
    common = (name, node.file.at(*node.path), cell.text, found.of, found.target, found.column, found.unit, found.base)
    blank = Parameter(*common)
    key = "range" if node.child("range") is not None else "values"
    cells = [c for n in sequence(desk, node.child(key)) if (c := as_cell(n)) is not None]
    values = [v for c in cells if (v := value_of(desk, c, blank)) is not None]
    if len(values) != len(cells):
        return None
    if key == "values":
        if not values or len(set(values)) != len(values):
            node.fault(desk, "variants-values", "values", name=name)
            return None
        return Parameter(*common, values=tuple(values), stated=found.stated, written=_written(cells[0], found))
    if found.of in NOT_BETWEEN:
        node.fault(desk, "variants-values-wanted", "range", name=name, field=cell.text)
        return None
    if len(values) != 2 or not values[0] < values[1]:
        node.fault(desk, "variants-range", "range", name=name)
        return None
    return Parameter(
        *common, low=values[0], high=values[1], stated=found.stated, written=_written(cells[0], found)
    )  # fmt: skip


def _written(cell: Cell, found: _Found) -> str | None:
    """The unit of a value as the file has it; the value has been read without a fault."""
    return None if found.unit is None else parse(cell.text).unit


def value_of(desk: Desk, cell: Cell, parameter: Parameter) -> float | None:
    """A value as a parameter takes it; out of its range, or none of its values, is a problem."""
    if parameter.unit is None:
        pieces = parameter.column == "quantity"
        found = number(desk, cell) if pieces else share(desk, cell, zero=_may_be_zero(parameter))
    else:
        given = amount(desk, cell, parameter.unit, POSITIVE if parameter.of == "part" else "not-negative")
        found = convert(given, parameter.unit) if given is not None else None
    if found is None:
        return None
    if parameter.low is not None and parameter.high is not None and not parameter.low <= found <= parameter.high:
        low, high = (_as_written(bound, parameter, cell) for bound in (parameter.low, parameter.high))
        desk.fault(cell, "variants-out-of-range", name=parameter.name, value=cell.text[:60], low=low, high=high)
        return None
    return found


def _as_written(value: float, parameter: Parameter, cell: Cell) -> str:
    """A value of a parameter in the unit that a cell is written in; a share as a percentage, pieces as they are."""
    if parameter.unit is not None:
        unit = parse(cell.text).unit
        return f"{convert(Amount(value, parameter.unit), unit):.6g} {unit}"
    return f"{value:.6g}" if parameter.column == "quantity" else f"{100 * value:.6g} %"


def _may_be_zero(parameter: Parameter) -> bool:
    return parameter.column == "recycled_content" or parameter.of == "collection"
