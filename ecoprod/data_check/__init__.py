"""Room: is a background sound? Every exchange linked, converted and sourced; every loop solvable; balances that close.

`check_background` returns everything it finds, for `ecoprod data check`; an empty list means clean.
"""

from __future__ import annotations

from ecoprod.background import Background, Exchange
from ecoprod.backgrounds import OwnBackground
from ecoprod.data_check import balances, datasets, tables
from ecoprod.data_check.records import Data
from ecoprod.errors import InputError, Problem
from ecoprod.lca import elementary_flows
from ecoprod.lca.inventory import link


def check_background(background: Background) -> list[Problem]:
    """Everything that is wrong with a background's data files, in the order of the checks.

    Of a database of the user's own: what its import had to leave out, row by row, and loops without a solution.
    """
    if isinstance(background, OwnBackground):
        return _imported(background)
    try:
        exchanges = background.exchanges()
    except InputError as error:
        return list(error.problems)
    by_process: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        by_process.setdefault(exchange.process, []).append(exchange)
    grouped = {name: tuple(rows) for name, rows in by_process.items()}
    inventory, unlinked = link(background, exchanges, elementary_flows())
    data = Data(background, tuple(exchanges), grouped, background.sources(), inventory, tuple(unlinked))
    checks = (*datasets.CHECKS, balances.balanced, *tables.CHECKS)
    return [problem for check in checks for problem in check(data)]


def _imported(background: OwnBackground) -> list[Problem]:
    from ecoprod.lca import dataset_scores

    problems = [Problem(m.code, m.at, m.name or None, m.params) for m in background.own.misses()]
    try:
        dataset_scores(background, datasets=())
    except InputError as error:
        problems += error.problems
    return problems
