"""The engine of a screening: a product and its variants made ready, then results for arrays of designs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.corridor import Case
from ecoprod.errors import InputError, Problem
from ecoprod.foreground import Foreground, build_foreground
from ecoprod.lca.linear import Linear, linear
from ecoprod.screening.changes import with_rest
from ecoprod.screening.figures import Figures, figures_of
from ecoprod.screening.parameters import NOT_BETWEEN
from ecoprod.screening.sums import Sums, prepare, sums_of
from ecoprod.screening.table import tabulate
from ecoprod.screening.variants import Variants
from ecoprod.screening.verdicts import Judge, Outcome
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]
    Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Results:
    """Results of designs, in their order. `per_service`: products per functional unit (NaN without one).

    `outcome`: numbers of the engine's `outcomes`.
    """

    choices: Numbers
    values: Floats
    figures: Figures
    cost: Floats
    per_service: Floats
    outcome: Codes


@dataclass(slots=True)
class _Ready:
    """One product made ready: without the parameters that change everything, or for one set of their values."""

    case: Case
    foreground: Foreground
    sums: Sums
    judge: Judge


class Engine:
    """Judges any number of designs of one product. Raises InputError where options make no product at all."""

    def __init__(self, case: Case, variants: Variants, notify: Callable[[str], None]) -> None:
        self.case, self.variants, self.notify = case, variants, notify
        self.linear: Linear = linear(case.background, case.methods, notify)
        self.outcomes: list[Outcome] = []
        self._apart = tuple(n for n, p in enumerate(variants.parameters) if p.of in NOT_BETWEEN)
        self._ready: dict[tuple[float, ...], _Ready] = {}
        self._costs = _costs(variants)
        self._made_ready(tuple(variants.parameters[n].base for n in self._apart))

    @property
    def base(self) -> _Ready:
        """The product as it is."""
        return self._ready[tuple(self.variants.parameters[n].base for n in self._apart)]

    def _made_ready(self, values: tuple[float, ...]) -> _Ready:
        if values not in self._ready:
            given = [(self.variants.parameters[n], v) for n, v in zip(self._apart, values, strict=True)]
            product = with_rest(self.case.product, given)
            problems: list[Problem] = []
            foreground = build_foreground(product, self.case.background, Ledger(), problems)
            if problems:
                raise InputError(problems)
            case = replace(self.case, product=product)
            table = tabulate(product, foreground, case.background, self.variants)
            sums = prepare(product, foreground, table, self.linear, self.variants)
            judge = Judge(case, foreground, sums, self.linear, self.notify, self.outcomes)
            self._ready[values] = _Ready(case, foreground, sums, judge)
        return self._ready[values]

    def number_of(self, outcome: Outcome) -> int:
        """The number of an outcome that is known from an earlier run."""
        if outcome not in self.outcomes:
            self.outcomes.append(outcome)
        return self.outcomes.index(outcome)

    def results(self, choices: Numbers, values: Floats) -> Results:
        """Figures and outcomes of designs: `choices` of an option in each slot, `values` of the parameters."""
        if not self._apart:
            return self._of(self.base, choices, values)
        kinds, inverse = np.unique(values[:, self._apart], axis=0, return_inverse=True)
        parts = [(np.flatnonzero(inverse.ravel() == n), tuple(kind.tolist())) for n, kind in enumerate(kinds)]
        found = [(rows, self._of(self._made_ready(kind), choices[rows], values[rows])) for rows, kind in parts]
        order = np.argsort(np.concatenate([rows for rows, _ in found]), kind="stable")
        return _joined([one for _, one in found], order)

    def _of(self, ready: _Ready, choices: Numbers, values: Floats) -> Results:
        figures = figures_of(sums_of(ready.sums, choices, values), ready.sums, self.linear, ready.case.product)
        per_unit = ready.foreground.products_per_functional_unit
        service = np.full(len(choices), np.nan if per_unit is None else per_unit)
        return Results(
            choices, values, figures, self._costs[0] + _sum_of_costs(self._costs[1], choices), service,
            ready.judge.judged(choices, values, figures),
        )  # fmt: skip


def _costs(variants: Variants) -> tuple[float, list[Floats]]:
    """Added cost of each option of each slot; NaN where an option does not say."""
    return 0.0, [
        np.array([0.0 if not o.name else np.nan if o.cost is None else o.cost for o in slot.options])
        for slot in variants.slots
    ]


def _sum_of_costs(costs: Sequence[Floats], choices: Numbers) -> Floats:
    found = np.zeros(len(choices))
    if all(np.isnan(c[1:]).all() for c in costs):
        return found * np.nan
    for n, cost in enumerate(costs):
        found += cost[choices[:, n]]
    return found


_ARRAYS = ("impacts", "coverage", "mass", "gap")


def _joined(parts: Sequence[Results], order: Codes) -> Results:
    def put(arrays: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate(arrays)[order]

    names = parts[0].figures.bounds
    bounds = {
        n: (put([p.figures.bounds[n][0] for p in parts]), put([p.figures.bounds[n][1] for p in parts])) for n in names
    }
    figures = Figures(bounds, *(put([getattr(p.figures, n) for p in parts]) for n in _ARRAYS))  # type: ignore[arg-type]
    fields = [put([getattr(p, name) for p in parts]) for name in ("cost", "per_service", "outcome")]
    return Results(put([p.choices for p in parts]), put([p.values for p in parts]), figures, *fields)  # type: ignore[arg-type]
