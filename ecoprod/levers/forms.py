"""Every figure of a design as a ratio of two sums that are linear in what a designer turns.

A figure is `scale × (numerator · sums) / (denominator · sums)`, the sums being those of the screening with a 1 behind
them. Slopes, the change that meets a limit, and constraints of a linear programme all follow from that form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.lca.linear import Linear
from ecoprod.measure import Measure
from ecoprod.product import Product
from ecoprod.screening.changes import scaled
from ecoprod.screening.classes import keyed_by_mass
from ecoprod.screening.figures import PER_MASS, RATES, by_mass, gap_of
from ecoprod.screening.goals import HEADLINE
from ecoprod.screening.rows import SCALARS
from ecoprod.screening.sums import Sums

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Side = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class Form:
    """One bound of a figure. `numerator`, `denominator`: weights of the sums and, last, of 1."""

    numerator: Floats
    denominator: Floats
    scale: float = 1.0

    def at(self, sums: Floats) -> float:
        """The figure for these sums (with their 1)."""
        below = float(self.denominator @ sums)
        return self.scale * float(self.numerator @ sums) / below if below else float("nan")


def with_one(sums: Floats) -> Floats:
    """Sums with the 1 behind them; of one design, or designs × sums."""
    return np.concatenate([sums, np.ones((*sums.shape[:-1], 1))], axis=-1)


def form_of(name: str, side: Side, sums: Sums, linear: Linear, product: Product) -> Form | None:
    """The form of an indicator (or `METHOD/CATEGORY`); None for one that does not follow from the sums."""
    size = sums.base.size
    one = unit_weights(size, size)
    scalar = {scalar_name: unit_weights(size, sums.scalar.start + k) for k, scalar_name in enumerate(SCALARS)}
    if name == "mass":
        return Form(scalar["mass"], one)
    if name in RATES:
        return _rate(scalar[f"{RATES[name]}-{side}"], side, scalar["mass"], one, sums, product)
    if name in ("lca:linked-mass-share", "lca:cut-off-mass-share"):
        bare = scalar["unlinked"]
        return Form(100 * (bare if "cut-off" in name else scalar["mass"] - bare), scalar["mass"])
    if name in PER_MASS and by_mass(product) and not keyed_by_mass(product, (name,)):
        return Form(one, _declared(scalar["mass"], one, sums, product))
    category = _category(name)
    for k, impact in enumerate(linear.impacts):
        if impact.id == category:  # slopes hold where the site is shared by an unlike key too, limits are judged
            return Form(unit_weights(size, k), one)
    return None


def _rate(part: Floats, side: Side, mass: Floats, one: Floats, sums: Sums, product: Product) -> Form | None:
    """A share of the mass, with what rows and scales differ by as unknown (see `screening.figures`).

    It holds while rows and scales differ as those of the product as it is. None where a bound lies at 0 or at all of it
    because they differ: it is no ratio there.
    """
    base, gap = np.append(sums.base, 1.0), unlike(sums, product)
    if not gap:
        return Form(100 * part, mass)
    weighed = _declared(mass, one, sums, product)
    # more than the rows: the high bound may have all of it; less: the low bound may lack all of it
    shifted = {("low", False): part + weighed - mass, ("high", True): part + weighed - mass}.get((side, gap > 0), part)
    found = Form(100 * shifted, weighed)
    return found if 0 < found.at(base) < 100 else None


def unlike(sums: Sums, product: Product) -> float:
    """What the product as it is weighs beyond its rows [kg], below zero where these weigh more.

    0 within the written precision, and where a row of its own stands for what is unaccounted for.
    """
    gap = float(gap_of(sums.base[sums.scalar][:1], sums, product)[0])
    return 0.0 if gap > 0 and sums.unaccounted_kg else gap


def _category(name: str) -> str:
    """`METHOD/CATEGORY` of an indicator that is an impact."""
    if name == "carbon-footprint-per-kwh":
        return f"{HEADLINE}/climate-change"
    for prefix in ("impact-per-functional-unit:", "impact:"):
        if name.startswith(prefix):
            return f"{HEADLINE}/{name.removeprefix(prefix)}"
    return name


def unit_weights(size: int, place: int) -> Floats:
    """Weights of the sums that take one of them (`size`: the 1 behind them)."""
    found = np.zeros(size + 1)
    found[place] = 1.0
    return found


def _declared(mass: Floats, one: Floats, sums: Sums, product: Product) -> Floats:
    """The declared mass, which follows what the rows hold (`changes.scaled`), as weights of the sums."""
    if product.mass_kg is None:
        return mass
    rows = sums.rows_kg
    at_none, at_all = (float(scaled(product.mass_kg, rows, now)) for now in (0.0, rows))
    slope = (at_all - at_none) / rows if rows else 0.0
    return slope * (mass - sums.unaccounted_kg * one) + at_none * one


def fitted(form: Form, measure: Measure, side: Side, sums: Floats) -> Form | None:
    """The form in the unit and per the quantity of a measure (per piece, per kWh …): it holds at these sums."""
    value = measure.low if side == "low" else measure.high
    plain = Form(form.numerator, form.denominator).at(sums)
    if value is None or np.isnan(plain):
        return None
    return Form(form.numerator, form.denominator, value / plain if plain else 1.0)
