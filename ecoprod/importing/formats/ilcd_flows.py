"""Flows, flow properties and units of an ILCD package: what its processes only refer to by UUID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecoprod.importing import fields
from ecoprod.importing.opened import Piece
from ecoprod.importing.records import Miss
from ecoprod.importing.xmlfile import child, children, local, place_of, text_of, texts_of
from ecoprod.lca.cas import cas_number

REFERENCE_UNITS: Mapping[str, str] = {
    "93a60a56-a3c8-11da-a746-0800200b9a66": "kg",
    "93a60a56-a3c8-11da-a746-0800200c9a66": "MJ",
    "93a60a56-a3c8-19da-a746-0800200c9a66": "m2",
    "93a60a56-a3c8-22da-a746-0800200c9a66": "m3",
    "838aaa23-0117-11db-92e3-0800200c9a66": "m",
    "01846770-4cfe-4a25-8ad9-919d8d378345": "Item(s)",
}
"""Reference units of the ILCD reference flow properties mass, net calorific value, area, volume, length and number of
items (JRC ILCD reference elements), for packages that refer to them without holding them."""
_WITHOUT_FLOWS = {"sourceDataSet", "contactDataSet", "LCIAMethodDataSet", "lifeCycleModelDataSet", "categorySystem"}
_NAME_PARTS = ("baseName", "treatmentStandardsRoutes", "mixAndLocationTypes", "functionalUnitFlowProperties")


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow. `kind`: `Elementary flow | Product flow | Waste flow | Other flow`. `property_id`: of its reference."""

    name: str
    kind: str
    compartment: tuple[str, ...]
    cas: str | None
    property_id: str
    property_mean: float | None


@dataclass(slots=True)
class Package:
    """What is known of a package, by UUID. `groups`: unit group of a flow property; `units`: of a unit group.

    `loose`: processes that stand among the flows.
    """

    flows: dict[str, Flow] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    units: dict[str, Mapping[str, float]] = field(default_factory=dict)
    loose: list[Piece] = field(default_factory=list)

    def unit(self, flow: Flow) -> str:
        """Reference unit of a flow; empty where neither the package nor ILCD's own list says.

        Of the names of one unit (`qm`, `m2`) the one of ILCD's list is taken.
        """
        usual = REFERENCE_UNITS.get(flow.property_id, "")
        units = self.units.get(self.groups.get(flow.property_id, ""), {})
        same = [name for name, factor in units.items() if factor == 1.0]
        return usual if usual in same or not same else same[0]


def take(root: Any, piece: Piece, package: Package, misses: list[Miss]) -> None:
    """Add one document of a package; a process is only noted, for it needs all flows."""
    what = local(root)
    if what == "processDataSet":
        package.loose.append(piece)
    elif what == "flowDataSet":
        _flow(root, package)
    elif what == "flowPropertyDataSet":
        info = child(root, "flowPropertiesInformation")
        group = child(info, "quantitativeReference", "referenceToReferenceUnitGroup")
        if group is not None:
            package.groups[text_of(info, "dataSetInformation", "UUID").lower()] = group.get("refObjectId", "").lower()
    elif what == "unitGroupDataSet":
        _units(root, package)
    elif what not in _WITHOUT_FLOWS:
        misses.append(Miss("import-no-process-here", place_of(root, piece), {"root": what[:60]}))


def _flow(root: Any, package: Package) -> None:
    info = child(root, "flowInformation")
    data = child(info, "dataSetInformation")
    reference = text_of(info, "quantitativeReference", "referenceToReferenceFlowProperty")
    properties = child(root, "flowProperties")
    listed = [] if properties is None else list(children(properties, "flowProperty"))
    main = next((p for p in listed if p.get("dataSetInternalID", "").strip() == reference), None)
    if main is None and len(listed) == 1:
        main = listed[0]
    link = child(main, "referenceToFlowPropertyDataSet")
    package.flows[text_of(data, "UUID").lower()] = Flow(
        name=full_name(child(data, "name"))[0],
        kind=text_of(root, "modellingAndValidation", "LCIMethod", "typeOfDataSet"),
        compartment=_compartment(data),
        cas=cas_number(text_of(data, "CASNumber")),
        property_id="" if link is None else link.get("refObjectId", "").lower(),
        property_mean=None if main is None else fields.number_of(text_of(main, "meanValue")),
    )


def _compartment(data: Any) -> tuple[str, ...]:
    """Categories of an elementary flow from the outside in."""
    found = child(data, "classificationInformation", "elementaryFlowCategorization")
    if found is None:
        return ()
    ranked = sorted(children(found, "category"), key=lambda c: (len(c.get("level", "")), c.get("level", "")))
    return tuple(text for category in ranked if (text := " ".join((category.text or "").split())))


def _units(root: Any, package: Package) -> None:
    """Names of units with their factors to the reference unit, that first."""
    info = child(root, "unitGroupInformation")
    reference = text_of(info, "quantitativeReference", "referenceToReferenceUnit")
    units = child(root, "units")
    listed = [] if units is None else list(children(units, "unit"))
    listed.sort(key=lambda unit: unit.get("dataSetInternalID", "").strip() != reference)
    factors = [(text_of(unit, "name"), fields.number_of(text_of(unit, "meanValue"))) for unit in listed]
    known = {name: factor for name, factor in factors if name and factor}
    if listed and factors[0][1] and listed[0].get("dataSetInternalID", "").strip() == reference:
        package.units[text_of(info, "dataSetInformation", "UUID").lower()] = {
            name: factor / factors[0][1] for name, factor in known.items()
        }


def full_name(element: Any) -> tuple[str, tuple[str, ...]]:
    """A name with its qualifiers in one language, and the base names in others."""
    base, others = fields.chosen(texts_of(element, "baseName"))
    parts = [base, *(fields.chosen(texts_of(element, part))[0] for part in _NAME_PARTS[1:])]
    return "; ".join(part for part in parts if part), others


def descriptions(elements: Iterable[Any]) -> tuple[str, ...]:
    """Short descriptions of references, each once."""
    texts = (fields.chosen(texts_of(element, "shortDescription"))[0] for element in elements)
    return tuple(dict.fromkeys(text for text in texts if text))
