"""Overlays of a specification of one's own: made from a table, and checked where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cli_calls import Captured, document
from ecoprod_cli.main import main
from test_standards import SAMPLE, folder_with

from ecoprod.standards.overlay_check import check_overlay

TABLE = "一级指标,二级指标,单位,方向,基准值,id\n环境属性,整机重量,kg,≤,LIMIT,weight\n"
BODY = """ecoprod: 1
requirements:
  - id: weight
    group: indicator
    title: {zh: 整机重量, en: weight}
    indicator: mass
    limits: [{at_most: 5 kg, source: doc, at: table 1, confidence: standard}]
"""
OVERLAY = "ecoprod: 1\nfor: sample@S-1\nsource: paper copy\nlimits: [{requirement: weight, at_most: LIMIT, at: x}]\n"
SIGNED = ("--source", "paper copy", "--checked-by", "张三", "--checked-on", "2026-01-15")


@pytest.mark.parametrize("suffix", ["", "@S-1"])
def test_a_table_becomes_an_overlay_of_a_folder_of_ones_own(capsys: Captured, tmp_path: Path, suffix: str) -> None:
    place, table, made = folder_with(tmp_path, SAMPLE, BODY), tmp_path / "table.csv", tmp_path / "mine.yaml"
    table.write_text(TABLE.replace("LIMIT", "4"), encoding="utf-8")
    assert main(["standards", "import-table", str(table), "--for", f"{place}{suffix}", *SIGNED, "-o", str(made)]) == 0
    capsys.readouterr()
    written = yaml.safe_load(made.read_text(encoding="utf-8"))
    assert written["for"] == "sample@S-1"
    assert [(e["requirement"], e["at_most"]) for e in written["limits"]] == [("weight", "4 kg")]
    assert document(capsys, "standards", "check", str(made))["problems"] == []


def test_a_looser_table_is_refused_for_ones_own_too(capsys: Captured, tmp_path: Path) -> None:
    place, table = folder_with(tmp_path, SAMPLE, BODY), tmp_path / "table.csv"
    table.write_text(TABLE.replace("LIMIT", "6"), encoding="utf-8")
    assert main(["standards", "import-table", str(table), "--for", str(place), *SIGNED, "-o", "-"]) == 2
    said = capsys.readouterr()
    assert "looser" in said.err
    assert not said.out


@pytest.mark.parametrize("where", [".", "sample", "sample/overlays", "overlays"])
def test_an_overlay_finds_its_specification_nearby(tmp_path: Path, where: str) -> None:
    folder_with(tmp_path, SAMPLE, BODY)
    path = tmp_path / where / "mine.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(OVERLAY.replace("LIMIT", "4 kg"), encoding="utf-8")
    found = check_overlay(path)
    assert found.problems == []
    assert found.spec is not None
    assert found.spec.id == "sample"
    path.write_text(OVERLAY.replace("LIMIT", "6 kg"), encoding="utf-8")
    assert [p.code for p in check_overlay(path).problems] == ["overlay-looser"]


@pytest.mark.parametrize("named", ["sample@S-1", "../sample@S-1", "sample/../sample@S-1"])
def test_one_that_lies_elsewhere_is_told_where_to_lie(capsys: Captured, tmp_path: Path, named: str) -> None:
    folder_with(tmp_path, SAMPLE, BODY)
    path = tmp_path / "far" / "away" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(OVERLAY.replace("sample@S-1", named), encoding="utf-8")
    found = document(capsys, "standards", "check", str(path), code=1)
    assert {p["code"] for p in found["problems"]} <= {"standards-unknown-spec", "standards-unknown-spec-far"}
    assert [n["code"] for n in found["notes"]] == ["overlay-own-beside"]


def test_nothing_nearby_takes_the_place_of_the_library(tmp_path: Path) -> None:
    near = tmp_path / "household-detergent"
    near.mkdir()
    (near / "spec.yaml").write_text("not even yaml: [", encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text("ecoprod: 1\nfor: household-detergent@GBT-32163.1-2015\nsource: paper copy\n", encoding="utf-8")
    assert check_overlay(path).problems == []
