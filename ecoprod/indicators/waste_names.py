"""Names by which datasets of one's own database speak of waste: all words of that question in one place.

What says waste by itself (sludge, landfill, 废) does so whichever way the row points. Goods that are waste to one and
raw material to another (slag, ash, scrap, 渣) are waste only with the word of a service beside them (slag handling,
scrap collection), or where the row does not say that they came in. A treatment is one of waste, unless it is a step of
working a material (heat treatment) or stands for what is bought for it (water treatment chemicals).
"""

from __future__ import annotations

import re

_WASTE = (
    r"waste|sludge|landfill|incinerat|disposal|residue|dross|spoil heap|stockpiling|dumping|treatment",
    "废(?!钢|铁|铜|铝|金属|不锈钢)",
    "污泥|填埋|焚烧",
    "垃圾|残渣|浮渣",
    "尾矿库|赤泥库",
    "渣场|灰场",
    "排土场|处置|处理",
)
_TRADED = (
    r"\b(slags?|ash(es)?|tailings?|scraps?|spent|dusts?|swarf|cinders?|offcuts?|cullet|gangue|red mud)\b",
    r"废(钢|铁|铜|铝|金属|不锈钢)|渣",
    r"尾矿|矸石",
    r"粉尘|烟尘|除尘灰",
    r"飞灰|炉灰|煤灰|赤泥",
    r"边角料|下脚料",
)
_SERVICE = (
    r"\b(handling|collection|recycling|sorting|storage|management|removal|stabili[sz]ation|solidification|ponds?)\b",
    "收集|回收|清运|运输|堆存",
    "贮存|储存|分选|固化|库|场",
)
_WORKED = (
    r"\b(heat|thermal|surface|chemical|mechanical|corona|plasma|flame|laser|wood|textile|water)[ -](pre-?)?treatment\b",
    r"\b(pre|post|after)-?treatment\b",
    r"\bsoda ash\b|\bash (wood|tree)\b",
    r"treatment (chemicals?|agents?|additives?|plant construction|equipment)\b",
    r"(热|表面|前|预|后|化学|机械)处理",
    r"(电晕|等离子|木材)处理",
    r"(给水|软水|纯水)处理",
    r"水?处理(药?剂|化学品|设备)",
    r"处理器",
)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words))


_WASTE_RE, _TRADED_RE, _SERVICE_RE, _WORKED_RE = map(_any_of, (_WASTE, _TRADED, _SERVICE, _WORKED))


def speaks_of_waste(names: str, *, bought: bool) -> bool:
    """Whether names speak of waste. `bought`: the row says that it came in as material, or what became of it."""
    plain = _WORKED_RE.sub(" ", names.casefold())
    if _WASTE_RE.search(plain):
        return True
    return bool(_TRADED_RE.search(plain)) and (not bought or bool(_SERVICE_RE.search(plain)))
