"""The front door under odd names, full disks and closed streams: an exit code and words, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from ecoprod_cli.main import main

from ecoprod.errors import At, Problem
from ecoprod.messages import problem_line

LONG = "a" * 300
FULL = Path("/dev/full")


def spoken(capfd: pytest.CaptureFixture[str]) -> str:
    """What went to stderr."""
    return capfd.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("args", [["assess", "nonexist", "--format", "json"], ["--version"]])
def test_a_full_disk_is_a_problem_of_its_own(args: list[str], command: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run([*command, *args], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 2
    assert b"stdout" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_name_that_is_no_utf8_is_told_and_the_document_stays_json(command: list[str]) -> None:
    done = subprocess.run([*command, "assess", b"\xff", "--format", "json"], capture_output=True, check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["file"] == os.fsdecode(b"\xff")
    assert b"\\udcff" in done.stderr


@pytest.mark.parametrize(
    "args",
    [["assess", LONG], ["assess", "x", "-o", LONG], ["assess", "x", "-o", f"{LONG}/y"], ["assess", "x", "--spec", LONG],
     ["assess", "x", "--overlay", LONG], ["compare", LONG, "x"], ["standards", "show", LONG], ["init", LONG,
     "--category", "tablet-computer"]],
)  # fmt: skip
def test_names_that_no_file_can_have(args: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 2
    assert "255" in spoken(capfd)


def test_links_in_a_circle(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert main(["assess", str(loop)]) == 2
    assert main(["assess", "x", "-o", str(loop)]) == 2
    assert spoken(capfd).count("links lead in a circle") == 2


_VALUES = [["--on", "2026-W01-1"], ["--on", "20260301"], ["--on", "２０２６-03-01"], ["--spec", ""]]


@pytest.mark.parametrize("args", _VALUES)
def test_dates_and_specifications_are_not_guessed_at(args: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "x", *args]) == 2
    assert args[0] in spoken(capfd)


@pytest.mark.parametrize(
    ("args", "bounds"),
    [
        (["--sample", "1,000"], ("1", "10000000")), (["--sample", "0"], ("1", "10000000")),
        (["--seed", "-1"], ("0", "4294967295")), (["--seed", "x"], ("0", "4294967295")),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused_in_the_language_asked_for(
    args: list[str], bounds: tuple[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", "p", "--variants", "v.yaml", "--lang", "zh", *args]) == 2
    told = capfd.readouterr().err
    assert f"{args[0]} 须为 {bounds[0]} 至 {bounds[1]} 的整数" in told
    assert "range" not in told
    assert main(["screen", "p", "--variants", "v.yaml", "--lang", "en", *args]) == 2
    assert f"{args[0]} takes a whole number from {bounds[0]} to {bounds[1]}" in capfd.readouterr().err


def test_a_product_that_is_not_there_stands_before_its_name_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    assert main(["compare", "nodir", "sub/none", "--lang", "en"]) == 2
    assert [line.split(": ")[0] for line in capfd.readouterr().err.splitlines()] == ["nodir", "sub/none"]


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\x7f", "\r", "\u202e", "\u2066", "\u200b", "\udcff"])
def test_nothing_in_a_name_or_cell_steers_the_terminal(sign: str) -> None:
    problem = Problem("file-missing", At(f"a{sign}b.csv"), None, {"file": f"a{sign}b.csv"})
    line = problem_line(problem, "en")
    assert sign not in line
    assert "b.csv" in line
