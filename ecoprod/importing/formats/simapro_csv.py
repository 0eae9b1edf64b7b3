"""SimaPro CSV: process exports of either style (see `simapro_blocks`), as one file, or several in a folder or archive.

A product's name is its identity in SimaPro, so it is the `flow` of the rows that make and use it. Amounts may be
expressions of parameters (see `expressions`). Spreads: SimaPro states the squared geometric standard deviation of a
lognormal distribution and twice the standard deviation of a normal one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from ecoprod.errors import At, InputError, Problem
from ecoprod.importing import distributions as spread
from ecoprod.importing.expressions import name_of, number, solve
from ecoprod.importing.formats.simapro_blocks import (
    EDGES,
    FLOW_LISTS,
    GLOBALS,
    NATURE,
    PARAMETERS,
    SECTIONS,
    Block,
    Export,
    Row,
    looks_like,
    read_export,
)  # fmt: skip
from ecoprod.importing.formats.simapro_rows import Scope, products, scenario_rows, values
from ecoprod.importing.opened import Opened, Piece, first_bytes
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss, Uncertainty, code_twice
from ecoprod.lca.cas import cas_number

FORMAT = "simapro-csv"
MAX_FILE = 300_000_000
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_IN_BRACES = re.compile(r"\{([^{}]{2,40})\}")
_AT_END = re.compile(r"/([A-Z]{2,3})(?:/I)?(?: [US])?")
_UNITS = {
    "KG",
    "MJ",
    "GJ",
    "TJ",
    "PJ",
    "KJ",
    "KWH",
    "MWH",
    "MW",
    "GW",
    "TKM",
    "PKM",
    "LB",
    "OZ",
    "TON",
    "HA",
    "HR",
    "KM",
}
"""Capital letters after a slash that are a unit, no place."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NOT_STATED = {"", "unspecified", "unknown", "mixed data"}


def recognises(opened: Opened) -> bool:
    """Whether a text file of the source begins as SimaPro's exports do."""
    return any(map(looks_like, first_bytes(_texts(opened)[:50])))


def _texts(opened: Opened) -> list[Piece]:
    return [piece for piece in opened.pieces if piece.suffix in {".csv", ".txt", ".tsv"}]


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All processes of the exports. Raises InputError for a file that is no export or cannot be cut into rows."""
    pieces = [
        p for p, head in zip(_texts(opened), first_bytes(_texts(opened)), strict=True) if looks_like(head)
    ] or list(opened.pieces[:1])
    if any(piece.size > MAX_FILE for piece in pieces):
        raise InputError([Problem("import-bomb", At(p.name), None, {"file": p.name}) for p in pieces])
    exports = [read_export(raw, piece.name) for piece, raw in opened.only(pieces).read()]
    total = sum(block.kind == "Process" for export in exports for block in export.blocks)
    others = [] if len(opened.pieces) == 1 else [piece.name for piece in _texts(opened) if piece not in pieces]
    misses = [Miss("import-simapro-head", At(name, 1), {"file": name}) for name in others]
    made, done = list[ForeignProcess](), 0
    codes = set[str]()
    for export in exports:
        scope = _globals(export, misses)
        lists, papers = _substances(export), _papers(export)
        for block in export.blocks:
            if block.kind == "Product stage":
                label = block.text("Products") or block.text("Category type")
                misses.append(Miss("import-simapro-stage", At(export.name, block.line), {"name": label}, name=label))
            if block.kind != "Process":
                continue
            found = _process(block, export, scope, lists, papers, misses)
            if found is not None and found.code in codes:
                misses.append(code_twice(found))
            elif found is not None:
                codes.add(found.code)
                made.append(found)
            done += 1
            progress(done, total)
        if not any(block.kind == "Process" for block in export.blocks):
            params = {"file": export.name, "held": export.kind or "-"}
            misses.append(Miss("import-no-processes", At(export.name), params))
    about = {"title": exports[0].project or opened.name, "version": exports[0].version}
    return ForeignDatabase(FORMAT, tuple(made), tuple(misses), total, about)


def _globals(export: Export, misses: list[Miss]) -> Mapping[str, float]:
    """Values of the parameters of database and project; the latter hide the former."""
    found: Mapping[str, float] = {}
    for inputs, calculated in (GLOBALS[:2], GLOBALS[2:]):
        pair = [[row for b in export.blocks if b.kind == kind for row in b.rows(kind)] for kind in (inputs, calculated)]
        found = _parameters(pair[0], pair[1], export, found, "", misses)
    return found


def _parameters(
    inputs: list[Row], calculated: list[Row], export: Export, outer: Mapping[str, float], code: str, misses: list[Miss]
) -> Mapping[str, float]:
    numbers, formulas = dict[str, float](), dict[str, str]()
    lines = {name_of(row.cell(0)): row for row in (*inputs, *calculated) if row.cell(0)}
    for row in inputs:
        value = number(row.cell(1), export.decimal)
        if row.cell(0) and value is not None:
            numbers[name_of(row.cell(0))] = value
        elif row.cell(0):
            formulas[name_of(row.cell(0))] = row.cell(1)
    formulas |= {name_of(row.cell(0)): row.cell(1) for row in calculated if row.cell(0)}
    values_found, reasons = solve(numbers, formulas, export.decimal, outer)
    for name, reason in reasons.items():
        row = lines[name]
        params = {"name": row.cell(0), "expression": row.cell(1)[:200], "reason": reason}
        misses.append(Miss("import-parameter", At(export.name, row.line), params, code, "parameter", row.cell(0)))
    return values_found


def _substances(export: Export) -> Mapping[tuple[str, str], str]:
    """CAS numbers by section and name, from the lists of substances at the end of a file."""
    found: dict[tuple[str, str], str] = {}
    for block in export.blocks:
        section = FLOW_LISTS.get(block.kind, block.kind)
        if section in NATURE:
            for row in block.rows(block.kind):
                number_found = cas_number(row.cell(2))
                if number_found is not None:
                    found[section, row.cell(0)] = number_found
    return found


def _papers(export: Export) -> Mapping[str, str]:
    """Descriptions of the literature references by name."""
    found: dict[str, str] = {}
    for block in export.blocks:
        if block.kind == "Literature reference":
            cells = [row.cell(0) for row in block.rows(block.kind)]
            pairs = dict(pairwise(cells))
            found[pairs.get("Name", "")] = pairs.get("Description", "")
    return found


def _process(
    block: Block, export: Export, outer: Mapping[str, float], lists: Mapping[tuple[str, str], str],
    papers: Mapping[str, str], misses: list[Miss],
) -> ForeignProcess | None:  # fmt: skip
    at = At(export.name, block.line)
    named = next(
        (row.cell(0) for label, rows in block.sections for row in rows if label in SECTIONS and row.cell(0)), ""
    )
    name = block.text("Process name")
    code = block.text("Process identifier") or block.text("PlatformId") or named or name or f"line {block.line}"
    local = _parameters(block.rows(PARAMETERS[0]), block.rows(PARAMETERS[1]), export, outer, code, misses)
    scope = Scope(export, local, code)
    made = products(block, scope, misses)
    if not made:
        misses.append(Miss("import-no-product", at, {"process": name or code}, code, name=name or code))
        return None
    splits = scenario_rows(block, made, scope, misses)
    if splits is None:
        return None
    rows = [*made, *splits]
    for label, listed in block.sections:
        if label in EDGES or label in NATURE:
            rows.extend(found for row in listed if (found := _row(label, row, scope, lists, misses)) is not None)
        elif label not in SECTIONS:
            misses.extend(_unknown(label, row, scope) for row in listed if row.cell(0))
    stated = {label: block.text(label) for label in ("Cut off rules", "Capital goods", "Boundary with nature")}
    years = _YEAR.findall(block.text("Time period"))
    references = [row.cell(0) for row in block.fields.get("Literature references", ()) if row.cell(0)]
    return ForeignProcess(
        code,
        name or made[0].name,
        at,
        tuple(rows),
        place_in(made[0].name) or place_in(name),
        int(years[-1]) if years else None,
        _stated(block.text("Technology")),
        "; ".join(f"{label}: {text}" for label, text in stated.items() if _stated(text)),
        block.text("Type").lower().startswith("system"),
        made[0].name if len(made) > 1 else None,
        (made[0].name,) if name and name != made[0].name else (),
        tuple(papers.get(reference) or reference for reference in references),
    )


def _stated(text: str) -> str:
    return "" if text.strip().lower() in _NOT_STATED else text.strip()[:2_000]


def _unknown(label: str, row: Row, scope: Scope) -> Miss:
    at = At(scope.export.name, row.line)
    return Miss(
        "import-simapro-section", at, {"section": label[:60], "name": row.cell(0)}, scope.code, name=row.cell(0)
    )


def place_in(name: str) -> str:
    """The place that a name ends with (`/CH U`) or holds in braces (`{GLO}|`); empty where that is not plain."""
    braces = _IN_BRACES.findall(name)
    if len(braces) == 1:
        return str(braces[0]).strip()
    # "/CH", "/CH U", "/CH/I S": place, infrastructure, unit or system process
    found = re.search(_AT_END.pattern + "$", name) if not braces else None
    return found.group(1) if found is not None and found.group(1) not in _UNITS else ""


def _row(
    label: str, row: Row, scope: Scope, lists: Mapping[tuple[str, str], str], misses: list[Miss]
) -> ForeignExchange | None:
    """A row of an input, waste, avoided product or flow of nature; None where a Miss says why it is lost."""
    if not row.cell(0):
        return None  # the further lines of a comment, in the old style
    natural = label in NATURE
    kind = "elementary" if natural else EDGES[label]
    start = 2 if natural else 1
    found = values(row, start, kind, scope)
    if isinstance(found, Miss):
        misses.append(found)
        return None
    amount, unit = found
    made = ForeignExchange("elementary", row.cell(0), amount, unit, At(scope.export.name, row.line))
    uncertainty = _uncertainty(row, start + 2, amount, scope, misses)
    if natural:
        compartment = (label, row.cell(1)) if row.cell(1) else (label,)
        platform = next((cell for cell in reversed(row.cells[8:]) if _UUID.fullmatch(cell)), None)
        return replace(
            made, flow=platform, compartment=compartment, cas=lists.get((label, row.cell(0))), uncertainty=uncertainty,
            direction="in" if label == "Resources" else "out",
        )  # fmt: skip
    place = place_in(row.cell(0)) or None
    if kind == "waste":
        return replace(made, kind="waste", flow=row.cell(0), place=place, uncertainty=uncertainty)
    made = replace(made, flow=row.cell(0), place=place, uncertainty=uncertainty)
    return replace(made, kind="avoided") if kind == "avoided" else replace(made, kind="input")


def _uncertainty(row: Row, start: int, amount: float, scope: Scope, misses: list[Miss]) -> Uncertainty | None:
    kind = row.cell(start).lower()
    numbers = [number(row.cell(start + i), scope.export.decimal) for i in (1, 2, 3)]
    try:
        if kind == "lognormal":
            square = numbers[0]
            if square is None or square < 1:
                raise spread.NoDistributionError
            return spread.lognormal(amount, math.sqrt(square)) if square > 1 else None
        if kind == "normal":
            twice = numbers[0]
            return spread.distribution(spread.NORMAL, amount, None if twice is None else twice / 2)
        if kind == "triangle":
            return spread.distribution(spread.TRIANGULAR, amount, None, numbers[1], numbers[2])
        if kind == "uniform":
            return spread.distribution(spread.UNIFORM, None, None, numbers[1], numbers[2])
    except spread.NoDistributionError:
        pass
    else:
        if kind in {"", "undefined", "none"}:
            return None
    params = {"name": row.cell(0), "kind": row.cell(start)[:40]}
    misses.append(
        Miss("import-uncertainty", At(scope.export.name, row.line), params, scope.code, "uncertainty", row.cell(0))
    )
    return None
