"""Shared by the tests of the format readers: read a source, and put every miss and problem into words on the way."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ecoprod.errors import InputError, Problem
from ecoprod.importing.opened import open_source
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess
from ecoprod.messages import problem_text


def read(reader: Any, path: Path, *more: Any) -> ForeignDatabase:
    """What a reader makes of a source. Every miss can be told in both languages; progress is told once a process."""
    heard = list[tuple[int, int]]()
    found: ForeignDatabase = reader.read(open_source(path), lambda done, total: heard.append((done, total)), *more)
    for miss in found.misses:
        for lang in ("zh", "en"):
            what, fix = problem_text(Problem(miss.code, miss.at, None, miss.params), lang)
            assert what
            assert fix
    assert [done for done, _ in heard] == list(range(1, len(heard) + 1))
    assert all(total == len(heard) for _, total in heard)
    assert len({process.code for process in found.processes}) == len(found.processes)
    return found


def refusal(reader: Any, path: Path, *more: Any) -> set[str]:
    """Codes of the problems that refuse a source; each can be told in both languages."""
    with pytest.raises(InputError) as refused:
        reader.read(open_source(path), lambda done, total: None, *more)
    for problem in refused.value.problems:
        assert all(problem_text(problem, lang) for lang in ("zh", "en"))
    return {problem.code for problem in refused.value.problems}


def codes(found: ForeignDatabase) -> Counter[str]:
    return Counter(miss.code for miss in found.misses)


def kinds(found: ForeignDatabase) -> Counter[str]:
    return Counter(row.kind for process in found.processes for row in process.exchanges)


def process(found: ForeignDatabase, code: str) -> ForeignProcess:
    return next(one for one in found.processes if one.code == code)


def row(found: ForeignProcess, name: str) -> ForeignExchange:
    return next(one for one in found.exchanges if one.name == name)
