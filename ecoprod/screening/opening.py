"""A variants file read and made ready at once, so that everything wrong with it is told in one go."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from ecoprod.corridor import Case
from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground import Foreground
from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca.linear import linear
from ecoprod.screening.engine import Engine
from ecoprod.screening.goals import HEADLINE
from ecoprod.screening.naming import named
from ecoprod.screening.reading import read_variants, with_sample
from ecoprod.screening.table import tabulate
from ecoprod.screening.variants import Option, Variants

Further = Callable[[Variants, Sequence[Problem]], Sequence[Problem]]


def opened(
    path: Path, case: Case, foreground: Foreground, notify: Callable[[str], None], *, sample: int | None = None,
    seed: int | None = None, further: Further = lambda _variants, _problems: (),
) -> Engine:  # fmt: skip
    """The engine of a variants file. Raises InputError with all that is wrong, in the words of the file.

    What is read well is built as a product even where the rest is not, so that a name which no data know is told beside
    a slip of the pen. `further`: what else a command finds wrong, given the problems so far.
    """
    problems: list[Problem] = []
    found = read_variants(path, case.product, case.background, problems, on=case.on)
    if found is None:
        raise InputError(problems)
    found = with_sample(found, sample, seed)
    if seed is not None and found.design != "sample" and not is_design_unread(problems):
        problems.append(Problem("screen-seed-without-sample", At("--seed"), "--seed"))
    problems += further(found, problems)
    sound = _sound(found, problems)
    try:
        if problems:  # rows alone: nobody waits for impacts that will not be shown
            tabulate(case.product, foreground, case.background, sound)
        else:
            engine = Engine(case, sound, notify)
    except InputError as error:
        problems += _first_hand(named(error.problems, sound, case.product), found, sound)
    problems += _unknown_objectives(found, case, notify)
    if problems:
        raise InputError(problems)
    return engine


def is_design_unread(problems: Sequence[Problem]) -> bool:
    """Whether nobody knows which designs are asked for: what follows from them is not told then."""
    return any((p.at.column or "").startswith("design") for p in problems)


def _sound(variants: Variants, problems: Sequence[Problem]) -> Variants:
    """The same without the columns that are told to be wrong already."""
    wrong = {p.at.column for p in problems if p.at.file == variants.file}
    slots = [
        replace(slot, options=tuple(_without(option, wrong) for option in slot.options)) for slot in variants.slots
    ]
    return replace(variants, slots=tuple(slots))


def _without(option: Option, wrong: Collection[str | None]) -> Option:
    place = f"{option.at.column}.set"
    if option.row is None:
        return replace(option, columns=(), equal=None, undocumented=False)
    columns = tuple(c for c in option.columns if f"{place}.{c}" not in wrong)
    equal = None if f"{place}.at_equal" in wrong else option.equal
    return replace(option, columns=columns, equal=equal, undocumented=option.undocumented and bool(columns or equal))


def _first_hand(found: Sequence[Problem], variants: Variants, sound: Variants) -> list[Problem]:
    """Problems of rows that options make, without what may follow from a column that was left out."""
    options = [
        zip(one.options, other.options, strict=True) for one, other in zip(variants.slots, sound.slots, strict=True)
    ]
    partly = {one.at.line for pairs in options for one, other in pairs if one != other}
    return [p for p in found if p.at.line not in partly or (p.at.column or "").startswith("options[")]


def _unknown_objectives(variants: Variants, case: Case, notify: Callable[[str], None]) -> list[Problem]:
    """Impact categories aimed at that no method of the run has."""
    goals = [o for o in variants.objectives if o.kind == "category"]
    if all(o.method == HEADLINE and o.name in CATEGORIES for o in goals):
        return []
    ids = {impact.id for impact in linear(case.background, case.methods, notify).impacts}
    return [
        Problem("variants-unknown-objective", At(variants.file, None, "objectives"), "objectives",
                {"name": o.id, "known": ", ".join(sorted(ids))[:400]})
        for o in goals if o.id not in ids
    ]  # fmt: skip
