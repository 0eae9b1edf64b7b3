"""What `standards check` says of an overlay: complete, consistent, in units that convert, signed, and no looser.

Loading an overlay for a judgement is milder: a limit that loosens a published one is listed there under `overrides`,
and keeps the verdict provisional. Here it is a finding, before anyone relies on the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ecoprod.errors import At, Problem
from ecoprod.resources import bundled
from ecoprod.standards.bounds import contradicting
from ecoprod.standards.cursor import Cursor
from ecoprod.standards.dated import day_before
from ecoprod.standards.folders import SHELF
from ecoprod.standards.library import latest_day, load_spec, read_spec, specs_on, without_repeats
from ecoprod.standards.openings import openings
from ecoprod.standards.overlays import indicator_ids, limit_words, overrides_on, with_sign
from ecoprod.standards.reading import is_id
from ecoprod.standards.records import Limit, Override, Requirement, Spec
from ecoprod.standards.signature import read_in_force
from ecoprod.standards.strictness import is_far_beyond, wants_nothing
from ecoprod.standards.walks import atoms, indicators_of
from ecoprod.yamlfile import read_yaml


@dataclass(frozen=True, slots=True)
class Checked:
    """An overlay that was looked through. `notes`: what it leaves open, which is no fault of it.

    `spec`: the specification with the overlay in it; None where it cannot be had.
    """

    problems: list[Problem]
    notes: list[Problem]
    spec: Spec | None = None


def check_overlay(path: Path, spec: str | Path | None = None) -> Checked:
    """Everything wrong with an overlay file, read against the specification it names, and what it leaves open.

    `spec`: that specification, where it is known already. An id that the library does not have is looked for as a
    folder that the overlay lies in or beside.
    """
    problems: list[Problem] = []
    file = read_yaml(path, path.name, problems)
    if file is None:
        return Checked(problems, [])
    top = Cursor(file, problems, file.data)
    written = top.at("for").text()
    if written is None:
        top.report("standards-missing-key", key="for")
        return Checked(problems, [])
    name = spec or _meant(written, path)
    merged = _merged(name, path, top)
    _check_signature(top)
    _check_doubles(merged, top)
    if merged is None:
        return Checked(without_repeats(problems), [])
    plain = load_spec(name, latest_day(name))
    _check_date(plain, top)
    if not problems:  # what was left out would be missed
        problems.extend(contradicting(merged, path.name))
    notes = _notes(merged, plain, top) if not problems else []
    return Checked(without_repeats(problems), notes, merged)


def _meant(written: str, path: Path) -> str | Path:
    """The specification that an overlay names: of the library, else a folder of one's own near the file."""
    spec_id, _, edition = written.partition("@")
    if not is_id(spec_id) or (bundled(SHELF) / spec_id).is_dir():
        return written
    here = path.absolute().parent
    near = [up if up.name == spec_id else up / spec_id for up in (here, here.parent)]
    found = next((place for place in near if (place / "spec.yaml").is_file()), None)
    return Path(f"{found}@{edition}") if found else written


def _merged(name: str | Path, path: Path, top: Cursor) -> Spec | None:
    """The specification with the overlay at the end of time; limits that end before are compared on their last day."""
    last = latest_day(name)
    wrong: list[Problem] = []
    spec = read_spec(name, last, (path,), wrong)
    ending: dict[date, list[Cursor]] = {}
    for place in top.at("limits").each():
        end = Cursor(place.file, [], place.value, place.path).at("until").day()
        if end is not None and end <= last:
            ending.setdefault(day_before(end), []).append(place)
    for day, then in specs_on(name, sorted(ending)):
        top.problems.extend(_not_taken(override, top) for override in overrides_on(then, top, ending[day], day))
    top.problems.extend(wrong)
    top.problems.extend(_not_taken(override, top) for override in (spec.overrides if spec else ()))
    return spec


def _not_taken(override: Override, top: Cursor) -> Problem:
    code = "overlay-looser" if override.comparable else "overlay-unlike"
    limits = {"published": with_sign(override.published), "overlay": with_sign(override.overlay)}
    params = {"requirement": override.requirement, **limits}
    return Problem(code, At(top.file.name, override.line, override.field), override.field, params)


def _check_signature(top: Cursor) -> None:
    on = top.at("checked_on").day()
    if on is not None and on > (now := date.today()):  # noqa: DTZ011  (a check is made by a person, on his own day)
        top.report("signature-to-come", "checked_on", day=on.isoformat(), today=now.isoformat())
    signed = {key: top.at(key).text() is not None for key in ("checked_by", "checked_on")}
    if len(set(signed.values())) == 2:
        there, lacking = sorted(signed, key=lambda key: not signed[key])
        top.report("overlay-half-signed", there, there=there, lacking=lacking)


def _check_doubles(merged: Spec | None, top: Cursor) -> None:
    """Two limits for one comparison from the same day on: nobody could say which is meant."""
    requirements = {r.id: r for r in merged.requirements} if merged else {}
    seen: dict[tuple[str, str, date | None], int] = {}
    for place in top.at("limits").each():
        silent = Cursor(place.file, [], place.value, place.path)
        name = silent.at("requirement").text() or ""
        asked = requirements.get(name)
        first = next(iter(indicators_of(asked)), "") if asked else ""
        key = name, silent.at("indicator").text() or first, silent.at("from").day()
        if name and key in seen:
            place.report("overlay-duplicate-limit", "requirement", id=name, indicator=key[1] or "—", first=seen[key])
        seen.setdefault(key, place.line)


def _check_date(plain: Spec, top: Cursor) -> None:
    stated, known = read_in_force(top), plain.in_force
    if stated is not None and known is not None and stated != known:
        top.report("overlay-in-force-differs", "in_force", stated=stated.isoformat(), known=known.isoformat())


# ---- what is left open ---------------------------------------------------------------------------


def _notes(merged: Spec, plain: Spec, top: Cursor) -> list[Problem]:
    notes: list[Problem] = []
    named = f"{merged.id}@{merged.edition}"

    def note(code: str, key: str, **params: str) -> None:
        notes.append(Problem(code, top.file.at(key), key, {"spec": named, **params}))

    left = (gap for gap in (*merged.missing, *merged.other_days) if gap.of is not None)
    referred = [f"{gap.id} ({gap.days})" if gap.days else gap.id for gap in left]
    if referred:
        note("overlay-note-referred", "closes", gaps=", ".join(referred))
    if not merged.complete and not any(overlay.complete for overlay in merged.overlays):
        gaps = ", ".join(gap.id for gap in merged.missing if gap.of is None) or "—"
        note("overlay-note-gaps", "complete", gaps=gaps)
        listed, have = set(top.at("indicators").texts()), indicator_ids(merged.requirements)
        if listed and listed != have:
            absent, extra = ", ".join(sorted(have - listed)) or "—", ", ".join(sorted(listed - have)) or "—"
            note("overlay-note-indicators", "indicators", absent=absent, extra=extra)
    if top.at("checked_by").text() is None:
        note("overlay-note-unsigned", "checked_by")
    if merged.in_force is None:
        note("overlay-note-date", "in_force")
    rest = dict.fromkeys(o.requirement.id for o in openings(merged) if set(o.reasons) & _UNSETTLED)
    if rest:
        note("overlay-note-limits", "limits", requirements=", ".join(rest))
    unproven = list(dict.fromkeys(requirement.id for requirement, _, _ in unproven_nothing(merged)))
    if unproven:
        note("overlay-note-no-test", "limits", requirements=", ".join(unproven))
    far = ", ".join(_far_beyond(merged, plain))
    if far:
        note("overlay-note-far", "limits", limits=far)
    unused = [name for name, _ in top.at("facts").items() if name not in merged.facts]
    if unused:
        note("overlay-note-facts", "facts", facts=", ".join(unused))
    return notes


def unproven_nothing(merged: Spec) -> Iterator[tuple[Requirement, str, Limit]]:
    """Limits of "none" that an overlay sets without the detection limit of the test: no result can meet them."""
    for requirement in merged.requirements:
        for indicator, limit, _ in atoms(requirement.condition):
            measured = limit.confidence == "user" and not isinstance(limit.value, bool) and wants_nothing(limit)
            if measured and limit.test_detection_limit is None:
                yield requirement, indicator, limit


def _far_beyond(merged: Spec, plain: Spec) -> Iterator[str]:
    """Limits that ask for so much more than the published one that a figure or a unit may be mistyped."""
    published = {r.id: r.condition for r in plain.requirements}
    for requirement in merged.requirements:
        before, after = list(atoms(published.get(requirement.id))), list(atoms(requirement.condition))
        # an overlay changes limits and not the form of a condition, but for an undated limit beside the published one
        for n, (_, new, _) in enumerate(after):
            if new.undated and n:
                before.insert(n, before[n - 1])
        for (_, old, _), (_, new, _) in zip(before, after, strict=False):
            if new is not old and is_far_beyond(new, old):
                yield f"{requirement.id}: {with_sign(limit_words(new))} ({with_sign(limit_words(old))})"


_UNSETTLED = {"unresolved", "doubtful", "not-from-standard"}
