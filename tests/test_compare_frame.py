"""The comparison as a frame: every figure of the document once, nothing that is not known as a zero."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from compare_cases import other, with_items
from report_cases import assessment, item

from ecoprod.compare import compare, comparison_frame

CLIMATE = "impact:EF v3.1/climate-change"


def document(folder: Path) -> dict[str, Any]:
    made = assessment(folder)
    one = with_items(made, {item("A", "raw_materials"): 80.0, other("use:petrol", "use"): 40.0})
    two = with_items(made, {item("A", "raw_materials"): 40.0, item("A", "end_of_life"): -20.0})
    two = replace(two, product=replace(two.product, mass_kg=1.5))
    bare = replace(made, lca=None, product=replace(made.product, mass_kg=None))
    return compare([one, two, bare], ["one", "two", "bare"])


def only(frame: pd.DataFrame, **where: str | None) -> pd.DataFrame:
    for column, value in where.items():
        frame = frame[frame[column].isna()] if value is None else frame[frame[column] == value]
    return frame


def test_totals_have_their_change_and_no_part_or_stage(tmp_path: Path) -> None:
    frame = comparison_frame(document(tmp_path))
    found = only(frame, what=CLIMATE, part=None, stage=None).set_index("design")
    # 120 and 20 kg a product, a quarter of one per functional unit
    assert found["value"].tolist()[:2] == [30.0, 5.0]
    assert pd.isna(found["value"]["bare"])
    assert found["change"]["two"] == pytest.approx(-25 / 30)
    assert set(found["unit"]) == {"kg CO2-Eq"}
    mass = only(frame, what="mass", part=None)
    assert mass["value"].tolist()[:2] == [3.0, 1.5]
    assert pd.isna(mass["value"].iloc[2])


def test_verdicts_and_statuses_are_words(tmp_path: Path) -> None:
    frame = comparison_frame(document(tmp_path))
    verdicts = only(frame, what="verdict")
    assert verdicts["words"].tolist() == ["undetermined"] * 3
    assert verdicts["value"].isna().all()
    assert only(frame, what="requirement:cadmium", design="one")["words"].tolist() == ["pass"]


def test_stages_and_parts_sum_to_the_totals(tmp_path: Path) -> None:
    frame = comparison_frame(document(tmp_path))
    for design, total in (("one", 30.0), ("two", 5.0)):
        mine = only(frame, what=CLIMATE, design=design)
        by_stage = only(mine, part=None)
        assert by_stage[by_stage["stage"].notna()]["value"].sum() == pytest.approx(total, rel=1e-9)
        parts = mine[mine["part"].notna()]
        assert only(parts, stage=None)["value"].sum() == pytest.approx(total, rel=1e-9)
        assert parts[parts["stage"].notna()]["value"].sum() == pytest.approx(total, rel=1e-9)
    assert only(frame, what=CLIMATE, part="use:petrol", design="two").empty  # not in it: no row, not 0
    assert only(frame, what=CLIMATE, design="bare")["value"].isna().all()


def test_it_turns_into_a_table_of_designs(tmp_path: Path) -> None:
    frame = comparison_frame(document(tmp_path))
    totals = frame[frame["part"].isna() & frame["stage"].isna()]
    table = totals.pivot(index="what", columns="design", values="value")
    assert table.loc[CLIMATE, "two"] == 5.0
    assert list(frame.columns) == ["what", "part", "stage", "design", "value", "words", "unit", "change"]
    assert not frame.duplicated(["what", "part", "stage", "design"]).any()
    assert str(frame["value"].dtype) == "float64"


def test_neither_pandas_nor_matplotlib_is_read_for_a_page() -> None:
    asked = "import sys, ecoprod.compare; print([m for m in ('pandas', 'matplotlib') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"
