"""Impact methods as a document and as a page for people: `ecoprod data methods`."""

from __future__ import annotations

from typing import Any

from ecoprod.background import Background
from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, heading, line, table, told
from ecoprod.report.version import VERSION
from ecoprod.report.words import percent

Document = dict[str, Any]


def methods_document(background: Background, name: str | None = None) -> Document:
    """`ecoprod.methods/1`: every family, or what `name` stands for. Raises InputError for a name that is not there."""
    from ecoprod.lca import characterisation

    found = characterisation(background, () if name is None else (name,))
    return {
        "schema": "ecoprod.methods/1",
        "background": background.id,
        "elementary": {"flows": found[0].of_flows, "exchanges": found[0].of_exchanges},
        "methods": [
            {
                "method": one.method,
                "sha256": one.sha256,
                "flows": one.flows,
                "exchanges": one.exchanges,
                "categories": [
                    {
                        "id": c.id,
                        "category": c.category,
                        "indicator": c.indicator,
                        "unit": c.unit,
                        "detail": c.detail,
                        "factors": c.factors,
                        "flows": c.flows,
                        "exchanges": c.exchanges,
                    }
                    for c in one.categories
                ],
            }
            for one in found
        ],
        "ecoprod": VERSION,
    }


def methods_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """One line a family, or with a single method one line a category."""
    page = Page(max(width, 60), colour)
    of = document["elementary"]
    line(page, text("methods-title", lang, background=document["background"], count=len(document["methods"])))
    single = len(document["methods"]) == 1
    rows: list[Row] = []
    for method in document["methods"]:
        count = Cell(str(len(method["categories"])), right=True)
        if not single:
            rows.append([method["method"], count, *_shares(method, of)])
            continue
        heading(page, method["method"])
        for category in method["categories"]:
            factors = Cell(str(category["factors"]), right=True)
            rows.append([category["id"], category["unit"], factors, *_shares(category, of)])
    heads = ("id", "unit", "factors") if single else ("family", "categories")
    table(page, rows, [text(f"methods-col-{c}", lang) for c in (*heads, "flows", "exchanges")], indent=0, flexible=0)
    line(page, text("methods-shares-mean", lang, flows=of["flows"], exchanges=of["exchanges"]), "dim")
    if not single:
        told(page, text("methods-one", lang), "dim")
    return page.text()


def _shares(found: Document, of: Document) -> tuple[Cell, Cell]:
    """Shares of the background's flows and exchanges that have a factor."""
    flows, exchanges = (percent(found[key] / of[key]) if of[key] else "—" for key in ("flows", "exchanges"))
    return Cell(flows, right=True), Cell(exchanges, right=True)
