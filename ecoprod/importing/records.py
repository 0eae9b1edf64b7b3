"""What every format reader hands over: processes as they stand in the file, nothing linked, every loss named.

Signs and rows are those of the file; the linking that follows brings them to one convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal

from ecoprod.errors import At, Params

ExchangeKind = Literal["product", "input", "waste", "received", "avoided", "elementary", "total"]
"""`product`: what the process makes, or the waste that it takes in for treatment (several: co-products).
`input`: what it uses. `waste`: what it hands to a treatment. `received`: a waste that it
takes in without being run for it, which comes free of burden. `avoided`: a credit the file claims.
`elementary`: a flow from or to nature. `total`: a bare climate result of an EPD, kg CO2e."""


LONGEST = 1_000
"""Signs of a text that names something: longer ones would take minutes to compare, wrap or normalise."""


def _bound(record: object, *names: str) -> None:
    """Cut the texts of a record, and those of its lists, that are longer than anything has a name for."""
    for name in names:
        value = getattr(record, name)
        if isinstance(value, tuple):
            if any(len(text) > LONGEST for text in value):
                object.__setattr__(record, name, tuple(text[:LONGEST] for text in value))
        elif value is not None and len(value) > LONGEST:
            object.__setattr__(record, name, value[:LONGEST] + "…")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A distribution as `stats_arrays` numbers it (2 lognormal, 3 normal, 4 uniform, 5 triangular).

    `loc` and `scale` of a lognormal one are those of the logarithm of the amount's size, whatever its sign.
    """

    kind: int
    loc: float | None = None
    scale: float | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class ForeignExchange:
    """One row of a foreign process.

    `flow`: the file's own id of the flow or product. `provider`: code of the process that makes it, where stated.
    `compartment`: as the file writes it, from the outside in (`("air", "low population density")`).
    `allocation`: share of the burden that this product carries (0..1), where the file states one (kind `product`).
    `direction`: `in` or `out` of the process where the file states it beside the sign, else empty.
    `gwp_set`: `AR4 | AR5 | AR6 | unknown`, of a kind `total`. `at`: file (an archive's member as
    `archive.zip/member.xml`), and line, sheet or cell.
    """

    kind: ExchangeKind
    name: str
    amount: float
    unit: str
    at: At
    flow: str | None = None
    provider: str | None = None
    place: str | None = None
    compartment: tuple[str, ...] = ()
    cas: str | None = None
    uncertainty: Uncertainty | None = None
    allocation: float | None = None
    gwp_set: str | None = None
    note: str = ""
    direction: Literal["in", "out", ""] = ""

    def __post_init__(self) -> None:
        """Bound its texts."""
        _bound(self, "name", "unit", "flow", "provider", "place", "cas", "note", "compartment")


@dataclass(frozen=True, slots=True)
class ForeignProcess:
    """One process. `code`: its id in the file, unique there. `system`: its flows are life cycle totals.

    `year`: of the data, None where the file says nothing. `sources`: citations in the file's own words.
    `reference`: name of the product it is named after, where there are several.
    """

    code: str
    name: str
    at: At
    exchanges: tuple[ForeignExchange, ...]
    place: str = ""
    year: int | None = None
    technology: str = ""
    boundary: str = ""
    system: bool = False
    reference: str | None = None
    synonyms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Bound its texts."""
        _bound(self, "code", "name", "place", "reference", "synonyms", "sources")


@dataclass(frozen=True, slots=True)
class Miss:
    """Something of the file that is not in the database, with its reason (a message code with its parameters).

    `process`: code or name of the process it belongs to, empty for a whole file. `name`, `unit`, `amount`, `place`,
    `compartment` are those of the row. `candidates` come from linking.
    """

    code: str
    at: At
    params: Params = attribute(default_factory=dict)
    process: str = ""
    kind: str = ""
    name: str = ""
    unit: str = ""
    amount: float | None = None
    place: str = ""
    compartment: str = ""
    candidates: tuple[Candidate, ...] = ()

    def __post_init__(self) -> None:
        """Bound its texts."""
        _bound(self, "process", "name", "unit", "place", "compartment")
        if any(isinstance(value, str) and len(value) > LONGEST for value in self.params.values()):
            cut = {
                k: v[:LONGEST] + "…" if isinstance(v, str) and len(v) > LONGEST else v for k, v in self.params.items()
            }
            object.__setattr__(self, "params", cut)


def code_twice(process: ForeignProcess) -> Miss:
    """Of a process whose code another of the file has already: the first is kept."""
    params = {"process": process.name, "id": process.code}
    return Miss("import-code-twice", process.at, params, process.code, "process", process.name)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A near one that was not taken, and why not: message codes (`refused-unit`, `refused-place`, `refused-name` …)."""

    id: str
    name: str
    unit: str
    place: str
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignDatabase:
    """All processes of a source, in file order, and what its reader had to leave out.

    `format`: `ecospold1 | ecospold2 | simapro-csv | openlca-jsonld | brightway-excel | brightway-project | ilcd`.
    `seen`: processes found in the source, usable or not (datasets in). `about`: title, version, licence if stated.
    """

    format: str
    processes: tuple[ForeignProcess, ...]
    misses: tuple[Miss, ...] = ()
    seen: int = 0
    about: Mapping[str, str] = attribute(default_factory=dict)
