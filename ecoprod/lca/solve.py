"""The adjoint solve: scores of one unit of every process at once, and the proof that the system can be solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.errors import At, InputError, Problem
from ecoprod.lca.inventory import FILE, Triplets

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix, csr_array, csr_matrix

SOLVER = "jacobi-series-1e-14-else-splu"
STEPS = 1000
"""After so many steps of the series the direct solver takes over. One that has shrunk to 1e-14 by then shrinks by 3 %
a step or more, so all that would still come is at most some 30 times its last term."""
_LAST = 1e-14
_RESIDUAL = 1e-12
_SHOWN = 8
_POWER_STEPS = 200


def adjoint(
    technosphere: csc_matrix[np.float64], right: NDArray[np.float64], ids: Sequence[str]
) -> NDArray[np.float64]:
    """Solve A^T y = right for all columns of `right` (processes × k). Raises InputError naming the processes at fault.

    With no positive entry off the diagonal (`refuse_negative_inputs`), A has a non-negative inverse exactly where
    some u > 0 has A^T u > 0 in every process (M-matrix). A^T u = 1 is solved first and u shown to be one (`_proves`):
    so a system that is singular, or a loop that uses more than it makes and would answer with negative amounts, is
    told from a sound one before any number is calculated.
    """
    transposed = technosphere.T.tocsr()
    ones = np.ones((len(ids), 1))
    solve = _series
    if not _proves(transposed, _series(transposed, ones)):
        loops = _loops(technosphere)
        growing = [loop for loop in loops if _grows(_block(technosphere, loop))]
        if growing or not _proves(transposed, _direct(transposed, ones)):
            raise _diverging(technosphere, ids, growing or _unsolvable(technosphere, loops))
        solve = _direct
    # sums of terms of one sign only: nothing cancels in the series, each number is as exact as its own size allows
    upper, lower = np.maximum(right, 0.0), np.maximum(-right, 0.0)
    mixed = np.flatnonzero(lower.any(axis=0))
    both = np.hstack([upper, lower[:, mixed]])
    solved = solve(transposed, both)
    if solved is None or not _solves(transposed, solved, both):
        solved = _direct(transposed, both)
    if solved is None or not _solves(transposed, solved, both):
        raise _diverging(technosphere, ids, [])
    found = solved[:, : right.shape[1]]
    found[:, mixed] -= solved[:, right.shape[1] :]
    return found


def _series(transposed: csr_matrix[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Jacobi's series y = Σ (D^-1 N)^n D^-1 right, where A^T = D - N; None where it does not end within `STEPS`.

    No term is left out for being small: it goes on until no number of any column grows by more than 1e-14 of itself.
    """
    from scipy.sparse import diags_array

    diagonal = transposed.diagonal()
    if not (diagonal > 0).all():
        return None
    step = (diags_array(1 / diagonal) @ (diags_array(diagonal) - transposed)).tocsr()
    if (step.data < 0).any():
        return None
    term = right / diagonal[:, None]
    total = term.copy()
    with np.errstate(over="ignore", invalid="ignore"):  # one that grows without end is told by its infinities
        for _ in range(STEPS):
            term = np.asarray(step @ term)
            total += term
            if (term <= _LAST * total).all():
                return total
    return None


def _direct(transposed: csr_matrix[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The solution by factors of A^T, improved once by its own residual; None where A^T is singular."""
    from scipy.sparse.linalg import splu

    try:
        # the transposed factorises faster: processes use few products, products have many users (as bw2calc does)
        factors = splu(transposed.tocsc())
    except RuntimeError:  # SuperLU: the factor is exactly singular
        return None
    found = np.asarray(factors.solve(np.ascontiguousarray(right)))
    return found + factors.solve(right - transposed @ found)


def _solves(transposed: csr_matrix[np.float64], solved: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Whether every number of every column solves its equation to rounding, by the size of the equation's own terms."""
    if not np.isfinite(solved).all():
        return False
    size = np.asarray(abs(transposed) @ np.abs(solved)) + right
    return bool((np.abs(transposed @ solved - right) <= _RESIDUAL * size).all())


def _proves(transposed: csr_matrix[np.float64], solved: NDArray[np.float64] | None) -> bool:
    """Whether u is finite, u > 0 and A^T u > 0, by more than the rounding in forming A^T u."""
    if solved is None or not np.isfinite(solved).all() or not (solved > 0).all():
        return False
    rounding = np.finfo(np.float64).eps * (np.diff(transposed.indptr)[:, None] + 2) * (abs(transposed) @ solved)
    return bool((np.asarray(transposed @ solved) > rounding).all())


def _diverging(
    technosphere: csc_matrix[np.float64], ids: Sequence[str], loops: Sequence[NDArray[np.int64]]
) -> InputError:
    """The error with the loops at fault; of a large one, the processes that carry it."""
    problems = []
    for loop in loops:
        worst = loop if len(loop) <= _SHOWN else loop[_carrying(_block(technosphere, loop))]
        names = ", ".join(sorted(ids[int(member)] for member in worst))
        problems.append(Problem("lca-diverging", At(FILE), None, {"processes": names, "count": len(loop)}))
    return InputError(problems or [Problem("lca-diverging", At(FILE), None, {"processes": "—", "count": len(ids)})])


def loops_at_fault(found: Triplets, size: int, *, whole: bool = False) -> list[NDArray[np.int64]]:
    """Loops of processes that have no solution; of a large one, the processes that carry it, unless `whole`.

    None: all is sound.
    """
    from scipy.sparse import csc_matrix as build

    technosphere = build((found.values, (found.rows, found.columns)), shape=(size, size))
    transposed = technosphere.T.tocsr()
    if _proves(transposed, _series(transposed, np.ones((size, 1)))):
        return []
    loops = _loops(technosphere)
    growing = [loop for loop in loops if _grows(_block(technosphere, loop))]
    return [
        loop if whole or len(loop) <= _SHOWN else loop[_carrying(_block(technosphere, loop))]
        for loop in growing or _unsolvable(technosphere, loops)
    ]


def _loops(technosphere: csc_matrix[np.float64]) -> list[NDArray[np.int64]]:
    """Groups of processes that need each other, and single ones that use up their own product."""
    from scipy.sparse.csgraph import connected_components

    _, group = connected_components(technosphere, directed=True, connection="strong")
    looping = (np.bincount(group)[group] > 1) | (technosphere.diagonal() <= 0)
    return [np.flatnonzero(group == number) for number in np.unique(group[looping])]


def _block(technosphere: csc_matrix[np.float64], loop: NDArray[np.int64]) -> csc_matrix[np.float64]:
    return technosphere[loop, :][:, loop].tocsc()


def _unsolvable(technosphere: csc_matrix[np.float64], loops: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """The loops that have no solution by themselves."""
    found = []
    for loop in loops:
        transposed = _block(technosphere, loop).T.tocsr()
        if not _proves(transposed, _direct(transposed, np.ones((len(loop), 1)))):
            found.append(loop)
    return found


def _grows(block: csc_matrix[np.float64]) -> bool:
    """Whether a loop certainly needs as much as it makes, or more; False where that is not seen at once.

    For a non-negative matrix and any x >= 0 other than 0, M x >= x says that its spectral radius is 1 or more (Collatz
    and Wielandt). It spares factors that fill in worst where the system has no solution.
    """
    if (block.diagonal() <= 0).any():
        return True
    needs = _needs(block)
    leading = _leading(needs)
    return not (needs.data < 0).any() and bool((np.asarray(needs @ leading) >= leading).all())


def _carrying(block: csc_matrix[np.float64]) -> NDArray[np.int64]:
    """Members of a loop that carry it most: what uses up its own product, else by both leading vectors."""
    diagonal = block.diagonal()
    if (diagonal <= 0).any():
        return np.flatnonzero(diagonal <= 0)[:_SHOWN]
    needs = _needs(block)
    return np.argsort(-_leading(needs) * _leading(needs.T.tocsr()), kind="stable")[:_SHOWN]


def _needs(block: csc_matrix[np.float64]) -> csr_array[np.float64, tuple[int, int]]:
    """What one unit made by each needs of each other: N D^-1, where the block is D - N."""
    from scipy.sparse import diags_array

    diagonal = block.diagonal()
    return ((diags_array(diagonal) - block) @ diags_array(1 / diagonal)).tocsr()


def _leading(needs: csr_array[np.float64, tuple[int, int]]) -> NDArray[np.float64]:
    """The vector that grows most, by repetition; the shift keeps loops of even length from swinging."""
    found = np.ones(needs.shape[0])
    for _ in range(_POWER_STEPS):
        found = found + needs @ found
        found /= np.abs(found).max()
    return found
