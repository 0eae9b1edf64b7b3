"""What restricted substances are called, and which names hide one: limits are of elements and of families.

Names: Annex II of Directive 2011/65/EU as amended by (EU) 2015/863 and GB/T 26572, in English and Chinese; SCCP as the
ministry's list of 2021 names it (短链氯化石蜡).
"""

from __future__ import annotations

import re

_NAMES = {
    "Pb": ("pb", "lead", "铅", "总铅", "total lead", "total pb"),
    "Hg": ("hg", "mercury", "汞", "总汞", "total mercury", "total hg"),
    "Cd": ("cd", "cadmium", "镉", "总镉", "total cadmium", "total cd"),
    "Cr6": (
        "cr6",
        "cr6+",
        "cr(vi)",
        "crvi",
        "cr vi",
        "cr(6+)",
        "cr+6",
        "六价铬",
        "铬(vi)",
        "铬(六价)",
        "hexavalent chromium",
        "chromium(vi)",
        "chromium vi",
    ),
    "PBB": ("pbb", "pbbs", "多溴联苯", "polybrominated biphenyl", "polybrominated biphenyls"),
    "PBDE": ("pbde", "pbdes", "多溴二苯醚", "polybrominated diphenyl ether", "polybrominated diphenyl ethers"),
    "SCCP": (
        "sccp",
        "sccps",
        "短链氯化石蜡",
        "short-chain chlorinated paraffin",
        "short-chain chlorinated paraffins",
        "short chain chlorinated paraffins",
    ),
    "HBCDD": ("hbcdd", "hbcd", "六溴环十二烷", "hexabromocyclododecane"),
    "DEHP": (
        "dehp",
        "bis(2-ethylhexyl) phthalate",
        "di(2-ethylhexyl) phthalate",
        "邻苯二甲酸二(2-乙基己基)酯",
        "邻苯二甲酸二(2-乙基己)酯",
    ),
    "BBP": ("bbp", "butyl benzyl phthalate", "benzyl butyl phthalate", "邻苯二甲酸丁苄酯", "邻苯二甲酸丁基苄酯"),
    "DBP": ("dbp", "dibutyl phthalate", "邻苯二甲酸二丁酯"),
    "DIBP": ("dibp", "diisobutyl phthalate", "邻苯二甲酸二异丁酯"),
}
KNOWN = {name.replace(" ", ""): symbol for symbol, names in _NAMES.items() for name in names}
_COMPOUND = r"(o|s|se|te|f|cl|br|i|so|co|cro)"
_HIDDEN = {
    "Pb": re.compile(r"Pb(?![a-z])|铅|(?i:\blead(ed)?\b|^pb" + _COMPOUND + "[0-9]*$)"),
    "Hg": re.compile(r"Hg(?![a-z])|汞|(?i:mercur|^hg" + _COMPOUND + "[0-9]*$)"),
    "Cd": re.compile(r"Cd(?![a-z])|镉|(?i:cadmium|^cd" + _COMPOUND + "[0-9]*$)"),
    "Cr6": re.compile(r"铬酸|六价|重铬|(?i:cr6|cr ?\(?vi\)?\b|hexavalent|chromate|chromic acid|^cro3$)|Cr2O7|CrO[34]"),
    "PBB": re.compile(r"溴联苯|(?i:pbb|brom\w*[ -]?biphenyl)"),
    "PBDE": re.compile(r"溴二苯醚|溴联苯醚|(?i:bde|brom\w*[ -]?diphenyl[ -]?(ether|oxide))"),
    "SCCP": re.compile(r"短链氯化石蜡|(?i:sccp|short[ -]chain chlor)"),
    "HBCDD": re.compile(r"溴环十二烷|(?i:hbcd|bromocyclododecane)"),
    "DEHP": re.compile("(?i:dehp)"),
    "BBP": re.compile(r"(?i:\bbbp\b)"),
    "DBP": re.compile(r"(?i:\bdbp\b)"),
    "DIBP": re.compile("(?i:dibp)"),
}


def symbol_of(name: str) -> str | None:
    """The id of a restricted substance (`Pb`) that a name means, None for any other."""
    return KNOWN.get(name.lower().replace(" ", ""))


def hidden_in(name: str) -> str | None:
    """The restricted substance that a name other than its own holds or belongs to (`HgO`, `decaBDE`), if any."""
    return next((symbol for symbol, pattern in _HIDDEN.items() if pattern.search(name)), None)
