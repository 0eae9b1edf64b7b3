"""The comparison as a picture: climate change by stage, stacked, the mass beside it, the verdict in the label."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ecoprod.compare import fonts
from ecoprod.compare.lines import category_of
from ecoprod.messages import Lang, text
from ecoprod.product import STAGES
from ecoprod.report.layout import columns, safe, wrap
from ecoprod.report.text_lca import HEADLINE
from ecoprod.report.words import label, number, quantity

Document = dict[str, Any]
Form = Literal["svg", "png"]
Note = tuple[str, dict[str, str]]

COLOURS = {
    "raw_materials": "#0072B2", "manufacturing": "#E69F00", "distribution": "#009E73", "use": "#F0E442",
    "end_of_life": "#CC79A7",
}  # fmt: skip
"""Of the palette of Okabe and Ito (Color Universal Design), which colour-blind people tell apart."""
_GREY = "#8C8C8C"
_INK = "#222222"

WIDTH_IN, DPI = 10.0, 150
_SIZE = 9.0  # points
_LINE_IN = _SIZE * 1.35 / 72
_COLUMN_IN = _SIZE * 0.56 / 72  # a Latin sign; a Chinese one takes two
_LABEL_COLUMNS, _LABEL_LINES = 26, 4
_TITLE_COLUMNS, _FOOT_COLUMNS = 118, 150


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands in the picture, in a language and signs that can be drawn."""

    lang: Lang
    labels: tuple[str, ...]
    title: str
    foot: str


def plot(document: Document, lang: Lang, form: Form) -> tuple[bytes, list[Note]]:
    """The picture, and what has to be said about it (message codes with parameters).

    SVG keeps text as text: the reader's fonts show Chinese. PNG needs an installed Chinese font; without one it is in
    English, designs whose names it cannot write go by their model or a number, and dots stand for other Chinese words.
    """
    fonts.keep_within_cache()
    quiet = logging.getLogger("matplotlib")
    level = quiet.level
    quiet.setLevel(logging.ERROR)  # it tells on stderr which families of the list a machine lacks
    try:
        import matplotlib as mpl

        family = fonts.chinese()
        families = [*([family] if family else []), fonts.LATIN]
        words, notes = _words(document, lang, None if form == "svg" else fonts.drawable(families))
        named = [fonts.LATIN, *fonts.CHINESE] if form == "svg" else families
        style: Any = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
        style |= {"svg.fonttype": "none", "svg.hashsalt": "ecoprod", "font.family": named, "font.size": _SIZE}
        style |= {"text.parse_math": False, "axes.unicode_minus": False}  # a name may hold dollar signs
        with mpl.rc_context(style), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # of SVG: measured here, drawn elsewhere
            return _drawn(document, words, form), notes
    finally:
        quiet.setLevel(level)


# ---- words ---------------------------------------------------------------------------------------


def _words(document: Document, lang: Lang, drawable: Callable[[str], bool] | None) -> tuple[_Words, list[Note]]:
    """The words in the language asked for; in English, and with numbers for names, where they cannot be drawn."""
    can: Callable[[str], bool] = drawable or (lambda _: True)
    notes: list[Note] = []
    if lang == "zh" and not can(_title(document, lang, can)):
        lang = "en"
        notes.append(("compare-plot-no-font", {}))
    labels: list[str] = []
    models = [safe(design["model"] or "") for design in document["designs"]]
    for place, design in enumerate(document["designs"], 1):
        name, model = safe(design["label"]), safe(design["model"] or "")
        if not can(name):
            own = model and can(model) and models.count(model) == 1
            name = model if own else text("compare-plot-number", lang, place=place)
            notes.append(("compare-plot-renamed", {"name": name, "label": design["label"]}))
        labels.append("\n".join([*_cut(name), text(f"compare-verdict-{design['verdict'].replace('_', '-')}", lang)]))
    of = safe(document["functional_unit"]["of"] or "")
    if not can(of):
        notes.append(("compare-plot-service-cut", {"of": of}))
    title, foot = _title(document, lang, can), _foot(document, lang, labels)
    return _Words(lang, tuple(labels), title, foot), notes


def _cut(name: str) -> list[str]:
    """A name in a few lines; what is longer ends in three dots."""
    found = wrap(name, _LABEL_COLUMNS)
    return found if len(found) <= _LABEL_LINES else [*found[: _LABEL_LINES - 1], f"{found[_LABEL_LINES - 1][:-1]}…"]


def _title(document: Document, lang: Lang, can: Callable[[str], bool]) -> str:
    service = quantity(document["functional_unit"], lang)
    of = _drawable_part(safe(document["functional_unit"]["of"] or ""), can)
    return text("compare-plot-title", lang, service=f"{service} {of}".strip())


def _drawable_part(words: str, can: Callable[[str], bool]) -> str:
    """The signs that can be drawn, and three dots for each run of others: what is cut shows."""
    if can(words):
        return words
    kept = "".join(sign if can(sign) else "\0" for sign in words)
    return re.sub(r"\s*\0[\0\s]*", " … ", kept).strip()


def _foot(document: Document, lang: Lang, labels: Sequence[str]) -> str:
    """Date, and the stages that are left out or without data: an empty place in a bar is no zero."""
    said = [text("compare-plot-date", lang, dates=", ".join(dict.fromkeys(d["on"] for d in document["designs"])))]
    between = text("compare-separator", lang)
    for design, words in zip(document["designs"], labels, strict=True):
        name = "".join(words.split("\n")[:-1])
        stages = _stages(design) or {}
        bare = [s for s in stages if stages[s] is None]
        out = [s for s in design["left_out"] if not stages.get(s) and s not in bare]
        for code, named in (("compare-plot-left-out", out), ("compare-plot-no-data", bare)):
            if named and stages:
                listed = between.join(label("stage", stage, lang) for stage in named)
                said.append(text(code, lang, name=name, stages=listed))
    return "\n".join(wrap("  ·  ".join(said), _FOOT_COLUMNS))


def _stages(design: Document) -> Document | None:
    result = category_of(design, *HEADLINE)
    found: Document | None = result["by_stage"] if result else None
    return found


# ---- drawing -------------------------------------------------------------------------------------


def _drawn(document: Document, words: _Words, form: Form) -> bytes:
    from matplotlib.figure import Figure

    designs = document["designs"]
    title = wrap(words.title, _TITLE_COLUMNS)
    row = max((words_.count("\n") + 1) * _LINE_IN for words_ in words.labels) + 0.18
    above = len(title) * _LINE_IN * 1.2 + 0.42  # title, and the legend below it
    below = 0.62 + (words.foot.count("\n") + 1) * _LINE_IN
    height = above + below + max(row, 0.42) * len(designs)
    left = max(columns(part) for said in words.labels for part in said.split("\n")) * _COLUMN_IN + 0.3
    figure = Figure(figsize=(WIDTH_IN, height))
    figure.set_facecolor("white")
    grid = figure.add_gridspec(
        1, 2, width_ratios=(3, 1), wspace=0.08, left=left / WIDTH_IN, right=1 - 0.2 / WIDTH_IN, bottom=below / height,
        top=1 - above / height,
    )  # fmt: skip
    climate, mass = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    shown = _bars(climate, designs, words.lang)
    _masses(mass, designs, words.lang)
    for axes in (climate, mass):
        _frame(axes, len(designs))
    _names(climate, words.labels)
    figure.text(0.15 / WIDTH_IN, 1 - 0.1 / height, "\n".join(title), va="top", size=_SIZE * 1.15, color=_INK)
    if shown:
        place = (left / WIDTH_IN, 1 - (above - 0.08) / height)
        figure.legend(
            handles=shown, loc="lower left", bbox_to_anchor=place, ncols=len(STAGES) + 1, frameon=False,
            borderaxespad=0, borderpad=0, handlelength=1.2, columnspacing=1.6,
        )  # fmt: skip
    figure.text(0.15 / WIDTH_IN, 0.1 / height, words.foot, va="bottom", size=_SIZE * 0.9, color="#555555")
    buffer = io.BytesIO()
    about = {"Date": None, "Creator": "ecoprod"} if form == "svg" else {"Software": "ecoprod"}
    figure.savefig(buffer, format=form, dpi=DPI, metadata=about)
    return buffer.getvalue()


def _bars(axes: Any, designs: Sequence[Document], lang: Lang) -> list[Any]:
    """The stacked bars; returns the handles of the legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    unit = next((r["unit"] for d in designs if (r := category_of(d, *HEADLINE))), "")
    axes.set_xlabel(text("compare-plot-climate", lang, unit=unit))
    furthest = lowest = 0.0
    for place, design in enumerate(designs):
        stages = _stages(design)
        ends = {True: 0.0, False: 0.0}  # of the parts above zero, and of those below it
        for stage, value in (stages or {}).items():
            if value:
                axes.barh(place, value, 0.62, ends[value > 0], color=COLOURS[stage], edgecolor="white", linewidth=0.5)
                ends[value > 0] += value
        furthest, lowest = max(furthest, ends[True]), min(lowest, ends[False])
        axes.annotate(
            _total(design, lang), (ends[True], place), (4, 0), textcoords="offset points", va="center", color=_INK
        )
        result = category_of(design, *HEADLINE)
        if ends[False] and result:
            axes.plot([result["per_functional_unit"]], [place], marker="D", color=_INK, markersize=4)
    span = (furthest - lowest) or 1.0
    axes.set_xlim(lowest - (0.03 * span if lowest else 0), furthest + 0.24 * span)
    present = [s for s in STAGES if any((_stages(d) or {}).get(s) for d in designs)]
    handles: list[Any] = [Patch(color=COLOURS[stage], label=label("stage", stage, lang)) for stage in present]
    if lowest:
        whole = text("report-total", lang)
        handles.append(Line2D([], [], marker="D", linestyle="", color=_INK, markersize=4, label=whole))
    return handles


def _total(design: Document, lang: Lang) -> str:
    result = category_of(design, *HEADLINE)
    if result is None or result["per_functional_unit"] is None:
        return text("compare-plot-no-result", lang)
    whole = "" if design["whole"] else text("report-incomplete", lang)
    return f"{number(result['per_functional_unit'])}{whole}"


def _masses(axes: Any, designs: Sequence[Document], lang: Lang) -> None:
    axes.set_xlabel(text("compare-plot-mass", lang))
    found = [design["mass_kg"] for design in designs]
    for place, mass in enumerate(found):
        axes.barh(place, mass or 0.0, 0.62, color=_GREY)
        said = "—" if mass is None else number(mass)
        axes.annotate(said, (mass or 0.0, place), (4, 0), textcoords="offset points", va="center", color=_INK)
    axes.set_xlim(0, (max((m or 0.0 for m in found), default=0.0) or 1.0) * 1.45)


def _names(axes: Any, labels: Sequence[str]) -> None:
    """The labels beside the bars, each line anchored at its right end: widths of Chinese are not known for SVG."""
    for place, said in enumerate(labels):
        lines = said.split("\n")
        for n, part in enumerate(lines):
            axes.annotate(
                part, (0, place), (-6, ((len(lines) - 1) / 2 - n) * _LINE_IN * 72), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="center", color=_INK, annotation_clip=False,
            )  # fmt: skip


def _frame(axes: Any, count: int) -> None:
    """The first design on top, quiet lines, figures on the axis that do not run into each other."""
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="x", color="#999999", labelcolor=_INK)
    axes.xaxis.set_major_locator(MaxNLocator(4 if axes.get_position().width < 0.3 else 7))
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.axvline(0, color=_INK, linewidth=0.8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#999999")
