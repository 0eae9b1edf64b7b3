"""Importing again, damage, blocked caches, two at once, killed in between: what lies in the cache stays whole."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from caches import Seed
from ecoprod_cli.main import main
from import_systems import content, documents, ecoprod, environment, simapro

POWER = {"Products": ["Power/CN U;kWh;1;100;not defined;Energy;"],
         "Emissions to air": ["Carbon dioxide, fossil;;kg;0.5;Undefined;0;0;0;"]}  # fmt: skip
STEEL = {"Products": ["Steel sheet/CN U;kg;1;100;not defined;Metals;"],
         "Electricity/heat": ["Power/CN U;kWh;2;Undefined;0;0;0;", "Steam/CN U;kg;1;Undefined;0;0;0;"],
         "Emissions to air": ["Carbon dioxide, fossil;;kg;1.5;Undefined;0;0;0;"]}  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeded: Seed) -> Path:
    place = seeded(tmp_path / "cache")
    monkeypatch.setenv("ECOPROD_CACHE", str(place))
    return place


@pytest.fixture
def run(cache: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: object) -> tuple[int, str, str]:
        code = main([str(a) for a in args])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "mill.csv"
    path.write_text(simapro(STEEL, POWER), encoding="utf-8")
    return path


def problems(answer: tuple[int, str, str]) -> list[str]:
    """Codes of the problems; exit code 2 and one document alone."""
    assert answer[0] == 2, answer
    found = json.loads(answer[1])
    assert found["schema"] == "ecoprod.problems/1"
    for problem in found["problems"]:
        assert all(problem[part][lang] for part in ("message", "fix") for lang in ("zh", "en"))
    return [problem["code"] for problem in found["problems"]]


def backgrounds(cache: Path) -> list[str]:
    """What lies beside one another in the cache, half-written things among it."""
    return sorted(p.name for p in (cache / "backgrounds").iterdir())


def test_the_same_file_is_recognised_and_changes_nothing(run: Run, cache: Path, source: Path) -> None:
    assert run("data", "import", source, "--background", "own")[0] == 0
    before = content(cache / "backgrounds")
    code, out, _ = run("data", "import", source, "--background", "own", "--format", "json")
    assert (code, json.loads(out)["already"]) == (0, True)
    assert run("data", "import", source, "--background", "own", "--replace")[0] == 0
    assert content(cache / "backgrounds") == before
    copy = source.with_name("copy.csv")
    copy.write_bytes(source.read_bytes())  # recognised by content, not by name
    assert json.loads(run("data", "import", copy, "--background", "own", "--format", "json")[1])["already"]
    assert content(cache / "backgrounds") == before


def test_what_is_told_of_a_database_that_is_there_is_what_was_told_at_first(run: Run, source: Path) -> None:
    first, again = (
        json.loads(run("data", "import", source, "--background", "own", "--format", "json")[1]) for _ in range(2)
    )
    assert {**first, "already": True} == again


def test_another_file_needs_a_word(run: Run, cache: Path, source: Path) -> None:
    assert run("data", "import", source, "--background", "own")[0] == 0
    before = content(cache / "backgrounds")
    source.write_text(simapro(POWER), encoding="utf-8")
    assert problems(run("data", "import", source, "--background", "own", "--format", "json")) == ["import-id-taken"]
    assert content(cache / "backgrounds") == before
    assert run("data", "import", source, "--background", "own", "--replace")[0] == 0
    assert len(documents(cache, "data", "list", "--background", "own")["datasets"]) == 1
    assert backgrounds(cache) == ["own"]


@pytest.mark.parametrize("name", ["../x", "a/b", "core", "UPPER", "", ".hidden", "x" * 61, "a b", "中"])
def test_ids_that_are_no_names_are_refused(run: Run, cache: Path, source: Path, name: str) -> None:
    answer = run("data", "import", source, "--background", name, "--format", "json")
    assert problems(answer) == ["import-bad-id"]
    assert not list(cache.rglob("index.sqlite"))
    if name != "core":
        assert problems(run("data", "list", "--background", name, "--format", "json")) == ["background-unknown"]


def damage(raw: bytes, kind: str, seed: int) -> bytes:
    chance = random.Random(seed)
    if kind == "cut":
        return raw[: chance.randrange(len(raw))]
    if kind == "flip":
        made = bytearray(raw)
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
        return bytes(made)
    return {"text": b"no database at all", "empty": b"", "zeros": bytes(len(raw))}[kind]


CASES = [(kind, seed) for kind in ("cut", "flip") for seed in range(6)] + [(k, 0) for k in ("text", "empty", "zeros")]


@pytest.mark.parametrize("name", ["index.sqlite", "package.zip", "checks.json"])
def test_damage_is_told_with_its_remedy_and_mended_by_it(run: Run, cache: Path, source: Path, name: str) -> None:
    assert run("data", "import", source, "--background", "own")[0] == 0
    good = content(cache / "backgrounds")
    core = set((cache / "intensities").glob("*.npz"))  # of the core alone: nothing has asked for those of `own` yet
    dataset = json.loads(run("data", "list", "--background", "own", "--format", "json")[1])["datasets"][0]["id"]
    path = cache / "backgrounds" / "own" / name
    for kind, seed in CASES:
        path.write_bytes(damage(good[f"own/{name}"], kind, seed))
        for stored in set((cache / "intensities").glob("*.npz")) - core:
            stored.unlink()  # what was worked out before is still right: the matrices are not asked for then
        answer = run("data", "show", dataset, "--background", "own", "--format", "json")
        if kind == "flip" and name == "checks.json" and answer[0] == 0:
            continue  # a space of it
        assert problems(answer) == ["background-damaged"], (kind, seed)
        assert "data import FILE --background own --replace" in answer[1]
    path.unlink()
    expected = "background-unknown" if name == "index.sqlite" else "background-damaged"
    assert problems(run("data", "show", dataset, "--background", "own", "--format", "json")) == [expected]
    assert run("data", "import", source, "--background", "own")[0] == 0  # not taken for one that is there
    assert content(cache / "backgrounds") == good


def test_a_database_of_an_older_form_is_told_so(run: Run, cache: Path, source: Path) -> None:
    import sqlite3

    from ecoprod.backgrounds import checksum

    assert run("data", "import", source, "--background", "own")[0] == 0
    folder = cache / "backgrounds" / "own"
    with sqlite3.connect(folder / "index.sqlite") as index:
        about = json.loads(index.execute("SELECT value FROM about").fetchone()[0])
        index.execute("UPDATE about SET value = ?", (json.dumps(about | {"format": 0}),))
    index.close()
    checks = json.loads((folder / "checks.json").read_text(encoding="utf-8"))
    (folder / "checks.json").write_text(json.dumps(checks | {"index.sqlite": checksum(folder / "index.sqlite")}))
    assert problems(run("data", "list", "--background", "own", "--format", "json")) == ["background-damaged"]


@pytest.mark.parametrize("where", ["cache", "backgrounds"])
def test_a_cache_that_cannot_be_written_is_an_input_problem(run: Run, cache: Path, source: Path, where: str) -> None:
    blocked = cache if where == "cache" else cache / "backgrounds"
    if where == "cache":
        shutil.rmtree(cache)
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    answer = run("data", "import", source, "--background", "own", "--format", "json")
    assert problems(answer) == ["import-cache-blocked"]
    assert blocked.is_file()


def test_a_full_disk_leaves_nothing(run: Run, cache: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from ecoprod.importing import store

    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "_write_index", full)
    answer = run("data", "import", source, "--background", "own", "--format", "json")
    assert problems(answer) == ["import-cache-blocked"]
    assert "database or disk is full" in answer[1]
    assert backgrounds(cache) == []


def test_leftovers_of_killed_imports_are_swept(run: Run, cache: Path, source: Path) -> None:
    old, young = cache / "backgrounds" / ".new-old", cache / "backgrounds" / ".new-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "index.sqlite").write_text("half", encoding="utf-8")
    os.utime(old, (time.time() - 2e5,) * 2)
    assert run("data", "import", source, "--background", "own")[0] == 0
    assert backgrounds(cache) == [".new-young", "own"]  # another import may still be at work on the young one
    assert "own" in run("data", "list", "--background", "nobody")[2]
    assert "young" not in run("data", "list", "--background", "nobody")[2]


def test_home_stays_untouched(tmp_path: Path, source: Path) -> None:
    home, cache = tmp_path / "home", tmp_path / "cache"
    home.mkdir()
    xdg = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CACHE", "DATA", "CONFIG", "STATE")}
    env = {"HOME": str(home), **xdg}
    assert ecoprod(cache, "data", "import", source, "--background", "own", **env).returncode == 0
    assert ecoprod(cache, "data", "list", "--background", "own", **env).returncode == 0
    assert ecoprod(cache, "data", "show", "power-cn-u-cn", "--background", "own", **env).returncode == 0
    example = Path(__file__).resolve().parent.parent / "examples" / "gypsum-board"
    assert ecoprod(cache, "assess", example, "--background", "own", **env).returncode in (0, 1, 3, 4)
    assert list(home.rglob("*")) == []
    assert sorted(p.name for p in source.parent.iterdir()) == ["cache", "home", "mill.csv"]


@pytest.mark.slow
def test_several_at_once_all_end_well(tmp_path: Path, source: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(simapro(POWER), encoding="utf-8")
    cache = tmp_path / "cache"
    line = [sys.executable, "-m", "ecoprod_cli", "data", "import"]
    started = [
        subprocess.Popen([*line, str(path), "--background", "own", "--replace"], env=environment(cache),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for path in (source, other, source, other)
    ]  # fmt: skip
    ends = [(process.communicate(timeout=200), process.returncode) for process in started]
    assert [code for _, code in ends] == [0, 0, 0, 0], ends
    assert backgrounds(cache) == ["own"]
    found = documents(cache, "data", "list", "--background", "own")["datasets"]
    assert len(found) in (1, 2)
    assert ecoprod(cache, "data", "show", found[0]["id"], "--background", "own").returncode == 0


def test_two_that_put_in_place_at_the_same_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another import appears between the look and the renaming: the last one stays, whole."""
    from ecoprod.importing import store

    made, target = tmp_path / "made", tmp_path / "own"
    made.mkdir()
    (made / "x").write_text("mine", encoding="utf-8")
    rename, calls = Path.rename, []

    def racing(self: Path, to: Path) -> Path:
        if self == made and not calls:
            calls.append(1)
            target.mkdir()
            (target / "x").write_text("theirs", encoding="utf-8")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", racing)
    store._put_in_place(made, target)
    assert (target / "x").read_text(encoding="utf-8") == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["own"]


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.6, 1.2, 1.8, 2.4])
def test_killed_in_between_leaves_no_half_database(tmp_path: Path, source: Path, seconds: float) -> None:
    cache = tmp_path / "cache"
    line = [sys.executable, "-m", "ecoprod_cli", "data", "import", str(source), "--background", "own"]
    process = subprocess.Popen(line, env=environment(cache), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    shown = ecoprod(cache, "data", "list", "--background", "own")
    whole = (cache / "backgrounds" / "own").exists()
    assert shown.returncode == (0 if whole else 2)
    assert ecoprod(cache, "data", "import", source, "--background", "own").returncode == 0
    assert len(documents(cache, "data", "list", "--background", "own")["datasets"]) == 2
