"""The standards library as documents and as pages for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ecoprod.errors import InputError, Problem
from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.text import limit_text
from ecoprod.report.version import VERSION
from ecoprod.report.words import label
from ecoprod.resources import bundled
from ecoprod.standards import alias_note, count_requirements, find_specs, load_spec
from ecoprod.standards.records import Condition, Edition, Limit, Requirement, Spec, SpecInfo, Text2
from ecoprod.yamlfile import read_yaml

Document = dict[str, Any]
_GROUPS = ("basic", "indicator", "lca_report")
_LATEST = date.max


def specification(name: str, on: date | None, overlays: Sequence[Path] = ()) -> Spec:
    """A specification as of a date; without one, as it stands at the latest. Raises InputError."""
    try:
        return load_spec(name, on or _LATEST, overlays)
    except InputError as error:
        if on is not None:
            raise
        raise InputError([_undated(p) for p in error.problems]) from error


def specifications(name: str, on: date | None, overlays: Sequence[Path] = ()) -> list[Spec]:
    """The specification, or every edition of it that could apply where none is named. Raises InputError."""
    try:
        return [specification(name, on, overlays)]
    except InputError as error:
        named = editions_to_choose(error.problems)
        if not named or overlays:  # an overlay completes one edition
            raise
    return [specification(each, on) for each in named]


def editions_to_choose(problems: Sequence[Problem]) -> list[str]:
    """`kind@edition` of each edition between which ecoprod does not choose; empty where that is not the problem."""
    if [p.code for p in problems] != ["standards-two-editions"]:
        return []
    return str(problems[0].params["editions"]).split(", ")


def _undated(problem: Problem) -> Problem:
    """The problem without the day that stands for "the latest"."""
    if problem.params.get("on") != _LATEST.isoformat():
        return problem
    return replace(problem, params={**problem.params, "on": "…"})


# ---- documents -----------------------------------------------------------------------------------


def standards_document() -> Document:
    """`ecoprod.standards/1`: every specification of the library, requirements counted."""
    return _document([_info(info) for info in find_specs()])


def standard_document(*specs: Spec) -> Document:
    """`ecoprod.standards/1` of one specification, or of several editions, with requirements and limits."""
    return _document([_whole(spec) for spec in specs])


def _whole(spec: Spec) -> Document:
    info = next((_info(i) for i in find_specs() if i.id == spec.id), None)
    known = info or {
        "id": spec.id, "numbers": list(spec.numbers), "title": dict(spec.title), "sector": spec.sector,
        "complete": spec.complete, "requirements": len(spec.requirements), "sources": list(spec.sources),
    }  # fmt: skip
    shown = {
        "edition": spec.edition,
        "in_force": _day(spec.in_force),
        "missing": [{"id": g.id, "what": dict(g.what)} for g in spec.missing],
        "sha256": spec.sha256,
        "facts": [
            {"id": f.id, "kind": f.kind, "unit": f.unit, "values": list(f.values), "title": dict(f.title)}
            for f in spec.facts.values()
            if f.declared
        ],
        "rules": [_rule(r) for r in spec.requirements],
    }
    return {**known, **shown}


def _document(standards: list[Document]) -> Document:
    return {"schema": "ecoprod.standards/1", "standards": standards, "ecoprod": VERSION}


def _words(words: Text2 | None) -> Document | None:
    return dict(words) if words else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _info(info: SpecInfo) -> Document:
    return {
        "id": info.id,
        "numbers": list(info.numbers),
        "title": dict(info.title),
        "sector": info.sector,
        "complete": info.complete,
        "requirements": count_requirements(info),
        "sources": list(info.sources),
        "extends": info.extends,
        "aliases": {name: dict(words) for name, words in info.aliases.items()},
        "editions": [_edition(e) for e in info.editions],
    }


def _edition(edition: Edition) -> Document:
    return {
        "id": edition.id,
        "number": edition.number,
        "title": dict(edition.title),
        "in_force": _day(edition.in_force),
        "until": _day(edition.until),
        "complete": edition.complete,
        "missing": [{"id": g.id, "what": dict(g.what)} for g in edition.missing],
    }


def _rule(requirement: Requirement) -> Document:
    return {
        "id": requirement.id,
        "clause": requirement.clause,
        "group": requirement.group,
        "attribute": requirement.attribute,
        "stage": requirement.stage,
        "title": dict(requirement.title),
        "condition": _condition(requirement.condition),
        "applies_when": _condition(requirement.applies_when),
        "exempt_when": _condition(requirement.exempt_when),
        "needs_evidence": requirement.needs_evidence,
        "own_check": requirement.own_check,
        "reported": requirement.indicator,
        "source": {"id": requirement.source, "at": requirement.at},
        "via": requirement.via,
        "note": _words(requirement.note),
    }


def _condition(condition: Condition | None) -> Document | None:
    if condition is None:
        return None
    if condition.indicator is not None and condition.limit is not None:
        return {"indicator": condition.indicator, "limit": plain_limit(condition.limit)}
    if condition.negated is not None:
        return {"not": _condition(condition.negated)}
    key, members = ("all_of", condition.all_of) if condition.all_of else ("any_of", condition.any_of)
    return {key: [_condition(c) for c in members]}


def plain_limit(limit: Limit) -> Document:
    """A limit with everything known of it."""
    return {
        "op": limit.op,
        "value": limit.value,
        "low": limit.low,
        "high": limit.high,
        "values": list(limit.values),
        "unit": limit.unit,
        "from": _day(limit.start),
        "source": {"id": limit.source, "at": limit.at},
        "confidence": limit.confidence,
        "also": list(limit.also),
        "baseline": _words(limit.baseline),
        "doubt": _words(limit.doubt),
        "note": _words(limit.note),
    }


# ---- pages ---------------------------------------------------------------------------------------


def standards_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The list of specifications."""
    page = Page(max(width, 60), colour)
    rows: list[Row] = []
    for found in document["standards"]:
        complete = Cell(*(("✓", "green") if found["complete"] else (text("standards-partly", lang), "yellow")))
        numbers = "\n".join(found["numbers"])
        editions = [e["id"] for e in found["editions"]] if len(found["editions"]) > 1 else []
        names = "\n".join(f"{found['id']}@{edition}" for edition in editions) or found["id"]
        rows.append([names, found["title"][lang], numbers, Cell(str(found["requirements"]), right=True), complete])
    head = [text(f"standards-col-{c}", lang) for c in ("id", "title", "number", "requirements", "complete")]
    table(page, rows, head, indent=0, flexible=1, least=13)
    line(page, text("standards-partly-means", lang), "dim")
    return page.text()


def standard_text(
    document: Document, lang: Lang, asked: str, on: date | None, *, width: int = 80, colour: bool = False
) -> str:
    """Each specification: requirements, limits, sources, gaps. `asked`: the name it was asked for by."""
    page = Page(max(width, 60), colour)
    date_line = text("standards-as-of", lang, date=on.isoformat()) if on else text("standards-latest", lang)
    line(page, date_line)
    note = alias_note(asked)
    if note is not None:
        line(page, note[lang], "yellow")
    for found in document["standards"]:
        if found is not document["standards"][0]:
            page.lines += ["", ""]
        _specification(page, found, lang)
    return page.text()


def _specification(page: Page, found: Document, lang: Lang) -> None:
    edition = next((e for e in found.get("editions", ()) if e["id"] == found["edition"]), None)
    number, title = (edition["number"], edition["title"]) if edition else (found["edition"], found["title"])
    line(page, f"{number} {title[lang]}", "bold")
    in_force = found["in_force"] or text("standards-date-unknown", lang)
    named = f"{found['id']}@{found['edition']}"
    line(page, text("standards-edition-line", lang, id=named, in_force=in_force))
    cited: dict[str, None] = {}
    for group in _GROUPS:
        rules = [r for r in found["rules"] if r["group"] == group]
        if rules:
            heading(page, label("group", group, lang))
            for rule in rules:
                _rule_text(page, rule, lang, cited)
    _facts(page, found["facts"], lang)
    if found["missing"]:
        heading(page, text("report-head-gaps", lang))
        for gap in found["missing"]:
            bullet(page, "•", f"{gap['what'][lang]} [{gap['id']}]")
    _sources(page, list(cited), lang)


def _rule_text(page: Page, rule: Document, lang: Lang, cited: dict[str, None]) -> None:
    clause = f" · {text('standards-clause', lang, clause=rule['clause'])}" if rule["clause"] else ""
    bullet(page, "•", f"{rule['title'][lang]} [{rule['id']}]{clause}")
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
    seen = []
    for limit in _all_limits(rule["condition"]):
        source = limit["source"]
        cited[source["id"]] = None
        said = text(
            "standards-limit-source", lang, source=source["id"], at=source["at"] or "—",
            confidence=label("confidence-word", limit["confidence"], lang),
            start=limit["from"] or text("standards-date-unknown", lang),
        )  # fmt: skip
        if said not in seen:
            line(page, said, "dim", indent=4, hang=2)
        seen.append(said)


def _all_limits(condition: Document) -> list[Document]:
    if "indicator" in condition:
        return [condition["limit"]]
    inner = [condition["not"]] if "not" in condition else condition.get("all_of") or condition.get("any_of") or []
    return [limit for c in inner for limit in _all_limits(c)]


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
        bullet(page, "•", f"{fact['id']}: {fact['title'][lang]} ({kind})")


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
