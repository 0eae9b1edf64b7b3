"""Indicators per output, rates from declared amounts, grades from tables, footprint per kWh: worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from factories import background, built, dataset, material, part, product, row
from hypothesis import given
from hypothesis import strategies as st

from ecoprod.errors import At
from ecoprod.indicators import measure_product
from ecoprod.indicators.grades import GB_28380_2012, computer_grade
from ecoprod.indicators.rates import rate_measures
from ecoprod.measure import Measure
from ecoprod.product import Amount, Declared, Evidence, Period, Product
from ecoprod.trace import Ledger

HERE = At("product.yaml", 1)


def measures(made: Product, folder: Path, *needed: str) -> tuple[dict[str, Measure], Ledger]:
    data = background(
        folder, dataset("steel-data"), dataset("gas", "m3", group="fuel", aliases=("天然气",)),
        dataset("power", "kWh", group="electricity"),
        dataset("tap", "kg", group="water", aliases=("自来水",)),
        materials=(material("steel", "steel-data", "metal-ferrous"),),
    )  # fmt: skip
    foreground, problems, ledger = built(made, data)
    assert not problems
    return measure_product(made, foreground, None, needed, data, date(2026, 1, 1), ledger), ledger


def made_of(folder: Path, mass_kg: float, unit: Amount, *rows: object, **more: object) -> Product:
    steel = part("a", mass_kg, material="steel")
    period = Period(None, None, unit)
    return product(
        folder, steel, mass_kg=mass_kg, product_unit=unit, reporting_period=period, processes=rows, **more
    )  # fmt: skip


def declared(name: str, value: float | str, unit: str | None = None, evidence: str | None = "E1") -> Declared:
    amount = Amount(float(value), unit) if unit is not None else None
    text = value if isinstance(value, str) and unit is None else None
    return Declared(name, HERE, amount, text=text, evidence=(evidence,) if evidence else ())


def with_facts(made: Product, *facts: Declared) -> Product:
    proof = {"E1": Evidence("E1", HERE, file="e.txt", sha256="0" * 64)}
    return replace(made, declared={f.id: f for f in facts}, evidence=proof)


# ---- per output ----------------------------------------------------------------------------------


def test_energy_and_water_per_tonne(tmp_path: Path) -> None:
    # 1 t of product: 293.076 kWh x 3.6 MJ / 29.3076 = 36 kgce; 500 kg of water = 0.5 m3 = 0.5 t
    rows = (row("power", Amount(293.076, "kWh"), scope="product"), row("自来水", Amount(500.0, "kg"), scope="product"))
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), *rows)
    found, ledger = measures(made, tmp_path, "energy-per-mass", "water-per-mass", "water-mass-per-mass")
    assert (found["energy-per-mass"].value, found["energy-per-mass"].unit) == (pytest.approx(36.0), "kgce/t")
    assert found["water-per-mass"].value == pytest.approx(0.5)
    assert found["water-mass-per-mass"].value == pytest.approx(0.5)
    assert "assume:fresh-water-density" in [e.id for e in ledger.assumptions()]
    assert "energy-per-length" not in found


def test_per_tonne_counts_the_mass_of_one_product_unit(tmp_path: Path) -> None:
    # a piece of 250 kg with 9 kgce: 36 kgce/t
    made = made_of(tmp_path, 250.0, Amount(1.0, "unit"), row("power", Amount(73.269, "kWh"), scope="product"))
    found, ledger = measures(made, tmp_path, "energy-per-mass")
    assert found["energy-per-mass"].value == pytest.approx(36.0)
    assert not [e for e in ledger.assumptions() if "water" in e.id]


def test_per_length_needs_a_product_unit_of_length(tmp_path: Path) -> None:
    rows = (row("power", Amount(293.076, "kWh"), scope="product"),)
    found, _ = measures(made_of(tmp_path, 10.0, Amount(100.0, "m"), *rows), tmp_path, "energy-per-length")
    assert found["energy-per-length"].value == pytest.approx(0.36)  # 36 kgce / 100 m
    other, _ = measures(made_of(tmp_path, 10.0, Amount(1.0, "unit"), *rows), tmp_path, "energy-per-length")
    assert other["energy-per-length"].value is None
    assert [m.code for m in other["energy-per-length"].missing] == ["missing-output-kind"]


def test_what_the_site_data_lack_stays_lacking(tmp_path: Path) -> None:
    found, _ = measures(made_of(tmp_path, 10.0, Amount(1.0, "t")), tmp_path, "waste-per-mass")
    assert found["waste-per-mass"].value is None
    assert "missing-rows-of-kind" in [m.code for m in found["waste-per-mass"].missing]


def test_a_documented_figure_settles_what_the_site_data_leave_open(tmp_path: Path) -> None:
    made = with_facts(made_of(tmp_path, 10.0, Amount(1.0, "t")), declared("energy-per-mass", 0.1, "tce/t"))
    found, _ = measures(made, tmp_path, "energy-per-mass")
    assert found["energy-per-mass"].value == pytest.approx(100.0)
    assert found["energy-per-mass"].evidenced


# ---- rates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "facts", "value"),
    [
        ("water-reuse-rate", (("reused-water", 900, "m3"), ("fresh-water", 100, "m3")), 90.0),  # 900 / (900 + 100)
        ("waste-utilisation-rate", (("utilised-solid-waste", 950, "kg"), ("generated-solid-waste", 1, "t")), 95.0),
        ("by-product-recovery-rate", (("recovered-by-products", 19, "t"), ("generated-by-products", 20, "t")), 95.0),
        (
            "raw-material-utilisation-rate",
            (("raw-material-in-product", 97, "t"), ("raw-material-used", 100, "t")),
            97.0,
        ),
        ("voc-removal-rate", (("voc-emitted", 2, "kg"), ("voc-generated", 8, "kg")), 75.0),  # 1 - 2/8
        ("packaging-void-ratio", (("packed-product-volume", 3, "L"), ("package-volume", 5000, "cm3")), 40.0),
    ],
)
def test_a_rate_from_its_amounts(
    tmp_path: Path, name: str, facts: tuple[tuple[str, float, str], ...], value: float
) -> None:
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), *(declared(*f) for f in facts))
    found, _ = measures(made, tmp_path, name)
    assert found[name].value == pytest.approx(value)
    assert found[name].evidenced
    bare = with_facts(made, *(declared(*f, evidence="E1" if n else None) for n, f in enumerate(facts)))
    assert not measures(bare, tmp_path, name)[0][name].evidenced


def test_half_a_rate_names_the_other_half(tmp_path: Path) -> None:
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), declared("reused-water", 900, "m3"))
    found, _ = measures(made, tmp_path, "water-reuse-rate")
    assert [m.field for m in found["water-reuse-rate"].missing] == ["declared.fresh-water.value"]


@pytest.mark.parametrize(
    "facts",
    [
        (("utilised-solid-waste", 2, "t"), ("generated-solid-waste", 1, "t")),  # 200 %
        (("utilised-solid-waste", 2, "t"), ("generated-solid-waste", 3, "m3")),
        (("utilised-solid-waste", 0, "t"), ("generated-solid-waste", 0, "t")),
    ],
)
def test_amounts_that_do_not_fit_leave_the_rate_open(tmp_path: Path, facts: tuple[tuple[str, float, str], ...]) -> None:
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), *(declared(*f) for f in facts))
    found, _ = measures(made, tmp_path, "waste-utilisation-rate")
    assert found["waste-utilisation-rate"].value is None
    assert [m.code for m in found["waste-utilisation-rate"].missing] == ["missing-rate-fits"]


@given(part_=st.floats(0, 1e9), rest=st.floats(1e-3, 1e9))
def test_the_water_reuse_rate_lies_between_nothing_and_all(part_: float, rest: float) -> None:
    facts = {n: Measure(n, "m3", v, v) for n, v in (("reused-water", part_), ("fresh-water", rest))}
    (found,) = rate_measures(facts, {"water-reuse-rate"}, Ledger())
    assert found.value is not None
    assert 0 <= found.value <= 100


# ---- grades --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "consumption", "allowance", "grade"),
    [
        ("portable", "B", 26.0, 0.0, 1), ("portable", "B", 26.1, 0.0, 2), ("portable", "B", 70.0, 5.0, 3),
        ("desktop", "A", 148.0, 0.0, 2), ("desktop", "D", 284.1, 0.0, 4), ("portable", "D", 10.0, 0.0, None),
    ],
)  # fmt: skip
def test_grades_of_computers(kind: str, size: str, consumption: float, allowance: float, grade: int | None) -> None:
    assert computer_grade(kind, size, consumption, allowance) == grade


def test_every_class_of_the_table_grows_worse_by_grade() -> None:
    assert len(GB_28380_2012) == 7
    assert all(a < b < c for a, b, c in GB_28380_2012.values())


def test_a_computer_that_reaches_no_grade_passes_none(tmp_path: Path) -> None:
    facts = (
        declared("computer-type", "desktop"), declared("computer-class", "A"),
        declared("typical-energy-consumption", 300, "kWh/year"), declared("additional-function-allowance", 10, "kWh"),
    )  # fmt: skip
    base = made_of(tmp_path, 1.0, Amount(1.0, "unit"))
    assert measures(with_facts(base, *facts), tmp_path, "gb-28380-grade")[0]["gb-28380-grade"].value == 4.0
    lacking, _ = measures(with_facts(base, *facts[:3]), tmp_path, "gb-28380-grade")
    fields = [m.field for m in lacking["gb-28380-grade"].missing]
    assert fields == ["declared.additional-function-allowance.value"]


@pytest.mark.parametrize(("ie", "grade"), [("IE5", 1.0), ("ie4", 2.0), ("IE3", 3.0), ("IE2", 4.0), ("IE9", None)])
def test_grades_of_motors(tmp_path: Path, ie: str, grade: float | None) -> None:
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "unit")), declared("motor-ie-class", ie))
    found, _ = measures(made, tmp_path, "gb-18613-grade")
    assert found["gb-18613-grade"].value == grade
    assert bool(found["gb-18613-grade"].missing) is (grade is None)


# ---- improvement --------------------------------------------------------------------


def test_improvement_against_the_base_period_knows_which_way_is_better(tmp_path: Path) -> None:
    # energy 40 -> 36 kgce/t: 10 % better; water reuse 80 -> 90 %: 12.5 % better
    values = {
        "energy-per-mass": Amount(40.0, "kgce/t"), "water-reuse-rate": Amount(80.0, "%"), "no-such": Amount(1.0, "kg"),
    }  # fmt: skip
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), row("power", Amount(293.076, "kWh"), scope="product"))
    made = with_facts(made, declared("reused-water", 900, "m3"), declared("fresh-water", 100, "m3"))
    made = replace(made, base_period=Period(None, None, None, values))
    _, ledger = measures(made, tmp_path, "energy-per-mass", "water-reuse-rate")
    assert ledger["improvement:energy-per-mass"].value == pytest.approx(10.0)
    assert ledger["improvement:water-reuse-rate"].value == pytest.approx(12.5)
    assert ledger["improvement:no-such"].value is None
