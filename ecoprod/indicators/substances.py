"""Restricted substances on the basis a limit names: homogeneous material, component or product mass.

Per homogeneous material the worst part decides. A component's own average proves only that some material in it holds
at least that much. Parts that say nothing, and mass that no row lists, leave the answer open.
"""

from __future__ import annotations

from ecoprod.foreground import Foreground, PartTotal, leaves
from ecoprod.measure import Measure, Missing
from ecoprod.product import Substance
from ecoprod.trace import Ledger

_NAMED = 5


def substance_measure(indicator: str, foreground: Foreground, ledger: Ledger) -> Measure:
    """`substance:NAME@BASIS` or `substance:NAME@BASIS/CLASS` (parts of one material class) as a mass fraction."""
    name, _, where = indicator.removeprefix("substance:").partition("@")
    basis, _, material_class = where.partition("/")
    parts = [t for t in leaves(foreground.parts) if not material_class or t.material_class in (material_class, None)]
    found = [(t, _stated(t, name)) for t in parts]
    silent = sorted(
        t.part.id for t, s in found if s is None or (basis == "homogeneous_material" and not t.part.substance_basis)
    )
    missing = []
    if silent:
        shown = ", ".join(silent[:_NAMED]) + (f" … ({len(silent)})" if len(silent) > _NAMED else "")
        missing.append(Missing("bom.substances", "missing-substance", {"name": name, "ids": shown}))
    if foreground.unlisted_kg > 0:
        missing.append(Missing("bom", "missing-unlisted-mass", {"mass": foreground.unlisted_kg}))
    bounds = [(t, _bounds(t, s, basis)) for t, s in found if s is not None]
    low, high = _worst(bounds) if basis != "product_mass" else _share_of_product(bounds, foreground)
    if missing or not bounds:
        high = None
    stated = [s for _, s in found if s is not None]
    quiet = bool(stated) and not missing and all(s.not_detected for s in stated)
    limits = [s.detection_limit for s in stated if s.detection_limit is not None]
    inputs = [e for t, s in found if s and (e := f"{t.part.key}/substance/{s.name}") in ledger] or ["product:file"]
    trace = ledger.computed(
        f"ind:{indicator}", high if low == high else None, "kg/kg", f"{basis} {material_class}".strip(), tuple(inputs)
    )
    return Measure(
        indicator, "kg/kg", low, high, not_detected=quiet,
        detection_limit=max(limits) if quiet and len(limits) == len(stated) else None,
        method=stated[0].method if quiet and stated[0].method else None, missing=tuple(missing), trace=trace,
        evidence=tuple(sorted({e for t in parts for e in t.part.evidence})),
    )  # fmt: skip


def _stated(total: PartTotal, name: str) -> Substance | None:
    if total.unaccounted:
        return None
    return next((s for s in total.part.substances or () if s.name.casefold() == name.casefold()), None)


def _bounds(total: PartTotal, stated: Substance, basis: str) -> tuple[float, float | None]:
    """Proven bounds of the fraction in the worst material (or the whole) of one part."""
    if stated.not_detected:
        return 0.0, stated.detection_limit
    if stated.below is not None:
        return 0.0, stated.below
    value = stated.fraction
    if value is None:
        return 0.0, None
    if basis == "homogeneous_material" and total.part.substance_basis != "homogeneous_material":
        return value, None
    if (
        basis != "homogeneous_material"
        and total.part.substance_basis == "homogeneous_material"
        and not total.part.material
    ):
        return 0.0, value
    return value, value


def _worst(bounds: list[tuple[PartTotal, tuple[float, float | None]]]) -> tuple[float, float | None]:
    lows, highs = [b[0] for _, b in bounds], [b[1] for _, b in bounds]
    known = [h for h in highs if h is not None]
    return max(lows, default=0.0), max(known) if known and len(known) == len(highs) else None


def _share_of_product(
    bounds: list[tuple[PartTotal, tuple[float, float | None]]], foreground: Foreground
) -> tuple[float, float | None]:
    mass = foreground.product_mass_kg
    if not mass:
        return 0.0, None
    low = sum(t.net_kg * b[0] for t, b in bounds) / mass
    highs = [(t, b[1]) for t, b in bounds]
    if any(h is None for _, h in highs):
        return low, None
    high = sum(t.net_kg * (h or 0.0) for t, h in highs) / mass
    return low, high
