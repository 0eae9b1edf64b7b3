"""`standards list | show | check`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod_cli.options import (
    command,
    day,
    format_option,
    language,
    option,
    output_option,
    overlay_option,
    path,
    spec_name,
)  # fmt: skip
from ecoprod_cli.output import check_target, deliver, has_colour, width_for


@command("list", "cli-help-standards-list")
@format_option()
@output_option
def list_(form: str, target: Path | None) -> int:
    """List the specifications."""
    check_target(target)
    from ecoprod.report.document import to_json
    from ecoprod.report.standards import standards_document, standards_text

    document = standards_document()
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(standards_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@command("show", "cli-help-standards-show")
@click.argument("name", metavar="ID", callback=spec_name)
@option("--on", code="cli-opt-on-show", metavar="DATE", callback=day)
@overlay_option
@format_option()
@output_option
def show(name: str, on: date | None, overlays: tuple[Path, ...], form: str, target: Path | None) -> int:
    """Show one specification."""
    check_target(target)
    from ecoprod.report.document import to_json
    from ecoprod.report.standards import specifications, standard_document, standard_text

    document = standard_document(*specifications(name, on, overlays))
    if form == "json":
        deliver(to_json(document), target)
    else:
        width, colour = width_for(target), has_colour(target)
        deliver(standard_text(document, language(), name, on, width=width, colour=colour), target)
    return 0


@command("check", "cli-help-standards-check")
@click.argument("place", metavar="[PATH]", required=False, callback=path)
@format_option()
@output_option
def check(place: Path | None, form: str, target: Path | None) -> int:
    """Check specification files."""
    check_target(target)
    if place is not None and not place.exists():
        raise InputError([Problem("cli-no-such-path", At(str(place)), None, {"name": str(place)})])
    from ecoprod.standards import check_specs
    from ecoprod_cli.checks import report_findings

    return report_findings(check_specs(place), form, target)
