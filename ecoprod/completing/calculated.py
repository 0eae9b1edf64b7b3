"""Titles that mean an indicator which ecoprod calculates: as a declared fact it would be compared with no figure.

The words are those under which the ministry's lists and the standards print these indicators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ecoprod.completing.near import substances_in
from ecoprod.completing.rows import Asked
from ecoprod.completing.words import title_key
from ecoprod.indicators import INDICATORS
from ecoprod.indicators.packaging import LAYERS
from ecoprod.indicators.table import SUBSTANCE_BASES
from ecoprod.units import same_dimension

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_PER = "(?:单位|产品|每?吨|每(?:台|件|套|个|只|米|千米|平方米|立方米|千克|公斤|箱))"
_NO_REFRIGERANT = "^(?!.*(?:制冷剂|发泡剂|refrigerant|blowing agent)).*"
"""What a refrigerant or a blowing agent does by itself is no figure of the product."""
_NOT_IN_USE = "(?!.*(?:cycle|wash|day|hour|flush))"
_WORDS = {
    "energy-per-unit energy-per-mass energy-per-length energy-per-area": (
        "综合(?:能耗|能源消耗)", f"{_PER}.{{0,12}}(?:能耗|能源消耗|耗能|能源单耗)",
        f"energy (?:consumption |used? )?per {_NOT_IN_USE}", "(?:comprehensive|specific) energy consumption",
    ),
    "water-per-unit water-per-mass water-mass-per-mass": (
        "取水(?:量|定额)|新鲜水|新水|水资源消耗", "^(?:产品|生产|综合)?水(?:单耗|耗)(?:量|指标|定额)?$",
        f"{_PER}.{{0,12}}(?:用水|耗水|水耗|水消耗)",
        f"(?<!waste )(?<!waste)water (?:consumption |intake |used? )?per {_NOT_IN_USE}",
        "fresh ?water|water (?:intake|withdrawal)|specific water (?:consumption|use|usage|demand)",
    ),
    "waste-per-unit waste-per-mass": (
        "(?:废弃?物|固废|废渣).{0,6}(?:产生|产排|排放)(?!.*率)", "waste (?:generat[a-z]+ |produced )?per ",
    ),
    "water-reuse-rate": (
        "水.{0,6}(?:重复|循环|回).{0,4}率|(?:重复|循环)用水.{0,4}率", "water (?:reuse|recycling|recirculation)",
    ),
    "waste-utilisation-rate": (
        "(?:废弃?物|固废|废渣).{0,8}(?:利用|回收|循环|处置).{0,4}率",
        "utili[sz]ation (?:rate )?of (?:solid )?waste|waste (?:utili[sz]ation|recovered)",
    ),
    "by-product-recovery-rate": ("副产.{0,8}(?:回收|利用)", "by-?products?.*(?:recover|utili)|recover.*by-?product"),
    "raw-material-utilisation-rate": (
        "(?:材料|原料|原辅料).{0,4}利用率", "utili[sz]ation (?:rate )?of (?:raw )?material|material utili[sz]ation",
    ),
    "voc-removal-rate": (
        "(?:vocs?|挥发性有机|有机废气).{0,12}(?:去除|净化|处理|治理|脱除).{0,2}(?:率|效率)",
        "voc.*(?:removal|abatement)",
    ),
    "packaging-void-ratio": ("包装.{0,4}[空孔]隙率|包装空间率", "void ratio"),
    "recyclability-rate recoverability-rate": (
        "可(?:再|循环|回收).{0,8}率|^(?:产品的?)?(?:再生|再|回收|循环|回收再)(?:利用|循环)?率$",
        "recyclab|recoverab|^(?:recovery|recycling) rate(?: of the product)?$",
    ),
    "recycled-content recycled-content-pre recycled-content-post": (
        "(?:再生|循环|回收|消费[前后]).{0,8}料.{0,6}(?:比例|比率|含量|占比|使用|用量|掺)|再生(?:料|材料|原料)$",
        "recycled (?:material |plastics? )?content|(?:pre|post)-?consumer",
    ),
    "waste-content": ("(?:废弃?物|固废|废料|废渣).{0,8}(?:含量|掺量|比例|占比|掺加)", "waste (?:content|share)"),
    "mass": (
        "^(?:产品|整机|单位产品|单台)?(?:总|净)?(?:质量|重量)$|[净毛]重$",
        "^(?:product )?(?:net )?(?:mass|weight)(?: of the product)?$",
    ),
    "gb-28380-grade": ("(?:计算机|电脑|台式机|笔记本).{0,8}能效|能效.*28380", "energy efficiency grade of computer"),
    "gb-18613-grade": ("(?:电动机|电机).{0,8}能效|能效.*18613", "energy efficiency grade of motor"),
    "carbon-footprint-per-kwh impact:climate-change impact-per-functional-unit:climate-change": (
        "碳足迹|温室气体(?:排放)?(?:总)?量|全球(?:变暖|增温)|气候变化",
        "carbon footprint|greenhouse gas|global warming|climate change",
        f"{_NO_REFRIGERANT}(?:温室气体|(?:二氧化碳|(?<![a-z])co2|碳)(?:当量)?(?:总)?排放|碳(?:排)?强度)",
        rf"{_NO_REFRIGERANT}(?:(?<![a-z])(?:gwp|ghg)(?![a-z])|(?:co2|carbon(?: dioxide)?) (?:emission|intensity))",
    ),
    LAYERS: ("包装.{0,4}层数", "(?:number of )?(?:packaging layers|layers of packaging)"),
}  # fmt: skip
_MEANT = [(tuple(ids.split()), re.compile("|".join(words))) for ids, words in _WORDS.items()]
_CLIMATE = ":climate-change"
_OTHER_THAN_CONTENT = re.compile(
    "可溶|溶出|溶解|迁移|浸出|析出|释放|废水|废气|废液|排放|率|无铅|(?i:solub|migrat|leach|releas|emission|waste|rate|free)"
)


def calculated_as(asked: Asked) -> tuple[str, ...]:
    """The calculated indicators that the title of a row means: those that its unit fits, else those of that very title.

    A title that only means nearly one counts where its unit is that of the indicator.
    """
    title = " ".join(unicodedata.normalize("NFKC", asked.title).casefold().split())
    bare = " ".join(_BRACKETS.sub(" ", title).split()) or title
    same = tuple(name for name in INDICATORS if _titles(name) & {title_key(title), title_key(bare)})
    if asked.unit is None and asked.benchmark.kind in ("flag", "none"):
        # of a yes or no no figure comes; 产品质量 is then the quality, not the mass
        return tuple(name for name in same if name != "mass")
    meant = (name for ids, words in _MEANT if words.search(bare) or words.search(title) for name in ids)
    fitting = tuple(name for name in dict.fromkeys((*same, *meant)) if _fits(name, asked.unit))
    fitting += _contents(asked) if asked.unit is not None and not fitting and same_dimension(asked.unit, "%") else ()
    return fitting or tuple(name for name in same if name != "mass")


def _contents(asked: Asked) -> tuple[str, ...]:
    """The content of a restricted substance, on each basis that a limit may have; not what is set free or let out."""
    title = unicodedata.normalize("NFKC", asked.title)
    if _OTHER_THAN_CONTENT.search(title):
        return ()
    return tuple(f"substance:{symbol}@{basis}" for symbol in sorted(substances_in(title)) for basis in SUBSTANCE_BASES)


def _titles(name: str) -> set[str]:
    """The titles of a calculated indicator as they compare, with and without what stands in brackets."""
    words = [unicodedata.normalize("NFKC", text) for text in INDICATORS[name].title.values()]
    return {title_key(text) for word in words for text in (word, _BRACKETS.sub(" ", word))}


def _fits(name: str, unit: str | None) -> bool:
    if name == LAYERS:
        return unit is not None and same_dimension(unit, "层")
    if unit is None:
        return INDICATORS[name].unit == "级"
    if name.endswith(_CLIMATE):
        return "CO2" in unit or same_dimension(unit, "kg")
    return any(same_dimension(unit, own) for own in _units(INDICATORS[name].unit))


def _units(own: str | None) -> Iterator[str]:
    """The units in which an indicator may be asked for: that of the table, and the same for each product."""
    if own:
        yield own
        if "/" not in own and own not in ("%", "级"):
            yield f"{own}/unit"
