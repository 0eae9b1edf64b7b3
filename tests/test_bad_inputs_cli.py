"""Bad input through the command: exit 2, every problem said, one document alone on stdout, nothing written."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest
from ecoprod_cli.main import main
from test_bad_inputs import EXPECT, laid_out


class Captured(io.StringIO):
    """Stands in for a stream that the command reconfigures."""


def run(*args: str) -> tuple[int, str, str]:
    out, err = Captured(), Captured()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(args))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("case", list(EXPECT))
def test_exit_2_and_nothing_written(case: str, tmp_path: Path) -> None:
    folder = laid_out(case, tmp_path / "product")
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    target = tmp_path / "result.json"
    code, out, err = run("assess", str(folder), "--format", "json", "-o", str(target), "--lang", "en")
    assert code == 2
    assert "Traceback" not in err
    assert not target.exists()
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before
    found = json.loads(out)
    assert found["schema"] == "ecoprod.problems/1"
    places = {f"{p['file']}:{p['line']}" if p["line"] else p["file"] for p in found["problems"]}
    assert any(EXPECT[case]["at"].split("#")[0].startswith(place.split("#")[0]) for place in places), places
    for problem in found["problems"]:
        assert problem["message"]["zh"]
        assert problem["message"]["en"]
        assert problem["fix"]["zh"]
        assert problem["fix"]["en"]


def test_the_text_form_says_file_line_column_and_remedy(tmp_path: Path) -> None:
    code, out, err = run("assess", str(laid_out("several-faults", tmp_path / "product")), "--lang", "zh")
    assert code == 2
    assert out == ""
    lines = [line for line in err.splitlines() if " — " in line]
    assert len(lines) >= 4
    assert any(line.startswith("bom.csv:4 ") for line in lines)


def test_wrong_shares_of_alternates_are_told_once(tmp_path: Path) -> None:
    folder = laid_out("alternates-sum", tmp_path / "product")
    code, out, _ = run("assess", str(folder), "--format", "json", "--lang", "en")
    assert code == 2
    shares = [(p["code"], p["line"]) for p in json.loads(out)["problems"] if p["code"].startswith("alternate")]
    assert shares == [("alternates-sum", 3)]
