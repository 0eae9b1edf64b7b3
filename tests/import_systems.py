"""Foreign databases made by hand, linked, imported through the command, and solved by a second route."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecoprod.errors import At
from ecoprod.importing.link import LinkedDatabase, LinkedRow, link_database
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss
from ecoprod.lca import elementary_flows

CO2 = "Carbon dioxide, fossil"


def ex(kind: Any, name: str, amount: float, unit: str = "kg", **more: Any) -> ForeignExchange:
    """A row of a file; emissions go to air and resources come from the ground unless told otherwise."""
    return ForeignExchange(kind, name, amount, unit, At("hand.csv", 7), **more)


def product(name: str, amount: float = 1.0, unit: str = "kg", **more: Any) -> ForeignExchange:
    return ex("product", name, amount, unit, **more)


def needs(name: str, amount: float, unit: str = "kg", **more: Any) -> ForeignExchange:
    return ex("input", name, amount, unit, **more)


def emits(amount: float, name: str = CO2, unit: str = "kg", path: tuple[str, ...] = ("air",), **more: Any) -> Any:
    return ex("elementary", name, amount, unit, compartment=path, direction="out", **more)


def process(name: str, *rows: ForeignExchange, place: str = "CN", code: str = "", **more: Any) -> ForeignProcess:
    return ForeignProcess(code or f"{name}/{place}", name, At("hand.csv", 1), rows, place=place, **more)


def database(*processes: ForeignProcess, misses: Sequence[Miss] = ()) -> ForeignDatabase:
    return ForeignDatabase("simapro-csv", processes, tuple(misses), len(processes))


def linked(*processes: ForeignProcess, misses: Sequence[Miss] = ()) -> LinkedDatabase:
    return link_database(database(*processes, misses=misses), elementary_flows(), lambda done, total: None)


def rows_of(found: LinkedDatabase, name: str) -> list[LinkedRow]:
    """The linked rows of the dataset made of a process or product of that name."""
    (position,) = [n for n, one in enumerate(found.made) if name in (one.id, one.product.name)]
    return [row for row in found.rows if row.dataset == position]


def codes(found: LinkedDatabase) -> list[str]:
    return [miss.code for miss in found.misses]


def burdens(found: LinkedDatabase, flow: str = CO2) -> dict[str, float]:
    """kg of a flow per unit of each dataset, by substituting step by step: no matrix, no solver of ours."""
    direct = [sum(r.amount for r in found.rows if r.dataset == n and r.target == flow) for n in range(len(found.made))]
    inputs = [
        [(r.row, r.amount) for r in found.rows if r.dataset == n and r.kind == "input"] for n in range(len(found.made))
    ]
    total = list(direct)
    for _ in range(400):
        total = [own + sum(total[m] * amount for m, amount in used) for own, used in zip(direct, inputs, strict=True)]
    return {one.product.name: value for one, value in zip(found.made, total, strict=True)}


# ---- through the command --------------------------------------------------------------------------


def environment(cache: Path, lang: str = "en", **more: str) -> dict[str, str]:
    return {**os.environ, "ECOPROD_CACHE": str(cache), "ECOPROD_LANG": lang, **more}


def ecoprod(cache: Path, *args: object, lang: str = "en", **more: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    line = [sys.executable, "-m", "ecoprod_cli", *map(str, args)]
    return subprocess.run(line, capture_output=True, check=False, env=environment(cache, lang, **more), timeout=300)


def documents(cache: Path, *args: object) -> dict[str, Any]:
    """The one document of a command that did its work."""
    done = ecoprod(cache, *args, "--format", "json")
    assert done.returncode in (0, 1), done.stderr.decode()
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def simapro(*processes: Mapping[str, Sequence[str]]) -> str:
    """A SimaPro export; each process is {section: [rows]}."""
    head = "{SimaPro 9.5.0.0}\n{processes}\n{CSV separator: Semicolon}\n{Decimal separator: .}\n\n"
    made = ""
    for number, one in enumerate(processes):
        made += f"Process\n\nCategory type\nmaterial\n\nProcess identifier\nP{number}\n\nType\nUnit process\n\n"
        for section, lines in one.items():
            made += f"{section}\n" + "".join(f"{line}\n" for line in lines) + "\n"
        made += "End\n\n"
    return head + made
