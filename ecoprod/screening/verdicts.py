"""The verdict of many designs, each that of `assess`, judged once for all designs that are alike in what decides.

A verdict depends on a design in two ways: by what is no number (which gaps, which assumptions, what is stated of
substances, whether data cover a category), and by which side of a limit each figure lies on. Designs alike in the
first are one class: one of them is built and measured in full. Designs of a class alike in the second have one
outcome: the rules are applied to one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.assessment import Assessment
from ecoprod.corridor import Case, judge_design, unseen_evidence
from ecoprod.errors import InputError, Problem
from ecoprod.foreground import Foreground
from ecoprod.indicators.raw_material import RATE, rests_on_the_bill
from ecoprod.lca.held import Held
from ecoprod.lca.linear import Linear
from ecoprod.measure import Measure
from ecoprod.screening.changes import designed
from ecoprod.screening.classes import (
    Turns,
    categories_asked,
    closing,
    factors_of,
    keyed_by_mass,
    lowering,
    rows_as_bytes,
    shared_unlike,
    turns_of,
    unit_marks,
    with_places,
)
from ecoprod.screening.figures import PER_MASS, Figures, declared_mass, put_measured
from ecoprod.screening.goals import HEADLINE
from ecoprod.screening.lookup import Slots, combination, merged
from ecoprod.screening.sides import sides_of
from ecoprod.screening.substances import Contents, contents_of
from ecoprod.screening.sums import Sums
from ecoprod.screening.table import Table
from ecoprod.standards.records import Condition, Limit, Spec
from ecoprod.standards.walks import atoms, names_of
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]
    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for a design: verdict, and the requirements that fail or stay open.

    `problems`: why it cannot be judged at all (`refused`).
    """

    verdict: str
    failed: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What of rows is no number, as yes or no.

    `always`: which marks every design has; `varied`: options × marks, of the slots where they differ.
    """

    always: Flags
    varied: Mapping[int, Flags]

    @property
    def count(self) -> int:
        """Number of marks."""
        return len(self.always)

    def of(self, choice: Sequence[int]) -> Flags:
        """The marks of one design."""
        found = self.always.copy()
        for slot, by_option in self.varied.items():
            found |= by_option[choice[slot]]
        return found


@dataclass(frozen=True, slots=True)
class Measured:
    """What the designs of a class have in common: a ledger for each class would fill the memory.

    `measures`: of one of them, those that the specification names; `factors`: of those that vary with a design, what
    turns the figures of a design into the bounds that its assessment would have; `beside`: what is added to these.
    """

    measures: Mapping[str, Measure]
    factors: Mapping[str, tuple[float, float]]
    beside: Mapping[str, tuple[float, float]]
    illustrative: bool
    unseen: frozenset[str]


@dataclass(slots=True)
class Judge:
    """Keeps every class and every outcome that was found, so that each is judged once."""

    case: Case
    foreground: Foreground
    sums: Sums
    linear: Linear
    notify: Callable[[str], None]
    outcomes: list[Outcome] = field(default_factory=list)
    classes: dict[bytes, Measured | tuple[Problem, ...]] = field(default_factory=dict)
    _known: dict[tuple[bytes, bytes], int] = field(default_factory=dict)
    marks: Marks = field(init=False)
    _asked: list[tuple[str, Limit]] = field(init=False)
    _held: Held = field(init=False)
    _words: Mapping[Slots, Words] = field(init=False)
    _shown: list[int] = field(init=False)
    _turns: Turns = field(init=False)
    _contents: Contents = field(init=False)
    _factors: Mapping[str, float] = field(init=False)
    _keyed: bool = field(init=False)
    _apart: bool = field(init=False)
    _by_bill: bool = field(init=False)

    def __post_init__(self) -> None:
        case, product, table, variants = self.case, self.case.product, self.sums.table, self.sums.variants
        self._asked = _atoms(case.spec)
        names = frozenset(name for name, _ in self._asked)
        wanted = categories_asked(names, case.spec, product)
        # climate change always: coverage and what is linked rest on it; a figure that is declared is compared with ours
        looked_at = {n for r in case.spec.requirements for n in names_of(r)} | product.declared.keys()
        calculated = {"climate-change"} | categories_asked(looked_at, case.spec, product)
        self._held = self.linear.held.of_categories(HEADLINE, calculated)
        impacts = self.linear.impacts
        self._shown = [k for k, i in enumerate(impacts) if i.method == HEADLINE and i.category.id in wanted]
        less = lowering(table, self.foreground, self.linear, variants, product, self._shown)
        self.marks = _marks_of(with_places(table, product, self.foreground, case.background, less, names, wanted))
        words: dict[Slots, Words] = {
            ((s, len(o)),): _words(np.packbits(o, axis=1)) for s, o in self.marks.varied.items()
        }
        self._words = merged(words, np.bitwise_or)
        self._factors = factors_of(product, self.foreground)
        self._apart = shared_unlike(self.foreground)
        self._turns = turns_of(self.sums, product, self.linear, self._factors, less, names, apart=self._apart)
        self._keyed = keyed_by_mass(product, names)
        self._by_bill = RATE in names and rests_on_the_bill(product)
        self._contents = contents_of(names, product, self.foreground, case.background, variants)

    def judged(self, choices: Numbers, values: Floats, figures: Figures) -> Codes:
        """For each design the number of its outcome in `outcomes`.

        A design whose masses do not close as those of the product do gets its figures from here too.
        """
        mass = figures.mass
        unlike = ~closing(self.sums, self.foreground, mass)
        alone = unlike | (not self._contents.followed) | self._by_bill
        over, beyond = np.maximum(-figures.gap, 0.0), np.maximum(figures.gap - self.sums.unaccounted_kg, 0.0)
        columns = np.ascontiguousarray(choices.T)  # looked up slot by slot
        held = self._contents.bounds(columns, values, mass - over, mass + beyond)
        known = replace(figures, bounds={**figures.bounds, **held})
        kinds = self._kinds(columns, values, known, alone)
        found = np.zeros(len(choices), dtype=np.int64)
        for rows, first in _groups(kinds):
            key = kinds[first].tobytes()
            measured = self.classes.get(key)
            if measured is None:
                made = self._made(choices[first], values[first], whole=bool(unlike[first]))
                measured = made if isinstance(made, tuple) else self._kept(made, known, first, fixed=bool(alone[first]))
                if unlike[first]:
                    put_measured(made, figures, first, self.linear)
                if not alone[first]:
                    self.classes[key] = measured
            if isinstance(measured, tuple):
                found[rows] = self._number((key, b""), partial(Outcome, "refused", problems=measured))
            else:
                found[rows] = self._outcomes(key, measured, rows, known)
        return found

    def _made(self, choice: Numbers, values: Floats, *, whole: bool) -> Assessment | tuple[Problem, ...]:
        """One design of a class, built and measured as `assess` does; `whole`: in every category that is shown."""
        case = self.case
        try:
            product = designed(
                case.product, self.foreground, case.background, self.sums.variants, choice.tolist(), values.tolist()
            )
            return judge_design(case, product, self.notify, self.linear.held if whole else self._held, others=whole)
        except InputError as error:
            return error.problems

    def _kept(self, made: Assessment, figures: Figures, row: int, *, fixed: bool) -> Measured:
        """Of a design what its class has in common; `fixed`: it was measured for itself alone."""
        named = {n for r in self.case.spec.requirements for n in names_of(r)}
        known = {n: m for n, m in made.measures.items() if n in named}
        factors: dict[str, tuple[float, float]] = {}
        beside: dict[str, tuple[float, float]] = {}
        for name in () if fixed else known.keys() & figures.bounds.keys() - made.product.declared.keys():
            measure, given = known[name], [bound[row] for bound in figures.bounds[name]]
            factors[name] = (self._factors.get(name, 1.0),) * 2
            if name in PER_MASS:
                factors[name] = ((measure.low or 0.0) / given[0], (measure.high or 0.0) / given[1])
            elif self._apart and name.startswith(("impact", "carbon-footprint")):
                # what the site adds by its output in place of its key is the same for every design
                beside[name] = tuple(
                    0.0 if bound is None else bound - own * factor
                    for bound, own, factor in zip((measure.low, measure.high), given, factors[name], strict=True)
                )  # type: ignore[assignment]
        return Measured(known, factors, beside, made.illustrative, unseen_evidence(made.product))

    def _outcomes(self, key: bytes, measured: Measured, rows: Codes, figures: Figures) -> Codes:
        """Outcomes of the designs of a class."""
        known = measured.measures
        asked = [(n, limit) for n, limit in self._asked if n in measured.factors]
        bounds = {
            n: _bounds(known[n], figures.bounds[n], factors, measured.beside.get(n, (0.0, 0.0)), rows)
            for n, factors in measured.factors.items()
        }
        sides = [sides_of(known[n], *bounds[n], limit) for n, limit in asked]
        table = np.array(sides, dtype=np.int8).T if sides else np.zeros((len(rows), 0), dtype=np.int8)
        found = np.zeros(len(rows), dtype=np.int64)
        for alike, one in _groups(np.ascontiguousarray(table).view(np.uint8)):

            def outcome(one: int = one) -> Outcome:
                given = {n: _at(known[n], low[one], high[one]) for n, (low, high) in bounds.items()}
                return _judged(self.case.spec, measured, given)

            found[alike] = self._number((key, table[one].tobytes()), outcome)
        return found

    def _number(self, key: tuple[bytes, bytes], make: Callable[[], Outcome]) -> int:
        if key not in self._known:
            self.outcomes.append(make())
            self._known[key] = len(self.outcomes) - 1
        return self._known[key]

    # ---- what is no number -----------------------------------------------------------------------

    def _kinds(self, columns: Numbers, values: Floats, figures: Figures, alone: Flags) -> NDArray[np.uint8]:
        """Designs × bytes: alike for designs of one class. `columns`: slots × designs."""
        # words × designs: single columns are looked up several times faster than rows of one word
        marks = np.tile(_words(np.packbits(self.marks.always[None, :], axis=1)).T, (1, columns.shape[1]))
        for slots, words in self._words.items():
            chosen = combination(slots, columns)
            for number, word in enumerate(words.T):
                marks[number] |= word.take(chosen)
        parts = [np.ascontiguousarray(marks.T).view(np.uint8)]
        parts += [np.packbits(flags[:, self._shown], axis=1) for flags in (figures.has_value(), figures.is_whole())]
        parts += self._turns.of(values, figures)
        if self._apart:  # no share can be told of an impact that is nothing or less
            parts.append(np.packbits(figures.impacts[:, self._shown] > 0, axis=1))
        if alone.any():
            parts.append(rows_as_bytes(columns.T, values, alone))
        product = self.case.product
        if product.mass_kg is not None:
            parts += unit_marks(declared_mass(figures.mass, self.sums, product), product)
            parts.append(np.sign(figures.gap).astype(np.int8).view(np.uint8)[:, None])
            if self._keyed:
                parts.append(declared_mass(figures.mass, self.sums, product)[:, None].view(np.uint8))
        for name in product.declared:
            if name in figures.bounds:  # a declaration may narrow it, or contradict it: each design for itself
                low, high = figures.bounds[name]
                parts.append(np.stack([low, high], axis=1).view(np.uint8))
        return np.ascontiguousarray(np.hstack(parts))


def _marks_of(table: Table) -> Marks:
    every = sorted({s for slot in table.signatures for option in slot for s in option}, key=repr)
    by_slot = [np.array([[s in o for s in every] for o in slot], dtype=bool) for slot in table.signatures]
    always = np.zeros(len(every), dtype=bool)
    for marks in by_slot:
        always |= marks.all(axis=0)
    differing = np.array([n for n in range(len(every)) if not always[n]], dtype=np.int64)
    varied = {k: m[:, differing] for k, m in enumerate(by_slot) if len(m) > 1 and (m != m[0]).any()}
    return Marks(always[differing], varied)


def _words(rows: NDArray[np.uint8]) -> Words:
    """Rows of bytes as whole numbers of 64 bits: rows are then compared and combined in a few steps."""
    words = np.zeros((len(rows), rows.shape[1] // 8 + 1), dtype=np.uint64)
    words.view(np.uint8)[:, : rows.shape[1]] = rows
    return words


def _groups(rows: NDArray[np.uint8]) -> Iterator[tuple[Codes, int]]:
    """Row numbers of each set of equal rows, with the first of them."""
    if not len(rows):
        return
    code = np.zeros(len(rows), dtype=np.uint64)
    first = np.zeros(1, dtype=np.int64)
    for column in _words(rows).T:
        if (column == column[0]).all():
            continue
        if len(first) > 1:
            # numbers of groups, both below the number of rows: their pair fits into one whole number again
            column = code * np.uint64(len(rows)) + np.unique(column, return_inverse=True)[1].astype(np.uint64)  # noqa: PLW2901
        _, first, inverse = np.unique(column, return_index=True, return_inverse=True)
        code = inverse.astype(np.uint64)
    if len(first) == 1:
        yield np.arange(len(rows)), 0
        return
    # few groups make small numbers, which are sorted fastest
    order = np.argsort(code.astype(np.min_scalar_type(len(first))), kind="stable")
    ends = np.cumsum(np.bincount(code.astype(np.int64)))
    for group, one in enumerate(first):
        yield order[(ends[group - 1] if group else 0) : ends[group]], int(one)


def _bounds(
    measure: Measure, all_of: tuple[Floats, Floats], factors: tuple[float, float], beside: tuple[float, float],
    rows: Codes,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Bounds of a measure over the designs of a class; NaN where the class has none."""
    low, high = (
        np.full(len(rows), np.nan) if bound is None else figures[rows] * factor + more
        for bound, figures, factor, more in zip((measure.low, measure.high), all_of, factors, beside, strict=True)
    )
    return low, high


def _at(measure: Measure, low: float, high: float) -> Measure:
    return replace(
        measure, low=None if measure.low is None else float(low), high=None if measure.high is None else float(high)
    )


def _judged(spec: Spec, measured: Measured, given: Mapping[str, Measure]) -> Outcome:
    findings = evaluate(spec, {**measured.measures, **given}, Ledger())
    verdict = judge(spec, findings, illustrative=measured.illustrative, unseen=measured.unseen)
    by_status: dict[str, list[str]] = {"fail": [], "undetermined": []}
    for finding in findings:
        by_status.get(finding.status, []).append(finding.requirement.id)
    return Outcome(verdict.outcome, tuple(by_status["fail"]), tuple(by_status["undetermined"]))


def _atoms(spec: Spec) -> list[tuple[str, Limit]]:
    """Every comparison that the specification makes, with its indicator."""
    conditions: Sequence[Condition | None] = [
        c for r in spec.requirements for c in (r.condition, r.applies_when, r.exempt_when)
    ]
    return [(name, limit) for condition in conditions for name, limit, _ in atoms(condition)]
