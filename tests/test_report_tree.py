"""`explain`: from a number down to file, line and source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from report_cases import assessment

from ecoprod.errors import InputError
from ecoprod.report import explain, result_document
from ecoprod.report.reading import read_result
from ecoprod.report.words import rule_words


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    return result_document(assessment(tmp_path))


def test_the_tree_reaches_file_line_and_source(document: dict[str, Any]) -> None:
    text = explain(document, "impact:climate", "en", width=120)
    assert "bom:A/mass = 2 kg" in text
    assert "bom.csv:2 mass" in text
    assert "steel source, table 2" in text


@pytest.mark.parametrize(
    "name", ["climate-change", "EF v3.1/climate-change", "ef v3.1/CLIMATE-CHANGE", "impact:climate"]
)
def test_one_impact_answers_to_all_its_names(document: dict[str, Any], name: str) -> None:
    first = explain(document, name, "en").splitlines()[0]
    assert first.startswith("impact:climate = 10 kg CO2-Eq")


def test_a_requirement_says_what_it_asks_and_what_became_of_it(document: dict[str, Any]) -> None:
    text = explain(document, "mercury", "en", width=100)
    assert text.startswith("✗ fail")
    assert "≤ 0.002 %" in text
    assert "req:mercury" in text


def test_indicators_and_items_have_trees_too(document: dict[str, Any]) -> None:
    assert explain(document, "mass", "en").startswith("ind:mass = 3 kg")
    assert explain(document, "bom:A/manufacturing", "en").startswith("bom:A/mass = 2 kg")


def test_a_shared_subtree_is_written_out_once(document: dict[str, Any]) -> None:
    text = explain(document, "impact:climate", "en", width=120)
    # ind:mass stands under lca:A and under the impact itself
    assert text.count("ind:mass") == 2
    assert text.count("see above") == 1
    assert text.index("ind:mass") < text.index("see above")


def test_an_unknown_id_lists_the_nearest(document: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        explain(document, "mercuri", "en")
    assert "mercury" in str(caught.value.problems[0].params["nearest"])


def test_a_cycle_or_a_dangling_id_in_a_file_from_outside_ends(document: dict[str, Any]) -> None:
    document["trace"].append({**document["trace"][0], "id": "x", "inputs": ["y", "gone"]})
    document["trace"].append({**document["trace"][0], "id": "y", "inputs": ["x"]})
    text = explain(document, "x", "en")
    assert "gone: not in the trace" in text
    assert len(text.splitlines()) == 4  # x, y, x again (see above), gone


def test_nesting_has_no_limit(document: dict[str, Any]) -> None:
    template = document["trace"][0]
    document["trace"] += [{**template, "id": f"n{n}", "inputs": [f"n{n + 1}"] if n < 3000 else []} for n in range(3001)]
    assert "n3000" in explain(document, "n0", "en")


@pytest.mark.parametrize(("content", "code"), [
    ("no json", "result-not-json"),
    ('{"schema": "ecoprod.result/1", "on": NaN}', "result-not-json"),
    ('{"schema": "ecoprod.problems/1"}', "result-other-schema"),
    ("[1]", "result-other-schema"),
    ('{"schema": "ecoprod.result/1"}', "result-broken"),
    ("[" * 100_000, "result-not-json"),
])  # fmt: skip
def test_a_file_that_is_no_result_is_refused_with_words(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_result(path)
    assert caught.value.problems[0].code == code


def test_a_result_with_a_wrong_type_is_refused_at_its_place(tmp_path: Path, document: dict[str, Any]) -> None:
    document["product"]["mass_kg"] = "3 kg"
    path = tmp_path / "result.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_result(path)
    assert caught.value.problems[0].at.column == "product.mass_kg"


@pytest.mark.parametrize("name", ["气候变化", "climate change", "Climate Change"])
def test_categories_answer_to_the_words_of_the_report(document: dict[str, Any], name: str) -> None:
    assert explain(document, name, "zh").startswith("impact:climate = 10 kg CO2-Eq")


def test_a_requirement_answers_to_its_title_with_its_proof(document: dict[str, Any]) -> None:
    document["requirements"][1]["evidence"] = ["E1", "E2"]
    name = f"declared:{document['requirements'][1]['indicator']}/detection_limit"
    limit = {"id": name, "value": 2.0, "unit": "mg/kg", "kind": "read", "by": "read", "inputs": [], "at": None}
    document["trace"].append({**limit, "source": None})
    said = explain(document, "要求mercury", "zh", width=100)
    assert said.startswith("✗ 不符合")
    assert "证据：E1, E2" in said
    assert "检出限（LOD）：2 mg/kg" in said


def test_nodes_are_told_in_words_and_bounds_where_there_is_no_single_value(document: dict[str, Any]) -> None:
    by = {"req:mercury": "evaluate", "lca:A": "Σ amount × intensity", "ind:mass": "gross_mass"}
    for entry in document["trace"]:
        entry["by"] = by.get(entry["id"], entry["by"])
        if entry["id"] == "ind:mass":
            entry["value"] = None
    document["indicators"]["mass"].update(value=None, low=1.0, high=3.0)
    said = explain(document, "impact:climate", "zh", width=120)
    assert "Σ 用量 × 单位影响" in said
    assert "ind:mass = 1 – 3 kg" in said
    assert "gross_mass" not in said
    assert "与限值比较" in explain(document, "mercury", "zh", width=120)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("at_most, official_list", "≤ · 取自主管部门公布的名单"), ("route landfill", "寿命末期去向：填埋"),
        ("amount × share ÷ output", "用量 × 本产品份额 ÷ 产量"), ("a rule of tomorrow", "a rule of tomorrow"),
        ("maker's statement", "生产者说明"), ("key_product / key_total", "本产品分配量 ÷ 总量"),
    ],
)  # fmt: skip
def test_rules_in_words(by: str, words: str) -> None:
    assert rule_words(by, "zh") == words
