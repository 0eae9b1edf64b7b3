"""What `ecoprod standards check` looks at: a folder of specifications or overlays, the whole library, or an overlay."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.resources import bundled
from ecoprod.standards.bounds import Bounds, contradictions
from ecoprod.standards.case_files import check_cases
from ecoprod.standards.conditions import resolve
from ecoprod.standards.folders import (
    BASE,
    SHELF,
    SOURCES,
    Folder,
    Shelf,
    check_sources,
    read_folder,
    read_sources,
    spec_folders,
)
from ecoprod.standards.library import last_day, without_repeats
from ecoprod.standards.overlay_check import Checked, check_overlay
from ecoprod.textfile import is_folder, read_bytes
from ecoprod.yamlfile import MAX_BYTES, read_yaml

_SPEC_FILES = ("spec.yaml", "requirements.yaml", SOURCES)
_OVERLAY_KEYS = {"for", "limits"}
"""Either of them makes a file an overlay; its check says where it lacks `for`."""
_UNKNOWN = (
    "standards-unknown-spec", "standards-unknown-spec-far", "standards-no-such-edition", "standards-two-editions",
)  # fmt: skip
_YAML = (".yaml", ".yml")
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check found: what is wrong, what is open without being wrong, and how much it looked at."""

    problems: list[Problem]
    notes: list[Problem]
    specifications: int
    overlays: int


def check_specs(path: Path | None) -> Looked:
    """Everything wrong with a specification folder, a folder of them or of overlays, an overlay file, or the library.

    `path` None: the bundled library. An overlay is read against the specification it names, all dates reached.
    Raises InputError where a folder holds neither: nothing looked at is not nothing wrong.
    """
    if path is not None and not is_folder(path):
        checked = _checked(path)
        return Looked(checked.problems, checked.notes, 0, 1)
    problems: list[Problem] = []
    notes: list[Problem] = []
    alone = path is not None and (path / "spec.yaml").is_file()
    folders = [path.resolve()] if path is not None and alone else spec_folders(path and path.resolve())
    _check_folders({place: _shown(place, path, alone=alone) for place in folders}, problems)
    if path is not None:
        notes += [*_same_ids(folders, path), *_own_ids(folders, path)]
    overlays = _overlays(path, problems, notes) if path is not None else []
    for checked in overlays:
        problems += checked.problems
        notes += checked.notes
    passed_over = _passed_over(folders, path) if path is not None else []
    if path is not None and not (folders or overlays or problems):
        raise InputError([Problem("standards-nothing-to-check", At(str(path))), *passed_over])
    notes += passed_over
    return Looked(without_repeats(problems), notes, len(folders), len(overlays))


def _shown(place: Path, path: Path | None, *, alone: bool) -> str:
    """A folder as messages name it: with the path that was asked for, so that it is found from where one stands."""
    if path is None:
        return f"{SHELF}/{place.name}"
    return path.as_posix() if alone else (path / place.name).as_posix()


def _library_of(folders: list[Path]) -> Path:
    """The library that folders rest on: their own place where GB/T 32161 lies in it, as in a source tree."""
    beside = folders[0].parent if folders else bundled(SHELF)
    return beside if (beside / BASE / "spec.yaml").is_file() else bundled(SHELF)


def _same_ids(folders: list[Path], path: Path) -> list[Problem]:
    """A note on specifications that are in the library under the same id with other words: a name means the latter."""
    shelf = bundled(SHELF)
    unlike = [
        place.name
        for place in folders
        if (shelf / place.name).is_dir()
        and any(_bytes(place / name) != _bytes(shelf / place.name / name) for name in _SPEC_FILES[:2])
    ]
    if not unlike:
        return []
    shown = ", ".join(unlike[:_NAMED]) + (" …" if len(unlike) > _NAMED else "")
    return [Problem("standards-same-id", At(path.as_posix()), "id", {"count": len(unlike), "ids": shown})]


def _own_ids(folders: list[Path], path: Path) -> list[Problem]:
    """A note on specifications that the library does not have: their id alone finds them nowhere."""
    own = [place.name for place in folders if not (bundled(SHELF) / place.name).is_dir()]
    if not own:
        return []
    shown = ", ".join(own[:_NAMED]) + (" …" if len(own) > _NAMED else "")
    written = path if (path / "spec.yaml").is_file() else path / own[0]
    params = {"ids": shown, "path": shlex.quote(str(written))}
    return [Problem("standards-own-id", At(path.as_posix()), "id", params)]


def _passed_over(folders: list[Path], path: Path) -> list[Problem]:
    """A note on folders with YAML files that the check does not go into: not looked at is not nothing wrong."""
    looked = {path.resolve(), *folders}
    inner = sorted(p for place in looked for p in place.glob("*") if p.is_dir() and not p.name.startswith("."))
    cases = {place / "cases" for place in folders}
    left = [p for p in inner if p not in looked and p not in cases and _holds_yaml(p)]
    if not left:
        return []
    names = [p.relative_to(path.resolve()).as_posix() for p in left]
    shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    first = shlex.quote((path / names[0]).as_posix())
    return [Problem("standards-passed-over", At(path.as_posix()), None, {"folders": shown, "path": first})]


def _holds_yaml(folder: Path) -> bool:
    return any(Path(name).suffix.lower() in _YAML for _, _, names in os.walk(folder) for name in names)


def _bytes(path: Path) -> bytes | None:
    """What a file holds, line ends aside; None where there is none that can be read."""
    read = read_bytes(path, path.name, MAX_BYTES, [])
    return read and read.replace(b"\r\n", b"\n")


def _check_folders(folders: dict[Path, str], problems: list[Problem]) -> None:
    shelf = Shelf(_library_of(list(folders)))
    registers: dict[Path, dict[str, str]] = {}
    for place, shown in folders.items():
        folder = read_folder(place, shown, problems, shelf=shelf)
        if folder is None:  # what is no YAML in the other files is said all the same
            for path in (place / "requirements.yaml", *sorted(place.glob("cases/*.yaml"))):
                read_yaml(path, f"{shown}/{path.relative_to(place).as_posix()}", problems)
            continue
        beside = place if (place / SOURCES).is_file() else place.parent
        if beside not in registers:
            registers[beside] = read_sources(place, problems, shown, checked=True)
        check_sources(folder, problems, registers[beside])
        _check_contradictions(folder)
        check_cases(folder, problems)


def _checked(path: Path) -> Checked:
    """An overlay as its check sees it; a name that means none or several is said where it stands."""
    found = check_overlay(path)
    place = At(path.name, None, "for")
    notes = [*found.notes]
    if any(p.code in ("standards-unknown-spec", "standards-unknown-spec-far") for p in found.problems):
        notes.append(Problem("overlay-own-beside", place, "for"))
    problems = [replace(p, at=place) if p.code in _UNKNOWN else p for p in found.problems]
    return replace(found, problems=problems, notes=notes)


def _overlays(folder: Path, problems: list[Problem], notes: list[Problem]) -> list[Checked]:
    """The overlays that lie in the folder itself. A YAML file that is none is named, an unreadable one reported."""
    found: list[Checked] = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _YAML or path.name in _SPEC_FILES or is_folder(path):
            continue
        file = read_yaml(path, path.name, problems)
        if file is None:
            continue
        if isinstance(file.data, dict) and _OVERLAY_KEYS & file.data.keys():
            found.append(_checked(path))
        else:
            notes.append(Problem("standards-no-overlay", At(path.name)))
    return found


def _check_contradictions(folder: Folder) -> None:
    """Report limits on one indicator that no value can meet together, within what always applies together."""
    for edition in folder.header.info.editions:
        bounds: Bounds = {}
        for draft in folder.drafts:
            if draft.condition is None or draft.applies_when is not None or draft.exempt_when is not None:
                continue
            if not draft.is_of(edition.id):
                continue
            condition = resolve(draft.condition, edition.id, edition.in_force, last_day(edition))
            for found in contradictions(condition, bounds):
                draft.place.report("standards-contradiction", **found)
