"""Elementary flows of a foreign database on the bundled list: by id, name, older name, synonym, CAS number.

The way is tried in this order and the first that leads to one flow is taken; two flows at the end of a way are no
match. A flow that is found in another part of its medium (`air/urban` for `air/rural`) is taken and counted apart.
`lci_data/elementary_names.csv` holds ecoprod's own pairs, each with its reason.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecoprod.importing.compartments import RESOURCE, place_of, stand_ins
from ecoprod.importing.foreign_units import factor_between
from ecoprod.importing.records import Candidate, ForeignExchange
from ecoprod.lca.bundled import TOTAL_FLOW
from ecoprod.lca.cas import cas_number
from ecoprod.lca.flow_words import flow_words
from ecoprod.resources import bundled

if TYPE_CHECKING:
    from ecoprod.lca.bundled import FlowList

FILE = "elementary_names.csv"
WAYS = ("id", "name", "table", "older-name", "synonym", "cas", "only-medium")
_ENERGY = re.compile(r",? *\b([0-9]{1,4}(?:\.[0-9]+)?) *(MJ|GJ) *(?:per|/) *kg\b")
_MEDIUM_IN_NAME = re.compile(
    r",? (in|from) (ground|water|air|land)$|, unspecified$|, unspecified origin$|/kg$|/m3$|,? *\(in MJ\)$"
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A flow on the bundled list. `factor`: list units per unit of the file; `way`: one of WAYS; `part`: exactly there.

    `reason`: why, where ecoprod's own table says so.
    """

    position: int
    factor: float
    way: str
    part: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Why a flow has no place on the list (message code), and what came near."""

    code: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Own:
    name: str
    factor: float
    unit: str
    reason: str


class FlowMapper:
    """Finds flows and remembers what it found: a database names the same flow thousands of times."""

    def __init__(self, flows: FlowList) -> None:
        self.flows = flows
        self._words = flow_words()
        self._codes = {code: position for position, code in enumerate(flows.codes)}
        self._names = {position: (name, *_split(where)) for (name, where), position in flows.index.items()}
        self._parts: dict[tuple[str, str], dict[str, int]] = {}
        for position, (name, medium, part) in self._names.items():
            self._parts.setdefault((_key(name), medium), {})[part] = position
        self._synonyms = _unique(
            ((_key(word), medium), _key(name))
            for position, (name, medium, _) in self._names.items()
            for word in self._words.synonyms[position]
        )
        self._cas = _unique(
            ((cas, medium), _key(name))
            for position, (name, medium, _) in self._names.items()
            if (cas := self._words.cas[position])
        )
        self._own = _own_table()
        self._found: dict[tuple[str, ...], Mapped | Unmapped] = {}

    def find(self, row: ForeignExchange) -> Mapped | Unmapped:
        """Where the flow of a row stands on the list."""
        key = (row.flow or "", row.name, row.unit, row.cas or "", row.direction, *row.compartment)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(row)
        return found

    def _find(self, row: ForeignExchange) -> Mapped | Unmapped:
        if row.kind == "total":
            factor = factor_between(row.unit, "kg CO2-Eq") or factor_between(row.unit, "kg")
            total = Mapped(self.flows.total, factor or 0.0, "name", part=True, reason=TOTAL_FLOW[0])
            return total if factor else Unmapped("refused-unit")
        if row.flow in self._codes:
            return self._with_unit(row, self._codes[str(row.flow)], "id", part=True)
        # what comes in from nature is a resource, whatever the path calls the place where it lies
        place = place_of((RESOURCE, *row.compartment) if row.direction == "in" else row.compartment)
        if place is None:
            return self._only_medium(row)
        return self._in_medium(row, *place)

    def _only_medium(self, row: ForeignExchange) -> Mapped | Unmapped:
        """A flow whose medium the file does not say: taken where its name leads to one medium only."""
        found = [f for m in ("air", "water", "soil") if isinstance(f := self._in_medium(row, m, ""), Mapped)]
        if len(found) != 1 or row.direction == "in":
            return Unmapped("refused-compartment", self._near(row, None))
        return replace(found[0], way="only-medium")

    def _by_energy(self, row: ForeignExchange, medium: str, part: str) -> Mapped | None:
        """`Oil, crude, 42 MJ per kg` by the energy that its name states, as the same fuel in MJ."""
        content = _ENERGY.search(row.name)
        kilograms = factor_between(row.unit, "kg")
        if medium != RESOURCE or content is None or kilograms is None:
            return None
        fuel = replace(row, name=_ENERGY.sub("", row.name), unit="MJ", cas=None)
        found = self._in_medium(fuel, medium, part)
        if not isinstance(found, Mapped):
            return None
        size = float(content[1]) * (1000.0 if content[2] == "GJ" else 1.0)
        return replace(found, factor=found.factor * size * kilograms, reason=f"{content[0].strip(', ')}: by its energy")

    def _in_medium(self, row: ForeignExchange, medium: str, part: str) -> Mapped | Unmapped:
        if (by_energy := self._by_energy(row, medium, part)) is not None:
            return by_energy
        refused: Mapped | Unmapped | None = None
        for way, name, own in self._ways(row, medium):
            parts = self._parts.get((name, medium))
            if not parts:
                continue
            for there in stand_ins(medium, part, list(parts)):
                found = self._with_unit(row, parts[there], way, part=there == part, own=own)
                if isinstance(found, Mapped):
                    return found
                refused = refused or found
        return refused or Unmapped("refused-name", self._near(row, medium))

    def _ways(self, row: ForeignExchange, medium: str) -> list[tuple[str, str, _Own | None]]:
        """(way, name on the list, own pair) to try, in order."""
        key = _key(row.name)
        bare = _key(_MEDIUM_IN_NAME.sub("", row.name))
        ways: list[tuple[str, str, _Own | None]] = [("name", key, None)]
        own = self._own.get((key, medium)) or self._own.get((bare, medium))
        if own is not None:
            ways.append(("table", _key(own.name), own))
        if bare != key:
            ways.append(("name", bare, None))
        older = self._words.renames.get((medium, row.name.casefold()))
        if older:
            ways.append(("older-name", _key(older), None))
        for word in (key, bare):
            if synonym := self._synonyms.get((word, medium)):
                ways.append(("synonym", synonym, None))
        if named := self._cas.get((cas_number(row.cas) or "", medium)):
            ways.append(("cas", named, None))
        return ways

    def _with_unit(
        self, row: ForeignExchange, position: int, way: str, *, part: bool, own: _Own | None = None
    ) -> Mapped | Unmapped:
        unit = self.flows.unit(position)
        factor = factor_between(row.unit, unit)
        if factor is None and own is not None and own.unit:
            # a pair of the table may say how much of one is in the other: kg of crude oil in 1 MJ of it
            into = factor_between(row.unit, own.unit)
            factor = None if into is None else into * own.factor
        elif factor is not None and own is not None and not own.unit:
            factor *= own.factor
        if factor is None:
            return Unmapped("refused-unit", (self._candidate(position, ("refused-unit",)),))
        return Mapped(position, factor, way, part, own.reason if own else "")

    def _near(self, row: ForeignExchange, medium: str | None) -> tuple[Candidate, ...]:
        """The same name elsewhere, else names like it in the same medium."""
        key = _key(row.name)
        elsewhere = [p for (name, _), parts in self._parts.items() if name == key for p in parts.values()]
        if elsewhere:
            return tuple(self._candidate(p, ("refused-compartment",)) for p in elsewhere[:3])
        from rapidfuzz import process

        names = {name: min(parts.values()) for (name, of), parts in self._parts.items() if medium in (None, of)}
        hits = process.extract(key, list(names), limit=3, score_cutoff=70)
        return tuple(self._candidate(names[str(hit[0])], ("refused-name",)) for hit in hits)

    def _candidate(self, position: int, refused: tuple[str, ...]) -> Candidate:
        name, medium, part = self._names[position]
        where = f"{medium}/{part}" if part else medium
        return Candidate(self.flows.codes[position], name, self.flows.unit(position), where, refused)

    def title(self, position: int) -> tuple[str, str]:
        """Name and compartment of a flow as the list writes them."""
        if position == self.flows.total:
            return TOTAL_FLOW
        name, medium, part = self._names[position]
        return name, f"{medium}/{part}" if part else medium


def _split(where: str) -> tuple[str, str]:
    medium, _, part = where.partition("/")
    return medium, part


_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "μ": "u", "µ": "u", "≤": "<", "≥": ">", "–": "-"})


def _key(name: str) -> str:
    """A name as it compares: case, spaces and signs ignored, British and American spellings one."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_GREEK)
    plain = plain.replace("sulph", "sulf").replace("aluminum", "aluminium").replace("cesium", "caesium")
    return re.sub(r"[\s\"'_]+|(?<!\d)[,.;:]|[,.;:](?!\d)", "", plain)


def _unique(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    """(word, medium) -> name for every word that means one name in that medium."""
    found: dict[tuple[str, str], str | None] = {}
    for key, name in pairs:
        found[key] = name if found.get(key, name) == name else None
    return {key: name for key, name in found.items() if name is not None}


def _own_table() -> dict[tuple[str, str], _Own]:
    """Ecoprod's own pairs, by name and medium."""
    path = bundled("lci_data") / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (_key(row["name"]), row["medium"]): _Own(row["flow"], float(row["factor"] or 1), row["unit"], row["reason"])
            for row in csv.DictReader(file)
        }
