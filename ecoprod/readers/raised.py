"""Raised and lowered runs of a workbook's cells as the signs that say so.

Excel keeps `0.5` with a footnote mark 1 as the plain text `0.51` and the look of its last sign apart. Here the look
becomes part of the text (`0.5¹`, `m³`), so that a figure is refused, or a unit read, as everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_UP = str.maketrans("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_DOWN = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_NAME = r"(?:\w{1,20}:)?"
_RUN = re.compile(rf"<{_NAME}r>((?:(?!</?{_NAME}r>).){{0,40000}})</{_NAME}r>", re.DOTALL)
_LOOK = re.compile(rf"<{_NAME}vertAlign\s[^<>]*?val\s*=\s*[\"'](superscript|subscript)[\"']")
_TEXT = re.compile(rf"(<{_NAME}t(?:\s[^<>]*)?>)([^<>]*)(</{_NAME}t>)")
_ENTITY = re.compile(r"(&[^;\s]{1,10};)")


def with_raised_signs(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The members of a workbook with such runs spelled out; those without any are as they were."""
    return {
        name: _spelled(data) if b"vertAlign" in data and _holds_text(name) else data for name, data in members.items()
    }


def _holds_text(name: str) -> bool:
    lower = name.lower()
    return lower.endswith("sharedstrings.xml") or "worksheets/" in lower


def _spelled(data: bytes) -> bytes:
    """Members are UTF-8 here: another encoding is refused before, and a broken one is for the parser to tell."""
    text = data.decode("utf-8", "surrogateescape")
    return _RUN.sub(_run, text).encode("utf-8", "surrogateescape")


def _run(found: re.Match[str]) -> str:
    look = _LOOK.search(found[1])
    if look is None:
        return found[0]
    signs = _UP if look[1] == "superscript" else _DOWN
    return _TEXT.sub(lambda t: t[1] + _moved(t[2], signs) + t[3], found[0])


def _moved(text: str, signs: dict[int, int]) -> str:
    parts = _ENTITY.split(text)
    return "".join(part if n % 2 else part.translate(signs) for n, part in enumerate(parts))
