"""XML from outside, read by a hardened lxml: no entities, no network, no document type, bounded depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.importing.opened import Opened, Piece, first_bytes
from ecoprod.importing.records import Miss

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_TAGS = 20_000_000
_HEAD = 4_000
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse(raw: bytes, name: str) -> _Element:
    """Root of an XML document. Raises InputError for one that is broken or declares a document type or entities."""
    from lxml import etree

    if raw.count(b"<") > _MAX_TAGS:
        raise InputError([Problem("import-bomb", At(name), None, {"file": name})])
    if _declares(raw):
        raise InputError([Problem("import-xml-entity", At(name), None, {"file": name})])
    # huge_tree stays off: libxml2's own bounds on depth and text length stand
    # comments go, for one inside a number would cut it short unnoticed
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        params = {"file": name, "reason": str(error)[:160].replace("\n", " ")}
        raise InputError([Problem("import-xml-broken", At(name, line), None, params)]) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise InputError([Problem("import-xml-entity", At(name), None, {"file": name})])
    return root


def _declares(raw: bytes) -> bool:
    """Whether the prologue has a document type, in any of the encodings that an XML file may have."""
    head = raw[:_HEAD].replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def local(element: Any) -> str:
    """Tag without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def heads(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The first bytes of pieces as text of any UTF, for a look at their format; empty for one that cannot be read."""
    return tuple(raw.replace(b"\0", b"").decode("utf-8", "replace") for raw in first_bytes(pieces, _HEAD))


def documents(opened: Opened, pieces: Sequence[Piece], misses: list[Miss]) -> Iterator[tuple[Piece, _Element]]:
    """The XML documents among `pieces`, in order. A broken one is added to `misses`.

    Raises InputError for a document type or entity in any of them, and where not one of them is whole.
    """
    whole, broken = 0, list[Problem]()
    for piece, raw in replace(opened, pieces=tuple(pieces)).read():
        try:
            root = parse(raw, piece.name)
        except InputError as error:
            if any(problem.code != "import-xml-broken" for problem in error.problems):
                raise
            broken += error.problems
            misses += (Miss(problem.code, problem.at, problem.params) for problem in error.problems)
            continue
        whole += 1
        yield piece, root
    if broken and not whole:
        raise InputError(broken)


def archives_inside(opened: Opened) -> list[Miss]:
    """One miss for each archive inside the source: it is not opened, for a bomb could hide in it."""
    inside = [piece for piece in opened.pieces if piece.suffix == ".zip"]
    return [Miss("import-archive-inside", At(piece.name), {"file": piece.name}) for piece in inside]


def children(element: Any, name: str) -> Iterator[Any]:
    """Child elements of this name, of any namespace."""
    return (found for found in element if local(found) == name)


def child(element: Any, *path: str) -> Any:
    """The first element down a path of names, of any namespace; None where there is none or no element to start at."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text_of(element: Any, *path: str) -> str:
    """Text of the element down a path, with its white space made single; empty where there is none."""
    found = child(element, *path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def parts_of(element: Any) -> dict[str, Any]:
    """The first child of each name, for elements of which many are read."""
    parts = dict[str, Any]()
    for part in element:
        parts.setdefault(local(part), part)
    return parts


def said(parts: Mapping[str, Any], name: str) -> str:
    """Text of a part, its white space made single; empty where there is none."""
    part = parts.get(name)
    return "" if part is None else " ".join((part.text or "").split())


def tagged(element: Any) -> tuple[str, str]:
    """Language and text of an element, its white space made single."""
    return element.get(_LANG, ""), " ".join((element.text or "").split())


def texts_of(element: Any, name: str) -> list[tuple[str, str]]:
    """Language and text of all children of this name that have text."""
    found = [] if element is None else [tagged(part) for part in children(element, name)]
    return [(language, text) for language, text in found if text]


def place_of(element: Any, piece: Piece) -> At:
    """Where an element stands: file and line."""
    return At(piece.name, element.sourceline)
