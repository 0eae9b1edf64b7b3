"""What parts designs into classes beside the marks of their rows: everything else that is no limit on a figure.

Marks are kept as one set over all rows. That is enough where it only counts whether some row is so; it is not where a
row's place counts (in packaging, inside another row that varies, under a meter). There every option is a mark of its
own. Numbers turn an answer without a limit too: a share of exactly nothing, a figure against that of the base period, a
use flow that would fall below zero, an item that takes something off an impact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from ecoprod.background import Background
from ecoprod.foreground import Foreground
from ecoprod.foreground.end_of_life import ROUTES
from ecoprod.foreground.use import times
from ecoprod.impact_categories import CATEGORIES
from ecoprod.indicators.per_piece import pieces_of
from ecoprod.lca.linear import Linear
from ecoprod.product import Part, Product
from ecoprod.readers import SAME_MASS
from ecoprod.screening.changes import changed_rows, is_same_mass, piece_masses
from ecoprod.screening.figures import IMPACTS, PER_MASS, RATES, Figures
from ecoprod.screening.goals import HEADLINE
from ecoprod.screening.rows import Signature
from ecoprod.screening.sums import MASS, Sums
from ecoprod.screening.table import Table, above
from ecoprod.screening.variants import Slot, Variants
from ecoprod.standards.records import Spec
from ecoprod.units import UnitError, convert, same_dimension

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int16]
    Bytes = NDArray[np.uint8]

_CHANGE = 1e-9
"""Percent up to which an improvement is rounding (see `indicators.improvement`)."""


# ---- marks ---------------------------------------------------------------------------------------


def with_places(
    table: Table, product: Product, foreground: Foreground, background: Background, less: frozenset[int],
    names: frozenset[str], wanted: frozenset[str],
) -> Table:  # fmt: skip
    """The table with every mark that a verdict may turn on.

    `less`: slots of which something may lower an impact; `names`: indicators that the specification compares, `wanted`:
    impact categories that it asks for.
    """
    rows = {p.id: p for p in (*product.parts, *product.packaging)}
    pieces = piece_masses(foreground)
    asked = {name.partition("/")[2] for name in names}
    plain = frozenset() if any(asked) else frozenset(m.material_class for m in background.materials)
    found: list[tuple[frozenset[Signature], ...]] = []
    for number, (slot, known) in enumerate(zip(table.slots, table.signatures, strict=True)):
        placed = number in less or _counts_by_place(number, table, rows)
        marks = []
        for k, (option, signatures) in enumerate(zip(slot.options, known, strict=True)):
            changed = changed_rows([(slot, option)], (), rows, pieces, background)
            mine = {_stated(changed.get(name, rows[name]), background) for name in slot.parts}
            mine |= {("option", number, k)} if placed else set()
            marks.append(_asked_for(signatures, wanted, plain) | mine)
        found.append(tuple(marks))
    return replace(table, signatures=tuple(found))


def _asked_for(
    signatures: frozenset[Signature], wanted: frozenset[str], plain: frozenset[str]
) -> frozenset[Signature]:  # fmt: skip
    """Without what nobody asks for: gaps of other categories, and classes of materials where they are `plain`."""
    found: set[Signature] = set()
    for signature in signatures:
        if not isinstance(signature, tuple):
            found.add(signature)
        elif signature[:1] != ("not covered",) or signature[1] in wanted:
            found.add(tuple("" if isinstance(s, str) and s in plain else s for s in signature))
    return frozenset(found)


def _stated(part: Part, background: Background) -> Signature:
    """What a row claims beyond the scenario, with its documents, and whether its data stand in for others."""
    named = background.material(part.material or "")
    return (
        "stated", ROUTES.get((part.end_of_life or "").strip().casefold()), bool(part.recycled_content),
        part.recycled_content == 1.0, part.evidence, any(m.stand_in is not None for m in named),
    )  # fmt: skip


def _counts_by_place(number: int, table: Table, rows: Mapping[str, Part]) -> bool:
    """Whether it counts which row of the product an option of a slot changes, and not only that one is so."""
    slot = table.slots[number]
    if len(slot.options) == 1:
        return False
    mine = {name for part in slot.parts for name in above(part, rows)}
    chain = [rows[name] for name in mine]
    if any(p.table == "packaging" or p.role not in (None, "contained") for p in chain):
        return True
    if any(rows[n].made == "in_house" for n in slot.parts) and any("process" in o.columns for o in slot.options):
        return True
    # what no data stand behind: whether it holds something hazardous, or is a spare part
    if any(isinstance(s, tuple) and len(s) == 2 and s[1] is False for one in table.signatures[number] for s in one):
        return True
    others = [s for n, s in enumerate(table.slots) if n != number]
    return any(set(s.parts) & mine or _inside(s, slot, rows) for s in others)


def _inside(inner: Slot, outer: Slot, rows: Mapping[str, Part]) -> bool:
    return any(name in outer.parts for part in inner.parts for name in above(part, rows))


def categories_asked(names: Iterable[str], spec: Spec, product: Product) -> frozenset[str]:
    """Impact categories that a verdict may rest on; `names`: indicators that the specification compares."""
    base = product.base_period.values if product.base_period is not None else {}
    asked = frozenset((*names, *base))
    found = {n.partition(":")[2] for n in asked if n.startswith("impact")}
    if asked & {"carbon-footprint-per-kwh", "lca:coverage"}:
        found.add("climate-change")
    if "lca:categories" in asked:
        found |= set(spec.lca_focus or ("climate-change",))
    return frozenset(found)


# ---- numbers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turns:
    """Numbers of a design that turn a verdict without a limit: zeros, raw values, a saving, the base period, documents.

    `zeros`: parameter and the value at which something is not there at all. `raw`: parameters whose every value is a
    class of its own. `base`: indicator, its figure in the base period, and what turns ours into it (None: only an
    assessment knows). `shares`: those of the mass that are asked for: at 0 and 100 % the masses need no document.
    """

    zeros: tuple[tuple[int, float], ...]
    raw: tuple[int, ...]
    base: tuple[tuple[str, float, float | None], ...]
    shares: tuple[str, ...]
    sums: Sums
    product: Product

    def of(self, values: Floats, figures: Figures) -> list[Bytes]:
        """Designs × bytes, one array a kind of turn."""
        found = [(values[:, n] == at).astype(np.uint8)[:, None] for n, at in self.zeros]
        if self.raw:
            found.append(np.ascontiguousarray(values[:, self.raw]).view(np.uint8))
        for name, before, factor in self.base:
            for bound in figures.bounds[name]:
                if factor is None:
                    found.append(np.ascontiguousarray(bound)[:, None].view(np.uint8))
                    continue
                change = 100 * (bound * factor - before) / abs(before)
                found.append(((change > _CHANGE) + 2 * (change < -_CHANGE)).astype(np.uint8)[:, None])
        for name in self.shares:
            low, high = figures.bounds[name]
            found.append(((low == high) & (np.isclose(low, 0) | np.isclose(low, 100))).astype(np.uint8)[:, None])
        found += self._documents(values, figures.mass)
        saving = self._left(values, figures.mass)
        return found if saving is None else [*found, (saving < 0).astype(np.uint8)[:, None]]

    def _documents(self, values: Floats, mass: Floats) -> Iterator[Bytes]:
        """Whether parameters differ from the files, and the mass from that of the product as it is.

        Either takes documents away (see `changes.designed`).
        """
        product, variants = self.product, self.sums.variants
        if product.evidence and variants.parameters:
            yield (values != np.array([p.base for p in variants.parameters])).any(axis=1).astype(np.uint8)[:, None]
        of_use = product.use.evidence if variants.saving is not None and product.use is not None else ()
        if product.mass_evidence or of_use:
            before = float(self.sums.base[self.sums.scalar][MASS])
            yield is_same_mass(before, mass).astype(np.uint8)[:, None]

    def _left(self, values: Floats, mass: Floats) -> Floats | None:
        """What remains of the use flow that follows the mass (see `changes.with_saving`)."""
        variants, use = self.sums.variants, self.product.use
        saving = variants.saving
        if saving is None or use is None:
            return None
        flow = next(f for f in use.flows if f.id == saving.flow)
        amount = np.full(len(values), flow.amount.value if flow.amount is not None else 0.0)
        for n, parameter in enumerate(variants.parameters):
            if parameter.of == "flow" and parameter.target == saving.flow:
                amount = values[:, n]
        heavier = mass - self.sums.base[self.sums.scalar][0]
        left: Floats = amount + heavier * saving.per_kg / (times(flow.per, use) or 1.0)
        return left


def turns_of(
    sums: Sums, product: Product, linear: Linear, factors: Mapping[str, float], less: frozenset[int],
    names: frozenset[str], *, apart: bool,
) -> Turns:  # fmt: skip
    """What turns a verdict of the designs of a product; `less`: slots of which something may lower an impact.

    `names`: indicators that the specification compares. `apart`: whether impacts lie between two shares of the site,
    which only an assessment knows.
    """
    variants = sums.variants
    shares = [n for n, p in enumerate(variants.parameters) if p.of == "part" and p.column == "recycled_content"]
    outside = [n for n, p in enumerate(variants.parameters) if p.of in ("flow", "distribution")]
    zeros = [*((n, 0.0) for n in (*outside, *shares)), *((n, 1.0) for n in shares)]
    raw = [*(n for slot in sorted(less) for n in sums.table.of_slot[slot]), *(outside if less else ())]
    units = dict.fromkeys((*RATES, "lca:linked-mass-share", "lca:cut-off-mass-share"), "%") | {"mass": "kg"}
    for impact in linear.impacts:
        if impact.method == HEADLINE:
            units |= {f"{p}:{impact.category.id}": impact.category.unit for p in IMPACTS}
    units["carbon-footprint-per-kwh"] = "kg CO2-Eq/kWh"
    base: list[tuple[str, float, float | None]] = []
    before_of = product.base_period.values if product.base_period is not None else {}
    for name, amount in before_of.items():
        if name in PER_MASS or (apart and name in units and name.startswith(("impact", "carbon-footprint"))):
            base.append((name, 1.0, None))
        elif name in units:
            try:
                before = convert(amount, units[name])
            except UnitError:
                continue
            if before:
                base.append((name, before, factors.get(name, 1.0)))
    return Turns(
        tuple(zeros), tuple(dict.fromkeys(raw)), tuple(base), tuple(sorted(names & RATES.keys())), sums, product
    )


def factors_of(product: Product, foreground: Foreground) -> dict[str, float]:
    """What turns our figures, per product unit, into those of an assessment; 1 where it is not named.

    A product unit that is no number of pieces has none of one piece; a base period then compares the product unit.
    """
    pieces = pieces_of(product) or 1.0
    per_service = foreground.products_per_functional_unit or 1.0
    found = {"mass": 1 / pieces}
    for category in CATEGORIES:
        found |= {f"impact:{category}": 1 / pieces, f"impact-per-functional-unit:{category}": per_service}
    if product.service is not None and same_dimension(product.service.unit, "kWh"):
        found["carbon-footprint-per-kwh"] = per_service / (convert(product.service, "kWh") or 1.0)
    return found


_OF_ROWS = ("energy-per", "water-per", "waste-per", "water-mass-per", "impact", "carbon-footprint")


def shared_unlike(foreground: Foreground) -> bool:
    """Whether a key of the site data is not the output, so that figures lie between two shares."""
    return any(not isclose(ratio, 1.0, rel_tol=_CHANGE) for ratio in foreground.output_over_key.values())


def keyed_by_mass(product: Product, names: Iterable[str]) -> bool:
    """Whether figures of the site that are asked for lie between two shares, of which one follows the declared mass.

    That is where an allocation key in mass stands beside an output in pieces (see `foreground.site`).
    """
    base = product.base_period.values if product.base_period is not None else {}
    output = product.reporting_period.output if product.reporting_period is not None else None
    by_mass = [row.key_product for row in product.processes if row.allocation == "mass" and row.kind != "co-product"]
    unlike = output is not None and any(key and not same_dimension(output.unit, key.unit) for key in by_mass)
    return unlike and any(name.startswith(_OF_ROWS) for name in (*names, *base))


def lowering(
    table: Table, foreground: Foreground, linear: Linear, variants: Variants, product: Product, shown: Sequence[int]
) -> frozenset[int]:  # fmt: skip
    """Slots whose rows may take something off an impact, alone or in one item with others that do.

    `shown`: the impacts that the specification asks for. Whether an item lowers one turns on its sign alone; that
    cannot turn where nothing is negative at all.
    """
    used = {d.dataset for item in foreground.items for d in item.demands}
    names = sorted(used | set(table.datasets))
    rows = linear.of_datasets(names)[:, list(shown)]
    negative = {name for name, row in zip(names, rows, strict=True) if (row < 0).any()}
    if not negative:
        return frozenset()
    concerned = [k for k, name in enumerate(table.datasets) if name in negative]
    rows_of = {p.id: p for p in product.parts}
    spares = {s.part for s in product.use.replacements} if product.use is not None else set()
    found = {c.slot for c, amounts in zip(table.columns, table.amounts, strict=False) if amounts[concerned].any()}
    found |= {n for n, slot in enumerate(table.slots) if any(spares & set(above(part, rows_of)) for part in slot.parts)}
    moves = any(p.of in ("distribution", "flow") for p in variants.parameters)
    return frozenset(found) if found or not moves else frozenset(range(len(table.slots)))


def closing(sums: Sums, foreground: Foreground, mass: Floats) -> NDArray[np.bool_]:
    """Whether the masses of a design close as those of the product do, so that its sums hold.

    A gap that no row lists stays as heavy as it is. Beside heavier parts it may fall below what is let pass, and is
    then no row any more; gaps within assemblies are followed by nobody.
    """
    from ecoprod.foreground.rollup import RECORDED

    gaps = [t for t in foreground.parts if t.unaccounted]
    if not gaps:
        return np.ones(len(mass), dtype=bool)
    if [t.part.id for t in gaps] != ["product/unaccounted"]:
        return np.zeros(len(mass), dtype=bool)
    closes: NDArray[np.bool_] = gaps[0].net_kg > RECORDED * mass * (1 + _CHANGE)
    return closes


def unit_marks(mass_kg: Floats, product: Product) -> list[Bytes]:
    """Whether a design has the mass that the product unit is, where this is a mass: it is refused else."""
    unit = product.product_unit
    if unit is None or not same_dimension(unit.unit, "kg"):
        return []
    wanted = convert(unit, "kg")
    return [(np.abs(mass_kg - wanted) <= SAME_MASS * wanted).astype(np.uint8)[:, None]]


def rows_as_bytes(choices: Numbers, values: Floats, alone: NDArray[np.bool_]) -> Bytes:
    """Every choice and value of the designs that are judged one by one, nothing of the others."""
    every: Sequence[Bytes] = (
        np.ascontiguousarray(choices).view(np.uint8), np.ascontiguousarray(values).view(np.uint8),
    )  # fmt: skip
    return np.hstack(every) * alone[:, None].astype(np.uint8)
