"""Findings and the verdict they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal

from ecoprod.measure import Measure, Missing
from ecoprod.standards.records import Confidence, Limit, Requirement

Status = Literal["pass", "fail", "exempt", "not_applicable", "undetermined", "reported"]
Outcome = Literal["qualified", "provisional", "not_qualified", "undetermined"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one requirement.

    `margin`: share of the limit, positive = inside, None where it has no single number. `measure`, `limit`: the ones
    that decided (the first of several). `reason`: message code where the status needs a word (`secondary-limit` …).
    `limits`: every limit the answer rests on; `measures`: every measure that was looked at, conditions of
    applicability included.
    """

    requirement: Requirement
    status: Status
    measure: Measure | None
    limit: Limit | None
    margin: float | None
    confidence: Confidence | None
    evidence: tuple[str, ...]
    missing: tuple[Missing, ...]
    reason: str | None
    trace: str
    limits: tuple[Limit, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is; `requirement` where one requirement is the reason."""

    code: str
    params: Mapping[str, str | float | int] = attribute(default_factory=dict)
    requirement: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for the product, and every reason for it."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
