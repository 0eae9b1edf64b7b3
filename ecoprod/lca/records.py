"""What the engine room hands on: results by category, stage and item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.product import Stage


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """One impact category per product unit.

    `value` and its splits are None below 80 % coverage, with the message code of the reason; `known` then still
    holds the sum over what is covered (a lower bound where no contribution is negative).
    `by_item` follows the order of the foreground's items.
    """

    id: str
    unit: str
    value: float | None
    known: float
    per_functional_unit: float | None
    coverage: float | None
    reason: str | None
    by_stage: Mapping[Stage, float] | None
    by_item: tuple[float, ...] | None
    trace: str


@dataclass(frozen=True, slots=True)
class MethodResult:
    """A method family as bw2io names it (`EF v3.1`), its categories by id in alphabetical order."""

    method: str
    categories: Mapping[str, CategoryResult]


@dataclass(frozen=True, slots=True)
class Uncharacterised:
    """A direct emission that a method has no factor for: listed, never swallowed."""

    method: str
    flow: str
    compartment: str
    item: str


@dataclass(frozen=True, slots=True)
class LcaResult:
    """All methods asked for. `residual`: largest relative difference between the items' sum and the total."""

    methods: tuple[MethodResult, ...]
    engine: str
    background: str
    background_sha256: str
    uncharacterised: tuple[Uncharacterised, ...]
    residual: float

    def category(self, method: str, category: str) -> CategoryResult | None:
        """A category of a method, or None where it was not calculated."""
        for result in self.methods:
            if result.method == method:
                return result.categories.get(category)
        return None
