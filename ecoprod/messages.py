"""Foundation: the words. One YAML file a room under `ecoprod/catalogue/`, Chinese and English side by side.

    unit-missing:
      zh: "{value} 没有单位"
      en: "{value} has no unit"
      fix:
        zh: "…"
        en: "…"

An entry without `fix` is a label or a sentence of a report. Codes are unique over all files;
placeholders are the same in both languages (a test).
"""

from __future__ import annotations

import locale
import os
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from ecoprod.errors import ModelError, Problem

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, Lang] = ("zh", "en")
_FOLDER = Path(__file__).resolve().parent / "catalogue"
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # all values are text: no need to resolve types


ROOMS = (
    "report", "verdict", "indicators", "foreground", "recycling", "standards", "lca", "cli", "compare", "library",
    "readers",
    "background", "importing", "formulas", "screening",
)  # fmt: skip
"""The files of the catalogue, those first that a warm assessment needs: parsing all of them takes 15 ms of it."""


@lru_cache(maxsize=len(ROOMS))
def _room(name: str) -> Mapping[str, Mapping[str, Any]]:
    return yaml.load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=_LOADER) or {}


def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Every message by code. Raises ModelError if two files use the same code."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in ROOMS:
        for code, entry in _room(name).items():
            if code in found:
                raise ModelError(f"message code in two files: {code}")
            found[code] = entry
    return found


def has(code: str, rooms: Sequence[str] = ROOMS) -> bool:
    """Whether a message of that code exists (in the rooms named)."""
    return any(code in _room(name) for name in rooms)


def _entry(code: str) -> Mapping[str, Any]:
    for name in ROOMS:
        if code in _room(name):
            return _room(name)[code]
    raise ModelError(f"no message with the code {code}")


def _shown(name: str, value: object, lang: Lang) -> str:
    """A parameter in words: `@code` is the sentence of that code, in the language of the message."""
    if name == "percent" and isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, str) and value.startswith("@") and has(value[1:]):
        return str(_entry(value[1:])[lang])
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def text(code: str, lang: Lang, /, **params: object) -> str:
    """The sentence of that code in that language, placeholders filled."""
    return str(_entry(code)[lang]).format(**{k: _shown(k, v, lang) for k, v in params.items()})


def both(code: str, /, **params: object) -> dict[Lang, str]:
    """The sentence in both languages, as documents for machines carry it."""
    return {lang: text(code, lang, **params) for lang in LANGS}


def problem_text(problem: Problem, lang: Lang) -> tuple[str, str]:
    """What is wrong and why, and what to write instead."""
    entry, params = _entry(problem.code), {k: _shown(k, v, lang) for k, v in problem.params.items()}
    return str(entry[lang]).format(**params), str(entry["fix"][lang]).format(**params)


def problem_line(problem: Problem, lang: Lang) -> str:
    """`FILE:LINE COLUMN: what is wrong — why — what to write instead`."""
    what, fix = problem_text(problem, lang)
    return one_line(f"{problem.at}: {what} — {fix}")


def one_line(text: str) -> str:
    """A text without signs that steer a terminal or turn its direction: names and cells come from outside.

    Control signs, bidi controls, line ends and lone surrogates are spelled out (`ESC` as x1b); odd spaces become plain.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _spelled(sign) for sign in text)


def _spelled(sign: str) -> str:
    if sign == "\u3000":
        return sign
    return " " if unicodedata.category(sign) == "Zs" else sign.encode("unicode_escape").decode("ascii")


def choose_language(named: str | None = None) -> Lang:
    """`--lang`, else `ECOPROD_LANG`, else the locale; Chinese only where it is asked for.

    The variables of the locale are read themselves: where a system has not generated that locale, as in most
    containers, Python falls back to C and knows nothing of what was asked for.
    """
    variables = ("ECOPROD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    asked = named or next((value for name in variables if (value := os.environ.get(name))), None)
    wanted = asked or locale.getlocale()[0] or "en"
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"
