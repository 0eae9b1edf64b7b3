"""Levers as a page of a terminal."""

from __future__ import annotations

import re
from typing import Any

from ecoprod.levers.gradients import POINTS
from ecoprod.messages import Lang, text
from ecoprod.report.fields import field_words, with_titles
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.text import STYLES
from ecoprod.report.words import label, number, percent

Document = dict[str, Any]
SHOWN, CHANGES, REASONS, OPTIONS = 8, 3, 8, 5
_ROW = re.compile(r"(?:bom|packaging)\[(.+)\]\.\w+")
_MARKS = {"fail": ("✗", "red"), "undetermined": ("?", "yellow")}


def levers_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The page of an `ecoprod.levers/1` document."""
    page = Page(max(width, 60), colour)
    product = document["product"]
    facts = " · ".join(f for f in (product["name"], product["model"]) if f)
    line(page, text("levers-title", lang, on=document["on"], product=facts))
    verdict = document["verdict"]
    line(page, text(f"compare-verdict-{verdict.replace('_', '-')}", lang), STYLES[verdict])
    for figure in dict.fromkeys(i["figure"] for i in document["influences"]):
        found = [i for i in document["influences"] if i["figure"] == figure][:SHOWN]
        _influences(page, found, figure, document["names"], lang)
    _changes(page, document, lang)
    if document["offer"] is not None:
        _offer(page, document["offer"], document, lang)
    if document["notes"]:
        heading(page, text("screen-head-notes", lang))
        for note in document["notes"]:
            bullet(page, "•", note["message"][lang])
    return page.text()


def _title(name: str, lang: Lang) -> str:
    if "/" in name:
        return label("category", name.rpartition("/")[2], lang)
    from ecoprod.indicators import INDICATORS

    return INDICATORS[name].title[lang]


def _influences(page: Page, found: list[Document], figure: str, names: Document, lang: Lang) -> None:
    heading(page, text("levers-head-figure", lang, figure=_title(figure, lang)))
    rows: list[Row] = []
    for one in found:
        share, effect = is_share(one), one["effect"]
        if one["at_end"]:  # nothing is beyond all of it: what one point less does
            effect = -effect
        per = text("levers-at-end" if one["at_end"] else "levers-per-point" if share else "levers-per-percent", lang)
        said = f"{effect:+.3g}"
        unit = one["effect_unit"]
        said = text("screen-points", lang, change=said) if unit == POINTS else f"{said} {unit}"
        rows.append(
            [_named(one["input"], names, lang), Cell(_value(one["value"], one["unit"], one["input"]), right=True),
             Cell(said, right=True), per]
        )  # fmt: skip
    head = [text("levers-col-input", lang), text("levers-col-value", lang), text("levers-col-effect", lang), ""]
    table(page, rows, head, flexible=0)


def is_share(entry: Document) -> bool:
    """Whether an input of a document is a share."""
    return entry["unit"] is None and not entry["input"].endswith(".quantity")


def _named(field: str, names: Document, lang: Lang) -> str:
    """An input with the name of its part."""
    row = _ROW.fullmatch(field)
    name = names.get(row[1]) if row else None
    return text("levers-named", lang, input=field, name=name) if name else field


def _slot(key: str, names: Document, lang: Lang) -> str:
    """The ids of a part or a group, each with the name of its part."""
    return " + ".join(
        text("levers-named", lang, input=one, name=names[one]) if one in names else one for one in key.split(" + ")
    )


def _value(value: float, unit: str | None, name: str) -> str:
    if unit is None and not name.endswith("quantity"):
        return percent(value)
    return f"{number(value)} {unit or ''}".strip()


def _signed(value: float) -> str:
    """Three figures with their sign, without powers of ten for large ones."""
    return f"{value:+.0f}" if abs(value) >= 1000 else f"{value:+.3g}"


def _changes(page: Page, document: Document, lang: Lang) -> None:
    if not document["changes"] and not document["unmoved"] and not document["close"]:
        return
    heading(page, text("levers-head-changes", lang))
    names = document["names"]
    for entry in document["changes"]:
        if not entry["changes"]:
            continue
        line(page, f"{entry['title'][lang]} [{entry['requirement']}]", "bold", indent=2)
        if all(c["far"] for c in entry["changes"]):
            line(page, text("levers-only-far", lang), indent=4)
        for change in entry["changes"][:CHANGES]:
            before, after = (_value(change[k], change["unit"], change["input"]) for k in ("before", "after"))
            before = before if change["stated"] else text("levers-unstated", lang, value=before)
            away = f" {text('levers-far', lang)}" if change["far"] else ""
            bullet(page, "•", f"{_named(change['input'], names, lang)}: {before} → {after}{_by(change, lang)}{away}")
    if any(c["far"] for entry in document["changes"] for c in entry["changes"][:CHANGES]):
        line(page, text("levers-far-means", lang), "dim", indent=2)
    alone = {one["requirement"]: one for one in document["offer"]["alone"]} if document["offer"] else {}
    for entry in alone.values():
        _alone(page, entry, names, lang)
    for entry in document["unmoved"]:
        if alone.get(entry["requirement"], {}).get("options"):
            continue  # an option does, and no input has to
        named = f"{entry['title'][lang]} [{entry['requirement']}]"
        mark, style = _MARKS[entry["status"]]
        code = "levers-no-single" if entry["proven"] else "levers-not-sought"
        why = _why(entry, document, lang)
        if entry["requirement"] in alone and entry["why"]["code"] != "levers-why-missing":
            why = text("levers-nor-option", lang, why=why)
        bullet(page, mark, text(code, lang, title=named, why=why), style)
    for entry in document["close"]:
        margin = percent(entry["margin"])
        bullet(page, "◦", text("levers-close", lang, title=entry["title"][lang], margin=margin))


def _by(change: Document, lang: Lang) -> str:
    """By how much, in brackets: a share in points, anything else in per cent of what it was (of nothing: none)."""
    if change["points"] is not None:
        return f" ({text('screen-points', lang, change=_signed(change['points']))})"
    relative = change["relative_percent"]
    return "" if relative is None else f" ({_signed(relative)} %)"


def _alone(page: Page, entry: Document, names: Document, lang: Lang) -> None:
    """The options that alone meet a requirement."""
    if not entry["options"]:
        return
    line(page, f"{entry['title'][lang]} [{entry['requirement']}]", "bold", indent=2)
    for one in entry["options"][:OPTIONS]:
        cost = "" if one["cost"] is None else text("levers-option-cost", lang, cost=number(one["cost"]))
        verdict = text(f"compare-verdict-{one['verdict'].replace('_', '-')}", lang)
        part = _slot(one["part"], names, lang)
        said = text("levers-option", lang, part=part, option=one["option"], cost=cost, verdict=verdict)
        bullet(page, "•", said)
    if len(entry["options"]) > OPTIONS:
        bullet(page, "•", text("levers-options-more", lang, count=len(entry["options"]) - OPTIONS))


def _why(entry: Document, document: Document, lang: Lang) -> str:
    """Why nothing is offered; of missing data, which, and of inputs that are not settled, which."""
    said: str = entry["why"]["message"][lang]
    if entry["unsettled"] and entry["why"]["code"] == "levers-why-unsettled":
        named = [_named(one, document["names"], lang) for one in entry["unsettled"]]
        more = text("report-in-all", lang, count=len(named)) if len(named) > OPTIONS else ""
        return text("levers-why-unsettled", lang, inputs=text("compare-separator", lang).join(named[:OPTIONS]) + more)
    if entry["status"] != "undetermined" or not entry["missing"]:
        return said
    fields = _fields(entry, document["facts"], lang)
    return text("report-pair", lang, name=said, value=text("compare-separator", lang).join(fields))


def _fields(entry: Document, facts: Document, lang: Lang) -> list[str]:
    """The fields that are missing; in Chinese a fact by its title, with its key behind it."""
    found = []
    for gap in entry["missing"]:
        kind, _, name = gap["field"].partition(".")
        title = facts.get(name.partition(".")[0]) if kind == "declared" and lang == "zh" else None
        field = field_words(gap["field"], lang)
        found.append(text("levers-named", lang, input=title[lang], name=gap["field"]) if title else field)
    return list(dict.fromkeys(found))


def _offer(page: Page, offer: Document, document: Document, lang: Lang) -> None:
    heading(page, text("levers-head-offer", lang))
    if offer["state"] == "found":
        cost = number(offer["cost"]) if offer["cost"] else "0"
        unit = text("levers-options", lang) if offer["cost_unit"] == "options" else offer["cost_unit"]
        chosen = {slot: name for slot, name in offer["options"].items() if name != "as_is"}
        said = text("levers-found", lang, cost=cost, unit=unit) if chosen else text("levers-found-nothing", lang)
        line(page, said, "bold green", indent=2)
        for slot, name in chosen.items():
            bullet(page, "•", f"{_slot(slot, document['names'], lang)}: {name}")
        verdict = text(f"compare-verdict-{offer['verdict'].replace('_', '-')}", lang)
        line(page, text("levers-then", lang, verdict=verdict), indent=2)
        _keeps(page, offer["keeps"], document, lang)
    elif offer["state"] == "none":
        line(page, text("levers-none", lang), "bold red", indent=2)
        for one in offer["prevents"]:
            title = one["title"][lang] if one["title"] else one["requirement"]
            bullet(page, "•", f"{title} [{one['requirement']}]")
    else:
        line(page, text("levers-given-up", lang, rounds=offer["rounds"]), "bold yellow", indent=2)
    _considered(page, offer["considered"], lang)
    if offer["still_open"]:
        line(page, text("levers-still-open", lang), indent=2)
    for one in offer["still_open"]:
        lacks = _lacks(one, document["facts"], lang)
        bullet(page, "?", f"{one['title'][lang]} [{one['requirement']}]{lacks}", "yellow")


def _considered(page: Page, asked: list[Document], lang: Lang) -> None:
    """The requirements that a combination has to meet: those not met now with their ids too."""
    if not asked:
        line(page, text("levers-considered-none", lang), "yellow", indent=2)
        return
    line(page, text("levers-considered", lang, count=len(asked)), indent=2)
    unmet = [
        f"{(one['title'] or {}).get(lang, '')} [{one['requirement']}]" for one in asked if one["status_as_is"] != "pass"
    ]
    met = [str((one["title"] or {}).get(lang, one["requirement"])) for one in asked if one["status_as_is"] == "pass"]
    for code, names in (("levers-considered-unmet", unmet), ("levers-considered-met", met)):
        if names:
            bullet(page, "•", text(code, lang, names=text("compare-separator", lang).join(names)))


def _lacks(entry: Document, facts: Document, lang: Lang) -> str:
    """Which fields would settle it."""
    fields = text("compare-separator", lang).join(_fields(entry, facts, lang))
    return text("levers-lacks", lang, fields=fields) if fields else ""


def _keeps(page: Page, reasons: list[Document], document: Document, lang: Lang) -> None:
    """What keeps a design from a better verdict."""
    if not reasons:
        return
    line(page, text("levers-keeps", lang), indent=2)
    said = list(dict.fromkeys(_reason(r, document, lang) for r in reasons))
    for one in said[:REASONS]:
        bullet(page, "•", one, indent=4)
    if len(said) > REASONS:
        bullet(page, "•", text("levers-keeps-more", lang, count=len(said) - REASONS), indent=4)


def _reason(reason: Document, document: Document, lang: Lang) -> str:
    """A reason with titles in place of ids: of requirements, and of what the specification lacks."""
    if reason["code"] == "spec-incomplete" and document["gaps"]:
        found = [words[lang] for words in document["gaps"].values()]
        more = text("report-in-all", lang, count=len(found)) if len(found) > OPTIONS else ""
        return text("spec-incomplete", lang, gaps=text("compare-separator", lang).join(found[:OPTIONS]) + more)
    name, said = reason["requirement"], str(reason["message"][lang])
    titles = {i: words[lang] for i, words in (document["facts"] | document["requirements"]).items()}
    return with_titles(said.replace(name, titles[name], 1) if said.startswith(f"{name} ") else said, titles)
