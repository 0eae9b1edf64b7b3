"""Screened designs as a table: for pandas, CSV and Parquet, with the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from ecoprod.screening.screen import Chunk, Screen, Screening

AS_IS_WORD = "as_is"


def chunk_columns(ready: Screen, chunk: Chunk) -> dict[str, Any]:
    """Columns of some designs: `design` (from 1), `option:SLOT`, `parameter:NAME`, verdict, figures."""
    variants = ready.variants
    found: dict[str, Any] = {"design": np.arange(chunk.start + 1, chunk.start + 1 + len(chunk.outcome))}
    for n, slot in enumerate(variants.slots):
        names = np.array([option.name or AS_IS_WORD for option in slot.options], dtype=object)
        found[f"option:{slot.key}"] = names[chunk.choices[:, n]]
    for n, parameter in enumerate(variants.parameters):
        found[f"parameter:{parameter.name}"] = chunk.values[:, n]
    known = ready.engine.outcomes
    for name, words in (
        ("verdict", [o.verdict for o in known]),
        ("failed", ["; ".join(o.failed) for o in known]),
        ("undetermined", ["; ".join(o.undetermined) for o in known]),
    ):
        found[name] = np.array(words, dtype=object)[chunk.outcome]
    return {**found, **chunk.columns}


def write_csv(frame: pd.DataFrame) -> bytes:
    """The table as CSV (UTF-8, LF), full precision, no text that a spreadsheet would take for a formula."""
    texts = frame.select_dtypes(exclude="number").columns
    plain = frame.assign(**{name: frame[name].map(_no_formula) for name in texts})
    plain.columns = [_no_formula(name) for name in plain.columns]
    return bytes(plain.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write_parquet(frame: pd.DataFrame) -> bytes:
    """The table as Parquet."""
    found: bytes = frame.to_parquet(None, index=False)
    return found


def frame_of(screening: Screening) -> pd.DataFrame:
    """All designs as a data frame, `front` and `rank` included."""
    import pandas as pd

    ready = screening.screen
    rank = np.empty(len(screening.order), dtype=np.int64)
    rank[screening.order] = np.arange(1, len(rank) + 1)
    frame = pd.DataFrame(chunk_columns(ready, screening.whole))
    frame.insert(1, "rank", rank)
    frame.insert(2, "front", screening.front)
    return frame
