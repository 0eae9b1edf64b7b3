"""Titles that may mean a requirement of the library without being its title: `铅（Pb）`, `铅` and `Pb` for `铅含量`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from ecoprod.completing.targets import Index, Target
from ecoprod.completing.words import title_key
from ecoprod.readers.substance_names import hidden_in, symbol_of
from ecoprod.standards.records import Requirement
from ecoprod.standards.walks import indicators_of

_LIKE, _PART, _WORDS = 78.0, 85.0, 90.0
"""Likeness (0..100) from which two titles may mean one thing: as a whole, of the shorter in the longer, in words."""
_SHORTEST, _SHORTEST_PART = 3, 5
"""Signs of the shortest title that counts where it is part of another: Latin as it stands, any script nearly so."""
_SHOWN = 3
_SAME = str.maketrans("份黏", "分粘")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ELEMENT = re.compile("[A-Z][a-z]")
_AROUND = re.compile("^(?:总|可溶性)|(?:的?含量|限量|总量)$")
"""What stands around the name of a substance; `总砷`, `砷` and `砷含量` are of one."""


def near_titles(target: Target, index: Index, but: Collection[str] = ()) -> dict[str, str]:
    """Ids and titles of requirements whose title is like that of a new one, which may be the same; `but`: not these."""
    title = target.asked.title
    known = {pair for ids in index.written.values() for pair in ids.items() if pair[0] not in but}
    wanted = substances_in(title)
    likeness = {
        (name, shown): 100.0 if wanted & _of_requirement(index.requirements.get(name)) else _likeness(title, shown)
        for name, shown in known
    }
    near: dict[str, str] = {}
    for name, shown in sorted(known, key=lambda pair: (-likeness[pair], pair)):
        if likeness[name, shown] and len(near) < _SHOWN:
            near.setdefault(name, shown)
    return near


def _of_requirement(requirement: Requirement | None) -> set[str]:
    """The restricted substances that a requirement limits by its indicators."""
    if requirement is None:
        return set()
    kinds = (name.partition(":") for name in indicators_of(requirement))
    return {name.partition("@")[0] for kind, _, name in kinds if kind == "substance"}


def _likeness(title: str, known: str) -> float:
    """How far two titles may mean one thing, 0 to 100; 0 where they are not like enough."""
    from rapidfuzz import fuzz

    if substances_in(title) & substances_in(known) or _elements(title) & _elements(known) or _contained(title, known):
        return 100.0
    short, long = sorted((_key(title), _key(known)), key=len)
    whole, part = fuzz.ratio(short, long), fuzz.partial_ratio(short, long)
    nearly = len(short) >= _SHORTEST_PART and part >= _PART
    words = fuzz.token_set_ratio(title.casefold(), known.casefold()) if (title + known).isascii() else 0.0
    return max(whole if whole >= _LIKE else 0.0, part if nearly else 0.0, words if words >= _WORDS else 0.0)


@lru_cache(maxsize=4096)
def _key(title: str) -> str:
    """A title as it compares, words that mean one thing written as one."""
    return title_key(title).replace("噪音", "噪声").translate(_SAME)


@lru_cache(maxsize=4096)
def _without_brackets(title: str) -> str:
    return _key(_BRACKETS.sub(" ", unicodedata.normalize("NFKC", title)))


def _contained(title: str, known: str) -> bool:
    """Whether one of two titles is part of the other: one Chinese sign is a word (苯), of Latin letters three are."""
    for one, other in ((title, known), (known, title)):
        for name in (_key(one), _without_brackets(one)):
            if name and name in _key(other) and (len(name) >= _SHORTEST or not name.isascii()):
                return True
    bare = _AROUND.sub("", _without_brackets(title))
    return bare != "" and bare == _AROUND.sub("", _without_brackets(known))


@lru_cache(maxsize=4096)
def substances_in(title: str) -> frozenset[str]:
    """The restricted substances that a title names, as a whole or in part."""
    plain = unicodedata.normalize("NFKC", title)
    pieces = (plain, _BRACKETS.sub("", plain), *_BRACKETS.findall(plain))
    found = {symbol_of(piece.strip()) for piece in pieces} | {hidden_in(plain)}
    return frozenset(symbol for symbol in found if symbol is not None)


@lru_cache(maxsize=4096)
def _elements(title: str) -> frozenset[str]:
    """Symbols of elements that are a title, or stand in its brackets: `As`, `锑（Sb）`."""
    plain = unicodedata.normalize("NFKC", title)
    return frozenset(s for piece in (plain, *_BRACKETS.findall(plain)) if _ELEMENT.fullmatch(s := piece.strip()))
