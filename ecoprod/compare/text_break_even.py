"""The break-even in use for people: what the lighter design costs and saves, and from when on it is ahead."""

from __future__ import annotations

from typing import Any

from ecoprod.messages import Lang, text
from ecoprod.report.layout import Page, bullet, heading, line
from ecoprod.report.words import label, number

Document = dict[str, Any]


def break_even(page: Page, document: Document, lang: Lang) -> None:
    """A paragraph a pair; nothing where no pair differs in mass and in use."""
    found = [entry for entry in document["break_even"] if entry]
    if not found:
        return
    heading(page, text("compare-head-break-even", lang))
    for entry in found:
        bullet(page, "•", _pair(entry, lang))
    line(page, text("compare-break-even-note", lang), "dim", indent=2)


def _pair(entry: Document, lang: Lang) -> str:
    said = [_outcome(entry, lang)]
    if entry["extra"] is not None:
        facts = {
            "without_use": _more(entry["extra"], entry["unit"], lang),
            "in_use": _more(-entry["saved_per_service"], entry["unit"], lang),
            "service": entry["service_unit"],
        }
        said.append(text("compare-break-even-because", lang, **facts))
    said += [text("compare-break-even-left-out", lang, design=name) for name in entry["left_out"]]
    whole = "" if entry["complete"] else text("report-incomplete", lang)
    return f"{text('compare-separator', lang).join(said)}{whole}"


def _outcome(entry: Document, lang: Lang) -> str:
    unit = entry["service_unit"]
    stages = text("compare-separator", lang).join(label("stage", stage, lang) for stage in entry["unknown"])
    facts = {
        "lighter": entry["lighter"],
        "heavier": entry["heavier"],
        "mass": f"{number(entry['saved_kg'])} kg",
        "service": "—" if entry["service"] is None else f"{number(entry['service'])} {unit}",
        "life": f"{number(entry['life'])} {unit}",
        "stages": stages,
    }
    return text(f"compare-break-even-{entry['outcome'].replace('_', '-')}", lang, **facts)


def _more(value: float, unit: str, lang: Lang) -> str:
    code = "compare-more" if value > 0 else "compare-less" if value < 0 else "compare-as-much"
    return text(code, lang, value=f"{number(abs(value))} {unit}")
