"""The result document: every key of the contract, nothing of the machine, nothing that is no number."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import NAME, assessment

from ecoprod.errors import At, ModelError, Problem
from ecoprod.measure import Missing
from ecoprod.report import VERSION, result_document, to_json
from ecoprod.report.problems import problems_document
from ecoprod.report.reading import read_result
from ecoprod.report.schemas import faults
from ecoprod.trace import Ledger

ROOT = Path(__file__).resolve().parent.parent
# the keys as contract.md lists them, in its order, with `parts` beside `items`
TOP = ["schema", "product", "on", "verdict", "reasons", "standard", "requirements", "indicators", "items", "parts",
       "impacts", "lca", "trace", "ecoprod"]  # fmt: skip
KEYS = {
    "product": "name model category product_unit functional_unit mass_kg illustrative files",
    "standard": "id edition title complete missing sha256 overlays overrides",
    "lca": "background engine system_model allocation biogenic capital_goods linked_mass_share cut_off_mass_share "
    "uncharacterised residual",
}
REQUIREMENT = (
    "id clause group attribute stage title status value unit limit margin confidence source evidence missing trace"
)
CATEGORY = "value unit per_functional_unit coverage reason by_stage by_item trace"


def test_every_key_of_the_contract_is_there_in_its_order(tmp_path: Path) -> None:
    document = result_document(assessment(tmp_path))
    assert [key for key in document if key in TOP] == TOP
    for part, keys in KEYS.items():
        assert set(keys.split()) <= set(document[part])
    assert all(set(REQUIREMENT.split()) <= set(r) for r in document["requirements"])
    assert all(set(CATEGORY.split()) <= set(c) for i in document["impacts"] for c in i["categories"].values())
    assert document["on"] == "2026-03-01"
    assert document["ecoprod"] == VERSION


def test_a_missing_number_is_null_with_its_reason_and_never_zero(tmp_path: Path) -> None:
    document = result_document(assessment(tmp_path))
    water = document["impacts"][0]["categories"]["water-use"]
    assert (water["value"], water["by_stage"], water["by_item"]) == (None, None, None)
    assert water["reason"]["message"].keys() == {"zh", "en"}
    cadmium = document["requirements"][0]
    assert (cadmium["value"], cadmium["low"], cadmium["high"]) == (None, 0.0, 0.00001)


def test_a_stage_that_nobody_spoke_of_is_null_and_one_left_out_with_a_reason_is_zero(tmp_path: Path) -> None:
    made = assessment(tmp_path)  # leaves `use` out with a reason; no item and no word on `distribution`
    climate = result_document(made)["impacts"][0]["categories"]["climate-change"]
    assert climate["by_stage"] == {
        "raw_materials": 8.0, "manufacturing": 3.0, "distribution": None, "use": 0.0, "end_of_life": -1.0,
    }  # fmt: skip
    assert sum(climate["by_item"]) == climate["value"]


@pytest.mark.parametrize(("field", "unknown"), [(None, 0.0), ("process", None), ("process.covers / bom.process", None)])
def test_manufacturing_without_items_is_empty_unless_site_data_are_missing(
    field: str | None, unknown: float | None, tmp_path: Path
) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    assert made.lca is not None
    others = tuple(i for i in made.foreground.items if i.stage != "manufacturing")
    missing = (Missing(field, "missing-site-data"),) if field else ()
    without = replace(made, foreground=replace(made.foreground, items=others, missing=missing))
    method = made.lca.methods[0]
    climate = replace(method.categories["climate-change"], by_stage={"raw_materials": 10.0})
    without = replace(
        without, lca=replace(made.lca, methods=(replace(method, categories={"climate-change": climate}),))
    )
    stages = result_document(without)["impacts"][0]["categories"]["climate-change"]["by_stage"]
    assert stages["manufacturing"] == unknown


def test_the_document_is_valid_json_with_full_precision_and_one_final_newline(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    third = 1 / 3
    document = result_document(replace(made, foreground=replace(made.foreground, linked_mass_share=third)))  # type: ignore[arg-type]
    text = to_json(document)
    assert json.loads(text) == document
    assert json.loads(text)["lca"]["linked_mass_share"] == third
    assert NAME in text
    assert text.endswith("}\n")
    assert "\r" not in text


def test_no_place_of_the_machine_gets_into_the_document(tmp_path: Path) -> None:
    text = to_json(result_document(assessment(tmp_path)))
    assert str(tmp_path) not in text
    assert '"private.yaml"' in text


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_a_fault_of_ours(tmp_path: Path, number: float) -> None:
    ledger = Ledger()
    ledger.read("bom:A/mass", number, "kg", At("bom.csv", 2))
    with pytest.raises(ModelError):
        to_json(result_document(replace(assessment(tmp_path), ledger=ledger)))


def test_without_a_life_cycle_all_keys_stay(tmp_path: Path) -> None:
    document = result_document(replace(assessment(tmp_path), lca=None, foreground=None))
    assert document["impacts"] == document["items"] == []
    assert document["lca"]["engine"] is None
    assert set(KEYS["lca"].split()) <= set(document["lca"])
    assert not faults("result", document)


def test_assumptions_carry_their_sentence_in_both_languages(tmp_path: Path) -> None:
    trace = result_document(assessment(tmp_path))["trace"]
    assumed = [e for e in trace if e["kind"] == "assumed"]
    assert [set(e["message"]) for e in assumed] == [{"zh", "en"}]
    assert re.search("[一-鿿]", assumed[0]["message"]["zh"])


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    document = result_document(assessment(tmp_path))
    path = tmp_path / "result.json"
    path.write_text(to_json(document), encoding="utf-8")
    assert read_result(path) == document


def test_problems_hold_place_words_and_remedy_in_both_languages() -> None:
    problem = Problem("alternate-shares", At("bom.csv", 12, "share"), "share", {"group": "G", "sum": 0.9})
    found = problems_document([problem])
    assert found["schema"] == "ecoprod.problems/1"
    entry = found["problems"][0]
    assert [entry[k] for k in ("code", "file", "line", "column")] == ["alternate-shares", "bom.csv", 12, "share"]
    assert all(entry[key].keys() == {"zh", "en"} for key in ("message", "fix"))
    assert not faults("problems", found)


def test_the_version_is_that_of_the_package() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
