"""`use_saving` of a variants file: a vehicle's use flow that falls with the mass of the product.

Reduction values hold for differences of mass: they are never put on the mass itself (`ecoprod.lightweighting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ecoprod.background import Background, Dataset
from ecoprod.energy_reduction import EnergyReduction, energy_reductions, names_carrier
from ecoprod.errors import Params
from ecoprod.foreground.linking import Linker
from ecoprod.product import Amount, Product, UseFlow
from ecoprod.readers.fields import POSITIVE, Desk, amount, near, wording
from ecoprod.readers.tables import Cell
from ecoprod.readers.yamlcells import Node, mapping, scalar
from ecoprod.screening.variants import Saving
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

KEYS = ("flow", "reduction", "distance", "source")


@dataclass(frozen=True, slots=True)
class _Value:
    """A reduction value in the unit of its flow; `source`: None where it was written by hand."""

    amount: float
    source: str | None


def read_saving(desk: Desk, node: Node | None, product: Product, background: Background) -> Saving | None:
    """The saving; None where the file has none, or what it says cannot be used (then with problems)."""
    if node is None or mapping(desk, node, KEYS) is None:
        return None
    for key in KEYS[:3]:
        if node.child(key) is None:
            example = "use_saving: {flow: petrol, reduction: 0.15 L, distance: 200000 km, source: …}"
            node.fault(desk, "key-needed", key, key=key, example=example)
    flow = _flow(desk, scalar(desk, node, "flow"), product)
    distance = amount(desk, scalar(desk, node, "distance"), "km", POSITIVE)
    written = scalar(desk, node, "reduction")
    if flow is None or flow.amount is None or distance is None or written is None:
        return None
    value = _reduction(desk, written, flow, flow.amount.unit, product, background)
    stated = wording(desk, scalar(desk, node, "source"))
    if value is None:
        return None
    source = "; ".join(words for words in (stated, value.source) if words)
    if not source:
        node.fault(desk, "variants-saving-source", "source")
        return None
    return Saving(
        flow.id, node.file.at(*node.path), value.amount, flow.amount.unit, convert(distance, "km"), source
    )  # fmt: skip


def _flow(desk: Desk, cell: Cell | None, product: Product) -> UseFlow | None:
    if cell is None:
        return None
    flows = product.use.flows if product.use else ()
    found = [f for f in flows if cell.text in (f.id, f.name)]
    if len(found) == 1 and found[0].amount is not None:
        return found[0]
    desk.fault(cell, "variants-saving-flow", name=cell.text[:60], known=", ".join(f.id for f in flows) or "—")
    return None


def _reduction(
    desk: Desk, cell: Cell, flow: UseFlow, unit: str, product: Product, background: Background
) -> _Value | None:  # fmt: skip
    """Per 100 km and 100 kg, in the unit of the flow: a quantity, or the id of one of the library's values."""
    known = {row.id: row for row in energy_reductions()}
    row = known.get(cell.text)
    if row is None and any(sign.isdigit() for sign in cell.text[:1]):
        found = amount(desk, cell, unit, POSITIVE)
        return _Value(convert(found, unit), None) if found else None
    if row is None:
        desk.fault(cell, "variants-saving-unknown", name=cell.text[:60], nearest=near(desk, cell.text, known))
        return None
    if row.low != row.high:
        params: Params = {"name": row.id, "low": row.low, "high": row.high, "unit": row.unit}
        desk.fault(cell, "variants-saving-range", **params)
        return None
    return _of_library(desk, cell, row, flow, unit, Linker(product, background, Ledger(), []))


def _of_library(
    desk: Desk, cell: Cell, row: EnergyReduction, flow: UseFlow, unit: str, linker: Linker
) -> _Value | None:  # fmt: skip
    """A value of the library in the unit of a flow of the same energy carrier; a problem where it is of another one."""
    dataset = linker.named(flow.what, flow.name, flow.at) if flow.what != "emission" else None
    told: Params = {"name": row.id, "value": row.low, "unit": row.unit, "flow": flow.id, "wanted": unit,
                    "carrier": f"@carrier-{row.carrier}"}  # fmt: skip
    if dataset is None or not _is_of(row.carrier, dataset):
        desk.fault(cell, "variants-saving-carrier", dataset=dataset.id if dataset else "—", **told)
        return None
    source = f"{row.id}: {row.source} {row.at}".strip()
    if same_dimension(row.unit, unit):
        return _Value(convert(Amount(row.low, row.unit), unit), source)
    # litres of a fuel that the product counts in kg (or MJ): by its stated density, as amounts of the product are
    value, one = (linker.amount(a, dataset, flow.at) for a in (Amount(row.low, row.unit), Amount(1.0, unit)))
    if value is None or one is None:
        desk.fault(cell, "variants-saving-unit", **told)
        return None
    by = "; ".join(f"{e.id} {e.source}" for i in (*value[1], *one[1]) if (e := linker.ledger.get(i)))
    return _Value(value[0] / one[0], f"{source}; {row.low:g} {row.unit}, {by}")


def _is_of(carrier: str, dataset: Dataset) -> bool:
    """Whether a dataset says that it is of that energy carrier."""
    if carrier == "electricity" and dataset.group == "electricity":
        return True
    return names_carrier(carrier, (dataset.id, dataset.name_zh, dataset.name_en, *dataset.aliases))
