"""The single changes that meet a requirement, each judged as a product of its own; and whether there can be others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecoprod.corridor import judge_design
from ecoprod.errors import InputError
from ecoprod.levers.gradients import SPLIT, Turn
from ecoprod.levers.inputs import Inputs
from ecoprod.levers.single import Bound, Change, Place, bounds_of, is_far, meeting, reaches
from ecoprod.screening.changes import designed, with_rest
from ecoprod.screening.figures import RATES
from ecoprod.screening.parameters import NOT_BETWEEN
from ecoprod.screening.variants import Parameter
from ecoprod.verdict.records import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Judged = Callable[[Parameter, float], Mapping[str, str] | None]

MOST = 20
"""Changes that are listed for a requirement."""
_ATTEMPTS = 40
"""Changes that are judged for a requirement: beyond, nothing is said of the rest."""
_OF_MASSES = (*RATES, "mass")
"""Figures on which lifetime, cycles and collection have no say."""
_TRIED = (0.25, 0.5, 0.75, 1.5, 2.0, 4.0)
_TRIED_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_CLOSE_ENOUGH = 1e-7


@dataclass(frozen=True, slots=True)
class Search:
    """What was found for a requirement, the smallest change first and those far away last.

    `unsettled`: inputs of which it is not proven that no value of them meets it. `split`: of these, contents that are
    no input here, because the limit is one on pre- or post-consumer content alone.
    """

    changes: tuple[Change, ...]
    unsettled: tuple[str, ...] = ()
    split: bool = False


def search(
    findings: Sequence[Finding], place: Place, inputs: Inputs, base: Floats, turns: Sequence[Turn],
    ranges: Sequence[Parameter], notify: Callable[[str], None],
) -> dict[str, Search]:  # fmt: skip
    """For each of the requirements that limits on figures decide and that is not met, what alone would meet it."""
    judged, found = _judging(place, inputs, notify), dict[str, Search]()
    for finding in findings:
        bounds = bounds_of(finding, place, base)
        if bounds and any(b.excess(base) > 0 for b in bounds):
            found[finding.requirement.id] = _searched(bounds, inputs, base, turns, ranges, judged)
    return found


def _judging(place: Place, inputs: Inputs, notify: Callable[[str], None]) -> Judged:
    """The answers to all requirements with one input turned; None where that makes no product."""
    known: dict[tuple[str, float], Mapping[str, str] | None] = {}

    def judged(parameter: Parameter, value: float) -> Mapping[str, str] | None:
        key = (parameter.field, value)
        if key not in known:
            known[key] = _answers(place, inputs, parameter, value, notify)
        return known[key]

    return judged


def _answers(
    place: Place, inputs: Inputs, parameter: Parameter, value: float, notify: Callable[[str], None]
) -> Mapping[str, str] | None:  # fmt: skip
    case = place.case
    try:
        if parameter.of in NOT_BETWEEN:
            product = with_rest(case.product, [(parameter, value)])
        else:
            one = replace(inputs.variants, parameters=(parameter,))
            product = designed(case.product, place.foreground, case.background, one, (), (value,))
        findings = judge_design(case, product, notify, place.linear.held, others=False).findings
    except InputError:  # more is saved than the use flow takes, a part lighter than its coating …
        return None
    return {f.requirement.id: f.status for f in findings}


def _searched(
    bounds: Sequence[Bound], inputs: Inputs, base: Floats, turns: Sequence[Turn], ranges: Sequence[Parameter],
    judged: Judged,
) -> Search:  # fmt: skip
    name, unsettled, candidates = bounds[0].requirement, list[str](), list[Change]()
    split = any(b.indicator in SPLIT for b in bounds)
    for turn in turns:
        parameter = turn.parameter
        if split and parameter.column == "recycled_content":
            unsettled.append(parameter.field)
            continue
        if reaches(bounds, base, turn) is False:
            continue
        after = meeting(bounds, base, turn)
        if after is None or after == parameter.base:
            unsettled.append(parameter.field)
        else:
            candidates.append(Change(name, parameter, after, is_far(parameter, after, ranges)))
    changes: list[Change] = []
    for tried, change in enumerate(_in_order(candidates)):
        if len(changes) == MOST:
            break
        answers = judged(change.parameter, change.after) if tried < _ATTEMPTS else None
        if answers is not None and answers.get(name) == "pass":
            changes.append(change)
        else:
            unsettled.append(change.field)
    if any(b.indicator not in _OF_MASSES for b in bounds):
        for parameter in inputs.whole:
            settled, value = _turned_whole(name, parameter, judged)
            if value is not None:
                changes.append(Change(name, parameter, value, is_far(parameter, value, ranges)))
            elif not settled:
                unsettled.append(parameter.field)
    return Search(tuple(_in_order(changes)[:MOST]), tuple(unsettled), split)


def _in_order(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda c: (c.far, c.size, c.field))


def _turned_whole(name: str, parameter: Parameter, judged: Judged) -> tuple[bool, float | None]:
    """Whether an input takes no other value at all, and the value nearest to what it is that was found to meet it.

    Nothing is known of how figures move with it: some values are tried, and where one meets the requirement, the way
    from what it is to that value is halved until the change is found. That none was found proves nothing.
    """
    here = parameter.base
    tried = _TRIED_SHARES if parameter.of == "collection" else [here * factor for factor in _TRIED]
    values = sorted((v for v in tried if v != here), key=lambda v: (abs(v - here), v))
    answers = [judged(parameter, value) for value in values]
    if all(a is None for a in answers):
        return True, None
    met = next((v for v, a in zip(values, answers, strict=True) if a is not None and a.get(name) == "pass"), None)
    if met is None:
        return False, None
    while abs(met - here) > _CLOSE_ENOUGH * max(abs(met), abs(here)):
        middle = (met + here) / 2
        answer = judged(parameter, middle)
        if answer is not None and answer.get(name) == "pass":
            met = middle
        else:
            here = middle
    return False, met
