"""The front door: arguments in, exit code out, and no traceback in between.

Exit codes: 0 done or qualified, 1 not qualified or findings, 2 bad usage or input, 3 undetermined, 4 provisional,
70 a fault of ecoprod, 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecoprod.errors import Problem

BAD_INPUT, FAULT, INTERRUPTED = 2, 70, 130


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = list(sys.argv[1:] if args is None else args)
    # A warm run does no dense linear algebra: threads that OpenBLAS starts on import would only cost a tenth of it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if args is None:
        # A process of its own is short and makes few cycles: looking for them takes a seventh of a warm assessment.
        gc.disable()
    try:
        _streams()
        if given == ["--version"]:
            from ecoprod.report.version import VERSION

            if _written(f"{VERSION}\n"):
                return 0
        return _guarded(given)
    except KeyboardInterrupt:
        return INTERRUPTED


def _streams() -> None:
    """UTF-8 and LF on every platform, whatever the locale says."""
    import io

    # a file name may hold bytes that are no UTF-8: `\udcff` is how JSON spells such a one, and a person reads it too
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _written(text: str) -> bool:
    """Whether stdout took the text; where not, the long way says why."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, AttributeError):  # a full disk; no stdout at all
        return False
    return True


def _guarded(args: list[str]) -> int:
    """Run, and turn every error into its exit code and words; one that comes up while these are written too."""
    try:
        return _worded(args)
    except Exception as error:  # the last door: a fault of ours gets a message, not a traceback
        return _fault(error, args)


def _worded(args: list[str]) -> int:
    from ecoprod.errors import InputError, NotBuiltError

    try:
        return _run(args)
    except InputError as error:
        return report_problems(error.problems, args)
    except NotBuiltError as error:
        return report_problems([_not_built(error.name)], args)
    except BrokenPipeError:
        return 0


def _run(args: list[str]) -> int:
    """Run click with our own exits: it would turn interrupts and closed pipes into codes of its own."""
    import click

    from ecoprod.errors import InputError
    from ecoprod_cli.root import root

    try:
        with root.make_context("ecoprod", list(args), obj=args) as context:
            try:
                code = root.invoke(context)
            except InputError as error:
                from ecoprod_cli.options import JUDGED

                return report_problems(error.problems, args, context.meta.get(JUDGED))
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        from ecoprod_cli.usage import usage_problem

        return report_problems([usage_problem(error)], args)


def _not_built(name: str) -> Problem:
    from ecoprod.errors import At, Problem

    return Problem("cli-not-built", At(name), None, {"name": name})


def report_problems(problems: Sequence[Problem], args: Sequence[str], product: str | None = None) -> int:
    """Say every problem on stderr; with `--format json` the document of them on stdout too. Returns exit code 2.

    `product`: the product that the command was about, as it was given.
    A stdout that takes nothing is one more problem on stderr, and the exit code stays.
    """
    from ecoprod.errors import InputError
    from ecoprod.messages import problem_line
    from ecoprod.report.problems import in_order
    from ecoprod_cli.output import language_of, say, wants_json, warn

    lang = language_of(args)
    problems = in_order(problems)
    for problem in problems:
        warn(problem_line(problem, lang))
    if wants_json(args):
        from ecoprod.report.json_text import to_json
        from ecoprod.report.problems import problems_document

        try:
            say(to_json(problems_document(problems, product=product)))
        except InputError as error:
            for problem in error.problems:
                warn(problem_line(problem, lang))
    return BAD_INPUT


def _fault(error: Exception, args: Sequence[str]) -> int:
    """A fault of ecoprod: a short message that asks for a report; the traceback only with ECOPROD_DEBUG."""
    from ecoprod.messages import text
    from ecoprod_cli.output import language_of, warn

    if os.environ.get("ECOPROD_DEBUG"):
        import traceback

        traceback.print_exception(error)
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:400]
    warn(text("cli-fault", language_of(args), detail=detail))
    return FAULT
