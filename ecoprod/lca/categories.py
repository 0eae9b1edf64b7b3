"""Impact categories: their ids, which of a family are shown, and what a dataset must cover for each.

Rules, for every family of bw2io (`docs/explanation/lca-engine.md` says them in full):
id = the category in kebab-case; of several indicators in one category, GWP100 (else `total`) keeps the plain id and
the others carry theirs behind it; a category that only splits another of its family is shown with `detail`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca.bundled import TOTAL_CODE, Indicator

_ALL = frozenset(CATEGORIES)
_TOXIC = ("ecotoxicity-freshwater", "human-toxicity-carcinogenic", "human-toxicity-non-carcinogenic")
_NEEDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("acidification", ("acidification",)),
    ("climate change", ("climate-change",)),
    ("global warming", ("climate-change",)),
    ("ecotoxicity: freshwater", ("ecotoxicity-freshwater",)),
    ("ecotoxicity", _TOXIC),
    ("energy resources: non-renewable, biomass", CATEGORIES),
    ("energy resources: non-renewable", ("energy-resources-non-renewable",)),
    ("eutrophication: freshwater", ("eutrophication-freshwater",)),
    ("eutrophication: marine", ("eutrophication-marine",)),
    ("eutrophication: terrestrial", ("eutrophication-terrestrial",)),
    ("eutrophication", ("eutrophication-freshwater", "eutrophication-marine", "eutrophication-terrestrial")),
    ("human toxicity: carcinogenic", ("human-toxicity-carcinogenic",)),
    ("human toxicity: non-carcinogenic", ("human-toxicity-non-carcinogenic",)),
    ("human toxicity", ("human-toxicity-carcinogenic", "human-toxicity-non-carcinogenic")),
    ("ionising radiation", ("ionising-radiation-human-health",)),
    ("land occupation", ("land-use",)),
    ("land transformation", ("land-use",)),
    ("land use", ("land-use",)),
    ("material resources: metals", ("material-resources-metals-minerals",)),
    ("material resources: minerals", ("material-resources-metals-minerals",)),
    ("mineral resources", ("material-resources-metals-minerals",)),
    ("ozone depletion", ("ozone-depletion",)),
    ("stratospheric ozone depletion", ("ozone-depletion",)),
    ("particulate matter formation", ("particulate-matter-formation",)),
    ("photochemical", ("photochemical-oxidant-formation-human-health",)),
    ("water use", ("water-use",)),
)
"""The first beginning that fits a category's name says which EF v3.1 categories `covers` must name; none fits: all."""
_GWP100 = re.compile(r"GWP ?100(?!\d)")


@dataclass(frozen=True, slots=True)
class Category:
    """One impact category. `needs`: EF v3.1 categories that a dataset must cover for this one.

    `takes_total`: characterises a bare CO2e total (in bw2io's families total GWP100 alone). `detail`: on request only.
    """

    id: str
    unit: str
    needs: frozenset[str]
    takes_total: bool
    detail: bool

    @property
    def refuses_totals(self) -> bool:
        """A climate figure that a bare CO2e total cannot feed: a dataset that has one does not cover it."""
        return "climate-change" in self.needs and not self.takes_total


@dataclass(frozen=True, slots=True)
class Family:
    """The categories of a method, each with its factors, in one order."""

    indicators: Sequence[Indicator]
    categories: Sequence[Category]


def kebab(name: str) -> str:
    """A name as an id: `material resources: metals/minerals` -> `material-resources-metals-minerals`."""
    return "-".join(re.findall(r"[^\W_]+", name.lower()))


def _plain(name: str) -> str:
    return name.removesuffix(" no LT")


def _short(indicator: str) -> str:
    found = re.search(r"\(([^()]+)\)$", _plain(indicator))
    return kebab(found[1] if found else _plain(indicator))


def _needs(category: str, indicator: str) -> frozenset[str]:
    for name in (category, indicator):  # endpoint families name the effect in the indicator
        for beginning, needed in _NEEDS:
            if name.startswith(beginning):
                return frozenset(needed)
    return _ALL


def _is_split(category: str, all_categories: set[str]) -> bool:
    while (cut := max(category.rfind(": "), category.rfind(", "))) > 0:
        category = category[:cut]
        if category in all_categories:
            return True
    return False


def categories(family: Sequence[Indicator]) -> list[Category]:
    """The categories of a family, in the order of its indicators."""
    names = {_plain(i.category) for i in family}
    groups: dict[str, list[str]] = {}
    for i in family:
        groups.setdefault(_plain(i.category), []).append(_plain(i.indicator))
    found = []
    for i in family:
        category, indicator = _plain(i.category), _plain(i.indicator)
        main = _main(groups[category])
        total = category in ("climate change", "global warming") and bool(_GWP100.search(indicator))
        found.append(
            Category(
                kebab(category) if indicator == main else f"{kebab(category)}-{_short(indicator)}",
                i.unit, _needs(category, indicator), total and i.unit.startswith("kg CO2"),
                _is_split(category, names) or (main is not None and indicator != main),
            )
        )  # fmt: skip
    return found


def bundled_family(indicators: Sequence[Indicator]) -> Family:
    """A family of bw2io."""
    return Family(indicators, categories(indicators))


def own_categories(indicators: Sequence[Indicator]) -> list[Category]:
    """The categories of a method from a file, all of them shown; a bare CO2e total counts where it has a row."""
    return [
        Category(kebab(i.category), i.unit, _own_needs(i.category), TOTAL_CODE in i.factors, detail=False)
        for i in indicators
    ]


def _own_needs(category: str) -> frozenset[str]:
    """By the beginning of the name, in English as bw2io words it or in Chinese as reports word EF v3.1."""
    from ecoprod.messages import text

    for ef in CATEGORIES:
        if category.startswith(text(f"report-category-{ef}", "zh")):
            return frozenset({ef})
    return _needs(category.lower(), "")


def _main(indicators: Sequence[str]) -> str | None:
    """The indicator that keeps the plain id: the only one, GWP100, or the total; None: all stand side by side."""
    if len(indicators) == 1:
        return indicators[0]
    gwp = [i for i in indicators if _GWP100.search(i)]
    if len(gwp) == 1:
        return gwp[0]
    return "total" if "total" in indicators else None
