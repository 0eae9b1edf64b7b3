"""The list of problems of one reading, of bounded length: a file with a million faults is told in two hundred lines."""

from __future__ import annotations

from collections.abc import Iterable

from ecoprod.errors import At, Problem

MAX_PROBLEMS = 200
"""Problems listed of one file or sheet; the rest is counted."""


class Listed(list[Problem]):
    """A list that takes up to `MAX_PROBLEMS` a file and counts those beyond; `append` and `extend` it, no `+=`."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[tuple[str, str | None], int] = {}

    def append(self, problem: Problem) -> None:
        """List a problem, or count it where its file has enough of them."""
        key = (problem.at.file, problem.at.sheet)
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= MAX_PROBLEMS:
            super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """`append` for each."""
        for problem in problems:
            self.append(problem)

    def all(self) -> tuple[Problem, ...]:
        """What is listed and, for each file with more, a last line that says how many."""
        more = [
            Problem("problems-more", At(file, None, None, sheet), None, {"count": count - MAX_PROBLEMS})
            for (file, sheet), count in self.counts.items()
            if count > MAX_PROBLEMS
        ]
        return (*self, *more)
