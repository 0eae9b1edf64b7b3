"""Indicators: ratios and substances, worked by hand; what is open stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, material, part, product, row
from hypothesis import given
from hypothesis import strategies as st

from ecoprod.errors import At
from ecoprod.indicators import measure_product, undeclarable
from ecoprod.measure import Measure
from ecoprod.product import Amount, Declared, EndOfLife, Evidence, Part, Period, ProcessRow, Product, Substance


def measures(made: Product, folder: Path, *needed: str) -> dict[str, Measure]:
    data = background(
        folder,
        dataset("pp-data"),
        dataset("steel-data"),
        dataset("gas", "m3", group="fuel", aliases=("天然气",)),
        dataset("steam", "MJ", group="heat"),
        materials=(
            material("pp", "pp-data"),
            material("steel", "steel-data", "metal-ferrous"),
            material("gas", "gas", "other", density_kg_m3=0.8, calorific_value_mj_kg=50.0),
        ),
    )
    foreground, problems, ledger = built(made, data)
    assert not problems
    return measure_product(made, foreground, None, needed, data, date(2026, 1, 1), ledger)


def plastic(name: str, mass: float, **more: object) -> Part:
    return replace(part(name, mass, material="pp", substance_basis="homogeneous_material"), **more)  # type: ignore[arg-type]


def test_recyclability_counts_stated_routes_only(tmp_path: Path) -> None:
    # 6 kg recycled through the scenario (0.5 × 0.8 = 40 %) + 4 kg steel to landfill -> 2.4 / 10 = 24 %
    parts = (plastic("a", 6.0, end_of_life="scenario"), part("b", 4.0, material="steel", end_of_life="landfill"))
    made = product(tmp_path, *parts, mass_kg=10.0, end_of_life=EndOfLife("half", 1.0))
    found = measures(made, tmp_path)["recyclability-rate"]
    assert found.value == pytest.approx(24.0)
    blank = replace(made, parts=(parts[0], replace(parts[1], end_of_life=None)))
    opened = measures(blank, tmp_path)["recyclability-rate"]
    assert opened.value is None
    assert (opened.low, opened.high) == (pytest.approx(24.0), pytest.approx(64.0))
    assert "b" in str(opened.missing[0].params["ids"])


def test_a_route_left_to_a_scenario_that_is_not_there_is_open_and_not_none_of_it(tmp_path: Path) -> None:
    made = product(tmp_path, plastic("a", 6.0, end_of_life="scenario"), mass_kg=6.0)
    found = measures(made, tmp_path)["recyclability-rate"]
    assert (found.low, found.high) == (0.0, 100.0)
    assert found.missing[0].field == "bom.end_of_life"


def test_recycled_content_pre_and_post_apart(tmp_path: Path) -> None:
    # (8 kg × (10 % + 20 %) + 2 kg × 0 %) / 10 kg = 24 %, of which pre 8 % and post 16 %
    parts = (
        plastic("a", 8.0, recycled_pre=0.1, recycled_post=0.2, recycled_content=0.3),
        plastic("b", 2.0, recycled_content=0.0, recycled_pre=0.0, recycled_post=0.0),
    )
    found = measures(product(tmp_path, *parts, mass_kg=10.0), tmp_path)
    assert found["recycled-content"].value == pytest.approx(24.0)
    assert found["recycled-content-pre"].value == pytest.approx(8.0)
    assert found["recycled-content-post"].value == pytest.approx(16.0)
    unsplit = replace(parts[0], recycled_pre=None, recycled_post=None)
    opened = measures(product(tmp_path, unsplit, parts[1], mass_kg=10.0), tmp_path)
    assert opened["recycled-content"].value == pytest.approx(24.0)
    assert opened["recycled-content-post"].value is None


@pytest.mark.parametrize("claimed", [{"end_of_life": "recycling"}, {"recycled_content": 0.3}])
def test_what_the_maker_claims_of_a_part_needs_its_document(tmp_path: Path, claimed: dict[str, Any]) -> None:
    """A route of the scenario and no recycled content are no claims; a route of one's own and recycled content are."""
    names = ("recyclability-rate",) if "end_of_life" in claimed else ("recycled-content", "waste-content")
    plain = plastic("a", 6.0, end_of_life="scenario", recycled_content=0.0)
    proof = {"E1": Evidence("E1", At("evidence.csv", 2), file="e.txt", sha256="0" * 64)}

    def evidenced(of: Part) -> set[bool]:
        made = product(tmp_path, of, mass_kg=6.0, end_of_life=EndOfLife("half", 1.0), evidence=proof)
        return {measures(made, tmp_path)[name].evidenced for name in names}

    assert evidenced(plain) == {True}
    assert evidenced(replace(plain, **claimed)) == {False}
    assert evidenced(replace(plain, evidence=("E1",), **claimed)) == {True}
    assert evidenced(replace(plain, evidence=("E2",), **claimed)) == {False}


@pytest.mark.parametrize(
    ("cell", "file", "evidence", "lacking"),
    [
        ("scenario", "own.yaml", (), ("end_of_life.evidence",)),
        ("scenario", "own.yaml", ("E1",), ()),
        ("scenario", "own.yaml", ("E2",), ("end_of_life.evidence",)),  # nobody listed it
        ("recycling", "own.yaml", (), ("end_of_life.evidence",)),  # its yield is that file's
        ("reuse", "own.yaml", (), ()),  # all of it, whatever the file says
        ("scenario", "half", (), ()),
    ],
)
def test_a_scenario_of_the_makers_own_is_his_word_without_a_document(
    tmp_path: Path, cell: str, file: str, evidence: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    routes = "routes:\n  '*':\n    recycling: {share: 1, dataset: sorting, yield: 1}\n    source: my own word\n"
    (tmp_path / "own.yaml").write_text(routes, "utf-8")
    proof = {"E1": Evidence("E1", At("evidence.csv", 2), file="e.txt", sha256="0" * 64)}
    one = plastic("a", 6.0, end_of_life=cell, evidence=("E1",))
    ended = EndOfLife(file, 1.0, evidence=evidence)
    made = product(tmp_path, one, mass_kg=6.0, end_of_life=ended, evidence=proof)
    for name in ("recyclability-rate", "recoverability-rate"):
        found = measures(made, tmp_path)[name]
        assert found.undocumented == lacking
        assert found.evidenced is not bool(lacking)


def test_a_row_of_the_users_own_database_leaves_energy_and_water_open(tmp_path: Path) -> None:
    """Its datasets do not say what they are: one more row can only raise the figure, never be passed over."""
    own = background(
        tmp_path, dataset("power", "kWh", group="electricity"), dataset("bought", "kWh", group="imported"),
        dataset("coke", "kg", group="imported"), dataset("lining", "m2", group="imported"),
    )  # fmt: skip

    def energy_of(*rows: ProcessRow) -> tuple[Measure, Measure]:
        made = product(
            tmp_path, plastic("a", 1.0, material=None), mass_kg=1.0, processes=rows,
            reporting_period=Period(None, None, Amount(1.0, "unit")),
        )  # fmt: skip
        foreground, _, ledger = built(made, own)
        found = measure_product(made, foreground, None, (), own, date(2026, 1, 1), ledger)
        return found["energy-per-unit"], found["water-per-unit"]

    def taken(name: str, amount: float, unit: str) -> ProcessRow:
        at = At("process.csv", 2)
        return ProcessRow(name, at, "dataset", name, Amount(amount, unit), "in", scope="product", kind="input")

    core, _ = energy_of(taken("power", 10.0, "kWh"), taken("lining", 1.0, "m2"))
    assert core.value == pytest.approx(36 / 29.3076)
    both, _ = energy_of(taken("power", 10.0, "kWh"), taken("bought", 10.0, "kWh"))
    assert both.value == pytest.approx(72 / 29.3076)
    fuel, water = energy_of(taken("power", 10.0, "kWh"), taken("coke", 3.0, "kg"))
    assert (fuel.low, fuel.high) == (pytest.approx(36 / 29.3076), None)
    assert water.high is None
    for measure in (fuel, water):
        assert "missing-kind" in {m.code for m in measure.missing}


LEAD = "substance:Pb@homogeneous_material"


def test_the_worst_homogeneous_material_decides(tmp_path: Path) -> None:
    parts = (
        plastic("a", 9.0, substances=(Substance("Pb", fraction=0.0005),)),
        plastic("b", 1.0, substances=(Substance("Pb", fraction=0.002),)),
    )
    found = measures(product(tmp_path, *parts, mass_kg=10.0), tmp_path, LEAD, "substance:Pb@product_mass")
    assert found[LEAD].value == 0.002
    # (9 × 0.0005 + 1 × 0.002) / 10 = 0.00065
    assert found["substance:Pb@product_mass"].value == pytest.approx(0.00065)


def test_a_silent_part_leaves_a_substance_open_but_a_proven_excess_stands(tmp_path: Path) -> None:
    parts = (plastic("a", 9.0, substances=(Substance("Pb", fraction=0.002),)), plastic("b", 1.0))
    found = measures(product(tmp_path, *parts, mass_kg=10.0), tmp_path, LEAD)[LEAD]
    assert (found.low, found.high) == (0.002, None)
    assert "b" in str(found.missing[0].params["ids"])


def test_a_component_average_proves_no_homogeneous_material_clean(tmp_path: Path) -> None:
    one = replace(plastic("a", 1.0, substances=(Substance("Pb", fraction=0.0001),)), substance_basis="component")
    found = measures(product(tmp_path, one, mass_kg=1.0), tmp_path, LEAD)[LEAD]
    assert (found.low, found.high) == (0.0001, None)


def test_unlisted_mass_may_hold_anything(tmp_path: Path) -> None:
    one = plastic("a", 0.9999, substances=(Substance("Pb", fraction=1e-9),))
    made = product(tmp_path, one, mass_kg=1.0, mass_precision_kg=0.00001)
    assert measures(made, tmp_path, LEAD)[LEAD].high is None
    coarse = replace(made, mass_precision_kg=0.5)
    assert measures(coarse, tmp_path, LEAD)[LEAD].high == 1e-9


def test_below_and_not_detected_are_upper_bounds(tmp_path: Path) -> None:
    below = plastic("a", 1.0, substances=(Substance("Pb", below=2e-6, method="IEC 62321"),))
    found = measures(product(tmp_path, below, mass_kg=1.0), tmp_path, LEAD)[LEAD]
    assert (found.low, found.high, found.not_detected) == (0.0, 2e-6, False)
    quiet = plastic("a", 1.0, substances=(Substance("Pb", not_detected=True, detection_limit=5e-5),))
    found = measures(product(tmp_path, quiet, mass_kg=1.0), tmp_path, LEAD)[LEAD]
    assert (found.high, found.not_detected, found.detection_limit) == (5e-5, True, 5e-5)
    unknown = plastic("a", 1.0, substances=(Substance("Pb", not_detected=True),))
    assert measures(product(tmp_path, unknown, mass_kg=1.0), tmp_path, LEAD)[LEAD].high is None


def test_energy_in_standard_coal(tmp_path: Path) -> None:
    # per unit: 300 kWh = 1,080 MJ; 10 m3 gas × 0.8 kg/m3 × 50 MJ/kg = 400 MJ; 1,480 / 29.3076 = 50.4989 kgce
    rows = (
        row("电", Amount(300_000.0, "kWh"), scope="product"),
        row("天然气", Amount(10_000.0, "m3"), scope="product"),
        row("water", Amount(2_000.0, "m3"), scope="product"),
        row("landfill", Amount(500.0, "kg"), scope="product", direction="out", kind="waste"),
    )
    found = measures(product(tmp_path, plastic("a", 1.0), mass_kg=1.0, processes=rows), tmp_path)
    assert found["energy-per-unit"].value == pytest.approx(1480 / 29.3076)
    assert found["water-per-unit"].value == pytest.approx(2.0)
    assert found["waste-per-unit"].value == pytest.approx(0.5)


def handed_on(tmp_path: Path, *more: ProcessRow, **facts: Declared) -> dict[str, Measure]:
    """Energy of one of 1,000 products, of 300,000 kWh bought (1,080 MJ each), and of what else goes in and out."""
    at = At("product.yaml", 4)
    declared = {name.replace("_", "-"): fact for name, fact in facts.items()}
    bought = row("电", Amount(300_000.0, "kWh"), scope="product", evidence=("E1",))
    made = product(
        tmp_path, plastic("a", 1.0), mass_kg=1.0, processes=(bought, *more), declared=declared,
        evidence={"E1": Evidence("E1", at)},
        reporting_period=Period(None, None, Amount(1000.0, "unit"), evidence=("E1",)),
    )  # fmt: skip
    return measures(made, tmp_path, "energy-per-mass")


def out(name: str, amount: float, unit: str, **more: Any) -> ProcessRow:
    plain = {"scope": "product", "direction": "out", "meter": "sold", **more}
    return row(name, Amount(amount, unit), **plain)


def test_energy_that_is_handed_on_lies_between_taken_off_and_not(tmp_path: Path) -> None:
    """100,000 kWh sold on are 360 MJ a product: 720 to 1,080 MJ."""
    found = handed_on(tmp_path, out("电", 100_000.0, "kWh"))
    energy, per_mass = found["energy-per-unit"], found["energy-per-mass"]
    assert (energy.low, energy.high) == (pytest.approx(720 / 29.3076), pytest.approx(1080 / 29.3076))
    assert [(m.code, m.field) for m in energy.missing] == [
        ("missing-energy-handed-on", "declared.energy-per-unit.value")
    ]
    assert (per_mass.low, per_mass.high) == (pytest.approx(720e3 / 29.3076), pytest.approx(1080e3 / 29.3076))
    assert [m.field for m in per_mass.missing] == ["declared.energy-per-mass.value"]
    assert not energy.evidenced  # nobody proves what was sold
    assert handed_on(tmp_path, out("电", 100_000.0, "kWh", evidence=("E1",)))["energy-per-unit"].evidenced
    fact = Declared("energy-per-unit", At("product.yaml", 4), amount=Amount(30.0, "kgce"), evidence=("E1",))
    assert handed_on(tmp_path, out("电", 100_000.0, "kWh"), energy_per_unit=fact)["energy-per-unit"].value == 30.0
    assert handed_on(tmp_path, out("电", 0.0, "kWh"))["energy-per-unit"].value == pytest.approx(1080 / 29.3076)


def test_energy_that_is_credited_may_be_taken_off_but_never_below_nothing(tmp_path: Path) -> None:
    """36,000 MJ of steam sold are 36 MJ a product; 5,000,000 MJ are more than went in."""
    for sold, low in ((36_000.0, 1044 / 29.3076), (5_000_000.0, 0.0)):
        energy = handed_on(tmp_path, out("steam", sold, "MJ", kind="avoided"))["energy-per-unit"]
        assert (energy.low, energy.high) == (pytest.approx(low), pytest.approx(1080 / 29.3076))


def test_fuel_left_over_was_never_used(tmp_path: Path) -> None:
    """10 m3 of gas a product came in, 4 were left: 6 x 0.8 kg x 50 MJ = 240 MJ, beside 1,080 MJ."""
    gas = row("天然气", Amount(10_000.0, "m3"), scope="product", evidence=("E1",))
    for evidence in (("E1",), ()):
        found = handed_on(tmp_path, gas, out("天然气", 4_000.0, "m3", evidence=evidence))["energy-per-unit"]
        assert found.value == pytest.approx(1320 / 29.3076)
        assert found.evidenced is bool(evidence)


def test_no_rows_is_unknown_not_zero(tmp_path: Path) -> None:
    found = measures(product(tmp_path, plastic("a", 1.0), mass_kg=1.0), tmp_path)
    assert found["energy-per-unit"].value is None
    assert found["water-per-unit"].missing


@given(
    st.lists(st.tuples(st.floats(0.01, 50), st.floats(0, 1), st.booleans()), min_size=1, max_size=6),
    st.integers(0, 5),
)
def test_blanking_a_cell_only_widens(rows: list[tuple[float, float, bool]], which: int) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name)
        parts = tuple(
            plastic(
                f"p{i}",
                mass,
                recycled_content=share,
                recycled_pre=share,
                recycled_post=0.0,
                end_of_life="scenario" if known else None,
                substances=(Substance("Pb", fraction=share),),
            )
            for i, (mass, share, known) in enumerate(rows)
        )
        total = sum(p.mass_kg or 0.0 for p in parts)
        made = product(folder, *parts, mass_kg=total, end_of_life=EndOfLife("half", 1.0))
        blank = replace(
            parts[which % len(parts)], recycled_content=None, recycled_pre=None, end_of_life=None, substances=None
        )
        fewer = replace(made, parts=tuple(blank if p.id == blank.id else p for p in parts))
        before, after = measures(made, folder, LEAD), measures(fewer, folder, LEAD)
        for indicator in ("recyclability-rate", "recycled-content", "recoverability-rate", LEAD):
            old, new = before[indicator], after[indicator]
            assert (new.low or 0.0) <= (old.low or 0.0) + 1e-9
            assert new.high is None or (old.high is not None and new.high >= old.high - 1e-9)


MERCURY = "substance:Hg@product_mass"


def test_a_product_with_the_worst_alternate_decides(tmp_path: Path) -> None:
    # members of 1 kg each in a 2 kg product: A holds 1e-4, B 1e-7; a product built with A holds 1e-4 / 2 = 5e-5
    parts = (
        plastic("base", 1.0, substances=(Substance("Hg", fraction=1e-20),)),
        plastic("a", 1.0, alternate_group="g", share=0.04, substances=(Substance("Hg", fraction=1e-4),)),
        plastic("b", 1.0, alternate_group="g", share=0.96, substances=(Substance("Hg", below=1e-7),)),
    )
    found = measures(product(tmp_path, *parts, mass_kg=2.0), tmp_path, MERCURY)[MERCURY]
    assert (found.low, found.high) == (pytest.approx(5e-5), pytest.approx(5e-5))


def test_a_statement_on_an_assembly_outweighs_silence_below(tmp_path: Path) -> None:
    parts = (
        replace(part("top"), substances=(Substance("Hg", fraction=0.01),), substance_basis="component"),
        plastic("a", 1.0, parent="top", substances=(Substance("Hg", below=1e-6),)),
    )
    found = measures(product(tmp_path, *parts, mass_kg=1.0), tmp_path, MERCURY)[MERCURY]
    assert (found.low, found.high) == (pytest.approx(0.01), None)


@pytest.mark.parametrize("name", [LEAD, MERCURY, "substance:Hg@homogeneous_material"])
def test_a_statement_on_a_phantom_counts_as_that_on_an_assembly(tmp_path: Path, name: str) -> None:
    # of the 2 kg of the product half are in the group, which holds a tenth of it
    held = tuple(Substance(n, fraction=0.1) for n in ("Pb", "Hg"))
    none = {"substances": (Substance("Hg", below=1e-6), Substance("Pb", below=1e-6))}
    parts = (
        replace(part("top"), phantom=True, substances=held),
        plastic("a", 1.0, parent="top", **none),
        plastic("b", 1.0, **none),
    )
    found = measures(product(tmp_path, *parts, mass_kg=2.0), tmp_path, name)[name]
    assert (found.low, found.high) == (pytest.approx(0.05 if name == MERCURY else 0.1), None)


def test_an_assembly_that_states_something_is_not_undone_by_tests_of_its_parts(tmp_path: Path) -> None:
    quiet = Substance("Hg", not_detected=True, detection_limit=1e-6)
    parts = (part("top"), plastic("a", 1.0, parent="top", substances=(quiet,)))
    found = measures(product(tmp_path, *parts, mass_kg=1.0), tmp_path, MERCURY)[MERCURY]
    assert found.not_detected
    states = (replace(parts[0], substances=(Substance("Hg", fraction=0.1),)), parts[1])
    found = measures(product(tmp_path, *states, mass_kg=1.0), tmp_path, MERCURY)[MERCURY]
    assert (found.not_detected, found.low) == (False, pytest.approx(0.1))


def test_an_alternate_that_nobody_built_counts_as_it_can_be_built(tmp_path: Path) -> None:
    """Two pieces of it weigh 0.5 kg in a product of 1.5 kg, a tenth of them mercury; silent, it leaves all open."""
    parts = (
        plastic("base", 1.0, substances=(Substance("Hg", below=1e-6),)),
        plastic("a", 0.5, alternate_group="g", share=1.0, substances=(Substance("Hg", below=1e-6),)),
        plastic(
            "b", 0.25, alternate_group="g", share=0.0, quantity=2.0, substances=(Substance("Hg", fraction=0.1),),
        ),
    )  # fmt: skip
    each = "substance:Hg@homogeneous_material"
    found = measures(product(tmp_path, *parts, mass_kg=1.5), tmp_path, each, MERCURY)
    assert (found[each].low, found[each].high) == (0.1, 0.1)
    # in 1.5 kg up to 0.05 kg of it, and up to a millionth in the 1 kg of the base
    assert (found[MERCURY].low, found[MERCURY].high) == (pytest.approx(0.05 / 1.5), pytest.approx(0.050001 / 1.5))
    silent = replace(parts[2], substances=None)
    found = measures(product(tmp_path, *parts[:2], silent, mass_kg=1.5), tmp_path, each)
    assert (found[each].low, found[each].high, codes_of(found[each])) == (0.0, None, ["missing-substance"])


def test_a_row_that_does_not_stay_leaves_open_what_it_states_beyond_the_product(tmp_path: Path) -> None:
    """0.5 kg of solder, half mercury, beside a product of 1 kg: it may be in there to the last gram, or none of it."""
    each = "substance:Hg@homogeneous_material"
    own = plastic("a", 1.0, substances=(Substance("Hg", fraction=1e-6),))
    solder = plastic("s", 0.5, role="input", substances=(Substance("Hg", fraction=0.5),))
    found = measures(product(tmp_path, own, solder, mass_kg=1.0), tmp_path, each, MERCURY)
    assert (found[each].low, found[each].high, codes_of(found[each])) == (1e-6, 0.5, ["missing-input-stays"])
    assert (found[MERCURY].low, found[MERCURY].high) == (pytest.approx(1e-6), pytest.approx(0.250001))
    less = replace(solder, substances=(Substance("Hg", fraction=1e-6),))
    found = measures(product(tmp_path, own, less, mass_kg=1.0), tmp_path, each)
    assert (found[each].value, found[each].missing) == (1e-6, ())
    fact = Declared(each, At("product.yaml", 3), amount=Amount(2.0, "mg/kg"), evidence=("E",))
    tested = product(tmp_path, own, solder, mass_kg=1.0, declared={each: fact})
    tested = replace(tested, evidence={"E": Evidence("E", At("evidence.csv", 2))})
    settled = measures(tested, tmp_path, each)[each]
    assert (settled.value, settled.missing) == (pytest.approx(2e-6), ())  # a test of the product settles it


def codes_of(measure: Measure) -> list[str]:
    return [m.code for m in measure.missing]


def test_a_component_below_a_limit_bounds_no_homogeneous_material(tmp_path: Path) -> None:
    one = replace(plastic("a", 1.0, substances=(Substance("Pb", below=2e-6),)), substance_basis="component")
    assert measures(product(tmp_path, one, mass_kg=1.0), tmp_path, LEAD)[LEAD].high is None


def test_a_declared_value_beside_the_table_is_no_clash(tmp_path: Path) -> None:
    one = plastic("a", 1.0, substances=(Substance("Pb", fraction=0.0002),))
    fact = Declared(LEAD, At("product.yaml", 3), amount=Amount(0.001, "%"), evidence=("E",))
    made = product(tmp_path, one, mass_kg=1.0, declared={LEAD: fact})
    assert measures(made, tmp_path, LEAD)[LEAD].value == 0.0002


def test_metering_stays_open_where_a_dataset_makes_the_part(tmp_path: Path) -> None:
    rows = (row("电", Amount(300_000.0, "kWh"), scope="product"),)
    own = plastic("a", 1.0, made="in_house", processes=("steel-data",))
    found = measures(product(tmp_path, own, mass_kg=1.0, processes=rows), tmp_path)["energy-per-unit"]
    assert (found.low, found.high) == (pytest.approx(1080 / 29.3076), None)


def declared_beside(tmp_path: Path, value: Declared, *, fraction: float = 9.4e-6) -> Measure:
    """One part with a stated content, one silent: proven at least 0.9 × fraction of the product's mass."""
    parts = (plastic("a", 9.0, substances=(Substance("Hg", fraction=fraction),)), plastic("b", 1.0))
    made = product(tmp_path, *parts, mass_kg=10.0, declared={MERCURY: value})
    return measures(made, tmp_path, MERCURY)[MERCURY]


def test_a_declaration_never_talks_a_proven_content_down(tmp_path: Path) -> None:
    at = At("product.yaml", 3)
    for fact in (
        Declared(MERCURY, at, amount=Amount(1.0, "mg/kg"), evidence=("E",)),
        Declared(MERCURY, at, not_detected=True),
        Declared(MERCURY, at, text="none"),
        Declared(MERCURY, at, amount=Amount(1.0, "cycle")),
    ):
        found = declared_beside(tmp_path, fact)
        assert (found.low, found.high) == (pytest.approx(0.9 * 9.4e-6), None), fact


def test_a_declaration_settles_only_what_the_files_leave_open(tmp_path: Path) -> None:
    fact = Declared(MERCURY, At("product.yaml", 3), amount=Amount(20.0, "mg/kg"), evidence=("E",))
    assert declared_beside(tmp_path, fact).value == pytest.approx(2e-5)
    content = Declared("recycled-content", At("product.yaml", 4), amount=Amount(95.0, "%"), evidence=("E",))
    parts = (
        plastic("a", 9.0, recycled_content=0.0, recycled_pre=0.0, recycled_post=0.0),
        plastic("b", 1.0),
    )
    made = product(tmp_path, *parts, mass_kg=10.0, declared={"recycled-content": content})
    found = measures(made, tmp_path)["recycled-content"]
    assert (found.low, found.high) == (0.0, pytest.approx(10.0))


@pytest.mark.parametrize(("evidence", "high"), [(("E1",), 0.95), ((), 0.1)])
def test_a_document_against_what_is_calculated_leaves_both_possible(
    tmp_path: Path, evidence: tuple[str, ...], high: float
) -> None:
    """Nine of ten kilograms hold nothing recycled: at most 10 %. A document says 95 %, or somebody does."""
    at = At("product.yaml", 4)
    content = Declared("recycled-content", at, amount=Amount(95.0, "%"), evidence=evidence)
    parts = (plastic("a", 9.0, recycled_content=0.0), plastic("b", 1.0))
    made = product(
        tmp_path, *parts, mass_kg=10.0, declared={"recycled-content": content}, evidence={"E1": Evidence("E1", at)}
    )
    found = measures(made, tmp_path)["recycled-content"]
    assert (found.low, found.high) == (0.0, pytest.approx(100 * high))
    assert ("missing-amounts-agree" in [m.code for m in found.missing]) is bool(evidence)


@pytest.mark.parametrize(
    ("of_a", "stated", "bounds", "codes"),
    [
        # 9 kg of 10 kg hold nothing recycled: 10 % at most, and 10.05 % is that figure, rounded
        (0.0, 10.0, (10.0, 10.0), []),
        (0.0, 10.04, (10.0, 10.04), ["missing-amounts-agree"]),
        (0.0, 10.06, (0.0, 10.06), ["missing-amounts-agree", "missing-recycled-content"]),
        # 9 kg are recycled wholly: 90 % at least, and 89.55 % is that figure, rounded
        (1.0, 90.0, (90.0, 90.0), []),
        (1.0, 89.6, (89.6, 90.0), ["missing-amounts-agree"]),
        (1.0, 89.5, (89.5, 100.0), ["missing-amounts-agree", "missing-recycled-content"]),
    ],
)
def test_a_document_rounded_past_an_end_lies_between_the_two(
    tmp_path: Path, of_a: float, stated: float, bounds: tuple[float, float], codes: list[str]
) -> None:
    at = At("product.yaml", 4)
    parts = (plastic("a", 9.0, recycled_content=of_a), plastic("b", 1.0))

    def with_document(*evidence: str) -> Measure:
        content = Declared("recycled-content", at, amount=Amount(stated, "%"), evidence=evidence)
        made = product(
            tmp_path, *parts, mass_kg=10.0, declared={"recycled-content": content}, evidence={"E1": Evidence("E1", at)}
        )
        return measures(made, tmp_path)["recycled-content"]

    found = with_document("E1")
    assert (found.low, found.high) == pytest.approx(bounds)
    assert [m.code for m in found.missing] == codes
    assert found.evidenced is (len(codes) < 2)
    # a word alone leads past no end
    alone = with_document()
    assert (alone.low, alone.high) == pytest.approx(
        bounds if not codes else ((0.0, 10.0) if not of_a else (90.0, 100.0))
    )


def test_a_content_that_exceeds_a_limit_either_way_still_does(tmp_path: Path) -> None:
    """20 mg/kg of a homogeneous material, 30 mg/kg in a report: both above 10 mg/kg, and only one above 25 mg/kg."""
    at = At("product.yaml", 4)
    fact = Declared(LEAD, at, amount=Amount(30.0, "mg/kg"), evidence=("E1",))
    one = plastic("a", 1.0, substances=(Substance("Pb", fraction=2e-5),))
    made = product(tmp_path, one, mass_kg=1.0, declared={LEAD: fact}, evidence={"E1": Evidence("E1", at)})
    found = measures(made, tmp_path, LEAD)[LEAD]
    assert (found.low, found.high) == (pytest.approx(2e-5), pytest.approx(3e-5))


def test_life_cycle_checks_cannot_be_declared(tmp_path: Path) -> None:
    names = ("lca:stages", "impact:climate-change", "mass", "basic:x", "recyclability-rate", "cycle-life", MERCURY)
    facts = {n: Declared(n, At("product.yaml", 3), flag=True) for n in names}
    made = product(tmp_path, plastic("a", 1.0), mass_kg=1.0, declared=facts)
    assert [p.params["id"] for p in undeclarable(made)] == list(names[:4])


def test_a_result_below_what_its_test_can_see_proves_no_more_than_the_test(tmp_path: Path) -> None:
    one = plastic("a", 1.0, substances=(Substance("Pb", below=2e-6, detection_limit=9e-4),))
    assert measures(product(tmp_path, one, mass_kg=1.0), tmp_path, LEAD)[LEAD].high == 9e-4
    at = At("product.yaml", 3)
    fact = Declared("x", at, below=Amount(0.3, "%"), detection_limit=Amount(5.0, "%"))
    made = product(tmp_path, plastic("a", 1.0), mass_kg=1.0, declared={"x": fact})
    assert measures(made, tmp_path)["x"].high == 5.0


def test_a_document_of_another_model_proves_nothing(tmp_path: Path) -> None:
    at = At("product.yaml", 3)
    fact = Declared("x", at, flag=True, evidence=("E",))
    for model, issued, proven in (("A", None, True), (None, date(2025, 1, 1), True), ("B", None, False),
                                  ("A", date(2027, 1, 1), False)):  # fmt: skip
        document = Evidence("E", at, model=model, issued=issued)
        made = product(
            tmp_path, plastic("a", 1.0), mass_kg=1.0, declared={"x": fact}, evidence={"E": document}, model="A"
        )
        assert measures(made, tmp_path)["x"].evidenced is proven
