"""The product as its files state it: frozen records, masses in kg, every other quantity with its unit.

Readers fill these; nothing here knows files, datasets or standards. A field that the files leave
blank is None (or empty), never a default: defaults are decided, and written into the ledger, by
the room that needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from ecoprod.errors import At
from ecoprod.units import Amount as Amount  # noqa: PLC0414  (a field type of these records, defined where units are)

STAGES = ("raw_materials", "manufacturing", "distribution", "use", "end_of_life")
Stage = Literal["raw_materials", "manufacturing", "distribution", "use", "end_of_life"]
Table = Literal["bom", "packaging"]


@dataclass(frozen=True, slots=True)
class FileHash:
    """A file that was read: POSIX path relative to the product folder, and sha256."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One transport leg. `share`: of the transported mass, 0..1. `evidence`: of a leg to the user."""

    mode: str
    distance_km: float
    share: float = 1.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Substance:
    """A declared substance content of a part: mass fraction 0..1.

    `fraction`: measured value. `below`: stated as `<x`. `not_detected` with `detection_limit`: stated as 未检出.
    """

    name: str
    fraction: float | None = None
    below: float | None = None
    not_detected: bool = False
    detection_limit: float | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a bill of materials (or packaging table), per parent and per piece.

    `mass_kg`: of one piece (of the whole row where `as_required`). `measure`: length, area, volume or pieces
    still to be converted with a property of the material. `coatings`: (material, mass per area kg/m2, area m2).
    `recycled_content`: the whole share, also where the file does not split it (then `recycled_pre`/`_post` are None).
    """

    id: str
    table: Table
    at: At
    name: str
    parent: str | None = None
    quantity: float | None = None
    as_required: bool = False
    mass_kg: float | None = None
    measure: Amount | None = None
    coatings: tuple[tuple[str, float, float], ...] = ()
    material: str | None = None
    dataset: str | None = None
    role: Literal["contained", "input", "service"] | None = None
    made: Literal["purchased", "in_house"] | None = None
    processes: tuple[str, ...] = ()
    yield_fraction: float | None = None
    recycled_pre: float | None = None
    recycled_post: float | None = None
    recycled_content: float | None = None
    alternate_group: str | None = None
    share: float | None = None
    phantom: bool = False
    origin: str | None = None
    transport: tuple[Leg, ...] = ()
    joining: str | None = None
    coating_type: str | None = None
    marking: str | None = None
    access: str | None = None
    end_of_life: str | None = None
    substances: tuple[Substance, ...] | None = None
    substance_basis: Literal["homogeneous_material", "component"] | None = None
    evidence: tuple[str, ...] = ()
    data_quality: tuple[int, ...] | None = None

    @property
    def key(self) -> str:
        """`bom:A12`: the stem of this row's ledger ids (`bom:A12/mass`)."""
        return f"{self.table}:{self.id}"

    def at_column(self, column: str) -> At:
        """The same row, pointing at one column."""
        return At(self.at.file, self.at.line, column, self.at.sheet, None)


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One row of site data over the reporting period.

    `name` is a flow, dataset or emission as `what` says. `key_total`, `key_product`: the allocation key over all
    products and of this product. `covers`: BOM ids whose processing this meter holds.
    """

    id: str
    at: At
    what: Literal["flow", "dataset", "emission"]
    name: str
    amount: Amount | None
    direction: Literal["in", "out"] | None = None
    compartment: str | None = None
    meter: str | None = None
    scope: Literal["site", "line", "product"] | None = None
    allocation: Literal["mass", "hours", "units", "price"] | None = None
    key_total: Amount | None = None
    key_product: Amount | None = None
    covers: tuple[str, ...] = ()
    basis: Literal["measured", "calculated", "estimated"] | None = None
    kind: Literal["input", "waste", "emission", "co-product", "avoided"] | None = None
    evidence: tuple[str, ...] = ()
    data_quality: tuple[int, ...] | None = None

    @property
    def key(self) -> str:
        """Stem of this row's ledger ids: `process:electricity/E1`."""
        return f"process:{self.id}"


@dataclass(frozen=True, slots=True)
class UseFlow:
    """One flow of the use stage; `per` cycle, hour of operation, year or the whole life."""

    id: str
    at: At
    what: Literal["flow", "dataset", "emission"]
    name: str
    amount: Amount | None
    per: Literal["cycle", "hour", "year", "life"] | None
    compartment: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A spare part used during the life: one `part` (BOM id) every `every` (years, cycles or hours of operation)."""

    part: str
    at: At
    every: Amount | None


@dataclass(frozen=True, slots=True)
class Use:
    """The use stage. `none_reason` where the product file says `none: reason`. `evidence`: of all that it states.

    `cycles_per_year` counts in `cycle_unit`: cycles, or hours of operation (`h`).
    """

    none_reason: str | None = None
    lifetime_years: float | None = None
    cycles_per_year: float | None = None
    flows: tuple[UseFlow, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    evidence: tuple[str, ...] = ()
    cycle_unit: Literal["cycle", "h"] = "cycle"


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """`scenario`: a bundled id or a file path as written; `collection`: share collected, 0..1; `evidence`: of both.

    `circular_footprint`: a file of the product folder, for the circular footprint beside the result.
    """

    scenario: str | None = None
    collection: float | None = None
    none_reason: str | None = None
    evidence: tuple[str, ...] = ()
    circular_footprint: str | None = None


@dataclass(frozen=True, slots=True)
class CircularityFacts:
    """What only its maker can say for the circularity of a product, each with a source in the file.

    `industry_lifetime_years`: mean life of products of its kind. `feedstock_efficiency`: of the recycling that its
    recycled material comes from, above 0 to 1.
    """

    industry_lifetime_years: float | None = None
    feedstock_efficiency: float | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting or base period with the output in it; `values`: last year's indicator values.

    `evidence`: of the output of a reporting period, of all that a base period states.
    """

    start: date | None
    end: date | None
    output: Amount | None
    values: Mapping[str, Amount] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared fact: `amount`, `text` or `flag`; `below`/`not_detected` as for substances (in `amount`'s unit)."""

    id: str
    at: At
    amount: Amount | None = None
    below: Amount | None = None
    text: str | None = None
    flag: bool | None = None
    not_detected: bool = False
    detection_limit: Amount | None = None
    method: str | None = None
    evidence: tuple[str, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class BasicRequirement:
    """The maker's statement on one basic requirement."""

    id: str
    at: At
    met: bool | None
    evidence: tuple[str, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document; `file` relative to the product folder, its sha256 checked when it was read."""

    id: str
    at: At
    title: str | None = None
    type: str | None = None
    file: str | None = None
    sha256: str | None = None
    issuer: str | None = None
    accreditation: str | None = None
    model: str | None = None
    issued: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A confirmed link material -> dataset (`mapping.csv`)."""

    material: str
    dataset: str
    at: At
    background: str | None = None
    factor: float = 1.0
    reason: str | None = None
    checked_by: str | None = None
    checked_on: date | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """Everything the product folder states.

    Documents behind the service of one product (`service_evidence`), its mass (`mass_evidence`), and that it has no
    packaging (`packaging_evidence`).
    """

    folder: Path
    file: str
    name: str
    model: str | None
    category: str | None
    maker_name: str | None
    maker_site: str | None
    mass_kg: float | None
    mass_precision_kg: float
    assessed_on: date | None
    product_unit: Amount | None
    service: Amount | None
    service_of: str | None
    service_per_product: Amount | None
    reporting_period: Period | None
    base_period: Period | None
    parts: tuple[Part, ...]
    packaging: tuple[Part, ...]
    processes: tuple[ProcessRow, ...]
    meters: Mapping[str, Amount]
    distribution: tuple[Leg, ...]
    distribution_none: str | None
    use: Use | None
    end_of_life: EndOfLife | None
    declared: Mapping[str, Declared]
    basic: Mapping[str, BasicRequirement]
    evidence: Mapping[str, Evidence]
    mapping: tuple[MappingRow, ...]
    lca_none: bool
    has_process_file: bool
    has_packaging_file: bool
    files: tuple[FileHash, ...]
    packaging_none: str | None = None
    service_evidence: tuple[str, ...] = ()
    mass_evidence: tuple[str, ...] = ()
    packaging_evidence: tuple[str, ...] = ()
    circularity: CircularityFacts | None = None

    def key_at(self, field_path: str) -> At:
        """The product file as the place of a key that is not there (`use`, `end_of_life` …)."""
        return At(self.file, None, field_path)
