"""`standards new` and `standards import-table`: an overlay to fill in, or made from a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ecoprod.messages import problem_line, text
from ecoprod_cli.options import command, day, filled, language, option, output_option, spec_name
from ecoprod_cli.output import check_target, deliver_new, refuse_existing, warn


@command("new", "cli-help-standards-new")
@click.argument("name", metavar="ID", callback=spec_name)
@output_option
def new(name: str, target: Path | None) -> int:
    """Write an overlay to fill in."""
    check_target(target)
    refuse_existing(target)
    from ecoprod.completing import new_overlay

    deliver_new(new_overlay(name, language()), target)
    if target is not None:
        warn(text("overlay-new-done", language(), file=str(target)))
    return 0


@command("import-table", "cli-help-standards-import-table")
@click.argument("table", metavar="TABLE", callback=filled)
@option("--for", "name", code="cli-opt-for", metavar="ID@EDITION", required=True, callback=spec_name)
@option("--source", code="cli-opt-source", metavar="TEXT", required=True, callback=filled)
@option("--at", "at", code="cli-opt-at", metavar="TEXT", default="")
@option("--checked-by", code="cli-opt-checked-by", metavar="NAME", required=True, callback=filled)
@option("--checked-on", code="cli-opt-checked-on", metavar="DATE", required=True, callback=day)
@option("--in-force", code="cli-opt-in-force", metavar="DATE", callback=day)
@option("--complete", code="cli-opt-complete-spec", is_flag=True)
@output_option
def import_table(
    table: str, name: str, source: str, at: str, checked_by: str, checked_on: date, in_force: date | None,
    target: Path | None, *, complete: bool,
) -> int:  # fmt: skip
    """Make an overlay from a table of indicators."""
    check_target(target)
    refuse_existing(target)
    from ecoprod.completing import Signature, import_table

    signature = Signature(source.strip(), checked_by.strip(), checked_on, at.strip(), in_force, complete)
    found = import_table(table, name, signature, language())
    deliver_new(found.text, target)
    for note in found.notes:
        warn(text("cli-note", language(), note=problem_line(note, language())))
    warn(text("indicators-done", language(), confirmed=len(found.confirmed), added=len(found.added)))
    if target is not None:
        warn(text("indicators-next", language(), file=str(target)))
    return 0
