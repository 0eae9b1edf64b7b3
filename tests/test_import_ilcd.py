"""ILCD processes: kinds, units, distributions, allocation and gaps worked by hand; hostile files."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from ilcd_cases import AREA, BASE, PRODUCT, flow, flow_property, line, package, process, unit_group
from import_cases import folder, hostile, read, read_text, refusal, row, same, zipped

from ecoprod.importing.formats import ecospold1, ecospold2, ilcd
from ecoprod.importing.opened import open_source
from ecoprod.importing.records import Uncertainty


def test_kinds_follow_flow_type_and_direction_and_units_the_flow_property(tmp_path: Path) -> None:
    rows = [
        PRODUCT,
        line(1, "coal", "Input", "3", "<location>DE</location>"),
        line(2, "gas", "Output", "0.5"),
        line(3, "slag", "Output", "0.25"),
        line(4, "slag", "Input", "0.125"),
        line(5, "CO2", "Output", "-7"),
        line(6, "ore", "Input", "4"),
    ]
    database = package(tmp_path, process(*rows))
    (made,) = database.processes
    assert [(e.name, e.kind, e.amount, e.unit, e.direction, e.compartment) for e in made.exchanges] == [
        ("steel", "product", 2.0, "kg", "", ()),
        ("coal", "input", 3.0, "kg", "", ()),
        ("gas", "product", 0.5, "kg", "", ()),
        ("slag", "waste", 0.25, "kg", "", ()),
        ("slag", "received", 0.125, "kg", "", ()),
        ("CO2", "elementary", -7.0, "kg", "out", ("Emissions", "Emissions to air")),
        ("ore", "elementary", 4.0, "kg", "in", ()),
    ]
    assert (made.exchanges[0].flow, row(made, "coal").place, row(made, "CO2").cas) == ("f-steel", "DE", "124-38-9")
    assert made.exchanges[0].at.file == "x.zip/ILCD/processes/0.xml"
    assert not database.misses


def test_what_a_process_says_of_itself(tmp_path: Path) -> None:
    database = package(tmp_path, process(PRODUCT), process(PRODUCT, uuid="P2", kind="LCI result"))
    made, system = database.processes
    assert (made.code, made.name, made.place, made.year) == ("p1", "钢; Hochofen", "CN", 2019)
    assert made.synonyms == ("Stahl", "mild steel", "iron")
    assert (made.technology, made.sources, made.system, system.system) == ("furnace", ("works data",), False, True)
    assert (database.format, database.seen) == ("ilcd", 2)
    assert database.about == {"version": "01.00.000", "licence": "free"}


def test_the_waste_that_a_treatment_takes_in_is_its_product(tmp_path: Path) -> None:
    (made,) = package(tmp_path, process(line(0, "slag", "Input", "1"), line(1, "CO2", "Output", "2"))).processes
    assert [(e.kind, e.name) for e in made.exchanges] == [("product", "slag"), ("elementary", "CO2")]


def test_full_names_of_flows_keep_their_qualifiers(tmp_path: Path) -> None:
    more = '<f:mixAndLocationTypes xml:lang="en">at plant</f:mixAndLocationTypes>'
    extra = {"ILCD/flows/steel.xml": flow("steel", "Product flow", more=more)}
    assert package(tmp_path, process(PRODUCT), more=extra).processes[0].exchanges[0].name == "steel; at plant"


def test_the_mean_amount_counts_where_there_is_no_resulting_one(tmp_path: Path) -> None:
    text = process(PRODUCT.replace("<resultingAmount>2</resultingAmount>", ""))
    assert package(tmp_path, text).processes[0].exchanges[0].amount == 9.0


@pytest.mark.parametrize(
    ("units", "reference", "expected"),
    [
        ((("qm", "1"), ("ha", "10000"), ("m2", "1")), 0, "m2"),  # the usual name of the same unit
        ((("qm", "1"), ("ha", "10000")), 0, "qm"),
        ((("m2", "0.0001"), ("ha", "1")), 1, "ha"),
        ((("m2", "1"), ("ha", "10000")), 1, "ha"),  # factors are relative to the reference unit, whatever it states
    ],
)
def test_units_come_from_the_unit_group(
    tmp_path: Path, units: tuple[tuple[str, str], ...], reference: int, expected: str
) -> None:
    extra = {
        "ILCD/flows/steel.xml": flow("steel", "Product flow", AREA),
        "ILCD/flowproperties/area.xml": flow_property(AREA, "g-area"),
        "ILCD/unitgroups/area.xml": unit_group("g-area", reference, *units),
    }
    assert package(tmp_path, process(PRODUCT), more=extra).processes[0].exchanges[0].unit == expected


def test_properties_of_ilcd_itself_have_known_units_without_their_data_sets(tmp_path: Path) -> None:
    extra = {"ILCD/flows/steel.xml": flow("steel", "Product flow", AREA.upper())}
    assert package(tmp_path, process(PRODUCT), more=extra).processes[0].exchanges[0].unit == "m2"


def spread(kind: str, more: str = "") -> str:
    return f"<uncertaintyDistributionType>{kind}</uncertaintyDistributionType>{more}"


RANGE = "<minimumAmount>1</minimumAmount><maximumAmount>4</maximumAmount>"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            spread("log-normal", "<relativeStandardDeviation95In>1.44</relativeStandardDeviation95In>"),
            Uncertainty(2, math.log(3), math.log(1.2)),  # 1.2² = 1.44
        ),
        (
            spread("normal", "<relativeStandardDeviation95In>1</relativeStandardDeviation95In>"),
            Uncertainty(3, 3.0, 0.5),
        ),
        (spread("uniform", RANGE), Uncertainty(4, minimum=1.0, maximum=4.0)),
        (spread("triangular", RANGE), Uncertainty(5, 3.0, minimum=1.0, maximum=4.0)),
        (spread("undefined"), None),
    ],
)
def test_distributions(tmp_path: Path, more: str, expected: Uncertainty | None) -> None:
    database = package(tmp_path, process(PRODUCT, line(1, "coal", "Input", "3", more)))
    assert same(row(database.processes[0], "coal").uncertainty, expected)
    assert not database.misses


def test_a_distribution_without_sense_is_counted(tmp_path: Path) -> None:
    more = "<minimumAmount>5</minimumAmount><uncertaintyDistributionType>uniform</uncertaintyDistributionType>"
    database = package(tmp_path, process(PRODUCT, line(1, "coal", "Input", "3", more)))
    assert [(m.code, m.params["count"]) for m in database.misses] == [("import-distribution", 1)]


def shares(first: str, second: str) -> str:
    return (
        f'<allocations><allocation internalReferenceToCoProduct="0" allocatedFraction="{first}"/>'
        f'<allocation internalReferenceToCoProduct="1" allocatedFraction="{second}"/></allocations>'
    )


def test_allocation_alike_for_all_rows_gives_shares_and_else_a_reason(tmp_path: Path) -> None:
    def rows(second: str) -> tuple[str, ...]:
        inputs = line(2, "coal", "Input", "1", shares("60", "40")), line(3, "CO2", "Output", "1", second)
        return PRODUCT, line(1, "gas", "Output", "1"), *inputs

    even = package(tmp_path, process(*rows(shares("60", "40")), references="0 1"))
    assert [e.allocation for e in even.processes[0].exchanges] == [0.6, 0.4, None, None]
    assert (even.processes[0].reference, even.misses) == ("steel", ())
    for second in (shares("50", "50"), ""):
        uneven = package(tmp_path, process(*rows(second), references="0 1"))
        assert [e.allocation for e in uneven.processes[0].exchanges] == [None] * 4
        assert [(m.code, m.process) for m in uneven.misses] == [("import-allocation-uneven", "p1")]


def test_rows_that_cannot_be_used_are_named_with_their_reason(tmp_path: Path) -> None:
    extra = {
        "ILCD/flows/other.xml": flow("other", "Other flow"),
        "ILCD/flows/odd.xml": flow("odd", "Product flow", "p-unknown"),
        "ILCD/flows/twice.xml": flow("twice", "Product flow", factor="1000"),
    }
    reminder = "<functionType>General reminder flow</functionType>"
    rows = [
        line(1, "coal", "Input", None),
        line(2, "coal", "Input", "NaN"),
        line(3, "absent", "Input", "1"),
        line(4, "other", "Input", "1"),
        line(5, "coal", "Sideways", "1"),
        line(6, "odd", "Input", "1"),
        line(7, "twice", "Input", "1"),
        line(8, "coal", "Input", "1", reminder),
        line(9, "gas", "Output", "0"),
    ]
    database = package(tmp_path, process(PRODUCT, *rows), more=extra)
    assert [e.name for e in database.processes[0].exchanges] == ["steel"]
    assert [(m.name, m.code) for m in database.misses] == [
        ("coal", "import-no-number"),
        ("coal", "import-no-number"),
        ("absent in short", "import-flow-absent"),
        ("other", "import-flow-kind"),
        ("coal", "import-flow-kind"),
        ("odd", "import-no-unit"),
        ("twice", "import-flow-factor"),
        ("coal", "import-reminder"),
        ("gas", "import-product-zero"),
    ]
    assert {(m.process, m.at.file) for m in database.misses} == {("p1", "x.zip/ILCD/processes/0.xml")}
    lines = [m.at.line for m in database.misses]
    assert None not in lines
    assert lines == sorted(lines, key=lambda n: n or 0)


def test_without_product_or_uuid_or_twice_a_process_is_named(tmp_path: Path) -> None:
    texts = [process(line(1, "coal", "Input", "1")), process(PRODUCT, uuid=""), process(PRODUCT, uuid="P3")]
    database = package(tmp_path, *texts, process(PRODUCT, uuid="P3"))
    assert (database.seen, [p.code for p in database.processes]) == (4, ["p3"])
    assert [m.code for m in database.misses] == ["import-no-product", "import-no-uuid", "import-process-twice"]


def test_processes_beside_flows_in_one_flat_folder(tmp_path: Path) -> None:
    files = {name.replace("/", "_"): text for name, text in BASE.items()} | {"a.xml": process(PRODUCT)}
    calls: list[tuple[int, int]] = []
    database = read(ilcd, folder(tmp_path / "f", files), lambda done, total: calls.append((done, total)))
    assert (database.seen, database.processes[0].exchanges[0].unit, calls) == (1, "kg", [(1, 1)])


def test_a_broken_flow_costs_its_rows_and_a_broken_process_itself(tmp_path: Path) -> None:
    extra = {"ILCD/flows/coal.xml": "<f:flowDataSet", "ILCD/processes/z.xml": "<processDataSet", "ILCD/x.xml": "<odd/>"}
    database = package(tmp_path, process(PRODUCT, line(1, "coal", "Input", "1")), more=extra)
    assert [e.name for e in database.processes[0].exchanges] == ["steel"]
    assert sorted((m.code, m.at.file) for m in database.misses) == [
        ("import-flow-absent", "x.zip/ILCD/processes/0.xml"),
        ("import-no-process-here", "x.zip/ILCD/x.xml"),
        ("import-xml-broken", "x.zip/ILCD/flows/coal.xml"),
        ("import-xml-broken", "x.zip/ILCD/processes/z.xml"),
    ]


def test_a_single_process_without_its_flows_says_what_is_missing(tmp_path: Path) -> None:
    database = read_text(ilcd, tmp_path, process(PRODUCT))
    assert database.processes == ()
    assert [(m.code, m.name) for m in database.misses] == [
        ("import-flow-absent", "steel in short"),
        ("import-no-product", ""),
    ]


@pytest.mark.parametrize("disguise", ["bomb", "outside", "late", "utf16", "utf16-be"])
@pytest.mark.parametrize("where", ["processes", "flows"])
def test_a_document_type_refuses_the_whole_source(tmp_path: Path, disguise: str, where: str) -> None:
    raw = hostile(process(PRODUCT))[disguise]
    archive = zipped(tmp_path / "x.zip", {"ILCD/processes/a.xml": process(PRODUCT), f"ILCD/{where}/b.xml": raw, **BASE})
    assert refusal(ilcd, archive) == ("import-xml-entity",)


def test_other_formats_are_not_recognised(tmp_path: Path) -> None:
    opened = open_source(zipped(tmp_path / "x.zip", {**BASE, "ILCD/processes/a.xml": process(PRODUCT)}))
    assert (ecospold1.recognises(opened), ecospold2.recognises(opened)) == (False, False)
