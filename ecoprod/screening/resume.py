"""A long screening in pieces: what is done is kept beside the table, so that an interrupted run can go on.

`TABLE.part/` holds one file for each piece and the key of the inputs; it goes when the table is in its place, which is
written from the pieces. A run goes on only with the same inputs, and what it finds there is taken for hostile until
read: arrays alone, of the right shapes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.errors import At, InputError, ModelError, Problem
from ecoprod.messages import LANGS, problem_text
from ecoprod.report.version import VERSION
from ecoprod.screening.screen import AT_ONCE, Chunk, Progress, Screen, goals_of
from ecoprod.screening.verdicts import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]

_KEY = "key"


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole screening on the disk: in memory is only what ranks its designs (`goals`) and their outcome numbers.

    `starts`: the first design of each piece.
    """

    ready: Screen
    folder: Path
    starts: tuple[int, ...]
    goals: Floats
    outcome: NDArray[np.int64]

    def chunks(self) -> Iterator[Chunk]:
        """The pieces in their order. Raises InputError where one is not there any more."""
        for start in self.starts:
            yield self._piece(start)

    def design(self, row: int) -> tuple[Numbers, Floats]:
        """Options and values of one design."""
        chunk = self._piece(max(start for start in self.starts if start <= row))
        return chunk.choices[row - chunk.start], chunk.values[row - chunk.start]

    def _piece(self, start: int) -> Chunk:
        path = _file_of(self.folder, start)
        found = _arrays(self.ready, path)
        end = next((later for later in self.starts if later > start), self.ready.count)
        if found is None or len(found.outcome) != end - start:
            raise InputError([Problem("screen-piece-gone", At(str(path)), "-o", {"name": str(path)})])
        return _chunk(self.ready, start, found, self.outcome[start:end])


def run(ready: Screen, target: Path, progress: Progress, *, resume: bool) -> Kept:
    """All pieces of a screening, each kept beside `target` as it is done; `resume`: those kept before are taken.

    They stay until `drop` takes them away. Raises InputError where there is nothing to go on with, or it is of other
    inputs.
    """
    folder = folder_of(target)
    _refuse_foreign(folder)
    if not resume:
        _begin(ready, folder)
    outcome = np.empty(ready.count, dtype=np.int64)
    goals = np.empty((ready.count, len(ready.variants.objectives)))
    starts: list[int] = []
    done = 0

    def taken(chunk: Chunk) -> int:
        end = chunk.start + len(chunk.outcome)
        outcome[chunk.start : end], goals[chunk.start : end] = chunk.outcome, goals_of(ready, chunk.columns)
        starts.append(chunk.start)
        progress(end, ready.count)
        return end

    for chunk in _kept(ready, folder) if resume else ():
        done = taken(chunk)
    for chunk in _keeping(ready, folder, done):
        taken(chunk)
    return Kept(ready, folder, tuple(starts), goals, outcome)


def folder_of(target: Path) -> Path:
    """Where the pieces of a table are kept."""
    return target.with_name(f"{target.name}.part")


def kept_beside(target: Path) -> int:
    """How many designs an interrupted run left to go on with."""
    folder, found = folder_of(target), 0
    if not (folder / _KEY).is_file():
        return 0
    for path in folder.glob("*.npz"):
        try:
            with np.load(path, allow_pickle=False) as file:
                found += len(file["outcome"])
        except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
            continue
    return found


def refuse_lost(ready: Screen, target: Path) -> int:
    """Refuse a new run that would throw away what `--resume` goes on with. Raises InputError.

    Returns how many designs of other inputs it replaces: nothing can go on with those.
    """
    folder, count = folder_of(target), kept_beside(target)
    if count and _key_in(folder) == key_of(ready):
        params: dict[str, str | int] = {"done": count, "count": ready.count, "folder": folder.name}
        raise InputError([Problem("screen-kept-work", At(str(folder)), "-o", params)])
    return count


def drop(folder: Path) -> None:
    """Take the pieces away. The key goes last: what is left of a folder half cleared is still known for ours."""
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.name != _KEY:
                path.unlink(missing_ok=True)
        (folder / _KEY).unlink(missing_ok=True)
        folder.rmdir()


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder with anything in it that no screening puts there: it is cleared. Raises InputError."""
    try:
        other = [path.name for path in folder.iterdir() if path.name != _KEY and path.suffix not in (".npz", ".draft")]
        own = (folder / _KEY).is_file() or not any(folder.iterdir())
    except OSError:  # no such folder yet, or none at all: whoever makes it says what is wrong
        return
    if other or not own:
        params = {"name": str(folder), "file": min(other, default=next(folder.iterdir()).name)}
        raise InputError([Problem("screen-folder-not-ours", At(str(folder)), "-o", params)])


def _begin(ready: Screen, folder: Path) -> None:
    try:
        drop(folder)
        folder.mkdir()
        (folder / _KEY).write_text(key_of(ready), encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error


def key_of(ready: Screen) -> str:
    """One hash over everything that the designs and their figures follow from."""
    case, variants = ready.case, ready.variants
    told = [
        VERSION, case.on.isoformat(), case.spec.sha256, *(o.sha256 for o in case.spec.overlays), case.background.sha256,
        *case.methods, *(f"{f.path} {f.sha256}" for f in case.product.files), variants.sha256, variants.design,
        str(variants.sample), str(variants.seed),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _keeping(ready: Screen, folder: Path, skip: int) -> Iterator[Chunk]:
    """The pieces that are left, each written before the next is begun."""
    for chunk in ready.chunks(AT_ONCE, skip):
        outcomes = [ready.outcome(n) for n in range(len(ready.engine.outcomes))]
        words = json.dumps([_told(o) for o in outcomes])
        name = _file_of(folder, chunk.start)
        draft = name.with_suffix(".draft")
        try:
            with draft.open("wb") as file:
                np.savez(
                    file, choices=chunk.choices, values=chunk.values, outcome=chunk.outcome,
                    figures=np.stack(list(chunk.columns.values()), axis=1), words=np.array(words),
                )  # fmt: skip
            draft.replace(name)
        except OSError as error:
            raise _unwritable(folder, error) from error
        yield chunk


def _file_of(folder: Path, start: int) -> Path:
    return folder / f"{start:012d}.npz"


def _unwritable(folder: Path, error: OSError) -> InputError:
    params = {"name": str(folder), "reason": error.strerror or type(error).__name__}
    return InputError([Problem("cli-output-unwritable", At(str(folder)), "-o", params)])


def _kept(ready: Screen, folder: Path) -> Iterator[Chunk]:
    """Pieces of an interrupted run, without a gap from the first design on."""
    key = _key_in(folder)
    if key is None:
        raise InputError([Problem("screen-nothing-to-resume", At(str(folder)), "--resume")])
    if key != key_of(ready):
        raise InputError([Problem("screen-other-inputs", At(str(folder)), "--resume")])
    done = 0
    for path in sorted(folder.glob("*.npz")):
        chunk = _read(ready, path)
        if chunk is None or chunk.start != done or done + len(chunk.outcome) > ready.count:
            break
        done += len(chunk.outcome)
        yield chunk


def _key_in(folder: Path) -> str | None:
    try:
        return (folder / _KEY).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _told(outcome: Outcome) -> list[object]:
    """An outcome as it is kept: the reasons of a design that cannot be judged too, with their places."""
    reasons = [
        [p.code, [p.at.file, p.at.line, p.at.column, p.at.sheet, p.at.cell], p.field, dict(p.params)]
        for p in outcome.problems
    ]
    return [outcome.verdict, outcome.failed, outcome.undetermined, reasons]


def _outcome(verdict: object, failed: list[object], undetermined: list[object], reasons: list[list[Any]]) -> Outcome:
    """The outcome that was kept. Raises a ValueError, LookupError, TypeError or ModelError for something else."""
    problems = []
    for code, (file, line, column, sheet, cell), field, params in reasons:
        at = At(str(file), None if line is None else int(line), *map(_word, (column, sheet, cell)))
        known = {str(k): v if isinstance(v, int | float) else str(v) for k, v in dict(params).items()}
        problem = Problem(str(code), at, _word(field), known)
        for lang in LANGS:  # one that the program has no words for is none of its own
            problem_text(problem, lang)
        problems.append(problem)
    return Outcome(str(verdict), tuple(map(str, failed)), tuple(map(str, undetermined)), tuple(problems))


def _word(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class _Arrays:
    """What one file holds, of the right shapes and kinds; `words`: what its outcome numbers stand for."""

    choices: NDArray[Any]
    values: NDArray[Any]
    figures: NDArray[Any]
    outcome: NDArray[Any]
    words: str


def _arrays(ready: Screen, path: Path) -> _Arrays | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            found = _Arrays(
                file["choices"], file["values"], file["figures"], file["outcome"], str(file["words"])
            )  # fmt: skip
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        return None
    numbers = (found.choices, found.values, found.figures, found.outcome)
    size, variants = len(found.outcome) if found.outcome.ndim else 0, ready.variants
    wanted = [(size, len(variants.slots)), (size, len(variants.parameters)), (size, len(ready.base.columns)), (size,)]
    if not size or [a.shape for a in numbers] != wanted or not all(np.issubdtype(a.dtype, np.number) for a in numbers):
        return None
    return found


def _chunk(ready: Screen, start: int, found: _Arrays, outcome: NDArray[np.int64]) -> Chunk:
    columns = {name: found.figures[:, n].astype(np.float64) for n, name in enumerate(ready.base.columns)}
    return Chunk(start, found.choices.astype(np.int16), found.values.astype(np.float64), columns, outcome)


def _read(ready: Screen, path: Path) -> Chunk | None:
    """One piece; None for a file that holds something else (the run then goes on before it)."""
    found = _arrays(ready, path)
    if found is None:
        return None
    try:
        start = int(path.stem)
        outcomes = [_outcome(*told) for told in json.loads(found.words)]
        numbers = np.array([ready.engine.number_of(o) for o in outcomes])[found.outcome]
    except (ValueError, LookupError, TypeError, ModelError):
        return None
    return _chunk(ready, start, found, numbers.astype(np.int64))
