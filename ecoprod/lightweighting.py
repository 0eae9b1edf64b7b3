"""Formulas of lightweighting: mass at equal function, what a lighter part saves in use, and when that pays.

Plain numbers come in and go out, with their units in the names. Sources, and what of them was not checked:
docs/reference/formulas.md. Arguments out of range raise FormulaError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from ecoprod.errors import FormulaError
from ecoprod.ranges import finite, not_negative, positive, share

Limit = Literal["stiffness", "strength"]
Member = Literal["tie", "beam", "panel"]

EXPONENTS: Mapping[tuple[Limit, Member], float] = {
    ("stiffness", "tie"): 1.0,
    ("stiffness", "beam"): 1 / 2,
    ("stiffness", "panel"): 1 / 3,
    ("strength", "tie"): 1.0,
    ("strength", "beam"): 2 / 3,
    ("strength", "panel"): 1 / 2,
}
"""n by limit and member. Free are a tie's section, a beam's section at the same shape, a panel's thickness."""

_FITTING: Mapping[Member, frozenset[str]] = {
    "tie": frozenset({"yield", "tensile"}),
    "beam": frozenset({"yield", "tensile", "flexural"}),
    "panel": frozenset({"yield", "tensile", "flexural"}),
}
"""A member in tension or bending is not carried by a compressive strength, nor a tie by a flexural one."""

GRAVITY_M_S2 = 9.8
"""As Kim and Wallington's model has it."""


class Properties(Protocol):
    """What a formula asks of a material; the rows of the materials table (`ecoprod.background.Material`) have it."""

    @property
    def id(self) -> str:
        """Name of the material in messages."""

    @property
    def density_kg_m3(self) -> float | None:
        """Density in kg/m3."""

    @property
    def youngs_modulus_gpa(self) -> float | None:
        """Young's modulus in GPa."""

    @property
    def yield_strength_mpa(self) -> float | None:
        """The strength in MPa that `strength_basis` names."""

    @property
    def strength_basis(self) -> str | None:
        """`yield`, `tensile`, `flexural` or `compressive`."""


def mass_ratio(old: Properties, new: Properties, limit: Limit, member: Member) -> float:
    """Mass of a part in the new material over its mass in the old one, at equal stiffness or strength.

    m2/m1 = (rho2/rho1) (E1/E2)^n, or with the strengths in place of the moduli; n is in `EXPONENTS`. It holds for one
    member of unchanged length (a panel: and width), and for the load that limits it: joints, buckling, fatigue,
    corrosion and the least thickness that a process makes are not in it.

    A property that is missing, unlike kinds of strength, and a kind that does not fit the member are refused.
    """
    exponent = EXPONENTS[limit, member]
    density = _known(new, "density_kg_m3", new.density_kg_m3) / _known(old, "density_kg_m3", old.density_kg_m3)
    if limit == "stiffness":
        was = _known(old, "youngs_modulus_gpa", old.youngs_modulus_gpa)
        becomes = _known(new, "youngs_modulus_gpa", new.youngs_modulus_gpa)
    else:
        _same_strength(old, new, member)
        was = _known(old, "yield_strength_mpa", old.yield_strength_mpa)
        becomes = _known(new, "yield_strength_mpa", new.yield_strength_mpa)
    return float(density * (was / becomes) ** exponent)


def _known(material: Properties, field: str, value: float | None) -> float:
    if value is None:
        raise FormulaError("formula-no-property", field, material=material.id)
    return positive(field, value)


def _same_strength(old: Properties, new: Properties, member: Member) -> None:
    for material in (old, new):
        if material.strength_basis is None:
            raise FormulaError("formula-no-property", "strength_basis", material=material.id)
    if old.strength_basis != new.strength_basis:
        raise FormulaError(
            "formula-strength-bases", "strength_basis", old=old.id, old_basis=str(old.strength_basis), new=new.id,
            new_basis=str(new.strength_basis),
        )  # fmt: skip
    if old.strength_basis not in _FITTING[member]:
        raise FormulaError("formula-strength-load", "strength_basis", basis=str(old.strength_basis), member=member)


@dataclass(frozen=True, slots=True)
class MassChange:
    """The masses of one part before and after a change of design, both above zero.

    What a saving in use is calculated from: reduction values hold for differences of mass, and those with an adapted
    powertrain are not permitted on the mass of a part itself (Koffler and Rohde-Brandenburger 2010).
    """

    old_kg: float
    new_kg: float

    def __post_init__(self) -> None:
        positive("old_kg", self.old_kg)
        positive("new_kg", self.new_kg)

    @property
    def saved_kg(self) -> float:
        """Mass saved; negative where the new part is heavier."""
        return self.old_kg - self.new_kg


def lightweighting_rate(change: MassChange) -> float:
    """Share of the old mass that is saved; negative where the new part is heavier."""
    return change.saved_kg / change.old_kg


def use_phase_saving(change: MassChange, reduction_per_100km_100kg: float, distance_km: float) -> float:
    """Fuel or electricity saved over a distance, in the unit of the reduction value (L or kWh); negative if heavier.

    dQ = (dm/100) (FRV/100) D. Values with their sources: `ecoprod.energy_reduction`.
    """
    per_km = _saving_per_km(change, reduction_per_100km_100kg)
    return per_km * not_negative("distance_km", distance_km)


def break_even_km(
    change: MassChange, extra_impact: float, reduction_per_100km_100kg: float, impact_per_unit: float
) -> float | None:
    """Distance from which the lighter part is ahead; 0 where it is from the start, None where it never is.

    `extra_impact`: production and end of life of the new part less those of the old one. `impact_per_unit`: impact
    of one L or kWh, its supply included. None for a part that is not lighter, even if it is made with less impact:
    that advantage shrinks with every kilometre.
    """
    extra = finite("extra_impact", extra_impact)
    per_km = _saving_per_km(change, reduction_per_100km_100kg) * not_negative("impact_per_unit", impact_per_unit)
    return break_even(extra, per_km) if change.saved_kg > 0 else None


def break_even(extra_impact: float, saved_per_service: float) -> float | None:
    """Service (km, cycles, years …) from which a design is ahead that costs more to make and saves in use.

    0 where it costs no more, None (never) where it costs more and saves nothing. An advantage in making that use
    eats up again has another answer: it ends, at the same quotient.
    """
    extra = finite("extra_impact", extra_impact)
    saved = finite("saved_per_service", saved_per_service)
    if extra <= 0:
        return 0.0 if extra < 0 or saved >= 0 else None
    return extra / saved if saved > 0 else None


def _saving_per_km(change: MassChange, reduction_per_100km_100kg: float) -> float:
    return change.saved_kg / 100 * positive("reduction_per_100km_100kg", reduction_per_100km_100kg) / 100


@dataclass(frozen=True, slots=True)
class DriveCycle:
    """A driving test: its distance, and the integral over time of (positive) acceleration times speed."""

    distance_m: float
    acceleration_m2_s2: float

    def __post_init__(self) -> None:
        positive("distance_m", self.distance_m)
        not_negative("acceleration_m2_s2", self.acceleration_m2_s2)


@dataclass(frozen=True, slots=True)
class Drive:
    """A vehicle's drive: efficiencies and shares from 0 to 1.

    `heating_value_j_per_unit`: J in one L of fuel, or in one kWh. `conversion_efficiency`: of engine or motor.
    `braking_share`: part of the kinetic energy that brakes take (0 without recuperation), of which `regeneration` is
    won back. `rotating_mass`: inertia of turning parts as a share of the mass. `rolling_resistance`: coefficient.
    """

    heating_value_j_per_unit: float
    transmission_efficiency: float
    conversion_efficiency: float
    rolling_resistance: float
    rotating_mass: float
    braking_share: float
    regeneration: float

    def __post_init__(self) -> None:
        positive("heating_value_j_per_unit", self.heating_value_j_per_unit)
        for name in ("transmission_efficiency", "conversion_efficiency"):
            positive(name, share(name, getattr(self, name)))
        for name in ("rolling_resistance", "rotating_mass", "braking_share", "regeneration"):
            share(name, getattr(self, name))


def mass_load_energy(mass_kg: float, drive: Drive, cycle: DriveCycle) -> float:
    """Fuel (L) or electricity (kWh) that a mass takes over a driving test: acceleration and rolling, nothing else.

    F_w = m / (H_f eta_t eta_c) [(1 - theta mu + eps) I5 + C_R g I2], after Kim and Wallington (2013).
    """
    acceleration = 1 - drive.braking_share * drive.regeneration + drive.rotating_mass
    rolling = drive.rolling_resistance * GRAVITY_M_S2
    work_j = positive("mass_kg", mass_kg) * (acceleration * cycle.acceleration_m2_s2 + rolling * cycle.distance_m)
    yielded = drive.heating_value_j_per_unit * drive.transmission_efficiency * drive.conversion_efficiency
    return work_j / yielded


def mass_load_reduction(drive: Drive, cycle: DriveCycle) -> float:
    """The reduction value that follows from it, per 100 km and 100 kg: mass alone, powertrain as it was.

    (F_w/F_t)(FC/m) 100 with F_t, the fuel of the test, being FC over its distance: the consumption cancels out.
    """
    return mass_load_energy(100.0, drive, cycle) * 100_000 / cycle.distance_m
