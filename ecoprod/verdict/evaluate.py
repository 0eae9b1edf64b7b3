"""Requirements meet measures: Kleene's three values through applies_when, exempt_when, all_of, any_of and not.

What a document demands is proven met, proven broken, or `undetermined` with the fields that would settle it. An unknown
never becomes a pass, and never makes a requirement not applicable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecoprod.measure import Measure, Missing
from ecoprod.standards.overlays import limit_words
from ecoprod.standards.records import Condition, Fact, Limit, Requirement, Spec
from ecoprod.trace import Ledger
from ecoprod.verdict.compare import Comparison, Tri, compare, field_of
from ecoprod.verdict.records import Finding, Status


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison inside a condition. `path`: its place there, for ledger ids. `counts`: value after all guards."""

    path: str
    indicator: str
    limit: Limit
    measure: Measure | None
    comparison: Comparison
    counts: Tri


@dataclass(frozen=True, slots=True)
class _Guard:
    """What an answer needs before it counts.

    `evidence`: a favourable declared answer needs evidence. `sources`: an adverse answer needs a limit that is more
    than a secondary source (or a check of our own), printed beyond doubt, and not said to be of an unknown day.
    """

    evidence: bool
    sources: bool
    own_check: bool


def evaluate(spec: Spec, measures: Mapping[str, Measure], ledger: Ledger) -> tuple[Finding, ...]:
    """What became of every requirement, in their order; each has an entry `req:ID` in the ledger."""
    known = {name: _in_vocabulary(spec.facts.get(name), measure) for name, measure in measures.items()}
    return tuple(_finding(requirement, known, ledger) for requirement in spec.requirements)


def _in_vocabulary(fact: Fact | None, measure: Measure) -> Measure:
    """The measure with its titles. A sub-type in words the specification does not know is not known.

    Else a slip would put it out of scope.
    """
    if fact is not None and measure.declared:
        measure = replace(measure, titles=tuple(fact.title.values()))
    if fact is None or not fact.values or measure.text is None or measure.text in fact.values:
        return measure
    params = {"id": measure.id, "value": measure.text, "allowed": ", ".join(fact.values)}
    return replace(measure, text=None, missing=(Missing(field_of(measure.id), "missing-word", params),))


def not_(value: Tri) -> Tri:
    """Kleene's negation."""
    return None if value is None else not value


def and_(values: Sequence[Tri]) -> Tri:
    """Kleene's conjunction; of nothing it is true."""
    return False if False in values else None if None in values else True


def or_(values: Sequence[Tri]) -> Tri:
    """Kleene's disjunction; of nothing it is false."""
    return True if True in values else None if None in values else False


def _finding(requirement: Requirement, measures: Mapping[str, Measure], ledger: Ledger) -> Finding:
    if requirement.condition is None:
        return _reported(requirement, measures, ledger)
    favour = _Guard(evidence=requirement.needs_evidence, sources=False, own_check=False)
    strict = _Guard(evidence=requirement.needs_evidence, sources=True, own_check=requirement.own_check)
    # What favours the product here is to be out of scope: that needs evidence as a pass does.
    applies, scope = _walk(requirement.applies_when, measures, favour, "/applies-when", wanted=False)
    exempt, exemption = _walk(requirement.exempt_when, measures, favour, "/exempt-when")
    if requirement.exempt_when is None:
        exempt = False
    holds, atoms = _walk(requirement.condition, measures, strict, "")
    status = _status(applies, exempt, holds)
    open_atoms = _open(status, applies, holds, scope, exemption, atoms)
    decided = _deciding(status, scope, exemption, atoms, open_atoms)
    lacks = [m for a in open_atoms for m in a.comparison.missing]
    missing = tuple(m for n, m in enumerate(lacks) if m not in lacks[:n])
    used = [*scope, *exemption, *atoms]
    trace = _trace(requirement, status, used, ledger)
    reasons = [a.comparison.reason for a in open_atoms if a.comparison.reason]
    evidence = tuple(dict.fromkeys(e for a in used if a.measure for e in a.measure.evidence))
    main = decided or (atoms[0] if atoms else None)
    return Finding(
        requirement, status, main.measure if main else None, main.limit if main else None,
        main.comparison.margin if main and status in ("pass", "fail") else None,
        None if requirement.own_check or main is None else main.limit.confidence,
        evidence, missing, reasons[0] if reasons else None, trace,
        limits=tuple(a.limit for a in atoms if status == "exempt" or a.counts is not None), measures=_measures(used),
    )  # fmt: skip


def _status(applies: Tri, exempt: Tri, holds: Tri) -> Status:
    if applies is False:
        return "not_applicable"
    if applies is None:
        return "undetermined"
    if exempt is True:
        return "exempt"
    if holds is True:
        return "pass"
    if holds is False and exempt is False:
        return "fail"
    return "undetermined"


def _open(
    status: Status, applies: Tri, holds: Tri, scope: list[Atom], exemption: list[Atom], atoms: list[Atom]
) -> list[Atom]:
    """The comparisons that keep an answer open."""
    if status != "undetermined":
        return []
    if applies is None:
        return [a for a in scope if a.counts is None]
    return [a for a in (atoms if holds is None else exemption) if a.counts is None]


def _deciding(
    status: Status, scope: list[Atom], exemption: list[Atom], atoms: list[Atom], open_atoms: list[Atom]
) -> Atom | None:
    """The first comparison that made the answer what it is; a requirement's own before those of its scope."""
    if status == "undetermined":
        return next((a for a in atoms if a in open_atoms), None) or (atoms[0] if atoms else None)
    if status == "fail":
        return next((a for a in atoms if a.comparison.holds is False), None)
    if status == "pass":
        return next((a for a in atoms if a.counts is True), None)
    return None


def _walk(
    condition: Condition | None, measures: Mapping[str, Measure], guard: _Guard, path: str, *, wanted: bool = True
) -> tuple[Tri, list[Atom]]:
    """Value and comparisons of a condition. `wanted`: the answer that favours the product (turned by `not`)."""
    if condition is None:
        return True, []
    if condition.indicator is not None and condition.limit is not None:
        atom = _atom(condition.indicator, condition.limit, measures, guard, path, wanted=wanted)
        return atom.counts, [atom]
    if condition.negated is not None:
        value, atoms = _walk(condition.negated, measures, guard, f"{path}/not", wanted=not wanted)
        return not_(value), atoms
    values: list[Tri] = []
    atoms = []
    for n, inner in enumerate((*condition.all_of, *condition.any_of), 1):
        value, found = _walk(inner, measures, guard, f"{path}/{n}", wanted=wanted)
        values.append(value)
        atoms += found
    return (and_(values) if condition.all_of else or_(values)), atoms


def _atom(
    indicator: str, limit: Limit, measures: Mapping[str, Measure], guard: _Guard, path: str, *, wanted: bool
) -> Atom:
    measure = measures.get(indicator)
    comparison = compare(indicator, measure, limit)
    counts = comparison.holds
    if counts is wanted and measure is not None and guard.evidence and measure.declared and not measure.evidenced:
        counts = None
        unnamed = Missing(field_of(indicator, "evidence"), "missing-evidence", {"id": indicator})
        reason = "evidence-proves-nothing" if measure.doubted else "no-evidence"
        comparison = replace(comparison, missing=measure.doubted or (unnamed,), reason=reason)
    if counts is (not wanted) and guard.own_check:
        counts = None
        lacks = (measure.missing if measure else ()) or (
            Missing(field_of(indicator), "missing-own-check", {"id": indicator}),
        )
        comparison = replace(comparison, missing=lacks, reason="own-check")
    elif counts is (not wanted) and guard.sources and limit.confidence == "secondary":
        counts = None
        missing = Missing("overlay.limits", "missing-limit-source", {"id": indicator, "source": limit.source})
        comparison = replace(comparison, missing=(missing,), reason="secondary-limit")
    elif counts is (not wanted) and guard.sources and limit.doubt is not None:
        counts = None
        missing = Missing("overlay.limits", "missing-limit-beyond-doubt", {"id": indicator, "source": limit.source})
        comparison = replace(comparison, missing=(missing,), reason="doubtful-limit")
    elif counts is (not wanted) and guard.sources and limit.undated:
        counts = None
        missing = Missing("overlay.limits", "missing-limit-date", {"id": indicator, "source": limit.source})
        comparison = replace(comparison, missing=(missing,), reason="undated-limit")
    return Atom(path, indicator, limit, measure, comparison, counts)


def _reported(requirement: Requirement, measures: Mapping[str, Measure], ledger: Ledger) -> Finding:
    """A figure without a sourced threshold: shown, without effect."""
    measure = measures.get(requirement.indicator or "")
    entry = ledger.looked_up(
        f"lim:{requirement.id}@none", None, None, f"{requirement.source} {requirement.at}".strip(), "no threshold"
    )
    inputs = [entry, *([measure.trace] if measure and measure.trace and measure.trace in ledger else [])]
    trace = ledger.computed(f"req:{requirement.id}", "reported", None, "evaluate", inputs)
    missing = measure.missing if measure else ()
    evidence = measure.evidence if measure else ()
    return Finding(requirement, "reported", measure, None, None, None, evidence, missing, "no-threshold", trace)


# ---- ledger --------------------------------------------------------------------------------------


def _trace(requirement: Requirement, status: Status, atoms: list[Atom], ledger: Ledger) -> str:
    inputs: list[str] = []
    for atom in atoms:
        limit = atom.limit
        day = limit.start.isoformat() if limit.start else "date-unknown"
        plain = limit.op not in ("between", "one_of", "present") and not limit.unresolved
        value = limit.value if plain else limit_words(limit)
        inputs.append(
            ledger.looked_up(
                f"lim:{requirement.id}{atom.path}@{day}", value, limit.unit, f"{limit.source} {limit.at}".strip(),
                f"{limit.op}, {limit.confidence}",
            )
        )  # fmt: skip
        if atom.measure is not None and atom.measure.trace is not None and atom.measure.trace in ledger:
            inputs.append(atom.measure.trace)
    return ledger.computed(f"req:{requirement.id}", status, None, "evaluate", tuple(dict.fromkeys(inputs)))


def _measures(atoms: list[Atom]) -> tuple[Measure, ...]:
    return tuple({a.measure.id: a.measure for a in atoms if a.measure is not None}.values())
