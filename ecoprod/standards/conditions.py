"""Conditions and dated limits as requirements.yaml writes them: closed operators, no expressions.

A draft still holds every limit a requirement ever had; `resolve` picks what is in force for one edition on one date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import cast

from ecoprod.standards.cursor import Cursor, near_words
from ecoprod.standards.records import Condition, Confidence, Fact, Limit, Op
from ecoprod.standards.vocabulary import CALCULATED, CONFIDENCES, OPERATORS, OPERATORS_OF, RANGED, known_fact
from ecoprod.units import Amount, UnitError, convert, parse, same_dimension

_LIMIT_KEYS = (
    *OPERATORS, "from", "until", "source", "at", "confidence", "test_detection_limit", "baseline", "note", "doubt",
    "also", "editions",
)  # fmt: skip
_LOGIC = ("all_of", "any_of", "not")
MAX_DEPTH = 2


@dataclass(frozen=True, slots=True)
class DraftLimit:
    """A limit with its span of validity. `dated`: it states its own `from` (else the edition's date counts)."""

    limit: Limit
    dated: bool
    until: date | None
    editions: tuple[str, ...]
    place: Cursor


@dataclass(frozen=True, slots=True)
class DraftCondition:
    """A condition before a date is chosen."""

    place: Cursor
    indicator: str | None = None
    limits: tuple[DraftLimit, ...] = ()
    all_of: tuple[DraftCondition, ...] = ()
    any_of: tuple[DraftCondition, ...] = ()
    negated: DraftCondition | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a limit inherits where it does not say so itself; `confidence` None: each limit has to state it."""

    source: str | None
    at: str | None
    confidence: Confidence | None


def read_condition(
    place: Cursor, facts: Mapping[str, Fact], origin: Origin, *, simple: bool, depth: int = 0,
    also: tuple[str, ...] = (),
) -> DraftCondition:  # fmt: skip
    """A condition: `indicator` with `limits` (or, where `simple`, with one operator beside it), or logic over them.

    `also`: keys of the surrounding requirement, which has checked them.
    """
    own = ("indicator", "test_detection_limit", *OPERATORS) if simple else ("indicator", "limits")
    if not also:
        place.keys((*own, *_LOGIC))
    logic = [key for key in _LOGIC if place.has(key)]
    if len(logic) + place.has("indicator") != 1:
        place.report("standards-condition-one-of")
        return DraftCondition(place)
    if not logic:
        return _atom(place, facts, origin, simple=simple)
    if depth >= MAX_DEPTH:
        place.report("standards-too-deep", logic[0], limit=MAX_DEPTH)
        return DraftCondition(place)

    def inner(at: Cursor) -> DraftCondition:
        return read_condition(at, facts, origin, simple=simple, depth=depth + 1)

    if logic[0] == "not":
        return DraftCondition(place, negated=inner(place.at("not")))
    parts = tuple(inner(item) for item in place.at(logic[0]).each())
    if not parts:
        place.report("standards-empty-list", logic[0], key=logic[0])
    return DraftCondition(place, all_of=parts) if logic[0] == "all_of" else DraftCondition(place, any_of=parts)


def _atom(place: Cursor, facts: Mapping[str, Fact], origin: Origin, *, simple: bool) -> DraftCondition:
    name = place.at("indicator").text(required=True)
    if name is None:
        return DraftCondition(place)
    fact = known_fact(name, facts)
    if fact is None:
        place.report(
            "standards-unknown-indicator", "indicator", indicator=name, near=near_words(name, [*facts, *CALCULATED])
        )
        for item in place.at("limits").each() if not simple else ():  # the rest of it is looked at all the same
            read_limit(item, None, origin)
        return DraftCondition(place, name)
    if simple:
        found = read_limit(place, fact, origin, beside=True)
        return DraftCondition(place, name, (found,) if found else ())
    listed = place.at("limits")
    limits = [read_limit(item, fact, origin) for item in listed.each()]
    if not limits:
        place.report("standards-missing-key", key="limits")
    return DraftCondition(place, name, tuple(d for d in limits if d is not None))


def read_limit(place: Cursor, fact: Fact | None, origin: Origin, *, beside: bool = False) -> DraftLimit | None:
    """One comparison with its date, source and confidence. `beside`: it stands beside the indicator, keys checked.

    `fact` None: nobody knows the indicator; what else is wrong with the limit is reported, and it is not read.
    """
    if not beside and not place.keys(_LIMIT_KEYS):
        return None
    op = _operator(place, fact)
    compared = _comparison(place.at(op), op, fact) if op is not None and fact is not None else None
    confidence = _confidence(place, origin)
    source = place.at("source").text() or origin.source
    at = place.at("at").text() or origin.at
    if source is None:
        place.report("standards-missing-key", key="source")
    if at is None:
        place.report("standards-missing-key", key="at")
    start, until = place.at("from").day(), place.at("until").day()
    if start and until and until <= start:
        place.report("standards-date-order", "until", start=start.isoformat(), end=until.isoformat())
    if compared is None or fact is None:
        return None
    value, low, high, values, unit = compared
    test_limit, test_unit = _test_limit(place, fact, unit)
    limit = Limit(
        cast(Op, op), unit or test_unit, value, low, high, values, start, source or "", at or "", confidence,
        test_limit, place.at("baseline").words(), place.at("note").words(), place.at("doubt").words(),
        place.at("also").texts(), undated=confidence == "user" and place.has("from") and place.at("from").value is None,
    )  # fmt: skip
    return DraftLimit(limit, place.has("from"), until, place.at("editions").texts(), place)


def _operator(place: Cursor, fact: Fact | None) -> str | None:
    """The operator of a limit, where there is one and it fits the indicator."""
    used = [op for op in OPERATORS if place.has(op)]
    if len(used) != 1:
        place.report("standards-one-operator", count=len(used), allowed=", ".join(OPERATORS))
        return None
    if fact is not None and used[0] not in OPERATORS_OF[fact.kind]:
        allowed = ", ".join(sorted(OPERATORS_OF[fact.kind]))
        place.report("standards-operator-kind", used[0], operator=used[0], kind=fact.kind, allowed=allowed)
        return None
    return used[0]


def _confidence(place: Cursor, origin: Origin) -> Confidence:
    if origin.confidence is not None and not place.has("confidence"):
        return origin.confidence
    stated = place.at("confidence").text(required=True)
    if stated == "M":
        place.report("standards-confidence-memory", "confidence")
    elif stated is not None and stated not in CONFIDENCES:
        place.report("standards-unknown-word", "confidence", value=stated, allowed=", ".join(CONFIDENCES))
    elif stated is not None:
        return cast(Confidence, stated)
    return "secondary"


_Comparison = tuple[float | str | bool | None, float | None, float | None, tuple[str, ...], str | None]


def _comparison(place: Cursor, op: str, fact: Fact) -> _Comparison:
    """Value, low, high, values and unit of one operator."""
    nothing: _Comparison = (None, None, None, (), None)
    if op == "present":
        place.flag(default=True)
        return nothing
    if op == "one_of":
        words = place.texts()
        for word in words:
            _known_word(place, word, fact)
        if not words:
            place.report("standards-empty-list", key=op)
        return None, None, None, words, None
    if op == "between":
        return _between(place, fact) or nothing
    if fact.kind == "flag":
        if not isinstance(place.value, bool):
            place.report("standards-not-flag")
        return place.value is True, None, None, (), None
    if fact.kind == "word":
        text = place.text(required=True)
        _known_word(place, text or "", fact)
        return text, None, None, (), None
    if op in RANGED and isinstance(place.value, list):
        return _between(place, fact) or nothing
    amount = _amount(place, fact)
    return (amount.value, None, None, (), amount.unit or None) if amount else nothing


def _between(place: Cursor, fact: Fact) -> _Comparison | None:
    ends = [_amount(item, fact) for item in place.each()]
    if len(ends) != 2:
        place.report("standards-between-two")
        return None
    low, high = ends
    if low is None or high is None:
        return None
    unit = high.unit
    if low.unit and unit:
        low = Amount(convert(low, unit), unit)
    if low.value > high.value:
        shown = {"low": f"{low.value:g} {unit}".strip(), "high": f"{high.value:g} {unit}".strip()}
        place.report("standards-contradiction", indicator=fact.id, **shown)
    return None, low.value, high.value, (), unit or low.unit or None


def _known_word(place: Cursor, word: str, fact: Fact) -> None:
    if fact.values and word not in fact.values:
        place.report("standards-unknown-word", value=word, allowed=", ".join(fact.values))


def _amount(place: Cursor, fact: Fact) -> Amount | None:
    """A quantity whose unit fits the indicator. Only a zero may stand without one: it is zero in every unit."""
    if place.value == 0 and not isinstance(place.value, bool):
        return Amount(0.0, "")
    text = place.text(required=True)
    if text is None:
        return None
    try:
        amount = parse(text)
        if fact.unit is not None and not same_dimension(amount.unit, fact.unit):
            place.report("standards-unit-kind", value=text, unit=fact.unit, indicator=fact.id)
            return None
    except UnitError as error:
        place.report(error.code, **error.params)
        return None
    return amount


def _test_limit(place: Cursor, fact: Fact, unit: str | None) -> tuple[float | None, str | None]:
    """Detection limit of the test the document names, with its unit: the limit's, the indicator's, else its own.

    A bare zero takes that unit too: what is compared with it has to convert.
    """
    at = place.at("test_detection_limit")
    amount = _amount(at, fact) if at.value is not None else None
    if amount is None:
        return None, None
    wanted = unit or fact.unit or amount.unit or None
    if wanted and amount.unit and not same_dimension(amount.unit, wanted):
        at.report("standards-unit-kind", value=f"{amount.value:g} {amount.unit}", unit=wanted, indicator=fact.id)
        return None, None
    return (convert(amount, wanted) if wanted and amount.unit else amount.value), wanted


# ---- as of a date --------------------------------------------------------------------------------


def limits_of(draft: DraftCondition) -> Iterator[tuple[str | None, DraftLimit]]:
    """Every limit of a draft with its indicator."""
    for limit in draft.limits:
        yield draft.indicator, limit
    for inner in (*draft.all_of, *draft.any_of, *((draft.negated,) if draft.negated else ())):
        yield from limits_of(inner)


def start_of(draft: DraftLimit, in_force: date | None) -> date | None:
    """First day of a limit: its own, else that of the edition; None where neither is known."""
    return draft.limit.start if draft.dated else in_force


def resolve(draft: DraftCondition | None, edition: str | None, in_force: date | None, on: date) -> Condition | None:
    """What of a draft is in force for `edition` on `on`; None where nothing is, or nothing is asked.

    A limit without a known date applies; of several dated ones the latest.
    """
    if draft is None:
        return None
    if draft.indicator is not None:
        limit = _limit_on(draft.limits, edition, in_force, on)
        return Condition(draft.indicator, limit) if limit else None
    if draft.negated is not None:
        inner = resolve(draft.negated, edition, in_force, on)
        return Condition(negated=inner) if inner else None
    all_of = tuple(c for d in draft.all_of if (c := resolve(d, edition, in_force, on)))
    any_of = tuple(c for d in draft.any_of if (c := resolve(d, edition, in_force, on)))
    return Condition(all_of=all_of, any_of=any_of) if all_of or any_of else None


def _limit_on(limits: tuple[DraftLimit, ...], edition: str | None, in_force: date | None, on: date) -> Limit | None:
    found: list[tuple[date, Limit]] = []
    for draft in limits:
        if draft.editions and edition not in draft.editions:
            continue
        start = start_of(draft, in_force)
        if (start is None or start <= on) and (draft.until is None or on < draft.until):
            found.append((start or date.min, replace(draft.limit, start=start)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def check_spans(draft: DraftCondition, editions: tuple[str, ...], in_force: Mapping[str, date | None]) -> None:
    """Report limits of one condition whose validity overlaps, so that two would apply at once."""
    if draft.indicator is None:
        for inner in (*draft.all_of, *draft.any_of, *((draft.negated,) if draft.negated else ())):
            check_spans(inner, editions, in_force)
        return
    for edition in editions or ("",):
        mine = [d for d in draft.limits if not d.editions or edition in d.editions]
        spans = sorted(((start_of(d, in_force.get(edition)), d) for d in mine), key=lambda s: s[0] or date.min)
        for (first, one), (second, other) in pairwise(spans):
            unordered = first is None or second is None or first == second
            # a later limit follows an earlier one without an end; an end that lies inside the next span does not
            if unordered or (one.until is not None and second is not None and one.until > second):
                here = other if other.place.line >= one.place.line else one
                here.place.report(
                    "standards-overlap", indicator=draft.indicator, first=_shown(first), second=_shown(second)
                )
                break


def _shown(day: date | None) -> str:
    return day.isoformat() if day else "null"
