"""Screening: a product folder and a variants file become figures and a verdict for every design."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.corridor import Case, read_case
from ecoprod.errors import At, InputError, Problem
from ecoprod.product import Product
from ecoprod.screening.changes import designed
from ecoprod.screening.designs import base_values, count_of, designs_of
from ecoprod.screening.engine import Engine
from ecoprod.screening.kept import columns_of, front_of, objective_of, order_of
from ecoprod.screening.opening import is_design_unread, opened
from ecoprod.screening.variants import Variants
from ecoprod.screening.verdicts import Outcome
from ecoprod.trace import Ledger

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
        case, foreground = read_case(
            path, Ledger(), on=on, spec=spec, overlays=overlays, background=background, methods=methods
        )
        if foreground is None:
            raise InputError([Problem("screen-no-lca", At(case.product.file, None, "lca"), "lca")])
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

    def frame(self) -> pd.DataFrame:
        """One row a design: options, parameter values, figures, verdict, whether it is on the front."""
        from ecoprod.screening.tables import frame_of

        return frame_of(self)


def screen(path: Path, variants: Path, *, progress: Progress = _quiet, **more: Any) -> Screening:
    """Screen every design of a variants file; further arguments as of `Screen`. Raises InputError."""
    ready = Screen(path, variants, **more)
    return gathered(ready, list(_told(ready, progress)))


def _told(ready: Screen, progress: Progress) -> Iterator[Chunk]:
    for chunk in ready.chunks():
        yield chunk
        progress(chunk.start + len(chunk.outcome), ready.count)


def gathered(ready: Screen, chunks: Sequence[Chunk]) -> Screening:
    """All chunks in one, with front and order."""
    whole = Chunk(
        0, np.concatenate([c.choices for c in chunks]), np.concatenate([c.values for c in chunks]),
        {name: np.concatenate([c.columns[name] for c in chunks]) for name in chunks[0].columns},
        np.concatenate([c.outcome for c in chunks]),
    )  # fmt: skip
    goals = ready.variants.objectives
    values = np.stack([objective_of(o, whole.columns, service=ready.service) for o in goals], axis=1)
    order = order_of(goals, values)
    last = refused_of(ready.engine, whole.outcome)[order]
    return Screening(ready, whole, front_of(goals, values), np.concatenate([order[~last], order[last]]))
