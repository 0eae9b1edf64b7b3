"""Bills of materials and packaging tables: rows of a tree of any depth become parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ecoprod.errors import At, Problem
from ecoprod.product import Amount, Part, Table
from ecoprod.readers.fields import (
    LARGEST,
    POSITIVE,
    SMALLEST,
    Desk,
    amount,
    choice,
    in_range,
    is_blank,
    items,
    near,
    needed,
    row_at,
    share,
    wording,
    yes_no,
)
from ecoprod.readers.grammar import coatings, legs, pedigree, recycled, substances
from ecoprod.readers.tables import Cell, Row
from ecoprod.readers.tables import Table as Sheet
from ecoprod.signs import plain_line
from ecoprod.units import UnitError, convert, lookup, parse_number

MAX_DEPTH = 200
"""Levels of a bill. Real ones have some twenty; rooms that walk down the tree rely on this bound."""
MAX_MASS_KG = 1e9
"""No product or part weighs a million tonnes; such a mass is a slip of the unit or of the decimal point."""
_ROLES: Mapping[str, Literal["contained", "input", "service"]] = {
    "contained": "contained", "input": "input", "service": "service",
    "包含": "contained", "产品内": "contained", "投入": "input", "服务": "service",
}  # fmt: skip
_MADE: Mapping[str, Literal["purchased", "in_house"]] = {
    "purchased": "purchased", "in_house": "in_house", "in-house": "in_house",
    "外购": "purchased", "采购": "purchased", "外协": "purchased", "自制": "in_house", "自产": "in_house",
}  # fmt: skip
_BASES: Mapping[str, Literal["homogeneous_material", "component"]] = {
    "homogeneous_material": "homogeneous_material", "component": "component",
    "均质材料": "homogeneous_material", "部件": "component", "零部件": "component",
}  # fmt: skip
_AS_REQUIRED = frozenset({"ar", "a/r", "按需", "适量"})
_MEASURES = {"length": "m", "area": "m2", "volume": "m3"}


def read_parts(sheet: Sheet, table: Table, desk: Desk) -> tuple[Part, ...]:
    """All parts of a table, in the order of the file. Rows without an id, or with one used before, are left out."""
    parents = _parents(sheet, desk)
    known: dict[str, At] = {}
    parts: list[Part] = []
    for row, parent in zip(sheet.rows, parents, strict=True):
        part_id = _id(row, sheet.columns, known, desk)
        if part_id is not None:
            known[part_id] = row.at
            parts.append(_part(row, sheet.columns, part_id, parent, table, desk))
    depths = _check_tree(parts, desk)
    deep = {part_id for part_id, depth in depths.items() if depth > MAX_DEPTH}
    _check_pieces(sorted((p for p in parts if p.id not in deep), key=lambda p: depths[p.id]), desk)
    _check_alternates(parts, desk)
    return tuple(part for part in parts if part.id not in deep)


def _id(row: Row, columns: frozenset[str], known: Mapping[str, At], desk: Desk) -> str | None:
    cell = row.cells.get("id")
    if cell is None:
        needed(desk, row, columns, "id")
        return None
    if len(cell.text) > 100 or "/substance" in cell.text or "\n" in cell.text:
        desk.fault(cell, "id-bad", id=cell.text[:40])
        return None
    if cell.text in known:
        desk.fault(cell, "id-duplicate", id=cell.text, first=str(known[cell.text]))
        return None
    return cell.text


def _part(row: Row, columns: frozenset[str], part_id: str, parent: str | None, table: Table, desk: Desk) -> Part:
    cells = row.cells
    key = f"{table}:{part_id}"
    quantity, as_required, in_quantity = _quantity(row, columns, desk)
    mass = _mass(cells.get("mass"), desk)
    measure = _measure(cells, in_quantity, desk)
    if in_quantity is not None and mass is None and lookup(in_quantity.unit).dimension == lookup("kg").dimension:
        mass, measure = convert(in_quantity, "kg"), None
    if as_required and "mass" not in cells and "mass" not in row.refused:
        desk.problems.append(Problem("as-required-mass", row_at(row.at, "mass"), "mass", {"id": part_id}))
    whole, pre, post = recycled(desk, cells.get("recycled_content"))
    name = wording(desk, cells.get("name"))
    if name is None and "name" not in cells:
        needed(desk, row, columns, "name")
    part = Part(
        part_id, table, row.at, name or part_id, parent, quantity, as_required, mass, measure,
        coatings(desk, cells.get("coating")), wording(desk, cells.get("material")), wording(desk, cells.get("dataset")),
        choice(desk, cells.get("role"), _ROLES), choice(desk, cells.get("made"), _MADE), items(cells.get("process")),
        share(desk, cells.get("yield")), pre, post, whole, wording(desk, cells.get("alternate_group")),
        share(desk, cells.get("share"), zero=True), bool(yes_no(desk, cells.get("phantom"))),
        wording(desk, cells.get("origin")), legs(desk, cells.get("transport")), wording(desk, cells.get("joining")),
        wording(desk, cells.get("coating_type")), wording(desk, cells.get("marking")),
        wording(desk, cells.get("access")),
        wording(desk, cells.get("end_of_life")), substances(desk, cells.get("substances")),
        choice(desk, cells.get("substance_basis"), _BASES), items(cells.get("evidence")),
        pedigree(desk, cells.get("data_quality")),
    )  # fmt: skip
    _enter(part, key, cells, desk)
    return part


def _quantity(row: Row, columns: frozenset[str], desk: Desk) -> tuple[float | None, bool, Amount | None]:
    """Pieces per parent, whether the row is as required, and an amount in kg, m, m2 or m3 that stands there."""
    cell = row.cells.get("quantity")
    if cell is None:
        needed(desk, row, columns, "quantity")
        return None, False, None
    if plain_line(cell.text).lower() in _AS_REQUIRED:
        return None, True, None
    if cell.unit is None:
        try:
            value = parse_number(cell.text)
        except UnitError as error:
            if error.code != "number-bad":
                desk.problems.append(Problem(error.code, cell.at, cell.at.column, error.params))
                return None, False, None
        else:
            return _pieces(value, cell, desk), False, None
    found = amount(desk, cell, None, POSITIVE)
    if found is None:
        return None, False, None
    dimension = lookup(found.unit).dimension
    if dimension == lookup("unit").dimension:
        return convert(found, "unit"), False, None
    if dimension in {lookup(unit).dimension for unit in ("kg", *_MEASURES.values())}:
        return 1.0, False, found
    desk.fault(cell, "unit-dimension", unit=found.unit, wanted="unit, kg, m, m2, m3")
    return None, False, None


def _pieces(value: float, cell: Cell, desk: Desk) -> float | None:
    if value > 0:
        return value if in_range(desk, cell, value) else None
    desk.fault(cell, "value-negative" if value < 0 else "value-zero", value=cell.text)
    return None


def _mass(cell: Cell | None, desk: Desk) -> float | None:
    if cell is None or is_blank(cell):
        return None
    found = amount(desk, cell, "kg", POSITIVE)
    if found is None:
        return None
    mass = convert(found, "kg")
    assert cell is not None  # noqa: S101  (amount gives None for no cell)
    if mass > MAX_MASS_KG:
        desk.fault(cell, "mass-absurd", value=cell.text, limit=f"{MAX_MASS_KG:g} kg")
        return None
    return mass


def _measure(cells: Mapping[str, Cell], in_quantity: Amount | None, desk: Desk) -> Amount | None:
    found = [(column, amount(desk, cells.get(column), unit, POSITIVE)) for column, unit in _MEASURES.items()]
    given = [column for column in _MEASURES if column in cells]
    if len(given) + (in_quantity is not None) > 1:
        cell = cells[given[-1]]
        desk.fault(cell, "measure-several", columns=", ".join(given))
        return None
    return in_quantity or next((value for _, value in found if value is not None), None)


def _enter(part: Part, key: str, cells: Mapping[str, Cell], desk: Desk) -> None:
    """Every value of the row into the ledger, under the part's id."""
    quantity: float | str | None = "AR" if part.as_required else part.quantity
    desk.read(f"{key}/quantity", quantity, None, cells.get("quantity"))
    desk.read(f"{key}/mass", part.mass_kg, "kg", cells.get("mass") or cells.get("quantity"))
    if part.measure:
        cell = next((cells[column] for column in (*_MEASURES, "quantity") if column in cells), None)
        desk.read(f"{key}/measure", part.measure.value, part.measure.unit, cell)
    for number, (material, per_area, area) in enumerate(part.coatings, start=1):
        desk.read(f"{key}/coating/{number}", per_area * area, "kg", cells.get("coating"))
        desk.read(f"{key}/coating/{number}/material", material, None, cells.get("coating"))
    words = {
        "material": part.material, "dataset": part.dataset, "end_of_life": part.end_of_life,
        "process": "; ".join(part.processes) or None,
    }  # fmt: skip
    for column, text in words.items():
        desk.read(f"{key}/{column}", text, None, cells.get(column))
    desk.read(f"{key}/yield", part.yield_fraction, None, cells.get("yield"))
    desk.read(f"{key}/share", part.share, None, cells.get("share"))
    content = cells.get("recycled_content")
    desk.read(f"{key}/recycled_content", part.recycled_content, "kg/kg", content)
    desk.read(f"{key}/recycled_pre", part.recycled_pre, "kg/kg", content)
    desk.read(f"{key}/recycled_post", part.recycled_post, "kg/kg", content)
    for number, leg in enumerate(part.transport, start=1):
        desk.read(f"{key}/transport/{number}", leg.distance_km, "km", cells.get("transport"))
    for substance in part.substances or ():
        value = substance.fraction if substance.fraction is not None else substance.below
        if substance.not_detected:
            desk.read(f"{key}/substance/{substance.name}", "未检出", None, cells.get("substances"))
        else:
            desk.read(f"{key}/substance/{substance.name}", value, "kg/kg", cells.get("substances"))


# ---- the tree ------------------------------------------------------------------------------------


def _parents(sheet: Sheet, desk: Desk) -> list[str | None]:
    """The parent of each row: named, or the last row above whose level is one less."""
    if "level" not in sheet.columns:
        return [row.cells["parent"].text if "parent" in row.cells else None for row in sheet.rows]
    parents: list[str | None] = []
    above: dict[int, str] = {}
    base: int | None = None
    for row in sheet.rows:
        named = row.cells["parent"].text if "parent" in row.cells else None
        level = _level(row, desk)
        base = level if base is None else base
        parent = None
        if level is not None and base is not None and level != base:
            parent = above.get(level - 1) if level > base else None
            if parent is None:
                desk.fault(row.cells["level"], "level-jump", level=level)
            elif named is not None and named != parent:
                desk.fault(row.cells["parent"], "level-parent", parent=named, above=parent)
        if level is not None and "id" in row.cells:
            above = {known: part for known, part in above.items() if known < level} | {level: row.cells["id"].text}
        parents.append(parent or named)
    return parents


def _level(row: Row, desk: Desk) -> int | None:
    cell = row.cells.get("level")
    if cell is None:
        if "parent" not in row.cells:
            needed(desk, row, frozenset({"level"}), "level")
        return None
    text = plain_line(cell.text).lstrip(". ").removesuffix(".0")
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        desk.fault(cell, "level-bad", value=cell.text[:20])
        return None
    if int(text) > MAX_DEPTH:
        desk.fault(cell, "bom-too-deep", id=row.cells["id"].text[:60] if "id" in row.cells else "—", limit=MAX_DEPTH)
        return None
    return int(text)


def _check_pieces(parts: Sequence[Part], desk: Desk) -> None:
    """Pieces per product stay finite; the parts come parents first, and only the first of a branch is told."""
    pieces: dict[str, float] = {}
    for part in parts:
        above = pieces.get(part.parent, 1.0) if part.parent is not None else 1.0
        count = above * (part.quantity or 1.0) / (part.yield_fraction or 1.0)
        if not SMALLEST <= count <= LARGEST:
            params = {"id": part.id[:60], "count": f"{count:.3g}", "low": f"{SMALLEST:g}", "high": f"{LARGEST:g}"}
            desk.problems.append(Problem("pieces-out-of-range", part.at_column("quantity"), "quantity", params))
            count = 1.0
        pieces[part.id] = count


def _check_tree(parts: Sequence[Part], desk: Desk) -> dict[str, int]:
    """Every parent is there, nobody is their own ancestor, nothing lies too deep; returns the depth of each part."""
    parents = {part.id: part.parent for part in parts}
    for part in parts:
        if part.parent is not None and part.parent not in parents:
            params = {"id": part.id, "parent": part.parent[:60], "nearest": near(desk, part.parent, parents)}
            desk.problems.append(Problem("part-orphan", part.at_column("parent"), "parent", params))
    by_id = {part.id: part for part in parts}
    depths: dict[str, int] = {}
    told: set[str] = set()
    for part in parts:
        loop = _descend(part.id, parents, depths)
        if loop and not told & set(loop):
            told |= set(loop)
            at = by_id[loop[0]].at_column("parent")
            desk.problems.append(Problem("bom-cycle", at, "parent", {"loop": " → ".join((*loop, loop[0]))[:200]}))
    deep = {part_id for part_id, depth in depths.items() if depth > MAX_DEPTH}
    first = next((part for part in parts if part.id in deep), None)
    if first is not None:
        at, limit = first.at_column("parent"), MAX_DEPTH
        desk.problems.append(Problem("bom-too-deep", at, "parent", {"id": first.id[:60], "limit": limit}))
    return depths


def _descend(start: str, parents: Mapping[str, str | None], depths: dict[str, int]) -> list[str]:
    """Note the depth (roots: 0) of `start` and all above it, each once; the ids of a loop met on the way, or none.

    Parts of a loop, and those that hang below one, get the depth 0: they have none.
    """
    chain: dict[str, None] = {}
    at: str | None = start
    while at is not None and at in parents and at not in depths and at not in chain:
        chain[at] = None
        at = parents[at]
    climbed = list(chain)
    loop = climbed[climbed.index(at) :] if at is not None and at in chain else []
    depth = depths.get(at, -1) if at is not None and not loop else -1
    for part_id in reversed(climbed):
        depth = 0 if loop else depth + 1
        depths[part_id] = depth
    return loop


def _check_alternates(parts: Sequence[Part], desk: Desk) -> None:
    """The shares of an alternate group sum to 1; a share stands only where there is a group."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        if part.alternate_group is not None:
            groups.setdefault(part.alternate_group, []).append(part)
        elif part.share is not None:
            desk.problems.append(Problem("share-without-group", part.at_column("share"), "share", {"id": part.id}))
    for name, members in groups.items():
        if len({part.parent for part in members}) > 1:
            at = members[-1].at_column("alternate_group")
            desk.problems.append(Problem("alternates-parents", at, "alternate_group", {"group": name}))
        if any(part.share is None for part in members):
            at = next(part for part in members if part.share is None).at_column("share")
            desk.problems.append(Problem("alternates-share", at, "share", {"group": name}))
            continue
        total = sum(part.share or 0.0 for part in members)
        if abs(total - 1) > 1e-6:
            at = members[0].at_column("share")
            desk.problems.append(Problem("alternates-sum", at, "share", {"group": name, "sum": f"{total:.6g}"}))
