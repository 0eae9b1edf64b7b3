"""Words of a table of indicators, Chinese and English, and what they mean in an overlay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecoprod.signs import apart, plain_line
from ecoprod.units import UnitError, canonical, parse_number

Kind = Literal["number", "range", "none", "flag", "words"]


def plain(word: str) -> str:
    """A word as it compares: full width forms plain, case, spaces, hyphens and underscores ignored."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", word)).casefold()


def title_key(title: str) -> str:
    """A title as it compares: letters and digits alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title)).casefold()


def _table(rows: str) -> dict[str, str]:
    """Words by what they mean, which stands first in its row."""
    found: dict[str, str] = {}
    for row in rows.strip().splitlines():
        name, *words = (word.strip() for word in row.split("|"))
        found.update({plain(word): name for word in (name, *words)})
    return found


def _shown(rows: str) -> tuple[str, ...]:
    """The words of a table that messages name: the first other one of each row, and what it means."""
    parts = [[word.strip() for word in row.split("|")] for row in rows.strip().splitlines()]
    return tuple(f"{other} ({name})" for name, other, *_ in parts)


_DIRECTION_ROWS = """
at_most | ≤ | <= | ≦ | ⩽ | 不大于 | 不高于 | 不超过 | 小于等于 | 小于或等于 | 最大值 | 上限 | max | not more than
at_least | ≥ | >= | ≧ | ⩾ | 不小于 | 不低于 | 不少于 | 大于等于 | 大于或等于 | 最小值 | 下限 | min | not less than
less_than | < | 小于 | 低于 | 少于
more_than | > | 大于 | 高于 | 多于
equals | = | 等于 | equal to | is
between | 区间 | 范围 | 介于 | range
one_of | 之一 | 属于 | one of
"""
_LEVEL_ROWS = """
resource | 资源属性 | 资源 | 资源指标 | resource attribute | resources
energy | 能源属性 | 能源 | 能源指标 | energy attribute
environment | 环境属性 | 环境 | 环境指标 | environmental | environmental attribute | environment attribute
product | 产品属性 | 产品 | 产品指标 | 品质属性 | product attribute | quality
basic | 基本要求 | basic requirement | basic requirements
lca_report | 生命周期评价 | 生命周期评价报告 | lca | lca report | life cycle assessment
"""
_STAGE_ROWS = """
raw_materials | 原材料获取 | 原材料 | 原料获取 | 原材料采购 | raw material | raw materials | raw material acquisition
manufacturing | 生产 | 生产制造 | 产品生产 | 制造 | production
distribution | 分销 | 销售 | 运输 | 销售运输 | 分销和储存 | transport
use | 使用 | 产品使用 | use phase
end_of_life | 生命末期 | 寿命末期 | 废弃 | 废弃处置 | 回收处理 | 回收利用 | 报废处理 | end of life | disposal
"""
_ANSWER_ROWS = """
none | 无 | 不得检出 | 未检出 | 不检出 | 不得含有 | 不得使用 | 禁止使用 | not detected | not detectable | nil
yes | 是 | 有 | 符合 | 满足 | 达标 | true | y
no | 否 | 不是 | false | n
"""
WITHOUT_UNIT = frozenset(
    map(plain, ("无量纲", "无单位", "无", "量纲一", "dimensionless", "unitless", "none", "1", "——", "--"))
)
"""What tables print in the unit column for a quantity that has none, beside a plain dash."""
DIRECTIONS: Mapping[str, str] = _table(_DIRECTION_ROWS)
FIRST_LEVELS: Mapping[str, str] = _table(_LEVEL_ROWS)
STAGES: Mapping[str, str] = _table(_STAGE_ROWS)
SHOWN_DIRECTIONS, SHOWN_LEVELS, SHOWN_STAGES = map(_shown, (_DIRECTION_ROWS, _LEVEL_ROWS, _STAGE_ROWS))
SIGNS: Mapping[str, str] = {
    shown.partition(" (")[2].rstrip(")"): shown.partition(" (")[0] for shown in SHOWN_DIRECTIONS
}
"""The sign or word that messages show for each direction."""
_ANSWERS = _table(_ANSWER_ROWS)
_PHASE = re.compile("(阶段|stage|phase)$")
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:~|–|—|-|…|至|到|to)\s*({_NUMBER})")
_PAIR = re.compile(rf"\[\s*({_NUMBER})\s*[,;]\s*({_NUMBER})\s*\]")
_SIGN = re.compile("^(<=|>=|[≤≥≦≧⩽⩾<>=])")
_DATE = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}-[A-Za-z]{3}"
)
"""What a spreadsheet makes of `1-2` and `1:2`."""
_UNIT = re.compile(r"1/|[%‰°¥]|(?![xX×]\s*10)(?![万亿千百]+$)[^\W\d_]")
"""How a unit behind a number begins; `万` alone is part of the number, `x10` one of its powers."""
_UNIT_BEHIND = re.compile(
    r"/\s*\(([^()]+(?:\([^()]*\))?)\)\W*$|\(以?\s*([^()]+?(?:/\([^()]*\))?)\s*计?\)\W*$|/\s*([%‰])\W*$"
    r"|(?<=[^\x00-\x7f])/([^()/\s]+/[^()/\s]+)\W*$"
)
_COMPARING = """
<=|>=|[≤≥≦≧⩽⩾<>]|不大于|不高于|不超过|小于等于|小于或等于|不小于|不低于|不少于|大于等于|大于或等于
|(?<!不)小于|(?<!不)低于|(?<!不)大于|(?<!不)高于|(?i:not more than|not less than)
"""
_COMPARES = re.compile("(" + _COMPARING.replace("\n", "") + r")[\s)\]:,;]*$")
_MORE_FIGURES = re.compile("[~±–—]")


def stage_of(word: str) -> str | None:
    """The life cycle stage that a word means, with or without 阶段 behind it."""
    key = plain(word)
    return STAGES.get(key) or STAGES.get(_PHASE.sub("", key))


def unit_in(title: str) -> str | None:
    """The unit that a title gives in brackets or behind a stroke: `残留量（mg/kg）`, `残留量/%`.

    A lone letter is rather a symbol (`碳（C）`), and `m/m` says what a share is of.
    """
    found = _UNIT_BEHIND.search(plain_line(title))
    text = next((part for part in found.groups() if part), "") if found else ""
    above, stroke, below = text.partition("/")
    if not (stroke and above.casefold() != below.casefold()) and text not in ("%", "‰"):
        return None
    try:
        return canonical(text)
    except UnitError:
        return None


def direction_in(title: str) -> str | None:
    """The direction with which a title ends: `残留量 ≤`, `残留量，不大于`."""
    found = _COMPARES.search(plain_line(title))
    return DIRECTIONS[plain(found[1])] if found else None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What stands in a cell of benchmarks. `sign`: the operator in front of it; `unit`: the text behind the number."""

    kind: Kind
    sign: str | None = None
    low: float = 0.0
    high: float = 0.0
    flag: bool = False
    unit: str = ""
    text: str = ""


def benchmark(cell: str) -> Benchmark:
    """Read a benchmark: `0.5`, `≤0.5 %`, `6~8`, `不得检出`, `是`; anything else is words.

    Raises UnitError for a figure that can be read in two ways, or as another number than the one that is meant.
    """
    text = plain_line(cell)
    sign_apart = apart(text)
    if sign_apart is not None:
        raise UnitError("figure-apart", value=cell[:60], sign=sign_apart)
    found = _SIGN.match(text)
    sign = DIRECTIONS[found[1]] if found else None
    rest = text[found.end() :].strip() if found else text
    answer = _ANSWERS.get(plain(rest))
    if answer is not None:
        return Benchmark("none", sign) if answer == "none" else Benchmark("flag", sign, flag=answer == "yes")
    if _DATE.fullmatch(rest):
        raise UnitError("figure-date", value=cell[:60])
    ends = _PAIR.match(rest) or _RANGE.match(rest)
    if ends:
        unit = rest[ends.end() :].strip()
        return Benchmark("range", sign, parse_number(ends[1]), parse_number(ends[2]), unit=_behind(unit, cell))
    try:
        return Benchmark("number", sign, parse_number(rest))
    except UnitError as error:
        if error.code in ("unit-comma", "unit-not-finite", "unit-too-long", "number-lost"):
            raise
    behind = re.match(rf"({_NUMBER})\s*(\S.*)", rest)
    if behind:
        return Benchmark("number", sign, parse_number(behind[1]), unit=_behind(behind[2], cell))
    return Benchmark("words", sign, text=rest)


def _behind(text: str, cell: str) -> str:
    """What stands behind a number, where it can be a unit. Raises UnitError where the figure goes on."""
    if text and (not _UNIT.match(text) or _MORE_FIGURES.search(text)):
        raise UnitError("figure-goes-on", value=cell[:60], rest=text[:30])
    return text
