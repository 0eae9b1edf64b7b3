"""The standards library as pages for people, written from its documents."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ecoprod.errors import InputError, Problem
from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table, told
from ecoprod.report.text import limit_text
from ecoprod.report.words import label
from ecoprod.resources import bundled
from ecoprod.standards import alias_note
from ecoprod.standards.vocabulary import ATTRIBUTES, SECTORS
from ecoprod.yamlfile import read_yaml

Document = dict[str, Any]
_GROUPS = ("basic", "indicator", "lca_report")
_WIDE = 100
"""Columns from which numbers have a column of their own in the list."""
_SHOWN_MATCHES = 3


def sector_words(sector: str | None, lang: Lang) -> str:
    """The name of a sector."""
    return text(f"library-sector-{sector}", lang) if sector in SECTORS else "—"


# ---- the list ------------------------------------------------------------------------------------


def standards_text(
    document: Document, lang: Lang, *, issuers: Sequence[str] = (), width: int = 80, colour: bool = False
) -> str:
    """The list of specifications by sector. `issuers`: those there are, where one was asked for that has nothing."""
    page = Page(max(width, 60), colour)
    found = document["standards"]
    if not found:
        line(page, text("library-nothing", lang))
        if issuers:
            line(page, text("library-issuers", lang, issuers=", ".join(issuers)), "dim")
        return page.text()
    wide = page.width >= _WIDE
    room = max(len(_inherited(entry)) for entry in found)
    rows: list[Row] = []
    for head, members in _by_sector(found, lang):
        rows.append([Cell(text("library-group", lang, name=head, count=len(members)), "bold")])
        rows += [row for entry in members for row in _list_rows(entry, lang, room, wide=wide)]
    columns = ("id", "title", *(["number"] if wide else []), "requirements", "complete")
    heads = [text(f"standards-col-{c}", lang) for c in columns]
    table(page, rows, heads, indent=0, flexible=1, least=16)
    line(page)
    told(page, text("library-list-means", lang, count=len(found)), "dim")
    return page.text()


def _by_sector(found: Sequence[Document], lang: Lang) -> Iterator[tuple[str, list[Document]]]:
    """Categories sector by sector, then the standards they refer to; each by id."""
    ordered = sorted(found, key=lambda s: str(s["id"]))
    for sector in (*SECTORS, None):
        members = [s for s in ordered if s["sector"] == sector and s["role"] == "category"]
        if members:
            yield sector_words(sector, lang), members
    references = [s for s in ordered if s["role"] != "category"]
    if references:
        yield text("library-references", lang), references


def _inherited(entry: Document) -> str:
    count = entry["requirements"] - entry["criteria"]
    return f" + {count}" if count else ""


def _list_rows(entry: Document, lang: Lang, room: int, *, wide: bool) -> Iterator[Row]:
    """A specification; where it has several editions each has a row of its own, beside its numbers.

    `room`: columns behind a specification's own rules, so that these stand below each other.
    """
    rules = f"{entry['criteria']}{_inherited(entry).ljust(room)}"
    complete = Cell("✓", "green", right=True) if entry["complete"] else Cell(str(entry["gaps"]), "yellow", right=True)
    several = len(entry["editions"]) > 1
    numbers = "" if several else "\n".join(entry["numbers"])
    title = entry["title"][lang]
    names = [title, numbers] if wide else ["\n".join(filter(None, (title, numbers)))]
    yield [entry["id"], *names, Cell(rules, right=True), complete]
    for edition in entry["editions"] if several else ():
        numbers = "\n".join((edition["number"], *edition["also"]))
        yield [f"@{edition['id']}", *(["", numbers] if wide else [numbers]), "", ""]


def _sectors(lang: Lang) -> str:
    return text("compare-separator", lang).join(sector_words(name, lang) for name in SECTORS if name != "general")


def search_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """What a search found: each specification with the places that say so."""
    page = Page(max(width, 60), colour)
    words, found = " ".join(document["words"]), document["standards"]
    if not found:
        line(page, text("library-search-nothing", lang, words=words))
        told(page, text("library-search-browse", lang))
        line(page, text("library-search-sectors", lang, sectors="@library-sector-words"), "dim")
        return page.text()
    line(page, text("library-search-found", lang, words=words, count=len(found)))
    for entry in found:
        line(page)
        line(page, f"{entry['id']}  {entry['title'][lang]}  {' · '.join(entry['numbers'])}", "bold", hang=2)
        for match in entry["matches"][:_SHOWN_MATCHES]:
            place = text(f"library-where-{match['where']}", lang)
            named = f" [{match['id']}]" if match["where"] in ("requirement", "fact", "gap") else ""
            line(page, text("report-pair", lang, name=place, value=f"{match['text'][lang]}{named}"), indent=2, hang=2)
        more = len(entry["matches"]) - _SHOWN_MATCHES
        if more > 0:
            line(page, text("library-search-more", lang, count=more), "dim", indent=2)
    return page.text()


# ---- one specification ---------------------------------------------------------------------------


def standard_text(
    document: Document, lang: Lang, asked: str, on: date | None, *, missing: bool = False, width: int = 80,
    colour: bool = False,
) -> str:  # fmt: skip
    """Each specification: what it requires, with limits, sources and gaps. `asked`: the name it was asked for by.

    `missing`: only what is open, as the work list of whoever holds the standard.
    """
    page = Page(max(width, 60), colour)
    line(page, text("standards-as-of", lang, date=on.isoformat()) if on else text("standards-latest", lang), "dim")
    note = alias_note(asked)
    if note is not None:
        line(page, note[lang], "yellow")
    for found in document["standards"]:
        if found is not document["standards"][0]:
            page.lines += ["", ""]
        _head(page, found, lang)
        if missing:
            _work_list(page, found, lang, asked)
        else:
            _specification(page, found, lang)
    return page.text()


def _head(page: Page, found: Document, lang: Lang) -> None:
    """What it is: kind, numbers, edition, dates, sector, role, how complete."""
    edition = next((e for e in found["editions"] if e["id"] == found["edition"]), None)
    number, title = (edition["number"], edition["title"]) if edition else (found["edition"], found["title"])
    line(page, f"{number} {title[lang]}", "bold")
    named = f"{found['id']}@{found['edition']}"
    facts = {"id": named, "kind": found["title"][lang]}
    names = found["known_as"].get(lang)
    if names:
        facts["known-as"] = text("library-names-separator", lang).join(names)
    if "folder" in found:
        facts["folder"] = text("library-own-folder", lang, folder=found["folder"])
    if edition and edition["also"]:
        facts["also"] = ", ".join(edition["also"])
    elsewhere = [f"{e['number']} (@{e['id']})" for e in found["editions"] if e["id"] != found["edition"]]
    if elsewhere:
        facts["editions"] = ", ".join(elsewhere)
    until = text("library-until", lang, date=edition["until"]) if edition and edition["until"] else ""
    facts["in-force"] = (found["in_force"] or text("standards-date-unknown", lang)) + until
    facts["sector"] = sector_words(found["sector"], lang)
    if found["role"] != "category":
        facts["role"] = text("library-role-reference", lang)
    whole = text("library-complete", lang)
    facts["complete"] = whole if found["complete"] else text("library-gaps", lang, count=len(found["missing"]))
    for overlay in found["overlays"]:
        by, on = overlay["checked_by"] or "—", overlay["checked_on"] or "—"
        said = text("report-overlay", lang, path=overlay["path"], by=by, on=on, sha256=overlay["sha256"][:12])
        facts["overlay"] = "\n".join(filter(None, (facts.get("overlay"), said)))
    rows: list[Row] = [[Cell(text(f"library-fact-{name}", lang), "dim"), value] for name, value in facts.items()]
    table(page, rows, indent=0, flexible=1, least=30)


def _specification(page: Page, found: Document, lang: Lang) -> None:
    cited: dict[str, None] = {}
    for group in _GROUPS:
        rules = [r for r in found["rules"] if r["group"] == group]
        if not rules:
            continue
        heading(page, text("library-group", lang, name=label("group", group, lang), count=len(rules)))
        for attribute in (*ATTRIBUTES, None):
            members = [r for r in rules if r["attribute"] == attribute]
            if members and attribute is not None:
                line(page, text(f"library-attribute-{attribute}", lang), "bold", indent=1)
            for member in members:
                rule_lines(page, member, lang, cited)
    _facts(page, found["facts"], lang)
    _outline(page, found["outline"], lang, cited)
    if found["lca_focus"]:
        heading(page, text("library-head-focus", lang))
        line(page, ", ".join(label("category", c, lang) for c in found["lca_focus"]), indent=2)
    if found["lca_stages"]:
        heading(page, text("library-head-stages", lang))
        line(page, ", ".join(label("stage", s, lang) for s in found["lca_stages"]), indent=2)
    if found["functional_unit"]:
        heading(page, text("library-head-unit", lang))
        line(page, found["functional_unit"], indent=2)
    _gaps(page, [*found["missing"], *found["missing_other_days"]], lang)
    for override in found["overrides"]:
        bullet(page, "!", text("report-override", lang, **override), "yellow")
    _sources(page, list(cited), lang)


def rule_lines(page: Page, rule: Document, lang: Lang, cited: dict[str, None], mark: str = "•") -> None:
    """A requirement: its title, what has to hold, when, and what is known of each limit."""
    bullet(page, mark, rule_title(rule, lang))
    if rule["condition"] is None:
        line(page, text("standards-reported", lang, indicator=rule["reported"] or "—"), "dim", indent=4)
        return
    line(page, condition_text(rule["condition"], lang), indent=4, hang=2)
    for key in ("applies_when", "exempt_when"):
        if rule[key]:
            said = text(f"standards-{key.replace('_', '-')}", lang, condition=condition_text(rule[key], lang))
            line(page, said, indent=4, hang=2)
    if rule["own_check"]:
        line(page, text("standards-own-check", lang), "dim", indent=4)
        return
    said_before: list[str] = []
    for limit in all_limits(rule["condition"]):
        cited.update(dict.fromkeys((limit["source"]["id"], *limit["also"])))
        for said in (limit_source(limit, lang), *_remarks(limit, lang)):
            if said not in said_before:
                line(page, said, "dim", indent=4, hang=2)
            said_before.append(said)
    if rule["via"]:
        cited[rule["via"].split(" ")[0]] = None
        line(page, text("library-via", lang, via=rule["via"]), "dim", indent=4, hang=2)
    if rule["note"]:
        line(page, text("library-note", lang, note=rule["note"][lang]), "dim", indent=4, hang=2)


def rule_title(rule: Document, lang: Lang) -> str:
    """Title, id, clause and life cycle stage of a requirement."""
    clause = text("standards-clause", lang, clause=rule["clause"]) if rule["clause"] else ""
    stage = label("stage", rule["stage"], lang) if rule["stage"] else ""
    return " · ".join(part for part in (f"{rule['title'][lang]} [{rule['id']}]", clause, stage) if part)


def limit_source(limit: Document, lang: Lang) -> str:
    """Where a limit comes from and since when: in words, with the documents that print the same."""
    also = text("library-also", lang, documents=", ".join(limit["also"])) if limit["also"] else ""
    return text(
        "standards-limit-source", lang, source=limit["source"]["id"], at=limit["source"]["at"] or "—",
        confidence=label("confidence-word", limit["confidence"], lang), also=also,
        start=limit["from"] or text("standards-date-unknown", lang),
    )  # fmt: skip


def _remarks(limit: Document, lang: Lang) -> Iterator[str]:
    """What else is known of a limit."""
    if limit["value"] is None and limit["op"] in ("at_most", "at_least") and limit["low"] is not None:
        yield text("library-unresolved", lang)
    if limit["test_detection_limit"] is not None:
        value = f"{limit['test_detection_limit']:g} {limit['unit'] or ''}".strip()
        yield text("library-test-limit", lang, value=value)
    for key in ("doubt", "baseline", "note"):
        if limit[key]:
            yield text(f"library-{key}", lang, **{key: limit[key][lang]})


def all_limits(condition: Document) -> list[Document]:
    """Every limit of a condition."""
    if "indicator" in condition:
        return [condition["limit"]]
    inner = [condition["not"]] if "not" in condition else condition.get("all_of") or condition.get("any_of") or []
    return [limit for c in inner for limit in all_limits(c)]


def condition_text(condition: Document, lang: Lang) -> str:
    """A condition in words: `cadmium ≤ 0.002 %`, joined by and / or."""
    if "indicator" in condition:
        limit = condition["limit"]
        sign = " = " if isinstance(limit["value"], bool) else " "
        return f"{condition['indicator']}{sign}{limit_text(limit, lang)}"
    if "not" in condition:
        return text("standards-not", lang, condition=condition_text(condition["not"], lang))
    key = "all_of" if "all_of" in condition else "any_of"
    joined = text("standards-and" if key == "all_of" else "standards-or", lang)
    return joined.join(condition_text(c, lang) for c in condition[key])


def value_words(values: Sequence[str], title: str, lang: Lang) -> list[str]:
    """The words a fact may have, each behind what its title calls it (`功率型动力（power-traction）`), where it does.

    A Chinese title lists them after a colon in the order of the values: `电池类型：消费型、能量型动力 …`.
    """
    named = title.partition("：")[2].split("、") if lang == "zh" else []
    if len(named) != len(values):
        return list(values)
    return [text("standards-value", lang, name=name, value=value) for name, value in zip(named, values, strict=True)]


def _facts(page: Page, facts: Sequence[Document], lang: Lang) -> None:
    if facts:
        heading(page, text("standards-head-facts", lang))
    for fact in facts:
        words = ", ".join(value_words(fact["values"], fact["title"][lang], lang))
        kind = fact["unit"] or words or text("init-yes-no", lang)
        bullet(page, "•", text("library-fact", lang, id=fact["id"], title=fact["title"][lang], kind=kind))


def _outline(page: Page, passages: Sequence[Document], lang: Lang, cited: dict[str, None]) -> None:
    """What the standard says besides its requirements."""
    if passages:
        heading(page, text("library-head-outline", lang))
    for passage in passages:
        cited[passage["source"]["id"]] = None
        clause = f" · {text('standards-clause', lang, clause=passage['clause'])}" if passage["clause"] else ""
        bullet(page, "•", f"{passage['title'][lang]}{clause}")
        line(page, passage["text"][lang], indent=4)
        read = text(f"library-read-{passage['read']}", lang)
        at = passage["source"]["at"] or "—"
        line(page, text("library-passage-source", lang, source=passage["source"]["id"], at=at, read=read), "dim", 4, 2)


def _gaps(page: Page, gaps: Sequence[Document], lang: Lang) -> None:
    if gaps:
        heading(page, text("library-group", lang, name=text("report-head-gaps", lang), count=len(gaps)))
    for gap in gaps:
        bullet(page, "•", " ".join(filter(None, (gap["what"][lang], f"[{gap['id']}]", gap.get("days")))))


def _sources(page: Page, cited: Sequence[str], lang: Lang) -> None:
    register = _register()
    known = [name for name in cited if name in register]
    if known:
        heading(page, text("standards-head-sources", lang))
    for name in known:
        source = register[name]
        title = source.get("title", {})
        words = title.get(lang, "") if isinstance(title, Mapping) else str(title)
        parts = [str(source.get("number") or ""), words, str(source.get("url") or "")]
        bullet(page, "•", f"{name}: {' · '.join(p for p in parts if p)}")


def _register() -> Mapping[str, Mapping[str, Any]]:
    """Registered documents of the bundled library, by id."""
    problems: list[Problem] = []
    file = read_yaml(bundled("product_specs") / "_sources.yaml", "_sources.yaml", problems)
    if problems or file is None or not isinstance(file.data, dict):
        raise InputError(problems)
    found = file.data.get("sources")
    return found if isinstance(found, dict) else {}


# ---- what is open --------------------------------------------------------------------------------


def _work_list(page: Page, found: Document, lang: Lang, asked: str) -> None:
    """Gaps, then each requirement that the standard itself has to settle, then those without any limit."""
    rules = {r["id"]: r for r in found["rules"]}
    reported = [o for o in found["open"] if o["limit"] is None]
    limits = [o for o in found["open"] if o["limit"] is not None]
    if not (found["missing"] or found["missing_other_days"] or found["open"]):
        line(page)
        line(page, text("library-nothing-open", lang), "green")
        return
    _gaps(page, [*found["missing"], *found["missing_other_days"]], lang)
    if limits:
        heading(page, text("library-group", lang, name=text("library-head-open", lang), count=len(limits)))
    shown = ""
    for opening in limits:
        rule = rules[opening["requirement"]]
        if rule["id"] != shown:
            bullet(page, "•", rule_title(rule, lang))
        shown = rule["id"]
        limit = opening["limit"]
        line(page, condition_text({"indicator": opening["indicator"], "limit": limit}, lang), indent=4, hang=2)
        line(page, limit_source(limit, lang), "dim", indent=4, hang=2)
        for said in _remarks(limit, lang):
            line(page, said, "dim", indent=4, hang=2)
        line(page, open_words(opening["reasons"], lang), "yellow", indent=4, hang=2)
    if reported:
        heading(page, text("library-group", lang, name=text("library-head-reported", lang), count=len(reported)))
    for opening in reported:
        bullet(page, "○", f"{rule_title(rules[opening['requirement']], lang)} · {opening['indicator']}")
    if not found["complete"]:
        line(page)
        named = shlex.quote(asked) if "folder" in found else f"{found['id']}@{found['edition']}"
        told(page, text("library-next", lang, command=f"ecoprod standards new {named} -o overlay.yaml"))


def open_words(reasons: Sequence[str], lang: Lang) -> str:
    """Why a requirement is open."""
    return "→ " + text("compare-separator", lang).join(text(f"library-open-{reason}", lang) for reason in reasons)
