"""Datasets that need as much of themselves as they make, or more: named and left out, never solved to a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ecoprod.importing.records import ForeignDatabase, Miss

if TYPE_CHECKING:
    from ecoprod.importing.link import LinkedDatabase

_SHOWN, _ROUNDS = 8, 5


def without_loops(database: ForeignDatabase, link: Callable[[ForeignDatabase], LinkedDatabase]) -> LinkedDatabase:
    """The database linked; processes whose loop has no sound solution are taken out with a miss each."""
    from ecoprod.lca.solve import loops_at_fault

    misses: list[Miss] = []
    linked, rounds = link(database), 0
    # a large loop is first thinned by those that carry it; one that holds out goes whole
    while groups := loops_at_fault(linked.triplets()[0], len(linked.made), whole=rounds >= _ROUNDS):
        out: set[str] = set()
        for group in groups:
            names = ", ".join(sorted(linked.made[n].id for n in group)[:_SHOWN])
            for n in group:
                process = linked.made[n].process
                out.add(process.code)
                params = {"process": process.name, "processes": names, "count": len(group)}
                misses.append(Miss("import-diverging", process.at, params, process.code, "process", process.name))
        database = replace(database, processes=tuple(p for p in database.processes if p.code not in out))
        linked, rounds = link(database), rounds + 1
    return replace(linked, misses=(*linked.misses, *misses))
