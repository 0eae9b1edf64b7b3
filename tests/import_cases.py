"""Sources on disk for the tests of import readers, and the hostile XML that each of them must refuse."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from types import ModuleType

from ecoprod.errors import InputError
from ecoprod.importing.opened import open_source
from ecoprod.importing.records import ForeignDatabase, ForeignExchange, ForeignProcess, Uncertainty
from ecoprod.messages import catalogue

PACKAGE = Path(__file__).resolve().parent.parent / "ecoprod" / "importing"
# text before the root element that no life cycle data needs
BOMB = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LATE = "<!--" + "x" * 9000 + '--><!DOCTYPE a [<!ENTITY x "y">]>'


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """A zip archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def folder(path: Path, files: Mapping[str, str]) -> Path:
    """A folder of these files."""
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return path


def silent(done: int, total: int) -> None:
    """A progress bar that nobody looks at."""


def read(reader: ModuleType, path: Path, progress: Callable[[int, int], None] = silent) -> ForeignDatabase:
    """What a reader makes of a source that it recognises."""
    opened = open_source(path)
    assert reader.recognises(opened)
    database = reader.read(opened, progress)
    assert isinstance(database, ForeignDatabase)
    assert len({process.code for process in database.processes}) == len(database.processes)
    assert not {miss.code for miss in database.misses} - set(catalogue())
    return database


def read_text(reader: ModuleType, folder: Path, text: str, name: str = "file.xml") -> ForeignDatabase:
    """What a reader makes of one file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(reader, path)


def refusal(reader: ModuleType, path: Path) -> tuple[str, ...]:
    """Codes of the problems for which a source is refused; empty where it is read."""
    try:
        reader.read(open_source(path), silent)
    except InputError as error:
        return tuple(problem.code for problem in error.problems)
    return ()


def same(found: Uncertainty | None, expected: Uncertainty | None) -> bool:
    """Whether two distributions are the same to the last digits."""
    if found is None or expected is None:
        return found is expected
    pairs = zip(astuple(found), astuple(expected), strict=True)
    return all(a == b or (None not in (a, b) and math.isclose(a, b, rel_tol=1e-12)) for a, b in pairs)


def row(process: ForeignProcess, name: str) -> ForeignExchange:
    """The one row of this name."""
    (found,) = [exchange for exchange in process.exchanges if exchange.name == name]
    return found


def hostile(text: str) -> Mapping[str, bytes]:
    """One valid document with a document type in every disguise. `text` starts with its root element."""
    declared = {"bomb": BOMB + text, "outside": OUTSIDE + text, "late": LATE + text}
    made = {name: ('<?xml version="1.0"?>' + body).encode() for name, body in declared.items()}
    made["utf16"] = ('<?xml version="1.0" encoding="UTF-16"?>' + OUTSIDE + text).encode("utf-16")
    made["utf16-be"] = ('<?xml version="1.0" encoding="UTF-16"?>' + BOMB + text).encode("utf-16-be")
    return made


def codes_of(module: str) -> set[str]:
    """Message codes that a module of the importing room gives to misses."""
    return set(re.findall(r'"(import-[a-z0-9-]+)"', (PACKAGE / module).read_text("utf-8")))
