"""A design of a product: the rows that its options and parameters change, and the masses that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ecoprod.background import Background, Material
from ecoprod.errors import FormulaError, InputError, Params, Problem
from ecoprod.foreground import Foreground
from ecoprod.foreground.rollup import RECORDED
from ecoprod.foreground.use import times
from ecoprod.lightweighting import mass_ratio
from ecoprod.product import Amount, Leg, Part, Product
from ecoprod.screening.variants import FIELDS, Option, Parameter, Saving, Slot, Variants

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Mass = TypeVar("Mass", float, "NDArray[np.float64]")
_UNCHANGED = 1e-9
"""Share of a mass up to which a difference is rounding: sums of many rows in another order."""


def piece_masses(foreground: Foreground) -> dict[str, float]:
    """Mass of one piece [kg] of every row as it is, by id."""
    return {
        t.part.id: t.gross_kg / t.losses / t.count if t.count and t.losses else 0.0
        for t in (*foreground.parts, *foreground.packaging)
        if not t.unaccounted
    }


def changed_rows(
    slots: Sequence[tuple[Slot, Option]], values: Sequence[tuple[Parameter, float]], rows: Mapping[str, Part],
    pieces: Mapping[str, float], background: Background,
) -> dict[str, Part]:  # fmt: skip
    """The rows that a choice of options and values of parameters change, by id. Raises InputError.

    Options come first, then parameters. The documents of a row do not speak of what an option makes of it: they are
    left out where one of its options names none (of parameters see `designed`).
    """
    found: dict[str, Part] = {}
    problems: list[Problem] = []
    for slot, option in slots:
        for name in slot.parts if option.columns or option.equal else ():
            try:
                found[name] = _with_option(found.get(name, rows[name]), option, pieces[name], background)
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    for name in {n for slot, option in slots if option.undocumented for n in slot.parts}:
        found[name] = replace(found[name], evidence=())
    for parameter, value in values:
        if parameter.of == "part":
            found[parameter.target] = _with_value(found.get(parameter.target, rows[parameter.target]), parameter, value)
    return found


def is_varied(values: Iterable[tuple[Parameter, float]]) -> bool:
    """Whether a parameter has another value than the product's files say.

    Nothing that parameters vary keeps its documents then: they speak of the product as it is.
    """
    return any(value != parameter.base for parameter, value in values)


def _with_option(part: Part, option: Option, piece_kg: float, background: Background) -> Part:
    row = option.row
    # a column that the option leaves empty is empty in the row that its cells were read as
    taken = {field: getattr(row, field) for column in option.columns for field in FIELDS[column]}
    changed = replace(part, at=option.at, **taken)
    if part.mass_kg is None and piece_kg and ("mass" in option.columns or option.equal is not None):
        changed = replace(changed, measure=None)  # it has told the mass so far: another mass is none of that measure
    if option.equal is None:
        return changed
    old, new = (_material(name, option, background) for name in (part.material, changed.material))
    try:
        ratio = mass_ratio(old, new, option.equal.limit, option.equal.member)
    except FormulaError as error:
        raise InputError([_unequal(error, option, part)]) from error
    return replace(changed, mass_kg=piece_kg * ratio)


_PROPERTIES = {
    "density_kg_m3": "@property-density", "youngs_modulus_gpa": "@property-modulus",
    "yield_strength_mpa": "@property-strength", "strength_basis": "@property-strength",
}  # fmt: skip


def _unequal(error: FormulaError, option: Option, part: Part) -> Problem:
    """Why a mass at equal function cannot be told, with the part and the option that ask for it."""
    at = replace(option.at, column=f"{option.at.column}.set.at_equal")
    asked: Params = {"option": option.name, "part": part.id, **error.params}
    if error.code != "formula-no-property":
        return Problem(error.code, at, "at_equal", asked)
    lacking = _PROPERTIES[str(error.params["field"])]
    return Problem("variants-equal-no-property", at, "at_equal", {**asked, "property": lacking})


def _material(name: str | None, option: Option, background: Background) -> Material:
    """The one material of a name; where there is none, the problem that the row itself will have."""
    found = background.material(name or "")
    if len(found) == 1:
        return found[0]
    at = replace(option.at, column="material")
    if found:
        names = ", ".join(sorted(f"{m.name_zh} / {m.name_en} ({m.id})" for m in found))
        raise InputError([Problem("material-ambiguous", at, "material", {"name": name or "—", "candidates": names})])
    near = ", ".join(background.nearest(name or "", "material")) or "—"
    raise InputError([Problem("material-unknown", at, "material", {"name": name or "—", "nearest": near})])


def _with_value(part: Part, parameter: Parameter, value: float) -> Part:
    if parameter.column == "mass":
        return replace(part, mass_kg=value)
    if parameter.column == "recycled_content":
        return replace(part, recycled_content=value, recycled_pre=None, recycled_post=None)
    if parameter.column == "yield":
        return replace(part, yield_fraction=value)
    return replace(part, quantity=value)


# ---- the whole product ---------------------------------------------------------------------------


def designed(
    product: Product, foreground: Foreground, background: Background, variants: Variants, choice: Sequence[int],
    values: Sequence[float],
) -> Product:  # fmt: skip
    """The product of one design: `choice` of an option in each slot, `values` of the parameters. Raises InputError.

    Documents of the product as it is prove nothing of what the design changes: rows, legs and flows that parameters
    vary lose theirs, and so does the mass where another one follows.
    """
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    pieces = piece_masses(foreground)
    given = list(zip(variants.parameters, values, strict=True))
    chosen = [(slot, slot.options[k]) for slot, k in zip(variants.slots, choice, strict=True)]
    changed = changed_rows(chosen, given, rows, pieces, background)
    for parameter in variants.parameters if is_varied(given) else ():
        if parameter.of == "part":
            changed[parameter.target] = replace(changed[parameter.target], evidence=())
    parts, mass, was, now = _closed(product.parts, changed, pieces, product.mass_kg)
    packaging, *_ = _closed(product.packaging, changed, pieces, None)
    weighed = product.mass_evidence if is_same_mass(was, now) else ()
    found = replace(product, parts=parts, packaging=packaging, mass_kg=mass, mass_evidence=weighed)
    return with_saving(with_rest(found, given), variants.saving, was, now)


@overload
def is_same_mass(was: float, now: float) -> bool: ...


@overload
def is_same_mass(was: float, now: NDArray[np.float64]) -> NDArray[np.bool_]: ...


def is_same_mass(was: float, now: Any) -> Any:
    """Whether a design weighs what the product as it is does [kg], but for rounding; for many designs at once too."""
    return abs(now - was) <= _UNCHANGED * was


def with_rest(product: Product, values: Sequence[tuple[Parameter, float]]) -> Product:
    """Parameters that belong to no part."""
    varied = is_varied(values)
    for parameter, value in values:
        use, end = product.use, product.end_of_life
        if varied:  # what a parameter changes keeps no documents
            use, end = use and replace(use, evidence=()), end and replace(end, evidence=())
        if parameter.of == "flow" and use is not None:
            flows = tuple(
                replace(f, amount=Amount(value, parameter.unit or "")) if f.id == parameter.target else f
                for f in use.flows
            )
            product = replace(product, use=replace(use, flows=flows))
        elif parameter.of == "distribution":
            legs = list(product.distribution)
            leg = legs[int(parameter.target)]
            legs[int(parameter.target)] = Leg(leg.mode, value, leg.share, () if varied else leg.evidence)
            product = replace(product, distribution=tuple(legs))
        elif parameter.of == "lifetime" and use is not None:
            product = replace(product, use=replace(use, lifetime_years=value))
        elif parameter.of == "cycles" and use is not None:
            product = replace(product, use=replace(use, cycles_per_year=value))
        elif parameter.of == "collection" and end is not None:
            product = replace(product, end_of_life=replace(end, collection=value))
    return product


def with_saving(product: Product, saving: Saving | None, was_kg: float, now_kg: float) -> Product:
    """The use flow that follows the mass of the product. Raises InputError where it would fall below zero.

    The documents of the use speak of the flow as it is.
    """
    if saving is None or product.use is None:
        return product
    heavier_kg = now_kg - was_kg
    evidence = product.use.evidence if is_same_mass(was_kg, now_kg) else ()
    flows = []
    for flow in product.use.flows:
        if flow.id != saving.flow or flow.amount is None:
            flows.append(flow)
            continue
        amount = flow.amount.value + heavier_kg * saving.per_kg / (times(flow.per, product.use) or 1.0)
        if amount < 0:
            raise InputError([below_zero(saving)])
        flows.append(replace(flow, amount=Amount(amount, flow.amount.unit)))
    return replace(product, use=replace(product.use, flows=tuple(flows), evidence=evidence))


def below_zero(saving: Saving) -> Problem:
    """A design saves more than its use flow takes: the flow is not that of the whole vehicle."""
    return Problem("screen-saving-below-zero", saving.at, "use_saving", {"flow": saving.flow})


def _closed(
    parts: Sequence[Part], changed: Mapping[str, Part], pieces: Mapping[str, float], mass_kg: float | None
) -> tuple[tuple[Part, ...], float | None, float, float]:
    """The rows of a table with the changed ones in place, the product's declared mass, what rows held and hold [kg].

    The declared masses of assemblies and of the product follow what they hold, so that the masses close as before.
    """
    children: dict[str | None, list[str]] = {}
    before = {p.id: p for p in parts}
    after = {p.id: changed.get(p.id, p) for p in parts}
    for part in parts:
        children.setdefault(part.parent if part.parent in before else None, []).append(part.id)
    was, now = (_held(None, rows, children, pieces) for rows in (before, after))
    for name in children:
        declared = after[name].mass_kg if name is not None else None
        if declared is not None and name is not None:
            after[name] = replace(after[name], mass_kg=scaled(declared, was[name], now[name]))
    declared = None if mass_kg is None else scaled(mass_kg, was[None], now[None])
    return tuple(after[p.id] for p in parts), declared, was[None], now[None]


def _held(
    root: str | None, rows: Mapping[str, Part], children: Mapping[str | None, list[str]], pieces: Mapping[str, float]
) -> dict[str | None, float]:
    """The mass [kg] that one piece of every parent holds (None: the product), contained masses alone."""
    found: dict[str | None, float] = {}

    def held(name: str | None) -> float:
        found[name] = sum(_in_parent(rows[child], piece(child)) for child in children[name])
        return found[name]

    def piece(name: str) -> float:
        if name in children:
            return held(name)
        own = rows[name].mass_kg
        return pieces[name] if own is None else own

    if children:
        held(root)
    return found or {root: 0.0}


def _in_parent(part: Part, piece_kg: float) -> float:
    if part.role not in (None, "contained"):
        return 0.0
    share = part.share if part.alternate_group and part.share is not None else 1.0
    return piece_kg * share * (1.0 if part.as_required or part.quantity is None else part.quantity)


def scaled(declared: float, found: float, now: Mass) -> Mass:
    """A declared mass [kg] that follows what its rows hold: `found` as the product is, `now` in a design (or many).

    In proportion, so that masses close as before; what is unaccounted for stays as heavy as it was.
    """
    if not found or (declared - found) > RECORDED * declared:
        return declared + now - found
    return declared * now / found
