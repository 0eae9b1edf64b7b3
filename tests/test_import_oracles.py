"""Linking worked by hand: signs of treatments, co-products, units, places, providers, self use, credits, spreads."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from import_systems import CO2, burdens, codes, emits, ex, linked, needs, process, product, rows_of

from ecoprod.importing.link import lost_rows
from ecoprod.importing.records import Miss, Uncertainty
from ecoprod.importing.store import _matrices
from ecoprod.lca.package import read_package, write_package


def only(found: Any, name: str) -> Any:
    (row,) = rows_of(found, name)
    return row


# ---- treatments: 1 kg of steel leaves 0.2 kg of slag; treating 1 kg takes 0.5 kWh (0.8 kg CO2/kWh) and emits 0.1 kg --

POWER = process("power", product("power", unit="kWh"), emits(0.8))
BY_HAND = {"power": 0.8, "slag": 0.5 * 0.8 + 0.1, "steel": 1.5 + 0.2 * 0.5}


def test_a_treatment_of_positive_product_and_a_waste_output() -> None:
    treatment = process("treatment", product("slag"), needs("power", 0.5, "kWh"), emits(0.1))
    steel = process("steelworks", product("steel"), ex("waste", "slag", 0.2), emits(1.5))
    assert burdens(linked(POWER, treatment, steel)) == pytest.approx(BY_HAND)


def test_a_treatment_of_negative_product_and_a_negative_input() -> None:
    """As EcoSpold 2 writes it: the reference is -1 kg of slag, its user has an input of -0.2 kg."""
    treatment = process("treatment", product("slag", -1.0), needs("power", 0.5, "kWh"), emits(0.1))
    steel = process("steelworks", product("steel"), needs("slag", -0.2), emits(1.5))
    found = linked(POWER, treatment, steel)
    assert burdens(found) == pytest.approx(BY_HAND)
    assert not codes(found)
    assert all(row.amount > 0 for row in found.rows)


def test_a_treatment_counted_in_tonnes_of_negative_product() -> None:
    treatment = process("treatment", product("slag", -2.0, "t"), needs("power", 1000.0, "kWh"), emits(200.0))
    steel = process("steelworks", product("steel", 10.0), needs("slag", -2.0), emits(15.0))
    found = linked(POWER, treatment, steel)
    assert burdens(found)["steel"] == pytest.approx(BY_HAND["steel"])
    assert burdens(found)["slag"] == pytest.approx(1000 * BY_HAND["slag"])  # per tonne


def test_a_treatment_that_takes_another_treatment() -> None:
    """Two negative references in a chain: burning leaves ash, which is dumped."""
    dump = process("dump", product("ash", -1.0), emits(0.3))
    burn = process("burning", product("waste paper", -1.0), needs("ash", -0.1), emits(0.9))
    assert burdens(linked(dump, burn)) == pytest.approx({"ash": 0.3, "waste paper": 0.93})


@pytest.mark.parametrize("amount", [-0.2, 0.2])
def test_what_would_lower_a_burden_is_a_credit(amount: float) -> None:
    """A negative input of a good, a positive input of a treatment: left out, named, never subtracted."""
    sign = 1.0 if amount < 0 else -1.0
    other = process("other", product("other", sign), emits(0.5))
    found = linked(other, process("steelworks", product("steel"), needs("other", amount), emits(1.5)))
    assert burdens(found)["steel"] == 1.5
    assert codes(found) == ["import-credit"]


def test_avoided_products_are_left_out() -> None:
    found = linked(
        POWER, process("boiler", product("heat", unit="MJ"), ex("avoided", "power", 0.2, "kWh"), emits(0.07))
    )
    assert burdens(found)["heat"] == 0.07
    assert codes(found) == ["import-avoided"]


def test_a_waste_without_a_treatment_is_cut_off_and_named() -> None:
    found = linked(process("steelworks", product("steel"), ex("waste", "slag", 0.2), emits(1.5)))
    assert (burdens(found)["steel"], codes(found)) == (1.5, ["import-no-treatment"])


# ---- co-products: 10 kg CO2 for 6 kg of oil and 2 kg of meal ---------------------------------------------------


def mill(*products: Any) -> Any:
    return linked(process("mill", *products, emits(10.0)))


def test_stated_shares_go_before_amounts() -> None:
    found = mill(product("oil", 6.0, allocation=0.9), product("meal", 2.0, allocation=0.1))
    assert burdens(found) == pytest.approx({"oil": 10 * 0.9 / 6, "meal": 10 * 0.1 / 2})
    assert {one.allocated for one in found.made} == {"stated"}


def test_without_shares_mass_decides_whatever_its_unit() -> None:
    found = mill(product("oil", 6.0), product("meal", 0.002, "t"))
    assert burdens(found) == pytest.approx({"oil": 10 / 8, "meal": 1000 * 10 / 8})


def test_shares_that_do_not_add_up_are_not_believed() -> None:
    found = mill(product("oil", 6.0, allocation=0.5), product("meal", 2.0, allocation=0.2))
    assert burdens(found) == pytest.approx({"oil": 10 / 8, "meal": 10 / 8})


def test_shares_rounded_to_percents_are_made_whole() -> None:
    found = mill(*(product(name, 1.0, allocation=share) for name, share in (("a", 0.33), ("b", 0.33), ("c", 0.33))))
    assert burdens(found) == pytest.approx({"a": 10 / 3, "b": 10 / 3, "c": 10 / 3})


def test_recovered_energy_beside_a_product_carries_nothing_and_brings_no_credit() -> None:
    rows = (product("acid", 4.0), product("steam", 30.0, "MJ"), emits(10.0))
    for found in (linked(process("acid, at plant", *rows)), linked(process("works", *rows, reference="acid"))):
        assert burdens(found) == pytest.approx({"acid": 10 / 4})
        assert [m.code for m in found.misses] == ["import-by-product"]
    assert [m.code for m in linked(process("works", *rows)).misses] == ["import-co-products"]


def test_a_power_plant_gives_its_burden_to_no_by_product() -> None:
    rows = (product("electricity", 1.0, "kWh"), product("gypsum", 0.01), emits(1.0))
    found = linked(process("electricity, coal", *rows, reference="electricity"))
    assert (found.made, [m.code for m in found.misses]) == ((), ["import-co-products"])
    ash = linked(process("electricity, coal", rows[0], product("fly ash", 0.05), emits(1.0)))
    assert burdens(ash) == pytest.approx({"electricity": 1.0})
    assert [m.code for m in ash.misses] == ["import-by-product", "import-no-treatment"]


def test_water_and_scrap_beside_a_product_carry_nothing_however_heavy() -> None:
    """55,750 kg of turbined water beside 1 kg of metal: by mass the metal would have next to nothing."""
    found = linked(process("metal", product("metal"), product("water, turbined", 55_750.0), emits(9.0)))
    assert burdens(found) == pytest.approx({"metal": 9.0})
    found = linked(process("rolling", product("sheet", 0.7), product("scrap", 0.3), emits(7.0), reference="sheet"))
    assert burdens(found) == pytest.approx({"sheet": 10.0})


def test_a_main_product_of_less_than_a_fifth_carries_all() -> None:
    heavy = (product("oil", 0.19), product("meal", 0.81), emits(1.9))
    found = linked(process("oil, pressed", *heavy))
    assert burdens(found) == pytest.approx({"oil": 10.0})
    assert [m.code for m in found.misses] == ["import-by-product"]
    even = linked(process("oil, pressed", product("oil", 0.2), product("meal", 0.8), emits(2.0)))
    assert burdens(even) == pytest.approx({"oil": 2.0, "meal": 2.0})
    assert [m.code for m in even.misses] == ["import-divided"]


@pytest.mark.parametrize(
    "products", [(("roundwood", 1.0, "m3"), ("bark", 2.0, "kg")), (("a", 1.0, "kg"), ("b", -1.0, "kg"))]
)
def test_products_with_no_honest_way_to_divide_are_refused(products: Any) -> None:
    found = mill(*(product(*one) for one in products))
    assert (found.made, codes(found)) == ((), ["import-co-products"])


def test_every_share_of_a_process_is_handed_out() -> None:
    """Amounts times burdens per unit give back the process's own burden."""
    found = mill(
        product("a", 3.0, allocation=0.2), product("b", 0.5, allocation=0.5), product("c", 7.0, allocation=0.3)
    )
    assert sum(burdens(found)[n] * a for n, a in (("a", 3.0), ("b", 0.5), ("c", 7.0))) == pytest.approx(10.0)


# ---- units -----------------------------------------------------------------------------------------------------

UNITS = [
    ("lb av", 2.0, "kg", 2 * 0.45359237),
    ("sh tn", 1.0, "t", 0.90718474),
    ("gal", 1.0, "m3", 231 * 0.0254**3),
    ("kWh", 1.0, "MJ", 3.6),
    ("MMBtu", 1.0, "MJ", 1055.056),
    ("p*km", 5.0, "pkm", 5.0),
    ("t*km", 2.0, "kgkm", 2000.0),
    ("ft2*a", 1.0, "m2a", 0.3048**2),
    ("Dozen(s)", 2.0, "unit", 24.0),
]


@pytest.mark.parametrize(("asked", "amount", "made", "expected"), UNITS)
def test_units_of_users_and_makers_meet(asked: str, amount: float, made: str, expected: float) -> None:
    """Per unit of what is made: the maker may count 4 of its unit, which changes nothing."""
    maker = process("maker", product("good", 4.0, made), emits(8.0))
    found = linked(maker, process("user", product("thing"), needs("good", amount, asked)))
    assert burdens(found)["thing"] == pytest.approx(2.0 * expected, rel=1e-9)


@pytest.mark.parametrize(("asked", "made"), [("kg", "m3"), ("Item(s)", "kg"), ("kWh", "kg"), ("odd", "kg")])
def test_unlike_units_are_refused_and_named(asked: str, made: str) -> None:
    maker = process("maker", product("good", 1.0, made), emits(8.0))
    found = linked(maker, process("user", product("thing"), needs("good", 1.0, asked)))
    (miss,) = found.misses
    assert (miss.code, miss.unit) == ("import-no-provider", asked)
    assert [c.refused for c in miss.candidates] == [("refused-unit",)]


def test_a_unit_nobody_knows_links_to_itself_only() -> None:
    maker = process("maker", product("good", 2.0, "widget"), emits(8.0))
    found = linked(maker, process("user", product("thing"), needs("good", 1.0, "widget")))
    assert burdens(found)["thing"] == 4.0


# ---- self use --------------------------------------------------------------------------------------------------


def test_self_use_below_one_is_solved() -> None:
    """1 kWh net needs 1 / (1 - 0.05) kWh gross."""
    found = linked(process("power", product("power", unit="kWh"), needs("power", 0.05, "kWh"), emits(0.8)))
    assert burdens(found)["power"] == pytest.approx(0.8 / 0.95)


@pytest.mark.parametrize("amount", [1.0, 1.5])
def test_what_flows_through_is_cut_off(amount: float) -> None:
    """A row that hands a product through as it is: nothing is made of it, and no loop is built."""
    found = linked(process("depot", product("gravel"), needs("gravel", amount), emits(0.01)))
    assert (burdens(found)["gravel"], codes(found)) == (0.01, ["import-own-product"])


# ---- who serves a row ------------------------------------------------------------------------------------------


def markets(*places: str) -> list[Any]:
    return [process("power", product("power", unit="kWh"), emits(n + 1.0), place=p) for n, p in enumerate(places)]


@pytest.mark.parametrize(
    ("row_place", "user_place", "offered", "taken"),
    [
        ("US", "DE", ("CN", "DE", "US"), "US"),
        ("US", "DE", ("CN", "DE", "GLO"), "DE"),
        ("US", "DE", ("RoW", "GLO", "RoA", "CN"), "CN"),
        ("US", "DE", ("RoW", "GLO", "RoA"), "RoA"),
        ("US", "DE", ("RoW", "GLO"), "GLO"),
        ("US", "DE", ("RoW", "FR"), "RoW"),
        (None, "CN", ("GLO", "CN"), "CN"),
        ("US", "DE", ("FR",), "FR"),
    ],
)
def test_places_in_order(row_place: str | None, user_place: str, offered: tuple[str, ...], taken: str) -> None:
    user = process("user", product("thing"), needs("power", 1.0, "kWh", place=row_place), place=user_place)
    found = linked(*markets(*offered), user)
    row = only(found, "thing")
    assert found.made[row.row].process.place == taken
    same = taken == (row_place or user_place)
    assert row.how == ("name" if same else f"name; {taken}")  # a place that stands in is said


def test_two_that_are_equal_are_a_miss_that_names_both() -> None:
    found = linked(*markets("FR", "IT"), process("user", product("thing"), needs("power", 1.0, "kWh"), place="DE"))
    (miss,) = found.misses
    assert miss.code == "import-ambiguous"
    assert sorted(c.place for c in miss.candidates) == ["FR", "IT"]
    assert "power [kWh, FR]" in str(miss.params["nearest"])
    assert "power [kWh, IT]" in str(miss.params["nearest"])
    assert burdens(found)["thing"] == 0.0


def test_a_stated_provider_goes_before_flow_name_and_place() -> None:
    makers = [
        process("old", product("steel", flow="f1"), emits(1.0), code="a"),
        process("steel", product("steel", flow="f1"), emits(2.0), code="b"),
        process("foreign", product("steel", flow="f2"), emits(4.0), place="US", code="c"),
    ]
    user = process("user", product("thing"), needs("steel", 1.0, flow="f1", provider="c"))
    found = linked(*makers, user)
    assert burdens(found)["thing"] == 4.0
    assert only(found, "thing").how == "provider"


def test_a_flow_id_goes_before_a_name() -> None:
    makers = [
        process("x", product("coil", flow="f1"), emits(1.0)),
        process("y", product("sheet", flow="f2"), emits(2.0)),
    ]
    found = linked(*makers, process("user", product("thing"), needs("sheet", 1.0, flow="f1")))
    assert burdens(found)["thing"] == 1.0


def test_a_provider_of_several_products_gives_the_one_that_is_named() -> None:
    maker = process(
        "mill", product("oil", 6.0, allocation=0.9), product("meal", 2.0, allocation=0.1), emits(10.0), code="m"
    )
    found = linked(maker, process("user", product("feed"), needs("Meal", 2.0, provider="m")))
    assert burdens(found)["feed"] == pytest.approx(1.0)


def test_a_stated_provider_that_is_not_there_is_a_miss_whatever_bears_its_name() -> None:
    found = linked(*markets("CN"), process("user", product("thing"), needs("power", 1.0, "kWh", provider="gone")))
    assert rows_of(found, "thing") == []
    (miss,) = found.misses
    assert (miss.code, [c.refused for c in miss.candidates]) == ("import-provider-absent", [("refused-provider",)])


def test_a_process_serves_itself_only_where_nothing_else_makes_the_thing() -> None:
    """A mix of two powers under one name, no providers stated: its inputs are the others, never itself."""
    other = process("coal", product("power", 1.0, "kWh"), emits(10.0), place="US")
    mix = process("mix", product("power", 1.0, "kWh"), needs("power", 0.5, "kWh"), place="CN")
    (served,) = [r for r in linked(other, mix).rows if r.kind == "input"]
    assert (served.dataset, served.row, served.amount) == (1, 0, 0.5)
    alone = linked(process("mix", product("power", 1.0, "kWh"), needs("power", 0.5, "kWh"), emits(1.0), place="CN"))
    assert burdens(alone) == pytest.approx({"power": 2.0})
    assert [m.code for m in alone.misses] == ["import-own-use"]


def test_names_compare_without_case_and_signs() -> None:
    maker = process("Steel, hot-rolled {CN}", product("Steel, hot-rolled {CN}"), emits(1.0))
    found = linked(maker, process("user", product("thing"), needs("steel hot rolled (cn)", 1.0)))
    assert burdens(found)["thing"] == 1.0


def test_a_product_without_a_maker_names_the_nearest_and_why_not() -> None:
    makers = [process("steel sheet", product("steel sheet", 1.0, "m2"), place="US")]
    found = linked(*makers, process("user", product("thing"), needs("steel sheets", 1.0, place="CN")))
    (miss,) = found.misses
    assert miss.code == "import-no-provider"
    (near,) = miss.candidates
    assert (near.name, set(near.refused)) == ("steel sheet", {"refused-name", "refused-unit", "refused-place"})


# ---- rows that a reader lost -----------------------------------------------------------------------------------


def test_what_a_reader_left_out_counts_against_the_dataset() -> None:
    """By the code or the name of its process; a lost distribution and a dropped namesake are no lost rows."""
    one, other = process("one", product("a"), code="p1"), process("two", product("b"), code="p2")
    at = one.at
    misses = [
        Miss("import-no-number", at, {}, "p1", "input", "coal"),
        Miss("import-no-unit", at, {}, "two", "input", "coal"),
        Miss("import-distribution", at, {}, "p1"),
        Miss("import-code-twice", at, {}, "p2"),
        Miss("import-no-number", at, {}, "elsewhere", "input", "coal"),
    ]
    found = linked(one, other, misses=misses)
    ids = {made.product.name: made.id for made in found.made}
    assert lost_rows(found) == {ids["a"]: 1, ids["b"]: 1}


# ---- distributions ---------------------------------------------------------------------------------------------


def test_spreads_per_unit_of_the_dataset(tmp_path: Path) -> None:
    """A maker of 4 units; a treatment asked for by a negative input; drawn by bw2calc, signs as in the matrix."""
    treatment = process("treatment", product("slag", -1.0), emits(0.1))
    power = process("power", product("power", unit="kWh"), emits(0.8))
    rows = [
        needs("slag", -0.8, uncertainty=Uncertainty(2, math.log(0.8), 0.05)),
        needs("power", 4.0, "kWh", uncertainty=Uncertainty(4, minimum=3.6, maximum=4.4)),
        emits(8.0, uncertainty=Uncertainty(3, 8.0, 0.4)),
    ]
    found = linked(treatment, power, process("steelworks", product("steel", 4.0), *rows))
    spread = {row.target: row.uncertainty for row in rows_of(found, "steel")}
    ids = {made.product.name: made.id for made in found.made}
    assert spread[ids["slag"]] == Uncertainty(2, pytest.approx(math.log(0.2)), 0.05)
    assert spread[ids["power"]] == Uncertainty(4, None, None, pytest.approx(0.9), pytest.approx(1.1))
    assert spread[CO2] == Uncertainty(3, pytest.approx(2.0), pytest.approx(0.1))

    parts = _matrices(found)
    write_package(tmp_path / "p.zip", "x", "0" * 64, 3, parts)
    again = read_package(tmp_path / "p.zip", 3)
    assert all(np.array_equal(again[name].values, parts[name][0].values) for name in parts)
    import bw2calc
    from bw_processing import generic_zipfile_filesystem, load_datapackage

    system = generic_zipfile_filesystem(dirpath=tmp_path, filename="p.zip", write=False)
    lca = bw2calc.LCA({3: 1.0}, data_objs=[load_datapackage(system)], use_distributions=True, seed_override=1)
    lca.lci()
    column = lca.dicts.activity[3]
    for number, middle, width in ((1, -0.2, 0.1), (2, -1.0, 0.1001)):
        drawn = [lca.technosphere_matrix[lca.dicts.product[number], column]]
        drawn += [lca.technosphere_matrix[lca.dicts.product[number], column] for _ in range(20) if next(lca) or True]
        assert np.std(drawn) > 0
        assert all(abs(value - middle) < width for value in drawn)
