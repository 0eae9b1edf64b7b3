"""What bw2io ships, read from its own files without importing it: elementary flows and impact factors.

The package (BSD-3) carries the ecoinvent 3.9 list of elementary flows (EcoSpold 2 XML) and 762 impact categories
(one JSON in a zip). ecoprod depends on them and copies neither into its own files.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ecoprod.errors import At, InputError, Problem
from ecoprod.resources import installed_version

TOTAL_FLOW = ("co2e-total", "air")
"""The pseudo-flow of a bare CO2e total: one past the last flow of the list."""
TOTAL_CODE = "co2e-total"
"""Its code, under which a method from a file may have a factor for it."""
_FLOWS = "lci/ecoinvent elementary flows 3.9.xml"
_FACTORS = "lcia/lcia_39_ecoinvent.zip"
_NAMESPACE = "{http://www.EcoInvent.org/EcoSpold02}"


@dataclass(frozen=True, slots=True)
class FlowList:
    """The elementary flows in bw2io's order; `index` finds a position by (name, `air/subcompartment`)."""

    codes: tuple[str, ...]
    units: tuple[str, ...]
    index: Mapping[tuple[str, str], int]

    @property
    def total(self) -> int:
        """Position of the pseudo-flow of a bare CO2e total (unit kg)."""
        return len(self.codes)

    def find(self, name: str, compartment: str) -> int | None:
        """Position of a flow, or None. The pseudo-flow `co2e-total` answers too."""
        return self.total if (name, compartment) == TOTAL_FLOW else self.index.get((name, compartment))

    def unit(self, position: int) -> str:
        """Unit of the flow at a position, as the list spells it."""
        return "kg" if position == self.total else self.units[position]

    def nearest(self, name: str, limit: int = 3) -> list[str]:
        """Flows like `name`, as `name (compartment)`, best first: for the message about one that is not there."""
        from rapidfuzz import process

        names = {key: f"{key[0]} ({key[1]})" for key in self.index}
        same = [shown for (flow, _), shown in names.items() if flow.casefold() == name.casefold()]
        hits = [str(hit[0]) for hit in process.extract(name, list(names.values()), limit=limit, score_cutoff=60)]
        return list(dict.fromkeys([*same, *hits]))[:limit]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One impact category as bw2io has it: `factors` by flow code, per unit of the flow."""

    category: str
    indicator: str
    unit: str
    factors: Mapping[str, float]


def data_file(name: str) -> Path:
    """One of bw2io's own data files. Raises InputError where bw2io does not have it."""
    found = find_spec("bw2io")  # a top level name: located, not imported
    path = Path(found.origin).parent / "data" / name if found and found.origin else Path(name)
    if not path.is_file():
        raise InputError([Problem("lca-bundled-missing", At(path.name), None, {"file": path.name})])
    return path


@lru_cache(maxsize=1)
def stamp() -> str:
    """What the bundled flows and factors are: bw2io's version and the sizes of its files, none of them opened."""
    return f"bw2io {installed_version('bw2io')} {data_file(_FLOWS).stat().st_size} {data_file(_FACTORS).stat().st_size}"


def parse_flows() -> list[list[str]]:
    """Rows (code, name, compartment, unit) of the flow list, in file order. Source: bw2io's EcoSpold 2 file."""
    from lxml import etree

    rows = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for node in etree.parse(str(data_file(_FLOWS)), parser).getroot().iter(f"{_NAMESPACE}elementaryExchange"):
        place = node.find(f"{_NAMESPACE}compartment")
        upper, lower = (
            (place.findtext(f"{_NAMESPACE}{name}") if place is not None else None)
            for name in ("compartment", "subcompartment")
        )
        where = f"{upper}" if lower in (None, "unspecified") else f"{upper}/{lower}"
        name, unit = (node.findtext(f"{_NAMESPACE}{tag}") or "" for tag in ("name", "unitName"))
        rows.append([str(node.get("id")), name, where, unit])
    return rows


def flow_list(rows: list[list[str]]) -> FlowList:
    """The flow list from its rows, as `parse_flows` or the cache gives them."""
    return FlowList(
        tuple(row[0] for row in rows),
        tuple(row[3] for row in rows),
        {(row[1], row[2]): position for position, row in enumerate(rows)},
    )


def read_families(wanted: Collection[str] | None) -> tuple[list[str], dict[str, list[Indicator]]]:
    """All family names in order, and the indicators of the wanted families (None: all). Opens the zip: 1.3 s."""
    with zipfile.ZipFile(data_file(_FACTORS)) as archive:
        methods: list[dict[str, Any]] = json.loads(archive.read("data.json"))
    found: dict[str, list[Indicator]] = {}
    for method in methods:
        family, category, indicator = method["name"]
        if wanted is None or family in wanted:
            factors = {str(cf["input"][1]): float(cf["amount"]) for cf in method["exchanges"]}
            found.setdefault(family, []).append(Indicator(category, indicator, str(method["unit"]), factors))
    return sorted({str(method["name"][0]) for method in methods}), found
