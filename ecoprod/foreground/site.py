"""Manufacturing: what the maker's meters show over the reporting period, brought to one product unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecoprod.background import Background, Dataset
from ecoprod.errors import Params, Problem
from ecoprod.foreground.flows import flow_item
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.meters import check_covers, check_meters, check_shares
from ecoprod.foreground.records import Item
from ecoprod.foreground.rollup import RECORDED
from ecoprod.measure import Missing
from ecoprod.product import Amount, ProcessRow, Product
from ecoprod.units import convert, same_dimension

_KEY_DIMENSIONS: Mapping[str, str] = {"mass": "kg", "hours": "h", "units": "unit", "price": "CNY"}


@dataclass(frozen=True, slots=True)
class Site:
    """The manufacturing items of the site data, the rows per product unit, and what is missing.

    `returned`: rows that went out again, per product unit, which `per_unit` has taken off already.
    `output_over_key`: the output over the key of a row that counts the same, by row.
    """

    items: tuple[Item, ...]
    avoided: tuple[Item, ...]
    per_unit: Mapping[str, Amount]
    returned: Mapping[str, Amount]
    missing: tuple[Missing, ...]
    output_over_key: Mapping[str, float]


def site_items(product: Product, linker: Linker) -> Site:
    """Every process row of the reporting period as an item per product unit."""
    missing: list[Missing] = []
    check_covers(product, linker, missing)
    check_meters(product, linker, missing)
    output = _output(product, linker, missing)
    shares = {row.id: _share(row, product, linker, missing) for row in product.processes}
    counted = {
        row.id: _output_over_key(row, product, linker) for row in product.processes if shares[row.id] is not None
    }
    check_shares(product, shares, linker)
    factors = _coproduct_factors(product, shares)
    datasets = {row.id: _dataset(row, linker) for row in product.processes}
    per_unit: dict[str, Amount] = {}
    for row in product.processes:
        share = shares[row.id]
        if row.amount is None:
            missing.append(Missing(f"process[{row.id}].amount", "missing-amount", {"row": row.id}))
        if row.kind == "co-product" or row.amount is None or share is None or not output:
            continue
        value = row.amount.value * share * factors.get(row.id, 1.0) / output
        per_unit[row.id] = Amount(value, row.amount.unit)
    left_over = _returned(product, per_unit, datasets, linker)
    returned = {row.id: per_unit[row.id] for row in product.processes if row.id in left_over and row.direction == "out"}
    for name, left in left_over.items():
        per_unit[name] = Amount(per_unit[name].value * left, per_unit[name].unit)
    _burned_and_emitted(product, datasets, linker)
    items: list[Item] = []
    avoided: list[Item] = []
    for row in product.processes:
        if row.id in per_unit:
            item = _item(row, per_unit[row.id], datasets[row.id], linker)
            (avoided if row.kind == "avoided" else items).append(item)
    over = {name: ratio for name, ratio in counted.items() if ratio is not None}
    return Site(tuple(items), tuple(avoided), per_unit, returned, tuple(missing), over)


def found_dataset(row: ProcessRow, background: Background) -> Dataset | None:
    """The dataset behind a row where its name finds exactly one; problems with names are told elsewhere."""
    if row.what == "dataset":
        return background.datasets.get(row.name)
    found = background.flow(row.name) if row.what == "flow" else []
    return background.datasets[found[0]] if len(found) == 1 else None


def _burned_and_emitted(product: Product, datasets: Mapping[str, Dataset | None], linker: Linker) -> None:
    """Fuel datasets that include the burning, beside CO2 of the maker's own stack: perhaps the same carbon twice."""
    burned = sorted(name for name, d in datasets.items() if d is not None and d.group == "heat")
    stacks = sorted(r.id for r in product.processes if r.what == "emission" and r.name.startswith("Carbon dioxide, f"))
    if burned and stacks:
        both = ", ".join([*burned, *stacks])
        linker.ledger.assumed("assume:own-stack", len(stacks), None, "assumed-stack-beside-fuel", both)


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


def _share(row: ProcessRow, product: Product, linker: Linker, missing: list[Missing]) -> float | None:
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


def _output_over_key(row: ProcessRow, product: Product, linker: Linker) -> float | None:
    """The period's output over a key that counts pieces or mass as it does; None where the key counts something else.

    Said in every report where they differ, since the key sets every share.
    """
    period, unit = product.reporting_period, product.product_unit
    key = row.key_product
    if row.scope == "product" or row.kind == "co-product" or key is None or key.value <= 0:
        return None
    if row.allocation not in ("units", "mass") or period is None or period.output is None or unit is None:
        return None
    if same_dimension(period.output.unit, key.unit):
        expected = convert(period.output, key.unit)
    elif row.allocation == "mass" and product.mass_kg and same_dimension(period.output.unit, unit.unit):
        output = convert(period.output, unit.unit) / unit.value
        expected = output * product.mass_kg / convert(Amount(1.0, key.unit), "kg")
    else:
        return None
    if abs(key.value - expected) > RECORDED * expected:
        words = f"{key.value:.6g} {key.unit} / {expected:.6g} {key.unit}"
        linker.ledger.assumed(
            f"{row.key}/key-against-output", key.value, key.unit, "assumed-key-not-output", words,
            _present(row, linker, "key_product"),
        )  # fmt: skip
    return expected / key.value


def _present(row: ProcessRow, linker: Linker, *names: str) -> tuple[str, ...]:
    return tuple(entry for name in names if (entry := f"{row.key}/{name}") in linker.ledger)


def _coproduct_factors(product: Product, shares: Mapping[str, float | None]) -> dict[str, float]:
    """What a co-product leaves to the product: its key's share, on the rows of its meter.

    Without a meter it concerns the rows that no key of their own has shared out yet.
    """
    factors: dict[str, float] = {}
    for row in product.processes:
        share = shares[row.id]
        if row.kind != "co-product" or share is None:
            continue
        for other in product.processes:
            concerned = other.meter == row.meter if row.meter else other.key_total is None
            if other.kind != "co-product" and concerned:
                factors[other.id] = factors.get(other.id, 1.0) * share
    return factors


def _returned(
    product: Product, per_unit: Mapping[str, Amount], datasets: Mapping[str, Dataset | None], linker: Linker
) -> dict[str, float]:
    """Fuel or electricity that goes back out (closing stock, sold power): what it leaves of the rows that came in.

    `out` is a demand only on a treatment; of anything else it lowers the same flow's input, never below zero.
    """
    inside: dict[str, list[ProcessRow]] = {}
    outside: dict[str, list[ProcessRow]] = {}
    for row in product.processes:
        dataset = datasets[row.id]
        if dataset is None or row.id not in per_unit or row.kind in ("avoided", "co-product"):
            continue
        if row.direction != "out":
            inside.setdefault(dataset.id, []).append(row)
        elif dataset.group != "treatment":
            outside.setdefault(dataset.id, []).append(row)
    left: dict[str, float] = {}
    for name, rows in outside.items():
        unit = per_unit[rows[0].id].unit
        came = _total(inside.get(name, []), per_unit, unit)
        went = _total(rows, per_unit, unit)
        if came is None or went is None or went > came or rows[0].kind == "waste":
            at = replace(rows[0].at, column="direction")
            linker.problems.append(Problem("out-without-in", at, "direction", {"row": rows[0].id, "dataset": name}))
            continue
        left |= {row.id: 0.0 for row in rows} | {row.id: 1 - went / came for row in inside[name]}
    return left


def _total(rows: Sequence[ProcessRow], per_unit: Mapping[str, Amount], unit: str) -> float | None:
    amounts = [per_unit[row.id] for row in rows]
    if not all(same_dimension(a.unit, unit) for a in amounts):
        return None
    return sum(convert(a, unit) for a in amounts)


def _item(row: ProcessRow, amount: Amount, dataset: Dataset | None, linker: Linker) -> Item:
    inputs = (
        *_present(row, linker, "amount", "share"),
        *(i for i in ("product:output", "product:product_unit") if i in linker.ledger),
    )
    by = "amount × share ÷ output"
    per_unit = linker.ledger.computed(f"{row.key}/per-unit", amount.value, amount.unit, by, inputs)
    return flow_item(row.key, row, "manufacturing", amount, dataset, per_unit, linker)
