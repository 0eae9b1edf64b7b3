"""A limit is no surer than the document that it cites: `standard` is read in the text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_standards import SAMPLE, SOURCES, folder_with

from ecoprod.errors import InputError
from ecoprod.messages import problem_line
from ecoprod.standards import check_specs, load_spec

BODY = """ecoprod: 1
requirements:
  - id: weight
    group: indicator
    title: {zh: 重, en: weight}
    all_of:
      - {indicator: mass, limits: [{at_most: 5 kg, source: doc, at: table 1, confidence: CONFIDENCE}]}
"""
ON = date(2026, 3, 1)


def codes(folder: Path, confidence: str, read: str) -> set[str]:
    place = folder_with(folder, SAMPLE, BODY.replace("CONFIDENCE", confidence))
    (folder / "_sources.yaml").write_text(SOURCES.replace("read: text", f"read: {read}"), encoding="utf-8")
    problems = check_specs(place).problems
    assert all(problem_line(p, "zh") for p in problems)
    for p in problems:
        assert "requirements.yaml:7" in problem_line(p, "en")
    if problems:
        with pytest.raises(InputError) as found:
            load_spec(place, ON)
        assert {p.code for p in found.value.problems} == {p.code for p in problems}
    else:
        assert load_spec(place, ON).requirements
    return {p.code for p in problems}


@pytest.mark.parametrize(
    ("confidence", "read"),
    [
        ("standard", "secondary"),
        ("standard", "list"),
        ("standard", "own"),
        ("user", "secondary"),
        ("official_list", "secondary"),
        ("official_list", "own"),
    ],
)
def test_a_limit_surer_than_its_source_is_bad_input(tmp_path: Path, confidence: str, read: str) -> None:
    assert codes(tmp_path, confidence, read) == {"standards-confidence-unread"}


@pytest.mark.parametrize(
    ("confidence", "read"),
    [("standard", "text"), ("official_list", "list"), ("official_list", "text"), ("secondary", "secondary")],
)
def test_a_limit_as_sure_as_its_source_is_taken(tmp_path: Path, confidence: str, read: str) -> None:
    assert codes(tmp_path, confidence, read) == set()


def test_the_nearest_register_says_how_a_document_is_known(tmp_path: Path) -> None:
    place = folder_with(tmp_path, SAMPLE, BODY.replace("CONFIDENCE", "standard"))
    (place / "_sources.yaml").write_text(SOURCES.replace("read: text", "read: secondary"), encoding="utf-8")
    assert {p.code for p in check_specs(place).problems} == {"standards-confidence-unread"}


def test_a_standard_referred_to_is_held_to_it_as_well(tmp_path: Path) -> None:
    asked = "{id: all-of-it, group: indicator, title: {zh: 全, en: all}, refers_to: other, source: doc, at: x}"
    place = folder_with(tmp_path, SAMPLE, f"ecoprod: 1\nrequirements: [{asked}]\n")
    other = tmp_path / "other"
    other.mkdir()
    sources = SOURCES.rstrip("}\n") + "}, far: {title: {zh: 远, en: far}, read: secondary, copy: a report}}\n"
    (tmp_path / "_sources.yaml").write_text(sources, encoding="utf-8")
    (other / "spec.yaml").write_text(
        SAMPLE.replace("id: sample\nextends: gbt-32161", "id: other\nrole: reference"), encoding="utf-8"
    )
    body = BODY.replace("CONFIDENCE", "standard").replace("source: doc", "source: far")
    (other / "requirements.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(InputError) as found:
        load_spec(place, ON)
    assert {p.code for p in found.value.problems} == {"standards-confidence-unread"}
