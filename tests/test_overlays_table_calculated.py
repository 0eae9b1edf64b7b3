"""`standards import-table`: a title of what ecoprod calculates is no declared fact until the row says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from overlay_tables import HEADS, Captured, overlay, run, table

from ecoprod.messages import LANGS

NAMED = f"{HEADS},指标编号"
MEANT = [
    # title, unit, the indicators that are meant
    ("单位产品综合能耗", "kgce", "energy-per-unit (kgce)"), ("单位产品综合能耗", "kgce/t", "energy-per-mass (kgce/t)"),
    ("单位产品综合能耗", "tce/t", "energy-per-mass (kgce/t)"),
    ("单位产品综合能耗", "kgce/m", "energy-per-length (kgce/m)"),
    ("单位产品综合能耗（标煤）", "kgce", "energy-per-unit (kgce)"),
    ("单位产品综合能耗", "kgce/台", "energy-per-unit (kgce)"),
    ("单位产品综合能耗", "kgce/m3", "energy-per-unit (kgce)"),  # that very title, in a unit of none of them
    ("单位洗涤剂产品综合能耗", "kWh", "energy-per-unit (kgce)"),
    ("单位洗衣机能耗", "kgce/台", "energy-per-unit (kgce)"),
    ("单位产品能源消耗", "MJ", "energy-per-unit (kgce)"), ("吨糖综合能耗", "kgce/t", "energy-per-mass (kgce/t)"),
    ("energy consumption per product", "kgce", "energy-per-unit (kgce)"),
    ("Energy use per tonne of detergent", "kgce/t", "energy-per-mass (kgce/t)"),
    ("单位产品取水量", "m³", "water-per-unit (m3)"), ("单位产品取水量", "m³/t", "water-per-mass (m3/t)"),
    ("吨产品新鲜水耗", "m3/t", "water-per-mass (m3/t)"), ("fresh water per tonne", "m3/t", "water-per-mass (m3/t)"),
    ("单位产品固体废物产生量", "kg", "waste-per-unit (kg)"), ("一般固废产生量", "kg/t", "waste-per-mass (kg/t)"),
    ("水的重复利用率", "%", "water-reuse-rate (%)"), ("工业用水重复利用率", "%", "water-reuse-rate (%)"),
    ("固废综合利用率", "%", "waste-utilisation-rate (%)"), ("VOCs去除效率", "%", "voc-removal-rate (%)"),
    ("挥发性有机物（VOCs）去除率", "%", "voc-removal-rate (%)"),
    ("原材料利用率", "%", "raw-material-utilisation-rate (%)"),
    ("可再生利用率", "%", "recyclability-rate (%)"), ("产品可回收率", "%", "recyclability-rate (%)"),
    ("再生塑料使用比例", "%", "recycled-content (%)"), ("recycled plastic content", "%", "recycled-content (%)"),
    ("整机质量", "g", "mass (kg)"), ("产品净重", "kg", "mass (kg)"), ("包装孔隙率", "%", "packaging-void-ratio (%)"),
    ("产品碳足迹", "kg CO2-Eq", "impact:climate-change"), ("产品碳足迹", "kg", "impact:climate-change"),
    ("电动机能效等级", "级", "gb-18613-grade (级)"), ("铅含量", "mg/kg", "substance:Pb@homogeneous_material"),
    ("水耗", "m3/t", "water-per-mass (m3/t)"), ("产品水耗", "m³", "water-per-unit (m3)"),
    ("specific water consumption", "m3/t", "water-per-mass (m3/t)"),
    ("GWP", "kg CO2-Eq", "impact:climate-change"), ("温室气体排放", "kg CO2-Eq", "impact:climate-change"),
    ("单位产品二氧化碳排放量", "kg", "impact:climate-change"), ("碳排放强度", "kg CO2-Eq", "impact:climate-change"),
    ("CO2 emissions of the product", "kg", "impact:climate-change"), ("包装层数", "层", "packaging-layers"),
    ("六价铬（Cr6+）", "mg/kg", "substance:Cr6@component"), ("多溴联苯", "%", "substance:PBB@product_mass"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "unit", "meant"), MEANT)
def test_a_title_of_what_is_calculated_is_refused_until_the_row_says_which(
    tmp_path: Path, capsys: Captured, title: str, unit: str, meant: str
) -> None:
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, f"资源属性,{title},{unit},≤,5,,"), target, "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"table.csv:2 二级指标: “{title}” is what ecoprod calculates"), said
    assert meant in said
    assert "in the column indicator" in said
    assert not target.exists()


OTHER = [
    ("待机能耗", "kWh"), ("综合耗电量", "kWh/d"), ("能耗", "kWh"), ("每次循环耗水量", "L"), ("用水量", "L"),
    ("废水产生量", "m3/t"),
    ("能效等级", "级"), ("水效等级", "级"), ("热效率", "%"), ("去除率", "%"), ("水分", "%"),
    ("含水率", "%"),
    ("VOCs含量", "g/L"), ("包装材料用量", "kg"), ("噪声", "dB(A)"), ("energy consumption per wash cycle", "kWh"),
    ("waste water per tonne", "m3/t"), ("单位时间能耗", "W"), ("重金属总质量", "mg/kg"),
    ("制冷剂GWP", "kg CO2-Eq/kg"), ("碳含量", "%"), ("洗涤水耗", "L"), ("板材层数", "层"), ("CO2排放浓度", "mg/m3"),
    ("可溶性铅", "mg/kg"), ("废水中总铅", "mg/L"), ("铅回收率", "%"), ("总铬", "mg/kg"), ("砷含量", "mg/kg"),
]  # fmt: skip


def test_other_titles_are_new_as_before(tmp_path: Path) -> None:
    rows = [f"资源属性,{title},{unit},≤,5,," for title, unit in OTHER]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml") == 0


def test_the_calculated_id_makes_it_a_limit_on_the_calculated_figure(tmp_path: Path) -> None:
    rows = [
        "资源属性,单位产品取水量,m3/t,≤,2,,,water-per-mass",
        "能源属性,单位产品综合能耗（标煤）,kgce,≤,5,,,energy-per-unit",
        "环境属性,产品碳足迹,kg CO2-Eq,≤,100,,,impact:climate-change",
    ]
    found = overlay(tmp_path, *rows, heads=NAMED)
    assert [(r["indicator"], r["limits"][0]["at_most"]) for r in found["requirements"]] == [
        ("water-per-mass", "2 m3/t"), ("energy-per-unit", "5 kgce"), ("impact:climate-change", "100 kg CO2-Eq"),
    ]  # fmt: skip
    assert "facts" not in found  # nothing of it is declared


def test_layers_of_packaging_by_their_id_are_counted_in_the_table_of_packaging(
    tmp_path: Path, capsys: Captured
) -> None:
    row = "产品属性,包装层数,层,≤,3,,,packaging-layers"
    found = overlay(tmp_path, row, heads=NAMED, more=("--lang", "en"))
    assert [r["indicator"] for r in found["requirements"]] == ["packaging-layers"]
    assert "compared with no calculated figure" not in capsys.readouterr().err


def test_the_calculated_id_in_another_unit_is_told_as_before(tmp_path: Path, capsys: Captured) -> None:
    row = "资源属性,单位产品取水量,m3/t,≤,2,,,water-per-unit"
    assert run(table(tmp_path, row, heads=NAMED), tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith("table.csv:2 单位: "), said
    assert "m3/t" in said
    assert "does not convert" in said


def test_an_id_of_its_own_makes_it_another_quantity_and_a_note_says_so(tmp_path: Path, capsys: Captured) -> None:
    row = "资源属性,单位产品取水量,m3/t,≤,2,,,water-of-the-mixer"
    found = overlay(tmp_path, row, heads=NAMED, more=("--lang", "en"))
    assert list(found["facts"]) == ["water-of-the-mixer"]
    assert "compared with no calculated figure" in capsys.readouterr().err


def test_an_id_of_the_requirement_alone_does_not_say_which(tmp_path: Path, capsys: Captured) -> None:
    row = "资源属性,单位产品取水量,m3/t,≤,2,,,water-of-ours"
    assert run(table(tmp_path, row, heads=f"{HEADS},id"), tmp_path / "o.yaml", "--lang", "en") == 2
    assert "water-per-mass (m3/t)" in capsys.readouterr().err
    row = "资源属性,单位产品取水量,m3/t,≤,2,,,water-per-mass"  # unless it is that of the indicator
    assert overlay(tmp_path, row, heads=f"{HEADS},id")["requirements"][0]["indicator"] == "water-per-mass"


def test_a_yes_or_no_under_the_very_title_too(tmp_path: Path, capsys: Captured) -> None:
    assert run(table(tmp_path, "资源属性,单位产品取水量,,,符合,,"), tmp_path / "o.yaml") == 2
    assert "water-per-unit" in capsys.readouterr().err
    found = overlay(tmp_path, "产品属性,产品质量,,,符合,,,quality", heads=f"{HEADS},id")  # not the mass of the product
    assert list(found["facts"]) == ["quality"]


def test_all_of_them_are_told_at_once_with_what_else_is_wrong(tmp_path: Path, capsys: Captured) -> None:
    rows = [f"资源属性,{title},{unit},≤,5,," for title, unit, _ in MEANT[8:14]]
    for lang in LANGS:
        path = table(tmp_path, *rows, "环境属性,某指标,foo,≤,1,,", "环境属性,磷酸盐含量,%,≤,1,,")
        assert run(path, tmp_path / "o.yaml", "--lang", lang) == 2
        lines = [line.split(" ")[0] for line in capsys.readouterr().err.splitlines()]
        assert lines == [f"table.csv:{n}" for n in range(2, len(rows) + 4)]


@pytest.mark.parametrize(("title", "code"), [("单位产品综合能耗", 0), ("单位产品综合能耗（标煤）", 2)])
def test_a_requirement_of_the_library_goes_first(tmp_path: Path, capsys: Captured, title: str, code: int) -> None:
    """Where the library has one on that indicator, its title confirms, and a near one is told once, with its id."""
    path = table(tmp_path, f"能源属性,{title},kgce/t,≤,0.1,,")
    assert run(path, tmp_path / "o.yaml", "--lang", "en", spec="pbt-resin") == code
    said = capsys.readouterr().err
    assert "is what ecoprod calculates" not in said
    assert ("did you mean energy (单位产品综合能耗)" in said) is (code == 2)
