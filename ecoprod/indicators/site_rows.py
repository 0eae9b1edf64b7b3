"""What one row of the site data adds to the energy, the water or the solid waste of the period.

A row adds a figure, nothing, or leaves the sum open: what does not say what it is may be what is asked for, and is
never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.background import Background, Dataset
from ecoprod.indicators.waste_names import speaks_of_waste
from ecoprod.product import Amount, ProcessRow
from ecoprod.trace import Ledger
from ecoprod.units import convert, same_dimension

MJ_PER_KGCE = 29.3076
"""Standard coal [MJ/kgce], GB/T 2589."""
ENERGY = frozenset({"electricity", "fuel", "heat"})
WATER = frozenset({"water"})
_OF_A_DATABASE = "imported"
"""Group of datasets of the user's own database: what they are is not known."""
_MAY_BURN = frozenset({"hydrogen", "hydrogen-smr", "methanol", "wood-sawn"})
"""Datasets of the core that are bought as fuel too: only who burns them knows."""
_NO_CARRIER = ("m", "m2", "tkm")
"""Units in which neither energy nor water is bought: lengths, areas and transport. A gas bottle comes by the piece."""

_FUELS_OF_NATURE = ("coal", "oil", "gas", "peat", "wood", "uranium", "energy", "biomass", "shale")
"""How the elementary flows of what is burned begin."""

VOC_NAMES = ("VOC", "NMVOC", "kind")
"""How a row may name VOC."""
MAYBE_VOC = "organic"
"""Every organic flow that a row may name, whether it is known to be a VOC or nobody says that it is none."""

_WATER_NAME = re.compile(
    r"(market for |market group for )?((tap|well|drinking|process|cooling|fresh|ground|surface|river|lake|deioni[sz]ed|"
    r"softened|ultrapure|decarboni[sz]ed) )*water(?=$|,|/| \{| \|| production| supply)"
    r"|(自来|新鲜|地下|地表|工业用)?水(?=$|[,，/])"
)
"""How databases call the water that one buys or pumps, and nothing that is made with it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A row that leaves its sum open: the code of what is missing, and the column that would settle it."""

    code: str
    column: str = "amount"


Adds = float | Open | None
"""What a row adds, or why that is not known; None: it is of another kind."""


def energy_of(
    row: ProcessRow, dataset: Dataset | None, amount: Amount, background: Background, ledger: Ledger
) -> Adds:  # fmt: skip
    """Energy [kgce] that came in."""
    if dataset is None:
        return Open("missing-natural-resource", "compartment") if _out_of_nature(row, water=False) else None
    if row.direction == "out":
        return None
    if row.kind == "avoided":
        # a credit is for what goes out; what comes in was used
        fits = not is_energy(dataset, amount) and _own_carrier(dataset, amount) is None
        return None if fits else Open("missing-kind-fits", "kind")
    if dataset.id in _MAY_BURN:
        return Open("missing-burned")
    if dataset.group in ENERGY or (is_own(dataset) and same_dimension(amount.unit, "MJ")):
        found = megajoules(amount, dataset, background, ledger)
        return found / MJ_PER_KGCE if found is not None else Open("missing-conversion")
    return _own_carrier(dataset, amount)


def water_of(row: ProcessRow, dataset: Dataset | None, amount: Amount) -> Adds:
    """Fresh water [m3] that came in."""
    if dataset is None:
        return Open("missing-natural-resource", "compartment") if _out_of_nature(row, water=True) else None
    if row.direction == "out":
        return None
    if row.kind == "avoided":
        fits = not _is_water(dataset) and (_own_carrier(dataset, amount) is None or same_dimension(amount.unit, "MJ"))
        return None if fits else Open("missing-kind-fits", "kind")
    if _is_water(dataset):
        if same_dimension(amount.unit, "m3"):
            return convert(amount, "m3")
        return convert(amount, "kg") / 1000 if same_dimension(amount.unit, "kg") else Open("missing-conversion")
    return None if same_dimension(amount.unit, "MJ") else _own_carrier(dataset, amount)


def waste_of(row: ProcessRow, dataset: Dataset | None, amount: Amount, *, went_out: bool) -> Adds:
    """Solid waste [kg]. `went_out`: the row was taken off what came in of the same flow."""
    treatment = dataset is not None and dataset.group == "treatment"
    liquid = treatment and dataset is not None and same_dimension(dataset.unit, "m3")  # the core's waste water
    if row.kind == "waste" and went_out:
        return Open("missing-waste-or-input", "kind")
    if row.kind == "waste" or (treatment and row.direction == "out" and row.kind != "avoided"):
        if same_dimension(amount.unit, "kg"):
            return convert(amount, "kg")
        carried = any(same_dimension(amount.unit, unit) for unit in ("MJ", "tkm"))
        return None if liquid or carried else Open("missing-conversion")
    if treatment:
        return None if liquid else Open("missing-waste-or-input", "kind")
    if dataset is None or any(same_dimension(amount.unit, u) for u in ("MJ", "tkm")):
        return None
    if row.kind not in (None, "emission"):
        # scrap that came in, or slag that is said to be a product, is no waste by that word alone
        bought = row.direction == "in" or row.kind in ("co-product", "avoided")
        of_waste = is_own(dataset) and speaks_of_waste(f"{dataset.name_en} {dataset.name_zh}", bought=bought)
        return Open("missing-waste-name", "kind") if of_waste else None
    left = went_out and dataset.group not in (ENERGY | WATER)
    return Open("missing-waste-or-input", "kind") if left or is_own(dataset) else None


def voc_of(row: ProcessRow, amount: Amount, how: str, organic: Mapping[str, bool]) -> float | None:
    """VOC [kg] that a row says went into the air, of rows that name it as a sum (`VOC`, `NMVOC`) or by its `kind`.

    What one row sums up another may name by its kind, so that only rows of one sort add up. `organic`: the organic
    flows into the air, and whether each is known to be a VOC (`ecoprod.lca.organic_to_air`); `MAYBE_VOC` counts all.
    """
    if not emits_to_air(row) or not same_dimension(amount.unit, "kg"):
        return None
    named = _voc_sum(row.name.casefold())
    if named is None and row.name in organic:
        named = "kind" if organic[row.name] or how == MAYBE_VOC else None
    return convert(amount, "kg") if named == ("kind" if how == MAYBE_VOC else how) else None


def emits_to_air(row: ProcessRow) -> bool:
    """Whether a row is an emission into the air."""
    return row.what == "emission" and row.direction != "in" and (row.compartment or "air").casefold().startswith("air")


def _voc_sum(name: str) -> str | None:
    if "nmvoc" in name or "non-methane volatile organic" in name:
        return "NMVOC"
    return "VOC" if name.startswith("voc") or "volatile organic" in name else None


def is_processing(row: ProcessRow, dataset: Dataset | None) -> bool:
    """Whether a row stands for processing as a whole: what it took in energy and water is the dataset's, unmetered."""
    return dataset is not None and dataset.group == "processing" and row.kind not in ("avoided", "co-product")


def _is_water(dataset: Dataset) -> bool:
    """Water by its group, or by the name that one's own database gives it."""
    named = (name.casefold().strip() for name in (dataset.name_en, dataset.name_zh))
    return dataset.group in WATER or (is_own(dataset) and any(_WATER_NAME.match(name) for name in named))


def is_own(dataset: Dataset) -> bool:
    """Whether a dataset is of the user's own database."""
    return dataset.group == _OF_A_DATABASE


def is_energy(dataset: Dataset, amount: Amount) -> bool:
    """Whether a dataset is energy by its group, or by the unit of its row where it is of one's own database."""
    return dataset.group in ENERGY or (is_own(dataset) and same_dimension(amount.unit, "MJ"))


def megajoules(amount: Amount, dataset: Dataset, background: Background, ledger: Ledger) -> float | None:
    """Energy content by unit, else by the stated calorific value of the fuel."""
    if same_dimension(amount.unit, "MJ"):
        return convert(amount, "MJ")
    fuel = next((m for m in background.materials if m.dataset == dataset.id and m.calorific_value_mj_kg), None)
    if fuel is None or fuel.calorific_value_mj_kg is None:
        return None
    if same_dimension(amount.unit, "kg"):
        mass = convert(amount, "kg")
    elif same_dimension(amount.unit, "m3") and fuel.density_kg_m3:
        mass = convert(amount, "m3") * fuel.density_kg_m3
    else:
        return None
    source = f"materials.csv {fuel.calorific_source}"
    ledger.looked_up(f"material:{fuel.id}/calorific", 1 / fuel.calorific_value_mj_kg, "kg/MJ", source)
    return mass * fuel.calorific_value_mj_kg


def _own_carrier(dataset: Dataset, amount: Amount) -> Open | None:
    """A dataset of one's own database may be fuel or water in any unit in which these are bought."""
    if _is_water(dataset):
        return None
    if not is_own(dataset) or any(same_dimension(amount.unit, unit) for unit in _NO_CARRIER):
        return None
    return Open("missing-kind")


def _out_of_nature(row: ProcessRow, *, water: bool) -> bool:
    """An elementary flow that the site takes out of nature itself: its own well, its own wood or coal."""
    if row.what != "emission" or not (row.compartment or "").casefold().startswith("natural resource"):
        return False
    name = row.name.casefold()
    return name.startswith("water") if water else name.startswith(_FUELS_OF_NATURE)
