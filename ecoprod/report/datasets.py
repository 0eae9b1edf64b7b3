"""Life cycle data as documents and as pages for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecoprod.background import Background, Dataset, Exchange, Material, says
from ecoprod.errors import At, InputError, Problem
from ecoprod.impact_categories import CATEGORIES
from ecoprod.messages import Lang, text
from ecoprod.report.layout import Cell, Page, Row, bullet, heading, line, table, told
from ecoprod.report.version import VERSION
from ecoprod.report.words import label, number, percent

if TYPE_CHECKING:
    from ecoprod.lca.uncertainty import Lognormal

Document = dict[str, Any]
_KINDS = ("input", "resource", "emission", "total")


def datasets_document(background: Background, word: str | None = None) -> Document:
    """`ecoprod.datasets/1`: every dataset of a background, or those with a word in name, id or alias.

    A material is found by its own names and by its dataset, a dataset also by the materials that it stands for.
    """
    datasets, materials = background.listed(word), list(background.listed_materials())
    if word is not None:
        ids = {d.id for d in datasets}
        named = [m for m in materials if says(word, m)]
        materials = [m for m in materials if m in named or m.dataset in ids]
        ids |= {m.dataset for m in named if m.dataset}
        datasets = [d for d in background.listed() if d.id in ids] if named else datasets
    sources = background.cited()
    return {
        "schema": "ecoprod.datasets/1",
        "background": background.id,
        "datasets": [_dataset(d, sources.get(d.id, [])) for d in datasets],
        "materials": [_material(m) for m in materials],
        "ecoprod": VERSION,
    }


def dataset_document(background: Background, name: str, notify: Callable[[str], None]) -> Document:
    """`ecoprod.datasets/1` of one dataset, with inventory, sources and results. Raises InputError for an unknown id."""
    found = [name] if name in background.datasets else background.flow(name)
    if len(found) != 1:
        near = ", ".join(found or background.nearest(name, "dataset")) or "—"
        raise InputError([Problem("dataset-unknown", At(name), None, {"name": name, "nearest": near})])
    dataset = background.datasets[found[0]]
    rows = background.exchanges_of(dataset.id)
    from ecoprod.lca import DEFAULT_METHODS, dataset_scores, library
    from ecoprod.lca.methods import choose
    from ecoprod.lca.uncertainty import of_exchange

    scores = dataset_scores(background, DEFAULT_METHODS, notify, [dataset.id])[dataset.id]
    found_units = library.intensities(background, choose(DEFAULT_METHODS, DEFAULT_METHODS), notify)
    units = {method: {c.id: c.unit for c in one.categories} for method, one in found_units.items()}
    register = background.sources()
    detail = {
        "aliases": list(dataset.aliases),
        "technology": dataset.technology,
        "boundary": dataset.boundary,
        "recycled_share": dataset.recycled_share,
        "secondary": dataset.secondary,
        "gwp_set": dataset.gwp_set,
        "data_quality": dataset.data_quality,
        "note": dataset.note,
        "exchanges": [_exchange(e, of_exchange(e, dataset, background.datasets)) for e in rows],
        "background": background.origin(dataset.id),
        "users": background.users_of(dataset.id),
        "left_out": dataset.left_out,
        "upstream_left_out": dataset.upstream_left_out,
        "register": {s: _source(register.get(s, {})) for s in dict.fromkeys(e.source for e in rows)},
        "scores": {
            method: {
                c: {"value": value, "unit": units[method][c], "coverage": coverage}
                for c, (value, coverage) in sorted(of.items())
            }
            for method, of in scores.items()
        },
    }
    return {
        "schema": "ecoprod.datasets/1",
        "background": background.id,
        "datasets": [{**_dataset(dataset, background.cited([dataset.id])[dataset.id]), **detail}],
        "ecoprod": VERSION,
    }


def _material(material: Material) -> Document:
    return {
        "id": material.id,
        "name": {"zh": material.name_zh, "en": material.name_en},
        "aliases": list(material.aliases),
        "class": material.material_class,
        "dataset": material.dataset,
        "density_kg_m3": material.density_kg_m3,
        "calorific_value_mj_kg": material.calorific_value_mj_kg,
        "youngs_modulus_gpa": material.youngs_modulus_gpa,
        "yield_strength_mpa": material.yield_strength_mpa,
        "strength_basis": material.strength_basis,
        "recyclability": material.recyclability,
        "substance_hints": list(material.substance_hints),
        "sources": {
            "density": material.density_source or None,
            "calorific_value": material.calorific_source or None,
            "youngs_modulus": material.modulus_source or None,
            "strength": material.strength_source or None,
            "recyclability": material.recyclability_source or None,
            "substance_hints": material.substance_source or None,
        },
    }


def _dataset(dataset: Dataset, sources: Sequence[str]) -> Document:
    return {
        "id": dataset.id,
        "name": {"zh": dataset.name_zh, "en": dataset.name_en},
        "group": dataset.group,
        "kind": dataset.kind,
        "place": dataset.place,
        "unit": dataset.unit,
        "year": dataset.year or None,
        "covers": [c for c in CATEGORIES if c in dataset.covers],
        "sources": list(sources),
    }


def _exchange(exchange: Exchange, spread: Lognormal | None) -> Document:
    sure = spread and {
        "distribution": "lognormal",
        "sigma": spread.sigma,
        "gsd2": spread.gsd2,
        "basic": spread.basic.factor,
    }
    return {
        "kind": exchange.kind,
        "target": exchange.target,
        "compartment": exchange.compartment or None,
        "amount": exchange.amount,
        "unit": exchange.unit,
        "source": {"id": exchange.source, "at": exchange.at, "year": exchange.year},
        "confidence": exchange.confidence,
        "pedigree": exchange.pedigree or None,
        "uncertainty": sure,
        "note": exchange.note or None,
    }


def _source(entry: Mapping[str, Any]) -> Document:
    return {key: entry.get(key) for key in ("title", "authors", "year", "licence", "access")}


# ---- pages ---------------------------------------------------------------------------------------


def datasets_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """The list of datasets, by group."""
    page = Page(max(width, 60), colour)
    line(page, text("data-title", lang, background=document["background"], count=len(document["datasets"])))
    if not document["datasets"] and not document["materials"]:
        told(page, text("data-nothing-found", lang))
        return page.text()
    rows: list[Row] = []
    for group in sorted({d["group"] for d in document["datasets"]}):
        rows.append([Cell(label("data-group", group, lang), "bold")])
        for d in sorted((d for d in document["datasets"] if d["group"] == group), key=lambda d: str(d["id"])):
            covers = f"{len(d['covers'])}/{len(CATEGORIES)}"
            numbers = (Cell(str(d["year"] or "—"), right=True), Cell(covers, right=True))
            rows.append([d["id"], d["name"][lang], d["unit"], d["place"], *numbers])
    head = [text(f"data-col-{c}", lang) for c in ("id", "name", "unit", "place", "year", "covers")]
    table(page, rows, head, indent=0, flexible=1)
    told(page, text("data-covers-means", lang), "dim")
    _materials(page, document["materials"], lang)
    return page.text()


def _materials(page: Page, materials: Sequence[Document], lang: Lang) -> None:
    """Names that a bill of materials may use, and what stands behind them."""
    if not materials:
        return
    heading(page, text("data-head-materials", lang, count=len(materials)))
    rows: list[Row] = []
    for material in sorted(materials, key=lambda m: (m["class"], m["id"])):
        other = material["name"]["en" if lang == "zh" else "zh"]
        names = dict.fromkeys(n for n in (material["name"][lang], other, *material["aliases"]) if n)
        rows.append([", ".join(names), material["dataset"] or "—", _figures(material)])
    head = [text(f"data-col-{c}", lang) for c in ("names", "dataset", "figures")]
    table(page, rows, head, indent=0, flexible=0, least=30)


def _figures(material: Document) -> str:
    """Density, modulus and strength of a material in one cell, those that have a source."""
    units = {"density_kg_m3": "kg/m3", "youngs_modulus_gpa": "GPa", "yield_strength_mpa": "MPa"}
    return " · ".join(f"{number(material[key])} {unit}" for key, unit in units.items() if material[key] is not None)


def dataset_text(document: Document, lang: Lang, *, width: int = 80, colour: bool = False) -> str:
    """One dataset as a person wants to read it."""
    page = Page(max(width, 60), colour)
    found = document["datasets"][0]
    other = "en" if lang == "zh" else "zh"
    names = dict.fromkeys((found["name"][lang], found["name"][other]))
    line(page, " / ".join(names), "bold")
    line(page, text("data-line", lang, **{k: found[k] or "—" for k in ("id", "place", "year", "unit")}))
    if found["background"] != document["background"]:
        line(page, text("data-of-the-core", lang, background=document["background"]), "dim")
    _facts(page, found, lang)
    _scores(page, found, lang)
    _inventory(page, found, lang)
    if found["users"]:
        heading(page, text("data-head-users", lang))
        line(page, ", ".join(found["users"]), indent=2)
    heading(page, text("standards-head-sources", lang))
    for name, source in found["register"].items():
        parts = [source["title"], source["authors"], source["year"], source["access"], source["licence"]]
        bullet(page, "•", f"{name}: {' · '.join(str(p) for p in parts if p)}")
    return page.text()


def _facts(page: Page, found: Document, lang: Lang) -> None:
    rows: list[Row] = []
    for key in ("technology", "boundary", "data_quality", "gwp_set", "secondary", "note"):
        if found[key]:
            rows.append([text(f"data-fact-{key.replace('_', '-')}", lang), str(found[key])])
    if found["recycled_share"] is not None:
        rows.append([text("data-fact-recycled-share", lang), percent(found["recycled_share"])])
    missing = [c for c in CATEGORIES if c not in found["covers"]]
    if missing:
        rows.append([text("data-fact-not-covered", lang), ", ".join(label("category", c, lang) for c in missing)])
    if found["left_out"] or found["upstream_left_out"]:
        code = "data-left-out-upstream" if found["upstream_left_out"] else "data-left-out"
        rows.append([text("data-fact-left-out", lang), text(code, lang, count=found["left_out"])])
    if found["aliases"]:
        rows.append([text("data-fact-aliases", lang), ", ".join(found["aliases"])])
    rows.insert(2, [text("data-fact-kind", lang), text(f"data-kind-{found['kind']}", lang)])
    table(page, rows, flexible=1)


def _inventory(page: Page, found: Document, lang: Lang) -> None:
    heading(page, text("data-head-inventory", lang, unit=found["unit"]))
    rows: list[Row] = []
    exchanges = sorted(found["exchanges"], key=lambda e: _KINDS.index(e["kind"]))
    shared = _shared_place([e["source"]["at"] for e in exchanges])
    if shared:
        line(page, text("data-all-at", lang, at=shared), "dim", indent=2)
    for exchange in exchanges:
        target = exchange["target"] + (f" ({exchange['compartment']})" if exchange["compartment"] else "")
        source = exchange["source"]
        origin = f"{source['id']} {source['year']} [{exchange['confidence']}]"
        spread = f" ×÷{exchange['uncertainty']['gsd2']:.2f}" if exchange["uncertainty"] else ""
        amount = Cell(f"{number(exchange['amount'])} {exchange['unit']}{spread}", right=True)
        place = source["at"][len(shared) :].strip()
        rows.append([label("data-exchange", exchange["kind"], lang), f"{target}\n{place}".strip(), amount, origin])
    head = [text(f"data-col-{c}", lang) for c in ("kind", "flow", "amount", "source")]
    table(page, rows, head, flexible=1)
    line(page, text("data-confidence-means", lang), "dim", indent=2)
    line(page, text("data-uncertainty-means", lang), "dim", indent=2)


def _shared_place(places: Sequence[str]) -> str:
    """What the places of all rows begin with, if it is worth saying once; up to a colon or a slash."""
    if len(places) < 2:  # nothing to share
        return ""
    first, last = min(places), max(places)
    size = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(first.rfind(sign, 0, size) for sign in ":/") + 1]


def _scores(page: Page, found: Document, lang: Lang) -> None:
    heading(page, text("data-head-scores", lang, unit=found["unit"]))
    rows: list[Row] = []
    for method, scores in found["scores"].items():
        rows.append([Cell(method, "bold")])
        for category, score in scores.items():
            value, coverage = score["value"], score["coverage"]
            style = "dim" if value is None else ""
            shown = Cell(text("report-na", lang) if value is None else number(value), style, right=True)
            covered = Cell("" if coverage is None else percent(coverage), right=True)
            rows.append([Cell(label("category", category, lang), style), shown, Cell(score["unit"], style), covered])
    table(page, rows, [text(f"report-col-{c}", lang) for c in ("category", "value", "unit", "coverage")], flexible=0)
