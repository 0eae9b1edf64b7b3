"""The cache: rebuilt when broken or foreign, a warning when it cannot be written, safe when killed or crowded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from lca_systems import CO2, EF, IPCC, SO2, category, item, process, read_once, row, run, system

from ecoprod.background import Background
from ecoprod.lca import bundled, cache, library

ROOT = Path(__file__).resolve().parent.parent
ITEMS = (item("use", {"steel": 2.0}, {("Methane, fossil", "air"): 0.5}),)
BY_HAND = 2 * (1.5 + 0.25 * 0.8) + 0.5 * 29.8

RUN = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
from lca_systems import run, category
from test_lca_cache import ITEMS
from ecoprod.background import read_background
heard = []
data = read_background(Path({folder!r}), {{"id": "test"}})
result = run(ITEMS, data, ("EF v3.1", "IPCC 2021"), engine={engine!r}, notify=heard.append)
heavy = {{"bw2calc", "bw2data", "bw2io", "scipy", "pandas", "lxml", "pint"}}
sys.stderr.write(repr((category(result).value, heard, sorted(heavy & set(sys.modules)))))
"""


@pytest.fixture
def data(tmp_path: Path) -> Background:
    return system(
        tmp_path / "data",
        [process("steel"), process("power", "kWh")],
        [row("steel", CO2, 1.5), row("steel", "power", 0.25, "kWh"), row("power", CO2, 0.8), row("power", SO2, 0.001)],
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and the zip opened once for all tests."""
    monkeypatch.setenv("ECOPROD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(library, "read_families", read_once)
    return tmp_path / "cache" / "intensities"


def answer(data: Background) -> tuple[float | None, list[str]]:
    heard: list[str] = []
    return category(run(ITEMS, data, (EF,), notify=heard.append)).value, heard


def _refuse(*_: object) -> None:
    raise AssertionError("opened on a warm run")


def test_a_warm_run_opens_neither_zip_nor_exchanges(
    data: Background, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(data) == (pytest.approx(BY_HAND), ["lca-building"])
    cold = [p.stat().st_mtime_ns for p in sorted(place.iterdir())]
    monkeypatch.setattr(library, "read_families", _refuse)
    monkeypatch.setattr(library, "parse_flows", _refuse)
    monkeypatch.setattr(Background, "exchanges", _refuse)
    assert answer(data) == (pytest.approx(BY_HAND), [])
    assert [p.stat().st_mtime_ns for p in sorted(place.iterdir())] == cold


@pytest.mark.parametrize("harm", ["short", "bits", "words", "empty", "folder"])
def test_a_broken_file_is_rebuilt(data: Background, place: Path, harm: str) -> None:
    first = answer(data)
    for path in [*place.glob("*.npz"), *place.glob("*.json")]:
        raw = path.read_bytes()
        middle = len(raw) // 2
        harmed = {
            "short": raw[:middle],
            "bits": raw[:middle] + bytes(b ^ 255 for b in raw[middle : middle + 64]) + raw[middle + 64 :],
            "words": b"not a cache at all",
            "empty": b"",
        }
        path.unlink()
        if harm == "folder":
            path.mkdir()
        else:
            path.write_bytes(harmed[harm])
    again = answer(data)
    assert again[0] == first[0]
    assert again[1][0] == "lca-building"
    if harm != "folder":
        assert answer(data) == (first[0], [])


def test_a_foreign_or_wrong_file_is_rebuilt(data: Background, place: Path, tmp_path: Path) -> None:
    """The file of another background under this one's name, and one whose array has another shape."""
    first = answer(data)
    (mine,) = place.glob("*.npz")
    whole = mine.read_bytes()
    other = system(tmp_path / "other", [process("steel"), process("power", "kWh")], [row("steel", CO2, 99)])
    answer(other)
    (foreign,) = set(place.glob("*.npz")) - {mine}
    mine.write_bytes(foreign.read_bytes())
    assert answer(data) == first
    mine.write_bytes(whole)
    with np.load(mine, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, wrong in (("scores", arrays["scores"][:, :1]), ("climate", arrays["climate"] * np.nan)):
        np.savez(mine, **(arrays | {name: wrong}))
        assert answer(data) == first
    objects = np.array([{"a": 1}], dtype=object)
    np.savez(mine, **(arrays | {"scores": objects}))  # a pickle inside: never loaded
    assert answer(data) == first


def test_the_key_follows_content_and_versions(data: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = cache.key(data.sha256, EF, "solver")
    assert len({plain, cache.key("0" * 64, EF, "solver"), cache.key(data.sha256, IPCC, "solver")}) == 3
    assert cache.key(data.sha256, EF, "other") != plain
    monkeypatch.setattr(cache, "stamp", lambda: "bw2io 99")
    assert cache.key(data.sha256, EF, "solver") != plain


def test_a_folder_that_cannot_be_written_is_a_warning(
    data: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "read_families", read_once)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")  # also stops root, which chmod does not
    monkeypatch.setenv("ECOPROD_CACHE", str(tmp_path / "file" / "cache"))
    assert answer(data) == (pytest.approx(BY_HAND), ["lca-building", "lca-cache-unwritable"])


def test_killed_while_writing_leaves_nothing_broken(
    data: Background, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(file: object, **_: object) -> None:
        file.write(b"PK half a file")  # type: ignore[attr-defined]  # a binary file
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", killed)
        with pytest.raises(KeyboardInterrupt):
            answer(data)
    assert not list(place.glob("*.npz*"))
    left = place / "x.npz.abc.tmp"  # what a kill -9 leaves
    left.write_bytes(b"PK half a file")
    os.utime(left, (time.time() - 7200,) * 2)
    assert answer(data) == (pytest.approx(BY_HAND), ["lca-building"])
    assert answer(data)[1] == []
    assert not left.exists()


def test_a_list_of_another_bw2io_is_read_anew(place: Path) -> None:
    names = library.known_methods()
    path = place / "methods.json"
    stored = json.loads(path.read_bytes())
    path.write_text(json.dumps(stored | {"key": "other", "rows": ["old"]}), encoding="utf-8")
    assert library.known_methods() == names == bundled.read_families(())[0]


def _environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "BRIGHTWAY"))}
    folders = {f"XDG_{k}_HOME": str(home / k) for k in ("DATA", "CACHE", "CONFIG", "STATE")}
    return plain | folders | {"HOME": str(home), "ECOPROD_CACHE": str(tmp_path / "cache")}


def _script(data: Background, engine: str = "cached") -> list[str]:
    paths = [str(ROOT / "tests"), str(ROOT)]
    return [sys.executable, "-c", RUN.format(paths=paths, folder=str(data.folder), engine=engine)]


@pytest.mark.parametrize("engine", ["cached", "brightway"])
def test_without_a_cache_the_work_leaves_no_file_anywhere(data: Background, tmp_path: Path, engine: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    places = [tmp_path / name for name in ("temporary", "here")]
    for folder in places:
        folder.mkdir()
    environment = _environment(tmp_path) | {"ECOPROD_CACHE": str(tmp_path / "file" / "cache")}
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(places[0]))
    # what is taken away again counts as well: a folder's time of change stays that of its making
    before = [folder.stat().st_mtime_ns for folder in places]
    done = subprocess.run(
        _script(data, engine), capture_output=True, text=True, check=True, env=environment, cwd=places[1]
    )
    value, _, heavy = eval(done.stderr)  # noqa: S307  # the repr that the script above wrote
    assert (value, "bw2calc" in heavy, "bw2data" in heavy) == (pytest.approx(BY_HAND), True, False)
    assert [folder.stat().st_mtime_ns for folder in places] == before
    assert list((tmp_path / "home").iterdir()) == []


def test_a_program_that_uses_brightway_itself_still_can(data: Background, tmp_path: Path) -> None:
    after = "\nimport bw2data\nassert bw2data.projects and bw2data.__file__"
    *head, script = _script(data)
    environment = _environment(tmp_path) | {"BRIGHTWAY2_DIR": str(tmp_path)}
    subprocess.run([*head, script + after], capture_output=True, check=True, env=environment)


def test_processes_cold_warm_and_full(data: Background, tmp_path: Path) -> None:
    """Nothing on stdout, nothing in HOME or the XDG folders, and nothing heavy in a warm process."""
    said = []
    for engine in ("brightway", "cached", "cached"):
        done = subprocess.run(
            _script(data, engine), capture_output=True, text=True, check=True, env=_environment(tmp_path)
        )
        assert done.stdout == ""
        said.append(eval(done.stderr))  # noqa: S307  # the repr that the script above wrote
    assert [heard for _, heard, _ in said] == [["lca-solving"], ["lca-building"], []]
    assert [value for value, _, _ in said] == [pytest.approx(BY_HAND)] * 3
    assert said[2][2] == []
    assert list((tmp_path / "home").iterdir()) == []
    assert [p.name for p in (tmp_path / "cache").iterdir() if p.name.startswith("brightway")] == []
