"""Life cycle checks and improvement: worked by hand on records of an assessment made up for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import row
from indicator_cases import CO2E, ON, UNIT, declared, judged, made_of, measures, steel, with_facts

from ecoprod.indicators import directions_of
from ecoprod.indicators.improvement import HIGHER_IS_BETTER
from ecoprod.indicators.table import INDICATORS
from ecoprod.measure import Measure
from ecoprod.product import Amount, EndOfLife, Leg, Part, Period, Substance
from ecoprod.standards import load_spec
from ecoprod.trace import Ledger

# ---- nothing hazardous is cut off ----------------------------------------------------------------

HAZARD = "lca:hazardous-not-cut"


def lead(fraction: float | None = None, **more: Any) -> tuple[Substance, ...]:
    return (Substance("Pb", fraction=fraction, **more),)


@pytest.mark.parametrize(
    ("part_", "left_out"),
    [
        (steel("b", 0.5, substances=lead(0.002)), []),  # it has a dataset
        (steel("b", 0.5, material=None, substances=lead(0.002)), ["b"]),
        (steel("b", 0.5, material=None, substances=lead(1e-4)), ["b"]),  # 0.01 % is enough
        (steel("b", 0.5, material=None, substances=lead(0.9e-4)), []),
        (steel("b", 0.5, material=None, substances=lead(below=1e-3)), ["b"]),  # may hold up to 0.1 %
        (steel("b", 0.5, material=None, substances=lead(below=1e-4)), []),  # holds less than 0.01 %
        (steel("b", 0.5, material=None, substances=lead(not_detected=True)), []),
        (steel("b", 0.5, material=None, substances=(Substance("SCCP", fraction=0.01),)), ["b"]),
        (steel("b", 0.5, material=None, substances=(Substance("Fe", fraction=0.9),)), []),
        (steel("b", 0.5, material=None), []),
    ],
)
def test_a_part_with_a_restricted_substance_has_to_have_data(tmp_path: Path, part_: Part, left_out: list[str]) -> None:
    made = made_of(tmp_path, 1.0, UNIT, parts=(steel("a", 0.5), part_))
    found = judged(made, tmp_path, climate_change=1.0)[0][HAZARD]
    assert found.flag is (None if left_out else True)
    assert [m.params["ids"] for m in found.missing] == left_out


def test_what_an_assembly_holds_may_be_in_any_part_of_it(tmp_path: Path) -> None:
    """`board` says 0.2 % of lead; of its parts `chip` has no dataset. `case` stands beside and says nothing."""
    parts = (
        replace(steel("board", None, substances=lead(0.002)), material=None), steel("carrier", 0.4, parent="board"),
        replace(steel("chip", 0.1, parent="board"), material=None), replace(steel("case", 0.5), material=None),
    )  # fmt: skip
    found = judged(made_of(tmp_path, 1.0, UNIT, parts=parts), tmp_path, climate_change=1.0)[0][HAZARD]
    assert [m.params["ids"] for m in found.missing] == ["chip"]


def test_packaging_and_parts_of_one_id_are_told_apart(tmp_path: Path) -> None:
    bare = replace(steel("a", 0.2), table="packaging", material=None)
    made = replace(made_of(tmp_path, 1.0, UNIT, parts=(steel("a", 1.0, substances=lead(0.5)),)), packaging=(bare,))
    assert judged(made, tmp_path, climate_change=1.0)[0][HAZARD].flag is True


@pytest.mark.parametrize(
    ("name", "more", "hazardous"),
    [
        ("危险废物焚烧", {"kind": "waste"}, True),
        ("hazardous-waste-incineration", {"kind": "waste", "what": "dataset"}, True),
        ("landfill", {"kind": "waste"}, False),
        ("Mercury II", {"what": "emission"}, True),
        ("Methane", {"what": "emission"}, False),
        ("危险废物焚烧", {"kind": "input"}, False),
    ],
)
def test_hazardous_waste_and_emissions_have_to_be_counted(
    tmp_path: Path, name: str, more: dict[str, Any], hazardous: bool
) -> None:  # fmt: skip
    linked = row(name, Amount(2.0, "kg"), scope="product", **more)
    made = made_of(tmp_path, 1.0, UNIT, linked)
    assert judged(made, tmp_path, climate_change=1.0)[0][HAZARD].flag is True
    unallocated = replace(made, processes=(replace(linked, scope="site"),))
    found = judged(unallocated, tmp_path, climate_change=1.0)[0][HAZARD]
    assert found.flag is (None if hazardous else True)
    assert [m.code for m in found.missing] == (["missing-hazardous-rows"] if hazardous else [])


@pytest.mark.parametrize(
    ("name", "hazardous"),
    [("危废暂存", True), ("Hazardous waste", True), ("non-hazardous waste", False), ("非危险废物", False),
     ("含铅污泥", True), ("一般工业固废", False)],
)  # fmt: skip
def test_a_name_says_whether_a_waste_is_hazardous(name: str, hazardous: bool) -> None:
    from ecoprod.indicators.lifecycle import _is_hazardous

    assert _is_hazardous(row(name, Amount(1.0, "kg"), kind="waste")) is hazardous


# ---- categories ----------------------------------------------------------------------------------


def test_every_category_the_specification_names_needs_a_value(tmp_path: Path) -> None:
    made = made_of(tmp_path, 1.0, UNIT)
    values: dict[str, float | None] = {"climate_change": 1.0, "water_use": None, "land_use": 2.0}
    assert judged(made, tmp_path, "land-use", **values)[0]["lca:categories"].flag is True
    found = judged(made, tmp_path, "land-use", "water-use", "ozone-depletion", **values)[0]["lca:categories"]
    assert found.flag is None
    assert found.missing[0].params["categories"] == "water-use, ozone-depletion"
    assert judged(made, tmp_path, **values)[0]["lca:categories"].flag is True  # climate change, where none is named
    assert judged(made, tmp_path, climate_change=None)[0]["lca:categories"].flag is None


# ---- improvement ---------------------------------------------------------------------------------


def test_improvement_against_the_base_period_knows_which_way_is_better(tmp_path: Path) -> None:
    # energy 40 -> 36 kgce/t: 10 % better; water reuse 80 -> 90 %: 12.5 % better; mass 800 -> 1000 kg: 25 % worse
    values = {
        "energy-per-mass": Amount(0.04, "tce/t"), "water-reuse-rate": Amount(80.0, "%"), "mass": Amount(0.8, "t"),
        "no-such": Amount(1.0, "kg"), "waste-per-unit": Amount(1.0, "kg"), "recycled-content": Amount(0.0, "%"),
    }  # fmt: skip
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), row("power", Amount(293.076, "kWh"), scope="product"))
    made = with_facts(made, declared("reused-water", 900, "m3"), declared("fresh-water", 100, "m3"))
    made = replace(made, base_period=Period(None, None, None, values))
    _, ledger = measures(made, tmp_path)
    found = {name: ledger[f"improvement:{name}"].value for name in values}
    assert found == {
        "energy-per-mass": pytest.approx(10.0), "water-reuse-rate": pytest.approx(12.5), "mass": pytest.approx(-25.0),
        "no-such": None, "waste-per-unit": None, "recycled-content": None,
    }  # fmt: skip
    assert ledger["improvement:mass"].inputs == ("ind:mass",)
    assert "less is better" in ledger["improvement:mass"].by
    assert "more is better" in ledger["improvement:water-reuse-rate"].by


def test_of_a_declared_fact_the_limits_say_which_way_is_better(tmp_path: Path) -> None:
    # 500 -> 600 cycles: 20 % better where a limit says "at least", not known without one
    values = {"cycle-life": Amount(500.0, "cycle")}
    made = with_facts(made_of(tmp_path, 1.0, UNIT), declared("cycle-life", 600, "cycle"))
    made = replace(made, base_period=Period(None, None, None, values))
    for directions, value in (({"cycle-life": True}, 20.0), ({"cycle-life": False}, -20.0), (None, None)):
        _, ledger = measures(made, tmp_path, directions=directions)
        assert ledger["improvement:cycle-life"].value == (pytest.approx(value) if value is not None else None)


def test_the_directions_of_a_specification() -> None:
    found = directions_of(load_spec("electric-washing-machine", ON).requirements)
    assert found["washing-noise"] is False
    assert found["wash-evenness"] is True
    assert "lca:provided" not in found


def test_what_is_better_higher_is_a_calculated_indicator() -> None:
    assert set(INDICATORS) >= HIGHER_IS_BETTER


def improvement(folder: Path, **values: tuple[float, str]) -> tuple[Measure, Ledger]:
    """`lca:improvement` of a product of 1,000 kg with 2 kg CO2e today, beside these values of a base period."""
    base = {name.replace("_", "-").replace("impact-", "impact:"): Amount(*value) for name, value in values.items()}
    whole = steel("a", 1000.0, yield_fraction=1.0, transport=(Leg("truck", 1.0),))
    power = row("power", Amount(1.0, "kWh"), scope="product")
    made = made_of(folder, 1000.0, Amount(1.0, "t"), power, parts=(whole,), packaging_none="none")
    found, ledger = judged(replace(made, base_period=Period(None, None, None, base)), folder, climate_change=2.0)
    return found["lca:improvement"], ledger


def test_one_indicator_that_improved_is_enough(tmp_path: Path) -> None:
    """Climate change 3 -> 2 is better, mass 800 -> 1,000 kg is worse."""
    found, ledger = improvement(tmp_path, impact_climate_change=(3.0, CO2E), mass=(800.0, "kg"))
    assert (found.flag, found.missing) == (True, ())
    assert ledger["ind:lca:improvement"].inputs == ("improvement:impact:climate-change", "improvement:mass")
    assert [m.code for m in improvement(tmp_path)[0].missing] == ["missing-base-period"]


@pytest.mark.parametrize(("before", "better"), [(101.0, 100 * 1 / 101), (100.0, 0.0), (99.5, None)])
def test_an_indicator_between_two_figures_improved_by_what_is_proven(
    tmp_path: Path, before: float, better: float | None
) -> None:
    """The scales show 100 kg, the rows 99 kg: 101 kg before were at least 1 kg more, 99.5 kg perhaps less."""
    made = made_of(tmp_path, 100.0, UNIT, parts=(steel("a", 99.0),))
    base = Period(None, None, None, {"mass": Amount(before, "kg")})
    found, ledger = judged(replace(made, base_period=base), tmp_path, climate_change=2.0)
    assert found["lca:improvement"].flag is (True if better else None)
    value = ledger["improvement:mass"].value
    assert value == pytest.approx(better if better is not None else -100 * 0.5 / 99.5)


def test_no_indicator_that_improved_names_those_that_did_not(tmp_path: Path) -> None:
    found, ledger = improvement(tmp_path, impact_climate_change=(2.0, CO2E), mass=(800.0, "kg"))
    assert found.flag is None
    assert ledger["ind:lca:improvement"].value is None
    assert [(m.code, m.params["ids"]) for m in found.missing] == [
        ("missing-improvement", "impact:climate-change, mass")
    ]


def test_what_cannot_be_compared_is_no_improvement(tmp_path: Path) -> None:
    """Unknown today, a fact of which nobody says what is better, another kind of quantity, and nothing before."""
    values = {"waste_per_unit": (1.0, "kg"), "no_such": (1.0, "kg"), "mass": (1.0, "m"),
              "impact_climate_change": (0.0, CO2E)}  # fmt: skip
    found, _ = improvement(tmp_path, **values)
    assert found.flag is None
    assert [(m.code, m.params["ids"]) for m in found.missing] == [
        ("missing-figure-now", "waste-per-unit"), ("missing-better-way", "no-such"),
        ("missing-same-unit", "mass"), ("missing-base-above-zero", "impact:climate-change"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "base", "proven"),
    [
        ((("reused-water", "E1"), ("fresh-water", "E1")), ("E1",), True),
        ((("reused-water", "E1"), ("fresh-water", "E1")), (), False),
        ((("reused-water", "E1"), ("fresh-water", "E1")), ("E9",), False),
        ((("reused-water", "E1"), ("fresh-water", None)), ("E1",), False),
    ],
)
def test_an_improvement_has_documents_where_both_sides_have(
    tmp_path: Path, now: tuple[tuple[str, str | None], ...], base: tuple[str, ...], proven: bool
) -> None:
    """Water reuse 80 -> 90 % is better. Energy per product unit is worse: that nothing proves it does not matter."""
    amounts = {"reused-water": 900, "fresh-water": 100}
    power = row("power", Amount(293.076, "kWh"), scope="product")
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), power)
    made = with_facts(made, *(declared(name, amounts[name], "m3", evidence=of) for name, of in now))
    values = {"water-reuse-rate": Amount(80.0, "%"), "energy-per-unit": Amount(1.0, "kgce")}
    made = replace(made, base_period=Period(None, None, None, values, base))
    found = judged(made, tmp_path, climate_change=2.0)[0]["lca:improvement"]
    assert (found.flag, found.evidenced) == (True, proven)
    assert found.evidence == tuple(dict.fromkeys(("E1", *base)))


def test_one_documented_improvement_is_enough_beside_others_without(tmp_path: Path) -> None:
    """Water reuse 80 -> 90 % has its documents; energy 2 tce -> 36 kgce has not, and does not take them away."""
    power = row("power", Amount(293.076, "kWh"), scope="product")
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), power)
    made = with_facts(made, declared("reused-water", 900, "m3"), declared("fresh-water", 100, "m3"))
    values = {"water-reuse-rate": Amount(80.0, "%"), "energy-per-unit": Amount(2.0, "tce")}
    both = replace(made, base_period=Period(None, None, None, values, ("E1",)))
    assert judged(both, tmp_path, climate_change=2.0)[0]["lca:improvement"].evidenced
    energy = replace(
        made, base_period=Period(None, None, None, {"energy-per-unit": values["energy-per-unit"]}, ("E1",))
    )
    found = judged(energy, tmp_path, climate_change=2.0)[0]["lca:improvement"]
    assert (found.flag, found.evidenced) == (True, False)


def test_a_check_of_our_own_is_no_indicator_that_improves(tmp_path: Path) -> None:
    """Linked mass 50 -> 100 % and cut off 50 -> 0 %: the modelling is better, the product is as it was."""
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"))
    values = {"lca:linked-mass-share": Amount(50.0, "%"), "lca:cut-off-mass-share": Amount(50.0, "%")}
    made = replace(made, base_period=Period(None, None, None, values))
    found, ledger = judged(made, tmp_path, climate_change=2.0)
    assert found["lca:linked-mass-share"].value == 100.0
    assert found["lca:improvement"].flag is None
    assert [(m.code, m.params["ids"]) for m in found["lca:improvement"].missing] == [
        ("missing-own-indicator", "lca:linked-mass-share, lca:cut-off-mass-share")
    ]
    assert ledger["improvement:lca:linked-mass-share"].value is None


# ---- recyclability of vehicles -------------------------------------------------------------------


def test_the_steps_of_iso_22628_are_routes_of_parts(tmp_path: Path) -> None:
    """Pre-treated 60 kg, dismantled 90 kg, metals 640 kg, recyclable residue 60 kg; energy 100 kg; rest 50 kg.

    R_cyc = (60 + 90 + 640 + 60) / 1000 = 85 %, R_cov = (850 + 100) / 1000 = 95 %. In GB/T 20862 the same masses are
    what is reused and recycled, and what gives energy.
    """
    routes = (
        ("battery and oil", 60.0, "reuse"), ("gearbox", 90.0, "reuse"), ("body", 640.0, "recycling"),
        ("bumper", 60.0, "recycling"), ("foam", 100.0, "energy recovery"), ("dust", 50.0, "landfill"),
    )  # fmt: skip
    parts = tuple(steel(name, mass, end_of_life=route) for name, mass, route in routes)
    made = made_of(tmp_path, 1000.0, UNIT, parts=parts, end_of_life=EndOfLife("vehicle.yaml", 1.0))
    (tmp_path / "vehicle.yaml").write_text(
        "ecoprod: 1\nid: vehicle\nroutes:\n  '*':\n    recycling: {share: 0.5, dataset: sorting, yield: 1.0}\n"
        "    energy_recovery: {share: 0.25, dataset: landfill}\n    landfill: {share: 0.25, dataset: landfill}\n"
        "    source: made up for a test\n", encoding="utf-8",
    )  # fmt: skip
    found, _ = measures(made, tmp_path)
    assert found["recyclability-rate"].value == pytest.approx(85.0)
    assert found["recoverability-rate"].value == pytest.approx(95.0)
