"""Brightway projects: databases written here record by record, pickles that would run something, and a real project."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_text import codes, process, read, refusal, row

from ecoprod.importing.formats import brightway_project
from ecoprod.importing.opened import open_source
from ecoprod.importing.pickled import NotPlainError, plain

_TABLES = """
CREATE TABLE "activitydataset" ("id" INTEGER NOT NULL PRIMARY KEY, "data" BLOB NOT NULL, "code" TEXT NOT NULL,
    "database" TEXT NOT NULL, "location" TEXT, "name" TEXT, "product" TEXT, "type" TEXT);
CREATE TABLE "exchangedataset" ("id" INTEGER NOT NULL PRIMARY KEY, "data" BLOB NOT NULL, "input_code" TEXT NOT NULL,
    "input_database" TEXT NOT NULL, "output_code" TEXT NOT NULL, "output_database" TEXT NOT NULL, "type" TEXT NOT NULL);
"""
Node = dict[str, Any]
NODES: list[Node] = [
    {"database": "biosphere3", "code": "co2", "name": "Carbon dioxide, fossil", "unit": "kilogram", "type": "emission",
     "categories": ("air", "urban air close to ground"), "CAS number": "000124-38-9"},
    {"database": "mine", "code": "mill", "name": "sawing", "reference product": "boards", "unit": "kilogram",
     "location": "CN", "synonyms": ["cutting"]},
    {"database": "mine", "code": "forest", "name": "felling", "unit": "kilogram", "location": "CN"},
    {"database": "ecoinvent", "code": "e1", "name": "market for power", "reference product": "electricity",
     "unit": "kilowatt hour", "location": "CN"},
]  # fmt: skip
Edge = tuple[tuple[str, str], tuple[str, str], str, Any]
EDGES: list[Edge] = [
    (("mine", "mill"), ("mine", "mill"), "production", {"amount": 3.0}),
    (("mine", "forest"), ("mine", "mill"), "technosphere",
     {"amount": 8.0, "uncertainty type": 5, "loc": 8.0, "minimum": 7.0, "maximum": 10.0, "formula": "2*4"}),
    (("ecoinvent", "e1"), ("mine", "mill"), "technosphere", {"amount": -0.5}),
    (("biosphere3", "co2"), ("mine", "mill"), "biosphere", {"amount": 0.5}),
    (("mine", "forest"), ("mine", "mill"), "substitution", {"amount": 0.25}),
]  # fmt: skip


def project(folder: Path, nodes: list[Node] = NODES, edges: list[Edge] = EDGES, name: str = "demo.1a2b3c4d") -> Path:
    place = folder / name / "lci"
    place.mkdir(parents=True)
    base = sqlite3.connect(place / "databases.db")
    base.executescript(_TABLES)
    for node in nodes:
        blob = node["blob"] if "blob" in node else pickle.dumps(node, protocol=4)
        values = (blob, node["code"], node["database"], node.get("location"), node.get("name"))
        base.execute("INSERT INTO activitydataset (data, code, database, location, name) VALUES (?,?,?,?,?)", values)
    for source, target, kind, data in edges:
        blob = data if isinstance(data, bytes) else pickle.dumps(
            {"input": source, "output": target, "type": kind, **data}, protocol=4
        )  # fmt: skip
        base.execute(
            "INSERT INTO exchangedataset (data, input_database, input_code, output_database, output_code, type) "
            "VALUES (?,?,?,?,?,?)",
            (blob, *source, *target, kind),
        )
    base.commit()
    base.close()
    return folder / name


def check(path: Path) -> None:
    """What the project above holds."""
    found = read(brightway_project, path)
    assert not found.misses
    assert (found.seen, found.format, dict(found.about)) == (2, "brightway-project", {"title": "mine"})
    mill, forest = process(found, "mill"), process(found, "forest")
    assert (mill.name, mill.place, mill.synonyms) == ("sawing", "CN", ("cutting",))
    assert [(e.kind, e.name, e.amount, e.unit) for e in mill.exchanges] == [
        ("product", "boards", 3.0, "kilogram"), ("input", "felling", 8.0, "kilogram"),
        ("input", "market for power", -0.5, "kilowatt hour"), ("elementary", "Carbon dioxide, fossil", 0.5, "kilogram"),
        ("avoided", "felling", 0.25, "kilogram"),
    ]  # fmt: skip
    product, logs, power, carbon, credit = mill.exchanges
    assert (product.flow, product.place) == ("mill", "CN")
    assert (logs.provider, logs.note) == ("forest", "formula: 2*4")
    assert logs.uncertainty is not None
    assert (logs.uncertainty.kind, logs.uncertainty.minimum, logs.uncertainty.maximum) == (5, 7.0, 10.0)
    assert (power.provider, power.flow, power.note) == (
        "ecoinvent: e1", "e1", "database: ecoinvent; product: electricity",
    )  # fmt: skip
    assert (carbon.flow, carbon.compartment, carbon.cas) == ("co2", ("air", "urban air close to ground"), "124-38-9")
    assert credit.provider == "forest"
    assert [(e.kind, e.name, e.amount) for e in forest.exchanges] == [("product", "felling", 1.0)]


def test_a_project_its_file_an_archive_and_a_base_folder(tmp_path: Path) -> None:
    folder = project(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert brightway_project.recognises(open_source(folder))
    check(folder)
    check(folder / "lci" / "databases.db")
    project(tmp_path, [], [], "default.c21f969b")
    check(tmp_path)
    with zipfile.ZipFile(tmp_path / "backup.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "lci" / "databases.db", "demo/lci/databases.db")
    check(tmp_path / "backup.zip")
    assert {path: path.read_bytes() for path in before} == before
    assert {p.name for p in (folder / "lci").iterdir()} == {"databases.db"}


def test_several_databases_and_projects_are_listed(tmp_path: Path) -> None:
    edges = [*EDGES, (("ecoinvent", "e1"), ("ecoinvent", "e1"), "production", {"amount": 1.0})]
    folder = project(tmp_path, edges=edges)
    assert brightway_project.databases(open_source(folder)) == ("ecoinvent", "mine")
    assert refusal(brightway_project, folder) == {"import-database-needed"}
    assert refusal(brightway_project, folder, "yours") == {"import-database-missing"}
    assert [one.code for one in read(brightway_project, folder, "ecoinvent").processes] == ["e1"]
    assert codes(read(brightway_project, folder, "biosphere3")) == {"import-no-processes": 1}
    project(tmp_path, name="other.99999999")
    assert refusal(brightway_project, tmp_path) == {"import-project-needed"}


class Payload:
    """Writes a file when Python's own unpickler reads it."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.system, (f"touch '{self.target}'",)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_payload_runs_nothing(tmp_path: Path, protocol: int) -> None:
    target = tmp_path / "written"
    blob = pickle.dumps({"amount": 1.0, "x": Payload(target)}, protocol=protocol)
    pickle.loads(blob)  # noqa: S301  (the payload is real: it is ours)
    assert target.exists()
    target.unlink()
    edges = [EDGES[0], (("biosphere3", "co2"), ("mine", "mill"), "biosphere", blob)]
    nodes = [*NODES, {"database": "mine", "code": "evil", "blob": blob}]
    if protocol >= 1:  # the whole source is refused; protocol 0 is no binary pickle at all
        assert refusal(brightway_project, project(tmp_path, nodes, edges)) == {"import-pickle-hostile"}
        assert not target.exists()
        return
    found = read(brightway_project, project(tmp_path, nodes, edges))
    assert not target.exists()
    assert sum(codes(found).values()) == 2
    assert {miss.process for miss in found.misses} == {"mill", "evil"}
    assert found.seen == 3
    assert [one.code for one in found.processes] == ["mill", "forest"]


@pytest.mark.parametrize(
    ("blob", "named"),
    [
        (b"\x80\x04cos\nsystem\n(S'x'\ntR.", "os.system"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "os.system"),
        (b"\x80\x02K\x01Q.", "BINPERSID"),
        (b"\x80\x02\x82\x01.", "EXT1"),
        (b"\x80\x02(K\x01ios\nsystem\n.", "INST"),
        (b"\x80\x02}}b.", "BUILD"),
        (b"", ""),
        (b"\x80\x04", ""),
        (b"\x80\x04.", ""),
        (b"\x80\x04K\x01r\xff\xff\xff\x7f", ""),
        (b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.", ""),
        (b"\x80\x04B\xff\xff\xff\xffabc.", ""),
        (b"\x80\x04\x8b\xff\xff\xff\xff.", ""),
        (b"\x80\x04]K\x01s.", ""),
        (b"\x80\x04}]K\x01s.", ""),
        (b"\x80\x04u.", ""),
        (b"\x80\x04h\x00.", ""),
        (b"\x80\x04\x85.", ""),
        (b"\x80\x04" + b")" + b"\x85" * 100_000 + b"}\x94h\x00h\x00s.", ""),
        (b"\x80\x04}(" + b")" + b"\x85" * 100_000 + b"K\x01u.", ""),
        (b" " * 6_000_000, ""),
    ],
)
def test_pickles_that_are_no_plain_data(blob: bytes, named: str) -> None:
    with pytest.raises(NotPlainError) as refused:
        plain(blob)
    assert refused.value.name == named


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
_KEYS = st.text() | st.integers(-(2**59), 2**59) | st.tuples(st.text(), st.text())
_DATA = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner) | st.lists(inner).map(tuple) | st.sets(st.text()),
    max_leaves=20,
)


@given(_DATA, st.sampled_from([4, 5]))
@settings(max_examples=200, deadline=None)
def test_plain_data_comes_back_as_it_was(data: Any, protocol: int) -> None:
    found = plain(pickle.dumps(data, protocol=protocol))
    assert found == data
    assert repr(found) == repr(data) or "{" in repr(data)


def test_things_used_twice_and_long_lists() -> None:
    shared_text = "x" * 300
    data = {"a": [shared_text] * 3, "b": list(range(2500)), "c": {str(i): i for i in range(1500)}, "d": 2**80}
    for protocol in (2, 3, 4, 5):
        assert plain(pickle.dumps(data, protocol=protocol)) == data


@pytest.mark.parametrize(
    ("edge", "code"),
    [
        ((("biosphere3", "gone"), ("mine", "mill"), "biosphere", {"amount": 1.0}), "import-input-missing"),
        ((("mine", "forest"), ("mine", "gone"), "technosphere", {"amount": 1.0}), "import-output-missing"),
        ((("mine", "forest"), ("mine", "mill"), "magic", {"amount": 1.0}), "import-exchange-type"),
        ((("mine", "forest"), ("mine", "mill"), "technosphere", {"amount": float("nan")}), "import-amount"),
        ((("mine", "forest"), ("mine", "mill"), "technosphere", {"amount": "1"}), "import-amount"),
        ((("mine", "forest"), ("mine", "mill"), "technosphere", {}), "import-amount"),
        ((("mine", "forest"), ("mine", "mill"), "technosphere", pickle.dumps([1], protocol=4)), "import-pickle-broken"),
    ],
)
def test_a_lost_row_names_its_record(tmp_path: Path, edge: Edge, code: str) -> None:
    found = read(brightway_project, project(tmp_path, edges=[*EDGES, edge]))
    (miss,) = found.misses
    assert (miss.code, miss.process) == (code, edge[1][1])
    assert (miss.at.file, miss.at.column) == ("demo.1a2b3c4d/lci/databases.db", "exchangedataset 6")
    assert len(process(found, "mill").exchanges) == 5


def test_a_lost_production_row_is_not_replaced_by_one_unit(tmp_path: Path) -> None:
    edges: list[Edge] = [(("mine", "mill"), ("mine", "mill"), "production", {"amount": None}), *EDGES[1:]]
    found = read(brightway_project, project(tmp_path, edges=edges))
    assert codes(found) == {"import-amount": 1, "import-no-product": 1}
    assert [one.code for one in found.processes] == ["forest"]


def test_files_that_are_no_database_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "p" / "lci"
    place.mkdir(parents=True)
    (place / "databases.db").write_bytes(b"no database")
    assert not brightway_project.recognises(open_source(tmp_path / "p"))
    assert refusal(brightway_project, tmp_path / "p") == {"import-sqlite"}
    (place / "databases.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert refusal(brightway_project, tmp_path / "p") == {"import-sqlite"}
    (place / "databases.db").unlink()
    sqlite3.connect(place / "databases.db").executescript(
        "CREATE TABLE a (x); CREATE VIEW exchangedataset AS SELECT * FROM a;"
        "CREATE VIEW activitydataset AS SELECT * FROM a"
    ).close()
    assert refusal(brightway_project, tmp_path / "p") == {"import-sqlite"}
    (place / "databases.db").unlink()
    sqlite3.connect(place / "databases.db").executescript(
        "CREATE TABLE exchangedataset (x); CREATE TABLE activitydataset (y)"
    ).close()
    assert refusal(brightway_project, tmp_path / "p") == {"import-sqlite"}
    folder = project(tmp_path)
    (folder / "lci" / "databases.db-wal").write_bytes(b"changes")
    assert refusal(brightway_project, folder) == {"import-database-busy"}


def test_a_database_of_the_write_ahead_kind_is_read_once_it_is_closed(tmp_path: Path) -> None:
    folder = project(tmp_path)
    base = sqlite3.connect(folder / "lci" / "databases.db")
    assert base.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    base.execute("CREATE TABLE other (x)")
    base.commit()
    assert refusal(brightway_project, folder) == {"import-database-busy"}
    base.close()
    check(folder)


def test_a_file_cut_short_is_refused_not_half_read(tmp_path: Path) -> None:
    nodes = [*NODES, *({"database": "mine", "code": f"n{i}", "name": "x" * 500, "unit": "kg"} for i in range(200))]
    folder = project(tmp_path, nodes)
    path = folder / "lci" / "databases.db"
    path.write_bytes(path.read_bytes()[:40_000])
    assert refusal(brightway_project, folder) == {"import-sqlite"}


_REAL = """
import bw2data as bd
import numpy
bd.projects.set_current("demo")
bd.Database("biosphere3").write({("biosphere3", "co2"): {
    "name": "Carbon dioxide, fossil", "unit": "kilogram", "categories": ("air",), "type": "emission", "exchanges": []}})
bd.Database("mine").write({
    ("mine", "a"): {"name": "steel production", "reference product": "steel", "unit": "kilogram", "location": "CN",
        "exchanges": [{"input": ("mine", "a"), "amount": 2.0, "type": "production"},
                      {"input": ("biosphere3", "co2"), "amount": 3.0, "type": "biosphere"},
                      {"input": ("mine", "b"), "amount": 0.5, "type": "technosphere"}]},
    ("mine", "b"): {"name": "power", "unit": "kilowatt hour", "location": "CN", "exchanges": [
        {"input": ("biosphere3", "co2"), "amount": numpy.float64(1), "type": "biosphere"}]}})
"""


@pytest.mark.slow
def test_a_project_that_brightway_wrote(tmp_path: Path) -> None:
    env = {**os.environ, "BRIGHTWAY2_DIR": str(tmp_path / "bw"), "HOME": str(tmp_path)}
    (tmp_path / "bw").mkdir()
    subprocess.run([sys.executable, "-c", _REAL], env=env, check=True, capture_output=True)
    found = read(brightway_project, tmp_path / "bw")
    steel = process(found, "a")
    assert [(e.kind, e.name, e.amount, e.unit, e.provider) for e in steel.exchanges] == [
        ("product", "steel", 2.0, "kilogram", None), ("elementary", "Carbon dioxide, fossil", 3.0, "kilogram", None),
        ("input", "power", 0.5, "kilowatt hour", "b"),
    ]  # fmt: skip
    assert row(steel, "Carbon dioxide, fossil").compartment == ("air",)
    (miss,) = found.misses  # an amount that is no plain number is refused by its class
    assert (miss.code, miss.process) == ("import-pickle-class", "b")
    assert "numpy" in str(miss.params["name"])
