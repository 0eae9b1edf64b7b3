"""What each part, flow and process adds to the difference of the totals: climate change per functional unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecoprod.compare.lines import unlike
from ecoprod.product import STAGES
from ecoprod.report.text_lca import headline

Document = dict[str, Any]
_KINDS = {"bom": "part", "packaging": "packaging", "process": "process", "use": "use"}
_NOT_MADE_OF = ("/transport", "/end-of-life")


@dataclass(frozen=True, slots=True)
class _Side:
    """One design's items by row, and its climate result; `factor` brings a product unit to the functional unit."""

    items: Mapping[str, Sequence[tuple[Document, float | None]]]
    rows: Mapping[str, Document]
    stages: Mapping[str, float | None] | None
    factor: float | None


def parts_differing(documents: Sequence[Document], factors: Sequence[float | None]) -> list[Document]:
    """A row for each part and for everything else with a burden, what differs most first.

    `adds` of all rows sum to the difference of the totals: a part that a design does not have is 0 there. Null where
    a design has no climate result.
    """
    sides = [_side(d, factor) for d, factor in zip(documents, factors, strict=True)]
    found = [_row(key, sides) for key in dict.fromkeys(key for side in sides for key in side.items)]
    return sorted(found, key=lambda row: (-_largest(row["adds"]), -_span(row["mass_kg"]), row["id"]))


def _side(document: Document, factor: float | None) -> _Side:
    climate = headline(document)
    values = climate["by_item"] if climate and climate["value"] is not None and factor is not None else None
    shown: Sequence[float | None] = values if values is not None else [None] * len(document["items"])
    items: dict[str, list[tuple[Document, float | None]]] = {}
    for item, value in zip(document["items"], shown, strict=True):
        items.setdefault(_key(item), []).append((item, value))
    rows = {f"{p['table']}:{p['id']}": p for p in document["parts"]}
    return _Side(items, rows, climate["by_stage"] if climate and values is not None else None, factor)


def _key(item: Document) -> str:
    """The row that an item belongs to: its part (also where it is needed again in use), else itself."""
    if item["part"] is None:
        return str(item["id"])
    return f"{'packaging' if item['id'].startswith('packaging:') else 'bom'}:{item['part']}"


def _row(key: str, sides: Sequence[_Side]) -> Document:
    found = [side.items.get(key) for side in sides]
    parts = [side.rows.get(key) for side in sides]
    stages = [_by_stage(items, side) for items, side in zip(found, sides, strict=True)]
    totals = [_total(items, side) for items, side in zip(found, sides, strict=True)]
    made_of = [_datasets(items or ()) for items in found]
    material = [part["material"] if part else None for part in parts]
    masses = [part["mass_kg"] if part else None for part in parts]
    first = totals[0]
    differing: list[Sequence[Any]] = [
        masses,
        material,
        made_of,
        [items is not None for items in found],
        *_columns(stages),
    ]
    return {
        "id": key,
        "kind": _KINDS.get(key.partition(":")[0], "distribution"),
        "name": next(items[0][0]["name"] for items in found if items),
        "present": [items is not None for items in found],
        "complete": [all(item["linked"] for item, _ in items or ()) for items in found],
        "mass_kg": masses,
        "material": material,
        "datasets": made_of,
        "by_stage": stages,
        "per_functional_unit": [None if items is None else t for items, t in zip(found, totals, strict=True)],
        "adds": [None, *(None if first is None or t is None else t - first for t in totals[1:])],
        "differs": any(unlike(values[0], value) for values in differing for value in values[1:]),
    }


def _columns(stages: Sequence[Document | None]) -> list[list[float | None]]:
    return [[found[stage] if found else None for found in stages] for stage in STAGES]


def _by_stage(items: Sequence[tuple[Document, float | None]] | None, side: _Side) -> Document | None:
    """Contributions of a row; null where nothing stands behind it, or where nothing is known of the whole stage."""
    if items is None or side.stages is None or side.factor is None:
        return None
    found: Document = {stage: None if side.stages[stage] is None else 0.0 for stage in STAGES}
    for item, value in items:
        if value is not None and (value or item["linked"]):
            found[item["stage"]] = (found[item["stage"]] or 0.0) + value * side.factor
    for item, value in items:
        if not item["linked"] and not value and not found[item["stage"]]:
            found[item["stage"]] = None
    return found


def _total(items: Sequence[tuple[Document, float | None]] | None, side: _Side) -> float | None:
    """What a row adds to the total of a design: 0 where the design has no such row."""
    if side.stages is None or side.factor is None:
        return None
    return float(sum(value for _, value in items or () if value is not None) * side.factor)


def _datasets(items: Sequence[tuple[Document, float | None]]) -> list[str]:
    named = (d for item, _ in items if not item["id"].endswith(_NOT_MADE_OF) for d in item["datasets"])
    return list(dict.fromkeys(named))


def _largest(changes: Sequence[float | None]) -> float:
    return max((abs(c) for c in changes if c is not None), default=0.0)


def _span(masses: Sequence[float | None]) -> float:
    known = [mass or 0.0 for mass in masses]
    return max(known) - min(known)
