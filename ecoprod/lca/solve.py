"""The adjoint solve: scores of one unit of every process at once, and the proof that the system can be solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.errors import At, InputError, Problem
from ecoprod.lca.inventory import FILE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_matrix

SOLVER = "scipy-splu-transposed"
_SHOWN = 8


def adjoint(
    technosphere: csc_matrix[np.float64], right: NDArray[np.float64], ids: Sequence[str]
) -> NDArray[np.float64]:
    """Solve A^T y = right for all columns of `right` (processes × k). Raises InputError naming the processes at fault.

    With no positive entry off the diagonal (`refuse_negative_inputs`), A has a non-negative inverse exactly where
    A^T y = 1 has a solution y >= 0 (M-matrix): so a system that is singular, or a loop that uses more than it makes
    and would answer with negative amounts, is told from a sound one before any number leaves this function.
    """
    ones = np.ones((technosphere.shape[0], 1))
    try:
        solution = _solve(technosphere, np.hstack([right, ones]))
    except RuntimeError:  # SuperLU: the factor is exactly singular
        raise _diverging(technosphere, ids) from None
    if not _sound(solution[:, -1]):
        raise _diverging(technosphere, ids)
    return solution[:, :-1]


def _solve(technosphere: csc_matrix[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.sparse.linalg import splu

    # the transposed factorises faster: processes use few products, products have many users (as bw2calc does)
    return np.asarray(splu(technosphere.T.tocsc()).solve(np.ascontiguousarray(right)))


def _sound(activity: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(activity).all() and (activity > 0).all() and activity.max() < 1e12)


def _diverging(technosphere: csc_matrix[np.float64], ids: Sequence[str]) -> InputError:
    """The error with the loops at fault: strongly connected groups of processes that cannot be solved by themselves."""
    from scipy.sparse.csgraph import connected_components

    _, group = connected_components(technosphere, directed=True, connection="strong")
    problems = []
    for number in np.unique(group):
        members = np.flatnonzero(group == number)
        if not _solvable(technosphere[members, :][:, members].tocsc()):
            names = ", ".join(sorted(ids[int(m)] for m in members)[:_SHOWN])
            problems.append(Problem("lca-diverging", At(FILE), None, {"processes": names, "count": len(members)}))
    return InputError(problems or [Problem("lca-diverging", At(FILE), None, {"processes": "—", "count": len(ids)})])


def _solvable(block: csc_matrix[np.float64]) -> bool:
    try:
        return _sound(_solve(block, np.ones((block.shape[0], 1)))[:, 0])
    except RuntimeError:
        return False
