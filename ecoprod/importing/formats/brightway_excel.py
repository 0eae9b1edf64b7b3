"""Brightway's Excel form of a database: blocks `Database`, `Activity`, `Exchanges`, `Parameters` down the sheets.

Read as bw2io's `ExcelImporter` reads it: a sheet whose A1 is empty or says `skip` is left out, `cutoff` in A1 cuts the
columns from the number in B1 on, `::` parts the levels of a category, `(Unknown)` is nothing, a row runs on past blank
lines to the next block. An activity without a production row makes 1 of its unit. Cells with formulas are refused one
by one; the formula column of Brightway's parameters is kept as a note beside the amount.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecoprod.errors import At, InputError, Problem
from ecoprod.importing.formats.brightway_nodes import FLOW_NODES, KINDS, note, uncertainty, unsaid_product
from ecoprod.importing.opened import Opened
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss, code_twice
from ecoprod.lca.cas import cas_number
from ecoprod.readers.tables import letters
from ecoprod.readers.workbook import Formula, Value, read_sheets

FORMAT = "brightway-excel"
USED = (
    "name", "amount", "unit", "database", "categories", "location", "type", "code", "input", "reference product",
    "formula", "uncertainty type", "loc", "scale", "minimum", "maximum",
)  # fmt: skip
_SPREAD = ("uncertainty type", "loc", "scale", "minimum", "maximum")
_ENDS = {"activity", "database", "project parameters", "database parameters"}
_NOTHING = "(unknown)"


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a sheet with its place."""

    at: At
    line: int
    values: Sequence[Value]

    def value(self, index: int) -> Value:
        found = self.values[index] if index < len(self.values) else None
        return None if isinstance(found, str) and found.strip().lower() in {"", _NOTHING} else found

    def text(self, index: int) -> str:
        found = self.value(index)
        if isinstance(found, float) and found.is_integer() and abs(found) < 1e15:
            return str(int(found))
        return "" if found is None or isinstance(found, Formula) else str(found).strip()

    @property
    def label(self) -> str:
        return self.text(0).lower()

    def cell(self, index: int) -> At:
        return At(self.at.file, self.line, None, self.at.sheet, f"{letters(index)}{self.line}")


@dataclass(slots=True)
class _Activity:
    """An activity before its rows are read. `fields`: what stands under its name; `rows` begin with the heads."""

    at: At
    name: str
    fields: dict[str, str] = field(default_factory=dict)
    rows: list[_Line] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return self.fields.get("unit", "")

    @property
    def place(self) -> str:
        return self.fields.get("location", "")

    @property
    def product(self) -> str:
        return self.fields.get("reference product", "")

    @property
    def code(self) -> str:
        # without a code Brightway makes one of these four, and so no two may have them in common
        return self.fields.get("code") or " | ".join((self.name, self.product, self.unit, self.place))


def recognises(opened: Opened) -> bool:
    """Whether the source is a workbook."""
    return len(opened.pieces) == 1 and opened.pieces[0].suffix in {".xlsx", ".xlsm", ".xls", ".xlsb"}


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All activities of all sheets. Raises InputError for a workbook that is refused."""
    problems, misses = list[Problem](), list[Miss]()
    (piece, raw), *_ = opened.read()
    sheets = read_sheets(raw, At(piece.name), problems)
    if problems:
        raise InputError(problems)
    activities, names = list[_Activity](), list[tuple[str, At]]()
    for name, rows in sheets:
        _sheet([_Line(At(piece.name, sheet=name), line, values) for line, values in rows], activities, names, misses)
    title = names[0][0] if names else ""
    for other, at in names[1:]:
        misses.append(Miss("import-database-twice", at, {"name": title, "other": other}))
    flows = {(a.name, a.place, a.unit): a.code for a in activities if a.fields.get("type", "").lower() in FLOW_NODES}
    makers = [a for a in activities if a.fields.get("type", "").lower() not in FLOW_NODES]
    known, own = _index(makers), {title, *(name for one in makers for name in _production_databases(one))}
    made, codes = list[ForeignProcess](), set[str]()
    for done, activity in enumerate(makers, start=1):
        found = _process(activity, own, flows, known, misses)
        if found is not None and found.code in codes:
            misses.append(code_twice(found))
        elif found is not None:
            codes.add(found.code)
            made.append(found)
        progress(done, len(makers))
    if not makers:
        held = ", ".join(name for name, _ in sheets)[:200]
        misses.append(Miss("import-no-processes", At(piece.name), {"file": piece.name, "held": held or "-"}))
    return ForeignDatabase(FORMAT, tuple(made), tuple(misses), len(makers), {"title": title or opened.name})


_Known = Mapping[tuple[str, str, str, str], str | None]


def _production_databases(activity: _Activity) -> set[str]:
    """Names that production rows give to the database they stand in, which may not be that of the block `Database`."""
    heads = _heads(activity)
    rows = (_Row(line, heads, activity) for line in activity.rows[1:])
    return {_target(row)[0] for row in rows if KINDS.get(row.text("type").lower()) == "product"} - {""}


def _heads(activity: _Activity) -> dict[str, int]:
    """Columns by their heads, the first row below `Exchanges`."""
    first = activity.rows[0] if activity.rows else None
    return {name: i for i in range(len(first.values)) if (name := first.text(i).lower())} if first else {}


def _index(activities: Sequence[_Activity]) -> _Known:
    """Codes by name, place, unit and product (empty: any); None where several activities share them."""
    found: dict[tuple[str, str, str, str], str | None] = {}
    for one in activities:
        for product in {one.product, ""}:
            key = (one.name, one.place, one.unit, product)
            found[key] = None if key in found else one.code
    return found


def _sheet(
    rows: list[_Line], activities: list[_Activity], names: list[tuple[str, At]], misses: list[Miss]
) -> None:  # fmt: skip
    """Cut a sheet into its activities."""
    filled = [row for row in rows if any(value is not None for value in row.values)]
    first = rows[0] if rows else None
    if first is None or first.label == "skip" or not filled:
        return
    if not isinstance(first.value(0), str):
        if any(row.label == "activity" for row in filled):
            misses.append(Miss("import-sheet-skipped", first.at, {"sheet": first.at.sheet or ""}))
        return
    width = first.value(1) if first.label == "cutoff" else None
    if isinstance(width, float) and 1 <= width < math.inf:
        filled = [replace(row, values=row.values[: int(width)]) for row in filled]
    current: _Activity | None = None
    section = ""
    for row in filled:
        label = row.label
        if label == "database" and row.text(1):
            names.append((row.text(1), row.cell(1)))
        if label in _ENDS:
            current = _Activity(row.cell(0), row.text(1)) if label == "activity" and row.text(1) else None
            section = ""
            activities.extend([current] if current is not None else [])
        elif current is not None:
            section = _take(row, current, section, misses)


def _take(row: _Line, activity: _Activity, section: str, misses: list[Miss]) -> str:
    """Put a row where it belongs in its activity. The section that the next row stands in."""
    if row.label in {"exchanges", "parameters"}:
        return row.label
    if section == "exchanges":
        activity.rows.append(row)
    elif not section:
        if isinstance(row.value(1), Formula):
            misses.append(_refused(row, 1, activity))
        activity.fields[row.label] = row.text(1)
    return section


def _refused(row: _Line, index: int, activity: _Activity) -> Miss:
    value = row.value(index)
    formula = value.text if isinstance(value, Formula) else ""
    at = row.cell(index)
    if formula.startswith("#"):
        return Miss("import-cell-error", at, {"cell": at.cell or ""}, activity.code, name=row.text(0))
    params: dict[str, str | float | int] = {"cell": at.cell or "", "formula": formula}
    return Miss("import-cell-formula", at, params, activity.code, name=row.text(0))


def _process(
    activity: _Activity, own: set[str], flows: Mapping[tuple[str, str, str], str], known: _Known, misses: list[Miss]
) -> ForeignProcess | None:
    heads = _heads(activity)
    lacking = [name for name in ("name", "amount", "type") if name not in heads] if activity.rows else []
    if lacking:
        params = {"name": activity.name, "columns": ", ".join(lacking)}
        misses.append(Miss("import-head-missing", activity.rows[0].at, params, activity.code, name=activity.name))
        return None
    rows, production_lost = list[ForeignExchange](), False
    for line in activity.rows[1:]:
        row = _Row(line, heads, activity)
        found = _exchange(row, own, flows, known, misses)
        if found is not None:
            rows.append(found)
        elif KINDS.get(row.text("type").lower()) == "product":
            production_lost = True
    if not any(row.kind == "product" for row in rows):
        if production_lost or not activity.unit:
            misses.append(
                Miss("import-no-product", activity.at, {"process": activity.name}, activity.code, name=activity.name)
            )
            return None
        said = activity.product or activity.name
        rows.insert(0, unsaid_product(said, activity.unit, activity.at, activity.code, activity.place))
    several = sum(row.kind == "product" for row in rows) > 1
    return ForeignProcess(
        activity.code,
        activity.name,
        activity.at,
        tuple(rows),
        activity.place,
        reference=activity.product or None if several else None,
        synonyms=tuple(s.strip() for s in activity.fields.get("synonyms", "").split("::") if s.strip()),
        sources=tuple(s for s in (activity.fields.get("source", ""),) if s),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of exchanges under its heads."""

    line: _Line
    heads: Mapping[str, int]
    activity: _Activity

    def text(self, head: str) -> str:
        return self.line.text(self.heads[head]) if head in self.heads else ""

    def number(self, head: str) -> float | None:
        value = self.line.value(self.heads[head]) if head in self.heads else None
        try:
            found = float(value) if isinstance(value, (str, float)) and "_" not in str(value) else math.nan
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def formulas(self) -> list[str]:
        """Heads of the columns in use whose cell is a formula."""
        return [h for h in USED if h in self.heads and isinstance(self.line.value(self.heads[h]), Formula)]


def _exchange(
    row: _Row, own: set[str], flows: Mapping[tuple[str, str, str], str], known: _Known, misses: list[Miss]
) -> ForeignExchange | None:
    code, formulas = row.activity.code, row.formulas()
    name, amount, kind = row.text("name"), row.number("amount"), KINDS.get(row.text("type").lower())
    unit = row.text("unit") or (row.activity.unit if kind == "product" else "")
    refused = (_refused(row.line, row.heads[head], row.activity) for head in formulas)
    misses.extend(replace(miss, name=name, unit=unit, kind=kind or "") for miss in refused)
    if any(head not in {*_SPREAD, "formula"} for head in formulas):
        return None  # what the row is or how much of it hangs on a formula
    at = row.line.cell(row.heads["amount"])
    if kind is None or not name or amount is None or not unit:
        why = "import-exchange-type" if kind is None else "import-row-broken" if not name else ""
        why = why or ("import-amount" if amount is None else "import-unit-missing")
        params = {"name": name, "kind": row.text("type")[:40], "value": row.text("amount")[:40] or "-"}
        misses.append(Miss(why, at, params, code, kind or "", name, unit, amount))
        return None
    database, target = _target(row)
    place, product = row.text("location"), row.text("reference product")
    inside = not database or database in own
    said = note(
        database="" if inside else database,
        product=product if kind in {"input", "avoided"} and product != name else "",
        formula=row.text("formula"),
    )
    # the column is unfit to tell a spread where one of its cells is a formula
    spread = None if formulas else uncertainty(row.number, name, at, code, misses)
    made = ForeignExchange(kind, name, amount, unit, at, target or None, note=said, uncertainty=spread)
    if kind == "elementary":
        path = tuple(part.strip() for part in row.text("categories").split("::") if part.strip())
        return replace(made, compartment=path, cas=cas_number(row.text("cas number")), place=place or None)
    own_flow = flows.get((name, place, unit)) if inside and not target else None
    if kind == "product":
        flow = target or own_flow or code
        return replace(made, name=product or name, flow=flow, place=place or row.activity.place or None)
    provider = target or known.get((name, place, unit, product)) if inside and own_flow is None else None
    if not inside:  # of another database: a namesake here is another thing
        provider = f"{database}: {target or name}"
    return replace(made, flow=target or own_flow or provider, provider=provider, place=place or None)


def _target(row: _Row) -> tuple[str, str]:
    """Database and code that a row points to, from `input` (`('db', 'code')` or `db::code`) or its own columns."""
    given = row.text("input")
    if "::" in given:
        database, _, code = given.partition("::")
        return database.strip(), code.strip()
    if given.startswith("(") and given.endswith(")"):
        database, _, code = given[1:-1].partition(",")
        return database.strip(" '\""), code.strip(" '\"")
    return row.text("database"), row.text("code")
