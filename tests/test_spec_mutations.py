"""Every requirement of every specification: its indicator just inside, just outside, and not known.

What has to happen is worked out by `plain_rules.py`, a second reading of the same files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import plain_rules as plain
import pytest

from ecoprod.measure import Measure
from ecoprod.standards import load_spec
from ecoprod.standards.records import Condition, Spec
from ecoprod.standards.vocabulary import GROUPS, known_fact
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge

ON = date(2026, 3, 1)
EDITIONS = list(plain.editions())
STEP = 1e-6
"""How far across a limit a figure is moved, as a share of the limit."""


@cache
def spec_of(kind: str, edition: str) -> Spec:
    """An edition as published, on the day of these tests: read once for all that is asked of it."""
    return load_spec(f"{kind}@{edition}", ON)


@cache
def rules_of(kind: str, edition: str) -> Mapping[str, plain.Rule]:
    """Its rules by the second reading."""
    return plain.rules(kind, edition, ON)


def statuses(spec: Spec, values: Mapping[str, Any]) -> dict[str, str]:
    """What ecoprod makes of the values, by requirement."""
    measures = {name: _measure(name, value) for name, value in values.items() if value is not None}
    return {f.requirement.id: f.status for f in evaluate(spec, measures, Ledger())}


def _measure(name: str, value: Any) -> Measure:
    number, unit = value if isinstance(value, tuple) else (None, None)
    word, flag = (value if isinstance(value, kind) else None for kind in (str, bool))
    return Measure(
        name, unit, number, number, word, flag, declared=True, evidenced=True, evidence=("E1",),
    )  # fmt: skip


def within(rules: Mapping[str, plain.Rule], wanted: plain.Rule) -> dict[str, Any]:
    """Values under which `wanted` applies, is not exempt and holds, and as many others as can be."""
    values: dict[str, Any] = {}
    for name, limit in plain.atoms(wanted.get("applies_when")):
        others = [m for n, m in plain.atoms(wanted["applies_when"]) if n == name]
        values[name] = _meeting(others)
        assert limit is not None
    for rule in (wanted, *rules.values()):
        for name, _ in plain.atoms(rule.get("exempt_when")):
            values.setdefault(name, False)
        for name, limit in plain.atoms(rule.get("applies_when")):
            values.setdefault(name, _meeting([limit]))
        if "reported" in rule or plain._truth(rule.get("applies_when"), values, adverse=False, own=False) is not True:
            continue
        for name, _ in plain.atoms(rule):
            if name not in values:
                limits = [
                    m for r in rules.values() for n, m in plain.atoms(r)
                    if n == name and plain._truth(r.get("applies_when"), values, adverse=False, own=False) is True
                ]  # fmt: skip
                values[name] = _meeting(limits)
    return values


def _meeting(limits: list[plain.Rule]) -> Any:
    """A value that meets all these limits."""
    low, high, unit = float("-inf"), float("inf"), None
    for limit in limits:
        op = next(o for o in plain.OPERATORS if o in limit)
        wanted = limit[op]
        if op == "one_of":
            return wanted[0]
        if wanted in ("true", "false"):
            return wanted == "true"
        if op == "between" or isinstance(wanted, list):
            low, high = (plain.number(w, None) for w in wanted)
            unit = plain.parse_unit(wanted[0])
            continue
        if op == "equals" and not wanted[:1].isdigit() and not wanted.startswith("-"):
            return wanted
        unit = unit or plain.parse_unit(wanted)
        bound = plain.number(wanted, unit or None)
        if op in ("at_most", "less_than", "equals"):
            high = min(high, bound)
        if op in ("at_least", "more_than", "equals"):
            low = max(low, bound)
    if low == high:
        return (low, unit)
    inside = (low + high) / 2 if abs(low) != float("inf") and abs(high) != float("inf") else (
        high - abs(high) / 2 if abs(high) != float("inf") else low + max(abs(low) / 10, 0.1)
    )  # fmt: skip
    return (inside, unit or "mg/m3")


def across(limit: plain.Rule, value: Any, facts: Any) -> Any:
    """The value just outside the limit, in the limit's own unit."""
    op = next(o for o in plain.OPERATORS if o in limit)
    wanted = limit[op]
    if op == "one_of":
        return next(w for w in facts.values if w not in wanted)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return next(w for w in facts.values if w != wanted)
    if isinstance(wanted, list):
        return (plain.number(wanted[1], None) * (1 + STEP), plain.parse_unit(wanted[1]))
    bound, unit = plain.number(wanted, None), plain.parse_unit(wanted) or value[1]
    step = STEP * abs(bound) or STEP
    # at the limit is outside where the limit itself is not allowed
    return {
        "at_most": (bound + step, unit), "at_least": (bound - step, unit), "less_than": (bound, unit),
        "more_than": (bound, unit), "equals": (bound + step, unit),
    }[op]  # fmt: skip


@pytest.mark.parametrize(("kind", "edition"), EDITIONS, ids=str)
def test_an_indicator_moved_across_its_limit_changes_what_names_it_and_nothing_else(kind: str, edition: str) -> None:
    spec, rules = spec_of(kind, edition), rules_of(kind, edition)
    assert {r.id for r in spec.requirements} == set(rules)
    for name, rule in rules.items():
        if "reported" in rule:
            continue
        values = within(rules, rule)
        before = statuses(spec, values)
        assert before == {n: plain.status(r, values) for n, r in rules.items()}, name
        for indicator, limit in plain.atoms(rule):
            fact = known_fact(indicator, spec.facts)
            if values.get(indicator) is None:
                continue
            moved = {**values, indicator: across(limit, values[indicator], fact)}
            if "any_of" in rule:  # the alternatives must not hold either
                moved.update({n: across(m, values[n], None) for n, m in plain.atoms(rule) if n != indicator})
            after = statuses(spec, moved)
            assert after == {n: plain.status(r, moved) for n, r in rules.items()}, (name, indicator)
            changed = {n for n in rules if after[n] != before[n]}
            touched = {i for i in moved if moved[i] != values[i]}
            assert all(plain.names(rules[n]) & touched for n in changed), (name, indicator)
            undecided = "doubt" in limit or isinstance(limit.get("at_most"), list) or before[name] == "undetermined"
            assert name in changed or undecided, (name, indicator, before[name])


@pytest.mark.parametrize(("kind", "edition"), EDITIONS, ids=str)
def test_an_indicator_that_is_not_known_leaves_what_names_it_open(kind: str, edition: str) -> None:
    spec, rules = spec_of(kind, edition), rules_of(kind, edition)
    for name, rule in rules.items():
        if "reported" in rule:
            continue
        values = within(rules, rule)
        before = statuses(spec, values)
        for indicator, _ in plain.atoms(rule):
            blank = {**values, indicator: None}
            after = statuses(spec, blank)
            assert after == {n: plain.status(r, blank) for n, r in rules.items()}, (name, indicator)
            others = {n for n, r in rules.items() if indicator in plain.names(r)}
            assert {n for n in rules if after[n] != before[n]} <= others
            if "any_of" not in rule:
                assert after[name] == "undetermined", (name, indicator)


def _settled(spec: Spec) -> Spec:
    """The specification as if it had been read in the standard: nothing but its requirements decides."""

    def known(condition: Condition | None) -> Condition | None:
        if condition is None:
            return None
        limit = condition.limit
        return replace(
            condition, limit=limit and replace(limit, confidence="standard", start=limit.start or ON, doubt=None),
            all_of=tuple(c for i in condition.all_of if (c := known(i))),
            any_of=tuple(c for i in condition.any_of if (c := known(i))), negated=known(condition.negated),
        )  # fmt: skip

    asked = tuple(
        replace(r, condition=known(r.condition), applies_when=known(r.applies_when), exempt_when=known(r.exempt_when))
        for r in spec.requirements
    )
    return replace(spec, complete=True, missing=(), in_force=ON, requirements=asked)


def _outcome(spec: Spec, values: Mapping[str, Any]) -> str:
    measures = {n: _measure(n, v) for n, v in values.items() if v is not None}
    return judge(spec, evaluate(spec, measures, Ledger()), illustrative=False).outcome


@pytest.mark.parametrize(("kind", "edition"), EDITIONS, ids=str)
def test_a_specification_without_requirements_qualifies_nothing(kind: str, edition: str) -> None:
    whole = _settled(spec_of(kind, edition))
    values: dict[str, Any] = within(rules_of(kind, edition), {})
    assert _outcome(whole, values) == ("undetermined" if kind in OPEN else "qualified")
    assert _outcome(replace(whole, requirements=()), values) == "undetermined"
    for group in GROUPS:
        bare = replace(whole, requirements=tuple(r for r in whole.requirements if r.group != group))
        assert _outcome(bare, values) == "undetermined", group


OPEN = {
    # the list prints a range of limits, or "none" without the test's detection limit
    "air-cleaner", "household-refrigerator", "range-hood", "inorganic-lightweight-panel",
    # the list prints no limit that could be coded, and the base has none of its own
    "gbt-32161", "hot-rolled-ribbed-bar", "printed-circuit-board", "pv-wafer", "small-power-motor",
}  # fmt: skip
LOOSER = {"at_most": 1.01, "less_than": 1.01, "at_least": 0.99, "more_than": 0.99}


def _loosened(limit: plain.Rule) -> str | None:
    """The limit asking for one per cent less, None where it has no such figure."""
    op = next(o for o in plain.OPERATORS if o in limit)
    if op not in LOOSER:
        return None
    if isinstance(limit[op], list):  # the loose end of a printed range
        return f"{op}: {plain.number(limit[op][1], None) * LOOSER[op]:.12g} {plain.parse_unit(limit[op][1])}"
    bound = plain.number(limit[op], None)
    looser = bound * LOOSER[op] if bound > 0 else bound / LOOSER[op]
    return f"{op}: {looser:.12g} {plain.parse_unit(limit[op])}" if bound else None


@pytest.mark.parametrize(("kind", "edition"), EDITIONS, ids=str)
def test_an_overlay_that_loosens_a_limit_never_qualifies(kind: str, edition: str, tmp_path: Path) -> None:
    name, rules = f"{kind}@{edition}", rules_of(kind, edition)
    looser = {
        (n, i): text
        for n, rule in rules.items()
        if "reported" not in rule
        for i, limit in plain.atoms(rule)
        if (text := _loosened(limit)) is not None
    }
    lines = "".join(f'  - {{requirement: {n}, indicator: "{i}", {text}}}\n' for (n, i), text in looser.items())
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        f"ecoprod: 1\nfor: {name}\nsource: copy\nchecked_by: a\nchecked_on: 2026-01-01\nlimits:\n{lines or '  []'}",
        encoding="utf-8",
    )
    spec = load_spec(name, ON, [overlay])
    assert [o.requirement for o in spec.overrides] == [n for n, _ in looser]
    published = spec_of(kind, edition)
    assert {r.id: r.condition for r in spec.requirements} == {r.id: r.condition for r in published.requirements}
    values = within(rules, {})
    before = _outcome(_settled(published), values)
    expected = "provisional" if looser and before == "qualified" else before
    assert _outcome(_settled(spec), values) == expected
