"""One small product per policy sector runs through the bundled core without a gap.

Every product is made up: masses and readings are illustrative round figures, no maker's data. What is tested is the
reach of the data: each row finds a dataset, none is left unaccounted, and climate change is covered.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecoprod.assessment import Assessment
from ecoprod.corridor import assess

EXPECTED = ("home-appliances", "building-materials", "machinery", "automobiles", "electronics", "chemicals", "textiles")


@dataclass(frozen=True)
class Product:
    """`rows`: name | material, or `=` and a dataset | kg, or pieces | processes of the part, apart by `;`."""

    name: str
    rows: str
    process: tuple[tuple[str, str], ...]
    use: dict[str, Any]
    end_of_life: dict[str, Any]
    category: str = "gbt-32161"


def _flow(flow: str, amount: str, per: str) -> dict[str, str]:
    return {"flow": flow, "amount": amount, "per": per, "source": "illustrative"}


PRODUCTS = {
    "home-appliances": Product(
        "洗衣机 washing machine",
        """cabinet         | SPCC             | 18   | stamping-steel
           drum            | SUS304           | 6    | stamping-steel
           tub             | PP-GF30          | 9    | injection-moulding
           panel           | ABS              | 2    | injection-moulding
           handle          | HIPS             | 0.4  | injection-moulding
           gasket          | EPDM             | 1.2  |
           counterweight   | concrete         | 20   |
           motor           | =motor-electric  | 6    |
           pulley          | ADC12            | 1    | casting-aluminium
           lid             | =glass-flat      | 1.5  | glass-tempering
           cable           | =cable-copper-pvc| 0.8  |
           control board   | =pcb-assembled   | 0.3  |
           hose            | PVC-P            | 0.6  | extrusion-plastics""",
        (("electricity", "20 kWh"), ("natural gas", "1 m3")),
        {
            "lifetime": "10 year", "cycles": "220 1/year",
            "flows": [
                _flow("electricity", "0.6 kWh", "cycle"),
                _flow("tap water", "50 kg", "cycle"),
            ],
        },
        {"scenario": "sorted-for-recycling"},
    ),
    "building-materials": Product(
        "保温外墙板 1 m2 insulated wall panel",
        """concrete shell  | C30混凝土        | 240  |
           reinforcement   | HRB400           | 8    |
           insulation      | 岩棉             | 12   |
           board           | 纸面石膏板       | 9    |
           wall paint      | 乳胶漆           | 0.6  |
           tile            | 瓷砖             | 20   |
           waterproofing   | 防水涂料         | 1.5  |
           window glass    | 平板玻璃         | 15   |
           window frame    | 6061             | 4    | extrusion-aluminium
           seal            | 三元乙丙橡胶     | 0.3  |
           wood batten     | 针叶材           | 3    |
           brick           | 砖               | 30   |
           cement mortar   | P.O 42.5         | 5    |
           sand            | 砂               | 15   |""",
        (("electricity", "6 kWh"), ("tap water", "60 kg")),
        {"none": "a wall uses nothing"},
        {"scenario": "cn-construction"},
    ),
    "machinery": Product(
        "齿轮泵 gear pump with motor",
        """housing         | HT250            | 12   | casting-iron; machining-metal
           gears           | 42CrMo           | 3    | forging-steel; machining-metal
           shaft           | 45#              | 2    | machining-metal
           cover           | A356             | 1.5  | casting-aluminium-permanent-mould
           bushing         | bronze           | 0.4  |
           spacer          | Q235             | 2    | stamping-steel
           bolts           | 螺栓             | 0.6  |
           valve           | brass            | 0.3  | machining-metal
           seal            | NBR              | 0.1  |
           gasket          | 牛皮纸           | 0.05 |
           coupling        | PA66-GF30        | 0.3  | injection-moulding
           motor           | =motor-electric  | 15   |
           magnet          | NdFeB            | 0.2  |
           paint           | powder paint     | 0.2  |""",
        (("electricity", "40 kWh"), ("natural gas", "3 m3")),
        {"lifetime": "8 year", "flows": [_flow("electricity", "4000 kWh", "year")]},
        {"scenario": "sorted-for-recycling"},
    ),
    "automobiles": Product(
        "小型电动汽车 small electric car",
        """body            | DC04             | 260  | stamping-steel
           doors and lids  | 镀锌板           | 90   | stamping-steel
           chassis         | Q355             | 110  | stamping-steel
           brake discs     | HT200            | 30   | casting-iron
           castings        | ADC12            | 60   | casting-aluminium
           steering wheel  | AM60             | 3    |
           profiles        | 6061             | 25   | extrusion-aluminium
           bumpers         | PP-TD20          | 35   | injection-moulding
           intake          | PA66-GF30        | 4    | injection-moulding
           seats           | PUR foam         | 15   |
           upholstery      | polyester fabric | 6    | dyeing
           seals           | EPDM             | 9    |
           tyres           | tyre             | 32   |
           windows         | flat glass       | 28   | glass-tempering
           starter battery | 铅酸蓄电池       | 12   |
           battery cells   | =battery-cell-lfp| 130  |
           motor           | =motor-electric  | 45   |
           magnets         | NdFeB            | 1.2  |
           harness         | =cable-copper-pvc| 14   |
           electronics     | =pcb-assembled   | 3    |
           refrigerant     | R134a            | 0.6  |
           general assembly| =final-assembly-vehicle | 1 unit | """,
        (("electricity", "500 kWh"), ("natural gas", "20 m3")),
        {
            "lifetime": "10 year",
            "flows": [_flow("electricity", "1500 kWh", "year")],
            "replacements": [{"part": "P13", "per": "4 year"}],
        },
        {"scenario": "sorted-for-recycling"},
    ),
    "electronics": Product(
        "平板电脑 tablet computer",
        """housing         | 6061             | 0.12 | machining-metal
           display         | LCD display      | 0.12 |
           cover glass     | flat glass       | 0.06 | glass-tempering
           battery         | =battery-cell-nmc111 | 0.13 |
           main board      | =pcb-assembled   | 0.04 |
           memory          | =dram-lpddr4     | 2 unit |
           frame           | PC/ABS           | 0.03 | injection-moulding
           magnets         | NdFeB            | 0.003|
           screws          | 304              | 0.003|
           charger         | =power-supply    | 0.1  |
           cable           | =cable-copper-pvc| 0.03 |""",
        (("electricity", "2 kWh"),),
        {"lifetime": "3 year", "flows": [_flow("electricity", "12 kWh", "year")]},
        {"scenario": "sorted-for-recycling"},
        category="tablet-computer@SJ-T-11750-2019",
    ),
    "chemicals": Product(
        "洗衣粉 1 kg laundry powder",
        """surfactant      | LAS              | 0.12 |
           co-surfactant   | AES              | 0.03 |
           non-ionic       | 氧化胺           | 0.01 |
           builder         | 4A沸石           | 0.2  |
           soda            | 纯碱             | 0.25 |
           water glass     | 硅酸钠           | 0.08 |
           bleach          | 过碳酸钠         | 0.06 |
           enzyme          | =enzyme-alpha-amylase | 0.005 |
           filler          | 氯化钠           | 0.165|
           water           | 水               | 0.08 |""",
        (("electricity", "0.1 kWh"), ("steam", "1 MJ")),
        {"flows": [{"dataset": "wastewater-treatment", "amount": "0.5 m3", "per": "life", "source": "illustrative"}]},
        {"none": "it leaves with the waste water, which is counted in use"},
        category="household-detergent",
    ),
    "textiles": Product(
        "涤棉外套 lined jacket",
        """shell           | 涤纶机织布       | 0.35 | dyeing; finishing-textile
           lining          | 棉针织布         | 0.15 | bleaching-textile; dyeing-batch
           wadding         | 再生涤纶短纤     | 0.12 |
           sewing thread   | 涤纶长丝         | 0.01 |
           cords           | 锦纶66丝         | 0.02 |
           zip             | 黄铜             | 0.03 |
           buttons         | PA6              | 0.01 | injection-moulding
           hang tag        | 纸               | 0.01 |""",
        (("electricity", "1.2 kWh"), ("steam", "2 MJ")),
        {
            "lifetime": "3 year", "cycles": "10 1/year",
            "flows": [
                _flow("electricity", "0.1 kWh", "cycle"),
                _flow("tap water", "6 kg", "cycle"),
            ],
        },
        {"scenario": "cn-municipal"},
    ),
}  # fmt: skip


def folder_of(product: Product, folder: Path) -> Path:
    """The product as a folder on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    bom: list[dict[str, str]] = []
    mass = 0.0
    for position, line in enumerate(product.rows.splitlines(), start=1):
        name, what, amount, processes = (cell.strip() for cell in line.split("|"))
        row = {"id": f"P{position}", "name": name, "quantity": "1", "transport": "truck 300 km", "note": "illustrative"}
        row["dataset" if what.startswith("=") else "material"] = what.removeprefix("=")
        row["process"] = processes
        if amount.endswith("unit"):
            row |= {"quantity": amount.split()[0], "role": "service"}
        else:
            row["mass"] = f"{amount} kg"
            mass += float(amount)
        bom.append(row)
    heads = ("id", "name", "material", "dataset", "quantity", "mass", "role", "process", "transport", "note")
    _write(folder / "bom.csv", heads, bom)
    readings = [
        {"flow": flow, "direction": "in", "amount": amount, "scope": "product", "basis": "estimated", "kind": "input",
         "note": "illustrative"}
        for flow, amount in product.process
    ]  # fmt: skip
    _write(folder / "process.csv", tuple(readings[0]), readings)
    content = {
        "ecoprod": 1,
        "product": {"name": product.name, "model": "made up", "category": product.category, "mass": f"{mass:.6f} kg",
                    "maker": {"name": "example maker (made up)", "site": "example site"}},
        "assessed_on": "2026-11-23",
        "product_unit": "1 unit",
        "functional_unit": {"service": "1 unit", "of": "product over its life"},
        "service_per_product": "1 unit",
        "reporting_period": {"from": "2025-01-01", "to": "2025-12-31", "output": "1 unit"},
        "bom": "bom.csv",
        "process": "process.csv",
        "packaging": {"none": "left out of this illustration"},
        "distribution": [{"mode": "truck", "distance": "500 km"}],
        "use": product.use,
        "end_of_life": product.end_of_life,
    }  # fmt: skip
    (folder / "product.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _write(path: Path, heads: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module", params=EXPECTED)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assess(folder_of(PRODUCTS[request.param], tmp_path_factory.mktemp(request.param)))


def test_one_product_stands_for_each_sector() -> None:
    assert tuple(PRODUCTS) == EXPECTED


def test_every_row_finds_a_dataset(made: Assessment) -> None:
    assert made.foreground is not None
    assert made.foreground.linked_mass_share == pytest.approx(1)
    assert [i.id for i in made.foreground.items if not i.linked] == []
    assert [p.part.id for p in made.foreground.parts if p.unaccounted] == []
    assert made.foreground.missing == ()


def test_climate_change_is_covered(made: Assessment) -> None:
    assert made.lca is not None
    for method in made.lca.methods:
        climate = [c for c in method.categories.values() if "climate" in c.id]
        assert climate
        for category in climate:
            assert category.reason is None
            assert category.coverage is not None
            assert category.coverage >= 0.8
