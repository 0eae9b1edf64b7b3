"""The standards library: names, editions, dates, overlays, and one bad file per way to be wrong (`bad_specs/`)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ecoprod.errors import InputError, Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.indicators import INDICATORS
from ecoprod.measure import Measure
from ecoprod.messages import problem_line
from ecoprod.standards import (
    alias_note,
    check_specs,
    find_specs,
    indicators_needed,
    limit_words,
    load_spec,
)  # fmt: skip
from ecoprod.standards.library import summary
from ecoprod.standards.reading import CATEGORIES as FOCUS
from ecoprod.standards.records import Spec
from ecoprod.standards.vocabulary import CALCULATED, SECTORS, SUBSTANCE_BASES
from ecoprod.trace import Ledger
from ecoprod.units import Amount
from ecoprod.verdict import evaluate, judge

ON = date(2026, 3, 1)
BAD = sorted((Path(__file__).parent / "bad_specs").glob("*.yaml"))
SAMPLE = """ecoprod: 1
id: sample
extends: gbt-32161
title: {zh: "样品", en: "sample"}
facts: {colour: {kind: word, values: [red, green], title: {zh: "颜色", en: "colour"}}}
editions:
  S-1:
    number: S 1
    title: {zh: "样品", en: "sample"}
    in_force: null
    complete: false
    source: doc
    at: cover
    missing: {all: {zh: "全部", en: "all"}}
"""
SOURCES = 'ecoprod: 1\nsources: {doc: {title: {zh: "文件", en: "document"}, read: text, copy: paper copy no. 7}}\n'


def folder_with(tmp_path: Path, spec: str = SAMPLE, requirements: str | None = None) -> Path:
    place = tmp_path / "sample"
    place.mkdir()
    (tmp_path / "_sources.yaml").write_text(SOURCES, encoding="utf-8")
    (place / "spec.yaml").write_text(spec, encoding="utf-8")
    (place / "requirements.yaml").write_text(requirements or "ecoprod: 1\nrequirements: []\n", encoding="utf-8")
    return place


def mass_limits(*lines: str) -> str:
    head = 'ecoprod: 1\nrequirements:\n  - id: light\n    group: indicator\n    title: {zh: "轻", en: "light"}\n'
    return head + "    indicator: mass\n    limits:\n" + "".join(f"      - {{{line}}}\n" for line in lines)


def overlay_problems(path: Path) -> list[Problem]:
    name = "lithium-ion-battery" if path.stem == "overlay-in-force" else "household-detergent"
    with pytest.raises(InputError) as found:
        load_spec(name, ON, [path])
    return list(found.value.problems)


def test_a_folder_whose_limits_contradict_each_other_judges_nothing(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "bad_specs" / "requirements-contradiction.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError) as found:
        load_spec(folder_with(tmp_path, SAMPLE, text), ON)
    assert [(p.code, p.at.file, p.at.line) for p in found.value.problems] == [
        ("standards-contradiction", "sample/requirements.yaml", 9)
    ]


# ---- bad files ----------------------------------------


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_bad_file_is_refused_with_words(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    words = text.splitlines()[0].removeprefix("# expect: ").split(" | ")
    if path.stem.startswith("overlay"):
        problems = overlay_problems(path)
    elif path.stem.startswith("spec"):
        problems = check_specs(folder_with(tmp_path, text)).problems
    else:
        problems = check_specs(folder_with(tmp_path, SAMPLE, text)).problems
    lines = "\n".join(problem_line(p, "en") for p in problems)
    assert problems, "nothing was found wrong"
    for word in words:
        assert word in lines, lines
    assert any(p.at.line for p in problems), "no problem points at a line"
    assert all(problem_line(p, "zh") for p in problems)


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    place = folder_with(
        tmp_path, SAMPLE.replace("at: cover", "at: cover\n    colour: red"),
        mass_limits("at_mots: 1 kg, source: doc, at: x, confidence: standard") + "    shape: round\n",
    )  # fmt: skip
    codes = [p.code for p in check_specs(place).problems]
    assert codes.count("standards-unknown-key") == 3
    assert "standards-one-operator" in codes


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError) as found:
        load_spec(tmp_path / "nothing", ON)
    assert found.value.problems[0].code == "file-missing"


def test_an_overlay_file_is_checked_by_itself(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(FULL, encoding="utf-8")
    bad.write_text("ecoprod: 1\nsource: paper copy\n", encoding="utf-8")
    assert check_specs(good).problems == []
    assert [p.params["key"] for p in check_specs(bad).problems] == ["for"]


# ---- names and editions ----------------------------------------


def test_the_misprinted_number_is_answered_and_explained() -> None:
    assert load_spec("GB/T 32611", ON).id == "gbt-32161"
    note = alias_note("GB/T 32611-2015") or alias_note("gb/t 32611")
    assert note is not None
    assert "GB/T 32161" in note["en"]
    assert "误写" in note["zh"]
    assert alias_note("GB/T 32161") is None


@pytest.mark.parametrize(
    ("name", "spec_id", "edition"),
    [
        ("GB/T 32163.1-2015", "household-detergent", "GBT-32163.1-2015"),
        ("gbt32163.4", "inorganic-lightweight-panel", "GBT-32163.4-2015"),
        ("SJ/T 11750-2019", "tablet-computer", "SJ-T-11750-2019"),
        ("T/CESA 1020—2018", "tablet-computer", "T-CESA-1020-2018"),
        ("lithium-ion-battery", "lithium-ion-battery", "T-CEEIA-280-2017"),
    ],
)
def test_a_specification_answers_to_its_names(name: str, spec_id: str, edition: str) -> None:
    spec = load_spec(name, ON)
    assert (spec.id, spec.edition) == (spec_id, edition)


def test_two_editions_that_could_apply_are_both_named() -> None:
    with pytest.raises(InputError) as found:
        load_spec("tablet-computer", ON)
    line = problem_line(found.value.problems[0], "en")
    assert "tablet-computer@T-CESA-1020-2018" in line
    assert "tablet-computer@SJ-T-11750-2019" in line


@pytest.mark.parametrize("name", ["tablet-computer@X-1", "tablett-computer", "../ecoprod", ""])
def test_an_unknown_name_lists_what_there_is(name: str) -> None:
    with pytest.raises(InputError) as found:
        load_spec(name, ON)
    assert "tablet-computer" in problem_line(found.value.problems[0], "en") or name in ("../ecoprod", "")


def test_before_its_date_a_standard_does_not_apply() -> None:
    assert load_spec("household-detergent", date(2016, 5, 1)).in_force == date(2016, 5, 1)
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", date(2016, 4, 30))
    assert {p.code for p in found.value.problems} == {"standards-not-in-force"}


def test_what_the_library_holds() -> None:
    infos = {i.id: i for i in find_specs()}
    categories = [i for i in infos.values() if i.role == "category" and i.id != "gbt-32161"]
    assert len(categories) >= 150
    assert {s for s in SECTORS if s != "general"} == {i.sector for i in categories}
    parts = {n for i in categories for n in i.numbers if n.startswith("GB/T 32163")}
    assert parts == {f"GB/T 32163.{n}-2015" for n in (1, 2, 3, 4)}
    assert not any(i.complete for i in infos.values())
    for name in ("household-detergent", "lithium-ion-battery", "gbt-32161"):
        listed = {r.id for e in infos[name].editions for r in load_spec(f"{name}@{e.id}", ON).requirements}
        assert summary(name).requirements == len(listed)


def test_every_category_contains_the_base() -> None:
    base = [r.id for r in load_spec("gbt-32161", ON).requirements]
    for info in find_specs():
        if info.role == "reference":
            continue
        for edition in info.editions:
            spec = load_spec(f"{info.id}@{edition.id}", ON)
            ids = [r.id for r in spec.requirements]
            assert set(base) <= set(ids)
            assert len(ids) == len(set(ids))
            assert spec.judgement == "tceeia-280-2017 4.3"
            assert {"basic-other", "lca-cut-off"} <= {g.id for g in spec.missing}


def test_calculated_names_and_units_are_those_of_the_calculating_room() -> None:
    from ecoprod.indicators.table import SUBSTANCE_BASES as CALCULATED_BASES

    fixed = {n: i.unit for n, i in INDICATORS.items() if not n.startswith(("impact:", "impact-per-"))}
    assert fixed == dict(CALCULATED)
    assert set(SUBSTANCE_BASES) == set(CALCULATED_BASES)
    assert FOCUS == CATEGORIES


def test_indicators_needed_holds_conditions_of_scope_and_exemption() -> None:
    needed = indicators_needed(load_spec("tablet-computer@T-CESA-1020-2018", ON))
    assert {"substance:Pb@homogeneous_material", "exempted-use-Pb", "lca:cut-off-mass-share"} <= needed
    assert "restricted-substances-regulation" not in needed


def test_loading_needs_neither_pydantic_nor_brightway() -> None:
    code = (
        "import sys, datetime; from ecoprod.standards import load_spec; import ecoprod.verdict; "
        "load_spec('lithium-ion-battery', datetime.date(2026, 3, 1)); "
        "print(*[m for m in ('pydantic', 'bw2data', 'bw2calc', 'numpy', 'scipy') if m in sys.modules])"
    )
    for _ in range(2):  # the first run may teach the cache a unit, with pint
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# ---- dates of limits ----------------------------------------


def only_limit(spec: Spec, name: str = "light") -> str | None:
    found = next((r for r in spec.requirements if r.id == name), None)
    return limit_words(found.condition.limit) if found and found.condition and found.condition.limit else None


def test_the_limit_of_the_day(tmp_path: Path) -> None:
    here = "source: doc, at: t, confidence: standard"
    place = folder_with(
        tmp_path, SAMPLE,
        mass_limits(
            f"at_most: 9 kg, from: 2017-01-01, {here}", f"at_most: 7 kg, from: 2020-01-01, until: 2022-01-01, {here}"
        ),
    )  # fmt: skip
    assert check_specs(place).problems == []
    days = {date(2016, 6, 1): None, date(2017, 1, 1): "at_most 9 kg", date(2019, 12, 31): "at_most 9 kg",
            date(2020, 1, 1): "at_most 7 kg", date(2022, 1, 1): "at_most 9 kg"}  # fmt: skip
    for day, want in days.items():
        assert only_limit(load_spec(place, day)) == want


def test_an_unknown_date_stays_unknown() -> None:
    spec = load_spec("lithium-ion-battery", ON)
    assert spec.in_force is None
    mercury = next(r for r in spec.requirements if r.id == "mercury")
    assert mercury.condition is not None
    assert mercury.condition.limit is not None
    assert mercury.condition.limit.start is None
    inherited = next(r for r in spec.requirements if r.id == "discharge-standards")
    assert inherited.condition is not None
    assert inherited.condition.limit is not None
    assert inherited.condition.limit.start == date(2016, 5, 1)


# ---- overlays ----------------------------------------

HEAD = "ecoprod: 1\nfor: household-detergent@GBT-32163.1-2015\nsource: paper copy\n"
SIGNED = "checked_by: somebody\nchecked_on: 2026-01-01\n"


def with_overlay(tmp_path: Path, text: str) -> Spec:
    path = tmp_path / "overlay.yaml"
    path.write_text(text, encoding="utf-8")
    return load_spec("household-detergent", ON, [path])


@pytest.mark.parametrize(
    ("line", "words", "overrides"),
    [
        ("at_most: 0.4 %", "at_most 0.4 %", 0), ("at_most: 4000 mg/kg", "at_most 4000 mg/kg", 0),
        ("at_most: 0.5 %", "at_most 0.5 %", 0), ("less_than: 0.5 %", "less_than 0.5 %", 0),
        ("at_most: 0.6 %", "at_most 0.5 %", 1), ("at_most: 6000 mg/kg", "at_most 0.5 %", 1),
        ("at_least: 0.1 %", "at_most 0.5 %", 1), ("less_than: 0.51 %", "at_most 0.5 %", 1),
    ],
)  # fmt: skip
def test_an_overlay_may_tighten_and_not_loosen(tmp_path: Path, line: str, words: str, overrides: int) -> None:
    spec = with_overlay(tmp_path, f"{HEAD}{SIGNED}limits: [{{requirement: phosphate, {line}}}]\n")
    assert only_limit(spec, "phosphate") == words
    assert len(spec.overrides) == overrides
    assert all(o.requirement == "phosphate" and o.published == "at_most 0.5 %" for o in spec.overrides)
    assert spec.overlays[0].checked_by == "somebody"
    assert len(spec.overlays[0].sha256) == 64


def test_an_overlay_draws_the_system_boundary(tmp_path: Path) -> None:
    assert with_overlay(tmp_path, f"{HEAD}{SIGNED}limits: []\n").lca_stages == ()
    gate = f"{HEAD}{SIGNED}lca_stages: [raw_materials, manufacturing]\n"
    assert with_overlay(tmp_path, gate).lca_stages == ("raw_materials", "manufacturing")


def test_the_functional_unit_of_a_standard(tmp_path: Path) -> None:
    assert with_overlay(tmp_path, f"{HEAD}{SIGNED}functional_unit: 8 kg\n").functional_unit == Amount(8.0, "kg")
    assert with_overlay(tmp_path, f"{HEAD}{SIGNED}limits: []\n").functional_unit is None
    place = folder_with(tmp_path, SAMPLE + "functional_unit: 1 kWh\n")
    assert load_spec(place, ON).functional_unit == Amount(1.0, "kWh")


def test_a_specification_draws_the_system_boundary(tmp_path: Path) -> None:
    place = folder_with(tmp_path, SAMPLE + "lca_stages: [raw_materials, manufacturing, end_of_life]\n")
    assert load_spec(place, ON).lca_stages == ("raw_materials", "manufacturing", "end_of_life")


def test_an_overlay_sets_what_is_only_reported(tmp_path: Path) -> None:
    spec = with_overlay(tmp_path, f"{HEAD}{SIGNED}limits: [{{requirement: lca-cut-off, at_most: 5 %, at: annex}}]\n")
    found = next(r for r in spec.requirements if r.id == "lca-cut-off")
    assert found.condition is not None
    status = evaluate(replace(spec, requirements=(found,)), {
        "lca:cut-off-mass-share": Measure("lca:cut-off-mass-share", "%", 6.0, 6.0)}, Ledger())[0].status  # fmt: skip
    assert status == "fail"


FULL = f"""{HEAD}{SIGNED}complete: true
indicators: [phosphate-content, branched-alkylbenzene-sulfonate-used, nitrilotriacetic-acid-used, water-per-unit]
limits:
  - {{requirement: phosphate, at_most: 0.5 %, at: table 1}}
  - {{requirement: no-branched-alkylbenzene-sulfonate, equals: false, at: table 1}}
  - {{requirement: no-nitrilotriacetic-acid, equals: false, at: table 1}}
  - {{requirement: discharge-standards, equals: true, at: "4.1"}}
  - {{requirement: pollutant-total-load, equals: true, at: "4.1"}}
  - {{requirement: no-major-accident, equals: true, at: "4.1"}}
  - {{requirement: environmental-management-system, equals: true, at: "4.1"}}
  - {{requirement: quality-management-system, equals: true, at: "4.1"}}
  - {{requirement: product-quality, equals: true, at: "4.1"}}
requirements:
  - id: water
    group: indicator
    attribute: resource
    title: {{zh: "单位产品取水量", en: "water per unit"}}
    indicator: water-per-unit
    limits: [{{at_most: 2 m3, at: table 1}}]
"""


def clean(spec: Spec) -> dict[str, Measure]:
    """Measures that meet everything a completed detergent specification asks for."""
    found = {
        n: Measure(n, None, flag=True, declared=n.startswith("basic:"), evidence=("E",))
        for n in indicators_needed(spec) if n.startswith(("basic:", "lca:")) and not n.endswith("-share")
    }  # fmt: skip
    for n in ("branched-alkylbenzene-sulfonate-used", "nitrilotriacetic-acid-used"):
        found[n] = Measure(n, None, flag=False, declared=True, evidence=("E",))
    found["phosphate-content"] = Measure("phosphate-content", "%", 0.1, 0.1, declared=True, evidence=("E",))
    found["water-per-unit"] = Measure("water-per-unit", "m3", 1.0, 1.0)
    return found


def test_a_complete_and_signed_overlay_can_end_in_qualified(tmp_path: Path) -> None:
    spec = with_overlay(tmp_path, FULL)
    assert spec.complete
    assert spec.missing == ()
    verdict = judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False)
    assert (verdict.outcome, verdict.reasons[0].code) == ("qualified", "all-requirements-met")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("at_most: 0.5 %", "at_most: 0.7 %", "limit-loosened"),
        ("  - {requirement: phosphate, at_most: 0.5 %, at: table 1}\n", "", "limit-official-list"),
        ('  - {requirement: product-quality, equals: true, at: "4.1"}\n', "", "limit-secondary"),
        ("complete: true\n", "complete: false\n", "spec-incomplete"),
        (f"{SIGNED}complete: true\n", "complete: false\n", "overlay-not-checked"),
    ],
)
def test_each_open_point_keeps_it_provisional(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in FULL
    spec = with_overlay(tmp_path, FULL.replace(old, new))
    verdict = judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False)
    assert verdict.outcome == "provisional"
    assert code in {r.code for r in verdict.reasons}


def test_the_holder_of_a_standard_knows_its_date(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    head = "ecoprod: 1\nfor: lithium-ion-battery@T-CEEIA-280-2017\nsource: paper copy\n"
    path.write_text(head + "in_force: 2018-01-01\n", encoding="utf-8")
    spec = load_spec("lithium-ion-battery", ON, [path])
    assert spec.in_force == date(2018, 1, 1)
    for requirement in spec.requirements:
        if requirement.condition is not None and requirement.condition.limit is not None:
            assert requirement.condition.limit.start is not None


def test_a_complete_spec_of_ones_own_needs_a_signature(tmp_path: Path) -> None:
    done = SAMPLE.replace("complete: false", "complete: true\n    checked_by: a\n    checked_on: 2026-01-01")
    place = folder_with(tmp_path, done.replace('    missing: {all: {zh: "全部", en: "all"}}\n', ""))
    assert check_specs(place).problems == []
    spec = load_spec(place, ON)
    assert not spec.complete, "the base it extends is not complete"
    assert {g.id for g in spec.missing} >= {"basic-other"}


@pytest.mark.parametrize("name", ["GB/T 32611", "gb/t32611", "32611", "32161", "GB/T 32161-2015"])
def test_the_misprinted_number_is_answered_and_said_to_be_one(name: str) -> None:
    assert load_spec(name, date(2026, 3, 1)).id == "gbt-32161"
    assert (alias_note(name) is not None) == ("32611" in name)


# ---- worked cases in `standards check` ----------------------------------------


CASE = "spec: sample\non: 2026-03-01\ncases:\n  - {{requirement: {}, given: {}, expect: {}{}}}"


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ("spec: sample@S-2\non: 2026-03-01\ncases: []", "sample@S-2 | sample@S-1"),
        ("spec: sample\non: some day\ncases: []", "some day"),
        (CASE.format("lihgt", "{mass: {value: 5 kg}}", "pass", ", why: x"), "lihgt | did you mean: light"),
        (
            CASE.format("light", "{colur: {text: red}}", "passed", ", why: x"),
            "colur | colour | passed | not_applicable",
        ),
        (CASE.format("light", "{}", "pass", ""), "“why” is missing"),
    ],
)
def test_cases_that_do_not_fit_their_specification_are_named(tmp_path: Path, cases: str, words: str) -> None:
    limit = mass_limits("at_most: 5 kg, source: doc, at: x, confidence: standard")
    place = folder_with(tmp_path, SAMPLE, limit)
    (place / "cases").mkdir()
    (place / "cases" / "all.yaml").write_text(f"ecoprod: 1\n{cases}\n", encoding="utf-8")
    lines = "\n".join(problem_line(p, "en") for p in check_specs(place).problems)
    assert "sample/cases/all.yaml" in lines
    assert all(word in lines for word in words.split(" | ")), lines
