"""`data list | show | methods | check`."""

from __future__ import annotations

from pathlib import Path

import click

from ecoprod_cli.options import background_option, command, format_option, language, notify, option, output_option
from ecoprod_cli.output import check_target, deliver, deliver_sheet, has_colour, needs_target, width_for


@command("list", "cli-help-data-list")
@click.argument("word", metavar="[WORD]", required=False)
@background_option
@format_option()
@output_option
def list_(word: str | None, background: str, form: str, target: Path | None) -> int:
    """List the datasets of one background."""
    return _list(word, background, form, target)


def _list(word: str | None, background: str, form: str, target: Path | None) -> int:
    check_target(target)
    from ecoprod.backgrounds import find_background
    from ecoprod.report.datasets import datasets_document, datasets_text
    from ecoprod.report.json_text import to_json

    document = datasets_document(find_background(background), word)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(datasets_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@command("search", "cli-help-data-search")
@click.argument("word", metavar="WORD")
@background_option
@format_option()
@output_option
def search(word: str, background: str, form: str, target: Path | None) -> int:
    """Find datasets and materials by a word; the same page as `list WORD`."""
    return _list(word, background, form, target)


@command("show", "cli-help-data-show")
@click.argument("name", metavar="ID")
@background_option
@format_option()
@output_option
def show(name: str, background: str, form: str, target: Path | None) -> int:
    """Show one dataset."""
    check_target(target)
    from ecoprod.backgrounds import find_background
    from ecoprod.report.datasets import dataset_document, dataset_text
    from ecoprod.report.json_text import to_json

    document = dataset_document(find_background(background), name, notify)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(dataset_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@command("methods", "cli-help-data-methods")
@click.argument("name", metavar="[NAME]", required=False)
@background_option
@format_option()
@output_option
def methods(name: str | None, background: str, form: str, target: Path | None) -> int:
    """List impact methods, and how far they know the flows of one background."""
    check_target(target)
    from ecoprod.backgrounds import find_background
    from ecoprod.report.json_text import to_json
    from ecoprod.report.methods import methods_document, methods_text

    document = methods_document(find_background(background), name)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(methods_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@command("check", "cli-help-data-check")
@background_option
@option("--format", "form", code="cli-opt-format-misses", type=click.Choice(["text", "json", "xlsx"]), default="text")
@output_option
def check(background: str, form: str, target: Path | None) -> int:
    """Check the datasets of one background; of an imported one, list what did not link."""
    check_target(target)
    from ecoprod.backgrounds import OwnBackground, find_background
    from ecoprod.data_check import check_background
    from ecoprod_cli.checks import FINDINGS, report_findings

    if form == "xlsx":
        needs_target(form, target)
    found = find_background(background)
    if form != "xlsx":
        return report_findings(check_background(found), form, target)
    from ecoprod.importing.run import stored_rows
    from ecoprod.report.imports import miss_document, misses_sheet

    rows = stored_rows(found.own) if isinstance(found, OwnBackground) else []
    deliver_sheet(misses_sheet([miss_document(row) for row in rows], language()), target)
    return FINDINGS if rows else 0
