"""`screen`: many designs of one product at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import text
from ecoprod_cli.options import (
    background_option,
    command,
    language,
    method_option,
    notify,
    on_option,
    option,
    output_option,
    overlay_option,
    path,
    spec_option,
)  # fmt: skip
from ecoprod_cli.output import check_target, deliver, deliver_bytes, has_colour, needs_target, warn, width_for

_TABLES = ("csv", "parquet")


@command("screen", "cli-help-screen")
@click.argument("product", metavar="PRODUCT", callback=path)
@option("--variants", code="cli-opt-variants", metavar="FILE", required=True, callback=path)
@on_option
@spec_option
@overlay_option
@background_option
@method_option
@option("--sample", code="cli-opt-sample", metavar="N", type=click.IntRange(1, 10_000_000))
@option("--seed", code="cli-opt-seed", metavar="N", type=click.IntRange(0, 2**32 - 1))
@option("--resume", code="cli-opt-resume", is_flag=True)
@option("--format", "form", code="cli-opt-format-screen", type=click.Choice(["text", "json", *_TABLES]), default="text")
@output_option
def screen(
    product: Path, variants: Path, on: date | None, spec: str | None, overlays: tuple[Path, ...], background: str,
    methods: tuple[str, ...], sample: int | None, seed: int | None, form: str, target: Path | None, *, resume: bool,
) -> int:  # fmt: skip
    """Screen the designs of a variants file."""
    check_target(target)
    if form == "parquet":
        needs_target(form, target)
    if resume and (target is None or form not in _TABLES):
        raise InputError([Problem("screen-resume-needs-table", At("--resume"), "--resume")])
    from ecoprod.screening.resume import kept_beside, run
    from ecoprod.screening.screen import Screen, gathered

    ready = Screen(
        product, variants, on=on, spec=spec, overlays=overlays, background=background, methods=methods, sample=sample,
        seed=seed, notify=notify,
    )  # fmt: skip
    beside = target if form in _TABLES else None
    try:
        with _bar(ready.count) as progress:
            found = gathered(ready, run(ready, beside, progress, resume=resume))
    except KeyboardInterrupt:
        if beside is not None and kept_beside(beside):
            warn(text("screen-interrupted", language(), folder=f"{beside.name}.part"))
        raise
    if form in _TABLES:
        from ecoprod.screening.tables import write_csv, write_parquet

        content = (write_csv if form == "csv" else write_parquet)(found.frame())
        if target is None:
            deliver(content.decode("utf-8"), None)
        else:
            deliver_bytes(content, target)
        from ecoprod.screening.document import refusal_notes

        for note in refusal_notes(found):  # a table has no room for why a design cannot be judged
            warn(note["message"][language()])
        return 0
    from ecoprod.report.json_text import to_json
    from ecoprod.screening.document import screening_document
    from ecoprod.screening.text import screening_text

    document = screening_document(found)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(screening_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@contextmanager
def _bar(count: int) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal's stderr; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _done, _count: None
        return
    with click.progressbar(length=count, file=sys.stderr) as bar:
        yield lambda done, _count: bar.update(done - bar.pos)
