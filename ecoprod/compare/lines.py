"""What of designs is compared, line by line, with the change against the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Document = dict[str, Any]
EQUAL = 1e-9


def lines(designs: Sequence[Document]) -> Iterator[Document]:
    """Everything that is compared, in the order of a report."""
    yield line_of("verdict", [d["verdict"] for d in designs])
    yield line_of("standard", [f"{d['standard']['id']}@{d['standard']['edition']}" for d in designs])
    for name in _in_any(designs, "requirements"):
        yield line_of(f"requirement:{name}", [d["requirements"].get(name, {}).get("status") for d in designs])
    yield line_of("mass", [d["mass_kg"] for d in designs], "kg")
    for name in _in_any(designs, "indicators"):
        found = [d["indicators"].get(name) for d in designs]
        if name != "mass" and not name.startswith(("impact:", "impact-per-functional-unit:", "basic:", "lca:")):
            unit = next((m["unit"] for m in found if m), None)
            shown = line_of(f"indicator:{name}", [m["value"] if m else None for m in found], unit)
            bounds = [[m[k] if m else None for m in found] for k in ("low", "high")]
            apart = any(unlike(values[0], v) for values in bounds for v in values[1:])
            yield {**shown, "differs": shown["differs"] or apart}
    impacts = [impact for design in designs for impact in design["impacts"]]
    categories = {(i["method"], c): r["unit"] for i in impacts for c, r in i["categories"].items()}
    for (method, category), unit in categories.items():
        found = [category_of(d, method, category) for d in designs]
        yield line_of(f"impact:{method}/{category}", [r["per_functional_unit"] if r else None for r in found], unit)


def _in_any(designs: Sequence[Document], key: str) -> list[str]:
    return list(dict.fromkeys(name for d in designs for name in d[key]))


def category_of(design: Document, method: str, category: str) -> Document | None:
    """A category of a design, or None where it was not calculated."""
    for impact in design["impacts"]:
        if impact["method"] == method:
            found: Document | None = impact["categories"].get(category)
            return found
    return None


def line_of(what: str, values: list[Any], unit: str | None = None) -> Document:
    """One line: the designs' values, each with its change against the first, and whether any differs."""
    changes = [None, *(_change(values[0], value) for value in values[1:])]
    return {
        "what": what, "unit": unit, "values": values, "change": changes,
        "differs": any(unlike(values[0], v) for v in values[1:]),
    }  # fmt: skip


def is_number(value: object) -> bool:
    """Whether a value is a number; yes and no are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _change(first: Any, value: Any) -> float | None:
    """Relative change against the first design; None without two numbers or with a first of 0."""
    if not (is_number(first) and is_number(value)) or first == 0:
        return None
    return float((value - first) / abs(first))


def unlike(first: Any, value: Any) -> bool:
    """Whether two values differ; numbers by more than what sums in another order bring."""
    if is_number(first) and is_number(value):
        return bool(abs(value - first) > EQUAL * max(abs(first), abs(value)))
    return bool(first != value)
