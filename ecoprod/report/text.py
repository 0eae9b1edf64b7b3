"""The report for people: the verdict first, then why, what is missing, and clause by clause.

It is written from the document (`ecoprod.result/1`), so that it can say nothing that the document does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ecoprod.messages import Lang, has, text
from ecoprod.report.fields import Question, field_words, questions, titles
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, panel, table, told
from ecoprod.report.text_circular import circular_footprint, how_circular, what_blocks_recycling
from ecoprod.report.text_lca import life_cycle
from ecoprod.report.words import fraction_as, label, number, shown

Document = dict[str, Any]
STYLES = {
    "qualified": "bold green", "provisional": "bold yellow", "undetermined": "bold yellow", "not_qualified": "bold red",
}  # fmt: skip
_MARKS = {
    "fail": ("✗", "red"), "undetermined": ("?", "yellow"), "reported": ("○", ""), "pass": ("✓", "green"),
    "exempt": ("◇", ""), "not_applicable": ("–", "dim"),
}  # fmt: skip
_GROUPS = ("basic", "indicator", "lca_report")
_OPS = {"at_most": "≤", "at_least": "≥", "less_than": "<", "more_than": ">", "equals": "="}
_WIDE = 110


def report_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The whole report, at most `width` columns wide (at least 60)."""
    page = Page(max(width, 60), colour)
    line(page, text("report-date", lang, date=document["on"], version=document["ecoprod"]))
    _verdict(page, document, lang)
    _why(page, document, lang)
    _missing(page, document, lang)
    _requirements(page, document, lang)
    life_cycle(page, document, lang)
    what_blocks_recycling(page, document, lang)
    how_circular(page, document, lang)
    circular_footprint(page, document, lang)
    _assumptions(page, document, lang)
    _limits_of_the_specification(page, document, lang)
    heading(page, text("report-head-is", lang))
    line(page, text("report-what-it-is", lang, edition=_edition(document, lang)), indent=2)
    told(page, text("report-explain-hint", lang), "dim", indent=2)
    return page.text()


def _edition(document: Document, lang: Lang) -> str:
    standard = document["standard"]
    number = standard["numbers"][0] if standard["numbers"] else standard["edition"]
    return f"{number} {standard['title'].get(lang) or standard['id']}"


def _verdict(page: Page, document: Document, lang: Lang) -> None:
    product, outcome = document["product"], document["verdict"]
    facts = [product["name"], product["model"], f"{number(product['mass_kg'])} kg" if product["mass_kg"] else None]
    rows = [
        (text(f"report-verdict-{outcome.replace('_', '-')}", lang), STYLES[outcome]),
        (text(f"report-verdict-{outcome.replace('_', '-')}-means", lang), ""),
        ("", ""),
        (" · ".join(str(f) for f in facts if f), "bold"),
        (_edition(document, lang), ""),
    ]
    if product["illustrative"]:
        rows.append((text("report-illustrative-banner", lang), "yellow"))
    panel(page, rows, STYLES[outcome].split()[-1])


def _why(page: Page, document: Document, lang: Lang) -> None:
    """Every reason; those that say the same of several requirements in one. What is missing comes below."""
    if not document["reasons"]:
        return
    heading(page, text("report-head-why", lang))
    requirements = {r["id"]: r for r in document["requirements"]}
    grouped: dict[str, list[str]] = {}
    for reason in document["reasons"]:
        name, code = reason["requirement"], reason["code"]
        requirement = requirements.get(name)
        said = reason["message"][lang]
        if requirement is None:
            grouped.setdefault(said, [])
        elif code.startswith("requirement-failed"):
            grouped.setdefault(_failure(requirement, said, lang), []).append(name)
        elif code == "requirement-undetermined":
            grouped.setdefault(text("report-cannot-tell", lang), []).append(name)
        elif code.startswith("undetermined-") and has(cause := code.removeprefix("undetermined-"), ("verdict",)):
            grouped.setdefault(text("report-cannot-tell-since", lang, why=f"@{cause}"), []).append(name)
        else:
            said = said.removeprefix(name).strip()
            grouped.setdefault(said, []).append(name)
    for said, names in grouped.items():
        found = [requirements[n]["title"].get(lang, n) for n in names]
        whole = said
        if found and not any(title in said for title in found):
            whole = text("report-pair", lang, name=said, value=text("compare-separator", lang).join(found))
        bullet(page, "•", whole if len(names) != 1 else f"{whole} [{names[0]}]")


def _failure(requirement: Document, said: str, lang: Lang) -> str:
    """What is not met: the title, the value and its limit."""
    limit = requirement["limit"]
    facts = {
        "title": requirement["title"].get(lang, requirement["id"]),
        "said": said.removeprefix(requirement["id"]).strip(),
        "value": value_text(requirement, lang, limit["unit"] if limit else None),
        "limit": limit_text(limit, lang),
    }
    return text("report-failed", lang, **facts)


def open_questions(document: Document, status: str) -> list[Question]:
    """What requirements of a status lack, one entry a field and cause, each with the requirements it would settle."""
    return questions([(m, r["id"]) for r in document["requirements"] if r["status"] == status for m in r["missing"]])


def _missing(page: Page, document: Document, lang: Lang) -> None:
    deciding = open_questions(document, "undetermined")
    known = {(q.field, q.code) for q in deciding}
    further = questions([(m, None) for m in document["lca"]["missing"]])
    others = {(q.field, q.code): q for q in (*further, *open_questions(document, "reported"))}
    names = titles(document, lang)
    rest = [q for key, q in others.items() if key not in known]
    if not deciding and not rest:
        return
    heading(page, text("report-head-missing", lang))
    for question in deciding:
        where = field_words(question.field, lang)
        bullet(page, "?", text("report-pair", lang, name=where, value=question.words(names, lang)), "yellow")
        line(page, text("report-settles", lang, ids=", ".join(question.settles)), "dim", indent=4)
    for question in rest:
        settles = f" [{', '.join(question.settles)}]" if question.settles else ""
        value = f"{question.words(names, lang)}{settles}"
        said = text("report-pair", lang, name=field_words(question.field, lang), value=value)
        bullet(page, "○", f"{said} {text('report-no-effect', lang)}")
    line(page, text("report-missing-legend", lang), "dim", indent=2)


# ---- requirements --------------------------------------------------------------------------------


def limit_text(limit: Document | None, lang: Lang) -> str:
    """A limit as people write it: `≤ 5 %`, `10 – 20 dB(A)`."""
    if limit is None:
        return "—"
    op, unit = limit["op"], limit["unit"] or ""
    if op == "between":
        return f"{shown(limit['low'], None, lang)} – {shown(limit['high'], unit, lang)}"
    if op in _OPS and limit["value"] is None and limit.get("low") is not None:
        return f"{_OPS[op]} {shown(limit['low'], None, lang)} ~ {shown(limit['high'], unit, lang)}"
    if op == "one_of":
        return text("report-one-of", lang, values=", ".join(limit["values"]))
    if op == "present" or limit["value"] is None:
        return text("report-present", lang)
    if isinstance(limit["value"], bool):
        return shown(limit["value"], None, lang)
    return f"{_OPS[op]} {shown(limit['value'], unit, lang)}"


def value_text(entry: Document, lang: Lang, wanted: str | None = None) -> str:
    """A value, or the bounds that are proven for it; mass fractions in the unit of their limit."""
    if entry.get("not_detected"):
        return text("report-not-detected", lang)
    value, unit = entry["value"], entry["unit"]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return shown(*fraction_as(value, unit, wanted), lang)
    if value is not None:
        return shown(value, unit, lang)
    low, high = ((None if b is None else fraction_as(b, unit, wanted)) for b in (entry["low"], entry["high"]))
    if low and high:
        return f"{number(low[0])} – {shown(*high, lang)}"
    if low and low[0] > 0:
        return f"≥ {shown(*low, lang)}"
    return f"≤ {shown(*high, lang)}" if high else "—"


def status_cell(status: str, lang: Lang) -> Cell:
    """Sign and word of a status."""
    mark, style = _MARKS[status]
    return Cell(f"{mark} {label('status', status, lang)}", style)


def _requirements(page: Page, document: Document, lang: Lang) -> None:
    heading(page, text("report-head-requirements", lang))
    order = list(_MARKS)
    rows: list[Row] = []
    wide = page.width >= _WIDE
    for group in _GROUPS:
        members = [r for r in document["requirements"] if r["group"] == group]
        if members:
            head = text("report-pair", lang, name=label("group", group, lang), value=_count(members, order, lang))
            rows.append([Cell(head, "bold")])
            rows += [_requirement(r, lang, wide=wide) for r in sorted(members, key=lambda r: order.index(r["status"]))]
    codes = ("status", "requirement", "value", "limit", "margin", "confidence")
    table(page, rows, [text(f"report-col-{code}", lang) for code in codes], flexible=1)
    _legend(page, document["requirements"], lang)


def _legend(page: Page, requirements: Sequence[Document], lang: Lang) -> None:
    """What the short words of the table mean, those that were used."""
    used = sorted({r["confidence"] for r in requirements} - {None})
    legend = [text(f"report-confidence-{c.replace('_', '-')}-means", lang) for c in used]
    if any(r["status"] == "reported" for r in requirements):
        legend.append(text("report-status-reported-means", lang))
    if any(r["illustrative"] for r in requirements):
        legend.append(text("report-illustrative-means", lang))
    if legend:
        line(page, " · ".join(legend), "dim", indent=2)


def _count(members: Sequence[Document], order: Iterable[str], lang: Lang) -> str:
    found = [(status, sum(r["status"] == status for r in members)) for status in order]
    return " · ".join(f"{n} {label('status', status, lang)}" for status, n in found if n)


def _requirement(entry: Document, lang: Lang, *, wide: bool) -> Row:
    settled = entry["status"] not in ("fail", "undetermined")
    title = entry["title"].get(lang, entry["id"])
    if wide or not settled:
        title += f" [{entry['id']}]"
    if entry["reason"] and not settled:
        title += f"\n→ {entry['reason']['message'][lang]}"
    limit = entry["limit"]
    margin = "" if entry["margin"] is None else f"{entry['margin'] * 100:+.0f} %"
    value = value_text(entry, lang, limit["unit"] if limit else None)
    return [
        status_cell(entry["status"], lang),
        title,
        Cell(value + (" *" if entry["illustrative"] else ""), right=True),
        limit_text(limit, lang),
        Cell(margin, "red" if margin.startswith("-") else "", right=True),
        label("confidence", entry["confidence"], lang) if entry["confidence"] else "",
    ]


# ---- what the answer rests on --------------------------------------------------------------------


def assumption_text(entry: Document, lang: Lang) -> str:
    """An assumption in words: what is assumed, by whom or of what, and its id."""
    said = entry.get("message", {}).get(lang) or entry["by"]
    source = f" — {entry['source']}" if entry["source"] else ""
    return f"{said}{source} [{entry['id']}]"


def _assumptions(page: Page, document: Document, lang: Lang) -> None:
    assumed = [e for e in document["trace"] if e["kind"] == "assumed"]
    heading(page, text("report-head-assumptions", lang, count=len(assumed)))
    for entry in assumed:
        bullet(page, "•", assumption_text(entry, lang))
    if not assumed:
        line(page, text("report-none", lang), indent=2)
    invented = document["product"]["illustrative_declarations"]
    if invented:
        heading(page, text("report-head-illustrative", lang))
        line(page, text("report-illustrative", lang, ids=", ".join(invented)), "yellow", indent=2)


def _limits_of_the_specification(page: Page, document: Document, lang: Lang) -> None:
    standard = document["standard"]
    if standard["missing"]:
        heading(page, text("report-head-gaps", lang))
        for gap in standard["missing"]:
            bullet(page, "•", f"{gap['what'][lang]} [{gap['id']}]")
    if standard["overlays"] or standard["overrides"]:
        heading(page, text("report-head-overlays", lang))
    for overlay in standard["overlays"]:
        by, on = overlay["checked_by"] or "—", overlay["checked_on"] or "—"
        facts = {"path": overlay["path"], "by": by, "on": on, "sha256": overlay["sha256"][:12]}
        bullet(page, "•", text("report-overlay", lang, **facts))
        if overlay.get("closes"):
            bullet(page, " ", text("report-overlay-closes", lang, gaps=", ".join(overlay["closes"])))
    for override in standard["overrides"]:
        bullet(page, "!", text("report-override", lang, **override), "yellow")
