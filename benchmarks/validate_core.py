"""The bundled core beside published results: `lci_data/validation.csv` compared with today's scores.

`python benchmarks/validate_core.py` prints the table and the counts; `--write` renews
`docs/explanation/data-validation.md`. A comparison is one row of the CSV: what a source publishes for one dataset and
category, in the dataset's unit. The ratio is ours over the nearest bound of the published range, 1 inside it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecoprod.background import Background, load_background
from ecoprod.lca import dataset_scores

ROOT = Path(__file__).resolve().parent.parent
TABLE, PAGE = ROOT / "lci_data" / "validation.csv", ROOT / "docs" / "explanation" / "data-validation.md"
OUTLIER = 2.0
"""A ratio above this, or below its inverse, is an outlier and must be explained in the table."""
CLOSE = 1.5
WITHIN, NEAR, FAR, OUT = "within", "×1.5", "×2", "outlier"
TITLES = {
    "climate-change": "Climate change",
    "energy-resources-non-renewable": "Non-renewable energy",
    "acidification": "Acidification",
}

INTRODUCTION = f"""# The bundled core beside published results

Written by `python benchmarks/validate_core.py --write` from `lci_data/validation.csv`; the figures are those of the
data shipped with this page, and a test compares them with a fresh calculation. Nothing was adjusted to come nearer.

- **Published**: a cradle-to-gate result (of a treatment: of 1 kg treated), in the unit of the dataset. The CSV names
  the place in the source, the conversion and where the boundary differs; ids of sources lead to
  `lci_data/sources.yaml`; `n/s` is not stated by the source. Confidence T or S as everywhere.
- **Choice**: figures were not chosen by how near they lie. Of the tables that hold many products (CPCD, DESNZ, BAFA,
  GEMIS, ProBas, Nuss and Eckelman) those of the same product are here, the implausible too, as ranges or, where they
  lie far apart, as rows of their own. Other routes and boundaries are here only where the row says so.
- **Independent**: the source is not one that the dataset's own exchanges were made from (a test holds this). Two rows
  of the grid of 2024 are not; they stand there because the official factor belongs beside it, and are not counted.
- **Ratio**: ours over the nearest bound of the published range, 1 inside it. *Of the middle*: ours over the middle of
  the range. A ratio above {OUTLIER:g} or below {1 / OUTLIER:g} is an outlier, and each is explained below.
- **Methods**: climate change by IPCC 2021 (GWP100; the sources use AR4 to AR6). Energy by Cumulative Energy Demand,
  non-renewable, where the source states primary energy, and by EF v3.1 (heating values without condensation) where it
  states fossil energy. Acidification by EF v3.1, or by CML v4.8 2016 where the source states SO2 equivalents.
- A single published figure has no range, so a ratio of 1 is chance: *within ×1.5* is what agreement looks like there.

The uncalibrated grid stands beside the official footprint factor of its year in the first rows, 2024 and 2023.

## Summary
"""


@dataclass(frozen=True, slots=True)
class Published:
    """One row of the table: what `source` publishes at `at`, converted to the unit of the dataset.

    `independent` is False where the inventory of the dataset takes figures from the same source.
    """

    dataset: str
    category: str
    method: str
    low: float
    high: float
    unit: str
    year: str
    place: str
    source: str
    at: str
    confidence: str
    conversion: str
    boundary: str
    independent: bool
    independence: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published range beside our value; `middle` is ours over the middle of the range."""

    published: Published
    ours: float
    ratio: float
    middle: float

    @property
    def verdict(self) -> str:
        """`within` the published range, near it by a factor, or `outlier`."""
        apart = max(self.ratio, 1 / self.ratio) if self.ratio > 0 else float("inf")
        return WITHIN if apart == 1 else NEAR if apart <= CLOSE else FAR if apart <= OUTLIER else OUT


def origin(source: str) -> str:
    """A source under the id it is registered with first: `cpcd-comp` is another extract of `cpcd`."""
    return source.removesuffix("-comp")


def read_table(path: Path = TABLE) -> list[Published]:
    """The rows of the table, in file order. A figure that is no number raises ValueError."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Published(
                row["dataset"], row["category"], row["method"], float(row["low"]), float(row["high"]), row["unit"],
                row["year"], row["place"], row["source"], row["at"], row["confidence"], row["conversion"],
                row["boundary"], row["independent"] == "yes", row["independence"], row["explanation"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def compare(published: Published, ours: float) -> Comparison:
    """Ours against the nearest bound of the range: 1 inside it."""
    bound = min(max(ours, published.low), published.high)
    return Comparison(published, ours, ours / bound, 2 * ours / (published.low + published.high))


def evaluate(rows: Sequence[Published], background: Background | None = None) -> list[Comparison]:
    """Every row with today's score. A row whose dataset has no score in its category raises ValueError."""
    methods = tuple(dict.fromkeys(row.method for row in rows))
    scores = dataset_scores(background or load_background(), methods)
    found = []
    for row in rows:
        ours, _ = scores[row.dataset][row.method][row.category]
        if ours is None:
            raise ValueError(f"{row.dataset} {row.category}: no value to compare (coverage below 80 %)")
        found.append(compare(row, ours))
    return found


def figure(value: float, digits: int = 3) -> str:
    """A number with so many significant digits, without an exponent."""
    text = f"{value:.{digits}g}"
    return f"{float(text):.12f}".rstrip("0").rstrip(".") if "e" in text else text


def _range(row: Published) -> str:
    low, high = figure(row.low, 4), figure(row.high, 4)
    return low if low == high else f"{low}–{high}"


def counts(found: Sequence[Comparison]) -> list[tuple[str, int, int, dict[str, int]]]:
    """Of the independent rows of each category: title, datasets, comparisons, and how many have each verdict."""
    result = []
    for category, title in TITLES.items():
        chosen = [c for c in found if c.published.category == category and c.published.independent]
        verdicts = {v: sum(c.verdict == v for c in chosen) for v in (WITHIN, NEAR, FAR, OUT)}
        result.append((title, len({c.published.dataset for c in chosen}), len(chosen), verdicts))
    return result


def _summary(found: Sequence[Comparison]) -> list[str]:
    head = ["| category | datasets | comparisons | within the range | within ×1.5 of it | within ×2 | outliers |",
            "|---|---|---|---|---|---|---|"]  # fmt: skip
    rows = [
        f"| {title} | {datasets} | {number} | {v[WITHIN]} | {v[NEAR]} | {v[FAR]} | {v[OUT]} |"
        for title, datasets, number, v in counts(found)
    ]
    return [*head, *rows]


def _cell(text: str) -> str:
    return text.replace("|", "/")


def _table(found: Sequence[Comparison]) -> list[str]:
    heads = ("dataset", "unit", "ours", "published", "ratio", "of the middle", "verdict", "source, place, year",
             "method", "boundary")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for c in found:
        p = c.published
        mark = "" if p.independent else " (not independent)"
        lines.append(
            f"| `{p.dataset}` | {p.unit} | {figure(c.ours)} | {_range(p)} | {c.ratio:.2f} | {c.middle:.2f} | "
            f"{c.verdict}{mark} | {p.source}, {p.place}, {p.year} | {p.method} | {_cell(p.boundary)} |"
        )
    return lines


def page(found: Sequence[Comparison]) -> str:
    """The text of `docs/explanation/data-validation.md`."""
    lines = [INTRODUCTION, *_summary(found), ""]
    for category, title in TITLES.items():
        lines += [f"## {title}", "", *_table([c for c in found if c.published.category == category]), ""]
    lines += ["## Outliers", ""]
    lines += [
        f"- `{c.published.dataset}`, {TITLES[c.published.category].lower()}, {figure(c.ours)} against "
        f"{_range(c.published)} ({c.published.source}): {c.published.explanation}"
        for c in found
        if c.verdict == OUT
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and the counts; `--write` renews the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew docs/explanation/data-validation.md")
    chosen = parser.parse_args(arguments)
    found = evaluate(read_table())
    for c in found:
        p = c.published
        sys.stdout.write(
            f"{p.dataset:36} {p.category[:14]:14} {figure(c.ours):>9} {_range(p):>17} {c.ratio:6.2f} {c.middle:6.2f} "
            f"{c.verdict:8} {p.source}\n"
        )
    sys.stdout.write("\n".join(_summary(found)) + "\n")
    if chosen.write:
        PAGE.write_text(page(found), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
