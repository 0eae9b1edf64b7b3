"""Which documents stand behind a screened design: those of what it leaves as it is, and those that its options name."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from jsonschema import Draft202012Validator
from screening_cases import judged, limit_of, limited, quiet, read, requirement
from test_screening_classes import assembly, option, part, verdicts, written

from ecoprod.corridor import judge_design, read_case
from ecoprod.errors import InputError
from ecoprod.report.schemas import schema
from ecoprod.screening.screen import screen
from ecoprod.trace import Ledger

Captured = pytest.CaptureFixture[str]
CONTENT = requirement("recycled-content", limit_of("at_least", 10.0, "%"))
IMPACT = requirement("impact:climate-change", limit_of("at_most", 1000.0, "kg CO2-Eq"))


def rows() -> list[dict[str, str]]:
    return [part("P1", material="aluminium", recycled_content="30 %"), part("P2")]


def offered(folder: Path, *options: dict[str, Any], **more: Any) -> Path:
    return written(folder, rows(), {"options": list(options)}, **more)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        # 50 % of 1 kg of 2 kg: the document of the row speaks of 30 %
        ({"recycled_content": "50 %"}, "provisional"),
        ({"recycled_content": "50 %", "evidence": "E1"}, "qualified"),
        ({"recycled_content": "50 %", "evidence": ["E1"]}, "qualified"),
        # a document of another model proves nothing
        ({"recycled_content": "50 %", "evidence": "E2"}, "provisional"),
        ({"evidence": "E2"}, "provisional"),
        # another coating may hold what the test did not look for
        ({"coating_type": "chromate"}, "provisional"),
        # a part that is joined or marked otherwise is the one that was tested
        ({"joining": "screws", "marking": "ISO 11469", "access": "easy"}, "qualified"),
        ({"cost": "3 CNY"}, "qualified"),
    ],
)
def test_the_documents_of_a_row_do_not_speak_of_what_an_option_makes_of_it(
    tmp_path: Path, changed: dict[str, Any], verdict: str
) -> None:
    found = verdicts(offered(tmp_path / "p", option("new", "P1", **changed)), CONTENT)
    assert found == {"qualified", verdict}


@pytest.mark.parametrize(("named", "verdict"), [("E1", "qualified"), ("E2", "provisional"), ("", "provisional")])
def test_a_documented_option_is_judged_as_the_design_written_out(tmp_path: Path, named: str, verdict: str) -> None:
    """Of the same mass, so that the document of the scales stands in both files."""
    changed = {"recycled_content": "60 %", "transport": "ship 900 km"}
    folder = offered(tmp_path / "p", option("again", "P1", **changed, **({"evidence": named} if named else {})))
    out = written(tmp_path / "q", [rows()[0] | changed | {"evidence": named}, rows()[1]], {"options": []})
    case, foreground, variants = read(folder)
    asked = limited(case.spec, CONTENT, IMPACT)
    screened = judged(replace(case, spec=asked), foreground, variants, [1], [])
    file, _ = read_case(out, Ledger())
    assessed = judge_design(replace(file, spec=asked), file.product, quiet)
    assert screened is not None
    assert screened.verdict.outcome == assessed.verdict.outcome == verdict
    reasons = [{(r.code, r.requirement, str(r.params)) for r in one.verdict.reasons} for one in (screened, assessed)]
    assert reasons[0] == reasons[1]
    assert verdicts(folder, CONTENT, IMPACT) == {"qualified", verdict}


def test_two_options_of_a_row_need_a_document_each(tmp_path: Path) -> None:
    # again alone is documented, far is not, and neither are both together
    options = [
        option("again", "P1", recycled_content="50 %", evidence="E1"),
        {"group": ["P1", "P2"], "name": "far", "set": {"transport": "ship 900 km"}},
    ]
    folder = offered(tmp_path / "p", *options)
    found = screen(folder, folder / "variants.yaml").screen
    rows_of = [found.product([n, m], []).parts for n, m in ((0, 0), (1, 0), (0, 1), (1, 1))]
    documents = [[part.evidence for part in parts] for parts in rows_of]
    assert documents == [[("E1",), ("E1",)], [("E1",), ("E1",)], [(), ()], [(), ()]]
    assert verdicts(folder, IMPACT) == {"qualified", "provisional"}


def test_what_an_option_sends_on_its_way_needs_a_document(tmp_path: Path) -> None:
    # an assembly without a document takes nothing, until an option gives it a way to the site
    known = [assembly("A"), part("P1", parent="A"), part("P2")]
    options = [option("sent", "A", transport="truck 900 km"), option("dear", "P2", cost="1 CNY")]
    assert verdicts(written(tmp_path / "p", known, {"options": options}), IMPACT) == {"qualified", "provisional"}
    options[0]["set"]["evidence"] = "E1"
    assert verdicts(written(tmp_path / "q", known, {"options": options}), IMPACT) == {"qualified"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("bom[P1].recycled_content", ["30 %", "50 %"]),
        ("bom[P1].yield", [1, 0.9]),
        ("distribution[0].distance", ["500 km", "100 km"]),
        ("end_of_life.collection", [1, 0.9]),
    ],
)
def test_a_value_of_the_files_keeps_its_document_and_another_one_has_none(
    tmp_path: Path, field: str, values: list[Any]
) -> None:
    parameters = [{"name": "one", "field": field, "values": values}]
    assert verdicts(written(tmp_path / "p", rows(), {"parameters": parameters}), CONTENT, IMPACT) == {
        "qualified", "provisional",
    }  # fmt: skip
    parameters[0]["values"] = values[:1]
    options = [option("dear", "P2", cost="1 CNY")]
    folder = written(tmp_path / "q", rows(), {"parameters": parameters, "options": options})
    assert verdicts(folder, CONTENT, IMPACT) == {"qualified"}


def test_nobody_has_weighed_a_design_of_another_mass(tmp_path: Path) -> None:
    # P2 has no document: the masses rest on the scales, which have seen 2 kg
    known = [part("P1"), part("P2", evidence="")]
    options = [option("thin", "P1", mass="0.9 kg", evidence="E1")]
    assert verdicts(written(tmp_path / "p", known, {"options": options})) == {"qualified", "provisional"}
    options[0]["set"]["mass"] = "1 kg"
    assert verdicts(written(tmp_path / "q", known, {"options": options})) == {"qualified"}


def test_a_document_that_is_not_listed_or_has_expired_is_told(tmp_path: Path, capsys: Captured) -> None:
    folder = offered(
        tmp_path / "p", option("a", "P1", recycled_content="50 %", evidence="E3"),
        option("b", "P1", recycled_content="60 %", evidence=["E1", "E9"]), option("c", "P1", evidence="E0"),
    )  # fmt: skip
    with (folder / "evidence.csv").open("a", encoding="utf-8") as file:
        file.write("E0,Old,test report,,,maker,M,2020-01-01,2025-06-30\n")
    assert main(["screen", str(folder), "--variants", str(folder / "variants.yaml"), "--lang", "en"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert "options[0].set.evidence: the evidence table has no E3 — nearest ids: E" in told[0]
    assert "options[1].set.evidence[1]: the evidence table has no E9" in told[1]
    assert "options[2].set.evidence: evidence E0 expired on 2025-06-30; the day of judgement is 2026-01-01" in told[2]


def test_two_options_that_could_be_chosen_together_name_no_documents_of_one_row(tmp_path: Path) -> None:
    options = [
        option("again", "P1", recycled_content="50 %", evidence="E1"),
        {"group": ["P1", "P2"], "name": "far", "set": {"transport": "ship 900 km", "evidence": "E1"}},
    ]
    with pytest.raises(InputError) as refused:
        screen(folder := offered(tmp_path / "p", *options), folder / "variants.yaml")
    assert [(p.code, p.params["column"]) for p in refused.value.problems] == [("variants-contradictory", "evidence")]


def test_the_schema_knows_evidence_as_a_text_and_as_a_list() -> None:
    validator = Draft202012Validator(schema("variants"))
    for evidence in ("E1", ["E1", "E2"]):
        assert validator.is_valid({"ecoprod": 1, "options": [option("a", "P1", evidence=evidence)]})
    assert not validator.is_valid({"ecoprod": 1, "options": [option("a", "P1", evidence={"E1": 1})]})


ASKED = (
    CONTENT, IMPACT, requirement("mass", limit_of("at_most", 4.6, "kg")),
    requirement("recyclability-rate", limit_of("at_least", 10.0, "%")),
    requirement("substance:Pb@homogeneous_material", limit_of("at_most", 0.001, "kg/kg")),
    requirement("substance:Pb@product_mass", limit_of("at_most", 0.001, "kg/kg")),
    requirement("lca:improvement", limit_of("equals", True, None)),
)  # fmt: skip
COLUMNS: dict[str, tuple[Any, ...]] = {
    "mass": ("1 kg", "0.8 kg", "1.2 kg"), "recycled_content": ("0 %", "20 %", "60 %"), "yield": (1, 0.8),
    "end_of_life": ("recycling", "scenario"), "transport": ("truck 20 km", "ship 900 km"), "joining": ("screws",),
    "substances": ("Pb 0.01 %", "Pb <5 mg/kg (LOD 5 mg/kg)"), "process": ("machining-metal",),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_documented_and_undocumented_designs_are_judged_as_assess_judges_them(tmp_path: Path, seed: int) -> None:
    """Products of which all is known but for documents here and there: every design both ways."""
    rng = random.Random(seed)
    named = ("E1", "E1", "E1", "E2", "")
    known = [assembly("A")]
    for n in range(4):
        known.append(part(f"P{n}", material=rng.choice(("aluminium", "PP")), recycled_content="20 %",
                          parent=rng.choice(("A", "")), evidence=rng.choice(named)))  # fmt: skip
    options = []
    for n, row in enumerate(rng.sample([r["id"] for r in known[1:]], 2) * 2):
        column = rng.choice(list(COLUMNS))
        evidence = {"evidence": name} if (name := rng.choice(named)) else {}
        options.append(option(f"o{n}", row, **{column: rng.choice(COLUMNS[column])}, **evidence))
    if rng.random() < 0.5:
        options.append(option("sent", "A", transport="truck 900 km"))
    taken = {(o["part"], c) for o in options for c in o["set"]}
    parameters = [
        {"name": f"{field} {row}", "field": f"bom[{row}].{field}", "values": values}
        for row, field, values in (("P0", "mass", ["1 kg", "1.1 kg"]), ("P1", "recycled_content", ["20 %", "50 %"]))
        if (row, field) not in taken and rng.random() < 0.6
    ]
    if rng.random() < 0.4:
        parameters.append({"name": "km", "field": "distribution[0].distance", "values": ["500 km", "100 km"]})
    base = {"from": "2024-01-01", "to": "2024-12-31", "output": "1000 unit", "values": {"mass": "4.5 kg"},
            "evidence": "E1"}  # fmt: skip
    more = {"base_period": base} if rng.random() < 0.5 else {}
    folder = written(
        tmp_path / "p", known, {"options": options, "parameters": parameters}, mass="4.000000 kg", **more
    )  # fmt: skip
    asked = rng.sample(ASKED[:6] if not more else ASKED, 3)
    assert verdicts(folder, *asked) <= {"qualified", "provisional", "not_qualified", "undetermined"}
