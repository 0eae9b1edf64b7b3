"""Damaged files of every kind: whatever is broken in them, a reader gives misses or an input problem, never a fault."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import test_import_brightway_excel as excel
import test_import_brightway_project as projects
import test_import_jsonld as jsonld
import test_import_simapro as simapro

import ecoprod
from ecoprod.errors import InputError
from ecoprod.importing.formats import brightway_excel, brightway_project, openlca_jsonld, simapro_csv
from ecoprod.importing.opened import open_source
from ecoprod.messages import catalogue

_PIECES = [b'"', b";", b"\n", b"{", b"\x7f", b"\0", b"End\n", b"Process\n", b"1e999", b"null", b"-", b"NaN", b"\xff"]
_VALUES: list[Any] = [None, True, [], {}, "", "x", 0, -1, 1e308, [{}], {"@id": 3}, "a/b", [None], 10**400]
ROUNDS = 60


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Bytes with some changed, cut out or put in."""
    found = bytearray(raw)
    for _ in range(chance.choice([1, 2, 5, 20])):
        place, kind = chance.randrange(len(found)), chance.random()
        if kind < 0.4:
            found[place] = chance.randrange(256)
        elif kind < 0.6:
            del found[place : place + chance.choice([1, 2, 10, 100])]
        else:
            found[place:place] = chance.choice(_PIECES)
        found = found or bytearray(b" ")
    return bytes(found)


def twisted(document: Any, chance: random.Random) -> Any:
    """A document with values of the wrong kind."""
    found = json.loads(json.dumps(document))
    node = found
    while isinstance(node, (dict, list)) and node:
        key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
        if chance.random() < 0.3 or not isinstance(node[key], (dict, list)):
            node[key] = chance.choice(_VALUES)
            break
        node = node[key]
    return found


def _simapro(folder: Path, chance: random.Random) -> Path:
    text = chance.choice([simapro.HEADER + simapro.PROCESS + simapro.ENDING, simapro.OLD])
    return simapro.written(folder, damaged(text.encode("cp1252"), chance))


def _jsonld(folder: Path, chance: random.Random) -> Path:
    documents = jsonld.system(chance.choice([1, 2]))
    return jsonld.packed(folder, {name: twisted(one, chance) for name, one in documents.items()})


def _excel(folder: Path, chance: random.Random) -> Path:
    rows = [[chance.choice(_VALUES[4:9]) if chance.random() < 0.1 else value for value in row] for row in excel.MILL]
    path = excel.book(folder, {"lci": rows})
    if chance.random() < 0.5:
        path.write_bytes(damaged(path.read_bytes(), chance))
    return path


def _project(folder: Path, chance: random.Random) -> Path:
    path = folder / "databases.db"
    if not (folder / "demo.1a2b3c4d").exists():
        projects.project(folder)
    raw = (folder / "demo.1a2b3c4d" / "lci" / "databases.db").read_bytes()
    if chance.random() < 0.3:
        path.write_bytes(damaged(raw, chance))
        return path
    # the records fill the ends of the pages: bytes changed in place leave the file whole and harm them
    changed = bytearray(raw)
    filled = [place for place in range(4_096, len(raw)) if raw[place]]
    for place in chance.sample(filled, 10):
        changed[place] = chance.randrange(256)
    path.write_bytes(changed)
    return path


@pytest.mark.parametrize(
    ("reader", "make"),
    [
        (simapro_csv, _simapro), (openlca_jsonld, _jsonld), (brightway_excel, _excel), (brightway_project, _project),
    ],
    ids=["simapro", "jsonld", "excel", "project"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_damage_is_never_a_fault(reader: Any, make: Callable[[Path, random.Random], Path], tmp_path: Path) -> None:
    chance, ends = random.Random(32161), set[str]()
    for _ in range(ROUNDS):
        path = make(tmp_path, chance)
        try:
            opened = open_source(path)
            reader.recognises(opened)
            ends |= {miss.code for miss in reader.read(opened, lambda done, total: None).misses} or {"whole"}
        except InputError as error:
            ends |= {problem.code for problem in error.problems}
    assert len(ends) > 2  # the damage was felt in several ways


def test_every_code_of_the_importing_room_has_words_and_a_remedy() -> None:
    used = set[str]()
    for path in (Path(ecoprod.__file__).parent / "importing").rglob("*.py"):
        used |= set(re.findall(r'"(import-[a-z0-9-]+)"', path.read_text("utf-8")))
    assert len(used) > 30
    assert not {code for code in used if "fix" not in catalogue().get(code, {})}
