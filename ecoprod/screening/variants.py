"""What a variants file offers: options per part or group, parameters, which designs to make of them, objectives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecoprod.errors import At
from ecoprod.lightweighting import Limit, Member
from ecoprod.product import Part

AS_IS = ""
"""The option of every slot that changes nothing."""
AS_IS_WORDS = ("as_is", "as is", "as it is", "原样", "现有设计")
"""What it is called in tables, on pages and in listed designs: no other option may have these names."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "material": ("material",), "dataset": ("dataset",), "mass": ("mass_kg",), "process": ("processes",),
    "yield": ("yield_fraction",), "recycled_content": ("recycled_content", "recycled_pre", "recycled_post"),
    "joining": ("joining",), "coating": ("coatings",), "coating_type": ("coating_type",), "marking": ("marking",),
    "access": ("access",), "end_of_life": ("end_of_life",), "origin": ("origin",), "transport": ("transport",),
    "substances": ("substances",), "substance_basis": ("substance_basis",), "evidence": ("evidence",),
    "data_quality": ("data_quality",),
}  # fmt: skip
"""Columns of the bill -> the fields of a part that hold them."""
MOST_DRAWN, MOST_SEED = 10_000_000, 2**32 - 1
"""Designs of a sample, and its seed, at most."""
SETTABLE = tuple(column for column in FIELDS if column != "data_quality")
"""Those that an option may set."""
OF_THE_MATERIAL = ("dataset", "substances", "substance_basis", "data_quality")
"""What a row states of its material: another material starts without it, unless the option states it anew."""
OF_LEAVES = ("recycled_content", "end_of_life", "coating")
"""Columns that count in rows without parts of their own alone; an assembly has what its parts have."""
DOCUMENTED_ANYWAY = ("joining", "marking", "access", "evidence")
"""Columns that change nothing of what the documents of a row speak of: the part stays the one that was tested."""
ParameterOf = Literal["part", "flow", "distribution", "lifetime", "cycles", "collection"]


@dataclass(frozen=True, slots=True)
class Equal:
    """The mass follows from equal stiffness or strength of a tie, a beam or a panel."""

    limit: Limit
    member: Member


@dataclass(frozen=True, slots=True)
class Option:
    """One choice for the parts of a slot. `row`: holds the new values of `columns`, and nothing else that counts.

    `undocumented`: it changes what the row's documents speak of and names none of its own. `cost`: what choosing it
    adds per product unit [CNY]; None where it does not say.
    """

    name: str
    at: At
    columns: tuple[str, ...] = ()
    row: Part | None = None
    equal: Equal | None = None
    cost: float | None = None
    undocumented: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A part, or a group of parts that change together, with its options; the first leaves everything as it is."""

    key: str
    parts: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that varies: `low` to `high`, or one of `values`, in `unit` (None: a plain number or a share 0..1).

    `of` and `target` say what it belongs to (a part's id, a use flow's id, the number of a leg), `column` which of the
    part's columns; `base` is what the product's files say. `stated`: whether they do; a row that says nothing of a
    share, or splits it, has `base` only where the parameter is given that value. `written`: the unit of the file's own
    first value, for people.
    """

    name: str
    at: At
    field: str
    of: ParameterOf
    target: str
    column: str
    unit: str | None
    base: float
    low: float | None = None
    high: float | None = None
    values: tuple[float, ...] = ()
    stated: bool = True
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """What a use flow saves with the mass of the product: `per_kg` of its unit over the life, for each kg less.

    `reduction`: per 100 km and 100 kg, in the `unit` of the flow; `distance_km`: of the life; `source`: of the value.
    """

    flow: str
    at: At
    reduction: float
    unit: str
    distance_km: float
    source: str

    @property
    def per_kg(self) -> float:
        """Amount saved over the life for one kg less."""
        return self.reduction / 100 * self.distance_km / 100


@dataclass(frozen=True, slots=True)
class Objective:
    """What is aimed at: an indicator, `cost`, or an impact category of a method; less is better unless `more`."""

    kind: Literal["indicator", "category"]
    name: str
    method: str
    more: bool

    @property
    def id(self) -> str:
        """`mass`, `cost`, `EF v3.1/climate-change`."""
        return self.name if self.kind == "indicator" else f"{self.method}/{self.name}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One design of a list: option name by slot key, value by parameter name; what is not named stays as it is."""

    options: Mapping[str, str]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Variants:
    """A variants file. `design`: every combination, those listed, or a sample of `sample` drawn with `seed`."""

    slots: tuple[Slot, ...]
    parameters: tuple[Parameter, ...]
    objectives: tuple[Objective, ...]
    design: Literal["full", "list", "sample"]
    listed: tuple[Listed, ...]
    sample: int
    seed: int
    file: str
    sha256: str
    saving: Saving | None = None
    warnings: tuple[tuple[str, Mapping[str, str]], ...] = ()
