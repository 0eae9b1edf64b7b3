"""A second reading of the standards library: YAML as it stands and Kleene's tables, without `ecoprod.standards`.

Used by `test_spec_mutations.py` to say independently what has to become of every requirement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ecoprod.resources import bundled
from ecoprod.units import convert, parse

Rule = dict[str, Any]
OPERATORS = ("at_most", "at_least", "less_than", "more_than", "equals", "one_of", "between", "present")
COUNTED = ("unit", "cycle", "person")


@cache
def _read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # type: ignore[no-any-return]


def editions() -> Iterator[tuple[str, str]]:
    """Every category of the library with each of its editions."""
    for folder in sorted(bundled("product_specs").iterdir()):
        if (folder / "spec.yaml").is_file():
            head = _read(folder / "spec.yaml")
            if head.get("role", "category") == "category":
                yield from ((folder.name, edition) for edition in head["editions"])


def rules(kind: str, edition: str, on: date) -> dict[str, Rule]:
    """Requirements of an edition on a day by id: of the base, its own, those of the standards it refers to."""
    own = [r for r in _requirements(kind) if edition in r.get("editions", [edition])]
    found: dict[str, Rule] = {}
    if kind != "gbt-32161":
        found = {r["id"]: r for r in _requirements("gbt-32161")}
    for rule in own:
        if "refers_to" not in rule:
            found[rule["id"]] = _of(rule, edition, on)
    for rule in own:
        if "refers_to" in rule:
            for inner in _reference(rule["refers_to"], on):
                if not any(_same_or_stricter(mine, inner) for mine in found.values() if mine["id"] in _ids(own)):
                    both = [c for c in (rule.get("applies_when"), inner.get("applies_when")) if c]
                    scope = {"applies_when": {"all_of": both} if len(both) > 1 else both[0]} if both else {}
                    found[f"{rule['id']}-{inner['id']}"] = {**inner, **scope}
    return found


def _ids(own: list[Rule]) -> set[str]:
    return {r["id"] for r in own}


def _requirements(kind: str) -> list[Rule]:
    return _read(bundled("product_specs") / kind / "requirements.yaml")["requirements"] or []


def _of(rule: Rule, edition: str, on: date) -> Rule:
    """The rule with the one limit of each condition that holds for the edition on the day."""

    def pick(part: Rule) -> Rule:
        if "limits" not in part:
            return part
        dated = [
            m for m in part["limits"]
            if edition in m.get("editions", [edition]) and _day(m.get("from")) <= on < _day(m.get("until"), date.max)
        ]  # fmt: skip
        return {**part, "limits": [max(dated, key=lambda m: _day(m.get("from")))] if dated else []}

    picked = pick(rule)
    return {**picked, **{k: [pick(p) for p in rule[k]] for k in ("any_of", "all_of") if k in rule}}


def _day(text: str | None, unknown: date = date.min) -> date:
    return unknown if text in (None, "", "null", "~") else date.fromisoformat(str(text))


def _reference(name: str, on: date) -> list[Rule]:
    kind, _, named = name.partition("@")
    head = _read(bundled("product_specs") / kind / "spec.yaml")
    chosen = [
        e for e, d in head["editions"].items()
        if e == named or (not named and _day(d.get("in_force")) <= on < _day(d.get("until"), date.max))
    ]  # fmt: skip
    assert len(chosen) == 1, (name, chosen)
    return [_of(r, chosen[0], on) for r in _requirements(kind) if chosen[0] in r.get("editions", chosen)]


def _same_or_stricter(mine: Rule, inner: Rule) -> bool:
    if "applies_when" in mine or mine.get("indicator") is None or mine.get("indicator") != inner.get("indicator"):
        return False
    a, b = mine["limits"][0], inner["limits"][0]
    if "doubt" in a or ("exempt_when" in mine and mine["exempt_when"] != inner.get("exempt_when")):
        return False
    return "at_most" in a and "at_most" in b and number(a["at_most"], "kg/kg") <= number(b["at_most"], "kg/kg")


def number(text: str, unit: str | None) -> float:
    """A written quantity in a unit (its own where None)."""
    if text in ("0", "0.0"):
        return 0.0
    amount = parse(text)
    return convert(amount, unit) if unit and amount.unit else amount.value


# ---- conditions ----------------------------------------------------------------------------------


def atoms(condition: Rule | None) -> Iterator[tuple[str, Rule]]:
    """Every comparison of a condition: indicator and limit."""
    if not condition:
        return
    if "indicator" in condition:
        for limit in condition.get("limits", [condition]):
            yield condition["indicator"], limit
    for inner in (*condition.get("all_of", ()), *condition.get("any_of", ())):
        yield from atoms(inner)


def names(rule: Rule) -> set[str]:
    """Every indicator a rule looks at."""
    parts = (rule, rule.get("applies_when"), rule.get("exempt_when"))
    return {n for part in parts for n, _ in atoms(part)} | ({rule["reported"]} if "reported" in rule else set())


def status(rule: Rule, values: Mapping[str, Any]) -> str:
    """What has to become of a rule; `values`: (number, unit), bool or word by indicator, all with evidence."""
    if "reported" in rule:
        return "reported"
    applies = _truth(rule.get("applies_when"), values, adverse=False, own=False)
    exempt = _truth(rule["exempt_when"], values, adverse=False, own=False) if "exempt_when" in rule else False
    holds = _truth(rule, values, adverse=True, own=rule.get("own_check") == "true")
    if applies is False:
        return "not_applicable"
    if applies is None:
        return "undetermined"
    if exempt is True:
        return "exempt"
    if holds is True:
        return "pass"
    return "fail" if holds is False and exempt is False else "undetermined"


def _truth(condition: Rule | None, values: Mapping[str, Any], *, adverse: bool, own: bool) -> bool | None:
    if condition is None:
        return True
    if "indicator" in condition:
        limit = condition.get("limits", [condition])[0]
        held = _holds(limit, values.get(condition["indicator"]))
        weak = own or limit.get("confidence") == "secondary" or "doubt" in limit
        return None if held is False and adverse and weak else held
    parts = [_truth(c, values, adverse=adverse, own=own) for c in condition.get("all_of", condition.get("any_of", ()))]
    if "all_of" in condition:
        return False if False in parts else None if None in parts else True
    return True if True in parts else None if None in parts else False


def _holds(limit: Rule, value: Any) -> bool | None:
    op = next(o for o in OPERATORS if o in limit)
    wanted = limit[op]
    if value is None or (isinstance(wanted, list) and op in ("at_most", "at_least")):
        return None
    if op == "one_of":
        return value in wanted
    if op == "present":
        return True
    if wanted in ("true", "false"):
        return value is (wanted == "true")
    if not isinstance(value, tuple):
        return bool(value == wanted)
    have, unit = value
    if op == "between":
        low, high = (number(w, unit) for w in wanted)
        return bool(low <= have <= high)
    bound = number(wanted, unit)
    if bound == 0 and op in ("at_most", "equals") and parse_unit(wanted) not in COUNTED:
        return False if have > 0 else None
    near = abs(have - bound) <= 1e-12 * max(abs(have), abs(bound))
    if op == "equals":
        return near
    return {"at_most": have <= bound or near, "at_least": have >= bound or near, "less_than": have < bound and not near,
            "more_than": have > bound and not near}[op]  # fmt: skip


def parse_unit(text: str) -> str:
    """The unit of a written quantity, nothing for a bare zero."""
    return "" if text in ("0", "0.0") else parse(text).unit
