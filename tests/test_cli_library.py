"""`standards`, `data`, `init`, `schema`, `explain` and `compare` through the front door."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_calls import Captured, document, text
from ecoprod_cli.main import main
from report_cases import assessment

import ecoprod.corridor
import ecoprod.data_check
import ecoprod.standards
from ecoprod.errors import At, Problem
from ecoprod.report import result_document, to_json
from ecoprod.report.schemas import KINDS, faults
from ecoprod.standards.checks import Looked

ROOT = Path(__file__).parent.parent


def finding(*_given: Any) -> list[Problem]:
    return [Problem("alternate-shares", At("spec.yaml", 3), None, {"group": "G", "sum": 0.9})]


def test_standards_list_is_a_document_and_a_page(capsys: Captured) -> None:
    found = document(capsys, "standards", "list")
    assert not faults("standards", found)
    ids = {s["id"] for s in found["standards"]}
    assert {"gbt-32161", "lithium-ion-battery", "tablet-computer", "household-detergent"} <= ids
    page = text(capsys, "standards", "list", "--lang", "zh")
    assert all(name in page for name in ids)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_standards_show_names_requirements_limits_sources_and_gaps(capsys: Captured, lang: str) -> None:
    page = text(capsys, "standards", "show", "lithium-ion-battery", "--lang", lang)
    for needed in ("[mercury]", "≤ 0.0005 %", "list-2021", "[indicator-table]", "battery-type"):
        assert needed in page
    found = document(capsys, "standards", "show", "lithium-ion-battery")["standards"][0]
    mercury = next(r for r in found["rules"] if r["id"] == "mercury")
    assert mercury["condition"]["limit"]["confidence"] == "official_list"
    assert mercury["condition"]["limit"]["from"] is None


def test_the_misprinted_number_is_answered_and_explained(capsys: Captured) -> None:
    page = text(capsys, "standards", "show", "GB/T 32611", "--lang", "en")
    assert "misprint" in page
    assert "GB/T 32161-2015" in page


EDITIONS = ("tablet-computer@T-CESA-1020-2018", "tablet-computer@SJ-T-11750-2019")


def test_a_kind_with_two_editions_is_shown_with_both(capsys: Captured) -> None:
    page = text(capsys, "standards", "show", "tablet-computer", "--lang", "zh")
    places = [re.search(f"编号 +{edition}", page) for edition in EDITIONS]
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)
    assert all(places)
    found = document(capsys, "standards", "show", "tablet-computer")
    assert not faults("standards", found)
    assert [f"{s['id']}@{s['edition']}" for s in found["standards"]] == list(EDITIONS)
    assert all(f"@{name.partition('@')[2]}" in text(capsys, "standards", "list") for name in EDITIONS)


def test_init_names_the_editions_to_type(capsys: Captured, tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "p"), "--category", "tablet-computer", "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert all(f"--category {edition}" in said for edition in EDITIONS)
    assert "--spec" not in said
    assert "product.yaml" not in said
    assert main(["init", str(tmp_path / "p"), "--category", EDITIONS[0]]) == 0


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "检查 --overlay 的路径（相对于当前文件夹）"), ("en", "relative to the current")]
)
def test_an_overlay_that_is_not_there_is_looked_for_where_the_command_says(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    product = str(ROOT / "examples" / "gypsum-board")
    for command in (["assess", product], ["standards", "show", "household-detergent"]):
        assert main([*command, "--overlay", "mine/over.yaml", "--lang", lang]) == 2
        said = capsys.readouterr().err
        assert said.startswith("mine/over.yaml: ")
        assert words in said
        assert "产品文件夹" not in said
        assert "product folder" not in said
    assert main(["assess", product, "--overlay", "a/over.yaml", "--overlay", "b/over.yaml"]) == 2
    assert [line.split(": ")[0] for line in capsys.readouterr().err.splitlines()] == ["a/over.yaml", "b/over.yaml"]


def test_an_unknown_standard_lists_the_nearest(capsys: Captured) -> None:
    assert main(["standards", "show", "lithium-battery"]) == 2
    assert "lithium-ion-battery" in capsys.readouterr().err


def test_checks_are_0_clean_and_1_with_findings(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    assert document(capsys, "standards", "check")["problems"] == []
    monkeypatch.setattr(ecoprod.standards, "check_specs", lambda _path: Looked(finding(), [], 1, 0))
    monkeypatch.setattr(ecoprod.data_check, "check_background", finding)
    assert len(document(capsys, "standards", "check", code=1)["problems"]) == 1
    assert text(capsys, "data", "check", code=1).startswith("spec.yaml:3: ")
    assert main(["standards", "check", "no/such/place"]) == 2


def test_data_list_is_a_document_and_a_page(capsys: Captured) -> None:
    found = document(capsys, "data", "list")
    assert not faults("datasets", found)
    assert found["background"] == "core"
    ids = {d["id"] for d in found["datasets"]}
    assert "electricity-cn-grid" in ids
    assert all(d["sources"] for d in found["datasets"])
    page = text(capsys, "data", "list", "--lang", "zh")
    assert "electricity-cn-grid" in page
    assert "SPCC" in page  # a trade grade that a bill of materials may use


def test_data_show_prints_inventory_sources_and_results(capsys: Captured) -> None:
    found = document(capsys, "data", "show", "electricity-cn-grid")["datasets"][0]
    assert {"electricity-coal-cn", "electricity-hydro-cn"} <= {e["target"] for e in found["exchanges"]}
    climate = found["scores"]["EF v3.1"]["climate-change"]
    assert climate["unit"] == "kg CO2-Eq"
    assert 0.3 < climate["value"] < 1  # the official factor is 0.58 kg CO2e/kWh
    assert all(found["register"][e["source"]["id"]]["title"] for e in found["exchanges"])
    page = text(capsys, "data", "show", "electricity-cn-grid", "--lang", "zh")
    assert "气候变化" in page
    assert "owid-ember" in page


def test_an_unknown_dataset_or_background_lists_what_there_is(capsys: Captured) -> None:
    assert main(["data", "show", "electricity-cn"]) == 2
    assert "electricity-cn-grid" in capsys.readouterr().err
    assert main(["data", "list", "--background", "mine"]) == 2
    assert "core" in capsys.readouterr().err


def test_init_writes_a_folder_and_says_what_next(capsys: Captured, tmp_path: Path) -> None:
    said = text(capsys, "init", str(tmp_path / "p"), "--category", "lithium-ion-battery", "--lang", "zh")
    assert "product.yaml" in said
    assert "零件号" in (tmp_path / "p" / "bom.csv").read_text(encoding="utf-8-sig")
    assert main(["init", str(tmp_path / "p"), "--category", "lithium-ion-battery"]) == 2
    assert main(["init", str(tmp_path / "q"), "--category", "no-such-thing"]) == 2
    assert not (tmp_path / "q").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_json_alone(capsys: Captured, kind: str) -> None:
    assert main(["schema", kind]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_help_of_schema_names_every_kind(capsys: Captured, lang: str) -> None:
    page = "".join(text(capsys, "schema", "--help", "--lang", lang).split())
    _, _, told = page.partition("种类：" if lang == "zh" else "KINDs:")
    assert sorted(re.findall("[a-z-]+", told)[: len(KINDS)]) == sorted(KINDS)


def test_explain_prints_the_tree_of_a_result(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(to_json(result_document(assessment(tmp_path))), encoding="utf-8")
    assert "bom.csv:2 mass" in text(capsys, "explain", str(path), "climate-change")
    assert main(["explain", str(path), "climat"]) == 2
    assert "climate-change" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "none.json"), "x"]) == 2


def test_compare_is_a_document_and_a_page(capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecoprod.corridor, "assess", lambda *_given, **_more: assessment(tmp_path))
    found = document(capsys, "compare", "one", "two")
    assert not faults("comparison", found)
    assert [d["label"] for d in found["designs"]] == ["one", "two"]
    assert "2026-03-01" in text(capsys, "compare", "one", "two").splitlines()[0]


@pytest.mark.parametrize(
    ("word", "dataset"),
    [
        ("spcc", "steel-cold-rolled-cn"), ("冷轧钢", "steel-cold-rolled-cn"), ("Cold Rolled", "steel-cold-rolled-cn"),
        ("electricity-cn-grid", "electricity-cn-grid"),
    ],
)  # fmt: skip
def test_data_list_takes_a_word(capsys: Captured, word: str, dataset: str) -> None:
    found = document(capsys, "data", "list", word)
    assert not faults("datasets", found)
    ids = {d["id"] for d in found["datasets"]}
    assert dataset in ids
    assert len(ids) < 10
    assert {m["dataset"] for m in found["materials"]} <= ids | {None}
    assert dataset in text(capsys, "data", "list", word, "--lang", "zh")


def test_data_list_says_where_nothing_has_the_word(capsys: Captured) -> None:
    assert document(capsys, "data", "list", "no such thing")["datasets"] == []
    assert "没有名称" in text(capsys, "data", "list", "no such thing", "--lang", "zh")
