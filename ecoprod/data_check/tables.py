"""The tables beside the datasets: materials, scenarios, published results, foreign names, energy reduction values."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from ecoprod.background import Material
from ecoprod.data_check.records import CONFIDENCE, YEARS, Data, Params, of_dataset
from ecoprod.energy_reduction import CARRIERS, CONDITIONS
from ecoprod.energy_reduction import FILE as ENERGY_REDUCTION
from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import elementary_flows
from ecoprod.scenarios import read_scenario

_MATERIALS = "materials.csv"


def _references(data: Data) -> Iterable[Problem]:
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
            yield Problem("data-secondary", of_dataset(dataset, "secondary"), "secondary", params)


def _materials(data: Data) -> Iterable[Problem]:
    """Materials name a dataset; each property is positive and has a registered source of its own."""
    if (data.background.folder / "material_classes.csv").is_file():
        for material_class, names in data.background.material_classes.items():
            if not all(names) or not names:
                yield Problem("data-material-class", At(_MATERIALS, None, "class"), "class", {"class": material_class})
    for material in data.background.materials:
        if material.dataset is None or material.dataset not in data.background.datasets:
            at = At(_MATERIALS, material.line, "dataset")
            params: Params = {"material": material.id, "dataset": material.dataset or "—"}
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


def _scenarios(data: Data) -> Iterable[Problem]:
    """Scenario files read, their treatments are there and their sources registered."""
    for path in sorted((data.background.folder / "scenarios").glob("*.yaml")):
        try:
            scenario = read_scenario(path, path.name)
        except InputError as error:
            yield from error.problems
            continue
        for material_class, routes in scenario.routes.items():
            at = At(path.name, None, f"routes.{material_class}")
            if material_class != "*" and material_class not in data.background.material_classes:
                yield Problem("data-scenario-class", at, "routes", {"class": material_class})
            for route in routes.values():
                if route.dataset is not None and route.dataset not in data.background.datasets:
                    params = {"class": material_class, "dataset": route.dataset}
                    yield Problem("data-scenario-dataset", at, "dataset", params)
            if scenario.sources[material_class].split(" ")[0] not in data.sources:
                params = {"source": scenario.sources[material_class], "process": f"{path.name} {material_class}"}
                yield Problem("data-unknown-source", at, "source", params)


def _validation(data: Data) -> Iterable[Problem]:
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
            if confidence not in CONFIDENCE:
                params = {"confidence": confidence or "—", "process": f"{path.name} {dataset}"}
                yield Problem("data-confidence", where["confidence"], "confidence", params)


def _foreign_units(data: Data) -> Iterable[Problem]:
    """Spellings of units in foreign databases (`foreign_units.csv`): each once, with a positive factor and a source."""
    path, seen = data.background.folder / "foreign_units.csv", set[str]()
    for line, row in _rows(path):
        at = At(path.name, line, "factor")
        if row["source"] not in data.sources:
            params: Params = {"source": row["source"] or "—", "process": f"{path.name} {row['unit']}"}
            yield Problem("data-unknown-source", At(path.name, line, "source"), "source", params)
        try:
            sound = 0 < float(row["factor"]) < math.inf
        except ValueError:
            sound = False
        if not sound or row["unit"] in seen:
            yield Problem("data-foreign-unit", at, "factor", {"unit": row["unit"], "factor": row["factor"] or "—"})
        seen.add(row["unit"])


def _foreign_names(data: Data) -> Iterable[Problem]:
    """Names of flows in foreign databases (`elementary_names.csv`) lead to a flow of that medium, for a reason."""
    path = data.background.folder / "elementary_names.csv"
    known = {(name, where.partition("/")[0]) for name, where in elementary_flows().index}
    for line, row in _rows(path):
        if (row["flow"], row["medium"]) not in known or not row["reason"]:
            params: Params = {"name": row["name"], "flow": row["flow"], "medium": row["medium"]}
            yield Problem("data-foreign-name", At(path.name, line, "flow"), "flow", params)


def _energy_reduction(data: Data) -> Iterable[Problem]:
    """Energy reduction values (`energy_reduction.csv`): each once, a sound range and condition, with its source."""
    path, seen = data.background.folder / ENERGY_REDUCTION, set[str]()
    for line, row in _rows(path):
        name = row["id"] or "—"
        if row["source"] not in data.sources:
            params: Params = {"source": row["source"] or "—", "process": f"{path.name} {name}"}
            yield Problem("data-unknown-source", At(path.name, line, "source"), "source", params)
        if row["confidence"] not in CONFIDENCE:
            params = {"confidence": row["confidence"] or "—", "process": f"{path.name} {name}"}
            yield Problem("data-confidence", At(path.name, line, "confidence"), "confidence", params)
        try:
            sound = 0 < float(row["low"]) <= float(row["high"]) < math.inf
            year = int(row["year"])
        except ValueError:
            sound, year = False, 0
        known = row["condition"] in CONDITIONS and YEARS[0] <= year <= YEARS[1]
        unit = "kWh" if row["carrier"] == "electricity" else "L"
        by_carrier = row["carrier"] in CARRIERS and row["unit"] == unit
        if not (sound and known and by_carrier) or name in seen:
            params = {"id": name, "conditions": ", ".join(CONDITIONS)}
            yield Problem("data-energy-reduction", At(path.name, line, "low"), "low", params)
        seen.add(name)


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """Line and cells of every row of a file that may not be there."""
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield reader.line_num, {key: value or "" for key, value in row.items() if key}


CHECKS = (_references, _materials, _scenarios, _validation, _foreign_units, _foreign_names, _energy_reduction)
"""In the order of their findings."""
