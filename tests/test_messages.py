"""Every message exists in both languages, with the same placeholders, and every code used has one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ecoprod_cli
import pytest

import ecoprod
from ecoprod.errors import At, Problem
from ecoprod.messages import ROOMS, catalogue, choose_language, problem_line

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(ecoprod.__file__).parent
COMMAND = Path(ecoprod_cli.__file__).parent
_PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)")


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _is_whole(entry: Mapping[str, Any]) -> bool:
    """Both languages, the same placeholders in them, and the same of the remedy."""
    if not {"zh", "en"} <= set(entry) <= {"zh", "en", "fix"}:
        return False
    remedy = entry.get("fix", {"zh": "", "en": ""})
    if set(remedy) != {"zh", "en"}:
        return False
    return all(_placeholders(text["zh"]) == _placeholders(text["en"]) for text in (entry, remedy))


def test_both_languages_and_equal_placeholders() -> None:
    assert not [code for code, entry in catalogue().items() if not _is_whole(entry)]


def test_no_placeholder_formats_its_value() -> None:
    """Values come as words, figures rounded already: `{mass:.4g}` of a word would be a fault of the program."""
    texts = [(code, t) for code, e in catalogue().items() for t in (e["zh"], e["en"], *e.get("fix", {}).values())]
    assert not [code for code, shown in texts if re.search(r"(?<!\{)\{\w+[:!]", shown)]


def test_every_file_of_the_catalogue_is_read() -> None:
    assert {p.stem for p in (PACKAGE / "catalogue").glob("*.yaml")} == set(ROOMS)


def test_every_code_of_a_problem_has_a_message_with_a_remedy() -> None:
    used = set()
    for path in [*PACKAGE.rglob("*.py"), *COMMAND.rglob("*.py")]:
        used |= set(re.findall(r'Problem\(\s*"([a-z0-9-]+)"', path.read_text("utf-8")))
    assert used
    assert not {code for code in used if "fix" not in catalogue().get(code, {})}


def test_every_missing_and_assumed_code_has_a_message() -> None:
    used = set()
    for path in PACKAGE.rglob("*.py"):
        used |= set(re.findall(r'"((?:missing|assumed)-[a-z0-9-]+)"', path.read_text("utf-8")))
    assert used
    assert not used - set(catalogue())


def test_a_problem_reads_as_file_line_column_what_why_fix() -> None:
    problem = Problem("alternate-shares", At("bom.csv", 12, "share"), "share", {"group": "G", "sum": 0.9})
    line = problem_line(problem, "en")
    assert line.startswith("bom.csv:12 share: ")
    assert "0.9" in line
    assert " — " in line
    assert problem_line(problem, "zh") != line


def test_chinese_only_where_it_is_asked_for(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("ECOPROD_LANG", "zh_CN.UTF-8")
    assert choose_language() == "zh"
    assert choose_language("en") == "en"
    monkeypatch.setenv("ECOPROD_LANG", "de")
    assert choose_language() == "en"


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "C"}, "zh"),
        ({"LC_MESSAGES": "zh_SG", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
        ({"ECOPROD_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_is_read_where_the_system_has_not_generated_it(
    variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    for name in ("ECOPROD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert choose_language() == lang


def test_a_parameter_may_be_a_message_of_its_own() -> None:
    problem = Problem(
        "unit-missing", At("product.yaml", 3), None, {"value": "5", "where": "", "example": "@example-cycles"}
    )
    assert "220 次/年" in problem_line(problem, "zh")
    assert "220 cycle/year" in problem_line(problem, "en")
    named = Problem("unit-missing", At("product.yaml", 3), None, {"value": "@home", "where": "", "example": "1 kg"})
    assert "@home" in problem_line(named, "en")
