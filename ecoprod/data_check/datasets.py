"""Datasets and their rows: linked, sourced, scored, described, and no claim to cover what no flow feeds."""

from __future__ import annotations

from collections.abc import Iterable

from ecoprod.data_check.records import CONFIDENCE, YEARS, Data, Params, of_dataset, of_exchange
from ecoprod.errors import InputError, Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca import elementary_flows
from ecoprod.lca.inventory import one_convention, refuse_negative_inputs
from ecoprod.lca.uncertainty import read_pedigree


def _linked(data: Data) -> Iterable[Problem]:
    """Targets exist, units convert, no negative input, and every loop makes more than it uses."""
    inventory, problems = one_convention(data.inventory), data.unlinked
    try:
        refuse_negative_inputs(inventory)
    except InputError as error:
        return [*problems, *error.problems]
    if problems:
        return problems
    import numpy as np
    from scipy.sparse import csc_matrix

    from ecoprod.lca.solve import adjoint

    t, size = inventory.technosphere, len(inventory.ids)
    matrix = csc_matrix((t.values, (t.rows, t.columns)), shape=(size, size))
    try:
        adjoint(matrix, np.zeros((size, 0)), inventory.ids)
    except InputError as error:
        return error.problems
    return []


def _duplicates(data: Data) -> Iterable[Problem]:
    seen: dict[tuple[str, str, str, str], int] = {}
    for exchange in data.exchanges:
        key = (exchange.process, exchange.kind, exchange.target, exchange.compartment)
        first = seen.setdefault(key, exchange.line)
        if first != exchange.line:
            params: Params = {"process": exchange.process, "target": exchange.target, "line": first}
            yield Problem("data-duplicate-exchange", of_exchange(exchange, "target"), "target", params)


def _sourced(data: Data) -> Iterable[Problem]:
    """Every exchange cites a registered source that says where, with confidence T or S; every dataset has one."""
    for exchange in data.exchanges:
        if exchange.source not in data.sources:
            params = {"source": exchange.source or "—", "process": exchange.process}
            yield Problem("data-unknown-source", of_exchange(exchange, "source"), "source", params)
        if not exchange.at:
            yield Problem("data-no-place-in-source", of_exchange(exchange, "at"), "at", {"process": exchange.process})
        if exchange.confidence not in CONFIDENCE:
            params = {"confidence": exchange.confidence or "—", "process": exchange.process}
            yield Problem("data-confidence", of_exchange(exchange, "confidence"), "confidence", params)
        if not exchange.year.isdecimal() or not YEARS[0] <= int(exchange.year) <= YEARS[1]:
            yield Problem("data-year", of_exchange(exchange, "year"), "year", {"year": exchange.year or "—"})
    for dataset in data.background.datasets.values():
        if not any(e.source in data.sources for e in data.by_process.get(dataset.id, ())):
            yield Problem("data-no-source", of_dataset(dataset, "id"), "id", {"dataset": dataset.id})


def _scored(data: Data) -> Iterable[Problem]:
    """Every dataset has a pedigree, from which uncertainty follows; one that an exchange states itself is readable."""
    for dataset in data.background.datasets.values():
        if read_pedigree(dataset.data_quality) is None:
            params: Params = {"dataset": dataset.id, "pedigree": dataset.data_quality or "—"}
            yield Problem("data-pedigree", of_dataset(dataset, "data_quality"), "data_quality", params)
    for exchange in data.exchanges:
        if exchange.pedigree and read_pedigree(exchange.pedigree) is None:
            params = {"dataset": exchange.process, "pedigree": exchange.pedigree}
            yield Problem("data-pedigree", of_exchange(exchange, "pedigree"), "pedigree", params)


def _amounts(data: Data) -> Iterable[Problem]:
    """A negative flow only where a note explains it: an uptake, or a credit inside a source's total."""
    for exchange in data.exchanges:
        negative = exchange.amount < 0 and exchange.kind != "input"  # a negative input is refused by linking
        if negative and not exchange.note:
            params: Params = {"amount": exchange.amount, "process": exchange.process, "target": exchange.target}
            yield Problem("data-amount", of_exchange(exchange, "amount"), "amount", params)


def _described(data: Data) -> Iterable[Problem]:
    for dataset in data.background.datasets.values():
        if not YEARS[0] <= dataset.year <= YEARS[1]:
            yield Problem("data-year", of_dataset(dataset, "year"), "year", {"year": dataset.year})
        for column, value in (("name_zh", dataset.name_zh), ("name_en", dataset.name_en), ("unit", dataset.unit)):
            if not value:
                yield Problem("data-blank", of_dataset(dataset, column), column, {"dataset": dataset.id})
        share = dataset.recycled_share
        if share is not None and not 0 <= share <= 1:
            yield Problem("data-share", of_dataset(dataset, "recycled_share"), "recycled_share", {"share": share})


def _covered(data: Data) -> Iterable[Problem]:
    """`covers` fits what the dataset has: no climate claim without a flow or input, no total that claims more.

    A dataset known to be too low covers nothing on purpose: its note opens with why its categories were withdrawn.
    """
    for dataset in data.background.datasets.values():
        rows = data.by_process.get(dataset.id, ())
        if not dataset.covers and not dataset.note.startswith("Withdrawn from "):
            yield Problem("data-covers-nothing", of_dataset(dataset, "covers"), "covers", {"dataset": dataset.id})
        elif not rows:
            yield Problem("data-empty-dataset", of_dataset(dataset, "id"), "id", {"dataset": dataset.id})
        if any(e.kind == "total" for e in rows):
            if dataset.gwp_set not in {"AR4", "AR5", "AR6", "unknown"}:
                yield Problem("data-gwp-set", of_dataset(dataset, "gwp_set"), "gwp_set", {"dataset": dataset.id})
            own = any(e.kind in {"emission", "resource"} for e in rows)
            if not own and dataset.covers - {"climate-change"}:
                yield Problem("data-covers-total", of_dataset(dataset, "covers"), "covers", {"dataset": dataset.id})


def _unfed(data: Data) -> Iterable[Problem]:
    """With climate flows of its own, a dataset covers no category that no flow of its life cycle feeds."""
    if data.unlinked:
        return
    import numpy as np

    from ecoprod.lca.reach import fed, reached

    inventory = data.inventory
    own = fed(inventory.biosphere, len(inventory.ids), elementary_flows())
    upstream = reached(own, inventory.technosphere)
    climate = CATEGORIES.index("climate-change")
    for position in np.flatnonzero(own[:, climate]):
        dataset = data.background.datasets[inventory.ids[position]]
        empty = [name for k, name in enumerate(CATEGORIES) if name in dataset.covers and not upstream[position, k]]
        if empty:
            params = {"dataset": dataset.id, "categories": ", ".join(empty)}
            yield Problem("data-covers-unfed", of_dataset(dataset, "covers"), "covers", params)


CHECKS = (_linked, _duplicates, _sourced, _scored, _amounts, _described, _covered, _unfed)
"""In the order of their findings."""
