"""Flows, methods and intensities: from the cache where they are whole, else read and built, with a word to the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ecoprod.background import Background
from ecoprod.errors import InputError, Problem
from ecoprod.lca import cache
from ecoprod.lca.bundled import FlowList, flow_list, parse_flows, read_families
from ecoprod.lca.categories import Family, bundled_family
from ecoprod.lca.intensities import BASIS, Intensities, build
from ecoprod.lca.inventory import Inventory, link, one_convention, refuse_negative_inputs
from ecoprod.lca.methods import Method, catalogue
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
    return list(dict.fromkeys(one.family for one in catalogue()))


def families(methods: Sequence[Method], elementary: FlowList) -> dict[str, Family]:
    """The wanted methods and EF v3.1, by name. Raises InputError with all that is wrong in files."""
    from ecoprod.lca.methodfile import read_method

    found: dict[str, Family] = {}
    problems: list[Problem] = []
    for method in methods:
        if method.file is not None:
            try:
                found[method.name] = read_method(method, elementary)
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    _, bundled = read_families({BASIS[0], *(m.name for m in methods if m.file is None)})
    return found | {name: bundled_family(indicators) for name, indicators in bundled.items()}


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


def intensities(background: Background, methods: Sequence[Method], notify: Notify = quiet) -> dict[str, Intensities]:
    """Intensities of a background for each method, by its name, from the cache or built by Brightway and cached.

    `notify` hears message codes: `lca-building` before the work, `lca-cache-unwritable` where it cannot be kept.
    Raises InputError for a file of factors that cannot be used and a background that cannot be linked or solved.
    """
    datasets = tuple(background.datasets)
    keys = {method.name: cache.key(background.sha256, method.content, SOLVER) for method in methods}
    found = {name: cache.load(key, datasets) for name, key in keys.items()}
    missing = [method for method in methods if found[method.name] is None]
    if missing:
        notify("lca-building")
        built = _build(background, missing)
        # every file is tried: the next run then needs only those that could not be kept
        kept = [cache.store(keys[name], one) for name, one in built.items()]
        if not all(kept):
            notify("lca-cache-unwritable")
        found |= built
    return {method: stored for method, stored in found.items() if stored is not None}


def _build(background: Background, methods: Sequence[Method]) -> dict[str, Intensities]:
    elementary = flows()
    of_methods = families(methods, elementary)  # first what the user wrote, then the work
    return build_from(inventory(background, elementary), elementary, of_methods, [m.name for m in methods])


def build_from(
    linked: Inventory, elementary: FlowList, of_methods: Mapping[str, Family], wanted: Sequence[str]
) -> dict[str, Intensities]:
    """Intensities of an inventory in one sign convention, by Brightway's matrices and one adjoint solve."""
    from ecoprod.lca.brightway import matrices

    return build(linked, matrices(linked), of_methods, wanted, elementary)
