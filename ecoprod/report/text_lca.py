"""The life cycle part of the report: bars by stage, the largest contributors, every category with its coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecoprod.messages import Lang, text
from ecoprod.product import STAGES
from ecoprod.report.layout import Cell, Page, Row, bar, bullet, heading, line, table
from ecoprod.report.words import label, number, percent, quantity

Document = dict[str, Any]
HEADLINE = ("EF v3.1", "climate-change")
LARGEST = 5
_SHOWN_FLOWS = 5


def life_cycle(page: Page, document: Document, lang: Lang) -> None:
    """Everything of the life cycle; where the product file says `lca: none`, that."""
    if not document["impacts"]:
        heading(page, text("report-head-lca", lang))
        line(page, text("report-no-lca", lang), indent=2)
        return
    climate = headline(document)
    if climate is not None:
        _stages(page, document, climate, lang)
        _largest(page, document, climate, lang)
    for impact in document["impacts"]:
        _categories(page, document, impact, lang)
    _basis(page, document["lca"], lang)


def headline(document: Document) -> Document | None:
    """The climate change result of EF v3.1, or None where it was not calculated."""
    method, category = HEADLINE
    for impact in document["impacts"]:
        if impact["method"] == method:
            found: Document | None = impact["categories"].get(category)
            return found
    return None


def _service(document: Document, lang: Lang) -> str | None:
    service = document["product"]["functional_unit"]
    return None if service["amount"] is None else f"{quantity(service, lang)} {service['of'] or ''}".strip()


def _stages(page: Page, document: Document, climate: Document, lang: Lang) -> None:
    unit = quantity(document["product"]["product_unit"], lang)
    heading(page, text("report-head-stages", lang, unit=climate["unit"], per=unit))
    by_stage, total = climate["by_stage"], climate["value"]
    if by_stage is None or total is None:
        why = climate["reason"]["message"][lang] if climate["reason"] else ""
        known = number(climate["known"])
        line(page, text("report-no-value", lang, why=why, known=known, unit=climate["unit"]), indent=2)
        return
    excluded: Mapping[str, str] = document["lca"]["excluded"]
    largest = max((abs(v) for v in by_stage.values() if v is not None), default=0.0)
    room = max(page.width - 2 - 16 - 2 - 10 - 2 - 8 - 2 - 4, 10)
    rows: list[Row] = []
    for stage in STAGES:
        value = by_stage[stage]
        left_out = stage in excluded and not value
        if value is None or left_out:
            reason = text("report-left-out", lang, reason=excluded[stage]) if left_out else text("report-no-data", lang)
            cells = (Cell("—" if left_out else "", right=True), Cell(""), Cell(reason, "dim" if left_out else "yellow"))
        else:
            share = Cell(percent(value / total) if total else "", right=True)
            cells = (Cell(number(value), right=True), share, _drawn(stage, value, largest, room, excluded, lang))
        rows.append([label("stage", stage, lang), *cells])
    whole = Cell("" if is_whole(document) else text("report-incomplete", lang), "yellow")
    rows.append([Cell(text("report-total", lang), "bold"), Cell(number(total), "bold", right=True), "", whole])
    table(page, rows, flexible=3)
    facts = [text("report-coverage", lang, share=percent(climate["coverage"] or 0))]
    service = _service(document, lang)
    if climate["per_functional_unit"] is not None and service:
        each = f"{number(climate['per_functional_unit'])} {climate['unit']}{whole.text}"
        facts.insert(0, text("report-per-service", lang, value=each, service=service))
    line(page, " · ".join(facts), indent=2)


def _drawn(stage: str, value: float, largest: float, room: int, excluded: Mapping[str, str], lang: Lang) -> Cell:
    """The bar of a stage; of one that is left out and yet holds something, the reason."""
    if stage in excluded:
        return Cell(text("report-left-out", lang, reason=excluded[stage]), "dim")
    return Cell(bar(value, largest, room), "red" if value > 0 else "green")


_NO_PART_OF_THE_SUM = ("functional_unit", "service_per_product")


def is_whole(document: Document) -> bool:
    """Whether nothing is missing of what the life cycle sums up."""
    return all(m["field"].startswith(_NO_PART_OF_THE_SUM) for m in document["lca"]["missing"])


def contributors(document: Document, result: Document, count: int = LARGEST) -> list[tuple[Document, float]]:
    """The items that weigh most in a category, by size, ties by id."""
    if result["by_item"] is None:
        return []
    pairs = list(zip(document["items"], result["by_item"], strict=True))
    pairs.sort(key=lambda pair: (-abs(pair[1]), pair[0]["id"]))
    return [(item, value) for item, value in pairs[:count] if value]


def _largest(page: Page, document: Document, climate: Document, lang: Lang) -> None:
    found = contributors(document, climate)
    if not found:
        return
    heading(page, text("report-head-largest", lang))
    total = climate["value"]
    rows: list[Row] = []
    for place, (item, value) in enumerate(found, 1):
        share = percent(value / total) if total else ""
        part = f" [{item['part']}]" if item["part"] else ""
        name = label("stage", "distribution", lang) if item["id"] == "distribution" else item["name"]
        rows.append(
            [
                f"{place}.",
                f"{name}{part}",
                label("stage", item["stage"], lang),
                Cell(f"{number(value)} {climate['unit']}", right=True),
                Cell(share, right=True),
            ]
        )
    table(page, rows, flexible=1)


def _categories(page: Page, document: Document, impact: Document, lang: Lang) -> None:
    heading(page, text("report-head-categories", lang, method=impact["method"]))
    rows: list[Row] = []
    reasons: dict[str, None] = {}
    for name, result in impact["categories"].items():
        known = result["value"] is not None
        each = result["per_functional_unit"]
        if not known and result["reason"]:
            reasons[result["reason"]["message"][lang]] = None
        rows.append(
            [
                Cell(label("category", name, lang), "" if known else "dim"),
                Cell(number(result["value"]) if known else text("report-na", lang), "" if known else "dim", right=True),
                Cell(number(each) if each is not None else "", right=True),
                Cell(result["unit"], "" if known else "dim"),
                Cell("" if result["coverage"] is None else percent(result["coverage"]), right=True),
            ]
        )
    head = [text(f"report-col-{c}", lang) for c in ("category", "per-product", "per-service", "unit", "coverage")]
    table(page, rows, head, flexible=0)
    for reason in reasons:
        bullet(page, f"{text('report-na', lang)}:", reason)


def _basis(page: Page, lca: Document, lang: Lang) -> None:
    heading(page, text("report-head-lca", lang))
    background = lca["background"]
    rows: list[Row] = [[text("report-lca-background", lang), f"{background['id']} ({background['sha256'][:12]})"]]
    for key in ("engine", "system_model", "allocation", "biogenic", "capital_goods"):
        if lca[key]:
            rows.append([text(f"report-lca-{key.replace('_', '-')}", lang), _in_language(lca[key], lang)])
    for key in ("linked_mass_share", "cut_off_mass_share"):
        if lca[key] is not None:
            rows.append([text(f"report-lca-{key.replace('_', '-')}", lang), percent(lca[key])])
    for stage, reason in lca["excluded"].items():
        rows.append([text("report-lca-excluded", lang, stage=label("stage", stage, lang)), reason])
    if lca["residual"] is not None:
        rows.append([text("report-lca-residual", lang), f"{lca['residual']:.1e}"])
    table(page, rows, flexible=1)
    _uncharacterised(page, lca, lang)


def _in_language(value: object, lang: Lang) -> str:
    return str(value.get(lang, value)) if isinstance(value, Mapping) else label("basis", str(value), lang)


def _uncharacterised(page: Page, lca: Document, lang: Lang) -> None:
    flows = sorted({(u["flow"], u["compartment"]) for u in lca["uncharacterised"]})
    if flows:
        named = ", ".join(f"{flow} ({where})" for flow, where in flows[:_SHOWN_FLOWS])
        more = ", …" if len(flows) > _SHOWN_FLOWS else ""
        bullet(page, "!", text("report-uncharacterised", lang, count=len(flows), flows=named + more), "yellow")
