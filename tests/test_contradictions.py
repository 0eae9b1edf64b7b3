"""Limits that no value meets together are found whatever the units in which they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_standards import SAMPLE, folder_with

from ecoprod.messages import problem_line
from ecoprod.standards import check_specs

FACTS = "colour: {kind: word, values: [red, green], title: {zh: 颜色, en: colour}}"
UNITS = {"lead": "mg/kg", "heat": "kWh", "mark": "grade", "warmth": "K"}
SPEC = SAMPLE.replace('title: {zh: "颜色", en: "colour"}}}', 'title: {zh: "颜色", en: "colour"}}, ' + ", ".join(
    f"{name}: {{kind: quantity, unit: {unit}, title: {{zh: {name}, en: {name}}}}}" for name, unit in UNITS.items()
) + "}")  # fmt: skip


def findings(folder: Path, indicator: str, *limits: str) -> list[str]:
    body = "ecoprod: 1\nrequirements:\n" + "".join(
        f"  - id: r-{n}\n    group: indicator\n    title: {{zh: r, en: r}}\n    indicator: {indicator}\n"
        f"    limits: [{{{limit}, source: doc, at: x, confidence: standard}}]\n"
        for n, limit in enumerate(limits)
    )
    problems = check_specs(folder_with(folder, SPEC, body)).problems
    assert all(problem_line(p, "zh") for p in problems)
    return [problem_line(p, "en") for p in problems]


@pytest.mark.parametrize(
    ("indicator", "limits", "words"),
    [
        ("mass", ("at_most: 1 g", "at_least: 2000 mg"), "at least 2000 mg and at most 1 g"),
        ("mass", ("at_least: 3 kg", "at_most: 0.002 t"), "at least 3 kg and at most 0.002 t"),
        ("lead", ("at_most: 0.01 %", "at_least: 200 mg/kg"), "at least 200 mg/kg and at most 0.01 %"),  # 0.01 % = 100
        ("lead", ("at_least: 2 ‰", "at_most: 1999 ppm"), "at least 2 ‰ and at most 1999 ppm"),
        ("heat", ("at_most: 1 kWh", "at_least: 3.7 MJ"), "at least 3.7 MJ and at most 1 kWh"),
        ("heat", ("more_than: 3.6 MJ", "at_most: 1 kWh"), "at least 3.6 MJ and at most 1 kWh"),
        ("heat", ("at_least: 3.6 MJ", "less_than: 1 kWh"), "at least 3.6 MJ and at most 1 kWh"),
        ("heat", ("equals: 5 kWh", "at_most: 17.9 MJ"), "at least 5 kWh and at most 17.9 MJ"),
        ("heat", ("between: [2 kWh, 3 kWh]", "at_least: 11 MJ"), "at least 11 MJ and at most 3 kWh"),
        ("warmth", ("at_most: 20 °C", "at_least: 300 K"), "at least 300 K and at most 20 °C"),
    ],
)
def test_they_are_found_by_converting(tmp_path: Path, indicator: str, limits: tuple[str, str], words: str) -> None:
    for order, pair in enumerate((limits, limits[::-1])):
        place = tmp_path / str(order)
        place.mkdir()
        found = findings(place, indicator, *pair)
        assert len(found) == 1
        assert words in found[0]
        assert "r-1" in found[0] or "requirements[1]" in found[0]


@pytest.mark.parametrize(
    ("indicator", "limits"),
    [
        ("mass", ("at_most: 2 g", "at_least: 2000 mg")),
        ("mass", ("at_most: 2 g", "at_least: 1 mg")),
        ("lead", ("at_most: 0.01 %", "at_least: 100 mg/kg")),
        ("heat", ("at_least: 3.6 MJ", "at_most: 1 kWh")),
        ("heat", ("more_than: 3.6 MJ", "at_least: 1 kWh")),
        ("heat", ("between: [2 kWh, 3 kWh]", "at_least: 10.8 MJ")),
        ("heat", ("equals: 5 kWh", "at_most: 18 MJ")),
        ("warmth", ("at_most: 30 °C", "at_least: 300 K")),
        ("heat", ("at_most: [1 kWh, 2 kWh]", "at_least: 100 MJ")),  # a range leaves open which limit holds
    ],
)
def test_what_some_value_meets_is_no_contradiction(tmp_path: Path, indicator: str, limits: tuple[str, str]) -> None:
    assert findings(tmp_path, indicator, *limits) == []
