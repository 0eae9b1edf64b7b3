"""Flows, methods and intensities: from the cache where they are whole, else read and built, with a word to the user."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence

from ecoprod.background import Background
from ecoprod.backgrounds import OwnBackground
from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import cache
from ecoprod.lca.bundled import FlowList, Indicator, flow_list, parse_flows, read_families
from ecoprod.lca.intensities import BASIS, Intensities, build, joined
from ecoprod.lca.inventory import Inventory, link, one_convention, refuse_negative_inputs, side_by_side
from ecoprod.lca.package import read_package
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
    """A background's inventory, linked, in one sign convention. Raises InputError with all that does not fit.

    Of a database of the user's own: its matrices, and the core's beside them.
    """
    if isinstance(background, OwnBackground):
        return side_by_side(_stored(background), inventory(background.core, elementary))
    found, problems = link(background, background.exchanges(), elementary)
    if problems:
        raise InputError(problems)
    return sound_signs(found)


def _stored(background: OwnBackground) -> Inventory:
    """The inventory of an imported database. Raises InputError where its data package is damaged."""
    own = background.own
    try:
        parts = read_package(own.package, len(own.ids))
    except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise InputError([Problem("background-damaged", At("--background"), None, {"id": own.id})]) from error
    citations = tuple(f"{own.about['file']}: {cited}" if cited else str(own.about["file"]) for cited in own.citations())
    return sound_signs(Inventory(own.ids, parts["technosphere"], parts["biosphere"], tuple(own.covers()), citations))


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
    if isinstance(background, OwnBackground):
        own, core = background.own, intensities(background.core, methods, notify)
        found = _kept(own.ids, own.sha256, methods, notify, lambda _: _stored(background))
        return {method: joined(found[method], core[method]) for method in found}
    datasets = tuple(background.datasets)
    return _kept(datasets, background.sha256, methods, notify, lambda flow_list_: inventory(background, flow_list_))


def _kept(
    datasets: tuple[str, ...], sha256: str, methods: Sequence[str], notify: Notify,
    linked: Callable[[FlowList], Inventory],
) -> dict[str, Intensities]:  # fmt: skip
    keys = {method: cache.key(sha256, method, SOLVER) for method in methods}
    found = {method: cache.load(name, datasets) for method, name in keys.items()}
    missing = [method for method, stored in found.items() if stored is None]
    if missing:
        notify("lca-building")
        elementary = flows()
        built = build_from(linked(elementary), elementary, missing)
        # every file is tried: the next run then needs only those that could not be kept
        kept = [cache.store(keys[method], built[method]) for method in missing]
        if not all(kept):
            notify("lca-cache-unwritable")
        found |= built
    return {method: stored for method, stored in found.items() if stored is not None}


def build_from(linked: Inventory, elementary: FlowList, methods: Sequence[str]) -> dict[str, Intensities]:
    """Intensities of an inventory in one sign convention, by Brightway's matrices and one adjoint solve."""
    from ecoprod.lca.brightway import matrices

    return build(linked, matrices(linked), families(methods), methods, elementary)
