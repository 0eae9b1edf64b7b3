"""One assessment, complete: what the corridor hands to the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ecoprod.background import Background
from ecoprod.foreground.records import Foreground
from ecoprod.lca.records import LcaResult
from ecoprod.measure import Measure
from ecoprod.product import Product
from ecoprod.recycling.records import Circularity, Footprint, PartRecycling
from ecoprod.standards.records import Spec
from ecoprod.trace import Ledger
from ecoprod.verdict.records import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything one run found. `foreground` and `lca` are None where the product file says `lca: none`.

    `recycling`: what becomes of each part; `circularity` of the whole, `footprint` by the circular
    footprint formula where its file is named; beside the verdict, no part of it.
    """

    product: Product
    spec: Spec
    on: date
    background: Background
    foreground: Foreground | None
    lca: LcaResult | None
    measures: Mapping[str, Measure]
    findings: tuple[Finding, ...]
    verdict: Verdict
    ledger: Ledger
    illustrative: bool
    recycling: tuple[PartRecycling, ...] = ()
    circularity: Circularity | None = None
    footprint: Footprint | None = None
