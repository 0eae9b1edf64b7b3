"""`ecoprod.result/1` as a whole, and the part of it on what becomes of the materials."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ecoprod.report.models import (
    Coded,
    Day,
    Entry,
    Impact,
    Indicator,
    Item,
    Lca,
    Missing,
    Number,
    Outcome,
    ProductPart,
    Reason,
    Record,
    Requirement,
    Row,
    Sha256,
    Share,
    Standard,
)


class Bounds(Record):
    """What is proven: equal for an exact value."""

    low: Number
    high: Number


class Loss(Coded):
    """Why some of a part is lost; `in_rate`: whether the recyclability and recoverability rates count it."""

    field: str
    low_g: Number
    high_g: Number
    in_rate: bool


class PartRecycling(Record):
    """What becomes of one part at the end of life, in grams per product unit."""

    part: str
    name: str
    material_class: str | None
    route: str | None
    mass_g: Number
    reused_g: Bounds
    recycled_g: Bounds
    recyclable_g: Bounds
    energy_g: Bounds
    lost_g: Bounds
    losses: list[Loss]
    stated: dict[str, str]
    trace: str
    lost_trace: str


class CircularShare(Record):
    """A share, or the proven bounds of it."""

    value: Number | None
    low: Number | None
    high: Number | None
    missing: list[Missing]
    trace: str | None


class Inflow(Record):
    """Shares of what the product is made of."""

    reused: CircularShare
    recycled: CircularShare
    renewable: CircularShare


class Outflow(Record):
    """Shares of what the product leaves behind."""

    reused: CircularShare
    recycled: CircularShare
    recirculated: CircularShare


class Circularity(Record):
    """How circular the product is; no part of the verdict."""

    material_circularity_indicator: CircularShare
    linear_flow_index: CircularShare
    utility: CircularShare
    inflow: Inflow
    outflow: Outflow
    note: Coded


class FootprintPart(Record):
    """One part under the circular footprint formula: R1, R2 and R3, null where something is missing."""

    part: str
    name: str
    mass_kg: Number
    recycled_content: Share | None
    recycled_at_end: Share | None
    energy_at_end: Share | None
    missing: list[Missing]
    trace: str


class FootprintCategory(Record):
    """One category per product unit; null with a reason below 80 % coverage and where a part lacks something."""

    value: Number | None
    unit: str
    coverage: Number | None
    reason: Coded | None
    material: Number | None
    energy: Number | None
    disposal: Number | None
    by_part: list[Number | None] | None
    trace: str


class Footprint(Record):
    """The circular footprint, beside the impacts and never added to them."""

    file: str
    sha256: Sha256
    method: str
    parts: list[FootprintPart]
    categories: dict[str, FootprintCategory]
    missing: list[Missing]
    note: Coded


class Result(Record):
    """`ecoprod.result/1`: one assessment."""

    schema_: Literal["ecoprod.result/1"] = Field(alias="schema")
    product: ProductPart
    on: Day
    verdict: Outcome
    reasons: list[Reason]
    standard: Standard
    requirements: list[Requirement]
    indicators: dict[str, Indicator]
    items: list[Item]
    parts: list[Row] = Field(default=[], description="tree of parts with their masses in the product")
    impacts: list[Impact]
    lca: Lca
    recycling: list[PartRecycling]
    circularity: Circularity | None
    circular_footprint: Footprint | None
    trace: list[Entry]
    ecoprod: str
