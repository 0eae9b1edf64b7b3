"""What Brightway's Excel form and its projects share: types of rows and nodes, spreads, the unsaid product."""

from __future__ import annotations

from collections.abc import Callable

from ecoprod.errors import At
from ecoprod.importing import distributions as spread
from ecoprod.importing.records import ExchangeKind, ForeignExchange, Miss, Uncertainty

KINDS: dict[str, ExchangeKind] = {
    "production": "product",
    "generic production": "product",
    "technosphere": "input",
    "generic consumption": "input",
    "substitution": "avoided",
    "biosphere": "elementary",
}
FLOW_NODES = {
    "product", "emission", "natural resource", "economic", "social", "inventory indicator", "biosphere",
}  # fmt: skip
"""Types of nodes that are flows; every other node is a process."""
_SILENT = {0, 1}


def uncertainty(
    number: Callable[[str], float | None], name: str, at: At, code: str, misses: list[Miss]
) -> Uncertainty | None:
    """The spread of a row; `number` gives its fields by Brightway's names."""
    kind = number("uncertainty type")
    if kind is None or kind in _SILENT:
        return None
    try:
        if not kind.is_integer():
            raise spread.NoDistributionError
        return spread.distribution(
            int(kind), number("loc"), number("scale"), number("minimum"), number("maximum")
        )  # fmt: skip
    except spread.NoDistributionError:
        misses.append(Miss("import-uncertainty", at, {"name": name, "kind": f"{kind:g}"}, code, "uncertainty", name))
        return None


def unsaid_product(name: str, unit: str, at: At, code: str, place: str) -> ForeignExchange:
    """The production that an activity without one stands for: 1 of its unit."""
    return ForeignExchange(
        "product", name, 1.0, unit, at, code, place=place or None, note="not stated, 1 by convention"
    )


def note(**said: str) -> str:
    """What a row says beyond its fields: `database: ecoinvent; product: steel; formula: a*b`."""
    return "; ".join(f"{key}: {text[:200]}" for key, text in said.items() if text)
