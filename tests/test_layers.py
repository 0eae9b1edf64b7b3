"""The layers are a test, not a drawing."""

from __future__ import annotations

import ast
from pathlib import Path

import ecoprod_cli
from importlinter.cli import lint_imports

import ecoprod

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(ecoprod.__file__).parent
COMMAND = Path(ecoprod_cli.__file__).parent
LONGEST = 420


def test_imports_go_one_way() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_no_contract_has_exceptions() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_no_file_outgrows_its_room() -> None:
    sources = [*PACKAGE.rglob("*.py"), *COMMAND.rglob("*.py")]
    assert sources
    long = {str(p.name): n for p in sources if (n := len(p.read_text("utf-8").splitlines())) > LONGEST}
    assert not long


def test_no_words_for_people_in_code() -> None:
    """Chinese text belongs into the catalogue; code may hold names that users write, as data."""
    allowed = {"end_of_life.py", "unit_names.py", "table.py", "heads.py", "calculated.py"}
    offenders = []
    for path in PACKAGE.rglob("*.py"):
        if path.name in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and len([c for c in node.value if "一" <= c <= "鿿"]) > 12 and "\n" not in node.value:
                offenders.append(f"{path.name}:{node.lineno}")
    assert not offenders
