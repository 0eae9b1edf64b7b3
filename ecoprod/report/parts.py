"""The rows of bill of materials and packaging as documents show them: the tree, and what each weighs in the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecoprod.foreground import Foreground
from ecoprod.foreground.records import PartTotal

Document = dict[str, Any]
_REST = "/unaccounted"


def parts_of(foreground: Foreground | None) -> list[Document]:
    """One entry a row, in the order of the files; masses per product unit, null where one is not known."""
    if foreground is None:
        return []
    open_ids = {str(m.params.get("id")) for m in foreground.missing if m.code == "missing-mass"}
    return [*_rows(foreground.parts, open_ids), *_rows(foreground.packaging, open_ids)]


def _rows(totals: Sequence[PartTotal], open_ids: set[str]) -> list[Document]:
    parents = _parents(totals)
    known = _known(totals, parents, open_ids)
    return [
        {
            "id": t.part.id,
            "table": t.part.table,
            "parent": parents[t.part.id],
            "name": t.part.name,
            "material": t.part.material,
            "phantom": t.part.phantom,
            "mass_kg": t.net_kg if known[t.part.id] else None,
        }
        for t in totals
    ]


def _parents(totals: Sequence[PartTotal]) -> dict[str, str | None]:
    """The parent of every row; a row of unaccounted mass belongs to the part whose mass it fills up."""
    ids = {t.part.id for t in totals}
    found: dict[str, str | None] = {}
    for total in totals:
        part = total.part
        parent = part.id.removesuffix(_REST) if total.unaccounted else part.parent
        found[part.id] = parent if parent in ids else None
    return found


def _known(
    totals: Sequence[PartTotal], parents: Mapping[str, str | None], open_ids: set[str]
) -> dict[str, bool]:  # fmt: skip
    """Whether a row's mass is known: its own, that which its parts were closed against, or that of all its parts."""
    closed = {t.part.id for t in totals if t.part.mass_kg is not None and not t.part.phantom}
    found = {t.part.id: t.part.id not in open_ids for t in totals}
    for name in open_ids & found.keys():
        parent = parents[name]
        while parent is not None and parent not in closed:
            found[parent] = False
            parent = parents[parent]
    return found
