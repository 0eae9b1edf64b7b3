"""For each requirement that is not met: the smallest change of one input that meets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecoprod.levers.forms import Form, fitted, form_of, unlike
from ecoprod.levers.gradients import Turn, is_share
from ecoprod.measure import Measure
from ecoprod.screening.engine import Engine
from ecoprod.screening.figures import RATES
from ecoprod.screening.variants import Parameter
from ecoprod.standards.records import Condition, Limit
from ecoprod.standards.vocabulary import LOWER, UPPER
from ecoprod.units import UnitError, conversion
from ecoprod.verdict.records import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Side = Literal["low", "high"]

FAR = 0.5
"""A change of an amount by more than this share of it is named as far away: our own rule, no published one."""
_INSIDE = 1e-9
"""How far inside a limit, as a share of it, a change goes: on the limit itself rounding would decide."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a limit on a figure that follows from the sums: `form` at most (or at least) `limit`."""

    requirement: str
    indicator: str
    form: Form
    limit: float
    at_most: bool
    strict: bool

    def excess(self, sums: Floats) -> float:
        """How far the sums are beyond the limit (in the limit's unit times the denominator); 0 or less: met."""
        sign = 1.0 if self.at_most else -1.0
        margin = sign * self.limit * (1 - sign * np.sign(self.limit) * (_INSIDE if self.strict else 0.0))
        return float(sign * self.form.scale * (self.form.numerator @ sums) - margin * (self.form.denominator @ sums))


@dataclass(frozen=True, slots=True)
class Change:
    """One input turned from `before` to `after`, `relative` in per cent of what it was (None from 0).

    `far`: further than a design is likely to go (see `is_far`), so that it is no lever by itself.
    """

    requirement: str
    field: str
    unit: str | None
    before: float
    after: float
    relative: float | None
    far: bool = False


def bounds_of(finding: Finding, engine: Engine, sums: Floats) -> list[Bound] | None:
    """The limits of a requirement as bounds on figures; None where its condition is no plain list of such limits."""
    condition = finding.requirement.condition
    atoms = _conjunction(condition)
    if atoms is None:
        return None
    known = {m.id: m for m in finding.measures}
    found: list[Bound] = []
    for indicator, limit in atoms:
        measure = known.get(indicator)
        if measure is None:
            return None
        for side, value, at_most in _sides(limit):
            bound = _bound(
                finding.requirement.id, indicator, limit, measure, side, value, engine, sums, at_most=at_most
            )
            if bound is None:
                return None
            found.append(bound)
    return found or None


def _conjunction(condition: Condition | None) -> list[tuple[str, Limit]] | None:
    if condition is None or condition.any_of or condition.negated is not None:
        return None
    if condition.indicator is not None and condition.limit is not None:
        return [(condition.indicator, condition.limit)]
    inner = [_conjunction(c) for c in condition.all_of]
    return None if any(i is None for i in inner) else [atom for i in inner for atom in i or ()]


def _sides(limit: Limit) -> Iterator[tuple[Side, float, bool]]:
    """The proven bound that a limit is held against, the limit, and whether it is an upper one."""
    if limit.op in UPPER and isinstance(limit.value, float) and not limit.unresolved:
        yield "high", limit.value, True
    elif limit.op in LOWER and isinstance(limit.value, float) and not limit.unresolved:
        yield "low", limit.value, False
    elif limit.op == "between" and limit.low is not None and limit.high is not None:
        yield "low", limit.low, False
        yield "high", limit.high, True


def _bound(
    requirement: str, indicator: str, limit: Limit, measure: Measure, side: Side, value: float, engine: Engine,
    sums: Floats, *, at_most: bool,
) -> Bound | None:  # fmt: skip
    ready = engine.base
    plain = form_of(indicator, side, ready.sums, engine.linear, ready.case.product)
    form = fitted(plain, measure, side, sums) if plain is not None else None
    if form is None or measure.declared:
        return None
    if limit.unit and measure.unit != limit.unit:
        try:
            value = value * conversion(limit.unit, measure.unit or "")
        except UnitError:
            return None
    # a share that rows and scales leave open ends at nothing and at all, where it is no ratio
    if indicator in RATES and not 0 < value < 100 and unlike(ready.sums, ready.case.product):
        return None
    return Bound(requirement, indicator, form, value, at_most, limit.op in ("less_than", "more_than"))


def smallest_changes(
    bounds: Sequence[Bound], base: Floats, turns: Sequence[Turn], offered: Sequence[Parameter] = ()
) -> list[Change]:
    """Single changes that meet all bounds of one requirement, the smallest first and those far away last.

    None where no input alone can. `offered`: parameters of a variants file, whose ranges say how far a design can go.
    """
    found = []
    for turn in turns:
        after = _meeting(bounds, base, turn)
        if after is None:
            continue
        before = turn.parameter.base
        relative = 100 * (after - before) / before if before else None
        parameter = turn.parameter
        far = is_far(parameter, after, offered)
        found.append(Change(bounds[0].requirement, parameter.field, parameter.unit, before, after, relative, far))
    return sorted(found, key=lambda c: (c.far, _size(c), c.field))


def is_far(parameter: Parameter, after: float, offered: Sequence[Parameter] = ()) -> bool:
    """Whether a value lies beyond what the variants file gives the input; where it gives nothing, beyond `FAR`.

    A share is bounded by nothing and all, and no value between them is far.
    """
    given = next((p for p in offered if (p.of, p.target, p.column) == _place(parameter)), None)
    if given is not None:
        low, high = (min(given.values), max(given.values)) if given.values else (given.low, given.high)
        return low is not None and high is not None and not low <= after <= high
    return not is_share(parameter) and abs(after - parameter.base) > FAR * abs(parameter.base)


def _place(parameter: Parameter) -> tuple[str, str, str]:
    return parameter.of, parameter.target, parameter.column


def _size(change: Change) -> float:
    """Shares that begin at nothing are measured in points."""
    return abs(change.relative) if change.relative is not None else 100 * abs(change.after - change.before)


def _meeting(bounds: Sequence[Bound], base: Floats, turn: Turn) -> float | None:
    """The value of an input nearest to what it is that meets all bounds; None where none within its reach does."""
    here = turn.coordinate(turn.parameter.base)
    low, high = -np.inf, np.inf
    for bound in bounds:
        sign = 1.0 if bound.at_most else -1.0
        target = bound.limit * (1 - sign * np.sign(bound.limit) * _INSIDE)
        weights = sign * (bound.form.scale * bound.form.numerator - target * bound.form.denominator)
        at, slope = float(weights @ base), float(weights @ turn.slope)
        if slope == 0:
            if at > 0:
                return None
            continue
        edge = here - at / slope
        low, high = (low, min(high, edge)) if slope > 0 else (max(low, edge), high)
    if low > high:
        return None
    value = turn.value(min(max(here, low), high))
    return value if _possible(turn, value) else None


def _possible(turn: Turn, value: float) -> bool:
    """Whether an input can have that value: masses above zero, shares up to 1, everything finite."""
    if not np.isfinite(value):
        return False
    if turn.parameter.column == "yield":
        return 0 < value <= 1
    if turn.parameter.column == "recycled_content":
        return 0 <= value <= 1
    return value > 0 if turn.parameter.of == "part" else value >= 0
