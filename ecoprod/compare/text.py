"""The comparison as a page of a terminal, differences first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecoprod.compare.lines import EQUAL, category_of, is_number, line_of, lines
from ecoprod.compare.side_by_side import side_by_side
from ecoprod.compare.text_break_even import break_even
from ecoprod.compare.text_masses import masses
from ecoprod.compare.text_parts import parts
from ecoprod.messages import Lang, text
from ecoprod.product import STAGES
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.text import STYLES, value_text
from ecoprod.report.text_lca import HEADLINE
from ecoprod.report.words import label, number, quantity

Document = dict[str, Any]
_ALWAYS = ("mass", "indicator:recyclability-rate")


def compare_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The comparison as a report, differences first."""
    page = Page(max(width, 60), colour)
    designs = document["designs"]
    dates = ", ".join(dict.fromkeys(d["on"] for d in designs))
    line(page, text("compare-title", lang, dates=dates, count=len(designs)))
    for design in designs:
        facts = " · ".join(f for f in (design["name"], design["model"]) if f)
        bullet(page, "•", text("report-pair", lang, name=design["label"], value=facts))
    heading(page, text("compare-head-differences", lang))
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs]]]
    if any(d["what"] == "verdict" for d in document["differences"]):
        rows.append([text("compare-verdict", lang), *[_verdict(d["verdict"], lang) for d in designs]])
    differences = [d for d in document["differences"] if not d["what"].startswith(("verdict", "impact:"))]
    rows += [_difference(d, designs, lang) for d in differences]
    if rows[1:]:
        side_by_side(page, rows)
    if not document["differences"]:
        line(page, text("compare-no-differences", lang), indent=2)
    masses(page, document, lang)
    _stages(page, document, lang)
    parts(page, document, lang)
    break_even(page, document, lang)
    _categories(page, document, lang)
    line(page, text("compare-change-note", lang), "dim", indent=2)
    _same(page, document, lang)
    return page.text()


def _verdict(outcome: str, lang: Lang) -> Cell:
    return Cell(text(f"compare-verdict-{outcome.replace('_', '-')}", lang), STYLES[outcome])


def _title(what: str, designs: Sequence[Document], lang: Lang) -> str:
    kind, _, name = what.partition(":")
    if kind == "requirement":
        titles = (d["requirements"][name]["title"].get(lang) for d in designs if name in d["requirements"])
        return next((t for t in titles if t), name)
    if kind == "indicator":
        from ecoprod.indicators import INDICATORS

        if name in INDICATORS:
            return INDICATORS[name].title[lang]
        if name.startswith("substance:"):
            substance, _, basis = name.removeprefix("substance:").partition("@")
            basis, _, material = basis.partition("/")
            said = text("compare-substance", lang, name=substance, basis=label("basis", basis, lang))
            return f"{said} [{material}]" if material else said
        words = (d["titles"].get(name, {}).get(lang) for d in designs)
        return next((w for w in words if w), name)
    if kind == "impact":
        return label("category", name.rpartition("/")[2], lang)
    return text(f"compare-{kind}", lang)


def _difference(found: Document, designs: Sequence[Document], lang: Lang) -> Row:
    kind, _, name = found["what"].partition(":")
    if kind == "requirement":
        shown = [label("status", value, lang) if value else "—" for value in found["values"]]
    elif kind == "indicator":
        measures = [d["indicators"].get(name) for d in designs]
        shown = [value_text(m, lang) if m else "—" for m in measures]
    else:
        shown = [_number(value, found["unit"]) for value in found["values"]]
    if found["unit"] == "%":
        return [_title(found["what"], designs, lang), *_with_points(shown, found["values"], lang)]
    return [_title(found["what"], designs, lang), *_with_changes(shown, found["change"])]


def _number(value: Any, unit: str | None) -> str:
    if value is None:
        return "—"
    return f"{number(value)} {unit or ''}".strip() if is_number(value) else str(value)


def _with_changes(shown: Sequence[str], changes: Sequence[float | None]) -> list[Cell]:
    return [
        Cell(said if change is None or abs(change) < EQUAL else f"{said} ({_percent(change)})")
        for said, change in zip(shown, changes, strict=True)
    ]


def _with_points(shown: Sequence[str], values: Sequence[Any], lang: Lang) -> list[Cell]:
    """What is a percentage itself differs in percentage points."""
    cells = []
    for said, value in zip(shown, values, strict=True):
        points = value - values[0] if is_number(value) and is_number(values[0]) else 0.0
        if abs(points) <= EQUAL * max(abs(value or 0), 1):
            cells.append(Cell(said))
            continue
        by = "=" if abs(points) < 0.05 else text("screen-points", lang, change=f"{points:+.1f}")
        cells.append(Cell(f"{said} ({by})"))
    return cells


def _percent(change: float) -> str:
    if abs(change) < 0.0005:  # what would be written as 0.0 %, of either sign; as in a screening
        return "="
    return f"{change * 100:+.1f} %" if abs(change) < 1 else f"{change * 100:+.0f} %"


def _stages(page: Page, document: Document, lang: Lang) -> None:
    method, category = HEADLINE
    designs = document["designs"]
    results = [category_of(d, method, category) for d in designs]
    if not any(r and r["by_stage"] for r in results):
        return
    unit = next(r["unit"] for r in results if r)
    service = f"{quantity(document['functional_unit'], lang)} {document['functional_unit']['of'] or ''}".strip()
    heading(page, text("compare-head-stages", lang, unit=unit, service=service))
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs]]]
    for stage in STAGES:
        values = [r["by_stage"][stage] if r and r["by_stage"] else None for r in results]
        figures = _figures(values)
        for n, (design, result, value) in enumerate(zip(designs, results, values, strict=True)):
            if stage in design["left_out"] and not value:
                figures[n] = Cell(text("compare-left-out", lang), "dim")
            elif value is None and result and result["by_stage"]:
                figures[n] = Cell(text("report-no-data", lang), "yellow")
        rows.append([label("stage", stage, lang), *figures])
    totals = _figures([r["per_functional_unit"] if r else None for r in results])
    for n, design in enumerate(designs):
        if not design["whole"]:
            totals[n] = Cell(totals[n].text + text("report-incomplete", lang), "yellow")
    rows.append([Cell(text("report-total", lang), "bold"), *totals])
    side_by_side(page, rows)


def _figures(values: Sequence[float | None]) -> list[Cell]:
    found = line_of("", list(values))
    return _with_changes([_number(v, None) for v in values], found["change"])


def _categories(page: Page, document: Document, lang: Lang) -> None:
    designs = document["designs"]
    for impact in designs[0]["impacts"]:
        heading(page, text("compare-head-impacts", lang, method=impact["method"]))
        rows: list[Row] = []
        for category, result in impact["categories"].items():
            found = [category_of(d, impact["method"], category) for d in designs]
            values = [r["per_functional_unit"] if r else None for r in found]
            if any(v is not None for v in values):
                rows.append([label("category", category, lang), *_figures(values), result["unit"]])
        head = [text("report-col-category", lang), *(d["label"] for d in designs), text("report-col-unit", lang)]
        side_by_side(page, rows, head=head, unit=True)


def _same(page: Page, document: Document, lang: Lang) -> None:
    """What is the same: verdict, mass and recyclability with their values, the rest by name."""
    designs = document["designs"]
    if not document["same"]:
        return
    heading(page, text("compare-head-same", lang))
    rows: list[Row] = []
    if "verdict" in document["same"]:
        rows.append([text("compare-verdict", lang), _verdict(designs[0]["verdict"], lang)])
    shown = [found for found in lines(designs) if found["what"] in _ALWAYS and not found["differs"]]
    rows += [list(_difference(found, designs, lang))[:2] for found in shown]
    if rows:
        table(page, rows, flexible=0)
    told = {"verdict", *_ALWAYS}
    same = [w for w in document["same"] if w not in told and not w.startswith(("impact:", "requirement:"))]
    names = [_title(what, designs, lang) for what in same]
    alike = sum(w.startswith("requirement:") for w in document["same"])
    if alike:
        names.append(text("compare-same-requirements", lang, count=alike))
    if names:
        line(page, text("compare-separator", lang).join(dict.fromkeys(names)), indent=2)
