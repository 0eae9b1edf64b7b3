"""What a row of site data adds: a figure, nothing, or a question; never nothing because nobody knows what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, row
from indicator_cases import HERE, ON, UNIT, made_of, with_facts

from ecoprod.indicators import measure_product
from ecoprod.indicators.site_rows import Open, water_of
from ecoprod.indicators.waste_names import speaks_of_waste
from ecoprod.measure import Measure
from ecoprod.messages import text
from ecoprod.product import Amount, Declared, ProcessRow

KGCE_OF_10_KWH = 36 / 29.3076
ENERGY, WATER, WASTE = "energy-per-unit", "water-per-unit", "waste-per-unit"
CARRIER = {ENERGY: "missing-kind", WATER: "missing-kind"}


def site(folder: Path, *rows: ProcessRow, facts: tuple[Declared, ...] = ()) -> dict[str, Measure]:
    """10 kWh, 2 t of water and 5 kg landfilled for one product of 1 kg, and `rows`."""
    known = background(
        folder,
        dataset("steel-data"), dataset("power", "kWh", group="electricity"), dataset("tap", group="water"),
        dataset("landfill", group="treatment"), dataset("sewage", "m3", group="treatment"),
        dataset("hydrogen", group="auxiliary"), dataset("methanol", group="auxiliary"),
        dataset("nitrogen", group="auxiliary"), dataset("truck", "tkm", group="transport"),
        dataset("moulding", group="processing"), dataset("own", group="imported"),
        dataset("own-m3", "m3", group="imported"), dataset("own-kwh", "kWh", group="imported"),
        dataset("sludge drying", group="imported"), dataset("tap water", group="imported"),
        dataset("own-unit", "unit", group="imported"), dataset("own-h", "h", group="imported"),
        dataset("scrap steel", group="imported"), dataset("scrap collection", group="imported"),
        dataset("own-tkm", "tkm", group="imported"), dataset("own-m2", "m2", group="imported"),
    )  # fmt: skip
    plain = (
        taken("power", 10.0, "kWh"), taken("tap", 2.0, "t"), taken("landfill", 5.0, "kg", direction="out"),
    )  # fmt: skip
    made = with_facts(made_of(folder, 1.0, UNIT, *plain, *rows, parts=()), *facts)
    foreground, problems, ledger = built(made, known)
    assert not problems
    return measure_product(made, foreground, None, (), known, ON, ledger)


def taken(name: str, amount: float, unit: str, **more: Any) -> ProcessRow:
    plain = {"what": "dataset", "scope": "product", "evidence": ("E1",), **more}
    return row(name, Amount(amount, unit), **plain)


def open_ones(found: dict[str, Measure]) -> dict[str, tuple[str, str]]:
    """Code and field of what is missing, by the measure that it leaves open."""
    known = {name: found[name] for name in (ENERGY, WATER, WASTE)}
    assert all((m.high is None) is bool(m.missing) for m in known.values())
    return {name: (m.missing[0].code, m.missing[0].field) for name, m in known.items() if m.missing}


def test_the_plain_site_is_known(tmp_path: Path) -> None:
    found = site(tmp_path)
    assert open_ones(found) == {}
    assert [found[name].value for name in (ENERGY, WATER, WASTE)] == [pytest.approx(KGCE_OF_10_KWH), 2.0, 5.0]


@pytest.mark.parametrize(
    ("name", "unit", "more", "opened"),
    [
        # of one's own database: what does not say what it is
        ("own", "kg", {}, {**CARRIER, WASTE: "missing-waste-or-input"}),
        ("own", "kg", {"kind": "input"}, CARRIER),
        ("own-m3", "m3", {"kind": "input"}, CARRIER),
        ("own-unit", "unit", {"kind": "input"}, CARRIER),  # a gas bottle
        ("own-h", "h", {"kind": "input"}, CARRIER),  # of a diesel engine
        ("own-tkm", "tkm", {}, {}),
        ("own-m2", "m2", {"kind": "input"}, {}),
        ("own-m2", "m2", {}, {WASTE: "missing-waste-or-input"}),
        ("own-m3", "m3", {"kind": "waste"}, {**CARRIER, WASTE: "missing-conversion"}),
        ("own-unit", "unit", {"kind": "waste"}, {**CARRIER, WASTE: "missing-conversion"}),
        ("own", "kg", {"kind": "emission"}, {**CARRIER, WASTE: "missing-waste-or-input"}),
        ("own", "kg", {"kind": "avoided"}, dict.fromkeys((ENERGY, WATER), "missing-kind-fits")),
        ("own-kwh", "kWh", {"kind": "avoided"}, {ENERGY: "missing-kind-fits"}),
        # its name says what it is
        ("sludge drying", "kg", {"kind": "input"}, {**CARRIER, WASTE: "missing-waste-name"}),
        ("sludge drying", "kg", {"direction": "out", "kind": "co-product"}, {WASTE: "missing-waste-name"}),
        ("scrap collection", "kg", {"kind": "input", "direction": "in"}, {**CARRIER, WASTE: "missing-waste-name"}),
        ("scrap steel", "kg", {"kind": "input", "direction": "in"}, CARRIER),  # bought
        ("scrap steel", "kg", {"kind": "co-product", "direction": "out"}, {}),  # sold
        ("tap water", "kg", {"kind": "avoided"}, {WATER: "missing-kind-fits"}),
        # what may be burned
        ("hydrogen", "kg", {}, {ENERGY: "missing-burned"}),
        ("methanol", "t", {"kind": "input"}, {ENERGY: "missing-burned"}),
        ("nitrogen", "kg", {}, {}),
        # treatments: waste whichever way it is written, waste water never
        ("landfill", "kg", {"direction": "in"}, {WASTE: "missing-waste-or-input"}),
        ("landfill", "kg", {"direction": "in", "kind": "input"}, {WASTE: "missing-waste-or-input"}),
        ("landfill", "kg", {"direction": "out", "kind": "avoided"}, {WASTE: "missing-waste-or-input"}),
        ("landfill", "kg", {"direction": "out", "kind": "co-product"}, {WASTE: "missing-kind-fits"}),
        ("sewage", "m3", {"direction": "out", "kind": "waste"}, {}),
        ("sewage", "m3", {"direction": "out"}, {}),
        # a kind that takes away what came in
        ("power", "kWh", {"kind": "avoided"}, {ENERGY: "missing-kind-fits"}),
        ("power", "kWh", {"kind": "co-product"}, {ENERGY: "missing-kind-fits"}),
        ("tap", "t", {"kind": "avoided"}, {WATER: "missing-kind-fits"}),
        ("moulding", "kg", {}, dict.fromkeys((ENERGY, WATER, WASTE), "missing-metering-row")),
        ("truck", "tkm", {}, {}),
        ("truck", "tkm", {"kind": "waste"}, {}),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_asked_for(
    tmp_path: Path, name: str, unit: str, more: dict[str, Any], opened: dict[str, str]
) -> None:
    found = site(tmp_path, taken(name, 7.0, unit, meter="M", **more))
    assert {n: code for n, (code, _) in open_ones(found).items()} == opened
    for measure, plain in ((ENERGY, KGCE_OF_10_KWH), (WATER, 2.0), (WASTE, 5.0)):
        low = found[measure].low
        assert low is not None  # a row more never takes anything away
        assert low >= min(plain, 0.0 if measure == ENERGY and more.get("kind") == "avoided" else plain) - 1e-9
    for measure in opened:
        missing = found[measure].missing[0]
        for lang in ("zh", "en"):
            words = text(missing.code, lang, **missing.params)
            assert "process.csv:2" in words  # the line, and what to write there
            assert measure in words


@pytest.mark.parametrize(
    "name",
    [
        "Slag treatment/CN", "Fly ash handling", "Tailings pond", "Scrap collection", "Spent solvent recycling",
        "炉渣处理", "尾矿库", "Sludge", "treatment of blast furnace slag", "粉煤灰处置", "Red mud disposal",
        "Dust, collection and handling", "危险废物处理", "炉渣堆存", "Residue from gasification", "废矿物油",
        "Brine treatment", "Spoil heap",
    ],
)  # fmt: skip
def test_a_service_for_waste_is_waste_whichever_way_it_points(name: str) -> None:
    assert speaks_of_waste(name, bought=True)
    assert speaks_of_waste(name, bought=False)


@pytest.mark.parametrize(
    "name",
    [
        "Scrap steel", "Aluminium scrap, new", "Fly ash", "Ground granulated blast furnace slag", "Glass cullet",
        "粉煤灰", "高炉矿渣", "废钢", "Iron tailings",
    ],
)  # fmt: skip
def test_a_good_that_is_traded_is_no_waste_where_the_row_says_that_it_came_in(name: str) -> None:
    assert not speaks_of_waste(name, bought=True)
    assert speaks_of_waste(name, bought=False)


@pytest.mark.parametrize(
    "name",
    [
        "Water treatment chemicals", "Heat treatment, steel", "Surface treatment", "Drinking water treatment",
        "Washing machine", "Industrial furnace", "Cashew", "Soda ash", "石灰", "灰铸铁",
        "热处理", "表面处理", "水处理剂", "微处理器", "Crane scraper", "水泥",
    ],
)  # fmt: skip
def test_no_alarm_without_a_fire(name: str) -> None:
    assert not speaks_of_waste(name, bought=False)


def test_what_is_counted_is_counted(tmp_path: Path) -> None:
    found = site(
        tmp_path, taken("own-kwh", 10.0, "kWh"), taken("own", 3.0, "kg", kind="waste"),
        taken("landfill", 1.0, "kg", meter="M", kind="waste"), taken("steel-data", 2.0, "kg", kind="waste"),
    )  # fmt: skip
    assert found[ENERGY].low == pytest.approx(2 * KGCE_OF_10_KWH)
    assert found[WASTE].value == pytest.approx(5 + 3 + 1 + 2)


def test_scrap_that_went_out_again_may_be_waste(tmp_path: Path) -> None:
    """Of 9 kg of steel 4 went out again: as waste, or back into the store."""
    came = taken("steel-data", 9.0, "kg", meter="A")
    for kind, opened in ((None, True), ("input", False)):
        went = taken("steel-data", 4.0, "kg", direction="out", meter="B", kind=kind)
        found = open_ones(site(tmp_path, came, went))
        assert found == ({WASTE: ("missing-waste-or-input", "process[steel-data/B].kind")} if opened else {})


def test_waste_behind_another_row_that_goes_out_is_not_taken_for_nothing(tmp_path: Path) -> None:
    rows = (
        taken("steel-data", 9.0, "kg", meter="A"),
        taken("steel-data", 1.0, "kg", direction="out", meter="B", kind="input"),
        taken("steel-data", 4.0, "kg", direction="out", meter="C", kind="waste"),
    )
    assert open_ones(site(tmp_path, *rows)) == {WASTE: ("missing-waste-or-input", "process[steel-data/C].kind")}


def test_energy_of_ones_own_database_that_is_sold_on_lies_between_two(tmp_path: Path) -> None:
    """20 kWh in and 5 out again: 25 to 30 kWh with the 10 of the plain site."""
    sold = taken("own-kwh", 5.0, "kWh", direction="out", meter="B", kind="input")
    energy = site(tmp_path, taken("own-kwh", 20.0, "kWh", meter="A"), sold)[ENERGY]
    assert (energy.low, energy.high) == (pytest.approx(2.5 * KGCE_OF_10_KWH), pytest.approx(3 * KGCE_OF_10_KWH))
    assert [m.code for m in energy.missing] == ["missing-energy-handed-on"]


@pytest.mark.parametrize(
    ("name", "compartment", "opened"),
    [
        ("Water, well, in ground", "natural resource/in water", {WATER}),
        ("Gas, natural, in ground", "natural resource/in ground", {ENERGY}),
        ("Water", "air", set()),
        ("Carbon dioxide, fossil", "air", set()),
    ],
)
def test_what_the_site_takes_out_of_nature_is_asked_for(
    tmp_path: Path, name: str, compartment: str, opened: set[str]
) -> None:
    taken_out = taken(name, 5.0, "kg", what="emission", compartment=compartment, direction=None)
    assert set(open_ones(site(tmp_path, taken_out))) == opened


def test_a_documented_figure_settles_a_row_that_says_nothing(tmp_path: Path) -> None:
    """At least 1.23 kgce are metered: 1.5 with what the bottles hold may be true, 1.0 cannot."""
    for stated, value in ((1.5, 1.5), (1.0, None)):
        fact = Declared(ENERGY, HERE, Amount(stated, "kgce"), evidence=("E1",))
        found = site(tmp_path, taken("own-unit", 3.0, "unit", kind="input"), facts=(fact,))
        assert found[ENERGY].value == value


def test_no_declared_figure_settles_a_row_that_says_two_things(tmp_path: Path) -> None:
    """A treatment that comes in as input: to be corrected, whatever a document says of the waste."""
    fact = Declared(WASTE, HERE, Amount(6.0, "kg"), evidence=("E1",))
    found = site(tmp_path, taken("landfill", 900.0, "kg", meter="M", kind="input"), facts=(fact,))[WASTE]
    assert (found.low, found.high) == (5.0, None)
    assert [m.code for m in found.missing] == ["missing-waste-or-input"]


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("tap water", True), ("water", True), ("Well water/CN", True), ("market for tap water", True),
        ("water, deionised", True), ("tap water {RoW}| market for", True), ("自来水", True), ("水", True),
        ("water glass", False), ("water-based paint", False), ("waste water", False), ("水泥", False),
        ("heat, water", False), ("watermelon", False),
    ],
)  # fmt: skip
def test_water_of_ones_own_database_is_counted_by_its_name(name: str, counted: bool) -> None:
    own = dataset(name, group="imported")
    found = water_of(taken(name, 3.0, "t"), own, Amount(3.0, "t"))
    assert found == (3.0 if counted else Open("missing-kind"))
