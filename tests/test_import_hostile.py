"""Hostile sources of every kind through the command: refused in both languages, nothing written, nothing run."""

from __future__ import annotations

import io
import json
import os
import pickle
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from caches import Seed
from ecoprod_cli.main import main
from import_cases import hostile
from import_systems import simapro

ECOSPOLD1 = '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01"><dataset number="1"></dataset></ecoSpold>'
ECOSPOLD2 = '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02"><activityDataset></activityDataset></ecoSpold>'
ILCD = '<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"></processDataSet>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
LAUGHS = f"<!DOCTYPE a [{LAUGHS}]>"


@pytest.fixture
def refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeded: Seed
) -> Callable[..., set[str]]:
    """Codes for which a source is refused; the same words reach a person in Chinese and in English."""
    cache = seeded(tmp_path / "cache")
    monkeypatch.setenv("ECOPROD_CACHE", str(cache))

    def call(path: Path, *more: str) -> set[str]:
        before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and cache not in p.parents}
        assert main(["data", "import", str(path), "--background", "x", "--format", "json", *more]) == 2
        out, _ = capsys.readouterr()
        found = json.loads(out)
        assert found["schema"] == "ecoprod.problems/1"
        for lang, sign in (("zh", "\u4e00"), ("en", "a")):
            assert main(["--lang", lang, "data", "import", str(path), "--background", "x", *more]) == 2
            shown, told = capsys.readouterr()
            assert shown == ""
            assert "Traceback" not in told
            assert any(c >= sign for c in told)
            for problem in found["problems"]:
                assert problem["message"][lang] in " ".join(told.split("\n")) or problem["message"][lang][:10] in told
        assert not list((cache / "backgrounds").rglob("*"))
        assert {p: p.read_bytes() for p in before} == before
        new = {p for p in tmp_path.rglob("*") if p.is_file() and cache not in p.parents}
        assert new == set(before)
        return {problem["code"] for problem in found["problems"]}

    return call


def zipped(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("disguise", ["bomb", "outside", "late", "utf16", "utf16-be"])
@pytest.mark.parametrize(
    ("name", "text"),
    [("a.xml", ECOSPOLD1), ("a.spold", ECOSPOLD2), ("processes/a.xml", ILCD)],
    ids=["es1", "es2", "ilcd"],
)
def test_xml_with_entities(tmp_path: Path, refused: Any, name: str, text: str, disguise: str) -> None:
    raw = hostile(text)[disguise]
    single = tmp_path / Path(name).name
    single.write_bytes(raw)
    # behind a comment of 9,000 signs no root element is looked for: refused as well, by another name
    assert refused(single) == {"import-unknown-format" if disguise == "late" else "import-xml-entity"}
    if disguise in ("bomb", "utf16"):
        assert refused(zipped(tmp_path / "a.zip", {f"ILCD/{name}": raw})) == {"import-xml-entity"}


@pytest.mark.parametrize("text", [ECOSPOLD1, ECOSPOLD2, ILCD], ids=["es1", "es2", "ilcd"])
def test_a_billion_laughs(tmp_path: Path, refused: Any, text: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f'<?xml version="1.0"?>{LAUGHS}{text.replace("></", ">&l9;</", 1)}', encoding="utf-8")
    assert refused(path) == {"import-xml-entity"}


def test_a_zip_bomb(tmp_path: Path, refused: Any) -> None:
    assert refused(zipped(tmp_path / "a.zip", {"processes/a.json": b" " * 60_000_000})) == {"import-bomb"}


def test_a_zip_that_says_it_is_small(tmp_path: Path, refused: Any) -> None:
    """The size in the directory is a lie: what comes out is read no further than what was announced."""
    path = zipped(tmp_path / "a.zip", {"a.spold": ECOSPOLD2.encode() + b" " * 3_000_000})
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (200).to_bytes(4, "little")
    path.write_bytes(bytes(raw))
    assert refused(path) <= {"import-bomb", "import-unreadable", "import-unknown-format"}


@pytest.mark.parametrize(
    "name", ["../evil.spold", "/etc/evil.spold", "a/../../evil.spold", "..\\evil.spold", "C:\\evil.spold"]
)
def test_paths_that_leave_the_archive(tmp_path: Path, refused: Any, name: str) -> None:
    assert refused(zipped(tmp_path / "a.zip", {name: ECOSPOLD2})) == {"import-path-outside"}
    assert not (tmp_path.parent / "evil.spold").exists()


def test_links_in_archives_and_folders(tmp_path: Path, refused: Any) -> None:
    info = zipfile.ZipInfo("a.spold")
    info.external_attr = 0o120777 << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert refused(path) == {"import-link"}
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.spold").symlink_to("/etc/passwd")
    (folder / "inside").symlink_to("/etc", target_is_directory=True)
    assert refused(folder) == {"import-link"}


class Payload:
    """Writes a file when Python's own unpickler reads it."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.system, (f"touch '{self.target}'",)


@pytest.mark.parametrize("archived", [False, True])
def test_a_payload_in_a_brightway_project(tmp_path: Path, refused: Any, archived: bool) -> None:
    target = tmp_path / "written"
    place = tmp_path / "demo.1a2b3c4d" / "lci"
    place.mkdir(parents=True)
    with sqlite3.connect(place / "databases.db") as base:
        base.execute(
            "CREATE TABLE activitydataset (id, data BLOB, code TEXT, database TEXT, location, name, product, type)"
        )
        base.execute(
            "CREATE TABLE exchangedataset "
            "(id, data BLOB, input_code, input_database, output_code, output_database, type)"
        )
        node = pickle.dumps({"name": "steel", "unit": "kilogram", "x": Payload(target)}, protocol=4)
        base.execute(
            "INSERT INTO activitydataset (data, code, database, name) VALUES (?, 'a', 'mine', 'steel')", (node,)
        )
        edge = pickle.dumps({"amount": 1.0, "type": "production"}, protocol=4)
        base.execute("INSERT INTO exchangedataset VALUES (1, ?, 'a', 'mine', 'a', 'mine', 'production')", (edge,))
    base.close()
    source = place.parent
    if archived:
        source = zipped(tmp_path / "p.zip", {"demo/lci/databases.db": (place / "databases.db").read_bytes()})
    assert refused(source) == {"import-pickle-hostile"}
    assert not target.exists()


def workbook(path: Path, amount: Any) -> Path:
    book = openpyxl.Workbook()
    page: Any = book.active
    heads = ["name", "amount", "unit", "database", "categories", "location", "type"]
    rows = [
        ["Database", "mine"], [], ["Activity", "sawing"], ["code", "mill"], ["location", "CN"], ["unit", "kilogram"],
        ["Exchanges"], heads, ["sawing", 1, "kilogram", "mine", None, "CN", "production"],
        ["Carbon dioxide, fossil", amount, "kilogram", "biosphere3", "air", None, "biosphere"],
        ["=cmd()|x", 1, "kilogram", "biosphere3", "air", None, "biosphere"],
    ]  # fmt: skip
    for row in rows:
        page.append(row)
    page.cell(page.max_row, 1).data_type = "s"
    book.save(path)
    return path


def test_a_formula_is_named_and_never_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeded: Seed
) -> None:
    monkeypatch.setenv("ECOPROD_CACHE", str(seeded(tmp_path / "cache")))
    path = workbook(tmp_path / "a.xlsx", "=1+1")
    assert main(["data", "import", str(path), "--background", "x", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr()[0])
    formula = next(m for m in found["misses"] if m["code"] == "import-cell-formula")
    assert (formula["sheet"], formula["cell"]) == ("Sheet", "B10")
    assert main(["data", "show", "sawing-cn", "--background", "x", "--format", "json"]) == 0
    (dataset,) = json.loads(capsys.readouterr()[0])["datasets"]
    assert dataset["exchanges"] == []
    assert dataset["left_out"] == 2


def test_names_that_look_like_formulas_are_text_in_every_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeded: Seed
) -> None:
    monkeypatch.setenv("ECOPROD_CACHE", str(seeded(tmp_path / "cache")))
    rows = [f"{name};;kg;1;Undefined;0;0;0;" for name in ("=cmd()", "+1+1", "-2", "@SUM(A1)", "=HYPERLINK(1)")]
    path = tmp_path / "a.csv"
    path.write_text(
        simapro({"Products": ["Steel;kg;1;100;not defined;Metals;"], "Emissions to air": rows}), encoding="utf-8"
    )
    target = tmp_path / "misses.xlsx"
    for line in (["import", str(path)], ["check"]):
        assert main(["data", *line, "--background", "x", "--format", "xlsx", "-o", str(target)]) in (0, 1)
        book = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert "=cmd()" in {cell.value for cell in cells}
        assert not [cell for cell in cells if cell.data_type == "f"]
        with zipfile.ZipFile(target) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert "Traceback" not in capsys.readouterr()[1]


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "import-json-nested"), (b"[" * 500_000, "import-json-nested")],
)
def test_a_json_bomb(tmp_path: Path, refused: Any, raw: bytes, code: str) -> None:
    head = b'{"@type":"Process","@id":"a","name":"n","exchanges":[]}'
    assert refused(zipped(tmp_path / "a.zip", {"processes/a.json": head, "processes/b.json": raw})) == {code}


def test_numbers_and_texts_that_no_table_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeded: Seed
) -> None:
    """A lone surrogate, control signs, a number beyond floats: read or left out, never a fault."""
    monkeypatch.setenv("ECOPROD_CACHE", str(seeded(tmp_path / "cache")))
    unit = {
        "@type": "UnitGroup",
        "@id": "g",
        "name": "mass",
        "units": [{"@id": "u", "name": "kg", "conversionFactor": 1.0}],
    }
    flow = {"@type": "Flow", "@id": "f", "name": "st\ud800eel\x00\x07", "flowType": "PRODUCT_FLOW"}
    row = {"flow": {"@id": "f", "name": "st\ud800eel"}, "amount": 1.0, "unit": {"@id": "u", "name": "kg"},
           "isInput": False, "isQuantitativeReference": True}  # fmt: skip
    odd = {
        "flow": {"@id": "nowhere\ud800", "name": "x\ud800"},
        "amount": 1e308,
        "unit": {"name": "kg"},
        "isInput": True,
    }
    process = {"@type": "Process", "@id": "p\ud800", "name": "n\ud800", "exchanges": [row, odd]}
    files = {"unit_groups/g.json": unit, "flows/f.json": flow, "processes/p.json": process}
    path = zipped(tmp_path / "a.zip", {name: json.dumps(value) for name, value in files.items()})
    code = main(["data", "import", str(path), "--background", "x", "--format", "json"])
    out, err = capsys.readouterr()
    assert code in (0, 3), err
    json.loads(out)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / os.fsdecode(b"\xff.csv")).write_bytes(
        simapro({"Products": ["Steel;kg;1;100;not defined;Metals;"]}).encode()
    )
    assert main(["data", "import", str(folder), "--background", "y", "--format", "json"]) in (0, 2, 3)
    json.loads(capsys.readouterr()[0])
