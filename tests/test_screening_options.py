"""What options may not be: refused with place, reason and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main

from ecoprod.screening.goals import INDICATORS
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]


def product(folder: Path) -> Path:
    """A holds nothing but B and C: an assembly of 700 g."""
    place = cases.product(folder)
    head, *rows = (place / "bom.csv").read_text(encoding="utf-8").splitlines()
    below = {"B": "Y", "C": "Y"}
    told = [f"{row},{below.get(row[0], '')}" for row in rows]
    (place / "bom.csv").write_text("\n".join([f"{head},parent", "Y,frame,1,700 g,,,,,,", *told]) + "\n", "utf-8")
    return place


@pytest.mark.parametrize(
    ("option", "place"),
    [
        ({"part": "Y", "name": "c", "set": {"mass": "5 kg"}}, "options[0].set.mass"),
        ({"group": ["A", "Y"], "name": "c", "set": {"mass": "700 g"}}, "options[0].set.mass"),
        ({"part": "Y", "name": "c", "set": {"material": "6061", "at_equal": "stiffness of panel"}}, "set.at_equal"),
    ],
)
def test_an_assembly_takes_no_mass_of_its_own(
    tmp_path: Path, capsys: Captured, option: dict[str, Any], place: str
) -> None:
    offer = cases.variants(tmp_path, [option])
    assert main(["screen", str(product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    told = [row for row in said.splitlines() if "“Y” is an assembly: it weighs what it holds (B, C)" in row]
    assert len(told) == 1, said
    assert place in told[0]
    assert "set the masses of the parts it holds" in told[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [("recycled_content", "30 %"), ("end_of_life", "recycling"), ("coating", "zinc: 40 g/m2 × 0.3 m2")],
)
def test_an_assembly_has_no_content_route_or_coating_of_its_own(
    tmp_path: Path, capsys: Captured, column: str, value: str
) -> None:
    place = product(tmp_path)
    offer = cases.variants(tmp_path, [{"group": ["A", "Y"], "name": "c", "set": {column: value, "yield": 0.9}}])
    assert main(["screen", str(place), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    told = [row for row in said.splitlines() if f"“Y” is an assembly: {column} is a matter of the parts" in row]
    assert len(told) == 1, said
    assert f"options[0].set.{column}" in told[0]
    assert "(B, C)" in told[0]
    assert "set it for the parts it holds" in told[0]


def test_the_parts_of_an_assembly_take_a_mass(tmp_path: Path) -> None:
    offer = cases.variants(tmp_path, [{"part": "B", "name": "c", "set": {"mass": "350 g"}}])
    assert main(["screen", str(product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 0


@pytest.mark.parametrize("name", ["as_is", "As it is", "AS IS", "原样", "现有设计"])
def test_no_option_is_called_like_the_product_as_it_is(tmp_path: Path, capsys: Captured, name: str) -> None:
    offer = cases.variants(tmp_path, [{"part": "A", "name": name, "set": {"mass": "350 g"}}])
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert f"options[0].name: an option cannot be called “{name}”" in said
    assert "give it another name" in said


def test_a_listed_design_may_name_what_stays_as_it_is(tmp_path: Path) -> None:
    options = [{"part": p, "name": "thin", "set": {"mass": "90 g"}} for p in "AB"]
    listed = [{"A": "现有设计", "B": "thin"}, {"A": "as it is"}]
    frame = screen(cases.product(tmp_path), cases.variants(tmp_path, options, design={"list": listed})).frame()
    assert frame["option:A"].tolist() == ["as_is", "as_is"]
    assert frame["option:B"].tolist() == ["thin", "as_is"]


@pytest.mark.parametrize(
    ("content", "empty"),
    [
        ({"options": [{"part": "Q", "name": "a", "set": {"mass": "1 kg"}}]}, False),
        ({"parameters": [{"name": "x", "field": "bom[Q].mass", "values": ["1 kg"]}]}, False),
        ({"options": [], "parameters": []}, True),
        ({}, True),
    ],
)
def test_only_a_file_without_options_and_parameters_is_told_to_have_none(
    tmp_path: Path, capsys: Captured, content: dict[str, Any], empty: bool
) -> None:
    offer = cases.variants(tmp_path, content.pop("options", []), **content)
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert ("neither an option nor a parameter" in said) is empty
    assert ("“Q”" in said) is not empty


def test_what_a_row_of_an_option_gets_wrong_is_told_in_the_words_of_the_file(tmp_path: Path, capsys: Captured) -> None:
    # the steel of A is a mix of both routes already: no recycled content can be stated on top of it
    options = [
        {"part": "B", "name": "a", "set": {"mass": "390 g"}},
        {"part": "A", "name": "c", "set": {"recycled_content": "30 %"}},
    ]
    place = product(tmp_path)
    offer = cases.variants(tmp_path, options)
    assert main(["screen", str(place), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    told = [line for line in said.splitlines() if "recycled_content" in line]
    assert len(told) == 1, said
    line = 1 + offer.read_text(encoding="utf-8").splitlines().index("- part: A")
    assert told[0].startswith(f"variants.yaml:{line} options[1].set.recycled_content: ")
    assert "#A" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"design": {"sample": 0}}, "design.sample: the sample is 0: it has to be a whole number from 1 to 10000000"),
        ({"design": {"sample": 2.5}}, "design.sample: the sample is 2.5: it has to be a whole number"),
        ({"design": {"sample": 5, "seed": -3}}, "design.seed: the seed is -3: it has to be a whole number from 0"),
        ({"design": {"sample": 5, "seed": "x"}}, "design.seed: the seed is x: it has to be a whole number from 0"),
        ({"cost": "3 USD"}, "set.cost: the cost “3 USD” is no amount in CNY — write an amount with 元 or CNY"),
        ({"cost": "3"}, "set.cost: the cost “3” is no amount in CNY — write an amount with 元 or CNY"),
        ({"cost": "2 kg"}, "set.cost: the cost “2 kg” is no amount in CNY"),
        ({"objectives": [{"category": "climate"}]}, "water-use"),
    ],
)
def test_remedies_fit_what_is_wrong(tmp_path: Path, capsys: Captured, content: dict[str, Any], said: str) -> None:
    more = {key: value for key, value in content.items() if key != "cost"}
    change = {"mass": "350 g", **({"cost": content["cost"]} if "cost" in content else {})}
    offer = cases.variants(tmp_path, [{"part": "A", "name": "a", "set": change}], **more)
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1


def test_a_folder_or_nothing_in_place_of_the_file(tmp_path: Path, capsys: Captured) -> None:
    arguments = ["screen", str(cases.product(tmp_path)), "--lang", "en", "--variants"]
    assert main([*arguments, str(tmp_path)]) == 2
    assert f"{tmp_path} is a folder and no variants file — name the file in it" in capsys.readouterr().err
    assert main([*arguments, str(tmp_path / "none.yaml")]) == 2
    said = capsys.readouterr().err
    assert "there is no file" in said
    assert "check the path after --variants" in said


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_that_can_be_an_objective_ranks_designs(tmp_path: Path, capsys: Captured, name: str) -> None:
    """B becomes 300 g, half of it recycled: 150 g, of these 60 g before and 90 g after use, of the 1800 g of all."""
    change = {"recycled_content": "pre 20 % + post 30 %", "mass": "300 g", "cost": "1 CNY"}
    offer = cases.variants(tmp_path, [{"part": "B", "name": "b", "set": change}], objectives=[{"indicator": name}])
    found = screen(cases.product(tmp_path), offer)
    content = {"recycled-content": 150, "waste-content": 150, "recycled-content-pre": 60, "recycled-content-post": 90}
    if name in content:
        low = found.frame()[f"{name}:low"].tolist()
        assert low == pytest.approx([0, 100 * content[name] / 1800])
        assert found.frame()["rank"].tolist() == [2, 1]
    arguments = ["screen", str(tmp_path / "product"), "--variants", str(offer)]
    assert [main([*arguments, "--format", form]) for form in ("text", "json", "csv")] == [0, 0, 0]
    capsys.readouterr()
    assert main(["levers", *arguments[1:]]) == 0


def test_names_that_no_data_know_are_told_beside_everything_else(tmp_path: Path, capsys: Captured) -> None:
    """One round: what the file gets wrong, what no data know, what nothing can aim at, and designs without end."""
    options = [
        {"part": "A", "name": "unread", "set": {"mass": "abc"}},
        {"part": "A", "name": "unknown", "set": {"material": "unobtainium", "mass": "1 kg"}},
        {"part": "B", "name": "stiff", "set": {
            "material": "vibranium", "at_equal": "stiffness of panel", "process": "wishing",
            "transport": "teleport 3 km",
        }},
        {"part": "C", "name": "heavy", "set": {"transport": "camel 30 km", "end_of_life": "vanishing"}},
        {"part": "Q", "name": "nowhere", "set": {"mass": "1 kg"}},
    ]  # fmt: skip
    parameters = [{"name": "wall", "field": "bom[D].mass", "range": ["0.1 kg", "0.3 kg"]}]
    goals = [{"category": "climate-change", "method": "EF v9"}]
    offer = cases.variants(tmp_path, options, parameters=parameters, objectives=goals)
    arguments = ["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    told = [
        "options[0].set.mass: ", "options[1].set.material: no material is called “unobtainium”",
        "options[2].set.material: no material is called “vibranium”", "options[2].set.process: ",
        "options[2].set.transport: ",
        "options[3].set.transport: ", "options[3].set.end_of_life: ", "options[4].part: ",
        "objectives: “EF v9/climate-change” is nothing to aim at",
        "design: parameters over a range (wall)",
    ]  # fmt: skip
    for one in told:
        assert sum(one in line for line in said.splitlines()) == 1, (one, said)
    # the first run of all tells that impacts are calculated: the only way to know which ones another method has
    assert len([line for line in said.splitlines() if line.startswith("variants.yaml")]) == len(told), said


def test_levers_tells_names_that_no_data_know_beside_a_cost_that_is_missing(tmp_path: Path, capsys: Captured) -> None:
    options = [
        {"part": "A", "name": "unknown", "set": {"material": "unobtainium", "mass": "1 kg", "cost": "1 CNY"}},
        {"part": "B", "name": "thin", "set": {"mass": "350 g"}},
        {"part": "C", "name": "odd", "set": {"mass": "350"}},
    ]
    offer = cases.variants(tmp_path, options)
    assert main(["levers", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    for one in ("unobtainium", "option “thin” of “B” has no cost", "options[2].set.mass"):
        assert one in said, said


@pytest.mark.parametrize(
    ("design", "arguments", "place"),
    [
        ({"list": [{"A": "thin"}]}, ["--seed", "3"], "--seed"),
        ("full", ["--seed", "0"], "--seed"),
        (None, ["--seed", "3"], "--seed"),
        ({"list": [{"A": "thin"}], "seed": 3}, [], "design.seed"),
    ],
)
def test_a_seed_without_a_sample_is_refused(
    tmp_path: Path, capsys: Captured, design: Any, arguments: list[str], place: str
) -> None:
    more = {} if design is None else {"design": design}
    offer = cases.variants(tmp_path, [{"part": "A", "name": "thin", "set": {"mass": "850 g"}}], **more)
    command = ["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]
    assert main([*command, *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("a seed is that of a sample") == 1
    assert f"{place}: " in said
    assert len(said.splitlines()) == 1
    if place == "--seed":
        assert main([*command, *arguments, "--sample", "5"]) == 0
