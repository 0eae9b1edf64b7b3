"""What openLCA's processes refer to: flows, units, categories, places, sources, each by its `@id`.

Schema 1 names a category by id, schema 2 by its path in one text; both come out as a path from the outside in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ecoprod.errors import At
from ecoprod.importing.jsonfile import parse, part, parts, text
from ecoprod.importing.opened import Opened, Piece
from ecoprod.importing.records import Miss
from ecoprod.lca.cas import cas_number

PARTS = ("flows", "flow_properties", "unit_groups", "locations", "categories", "sources")
MAX_DEPTH = 40
"""Of categories; a deeper path is a circle."""

Documents = Mapping[str, Mapping[str, Any]]


def folder_of(piece: Piece) -> str:
    """The folder that a document stands in, which says what it is; empty for files that are no documents."""
    path = PurePosixPath(piece.name)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.parent.name if path.suffix.lower() == ".json" and not hidden else ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as exchanges need it. `kind`: `ELEMENTARY_FLOW | PRODUCT_FLOW | WASTE_FLOW` or empty."""

    id: str
    name: str
    kind: str
    path: tuple[str, ...]
    cas: str | None
    place: str
    unit: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that processes refer to, by id; `misses` are the documents that could not be read."""

    flows: Mapping[str, Flow]
    units: Mapping[str, str]
    places: Mapping[str, str]
    sources: Mapping[str, str]
    categories: Documents
    misses: tuple[Miss, ...] = field(default=())


def read_library(opened: Opened) -> Library:
    """Read all documents but the processes. Raises InputError for a hostile one."""
    found: dict[str, dict[str, Any]] = {name: {} for name in PARTS}
    misses = list[Miss]()
    for piece, raw in opened.only(p for p in opened.pieces if folder_of(p) in PARTS).read():
        document = parse(raw, piece.name)
        if isinstance(document, Miss):
            misses.append(document)
        else:
            found[folder_of(piece)][text(document, "@id") or PurePosixPath(piece.name).stem] = document
    units = {
        text(unit, "@id"): text(unit, "name")
        for group in found["unit_groups"].values()
        for unit in parts(group, "units")
    }
    places = {key: text(one, "code") or text(one, "name") for key, one in found["locations"].items()}
    sources = {key: text(one, "textReference") or text(one, "name") for key, one in found["sources"].items()}
    default_units = _default_units(found)
    flows = {key: _flow(key, one, found["categories"], places, default_units) for key, one in found["flows"].items()}
    return Library(flows, units, places, sources, found["categories"], tuple(misses))


def _flow(key: str, one: Mapping[str, Any], categories: Documents, places: Mapping[str, str], units: Units) -> Flow:
    properties = parts(one, "flowProperties")
    chosen = next((p for p in properties if _is(p, "isRefFlowProperty", "referenceFlowProperty")), None)
    if chosen is None and len(properties) == 1:
        chosen = properties[0]
    return Flow(
        key,
        text(one, "name"),
        text(one, "flowType"),
        category_path(one, categories),
        cas_number(one.get("cas")),
        place_of(one, places),
        units(text(part(chosen, "flowProperty"), "@id")),
        tuple(word.strip() for word in text(one, "synonyms").split(";") if word.strip()),
    )


Units = Callable[[str], str]


def _default_units(found: Mapping[str, Documents]) -> Units:
    """The reference unit of a flow property, by the property's id."""

    def unit(property_id: str) -> str:
        group = part(found["flow_properties"].get(property_id), "unitGroup")
        units = parts(found["unit_groups"].get(text(group, "@id")), "units")
        return next((text(u, "name") for u in units if _is(u, "isRefUnit", "referenceUnit")), "")

    return unit


def _is(one: Mapping[str, Any], *keys: str) -> bool:
    return any(one.get(key) is True for key in keys)


def category_path(one: Mapping[str, Any], categories: Documents) -> tuple[str, ...]:
    """Names of the categories that a document stands in, from the outside in."""
    category = one.get("category")
    if isinstance(category, str):
        return tuple(name.strip() for name in category.split("/") if name.strip())
    names = list[str]()
    reference = part(one, "category")
    while reference and len(names) < MAX_DEPTH:
        document = categories.get(text(reference, "@id"))
        names.append(text(reference, "name") or text(document, "name"))
        if document is None:
            path = reference.get("categoryPath")
            names.extend(name for name in reversed(path if isinstance(path, list) else []) if isinstance(name, str))
            break
        reference = part(document, "category")
    return tuple(name for name in reversed(names) if name)


def place_of(one: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """Code of the location of a process, flow or exchange; its name where it has no code."""
    location = one.get("location")
    if isinstance(location, str):
        return location.strip()
    reference = part(one, "location")
    return places.get(text(reference, "@id")) or text(reference, "code") or text(reference, "name")


def at(name: str, index: int | None = None) -> At:
    """A process document, or one of its exchanges."""
    return At(name) if index is None else At(name, column=f"exchanges[{index}]")
