"""A small assessment made by hand, for tests of reports: two parts, three stages with known sums, four requirements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from factories import background, product

from ecoprod.assessment import Assessment
from ecoprod.errors import At
from ecoprod.foreground.records import Foreground, Item
from ecoprod.lca.records import CategoryResult, LcaResult, MethodResult
from ecoprod.measure import Measure, Missing
from ecoprod.product import Amount, Declared, FileHash
from ecoprod.standards.records import Condition, Gap, Limit, Overlay, Override, Requirement, Spec
from ecoprod.trace import Ledger
from ecoprod.verdict.records import Finding, Reason, Verdict

SHA = "a" * 64
NAME = "示例电池包"


def item(name: str, stage: str, mass: float | None = None) -> Item:
    return Item(f"bom:{name}/{stage}", name, f"part {name}", stage, 1.0, "unit", mass, (), (), True, f"bom:{name}/mass")  # type: ignore[arg-type]


def limit(value: Any, op: Any = "at_most", unit: str | None = "%", confidence: Any = "official_list") -> Limit:
    return Limit(op, unit, value, None, None, (), None, "list-x", "row 7", confidence)


def requirement(name: str, group: Any = "indicator", condition: Limit | None = None) -> Requirement:
    whole = Condition(name, condition) if condition else None
    title = {"zh": f"要求{name}", "en": f"requirement {name}"}
    return Requirement(
        name, None, group, None, None, title, whole, None, None, True, "src", "4.1", None, "requirements.yaml", 3
    )  # fmt: skip


def finding(name: str, status: Any, measure: Measure | None = None, **more: Any) -> Finding:
    given = more.pop("limit", None)
    plain = Finding(
        requirement(name, more.pop("group", "indicator"), given), status, measure, given, None,
        given.confidence if given else None, (), (), None, f"req:{name}",
    )  # fmt: skip
    return replace(plain, **more)


def ledger() -> Ledger:
    made = Ledger()
    made.read("bom:A/mass", 2.0, "kg", At("bom.csv", 2, "mass"))
    made.read("bom:B/mass", 1.0, "kg", At("bom.csv", 3, "mass"))
    made.looked_up("lci:steel/gwp", 3.0, "kg CO2-Eq / kg", "steel source, table 2")
    made.assumed("assume:yield", 2, None, "assumed-yield", "A, B")
    made.computed("ind:mass", 3.0, "kg", "sum of the parts", ("bom:A/mass", "bom:B/mass"))
    made.computed("lca:A", 6.0, "kg CO2-Eq", "Σ", ("bom:A/mass", "lci:steel/gwp", "ind:mass"))
    made.computed("impact:climate", 10.0, "kg CO2-Eq", "Σ", ("lca:A", "bom:B/mass", "lci:steel/gwp", "ind:mass"))
    for name in ("cadmium", "mercury", "life", "shown"):
        made.looked_up(f"lim:{name}@none", 0.002, "%", "list-x row 7")
        made.computed(f"req:{name}", "pass", None, "evaluate", (f"lim:{name}@none", "ind:mass"))
    return made


def lca() -> LcaResult:
    stages: Any = {"raw_materials": 8.0, "manufacturing": 3.0, "end_of_life": -1.0}
    climate = CategoryResult(
        "climate-change", "kg CO2-Eq", 10.0, 10.0, 2.5, 1.0, None, stages, (8.0, 3.0, -1.0), "impact:climate"
    )
    water = CategoryResult("water-use", "m3", None, 1.0, None, 0.4, "lca-coverage-low", None, None, "impact:climate")
    found = MethodResult("EF v3.1", {"climate-change": climate, "water-use": water})
    return LcaResult((found,), "cached", "test", SHA, (), 0.0)


def assessment(folder: Path, outcome: Any = "undetermined", **more: Any) -> Assessment:
    """`outcome` with a failing, an open, a passing and a reported requirement; fields of the product through `more`."""
    made = product(
        folder, name=NAME, model="X1", category="lithium-ion-battery", mass_kg=3.0, service=Amount(4.0, "cycle"),
        service_of="go round", service_per_product=Amount(4.0, "cycle"), files=(FileHash("product.yaml", SHA),),
        declared={"life": Declared("life", At("product.yaml", 9), Amount(900.0, "cycle"), illustrative=True)},
        **more,
    )  # fmt: skip
    cadmium = Measure("substance:Cd", "kg/kg", 0.0, 0.00001, trace="ind:mass")
    mercury = Measure("substance:Hg", "kg/kg", 0.00003, 0.00003, trace="ind:mass")
    life = Measure("life", "cycle", declared=True, illustrative=True, missing=())
    missing = Missing("declared.life.value", "missing-declared", {"id": "life"})
    findings = (
        finding("cadmium", "pass", cadmium, limit=limit(0.002), margin=0.5),
        finding("mercury", "fail", mercury, limit=limit(0.002), margin=-0.5),
        finding(
            "life", "undetermined", life, limit=limit(1000.0, "at_least", "cycle", "secondary"), missing=(missing,)
        ),
        finding("shown", "reported", Measure("mass", "kg", 3.0, 3.0, trace="ind:mass"), group="lca_report"),
    )
    spec = Spec(
        "lithium-ion-battery", "T-X-1", {"zh": "锂离子电池", "en": "Lithium-ion battery"}, ("T/X 1-2020",), {}, None,
        False,
        (Gap("table", {"zh": "其余指标", "en": "the rest of the table"}),), tuple(f.requirement for f in findings), (),
        ("list-x",), SHA,
        overlays=(Overlay(str(folder / "private.yaml"), SHA, "Li", date(2026, 1, 2), False),),
        overrides=(Override("cadmium", "0.002 %", "0.01 %"),),
    )  # fmt: skip
    items = (item("A", "raw_materials", 2.0), item("A", "manufacturing"), item("B", "end_of_life", 1.0))
    foreground = Foreground(items, (), (), (), 3.0, 0.0, 0.25, {"use": "not ours"}, (), 0.9, 0.1)
    measures = {f.measure.id: f.measure for f in findings if f.measure}
    reasons = (
        Reason("undetermined-own-check", {"requirement": "life", "fields": "declared.life.value"}, "life"),
        Reason("limit-official-list", {"source": "list-x"}, "cadmium"),
        Reason("limit-official-list", {"source": "list-x"}, "mercury"),
    )
    return Assessment(
        made, spec, date(2026, 3, 1), background(folder), foreground, lca(), measures, findings,
        Verdict(outcome, reasons), ledger(), illustrative=True,
    )  # fmt: skip
