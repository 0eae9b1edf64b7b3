"""The whole import: weigh, recognise, read, link, judge what is covered, keep; or say why not, nothing written."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from ecoprod.backgrounds import CORE, FORMAT, ID, INDEX, OwnDatabase, StoredMiss, databases_folder
from ecoprod.errors import At, InputError, Problem
from ecoprod.importing.covers import covered
from ecoprod.importing.link import LinkedDatabase, link_database, lost_rows
from ecoprod.importing.loops import without_loops
from ecoprod.importing.opened import Opened, open_source
from ecoprod.importing.records import Candidate, ForeignDatabase, Miss
from ecoprod.importing.store import keep, writable

_PROJECT = "brightway_project"
READERS = (
    _PROJECT, "ecospold2", "ecospold1", "ilcd", "openlca_jsonld", "brightway_excel", "simapro_csv",
)  # fmt: skip
"""Modules of `formats`, in the order in which they are asked whether a source is theirs."""
ENDINGS: Mapping[str, frozenset[str]] = {
    _PROJECT: frozenset({".db"}),
    "ecospold2": frozenset({".spold", ".xml"}),
    "ecospold1": frozenset({".xml"}),
    "ilcd": frozenset({".xml"}),
    "openlca_jsonld": frozenset({".json"}),
    "brightway_excel": frozenset({".xlsx"}),
    "simapro_csv": frozenset({".csv"}),
}
"""Names' endings of the files that a reader reads; a file of another reader's ending beside them is told."""
_MANIFEST = {
    "system_model": "as-imported",
    "allocation": "as-stated-else-amount",
    "biogenic": "factors-of-the-method",
    "capital_goods": "as_in_background",
}
Progress = Callable[[str, int, int], None]
"""Hears a stage (`read`, `link`), how many datasets are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. `already`: the same source was there and nothing changed; `usable` 0: nothing is kept."""

    background: str
    about: Mapping[str, Any]
    already: bool
    usable: int
    database: OwnDatabase | None
    linked: LinkedDatabase | None


def import_source(
    path: Path, background: str | None, *, database: str | None = None, complete: bool = False, replace: bool = False,
    progress: Progress,
) -> Imported:  # fmt: skip
    """Import a file, archive or folder under an id (made of its name where none is given).

    `database`: which one of a Brightway project. `complete`: the user's word that every category is covered.
    `replace`: an older import of that id gives way. Raises InputError for a source that is refused as a whole, for an
    id that is taken, for a system without a solution, and where the cache cannot be written; nothing is kept then.
    """
    opened = open_source(path)
    id_ = _id(background, opened)
    key = {"source": opened.sha256, "database": database or "", "complete": complete, "format": FORMAT}
    there = _there(id_)
    if there is not None and all(there.about.get("key", {}).get(k) == v for k, v in key.items()):
        return Imported(id_, there.about, already=True, usable=len(there.ids), database=there, linked=None)
    if there is not None and not replace:
        params = {"id": id_, "file": str(there.about.get("file", "—"))}
        raise InputError([Problem("import-id-taken", At("--background"), "--background", params)])
    writable()
    try:
        found = _read(opened, database, progress)
        return _keep(id_, opened, found, key, progress, complete=complete)
    except MemoryError as error:
        raise InputError([Problem("import-bomb", At(opened.name), None, {"file": opened.name})]) from error


def _id(background: str | None, opened: Opened) -> str:
    """The id asked for, or the name of the source in small letters and hyphens."""
    if background is None:
        stem = re.sub(r"\.[A-Za-z0-9]{1,6}$", "", opened.name)
        made = "-".join(re.findall("[a-z0-9]+", stem.casefold()))[:60].strip("-")
        background = made if made and made != CORE else "imported"
    if background == CORE or not ID.fullmatch(background):
        raise InputError([Problem("import-bad-id", At("--background"), "--background", {"id": background[:80]})])
    return background


def _there(id_: str) -> OwnDatabase | None:
    """The database of that id; one whose files are damaged is as good as none: importing again mends it."""
    folder = databases_folder() / id_
    try:
        found = OwnDatabase(folder) if (folder / INDEX).is_file() else None
        return found if found is not None and found.package_is_whole() else None
    except (InputError, OSError):
        return None


def _read(opened: Opened, database: str | None, progress: Progress) -> ForeignDatabase:
    for name in READERS:
        reader = importlib.import_module(f"ecoprod.importing.formats.{name}")
        if reader.recognises(opened):
            if database is not None and name != _PROJECT:
                raise InputError([Problem("import-database-elsewhere", At("--database"), None, {"file": opened.name})])
            chosen = (database,) if name == _PROJECT else ()
            found: ForeignDatabase = reader.read(opened, lambda done, of: progress("read", done, of), *chosen)
            return changed(found, misses=(*found.misses, *_of_other_formats(opened, name, found)))
    code = "import-7z" if opened.name.lower().endswith(".7z") else "import-unknown-format"
    raise InputError([Problem(code, At(opened.name), None, {"file": opened.name})])


def _of_other_formats(opened: Opened, name: str, found: ForeignDatabase) -> list[Miss]:
    """Files of a folder or archive that some other reader might have read: named, so that none is lost in silence."""
    told = {miss.at.file for miss in found.misses}
    ours = ENDINGS[name]
    data = frozenset().union(*ENDINGS.values())
    return [
        Miss("import-other-format", At(p.name), {"file": p.name, "format": found.format}, "", "file", p.name)
        for p in opened.pieces
        if p.suffix in data and p.suffix not in ours and p.name not in told
    ]


def _keep(
    id_: str, opened: Opened, found: ForeignDatabase, key: Mapping[str, Any], progress: Progress, *, complete: bool
) -> Imported:
    from ecoprod.lca import elementary_flows

    flows = elementary_flows()
    linked = without_loops(found, lambda of: link_database(of, flows, lambda n, m: progress("link", n, m)))
    about = {
        "id": id_, "title": found.about.get("title") or opened.name, "file": opened.name, "file_format": found.format,
        "key": dict(key), "manifest": {"title": {"zh": id_, "en": id_}, **_MANIFEST}, "stated": dict(found.about),
        "datasets": {"in": max(found.seen, len(found.processes)), "usable": len(linked.made)},
        "linked": linked.counts, "misses": dict(sorted(Counter(m.code for m in linked.misses).items())),
    }  # fmt: skip
    if not linked.made:
        return Imported(id_, about, already=False, usable=0, database=None, linked=linked)
    covers = covered(linked, flows, everything=complete)
    keep(id_, linked, covers, _rests_on_misses(linked), about)
    there = _there(id_)
    return Imported(id_, there.about if there else about, False, len(linked.made), there, linked)  # noqa: FBT003


def _rests_on_misses(linked: LinkedDatabase) -> list[bool]:
    """Whether anything upstream of a dataset, itself apart, has a row that did not link."""
    import numpy as np

    from ecoprod.lca.reach import reached, upstream

    left, technosphere = lost_rows(linked), linked.triplets()[0]
    marks = np.array([[one.id in left] for one in linked.made], dtype=bool)
    return [bool(value) for value in upstream(reached(marks, technosphere), technosphere)[:, 0]]


def miss_rows(imported: Imported) -> list[dict[str, Any]]:
    """Every miss as a plain row for documents and sheets: place, what was asked for, why not, what came near."""
    if imported.linked is not None:
        return [miss_row(m) for m in imported.linked.misses]
    return [] if imported.database is None else stored_rows(imported.database)


def stored_rows(database: OwnDatabase) -> list[dict[str, Any]]:
    """The same of a database in the cache."""
    return [miss_row(m) for m in database.misses()]


def miss_row(miss: Miss | StoredMiss) -> dict[str, Any]:
    """One miss as a plain row."""
    at = miss.at
    return {
        "code": miss.code, "file": at.file, "line": at.line, "column": at.column, "sheet": at.sheet, "cell": at.cell,
        "process": miss.process, "kind": miss.kind, "name": miss.name, "unit": miss.unit, "amount": miss.amount,
        "place": miss.place, "compartment": miss.compartment, "params": dict(miss.params),
        "candidates": [asdict(c) if isinstance(c, Candidate) else dict(c) for c in miss.candidates],
    }  # fmt: skip
