"""Which offered options meet a requirement that is not met, each chosen alone and judged in full.

Substances, routes and documents are no figures that grow with an input: no smallest change can be worked out for them,
but an option either meets the requirement or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecoprod.levers.combine import unmet_of
from ecoprod.screening.designs import base_values
from ecoprod.screening.engine import Engine
from ecoprod.screening.screen import REFUSED
from ecoprod.screening.verdicts import Outcome
from ecoprod.verdict.records import Finding


@dataclass(frozen=True, slots=True)
class Alone:
    """One option of a slot that alone meets a requirement. `verdict`: of the design with nothing but it changed."""

    part: str
    option: str
    cost: float | None
    verdict: str


def choices_of_one(engine: Engine) -> list[tuple[int, int]]:
    """Slot and option of every design that changes one slot alone."""
    return [(s, k) for s, slot in enumerate(engine.variants.slots) for k in range(1, len(slot.options))]


def outcomes_of(engine: Engine, chosen: Sequence[Sequence[tuple[int, int]]]) -> list[Outcome]:
    """Outcomes of designs, each given by the slots it changes and the option of each."""
    choices = np.zeros((len(chosen), len(engine.variants.slots)), dtype=np.int16)
    for row, pairs in enumerate(chosen):
        for slot, option in pairs:
            choices[row, slot] = option
    found = engine.results(choices, np.tile(base_values(engine.variants), (len(chosen), 1)))
    return [engine.outcomes[int(n)] for n in found.outcome]


def options_alone(engine: Engine, findings: Sequence[Finding]) -> dict[str, tuple[Alone, ...]]:
    """For each failing or open requirement the options that alone meet it, the cheapest first.

    No option for a requirement that none meets; no requirement where nothing is offered.
    """
    single = choices_of_one(engine)
    if not single:
        return {}
    judged = outcomes_of(engine, [[one] for one in single])
    found: dict[str, tuple[Alone, ...]] = {}
    for name in (f.requirement.id for f in findings if f.status in ("fail", "undetermined")):
        meeting = []
        for (number, k), outcome in zip(single, judged, strict=True):
            slot = engine.variants.slots[number]
            if outcome.verdict != REFUSED and name not in unmet_of(outcome):
                meeting.append(Alone(slot.key, slot.options[k].name, slot.options[k].cost, outcome.verdict))
        found[name] = tuple(sorted(meeting, key=lambda one: one.cost or 0.0))
    return found
