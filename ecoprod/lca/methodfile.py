"""A method from a file: impact factors of the user's own, for elementary flows of bw2io's list.

Columns `flow, compartment, factor, unit` and, where a file holds several categories, `category`. `unit` is that of
the factor: the result's unit, a slash, and the unit of the flow (`kg CO2-Eq/kg`, `m3 world-Eq/m3`, `points/MJ`). The
last part is converted to the flow's own unit. `air/*` is a compartment with all below it that have no row of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute

from ecoprod.errors import At, InputError, Params, Problem
from ecoprod.lca.bundled import TOTAL_CODE, TOTAL_FLOW, FlowList, Indicator
from ecoprod.lca.categories import Family, own_categories
from ecoprod.lca.inventory import unit_factor
from ecoprod.lca.methods import Method
from ecoprod.product import FileHash
from ecoprod.readers.fields import Desk, attempt, needed, wording
from ecoprod.readers.heads import METHOD
from ecoprod.readers.listed import Listed
from ecoprod.readers.tables import Cell, Row, Table, read_table
from ecoprod.textfile import resolved
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, parse_number

MAX_CATEGORIES, MAX_WORDS = 200, 200
SMALLEST, LARGEST = 1e-60, 1e40
"""Bounds of a factor that is not 0; those that bw2io ships lie between 1e-44 and 1e14."""
_SEARCHES = 20
_ALL_BELOW = "/*"


@dataclass(slots=True)
class _Category:
    """A category while its rows are read. `rows`: by flow code, where its row stands, and whether it is a `/*`."""

    unit: str
    factors: dict[str, float] = attribute(default_factory=dict)
    rows: dict[str, tuple[At, bool]] = attribute(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file while it is read. `places`: of each flow's name, the compartments that the list has."""

    desk: Desk
    flows: FlowList
    places: dict[str, dict[str, int]]
    title: str
    found: dict[str, _Category]

    def fault(self, cell: Cell, code: str, params: Params) -> None:
        """Note a problem with a cell."""
        self.desk.problems.append(Problem(code, cell.at, cell.at.column, params))


def read_method(method: Method, flows: FlowList) -> Family:
    """The categories of a file. Raises InputError with every row that cannot be used."""
    problems = Listed()
    path = resolved(method.file) if method.file else None
    if path is None:
        raise InputError([Problem("file-missing", At("--method"), None, {"file": method.name})])
    named = Cell(f"{path.name}#{method.sheet}" if method.sheet else path.name, At("--method"))
    places: dict[str, dict[str, int]] = {TOTAL_FLOW[0]: {TOTAL_FLOW[1]: flows.total}}
    for (name, compartment), position in flows.index.items():
        places.setdefault(name, {})[compartment] = position
    reading = _Reading(Desk(Ledger(), problems), flows, places, path.stem, {})
    files: dict[str, FileHash] = {}
    table = read_table(path.parent, named, METHOD, files, problems)
    for row in table.rows if table else ():
        _row(reading, table, row)
    indicators = [Indicator(name, "", one.unit, one.factors) for name, one in reading.found.items()]
    if table and not indicators and not problems:
        problems.append(Problem("method-empty", At(path.name), None, {"file": path.name}))
    chosen = own_categories(indicators)
    for k, category in enumerate(chosen):
        if not category.id or category.id in {c.id for c in chosen[:k]}:
            at = next(iter(reading.found[indicators[k].category].rows.values()))[0]
            problems.append(Problem("method-category-id", at, "category", {"name": indicators[k].category}))
    if problems:
        raise InputError(problems.all())
    return Family(indicators, chosen)


def _row(reading: _Reading, table: Table | None, row: Row) -> None:
    """Take in one row, or note what is wrong with it."""
    columns = table.columns if table else frozenset[str]()
    wanted = [*METHOD.needed, *(["category"] if "category" in columns else [])]
    empty = [column for column in wanted if column not in row.cells]
    for column in empty:
        needed(reading.desk, row, columns, column)
    if empty:
        return
    cells = row.cells
    title = wording(reading.desk, cells["category"], MAX_WORDS) if "category" in cells else reading.title
    factor, positions = _factor(reading, cells["factor"]), _positions(reading, cells["flow"], cells["compartment"])
    unit, slash, per = (part.strip() for part in cells["unit"].text.rpartition("/"))
    if not slash or not unit or not per or len(unit) > MAX_WORDS:
        reading.fault(cells["unit"], "method-unit-form", {"unit": cells["unit"].text[:60]})
    elif title is not None and factor is not None:
        category = _category(reading, title, unit, cells["unit"])
        for position in positions:
            if category is not None:
                _enter(reading, category, position, factor, per, cells)


def _category(reading: _Reading, title: str, unit: str, cell: Cell) -> _Category | None:
    """The category of a row, which has one unit and is one of not too many."""
    found = reading.found.get(title)
    if found is None and len(reading.found) >= MAX_CATEGORIES:
        reading.fault(cell, "method-categories", {"limit": MAX_CATEGORIES})
        return None
    if found is None:
        found = reading.found[title] = _Category(unit)
    if found.unit != unit:
        reading.fault(cell, "method-units-differ", {"category": title, "unit": unit[:60], "first": found.unit[:60]})
        return None
    return found


def _factor(reading: _Reading, cell: Cell) -> float | None:
    """A number of either sign; 0 says that a flow does not count."""
    found = attempt(reading.desk, cell, lambda: parse_number(cell.text))
    if found is not None and found != 0 and not SMALLEST <= abs(found) <= LARGEST:
        low, high = f"{SMALLEST:g}", f"{LARGEST:g}"
        reading.fault(cell, "amount-out-of-range", {"value": cell.text[:60], "low": low, "high": high})
        return None
    return found


def _positions(reading: _Reading, flow: Cell, compartment: Cell) -> list[int]:
    """The flows that a row names: one, or with `/*` one and all below it."""
    places = reading.places.get(flow.text)
    if places is None:
        few = len(reading.desk.problems) < _SEARCHES  # a search for each of thousands would take minutes
        near = "; ".join(reading.flows.nearest(flow.text[:100])) if few else ""
        reading.fault(flow, "method-unknown-flow", {"name": flow.text[:80], "nearest": near or "—"})
        return []
    stem, star = compartment.text.removesuffix(_ALL_BELOW), compartment.text.endswith(_ALL_BELOW)
    found = [p for where, p in places.items() if where == stem or (star and where.startswith(f"{stem}/"))]
    if not found:
        params = {"name": flow.text, "compartment": compartment.text[:60], "known": "; ".join(sorted(places))}
        reading.fault(compartment, "method-unknown-compartment", params)
    return found


def _enter(
    reading: _Reading, category: _Category, position: int, factor: float, per: str, cells: Mapping[str, Cell]
) -> None:
    """Put a factor under its flow; a row for the flow itself goes before one with `/*`."""
    code = TOTAL_CODE if position == reading.flows.total else reading.flows.codes[position]
    broad = cells["compartment"].text.endswith(_ALL_BELOW)
    before = category.rows.get(code)
    if before is not None and before[1] == broad:
        params: Params = {"flow": cells["flow"].text, "line": before[0].line or 0}
        reading.fault(cells["flow"], "method-duplicate-row", params)
        return
    if before is not None and broad:
        return
    wanted = reading.flows.unit(position)
    try:
        category.factors[code] = factor * unit_factor(wanted, per)
    except UnitError:
        reading.fault(cells["unit"], "method-flow-unit", {"unit": per[:60], "wanted": wanted})
        return
    category.rows[code] = cells["flow"].at, broad
