"""Worked cases of the standards library: `product_specs/*/cases/*.yaml`, arithmetic beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecoprod.errors import Problem
from ecoprod.measure import Measure, Missing
from ecoprod.resources import bundled
from ecoprod.standards import check_specs, find_specs, load_spec
from ecoprod.standards.records import Limit, Spec
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
        for n, case in enumerate(data["cases"]):
            label = f"{path.parent.parent.name}/{path.stem}/{n}-{case['requirement']}-{case['expect']}"
            yield pytest.param(data["spec"], str(data["on"]), case, id=label)


@pytest.mark.parametrize(("name", "on", "case"), list(_cases()))
def test_worked_case(name: str, on: str, case: dict[str, Any]) -> None:
    assert case["why"].strip()
    spec = _spec(name, on)
    given = {k: measure(k, v) for k, v in case["given"].items()}
    finding = next(f for f in evaluate(spec, given, Ledger()) if f.requirement.id == case["requirement"])
    assert finding.status == case["expect"], finding
    if "margin" in case:
        assert finding.margin == pytest.approx(case["margin"], abs=1e-9)
    if "missing" in case:
        assert [m.field for m in finding.missing] == case["missing"]
    if "reason" in case:
        assert finding.reason == case["reason"]
    if finding.status == "undetermined":
        assert finding.missing, "a question left open has to name the field that would settle it"


def test_every_requirement_has_its_cases() -> None:
    """Pass, fail and cannot-tell for each requirement of each edition, as far as it can end so."""
    seen: dict[tuple[str, str], set[str]] = {}
    for path in FILES:
        data = read(path)
        for case in data["cases"]:
            seen.setdefault((data["spec"], case["requirement"]), set()).add(case["expect"])
    for info in find_specs():
        for edition in info.editions:
            full = f"{info.id}@{edition.id}"
            name = info.id if info.id == "gbt-32161" else full
            for requirement in _spec(full, "2026-03-01").requirements:
                if not requirement.file.startswith(f"product_specs/{info.id}/"):
                    continue
                have = seen.get((name, requirement.id), set())
                if requirement.condition is None:
                    assert have == {"reported"}
                    continue
                limit = requirement.condition.limit
                assert limit is not None
                can_fail = not requirement.own_check and limit.confidence != "secondary"
                no_pass = limit.value == 0 and not isinstance(limit.value, bool) and limit.test_detection_limit is None
                want = {"undetermined"} | ({"fail"} if can_fail else set()) | (set() if no_pass else {"pass"})
                assert want <= have, (full, requirement.id, want - have)


def _mutants(limit: Limit) -> list[Limit]:
    """The limit three times as high and as low, or turned round."""
    if isinstance(limit.value, bool):
        return [replace(limit, value=not limit.value)]
    assert isinstance(limit.value, float)
    return [replace(limit, value=limit.value * 3), replace(limit, value=limit.value / 3)]


def test_a_mutated_limit_is_noticed_by_a_case() -> None:
    """Every limit of the library, changed, has to break at least one worked case."""
    cases = [(str(c.values[0]), str(c.values[1]), c.values[2]) for c in _cases()]
    checked = 0
    for name, on in sorted({(n, o) for n, o, _ in cases}):
        for requirement in _spec(name, on).requirements:
            mine = [c for n, _, c in cases if n == name and c["requirement"] == requirement.id]
            condition = requirement.condition
            if not mine or condition is None or condition.limit is None or condition.limit.value == 0.0:
                continue
            for mutant in _mutants(condition.limit):
                changed = replace(requirement, condition=replace(condition, limit=mutant))
                spec = replace(_spec(name, on), requirements=(changed,))
                outcomes = []
                for case in mine:
                    given = {k: measure(k, v) for k, v in case["given"].items()}
                    outcomes.append(evaluate(spec, given, Ledger())[0].status == case["expect"])
                assert not all(outcomes), (name, requirement.id, mutant)
                checked += 1
    assert checked > 40


def test_the_library_is_clean() -> None:
    assert check_specs(None) == []


def test_no_figure_from_memory_and_every_source_is_registered() -> None:
    registered = read(bundled("product_specs") / "_sources.yaml")["sources"]
    for path in sorted(bundled("product_specs").glob("*/*.yaml")):
        assert "confidence: M" not in path.read_text(encoding="utf-8")
    for source_id, entry in registered.items():
        assert entry["read"] in ("text", "list", "secondary", "own"), source_id
        assert entry["read"] == "own" or entry["url"].startswith(("http://", "https://")), source_id
        assert set(entry["title"]) == {"zh", "en"}, source_id


def test_a_limit_called_standard_rests_on_a_document_that_was_read() -> None:
    registered = read(bundled("product_specs") / "_sources.yaml")["sources"]
    wanted = {"standard": "text", "official_list": "list", "secondary": "secondary"}
    for info in find_specs():
        for edition in info.editions:
            for requirement in _spec(f"{info.id}@{edition.id}", "2026-03-01").requirements:
                if requirement.condition is None or requirement.condition.limit is None or requirement.own_check:
                    continue
                limit = requirement.condition.limit
                assert registered[limit.source]["read"] == wanted[limit.confidence], requirement.id


def test_cases_lie_where_they_are_looked_for() -> None:
    folders = {p.name for p in Path(bundled("product_specs")).iterdir() if p.is_dir()}
    assert folders == {path.parent.parent.name for path in FILES}
