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
    from ecoprod.lca.characterised import Characterised
    from ecoprod.lca.held import Held

DEFAULT_METHODS = ("EF v3.1", "IPCC 2021")
"""Method families of every assessment, as bw2io names them."""


def calculate(
    foreground: Foreground, background: Background, methods: Sequence[str], *,
    engine: Literal["cached", "brightway"] = "cached", ledger: Ledger, notify: Callable[[str], None],
    detail: bool = False, held: Held | None = None,
) -> LcaResult:  # fmt: skip
    """Impacts of a product: every method asked for, by category, stage and item, written into the ledger.

    `cached` sums intensities that Brightway calculated once; `brightway` solves the whole system with bw2calc now.
    `notify` hears message codes (none has placeholders): `lca-building`, `lca-solving`, `lca-cache-unwritable`.
    `methods`: families (`EF v3.1`), single categories (`IPCC 2021/climate-change-gwp20`), files (`factors.csv`).
    `detail` adds sub-splits (`climate-change-fossil`) and further indicators (`climate-change-gwp20`).
    `held`: what a caller that judges many designs of one product holds in memory, instead of `methods`; the
    ledger then has what is assumed and the results, and nothing that they are made of.
    Raises InputError for an unknown method or direct emission and for a background that cannot be linked or solved.
    """
    from ecoprod.lca import engine as room
    from ecoprod.lca.methods import choose

    wanted = held.methods if held is not None else choose(methods, DEFAULT_METHODS)
    known = held.intensities if held is not None else None
    return room.calculate(
        foreground, background, wanted, engine=engine, ledger=ledger, notify=notify, detail=detail, known=known
    )


def known_methods() -> list[str]:
    """Names of the method families that bw2io bundles, in alphabetical order."""
    from ecoprod.lca import library

    return library.known_methods()


def characterisation(background: Background, methods: Sequence[str] = ()) -> list[Characterised]:
    """How far methods know the elementary flows of a background; all families of bw2io where none is named."""
    from ecoprod.lca.characterised import characterise

    return characterise(background, methods or known_methods())


def dataset_scores(
    background: Background,
    methods: Sequence[str] = DEFAULT_METHODS,
    notify: Callable[[str], None] | None = None,
    datasets: Sequence[str] | None = None,
) -> dict[str, dict[str, dict[str, tuple[float | None, float | None]]]]:
    """Dataset id -> method -> category -> (value, coverage) of one unit; the value is None below 80 % coverage.

    `datasets`: those wanted; all where it is not given.
    """
    from ecoprod.lca import library
    from ecoprod.lca.engine import score_datasets
    from ecoprod.lca.methods import choose

    wanted, names = choose(methods, DEFAULT_METHODS), tuple(background.datasets if datasets is None else datasets)
    found = library.intensities(background, wanted, notify or library.quiet)
    scores = {method.name: score_datasets(method, found[method.name], names) for method in wanted}
    return {name: {method: scores[method][name] for method in found} for name in names}


def elementary_flows() -> FlowList:
    """The elementary flows that datasets and direct emissions may name: bw2io's list."""
    from ecoprod.lca import library

    return library.flows()


def category_flows(flows: FlowList) -> dict[int, tuple[str, ...]]:
    """Position of a flow -> the EF v3.1 categories in which it has a factor other than zero."""
    from ecoprod.lca import library

    return library.category_flows(flows)


def organic_to_air() -> dict[str, bool]:
    """Name of an organic elementary flow into the air -> whether EF v3.1 knows that it forms ozone (methane apart)."""
    from ecoprod.lca import library, organics

    flows = library.flows()
    return organics.organic_to_air(flows, library.category_flows(flows))
