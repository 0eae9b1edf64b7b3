"""`assess`, `explain` and `compare`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import click

from ecoprod.errors import At, InputError, NotBuiltError, Problem
from ecoprod_cli.options import (
    background_option,
    command,
    detail_option,
    engine_option,
    format_option,
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
from ecoprod_cli.output import (
    check_target,
    deliver,
    deliver_bytes,
    drop_old_verdict,
    has_colour,
    warn,
    width_for,
)

EXIT = {"qualified": 0, "not_qualified": 1, "undetermined": 3, "provisional": 4}
_LATER = ("markdown", "junit", "sarif")


@command("assess", "cli-help-assess")
@click.argument("product", metavar="PRODUCT", callback=path)
@on_option
@spec_option
@overlay_option
@background_option
@method_option
@detail_option
@engine_option
@format_option(*_LATER)
@output_option
@option("--report", code="cli-opt-report", metavar="DIR")
@option("--accept", code="cli-opt-accept", type=click.Choice(["provisional"]))
def assess(
    product: Path, on: date | None, spec: str | None, overlays: tuple[Path, ...], background: str,
    methods: tuple[str, ...], engine: Literal["cached", "brightway"], form: str, target: Path | None,
    report: str | None, accept: str | None, *, detail: bool,
) -> int:  # fmt: skip
    """Judge one product; the exit code is the verdict."""
    if form in _LATER:
        params = {"name": form, "formats": "text, json"}
        raise InputError([Problem("cli-format-not-built", At("--format"), None, params)])
    if report is not None:
        raise NotBuiltError("--report")
    check_target(target)
    drop_old_verdict(target)
    from ecoprod.corridor import assess as run
    from ecoprod.report.document import result_document
    from ecoprod.report.json_text import to_json

    found = run(
        product, on=on, spec=spec, overlays=overlays, background=background, methods=methods, engine=engine,
        notify=notify, detail=detail,
    )  # fmt: skip
    document = result_document(found)
    if form == "json":
        deliver(to_json(document), target)
    else:
        from ecoprod.report.text import report_text

        deliver(report_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    outcome = found.verdict.outcome
    return 0 if accept == outcome else EXIT[outcome]


@command("explain", "cli-help-explain")
@click.argument("result", metavar="RESULT.json", callback=path)
@click.argument("name", metavar="ID")
@output_option
def explain(result: Path, name: str, target: Path | None) -> int:
    """Print the tree behind a number or finding."""
    check_target(target)
    from ecoprod.report.reading import read_result
    from ecoprod.report.tree import explain as tree

    document = read_result(result)
    deliver(tree(document, name, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0


@command("compare", "cli-help-compare")
@click.argument("products", metavar="PRODUCT PRODUCT…", nargs=-1, callback=path)
@on_option
@spec_option
@overlay_option
@background_option
@method_option
@engine_option
@format_option()
@output_option
@option("--plot", "picture", code="cli-opt-plot", metavar="FILE", callback=path)
def compare(
    products: tuple[Path, ...], on: date | None, spec: str | None, overlays: tuple[Path, ...], background: str,
    methods: tuple[str, ...], engine: Literal["cached", "brightway"], form: str, target: Path | None,
    picture: Path | None,
) -> int:  # fmt: skip
    """Set designs side by side."""
    if len(products) < 2:  # a comparison has two sides
        raise InputError([Problem("cli-compare-two", At("ecoprod compare"))])
    check_target(target)
    _check_picture(picture, target)
    drop_old_verdict(target)
    from ecoprod.compare import compare_text, comparison_document, labels
    from ecoprod.corridor import assess as run
    from ecoprod.report.document import result_document
    from ecoprod.report.json_text import to_json

    names, documents, problems = labels(products), [], list[Problem]()
    for name, product in zip(names, products, strict=True):
        try:
            found = run(
                product, on=on, spec=spec, overlays=overlays, background=background, methods=methods, engine=engine,
                notify=notify,
            )  # fmt: skip
            documents.append(result_document(found))
        except InputError as error:
            problems += [_within(name, product, p) for p in error.problems]
    if problems:
        raise InputError(problems)
    document = comparison_document(documents, names)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(compare_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    if picture is not None:
        _draw(document, picture)
    return 0


def _check_picture(picture: Path | None, target: Path | None) -> None:
    """Refuse a picture that cannot be written before any work is done."""
    if picture is None:
        return
    if picture.suffix.lower() not in (".svg", ".png"):
        raise InputError([Problem("compare-plot-form", At("--plot"), "--plot", {"name": str(picture)})])
    if target is not None and picture.resolve() == target.resolve():
        raise InputError([Problem("compare-plot-same-file", At("--plot"), "--plot", {"name": str(picture)})])
    check_target(picture)


def _draw(document: dict[str, Any], picture: Path) -> None:
    from ecoprod.compare.plot import plot
    from ecoprod.messages import text

    content, notes = plot(document, language(), "svg" if picture.suffix.lower() == ".svg" else "png")
    deliver_bytes(content, picture)
    for code, params in notes:
        warn(text(code, language(), **params))


def _within(design: str, product: Path, problem: Problem) -> Problem:
    """The problem with the design's name before its file, so that two `bom.csv` can be told apart."""
    at = problem.at
    if at.file.startswith("--") or Path(at.file) == product:  # the product itself stands before its own name
        return problem
    place = At(f"{design}/{at.file}", at.line, at.column, at.sheet, at.cell)
    return Problem(problem.code, place, problem.field, problem.params)
