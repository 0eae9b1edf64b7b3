"""What an import did: the document for machines, the page for a person, the sheet of everything that did not link."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ecoprod.backgrounds import PLACES
from ecoprod.errors import At, Problem
from ecoprod.importing.flow_names import WAYS
from ecoprod.importing.run import Imported, miss_rows
from ecoprod.messages import Lang, both, has, problem_text, text
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table, told
from ecoprod.report.version import VERSION

Document = dict[str, Any]
_KINDS = ("input", "waste", "elementary", "total", "avoided")
_WAYS = {"input": ("provider", "flow", "name"), "waste": ("provider", "flow", "name")}
_FLOW_WAYS = (*WAYS, "other-part")
_EXAMPLES = 2


def import_document(imported: Imported) -> Document:
    """`ecoprod.import/1`: datasets in and usable, rows linked by kind and way, flows mapped, every miss."""
    about = imported.about
    misses = [miss_document(row) for row in miss_rows(imported)]
    return {
        "schema": "ecoprod.import/1",
        "background": imported.background,
        "format": about["file_format"],
        "file": about["file"],
        "sha256": about["key"]["source"],
        "stated": dict(about["stated"]),
        "already": imported.already,
        "kept": imported.database is not None,
        "datasets": dict(about["datasets"]),
        "exchanges": _exchanges(about["linked"]),
        "flows": _flows(about["linked"]),
        "policy": {
            "products_without_producer": "cut-off",
            "waste_without_treatment": "cut-off",
            "co_products": "shares of the file, else amounts of one dimension, else not usable",
            "credits": "excluded",
            "places": ["of the row", "of the user", *PLACES],
        },
        "misses_by_reason": dict(about["misses"]),
        "misses": misses,
        "ecoprod": VERSION,
    }


def _exchanges(counts: Mapping[str, int]) -> Document:
    """Rows by kind: linked, missed, and the ways that led to a link."""
    found: Document = {}
    for kind in _KINDS:
        flow = kind in ("elementary", "total")
        ways = {} if flow else {w: counts[f"{kind}:{w}"] for w in _WAYS.get(kind, ()) if f"{kind}:{w}" in counts}
        linked = counts.get(f"linked:{kind}", 0)
        found[kind] = {"linked": linked, "missed": counts.get(f"missed:{kind}", 0), "ways": ways}
    return found


def _flows(counts: Mapping[str, int]) -> Document:
    return {way: counts[f"flow:{way}"] for way in _FLOW_WAYS if f"flow:{way}" in counts}


def miss_document(row: Mapping[str, Any]) -> Document:
    """A miss with its words in both languages."""
    zh, en = _words(row, "zh"), _words(row, "en")
    near = [
        {**c, "reasons": [both(code) if has(code) else {"zh": code, "en": code} for code in c["refused"]]}
        for c in row["candidates"]
    ]
    plain = {key: value for key, value in row.items() if key not in ("params", "candidates")}
    return {
        **plain,
        "message": {"zh": zh[0], "en": en[0]},
        "fix": {"zh": zh[1], "en": en[1]},
        "candidates": near,
    }


def _words(row: Mapping[str, Any], lang: Lang) -> tuple[str, str]:
    return problem_text(miss_problem(row), lang)


def miss_problem(row: Mapping[str, Any]) -> Problem:
    """A miss as a problem with its place, as `data check` lists it."""
    at = At(row["file"], row["line"], row["column"], row["sheet"], row["cell"])
    return Problem(row["code"], at, row["name"] or None, row["params"])


def import_text(document: Document, lang: Lang, *, width: int, colour: bool) -> str:
    """The page: what came in, what links, and the reasons of what does not, some examples each."""
    page = Page(width, colour)
    heading(page, text("import-title", lang, file=document["file"], id=document["background"]))
    if document["already"]:
        line(page, text("import-already", lang))
    seen, usable = document["datasets"]["in"], document["datasets"]["usable"]
    line(page, text("import-datasets", lang, seen=seen, usable=usable))
    rows = [_row(document, kind, lang) for kind in _KINDS if any(list(document["exchanges"][kind].values())[:2])]
    if rows:
        heads = [text(f"import-head-{n}", lang) for n in ("rows", "linked", "missed", "how")]
        table(page, rows, heads, flexible=3)
    if document["misses"]:
        _reasons(page, document, lang)
    line(page, "")
    line(page, text("import-policy", lang))
    last = "import-next" if document["kept"] else "import-nothing-usable"
    told(page, text(last, lang, id=document["background"]))
    return page.text()


def _row(document: Document, kind: str, lang: Lang) -> Row:
    of = document["exchanges"][kind]
    ways = [text(f"import-way-{way}", lang, count=count) for way, count in of["ways"].items()]
    if kind == "elementary":
        ways = [text(f"import-flow-way-{way}", lang, count=count) for way, count in document["flows"].items()]
    between = "；" if lang == "zh" else "; "
    cells = [Cell(str(of["linked"]), right=True), Cell(str(of["missed"]), right=True), Cell(between.join(ways))]
    return [Cell(text(f"import-rows-{kind}", lang)), *cells]


def _reasons(page: Page, document: Document, lang: Lang) -> None:
    """Each reason with how often, and its first examples."""
    heading(page, text("import-head-reasons", lang, count=len(document["misses"])))
    shown = 0
    whole = {miss["code"] for miss in document["misses"] if miss["kind"] == "process"}
    counts = Counter(miss["code"] for miss in document["misses"])
    for code in sorted(counts, key=lambda c: (c not in whole, -counts[c], c)):  # whole processes first, then by number
        alike = [miss for miss in document["misses"] if miss["code"] == code]
        for miss in alike[:_EXAMPLES]:
            bullet(page, "•", f"{_place(miss, document['file'])}: {miss['message'][lang]} — {miss['fix'][lang]}")
        shown += min(len(alike), _EXAMPLES)
        if len(alike) > _EXAMPLES:
            line(page, text("import-alike", lang, count=len(alike)), "dim", indent=4)
    if len(document["misses"]) > shown and document["kept"]:
        told(page, text("import-more", lang, count=len(document["misses"]) - shown, id=document["background"]))


def _place(miss: Mapping[str, Any], source: str) -> At:
    """Where a miss stands, within the source."""
    return At(miss["file"].removeprefix(f"{source}/"), miss["line"], miss["column"], miss["sheet"], miss["cell"])


_COLUMNS = (
    "file",
    "line",
    "column",
    "sheet",
    "cell",
    "process",
    "kind",
    "name",
    "unit",
    "amount",
    "place",
    "compartment",
)


def misses_sheet(misses: Sequence[Mapping[str, Any]], lang: Lang) -> bytes:
    """A workbook with a row a miss: place, what was asked for, the reason, what came near and why it was refused."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page: Any = book.create_sheet("misses")
    heads = [text(f"import-column-{c}", lang) for c in (*_COLUMNS, "reason", "remedy", "candidates")]
    for number in range(1, len(heads) + 1):
        page.column_dimensions[get_column_letter(number)].width = 60 if number > len(_COLUMNS) or number == 1 else 16
    page.freeze_panes = "A2"
    page.append([_cell(page, head) for head in heads])
    for miss in misses:
        near = "; ".join(
            f"{c['name']} [{c['unit']}, {c['place']}] ({', '.join(r[lang] for r in c['reasons'])})"
            for c in miss["candidates"]
        )
        values = [*(miss[c] for c in _COLUMNS), miss["message"][lang], miss["fix"][lang], near]
        page.append([_cell(page, value) for value in values])
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _cell(page: Any, value: Any) -> Any:
    """A cell; text from outside stays text (one that begins with = is no formula), without control signs, bounded."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, "".join(sign for sign in value if sign.isprintable() or sign == "\n")[:32_000])
    cell.data_type = "s"
    return cell
