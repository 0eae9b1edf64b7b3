"""A foreign database linked: every row per unit of its dataset, on the bundled flows or on a dataset, or a miss.

Policy, the same for every format: a product without a producer is cut off and listed; a waste without a treatment too;
a credit (avoided product, negative input) is left out and listed, since credits are never summed into a total.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecoprod.importing.flow_names import FlowMapper, Mapped
from ecoprod.importing.products import Made, divide
from ecoprod.importing.providers import Market, Provider
from ecoprod.importing.records import Candidate, ForeignDatabase, ForeignExchange, Miss, Uncertainty

if TYPE_CHECKING:
    from ecoprod.lca.bundled import FlowList
    from ecoprod.lca.inventory import Triplets

Kind = Literal["input", "emission", "resource", "total"]
_RESOURCE = "natural resource"
_NO_ROW = frozenset(
    (
        "import-allocation-causal", "import-allocation-sum", "import-allocation-unchosen", "import-allocation-uneven",
        "import-by-product", "import-divided", "import-own-use", "import-waste-input",
        "import-co-products", "import-code-twice", "import-distribution", "import-diverging", "import-epd-left-out",
        "import-no-product", "import-parameter", "import-process-twice", "import-product-zero", "import-reminder",
        "import-uncertainty", "import-other-format",
    )
)  # fmt: skip
"""Misses that leave no row out of a dataset: its amounts are taken, or the whole process is not there."""


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """One row of a dataset per unit of its product, in the unit of its target.

    `row`: position of the dataset (kind `input`) or of the flow on the bundled list. `how`: the way it was found.
    """

    dataset: int
    kind: Kind
    row: int
    target: str
    compartment: str
    amount: float
    unit: str
    how: str
    source: ForeignExchange
    uncertainty: Uncertainty | None


@dataclass(frozen=True, slots=True)
class LinkedDatabase:
    """All datasets of a database with their rows, all misses, and how often each way led to a link."""

    made: tuple[Made, ...]
    rows: tuple[LinkedRow, ...]
    misses: tuple[Miss, ...]
    counts: dict[str, int]

    def triplets(self) -> tuple[Triplets, Triplets]:
        """Technosphere (made positive, one unit each; used negative) and biosphere."""
        from ecoprod.lca.inventory import triplets

        size = len(self.made)
        used = [(r.row, r.dataset, -r.amount) for r in self.rows if r.kind == "input"]
        made = [(n, n, 1.0) for n in range(size)]
        return triplets([*made, *used]), triplets(
            [(r.row, r.dataset, r.amount) for r in self.rows if r.kind != "input"]
        )


@dataclass(slots=True)
class _Desk:
    """What the linking of rows shares."""

    made: Sequence[Made]
    market: Market
    mapper: FlowMapper
    rows: list[LinkedRow]
    misses: list[Miss]
    counts: Counter[str]


def link_database(database: ForeignDatabase, flows: FlowList, progress: Callable[[int, int], None]) -> LinkedDatabase:
    """Link a database. `progress` hears how many datasets are done."""
    made, misses = divide(database)
    desk = _Desk(made, Market(made), FlowMapper(flows), [], [*database.misses, *misses], Counter())
    for position, one in enumerate(made):
        for exchange in one.process.exchanges:
            if exchange.kind != "product" and exchange.amount != 0:
                _row(desk, position, one, exchange)
        progress(position + 1, len(made))
    return LinkedDatabase(tuple(made), tuple(desk.rows), tuple(desk.misses), dict(sorted(desk.counts.items())))


def lost_rows(linked: LinkedDatabase) -> Counter[str]:
    """How many rows each dataset lacks, by its id; what a reader could not take counts with what did not link.

    A reader knows no ids of datasets yet and names a process by its code or, where it had none, by its name.
    """
    datasets: dict[str, list[str]] = {}
    for one in linked.made:
        for name in dict.fromkeys((one.id, one.process.code, one.process.name)):
            datasets.setdefault(name, []).append(one.id)
    return Counter(id_ for miss in linked.misses if miss.code not in _NO_ROW for id_ in datasets.get(miss.process, ()))


def _row(desk: _Desk, position: int, one: Made, exchange: ForeignExchange) -> None:
    amount = exchange.amount * one.share / one.amount
    if not math.isfinite(amount):
        _missed(desk, one, exchange, "import-not-finite")
    elif exchange.kind == "avoided":
        _missed(desk, one, exchange, "import-avoided")
    elif exchange.kind == "received":
        _listed(desk, one, exchange, "import-waste-input")
    elif exchange.kind in ("input", "waste"):
        _input(desk, position, one, exchange, amount)
    else:
        _flow(desk, position, one, exchange, amount)


def _input(desk: _Desk, position: int, one: Made, exchange: ForeignExchange, amount: float) -> None:
    found = desk.market.find(exchange, position)
    if not isinstance(found, Provider):
        code = found.code
        if code == "import-no-provider" and exchange.kind == "waste":
            code = "import-no-treatment"
        _missed(desk, one, exchange, code, found.candidates)
        return
    maker = desk.made[found.position]
    # a treatment that the file counts as a negative product is asked for by a negative input: one convention here
    sign = maker.sign if exchange.kind == "input" else 1.0
    if amount * sign < 0:
        _missed(desk, one, exchange, "import-credit")
        return
    if found.position == position and amount * sign * found.factor >= 1:
        _missed(desk, one, exchange, "import-own-product")
        return
    if found.position == position and found.way != "provider":
        _listed(desk, one, exchange, "import-own-use")
    desk.counts[f"{exchange.kind}:{found.way}"] += 1
    how = found.way if not found.fallback else f"{found.way}; {found.fallback}"
    _add(desk, position, one, exchange, "input", found.position, (maker.id, ""), amount * sign * found.factor,
         maker.unit, how, sign * found.factor)  # fmt: skip


def _flow(desk: _Desk, position: int, one: Made, exchange: ForeignExchange, amount: float) -> None:
    found = desk.mapper.find(exchange)
    if not isinstance(found, Mapped):
        _missed(desk, one, exchange, f"import-flow-{found.code.removeprefix('refused-')}", found.candidates)
        return
    title = desk.mapper.title(found.position)
    kind: Kind = "total" if exchange.kind == "total" else "resource" if title[1].startswith(_RESOURCE) else "emission"
    desk.counts[f"flow:{found.way}"] += 1
    if not found.part:
        desk.counts["flow:other-part"] += 1
    how = found.way if not found.reason else f"{found.way}; {found.reason}"
    unit = desk.mapper.flows.unit(found.position)
    _add(desk, position, one, exchange, kind, found.position, title, amount * found.factor, unit, how, found.factor)


def _add(
    desk: _Desk, position: int, one: Made, exchange: ForeignExchange, kind: Kind, row: int, target: tuple[str, str],
    amount: float, unit: str, how: str, factor: float,
) -> None:  # fmt: skip
    if not math.isfinite(amount):
        _missed(desk, one, exchange, "import-not-finite")
        return
    desk.counts[f"linked:{exchange.kind}"] += 1
    scale = factor * one.share / one.amount
    uncertainty = _scaled(exchange.uncertainty, scale) if exchange.uncertainty else None
    desk.rows.append(LinkedRow(position, kind, row, *target, amount, unit, how, exchange, uncertainty))


def _scaled(found: Uncertainty, scale: float) -> Uncertainty:
    """A distribution of the row as it stands per unit of the dataset; a lognormal keeps its spread."""
    if found.kind == 2:
        # of the amount's size: a change of sign leaves it as it is
        loc = None if found.loc is None or scale == 0 else found.loc + math.log(abs(scale))
        return Uncertainty(2, loc, found.scale)
    sizes = [None if v is None else v * scale for v in (found.loc, found.minimum, found.maximum)]
    if scale < 0:
        sizes[1], sizes[2] = sizes[2], sizes[1]
    spread = None if found.scale is None else found.scale * abs(scale)
    return Uncertainty(found.kind, sizes[0], spread, sizes[1], sizes[2])


def _missed(desk: _Desk, one: Made, exchange: ForeignExchange, code: str, candidates: Sequence[Candidate] = ()) -> None:
    desk.counts[f"missed:{exchange.kind}"] += 1
    _listed(desk, one, exchange, code, candidates)


def _listed(desk: _Desk, one: Made, exchange: ForeignExchange, code: str, candidates: Sequence[Candidate] = ()) -> None:
    compartment = "/".join(exchange.compartment)
    params = {
        "process": one.name, "name": exchange.name or "—", "unit": exchange.unit or "—",
        "compartment": compartment or "—",
        "nearest": "; ".join(_shown(c) for c in candidates) or "@import-nothing-near",
    }  # fmt: skip
    desk.misses.append(
        Miss(
            code, exchange.at, params, one.id, exchange.kind, exchange.name, exchange.unit, exchange.amount,
            exchange.place or "", compartment, tuple(candidates),
        )
    )  # fmt: skip


def _shown(candidate: Candidate) -> str:
    where = f", {candidate.place}" if candidate.place else ""
    return f"{candidate.name} [{candidate.unit}{where}]"
