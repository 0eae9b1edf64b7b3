"""openLCA JSON-LD of both schemas: one small system written in each, hostile documents, and the real packages."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from import_text import codes, kinds, process, read, refusal, row

from ecoprod.errors import InputError
from ecoprod.importing.formats import openlca_jsonld
from ecoprod.importing.opened import open_source

Document = dict[str, Any]


def flow(key: str, name: str, kind: str, version: int, **more: Any) -> Document:
    factor = {"flowProperty": {"@id": "mass"}, "conversionFactor": 1.0}
    factor["isRefFlowProperty" if version == 2 else "referenceFlowProperty"] = True
    return {"@type": "Flow", "@id": key, "name": name, "flowType": kind, "flowProperties": [factor], **more}


def exchange(key: str, amount: Any, version: int, *, entering: bool = False, **more: Any) -> Document:
    found: Document = {"flow": {"@id": key}, "amount": amount, "unit": {"@id": "u-kg", "name": "kg"}, **more}
    found["isInput" if version == 2 else "input"] = entering
    if found.pop("reference", False):
        found["isQuantitativeReference" if version == 2 else "quantitativeReference"] = True
    if found.pop("avoided", False):
        found["isAvoidedProduct" if version == 2 else "avoidedProduct"] = True
    return found


def system(version: int) -> dict[str, Document]:
    """A saw mill (boards and chips from logs, with a spread, an emission, a waste, a credit), and a landfill."""
    air: Any = "Elementary flows/air/urban" if version == 2 else {"@id": "c-urban", "name": "urban"}
    allocation = [
        {"allocationType": kind, "product": {"@id": key}, "value": value}
        for kind, key, value in (
            ("PHYSICAL_ALLOCATION", "boards", 0.75), ("PHYSICAL_ALLOCATION", "chips", 0.25),
            ("ECONOMIC_ALLOCATION", "boards", 0.9), ("ECONOMIC_ALLOCATION", "chips", 0.1),
        )
    ]  # fmt: skip
    spread = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 8.0, "geomSd": 1.5}
    mill = {
        "@type": "Process", "@id": "mill", "name": "saw mill", "processType": "UNIT_PROCESS",
        "defaultAllocationMethod": "PHYSICAL_ALLOCATION", "allocationFactors": allocation,
        "location": {"@id": "l-cn", "name": "China"},
        "processDocumentation": {
            "validFrom": "2014-01-01", "validUntil": "2016-12-31", "technologyDescription": "band saw",
            "completenessDescription": "gate to gate", "sources": [{"@id": "s1", "name": "x"}],
        },
        "exchanges": [
            exchange("boards", 3.0, version, reference=True),
            exchange("chips", 1.0, version),
            exchange("logs", 8.0, version, entering=True, defaultProvider={"@id": "forest"}, uncertainty=spread,
                     amountFormula="2*4"),
            exchange("co2", 0.5, version),
            exchange("water", 2.0, version, entering=True),
            exchange("bark", 0.2, version),
            exchange("heat", 0.1, version, avoided=True, entering=True),
        ],
    }  # fmt: skip
    landfill = {
        "@type": "Process", "@id": "landfill", "name": "landfill", "processType": "LCI_RESULT",
        "exchanges": [
            exchange("bark", 1.0, version, entering=True, reference=True),
            exchange("co2", 0.3, version),
        ],
    }  # fmt: skip
    unit = {"@id": "u-kg", "name": "kg", "conversionFactor": 1.0}
    unit["isRefUnit" if version == 2 else "referenceUnit"] = True
    documents: dict[str, Document] = {
        "processes/mill.json": mill,
        "processes/landfill.json": landfill,
        "flows/boards.json": flow("boards", "boards", "PRODUCT_FLOW", version, synonyms="planks; timber"),
        "flows/chips.json": flow("chips", "chips", "PRODUCT_FLOW", version),
        "flows/logs.json": flow("logs", "logs", "PRODUCT_FLOW", version),
        "flows/heat.json": flow("heat", "heat", "PRODUCT_FLOW", version),
        "flows/bark.json": flow("bark", "bark", "WASTE_FLOW", version),
        "flows/co2.json": flow("co2", "Carbon dioxide", "ELEMENTARY_FLOW", version, category=air, cas="000124-38-9"),
        "flows/water.json": flow("water", "Water", "ELEMENTARY_FLOW", version, cas="7732-18-4"),
        "flow_properties/mass.json": {"@id": "mass", "name": "Mass", "unitGroup": {"@id": "masses"}},
        "unit_groups/masses.json": {"@id": "masses", "name": "masses", "units": [unit]},
        "locations/cn.json": {"@id": "l-cn", "name": "China", "code": "CN"},
        "sources/s1.json": {"@id": "s1", "name": "x", "textReference": "Sawing statistics (2016)"},
    }
    if version == 1:
        for key, name, parent in (
            ("c-all", "Elementary flows", None), ("c-air", "air", "c-all"), ("c-urban", "urban", "c-air")
        ):  # fmt: skip
            above = {"category": {"@id": parent}} if parent else {}
            documents[f"categories/{key}.json"] = {"@id": key, "name": name, **above}
    return documents


def packed(folder: Path, documents: dict[str, Any], name: str = "db.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, document in documents.items():
            archive.writestr(inside, document if isinstance(document, (str, bytes)) else json.dumps(document))
    return path


@pytest.mark.parametrize("version", [1, 2])
def test_both_schemas_say_the_same(tmp_path: Path, version: int) -> None:
    path = packed(tmp_path, system(version))
    assert openlca_jsonld.recognises(open_source(path))
    found = read(openlca_jsonld, path)
    assert not found.misses
    assert (found.seen, found.format) == (2, "openlca-jsonld")
    mill, landfill = process(found, "mill"), process(found, "landfill")
    assert (mill.name, mill.place, mill.year, mill.technology) == ("saw mill", "CN", 2016, "band saw")
    assert (mill.reference, mill.synonyms, mill.sources) == (
        "boards", ("planks", "timber"), ("Sawing statistics (2016)",)
    )  # fmt: skip
    assert not mill.system
    assert landfill.system
    assert [(e.kind, e.name, e.amount, e.direction) for e in mill.exchanges] == [
        ("product", "boards", 3.0, "out"), ("product", "chips", 1.0, "out"), ("input", "logs", 8.0, "in"),
        ("elementary", "Carbon dioxide", 0.5, "out"), ("elementary", "Water", 2.0, "in"), ("waste", "bark", 0.2, "out"),
        ("avoided", "heat", 0.1, "in"),
    ]  # fmt: skip
    # the file chooses physical allocation: 3 of 4 kg are boards
    assert [e.allocation for e in mill.exchanges[:2]] == [0.75, 0.25]
    logs, carbon = row(mill, "logs"), row(mill, "Carbon dioxide")
    assert (logs.provider, logs.flow, logs.unit, logs.note) == ("forest", "logs", "kg", "formula: 2*4")
    assert logs.uncertainty is not None
    assert (logs.uncertainty.kind, logs.uncertainty.loc) == (2, pytest.approx(2.0794415416798357))  # ln 8
    assert logs.uncertainty.scale == pytest.approx(math.log(3) - math.log(2))
    assert carbon.compartment == ("Elementary flows", "air", "urban")
    assert carbon.cas == "124-38-9"
    assert row(mill, "Water").cas is None  # its check digit is wrong: 7732-18-5 is water
    assert [(e.kind, e.amount) for e in landfill.exchanges] == [("product", 1.0), ("elementary", 0.3)]


def test_a_folder_reads_as_its_archive_does(tmp_path: Path) -> None:
    for name, document in system(2).items():
        (tmp_path / "db" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "db" / name).write_text(json.dumps(document), encoding="utf-8")
    found = read(openlca_jsonld, tmp_path / "db")
    assert sorted(one.code for one in found.processes) == ["landfill", "mill"]


def test_a_waste_taken_in_beside_a_product_comes_free(tmp_path: Path) -> None:
    documents = system(2)
    documents["processes/landfill.json"]["exchanges"] = [
        exchange("heat", 5.0, 2, reference=True), exchange("bark", 1.0, 2, entering=True)
    ]  # fmt: skip
    made = process(read(openlca_jsonld, packed(tmp_path, documents)), "landfill")
    assert [(e.kind, e.name, e.amount) for e in made.exchanges] == [("product", "heat", 5.0), ("received", "bark", 1.0)]
    assert made.reference is None


def changed(tmp_path: Path, **fields: Any) -> Path:
    documents = system(1)
    documents["processes/mill.json"] |= fields
    return packed(tmp_path, documents)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"defaultAllocationMethod": "CAUSAL_ALLOCATION"}, "import-allocation-causal"),
        ({"defaultAllocationMethod": None}, "import-allocation-unchosen"),
        ({"allocationFactors": [{"allocationType": "PHYSICAL_ALLOCATION", "product": {"@id": "boards"}, "value": 0.7}]},
         "import-allocation-sum"),
        ({"exchanges": []}, "import-no-product"),
        ({"exchanges": 7}, "import-no-product"),
        ({"@id": "landfill"}, "import-code-twice"),
    ],
)  # fmt: skip
def test_what_a_process_lacks_is_a_miss(tmp_path: Path, fields: Document, code: str) -> None:
    found = read(openlca_jsonld, changed(tmp_path, **fields))
    assert codes(found) == {code: 1}
    assert found.seen == 2
    if code.startswith("import-allocation"):
        assert [e.allocation for e in process(found, "mill").exchanges[:2]] == [None, None]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (exchange("nowhere", 1.0, 1), "import-flow-unknown"),
        (exchange("logs", "8", 1, entering=True), "import-amount"),
        (exchange("logs", True, 1, entering=True), "import-amount"),
        (exchange("logs", None, 1, entering=True), "import-amount"),
        (exchange("logs", 10**400, 1, entering=True), "import-amount"),
        ("no object", "import-row-broken"),
        (exchange("logs", 1.0, 1, entering=True, uncertainty={
            "distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 2.0, "mode": 1.0, "maximum": 3.0,
        }), "import-uncertainty"),
    ],
)  # fmt: skip
def test_a_lost_row_names_file_and_row(tmp_path: Path, bad: Any, code: str) -> None:
    rows = [exchange("boards", 1.0, 1, reference=True), bad]
    found = read(openlca_jsonld, changed(tmp_path, exchanges=rows))
    (miss,) = found.misses
    assert (miss.code, miss.process) == (code, "mill")
    assert (miss.at.file, miss.at.column) == ("db.zip/processes/mill.json", "exchanges[1]")
    assert len(process(found, "mill").exchanges) == (2 if code == "import-uncertainty" else 1)


def test_the_unit_of_the_flow_stands_in_for_one_left_out(tmp_path: Path) -> None:
    bare = exchange("boards", 2.0, 1, reference=True)
    del bare["unit"]
    found = read(openlca_jsonld, changed(tmp_path, exchanges=[bare]))
    assert process(found, "mill").exchanges[0].unit == "kg"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"@id": "mill", "exchanges": [{"amount": NaN}]}', "import-json-constant"),
        ('{"@id": "mill", "exchanges": [{"amount": -Infinity}]}', "import-json-constant"),
        ('{"@id": "mill", ', "import-json-broken"),
        ("[1, 2]", "import-json-broken"),
        (b"\xff\xfe\x00", "import-json-broken"),
        ('{"amount": ' + "9" * 5000 + "}", "import-json-broken"),
    ],
)
def test_a_broken_document_is_lost_alone(tmp_path: Path, text: str | bytes, code: str) -> None:
    found = read(openlca_jsonld, packed(tmp_path, system(1) | {"processes/mill.json": text}))
    assert codes(found) == {code: 1}
    assert [one.code for one in found.processes] == ["landfill"]


def test_hostile_documents_refuse_the_source(tmp_path: Path) -> None:
    nested = system(1) | {"flows/deep.json": "[" * 200_000}
    assert refusal(openlca_jsonld, packed(tmp_path, nested)) == {"import-json-nested"}
    bomb = system(1) | {"flows/bomb.json": b" " * 30_000_000}
    with pytest.raises(InputError) as caught:
        open_source(packed(tmp_path, bomb, "bomb.zip"))
    assert {p.code for p in caught.value.problems} == {"import-bomb"}
    outside = system(1) | {"../processes/x.json": "{}"}
    with pytest.raises(InputError) as caught:
        open_source(packed(tmp_path, outside, "outside.zip"))
    assert {p.code for p in caught.value.problems} == {"import-path-outside"}


def test_categories_in_a_circle_end(tmp_path: Path) -> None:
    documents = system(1)
    documents["categories/c-all.json"]["category"] = {"@id": "c-urban"}
    carbon = row(process(read(openlca_jsonld, packed(tmp_path, documents)), "mill"), "Carbon dioxide")
    assert carbon.compartment[-1] == "urban"
    assert len(carbon.compartment) <= 40


def test_a_package_without_processes_says_what_it_holds(tmp_path: Path) -> None:
    path = packed(tmp_path, {"flows/a.json": flow("a", "a", "PRODUCT_FLOW", 1), "lcia_methods/m.json": {}})
    assert openlca_jsonld.recognises(open_source(path))
    (miss,) = read(openlca_jsonld, path).misses
    assert (miss.code, miss.params["held"]) == ("import-no-processes", "flows, lcia_methods")


def raw_counts(path: Path) -> tuple[int, int, int, int]:
    """Processes, exchanges, elementary ones and quantitative references, counted in the JSON itself."""
    counted = [0, 0, 0, 0]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if "/processes/" in name and name.endswith(".json"):
                rows = json.loads(archive.read(name))["exchanges"]
                counted[0] += 1
                counted[1] += len(rows)
                counted[2] += sum(e["flow"]["flowType"] == "ELEMENTARY_FLOW" for e in rows)
                counted[3] += sum(bool(e.get("quantitativeReference")) for e in rows)
    return counted[0], counted[1], counted[2], counted[3]


@pytest.mark.parametrize(
    "name",
    [
        "openlca_jsonld_v1/uslci_olca1_5_0_json_ld.zip",
        "openlca_jsonld_bw2io_fixtures/US-FPL.zip",
        "openlca_jsonld_bw2io_fixtures/beef-cattle-finishing.zip",
    ],
)
def test_the_real_packages_are_read_whole(shared: Path, name: str) -> None:
    path = shared / "lci_samples" / name
    found = read(openlca_jsonld, path)
    processes, exchanges, elementary, references = raw_counts(path)
    assert (found.seen, len(found.processes)) == (processes, processes)
    assert sum(kinds(found).values()) == exchanges
    assert kinds(found)["elementary"] == elementary
    assert kinds(found)["product"] >= max(references, processes)  # one process of the farm marks no reference
    assert set(codes(found)) <= {"import-uncertainty", "import-allocation-unchosen", "import-allocation-causal"}
    assert all(e.compartment for one in found.processes for e in one.exchanges if e.kind == "elementary")
