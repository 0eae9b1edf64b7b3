"""Worked cases of the standards library: `product_specs/*/cases/*.yaml`, arithmetic beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecoprod.errors import Problem
from ecoprod.measure import Measure, Missing
from ecoprod.resources import bundled
from ecoprod.standards import check_specs, find_specs, load_spec
from ecoprod.standards.records import Condition, Edition, Limit, Requirement, Spec, SpecInfo
from ecoprod.standards.vocabulary import calculated_fact
from ecoprod.trace import Ledger
from ecoprod.units import Amount, convert, parse
from ecoprod.verdict import evaluate
from ecoprod.yamlfile import read_yaml

FILES = sorted(bundled("product_specs").glob("*/cases/*.yaml"))


def read(path: Path) -> dict[str, Any]:
    problems: list[Problem] = []
    file = read_yaml(path, path.name, problems)
    assert problems == []
    assert file is not None
    assert isinstance(file.data, dict)
    return file.data


@cache
def _spec(name: str, on: str) -> Spec:
    return load_spec(name, date.fromisoformat(on))


def measure(name: str, given: Mapping[str, Any]) -> Measure:
    """A measure as a case writes it: `value` or `low`/`high` with units, `flag`, `text`, `not_detected`."""
    calculated = calculated_fact(name) is not None and not name.startswith("basic:")
    amounts = {k: parse(str(given[k])) for k in ("value", "low", "high", "detection_limit") if k in given}
    unit = next((a.unit for a in amounts.values()), None)

    def number(*keys: str) -> float | None:
        found = next((amounts[k] for k in keys if k in amounts), None)
        return convert(Amount(found.value, found.unit), unit) if found and unit else None

    return Measure(
        name, unit, number("low", "value"), number("high", "value"), given.get("text"), given.get("flag"),
        not_detected=given.get("not_detected", False), detection_limit=number("detection_limit"),
        declared=given.get("declared", not calculated), evidenced="evidence" in given,
        evidence=(given["evidence"],) if "evidence" in given else (),
        missing=tuple(Missing(f, "missing-fact", {"id": name}) for f in given.get("missing", ())),
    )  # fmt: skip


def _cases() -> Iterator[Any]:
    for path in FILES:
        data = read(path)
        for n, case in enumerate(data["cases"] or []):
            label = f"{path.parent.parent.name}/{path.stem}/{n}-{case['requirement']}-{case['expect']}"
            yield pytest.param(data["spec"], str(data["on"]), case, id=label)


@pytest.mark.parametrize(("name", "on", "case"), list(_cases()))
def test_worked_case(name: str, on: str, case: dict[str, Any]) -> None:
    assert case["why"].strip()
    spec = _spec(name, on)
    given = {k: measure(k, v) for k, v in case["given"].items()}
    found = {f.requirement.id: f for f in evaluate(spec, given, Ledger())}
    assert case["requirement"] in found, f"{spec.id}@{spec.edition} has no requirement {case['requirement']} on {on}"
    finding = found[case["requirement"]]
    lacks = [f"{m.field}: {m.code}" for m in finding.missing]
    assert finding.status == case["expect"], f"it is {finding.status}; missing: {lacks or 'nothing'}"
    if "margin" in case:
        assert finding.margin == pytest.approx(case["margin"], abs=1e-9)
    if "missing" in case:
        assert [m.field for m in finding.missing] == case["missing"]
    if "reason" in case:
        assert finding.reason == case["reason"]
    if finding.status == "undetermined":
        assert finding.missing, "a question left open has to name the field that would settle it"


def _asked(info: SpecInfo) -> Iterator[tuple[str, str, Requirement]]:
    """Requirements that a folder itself states, by the name and the day its cases go by."""
    for edition in info.editions:
        full = f"{info.id}@{edition.id}"
        day = _day(edition)
        for requirement in _spec(full, day).requirements:
            if requirement.file.startswith(f"product_specs/{info.id}/"):
                yield info.id if info.id == "gbt-32161" else full, day, requirement


def _day(edition: Edition) -> str:
    """A day on which the edition is in force, 2026-03-01 where it can be."""
    day = max(edition.in_force or date.min, date(2026, 3, 1))
    if edition.until is not None and edition.until <= day:
        day = edition.until - timedelta(days=1)
    return day.isoformat()


def _limits(condition: Condition | None) -> Iterator[Limit]:
    if condition is None:
        return
    if condition.limit is not None:
        yield condition.limit
    for inner in (*condition.all_of, *condition.any_of, condition.negated):
        yield from _limits(inner)


def _of_nothing(limit: Limit) -> bool:
    """A limit of zero whose test is not known: nothing can pass it."""
    return limit.value == 0 and not isinstance(limit.value, bool) and limit.test_detection_limit is None


def test_every_requirement_has_its_cases() -> None:
    """Pass, fail and cannot-tell for each requirement of each edition, as far as it can end so."""
    seen: dict[tuple[str, str], set[str]] = {}
    for path in FILES:
        data = read(path)
        for case in data["cases"] or []:
            seen.setdefault((data["spec"], case["requirement"]), set()).add(case["expect"])
    for info in find_specs():
        for name, _, requirement in _asked(info):
            have = seen.get((name, requirement.id), set())
            if requirement.condition is None:
                assert have == {"reported"}, (name, requirement.id)
                continue
            limits = list(_limits(requirement.condition))
            firm = [m for m in limits if m.confidence != "secondary" and m.doubt is None and not m.unresolved]
            want = {"undetermined"} | ({"fail"} if firm and not requirement.own_check else set())
            if not any(m.unresolved or _of_nothing(m) for m in limits):
                want.add("pass")
            if requirement.applies_when is not None:
                want.add("not_applicable")
            assert want <= have, (name, requirement.id, want - have)


def _mutants(limit: Limit) -> list[Limit]:
    """The limit three times as high and as low, a word less, or turned round."""
    if isinstance(limit.value, bool):
        return [replace(limit, value=not limit.value)]
    if limit.values:
        return [replace(limit, values=limit.values[:-1])]
    if limit.unresolved:
        return [replace(limit, value=limit.high, low=None, high=None)]
    if limit.low is not None and limit.high is not None:
        span = limit.high - limit.low
        return [replace(limit, low=limit.low + span, high=limit.high + span)]
    assert isinstance(limit.value, float)
    if limit.unit == "unit" and limit.value <= 3:  # pieces are whole
        return [replace(limit, value=limit.value + 1), replace(limit, value=limit.value - 1)]
    return [replace(limit, value=limit.value * 3), replace(limit, value=limit.value / 3)]


def _with(condition: Condition, old: Limit, new: Limit) -> Condition:
    if condition.limit is old:
        return replace(condition, limit=new)
    parts = {k: tuple(_with(c, old, new) for c in getattr(condition, k)) for k in ("all_of", "any_of")}
    return replace(condition, **parts)


def test_a_mutated_limit_is_noticed_by_a_case() -> None:
    """Every limit of the library, changed, has to break at least one worked case."""
    cases: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for parameters in _cases():
        name, _, case = parameters.values
        cases.setdefault((name, case["requirement"]), []).append(case)
    checked = 0
    for info in find_specs():
        for name, day, requirement in _asked(info):
            mine = cases.get((name, requirement.id), [])
            if requirement.condition is None:
                continue
            for limit in _limits(requirement.condition):
                for mutant in () if limit.value == 0.0 else _mutants(limit):
                    changed = replace(requirement, condition=_with(requirement.condition, limit, mutant))
                    spec = replace(_spec(name, day), requirements=(changed,))
                    outcomes = []
                    for case in mine:
                        given = {k: measure(k, v) for k, v in case["given"].items()}
                        outcomes.append(evaluate(spec, given, Ledger())[0].status == case["expect"])
                    assert not all(outcomes), (name, requirement.id, mutant)
                    checked += 1
    assert checked > 1000


def test_the_library_is_clean() -> None:
    assert check_specs(None).problems == []


def test_no_figure_from_memory_and_every_source_is_registered() -> None:
    registered = read(bundled("product_specs") / "_sources.yaml")["sources"]
    for path in sorted(bundled("product_specs").glob("*/*.yaml")):
        assert "confidence: M" not in path.read_text(encoding="utf-8")
    for source_id, entry in registered.items():
        assert entry["read"] in ("text", "list", "secondary", "own"), source_id
        assert entry["read"] == "own" or entry.get("copy") or entry["url"].startswith(("http://", "https://")), (
            source_id
        )
        assert set(entry["title"]) == {"zh", "en"}, source_id


def test_a_limit_called_standard_rests_on_a_document_that_was_read() -> None:
    registered = read(bundled("product_specs") / "_sources.yaml")["sources"]
    wanted = {"standard": "text", "official_list": "list", "secondary": "secondary"}
    for info in find_specs():
        for _, _, requirement in _asked(info):
            for limit in () if requirement.own_check else _limits(requirement.condition):
                assert registered[limit.source]["read"] == wanted[limit.confidence], (info.id, requirement.id)
                assert all(registered[other]["read"] == wanted[limit.confidence] for other in limit.also)


def test_a_fact_means_the_same_in_every_specification() -> None:
    """One quantity, one name: kind, unit and title of a declared fact agree across folders."""
    seen: dict[str, tuple[str, Any]] = {}
    for path in sorted(bundled("product_specs").glob("*/spec.yaml")):
        for name, fact in (read(path).get("facts") or {}).items():
            if fact["kind"] == "word":  # words are the kind's own sub-types
                continue
            first, known = seen.setdefault(name, (path.parent.name, fact))
            assert known == fact, (name, first, path.parent.name)


def test_cases_lie_where_they_are_looked_for() -> None:
    folders = {p.name for p in Path(bundled("product_specs")).iterdir() if p.is_dir()}
    assert folders == {path.parent.parent.name for path in FILES}
