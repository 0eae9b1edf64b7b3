"""Screened designs as a table: for pandas, CSV and Parquet, with the same columns.

Files are written piece by piece: what is in memory is one piece, however many designs there are.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecoprod.screening.screen import Chunk, Ranking, Screen, Screening

AS_IS_WORD = "as_is"
BOM = "\ufeff"
"""At the beginning of a CSV file: without it Chinese Excel takes UTF-8 for GBK."""
_GROUP = 8
"""Pieces in one row group of Parquet."""


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: the few that there are, and which of them each design has."""

    known: Sequence[str]
    which: NDArray[np.integer[Any]]


Columns = dict[str, "NDArray[Any] | Words"]


def chunk_columns(ready: Screen, chunk: Chunk, ranking: Ranking, rank: NDArray[np.int64]) -> Columns:
    """Columns of some designs: `design` (from 1), rank, front, `option:SLOT`, `parameter:NAME`, verdict, figures."""
    variants = ready.variants
    rows = slice(chunk.start, chunk.start + len(chunk.outcome))
    found: Columns = {
        "design": np.arange(rows.start + 1, rows.stop + 1), "rank": rank[rows], "front": ranking.front[rows]
    }  # fmt: skip
    for n, slot in enumerate(variants.slots):
        names = [option.name or AS_IS_WORD for option in slot.options]
        found[f"option:{slot.key}"] = Words(names, chunk.choices[:, n])
    for n, parameter in enumerate(variants.parameters):
        found[f"parameter:{parameter.name}"] = chunk.values[:, n]
    known = ready.engine.outcomes
    for name, words in (
        ("verdict", [o.verdict for o in known]),
        ("failed", ["; ".join(o.failed) for o in known]),
        ("undetermined", ["; ".join(o.undetermined) for o in known]),
    ):
        found[name] = Words(words, chunk.outcome)
    return {**found, **chunk.columns}


def rank_of(ranking: Ranking) -> NDArray[np.int64]:
    """The rank of each design, from 1."""
    rank = np.empty(len(ranking.order), dtype=np.int64)
    rank[ranking.order] = np.arange(1, len(rank) + 1)
    return rank


def frame_of(screening: Screening) -> pd.DataFrame:
    """All designs as a data frame, `front` and `rank` included."""
    ranking = screening.ranking
    return _frame(chunk_columns(screening.screen, screening.whole, ranking, rank_of(ranking)))


def pieces_of(whole: Chunk, size: int) -> Iterator[Chunk]:
    """A chunk in pieces."""
    from ecoprod.screening.screen import Chunk

    for start in range(0, len(whole.outcome), size):
        rows = slice(start, start + size)
        columns = {name: column[rows] for name, column in whole.columns.items()}
        yield Chunk(whole.start + start, whole.choices[rows], whole.values[rows], columns, whole.outcome[rows])


def csv_parts(ready: Screen, chunks: Iterable[Chunk], ranking: Ranking) -> Iterator[str]:
    """The table as CSV (LF), full precision, no text that a spreadsheet would take for a formula."""
    rank = rank_of(ranking)
    for n, chunk in enumerate(chunks):
        columns = chunk_columns(ready, chunk, ranking, rank)
        if not n:
            yield ",".join(_cell(name) for name in columns) + "\n"
        yield _rows(columns)


def write_parquet(file: IO[bytes], ready: Screen, chunks: Iterable[Chunk], ranking: Ranking) -> None:
    """The table as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rank = rank_of(ranking)
    writer: Any = None
    group: list[Any] = []
    with ExitStack() as stack:  # a writer that is left to itself complains of the closed file
        for chunk in chunks:
            frame = _frame(chunk_columns(ready, chunk, ranking, rank))
            table = pa.Table.from_pandas(frame, schema=writer.schema if writer else None, preserve_index=False)
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(file, table.schema))
            group.append(table)
            if len(group) == _GROUP:
                writer.write_table(pa.concat_tables(group))
                group.clear()
        if group:
            writer.write_table(pa.concat_tables(group))


def _frame(columns: Columns) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {n: np.array(c.known, dtype=object)[c.which] if isinstance(c, Words) else c for n, c in columns.items()}
    )


# ---- rows of CSV ---------------------------------------------------------------------------------


def _cell(text: str) -> str:
    """A word as one cell."""
    shown = f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow([shown, ""])  # one empty cell alone would be quoted
    return file.getvalue()[:-2]


def _rows(columns: Columns) -> str:
    """Rows, each column made text at once: a million designs are a hundred million figures."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known: dict[bytes, Any] = {}
    texts = []
    for column in columns.values():
        if isinstance(column, Words):
            used, which = np.unique(column.which, return_inverse=True)
            texts.append(pa.array([_cell(column.known[n]) for n in used], pa.string()).take(pa.array(which.ravel())))
        elif column.dtype == bool:
            texts.append(pa.array(["False", "True"]).take(pa.array(column.astype(np.int64))))
        elif column.dtype.kind == "i":
            texts.append(pc.cast(pa.array(column), pa.string()))
        else:  # bounds that are one, and impacts of a product that is its own service, are the same figures
            key = column.tobytes()
            if key not in known:
                known[key] = _figures(column)
            texts.append(known[key])
    rows = pc.binary_join_element_wise(*texts, ",")
    return "\n".join(rows.to_pylist()) + "\n"


def _figures(column: NDArray[np.float64]) -> Any:
    """The shortest text that is read back as the same number, spelled as Python does; nothing where there is none.

    Arrow finds the same digits several times faster, and spells figures of everyday size alike: the rest, and whole
    numbers (`1.0`), are left to Python, each once.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = np.ascontiguousarray(column)
    size = np.abs(column)
    with np.errstate(invalid="ignore"):
        plain = (size >= 1e-3) & (size < 1e9) & (column != np.rint(column))
    found = pc.cast(pa.array(column), pa.string())
    if plain.all():
        return found
    bits, which = np.unique(column[~plain].view(np.int64), return_inverse=True)  # 0.0 is not -0.0
    words = ["" if math.isnan(v) else repr(v) for v in bits.view(np.float64).tolist()]
    return pc.replace_with_mask(found, pa.array(~plain), pa.array(words, pa.string()).take(pa.array(which.ravel())))
