"""Masses by assembly for people: two levels, and only the rows that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecoprod.compare.lines import EQUAL
from ecoprod.compare.side_by_side import side_by_side
from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, heading, line
from ecoprod.report.words import number

Document = dict[str, Any]
_LEVELS = 2


def masses(page: Page, document: Document, lang: Lang) -> None:
    """A table of what weighs otherwise; without one where nothing does."""
    top = [row for row in document["masses"] if row["level"] < _LEVELS]
    shown = [row for row in top if row["differs"]]
    if not shown:
        return
    designs = document["designs"]
    heading(page, text("compare-head-masses", lang))
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs]]]
    rows += [[_named(row), *_cells(row, lang)] for row in shown]
    total = _whole(designs)
    rows.append([Cell(text("compare-mass", lang), "bold"), *_cells(total, lang)])
    side_by_side(page, rows, least=16)
    if len(top) > len(shown):
        line(page, text("compare-masses-same", lang, count=len(top) - len(shown)), "dim", indent=2)


def _named(row: Document) -> str:
    name = row["name"] if row["name"] == row["id"] else f"{row['name']} [{row['id']}]"
    indent = "\u3000" * row["level"]
    return f"{indent}{name}"


def _whole(designs: Sequence[Document]) -> Document:
    """The products as a row: their declared masses."""
    found = [d["mass_kg"] for d in designs]
    alike = [d["product_unit"] == designs[0]["product_unit"] for d in designs]
    changes = [
        mass - found[0] if n and same and mass is not None and found[0] is not None else None
        for n, (mass, same) in enumerate(zip(found, alike, strict=True))
    ]
    return {"present": [True] * len(found), "mass_kg": found, "change_kg": changes}


def _cells(row: Document, lang: Lang) -> list[Cell]:
    found = []
    first = row["mass_kg"][0]
    for present, mass, change in zip(row["present"], row["mass_kg"], row["change_kg"], strict=True):
        if not present:
            found.append(Cell(text("compare-not-there", lang), "dim"))
        elif mass is None:
            found.append(Cell(text("report-no-data", lang), "yellow"))
        else:
            found.append(Cell(f"{number(mass)}{_against(change, first)}"))
    return found


def _against(change: float | None, first: float | None) -> str:
    """The change in kg and as a share of the first design's mass; nothing where there is none."""
    if change is None or not first or abs(change) <= EQUAL * first:
        return ""
    signed = f"{'+' if change > 0 else '-'}{number(abs(change), 3)}"
    share = change / first * 100
    return f" ({signed}; {share:+.1f} %)" if abs(share) >= 0.05 else f" ({signed})"  # no 0.0 % of either sign
