"""End-of-life scenario files: what may stand in one, and what a hostile one gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import background, built, dataset, material, part, product

from ecoprod.errors import InputError
from ecoprod.product import EndOfLife
from ecoprod.scenarios import read_scenario

GOOD = """id: mine
routes:
  '*':
    landfill: {share: 40 %, dataset: landfill}
    reuse: {share: 0.6}
    source: made up
"""


def codes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_scenario(path, "s.yaml")
    return sorted({p.code for p in raised.value.problems})


def test_shares_as_numbers_or_percent(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(GOOD, encoding="utf-8")
    routes = read_scenario(path, "s.yaml").of("plastic")
    assert (routes["landfill"].share, routes["reuse"].share) == (pytest.approx(0.4), 0.6)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("40 %", "0.3", ["scenario-shares"]),
        ("40 %", "-0.4", ["scenario-not-a-share", "scenario-shares"]),
        ("40 %", ".nan", ["scenario-not-a-share", "scenario-shares"]),
        ("40 %", "much", ["scenario-not-a-share", "scenario-shares"]),
        ("dataset: landfill", "yield: 9", ["scenario-not-a-share"]),
        ("dataset: landfill", "dataset: [x]", ["scenario-bad-route", "scenario-shares"]),
        ("    source: made up\n", "", ["scenario-no-source"]),
        ("reuse:", "moonshot:", ["scenario-shares", "scenario-unknown-key"]),
        ("{share: 40 %, dataset: landfill}", "[1, 2]", ["scenario-bad-route", "scenario-shares"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert old in GOOD
    assert codes(tmp_path, GOOD.replace(old, new)) == expected


def test_a_hostile_file_is_an_input_problem(tmp_path: Path) -> None:
    assert codes(tmp_path, "id: s\nroutes: " + "[" * 50_000)
    assert codes(tmp_path, "id: s\na: &a [1]\nb: *a\nroutes: {}\n")
    assert codes(tmp_path, "- just\n- a list\n")


def test_a_scenario_outside_the_product_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "evil.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mine" / "own.yaml").write_text(GOOD, encoding="utf-8")
    data = background(tmp_path, dataset("steel"), materials=(material("steel", "steel"),))
    made = product(tmp_path / "mine", part("a", 1.0, material="steel"), mass_kg=1.0)
    for name in ("../evil.yaml", str(tmp_path / "evil"), "../../" * 9 + str(tmp_path / "evil.yaml"), "x" * 400, "a\0b"):
        tried = replace(made, end_of_life=EndOfLife(name, 1.0))
        assert [p.code for p in built(tried, data)[1]] == ["scenario-unknown"], name
    own = replace(made, end_of_life=EndOfLife("own.yaml", 1.0))
    foreground, problems, _ = built(own, data)
    assert not problems
    assert foreground.scenario
    assert foreground.scenario.id == "mine"
