"""What the life cycle side of a specification asks: was it made, and is it complete.

Checks of ours end in yes or in "cannot tell"; only an absent life cycle assessment is a no (modelling.md, verdict).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ecoprod.foreground import Foreground
from ecoprod.indicators.impacts import HEADLINE
from ecoprod.lca.records import LcaResult
from ecoprod.measure import Measure, Missing
from ecoprod.product import Part, ProcessRow, Product
from ecoprod.readers.substance_names import hidden_in, symbol_of
from ecoprod.standards.vocabulary import SUBSTANCES
from ecoprod.trace import Ledger

_STAGES = frozenset({
    "missing-distribution", "missing-use", "missing-use-amount", "missing-replacement", "missing-spare-data",
    "missing-end-of-life",
    "missing-uncollected-route", "missing-site-data",
})  # fmt: skip
_FUNCTION = frozenset({"missing-functional-unit", "missing-service-per-product"})
_OWN = frozenset({
    "missing-own-processing", "missing-allocation-key", "missing-allocation", "missing-meter-rest",
    "missing-meter-rows", "missing-output", "missing-site-data", "missing-amount",
})  # fmt: skip
_LINKED = frozenset({"missing-dataset", "missing-unaccounted-mass", "missing-mass", "missing-route"})
_FULL_YEAR_DAYS = 364
_FILE = ("product:file",)
"""What a check rests on where it rests on nothing else."""
_HAZARDOUS_FROM = 1e-4
"""Mass fraction of a restricted substance from which a part counts as hazardous: the strictest limit of GB/T 26572
(cadmium, 0.01 %)."""
_HAZARDOUS_WORDS = re.compile(r"(?<!非)(?:危险废物|危废)|(?<!non-)(?<!non )(?<!non)hazardous", re.IGNORECASE)
"""What the name of a waste says where it is a hazardous one."""


def lifecycle_measures(
    product: Product, foreground: Foreground | None, lca: LcaResult | None, on: date, focus: Sequence[str],
    ledger: Ledger,
) -> list[Measure]:  # fmt: skip
    """The `lca:*` measures, save `lca:improvement`; `focus`: categories that the specification names."""
    provided = _flag("lca:provided", (), _FILE, ledger, flag=lca is not None)
    if foreground is None or lca is None:
        return [provided]
    site = _inputs((f"{row.key}/amount" for row in product.processes), ledger)
    items = _inputs((i.trace for i in foreground.items), ledger)
    unit = _inputs(("product:products-per-functional-unit",), ledger)
    return [
        provided,
        _complete("lca:stages", _STAGES, foreground, items, ledger),
        _complete("lca:functional-unit", _FUNCTION, foreground, unit, ledger),
        _complete("lca:own-production", _OWN, foreground, site, ledger, _period_open(product, on)),
        _complete("lca:linked", _LINKED, foreground, items, ledger),
        _coverage(lca, ledger),
        _hazardous(product, foreground, items, ledger),
        _categories(lca, focus or ("climate-change",), ledger),
        _share("lca:linked-mass-share", foreground.linked_mass_share, items, ledger),
        _share("lca:cut-off-mass-share", foreground.cut_off_mass_share, items, ledger),
        _full_year(product, ledger),
        _quality(product, site, ledger),
    ]


def _inputs(wanted: Iterable[str], ledger: Ledger) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e for e in wanted if e in ledger)) or _FILE


def _flag(
    name: str, missing: Sequence[Missing], inputs: tuple[str, ...], ledger: Ledger, *, flag: bool | None
) -> Measure:
    trace = ledger.computed(f"ind:{name}", flag, None, "life cycle check", inputs)
    return Measure(name, None, flag=flag, missing=tuple(missing), trace=trace)


def _complete(
    name: str, codes: frozenset[str], foreground: Foreground, inputs: tuple[str, ...], ledger: Ledger,
    more: Sequence[Missing] = (),
) -> Measure:  # fmt: skip
    missing = [*(m for m in foreground.missing if m.code in codes), *more]
    return _flag(name, missing, inputs, ledger, flag=None if missing else True)


def _period_open(product: Product, on: date) -> list[Missing]:
    """A reporting period that is not over on the day of judgement cannot be known whole."""
    period = product.reporting_period
    if not product.processes or period is None or period.end is None or period.end <= on:
        return []
    return [Missing("reporting_period.to", "missing-period-not-over", {"end": str(period.end), "on": str(on)})]


def _coverage(lca: LcaResult, ledger: Ledger) -> Measure:
    climate = lca.category(HEADLINE, "climate-change")
    if climate is None:
        return _flag("lca:coverage", (Missing("--method", "missing-climate"),), _FILE, ledger, flag=None)
    if climate.value is None:
        gap = Missing("bom.dataset", "missing-climate-coverage", {"percent": 100 * (climate.coverage or 0.0)})
        return _flag("lca:coverage", (gap,), _inputs((climate.trace,), ledger), ledger, flag=None)
    return _flag("lca:coverage", (), _inputs((climate.trace,), ledger), ledger, flag=True)


def _hazardous(product: Product, foreground: Foreground, items: tuple[str, ...], ledger: Ledger) -> Measure:
    """No part with a restricted substance and no hazardous waste or emission may be left without data.

    A part counts where itself or an assembly around it states a substance; a row of site data where it is a waste or
    an emission and its name says so (危险废物, hazardous waste, a restricted substance).
    """
    bare = {i.id.rpartition("/")[0] for i in foreground.items if not i.linked}
    parts = {t.part.key: t.part for t in (*foreground.parts, *foreground.packaging)}
    holding = {key for key, part in parts.items() if _holds_restricted(part)}
    left_out = sorted(part.id for key, part in parts.items() if key in bare and holding & _around(part, parts))
    linked = {i.id for i in foreground.items if i.linked}
    rows = sorted(r.id for r in product.processes if _is_hazardous(r) and r.key not in linked)
    missing = []
    if left_out:
        field = "bom.dataset / bom.end_of_life"
        missing.append(Missing(field, "missing-hazardous", {"ids": ", ".join(left_out)}))
    if rows:
        missing.append(Missing("process", "missing-hazardous-rows", {"ids": ", ".join(rows)}))
    return _flag("lca:hazardous-not-cut", missing, items, ledger, flag=None if missing else True)


def _holds_restricted(part: Part) -> bool:
    return any(
        s.name in SUBSTANCES
        and not s.not_detected
        and ((s.fraction or 0.0) >= _HAZARDOUS_FROM or (s.below or 0.0) > _HAZARDOUS_FROM)
        for s in part.substances or ()
    )


def _around(part: Part, parts: Mapping[str, Part]) -> set[str]:
    """Keys of a part and of everything it stands in (the readers refuse cycles)."""
    found = set()
    here: Part | None = part
    while here is not None:
        found.add(here.key)
        here = parts.get(f"{here.table}:{here.parent}")
    return found


def _is_hazardous(row: ProcessRow) -> bool:
    if row.kind not in ("waste", "emission") and row.what != "emission":
        return False
    restricted = symbol_of(row.name) or hidden_in(row.name)
    return restricted is not None or _HAZARDOUS_WORDS.search(row.name) is not None


def _categories(lca: LcaResult, focus: Sequence[str], ledger: Ledger) -> Measure:
    found = {name: lca.category(HEADLINE, name) for name in focus}
    absent = [name for name, c in found.items() if c is None or c.value is None]
    missing = [Missing("bom.dataset", "missing-categories", {"categories": ", ".join(absent)})] if absent else []
    traces = [c.trace for c in found.values() if c is not None]
    return _flag("lca:categories", missing, _inputs(traces, ledger), ledger, flag=None if missing else True)


def _share(name: str, share: float, inputs: tuple[str, ...], ledger: Ledger) -> Measure:
    value = 100 * share
    trace = ledger.computed(f"ind:{name}", value, "%", "mass shares", inputs)
    return Measure(name, "%", value, value, trace=trace)


def _full_year(product: Product, ledger: Ledger) -> Measure:
    period = product.reporting_period
    if period is None or period.start is None or period.end is None:
        return _flag("lca:data-year", (Missing("reporting_period", "missing-period"),), _FILE, ledger, flag=None)
    days = (period.end - period.start).days
    return _flag("lca:data-year", (), _inputs(("product:output",), ledger), ledger, flag=days >= _FULL_YEAR_DAYS)


def _quality(product: Product, site: tuple[str, ...], ledger: Ledger) -> Measure:
    bare = sorted(row.id for row in product.processes if row.basis is None or row.data_quality is None)
    if bare or not product.processes:
        gap = Missing("process.basis / process.data_quality", "missing-data-quality", {"ids": ", ".join(bare) or "—"})
        return _flag("lca:data-quality", (gap,), site, ledger, flag=None)
    return _flag("lca:data-quality", (), site, ledger, flag=True)
