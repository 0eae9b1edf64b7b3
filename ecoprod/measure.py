"""Foundation: what is known of one indicator, and what is missing to know it better.

A verdict is only as good as its doubt: a measure is an interval. `low` and `high` are proven
bounds (equal for a plain value, None where nothing is proven), so that an unknown part of a
product can make an answer `undetermined` but never a `pass`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that would settle the question; `code` is its message in the catalogue."""

    field: str
    code: str
    params: Mapping[str, str | float | int] = attribute(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator of one product.

    `low`/`high`: proven bounds in `unit`. `text`: the value of a worded fact; `flag`: of a yes/no fact.
    `not_detected`: stated as 未检出; `detection_limit` (in `unit`) and `method` belong to the test that said so.
    `declared`: from `declared` of the product file (else calculated); `evidenced`: evidence is named for it;
    `undocumented`: the fields of the product's files behind a calculated one that have none; `doubted`: what keeps
    documents that are named from proving it.
    `titles`: of a declared one in the specification, whose words tell what kind of figure it is.
    """

    id: str
    unit: str | None
    low: float | None = None
    high: float | None = None
    text: str | None = None
    flag: bool | None = None
    not_detected: bool = False
    detection_limit: float | None = None
    method: str | None = None
    declared: bool = False
    evidenced: bool = True
    evidence: tuple[str, ...] = ()
    undocumented: tuple[str, ...] = ()
    doubted: tuple[Missing, ...] = ()
    illustrative: bool = False
    missing: tuple[Missing, ...] = ()
    trace: str | None = None
    titles: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The single value, or None where only bounds are known."""
        return self.low if self.low is not None and self.low == self.high else None
