"""What a figure per product is divided by: the output of the period, its allocation keys and the mass, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import row
from indicator_cases import made_of, measures, steel, with_facts

from ecoprod.measure import Measure
from ecoprod.product import Amount, Period, Product, Substance

BARE: tuple[str, ...] = ()


def allocated(folder: Path, key: str, total: str, *, allocation: str = "units", **more: Any) -> Product:
    """1,000 pieces of 2 kg in the period, and 293,076 kWh (36,000 kgce) metered for the line that `total` left."""

    def amount(text: str) -> Amount:
        value, unit = text.split()
        return Amount(float(value), unit)

    power = row(
        "power", Amount(293_076.0, "kWh"), scope="line", allocation=allocation, key_product=amount(key),
        key_total=amount(total), evidence=("E1",),
    )  # fmt: skip
    period = more.pop("reporting_period", Period(None, None, Amount(1000.0, "unit")))
    return with_facts(made_of(folder, 2.0, Amount(1.0, "unit"), power, reporting_period=period, **more))


def energy(made: Product, folder: Path, name: str = "energy-per-unit") -> Measure:
    return measures(made, folder, name)[0][name]


# ---- the key and the output ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("1000 unit", 18.0, 18.0),  # half of the line: 18,000 kgce on 1,000 pieces
        ("500 unit", 9.0, 18.0),  # a quarter of the line by the key, half of it by the output
        ("1500 unit", 18.0, 27.0),
        ("1010 unit", 18.0, 18.18),  # one in a hundred is no assumption of the report, and decides nothing either
    ],
)
def test_a_key_unlike_the_output_makes_the_figure_lie_between_the_two(
    tmp_path: Path, key: str, low: float, high: float
) -> None:
    found = energy(allocated(tmp_path, key, "2000 unit"), tmp_path)
    assert (found.low, found.high) == pytest.approx((low, high))
    agree = [] if low == high else [("process.key_product", "missing-key-agrees", {"rows": "power"})]
    assert [(m.field, m.code, m.params) for m in found.missing] == agree


@pytest.mark.parametrize(("key", "low", "high"), [("2 t", 18.0, 18.0), ("1 t", 9.0, 18.0), ("4 t", 18.0, 36.0)])
def test_a_key_in_mass_is_the_output_times_the_mass_of_one(tmp_path: Path, key: str, low: float, high: float) -> None:
    """1,000 pieces of 2 kg are 2 t of the 4 t that left the line."""
    found = energy(allocated(tmp_path, key, "4 t", allocation="mass"), tmp_path)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_key_in_hours_says_nothing_of_the_output(tmp_path: Path) -> None:
    found = energy(allocated(tmp_path, "10 h", "20 h", allocation="hours"), tmp_path)
    assert (found.low, found.high) == pytest.approx((18.0, 18.0))


# ---- documents behind the output -----------------------------------------------------------------


@pytest.mark.parametrize("scope", ["product", "line"])
@pytest.mark.parametrize("evidence", [BARE, ("E1",), ("E1", "E2")])
def test_a_figure_per_product_needs_a_document_of_the_output(
    tmp_path: Path, evidence: tuple[str, ...], scope: str
) -> None:
    """Ten times the output is a tenth of the consumption: E2 is not listed and proves nothing."""
    period = Period(None, None, Amount(1000.0, "unit"), evidence=evidence)
    made = allocated(tmp_path, "10 h", "20 h", allocation="hours", reporting_period=period)
    if scope == "product":
        made = replace(made, processes=(replace(made.processes[0], scope="product"),))
    found = energy(made, tmp_path)
    assert found.evidenced is (evidence == ("E1",))
    assert set(evidence) <= set(found.evidence)


def test_an_output_that_is_the_key_falls_out_of_the_figure(tmp_path: Path) -> None:
    """36,000 kgce x (1,000 of 2,000 pieces) / 1,000 pieces = 36,000 / 2,000, whatever the output is."""
    assert energy(allocated(tmp_path, "1000 unit", "2000 unit"), tmp_path).evidenced
    assert not energy(allocated(tmp_path, "1001 unit", "2000 unit"), tmp_path).evidenced


@pytest.mark.parametrize("mass_evidence", [BARE, ("E1",)])
def test_a_key_in_mass_is_the_output_by_a_mass_that_needs_a_document(
    tmp_path: Path, mass_evidence: tuple[str, ...]
) -> None:
    made = allocated(tmp_path, "2 t", "4 t", allocation="mass", mass_evidence=mass_evidence)
    assert energy(made, tmp_path).evidenced is bool(mass_evidence)


def test_a_product_in_tonnes_needs_no_document_of_its_mass(tmp_path: Path) -> None:
    made = allocated(tmp_path, "2 t", "4 t", allocation="mass")
    made = replace(
        made, product_unit=Amount(1.0, "t"), mass_kg=1000.0, parts=(steel("a", 1000.0),),
        reporting_period=Period(None, None, Amount(2.0, "t")),
    )  # fmt: skip
    for name in ("energy-per-mass", "energy-per-unit"):
        assert energy(made, tmp_path, name).evidenced


# ---- the mass ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weighed", "listed", "low", "high"),
    [(2.0, 2.0, 2.0, 2.0), (2.0, 1.97, 1.97, 2.0), (1.97, 2.0, 1.97, 2.0), (2.0, 1.5, 2.0, 2.0)],
)
def test_the_mass_lies_between_the_scales_and_the_rows(
    tmp_path: Path, weighed: float, listed: float, low: float, high: float
) -> None:
    """Up to 2 % are let pass and are not known; a larger shortfall becomes a row of which nothing else is known."""
    made = made_of(tmp_path, weighed, Amount(1.0, "unit"), parts=(steel("a", listed),))
    found = measures(made, tmp_path)[0]["mass"]
    assert (found.low, found.high) == pytest.approx((low, high))
    assert [m.code for m in found.missing] == ([] if low == high else ["missing-masses-agree"])


@pytest.mark.parametrize(
    ("of_product", "of_rows", "proven"),
    [(BARE, (BARE, BARE), False), (("E1",), (BARE, BARE), True), (BARE, (("E1",), ("E1",)), True),
     (BARE, (("E1",), BARE), False), (("E2",), (BARE, BARE), False), (("E1",), (("E2",), ("E2",)), True)],
)  # fmt: skip
def test_a_mass_needs_a_document_of_the_scales_or_of_every_row(
    tmp_path: Path, of_product: tuple[str, ...], of_rows: tuple[tuple[str, ...], ...], proven: bool
) -> None:
    parts = tuple(steel(f"p{n}", 1.0, evidence=evidence) for n, evidence in enumerate(of_rows))
    power = row("power", Amount(10.0, "kWh"), scope="product", evidence=("E1",))
    made = made_of(tmp_path, 2.0, Amount(1.0, "unit"), power, parts=parts, mass_evidence=of_product)
    found = measures(with_facts(made), tmp_path, "energy-per-mass", "energy-per-unit")[0]
    assert found["mass"].evidenced is proven
    if of_product == ("E1",):  # what the rows name is not asked for beside the scales
        assert found["mass"].evidence == of_product
    assert found["energy-per-mass"].evidenced is proven
    assert found["energy-per-unit"].evidenced


@pytest.mark.parametrize(
    ("weighed", "low", "high"), [(100.0, 1e-3, 1e-3), (99.0, 1e-3, 100e-3 / 99), (101.0, 100e-3 / 101, None)]
)
def test_a_content_of_the_product_is_of_the_least_and_the_most_that_it_may_weigh(
    tmp_path: Path, weighed: float, low: float, high: float | None
) -> None:
    """0.1 kg in rows of 100 kg; what no row shows may hold more of it."""
    part = steel("a", 100.0, substances=(Substance("Pb", fraction=1e-3),), substance_basis="component")
    made = made_of(tmp_path, weighed, Amount(1.0, "unit"), parts=(part,))
    found = measures(made, tmp_path, "substance:Pb@product_mass")[0]["substance:Pb@product_mass"]
    assert found.low == pytest.approx(low)
    assert found.high == (None if high is None else pytest.approx(high))
    codes = {99.0: ["missing-masses-close"], 100.0: [], 101.0: ["missing-unlisted-mass"]}
    assert [m.code for m in found.missing] == codes[weighed]


@pytest.mark.parametrize(
    ("weighed", "content", "low", "high"),
    [
        (100.0, 0.5, 50.0, 50.0),
        (101.0, 0.5, 100 * 50 / 101, 100 * 51 / 101),  # the kilogram that no row shows is recycled, or is not
        (99.0, 0.5, 100 * 49 / 99, 100 * 50 / 99),  # the kilogram too much is of what is recycled, or is not
        (99.0, 1.0, 100.0, 100.0),
        (99.0, 0.0, 0.0, 0.0),
    ],
)
def test_a_share_of_the_mass_knows_nothing_of_what_the_scales_show_otherwise(
    tmp_path: Path, weighed: float, content: float, low: float, high: float
) -> None:
    part = steel("a", 100.0, recycled_content=content)
    found = measures(made_of(tmp_path, weighed, Amount(1.0, "unit"), parts=(part,)), tmp_path)[0]["recycled-content"]
    assert (found.low, found.high) == pytest.approx((low, high))
    codes = [m.code for m in found.missing]
    assert codes == ([] if low == high else ["missing-masses-close"])
