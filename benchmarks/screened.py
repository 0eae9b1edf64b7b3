"""A made-up product of any number of parts with a variants file and limits: what `screening.py` measures.

Parts stand in assemblies of ten. Of every ten, three have options (another material with its own mass, a thinner one,
recycled content, a longer way to the site), three a mass that varies freely, and four stay as they are. The limits of
an overlay stand where part of the designs miss them.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import yaml

SEED = 20261126
HEADS = ("id", "parent", "name", "material", "dataset", "quantity", "mass", "process", "yield", "recycled_content",
         "transport", "end_of_life", "substances", "substance_basis", "evidence")  # fmt: skip
MATERIALS = ("steel", "aluminium", "copper", "PP", "ABS", "HDPE", "PET")
LIGHTER = {"steel": ("aluminium", 0.5), "copper": ("aluminium", 0.5), "aluminium": ("steel", 2.2), "PP": ("ABS", 1.15),
           "ABS": ("PP", 0.87), "HDPE": ("PP", 0.95), "PET": ("PP", 0.8)}  # fmt: skip
BLENDS = ("aluminium", "copper", "PP", "HDPE", "PET")
"""Materials with a secondary route beside the primary one."""


def write(folder: Path, parts: int, datasets: tuple[str, ...] = (), seed: int = SEED) -> float:
    """The product folder with `variants.yaml`, and the mass; `datasets`: what stands behind the materials instead."""
    rng = random.Random(seed)  # noqa: S311  (reproducible, no secret)
    folder.mkdir(parents=True)
    rows: list[dict[str, str]] = []
    options: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    for number in range(parts):
        if number % 10 == 0:
            rows.append({"id": f"A{number // 10}", "parent": "", "name": f"assembly {number // 10}", "quantity": "1"})
        row = _part(number, rng, datasets)
        rows.append(row)
        kg = float(row["mass"].split()[0])
        if number % 10 < 3:
            options += _options(row, kg, rng, datasets)
        elif number % 10 < 6:
            field = f"bom[{row['id']}].mass"
            ends = [f"{kg * 0.6:.6f} kg", f"{kg * 1.1:.6f} kg"]
            parameters.append({"name": f"mass {number}", "field": field, "range": ends})
    mass = sum(float(r["mass"].split()[0]) * int(r["quantity"]) for r in rows if r.get("mass"))
    with (folder / "bom.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    _yaml(folder / "product.yaml", _product(mass))
    _yaml(folder / "variants.yaml", {
        "ecoprod": 1, "options": options, "parameters": parameters, "design": {"sample": 10_000, "seed": 1},
    })  # fmt: skip
    (folder / "evidence.csv").write_text("id,title,type,issued\nE1,Made up for a measurement,test report,2025-06-01\n")
    (folder / "process.csv").write_text(
        "flow,direction,amount,scope,basis,kind,evidence,data_quality\n"
        'electricity,in,90000 kWh,product,measured,input,E1,"(2,2,2,2,2)"\n'
    )
    return mass


def _part(number: int, rng: random.Random, datasets: tuple[str, ...]) -> dict[str, str]:
    material = rng.choice(MATERIALS)
    return {
        "id": f"P{number}", "parent": f"A{number // 10}", "name": f"part {number}", "material": material,
        "dataset": rng.choice(datasets) if datasets else "", "quantity": str(rng.choice((1, 1, 2, 4))),
        "mass": f"{rng.lognormvariate(-2, 1):.6f} kg", "yield": str(rng.choice((1, 0.95, 0.8))),
        "recycled_content": "0 %", "transport": "truck 300 km", "end_of_life": "scenario",
        "substances": "Pb <50 mg/kg (LOD 5 mg/kg)", "substance_basis": "homogeneous_material", "evidence": "E1",
    }  # fmt: skip


def _options(row: dict[str, str], kg: float, rng: random.Random, datasets: tuple[str, ...]) -> list[dict[str, Any]]:
    other, ratio = LIGHTER[row["material"]]
    material: dict[str, Any] = {
        "material": other, "mass": f"{kg * ratio:.6f} kg", "substances": row["substances"],
        "substance_basis": row["substance_basis"],
    }  # fmt: skip
    if datasets:
        material["dataset"] = rng.choice(datasets)
    thinner = {"mass": f"{kg * 0.8:.6f} kg"}
    found: list[tuple[str, dict[str, Any]]] = [("other material", material), ("thinner", thinner)]
    if row["material"] in BLENDS and not datasets:
        found.append(("recycled", {"recycled_content": "post 60 %"}))
    found.append(("from afar", {"transport": "ship 9000 km; truck 200 km"}))
    return [{"part": row["id"], "name": name, "set": what} for name, what in found]


def _product(mass: float) -> dict[str, Any]:
    names = ("discharge-standards", "pollutant-total-load", "no-major-accident", "environmental-management-system",
             "quality-management-system", "product-quality")  # fmt: skip
    return {
        "ecoprod": 1,
        "product": {"name": "made up", "model": "M", "category": "gbt-32161", "mass": f"{mass:.9f} kg"},
        "assessed_on": "2026-01-01", "product_unit": "1 unit",
        "functional_unit": {"service": "2000 cycle", "of": "a measurement"},
        "reporting_period": {"from": "2025-01-01", "to": "2025-12-31", "output": "1000 unit"},
        "bom": "bom.csv", "process": "process.csv", "evidence": "evidence.csv", "packaging": {"none": "a measurement"},
        "distribution": [{"mode": "truck", "distance": "500 km"}],
        "use": {"lifetime": "10 year", "cycles": "200 cycle/year", "flows": [
            {"flow": "electricity", "amount": "0.02 kWh", "per": "cycle", "source": "made up"}]},
        "end_of_life": {"scenario": "cn-municipal", "collection": 1},
        "basic": {name: {"met": "yes", "evidence": "E1"} for name in names},
    }  # fmt: skip


def write_overlay(folder: Path, mass_kg: float, climate_kg: float, content: str) -> Path:
    """Limits as the holder of a standard would add them to the general rules: mass, climate, content, lead."""
    rows = (
        ("light", "mass", f"at_most: {mass_kg} kg"),
        ("climate", "impact:climate-change", f"at_most: {climate_kg} kg CO2-Eq"),
        ("content", "recycled-content", f"at_least: {content}"),
        ("lead", "substance:Pb@product_mass", "at_most: 0.1 %"),
    )  # fmt: skip
    text = "ecoprod: 1\nfor: gbt-32161@GBT-32161-2015\nsource: made up\n"
    text += "checked_by: the benchmark, of a made-up copy\nchecked_on: 2026-01-01\nrequirements:\n"
    for name, indicator, limit in rows:
        text += f'  - {{id: {name}, group: indicator, title: {{zh: {name}, en: {name}}}, indicator: "{indicator}",\n'
        text += f'     limits: [{{{limit}, at: "1"}}]}}\n'
    (folder / "overlay.yaml").write_text(text, encoding="utf-8")
    return folder / "overlay.yaml"


def _yaml(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
