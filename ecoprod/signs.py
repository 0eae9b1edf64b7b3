"""Foundation: full width and one-sign forms made plain, without making another number of one.

Unicode's own rule (NFKC) reads `10³` as 103, `0.5¹`, a figure with a footnote mark, as 0.51, and `½` as two figures.
"""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import groupby

_APART = frozenset({"<super>", "<sub>", "<circle>", "<fraction>"})
_PLAIN = frozenset({"<wide>", "<narrow>", "<square>", "<small>"})
"""Forms in which the same text is written: `５`, `㎡`."""
_HANGING = re.compile("[⁰¹²³⁴-⁹⁺⁻₀-₉₊₋]+")
_EXPONENT = re.compile(r"[0-9.]\s*[eE]")


def plain_signs(text: str) -> str:
    """Full width and one-sign forms made plain (`０.５` is 0.5, `㎡` is m2, `−` is -).

    Raised, lowered, circled signs and fractions stay what they are, for whoever reads a figure to refuse, except for
    the power of a unit and the number of a formula, which hang on a letter: `m³`, `CO₂`, `Cr⁶⁺`.
    """
    plain = unicodedata.normalize("NFKC", text)
    if plain == text:
        return plain.replace("−", "-")
    done = ""
    for apart, signs in groupby(text, _stands_apart):
        run = "".join(signs)
        kept = apart and not (_HANGING.fullmatch(run) and done[-1:].isalpha() and not _EXPONENT.search(done[-8:]))
        done += run if kept else unicodedata.normalize("NFKC", run)
    return done.replace("−", "-")


def plain_line(text: str) -> str:
    """The same with single spaces: the form in which keywords, figures and units are read."""
    return " ".join(plain_signs(text).split())


def lost(figure: str, value: float) -> bool:
    """Whether a figure is too large or too small for a float: it became infinite, or 0 without being 0 (`1e-400`)."""
    return math.isinf(value) or (value == 0 and any(sign in "123456789" for sign in re.split("[eE]", figure)[0]))


def apart(text: str) -> str | None:
    """The first sign of a text that `plain_signs` left as it is; None where there is none."""
    return next((sign for sign in text if _stands_apart(sign)), None)


def _stands_apart(sign: str) -> bool:
    form = unicodedata.decomposition(sign).partition(" ")[0]
    if form in _APART:
        return True
    return (
        form.startswith("<")
        and form not in _PLAIN
        and any(s in "0123456789" for s in unicodedata.normalize("NFKC", sign))
    )
