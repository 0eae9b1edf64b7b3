"""EcoSpold 1: every group, distribution, allocation and gap worked by hand; hostile and real files."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

import pytest
from import_cases import folder, hostile, read, read_text, refusal, row, same, zipped

from ecoprod.importing.formats import ecospold1, ecospold2, ilcd
from ecoprod.importing.opened import open_source
from ecoprod.importing.records import Uncertainty


def line(number: int | str, name: str, amount: str | None, group: str, more: str = "", unit: str = "kg") -> str:
    """An exchange; `group` is `in5` or `out0`, empty for none."""
    stated = "" if amount is None else f' meanValue="{amount}"'
    side, digit = ("inputGroup", group[2:]) if group.startswith("in") else ("outputGroup", group[3:])
    inside = f"<{side}>{digit}</{side}>" if group else ""
    return f'<exchange number="{number}" name="{name}" unit="{unit}"{stated} {more}>{inside}</exchange>'


def dataset(
    *rows: str, number: int | str = 7, name: str = "steel", place: str = "CN", kind: str = "1", more: str = ""
) -> str:
    where = f'<geography location="{place}"/>' if place else ""
    return f"""<dataset number="{number}" generator="hand" timestamp="2021-01-24T02:23:14">
<metaInformation><processInformation>
<referenceFunction name="{name}" localName="Stahl" amount="2" unit="kg" includedProcesses="from ore
 to slab"><synonym>melt</synonym></referenceFunction>{where}<technology text="furnace"/>
<timePeriod><startYear>2003</startYear><endYear>2004</endYear></timePeriod>
<dataSetInformation type="{kind}" impactAssessmentResult="false"/></processInformation>
<modellingAndValidation><source firstAuthor="Li " year="2015" title="Steel"/><source number="2"/>
</modellingAndValidation></metaInformation>
<flowData>{"".join(rows)}{more}</flowData></dataset>"""


def document(*datasets: str) -> str:
    return f'<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01">{"".join(datasets)}</ecoSpold>'


PRODUCT = line(1, "steel", "1", "out0")


def test_every_group_becomes_its_kind(tmp_path: Path) -> None:
    folders = 'category="emission" subCategory="air"'
    rows = [
        PRODUCT,
        *(line(group, f"in{group}", "2", f"in{group}", 'category="Utilities" location="DE"') for group in "1235"),
        line(10, "credit", "0.1", "out1"),
        line(11, "gas", "0.5", "out2"),
        line(12, "slag", "0.25", "out3"),
        line(13, "ore", "1.5", "in4", 'category="resource"'),
        line(14, "CO2", "-0.01", "out4", f'{folders} CASNumber="000124-38-9" location="CN"'),
    ]
    (process,) = read_text(ecospold1, tmp_path, document(dataset(*rows))).processes
    assert [(e.name, e.kind, e.amount, e.direction, e.compartment, e.cas) for e in process.exchanges] == [
        ("steel", "product", 1.0, "", (), None),
        *((f"in{group}", "input", 2.0, "", (), None) for group in "1235"),
        ("credit", "avoided", 0.1, "", (), None),
        ("gas", "product", 0.5, "", (), None),
        ("slag", "waste", 0.25, "", (), None),
        ("ore", "elementary", 1.5, "in", ("resource",), None),
        ("CO2", "elementary", -0.01, "out", ("emission", "air"), "124-38-9"),
    ]
    assert row(process, "in5").place == "DE"
    assert process.reference == "steel"


def test_what_a_dataset_says_of_itself(tmp_path: Path) -> None:
    database = read_text(ecospold1, tmp_path, document(dataset(PRODUCT)))
    (process,) = database.processes
    assert (process.code, process.name, process.place, process.year) == ("7", "steel", "CN", 2004)
    assert process.synonyms == ("Stahl", "melt")
    assert (process.technology, process.boundary, process.sources) == (
        "furnace",
        "from ore to slab",
        ("Li, 2015, Steel",),
    )
    assert (process.system, process.reference) == (False, None)
    assert (database.format, database.seen, database.misses) == ("ecospold1", 1, ())
    assert database.about == {"program": "hand"}


@pytest.mark.parametrize(("kind", "system"), [("0", False), ("1", False), ("2", True), ("5", False)])
def test_a_terminated_system_is_one(tmp_path: Path, kind: str, system: bool) -> None:
    assert read_text(ecospold1, tmp_path, document(dataset(PRODUCT, kind=kind))).processes[0].system is system
    result = document(dataset(PRODUCT, kind=kind)).replace('Result="false"', 'Result="true"')
    assert read_text(ecospold1, tmp_path, result).processes[0].system


def test_dates_with_a_time_zone_and_an_end_after_the_file_was_written(tmp_path: Path) -> None:
    text = document(dataset(PRODUCT)).replace(
        "<startYear>2003</startYear><endYear>2004</endYear>",
        "<startDate>2009-12-31-07:00</startDate><endDate>2100-12-30-07:00</endDate>",
    )
    assert read_text(ecospold1, tmp_path, text).processes[0].year == 2009


def test_flows_and_impact_categories_are_no_processes(tmp_path: Path) -> None:
    text = document(dataset(PRODUCT, kind="3"), dataset(PRODUCT, kind="4", number=8), dataset(PRODUCT, number=9))
    database = read_text(ecospold1, tmp_path, text)
    assert (database.seen, len(database.processes)) == (3, 1)
    assert [miss.code for miss in database.misses] == ["import-no-process", "import-no-process"]


def test_a_dataset_without_a_product_row_makes_what_its_reference_function_states(tmp_path: Path) -> None:
    (process,) = read_text(ecospold1, tmp_path, document(dataset(line(2, "coal", "3", "in5")))).processes
    assert [(e.kind, e.name, e.amount, e.unit, e.place) for e in process.exchanges if e.kind == "product"] == [
        ("product", "steel", 2.0, "kg", "CN")
    ]


@pytest.mark.parametrize("amount", ["0", "NaN", ""])
def test_without_any_product_a_dataset_is_named_and_not_used(tmp_path: Path, amount: str) -> None:
    text = document(dataset(line(1, "steel", "0", "out0"))).replace('amount="2"', f'amount="{amount}"')
    database = read_text(ecospold1, tmp_path, text)
    assert (database.seen, database.processes) == (1, ())
    assert database.misses[0].code == "import-product-zero"
    assert database.misses[-1].code == "import-no-product"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('uncertaintyType="1" standardDeviation95="1.44"', Uncertainty(2, math.log(2), math.log(1.2))),  # 1.2² = 1.44
        ('uncertaintyType="1" standardDeviation95="1.0"', None),
        ('uncertaintyType="1" standardDeviation95="0"', None),
        ('uncertaintyType="1"', None),
        ('uncertaintyType="2" standardDeviation95="3"', Uncertainty(3, 2.0, 1.5)),
        (
            'uncertaintyType="3" minValue="1" maxValue="4" mostLikelyValue="2.5"',
            Uncertainty(5, 2.5, minimum=1.0, maximum=4.0),
        ),
        ('uncertaintyType="3" minValue="1" maxValue="4"', Uncertainty(5, 2.0, minimum=1.0, maximum=4.0)),
        ('uncertaintyType="4" minValue="1" maxValue="4"', Uncertainty(4, minimum=1.0, maximum=4.0)),
        ('uncertaintyType="0" standardDeviation95="3"', None),
        ('standardDeviation95="3"', None),
    ],
)
def test_distributions(tmp_path: Path, attributes: str, expected: Uncertainty | None) -> None:
    database = read_text(ecospold1, tmp_path, document(dataset(PRODUCT, line(2, "coal", "2", "in5", attributes))))
    assert same(row(database.processes[0], "coal").uncertainty, expected)
    assert not database.misses


@pytest.mark.parametrize(
    "attributes",
    [
        'uncertaintyType="1" standardDeviation95="Infinity"',
        'uncertaintyType="1" standardDeviation95="0.5"',
        'uncertaintyType="2" standardDeviation95="-1"',
        'uncertaintyType="4" minValue="1"',
        'uncertaintyType="3" minValue="3" maxValue="4"',
    ],
)
def test_distributions_without_sense_are_counted(tmp_path: Path, attributes: str) -> None:
    rows = [PRODUCT, line(2, "coal", "2", "in5", attributes), line(3, "ore", "2", "in5", attributes)]
    database = read_text(ecospold1, tmp_path, document(dataset(*rows)))
    assert [e.uncertainty for e in database.processes[0].exchanges] == [None, None, None]
    assert [(miss.code, miss.params["count"], miss.process) for miss in database.misses] == [
        ("import-distribution", 2, "7")
    ]


def allocation(product: int, fraction: str, *rows: int) -> str:
    inside = "".join(f"<referenceToInputOutput>{number}</referenceToInputOutput>" for number in rows)
    stated = f'referenceToCoProduct="{product}" allocationMethod="-1" fraction="{fraction}"'
    return f"<allocation {stated}>{inside}</allocation>"


TWO = [
    line(1, "steel", "1", "out2"),
    line(2, "gas", "9", "out2"),
    line(3, "coal", "2", "in5"),
    line(4, "CO2", "3", "out4"),
]


@pytest.mark.parametrize(
    ("stated", "shares"),
    [
        (allocation(1, "0.7", 3, 4) + allocation(2, "0.3", 3, 4), (0.7, 0.3)),
        (allocation(1, "70", 3, 4) + allocation(2, "30", 3, 4), (0.7, 0.3)),  # per cent
        (allocation(1, "1.0", 3, 4) + allocation(2, "0.0", 3, 4), (1.0, 0.0)),
        (allocation(1, "1.0", 3, 4), (1.0, 0.0)),
        (allocation(1, "0.7", 3) + allocation(1, "0.7", 4) + allocation(2, "0.3", 3, 4), (0.7, 0.3)),
    ],
)
def test_one_share_per_product_where_all_rows_are_allocated_alike(
    tmp_path: Path, stated: str, shares: tuple[float, float]
) -> None:
    database = read_text(ecospold1, tmp_path, document(dataset(*TWO, kind="5", more=stated)))
    (process,) = database.processes
    assert [e.allocation for e in process.exchanges] == [pytest.approx(shares[0]), pytest.approx(shares[1]), None, None]
    assert not database.misses


@pytest.mark.parametrize(
    "stated",
    [
        allocation(1, "0.7", 3) + allocation(1, "0.5", 4) + allocation(2, "0.3", 3) + allocation(2, "0.5", 4),
        allocation(1, "0.7", 3) + allocation(2, "0.3", 3),  # leaves out row 4
        allocation(1, "0.7", 3, 4) + allocation(2, "0.2", 3, 4),
        allocation(1, "1.3", 3, 4) + allocation(2, "-0.3", 3, 4),
        allocation(1, "much", 3, 4) + allocation(2, "0.3", 3, 4),
        allocation(9, "1", 3, 4),
    ],
)
def test_otherwise_there_is_no_share_and_a_reason(tmp_path: Path, stated: str) -> None:
    database = read_text(ecospold1, tmp_path, document(dataset(*TWO, kind="5", more=stated)))
    (process,) = database.processes
    assert [e.allocation for e in process.exchanges] == [None] * 4
    assert [(miss.code, miss.process) for miss in database.misses] == [("import-allocation-uneven", "7")]


def test_rows_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    bad = [
        line(2, "no number", None, "in5"),
        line(3, "endless", "INF", "in5"),
        line(4, "no unit", "1", "in5", unit=""),
        line(5, "no group", "1", ""),
        line(6, "strange group", "1", "out7"),
        line(7, " ", "1", "out4", 'category="air"'),
    ]
    text = document(dataset(PRODUCT + "\n", *(b + "\n" for b in bad), line(2, "coal", "1", "in5")))
    database = read_text(ecospold1, tmp_path, text)
    assert [e.name for e in database.processes[0].exchanges] == ["steel", "coal"]
    assert [(miss.name, miss.code) for miss in database.misses] == [
        ("no number", "import-no-number"),
        ("endless", "import-no-number"),
        ("no unit", "import-no-unit"),
        ("no group", "import-no-group"),
        ("strange group", "import-no-group"),
        ("", "import-no-name"),
    ]
    first = database.misses[0].at.line
    assert first is not None
    assert [(miss.at.file, miss.at.line) for miss in database.misses] == [("file.xml", first + i) for i in range(6)]
    assert {miss.process for miss in database.misses} == {"7"}


def test_schema_breaches_of_the_field_are_let_pass(tmp_path: Path) -> None:
    """CAS `NaN`, one number on two rows, no place, no sources, another root element, all at once."""
    rows = [PRODUCT, line(1, "coal", "1", "in5", 'CASNumber="NaN" formula="NaN"'), line(1, "Dummy, ore", "1", "in5")]
    text = document(dataset(*rows, place="")).replace("ecoSpold", "notecoSpold", 1)
    text = re.sub("<modellingAndValidation>.*?</modellingAndValidation>", "", text, flags=re.S)
    database = read_text(ecospold1, tmp_path, text.removesuffix("</ecoSpold>") + "</notecoSpold>")
    (process,) = database.processes
    assert [(e.name, e.cas) for e in process.exchanges] == [("steel", None), ("coal", None), ("Dummy, ore", None)]
    assert (process.place, process.sources, database.misses) == ("", (), ())


def test_a_provider_needs_number_name_and_place_of_a_maker(tmp_path: Path) -> None:
    user = [
        line(1, "car", "1", "out0"),
        line(7, "steel", "5", "in5", 'location="CN"'),
        line(7, "iron", "5", "in5", 'location="CN"'),
        line(7, "steel ", "5", "in5", 'location="DE"'),
        line(8, "steel", "6", "in5", 'location="CN"'),
    ]
    text = document(dataset(*user, number=20, name="car"), dataset(PRODUCT), dataset(PRODUCT, number=9, place="DE"))
    calls: list[tuple[int, int]] = []
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    database = read(ecospold1, tmp_path / "a.xml", lambda done, total: calls.append((done, total)))
    assert [e.provider for e in database.processes[0].exchanges] == [None, "7", None, None, None]
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_files_that_all_begin_at_1_are_kept_apart_and_true_doubles_are_named(tmp_path: Path) -> None:
    files = {
        "a.xml": document(dataset(PRODUCT, number=1)),
        "b.xml": document(dataset(PRODUCT, number=1, name="iron")),
        "c.xml": document(dataset(PRODUCT, number=1, place="DE"), dataset(PRODUCT, number=1)),
    }
    database = read(ecospold1, folder(tmp_path / "f", files))
    assert [(p.code, p.name, p.place) for p in database.processes] == [
        ("1", "steel", "CN"),
        ("1/2", "iron", "CN"),
        ("1/3", "steel", "DE"),
    ]
    assert [(miss.code, miss.at.file) for miss in database.misses] == [("import-process-twice", "f/c.xml")]


def test_one_broken_file_of_several_is_named(tmp_path: Path) -> None:
    files = {"a.xml": document(dataset(PRODUCT)), "b.xml": document(dataset(PRODUCT))[:-5], "c.xml": document()}
    database = read(ecospold1, zipped(tmp_path / "x.zip", files))
    assert len(database.processes) == 1
    assert [(miss.code, miss.at.file) for miss in database.misses] == [
        ("import-xml-broken", "x.zip/b.xml"),
        ("import-no-process-here", "x.zip/c.xml"),
    ]
    (tmp_path / "a.xml").write_text(document(dataset(PRODUCT))[:-5], encoding="utf-8")
    assert refusal(ecospold1, tmp_path / "a.xml") == ("import-xml-broken",)


@pytest.mark.parametrize("disguise", ["bomb", "outside", "late", "utf16", "utf16-be"])
def test_a_document_type_refuses_the_whole_source(tmp_path: Path, disguise: str) -> None:
    raw = hostile(document(dataset(PRODUCT)))[disguise]
    (tmp_path / "a.xml").write_bytes(raw)
    assert refusal(ecospold1, tmp_path / "a.xml") == ("import-xml-entity",)
    archive = zipped(tmp_path / "x.zip", {"a.xml": document(dataset(PRODUCT)), "b.xml": raw})
    assert refusal(ecospold1, archive) == ("import-xml-entity",)


def test_other_formats_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(document(dataset(PRODUCT)), encoding="utf-8")
    opened = open_source(tmp_path / "a.xml")
    assert (ecospold2.recognises(opened), ilcd.recognises(opened)) == (False, False)


def _group_counts(raw: bytes) -> dict[str, int]:
    found = [f"{a}{b}".lower() for a, b in re.findall(r"<(in|out)putGroup>(\d)<", raw.decode("utf-8"))]
    return {group: found.count(group) for group in set(found)}


def _kind_counts(groups: dict[str, int]) -> dict[str, int]:
    kinds = {
        "input": ("in1", "in2", "in3", "in5"),
        "elementary": ("in4", "out4"),
        "product": ("out0", "out2"),
        "waste": ("out3",),
    }
    return {kind: total for kind, ids in kinds.items() if (total := sum(groups.get(i, 0) for i in ids))}


def test_the_real_archive_is_read_whole(shared: Path) -> None:
    """Counts by regular expressions over the bytes; no row is lost, no product is 0."""
    path = shared / "lci_samples" / "ecospold1" / "uslci_fy20_q4_01_olca1_10_3_ecospold.zip"
    if not path.is_file():
        pytest.skip("the EcoSpold 1 archive is not in the shared folder")
    with zipfile.ZipFile(path) as archive:
        raw = archive.read(archive.namelist()[0])
    database = read(ecospold1, path)
    assert database.seen == len(database.processes) == len(re.findall(rb"<dataset ", raw)) == 631
    kinds = [e.kind for process in database.processes for e in process.exchanges]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == _kind_counts(_group_counts(raw))
    assert len(kinds) == len(re.findall(rb"<exchange ", raw))
    assert {miss.code for miss in database.misses} == {"import-distribution"}
    assert sum(process.system for process in database.processes) == len(
        re.findall(rb'<dataSetInformation type="2"', raw)
    )


@pytest.mark.parametrize("name", ["Acetic acid", "Acrylonitrile", "Aluminum"])
def test_the_real_fixtures_are_read_whole(shared: Path, name: str) -> None:
    found = sorted((shared / "lci_samples" / "ecospold1").glob(f"{name}*.xml"))
    if not found:
        pytest.skip("no EcoSpold 1 fixtures in the shared folder")
    database = read(ecospold1, found[0])
    (process,) = database.processes
    kinds = [e.kind for e in process.exchanges]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == _kind_counts(_group_counts(found[0].read_bytes()))
    assert not database.misses
    if name == "Acetic acid":
        assert [(e.name, e.allocation) for e in process.exchanges if e.kind == "product"] == [
            ("Acetic acid, at plant", 1.0),
            ("Recovered energy, at acetic acid production", 0.0),
        ]
