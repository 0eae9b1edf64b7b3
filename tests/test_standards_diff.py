"""What changes between two days: hand-made editions and limits, and every way in which a requirement can differ."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from jsonschema import Draft202012Validator

from ecoprod.errors import InputError
from ecoprod.messages import LANGS
from ecoprod.report.layout import columns
from ecoprod.report.schemas import faults, schema
from ecoprod.report.standards_diff import diff_document, diff_text
from ecoprod.standards.asof import spec_as_of
from ecoprod.standards.differences import Difference, difference, difference_of
from ecoprod.standards.folders import read_folder
from ecoprod.standards.library import last_day

Captured = pytest.CaptureFixture[str]
SOURCES = "ecoprod: 1\nsources:\n" + "".join(
    f'  {name}: {{title: {{zh: "文件", en: "document"}}, read: text, copy: paper copy}}\n' for name in ("doc", "other")
)
EDITION = """  {id}:
    number: {number}
    title: {{zh: "样品", en: "sample"}}
    in_force: {in_force}
    until: {until}
    complete: false
    source: doc
    at: cover
    missing: {{{gap}: {{zh: "缺", en: "gap {gap}"}}}}
"""
HERE = "source: doc, at: t, confidence: standard"


def edition(name: str, in_force: str = "null", until: str = "null", gap: str = "all") -> str:
    return EDITION.format(id=name, number=name.replace("-", " ", 1), in_force=in_force, until=until, gap=gap)


def sample(tmp_path: Path, editions: str, *requirements: str) -> Path:
    """A specification of these editions and requirements; facts `colour` and `noise` are declared."""
    place = tmp_path / "sample"
    place.mkdir()
    (tmp_path / "_sources.yaml").write_text(SOURCES, encoding="utf-8")
    facts = (
        'facts:\n  colour: {kind: word, values: [red, green, blue], title: {zh: "颜色", en: "colour"}}\n'
        '  noise: {kind: quantity, unit: dB(A), title: {zh: "噪声", en: "noise"}}\n'
        '  quiet: {kind: flag, title: {zh: "安静", en: "quiet"}}\n'
    )
    head = f'ecoprod: 1\nid: sample\nextends: gbt-32161\ntitle: {{zh: "样品", en: "sample"}}\n{facts}editions:\n'
    (place / "spec.yaml").write_text(head + editions, encoding="utf-8")
    body = "".join(requirements) or " []\n"
    (place / "requirements.yaml").write_text(
        f"ecoprod: 1\nrequirements:{chr(10) if requirements else ''}{body}", "utf-8"
    )
    return place


def asks(name: str, indicator: str, *limits: str, more: str = "") -> str:
    head = f'  - id: {name}\n    group: indicator\n    title: {{zh: "要求", en: "title of {name}"}}\n{more}'
    return head + f"    indicator: {indicator}\n    limits:\n" + "".join(f"      - {{{limit}}}\n" for limit in limits)


def between(place: Path, start: str, end: str) -> Difference:
    return difference(place, date.fromisoformat(start), date.fromisoformat(end))


def ids(found: Difference) -> dict[str, list[str]]:
    return {
        "added": [r.id for r in found.added], "removed": [r.id for r in found.removed],
        "changed": [c.after.id for c in found.changed],
    }  # fmt: skip


# ---- limits over time ----------------------------------------------------------------------------


def test_a_limit_that_tightens_comes_and_goes(tmp_path: Path) -> None:
    place = sample(
        tmp_path, edition("S-1", "2017-01-01"),
        asks("light", "mass", f"at_most: 9 kg, from: 2017-01-01, {HERE}",
             f"at_most: 7 kg, from: 2020-01-01, until: 2022-01-01, {HERE}"),
        asks("short", "mass", f"at_least: 1 kg, from: 2019-01-01, until: 2021-01-01, {HERE}"),
    )  # fmt: skip
    tighter = between(place, "2018-01-01", "2020-06-01")
    assert ids(tighter) == {"added": ["short"], "removed": [], "changed": ["light"]}
    assert tighter.changed[0].what == ("limit", "date")
    assert tighter.changed[0].stricter is True
    looser = between(place, "2021-06-01", "2022-01-01")
    assert ids(looser) == {"added": [], "removed": [], "changed": ["light"]}
    assert looser.changed[0].stricter is False
    assert ids(between(place, "2018-01-01", "2018-12-31")) == {"added": [], "removed": [], "changed": []}
    assert ids(between(place, "2020-12-31", "2021-01-01")) == {"added": [], "removed": ["short"], "changed": []}
    page = diff_text(diff_document(tighter), "en", "sample")
    assert "limit: ≤ 9 kg → ≤ 7 kg (stricter)" in page
    assert "since: 2017-01-01 → 2020-01-01" in page
    assert "+ title of short [short]" in page


@pytest.mark.parametrize(
    ("first", "second", "what", "stricter"),
    [
        ("at_most: 9 kg", "at_most: 9000 g", ("unit", "date"), None),
        ("at_most: 9 kg", "less_than: 9 kg", ("limit", "date"), True),
        ("at_most: 9 kg", "at_least: 9 kg", ("limit", "date"), None),
        ("at_least: 2 kg", "at_least: 3 kg", ("limit", "date"), True),
        ("between: [2 kg, 5 kg]", "between: [1 kg, 5 kg]", ("limit", "date"), False),
        ("at_most: [7 kg, 9 kg]", "at_most: 7 kg", ("limit", "date"), True),
        ("at_most: [7 kg, 9 kg]", "at_most: [7 kg, 8 kg]", ("limit", "date"), None),
        ("at_most: [7 kg, 9 kg]", "at_most: [7 kg, 9 kg]", ("date",), None),
    ],
)  # fmt: skip
def test_what_differs_of_a_limit(
    tmp_path: Path, first: str, second: str, what: tuple[str, ...], stricter: bool | None
) -> None:
    place = sample(
        tmp_path, edition("S-1", "2017-01-01"),
        asks("light", "mass", f"{first}, {HERE}", f"{second}, from: 2020-01-01, {HERE}"),
    )  # fmt: skip
    (change,) = between(place, "2018-01-01", "2021-01-01").changed
    assert (change.what, change.stricter) == (what, stricter)


def test_source_confidence_and_doubt_are_told_without_the_limit_that_stays(tmp_path: Path) -> None:
    later = "from: 2020-01-01, source: other, at: row 3, confidence: official_list, doubt: {zh: 疑, en: odd}"
    place = sample(
        tmp_path,
        edition("S-1", "2017-01-01"),
        asks("light", "mass", f"at_most: 9 kg, {HERE}", f"at_most: 9 kg, {later}"),
    )
    found = between(place, "2018-01-01", "2021-01-01")
    assert found.changed[0].what == ("date", "source", "confidence", "doubt")
    page = diff_text(diff_document(found), "en", "sample")
    assert "source: doc t → other row 3" in page
    assert "read in the standard → taken from the ministry's list" in page
    assert "≤ 9 kg" not in page  # the same limit is not shown


def test_only_the_limit_of_several_that_differs_is_shown(tmp_path: Path) -> None:
    rule = (
        '  - id: both\n    group: indicator\n    title: {zh: "要求", en: "both"}\n    any_of:\n'
        f"      - {{indicator: mass, limits: [{{at_most: 9 kg, {HERE}}}]}}\n"
        f"      - {{indicator: noise, limits: [{{at_most: 40 dB(A), {HERE}}}, "
        f"{{at_most: 38 dB(A), from: 2020-01-01, {HERE}}}]}}\n"
    )
    found = between(sample(tmp_path, edition("S-1", "2017-01-01"), rule), "2018-01-01", "2021-01-01")
    assert (found.changed[0].what, found.changed[0].stricter) == (("limit", "date"), True)
    page = diff_text(diff_document(found), "en", "sample")
    assert "≤ 40 dB(A) → ≤ 38 dB(A)" in page
    assert "9 kg" not in page


# ---- editions ------------------------------------------------------------------------------------


def two_editions(tmp_path: Path) -> Path:
    old = "    editions: [S-1]\n"
    new = "    editions: [S-2]\n    applies_when: {indicator: colour, equals: red}\n"
    return sample(
        tmp_path, edition("S-1", "2017-01-01", "2020-01-01", "table") + edition("S-2", "2020-01-01", gap="annex"),
        asks("gone", "quiet", f"equals: true, {HERE}", more=old),
        asks("come", "noise", f"at_most: 40 dB(A), {HERE}", more=new),
        asks("light", "mass", f"at_most: 9 kg, {HERE}, editions: [S-1]", f"at_most: 8 kg, {HERE}, editions: [S-2]"),
        asks("stays", "recyclability-rate", f"at_least: 80 %, from: 2016-06-01, {HERE}"),
    )  # fmt: skip


def test_an_edition_that_comes_into_force_between_the_days(tmp_path: Path) -> None:
    found = between(two_editions(tmp_path), "2019-12-31", "2020-01-01")
    assert ids(found) == {"added": ["come"], "removed": ["gone"], "changed": ["light"]}
    assert found.changed[0].what == ("limit", "date")
    assert "stays" in found.same
    assert ([g.id for g in found.gaps_added], [g.id for g in found.gaps_removed]) == (["annex"], ["table"])
    assert {f.id for f in found.facts_added} == {"noise", "colour"}
    assert [f.id for f in found.facts_removed] == ["quiet"]
    page = diff_text(diff_document(found), "en", "sample")
    assert "S 1 (sample@S-1), in force from: 2017-01-01" in page
    assert "S 2 (sample@S-2), in force from: 2020-01-01" in page
    assert "applies when colour = red" in page
    assert "[stays]" not in page


def test_a_day_without_the_specification_is_part_of_the_answer(tmp_path: Path) -> None:
    place = two_editions(tmp_path)
    before = between(place, "2016-12-31", "2017-01-01")
    assert before.before.spec is None
    assert {"gone", "light", "stays"} <= {r.id for r in before.added}
    page = diff_text(diff_document(before), "en", "sample")
    said = "2016-12-31: nothing is required: S 1 is not in force on 2016-12-31 (from 2017-01-01"
    assert said in " ".join(page.split())
    nothing = between(place, "2010-01-01", "2011-01-01")
    assert (nothing.before.spec, nothing.after.spec) == (None, None)
    assert "No requirement changes." in diff_text(diff_document(nothing), "en", "sample")
    assert not faults("standards-diff", diff_document(nothing))


def test_the_edition_named_that_is_not_in_force_names_the_other(capsys: Captured, tmp_path: Path) -> None:
    from ecoprod.standards import find_specs

    dated = [i for i in find_specs() if len([e for e in i.editions if e.in_force]) > 1 and i.id == "gb-26572"]
    if not dated:
        pytest.skip("the library has no kind with two dated editions")
    first, *_, last = sorted((e for e in dated[0].editions if e.in_force), key=lambda e: e.in_force or date.min)
    assert last.in_force is not None
    name = f"{dated[0].id}@{last.id}"
    days = ("--from", str(first.in_force), "--to", last.in_force.isoformat())
    assert main(["standards", "diff", name, *days, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["before"]["edition"] is None
    assert [e["id"] for e in found["before"]["instead"]] == [first.id]
    assert found["after"]["edition"] == last.id
    assert main(["standards", "diff", name, *days]) == 0
    assert "could apply on that day" in capsys.readouterr().out


# ---- dates that nobody knows ---------------------------------------------------------------------


def test_limits_without_a_date_count_on_both_days_and_are_named(tmp_path: Path) -> None:
    place = sample(
        tmp_path, edition("S-1"),
        asks("light", "mass", f"at_most: 9 kg, {HERE}"),
        asks("dated", "noise", f"at_most: 40 dB(A), from: 2020-01-01, {HERE}"),
    )  # fmt: skip
    found = between(place, "2018-01-01", "2021-01-01")
    assert ids(found) == {"added": ["dated"], "removed": [], "changed": []}
    document = diff_document(found)
    assert document["date_unknown"] == ["light"]
    for lang, words in (("en", "date unknown: 1 requirement"), ("zh", "1 条要求日期未知")):
        assert words in diff_text(document, lang, "sample")
    assert "in force from: date unknown" in diff_text(document, "en", "sample")


def test_a_limit_that_comes_without_a_date_says_so(tmp_path: Path) -> None:
    place = sample(
        tmp_path, edition("S-1", "2017-01-01", "2020-01-01") + edition("S-2", "2020-01-01"),
        asks("light", "mass", f"at_most: 9 kg, from: null, {HERE}, editions: [S-2]"),
    )  # fmt: skip
    page = diff_text(diff_document(between(place, "2018-01-01", "2021-01-01")), "en", "sample")
    assert "+ title of light [light]" in page
    assert "since: date unknown" in page


# ---- two editions --------------------------------------------------------------------------------


def test_two_editions_without_dates_are_compared(tmp_path: Path) -> None:
    """Written for the two: mass falls from 5 to 4 kg, noise is asked of the old one only, colour of the new one."""
    place = sample(
        tmp_path, edition("S-1") + edition("S-2"),
        asks("light", "mass", f"at_most: 5 kg, editions: [S-1], {HERE}", f"at_most: 4 kg, editions: [S-2], {HERE}"),
        asks("silent", "noise", f"at_most: 50 dB(A), {HERE}", more="    editions: [S-1]\n"),
        asks("red", "colour", f"one_of: [red], {HERE}", more="    editions: [S-2]\n"),
    )  # fmt: skip
    folder = read_folder(place, "sample", [])
    assert folder is not None
    old, new = (spec_as_of(folder, e, last_day(e), []) for e in folder.header.info.editions)
    found = difference_of(old, new)
    assert ids(found) == {"added": ["red"], "removed": ["silent"], "changed": ["light"]}
    assert found.changed[0].stricter is True
    assert ids(difference_of(new, old)) == {"added": ["silent"], "removed": ["red"], "changed": ["light"]}
    document = diff_document(found)
    assert not faults("standards-diff", document)
    assert not list(Draft202012Validator(schema("standards-diff")).iter_errors(document))
    assert [document["from"], document["to"], document["before"]["on"]] == [None, None, None]
    assert [document[side]["edition"] for side in ("before", "after")] == ["S-1", "S-2"]
    for lang in LANGS:
        page = diff_text(document, lang, "sample")
        assert "None" not in page
        assert all(f"sample@{name}" in page for name in ("S-1", "S-2"))
        assert {"zh": "日期未知", "en": "date unknown"}[lang] in page


def test_the_command_compares_two_editions(capsys: Captured) -> None:
    names = ["tablet-computer@T-CESA-1020-2018", "tablet-computer@SJ-T-11750-2019"]
    assert main(["standards", "diff", *names, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [f"{document[side]['id']}@{document[side]['edition']}" for side in ("before", "after")] == names
    # six substances, in the list one by one, then as GB/T 26572 has them: the same figures (0.1 %, cadmium 0.01 %)
    assert document["counts"] == {
        "stricter": 0, "looser": 0, "otherwise": 0, "added": 0, "removed": 0, "same_demand": 10,
    }  # fmt: skip
    taken = {c["was"]: (c["id"], c["reference"]) for c in document["changed"] if c["reference"]}
    assert taken == {
        name: (f"restricted-substances-{name}", "gb-26572")
        for name in ("lead", "mercury", "cadmium", "hexavalent-chromium", "pbb", "pbde")
    }  # fmt: skip
    assert main(["standards", "diff", *names, "--lang", "en"]) == 0
    page = capsys.readouterr().out
    assert page.count("now by reference to gb-26572, limit unchanged") == 6
    assert "stricter 0, looser 0" in page
    assert "Added" not in page
    assert main(["standards", "diff", *names, "--lang", "zh"]) == 0
    assert "改为引用 gb-26572，限值不变" in capsys.readouterr().out
    assert main(["standards", "diff", names[0], names[0], "--lang", "en"]) == 0
    assert "No requirement changes." in capsys.readouterr().out


# ---- bad questions -------------------------------------------------------------------------------


def test_two_editions_that_could_apply_are_both_named(capsys: Captured) -> None:
    command = "ecoprod standards diff tablet-computer@T-CESA-1020-2018 tablet-computer@SJ-T-11750-2019"
    for lang in LANGS:
        for args in (["--from", "2020-01-01", "--to", "2021-01-01"], ["tablet-computer@SJ-T-11750-2019"]):
            assert main(["standards", "diff", "tablet-computer", *args, "--lang", lang]) == 2
            said = capsys.readouterr().err
            assert command in said
            assert "product.yaml" not in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["lithium-ion-battery", "--from", "2020-13-01", "--to", "2021-01-01"], ["--from", "2020-13-01"]),
        (["lithium-ion-battery", "--from", "2020-01-01", "--to", "yesterday"], ["--to", "yesterday"]),
        (["lithium-ion-battery", "--from", "2021-01-02", "--to", "2021-01-01"], ["2021-01-02", "2021-01-01"]),
        (["lithium-ion-battery", "--from", "2021-01-01"], ["--to"]),
        (["lithium-ion-battery"], ["--from", "--to", "ID@EDITION"]),
        (["lithium-ion-battery", "lithium-ion-battery", "--to", "2021-01-01"], ["--from", "--to", "ID@EDITION"]),
        (["lithium-ion-battery", "household-detergent"], ["lithium-ion-battery", "household-detergent", "two kinds"]),
        (["tablet-computer", "tablet-computer@SJ-T-11750-2019"], ["tablet-computer@T-CESA-1020-2018"]),
        (["lithium-ion-batery", "--from", "2020-01-01", "--to", "2021-01-01"], ["lithium-ion-battery"]),
        (["", "--from", "2020-01-01", "--to", "2021-01-01"], ["ID"]),
        (["lithium-ion-battery@X-1", "--from", "2020-01-01", "--to", "2021-01-01"], ["T-CEEIA-280-2017"]),
    ],
)  # fmt: skip
def test_bad_questions_are_answered_with_what_to_write(capsys: Captured, args: list[str], words: list[str]) -> None:
    assert main(["standards", "diff", *args]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert all(word in found.err for word in words)
    assert len(found.err.splitlines()) == 1


def test_every_problem_of_both_days_is_told_once(tmp_path: Path) -> None:
    place = sample(tmp_path, edition("S-1"), asks("light", "mas", f"at_most: 9 kg, {HERE}"))
    with pytest.raises(InputError) as found:
        between(place, "2018-01-01", "2021-01-01")
    assert [p.code for p in found.value.problems] == ["standards-unknown-indicator"]


# ---- document and page ---------------------------------------------------------------------------


def test_the_document_keeps_to_its_schema(tmp_path: Path) -> None:
    for start, end in (("2016-12-31", "2018-01-01"), ("2019-01-01", "2021-01-01"), ("2021-01-01", "2021-01-01")):
        document = json.loads(json.dumps(diff_document(between(two_editions(tmp_path / start), start, end))))
        assert not faults("standards-diff", document)
        assert not list(Draft202012Validator(schema("standards-diff")).iter_errors(document))


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("2016-12-31", "2019-01-01", "2021-01-01"):
        (tmp_path / name).mkdir()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_pages_fit(tmp_path: Path, lang: Any, width: int) -> None:
    page = diff_text(
        diff_document(between(two_editions(tmp_path), "2019-12-31", "2020-01-01")), lang, "sample", width=width
    )
    assert max(map(columns, page.splitlines())) <= width


def test_the_command_prints_a_page_or_a_document_alone(capsys: Captured) -> None:
    days = ["--from", "2016-04-30", "--to", "2016-05-01"]
    assert main(["standards", "diff", "household-detergent", *days, "--lang", "zh"]) == 0
    page = capsys.readouterr()
    assert page.err == ""
    assert "≤ 0.5 %" in page.out
    assert "2016-04-30：没有有效的要求" in page.out
    assert main(["standards", "diff", "household-detergent", *days, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "ecoprod.standards-diff/1"
