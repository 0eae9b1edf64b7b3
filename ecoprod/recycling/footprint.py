"""The circular footprint of a product: the EU's formula for each part, beside the cut-off result and never added to it.

It speaks of the material that the product contains and of its end of life. Losses of making, processing, coatings,
transport and use are no part of the formula. A part that lacks a figure or a dataset has no value, nor has the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecoprod.background import Background, Dataset
from ecoprod.circularity import CircularImpacts, CircularShares, circular_footprint
from ecoprod.foreground import Foreground, PartTotal, collected_share, leaves
from ecoprod.indicators.circular import content_bounds, route_bounds
from ecoprod.measure import Missing
from ecoprod.product import Product
from ecoprod.recycling.footprint_file import BY_ENERGY, FROM_SCENARIO, OF_ENERGY, FootprintFile, Recipe
from ecoprod.recycling.records import Footprint, FootprintCategory, FootprintPart
from ecoprod.trace import Ledger
from ecoprod.units import conversion, same_dimension

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METHOD = "EF v3.1"
TERMS = {
    "virgin": ("virgin", "material"), "virgin_replaced": ("virgin_replaced", "material"),
    "recycled_in": ("secondary", "material"), "recycled_at_end": ("recycling", "material"),
    "energy_recovery": ("energy_recovery", "energy"), "heat_per_mj": ("heat", "energy"),
    "electricity_per_mj": ("electricity", "energy"), "disposal": ("disposal", "disposal"),
}  # fmt: skip
"""Impacts of the formula, each with the key of its dataset in the file and the part of the formula it stands in."""
BLOCKS = ("material", "energy", "disposal")


@dataclass(frozen=True, slots=True)
class _Use:
    """An amount of a dataset, in its unit, and the part of the formula that asks for it."""

    dataset: str
    amount: float
    block: str


@dataclass(frozen=True, slots=True)
class _Part:
    total: PartTotal
    shares: CircularShares | None
    uses: tuple[_Use, ...]
    missing: tuple[Missing, ...]
    inputs: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def circular_footprint_of(
    file: FootprintFile, product: Product, foreground: Foreground, background: Background, ledger: Ledger,
    notify: Callable[[str], None],
) -> Footprint:  # fmt: skip
    """The formula for every contained part and EF v3.1 category, per product unit."""
    reading = _Reading(file, product, foreground, background, ledger)
    parts = [reading.part(total) for total in leaves(foreground.parts)]
    assumed = _assumptions(parts, ledger)
    shown = tuple(_shown(one, assumed, ledger) for one in parts)
    missing = tuple(dict.fromkeys((m.field, m.code, tuple(m.params.items())) for one in parts for m in one.missing))
    return Footprint(
        file.path, file.sha256, METHOD, shown, _categories(parts, shown, background, ledger, notify),
        tuple(Missing(field, code, dict(params)) for field, code, params in missing),
    )  # fmt: skip


def _assumptions(parts: Sequence[_Part], ledger: Ledger) -> dict[str, str]:
    """One entry for each assumption, which names the parts: code -> ledger id."""
    found = {}
    for code in sorted({code for one in parts for code in one.assumed}):
        ids = sorted(one.total.part.id for one in parts if code in one.assumed)
        entry = f"cff:{code.removeprefix('assumed-')}"
        found[code] = ledger.assumed(entry, len(ids), None, code, ", ".join(ids))
    return found


def _shown(one: _Part, assumed: Mapping[str, str], ledger: Ledger) -> FootprintPart:
    part, mass = one.total.part, one.total.net_kg
    inputs = (*one.inputs, *(assumed[code] for code in one.assumed))
    trace = ledger.computed(
        f"{part.key}/circular-footprint", None if one.missing else mass, "kg", "mass under the formula", inputs
    )
    return FootprintPart(part.id, part.name, mass, one.shares, one.missing, trace)


class _Reading:
    """What the file, the bill and the scenario say of each part; what they lack is named."""

    def __init__(
        self, file: FootprintFile, product: Product, foreground: Foreground, background: Background, ledger: Ledger
    ) -> None:
        self.file = file
        self.product = product
        self.scenario = foreground.scenario
        self.datasets = background.datasets
        self.ledger = ledger

    def part(self, total: PartTotal) -> _Part:
        part = total.part
        recipe = None if total.unaccounted else self.file.of(part.id, total.material_class)
        if recipe is None:
            field = f"bom[{part.id}]" if total.unaccounted else f"{self.file.path} materials"
            params = {"id": part.id, "class": total.material_class or "*"}
            return _Part(total, None, (), (Missing(field, "missing-footprint-recipe", params),), ())
        missing: list[Missing] = []
        names = (f"{part.key}/gross-mass", f"{part.key}/recycled_content", *recipe.entries)
        inputs = [name for name in names if name in self.ledger]
        shares = self._shares(total, recipe, missing, inputs)
        assumed: list[str] = []
        uses = () if shares is None else self._uses(total, recipe, shares, missing, assumed)
        return _Part(total, shares, uses, tuple(missing), tuple(dict.fromkeys(inputs)), tuple(assumed))

    def _shares(
        self, total: PartTotal, recipe: Recipe, missing: list[Missing], inputs: list[str]
    ) -> CircularShares | None:
        part, figures = total.part, dict(recipe.figures)
        content = content_bounds(total, "all")
        if content[0] != content[1]:
            missing.append(Missing("bom.recycled_content", "missing-recycled-content", {"ids": part.id}))
        if any(figures[key] is None for key in FROM_SCENARIO):
            figures |= self._routes(total, figures, missing, inputs)
        burned = figures["energy_at_end"]
        for key in OF_ENERGY:
            if not burned:
                figures[key] = 0.0  # nothing is burned: the formula multiplies them by nothing
            elif figures.get(key) is None:
                missing.append(self._lacks(part.id, recipe, key))
        ends = sum(figures[key] or 0.0 for key in FROM_SCENARIO)
        if not missing and ends > 1 + 1e-9:
            field = f"{self.file.path} {recipe.name}.recycled_at_end"
            missing.append(Missing(field, "missing-footprint-ends", {"id": part.id, "percent": 100 * ends}))
        if missing:
            return None
        known = {key: value for key, value in figures.items() if value is not None}
        return CircularShares(
            allocation=known["allocation"], recycled_content=content[0], recycled_at_end=known["recycled_at_end"],
            energy_at_end=known["energy_at_end"], quality_in=known["quality_in"], quality_out=known["quality_out"],
            energy_allocation=known["energy_allocation"], heating_value_mj_per_kg=known["heating_value"],
            heat_efficiency=known["heat_efficiency"], electricity_efficiency=known["electricity_efficiency"],
        )  # fmt: skip

    def _routes(
        self, total: PartTotal, figures: Mapping[str, float | None], missing: list[Missing], inputs: list[str]
    ) -> dict[str, float | None]:
        """R2 and R3 that the file leaves to the scenario: what its routes give back of all that is sold."""
        part, routes = total.part, route_bounds(total, self.scenario)
        if routes is None or routes["recycling"][0] != routes["recycling"][1]:
            missing.append(Missing("bom.end_of_life", "missing-route-rate", {"ids": part.id}))
            return {}
        if routes["reuse"][1] > 0:
            missing.append(Missing(f"bom[{part.id}].end_of_life", "missing-footprint-reuse", {"id": part.id}))
        collected, entry = collected_share(self.product, self.ledger)
        found: dict[str, float | None] = {}
        for key, way in zip(FROM_SCENARIO, ("recycling", "energy_recovery"), strict=True):
            if figures[key] is None:
                found[key] = collected * routes[way][0]
                names = (f"{part.key}/end_of_life", f"scenario:{self.scenario.id}" if self.scenario else "", entry)
                used = [name for name in names if name in self.ledger]
                inputs.append(
                    self.ledger.computed(
                        f"{part.key}/cff-{key}", found[key], None, "share of routes × collection", used
                    )
                )
        return found

    def _uses(
        self, total: PartTotal, recipe: Recipe, shares: CircularShares, missing: list[Missing], assumed: list[str]
    ) -> tuple[_Use, ...]:
        """Amounts of datasets that the formula asks for, per product unit; those it multiplies by nothing are none."""
        found = []
        own = self.datasets.get(total.dataset_id or "")
        for term, weight in _weights(shares).items():
            if weight == 0:
                continue
            key, block = TERMS[term]
            dataset, per_unit = self._dataset(key, recipe, own, total)
            if dataset is None or per_unit is None:
                missing.append(self._lacks(total.part.id, recipe, key))
                continue
            if key == "virgin_replaced" and key not in recipe.datasets:
                assumed.append("assumed-virgin-replaced")
            found.append(_Use(dataset.id, total.net_kg * weight * per_unit, block))
        if total.part.coatings:
            assumed.append("assumed-footprint-coating")
        return tuple(found)

    def _dataset(
        self, key: str, recipe: Recipe, own: Dataset | None, total: PartTotal
    ) -> tuple[Dataset | None, float | None]:
        """The dataset behind a key of the file, and how much of it one kg (or MJ) is.

        Virgin material and recycled feedstock come from the part's own dataset where that is wholly the one or the
        other; of a market mix neither is known.
        """
        named = recipe.datasets.get(key) or (recipe.datasets.get("virgin") if key == "virgin_replaced" else None)
        if named is not None:
            dataset = self.datasets[named]
            return dataset, conversion("MJ" if key in BY_ENERGY else "kg", dataset.unit)
        found = None if own is None else self._of_route(key, own)
        if found is None or own is None:
            return None, None
        if total.factor != 1.0 and found.unit == own.unit:
            return found, total.factor
        return found, conversion("kg", found.unit) if same_dimension(found.unit, "kg") else None

    def _of_route(self, key: str, own: Dataset) -> Dataset | None:
        """The part's own dataset, or its secondary route, as virgin material or recycled feedstock."""
        if key in ("virgin", "virgin_replaced"):
            return own if own.recycled_share == 0 else None
        if key == "secondary" and own.recycled_share == 0:
            return self.datasets.get(own.secondary) if own.secondary else None
        return own if key == "secondary" and own.recycled_share == 1 else None

    def _lacks(self, part: str, recipe: Recipe, key: str) -> Missing:
        params = {"id": part, "file": self.file.path, "key": key}
        return Missing(f"{self.file.path} {recipe.name}.{key}", "missing-footprint-key", params)


def _weights(shares: CircularShares) -> dict[str, float]:
    """How often each impact counts in a kg: the formula itself, asked with one impact at a time."""
    import numpy as np

    one = np.eye(len(TERMS))
    found = circular_footprint(shares, CircularImpacts(**{term: one[k] for k, term in enumerate(TERMS)})).total
    return dict(zip(TERMS, map(float, np.asarray(found)), strict=True))


# ---- impacts -------------------------------------------------------------------------------------


def _categories(
    parts: Sequence[_Part], shown: Sequence[FootprintPart], background: Background, ledger: Ledger,
    notify: Callable[[str], None],
) -> tuple[FootprintCategory, ...]:  # fmt: skip
    import numpy as np

    from ecoprod.lca.engine import coverage_of, reason_of
    from ecoprod.lca.linear import linear

    known = linear(background, (METHOD,), notify)
    names = tuple(dict.fromkeys(use.dataset for one in parts for use in one.uses))
    rows = dict(zip(names, known.of_datasets(names), strict=True))
    size = len(known.impacts)
    by_part, by_block = np.zeros((len(parts), size)), {block: np.zeros(size) for block in BLOCKS}
    rests = np.zeros(known.width)
    for n, one in enumerate(parts):
        for use in one.uses if not one.missing else ():
            by_part[n] += use.amount * rows[use.dataset][:size]
            by_block[use.block] += use.amount * rows[use.dataset][:size]
            rests += abs(use.amount) * rows[use.dataset]
    open_parts = any(one.missing for one in parts) or not parts
    found = []
    for k, impact in sorted(enumerate(known.impacts), key=lambda pair: pair[1].category.id):
        coverage = coverage_of(float(rests[size + k]), float(rests[-1]))
        reason = reason_of(coverage) if names else None
        values = None if reason or not names else tuple(
            None if one.missing else float(by_part[n, k]) for n, one in enumerate(parts)
        )  # fmt: skip
        whole = reason is None and not open_parts
        total = float(by_part[:, k].sum()) if whole else None
        unit = impact.category.unit
        inputs = [one.trace for one in shown] + _intensities(rows, k, impact.id, unit, background, ledger)
        trace = ledger.computed(f"cff:{impact.id}", total, unit, "circular footprint formula", inputs)
        blocks = {block: float(by_block[block][k]) if whole else None for block in BLOCKS}
        why = "footprint-open" if open_parts else reason
        found.append(FootprintCategory(impact.category.id, unit, total, coverage, why, blocks, values, trace))
    return tuple(found)


def _intensities(
    rows: Mapping[str, NDArray[np.float64]], k: int, impact: str, unit: str, background: Background, ledger: Ledger
) -> list[str]:
    """One entry a dataset: what one unit of it scores. The main result has entries of its own, by either engine."""
    return [
        ledger.looked_up(
            f"cff:lci/{name}/{impact}", float(row[k]), f"{unit} / {background.datasets[name].unit}",
            f"{background.origin(name)}: {background.citation(name) or name}",
        )
        for name, row in rows.items()
    ]  # fmt: skip
