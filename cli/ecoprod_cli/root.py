"""The commands and groups, imported only when they are named; help in the language asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from ecoprod.errors import InputError, NotBuiltError
from ecoprod.messages import Lang, text
from ecoprod_cli.output import language_of, say

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 80}
_NOT_BUILT = "cli-help-not-built"


def help_language() -> Lang:
    """Language of help pages, which click writes before any option is parsed; the context carries the arguments."""
    context = click.get_current_context(silent=True)
    return language_of((context.find_root().obj if context else None) or ())


class WordedFormatter(click.HelpFormatter):
    """Help pages in the language asked for, as wide as the terminal shows them: a Chinese sign takes two columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """`Usage:` line."""
        self.write(f"{prefix or text('cli-head-usage', help_language())}{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """`Options` and `Commands`."""
        self.write(" " * self.current_indent + text(f"cli-head-{heading.lower()}", help_language()) + "\n")

    def write_text(self, text: str) -> None:
        """A paragraph."""
        from ecoprod.report.layout import wrap

        for part in wrap(text, self.width - self.current_indent):
            self.write(" " * self.current_indent + part + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A list of names and what they mean; a name too long stands on a line of its own."""
        from ecoprod.report.layout import columns, pad, wrap

        rows = list(rows)
        first = min(max((columns(name) for name, _ in rows), default=0), col_max)
        indent = " " * self.current_indent
        hang = self.current_indent + first + col_spacing
        for name, words in rows:
            parts = wrap(words, max(self.width - hang, 10))
            if columns(name) > first:
                self.write(f"{indent}{name}\n")
            else:
                self.write(f"{indent}{pad(name, first + col_spacing)}{parts.pop(0)}".rstrip() + "\n")
            for part in parts:
                self.write(" " * hang + part + "\n")


class WordedContext(click.Context):
    """A context whose help pages are worded."""

    formatter_class = WordedFormatter


class WordedOption(click.Option):
    """An option whose help is a message code."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and words of the option."""
        code = self.help
        if code is None:
            return super().get_help_record(ctx)
        try:
            self.help = text(code, help_language())
            record = super().get_help_record(ctx)
            if record is None:  # an option that is hidden
                return None
            return record[0], record[1].replace("  [required]", text("cli-required", help_language()))
        finally:
            self.help = code


def lang_option() -> WordedOption:
    """`--lang`, which every command and group takes; its value is read from the arguments."""
    return WordedOption(["--lang"], type=click.Choice(["zh", "en"]), expose_value=False, help="cli-opt-lang")


class Worded(click.Command):
    """A command whose help is a message code."""

    context_class = WordedContext

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line for the list of commands."""
        return _one_line(self.help)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        _paragraph(self.help, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, worded."""
        return _help_option(super().get_help_option(ctx))


class NotBuilt(Worded):
    """A command of the contract that this version does not have yet: it takes anything, says so and exits 2."""

    def __init__(self, name: str) -> None:
        settings = {**HELP, "ignore_unknown_options": True, "allow_extra_args": True}
        super().__init__(name, help=_NOT_BUILT, context_settings=settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Say that it is not built."""
        raise NotBuiltError(ctx.command_path)


@click.pass_context
def _help_without_command(ctx: click.Context) -> int | None:
    """A group alone shows its help page."""
    if ctx.invoked_subcommand is not None:
        return None
    say(ctx.get_help() + "\n")
    return 0


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported only when they are named.

    `places`: command -> `module:attribute` below `ecoprod_cli`, or "" where it is not built yet.
    """

    context_class = WordedContext

    def __init__(
        self, name: str, places: Mapping[str, str], params: Sequence[click.Parameter] = (), **more: Any
    ) -> None:
        self.places = places
        super().__init__(
            name, invoke_without_command=True, context_settings=HELP, callback=_help_without_command,
            params=[*params, lang_option()], **more,
        )  # fmt: skip

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the contract."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        if not place:
            return NotBuilt(cmd_name)
        module, _, attribute = place.partition(":")
        found: click.Command = getattr(importlib.import_module(f"ecoprod_cli.{module}"), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; an unknown one lists the nearest."""
        command = self.get_command(ctx, args[0])
        if command is None and not args[0].startswith("-"):
            from ecoprod_cli.usage import no_such_command

            raise InputError([no_such_command(args[0], self.list_commands(ctx), ctx.command_path)])
        return super().resolve_command(ctx, args)

    def get_short_help_str(self, limit: int = 45) -> str:
        """One line for the list of commands."""
        return _one_line(self.help)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the group is for."""
        _paragraph(self.help, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the catalogue alone: no command is imported for it."""
        stem = "cli-help" if self.name == "ecoprod" else f"cli-help-{self.name}"
        rows = []
        for name, place in self.places.items():
            words = text(f"{stem}-{name}", help_language()).split("\n")[0]
            rows.append(
                (name, words if place else words + text("cli-in-brackets", help_language(), words="@" + _NOT_BUILT))
            )
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, worded."""
        return _help_option(super().get_help_option(ctx))


def _one_line(code: str | None) -> str:
    return text(code, help_language()).split("\n")[0] if code else ""


def _paragraph(code: str | None, formatter: click.HelpFormatter) -> None:
    if code:
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in text(code, help_language()).split("\n"):
                formatter.write_text(paragraph)


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = text("cli-opt-help", help_language())
    return option


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  (click's signature)
    if wanted:
        from ecoprod.report.version import VERSION

        say(f"{VERSION}\n")
        ctx.exit()


STANDARDS = LazyGroup(
    "standards",
    {
        "list": "standards:list_",
        "show": "standards:show",
        "search": "standards:search",
        "check": "standards:check",
        "diff": "standards:diff",
        "new": "standards_overlay:new",
        "import-table": "standards_overlay:import_table",
    },
    help="cli-help-standards",
)
DATA = LazyGroup(
    "data",
    {
        "list": "data:list_",
        "show": "data:show",
        "methods": "data:methods",
        "search": "data:search",
        "check": "data:check",
        "import": "data_import:import_",
        "match": "data_import:match",
    },
    help="cli-help-data",
)
root = LazyGroup(
    "ecoprod",
    {
        "assess": "assess:assess",
        "explain": "assess:explain",
        "compare": "assess:compare",
        "screen": "screen:screen",
        "levers": "levers:levers",
        "seal": "",
        "verify": "",
        "standards": "root:STANDARDS",
        "data": "root:DATA",
        "init": "init:init",
        "schema": "init:schema",
    },
    help="cli-help-ecoprod",
    params=[
        WordedOption(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="cli-opt-version"
        ),
    ],
)
