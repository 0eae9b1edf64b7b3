"""Foundation: bytes of an input file become text, whatever encoding the office program chose.

UTF-8 with or without a byte order mark, UTF-16, and GB18030 (with GBK and GB2312 in it), the last two
only where a word that the file must contain is recognised: a wrong guess would turn names to rubbish unnoticed.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ecoprod.errors import At, Problem

TRIED = "UTF-8, UTF-16, GB18030"
MAX_NAME = 255
"""Bytes of a file or folder name: the limit of the usual file systems."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class TextFile:
    """The text of a file, line ends as in the file, and the sha256 of its bytes."""

    text: str
    sha256: str


_drafts: ContextVar[Mapping[Path, bytes]] = ContextVar("drafts", default=MappingProxyType({}))


@contextmanager
def draft(path: Path, text: str) -> Iterator[None]:
    """While this lasts, `path` reads as that text though no disk holds it: what is to be written is checked first."""
    token = _drafts.set({**_drafts.get(), path: text.encode("utf-8")})
    try:
        yield
    finally:
        _drafts.reset(token)


def read_bytes(path: Path, name: str, limit: int, problems: list[Problem]) -> bytes | None:
    """The bytes of a file of at most `limit` bytes; None and a Problem where it is missing, a folder or too large."""
    raw = _drafts.get().get(path)
    if raw is None and not is_file(path):
        problems.append(Problem("file-missing", At(name), None, {"file": name[:200]}))
        return None
    try:
        if raw is None:
            with path.open("rb") as file:
                # asked for by its size, since a buffer of the whole limit costs more than most files
                raw = file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)
    except OSError as error:
        problems.append(Problem("file-unreadable", At(name), None, {"file": name, "reason": error.strerror or ""}))
        return None
    if len(raw) > limit:
        problems.append(Problem("file-too-large", At(name), None, {"file": name, "limit": f"{limit // 1_000_000} MB"}))
        return None
    return raw


def resolved(name: Path) -> Path | None:
    """A path with its links followed; None for one that no file can have: a part too long, links in a circle."""
    try:
        if any(len(os.fsencode(part)) > MAX_NAME for part in name.parts):
            return None
        return name.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def is_file(path: Path) -> bool:
    """Whether a file is there. A name that no file can have (too long, links in a circle) is none that is there."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there, by the same rule."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_text(
    path: Path, name: str, limit: int, known: Callable[[str], bool], problems: list[Problem]
) -> TextFile | None:
    """The text of a file; None and a Problem where it cannot be had.

    `known` says whether a decoded text has a head (a key, a column name) that such a file must have.
    """
    raw = read_bytes(path, name, limit, problems)
    if raw is None:
        return None
    text = decode(raw, known)
    if text is None:
        problems.append(Problem("file-encoding", At(name), None, {"file": name, "tried": TRIED}))
        return None
    return TextFile(text, hashlib.sha256(raw).hexdigest())


def decode(raw: bytes, known: Callable[[str], bool]) -> str | None:
    """The text of `raw`, or None where no encoding fits."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = _strictly(raw, encoding)
            return text if text is not None and "\0" not in text else None
    text = _strictly(raw, "utf-8")
    if text is not None and "\0" not in text:
        return text
    for encoding in ("utf-16-le", "utf-16-be") if b"\0" in raw else ("gb18030",):
        text = _strictly(raw, encoding)
        if text is not None and "\0" not in text and known(text) and (encoding != "gb18030" or _looks_chinese(text)):
            return text
    return None


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _looks_chinese(text: str) -> bool:
    """Whether nine in ten foreign signs are everyday Chinese (GB 2312): Western bytes decode to rare signs."""
    foreign = "".join(sign for sign in text if sign > "\x7f")
    everyday = len(foreign.encode("gb2312", errors="ignore")) // 2
    return everyday >= 0.9 * len(foreign)
