"""A signature names somebody and is about the reading of a standard, not the product; no verdict asks a clock."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from test_standards import FULL, clean

from ecoprod.errors import InputError
from ecoprod.standards import load_spec
from ecoprod.standards.overlay_check import check_overlay
from ecoprod.standards.signature import names_something, year_of
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

CHECKED = date(2026, 1, 1)


@pytest.mark.parametrize("on", [CHECKED - timedelta(days=1), CHECKED + timedelta(days=1)])
def test_a_signature_is_about_the_standard_and_counts_on_any_day(tmp_path: Path, on: date) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(FULL, encoding="utf-8")
    spec = load_spec("household-detergent", on, [path])
    assert judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False).outcome == "qualified"


def test_a_day_to_come_is_found_by_the_check_and_changes_no_verdict(tmp_path: Path) -> None:
    """The same files give the same verdict on every machine, whatever its clock says."""
    path = tmp_path / "mine.yaml"
    ahead = date.today() + timedelta(days=3)  # noqa: DTZ011
    path.write_text(FULL.replace("checked_on: 2026-01-01", f"checked_on: {ahead}"), encoding="utf-8")
    assert load_spec("household-detergent", CHECKED, [path]).overlays[0].checked_on == ahead
    problems = check_overlay(path).problems
    assert "signature-to-come" in {p.code for p in problems}


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("T/CEEIA 280-2017", 2017), ("GB/T 32163.1—2015", 2015), ("财办库〔2020〕123号", 2020), ("2011/65/EU", 2011),
        ("S 1", None), ("GB/T 2016", None), ("", None),
    ],
)  # fmt: skip
def test_the_year_in_the_number_of_a_standard(number: str, year: int | None) -> None:
    assert year_of(number) == year


@pytest.mark.parametrize(
    ("changed", "field", "shown"),
    [
        ("checked_on: 2014-12-31", "checked_on", "2014-12-31"),
        ("checked_on: 1999-01-01", "checked_on", "1999-01-01"),
        ("checked_on: 2026-01-01\nin_force: 2014-05-01", "in_force", "2014-05-01"),
        ("checked_on: 2015-01-01", None, ""),  # of the year in the number: it may have been out by then
    ],
)
def test_no_standard_is_read_or_in_force_before_the_year_in_its_number(
    tmp_path: Path, changed: str, field: str | None, shown: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(FULL.replace("checked_on: 2026-01-01", changed), encoding="utf-8")
    if field is None:
        assert load_spec("household-detergent", CHECKED, [path]).complete
        return
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", CHECKED, [path])
    (problem,) = (p for p in found.value.problems if p.code == "before-the-standard")
    assert (problem.field, problem.params["year"], problem.params["day"]) == (field, 2015, shown)
    assert "before-the-standard" in {p.code for p in check_overlay(path).problems}


@pytest.mark.parametrize(
    "word",
    [
        "TODO", "todo!", "[TBD]", "N/A", "n/a", "Ｎ／Ａ", "none", "None", "Unknown",
        "to be  determined", "无", "（待定）", "不详", "待补充。",
    ],
)  # fmt: skip
def test_a_word_for_a_name_to_come_is_no_name(tmp_path: Path, word: str) -> None:
    assert not names_something(word)
    path = tmp_path / "mine.yaml"
    for key, old in (("checked_by", "checked_by: somebody"), ("source", "source: paper copy")):
        text = re.sub(f"(?m)^{old}.*$", f'{key}: "{word}"', FULL)
        assert text != FULL
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as found:
            load_spec("household-detergent", CHECKED, [path])
        wanted = {"checked_by": "signature-names-nobody", "source": "overlay-no-source"}[key]
        assert wanted in {p.code for p in found.value.problems}


def test_an_overlay_takes_no_declaration_without_evidence(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    line = "    indicator: water-per-unit\n"
    for said, refused in (("false", True), ("true", False)):
        path.write_text(FULL.replace(line, f"{line}    needs_evidence: {said}\n"), encoding="utf-8")
        codes = {p.code for p in check_overlay(path).problems}
        assert ("overlay-no-evidence" in codes) is refused


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("lca_stages: [raw_materials, manufacturing]", "lca_stages: [raw_materials]", "lca_stages"),
        ("functional_unit: 1 kWh", "functional_unit: 2 kWh", "functional_unit"),
        ("functional_unit: 1 kWh", "functional_unit: 1 kg", "functional_unit"),
        ("functional_unit: 1 kWh", "functional_unit: 1000 Wh", None),
        ("lca_stages: [raw_materials, use]", "lca_stages: [use, raw_materials]", None),
        ("functional_unit: 1 kWh", "lca_stages: [use]", None),
    ],
)
def test_two_overlays_do_not_say_two_things_of_one_rule(tmp_path: Path, one: str, other: str, key: str | None) -> None:
    head = (
        "ecoprod: 1\nfor: household-detergent@GBT-32163.1-2015\nsource: copy\nchecked_by: A\nchecked_on: 2026-01-01\n"
    )
    paths = [tmp_path / "one.yaml", tmp_path / "other.yaml"]
    for path, said in zip(paths, (one, other), strict=True):
        path.write_text(f"{head}{said}\n", encoding="utf-8")
    if key is None:
        assert len(load_spec("household-detergent", CHECKED, paths).overlays) == 2
        return
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", CHECKED, paths)
    (problem,) = found.value.problems
    assert (problem.code, problem.field, problem.params["first"]) == ("overlays-contradict", key, "one.yaml")


@pytest.mark.parametrize("name", ["张三", "A", "О. Иванов", "محمد", "3M", "李 7", "Na Li", "吴待定", "Tod O."])
def test_a_name_in_any_script_is_one(name: str) -> None:
    assert names_something(name)


@pytest.mark.parametrize("name", [None, "", " ", "-", "—", "…", "/", "007", "①", "½", "。", "\u3164", "\u200b", "😀"])
def test_signs_and_figures_alone_name_nobody(name: str | None) -> None:
    assert not names_something(name)
