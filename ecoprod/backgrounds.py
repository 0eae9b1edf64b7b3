"""Which life cycle data `--background` names: the bundled core, or a database of the user's own standing beside it.

A database of the user's own lies in the cache as `backgrounds/ID/`: `index.sqlite` (datasets, names, rows, misses),
`package.zip` (its matrices, a Brightway data package) and `checks.json` (checksums of both: a damaged file is never
half believed). Its datasets come first; what it does not have (transport modes,
end-of-life scenarios, materials that no mapping names) is the core's, and the ledger says which is which.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ecoprod.background import Background, Dataset, Exchange, Material, load_background, name_key
from ecoprod.errors import At, InputError, Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.resources import cache_folder

CORE = "core"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
PLACES = ("CN", "RoA", "RAS", "Asia", "GLO", "RoW")
"""Places that stand in for one without data, best first: China, the rest of Asia, the world, the rest of the world."""
FORMAT = 2
"""Of the files in the cache: an index of another number has to be imported again."""
_SHOWN = 8
INDEX, PACKAGE, CHECKS = "index.sqlite", "package.zip", "checks.json"
_BLOCK = 1 << 20
_DATASET = (
    "id, name_zh, name_en, aliases, kind, place, year, unit, technology, boundary, covers, gwp_set, note, line, "
    "sources, misses, upstream"
)


def databases_folder() -> Path:
    """Where the user's own databases lie, a folder each."""
    return cache_folder() / "backgrounds"


def checksum(path: Path) -> int:
    """CRC-32 of a file: it finds damage, not forgery, and takes a third of the time of a sha256 on a large index."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found = zlib.crc32(block, found)
    return found


def known_backgrounds() -> list[str]:
    """The core and every database that has been imported."""
    folder = databases_folder()
    found = sorted(p.parent.name for p in folder.glob(f"*/{INDEX}") if ID.fullmatch(p.parent.name))
    return [CORE, *found]


def find_background(name: str = CORE) -> Background:
    """The background of that id. Raises InputError for one that is not there or whose files are damaged."""
    if name == CORE:
        return load_background()
    folder = databases_folder() / name
    if not ID.fullmatch(name) or not (folder / INDEX).is_file():
        from difflib import SequenceMatcher

        known = sorted(known_backgrounds(), key=lambda k: (-SequenceMatcher(None, name, k).ratio(), k))
        params = {"id": name[:80], "known": ", ".join(known[:_SHOWN]) + (", …" if known[_SHOWN:] else "")}
        raise InputError([Problem("background-unknown", At("--background"), "--background", params)])
    return OwnBackground(OwnDatabase(folder), load_background())


@dataclass(frozen=True, slots=True)
class StoredMiss:
    """A miss as the index keeps it: message code with its parameters, place, row, and candidates."""

    code: str
    at: At
    params: Mapping[str, str | float | int]
    process: str
    kind: str
    name: str
    unit: str
    amount: float | None
    place: str
    compartment: str
    candidates: Sequence[Mapping[str, Any]]


class OwnDatabase:
    """One imported database, read from its index as it is asked. Raises InputError where the index is damaged."""

    def __init__(self, folder: Path) -> None:
        import sqlite3

        self.folder = folder
        self.package = folder / PACKAGE
        try:
            self._checks: Mapping[str, Any] = json.loads((folder / CHECKS).read_bytes())
            if checksum(folder / INDEX) != self._checks[INDEX]:
                raise self._damaged()
            # immutable: no lock file and no journal is written beside it, other processes may read at the same time
            self._index = sqlite3.connect(f"{(folder / INDEX).absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            self.about: Mapping[str, Any] = json.loads(self.rows("SELECT value FROM about")[0][0])
        except (sqlite3.Error, OSError, ValueError, LookupError, TypeError) as error:
            raise self._damaged() from error
        if self.about.get("format") != FORMAT:
            raise self._damaged()

    def _damaged(self) -> InputError:
        return InputError([Problem("background-damaged", At("--background"), None, {"id": self.folder.name})])

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query on the index."""
        import sqlite3

        try:
            with closing(self._index.execute(query, tuple(values))) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            raise self._damaged() from error

    @property
    def id(self) -> str:
        """The name under which `--background` finds it."""
        return self.folder.name

    def package_is_whole(self) -> bool:
        """Whether the matrices are those that belong to this index, bit by bit."""
        try:
            return checksum(self.package) == self._checks.get(PACKAGE)
        except OSError:
            return False

    @property
    def source_id(self) -> str:
        """The name under which its rows cite the file that was imported."""
        return f"import:{self.id}"

    @property
    def sha256(self) -> str:
        """Of the linked content, the same on every machine."""
        return str(self.about["sha256"])

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of all datasets, in the order of the matrices."""
        return tuple(str(row[0]) for row in self.rows("SELECT id FROM datasets ORDER BY position"))

    def covers(self) -> list[frozenset[str]]:
        """Categories that each dataset covers, in the order of the matrices."""
        return [_covers(row[0]) for row in self.rows("SELECT covers FROM datasets ORDER BY position")]

    def citations(self) -> list[str]:
        """What each dataset cites, in the order of the matrices."""
        return [str(row[0]) for row in self.rows("SELECT sources FROM datasets ORDER BY position")]

    def citation(self, name: str) -> str:
        """Where a dataset stands, and what it cites; empty for one that is not there."""
        found = self.rows("SELECT file, line, sources FROM datasets WHERE id = ?", (name,))
        return ": ".join(filter(None, (str(At(*found[0][:2])), found[0][2]))) if found else ""

    def dataset(self, name: str) -> Dataset | None:
        """A dataset by id."""
        found = self.rows(f"SELECT {_DATASET} FROM datasets WHERE id = ?", (name,))  # noqa: S608  (a constant)
        return _dataset(found[0]) if found else None

    def datasets(self, word: str | None = None) -> list[Dataset]:
        """All datasets, or those with a word in id, name or alias."""
        query = f"SELECT {_DATASET} FROM datasets"  # noqa: S608  (a constant)
        if word is None:
            return [_dataset(row) for row in self.rows(f"{query} ORDER BY position")]
        like = "%" + re.sub(r"([%_\\])", r"\\\1", name_key(word)) + "%"
        query += " WHERE position IN (SELECT position FROM names WHERE name LIKE ? ESCAPE '\\') ORDER BY position"
        return [_dataset(row) for row in self.rows(query, (like,))]

    def named(self, name: str) -> list[str]:
        """Ids that answer to a name."""
        query = "SELECT DISTINCT d.id FROM names n JOIN datasets d ON d.position = n.position WHERE n.name = ?"
        return [str(row[0]) for row in self.rows(f"{query} ORDER BY d.position", (name_key(name),))]

    def exchanges(self, name: str) -> list[Exchange]:
        """The linked rows of a dataset, per unit of it."""
        query = (
            "SELECT x.kind, x.target, x.compartment, x.amount, x.unit, x.at, x.note, x.uncertainty, x.line "
            "FROM exchanges x JOIN datasets d ON d.position = x.position WHERE d.id = ? ORDER BY x.rowid"
        )
        return [
            Exchange(name, r[0], r[1], r[2], r[3], r[4], self.source_id, r[5], "", "T", r[7], r[6], r[8] or 0)
            for r in self.rows(query, (name,))
        ]

    def users(self, name: str, limit: int) -> list[str]:
        """Datasets that use one."""
        query = (
            "SELECT DISTINCT d.id FROM exchanges x JOIN datasets d ON d.position = x.position "
            "WHERE x.kind = 'input' AND x.target = ? ORDER BY d.position LIMIT ?"
        )
        return [str(row[0]) for row in self.rows(query, (name, limit))]

    def misses(self, name: str | None = None) -> list[StoredMiss]:
        """What was left out of the database, or of one dataset."""
        where, values = ("", ()) if name is None else (" WHERE process = ?", (name,))
        query = (
            "SELECT code, file, line, column_, sheet, cell, params, process, kind, name, unit, amount, place, "  # noqa: S608
            f"compartment, candidates FROM misses{where} ORDER BY rowid"
        )
        return [
            StoredMiss(
                r[0],
                At(r[1], r[2], r[3], r[4], r[5]),
                json.loads(r[6]),
                r[7],
                r[8],
                r[9],
                r[10],
                r[11],
                r[12],
                r[13],
                json.loads(r[14]),
            )
            for r in self.rows(query, values)
        ]


def _covers(text: str) -> frozenset[str]:
    return frozenset(CATEGORIES) if text == "all" else frozenset(filter(None, text.split(";")))


def _dataset(row: tuple[Any, ...]) -> Dataset:
    (id_, zh, en, aliases, kind, place, year, unit, technology, boundary, covers, gwp_set, note, line, _, left, up) = (
        row
    )
    return Dataset(
        id_, zh, en, tuple(filter(None, aliases.split("\n"))), "imported", kind, place, year or 0, unit, technology,
        boundary, None, None, _covers(covers), gwp_set, "", "", note, line or 0, left, up,
    )  # fmt: skip


class _Datasets(Mapping[str, Dataset]):
    """The datasets of a database and then those of the core; a core id that the database has too gives way."""

    def __init__(self, own: OwnDatabase, core: Mapping[str, Dataset]) -> None:
        self._own, self._core, self._seen = own, core, dict[str, Dataset | None]()

    def of_own(self, name: str) -> Dataset | None:
        """A dataset of the database; asked of the index once."""
        if name not in self._seen:
            self._seen[name] = self._own.dataset(name)
        return self._seen[name]

    def __getitem__(self, name: str) -> Dataset:
        found = self.of_own(name)
        return found if found is not None else self._core[name]

    def __iter__(self) -> Iterator[str]:
        own = dict.fromkeys(self._own.ids)
        yield from own
        yield from (name for name in self._core if name not in own)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class OwnBackground(Background):
    """A database of the user's own, beside the core."""

    def __init__(self, own: OwnDatabase, core: Background) -> None:
        import hashlib

        digest = hashlib.sha256(f"{own.sha256} {core.sha256}".encode()).hexdigest()
        manifest = {**core.manifest, **own.about["manifest"], "id": own.id}
        self._both = _Datasets(own, core.datasets)
        super().__init__(core.folder, manifest, self._both, core.materials, digest)
        self.own, self.core = own, core

    @property
    def complete(self) -> bool:
        """Whether the user said at import that the database covers every category."""
        return bool(self.own.about["key"]["complete"])

    def flow(self, name: str) -> list[str]:
        """Dataset ids that answer to a flow name: the database's own, of the best place, else the core's."""
        return [d.id for d in self.named(name)] or self.core.flow(name)

    def named(self, name: str) -> list[Dataset]:
        """Datasets of the database that bear a name: of the first place in order that has any.

        One and the same thing from several places is told by place: China, Asia, the world, the rest of the world.
        """
        found = [d for d in (self._both.of_own(i) for i in self.own.named(name)) if d is not None]
        for place in PLACES:
            here = [d for d in found if d.place == place]
            if here:
                return here
        return found

    def lost(self, name: str) -> list[str]:
        """Names of the first rows of a dataset that did not link, inputs before flows."""
        rows = self.own.rows(
            "SELECT DISTINCT name FROM misses WHERE process = ? AND name <> '' AND kind <> 'process' "
            "ORDER BY kind = 'elementary', rowid LIMIT 4",
            (name,),
        )
        names = [str(row[0]) for row in rows]
        return [*names[:3], "…"] if names[3:] else names

    def alike(self, name: str) -> list[str]:
        """Ids of all datasets of the database that bear a name, whatever their place."""
        return self.own.named(name)

    def origin(self, name: str) -> str:
        """Id of the database that a dataset comes from."""
        return self.id if self._both.of_own(name) else self.core.id

    def nearest(self, name: str, among: Literal["flow", "material", "dataset"], limit: int = 3) -> list[str]:
        """Names like `name` that do exist, best first."""
        if among == "material":
            return self.core.nearest(name, among, limit)
        from rapidfuzz import process

        names = list(self.own.ids)
        if among == "flow":
            names = [str(row[0]) for row in self.own.rows("SELECT name_en FROM datasets ORDER BY position")]
        own = [str(hit[0]) for hit in process.extract(name, names, limit=limit, score_cutoff=60)]
        return list(dict.fromkeys([*own, *self.core.nearest(name, among, limit)]))[:limit]

    def listed(self, word: str | None = None) -> list[Dataset]:
        """The datasets of the database alone, or those with a word in a name."""
        return self.own.datasets(word)

    def citation(self, name: str) -> str:
        """Place and citation of a dataset of the database."""
        return self.own.citation(name)

    def listed_materials(self) -> tuple[Material, ...]:
        """None: an imported database has processes only."""
        return ()

    def cited(self, names: Sequence[str] | None = None) -> dict[str, list[str]]:
        """What each dataset of the database cites; of the core's where they are named."""
        found = {name: [text] if text else [] for name, text in zip(self.own.ids, self.own.citations(), strict=True)}
        if names is None:
            return found
        core = self.core.cited(names)
        return {name: found.get(name, core.get(name, [])) for name in names}

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """The register of the core, and the file that was imported."""
        about = self.own.about
        stated = about["stated"]
        entry = {
            "title": about["title"],
            "licence": stated.get("licence"),
            "access": f"sha256 {about['key']['source']}",
        }
        return {**self.core.sources(), str(about["file"]): entry}

    def exchanges_of(self, name: str) -> list[Exchange]:
        """The rows of one dataset."""
        return self.own.exchanges(name) if self._both.of_own(name) else self.core.exchanges_of(name)

    def users_of(self, name: str, limit: int = 20) -> list[str]:
        """Datasets that use one."""
        return self.own.users(name, limit) if self._both.of_own(name) else self.core.users_of(name, limit)
