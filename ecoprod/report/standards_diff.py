"""What changes between two days or editions, as a document and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ecoprod.messages import Lang, text
from ecoprod.report.layout import Page, bullet, heading, line
from ecoprod.report.problems import problem_entry
from ecoprod.report.standards import gap_list, rule
from ecoprod.report.standards_pages import all_limits, condition_text, rule_title
from ecoprod.report.text import limit_text
from ecoprod.report.version import VERSION
from ecoprod.report.words import label
from ecoprod.standards.differences import Change, Difference, Side
from ecoprod.standards.records import Edition, Fact, Requirement
from ecoprod.standards.walks import atoms

Document = dict[str, Any]


def diff_document(found: Difference) -> Document:
    """`ecoprod.standards-diff/1`: requirements added, removed and changed, with gaps and declared facts."""
    sides = (found.before, found.after)
    spec = next((side.spec for side in reversed(sides) if side.spec is not None), None)
    undated = {r.id: None for side in sides if side.spec for r in side.spec.requirements if _is_undated(r)}
    return {
        "schema": "ecoprod.standards-diff/1",
        "id": spec.id if spec else None,
        "from": _day(found.before.on),
        "to": _day(found.after.on),
        "before": _side(found.before),
        "after": _side(found.after),
        "counts": _counts(found),
        "added": [rule(r) for r in found.added],
        "removed": [rule(r) for r in found.removed],
        "changed": [_change(c) for c in found.changed],
        "same": list(found.same),
        "date_unknown": list(undated),
        "gaps": {"added": gap_list(found.gaps_added), "removed": gap_list(found.gaps_removed)},
        "facts": {"added": _facts(found.facts_added), "removed": _facts(found.facts_removed)},
        "ecoprod": VERSION,
    }


def _counts(found: Difference) -> dict[str, int]:
    """How many requirements come, go and ask for more, for less, or for the same from another source."""
    asked = [c.stricter for c in found.changed if not c.same_demand]
    return {
        "stricter": asked.count(True), "looser": asked.count(False), "otherwise": asked.count(None),
        "added": len(found.added), "removed": len(found.removed), "same_demand": len(found.changed) - len(asked),
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _is_undated(requirement: Requirement) -> bool:
    limits = [] if requirement.own_check else [limit for _, limit, _ in atoms(requirement.condition)]
    return any(limit.start is None for limit in limits)


def _side(side: Side) -> Document:
    spec = side.spec
    return {
        "on": _day(side.on),
        "id": spec.id if spec else None,
        "edition": spec.edition if spec else None,
        "number": spec.numbers[0] if spec else None,
        "title": dict(spec.title) if spec else None,
        "in_force": _day(spec.in_force) if spec else None,
        "complete": spec.complete if spec else None,
        "requirements": len(spec.requirements) if spec else 0,
        "not_in_force": [problem_entry(p) for p in side.why],
        "instead": [_edition(e) for e in side.instead],
    }


def _edition(edition: Edition) -> Document:
    return {
        "id": edition.id,
        "number": edition.number,
        "in_force": _day(edition.in_force),
        "until": _day(edition.until),
    }


def _change(change: Change) -> Document:
    return {
        "id": change.after.id,
        "was": change.before.id,
        "changes": list(change.what),
        "stricter": change.stricter,
        "same_demand": change.same_demand,
        "reference": change.reference,
        "before": rule(change.before),
        "after": rule(change.after),
    }


def _facts(facts: Sequence[Fact]) -> list[Document]:
    return [{"id": fact.id, "kind": fact.kind, "unit": fact.unit, "title": dict(fact.title)} for fact in facts]


# ---- the page ------------------------------------------------------------------------------------


def diff_text(document: Document, lang: Lang, asked: str, *, width: int = 80, colour: bool = False) -> str:
    """What changes for a product between the two days or editions; what stays the same is only counted."""
    page = Page(max(width, 60), colour)
    if document["from"] is None:
        line(page, text("diff-title-editions", lang, id=document["id"]), "bold")
    else:
        line(page, text("diff-title", lang, id=asked, start=document["from"], end=document["to"]), "bold")
    for side in (document["before"], document["after"]):
        _side_lines(page, side, lang)
    line(page)
    line(page, text("diff-counts", lang, **document["counts"]), "bold")
    for key, mark, style in (("added", "+", "green"), ("removed", "−", "red")):
        members = document[key]
        if members:
            heading(page, text("library-group", lang, name=text(f"diff-head-{key}", lang), count=len(members)))
        for member in members:
            bullet(page, mark, rule_title(member, lang), style)
            _asked(page, member, lang)
    _changes(page, [c for c in document["changed"] if not c["same_demand"]], "diff-head-changed", lang)
    _lists(page, document, lang)
    _changes(page, [c for c in document["changed"] if c["same_demand"]], "diff-head-same-demand", lang)
    line(page)
    if not (document["added"] or document["removed"] or document["changed"]):
        line(page, text("diff-nothing", lang))
    if document["same"]:
        line(page, text("diff-same", lang, count=len(document["same"])), "dim")
    if document["date_unknown"]:
        unknown = ", ".join(document["date_unknown"])
        line(page, text("diff-date-unknown", lang, count=len(document["date_unknown"]), ids=unknown), "yellow")
    return page.text()


def _side_lines(page: Page, side: Document, lang: Lang) -> None:
    if side["edition"] is not None:
        since = side["in_force"] or text("standards-date-unknown", lang)
        named = f"{side['id']}@{side['edition']}"
        said = text("diff-side", lang, number=side["number"], id=named, since=since)
        line(page, f"{side['on']}{text('diff-after-date', lang)}{said}" if side["on"] else said, indent=2, hang=2)
        return
    why = text("compare-separator", lang).join(p["message"][lang] for p in side["not_in_force"])
    line(page, text("diff-side-none", lang, date=side["on"], why=why), "yellow", indent=2, hang=2)
    if side["instead"]:
        unknown = text("standards-date-unknown", lang)
        names = [text("diff-since", lang, number=e["number"], since=e["in_force"] or unknown) for e in side["instead"]]
        line(page, text("diff-instead", lang, editions=", ".join(names)), indent=4, hang=2)


def _asked(page: Page, rule: Document, lang: Lang) -> None:
    """What a requirement asks for, and since when."""
    if rule["condition"] is None:
        line(page, text("standards-reported", lang, indicator=rule["reported"] or "—"), "dim", indent=6, hang=2)
        return
    line(page, condition_text(rule["condition"], lang), indent=6, hang=2)
    if rule["applies_when"]:
        said = condition_text(rule["applies_when"], lang)
        line(page, text("standards-applies-when", lang, condition=said), indent=6, hang=2)
    if rule["own_check"]:
        return
    dates = dict.fromkeys(_since(limit, lang) for limit in all_limits(rule["condition"]))
    line(page, text("diff-date", lang, since=", ".join(dates)), "dim", indent=6, hang=2)


def _since(limit: Document, lang: Lang) -> str:
    return limit["from"] or text("standards-date-unknown", lang)


def _changes(page: Page, changes: Sequence[Document], head: str, lang: Lang) -> None:
    if changes:
        heading(page, text("library-group", lang, name=text(head, lang), count=len(changes)))
    for change in changes:
        _change_lines(page, change, lang)


def _change_lines(page: Page, change: Document, lang: Lang) -> None:
    before, after = change["before"], change["after"]
    bullet(page, "~", rule_title(after, lang), "yellow")
    if change["reference"]:
        code = "diff-by-reference-same" if change["same_demand"] else "diff-by-reference"
        line(page, text(code, lang, standard=change["reference"]), indent=6, hang=2)
    for what in change["changes"]:
        for old, new in _pairs(what, before, after, lang):
            name = text(f"diff-what-{what}", lang)
            said = text("diff-pair", lang, name=name, before=old, after=new)
            if what == "limit" and change["stricter"] is not None:
                said += text("diff-stricter" if change["stricter"] else "diff-looser", lang)
            line(page, said, indent=6, hang=2)


def _pairs(what: str, before: Document, after: Document, lang: Lang) -> list[tuple[str, str]]:
    """What stood there and what stands there now; of several limits those that differ."""
    if what in ("limit", "unit", "date", "source", "confidence", "doubt"):
        sides = [all_limits(side["condition"]) for side in (before, after)]
        pairs = [(_of_limit(what, a, lang), _of_limit(what, b, lang)) for a, b in zip(*sides, strict=True)]
        return [pair for n, pair in enumerate(pairs) if pair[0] != pair[1] and pair not in pairs[:n]]
    return [(_of_rule(what, before, lang), _of_rule(what, after, lang))]


def _of_limit(what: str, limit: Document, lang: Lang) -> str:
    if what == "limit":
        return limit_text(limit, lang)
    if what == "date":
        return _since(limit, lang)
    if what == "source":
        return f"{limit['source']['id']} {limit['source']['at'] or ''}".strip()
    if what == "confidence":
        return label("confidence-word", limit["confidence"], lang)
    return str(limit["unit"] or "—") if what == "unit" else (limit["doubt"] or {}).get(lang, "—")


def _of_rule(what: str, rule: Document, lang: Lang) -> str:
    if what in ("condition", "reported"):
        return condition_text(rule["condition"], lang) if rule["condition"] else text("diff-no-limit", lang)
    if what in ("applicability", "exemption"):
        condition = rule["applies_when" if what == "applicability" else "exempt_when"]
        return condition_text(condition, lang) if condition else text(f"diff-no-{what}", lang)
    if what in ("group", "stage"):
        return label(what, rule[what], lang) or "—"
    if what == "attribute":
        return text(f"library-attribute-{rule[what]}", lang) if rule[what] else "—"
    if what == "title":
        return str(rule["title"][lang])
    if what == "evidence":
        return text("report-yes" if rule["needs_evidence"] else "report-no", lang)
    return str(rule[what] or "—")


def _lists(page: Page, document: Document, lang: Lang) -> None:
    """Facts to declare and gaps that come or go; gaps only where there is a specification on both days."""
    both = document["before"]["edition"] is not None and document["after"]["edition"] is not None
    for key, of in (("facts", "title"), *((("gaps", "what"),) if both else ())):
        found = document[key]
        if found["added"] or found["removed"]:
            heading(page, text(f"diff-head-{key}", lang))
        for which, mark, style in (("added", "+", "green"), ("removed", "−", "red")):
            for entry in found[which]:
                bullet(page, mark, f"{entry[of][lang]} [{entry['id']}]", style)
