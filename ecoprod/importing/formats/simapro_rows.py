"""Rows of a SimaPro process: amounts with their units, what it makes or treats, and how a scenario splits its waste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ecoprod.errors import At
from ecoprod.importing.expressions import NoValueError, evaluate, number
from ecoprod.importing.formats.simapro_blocks import PRODUCTS, SPLITS, Block, Export, Row
from ecoprod.importing.records import ForeignExchange, Miss

SUM_TOLERANCE = 0.01
_ALL_WASTE = {"", "all waste types", "not defined", "undefined"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the rows of a process need: its file, the values of its parameters by name, and its code."""

    export: Export
    parameters: Mapping[str, float]
    code: str


def amount_of(text: str, scope: Scope) -> float:
    """A number or the value of an expression. Raises NoValueError."""
    plain = number(text, scope.export.decimal)
    if plain is not None:
        return plain

    def look_up(name: str) -> float:
        if name not in scope.parameters:
            raise NoValueError(f"{name[:60]} has no value")
        return scope.parameters[name]

    return evaluate(text, scope.export.decimal, look_up)


def values(row: Row, start: int, kind: str, scope: Scope) -> tuple[float, str] | Miss:
    """Amount and unit, side by side in an order that a plain number among them tells, else the style of the file."""
    first, second = row.cell(start), row.cell(start + 1)
    at, name = At(scope.export.name, row.line), row.cell(0)
    numeric = [number(cell, scope.export.decimal) is not None for cell in (first, second)]
    amount_first = scope.export.old if numeric[0] == numeric[1] else numeric[0]
    text, unit = (first, second) if amount_first else (second, first)
    if not text or not unit:
        code = "import-unit-missing" if text else "import-amount"
        return Miss(code, at, {"name": name, "value": text or "-"}, scope.code, kind, name, unit)
    try:
        return amount_of(text, scope), unit
    except NoValueError as error:
        params = {"name": name, "expression": text[:200], "reason": str(error)}
        return Miss("import-expression", at, params, scope.code, kind, name, unit)


def products(block: Block, scope: Scope, misses: list[Miss]) -> list[ForeignExchange]:
    """What the process makes, or the wastes that it treats, with the shares of the burden where they add up to one."""
    made, lost = list[ForeignExchange](), False
    for label in PRODUCTS:
        for row in block.rows(label):
            if not row.cell(0):
                continue
            found = values(row, 1, "product", scope)
            if isinstance(found, Miss):
                misses.append(found)
                lost = True
                continue
            at = At(scope.export.name, row.line)
            share = _share(row, scope) if label == "Products" else None
            made.append(ForeignExchange("product", row.cell(0), found[0], found[1], at, row.cell(0), allocation=share))
    total = sum(one.allocation or 0.0 for one in made)
    stated = all(one.allocation is not None for one in made) and abs(total - 1) <= SUM_TOLERANCE and not lost
    if made and not stated:
        if len(made) > 1:
            params = {"name": made[0].name, "method": "%", "sum": total}
            misses.append(
                Miss("import-allocation-sum", At(scope.export.name, block.line), params, scope.code, "product")
            )
        made = [replace(one, allocation=None) for one in made]
    return made


def _share(row: Row, scope: Scope) -> float | None:
    try:
        share = amount_of(row.cell(3).rstrip("%").strip(), scope) / 100
    except NoValueError:
        return None
    return share if 0 <= share <= 1 else None


def scenario_rows(
    block: Block, made: list[ForeignExchange], scope: Scope, misses: list[Miss]
) -> list[ForeignExchange] | None:
    """The wastes that a waste scenario hands on; None and a Miss where their amounts hang on the waste that comes in.

    A part is separated first, the rest is remaining waste: 90 % separated and 100 % of the remaining go 0.9 and 0.1.
    """
    split = [(label, row) for label in SPLITS for row in block.rows(label) if row.cell(0)]
    if not split:
        return []
    shares = [(label, row, _part(row, scope)) for label, row in split]
    separated = sum(share or 0.0 for label, _, share in shares if label == SPLITS[0])
    remaining = sum(share or 0.0 for label, _, share in shares if label == SPLITS[1])
    closes = separated <= 1 + SUM_TOLERANCE and (abs(remaining - 1) <= SUM_TOLERANCE or separated >= 1 - SUM_TOLERANCE)
    if len(made) != 1 or not closes or any(share is None for _, _, share in shares):
        _, row, _ = next((one for one in shares if one[2] is None), shares[0])
        params = {"name": row.cell(0), "kind": row.cell(1) or "-", "value": row.cell(2) or "-"}
        misses.append(
            Miss("import-waste-scenario", At(scope.export.name, row.line), params, scope.code, "waste", row.cell(0))
        )
        return None
    left = {SPLITS[0]: 1.0, SPLITS[1]: max(1 - separated, 0.0)}
    return [
        ForeignExchange(
            "waste", row.cell(0), (share or 0.0) * left[label] * made[0].amount, made[0].unit,
            At(scope.export.name, row.line), row.cell(0),
        )
        for label, row, share in shares
    ]  # fmt: skip


def _part(row: Row, scope: Scope) -> float | None:
    """Share of all waste; None where it is a share of one waste type, or no share."""
    share = number(row.cell(2).rstrip("%"), scope.export.decimal)
    return share / 100 if share is not None and row.cell(1).lower() in _ALL_WASTE and 0 <= share <= 100 else None
