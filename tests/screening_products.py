"""Made-up products with variants for tests of the screening engine: everything that a bill of materials may hold.

A seed is a product folder with a variants file and a specification. Nothing is meant to be sensible, all is legal.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

HEADS = (
    "id", "parent", "name", "material", "dataset", "quantity", "mass", "role", "made", "process", "yield",
    "recycled_content", "alternate_group", "share", "phantom", "transport", "end_of_life", "substances",
    "substance_basis", "coating", "evidence",
)  # fmt: skip
METALS, PLASTICS = ("steel", "aluminium", "copper", "Q235"), ("PP", "ABS", "HDPE", "PET")
BLENDS = ("aluminium", "copper", "PP", "HDPE")
"""Materials with a primary and a secondary route."""
OTHERS = ("silicone", "nickel", "POM")
"""A bare CO2e total, another, and one that something stands in for."""
STATED = ("Pb 0.02 %", "Pb 0.5 %; Cd <2 mg/kg", "Pb <50 mg/kg (LOD 5 mg/kg)", "Pb 未检出 (LOD 5 mg/kg)", "")
ROUTES = ("scenario", "recycling", "landfill", "energy recovery", "reuse", "")
CONTENTS = ("0 %", "30 %", "pre 10 % + post 20 %", "post 100 %", "")
SCENARIO = """
ecoprod: 1
id: test
name: {zh: 测试, en: test}
routes:
  metal-ferrous:
    recycling: {share: 0.9, dataset: sorting-recyclables, yield: 0.8}
    landfill: {share: 0.1, dataset: landfill-inert}
    source: made up for a test
  plastic:
    recycling: {share: 0.3, dataset: sorting-recyclables, yield: 0.9}
    energy_recovery: {share: 0.5, dataset: incineration-plastic}
    landfill: {share: 0.2, dataset: landfill-plastic}
    source: made up for a test
  '*':
    recycling: {share: 0.4, dataset: sorting-recyclables, yield: null}
    landfill: {share: 0.6, dataset: landfill-inert}
    source: made up for a test
"""
Row = dict[str, str]


def evidence(folder: Path) -> None:
    """Two documents: of this model, there to be read, and of another one."""
    (folder / "E1.txt").write_text("measured\n", encoding="utf-8")
    sha256 = hashlib.sha256((folder / "E1.txt").read_bytes()).hexdigest()
    (folder / "evidence.csv").write_text(
        "id,title,type,file,sha256,issuer,model,issued,valid_until\n"
        f"E1,Measured,test report,E1.txt,{sha256},maker,M,2025-12-31,2028-01-01\n"
        "E2,Of another model,test report,,,maker,OTHER,2025-06-01,2028-01-01\n",
        encoding="utf-8",
    )


class Made:
    """The files of one product, written with random choices."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.rows: list[Row] = []
        self.packaging: list[Row] = []
        folder.mkdir(parents=True)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def any(self, *of: Any) -> Any:
        return self.random.choice(of)

    def kg(self, low: float = 0.1, high: float = 3.0) -> float:
        return round(self.random.uniform(low, high), 4)

    # ---- bill of materials -----------------------------------------------------------------------

    def leaf(self, name: str, parent: str, **more: str) -> Row:
        material = self.any(*METALS, *PLASTICS) if self.chance(0.9) else self.any(*OTHERS)
        row = {
            "id": name, "parent": parent, "name": name, "material": material, "quantity": str(self.any(1, 1, 2, 3)),
            "mass": f"{self.kg()} kg",
        }  # fmt: skip
        if self.chance(0.4):
            row["recycled_content"] = self.any(*CONTENTS) if row["material"] in BLENDS else "0 %"
        if self.chance(self.complete):
            row["yield"] = str(self.any(1, 0.9, 0.75))
            row["transport"] = self.any("truck 300 km", "truck 50 km; ship 1200 km")
            row["end_of_life"] = self.any(*ROUTES[:4])
            row["recycled_content"] = row.get("recycled_content") or "0 %"
        if self.complete == 1 or self.chance(0.7):
            row["substances"] = self.any(*STATED[:4], *STATED[2:])
            row["substance_basis"] = self.any("homogeneous_material", "homogeneous_material", "component")
        row["evidence"] = "E1" if self.chance(self.complete - 0.05) else self.any("E2", "")
        return row | more

    def bill(self) -> None:
        self.complete = self.any(0.5, 1.0, 1.0, 1.0)
        for a in range(self.any(1, 2)):
            top = f"A{a}"
            assembly = {"id": top, "parent": "", "name": top, "quantity": str(self.any(1, 1, 2))}
            if self.chance(0.2):
                assembly |= {"phantom": "yes"}
            self.rows.append(assembly)
            self.rows += [self.leaf(f"{top}-P{n}", top) for n in range(self.random.randint(1, 3))]
            if self.chance(0.6):
                self.rows.append({"id": f"{top}-S", "parent": top, "name": top, "quantity": "2"})
                self.rows += [self.leaf(f"{top}-S-P{n}", f"{top}-S") for n in range(2)]
                if self.chance(0.3):
                    self.rows[-3] |= {"transport": "truck 70 km", "yield": "0.95"}
        self.rows += [self.leaf(f"P{n}", "") for n in range(self.random.randint(2, 4))]
        self.special()
        self.rows = [dict(row) for row in self.rows]
        self.masses()

    def special(self) -> None:
        """Alternates, rows as required, inputs, coatings, bought parts, gaps."""
        if self.chance(0.5):
            parent = self.any("", "A0")
            self.rows.append(self.leaf("ALT-1", parent, alternate_group="G", share="0.6"))
            self.rows.append(self.leaf("ALT-2", parent, alternate_group="G", share="0.4"))
        if self.chance(0.4):
            self.rows.append(self.leaf("GREASE", "", quantity="AR", mass=f"{self.kg(0.01, 0.2)} kg"))
        if self.chance(0.4):
            self.rows.append(self.leaf("FLUX", "", role="input", recycled_content="", end_of_life=""))
        if self.chance(0.3):
            self.rows[-1] |= {"coating": "zinc: 40 g/m2 × 0.3 m2"}
        if self.chance(0.3):
            self.rows.append(self.leaf("GAP", "", material="", recycled_content=""))
        if self.chance(0.4):
            self.rows.append(self.leaf("OWN", "", made="in_house", process=self.any("", "stamping-steel")))
        if self.chance(0.3):
            self.rows[-1] |= {"process": "machining-metal"}

    def held(self, name: str, column: str = "mass") -> float:
        total = 0.0
        for row in self.rows:
            if row["parent"] != name or row.get("role"):
                continue
            inside = any(r["parent"] == row["id"] for r in self.rows)
            piece = self.held(row["id"]) if inside else float(row["mass"].split()[0])
            count = 1.0 if row["quantity"] == "AR" else float(row["quantity"])
            total += piece * count * float(row.get("share") or 1)
        return total

    def masses(self) -> None:
        """Some assemblies state their mass, exactly, a little above, or with a gap."""
        for row in self.rows:
            inside = any(r["parent"] == row["id"] for r in self.rows)
            if inside and not row.get("phantom") and self.chance(0.4):
                row["mass"] = f"{self.held(row['id']) * self.any(1, 1, 1.01, 1.0001):.9f} kg"

    # ---- the rest of the product -----------------------------------------------------------------

    def write(self) -> None:
        self.bill()
        self.table("bom.csv", self.rows)
        mass = self.held("") * self.any(1, 1, 1, 1.004, 1.015, 1.05)
        self.unit = self.any(("1 unit", 1.0), ("1 unit", 1.0), ("10 unit", 10.0), (f"{mass:.9f} kg", None))
        product: dict[str, Any] = {
            "ecoprod": 1, "product": {"name": "made up", "model": "M", "category": "gbt-32161"},
            "assessed_on": "2026-01-01", "product_unit": self.unit[0],
            "functional_unit": {"service": "100 cycle", "of": "tests"}, "bom": "bom.csv", "evidence": "evidence.csv",
            "end_of_life": {"scenario": "end.yaml"},
        }  # fmt: skip
        product["product"]["mass"] = f"{mass:.9f} kg"
        self.service(product)
        if self.chance(0.5):
            product["end_of_life"]["collection"] = self.any(0.8, 1)
        self.pack(product)
        self.site(product)
        product["distribution"] = [{"mode": "truck", "distance": "500 km", "evidence": "E1"}]
        if self.chance(0.3):
            product["distribution"] = [
                {"mode": "rail", "distance": "1200 km", "share": 0.25},
                {"mode": "truck", "distance": "500 km", "share": 0.75},
            ]
        if self.chance(0.3):
            product["declared"] = {
                self.any("recyclability-rate", "recycled-content", "energy-per-mass", "recycled-content-post"): {
                    "value": self.any("40 %", "12 %"), "evidence": "E1",
                }
            }  # fmt: skip
            if "energy-per-mass" in product["declared"]:
                product["declared"]["energy-per-mass"]["value"] = "900 kgce/t"
        if self.chance(0.3):
            base = {"mass": f"{mass * self.any(1, 0.9, 1.1):.6f} kg"}
            product["base_period"] = {"from": "2024-01-01", "to": "2024-12-31", "output": f"1000 {self.unit[0][-4:]}",
                                      "values": base}  # fmt: skip
            product["base_period"]["output"] = "1000 t" if self.unit[1] is None else "1000 unit"
        product["basic"] = {
            name: {"met": "yes", "evidence": "E1"}
            for name in ("discharge-standards", "pollutant-total-load", "no-major-accident",
                         "environmental-management-system", "quality-management-system", "product-quality")
        }  # fmt: skip
        self.product = product
        self.save("product.yaml", product)
        (self.folder / "end.yaml").write_text(SCENARIO, encoding="utf-8")
        evidence(self.folder)

    def service(self, product: dict[str, Any]) -> None:
        use: dict[str, Any] = {"lifetime": "10 year", "cycles": "200 cycle/year", "flows": []}
        use["flows"].append({"flow": "electricity", "amount": "0.5 kWh", "per": "cycle", "source": "test"})
        use["flows"].append({"dataset": "diesel-combusted", "amount": "40 kg", "per": "life", "source": "test"})
        if self.chance(0.3):
            use["flows"].append(
                {"emission": "Carbon dioxide, fossil", "amount": "0.2 kg", "per": "year", "source": "test"}
            )
        spare = self.any("", "P0", "A0", "A0-P0")
        if spare:
            use["replacements"] = [{"part": spare, "per": "4 year"}]
        product["use"] = use

    def pack(self, product: dict[str, Any]) -> None:
        if self.chance(0.4):
            product["packaging"] = {"none": "test", "evidence": "E1"}
            return
        self.packaging = [self.leaf("BOX", "", material="cardboard", recycled_content=""),
                          self.leaf("FOIL", self.any("", "BOX"), material="HDPE")]  # fmt: skip
        if self.packaging[1]["parent"]:
            self.packaging[0] = {"id": "BOX", "parent": "", "name": "BOX", "quantity": "1"}
        self.table("packaging.csv", self.packaging)
        product["packaging"] = "packaging.csv"

    def site(self, product: dict[str, Any]) -> None:
        output = "1000 t" if self.unit[1] is None else "1000 unit"
        product["reporting_period"] = {"from": "2025-01-01", "to": "2025-12-31", "output": output, "evidence": "E1"}
        product["process"] = "process.csv"
        covers = self.any("", "OWN") if any(r["id"] == "OWN" and not r["process"] for r in self.rows) else ""
        (self.folder / "process.csv").write_text(
            "flow,direction,amount,scope,basis,kind,covers,evidence,data_quality\n"
            f'electricity,in,90000 kWh,product,measured,input,{covers},{self.any("E1", "E2")},"(2,2,2,2,2)"\n',
            encoding="utf-8",
        )

    def table(self, name: str, rows: Sequence[Row]) -> None:
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADS, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def save(self, name: str, content: Any) -> None:
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (self.folder / name).write_text(text, encoding="utf-8")

    # ---- variants --------------------------------------------------------------------------------

    def variants(self) -> None:
        """Options on single rows and groups, assemblies too, and parameters inside and outside of them."""
        rows = [*self.rows, *self.packaging]
        parents = {r["parent"] for r in rows}
        leaves = [r for r in rows if r["id"] not in parents]
        options: list[dict[str, Any]] = []
        parameters: list[dict[str, Any]] = []
        taken: set[tuple[str, str]] = set()
        for row in self.random.sample(leaves, min(len(leaves), self.random.randint(2, 5))):
            options += self.options_of(row, taken)
        assemblies = [r for r in rows if r["id"] in parents and not r.get("phantom")]
        if assemblies and self.chance(0.4):
            row = self.any(*assemblies)
            changed: dict[str, Any] = {"yield": 0.8} | ({"transport": "truck 900 km"} if self.chance(0.5) else {})
            options.append({"part": row["id"], "name": "lossy", "set": changed})
            taken |= {(row["id"], c) for c in changed}
        for row in leaves:
            for column, value in (
                ("mass", {"range": self.around(row["mass"])}), ("quantity", {"values": [1, 2, 4]}),
                ("recycled_content", {"range": ["0 %", "80 %"]}), ("yield", {"range": [0.5, 0.99]}),
            ):  # fmt: skip
                same = all("material" not in o["set"] for o in options if o["part"] == row["id"])
                fits = column != "recycled_content" or (row.get("material") in BLENDS and same)
                fits = fits and (column != "quantity" or row["quantity"] != "AR")
                if fits and (row["id"], column) not in taken and self.chance(0.15):
                    listed = column == "recycled_content" and self.chance(0.5)
                    spread = {"values": ["0 %", "50 %", "100 %"]} if listed else value
                    name, table = f"{column} {row['id']}", "packaging" if row in self.packaging else "bom"
                    parameters.append({"name": name, "field": f"{table}[{row['id']}].{column}"} | spread)
                    taken.add((row["id"], column))
        whole = [
            ("km", "distribution[0].distance", {"range": ["0 km", "2000 km"]}),
            ("power", "use.flows[0].amount", {"range": ["0 kWh", "2 kWh"]}),
            ("fuel", "use.flows[1].amount", {"range": ["2 kg", "90 kg"]}),
            ("life", "use.lifetime", {"values": ["7 year", "10 year", "13 year"]}),
            ("collected", "end_of_life.collection", {"values": [0.5, 0.8, 1.0]}),
        ]
        if "collection" not in self.product["end_of_life"]:
            whole.pop()
        parameters += [{"name": n, "field": f} | v for n, f, v in whole if self.chance(0.3)]
        content: dict[str, Any] = {"ecoprod": 1, "options": options, "parameters": parameters}
        content["design"] = {"sample": 60, "seed": self.random.randint(1, 99)}
        if self.chance(0.3):
            content["use_saving"] = {"flow": "diesel-combusted", "reduction": f"{self.any(0.3, 3)} kg",
                                     "distance": "200000 km", "source": "test"}  # fmt: skip
        self.save("variants.yaml", content)

    def around(self, mass: str) -> list[str]:
        kg = float(mass.split(maxsplit=1)[0])
        return [f"{kg * 0.5:.6f} kg", f"{kg * self.any(1.5, 3):.6f} kg"]

    def options_of(self, row: Row, taken: set[tuple[str, str]]) -> list[dict[str, Any]]:
        found = [
            {"part": row["id"], "name": f"{row['id']} {n}", "set": self.changed(row)}
            for n in range(self.random.randint(1, 2))
        ]
        taken |= {(row["id"], column) for option in found for column in option["set"]}
        return found

    def changed(self, row: Row) -> dict[str, Any]:
        """What one option sets."""
        changed = self.other_material(row)
        if self.chance(0.3):
            changed["transport"] = self.any("truck 900 km", "ship 9000 km; truck 20 km")
        if self.chance(0.3):
            changed["end_of_life"] = self.any(*ROUTES[:5])
        if self.chance(0.2):
            changed["yield"] = 0.7
        if self.chance(0.2) and row.get("made") != "in_house":
            changed["process"] = self.any("injection-moulding", "stamping-steel")
        if self.chance(0.2) and changed.get("material", row.get("material")) in BLENDS:
            changed["recycled_content"] = self.any(*CONTENTS[:3])
        if self.chance(0.1):
            changed["substances"] = self.any(*STATED[:4])
        if self.chance(0.6):  # documents of its own, or others of the row as it is
            changed["evidence"] = self.any("E1", "E1", "E1", "E2", ["E1", "E2"])
        return changed or {"cost": "3 CNY"}

    def other_material(self, row: Row) -> dict[str, Any]:
        """Another material with its mass, another mass alone, or neither."""
        changed: dict[str, Any] = {}
        if row.get("role") != "input" and row.get("material") not in ("", "cardboard") and self.chance(0.6):
            changed = {"material": self.any(*METALS, *PLASTICS, *OTHERS), "mass": f"{self.kg()} kg"}
            if self.chance(0.5):
                changed["substances"] = self.any(*STATED[:4])
                changed["substance_basis"] = "homogeneous_material"
            if row.get("recycled_content") not in ("", "0 %", None):
                changed["recycled_content"] = "0 %"
        elif self.chance(0.5):
            changed["mass"] = f"{self.kg()} kg"
        return changed
