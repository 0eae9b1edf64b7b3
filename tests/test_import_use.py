"""An own database at work: matched to a product, read back by `assess`, explained; its documents and their schemas."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from caches import Seed
from import_systems import ecoprod, simapro

from ecoprod.report.schemas import faults, schema

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "gypsum-board"
EXIT = {"qualified": 0, "not_qualified": 1, "undetermined": 3, "provisional": 4}


def one(name: str, unit: str, co2: float, year: str = "", inputs: Sequence[str] = ()) -> dict[str, Sequence[str]]:
    more = {"Time period": [year]} if year else {}
    used = {"Materials/fuels": list(inputs)} if inputs else {}
    return {
        **more, "Products": [f"{name};{unit};1;100;not defined;x;"], **used,
        "Emissions to air": [f"Carbon dioxide, fossil;;kg;{co2};Undefined;0;0;0;", "=cmd();;kg;1;Undefined;0;0;0;"],
    }  # fmt: skip


DATABASE = simapro(
    one("脱硫石膏/CN", "kg", 0.01),
    one("石膏板用淀粉/CN", "kg", 0.7, inputs=["Enzyme/CN U;kg;0.01;Undefined;0;0;0;"]),
    one("发泡剂/GLO", "kg", 2.0), one("发泡剂/CN", "kg", 1.5), one("发泡剂/DE", "kg", 9.0),
    one("Electricity/CN U", "kWh", 0.6),
    one("护面纸/CN", "m2", 5.0),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, seeded: Seed) -> Path:
    """A cache with the database as `own`, and a product beside it."""
    folder = tmp_path_factory.mktemp("use")
    seeded(folder / "cache")
    (folder / "own.csv").write_text(DATABASE, encoding="utf-8")
    done = ecoprod(folder / "cache", "data", "import", folder / "own.csv", "--background", "own")
    assert done.returncode == 0, done.stderr.decode()
    shutil.copytree(EXAMPLE, folder / "board")
    text = (folder / "board" / "product.yaml").read_text(encoding="utf-8")
    (folder / "board" / "product.yaml").write_text(
        text.replace("mapping: mapping.csv", "mapping: own-mapping.csv"), "utf-8"
    )
    return folder


def call(place: Path, *args: object, lang: str = "en") -> tuple[int, bytes, str]:
    done = ecoprod(place / "cache", *args, lang=lang)
    return done.returncode, done.stdout, done.stderr.decode()


def document(place: Path, kind: str, *args: object, codes: Sequence[int] = (0,)) -> dict[str, Any]:
    """A document that keeps to its schema, alone on stdout and the same bytes in two runs."""
    (code, first, err), (_, again, _) = (call(place, *args, "--format", "json") for _ in range(2))
    assert code in codes, err
    assert first == again
    found = json.loads(first)
    jsonschema.validate(found, schema(kind))
    assert faults(kind, found) == []
    assert str(place).encode() not in first
    assert isinstance(found, dict)
    return found


def test_documents_keep_to_their_schemas(place: Path) -> None:
    told = document(place, "import", "data", "import", place / "own.csv", "--background", "own")
    assert (told["already"], told["datasets"]) == (True, {"in": 7, "usable": 7})
    assert told["misses_by_reason"] == {"import-flow-name": 7, "import-no-provider": 1}
    assert len(told["misses"]) == 8
    listed = document(place, "datasets", "data", "list", "--background", "own")
    assert [d["year"] for d in listed["datasets"]] == [None] * 7
    found = document(place, "datasets", "data", "search", "发泡剂", "--background", "own")
    assert {d["place"] for d in found["datasets"]} == {"CN", "GLO", "DE"}
    document(place, "datasets", "data", "show", "electricity-cn-u-cn", "--background", "own")
    document(place, "problems", "data", "check", "--background", "own", codes=(1,))
    document(place, "matches", "data", "match", place / "board", "--background", "own")
    assert call(place, "schema", "import")[0] == call(place, "schema", "matches")[0] == 0


def test_a_schema_refuses_what_it_must() -> None:
    assert faults("import", {"schema": "ecoprod.import/1"})
    assert faults("matches", {"schema": "ecoprod.matches/1", "background": "x", "names": [{"name": 1}], "ecoprod": "0"})


def test_progress_goes_to_stderr_also_where_no_terminal_listens(place: Path) -> None:
    code, out, err = call(place, "data", "import", place / "own.csv", "--background", "own", "--complete", "--replace")
    assert code == 0
    assert "7 of 7 datasets read" in err
    assert "7 of 7 datasets linked" in err
    assert b"datasets read" not in out
    call(place, "data", "import", place / "own.csv", "--background", "own", "--replace")
    code, _, err = call(
        place, "data", "import", place / "own.csv", "--background", "own", "--replace", "--complete", lang="zh"
    )
    assert any(sign >= "\u4e00" for sign in err)
    assert call(place, "data", "import", place / "own.csv", "--background", "own", "--replace")[0] == 0


def test_proposals_are_ranked_with_reasons(place: Path) -> None:
    names = {
        n["name"]: n
        for n in document(place, "matches", "data", "match", place / "board", "--background", "own")["names"]
    }
    foam = names["发泡剂"]
    assert [c["place"] for c in foam["candidates"]] == ["CN", "GLO", "DE"]  # alike by name: the place decides
    assert all("place" in c["reason"]["en"] and "地" in c["reason"]["zh"] for c in foam["candidates"])
    assert [c["dataset"] for c in names["电力"]["candidates"]][:1] == ["electricity-cn-u-cn"]  # zh name, en dataset
    paper = names["护面纸"]
    assert paper["candidates"] == []
    assert [c["unit"] for c in paper["refused"]] == ["m2"]
    assert "m2" in paper["refused"][0]["reason"]["en"]
    assert paper["refused"][0]["factor"] is None


def test_the_year_decides_between_what_is_alike(place: Path) -> None:
    from ecoprod.background import Dataset
    from ecoprod.matching import Wanted, _Shelf

    def made(id_: str, at: str, year: int) -> Dataset:
        name = "steel sheet"
        return Dataset(
            id_, name, name, (), "imported", "unit", at, year, "kg", "", "",
            None, None, frozenset(), None, "", "", "", 0,
        )  # fmt: skip

    shelf = _Shelf([made("old", "CN", 2005), made("new", "CN", 2022), made("far", "GLO", 2005)])
    proposal = shelf.proposal(Wanted("steel sheet", "material", "kg", ("steel sheet",)))
    assert [r.dataset.id for r in proposal.candidates] == ["new", "old", "far"]


def test_matched_assessed_and_explained(place: Path) -> None:
    mapping = place / "board" / "own-mapping.csv"
    code, _, err = call(place, "data", "match", place / "board", "--background", "own", "-o", mapping)
    assert code == 0
    assert "护面纸" in err  # nothing fits it: said, not left out in silence
    rows = list(csv.DictReader(io.StringIO(mapping.read_text(encoding="utf-8"))))
    assert list(rows[0]) == ["material", "dataset", "background", "factor", "reason", "checked_by", "checked_on"]
    assert {r["background"] for r in rows} == {"own"}
    assert {(r["checked_by"], r["checked_on"]) for r in rows} == {("", "")}

    target = place / "result.json"
    code, _, err = call(place, "assess", place / "board", "--background", "own", "--format", "json", "-o", target)
    found = json.loads(target.read_text(encoding="utf-8"))
    jsonschema.validate(found, schema("result"))
    assert code == EXIT[found["verdict"]], err
    assert found["lca"]["background"]["id"] == "own"
    trace = {t["id"]: t for t in found["trace"]}
    assert trace["mapping:发泡剂"]["kind"] == "assumed"
    assert "own-mapping.csv:" in trace["mapping:发泡剂"]["source"]
    assert trace["background:own/core"]["kind"] == "assumed"  # transport and landfill are the core's
    assert "landfill" in trace["background:own/core"]["source"]
    starch = next(t for t in trace if t.startswith("lci:") and "淀粉" in t and t.endswith("/left-out"))
    assert (trace[starch]["kind"], trace[starch]["value"]) == ("assumed", 2)
    scored = next(t for t in trace if t.startswith("lci:发泡剂") and t.endswith("EF v3.1/climate-change"))
    assert trace[scored]["value"] == 1.5  # kg CO2 of the Chinese one, whose factor is 1
    line = DATABASE.split("\n").index("发泡剂/CN;kg;1;100;not defined;x;")
    start = max(n for n, text in enumerate(DATABASE.split("\n")[:line], 1) if text == "Process")
    code, out, _ = call(place, "explain", target, scored)
    assert code == 0
    assert f"own.csv:{start}" in out.decode()
    code, out, _ = call(place, "explain", target, "impact:EF v3.1/climate-change")
    assert f"own.csv:{start}" in "".join(out.decode().split())


def test_the_users_word_that_all_is_covered_is_shown(place: Path) -> None:
    assert call(place, "data", "import", place / "own.csv", "--background", "vouched", "--complete")[0] == 0
    listed = document(place, "datasets", "data", "list", "--background", "vouched")
    assert all(len(d["covers"]) == 16 for d in listed["datasets"])
    board = place / "vouched"
    shutil.copytree(place / "board", board)
    (board / "own-mapping.csv").unlink(missing_ok=True)  # of the test before: nothing is written over it
    assert call(place, "data", "match", board, "--background", "vouched", "-o", board / "own-mapping.csv")[0] == 0
    _, out, _ = call(place, "assess", board, "--background", "vouched", "--format", "json")
    entries = [
        t for t in json.loads(out)["trace"] if t["kind"] == "assumed" and t["id"].startswith("background:vouched")
    ]
    assert len(entries) == 2  # the core beside, and the user's word
