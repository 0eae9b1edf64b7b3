"""Flows, methods and intensities: from the cache where they are whole, else read and built, with a word to the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecoprod.background import Background
from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import cache
from ecoprod.lca.bundled import FlowList, Indicator, flow_list, parse_flows, read_families
from ecoprod.lca.intensities import BASIS, Intensities, build
from ecoprod.lca.inventory import Inventory, link, one_convention, refuse_negative_inputs
from ecoprod.lca.solve import SOLVER

Notify = Callable[[str], None]


def quiet(_code: str) -> None:
    """Say nothing."""


def flows() -> FlowList:
    """Bw2io's elementary flows, from the cache or its own file."""
    rows = cache.load_rows("flows")
    if rows is None or not all(isinstance(row, list) and len(row) == 4 for row in rows):
        rows = parse_flows()
        cache.store_rows("flows", rows)
    return flow_list(rows)


def known_methods() -> list[str]:
    """Names of the method families that bw2io bundles, in alphabetical order."""
    names = cache.load_rows("methods")
    if names is None:
        names, _ = read_families(())
        cache.store_rows("methods", names)
    return [str(name) for name in names]


def families(methods: Sequence[str]) -> dict[str, list[Indicator]]:
    """The wanted families and EF v3.1. Raises InputError for each name that bw2io does not have."""
    names, found = read_families({*methods, BASIS[0]})
    problems = [_unknown(method, names) for method in methods if method not in found]
    if problems:
        raise InputError(problems)
    return found


def _unknown(method: str, names: list[str]) -> Problem:
    from rapidfuzz import process

    near = [str(hit[0]) for hit in process.extract(method, names, limit=3)]
    return Problem("lca-unknown-method", At("--method"), "--method", {"name": method, "nearest": "; ".join(near)})


def inventory(background: Background, elementary: FlowList) -> Inventory:
    """A background's inventory, linked, in one sign convention. Raises InputError with all that does not fit."""
    found, problems = link(background, background.exchanges(), elementary)
    if problems:
        raise InputError(problems)
    return sound_signs(found)


def sound_signs(linked: Inventory) -> Inventory:
    """An inventory in one sign convention. Raises InputError for inputs that are negative then."""
    found = one_convention(linked)
    refuse_negative_inputs(found)
    return found


def intensities(background: Background, methods: Sequence[str], notify: Notify = quiet) -> dict[str, Intensities]:
    """Intensities of a background for each method, from the cache or built by Brightway and cached.

    `notify` hears message codes: `lca-building` before the work, `lca-cache-unwritable` where it cannot be kept.
    Raises InputError for an unknown method and for a background that cannot be linked or solved.
    """
    datasets = tuple(background.datasets)
    keys = {method: cache.key(background.sha256, method, SOLVER) for method in methods}
    found = {method: cache.load(name, datasets) for method, name in keys.items()}
    missing = [method for method, stored in found.items() if stored is None]
    if missing:
        notify("lca-building")
        built = _build(background, missing)
        # every file is tried: the next run then needs only those that could not be kept
        kept = [cache.store(keys[method], built[method]) for method in missing]
        if not all(kept):
            notify("lca-cache-unwritable")
        found |= built
    return {method: stored for method, stored in found.items() if stored is not None}


def _build(background: Background, methods: Sequence[str]) -> dict[str, Intensities]:
    elementary = flows()
    return build_from(inventory(background, elementary), elementary, methods)


def build_from(linked: Inventory, elementary: FlowList, methods: Sequence[str]) -> dict[str, Intensities]:
    """Intensities of an inventory in one sign convention, by Brightway's matrices and one adjoint solve."""
    from ecoprod.lca.brightway import matrices

    return build(linked, matrices(linked), families(methods), methods, elementary)
