"""The cache: plain `.npz` (no pickle) and JSON in ecoprod's cache folder, safe for many processes at once.

A file is written under a temporary name in the same folder and then put in place; one that is broken, or of other
content than its key says, is as good as absent. Nothing here raises for a cache that cannot be read or written.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ecoprod.lca.bundled import stamp
from ecoprod.lca.categories import Category
from ecoprod.lca.intensities import Factors, Intensities
from ecoprod.resources import cache_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 2
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)
_STALE_SECONDS = 3600
_BETWEEN = "\0"  # no source is called so; one text for all reads twenty times faster than a list of twenty thousand


def folder() -> Path:
    """Where intensities lie."""
    return cache_folder() / "intensities"


def key(background_sha256: str, method: str, solver: str) -> str:
    """Name of an intensities file: content of background and method, cache format, bw2io and solver."""
    return _digest("intensities", background_sha256, method, solver)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps([FORMAT, stamp(), *parts]).encode()).hexdigest()


def _of_names(datasets: tuple[str, ...]) -> str:
    return hashlib.sha256(_BETWEEN.join(datasets).encode()).hexdigest()


def load(name: str, datasets: tuple[str, ...]) -> Intensities | None:
    """Intensities of that key, or None where there are none that are whole and of these datasets."""
    try:
        with np.load(folder() / f"{name}.npz", allow_pickle=False) as stored:
            arrays = {member: stored[member] for member in stored.files}
        about = json.loads(str(arrays.pop("about")))
        if about["key"] != name or about["datasets"] != _of_names(datasets):
            return None
        return _checked(about, datasets, arrays)
    except _BROKEN:
        return None


def _checked(about: dict[str, Any], datasets: tuple[str, ...], arrays: dict[str, NDArray[Any]]) -> Intensities | None:
    """The record, if every array has the shape and type it must have."""
    chosen = tuple(
        Category(str(c["id"]), str(c["unit"]), frozenset(c["needs"]), bool(c["takes_total"]), bool(c["detail"]))
        for c in about["categories"]
    )
    sources = tuple(arrays["sources"].tobytes().decode().split(_BETWEEN))
    whole = [arrays[n] for n in ("cover_of", "factor_flow", "factor_category", "climate_flow")]
    real = [arrays[n] for n in ("scores", "covered", "climate", "factor_value", "climate_value")]
    scores, covered, climate = real[:3]
    right = (
        all(a.dtype == np.int64 for a in whole)
        and all(a.dtype == np.float64 and bool(np.isfinite(a).all()) for a in real)
        and scores.shape == (len(chosen), len(datasets))
        and covered.ndim == 2
        and covered.shape[1:] == climate.shape == (len(datasets),)
        and len(sources) == len(datasets)
        and whole[0].shape == (len(chosen),)
        and bool((whole[0] < len(covered)).all())
        and whole[1].shape == whole[2].shape == real[3].shape
        and bool((whole[2] < len(chosen)).all())
        and whole[3].shape == real[4].shape
    )
    if not right:
        return None
    basis = Factors(whole[3], np.zeros_like(whole[3]), real[4])
    return Intensities(
        str(about["method"]), chosen, datasets, sources, scores, covered, whole[0], climate,
        Factors(whole[1], whole[2], real[3]), basis,
    )  # fmt: skip


def store(name: str, found: Intensities) -> bool:
    """Keep intensities under a key; False where the folder cannot be written."""
    about = {
        "key": name,
        "method": found.method,
        "datasets": _of_names(found.datasets),
        "categories": [
            {"id": c.id, "unit": c.unit, "needs": sorted(c.needs), "takes_total": c.takes_total, "detail": c.detail}
            for c in found.categories
        ],
    }

    def write(file: IO[bytes]) -> None:
        np.savez(
            file,
            about=np.array(json.dumps(about, ensure_ascii=False)),
            sources=np.frombuffer(_BETWEEN.join(found.sources).encode(), np.uint8),
            scores=found.scores,
            covered=found.covered,
            cover_of=found.cover_of,
            climate=found.climate,
            factor_flow=found.factors.flow,
            factor_category=found.factors.category,
            factor_value=found.factors.value,
            climate_flow=found.climate_factor.flow,
            climate_value=found.climate_factor.value,
        )

    return _put(f"{name}.npz", write)


def load_rows(what: str) -> list[Any] | None:
    """A remembered list (`flows`, `methods`) of the bw2io at hand, or None."""
    try:
        about = json.loads((folder() / f"{what}.json").read_bytes())
        return list(about["rows"]) if about["key"] == _digest(what) else None
    except _BROKEN:
        return None


def store_rows(what: str, rows: list[Any]) -> bool:
    """Remember a list read from bw2io's files; False where the folder cannot be written."""
    raw = json.dumps({"key": _digest(what), "rows": rows}, ensure_ascii=False).encode()
    return _put(f"{what}.json", lambda file: file.write(raw))


def _put(name: str, write: Callable[[IO[bytes]], object]) -> bool:
    """Write a file whole or not at all."""
    target = folder() / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f"{name}.", suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            try:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        temporary.replace(target)
        _sweep(target.parent)
    except OSError:
        return False
    return True


def _sweep(place: Path) -> None:
    """Remove what killed processes left half written an hour ago or earlier."""
    for path in place.glob("*.tmp"):
        try:
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
