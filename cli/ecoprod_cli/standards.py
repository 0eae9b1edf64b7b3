"""`standards list | show | search | check | diff`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import LANGS, text
from ecoprod_cli.options import (
    command,
    day,
    filled,
    format_option,
    language,
    option,
    option_name,
    output_option,
    overlay_option,
    path,
    spec_name,
)  # fmt: skip
from ecoprod_cli.output import check_target, deliver, has_colour, width_for

if TYPE_CHECKING:
    from ecoprod.standards.differences import Difference


def _word(param: click.Parameter, value: str | None, allowed: Sequence[str], stem: str) -> str | None:
    """One of a closed list, by its id or by its name in either language. Raises InputError for anything else."""
    if value is None:
        return None
    called = {text(f"{stem}-{name}", lang).casefold(): name for name in allowed for lang in LANGS}
    found = value.strip() if value.strip() in allowed else called.get(value.strip().casefold())
    if found is None:
        name = option_name(param)
        params = {"value": value[:60], "words": f"@{stem}-words"}
        raise InputError([Problem("word-unknown", At(name), name, params)])
    return found


def _sector(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ecoprod.standards.vocabulary import SECTORS

    return _word(param, value, SECTORS, "library-sector")


def _attribute(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ecoprod.standards.vocabulary import ATTRIBUTES

    return _word(param, value, ATTRIBUTES, "library-attribute")


def _words(_ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    from ecoprod.standards.search import MAX_SIGNS

    filled(_ctx, param, value)
    if sum(map(len, value)) > MAX_SIGNS:
        name = option_name(param)
        raise InputError([Problem("cli-too-long", At(name), None, {"name": name, "limit": MAX_SIGNS})])
    return value


def _page(target: Path | None) -> dict[str, Any]:
    return {"width": width_for(target), "colour": has_colour(target)}


@command("list", "cli-help-standards-list")
@option("--sector", code="cli-opt-sector", metavar="WORD", callback=_sector)
@option("--issuer", code="cli-opt-issuer", metavar="LETTERS", callback=filled)
@option("--attribute", code="cli-opt-attribute", metavar="WORD", callback=_attribute)
@format_option()
@output_option
def list_(sector: str | None, issuer: str | None, attribute: str | None, form: str, target: Path | None) -> int:
    """List the specifications."""
    check_target(target)
    from ecoprod.report.json_text import to_json
    from ecoprod.report.standards import standards_document
    from ecoprod.report.standards_pages import standards_text
    from ecoprod.standards.library import issuers

    document = standards_document(sector, issuer, attribute)
    if form == "json":
        deliver(to_json(document), target)
    else:
        known = issuers() if issuer is not None and not document["standards"] else ()
        deliver(standards_text(document, language(), issuers=known, **_page(target)), target)
    return 0


@command("show", "cli-help-standards-show")
@click.argument("name", metavar="ID", callback=spec_name)
@option("--on", code="cli-opt-on-show", metavar="DATE", callback=day)
@overlay_option
@option("--missing", code="cli-opt-missing", is_flag=True)
@format_option()
@output_option
def show(
    name: str, on: date | None, overlays: tuple[Path, ...], form: str, target: Path | None, *, missing: bool
) -> int:
    """Show one specification."""
    check_target(target)
    from ecoprod.report.json_text import to_json
    from ecoprod.report.standards import specifications, standard_document
    from ecoprod.report.standards_pages import standard_text

    document = standard_document(*specifications(name, on, overlays), missing=missing, asked=name)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(standard_text(document, language(), name, on, missing=missing, **_page(target)), target)
    return 0


@command("search", "cli-help-standards-search")
@click.argument("words", metavar="WORDS…", nargs=-1, required=True, callback=_words)
@format_option()
@output_option
def search(words: tuple[str, ...], form: str, target: Path | None) -> int:
    """Find specifications by words and numbers."""
    check_target(target)
    from ecoprod.report.json_text import to_json
    from ecoprod.report.standards import search_document
    from ecoprod.report.standards_pages import search_text
    from ecoprod.standards.search import search_specs

    document = search_document(words, search_specs(words))
    deliver(to_json(document) if form == "json" else search_text(document, language(), **_page(target)), target)
    return 0


@command("check", "cli-help-standards-check")
@click.argument("place", metavar="[PATH]", required=False, callback=path)
@format_option()
@output_option
def check(place: Path | None, form: str, target: Path | None) -> int:
    """Check specification files and overlays."""
    check_target(target)
    if place is not None and not place.exists():
        raise InputError([Problem("cli-no-such-path", At(str(place)), None, {"name": str(place)})])
    from ecoprod.standards import check_specs
    from ecoprod_cli.checks import report_findings

    found = check_specs(place)
    seen = {"specifications": found.specifications, "overlays": found.overlays}
    return report_findings(found.problems, form, target, found.notes, seen)


@command("diff", "cli-help-standards-diff")
@click.argument("name", metavar="ID", callback=spec_name)
@click.argument("other", metavar="[ID@EDITION]", required=False, callback=spec_name)
@option("--from", "start", code="cli-opt-from", metavar="DATE", callback=day)
@option("--to", "end", code="cli-opt-to", metavar="DATE", callback=day)
@format_option()
@output_option
def diff(name: str, other: str | None, start: date | None, end: date | None, form: str, target: Path | None) -> int:
    """Say what changes for a product between two days, or two editions."""
    check_target(target)
    from ecoprod.report.json_text import to_json
    from ecoprod.report.standards_diff import diff_document, diff_text

    document = diff_document(_difference(name, other, start, end))
    deliver(to_json(document) if form == "json" else diff_text(document, language(), name, **_page(target)), target)
    return 0


def _difference(name: str, other: str | None, start: date | None, end: date | None) -> Difference:
    """Between two days, or between two editions; raises InputError for half of one and for both."""
    from ecoprod.report.standards import specification
    from ecoprod.standards import folder_or_name
    from ecoprod.standards.differences import difference, difference_of

    if other is None and start is not None and end is not None:
        if start > end:
            params = {"start": start.isoformat(), "end": end.isoformat()}
            raise InputError([Problem("cli-dates-reversed", At("--from"), "--from", params)])
        try:
            return difference(folder_or_name(name), start, end)
        except InputError as error:
            raise _which_editions(error) from error
    if other is None or start is not None or end is not None:
        raise InputError([Problem("cli-diff-sides", At("ecoprod standards diff"))])
    specs, problems = [], list[Problem]()
    for each in (name, other):
        try:
            specs.append(specification(each, None))
        except InputError as error:
            problems += _which_editions(error).problems
    if problems:
        raise InputError(problems)
    return difference_of(*specs)


def _which_editions(error: InputError) -> InputError:
    """The problem of several editions in the words of this command: no product is judged here."""
    if {p.code for p in error.problems} != {"standards-two-editions"}:
        return error
    asked = error.problems[0].params
    choices = str(asked["editions"]).split(", ")
    command = f"ecoprod standards diff {' '.join(map(shlex.quote, choices[:2]))}"
    params = {"name": str(asked["name"]), "editions": ", ".join(choices), "command": command}
    return InputError([Problem("cli-diff-editions", At(params["name"]), None, params)])
