"""Which elementary flows into the air are organic, and which of these form ozone by EF v3.1.

A volatile organic compound is what takes part in photochemical reactions of the air: a flow counts as one where the
method, as bw2io has it, has a factor of photochemical ozone formation for it, methane apart. It has one for some fifty
flows; of the other organic ones nobody says that they are no VOC. Formulas are those of the bundled flow list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecoprod.lca import cache
from ecoprod.lca.bundled import data_file

if TYPE_CHECKING:
    from ecoprod.lca.bundled import FlowList

_FLOWS = "lci/ecoinvent elementary flows 3.9.xml"
_NAMESPACE = "{http://www.EcoInvent.org/EcoSpold02}"
_OZONE = "photochemical"
_CLIMATE = "climate-change"
_METHANE = "CH4"
_CARBON = re.compile(r"C(?![a-z])")
_BOUND = re.compile(r"H(?![a-z])|F(?![a-z])|Cl|Br|I(?![a-z])")
"""What stands beside carbon in an organic formula: hydrogen or a halogen."""
_FLUORINE = re.compile(r"F(?![a-z])")
_NOT_ORGANIC = re.compile(r"^(Particulate Matter|Nitrogen oxides|Sulfur oxides)| ion$")
"""Flows of the list without a formula that are no organic compound."""
_MIXED = frozenset({"Xylene"})
"""Flows without a factor of their own that are a mixture of flows with one: the isomers."""


def organic_to_air(flows: FlowList, categories: Mapping[int, tuple[str, ...]]) -> dict[str, bool]:
    """Name of an organic flow into the air -> whether it is known to form ozone; methane is not there.

    `categories`: those of EF v3.1 in which a flow has a factor, by its position. Left out too are fluorinated gases
    that the method characterises for climate change and not for ozone. From the cache, or bw2io's file (half a second).
    """
    rows = cache.load_rows("air-organics")
    if rows is None or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        rows = _parse(flows, categories)
        cache.store_rows("air-organics", rows)
    return {str(name): bool(forms) for name, forms in rows}


def _parse(flows: FlowList, categories: Mapping[int, tuple[str, ...]]) -> list[list[Any]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    nodes = etree.parse(str(data_file(_FLOWS)), parser).getroot().iter(f"{_NAMESPACE}elementaryExchange")
    formulas = {str(node.get("id")): str(node.get("formula") or "") for node in nodes}
    found: dict[str, bool] = {}
    for (name, where), position in flows.index.items():
        if where.partition("/")[0] != "air" or flows.unit(position) != "kg":
            continue
        known = categories.get(position, ())
        forms = name in _MIXED or any(one.startswith(_OZONE) for one in known)
        climate = any(one.startswith(_CLIMATE) for one in known)
        if _is_organic(name, formulas[flows.codes[position]], forms=forms, climate=climate):
            found[name] = found.get(name, False) or forms
    return [[name, forms] for name, forms in sorted(found.items())]


def _is_organic(name: str, formula: str, *, forms: bool, climate: bool) -> bool:
    if not formula:
        return not _NOT_ORGANIC.search(name)
    if formula == _METHANE or not (_CARBON.search(formula) and _BOUND.search(formula)):
        return False
    return forms or not (climate and _FLUORINE.search(formula))
