"""EcoSpold 2 (`.spold`): ecoinvent 3 and what openLCA and others export in its form.

A process is an activity with its reference product: `activity id_product id`, as ecoinvent names its files. Signs stay
as in the file: a treatment has a negative product. Products of amount 0 are those that an allocation took away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ecoprod.errors import At
from ecoprod.importing import distributions, fields
from ecoprod.importing.opened import Opened, Piece
from ecoprod.importing.records import (
    ExchangeKind,
    ForeignDatabase,
    ForeignExchange,
    ForeignProcess,
    Miss,
    Uncertainty,
)
from ecoprod.importing.xmlfile import (
    archives_inside,
    child,
    children,
    documents,
    heads,
    local,
    place_of,
    tagged,
    text_of,
    texts_of,
)
from ecoprod.lca.cas import cas_number

_DATASETS = {"activityDataset", "childActivityDataset"}
_KINDS: Mapping[tuple[str, str, str], ExchangeKind] = {
    **{("intermediateExchange", "inputGroup", group): "input" for group in "1235"},
    ("intermediateExchange", "outputGroup", "0"): "product",
    ("intermediateExchange", "outputGroup", "2"): "product",
    ("intermediateExchange", "outputGroup", "3"): "waste",
    ("elementaryExchange", "inputGroup", "4"): "elementary",
    ("elementaryExchange", "outputGroup", "4"): "elementary",
}
_BY_PRODUCT, _BY_PRODUCTS = ("intermediateExchange", "outputGroup", "2"), "by-product classification"
_STOCK = ("intermediateExchange", "outputGroup", "5")
_DISTRIBUTIONS = {
    "lognormal": distributions.LOGNORMAL,
    "normal": distributions.NORMAL,
    "triangular": distributions.TRIANGULAR,
    "uniform": distributions.UNIFORM,
}


@dataclass(slots=True)
class _Draft:
    """A process on its way: what has been read of it, providers still as activity ids."""

    piece: Piece
    activity: str
    name: str
    exchanges: list[ForeignExchange] = field(default_factory=list)
    products: list[tuple[str, ForeignExchange]] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    strange: int = 0


def recognises(opened: Opened) -> bool:
    """Whether the source looks like EcoSpold 2."""
    return any("ecospold02" in head.lower() for head in heads(_pieces(opened)[:3]))


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All activities of the source. Raises InputError for a hostile file, and where no file is whole XML."""
    pieces, misses, seen = _pieces(opened), archives_inside(opened), 0
    processes = list[ForeignProcess]()
    makers = _Makers()
    about: Mapping[str, str] = {}
    for piece, root in documents(opened, pieces, misses):
        datasets = [element for element in root if local(element) in _DATASETS]
        if not datasets:
            misses.append(Miss("import-no-process-here", place_of(root, piece), {"root": local(root)[:60]}))
        citations = _citations(root)
        for dataset in datasets:
            seen += 1
            process = _process(dataset, piece, citations, makers, misses)
            if process is not None:
                processes.append(process)
            about = about or _about(dataset)
            progress(seen, max(len(pieces), seen))
    linked = tuple(makers.linked(process) for process in processes)
    return ForeignDatabase("ecospold2", linked, tuple(misses), seen, about)


def _pieces(opened: Opened) -> tuple[Piece, ...]:
    """`.spold` files; `.xml` only where there are none (beside them it is master data, which files repeat)."""
    spold = tuple(piece for piece in opened.pieces if piece.suffix == ".spold")
    return spold or tuple(piece for piece in opened.pieces if piece.suffix == ".xml")


class _Makers:
    """Who makes which product of which activity, known once all files are read."""

    def __init__(self) -> None:
        self.codes = dict[str, At]()
        self.of_product = dict[tuple[str, str | None], str]()

    def add(self, activity: str, process: ForeignProcess) -> None:
        self.codes[process.code] = process.at
        for row in process.exchanges:
            if row.kind == "product":
                self.of_product.setdefault((activity, row.flow), process.code)

    def linked(self, process: ForeignProcess) -> ForeignProcess:
        """The process with codes for activity ids; an id of no activity of the source stays as it is."""
        if all(row.provider is None for row in process.exchanges):
            return process
        rows = tuple(
            row if row.provider is None else replace(row, provider=self._code(row.provider, row.flow))
            for row in process.exchanges
        )
        return replace(process, exchanges=rows)

    def _code(self, activity: str, flow: str | None) -> str:
        return self.of_product.get((activity, flow), activity)


def _process(
    dataset: Any, piece: Piece, citations: tuple[str, ...], makers: _Makers, misses: list[Miss]
) -> ForeignProcess | None:
    """One activity; None and the reason among `misses` where it cannot be used."""
    description = child(dataset, "activityDescription")
    activity = child(description, "activity")
    at = place_of(dataset if activity is None else activity, piece)
    identifier = "" if activity is None else activity.get("id", "").strip()
    name, others = fields.chosen(texts_of(activity, "activityName"))
    draft = _Draft(piece, identifier, name or identifier)
    results = _rows(child(dataset, "flowData"), draft)
    refusal = _refusal(draft, results=results)
    if refusal:
        misses += [*draft.misses, Miss(refusal, at, {"process": draft.name}, draft.name)]
        return None
    main = min(draft.products, key=lambda pair: pair[0])[1]  # the first reference product, else the first by-product
    key = f"{identifier}_{main.flow}" if identifier and main.flow else identifier or f"{piece.name}:{main.flow or name}"
    if key in makers.codes:
        misses.append(Miss("import-process-twice", at, {"process": name, "first": str(makers.codes[key])}, key))
        return None
    misses += (replace(miss, process=key) for miss in draft.misses)
    misses += fields.lost_distributions(key, at, draft.strange)
    synonyms = tuple(dict.fromkeys([*others, *(text for _, text in texts_of(activity, "synonym"))]))
    period, attributes = child(description, "timePeriod"), child(dataset, "administrativeInformation", "fileAttributes")
    process = ForeignProcess(
        code=key,
        name=name or main.name,
        at=at,
        exchanges=tuple(draft.exchanges),
        place=text_of(description, "geography", "shortname"),
        year=fields.data_year(_get(period, "startDate"), _get(period, "endDate"), _get(attributes, "fileTimestamp")),
        technology=_comment(child(description, "technology", "comment")),
        boundary="; ".join(
            text
            for part in ("includedActivitiesStart", "includedActivitiesEnd")
            if (text := fields.chosen(texts_of(activity, part))[0])
        ),
        system=_get(activity, "type") == "2",
        reference=main.name if len(draft.products) > 1 else None,
        synonyms=synonyms,
        sources=citations or _published(dataset),
    )
    makers.add(identifier, process)
    return process


def _refusal(draft: _Draft, *, results: bool) -> str | None:
    """Why an activity cannot be used, as the code of a message."""
    if results and len(draft.products) == len(draft.exchanges):
        return "import-only-results"  # its inventory would be empty, and its impacts silently zero
    return None if draft.products else "import-no-product"


def _get(element: Any, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _rows(flow_data: Any, draft: _Draft) -> bool:
    """The rows of an activity into the draft. True where the file also holds finished results (left to the method)."""
    results = False
    for element in () if flow_data is None else flow_data:
        tag = local(element)
        if tag in {"intermediateExchange", "elementaryExchange"}:
            _row(element, tag, draft)
        elif tag == "impactIndicator":
            results = True
    return results


def _row(element: Any, tag: str, draft: _Draft) -> None:
    names, units, groups = list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[str, str]]()
    compartment: tuple[str, ...] = ()
    spread: Any = None
    for part in element:
        what = local(part)
        if what == "name":
            names.append(tagged(part))
        elif what == "unitName":
            units.append(tagged(part))
        elif what in {"inputGroup", "outputGroup"}:
            groups.append((what, (part.text or "").strip()))
        elif what == "compartment":
            pair = (text_of(part, "compartment"), text_of(part, "subcompartment"))
            compartment = tuple(text for text in pair if text)
        elif what == "uncertainty":
            spread = part
    key = (tag, *groups[0]) if len(groups) == 1 else (tag, "", "")
    kind = _KINDS.get(key)
    if key == _BY_PRODUCT and _is_waste(element):
        kind = "waste"  # ecoinvent says of by-products which are waste: they go to a treatment and carry nothing
    stated = element.get("amount")
    amount = fields.number_of(stated)
    if amount == 0 and (kind == "product" or key == _STOCK):
        return  # another product of the activity, which its own file makes
    at = At(draft.piece.name, element.sourceline)
    row = {
        "process": draft.name,
        "kind": kind or "",
        "name": fields.chosen(names)[0],
        "unit": fields.chosen(units)[0],
        "compartment": "/".join(compartment),
    }
    if kind is None:
        code = "import-stock" if key == _STOCK else "import-no-group"
        draft.misses.append(fields.row_miss(code, at, row))
        return
    lacking = fields.lacking(at, row, stated)
    if lacking is not None or amount is None:
        draft.misses += [] if lacking is None else [lacking]
        return
    exchange = ForeignExchange(
        kind,
        row["name"],
        amount,
        row["unit"],
        at,
        flow=element.get("intermediateExchangeId") or element.get("elementaryExchangeId"),
        provider=element.get("activityLinkId") or None,
        compartment=compartment,
        cas=cas_number(element.get("casNumber")),
        uncertainty=_uncertainty(spread, amount, draft),
        direction=_direction(kind, key[1]),
    )
    draft.exchanges.append(exchange)
    if kind == "product":
        draft.products.append((key[2], exchange))


def _is_waste(element: Any) -> bool:
    """Whether a by-product is classified as waste."""
    said = [
        (text_of(part, "classificationSystem").strip().lower(), text_of(part, "classificationValue").strip().lower())
        for part in children(element, "classification")
    ]
    return (_BY_PRODUCTS, "waste") in said


def _direction(kind: ExchangeKind, group: str) -> Literal["in", "out", ""]:
    if kind != "elementary":
        return ""
    return "in" if group == "inputGroup" else "out"


def _uncertainty(spread: Any, amount: float, draft: _Draft) -> Uncertainty | None:
    """The distribution of a row, its variance with pedigree where there is one; one without sense is counted."""
    for part in () if spread is None else spread:
        kind = _DISTRIBUTIONS.get(local(part))
        if kind is None:
            continue
        variance = fields.number_of(part.get("varianceWithPedigreeUncertainty", part.get("variance")))
        scale = math.sqrt(variance) if variance is not None and variance >= 0 else None
        bounds = fields.number_of(part.get("minValue")), fields.number_of(part.get("maxValue"))
        try:
            return fields.distribution(kind, amount, scale, fields.number_of(part.get("mostLikelyValue")), bounds)
        except ValueError:
            draft.strange += 1
    return None


def _comment(element: Any) -> str:
    """All parts of a comment in one language."""
    texts = texts_of(element, "text")
    if not texts:
        return ""
    languages = [language[:2].lower() for language, _ in texts]
    wanted = next((language for language in ("en", "zh") if language in languages), languages[0])
    return " ".join(text for (_, text), language in zip(texts, languages, strict=True) if language == wanted)


def _citations(root: Any) -> tuple[str, ...]:
    """The sources that a file lists beside its activity."""
    found = dict[str, None]()
    for data in children(root, "usedUserMasterData"):
        for source in children(data, "source"):
            parts = (source.get("firstAuthor", ""), source.get("year", ""), source.get("title", ""))
            citation = ", ".join(text for part in parts if (text := " ".join(part.split())))
            if citation:
                found[citation] = None
    return tuple(found)


def _published(dataset: Any) -> tuple[str, ...]:
    """Author and year of where an activity was published, for files without a list of sources."""
    data = child(dataset, "administrativeInformation", "dataGeneratorAndPublication")
    parts = (_get(data, "publishedSourceFirstAuthor"), _get(data, "publishedSourceYear"))
    citation = ", ".join(text for part in parts if (text := " ".join(part.split())))
    return (citation,) if citation else ()


def _about(dataset: Any) -> Mapping[str, str]:
    """What the first activity says of its database."""
    attributes = child(dataset, "administrativeInformation", "fileAttributes")
    stated = {
        "program": _get(attributes, "fileGenerator"),
        "release": ".".join(filter(None, (_get(attributes, "majorRelease"), _get(attributes, "minorRelease")))),
        "system_model": text_of(dataset, "modellingAndValidation", "representativeness", "systemModelName"),
    }
    return {key: value for key, value in stated.items() if value}
