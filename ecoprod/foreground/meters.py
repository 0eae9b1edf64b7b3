"""What a site's meters must agree on: who they cover, what they show in all, and that nothing is handed out twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ecoprod.errors import Params, Problem
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.rollup import LET_PASS, RECORDED, below
from ecoprod.measure import Missing
from ecoprod.product import Amount, ProcessRow, Product
from ecoprod.units import convert, same_dimension

_ABOVE_ONE = 1 + 1e-9
Taker = tuple[tuple[str, ...], Amount | None]
"""Who takes a share of a reading: the parts covered, and the key."""


def _taker(row: ProcessRow) -> Taker:
    return row.covers, row.key_product


def check_shares(product: Product, shares: Mapping[str, float | None], linker: Linker) -> None:
    """A reading (meter, flow and amount alike) is shared out once: over its rows, one at most.

    Rows alike in all (parts covered and key too) are readings of their own: months that happen to be alike.
    """
    totals: dict[tuple[str, str, Amount | None], dict[Taker, float]] = {}
    for row in product.processes:
        share = shares[row.id]
        if share is None or row.kind == "co-product":
            continue
        reading = totals.setdefault((row.name, row.meter or row.id, row.amount), {})
        reading[_taker(row)] = share
        if sum(reading.values()) > _ABOVE_ONE:
            params: Params = {"row": row.id, "percent": 100 * sum(reading.values())}
            at = replace(row.at, column="key_product")
            linker.problems.append(Problem("shares-above-one", at, "key_product", params))


def check_covers(product: Product, linker: Linker, missing: list[Missing]) -> None:
    """In-house processing comes from a meter or from a dataset, never both, and never from neither."""
    parts = {p.id: p for p in (*product.parts, *product.packaging)}
    covered: set[str] = set()
    for row in product.processes:
        at = replace(row.at, column="covers")
        for name in row.covers:
            if name not in parts:
                continue  # the reader has told it
            inside = {name, *(i for i in below(name, product) if parts[i].made == "in_house")}
            covered |= inside
            for twice in sorted(i for i in inside if parts[i].processes):
                params: Params = {"id": twice, "process": "; ".join(parts[twice].processes), "row": row.id}
                linker.problems.append(Problem("processing-twice", at, "covers", params))
    bare = sorted(
        p.id for p in product.parts
        if p.made == "in_house" and not p.phantom and not p.processes and p.id not in covered
    )  # fmt: skip
    if bare:
        missing.append(Missing("process.covers / bom.process", "missing-own-processing", {"ids": ", ".join(bare)}))
    own = [p for p in product.parts if p.made == "in_house" and p.processes]
    if not product.processes and not own:
        missing.append(Missing("process", "missing-site-data"))


def check_meters(product: Product, linker: Linker, missing: list[Missing]) -> None:
    """Rows of a meter sum to the total that the product file gives for it."""
    if not product.processes and not product.meters:
        return
    if not product.meters:
        named = sorted({row.meter for row in product.processes if row.meter})
        linker.ledger.assumed(
            "assume:meters", len(named), None, "assumed-meters-complete", "modelling.md: process data"
        )
        return
    for meter, total in product.meters.items():
        rows = [r for r in product.processes if r.meter == meter and r.amount is not None and r.kind != "co-product"]
        if not rows:
            missing.append(Missing(f"process[{meter}]", "missing-meter-rows", {"meter": meter}))
            continue
        if not all(same_dimension(r.amount.unit, total.unit) for r in rows if r.amount):
            params: Params = {"meter": meter, "unit": total.unit}
            linker.problems.append(Problem("meter-dimension", product.key_at(f"meters.{meter}"), "meters", params))
            continue
        _close_meter(meter, total, _readings(rows, total.unit), product, linker, missing)
    for row in product.processes:
        if row.meter and row.meter not in product.meters:
            params = {"meter": row.meter, "known": ", ".join(sorted(product.meters))}
            linker.problems.append(Problem("meter-unknown", replace(row.at, column="meter"), "meter", params))


def _readings(rows: Sequence[ProcessRow], unit: str) -> float:
    """Sum of a meter's readings; one reading that rows for several parts share out counts once."""
    alike: dict[tuple[str, Amount | None], Counter[Taker]] = {}
    for row in rows:
        alike.setdefault((row.name, row.amount), Counter())[_taker(row)] += 1
    return sum(convert(amount, unit) * max(times.values()) for (_, amount), times in alike.items() if amount)


def _close_meter(
    meter: str, total: Amount, found: float, product: Product, linker: Linker, missing: list[Missing]
) -> None:
    relative = abs(found - total.value) / total.value if total.value else 0.0
    if relative <= LET_PASS:
        return
    params: Params = {
        "meter": meter,
        "total": total.value,
        "found": found,
        "unit": total.unit,
        "percent": 100 * relative,
    }
    if found > total.value and relative > RECORDED:
        linker.problems.append(Problem("meter-above-total", product.key_at(f"meters.{meter}"), "meters", params))
    else:
        missing.append(Missing(f"process[{meter}]", "missing-meter-rest", params))
