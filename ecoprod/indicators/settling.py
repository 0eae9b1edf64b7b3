"""A figure that is calculated beside one that is declared: which counts, and what becomes of a contradiction."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

from ecoprod.errors import Params
from ecoprod.measure import Measure, Missing
from ecoprod.trace import Ledger
from ecoprod.units import Amount, UnitError, convert

SAME_FIGURE = 0.005
"""Relative difference up to which a document is taken to state the calculated figure, rounded: half a percent."""
_CONVERSION = 1e-9
"""Relative difference that the conversion of a unit may make."""
CONTRADICTIONS = frozenset({
    "missing-rate-fits", "missing-amount-metered", "missing-amount-not-landfilled", "missing-kind-fits",
    "missing-waste-or-input", "missing-voc-or-not", "missing-raw-material-agrees", "missing-yields-agree",
})  # fmt: skip
"""What a calculation lacks where the maker's own data cannot all be true, or a row says two things: to be corrected."""


def settled(calculated: Measure, declared: Measure | None, ledger: Ledger) -> Measure:
    """What the calculation has proven, narrowed by a declaration where it leaves something open.

    A declaration that is no quantity says nothing here, and one without a document changes nothing that was calculated.
    Amounts that contradict each other are settled by no declaration. A document that states the figure rounded stands
    behind it, and a limit between the two figures is open; so is one between an end of what is calculated and a
    document that rounding has led past it.
    """
    if declared is None or calculated.flag is not None or any(m.code in CONTRADICTIONS for m in calculated.missing):
        return calculated
    try:
        low, high, limit = (
            _converted(v, declared, calculated.unit) for v in (declared.low, declared.high, declared.detection_limit)
        )
    except UnitError:
        return calculated
    if low is None or high is None:
        return calculated
    if _apart(calculated, low, high):
        return _both(calculated, declared, low, high, ledger) if declared.evidenced else calculated
    if calculated.value is not None:
        return _rounded(calculated, declared, low, high, ledger) if declared.evidenced else calculated
    if past := _past_an_end(calculated, low, high):
        if not declared.evidenced:
            return calculated
        both = _both(_documented(calculated, declared), declared, low, high, ledger)
        return replace(both, low=past[0], high=past[1], missing=both.missing[:1])
    inputs = tuple(t for t in (calculated.trace, declared.trace) if t is not None and t in ledger)
    low = max(low, calculated.low or 0.0)
    high = max(low, min(high, _upper(calculated)))
    by = "declared within what is calculated"
    trace = ledger.computed(f"ind:{calculated.id}/settled", high if low == high else None, calculated.unit, by, inputs)
    return replace(
        declared, unit=calculated.unit, low=low, high=high, detection_limit=limit, missing=(), trace=trace,
        not_detected=declared.not_detected and not low,
    )  # fmt: skip


def _apart(calculated: Measure, low: float, high: float) -> bool:
    """Whether a declared quantity lies outside what is calculated, by more than rounding."""
    least, most = calculated.low or 0.0, _upper(calculated)
    return least - SAME_FIGURE * abs(least) > high or low > most + SAME_FIGURE * abs(most)


def _past_an_end(calculated: Measure, low: float, high: float) -> tuple[float, float] | None:
    """From an end of what is calculated to a declared quantity that rounding has led past it; None where none has."""
    least, most = calculated.low or 0.0, _upper(calculated)
    if low > most and not isclose(low, most, rel_tol=_CONVERSION):
        return most, low
    return (high, least) if high < least and not isclose(high, least, rel_tol=_CONVERSION) else None


def _rounded(calculated: Measure, declared: Measure, low: float, high: float, ledger: Ledger) -> Measure:
    """A documented figure that is the calculated one but for its rounding, which may have led past a limit."""
    value = calculated.low or 0.0
    stated = min(max(value, low), high)
    documented = _documented(calculated, declared) if low == high else calculated
    return (
        documented
        if isclose(stated, value, rel_tol=_CONVERSION)
        else _both(documented, declared, stated, stated, ledger)
    )


def _both(calculated: Measure, declared: Measure, low: float, high: float, ledger: Ledger) -> Measure:
    """A document against the calculation: one of them is wrong, so that a limit has to hold for both or neither."""
    least = None if calculated.low is None else min(calculated.low, low)
    most = None if calculated.high is None else max(calculated.high, high)
    figures: Params = {
        "stated": figure_words(low, high), "found": figure_words(calculated.low, calculated.high),
        "unit": calculated.unit or "",
    }  # fmt: skip
    gap = Missing(f"declared.{calculated.id}.value", "missing-amounts-agree", {"id": calculated.id, **figures})
    inputs = tuple(t for t in (calculated.trace, declared.trace) if t is not None and t in ledger)
    by = "calculated, and as a document states it"
    trace = ledger.computed(f"ind:{calculated.id}/both", None, calculated.unit, by, inputs) if inputs else None
    return replace(
        calculated, low=least, high=most, not_detected=False, missing=(gap, *calculated.missing), trace=trace,
        evidence=tuple(dict.fromkeys((*calculated.evidence, *declared.evidence))),
        illustrative=calculated.illustrative or declared.illustrative,
    )  # fmt: skip


def figure_words(low: float | None, high: float | None) -> str:
    """A figure as messages write it, or the two that it lies between."""
    least, most = (f"{v:.6g}" if v is not None else "…" for v in (low, high))
    return least if low == high else f"{least} – {most}"


def _documented(calculated: Measure, declared: Measure) -> Measure:
    """What was calculated without documents counts with the document that says the same."""
    if calculated.evidenced or not declared.evidenced:
        return calculated
    evidence = tuple(dict.fromkeys((*calculated.evidence, *declared.evidence)))
    illustrative = calculated.illustrative or declared.illustrative
    return replace(
        calculated, evidenced=True, undocumented=(), doubted=(), evidence=evidence, illustrative=illustrative
    )


def _upper(measure: Measure) -> float:
    return float("inf") if measure.high is None else measure.high


def _converted(value: float | None, measure: Measure, unit: str | None) -> float | None:
    if value is None or unit is None:
        return value
    if measure.unit is None:
        raise UnitError("unit-missing", value=str(value))
    return convert(Amount(value, measure.unit), unit)
