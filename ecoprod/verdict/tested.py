"""Which figures a test finds, so that a stated 0 means no more than "not detected".

Contents and concentrations are found by a test, which sees nothing below its detection limit. What is counted (pieces,
cycles, layers), bought or shared out (energy, rates, costs) is exact: there a 0 is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecoprod.measure import Measure
from ecoprod.standards.records import Limit
from ecoprod.standards.strictness import wants_nothing
from ecoprod.standards.vocabulary import CALCULATED, UPPER
from ecoprod.units import UnitError, lookup

_CONCENTRATIONS = ("mg/m3", "mg/m2", "mg/(m2·h)", "mg/kWh", "Bq/kg", "Bq/m3", "Bq/m2", "mg/unit")
"""Units whose kinds are those of a test: mass per volume, area or energy, radioactivity."""
_SHARES_OF_MASS = ("pg/", "ng/", "μg/", "mg/", "g/", "μL/", "mL/")
"""How units of a content begin that have no dimension (mg/kg, g/kg, mL/m3); kg/t and t/t are amounts."""
_TRACES = frozenset({"ppm", "ppb", "mg", "μg", "ng", "pg"})
_EMITTED = frozenset({"dust", "so2", "nox", "cod", "nitrogen", "chloride", "voc", "emission", "particulate"})
_SHARES = frozenset({
    "rate", "ratio", "share", "cost", "efficiency", "loss", "degradation", "consumption", "power", "spread", "void",
    "hic", "yield", "reuse", "utilisation", "recovery", "recycled", "renewable", "coverage", "defects",
})  # fmt: skip
"""Words in the id of a percentage that say it is a share of something counted, weighed or bought."""
_CONTENTS = frozenset({"substance", "substances", "hazardous", "gas", "content", "impurities", "residue", "voc"})
"""Words that say it is a content all the same (`carbonate-gas-share`)."""


def as_found(measure: Measure, limit: Limit) -> Measure:
    """A declared figure as its test found it: a 0 is what was not detected, and nothing lies below the detection limit.

    Only against a limit from above; that there is enough of something a 0 denies, whatever the test.
    """
    value, seen = measure.value, measure.detection_limit
    if value is None or not measure.declared or not _from_above(limit):
        return measure
    if not any(is_tested(measure.id, unit) for unit in (measure.unit, limit.unit)):
        return measure
    if value == 0:
        return replace(measure, not_detected=True)
    return replace(measure, high=seen) if seen is not None and value < seen else measure


def is_tested(name: str, unit: str | None) -> bool:
    """Whether a quantity of this name and unit is what a test finds."""
    if name.startswith("substance:"):
        return True
    if unit is None or name in CALCULATED:
        return False
    words = name.casefold().replace("_", "-").split("-")
    if unit in ("%", "‰"):
        return _any(words, _CONTENTS) or not _any(words, _SHARES)
    if unit in _TRACES:
        return True
    try:
        known = lookup(unit)
    except UnitError:
        return False
    if known.dimension:
        return known.dimension in {lookup(like).dimension for like in _CONCENTRATIONS}
    return unit.startswith(_SHARES_OF_MASS) or (unit == "kg/t" and _any(words, _EMITTED))


def _any(words: Sequence[str], of: frozenset[str]) -> bool:
    return not of.isdisjoint(words)


def _from_above(limit: Limit) -> bool:
    return limit.op in UPPER or wants_nothing(limit) or (limit.op == "between" and (limit.low or 0.0) <= 0)
