"""Other words for the bundled elementary flows: CAS numbers, synonyms, and the older names that bw2io knows.

All of it is read from bw2io's own files and kept in ecoprod's cache; nothing of it is copied into ecoprod.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ecoprod.lca import cache
from ecoprod.lca.bundled import data_file
from ecoprod.lca.cas import cas_number

_FLOWS = "lci/ecoinvent elementary flows 3.9.xml"
_NAMESPACE = "{http://www.EcoInvent.org/EcoSpold02}"
_RENAMES = ("simapro-biosphere.json", "biosphere-2-3.json")
_MEDIA = {"Raw": "natural resource", "raw": "natural resource"}


@dataclass(frozen=True, slots=True)
class FlowWords:
    """`cas` and `synonyms` by position of the bundled list; `renames`: (medium, older name) -> name of the list."""

    cas: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    renames: dict[tuple[str, str], str]


def flow_words() -> FlowWords:
    """From the cache, or from bw2io's files (half a second)."""
    rows = cache.load_rows("flow-words")
    if rows is None or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        rows = _parse()
        cache.store_rows("flow-words", rows)
    renames: dict[tuple[str, str], str] = {}
    for name in _RENAMES:
        for medium, old, new in json.loads(data_file(name).read_bytes()):
            renames.setdefault((_MEDIA.get(str(medium), str(medium)), str(old).casefold()), str(new))
    return FlowWords(tuple(str(row[0]) for row in rows), tuple(tuple(map(str, row[1])) for row in rows), renames)


def _parse() -> list[list[Any]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.parse(str(data_file(_FLOWS)), parser).getroot()
    return [
        [
            cas_number(node.get("casNumber")) or "",
            [text for s in node.findall(f"{_NAMESPACE}synonym") if (text := (s.text or "").strip())],
        ]
        for node in root.iter(f"{_NAMESPACE}elementaryExchange")
    ]
