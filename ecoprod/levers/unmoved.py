"""Why no single change is offered for a requirement; that there is none is said only where it is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecoprod.levers.search import Search
from ecoprod.screening.figures import RATES
from ecoprod.standards.walks import names_of
from ecoprod.verdict.records import Finding


@dataclass(frozen=True, slots=True)
class Unmoved:
    """A failing or open requirement for which no single change was found; `code`: why, as a message of the catalogue.

    `proven`: there is none, whatever value an input has. `unsettled`: inputs of which that is not proven.
    """

    finding: Finding
    code: str
    proven: bool
    unsettled: tuple[str, ...] = ()


def unmoved_of(findings: Sequence[Finding], searched: Mapping[str, Search]) -> tuple[Unmoved, ...]:
    """The failing ones first. `searched`: what was looked for, by requirement, and what was found."""
    unmet = sorted((f for f in findings if f.status in ("fail", "undetermined")), key=lambda f: f.status != "fail")
    found = []
    for finding in unmet:
        search = searched.get(finding.requirement.id)
        if search is None or not search.changes:
            code = _why(finding, search)
            unsettled = () if search is None else search.unsettled
            proven = code == "levers-why-declared" or (search is not None and not unsettled)
            found.append(Unmoved(finding, code, proven, unsettled))
    return tuple(found)


def _why(finding: Finding, search: Search | None) -> str:
    """The message that says why."""
    if finding.status == "undetermined" and finding.missing:
        return "levers-why-missing"
    if search is not None:
        return "levers-why-unsettled" if search.unsettled else "levers-why-reach"
    measure = finding.measure
    declared = {m.id for m in finding.measures if m.declared}
    if declared and declared >= set(names_of(finding.requirement)):
        return "levers-why-declared"
    if measure is not None and measure.id.startswith("substance:"):
        return "levers-why-substance"
    if measure is not None and measure.id in (*RATES, "mass"):
        return "levers-why-condition"
    return "levers-why-figure"
