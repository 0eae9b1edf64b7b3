"""A source from outside as named pieces of bytes: a file, a zip archive or a folder, weighed before it is unpacked.

Nothing is written to disk. A piece with a path that leaves the archive, a bomb, an encrypted or oddly packed piece
and a symbolic link refuse the whole source.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ecoprod.errors import At, InputError, Problem

MAX_PIECES, MAX_PIECE, MAX_TOTAL = 200_000, 500_000_000, 8_000_000_000
MAX_RATIO, RATIO_FROM = 250, 10_000_000
"""XML and JSON of life cycle data pack 10 to 40 times; a piece above 10 MB that packs 250 times is a bomb."""
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a source. `name`: POSIX, `archive.zip/inside.xml` for a member of an archive."""

    name: str
    size: int
    source: Path
    member: str | None

    @property
    def suffix(self) -> str:
        """The name's ending in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that has been weighed. `sha256`: of the file, or over names and contents of a folder's files."""

    name: str
    path: Path
    sha256: str
    pieces: tuple[Piece, ...]

    def read(self) -> Iterator[tuple[Piece, bytes]]:
        """Every piece with its bytes, in order. Raises InputError for one that cannot be read."""
        archive: zipfile.ZipFile | None = None
        try:
            for piece in self.pieces:
                if piece.member is not None and archive is None:
                    archive = zipfile.ZipFile(piece.source)
                yield piece, _bytes(piece, archive)
        finally:
            if archive is not None:
                archive.close()

    def head(self, piece: Piece, length: int = 1_000) -> bytes:
        """The first bytes of a piece; none where it cannot be read (its whole reading will say why)."""
        return first_bytes((piece,), length)[0]

    def only(self, pieces: Iterable[Piece]) -> Opened:
        """The same source with some of its pieces, to read these alone."""
        return replace(self, pieces=tuple(pieces))


def first_bytes(pieces: Iterable[Piece], length: int = 1_000) -> list[bytes]:
    """The first bytes of pieces, each archive opened once: its list of 65,000 members takes a second to read."""
    found: list[bytes] = []
    with ExitStack() as stack:
        archives: dict[Path, zipfile.ZipFile] = {}
        for piece in pieces:
            try:
                if piece.member is None:
                    with piece.source.open("rb") as file:
                        found.append(file.read(length))
                    continue
                if piece.source not in archives:
                    archives[piece.source] = stack.enter_context(zipfile.ZipFile(piece.source))
                with archives[piece.source].open(piece.member) as stream:
                    found.append(stream.read(length))
            except _BROKEN:
                found.append(b"")
    return found


def _bytes(piece: Piece, archive: zipfile.ZipFile | None) -> bytes:
    try:
        if piece.member is None or archive is None:
            return piece.source.read_bytes()
        with archive.open(piece.member) as stream:
            raw = stream.read(piece.size + 1)  # bounded: a declared size may lie
    except _BROKEN as error:
        raise InputError([Problem("import-unreadable", At(piece.name), None, _why(piece.name, error))]) from error
    if len(raw) > piece.size:
        raise InputError([Problem("import-bomb", At(piece.name), None, {"file": piece.name})])
    return raw


def open_source(path: Path) -> Opened:
    """Weigh a file, zip archive or folder. Raises InputError with the reason where it is refused."""
    name = _shown(path.name or str(path))
    try:
        if path.is_dir():
            return _folder(path, name)
        if not path.is_file():
            raise InputError([Problem("import-missing", At(str(path)), None, {"file": str(path)[:200]})])
        largest = MAX_PIECE if path.suffix.lower() not in {".db", ".zip"} else MAX_TOTAL
        if path.stat().st_size > largest:
            raise InputError([Problem("import-bomb", At(name), None, {"file": name})])
        digest = _digest(path)
        if path.suffix.lower() == ".zip" and not zipfile.is_zipfile(path):
            raise InputError([Problem("import-no-zip", At(name), None, {"file": name})])
        if zipfile.is_zipfile(path) and path.suffix.lower() not in {".xlsx", ".xlsm"}:
            return Opened(name, path, digest, _members(path, name))
        return Opened(name, path, digest, (Piece(name, path.stat().st_size, path, None),))
    except OSError as error:
        raise InputError([Problem("import-unreadable", At(name), None, _why(name, error))]) from error


def _why(name: str, error: BaseException) -> dict[str, str | float | int]:
    return {"file": name, "reason": f"{type(error).__name__}: {error}"[:160].replace("\n", " ")}


def _shown(name: str) -> str:
    """A file's name as text; bytes that are no UTF-8 stand there by their numbers."""
    return name.encode("utf-8", "backslashreplace").decode()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(path: Path, name: str) -> Opened:
    """The files of a folder and its subfolders, in the order of their names; links are refused."""
    pieces, problems = list[Piece](), list[Problem]()
    try:
        inside_it = sorted(path.rglob("*"))
    except RecursionError as error:
        raise InputError([Problem("import-bomb", At(name), None, {"file": name})]) from error
    for found in inside_it:
        inside = _shown(found.relative_to(path).as_posix())
        if any(part.startswith(".") for part in PurePosixPath(inside).parts):
            continue
        if found.is_symlink():
            problems.append(Problem("import-link", At(f"{name}/{inside}"), None, {"file": inside}))
        elif found.is_file():
            pieces.append(Piece(f"{name}/{inside}", found.stat().st_size, found, None))
    # a database file is opened where it lies, never taken into memory
    large = any(piece.size > MAX_PIECE and piece.suffix != ".db" for piece in pieces)
    if len(pieces) > MAX_PIECES or sum(piece.size for piece in pieces) > MAX_TOTAL or large:
        problems.append(Problem("import-bomb", At(name), None, {"file": name}))
    if problems:
        raise InputError(problems)
    digest = hashlib.sha256()  # only of what has been weighed
    for piece in pieces:
        digest.update(f"{piece.name.removeprefix(f'{name}/')}\0{_digest(piece.source)}\0".encode())
    return Opened(name, path, digest.hexdigest(), tuple(pieces))


def _members(path: Path, name: str) -> tuple[Piece, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise InputError([Problem("import-unreadable", At(name), None, _why(name, error))]) from error
    problems = [found for info in infos if (found := _refused(info, name)) is not None]
    total = sum(info.file_size for info in infos)
    packed = max(path.stat().st_size, 1)
    too_much = total > MAX_TOTAL or (total > RATIO_FROM and total / packed > MAX_RATIO)
    if not problems and (len(infos) > MAX_PIECES or too_much):
        problems.append(Problem("import-bomb", At(name), None, {"file": name}))
    if len({info.filename for info in infos}) < len(infos):
        problems.append(Problem("import-member-twice", At(name), None, {"file": name}))
    if problems:
        raise InputError(problems)
    return tuple(Piece(f"{name}/{info.filename}", info.file_size, path, info.filename) for info in infos)


def _refused(info: zipfile.ZipInfo, name: str) -> Problem | None:
    """Why a member of an archive refuses the whole archive, or None."""
    inside = info.filename
    at = At(f"{name}/{inside}"[:200])
    posix = inside.replace("\\", "/")
    if posix.startswith("/") or ".." in posix.split("/") or (len(posix) > 1 and posix[1] == ":"):
        return Problem("import-path-outside", at, None, {"file": inside[:120]})
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return Problem("import-link", at, None, {"file": inside[:120]})
    if info.flag_bits & 1:
        return Problem("import-encrypted", at, None, {"file": inside[:120]})
    if info.compress_type not in _PACKINGS:
        return Problem("import-packing", at, None, {"file": inside[:120]})
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > MAX_PIECE or (info.file_size > RATIO_FROM and ratio > MAX_RATIO):
        return Problem("import-bomb", at, None, {"file": inside[:120]})
    return None
