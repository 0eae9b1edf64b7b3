"""The comparison as a pandas frame, for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecoprod.compare.lines import category_of, is_number, lines
from ecoprod.report.text_lca import HEADLINE

if TYPE_CHECKING:
    import pandas as pd

Document = dict[str, Any]
COLUMNS = ("what", "part", "stage", "design", "value", "words", "unit", "change")


def comparison_frame(document: Document) -> pd.DataFrame:
    """One row for each figure of each design of a comparison document (`ecoprod.comparison/1`).

    `what` is named as in `differences` (`mass`, `indicator:recyclability-rate`, `impact:EF v3.1/climate-change` …).
    Rows without `part` and `stage` are totals; with `stage`, the stages of an impact; with `part`, one part of the
    product (`bom:A12`): do not sum over all. A number is in `value`, a verdict or status in `words`; what is not known
    is missing in both. `change` is relative to the first design, for totals; of figures in % too.
    """
    import pandas as pd

    frame = pd.DataFrame(list(_rows(document)), columns=list(COLUMNS))
    texts = ["what", "part", "stage", "design", "words", "unit"]
    return frame.astype({**dict.fromkeys(texts, "string"), "value": "float64", "change": "float64"})


def _rows(document: Document) -> Iterator[tuple[object, ...]]:
    labels = [design["label"] for design in document["designs"]]
    for found in lines(document["designs"]):
        for design, value, change in zip(labels, found["values"], found["change"], strict=True):
            number = float(value) if is_number(value) else None
            words = None if value is None or is_number(value) else str(value)
            yield found["what"], None, None, design, number, words, found["unit"], change
    for design in document["designs"]:
        for impact in design["impacts"]:
            for category, result in impact["categories"].items():
                what = f"impact:{impact['method']}/{category}"
                for stage, value in (result["by_stage"] or {}).items():
                    yield what, None, stage, design["label"], value, None, result["unit"], None
    yield from _parts(document, labels)


def _parts(document: Document, labels: list[str]) -> Iterator[tuple[object, ...]]:
    for row in document["masses"]:
        for design, present, mass in zip(labels, row["present"], row["mass_kg"], strict=True):
            if present:
                yield "mass", f"bom:{row['id']}", None, design, mass, None, "kg", None
    what = f"impact:{'/'.join(HEADLINE)}"
    results = [category_of(d, *HEADLINE) for d in document["designs"]]
    unit = next((r["unit"] for r in results if r), None)
    for row in document["parts"]:
        for design, value, stages in zip(labels, row["per_functional_unit"], row["by_stage"], strict=True):
            if stages is not None:
                yield what, row["id"], None, design, value, None, unit, None
                for stage, part in stages.items():
                    yield what, row["id"], stage, design, part, None, unit, None
