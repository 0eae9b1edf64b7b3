"""Ctrl-C during long work: it ends with a message, whatever it strikes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ecoprod_cli.output import warn


@contextmanager
def told(words: Callable[[], str]) -> Iterator[Callable[[], None]]:
    """Work that an interrupt ends with `words` on stderr. Gives a check that raises an interrupt that was lost.

    Python raises KeyboardInterrupt wherever it stands, and drops it where nothing can be raised (a callback of a
    library, a destructor): the work would go on and end as if nothing had happened. So it is remembered, and raised
    again at the next check, or at the end.
    """
    before = signal.getsignal(signal.SIGINT)
    struck = False

    def strike(_number: int, _frame: object) -> None:
        nonlocal struck
        struck = True
        raise KeyboardInterrupt

    def check() -> None:
        if struck:
            raise KeyboardInterrupt

    # in a thread nothing can be set; a process that is told to ignore interrupts (nohup) goes on doing so
    ours = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler
    try:
        if ours:
            signal.signal(signal.SIGINT, strike)
        yield check
        check()
    except KeyboardInterrupt:
        if ours:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not cut the message off
        warn(words())
        # one that struck inside code made from text (every dataclass) makes `python -m` die of the signal at its end,
        # whatever the exit code: the interpreter forgets it with the next such code
        eval("0")  # noqa: S307
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
