"""Folders of the library: read in full, the one they extend first, and the edition that could apply."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from posixpath import normpath

from ecoprod.errors import Problem
from ecoprod.resources import bundled
from ecoprod.standards.conditions import limits_of
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.reading import Draft, Header, check_format, read_header, read_requirements
from ecoprod.standards.records import Edition, Fact
from ecoprod.yamlfile import read_yaml

BASE = "gbt-32161"
SHELF = "product_specs"
SOURCES = "_sources.yaml"
_SOURCE_KEYS = ("number", "title", "read", "scope", "issued", "in_force", "url", "copy")
_READ = ("text", "list", "secondary", "own")
_ENOUGH = {"standard": ("text",), "user": ("text",), "official_list": ("list", "text")}
"""How the document of a limit is known, by the confidence that the limit may then claim."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A specification's folder read in full, after that of the specification it extends.

    `references`: the standards that its requirements refer to, by the name they use.
    """

    header: Header
    drafts: tuple[Draft, ...]
    base: Folder | None
    references: dict[str, Folder]

    @property
    def facts(self) -> dict[str, Fact]:
        """Listed indicators, inherited ones and those of the standards referred to included."""
        found = dict(self.base.facts) if self.base else {}
        for reference in self.references.values():
            found.update(reference.facts)
        return {**found, **self.header.facts}


def spec_folders(shelf: Path | None = None) -> list[Path]:
    """Folders of the library, in order of id."""
    root = shelf or bundled(SHELF)
    with os.scandir(root) as entries:  # names sort at once, paths by their parts; every name looked up comes by here
        names = sorted(entry.name for entry in entries if entry.is_dir())
    return [root / name for name in names if (root / name / "spec.yaml").is_file()]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library that folders rest on, and what of it was read: its base is read once and not for each folder.

    A judgement always rests on the bundled library, so that nobody puts a weaker base beside a specification.
    """

    root: Path
    read: dict[Path, Folder | None] = field(default_factory=dict)


def read_folder(
    place: Path, shown: str, problems: list[Problem], depth: int = 0, shelf: Shelf | None = None
) -> Folder | None:
    """A folder and, first, what it extends and refers to: of the library (by default the bundled one), else next to it.

    Every category rests on GB/T 32161, whether its folder says so or not; a standard that is referred to does not.
    """
    shelf = Shelf(bundled(SHELF)) if shelf is None else shelf
    header = read_header(place, shown, problems)
    if header is None:
        return None
    if depth == 0 and header.info.id == BASE and place != shelf.root / BASE:
        params = {"id": BASE, "number": ", ".join(header.info.numbers)}
        problems.append(Problem("standards-own-base", header.file.at("id"), "id", params))
        return None
    base = None
    alone = depth > 0 or place == shelf.root / BASE or header.info.role == "reference"
    extends = header.info.extends or (None if alone else BASE)
    if extends is not None:
        found = _beside(place, extends, shelf)
        if found is None or depth > 0 or found == place:
            params = {"base": extends}
            problems.append(Problem("standards-unknown-base", header.file.at("extends"), "extends", params))
        else:
            base = _once(found, problems, shelf)
    drafts = read_requirements(header, base.facts if base else {}, problems)
    _check_refining(drafts, base, problems)
    return Folder(header, tuple(drafts), base, _references(place, drafts, problems, depth, shelf))


def _once(place: Path, problems: list[Problem], shelf: Shelf) -> Folder | None:
    """A folder that others rest on; what is wrong with it is said once."""
    if place not in shelf.read:
        shelf.read[place] = read_folder(place, f"{place.parent.name}/{place.name}", problems, 1, shelf)
    return shelf.read[place]


def _beside(place: Path, name: str, shelf: Shelf) -> Path | None:
    places = (shelf.root, place.parent, bundled(SHELF))
    return next((p / name for p in places if (p / name / "spec.yaml").is_file()), None)


def _references(
    place: Path, drafts: list[Draft], problems: list[Problem], depth: int, shelf: Shelf
) -> dict[str, Folder]:
    """The standards referred to; one that refers on, or that is a category itself, is none."""
    found: dict[str, Folder] = {}
    for draft in drafts:
        if draft.refers_to is None or draft.refers_to in found:
            continue
        name, _, edition = draft.refers_to.partition("@")
        there = _beside(place, name, shelf) if depth < 1 else None
        folder = _reference(there, problems, shelf) if there is not None else None
        if folder is None:
            draft.place.report("standards-unknown-reference", "refers_to", name=draft.refers_to)
        elif edition and edition not in folder.header.in_force:
            draft.place.report(
                "standards-unknown-edition", "refers_to", edition=edition, known=", ".join(folder.header.in_force)
            )
        else:
            found[draft.refers_to] = folder
    return found


def _reference(there: Path, problems: list[Problem], shelf: Shelf) -> Folder | None:
    """A folder that says it is a reference; of any other only the head is read, with nothing said about it."""
    unread: list[Problem] = []
    read = shelf.read.get(there)
    header = read.header if read else read_header(there, f"{there.parent.name}/{there.name}", unread)
    if header is None and there not in shelf.read:
        problems += unread
    return _once(there, problems, shelf) if header is not None and header.info.role == "reference" else None


def read_sources(
    folder: Path, problems: list[Problem], shown: str | None = None, *, checked: bool = False
) -> dict[str, str]:
    """The documents registered in `_sources.yaml`: in the folder, beside it, and in the bundled library.

    By id, how each is known (`text`, `list` …; empty where that is not said). The nearest register counts. `shown`: the
    folder as messages name it. `checked`: what the entries lack is reported too.
    """
    found: dict[str, str] = {}
    above = normpath(f"{shown}/..") if shown else folder.parent.name
    # the library comes last and keeps its own name where the folder lies in it
    for place, name in {folder: shown or folder.name, folder.parent: above, bundled(SHELF): SHELF}.items():
        if (place / SOURCES).is_file():
            file = read_yaml(place / SOURCES, PurePosixPath(name, SOURCES).as_posix(), problems)
            if file is not None:
                top = Cursor(file, problems, file.data)
                for source, entry in top.at("sources").items():
                    found.setdefault(source, str(entry.at("read").value or ""))
                if checked:
                    _check_register(top)
    return found


def _check_register(top: Cursor) -> None:
    """Report entries that nobody could find the document by."""
    top.keys(("ecoprod", "sources"), ("ecoprod", "sources"))
    check_format(top)
    for _, entry in top.at("sources").items():
        if not entry.keys(_SOURCE_KEYS, ("title", "read")):
            continue
        if entry.has("title"):
            entry.at("title").both()
        read = entry.at("read").word(_READ)
        url = entry.at("url").text()
        if url is not None and not url.startswith(("http://", "https://")):
            entry.report("standards-source-url", "url", value=url[:60])
        if url is None and entry.at("copy").text() is None and read != "own":
            entry.report("standards-source-place")


def check_sources(folder: Folder, problems: list[Problem], known: Mapping[str, str] | None = None) -> None:
    """Report every document that is cited and not registered, and limits that are surer than how theirs is known.

    `known`: registered ones, if read already.
    """
    known = read_sources(folder.header.info.folder, problems) if known is None else known
    cited = [place.at("source") for _, place in folder.header.cited]
    for draft in folder.drafts:  # as they are written, so that a limit that cannot be read hides no citation
        cited += draft.place.find("source")
        cited += [other for also in draft.place.find("also") for other in also.each()]
    for place in cited:
        source = place.text()
        if source and source not in known:
            near = get_close_matches(source, sorted(known), 1)
            if near:
                place.report("standards-unknown-source", source=source, near=near[0])
            else:
                place.report("standards-unknown-source-far", source=source)
    for _, drafted in (pair for d in folder.drafts if d.condition is not None for pair in limits_of(d.condition)):
        limit = drafted.limit
        read, enough = known.get(limit.source), _ENOUGH.get(limit.confidence)
        if read is not None and enough is not None and read not in enough:
            params = {"confidence": limit.confidence, "source": limit.source, "read": read or "—", "wanted": enough[0]}
            drafted.place.report("standards-confidence-unread", None, **params)


def _check_refining(drafts: list[Draft], base: Folder | None, problems: list[Problem]) -> None:
    inherited = {d.id: d for d in base.drafts} if base else {}
    for draft in drafts:
        known = inherited.get(draft.id)
        if draft.refines and known is None:
            draft.place.report("standards-refines-nothing", "refines", id=draft.id)
        if known is not None and not draft.refines:
            draft.place.report("standards-duplicate-id", "id", id=draft.id, first=known.place.file.name)


def pick_edition(
    header: Header, wanted: str | None, on: date, name: str | Path, problems: list[Problem]
) -> Edition | None:
    """The edition named, else the only one that could apply `on` the day; None with the reason in `problems`."""
    info, here = header.info, header.file.at("editions")
    # what a reader is to write instead works only with the path, where the folder is no part of the library
    called = str(name).removesuffix(f"@{wanted}") if isinstance(name, Path) else info.id
    known = ", ".join(f"{called}@{e.id}" for e in info.editions)
    if wanted is not None:
        found = edition_named(info.editions, wanted)
        if found is None:
            problems.append(Problem("standards-no-such-edition", here, None, {"name": str(name), "known": known}))
            return None
        if not could_apply(found, on):
            problems.append(_not_in_force(found, on, header))
            return None
        return found
    possible = [e for e in info.editions if could_apply(e, on)]
    if len(possible) == 1:
        return possible[0]
    if possible:
        day = on.isoformat() if on != date.max else "@standards-day-latest"
        params = {"name": str(name), "editions": ", ".join(f"{called}@{e.id}" for e in possible), "on": day}
        problems.append(Problem("standards-two-editions", here, None, params))
    elif info.editions:
        problems.append(_not_in_force(info.editions[0], on, header))
    return None


def edition_named(editions: Sequence[Edition], name: str | None) -> Edition | None:
    """The edition of that id, if there is one."""
    return next((e for e in editions if e.id == name), None)


def _not_in_force(edition: Edition, on: date, header: Header) -> Problem:
    params = {
        "number": edition.number, "on": on.isoformat() if on != date.max else "…",
        "start": edition.in_force.isoformat() if edition.in_force else "—",
        "until": edition.until.isoformat() if edition.until else "—",
    }  # fmt: skip
    return Problem("standards-not-in-force", header.file.at("editions", edition.id), None, params)


def could_apply(edition: Edition, on: date) -> bool:
    """Whether an edition is in force on a day, or may be: its date is not known."""
    return (edition.in_force is None or edition.in_force <= on) and (edition.until is None or on < edition.until)
