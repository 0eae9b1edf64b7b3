"""The solve at scale: a generated system beside bw2calc, the proof of solvability, nothing small dropped."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from lca_systems import EF, read_once
from scipy.sparse import csc_matrix

from ecoprod.background import read_background
from ecoprod.errors import InputError
from ecoprod.lca import cache, library, solve
from ecoprod.lca.brightway import full_solver
from ecoprod.lca.intensities import Intensities, factors, matrix
from ecoprod.lca.inventory import Inventory

ROOT = Path(__file__).resolve().parent.parent
SIZE = 2000


def _generated() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generated", ROOT / "benchmarks" / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generated = _generated()


@pytest.fixture(autouse=True)
def _open_the_zip_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "read_families", read_once)


def intensities(linked: Inventory) -> Intensities:
    flows = library.flows()
    return library.build_from(linked, flows, library.families((), flows), (EF,))[EF]


def _system(columns: Sequence[Sequence[float]]) -> csc_matrix[np.float64]:
    return csc_matrix(np.array(columns, dtype=np.float64).T)


def _loop(size: int, needed: float) -> csc_matrix[np.float64]:
    """A ring: each process needs `needed` of the one before it. Its spectral radius is `needed`."""
    return csc_matrix(np.eye(size) - needed * np.roll(np.eye(size), 1, axis=0))


def test_a_generated_system_agrees_with_bw2calc() -> None:
    """Sampled datasets, every category: amounts and flows by bw2calc's own solve, characterised here."""
    flows = library.flows()
    made = generated.generate(SIZE, flows)
    diagonal = made.technosphere.values[:SIZE]
    assert (diagonal < 0).any()  # treatments with a negative reference amount
    assert (np.abs(diagonal) == 1000).any()  # and reference amounts other than one
    turned = library.sound_signs(made)
    found = intensities(turned)
    solver = full_solver(turned)
    family = library.families((), flows)[EF]
    size = len(family.categories)
    table = matrix(factors(family.indicators, family.categories, flows), size, solver.flow_numbers)
    compared = 0
    for process in (0, 1, 7, 450, 899, 900, 901, 1300, SIZE - 1):
        _, inventory = solver.solve(process)
        # where contributions of both signs all but cancel, neither way holds more digits than the sum of magnitudes
        error = np.abs(found.scores[:, process] - table @ inventory)
        assert (error <= 1e-9 * np.maximum(np.abs(table @ inventory), 1e-3 * (np.abs(table) @ inventory))).all()
        compared += int((np.abs(table @ inventory) > 0).sum())
    assert compared > 150


def test_the_same_system_from_its_rows(tmp_path: Path) -> None:
    """Written as rows and linked again: scores of one kg made, whatever the reference amount was."""
    flows = library.flows()
    made = generated.generate(300, flows)
    generated.write(tmp_path, made, flows)
    background = read_background(tmp_path, {"id": "generated"})
    linked = library.inventory(background, flows)
    assert linked.ids == made.ids
    one, other = (intensities(each) for each in (linked, library.sound_signs(made)))
    assert one.scores == pytest.approx(other.scores, rel=1e-9)
    assert one.climate == pytest.approx(other.climate, rel=1e-9)
    assert one.covered[one.cover_of] == pytest.approx(other.covered[other.cover_of], rel=1e-9)


def test_a_seed_is_always_the_same_system() -> None:
    flows = library.flows()
    one, same, other = (generated.generate(200, flows, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.technosphere.values, same.technosphere.values)
    assert np.array_equal(one.biosphere.rows, same.biosphere.rows)
    assert not np.array_equal(one.technosphere.values, other.technosphere.values)


def test_scores_of_either_sign_are_those_of_a_dense_solve() -> None:
    rng = np.random.default_rng(7)
    a = np.diag(rng.uniform(0.5, 2000, 60))
    a[rng.integers(0, 60, 300), rng.integers(0, 60, 300)] -= 0.02
    right = rng.normal(size=(60, 5)) * np.array([1, 1e-9, 1e9, 0, 1])
    found = solve.adjoint(csc_matrix(a), right, [str(k) for k in range(60)])
    assert found == pytest.approx(np.linalg.solve(a.T, right), rel=1e-9)


def test_a_small_contribution_is_never_dropped() -> None:
    """A chain of 100, each needing 0.001 of the next, the last emits 1: the first is 1e-297, the 51st 1e-147."""
    chain = csc_matrix(np.eye(100) - 0.001 * np.eye(100, k=-1))
    right = np.zeros((100, 1))
    right[-1] = 1.0
    found = solve.adjoint(chain, right, [str(k) for k in range(100)])[:, 0]
    assert found[0] == pytest.approx(1e-297, rel=1e-12, abs=0)
    assert found[50] == pytest.approx(1e-147, rel=1e-12, abs=0)


@pytest.mark.parametrize("needed", [0.5, 0.9, 0.99, 0.9999])
def test_a_slow_loop_is_solved_by_factors(needed: float) -> None:
    """y = 1 / (1 - needed) in a ring where all emit 1. The series ends for 0.5 and 0.9 alone."""
    ring = _loop(7, needed)
    series = solve._series(ring.T.tocsr(), np.ones((7, 1)))
    assert (series is None) == (needed > 0.96)
    found = solve.adjoint(ring, np.ones((7, 1)), "abcdefg")
    assert found[:, 0] == pytest.approx(np.full(7, 1 / (1 - needed)), rel=1e-11)


@pytest.mark.parametrize("needed", [1.0, 1.0 + 1e-9, 1.001, 2.0, 1e6])
def test_the_series_gives_no_number_without_a_solution(needed: float) -> None:
    transposed = _loop(5, needed).T.tocsr()
    assert not solve._proves(transposed, solve._series(transposed, np.ones((5, 1))))
    # not even where nothing that is asked for touches the ring
    beside = csc_matrix(np.block([[np.eye(1), np.zeros((1, 5))], [np.zeros((5, 1)), _loop(5, needed).toarray()]]))
    right = np.zeros((6, 1))
    right[0] = 1.0
    with pytest.raises(InputError) as caught:
        solve.adjoint(beside, right, ["good", *"edcba"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["processes"], problem.params["count"]) == ("lca-diverging", "a, b, c, d, e", 5)


def test_a_process_that_uses_up_its_own_product_is_named() -> None:
    with pytest.raises(InputError) as caught:
        solve.adjoint(_system([[1.0, -0.5], [0.0, -0.25]]), np.ones((2, 1)), ["good", "greedy"])
    assert [p.params["processes"] for p in caught.value.problems] == ["greedy"]


def test_the_loop_at_fault_is_named_among_thousands() -> None:
    """Two processes of a sound system get a loop of 3 x 3 between them: both are among the names."""
    flows = library.flows()
    turned = library.sound_signs(generated.generate(SIZE, flows))
    t = turned.technosphere
    a = csc_matrix((t.values, (t.rows, t.columns))).tolil()
    for one, other in ((1500, 1600), (1600, 1500)):
        a[one, other] -= 3.0 * a[other, other]
    with pytest.raises(InputError) as caught:
        solve.adjoint(a.tocsc(), np.zeros((SIZE, 0)), turned.ids)
    names = str(caught.value.problems[0].params["processes"]).split(", ")
    assert {turned.ids[1500], turned.ids[1600]} <= set(names)
    assert len(names) == 8


@pytest.mark.parametrize(("needed", "grows"), [(0.5, False), (0.999, False), (1.001, True), (30.0, True)])
def test_a_loop_that_plainly_grows_is_told_without_factors(needed: float, grows: bool) -> None:
    for size in (2, 3, 40):
        assert solve._grows(_loop(size, needed)) is grows
    assert not solve._grows(csc_matrix(np.array([[1.0, 3.0], [-0.5, 1.0]])))  # a credit proves nothing


def test_positive_entries_beside_the_diagonal_go_to_the_factors() -> None:
    """The series would take a credit for convergence: it refuses, and the solution is that of a dense solve."""
    a = np.array([[1.0, 0.3], [-0.2, 1.0]])
    assert solve._series(csc_matrix(a).T.tocsr(), np.ones((2, 1))) is None
    right = np.array([[1.0], [5.0]])
    assert solve.adjoint(csc_matrix(a), right, "ab") == pytest.approx(np.linalg.solve(a.T, right), rel=1e-12)


def test_sources_and_names_survive_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources of any words, an empty one, in their order; names of other datasets are another file."""
    monkeypatch.setenv("ECOPROD_CACHE", str(tmp_path))
    flows = library.flows()
    made = generated.generate(100, flows)
    words = tuple("" if k % 3 else f"来源 {k},\n“book”; {k}" for k in range(100))
    found = intensities(library.sound_signs(replace(made, sources=words)))
    assert cache.store("a" * 64, found)
    again = cache.load("a" * 64, made.ids)
    assert again is not None
    assert (again.sources, again.datasets) == (words, made.ids)
    assert np.array_equal(again.scores, found.scores)
    assert cache.load("a" * 64, (*made.ids[1:], made.ids[0])) is None
