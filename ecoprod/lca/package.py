"""A background of the user's own as a Brightway data package: plain arrays in a zip that bw2calc reads as it stands.

Dataset i is product and activity number i + 1; flow j of the bundled list is number `len(datasets) + 1 + j`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecoprod.lca.inventory import Triplets

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATRICES = ("technosphere", "biosphere")
_LICENCE = [{"name": "as-in-source", "title": "The licence of the imported database applies"}]


@dataclass(frozen=True, slots=True)
class Distributions:
    """Uncertainty of each entry of a matrix, numbered as `stats_arrays` does; kind 0 says nothing is known."""

    kind: NDArray[np.uint8]
    loc: NDArray[np.float64]
    scale: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]


def write_package(
    path: Path, title: str, content: str, size: int, parts: Mapping[str, tuple[Triplets, Distributions]]
) -> None:  # fmt: skip
    """Write both matrices of `size` datasets; `technosphere` with made positive and used negative.

    `content`: sha256 of what they hold, by which the package is called; the same content gives the same bytes.
    """
    from ecoprod.lca.brightway import processing_library

    processing = processing_library()
    system = processing.generic_zipfile_filesystem(dirpath=path.parent, filename=path.name, write=True)
    about = {"licenses": _LICENCE}
    package = processing.create_datapackage(fs=system, name=_plain(title), id_=content[:32], metadata=about)
    package.metadata.pop("created", None)  # a clock has no place in what is compared byte by byte
    for name in MATRICES:
        triplets, spread = parts[name]
        offset = 1 if name == "technosphere" else size + 1
        indices = np.empty(len(triplets.rows), dtype=processing.INDICES_DTYPE)
        indices["row"], indices["col"] = triplets.rows + offset, triplets.columns + 1
        # what is used is written as a positive amount with a mark to turn it: distributions are of the amount then
        flip = triplets.values < 0 if name == "technosphere" else np.zeros(len(triplets.values), dtype=bool)
        values = np.where(flip, -triplets.values, triplets.values)
        package.add_persistent_vector(
            matrix=f"{name}_matrix", name=name, indices_array=indices, data_array=values, flip_array=flip,
            distributions_array=_distributions(processing.UNCERTAINTY_DTYPE, values, spread),
        )  # fmt: skip
    package.finalize_serialization()


def _plain(title: str) -> str:
    return "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in title)[:60] or "background"


def _distributions(kind: Any, values: NDArray[np.float64], spread: Distributions) -> NDArray[Any]:
    found = np.zeros(len(values), dtype=kind)
    found["uncertainty_type"], found["loc"] = spread.kind, np.where(spread.kind == 0, values, spread.loc)
    found["scale"], found["minimum"], found["maximum"] = spread.scale, spread.minimum, spread.maximum
    found["shape"] = np.nan
    found["negative"] = values < 0
    return found


def read_package(path: Path, size: int) -> dict[str, Triplets]:
    """The matrices of a data package, without Brightway. Raises OSError, ValueError or KeyError where it is damaged."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in MATRICES:
            indices, values = (_array(archive, f"{name}.{what}.npy") for what in ("indices", "data"))
            values = np.asarray(values, dtype=np.float64)
            if f"{name}.flip.npy" in archive.namelist():
                values = np.where(_array(archive, f"{name}.flip.npy"), -values, values)
            offset = 1 if name == "technosphere" else size + 1
            rows, columns = indices["row"].astype(np.int64) - offset, indices["col"].astype(np.int64) - 1
            if rows.size and (rows.min() < 0 or columns.min() < 0 or columns.max() >= size):
                raise ValueError(name)
            found[name] = Triplets(rows, columns, values)
    return found


def _array(archive: zipfile.ZipFile, member: str) -> NDArray[Any]:
    return np.asarray(np.load(io.BytesIO(archive.read(member)), allow_pickle=False))


def distributions(rows: Sequence[tuple[int, float | None, float | None, float | None, float | None]]) -> Distributions:
    """From (kind, loc, scale, minimum, maximum) a row; None is not a number."""
    table = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float64).reshape(-1, 5)
    return Distributions(table[:, 0].astype(np.uint8), *(table[:, k] for k in range(1, 5)))
