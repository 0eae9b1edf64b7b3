"""A screening as a page of a terminal: what was screened, the best designs against the product as it is, verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, bullet, columns, heading, line, table, wrap
from ecoprod.report.text import STYLES
from ecoprod.report.words import label, number
from ecoprod.screening.tables import AS_IS_WORD
from ecoprod.units import Amount, convert

Document = dict[str, Any]
SHOWN, REQUIREMENTS = 10, 5
_NARROWEST = 8
"""Columns of a Chinese head, which may break between any two signs."""
_WORDS = re.compile(r"[!-~]+|[^ -~]+")


def screening_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The page of an `ecoprod.screening/1` document."""
    page = Page(max(width, 60), colour)
    product = document["product"]
    facts = " · ".join(f for f in (product["name"], product["model"]) if f)
    line(page, text("screen-title", lang, on=document["on"], product=facts, count=document["count"]))
    heading(page, text("screen-head-verdicts", lang))
    for verdict, count in document["verdicts"].items():
        bullet(page, "•", f"{_verdict(verdict, lang).text}: {count}", STYLES.get(verdict, ""))
    _requirements(page, document, lang)
    _designs(page, document, lang)
    line(page, text("screen-front", lang, count=document["front_size"]), indent=2)
    if document["notes"]:
        heading(page, text("screen-head-notes", lang))
        for note in document["notes"]:
            bullet(page, "•", note["message"][lang])
    return page.text()


def _requirements(page: Page, document: Document, lang: Lang) -> None:
    """What stands in the way: the requirements that most designs fail, then those that most leave open."""
    found = document["requirements"]
    if not found:
        return
    heading(page, text("screen-head-requirements", lang))
    for one in found[:REQUIREMENTS]:
        title = one["title"][lang] if one["title"] else one["requirement"]
        params = {"requirement": title, "failed": one["failed"], "undetermined": one["undetermined"]}
        bullet(page, "•", text("screen-requirement", lang, **params))
    if len(found) > REQUIREMENTS:
        line(page, text("screen-requirements-more", lang, count=len(found) - REQUIREMENTS), "dim", indent=2)


def _best(document: Document) -> Document | None:
    """The first in rank of the designs with the best verdict reached, where the page shows none of them."""
    best = document["best_verdict"]
    if best["rank"] <= SHOWN:
        return None
    found: Document = next(d for d in document["designs"] if d["number"] == best["number"])
    return found


def _verdict(verdict: str, lang: Lang) -> Cell:
    code = "screen-refused" if verdict == "refused" else f"compare-verdict-{verdict.replace('_', '-')}"
    return Cell(text(code, lang), STYLES.get(verdict, "red"))


def _designs(page: Page, document: Document, lang: Lang) -> None:
    """The best designs, one line of figures each and below it what they change."""
    objectives = document["objectives"]
    heading(page, text("screen-head-designs", lang, objective=_title(objectives[0]["id"], lang)))
    head = [text("screen-col-design", lang), *(f"{_title(o['id'], lang)} [{o['unit']}]" for o in objectives),
            text("compare-verdict", lang)]  # fmt: skip
    base = document["base"]
    rows: list[Row] = [
        [text("screen-as-is", lang), *_figures(base, base, objectives, lang), _verdict(base["verdict"], lang)]
    ]
    best = _best(document)
    shown = [*document["designs"][:SHOWN], *([best] if best else [])]
    for design in shown:
        mark = " *" if design["front"] else ""
        figures = _figures(design, base, objectives, lang)
        rows.append([Cell(f"{design['number']}{mark}", "bold"), *figures, _verdict(design["verdict"], lang)])
    for number_of, (some, titles) in enumerate(_blocks(rows, head, page.width)):
        if number_of:
            line(page)
        table(page, some, titles, flexible=len(titles) - 1)
    for told in _basis(document, lang):
        line(page, told, "dim", indent=2)
    for design in shown:
        bullet(page, str(design["number"]), changes(design, document, lang))
    if best:
        params = {"number": best["number"], "rank": best["rank"], "verdict": _verdict(best["verdict"], lang).text}
        line(page, text("screen-best-verdict", lang, **params), "bold", indent=2)
    if document["count"] > SHOWN:
        line(page, text("screen-more", lang, shown=SHOWN, count=document["count"]), "dim", indent=2)


def _blocks(rows: list[Row], head: list[str], width: int) -> Iterator[tuple[list[Row], list[str]]]:
    """The table, or several below each other where one line has no room for all figures: none is ever broken.

    Every table begins with the design, the first ends with the verdict. Heads are wrapped to what stands below them;
    changes stand on a line of their own where a row has no room for them.
    """
    room, last = width - 2, len(head) - 1
    if _width(rows, head, range(len(head))) > room:
        rows = [[Cell(c.text.replace(" (", "\n("), c.style, c.right) if isinstance(c, Cell) and c.right else c
                 for c in row] for row in rows]  # fmt: skip
    left = list(range(1, last))
    first = True
    while first or left:
        taken: list[int] = []
        beside = [0, last] if first else [0]
        while left and (not taken or _width(rows, head, [*beside, *taken, left[0]]) <= room):
            taken.append(left.pop(0))
        shown = [0, *taken, *beside[1:]]
        titles = ["\n".join(wrap(head[n], _needed(rows, head, n))) if n else head[n] for n in shown]
        yield [[row[n] for n in shown] for row in rows], titles
        first = False


def _width(rows: list[Row], head: list[str], shown: Iterable[int]) -> int:
    """Columns that some of a table take, with two between each and the next."""
    needed = [_needed(rows, head, n) for n in shown]
    return sum(needed) + 2 * (len(needed) - 1)


def _needed(rows: list[Row], head: list[str], n: int) -> int:
    parts = [part for row in rows for part in _text(row[n]).split("\n")]
    # Chinese may break between any two signs, a Latin word or a unit nowhere
    words = [w if w.isascii() else w[: _NARROWEST // 2] for w in _WORDS.findall(head[n])]
    return max(map(columns, [*parts, *words]))


def _text(cell: Cell | str) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _basis(document: Document, lang: Lang) -> Iterator[str]:
    """Per what the figures are: impacts count per functional unit where there is one, mass and cost never do."""
    product = document["product"]
    service = product["functional_unit"]
    whole, functional = text("screen-per-product", lang), text("screen-per-functional", lang)
    if product["product_unit"]:
        whole += text("screen-per-what", lang, what=_amount(product["product_unit"]))
    if service["amount"] is not None:
        told = " ".join(part for part in (_amount(service), service["of"]) if part)
        functional += text("screen-per-what", lang, what=told)
    by_service = service["products_per_functional_unit"] is not None
    ids = [o["id"] for o in document["objectives"]]
    impacts = dict.fromkeys(_title(name, lang) for name in ids if "/" in name)
    others = [_title(name, lang) for name in ids if name in ("mass", "cost")]
    comma = text("screen-comma", lang)
    for names, basis in ((impacts, functional if by_service else whole), (others, whole)):
        if names:
            yield text("screen-basis", lang, figures=comma.join(names), basis=basis)


def _amount(given: Document) -> str:
    return f"{number(given['amount'])} {given['unit']}"


def changes(design: Document, document: Document, lang: Lang) -> str:
    """What a design changes, in words."""
    known = {p["name"]: p for p in document["parameters"]}
    said = [f"{key}: {name}" for key, name in design["options"].items() if name != AS_IS_WORD]
    said += [
        value_words(name, value, known[name]["unit"], known[name]["field"], known[name]["written_unit"])
        for name, value in design["parameters"].items()
    ]
    return text("compare-separator", lang).join(said) or text("screen-as-is", lang)


def value_words(name: str, value: float, unit: str | None, field: str, written: str | None = None) -> str:
    """A parameter and its value in the unit that the variants file writes.

    A share is a percentage, a number of pieces stays as it is (neither has a unit).
    """
    if unit is not None and written is not None:
        value, unit = convert(Amount(value, unit), written), written
    if unit is None and not field.endswith(".quantity"):
        return f"{name} = {number(100 * value)} %"
    return f"{name} = {number(value)} {unit or ''}".strip()


def _title(name: str, lang: Lang) -> str:
    if "/" in name:
        return label("category", name.rpartition("/")[2], lang)
    if name in ("mass", "cost"):
        return text(f"screen-{name}", lang)
    from ecoprod.indicators import INDICATORS

    return INDICATORS[name].title[lang]


def _figures(design: Document, base: Document, objectives: list[Document], lang: Lang) -> list[Cell]:
    cells = []
    for objective in objectives:
        (low, high), (first, last) = (_bounds(d, objective) for d in (design, base))
        said = "—" if low is None or high is None else number(low) if low == high else f"{number(low)}–{number(high)}"
        # between bounds nobody knows by how much a figure changes
        if design is not base and low is not None and low == high and first is not None and first == last:
            said += _against(low, first, objective["unit"], lang)
        cells.append(Cell(said, right=True))
    return cells


def _against(value: float, first: float, unit: str, lang: Lang) -> str:
    """The change in brackets: in points where the figure is a percentage itself, else in percent (of nothing: none)."""
    if unit != "%" and not first:
        return ""
    change = value - first if unit == "%" else 100 * (value - first) / abs(first)
    if abs(change) < 0.05:
        return " (=)"
    return f" ({text('screen-points', lang, change=f'{change:+.1f}') if unit == '%' else f'{change:+.1f} %'})"


def _bounds(design: Document, objective: Document) -> tuple[float | None, float | None]:
    """The figure of an objective: twice the same, or the two bounds between which it lies."""
    name = objective["id"]
    if "/" in name:
        found = design["impacts"][name]
        exact = found["value"] if found["per_functional_unit"] is None else found["per_functional_unit"]
        return exact, exact
    plain = {"mass": "mass_kg", "cost": "cost"}
    if name in plain:
        return design[plain[name]], design[plain[name]]
    rate = design["indicators"][name]
    return rate["low"], rate["high"]
