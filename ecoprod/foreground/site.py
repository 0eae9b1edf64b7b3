"""Manufacturing: what the maker's meters show over the reporting period, brought to one product unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecoprod.background import Dataset
from ecoprod.errors import At, Params, Problem
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.records import Emission, Item
from ecoprod.foreground.rollup import LET_PASS, RECORDED
from ecoprod.measure import Missing
from ecoprod.product import Amount, Part, ProcessRow, Product
from ecoprod.units import convert, same_dimension

_KEY_DIMENSIONS: Mapping[str, str] = {"mass": "kg", "hours": "h", "units": "unit", "price": "CNY"}
_ABOVE_ONE = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Site:
    """The manufacturing items of the site data, the rows per product unit, and what is missing."""

    items: tuple[Item, ...]
    avoided: tuple[Item, ...]
    per_unit: Mapping[str, Amount]
    missing: tuple[Missing, ...]


def site_items(product: Product, linker: Linker) -> Site:
    """Every process row of the reporting period as an item per product unit."""
    missing: list[Missing] = []
    _check_covers(product, linker, missing)
    _check_meters(product, linker, missing)
    output = _output(product, linker, missing)
    shares = {row.id: _share(row, linker, missing) for row in product.processes}
    _check_shares(product, shares, linker)
    factors = _coproduct_factors(product, shares)
    items: list[Item] = []
    avoided: list[Item] = []
    per_unit: dict[str, Amount] = {}
    for row in product.processes:
        dataset = _dataset(row, linker)
        share = shares[row.id]
        if row.amount is None:
            missing.append(Missing(f"process[{row.id}].amount", "missing-amount", {"row": row.id}))
        if row.kind == "co-product" or row.amount is None or share is None or not output:
            continue
        value = row.amount.value * share * factors.get(row.id, 1.0) / output
        per_unit[row.id] = Amount(value, row.amount.unit)
        item = _item(row, per_unit[row.id], dataset, linker)
        (avoided if row.kind == "avoided" else items).append(item)
    return Site(tuple(items), tuple(avoided), per_unit, tuple(missing))


def _dataset(row: ProcessRow, linker: Linker) -> Dataset | None:
    if row.what == "emission" or row.kind == "co-product":
        return None
    return linker.named(row.what, row.name, replace(row.at, column=row.what))


def _output(product: Product, linker: Linker, missing: list[Missing]) -> float | None:
    """Product units made in the reporting period."""
    period, unit = product.reporting_period, product.product_unit
    if not product.processes:
        return None
    if period is None or period.output is None or unit is None:
        missing.append(Missing("reporting_period.output", "missing-output"))
        return None
    if not same_dimension(period.output.unit, unit.unit):
        params: Params = {"output": period.output.unit, "unit": unit.unit}
        at = product.key_at("reporting_period.output")
        linker.problems.append(Problem("output-not-in-product-unit", at, "reporting_period.output", params))
        return None
    return convert(period.output, unit.unit) / unit.value


def _share(row: ProcessRow, linker: Linker, missing: list[Missing]) -> float | None:
    """The product's share of a row, 0..1; None where the files do not say."""
    key = row.key
    if row.scope == "product":
        linker.ledger.computed(f"{key}/share", 1.0, None, "meter_of_the_product_alone", _present(row, linker, "amount"))
        return 1.0
    if row.key_total is None or row.key_product is None:
        missing.append(Missing(f"process[{row.id}].key_total / key_product", "missing-allocation-key", {"row": row.id}))
        return None
    if row.scope is None or row.allocation is None:
        missing.append(Missing(f"process[{row.id}].scope / allocation", "missing-allocation", {"row": row.id}))
        return None
    expected = _KEY_DIMENSIONS[row.allocation]
    if not (same_dimension(row.key_total.unit, expected) and same_dimension(row.key_product.unit, expected)):
        params: Params = {"allocation": row.allocation, "total": row.key_total.unit, "product": row.key_product.unit}
        linker.problems.append(
            Problem("allocation-dimension", replace(row.at, column="key_total"), "key_total", params)
        )
        return None
    total = convert(row.key_total, row.key_product.unit)
    if total <= 0:
        linker.problems.append(
            Problem("allocation-zero", replace(row.at, column="key_total"), "key_total", {"row": row.id})
        )
        return None
    share = row.key_product.value / total
    linker.ledger.computed(
        f"{key}/share", share, None, "key_product / key_total", _present(row, linker, "key_total", "key_product")
    )
    linker.ledger.computed(f"{key}/remainder", 1 - share, None, "share_of_other_products", (f"{key}/share",))
    return share


def _present(row: ProcessRow, linker: Linker, *names: str) -> tuple[str, ...]:
    return tuple(entry for name in names if (entry := f"{row.key}/{name}") in linker.ledger)


def _check_shares(product: Product, shares: Mapping[str, float | None], linker: Linker) -> None:
    """Shares of one reading (meter, flow and amount alike) over all its rows stay at or below one."""
    totals: dict[tuple[str, str, Amount | None], float] = {}
    for row in product.processes:
        share = shares[row.id]
        if share is None or row.kind == "co-product":
            continue
        reading = (row.name, row.meter or row.id, row.amount)
        totals[reading] = totals.get(reading, 0.0) + share
        if totals[reading] > _ABOVE_ONE:
            params: Params = {"row": row.id, "percent": 100 * totals[reading]}
            at = replace(row.at, column="key_product")
            linker.problems.append(Problem("shares-above-one", at, "key_product", params))


def _coproduct_factors(product: Product, shares: Mapping[str, float | None]) -> dict[str, float]:
    """What a co-product leaves to the product: its key's share, on the rows of its meter (without one: on all)."""
    factors: dict[str, float] = {}
    for row in product.processes:
        share = shares[row.id]
        if row.kind != "co-product" or share is None:
            continue
        for other in product.processes:
            if other.kind != "co-product" and row.meter in (None, other.meter):
                factors[other.id] = factors.get(other.id, 1.0) * share
    return factors


def _item(row: ProcessRow, amount: Amount, dataset: Dataset | None, linker: Linker) -> Item:
    item, value = row.key, amount.value
    inputs = (
        *_present(row, linker, "amount", "share"),
        *(i for i in ("product:output", "product:product_unit") if i in linker.ledger),
    )
    demands, emissions = [], []
    per_unit = linker.ledger.computed(f"{row.key}/per-unit", value, amount.unit, "amount × share ÷ output", inputs)
    if row.what == "emission":
        emissions.append(
            Emission(row.name, row.compartment or "air", in_kg(amount, row.name, row.at, linker), per_unit)
        )
    elif dataset is not None:
        found = linker.amount(amount, dataset, replace(row.at, column="amount"))
        if found:
            demands.append(linker.demand(item, dataset, found[0], "site_data", (per_unit, *found[1])))
    trace = linker.ledger.computed(
        f"item:{item}", value, amount.unit, "item", tuple(d.trace for d in demands) or (per_unit,)
    )
    linked = row.what == "emission" or bool(demands)
    return Item(
        item, None, row.name, "manufacturing", value, amount.unit, None, tuple(demands), tuple(emissions), linked, trace
    )


def in_kg(amount: Amount, name: str, at: At, linker: Linker) -> float:
    """An emission's amount in kg; another dimension is a problem."""
    if same_dimension(amount.unit, "kg"):
        return convert(amount, "kg")
    params: Params = {"unit": amount.unit, "dataset": name, "expected": "kg"}
    linker.problems.append(Problem("unit-not-of-dataset", replace(at, column="amount"), "amount", params))
    return 0.0


def _check_covers(product: Product, linker: Linker, missing: list[Missing]) -> None:
    """In-house processing comes from a meter or from a dataset, never both, and never from neither."""
    parts = {p.id: p for p in (*product.parts, *product.packaging)}
    covered: set[str] = set()
    for row in product.processes:
        at = replace(row.at, column="covers")
        for name in row.covers:
            if name not in parts:
                linker.problems.append(Problem("covers-unknown-part", at, "covers", {"id": name}))
                continue
            covered |= {name, *_in_house_below(name, product)}
            if parts[name].processes:
                params: Params = {"id": name, "process": "; ".join(parts[name].processes), "row": row.id}
                linker.problems.append(Problem("processing-twice", at, "covers", params))
    bare = sorted(
        p.id for p in product.parts
        if p.made == "in_house" and not p.phantom and not p.processes and p.id not in covered
    )  # fmt: skip
    if bare:
        missing.append(Missing("process.covers / bom.process", "missing-own-processing", {"ids": ", ".join(bare)}))
    own = [p for p in product.parts if p.made == "in_house" and p.processes]
    if not product.processes and not own:
        missing.append(Missing("process", "missing-site-data"))


def _in_house_below(name: str, product: Product) -> set[str]:
    found: set[str] = set()
    frontier = {name}
    while frontier:
        below: set[str] = {p.id for p in product.parts if p.parent in frontier} - found
        found |= below
        frontier = below
    return {p.id for p in _parts(product, found) if p.made == "in_house" and not p.processes}


def _parts(product: Product, ids: set[str]) -> list[Part]:
    return [p for p in product.parts if p.id in ids]


def _check_meters(product: Product, linker: Linker, missing: list[Missing]) -> None:
    """Rows of a meter sum to the total that the product file gives for it."""
    if not product.processes and not product.meters:
        return
    if not product.meters:
        named = sorted({row.meter for row in product.processes if row.meter})
        linker.ledger.assumed(
            "assume:meters", len(named), None, "assumed-meters-complete", "modelling.md: process data"
        )
        return
    for meter, total in product.meters.items():
        rows = [r for r in product.processes if r.meter == meter and r.amount is not None and r.kind != "co-product"]
        if not rows:
            missing.append(Missing(f"process[{meter}]", "missing-meter-rows", {"meter": meter}))
            continue
        if not all(same_dimension(r.amount.unit, total.unit) for r in rows if r.amount):
            params: Params = {"meter": meter, "unit": total.unit}
            linker.problems.append(Problem("meter-dimension", product.key_at(f"meters.{meter}"), "meters", params))
            continue
        _close_meter(meter, total, _readings(rows, total.unit), product, linker, missing)
    for row in product.processes:
        if row.meter and row.meter not in product.meters:
            params = {"meter": row.meter, "known": ", ".join(sorted(product.meters))}
            linker.problems.append(Problem("meter-unknown", replace(row.at, column="meter"), "meter", params))


def _readings(rows: Sequence[ProcessRow], unit: str) -> float:
    """Sum of a meter's readings; one reading that several rows share out counts once."""
    readings = dict.fromkeys((row.name, row.amount) for row in rows)
    return sum(convert(amount, unit) for _, amount in readings if amount)


def _close_meter(
    meter: str, total: Amount, found: float, product: Product, linker: Linker, missing: list[Missing]
) -> None:
    relative = abs(found - total.value) / total.value if total.value else 0.0
    if relative <= LET_PASS:
        return
    params: Params = {
        "meter": meter,
        "total": total.value,
        "found": found,
        "unit": total.unit,
        "percent": 100 * relative,
    }
    if found > total.value and relative > RECORDED:
        linker.problems.append(Problem("meter-above-total", product.key_at(f"meters.{meter}"), "meters", params))
    else:
        missing.append(Missing(f"process[{meter}]", "missing-meter-rest", params))
