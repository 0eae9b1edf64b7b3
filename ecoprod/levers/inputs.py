"""Every number of a product that a screening can vary, each turned by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecoprod.background import Background
from ecoprod.corridor import Case
from ecoprod.errors import At, Problem
from ecoprod.foreground import Foreground, build_foreground
from ecoprod.lca.linear import Linear
from ecoprod.product import Part, Product
from ecoprod.screening.changes import with_rest
from ecoprod.screening.sums import Sums, prepare
from ecoprod.screening.table import tabulate
from ecoprod.screening.variants import Parameter, Saving, Variants
from ecoprod.trace import Ledger


@dataclass(frozen=True, slots=True)
class Inputs:
    """`sums`: of the product, with one parameter turned at a time (all others as they are).

    `whole`: inputs that change more than one stage, each value of which makes a product of its own.
    """

    sums: Sums
    whole: tuple[Parameter, ...]

    @property
    def variants(self) -> Variants:
        """The parameters that are turned."""
        return self.sums.variants


def inputs_of(case: Case, foreground: Foreground, linear: Linear, saving: Saving | None = None) -> Inputs:
    """All that can be turned. `saving`: a use flow follows the mass of the product, whatever part it is turned in.

    Raises InputError where the use flow of the saving is nothing.
    """
    product, background = case.product, case.background
    turned = tuple(_turnable(product, foreground, background))
    every = Variants((), turned, (), "list", (), 0, 1, product.file, "", saving)
    table = tabulate(product, foreground, background, every, apart=True)
    whole = tuple(p for p in _whole(product) if _varies(p, case))
    return Inputs(prepare(product, foreground, table, linear, every), whole)


def _turnable(product: Product, foreground: Foreground, background: Background) -> Iterator[Parameter]:
    """Parts and packaging, amounts of use flows, distances: whatever the files state a number for."""
    rows = (*product.parts, *product.packaging)
    parents, fixed = {p.parent for p in rows}, _fixed_content(foreground, background)
    for part in rows:
        yield from _of_part(part, leaf=part.id not in parents, fixed=part.id in fixed)
    for flow in product.use.flows if product.use else ():
        if flow.amount is not None and flow.amount.value:
            name, value = f"use.flows[{flow.id}].amount", flow.amount.value
            yield Parameter(name, flow.at, name, "flow", flow.id, "amount", flow.amount.unit, value, 0.0, 2 * value)
    for number, leg in enumerate(product.distribution):
        if leg.distance_km:
            name, at, km = f"distribution[{number}].distance", At(product.file, None, "distribution"), leg.distance_km
            yield Parameter(name, at, name, "distribution", str(number), "", "km", km, km, 2 * km)


def _of_part(part: Part, *, leaf: bool, fixed: bool) -> Iterator[Parameter]:
    """The numbers of a row. They are turned between two values, which ones is of no matter: the sums are linear."""
    if leaf and not part.phantom and part.mass_kg:
        yield _parameter(part, "mass", "kg", part.mass_kg, (part.mass_kg, 2 * part.mass_kg))
    if part.quantity and not part.as_required:
        yield _parameter(part, "quantity", None, part.quantity, (part.quantity, 2 * part.quantity))
    share = part.yield_fraction or 1.0
    yield _parameter(part, "yield", None, share, (share / 2, share), stated=part.yield_fraction is not None)
    if leaf and not part.phantom and not fixed:
        whole = part.recycled_pre is None and part.recycled_post is None
        stated = part.recycled_content is not None and whole
        yield _parameter(part, "recycled_content", None, part.recycled_content or 0.0, (0.0, 1.0), stated=stated)


def _parameter(
    part: Part, column: str, unit: str | None, value: float, ends: tuple[float, float], *, stated: bool = True
) -> Parameter:  # fmt: skip
    name = f"{part.table}[{part.id}].{column}"
    at = part.at_column(column)
    return Parameter(name, at, name, "part", part.id, column, unit, value, *ends, stated=stated)


def _fixed_content(foreground: Foreground, background: Background) -> frozenset[str]:
    """Parts whose dataset has a recycled share of its own: a content beside it is refused."""
    return frozenset(
        item.part
        for item in foreground.items
        if item.part is not None and item.id.endswith("/production") and item.demands
        and background.datasets[item.demands[0].dataset].recycled_share
    )  # fmt: skip


def _whole(product: Product) -> Iterator[Parameter]:
    """Lifetime, cycles and collection."""
    use, end, at = product.use, product.end_of_life, At(product.file)
    if use is not None and use.lifetime_years:
        yield Parameter("use.lifetime", at, "use.lifetime", "lifetime", "", "", "year", use.lifetime_years)
    if use is not None and use.cycles_per_year:
        yield Parameter("use.cycles", at, "use.cycles", "cycles", "", "", "cycle/year", use.cycles_per_year)
    if end is not None and end.collection:
        name = "end_of_life.collection"
        yield Parameter(name, at, name, "collection", "", "", None, end.collection)


def _varies(parameter: Parameter, case: Case) -> bool:
    """Whether it may differ at all: a service per product that states the life leaves no other lifetime."""
    problems: list[Problem] = []
    value = parameter.base / 2
    build_foreground(with_rest(case.product, [(parameter, value)]), case.background, Ledger(), problems)
    return not problems
