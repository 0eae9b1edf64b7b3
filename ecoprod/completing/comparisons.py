"""What a row asks for, as the comparison of an overlay: its operator and value, for the kind of answer there is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecoprod.completing.near import substances_in
from ecoprod.completing.rows import Asked
from ecoprod.completing.targets import Target
from ecoprod.completing.words import SHOWN_DIRECTIONS, SIGNS, title_key
from ecoprod.completing.writing import amount, scalar
from ecoprod.errors import Problem
from ecoprod.report.standards_pages import value_words
from ecoprod.standards.overlays import limit_on
from ecoprod.standards.records import Fact

_BETWEEN_WORDS = re.compile("[、，,;；/|]")
_ONLY = ("pH", "级")
"""Units that stand alone: a figure of such an indicator means no other, and tables print none."""
_PH = re.compile(r"(?<![a-z])ph(?:\s*值|\s+value)?\s*(?:\([^()]*\)\s*)?$", re.IGNORECASE)

_NOT = """
不(?!锈|饱和|溶|挥发|皂化)(?:得|应|含|用|使用|添加|存在|能|可|允许|宜|准)
|(?<![有全])无(?!机|纺|定形|缝|线|水|烟|人)|禁止|禁用|严禁|未|杜绝|避免|停用|停止使用|零(?:排放|添加|泄漏|使用|含)
|非(?=.{0,6}(?:漂白|染|助剂|增塑|阻燃|填料|溶剂|添加|使用))
"""
_NEGATED = re.compile(
    "^.{0,6}?(?:" + _NOT.replace("\n", "") + r")|^淘汰"
    r"|^(?i:no|not|without|free (?:of|from)|zero|bans?|banned|ban on|avoid(?:s|ed|ing|ance)?|prohibit(?:s|ed|ion)?"
    r"|exclu(?:des?|ded|sion)|absence|phase-?out|non-?chlorine)\b|(?i:[ -]free$)"
)
"""Titles that say what there is not: of `不使用X` a no says nothing that two readers understand alike."""

_USES_WORDS = r"""
^.{0,4}?(?:含(?!水率|量)有?|使用|采用|添加|检出|存在)
|(?i:^(?:uses?|using|use of|contain(?:s|ing)?|presence of|added)\b)
"""
_USES = re.compile(_USES_WORDS.replace("\n", ""))
_HARM_WORDS = """
甲醛|(?<!聚)苯(?!乙烯)|[铅汞镉铬砷]|石棉|壬基酚|辛基酚|邻苯二甲酸|多溴|氯化石蜡|卤|氟利昂|重金属|偶氮|致癌|有害|有毒|剧毒|禁用|限用
|(?i:(?<![a-z])(?:apeos?|npeo|opeo|voc|vocs|pfos|pfoa|pfas|sccps?|pahs?|cfcs?|hcfcs?|halons?|edta|nta|btex)(?![a-z])
|formaldehyde|benzene|toluene|xylene|asbestos|phthalate|alkylphenol|lead(?![a-z])|mercury|cadmium|chromium|arsenic
|halogen|azo(?![a-z])|heavy metal|carcinogen|hazardous|toxic)
"""
_HARM = re.compile(_HARM_WORDS.replace("\n", ""))
_KEPT_BACK = re.compile("率|替代|(?i:rate|remov|recover|substitut|replac|alternative)")
_PURE = 50.0
"""A share in % from which a limit asks for a material, such as lead in ingots, and not for what it may hold."""


def asks_for_harm(asked: Asked) -> bool:
    """Whether a row asks that what harms be there, or be there in no less than an amount: rather a slip."""
    title = unicodedata.normalize("NFKC", asked.title).strip()
    if not (_HARM.search(title) or substances_in(title)) or _NEGATED.search(title) or _KEPT_BACK.search(title):
        return False
    found = asked.benchmark
    if found.kind == "flag":
        return found.flag and _USES.search(title) is not None
    pure = asked.unit == "%" and found.low >= _PURE
    return found.kind == "number" and asked.direction in ("at_least", "more_than") and not pure


@dataclass(frozen=True, slots=True)
class Comparison:
    """Operator and value as YAML, and the fact that a new requirement on an indicator of its own defines."""

    entry: Mapping[str, str]
    fact: Mapping[str, str] | None = None


def comparison_of(target: Target, report: Callable[[Problem], None]) -> Comparison | None:
    """The comparison of a row; None and a Problem where its cells do not go together."""
    asked, found = target.asked, target.asked.benchmark
    kind = target.fact.kind if target.fact else _kind_of(asked)
    if kind == "quantity":
        entry = _quantity(target, report)
    elif kind == "flag":
        entry = _flag(target, report)
    elif target.fact is not None:
        entry = _word(target, target.fact, report)
    else:
        entry = _refused(asked, "indicators-benchmark", report, "benchmark", value=found.text[:60])
    if entry is None:
        return None
    own = None
    if target.fact is None:
        own = {"kind": kind, **({"unit": scalar(unit)} if kind == "quantity" and (unit := _unit(target)) else {})}
    limit = {"test_detection_limit": scalar(asked.texts["detection_limit"])} if "detection_limit" in asked.texts else {}
    return Comparison({**entry, **limit}, own)


def _kind_of(asked: Asked) -> str:
    """The kind of answer that a row without a known indicator asks for."""
    found = asked.benchmark
    if found.kind == "flag" or (found.kind == "none" and asked.unit is None):
        return "flag"
    return "word" if found.kind == "words" else "quantity"


def _refused(
    asked: Asked, code: str, report: Callable[[Problem], None], column: str, **params: str
) -> dict[str, str] | None:
    """Note that a cell does not go with what stands beside it."""
    report(Problem(code, asked.at(column), column, {**params}))
    return None


def _unit(target: Target) -> str | None:
    """The unit that a row gives; where it gives none, that of a quantity which can have no other."""
    if target.asked.unit is not None:
        return target.asked.unit
    if target.fact is not None:
        return target.fact.unit if target.fact.unit in _ONLY else None
    return "pH" if _PH.search(unicodedata.normalize("NFKC", target.asked.title)) else None


def _quantity(target: Target, report: Callable[[Problem], None]) -> dict[str, str] | None:
    asked, found, op, unit = target.asked, target.asked.benchmark, target.asked.direction, _unit(target)
    if found.kind in ("flag", "words"):
        return _wrong_kind(target, "quantity", report)
    if found.kind == "range":
        if op not in (None, "between"):
            return _refused(asked, "indicators-range", report, "direction", direction=SIGNS.get(op, op))
        if unit is None:
            return _refused(asked, "indicators-no-unit", report, "benchmark", value=asked.texts["benchmark"])
        return {"between": f"[{amount(found.low, unit)}, {amount(found.high, unit)}]"}
    if found.kind == "none":
        if op not in (None, "at_most", "equals"):
            return _refused(asked, "indicators-none", report, "direction", direction=SIGNS.get(op, op))
        return {"at_most": "0"}
    if op is None:
        return _refused(asked, "indicators-no-direction", report, "direction", signs=", ".join(SHOWN_DIRECTIONS))
    if op in ("between", "one_of"):
        return _refused(asked, "indicators-one-number", report, "benchmark", value=asked.texts["benchmark"])
    if unit is None and found.low != 0:
        return _refused(asked, "indicators-no-unit", report, "benchmark", value=asked.texts["benchmark"])
    return {op: amount(found.low, unit)}


def _flag(target: Target, report: Callable[[Problem], None]) -> dict[str, str] | None:
    asked, found = target.asked, target.asked.benchmark
    if found.kind not in ("flag", "none"):
        return _wrong_kind(target, "flag", report)
    if asked.direction not in (None, "equals"):
        sign = SIGNS.get(asked.direction, asked.direction)
        return _refused(asked, "indicators-flag", report, "direction", direction=sign)
    if target.fact is None and not found.flag and _NEGATED.search(unicodedata.normalize("NFKC", asked.title)):
        return _refused(asked, "indicators-negated", report, "benchmark", value=asked.texts["benchmark"][:60])
    if target.indicator.startswith("basic:") and not found.flag:
        return _refused(asked, "indicators-basic", report, "benchmark", value=asked.texts["benchmark"])
    return {"equals": "true" if found.flag else "false"}


def _word(target: Target, fact: Fact, report: Callable[[Problem], None]) -> dict[str, str] | None:
    """Words of a closed list, as the library spells them or as the title of the fact calls them."""
    asked = target.asked
    if asked.direction not in (None, "equals", "one_of"):
        sign = SIGNS.get(asked.direction, asked.direction)
        return _refused(asked, "indicators-word-direction", report, "direction", direction=sign)
    called = {title_key(word): word for word in fact.values}
    titles = value_words(fact.values, fact.title.get("zh", ""), "zh")
    for word, title in zip(fact.values, titles, strict=True):
        called[title_key(title.removesuffix(f"（{word}）"))] = word
    written = [part.strip() for part in _BETWEEN_WORDS.split(asked.texts["benchmark"]) if part.strip()]
    unknown = [part for part in written if title_key(part) not in called]
    if unknown:
        allowed = (
            word if title == f"{word}（{word}）" else title for word, title in zip(fact.values, titles, strict=True)
        )
        words = {"value": unknown[0][:60], "words": ", ".join(allowed)}
        return _refused(asked, "word-unknown", report, "benchmark", **words)
    words_asked = [called[title_key(part)] for part in written]
    published = limit_on(target.requirement.condition, target.indicator) if target.requirement else None
    if asked.direction == "one_of" or len(words_asked) > 1 or (published is not None and published.op == "one_of"):
        return {"one_of": "[" + ", ".join(map(scalar, words_asked)) + "]"}
    return {"equals": scalar(words_asked[0])}


def _wrong_kind(target: Target, kind: str, report: Callable[[Problem], None]) -> dict[str, str] | None:
    value, unknown = target.asked.texts["benchmark"][:60], target.fact is None
    if unknown:
        return _refused(target.asked, "indicators-benchmark", report, "benchmark", value=value)
    params = {"indicator": target.indicator, "kind": f"@indicators-kind-{kind}", "value": value}
    return _refused(target.asked, "indicators-kind", report, "benchmark", **params)
