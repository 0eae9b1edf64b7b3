"""Values of a YAML file as cells: the same readers serve tables and YAML, with the line of each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.errors import At, Problem
from ecoprod.readers.fields import Desk, near
from ecoprod.readers.tables import Cell
from ecoprod.yamlfile import Key, YamlFile, dotted


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a YAML file: `data` stands there, under `path`."""

    file: YamlFile
    path: tuple[Key, ...]
    data: object

    def child(self, key: Key) -> Node | None:
        """What stands under a key of this mapping (or index of this list); None where nothing does."""
        value = None
        if isinstance(self.data, dict):
            value = self.data.get(key)
        elif isinstance(self.data, list) and isinstance(key, int):
            value = self.data[key]
        return None if value is None else Node(self.file, (*self.path, key), value)

    def fault(self, desk: Desk, code: str, *below: Key, **params: str | float) -> None:
        """Note a problem with this place, or with a key below it."""
        path = (*self.path, *below)
        desk.problems.append(Problem(code, self.file.at(*path), dotted(path) or None, params))


def mapping(desk: Desk, node: Node | None, known: Sequence[str] | None) -> Node | None:
    """The node if it is a mapping; keys that are not `known` are Problems (None: any key goes)."""
    if node is None:
        return None
    if isinstance(node.data, str) and "：" in node.data:
        _wide_colon(desk, node)
        return None
    if not isinstance(node.data, dict):
        node.fault(desk, "type-mapping", found=_type(node.data), keys=", ".join(known or ("…",)))
        return None
    for key in node.data if known is not None else ():
        if key not in (known or ()) and "：" in str(key):
            node.fault(desk, "yaml-wide-colon", key, line=node.file.at(*node.path, key).line or 1)
        elif key not in (known or ()):
            node.fault(desk, "key-unknown", key, key=str(key)[:60], nearest=near(desk, str(key), known or ()))
    return node


def _wide_colon(desk: Desk, node: Node) -> None:
    """A text where a mapping belongs, with a full-width colon in it: the line that begins with a key and that colon."""
    at = node.file.at(*node.path)
    first = at.line or 1
    line = next((wide for wide in node.file.wide_colons if wide >= first), first)
    desk.problems.append(Problem("yaml-wide-colon", At(at.file, line, at.column), at.column, {"line": line}))


def sequence(desk: Desk, node: Node | None) -> list[Node]:
    """The entries of a list; none for what is not there or no list."""
    if node is None:
        return []
    if not isinstance(node.data, list):
        node.fault(desk, "type-list", found=_type(node.data))
        return []
    children = (node.child(index) for index in range(len(node.data)))
    return [child for child in children if child is not None]


def scalar(desk: Desk, node: Node | None, key: Key) -> Cell | None:
    """The text under a key as a cell; a mapping or a list there is a Problem."""
    found = node.child(key) if node else None
    if found is None:
        return None
    if isinstance(found.data, (dict, list)):
        found.fault(desk, "type-text", found=_type(found.data))
        return None
    return as_cell(found)


def as_cell(node: Node) -> Cell | None:
    """A scalar node as a cell; None for a blank one."""
    text = node.file.text(*node.path)
    return Cell(text.strip(), node.file.at(*node.path), in_table=False) if text and text.strip() else None


def names(desk: Desk, node: Node | None, key: Key) -> tuple[tuple[str, Cell], ...]:
    """One name, several apart by `;` or `,`, or a list of names under a key."""
    found = node.child(key) if node else None
    if found is None:
        return ()
    if isinstance(found.data, list):
        cells = [scalar(desk, found, index) for index in range(len(found.data))]
    else:
        cells = [scalar(desk, node, key)]
    split = [(part.strip(), cell) for cell in cells if cell for part in cell.text.replace(";", ",").split(",")]
    return tuple((part, cell) for part, cell in split if part)


def _type(data: object) -> str:
    return "mapping" if isinstance(data, dict) else "list" if isinstance(data, list) else str(data)[:40]
