"""`ecoprod` as whole processes: same bytes, exit codes, cache, home folder, both engines on every example."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ecoprod.report.schemas import schema

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(p.parent for p in (ROOT / "examples").glob("*/product.yaml"))
EXIT = {"qualified": 0, "not_qualified": 1, "undetermined": 3, "provisional": 4}
HEAVY = ("bw2calc", "bw2data", "bw2io", "pandas", "jsonschema", "openpyxl", "scipy", "pint", "pydantic")
each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)


def environment(cache: Path, home: Path) -> dict[str, str]:
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CACHE", "DATA", "CONFIG", "STATE")}
    return {**os.environ, **folders, "HOME": str(home), "ECOPROD_CACHE": str(cache), "ECOPROD_LANG": "en"}


def run(command: list[str], *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*command, *args], capture_output=True, check=False, env=env, timeout=300)


def document(command: list[str], example: Path, *args: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    done = run(command, "assess", str(example), "--format", "json", *args, env=env)
    found = json.loads(done.stdout)
    assert done.returncode == EXIT[found["verdict"]], done.stderr.decode()
    assert isinstance(found, dict)
    return found


@each
def test_same_bytes_twice_and_the_exit_code_of_the_verdict(example: Path, command: list[str]) -> None:
    first, second = (run(command, "assess", str(example), "--format", "json") for _ in range(2))
    assert first.stdout == second.stdout
    assert first.returncode == EXIT[json.loads(first.stdout)["verdict"]]
    assert str(ROOT).encode() not in first.stdout
    assert b"\r" not in first.stdout
    jsonschema.validate(json.loads(first.stdout), schema("result"))


@pytest.mark.parametrize("name", ["battery-pack", "gypsum-board", "home-storage"])
def test_the_full_solve_gives_the_same_numbers(name: str, command: list[str]) -> None:
    cached = document(command, ROOT / "examples" / name)
    full = document(command, ROOT / "examples" / name, "--engine", "brightway")
    assert full["lca"]["engine"] != cached["lca"]["engine"]
    for one, other in zip(cached["impacts"], full["impacts"], strict=True):
        for category, result in one["categories"].items():
            again = other["categories"][category]
            assert (result["value"] is None) == (again["value"] is None)
            if result["value"] is not None:
                assert again["value"] == pytest.approx(result["value"], rel=1e-9)
                assert again["by_item"] == pytest.approx(result["by_item"], rel=1e-9, abs=1e-12 * abs(result["value"]))
            if result["coverage"] is not None:
                assert again["coverage"] == pytest.approx(result["coverage"], rel=1e-9)


def test_home_stays_untouched_also_with_brightway(command: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    env = environment(tmp_path / "cache", home)
    document(command, ROOT / "examples" / "gypsum-board", env=env)
    document(command, ROOT / "examples" / "gypsum-board", "--engine", "brightway", env=env)
    assert list(home.rglob("*")) == []
    assert list((tmp_path / "cache").rglob("*"))


def test_a_warm_run_imports_nothing_heavy(command: list[str]) -> None:
    run(command, "assess", str(ROOT / "examples" / "battery-pack"))
    timed = [command[0], "-X", "importtime", *command[1:]]
    done = run(timed, "assess", str(ROOT / "examples" / "battery-pack"))
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.decode().splitlines()}
    assert "ecoprod" in names
    assert not names & set(HEAVY)


def test_an_unwritable_cache_is_a_warning(command: list[str], tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    done = run(
        command, "assess", str(ROOT / "examples" / "gypsum-board"), "--format", "json", env=environment(blocked, home)
    )
    assert json.loads(done.stdout)["schema"] == "ecoprod.result/1"
    assert b"cache" in done.stderr
    assert blocked.is_file()
    assert list(home.rglob("*")) == []


@pytest.mark.slow
def test_eight_at_once_on_an_empty_cache(command: list[str], tmp_path: Path) -> None:
    env = environment(tmp_path / "cache", tmp_path)
    line = [*command, "assess", str(ROOT / "examples" / "gypsum-board"), "--format", "json"]
    started = [subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    outputs = [process.communicate(timeout=280)[0] for process in started]
    assert {process.returncode for process in started} == {EXIT[json.loads(outputs[0])["verdict"]]}
    assert len(set(outputs)) == 1
    assert not list((tmp_path / "cache").rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.5, 3.5])
def test_killed_at_any_moment_leaves_nothing_broken(command: list[str], tmp_path: Path, seconds: float) -> None:
    env = environment(tmp_path / "cache", tmp_path)
    line = [*command, "assess", str(ROOT / "examples" / "gypsum-board"), "--format", "json"]
    process = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert document(command, ROOT / "examples" / "gypsum-board", env=env)["schema"] == "ecoprod.result/1"
