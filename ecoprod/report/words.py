"""Words of documents and reports: message codes with their sentences, numbers as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ecoprod.messages import LANGS, Lang, both, has, text

Words = dict[str, str]


def said(code: str, params: Mapping[str, object] | None = None) -> Words:
    """The sentence behind a code in both languages; a text that is no code speaks for itself."""
    if not has(code):
        return dict.fromkeys(LANGS, code)
    return {str(lang): words for lang, words in both(code, **(params or {})).items()}


def label(kind: str, name: str | None, lang: Lang) -> str:
    """The word for a stage, group, status, category …; a name without one is shown as it is."""
    code = f"report-{kind}-{(name or 'none').replace('_', '-')}"
    return text(code, lang) if has(code, ("report",)) else str(name or "")


def number(value: float, digits: int = 4) -> str:
    """A number at `digits` significant digits: thousands apart, powers of ten for the very large and small."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -4 or size > 8:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{short}e{int(power)}"
    places = max(digits - 1 - size, 0)
    shown = f"{round(value, digits - 1 - size):,.{places}f}".replace(",", " ")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent(share: float) -> str:
    """A share as a percentage; 100 % only where it is all of it, so that a small gap stays visible."""
    value = share * 100 if abs(share) > 1e-12 else 0.0  # rounding noise of a solver
    if 99.95 <= value < 100 - 1e-9:
        return "> 99.9 %"
    if 0 < abs(value) < 0.05:  # would round to nothing
        return "< 0.1 %" if value > 0 else "> -0.1 %"
    return f"{value:.0f} %" if abs(value) >= 99.95 or value == 0 else f"{value:.1f} %"


def shown(value: object, unit: str | None, lang: Lang) -> str:
    """A value with its unit: a number, a word, or yes and no; a dash where there is none."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return text("report-yes" if value else "report-no", lang)
    if isinstance(value, (int, float)):
        return f"{number(float(value))} {unit or ''}".strip()
    return f"{value} {unit or ''}".strip()


def fraction_as(value: float, unit: str | None, wanted: str | None) -> tuple[float, str | None]:
    """A mass fraction (`kg/kg`) in the unit that its limit is written in (`%`, `mg/kg`), for showing only."""
    factors = {"%": 100.0, "mg/kg": 1e6, "g/kg": 1e3}
    if unit == "kg/kg":
        wanted = wanted if wanted in factors else "%"
        return value * factors[str(wanted)], wanted
    return value, unit


def quantity(entry: Mapping[str, Any], lang: Lang) -> str:
    """`{amount, unit}` as words."""
    return shown(entry.get("amount"), entry.get("unit"), lang)


_SIGNS = str.maketrans({"Σ": "sum ", "×": " times ", "÷": " over ", "/": " over "})
_OPS = {"at_most": "≤", "at_least": "≥", "less_than": "<", "more_than": ">", "equals": "="}


def rule_words(by: str, lang: Lang) -> str:
    """How an entry of the trace came about, in words; a rule without words is shown as it is."""
    first, _, rest = by.partition(", ")
    if first in (*_OPS, "one_of", "between", "present") and rest:  # a limit, and where it is from
        return f"{_OPS.get(first, label('op', first, lang))} · {label('confidence-word', rest, lang)}"
    if by.startswith("route "):
        return text("report-by-route", lang, route=label("route", by.removeprefix("route "), lang))
    name = "-".join(re.findall("[a-z0-9]+", by.translate(_SIGNS).lower()))
    return text(f"report-by-{name}", lang) if has(f"report-by-{name}", ("report",)) else by
