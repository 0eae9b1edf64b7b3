"""`standards import-table`: the table of a standard, typed from the copy, becomes an overlay that passes its check.

Each row confirms or tightens a limit that the library has, or adds a requirement. The text is checked as an overlay
before anyone sees it; what is wrong with a line of it is said at the row that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ecoprod.completing.calculated import calculated_as
from ecoprod.completing.comparisons import Comparison, asks_for_harm, comparison_of
from ecoprod.completing.near import near_titles
from ecoprod.completing.rows import Asked, read_rows
from ecoprod.completing.targets import Index, Target, index_of, targets
from ecoprod.completing.words import title_key
from ecoprod.completing.writing import comment, flow, gap_comments, head, open_entries, scalar
from ecoprod.errors import At, InputError, Problem
from ecoprod.indicators import INDICATORS as CALCULATED
from ecoprod.messages import Lang, text
from ecoprod.readers.heads import INDICATORS, in_words
from ecoprod.readers.listed import Listed
from ecoprod.report.standards import specification
from ecoprod.standards.library import folder_or_name, referring
from ecoprod.standards.openings import openings
from ecoprod.standards.overlay_check import Checked, check_overlay, unproven_nothing
from ecoprod.standards.overlays import indicator_ids
from ecoprod.standards.records import Spec
from ecoprod.textfile import draft

_FIELD = re.compile(r"(limits|requirements)\[([0-9]+)\](?:\.([a-z_]+))?")
_BY_COLUMN = {
    "overlay-unlike": ("direction", "benchmark"), "standards-operator-kind": ("direction", "benchmark"),
    "standards-unit-kind": ("unit", "benchmark"), "unit-missing": ("unit", "benchmark"),
}  # fmt: skip
_SAID_HERE = {
    "overlay-note-gaps": "indicators-note-gaps", "overlay-note-indicators": "indicators-note-left-out",
    "overlay-note-date": "indicators-note-date", "overlay-note-limits": "indicators-note-limits",
    "overlay-indicators": "indicators-left-out", "overlay-in-force-differs": "indicators-in-force-differs",
    "overlay-unlike": "indicators-unlike",
}  # fmt: skip
_DRAFT = Path("draft", "overlay.yaml")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who read which copy, and what is said of the whole table."""

    source: str
    checked_by: str
    checked_on: date
    at: str = ""
    in_force: date | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of an overlay. `confirmed`, `added`: rows that settle a limit and those that became requirements.

    `notes`: what the reader of the table should look at; nothing of it is wrong.
    """

    text: str
    confirmed: tuple[Target, ...]
    added: tuple[Target, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A target with what it asks for."""

    target: Target
    comparison: Comparison


def import_table(table: str, name: str, signature: Signature, lang: Lang) -> Imported:
    """An overlay from `table.csv` or `book.xlsx#Sheet` for a specification. Raises InputError with every problem.

    `name`: of the library, or a folder of one's own, with `@EDITION` behind it or without.
    """
    problems = Listed()
    spec = specification(name, None)
    whole, rows, heads = read_rows(table, problems)
    place = _named(name, spec)
    index = index_of(spec, referring(place), rows)
    found = list(targets(rows, index, problems.append))
    entries = [
        _Entry(target, comparison)
        for target in found
        if isinstance(target, Target)
        and _applies(target, problems)
        and (comparison := comparison_of(target, problems.append)) is not None
    ]
    entries = _once(entries, problems)
    problems.extend(_doubtful(found, index))
    # limits first, then requirements: the check names its places by their numbers in these lists
    entries.sort(key=lambda e: e.target.requirement is None)
    checked = _checked(_written(spec, entries, signature, lang), place)
    problems.extend(_at_rows(checked.problems, entries, whole, settled=not problems))
    if problems:
        raise InputError(_under_heads(problems.all(), heads))
    notes = [
        *_row_notes(found, index), *_of_nothing(entries, checked.spec),
        *(_of_command(replace(n, at=whole)) for n in checked.notes if n.code != "overlay-note-no-test"),  # at the rows
    ]  # fmt: skip
    confirmed = tuple(e.target for e in entries if e.target.requirement is not None)
    added = tuple(e.target for e in entries if e.target.requirement is None)
    return Imported(
        _written(spec, entries, signature, lang, checked.spec), confirmed, added, tuple(_under_heads(notes, heads))
    )


def _applies(target: Target, problems: Listed) -> bool:
    """Whether a row may hold as it stands: the words of `applies` are kept where the library knows what they mean."""
    asked = target.asked
    if "applies" not in asked.texts or (target.requirement is not None and target.requirement.applies_when is not None):
        return True
    params = {"applies": asked.texts["applies"][:60], "title": asked.title[:60]}
    problems.append(Problem("indicators-applies", asked.at("applies"), "applies", params))
    return False


def _once(entries: Sequence[_Entry], problems: Listed) -> list[_Entry]:
    """The rows without those that repeat a limit or a title: nobody could say which of two is meant.

    Rows of sub-types may share a title where each names its own requirement.
    """
    kept: list[_Entry] = []
    for entry in entries:
        first = next((before for before in kept if _repeats(entry.target, before.target)), None)
        if first is None:
            kept.append(entry)
            continue
        asked, line = entry.target.asked, first.target.asked.row.at.line or 0
        params: dict[str, str | float | int] = {"title": asked.title[:60], "first": line}
        problems.append(Problem("indicators-duplicate", asked.at("second_level"), "second_level", params))
    return kept


def _repeats(target: Target, before: Target) -> bool:
    if (target.id, target.indicator) == (before.id, before.indicator):
        return True
    told_apart = "id" in target.asked.texts and "id" in before.asked.texts
    return title_key(target.asked.title) == title_key(before.asked.title) and not told_apart


# ---- the text ------------------------------------------------------------------------------------


def _written(
    spec: Spec, entries: Sequence[_Entry], signature: Signature, lang: Lang, merged: Spec | None = None
) -> str:
    """The overlay; with `merged`, the specification that it makes, also what is still open, as comments."""
    lines = head(
        spec, lang, source=signature.source, checked_by=signature.checked_by, checked_on=signature.checked_on,
        in_force=signature.in_force, complete=signature.complete, indicators=_indicators(spec, entries),
    )  # fmt: skip
    limits = [e for e in entries if e.target.requirement is not None]
    added = [e for e in entries if e.target.requirement is None]
    facts = [e for e in added if e.target.fact is None]
    rest = list(open_entries(merged, openings(merged), lang)) if merged else []
    if merged:
        lines += ["", *gap_comments(merged, lang)]
    if limits or rest:
        lines += ["limits:", *(line for e in limits for line in _limit(e, signature, lang))]
    if rest:
        lines += [comment(text("overlay-new-remaining", lang), 2), *rest]
    if facts:
        lines += ["facts:", *(f"  {e.target.indicator}: {flow(_fact(e))}" for e in facts)]
    if added:
        lines += ["requirements:", *(line for e in added for line in _requirement(e, signature, lang))]
    return "\n".join(lines) + "\n"


def _indicators(spec: Spec, entries: Sequence[_Entry]) -> list[str]:
    """The indicators of the table, and those of a standard referred to, which stand in the table of that one."""
    referred = indicator_ids(r for r in spec.requirements if r.via is not None)
    return sorted({e.target.indicator for e in entries if e.target.asked.group == "indicator"} | referred)


def _limit(entry: _Entry, signature: Signature, lang: Lang) -> list[str]:
    target = entry.target
    found = {"requirement": scalar(target.id)}
    if not target.whole:
        found["indicator"] = scalar(target.indicator)
    return [comment(target.asked.title, 2), f"  - {flow({**found, **_said(entry, signature, lang)})}"]


def _said(entry: _Entry, signature: Signature, lang: Lang) -> dict[str, str]:
    """Comparison, place in the copy, and what the table says beside it."""
    texts = entry.target.asked.texts
    at = " ".join(part for part in (signature.at, texts.get("clause", "")) if part)
    note = " · ".join(texts[key] for key in ("basis", "applies") if key in texts)
    row = text("overlay-new-row", lang, line=entry.target.asked.row.at.line or 0)
    found = {**entry.comparison.entry, "at": scalar(at or row)}
    return {**found, "note": scalar(note)} if note else found


def _fact(entry: _Entry) -> dict[str, str]:
    return {**(entry.comparison.fact or {}), "title": _both(entry.target.asked.title)}


def _both(words: str) -> str:
    """A text that was written in one language, for both."""
    return flow({"zh": scalar(words), "en": scalar(words)})


def _requirement(entry: _Entry, signature: Signature, lang: Lang) -> list[str]:
    target, asked = entry.target, entry.target.asked
    rows: dict[str, str | None] = {
        "clause": scalar(asked.texts["clause"]) if "clause" in asked.texts else "null",
        "group": asked.group,
        "attribute": asked.attribute,
        "stage": asked.stage,
        "title": _both(asked.title),
        "indicator": scalar(target.indicator),
        "limits": f"[{flow(_said(entry, signature, lang))}]",
    }
    return [f"  - id: {target.id}", *(f"    {key}: {value}" for key, value in rows.items() if value is not None)]


# ---- the check -----------------------------------------------------------------------------------


def _named(name: str, spec: Spec) -> str | Path:
    """The specification with its edition, as the library or the path of its folder finds it."""
    place = folder_or_name(name)
    if isinstance(place, str):
        return f"{spec.id}@{spec.edition}"
    whole = (place / "spec.yaml").is_file()
    return Path(f"{place if whole else str(place).rpartition('@')[0]}@{spec.edition}")


def _checked(written: str, spec: str | Path) -> Checked:
    """The check of an overlay that is not written yet, read from memory."""
    with draft(_DRAFT, written):
        return check_overlay(_DRAFT, spec)


def _at_rows(found: Sequence[Problem], entries: Sequence[_Entry], whole: At, *, settled: bool) -> list[Problem]:
    """Problems of the overlay at the rows they came from. `settled`: no row was left out, so a list may be compared."""
    lists = {
        "limits": [e for e in entries if e.target.requirement is not None],
        "requirements": [e for e in entries if e.target.requirement is None],
    }
    facts = {e.target.indicator: e for e in lists["requirements"]}
    moved = []
    for problem in found:
        if problem.code == "overlay-indicators" and not settled:
            continue
        entry = _entry_of(problem, lists, facts)
        if entry is None:
            moved.append(_of_command(replace(problem, at=whole)))
            continue
        columns = _BY_COLUMN.get(problem.code) or (
            ("unit", "benchmark") if problem.code.startswith("unit-") else ("benchmark", "second_level")
        )
        moved.append(_of_command(replace(problem, at=entry.target.asked.at(*columns), field=columns[0])))
    return moved


def _of_command(problem: Problem) -> Problem:
    """What the check says of a key of the overlay, said of the option or of the table that gives it here."""
    return replace(problem, code=_SAID_HERE.get(problem.code, problem.code))


def _under_heads(found: Iterable[Problem], heads: Mapping[str, str]) -> list[Problem]:
    """Problems at columns as the heads of the file call them; one that it lacks in the language of the heads."""
    chinese = any(not head.isascii() for head in heads.values())

    def called(column: str) -> str:
        return heads.get(column) or (in_words(column, INDICATORS) if chinese else column)

    moved = []
    for problem in found:
        params = {**problem.params}
        if problem.code == "cell-needed":
            params["column"] = called(str(params["column"]))
        at = replace(problem.at, column=called(problem.at.column)) if problem.at.column else problem.at
        moved.append(replace(problem, at=at, params=params))
    return moved


def _entry_of(problem: Problem, lists: Mapping[str, Sequence[_Entry]], facts: Mapping[str, _Entry]) -> _Entry | None:
    field = problem.field or problem.at.column or ""
    match = _FIELD.match(field)
    if match is not None:
        return lists[match[1]][int(match[2])]
    name = field.removeprefix("facts.").partition(".")[0]
    return facts.get(name) or next((e for e in lists["requirements"] if e.target.id == name), None)


def _doubtful(found: Sequence[Target | Asked], index: Index) -> Iterator[Problem]:
    """New rows whose title says that they may not be new.

    Under nearly the title of a requirement that no row settles, the same limit would stand there twice; a row with an
    id of its own says that it is new. Under that of a calculated indicator, what the maker says would be compared with
    nothing; the row has to name the indicator.
    """
    settled = {one.id for one in found if isinstance(one, Target) and one.requirement is not None}
    for asked in found:
        if isinstance(asked, Asked):
            settled |= {asked.texts.get("id", ""), *index.written.get(title_key(asked.title), {})}
    for one in found:
        if isinstance(one, Asked) or one.requirement is not None:
            continue
        asked = one.asked
        near = near_titles(one, index, settled) if "id" not in asked.texts else {}
        if near:
            params: dict[str, str | float | int] = {"title": asked.title[:60], "near": _shown(near)}
            yield Problem("indicators-near", asked.at("second_level"), "id", params)
        calculated = calculated_as(asked) if one.fact is None and "indicator" not in asked.texts else ()
        compared = indicator_ids(index.requirements[name] for name in near if name in index.requirements)
        if calculated and not compared & {*calculated}:
            params = {"title": asked.title[:60], "calculated": _with_units(calculated)}
            yield Problem("indicators-calculated", asked.at("second_level"), "indicator", params)


def _with_units(names: Iterable[str]) -> str:
    """Calculated indicators with the unit that each is asked for in."""
    units = {name: CALCULATED[name].unit if name in CALCULATED else None for name in names}
    return ", ".join(f"{name} ({unit})" if unit else name for name, unit in units.items())


def _shown(near: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({title[:60]})" for name, title in near.items())


def _row_notes(found: Sequence[Target | Asked], index: Index) -> list[Problem]:
    """What a reader of the table should look at: new names, titles that come near, another part of the assessment."""
    notes: list[Problem] = []
    for one in found:
        if isinstance(one, Asked):
            notes.append(Problem("indicators-note-taken-in", one.at("second_level"), None, {"title": one.title[:60]}))
            continue
        asked = one.asked
        at = asked.at("second_level")
        params: dict[str, str | float | int] = {"title": asked.title[:60], "id": one.id, "indicator": one.indicator}
        if one.requirement is not None:
            if asked.group == "indicator" and one.requirement.attribute not in (None, asked.attribute):
                known = f"@library-attribute-{one.requirement.attribute}"
                notes.append(Problem("indicators-note-attribute", at, None, {**params, "known": known}))
            continue
        notes.append(Problem("indicators-note-new", at, None, params))
        if asks_for_harm(asked):
            said = {"title": asked.title[:60], "value": asked.texts["benchmark"][:60]}
            notes.append(Problem("indicators-note-harm", asked.at("benchmark"), "benchmark", said))
        near = near_titles(one, index)
        if near:
            notes.append(Problem("indicators-note-near", at, None, {**params, "near": _shown(near)}))
        calculated = calculated_as(asked) if one.fact is None else ()
        if calculated and one.indicator not in calculated:
            named = {**params, "calculated": _with_units(calculated)}
            notes.append(Problem("indicators-note-calculated", at, None, named))
    return notes


def _of_nothing(entries: Sequence[_Entry], merged: Spec | None) -> Iterator[Problem]:
    """Rows of "not detected" that no test result can meet, or that became a mere yes or no."""
    unproven = {(r.id, name) for r, name, _ in unproven_nothing(merged)} if merged else set()
    for entry in entries:
        target, asked = entry.target, entry.target.asked
        at, params = asked.at("benchmark"), {"title": asked.title[:60], "value": asked.texts["benchmark"][:60]}
        if (target.id, target.indicator) in unproven:
            unit = asked.unit or (target.fact.unit if target.fact else None) or ""
            yield Problem("indicators-note-no-test", at, "detection_limit", {**params, "unit": unit})
        elif asked.benchmark.kind == "none" and target.fact is None and asked.unit is None:
            yield Problem("indicators-note-yes-or-no", at, "unit", params)
