"""What `ecoprod standards check` looks at: a folder, the whole library, or an overlay file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ecoprod.errors import InputError, Problem
from ecoprod.standards.conditions import resolve
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.folders import Folder, check_sources, read_folder, spec_folders
from ecoprod.standards.library import load_spec
from ecoprod.standards.reading import Draft
from ecoprod.standards.records import Condition, Limit
from ecoprod.yamlfile import read_yaml

LATEST = date.max
_UPPER, _LOWER = ("at_most", "less_than"), ("at_least", "more_than")


def check_specs(path: Path | None) -> list[Problem]:
    """Everything wrong with a specification folder, a folder of such folders, an overlay file, or the bundled library.

    `path` None: the bundled library. An overlay is read against the specification it names, all dates reached.
    """
    problems: list[Problem] = []
    if path is not None and path.is_file():
        return _check_overlay(path)
    if path is not None and (path / "spec.yaml").is_file():
        folders = [path.resolve()]
    elif path is not None and not path.is_dir():
        read_yaml(path, path.name, problems)
        return problems
    else:
        folders = spec_folders(path)
    for place in folders:
        folder = read_folder(place, f"{place.parent.name}/{place.name}", problems)
        if folder is None:
            continue
        check_sources(folder, problems)
        _check_contradictions(folder)
    return problems


def _check_overlay(path: Path) -> list[Problem]:
    problems: list[Problem] = []
    file = read_yaml(path, path.name, problems)
    if file is None:
        return problems
    top = Cursor(file, problems, file.data)
    name = top.at("for").text()
    if name is None:
        top.report("standards-missing-key", key="for")
        return problems
    try:
        load_spec(name, LATEST, (path,))
    except InputError as error:
        problems += error.problems
    return problems


def _check_contradictions(folder: Folder) -> None:
    """Report limits on one indicator that no value can meet together, within what always applies together."""
    for edition in folder.header.info.editions:
        bounds: dict[tuple[str, str], tuple[float, Draft]] = {}
        for draft in folder.drafts:
            if draft.condition is None or draft.applies_when is not None or draft.exempt_when is not None:
                continue
            if draft.editions and edition.id not in draft.editions:
                continue
            condition = resolve(draft.condition, edition.id, edition.in_force, LATEST)
            for indicator, limit in _together(condition):
                _narrow(bounds, indicator, limit, draft)


def _together(condition: Condition | None) -> Iterator[tuple[str, Limit]]:
    """Limits that hold at once: the condition itself and `all_of`, not the alternatives of `any_of`."""
    if condition is None:
        return
    if condition.indicator is not None and condition.limit is not None:
        yield condition.indicator, condition.limit
    for inner in condition.all_of:
        yield from _together(inner)


def _narrow(bounds: dict[tuple[str, str], tuple[float, Draft]], indicator: str, limit: Limit, draft: Draft) -> None:
    value, unit = limit.value, limit.unit or ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    side, other = ("high", "low") if limit.op in _UPPER else ("low", "high")
    if limit.op not in (*_UPPER, *_LOWER):
        return
    against = bounds.get((f"{indicator} {unit}", other))
    if against is not None:
        low, high = (against[0], value) if side == "high" else (value, against[0])
        if low > high:
            draft.place.report("standards-contradiction", indicator=indicator, low=low, high=high, unit=unit)
    known = bounds.get((f"{indicator} {unit}", side))
    tighter = known is None or (value < known[0] if side == "high" else value > known[0])
    if tighter:
        bounds[f"{indicator} {unit}", side] = (float(value), draft)
