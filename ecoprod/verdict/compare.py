"""One measure against one limit, three-valued: proven inside, proven outside, or not known.

A measure is an interval of proven bounds. `True` needs the whole interval inside the limit, `False` the whole interval
outside; everything else is None together with the reason and the field that would settle it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecoprod.measure import Measure, Missing
from ecoprod.standards.records import Limit
from ecoprod.standards.strictness import wants_nothing
from ecoprod.standards.vocabulary import UPPER
from ecoprod.units import Amount, UnitError, convert
from ecoprod.verdict.tested import as_found

Tri = bool | None
SAME = 1e-12
"""Relative difference below which two numbers are one: the rounding of a unit conversion, far below any measurement."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one limit says of one measure. `margin`: share of the limit, positive = inside, None without one number."""

    holds: Tri
    margin: float | None = None
    missing: tuple[Missing, ...] = ()
    reason: str | None = None


def field_of(indicator: str, part: str = "value") -> str:
    """The field of the product file that states an indicator."""
    if indicator.startswith("basic:"):
        return f"basic.{indicator.removeprefix('basic:')}.{'met' if part == 'value' else part}"
    return f"declared.{indicator}.{part}"


def compare(indicator: str, measure: Measure | None, limit: Limit) -> Comparison:
    """Compare what is known of `indicator` with `limit`; `measure` None: nothing is known."""
    if measure is None:
        code = "missing-basic" if indicator.startswith("basic:") else "missing-fact"
        return Comparison(None, missing=(Missing(field_of(indicator), code, {"id": indicator.removeprefix("basic:")}),))
    if limit.op == "present":
        return _known(measure.flag if measure.flag is not None else _anything(measure) or None, measure)
    if limit.op == "one_of":
        if measure.text is None:
            return _wrong_kind(measure)
        return _known(measure.text in limit.values, measure)
    if isinstance(limit.value, bool):
        return _known(measure.flag == limit.value if measure.flag is not None else None, measure)
    if isinstance(limit.value, str):
        return _known(measure.text == limit.value if measure.text is not None else None, measure)
    if limit.unresolved:
        return _unresolved(measure, limit)
    return _numbers(measure, limit)


def _unresolved(measure: Measure, limit: Limit) -> Comparison:
    """Which limit of the range holds is for the holder of the standard to say; nothing is guessed from the range."""
    ends = f"{limit.low:g} ~ {limit.high:g} {limit.unit or ''}".strip()
    params = {"id": measure.id, "range": ends, "source": limit.source}
    wanted = Missing("overlay.limits", "missing-limit-of-range", params)
    return Comparison(None, missing=(*measure.missing, wanted), reason="range-unresolved")


def _anything(measure: Measure) -> bool:
    return measure.text is not None or measure.low is not None or measure.high is not None or measure.not_detected


def _known(holds: Tri, measure: Measure) -> Comparison:
    return Comparison(holds) if holds is not None else _wrong_kind(measure)


def _wrong_kind(measure: Measure) -> Comparison:
    """The measure names what it lacks; where it lacks nothing, it was stated in a form the limit cannot use."""
    if measure.missing:
        return Comparison(None, missing=measure.missing)
    return Comparison(None, missing=(Missing(field_of(measure.id), "missing-form", {"id": measure.id}),))


# ---- quantities ----------------------------------------------------------------------------------


def _numbers(measure: Measure, limit: Limit) -> Comparison:
    measure = as_found(measure, limit)
    try:
        bounds = _bounds(measure, limit.unit)
    except UnitError:
        params = {"id": measure.id, "unit": measure.unit or "—", "wanted": limit.unit or "—"}
        return Comparison(None, missing=(Missing(field_of(measure.id), "missing-unit", params),))
    low, high = bounds
    if wants_nothing(limit):
        return _against_zero(measure, limit, low, high)
    holds = _between(low, high, limit) if limit.op in ("between", "equals") else _one_sided(measure, low, high, limit)
    if holds is None:
        return Comparison(None, missing=_open(measure, limit))
    return Comparison(holds, _margin(low, high, limit, holds=holds))


def _bounds(measure: Measure, unit: str | None) -> tuple[float | None, float | None]:
    """Proven bounds in the unit of the limit. 未检出 proves no more than its detection limit."""
    if measure.not_detected:
        return 0.0, _in_unit(measure.detection_limit, measure.unit, unit)
    low, high = measure.low, measure.high
    return _in_unit(low, measure.unit, unit), _in_unit(high, measure.unit, unit)


def _in_unit(value: float | None, have: str | None, want: str | None) -> float | None:
    if value is None or want is None or have == want:
        return value
    if have is None:
        raise UnitError("unit-missing", value=str(value))
    return convert(Amount(value, have), want)


def _below(a: float, b: float) -> bool:
    """`a` < `b` by more than rounding."""
    return b - a > SAME * max(abs(a), abs(b))


def _one_sided(measure: Measure, low: float | None, high: float | None, limit: Limit) -> Tri:
    value = limit.value
    if isinstance(value, (bool, str)) or value is None:
        return None
    if limit.op == "at_most":
        return True if high is not None and not _below(value, high) else _no(low is not None and _below(value, low))
    if limit.op == "less_than":
        # what a test did not find lies below its detection limit, so that equality is enough there
        enough = high is not None and (_below(high, value) or (measure.not_detected and not _below(value, high)))
        return True if enough else _no(low is not None and not _below(low, value))
    if limit.op == "at_least":
        return True if low is not None and not _below(low, value) else _no(high is not None and _below(high, value))
    return True if low is not None and _below(value, low) else _no(high is not None and not _below(value, high))


def _no(proven: bool) -> Tri:  # noqa: FBT001  (the outcome of one comparison)
    return False if proven else None


def _between(low: float | None, high: float | None, limit: Limit) -> Tri:
    bottom, top = limit.low, limit.high
    if limit.op == "equals" and isinstance(limit.value, float):
        bottom = top = limit.value
    if bottom is None or top is None:
        return None
    if low is not None and high is not None and not _below(low, bottom) and not _below(top, high):
        return True
    return _no((low is not None and _below(top, low)) or (high is not None and _below(high, bottom)))


def _against_zero(measure: Measure, limit: Limit, low: float | None, high: float | None) -> Comparison:
    """A limit of nothing: proven only by the test that the document names, at that test's own detection limit.

    A stated 0 is what a test did not find; without its detection limit it proves nothing.
    """
    known = limit.test_detection_limit
    if low is not None and low > (known or 0.0):
        return Comparison(holds=False)
    if known is None:
        params: dict[str, str | float | int] = {"id": measure.id, "source": limit.source}
        wanted = Missing("overlay.limits.test_detection_limit", "missing-test-limit", params)
        return Comparison(None, missing=(*measure.missing, wanted), reason="detection-limit-unknown")
    found = high
    if not measure.not_detected and measure.value == 0:
        found = _in_unit(measure.detection_limit, measure.unit, limit.unit)
    if found is not None and not _below(known, found):
        return Comparison(holds=True)
    if measure.detection_limit is None:
        return Comparison(None, missing=_tests(measure, limit))
    return Comparison(None, missing=_open(measure, limit), reason="detection-limit-above")


def _open(measure: Measure, limit: Limit) -> tuple[Missing, ...]:
    """What would settle an open comparison: what the measure itself lacks, else a finer test."""
    if measure.missing:
        return measure.missing
    if measure.not_detected:
        return _tests(measure, limit)
    return (Missing(field_of(measure.id), "missing-form", {"id": measure.id}),)


def _tests(measure: Measure, limit: Limit) -> tuple[Missing, ...]:
    """The detection limit that a test has to state, or a test that sees less; of a content, in the rows of it."""
    in_rows = not measure.declared and measure.id.startswith("substance:")
    if in_rows and measure.detection_limit is None and measure.missing:
        return measure.missing
    field = "bom.substances" if in_rows else field_of(measure.id, "detection_limit")
    code = "missing-detection-limit" if measure.detection_limit is None else "missing-finer-test"
    return (Missing(field, f"{code}-in-rows" if in_rows else code, {"id": measure.id, "limit": _shown(limit)}),)


def _shown(limit: Limit) -> str:
    """The figure that a test has to see, in the unit of the limit; a plain share of the mass in mg/kg."""
    value = limit.test_detection_limit if wants_nothing(limit) else limit.value
    value = limit.high if value is None else value
    if not isinstance(value, float):
        return str(value)
    return f"{value * 1e6:g} mg/kg" if limit.unit == "kg/kg" else f"{value:g} {limit.unit or ''}".strip()


def _margin(low: float | None, high: float | None, limit: Limit, *, holds: bool) -> float | None:
    """Distance to the limit as a share of it, from the bound that proves the answer."""
    if limit.op == "between" and limit.low is not None and limit.high is not None and low is not None:
        inside = [(low - limit.low, limit.low), (limit.high - (high if high is not None else low), limit.high)]
        distance, bound = min(inside, key=lambda pair: pair[0])
        return distance / abs(bound) if bound else None
    value = limit.value
    if limit.op == "equals" or isinstance(value, (bool, str)) or not value:
        return None
    upper = limit.op in UPPER
    proven = high if upper is holds else low
    if proven is None:
        return None
    return (value - proven if upper else proven - value) / abs(value)
