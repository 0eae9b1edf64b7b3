"""Declared amounts beside the site data: one declaration overrides no meter, and no rate what was landfilled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, row
from indicator_cases import HERE, ON, declared, made_of, with_facts

from ecoprod.indicators import measure_product
from ecoprod.measure import Measure
from ecoprod.messages import text
from ecoprod.product import Amount, Declared, Period, ProcessRow

WATER, WASTE, VOC = "water-reuse-rate", "waste-utilisation-rate", "voc-removal-rate"
SITE: dict[str, Any] = {
    "scope": "site", "allocation": "units", "key_total": Amount(400.0, "unit"), "key_product": Amount(100.0, "unit"),
}  # fmt: skip
"""A quarter of the plant: 100 of 400 pieces."""


def rate(folder: Path, name: str, rows: tuple[ProcessRow, ...], *facts: Declared) -> Measure:
    """A rate of 100 pieces of 1 kg."""
    known = background(
        folder, dataset("steel-data"), dataset("tap", group="water"), dataset("landfill-inert", group="treatment"),
        dataset("sorting", group="treatment"), dataset("own", group="imported"),
        dataset("incineration", group="treatment"), dataset("hazardous-incineration", group="treatment"),
    )  # fmt: skip
    made = with_facts(made_of(folder, 1.0, Amount(1.0, "unit"), *rows, parts=()), *facts)
    made = replace(made, reporting_period=Period(None, None, Amount(100.0, "unit")))
    foreground, problems, ledger = built(made, known)
    assert not problems
    return measure_product(made, foreground, None, (name,), known, ON, ledger)[name]


def reading(name: str, amount: float, unit: str, **more: Any) -> ProcessRow:
    plain = {"what": "dataset", "scope": "product", "evidence": ("E1",), **more}
    return row(name, Amount(amount, unit), **plain)


def out(name: str, kg: float, **more: Any) -> ProcessRow:
    return reading(name, kg, "kg", **{"direction": "out", "kind": "waste", **more})


def codes(found: Measure) -> list[str]:
    return [m.code for m in found.missing]


TAP = (reading("tap", 1000.0, "t"),)
"""1,000 m3 of fresh water, this product's alone."""


@pytest.mark.parametrize(
    ("fresh", "evidence", "bounds", "evidenced"),
    [
        (("fresh-water", 50, "m3"), "E1", (4500 / 55, 90.0), True),  # 4500 m3 and 50 to 1000 m3: see below
        (("fresh-water", 1000, "m3"), "E1", (4500 / 55,) * 2, True),
        (("fresh-water", 1000, "m3"), None, (4500 / 55,) * 2, True),  # the meter has its document
        (None, "E1", (4500 / 55,) * 2, True),
        (("fresh-water", 5000, "m3"), "E1", (4500 / 95, 4500 / 55), True),
        (("fresh-water", 50, "m3"), None, (4500 / 55, 90.0), False),
    ],
)
def test_declared_fresh_water_beside_the_meter(
    tmp_path: Path, fresh: tuple[str, float, str] | None, evidence: str | None, bounds: tuple[float, float],
    evidenced: bool,
) -> None:  # fmt: skip
    """4,500 m3 reused beside 1,000 m3 metered: 4500 / 5500 = 81.8 %; with 5,000 m3 47.4 %, with 50 m3 98.9 %."""
    facts = [declared("reused-water", 4500, "m3")]
    facts += [declared(*fresh, evidence)] if fresh else []
    found = rate(tmp_path, WATER, TAP, *facts)
    low, high = (bounds[0], 100 * 4500 / 4550) if fresh and fresh[1] == 50 else bounds
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.evidenced is evidenced
    contradicted = fresh is not None and fresh[1] != 1000
    assert codes(found) == (["missing-amount-metered"] if contradicted else [])
    if contradicted and fresh:
        gap = found.missing[0]
        assert (gap.field, gap.params["found"]) == ("declared.fresh-water.value", "1000")
        assert all("process.csv:2" in text(gap.code, lang, **gap.params) for lang in ("zh", "en"))


def test_no_rate_settles_amounts_that_the_meter_contradicts(tmp_path: Path) -> None:
    stated = declared(WATER, 95, "%")
    for facts in (
        (declared("reused-water", 950, "m3"), declared("fresh-water", 50, "m3")),
        (declared("fresh-water", 50, "m3"),),
    ):  # fmt: skip
        found = rate(tmp_path, WATER, TAP, *facts, stated)
        assert (found.value, codes(found)[0]) == (None, "missing-amount-metered")
    assert rate(tmp_path, WATER, TAP, stated).value == 95.0  # nothing here says how much was reused


def test_words_beside_a_meter_are_no_amount(tmp_path: Path) -> None:
    """4,500 m3 reused beside 1,000 m3 metered are 81.8 %, and no 95 %."""
    none = Declared("fresh-water", HERE, not_detected=True, evidence=("E1",))
    for fresh in (declared("fresh-water", "little"), none):
        found = rate(tmp_path, WATER, TAP, declared("reused-water", 4500, "m3"), fresh)
        assert found.value == pytest.approx(4500 / 55)
        stated = rate(tmp_path, WATER, TAP, declared("reused-water", 4500, "m3"), fresh, declared(WATER, 95, "%"))
        assert (stated.value, codes(stated)[0]) == (None, "missing-amounts-agree")
    hours = rate(tmp_path, WATER, TAP, declared("reused-water", 4500, "m3"), declared("fresh-water", 5, "h"))
    assert codes(hours) == ["missing-rate-fits"]


def test_an_amount_is_the_products_or_the_plants(tmp_path: Path) -> None:
    """Of 1,000 m3 of the plant a quarter, 250 m3, is this product's; 4,500 m3 are reused."""
    water = (reading("tap", 1000.0, "t", **SITE),)
    reused = declared("reused-water", 4500, "m3")
    for fresh, value in ((250, 4500 / 47.5), (1000, 4500 / 55), (251, None), (500, None)):
        found = rate(tmp_path, WATER, water, reused, declared("fresh-water", fresh, "m3"))
        assert found.value == (pytest.approx(value) if value else None)
    assert found.missing[0].params["found"] == "250 / 1000"
    bare = rate(tmp_path, WATER, water, reused)
    assert (bare.low, bare.high) == (pytest.approx(4500 / 55), pytest.approx(4500 / 47.5))
    assert [m.field for m in bare.missing] == ["declared.fresh-water.value"]
    assert codes(rate(tmp_path, WATER, water, reused, declared(WATER, 99, "%")))[0] == "missing-amounts-agree"


def test_a_reading_that_two_rows_share_is_one_reading_of_the_plant(tmp_path: Path) -> None:
    half = {**SITE, "meter": "W1", "key_product": Amount(50.0, "unit")}
    rows = (reading("tap", 1000.0, "t", **half), reading("tap", 1000.0, "t", **{**half, "covers": ("b",)}))
    rows = (replace(rows[0], id="one"), replace(rows[1], id="two"))
    facts = (declared("reused-water", 1000, "m3"), declared("fresh-water", 1000, "m3"))
    assert rate(tmp_path, WATER, rows, *facts).value == pytest.approx(50.0)


def test_water_may_be_declared_as_mass(tmp_path: Path) -> None:
    reused = declared("reused-water", 1000, "t")
    assert rate(tmp_path, WATER, TAP, reused, declared("fresh-water", 1000, "t")).value == pytest.approx(50.0)
    assert codes(rate(tmp_path, WATER, TAP, reused, declared("fresh-water", 50, "t"))) == ["missing-amount-metered"]


def test_an_open_meter_bounds_from_below(tmp_path: Path) -> None:
    """A row of one's own database may be water too: at least 1,000 m3."""
    rows = (*TAP, reading("own", 5.0, "kg", kind="input"))
    reused = declared("reused-water", 3000, "m3")
    assert rate(tmp_path, WATER, rows, reused, declared("fresh-water", 2000, "m3")).value == pytest.approx(60.0)
    low = rate(tmp_path, WATER, rows, reused, declared("fresh-water", 500, "m3"))
    assert codes(low) == ["missing-amount-metered"]
    bare = rate(tmp_path, WATER, rows, reused)
    assert (bare.low, bare.high) == (0.0, pytest.approx(75.0))


BURIED = (out("landfill-inert", 1000.0),)
SORTED = (out("sorting", 1000.0),)
HALF = (out("landfill-inert", 400.0), out("sorting", 600.0))
SMALL = (("utilised-solid-waste", 95, "kg"), ("generated-solid-waste", 100, "kg"))
TONNE = ("generated-solid-waste", 1, "t")
LARGE = (("utilised-solid-waste", 950, "kg"), TONNE)


@pytest.mark.parametrize(
    ("rows", "facts", "value", "first"),
    [
        # 1,000 kg, all of it landfilled
        (BURIED, SMALL, None, "missing-amount-not-landfilled"),
        (BURIED, LARGE, None, "missing-amount-not-landfilled"),
        (BURIED, ((WASTE, 95, "%"),), None, "missing-amounts-agree"),
        (BURIED, (), 0.0, None),
        (BURIED, (("generated-solid-waste", 1, "t"), (WASTE, 95, "%")), None, "missing-amounts-agree"),
        # of 1,000 kg 400 landfilled: 60 % at most
        (HALF, ((WASTE, 60, "%"),), 60.0, None),
        (HALF, ((WASTE, 61, "%"),), None, "missing-amounts-agree"),
        (HALF, (("utilised-solid-waste", 601, "kg"), TONNE), 60.0, None),  # rounded
        (HALF, (("utilised-solid-waste", 610, "kg"), TONNE), None, "missing-amount-not-landfilled"),
        # nothing landfilled: the document stands
        (SORTED, ((WASTE, 95, "%"),), 95.0, None),
        (SORTED, LARGE, 95.0, None),
        (SORTED, SMALL, None, "missing-amount-metered"),
        # no row of waste says nothing of waste
        (TAP, SMALL, 95.0, None),
    ],
)  # fmt: skip
def test_waste_that_was_landfilled_was_not_utilised(
    tmp_path: Path, rows: tuple[ProcessRow, ...], facts: tuple[tuple[str, float, str], ...], value: float | None,
    first: str | None,
) -> None:  # fmt: skip
    found = rate(tmp_path, WASTE, rows, *(declared(*f) for f in facts))
    assert found.value == (pytest.approx(value) if value is not None else None)
    assert codes(found)[:1] == ([first] if first else [])
    for gap in found.missing:
        assert all(text(gap.code, lang, **gap.params) for lang in ("zh", "en"))


def test_the_products_waste_and_the_plants_utilisation_do_not_go_together(tmp_path: Path) -> None:
    """Of the plant's 1,000 kg half is landfilled, and of this product's 250 kg: 240 of 250 kg fit each alone."""
    rows = (out("landfill-inert", 500.0, **SITE), out("sorting", 500.0, **SITE))
    facts = (declared("utilised-solid-waste", 240, "kg"), declared("generated-solid-waste", 250, "kg"))
    found = rate(tmp_path, WASTE, rows, *facts, declared(WASTE, 96, "%"))
    assert (found.low, found.high) == (0.0, pytest.approx(96.0))
    assert codes(found) == ["missing-amount-not-landfilled"]


@pytest.mark.parametrize(
    ("emitted", "bounds", "first"),
    [
        (2, (0.0, 99.6), "missing-amount-metered"),  # at least 100 of 500 kg went out
        (100, (80.0, 80.0), None),
        (150, (70.0, 70.0), None),
        (None, (0.0, 80.0), "missing-fact"),
    ],
)
def test_voc_that_the_site_data_list_was_not_removed(
    tmp_path: Path, emitted: float | None, bounds: tuple[float, float], first: str | None
) -> None:
    air = {"what": "emission", "compartment": "air", "direction": None}
    rows = (
        reading("NMVOC, non-methane volatile organic compounds", 100.0, "kg", **air),
        reading("Toluene", 30.0, "kg", **air),  # may be in the sum already
        reading("VOC, volatile organic compounds", 0.0, "kg", **air),
    )
    facts = [declared("voc-generated", 500, "kg")]
    facts += [declared("voc-emitted", emitted, "kg")] if emitted is not None else []
    found = rate(tmp_path, VOC, rows, *facts)
    assert (found.low, found.high) == (pytest.approx(bounds[0]), pytest.approx(bounds[1]))
    assert codes(found)[:1] == ([first] if first else [])
    stated = rate(tmp_path, VOC, rows, *facts, declared(VOC, 99.6, "%"))
    assert (stated.value, codes(stated)[0]) == (None, first if emitted == 2 else "missing-amounts-agree")


AIR: dict[str, Any] = {"what": "emission", "compartment": "air", "direction": None}


@pytest.mark.parametrize(
    ("flow", "code"),
    [
        # EF v3.1 has a factor of ozone formation
        ("Methane, dichloro-, HCC-30", "missing-amount-metered"),
        ("Butadiene", "missing-amount-metered"),
        ("t-Butyl methyl ether", "missing-amount-metered"),
        ("Cumene", "missing-amount-metered"),
        ("Methyl acetate", "missing-amount-metered"),
        ("Isoprene", "missing-amount-metered"),
        ("Acetaldehyde", "missing-amount-metered"),
        ("Chloroform", "missing-amount-metered"),
        ("2-Methyl-1-propanol", "missing-amount-metered"),
        ("Xylene", "missing-amount-metered"),  # o- and m-xylene have one
        # organic, without a factor: nobody says that it is none
        ("Propylene oxide", "missing-voc-or-not"),
        ("Terpenes", "missing-voc-or-not"),
        ("Hydrocarbons, aromatic", "missing-voc-or-not"),
        ("Phenol", "missing-voc-or-not"),
        # no VOC
        ("Methane, fossil", None),
        ("Nitrogen oxides", None),
        ("Sulfur dioxide", None),
        ("Carbon monoxide, fossil", None),
        ("Carbon dioxide, fossil", None),
        ("Particulate Matter, < 2.5 um", None),
        ("Ammonia", None),
        ("Hydrochloric acid", None),
        ("Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", None),
        ("Methane, tetrafluoro-, R-14", None),
        ("Zinc II", None),
        ("Copper ion", None),
    ],
)
def test_what_voc_is_the_method_says(tmp_path: Path, flow: str, code: str | None) -> None:
    """400 kg into the air beside 2 kg of 500 declared: 99.6 % only where the 400 kg are no VOC."""
    emission = (reading(flow, 400.0, "kg", **AIR),)
    facts = [declared("voc-emitted", 2, "kg"), declared("voc-generated", 500, "kg")]
    for more in ([], [declared(VOC, 99.6, "%")]):
        found = rate(tmp_path, VOC, emission, *facts, *more)
        assert codes(found)[:1] == ([code] if code else [])
        assert found.value == (None if code else pytest.approx(99.6))
        assert (found.low or 0.0) <= 20.0 or not code
        if code == "missing-voc-or-not":
            assert found.missing[0].field == "declared.voc-emitted.value"
            for lang in ("zh", "en"):
                words = text(code, lang, **found.missing[0].params)
                assert "2 kg" in words
                assert "400 kg" in words
                assert "process.csv:2" in words
    water = replace(emission[0], compartment="water")
    assert rate(tmp_path, VOC, (water,), *facts).value == pytest.approx(99.6)


def test_who_counts_the_doubtful_emission_has_a_rate(tmp_path: Path) -> None:
    """80 kg toluene and 20 kg phenol: 100 kg or more may be declared, 80 kg may not; a sum holds both."""
    rows = (reading("Toluene", 80.0, "kg", **AIR), reading("Phenol", 20.0, "kg", **AIR))
    made = declared("voc-generated", 1000, "kg")
    for emitted, value, missing in (
        (100, 90.0, []), (150, 85.0, []), (80, None, ["missing-voc-or-not"]), (50, None, ["missing-amount-metered"]),
    ):  # fmt: skip
        found = rate(tmp_path, VOC, rows, made, declared("voc-emitted", emitted, "kg"))
        assert found.value == (pytest.approx(value) if value else None)
        assert codes(found) == missing
    tonnes = rate(tmp_path, VOC, rows, made, declared("voc-emitted", 0.08, "t"))
    assert codes(tonnes) == ["missing-voc-or-not"]
    in_a_sum = (*rows, reading("NMVOC, non-methane volatile organic compounds", 110.0, "kg", **AIR))
    assert rate(tmp_path, VOC, in_a_sum, made, declared("voc-emitted", 110, "kg")).value == pytest.approx(89.0)


def test_a_doubtful_emission_alone_fails_nobody_and_passes_nobody(tmp_path: Path) -> None:
    """Nothing is declared of what was emitted: 900 of 1,000 kg of phenol may be VOC or not."""
    rows, made = (reading("Phenol", 900.0, "kg", **AIR),), declared("voc-generated", 1000, "kg")
    for facts in ((made,), (made, declared(VOC, 99, "%"))):
        found = rate(tmp_path, VOC, rows, *facts)
        assert (found.low, found.high) == (0.0, 100.0)
        assert codes(found) == ["missing-voc-or-not"]


def test_amounts_without_site_data_are_as_they_are_declared(tmp_path: Path) -> None:
    below = Declared("fresh-water", HERE, below=Amount(100.0, "m3"), evidence=("E1",))
    found = rate(tmp_path, WATER, (), declared("reused-water", 900, "m3"), below)
    assert (found.low, found.high) == (pytest.approx(90.0), pytest.approx(100.0))


@pytest.mark.parametrize(
    ("name", "more"),
    [
        (WATER, {"name": "tap", "amount": 1e6, "kind": "avoided"}),
        (WATER, {"name": "tap", "amount": 1e6, "kind": "co-product"}),
        (WASTE, {"name": "landfill-inert", "amount": 1e6, "kind": "input"}),
        (WASTE, {"name": "landfill-inert", "amount": 1e6, "kind": "avoided", "direction": "out"}),
        (WASTE, {"name": "own", "amount": 1e6}),
    ],
)
def test_a_row_that_says_two_things_is_settled_by_no_declaration(
    tmp_path: Path, name: str, more: dict[str, Any]
) -> None:
    """It is a cell that has to be corrected, not a figure that nobody knows."""
    of, kg = more.pop("name"), more.pop("amount")
    rows = (reading(of, kg, "kg", meter="M", **more),)
    part, whole, unit = {
        WATER: ("reused-water", "fresh-water", "m3"), WASTE: ("utilised-solid-waste", "generated-solid-waste", "kg"),
    }[name]  # fmt: skip
    facts = [declared(part, 95, unit), declared(whole, 5 if name == WATER else 100, unit)]
    assert rate(tmp_path, name, (), *facts).value == 95.0
    for given in (facts, [*facts, declared(name, 95, "%")], [declared(name, 95, "%")][: name == WASTE] or facts):
        found = rate(tmp_path, name, rows, *given)
        assert found.value is None
        assert found.missing[0].code in ("missing-kind-fits", "missing-waste-or-input")
        assert found.missing[0].field == f"process[{rows[0].id}].kind"


def test_hazardous_waste_that_was_burned_was_not_utilised(tmp_path: Path) -> None:
    burned = rate(tmp_path, WASTE, (out("hazardous-incineration", 9.0),), declared(WASTE, 95, "%"))
    assert codes(burned) == ["missing-amounts-agree"]
    assert rate(tmp_path, WASTE, (out("incineration", 9.0),), declared(WASTE, 95, "%")).value == 95.0
