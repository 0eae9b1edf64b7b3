"""`levers`: what would turn the verdict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ecoprod_cli.options import (
    background_option,
    command,
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
from ecoprod_cli.output import check_target, deliver, has_colour, width_for


@command("levers", "cli-help-levers")
@click.argument("product", metavar="PRODUCT", callback=path)
@option("--variants", code="cli-opt-variants-offer", metavar="FILE", callback=path)
@on_option
@spec_option
@overlay_option
@background_option
@method_option
@format_option()
@output_option
def levers(
    product: Path, variants: Path | None, on: date | None, spec: str | None, overlays: tuple[Path, ...],
    background: str, methods: tuple[str, ...], form: str, target: Path | None,
) -> int:  # fmt: skip
    """Show which inputs move which results, and what would meet the requirements."""
    check_target(target)
    from ecoprod.levers.document import levers_document
    from ecoprod.levers.levers import levers as find
    from ecoprod.levers.text import levers_text
    from ecoprod.report.json_text import to_json

    found = find(
        product, variants, on=on, spec=spec, overlays=overlays, background=background, methods=methods, notify=notify
    )
    document = levers_document(found)
    if form == "json":
        deliver(to_json(document), target)
    else:
        deliver(levers_text(document, language(), width=width_for(target), colour=has_colour(target)), target)
    return 0
