"""Raised, lowered and struck runs of a workbook's cells as the signs that say so.

Excel keeps `0.5` with a footnote mark 1 as the plain text `0.51` and the look of its last sign apart. Here the look
becomes part of the text (`0.5¹`, `m³`, `5̶3` for 3 in place of 5), so that a figure is refused, or a unit read, as
everywhere else.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from xml.sax.saxutils import escape

_UP = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
_DOWN = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_SIGNS = {"superscript": _UP, "subscript": _DOWN}
_NAME = r"(?:\w{1,20}:)?"
_RUN = re.compile(rf"<{_NAME}r>((?:(?!</?{_NAME}r>).){{0,40000}})</{_NAME}r>", re.DOTALL)
_LOOK = re.compile(rf"<{_NAME}vertAlign\s[^<>]*?val\s*=\s*[\"'](superscript|subscript)[\"']")
_STRUCK = re.compile(rf"<{_NAME}strike(?:\s+val\s*=\s*[\"'](?:1|true|on)[\"'])?\s*/?>")
_STROKE = "\u0336"
_TEXT = re.compile(rf"(<{_NAME}t(?:\s[^<>]*)?>)([^<>]*)(</{_NAME}t>)")


def raised(text: str, look: str | None) -> str:
    """A text as the signs that a font of that look (`superscript`, `subscript`) shows; as it is for any other look."""
    signs = _SIGNS.get(look or "")
    if signs is None:
        return text
    plain = (unicodedata.normalize("NFKC", s) if "！" <= s <= "～" else s for s in text)  # full width ones
    return "".join(plain).translate(signs)


def struck(text: str) -> str:
    """A text as a font that strikes it out shows it."""
    return "".join(sign + _STROKE for sign in text)


def with_raised_signs(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The members of a workbook with such runs spelled out; those without any are as they were."""
    return {
        name: _spelled(data) if b"vertAlign" in data or b"strike" in data else data for name, data in members.items()
    }


def _spelled(data: bytes) -> bytes:
    """Members are UTF-8 here: another encoding is refused before, and a broken one is for the parser to tell."""
    text = data.decode("utf-8", "surrogateescape")
    return _RUN.sub(_run, text).encode("utf-8", "surrogateescape")


def _run(found: re.Match[str]) -> str:
    look, out = _LOOK.search(found[1]), _STRUCK.search(found[1]) is not None
    if look is None and not out:
        return found[0]

    def shown(text: str) -> str:
        signs = raised(text, look[1] if look else None)
        return struck(signs) if out else signs

    return _TEXT.sub(lambda t: t[1] + escape(shown(html.unescape(t[2]))) + t[3], found[0])
