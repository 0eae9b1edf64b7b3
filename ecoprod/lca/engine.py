"""The calculation: items of a foreground times a background, by category, stage and item.

Two routes to the same record. `cached`: intensities (one adjoint solve, kept) and sums. `brightway`: every item, the
product and every dataset in use is solved by bw2calc, and its inventory characterised here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from ecoprod.background import Background
from ecoprod.errors import At, InputError, Problem
from ecoprod.foreground.records import Foreground, Item
from ecoprod.lca import library
from ecoprod.lca.intensities import Intensities, Scored, Units
from ecoprod.lca.ledger_entries import record
from ecoprod.lca.methods import Method
from ecoprod.lca.records import CategoryResult, LcaResult, MethodResult, Uncharacterised
from ecoprod.product import STAGES, Stage
from ecoprod.trace import Ledger

ENOUGH = 0.80
"""Share of the climate result that must rest on datasets covering a category (modelling.md)."""
_ROUNDING = 1e-9
UNIT = "kg"
"""The unit in which a foreground states its direct emissions."""


def calculate(
    foreground: Foreground, background: Background, methods: Sequence[Method], *,
    engine: Literal["cached", "brightway"], ledger: Ledger, notify: library.Notify, detail: bool,
    known: Mapping[str, Intensities] | None = None,
) -> LcaResult:  # fmt: skip
    """See `ecoprod.lca.calculate`."""
    positions = emission_flows(foreground.items, ledger)
    used = tuple(dict.fromkeys(d.dataset for item in foreground.items for d in item.demands))
    if engine == "brightway":
        from ecoprod.lca.full import solve_all

        scored = solve_all(foreground.items, background, methods, used, positions, notify)
    else:
        found = known if known is not None else library.intensities(background, methods, notify)
        scored = [
            _from_intensities(_units(found[method.name], used), foreground.items, positions) for method in methods
        ]
    results, missing, residual = [], [], 0.0
    for method, one in zip(methods, scored, strict=True):
        shown = [k for k, c in enumerate(one.units.categories) if method.shows(c, detail=detail)]
        coverages = _coverages(one.units, foreground.items, positions)
        values = {k: _category(one, k, foreground, coverages[k]) for k in shown}
        record(foreground.items, method, one.units, values, positions, background, ledger, brief=known is not None)
        by_id = {values[k].id: values[k] for k in sorted(shown, key=lambda k: one.units.categories[k].id)}
        results.append(MethodResult(one.units.method, by_id))
        missing += _uncharacterised(one.units, shown, foreground.items, positions)
        # A category without a value may be pure rounding of the solver: nothing to compare there.
        residual = max([residual, *(_residual(one, k) for k in shown if values[k].value is not None)])
    return LcaResult(tuple(results), engine, background.id, background.sha256, tuple(missing), residual)


def emission_flows(items: Sequence[Item], ledger: Ledger) -> dict[tuple[str, str], int]:
    """List positions of the direct emissions. Raises InputError for flows not in bw2io's list, or not in kg."""
    wanted = {(e.flow, e.compartment): e.trace for item in items for e in item.emissions}
    if not wanted:
        return {}
    flows, found, problems = library.flows(), {}, []
    for (name, compartment), trace in wanted.items():
        position, at = flows.find(name, compartment), _place(trace, ledger)
        if position is None:
            near = "; ".join(flows.nearest(name)) or "—"
            params = {"name": name, "compartment": compartment, "nearest": near}
            problems.append(Problem("lca-unknown-flow", at, "emission", params))
        elif flows.unit(position) != UNIT:
            params = {"name": name, "unit": flows.unit(position)}
            problems.append(Problem("lca-flow-not-in-kg", at, "emission", params))
        else:
            found[name, compartment] = position
    if problems:
        raise InputError(problems)
    return found


def _place(trace: str, ledger: Ledger) -> At:
    """Where the number behind a ledger entry was read: the first reading below it."""
    waiting = [trace]
    while waiting:
        entry = ledger.get(waiting.pop())
        if entry is not None and entry.at is not None:
            return entry.at
        waiting += reversed(entry.inputs if entry is not None else ())
    return At(trace)


def _units(found: Intensities, used: tuple[str, ...]) -> Units:
    number = {name: k for k, name in enumerate(found.datasets)}
    columns = [number[name] for name in used]
    return Units(
        found.method, found.categories, used, tuple(found.sources[k] for k in columns), found.scores[:, columns],
        found.covered[found.cover_of][:, columns], found.climate[columns], found.factors, found.climate_factor,
    )  # fmt: skip


def _from_intensities(units: Units, items: Sequence[Item], positions: Mapping[tuple[str, str], int]) -> Scored:
    """Sums over demands and emissions, one by one in the items' order: the same bits in every run."""
    size, number = len(units.categories), {name: k for k, name in enumerate(units.datasets)}
    demands = [(column, number[d.dataset], d.amount) for column, item in enumerate(items) for d in item.demands]
    columns, datasets = (np.array([d[k] for d in demands], dtype=np.intp) for k in (0, 1))
    demanded = np.array([amount for *_, amount in demands])
    # bincount adds one after the other, as a loop would
    by_item = np.array([
        np.bincount(columns, row, len(items)) for row in units.scores[:, datasets] * demanded
    ]).reshape(size, len(items))  # fmt: skip
    amounts = np.bincount(datasets, demanded, len(number))
    direct = np.zeros(size)
    for column, item in enumerate(items):
        for emission in item.emissions:
            score = emission.amount * units.factors.of(positions[emission.flow, emission.compartment], size)
            by_item[:, column] += score
            direct += score
    return Scored(units, by_item, (units.scores * amounts).sum(axis=1) + direct)


def coverage_of(covered: float, climate: float) -> float | None:
    """Covered share of the climate result, 0..1; None where there is no climate result to rest on."""
    if climate <= 0:
        return None
    share = covered / climate
    return 1.0 if share > 1 - _ROUNDING else share


def _coverages(units: Units, items: Sequence[Item], positions: Mapping[tuple[str, str], int]) -> list[float | None]:
    """Coverage of each category over the product.

    An own emission is covered in the categories that have a factor for it: a stack that lists CO2 alone says nothing
    of its toxic metals, and that is not zero.
    """
    number = {name: column for column, name in enumerate(units.datasets)}
    amounts, own, own_climate = np.zeros(len(number)), np.zeros(len(units.categories)), 0.0
    for item in items:
        for demand in item.demands:
            amounts[number[demand.dataset]] += abs(demand.amount)
        for emission in item.emissions:
            position = positions[emission.flow, emission.compartment]
            climate_result = abs(emission.amount * float(units.climate_factor.of(position, 1)[0]))
            own += climate_result * (units.factors.of(position, len(own)) != 0)
            own_climate += climate_result
    covered = (units.covered * amounts).sum(axis=1) + own
    climate = float((units.climate * amounts).sum()) + own_climate
    return [coverage_of(float(part), climate) for part in covered]


def reason_of(coverage: float | None) -> str | None:
    """Message code why a category has no value, or None where it has one."""
    if coverage is None:
        return "coverage-unknown"
    return "coverage-below-80" if coverage < ENOUGH - _ROUNDING else None


def _category(scored: Scored, k: int, foreground: Foreground, coverage: float | None) -> CategoryResult:
    category, units = scored.units.categories[k], scored.units
    reason, known = reason_of(coverage), float(scored.totals[k])
    trace = f"impact:{units.method}/{category.id}"
    if reason:
        return CategoryResult(category.id, category.unit, None, known, None, coverage, reason, None, None, trace)
    by_item = tuple(float(value) for value in scored.items[k])
    by_stage: dict[Stage, float] = {
        stage: math.fsum(v for v, item in zip(by_item, foreground.items, strict=True) if item.stage == stage)
        for stage in _stages()
    }
    per_unit = foreground.products_per_functional_unit
    return CategoryResult(
        category.id, category.unit, known, known, None if per_unit is None else known * per_unit, coverage, None,
        by_stage, by_item, trace,
    )  # fmt: skip


def _stages() -> tuple[Stage, ...]:
    return STAGES  # type: ignore[return-value]  # a tuple of these literals, typed as str in ecoprod.product


def _residual(scored: Scored, k: int) -> float:
    """|sum of items - total| of a category, relative to the sum of the items' magnitudes."""
    magnitude = math.fsum(abs(v) for v in scored.items[k])
    return abs(math.fsum(scored.items[k]) - float(scored.totals[k])) / magnitude if magnitude else 0.0


def _uncharacterised(
    units: Units, shown: Sequence[int], items: Sequence[Item], positions: Mapping[tuple[str, str], int]
) -> list[Uncharacterised]:
    """Direct emissions that none of the shown categories has a factor for, one line a flow and item."""
    found: dict[Uncharacterised, None] = {}
    for item in items:
        for emission in item.emissions:
            factors = units.factors.of(positions[emission.flow, emission.compartment], len(units.categories))
            if not factors[list(shown)].any():
                found[Uncharacterised(units.method, emission.flow, emission.compartment, item.id)] = None
    return list(found)


def score_datasets(
    method: Method, found: Intensities, datasets: Sequence[str]
) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    """(value, coverage) of one unit of each dataset in each shown category; no value where too little is covered."""
    result: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    number = {name: column for column, name in enumerate(found.datasets)}
    for dataset in datasets:
        column = number[dataset]
        climate = float(found.climate[column])
        shares = {
            k: coverage_of(float(found.covered[found.cover_of[k], column]), climate)
            for k, category in enumerate(found.categories)
            if method.shows(category, detail=False)
        }
        result[dataset] = {
            found.categories[k].id: (None if reason_of(share) else float(found.scores[k, column]), share)
            for k, share in sorted(shares.items(), key=lambda pair: found.categories[pair[0]].id)
        }
    return result
