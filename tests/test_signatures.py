"""A signature counts from its day on and names somebody; a document says what it is, who issued it and when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from folders import Row, copy_of, edit_rows, run
from test_standards import FULL, clean

from ecoprod.errors import InputError
from ecoprod.messages import LANGS, text
from ecoprod.standards import load_spec
from ecoprod.standards.openings import openings
from ecoprod.standards.signature import names_something, today
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

EXAMPLE = Path(__file__).parent.parent / "examples" / "home-storage"
CHECKED = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("on", "outcome", "codes"),
    [
        (CHECKED - timedelta(days=1), "provisional", {"overlay-checked-later", "limit-user"}),
        (CHECKED, "qualified", {"all-requirements-met"}),
        (CHECKED + timedelta(days=1), "qualified", {"all-requirements-met"}),
    ],
)
def test_a_signature_counts_from_its_day_on(tmp_path: Path, on: date, outcome: str, codes: set[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(FULL, encoding="utf-8")
    spec = load_spec("household-detergent", on, [path])
    verdict = judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False)
    assert (verdict.outcome, {r.code for r in verdict.reasons}) == (outcome, codes)
    assert any("unsigned" in o.reasons for o in openings(spec)) == (outcome == "provisional")
    for reason in verdict.reasons:
        for lang in LANGS:
            told = text(reason.code, lang, **reason.params)
            assert reason.code != "overlay-checked-later" or ("2026-01-01" in told and "mine.yaml" in told)


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


@pytest.mark.parametrize(
    ("column", "value", "capped"),
    [
        ("issuer", "", True),
        ("issuer", "—", True),
        ("title", "-", True),
        ("title", "", True),
        ("issued", "", True),
        ("title", "2025-0012", False),
        ("issuer", "某检测机构", False),
    ],
)
def test_a_document_without_author_title_or_date_caps_the_verdict(
    tmp_path: Path, column: str, value: str, capped: bool
) -> None:
    folder = copy_of(EXAMPLE, tmp_path)

    def changed(rows: list[Row]) -> list[Row]:
        return [{**row, column: value} if row["id"] == "E-LIFE" else row for row in rows]

    edit_rows(folder / "evidence.csv", changed)
    made = run(folder).made
    assert made is not None
    told = [r for r in made.verdict.reasons if r.code == "evidence-unnamed"]
    assert made.verdict.outcome == "provisional"
    assert [r.params["ids"] for r in told] == (["E-LIFE"] if capped else [])
