"""Foundation: the ledger. Every number of a result has an entry here that names what it rests on.

Ids are meaningful and stable: `bom:A12/mass`, `lci:steel-cold-rolled-cn`, `ind:recyclability-rate`,
`lim:phosphate@2016-05-01`. They come from part and indicator ids, never from row numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ecoprod.errors import At, ModelError

Kind = Literal["read", "looked_up", "computed", "assumed"]
Value = float | str | bool | None


class Entry(NamedTuple):
    """One number (or word) and where it comes from. A tuple: thousands are made for one design of a screening.

    `by` names the function or rule that made it, or for `assumed` the reason;
    leaves (`read`, `looked_up`, `assumed`) carry `at` (file and line) or `source`.
    """

    id: str
    value: Value
    unit: str | None
    kind: Kind
    by: str
    inputs: tuple[str, ...] = ()
    at: At | None = None
    source: str | None = None


class Ledger:
    """Append-only record of every number of one assessment, in the order they were made."""

    __slots__ = ("_assumed", "_entries")

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._assumed: list[Entry] = []

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, entry_id: str) -> Entry:
        return self._entries[entry_id]

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None."""
        return self._entries.get(entry_id)

    def _add(self, entry: Entry) -> str:
        known = self._entries.get(entry.id)
        if known is None:
            self._entries[entry.id] = entry
            if entry.kind == "assumed":
                self._assumed.append(entry)
        elif known != entry:
            raise ModelError(f"ledger id written twice with different content: {entry.id}")
        return entry.id

    def read(self, entry_id: str, value: Value, unit: str | None, at: At) -> str:
        """Record a value read from an input file; returns its id."""
        return self._add(Entry(entry_id, value, unit, "read", "", (), at, None))

    def looked_up(self, entry_id: str, value: Value, unit: str | None, source: str, by: str = "") -> str:
        """Record a value taken from the data or the standards library; `source` cites it."""
        return self._add(Entry(entry_id, value, unit, "looked_up", by, (), None, source))

    def computed(self, entry_id: str, value: Value, unit: str | None, by: str, inputs: Sequence[str]) -> str:
        """Record a calculated value; `inputs` are ids that must stand in the ledger too."""
        return self._add(Entry(entry_id, value, unit, "computed", by, tuple(inputs)))

    def assumed(
        self, entry_id: str, value: Value, unit: str | None, by: str, source: str, inputs: Sequence[str] = ()
    ) -> str:
        """Record an assumption: `by` is the message code of its reason, `source` who makes it and why."""
        return self._add(Entry(entry_id, value, unit, "assumed", by, tuple(inputs), None, source))

    def assumptions(self) -> tuple[Entry, ...]:
        """All assumptions, in the order they were made: every report shows them."""
        return tuple(self._assumed)
