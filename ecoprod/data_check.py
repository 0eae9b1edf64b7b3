"""Is a background sound? Every exchange linked, converted and sourced; every loop solvable; balances that close.

`check_background` returns everything it finds, for `ecoprod data check`; an empty list means clean.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecoprod.background import CATEGORIES, Background, Dataset, Exchange, Material
from ecoprod.backgrounds import OwnBackground
from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import elementary_flows
from ecoprod.lca.inventory import FILE, Inventory, link, one_convention, refuse_negative_inputs, unit_factor
from ecoprod.lca.uncertainty import read_pedigree
from ecoprod.scenarios import read_scenario
from ecoprod.units import UnitError

_PROCESSES = "processes.csv"
_MATERIALS = "materials.csv"
_CONFIDENCE = frozenset({"T", "S"})
_YEARS = (1970, 2100)
_Params = Mapping[str, str | float | int]
TOLERANCE = 0.05
"""Share of what goes in by which a mass or carbon balance may miss: sources leave out small flows and round."""
_CARBON, _HYDROGEN, _OXYGEN = 12.011, 1.008, 15.999
CARBON_OF_FLOW = {
    "Carbon dioxide": _CARBON / (_CARBON + 2 * _OXYGEN),
    "Carbon monoxide": _CARBON / (_CARBON + _OXYGEN),
    "Methane": _CARBON / (_CARBON + 4 * _HYDROGEN),
}
"""kg carbon per kg of a flow, by the first word of its name: stoichiometry, IUPAC standard atomic weights."""


@dataclass(frozen=True, slots=True)
class _Data:
    """A background with its exchanges, by process, and the register of sources."""

    background: Background
    exchanges: tuple[Exchange, ...]
    by_process: Mapping[str, tuple[Exchange, ...]]
    sources: Mapping[str, Mapping[str, Any]]
    inventory: Inventory
    unlinked: tuple[Problem, ...]

    def kg(self, exchange: Exchange) -> float | None:
        """Amount of an exchange in kg; None where it is not a mass."""
        try:
            return exchange.amount * unit_factor(exchange.unit, "kg")
        except UnitError:
            return None


def check_background(background: Background) -> list[Problem]:
    """Everything that is wrong with a background's data files, in the order of the checks.

    Of a database of the user's own: what its import had to leave out, row by row, and loops without a solution.
    """
    if isinstance(background, OwnBackground):
        return _imported(background)
    try:
        exchanges = background.exchanges()
    except InputError as error:
        return list(error.problems)
    by_process: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        by_process.setdefault(exchange.process, []).append(exchange)
    grouped = {name: tuple(rows) for name, rows in by_process.items()}
    inventory, unlinked = link(background, exchanges, elementary_flows())
    data = _Data(background, tuple(exchanges), grouped, background.sources(), inventory, tuple(unlinked))
    checks: Sequence[Callable[[_Data], Iterable[Problem]]] = (
        _linked, _duplicates, _sourced, _scored, _amounts, _described, _covered, _unfed, _balanced, _references,
        _materials, _scenarios, _validation, _foreign_units, _foreign_names,
    )  # fmt: skip
    return [problem for check in checks for problem in check(data)]


def _imported(background: OwnBackground) -> list[Problem]:
    from ecoprod.lca import dataset_scores

    problems = [Problem(m.code, m.at, m.name or None, m.params) for m in background.own.misses()]
    try:
        dataset_scores(background, datasets=())
    except InputError as error:
        problems += error.problems
    return problems


def _at(exchange: Exchange, column: str) -> At:
    return At(FILE, exchange.line, column)


def _of(dataset: Dataset, column: str) -> At:
    return At(_PROCESSES, dataset.line, column)


def _linked(data: _Data) -> Iterable[Problem]:
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


def _duplicates(data: _Data) -> Iterable[Problem]:
    seen: dict[tuple[str, str, str, str], int] = {}
    for exchange in data.exchanges:
        key = (exchange.process, exchange.kind, exchange.target, exchange.compartment)
        first = seen.setdefault(key, exchange.line)
        if first != exchange.line:
            params: _Params = {"process": exchange.process, "target": exchange.target, "line": first}
            yield Problem("data-duplicate-exchange", _at(exchange, "target"), "target", params)


def _sourced(data: _Data) -> Iterable[Problem]:
    """Every exchange cites a registered source that says where, with confidence T or S; every dataset has one."""
    for exchange in data.exchanges:
        if exchange.source not in data.sources:
            params = {"source": exchange.source or "—", "process": exchange.process}
            yield Problem("data-unknown-source", _at(exchange, "source"), "source", params)
        if not exchange.at:
            yield Problem("data-no-place-in-source", _at(exchange, "at"), "at", {"process": exchange.process})
        if exchange.confidence not in _CONFIDENCE:
            params = {"confidence": exchange.confidence or "—", "process": exchange.process}
            yield Problem("data-confidence", _at(exchange, "confidence"), "confidence", params)
        if not exchange.year.isdecimal() or not _YEARS[0] <= int(exchange.year) <= _YEARS[1]:
            yield Problem("data-year", _at(exchange, "year"), "year", {"year": exchange.year or "—"})
    for dataset in data.background.datasets.values():
        if not any(e.source in data.sources for e in data.by_process.get(dataset.id, ())):
            yield Problem("data-no-source", _of(dataset, "id"), "id", {"dataset": dataset.id})


def _scored(data: _Data) -> Iterable[Problem]:
    """Every dataset has a pedigree, from which uncertainty follows; one that an exchange states itself is readable."""
    for dataset in data.background.datasets.values():
        if read_pedigree(dataset.data_quality) is None:
            params: _Params = {"dataset": dataset.id, "pedigree": dataset.data_quality or "—"}
            yield Problem("data-pedigree", _of(dataset, "data_quality"), "data_quality", params)
    for exchange in data.exchanges:
        if exchange.pedigree and read_pedigree(exchange.pedigree) is None:
            params = {"dataset": exchange.process, "pedigree": exchange.pedigree}
            yield Problem("data-pedigree", _at(exchange, "pedigree"), "pedigree", params)


def _amounts(data: _Data) -> Iterable[Problem]:
    """A negative flow only where a note explains it: an uptake, or a credit inside a source's total."""
    for exchange in data.exchanges:
        negative = exchange.amount < 0 and exchange.kind != "input"  # a negative input is refused by linking
        if negative and not exchange.note:
            params: _Params = {"amount": exchange.amount, "process": exchange.process, "target": exchange.target}
            yield Problem("data-amount", _at(exchange, "amount"), "amount", params)


def _described(data: _Data) -> Iterable[Problem]:
    for dataset in data.background.datasets.values():
        if not _YEARS[0] <= dataset.year <= _YEARS[1]:
            yield Problem("data-year", _of(dataset, "year"), "year", {"year": dataset.year})
        for column, value in (("name_zh", dataset.name_zh), ("name_en", dataset.name_en), ("unit", dataset.unit)):
            if not value:
                yield Problem("data-blank", _of(dataset, column), column, {"dataset": dataset.id})
        share = dataset.recycled_share
        if share is not None and not 0 <= share <= 1:
            yield Problem("data-share", _of(dataset, "recycled_share"), "recycled_share", {"share": share})


def _covered(data: _Data) -> Iterable[Problem]:
    """`covers` fits what the dataset has: no climate claim without a flow or input, no total that claims more."""
    for dataset in data.background.datasets.values():
        rows = data.by_process.get(dataset.id, ())
        if not dataset.covers:
            yield Problem("data-covers-nothing", _of(dataset, "covers"), "covers", {"dataset": dataset.id})
        elif not rows:
            yield Problem("data-empty-dataset", _of(dataset, "id"), "id", {"dataset": dataset.id})
        if any(e.kind == "total" for e in rows):
            if dataset.gwp_set not in {"AR4", "AR5", "AR6", "unknown"}:
                yield Problem("data-gwp-set", _of(dataset, "gwp_set"), "gwp_set", {"dataset": dataset.id})
            own = any(e.kind in {"emission", "resource"} for e in rows)
            if not own and dataset.covers - {"climate-change"}:
                yield Problem("data-covers-total", _of(dataset, "covers"), "covers", {"dataset": dataset.id})


def _unfed(data: _Data) -> Iterable[Problem]:
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
            yield Problem("data-covers-unfed", _of(dataset, "covers"), "covers", params)


def _balanced(data: _Data) -> Iterable[Problem]:
    """Balances of the datasets that ask for them; one with an exchange that does not link is not weighed."""
    broken = {problem.at.line for problem in data.unlinked}
    for dataset in data.background.datasets.values():
        asked, _, reason = dataset.balance.partition(":")
        names = {name.strip() for name in asked.split(";") if name.strip()}
        if not names <= {"mass", "carbon", "none"} or not names or (names == {"none"} and not reason.strip()):
            params = {"dataset": dataset.id, "balance": dataset.balance or "—"}
            yield Problem("data-balance", _of(dataset, "balance"), "balance", params)
        if any(e.line in broken for e in data.by_process.get(dataset.id, ())):
            continue
        if "mass" in names:
            yield from _mass(data, dataset)
        if "carbon" in names:
            yield from _carbon(data, dataset)


def _mass(data: _Data, dataset: Dataset) -> Iterable[Problem]:
    """Mass of materials and resources in equals product, emissions and waste out.

    Water and fuels may end in the product or not: they widen the balance instead of deciding it. Processing,
    transport, heat and electricity are services and have no mass.
    """
    if dataset.unit != "kg":
        yield Problem("data-balance-unit", _of(dataset, "balance"), "balance", {"dataset": dataset.id})
        return
    sure, perhaps, out = 0.0, 0.0, 1.0
    for exchange in data.by_process.get(dataset.id, ()):
        kg = data.kg(exchange)
        if kg is None:
            continue
        group = data.background.datasets[exchange.target].group if exchange.kind == "input" else exchange.kind
        if group in {"material", "component", "auxiliary", "resource"}:
            sure += kg
        elif group in {"water", "fuel"}:
            perhaps += kg
        elif group in {"treatment", "emission"}:
            out += kg
    if not sure * (1 - TOLERANCE) <= out <= (sure + perhaps) * (1 + TOLERANCE):
        params: _Params = {"dataset": dataset.id, "inside": sure + perhaps, "outside": out}
        yield Problem("data-mass-balance", _of(dataset, "balance"), "balance", params)


def _carbon(data: _Data, dataset: Dataset) -> Iterable[Problem]:
    """Carbon of fuels and feedstock in equals carbon of the product and of CO2, CO and CH4 out.

    Contents of datasets stand in the manifest, each with its source: `carbon: {ID: {kg_per_unit, source, at}}`.
    """
    contents = data.background.manifest.get("carbon", {})
    inside, outside = 0.0, float(contents.get(dataset.id, {}).get("kg_per_unit", 0.0))
    for exchange in data.by_process.get(dataset.id, ()):
        if exchange.kind == "input":
            target = data.background.datasets[exchange.target]
            if exchange.target in contents:
                content = float(contents[exchange.target]["kg_per_unit"])
                inside += exchange.amount * unit_factor(exchange.unit, target.unit) * content
            elif target.group == "fuel":
                unknown: _Params = {"dataset": dataset.id, "target": exchange.target}
                yield Problem("data-carbon-unknown", _at(exchange, "target"), "target", unknown)
        else:
            carbon = (data.kg(exchange) or 0.0) * _carbon_of(exchange.target)
            inside, outside = (inside + carbon, outside) if exchange.kind == "resource" else (inside, outside + carbon)
    if abs(inside - outside) > TOLERANCE * max(inside, outside):
        params: _Params = {"dataset": dataset.id, "inside": inside, "outside": outside}
        yield Problem("data-carbon-balance", _of(dataset, "balance"), "balance", params)


def _carbon_of(flow: str) -> float:
    return CARBON_OF_FLOW.get(flow.split(",", maxsplit=1)[0], 0.0)


def _references(data: _Data) -> Iterable[Problem]:
    """Datasets that modes and secondary routes name are there; so are the sources of the manifest."""
    known = data.background.datasets
    for mode, name in data.background.manifest.get("modes", {}).items():
        if name not in known:
            yield Problem("data-mode", At("background.yaml", None, "modes"), "modes", {"mode": mode, "dataset": name})
    for name, content in data.background.manifest.get("carbon", {}).items():
        if name not in known or content.get("source") not in data.sources:
            yield Problem("data-carbon-content", At("background.yaml", None, "carbon"), "carbon", {"dataset": name})
    for entry in data.background.manifest.get("validation", ()):
        if entry.get("source") not in data.sources:
            params = {"source": entry.get("source") or "—", "process": str(entry.get("dataset", "—"))}
            yield Problem("data-unknown-source", At("background.yaml", None, "validation"), "source", params)
    for dataset in known.values():
        if dataset.secondary and dataset.secondary not in known:
            params = {"dataset": dataset.id, "secondary": dataset.secondary}
            yield Problem("data-secondary", _of(dataset, "secondary"), "secondary", params)


def _materials(data: _Data) -> Iterable[Problem]:
    """Materials name a dataset; each property is positive and has a registered source of its own."""
    for material in data.background.materials:
        if material.dataset is None or material.dataset not in data.background.datasets:
            at = At(_MATERIALS, material.line, "dataset")
            params: _Params = {"material": material.id, "dataset": material.dataset or "—"}
            yield Problem("data-material", at, "dataset", params)
        for column, source, *properties in _properties(material):
            at = At(_MATERIALS, material.line, column)
            stated = [value for value in properties if value not in (None, ())]
            if stated and source not in data.sources:
                yield Problem("data-unknown-source", at, column, {"source": source or "—", "process": material.id})
            elif source and not stated:
                yield Problem("data-source-of-nothing", at, column, {"material": material.id, "source": source})
            for value in stated:
                if isinstance(value, float) and not 0 < value < math.inf:
                    yield Problem("data-property", at, column, {"material": material.id, "value": value})
        if (material.yield_strength_mpa is None) != (material.strength_basis is None):
            at = At(_MATERIALS, material.line, "strength_basis")
            yield Problem("data-strength-basis", at, "strength_basis", {"material": material.id})


def _properties(material: Material) -> Iterable[tuple[str, str, *tuple[object, ...]]]:
    """For each column of sources: the column, the source, the properties that it must cover."""
    m = material
    yield "density_source", m.density_source, m.density_kg_m3, m.kg_per_m, m.g_per_m2
    yield "calorific_source", m.calorific_source, m.calorific_value_mj_kg
    yield "modulus_source", m.modulus_source, m.youngs_modulus_gpa
    yield "strength_source", m.strength_source, m.yield_strength_mpa
    yield "recyclability_source", m.recyclability_source, m.recyclability
    yield "substance_source", m.substance_source, m.substance_hints


def _scenarios(data: _Data) -> Iterable[Problem]:
    """Scenario files read, their treatments are there and their sources registered."""
    for path in sorted((data.background.folder / "scenarios").glob("*.yaml")):
        try:
            scenario = read_scenario(path, path.name)
        except InputError as error:
            yield from error.problems
            continue
        for material_class, routes in scenario.routes.items():
            at = At(path.name, None, f"routes.{material_class}")
            for route in routes.values():
                if route.dataset is not None and route.dataset not in data.background.datasets:
                    params = {"class": material_class, "dataset": route.dataset}
                    yield Problem("data-scenario-dataset", at, "dataset", params)
            if scenario.sources[material_class].split(" ")[0] not in data.sources:
                params = {"source": scenario.sources[material_class], "process": f"{path.name} {material_class}"}
                yield Problem("data-unknown-source", at, "source", params)


def _validation(data: _Data) -> Iterable[Problem]:
    """Published results beside the data (`validation.csv`, where there is one): dataset, source, confidence."""
    path = data.background.folder / "validation.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            dataset, source, confidence = (row.get(c) or "" for c in ("dataset", "source", "confidence"))
            where = {c: At(path.name, reader.line_num, c) for c in ("dataset", "source", "confidence")}
            if dataset not in data.background.datasets:
                yield Problem("data-validation-dataset", where["dataset"], "dataset", {"dataset": dataset or "—"})
            if source not in data.sources:
                params = {"source": source or "—", "process": f"{path.name} {dataset}"}
                yield Problem("data-unknown-source", where["source"], "source", params)
            if confidence not in _CONFIDENCE:
                params = {"confidence": confidence or "—", "process": f"{path.name} {dataset}"}
                yield Problem("data-confidence", where["confidence"], "confidence", params)


def _foreign_units(data: _Data) -> Iterable[Problem]:
    """Spellings of units in foreign databases (`foreign_units.csv`): each once, with a positive factor and a source."""
    path, seen = data.background.folder / "foreign_units.csv", set[str]()
    for line, row in _rows(path):
        at = At(path.name, line, "factor")
        if row["source"] not in data.sources:
            params: _Params = {"source": row["source"] or "—", "process": f"{path.name} {row['unit']}"}
            yield Problem("data-unknown-source", At(path.name, line, "source"), "source", params)
        try:
            sound = 0 < float(row["factor"]) < math.inf
        except ValueError:
            sound = False
        if not sound or row["unit"] in seen:
            yield Problem("data-foreign-unit", at, "factor", {"unit": row["unit"], "factor": row["factor"] or "—"})
        seen.add(row["unit"])


def _foreign_names(data: _Data) -> Iterable[Problem]:
    """Names of flows in foreign databases (`elementary_names.csv`) lead to a flow of that medium, for a reason."""
    path = data.background.folder / "elementary_names.csv"
    known = {(name, where.partition("/")[0]) for name, where in elementary_flows().index}
    for line, row in _rows(path):
        if (row["flow"], row["medium"]) not in known or not row["reason"]:
            params: _Params = {"name": row["name"], "flow": row["flow"], "medium": row["medium"]}
            yield Problem("data-foreign-name", At(path.name, line, "flow"), "flow", params)


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """Line and cells of every row of a file that may not be there."""
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield reader.line_num, {key: value or "" for key, value in row.items() if key}
