"""What the assemblies and parts of designs weigh, level by level, against the first design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecoprod.compare.lines import unlike
from ecoprod.lightweighting import MassChange, lightweighting_rate

Document = dict[str, Any]
Path = tuple[str, ...]


def masses_of(documents: Sequence[Document]) -> list[Document]:
    """Every row of the bills of materials, a part below what it is part of, in the order of the first design's file.

    Rows are the same where their id and all ids above them are. Masses are per product unit, and are not set against
    each other where that is not the same. Null: the design has no such part, or (`present`) its mass is not known.
    """
    trees = [_tree(d["parts"]) for d in documents]
    units = [d["product"]["product_unit"] for d in documents]
    alike = [unit == units[0] for unit in units]
    return [_row(path, [tree.get(path) for tree in trees], alike) for path in _merged(trees)]


def _tree(parts: Sequence[Document]) -> dict[Path, Document]:
    """The rows of a bill of materials by the ids from the top down; phantom rows are no level of their own."""
    rows = {p["id"]: p for p in parts if p["table"] == "bom"}
    return {_path(p, rows): p for p in rows.values() if not p["phantom"]}


def _path(part: Document, rows: Mapping[str, Document]) -> Path:
    found = [part["id"]]
    while (parent := rows.get(part["parent"])) is not None:
        if not parent["phantom"]:
            found.append(parent["id"])
        part = parent
    return tuple(reversed(found))


def _merged(trees: Sequence[Mapping[Path, Document]]) -> Iterator[Path]:
    """All paths, each before those below it; what only later designs have comes after its sisters."""
    below: dict[Path, list[Path]] = {}
    for path in dict.fromkeys(path for tree in trees for path in tree):
        below.setdefault(path[:-1], []).append(path)
    waiting = list(reversed(below.get((), [])))
    while waiting:
        path = waiting.pop()
        yield path
        waiting += reversed(below.get(path, []))


def _row(path: Path, found: Sequence[Document | None], alike: Sequence[bool]) -> Document:
    masses = [part["mass_kg"] if part else None for part in found]
    first = masses[0]
    pairs = [None if n == 0 or not same else mass for n, (mass, same) in enumerate(zip(masses, alike, strict=True))]
    present = [part is not None for part in found]
    return {
        "id": path[-1],
        "parent": path[-2] if len(path) > 1 else None,
        "level": len(path) - 1,
        "name": next(part["name"] for part in found if part),
        "present": present,
        "mass_kg": masses,
        "change_kg": [None if first is None or mass is None else mass - first for mass in pairs],
        "lightweighting_rate": [_rate(first, mass) for mass in pairs],
        "differs": any(unlike(first, mass) for mass in masses[1:]) or len(set(present)) > 1,
    }


def _rate(old: float | None, new: float | None) -> float | None:
    """Share of the first design's mass that is saved; None without two masses above zero."""
    return lightweighting_rate(MassChange(old, new)) if old and new else None
