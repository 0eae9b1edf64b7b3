"""Levers of a product: strongest inputs, smallest single changes, and the cheapest combination of offered options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.assessment import Assessment
from ecoprod.corridor import Case, judge_design
from ecoprod.errors import Problem
from ecoprod.lca.linear import linear
from ecoprod.levers.alone import Alone, choices_of_one, options_alone, outcomes_of
from ecoprod.levers.combine import Combination, cheapest
from ecoprod.levers.forms import form_of, with_one
from ecoprod.levers.gradients import SPLIT, Influence, Turn, influences, turns_of
from ecoprod.levers.inputs import Inputs, inputs_of
from ecoprod.levers.search import search
from ecoprod.levers.single import Bound, Change, Place, bounds_of
from ecoprod.levers.unmoved import Unmoved, unmoved_of
from ecoprod.levers.whole import influences_of_whole
from ecoprod.screening.case import case_beside
from ecoprod.screening.changes import designed
from ecoprod.screening.classes import keyed_by_mass, shared_unlike
from ecoprod.screening.designs import base_values
from ecoprod.screening.engine import Engine
from ecoprod.screening.figures import RATES, gap_of
from ecoprod.screening.goals import DEFAULT
from ecoprod.screening.opening import opened
from ecoprod.screening.sums import MASS, sums_of
from ecoprod.screening.variants import Objective, Variants
from ecoprod.standards.walks import names_of
from ecoprod.verdict.records import Finding, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_OPEN = ("fail", "undetermined")
CLOSE = 0.1
"""Share of a limit within which a requirement that passes is close to it."""
_ROTATING = ("lca:categories", "lca:coverage", "impact", "carbon-footprint-per-kwh")
"""Figures whose answer turns on coverage too, which moves with the figures and is no plain limit on them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the options of a variants file can do.

    `considered`: requirements that a combination has to meet. `aside`: open requirements that no option touches.
    `keeps`: what keeps the combination found from a better verdict. `alone`: for each requirement that is not met the
    options that alone meet it.
    """

    variants: Variants
    combination: Combination
    counted: bool
    considered: tuple[str, ...]
    aside: tuple[str, ...]
    alone: Mapping[str, tuple[Alone, ...]]
    keeps: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Levers:
    """`influences`: every input on every figure, strongest first. `changes`: by requirement, the smallest first.

    `unmoved`: every failing or open requirement for which no single change was found, and why. `split`: pre- or
    post-consumer content is limited or aimed at, of which a content as one share says nothing.
    """

    case: Case
    assessment: Assessment
    influences: tuple[Influence, ...]
    changes: dict[str, tuple[Change, ...]]
    unmoved: tuple[Unmoved, ...]
    close: tuple[Finding, ...]
    offer: Offer | None
    split: bool = False


def levers(
    path: Path, variants: Path | None = None, *, on: date | None = None, spec: str | None = None,
    overlays: Sequence[Path] = (), background: str = "core", methods: Sequence[str] = (),
    notify: Callable[[str], None] = lambda _code: None,
) -> Levers:  # fmt: skip
    """The levers of a product folder; `variants`: a file of options to combine. Raises InputError."""
    case, foreground = case_beside(
        path, variants, on=on, spec=spec, overlays=overlays, background=background, methods=methods
    )
    offering = None if variants is None else opened(variants, case, foreground, notify, further=_costs_missing)
    offered = offering.variants if offering is not None else None
    goals, saving = (offered.objectives, offered.saving) if offered is not None else (DEFAULT, None)
    rows = linear(case.background, case.methods, notify)
    inputs = inputs_of(case, foreground, rows, saving)
    place = Place(case, foreground, inputs.sums, rows)
    assessment = judge_design(case, case.product, notify)
    base, turns = turns_of(inputs.sums)
    unmet = [f for f in assessment.findings if f.status in _OPEN]
    ranges = offered.parameters if offered is not None else ()
    searched = search(unmet, place, inputs, base, turns, ranges, notify)
    return Levers(
        case, assessment, _influences(place, inputs, base, turns, goals),
        {name: one.changes for name, one in searched.items()}, unmoved_of(assessment.findings, searched),
        tuple(f for f in assessment.findings if f.status == "pass" and f.margin is not None and f.margin < CLOSE),
        None if offering is None else _offer(_as_offered(offering, notify), assessment, notify),
        any(one.split for one in searched.values()) or any(name in SPLIT for name in _figures(goals)),
    )  # fmt: skip


def _influences(
    place: Place, inputs: Inputs, base: Floats, turns: Sequence[Turn], goals: Sequence[Objective]
) -> tuple[Influence, ...]:
    """Of every input on every figure that is aimed at, figure by figure."""
    product, units = place.case.product, {i.id: i.category.unit for i in place.linear.impacts} | {"mass": "kg"}
    forms = {
        name: form for name in _figures(goals)
        if (form := form_of(name, "low", inputs.sums, place.linear, product)) is not None
    }  # fmt: skip
    found = influences(base, turns, forms, units)
    found += influences_of_whole(place, inputs.whole, base, forms)
    order = list(forms)
    return tuple(sorted(found, key=lambda i: (order.index(i.figure), -abs(i.effect), i.parameter.field)))


def _as_offered(engine: Engine, notify: Callable[[str], None]) -> Engine:
    """The options alone: of what parameters vary the files hold, also where they say nothing."""
    variants = engine.variants
    if not variants.slots or not variants.parameters:
        return engine
    return Engine(engine.case, replace(variants, parameters=()), notify)


def _costs_missing(variants: Variants, problems: Sequence[Problem]) -> list[Problem]:
    """Options without a cost where others have one; a cost that could not be read is a problem already."""
    unread = {p.at.column.removesuffix(".set.cost") for p in problems if p.at.column and p.at.file == variants.file}
    options = [(s, o) for s in variants.slots for o in s.options[1:] if o.at.column not in unread]
    if all(o.cost is None for _, o in options):
        return []
    return [
        Problem("levers-cost-missing", o.at, "cost", {"option": o.name, "part": s.key})
        for s, o in options if o.cost is None
    ]  # fmt: skip


def _figures(goals: Sequence[Objective]) -> list[str]:
    return [o.id for o in goals if o.id != "cost"]


# ---- options of a file ---------------------------------------------------------------------------


def _offer(engine: Engine, assessment: Assessment, notify: Callable[[str], None]) -> Offer:
    variants = engine.variants
    alone = options_alone(engine, assessment.findings)
    counted = all(o.cost is None for s in variants.slots for o in s.options[1:])
    costs = [[0.0, *(1.0 if counted else o.cost or 0.0 for o in s.options[1:])] for s in variants.slots]
    touched = _touched(engine)
    aside, bounds, loose = [], list[Bound](), set[str]()
    base = with_one(
        sums_of(engine.base.sums, np.zeros((1, len(variants.slots)), np.int16), base_values(variants)[None, :])
    )[0]
    for finding in assessment.findings:
        name = finding.requirement.id
        if finding.status in _OPEN and name not in touched:
            if finding.status == "fail":
                state = Combination("none", prevents=(name,))
                return Offer(variants, state, counted, _asked(assessment, ()), (), alone)
            aside.append(name)
            continue
        limits = None if _turns_with_masses(finding, engine) else _decided_by_figures(finding, engine, base)
        bounds += limits or []
        if limits is None and (_looks_at_figures(finding, engine) or _turns_with_masses(finding, engine)):
            loose.add(name)
    found = cheapest(engine, bounds, costs, frozenset(loose), frozenset(aside))
    return Offer(
        variants, found, counted, _asked(assessment, aside), tuple(aside), alone, _keeps(engine, found, notify)
    )  # fmt: skip


def _asked(assessment: Assessment, aside: Sequence[str]) -> tuple[str, ...]:
    """Requirements that are answered with yes or no, save those set aside."""
    answered = (f.requirement.id for f in assessment.findings if f.status in ("pass", *_OPEN))
    return tuple(name for name in answered if name not in aside)


def _keeps(engine: Engine, found: Combination, notify: Callable[[str], None]) -> tuple[Reason, ...]:
    """Why the verdict of the combination found is no better, judged in full."""
    if found.state != "found":
        return ()
    variants, ready = engine.variants, engine.base
    values = base_values(variants).tolist()
    product = designed(
        ready.case.product, ready.foreground, ready.case.background, variants, list(found.choice), values
    )
    verdict = judge_design(ready.case, product, notify).verdict
    return () if verdict.outcome == "qualified" else verdict.reasons


def _touched(engine: Engine) -> frozenset[str]:
    """Requirements whose answer some option changes: alone, or together with those of all other slots."""
    slots = engine.variants.slots
    most = max((len(s.options) for s in slots), default=1)
    together = [[(n, min(k, len(s.options) - 1)) for n, s in enumerate(slots)] for k in range(1, most)]
    outcomes = outcomes_of(engine, [[], *([one] for one in choices_of_one(engine)), *together])
    known = [(frozenset(o.failed), frozenset(o.undetermined)) for o in outcomes if o.verdict != "refused"]
    moved: set[str] = set()
    for failed, open_ones in known[1:]:
        moved |= (failed ^ known[0][0]) | (open_ones ^ known[0][1])
    figures = {r.id for r in engine.case.spec.requirements if set(names_of(r)) & set(_varied(engine))}
    return frozenset(moved | figures)


def _varied(engine: Engine) -> list[str]:
    """Indicators that options move."""
    names = engine.results(
        np.zeros((1, len(engine.variants.slots)), np.int16), base_values(engine.variants)[None, :]
    ).figures.bounds
    weights = with_one(engine.base.sums.weights)
    weights[:, -1] = 0
    moved = []
    for name in names:
        for side in ("low", "high"):
            form = form_of(name, side, engine.base.sums, engine.linear, engine.base.case.product)
            if (form is None and name in RATES) or (
                form is not None and (np.any(weights @ form.numerator) or np.any(weights @ form.denominator))
            ):
                moved.append(name)
                break
    return moved


def _decided_by_figures(finding: Finding, engine: Engine, base: Floats) -> list[Bound] | None:
    names = names_of(finding.requirement)
    if any(n.startswith(_ROTATING) or n in engine.case.product.declared for n in names):
        return None
    if finding.requirement.applies_when is not None or finding.requirement.exempt_when is not None:
        return None
    ready = engine.base
    return bounds_of(finding, Place(ready.case, ready.foreground, ready.sums, engine.linear), base)


def _turns_with_masses(finding: Finding, engine: Engine) -> bool:
    """Whether it depends on the mass of a design by which rule a figure is made.

    Rows and scales may differ by more than the written precision in a heavy design and by less in a light one; and a
    share of the site by a key in mass turns with the mass itself.
    """
    names = names_of(finding.requirement)
    if keyed_by_mass(engine.case.product, names):
        return True
    if shared_unlike(engine.base.foreground) and any(n.startswith(_ROTATING) for n in names):
        return True
    return any(n in RATES or n.startswith("substance:") for n in names) and not _same_gap(engine)


def _same_gap(engine: Engine) -> bool:
    """Whether rows and scales of every combination of options differ as those of the product as it is."""
    sums, slots = engine.base.sums, engine.variants.slots
    if engine.case.product.mass_kg is None:
        return True
    choices = np.zeros((1 + sum(len(s.options) for s in slots), len(slots)), dtype=np.int16)
    rows = [(n, k) for n, slot in enumerate(slots) for k in range(len(slot.options))]
    for row, (number, option) in enumerate(rows, start=1):
        choices[row, number] = option
    mass = sums_of(sums, choices, np.tile(base_values(engine.variants), (len(choices), 1)))[:, sums.scalar][:, MASS]
    ends, here = [0.0, 0.0], 1
    for slot in slots:
        mine = mass[here : here + len(slot.options)] - mass[0]
        ends, here = [ends[0] + float(mine.min()), ends[1] + float(mine.max())], here + len(slot.options)
    reached = np.array([mass[0], *(mass[0] + end for end in ends)])
    signs = np.sign(gap_of(reached, sums, engine.case.product))
    return bool((signs == signs[0]).all()) and not sums.layout.pairs


def _looks_at_figures(finding: Finding, engine: Engine) -> bool:
    return bool(set(names_of(finding.requirement)) & {*_varied(engine)}) or any(
        n.startswith(_ROTATING) for n in names_of(finding.requirement)
    )
