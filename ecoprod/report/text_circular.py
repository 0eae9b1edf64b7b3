"""The part of the report on what becomes of the materials."""

from __future__ import annotations

from typing import Any

from ecoprod.messages import Lang, text
from ecoprod.report.fields import field_words, questions
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.words import label, number, percent

Document = dict[str, Any]
_SHOWN = 5
_WIDE = 110
_NOTHING = 1e-9
"""Share of a part's mass below which a loss is rounding."""


def what_blocks_recycling(page: Page, document: Document, lang: Lang) -> None:
    """The parts that lose something or are open, those first that may lose most; nothing where all comes back."""
    losing = [one for one in document["recycling"] if _matters(one)]
    if not losing:
        return
    losing.sort(key=lambda one: (-one["lost_g"]["high"], -one["mass_g"], one["part"]))
    heading(page, text("report-head-recycling", lang))
    rows: list[Row] = [
        [
            f"{one['name']} [{one['part']}]",
            Cell(f"{number(one['mass_g'])} g", right=True),
            Cell(_grams(one["lost_g"]), "red" if one["lost_g"]["low"] else "yellow", right=True),
            _why(one, lang),
        ]
        for one in losing[:_SHOWN]
    ]
    head = [text(f"report-col-{code}", lang) for code in ("part", "mass", "lost", "why-lost")]
    table(page, rows, head, flexible=0, least=16)
    if len(losing) > _SHOWN:
        line(page, text("report-more-losses", lang, count=len(losing) - _SHOWN), indent=2)
    # what is not collected is the same for every part
    for message in dict.fromkeys(o["message"][lang] for one in losing for o in one["losses"] if not o["in_rate"]):
        bullet(page, "•", message)
    line(page, text("report-recycling-legend", lang), "dim", indent=2)


def _matters(entry: Document) -> bool:
    return bool(entry["lost_g"]["high"] > _NOTHING * entry["mass_g"])


def _grams(bounds: Document) -> str:
    low, high = bounds["low"], bounds["high"]
    return f"{number(high)} g" if low == high else f"{number(low)} – {number(high)} g"


def _why(entry: Document, lang: Lang) -> str:
    found = [loss["message"][lang] for loss in entry["losses"] if loss["in_rate"]]
    if entry["stated"]:
        separator = text("compare-separator", lang)
        facts = [
            text("report-pair", lang, name=text(f"report-stated-{name.replace('_', '-')}", lang), value=value)
            for name, value in entry["stated"].items()
        ]
        found.append(text("report-stated-by-maker", lang, facts=separator.join(facts)))
    return "\n".join(found)


def how_circular(page: Page, document: Document, lang: Lang) -> None:
    """The indicator and its parts, the shares that are known, and what would settle the rest."""
    found = document["circularity"]
    if found is None:
        return
    heading(page, text("report-head-circularity", lang))
    plain = ("material_circularity_indicator", "linear_flow_index", "utility")
    rows: list[Row] = [_line(name.replace("_", "-"), found[name], lang, shares=False) for name in plain]
    for side in ("inflow", "outflow"):
        rows += [_line(f"{side}-{way}", one, lang, shares=True) for way, one in found[side].items() if one["trace"]]
    table(page, rows, flexible=0)
    # the sentences name every part, for the third time in this report: the fields will do
    fields = dict.fromkeys(field_words(m["field"], lang) for name in plain for m in found[name]["missing"])
    if fields:
        separator = text("compare-separator", lang)
        bullet(page, "?", text("report-circularity-open", lang, fields=separator.join(fields)), "yellow")
    line(page, found["note"]["message"][lang], "dim", indent=2)


def _line(name: str, entry: Document, lang: Lang, *, shares: bool) -> Row:
    written = percent if shares else number
    ends = [None if end is None else written(end) for end in (entry["low"], entry["high"])]
    value = "—" if None in ends else str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"
    return [text(f"report-circular-{name}", lang), Cell(value, right=True)]


def circular_footprint(page: Page, document: Document, lang: Lang) -> None:
    """The circular footprint by category, where its file is named, and what keeps it from having a value."""
    found = document["circular_footprint"]
    if found is None:
        return
    heading(page, text("report-head-footprint", lang, method=found["method"]))
    if any(one["value"] is not None for one in found["categories"].values()):
        _footprint_table(page, found["categories"], lang)
    reasons = (one["reason"]["message"][lang] for one in found["categories"].values() if one["reason"])
    for reason in dict.fromkeys(reasons):
        bullet(page, f"{text('report-na', lang)}:", reason)
    for question in questions([(m, None) for m in found["missing"]]):
        where = field_words(question.field, lang)
        bullet(page, "?", text("report-pair", lang, name=where, value=question.words({}, lang)), "yellow")
    line(page, found["note"]["message"][lang], "dim", indent=2)


def _footprint_table(page: Page, categories: Document, lang: Lang) -> None:
    """Every category; on a wide page with the parts of the formula."""
    blocks = ("material", "energy", "disposal") if page.width >= _WIDE else ()
    rows: list[Row] = []
    for name, one in categories.items():
        known = one["value"] is not None
        value = Cell(number(one["value"]) if known else text("report-na", lang), "" if known else "dim", right=True)
        parts = [Cell(number(one[block]) if known else "", right=True) for block in blocks]
        covered = Cell("" if one["coverage"] is None else percent(one["coverage"]), right=True)
        rows.append([label("category", name, lang), value, *parts, one["unit"], covered])
    codes = ("category", "per-product", *(f"footprint-{block}" for block in blocks), "unit", "coverage")
    table(page, rows, [text(f"report-col-{code}", lang) for code in codes], flexible=0)
