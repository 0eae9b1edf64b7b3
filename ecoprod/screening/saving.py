"""`use_saving` of a variants file: a vehicle's use flow that falls with the mass of the product.

Reduction values hold for differences of mass: they are never put on the mass itself (`ecoprod.lightweighting`).
"""

from __future__ import annotations

from ecoprod.energy_reduction import energy_reductions
from ecoprod.product import Product, UseFlow
from ecoprod.readers.fields import POSITIVE, Desk, amount, near, wording
from ecoprod.readers.tables import Cell
from ecoprod.readers.yamlcells import Node, mapping, scalar
from ecoprod.screening.variants import Saving
from ecoprod.units import convert

KEYS = ("flow", "reduction", "distance", "source")


def read_saving(desk: Desk, node: Node | None, product: Product) -> Saving | None:
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
    value, source = _reduction(desk, written, flow.amount.unit)
    stated = wording(desk, scalar(desk, node, "source"))
    if value is None:
        return None
    if source is None and stated is None:
        node.fault(desk, "variants-saving-source", "source")
        return None
    return Saving(
        flow.id, node.file.at(*node.path), value, convert(distance, "km"), stated or source or ""
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


def _reduction(desk: Desk, cell: Cell, unit: str) -> tuple[float | None, str | None]:
    """Per 100 km and 100 kg, in the unit of the flow: a quantity, or the id of one of the library's values."""
    known = {row.id: row for row in energy_reductions()}
    row = known.get(cell.text)
    if row is None and any(sign.isdigit() for sign in cell.text[:1]):
        found = amount(desk, cell, unit, POSITIVE)
        return (convert(found, unit) if found else None), None
    if row is None:
        desk.fault(cell, "variants-saving-unknown", name=cell.text[:60], nearest=near(desk, cell.text, known))
        return None, None
    if row.low != row.high:
        params: dict[str, str | float] = {"name": row.id, "low": row.low, "high": row.high, "unit": row.unit}
        desk.fault(cell, "variants-saving-range", **params)
        return None, None
    return row.low, f"{row.source} {row.at}".strip()
