"""The library for notebooks: an assessment and a screening as objects with pandas frames.

Errors are InputError with every problem of every file, as on the command line (`ecoprod.errors`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecoprod.assessment import Assessment
from ecoprod.corridor import assess as _assess
from ecoprod.report.document import result_document
from ecoprod.screening.screen import Screening
from ecoprod.screening.screen import screen as _screen

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment. `document`: `ecoprod.result/1`, as `ecoprod assess --format json` writes it."""

    assessment: Assessment
    document: dict[str, Any]

    @property
    def verdict(self) -> str:
        """`qualified`, `provisional`, `not_qualified` or `undetermined`."""
        return self.assessment.verdict.outcome

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


def assess(path: str | Path, **more: Any) -> Assessed:
    """Judge a product folder; `more` as of `ecoprod.corridor.assess` (`on`, `spec`, `overlays`, `background` …)."""
    found = _assess(Path(path), **more)
    return Assessed(found, result_document(found))


def screen(path: str | Path, variants: str | Path, **more: Any) -> Screening:
    """Screen the designs of a variants file; `more` as of `ecoprod.screening.screen.Screen` (`sample`, `seed` …)."""
    return _screen(Path(path), Path(variants), **more)
