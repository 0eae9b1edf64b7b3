"""The same bill in another spelling (grams, heads in Chinese, levels, Excel) is the same bill; reading is cheap."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecoprod.product import Part
from ecoprod.readers import read_product
from ecoprod.trace import Ledger

HEAD = "ecoprod: 1\nproduct: {name: 试样, mass: 68 kg}\nproduct_unit: 1 unit\n"

ZH = {
    "id": "零件号",
    "parent": "父件",
    "level": "层级",
    "name": "名称",
    "quantity": "数量",
    "mass": "单重",
    "material": "材料",
}


@st.composite
def trees(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A tree of parts, children after their parents, depth first (so that levels can say it too)."""
    count = draw(st.integers(1, 12))
    parents = [None if n == 0 else draw(st.one_of(st.none(), st.integers(0, n - 1))) for n in range(count)]
    order: list[int] = []

    def walk(parent: int | None) -> None:
        for n in range(count):
            if parents[n] == parent:
                order.append(n)
                walk(n)

    walk(None)
    masses = [draw(st.decimals("0.001", "9999", places=3)) for _ in range(count)]
    pieces = [draw(st.integers(1, 40)) for _ in range(count)]
    return [
        {"id": f"P{n}", "parent": None if parents[n] is None else f"P{parents[n]}", "name": f"零件 {n}",
         "quantity": pieces[n], "kg": masses[n], "material": draw(st.sampled_from(["ABS", "SPCC", ""]))}
        for n in order
    ]  # fmt: skip


def level(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> int:
    parents = {r["id"]: r["parent"] for r in rows}
    depth, up = 0, row["parent"]
    while up is not None:
        depth, up = depth + 1, parents[up]
    return depth


def spelled(
    rows: Sequence[dict[str, Any]], *, grams: bool, unit_in_head: bool, chinese: bool, levels: bool
) -> list[list[str]]:
    """The same rows in another spelling."""
    unit = "g" if grams else "kg"
    columns = ["id", "level" if levels else "parent", "name", "quantity", "mass", "material"]
    table = [[(ZH[c] if chinese else c) + (f" [{unit}]" if c == "mass" and unit_in_head else "") for c in columns]]
    for row in rows:
        number = str(Decimal(row["kg"]) * 1000 if grams else row["kg"])
        mass = number if unit_in_head else f"{number} {unit}"
        where = str(level(row, rows)) if levels else row["parent"] or ""
        table.append([row["id"], where, row["name"], str(row["quantity"]), mass, row["material"]])
    return table


def parts_of(table: Sequence[Sequence[str]], *, excel: bool = False) -> tuple[dict[str, Part], dict[str, Any]]:
    """The parts by id, their places left out, and the ledger's values."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if excel:
            book = openpyxl.Workbook()
            for row in table:
                book.active.append(list(row))
            book.save(folder / "bom.xlsx")
        else:
            (folder / "bom.csv").write_text("\n".join(map(",".join, table)), "utf-8")
        suffix = "xlsx" if excel else "csv"
        (folder / "product.yaml").write_text(HEAD + f"bom: bom.{suffix}\n", "utf-8")
        ledger = Ledger()
        reading = read_product(folder, ledger)
    assert [p.code for p in reading.problems] == []
    assert reading.product is not None
    nowhere = reading.product.key_at("x")
    parts = {part.id: dataclasses.replace(part, at=nowhere) for part in reading.product.parts}
    return parts, {entry.id: (entry.value, entry.unit) for entry in ledger if entry.id.startswith("bom:")}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_every_spelling_is_the_same_bill(
    rows: list[dict[str, Any]], grams: bool, unit_in_head: bool, chinese: bool, levels: bool, random: Any
) -> None:
    plain = parts_of(spelled(rows, grams=False, unit_in_head=False, chinese=False, levels=False))
    other = spelled(rows, grams=grams, unit_in_head=unit_in_head, chinese=chinese, levels=levels)
    assert parts_of(other) == plain
    if not levels:
        body = other[1:]
        random.shuffle(body)
        assert parts_of([other[0], *body]) == plain


@settings(max_examples=5, deadline=None)
@given(trees())
def test_excel_is_the_same_bill(rows: list[dict[str, Any]]) -> None:
    table = spelled(rows, grams=True, unit_in_head=True, chinese=True, levels=True)
    assert parts_of(table, excel=True) == parts_of(table)


# ---- cost ----------------------------------------------------------------------------------------


def test_importing_the_readers_is_light() -> None:
    code = "import sys, ecoprod.readers; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["pint", "openpyxl", "pydantic", "pandas", "numpy", "rich", "rapidfuzz", "lxml", "bw2data"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run([sys.executable, "-c", code, *heavy], env=env, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_sixty_rows_are_read_quickly(tmp_path: Path) -> None:
    rows = "".join(f"P{n},part,2,{n + 1}.5 g,ABS,truck {n + 1} km,Pb 0.02 %; Cd <2 mg/kg,30 %\n" for n in range(60))
    head = "id,name,quantity,mass,material,transport,substances,recycled_content\n"
    (tmp_path / "bom.csv").write_text(head + rows, "utf-8")
    (tmp_path / "product.yaml").write_text(HEAD + "bom: bom.csv\n", "utf-8")
    assert read_product(tmp_path, Ledger()).problems == ()  # learns the units
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        read_product(tmp_path, Ledger())
        best = min(best, time.perf_counter() - start)
    assert best < 0.06
