"""Find specifications by words in either language, by numbers in any spelling, and by words that are nearly right.

Every word has to be found somewhere in a specification; the place that says it best counts. A number finds its
standard, a word in a title comes before one in a requirement, and near spellings count where nothing is far better.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecoprod.standards.folders import Folder
from ecoprod.standards.library import plain_number, read_shelf, summary_of
from ecoprod.standards.records import Hit, Match, SpecInfo, Text2, Where

MAX_WORDS, MAX_SIGNS = 12, 200
"""What a search takes: more words, or more signs in all, are no search."""
_WEIGHTS = {
    "number": 1.0, "alias": 0.9, "id": 0.85, "title": 0.8, "known-as": 0.75, "requirement": 0.5, "fact": 0.45,
    "gap": 0.25,
}  # fmt: skip
_SYNONYMS = {"噪音": "噪声"}
"""Everyday words and what standards say for them, within any word."""
_LISTED = {"zh": "、", "en": ", "}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_TOKENS = re.compile(r"[^\W_]+")
_NEAR_LATIN, _NEAR_CHINESE, _NEAR = 80.0, 75.0, 0.5
"""Likeness (0..100) from which a word counts as nearly found, and the share of an exact one that it then counts."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A piece of a specification that is searched: `keys` are its texts as they compare."""

    match: Match
    keys: tuple[str, ...]
    number: bool = False


def search_specs(words: Sequence[str], shelf: Path | None = None) -> list[Hit]:
    """Specifications of the library (or of another shelf) in which every word is found, best first.

    Raises InputError where the library cannot be read.
    """
    wanted = [key for word in words for key in _key(word).split()][:MAX_WORDS]
    if not wanted:
        return []
    whole = plain_number("".join(words))
    found: list[tuple[bool, Hit]] = []
    for folder in read_shelf(shelf):
        fields = list(_fields(folder))
        hit = _hit(folder, fields, wanted, whole)
        if hit is not None:
            found.append(hit)
    best = max((hit.score for _, hit in found), default=0.0)
    kept = (hit for exact, hit in found if exact or hit.score > best / 2)
    return sorted(kept, key=lambda hit: (-hit.score, hit.summary.info.id))


def _hit(folder: Folder, fields: list[_Field], wanted: list[str], whole: str) -> tuple[bool, Hit] | None:
    """The specification as found, and whether every word is found exactly; None where one is not found at all."""
    scores = [[_found(word, field) for word in wanted] for field in fields]
    together = [max((_number_found(whole, key) for key in f.keys), default=0.0) if f.number else 0.0 for f in fields]
    weighed = [
        [(found * _WEIGHTS[f.match.where], found) for found in row] for f, row in zip(fields, scores, strict=True)
    ]
    best = [max(column) for column in zip(*weighed, strict=True)]
    if not any(together) and any(weight == 0 for weight, _ in best):
        return None
    matches = [
        replace(field.match, score=round(share * _WEIGHTS[field.match.where], 4))
        for field, row, whole_found in zip(fields, scores, together, strict=True)
        if (share := max(sum(row) / len(wanted), whole_found))
    ]
    matches.sort(key=lambda m: -m.score)
    score = max(*together, sum(weight for weight, _ in best) / len(wanted)) + matches[0].score
    exact = any(together) or all(found > _NEAR for _, found in best)
    return exact, Hit(summary_of(folder), round(score, 4), tuple(matches))


def _fields(folder: Folder) -> Iterator[_Field]:
    """What is searched of a specification: its own words, not those of its base."""
    info = folder.header.info
    for edition in info.editions:
        for number in (edition.number, *edition.also):
            match = Match("number", edition.id, {"zh": number, "en": number}, 0.0)
            yield _Field(match, (plain_number(number),), number=True)
        if edition.title != info.title:
            yield _text("title", edition.id, edition.title, named=False)
    for alias, words in info.aliases.items():
        yield _Field(Match("alias", alias, words, 0.0), (plain_number(alias),), number=True)
    yield _text("id", info.id, {"zh": info.id, "en": info.id})
    yield _text("title", info.id, info.title, named=False)
    if any(info.known_as.values()):
        shown = {lang: _LISTED[lang].join(info.known_as[lang] or _names(info)) for lang in _LISTED}
        yield _Field(Match("known-as", info.id, shown, 0.0), tuple(dict.fromkeys(map(_key, _names(info)))))
    for draft in folder.drafts:
        yield _text("requirement", draft.id, draft.title)
    for name, fact in folder.header.facts.items():
        yield _text("fact", name, fact.title)
    for gap in {g.id: g for edition in info.editions for g in edition.missing}.values():
        yield _text("gap", gap.id, gap.what)


def _names(info: SpecInfo) -> list[str]:
    return [name for names in info.known_as.values() for name in names]


def _text(where: Where, name: str, words: Text2, *, named: bool = True) -> _Field:
    """A text in both languages; `named`: its id says something too."""
    keys = [*map(_key, words.values()), *([_key(name.replace("-", " "))] if named else [])]
    return _Field(Match(where, name, words, 0.0), tuple(dict.fromkeys(keys)))


def _key(text: str) -> str:
    """A text as it compares: full width forms plain, case ignored, synonyms one, bounded."""
    key = " ".join(unicodedata.normalize("NFKC", text[:2000]).casefold().split())
    for word, said in _SYNONYMS.items():
        key = key.replace(word, said)
    return key


# ---- one word in one place -----------------------------------------------------------------------


def _found(word: str, field: _Field) -> float:
    """How well a word is found: 1 for itself, less within a longer one, at most `_NEAR` for a near spelling."""
    if field.number:
        return max(_number_found(plain_number(word), key) for key in field.keys)
    return max(_word_found(word, key) for key in field.keys)


def _number_found(wanted: str, number: str) -> float:
    """A number in full, without its year or part, or its digits alone; or the letters of who issued it."""
    if not wanted:
        return 0.0
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if wanted in (number, digits):
        return 1.0
    if not any(sign.isdigit() for sign in wanted):
        return 0.7 if number.startswith(wanted) and number[len(wanted) :] == digits else 0.0
    for known in (number, digits):
        if known.startswith(wanted) and known[len(wanted)] in "-.":
            return 0.95 if known[len(wanted)] == "-" else 0.8
    return 0.0


def _word_found(word: str, key: str) -> float:
    if _CHINESE.search(word):
        return 1.0 if word in key else _near_chinese(word, key)
    if word in key:
        whole = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", key)
        # a short word within a longer one is chance: `led` in `modelled`
        return 1.0 if whole else 0.8 if len(word) > 3 else 0.0
    return _near_latin(word, key)


def _near_latin(word: str, key: str) -> float:
    if len(word) < 4:
        return 0.0
    from rapidfuzz import fuzz, process

    hit = process.extractOne(word, _TOKENS.findall(key), scorer=fuzz.ratio, score_cutoff=_NEAR_LATIN)
    return _NEAR * hit[1] / 100 if hit else 0.0


def _near_chinese(word: str, key: str) -> float:
    """A word shortened by signs left out (空调 for 空气调节器), or with a wrong sign in it."""
    between = ".{0,1}" if len(word) == 2 else ".{0,2}"
    if len(word) >= 2 and re.search(between.join(map(re.escape, word)), key):
        return _NEAR
    if len(word) < 4:
        return 0.0
    from rapidfuzz import fuzz

    likeness = fuzz.partial_ratio(word, key, score_cutoff=_NEAR_CHINESE)
    return _NEAR * likeness / 100 if likeness else 0.0
