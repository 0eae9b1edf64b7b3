"""Problems as a document for machines: `ecoprod.problems/1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecoprod.errors import Problem
from ecoprod.messages import LANGS, problem_text


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Problems by file, then line, as a reader goes through them; those of one line in the order they were found."""
    return sorted(problems, key=lambda p: (p.at.file, p.at.sheet or "", p.at.line or 0))


def problems_document(
    problems: Sequence[Problem], notes: Sequence[Problem] = (), checked: Mapping[str, int] | None = None,
    product: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Every problem with its code, place, words and remedy, in both languages.

    `notes`: what is open and no fault. `checked`: how many things of each kind were looked at. `product`: the folder
    that was read, as it was given, since files of a product are named relative to it.
    """
    found: dict[str, Any] = {"schema": "ecoprod.problems/1"}
    if product is not None:
        found["product"] = product
    found["problems"] = [problem_entry(p) for p in problems]
    if notes:
        found["notes"] = [problem_entry(n) for n in notes]
    return {**found, "checked": dict(checked)} if checked else found


def problem_entry(problem: Problem) -> dict[str, Any]:
    """One problem as documents show it."""
    words = {lang: problem_text(problem, lang) for lang in LANGS}
    return {
        "code": problem.code,
        "file": problem.at.file,
        "line": problem.at.line,
        "column": problem.at.column,
        "sheet": problem.at.sheet,
        "cell": problem.at.cell,
        "field": problem.field,
        "message": {lang: words[lang][0] for lang in LANGS},
        "fix": {lang: words[lang][1] for lang in LANGS},
    }
