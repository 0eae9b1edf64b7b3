"""A linked database into the cache: an index that is asked by name, and its matrices as a Brightway data package.

Both are written into a folder of another name and put in place at once: whoever reads sees the old one or the new one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecoprod.background import name_key
from ecoprod.backgrounds import CHECKS, FORMAT, INDEX, PACKAGE, checksum, databases_folder
from ecoprod.errors import At, InputError, Problem
from ecoprod.importing.link import LinkedDatabase, LinkedRow, lost_rows
from ecoprod.importing.products import Made
from ecoprod.importing.records import Miss, Uncertainty

if TYPE_CHECKING:
    import sqlite3

    from ecoprod.lca.inventory import Triplets
    from ecoprod.lca.package import Distributions

_NEW, _OLD = ".new-", ".old-"
_TRIES = 50
_STALE_SECONDS = 24 * 3600
_TABLES = """
CREATE TABLE about (value TEXT NOT NULL);
CREATE TABLE datasets (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name_zh TEXT, name_en TEXT, aliases TEXT, kind TEXT,
    place TEXT, year INTEGER, unit TEXT, technology TEXT, boundary TEXT, covers TEXT, gwp_set TEXT, note TEXT,
    line INTEGER, file TEXT, sources TEXT, misses INTEGER, upstream INTEGER);
CREATE TABLE names (name TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE exchanges (
    position INTEGER NOT NULL, kind TEXT, target TEXT, compartment TEXT, amount REAL, unit TEXT, at TEXT, note TEXT,
    uncertainty TEXT, line INTEGER);
CREATE TABLE misses (
    code TEXT, file TEXT, line INTEGER, column_ TEXT, sheet TEXT, cell TEXT, params TEXT, process TEXT, kind TEXT,
    name TEXT, unit TEXT, amount REAL, place TEXT, compartment TEXT, candidates TEXT);
"""
_INDICES = """
CREATE INDEX names_by_name ON names (name);
CREATE INDEX exchanges_by_dataset ON exchanges (position);
CREATE INDEX exchanges_by_target ON exchanges (target);
CREATE INDEX misses_by_process ON misses (process);
"""


def keep(
    id_: str, linked: LinkedDatabase, covers: Sequence[frozenset[str]], upstream: Sequence[bool],
    about: Mapping[str, Any],
) -> str:  # fmt: skip
    """Write a database under its id; returns its content's sha256. Raises InputError where the cache is blocked."""
    import sqlite3

    from ecoprod.lca.package import write_package

    parts = _matrices(linked)
    digest = _content(linked, covers, parts)
    about = {**about, "format": FORMAT, "sha256": digest}
    folder = databases_folder()
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        temporary = Path(tempfile.mkdtemp(prefix=_NEW, dir=folder))
        write_package(temporary / PACKAGE, str(about.get("title") or id_), digest, len(linked.made), parts)
        _write_index(temporary / INDEX, linked, covers, upstream, about)
        checks = {name: checksum(temporary / name) for name in (INDEX, PACKAGE)}
        (temporary / CHECKS).write_text(json.dumps(checks), encoding="utf-8", newline="\n")
        _put_in_place(temporary, folder / id_)
    except (OSError, sqlite3.Error) as error:  # SQLite has words of its own for a full disk
        raise _blocked(error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return digest


def writable() -> None:
    """Raises InputError where the cache takes nothing: before a large source is read."""
    folder = databases_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise _blocked(error) from error


def _blocked(error: Exception) -> InputError:
    reason = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
    params = {"name": "ECOPROD_CACHE", "reason": reason}
    return InputError([Problem("import-cache-blocked", At("--background"), None, params)])


def _put_in_place(made: Path, target: Path) -> None:
    """Rename a finished folder to its place; the one that is there steps aside. The last of several at once stays."""
    aside: list[Path] = []
    try:
        for _ in range(_TRIES):
            if target.exists():
                aside.append(Path(tempfile.mkdtemp(prefix=_OLD, dir=target.parent)))
                with contextlib.suppress(FileNotFoundError):  # another import has moved it away already
                    target.rename(aside[-1] / target.name)
            try:
                made.rename(target)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                continue  # another import was there first
            return
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    finally:
        for old in aside:
            shutil.rmtree(old, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed imports left half written a day ago or earlier."""
    for left in (*folder.glob(f"{_NEW}*"), *folder.glob(f"{_OLD}*")):
        try:
            stale = time.time() - left.stat().st_mtime > _STALE_SECONDS
        except FileNotFoundError:
            continue
        if stale:
            shutil.rmtree(left, ignore_errors=True)


def _matrices(linked: LinkedDatabase) -> dict[str, tuple[Triplets, Distributions]]:
    from ecoprod.lca.package import distributions

    technosphere, biosphere = linked.triplets()
    nothing = (0, None, None, None, None)
    inputs = [_spread(r) for r in linked.rows if r.kind == "input"]
    flows = [_spread(r) for r in linked.rows if r.kind != "input"]
    return {
        "technosphere": (technosphere, distributions([nothing] * len(linked.made) + inputs)),
        "biosphere": (biosphere, distributions(flows)),
    }


def _spread(row: LinkedRow) -> tuple[int, float | None, float | None, float | None, float | None]:
    u: Uncertainty | None = row.uncertainty
    return (0, None, None, None, None) if u is None else (u.kind, u.loc, u.scale, u.minimum, u.maximum)


def _content(
    linked: LinkedDatabase, covers: Sequence[frozenset[str]], parts: Mapping[str, tuple[Triplets, Distributions]]
) -> str:
    """sha256 over what the numbers rest on: ids, units, coverage and both matrices, in a fixed byte order."""
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    for one, covered in zip(linked.made, covers, strict=True):
        digest.update(f"{one.id}\0{one.unit}\0{';'.join(sorted(covered))}\n".encode())
    for name in sorted(parts):
        triplets = parts[name][0]
        for array, kind in ((triplets.rows, "<i8"), (triplets.columns, "<i8"), (triplets.values, "<f8")):
            digest.update(array.astype(kind).tobytes())
    return digest.hexdigest()


def _write_index(
    path: Path, linked: LinkedDatabase, covers: Sequence[frozenset[str]], upstream: Sequence[bool],
    about: Mapping[str, Any],
) -> None:  # fmt: skip
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as index:
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        index.executescript(_TABLES)
        index.execute("INSERT INTO about VALUES (?)", (json.dumps(about, ensure_ascii=False),))
        left = lost_rows(linked)
        datasets = (
            _dataset(position, one, covers[position], left[one.id], upstream[position])
            for position, one in enumerate(linked.made)
        )
        _insert(index, "datasets", 19, datasets)
        _insert(index, "names", 2, ((name, n) for n, one in enumerate(linked.made) for name in _names(one)))
        _insert(index, "exchanges", 10, map(_exchange, linked.rows))
        _insert(index, "misses", 15, map(_miss, linked.misses))
        index.executescript(_INDICES)
        index.commit()


def _insert(index: sqlite3.Connection, table: str, columns: int, rows: Iterable[tuple[object, ...]]) -> None:
    index.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608  (names of ours)


def _names(one: Made) -> Iterable[str]:
    names = (one.id, one.name, one.process.name, one.product.name, *one.process.synonyms)
    return dict.fromkeys(name_key(name) for name in names if name)


def _is_chinese(name: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in name)


def _dataset(position: int, one: Made, covers: frozenset[str], left: int, upstream: bool) -> tuple[object, ...]:  # noqa: FBT001
    process = one.process
    chinese = next((n for n in (one.name, *process.synonyms) if _is_chinese(n)), one.name)
    english = next((n for n in (one.name, *process.synonyms) if not _is_chinese(n)), one.name)
    aliases = [n for n in dict.fromkeys((one.product.name, *process.synonyms)) if n and n not in (chinese, english)]
    totals = {e.gwp_set or "unknown" for e in process.exchanges if e.kind == "total"}
    note = f"allocated by {one.allocated}, share {one.share:.6g}" if one.allocated else ""
    return (
        position, one.id, chinese, english, "\n".join(aliases[:20]), "system" if process.system else "unit",
        process.place, process.year, one.unit, process.technology[:2000], process.boundary[:2000],
        ";".join(sorted(covers)), min(totals) if totals else None, note, process.at.line, process.at.file,
        "; ".join(process.sources)[:2000], left, int(upstream),
    )  # fmt: skip


def _exchange(row: LinkedRow) -> tuple[object, ...]:
    source = row.source
    note = " — ".join(filter(None, (f"{source.name} [{row.how}]", source.note[:400])))
    spread = "" if row.uncertainty is None else json.dumps(asdict(row.uncertainty))
    return (
        row.dataset, row.kind, row.target, row.compartment, row.amount, row.unit, str(source.at), note, spread,
        source.at.line,
    )  # fmt: skip


def _miss(miss: Miss) -> tuple[object, ...]:
    at = miss.at
    return (
        miss.code, at.file, at.line, at.column, at.sheet, at.cell, json.dumps(dict(miss.params), ensure_ascii=False),
        miss.process, miss.kind, miss.name, miss.unit, miss.amount, miss.place, miss.compartment,
        json.dumps([asdict(c) for c in miss.candidates], ensure_ascii=False),
    )  # fmt: skip
