"""The names a specification may ask for and that ecoprod calculates, with unit and title.

Any other name in a specification is a declared fact: it is read from `declared` of the product file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.impact_categories import CATEGORIES


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """Unit (None for a yes/no) and title of a calculated indicator."""

    unit: str | None
    title: Mapping[str, str]


def _info(unit: str | None, zh: str, en: str) -> IndicatorInfo:
    return IndicatorInfo(unit, {"zh": zh, "en": en})


SUBSTANCE_BASES = ("homogeneous_material", "component", "product_mass")

_FIXED = {
    "mass": _info("kg", "产品质量", "product mass"),
    "recyclability-rate": _info("%", "可再生利用率", "recyclability rate"),
    "recoverability-rate": _info("%", "可回收利用率", "recoverability rate"),
    "recycled-content": _info("%", "再生料比例", "recycled content"),
    "recycled-content-pre": _info("%", "消费前再生料比例", "pre-consumer recycled content"),
    "recycled-content-post": _info("%", "消费后再生料比例", "post-consumer recycled content"),
    "waste-content": _info("%", "废弃物原料含量", "content of waste-derived raw material"),
    "energy-per-unit": _info("kgce", "单位产品综合能耗", "energy consumption per product"),
    "water-per-unit": _info("m3", "单位产品取水量", "fresh water per product"),
    "waste-per-unit": _info("kg", "单位产品固体废物产生量", "solid waste per product"),
    "energy-per-mass": _info("kgce/t", "单位产品综合能耗（每吨）", "energy consumption per tonne"),
    "energy-per-length": _info("kgce/m", "单位产品综合能耗（每米）", "energy consumption per metre"),
    "energy-per-area": _info("kgce/m2", "单位产品综合能耗（每平方米）", "energy consumption per square metre"),
    "water-per-mass": _info("m3/t", "单位产品取水量（每吨）", "fresh water per tonne"),
    "water-mass-per-mass": _info("t/t", "单位产品新鲜水消耗量（以质量计）", "fresh water by mass per tonne"),
    "waste-per-mass": _info("kg/t", "单位产品固体废物产生量（每吨）", "solid waste per tonne"),
    "water-reuse-rate": _info("%", "水重复利用率", "water reuse rate"),
    "waste-utilisation-rate": _info("%", "固体废物综合利用率", "utilisation rate of solid waste"),
    "by-product-recovery-rate": _info("%", "副产品回收利用率", "recovery rate of by-products"),
    "raw-material-utilisation-rate": _info("%", "原材料利用率", "utilisation rate of raw materials"),
    "voc-removal-rate": _info("%", "VOC去除率", "VOC removal rate"),
    "packaging-void-ratio": _info("%", "包装空隙率", "void ratio of the packaging"),
    "gb-28380-grade": _info("级", "计算机能效等级（GB 28380）", "energy efficiency grade of computers (GB 28380)"),
    "gb-18613-grade": _info("级", "电动机能效等级（GB 18613）", "energy efficiency grade of motors (GB 18613)"),
    "carbon-footprint-per-kwh": _info("kg CO2-Eq/kWh", "每千瓦时产品碳足迹", "product carbon footprint per kWh"),
    "lca:provided": _info(None, "已开展生命周期评价", "life cycle assessment made"),
    "lca:stages": _info(None, "生命周期阶段齐全或说明了排除理由", "all stages covered, or left out with a reason"),
    "lca:functional-unit": _info(None, "给出功能单位与基准流", "functional unit and reference flow given"),
    "lca:own-production": _info(None, "自身生产有现场数据或加工数据集", "own production has site or processing data"),
    "lca:linked": _info(None, "产品质量均有数据集对应", "product mass linked to datasets"),
    "lca:coverage": _info(None, "气候变化结果可得", "climate change result available"),
    "lca:hazardous-not-cut": _info(None, "有害物质未被取舍", "nothing hazardous cut off"),
    "lca:categories": _info(None, "规范关注的影响类别均有结果", "a result in every impact category that is asked for"),
    "lca:linked-mass-share": _info("%", "已关联质量占比", "linked share of mass"),
    "lca:cut-off-mass-share": _info("%", "取舍质量占比", "cut-off share of mass"),
    "lca:data-year": _info(None, "数据覆盖完整一年", "data of a full year"),
    "lca:data-quality": _info(None, "现场数据说明了数据质量", "quality stated for the site data"),
    "lca:improvement": _info(None, "相对基期至少一项指标有改进", "an indicator better than in the base period"),
}  # fmt: skip

INDICATORS: Mapping[str, IndicatorInfo] = {
    **_FIXED,
    **{f"impact:{c}": _info("", f"影响类别 {c}", f"impact category {c}") for c in CATEGORIES},
    **{
        f"impact-per-functional-unit:{c}": _info("", f"每功能单位影响 {c}", f"impact per functional unit {c}")
        for c in CATEGORIES
    },
}
"""Substances stand outside this table: `substance:NAME@BASIS`, any name, one of `SUBSTANCE_BASES`."""


DECLARABLE = frozenset({
    "recyclability-rate", "recoverability-rate", "recycled-content", "recycled-content-pre", "recycled-content-post",
    "waste-content", "energy-per-unit", "water-per-unit", "waste-per-unit", "energy-per-mass", "energy-per-length",
    "energy-per-area", "water-per-mass", "water-mass-per-mass", "waste-per-mass", "water-reuse-rate",
    "waste-utilisation-rate", "by-product-recovery-rate", "raw-material-utilisation-rate", "voc-removal-rate",
    "packaging-void-ratio", "gb-28380-grade", "gb-18613-grade",
})  # fmt: skip
"""Calculated indicators that a documented declaration may settle where the calculation leaves them open."""


def is_calculated(name: str) -> bool:
    """Whether ecoprod calculates that indicator (else it must be declared)."""
    if name.startswith("substance:"):
        return name.partition("@")[2].split("/")[0] in SUBSTANCE_BASES
    return name in INDICATORS or name.startswith("basic:")
