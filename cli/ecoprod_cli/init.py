"""`init` and `schema`."""

from __future__ import annotations

from pathlib import Path

import click

from ecoprod_cli.options import command, language, option, output_option, path, spec_name
from ecoprod_cli.output import check_target, deliver, say

KINDS = (
    "product", "spec", "overlay", "variants", "result", "comparison", "screening", "levers", "standards",
    "standards-diff", "datasets", "methods",
    "import", "matches", "problems",
)  # fmt: skip


@command("init", "cli-help-init")
@click.argument("folder", metavar="DIR", callback=path)
@option("--category", code="cli-opt-category", metavar="ID", required=True, callback=spec_name)
def init(folder: Path, category: str) -> int:
    """Write a product folder to fill in."""
    from ecoprod.scaffold import init as write
    from ecoprod.scaffold import summary

    made = write(folder, category, language())
    say(summary(folder, made, language()))
    return 0


@command("schema", "cli-help-schema")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@output_option
def schema(kind: str, target: Path | None) -> int:
    """Print the JSON Schema of a format."""
    check_target(target)
    from ecoprod.report.json_text import to_json
    from ecoprod.report.schemas import schema as of

    deliver(to_json(of(kind)), target)
    return 0
