"""Restricted substances on the basis a limit names: homogeneous material, component or product mass.

Per homogeneous material the worst part decides. A component's own average proves only that some material in it holds
at least that much. Parts that say nothing, and mass that no row lists, leave the answer open. A member of an alternate
group counts whatever its share, since it can be built. What a row states that does not stay in the product (`input`)
proves nothing of it, and leaves the answer open as far as it is more than what the product holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecoprod.foreground import Foreground, PartTotal
from ecoprod.indicators.documents import Doubts, documents_of, of_part
from ecoprod.measure import Measure, Missing
from ecoprod.product import Substance
from ecoprod.trace import Ledger

_NAMED = 5
Bounds = tuple[float, float | None]


def substance_measure(indicator: str, foreground: Foreground, doubts: Doubts, ledger: Ledger) -> Measure:
    """`substance:NAME@BASIS` or `substance:NAME@BASIS/CLASS` (parts of one material class) as a mass fraction.

    `doubts`: what keeps the documents of a row, given their ids, from proving it.
    """
    name, _, where = indicator.removeprefix("substance:").partition("@")
    basis, _, material_class = where.partition("/")
    of_class = [t for t in foreground.parts if not material_class or t.material_class in (material_class, None)]
    parts = [t for t in of_class if t.is_leaf and t.whole_kg > 0]
    found = [(t, _stated(t, name)) for t in parts]
    silent = sorted(
        t.part.id for t, s in found if s is None or (basis == "homogeneous_material" and not t.part.substance_basis)
    )
    missing = []
    if silent:
        missing.append(Missing("bom.substances", "missing-substance", {"name": name, "ids": _first(silent)}))
    if foreground.unlisted_kg > 0:
        missing.append(Missing("bom", "missing-unlisted-mass", {"mass": foreground.unlisted_kg}))
    bounds = [(t, _bounds(t, s, basis)) for t, s in found if s is not None]
    low, high = _worst(bounds) if basis != "product_mass" else _share_of_product(bounds, foreground)
    low = max([low, *_assemblies(name, basis, foreground)])
    if missing or not bounds or (high is not None and low > high):
        high = None
    left = _left_behind(of_class, name, basis, foreground)
    if high is not None and left and max(left.values()) > high:
        high = max(left.values()) if basis != "product_mass" else high + sum(left.values())
        missing.append(Missing("bom.role", "missing-input-stays", {"name": name, "ids": _first(sorted(left))}))
    stated = [s for _, s in found if s is not None]
    quiet = bool(stated) and not missing and not low and all(_not_found(s) for s in stated)
    if basis == "product_mass" and foreground.overlisted_kg > 0 and low != high and not quiet:
        missing.append(Missing("product.mass", "missing-masses-close", {"mass": foreground.overlisted_kg}))
    unseen = sorted(t.part.id for t, s in found if s is not None and _not_found(s) and s.detection_limit is None)
    if unseen:
        missing.append(Missing("bom.substances", "missing-zero-limit", {"id": name, "ids": _first(unseen)}))
    limits = [s.detection_limit for s in stated if s.detection_limit is not None]
    inputs = [e for t, s in found if s and (e := f"{t.part.key}/substance/{s.name}") in ledger] or ["product:file"]
    trace = ledger.computed(
        f"ind:{indicator}", high if low == high else None, "kg/kg", f"{basis} {material_class}".strip(), tuple(inputs)
    )
    documents = documents_of((of_part(t.part) for t, s in found if s is not None), doubts)
    return Measure(
        indicator, "kg/kg", low, high, not_detected=quiet,
        detection_limit=max(limits) if quiet and len(limits) == len(stated) else None,
        method=stated[0].method if quiet and stated[0].method else None, missing=tuple(missing), trace=trace,
        evidence=tuple(sorted({e for t in parts for e in t.part.evidence})),
        evidenced=documents.proven, undocumented=documents.lacking, doubted=documents.doubted,
    )  # fmt: skip


def _first(ids: list[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (f" … ({len(ids)})" if len(ids) > _NAMED else "")


def _not_found(stated: Substance) -> bool:
    """A stated 0 is what a test did not find."""
    return stated.not_detected or stated.fraction == 0


def _stated(total: PartTotal, name: str) -> Substance | None:
    if total.unaccounted:
        return None
    return next((s for s in total.part.substances or () if s.name.casefold() == name.casefold()), None)


def _assemblies(name: str, basis: str, foreground: Foreground) -> list[float]:
    """Lower bounds from statements on rows with children: what an assembly holds, something in it holds."""
    found = []
    for total in foreground.parts:
        stated = None if total.is_leaf or not total.whole_kg else _stated(total, name)
        if stated is None or stated.fraction is None:
            continue
        if basis != "product_mass":
            found.append(stated.fraction)
        elif foreground.product_mass_kg:
            found.append(stated.fraction * total.whole_kg / _product_masses(foreground)[1])
    return found


def _left_behind(totals: Sequence[PartTotal], name: str, basis: str, foreground: Foreground) -> dict[str, float]:
    """What rows state that are no part of the product (`role: input`), as a fraction on the basis asked for."""
    found = {}
    for total in totals:
        stated = _stated(total, name) if total.gross_kg > 0 and not total.whole_kg else None
        if stated is not None and stated.fraction:
            lightest = _product_masses(foreground)[0]
            share = total.gross_kg / lightest if basis == "product_mass" and lightest else 1.0
            found[total.part.id] = min(1.0, stated.fraction * share)
    return found


def _bounds(total: PartTotal, stated: Substance, basis: str) -> Bounds:
    """Proven bounds of the fraction in the worst material (or the whole) of one part."""
    averaged = basis == "homogeneous_material" and total.part.substance_basis != "homogeneous_material"
    if _not_found(stated) or stated.below is not None:
        # A result below x from a test that cannot see less than its detection limit proves no more than that limit.
        known = [v for v in (stated.below, stated.detection_limit) if v is not None]
        high = max(known) if known else None
        return 0.0, None if averaged else high
    value = stated.fraction
    if value is None:
        return 0.0, None
    if averaged:
        return value, None
    if stated.detection_limit is not None and value < stated.detection_limit:
        return value, stated.detection_limit
    worst_only = total.part.substance_basis == "homogeneous_material" and total.material_id is None
    return (0.0, value) if basis != "homogeneous_material" and worst_only else (value, value)


def _worst(bounds: list[tuple[PartTotal, Bounds]]) -> Bounds:
    lows, highs = [b[0] for _, b in bounds], [b[1] for _, b in bounds]
    known = [h for h in highs if h is not None]
    return max(lows, default=0.0), max(known) if known and len(known) == len(highs) else None


def _product_masses(foreground: Foreground) -> tuple[float, float]:
    """The least and the most that the product may weigh [kg], by its rows and by the scales."""
    listed = foreground.product_mass_kg
    unaccounted = sum(t.net_kg for t in foreground.parts if t.unaccounted)
    return listed - foreground.overlisted_kg, listed + max(0.0, foreground.unlisted_kg - unaccounted)


def _share_of_product(bounds: list[tuple[PartTotal, Bounds]], foreground: Foreground) -> Bounds:
    """Share of the whole product's mass, in the worst product that can leave the line.

    Of an alternate group only one member is in a product: the member that holds most decides, at its full mass, not
    the average over what is built.
    """
    lightest, heaviest = _product_masses(foreground)
    if not lightest:
        return 0.0, None
    low, high = 0.0, 0.0
    choices: dict[str, dict[str, list[float]]] = {}
    for total, (least, most) in bounds:
        if most is None:
            high = float("inf")
        whole = total.whole_kg
        held = (whole * least / heaviest, whole * (most or 0.0) / lightest)
        if total.choice is None:
            low, high = low + held[0], high + held[1]
        else:
            member = choices.setdefault(total.choice.group, {}).setdefault(total.choice.member, [0.0, 0.0])
            member[0], member[1] = member[0] + held[0], member[1] + held[1]
    low += sum(max(m[0] for m in members.values()) for members in choices.values())
    high += sum(max(m[1] for m in members.values()) for members in choices.values())
    return low, None if high == float("inf") else high
