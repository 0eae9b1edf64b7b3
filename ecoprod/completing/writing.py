"""Pieces of an overlay file as text: values quoted where YAML needs it, comments on one line, entries on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from ecoprod.messages import Lang, text
from ecoprod.report.standards import plain_limit, rule
from ecoprod.report.standards_pages import condition_text, limit_source, open_words, rule_title
from ecoprod.standards.openings import Opening
from ecoprod.standards.records import Fact, Limit, Spec
from ecoprod.standards.vocabulary import known_fact
from ecoprod.standards.walks import indicators_of
from ecoprod.yamlfile import plain_value

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .%/()_@·-]*(?<! )")
_TO_SETTLE = {"reported", "unresolved", "doubtful", "not-from-standard", "unsigned"}
_TEXT = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()
OPEN_END = "…"
"""Stands where the holder of the standard writes a value."""


def scalar(value: str) -> str:
    """A text as a YAML value that reads as the same text, here and in other programs (where `yes` is no text)."""
    plain = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    if _PLAIN.fullmatch(value) and plain == _TEXT and isinstance(plain_value(value), str):
        return value
    return '"' + "".join(_escaped(sign) for sign in value) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def flow(entry: Mapping[str, str]) -> str:
    """A mapping on one line; the values are YAML already."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in entry.items()) + "}"


def comment(words: str, indent: int = 0) -> str:
    """Words behind a hash, on one line."""
    return " " * indent + "# " + " ".join("".join(s if s.isprintable() else " " for s in words).split())


def head(
    spec: Spec, lang: Lang, *, source: str = "", checked_by: str = "", checked_on: date | None = None,
    in_force: date | None = None, complete: bool = False, indicators: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """The first lines of an overlay: what it is for, who answers for it; what is not known stays open."""
    filled = {
        "for": f"{spec.id}@{spec.edition}",
        "source": scalar(source) if source else "",
        "checked_by": scalar(checked_by) if checked_by else "",
        "checked_on": checked_on.isoformat() if checked_on else "",
    }
    lines = [comment(text("overlay-new-title", lang, number=spec.numbers[0], title=spec.title[lang], id=filled["for"]))]
    lines += [comment(said) for said in text("overlay-new-how", lang).split("\n")]
    lines.append("ecoprod: 1")
    lines += [_key(key, value, "" if value else text(f"overlay-new-{key}", lang)) for key, value in filled.items()]
    if spec.in_force is None or in_force is not None:
        known = in_force.isoformat() if in_force else ""
        lines.append(_key("in_force", known, "" if known else text("overlay-new-in-force", lang)))
    lines.append(
        _key("complete", "true" if complete else "false", "" if complete else text("overlay-new-complete", lang))
    )
    if any(gap.of is not None for gap in (*spec.missing, *spec.other_days)):
        lines.append(_key("closes", "[]", text("overlay-new-closes", lang)))
    if indicators:
        return [*lines, "indicators:", *(f"  - {scalar(name)}" for name in indicators)]
    return [*lines, _key("indicators", "[]", text("overlay-new-indicators", lang))]


def _key(key: str, value: str, words: str) -> str:
    line = f"{key}: {value}".rstrip()
    return f"{line}  {comment(words)}" if words else line


def gap_comments(spec: Spec, lang: Lang) -> list[str]:
    """What the coded specification lacks on one day or another, as comments."""
    gaps = (*spec.missing, *spec.other_days)
    if not gaps:
        return []
    lines = [comment(text("overlay-new-gaps", lang))]
    return lines + [comment(f"  • {gap.what[lang]} [{gap.id}]{' ' if gap.days else ''}{gap.days}") for gap in gaps]


def open_entries(spec: Spec, found: Sequence[Opening], lang: Lang) -> Iterator[str]:
    """For each open comparison what is published, and the entry that settles it, commented out."""
    title = ""
    for opening in found:
        undated = "date-unknown" in opening.reasons and spec.in_force is not None
        if not (set(opening.reasons) & _TO_SETTLE or undated):
            continue
        shown = rule(opening.requirement)
        if title != shown["id"]:
            title = shown["id"]
            yield ""
            yield comment(rule_title(shown, lang), 2)
        if opening.limit is not None:
            limit = plain_limit(opening.limit)
            said = condition_text({"indicator": opening.indicator, "limit": limit}, lang)
            yield comment(f"  {said} — {limit_source(limit, lang)} {open_words(opening.reasons, lang)}", 2)
            if limit["doubt"]:
                yield comment(f"  {text('library-doubt', lang, doubt=limit['doubt'][lang])}", 2)
        else:
            yield comment(f"  {text('standards-reported', lang, indicator=opening.indicator)}", 2)
        if opening.settable:
            yield comment(f"- {flow(_entry(spec, opening, undated=undated))}", 2)
        else:
            yield comment(f"  {text('overlay-new-unsettable', lang)}", 2)


def _entry(spec: Spec, opening: Opening, *, undated: bool) -> dict[str, str]:
    """The entry under `limits` that confirms what is published, or leaves the value to be filled in."""
    entry = {"requirement": scalar(opening.requirement.id)}
    if len(indicators_of(opening.requirement)) > 1:
        entry["indicator"] = scalar(opening.indicator)
    if opening.limit is None:
        entry.update(_unknown(known_fact(opening.indicator, spec.facts)))
    else:
        entry.update(comparison(opening.limit))
    if undated:
        entry["from"] = "null"
    return {**entry, "at": '""'}


def _unknown(fact: Fact | None) -> dict[str, str]:
    if fact is None or fact.kind == "quantity":
        unit = fact.unit if fact and fact.unit else ""
        return {"at_most": scalar(f"{OPEN_END} {unit}".strip())}
    return {"equals": "true" if fact.kind == "flag" else scalar(OPEN_END)}


def comparison(limit: Limit) -> dict[str, str]:
    """The operator of a limit and what stands behind it; of a range that is not settled, an open end."""
    if limit.unresolved:
        return {limit.op: scalar(f"{OPEN_END} {limit.unit or ''}".strip())}
    if limit.op == "present":
        return {"present": "true"}
    if limit.op == "one_of":
        return {"one_of": "[" + ", ".join(map(scalar, limit.values)) + "]"}
    if limit.op == "between":
        return {"between": f"[{amount(limit.low or 0.0, limit.unit)}, {amount(limit.high or 0.0, limit.unit)}]"}
    if isinstance(limit.value, bool):
        return {limit.op: "true" if limit.value else "false"}
    if isinstance(limit.value, (int, float)):
        return {limit.op: amount(float(limit.value), limit.unit)}
    return {limit.op: scalar(limit.value or "")}


def amount(value: float, unit: str | None) -> str:
    """A number with its unit; a zero needs none."""
    return scalar(f"{value:.15g} {unit}") if unit else f"{value:.15g}"
