"""For each requirement that is not met: the smallest change of one input that meets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, isclose
from typing import TYPE_CHECKING, Literal

import numpy as np

from ecoprod.corridor import Case
from ecoprod.foreground import Foreground
from ecoprod.lca.linear import Linear
from ecoprod.levers.forms import Form, fitted, form_of, unit_weights, unlike
from ecoprod.levers.gradients import Turn, is_share
from ecoprod.measure import Measure
from ecoprod.screening.classes import factors_of, keyed_by_mass, shared_unlike
from ecoprod.screening.figures import RATES
from ecoprod.screening.rows import SCALARS
from ecoprod.screening.sums import Sums
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

_ON_WHOLE = 1e-6
"""How near a number of pieces is to a whole one that it stands for."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a limit on a figure that follows from the sums: `form` at most (or at least) `limit`.

    `needed`: a form that must meet it too in every design that does, however far an input is turned; None where none
    is known.
    """

    requirement: str
    indicator: str
    form: Form
    limit: float
    at_most: bool
    strict: bool
    needed: Form | None = None

    def excess(self, sums: Floats) -> float:
        """How far the sums are beyond the limit (in the limit's unit times the denominator); 0 or less: met."""
        sign = 1.0 if self.at_most else -1.0
        margin = sign * self.limit * (1 - sign * np.sign(self.limit) * (_INSIDE if self.strict else 0.0))
        return float(sign * self.form.scale * (self.form.numerator @ sums) - margin * (self.form.denominator @ sums))


@dataclass(frozen=True, slots=True)
class Change:
    """One input turned from `before` to `after`, `relative` in per cent of what it was (None from 0).

    `points`: the same of a share, in percentage points. `stated`: whether the files state `before`; the life cycle
    takes it where they do not. `far`: further than a design is likely to go (see `is_far`), so that it is no lever by
    itself.
    """

    requirement: str
    parameter: Parameter
    after: float
    far: bool = False

    @property
    def field(self) -> str:
        """The input."""
        return self.parameter.field

    @property
    def before(self) -> float:
        """What it is."""
        return self.parameter.base

    @property
    def relative(self) -> float | None:
        """Per cent of what it was."""
        return 100 * (self.after - self.before) / self.before if self.before else None

    @property
    def points(self) -> float | None:
        """Percentage points, of a share."""
        return 100 * (self.after - self.before) if is_share(self.parameter) else None

    @property
    def size(self) -> float:
        """How large a change it is: shares are measured in points, whatever they begin at."""
        found = self.relative if self.points is None else self.points
        return abs(found) if found is not None else float("inf")


@dataclass(frozen=True, slots=True)
class Place:
    """Where bounds are worked out: the product, its sums and what they are made with."""

    case: Case
    foreground: Foreground
    sums: Sums
    linear: Linear


def bounds_of(finding: Finding, place: Place, sums: Floats) -> list[Bound] | None:
    """The limits of a requirement as bounds on figures; None where its condition is no plain list of such limits."""
    atoms = _conjunction(finding.requirement.condition)
    if atoms is None:
        return None
    known = {m.id: m for m in finding.measures}
    found: list[Bound] = []
    for indicator, limit in atoms:
        measure = known.get(indicator)
        if measure is None:
            return None
        for side, value, at_most in _sides(limit):
            bound = _bound(finding.requirement.id, indicator, limit, measure, side, value, place, sums, at_most=at_most)
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
    requirement: str, indicator: str, limit: Limit, measure: Measure, side: Side, value: float, place: Place,
    sums: Floats, *, at_most: bool,
) -> Bound | None:  # fmt: skip
    product = place.case.product
    plain = form_of(indicator, side, place.sums, place.linear, product)
    form = fitted(plain, measure, side, sums) if plain is not None else None
    if form is None or measure.declared:
        return None
    if limit.unit and measure.unit != limit.unit:
        try:
            value = value * conversion(limit.unit, measure.unit or "")
        except UnitError:
            return None
    # a share that rows and scales leave open ends at nothing and at all, where it is no ratio
    if indicator in RATES and not 0 < value < 100 and unlike(place.sums, product):
        return None
    strict = limit.op in ("less_than", "more_than")
    return Bound(requirement, indicator, form, value, at_most, strict, _needed(indicator, side, form, place))


def _needed(indicator: str, side: Side, form: Form, place: Place) -> Form | None:
    """What no design that meets the limit can miss.

    What rows and scales differ by widens the bounds of a share and of the mass, so that the rows alone have to meet the
    limit. A gap that a row of its own stands for may close in a heavier design, and site data that are shared by an
    unlike key follow the mass in another way: nothing is known of those.
    """
    product, foreground, sums = place.case.product, place.foreground, place.sums
    if any(t.unaccounted for t in foreground.parts):
        return None
    size, names = sums.base.size, (indicator,)
    masses = {name: unit_weights(size, sums.scalar.start + k) for k, name in enumerate(SCALARS)}
    factors = factors_of(product, foreground)
    if indicator == "mass":
        return Form(masses["mass"], unit_weights(size, size), factors["mass"])
    if indicator in RATES:
        return Form(100 * masses[f"{RATES[indicator]}-{side}"], masses["mass"])
    if indicator.startswith("impact:") and not shared_unlike(foreground) and not keyed_by_mass(product, names):
        # a figure that something is added to is no multiple of ours
        alike = isclose(form.scale, factors.get(indicator, 0.0), rel_tol=_INSIDE)
        return form if alike else None
    return None


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


def reaches(bounds: Sequence[Bound], base: Floats, turn: Turn) -> bool | None:
    """Whether some value of an input may meet all bounds: False is proven for all that it can have, None not known."""
    known = [b for b in bounds if b.needed is not None]
    rows = [_weights(b.needed, b, -_INSIDE) for b in known if b.needed is not None]
    if _nearest(rows, base, turn) is None:
        return False
    return True if len(known) == len(bounds) else None


def meeting(bounds: Sequence[Bound], base: Floats, turn: Turn) -> float | None:
    """The value of an input nearest to what it is that meets all bounds; None where none that it can have does.

    Just inside the limits; where there is no room inside them, as far as they allow.
    """
    value = _nearest([_weights(b.form, b, _INSIDE) for b in bounds], base, turn)
    if value is None:
        value = _nearest([_weights(b.form, b, -_INSIDE) for b in bounds], base, turn, furthest=True)
    return None if value is None else _whole(value, turn.parameter)


def _weights(form: Form, bound: Bound, inside: float) -> Floats:
    """The bound as weights of the sums, which may come to nothing at most."""
    sign = 1.0 if bound.at_most else -1.0
    target = bound.limit * (1 - sign * np.sign(bound.limit) * inside)
    found: Floats = sign * (form.scale * form.numerator - target * form.denominator)
    return found


def _nearest(rows: Sequence[Floats], base: Floats, turn: Turn, *, furthest: bool = False) -> float | None:
    """The value of an input nearest to what it is under which all rows come to nothing at most, where it can be.

    `furthest`: the other end of these values.
    """
    here, start = turn.coordinate(turn.parameter.base), base + turn.jump
    low, high = (1.0, np.inf) if turn.inverse else (0.0, 1.0 if is_share(turn.parameter) else np.inf)
    for weights in rows:
        at, slope = float(weights @ start), float(weights @ turn.slope)
        if slope == 0:
            if at > 0:
                return None
            continue
        edge = here - at / slope
        low, high = (low, min(high, edge)) if slope > 0 else (max(low, edge), high)
    if low > high:
        return None
    near = min(max(here, low), high)
    value = turn.value((high if near == low else low) if furthest else near)
    return value if np.isfinite(value) and (value > 0 or _may_be_nothing(turn.parameter)) else None


def _may_be_nothing(parameter: Parameter) -> bool:
    """Masses, pieces and yields are above zero."""
    return parameter.of != "part" or parameter.column == "recycled_content"


def _whole(value: float, parameter: Parameter) -> float | None:
    """Pieces stay whole where they are; None where that leaves none."""
    if parameter.column != "quantity" or not float(parameter.base).is_integer():
        return value
    found = ceil(value - _ON_WHOLE) if value > parameter.base else floor(value + _ON_WHOLE)
    return float(found) if found > 0 else None
