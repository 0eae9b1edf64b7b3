"""Problems of rows that options make, in the words of the variants file: the part's id, and the path of the cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from ecoprod.errors import At, Problem
from ecoprod.product import Product
from ecoprod.screening.variants import Option, Variants

_OWN_NAME = re.compile(r"\d+#(?P<id>.+)", re.DOTALL)


def named(problems: Iterable[Problem], variants: Variants, product: Product) -> tuple[Problem, ...]:
    """The same problems, each once: rows stand under names of their own while a table of options is made."""
    ids = {part.id for part in (*product.parts, *product.packaging)}
    found: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        params = {key: _id(value, ids) if isinstance(value, str) else value for key, value in problem.params.items()}
        one = replace(problem, at=_place(problem.at, variants), params=params)
        found.setdefault((str(one.at), one.code, repr(sorted(params.items()))), one)
    return tuple(found.values())


def _id(value: str, ids: Collection[str]) -> str:
    match = _OWN_NAME.fullmatch(value)
    return match["id"] if match and value not in ids and match["id"] in ids else value


def _place(at: At, variants: Variants) -> At:
    """A row of a bill tells its column alone; that of an option is a key of its `set`."""
    if at.file != variants.file or at.column is None:
        return at
    options = [option for slot in variants.slots for option in slot.options if option.name]
    if any(o.at == at for o in options):
        return at
    mine = [o for o in options if o.at.line == at.line and _sets(o, at.column)]
    # two options in one line that set the same: which of them it is nobody can tell
    return replace(at, column=f"{mine[0].at.column}.set.{at.column}") if len(mine) == 1 else at


def _sets(option: Option, column: str) -> bool:
    return column in option.columns or (column == "mass" and option.equal is not None)
