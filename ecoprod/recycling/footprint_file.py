"""The file behind the circular footprint: figures and datasets by material class or part, each with its source.

Nothing is bundled and nothing has a default. A file of a user is hostile until read; all that is wrong in it is told
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.background import Background
from ecoprod.errors import Problem
from ecoprod.product import Product
from ecoprod.readers.fields import Desk, amount, near, share, wording
from ecoprod.readers.listed import Listed
from ecoprod.readers.tables import Cell
from ecoprod.readers.yamlcells import Node, mapping, scalar
from ecoprod.scenarios import near_classes
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension
from ecoprod.yamlfile import YamlFile, read_yaml

NEEDED = ("allocation", "energy_allocation", "quality_in", "quality_out", "recycled_at_end", "energy_at_end")
"""Figures of every entry: A, B, Qsin/Qp, Qsout/Qp, R2, R3."""
FROM_SCENARIO = ("recycled_at_end", "energy_at_end")
OF_ENERGY = ("heating_value", "heat_efficiency", "electricity_efficiency")
BY_MASS = ("recycling", "energy_recovery", "disposal", "virgin", "secondary", "virgin_replaced")
BY_ENERGY = ("heat", "electricity")
_KEYS = (*NEEDED, *OF_ENERGY, *BY_MASS, *BY_ENERGY, "source", "note")
_SCENARIO = ("scenario", "按情景")
_EXAMPLES = {"recycled_at_end": "scenario", "energy_at_end": "scenario"}
_LHV = "MJ/kg"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Figures and datasets of a material class or a part. A figure of None is taken from the end-of-life scenario.

    `entries`: ledger ids of what was read.
    """

    name: str
    figures: Mapping[str, float | None]
    datasets: Mapping[str, str]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FootprintFile:
    """A file of recipes by part id and by material class (`*`: all others)."""

    path: str
    sha256: str
    materials: Mapping[str, Recipe]
    parts: Mapping[str, Recipe]

    def of(self, part: str, material_class: str | None) -> Recipe | None:
        """The recipe of a part: its own, else that of its material class, else that of all others."""
        return self.parts.get(part) or self.materials.get(material_class or "*") or self.materials.get("*")


def read_footprint_file(
    product: Product, background: Background, ledger: Ledger, problems: list[Problem]
) -> FootprintFile | None:
    """The file that `end_of_life.circular_footprint` names; None where there is none, or it cannot be read."""
    named = product.end_of_life.circular_footprint if product.end_of_life else None
    if named is None:
        return None
    listed = Listed()
    file = read_yaml(product.folder / named, named, listed)
    found = None if file is None else _read(file, named, product, background, Desk(ledger, listed))
    problems += listed.all()
    return found


def _read(file: YamlFile, named: str, product: Product, background: Background, desk: Desk) -> FootprintFile:
    top = Node(file, (), file.data)
    mapping(desk, top, ("ecoprod", "materials", "parts", "note"))
    version = scalar(desk, top, "ecoprod")
    if version is None:
        top.fault(desk, "key-needed", "ecoprod", key="ecoprod", example="ecoprod: 1")
    elif version.text != "1":
        desk.fault(version, "format-version", value=version.text[:20])
    if top.child("materials") is None and top.child("parts") is None:
        top.fault(desk, "key-needed", "materials", key="materials", example="materials: {plastic: {allocation: …}}")
    classes = dict.fromkeys([*background.material_classes, "*"])
    parts = {part.id: None for part in product.parts}
    return FootprintFile(
        named, file.sha256, _recipes(desk, top, "materials", classes, background),
        _recipes(desk, top, "parts", parts, background),
    )  # fmt: skip


def _recipes(desk: Desk, top: Node, key: str, known: Mapping[str, None], background: Background) -> dict[str, Recipe]:
    found: dict[str, Recipe] = {}
    node = mapping(desk, top.child(key), None)
    for name in node.data if node and isinstance(node.data, dict) else ():
        entry = mapping(desk, node.child(name) if node else None, _KEYS)
        if node is not None and name not in known:
            if key == "parts":
                node.fault(desk, "part-unknown", name, id=str(name)[:60], nearest=near(desk, str(name), known))
            else:
                like = near_classes(str(name), background.material_classes)
                node.fault(desk, "material-class-unknown", name, id=str(name)[:60], nearest=like)
        if entry is not None:
            found[str(name)] = _recipe(desk, entry, f"{key}.{name}", background)
        elif node is not None and node.child(name) is None:
            node.fault(desk, "key-needed", name, key="allocation", example="allocation: {value: …, source: …}")
    return found


def _recipe(desk: Desk, entry: Node, name: str, background: Background) -> Recipe:
    stem, entries = f"cff:{name}", list[str]()
    source = scalar(desk, entry, "source")
    if wording(desk, source) is not None:
        desk.read(f"{stem}/source", source.text if source else None, None, source)
        entries.append(f"{stem}/source")
    figures: dict[str, float | None] = {}
    for key in (*NEEDED, *OF_ENERGY):
        cell = _value(desk, entry, key, "value", source)
        if cell is None:
            if key in NEEDED and not isinstance(getattr(entry.child(key), "data", None), dict):
                example = f"{key}: {{value: {_EXAMPLES.get(key, '…')}, source: …}}"
                entry.fault(desk, "key-needed", key, key=key, example=example)
            continue
        if key in FROM_SCENARIO and cell.text in _SCENARIO:
            figures[key] = None
            continue
        figure = _heating(desk, cell) if key == "heating_value" else share(desk, cell, zero=True)
        if figure is not None:
            figures[key] = figure
            desk.read(f"{stem}/{key}", figure, _LHV if key == "heating_value" else None, cell)
            entries.append(f"{stem}/{key}")
    for pair in (FROM_SCENARIO, ("heat_efficiency", "electricity_efficiency")):
        total = sum(figures.get(key) or 0.0 for key in pair)
        if total > 1 + 1e-9:
            entry.fault(desk, "footprint-shares", pair[1], keys=" + ".join(pair), sum=total)
    datasets = {
        key: found
        for key in (*BY_MASS, *BY_ENERGY)
        if (cell := _value(desk, entry, key, "dataset", source)) and (found := _dataset(desk, cell, key, background))
    }
    for key, found in datasets.items():
        desk.read(f"{stem}/{key}", found, None, _value(Desk(desk.ledger, []), entry, key, "dataset", source))
        entries.append(f"{stem}/{key}")
    return Recipe(name, figures, datasets, tuple(entries))


def _value(desk: Desk, entry: Node, key: str, inner: str, source: Cell | None) -> Cell | None:
    """What stands under a key, plain or as `{value, source}`; one of the two ways it needs a source."""
    node = entry.child(key)
    if node is None:
        return None
    if not isinstance(node.data, dict):
        if source is None:
            example = f"{key}: {{{inner}: …, source: …}}"
            entry.fault(desk, "footprint-no-source", key, key=key, example=example)
        return scalar(desk, entry, key)
    mapping(desk, node, (inner, "source"))
    own = scalar(desk, node, "source")
    if own is None and source is None:
        node.fault(desk, "footprint-no-source", key=key, example=f"{key}: {{{inner}: …, source: …}}")
    wording(desk, own)
    cell = scalar(desk, node, inner)
    if cell is None:
        node.fault(desk, "key-needed", inner, key=f"{key}.{inner}", example=f"{key}: {{{inner}: …, source: …}}")
    return cell


def _heating(desk: Desk, cell: Cell) -> float | None:
    found = amount(desk, cell, _LHV)
    return None if found is None else convert(found, _LHV)


def _dataset(desk: Desk, cell: Cell, key: str, background: Background) -> str | None:
    """A dataset by its id, in a unit that the formula can take it per: kg, or MJ for energy that is replaced."""
    found = background.datasets.get(cell.text)
    if found is None:
        desk.fault(cell, "dataset-unknown", name=cell.text[:60], nearest=near(desk, cell.text, background.datasets))
        return None
    wanted = "MJ" if key in BY_ENERGY else "kg"
    if not same_dimension(found.unit, wanted):
        desk.fault(cell, "footprint-dataset-unit", dataset=found.id, unit=found.unit, wanted=wanted, key=key)
        return None
    return found.id
