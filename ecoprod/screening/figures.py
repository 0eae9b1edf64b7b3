"""The figures of many designs that a specification or an objective may ask for, from their sums.

Each figure is a pair of arrays (low, high): the bounds that are proven, equal where the figure is exact. Coverage of an
impact says whether it has a value at all (80 %) and whether its data are whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.assessment import Assessment
from ecoprod.errors import Problem
from ecoprod.foreground.rollup import LET_PASS
from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca.engine import ENOUGH
from ecoprod.lca.linear import Linear
from ecoprod.product import Product
from ecoprod.screening.changes import scaled
from ecoprod.screening.goals import HEADLINE
from ecoprod.screening.rows import SCALARS
from ecoprod.screening.sums import Sums
from ecoprod.units import same_dimension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

ROUNDING = 1e-9
_CONVERSION = 1e-9
"""Relative difference of two masses that rounding alone makes (see `indicators.mass`, `foreground.build`)."""
_NOTHING = 1e-13
"""Share of the mass that is rounding alone: far below any mass, and above what sums of thousands of rows leave."""
RATES = {
    "recyclability-rate": "recyclable", "recoverability-rate": "recoverable", "recycled-content": "recycled",
    "waste-content": "recycled", "recycled-content-pre": "pre", "recycled-content-post": "post",
}  # fmt: skip
IMPACTS = ("impact", "impact-per-functional-unit")
PER_MASS = ("energy-per-mass", "water-per-mass", "water-mass-per-mass", "waste-per-mass")


@dataclass(frozen=True, slots=True)
class Figures:
    """`bounds`: by indicator id. `impacts`: designs × impacts. `coverage`: the same, 0..1 (NaN: nothing to rest on).

    `mass`: what the rows come to [kg]; `gap`: what the product weighs beyond its rows [kg], below zero where these
    weigh more (`foreground.Foreground.unlisted_kg`, `overlisted_kg`).
    """

    bounds: Mapping[str, tuple[Floats, Floats]]
    impacts: Floats
    coverage: Floats
    mass: Floats
    gap: Floats

    def has_value(self) -> Flags:
        """Whether an impact is shown: at least 80 % of the climate result rests on data that cover it."""
        enough: Flags = self.coverage >= ENOUGH - ROUNDING  # NaN is not
        return enough

    def is_whole(self) -> Flags:
        """Whether all of it does."""
        whole: Flags = self.coverage >= 1 - ROUNDING
        return whole


def figures_of(found: Floats, sums: Sums, linear: Linear, product: Product) -> Figures:
    """Figures of designs, from their sums (designs × sums)."""
    size = sums.impacts
    impacts, covered, climate = found[:, :size], found[:, size : 2 * size], found[:, 2 * size]
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(climate[:, None] > 0, covered / climate[:, None], np.nan)
    masses = {name: found[:, 2 * size + 1 + k] for k, name in enumerate(SCALARS)}
    mass = masses["mass"]
    declared = declared_mass(mass, sums, product)
    gap = gap_of(mass, sums, product, declared)
    bounds: dict[str, tuple[Floats, Floats]] = {"mass": _between(mass, declared)}
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, stem in RATES.items():
            bounds[name] = _rate(masses[f"{stem}-low"], masses[f"{stem}-high"], mass, gap, sums)
        linked = 100 - _percent(masses["unlinked"], mass)
    bounds["lca:linked-mass-share"] = (linked, linked)
    bounds["lca:cut-off-mass-share"] = (100 - linked, 100 - linked)
    least, most = bounds["mass"]
    per_kg = (1 / most, 1 / least) if by_mass(product) else (np.ones(len(mass)), np.ones(len(mass)))
    bounds |= dict.fromkeys(PER_MASS, per_kg)
    for k, impact in enumerate(linear.impacts):
        if impact.method == HEADLINE and impact.category.id in CATEGORIES:
            for prefix in IMPACTS:
                bounds[f"{prefix}:{impact.category.id}"] = (impacts[:, k], impacts[:, k])
            if impact.category.id == "climate-change":
                bounds["carbon-footprint-per-kwh"] = (impacts[:, k], impacts[:, k])
    return Figures(bounds, impacts, coverage, mass, gap)


def by_mass(product: Product) -> bool:
    """Whether figures per tonne are divided by the mass of a product, and not by the product unit itself."""
    return product.product_unit is None or not same_dimension(product.product_unit.unit, "t")


def _between(mass: Floats, declared: Floats) -> tuple[Floats, Floats]:
    """`mass`: between what the rows come to and what the product weighs (see `indicators.mass`)."""
    if declared is mass:
        return mass, mass
    alike = np.abs(declared - mass) <= _CONVERSION * np.maximum(declared, mass)
    weighed = np.where(alike, mass, declared)
    return np.minimum(mass, weighed), np.maximum(mass, weighed)


def gap_of(mass: Floats, sums: Sums, product: Product, declared: Floats | None = None) -> Floats:
    """What the product weighs beyond its rows [kg]; 0 within the written precision (see `foreground.build`)."""
    if product.mass_kg is None:
        return np.zeros(len(mass))
    declared = declared_mass(mass, sums, product) if declared is None else declared
    gap = declared - (mass - sums.unaccounted_kg)
    gap[np.abs(gap) <= np.minimum(product.mass_precision_kg, LET_PASS * declared) + _CONVERSION * declared] = 0.0
    return gap


def _rate(least: Floats, most: Floats, mass: Floats, gap: Floats, sums: Sums) -> tuple[Floats, Floats]:
    """Bounds of a share of the mass [%]: what rows and scales differ by is unknown (see `indicators.circular`)."""
    if gap.any():
        beyond, over = np.maximum(gap - sums.unaccounted_kg, 0.0), np.maximum(-gap, 0.0)
        mass = mass + beyond - over
        least = np.where(over > 0, np.maximum(least - over, 0.0), least)
        most = np.where(over > 0, np.minimum(most, mass), most + beyond)
    return _percent(least, mass), _percent(most, mass)


def _percent(part: Floats, mass: Floats) -> Floats:
    """Share of the mass. What is left of a difference of sums by rounding is nothing: a limit may be 0."""
    share = part / mass
    share[np.abs(share) < _NOTHING] = 0.0
    share *= 100
    return share


def declared_mass(mass: Floats, sums: Sums, product: Product) -> Floats:
    """The declared mass of each design [kg], which follows what its rows hold."""
    if product.mass_kg is None:
        return mass
    return scaled(product.mass_kg, sums.rows_kg, mass - sums.unaccounted_kg)


def put_measured(made: Assessment | tuple[Problem, ...], figures: Figures, row: int, linear: Linear) -> None:
    """The figures of one design as its assessment has them; none where it cannot be assessed."""
    lca = None if isinstance(made, tuple) else made.lca
    if isinstance(made, tuple) or lca is None:
        for arrays in figures.bounds.values():
            for array in arrays:
                array[row] = np.nan
        figures.mass[row] = np.nan
        figures.impacts[row], figures.coverage[row] = np.nan, np.nan
        return
    for name, arrays in figures.bounds.items():
        measure = made.measures.get(name)
        if name in (*RATES, "lca:linked-mass-share", "lca:cut-off-mass-share") and measure is not None:
            for array, bound in zip(arrays, (measure.low, measure.high), strict=True):
                array[row] = np.nan if bound is None else bound
    if made.foreground is not None:
        listed, weighed = made.foreground.product_mass_kg, made.product.mass_kg
        figures.mass[row] = listed
        for array, bound in zip(figures.bounds["mass"], sorted((listed, weighed or listed)), strict=True):
            array[row] = bound
    for k, impact in enumerate(linear.impacts):
        found = lca.category(impact.method, impact.category.id)
        if found is not None:
            figures.impacts[row, k] = found.known
            figures.coverage[row, k] = np.nan if found.coverage is None else found.coverage
