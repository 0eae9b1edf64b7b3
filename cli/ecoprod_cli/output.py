"""Where words go: documents and reports to stdout or a file, everything else to stderr."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import Lang, choose_language, one_line

PLAIN_WIDTH = 80
WIDEST = 120
_VERDICT = re.compile(
    rb'\{\s*"schema": "ecoprod\.(?:result|comparison)/|(?:Judged as of|%b) [0-9]' % "判定日期".encode()
)
"""How documents and pages with a verdict in them begin."""


def option_value(args: Sequence[str], name: str) -> str | None:
    """The last value given for an option, read before click has had its say (for messages about bad usage)."""
    found = None
    for n, arg in enumerate(args):
        if arg == "--":
            break
        if arg == name and n + 1 < len(args):
            found = args[n + 1]
        elif arg.startswith(f"{name}="):
            found = arg.partition("=")[2]
    return found


def language_of(args: Sequence[str]) -> Lang:
    """Language of the messages: `--lang`, else ECOPROD_LANG, else the locale."""
    return choose_language(option_value(args, "--lang"))


def wants_json(args: Sequence[str]) -> bool:
    """Whether `--format json` was asked for."""
    return option_value(args, "--format") == "json"


def say(text: str) -> None:
    """Write to stdout. A reader that has gone (`| head`) is no error; a full disk or no stdout is an InputError."""
    if sys.stdout is None:
        raise _unwritable("stdout", OSError(errno.EBADF, os.strerror(errno.EBADF)))
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    except OSError as error:
        _drop_stdout()
        raise _unwritable("stdout", error) from error


def _drop_stdout() -> None:
    """Send what is left in the buffer nowhere, so that Python does not complain again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def warn(text: str) -> None:
    """Write a line to stderr, without signs that steer a terminal; if nobody reads that, so be it."""
    try:
        sys.stderr.write(one_line(text) + "\n")
        sys.stderr.flush()
    except (OSError, AttributeError):  # a full disk; no stderr at all
        return


def _unwritable(name: str, error: OSError | RuntimeError) -> InputError:
    reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    return InputError([Problem("cli-output-unwritable", At(name), "-o", {"name": name, "reason": reason})])


def check_target(target: Path | None) -> None:
    """Refuse an output before any work is done: one that cannot be written, an input, what ecoprod did not make."""
    if target is None:
        return
    _check_place(target)
    from click import get_current_context

    from ecoprod_cli.inputs import refuse_input

    refuse_input(target, get_current_context().params)


def _check_place(target: Path) -> None:
    from ecoprod.textfile import is_folder

    if is_folder(target):
        raise InputError([Problem("cli-output-is-folder", At(str(target)), "-o", {"name": str(target)})])
    if not is_folder(target.parent):
        params = {"name": str(target), "folder": str(target.parent)}
        raise InputError([Problem("cli-output-no-folder", At(str(target)), "-o", params)])


def drop_old_verdict(target: Path | None) -> None:
    """Take away the result, comparison or report of an earlier run, before a product is judged anew.

    A run that ends without a verdict, killed ones included, must not leave the last one lying there to be read.
    Any other file stays until there is something to put in its place: it may be a slip of the hand.
    """
    if target is None or not target.is_file():
        return
    try:
        with target.open("rb") as file:
            if not _VERDICT.match(file.read(80)):
                return
        target.resolve().unlink()
    except (OSError, RuntimeError) as error:
        raise _unwritable(str(target), error) from error


def deliver(text: str, target: Path | None) -> None:
    """Write to `target` in one step (a reader sees the old file or the new one), else to stdout."""
    if target is None:
        say(text)
    else:
        deliver_bytes(text.encode("utf-8", "backslashreplace"), target)


def refuse_existing(target: Path | None) -> None:
    """Refuse to write over a file that somebody fills in or signs; a report that can be made again is replaced."""
    if target is not None and (target.exists() or target.is_symlink()):
        raise InputError([Problem("cli-output-exists", At(str(target)), "-o", {"name": str(target)})])


def deliver_new(text: str, target: Path | None) -> None:
    """Write to a file that nobody has made meanwhile, else to stdout."""
    if target is None:
        deliver(text, target)
        return
    taken = False
    try:
        target.touch(exist_ok=False)  # takes the name, so that nothing can come between
        taken = True
    except FileExistsError:
        refuse_existing(target)
    except OSError:
        pass  # `deliver` says what is wrong with the place
    try:
        deliver(text, target)
    except BaseException:
        if taken:
            target.unlink(missing_ok=True)
        raise


def deliver_bytes(content: bytes, target: Path) -> None:
    """Write to `target` in one step."""
    deliver_written(lambda file: file.write(content), target)


def deliver_written(write: Callable[[IO[bytes]], object], target: Path) -> None:
    """Let `write` fill a file and put it in the place of `target` in one step; what is half written goes."""
    _check_place(target)
    try:
        if target.exists() and not target.is_file():  # a device or a pipe has no old content to keep
            import shutil
            import tempfile

            with tempfile.TemporaryFile() as whole, target.open("wb") as file:  # a pipe has no places to go back to
                write(whole)
                whole.seek(0)
                shutil.copyfileobj(whole, file)
        else:
            _replace(target.resolve(), write)
    except BrokenPipeError:  # the reader at the other end has seen enough
        return
    except (OSError, RuntimeError) as error:  # the latter: links that lead in a circle
        raise _unwritable(str(target), error) from error


def needs_target(form: str, target: Path | None) -> None:
    """Raises InputError where a format that is no text has no file to go to: before any work is done."""
    if target is None:
        raise InputError([Problem("cli-needs-output", At("--format"), "-o", {"name": form})])


def deliver_sheet(content: bytes, target: Path | None) -> None:
    """A workbook, which needs a file to go to. Raises InputError where none is named."""
    needs_target("xlsx", target)
    if target is not None:
        deliver_bytes(content, target)


def _replace(target: Path, write: Callable[[IO[bytes]], object]) -> None:
    import tempfile

    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, os.strerror(13))
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def width_for(target: Path | None) -> int:
    """Columns of a report: those of the terminal (80 to 120 are used well), 80 where there is none."""
    import shutil

    if target is not None:
        return PLAIN_WIDTH
    return max(60, min(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, WIDEST))


def has_colour(target: Path | None) -> bool:
    """Whether stdout is a terminal that shows styles and nobody asked for none (NO_COLOR)."""
    if target is not None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ or "TERM" in os.environ)
