"""End-of-life scenario files: what may stand in one, and what a hostile one gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import background, built, dataset, material, part, product
from folders import copy_of, edit_rows, edit_yaml

from ecoprod.background import load_background
from ecoprod.corridor import assess
from ecoprod.errors import InputError
from ecoprod.messages import LANGS, Lang, problem_line
from ecoprod.product import EndOfLife
from ecoprod.report import result_document
from ecoprod.resources import bundled
from ecoprod.scenarios import ROUTE_NAMES, read_scenario

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
        ("id: mine", "ecoprod: 2", ["format-version"]),
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


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("plastics", "plastic (塑料)"), ("塑料", "plastic (塑料)"), ("Plastic", "plastic (塑料)"),
        ("钢", "metal-ferrous (钢铁)"), ("rubber", "elastomer (橡胶)"), ("wodd", "wood (木材)"),
        ("foo", "textile (纺织品)"),
    ],
)  # fmt: skip
def test_a_material_class_that_is_none_is_refused_with_the_nearest(
    tmp_path: Path, written: str, near: str, lang: Lang
) -> None:
    """Passed over, its parts would go the way of all others: a rate that fails was met."""
    own = (
        f"routes:\n  {written}:\n    incineration: {{share: 1, dataset: incineration-plastic}}\n    source: x\n"
        "  '*':\n    recycling: {share: 1, dataset: sorting-recyclable, yield: 0.5}\n    source: x\n"
    )
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_background().scenario("own.yaml", tmp_path)
    told = {p.code: p for p in raised.value.problems}
    assert set(told) == {"material-class-unknown", "dataset-unknown"}
    line = problem_line(told["material-class-unknown"], lang)
    assert line.startswith("own.yaml:2 ")
    assert all(word in line for word in (written, near, "docs/reference/materials.md"))
    assert told["dataset-unknown"].at.line == 6
    assert "sorting-recyclables" in problem_line(told["dataset-unknown"], lang)
    right = own.replace(written, "plastic").replace("recyclable,", "recyclables,")
    (tmp_path / "own.yaml").write_text(right, encoding="utf-8")
    assert set(load_background().scenario("own.yaml", tmp_path).of("plastic")) == {"incineration"}


# ---- what a reader has to do ---------------------------------------------------------------------


EXAMPLE = Path(__file__).parent.parent / "examples" / "battery-pack"
SECTION = "end-of-life.yaml"
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "input-files.md"


@pytest.mark.parametrize("lang", LANGS)
def test_a_rate_without_a_yield_says_what_to_write_and_where(tmp_path: Path, lang: Lang) -> None:
    """The bundled scenario states no yield, so the rate stays open; a file of one's own closes it."""
    folder = copy_of(EXAMPLE, tmp_path)
    edit_rows(folder / "bom.csv", lambda rows: [{**row, "end_of_life": "scenario"} for row in rows])
    document = result_document(assess(folder, spec="room-air-conditioner"))
    said = {m["field"]: m["message"][lang] for r in document["requirements"] for m in r["missing"]}
    for needed in ("end_of_life", "product.yaml", "scenario", "yield", "input-files.md", SECTION):
        assert needed in said["bom.end_of_life"], needed
    own = "routes:\n  '*':\n    recycling: {share: 1, dataset: sorting-recyclables, yield: 0.5}\n    source: x\n"
    (folder / SECTION).write_text(own, encoding="utf-8")
    edit_yaml(folder, lambda top: top.update(end_of_life={"scenario": SECTION}))
    closed = assess(folder, spec="room-air-conditioner")
    assert closed.measures["recyclability-rate"].value == pytest.approx(50.0)


@pytest.mark.parametrize("lang", LANGS)
def test_a_stage_without_data_names_the_field_and_the_section(tmp_path: Path, lang: Lang) -> None:
    folder = copy_of(EXAMPLE, tmp_path)
    edit_yaml(folder, lambda top: top.pop("end_of_life"))
    nothing = {m["field"]: m["message"][lang] for m in result_document(assess(folder))["lca"]["missing"]}
    assert all(word in nothing["end_of_life.scenario"] for word in ("end_of_life", "scenario", "none", SECTION))
    (folder / SECTION).write_text("routes: {'*': {recycling: {share: 1}, source: x}}\n", encoding="utf-8")
    edit_yaml(folder, lambda top: top.update(end_of_life={"scenario": SECTION, "collection": "90 %"}))
    lacking = result_document(assess(folder))["lca"]["missing"]
    said = " ".join(m["message"][lang] for m in lacking if m["field"].endswith("end_of_life"))
    assert all(word in said for word in ("end_of_life", "scenario", "dataset", SECTION))
    rest = next(m["message"][lang] for m in lacking if m["field"] == "end_of_life.collection")
    assert all(word in rest for word in ("landfill", "dataset", SECTION))


def test_the_section_is_there_and_its_file_is_a_scenario(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8").partition(f"## {SECTION}\n")[2].partition("\n## ")[0]
    block = text.partition("```yml\n")[2].partition("```")[0]
    path = tmp_path / SECTION
    path.write_text(block, encoding="utf-8")
    iron = read_scenario(path, SECTION).of("metal-ferrous")
    assert (iron["recycling"].recovered, iron["landfill"].recovered) == (0.9, None)
    assert all(f"`{name}`" in text for name in ROUTE_NAMES)
    bundled_ids = [p.stem for p in (bundled("lci_data") / "scenarios").glob("*.yaml")]
    assert all(f"`{name}`" in text for name in bundled_ids)
