"""Layers of packaging, from a packaging table that says what stands in what.

A layer is a row that has others inside it, or the innermost row: the plain depth of the table. What the standards call
a layer (GB 23350: packaging that encloses the product) was not checked against their text; a number that the maker
declares is settled with this one as any other figure: where they differ, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from ecoprod.foreground import Foreground
from ecoprod.indicators.documents import Doubts, documents_of, of_part, resting_on
from ecoprod.measure import Measure, Missing
from ecoprod.product import Part
from ecoprod.trace import Ledger

LAYERS = "packaging-layers"
_UNIT = "层"


def packaging_layers(
    foreground: Foreground, declared: Container[str], needed: Container[str],
    doubts: Doubts, ledger: Ledger,
) -> list[Measure]:  # fmt: skip
    """`packaging-layers` [层] where it is `needed` and the table is nested; else nothing. `declared`: what is stated.

    `doubts`: what keeps the documents of a row, given their ids, from proving it. Rows beside the one that holds the
    rest may wrap it or not: the answer is open then.
    """
    rows = {t.part.id: t.part for t in foreground.packaging if not t.unaccounted and t.part.role in (None, "contained")}
    if LAYERS not in needed or not any(p.parent in rows for p in rows.values()):
        return []
    outermost = sorted(p.id for p in rows.values() if p.parent not in rows)
    if len(outermost) > 1:
        gap = Missing("packaging.parent", "missing-packaging-nesting", {"ids": ", ".join(outermost)})
        return [Measure(LAYERS, _UNIT, missing=(gap,))]
    # the first of the deepest rows in the order of their ids, so that the same table gives the same tree
    deepest = max((_chain(p, rows) for _, p in sorted(rows.items())), key=len)
    entries = [e for p in reversed(deepest) for e in (f"{p.key}/mass", f"{p.key}/quantity") if e in ledger] or [
        "product:file"
    ]
    count = float(len(deepest))
    # the declared number has the plain entry
    entry = f"ind:{LAYERS}/table" if LAYERS in declared else f"ind:{LAYERS}"
    trace = ledger.computed(entry, count, _UNIT, "depth of the packaging table", tuple(entries))
    documents = documents_of(map(of_part, reversed(deepest)), doubts)
    return [resting_on(Measure(LAYERS, _UNIT, count, count, trace=trace), documents)]


def _chain(part: Part, rows: Mapping[str, Part]) -> list[Part]:
    """A row and all that it stands in, phantoms left out (the readers refuse cycles)."""
    found = []
    here: Part | None = part
    while here is not None:
        if not here.phantom:
            found.append(here)
        here = rows.get(here.parent) if here.parent is not None else None
    return found
