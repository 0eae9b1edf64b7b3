"""Indicators per output and rates from declared amounts, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from factories import row
from hypothesis import given
from hypothesis import strategies as st
from indicator_cases import HERE, UNIT, declared, made_of, measures, steel, with_facts

from ecoprod.indicators.rates import rate_measures
from ecoprod.measure import Measure
from ecoprod.product import Amount, Declared, Evidence, Period
from ecoprod.standards.records import Limit
from ecoprod.trace import Ledger
from ecoprod.verdict.compare import compare

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


@pytest.mark.parametrize(("weighed", "listed"), [(100.0, 99.0), (99.0, 100.0)])
def test_a_tonne_lies_between_the_weighed_mass_and_the_sum_of_the_rows(
    tmp_path: Path, weighed: float, listed: float
) -> None:
    # 36 kgce per product; 1 % apart is recorded and let pass: 36 / 0.1 t = 360 kgce/t, or 36 / 0.099 t = 363.6
    rows = (row("power", Amount(293.076, "kWh"), scope="product"),)
    made = made_of(tmp_path, weighed, Amount(1.0, "unit"), *rows, parts=(steel("a", listed),))
    energy = measures(made, tmp_path, "energy-per-mass")[0]["energy-per-mass"]
    assert (energy.low, energy.high) == pytest.approx((360.0, 36 / 0.099))
    assert [(m.field, m.code) for m in energy.missing] == [("product.mass", "missing-masses-agree")]


def test_a_product_counted_in_tonnes_is_a_tonne_whatever_its_rows_come_to(tmp_path: Path) -> None:
    # 36 kgce for 1 t, of which the rows show 990 kg
    rows = (row("power", Amount(293.076, "kWh"), scope="product", evidence=("E1",)),)
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), *rows, parts=(steel("a", 990.0),))
    energy = measures(with_facts(made), tmp_path, "energy-per-mass")[0]["energy-per-mass"]
    assert energy.value == pytest.approx(36.0)
    assert energy.evidenced


def test_per_area(tmp_path: Path) -> None:
    rows = (row("power", Amount(293.076, "kWh"), scope="product"),)
    found, _ = measures(made_of(tmp_path, 10.0, Amount(40.0, "m2"), *rows), tmp_path, "energy-per-area")
    assert found["energy-per-area"].value == pytest.approx(0.9)  # 36 kgce / 40 m2
    assert found["energy-per-area"].unit == "kgce/m2"


def test_an_open_meter_makes_a_lower_bound_per_tonne(tmp_path: Path) -> None:
    # 36 kgce are metered; the processing of `b` is a dataset, nobody metered it: at least 36 kgce on 1 t
    own = steel("b", 400.0, made="in_house", processes=("steel-data",))
    made = made_of(
        tmp_path, 1000.0, Amount(1.0, "t"), row("power", Amount(293.076, "kWh"), scope="product"),
        parts=(steel("a", 600.0), own),
    )  # fmt: skip
    found, _ = measures(made, tmp_path, "energy-per-mass")
    assert (found["energy-per-mass"].low, found["energy-per-mass"].high) == (pytest.approx(36.0), None)
    assert [m.code for m in found["energy-per-mass"].missing] == ["missing-metering"]


def test_without_rows_a_figure_of_the_makers_own_would_do(tmp_path: Path) -> None:
    found, _ = measures(made_of(tmp_path, 10.0, Amount(1.0, "t")), tmp_path, "energy-per-mass")
    assert [m.field for m in found["energy-per-mass"].missing] == ["process", "declared.energy-per-mass.value"]


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e5))
def test_per_tonne_times_the_mass_is_per_unit(energy: float, mass: float) -> None:
    with TemporaryDirectory() as name:
        made = made_of(Path(name), mass, Amount(1.0, "unit"), row("power", Amount(energy, "kWh"), scope="product"))
        found, _ = measures(made, Path(name), "energy-per-mass")
    per_mass, per_unit = found["energy-per-mass"].value, found["energy-per-unit"].value
    assert per_mass is not None
    assert per_mass * mass / 1000 == pytest.approx(per_unit)


# ---- documents behind site data ------------------------------------------------------------------

PROVEN, BARE = {"evidence": ("E1",)}, dict[str, tuple[str, ...]]()
ESTIMATED = {**PROVEN, "basis": "estimated"}


@pytest.mark.parametrize(
    ("power", "gas", "water", "co_product", "evidenced"),
    [
        (PROVEN, PROVEN, PROVEN, PROVEN, {"energy", "water"}),
        (PROVEN, BARE, PROVEN, PROVEN, {"water"}),
        (PROVEN, PROVEN, BARE, PROVEN, {"energy"}),
        (ESTIMATED, PROVEN, PROVEN, PROVEN, {"water"}),
        ({"evidence": ("E1", "E2")}, PROVEN, PROVEN, PROVEN, {"water"}),  # E2 is of another model
        (PROVEN, PROVEN, PROVEN, BARE, set()),  # its share lowers every row
    ],
)
def test_a_figure_has_documents_where_every_row_in_it_has(
    tmp_path: Path, power: Any, gas: Any, water: Any, co_product: Any, evidenced: set[str]
) -> None:
    keys = {"kind": "co-product", "scope": "site", "allocation": "mass", "key_total": Amount(2.0, "t")}
    rows = (
        row("power", Amount(10.0, "kWh"), scope="product", **power),
        row("heat", Amount(9.0, "MJ"), scope="product", **gas),
        row("自来水", Amount(1.0, "t"), scope="product", **water),
        row("scrap", Amount(1.0, "t"), **keys, key_product=Amount(1.0, "t"), **co_product),
    )  # fmt: skip
    made = with_facts(made_of(tmp_path, 1000.0, Amount(1.0, "unit"), *rows, model="A", mass_evidence=("E1",)))
    made = replace(made, evidence={**made.evidence, "E2": Evidence("E2", HERE, model="B")})
    found, _ = measures(made, tmp_path, "energy-per-mass", "water-per-mass")
    for name in ("energy", "water"):
        for measure in (found[f"{name}-per-unit"], found[f"{name}-per-mass"]):
            assert measure.value is not None
            assert measure.evidenced is (name in evidenced)
            assert "E1" in measure.evidence


@pytest.mark.parametrize(
    ("stated", "bounds", "evidenced"),
    [(36.0, (36.0, 36.0), True), (36.1, (36.0, 36.1), True), (35.9, (35.9, 36.0), True), (30.0, (30.0, 36.0), False)],
)
def test_a_document_for_the_figure_stands_for_rows_without_one(
    tmp_path: Path, stated: float, bounds: tuple[float, float], evidenced: bool
) -> None:
    # 1 t of product: 293.076 kWh x 3.6 MJ / 29.3076 = 36 kgce
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), row("power", Amount(293.076, "kWh"), scope="product"))
    found, _ = measures(with_facts(made, declared("energy-per-mass", stated, "kgce/t")), tmp_path, "energy-per-mass")
    energy = found["energy-per-mass"]
    assert (energy.low, energy.high) == pytest.approx(bounds)
    assert energy.evidenced is evidenced
    assert [m.code for m in energy.missing] == ([] if energy.value is not None else ["missing-amounts-agree"])


@pytest.mark.parametrize("proven", [True, False])
@pytest.mark.parametrize(("stated", "limit", "holds"), [
    (36.1, 36.2, True), (36.1, 36.05, None), (36.1, 35.0, False), (35.9, 35.95, None), (35.9, 35.8, False),
])  # fmt: skip
def test_a_limit_between_a_calculated_figure_and_its_rounding_is_open(
    tmp_path: Path, stated: float, limit: float, holds: bool | None, proven: bool
) -> None:
    """36 kgce/t from the meters; the document says a little more or less, and the limit may lie between the two."""
    power = row("power", Amount(293.076, "kWh"), scope="product", **(PROVEN if proven else {}))
    made = with_facts(made_of(tmp_path, 1000.0, Amount(1.0, "t"), power), declared("energy-per-mass", stated, "kgce/t"))
    energy = measures(made, tmp_path, "energy-per-mass")[0]["energy-per-mass"]
    bound = Limit("at_most", "kgce/t", limit, None, None, (), None, "s", "1", "standard")
    found = compare("energy-per-mass", energy, bound)
    assert found.holds is holds
    assert [m.code for m in found.missing] == (["missing-amounts-agree"] if holds is None else [])


def test_a_ceiling_that_a_document_states_may_be_rounded_too(tmp_path: Path) -> None:
    """ "Below 35.9 kgce/t" of a figure that comes to 36: not proven to be 36, and no document says how much it is."""
    below = Declared("energy-per-mass", HERE, below=Amount(35.9, "kgce/t"), evidence=("E1",))
    power = row("power", Amount(293.076, "kWh"), scope="product")
    found, _ = measures(with_facts(made_of(tmp_path, 1000.0, Amount(1.0, "t"), power), below), tmp_path, below.id)
    assert (found[below.id].low, found[below.id].high) == pytest.approx((35.9, 36.0))
    assert not found[below.id].evidenced


# ---- rates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "facts", "value"),
    [
        ("water-reuse-rate", (("reused-water", 900, "m3"), ("fresh-water", 100, "m3")), 90.0),  # 900 / (900 + 100)
        ("waste-utilisation-rate", (("utilised-solid-waste", 950, "kg"), ("generated-solid-waste", 1, "t")), 95.0),
        ("by-product-recovery-rate", (("recovered-by-products", 19, "t"), ("generated-by-products", 20, "t")), 95.0),
        (
            "raw-material-utilisation-rate",
            (("raw-material-in-product", 1000, "g"), ("raw-material-used", 1.25, "kg")),  # of a product of 1 kg
            80.0,
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


def test_a_rate_stated_below_a_figure_lies_between_two(tmp_path: Path) -> None:
    # emitted between 0 and 2 kg of 8 kg: 75 to 100 % removed
    emitted = Declared("voc-emitted", HERE, below=Amount(2.0, "kg"), evidence=("E1",))
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), emitted, declared("voc-generated", 8, "kg"))
    found = measures(made, tmp_path, "voc-removal-rate")[0]["voc-removal-rate"]
    assert (found.low, found.high, found.value) == (pytest.approx(75.0), pytest.approx(100.0), None)
    assert [m.field for m in found.missing] == ["declared.voc-emitted.value"]


@pytest.mark.parametrize("unit", ["h", "kWh", "unit"])
def test_amounts_of_water_are_counted_as_water_is(tmp_path: Path, unit: str) -> None:
    made = with_facts(
        made_of(tmp_path, 1.0, Amount(1.0, "t")), declared("reused-water", 9, unit), declared("fresh-water", 1, unit)
    )
    found, _ = measures(made, tmp_path, "water-reuse-rate")
    assert [m.code for m in found["water-reuse-rate"].missing] == ["missing-rate-fits"]


def test_one_made_up_amount_makes_the_rate_made_up(tmp_path: Path) -> None:
    facts = (declared("reused-water", 9, "m3", illustrative=True), declared("fresh-water", 1, "m3"))
    found, _ = measures(with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), *facts), tmp_path, "water-reuse-rate")
    assert found["water-reuse-rate"].illustrative


def test_where_no_amount_is_declared_the_rate_itself_is_asked_for(tmp_path: Path) -> None:
    water = row("自来水", Amount(100.0, "t"), scope="product")
    made = made_of(tmp_path, 1.0, Amount(1.0, "t"), water)
    found, _ = measures(made, tmp_path, "water-reuse-rate")
    assert found["water-reuse-rate"].value is None
    assert [m.field for m in found["water-reuse-rate"].missing] == ["declared.water-reuse-rate.value"]
    assert "voc-removal-rate" not in found
    stated = with_facts(made, declared("water-reuse-rate", 95, "%"))
    assert measures(stated, tmp_path, "water-reuse-rate")[0]["water-reuse-rate"].value == pytest.approx(95.0)


def test_fresh_water_of_the_site_data(tmp_path: Path) -> None:
    # 300 t of tap water metered for 10 t of product: 30 t each; 900 m3 reused: 900 / (900 + 300) = 75 %
    water = row("自来水", Amount(300.0, "t"), scope="product", evidence=("E1",))
    made = made_of(
        tmp_path, 1000.0, Amount(1.0, "t"), water, reporting_period=Period(None, None, Amount(10.0, "t"))
    )  # fmt: skip
    made = with_facts(made, declared("reused-water", 900, "m3"))
    found, ledger = measures(made, tmp_path, "water-reuse-rate")
    assert found["water-reuse-rate"].value == pytest.approx(75.0)
    assert found["water-reuse-rate"].evidenced
    assert ledger["site:fresh-water"].value == pytest.approx(300.0)
    assert "site:fresh-water" in ledger["ind:water-reuse-rate"].inputs
    bare = replace(made, processes=(replace(water, evidence=()),))
    assert not measures(bare, tmp_path, "water-reuse-rate")[0]["water-reuse-rate"].evidenced


def test_a_share_of_the_plants_fresh_water_is_no_match_for_reused_water(tmp_path: Path) -> None:
    keys = {"scope": "site", "allocation": "mass", "key_product": Amount(1.0, "t")}
    for total, known in ((4.0, False), (1.0, True)):
        water = row("自来水", Amount(400.0, "t"), key_total=Amount(total, "t"), **keys)
        made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), water)
        found, _ = measures(with_facts(made, declared("reused-water", 100, "m3")), tmp_path, "water-reuse-rate")
        assert found["water-reuse-rate"].value == (pytest.approx(20.0) if known else None)
        assert [m.field for m in found["water-reuse-rate"].missing] == (
            [] if known else ["declared.fresh-water.value"]
        )  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "bounds", "evidenced"),
    [(90.0, (90, 90), True), (90.3, (90, 90.3), True), (95.0, (90, 95), False), (None, (90, 90), False)],
)
def test_a_document_for_the_rate_stands_for_amounts_without_one(
    tmp_path: Path, stated: float | None, bounds: tuple[float, float], evidenced: bool
) -> None:
    """900 / (900 + 100) = 90 %: the document says so, says so rounded, says something else, or there is none."""
    facts = [declared("reused-water", 900, "m3", None), declared("fresh-water", 100, "m3", None)]
    facts += [declared("water-reuse-rate", stated, "%")] if stated is not None else []
    found = measures(with_facts(made_of(tmp_path, 1.0, Amount(1.0, "t")), *facts), tmp_path, "water-reuse-rate")[0]
    rate = found["water-reuse-rate"]
    assert (rate.low, rate.high) == pytest.approx(bounds)
    assert rate.evidenced is evidenced
    assert [m.code for m in rate.missing] == ([] if bounds[0] == bounds[1] else ["missing-amounts-agree"])


@pytest.mark.parametrize(("evidence", "bounds"), [("E1", (90.0, 95.0)), (None, (90.0, 90.0))])
def test_of_amounts_and_a_rate_that_differ_nobody_knows_which_is_true(
    tmp_path: Path, evidence: str | None, bounds: tuple[float, float]
) -> None:
    """900 / (900 + 100) = 90 % with documents; a rate of 95 % counts against it with a document only."""
    facts = (declared("reused-water", 900, "m3"), declared("fresh-water", 100, "m3"))
    made = with_facts(made_of(tmp_path, 1.0, UNIT), *facts, declared("water-reuse-rate", 95, "%", evidence))
    rate = measures(made, tmp_path, "water-reuse-rate")[0]["water-reuse-rate"]
    assert (rate.low, rate.high) == pytest.approx(bounds)
    assert [(m.code, m.params["stated"], m.params["found"]) for m in rate.missing] == (
        [("missing-amounts-agree", "95", "90")] if evidence else []
    )


@pytest.mark.parametrize(("utilised", "generated"), [((2, "t"), (1, "t")), ((0, "t"), (0, "t"))])
def test_no_rate_settles_amounts_that_contradict_each_other(
    tmp_path: Path, utilised: tuple[float, str], generated: tuple[float, str]
) -> None:
    facts = (declared("utilised-solid-waste", *utilised), declared("generated-solid-waste", *generated))
    made = with_facts(made_of(tmp_path, 1.0, UNIT), *facts, declared("waste-utilisation-rate", 95, "%"))
    rate = measures(made, tmp_path, "waste-utilisation-rate")[0]["waste-utilisation-rate"]
    assert (rate.low, rate.high) == (None, None)
    assert [m.code for m in rate.missing] == ["missing-rate-fits"]
    one = with_facts(made, facts[0], declared("waste-utilisation-rate", 95, "%"))
    assert measures(one, tmp_path, "waste-utilisation-rate")[0]["waste-utilisation-rate"].value == 95.0


@given(
    part=st.tuples(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6)).map(sorted),  # emitted 0 is "not detected"
    whole=st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(sorted),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    name=st.sampled_from([("water-reuse-rate", "reused-water", "fresh-water"),
                          ("voc-removal-rate", "voc-emitted", "voc-generated")]),
)  # fmt: skip
def test_bounds_hold_whatever_the_amounts_between_them(
    part: list[float], whole: list[float], at: tuple[float, float], name: tuple[str, str, str]
) -> None:
    rate, top, bottom = name
    unit = "m3" if rate == "water-reuse-rate" else "kg"

    def found(p: list[float], w: list[float]) -> Measure:
        facts = {top: Measure(top, unit, p[0], p[-1]), bottom: Measure(bottom, unit, w[0], w[-1])}
        return rate_measures(facts, {rate}, Ledger())[0]

    p, w = part[0] + at[0] * (part[1] - part[0]), whole[0] + at[1] * (whole[1] - whole[0])
    inside, bounds = found([min(p, part[1])], [min(w, whole[1])]), found(part, whole)
    if inside.low is not None and inside.high is not None:
        assert bounds.low is not None
        assert bounds.high is not None
        assert bounds.low <= inside.low + 1e-6
        assert inside.high <= bounds.high + 1e-6
