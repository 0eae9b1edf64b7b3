"""A long screening in pieces: what is done is kept beside the table, so that an interrupted run can go on.

`TABLE.part/` holds one file for each piece and the key of the inputs; it goes when the table is written. A run goes on
only with the same inputs, and what it finds there is taken for hostile until read: arrays alone, of the right shapes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ecoprod.errors import At, InputError, ModelError, Problem
from ecoprod.messages import LANGS, problem_text
from ecoprod.report.version import VERSION
from ecoprod.screening.screen import AT_ONCE, Chunk, Progress, Screen
from ecoprod.screening.verdicts import Outcome

_KEY = "key"


def run(ready: Screen, target: Path | None, progress: Progress, *, resume: bool) -> list[Chunk]:
    """All pieces of a screening. Beside `target` each is kept as it is done; `resume`: those kept before are taken.

    Raises InputError where there is nothing to go on with, or it is of other inputs.
    """
    if target is None:
        return _noted(ready, ready.chunks(), [], progress)
    folder = target.with_name(f"{target.name}.part")
    _refuse_foreign(folder)
    done = _kept(ready, folder) if resume else []
    if not resume:
        _begin(ready, folder)
    chunks = _noted(ready, _keeping(ready, folder, sum(len(c.outcome) for c in done)), done, progress)
    shutil.rmtree(folder, ignore_errors=True)
    return chunks


def kept_beside(target: Path) -> bool:
    """Whether an interrupted run left something to go on with."""
    return (target.with_name(f"{target.name}.part") / _KEY).is_file()


def _noted(ready: Screen, chunks: Iterator[Chunk], before: list[Chunk], progress: Progress) -> list[Chunk]:
    found = list(before)
    for chunk in chunks:
        found.append(chunk)
        progress(chunk.start + len(chunk.outcome), ready.count)
    return found


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
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / _KEY).write_text(key_of(ready), encoding="utf-8")
    except OSError as error:
        params = {"name": str(folder), "reason": error.strerror or type(error).__name__}
        raise InputError([Problem("cli-output-unwritable", At(str(folder)), "-o", params)]) from error


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
        name = folder / f"{chunk.start:012d}.npz"
        draft = name.with_suffix(".draft")
        with draft.open("wb") as file:
            np.savez(
                file, choices=chunk.choices, values=chunk.values, outcome=chunk.outcome,
                figures=np.stack(list(chunk.columns.values()), axis=1), words=np.array(words),
            )  # fmt: skip
        draft.replace(name)
        yield chunk


def _kept(ready: Screen, folder: Path) -> list[Chunk]:
    """Pieces of an interrupted run, without a gap from the first design on."""
    try:
        key = (folder / _KEY).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem("screen-nothing-to-resume", At(str(folder)), "--resume")]) from error
    if key != key_of(ready):
        raise InputError([Problem("screen-other-inputs", At(str(folder)), "--resume")])
    found: list[Chunk] = []
    for path in sorted(folder.glob("*.npz")):
        chunk = _read(ready, path)
        if chunk is None or chunk.start != sum(len(c.outcome) for c in found):
            break
        found.append(chunk)
    return found


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


def _read(ready: Screen, path: Path) -> Chunk | None:
    """One piece; None for a file that holds something else (the run then goes on before it)."""
    names = list(ready.base.columns)
    try:
        with np.load(path, allow_pickle=False) as file:
            choices, values, outcome, figures = (file[n] for n in ("choices", "values", "outcome", "figures"))
            known = json.loads(str(file["words"]))
        start = int(path.stem)
        outcomes = [_outcome(*told) for told in known]
        numbers = np.array([ready.engine.number_of(o) for o in outcomes])[outcome]
    except (OSError, ValueError, LookupError, TypeError, ModelError, zipfile.BadZipFile):
        return None
    shapes = {choices.shape, values.shape, figures.shape, outcome.shape}
    size, variants = len(outcome), ready.variants
    wanted = {(size, len(variants.slots)), (size, len(variants.parameters)), (size, len(names)), (size,)}
    if shapes != wanted or not all(np.issubdtype(a.dtype, np.number) for a in (choices, values, figures)):
        return None
    columns = {name: figures[:, n].astype(np.float64) for n, name in enumerate(names)}
    return Chunk(start, choices.astype(np.int16), values.astype(np.float64), columns, numbers.astype(np.int64))
