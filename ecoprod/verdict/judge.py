"""All findings together: GB/T 32161 wants every basic requirement, every indicator and a life cycle assessment.

There is no score. Rule: T/CEEIA 280-2017, 4.3 (read in that document, which follows GB/T 32161).
"""

from __future__ import annotations

from collections.abc import Sequence

from ecoprod.standards.openings import is_signed
from ecoprod.standards.overlays import with_sign
from ecoprod.standards.records import Spec
from ecoprod.standards.vocabulary import GROUPS
from ecoprod.verdict.records import Finding, Outcome, Reason, Verdict

_NAMED = 8
"""How many fields without a document one reason names."""


def judge(
    spec: Spec, findings: Sequence[Finding], *, illustrative: bool, unseen: frozenset[str] = frozenset()
) -> Verdict:
    """The answer for the product and every reason for it, the deciding ones alone.

    A failure outweighs everything; then what is unknown; then what keeps a clean result from being more than
    provisional. `illustrative`: a declaration of the product was made up for an example. `unseen`: ids of evidence that
    is listed without its file and sha256, so that nobody can tell what it says.
    """
    failed = tuple(_failed(f) for f in findings if f.status == "fail")
    if failed:
        return Verdict("not_qualified", failed)
    unknown = tuple(_undetermined(f) for f in findings if f.status == "undetermined")
    idle = tuple(Reason("no-applicable-requirement", {"group": g}) for g in GROUPS if not _decided(g, findings))
    if unknown or idle:
        return Verdict("undetermined", unknown + idle)
    caps = _caps(spec, findings, illustrative=illustrative, unseen=unseen)
    outcome: Outcome = "provisional" if caps else "qualified"
    return Verdict(outcome, tuple(caps) or (Reason("all-requirements-met"),))


def _decided(group: str, findings: Sequence[Finding]) -> bool:
    """Whether at least one requirement of the group had a say (an unknown one is a reason of its own)."""
    return any(f.requirement.group == group and f.status in ("pass", "exempt", "undetermined") for f in findings)


def _failed(finding: Finding) -> Reason:
    code = "requirement-failed-list" if finding.confidence == "official_list" else "requirement-failed"
    return Reason(code, _named(finding), finding.requirement.id)


def _undetermined(finding: Finding) -> Reason:
    code = f"undetermined-{finding.reason}" if finding.reason else "requirement-undetermined"
    return Reason(code, _named(finding), finding.requirement.id)


def _named(finding: Finding) -> dict[str, str]:
    fields = dict.fromkeys(m.field for m in finding.missing)
    return {"requirement": finding.requirement.id, "fields": ", ".join(fields) or "—"}


def _caps(spec: Spec, findings: Sequence[Finding], *, illustrative: bool, unseen: frozenset[str]) -> list[Reason]:
    """Everything that keeps a product that meets all requirements from being `qualified`."""
    found = [] if spec.complete else [Reason("spec-incomplete", {"gaps": ", ".join(g.id for g in spec.missing) or "—"})]
    if spec.in_force is None:
        found.append(Reason("edition-date-unknown", {"edition": spec.edition}))
    checked = all(map(is_signed, spec.overlays))
    found += [Reason("overlay-not-checked", {"overlay": o.path}) for o in spec.overlays if not is_signed(o)]
    for o in spec.overrides:
        limits = {"published": with_sign(o.published), "overlay": with_sign(o.overlay)}
        found.append(Reason("limit-loosened", limits, o.requirement))
    resting = {name for f in findings if f.status in ("pass", "exempt", "not_applicable") for name in f.evidence}
    if resting & unseen:
        found.append(Reason("evidence-unseen", {"ids": ", ".join(sorted(resting & unseen))}))
    for finding in findings:
        if finding.status == "pass" and any(not m.declared and not m.evidenced for m in finding.measures):
            found.append(_without_evidence(finding))
            found += [r for r in _doubted(finding) if r not in found]
        if finding.status in ("pass", "exempt") and not finding.requirement.own_check:
            found += _limit_caps(finding, checked=checked)
    if illustrative or any(m.illustrative for f in findings for m in f.measures):
        found.append(Reason("illustrative-declaration"))
    return found


def _without_evidence(finding: Finding) -> Reason:
    """The fields whose documents would settle it, the first of them by name."""
    fields = list(dict.fromkeys(f for m in finding.measures if not m.declared for f in m.undocumented))
    more = f" … ({len(fields)})" if len(fields) > _NAMED else ""
    params = {"requirement": finding.requirement.id, "fields": ", ".join(fields[:_NAMED]) + more or "—"}
    return Reason("calculated-without-evidence", params, finding.requirement.id)


def _doubted(finding: Finding) -> list[Reason]:
    """Documents that are named and prove nothing, each with what is wrong with it."""
    doubts = [d for m in finding.measures if not m.declared and not m.evidenced for d in m.doubted]
    return [Reason(d.code, d.params) for d in doubts]


def _limit_caps(finding: Finding, *, checked: bool) -> list[Reason]:
    """Reasons from where a deciding limit comes from and whether its date is known."""
    found: dict[str, Reason] = {}
    name = finding.requirement.id
    for limit in finding.limits:
        trusted = limit.confidence == "standard" or (limit.confidence == "user" and checked)
        if not trusted:
            found["source"] = Reason(f"limit-{limit.confidence.replace('_', '-')}", {"source": limit.source}, name)
        if limit.doubt is not None:
            found["doubt"] = Reason("limit-doubtful", {"source": limit.source}, name)
        if limit.start is None:
            found["date"] = Reason("limit-date-unknown", {"source": limit.source}, name)
    return list(found.values())
