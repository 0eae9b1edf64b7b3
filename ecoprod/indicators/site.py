"""Energy, water and waste per product unit, from the site data of the reporting period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import isclose

from ecoprod.background import Background, Dataset
from ecoprod.foreground import Foreground, found_dataset
from ecoprod.indicators.documents import joined, of_rows, resting_on
from ecoprod.indicators.output import CONVERSION, of_output
from ecoprod.indicators.site_rows import (
    MJ_PER_KGCE,
    Adds,
    Open,
    energy_of,
    is_energy,
    is_processing,
    megajoules,
    waste_of,
    water_of,
)
from ecoprod.measure import Measure, Missing
from ecoprod.product import Amount, ProcessRow, Product
from ecoprod.trace import Ledger

HANDED_ON = "missing-energy-handed-on"
"""What a consumption lacks of which some is handed on: the figure itself, declared with a document."""
_OPEN = frozenset(
    {
        "missing-allocation",
        "missing-allocation-key",
        "missing-meter-rest",
        "missing-meter-rows",
        "missing-output",
        "missing-amount",
    }
)


def site_measures(
    product: Product, foreground: Foreground, background: Background, on: date, ledger: Ledger
) -> list[Measure]:
    """`energy-per-unit` [kgce], `water-per-unit` [m3] and `waste-per-unit` [kg].

    Evidenced where documents prove every row that counts `on` the day of judgement; what lowers rows (a co-product,
    what went out again) counts in all.
    """

    def energy(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> Adds:
        return energy_of(row, dataset, amount, background, ledger)

    def waste(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> Adds:
        return waste_of(row, dataset, amount, went_out=row.id in foreground.returned)

    consumed = _sum("energy-per-unit", "kgce", energy, product, foreground, background, on, ledger)
    return [
        _handed_on(consumed, product, foreground, background, on, ledger),
        _sum("water-per-unit", "m3", water_of, product, foreground, background, on, ledger),
        _sum("waste-per-unit", "kg", waste, product, foreground, background, on, ledger),
    ]


def _handed_on(
    consumed: Measure, product: Product, foreground: Foreground, background: Background, on: date, ledger: Ledger
) -> Measure:  # fmt: skip
    """Energy consumption where electricity or heat is handed on to others: with it (high) and without it (low).

    GB/T 2589, by which energy is counted, was not read: its text may say whether what is sold is taken off.
    """
    found = _sold(product, foreground, background, ledger)
    rows = [row for row, _ in found]
    if consumed.low is None or not rows:
        return consumed
    # what went out of a flow that came in is taken off already; a credit is not
    sold = sum(energy for row, energy in found if row.kind != "avoided")
    credited = sum(energy for row, energy in found if row.kind == "avoided")
    known = sold + credited == sold + credited  # NaN is the one number unlike itself
    high = consumed.high + sold if known and consumed.high is not None else None
    names = ", ".join(row.id for row in rows)
    params = {"indicator": consumed.id, "rows": names}
    gap = Missing(f"declared.{consumed.id}.value", HANDED_ON, params)
    inputs = [e for e in (consumed.trace, *(f"{row.key}/amount" for row in rows)) if e is not None and e in ledger]
    by = "with and without the energy handed on"
    trace = ledger.computed(f"ind:{consumed.id}/handed-on", None, consumed.unit, by, inputs)
    low = max(0.0, consumed.low - credited) if known else None
    between = replace(consumed, low=low, high=high, trace=trace, missing=(*consumed.missing, gap))
    return resting_on(between, of_rows(rows, product, on))


def _sold(
    product: Product, foreground: Foreground, background: Background, ledger: Ledger
) -> list[tuple[ProcessRow, float]]:
    """Rows of electricity or heat handed on, or of energy credited, with what they are in kgce (NaN: not known).

    Fuel that goes out again (closing stock) was never used.
    """
    found = []
    for row in product.processes:
        dataset = found_dataset(row, background)
        amount = foreground.site.get(row.id) if row.kind == "avoided" else foreground.returned.get(row.id)
        if dataset is None or amount is None or not amount.value or not is_energy(dataset, amount):
            continue
        if row.kind == "avoided" or dataset.group != "fuel":
            energy = megajoules(amount, dataset, background, ledger)
            found.append((row, energy / MJ_PER_KGCE if energy is not None else float("nan")))
    return found


def _sum(
    name: str, unit: str, adds: Callable[[ProcessRow, Dataset | None, Amount], Adds], product: Product,
    foreground: Foreground, background: Background, on: date, ledger: Ledger,
) -> Measure:  # fmt: skip
    """Sum over the rows that add to it; a row that leaves it open is named with the column that would settle it."""
    missing = [m for m in foreground.missing if m.code in _OPEN]
    unmetered = sorted(p.id for p in product.parts if p.made == "in_house" and p.processes)
    if unmetered:
        missing.append(Missing("process.covers", "missing-metering", {"ids": ", ".join(unmetered)}))
    low, high, inputs, unsure = 0.0, 0.0, [], []
    # what leaves the rows less to carry: its own row has to be as good as theirs
    counted = [row for row in product.processes if row.kind == "co-product" or row.id in foreground.returned]
    for row in product.processes:
        dataset, amount = found_dataset(row, background), foreground.site.get(row.id, row.amount)
        if amount is None or (row.id not in foreground.site and row.kind != "co-product"):
            continue
        value = adds(row, dataset, amount)
        if value is None and is_processing(row, dataset):
            value = Open("missing-metering-row", row.what)
        elif isinstance(value, float) and row.kind == "co-product":
            value = Open("missing-kind-fits", "kind")
        if isinstance(value, Open):
            params = {"row": row.id, "unit": unit, "indicator": name, "at": str(replace(row.at, column=value.column))}
            missing.append(Missing(f"process[{row.id}].{value.column}", value.code, params))
        elif value is not None:
            # the share by the key as written, or by the output where the key should be that
            by_output = foreground.output_over_key.get(row.id, 1.0)
            if not isclose(by_output, 1.0, rel_tol=CONVERSION):
                unsure.append(row.id)
            low, high = low + value * min(1.0, by_output), high + value * max(1.0, by_output)
            inputs.append(f"{row.key}/per-unit")
            counted.append(row)
    if not inputs:
        missing.append(Missing("process", "missing-rows-of-kind", {"indicator": name}))
        return Measure(name, unit, missing=tuple(missing))
    exact = None if missing or unsure else low
    trace = ledger.computed(f"ind:{name}", exact, unit, "sum of the site data", tuple(inputs))
    documents = joined(of_rows(counted, product, on), of_output(counted, product, foreground, on))
    above = None if missing else low if exact is not None else high
    if unsure:
        missing.append(Missing("process.key_product", "missing-key-agrees", {"rows": ", ".join(unsure)}))
    return resting_on(Measure(name, unit, low, above, missing=tuple(missing), trace=trace), documents)
