"""The documents of the libraries and of `compare`, as pydantic models; and the table of all documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ecoprod.report.models import (
    ByStage,
    Coded,
    Day,
    Number,
    Outcome,
    Problems,
    Quantity,
    Record,
    Result,
    Status,
    Value,
    Words,
)  # fmt: skip


class StandardEntry(Record):
    """One specification of the library."""

    id: str
    numbers: list[str]
    title: Words
    sector: str | None
    complete: bool
    requirements: int
    sources: list[str]


class Standards(Record):
    """`ecoprod.standards/1`: the standards library."""

    schema_: Literal["ecoprod.standards/1"] = Field(alias="schema")
    standards: list[StandardEntry]


class DatasetEntry(Record):
    """One dataset of a background."""

    id: str
    name: Words
    place: str
    unit: str
    year: int
    covers: list[str]
    sources: list[str]


class Datasets(Record):
    """`ecoprod.datasets/1`: the datasets of one background."""

    schema_: Literal["ecoprod.datasets/1"] = Field(alias="schema")
    background: str
    datasets: list[DatasetEntry]


class Elementary(Record):
    """Distinct elementary flows, and the rows of datasets with them."""

    flows: int
    exchanges: int


class MethodCategory(Elementary):
    """One impact category. `flows`, `exchanges`: those of the background with a factor; `detail`: shown on request."""

    id: str
    category: str
    indicator: str
    unit: str
    detail: bool
    factors: int


class MethodEntry(Elementary):
    """One method. `flows`, `exchanges`: with a factor in any of its categories; `sha256`: of a file."""

    method: str
    sha256: str | None
    categories: list[MethodCategory]


class Methods(Record):
    """`ecoprod.methods/1`: impact methods beside one background. `elementary`: all of the background."""

    schema_: Literal["ecoprod.methods/1"] = Field(alias="schema")
    background: str
    elementary: Elementary
    methods: list[MethodEntry]


class SpecName(Record):
    """A specification and its edition."""

    id: str
    edition: str | None


class ServiceAsked(Quantity):
    """The functional unit that all figures are given for."""

    of: str | None


class ComparedCategory(Record):
    """One category per functional unit of the first design."""

    unit: str
    per_functional_unit: Number | None
    coverage: Number | None
    reason: Coded | None
    by_stage: ByStage | None


class ComparedImpact(Record):
    """All categories of one method."""

    method: str
    categories: dict[str, ComparedCategory]


class ComparedIndicator(Record):
    """One measure of a design."""

    value: Value
    low: Number | None
    high: Number | None
    unit: str | None


class ComparedRequirement(Record):
    """The status of one requirement."""

    status: Status
    title: Words


class Design(Record):
    """One of the designs. `left_out`: stages left out with a reason; `whole`: nothing is missing of the sums."""

    label: str
    name: str
    model: str | None
    on: Day
    verdict: Outcome
    standard: SpecName
    mass_kg: Number | None
    requirements: dict[str, ComparedRequirement]
    indicators: dict[str, ComparedIndicator]
    impacts: list[ComparedImpact]
    titles: dict[str, Words]
    left_out: list[str]
    whole: bool


class Difference(Record):
    """One line of the comparison; `change`: relative to the first design."""

    what: str
    unit: str | None
    values: list[Value]
    change: list[Number | None]


class Comparison(Record):
    """`ecoprod.comparison/1`: designs side by side."""

    schema_: Literal["ecoprod.comparison/1"] = Field(alias="schema")
    functional_unit: ServiceAsked
    designs: list[Design]
    differences: list[Difference]
    same: list[str]
    ecoprod: str


DOCUMENTS: Mapping[str, type[Record]] = {
    "result": Result,
    "problems": Problems,
    "standards": Standards,
    "datasets": Datasets,
    "methods": Methods,
    "comparison": Comparison,
}
