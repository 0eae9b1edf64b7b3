"""What `standards check` says of an overlay, and the skeleton that `standards new` writes."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecoprod_cli.main import main
from jsonschema import Draft202012Validator
from test_schema import PlainLoader
from test_standards import FULL, clean

from ecoprod.errors import InputError
from ecoprod.messages import LANGS, problem_line
from ecoprod.report.schemas import faults, schema
from ecoprod.standards import find_specs, load_spec
from ecoprod.standards.library import last_day
from ecoprod.standards.openings import openings
from ecoprod.standards.overlay_check import Checked, check_overlay
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

Captured = pytest.CaptureFixture[str]
ON, EARLY = date(2026, 3, 1), date(2025, 6, 1)
HEAD = "ecoprod: 1\nfor: household-detergent@GBT-32163.1-2015\n"
SIGNED = "checked_by: somebody\nchecked_on: 2026-01-01\n"
SOURCE = "source: paper copy\n"
TWICE = (
    f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 0.5 %}}\n"
    "  - {requirement: phosphate, indicator: phosphate-content, at_most: 0.4 %}\n"
)
CONTRARY = (
    f"{SOURCE}requirements:\n  - id: more\n    group: indicator\n    title: {{zh: 多, en: more}}\n"
    "    indicator: phosphate-content\n    limits: [{at_least: 1 %, at: x}]\n"
)
TIGHTENING = (
    "limits:\n  - {requirement: phosphate, at_most: 0.5 %, until: 2027-01-01}\n"
    "  - {requirement: phosphate, at_most: 0.3 %, from: 2027-01-01}\n"
)


def checked(tmp_path: Path, text: str) -> Checked:
    path = tmp_path / "overlay.yaml"
    path.write_text(text, encoding="utf-8")
    return check_overlay(path)


def lines(found: Checked) -> str:
    assert all(problem_line(p, "zh") for p in (*found.problems, *found.notes))
    return "\n".join(problem_line(p, "en") for p in found.problems)


def notes(found: Checked) -> dict[str, str]:
    return {n.code: problem_line(n, "en") for n in found.notes}


# ---- findings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        # who answers for it
        (f"source:\n{SIGNED}", 3, ["source is empty", "paper copy no. 7"]),
        (f'source: ""\n{SIGNED}', 3, ["source is empty"]),
        (f"{SOURCE}checked_by: somebody\n", 4, ["checked_by is there and checked_on is not"]),
        (f"{SOURCE}checked_on: 2026-01-01\n", 4, ["checked_on is there and checked_by is not"]),
        # against the published value
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 0.6 %}}\n", 5,
         ["≤ 0.6 %", "looser than the published ≤ 0.5 %"]),
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 6000 mg/kg}}\n", 5, ["looser"]),
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_least: 0.5 %}}\n", 5,
         ["≥ 0.5 %", "runs another way than the published ≤ 0.5 %"]),
        (f"{SOURCE}limits:\n  - {{requirement: no-nitrilotriacetic-acid, equals: true}}\n", 5,
         ["the limit yes on", "runs another way than the published no"]),
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 0.6 %, until: 2020-01-01}}\n", 5, ["looser"]),
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: [0.3 %, 0.6 %]}}\n", 5, ["runs another way"]),
        # duplicates
        (TWICE, 6, ["in line 5", "phosphate"]),
        (TWICE.replace("at_most", "from: 2020-01-01, at_most"), 6, ["in line 5"]),
        # units, words, dates
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 5 kg}}\n", 5, ["does not convert"]),
        (f"{SOURCE}limits:\n  - {{requirement: phosphate, at_most: 5 %%}}\n", 5, ["%%"]),
        (f"{SOURCE}in_force: 2017-01-01\n", 4, ["2017-01-01", "2016-05-01"]),
        # consistency with what the library asks for
        (CONTRARY, 5, ["contradictory", "phosphate-content"]),
        (f"{SOURCE}complete: true\n{SIGNED}indicators: [phosphate-content]\n", 7,
         ["left out: branched-alkylbenzene-sulfonate-used, nitrilotriacetic-acid-used"]),
        (f"{SOURCE}complete: true\nindicators: [phosphate-content]\n", 4, ["needs checked_by and checked_on"]),
    ],
)  # fmt: skip
def test_a_finding_says_what_where_and_what_to_write(tmp_path: Path, body: str, line: int, words: list[str]) -> None:
    found = checked(tmp_path, HEAD + body)
    said = lines(found)
    assert found.problems
    for word in words:
        assert word in said, said
    assert line in {p.at.line for p in found.problems}, said
    assert found.notes == []  # what is open is told once it is sound


def test_nothing_is_judged_under_limits_that_no_product_can_meet(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(HEAD + CONTRARY, encoding="utf-8")
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", ON, [path])
    assert [(p.code, p.at.file, p.at.column) for p in found.value.problems] == [
        ("standards-contradiction", "overlay.yaml", "more")
    ]
    path.write_text(HEAD + CONTRARY.replace("1 %", "0.1 %"), encoding="utf-8")
    assert load_spec("household-detergent", ON, [path]).overlays


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        HEAD + "source:\nchecked_by: me\nlimits:\n  - {requirement: phosphate, at_most: 0.6 %}\n"
        "  - {requirement: nothing, at_most: 1 %}\n  - {requirement: no-nitrilotriacetic-acid, equals: true}\n"
        "  - {requirement: phosphate, at_most: 1 kg}\n",
    )
    assert {p.code for p in found.problems} >= {
        "overlay-no-source", "overlay-half-signed", "overlay-looser", "overlay-no-requirement", "overlay-unlike",
        "standards-unit-kind", "overlay-duplicate-limit",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "limits:\n  - {requirement: phosphate, at_most: 0.5 %}\n",
        "limits:\n  - {requirement: phosphate, at_most: 5000 mg/kg}\n",  # the same in another unit
        TIGHTENING,
        "limits:\n  - {requirement: lca-cut-off, at_most: 5 %}\n",
        "in_force: 2016-05-01\n", "facts:\nlimits:\nrequirements:\nindicators: []\n",
    ],
)  # fmt: skip
def test_what_is_sound_has_no_findings(tmp_path: Path, body: str) -> None:
    assert lines(checked(tmp_path, HEAD + SOURCE + SIGNED + body)) == ""


@pytest.mark.parametrize(("value", "unit"), [("5", "mg/kg"), ("20", "mg/kg"), ("0.02", "g/kg"), ("0.002", "%")])
def test_the_rounding_of_a_conversion_loosens_nothing(tmp_path: Path, value: str, unit: str) -> None:
    name, limit = ("mercury", "5 mg/kg") if value == "5" else ("cadmium", f"{value} {unit}")
    found = checked(
        tmp_path,
        f"ecoprod: 1\nfor: lithium-ion-battery@T-CEEIA-280-2017\n{SOURCE}limits:\n"
        f"  - {{requirement: {name}, at_most: {limit}}}\n",
    )
    assert lines(found) == ""


def test_yaml_tricks_are_refused(tmp_path: Path) -> None:
    for trick in ("limits: &a [*a]\n", "source: !!python/object:os.system x\n", "source: a\nsource: b\n"):
        assert checked(tmp_path, HEAD + trick).problems


# ---- notes ---------------------------------------------------------------------------------------


def test_what_is_left_open_is_a_note_and_no_finding(tmp_path: Path) -> None:
    found = checked(tmp_path, f"{HEAD}{SOURCE}indicators: [phosphate-content, apeo]\n")
    assert found.problems == []
    told = notes(found)
    assert "apeo" in told["overlay-note-gaps"]
    assert "left out: branched-alkylbenzene" in told["overlay-note-indicators"]
    assert "not in it: apeo" in told["overlay-note-indicators"]
    assert "phosphate" in told["overlay-note-limits"]
    assert "overlay-note-unsigned" in told
    assert "overlay-note-date" not in told  # the library knows it


def test_an_unknown_date_and_an_idle_fact_are_notes(tmp_path: Path) -> None:
    head = f"ecoprod: 1\nfor: lithium-ion-battery@T-CEEIA-280-2017\n{SOURCE}{SIGNED}"
    idle = "facts: {idle: {kind: flag, title: {zh: 闲, en: idle}}}\n"
    told = notes(checked(tmp_path, head + idle))
    assert {"overlay-note-date", "overlay-note-facts"} <= set(told)
    assert "overlay-note-date" not in notes(checked(tmp_path, f"{head}in_force: 2018-01-01\n"))


def test_a_complete_overlay_leaves_nothing_to_note(tmp_path: Path) -> None:
    found = checked(tmp_path, FULL)
    assert (found.problems, found.notes) == ([], [])
    assert found.spec is not None
    assert found.spec.complete
    assert {o.reasons for o in openings(found.spec)} <= {("reported",)}


def test_findings_and_notes_at_the_front_door(capsys: Captured, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(HEAD + SOURCE, encoding="utf-8")
    bad.write_text(f"{HEAD}{SOURCE}limits: [{{requirement: phosphate, at_most: 0.6 %}}]\n", encoding="utf-8")
    assert main(["standards", "check", str(good), "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("没有发现问题\n说明：")
    assert main(["standards", "check", str(bad), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert not faults("problems", document)
    assert [p["code"] for p in document["problems"]] == ["overlay-looser"]
    assert main(["standards", "check", str(good), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["problems"] == []
    assert {n["code"] for n in document["notes"]} >= {"overlay-note-gaps", "overlay-note-unsigned"}
    assert not list(Draft202012Validator(schema("problems")).iter_errors(document))


# ---- other days ----------------------------------------------------------------------------------


def test_an_overlay_may_speak_of_what_is_not_in_force_yet(tmp_path: Path) -> None:
    """A standard referred to may demand more from a later day on; the overlay is good on both sides of it."""
    name, coming = "", set[str]()
    for edition in next(i for i in find_specs() if i.id == "tablet-computer").editions:
        known, now = (load_spec(f"tablet-computer@{edition.id}", day) for day in (last_day(edition), EARLY))
        if more := {r.id for r in known.requirements} - {r.id for r in now.requirements}:
            name, coming = f"tablet-computer@{edition.id}", more
    if not coming:
        pytest.skip("nothing of this specification comes later")
    first = sorted(coming)[0]
    path = tmp_path / "overlay.yaml"
    path.write_text(
        f"ecoprod: 1\nfor: {name}\n{SOURCE}{SIGNED}limits: [{{requirement: {first}, at_most: 0.1 %}}]\n",
        encoding="utf-8",
    )
    assert check_overlay(path).problems == []
    assert load_spec(name, EARLY, [path]).overlays[0].checked_by == "somebody"
    assert first not in {r.id for r in load_spec(name, EARLY, [path]).requirements}


# ---- no overlay that loosens ends in qualified -----------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_most: 0.5 %", "at_most: 0.50001 %"), ("at_most: 0.5 %", "at_most: 99 %"),
        ("at_most: 0.5 %", "at_least: 0 %"), ("at_most: 0.5 %", "between: [0 %, 9 %]"),
        ("at_most: 0.5 %", "present: true"),
        ("no-nitrilotriacetic-acid, equals: false", "no-nitrilotriacetic-acid, present: true"),
        ("requirement: product-quality, equals: true", "requirement: product-quality, equals: false"),
        ("requirement: product-quality, equals: true", "requirement: product-quality, present: true"),
    ],
)  # fmt: skip
def test_an_overlay_that_loosens_never_ends_in_qualified(tmp_path: Path, old: str, new: str) -> None:
    assert old in FULL
    path = tmp_path / "overlay.yaml"
    path.write_text(FULL.replace(old, new), encoding="utf-8")
    assert {p.code for p in check_overlay(path).problems} <= {"overlay-looser", "overlay-unlike"}
    assert check_overlay(path).problems
    spec = load_spec("household-detergent", ON, [path])  # a judgement is not refused
    assert spec.overrides
    verdict = judge(spec, evaluate(spec, clean(spec), Ledger()), illustrative=False)
    assert verdict.outcome != "qualified"
    loosened = [r for r in verdict.reasons if r.code == "limit-loosened"]
    assert loosened
    assert not any("at_most" in str(r.params) or "equals" in str(r.params) for r in loosened)


# ---- new -----------------------------------------------------------------------------------------


def new(capsys: Captured, tmp_path: Path, name: str, lang: str = "en") -> Path:
    target = tmp_path / f"{name.partition('@')[0]}.yaml"
    target.unlink(missing_ok=True)
    assert main(["standards", "new", name, "-o", str(target), "--lang", lang]) == 0
    found = capsys.readouterr()
    assert found.out == ""
    assert str(target) in found.err
    return target


EDITIONS = ["household-detergent", "lithium-ion-battery", "tablet-computer@T-CESA-1020-2018", "gbt-32161"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", EDITIONS)
def test_a_skeleton_passes_once_its_source_is_named(capsys: Captured, tmp_path: Path, name: str, lang: str) -> None:
    target = new(capsys, tmp_path, name, lang)
    assert [p.code for p in check_overlay(target).problems] == ["overlay-no-source"]
    written = target.read_text(encoding="utf-8")
    target.write_text(re.sub("(?m)^source:.*$", "source: paper copy", written), encoding="utf-8")
    assert check_overlay(target).problems == []
    document = yaml.load(target.read_text(encoding="utf-8"), Loader=PlainLoader)
    assert not list(Draft202012Validator(schema("overlay")).iter_errors(document))


@pytest.mark.parametrize("name", EDITIONS)
def test_a_skeleton_has_a_line_for_everything_that_is_open(capsys: Captured, tmp_path: Path, name: str) -> None:
    target = new(capsys, tmp_path, name)
    written = target.read_text(encoding="utf-8")
    info = next(i for i in find_specs() if i.id == name.partition("@")[0])
    edition = next(e for e in info.editions if e.id in (name.partition("@")[2], info.editions[0].id))
    spec = load_spec(f"{info.id}@{edition.id}", last_day(edition))
    for gap in spec.missing:
        assert f"[{gap.id}]" in written
    for opening in openings(spec):
        if set(opening.reasons) - {"date-unknown"}:
            assert f"# - {{requirement: {opening.requirement.id}," in written


@pytest.mark.parametrize("name", EDITIONS)
def test_confirming_every_line_settles_every_published_limit(capsys: Captured, tmp_path: Path, name: str) -> None:
    """Taking away the hash confirms: what has a value is then no longer open, and nothing is loosened."""
    target = new(capsys, tmp_path, name)
    text = target.read_text(encoding="utf-8").replace("  # - {requirement", "  - {requirement")
    head = "source: paper copy\nchecked_by: me\nchecked_on: 2026-01-01\nin_force: 2018-01-01\n"
    text = re.sub("(?m)^(source|checked_by|checked_on|in_force):.*\n", "", text)
    text = text.replace("complete: false", head.replace("in_force: 2018-01-01\n", "") + "complete: false")
    if name in ("lithium-ion-battery", "tablet-computer@T-CESA-1020-2018"):
        text = text.replace("complete: false", "in_force: 2018-01-01\ncomplete: false")
    # what has no published value is left to its holder: the open end is refused
    opened = [line for line in text.splitlines() if line.startswith("  - {") and "…" in line]
    target.write_text(text, encoding="utf-8")
    codes = {p.code for p in check_overlay(target).problems}
    assert codes <= {"unit-not-a-number", "standards-unknown-word"}
    assert bool(codes) == bool(opened)
    target.write_text("\n".join(line for line in text.splitlines() if line not in opened) + "\n", encoding="utf-8")
    found = check_overlay(target)
    assert found.problems == [], lines(found)
    assert found.spec is not None
    left = {reason for o in openings(found.spec) for reason in o.reasons}
    assert left <= {"reported"}


def test_nothing_is_ever_written_over(capsys: Captured, tmp_path: Path) -> None:
    target, link, folder = tmp_path / "mine.yaml", tmp_path / "link.yaml", tmp_path / "folder"
    target.write_text("my work\n", encoding="utf-8")
    link.symlink_to(tmp_path / "gone.yaml")
    folder.mkdir()
    for place in (target, link, folder, tmp_path / "no" / "such" / "folder.yaml"):
        assert main(["standards", "new", "household-detergent", "-o", str(place)]) == 2
        assert capsys.readouterr().out == ""
    assert target.read_text(encoding="utf-8") == "my work\n"
    assert not (tmp_path / "gone.yaml").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "link.yaml", "mine.yaml"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tablet-computer", ["tablet-computer@T-CESA-1020-2018", "tablet-computer@SJ-T-11750-2019"]),
        ("no-such-kind", ["no-such-kind"]), ("", ["ID"]), ("x" * 5000, []),
    ],
)  # fmt: skip
def test_a_name_that_is_none_or_two_is_refused(capsys: Captured, tmp_path: Path, name: str, words: list[str]) -> None:
    target = tmp_path / "o.yaml"
    assert main(["standards", "new", name, "-o", str(target)]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words)
    assert not target.exists()


def test_without_a_file_the_skeleton_goes_to_stdout(capsys: Captured) -> None:
    assert main(["standards", "new", "GB/T 32163.1-2015"]) == 0
    found: Any = capsys.readouterr()
    assert found.out.startswith("# Overlay of GB/T 32163.1-2015")
    assert found.err == ""
