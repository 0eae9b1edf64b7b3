"""`data import`: a database of the user's own into the cache."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import text
from ecoprod_cli.options import command, language, option, output_option, path
from ecoprod_cli.output import check_target, deliver, deliver_sheet, has_colour, warn, width_for

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
    from ecoprod.report.document import to_json
    from ecoprod.report.imports import import_document, import_text, misses_sheet

    if form == "xlsx" and target is None:
        raise InputError([Problem("cli-needs-output", At("--format"), "-o", {"name": "xlsx"})])
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
