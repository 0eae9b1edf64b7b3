"""The tree of parts rolled up: pieces, net and gross masses per product unit, and whether the masses close.

Closure (formats.md): a difference up to 0.5 % of the parent is let pass, up to 2 % it is recorded; above,
an excess is an error and a shortfall becomes an `unaccounted` row of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ecoprod.background import Material
from ecoprod.errors import At, Params, Problem
from ecoprod.foreground.linking import Link, Linker
from ecoprod.foreground.records import Choice, PartTotal
from ecoprod.measure import Missing
from ecoprod.product import Part, Product

LET_PASS = 0.005
RECORDED = 0.02
_ALTERNATES = 1e-6


@dataclass(frozen=True, slots=True)
class Node:
    """A part with its children, and what stands behind it."""

    part: Part
    children: tuple[Node, ...]
    link: Link
    mass_kg: float | None
    mass_inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """What a row inherits on the way down: pieces, loss factor, ledger ids, alternate, and whether it stays inside.

    `whole`: pieces in a product in which the alternates on the way stand.
    """

    count: float = 1.0
    whole: float = 1.0
    losses: float = 1.0
    inputs: tuple[str, ...] = ()
    choice: Choice | None = None
    contained: bool = True


def _share(part: Part) -> float:
    """In how many of the products a row stands, of those in which its parent does."""
    return part.share if part.alternate_group and part.share is not None else 1.0


def _choice(part: Part, above: Choice | None) -> Choice | None:
    share = part.share if part.alternate_group and part.share is not None else None
    if share is None:
        return above
    if above is not None:
        return replace(above, share=above.share * share)
    return Choice(f"{part.parent or ''}/{part.alternate_group}", part.id, share)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Totals in the order of the file; `trees`: the roots, for whoever needs the nesting."""

    totals: tuple[PartTotal, ...]
    links: dict[str, Link]
    contained_kg: float
    missing: tuple[Missing, ...]


def roll_up(parts: Sequence[Part], product: Product, linker: Linker, *, closes_to: float | None, where: At) -> RolledUp:
    """Roll a table of parts up; `closes_to` is the declared mass its roots must sum to (None: no such mass)."""
    roller = _Roller(product, linker)
    children: dict[str | None, list[Part]] = {}
    known = {p.id for p in parts}
    for part in parts:
        children.setdefault(part.parent if part.parent in known else None, []).append(part)
    roots = [roller.node(p, children, frozenset()) for p in children.get(None, [])]
    roller.alternates(parts)
    for node in roots:
        roller.walk(node, Above())
    contained = sum(total.net_kg for total in roller.totals.values() if total.is_leaf)
    if closes_to is not None and roots:
        extra = roller.close("product", closes_to, contained, where, roots[0].part)
        if extra:
            roller.totals[extra.part.id] = extra
            contained += extra.net_kg
    order = {p.id: i for i, p in enumerate(parts)}
    totals = sorted(roller.totals.values(), key=lambda t: order.get(t.part.id, len(order)))
    return RolledUp(tuple(totals), roller.links, contained, tuple(roller.missing))


class _Roller:
    """Carries the collections of one roll-up down the tree."""

    def __init__(self, product: Product, linker: Linker) -> None:
        self.product = product
        self.linker = linker
        self.ledger = linker.ledger
        self.problems = linker.problems
        self.totals: dict[str, PartTotal] = {}
        self.links: dict[str, Link] = {}
        self.missing: list[Missing] = []

    def node(self, part: Part, children: dict[str | None, list[Part]], above: frozenset[str]) -> Node:
        """A part with its children; the reader has refused cycles, a repeated id ends the descent here too."""
        below = [] if part.id in above else children.get(part.id, [])
        nodes = tuple(self.node(child, children, above | {part.id}) for child in below)
        if nodes:
            for column in ("dataset", "material"):
                if getattr(part, column) and not part.phantom:
                    params: Params = {"id": part.id, "column": column}
                    self.problems.append(Problem("part-children-and-data", part.at_column(column), column, params))
            link = Link(None, None)
        else:
            link = self.linker.part(part)
        self.links[part.id] = link
        mass, inputs = self.own_mass(part, link.material, has_children=bool(nodes))
        return Node(part, nodes, link, mass, inputs)

    def own_mass(
        self, part: Part, material: Material | None, *, has_children: bool
    ) -> tuple[float | None, tuple[str, ...]]:
        """Mass of one piece in kg: as written, else from a measure by a stated property of the material."""
        coating = sum(per_area * area for _, per_area, area in part.coatings)
        if part.mass_kg is not None:
            if coating > part.mass_kg:
                params: Params = {"id": part.id, "coating": coating, "mass": part.mass_kg}
                self.problems.append(Problem("coating-above-mass", part.at_column("coating"), "coating", params))
            return part.mass_kg, (f"{part.key}/mass",)
        if part.measure is None or has_children or part.role == "service":
            return None, ()
        if material:
            found = self.linker.through_mass(part.measure, material, "kg")
            if found:
                entry = self.ledger.computed(
                    f"{part.key}/mass",
                    found[0] + coating,
                    "kg",
                    "mass_from_measure",
                    (f"{part.key}/measure", *found[1]),
                )
                return found[0] + coating, (entry,)
        params = {"id": part.id, "unit": part.measure.unit, "material": part.material or "—"}
        self.problems.append(Problem("measure-without-property", part.at_column("material"), "material", params))
        return None, ()

    def alternates(self, parts: Sequence[Part]) -> None:
        """Shares of an alternate group sum to one; a group that the readers told of is not told of again."""
        told = {p.params.get("group") for p in self.problems if p.code.startswith("alternates-")}
        groups: dict[tuple[str | None, str], list[Part]] = {}
        for part in parts:
            if part.alternate_group:
                groups.setdefault((part.parent, part.alternate_group), []).append(part)
        for (_, name), members in groups.items():
            total = sum(m.share or 0.0 for m in members)
            if name not in told and (any(m.share is None for m in members) or abs(total - 1) > _ALTERNATES):
                at = members[0].at_column("share")
                self.problems.append(Problem("alternate-shares", at, "share", {"group": name, "sum": total}))

    def walk(self, node: Node, above: Above) -> tuple[float, float, float]:
        """Write the totals of a node and all below it; returns its mass in the product, at all, and in whole [kg]."""
        part = node.part
        count, count_entry = self._count(part, above.count, above.inputs)
        pieces = 1.0 if part.as_required or part.quantity is None else part.quantity
        here = Above(
            count, above.whole * pieces, above.losses / (part.yield_fraction or 1.0), (count_entry,),
            _choice(part, above.choice),
            contained=above.contained and part.role in (None, "contained"),
        )  # fmt: skip
        if node.children:
            net, mass, whole = self._children(node, here)
        else:
            mass = (node.mass_kg or 0.0) * count
            net = mass if here.contained else 0.0
            whole = (node.mass_kg or 0.0) * here.whole if here.contained else 0.0
            if part.phantom:
                self.problems.append(Problem("phantom-leaf", part.at_column("phantom"), "phantom", {"id": part.id}))
            if node.mass_kg is None and part.role != "service":
                self.missing.append(Missing(f"bom[{part.id}].mass", "missing-mass", {"id": part.id}))
            inputs = (count_entry, *node.mass_inputs, *self._yield_entry(part))
            self.ledger.computed(f"{part.key}/gross-mass", mass * here.losses, "kg", "gross_mass", inputs)
        self._total(node, here, net, mass, whole)
        return net, mass, whole

    def _children(self, node: Node, here: Above) -> tuple[float, float, float]:
        """Masses of a parent: what its children sum to, closed against its own mass where it has one."""
        part = node.part
        found = [self.walk(child, here) for child in node.children]
        net, mass = sum(n for n, _, _ in found), sum(m for _, m, _ in found)
        whole = sum(w * _share(c.part) for c, (_, _, w) in zip(node.children, found, strict=True))
        if here.contained and not part.phantom and node.mass_kg is not None:
            extra = self.close(part.id, node.mass_kg * here.count, net, part.at_column("mass"), part)
            if extra:
                lacking = extra.net_kg * here.whole / here.count
                self.totals[extra.part.id] = replace(extra, choice=here.choice, whole_kg=lacking)
                net, mass, whole = net + extra.net_kg, mass + extra.net_kg, whole + lacking
        return net, mass, whole

    def _count(self, part: Part, parent: float, inputs: tuple[str, ...]) -> tuple[float, str]:
        key = part.key
        own = [f"{key}/quantity"] if f"{key}/quantity" in self.ledger else []
        if part.as_required:
            quantity = 1.0
        elif part.quantity is None:
            quantity = 1.0
            own = [self.ledger.assumed(f"{key}/quantity", 1.0, None, "assumed-quantity", f"{part.at}")]
        else:
            quantity = part.quantity
        share = _share(part)
        if share != 1.0:
            own.append(f"{key}/share")
        total = parent * quantity * share
        return total, self.ledger.computed(f"{key}/count", total, "unit", "count", (*inputs, *own))

    def _yield_entry(self, part: Part) -> tuple[str, ...]:
        return (f"{part.key}/yield",) if f"{part.key}/yield" in self.ledger else ()

    def _total(self, node: Node, here: Above, net: float, mass: float, whole: float) -> None:
        material = node.link.material
        self.totals[node.part.id] = PartTotal(
            node.part, here.count, net, mass * here.losses, material.id if material else None,
            material.material_class if material else None, not node.children, here.losses, here.choice,
            dataset_id=node.link.dataset.id if node.link.dataset else None, factor=node.link.factor,
            whole_kg=whole,
        )  # fmt: skip

    def close(self, name: str, declared: float, found: float, at: At, like: Part) -> PartTotal | None:
        """Compare a declared mass with the sum of what it holds; a shortfall beyond 2 % comes back as a row."""
        difference = found - declared
        relative = abs(difference) / declared if declared else 0.0
        if relative <= LET_PASS:
            return None
        shown = "@report-the-product" if name == "product" else name
        params: Params = {"id": shown, "declared": declared, "found": found, "percent": 100 * relative}
        if relative <= RECORDED:
            self.ledger.assumed(
                f"closure:{like.table}:{name}", difference, "kg", "mass-difference-recorded",
                f"{at}: {declared:.6g} kg / {found:.6g} kg",
            )  # fmt: skip
            return None
        if difference > 0:
            self.problems.append(Problem("masses-above-parent", at, "mass", params))
            return None
        short = -difference
        self.missing.append(Missing(f"bom[{name}]", "missing-unaccounted-mass", params))
        row = replace(
            like, id=f"{name}/unaccounted", at=at, name="unaccounted", parent=None, mass_kg=short, quantity=1.0,
            material=None, dataset=None, processes=(), substances=None, measure=None, coatings=(), role=None,
            recycled_pre=None, recycled_post=None, end_of_life=None, transport=(), yield_fraction=None,
            alternate_group=None, share=None, phantom=False, made=None, evidence=(),
        )  # fmt: skip
        self.ledger.computed(f"{row.key}/gross-mass", short, "kg", "unaccounted_mass", self._closure_inputs(like, name))
        return PartTotal(row, 1.0, short, short, None, None, is_leaf=True, unaccounted=True, whole_kg=short)

    def _closure_inputs(self, like: Part, name: str) -> tuple[str, ...]:
        own = "product:mass" if name == "product" else f"{like.table}:{name}/mass"
        return tuple(i for i in (own,) if i in self.ledger)


def below(name: str, product: Product) -> set[str]:
    """A part and everything under it in the bill of materials."""
    found = frontier = {name}
    while frontier:
        frontier = {p.id for p in product.parts if p.parent in frontier} - found
        found = found | frontier
    return found
