"""Which offered option alone meets a requirement, substances first: worked by hand, and each one judged in full."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main

from ecoprod.levers.levers import Levers, levers
from ecoprod.report.schemas import faults
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]
LEAD, CADMIUM = "substance:Pb@homogeneous_material", "substance:Cd@homogeneous_material"
LIMITS = {LEAD: "at_most: 0.1 %", CADMIUM: "at_most: 0.01 %", "mass": "at_most: 1.8 kg"}
OPTIONS: list[dict[str, Any]] = [
    # A holds 0.2 % lead against 0.1 %; nothing of it in two options, one still at 0.15 %
    {"part": "A", "name": "leadfree", "set": {"substances": "Pb 0.01 %; Cd 0.001 %", "cost": "9 CNY"}},
    {"part": "A", "name": "less lead", "set": {"substances": "Pb 0.15 %; Cd 0.001 %", "cost": "1 CNY"}},
    {"part": "A", "name": "light leadfree", "set": {
        "substances": "Pb 0.02 %; Cd 0.001 %", "mass": "750 g", "cost": "4 CNY",
    }},
    # 1.9 kg less 60 g are 1.84 kg, less 150 g are 1.75 kg
    {"part": "B", "name": "thin", "set": {"mass": "340 g", "cost": "0 CNY"}},
    {"part": "B", "name": "thinner", "set": {"mass": "250 g", "cost": "2 CNY"}},
    # another material says nothing of what it holds: lead stays as it is, cadmium becomes open
    {"part": "A", "name": "unknown", "set": {"material": "Q235", "mass": "800 g", "cost": "3 CNY"}},
]  # fmt: skip


def product(folder: Path) -> Path:
    place = cases.product(folder)
    head, *rows = (place / "bom.csv").read_text(encoding="utf-8").splitlines()
    lead = {"A": "0.2 %"}
    told = [f"{row},Pb {lead.get(row[0], '0.01 %')}; Cd 0.02 %,homogeneous_material" for row in rows]
    (place / "bom.csv").write_text("\n".join([f"{head},substances,substance_basis", *told]) + "\n", "utf-8")
    return place


def found(folder: Path, options: list[dict[str, Any]], **more: Any) -> Levers:
    place = cases.specification(folder, LIMITS)
    return levers(product(folder), cases.variants(folder, options, **more), spec=str(place))


def alone(at: Levers) -> dict[str, list[str]]:
    assert at.offer is not None
    return {name: [f"{o.part}: {o.option}" for o in options] for name, options in at.offer.alone.items()}


def test_options_that_alone_meet_a_limit_on_substances_are_listed_the_cheapest_first(tmp_path: Path) -> None:
    listed = alone(found(tmp_path, OPTIONS))
    assert listed["r-0"] == ["A: light leadfree", "A: leadfree"]
    # cadmium is too high in every part: no option alone is enough
    assert listed["r-1"] == []
    # 1.75 kg twice, and 1.8 kg on the limit itself
    assert listed["r-2"] == ["B: thinner", "A: unknown", "A: light leadfree"]


@pytest.mark.parametrize("more", [{}, {"parameters": [{"name": "c", "field": "bom[C].mass", "values": ["200 g"]}]}])
def test_an_option_is_listed_exactly_where_its_design_meets_the_requirement(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    at = found(tmp_path, OPTIONS, **more)
    listed = alone(at)
    frame = screen(tmp_path / "product", cases.variants(tmp_path, OPTIONS), spec=str(tmp_path / "sample")).frame()
    for _, row in frame[(frame["option:A"] == "as_is") != (frame["option:B"] == "as_is")].iterrows():
        named = f"A: {row['option:A']}" if row["option:A"] != "as_is" else f"B: {row['option:B']}"
        unmet = {*row["failed"].split("; "), *row["undetermined"].split("; ")}
        for requirement, options in listed.items():
            assert (named in options) == (requirement not in unmet), (named, requirement)
    assert listed.keys() == {f.requirement.id for f in at.assessment.findings if f.status in ("fail", "undetermined")}


def test_the_page_and_the_document_name_them(tmp_path: Path, capsys: Captured) -> None:
    arguments = [
        "levers", str(product(tmp_path)), "--variants", str(cases.variants(tmp_path, OPTIONS)),
        "--spec", str(cases.specification(tmp_path, LIMITS)),
    ]  # fmt: skip
    assert main([*arguments, "--lang", "en"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "requirement 0 [r-0] • the option A: light leadfree alone, 4 CNY; the verdict of that design: ✗" in page
    assert "requirement 1 [r-1]. It rests on the substances of the materials" in page
    assert "each option offered was judged, and none meets it alone" in page
    assert "no single change to offer: requirement 0" not in page
    assert main([*arguments, "--lang", "zh"]) == 0
    assert "单独选用 A：light leadfree，成本 4 CNY" in "".join(capsys.readouterr().out.split("\n"))
    assert main([*arguments, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert not faults("levers", document)
    entry = next(one for one in document["offer"]["alone"] if one["requirement"] == "r-0")
    assert entry["status_as_is"] == "fail"
    assert entry["options"][0] == {"part": "A", "option": "light leadfree", "cost": 4, "verdict": "not_qualified"}


def test_without_options_nothing_is_said_of_them(tmp_path: Path, capsys: Captured) -> None:
    spec = str(cases.specification(tmp_path, LIMITS))
    assert main(["levers", str(product(tmp_path)), "--spec", spec, "--lang", "en"]) == 0
    page = capsys.readouterr().out
    assert "option" not in page
    assert "It rests on the substances" in " ".join(page.split())
