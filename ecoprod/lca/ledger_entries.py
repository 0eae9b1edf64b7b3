"""What the engine room writes into the ledger, so that every impact can be followed down to files and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecoprod.background import Background
from ecoprod.foreground.records import Item
from ecoprod.lca.bundled import stamp
from ecoprod.lca.methods import Method
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from ecoprod.lca.intensities import Units
    from ecoprod.lca.records import CategoryResult

BY_ITEM = "climate-change"
"""The category whose items have an entry each; of the others the impact rests on demands and intensities at once."""
Flow = tuple[str, str]


def record(
    items: Sequence[Item], method: Method, units: Units, values: Mapping[int, CategoryResult],
    positions: Mapping[Flow, int], background: Background, ledger: Ledger, *, brief: bool = False,
) -> None:  # fmt: skip
    """Entries of one method. `values`: results by category number.

    `lca:demand/DATASET` and `lca:emission/FLOW/COMPARTMENT` (sums over the items), `lci:DATASET/METHOD/CATEGORY` and
    `cf:FLOW/COMPARTMENT/METHOD/CATEGORY` (looked up), `lca:ITEM/METHOD/climate-change`, `impact:METHOD/CATEGORY`,
    and for a method from a file `method:NAME`. `brief`: of these the last two and what is assumed, where nobody follows
    an impact any further.
    """
    stem = f"background:{background.id}"
    ledger.looked_up(stem, background.id, None, f"sha256 {background.sha256}")
    roots = [stem, *_imported(units.datasets, background, ledger)]
    if method.sha256:
        roots.append(ledger.looked_up(f"method:{method.name}", method.name, None, f"sha256 {method.sha256}"))
    if brief:
        for result in values.values():
            ledger.computed(result.trace, result.value, result.unit, "Σ amount × intensity", roots)
        return
    listed = f"{' '.join(stamp().split()[:2])}: {method.name}" if method.file is None else f"sha256 {method.sha256}"
    demands, emissions = _demands(items, background, ledger), _emissions(items, ledger)
    factors = {flow: units.factors.of(positions[flow], len(units.categories)) for flow in emissions}
    cited = [background.citation(d) or s or "inputs only" for d, s in zip(units.datasets, units.sources, strict=True)]
    for k, result in values.items():
        tail = f"{units.method}/{result.id}"
        looked_up: dict[str | Flow, str] = {}
        for column, dataset in enumerate(units.datasets):
            unit = f"{result.unit} / {background.datasets[dataset].unit}"
            source = f"{background.origin(dataset)}: {cited[column]}"
            by = f"{background.datasets[dataset].kind} process, life cycle total per unit"
            value = float(units.scores[k, column])
            looked_up[dataset] = ledger.looked_up(f"lci:{dataset}/{tail}", value, unit, source, by)
        for flow, of_all in factors.items():
            name = f"cf:{flow[0]}/{flow[1]}/{tail}"
            looked_up[flow] = ledger.looked_up(name, float(of_all[k]), f"{result.unit} / kg", listed)
        if result.id == BY_ITEM and result.by_item is not None:
            inputs = _items(items, result, units.method, looked_up, ledger)
        else:
            inputs = [*demands.values(), *emissions.values(), *looked_up.values()]
        ledger.computed(result.trace, result.value, result.unit, "Σ amount × intensity", (*inputs, *roots))


def _imported(used: Sequence[str], background: Background, ledger: Ledger) -> list[str]:
    """What rests on a database of the user's own, or on the core beside it, and is no more than assumed."""
    found = []
    stem = f"background:{background.id}"
    for name in used:
        dataset = background.datasets[name]
        if dataset.left_out or dataset.upstream_left_out:
            code = "assumed-left-out-upstream" if dataset.upstream_left_out else "assumed-left-out"
            source = ": ".join(filter(None, (background.id, name, "; ".join(background.lost(name)))))
            found.append(ledger.assumed(f"lci:{name}/left-out", dataset.left_out, None, code, source))
    if background.complete:
        found.append(ledger.assumed(f"{stem}/complete", "all", None, "assumed-complete", background.id))
    beside = [name for name in used if background.origin(name) != background.id]
    if beside:
        source = f"core: {', '.join(sorted(beside))}"
        found.append(ledger.assumed(f"{stem}/core", len(beside), None, "assumed-core-beside", source))
    return found


def _demands(items: Sequence[Item], background: Background, ledger: Ledger) -> dict[str, str]:
    """One entry a dataset: how much of it the product needs."""
    amounts: dict[str, float] = {}
    traces: dict[str, dict[str, None]] = {}
    for demand in (d for item in items for d in item.demands):
        amounts[demand.dataset] = amounts.get(demand.dataset, 0.0) + demand.amount
        traces.setdefault(demand.dataset, {})[demand.trace] = None
    return {
        name: ledger.computed(
            f"lca:demand/{name}", amount, background.datasets[name].unit, "Σ items", list(traces[name])
        )
        for name, amount in amounts.items()
    }


def _emissions(items: Sequence[Item], ledger: Ledger) -> dict[Flow, str]:
    """One entry a direct emission: how much the product's own stages release."""
    amounts: dict[Flow, float] = {}
    traces: dict[Flow, dict[str, None]] = {}
    for emission in (e for item in items for e in item.emissions):
        flow = emission.flow, emission.compartment
        amounts[flow] = amounts.get(flow, 0.0) + emission.amount
        traces.setdefault(flow, {})[emission.trace] = None
    return {
        flow: ledger.computed(f"lca:emission/{flow[0]}/{flow[1]}", amount, "kg", "Σ items", list(traces[flow]))
        for flow, amount in amounts.items()
    }


def _items(
    items: Sequence[Item], result: CategoryResult, method: str, looked_up: Mapping[str | Flow, str], ledger: Ledger
) -> list[str]:
    """One entry an item that demands or emits anything."""
    found = []
    for item, value in zip(items, result.by_item or (), strict=True):
        inputs = [d.trace for d in item.demands] + [looked_up[d.dataset] for d in item.demands]
        inputs += [e.trace for e in item.emissions] + [looked_up[e.flow, e.compartment] for e in item.emissions]
        if inputs:
            entry = f"lca:{item.id}/{method}/{result.id}"
            found.append(
                ledger.computed(entry, value, result.unit, "Σ amount × intensity", list(dict.fromkeys(inputs)))
            )
    return found
