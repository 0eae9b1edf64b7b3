"""Every class of bad input gets its message, at its place, in both languages; good neighbours get none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecoprod.corridor import assess
from ecoprod.errors import InputError, Problem
from ecoprod.messages import problem_line
from ecoprod.readers import read_product
from ecoprod.trace import Ledger

HERE = Path(__file__).parent / "bad_inputs"
EXPECT: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "expect.yaml").read_text("utf-8"))


def laid_out(case: str, target: Path) -> Path:
    """The base product with the files of a case in place of its own."""
    shutil.copytree(HERE / "_base", target)
    shutil.copytree(HERE / case, target, dirs_exist_ok=True)
    return target


def answers(problems: Sequence[Problem], expected: dict[str, Any]) -> bool:
    """Whether one problem stands at the place and says the words, in both languages."""
    return any(
        str(problem.at).split(" ")[0] == expected["at"]
        and all(word in problem_line(problem, "zh") for word in expected["zh"])
        and all(word in problem_line(problem, "en") for word in expected["en"])
        for problem in problems
    )


def shown(problems: Sequence[Problem]) -> str:
    return "\n".join(problem_line(problem, lang) for problem in problems for lang in ("zh", "en"))


def test_every_folder_is_expected() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "_base"}
    assert folders == set(EXPECT)
    assert not [name for name, e in EXPECT.items() if not (e["zh"] and e["en"])]


def test_the_base_has_no_problem() -> None:
    reading = read_product(HERE / "_base", Ledger())
    assert shown(reading.problems) == ""


@pytest.mark.parametrize("case", [name for name, e in EXPECT.items() if e["room"] == "readers"])
def test_readers_refuse(case: str, tmp_path: Path) -> None:
    folder = laid_out(case, tmp_path / "product")
    before = sorted(path.name for path in folder.iterdir())
    reading = read_product(folder, Ledger())
    assert answers(reading.problems, EXPECT[case]), shown(reading.problems)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("case", list(EXPECT))
def test_an_assessment_refuses(case: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        assess(laid_out(case, tmp_path / "product"))
    assert answers(caught.value.problems, EXPECT[case]), shown(caught.value.problems)


def test_problems_of_all_files_come_in_one_pass(tmp_path: Path) -> None:
    reading = read_product(laid_out("several-faults", tmp_path / "product"), Ledger())
    found = {(problem.at.file, problem.at.line, problem.code) for problem in reading.problems}
    assert found == {
        ("product.yaml", 6, "value-zero"),
        ("bom.csv", 3, "part-orphan"),
        ("bom.csv", 4, "unit-missing"),
        ("process.csv", 2, "amount-negative"),
    }


def test_a_bad_cell_is_none_and_reading_goes_on(tmp_path: Path) -> None:
    reading = read_product(laid_out("no-unit", tmp_path / "product"), Ledger())
    assert reading.product is not None
    masses = {part.id: part.mass_kg for part in reading.product.parts}
    assert masses == {"A": 6.0, "A1": 3.0, "B": None}
