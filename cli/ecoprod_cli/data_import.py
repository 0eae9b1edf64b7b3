"""`data import` and `data match`: a database of the user's own, and which of its datasets a product needs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from ecoprod.messages import text
from ecoprod_cli.options import background_option, command, language, option, output_option, path
from ecoprod_cli.output import (
    check_target,
    deliver,
    deliver_new,
    deliver_sheet,
    has_colour,
    needs_target,
    refuse_existing,
    warn,
    width_for,
)  # fmt: skip

NOTHING_USABLE = 3
_EVERY_SECONDS = 1.0


@command("import", "cli-help-data-import")
@click.argument("source", metavar="FILE", callback=path)
@option("--background", code="cli-opt-import-id", metavar="ID")
@option("--database", code="cli-opt-database", metavar="NAME")
@option("--complete", code="cli-opt-complete", is_flag=True)
@option("--replace", code="cli-opt-replace", is_flag=True)
@option("--format", "form", code="cli-opt-format-misses", type=click.Choice(["text", "json", "xlsx"]), default="text")
@output_option
def import_(
    source: Path, background: str | None, database: str | None, form: str, target: Path | None, *,
    complete: bool, replace: bool,
) -> int:  # fmt: skip
    """Import a database; exit code 0 imported, 3 nothing usable."""
    check_target(target)
    from ecoprod.importing.run import import_source
    from ecoprod.report.imports import import_document, import_text, misses_sheet
    from ecoprod.report.json_text import to_json

    if form == "xlsx":
        needs_target(form, target)
    found = import_source(
        source, background, database=database, complete=complete, replace=replace, progress=_Progress()
    )
    document = import_document(found)
    if form == "json":
        deliver(to_json(document), target)
    elif form == "xlsx":
        deliver_sheet(misses_sheet(document["misses"], language()), target)
    else:
        deliver(import_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0 if found.usable else NOTHING_USABLE


@command("match", "cli-help-data-match")
@click.argument("product", metavar="PRODUCT", callback=path)
@background_option
@option("--format", "form", code="cli-opt-format-match", type=click.Choice(["csv", "text", "json"]), default="csv")
@output_option
def match(product: Path, background: str, form: str, target: Path | None) -> int:
    """Propose a mapping file for a product."""
    check_target(target)
    if form == "csv":  # a person goes through it and signs its rows
        refuse_existing(target)
    from ecoprod.backgrounds import find_background
    from ecoprod.matching import propose
    from ecoprod.report.json_text import to_json
    from ecoprod.report.matches import mapping_csv, matches_document, matches_text

    data = find_background(background)
    proposals = propose(product, data)
    if form == "json":
        deliver(to_json(matches_document(proposals, data.id)), target)
    elif form == "text":
        page = matches_text(proposals, data.id, language(), width=width_for(target), colour=has_colour(target))
        deliver(page, target)
    else:
        deliver_new(mapping_csv(proposals, data.id, language()), target)
        missing = ", ".join(p.wanted.name for p in proposals.made if not p.candidates) or "—"
        found = sum(bool(p.candidates) for p in proposals.made)
        warn(text("match-written", language(), count=len(proposals.made), found=found, missing=missing))
    return 0


class _Progress:
    """A bar on a terminal, else a line now and then, on stderr."""

    def __init__(self) -> None:
        self._stage = ""
        self._last = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear how far a stage is."""
        first, last = stage != self._stage, done >= total
        now = time.monotonic()
        if not (first or last or now - self._last >= _EVERY_SECONDS):
            return
        self._stage, self._last = stage, now
        words = text(f"import-progress-{stage}", language(), done=done, total=total)
        if sys.stderr is not None and sys.stderr.isatty():
            filled = 24 * done // max(total, 1)
            sys.stderr.write(f"\r[{'█' * filled}{'·' * (24 - filled)}] {words}\x1b[K" + ("\n" if last else ""))
            sys.stderr.flush()
        else:
            warn(words)
