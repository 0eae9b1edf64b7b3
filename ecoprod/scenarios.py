"""End-of-life scenarios: where a product's materials go, with the source of every rate.

Comes in: a YAML file, bundled or the user's own. Goes out: routes by material class, checked; a file of a user is
hostile until read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ecoprod.errors import At, InputError, Params, Problem
from ecoprod.units import UnitError, parse_fraction, parse_number
from ecoprod.yamlfile import YamlFile, read_yaml

BUNDLED_NAME = re.compile(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*")
"""What the id of a bundled scenario looks like; anything else names a file of the user."""
ROUTE_NAMES = ("reuse", "recycling", "energy_recovery", "incineration", "landfill")
_KEYS = {"ecoprod", "id", "name", "place", "year", "routes", "note", "source", "collection"}
_CLASS_KEYS = {*ROUTE_NAMES, "source", "at", "year", "confidence", "note"}
_ROUTE_KEYS = {"share", "dataset", "yield", "note"}
_WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Route:
    """One end-of-life route of a material class: share 0..1, treatment dataset, yield 0..1 (None: unknown)."""

    share: float
    dataset: str | None
    recovered: float | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """An end-of-life scenario: routes by material class (`*` for the rest), each with its source."""

    id: str
    name: Mapping[str, str]
    routes: Mapping[str, Mapping[str, Route]]
    sources: Mapping[str, str]
    file: str
    sha256: str

    def of(self, material_class: str) -> Mapping[str, Route]:
        """Routes of a material class; empty where the scenario says nothing."""
        return self.routes.get(material_class) or self.routes.get("*") or {}


def bundled_scenario(path: Path) -> Scenario:
    """A scenario of a background's own folder, read once for all designs of a product. Raises as `read_scenario`."""
    return _as_of(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _as_of(path: Path, _changed_ns: int) -> Scenario:
    return read_scenario(path, path.name)


@dataclass(frozen=True, slots=True)
class Names:
    """What a scenario of a user may name: material classes with their names, and datasets.

    `like`: ids of datasets like one that is not known.
    """

    classes: Mapping[str, Sequence[str]]
    datasets: Container[str]
    like: Callable[[str], Sequence[str]]


def near_classes(name: str, classes: Mapping[str, Sequence[str]]) -> str:
    """Material classes like a name that is none, each with its Chinese name; all where none is like it."""
    from rapidfuzz import process

    names = {word: known for known, words in classes.items() for word in (known, *words) if word}
    hits = process.extract(name[:60].casefold(), list(names), limit=5, score_cutoff=60)
    found = list(dict.fromkeys(names[str(hit[0])] for hit in hits))[:3]
    return ", ".join(f"{c} ({classes[c][0]})" if classes[c] else c for c in found or classes) or "—"


def read_scenario(path: Path, shown: str, known: Names | None = None) -> Scenario:
    """A scenario file, `shown` under that name. Raises InputError with everything wrong in it.

    `known`: what a file of the user may name; `data check` looks after the bundled ones.
    """
    problems: list[Problem] = []
    file = read_yaml(path, shown, problems)
    if file is None or not isinstance(file.data, dict):
        raise InputError(problems or [Problem("scenario-no-routes", At(shown), "routes")])
    routes: dict[str, dict[str, Route]] = {}
    sources: dict[str, str] = {}
    _unknown(file, (), file.data, _KEYS, problems)
    if (version := file.text("ecoprod")) not in (None, "1"):
        problems.append(Problem("format-version", file.at("ecoprod"), "ecoprod", {"value": str(version)[:20]}))
    classes = file.data.get("routes")
    if not isinstance(classes, dict) or not classes:
        problems.append(Problem("scenario-no-routes", file.at("routes"), "routes"))
        classes = {}
    for material_class, given in classes.items():
        where = ("routes", material_class)
        if known is not None and material_class != "*" and material_class not in known.classes:
            # passed over, its parts would go the way of all others
            wrong = str(material_class)
            params: Params = {"id": wrong[:60], "nearest": near_classes(wrong, known.classes)}
            problems.append(Problem("material-class-unknown", file.at(*where), "routes", params))
        if not isinstance(given, dict):
            problems.append(Problem("scenario-no-routes", file.at(*where), str(material_class)))
            continue
        _unknown(file, where, given, _CLASS_KEYS, problems)
        found = {n: r for n in ROUTE_NAMES if n in given and (r := _route(file, (*where, n), given[n], problems))}
        for name, route in found.items():
            if known is not None and route.dataset is not None and route.dataset not in known.datasets:
                near = ", ".join(known.like(route.dataset)) or "—"
                params = {"name": route.dataset[:60], "nearest": near}
                problems.append(Problem("dataset-unknown", file.at(*where, name, "dataset"), "dataset", params))
        total = math.fsum(route.share for route in found.values())
        if abs(total - 1) > _WHOLE:
            problems.append(Problem("scenario-shares", file.at(*where), "share", {"sum": total}))
        if not given.get("source"):
            problems.append(Problem("scenario-no-source", file.at(*where), "source", {"class": str(material_class)}))
        routes[str(material_class)] = found
        sources[str(material_class)] = f"{given.get('source')} {given.get('at') or ''}".strip()
    if problems:
        raise InputError(problems)
    title = file.data.get("name")
    words = {str(k): str(v) for k, v in title.items()} if isinstance(title, dict) else {}
    return Scenario(str(file.data.get("id") or path.stem), words, routes, sources, shown, file.sha256)


def _unknown(
    file: YamlFile, where: tuple[str | int, ...], given: Mapping[object, object], known: set[str],
    problems: list[Problem],
) -> None:  # fmt: skip
    for key in given:
        if key not in known:
            params: Params = {"key": str(key)[:80], "known": ", ".join(sorted(known))}
            problems.append(Problem("scenario-unknown-key", file.at(*where, str(key)), str(key)[:80], params))


def _route(file: YamlFile, where: tuple[str | int, ...], given: object, problems: list[Problem]) -> Route | None:
    if not isinstance(given, dict):
        problems.append(Problem("scenario-bad-route", file.at(*where), str(where[-1]), {"route": str(where[-1])}))
        return None
    _unknown(file, where, given, _ROUTE_KEYS, problems)
    share = _fraction(file, (*where, "share"), problems)
    recovered = _fraction(file, (*where, "yield"), problems) if given.get("yield") is not None else None
    dataset = given.get("dataset")
    if dataset is not None and not isinstance(dataset, str):
        problems.append(Problem("scenario-bad-route", file.at(*where, "dataset"), "dataset", {"route": str(where[-1])}))
        return None
    return None if share is None else Route(share, dataset, recovered)


def _fraction(file: YamlFile, where: tuple[str | int, ...], problems: list[Problem]) -> float | None:
    """A share or yield from 0 to 1, as a number or in percent."""
    written = file.text(*where)
    value = None
    if written is not None:
        try:
            value = parse_fraction(written) if "%" in written else parse_number(written)
        except UnitError:
            value = None
    if value is None or not 0 <= value <= 1:
        params: Params = {"value": str(written)[:80]}
        problems.append(Problem("scenario-not-a-share", file.at(*where), str(where[-1]), params))
        return None
    return value
