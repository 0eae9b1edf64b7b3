"""Levers as a page of a terminal."""

from __future__ import annotations

from typing import Any

from ecoprod.levers.unmoved import NOT_SOUGHT
from ecoprod.messages import Lang, text
from ecoprod.report.fields import field_words
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.text import STYLES
from ecoprod.report.words import label, number, percent

Document = dict[str, Any]
SHOWN, CHANGES, REASONS, OPTIONS = 8, 3, 8, 5
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
        _influences(page, [i for i in document["influences"] if i["figure"] == figure][:SHOWN], figure, lang)
    _changes(page, document, lang)
    if document["offer"] is not None:
        _offer(page, document["offer"], lang)
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


def _influences(page: Page, found: list[Document], figure: str, lang: Lang) -> None:
    heading(page, text("levers-head-figure", lang, figure=_title(figure, lang)))
    rows: list[Row] = []
    for one in found:
        share = one["per_point"] is not None
        effect = one["per_point"] if share else one["elasticity"] or 0.0
        if one["at_end"]:  # nothing is beyond all of it: what one point less does
            effect = -effect
        per = text("levers-at-end" if one["at_end"] else "levers-per-point" if share else "levers-per-percent", lang)
        rows.append(
            [one["input"], Cell(_value(one["value"], one["unit"], one["input"]), right=True),
             Cell(f"{effect:+.3g} %", right=True), per]
        )  # fmt: skip
    head = [text("levers-col-input", lang), text("levers-col-value", lang), text("levers-col-effect", lang), ""]
    table(page, rows, head, flexible=0)


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
    for entry in document["changes"]:
        if not entry["changes"]:
            continue
        line(page, f"{entry['title'][lang]} [{entry['requirement']}]", "bold", indent=2)
        if all(c["far"] for c in entry["changes"]):
            line(page, text("levers-only-far", lang), indent=4)
        for change in entry["changes"][:CHANGES]:
            before, after = (_value(change[k], change["unit"], change["input"]) for k in ("before", "after"))
            relative = change["relative_percent"]
            said = "" if relative is None else f" ({_signed(relative)} %)"
            away = f" {text('levers-far', lang)}" if change["far"] else ""
            bullet(page, "•", f"{change['input']}: {before} → {after}{said}{away}")
    if any(c["far"] for entry in document["changes"] for c in entry["changes"][:CHANGES]):
        line(page, text("levers-far-means", lang), "dim", indent=2)
    alone = {one["requirement"]: one for one in document["offer"]["alone"]} if document["offer"] else {}
    for entry in alone.values():
        _alone(page, entry, lang)
    for entry in document["unmoved"]:
        if alone.get(entry["requirement"], {}).get("options"):
            continue  # an option does, and no input has to
        named = f"{entry['title'][lang]} [{entry['requirement']}]"
        mark, style = _MARKS[entry["status"]]
        code = "levers-not-sought" if entry["why"]["code"] in NOT_SOUGHT else "levers-no-single"
        why = _why(entry, lang)
        if entry["requirement"] in alone and entry["why"]["code"] != "levers-why-missing":
            why = text("levers-nor-option", lang, why=why)
        bullet(page, mark, text(code, lang, title=named, why=why), style)
    for entry in document["close"]:
        margin = percent(entry["margin"])
        bullet(page, "◦", text("levers-close", lang, title=entry["title"][lang], margin=margin))


def _alone(page: Page, entry: Document, lang: Lang) -> None:
    """The options that alone meet a requirement."""
    if not entry["options"]:
        return
    line(page, f"{entry['title'][lang]} [{entry['requirement']}]", "bold", indent=2)
    for one in entry["options"][:OPTIONS]:
        cost = "" if one["cost"] is None else text("levers-option-cost", lang, cost=number(one["cost"]))
        verdict = text(f"compare-verdict-{one['verdict'].replace('_', '-')}", lang)
        said = text("levers-option", lang, part=one["part"], option=one["option"], cost=cost, verdict=verdict)
        bullet(page, "•", said)
    if len(entry["options"]) > OPTIONS:
        bullet(page, "•", text("levers-options-more", lang, count=len(entry["options"]) - OPTIONS))


def _why(entry: Document, lang: Lang) -> str:
    """Why nothing moves it; of missing data, which."""
    said: str = entry["why"]["message"][lang]
    if entry["status"] != "undetermined" or not entry["missing"]:
        return said
    fields = dict.fromkeys(field_words(m["field"], lang) for m in entry["missing"])
    return text("report-pair", lang, name=said, value=text("compare-separator", lang).join(fields))


def _offer(page: Page, offer: Document, lang: Lang) -> None:
    heading(page, text("levers-head-offer", lang))
    if offer["state"] == "found":
        cost = number(offer["cost"]) if offer["cost"] else "0"
        unit = text("levers-options", lang) if offer["cost_unit"] == "options" else offer["cost_unit"]
        line(page, text("levers-found", lang, cost=cost, unit=unit), "bold green", indent=2)
        for slot, name in offer["options"].items():
            if name != "as_is":
                bullet(page, "•", f"{slot}: {name}")
        verdict = text(f"compare-verdict-{offer['verdict'].replace('_', '-')}", lang)
        line(page, text("levers-then", lang, verdict=verdict), indent=2)
        _keeps(page, offer["keeps"], lang)
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
        bullet(page, "?", f"{one['title'][lang]} [{one['requirement']}]{_lacks(one['missing'], lang)}", "yellow")


def _considered(page: Page, asked: list[Document], lang: Lang) -> None:
    """The requirements that a combination has to meet: those not met now by their titles, the others by their ids."""
    if not asked:
        line(page, text("levers-considered-none", lang), "yellow", indent=2)
        return
    line(page, text("levers-considered", lang, count=len(asked)), indent=2)
    unmet = [
        f"{(one['title'] or {}).get(lang, '')} [{one['requirement']}]" for one in asked if one["status_as_is"] != "pass"
    ]
    met = [one["requirement"] for one in asked if one["status_as_is"] == "pass"]
    for code, names in (("levers-considered-unmet", unmet), ("levers-considered-met", met)):
        if names:
            bullet(page, "•", text(code, lang, names=text("compare-separator", lang).join(names)))


def _lacks(missing: list[Document], lang: Lang) -> str:
    """Which fields would settle it."""
    fields = text("compare-separator", lang).join(dict.fromkeys(field_words(m["field"], lang) for m in missing))
    return text("levers-lacks", lang, fields=fields) if fields else ""


def _keeps(page: Page, reasons: list[Document], lang: Lang) -> None:
    """What keeps a design from a better verdict."""
    if not reasons:
        return
    line(page, text("levers-keeps", lang), indent=2)
    said = list(dict.fromkeys(r["message"][lang] for r in reasons))
    for one in said[:REASONS]:
        bullet(page, "•", one, indent=4)
    if len(said) > REASONS:
        bullet(page, "•", text("levers-keeps-more", lang, count=len(said) - REASONS), indent=4)
