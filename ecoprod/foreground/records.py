"""What the foreground hands on: items (one per thing and stage) with their demands and emissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecoprod.measure import Missing
from ecoprod.product import Amount, Part, Stage
from ecoprod.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Demand:
    """An amount of a dataset, in the dataset's own unit, per product unit. `trace`: ledger id of the amount."""

    dataset: str
    amount: float
    trace: str


@dataclass(frozen=True, slots=True)
class Emission:
    """A direct elementary flow, in the flow's unit (kg unless it says otherwise), per product unit."""

    flow: str
    compartment: str
    amount: float
    trace: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in one stage, per product unit: a part's production, its transport, its end of life …

    `linked` is False where no dataset stands behind the mass (`mass_kg`), so that nothing is known of it.
    """

    id: str
    part: str | None
    name: str
    stage: Stage
    quantity: float
    unit: str
    mass_kg: float | None
    demands: tuple[Demand, ...]
    emissions: tuple[Emission, ...]
    linked: bool
    trace: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An alternate: of `group`, the `member` that a row belongs to, used in `share` of the products."""

    group: str
    member: str
    share: float


@dataclass(frozen=True, slots=True)
class PartTotal:
    """A part rolled up over the tree, per product unit.

    `count`: pieces; `net_kg`: mass in the product (0 for `input` and `service` rows); `gross_kg`: input mass
    including losses (mass ÷ all yields up to the root), `losses`: that factor, at least 1.
    `material_class`: None where no material is named. `is_leaf`: has no children.
    `choice`: the outermost alternate group above the row and the member it belongs to, with the share of the members
    on the way (None: the row is in every product). `whole_kg`: `net_kg` of a product in which these members stand,
    also where their share is 0.
    `dataset_id`: what stands behind a leaf; `factor`: its units per kg where a mapping says so, else 1.
    """

    part: Part
    count: float
    net_kg: float
    gross_kg: float
    material_id: str | None
    material_class: str | None
    is_leaf: bool
    losses: float = 1.0
    choice: Choice | None = None
    unaccounted: bool = False
    dataset_id: str | None = None
    factor: float = 1.0
    whole_kg: float = 0.0


@dataclass(frozen=True, slots=True)
class Foreground:
    """The product system per product unit, unit-checked and in the ledger.

    `products_per_functional_unit` is None without a functional unit. `excluded`: stages left out, with the maker's
    reason. `missing`: what keeps the life cycle from being complete. `site`: share of each process row per product
    unit (row id -> amount in the row's own unit), for the indicators; `returned`: the rows that went out again,
    which are taken off there already. `avoided`: credits asked for, never summed.
    `unlisted_kg`: what the product weighs beyond its rows, `overlisted_kg`: what the rows weigh beyond it, both 0
    within the written precision.
    `output_over_key`: by row whose allocation key counts what the output counts, the output over that key: 1 where they
    are the same.
    """

    items: tuple[Item, ...]
    avoided: tuple[Item, ...]
    parts: tuple[PartTotal, ...]
    packaging: tuple[PartTotal, ...]
    product_mass_kg: float
    unlisted_kg: float
    products_per_functional_unit: float | None
    excluded: Mapping[Stage, str]
    missing: tuple[Missing, ...]
    linked_mass_share: float
    cut_off_mass_share: float
    site: Mapping[str, Amount] = field(default_factory=dict)
    scenario: Scenario | None = None
    returned: Mapping[str, Amount] = field(default_factory=dict)
    output_over_key: Mapping[str, float] = field(default_factory=dict)
    overlisted_kg: float = 0.0
