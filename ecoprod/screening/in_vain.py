"""What an option sets where it counts nowhere: told, since the design would be the product as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecoprod.product import Part
from ecoprod.readers.fields import Desk
from ecoprod.readers.yamlcells import Node
from ecoprod.screening.table import above
from ecoprod.screening.variants import OF_LEAVES, SETTABLE

_OF_PHANTOMS = ("dataset", "process", "transport")
"""Columns that a heading of parts has no use for."""


def refuse_in_vain(desk: Desk, node: Node, parts: Sequence[str], known: Mapping[str, Part]) -> None:
    """Problems of the columns that one option sets for rows where they come to nothing."""
    given = node.child("set")
    if given is None or not isinstance(given.data, dict):
        return
    columns = [key for key in (*SETTABLE, "at_equal") if given.child(key) is not None and key != "evidence"]
    for name in parts:
        if columns and has_no_share(name, known):
            given.fault(desk, "variants-row-of-no-share", part=name)
            continue
        _of_assembly(desk, given, name, columns, known)
        for column, why in _idle(name, columns, known):
            given.fault(desk, "variants-column-in-vain", column, part=name, column=column, why=f"@in-vain-{why}")


def has_no_share(name: str, known: Mapping[str, Part]) -> bool:
    """Whether a row, or one that it stands in, is an alternate of which no product has any."""
    return any(known[n].alternate_group is not None and known[n].share == 0 for n in above(name, known))


def _of_assembly(desk: Desk, given: Node, name: str, columns: Sequence[str], known: Mapping[str, Part]) -> None:
    """An assembly weighs what it holds, and is of what that is of: columns of its own would change no figure at all."""
    held = [p.id for p in known.values() if p.parent == name and p.table == known[name].table]
    keys = [k for k in ("mass", "at_equal") if k in columns][:1] + [k for k in OF_LEAVES if k in columns]
    for key in keys if held else ():
        code = "variants-column-of-assembly" if key in OF_LEAVES else "variants-mass-of-assembly"
        params = {"part": name, "held": ", ".join(held)[:200]} | ({"column": key} if key in OF_LEAVES else {})
        given.fault(desk, code, key, **params)


def _idle(name: str, columns: Sequence[str], known: Mapping[str, Part]) -> Iterator[tuple[str, str]]:
    """Columns that the kind of a row leaves without effect, each with the reason."""
    row = known[name]
    roles = [role for n in above(name, known) if (role := known[n].role) in ("input", "service")]
    for column in columns:
        if row.phantom and column in _OF_PHANTOMS:
            yield column, "phantom"
        elif row.role == "service" and column == "transport":
            yield column, "service"
        elif roles and column == "end_of_life":
            yield column, str(roles[0])
