"""The standards library: find a specification by any of its names, and resolve it for one date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.resources import bundled
from ecoprod.signs import plain_signs
from ecoprod.standards.asof import ever, spec_as_of
from ecoprod.standards.bounds import contradicting
from ecoprod.standards.dated import day_before
from ecoprod.standards.folders import (
    SHELF,
    Folder,
    Shelf,
    check_sources,
    could_apply,
    edition_named,
    pick_edition,
    read_folder,
    spec_folders,
)  # fmt: skip
from ecoprod.standards.overlays import apply_overlays
from ecoprod.standards.reading import read_header
from ecoprod.standards.records import Edition, Requirement, Spec, SpecInfo, Summary, Text2
from ecoprod.standards.vocabulary import ATTRIBUTES
from ecoprod.standards.walks import names_of

_SHOWN, _NEAR, _ALIKE = 80, 3, 0.6
"""Signs of an unknown name and near names that a message shows, and how alike a near name has to be."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def find_specs() -> list[SpecInfo]:
    """What the bundled library holds, from each folder's `spec.yaml` alone. Raises InputError."""
    problems: list[Problem] = []
    headers = [read_header(folder, f"{SHELF}/{folder.name}", problems) for folder in spec_folders()]
    if problems:
        raise InputError(problems)
    return [h.info for h in headers if h is not None]


def read_shelf(shelf: Path | None = None) -> list[Folder]:
    """Every folder of the bundled library (or another shelf) in full, in order of id. Raises InputError."""
    problems: list[Problem] = []
    known = Shelf(bundled(SHELF))
    folders = [read_folder(place, f"{SHELF}/{place.name}", problems, shelf=known) for place in spec_folders(shelf)]
    if problems:
        raise InputError(without_repeats(problems))
    return [folder for folder in folders if folder is not None]


def without_repeats(problems: Sequence[Problem]) -> list[Problem]:
    """Problems without repetition: a base is read for itself and for those that rest on it."""
    kept: dict[tuple[str, At], list[Problem]] = {}  # a problem itself has no hash
    return [p for p in problems if _is_new(p, kept.setdefault((p.code, p.at), []))]


def _is_new(problem: Problem, before: list[Problem]) -> bool:
    if problem in before:
        return False
    before.append(problem)
    return True


def summaries(shelf: Path | None = None) -> list[Summary]:
    """What the library holds, requirements counted. Raises InputError."""
    return [summary_of(folder) for folder in read_shelf(shelf)]


def summary_of(folder: Folder) -> Summary:
    """A folder in the list. Raises InputError."""
    problems: list[Problem] = []
    asked: dict[str, Requirement] = {}
    info = folder.header.info
    for edition in info.editions:
        asked.update({r.id: r for r in spec_as_of(folder, edition, last_day(edition), problems).requirements})
    if problems:
        raise InputError(problems)
    inherited = {d.id for d in folder.base.drafts} - {d.id for d in folder.drafts} if folder.base else set[str]()
    attributes = {r.attribute for r in asked.values()}
    return Summary(
        info, len(asked), sum(name not in inherited for name in asked),
        tuple(a for a in ATTRIBUTES if a in attributes),
        tuple(dict.fromkeys(gap.id for edition in info.editions for gap in edition.missing)),
    )  # fmt: skip


def summary(name: str | Path) -> Summary:
    """One specification in the list. Raises InputError."""
    problems: list[Problem] = []
    place, _ = _find(name, problems)
    folder = read_folder(place, _shown(place), problems) if place is not None else None
    if problems or folder is None:
        raise InputError(problems)
    return summary_of(folder)


def is_issued_by(info: SpecInfo, issuer: str) -> bool:
    """Whether any number of a specification begins with these letters: `GB/T`, `T/CAGP`; `T` stands for all `T/…`."""
    wanted = _issuer(issuer)
    own = [_issuer(number) for number in info.numbers]
    return any(have[: len(wanted)] == wanted or "".join(have) == "".join(wanted) for have in own)


def issuers() -> list[str]:
    """The letters that numbers of the library begin with."""
    letters = {"/".join(_issuer(number)) for info in find_specs() for number in info.numbers}
    return sorted(letters - {""})  # 2011/65/EU begins with none


def _issuer(number: str) -> list[str]:
    letters = re.split("[0-9]", unicodedata.normalize("NFKC", number).upper(), maxsplit=1)[0]
    return [part for part in (p.strip(" 〔[(") for p in letters.split("/")) if part]


def last_day(edition: Edition) -> date:
    """The last day on which an edition applies; the end of time where none is known."""
    return day_before(edition.until) if edition.until else date.max


def latest_day(name: str | Path) -> date:
    """The last day of the edition that a name says; the end of time for any other name."""
    named, _ = _editions(name)
    return last_day(named) if named else date.max


def other_editions(name: str | Path, on: date) -> tuple[Edition, ...]:
    """Editions of the same kind that could apply on a day, beside the one that a name says."""
    named, known = _editions(name)
    return tuple(e for e in known if named is not None and e != named and could_apply(e, on))


def referring(name: str | Path) -> dict[str, Text2]:
    """Titles of the demands of a specification that stand for a whole other standard, by id."""
    place, edition_id = _find(name, [])
    folder = read_folder(place, _shown(place), []) if place is not None else None
    drafts = folder.drafts if folder else ()
    return {d.id: d.title for d in drafts if d.refers_to and d.is_of(edition_id)}


def _editions(name: str | Path) -> tuple[Edition | None, tuple[Edition, ...]]:
    """The edition that a name says, if it says one, and all of that kind."""
    place, edition_id = _find(name, [])
    header = read_header(place, _shown(place), []) if place is not None else None
    known = header.info.editions if header else ()
    return edition_named(known, edition_id), known


def load_spec(name: str | Path, on: date, overlays: Sequence[Path] = ()) -> Spec:
    """The specification of that name as of `on`.

    `name`: an id (`tablet-computer`), an id with its edition (`tablet-computer@SJ-T-11750-2019`), the number of a
    standard, a known misprint of one, a title in full (`平板电脑`), or a folder. Raises InputError with every problem
    of every file; one of them where two editions could apply and none is named.
    """
    problems: list[Problem] = []
    spec = read_spec(name, on, overlays, problems)
    if spec is None or problems:
        raise InputError(problems)
    return spec


def read_spec(name: str | Path, on: date, overlays: Sequence[Path], problems: list[Problem]) -> Spec | None:
    """As `load_spec`; what is wrong goes to `problems`, and where only overlays are, the rest of them is merged in."""
    place, edition_id = _find(name, problems)
    folder = read_folder(place, _shown(place), problems) if place is not None else None
    if place is None or folder is None:
        return None
    edition = pick_edition(folder.header, edition_id, on, name, problems)
    for part in (folder, *filter(None, (folder.base,)), *folder.references.values()):
        if part.header.info.folder.parent != bundled(SHELF):
            check_sources(part, problems)
    if edition is None or problems:
        return None
    spec = spec_as_of(folder, edition, on, problems)
    if overlays:
        spec = apply_overlays(spec, overlays, on, problems, ever(folder, edition))
    if not problems and (overlays or place.parent != bundled(SHELF)):
        # nobody could pass, and nobody would fail for a reason of his own
        problems.extend(contradicting(spec, overlays[-1].name if overlays else None))
    return spec


def specs_on(name: str | Path, days: Iterable[date]) -> Iterator[tuple[date, Spec]]:
    """An edition as it stands on each of these days, read once; days on which it cannot apply are left out."""
    place, edition_id = _find(name, [])
    folder = read_folder(place, _shown(place), []) if place is not None else None
    if folder is None:
        return
    for day in days:
        edition = pick_edition(folder.header, edition_id, day, name, [])
        if edition is not None:
            yield day, spec_as_of(folder, edition, day, [])


def indicators_needed(spec: Spec) -> set[str]:
    """Ids of every indicator that the specification looks at, conditions of applicability included."""
    return {name for requirement in spec.requirements for name in names_of(requirement)}


# ---- by name -------------------------------------------------------------------------------------


def plain_number(text: str) -> str:
    """A standard's number as it compares: `gb/t 32161—2015`, `GBT 32161-2015` and `ＧＢ／Ｔ　32161－2015` are one.

    Brackets are left out: `财办库〔2020〕123号` is written with any of them.
    """
    return re.sub(r"[\s/_\[\]()〔〕【】]+", "", re.sub("[‐-―−]+", "-", plain_signs(text)).upper())


def folder_or_name(written: str) -> str | Path:
    """A folder of one's own (`specs/my-kind`, with `@EDITION` behind it or without), else the name as it is written.

    For words of a command line alone: no product file and no overlay brings a standard of its own that way.
    """
    for path in filter(None, (written, written.rpartition("@")[0])):
        try:
            if (Path(path) / "spec.yaml").is_file():
                return Path(written)
        except (OSError, ValueError):  # no name that a file could have
            continue
    return written


def _shown(folder: Path) -> str:
    return f"{SHELF}/{folder.name}" if folder.parent == bundled(SHELF) else folder.name


def _find(name: str | Path, problems: list[Problem]) -> tuple[Path | None, str | None]:
    """Folder and edition id that a name means."""
    if isinstance(name, Path):
        whole = (name / "spec.yaml").is_file() or "@" not in name.name
        place, edition_id = (str(name), "") if whole else str(name).rsplit("@", 1)
        if (Path(place) / "spec.yaml").is_file():
            return Path(place).resolve(), edition_id or None
        problems.append(Problem("file-missing", At(f"{name.name}/spec.yaml"), None, {"file": f"{name.name}/spec.yaml"}))
        return None, None
    name = plain_signs(name).strip()  # the one door that every name of a specification comes through
    spec_id, _, edition = name.partition("@")
    shelf = bundled(SHELF)
    known = spec_folders(shelf)
    for folder in known:
        if folder.name == spec_id.casefold():
            return folder, edition or None
    infos = find_specs()
    by_number = _by_number(plain_number(name), infos)
    if by_number is not None:
        return by_number
    called = [info for info in infos if plain_title(spec_id) in _titles(info)]
    if len(called) == 1:
        return called[0].folder, edition or None
    near = [info.id for info in called] or _found(spec_id[:_SHOWN], shelf) or _near(spec_id, infos)
    problems.append(_unknown(name, [info for each in near[:_NEAR] for info in infos if info.id == each]))
    return None, None


def _unknown(name: str, near: Sequence[SpecInfo]) -> Problem:
    shown = name[:_SHOWN]
    if not near:
        return Problem("standards-unknown-spec-far", At(name), None, {"name": shown})
    told = " · ".join(f"{info.id} {info.title['zh']} / {info.title['en']}" for info in near)
    return Problem("standards-unknown-spec", At(name), None, {"name": shown, "near": told})


@lru_cache(maxsize=8)
def _found(name: str, shelf: Path) -> tuple[str, ...]:
    """Ids of the first specifications that the search finds by a name, its hyphens read as spaces if need be."""
    from ecoprod.standards.search import search_specs

    if len(plain_title(name)) < 2:  # one sign is in too many titles to mean one of them
        return ()
    hits = search_specs([name], shelf) or search_specs([name.replace("-", " ")], shelf)
    return tuple(hit.summary.info.id for hit in hits[:_NEAR])


def plain_title(title: str) -> str:
    """A title as it compares: full width forms plain, case and spaces ignored."""
    return "".join(plain_signs(title).casefold().split())


def _titles(info: SpecInfo) -> set[str]:
    """Titles of a kind and of its editions, in both languages, as they compare."""
    return {plain_title(words) for title in (info.title, *(e.title for e in info.editions)) for words in title.values()}


def _near(name: str, infos: Sequence[SpecInfo]) -> list[str]:
    """Ids of the specifications whose id or title holds the name, or is held by it, else looks like it; best first."""
    wanted = plain_title(name[:_SHOWN])
    if len(wanted) < 2:
        return []
    likeness = {
        info.id: max(_likeness(wanted, key) for key in (info.id, *map(plain_title, info.title.values())))
        for info in infos
    }
    return sorted((i for i, like in likeness.items() if like >= _ALIKE), key=lambda i: (-likeness[i], i))


def _likeness(wanted: str, key: str) -> float:
    """How alike two names are, 0 to 1; above 1 where one holds the other."""
    return SequenceMatcher(None, wanted, key).ratio() + (wanted in key or key in wanted)


def _by_number(number: str, known: Sequence[SpecInfo]) -> tuple[Path, str | None] | None:
    """By the number in full, else without its year, else by a misprint that is known."""
    for info in known:
        for edition in info.editions:
            if number in {plain_number(n) for n in (edition.number, *edition.also)}:
                return info.folder, edition.id
    for info in known:
        if _is_one_of(number, {_without_year(plain_number(n)) for n in info.numbers}):
            return info.folder, None
    for info in known:
        if _is_one_of(number, {plain_number(a) for a in info.aliases}):
            return info.folder, None
    return None


def _without_year(number: str) -> str:
    """A number without what follows its last hyphen; one without a hyphen (`2011/65/EU`) as it is."""
    return number.rpartition("-")[0] or number


def _is_one_of(number: str, known: Iterable[str]) -> bool:
    """Whether a number is one of those known; its digits alone are enough (`32611`)."""
    return any(number == k or (number[:1].isdigit() and number == k.lstrip(_LETTERS)) for k in known)


def alias_note(name: str) -> Text2 | None:
    """What the library says about a number it answers to without its being the right one (a misprint)."""
    if not any(sign.isdigit() for sign in name):
        return None
    wanted = plain_number(name)
    return next((t for i in find_specs() for a, t in i.aliases.items() if _is_one_of(wanted, [plain_number(a)])), None)
