"""The standards library: find a specification by any of its names, and resolve it for one date."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from ecoprod.errors import At, InputError, Problem
from ecoprod.resources import bundled
from ecoprod.standards.conditions import condition_indicators, limits_of, resolve
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.overlays import apply_overlays
from ecoprod.standards.reading import Draft, Header, read_header, read_requirements
from ecoprod.standards.records import Condition, Edition, Fact, Requirement, Spec, SpecInfo, Text2
from ecoprod.standards.vocabulary import known_fact
from ecoprod.yamlfile import read_yaml

_BASE = "gbt-32161"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHELF, _SOURCES = "product_specs", "_sources.yaml"


@dataclass(frozen=True, slots=True)
class Folder:
    """A specification's folder read in full, after that of the specification it extends."""

    header: Header
    drafts: tuple[Draft, ...]
    base: Folder | None

    @property
    def facts(self) -> dict[str, Fact]:
        """Listed indicators, inherited ones included."""
        return {**(self.base.facts if self.base else {}), **self.header.facts}


def spec_folders(shelf: Path | None = None) -> list[Path]:
    """Folders of the library, in order of id."""
    root = shelf or bundled(_SHELF)
    return sorted(p for p in root.iterdir() if p.is_dir() and (p / "spec.yaml").is_file())


def find_specs() -> list[SpecInfo]:
    """What the bundled library holds, from each folder's `spec.yaml` alone. Raises InputError."""
    problems: list[Problem] = []
    headers = [read_header(folder, f"{_SHELF}/{folder.name}", problems) for folder in spec_folders()]
    if problems:
        raise InputError(problems)
    return [h.info for h in headers if h is not None]


def count_requirements(info: SpecInfo) -> int:
    """How many requirements a specification states, all editions, those of its base included."""
    problems: list[Problem] = []
    folder = read_folder(info.folder, f"{_SHELF}/{info.id}", problems)
    if problems or folder is None:
        raise InputError(problems)
    count = len(folder.drafts)
    while folder.base is not None:
        refined = sum(d.refines for d in folder.drafts)
        folder = folder.base
        count += len(folder.drafts) - refined
    return count


def load_spec(name: str | Path, on: date, overlays: Sequence[Path] = ()) -> Spec:
    """The specification of that name as of `on`.

    `name`: an id (`tablet-computer`), an id with its edition (`tablet-computer@SJ-T-11750-2019`), the number of a
    standard, a known misprint of one, or a folder. Raises InputError with every problem of every file; one of them
    where two editions could apply and none is named.
    """
    problems: list[Problem] = []
    place, edition_id = _find(name, problems)
    if place is None:
        raise InputError(problems)
    folder = read_folder(place, _shown(place), problems)
    if folder is None:
        raise InputError(problems)
    edition = _edition(folder.header, edition_id, on, str(name), problems)
    if place.parent != bundled(_SHELF):
        check_sources(folder, problems)
    if edition is None or problems:
        raise InputError(problems)
    spec = _resolve(folder, edition, on, problems)
    spec = apply_overlays(spec, overlays, on, problems)
    if problems:
        raise InputError(problems)
    return spec


def indicators_needed(spec: Spec) -> set[str]:
    """Ids of every indicator that the specification looks at, conditions of applicability included."""
    found = set()
    for requirement in spec.requirements:
        if requirement.indicator is not None:
            found.add(requirement.indicator)
        for condition in (requirement.condition, requirement.applies_when, requirement.exempt_when):
            found.update(condition_indicators(condition))
    return found


# ---- by name -------------------------------------------------------------------------------------


def plain_number(text: str) -> str:
    """A standard's number as it compares: `gb/t 32161—2015`, `GBT 32161-2015` and `GB/T32161-2015` are one."""
    return re.sub(r"[\s/_]+", "", text.upper().replace("—", "-").replace("–", "-"))


def _shown(folder: Path) -> str:
    return f"{_SHELF}/{folder.name}" if folder.parent == bundled(_SHELF) else folder.name


def _find(name: str | Path, problems: list[Problem]) -> tuple[Path | None, str | None]:
    """Folder and edition id that a name means."""
    if isinstance(name, Path):
        if (name / "spec.yaml").is_file():
            return name.resolve(), None
        problems.append(Problem("file-missing", At(f"{name.name}/spec.yaml"), None, {"file": f"{name.name}/spec.yaml"}))
        return None, None
    spec_id, _, edition = name.strip().partition("@")
    shelf = bundled(_SHELF)
    known = spec_folders(shelf)
    for folder in known:
        if folder.name == spec_id:
            return folder, edition or None
    by_number = _by_number(plain_number(name))
    if by_number is not None:
        return by_number
    near = get_close_matches(spec_id, [f.name for f in known], 3, 0.4)
    params = {"name": name, "near": ", ".join(near or [f.name for f in known])}
    problems.append(Problem("standards-unknown-spec", At(name), None, params))
    return None, None


def _by_number(number: str) -> tuple[Path, str | None] | None:
    for info in find_specs():
        for edition in info.editions:
            if number == plain_number(edition.number):
                return info.folder, edition.id
        years = {plain_number(e.number).rpartition("-")[0] for e in info.editions}
        if _is_one_of(number, years | {plain_number(a) for a in info.aliases}):
            return info.folder, None
    return None


def _is_one_of(number: str, known: Iterable[str]) -> bool:
    """Whether a number is one of those known; its digits alone are enough (`32611`)."""
    return any(number == k or (number[:1].isdigit() and number == k.lstrip(_LETTERS)) for k in known)


def alias_note(name: str) -> Text2 | None:
    """What the library says about a number it answers to without its being the right one (a misprint)."""
    wanted = plain_number(name)
    return next((t for i in find_specs() for a, t in i.aliases.items() if _is_one_of(wanted, [plain_number(a)])), None)


def _edition(header: Header, wanted: str | None, on: date, name: str, problems: list[Problem]) -> Edition | None:
    info, here = header.info, header.file.at("editions")
    known = ", ".join(f"{info.id}@{e.id}" for e in info.editions)
    if wanted is not None:
        found = next((e for e in info.editions if e.id == wanted), None)
        if found is None:
            problems.append(Problem("standards-no-such-edition", here, None, {"name": name, "known": known}))
            return None
        if not _could_apply(found, on):
            problems.append(_not_in_force(found, on, header))
            return None
        return found
    possible = [e for e in info.editions if _could_apply(e, on)]
    if len(possible) == 1:
        return possible[0]
    if possible:
        params = {"name": name, "editions": ", ".join(f"{info.id}@{e.id}" for e in possible), "on": on.isoformat()}
        problems.append(Problem("standards-two-editions", here, None, params))
    elif info.editions:
        problems.append(_not_in_force(info.editions[0], on, header))
    return None


def _not_in_force(edition: Edition, on: date, header: Header) -> Problem:
    params = {
        "number": edition.number, "on": on.isoformat(),
        "start": edition.in_force.isoformat() if edition.in_force else "—",
        "until": edition.until.isoformat() if edition.until else "—",
    }  # fmt: skip
    return Problem("standards-not-in-force", header.file.at("editions", edition.id), None, params)


def _could_apply(edition: Edition, on: date) -> bool:
    return (edition.in_force is None or edition.in_force <= on) and (edition.until is None or on < edition.until)


# ---- reading and resolving -----------------------------------------------------------------------


def read_folder(place: Path, shown: str, problems: list[Problem], depth: int = 0) -> Folder | None:
    """A folder and, first, what it extends: of the bundled library, else a neighbour in the same place.

    Every category rests on GB/T 32161, whether its folder says so or not.
    """
    header = read_header(place, shown, problems)
    if header is None:
        return None
    base = None
    extends = header.info.extends or (None if depth > 0 or place == bundled(_SHELF) / _BASE else _BASE)
    if extends is not None:
        beside, shelf = place.parent / extends, bundled(_SHELF) / extends
        found = next((p for p in (shelf, beside) if (p / "spec.yaml").is_file()), None)
        if found is None or depth > 0 or found == place:
            params = {"base": extends}
            problems.append(Problem("standards-unknown-base", header.file.at("extends"), "extends", params))
        else:
            base = read_folder(found, f"{_SHELF}/{found.name}", problems, depth + 1)
    drafts = read_requirements(header, base.facts if base else {}, problems)
    _check_refining(drafts, base, problems)
    return Folder(header, tuple(drafts), base)


def read_sources(folder: Path, problems: list[Problem]) -> set[str]:
    """Ids of the documents registered in `_sources.yaml`: in the folder, beside it, and in the bundled library."""
    found: set[str] = set()
    for place in dict.fromkeys((folder, folder.parent, bundled(_SHELF))):
        if (place / _SOURCES).is_file():
            file = read_yaml(place / _SOURCES, f"{place.name}/{_SOURCES}", problems)
            if file is not None:
                found.update(name for name, _ in Cursor(file, problems, file.data).at("sources").items())
    return found


def check_sources(folder: Folder, problems: list[Problem]) -> None:
    """Report every document that is cited and not registered."""
    known = read_sources(folder.header.info.folder, problems)
    cited = [(source, place) for source, place in folder.header.cited]
    for draft in folder.drafts:
        limits = [d for _, d in limits_of(draft.condition)] if draft.condition else []
        cited += [(d.limit.source, d.place) for d in limits] or [(draft.source, draft.place)]
    for source, place in cited:
        if source and source not in known:
            near = get_close_matches(source, sorted(known), 1)
            place.report("standards-unknown-source", "source", source=source, near=near[0] if near else "_sources.yaml")


def _check_refining(drafts: list[Draft], base: Folder | None, problems: list[Problem]) -> None:
    inherited = {d.id: d for d in base.drafts} if base else {}
    for draft in drafts:
        known = inherited.get(draft.id)
        if draft.refines and known is None:
            draft.place.report("standards-refines-nothing", "refines", id=draft.id)
        if known is not None and not draft.refines:
            draft.place.report("standards-duplicate-id", "id", id=draft.id, first=known.place.file.name)


def _resolve(folder: Folder, edition: Edition, on: date, problems: list[Problem]) -> Spec:
    header, base = folder.header, folder.base
    own = [r for d in folder.drafts if (r := _requirement(d, edition, on)) is not None]
    refined = {r.id for r in own}
    asked: list[Requirement] = []
    base_edition = None
    if base is not None:
        base_edition = _edition(base.header, None, on, base.header.info.id, problems)
        inherited = [_requirement(d, base_edition, on) for d in base.drafts]
        asked += [r for r in inherited if r is not None and r.id not in refined]
    asked += own
    facts = {n: f for r in asked for n in _names(r) if (f := known_fact(n, folder.facts)) is not None}
    info = header.info
    gaps = base_edition.missing if base_edition else ()
    rule = header.judgement or (base.header.judgement if base else None)
    return Spec(
        info.id, edition.id, edition.title, tuple(dict.fromkeys((edition.number, *info.numbers))),
        info.aliases, info.sector, edition.complete and (base_edition is None or base_edition.complete),
        (*edition.missing, *gaps), tuple(asked), header.lca_focus, _cited(asked, edition, rule),
        _digest(folder), in_force=edition.in_force, judgement=rule, facts=facts,
        folder=header.file.name.rpartition("/")[0],
    )  # fmt: skip


def _names(requirement: Requirement) -> Iterator[str]:
    if requirement.indicator is not None:
        yield requirement.indicator
    for condition in (requirement.condition, requirement.applies_when, requirement.exempt_when):
        yield from condition_indicators(condition)


def _requirement(draft: Draft, edition: Edition | None, on: date) -> Requirement | None:
    if edition is None or (draft.editions and edition.id not in draft.editions):
        return None

    def pick(key: str) -> Condition | None:
        part = getattr(draft, key)
        return resolve(part, edition.id, edition.in_force, on) if part is not None else None

    condition = pick("condition")
    if condition is None and draft.reported is None:
        return None
    return Requirement(
        draft.id, draft.clause, draft.group, draft.attribute, draft.stage, draft.title, condition,
        pick("applies_when"), pick("exempt_when"), draft.needs_evidence, *_source_of(draft, condition), draft.note,
        draft.place.file.name, draft.place.line, own_check=draft.own_check, indicator=draft.reported,
    )  # fmt: skip


def _source_of(draft: Draft, condition: Condition | None) -> tuple[str, str]:
    """The source of what is in force, which may be a later one than the requirement's first."""
    while condition is not None and condition.limit is None:
        condition = next(iter((*condition.all_of, *condition.any_of)), condition.negated)
    if condition is None or condition.limit is None:
        return draft.source, draft.at
    return condition.limit.source, condition.limit.at


def _cited(requirements: Sequence[Requirement], edition: Edition, rule: str | None) -> tuple[str, ...]:
    first = [edition.source, *([rule.split(" ")[0]] if rule else [])]
    return tuple(dict.fromkeys((*first, *(r.source for r in requirements))))


def _digest(folder: Folder) -> str:
    """One hash over the files the specification was read from, base first."""
    digest = hashlib.sha256()
    for part in (folder.base, folder):
        if part is not None:
            digest.update(part.header.file.sha256.encode())
            for name in dict.fromkeys(d.place.file.sha256 for d in part.drafts):
                digest.update(name.encode())
    return digest.hexdigest()
