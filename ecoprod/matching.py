"""Proposals: which datasets of a database stand behind the names of a product, ranked, each with its reasons.

Comes in: a product folder and a background. Goes out: one `Proposal` a name, best candidates first; a person reads,
corrects and commits them as `mapping.csv`. Nothing is linked here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecoprod.background import Background, Dataset, Material
from ecoprod.backgrounds import PLACES
from ecoprod.errors import InputError
from ecoprod.importing.products import name_key
from ecoprod.importing.providers import words_of
from ecoprod.product import MappingRow, Product
from ecoprod.readers import read_product
from ecoprod.trace import Ledger
from ecoprod.units import UnitError, conversion, same_dimension

KEPT = 5
"""Candidates shown for a name."""
ENOUGH = {"material": 75.0, "flow": 70.0, "mode": 60.0}
"""Likeness of names (0..100) below which a dataset is no candidate: unlike things share a word by chance."""
_EMPTY = frozenset(
    ("at", "for", "of", "the", "and", "in", "from", "to", "by", "plant", "production", "market", "process",
     "transport", "freight", "average", "mix", "生产", "运输")
)  # fmt: skip
"""Words that say how databases name things, not what they are: they make no two names alike."""
_POOL = 400
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLACE_IN_NAME = re.compile(r"[{(（【\[]\s*[A-Z]{2,3}\s*[})）】\]]")
_PLACE_POINTS = {place: 8.0 - n for n, place in enumerate(PLACES)}
_NEWEST, _OLDEST, _YEAR_POINTS = 2025, 1995, 4.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that a product uses. `kind`: `material | flow | mode`; `unit`: that its dataset must serve."""

    name: str
    kind: str
    unit: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate. `likeness`: of the names, 0..100, with `like` the name it is like; `factor`: its units per unit.

    `points`: what place, year and technology add. `refused`: message code why it cannot serve, None where it can.
    """

    dataset: Dataset
    likeness: float
    like: str
    points: float
    technology: tuple[str, ...]
    factor: float | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates of one name, best first; those that are refused (another kind of unit) apart."""

    wanted: Wanted
    candidates: tuple[Ranked, ...]
    refused: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """`kept`: the rows that the product's mapping has already; `made`: a proposal for every other name."""

    kept: tuple[MappingRow, ...]
    made: tuple[Proposal, ...]


def propose(path: Path, background: Background) -> Proposals:
    """A proposal for every material, flow and transport mode of a product that no row of its mapping settles yet.

    Raises InputError for a product that cannot be read.
    """
    reading = read_product(path, Ledger())
    if reading.product is None:
        raise InputError(reading.problems)
    rows = reading.product.mapping
    settled = {name_key(row.material) for row in rows if row.background in (None, "", background.id)}
    shelf = _Shelf(background.listed())
    wanted = [w for w in names_of(reading.product, background) if name_key(w.name) not in settled]
    return Proposals(rows, tuple(shelf.proposal(one) for one in wanted))


def names_of(product: Product, background: Background) -> list[Wanted]:
    """Every name of a product that a dataset has to stand behind, once, in the order of the files."""
    found: dict[tuple[str, str], Wanted] = {}

    def add(name: str | None, kind: str, unit: str) -> None:
        if name and (kind, name_key(name)) not in found:
            found[kind, name_key(name)] = Wanted(name, kind, unit, _words(name, kind, background))

    for part in (*product.parts, *product.packaging):
        if part.dataset is None:
            add(part.material, "material", "kg")
        for coating, *_ in part.coatings:
            add(coating, "material", "kg")
        for leg in part.transport:
            add(leg.mode, "mode", "tkm")
    for leg in product.distribution:
        add(leg.mode, "mode", "tkm")
    for row in product.processes:
        if row.what == "flow" and row.amount is not None:
            add(row.name, "flow", row.amount.unit)
    for flow in product.use.flows if product.use else ():
        if flow.what == "flow" and flow.amount is not None:
            add(flow.name, "flow", flow.amount.unit)
    return list(found.values())


def _words(name: str, kind: str, background: Background) -> tuple[str, ...]:
    """The name and what else the same thing is called, in both languages."""
    other: list[str] = []
    things: list[Material | Dataset] = list(background.material(name)) if kind == "material" else []
    things += [background.datasets[i] for i in ([m.dataset for m in things if isinstance(m, Material)]) if i]
    if kind == "flow":
        things += [background.datasets[i] for i in background.flow(name)]
    if kind == "mode" and (dataset := background.mode(name)):
        things.append(background.datasets[dataset])
    for thing in things:
        other += [thing.name_en, thing.name_zh, *thing.aliases]
    return tuple(dict.fromkeys(word for word in (name, *other) if word))


class _Shelf:
    """The datasets of a database by the words of their names."""

    def __init__(self, datasets: Sequence[Dataset]) -> None:
        self._datasets = datasets
        self._titles = [[d.name_en, d.name_zh, *d.aliases] for d in datasets]
        self._by_word: dict[str, list[int]] = {}
        for position, titles in enumerate(self._titles):
            for word in words_of(" ".join(titles)):
                self._by_word.setdefault(word, []).append(position)

    def proposal(self, wanted: Wanted) -> Proposal:
        """The best candidates for a name."""
        ranked = [self._ranked(position, wanted) for position in self._pool(wanted)]
        near = sorted(
            (r for r in ranked if r.likeness >= ENOUGH[wanted.kind]),
            key=lambda r: (-r.likeness - r.points, r.dataset.id),
        )
        able = tuple(r for r in near if r.refused is None)[:KEPT]
        return Proposal(wanted, able, tuple(r for r in near if r.refused is not None)[:KEPT])

    def _pool(self, wanted: Wanted) -> list[int]:
        """Datasets that share a rare word with one of the names."""
        found: dict[int, None] = {}
        for name in wanted.words:
            known = sorted((w for w in words_of(name) if w in self._by_word), key=lambda w: len(self._by_word[w]))
            for word in known[:2]:
                found.update(dict.fromkeys(self._by_word[word][:_POOL]))
        return list(found)

    def _ranked(self, position: int, wanted: Wanted) -> Ranked:
        from rapidfuzz import fuzz

        dataset, best, like = self._datasets[position], 0.0, ""
        for name in wanted.words:
            key = _said(name)
            for title in map(_said, self._titles[position]):
                # a name within a longer one counts, the more of the longer one it is
                score = (fuzz.token_set_ratio(key, title) + fuzz.token_sort_ratio(key, title)) / 2
                if _CHINESE.search(key):  # Chinese is written without spaces: a name within a longer one is no token
                    score = max(score, (fuzz.partial_ratio(key, title) + fuzz.ratio(key, title)) / 2)
                if score > best:
                    best, like = score, name
        technology = tuple(sorted(words_of(wanted.name) & words_of(dataset.technology)))[:3]
        year = max(0.0, min(1.0, (dataset.year - _OLDEST) / (_NEWEST - _OLDEST))) if dataset.year else 0.0
        points = _PLACE_POINTS.get(dataset.place, 0.0) + _YEAR_POINTS * year + 1.0 * len(technology)
        factor, refused = _serves(wanted.unit, dataset.unit)
        return Ranked(dataset, best, like, points, technology, factor, refused)


def _said(name: str) -> str:
    """The words of a name that say what it is."""
    words = name_key(_PLACE_IN_NAME.sub(" ", name)).split()
    return " ".join(w for w in words if w not in _EMPTY) or " ".join(words)


def _serves(unit: str, of_dataset: str) -> tuple[float | None, str | None]:
    """Units of the dataset per unit asked for; None and why where it measures something else."""
    try:
        if same_dimension(unit, of_dataset):
            return conversion(unit, of_dataset), None
    except UnitError:
        pass
    return (1.0, None) if unit == of_dataset else (None, "refused-unit")
