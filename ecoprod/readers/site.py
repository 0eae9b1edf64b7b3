"""Site data, evidence and mapping: the other tables of a product folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from ecoprod.errors import Problem
from ecoprod.product import Evidence, FileHash, MappingRow, Part, ProcessRow
from ecoprod.readers.fields import (
    POSITIVE,
    Desk,
    amount,
    choice,
    day,
    items,
    near,
    needed,
    number,
    row_at,
    wording,
)
from ecoprod.readers.grammar import pedigree
from ecoprod.readers.heads import PROCESS
from ecoprod.readers.tables import Cell, Row, Table, inside, missing_column
from ecoprod.textfile import is_file
from ecoprod.units import convert

What = Literal["flow", "dataset", "emission"]
WHATS: tuple[What, ...] = ("flow", "dataset", "emission")
_DIRECTIONS: Mapping[str, Literal["in", "out"]] = {
    "in": "in", "out": "out", "输入": "in", "投入": "in", "输出": "out", "产出": "out",
}  # fmt: skip
_SCOPES: Mapping[str, Literal["site", "line", "product"]] = {
    "site": "site", "line": "line", "product": "product",
    "全厂": "site", "厂区": "site", "产线": "line", "生产线": "line", "产品": "product",
}  # fmt: skip
_ALLOCATIONS: Mapping[str, Literal["mass", "hours", "units", "price"]] = {
    "mass": "mass", "hours": "hours", "units": "units", "price": "price",
    "质量": "mass", "重量": "mass", "工时": "hours", "机时": "hours", "数量": "units", "件数": "units",
    "产值": "price", "价格": "price",
}  # fmt: skip
_BASES: Mapping[str, Literal["measured", "calculated", "estimated"]] = {
    "measured": "measured", "calculated": "calculated", "estimated": "estimated",
    "实测": "measured", "测量": "measured", "计算": "calculated", "估算": "estimated", "估计": "estimated",
}  # fmt: skip
_KINDS: Mapping[str, Literal["input", "waste", "emission", "co-product", "avoided"]] = {
    "input": "input", "waste": "waste", "emission": "emission", "co-product": "co-product", "avoided": "avoided",
    "投入": "input", "废物": "waste", "废弃物": "waste", "固体废物": "waste", "排放": "emission",
    "副产品": "co-product", "联产品": "co-product", "避免": "avoided", "抵扣": "avoided",
}  # fmt: skip
_TYPES: Mapping[str, str] = {
    "test report": "test report", "certificate": "certificate", "declaration": "declaration", "invoice": "invoice",
    "measurement": "measurement", "检测报告": "test report", "检验报告": "test report", "测试报告": "test report",
    "证书": "certificate", "声明": "declaration", "发票": "invoice", "测量记录": "measurement",
    "计量记录": "measurement",
}  # fmt: skip
_KEY_UNITS = {"mass": "kg", "hours": "h", "units": "unit", "price": "元"}
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def row_id(stem: str, used: dict[str, int]) -> str:
    """A ledger id that is not used yet: the stem itself, else with `#2`, `#3` …; `used` keeps the last number."""
    found, count = stem, used.get(stem, 0) + 1
    if count > 1:
        found = f"{stem}#{count}"
        while found in used:  # a stem that was itself written with a number
            count += 1
            found = f"{stem}#{count}"
    used[stem] = count
    used.setdefault(found, 1)
    return found


def read_processes(table: Table, parts: Sequence[Part] | None, desk: Desk) -> tuple[ProcessRow, ...]:
    """All rows of site data; rows that name no flow, dataset or emission are left out with a Problem.

    `parts`: None where the bill of materials could not be read, so nothing is said of the ids that it covers.
    """
    used: dict[str, int] = {}
    known = None if parts is None else {part.id for part in parts}
    rows = [_process(row, table.columns, used, known, desk) for row in table.rows]
    if "direction" not in table.columns and any(row and row.what != "emission" for row in rows):
        missing_column(table.rows[0].at, "direction", PROCESS, desk.problems)
    return tuple(row for row in rows if row is not None)


def _process(
    row: Row, columns: frozenset[str], used: dict[str, int], known: set[str] | None, desk: Desk
) -> ProcessRow | None:
    cells = row.cells
    given = [what for what in WHATS if what in cells]
    if len(given) != 1:
        code = "process-nothing" if not given else "process-several"
        desk.problems.append(Problem(code, row_at(row.at, "flow"), "flow", {"columns": ", ".join(given)}))
        if not given:
            return None
    what = given[0]
    name = wording(desk, cells[what]) or ""
    meter = wording(desk, cells.get("meter"))
    process_id = row_id(f"{name}/{meter}" if meter else name, used)
    allocation = choice(desk, cells.get("allocation"), _ALLOCATIONS)
    like = _KEY_UNITS[allocation] if allocation else None
    found = ProcessRow(
        process_id, row.at, what, name, amount(desk, cells.get("amount")),
        choice(desk, cells.get("direction"), _DIRECTIONS), wording(desk, cells.get("compartment")), meter,
        choice(desk, cells.get("scope"), _SCOPES), allocation,
        amount(desk, cells.get("key_total"), like, POSITIVE), amount(desk, cells.get("key_product"), like),
        items(cells.get("covers")), choice(desk, cells.get("basis"), _BASES), choice(desk, cells.get("kind"), _KINDS),
        items(cells.get("evidence")), pedigree(desk, cells.get("data_quality")),
    )  # fmt: skip
    for column in ("amount", "direction"):
        if column not in cells and not (column == "direction" and what == "emission"):
            needed(desk, row, columns, column)
    _check_key(found, cells, desk)
    for part_id in found.covers:
        if known is not None and part_id not in known:
            params = {"id": part_id[:60], "nearest": near(desk, part_id, known)}
            desk.problems.append(Problem("part-unknown", cells["covers"].at, "covers", params))
    for field, value in (
        ("amount", found.amount),
        ("key_total", found.key_total),
        ("key_product", found.key_product),
    ):
        if value is not None:
            desk.read(f"{found.key}/{field}", value.value, value.unit, cells[field])
    return found


def _check_key(row: ProcessRow, cells: Mapping[str, Cell], desk: Desk) -> None:
    """A product cannot have more of an allocation key than all products together."""
    total, own = row.key_total, row.key_product
    if total is None or own is None:
        return
    if row.allocation is None and total.unit != own.unit:
        desk.fault(cells["key_product"], "allocation-needed")
    elif convert(own, total.unit) > total.value:
        params = {"product": cells["key_product"].text, "total": cells["key_total"].text}
        desk.fault(cells["key_product"], "key-share", **params)


def read_evidence(table: Table, folder: Path, files: dict[str, FileHash], desk: Desk) -> dict[str, Evidence]:
    """Documents by id.

    A file that is not there, is empty, states the product itself, or has another sha256 than the table says, is a
    Problem.
    """
    found: dict[str, Evidence] = {}
    own = frozenset(file.sha256 for file in files.values())
    for row in table.rows:
        cells = row.cells
        cell = cells.get("id")
        if cell is None:
            needed(desk, row, table.columns, "id")
            continue
        if cell.text in found:
            desk.fault(cell, "id-duplicate", id=cell.text[:60], first=str(found[cell.text].at))
            continue
        issued, until = day(desk, cells.get("issued")), day(desk, cells.get("valid_until"))
        if issued and until and issued > until:
            desk.fault(cells["valid_until"], "dates-order", earlier=str(issued), later=str(until))
        _check_file(cells, folder, files, own, desk)
        found[cell.text] = Evidence(
            cell.text, row.at, wording(desk, cells.get("title")), choice(desk, cells.get("type"), _TYPES),
            wording(desk, cells.get("file")), wording(desk, cells.get("sha256")), wording(desk, cells.get("issuer")),
            wording(desk, cells.get("accreditation")), wording(desk, cells.get("model")), issued, until,
        )  # fmt: skip
    return found


def _check_file(
    cells: Mapping[str, Cell], folder: Path, files: dict[str, FileHash], own: frozenset[str], desk: Desk
) -> None:  # fmt: skip
    """Look at the file of a document. `own`: sha256 of what the product itself is stated in, under whatever name."""
    named, stated = cells.get("file"), cells.get("sha256")
    if stated is not None and not _SHA256.fullmatch(stated.text):
        desk.fault(stated, "sha256-bad", value=stated.text[:70])
        return
    if named is None:
        if stated is not None:
            desk.fault(stated, "sha256-without-file")
        return
    path = inside(folder, named.text, named.at, desk.problems)
    if path is None:
        return
    if not is_file(path):
        desk.fault(named, "evidence-file-missing", file=named.text[:80])
        return
    if named.text in files:  # one document may stand behind many rows
        _compare_hash(named, stated, files[named.text].sha256, own, desk)
        return
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            empty = not file.tell()
    except OSError as error:
        desk.fault(named, "file-unreadable", file=named.text[:80], reason=error.strerror or "")
        return
    if empty:
        desk.fault(named, "evidence-empty", file=named.text[:80])
        return
    files[named.text] = FileHash(named.text, digest)
    _compare_hash(named, stated, digest, own, desk)


def _compare_hash(named: Cell, stated: Cell | None, digest: str, own: frozenset[str], desk: Desk) -> None:
    if digest in own:
        desk.fault(named, "evidence-own-file", file=named.text[:80])
    elif stated is not None and stated.text.lower() != digest:
        desk.fault(named, "evidence-altered", file=named.text[:80], found=digest, stated=stated.text.lower())


def read_mapping(table: Table, desk: Desk) -> tuple[MappingRow, ...]:
    """Confirmed links from a material to a dataset."""
    found: dict[tuple[str, str | None], MappingRow] = {}
    for row in table.rows:
        cells = row.cells
        missing = [column for column in ("material", "dataset") if column not in cells]
        for column in missing:
            needed(desk, row, table.columns, column)
        if missing:
            continue
        factor = number(desk, cells.get("factor"), POSITIVE)
        mapping = MappingRow(
            cells["material"].text, cells["dataset"].text, row.at, wording(desk, cells.get("background")),
            1.0 if factor is None else factor, wording(desk, cells.get("reason")),
            wording(desk, cells.get("checked_by")), day(desk, cells.get("checked_on")),
            items(cells.get("evidence")),
        )  # fmt: skip
        key = (mapping.material, mapping.background)
        if key in found:
            desk.fault(cells["material"], "mapping-twice", material=mapping.material[:60], first=str(found[key].at))
            continue
        desk.read(f"mapping:{mapping.material}/factor", factor, None, cells.get("factor"))
        found[key] = mapping
    return tuple(found.values())
