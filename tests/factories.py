"""Small products and backgrounds for tests of single rooms, built from records instead of files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ecoprod.background import Background, Dataset, Material
from ecoprod.errors import At, Problem
from ecoprod.foreground import Foreground, build_foreground
from ecoprod.impact_categories import CATEGORIES
from ecoprod.product import Amount, EndOfLife, Part, Period, ProcessRow, Product, Use
from ecoprod.trace import Ledger


def dataset(name: str, unit: str = "kg", **more: Any) -> Dataset:
    plain = Dataset(
        id=name,
        name_zh=name,
        name_en=name,
        aliases=(),
        group="material",
        kind="unit",
        place="CN",
        year=2020,
        unit=unit,
        technology="made up for a test",
        boundary="made up",
        recycled_share=0.0,
        secondary=None,
        covers=frozenset(CATEGORIES),
        gwp_set=None,
        balance="none: made up",
        data_quality="(1,1,1,1,1)",
        note="",
        line=2,
    )
    return replace(plain, **more)


def material(name: str, data: str | None = None, material_class: str = "plastic", **more: Any) -> Material:
    plain = Material(name, name, name, (), material_class, data, None, None, None, None, "made up", 2)
    return replace(plain, **more)


def background(folder: Path, *datasets: Dataset, materials: tuple[Material, ...] = ()) -> Background:
    """A background of the datasets given, with a truck, grid electricity and landfill."""
    base = (
        dataset("transport-truck", "tkm", group="transport"),
        dataset("electricity", "kWh", group="electricity", aliases=("电",)),
        dataset("water", "m3", group="water"),
        dataset("landfill", group="treatment"),
        dataset("sorting", group="treatment"),
    )
    manifest = {"id": "test", "modes": {"truck": "transport-truck"}}
    scenarios = folder / "scenarios"
    scenarios.mkdir(exist_ok=True)
    (scenarios / "half.yaml").write_text(
        "ecoprod: 1\nid: half\nname: {zh: 一半, en: half}\nroutes:\n"
        "  plastic:\n    recycling: {share: 0.5, dataset: sorting, yield: 0.8}\n"
        "    landfill: {share: 0.5, dataset: landfill}\n    source: made up for a test\n"
        "  '*':\n    landfill: {share: 1.0, dataset: landfill}\n    source: made up for a test\n",
        encoding="utf-8",
    )
    return Background(folder, manifest, {d.id: d for d in (*base, *datasets)}, materials, "0" * 64)


def part(name: str, mass_kg: float | None = None, **more: Any) -> Part:
    plain = Part(id=name, table="bom", at=At("bom.csv", 2), name=name, quantity=1.0, mass_kg=mass_kg)
    return replace(plain, **more)


def row(name: str, amount: Amount, **more: Any) -> ProcessRow:
    plain = ProcessRow(
        id=f"{name}/{more.get('meter', '')}".rstrip("/"),
        at=At("process.csv", 2),
        what="flow",
        name=name,
        amount=amount,
        direction="in",
    )
    return replace(plain, **more)


def product(folder: Path, *parts: Part, **more: Any) -> Product:
    plain = Product(
        folder=folder,
        file="product.yaml",
        name="made up",
        model=None,
        category=None,
        maker_name=None,
        maker_site=None,
        mass_kg=None,
        mass_precision_kg=0.0005,
        assessed_on=None,
        product_unit=Amount(1.0, "unit"),
        service=Amount(1.0, "unit"),
        service_of="test",
        service_per_product=Amount(1.0, "unit"),
        reporting_period=Period(None, None, Amount(1000.0, "unit")),
        base_period=None,
        parts=parts,
        packaging=(),
        processes=(),
        meters={},
        distribution=(),
        distribution_none="test",
        use=Use(none_reason="test"),
        end_of_life=EndOfLife(none_reason="test"),
        declared={},
        basic={},
        evidence={},
        mapping=(),
        lca_none=False,
        has_process_file=True,
        has_packaging_file=True,
        files=(),
    )
    return replace(plain, **more)


def built(made: Product, data: Background) -> tuple[Foreground, list[Problem], Ledger]:
    """The foreground, its problems, and the ledger (with the mass of every part read)."""
    ledger, problems = Ledger(), []
    ledger.read("product:file", made.name, None, At(made.file))
    for p in (*made.parts, *made.packaging):
        if p.mass_kg is not None:
            ledger.read(f"{p.key}/mass", p.mass_kg, "kg", p.at)
        if p.quantity is not None:
            ledger.read(f"{p.key}/quantity", p.quantity, None, p.at)
    return build_foreground(made, data, ledger, problems), problems, ledger
