"""Who makes what a process uses: by stated provider, by flow id, by name, unit and place, in a stated order of places.

Order of places: the row's own, the user's (the process that needs it), then China, Asia, the world, the rest of the
world. Two that are equal are no match but a miss that names both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.backgrounds import PLACES
from ecoprod.importing.foreign_units import factor_between, foreign
from ecoprod.importing.products import Made, name_key
from ecoprod.importing.records import Candidate, ForeignExchange

_SHOWN = 3
_ENOUGH = 60


@dataclass(frozen=True, slots=True)
class Provider:
    """Position of the dataset that serves a row, its units per unit of the row, and how it was found.

    `way`: `provider | flow | name`; `fallback`: the place taken instead of the one asked for, empty for the same.
    """

    position: int
    factor: float
    way: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class NoProvider:
    """Why nobody serves a row (message code), and who came near."""

    code: str
    candidates: tuple[Candidate, ...]


class Market:
    """All datasets of a database as suppliers."""

    def __init__(self, made: Sequence[Made]) -> None:
        self._made = made
        self._by_code: dict[str, list[int]] = {}
        self._by_flow: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        for position, one in enumerate(made):
            self._by_code.setdefault(one.process.code, []).append(position)
            if one.product.flow:
                self._by_flow.setdefault(one.product.flow, []).append(position)
            for name in dict.fromkeys((name_key(one.product.name), name_key(one.process.name))):
                self._by_name.setdefault(name, []).append(position)
            for word in words_of(f"{one.product.name} {one.process.name}"):
                self._words.setdefault(word, []).append(position)
        self._near: dict[tuple[str, str, str], tuple[Candidate, ...]] = {}

    def find(self, row: ForeignExchange, user: int) -> Provider | NoProvider:
        """The dataset that serves a row of another (`user`, its position), or why there is none.

        A provider that the file names and does not hold is a miss, whatever bears the same name here. Unless named, a
        process serves itself only where nothing else makes the thing.
        """
        user_place = self._made[user].process.place
        refused: list[tuple[int, str]] = []
        ways = self._ways(row)
        if row.provider and row.provider not in self._by_code:
            near = [self._candidate(p, "refused-provider") for _, found in ways for p in found[:_SHOWN]]
            return NoProvider("import-provider-absent", tuple(near[:_SHOWN]))
        for way, found in ways:
            others = [p for p in found if self._made[p].process is not self._made[user].process]
            found = others if others and way != "provider" else found  # noqa: PLW2901  (the rest goes by these)
            alike = [p for p in found if factor_between(row.unit, self._made[p].unit) is not None]
            able = set(alike)
            refused += [(p, "refused-unit") for p in found if p not in able]
            if not alike:
                continue
            best = self._placed(alike, row.place, user_place) if way != "provider" else alike
            best = self._meant(best, row)
            if len(best) == 1:
                there, wanted = self._made[best[0]].process.place, row.place or user_place
                fallback = there if wanted and there != wanted and way != "provider" else ""
                return Provider(best[0], factor_between(row.unit, self._made[best[0]].unit) or 0.0, way, fallback)
            return NoProvider("import-ambiguous", tuple(self._candidate(p, "refused-equal") for p in best[:8]))
        near = [self._candidate(p, reason) for p, reason in refused[:_SHOWN]]
        return NoProvider("import-no-provider", tuple(near) or self._nearest(row))

    def _ways(self, row: ForeignExchange) -> list[tuple[str, list[int]]]:
        ways: list[tuple[str, list[int]]] = []
        if row.provider and row.provider in self._by_code:
            ways.append(("provider", self._by_code[row.provider]))
        if row.flow and row.flow in self._by_flow:
            ways.append(("flow", self._by_flow[row.flow]))
        if named := self._by_name.get(name_key(row.name)):
            ways.append(("name", named))
        return ways

    def _placed(self, found: Sequence[int], asked: str | None, user_place: str) -> list[int]:
        """Those of the first place in order that has any; all of them where no place is told apart."""
        for place in dict.fromkeys((asked, user_place, *PLACES)):
            here = [p for p in found if self._made[p].process.place == place]
            if place and here:
                return here
        return list(found)

    def _meant(self, found: list[int], row: ForeignExchange) -> list[int]:
        """Of several (the co-products of a stated provider), those with the row's flow id, else with its name."""
        if len(found) > 1 and row.flow:
            found = [p for p in found if self._made[p].product.flow == row.flow] or found
        if len(found) > 1:
            key = name_key(row.name)
            found = [p for p in found if name_key(self._made[p].product.name) == key] or found
        return found

    def _candidate(self, position: int, *refused: str) -> Candidate:
        one = self._made[position]
        return Candidate(one.id, one.name, one.unit, one.process.place, refused)

    def _nearest(self, row: ForeignExchange) -> tuple[Candidate, ...]:
        """Datasets with a name like it, and all in which they differ."""
        key = (row.name, row.unit, row.place or "")
        if key not in self._near:
            self._near[key] = self._search(row)
        return self._near[key]

    def _search(self, row: ForeignExchange) -> tuple[Candidate, ...]:
        from rapidfuzz import fuzz, process

        # compared are those that share one of the rarest words: 20,000 names for every miss would take minutes
        words = sorted((w for w in words_of(row.name) if w in self._words), key=lambda w: (len(self._words[w]), w))
        pool = list(dict.fromkeys(p for w in words[:3] for p in self._words[w][:300]))
        names = {p: self._made[p].product.name or self._made[p].name for p in pool}
        hits = process.extract(row.name, names, scorer=fuzz.token_sort_ratio, limit=_SHOWN, score_cutoff=_ENOUGH)
        return tuple(self._differs(row, int(hit[2])) for hit in hits)

    def _differs(self, row: ForeignExchange, position: int) -> Candidate:
        one, refused = self._made[position], ["refused-name"]
        if foreign(row.unit).dimension != foreign(one.unit).dimension:
            refused.append("refused-unit")
        if row.place and row.place != one.process.place:
            refused.append("refused-place")
        return self._candidate(position, *refused)


def words_of(name: str) -> set[str]:
    """Words of a name; of Chinese text, which has no spaces, its signs and pairs of them."""
    words = {w for w in name_key(name).split() if len(w) > 2}
    for run in re.findall(r"[\u4e00-\u9fff]+", name):
        words.update(run, (run[i : i + 2] for i in range(len(run) - 1)))
    return words
