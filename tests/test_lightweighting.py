"""Formulas of lightweighting against geometry, hand calculation, and published figures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecoprod
from ecoprod.background import load_background
from ecoprod.errors import At, FormulaError, Problem
from ecoprod.lightweighting import (
    EXPONENTS,
    Drive,
    DriveCycle,
    Limit,
    MassChange,
    Member,
    break_even,
    break_even_km,
    lightweighting_rate,
    mass_load_energy,
    mass_load_reduction,
    mass_ratio,
    use_phase_saving,
)
from ecoprod.messages import catalogue, problem_line

ALL = sorted(EXPONENTS)
each = pytest.mark.parametrize(("limit", "member"), ALL)


@dataclass(frozen=True)
class Stuff:
    density_kg_m3: float | None = 7850.0
    youngs_modulus_gpa: float | None = 210.0
    yield_strength_mpa: float | None = 235.0
    strength_basis: str | None = "yield"
    id: str = "stuff"


STEEL = Stuff(id="steel")
ALUMINIUM = Stuff(2700.0, 70.0, 160.0, id="aluminium")


def refused(call: Callable[[], object]) -> FormulaError:
    """The refusal, which is a ValueError and can be said in both languages."""
    with pytest.raises(ValueError, match="formula-") as caught:
        call()
    error = caught.value
    assert isinstance(error, FormulaError)
    said = [
        problem_line(Problem(error.code, At("variants.yaml", 3), error.field, error.params), lang)
        for lang in ("zh", "en")
    ]
    assert said[0] != said[1]
    return error


# ---- mass at equal function ----------------------------------------------------------------------

# What a member of size s carries, from the textbook's sections: area, second moment and section modulus.
CARRIES: dict[tuple[Limit, Member], Callable[[float, float], float]] = {
    ("stiffness", "tie"): lambda modulus, side: modulus * side**2,
    ("stiffness", "beam"): lambda modulus, side: modulus * side**4 / 12,
    ("stiffness", "panel"): lambda modulus, thick: modulus * thick**3 / 12,
    ("strength", "tie"): lambda strength, side: strength * side**2,
    ("strength", "beam"): lambda strength, side: strength * side**3 / 6,
    ("strength", "panel"): lambda strength, thick: strength * thick**2 / 6,
}


def size_that_carries(load: Callable[[float, float], float], value: float, wanted: float) -> float:
    """By halving an interval: a second route that knows nothing of exponents."""
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if load(value, middle) < wanted else (low, middle)
    return (low + high) / 2


@each
def test_mass_ratio_is_what_sizing_both_members_gives(limit: Limit, member: Member) -> None:
    values = (210.0, 70.0) if limit == "stiffness" else (235.0, 160.0)
    load = CARRIES[limit, member]
    old, new = (size_that_carries(load, value, 50.0) for value in values)
    areas = (old, new) if member == "panel" else (old**2, new**2)
    by_sizes = areas[1] * 2700 / (areas[0] * 7850)
    assert mass_ratio(STEEL, ALUMINIUM, limit, member) == pytest.approx(by_sizes, rel=1e-9)


def test_mass_ratios_by_hand() -> None:
    # E1/E2 = 3: tie 0.3439 x 3; panel 0.3439 x 3^(1/3) = 0.3439 x 1.442250
    assert mass_ratio(STEEL, ALUMINIUM, "stiffness", "tie") == pytest.approx(8100 / 7850)
    assert mass_ratio(STEEL, ALUMINIUM, "stiffness", "panel") == pytest.approx(2700 / 7850 * 1.442249570, rel=1e-9)
    quarter = Stuff(7850.0, 210.0, 940.0)  # four times as strong: a panel of half the thickness
    assert mass_ratio(STEEL, quarter, "strength", "panel") == pytest.approx(0.5)


values = st.floats(0.01, 1e4)
stuffs = st.builds(Stuff, values, values, values)


@each
@given(a=stuffs, b=stuffs, c=stuffs)
def test_mass_ratio_of_itself_is_one_and_ratios_compose(
    limit: Limit, member: Member, a: Stuff, b: Stuff, c: Stuff
) -> None:
    assert mass_ratio(a, a, limit, member) == pytest.approx(1)
    by_way_of_b = mass_ratio(a, b, limit, member) * mass_ratio(b, c, limit, member)
    assert mass_ratio(a, c, limit, member) == pytest.approx(by_way_of_b)


def test_rows_of_the_materials_table_go_in_as_they_are() -> None:
    core = load_background()
    (q235,), (q355,) = core.material("Q235"), core.material("Q355")
    # the table: 7850 kg/m3 each, 210 and 200 GPa, 235 and 345 MPa
    assert mass_ratio(q235, q355, "stiffness", "panel") == pytest.approx((210 / 200) ** (1 / 3))
    assert mass_ratio(q235, q355, "strength", "tie") == pytest.approx(235 / 345)
    carbon = core.material("碳钢")[0]  # the family has no strength
    error = refused(lambda: mass_ratio(q235, carbon, "strength", "tie"))
    assert (error.code, error.params["material"]) == ("formula-no-property", "steel-carbon")


@pytest.mark.parametrize(
    ("new", "limit", "member", "code"),
    [
        (Stuff(density_kg_m3=None), "stiffness", "tie", "formula-no-property"),
        (Stuff(youngs_modulus_gpa=None), "stiffness", "beam", "formula-no-property"),
        (Stuff(yield_strength_mpa=None), "strength", "beam", "formula-no-property"),
        (Stuff(strength_basis=None), "strength", "beam", "formula-no-property"),
        (Stuff(strength_basis="tensile"), "strength", "beam", "formula-strength-bases"),
        (Stuff(youngs_modulus_gpa=0.0), "stiffness", "beam", "formula-not-positive"),
        (Stuff(density_kg_m3=-1.0), "strength", "beam", "formula-not-positive"),
    ],
)
def test_a_material_that_cannot_be_compared_is_refused(new: Stuff, limit: Limit, member: Member, code: str) -> None:
    assert refused(lambda: mass_ratio(STEEL, new, limit, member)).code == code
    if code != "formula-strength-bases":
        assert refused(lambda: mass_ratio(new, STEEL, limit, member)).code == code


def test_a_strength_must_fit_the_load() -> None:
    flexural, compressive = Stuff(strength_basis="flexural"), Stuff(strength_basis="compressive")
    assert refused(lambda: mass_ratio(flexural, flexural, "strength", "tie")).code == "formula-strength-load"
    assert mass_ratio(flexural, flexural, "strength", "panel") == 1
    for member in ("tie", "beam", "panel"):
        assert refused(lambda m=member: mass_ratio(compressive, compressive, "strength", m)).field == "strength_basis"
    assert mass_ratio(flexural, compressive, "stiffness", "tie") == 1  # stiffness asks for no strength


# ---- use, and when it pays -----------------------------------------------------------------------


def test_lightweighting_rate_and_saving_by_hand() -> None:
    change = MassChange(old_kg=60, new_kg=40)
    assert change.saved_kg == 20
    assert lightweighting_rate(change) == pytest.approx(1 / 3)
    assert use_phase_saving(change, 0.15, 150_000) == pytest.approx(45)  # 0.2 x 0.0015 L/km x 150,000 km
    heavier = MassChange(old_kg=40, new_kg=60)
    assert lightweighting_rate(heavier) == -0.5
    assert use_phase_saving(heavier, 0.15, 150_000) == pytest.approx(-45)


def test_the_mass_of_a_part_is_no_mass_saved() -> None:
    """The whole of a part cannot be passed off as saved, nor a plain number as a difference."""
    assert refused(lambda: MassChange(old_kg=60, new_kg=0)).field == "new_kg"
    with pytest.raises(AttributeError):
        use_phase_saving(60.0, 0.35, 150_000)  # type: ignore[arg-type]


def test_break_even_of_the_check_value() -> None:
    # 30 kg CO2e more, 20 kg less, 0.15 L, 2.9 kg CO2e/L: 30 / (0.2 x 0.0015 x 2.9) = 34,482.76 km
    assert break_even_km(MassChange(60, 40), 30, 0.15, 2.9) == pytest.approx(34_483, abs=0.5)


@pytest.mark.parametrize(
    ("new_kg", "extra", "per_unit", "expected"),
    [(40, 0, 2.9, 0.0), (40, -5, 2.9, 0.0), (60, 30, 2.9, None), (60, -5, 2.9, None), (70, -5, 2.9, None),
     (70, 30, 2.9, None), (40, 30, 0, None), (40, 0, 0, 0.0)],
)  # fmt: skip
def test_break_even_at_once_or_never(new_kg: float, extra: float, per_unit: float, expected: float | None) -> None:
    assert break_even_km(MassChange(60, new_kg), extra, 0.15, per_unit) == expected


@pytest.mark.parametrize(
    ("extra", "saved", "expected"),
    [(6.0, 0.012, 500.0), (0.0, 0.0, 0.0), (0.0, -0.1, None), (-1.0, -0.1, 0.0), (1.0, 0.0, None), (1.0, -0.1, None)],
)
def test_break_even_of_any_service(extra: float, saved: float, expected: float | None) -> None:
    assert break_even(extra, saved) == (None if expected is None else pytest.approx(expected))


@given(extra=st.floats(0.1, 1e4), saved=st.floats(0.1, 50), value=st.floats(0.1, 2), per_unit=st.floats(0.01, 10))
def test_at_break_even_the_saving_pays_the_extra(extra: float, saved: float, value: float, per_unit: float) -> None:
    change = MassChange(60, 60 - saved)
    distance = break_even_km(change, extra, value, per_unit)
    assert distance is not None
    assert use_phase_saving(change, value, distance) * per_unit == pytest.approx(extra)


@pytest.mark.parametrize(
    "call",
    [
        lambda: use_phase_saving(MassChange(60, 40), 0, 1000),
        lambda: use_phase_saving(MassChange(60, 40), 0.15, -1),
        lambda: use_phase_saving(MassChange(60, 40), 0.15, math.inf),
        lambda: break_even_km(MassChange(60, 40), math.nan, 0.15, 2.9),
        lambda: break_even_km(MassChange(60, 40), 30, 0.15, -2.9),
        lambda: break_even_km(MassChange(60, 60), 30, -0.15, 2.9),
        lambda: MassChange(0, 40),
        lambda: MassChange(math.nan, 40),
        lambda: DriveCycle(0, 3090),
        lambda: Drive(31.27e6, 0, 0.43, 0.009, 0.1, 0, 0),
        lambda: Drive(31.27e6, 0.88, 1.1, 0.009, 0.1, 0, 0),
        lambda: Drive(0, 0.88, 0.43, 0.009, 0.1, 0, 0),
        lambda: Drive(31.27e6, 0.88, 0.43, 0.009, 0.1, 1.2, 0.8),
        lambda: mass_load_energy(0, GASOLINE, CITY),
    ],
)
def test_arguments_out_of_range_are_refused(call: Callable[[], object]) -> None:
    refused(call)


# ---- the physics behind the values ---------------------------------------------------------------

CITY, HIGHWAY = DriveCycle(17_769, 3090), DriveCycle(16_507, 1165)
GASOLINE = Drive(31_270_165.8, 0.88, 0.43, 0.009, 0.1, 0, 0)


def test_mass_loads_of_a_gasoline_vehicle() -> None:
    # city: (1.1 x 3090 + 0.009 x 9.8 x 17769) / (31.27017e6 x 0.88 x 0.43) = 4.1971e-4 L per kg and test of 17.769 km
    assert mass_load_energy(1, GASOLINE, CITY) == pytest.approx(4.1971e-4, rel=2e-5)
    assert mass_load_reduction(GASOLINE, CITY) == pytest.approx(0.2362, abs=5e-5)
    assert mass_load_reduction(GASOLINE, HIGHWAY) == pytest.approx(0.1401, abs=5e-5)


ON_ROAD = 1 / 0.782
COMBINED = DriveCycle(0.55 * 17_769 + 0.45 * 16_507, 0.55 * 3090 + 0.45 * 1165)
BRAKING = 0.55 * 0.74 + 0.45 * 0.41


@pytest.mark.parametrize(
    ("heating_value", "conversion", "rolling", "printed"),
    [
        (3.6e6, 0.92, 0.008, 0.699514697354473),
        (3.6e6, 0.92, 0.009, 0.742512505975544),
        (8_500_847.97, 0.59, 0.008, 0.461926535339971),
        (8_500_847.97, 0.59, 0.009, 0.490320261502779),
    ],
)
def test_recuperating_drives_give_the_figures_that_their_authors_print(
    heating_value: float, conversion: float, rolling: float, printed: float
) -> None:
    """Cars and light trucks, battery and fuel cell: fleet_frv_stat.csv, from frv_param.csv and frv_param_dyn.csv."""
    drive = Drive(heating_value, 0.88, conversion, rolling, 0.1, BRAKING, 0.8)
    assert mass_load_reduction(drive, COMBINED) * ON_ROAD == pytest.approx(printed, rel=1e-12)


@pytest.mark.parametrize(
    ("heating_value", "engine", "motor_share", "rolling", "printed"),
    [
        (31_270_165.8, 0.38, 0, 0.008, 0.359240854644588),
        (31_270_165.8, 0.38, 0, 0.009, 0.371225436055762),
        (35_801_112.19, 0.43, 0, 0.008, 0.277290204058205),
        (35_801_112.19, 0.43, 0, 0.009, 0.28654084184645),
        (31_270_165.8, 0.38, 0.55 * 0.3 + 0.45 * 0.09, 0.008, 0.25012116904244),
        (31_270_165.8, 0.38, 0.55 * 0.3 + 0.45 * 0.09, 0.009, 0.260660175454486),
    ],
)
def test_engines_give_them_with_half_of_the_friction_term(
    heating_value: float, engine: float, motor_share: float, rolling: float, printed: float
) -> None:
    """Why the table calls these figures adapted by half: F_f of the model, friction of an engine sized by the mass."""
    conversion = 1 / (motor_share / 0.92 + (1 - motor_share) / engine)
    drive = Drive(heating_value, 0.88, conversion, rolling, 0.1, BRAKING if motor_share else 0, 0.8)
    friction = 100 * 0.5 * 0.3325 * 100_000 / (heating_value * conversion)
    assert (mass_load_reduction(drive, COMBINED) + friction / 2) * ON_ROAD == pytest.approx(printed, rel=1e-12)


def test_every_refusal_has_a_message_with_a_remedy() -> None:
    package = Path(ecoprod.__file__).parent
    used = set()
    for path in package.rglob("*.py"):
        used |= set(re.findall(r'FormulaError\(\s*"([a-z0-9-]+)"', path.read_text("utf-8")))
    assert len(used) > 5
    assert not {code for code in used if "fix" not in catalogue().get(code, {})}
