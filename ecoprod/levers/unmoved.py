"""Why no single input meets a requirement: what it rests on is nothing that a designer turns, or is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecoprod.screening.figures import RATES
from ecoprod.verdict.records import Finding

NOT_SOUGHT = ("levers-why-substance", "levers-why-condition", "levers-why-figure")
"""Where inputs may have a say that was not followed: no change is offered, and none is said to be impossible."""


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A failing or open requirement that no single input meets; `code`: why, as a message of the catalogue."""

    finding: Finding
    code: str


def unmoved_of(findings: Sequence[Finding], changes: Mapping[str, Sequence[object]]) -> tuple[Unmoved, ...]:
    """The failing ones first. `changes`: what was looked for, by requirement, and what was found."""
    unmet = sorted((f for f in findings if f.status in ("fail", "undetermined")), key=lambda f: f.status != "fail")
    return tuple(Unmoved(f, why_unmoved(f, changes)) for f in unmet if not changes.get(f.requirement.id))


def why_unmoved(finding: Finding, changes: Mapping[str, Sequence[object]]) -> str:
    """The message that says why."""
    if finding.status == "undetermined" and finding.missing:
        return "levers-why-missing"
    if finding.requirement.id in changes:
        return "levers-why-reach"
    measure = finding.measure
    if measure is not None and measure.declared:
        return "levers-why-declared"
    if measure is not None and measure.id.startswith("substance:"):
        return "levers-why-substance"
    if measure is not None and measure.id in (*RATES, "mass"):
        return "levers-why-condition"
    return "levers-why-figure"
