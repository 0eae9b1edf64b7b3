"""The verdict: Kleene's tables, guards on declared and second-hand knowledge, and the rule over all findings."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoprod.measure import Measure, Missing
from ecoprod.messages import catalogue
from ecoprod.standards import load_spec
from ecoprod.standards.records import Condition, Confidence, Gap, Group, Limit, Op, Overlay, Override, Requirement, Spec
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge
from ecoprod.verdict.evaluate import and_, not_, or_
from ecoprod.verdict.records import Finding, Status

DAY = date(2020, 1, 1)
T, F, U = True, False, None


def limit(op: Op = "at_most", value: float | str | bool | None = 10.0, **more: object) -> Limit:
    plain: dict[str, object] = {
        "op": op, "unit": "kg", "value": value, "low": None, "high": None, "values": (), "start": DAY, "source": "doc",
        "at": "table 1", "confidence": "standard",
    }  # fmt: skip
    if isinstance(value, (bool, str)) or value is None:
        plain["unit"] = None
    return Limit(**{**plain, **more})  # type: ignore[arg-type]  # built from a mapping on purpose


def flag_is(name: str, *, wanted: bool = True, confidence: Confidence = "standard") -> Condition:
    return Condition(name, limit("equals", wanted, confidence=confidence))


def requirement(condition: Condition | None, group: Group = "indicator", **more: object) -> Requirement:
    plain: dict[str, object] = {
        "id": "r", "clause": None, "group": group, "attribute": None, "stage": None, "title": {"zh": "甲", "en": "a"},
        "condition": condition, "applies_when": None, "exempt_when": None, "needs_evidence": True, "source": "doc",
        "at": "", "note": None, "file": "f", "line": 1,
    }  # fmt: skip
    return Requirement(**{**plain, **more})  # type: ignore[arg-type]  # built from a mapping on purpose


def spec_of(*requirements: Requirement, complete: bool = True, **more: object) -> Spec:
    plain = Spec(
        "s", "S-1", {"zh": "", "en": ""}, (), {}, None, complete, () if complete else (Gap("g", {"zh": "", "en": ""}),),
        requirements, (), (), "", in_force=DAY,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # any field


def flag(name: str, value: bool | None, **more: object) -> Measure:
    return replace(Measure(name, None, flag=value), **more)  # type: ignore[arg-type]  # any field


def status(req: Requirement, *measures: Measure) -> Status:
    found = evaluate(spec_of(req), {m.id: m for m in measures}, Ledger())
    return found[0].status


# ---- Kleene ----------------------------------------

# written out from Kleene's strong logic (1938): T and U is U, F and U is F, T or U is T, F or U is U
AND = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}


@pytest.mark.parametrize("pair", list(itertools.product((T, F, U), repeat=2)))
def test_kleene_tables(pair: tuple[bool | None, bool | None]) -> None:
    assert and_(pair) is AND[pair]
    assert or_(pair) is OR[pair]
    assert not_(pair[0]) is {T: F, F: T, U: U}[pair[0]]
    assert not_(and_(pair)) is or_([not_(v) for v in pair])


@pytest.mark.parametrize("values", list(itertools.product((T, F, U), repeat=3)))
def test_logic_of_two_levels_against_the_tables(values: tuple[bool | None, ...]) -> None:
    """any_of(all_of(a, b), not c), every input: 27 rows against the tables above."""
    a, b, c = (flag_is(n) for n in "abc")
    nested = Condition(any_of=(Condition(all_of=(a, b)), Condition(negated=c)))
    measures = [flag(n, v) for n, v in zip("abc", values, strict=True)]
    want = OR[AND[values[0], values[1]], {T: F, F: T, U: U}[values[2]]]
    assert status(requirement(nested), *measures) == {T: "pass", F: "fail", U: "undetermined"}[want]


STATUS_TABLE = {  # (applies, exempt, holds) -> status, as the verdict's page of the manual prints it
    **{(F, e, h): "not_applicable" for e in (T, F, U) for h in (T, F, U)},
    **{(U, e, h): "undetermined" for e in (T, F, U) for h in (T, F, U)},
    **{(T, T, h): "exempt" for h in (T, F, U)},
    (T, F, T): "pass", (T, F, F): "fail", (T, F, U): "undetermined",
    (T, U, T): "pass", (T, U, F): "undetermined", (T, U, U): "undetermined",
}  # fmt: skip


@pytest.mark.parametrize("row", list(itertools.product((T, F, U), repeat=3)))
def test_scope_exemption_and_condition(row: tuple[bool | None, ...]) -> None:
    req = requirement(flag_is("h"), applies_when=flag_is("a"), exempt_when=flag_is("e"))
    assert status(req, *(flag(n, v) for n, v in zip("aeh", row, strict=True))) == STATUS_TABLE[row]


# ---- guards ----------------------------------------


@pytest.mark.parametrize(("wanted", "negate"), [(True, False), (False, False), (True, True)])
def test_a_declaration_without_evidence_never_passes_and_its_violation_fails(wanted: bool, negate: bool) -> None:
    inner = flag_is("h", wanted=wanted)
    req = requirement(Condition(negated=inner) if negate else inner)
    good = wanted is not negate
    bare = {"declared": True, "evidenced": False}
    assert status(req, flag("h", good, **bare)) == "undetermined"
    assert status(req, flag("h", not good, **bare)) == "fail"
    assert status(req, flag("h", good, declared=True)) == "pass"


def test_a_secondary_limit_passes_but_does_not_fail() -> None:
    req = requirement(flag_is("h", confidence="secondary"))
    finding = evaluate(spec_of(req), {"h": flag("h", False)}, Ledger())[0]
    assert (finding.status, finding.reason) == ("undetermined", "secondary-limit")
    assert status(req, flag("h", True)) == "pass"
    mixed = Condition(all_of=(flag_is("h", confidence="secondary"), flag_is("k")))
    assert status(requirement(mixed), flag("h", False), flag("k", False)) == "fail"
    official = requirement(flag_is("h", confidence="official_list"))
    assert status(official, flag("h", False)) == "fail"


def test_an_own_check_ends_in_pass_or_undetermined() -> None:
    req = requirement(flag_is("h"), own_check=True)
    assert status(req, flag("h", False)) == "undetermined"
    assert status(req, flag("h", True)) == "pass"


# ---- quantities ----------------------------------------


def number(low: float | None, high: float | None = None, **more: object) -> Measure:
    return replace(Measure("x", "kg", low, high if high is not None else None), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("op", "low", "high", "want"),
    [
        ("at_most", 9, 10, "pass"), ("at_most", 9, 11, "undetermined"), ("at_most", 10.1, None, "fail"),
        ("at_most", 0, None, "undetermined"), ("less_than", 9, 10, "undetermined"), ("less_than", 9, 9.9, "pass"),
        ("less_than", 10, 10, "fail"), ("at_least", 10, None, "pass"), ("at_least", None, 9.9, "fail"),
        ("at_least", 9, 11, "undetermined"), ("more_than", 10, 12, "undetermined"), ("more_than", 10, 10, "fail"),
        ("more_than", 10.1, None, "pass"), ("equals", 10, 10, "pass"), ("equals", 9, 11, "undetermined"),
        ("equals", 11, None, "fail"),
    ],
)  # fmt: skip
def test_an_interval_against_a_limit_of_10(op: Op, low: float | None, high: float | None, want: str) -> None:
    assert status(requirement(Condition("x", limit(op))), number(low, high)) == want


def test_grams_against_a_limit_in_kilograms() -> None:
    req = requirement(Condition("x", limit()))
    assert status(req, Measure("x", "g", 10000.0, 10000.0)) == "pass"
    assert status(req, Measure("x", "g", 10000.001, 10000.001)) == "fail"
    assert status(req, Measure("x", "kWh", 1.0, 1.0)) == "undetermined"
    assert status(req, Measure("x", None, 1.0, 1.0)) == "undetermined"


@pytest.mark.parametrize(
    ("known", "measure", "want"),
    [
        (None, number(0, 0), "undetermined"),
        (None, number(0, None, not_detected=True, detection_limit=1e-9), "undetermined"),
        (0.1, number(0, None, not_detected=True, detection_limit=0.1), "pass"),
        (0.1, number(0, None, not_detected=True, detection_limit=0.2), "undetermined"),
        (0.1, number(0, None, not_detected=True), "undetermined"),
        (0.1, number(0, 0), "undetermined"),
        (0.1, number(0, 0, detection_limit=0.05), "pass"),
        (0.1, number(0.2, 0.2), "fail"),
        (None, number(0.2, 0.2), "fail"),
    ],
)
def test_a_limit_of_zero_is_met_only_at_the_tests_own_detection_limit(
    known: float | None, measure: Measure, want: str
) -> None:
    assert status(requirement(Condition("x", limit(value=0.0, test_detection_limit=known))), measure) == want


def test_a_counted_zero_is_exact() -> None:
    req = requirement(Condition("x", limit(value=0.0, unit="unit")))
    assert status(req, Measure("x", "unit", 0.0, 0.0)) == "pass"


_RANK = {"fail": 0, "undetermined": 1, "pass": 2}


@given(
    st.sampled_from(["at_most", "less_than", "at_least", "more_than"]),
    st.floats(0, 20), st.floats(0, 5), st.floats(0, 5), st.floats(1e-3, 50),
)  # fmt: skip
def test_a_worse_value_never_gives_a_better_status(op: Op, low: float, width: float, shift: float, at: float) -> None:
    req = requirement(Condition("x", limit(op, at)))
    sign = 1 if op in ("at_most", "less_than") else -1
    before = status(req, number(low, low + width))
    after = status(req, number(low + sign * shift, low + width + sign * shift))
    assert _RANK[after] <= _RANK[before]


@given(st.sampled_from(["at_most", "less_than", "at_least", "more_than"]), st.floats(1, 20), st.floats(0, 5))
def test_a_tighter_limit_never_gives_a_better_status(op: Op, value: float, shift: float) -> None:
    sign = -1 if op in ("at_most", "less_than") else 1
    before = status(requirement(Condition("x", limit(op, 10.0))), number(value, value))
    after = status(requirement(Condition("x", limit(op, 10.0 + sign * shift))), number(value, value))
    assert _RANK[after] <= _RANK[before]


BATTERY = {
    "battery-type": Measure("battery-type", None, text="storage", declared=True, evidence=("E",)),
    "battery-portable": flag("battery-portable", False, declared=True, evidence=("E",)),
    "cycle-life-to-80-percent": Measure("cycle-life-to-80-percent", "cycle", 2000.0, 2000.0, declared=True),
    "substance:Hg@product_mass": Measure("substance:Hg@product_mass", "kg/kg", 1e-7, 1e-7),
    "lca:provided": flag("lca:provided", True),
    **{f"lca:{n}": flag(f"lca:{n}", True)
       for n in ("stages", "functional-unit", "own-production", "linked", "coverage", "hazardous-not-cut")},
    **{f"basic:{n}": flag(f"basic:{n}", True, declared=True)
       for n in ("discharge-standards", "pollutant-total-load", "no-major-accident", "environmental-management-system",
                 "quality-management-system", "product-quality")},
}  # fmt: skip


@given(st.sets(st.sampled_from(sorted(BATTERY))), st.sets(st.sampled_from(sorted(BATTERY))))
def test_blanking_never_creates_a_pass_or_not_applicable(gone: set[str], unevidenced: set[str]) -> None:
    spec = load_spec("lithium-ion-battery", date(2026, 3, 1))
    full = {f.requirement.id: f.status for f in evaluate(spec, BATTERY, Ledger())}
    less = {
        name: replace(m, evidenced=m.evidenced and not (m.declared and name in unevidenced))
        for name, m in BATTERY.items() if name not in gone
    }  # fmt: skip
    findings = evaluate(spec, less, Ledger())
    for finding in findings:
        if finding.status in ("pass", "not_applicable"):
            assert full[finding.requirement.id] == finding.status
    assert judge(spec, findings, illustrative=False).outcome in ("provisional", "undetermined")


# ---- the rule over all findings ----------------------------------------


def whole(**indicator: object) -> Spec:
    """One requirement of each group; `indicator`: fields of the limit of the indicator."""
    return spec_of(
        requirement(flag_is("b"), "basic", id="b"),
        requirement(Condition("x", limit(**indicator)), "indicator", id="i"),  # type: ignore[arg-type]  # any field
        requirement(flag_is("l"), "lca_report", id="l"),
    )


def outcome(spec: Spec, b: bool | None = True, x: float | None = 5.0, lca: bool | None = True, **more: bool) -> str:
    measures = {"b": flag("b", b), "l": flag("l", lca), "x": number(x, x)}
    return judge(spec, evaluate(spec, measures, Ledger()), illustrative=more.get("illustrative", False)).outcome


@pytest.mark.parametrize("values", list(itertools.product((T, F, U), repeat=3)))
def test_all_three_parts_must_hold(values: tuple[bool | None, ...]) -> None:
    b, i, lca = values
    want = "not_qualified" if F in values else "undetermined" if U in values else "qualified"
    assert outcome(whole(), b, {T: 5.0, F: 15.0, U: None}[i], lca) == want


@pytest.mark.parametrize("source", get_args(Confidence))
def test_only_the_standard_or_a_checked_overlay_qualifies(source: Confidence) -> None:
    signed = (Overlay("o.yaml", "", "somebody", DAY, complete=True),)
    unsigned = (Overlay("o.yaml", "", None, None, complete=False),)
    base = whole(confidence=source)
    assert outcome(replace(base, overlays=signed)) == ("qualified" if source in ("standard", "user") else "provisional")
    assert outcome(replace(base, overlays=unsigned)) == "provisional"


def test_what_caps_a_clean_result() -> None:
    assert outcome(whole()) == "qualified"
    assert outcome(whole(start=None)) == "provisional"
    assert outcome(replace(whole(), complete=False)) == "provisional"
    assert outcome(replace(whole(), in_force=None)) == "provisional"
    assert outcome(replace(whole(), overrides=(Override("i", "at_most 10 kg", "at_most 20 kg"),))) == "provisional"
    assert outcome(whole(), illustrative=True) == "provisional"


def test_an_illustrative_measure_caps_even_where_nobody_says_so() -> None:
    measures = {"b": flag("b", True, illustrative=True), "l": flag("l", True), "x": number(5.0, 5.0)}
    assert judge(whole(), evaluate(whole(), measures, Ledger()), illustrative=False).outcome == "provisional"


def test_without_an_applicable_requirement_nothing_can_be_told() -> None:
    nothing = judge(spec_of(), (), illustrative=False)
    assert (nothing.outcome, nothing.reasons[0].code) == ("undetermined", "no-applicable-requirement")
    base_alone = load_spec("gbt-32161", date(2026, 3, 1))
    findings = evaluate(base_alone, BATTERY, Ledger())
    verdict = judge(base_alone, findings, illustrative=False)
    assert verdict.outcome == "undetermined"
    assert [r.params["group"] for r in verdict.reasons] == ["indicator"]


def test_an_own_check_has_no_part_in_confidence() -> None:
    check = requirement(flag_is("l", confidence="secondary"), "lca_report", id="own", own_check=True)
    spec = replace(whole(), requirements=(*whole().requirements, check))
    assert outcome(spec) == "qualified"


# ---- ledger and words ----------------------------------------


def test_every_requirement_traces_to_limit_and_measure() -> None:
    ledger = Ledger()
    ledger.computed("ind:x", 15.0, "kg", "test", ())
    measures = {"x": number(15.0, 15.0, trace="ind:x"), "b": flag("b", True), "l": flag("l", True)}
    finding = evaluate(whole(), measures, ledger)[1]
    assert finding.trace == "req:i"
    assert ledger["req:i"].inputs == ("lim:i@2020-01-01", "ind:x")
    assert ledger["lim:i@2020-01-01"].source == "doc table 1"
    assert finding.margin == pytest.approx((10 - 15) / 10)


def test_the_ledger_of_a_bundled_specification_has_no_dangling_id() -> None:
    ledger = Ledger()
    evaluate(load_spec("tablet-computer@T-CESA-1020-2018", date(2026, 3, 1)), {}, ledger)
    for entry in ledger:
        assert all(i in ledger for i in entry.inputs)
        assert entry.kind == "computed" or entry.source


def test_every_code_of_the_verdict_has_words() -> None:
    """Codes are put together at run time; each one that can occur is looked up here."""
    words = catalogue()
    spec = load_spec("inorganic-lightweight-panel", date(2026, 3, 1))
    bare = {m.id: replace(m, declared=True, evidenced=False) for m in BATTERY.values()}
    for measures in ({}, bare, {k: replace(m, flag=False) for k, m in BATTERY.items()}):
        findings = evaluate(spec, measures, Ledger())
        for reason in judge(spec, findings, illustrative=True).reasons:
            assert {"zh", "en"} <= set(words[reason.code])
        for finding in findings:
            assert finding.reason is None or finding.reason in words
            assert all(m.code in words for m in finding.missing)
    for source in get_args(Confidence):
        assert source == "standard" or f"limit-{source.replace('_', '-')}" in words
    for reason_code in (
        "secondary-limit",
        "own-check",
        "no-evidence",
        "evidence-proves-nothing",
        "detection-limit-unknown",
        "detection-limit-above",
    ):
        assert f"undetermined-{reason_code}" in words


def test_missing_fields_are_named_once() -> None:
    gap = Missing("bom.substances", "missing-fact", {"id": "x"})
    both = Condition(all_of=(Condition("x", limit()), Condition("x", limit("at_least", 1.0))))
    finding: Finding = evaluate(spec_of(requirement(both)), {"x": number(0, None, missing=(gap,))}, Ledger())[0]
    assert finding.missing == (gap,)
