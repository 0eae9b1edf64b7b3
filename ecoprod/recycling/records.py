"""What the room hands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.circularity import CircularShares
from ecoprod.errors import Params
from ecoprod.indicators.circular import Bounds
from ecoprod.measure import Measure, Missing


@dataclass(frozen=True, slots=True)
class Loss:
    """One reason why a part, or some of it, does not come back, between two bounds in grams.

    `code` and `params` make the sentence; `field` is what the maker would change or fill in. `in_rate`: whether the
    recyclability and recoverability rates count it (they take a product as collected).
    """

    code: str
    field: str
    grams: Bounds
    params: Params
    in_rate: bool = True


@dataclass(frozen=True, slots=True)
class PartRecycling:
    """What becomes of one part at the end of life, in grams per product unit, each between two proven bounds.

    `recyclable`: reused and recycled together, as the recyclability rate counts them; an open part may be either, so
    the upper bounds of the two do not add up to it. `stated`: what the maker says of joints, coating, marking and
    access; shown, never judged.
    """

    part: str
    name: str
    mass_g: float
    material_class: str | None
    route: str | None
    reused: Bounds
    recycled: Bounds
    recyclable: Bounds
    energy: Bounds
    lost: Bounds
    losses: tuple[Loss, ...]
    stated: Mapping[str, str]
    trace: str
    lost_trace: str


@dataclass(frozen=True, slots=True)
class Circularity:
    """How circular the product is; no part of the verdict. Shares of `inflow` and `outflow` by name, 0 to 1."""

    indicator: Measure
    linear_flow_index: Measure
    utility: Measure
    inflow: Mapping[str, Measure]
    outflow: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class FootprintPart:
    """One part under the circular footprint formula; `shares` is None where something of them is missing."""

    part: str
    name: str
    mass_kg: float
    shares: CircularShares | None
    missing: tuple[Missing, ...]
    trace: str


@dataclass(frozen=True, slots=True)
class FootprintCategory:
    """One EF v3.1 category per product unit. `value` and `blocks` are None with the message code of the `reason`.

    `blocks`: the parts of the formula (material, energy, disposal). `by_part`: in the order of the parts, None for a
    part without a value; as a whole None below 80 % coverage.
    """

    id: str
    unit: str
    value: float | None
    coverage: float | None
    reason: str | None
    blocks: Mapping[str, float | None]
    by_part: tuple[float | None, ...] | None
    trace: str


@dataclass(frozen=True, slots=True)
class Footprint:
    """The circular footprint of a product: beside the cut-off result, never added to it."""

    file: str
    sha256: str
    method: str
    parts: tuple[FootprintPart, ...]
    categories: tuple[FootprintCategory, ...]
    missing: tuple[Missing, ...]
