"""The screening engine against `assess`: many designs at once, and each of them built and judged for itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from screening_cases import judged, made, quiet, tightened
from screening_products import Made

from ecoprod.assessment import Assessment
from ecoprod.corridor import Case
from ecoprod.errors import InputError
from ecoprod.foreground import Foreground
from ecoprod.indicators.per_piece import pieces_of
from ecoprod.screening.designs import base_values, designs_of, latin_hypercube
from ecoprod.screening.engine import Engine, Results
from ecoprod.screening.variants import Variants

SHOWN = 12
"""Designs of each product that are judged one by one, first to find limits, then to compare."""
RATES = (
    "recyclability-rate", "recoverability-rate", "recycled-content", "recycled-content-pre", "recycled-content-post",
    "lca:linked-mass-share",
)  # fmt: skip


def same(name: str, one: float, other: float, scale: float) -> None:
    assert abs(one - other) <= 1e-9 * max(scale, abs(one), abs(other)), (name, one, other)


def same_figures(case: Case, engine: Engine, found: Results, row: int, seen: Assessment) -> None:
    assert seen.lca is not None
    assert seen.foreground is not None
    same("mass", found.figures.mass[row], seen.foreground.product_mass_kg, 0.0)
    for name in (*RATES, *(["mass"] if pieces_of(case.product) == 1 else [])):
        measure = seen.measures[name]
        if name not in seen.product.declared:  # a declaration may take its place
            for bound, figures in zip((measure.low, measure.high), found.figures.bounds[name], strict=True):
                assert bound is not None
                same(name, figures[row], bound, 1.0)
    for k, impact in enumerate(engine.linear.impacts):
        category = seen.lca.category(impact.method, impact.category.id)
        assert category is not None
        scale = float(np.abs(engine.linear.rows[:, k]).max()) * 1e-3
        same(impact.id, found.figures.impacts[row, k], category.known, scale)
        assert bool(found.figures.has_value()[row, k]) == (category.value is not None), impact.id
        coverage = found.figures.coverage[row, k]
        if category.coverage is None:
            assert np.isnan(coverage), impact.id
        else:
            same(f"coverage {impact.id}", coverage, category.coverage, 1.0)


def same_both_ways(case: Case, foreground: Foreground, variants: Variants, picked: Sequence[int]) -> list[str]:
    """Verdicts of the picked designs, once they are the same both ways."""
    _, choices, values = next(designs_of(variants, 10_000))
    engine = Engine(case, variants, quiet)
    # what was judged before stands for the designs of later pieces, here those of the product as it is and of one half
    engine.results(np.zeros((1, len(variants.slots)), dtype=np.int16), base_values(variants)[None, :])
    half = len(choices) // 2
    first, second = (engine.results(choices[s], values[s]) for s in (slice(half), slice(half, None)))
    verdicts = []
    for n in picked:
        start, found = (half, second) if n >= half else (0, first)
        outcome = engine.outcomes[found.outcome[n - start]]
        seen = judged(case, foreground, variants, choices[n].tolist(), values[n].tolist())
        verdicts.append(outcome.verdict)
        if seen is None:
            assert outcome.verdict == "refused", (n, outcome)
            continue
        assert outcome.verdict == seen.verdict.outcome, (n, outcome, seen.verdict)
        for status, ids in (("fail", outcome.failed), ("undetermined", outcome.undetermined)):
            expected = tuple(f.requirement.id for f in seen.findings if f.status == status)
            assert ids == expected, (n, status, set(ids) ^ set(expected))
        same_figures(case, engine, found, n - start, seen)
    return verdicts


def compared(folder: Path, seed: int) -> list[str]:
    """Verdicts of some designs of the product of a seed, the same both ways; none where it cannot be screened."""
    rng = random.Random(seed)
    try:
        case, foreground, variants = made(Made(folder, seed))
    except InputError:
        return []
    _, choices, values = next(designs_of(variants, 10_000))
    picked = sorted(rng.sample(range(len(choices)), min(SHOWN, len(choices))))
    seen = [judged(case, foreground, variants, choices[n].tolist(), values[n].tolist()) for n in picked]
    case = replace(case, spec=tightened(case.spec, [a for a in seen if a is not None], rng))
    try:
        Engine(case, variants, quiet)
    except InputError:  # an option makes no product at all
        return []
    return same_both_ways(case, foreground, variants, picked)


@pytest.mark.parametrize("seed", range(40))
def test_a_screened_design_has_the_figures_and_the_verdict_of_its_assessment(tmp_path: Path, seed: int) -> None:
    compared(tmp_path / "product", seed)


@pytest.mark.parametrize(("count", "width", "seed"), [(1, 1, 0), (7, 3, 5), (250, 12, 20261126)])
def test_a_sample_is_that_of_scipy(count: int, width: int, seed: int) -> None:
    from scipy.stats import qmc

    drawn = qmc.LatinHypercube(d=width, rng=np.random.default_rng(seed)).random(count)
    np.testing.assert_array_equal(latin_hypercube(count, width, seed), drawn)
