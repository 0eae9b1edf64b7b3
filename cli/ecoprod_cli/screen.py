"""`screen`: many designs of one product at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import text
from ecoprod.screening.variants import MOST_DRAWN, MOST_SEED
from ecoprod_cli.interrupts import told
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
from ecoprod_cli.output import check_target, deliver, deliver_written, has_colour, needs_target, say, warn, width_for

if TYPE_CHECKING:
    from ecoprod.screening.screen import Chunk, Screen

_TABLES = ("csv", "parquet")
_ENDINGS = {".csv": "csv", ".parquet": "parquet", ".json": "json"}
_OTHER_TABLES = (".xlsx", ".xlsm", ".xls", ".ods", ".tsv")


@command("screen", "cli-help-screen")
@click.argument("product", metavar="PRODUCT", callback=path)
@option("--variants", code="cli-opt-variants", metavar="FILE", required=True, callback=path)
@on_option
@spec_option
@overlay_option
@background_option
@method_option
@option("--sample", code="cli-opt-sample", metavar="N", type=click.IntRange(1, MOST_DRAWN))
@option("--seed", code="cli-opt-seed", metavar="N", type=click.IntRange(0, MOST_SEED))
@option("--resume", code="cli-opt-resume", is_flag=True)
@option("--format", "form", code="cli-opt-format-screen", type=click.Choice(["text", "json", *_TABLES]))
@output_option
def screen(
    product: Path, variants: Path, on: date | None, spec: str | None, overlays: tuple[Path, ...], background: str,
    methods: tuple[str, ...], sample: int | None, seed: int | None, form: str | None, target: Path | None, *,
    resume: bool,
) -> int:  # fmt: skip
    """Screen the designs of a variants file."""
    check_target(target)
    form = form or (_ENDINGS.get(target.suffix.lower()) if target is not None else None) or "text"
    if form == "parquet":
        needs_target(form, target)
    if target is not None:
        _check_ending(target, form)
    beside = target if form in _TABLES else None
    if resume and beside is None:
        raise InputError([Problem("screen-resume-needs-table", At("--resume"), "--resume")])
    done: list[Path] = []
    with told(lambda: _left(beside, done)) as check:
        from ecoprod.screening.screen import Screen

        ready = Screen(
            product, variants, on=on, spec=spec, overlays=overlays, background=background, methods=methods,
            sample=sample, seed=seed, notify=notify,
        )  # fmt: skip
        if beside is None:
            _from_memory(ready, form, target, check)
        else:
            _from_pieces(ready, form, beside, done, check, resume=resume)
    return 0


def _from_pieces(
    ready: Screen, form: str, target: Path, done: list[Path], check: Callable[[], None], *, resume: bool
) -> None:  # fmt: skip
    """A table in a file: the pieces that it is written from are kept until it is in its place (then in `done`)."""
    from ecoprod.screening.document import refusal_notes
    from ecoprod.screening.resume import drop, folder_of, refuse_lost, run
    from ecoprod.screening.screen import ranked
    from ecoprod.screening.tables import BOM, csv_parts, write_parquet

    if not resume and (replaced := refuse_lost(ready, target)):
        warn(text("screen-kept-replaced", language(), folder=folder_of(target).name, done=replaced))
    with _bar(ready.count) as progress:

        def noted(number: int, count: int) -> None:
            progress(number, count)
            check()

        kept = run(ready, target, noted, resume=resume)
    ranking = ranked(ready, kept.goals, kept.outcome)
    check()

    def write(file: IO[bytes]) -> None:
        chunks = _checked(kept.chunks(), check)
        if form == "parquet":
            write_parquet(file, ready, chunks, ranking)
        else:
            file.write(BOM.encode())
            for part in csv_parts(ready, chunks, ranking):
                file.write(part.encode())
        check()

    deliver_written(write, target)
    done.append(target)
    notes = refusal_notes(ready, kept.outcome, kept.design)
    drop(kept.folder)
    for note in notes:  # a table has no room for why a design cannot be judged
        warn(note["message"][language()])


def _from_memory(ready: Screen, form: str, target: Path | None, check: Callable[[], None]) -> None:
    """A page, a document, or a table on stdout, which is for other programs: it has no byte order mark."""
    from ecoprod.report.json_text import to_json
    from ecoprod.screening.document import refusal_notes, screening_document
    from ecoprod.screening.screen import AT_ONCE, gathered, noted
    from ecoprod.screening.tables import csv_parts, pieces_of
    from ecoprod.screening.text import screening_text

    with _bar(ready.count) as progress:
        found = gathered(ready, _checked(noted(ready, progress), check))
    check()
    if form == "csv":
        for part in csv_parts(ready, _checked(pieces_of(found.whole, AT_ONCE), check), found.ranking):
            say(part)
        for note in refusal_notes(ready, found.whole.outcome, found.design):
            warn(note["message"][language()])
        return
    document = screening_document(found)
    check()
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(screening_text(document, language(), width=width_for(target), colour=has_colour(target)), target)


def _checked(chunks: Iterable[Chunk], check: Callable[[], None]) -> Iterator[Chunk]:
    for chunk in chunks:
        check()
        yield chunk


def _left(target: Path | None, done: list[Path]) -> str:
    """What an interrupt leaves, and how to go on."""
    if done:
        return text("screen-interrupted-written", language(), name=str(done[0]))
    if target is None:
        return text("screen-interrupted-nothing", language())
    from ecoprod.screening.resume import folder_of, kept_beside

    if count := kept_beside(target):
        return text("screen-interrupted", language(), folder=folder_of(target).name, done=count)
    return text("screen-interrupted-early", language())


def _check_ending(target: Path, form: str) -> None:
    """Refuse a name that promises another format than is written. Raises InputError."""
    ending = target.suffix.lower()
    params = {"name": str(target), "ending": ending, "form": form}
    if ending in _OTHER_TABLES:
        raise InputError([Problem("screen-ending-unknown", At("-o"), "-o", params)])
    wanted = _ENDINGS.get(ending, form)
    if wanted != form:
        raise InputError([Problem("screen-ending", At("-o"), "--format", {**params, "wanted": wanted})])


@contextmanager
def _bar(count: int) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal's stderr; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _done, _count: None
        return
    with click.progressbar(length=count, file=sys.stderr) as bar:
        yield lambda done, _count: bar.update(done - bar.pos)
