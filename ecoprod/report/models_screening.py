"""The documents of `screen` and `levers`, as pydantic models."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecoprod.report.models import (
    Coded,
    Day,
    File,
    Missing,
    Number,
    Outcome,
    Quantity,
    Reason,
    Record,
    Service,
    Sha256,
    Status,
    Words,
)


class Designed(Record):
    """The product whose designs these are."""

    name: str
    model: str | None
    category: str | None
    product_unit: Quantity | None
    functional_unit: Service
    files: list[File]


class Ruled(Record):
    """The specification that was applied."""

    id: str
    edition: str | None
    sha256: Sha256
    overlays: list[File]


class VariantsFile(File):
    """The variants file, and how its designs were made."""

    design: Literal["full", "list", "sample"]
    seed: int | None


class Background(Record):
    """The life cycle data."""

    id: str
    sha256: Sha256


class Slot(Record):
    """A part, or parts that change together, with its options."""

    key: str
    parts: list[str]
    options: list[str]


class Parameter(Record):
    """A number that varies."""

    name: str
    field: str
    unit: str | None
    written_unit: str | None = Field(description="that of the variants file, in which pages show the values")
    as_is: Number
    low: Number | None
    high: Number | None
    values: list[Number] | None


class Objective(Record):
    """What the designs are ranked by."""

    id: str
    direction: Literal["min", "max"]
    unit: str


class Bounds(Record):
    """A rate between two proven bounds."""

    low: Number | None
    high: Number | None
    value: Number | None = Field(description="where both bounds are one")
    unit: str


class Impact(Record):
    """An impact per product unit and per functional unit; null below 80 % coverage."""

    value: Number | None
    per_functional_unit: Number | None
    coverage: Number | None
    unit: str


class Design(Record):
    """One design. `refused`: its inputs cannot be judged, as the notes say."""

    number: int = Field(description="place in the table, from 1; 0 is the product as it is")
    rank: int | None
    front: bool | None
    options: dict[str, str]
    parameters: dict[str, Number]
    verdict: Outcome | Literal["refused"]
    failed: list[str]
    undetermined: list[str]
    mass_kg: Number | None
    cost: Number | None
    indicators: dict[str, Bounds]
    impacts: dict[str, Impact]


class Reached(Record):
    """The best verdict that any design has, and the first in rank of those that have it."""

    verdict: Outcome | Literal["refused"]
    number: int
    rank: int


class Missed(Record):
    """How many designs fail a requirement, and how many leave it open."""

    requirement: str
    title: Words | None
    failed: int
    undetermined: int


class Screening(Record):
    """Designs from the best to the worst by the objectives in their order; `count`: of all that were screened."""

    schema_: Literal["ecoprod.screening/1"] = Field(alias="schema")
    on: Day
    product: Designed
    standard: Ruled
    variants: VariantsFile
    background: Background
    slots: list[Slot]
    parameters: list[Parameter]
    objectives: list[Objective]
    count: int
    verdicts: dict[str, int]
    best_verdict: Reached
    requirements: list[Missed] = Field(description="those that any design fails or leaves open, most failed first")
    front: list[int] = Field(description="the best of the front; all of it where front_shown is front_size")
    front_size: int
    front_shown: int
    base: Design
    designs: list[Design]
    notes: list[Coded]
    ecoprod: str


# ---- levers --------------------------------------------------------------------------------------


class Influence(Record):
    """What an input does to a figure."""

    input: str
    value: Number
    unit: str | None
    figure: str
    slope: Number = Field(description="per unit of the input")
    elasticity: Number | None = Field(description="per cent for one per cent of the input")
    per_point: Number | None = Field(description="per cent for one percentage point of an input that is a share")
    effect: Number = Field(description="for one per cent more of the input, or one point more of a share")
    effect_unit: str = Field(description="percentage points of a rate; % of other figures; of one that is 0, its unit")
    at_end: bool = Field(description="a share that cannot grow by a point: what it does holds for one point less")


class Change(Record):
    """One input turned."""

    input: str
    unit: str | None
    before: Number
    after: Number
    relative_percent: Number | None = Field(description="of what the input was, also where it is a share")
    points: Number | None = Field(description="percentage points, of an input that is a share")
    stated: bool = Field(description="the files say what it was; else the life cycle takes `before`")
    far: bool = Field(
        description="beyond the range of the variants file; without one, an amount changed by more than half"
    )


class Changes(Record):
    """What alone would meet a requirement, the smallest change first."""

    requirement: str
    title: Words
    changes: list[Change]


class Unmoved(Record):
    """A failing or open requirement for which no single change was found, and why."""

    requirement: str
    title: Words
    status: Status
    why: Coded
    missing: list[Missing]
    proven: bool = Field(description="no input meets it alone, whatever value it has")
    unsettled: list[str] = Field(description="inputs of which that is not proven")


class Close(Record):
    """A requirement that is met within a tenth of its limit."""

    requirement: str
    title: Words
    margin: Number


class Named(Record):
    """A requirement by name."""

    requirement: str
    title: Words | None


class StillOpen(Named):
    """A requirement that no option touches and that lacks data: set aside."""

    missing: list[Missing]


class Considered(Named):
    """A requirement that a combination has to meet."""

    status_as_is: Status | None


class Prevents(Named):
    """A requirement that no combination meets."""

    status_as_is: Status | None


class Alone(Record):
    """An option that alone meets a requirement; `verdict`: of the design with nothing but it changed."""

    part: str
    option: str
    cost: Number | None
    verdict: Outcome


class MetAlone(Named):
    """A requirement that is not met, and the options that alone meet it: none where none does."""

    status_as_is: Status | None
    options: list[Alone]


class Offer(Record):
    """What a file of options can do; `cost_unit` is `options` where none has a cost: the fewest changes."""

    variants: File
    state: Literal["found", "none", "given_up"]
    options: dict[str, str] | None
    cost: Number | None
    cost_unit: Literal["options", "CNY"]
    verdict: Outcome | None
    prevents: list[Prevents]
    considered: list[Considered] = Field(description="requirements that a combination has to meet")
    still_open: list[StillOpen]
    alone: list[MetAlone] = Field(description="for each requirement that is not met the options that alone meet it")
    keeps: list[Reason] = Field(description="why the verdict of the combination found is no better")
    rounds: int


class Levers(Record):
    """Strongest inputs, smallest single changes, cheapest combination."""

    schema_: Literal["ecoprod.levers/1"] = Field(alias="schema")
    on: Day
    verdict: Outcome
    influences: list[Influence]
    changes: list[Changes]
    unmoved: list[Unmoved]
    close: list[Close]
    offer: Offer | None
    names: dict[str, str] = Field(description="of parts and packaging, by id, where it is another")
    facts: dict[str, Words] = Field(description="titles of declared facts, by id")
    requirements: dict[str, Words] = Field(description="titles of requirements, by id")
    gaps: dict[str, Words] = Field(description="what the coded specification lacks, by id")
    notes: list[Coded]
    ecoprod: str
