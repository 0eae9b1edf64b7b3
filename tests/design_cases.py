"""A small product and a specification of its own for the tests of screening and levers: every limit is in our hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

PARTS = (
    # id, material, mass [g], route at the end of life
    ("A", "SPCC", 900, "recycling"), ("B", "6061", 400, "recycling"), ("C", "ABS", 300, "landfill"),
    ("D", "PP", 200, "scenario"), ("E", "铜", 100, "recycling"),
)  # fmt: skip
SCENARIO = """ecoprod: 1
id: mine
name: {zh: 测试, en: made up for tests}
routes:
  "*":
    reuse: {share: 10 %}
    recycling: {share: 50 %, dataset: sorting-recyclables, yield: 90 %}
    incineration: {share: 20 %, dataset: incineration-msw}
    landfill: {share: 20 %, dataset: landfill-municipal}
    source: made up
"""
SPEC = """ecoprod: 1
id: sample
extends: gbt-32161
lca_stages: [raw_materials, manufacturing, distribution, end_of_life]
title: {zh: 样品, en: sample}
editions:
  S-1: {number: S 1, title: {zh: 样品, en: sample}, in_force: 2016-05-01, complete: false, source: doc, at: cover,
        missing: {all: {zh: 全部, en: all}}}
"""
SOURCES = "ecoprod: 1\nsources: {doc: {title: {zh: 文件, en: document}, read: text}}\n"


def specification(folder: Path, limits: Mapping[str, str]) -> Path:
    """A folder with one requirement for each indicator, `limits` being `{at_most: …}` as text."""
    place = folder / "sample"
    place.mkdir(exist_ok=True)
    (folder / "_sources.yaml").write_text(SOURCES, encoding="utf-8")
    (place / "spec.yaml").write_text(SPEC, encoding="utf-8")
    asked = "".join(
        f"  - id: r-{n}\n    group: indicator\n    title: {{zh: 要求, en: requirement {n}}}\n"
        f'    indicator: "{indicator}"\n    needs_evidence: false\n'
        f"    limits: [{{{limit}, source: doc, at: row, confidence: standard}}]\n"
        for n, (indicator, limit) in enumerate(limits.items())
    )
    (place / "requirements.yaml").write_text(f"ecoprod: 1\nrequirements:\n{asked or ' []'}", encoding="utf-8")
    return place


def product(folder: Path, **more: object) -> Path:
    """The product folder."""
    place = folder / "product"
    place.mkdir(exist_ok=True)
    rows = [f"{i},{i},1,{mass} g,{material},truck 300 km,{route},0 %,100 %" for i, material, mass, route in PARTS]
    head = "id,name,quantity,mass,material,transport,end_of_life,recycled_content,yield"
    (place / "bom.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (place / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    site = "flow,direction,amount,scope,basis\nelectricity,in,1000 kWh,product,measured\n"
    (place / "process.csv").write_text(site, encoding="utf-8")
    content = {
        "ecoprod": 1,
        "product": {"name": "样品", "model": "S", "category": "gbt-32161", "mass": "1.9 kg"},
        "assessed_on": "2026-03-01", "product_unit": "1 unit",
        "functional_unit": {"service": "1000 cycle", "of": "use", "service_per_product": "1000 cycle"},
        "bom": "bom.csv", "process": "process.csv",
        "reporting_period": {"from": "2025-01-01", "to": "2025-12-31", "output": "1000 unit"},
        "distribution": [{"mode": "truck", "distance": "500 km"}], "use": {"none": "passive"},
        "end_of_life": {"scenario": "scenario.yaml", "collection": "100 %"},
        "packaging": {"none": "sold loose"}, **more,
    }  # fmt: skip
    (place / "product.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return place


def variants(folder: Path, options: Sequence[Mapping[str, object]], **more: object) -> Path:
    """A variants file."""
    path = folder / "variants.yaml"
    content = {"ecoprod": 1, "options": [dict(o) for o in options], **more}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
