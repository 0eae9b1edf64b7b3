"""Formulas of circularity: material circularity, circular footprint, flows in and out, recyclability of vehicles.

Plain numbers (for impacts also numpy arrays, one value a category) come in and go out, with units in the names.
Sources, and what of them was not checked: docs/reference/formulas.md. Arguments out of range raise FormulaError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ecoprod.errors import FormulaError
from ecoprod.ranges import not_negative, parts_within, positive, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Impact = float | NDArray[np.float64]


# ---- Material Circularity Indicator ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CircularPart:
    """One part or material of a product, for its circularity. Shares are from 0 to 1, of `mass_kg`.

    Feedstock: `recycled_in` (F_R), `reused_in` (F_U), `biological_in` (F_S, from sustained production); the rest is
    virgin. Collected after use: `recycled_out` (C_R), `reused_out` (C_U), `composted_out` (C_C), `energy_out` (C_E,
    biological material under the method's conditions alone); the rest is lost. What is left out counts as virgin or
    lost. `recycled_in_efficiency` (E_F) and `recycled_out_efficiency` (E_C) are needed where something is recycled.
    """

    mass_kg: float
    recycled_in: float
    recycled_out: float
    recycled_in_efficiency: float | None = None
    recycled_out_efficiency: float | None = None
    reused_in: float = 0.0
    biological_in: float = 0.0
    reused_out: float = 0.0
    composted_out: float = 0.0
    energy_out: float = 0.0

    def __post_init__(self) -> None:
        positive("mass_kg", self.mass_kg)
        for names in (_IN, _OUT):
            _parts_of_one(self, names)
        if self.recycled_in > 0 or self.recycled_in_efficiency is not None:
            positive("recycled_in_efficiency", share("recycled_in_efficiency", self.recycled_in_efficiency))
        if self.recycled_out > 0 or self.recycled_out_efficiency is not None:
            share("recycled_out_efficiency", self.recycled_out_efficiency)


_IN = ("recycled_in", "reused_in", "biological_in")
_OUT = ("recycled_out", "reused_out", "composted_out", "energy_out")


def _parts_of_one(record: object, names: Sequence[str]) -> float:
    return parts_within(1.0, {name: share(name, getattr(record, name)) for name in names}, names[0])


@dataclass(frozen=True, slots=True)
class MaterialFlows:
    """Flows of a product: mass M, virgin feedstock V, lost W_0, waste of recycling before (W_F) and after use (W_C)."""

    mass_kg: float
    virgin_kg: float
    lost_kg: float
    feedstock_waste_kg: float
    collection_waste_kg: float

    @property
    def waste_kg(self) -> float:
        """W = W_0 + (W_F + W_C)/2: each recycling counts half here and half in the neighbouring product."""
        return self.lost_kg + (self.feedstock_waste_kg + self.collection_waste_kg) / 2

    @property
    def linear_flow_index(self) -> float:
        """LFI = (V + W) / (2M + (W_F - W_C)/2): 1 is all virgin and all lost, 0 is neither."""
        turnover = 2 * self.mass_kg + (self.feedstock_waste_kg - self.collection_waste_kg) / 2
        return (self.virgin_kg + self.waste_kg) / turnover


def material_flows(parts: Sequence[CircularPart]) -> MaterialFlows:
    """Flows of a product: those of its parts, summed. Nothing is averaged before."""
    if not parts:
        raise FormulaError("formula-no-parts", "parts")
    each = [_flows(part) for part in parts]
    return MaterialFlows(*(math.fsum(getattr(one, field.name) for one in each) for field in fields(MaterialFlows)))


def _flows(part: CircularPart) -> MaterialFlows:
    before = after = 0.0
    if part.recycled_in_efficiency is not None:
        before = part.recycled_in * (1 - part.recycled_in_efficiency) / part.recycled_in_efficiency
    if part.recycled_out_efficiency is not None:
        after = part.recycled_out * (1 - part.recycled_out_efficiency)
    virgin, lost = _parts_of_one(part, _IN), _parts_of_one(part, _OUT)
    return MaterialFlows(part.mass_kg, *(part.mass_kg * one for one in (virgin, lost, before, after)))


def utility(life: float, mean_life: float, uses: float = 1.0, mean_uses: float = 1.0) -> float:
    """X = (L/L_av)(U/U_av): how long and how much a product is used, against the mean of its kind; 1 is the mean."""
    longer = positive("life", life) / positive("mean_life", mean_life)
    return longer * positive("uses", uses) / positive("mean_uses", mean_uses)


def material_circularity(parts: Sequence[CircularPart], product_utility: float) -> float:
    """Material Circularity Indicator, 0 to 1, higher is better: max(0, 1 - LFI 0.9 / X).

    `product_utility`: X, see `utility`. The linear flow index has the corrected denominator of the 2020 edition.
    """
    return circularity_at(material_flows(parts).linear_flow_index, product_utility)


def circularity_at(linear_flow_index: float, product_utility: float) -> float:
    """Material Circularity Indicator of a product whose linear flow index is known: max(0, 1 - LFI 0.9 / X)."""
    factor = 0.9 / positive("product_utility", product_utility)
    return max(0.0, 1 - not_negative("linear_flow_index", linear_flow_index) * factor)


# ---- Circular Footprint Formula -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CircularShares:
    """Parameters of the Circular Footprint Formula for one material, all shares from 0 to 1 but the heating value.

    `allocation` (A) and `energy_allocation` (B): burden and credit that fall to the user of the recycled material or
    of the energy; 1 is all of it.
    `recycled_content` (R1), `recycled_at_end` (R2, after losses), `energy_at_end` (R3).
    `quality_in` and `quality_out` (Qsin/Qp, Qsout/Qp): quality of secondary over primary material.
    `heat_efficiency` and `electricity_efficiency` (X): of energy recovery.
    """

    allocation: float
    recycled_content: float
    recycled_at_end: float
    energy_at_end: float
    quality_in: float
    quality_out: float
    energy_allocation: float
    heating_value_mj_per_kg: float
    heat_efficiency: float
    electricity_efficiency: float

    def __post_init__(self) -> None:
        not_negative("heating_value_mj_per_kg", self.heating_value_mj_per_kg)
        for name in ("allocation", "recycled_content", "quality_in", "quality_out", "energy_allocation"):
            share(name, getattr(self, name))
        _parts_of_one(self, ("recycled_at_end", "energy_at_end"))
        _parts_of_one(self, ("heat_efficiency", "electricity_efficiency"))


@dataclass(frozen=True, slots=True, eq=False)
class CircularImpacts:
    """Impacts of the Circular Footprint Formula per kg of material: one category, or arrays with one value for each.

    `virgin` (E_V), `virgin_replaced` (E*_V, by what is recycled at the end), `recycled_in` (E_rec), `recycled_at_end`
    (E_recEoL), `energy_recovery` (E_ER), `disposal` (E_D); `heat_per_mj` and `electricity_per_mj` (E_SE) of the
    energy that recovery replaces.
    """

    virgin: Impact
    virgin_replaced: Impact
    recycled_in: Impact
    recycled_at_end: Impact
    energy_recovery: Impact
    disposal: Impact
    heat_per_mj: Impact
    electricity_per_mj: Impact

    def __post_init__(self) -> None:
        import numpy as np

        shapes = set()
        for field in fields(self):
            values = np.asarray(getattr(self, field.name), dtype=float)
            if not np.isfinite(values).all():
                raise FormulaError("formula-not-finite", field.name, value=str(values)[:80])
            shapes.add(values.shape)
        if len(shapes - {()}) > 1:
            raise FormulaError("formula-shapes", "impacts", shapes=", ".join(sorted(map(str, shapes))))


@dataclass(frozen=True, slots=True, eq=False)
class CircularFootprint:
    """What the Circular Footprint Formula gives, in its three parts."""

    material: Impact
    energy: Impact
    disposal: Impact

    @property
    def total(self) -> Impact:
        """Impact per kg of material over its life, with the burdens and credits of recycling shared by A and B."""
        return self.material + self.energy + self.disposal


def circular_footprint(shares: CircularShares, impacts: CircularImpacts) -> CircularFootprint:
    """Circular Footprint Formula of the EU's product environmental footprint, per kg of material.

    It stands beside the cut-off result of an assessment and is never added to it.
    """
    s, e = shares, impacts
    kept = 1 - s.allocation
    material = (
        (1 - s.recycled_content) * e.virgin
        + s.recycled_content * (s.allocation * e.recycled_in + kept * e.virgin * s.quality_in)
        + kept * s.recycled_at_end * (e.recycled_at_end - e.virgin_replaced * s.quality_out)
    )
    heat = s.heating_value_mj_per_kg * s.heat_efficiency * e.heat_per_mj
    electricity = s.heating_value_mj_per_kg * s.electricity_efficiency * e.electricity_per_mj
    energy = (1 - s.energy_allocation) * s.energy_at_end * (e.energy_recovery - heat - electricity)
    disposed = _parts_of_one(s, ("recycled_at_end", "energy_at_end"))
    return CircularFootprint(material, energy, disposed * e.disposal)


# ---- flows in and out, after ISO 59020 ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inflow:
    """Mass that enters a product or a process over a period, and how much of it is reused, recycled or renewable."""

    mass_kg: float
    reused_kg: float
    recycled_kg: float
    renewable_kg: float

    def __post_init__(self) -> None:
        _parts_of_mass(self, "mass_kg", ("reused_kg", "recycled_kg", "renewable_kg"))


@dataclass(frozen=True, slots=True)
class InflowShares:
    """Shares of the mass that enters, 0 to 1; `other` is neither reused nor recycled nor renewable."""

    reused: float
    recycled: float
    renewable: float
    other: float


def inflow_shares(inflow: Inflow) -> InflowShares:
    """Plain mass ratios for the inflow indicators of ISO 59020:2024; form not checked against the standard's text."""
    known = {name: getattr(inflow, name) for name in ("reused_kg", "recycled_kg", "renewable_kg")}
    rest = parts_within(inflow.mass_kg, known, "mass_kg")
    return InflowShares(*(mass / inflow.mass_kg for mass in (*known.values(), rest)))


@dataclass(frozen=True, slots=True)
class Outflow:
    """Mass that leaves, and how much of it is actually reused, recycled, or returned to the biosphere as a nutrient."""

    mass_kg: float
    reused_kg: float
    recycled_kg: float
    recirculated_kg: float

    def __post_init__(self) -> None:
        _parts_of_mass(self, "mass_kg", ("reused_kg", "recycled_kg", "recirculated_kg"))


@dataclass(frozen=True, slots=True)
class OutflowShares:
    """Shares of the mass that leaves, 0 to 1; `other` goes none of these ways."""

    reused: float
    recycled: float
    recirculated: float
    other: float


def outflow_shares(outflow: Outflow) -> OutflowShares:
    """Plain mass ratios for the outflow indicators of ISO 59020:2024; form not checked against the standard's text."""
    known = {name: getattr(outflow, name) for name in ("reused_kg", "recycled_kg", "recirculated_kg")}
    rest = parts_within(outflow.mass_kg, known, "mass_kg")
    return OutflowShares(*(mass / outflow.mass_kg for mass in (*known.values(), rest)))


def _parts_of_mass(record: object, whole: str, parts: Sequence[str]) -> None:
    mass = positive(whole, getattr(record, whole))
    parts_within(mass, {name: not_negative(name, getattr(record, name)) for name in parts}, whole)


# ---- recyclability of vehicles: ISO 22628, GB/T 19515 --------------------------------------------


@dataclass(frozen=True, slots=True)
class VehicleSteps:
    """Masses of a new vehicle by the step that takes them out, each step alone and no running totals.

    `vehicle_kg` (m_V), `pretreatment_kg` (m_P: fluids, batteries, filters, gas tanks, tyres, catalysts),
    `dismantling_kg` (m_D: parts that can be reused or recycled), `metals_kg` (m_M), and of the non-metallic rest what
    proven technology recycles (`recyclable_rest_kg`, m_Tr) and what can be burned for energy (`energy_rest_kg`, m_Te).
    """

    vehicle_kg: float
    pretreatment_kg: float
    dismantling_kg: float
    metals_kg: float
    recyclable_rest_kg: float
    energy_rest_kg: float

    def __post_init__(self) -> None:
        _parts_of_mass(self, "vehicle_kg", (*_RECYCLED, "energy_rest_kg"))


_RECYCLED = ("pretreatment_kg", "dismantling_kg", "metals_kg", "recyclable_rest_kg")


def recyclability_rate(steps: VehicleSteps) -> float:
    """R_cyc = (m_P + m_D + m_M + m_Tr) / m_V, as a share from 0 to 1 (可再利用率)."""
    return _rate(steps, _RECYCLED)


def recoverability_rate(steps: VehicleSteps) -> float:
    """R_cov = (m_P + m_D + m_M + m_Tr + m_Te) / m_V, as a share from 0 to 1 (可回收利用率)."""
    return _rate(steps, (*_RECYCLED, "energy_rest_kg"))


def _rate(steps: VehicleSteps, names: Sequence[str]) -> float:
    # the masses may exceed the whole by their rounding; a rate may not
    return min(1.0, math.fsum(getattr(steps, name) for name in names) / steps.vehicle_kg)
