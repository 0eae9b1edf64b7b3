"""ILCD: process data sets with their flows, flow properties and unit groups; and ILCD+EPD declarations.

A process refers to flows by UUID, and only the flow data set says what kind of flow it is and, through its property
and unit group, in which unit its amounts stand. Without it a row cannot be used and is named with that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from ecoprod.errors import At
from ecoprod.importing import distributions, fields
from ecoprod.importing.formats.ilcd_epd import is_declaration, total
from ecoprod.importing.formats.ilcd_flows import Flow, Package, descriptions, full_name, take
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
    parts_of,
    place_of,
    said,
    text_of,
    texts_of,
)

_PROCESSES = "processes"
_OTHERS = {"sources", "contacts", "external_docs", "lciamethods", "schemas", "stylesheets", "meta-inf"}
_KINDS: Mapping[tuple[str, str], ExchangeKind] = {
    ("Product flow", "Input"): "input",
    ("Product flow", "Output"): "product",
    ("Waste flow", "Input"): "received",
    ("Waste flow", "Output"): "waste",
    ("Elementary flow", "Input"): "elementary",
    ("Elementary flow", "Output"): "elementary",
}
_DISTRIBUTIONS = {
    "log-normal": distributions.LOGNORMAL,
    "normal": distributions.NORMAL,
    "triangular": distributions.TRIANGULAR,
    "uniform": distributions.UNIFORM,
}


@dataclass(slots=True)
class _Draft:
    """A process on its way. `numbers`: internal ids of its rows; `shares`: product, row and fraction as allocated."""

    piece: Piece
    name: str
    exchanges: list[ForeignExchange] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    shares: list[tuple[str, str, float | None]] = field(default_factory=list)
    strange: int = 0


def recognises(opened: Opened) -> bool:
    """Whether the source looks like ILCD."""
    pieces = [piece for piece in opened.pieces if piece.suffix == ".xml"]
    pieces.sort(key=lambda piece: not _within(piece, {_PROCESSES}))
    return any("lca.jrc.it/ilcd" in head.lower() for head in heads(pieces[:3]))


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All processes of the source. Raises InputError for a hostile file, and where no file is whole XML."""
    misses, package, processes = archives_inside(opened), Package(), dict[str, ForeignProcess]()
    pieces = [piece for piece in opened.pieces if piece.suffix == ".xml" and not _within(piece, _OTHERS)]
    flows = [piece for piece in pieces if not _within(piece, {_PROCESSES})]
    foldered = [piece for piece in pieces if _within(piece, {_PROCESSES})]
    about: Mapping[str, str] = {}
    seen = 0
    for piece, root in _flows_first(documents(opened, [*flows, *foldered], misses), opened, package, misses):
        seen += 1
        process = _process(root, piece, package, processes, misses)
        if process is not None:
            processes[process.code] = process
        about = about or _about(root)
        progress(seen, max(seen, len(foldered) + len(package.loose)))
    return ForeignDatabase("ilcd", tuple(processes.values()), tuple(misses), seen, about)


def _flows_first(
    read_once: Iterator[tuple[Piece, Any]], opened: Opened, package: Package, misses: list[Miss]
) -> Iterator[tuple[Piece, Any]]:
    """The processes, after all flows: those outside a folder of processes are read again once the flows are known."""
    for piece, root in read_once:
        if local(root) == "processDataSet" and _within(piece, {_PROCESSES}):
            yield piece, root
        else:
            take(root, piece, package, misses)
    yield from documents(opened, package.loose, misses)


def _within(piece: Piece, folders: set[str]) -> bool:
    return not folders.isdisjoint(part.lower() for part in PurePosixPath(piece.name).parts[:-1])


def _process(
    root: Any, piece: Piece, package: Package, known: Mapping[str, ForeignProcess], misses: list[Miss]
) -> ForeignProcess | None:
    """One process or declaration; None and the reason among `misses` where it cannot be used."""
    info, modelling = child(root, "processInformation"), child(root, "modellingAndValidation")
    data, at = child(info, "dataSetInformation"), place_of(root, piece)
    code = text_of(data, "UUID").lower()
    name, others = full_name(child(data, "name"))
    draft = _Draft(piece, name or code)
    if not code or code in known:
        first = str(known[code].at) if code else ""
        problem = "import-process-twice" if code else "import-no-uuid"
        misses.append(Miss(problem, at, {"process": draft.name, **({"first": first} if code else {})}, draft.name))
        return None
    declaration = is_declaration(root)
    _rows(root, info, package, draft, only_products=declaration)
    exchanges = _declared(root, draft, at) if declaration else _allocated(draft, at)
    if not draft.products:
        draft.misses.append(Miss("import-no-product", at, {"process": draft.name}))
    misses += (replace(miss, process=code) for miss in draft.misses)
    if not draft.products or not exchanges:
        return None
    misses += fields.lost_distributions(code, at, draft.strange)
    kind = text_of(modelling, "LCIMethodAndAllocation", "typeOfDataSet")
    time, data_sources = child(info, "time"), child(modelling, "dataSourcesTreatmentAndRepresentativeness")
    location = child(info, "geography", "locationOfOperationSupplyOrProduction")
    return ForeignProcess(
        code=code,
        name=name or draft.products[0],
        at=at,
        exchanges=exchanges,
        place="" if location is None else location.get("location", "").strip(),
        year=fields.year_of(text_of(time, "referenceYear")),
        technology=fields.chosen(texts_of(child(info, "technology"), "technologyDescriptionAndIncludedProcesses"))[0],
        boundary="A1-A3" if declaration else "",
        system=declaration or kind == "LCI result",
        reference=draft.products[0] if len(draft.products) > 1 else None,
        synonyms=_synonyms(data, name, others),
        sources=_sources(data_sources),
    )


def _rows(root: Any, info: Any, package: Package, draft: _Draft, *, only_products: bool) -> None:
    """The rows of a process into the draft. `only_products`: of a declaration, whose other rows are indicators."""
    quantity = child(info, "quantitativeReference")
    references = {
        (part.text or "").strip()
        for part in (() if quantity is None else children(quantity, "referenceToReferenceFlow"))
    }
    exchanges = child(root, "exchanges")
    for element in () if exchanges is None else children(exchanges, "exchange"):
        main = element.get("dataSetInternalID", "").strip() in references
        if main or not only_products:
            _row(element, package, draft, main=main)


def _row(element: Any, package: Package, draft: _Draft, *, main: bool) -> None:
    parts, at = parts_of(element), place_of(element, draft.piece)
    link = parts.get("referenceToFlowDataSet")
    uuid = "" if link is None else link.get("refObjectId", "").lower()
    flow, direction = package.flows.get(uuid), said(parts, "exchangeDirection")
    kind: ExchangeKind | None = "product" if main else _KINDS.get(("" if flow is None else flow.kind, direction))
    compartment = flow.compartment if flow is not None and kind == "elementary" else ()
    row = {
        "process": draft.name,
        "kind": kind or "",
        "name": (flow.name if flow else "") or fields.chosen(texts_of(link, "shortDescription"))[0],
        "unit": package.unit(flow) if flow else "",
        "place": said(parts, "location"),
        "compartment": "/".join(compartment),
    }
    stated = said(parts, "resultingAmount") or said(parts, "meanAmount") or None
    amount = fields.number_of(stated)
    lacking = _unusable(said(parts, "functionType"), flow, direction, at, row) or fields.lacking(at, row, stated)
    if lacking is None and kind == "product" and amount == 0:
        lacking = fields.row_miss("import-product-zero", at, row)
    if lacking is not None or flow is None or kind is None or amount is None:
        draft.misses += [] if lacking is None else [lacking]
        return
    draft.exchanges.append(
        ForeignExchange(
            kind,
            row["name"],
            amount,
            row["unit"],
            at,
            flow=uuid,
            place=row["place"] or None,
            compartment=compartment,
            cas=flow.cas,
            uncertainty=_uncertainty(parts, amount, draft),
            direction=_direction(kind, direction),
        )
    )
    number = element.get("dataSetInternalID", "").strip()
    draft.numbers.append(number)
    if kind == "product":
        draft.products.append(row["name"])
    allocations = parts.get("allocations")
    for part in () if allocations is None else children(allocations, "allocation"):
        fraction = fields.number_of(part.get("allocatedFraction"))
        draft.shares.append((part.get("internalReferenceToCoProduct", "").strip(), number, fraction))


def _unusable(function: str, flow: Flow | None, direction: str, at: At, row: Mapping[str, str]) -> Miss | None:
    """Why a row cannot be read by what its flow is; None where it can."""
    if row["kind"] != "product" and function.endswith("reminder flow"):
        return fields.row_miss("import-reminder", at, row)
    if flow is None:
        return fields.row_miss("import-flow-absent", at, row)
    if not row["kind"]:
        return fields.row_miss("import-flow-kind", at, row, {"kind": flow.kind or "-", "direction": direction or "-"})
    if flow.property_mean is not None and flow.property_mean != 1:
        return fields.row_miss("import-flow-factor", at, row, {"factor": flow.property_mean})
    return None


def _direction(kind: ExchangeKind, direction: str) -> Literal["in", "out", ""]:
    if kind != "elementary":
        return ""
    return "in" if direction == "Input" else "out"


def _uncertainty(parts: Mapping[str, Any], amount: float, draft: _Draft) -> Uncertainty | None:
    """The distribution of a row; one without sense is counted."""
    kind = _DISTRIBUTIONS.get(said(parts, "uncertaintyDistributionType"))
    if kind is None:
        return None
    scale = fields.scale_of_95(kind, said(parts, "relativeStandardDeviation95In"))
    low, high = (fields.number_of(said(parts, f"{edge}imumAmount")) for edge in ("min", "max"))
    try:
        return fields.distribution(kind, amount, scale, None, (low, high))
    except ValueError:
        draft.strange += 1
        return None


def _allocated(draft: _Draft, at: At) -> tuple[ForeignExchange, ...]:
    """The rows, with a share on each product where the file allocates all of them alike; else a miss says why not."""
    if not draft.shares or len(draft.products) < 2:
        return tuple(draft.exchanges)
    numbered = list(zip(draft.numbers, draft.exchanges, strict=True))
    shares = fields.even_shares(
        [number for number, row in numbered if row.kind == "product"],
        {number for number, row in numbered if row.kind != "product"},
        draft.shares,
    )
    if shares is None:
        draft.misses.append(Miss("import-allocation-uneven", at, {"process": draft.name}))
        return tuple(draft.exchanges)
    return tuple(replace(row, allocation=shares[number]) if row.kind == "product" else row for number, row in numbered)


def _declared(root: Any, draft: _Draft, at: At) -> tuple[ForeignExchange, ...]:
    """The product of a declaration and its climate total; nothing where it has several products or no such total."""
    if len(draft.products) != 1:
        problem = Miss("import-epd-products", at, {"process": draft.name})
        draft.misses += [problem] if draft.products else []
        return ()
    result = total(root, draft.piece, draft.name, at, draft.misses)
    return () if result is None else (*draft.exchanges, result)


def _synonyms(data: Any, name: str, others: Sequence[str]) -> tuple[str, ...]:
    """Names in other languages, and the synonyms that a data set lists with semicolons between."""
    listed = [part.strip() for _, text in texts_of(data, "synonyms") for part in text.split(";")]
    return tuple(dict.fromkeys(text for text in (*others, *listed) if text and text != name))


def _sources(element: Any) -> tuple[str, ...]:
    """Where the data come from, and the original declaration, in short words."""
    if element is None:
        return ()
    other = child(element, "other")
    originals = () if other is None else children(other, "referenceToOriginalEPD")
    return descriptions([*children(element, "referenceToDataSource"), *originals])


def _about(root: Any) -> Mapping[str, str]:
    """Version, owner and terms of the first process."""
    published = child(root, "administrativeInformation", "publicationAndOwnership")
    owner = child(published, "referenceToOwnershipOfDataSet")
    stated = {
        "version": text_of(published, "dataSetVersion"),
        "owner": fields.chosen(texts_of(owner, "shortDescription"))[0],
        "licence": text_of(published, "licenseType") or fields.chosen(texts_of(published, "accessRestrictions"))[0],
    }
    return {key: value for key, value in stated.items() if value}
