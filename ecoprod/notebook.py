"""The library for notebooks: an assessment and a screening as objects with pandas frames.

Errors are InputError with every problem of every file, in the sentences of the command line (`ecoprod.errors`):
`str(error)` in English, `error.sentences("zh")` in Chinese.
"""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ecoprod.assessment import Assessment
from ecoprod.corridor import assess as _assess
from ecoprod.errors import At, InputError, Problem
from ecoprod.report.document import result_document
from ecoprod.screening.screen import Screening
from ecoprod.screening.screen import screen as _screen
from ecoprod.screening.variants import MOST_DRAWN, MOST_SEED

if TYPE_CHECKING:
    import pandas as pd

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")  # fromisoformat takes weeks and more


@dataclass(frozen=True, slots=True, repr=False)
class Assessed:
    """One assessment. `document`: `ecoprod.result/1`, as `ecoprod assess --format json` writes it."""

    assessment: Assessment
    document: dict[str, Any]

    @property
    def verdict(self) -> str:
        """`qualified`, `provisional`, `not_qualified` or `undetermined`."""
        return self.assessment.verdict.outcome

    def counts(self) -> dict[str, int]:
        """How many requirements have each status."""
        return dict(sorted(Counter(r["status"] for r in self.document["requirements"]).items()))

    def __repr__(self) -> str:
        told = ", ".join(f"{status} {count}" for status, count in self.counts().items())
        return f"<Assessed {self.assessment.product.name!r}: {self.verdict} on {self.document['on']} ({told})>"

    def _repr_html_(self) -> str:
        from html import escape

        name, rows = escape(self.assessment.product.name), self.counts().items()
        head = f"<tr><th>{escape(self.verdict)}</th><th>{escape(self.document['on'])}</th></tr>"
        body = "".join(f"<tr><td>{escape(status)}</td><td>{count}</td></tr>" for status, count in rows)
        return f"<table><caption>{name}</caption>{head}{body}</table>"

    def requirements(self) -> pd.DataFrame:
        """One row a requirement, by its id: status, value, unit, limit, margin, confidence."""
        import pandas as pd

        rows = [
            {
                "requirement": r["id"], "title": r["title"]["en"], "group": r["group"], "status": r["status"],
                "value": r["value"], "unit": r["unit"], "limit": _limit(r["limit"]), "margin": r["margin"],
                "confidence": r["confidence"], "missing": "; ".join(m["field"] for m in r["missing"]),
            }
            for r in self.document["requirements"]
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("requirement")

    def impacts(self) -> pd.DataFrame:
        """One row a category, by method and category: value, per functional unit, coverage, and each stage."""
        import pandas as pd

        rows = [
            {
                "method": impact["method"], "category": name, "value": c["value"], "unit": c["unit"],
                "per_functional_unit": c["per_functional_unit"], "coverage": c["coverage"], **(c["by_stage"] or {}),
            }
            for impact in self.document["impacts"]
            for name, c in impact["categories"].items()
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index(["method", "category"])

    def items(self, method: str = "EF v3.1", category: str = "climate-change") -> pd.DataFrame:
        """One row an item, by its id: part, stage, mass, and its share of one impact (None without a value)."""
        import pandas as pd

        found = next(i["categories"][category] for i in self.document["impacts"] if i["method"] == method)
        shares = found["by_item"] or [None] * len(self.document["items"])
        rows = [
            {"item": i["id"], "part": i["part"], "name": i["name"], "stage": i["stage"], "mass_kg": i["mass_kg"],
             category: share}
            for i, share in zip(self.document["items"], shares, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("item")


def _limit(limit: dict[str, Any] | None) -> str | None:
    if limit is None:
        return None
    value = limit.get("value")
    if value is None and limit.get("low") is not None:
        value = f"{limit['low']} … {limit['high']}"
    if value is None and limit.get("values"):
        value = " | ".join(limit["values"])
    return " ".join(str(p) for p in (limit["op"], value, limit.get("unit")) if p is not None)


def assess(
    path: str | Path, *, on: date | str | None = None, spec: str | None = None, overlays: Sequence[str | Path] = (),
    background: str = "core", methods: Sequence[str] = (), engine: Literal["cached", "brightway"] = "cached",
    notify: Callable[[str], None] | None = None, detail: bool = False,
) -> Assessed:  # fmt: skip
    """Judge a product folder (or its `product.yaml`).

    - `on`: day of the judgement, a date or text (`"2026-03-01"`); without it `assessed_on` of the product file
    - `spec`: id or folder of the specification; without it the product's `category`
    - `overlays`: overlay files, in order
    - `background`: life cycle data, `core` or the id of an imported database
    - `methods`: impact methods beside EF v3.1 and IPCC 2021
    - `engine`: `cached`, or `brightway` for the full solve
    - `notify`: a function that hears the codes of what takes long
    - `detail`: all categories of the methods

    Raises InputError with every problem of every file; nothing is judged then.
    """
    found = _assess(
        Path(path), on=_day(on), spec=spec, overlays=_paths(overlays), background=background, methods=_texts(methods),
        engine=engine, notify=notify, detail=detail,
    )  # fmt: skip
    return Assessed(found, result_document(found))


def screen(
    path: str | Path, variants: str | Path, *, on: date | str | None = None, spec: str | None = None,
    overlays: Sequence[str | Path] = (), background: str = "core", methods: Sequence[str] = (),
    sample: int | None = None, seed: int | None = None, notify: Callable[[str], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Screening:  # fmt: skip
    """Screen the designs of a variants file.

    - `on`, `spec`, `overlays`, `background`, `methods`, `notify`: as of `ecoprod.assess`
    - `sample`: how many designs to draw, instead of what the variants file says; `seed`: of that draw
    - `progress`: a function that hears how many designs are done, and of how many

    Raises InputError with every problem of every file; nothing is screened then.
    """
    more: dict[str, Any] = {"notify": notify, "progress": progress}
    _within("sample", sample, 1, MOST_DRAWN)
    _within("seed", seed, 0, MOST_SEED)
    return _screen(
        Path(path), Path(variants), on=_day(on), spec=spec, overlays=_paths(overlays), background=background,
        methods=_texts(methods), sample=sample, seed=seed, **{k: v for k, v in more.items() if v is not None},
    )  # fmt: skip


def _day(on: object) -> date | None:
    """A date, or the text of one as the command line takes it. Raises InputError for anything else."""
    if on is None:
        return None
    if isinstance(on, date):
        return on.date() if isinstance(on, datetime) else on  # a Timestamp of pandas is one too
    try:
        if isinstance(on, str) and _DAY.fullmatch(on):
            return date.fromisoformat(on)
    except ValueError:  # no such day; said below
        pass
    raise InputError([Problem("cli-bad-date", At("on"), "on", {"value": str(on)[:40]})])


def _within(name: str, value: object, low: int, high: int) -> None:
    """Refuse what the command line refuses. Raises InputError."""
    if value is None:
        return
    try:
        fits = not isinstance(value, bool) and low <= operator.index(value) <= high  # type: ignore[arg-type]
    except TypeError:  # no whole number
        fits = False
    if not fits:
        params: dict[str, str | int] = {"name": name, "value": str(value)[:40], "low": low, "high": high}
        raise InputError([Problem("screen-argument-range", At(name), name, params)])


def _paths(given: Sequence[str | Path]) -> tuple[Path, ...]:
    return tuple(map(Path, [given] if isinstance(given, (str, Path)) else given))


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
