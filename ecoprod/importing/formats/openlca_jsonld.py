"""openLCA JSON-LD, schema 1 (openLCA 1) and 2 (openLCA 2): a zip or a folder of small JSON documents.

What an exchange is follows from its flow's type and its direction: a product that leaves is `product`, one that enters
`input`; a waste that leaves is `waste`, one that enters is what the process is for, a `product` of treatment with a
positive amount (the reference, or beside a reference a co-function). Amounts are the stored ones; a formula is kept as
a note. Units are the exchange's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ecoprod.importing import distributions as spread
from ecoprod.importing.formats.openlca_parts import PARTS, Flow, Library, at, folder_of, place_of, read_library
from ecoprod.importing.jsonfile import number, parse, part, parts, text
from ecoprod.importing.opened import Opened
from ecoprod.importing.records import (
    ExchangeKind,
    ForeignDatabase,
    ForeignExchange,
    ForeignProcess,
    Miss,
    Uncertainty,
    code_twice,
)

FORMAT = "openlca-jsonld"
SHARES = {"PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION"}
SUM_TOLERANCE = 0.01
"""How far the shares of the products may add up beside 1 before they are no shares."""
_MAX_TEXT = 2_000
_YEAR = re.compile(r"(19|20)[0-9]{2}(?=-|$)")
_OTHER_DOCUMENTS = {"lcia_methods", "lcia_categories", "product_systems", "parameters", "projects", "epds", "results"}


def recognises(opened: Opened) -> bool:
    """Whether JSON documents stand in folders that openLCA names."""
    known = {"processes", *PARTS, *_OTHER_DOCUMENTS}
    return any(folder_of(piece) in known for piece in opened.pieces)


def read(opened: Opened, progress: Callable[[int, int], None]) -> ForeignDatabase:
    """All processes. Raises InputError for a hostile document or an archive that cannot be read."""
    library = read_library(opened)
    pieces = [piece for piece in opened.pieces if folder_of(piece) == "processes"]
    processes, misses, codes = list[ForeignProcess](), list(library.misses), set[str]()
    for done, (piece, raw) in enumerate(opened.only(pieces).read(), start=1):
        document = parse(raw, piece.name)
        if isinstance(document, Miss):
            misses.append(replace(document, process=PurePosixPath(piece.name).stem))
        else:
            found = _process(document, piece.name, library, misses)
            if found is not None and found.code in codes:
                misses.append(code_twice(found))
            elif found is not None:
                codes.add(found.code)
                processes.append(found)
        progress(done, len(pieces))
    if not pieces:
        held = ", ".join(sorted({folder_of(piece) for piece in opened.pieces} - {""}))
        misses.append(Miss("import-no-processes", at(opened.name), {"file": opened.name, "held": held}))
    return ForeignDatabase(FORMAT, tuple(processes), tuple(misses), len(pieces), {"title": opened.name})


def _process(document: Mapping[str, Any], name: str, library: Library, misses: list[Miss]) -> ForeignProcess | None:
    code = text(document, "@id") or PurePosixPath(name).stem
    label = text(document, "name") or code
    rows, reference = list[tuple[Mapping[str, Any], ForeignExchange]](), None
    listed = document.get("exchanges")
    for index, exchange in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(exchange, dict):
            misses.append(Miss("import-row-broken", at(name, index), {}, code))
            continue
        made = _exchange(exchange, at(name, index), code, library, misses)
        if isinstance(made, Miss):
            misses.append(made)
            continue
        rows.append((exchange, made))
        if made.kind == "product" and _is_reference(exchange):
            reference = made.name
    products = [made for _, made in rows if made.kind == "product"]
    if not products:
        misses.append(Miss("import-no-product", at(name), {"process": label}, code, name=label))
        return None
    shares = _shares(document, name, code, products, misses)
    made_rows = tuple(
        replace(made, allocation=shares[made.flow]) if made.kind == "product" and made.flow in shares else made
        for _, made in rows
    )
    about = part(document, "processDocumentation")
    # the reference names the process; where none is marked, its only product does
    first = library.flows.get(next((p.flow or "" for p in products if reference in (None, p.name)), ""))
    return ForeignProcess(
        code,
        label,
        at(name),
        made_rows,
        place_of(document, library.places),
        _year(about),
        text(about, "technologyDescription")[:_MAX_TEXT],
        text(about, "completenessDescription")[:_MAX_TEXT],
        text(document, "processType") == "LCI_RESULT",
        reference if len(products) > 1 else None,
        first.synonyms if first else (),
        _sources(about, library),
    )


def _is_reference(exchange: Mapping[str, Any]) -> bool:
    return exchange.get("quantitativeReference") is True or exchange.get("isQuantitativeReference") is True


def _exchange(
    exchange: Mapping[str, Any], place: Any, code: str, library: Library, misses: list[Miss]
) -> ForeignExchange | Miss:
    reference = part(exchange, "flow")
    key = text(reference, "@id")
    flow = library.flows.get(key) or Flow(
        key, text(reference, "name"), text(reference, "flowType"), (), None, "", text(reference, "refUnit"), ()
    )
    unit = part(exchange, "unit")
    unit_name = text(unit, "name") or library.units.get(text(unit, "@id"), "") or flow.unit
    entering = exchange.get("isInput", exchange.get("input")) is True
    kind = _kind(flow.kind or text(reference, "flowType"), entering=entering, exchange=exchange)
    amount = number(exchange.get("amount"))
    if kind is None or amount is None or not unit_name or not flow.name:
        why = "import-flow-unknown" if kind is None or not flow.name else "import-amount"
        if why == "import-amount" and amount is not None:
            why = "import-unit-missing"
        params = {"name": flow.name or key, "value": str(exchange.get("amount"))[:40]}
        return Miss(why, place, params, code, kind or "", flow.name or key, unit_name, amount)
    return ForeignExchange(
        kind,
        flow.name,
        amount,
        unit_name,
        place,
        key or None,
        text(part(exchange, "defaultProvider"), "@id") or None,
        place_of(exchange, library.places) or flow.place or None,
        flow.path if kind == "elementary" else (),
        flow.cas,
        _uncertainty(exchange, place, code, flow.name, misses),
        note=_note(exchange),
        direction="in" if entering else "out",
    )


def _note(exchange: Mapping[str, Any]) -> str:
    formula = text(exchange, "amountFormula")
    return f"formula: {formula[:200]}" if formula else ""


def _kind(flow_type: str, *, entering: bool, exchange: Mapping[str, Any]) -> ExchangeKind | None:
    if flow_type == "ELEMENTARY_FLOW":
        return "elementary"
    if flow_type not in {"PRODUCT_FLOW", "WASTE_FLOW"}:
        return None
    if exchange.get("avoidedProduct") is True or exchange.get("isAvoidedProduct") is True:
        return "avoided"
    if entering and flow_type == "WASTE_FLOW" and not _is_reference(exchange):
        return "received"
    if _is_reference(exchange) or entering == (flow_type == "WASTE_FLOW"):
        return "product"
    return "input" if entering else "waste"


def _uncertainty(
    exchange: Mapping[str, Any], place: Any, code: str, name: str, misses: list[Miss]
) -> Uncertainty | None:
    given = part(exchange, "uncertainty")
    kind = text(given, "distributionType")
    low, high = number(given.get("minimum")), number(given.get("maximum"))
    try:
        if kind == "LOG_NORMAL_DISTRIBUTION":
            return spread.lognormal(number(given.get("geomMean")), number(given.get("geomSd")))
        if kind == "NORMAL_DISTRIBUTION":
            return spread.distribution(spread.NORMAL, number(given.get("mean")), number(given.get("sd")))
        if kind == "TRIANGLE_DISTRIBUTION":
            return spread.distribution(spread.TRIANGULAR, number(given.get("mode")), None, low, high)
        if kind == "UNIFORM_DISTRIBUTION":
            return spread.distribution(spread.UNIFORM, None, None, low, high)
    except spread.NoDistributionError:
        misses.append(Miss("import-uncertainty", place, {"name": name, "kind": kind}, code, "uncertainty", name))
        return None
    if kind and kind != "NO_DISTRIBUTION":
        misses.append(Miss("import-uncertainty", place, {"name": name, "kind": kind[:40]}, code, "uncertainty", name))
    return None


def _shares(
    document: Mapping[str, Any], name: str, code: str, products: list[ForeignExchange], misses: list[Miss]
) -> dict[str | None, float]:
    """Shares of the products by flow, where the file states them for the method that it chooses."""
    factors = parts(document, "allocationFactors")
    if len(products) < 2 or not factors:
        return {}
    method = text(document, "defaultAllocationMethod")
    params: dict[str, str | float | int] = {"name": text(document, "name"), "method": method or "-"}
    if method == "CAUSAL_ALLOCATION":
        misses.append(Miss("import-allocation-causal", at(name), params, code, "product"))
        return {}
    if method not in SHARES:
        misses.append(Miss("import-allocation-unchosen", at(name), params, code, "product"))
        return {}
    stated: dict[str | None, float] = {}
    for factor in factors:
        value = number(factor.get("value"))
        product = text(part(factor, "product"), "@id")
        if text(factor, "allocationType") == method and product and value is not None and not part(factor, "exchange"):
            stated[product] = value
    total = sum(stated.get(product.flow, 0.0) for product in products)
    whole = abs(total - 1) <= SUM_TOLERANCE and all(0 <= stated.get(product.flow, -1.0) <= 1 for product in products)
    if whole and len({product.flow for product in products}) == len(products):
        return stated
    params["sum"] = total
    misses.append(Miss("import-allocation-sum", at(name), params, code, "product"))
    return {}


def _year(about: Mapping[str, Any]) -> int | None:
    """Year of the data: the end of the period that it is stated for, else its start."""
    for key in ("validUntil", "validFrom"):
        found = _YEAR.match(text(about, key))
        if found is not None:
            return int(found.group(0))
    return None


def _sources(about: Mapping[str, Any], library: Library) -> tuple[str, ...]:
    named = [*parts(about, "sources"), part(about, "publication")]
    found = (library.sources.get(text(one, "@id")) or text(one, "name") for one in named)
    return tuple(dict.fromkeys(source for source in found if source))
