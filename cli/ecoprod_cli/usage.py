"""Usage errors of click in our own words, in the language asked for."""

from __future__ import annotations

import re
from difflib import get_close_matches

import click

from ecoprod.errors import At, Problem

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)  # what click says of a word too many


def usage_problem(error: click.ClickException) -> Problem:
    """A click error as a Problem at the option or command it is about."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ecoprod"
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ()) or _options(context)
        return _problem("cli-no-such-option", error.option_name, command, name=error.option_name, near=near)
    if isinstance(error, click.MissingParameter):
        name = _name(error.param, error.param_hint)
        return _problem("cli-missing-parameter", command, command, name=name)
    if isinstance(error, click.BadParameter):
        name = _name(error.param, error.param_hint)
        kind = error.param.type if error.param else None
        if isinstance(kind, click.IntRange):
            return _problem("cli-not-whole", name, command, name=name, low=str(kind.min), high=str(kind.max))
        return _problem("cli-bad-value", name, command, name=name, reason=_choices(error))
    if isinstance(error, click.BadOptionUsage):
        return _problem("cli-option-usage", error.option_name, command, name=error.option_name)
    extra = _EXTRA.fullmatch(error.format_message())
    if extra:
        return _problem("cli-extra-argument", command, command, name=extra[1])
    return _problem("cli-usage", command, command, reason=error.format_message())


def no_such_command(name: str, known: list[str], command: str) -> Problem:
    """An unknown command, with the nearest ones that exist."""
    near = ", ".join(get_close_matches(name, known, 3, 0.4) or known)
    return _problem("cli-no-such-command", command, command, name=name[:60], near=near)


def _problem(code: str, place: str, command: str, **params: str) -> Problem:
    return Problem(code, At(place), None, {**params, "command": command})


def _name(parameter: click.Parameter | None, hint: object) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    if parameter is not None:
        return parameter.human_readable_name
    return str(hint or "?")


def _options(context: click.Context | None) -> str:
    if context is None:
        return "--help"
    return ", ".join(max(p.opts, key=len) for p in context.command.params if isinstance(p, click.Option))


def _choices(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    return " | ".join(str(c) for c in kind.choices) if isinstance(kind, click.Choice) else error.message
