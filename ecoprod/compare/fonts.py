"""Fonts of plots: matplotlib brings one for Latin signs; one for Chinese has to be installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ecoprod.resources import cache_folder

LATIN = "DejaVu Sans"
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Heiti SC", "SimSun", "Arial Unicode MS",
    "Noto Sans CJK JP", "Droid Sans Fallback",
)  # fmt: skip
"""Families with simplified Chinese on Linux, Windows and macOS, those first that read best on a screen."""
_SIGNS = (
    "cjk", "hansans", "han-sans", "notosanssc", "wqy", "msyh", "simhei", "simsun", "pingfang", "heiti", "hiragino",
    "droidsansfallback", "arialuni", "arial unicode",
)  # fmt: skip
"""What the file names of these families hold."""


def keep_within_cache() -> None:
    """Have matplotlib write its list of fonts into ecoprod's cache folder; to be called before its import."""
    if "matplotlib" not in sys.modules:
        os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))


def chinese() -> str | None:
    """An installed family with Chinese signs, or None."""
    from matplotlib import font_manager

    found = _known()
    if found is None:  # a font that was installed after matplotlib wrote its list
        listed = {entry.fname for entry in font_manager.fontManager.ttflist}
        for path in _candidates():
            if path not in listed:
                _add(path)
        found = _known()
    return found


def _known() -> str | None:
    from matplotlib import font_manager

    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE if name in there), None)


def _candidates() -> Iterator[str]:
    from matplotlib import font_manager

    for path in sorted(font_manager.findSystemFonts()):
        if any(sign in Path(path).name.casefold() for sign in _SIGNS):
            yield path


def _add(path: str) -> None:
    from matplotlib import font_manager

    try:
        font_manager.fontManager.addfont(path)
    except (OSError, RuntimeError):  # a font file that FreeType cannot read is as good as none
        return


def drawable(families: list[str]) -> Callable[[str], bool]:
    """Whether a text can be drawn with these families: a test for single texts."""
    from matplotlib import font_manager, ft2font

    signs: set[int] = set()
    for family in families:
        font: Any = ft2font.FT2Font(font_manager.findfont(family))
        signs |= set(font.get_charmap())
    return lambda text: all(ord(sign) in signs or sign.isspace() for sign in text)
