"""Which requirements of two editions are one under another id, and in what order a difference is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_standards_diff import HERE, asks, between, edition, ids, sample

from ecoprod.report.standards_diff import diff_document, diff_text


def renamed(tmp_path: Path, *after: str) -> dict[str, list[str]]:
    """What differs where `old` (mass at most 9 kg) is gone in the second edition and `after` is asked instead."""
    place = sample(
        tmp_path, edition("S-1", "2017-01-01", "2020-01-01") + edition("S-2", "2020-01-01"),
        asks("old", "mass", f"at_most: 9 kg, {HERE}", more="    editions: [S-1]\n"), *after,
    )  # fmt: skip
    return ids(between(place, "2018-01-01", "2021-01-01"))


SECOND = "    editions: [S-2]\n"


def test_a_requirement_of_another_id_and_the_same_limit_is_the_same(tmp_path: Path) -> None:
    new = asks("new", "mass", f"at_most: 9000 g, {HERE}", more=SECOND)
    assert renamed(tmp_path, new) == {"added": [], "removed": [], "changed": ["new"]}


@pytest.mark.parametrize(
    "limit", ["mass: at_most: 8 kg", "mass: at_least: 9 kg", "mass: less_than: 9 kg", "noise: at_most: 9 dB(A)"]
)
def test_another_limit_or_indicator_is_another_requirement(tmp_path: Path, limit: str) -> None:
    indicator, _, asked = limit.partition(": ")
    new = asks("new", indicator, f"{asked}, {HERE}", more=SECOND)
    assert renamed(tmp_path, new) == {"added": ["new"], "removed": ["old"], "changed": []}


def test_where_two_could_be_the_same_neither_is(tmp_path: Path) -> None:
    one, two = (asks(name, "mass", f"at_most: 9 kg, {HERE}", more=SECOND) for name in ("one", "two"))
    assert renamed(tmp_path, one, two) == {"added": ["one", "two"], "removed": ["old"], "changed": []}


def test_counts_come_first_and_what_only_the_source_changes_last(tmp_path: Path) -> None:
    place = sample(
        tmp_path, edition("S-1", "2017-01-01"),
        asks("light", "mass", f"at_most: 9 kg, {HERE}", f"at_most: 7 kg, from: 2020-01-01, {HERE}"),
        asks("silent", "noise", f"at_most: 40 dB(A), {HERE}", f"at_most: 50 dB(A), from: 2020-01-01, {HERE}"),
        asks("cited", "recyclability-rate", f"at_least: 80 %, {HERE}",
             "at_least: 80 %, from: 2020-01-01, source: other, at: row 3, confidence: official_list"),
        asks("hushed", "quiet", f"equals: true, from: 2020-01-01, {HERE}"),
    )  # fmt: skip
    found = diff_document(between(place, "2018-01-01", "2021-01-01"))
    assert found["counts"] == {
        "stricter": 1, "looser": 1, "otherwise": 0, "added": 1, "removed": 0, "same_demand": 1,
    }  # fmt: skip
    page = diff_text(found, "en", "sample")
    parts = ["stricter 1, looser 1", "Added (1)", "Changed (2)", "Facts to declare", "Limit unchanged", "[cited]"]
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
