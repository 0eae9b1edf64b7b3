"""Screening: a product folder and a variants file become figures and a verdict for every design."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.corridor import Case
from ecoprod.errors import InputError, Problem
from ecoprod.product import Product
from ecoprod.screening.case import case_beside
from ecoprod.screening.changes import designed
from ecoprod.screening.designs import base_values, count_of, designs_of
from ecoprod.screening.engine import Engine
from ecoprod.screening.kept import columns_of, front_of, objective_of, order_of
from ecoprod.screening.opening import is_design_unread, opened
from ecoprod.screening.variants import Variants
from ecoprod.screening.verdicts import Outcome

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]

AT_ONCE = 8_192
REFUSED = "refused"
Progress = Callable[[int, int], None]


def _quiet(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some designs in a row: number of the first, choices, values, figures by column, outcome numbers."""

    start: int
    choices: Numbers
    values: Floats
    columns: dict[str, Floats]
    outcome: NDArray[np.int64]


class Screen:
    """A screening made ready: how many designs, what the product as it is comes to, and then chunk after chunk.

    Raises InputError with every problem of the product and of the variants file.
    """

    def __init__(
        self, path: Path, variants: Path, *, on: date | None = None, spec: str | None = None,
        overlays: Sequence[Path] = (), background: str = "core", methods: Sequence[str] = (),
        sample: int | None = None, seed: int | None = None, notify: Callable[[str], None] = _quiet,
    ) -> None:  # fmt: skip
        case, foreground = case_beside(
            path, variants, on=on, spec=spec, overlays=overlays, background=background, methods=methods
        )
        self.case: Case = case
        self.engine = opened(variants, case, foreground, notify, sample=sample, seed=seed, further=_uncountable)
        self.variants: Variants = self.engine.variants
        self.count = count_of(self.variants)
        self.service = foreground.products_per_functional_unit is not None
        self.base = self._as_is(notify)

    def _as_is(self, notify: Callable[[str], None]) -> Chunk:
        """The product as its files have it: with parameters of what they do not state, it is none of the designs."""
        variants = self.variants
        choices, values = np.zeros((1, len(variants.slots)), dtype=np.int16), base_values(variants)[None, :]
        if all(p.stated for p in variants.parameters):
            return self._chunk(0, choices, values)
        alone = Engine(self.case, replace(variants, parameters=()), notify)
        found = alone.results(choices, values[:, :0])
        number = self.engine.number_of(alone.outcomes[int(found.outcome[0])])
        return Chunk(0, choices, values, columns_of(found, alone.linear), np.array([number]))

    def chunks(self, size: int = AT_ONCE, skip: int = 0) -> Iterator[Chunk]:
        """Results of all designs, some at a time; `skip`: designs that are known already."""
        for start, choices, values in designs_of(self.variants, size):
            left = max(skip - start, 0)
            if left < len(choices):
                yield self._chunk(start + left, choices[left:], values[left:])

    def _chunk(self, start: int, choices: Numbers, values: Floats) -> Chunk:
        found = self.engine.results(choices, values)
        columns = columns_of(found, self.engine.linear)
        refused = refused_of(self.engine, found.outcome)
        if refused.any():  # what cannot be a product has no figures, however its sums come out
            columns = {name: np.where(refused, np.nan, column) for name, column in columns.items()}
        return Chunk(start, choices, values, columns, found.outcome)

    def outcome(self, number: int) -> Outcome:
        """What an outcome number stands for."""
        return self.engine.outcomes[number]

    def product(self, choices: Sequence[int], values: Sequence[float]) -> Product:
        """The product of one design, as `assess` would read it from files."""
        base = self.engine.base
        return designed(
            self.case.product, base.foreground, self.case.background, self.variants, list(choices), list(values)
        )


def _uncountable(variants: Variants, problems: Sequence[Problem]) -> Sequence[Problem]:
    """Combinations without end, or too many of them."""
    if is_design_unread(problems):
        return ()
    try:
        count_of(variants)
    except InputError as error:
        return error.problems
    return ()


def refused_of(engine: Engine, outcome: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which designs cannot be judged at all, by their outcome numbers."""
    found: NDArray[np.bool_] = np.array([o.verdict == REFUSED for o in engine.outcomes], dtype=bool)[outcome]
    return found


@dataclass(frozen=True, slots=True)
class Ranking:
    """What all designs of a screening come to. `front`: which no other design beats; `order`: best first.

    `outcome`: their outcome numbers.
    """

    outcome: NDArray[np.int64]
    front: NDArray[np.bool_]
    order: NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Screening:
    """All designs of a screening in memory. `front`: which no other design beats; `order`: best first."""

    screen: Screen
    whole: Chunk
    front: NDArray[np.bool_]
    order: NDArray[np.int64]

    @property
    def verdicts(self) -> list[str]:
        """The verdict of each design, in their order."""
        names = [outcome.verdict for outcome in self.screen.engine.outcomes]
        return [names[number] for number in self.whole.outcome]

    @property
    def ranking(self) -> Ranking:
        """What the designs come to, as a table asks for it."""
        return Ranking(self.whole.outcome, self.front, self.order)

    def design(self, row: int) -> tuple[Numbers, Floats]:
        """Options and values of one design."""
        return self.whole.choices[row], self.whole.values[row]

    def counts(self) -> dict[str, int]:
        """How many designs have each verdict."""
        return counts_of(self.screen, self.whole.outcome)

    def frame(self) -> pd.DataFrame:
        """One row a design: options, parameter values, figures, verdict, whether it is on the front."""
        from ecoprod.screening.tables import frame_of

        return frame_of(self)

    def __repr__(self) -> str:
        told = ", ".join(f"{verdict} {count}" for verdict, count in self.counts().items())
        name = self.screen.case.product.name
        return f"<Screening of {name!r}: {self.screen.count} designs ({told}), {int(self.front.sum())} on the front>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<tr><td>{escape(v)}</td><td>{count}</td></tr>" for v, count in self.counts().items())
        front = f"<tr><td>front</td><td>{int(self.front.sum())}</td></tr>"
        head = f"<tr><th>designs</th><th>{self.screen.count}</th></tr>"
        return f"<table><caption>{escape(self.screen.case.product.name)}</caption>{head}{rows}{front}</table>"


def counts_of(ready: Screen, outcome: NDArray[np.int64]) -> dict[str, int]:
    """How many designs have each verdict, by name."""
    found: dict[str, int] = {}
    for known, count in zip(ready.engine.outcomes, np.bincount(outcome), strict=False):
        if count:
            found[known.verdict] = found.get(known.verdict, 0) + int(count)
    return dict(sorted(found.items()))


def screen(path: Path, variants: Path, *, progress: Progress = _quiet, **more: Any) -> Screening:
    """Screen every design of a variants file; further arguments as of `Screen`. Raises InputError."""
    ready = Screen(path, variants, **more)
    return gathered(ready, noted(ready, progress))


def noted(ready: Screen, progress: Progress) -> Iterator[Chunk]:
    """All chunks, each told when it is done."""
    for chunk in ready.chunks():
        yield chunk
        progress(chunk.start + len(chunk.outcome), ready.count)


def gathered(ready: Screen, chunks: Iterable[Chunk]) -> Screening:
    """All chunks in one, with front and order. A chunk that has been taken is not needed any more."""
    count, variants = ready.count, ready.variants
    choices = np.empty((count, len(variants.slots)), dtype=np.int16)
    values, outcome = np.empty((count, len(variants.parameters))), np.empty(count, dtype=np.int64)
    columns = {name: np.empty(count) for name in ready.base.columns}
    for chunk in chunks:
        rows = slice(chunk.start, chunk.start + len(chunk.outcome))
        choices[rows], values[rows], outcome[rows] = chunk.choices, chunk.values, chunk.outcome
        for name, column in chunk.columns.items():
            columns[name][rows] = column
    found = ranked(ready, goals_of(ready, columns), outcome)
    return Screening(ready, Chunk(0, choices, values, columns, outcome), found.front, found.order)


def goals_of(ready: Screen, columns: dict[str, Floats]) -> Floats:
    """The figures that designs are ranked by, designs × objectives."""
    goals = ready.variants.objectives
    return np.stack([objective_of(o, columns, service=ready.service) for o in goals], axis=1)


def ranked(ready: Screen, values: Floats, outcome: NDArray[np.int64]) -> Ranking:
    """Front and order of all designs, by what they are ranked by; those that cannot be judged come last."""
    goals = ready.variants.objectives
    order = order_of(goals, values)
    last = refused_of(ready.engine, outcome)[order]
    return Ranking(outcome, front_of(goals, values), np.concatenate([order[~last], order[last]]))
