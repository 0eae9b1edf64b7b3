"""What `ecoprod standards check` looks at: a folder, the whole library, or an overlay file."""

from __future__ import annotations

from pathlib import Path

from ecoprod.errors import Problem
from ecoprod.standards.bounds import Bounds, contradictions
from ecoprod.standards.case_files import check_cases
from ecoprod.standards.conditions import resolve
from ecoprod.standards.folders import SOURCES, Folder, Known, check_sources, read_folder, read_sources, spec_folders
from ecoprod.standards.library import last_day, without_repeats
from ecoprod.standards.overlay_check import check_overlay
from ecoprod.yamlfile import read_yaml


def check_specs(path: Path | None) -> list[Problem]:
    """Everything wrong with a specification folder, a folder of such folders, an overlay file, or the bundled library.

    `path` None: the bundled library. An overlay is read against the specification it names, all dates reached.
    """
    problems: list[Problem] = []
    if path is not None and path.is_file():
        return check_overlay(path).problems
    if path is not None and (path / "spec.yaml").is_file():
        folders = [path.resolve()]
    elif path is not None and not path.is_dir():
        read_yaml(path, path.name, problems)
        return problems
    else:
        folders = spec_folders(path)
    known: Known = {}
    registers: dict[Path, set[str]] = {}
    for place in folders:
        folder = read_folder(place, f"{place.parent.name}/{place.name}", problems, known=known)
        if folder is None:
            continue
        beside = place if (place / SOURCES).is_file() else place.parent
        if beside not in registers:
            registers[beside] = read_sources(place, problems)
        check_sources(folder, problems, registers[beside])
        _check_contradictions(folder)
        check_cases(folder, problems)
    return without_repeats(problems)


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
