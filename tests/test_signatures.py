"""A signature names somebody, for a day that has come; it is about the reading of a standard, not the product."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from test_standards import FULL, clean

from ecoprod.errors import InputError
from ecoprod.standards import load_spec
from ecoprod.standards.signature import names_something, today
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

CHECKED = date(2026, 1, 1)


@pytest.mark.parametrize("on", [CHECKED - timedelta(days=1), CHECKED + timedelta(days=1)])
def test_a_signature_is_about_the_standard_and_counts_on_any_day(tmp_path: Path, on: date) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(FULL, encoding="utf-8")
    spec = load_spec("household-detergent", on, [path])
    assert judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False).outcome == "qualified"


@pytest.mark.parametrize("ahead", [0, 3])
def test_today_is_no_day_to_come(tmp_path: Path, ahead: int) -> None:
    path = tmp_path / "mine.yaml"
    day = (today() + timedelta(days=ahead)).isoformat()
    path.write_text(FULL.replace("checked_on: 2026-01-01", f"checked_on: {day}"), encoding="utf-8")
    if not ahead:
        assert load_spec("household-detergent", today(), [path]).overlays[0].checked_on == today()
        return
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", today(), [path])
    assert "signature-to-come" in {p.code for p in found.value.problems}


@pytest.mark.parametrize("name", ["张三", "A", "О. Иванов", "محمد", "3M", "李 7"])
def test_a_name_in_any_script_is_one(name: str) -> None:
    assert names_something(name)


@pytest.mark.parametrize("name", [None, "", " ", "-", "—", "…", "/", "007", "①", "½", "。", "\u3164", "\u200b", "😀"])
def test_signs_and_figures_alone_name_nobody(name: str | None) -> None:
    assert not names_something(name)
