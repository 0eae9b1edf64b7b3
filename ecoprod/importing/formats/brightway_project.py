"""A database of a Brightway project: the folder of the project, its `lci/databases.db`, or a base folder with one.

The file is opened read-only and as it lies; records are read without Python's unpickler (see `pickled`). Flows of
nature stand in a database of their own in the project, from where they get name, unit and compartment.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from ecoprod.errors import At, InputError, Params, Problem
from ecoprod.importing.formats.brightway_nodes import FLOW_NODES, KINDS, note, uncertainty, unsaid_product
from ecoprod.importing.jsonfile import number, text
from ecoprod.importing.opened import Opened, Piece, first_bytes
from ecoprod.importing.pickled import NotPlainError, plain
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Miss
from ecoprod.lca.cas import cas_number

FORMAT = "brightway-project"
_MAGIC = b"SQLite format 3\0"
_FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file makes sqlite3 raise; the second where its own message quotes the file."""
_STEP, _STEPS, _BYTES_A_STEP = 100_000, 500, 2_000
"""Steps of SQLite's machine between two looks at the budget, looks for any file, and bytes of it for one more."""
_LONGEST_CELL = 20_000_000
_TABLES = ("activitydataset", "exchangedataset")
_OF_DATA = re.compile(
    r"(numpy|pandas|datetime|decimal|fractions|uuid|collections|pathlib|stats_arrays|bw2data|bw2io)\."
    r"|(__builtin__|builtins)\.(set|frozenset|complex|bytearray)$|copy_?reg\._reconstructor$|_codecs\.encode$"
)
"""Classes that a record may hold by mistake (a numpy number): such a record is left out. Any other is an attack."""


def recognises(opened: Opened) -> bool:
    """Whether the source is, or holds, a file of Brightway's databases."""
    return _MAGIC in first_bytes(_files(opened), 16)


def _files(opened: Opened) -> list[Piece]:
    named = [piece for piece in opened.pieces if PurePosixPath(piece.name).name == "databases.db"]
    return named or (list(opened.pieces) if len(opened.pieces) == 1 else [])


def databases(opened: Opened) -> tuple[str, ...]:
    """Names of the databases that hold processes, in the order of their names. Raises InputError."""
    piece = _file(opened)
    with closing(_connect(piece, opened)) as connection:
        return tuple(_choices(connection, piece))


def read(opened: Opened, progress: Callable[[int, int], None], database: str | None = None) -> ForeignDatabase:
    """One database: the named one, else the only one with processes. Raises InputError listing them otherwise."""
    piece = _file(opened)
    with closing(_connect(piece, opened)) as connection:
        choices = _choices(connection, piece, everything=database is not None)
        params: dict[str, str | float | int] = {"file": piece.name, "databases": ", ".join(choices)[:300] or "-"}
        if database is None and len(choices) != 1:
            raise InputError([Problem("import-database-needed", At(piece.name), None, params)])
        if database is not None and database not in choices:
            params["name"] = database[:80]
            raise InputError([Problem("import-database-missing", At(piece.name), None, params)])
        try:
            return _database(connection, piece, database or choices[0], progress)
        except _FAULTS as error:
            raise _broken(piece, error) from error


def _file(opened: Opened) -> Piece:
    found = _files(opened)
    if len(found) > 1:  # Brightway makes an empty project `default` beside every other
        found = [piece for piece in found if _holds_any(piece, opened)] or found
    if len(found) > 1:
        projects = ", ".join(PurePosixPath(piece.name).parent.parent.name for piece in found)[:300]
        params: Params = {"file": opened.name, "projects": projects}
        raise InputError([Problem("import-project-needed", At(opened.name), None, params)])
    if not found or opened.head(found[0], 16) != _MAGIC:
        params = {"file": opened.name, "reason": "no SQLite file"}
        raise InputError([Problem("import-sqlite", At(opened.name), None, params)])
    return found[0]


def _holds_any(piece: Piece, opened: Opened) -> bool:
    if opened.head(piece, 16) != _MAGIC:
        return False
    with closing(_connect(piece, opened)) as connection:
        return bool(_choices(connection, piece))


def _broken(piece: Piece, error: Exception) -> InputError:
    reason = f"{type(error).__name__}: {error}"[:120].replace("\n", " ")
    return InputError([Problem("import-sqlite", At(piece.name), None, {"file": piece.name, "reason": reason})])


def _connect(piece: Piece, opened: Opened) -> sqlite3.Connection:
    """The file, read-only, with both of its tables. Raises InputError; nothing is written beside the file."""
    if piece.member is None:
        for ending in ("-wal", "-journal"):
            beside = piece.source.with_name(piece.source.name + ending)
            if beside.is_file() and beside.stat().st_size:
                params: Params = {"file": piece.name, "other": beside.name}
                raise InputError([Problem("import-database-busy", At(piece.name), None, params)])
        address = piece.source.resolve().as_uri() + "?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True)
    else:
        connection = sqlite3.connect(":memory:")
    try:
        if piece.member is not None:
            connection.deserialize(next(raw for _, raw in opened.only([piece]).read()))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # sorting writes no file of its own
        budget = iter(range(_STEPS + piece.size // _BYTES_A_STEP))
        # pages that point at each other are rows without end: the work is bounded by the size of the file
        connection.set_progress_handler(lambda: int(next(budget, None) is None), _STEP)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        # a view or a virtual table of that name could run for ever
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {name for name, sql in rows if str(sql).upper().startswith("CREATE TABLE")}
        if not tables >= set(_TABLES):
            raise sqlite3.DatabaseError("no tables of Brightway")
        # a computed column would run an expression of the file's for every row
        hidden = [row[6] for name in _TABLES for row in connection.execute(f"PRAGMA table_xinfo({name})")]
        if any(hidden):
            raise sqlite3.DatabaseError("computed columns")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    except _FAULTS as error:
        connection.close()
        raise _broken(piece, error) from error
    return connection


def _choices(connection: sqlite3.Connection, piece: Piece, *, everything: bool = False) -> list[str]:
    """Databases with exchanges of their own; all of them where none has any, or where `everything` is asked for."""
    try:
        having = connection.execute("SELECT DISTINCT output_database FROM exchangedataset").fetchall()
        all_of_them = connection.execute("SELECT DISTINCT database FROM activitydataset").fetchall()
    except _FAULTS as error:
        raise _broken(piece, error) from error
    return sorted(name for (name,) in (all_of_them if everything else having or all_of_them) if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class _Node:
    """An activity or a flow of any database of the project."""

    database: str
    code: str
    at: At
    data: Mapping[str, Any]
    place: str

    @property
    def name(self) -> str:
        return text(self.data, "name")

    @property
    def product(self) -> str:
        return text(self.data, "reference product")

    @property
    def unit(self) -> str:
        return text(self.data, "unit")

    @property
    def is_flow(self) -> bool:
        return text(self.data, "type").lower() in FLOW_NODES

    @property
    def compartment(self) -> tuple[str, ...]:
        found = self.data.get("categories")
        return tuple(str(part) for part in found) if isinstance(found, (tuple, list)) else ()


_Nodes = Mapping[tuple[str, str], _Node]


def _database(
    connection: sqlite3.Connection, piece: Piece, database: str, progress: Callable[[int, int], None]
) -> ForeignDatabase:
    misses = list[Miss]()
    nodes = {(node.database, node.code): node for node in _nodes(connection, piece, database, misses)}
    lost = {miss.process for miss in misses}
    own = [node for node in nodes.values() if node.database == database and not node.is_flow]
    rows, unmade = _exchanges(connection, piece, database, nodes, misses)
    made = list[ForeignProcess]()
    for done, node in enumerate(own, start=1):
        found = _process(node, rows.pop(node.code, []), unmade, misses)
        if found is not None:
            made.append(found)
        progress(done, len(own))
    for code in rows:
        if code not in lost and (database, code) not in nodes:
            params: Params = {"code": code[:80]}
            misses.extend(Miss("import-output-missing", e.at, params, code, e.kind, e.name, e.unit) for e in rows[code])
    seen = len(own) + sum(miss.kind == "process" for miss in misses)
    if not own:
        misses.append(Miss("import-no-processes", At(piece.name), {"file": piece.name, "held": database}))
    return ForeignDatabase(FORMAT, tuple(made), tuple(misses), seen, {"title": database})


def _blob(raw: object, at: At, code: str, kind: str) -> dict[str, Any] | Miss:
    try:
        found = plain(raw) if isinstance(raw, bytes) else None
    except NotPlainError as error:
        if error.name:
            if not _OF_DATA.match(error.name):
                raise InputError([Problem("import-pickle-hostile", at, None, {"name": error.name})]) from error
            return Miss("import-pickle-class", at, {"name": error.name}, code, kind, code)
        return Miss("import-pickle-broken", at, {"reason": str(error)}, code, kind, code)
    if not isinstance(found, dict):
        return Miss("import-pickle-broken", at, {"reason": "no record"}, code, kind, code)
    return found


def _nodes(connection: sqlite3.Connection, piece: Piece, database: str, misses: list[Miss]) -> Iterator[_Node]:
    """Nodes of the database and of those that it refers to."""
    rows = connection.execute(
        "SELECT id, database, code, location, data FROM activitydataset WHERE database = ? OR database IN "
        "(SELECT DISTINCT input_database FROM exchangedataset WHERE output_database = ?) ORDER BY id",
        (database, database),
    )
    for number_, holder, code, place, raw in rows:
        at = At(piece.name, column=f"activitydataset {number_}")
        if not isinstance(holder, str) or not isinstance(code, str):
            misses.append(Miss("import-pickle-broken", at, {"reason": "no code"}))
            continue
        data = _blob(raw, at, code, "process" if holder == database else "flow")
        if isinstance(data, Miss):
            misses.append(data)
        else:
            yield _Node(holder, code, at, data, place if isinstance(place, str) else text(data, "location"))


def _exchanges(
    connection: sqlite3.Connection, piece: Piece, database: str, nodes: _Nodes, misses: list[Miss]
) -> tuple[dict[str, list[ForeignExchange]], set[str]]:
    """Rows by the code of their process, and the codes of processes that lost a production row."""
    found: dict[str, list[ForeignExchange]] = {}
    unmade = set[str]()
    rows = connection.execute(
        "SELECT id, input_database, input_code, output_code, type, data FROM exchangedataset "
        "WHERE output_database = ? ORDER BY id",
        (database,),
    )
    for number_, holder, code, process, kind, raw in rows:
        at = At(piece.name, column=f"exchangedataset {number_}")
        data = _blob(raw, at, str(process), str(kind))
        made: ForeignExchange | Miss
        if isinstance(data, Miss):
            made = data
        else:
            target = (str(holder), str(code))
            made = _exchange(data, str(kind), target, nodes, at, (database, str(process)), misses)
        if isinstance(made, ForeignExchange):
            found.setdefault(str(process), []).append(made)
        else:
            misses.append(made)
            if KINDS.get(str(kind)) == "product":
                unmade.add(str(process))
    return found, unmade


def _exchange(
    data: Mapping[str, Any], type_: str, target: tuple[str, str], nodes: _Nodes, at: At, of: tuple[str, str],
    misses: list[Miss],
) -> ForeignExchange | Miss:  # fmt: skip
    (database, process), (holder, code) = of, target
    kind, amount, node = KINDS.get(type_), number(data.get("amount")), nodes.get(target)
    name = (node.name if node else "") or text(data, "name") or code
    unit = (node.unit if node else "") or text(data, "unit")
    if kind is None or amount is None or not unit:
        why = "import-exchange-type" if kind is None else "import-amount" if amount is None else "import-unit-missing"
        if why == "import-unit-missing" and node is None:
            why = "import-input-missing"
        params = {
            "name": name, "kind": type_[:40], "value": str(data.get("amount"))[:40], "code": code[:80],
            "database": holder[:80],
        }  # fmt: skip
        return Miss(why, at, params, process, kind or "", name, unit, amount)
    spread = uncertainty(lambda key: number(data.get(key)), name, at, process, misses)
    product = node.product if node else ""
    said = note(
        database="" if holder == database or kind == "elementary" else holder,
        product=product if kind in {"input", "avoided"} and product != name else "",
        formula=text(data, "formula"),
    )
    place = (node.place if node else text(data, "location")) or None
    made = ForeignExchange(kind, name, amount, unit, at, code, place=place, uncertainty=spread, note=said)
    if kind == "elementary":
        cas = cas_number(node.data.get("CAS number")) if node else None
        return replace(made, compartment=node.compartment if node else (), cas=cas)
    if kind == "product":
        return replace(made, name=product or name)
    inside = holder == database and node is not None and not node.is_flow
    # of another database: a namesake here is another thing
    elsewhere = f"{holder}: {code}" if holder != database else None
    return replace(made, provider=code if inside else elsewhere)


def _process(node: _Node, rows: list[ForeignExchange], unmade: set[str], misses: list[Miss]) -> ForeignProcess | None:
    if not any(row.kind == "product" for row in rows):
        if node.code in unmade or not node.unit:
            name = node.name or node.code
            misses.append(Miss("import-no-product", node.at, {"process": name}, node.code, name=name))
            return None
        rows = [unsaid_product(node.product or node.name, node.unit, node.at, node.code, node.place), *rows]
    synonyms = node.data.get("synonyms")
    several = sum(row.kind == "product" for row in rows) > 1
    return ForeignProcess(
        node.code,
        node.name or node.code,
        node.at,
        tuple(rows),
        node.place,
        reference=node.product or None if several else None,
        synonyms=tuple(s for s in synonyms if isinstance(s, str)) if isinstance(synonyms, (list, tuple)) else (),
    )
