"""Energy, water and waste per product unit, from the site data of the reporting period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import isclose

from ecoprod.background import Background, Dataset
from ecoprod.foreground import Foreground, found_dataset
from ecoprod.indicators.declared import rows_evidenced
from ecoprod.indicators.output import CONVERSION, output_evidenced
from ecoprod.measure import Measure, Missing
from ecoprod.product import Amount, ProcessRow, Product
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

MJ_PER_KGCE = 29.3076
"""Standard coal [MJ/kgce], GB/T 2589."""
_ENERGY = frozenset({"electricity", "fuel", "heat"})
_WATER = frozenset({"water"})
_OF_A_DATABASE = "imported"
"""Group of datasets of the user's own database: what they are is not known."""
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

    def energy(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> float | None:
        if dataset is None or row.direction == "out" or not _may_be(dataset, _ENERGY):
            return None
        if dataset.group not in _ENERGY and not same_dimension(amount.unit, "MJ"):
            return _unknown(amount)
        factor = _megajoules(amount, dataset, background, ledger)
        return factor / MJ_PER_KGCE if factor is not None else float("nan")

    def water(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> float | None:
        if dataset is None or row.direction == "out" or not _may_be(dataset, _WATER):
            return None
        if dataset.group not in _WATER:
            return _unknown(amount)
        if same_dimension(amount.unit, "m3"):
            return convert(amount, "m3")
        return convert(amount, "kg") / 1000 if same_dimension(amount.unit, "kg") else float("nan")

    def waste(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> float | None:
        treated = row.direction == "out" and dataset is not None and dataset.group == "treatment"
        if row.kind != "waste" and not treated:
            return None
        return convert(amount, "kg") if same_dimension(amount.unit, "kg") else None

    consumed = _sum("energy-per-unit", "kgce", energy, product, foreground, background, on, ledger)
    return [
        _handed_on(consumed, product, foreground, background, on, ledger),
        _sum("water-per-unit", "m3", water, product, foreground, background, on, ledger),
        _sum("waste-per-unit", "kg", waste, product, foreground, background, on, ledger),
    ]


def _unknown(amount: Amount) -> float | None:
    """Of a dataset that does not say what it is: a mass or a volume may be fuel or water, pieces and areas are not."""
    return float("nan") if any(same_dimension(amount.unit, unit) for unit in ("m3", "kg")) else None


def _may_be(dataset: Dataset, groups: frozenset[str]) -> bool:
    return dataset.group in groups or dataset.group == _OF_A_DATABASE


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
    evidenced, evidence = rows_evidenced(rows, product, on)
    return replace(
        consumed, low=max(0.0, consumed.low - credited) if known else None, high=high, trace=trace,
        missing=(*consumed.missing, gap), evidenced=consumed.evidenced and evidenced,
        evidence=tuple(dict.fromkeys((*consumed.evidence, *evidence))),
    )  # fmt: skip


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
        if dataset is None or dataset.group not in _ENERGY or amount is None or not amount.value:
            continue
        if row.kind == "avoided" or dataset.group != "fuel":
            energy = _megajoules(amount, dataset, background, ledger)
            found.append((row, energy / MJ_PER_KGCE if energy is not None else float("nan")))
    return found


def fresh_water_of_period(
    product: Product, foreground: Foreground, background: Background, per_unit: Measure, on: date, ledger: Ledger
) -> Measure | None:
    """Fresh water [m3] of the product over the reporting period; None where the site data leave it open.

    `per_unit`: the measure `water-per-unit`. Only of meters that this product has wholly: a declared amount of reused
    water may be the plant's, and against a share of the plant's fresh water it would look too large.
    """
    period, unit = product.reporting_period, product.product_unit
    if per_unit.value is None or per_unit.trace is None or period is None or period.output is None or unit is None:
        return None
    products = convert(period.output, unit.unit) / unit.value
    metered = []
    for row in product.processes:
        dataset, share = found_dataset(row, background), foreground.site.get(row.id)
        if row.direction == "out" or row.kind == "avoided" or dataset is None or dataset.group != "water":
            continue
        if share is None or row.amount is None or not isclose(share.value * products, row.amount.value):
            return None
        metered.append(row)
    # the meters are the product's own, so that the output that they were divided by falls out again
    evidenced, evidence = rows_evidenced(metered, product, on)
    inputs = [e for e in (per_unit.trace, "product:output", "product:product_unit") if e in ledger]
    amount = per_unit.value * products
    trace = ledger.computed("site:fresh-water", amount, "m3", "water per product unit × output", tuple(inputs))
    return replace(
        per_unit, id="fresh-water", low=amount, high=amount, trace=trace, evidenced=evidenced, evidence=evidence
    )


def _sum(
    name: str, unit: str, measure: Callable[[ProcessRow, Dataset | None, Amount], float | None], product: Product,
    foreground: Foreground, background: Background, on: date, ledger: Ledger,
) -> Measure:  # fmt: skip
    """Sum over the rows that `measure` knows (None: not of this kind; NaN: of this kind, but without a conversion)."""
    missing = [m for m in foreground.missing if m.code in _OPEN]
    unmetered = sorted(p.id for p in product.parts if p.made == "in_house" and p.processes)
    if unmetered:
        missing.append(Missing("process.covers", "missing-metering", {"ids": ", ".join(unmetered)}))
    low, high, inputs, unsure = 0.0, 0.0, [], []
    # what leaves the rows less to carry: its own row has to be as good as theirs
    counted = [row for row in product.processes if row.kind == "co-product" or row.id in foreground.returned]
    for row in product.processes:
        amount = foreground.site.get(row.id)
        if amount is None or row.kind == "avoided":
            continue
        dataset = found_dataset(row, background)
        value = measure(row, dataset, amount)
        if value is None:
            continue
        if value != value:  # NaN is the one number unlike itself
            code = "missing-kind" if dataset is not None and dataset.group == _OF_A_DATABASE else "missing-conversion"
            params = {"row": row.id, "unit": unit, "indicator": name}
            missing.append(Missing(f"process[{row.id}].amount", code, params))
            continue
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
    rows_proven, documents = rows_evidenced(counted, product, on)
    output_proven, more = output_evidenced(counted, product, foreground, on)
    above = None if missing else low if exact is not None else high
    if unsure:
        missing.append(Missing("process.key_product", "missing-key-agrees", {"rows": ", ".join(unsure)}))
    return Measure(
        name, unit, low, above, missing=tuple(missing), trace=trace, evidenced=rows_proven and output_proven,
        evidence=tuple(dict.fromkeys((*documents, *more))),
    )  # fmt: skip


def _megajoules(amount: Amount, dataset: Dataset, background: Background, ledger: Ledger) -> float | None:
    """Energy content by unit, else by the stated calorific value of the fuel."""
    if same_dimension(amount.unit, "MJ"):
        return convert(amount, "MJ")
    fuel = next((m for m in background.materials if m.dataset == dataset.id and m.calorific_value_mj_kg), None)
    if fuel is None or fuel.calorific_value_mj_kg is None:
        return None
    if same_dimension(amount.unit, "kg"):
        mass = convert(amount, "kg")
    elif same_dimension(amount.unit, "m3") and fuel.density_kg_m3:
        mass = convert(amount, "m3") * fuel.density_kg_m3
    else:
        return None
    source = f"materials.csv {fuel.calorific_source}"
    ledger.looked_up(f"material:{fuel.id}/calorific", 1 / fuel.calorific_value_mj_kg, "kg/MJ", source)
    return mass * fuel.calorific_value_mj_kg
