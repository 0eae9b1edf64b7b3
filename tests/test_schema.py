"""The published JSON Schemas: valid themselves, true to the readers, and what the documents keep to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from report_cases import assessment

from ecoprod.background import load_background
from ecoprod.compare import compare
from ecoprod.errors import At, Problem
from ecoprod.readers.productfile import KEYS
from ecoprod.report import result_document
from ecoprod.report.datasets import datasets_document
from ecoprod.report.problems import problems_document
from ecoprod.report.schemas import DRAFT, KINDS, schema
from ecoprod.report.standards import specification, standard_document, standards_document

ROOT = Path(__file__).resolve().parent.parent


class PlainLoader(yaml.SafeLoader):
    """YAML as the readers take it: dates stay text."""


PlainLoader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def wrong(kind: str, document: object) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema(kind)).iter_errors(document)]


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_a_schema(kind: str) -> None:
    found = schema(kind)
    assert found["$schema"] == DRAFT
    Draft202012Validator.check_schema(found)


def test_documents_keep_to_their_schemas(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    problem = Problem("alternate-shares", At("bom.csv", 12, "share"), "share", {"group": "G", "sum": 0.9})
    assert wrong("result", result_document(made)) == []
    assert wrong("comparison", compare([made, made], ["a", "b"])) == []
    assert wrong("problems", problems_document([problem])) == []
    assert wrong("standards", standards_document()) == []
    assert wrong("standards", standard_document(specification("lithium-ion-battery", None))) == []
    assert wrong("datasets", datasets_document(load_background())) == []


def test_a_document_that_lacks_a_key_or_has_a_wrong_word_is_caught(tmp_path: Path) -> None:
    document = result_document(assessment(tmp_path))
    assert wrong("result", {k: v for k, v in document.items() if k != "on"})
    assert wrong("result", {**document, "verdict": "fine"})


def test_product_schema_knows_exactly_the_keys_of_the_reader() -> None:
    assert set(schema("product")["properties"]) == set(KEYS)


def test_every_product_key_has_a_word_for_the_editor_in_both_languages() -> None:
    for name, found in schema("product")["properties"].items():
        assert " / " in found["description"], name


@pytest.mark.parametrize("folder", sorted((ROOT / "examples").glob("*/product.yaml")), ids=lambda p: p.parent.name)
def test_examples_keep_to_the_product_schema(folder: Path) -> None:
    assert wrong("product", read(folder)) == []


@pytest.mark.parametrize("bad", [
    {"colour": "red"}, {"assessed_on": "1 March"}, {"distribution": [{"mode": "truck"}]},
    {"use": {"flows": [{"per": "year"}]}},
])  # fmt: skip
def test_the_product_schema_refuses_what_the_reader_refuses(bad: dict[str, object]) -> None:
    good = {"ecoprod": 1, "product": {"name": "x", "mass": "1 kg"}, "product_unit": "1 unit"}
    assert wrong("product", good) == []
    assert wrong("product", {**good, **bad})


@pytest.mark.parametrize(
    "path", sorted((ROOT / "product_specs").glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_bundled_specifications_keep_to_the_spec_schema(path: Path) -> None:
    assert wrong("spec", read(path)) == []
