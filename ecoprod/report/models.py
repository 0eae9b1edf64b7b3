"""The documents ecoprod writes, as pydantic models: strict types, every key of the contract required.

More keys than these may stand in a document; consumers ignore what they do not know.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(allow_inf_nan=False)]
Value = Number | bool | str | None
Share = Annotated[float, Field(ge=-1e-9, le=1 + 1e-9, allow_inf_nan=False)]
Stage = Literal["raw_materials", "manufacturing", "distribution", "use", "end_of_life"]
Outcome = Literal["qualified", "provisional", "not_qualified", "undetermined"]
Status = Literal["pass", "fail", "exempt", "not_applicable", "undetermined", "reported"]
Confidence = Literal["standard", "official_list", "secondary", "user"]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Record(BaseModel):
    """Strict about what it knows, silent about what it does not."""

    model_config = ConfigDict(strict=True, extra="allow")


class Words(Record):
    """A text in both languages."""

    zh: str
    en: str


class Quantity(Record):
    """A number and its unit."""

    amount: Number | None
    unit: str | None


class Service(Quantity):
    """The functional unit."""

    of: str | None
    products_per_functional_unit: Number | None


class File(Record):
    """A file that was read."""

    path: str
    sha256: Sha256


class ProductPart(Record):
    """What was judged."""

    name: str
    model: str | None
    category: str | None
    product_unit: Quantity
    functional_unit: Service
    mass_kg: Number | None
    illustrative: bool
    illustrative_declarations: list[str]
    files: list[File]


class Coded(Record):
    """A code and its sentence."""

    code: str
    message: Words


class Reason(Coded):
    """Why the verdict is what it is."""

    requirement: str | None


class Gap(Record):
    """Something the coded specification lacks."""

    id: str
    what: Words


class Overlay(File):
    """A private completion of a specification."""

    checked_by: str | None
    checked_on: Day | None
    closes: list[str] = Field(default=[], description="gaps of the standard, by id, that its holder says are filled")


class Override(Record):
    """A published limit that an overlay loosens."""

    requirement: str
    published: str
    overlay: str


class Standard(Record):
    """The specification that was applied."""

    id: str
    edition: str | None
    title: Words
    complete: bool
    missing: list[Gap]
    sha256: Sha256
    overlays: list[Overlay]
    overrides: list[Override]
    facts: dict[str, Words] = {}


class Missing(Record):
    """A field that would settle a question; `code` and `params` make the message."""

    field: str
    message: Words
    code: str = ""
    params: dict[str, Any] = {}


class Source(Record):
    """A document, and where in it."""

    id: str
    at: str | None


class Limit(Record):
    """A comparison: `value`, or `low` and `high`, or `values`, as `op` asks."""

    op: Literal["at_most", "at_least", "less_than", "more_than", "equals", "one_of", "between", "present"]
    value: Value = None
    low: Number | None = None
    high: Number | None = None
    values: list[str] = []
    unit: str | None
    from_: Day | None = Field(alias="from")


class Requirement(Record):
    """What became of one requirement; `margin`: share of the limit, positive = inside."""

    id: str
    clause: str | None
    group: Literal["basic", "indicator", "lca_report"]
    attribute: str | None
    stage: str | None
    title: Words
    status: Status
    reason: Coded | None
    value: Value
    unit: str | None
    limit: Limit | None
    margin: Number | None
    confidence: Confidence | None
    source: Source
    evidence: list[str]
    missing: list[Missing]
    trace: str


class Indicator(Record):
    """One measure of the product; `low` and `high` are proven bounds."""

    value: Value
    low: Number | None
    high: Number | None
    unit: str | None
    trace: str | None


class Item(Record):
    """One thing in one stage."""

    id: str
    part: str | None
    name: str
    stage: Stage
    quantity: Number
    unit: str
    mass_kg: Number | None
    datasets: list[str] = Field(default=[], description="what stands behind it, each named once")
    trace: str


class Row(Record):
    """A row of the bill of materials or the packaging: where it stands in the tree, and its mass per product unit."""

    id: str
    table: Literal["bom", "packaging"]
    parent: str | None
    name: str
    material: str | None
    phantom: bool
    mass_kg: Number | None


class ByStage(Record):
    """Contributions of the five stages: 0 where one is empty or left out with a reason, null where nothing is known."""

    raw_materials: Number | None
    manufacturing: Number | None
    distribution: Number | None
    use: Number | None
    end_of_life: Number | None


class Category(Record):
    """One impact category per product unit; null with a reason below 80 % coverage."""

    value: Number | None
    unit: str
    per_functional_unit: Number | None
    coverage: Number | None
    reason: Coded | None
    by_stage: ByStage | None
    by_item: list[Number] | None
    trace: str


class Impact(Record):
    """All categories of one method."""

    method: str
    categories: dict[str, Category]


class BackgroundId(Record):
    """The life cycle data that was used."""

    id: str
    sha256: Sha256


class Uncharacterised(Record):
    """A direct flow without a factor."""

    method: str
    flow: str
    compartment: str
    item: str


class Lca(Record):
    """What the life cycle assessment rests on."""

    background: BackgroundId
    engine: str | None
    system_model: str | None
    allocation: str | None
    biogenic: str | None
    capital_goods: str | None
    linked_mass_share: Share | None
    cut_off_mass_share: Share | None
    uncharacterised: list[Uncharacterised]
    residual: Number | None


class Place(Record):
    """A place in an input file."""

    file: str
    line: int | None
    column: str | None
    sheet: str | None
    cell: str | None


class Entry(Record):
    """One number of the trace and what it rests on."""

    id: str
    value: Value
    unit: str | None
    kind: Literal["read", "looked_up", "computed", "assumed"]
    by: str
    inputs: list[str]
    at: Place | None
    source: str | None


class Problem(Place):
    """One thing wrong with an input."""

    code: str
    field: str | None
    message: Words
    fix: Words


class Problems(Record):
    """`ecoprod.problems/1`: everything wrong with the input."""

    schema_: Literal["ecoprod.problems/1"] = Field(alias="schema")
    product: str | None = Field(default=None, description="the product that was read, as the command named it")
    problems: list[Problem]
    notes: list[Problem] = Field(default=[], description="what an overlay leaves open; no fault of it")
    checked: dict[str, int] | None = Field(
        default=None, description="of `standards check`: how many specifications and overlays were looked at"
    )
