"""What is missing in the reader's words: indicators and facts by title with the id behind, fields by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from indicator_cases import UNIT, declared, made_of, measures, with_facts

from ecoprod.indicators.rates import RATE_AMOUNTS
from ecoprod.indicators.table import AMOUNTS, INDICATORS
from ecoprod.measure import Missing
from ecoprod.report.circular import missing_entries
from ecoprod.report.fields import field_words

FACTS = {"service-hours": {"zh": "使用小时数", "en": "hours of service"}}


def test_a_rate_that_is_missing_names_its_amounts_in_both_languages(tmp_path: Path) -> None:
    name = "waste-utilisation-rate"
    found = measures(made_of(tmp_path, 1.0, UNIT), tmp_path, name)[0][name]
    (entry,) = missing_entries(found.missing)
    assert entry["field"] == "declared.waste-utilisation-rate.value"
    assert entry["params"] == {"id": name, "part": "utilised-solid-waste", "whole": "generated-solid-waste"}
    zh, en = entry["message"]["zh"], entry["message"]["en"]
    assert "“固体废物综合利用率”（waste-utilisation-rate）" in zh
    assert "“固体废物综合利用量”（utilised-solid-waste）" in zh
    assert "“固体废物产生量”（generated-solid-waste）" in zh
    assert "“utilisation rate of solid waste” (waste-utilisation-rate)" in en
    assert "“generated solid waste” (generated-solid-waste)" in en


def test_half_a_rate_names_the_other_amount_by_its_title(tmp_path: Path) -> None:
    made = with_facts(made_of(tmp_path, 1.0, UNIT), declared("reused-water", 9, "m3"))
    (entry,) = missing_entries(measures(made, tmp_path, "water-reuse-rate")[0]["water-reuse-rate"].missing)
    assert "“新鲜水用量”（fresh-water）" in entry["message"]["zh"]


def test_every_amount_of_a_rate_has_a_title_and_no_indicator_of_its_own() -> None:
    assert set(RATE_AMOUNTS) == set(AMOUNTS)
    assert not set(AMOUNTS) & set(INDICATORS)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("service-hours", "“使用小时数”（service-hours）", "“hours of service” (service-hours)"),
        (
            "energy-per-mass",
            "“单位产品综合能耗（每吨）”（energy-per-mass）",
            "“energy consumption per tonne” (energy-per-mass)",
        ),
        ("nobody-knows", "“nobody-knows”", "“nobody-knows”"),
    ],
)
def test_a_fact_is_called_by_the_title_of_its_specification(name: str, zh: str, en: str) -> None:
    gap = Missing(f"declared.{name}.value", "missing-fact", {"id": name})
    (entry,) = missing_entries((gap,), FACTS)
    assert zh in entry["message"]["zh"]
    assert en in entry["message"]["en"]
    assert entry["params"] == {"id": name}


def test_a_key_of_the_product_file_has_a_name_in_chinese() -> None:
    assert field_words("use.flows", "zh") == "使用阶段的流（use.flows）"
    assert field_words("reporting_period.output", "zh") == "报告期产量（reporting_period.output）"
    assert field_words("use.flows", "en") == "use.flows"
    assert field_words("declared.x.value", "zh") == "declared.x.value"
