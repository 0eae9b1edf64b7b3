"""EcoSpold 2: every group, distribution and gap worked by hand; hostile files; real files counted by a second route."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

import pytest
from import_cases import codes_of, folder, hostile, read, read_text, refusal, row, same, zipped

from ecoprod.importing.formats import ecospold1, ecospold2, ilcd
from ecoprod.importing.opened import open_source
from ecoprod.importing.records import Uncertainty
from ecoprod.messages import catalogue


def flow(name: str, amount: str | None, group: str, *, more: str = "", inside: str = "", unit: str = "kg") -> str:
    """An intermediate exchange; `group` is `in5` or `out0`."""
    kind, number = ("inputGroup", group[2:]) if group.startswith("in") else ("outputGroup", group[3:])
    stated = "" if amount is None else f' amount="{amount}"'
    return (
        f'<intermediateExchange intermediateExchangeId="{name}-id"{stated} {more}><name xml:lang="en">{name}</name>'
        f'<unitName xml:lang="en">{unit}</unitName>{inside}<{kind}>{number}</{kind}></intermediateExchange>'
    )


def element(name: str, amount: str, group: str, *, more: str = "", inside: str = "") -> str:
    kind = "inputGroup" if group == "in" else "outputGroup"
    return (
        f'<elementaryExchange elementaryExchangeId="{name}-id" amount="{amount}" {more}>'
        f'<name xml:lang="en">{name}</name><unitName xml:lang="en">kg</unitName>{inside}'
        f"<{kind}>4</{kind}></elementaryExchange>"
    )


def spold(*rows: str, activity: str = "act", kind: str = "1", tag: str = "activityDataset", more: str = "") -> str:
    return f"""<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02"><{tag}><activityDescription>
<activity id="{activity}" type="{kind}"><activityName xml:lang="de">Stahl</activityName>
<activityName xml:lang="en">steel
 making</activityName><activityName xml:lang="zh">炼钢</activityName><synonym xml:lang="en">melting</synonym>
<includedActivitiesStart xml:lang="en">From ore</includedActivitiesStart>
<includedActivitiesEnd xml:lang="en">to slab</includedActivitiesEnd></activity>
<geography><shortname xml:lang="en">CN</shortname></geography>
<technology><comment><text xml:lang="en" index="1">blast</text><text xml:lang="en" index="2">furnace</text>
<text xml:lang="de" index="1">Hochofen</text></comment></technology>
<timePeriod startDate="2009-12-31" endDate="2018-12-31"/></activityDescription>
<flowData>{"".join(rows)}</flowData>
<administrativeInformation><dataGeneratorAndPublication publishedSourceYear="2004" publishedSourceFirstAuthor="T.J."/>
<fileAttributes majorRelease="3" minorRelease="9" fileGenerator="hand" fileTimestamp="2020-01-01T00:00:00"/>
</administrativeInformation></{tag}>{more}</ecoSpold>"""


PRODUCT = flow("steel", "1", "out0")


def test_every_group_becomes_its_kind(tmp_path: Path) -> None:
    rows = [
        PRODUCT,
        *(flow(f"in{group}", "2", f"in{group}") for group in "1235"),
        flow("gas", "0.5", "out2"),
        flow("slag", "0.25", "out3"),
        element("ore", "1.5", "in"),
        element("dust", "0.01", "out"),
    ]
    (process,) = read_text(ecospold2, tmp_path, spold(*rows), "a.spold").processes
    assert [(e.name, e.kind, e.amount, e.direction) for e in process.exchanges] == [
        ("steel", "product", 1.0, ""),
        *((f"in{group}", "input", 2.0, "") for group in "1235"),
        ("gas", "product", 0.5, ""),
        ("slag", "waste", 0.25, ""),
        ("ore", "elementary", 1.5, "in"),
        ("dust", "elementary", 0.01, "out"),
    ]
    assert process.reference == "steel"


def test_what_a_file_says_of_itself(tmp_path: Path) -> None:
    database = read_text(ecospold2, tmp_path, spold(PRODUCT), "a.spold")
    (process,) = database.processes
    assert (process.code, process.name, process.place, process.year) == ("act_steel-id", "steel making", "CN", 2018)
    assert process.synonyms == ("Stahl", "炼钢", "melting")
    assert (process.technology, process.boundary) == ("blast furnace", "From ore; to slab")
    assert process.sources == ("T.J., 2004",)
    assert (process.system, process.reference) == (False, None)
    assert (database.format, database.seen, database.misses) == ("ecospold2", 1, ())
    assert database.about == {"program": "hand", "release": "3.9"}
    (exchange,) = process.exchanges
    assert (exchange.flow, exchange.unit, exchange.at.file) == ("steel-id", "kg", "a.spold")


def test_listed_sources_go_before_the_short_one_and_type_2_is_a_system(tmp_path: Path) -> None:
    more = (
        '<usedUserMasterData xmlns="http://www.EcoInvent.org/UsedUserMasterData">'
        '<source firstAuthor="Li " year="2015" title="Steel in China"/><source/></usedUserMasterData>'
    )
    (process,) = read_text(ecospold2, tmp_path, spold(PRODUCT, kind="2", more=more), "a.spold").processes
    assert process.sources == ("Li, 2015, Steel in China",)
    assert process.system


def test_a_child_dataset_is_a_dataset(tmp_path: Path) -> None:
    assert read_text(ecospold2, tmp_path, spold(PRODUCT, tag="childActivityDataset"), "a.spold").seen == 1


def test_a_period_that_ends_after_the_file_was_written_gives_its_first_year(tmp_path: Path) -> None:
    text = spold(PRODUCT).replace('endDate="2018-12-31"', 'endDate="2100-12-31"')
    assert read_text(ecospold2, tmp_path, text, "a.spold").processes[0].year == 2009


def test_treatments_keep_their_signs(tmp_path: Path) -> None:
    """The treatment of waste: a negative product, and a negative input of a waste handed on."""
    text = spold(flow("scrap", "-1", "out0"), flow("ash", "-0.2", "in5"), element("CO2", "0.9", "out"))
    (process,) = read_text(ecospold2, tmp_path, text, "a.spold").processes
    assert [(e.kind, e.amount) for e in process.exchanges] == [("product", -1.0), ("input", -0.2), ("elementary", 0.9)]


def test_products_of_amount_zero_are_another_files(tmp_path: Path) -> None:
    text = spold(flow("heat", "0", "out0"), PRODUCT, flow("gas", "0.0", "out2"), flow("stock", "0", "out5"))
    database = read_text(ecospold2, tmp_path, text, "a.spold")
    assert [e.name for e in database.processes[0].exchanges] == ["steel"]
    assert (database.processes[0].code, database.misses) == ("act_steel-id", ())


def lognormal(variance: str, pedigree: str | None) -> str:
    second = "" if pedigree is None else f' varianceWithPedigreeUncertainty="{pedigree}"'
    return f'<uncertainty><lognormal meanValue="2" mu="9" variance="{variance}"{second}/></uncertainty>'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (lognormal("0.01", "0.04"), Uncertainty(2, math.log(2), 0.2)),  # the root of 0.04; the median has no sign
        (lognormal("0.01", None), Uncertainty(2, math.log(2), 0.1)),
        (lognormal("0", "0"), None),
        ('<uncertainty><normal variance="9"/></uncertainty>', Uncertainty(3, -2.0, 3.0)),
        ('<uncertainty><uniform minValue="1" maxValue="4"/></uncertainty>', Uncertainty(4, minimum=1.0, maximum=4.0)),
        (
            '<uncertainty><triangular minValue="-4" mostLikelyValue="-3" maxValue="-1"/></uncertainty>',
            Uncertainty(5, -3.0, minimum=-4.0, maximum=-1.0),
        ),
    ],
)
def test_distributions(tmp_path: Path, inside: str, expected: Uncertainty | None) -> None:
    database = read_text(ecospold2, tmp_path, spold(PRODUCT, flow("coal", "-2", "in5", inside=inside)), "a.spold")
    assert same(row(database.processes[0], "coal").uncertainty, expected)
    assert not database.misses


@pytest.mark.parametrize(
    "inside",
    [
        lognormal("Infinity", "Infinity"),
        lognormal("-1", "-1"),
        '<uncertainty><uniform minValue="5" maxValue="4"/></uncertainty>',
        '<uncertainty><triangular minValue="1" mostLikelyValue="9" maxValue="4"/></uncertainty>',
        "<uncertainty><normal/></uncertainty>",
    ],
)
def test_distributions_without_sense_are_counted_and_the_amount_stays(tmp_path: Path, inside: str) -> None:
    text = spold(PRODUCT, flow("coal", "2", "in5", inside=inside), flow("ore", "3", "in5", inside=inside))
    database = read_text(ecospold2, tmp_path, text, "a.spold")
    assert [(e.amount, e.uncertainty) for e in database.processes[0].exchanges[1:]] == [(2.0, None), (3.0, None)]
    (miss,) = database.misses
    assert (miss.code, dict(miss.params), miss.process) == ("import-distribution", {"count": 2}, "act_steel-id")


def test_compartment_and_cas(tmp_path: Path) -> None:
    inside = (
        '<compartment><compartment xml:lang="en">air</compartment><subcompartment>urban</subcompartment></compartment>'
    )
    text = spold(
        PRODUCT,
        element("CO2", "1", "out", more='casNumber="000124-38-9"', inside=inside),
        element("CO", "1", "out", more='casNumber="NaN"'),
    )
    (process,) = read_text(ecospold2, tmp_path, text, "a.spold").processes
    assert (row(process, "CO2").compartment, row(process, "CO2").cas) == (("air", "urban"), "124-38-9")
    assert (row(process, "CO").compartment, row(process, "CO").cas) == ((), None)


def test_rows_that_cannot_be_used_are_named_with_file_line_process_and_reason(tmp_path: Path) -> None:
    good = flow("coal", "2", "in5")
    bad = [
        flow("no number", None, "in5"),
        flow("not a number", "NaN", "in5"),
        flow("endless", "INF", "in5"),
        flow("comma", "1,5", "in5"),
        flow("underscored", "1_0", "in5"),
        flow("no unit", "1", "in5", unit=" "),
        flow("strange group", "1", "in9"),
        flow("stock", "1", "out5"),
        flow("both", "1", "in5", inside="<outputGroup>0</outputGroup>"),
        flow("", "1", "in5"),
    ]
    database = read_text(ecospold2, tmp_path, spold(PRODUCT + "\n", *(b + "\n" for b in bad), good), "a.spold")
    assert [e.name for e in database.processes[0].exchanges] == ["steel", "coal"]
    assert [(miss.name, miss.code, miss.params.get("stated")) for miss in database.misses] == [
        ("no number", "import-no-number", ""),
        ("not a number", "import-no-number", "NaN"),
        ("endless", "import-no-number", "INF"),
        ("comma", "import-no-number", "1,5"),
        ("underscored", "import-no-number", "1_0"),
        ("no unit", "import-no-unit", None),
        ("strange group", "import-no-group", None),
        ("stock", "import-stock", None),
        ("both", "import-no-group", None),
        ("", "import-no-name", None),
    ]
    first = database.misses[0].at.line
    assert first is not None
    assert [miss.at.line for miss in database.misses] == list(range(first, first + 10))
    assert {(miss.at.file, miss.process) for miss in database.misses} == {("a.spold", "act_steel-id")}
    assert database.misses[1].unit == "kg"


def test_a_comment_inside_a_number_does_not_cut_it_short(tmp_path: Path) -> None:
    text = spold(PRODUCT, flow("coal", "2", "in5")).replace("<inputGroup>5<", "<inputGroup><!-- x -->5<")
    assert len(read_text(ecospold2, tmp_path, text, "a.spold").processes[0].exchanges) == 2


def test_a_provider_is_the_code_of_the_maker_and_of_that_product(tmp_path: Path) -> None:
    files = {
        "a.spold": spold(PRODUCT, activity="A"),
        "b.spold": spold(flow("gas", "1", "out0"), flow("heat", "1", "out2"), activity="A"),
        "c.spold": spold(
            flow("car", "1", "out0"),
            flow("steel", "5", "in5", more='activityLinkId="A"'),
            flow("heat", "6", "in5", more='activityLinkId="A"'),
            flow("glass", "7", "in5", more='activityLinkId="gone"'),
            flow("rubber", "8", "in5"),
            activity="C",
        ),
    }
    calls: list[tuple[int, int]] = []
    database = read(ecospold2, zipped(tmp_path / "x.zip", files), lambda done, total: calls.append((done, total)))
    car = next(process for process in database.processes if process.name and process.code.startswith("C_"))
    assert [e.provider for e in car.exchanges] == [None, "A_steel-id", "A_gas-id", "gone", None]
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_the_second_of_two_files_of_one_id_is_named(tmp_path: Path) -> None:
    files = {"a.spold": spold(PRODUCT), "b.spold": spold(flow("steel", "7", "out0"))}
    database = read(ecospold2, folder(tmp_path / "f", files))
    assert (database.seen, [process.exchanges[0].amount for process in database.processes]) == (2, [1.0])
    (miss,) = database.misses
    assert (miss.code, miss.at.file) == ("import-process-twice", "f/b.spold")
    assert str(miss.params["first"]).startswith("f/a.spold")


@pytest.mark.parametrize(
    "rows", [(), (flow("coal", "1", "in5"),), (flow("steel", "0", "out0"),), (flow("x", "?", "out0"),)]
)
def test_without_a_product_a_process_is_named_and_not_used(tmp_path: Path, rows: tuple[str, ...]) -> None:
    database = read_text(ecospold2, tmp_path, spold(*rows), "a.spold")
    assert (database.seen, database.processes) == (1, ())
    assert database.misses[-1].code == "import-no-product"


def test_finished_results_without_an_inventory_are_no_process_of_impact_zero(tmp_path: Path) -> None:
    score = '<impactIndicator amount="3"><name>climate change</name></impactIndicator>'
    database = read_text(ecospold2, tmp_path, spold(PRODUCT, score), "a.spold")
    assert (database.processes, [miss.code for miss in database.misses]) == ((), ["import-only-results"])
    kept = read_text(ecospold2, tmp_path, spold(PRODUCT, element("CO2", "1", "out"), score), "a.spold")
    assert len(kept.processes) == 1


def test_one_broken_file_of_several_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    files = {"a.spold": spold(PRODUCT), "b.spold": spold(PRODUCT, activity="B")[:-30], "c.spold": "<ecoSpold/>"}
    database = read(ecospold2, zipped(tmp_path / "x.zip", files))
    assert len(database.processes) == 1
    assert [(miss.code, miss.at.file) for miss in database.misses] == [
        ("import-xml-broken", "x.zip/b.spold"),
        ("import-no-process-here", "x.zip/c.spold"),
    ]


def test_an_archive_in_the_archive_is_named_and_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "in.zip", {"b.spold": spold(PRODUCT, activity="B")})
    database = read(ecospold2, zipped(tmp_path / "x.zip", {"a.spold": spold(PRODUCT), "in.ZIP": inner.read_bytes()}))
    assert [(miss.code, miss.at.file) for miss in database.misses] == [("import-archive-inside", "x.zip/in.ZIP")]
    assert database.seen == 1


def test_where_nothing_is_whole_the_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.spold").write_text(spold(PRODUCT)[:-30], encoding="utf-8")
    assert refusal(ecospold2, tmp_path / "a.spold") == ("import-xml-broken",)
    broken = zipped(tmp_path / "x.zip", {"a.spold": "<a", "b.spold": "<b"})
    assert refusal(ecospold2, broken) == ("import-xml-broken", "import-xml-broken")


@pytest.mark.parametrize("disguise", ["bomb", "outside", "late", "utf16", "utf16-be"])
def test_a_document_type_refuses_the_whole_source(tmp_path: Path, disguise: str) -> None:
    raw = hostile(spold(PRODUCT))[disguise]
    (tmp_path / "a.spold").write_bytes(raw)
    assert refusal(ecospold2, tmp_path / "a.spold") == ("import-xml-entity",)
    archive = zipped(tmp_path / "x.zip", {"a.spold": spold(PRODUCT), "b.spold": raw})
    assert refusal(ecospold2, archive) == ("import-xml-entity",)


def test_bombs_and_paths_out_of_the_archive_are_refused_unread(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"a.spold": spold(PRODUCT), "b.spold": b" " * 12_000_000})
    assert refusal(ecospold2, bomb) == ("import-bomb",)
    for name in ("../a.spold", "/a.spold", "x/../../a.spold", "C:\\a.spold"):
        assert refusal(ecospold2, zipped(tmp_path / "path.zip", {name: spold(PRODUCT)})) == ("import-path-outside",)
    deep = "<a>" * 400 + "</a>" * 400
    (tmp_path / "deep.spold").write_text(deep, encoding="utf-8")
    assert refusal(ecospold2, tmp_path / "deep.spold") == ("import-xml-broken",)


def test_utf16_without_a_document_type_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.spold"
    path.write_bytes(('<?xml version="1.0" encoding="UTF-16"?>' + spold(PRODUCT)).encode("utf-16"))
    assert len(read(ecospold2, path).processes) == 1


def test_other_formats_are_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.spold").write_text(spold(PRODUCT), encoding="utf-8")
    opened = open_source(tmp_path / "a.spold")
    assert (ecospold1.recognises(opened), ilcd.recognises(opened)) == (False, False)


def test_every_reason_has_words_and_a_remedy() -> None:
    used = set().union(
        *(codes_of(m) for m in ("xmlfile.py", "fields.py", "formats/ecospold2.py", "formats/ecospold1.py"))
    )
    used |= codes_of("formats/ilcd.py") | codes_of("formats/ilcd_epd.py") | codes_of("formats/ilcd_flows.py")
    assert len(used) > 15
    assert not {code for code in used if "fix" not in catalogue().get(code, {})}


def test_the_real_archive_is_read_whole(shared: Path) -> None:
    """Counts by regular expressions over the bytes: files, rows, and files without a reference product."""
    path = shared / "lci_samples" / "ecospold2" / "uslci_fy18_q1_01_olca1_5_ecospold2.zip"
    if not path.is_file():
        pytest.skip("the EcoSpold 2 archive is not in the shared folder")
    opening = re.compile(rb"<(?:intermediate|elementary)Exchange ")
    nothing = re.compile(rb'<intermediateExchange [^>]*amount="-?0\.0".{0,600}?<outputGroup>[02]')
    files, rows, without, zero = 0, 0, 0, 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            raw = archive.read(name)
            inventory = raw[raw.index(b"<flowData") : raw.rindex(b"</activityDataset>")]
            files += 1
            if b"<outputGroup>0</outputGroup>" not in inventory:
                without += 1
                continue
            rows += len(opening.findall(inventory))
            zero += sum(bool(nothing.match(part)) for part in re.split(rb"(?=<intermediateExchange )", inventory))
    database = read(ecospold2, path)
    assert files == database.seen == 767
    assert len(database.processes) == files - without
    assert sum(miss.code == "import-no-product" for miss in database.misses) == without
    taken = sum(len(process.exchanges) for process in database.processes)
    known = {process.code for process in database.processes}
    lost = sum(1 for miss in database.misses if miss.kind and miss.process in known)
    assert taken + lost + zero == rows


def test_the_real_fixtures_share_one_id(shared: Path) -> None:
    path = shared / "lci_samples" / "ecospold2"
    if not path.is_dir():
        pytest.skip("no EcoSpold 2 files in the shared folder")
    database = read(ecospold2, path)
    assert database.seen == 2
    assert [m.code for m in database.misses if m.code != "import-archive-inside"] == ["import-process-twice"]
    (process,) = database.processes
    assert {e.name: e.amount for e in process.exchanges} == {
        "clay pit infrastructure": 9999.0,
        "concrete block": 1.0,
        "Water": 123456.0,
    }
    assert row(process, "clay pit infrastructure").uncertainty == Uncertainty(2, math.log(9999), math.sqrt(0.2))
