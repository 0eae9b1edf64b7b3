"""Room: the engine room, the only room that knows Brightway.

Comes in: a foreground (amounts of datasets, direct emissions) and a background. Goes out: impacts by category, stage
and item, with coverage, each in the ledger. Importing this module imports no NumPy and nothing of Brightway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from ecoprod.background import Background
from ecoprod.foreground.records import Foreground
from ecoprod.lca.records import LcaResult
from ecoprod.trace import Ledger

if TYPE_CHECKING:
    from ecoprod.lca.bundled import FlowList

DEFAULT_METHODS = ("EF v3.1", "IPCC 2021")
"""Method families of every assessment, as bw2io names them."""


def calculate(
    foreground: Foreground, background: Background, methods: Sequence[str], *,
    engine: Literal["cached", "brightway"] = "cached", ledger: Ledger, notify: Callable[[str], None],
    detail: bool = False,
) -> LcaResult:  # fmt: skip
    """Impacts of a product: every method asked for, by category, stage and item, written into the ledger.

    `cached` sums intensities that Brightway calculated once; `brightway` solves the whole system with bw2calc now.
    `notify` hears message codes (none has placeholders): `lca-building`, `lca-solving`, `lca-cache-unwritable`.
    `detail` adds sub-splits (`climate-change-fossil`) and further indicators (`climate-change-gwp20`).
    Raises InputError for an unknown method or direct emission and for a background that cannot be linked or solved.
    """
    from ecoprod.lca import engine as room

    wanted = tuple(dict.fromkeys(methods))
    return room.calculate(foreground, background, wanted, engine=engine, ledger=ledger, notify=notify, detail=detail)


def known_methods() -> list[str]:
    """Names of the method families that bw2io bundles, in alphabetical order."""
    from ecoprod.lca import library

    return library.known_methods()


def dataset_scores(
    background: Background, methods: Sequence[str] = DEFAULT_METHODS, notify: Callable[[str], None] | None = None,
    names: Sequence[str] | None = None,
) -> dict[str, dict[str, dict[str, tuple[float | None, float | None]]]]:  # fmt: skip
    """Dataset id -> method -> category -> (value, coverage) of one unit; the value is None below 80 % coverage.

    Of all datasets, or of those in `names`.
    """
    from ecoprod.lca import library
    from ecoprod.lca.engine import score_datasets

    found = library.intensities(background, tuple(dict.fromkeys(methods)), notify or library.quiet)
    wanted = tuple(background.datasets) if names is None else tuple(names)
    scores = {method: score_datasets(one, wanted) for method, one in found.items()}
    return {name: {method: scores[method][name] for method in found} for name in wanted}


def elementary_flows() -> FlowList:
    """The elementary flows that datasets and direct emissions may name: bw2io's list."""
    from ecoprod.lca import library

    return library.flows()


def category_flows(flows: FlowList) -> dict[int, tuple[str, ...]]:
    """Position of a flow -> the EF v3.1 categories in which it has a factor other than zero."""
    from ecoprod.lca import library
    from ecoprod.lca.categories import categories
    from ecoprod.lca.intensities import BASIS, factors

    family = library.families(())[BASIS[0]]
    chosen = categories(family)
    found: dict[int, dict[str, None]] = {}
    table = factors(family, chosen, flows)
    for flow, category, value in zip(table.flow, table.category, table.value, strict=True):
        if value and not chosen[category].detail:
            found.setdefault(int(flow), {})[chosen[category].id] = None
    return {flow: tuple(names) for flow, names in found.items()}
