"""XML from outside, read by a hardened lxml: no entities, no network, no document type, bounded depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecoprod.errors import At, InputError, Problem

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4_000


def parse(raw: bytes, name: str) -> _Element:
    """Root of an XML document. Raises InputError for one that is broken or declares a document type or entities."""
    from lxml import etree

    if _declares(raw):
        raise InputError([Problem("import-xml-entity", At(name), None, {"file": name})])
    # huge_tree stays off: libxml2's own bounds on depth and text length stand
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
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
