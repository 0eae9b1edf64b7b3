"""What of a row counts beside its demands: masses by what becomes of them, and what is no number at all."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

from ecoprod.background import Background
from ecoprod.foreground import Foreground, PartTotal, leaves
from ecoprod.impact_categories import CATEGORIES
from ecoprod.indicators.circular import content_bounds, recovery_bounds
from ecoprod.scenarios import Scenario
from ecoprod.trace import Ledger

SCALARS = (
    "mass", "packaging", "unlinked", "recyclable-low", "recyclable-high", "recoverable-low", "recoverable-high",
    "recycled-low", "recycled-high", "pre-low", "pre-high", "post-low", "post-high",
)  # fmt: skip
"""Masses [kg] in one product unit, in the order of every array of them."""
Signature = Hashable
"""One thing about rows that is no number: a gap, an assumption, a statement on substances …"""
_OF_VARIANT = re.compile(r"(\d+)#")


def scalars_of(totals: Iterable[PartTotal], unlinked: frozenset[str], scenario: Scenario | None) -> list[float]:
    """The scalars of some leaves, summed; `unlinked`: ids of those without a dataset."""
    sums = [0.0] * len(SCALARS)
    for total in totals:
        kg = total.net_kg
        if total.part.table == "packaging":
            sums[1] += kg
            continue
        shares: list[float] = [1.0, 0.0, float(total.part.id in unlinked)]
        shares += recovery_bounds(total, scenario, energy=False)
        shares += recovery_bounds(total, scenario, energy=True)
        for which in ("all", "pre", "post"):
            shares += content_bounds(total, which)
        sums = [have + kg * share for have, share in zip(sums, shares, strict=True)]
    return sums


def unlinked_rows(foreground: Foreground) -> frozenset[str]:
    """Ids of the parts that no dataset stands behind."""
    return frozenset(
        i.part
        for i in foreground.items
        if i.part is not None and i.id.endswith("/production") and i.stage == "raw_materials" and not i.linked
    )


def signatures_of(
    count: int, foreground: Foreground, ledger: Ledger, background: Background
) -> list[frozenset[Signature]]:
    """What is no number about the rows of each variant, from a foreground whose rows are named `variant#id`."""
    found: list[set[Signature]] = [set() for _ in range(count)]
    for total in (*foreground.parts, *foreground.packaging):
        part = total.part
        states = (
            part.substances, part.substance_basis, total.material_class, total.material_id is None, part.evidence,
            part.recycled_content is None, part.recycled_pre is None, _is_open(total, foreground.scenario),
            part.made, bool(part.processes), bool(part.transport), part.table,
        ) if total.is_leaf else (part.substances, part.evidence)  # fmt: skip
        found[_number(part.id)].add(states)
    documents = {total.part.id: total.part.evidence for total in (*foreground.parts, *foreground.packaging)}
    for item in foreground.items:
        if item.part is not None:
            mine = found[_number(item.part)]
            mine.add((item.stage, item.linked))
            if any(d.amount for d in item.demands):  # what takes nothing needs no document (see `indicators.impacts`)
                mine.add(("taken", documents[item.part]))
            covers = [background.datasets[d.dataset].covers for d in item.demands]
            mine |= {("not covered", c) for c in CATEGORIES if any(c not in known for known in covers)}
    for gap in foreground.missing:
        _mark(found, gap.code, (gap.field, *map(str, gap.params.values())))
    for entry in ledger.assumptions():
        _mark(found, entry.by, (entry.id, entry.source or ""))
    return [frozenset(mine) for mine in found]


def _is_open(total: PartTotal, scenario: Scenario | None) -> tuple[bool, ...]:
    """Whether what becomes of a part at the end of its life is open."""
    both = (recovery_bounds(total, scenario, energy=energy) for energy in (False, True))
    return tuple(low != high for low, high in both)


def _mark(found: Sequence[set[Signature]], code: str, texts: Iterable[str]) -> None:
    for number in {int(n) for text in texts for n in _OF_VARIANT.findall(text)}:
        if number < len(found):
            found[number].add(code)


def _number(name: str) -> int:
    return int(name.partition("#")[0])


def leaf_totals(foreground: Foreground) -> list[PartTotal]:
    """Parts and packaging with a mass of their own."""
    return [*leaves(foreground.parts), *leaves(foreground.packaging)]
