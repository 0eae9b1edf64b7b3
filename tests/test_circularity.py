"""Formulas of circularity against hand calculation, published check values and properties."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoprod.circularity import (
    CircularImpacts,
    CircularPart,
    CircularShares,
    Inflow,
    Outflow,
    VehicleSteps,
    circular_footprint,
    inflow_shares,
    material_circularity,
    material_flows,
    outflow_shares,
    recoverability_rate,
    recyclability_rate,
    utility,
)
from ecoprod.errors import At, FormulaError, Problem
from ecoprod.messages import problem_line

shares = st.floats(0, 1)
efficiencies = st.floats(0.05, 1)


def refused(call: Callable[[], object]) -> FormulaError:
    """The refusal, which is a ValueError and can be said in both languages."""
    with pytest.raises(ValueError, match="formula-") as caught:
        call()
    error = caught.value
    assert isinstance(error, FormulaError)
    problem = Problem(error.code, At("product.yaml", 3), error.field, error.params)
    assert problem_line(problem, "zh") != problem_line(problem, "en")
    return error


# ---- Material Circularity Indicator --------------------------------------------------------------

LINEAR = CircularPart(mass_kg=10, recycled_in=0, recycled_out=0)
MIXED = CircularPart(10, 0.3, 0.6, recycled_in_efficiency=0.9, recycled_out_efficiency=0.8)


def test_all_virgin_to_landfill_is_a_tenth_and_a_closed_loop_is_one() -> None:
    assert material_circularity([LINEAR], 1) == pytest.approx(0.1)
    assert material_circularity([CircularPart(10, 1, 1, 1, 1)], 1) == 1


def test_the_mixed_product_step_by_step() -> None:
    flows = material_flows([MIXED])
    assert flows.virgin_kg == pytest.approx(7)
    assert flows.lost_kg == pytest.approx(4)
    assert flows.feedstock_waste_kg == pytest.approx(1 / 3)  # 10 x 0.3 x 0.1 / 0.9
    assert flows.collection_waste_kg == pytest.approx(1.2)
    assert flows.waste_kg == pytest.approx(4 + (1 / 3 + 1.2) / 2)
    assert flows.linear_flow_index == pytest.approx(0.60136, abs=5e-6)  # 11.766667 / 19.566667
    assert material_circularity([MIXED], 1) == pytest.approx(0.45877, abs=5e-6)


def test_parts_are_summed_before_the_index() -> None:
    # flows of LINEAR and MIXED: V 17, W 14.766667, 2M + (W_F - W_C)/2 = 39.566667
    both = material_flows([LINEAR, MIXED])
    assert both.linear_flow_index == pytest.approx(31.7666667 / 39.5666667)
    mean_of_indices = (1 + 0.60136) / 2
    assert abs(both.linear_flow_index - mean_of_indices) > 1e-3
    halves = [replace(MIXED, mass_kg=4), replace(MIXED, mass_kg=6)]
    assert material_circularity(halves, 1) == pytest.approx(material_circularity([MIXED], 1))


def test_reuse_composting_and_biological_feedstock_count() -> None:
    part = CircularPart(2, 0, 0, reused_in=0.5, biological_in=0.2, reused_out=0.1, composted_out=0.2, energy_out=0.3)
    flows = material_flows([part])
    assert flows.virgin_kg == pytest.approx(0.6)
    assert flows.waste_kg == pytest.approx(0.8)
    assert material_circularity([part], 1) == pytest.approx(1 - 0.9 * 1.4 / 4)


def test_utility_by_hand() -> None:
    assert utility(12, 8) == 1.5
    assert utility(12, 8, uses=100, mean_uses=50) == 3
    assert material_circularity([LINEAR], utility(12, 8)) == pytest.approx(0.4)  # 1 - 0.9/1.5
    assert material_circularity([LINEAR], 0.5) == 0  # 1 - 1.8: never below zero


@st.composite
def circular_parts(draw: Any) -> CircularPart:
    def split(count: int) -> list[float]:
        weights = [draw(shares) for _ in range(count + 1)]
        total = math.fsum(weights) or 1.0
        return [weight / total for weight in weights[:count]]

    feed, collected = split(3), split(4)
    return CircularPart(
        draw(st.floats(0.001, 1e4)), feed[0], collected[0], draw(efficiencies), draw(shares), feed[1], feed[2],
        collected[1], collected[2], collected[3],
    )  # fmt: skip


@given(parts=st.lists(circular_parts(), min_size=1, max_size=4), x=st.floats(0.1, 10))
def test_circularity_lies_between_none_and_all(parts: list[CircularPart], x: float) -> None:
    assert -1e-12 <= material_flows(parts).linear_flow_index <= 1 + 1e-12
    assert 0 <= material_circularity(parts, x) <= 1


@given(part=circular_parts(), a=shares, b=shares)
def test_circularity_rises_with_recycled_content_that_costs_no_waste(part: CircularPart, a: float, b: float) -> None:
    less, more = sorted((a, b))
    plain = replace(part, recycled_in_efficiency=1.0, reused_in=0.0, biological_in=0.0)
    low, high = (material_circularity([replace(plain, recycled_in=share)], 1) for share in (less, more))
    assert low <= high + 1e-12
    if more - less > 1e-6:
        assert low < high


# ---- Circular Footprint Formula ------------------------------------------------------------------

SHARES = CircularShares(
    allocation=0.2, recycled_content=0.4, recycled_at_end=0.85, energy_at_end=0.05, quality_in=1, quality_out=1,
    energy_allocation=0, heating_value_mj_per_kg=0, heat_efficiency=0, electricity_efficiency=0,
)  # fmt: skip
IMPACTS = CircularImpacts(
    virgin=2.0, virgin_replaced=2.0, recycled_in=0.6, recycled_at_end=0.6, energy_recovery=0.1, disposal=0.02,
    heat_per_mj=0, electricity_per_mj=0,
)  # fmt: skip


def test_the_check_value_with_its_three_parts() -> None:
    found = circular_footprint(SHARES, IMPACTS)
    # 0.6 x 2 + 0.4 (0.2 x 0.6 + 0.8 x 2) + 0.8 x 0.85 (0.6 - 2) = 1.2 + 0.688 - 0.952
    assert found.material == pytest.approx(0.936)
    assert found.energy == pytest.approx(0.005)
    assert found.disposal == pytest.approx(0.002)
    assert found.total == pytest.approx(0.943)


def test_the_glass_of_the_public_tutorial() -> None:
    """lcaac, tutorial 02: A 0.2, no recycled content and no recycling, so E_V + E_D = 1.3 + 0.08 kg CO2e."""
    glass = replace(SHARES, recycled_content=0, recycled_at_end=0, energy_at_end=0)
    impacts = replace(IMPACTS, virgin=1.3, disposal=0.08)
    assert circular_footprint(glass, impacts).total == pytest.approx(1.38)


def test_energy_credits_and_qualities_by_hand() -> None:
    burned = replace(
        SHARES, recycled_content=0.5, quality_in=0.7, quality_out=0.5, energy_at_end=0.1, energy_allocation=0.25,
        heating_value_mj_per_kg=20, heat_efficiency=0.3, electricity_efficiency=0.1,
    )  # fmt: skip
    found = circular_footprint(burned, replace(IMPACTS, heat_per_mj=0.05, electricity_per_mj=0.2))
    # 0.5 x 2 + 0.5 (0.2 x 0.6 + 0.8 x 2 x 0.7) + 0.8 x 0.85 (0.6 - 2 x 0.5) = 1 + 0.62 - 0.272
    assert found.material == pytest.approx(1.348)
    # 0.75 x 0.1 (0.1 - 20 x 0.3 x 0.05 - 20 x 0.1 x 0.2) = 0.075 x -0.6
    assert found.energy == pytest.approx(-0.045)
    assert found.disposal == pytest.approx(0.05 * 0.02)


impact = st.floats(-100, 100)
impact_sets = st.builds(CircularImpacts, *[impact] * 8)
share_sets = st.builds(
    CircularShares, shares, shares, st.floats(0, 0.5), st.floats(0, 0.5), shares, shares, shares, st.floats(0, 50),
    st.floats(0, 0.5), st.floats(0, 0.5),
)  # fmt: skip


@given(shares_=share_sets, impacts=impact_sets, other=st.floats(0, 0.5))
def test_with_all_allocated_to_the_user_recycling_at_the_end_earns_nothing(
    shares_: CircularShares, impacts: CircularImpacts, other: float
) -> None:
    """A = 1: R2 is left in what it keeps from disposal, and nowhere else."""
    one, two = (
        circular_footprint(replace(shares_, allocation=1, recycled_at_end=r2), impacts)
        for r2 in (shares_.recycled_at_end, other)
    )
    assert one.material == pytest.approx(two.material)
    assert one.energy == two.energy
    kept_out = (other - shares_.recycled_at_end) * impacts.disposal
    assert one.total - two.total == pytest.approx(kept_out, abs=1e-9)


@given(shares_=share_sets, impacts=impact_sets, a=impact, b=impact)
def test_the_formula_is_linear_in_the_virgin_impact(
    shares_: CircularShares, impacts: CircularImpacts, a: float, b: float
) -> None:
    ends = [circular_footprint(shares_, replace(impacts, virgin=v)).total for v in (a, b)]
    middle = circular_footprint(shares_, replace(impacts, virgin=(a + b) / 2)).total
    assert middle == pytest.approx(sum(ends) / 2, abs=1e-9)


def test_arrays_give_each_category_its_own() -> None:
    rows = np.linspace(0.1, 2.4, 24).reshape(8, 3)
    found = circular_footprint(SHARES, CircularImpacts(*rows))
    alone = [circular_footprint(SHARES, CircularImpacts(*rows[:, k])).total for k in range(3)]
    assert found.total == pytest.approx(alone)
    mixed = circular_footprint(SHARES, replace(IMPACTS, virgin=np.array([2.0, 0.0])))
    assert mixed.total == pytest.approx([0.943, 0.943 - 2 * (0.6 + 0.4 * 0.8)])
    odd = {"virgin": np.ones(3), "disposal": np.ones((3, 1))}
    assert refused(lambda: replace(IMPACTS, **odd)).code == "formula-shapes"


# ---- flows in and out ----------------------------------------------------------------------------


def test_shares_of_flows_by_hand() -> None:
    into = inflow_shares(Inflow(mass_kg=8, reused_kg=1, recycled_kg=2, renewable_kg=3))
    assert (into.reused, into.recycled, into.renewable, into.other) == (0.125, 0.25, 0.375, 0.25)
    out = outflow_shares(Outflow(mass_kg=10, reused_kg=1, recycled_kg=6, recirculated_kg=3))
    assert (out.reused, out.recycled, out.recirculated, out.other) == (0.1, 0.6, 0.3, 0)


# ---- recyclability of vehicles -------------------------------------------------------------------

CAR = VehicleSteps(
    vehicle_kg=1500, pretreatment_kg=90, dismantling_kg=120, metals_kg=1035, recyclable_rest_kg=45, energy_rest_kg=150
)


def test_rates_of_a_made_up_car() -> None:
    assert recyclability_rate(CAR) == pytest.approx(0.86)  # 1290 of 1500 kg
    assert recoverability_rate(CAR) == pytest.approx(0.96)  # 1440 of 1500 kg
    whole = replace(CAR, energy_rest_kg=210)
    assert recoverability_rate(whole) == 1


def test_running_totals_in_place_of_steps_are_caught() -> None:
    error = refused(lambda: replace(CAR, dismantling_kg=210, metals_kg=1245))
    assert (error.code, error.params["sum"]) == ("formula-parts-exceed", 1740)


def test_a_sum_may_exceed_its_whole_by_rounding_alone() -> None:
    thirds = VehicleSteps(0.3, 0.1, 0.1, 0.1, 0, 0)
    assert math.fsum([0.1, 0.1, 0.1]) > 0.3
    assert recyclability_rate(thirds) == 1
    assert inflow_shares(Inflow(0.3, 0.1, 0.1, 0.1)).other == 0
    refused(lambda: VehicleSteps(0.3, 0.1, 0.1, 0.1, 1e-8, 0))


# ---- ranges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: replace(LINEAR, mass_kg=0), "formula-not-positive"),
        (lambda: replace(LINEAR, mass_kg=math.nan), "formula-not-positive"),
        (lambda: replace(LINEAR, recycled_in=0.3), "formula-missing"),
        (lambda: replace(LINEAR, recycled_out=0.3), "formula-missing"),
        (lambda: replace(LINEAR, recycled_in_efficiency=0), "formula-not-positive"),
        (lambda: replace(MIXED, recycled_out_efficiency=1.1), "formula-not-a-share"),
        (lambda: replace(MIXED, recycled_in=30), "formula-not-a-share"),
        (lambda: replace(MIXED, reused_out=-0.1), "formula-not-a-share"),
        (lambda: replace(MIXED, reused_in=0.5, biological_in=0.3), "formula-parts-exceed"),
        (lambda: replace(MIXED, composted_out=0.3, energy_out=0.2), "formula-parts-exceed"),
        (lambda: material_flows([]), "formula-no-parts"),
        (lambda: material_circularity([MIXED], 0), "formula-not-positive"),
        (lambda: utility(0, 8), "formula-not-positive"),
        (lambda: utility(12, math.inf), "formula-not-positive"),
        (lambda: replace(SHARES, allocation=1.2), "formula-not-a-share"),
        (lambda: replace(SHARES, quality_in=2), "formula-not-a-share"),
        (lambda: replace(SHARES, energy_at_end=0.2), "formula-parts-exceed"),
        (lambda: replace(SHARES, heat_efficiency=0.7, electricity_efficiency=0.4), "formula-parts-exceed"),
        (lambda: replace(SHARES, heating_value_mj_per_kg=-1), "formula-negative"),
        (lambda: replace(IMPACTS, virgin=math.nan), "formula-not-finite"),
        (lambda: replace(IMPACTS, disposal=np.array([1, np.inf])), "formula-not-finite"),
        (lambda: Inflow(0, 0, 0, 0), "formula-not-positive"),
        (lambda: Inflow(8, 1, 2, 6), "formula-parts-exceed"),
        (lambda: Outflow(8, -1, 2, 3), "formula-negative"),
        (lambda: Outflow(8, 4, 4, 1), "formula-parts-exceed"),
        (lambda: replace(CAR, energy_rest_kg=211), "formula-parts-exceed"),
        (lambda: replace(CAR, metals_kg=math.inf), "formula-negative"),
        (lambda: replace(CAR, vehicle_kg=0), "formula-not-positive"),
    ],
)
def test_arguments_out_of_range_are_refused(call: Callable[[], object], code: str) -> None:
    assert refused(call).code == code
