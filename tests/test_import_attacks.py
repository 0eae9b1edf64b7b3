"""Attacks that a reviewer made: each ends in a word, soon, and nothing of it is run."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from import_systems import emits, linked, process, product, simapro

from ecoprod.errors import InputError
from ecoprod.importing.formats import brightway_project, openlca_jsonld
from ecoprod.importing.opened import open_source
from ecoprod.importing.pickled import NotPlainError, plain
from ecoprod.importing.run import import_source
from ecoprod.report.layout import wrap

SHARED_TWICE = b"\x80\x02]q\x00" + b"".join(
    b"]q" + bytes([n]) + b"(h" + bytes([n - 1]) + b"h" + bytes([n - 1]) + b"e" for n in range(1, 40)
)
"""A list that holds the one before twice, 39 times over: 2^39 items for whoever writes it out."""


@pytest.mark.parametrize(
    "raw",
    [
        SHARED_TWICE + b".",
        b"\x80\x02" + b"](" * 60 + b"e" * 60 + b".",
        b"\x80\x02\x8b" + (3000).to_bytes(4, "little") + b"\x7f" * 3000 + b".",
    ],
    ids=["shared", "deep", "digits"],
)
def test_pickled_data_that_grows_when_it_is_written_is_refused(raw: bytes) -> None:
    with pytest.raises(NotPlainError):
        plain(raw)


def test_plain_records_of_a_project_are_read_as_before() -> None:
    import pickle

    record = {"name": "mill", "categories": ("air", "urban"), "amount": 1.5, "n": 2**60, "list": [1, [2, [3]]]}
    assert plain(pickle.dumps(record, 2)) == record


def test_a_project_with_computed_columns_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "lci"
    folder.mkdir(parents=True)
    base = sqlite3.connect(folder / "databases.db")
    base.execute(
        "CREATE TABLE activitydataset (id INTEGER PRIMARY KEY, data BLOB, code TEXT, database TEXT, location TEXT, "
        "name TEXT AS (hex(zeroblob(400000000))) VIRTUAL, product TEXT, type TEXT)"
    )
    base.execute(
        "CREATE TABLE exchangedataset (id INTEGER PRIMARY KEY, data BLOB, input_code TEXT, input_database TEXT, "
        "output_code TEXT, output_database TEXT, type TEXT)"
    )
    base.execute("INSERT INTO activitydataset (code, database) VALUES ('a', 'b')")
    base.commit()
    base.close()
    with pytest.raises(InputError):
        brightway_project.read(open_source(tmp_path / "project"), lambda _done, _total: None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_half_signs_in_json_become_a_sign_that_can_be_written(tmp_path: Path, encoding: str) -> None:
    """As raw bytes of half a sign in UTF-8, as an escape in UTF-16."""
    flow = {"@type": "Flow", "@id": "f", "name": "steel", "flowType": "PRODUCT_FLOW"}
    row = {"flow": {"@id": "f"}, "amount": 1.0, "unit": {"name": "kg"}, "isQuantitativeReference": True}
    text = json.dumps({"@type": "Process", "@id": "p", "name": "steel XX", "exchanges": [row]})
    raw = text.encode().replace(b"XX", b"\xed\xa0\x80")
    if encoding == "utf-16":
        raw = text.replace("XX", "\\ud800").encode("utf-16")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("flows/f.json", json.dumps(flow))
        archive.writestr("processes/p.json", raw)
    (found,) = openlca_jsonld.read(open_source(tmp_path / "x.zip"), lambda _done, _total: None).processes
    assert found.name.encode("utf-8").startswith(b"steel ")


@pytest.mark.parametrize("amount", [1e308, 1e-320, -1e308])
def test_amounts_that_nothing_can_be_divided_by_are_told(amount: float) -> None:
    found = linked(process("mill", product("a", amount), product("b", amount), emits(1.0)))
    assert (found.made, [m.code for m in found.misses]) == ((), ["import-no-product"])


def test_files_of_another_format_in_a_folder_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOPROD_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "mixed"
    folder.mkdir()
    air = ["Carbon dioxide;;kg;2;Undefined;0;0;0;"]
    rows = {"Products": ["Steel;kg;1;100;not defined;Metals;"], "Emissions to air": air}
    (folder / "steel.csv").write_text(simapro(rows), encoding="utf-8")
    (folder / "list.xlsx").write_bytes(b"not looked at")
    (folder / "notes.pdf").write_bytes(b"no data")
    made = import_source(folder, "mixed", progress=lambda _stage, _done, _total: None)
    assert made.usable == 1
    assert made.linked is not None
    assert [(m.code, m.at.file) for m in made.linked.misses if m.kind == "file"] == [
        ("import-other-format", "mixed/list.xlsx")
    ]


def test_keys_that_are_made_to_collide_are_refused() -> None:
    pairs = b"".join(b"\x8a\x09" + (n * (2**61 - 1)).to_bytes(9, "little", signed=True) + b"N" for n in range(1, 9))
    with pytest.raises(NotPlainError):
        plain(b"\x80\x02}(" + pairs + b"u.")


@pytest.mark.parametrize("name", ["a" + "\u0315\u0300" * 50_000, "x" + " " * 100_000 + "y", "n" * 100_000])
def test_names_of_any_length_are_cut_before_they_are_compared(name: str) -> None:
    """Combining marks are sorted, spaces searched and lines broken one by one: each takes the square of the length."""
    row = emits(1.0, name=name)
    found = linked(process(name, product(name), row))
    assert len(row.name) <= 1_001
    (made,) = found.made
    assert len(made.process.name) <= 1_001
    assert wrap(name, 80)[0]


def test_an_archive_of_many_small_bombs_is_refused_unread(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"processes/{number}.json", b" " * 9_000_000)
    with pytest.raises(InputError) as refused:
        open_source(tmp_path / "x.zip")
    assert [p.code for p in refused.value.problems] == ["import-bomb"]


def test_a_folder_is_weighed_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "sparse.xml").open("wb") as file:
        file.truncate(10**12)
    monkeypatch.setattr("ecoprod.importing.opened._digest", lambda _path: pytest.fail("hashed"))
    with pytest.raises(InputError):
        open_source(tmp_path)


def test_an_amount_that_its_unit_makes_infinite_is_a_miss() -> None:
    found = linked(process("mill", product("a"), emits(1e308, unit="t")))
    assert ([r.kind for r in found.rows], [m.code for m in found.misses]) == ([], ["import-not-finite"])


def test_signs_that_steer_a_terminal_are_spelled_in_documents_and_mappings() -> None:
    from ecoprod.report.json_text import to_json
    from ecoprod.report.matches import _plain

    name = "a\x1b]0;x\x07\x9b31m\u202eb"
    assert json.loads(to_json({"name": name})) == {"name": name}
    assert all(sign.isprintable() or sign == "\n" for sign in to_json({"name": name}))
    assert _plain(name).isprintable()
