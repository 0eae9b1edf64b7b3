"""The cheapest combination of offered options that meets every requirement: a mixed-integer linear programme.

Limits on figures are linear in the choice of options (a ratio times its denominator). What is no figure (gaps, routes,
statements on substances) is not known to the programme: each optimum is judged in full, and a class of designs that
fails for such a reason is cut off, so that the first optimum that holds is the cheapest of all. HiGHS, through SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecoprod.levers.forms import with_one
from ecoprod.levers.single import Bound
from ecoprod.screening.designs import base_values
from ecoprod.screening.engine import Engine
from ecoprod.screening.sums import sums_of
from ecoprod.screening.verdicts import Marks, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_ROUNDS = 2_000
JUDGED = "\0judged"
"""Tag of a row that leaves out what was judged and did not hold."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Combination:
    """`found`: option numbers by slot that meet everything at the least cost, proven; with their cost and outcome.

    `none`: no combination can; `prevents`: the requirements that see to it. `given_up`: not settled in the rounds
    allowed.
    """

    state: Literal["found", "none", "given_up"]
    choice: tuple[int, ...] = ()
    cost: float = 0.0
    outcome: Outcome | None = None
    prevents: tuple[str, ...] = ()
    rounds: int = 0


@dataclass(slots=True)
class _Programme:
    """Binary variables: options of slots (all but the first one each), pairs of them that have a term together, marks.

    A mark says whether a design has rows of one kind (a gap, a statement on substances …); `first`: where the options
    of each slot begin, and where the pairs do; `first_mark`: where the marks do.
    """

    engine: Engine
    costs: Floats
    marks: Marks
    first: list[int]
    first_mark: int
    width: int
    rows: list[Floats] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def add(self, row: Floats, lower: float, upper: float, tag: str = "") -> None:
        """One constraint; `tag`: the requirement it comes from."""
        self.rows.append(row)
        self.lower.append(lower)
        self.upper.append(upper)
        self.tags.append(tag)


def cheapest(
    engine: Engine, bounds: Sequence[Bound], costs: Sequence[Sequence[float]], loose: frozenset[str],
    aside: frozenset[str] = frozenset(),
) -> Combination:  # fmt: skip
    """The cheapest choice of options under which nothing fails and nothing stays open, save what is set `aside`.

    `bounds`: of every requirement that plain limits on figures decide; `loose`: requirements that look at figures in
    another way. `costs`: of each option of each slot, the first 0.
    """
    slots = [len(s.options) for s in engine.variants.slots]
    programme = _begun(engine, slots, costs)
    effects = _effects(engine, programme)
    for bound in bounds:
        _limited(programme, bound, effects)
    seen: dict[tuple[int, ...], Outcome] = {}
    for rounds in range(1, MOST_ROUNDS + 1):
        choice = _solved(programme, slots)
        if choice is None:
            return Combination("none", prevents=_prevents(programme, slots, seen, aside), rounds=rounds)
        outcome = _outcome(engine, choice)
        seen[choice] = outcome
        if outcome.verdict != "refused" and not unmet_of(outcome) - aside:
            cost = float(sum(costs[s][k] for s, k in enumerate(choice)))
            return Combination("found", choice, cost, outcome, rounds=rounds)
        _cut(programme, choice, unmet_of(outcome) - aside, loose)
    return Combination("given_up", rounds=MOST_ROUNDS)


def _begun(engine: Engine, slots: Sequence[int], costs: Sequence[Sequence[float]]) -> _Programme:
    """Variables, their costs, and one option at most for each slot."""
    first = np.cumsum([0, *(n - 1 for n in slots)]).tolist()
    table, pairs, marks = engine.base.sums.table, engine.base.sums.layout.pairs, engine.base.judge.marks
    first_mark = first[-1] + len(pairs)
    width = first_mark + marks.count
    flat = np.zeros(width)
    flat[: first[-1]] = [c for slot in costs for c in slot[1:]]
    programme = _Programme(engine, flat, marks, first, first_mark, width)
    for slot in range(len(slots)):
        programme.add(_row(programme, dict.fromkeys(range(first[slot], first[slot + 1]), 1.0)), 0, 1)
    for n, number in enumerate(pairs, start=first[-1]):
        pair = table.pairs[number]
        both = [_variable(programme, table.columns[k].slot, table.columns[k].option) for k in (pair.first, pair.second)]
        for one in both:  # the pair is chosen exactly where both are
            programme.add(_row(programme, {n: 1.0, one: -1.0}), -np.inf, 0)
        programme.add(_row(programme, {both[0]: 1.0, both[1]: 1.0, n: -1.0}), -np.inf, 1)
    for n in range(marks.count):
        _mark(programme, n)
    return programme


def _row(programme: _Programme, weights: dict[int, float]) -> Floats:
    row = np.zeros(programme.width)
    for place, weight in weights.items():
        row[place] = weight
    return row


def _mark(programme: _Programme, number: int) -> None:
    """A mark is there where a chosen option brings it, the first one of a slot (as it is) included."""
    here = programme.first_mark + number
    total, constant = np.zeros(programme.width), 0.0
    for slot, by_option in programme.marks.varied.items():
        first, last = programme.first[slot], programme.first[slot + 1]
        if by_option[0, number]:  # brought by what the slot is: 1 less the options chosen
            programme.add(_row(programme, {here: 1.0, **dict.fromkeys(range(first, last), 1.0)}), 1, np.inf)
            total[first:last] -= 1
            constant += 1
        for option in range(1, len(by_option)):
            if by_option[option, number]:
                programme.add(_row(programme, {here: 1.0, first + option - 1: -1.0}), 0, np.inf)
                total[first + option - 1] += 1
    total[here] = -1
    programme.add(total, -constant, np.inf)


def _variable(programme: _Programme, slot: int, option: int) -> int:
    return programme.first[slot] + option - 1


def _effects(engine: Engine, programme: _Programme) -> tuple[Floats, Floats]:
    """Sums (with their 1) of the product as it is, and what each variable adds to them."""
    sums = engine.base.sums
    values, table = base_values(engine.variants), sums.table
    slots = len(engine.variants.slots)
    options = [(s, k) for s, slot in enumerate(engine.variants.slots) for k in range(1, len(slot.options))]
    choices = np.zeros((1 + len(options) + len(sums.layout.pairs), slots), dtype=np.int16)
    for n, (slot, option) in enumerate(options, start=1):
        choices[n, slot] = option
    for n, number in enumerate(sums.layout.pairs, start=1 + len(options)):
        for k in (table.pairs[number].first, table.pairs[number].second):
            choices[n, table.columns[k].slot] = table.columns[k].option
    found = with_one(sums_of(sums, choices, np.tile(values, (len(choices), 1))))
    added = found[1:] - found[0]
    for n, number in enumerate(sums.layout.pairs, start=len(options)):
        columns = [table.columns[k] for k in (table.pairs[number].first, table.pairs[number].second)]
        added[n] -= sum(added[_variable(programme, c.slot, c.option)] for c in columns)
    return found[0], added


def _limited(programme: _Programme, bound: Bound, effects: tuple[Floats, Floats]) -> None:
    """A limit as a row: sign × (scale × numerator − limit × denominator) of the sums at most 0."""
    base, added = effects
    sign = 1.0 if bound.at_most else -1.0
    weights = sign * (bound.form.scale * bound.form.numerator - bound.limit * bound.form.denominator)
    slack = _ROUNDING * abs(bound.limit) * abs(float(bound.form.denominator @ base))
    row = np.zeros(programme.width)
    row[: programme.first_mark] = added @ weights
    programme.add(row, -np.inf, -float(weights @ base) + slack, bound.requirement)


def _solved(programme: _Programme, slots: Sequence[int], tags: frozenset[str] | None = None) -> tuple[int, ...] | None:
    """The cheapest choice that the rows allow (`tags`: of the tagged rows only these count); None where none is."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not programme.first[-1]:
        return tuple(0 for _ in slots) if _fits(programme, tags) else None
    kept = [n for n, tag in enumerate(programme.tags) if not tag or tags is None or tag in tags]
    matrix = np.array([programme.rows[n] for n in kept])
    # rows of unlike size (kg, shares, kBq) are brought to one before the solver judges what is zero
    size = np.maximum(np.abs(matrix).max(axis=1), 1e-300)
    lower, upper = (np.array([side[n] for n in kept]) / size for side in (programme.lower, programme.upper))
    found = milp(
        programme.costs, constraints=LinearConstraint(matrix / size[:, None], lower, upper),
        integrality=np.ones(programme.width, dtype=np.int64), bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    if found.x is None:
        return None
    chosen = np.round(found.x[: programme.first[-1]]).astype(int)
    return tuple(
        int(np.argmax([0, *chosen[programme.first[s] : programme.first[s] + n - 1]])) if n > 1 else 0
        for s, n in enumerate(slots)
    )


def _fits(programme: _Programme, tags: frozenset[str] | None) -> bool:
    kept = [n for n, tag in enumerate(programme.tags) if not tag or tags is None or tag in tags]
    return all(programme.lower[n] <= 0 <= programme.upper[n] for n in kept)


def _outcome(engine: Engine, choice: tuple[int, ...]) -> Outcome:
    found = engine.results(np.array([choice], dtype=np.int16), base_values(engine.variants)[None, :])
    return engine.outcomes[int(found.outcome[0])]


def unmet_of(outcome: Outcome) -> frozenset[str]:
    """Requirements that fail or stay open."""
    return frozenset((*outcome.failed, *outcome.undetermined))


def _cut(programme: _Programme, choice: tuple[int, ...], unmet: frozenset[str], loose: frozenset[str]) -> None:
    """Leave out a design that does not hold, and with it all that are like it in what it fails for.

    Where something fails that no figure has a say in, every design with the same gaps and statements fails; where all
    that fails may turn on figures that are no plain limits (`loose`), this one design alone is known to.
    """
    row = np.zeros(programme.width)
    if unmet - loose:
        marked = programme.marks.of(choice)
        row[programme.first_mark :] = np.where(marked, 1, -1)
        programme.add(row, -np.inf, int(marked.sum()) - 1, JUDGED)
        return
    for slot, option in enumerate(choice):
        first, last = programme.first[slot], programme.first[slot + 1]
        if option:
            row[first + option - 1] = 1
        else:
            row[first:last] = -1
    programme.add(row, -np.inf, sum(map(bool, choice)) - 1, JUDGED)


def _prevents(
    programme: _Programme, slots: Sequence[int], seen: dict[tuple[int, ...], Outcome], aside: frozenset[str]
) -> tuple[str, ...]:
    """The requirements that no combination meets: each alone where that is enough, else the fewest together."""
    unmet = [unmet_of(o) - aside for o in seen.values()]
    always = frozenset.intersection(*unmet) if unmet else frozenset()
    named = [tag for tag in dict.fromkeys(programme.tags) if tag and tag != JUDGED]
    alone = [tag for tag in named if _solved(programme, slots, frozenset({tag})) is None]
    if alone or always:
        return tuple(dict.fromkeys((*alone, *sorted(always))))
    together = list(named)
    for tag in named:  # drop each that is not needed for there to be no solution
        fewer = [t for t in together if t != tag]
        if _solved(programme, slots, frozenset((*fewer, JUDGED))) is None:
            together = fewer
    return tuple(dict.fromkeys((*together, *sorted(frozenset.union(*unmet) if unmet else ()))))
