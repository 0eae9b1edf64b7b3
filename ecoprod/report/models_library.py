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
    Sha256,
    Stage,
    Status,
    Value,
    Words,
)  # fmt: skip
from ecoprod.report.models_result import Result
from ecoprod.report.models_screening import Levers, Screening
from ecoprod.report.models_standards import Standards, StandardsDiff


class DatasetEntry(Record):
    """One dataset of a background."""

    id: str
    name: Words
    place: str
    unit: str
    year: int | None
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
    product_unit: Quantity | None = None
    products_per_functional_unit: Number | None = Field(default=None, description="of the first design's service")


class ComparedMass(Record):
    """A row of the bills of materials, one value a design; `present` is false where a design has no such part."""

    id: str
    parent: str | None
    level: int
    name: str
    present: list[bool]
    mass_kg: list[Number | None]
    change_kg: list[Number | None]
    lightweighting_rate: list[Number | None]
    differs: bool


class ComparedPart(Record):
    """A part, flow or process: climate change (EF v3.1) per functional unit.

    `adds`: to the difference of the totals against the first design. `complete`: data stand behind all of it.
    """

    id: str
    kind: Literal["part", "packaging", "process", "distribution", "use"]
    name: str
    present: list[bool]
    complete: list[bool]
    mass_kg: list[Number | None]
    material: list[str | None]
    datasets: list[list[str]]
    by_stage: list[ByStage | None]
    per_functional_unit: list[Number | None]
    adds: list[Number | None]
    differs: bool


class BreakEven(Record):
    """From which `service` on the lighter of two designs is ahead on climate change (EF v3.1).

    `extra`: what one product of it costs more in all stages but use; `saved_per_service`: what it saves in use. `after`
    and `beyond_life` name the service where the two are level; `until` the one up to which the lighter is ahead.
    `left_out`: designs whose use is left out with a reason and counts as zero. `unknown`: stages without data.
    """

    lighter: str
    heavier: str
    saved_kg: Number
    extra: Number | None
    saved_per_service: Number | None
    unit: str
    outcome: Literal["at_once", "after", "beyond_life", "never", "until", "unknown"]
    service: Number | None
    life: Number
    service_unit: str
    unknown: list[Stage]
    left_out: list[str]
    complete: bool


class Difference(Record):
    """One line of the comparison; `change`: relative to the first design, of figures in % too (the page has points)."""

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
    masses: list[ComparedMass] = Field(default=[])
    parts: list[ComparedPart] = Field(default=[])
    break_even: list[BreakEven | None] = Field(default=[])
    ecoprod: str


class ImportedDatasets(Record):
    """Processes in the source, and datasets that can be used (a process with several products gives several)."""

    in_: int = Field(alias="in")
    usable: int


class ImportedRows(Record):
    """Rows of one kind. `ways`: how often a stated provider, an id or a name led to the link."""

    linked: int
    missed: int
    ways: dict[str, int]


class ImportedKinds(Record):
    """Rows of the source by kind."""

    input: ImportedRows
    waste: ImportedRows
    elementary: ImportedRows
    total: ImportedRows
    avoided: ImportedRows


class ImportPolicy(Record):
    """What is done with what a database leaves open."""

    products_without_producer: str
    waste_without_treatment: str
    co_products: str
    credits: str
    places: list[str]


class NearOne(Record):
    """Something that came near and was not taken. `refused`: codes, `reasons`: the same in words."""

    id: str
    name: str
    unit: str
    place: str
    refused: list[str]
    reasons: list[Words]


class ImportMiss(Record):
    """A row or process that is not in the database: where it stands, what it asked for, and why it is not there."""

    code: str
    file: str
    line: int | None
    column: str | None
    sheet: str | None
    cell: str | None
    process: str
    kind: str
    name: str
    unit: str
    amount: Number | None
    place: str
    compartment: str
    message: Words
    fix: Words
    candidates: list[NearOne]


class Import(Record):
    """`ecoprod.import/1`: what an import did. `already`: it was there, nothing changed; `kept`: it can be used."""

    schema_: Literal["ecoprod.import/1"] = Field(alias="schema")
    background: str
    format: str
    file: str
    sha256: Sha256
    stated: dict[str, str]
    already: bool
    kept: bool
    datasets: ImportedDatasets
    exchanges: ImportedKinds
    flows: dict[str, int]
    policy: ImportPolicy
    misses_by_reason: dict[str, int]
    misses: list[ImportMiss]
    ecoprod: str


class MatchCandidate(Record):
    """A dataset for a name. `factor`: its units per unit asked for; `refused`: why it cannot serve."""

    dataset: str
    name: Words
    unit: str
    place: str
    year: int | None
    score: Number
    factor: Number | None
    reason: Words
    refused: Words | None


class MatchedName(Record):
    """A name that a product uses, with its candidates, best first, and those that measure something else."""

    name: str
    kind: Literal["material", "flow", "mode"]
    unit: str
    candidates: list[MatchCandidate]
    refused: list[MatchCandidate]


class Matches(Record):
    """`ecoprod.matches/1`: which datasets of a background a product may mean."""

    schema_: Literal["ecoprod.matches/1"] = Field(alias="schema")
    background: str
    names: list[MatchedName]
    ecoprod: str


DOCUMENTS: Mapping[str, type[Record]] = {
    "result": Result,
    "problems": Problems,
    "standards": Standards,
    "standards-diff": StandardsDiff,
    "datasets": Datasets,
    "methods": Methods,
    "comparison": Comparison,
    "screening": Screening,
    "levers": Levers,
    "import": Import,
    "matches": Matches,
}
