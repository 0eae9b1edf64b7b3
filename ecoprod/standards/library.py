"""The standards library: find a specification by any of its names, and resolve it for one date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.resources import bundled
from ecoprod.standards.asof import names_of, spec_as_of
from ecoprod.standards.folders import SHELF, check_sources, pick_edition, read_folder, spec_folders
from ecoprod.standards.overlays import apply_overlays
from ecoprod.standards.reading import read_header
from ecoprod.standards.records import Spec, SpecInfo, Text2

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def find_specs() -> list[SpecInfo]:
    """What the bundled library holds, from each folder's `spec.yaml` alone. Raises InputError."""
    problems: list[Problem] = []
    headers = [read_header(folder, f"{SHELF}/{folder.name}", problems) for folder in spec_folders()]
    if problems:
        raise InputError(problems)
    return [h.info for h in headers if h is not None]


def count_requirements(info: SpecInfo) -> int:
    """How many requirements a specification states, all editions, those of its base included."""
    problems: list[Problem] = []
    folder = read_folder(info.folder, f"{SHELF}/{info.id}", problems)
    if problems or folder is None:
        raise InputError(problems)
    count = len(folder.drafts)
    while folder.base is not None:
        refined = sum(d.refines for d in folder.drafts)
        folder = folder.base
        count += len(folder.drafts) - refined
    return count


def load_spec(name: str | Path, on: date, overlays: Sequence[Path] = ()) -> Spec:
    """The specification of that name as of `on`.

    `name`: an id (`tablet-computer`), an id with its edition (`tablet-computer@SJ-T-11750-2019`), the number of a
    standard, a known misprint of one, or a folder. Raises InputError with every problem of every file; one of them
    where two editions could apply and none is named.
    """
    problems: list[Problem] = []
    place, edition_id = _find(name, problems)
    if place is None:
        raise InputError(problems)
    folder = read_folder(place, _shown(place), problems)
    if folder is None:
        raise InputError(problems)
    edition = pick_edition(folder.header, edition_id, on, str(name), problems)
    if place.parent != bundled(SHELF):
        check_sources(folder, problems)
    if edition is None or problems:
        raise InputError(problems)
    spec = spec_as_of(folder, edition, on, problems)
    spec = apply_overlays(spec, overlays, on, problems)
    if problems:
        raise InputError(problems)
    return spec


def indicators_needed(spec: Spec) -> set[str]:
    """Ids of every indicator that the specification looks at, conditions of applicability included."""
    return {name for requirement in spec.requirements for name in names_of(requirement)}


# ---- by name -------------------------------------------------------------------------------------


def plain_number(text: str) -> str:
    """A standard's number as it compares: `gb/t 32161—2015`, `GBT 32161-2015` and `GB/T32161-2015` are one."""
    return re.sub(r"[\s/_]+", "", text.upper().replace("—", "-").replace("–", "-"))


def _shown(folder: Path) -> str:
    return f"{SHELF}/{folder.name}" if folder.parent == bundled(SHELF) else folder.name


def _find(name: str | Path, problems: list[Problem]) -> tuple[Path | None, str | None]:
    """Folder and edition id that a name means."""
    if isinstance(name, Path):
        if (name / "spec.yaml").is_file():
            return name.resolve(), None
        problems.append(Problem("file-missing", At(f"{name.name}/spec.yaml"), None, {"file": f"{name.name}/spec.yaml"}))
        return None, None
    spec_id, _, edition = name.strip().partition("@")
    shelf = bundled(SHELF)
    known = spec_folders(shelf)
    for folder in known:
        if folder.name == spec_id:
            return folder, edition or None
    by_number = _by_number(plain_number(name))
    if by_number is not None:
        return by_number
    near = get_close_matches(spec_id, [f.name for f in known], 3, 0.4)
    params = {"name": name, "near": ", ".join(near or [f.name for f in known])}
    problems.append(Problem("standards-unknown-spec", At(name), None, params))
    return None, None


def _by_number(number: str) -> tuple[Path, str | None] | None:
    """By the number in full, else without its year, else by a misprint that is known."""
    known = find_specs()
    for info in known:
        for edition in info.editions:
            if number in {plain_number(n) for n in (edition.number, *edition.also)}:
                return info.folder, edition.id
    for info in known:
        if _is_one_of(number, {plain_number(n).rpartition("-")[0] for n in info.numbers}):
            return info.folder, None
    for info in known:
        if _is_one_of(number, {plain_number(a) for a in info.aliases}):
            return info.folder, None
    return None


def _is_one_of(number: str, known: Iterable[str]) -> bool:
    """Whether a number is one of those known; its digits alone are enough (`32611`)."""
    return any(number == k or (number[:1].isdigit() and number == k.lstrip(_LETTERS)) for k in known)


def alias_note(name: str) -> Text2 | None:
    """What the library says about a number it answers to without its being the right one (a misprint)."""
    wanted = plain_number(name)
    return next((t for i in find_specs() for a, t in i.aliases.items() if _is_one_of(wanted, [plain_number(a)])), None)
