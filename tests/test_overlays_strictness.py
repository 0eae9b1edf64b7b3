"""An overlay may only tighten: whatever it lets pass, the published limit lets pass too; and what it may not say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ecoprod_cli.main import main
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from test_overlays_check import HEAD, SIGNED, SOURCE, checked, lines, notes
from test_reference_standards import KIND, OWN, REFERS, kind

from ecoprod.errors import InputError
from ecoprod.measure import Measure
from ecoprod.messages import LANGS, problem_line
from ecoprod.standards import load_spec
from ecoprod.standards.folders import read_folder
from ecoprod.standards.overlay_check import check_overlay
from ecoprod.standards.records import Limit, Op, Spec
from ecoprod.standards.strictness import compare
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge
from ecoprod.verdict.compare import compare as measured

ON = date(2026, 3, 1)
FIGURES = st.sampled_from([0.0, 0.05, 0.1, 0.2, 1.0, 50.0])
TESTS = st.sampled_from([None, 0.05, 0.1, 50.0])


def limit(op: Op, value: float, test: float | None, unit: str = "%") -> Limit:
    return Limit(op, unit, value, None, None, (), ON, "doc", "row 1", "standard", test)


LIMITS = st.builds(limit, st.sampled_from(["at_most", "less_than", "equals"]), FIGURES, TESTS)
MEASURES = st.one_of(
    st.builds(lambda v: Measure("x", "%", v, v), FIGURES),
    st.builds(lambda v, d: Measure("x", "%", 0.0, v, not_detected=True, detection_limit=d), FIGURES, TESTS),
    st.builds(lambda v, d: Measure("x", "%", v, v, detection_limit=d), FIGURES, TESTS),
)


@settings(deadline=None, max_examples=400)  # the first comparison reads the units
@given(mine=LIMITS, published=LIMITS, found=MEASURES)
@example(mine=limit("at_most", 0.0, 50.0), published=limit("at_most", 0.1, None), found=Measure("x", "%", 20.0, 20.0))
@example(mine=limit("equals", 0.0, 50.0), published=limit("at_most", 0.0, 0.05), found=Measure("x", "%", 20.0, 20.0))
@example(mine=limit("at_most", 0.0, 0.05), published=limit("at_most", 0.05, None), found=Measure("x", "%", 0.0, 0.0))
def test_what_passes_a_limit_that_is_no_looser_passes_the_published_one(
    mine: Limit, published: Limit, found: Measure
) -> None:
    # a published "none" whose test nobody knows is passed by nothing: there the overlay says what the library lacks
    assume(published.value != 0 or published.op == "less_than" or published.test_detection_limit is not None)
    assume(mine.value != 0 or mine.op == "less_than" or mine.test_detection_limit is not None)
    order = compare(mine, published)
    if order is not None and order <= 0 and measured("x", found, mine).holds is True:
        assert measured("x", found, published).holds is True
    if order == 0:
        assert measured("x", found, mine).holds == measured("x", found, published).holds


BLUNT = f"{HEAD}{SOURCE}{SIGNED}limits:\n  - {{requirement: phosphate, at_most: 0, test_detection_limit: 50 %}}\n"


def test_nothing_by_a_blunt_test_is_a_looser_limit(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(BLUNT, encoding="utf-8")
    spec = load_spec("household-detergent", ON, [path])
    assert [o.requirement for o in spec.overrides] == ["phosphate"]
    (kept,) = (r.condition.limit for r in spec.requirements if r.id == "phosphate" and r.condition)
    assert kept is not None
    assert (kept.op, kept.value, kept.unit) == ("at_most", 0.5, "%")  # 磷酸盐含量 ≤0.5 % of the list
    assert "looser than the published ≤ 0.5 %" in lines(checked(tmp_path, BLUNT))


def test_nothing_by_a_test_finer_than_the_published_figure_is_taken(tmp_path: Path) -> None:
    assert checked(tmp_path, BLUNT.replace("50 %", "0.01 %")).problems == []


def test_limits_that_end_are_compared_without_reading_the_library_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counting(place: Path, *rest: object) -> object:
        read.append(place.name)
        return read_folder(place, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("ecoprod.standards.library.read_folder", counting)
    ends = "".join(f"  - {{requirement: phosphate, at_most: 0.6 %, until: 20{n}-01-01}}\n" for n in range(20, 60))
    found = checked(tmp_path, f"{HEAD}{SOURCE}limits:\n{ends}")
    assert [p.code for p in found.problems].count("overlay-looser") == 40
    assert read.count("household-detergent") <= 3


# ---- what would vanish ---------------------------------------------------------------------------

MORE = "requirements:\n  - id: more\n    group: indicator\n    title: {zh: 多, en: more}\n"


@pytest.mark.parametrize(
    ("body", "line", "key"),
    [
        ("    refers_to: gb-26572\n", 8, "refers_to"),
        ("    indicator: phosphate-content\n    limits: [{at_most: 0.1 %, at: x, editions: [GBT-32163.1-2015]}]\n", 9,
         "editions"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGS)
def test_what_an_overlay_cannot_say_is_refused_and_not_passed_over(
    tmp_path: Path, body: str, line: int, key: str, lang: str
) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(f"{HEAD}{SOURCE}{MORE}{body}", encoding="utf-8")
    with pytest.raises(InputError) as found:
        load_spec("household-detergent", ON, [path])
    (problem,) = found.value.problems
    assert (problem.code, problem.at.line) == ("overlay-key", line)
    assert f"{key}”" in problem_line(problem, lang)
    assert [p.code for p in checked(tmp_path, path.read_text(encoding="utf-8")).problems] == ["overlay-key"]


# ---- standards referred to -----------------------------------------------------------------------

GAPS = ("gb-26572-wording", "gb-26572-exemptions", "gb-26572-marking", "gb-26572-amendment-1")
WHOLE = (
    "ecoprod: 1\nfor: sample@S-1\nsource: copy\nchecked_by: somebody\nchecked_on: 2026-01-01\n"
    'complete: true\nindicators: ["substance:Pb@homogeneous_material", "substance:Hg@homogeneous_material", '
    '"substance:Cd@homogeneous_material", "substance:Cr6@homogeneous_material", "substance:PBB@homogeneous_material", '
    '"substance:PBDE@homogeneous_material"]\n'
)


PHTHALATES = ("DEHP", "BBP", "DBP", "DIBP")


def with_overlays(tmp_path: Path, *texts: str, head: str = KIND, on: date = ON) -> Spec:
    place = kind(tmp_path, REFERS.format(name="gb-26572"), head=head)
    paths = [tmp_path / f"overlay-{n}.yaml" for n in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return load_spec(place, on, paths)


def test_a_complete_standard_leaves_the_gaps_of_those_it_refers_to(tmp_path: Path) -> None:
    spec = with_overlays(tmp_path, WHOLE)
    assert [gap.id for gap in spec.missing] == list(GAPS)
    assert not spec.complete
    some = with_overlays(tmp_path, f"{WHOLE}closes: [gb-26572-wording, gb-26572-marking]\n")
    assert [gap.id for gap in some.missing] == ["gb-26572-exemptions", "gb-26572-amendment-1"]
    assert not some.complete
    assert some.overlays[0].closes == ("gb-26572-wording", "gb-26572-marking")


def test_gaps_that_are_closed_by_name_complete_it_also_from_a_second_overlay(tmp_path: Path) -> None:
    closes = f"closes: [{', '.join(GAPS)}]\n"
    assert with_overlays(tmp_path, WHOLE + closes).complete
    second = f"ecoprod: 1\nfor: sample@S-1\nsource: copy 2\nchecked_by: another\nchecked_on: 2026-01-02\n{closes}"
    whole = with_overlays(tmp_path, WHOLE, second)
    assert (whole.complete, whole.missing) == (True, ())
    assert not with_overlays(tmp_path, second).complete


LATER = ("gb-26572-figures-of-the-first-six", "gb-26572-catalogue")
CHANGE = date(2027, 8, 1)


@pytest.mark.parametrize(
    ("closes", "today", "later"),
    [
        ((*GAPS, *LATER), [], []),
        (GAPS, [], [*LATER]),
        ((*GAPS[:3], *LATER), ["gb-26572-amendment-1"], []),
        (LATER, [*GAPS], [*GAPS[:3]]),
    ],
)
def test_an_overlay_closes_the_gaps_of_every_day_and_is_checked_and_judged_alike(
    tmp_path: Path, closes: tuple[str, ...], today: list[str], later: list[str]
) -> None:
    named = WHOLE.replace("]\n", "".join(f', "substance:{s}@homogeneous_material"' for s in PHTHALATES) + "]\n")
    text = f"{named}closes: [{', '.join(closes)}]\n"
    for day, left in ((ON, today), (CHANGE, later)):
        spec = with_overlays(tmp_path, text, on=day)
        assert ([gap.id for gap in spec.missing], spec.complete) == (left, not left)
    found = check_overlay(tmp_path / "overlay-0.yaml")
    assert not found.problems
    said = notes(found).get("overlay-note-referred", "")
    assert all(name in said for name in (*today, *later))
    assert bool(said) == bool(today or later)


def test_gaps_of_one_edition_are_named_with_their_days(tmp_path: Path) -> None:
    for day in (ON, CHANGE):
        spec = with_overlays(tmp_path, on=day)
        days = {gap.id: gap.days for gap in (*spec.missing, *spec.other_days)}
        assert days["gb-26572-amendment-1"] == "2011-08-01 – 2027-07-31"
        assert days["gb-26572-catalogue"] == "2027-08-01 –"
        assert days["gb-26572-wording"] == days["all"] == ""
    dated = kind(tmp_path, REFERS.format(name="gb-26572@GBT-26572-2011"))
    assert not load_spec(dated, ON).other_days  # a dated reference keeps its edition
    left = KIND.replace("in_force: 2016-05-01", "in_force: 2028-01-01")
    assert "gb-26572-amendment-1" not in {
        gap.id for gap in with_overlays(tmp_path, head=left, on=date(2028, 1, 1)).other_days
    }


@pytest.mark.parametrize("command", [["new"], ["show", "--missing"], ["show"]])
def test_the_form_and_the_work_list_name_the_gaps_of_every_day(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main(["--lang", "en", "standards", *command, "household-refrigerator"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "[gb-26572-amendment-1] 2011-08-01 – 2027-07-31" in shown
    assert "[gb-26572-catalogue] 2027-08-01 –" in shown
    assert "[gb-26572-wording] 20" not in shown


@pytest.mark.parametrize(
    ("more", "without", "code", "words"),
    [
        ("closes: [gb-26572-nothing]\n", "", "overlay-no-gap", "gb-26572-amendment-1"),
        ("closes: [gb-26572-wording]\n", "checked_by: somebody\n", "overlay-unchecked", "checked_by"),
    ],
)
def test_a_gap_is_closed_only_if_it_is_one_and_signed_for(
    tmp_path: Path, more: str, without: str, code: str, words: str
) -> None:
    with pytest.raises(InputError) as found:
        with_overlays(tmp_path, (WHOLE + more).replace(without, "").replace("complete: true\n", ""))
    (problem,) = found.value.problems
    assert problem.code == code
    assert words in problem_line(problem, "en")


@pytest.mark.parametrize(
    ("value", "start", "status", "reason"),
    [
        (0.2, "from: null, ", "pass", None),  # inside both
        (0.4, "from: null, ", "undetermined", "undated-limit"),  # inside the published 0.5 %, above 0.3 %
        (0.6, "from: null, ", "fail", None),  # above the published limit, which has a date
        (0.4, "", "fail", None),
        (0.4, "from: 2020-01-01, ", "fail", None),
    ],
)
def test_a_stricter_limit_of_an_unknown_day_fails_nobody_and_takes_nothing_from_the_published_one(
    tmp_path: Path, value: float, start: str, status: str, reason: str | None
) -> None:
    path = tmp_path / "overlay.yaml"
    body = f"limits:\n  - {{requirement: phosphate, {start}at_most: 0.3 %, at: x}}\n"
    path.write_text(f"{HEAD}{SOURCE}{SIGNED}{body}", encoding="utf-8")
    spec = load_spec("household-detergent", ON, [path])
    found = Measure("phosphate-content", "%", value, value, declared=True, evidence=("E",))
    finding = next(
        f for f in evaluate(spec, {found.id: found}, Ledger()) if f.requirement.id == "phosphate"
    )  # fmt: skip
    assert (finding.status, finding.reason) == (status, reason)
    if start == "from: null, ":
        assert judge(spec, [finding], illustrative=False).outcome != "qualified"
    if status == "undetermined":
        assert [m.code for m in finding.missing] == ["missing-limit-date"]


def test_a_confirmed_limit_keeps_the_published_date_also_where_the_overlay_does_not_know_it(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    body = "limits:\n  - {requirement: phosphate, from: null, at_most: 0.5 %, at: x}\n"
    path.write_text(f"{HEAD}{SOURCE}{SIGNED}{body}", encoding="utf-8")
    spec = load_spec("household-detergent", ON, [path])
    (limit,) = (r.condition and r.condition.limit for r in spec.requirements if r.id == "phosphate")
    assert limit is not None
    assert (limit.confidence, limit.start, limit.undated) == ("user", date(2016, 5, 1), False)


@pytest.mark.parametrize(
    ("ids", "code", "remedy"),
    [
        (["phosphate"], "overlay-id-known", "write requirement: phosphate under limits"),
        (["more", "more"], "overlay-id-twice", "choose another id"),
    ],
)
def test_an_id_that_is_taken_is_told_with_a_remedy_that_overlays_take(
    tmp_path: Path, ids: list[str], code: str, remedy: str
) -> None:
    added = "".join(
        f"  - id: {name}\n    group: indicator\n    title: {{zh: 多, en: more}}\n    indicator: phosphate-content\n"
        "    limits: [{at_most: 0.4 %, at: x}]\n"
        for name in ids
    )
    found = checked(tmp_path, f"{HEAD}{SOURCE}{SIGNED}requirements:\n{added}")
    assert [p.code for p in found.problems] == [code]
    assert remedy in lines(found)
    assert "refines" not in lines(found)
    facts = "facts: {phosphate-content: {kind: quantity, unit: '%', title: {zh: 磷, en: P}}}\n"
    found = checked(tmp_path, f"{HEAD}{SOURCE}{SIGNED}{facts}")
    assert "overlay-fact-known" in {p.code for p in found.problems}
    assert "refines" not in lines(found)


def test_a_date_of_effect_says_nothing_of_the_standards_referred_to(tmp_path: Path) -> None:
    undated = KIND.replace("in_force: 2016-05-01", "in_force: null")
    own = OWN.format(name="lead", limit="0.05 %").replace("confidence: standard", "confidence: secondary")
    beside = tmp_path / "reference"
    beside.mkdir()
    head = undated.replace("id: sample\nextends: gbt-32161\n", "id: reference\nrole: reference\n")
    kind(tmp_path, own.replace("own-lead", "their-lead").replace("Pb@", "Hg@"), name="reference", head=head)
    place = kind(tmp_path, REFERS.format(name="reference"), own, head=undated)
    path = tmp_path / "overlay.yaml"
    path.write_text("ecoprod: 1\nfor: sample@S-1\nsource: copy\nin_force: 2017-01-01\n", encoding="utf-8")
    spec = load_spec(place, ON, [path])
    starts = {r.id: r.condition.limit.start for r in spec.requirements if r.condition and r.condition.limit}
    assert starts["own-lead"] == date(2017, 1, 1)
    assert starts["rohs-their-lead"] is None


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2028, 3, 1)])
def test_a_dated_reference_holds_before_that_edition_is_in_force(tmp_path: Path, on: date) -> None:
    place = kind(tmp_path, REFERS.format(name="gb-26572@GB-26572-2025"))
    asked = {r.id.removeprefix("rohs-") for r in load_spec(place, on).requirements if r.id.startswith("rohs-")}
    # GB 26572-2025 limits ten substances
    assert asked == {
        "lead", "mercury", "cadmium", "hexavalent-chromium", "pbb", "pbde", "dehp", "bbp", "dbp", "dibp",
    }  # fmt: skip


EXEMPT = "    exempt_when: {{indicator: mass, at_most: {} kg}}\n    indicator:"
PB = '    indicator: "substance:Pb'


def own_and_theirs(tmp_path: Path, own: tuple[str, str], theirs: tuple[str, str]) -> set[str]:
    """Which of the two lead limits are asked for; both are 0.1 % where nothing is changed."""
    lead = OWN.format(name="lead", limit="0.1 %")
    head = KIND.replace("id: sample\nextends: gbt-32161\n", "id: reference\nrole: reference\n")
    kind(tmp_path, lead.replace("own-lead", "lead").replace(*theirs), name="reference", head=head)
    place = kind(tmp_path, REFERS.format(name="reference"), lead.replace(*own))
    return {r.id for r in load_spec(place, ON).requirements if r.id in ("own-lead", "rohs-lead")}


@pytest.mark.parametrize(
    ("own", "theirs", "both"),
    [
        (("", ""), ("", ""), False),
        # the same indicator in the exemption, with another figure: a part of 5 kg is exempt from one and not the other
        (("    indicator:", EXEMPT.format(10)), ("    indicator:", EXEMPT.format(1)), True),
        (("    indicator:", EXEMPT.format(1)), ("    indicator:", EXEMPT.format(1)), False),
        (("confidence: standard", "confidence: secondary"), ("", ""), True),
        (("confidence: standard", "confidence: secondary"), ("confidence: standard", "confidence: secondary"), False),
        (("at_most: 0.1 %", "at_most: [0.02 %, 0.05 %]"), ("", ""), True),
        (("", ""), ("at_most: 0.1 %", "at_most: [0.05 %, 0.2 %]"), True),
        (("at_most: 0.1 %", "at_most: 0, test_detection_limit: 1 %"), ("", ""), True),
        (("at_most: 0.1 %", "at_most: 0"), ("at_most: 0.1 %", "at_most: 0, test_detection_limit: 1 %"), True),
    ],
)
def test_an_own_limit_takes_the_place_of_one_that_asks_for_no_more(
    tmp_path: Path, own: tuple[str, str], theirs: tuple[str, str], both: bool
) -> None:
    assert own_and_theirs(tmp_path, own, theirs) == ({"own-lead", "rohs-lead"} if both else {"own-lead"})


# ---- slips ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "noted"),
    [
        ("at_most: 0.05 %", True), ("at_most: 0.06 %", False), ("at_most: -0.5 %", True), ("at_most: 500 mg/kg", True),
        ("at_most: 1000 mg/kg", False), ("at_most: 0", False), ("less_than: 0.5 %", False),
    ],
)  # fmt: skip
def test_a_figure_far_beyond_the_published_one_is_pointed_out(tmp_path: Path, written: str, noted: bool) -> None:
    # published: at most 0.5 %
    found = checked(tmp_path, f"{HEAD}{SOURCE}limits:\n  - {{requirement: phosphate, {written}, at: x}}\n")
    assert found.problems == []
    assert ("≤ 0.5 %" in notes(found).get("overlay-note-far", "")) == noted


@pytest.mark.parametrize(("written", "noted"), [("950 %", True), ("95 %", False), ("99.5 %", False)])
def test_a_share_above_the_whole_is_pointed_out(tmp_path: Path, written: str, noted: bool) -> None:
    head = HEAD.replace("household-detergent@GBT-32163.1-2015", "ac-motor@T-CEEIA-410-2019")
    found = checked(
        tmp_path, f"{head}{SOURCE}limits:\n  - {{requirement: recoverability, at_least: {written}, at: x}}\n"
    )
    assert found.problems == []
    assert ("overlay-note-far" in notes(found)) == noted


@pytest.mark.parametrize("lang", LANGS)
def test_an_overlay_that_is_not_there_is_looked_for_where_it_was_said_to_be(
    examples: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    assert main(["assess", str(examples / "battery-pack"), "--overlay", "nope.yaml", "--lang", lang]) == 2
    said = capsys.readouterr().err
    assert "--overlay" in said
    assert "product folder" not in said
    assert "产品文件夹" not in said
