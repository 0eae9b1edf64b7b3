"""The later stages in `product.yaml`: meters of the site, distribution, use, end of life."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from ecoprod.product import Amount, CircularityFacts, EndOfLife, Leg, Replacement, Use, UseFlow
from ecoprod.readers.fields import POSITIVE, Desk, amount, choice, near, share, wording
from ecoprod.readers.grammar import MODES, carries_all, share_text
from ecoprod.readers.productfile import evidence_ids, name_of_file
from ecoprod.readers.site import WHATS, row_id
from ecoprod.readers.tables import Cell, inside
from ecoprod.readers.yamlcells import Node, as_cell, mapping, scalar, sequence
from ecoprod.units import convert, is_clock, same_dimension

_PER: Mapping[str, Literal["cycle", "hour", "year", "life"]] = {
    "cycle": "cycle", "hour": "hour", "year": "year", "life": "life",
    "h": "hour", "次": "cycle", "小时": "hour", "年": "year", "寿命": "life",
}  # fmt: skip


def none_reason(desk: Desk, node: Node | None, *beside: str) -> tuple[str | None, bool]:
    """The reason of `{none: reason}`, and whether the node says `none` at all (with or without a reason).

    `beside`: further keys that may stand there.
    """
    if node is None:
        return None, False
    if isinstance(node.data, str) and node.data.strip().lower() == "none":
        node.fault(desk, "none-needs-reason", key=str(node.path[-1]))
        return None, True
    if not isinstance(node.data, dict) or "none" not in node.data:
        return None, False
    mapping(desk, node, ("none", *beside))
    reason = scalar(desk, node, "none")
    if reason is None or not _says_why(reason.text):
        node.fault(desk, "none-needs-reason", "none", key=str(node.path[-1]))
    return wording(desk, reason), True


def _says_why(text: str) -> bool:
    """Whether a reason has words in it: four letters at least, a Chinese character being worth two of them.

    What only says "none" again is no reason.
    """
    letters = [sign for sign in text if sign.isalpha()]
    worth = len(letters) + sum("\u3400" <= sign <= "\u9fff" for sign in letters)
    return worth >= _LETTERS and "".join(letters).casefold() not in _NO_REASON


_LETTERS = 4
_NO_REASON = frozenset({"none", "null", "没有"})


def read_meters(desk: Desk, top: Node) -> dict[str, Amount]:
    """`meters: {E1: 1200 MWh}`: totals of the site's meters in the reporting period."""
    found: dict[str, Amount] = {}
    node = mapping(desk, top.child("meters"), None)
    for meter in node.data if node and isinstance(node.data, dict) else ():
        cell = scalar(desk, node, meter)
        value = amount(desk, cell)
        if value is not None:
            found[str(meter)] = value
            desk.read(f"meter:{meter}", value.value, value.unit, cell)
    return found


Known = Mapping[str, object] | None
"""Documents by id; None where their table could not be read."""


def read_distribution(desk: Desk, top: Node, known: Known) -> tuple[tuple[Leg, ...], str | None]:
    """The outbound legs, or the reason why there are none."""
    node = top.child("distribution")
    reason, said_none = none_reason(desk, node)
    if said_none:
        return (), reason
    legs: list[Leg] = []
    entries = sequence(desk, node)
    for count, entry in enumerate(entries, start=1):
        if mapping(desk, entry, ("mode", "distance", "share", "evidence")) is None:
            continue
        for key in ("mode", "distance"):
            if entry.child(key) is None:
                entry.fault(desk, "key-needed", key, key=key, example="{mode: truck, distance: 800 km}")
        mode = choice(desk, scalar(desk, entry, "mode"), MODES)
        cell = scalar(desk, entry, "distance")
        distance = amount(desk, cell, "km", POSITIVE)
        part = share(desk, scalar(desk, entry, "share"))
        documents = evidence_ids(desk, entry, known)
        if mode is None or distance is None:
            continue
        km = convert(distance, "km")
        desk.read(f"distribution:{count}/distance", km, "km", cell)
        desk.read(f"distribution:{count}/share", part, None, scalar(desk, entry, "share"))
        legs.append(Leg(mode, km, 1.0 if part is None else part, documents))
    if node is not None and len(legs) == len(entries) and not carries_all(legs):
        node.fault(desk, "legs-share", sum=share_text(legs))
    return tuple(legs), None


def read_use(desk: Desk, top: Node, parts: Collection[str] | None, known: Known) -> Use | None:
    """The use stage; None where the file does not speak of it. `parts`: None where no part could be read."""
    node = top.child("use")
    reason, said_none = none_reason(desk, node)
    if said_none:
        return Use(none_reason=reason)
    node = mapping(desk, node, ("none", "lifetime", "cycles", "flows", "replacements", "evidence"))
    if node is None:
        return None
    lifetime = _in(desk, node, "lifetime", "year", "product:lifetime")
    cycles, cycle_unit = _cycles(desk, node)
    used: dict[str, int] = {}
    seen: set[str] = set()
    flows = (_flow(desk, entry, used) for entry in sequence(desk, node.child("flows")))
    spares = (_replacement(desk, entry, parts, seen) for entry in sequence(desk, node.child("replacements")))
    return Use(
        None, lifetime, cycles, tuple(f for f in flows if f), tuple(r for r in spares if r),
        evidence_ids(desk, node, known), cycle_unit,
    )  # fmt: skip


def _in(desk: Desk, node: Node, key: str, unit: str, entry: str) -> float | None:
    cell = scalar(desk, node, key)
    found = amount(desk, cell, unit, POSITIVE)
    if found is None:
        return None
    value = convert(found, unit)
    desk.read(entry, value, unit, cell)
    return value


def _cycles(desk: Desk, node: Node) -> tuple[float | None, Literal["cycle", "h"]]:
    """Cycles a year, as `220 1/year` or `220 cycle/year`, or hours of operation a year, as `80 hour/year`."""
    cell = scalar(desk, node, "cycles")
    found = amount(desk, cell, None, POSITIVE)
    if found is None or cell is None:
        return None, "cycle"
    for unit in ("1/year", "cycle/year"):
        if same_dimension(found.unit, unit):
            value = convert(found, unit)
            desk.read("product:cycles", value, "1/year", cell)
            return value, "cycle"
    clock, _, per = found.unit.partition("/")
    # a time per time is a share by its dimension: that it is operation is what its two words say
    if per in ("year", "month", "week", "day") and is_clock(clock):
        value = convert(found, "h/year")
        if value > _HOURS_A_YEAR:
            desk.fault(cell, "cycles-above-the-year", hours=value)
            return None, "cycle"
        desk.read("product:cycles", value, "h/year", cell)
        return value, "h"
    desk.fault(cell, "unit-dimension", unit=found.unit, wanted="1/year, cycle/year, h/year")
    return None, "cycle"


_HOURS_A_YEAR = 366 * 24


def _flow(desk: Desk, node: Node, used: dict[str, int]) -> UseFlow | None:
    if mapping(desk, node, (*WHATS, "amount", "per", "compartment", "source")) is None:
        return None
    given = [what for what in WHATS if node.child(what)]
    if len(given) != 1:
        node.fault(desk, "process-nothing" if not given else "process-several", columns=", ".join(given))
        return None
    for key in ("amount", "per"):
        if node.child(key) is None:
            node.fault(desk, "key-needed", key, key=key, example="{flow: electricity, amount: 0.62 kWh, per: cycle}")
    what = given[0]
    named = scalar(desk, node, what)
    name = wording(desk, named)
    if name is None:
        return None
    cell = scalar(desk, node, "amount")
    value = amount(desk, cell)
    flow_id = row_id(name, used)
    if value is not None:
        desk.read(f"use:{flow_id}/amount", value.value, value.unit, cell)
    per = choice(desk, scalar(desk, node, "per"), _PER)
    return UseFlow(
        flow_id, node.file.at(*node.path), what, name, value, per,
        wording(desk, scalar(desk, node, "compartment")), wording(desk, scalar(desk, node, "source")),
    )  # fmt: skip


def _replacement(desk: Desk, node: Node, parts: Collection[str] | None, seen: set[str]) -> Replacement | None:
    if mapping(desk, node, ("part", "per")) is None:
        return None
    for key in ("part", "per"):
        if node.child(key) is None:
            node.fault(desk, "key-needed", key, key=key, example="{part: F1, per: 2 year}")
    cell = scalar(desk, node, "part")
    if cell is None:
        return None
    if cell.text in seen:
        desk.fault(cell, "replacement-twice", id=cell.text[:60])
        return None
    seen.add(cell.text)
    if parts is not None and cell.text not in parts:
        desk.fault(cell, "part-unknown", id=cell.text[:60], nearest=near(desk, cell.text, parts))
    per = scalar(desk, node, "per")
    every = amount(desk, per, None, POSITIVE)
    if every is not None and per is not None:
        if not any(same_dimension(every.unit, unit) for unit in ("year", "cycle")):
            desk.fault(per, "unit-dimension", unit=every.unit, wanted="year, cycle")
            every = None
        else:
            desk.read(f"use:replacement/{cell.text}", every.value, every.unit, per)
    return Replacement(cell.text, cell.at, every)


def read_end_of_life(desk: Desk, top: Node, folder: Path, known: Known) -> EndOfLife | None:
    """Scenario and collection share, or the reason why there is no end of life."""
    node = top.child("end_of_life")
    reason, said_none = none_reason(desk, node)
    if said_none:
        return EndOfLife(none_reason=reason)
    node = mapping(desk, node, ("none", "scenario", "collection", "circular_footprint", "evidence"))
    if node is None:
        return None
    cell = scalar(desk, node, "collection")
    collected = share(desk, cell, zero=True)
    desk.read("collection", collected, None, cell)
    scenario = name_of_file(desk, scalar(desk, node, "scenario"), folder)
    file = scalar(desk, node, "circular_footprint")
    named = file.text if file and inside(folder, file.text, file.at, desk.problems) else None
    return EndOfLife(
        scenario, collected, evidence=evidence_ids(desk, node, known), circular_footprint=named
    )  # fmt: skip


def read_circularity(desk: Desk, top: Node) -> CircularityFacts | None:
    """`circularity`: the mean life of the kind, and how well the recycled feedstock was recycled; each has a source."""
    node = mapping(desk, top.child("circularity"), ("industry_lifetime", "feedstock_efficiency"))
    if node is None:
        return None
    life = _sourced(desk, node, "industry_lifetime", "{value: 8 year, source: …}")
    efficiency = _sourced(desk, node, "feedstock_efficiency", "{value: 90 %, source: …}")
    yearly = _in(desk, life, "value", "year", "circularity:industry_lifetime") if life else None
    cell = scalar(desk, efficiency, "value")
    found = share(desk, cell)
    desk.read("circularity:feedstock_efficiency", found, None, cell)
    return CircularityFacts(yearly, found)


def _sourced(desk: Desk, node: Node, key: str, example: str) -> Node | None:
    """`{value, source}` under a key, both needed."""
    found = mapping(desk, node.child(key), ("value", "source"))
    for needed in ("value", "source") if found else ():
        if found and scalar(desk, found, needed) is None:
            found.fault(desk, "key-needed", needed, key=f"{key}.{needed}", example=f"{key}: {example}")
    wording(desk, scalar(desk, found, "source"))
    return found


def read_lca_none(desk: Desk, top: Node) -> bool:
    """Whether the file says `lca: none`; any other word is a Problem."""
    node = top.child("lca")
    cell: Cell | None = as_cell(node) if node and not isinstance(node.data, (dict, list)) else None
    if node is None:
        return False
    if cell is None or cell.text.lower() != "none":
        node.fault(desk, "lca-word", value=cell.text[:40] if cell else "…")
        return False
    return True
