"""EcoSpold 1: ecoinvent 2, the exports of openLCA and of the Excel macro; files of one or of many datasets.

Read leniently (`CASNumber="NaN"`, numbers used twice, missing authors), since most files of the field break the schema.
The number of a row means its maker only where a dataset of that number makes a product of that name at that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
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
    text_of,
    texts_of,
)
from ecoprod.lca.cas import cas_number

_KINDS: Mapping[tuple[str, str], ExchangeKind] = {
    **{("inputGroup", group): "input" for group in "1235"},
    ("inputGroup", "4"): "elementary",
    ("outputGroup", "0"): "product",
    ("outputGroup", "1"): "avoided",
    ("outputGroup", "2"): "product",
    ("outputGroup", "3"): "waste",
    ("outputGroup", "4"): "elementary",
}
_DISTRIBUTIONS = {
    "1": distributions.LOGNORMAL,
    "2": distributions.NORMAL,
    "3": distributions.TRIANGULAR,
    "4": distributions.UNIFORM,
}
_COUNTED = 50
_SYSTEM, _NO_PROCESS = "2", {"3", "4"}
"""Types of a dataset: 0 system not terminated, 1 unit process, 2 system terminated, 3 elementary flow, 4 impact
category, 5 multi-output process."""


@dataclass(slots=True)
class _Draft:
    """A dataset on its way. `numbers`: those of its rows, in their order."""

    piece: Piece
    name: str
    exchanges: list[ForeignExchange] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    products: list[tuple[str, str]] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    strange: int = 0


@dataclass(frozen=True, slots=True)
class _Made:
    """A dataset that can be used, with the numbers of its rows, which may name their makers."""

    number: str
    process: ForeignProcess
    numbers: tuple[str, ...]


def recognises(opened: Opened) -> bool:
    """Whether the source looks like EcoSpold 1."""
    return any("ecospold01" in head.lower() for head in heads(_pieces(opened)[:3]))


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All datasets of the source. Raises InputError for a hostile file, and where no file is whole XML."""
    pieces, misses, made, seen = _pieces(opened), archives_inside(opened), list[_Made](), 0
    known = dict[str, ForeignProcess]()
    about: Mapping[str, str] = {}
    for piece, root in documents(opened, pieces, misses):
        datasets = list(children(root, "dataset"))
        if not datasets:
            misses.append(Miss("import-no-process-here", place_of(root, piece), {"root": local(root)[:60]}))
        total = max(len(pieces), seen + len(datasets))
        for dataset in datasets:
            seen += 1
            done = _process(dataset, piece, known, misses)
            made += [] if done is None else [done]
            about = about or {key: value for key, value in (("program", dataset.get("generator", "")),) if value}
            progress(seen, total)
    return ForeignDatabase("ecospold1", _linked(made), tuple(misses), seen, about)


def _pieces(opened: Opened) -> tuple[Piece, ...]:
    return tuple(piece for piece in opened.pieces if piece.suffix in {".xml", ".spold"})


def _linked(made: Sequence[_Made]) -> tuple[ForeignProcess, ...]:
    """The processes, with a provider where a row's number is that of a dataset which makes that product at that place.

    Number alone does not do: most programs count the rows of a dataset from 1.
    """
    makers = dict[tuple[str, str, str], str]()
    for one in made:
        for row in one.process.exchanges:
            if row.kind == "product":
                makers.setdefault((one.number, row.name, row.place or one.process.place), one.process.code)
    linked = []
    for one in made:
        codes = [
            makers.get((number, row.name, row.place or "")) if row.kind in {"input", "waste", "avoided"} else None
            for number, row in zip(one.numbers, one.process.exchanges, strict=True)
        ]
        if any(codes):
            pairs = zip(one.process.exchanges, codes, strict=True)
            rows = tuple(row if code is None else replace(row, provider=code) for row, code in pairs)
            linked.append(replace(one.process, exchanges=rows))
        else:
            linked.append(one.process)
    return tuple(linked)


def _process(dataset: Any, piece: Piece, known: dict[str, ForeignProcess], misses: list[Miss]) -> _Made | None:
    """One dataset; None and the reason among `misses` where it cannot be used."""
    at = place_of(dataset, piece)
    info = child(dataset, "metaInformation", "processInformation")
    function, kept = child(info, "referenceFunction"), child(info, "dataSetInformation")
    number, kind = dataset.get("number", "").strip(), _get(kept, "type")
    name = " ".join(_get(function, "name").split())
    if kind in _NO_PROCESS:
        misses.append(Miss("import-no-process", at, {"name": name or number}, name or number))
        return None
    draft, place = _Draft(piece, name or number), _get(child(info, "geography"), "location").strip()
    rows = child(dataset, "flowData")
    for element in children(rows, "exchange") if rows is not None else ():
        _row(element, draft)
    if not draft.products and function is not None:
        _stated(function, draft, place)
    if not draft.products:
        misses += [*draft.misses, Miss("import-no-product", at, {"process": draft.name}, draft.name)]
        return None
    code = _code(number, name or draft.products[0][1], place, at.file, known)
    if code in known:
        first = str(known[code].at)
        misses.append(Miss("import-process-twice", at, {"process": name, "first": first}, code))
        return None
    exchanges = _allocated(rows, draft, at)
    misses += (replace(miss, process=code) for miss in draft.misses)
    misses += fields.lost_distributions(code, at, draft.strange)
    period = child(info, "timePeriod")
    process = ForeignProcess(
        code=code,
        name=name or draft.products[0][1],
        at=at,
        exchanges=exchanges,
        place=place,
        year=_year(period, dataset.get("timestamp")),
        technology=" ".join(_get(child(info, "technology"), "text").split()),
        boundary=" ".join(_get(function, "includedProcesses").split()),
        system=kind == _SYSTEM or _get(kept, "impactAssessmentResult").strip().lower() in {"true", "1"},
        reference=_reference(name, draft),
        synonyms=_synonyms(function, name),
        sources=_sources(dataset),
    )
    known[code] = process
    return _Made(number, process, tuple(draft.numbers))


def _get(element: Any, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _code(number: str, name: str, place: str, file: str, known: Mapping[str, ForeignProcess]) -> str:
    """The number of a dataset, or name and place without one.

    The Excel macro numbers every file from 1: another name or place is another dataset, and `/2`, `/3` … follow.
    """
    stem = number or f"{name}, {place}"
    code, count = stem, 1
    while code in known and (known[code].name, known[code].place) != (name, place):
        count += 1
        code = f"{stem}/{count}"
        if count > _COUNTED:  # thousands of one number: no counting through all of them for each
            return f"{stem}/{hashlib.sha256(f'{name}{chr(0)}{place}'.encode()).hexdigest()[:12]}"
    return code


def _row(element: Any, draft: _Draft) -> None:
    groups = [
        (what, (part.text or "").strip()) for part in element if (what := local(part)) in {"inputGroup", "outputGroup"}
    ]
    group = groups[0] if len(groups) == 1 else ("", "")
    kind, at = _KINDS.get(group), place_of(element, draft.piece)
    folders = tuple(text for key in ("category", "subCategory") if (text := element.get(key, "").strip()))
    row = {
        "process": draft.name,
        "kind": kind or "",
        "name": " ".join(element.get("name", "").split()),
        "unit": element.get("unit", "").strip(),
        "place": element.get("location", "").strip(),
        "compartment": "/".join(folders) if kind == "elementary" else "",
    }
    stated = element.get("meanValue")
    amount = fields.number_of(stated)
    lacking = fields.row_miss("import-no-group", at, row) if kind is None else fields.lacking(at, row, stated)
    if lacking is not None or kind is None or amount is None:
        draft.misses += [] if lacking is None else [lacking]
        return
    if kind == "product" and amount == 0:
        draft.misses.append(fields.row_miss("import-product-zero", at, row))
        return
    draft.exchanges.append(
        ForeignExchange(
            kind,
            row["name"],
            amount,
            row["unit"],
            at,
            place=row["place"] or None,
            compartment=folders if kind == "elementary" else (),
            cas=cas_number(element.get("CASNumber")),
            uncertainty=_uncertainty(element, amount, draft),
            direction=_direction(kind, group[0]),
        )
    )
    draft.numbers.append(element.get("number", "").strip())
    if kind == "product":
        draft.products.append((group[1], row["name"]))


def _direction(kind: ExchangeKind, group: str) -> Literal["in", "out", ""]:
    if kind != "elementary":
        return ""
    return "in" if group == "inputGroup" else "out"


def _stated(function: Any, draft: _Draft, place: str) -> None:
    """The product as the reference function states it, for a dataset without a row for it."""
    at, stated = place_of(function, draft.piece), function.get("amount")
    row = {"process": draft.name, "kind": "product", "name": draft.name, "unit": function.get("unit", "").strip()}
    amount, lacking = fields.number_of(stated), fields.lacking(at, row, stated)
    if lacking is not None:
        draft.misses.append(lacking)
    elif amount:
        draft.exchanges.append(ForeignExchange("product", draft.name, amount, row["unit"], at, place=place or None))
        draft.numbers.append("")
        draft.products.append(("0", draft.name))


def _uncertainty(element: Any, amount: float, draft: _Draft) -> Uncertainty | None:
    """The distribution of a row; one without sense is counted."""
    kind = _DISTRIBUTIONS.get(element.get("uncertaintyType", ""))
    if kind is None:
        return None
    scale = fields.scale_of_95(kind, element.get("standardDeviation95"))
    bounds = fields.number_of(element.get("minValue")), fields.number_of(element.get("maxValue"))
    try:
        return fields.distribution(kind, amount, scale, fields.number_of(element.get("mostLikelyValue")), bounds)
    except ValueError:
        draft.strange += 1
        return None


def _allocated(rows: Any, draft: _Draft, at: At) -> tuple[ForeignExchange, ...]:
    """The rows, with a share on each product where the file allocates all of them alike; else a miss says why not."""
    stated = [] if rows is None else list(children(rows, "allocation"))
    if not stated or len(draft.products) < 2:
        return tuple(draft.exchanges)
    numbered = list(zip(draft.numbers, draft.exchanges, strict=True))
    shares = fields.even_shares(
        [number for number, row in numbered if row.kind == "product"],
        {number for number, row in numbered if row.kind != "product"},
        (
            (
                one.get("referenceToCoProduct", "").strip(),
                (part.text or "").strip(),
                fields.number_of(one.get("fraction")),
            )
            for one in stated
            for part in children(one, "referenceToInputOutput")
        ),
    )
    if shares is None:
        draft.misses.append(Miss("import-allocation-uneven", at, {"process": draft.name}, draft.name))
        return tuple(draft.exchanges)
    return tuple(replace(row, allocation=shares[number]) if row.kind == "product" else row for number, row in numbered)


def _reference(name: str, draft: _Draft) -> str | None:
    """The product that a dataset with several is named after: that of its name, else its reference product."""
    if len(draft.products) < 2:
        return None
    names = [product for _, product in draft.products]
    return name if name in names else min(draft.products, key=lambda pair: pair[0])[1]


def _year(period: Any, written: str | None) -> int | None:
    if period is None:
        return None
    start, end = (
        text_of(period, f"{edge}Year") or text_of(period, f"{edge}Date") or text_of(period, f"{edge}YearMonth")
        for edge in ("start", "end")
    )
    return fields.data_year(start, end, written)


def _synonyms(function: Any, name: str) -> tuple[str, ...]:
    texts = [" ".join(_get(function, "localName").split()), *(text for _, text in texts_of(function, "synonym"))]
    return tuple(dict.fromkeys(text for text in texts if text and text != name))


def _sources(dataset: Any) -> tuple[str, ...]:
    """The sources of a dataset: authors, year, title."""
    found = dict[str, None]()
    modelling = child(dataset, "metaInformation", "modellingAndValidation")
    for source in () if modelling is None else children(modelling, "source"):
        parts = (source.get(key, "") for key in ("firstAuthor", "additionalAuthors", "year", "title"))
        citation = ", ".join(text for part in parts if (text := " ".join(part.split())))
        if citation:
            found[citation] = None
    return tuple(found)
