"""bw2calc on the designs of a screening: the peers of `screening.py`."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ecoprod.corridor import Case
from ecoprod.errors import InputError
from ecoprod.foreground import build_foreground
from ecoprod.screening.changes import designed
from ecoprod.screening.engine import Engine
from ecoprod.trace import Ledger

METHOD = "EF v3.1"
AGREEMENT = 1e-9


def demands_of(case: Case, engine: Engine, choice: Any, values: Any) -> dict[str, float]:
    """What one design demands of each dataset, built as an assessment builds it."""
    problems: list[Any] = []
    product = designed(
        case.product, engine.base.foreground, case.background, engine.variants, choice.tolist(), values.tolist()
    )
    found: dict[str, float] = {}
    for item in build_foreground(product, case.background, Ledger(), problems).items:
        if item.emissions:
            raise ValueError(item.id)
        for demand in item.demands:
            found[demand.dataset] = found.get(demand.dataset, 0.0) + demand.amount
    if problems:
        raise InputError(problems)
    return found


class Peer:
    """A background and the 16 shown categories of EF v3.1 as bw2calc takes them."""

    def __init__(self, case: Case) -> None:
        import bw2calc
        import bw_processing

        from ecoprod.lca import DEFAULT_METHODS, library
        from ecoprod.lca.intensities import factors
        from ecoprod.lca.methods import choose

        warnings.simplefilter("ignore")
        flows = library.flows()
        inventory = library.inventory(case.background, flows)
        family = library.families((), flows)[METHOD]
        method = next(m for m in choose(case.methods, DEFAULT_METHODS) if m.name == METHOD)
        self.number = {name: k + 1 for k, name in enumerate(inventory.ids)}
        far = len(inventory.ids) + 1
        t, b = inventory.technosphere, inventory.biosphere
        processing = bw_processing
        base = processing.create_datapackage()
        _add(processing, base, "technosphere_matrix", t.rows + 1, t.columns + 1, t.values)
        _add(processing, base, "biosphere_matrix", b.rows + far, b.columns + 1, b.values)
        known = factors(family.indicators, family.categories, flows)
        self.methods = {}
        for k, category in enumerate(family.categories):
            if method.shows(category, detail=False):
                here = known.category == k
                package = processing.create_datapackage()
                where = known.flow[here] + far
                _add(processing, package, "characterization_matrix", where, where, known.value[here])
                self.methods[category.id] = package
        first = next(iter(self.methods.values()))
        # a loop as it is written every day, and one object that keeps factors and the matrices of all methods
        self.plain = bw2calc.LCA({1: 1.0}, data_objs=[base, first])
        self.kept = bw2calc.LCA({1: 1.0}, data_objs=[base, first])
        self.plain.lci()
        self.plain.lcia()
        self.kept.lci()
        self.kept.lcia()
        self.kept.decompose_technosphere()
        self.matrices = {}
        for name, package in self.methods.items():
            self.kept.switch_method([package])
            self.matrices[name] = self.kept.characterization_matrix

    def as_used(self, demands: dict[str, float]) -> dict[str, float]:
        """`lci`, then for every category `switch_method` and `lcia`."""
        self.plain.lci(demand={self.number[name]: amount for name, amount in demands.items()})
        found = {}
        for name, package in self.methods.items():
            self.plain.switch_method([package])
            self.plain.lcia()
            found[name] = self.plain.score
        return found

    def factorised(self, demands: dict[str, float]) -> dict[str, float]:
        """The solver's factors and the matrices of the methods are there already."""
        self.kept.lci(demand={self.number[name]: amount for name, amount in demands.items()})
        found = {}
        for name, matrix in self.matrices.items():
            self.kept.characterization_matrix = matrix
            self.kept.lcia_calculation()
            found[name] = self.kept.score
        return found


def _add(processing: Any, package: Any, matrix: str, rows: Any, columns: Any, values: Any) -> None:
    indices = np.empty(len(rows), dtype=processing.INDICES_DTYPE)
    indices["row"], indices["col"] = rows, columns
    package.add_persistent_vector(matrix=matrix, name=matrix, indices_array=indices, data_array=values)


def agree(ours: Any, categories: list[str], demands: list[dict[str, float]], peer: Peer) -> float:
    """The largest relative difference to bw2calc both ways, over all categories. Raises ValueError above 1e-9."""
    theirs = [[found[name] for name in categories] for d in demands for found in (peer.as_used(d),)]
    kept = [[found[name] for name in categories] for d in demands for found in (peer.factorised(d),)]
    # what the data of a product leave empty is 0 both ways
    scale = np.where(np.array(theirs) == 0, 1.0, np.abs(theirs))
    away = float(max(np.max(np.abs(np.array(x) - ours) / scale) for x in (theirs, kept)))
    if not away <= AGREEMENT:
        raise ValueError(f"engine and bw2calc differ by {away:.2e}")
    return away
