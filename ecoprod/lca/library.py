"""Flows, methods and intensities: from the cache where they are whole, else read and built, with a word to the user."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence

from ecoprod.background import Background
from ecoprod.backgrounds import OwnBackground
from ecoprod.errors import At, InputError, Problem
from ecoprod.lca import cache
from ecoprod.lca.bundled import FlowList, flow_list, parse_flows, read_families
from ecoprod.lca.categories import Family, bundled_family
from ecoprod.lca.intensities import BASIS, Intensities, build, factors, joined
from ecoprod.lca.inventory import Inventory, link, one_convention, refuse_negative_inputs, side_by_side
from ecoprod.lca.methods import Method, catalogue
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


def category_flows(elementary: FlowList) -> dict[int, tuple[str, ...]]:
    """Position of a flow -> the shown EF v3.1 categories in which its factor is not zero; kept in the cache."""
    rows = cache.load_rows("category-flows")
    if rows is None or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        family = families((), elementary)[BASIS[0]]
        found: dict[int, dict[str, None]] = {}
        table = factors(family.indicators, family.categories, elementary)
        for flow, category, value in zip(table.flow, table.category, table.value, strict=True):
            if value and not family.categories[category].detail:
                found.setdefault(int(flow), {})[family.categories[category].id] = None
        rows = [[flow, list(names)] for flow, names in found.items()]
        cache.store_rows("category-flows", rows)
    return {int(flow): tuple(map(str, names)) for flow, names in rows}


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


def own_inventory(background: Background, elementary: FlowList) -> Inventory:
    """The inventory of a database alone, without the core beside it."""
    return _stored(background) if isinstance(background, OwnBackground) else inventory(background, elementary)


def _stored(background: OwnBackground) -> Inventory:
    """The inventory of an imported database. Raises InputError where its data package is damaged."""
    own = background.own
    if not own.package_is_whole():
        raise InputError([Problem("background-damaged", At("--background"), None, {"id": own.id})])
    try:
        parts = read_package(own.package, len(own.ids))
    except (OSError, ValueError, LookupError, zipfile.BadZipFile) as error:
        raise InputError([Problem("background-damaged", At("--background"), None, {"id": own.id})]) from error
    # intensities may be shared by two imports of equal content: what each cites is asked of the background itself
    cited = ("",) * len(own.ids)
    return sound_signs(Inventory(own.ids, parts["technosphere"], parts["biosphere"], tuple(own.covers()), cited))


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
    if isinstance(background, OwnBackground):
        own, core = background.own, intensities(background.core, methods, notify)
        found = _kept(own.ids, own.sha256, methods, notify, lambda _: _stored(background))
        return {name: joined(found[name], core[name]) for name in found}
    datasets = tuple(background.datasets)
    return _kept(datasets, background.sha256, methods, notify, lambda elementary: inventory(background, elementary))


def _kept(
    datasets: tuple[str, ...], sha256: str, methods: Sequence[Method], notify: Notify,
    linked: Callable[[FlowList], Inventory],
) -> dict[str, Intensities]:  # fmt: skip
    keys = {method.name: cache.key(sha256, method.content, SOLVER) for method in methods}
    found = {name: cache.load(key, datasets) for name, key in keys.items()}
    missing = [method for method in methods if found[method.name] is None]
    if missing:
        notify("lca-building")
        elementary = flows()
        of_methods = families(missing, elementary)  # first what the user wrote, then the work
        built = build_from(linked(elementary), elementary, of_methods, [m.name for m in missing])
        # every file is tried: the next run then needs only those that could not be kept
        kept = [cache.store(keys[name], one) for name, one in built.items()]
        if not all(kept):
            notify("lca-cache-unwritable")
        found |= built
    return {method: stored for method, stored in found.items() if stored is not None}


def build_from(
    linked: Inventory, elementary: FlowList, of_methods: Mapping[str, Family], wanted: Sequence[str]
) -> dict[str, Intensities]:
    """Intensities of an inventory in one sign convention, by Brightway's matrices and one adjoint solve."""
    from ecoprod.lca.brightway import matrices

    return build(linked, matrices(linked), of_methods, wanted, elementary)
