"""Product folders on disk for whole-chain tests: copies of the examples with one thing changed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ecoprod.assessment import Assessment
from ecoprod.corridor import assess
from ecoprod.errors import InputError

Row = dict[str, str]
RANK = {"not_qualified": 0, "undetermined": 1, "provisional": 2, "qualified": 3}


@dataclass(frozen=True)
class Outcome:
    """What a run gave: an assessment, or the codes of the problems."""

    made: Assessment | None
    codes: tuple[str, ...]

    @property
    def statuses(self) -> dict[str, str]:
        return {f.requirement.id: f.status for f in self.made.findings} if self.made else {}

    @property
    def rank(self) -> int:
        """Errors judge nothing: they are never better than any verdict."""
        return RANK[self.made.verdict.outcome] if self.made else -1

    def impacts(self) -> dict[str, float]:
        """Known sums of all categories per product unit."""
        assert self.made is not None, self.codes
        assert self.made.lca is not None
        return {f"{m.method}/{c.id}": c.known for m in self.made.lca.methods for c in m.categories.values()}


def copy_of(example: Path, folder: Path) -> Path:
    """A copy of an example that may be changed."""
    target = folder / example.name
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(example, target)
    return target


def run(folder: Path) -> Outcome:
    """Assess a folder; bad input is an outcome, anything else is a fault."""
    try:
        return Outcome(assess(folder), ())
    except InputError as error:
        return Outcome(None, tuple(sorted(p.code for p in error.problems)))


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    """Rows under the heads of the file that stands there now (it may lose all its rows)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads = next(csv.reader(file))
    heads = list(rows[0]) if rows else heads
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def edit_rows(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """Rewrite a CSV file with its rows changed."""
    write_rows(path, change(rows_of(path)))


def edit_yaml(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite product.yaml with its content changed (comments go)."""
    path = folder / "product.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # text stays text
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def head(rows: list[Row], *names: str) -> str | None:
    """The head under which a column stands, in either language."""
    return next((h for h in rows[0] if h.split("[")[0].strip() in names), None)
