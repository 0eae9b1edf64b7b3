"""Which figures a test finds, so that a stated 0 means no more than "not detected".

Contents and concentrations are found by a test, which sees nothing below its detection limit. What is counted (pieces,
cycles, layers), bought or shared out (energy, rates, costs) is exact: there a 0 is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ecoprod.measure import Measure
from ecoprod.standards.records import Limit
from ecoprod.standards.strictness import wants_nothing
from ecoprod.standards.vocabulary import CALCULATED, UPPER
from ecoprod.units import UnitError, lookup

_CONCENTRATIONS = ("mg/m3", "mg/m2", "mg/(m2·h)", "mg/kWh", "Bq/kg", "Bq/m3", "Bq/m2", "mg/unit")
"""Units whose kinds are those of a test: mass per volume, area or energy, radioactivity."""
_SHARES_OF_MASS = ("pg/", "ng/", "μg/", "mg/", "g/", "μL/", "mL/")
"""How units of a content begin that have no dimension (mg/kg, g/kg, mL/m3); kg/t and t/t are amounts."""
_TRACES = frozenset({"ppm", "ppb", "mg", "μg", "ng", "pg"})
_EMITTED = frozenset({
    "dust", "so2", "nox", "cod", "nitrogen", "chloride", "voc", "vocs", "emission", "emissions", "particulate",
    "particulates", "粉尘", "烟尘", "颗粒物", "二氧化硫", "氮氧化物", "化学需氧量", "氨氮", "总氮", "总磷", "氯化",
    "挥发", "废气",
})  # fmt: skip
"""Words that say that a mass per tonne went out into air or water, where a test found it."""
_NAMED = frozenset({
    "formaldehyde", "acetaldehyde", "benzene", "toluene", "xylene", "styrene", "lead", "pb", "mercury", "hg",
    "cadmium", "cd", "chromium", "cr6", "arsenic", "antimony", "nickel", "fluoride", "chlorine", "chloride",
    "bromine", "halogen", "halogens", "sulfur", "sulphur", "phosphorus", "phosphate", "phthalate", "phthalates",
    "phenol", "phenols", "amine", "amines", "ammonia", "cyanide", "asbestos", "monomer", "monomers", "solvent",
    "solvents", "voc", "vocs", "metal", "metals", "pah", "pahs", "methanol", "ethanol", "acetone", "selenium",
    "barium", "cobalt", "beryllium", "pbb", "pbde", "pbdes", "dehp", "bbp", "dbp", "dibp", "sccp", "hbcdd", "pfos",
    "pfoa", "甲醛", "乙醛", "苯", "铅", "汞", "镉", "铬", "砷", "锑", "镍", "氟", "氯", "溴", "卤", "磷", "硫酸",
    "硫含", "二氧化硫", "酚", "胺", "氨", "氰", "石棉", "单体", "溶剂", "挥发", "重金属", "多环芳烃", "醇", "醛",
    "酮", "醚", "烷", "烯", "肼", "硒", "钡", "铊", "铍", "钴",
})  # fmt: skip
"""Substances whose share, rate or ratio is a content whatever it is called."""
_PIECES = frozenset({
    "deformation", "shrinkage", "elongation", "expansion", "swelling", "warpage", "wear", "moisture", "leakage",
    "leak", "cost", "price", "reject", "rejects", "rejected", "defect", "defects", "defective", "scrapped", "变形",
    "收缩", "伸长", "膨胀", "翘曲", "磨损", "水分", "含水率", "含水量", "泄漏", "渗漏", "成本", "费用", "合格",
    "次品", "废品", "缺陷",
})  # fmt: skip
"""What happens to pieces, and what they cost: measured or counted as it is, down to nothing."""
_CONTENTS = frozenset({
    "content", "contents", "concentration", "concentrations", "residue", "residues", "residual", "migration",
    "release", "released", "emission", "emissions", "substance", "substances", "hazardous", "toxic", "harmful", "gas",
    "impurity", "impurities", "soluble", "insoluble", "matter", "ash", "含量", "浓度", "残留", "残余", "迁移", "释放",
    "溶出", "析出", "检出", "杂质", "异物", "有害", "有毒", "游离", "灰分", "不溶物", "气体量",
})  # fmt: skip
_SHARES = frozenset({
    "rate", "ratio", "share", "proportion", "percentage", "efficiency", "loss", "losses", "degradation",
    "consumption", "power", "spread", "void", "hic", "yield", "reuse", "reused", "utilisation", "utilization",
    "recovery", "recovered", "recycled", "renewable", "coverage", "deviation", "error", "change", "increase",
    "decrease", "reduction", "attenuation", "availability", "evenness", "distortion", "率", "比例", "占比", "比重",
    "份额", "能效", "损失", "损耗", "耗电", "衰减", "波动", "偏差", "误差", "变化", "降低", "提高", "加严", "均匀度",
    "分离度",
})  # fmt: skip
"""Words of a percentage that say it is a share of something counted, weighed or bought, or a change of it."""
_CONTENT_RATE = re.compile("含.{1,4}率")
_WORD = re.compile("[a-z]+[0-9]?")


def as_found(measure: Measure, limit: Limit) -> Measure:
    """A declared figure as its test found it: a 0 is what was not detected, and nothing lies below the detection limit.

    Only against a limit from above; that there is enough of something a 0 denies, whatever the test.
    """
    value, seen = measure.value, measure.detection_limit
    if value is None or not measure.declared or not _from_above(limit):
        return measure
    if not any(is_tested(measure.id, unit, measure.titles) for unit in (measure.unit, limit.unit)):
        return measure
    if value == 0:
        return replace(measure, not_detected=True)
    return replace(measure, high=seen) if seen is not None and value < seen else measure


def is_tested(name: str, unit: str | None, titles: Sequence[str] = ()) -> bool:
    """Whether a quantity of this unit is what a test finds: by its titles, or by its name where it has none."""
    if name.startswith("substance:"):
        return True
    if unit is None or name in CALCULATED:
        return False
    text = " ".join(titles or (name,)).casefold().replace("_", "-")
    if unit in ("%", "‰"):
        return _is_content(text)
    if unit in _TRACES:
        return True
    try:
        known = lookup(unit)
    except UnitError:
        return False
    if known.dimension:
        return known.dimension in {lookup(like).dimension for like in _CONCENTRATIONS}
    return unit.startswith(_SHARES_OF_MASS) or (unit == "kg/t" and _says(text, _EMITTED))


def _is_content(text: str) -> bool:
    """Whether a percentage is a content; where its words do not tell it counts as one, and its test is asked for."""
    if _says(text, _NAMED):
        return True
    if _says(text, _PIECES):
        return False
    return _says(text, _CONTENTS) or _CONTENT_RATE.search(text) is not None or not _says(text, _SHARES)


def _says(text: str, words: frozenset[str]) -> bool:
    """Whether a text has one of the words: Latin ones as a whole, Chinese ones anywhere."""
    return not words.isdisjoint(_WORD.findall(text)) or any(w in text for w in words if not w.isascii())


def _from_above(limit: Limit) -> bool:
    return limit.op in UPPER or wants_nothing(limit) or (limit.op == "between" and (limit.low or 0.0) <= 0)
