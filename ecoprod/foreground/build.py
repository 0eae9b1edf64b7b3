"""The product system: all stages of one product, checked and written into the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from ecoprod.background import Background
from ecoprod.errors import Params, Problem
from ecoprod.foreground.end_of_life import end_of_life_items, find_scenario
from ecoprod.foreground.linking import Linker
from ecoprod.foreground.parts import part_items
from ecoprod.foreground.records import Foreground, Item, PartTotal
from ecoprod.foreground.rollup import LET_PASS, RECORDED, RolledUp, roll_up
from ecoprod.foreground.site import site_items
from ecoprod.foreground.use import distribution_items, use_items
from ecoprod.measure import Missing
from ecoprod.product import STAGES, Amount, Product, Stage, Use
from ecoprod.trace import Ledger
from ecoprod.units import convert, is_clock, same_dimension


def build_foreground(product: Product, background: Background, ledger: Ledger, problems: list[Problem]) -> Foreground:
    """The product system per product unit.

    Everything wrong is added to `problems`; the result is then only good for finding more of them.
    What is merely absent is in `missing` and keeps the life cycle from being complete.
    """
    linker = Linker(product, background, ledger, problems)
    missing: list[Missing] = []
    at = product.key_at("product.mass")
    bom = roll_up(product.parts, product, linker, closes_to=product.mass_kg, where=at)
    packaging = roll_up(product.packaging, product, linker, closes_to=None, where=at)
    missing += [*bom.missing, *packaging.missing]
    rows = (*bom.totals, *packaging.totals)
    _assume_yields(rows, ledger)
    _assume_inbound(rows, ledger)
    if product.packaging_none is not None:
        ledger.assumed("stated:packaging", 0.0, "kg", "stated-no-packaging", product.packaging_none)
    elif not product.packaging:
        ledger.assumed("assume:packaging", 0.0, "kg", "assumed-no-packaging", "modelling.md: manufacturing")
    pack_kg = sum(t.net_kg for t in packaging.totals if t.is_leaf)
    if product.packaging:
        inputs = tuple(f"{t.part.key}/gross-mass" for t in packaging.totals if t.is_leaf)
        ledger.computed("packaging:mass", pack_kg, "kg", "sum of the packaging", inputs)
    site = site_items(product, linker)
    missing += site.missing
    items = part_items(bom, linker, packaging=False) + part_items(packaging, linker, packaging=True) + list(site.items)
    items += distribution_items(product, linker, bom.contained_kg + pack_kg, missing)
    scenario = find_scenario(product, linker, missing)
    after = end_of_life_items([*bom.totals, *packaging.totals], product, scenario, linker, missing)
    items += use_items(product, linker, [*items, *after], missing) + after
    linker.unused()
    linked = _linked_share(bom, items, missing)
    unlisted = _unlisted(product, bom)
    return Foreground(
        items=tuple(sorted(items, key=lambda i: (STAGES.index(i.stage), i.id))),
        avoided=site.avoided,
        parts=bom.totals,
        packaging=packaging.totals,
        product_mass_kg=bom.contained_kg,
        unlisted_kg=max(0.0, unlisted),
        overlisted_kg=max(0.0, -unlisted),
        products_per_functional_unit=_reference_flow(product, ledger, problems, missing),
        excluded=_excluded(product),
        missing=tuple(missing),
        linked_mass_share=linked,
        cut_off_mass_share=1 - linked,
        site=site.per_unit,
        returned=site.returned,
        output_over_key=site.output_over_key,
        scenario=scenario,
    )


def _assume_yields(totals: Sequence[PartTotal], ledger: Ledger) -> None:
    """Rows without a yield lose nothing: one assumption that names them all."""
    rows = sorted(
        t.part.id for t in totals
        if t.is_leaf and t.part.yield_fraction is None and not t.unaccounted and t.part.role != "service"
    )  # fmt: skip
    if rows:
        ledger.assumed("assume:yield", len(rows), None, "assumed-yield", ", ".join(rows))


def _assume_inbound(totals: Sequence[PartTotal], ledger: Ledger) -> None:
    """Rows without inbound transport travel nowhere: one assumption that names them all."""
    rows = sorted(t.part.id for t in totals if t.is_leaf and not t.part.transport and not t.unaccounted and t.gross_kg)
    if rows:
        ledger.assumed("assume:inbound", len(rows), None, "assumed-no-inbound", ", ".join(rows))


def _unlisted(product: Product, bom: RolledUp) -> float:
    """Mass of the product beyond what its rows list, in kg; 0 within the written precision of the declared mass.

    Masses let pass for closure may still hide a part whose substances nobody declared. Below zero where the rows list
    more than the product weighs.
    """
    if product.mass_kg is None:
        return 0.0
    listed = sum(t.net_kg for t in bom.totals if t.is_leaf and not t.unaccounted)
    short = product.mass_kg - listed
    return (
        short
        if abs(short) > min(product.mass_precision_kg, LET_PASS * product.mass_kg) + 1e-9 * product.mass_kg
        else 0.0
    )


def _linked_share(bom: RolledUp, items: list[Item], missing: list[Missing]) -> float:
    unlinked = {i.part for i in items if i.id.endswith("/production") and i.stage == "raw_materials" and not i.linked}
    leaves = [t for t in bom.totals if t.is_leaf and not t.part.phantom]
    bare = [t for t in leaves if t.part.id in unlinked]
    named = sorted(t.part.id for t in bare if not t.unaccounted)
    if named:
        missing.append(Missing("bom.dataset / bom.material", "missing-dataset", {"ids": ", ".join(named)}))
    total = sum(t.net_kg for t in leaves)
    return 1 - sum(t.net_kg for t in bare) / total if total else 0.0


def _excluded(product: Product) -> dict[Stage, str]:
    stated: dict[Stage, str | None] = {
        "distribution": product.distribution_none,
        "use": product.use.none_reason if product.use else None,
        "end_of_life": product.end_of_life.none_reason if product.end_of_life else None,
    }
    return {stage: reason for stage, reason in stated.items() if reason}


def _reference_flow(product: Product, ledger: Ledger, problems: list[Problem], missing: list[Missing]) -> float | None:
    """Products per functional unit: service ÷ service per product."""
    if product.service is None:
        missing.append(Missing("functional_unit", "missing-functional-unit"))
        return None
    per_product = product.service_per_product
    inputs: tuple[str, ...] = ("product:service_per_product",)
    use = product.use
    if per_product is None:
        years = use.lifetime_years if use else None
        cycles = use.cycles_per_year if use else None
        if use is None or years is None or cycles is None or not _counts(product.service.unit, use):
            missing.append(Missing("service_per_product", "missing-service-per-product"))
            return None
        life = Amount(years * cycles, use.cycle_unit)
        service, inputs = convert(life, product.service.unit), ("product:lifetime", "product:cycles")
    elif not same_dimension(product.service.unit, per_product.unit):
        params = {"service": product.service.unit, "per_product": per_product.unit}
        problems.append(
            Problem("service-dimension", product.key_at("service_per_product"), "service_per_product", params)
        )
        return None
    else:
        service = convert(per_product, product.service.unit)
        _check_life(product, product.service.unit, per_product, problems)
    if service <= 0:
        missing.append(Missing("service_per_product", "missing-service-per-product"))
        return None
    value = product.service.value / service
    present = tuple(i for i in ("product:service", *inputs) if i in ledger)
    ledger.computed("product:products-per-functional-unit", value, None, "service ÷ service per product", present)
    return value


def _counts(unit: str, use: Use) -> bool:
    """Whether a service is counted as `use.cycles` is: in cycles, or in hours of operation."""
    return is_clock(unit) if use.cycle_unit == "h" else same_dimension(unit, "cycle")


def _check_life(product: Product, unit: str, per_product: Amount, problems: list[Problem]) -> None:
    """A service stated in years, cycles or hours of operation has to be the life that the use stage is calculated over.

    `unit`: of the functional unit. Where both are in clock time, the service is operation; without `cycles` in hours a
    year it may be any part of the life, but not more.
    """
    use = product.use
    if use is None or use.lifetime_years is None:
        return
    life, of = Amount(use.lifetime_years, "year"), per_product.unit
    operation = is_clock(unit) and is_clock(of)
    if use.cycles_per_year is not None and (_counts(of, use) if use.cycle_unit == "cycle" else is_clock(unit)):
        life = Amount(use.lifetime_years * use.cycles_per_year, use.cycle_unit)
    elif not same_dimension(of, "year"):
        return
    shown = life.unit if life.unit != "year" or not is_clock(of) else of
    stated, known = convert(per_product, shown), convert(life, shown)
    beyond = stated - known if operation and life.unit == "year" else abs(stated - known)
    if beyond > RECORDED * known:
        params: Params = {"stated": stated, "life": known, "unit": shown}
        code = "service-not-life"
        if is_clock(unit) != is_clock(of) and same_dimension(unit, "year"):
            code, params = "service-of-two-times", {**params, "service": unit, "per_product": of}
        problems.append(Problem(code, product.key_at("service_per_product"), "service_per_product", params))


def leaves(totals: tuple[PartTotal, ...]) -> list[PartTotal]:
    """Parts with a mass of their own in the product: the rows that indicators sum over."""
    return [t for t in totals if t.is_leaf and not t.part.phantom and t.net_kg > 0]
