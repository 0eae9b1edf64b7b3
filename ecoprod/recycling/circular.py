"""Circularity of the product from its parts: Material Circularity Indicator, and shares of inflow and outflow.

What the files leave open makes an interval. Its ends are exact: the linear flow index is a ratio of sums over the
parts, so each part stands at one end of what is open for it. The worst end of a route is a loss and the best one reuse;
which end of the recycled content is better depends on how well the feedstock was recycled, so both are tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.circularity import (
    CircularPart,
    Inflow,
    Outflow,
    circularity_at,
    inflow_shares,
    material_flows,
    outflow_shares,
    utility,
)
from ecoprod.foreground import Foreground, PartTotal, collected_share, leaves, routes_of
from ecoprod.indicators.circular import Bounds, content_bounds, route_bounds
from ecoprod.measure import Measure, Missing
from ecoprod.product import Product
from ecoprod.recycling.records import Circularity
from ecoprod.trace import Ledger

_WAYS = ("reused", "recycled")
_NONE = {"reused_kg": 0.0, "recycled_kg": 0.0, "recirculated_kg": 0.0}


@dataclass(frozen=True, slots=True)
class _Row:
    """One part: its recycled content, and what is collected of it for reuse and for recycling, worst and best."""

    total: PartTotal
    content: Bounds
    reused: Bounds
    recycled: float
    efficiency: Bounds
    known: bool = True

    @property
    def settled(self) -> bool:
        """Whether nothing of its end of life is open."""
        return self.known and (not self.recycled or self.efficiency[0] == self.efficiency[1])

    @property
    def given_back(self) -> Bounds:
        """Share that recycling gives back: anything up to all that is collected where no route is known."""
        if not self.known:
            return 0.0, self.reused[1]
        return self.recycled * self.efficiency[0], self.recycled * self.efficiency[1]


def circularity_of(product: Product, foreground: Foreground, ledger: Ledger) -> Circularity:
    """The Material Circularity Indicator of the product with what it is made of, and shares of inflow and outflow."""
    totals = leaves(foreground.parts)
    # where no route is known, all of a part is the upper bound, whatever is collected: nothing is assumed then
    told = any(route_bounds(total, foreground.scenario) for total in totals)
    stated = product.end_of_life.collection if product.end_of_life else None
    collected, entry = collected_share(product, ledger) if told or stated is not None else (1.0, "")
    rows = [_row(total, foreground, collected) for total in totals]
    inputs = _inputs(rows, foreground, entry, ledger)
    index = _linear_flow_index(product, rows, inputs, ledger)
    used = _utility(product, ledger)
    inflow, outflow = _inflow(rows, inputs, ledger), _outflow(rows, inputs, ledger)
    return Circularity(_indicator(index, used, ledger), index, used, inflow, outflow)


def _row(total: PartTotal, foreground: Foreground, collected: float) -> _Row:
    content = content_bounds(total, "all")
    if route_bounds(total, foreground.scenario) is None:
        return _Row(total, content, (0.0, collected), 0.0, (0.0, 1.0), known=False)
    routes = routes_of(total, foreground.scenario)
    whole = max(1.0, sum(route.share for route in routes.values()))  # a scenario's shares sum to 1 within rounding
    shares = {name: collected * route.share / whole for name, route in routes.items()}
    known = routes["recycling"].recovered if "recycling" in routes else None
    reused = shares.get("reuse", 0.0)
    efficiency = (0.0, 1.0) if known is None else (known, known)
    return _Row(total, content, (reused, reused), shares.get("recycling", 0.0), efficiency)


def _inputs(rows: Sequence[_Row], foreground: Foreground, collection: str, ledger: Ledger) -> tuple[str, ...]:
    columns = ("gross-mass", "recycled_content", "recycled_pre", "recycled_post", "end_of_life")
    of_parts = [f"{row.total.part.key}/{column}" for row in rows for column in columns]
    scenario = [f"scenario:{foreground.scenario.id}"] if foreground.scenario else []
    return tuple(name for name in (*of_parts, *scenario, collection) if name in ledger)


# ---- Material Circularity Indicator --------------------------------------------------------------


def _linear_flow_index(product: Product, rows: Sequence[_Row], inputs: Sequence[str], ledger: Ledger) -> Measure:
    name = "linear-flow-index"
    if not rows:
        return Measure(name, None, missing=(Missing("bom", "missing-parts"),))
    stated = product.circularity.feedstock_efficiency if product.circularity else None
    recycled = any(row.content[1] > 0 for row in rows)
    best, worst = ([_index(rows, end, side, 1.0 if stated is None else stated) for end in (0, 1)] for side in (1, 0))
    # without an efficiency the waste of making the feedstock has no upper bound, and the index goes towards 1
    high = 1.0 if recycled and stated is None else min(1.0, max(worst))
    low = min(1.0, *best)
    missing = [*_open(rows)]
    if recycled and stated is None:
        missing.append(Missing("circularity.feedstock_efficiency", "missing-feedstock-efficiency"))
    assumed = ledger.assumed("assume:no-biological-cycle", 0.0, None, "assumed-no-biological-cycle", "bom")
    used = (*inputs, *(i for i in ("circularity:feedstock_efficiency",) if i in ledger), assumed)
    return _measure(name, low, high, "(V + W) / (2M + (W_F - W_C)/2)", used, missing, ledger)


def _index(rows: Sequence[_Row], content: int, side: int, efficiency: float) -> float:
    """The index with every part at one end of its recycled content (`content`) and of its end of life (`side`)."""
    return material_flows([_part(row, content, side, efficiency) for row in rows]).linear_flow_index


def _part(row: _Row, content: int, side: int, efficiency: float) -> CircularPart:
    return CircularPart(
        row.total.net_kg, row.content[content], row.recycled, efficiency, row.efficiency[side],
        reused_out=row.reused[side],
    )  # fmt: skip


def _open(rows: Sequence[_Row]) -> list[Missing]:
    found = []
    for field, code, which in (
        ("bom.recycled_content", "missing-recycled-content", [r for r in rows if r.content[0] != r.content[1]]),
        ("bom.end_of_life", "missing-route-rate", [r for r in rows if not r.settled]),
    ):
        if which:
            found.append(Missing(field, code, {"ids": ", ".join(sorted(r.total.part.id for r in which))}))
    return found


def _utility(product: Product, ledger: Ledger) -> Measure:
    """X from the life of the product and the mean of its kind; without that mean it counts as the mean, assumed."""
    mean = product.circularity.industry_lifetime_years if product.circularity else None
    if mean is None:
        source = "product.yaml circularity.industry_lifetime"
        trace = ledger.assumed("circularity:utility", 1.0, None, "assumed-mean-utility", source)
        return Measure("utility", None, 1.0, 1.0, trace=trace)
    life = product.use.lifetime_years if product.use else None
    if life is None:
        return Measure("utility", None, missing=(Missing("use.lifetime", "missing-lifetime-of-product"),))
    uses = ledger.assumed("assume:mean-uses", 1.0, None, "assumed-mean-uses", "product.yaml use.cycles")
    value = utility(life, mean)
    return _measure(
        "utility", value, value, "life ÷ mean life", ("product:lifetime", "circularity:industry_lifetime", uses), (),
        ledger,
    )  # fmt: skip


def _indicator(index: Measure, used: Measure, ledger: Ledger) -> Measure:
    name, missing = "material-circularity-indicator", (*index.missing, *used.missing)
    if used.value is None or index.low is None or index.high is None:
        return Measure(name, None, missing=missing)
    low, high = (circularity_at(end, used.value) for end in (index.high, index.low))
    inputs = tuple(trace for trace in (index.trace, used.trace) if trace)
    return _measure(name, low, high, "max(0, 1 - LFI × 0.9 ÷ X)", inputs, missing, ledger)


# ---- shares of inflow and outflow ----------------------------------------------------------------


def _inflow(rows: Sequence[_Row], inputs: Sequence[str], ledger: Ledger) -> dict[str, Measure]:
    """Recycled share of what the product is made of; nothing in the files tells reused or renewable material."""
    found = {name: _untold(f"inflow-{name}") for name in ("reused", "recycled", "renewable")}
    if rows:
        mass = sum(row.total.net_kg for row in rows)
        low, high = (
            inflow_shares(Inflow(mass, 0.0, sum(r.total.net_kg * r.content[side] for r in rows), 0.0)).recycled
            for side in (0, 1)
        )
        found["recycled"] = _measure("inflow-recycled", low, high, "share of mass", inputs, _open(rows)[:1], ledger)
    return found


def _outflow(rows: Sequence[_Row], inputs: Sequence[str], ledger: Ledger) -> dict[str, Measure]:
    """Reused and recycled share of what the product leaves behind, of all products and not of those collected alone."""
    found = {name: _untold(f"outflow-{name}") for name in (*_WAYS, "recirculated")}
    mass = sum(row.total.net_kg for row in rows)
    missing = [m for m in _open(rows) if m.code == "missing-route-rate"]
    for way in _WAYS if rows else ():
        # one way at a time: the upper bounds of both may exceed the mass together
        shares = [r.reused if way == "reused" else r.given_back for r in rows]
        ends = [sum(r.total.net_kg * one[side] for r, one in zip(rows, shares, strict=True)) for side in (0, 1)]
        low, high = (getattr(outflow_shares(Outflow(mass, **_NONE | {f"{way}_kg": kg})), way) for kg in ends)
        found[way] = _measure(f"outflow-{way}", low, high, "share of mass", inputs, missing, ledger)
    return found


def _untold(name: str) -> Measure:
    return Measure(name, None, missing=(Missing("bom", "missing-no-such-field"),))


def _measure(
    name: str, low: float, high: float, by: str, inputs: Sequence[str], missing: Sequence[Missing], ledger: Ledger
) -> Measure:
    exact = low if low == high else None
    trace = ledger.computed(f"circularity:{name}", exact, None, by, inputs)
    return Measure(name, None, low, high, missing=() if exact is not None else tuple(missing), trace=trace)
