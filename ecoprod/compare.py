"""Two or more designs side by side: verdict, mass, indicators, impacts by stage; differences first.

Impacts are compared per functional unit, that of the first design; unlike services are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ecoprod.assessment import Assessment
from ecoprod.errors import At, InputError, Problem
from ecoprod.messages import Lang, text
from ecoprod.product import STAGES
from ecoprod.report.document import result_document
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table
from ecoprod.report.text import STYLES, value_text
from ecoprod.report.text_lca import HEADLINE, is_whole
from ecoprod.report.version import VERSION
from ecoprod.report.words import label, number, quantity
from ecoprod.units import conversion, same_dimension

Document = dict[str, Any]
_EQUAL = 1e-9
_ALWAYS = ("mass", "indicator:recyclability-rate")


def compare(assessments: Sequence[Assessment], names: Sequence[str]) -> Document:
    """`ecoprod.comparison/1` of designs under the names given. Raises InputError for unlike services."""
    return comparison_document([result_document(a) for a in assessments], names)


def labels(paths: Sequence[Path]) -> list[str]:
    """A short name for each product path: its folder's name, with a number where two are alike."""
    found: list[str] = []
    for path in paths:
        place = path.resolve()
        name = place.parent.name if place.suffix in (".yaml", ".yml") else place.name
        name = name or "product"
        same = sum(other == name or other.startswith(f"{name}#") for other in found)
        found.append(f"{name}#{same + 1}" if same else name)
    return found


def comparison_document(documents: Sequence[Document], names: Sequence[str]) -> Document:
    """`ecoprod.comparison/1` of result documents, the first being what the others are measured against."""
    scales = _scales(documents, names)
    designs = [_design(d, name, scale) for d, name, scale in zip(documents, names, scales, strict=True)]
    return {
        "schema": "ecoprod.comparison/1",
        "functional_unit": {k: documents[0]["product"]["functional_unit"][k] for k in ("amount", "unit", "of")},
        "designs": designs,
        "differences": [d for d in _lines(designs) if d["differs"]],
        "same": [d["what"] for d in _lines(designs) if not d["differs"]],
        "ecoprod": VERSION,
    }


# ---- services ------------------------------------------------------------------------------------


def _scales(documents: Sequence[Document], names: Sequence[str]) -> list[float | None]:
    """What each design's figures per functional unit are multiplied with to be those of the first one's."""
    if not any(d["impacts"] for d in documents):
        return [None] * len(documents)
    services = [d["product"]["functional_unit"] for d in documents]
    problems = [
        Problem("compare-no-service", At(f"{name}/product.yaml"), "functional_unit", {"design": name})
        for name, document, service in zip(names, documents, services, strict=True)
        if document["impacts"] and (service["amount"] is None or service["products_per_functional_unit"] is None)
    ]
    stated = [(n, s) for n, s in zip(names, services, strict=True) if s["amount"] is not None]
    for name, service in stated[1:]:
        if not _alike(stated[0][1], service):
            params = {
                "first": stated[0][0], "service_1": _words(stated[0][1]), "second": name, "service_2": _words(service),
            }  # fmt: skip
            problems.append(Problem("compare-unlike-services", At(f"{name}/product.yaml"), "functional_unit", params))
    if problems:
        raise InputError(problems)
    first = stated[0][1]
    return [
        first["amount"] * conversion(first["unit"], s["unit"]) / s["amount"] if s["amount"] is not None else None
        for s in services
    ]


def _alike(one: Document, other: Document) -> bool:
    """The same service: the same words, in units of one kind. The amounts may differ."""
    words = ["".join((s["of"] or "").split()).casefold() for s in (one, other)]
    return words[0] == words[1] and same_dimension(one["unit"], other["unit"])


def _words(service: Document) -> str:
    return f"{number(service['amount'])} {service['unit']} {service['of'] or ''}".strip()


# ---- document ------------------------------------------------------------------------------------


def _design(document: Document, name: str, scale: float | None) -> Document:
    product, standard = document["product"], document["standard"]
    impacts = [
        {
            "method": impact["method"],
            "categories": {c: _impact(r, document, scale) for c, r in impact["categories"].items()},
        }
        for impact in document["impacts"]
    ]
    return {
        "label": name,
        "name": product["name"],
        "model": product["model"],
        "on": document["on"],
        "verdict": document["verdict"],
        "standard": {"id": standard["id"], "edition": standard["edition"]},
        "mass_kg": product["mass_kg"],
        "requirements": {r["id"]: {"status": r["status"], "title": r["title"]} for r in document["requirements"]},
        "indicators": {
            i: {k: m[k] for k in ("value", "low", "high", "unit")} for i, m in document["indicators"].items()
        },
        "impacts": impacts,
        "titles": document["standard"].get("facts", {}),
        "left_out": sorted(document["lca"]["excluded"], key=STAGES.index),
        "whole": is_whole(document),
    }


def _impact(result: Document, document: Document, scale: float | None) -> Document:
    """A category per functional unit of the first design; null where it has no value."""
    products = document["product"]["functional_unit"]["products_per_functional_unit"]
    factor = None if scale is None or products is None else scale * products
    known = result["value"] is not None and factor is not None
    return {
        "unit": result["unit"],
        "per_functional_unit": result["value"] * factor if known else None,
        "coverage": result["coverage"],
        "reason": result["reason"],
        "by_stage": (
            {s: None if v is None else v * factor for s, v in result["by_stage"].items()}
            if known and result["by_stage"]
            else None
        ),
    }


def _lines(designs: Sequence[Document]) -> Iterator[Document]:
    """Everything that is compared, in the order of a report."""
    yield _line("verdict", [d["verdict"] for d in designs])
    yield _line("standard", [f"{d['standard']['id']}@{d['standard']['edition']}" for d in designs])
    for name in _in_any(designs, "requirements"):
        yield _line(f"requirement:{name}", [d["requirements"].get(name, {}).get("status") for d in designs])
    yield _line("mass", [d["mass_kg"] for d in designs], "kg")
    for name in _in_any(designs, "indicators"):
        found = [d["indicators"].get(name) for d in designs]
        if name != "mass" and not name.startswith(("impact:", "impact-per-functional-unit:", "basic:", "lca:")):
            unit = next((m["unit"] for m in found if m), None)
            shown = _line(f"indicator:{name}", [m["value"] if m else None for m in found], unit)
            bounds = [[m[k] if m else None for m in found] for k in ("low", "high")]
            apart = any(_unlike(values[0], v) for values in bounds for v in values[1:])
            yield {**shown, "differs": shown["differs"] or apart}
    impacts = [impact for design in designs for impact in design["impacts"]]
    categories = {(i["method"], c): r["unit"] for i in impacts for c, r in i["categories"].items()}
    for (method, category), unit in categories.items():
        found = [_category(d, method, category) for d in designs]
        yield _line(f"impact:{method}/{category}", [r["per_functional_unit"] if r else None for r in found], unit)


def _in_any(designs: Sequence[Document], key: str) -> list[str]:
    return list(dict.fromkeys(name for d in designs for name in d[key]))


def _category(design: Document, method: str, category: str) -> Document | None:
    for impact in design["impacts"]:
        if impact["method"] == method:
            found: Document | None = impact["categories"].get(category)
            return found
    return None


def _line(what: str, values: list[Any], unit: str | None = None) -> Document:
    changes = [None, *(_change(values[0], value) for value in values[1:])]
    return {
        "what": what, "unit": unit, "values": values, "change": changes,
        "differs": any(_unlike(values[0], v) for v in values[1:]),
    }  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _change(first: Any, value: Any) -> float | None:
    """Relative change against the first design; None without two numbers or with a first of 0."""
    if not (_is_number(first) and _is_number(value)) or first == 0:
        return None
    return float((value - first) / abs(first))


def _unlike(first: Any, value: Any) -> bool:
    if _is_number(first) and _is_number(value):
        return bool(abs(value - first) > _EQUAL * max(abs(first), abs(value)))
    return bool(first != value)


# ---- for people ----------------------------------------------------------------------------------


def compare_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The comparison as a report, differences first."""
    page = Page(max(width, 60), colour)
    designs = document["designs"]
    dates = ", ".join(dict.fromkeys(d["on"] for d in designs))
    line(page, text("compare-title", lang, dates=dates, count=len(designs)))
    for design in designs:
        facts = " · ".join(f for f in (design["name"], design["model"]) if f)
        bullet(page, "•", text("report-pair", lang, name=design["label"], value=facts))
    heading(page, text("compare-head-differences", lang))
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs]]]
    if any(d["what"] == "verdict" for d in document["differences"]):
        rows.append([text("compare-verdict", lang), *[_verdict(d["verdict"], lang) for d in designs]])
    differences = [d for d in document["differences"] if not d["what"].startswith(("verdict", "impact:"))]
    rows += [_difference(d, designs, lang) for d in differences]
    table(page, rows, flexible=0)
    if not document["differences"]:
        line(page, text("compare-no-differences", lang), indent=2)
    _stages(page, document, lang)
    _categories(page, document, lang)
    line(page, text("compare-change-note", lang), "dim", indent=2)
    _same(page, document, lang)
    return page.text()


def _verdict(outcome: str, lang: Lang) -> Cell:
    return Cell(text(f"compare-verdict-{outcome.replace('_', '-')}", lang), STYLES[outcome])


def _title(what: str, designs: Sequence[Document], lang: Lang) -> str:
    kind, _, name = what.partition(":")
    if kind == "requirement":
        titles = (d["requirements"][name]["title"].get(lang) for d in designs if name in d["requirements"])
        return next((t for t in titles if t), name)
    if kind == "indicator":
        from ecoprod.indicators import INDICATORS

        if name in INDICATORS:
            return INDICATORS[name].title[lang]
        if name.startswith("substance:"):
            substance, _, basis = name.removeprefix("substance:").partition("@")
            basis, _, material = basis.partition("/")
            said = text("compare-substance", lang, name=substance, basis=label("basis", basis, lang))
            return f"{said} [{material}]" if material else said
        words = (d["titles"].get(name, {}).get(lang) for d in designs)
        return next((w for w in words if w), name)
    if kind == "impact":
        return label("category", name.rpartition("/")[2], lang)
    return text(f"compare-{kind}", lang)


def _difference(found: Document, designs: Sequence[Document], lang: Lang) -> Row:
    kind, _, name = found["what"].partition(":")
    if kind == "requirement":
        shown = [label("status", value, lang) if value else "—" for value in found["values"]]
    elif kind == "indicator":
        measures = [d["indicators"].get(name) for d in designs]
        shown = [value_text(m, lang) if m else "—" for m in measures]
    else:
        shown = [_number(value, found["unit"]) for value in found["values"]]
    return [_title(found["what"], designs, lang), *_with_changes(shown, found["change"])]


def _number(value: Any, unit: str | None) -> str:
    if value is None:
        return "—"
    return f"{number(value)} {unit or ''}".strip() if _is_number(value) else str(value)


def _with_changes(shown: Sequence[str], changes: Sequence[float | None]) -> list[Cell]:
    return [
        Cell(said if change is None or abs(change) < _EQUAL else f"{said} ({_percent(change)})")
        for said, change in zip(shown, changes, strict=True)
    ]


def _percent(change: float) -> str:
    return f"{change * 100:+.1f} %" if abs(change) < 1 else f"{change * 100:+.0f} %"


def _stages(page: Page, document: Document, lang: Lang) -> None:
    method, category = HEADLINE
    designs = document["designs"]
    results = [_category(d, method, category) for d in designs]
    if not any(r and r["by_stage"] for r in results):
        return
    unit = next(r["unit"] for r in results if r)
    service = f"{quantity(document['functional_unit'], lang)} {document['functional_unit']['of'] or ''}".strip()
    heading(page, text("compare-head-stages", lang, unit=unit, service=service))
    rows: list[Row] = [["", *[Cell(d["label"], "bold") for d in designs]]]
    for stage in STAGES:
        values = [r["by_stage"][stage] if r and r["by_stage"] else None for r in results]
        figures = _figures(values)
        for n, (design, result, value) in enumerate(zip(designs, results, values, strict=True)):
            if stage in design["left_out"] and not value:
                figures[n] = Cell(text("compare-left-out", lang), "dim")
            elif value is None and result and result["by_stage"]:
                figures[n] = Cell(text("report-no-data", lang), "yellow")
        rows.append([label("stage", stage, lang), *figures])
    totals = _figures([r["per_functional_unit"] if r else None for r in results])
    for n, design in enumerate(designs):
        if not design["whole"]:
            totals[n] = Cell(totals[n].text + text("report-incomplete", lang), "yellow")
    rows.append([Cell(text("report-total", lang), "bold"), *totals])
    table(page, rows, flexible=0)


def _figures(values: Sequence[float | None]) -> list[Cell]:
    found = _line("", list(values))
    return _with_changes([_number(v, None) for v in values], found["change"])


def _categories(page: Page, document: Document, lang: Lang) -> None:
    designs = document["designs"]
    for impact in designs[0]["impacts"]:
        heading(page, text("compare-head-impacts", lang, method=impact["method"]))
        rows: list[Row] = []
        for category, result in impact["categories"].items():
            found = [_category(d, impact["method"], category) for d in designs]
            values = [r["per_functional_unit"] if r else None for r in found]
            if any(v is not None for v in values):
                rows.append([label("category", category, lang), *_figures(values), result["unit"]])
        head = [text("report-col-category", lang), *(d["label"] for d in designs), text("report-col-unit", lang)]
        table(page, rows, head, flexible=0)


def _same(page: Page, document: Document, lang: Lang) -> None:
    """What is the same: verdict, mass and recyclability with their values, the rest by name."""
    designs = document["designs"]
    if not document["same"]:
        return
    heading(page, text("compare-head-same", lang))
    rows: list[Row] = []
    if "verdict" in document["same"]:
        rows.append([text("compare-verdict", lang), _verdict(designs[0]["verdict"], lang)])
    shown = [found for found in _lines(designs) if found["what"] in _ALWAYS and not found["differs"]]
    rows += [list(_difference(found, designs, lang))[:2] for found in shown]
    if rows:
        table(page, rows, flexible=0)
    told = {"verdict", *_ALWAYS}
    same = [w for w in document["same"] if w not in told and not w.startswith(("impact:", "requirement:"))]
    names = [_title(what, designs, lang) for what in same]
    alike = sum(w.startswith("requirement:") for w in document["same"])
    if alike:
        names.append(text("compare-same-requirements", lang, count=alike))
    if names:
        line(page, text("compare-separator", lang).join(dict.fromkeys(names)), indent=2)
