"""What is missing, in the words of the reader: columns by their names, facts by their titles, one line a cause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from ecoprod.indicators.table import AMOUNTS, INDICATORS
from ecoprod.messages import LANGS, Lang, has, text
from ecoprod.readers.heads import BOM, EVIDENCE, PROCESS, in_words
from ecoprod.report.words import label

Document = dict[str, Any]
Titles = Mapping[str, Mapping[str, str]]
"""Titles by id and language."""
_TABLES = {"bom": BOM, "packaging": BOM, "process": PROCESS, "evidence": EVIDENCE}
_COLUMN = re.compile(r"(bom|packaging|process|evidence)(?:\[(.+)\])?\.(\w+)")
_ROWS = re.compile(r"(bom|packaging|process)\[(.+)\]")
_QUOTED = re.compile("“([^”]+)”")
_MANY = 5


def natural(name: str) -> list[tuple[int, int | str]]:
    """A name as it sorts for people: `2` before `10`."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"([0-9]+)", name) if part]


def listed(names: Iterable[str], lang: Lang) -> str:
    """Names in the order of people, counted where there are many."""
    found = sorted(dict.fromkeys(names), key=natural)
    joined = ", ".join(found)
    return joined + text("report-in-all", lang, count=len(found)) if len(found) > _MANY else joined


def sentence(code: str, params: Mapping[str, Any], lang: Lang, facts: Titles | None = None) -> str:
    """The sentence of a code; lists of ids sorted, the product called the product, indicators by title and id.

    `facts`: titles of the facts of a specification, by id and language.
    """
    if not has(code):
        return code
    shown = dict(params)
    if isinstance(shown.get("ids"), str):
        shown["ids"] = listed(str(shown["ids"]).split(", "), lang)
    if shown.get("id") == "product":
        shown["id"] = "@report-the-product"
    return _QUOTED.sub(lambda m: _with_id(m[1], lang, facts or {}), text(code, lang, **shown))


def _with_id(name: str, lang: Lang, facts: Titles) -> str:
    """A quoted indicator by its title, with its id behind it; anything else as it stands."""
    info = INDICATORS.get(name) or AMOUNTS.get(name)
    title = info.title[lang] if info is not None else facts.get(name, {}).get(lang)
    return f"“{name}”" if title is None else text("report-title-id", lang, title=title, id=name)


def sentences(code: str, params: Mapping[str, Any], facts: Titles | None = None) -> dict[str, str]:
    """The sentence in both languages, as documents carry it."""
    return {lang: sentence(code, params, lang, facts) for lang in LANGS}


def titles(document: Document, lang: Lang) -> dict[str, str]:
    """What requirements and facts are called, by id."""
    facts = {name: words.get(lang, name) for name, words in document["standard"].get("facts", {}).items()}
    return {**facts, **{r["id"]: r["title"].get(lang, r["id"]) for r in document["requirements"]}}


def with_titles(said: str, names: Mapping[str, str]) -> str:
    """A sentence with the titles of requirements and facts in place of their quoted ids."""
    return _QUOTED.sub(lambda m: f"“{names.get(m[1].removeprefix('basic:'), m[1])}”", said)


def field_words(name: str, lang: Lang) -> str:
    """A field as a Chinese reader finds it, with its key behind it; in English the key alone."""
    if lang != "zh":
        return name
    if " / " in name:
        return " / ".join(field_words(part, lang) for part in name.split(" / "))
    column, row = _COLUMN.fullmatch(name), _ROWS.fullmatch(name)
    if column:
        words = in_words(column[3], _TABLES[column[1]])
        place = label("table", column[1], lang) + (f" {column[2]} " if column[2] else "")
        return text("report-field-column", lang, place=place, column=words, field=name)
    if row and row[2] == "product":
        return text("report-field-table", lang, place=label("table", row[1], lang), field=row[1])
    if name in _TABLES:
        return text("report-field-table", lang, place=label("table", name, lang), field=name)
    plain = f"report-field-{name.replace('.', '-').replace('_', '-')}"
    return text("report-field-table", lang, place=text(plain, lang), field=name) if has(plain, ("report",)) else name


@dataclass(slots=True)
class Question:
    """One thing to fill in: where, what, and the requirements that it would settle."""

    field: str
    code: str
    params: list[Mapping[str, Any]]
    plain: Mapping[str, str]
    settles: list[str] = attribute(default_factory=list)

    def words(self, names: Mapping[str, str], lang: Lang) -> str:
        """What is missing, all that have this one cause in one sentence."""
        if len(self.params) < 2 or not self.code:
            return with_titles(self.plain[lang], names)
        differing = {k for k in self.params[0] for p in self.params[1:] if p.get(k) != self.params[0][k]}
        joined: dict[str, Any] = {**self.params[0]}
        for key in differing:
            joined[key] = listed((str(p.get(key)) for p in self.params), lang)
        return with_titles(sentence(self.code, joined, lang), names)


def questions(missing: Sequence[tuple[Document, str | None]]) -> list[Question]:
    """What is missing, those of one field and one cause joined where only a name tells them apart.

    `missing`: entries of the document, each with the requirement that it would settle (None: of no requirement).
    """
    found: dict[tuple[str, str, str], Question] = {}
    for entry, settles in missing:
        code, params = entry.get("code", ""), entry.get("params", {})
        kind = re.sub(r"\[(?!product\]).+\]", "", entry["field"])
        joins = code and set(params) <= {"id"} and params.get("id") != "product" and not kind.startswith(
            ("declared", "basic")
        )  # fmt: skip
        key = (kind if joins else entry["field"], code, "" if joins else entry["message"]["en"])
        question = found.setdefault(key, Question(key[0], code, [], entry["message"]))
        if params not in question.params:
            question.params.append(params)
        if settles and settles not in question.settles:
            question.settles.append(settles)
    return list(found.values())
