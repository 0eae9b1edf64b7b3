"""The tree behind a number or a finding of a result document, down to file, line and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import LANGS, Lang, text
from ecoprod.report.fields import field_words, questions, titles
from ecoprod.report.layout import Page, columns, line, safe, styled, wrap
from ecoprod.report.text import limit_text, status_cell, value_text
from ecoprod.report.words import label, rule_words, shown

Document = dict[str, Any]
_KIND_STYLES = {"read": "green", "looked_up": "blue", "assumed": "yellow", "computed": ""}
_NEAREST = 5


def explain(document: Document, name: str, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The tree of `name`: a trace id, requirement id, indicator id, item id, category or METHOD/CATEGORY.

    A subtree that several numbers share is written out once. Raises InputError with near names for an unknown id.
    """
    entries: dict[str, Document] = {e["id"]: e for e in document["trace"]}
    root = find_trace(document, name, entries)
    page = Page(max(width, 60), colour)
    _introduction(page, document, name, lang)
    seen: set[str] = set()
    # (id, prefix of its own line, prefix of the lines below it); a stack, since a file may nest as deep as it likes
    stack: list[tuple[str, str, str]] = [(root, "", "")]
    while stack:
        entry_id, own, below = stack.pop()
        entry = entries.get(entry_id)
        again = entry_id in seen and bool(entry and entry["inputs"])
        _entry(page, entry_id, entry, own, below, lang, again=again, bounds=_bounds(document, entry_id, lang))
        if entry is None or again:
            continue
        seen.add(entry_id)
        inputs: Sequence[str] = entry["inputs"]
        for n in range(len(inputs) - 1, -1, -1):
            last = n == len(inputs) - 1
            stack.append((inputs[n], below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")))
    return page.text()


def _bounds(document: Document, entry_id: str, lang: Lang) -> str:
    """The bounds that are proven for an indicator without a single value; empty where there are none."""
    measure = document["indicators"].get(entry_id.removeprefix("ind:").removesuffix("/settled"))
    if measure is None or measure["value"] is not None or (measure["low"] is None and measure["high"] is None):
        return ""
    said = value_text(measure, lang)
    return "" if said == "—" else said


def find_trace(document: Document, name: str, entries: Mapping[str, Document]) -> str:
    """The trace id that a name stands for. Raises InputError with the nearest names where there is none."""
    if name in entries:
        return name
    wanted = name.strip().casefold()
    names = dict(_names(document))
    for known, trace in names.items():
        if known.casefold() == wanted and trace in entries:
            return trace
    for known, trace in _words(document):
        if known.casefold() == wanted and trace in entries:
            return trace
    from rapidfuzz import fuzz, process

    hits = process.extract(name, [*names, *entries], scorer=fuzz.WRatio, limit=_NEAREST, score_cutoff=40)
    near = ", ".join(dict.fromkeys(str(hit[0]) for hit in hits)) or "—"
    raise InputError([Problem("explain-unknown-id", At(name), None, {"id": name, "nearest": near})])


def _names(document: Document) -> Iterator[tuple[str, str]]:
    """Everything that has a tree, by its name; the first use of a name counts."""
    found: dict[str, str] = {}
    for requirement in document["requirements"]:
        found.setdefault(requirement["id"], requirement["trace"])
    for impact in document["impacts"]:
        for category, result in impact["categories"].items():
            found.setdefault(f"{impact['method']}/{category}", result["trace"])
            found.setdefault(category, result["trace"])
    for indicator, measure in document["indicators"].items():
        if measure["trace"]:
            found.setdefault(indicator, measure["trace"])
    for item in document["items"]:
        found.setdefault(item["id"], item["trace"])
    yield from found.items()


def _words(document: Document) -> Iterator[tuple[str, str]]:
    """What the report calls categories and requirements, in both languages."""
    for impact in document["impacts"]:
        for category, result in impact["categories"].items():
            for lang in LANGS:
                yield label("category", category, lang), result["trace"]
    for requirement in document["requirements"]:
        for title in requirement["title"].values():
            yield title, requirement["trace"]


def _proof(document: Document, requirement: Document, lang: Lang) -> Iterator[str]:
    """The documents behind a value, and the detection limit of its test."""
    if requirement["evidence"]:
        yield text("explain-evidence", lang, ids=", ".join(requirement["evidence"]))
    wanted = f"declared:{requirement['indicator']}/detection_limit"
    for entry in document["trace"]:
        if entry["id"] == wanted:
            yield text("explain-detection-limit", lang, limit=shown(entry["value"], entry["unit"], lang))


def _introduction(page: Page, document: Document, name: str, lang: Lang) -> None:
    """For a requirement: what it asks, and what became of it."""
    for requirement in document["requirements"]:
        if name in (requirement["id"], requirement["trace"], *requirement["title"].values()):
            status = status_cell(requirement["status"], lang)
            page.lines.append(styled(f"{status.text}  {safe(requirement['title'].get(lang, ''))}", status.style, page))
            limit = requirement["limit"]
            facts = {
                "value": value_text(requirement, lang, limit["unit"] if limit else None),
                "limit": limit_text(limit, lang),
                "source": f"{requirement['source']['id']} {requirement['source']['at'] or ''}".strip(),
            }
            line(page, text("explain-requirement", lang, **facts), indent=2)
            for said in _proof(document, requirement, lang):
                line(page, said, indent=2)
            names = titles(document, lang)
            for question in questions([(m, None) for m in requirement["missing"]]):
                where = field_words(question.field, lang)
                said = text("report-pair", lang, name=where, value=question.words(names, lang))
                line(page, f"? {said}", "yellow", indent=2, hang=2)
            page.lines.append("")
            return


def _place(entry: Document) -> str:
    at = entry["at"]
    if at is None:
        return entry["source"] or ""
    return str(At(at["file"], at["line"], at.get("column"), at.get("sheet"), at.get("cell")))


def _entry(
    page: Page,
    entry_id: str,
    entry: Document | None,
    own: str,
    below: str,
    lang: Lang,
    *,
    again: bool,
    bounds: str = "",
) -> None:
    """One node: its value, what kind of entry it is, and where it comes from."""
    if entry is None:
        said, style = text("explain-not-in-trace", lang, id=entry_id), "red"
    else:
        style = _KIND_STYLES.get(entry["kind"], "")
        said_value = shown(entry["value"], entry["unit"], lang) if entry["value"] is not None else bounds
        value = f" = {said_value}" if said_value else ""
        if again:
            said = f"{entry_id}{value} ({text('explain-see-above', lang)})"
        else:
            by = entry.get("message", {}).get(lang) or rule_words(entry["by"], lang)
            origin = [label("kind", entry["kind"], lang), by, _place(entry)]
            said = f"{entry_id}{value}  ← {' · '.join(part for part in origin if part)}"
    own, below = _shallow(own, page.width), _shallow(below, page.width)
    hang = "│  " if entry and entry["inputs"] and not again else "   "
    for n, part in enumerate(wrap(safe(said), max(page.width - columns(below) - len(hang), 30))):
        prefix = own if n == 0 else below + hang
        page.lines.append(prefix + styled(part, style, page))


def _shallow(prefix: str, width: int) -> str:
    """The prefix of a very deep node, cut so that words still fit."""
    return prefix if len(prefix) <= width // 2 else "… " + prefix[-(width // 2) :]
