"""What the page and the document of `levers` say: nothing that fails or stays open is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main

from ecoprod.levers.levers import Levers, levers

Captured = pytest.CaptureFixture[str]
EXAMPLES = Path(__file__).parents[1] / "examples"


def said(capsys: Captured, *arguments: object, lang: str = "en") -> str:
    """The page, its lines joined."""
    assert main(["levers", *map(str, arguments), "--lang", lang]) == 0
    return " ".join(capsys.readouterr().out.split())


def document(capsys: Captured, *arguments: object) -> dict[str, Any]:
    assert main(["levers", *map(str, arguments), "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def found(folder: Path, limits: Mapping[str, str], options: Sequence[Mapping[str, Any]] = (), **more: Any) -> Levers:
    place = cases.specification(folder, limits)
    offer = cases.variants(folder, options, **more) if options or more else None
    return levers(cases.product(folder), offer, spec=str(place))


# ---- requirements that nothing moves -------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "requirement", "reason"),
    [
        ("home-storage-short-life", "cycle-life-cell", "levers-why-declared"),
        ("battery-pack-mercury", "mercury", "levers-why-substance"),
        ("battery-pack-no-cycle-life", "cycle-life-cell", "levers-why-missing"),
    ],
)
def test_a_requirement_that_nothing_moves_is_named_with_the_reason(
    capsys: Captured, example: str, requirement: str, reason: str
) -> None:
    why = {u["requirement"]: u["why"]["code"] for u in document(capsys, EXAMPLES / example)["unmoved"]}
    assert why == {requirement: reason}
    assert f"[{requirement}]" in said(capsys, EXAMPLES / example)
    assert f"[{requirement}]" in said(capsys, EXAMPLES / example, lang="zh")


def test_what_is_out_of_reach_is_told_from_what_a_change_meets(tmp_path: Path) -> None:
    at = found(tmp_path, {"recyclability-rate": "at_least: 99.9 %", "mass": "at_most: 1.7 kg"})
    assert next((u.finding.requirement.id, u.code) for u in at.unmoved) == ("r-0", "levers-why-reach")
    assert "r-1" not in {u.finding.requirement.id for u in at.unmoved}
    assert at.changes["r-1"]


def test_what_is_met_is_not_named_and_every_open_one_is(tmp_path: Path) -> None:
    at = found(tmp_path, {"mass": "at_most: 2 kg"})
    # the product says nothing of the six basic requirements of the general rules
    wanted = {f.requirement.id for f in at.assessment.findings if f.status == "undetermined"}
    assert len(wanted) == 6
    assert {(u.finding.requirement.id, u.code) for u in at.unmoved} == {(n, "levers-why-missing") for n in wanted}
