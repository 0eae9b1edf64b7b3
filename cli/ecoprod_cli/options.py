"""Options that several commands share, and the values they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import Lang, has, text
from ecoprod_cli.output import language_of, warn
from ecoprod_cli.root import HELP, Worded, WordedOption, lang_option

JUDGED = "product"
"""Argument of every command that reads one product: a problems document names it as it was given."""
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
Function = TypeVar("Function", bound=Callable[..., Any])


def command(name: str, code: str) -> Callable[[Function], click.Command]:
    """A command whose words are in the catalogue, with `--lang`."""

    def decorate(function: Function) -> click.Command:
        made = click.command(name, cls=Worded, help=code, context_settings=HELP)(function)
        made.params.append(lang_option())
        return made

    return decorate


def option(*names: str, code: str, **more: Any) -> Callable[[Function], Function]:
    """An option whose help is a message code."""
    return click.option(*names, cls=WordedOption, help=code, **more)


def language() -> Lang:
    """Language of this run."""
    return language_of(click.get_current_context().find_root().obj or ())


def notify(code: str) -> None:
    """Progress and warnings, by message code, on stderr."""
    warn(text(code, language()) if has(code) else code)


def option_name(param: click.Parameter) -> str:
    """The long name of an option, the name of an argument."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name


def day(_ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """A date as `2026-03-01`. Raises InputError for anything else."""
    if value is None:
        return None
    try:
        if not _DAY.fullmatch(value):  # fromisoformat takes weeks (`2026-W01-1`) and more
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError as error:
        name = option_name(param)
        raise InputError([Problem("cli-bad-date", At(name), name, {"value": value[:40]})]) from error


def filled(_ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...] | None) -> Any:
    """A text that is not empty. Raises InputError for one that is."""
    for written in value if isinstance(value, tuple) else (value,):
        if written is not None and not written.strip():
            name = option_name(param)
            raise InputError([Problem("cli-empty-value", At(name), None, {"name": name})])
    return value


def path(ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...] | None) -> Any:
    """Paths as they were written; whether they are there is for the reader to say. Refuses what can be none."""
    for written in value if isinstance(value, tuple) else (value,):
        possible(param, written)
    if param.name == JUDGED:
        ctx.meta[JUDGED] = value
    if isinstance(value, tuple):
        return tuple(Path(v) for v in value)
    return None if value is None else Path(value)


def target_path(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """The file to write to; None for stdout, which `-` means too."""
    return None if value == "-" else path(ctx, param, value)


def possible(param: click.Parameter, written: str | None) -> None:
    """Refuse a name that no file can have: empty, a part too long, links in a circle. Raises InputError."""
    from ecoprod.textfile import MAX_NAME, resolved

    if written is None:
        return
    name = option_name(param)
    if not written.strip():
        raise InputError([Problem("cli-empty-value", At(name), None, {"name": name})])
    if resolved(Path(written)) is None:
        raise InputError([Problem("path-impossible", At(name), None, {"file": written[:80], "limit": MAX_NAME})])


def spec_name(_ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """An id or a folder of a specification, not empty."""
    possible(param, value)
    return value


on_option = option("--on", code="cli-opt-on", metavar="DATE", callback=day)
overlay_option = option("--overlay", "overlays", code="cli-opt-overlay", metavar="FILE", multiple=True, callback=path)
background_option = option("--background", code="cli-opt-background", metavar="ID", default="core")
method_option = option("--method", "methods", code="cli-opt-method", metavar="NAME", multiple=True)
engine_option = option("--engine", code="cli-opt-engine", type=click.Choice(["cached", "brightway"]), default="cached")
spec_option = option("--spec", code="cli-opt-spec", metavar="ID", callback=spec_name)
output_option = option("-o", "--output", "target", code="cli-opt-output", metavar="FILE", callback=target_path)
detail_option = option("--detail", code="cli-opt-detail", is_flag=True)


def format_option(*more: str) -> Callable[[Function], Function]:
    """`--format text|json`, and what else the command knows."""
    kinds = click.Choice(["text", "json", *more])
    code = "cli-opt-format-later" if more else "cli-opt-format"
    return option("--format", "form", code=code, type=kinds, default="text")
