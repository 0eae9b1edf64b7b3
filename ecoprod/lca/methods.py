"""What `--method` may name: a family of bw2io, one category of a family, or a file of the user's own.

`EF v3.1` · `CML v4.8 2016/acidification` (the id that results and `ecoprod data methods` show) · `path/to/factors.csv`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import bundled, cache
from ecoprod.lca.categories import Category, categories
from ecoprod.textfile import read_bytes

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
MAX_BYTES = 20_000_000
_OPTION = At("--method")


@dataclass(frozen=True, slots=True)
class Method:
    """A method as asked for. `name`: as documents show it. `content`: what its intensities are known by.

    `whole`: the family as it is shown; `only`: ids of categories asked for one by one, splits too. `file` (with
    `#sheet`, if any, in `sheet`) and `sha256`: of a method from a file.
    """

    name: str
    content: str
    whole: bool = True
    only: frozenset[str] = frozenset()
    file: Path | None = None
    sheet: str = ""
    sha256: str | None = None

    def shows(self, category: Category, *, detail: bool) -> bool:
        """Whether a category is one that was asked for."""
        return category.id in self.only or (self.whole and (detail or not category.detail))


@dataclass(frozen=True, slots=True)
class Named:
    """One category of bw2io as it may be asked for: `family/id`."""

    family: str
    id: str
    category: str
    indicator: str
    unit: str


def catalogue() -> tuple[Named, ...]:
    """All 762 categories of bw2io, by family in alphabetical order; from the cache or bw2io's file."""
    rows = cache.load_rows("methods")
    if rows is None or not all(isinstance(row, list) and len(row) == len(Named.__slots__) for row in rows):
        names, families = bundled.read_families(None)
        rows = [
            [family, found.id, i.category, i.indicator, i.unit]
            for family in names
            for i, found in zip(families[family], categories(families[family]), strict=True)
        ]
        cache.store_rows("methods", rows)
    return tuple(Named(*map(str, row)) for row in rows)


def choose(written: Sequence[str], known: Iterable[str]) -> tuple[Method, ...]:
    """The methods that names stand for, each once, in their order. `known`: families that need no looking up.

    Raises InputError with all that is not there: an unknown family or category names the nearest.
    """
    problems: list[Problem] = []
    found: dict[str, Method] = {}
    sure = frozenset(known)
    for name in dict.fromkeys(written):
        method = Method(name, name) if name in sure else _read(name, problems)
        if method is None:
            continue
        before = found.get(method.name)
        if before is None:
            found[method.name] = method
        elif before.content != method.content:
            problems.append(Problem("lca-method-same-name", _OPTION, "--method", {"name": method.name}))
        else:
            found[method.name] = replace(before, whole=before.whole or method.whole, only=before.only | method.only)
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _read(name: str, problems: list[Problem]) -> Method | None:
    path, _, sheet = name.partition("#")
    if path.lower().endswith(ENDINGS):
        return _of_file(Path(path), sheet, problems)
    families: dict[str, list[Named]] = {}
    for one in catalogue():
        families.setdefault(one.family, []).append(one)
    if name in families:
        return Method(name, name)
    family, _, category = name.rpartition("/")
    if family not in families:
        problems.append(_unknown("lca-unknown-method", {"name": name[:80]}, name, families))
        return None
    ids = [one.id for one in families[family]]
    if category not in ids:
        params = {"name": category[:80], "family": family}
        problems.append(_unknown("lca-unknown-category", params, category, ids))
        return None
    return Method(family, family, whole=False, only=frozenset({category}))


def _unknown(code: str, params: Mapping[str, str], name: str, among: Iterable[str]) -> Problem:
    from rapidfuzz import process

    near = [str(hit[0]) for hit in process.extract(name[:80], list(among), limit=3)]
    return Problem(code, _OPTION, "--method", {**params, "nearest": "; ".join(near)})


def _of_file(path: Path, sheet: str, problems: list[Problem]) -> Method | None:
    """A file by its content; what stands in it is read only where its intensities are not known yet."""
    raw = read_bytes(path, path.name, MAX_BYTES, problems)
    if raw is None:
        return None
    digest = hashlib.sha256(raw).hexdigest()
    name = f"{path.name}#{sheet}" if sheet else path.name
    return Method(name, f"file {name} {digest}", file=path, sheet=sheet, sha256=digest)
