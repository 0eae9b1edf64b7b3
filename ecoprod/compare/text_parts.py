"""Differences by part for people: what adds most to the difference of the totals, with what of it changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ecoprod.background import load_background
from ecoprod.compare.lines import EQUAL, category_of, unlike
from ecoprod.compare.side_by_side import side_by_side
from ecoprod.messages import Lang, text
from ecoprod.product import STAGES
from ecoprod.report.layout import Cell, Page, Row, heading, line
from ecoprod.report.text_lca import HEADLINE
from ecoprod.report.words import label, number

Document = dict[str, Any]
_SHOWN = 8
_ENGLISH = re.compile("[A-Za-z]{4}")


def parts(page: Page, document: Document, lang: Lang) -> None:
    """The rows that differ, largest first, then the rest in one; nothing where nothing differs."""
    differing = [row for row in document["parts"] if row["differs"]]
    if not differing:
        return
    designs = document["designs"]
    results = [category_of(d, *HEADLINE) for d in designs]
    unit = next((r["unit"] for r in results if r), "")
    heading(page, text("compare-head-parts", lang, unit=unit))
    shown = differing[:_SHOWN]
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs[1:]]]]
    rows += [[_words(row, designs, lang), *_changes(row["adds"])] for row in shown]
    rest = [row for row in document["parts"] if row not in shown]
    if any(row["differs"] for row in rest):
        count = sum(row["differs"] for row in rest)
        rows.append([text("compare-parts-rest", lang, count=count), *_changes(_sums(rest))])
    rows.append([Cell(text("compare-parts-total", lang), "bold"), *_changes(_sums(document["parts"]))])
    side_by_side(page, rows, least=30, first=False)
    if not all(d["whole"] for d in designs):
        line(page, text("compare-parts-incomplete", lang), "yellow", indent=2)


def _sums(rows: Sequence[Document]) -> list[float | None]:
    columns = zip(*(row["adds"] for row in rows), strict=True)
    return [None if None in column else sum(column) for column in columns]


def _changes(adds: Sequence[float | None]) -> list[Cell]:
    """Signed figures for all designs but the first, which they are measured against."""
    return [Cell("—" if change is None else _signed(change)) for change in adds[1:]]


def _signed(change: float) -> str:
    return f"+{number(change)}" if change > 0 else number(change)


def _words(row: Document, designs: Sequence[Document], lang: Lang) -> str:
    """Name, then what changed: mass, what it is made of, and climate change stage by stage."""
    name = label("stage", "distribution", lang) if row["kind"] == "distribution" else row["name"]
    own = row["id"].partition(":")[2]
    said = [name if name == own or row["kind"] not in ("part", "packaging") else f"{name} [{own}]"]
    if row["kind"] in ("packaging", "process", "use"):
        said = [text(f"compare-kind-{row['kind']}", lang, name=name)]
    there = [d["label"] for d, present in zip(designs, row["present"], strict=True) if present]
    if len(there) < len(designs):
        said.append(text("compare-only-in", lang, designs=text("compare-separator", lang).join(there)))
    bare = [d["label"] for d, complete in zip(designs, row["complete"], strict=True) if not complete]
    if bare:
        said.append(text("compare-no-data-in", lang, designs=text("compare-separator", lang).join(bare)))
    if _differ(row["mass_kg"]):
        said.append(f"{_arrows([_figure(m) for m in row['mass_kg']])} kg")
    if _differ(row["material"]) or _differ(row["datasets"]):
        said.append(_arrows(_made_of(row, lang)))
    return "\n· ".join([*said, *_stages(row, lang)])


def _differ(values: Sequence[Any]) -> bool:
    return any(unlike(values[0], value) for value in values[1:])


def _made_of(row: Document, lang: Lang) -> list[str]:
    """Material and datasets, one after the other where they change; a design without the part says nothing."""
    found: list[str] = []
    for present, written, datasets in zip(row["present"], row["material"], row["datasets"], strict=True):
        material = written and _in_language(written, lang)
        named = " + ".join(datasets)
        said = f"{material} ({named})" if material and named else material or named or "—"
        if present and said not in found[-1:]:
            found.append(said)
    return found


def _in_language(material: str, lang: Lang) -> str:
    """In Chinese, the Chinese name of a material that is written in English words; `PP` and `Q235` are no words."""
    if lang == "en" or not _ENGLISH.search(material):
        return material
    found = load_background().material(material)
    return found[0].name_zh if len(found) == 1 else material


def _arrows(values: Sequence[str]) -> str:
    return " → ".join(values)


def _figure(value: float | None) -> str:
    return "—" if value is None else number(value)


def _stages(row: Document, lang: Lang) -> list[str]:
    """The stages whose contribution differs, one a line: a design without the part has a dash."""
    largest = max((abs(v) for found in row["by_stage"] if found for v in found.values() if v), default=0.0)
    lines = []
    for stage in STAGES:
        values = [found[stage] if found else None for found in row["by_stage"]]
        moved = max((abs((v or 0.0) - (values[0] or 0.0)) for v in values), default=0.0)
        if moved > EQUAL * largest:
            lines.append(f"{label('stage', stage, lang)} {_arrows([_figure(v) for v in values])}")
    return lines
