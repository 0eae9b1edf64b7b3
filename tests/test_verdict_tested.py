"""A stated 0 of what a test finds proves no more than "not detected", on whichever way it came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, material, part, product
from indicator_cases import ON, declared, made_of, measures, with_facts
from screening_cases import requirement

from ecoprod.indicators import measure_product
from ecoprod.measure import Measure
from ecoprod.messages import text
from ecoprod.product import Amount, Declared, Part, Product, Substance
from ecoprod.standards import load_spec
from ecoprod.standards.records import Fact, Limit, Op
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate
from ecoprod.verdict.compare import compare
from ecoprod.verdict.tested import is_tested


def limit(op: Op, value: float | None, unit: str, **more: Any) -> Limit:
    plain: dict[str, Any] = {
        "op": op, "unit": unit, "value": value, "low": None, "high": None, "values": (), "start": date(2020, 1, 1),
        "source": "doc", "at": "table 1", "confidence": "standard",
    }  # fmt: skip
    return Limit(**{**plain, **more})


def stated(name: str, value: float, unit: str, seen: float | None = None) -> Measure:
    return Measure(name, unit, value, value, detection_limit=seen, declared=True)


@pytest.mark.parametrize("unit", ["mg/kg", "mg/L", "mg/m3", "μg/g", "ppm", "g/L", "mg/dm2", "Bq/kg", "mg/(m2·h)", "%"])
def test_a_stated_zero_needs_the_detection_limit_of_its_test(unit: str) -> None:
    at_most = limit("at_most", 10.0, unit)
    for seen, holds, lacks in (
        (None, None, "missing-detection-limit"), (20.0, None, "missing-finer-test"),
        (10.0, True, None), (2.0, True, None),
    ):  # fmt: skip
        for measure in (
            stated("formaldehyde", 0.0, unit, seen),
            replace(stated("formaldehyde", 0.0, unit, seen), low=0.0, high=seen, not_detected=True),
        ):
            found = compare("formaldehyde", measure, at_most)
            assert found.holds is holds
            assert [m.code for m in found.missing] == ([lacks] if lacks else [])


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("fan-cycles", "cycle"), ("print-colours", "unit"), ("layers", "层"), ("grade", "级"), ("standby", "W"),
        ("noise", "dB(A)"), ("packaging-cost-share", "%"), ("dilution-rate", "%"), ("recycled-content", "%"),
        ("packaging-void-ratio", "%"), ("waste-per-mass", "kg/t"), ("waste-emulsion-per-mass", "kg/t"),
        ("water-mass-per-mass", "t/t"), ("energy-per-mass", "kgce/t"), ("leak", "mL/min"), ("delay", "s"),
    ],
)  # fmt: skip
def test_what_is_counted_weighed_or_bought_is_exact(name: str, unit: str) -> None:
    assert not is_tested(name, unit)
    assert compare(name, stated(name, 0.0, unit), limit("at_most", 10.0, unit)).holds is True


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("phosphorus-content", "%"), ("carbonate-gas-share", "%"), ("hazardous-substance-mass-share", "%"),
        ("dust-per-mass", "kg/t"), ("so2-per-mass", "kg/t"), ("voc-content-by-mass", "g/kg"), ("nox", "g/kWh"),
        ("substance:Pb@product_mass", "kg/kg"), ("nicotine", "mg"), ("anything", "mL/m3"),
    ],
)  # fmt: skip
def test_what_a_test_finds(name: str, unit: str) -> None:
    assert is_tested(name, unit)


@pytest.mark.parametrize(
    ("zh", "en", "tested"),
    [
        ("不合格品率", "不合格品率", False), ("不合格品率", "x", False), ("收缩率", "shrinkage", False),
        ("含水率", "moisture", False), ("泄漏率", "leakage", False), ("残余变形", "permanent deformation", False),
        ("废料占比", "share of scrap", False), ("包装成本占比", "cost of packaging", False),
        ("甲醛含量", "content", True), ("甲醛占比", "share", True), ("甲醇比例", "share", True),
        ("铅的比例", "ratio", True), ("含铅率", "rate", True), ("溶剂释放率", "rate", True),
        ("迁移率", "rate", True),
        ("有害物质质量占比", "share", True),
        ("占比", "share of formaldehyde", True), ("占比", "share of VOC", True), ("某", "some", True),
    ],
)  # fmt: skip
def test_the_titles_of_a_fact_tell_whether_a_percentage_is_a_content(zh: str, en: str, tested: bool) -> None:
    # an id says nothing where there are titles, be it that of a table or a word of its own
    for name in ("title-3f9a2c41", "formaldehyde-share", "x-rate"):
        assert is_tested(name, "%", (zh, en)) is tested
        measure = replace(stated(name, 0.0, "%"), titles=(zh, en))
        assert compare(name, measure, limit("at_most", 1.0, "%")).holds is (None if tested else True)
    assert is_tested("title-3f9a2c41", "mg/kg", (zh, en))


@pytest.mark.parametrize(("title", "tested"), [("氨氮排放量", True), ("粉尘", True), ("废乳液产生量", False)])
def test_the_titles_tell_what_went_into_air_or_water(title: str, tested: bool) -> None:
    assert is_tested("title-1", "kg/t", (title, title)) is tested


@pytest.mark.parametrize(("title", "status"), [("不合格品率", "pass"), ("甲醛占比", "undetermined")])
def test_a_specification_tells_its_titles(title: str, status: str) -> None:
    spec = load_spec("gbt-32161", date(2026, 1, 1))
    fact = Fact("title-3f9a2c41", "quantity", "%", (), {"zh": title, "en": title}, declared=True)
    asked = requirement(fact.id, limit("at_most", 1.0, "%"))
    made = replace(spec, facts={**spec.facts, fact.id: fact}, requirements=(asked,))
    zero = replace(stated(fact.id, 0.0, "%"), evidenced=True)
    (finding,) = evaluate(made, {fact.id: zero}, Ledger())
    assert finding.status == status
    assert [m.code for m in finding.missing] == ([] if status == "pass" else ["missing-detection-limit"])


@pytest.mark.parametrize("unit", ["t/t", "kg/t", "倍", "%"])
def test_a_zero_is_no_better_in_a_unit_of_amounts(unit: str) -> None:
    assert compare("x-rate", stated("x-rate", 0.0, unit), limit("at_most", 10.0, "mg/kg")).holds is None


def test_a_zero_denies_that_there_is_enough_of_something() -> None:
    assert compare("x", stated("x", 0.0, "mg/kg"), limit("at_least", 5.0, "mg/kg")).holds is False
    between = limit("between", None, "mg/kg", low=2.0, high=5.0)
    assert compare("x", stated("x", 0.0, "mg/kg"), between).holds is False
    assert compare("x", stated("x", 0.0, "mg/kg"), replace(between, low=0.0)).holds is None


def test_a_figure_below_its_own_detection_limit_proves_no_more_than_that() -> None:
    for value, seen, holds in ((1e-300, 20.0, None), (1e-300, 5.0, True), (3.0, 2.0, True), (12.0, 20.0, False)):
        assert compare("x", stated("x", value, "mg/kg", seen), limit("at_most", 10.0, "mg/kg")).holds is holds


def test_a_calculated_zero_is_exact() -> None:
    calculated = Measure("x", "mg/kg", 0.0, 0.0)
    assert compare("x", calculated, limit("at_most", 10.0, "mg/kg")).holds is True


def test_less_than_the_detection_limit_is_below_the_limit() -> None:
    assert compare("x", stated("x", 0.0, "mg/kg", 10.0), limit("less_than", 10.0, "mg/kg")).holds is True


# ---- contents of the bill of materials -----------------------------------------------------------

LEAD = "substance:Pb@product_mass"
BASES = (LEAD, "substance:Pb@homogeneous_material", "substance:Pb@component")


def holds(name: str, measure: Measure) -> bool | None:
    return compare(name, measure, limit("at_most", 100.0, "mg/kg")).holds


def content(folder: Path, *stated_: Substance, facts: tuple[Declared, ...] = ()) -> dict[str, Measure]:
    """Parts of 1 kg each that state these contents of lead."""
    known = background(folder, dataset("pp-data"), materials=(material("pp", "pp-data"),))
    parts = tuple(
        replace(
            part(f"p{n}", 1.0, material="pp"), substances=(one,), substance_basis="homogeneous_material",
            evidence=("E1",),
        )
        for n, one in enumerate(stated_)
    )  # fmt: skip
    made: Product = with_facts(product(folder, *parts, mass_kg=float(len(parts))), *facts)
    foreground, problems, ledger = built(made, known)
    assert not problems
    return measure_product(made, foreground, None, BASES, known, ON, ledger)


ZERO, SEEN = Substance("Pb", fraction=0.0), Substance("Pb", fraction=0.0, detection_limit=2e-6)
QUIET, LOW = Substance("Pb", not_detected=True), Substance("Pb", below=5e-6)


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize(
    ("given", "holds_", "code"),
    [
        ((ZERO,), None, "missing-zero-limit"),
        ((ZERO, ZERO), None, "missing-zero-limit"),
        ((QUIET, ZERO), None, "missing-zero-limit"),
        ((ZERO, LOW), None, "missing-zero-limit"),
        ((QUIET, LOW), None, "missing-zero-limit"),
        ((SEEN, LOW), True, None),
        ((SEEN,), True, None),
        ((Substance("Pb", fraction=1e-12, detection_limit=1e-3),), None, "missing-form"),
        ((ZERO, Substance("Pb", fraction=0.01)), False, None),
    ],
)
def test_a_content_of_zero_in_the_bill_of_materials(
    tmp_path: Path, name: str, given: tuple[Substance, ...], holds_: bool | None, code: str | None
) -> None:
    measure = content(tmp_path, *given)[name]
    found = compare(name, measure, limit("at_most", 100.0, "mg/kg"))
    assert found.holds is holds_
    assert [m.code for m in found.missing][:1] == ([code] if code else [])
    for gap in found.missing:
        assert all(text(gap.code, lang, **gap.params) for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("unit", "sees", "shown"), [("mg/kg", 2.0, "2 mg/kg"), ("kg/kg", 2e-6, "2 mg/kg"), ("%", 0.0002, "0.0002 %")]
)
def test_a_zero_in_a_row_is_told_at_its_row_and_in_the_unit_of_the_limit(
    tmp_path: Path, unit: str, sees: float, shown: str
) -> None:
    nothing = limit("at_most", 0.0, unit, test_detection_limit=sees)
    (gap,) = compare(LEAD, content(tmp_path, ZERO)[LEAD], nothing).missing
    assert (gap.field, gap.code, gap.params["ids"]) == ("bom.substances", "missing-zero-limit", "p0")
    coarse = Substance("Pb", not_detected=True, detection_limit=5e-5)
    (gap,) = compare(LEAD, content(tmp_path, coarse)[LEAD], nothing).missing
    assert (gap.field, gap.code, gap.params["limit"]) == ("bom.substances", "missing-finer-test-in-rows", shown)
    plain = stated("formaldehyde", 0.0, unit)
    (gap,) = compare("formaldehyde", plain, nothing).missing
    assert (gap.field, gap.params["limit"]) == ("declared.formaldehyde.detection_limit", shown)


def test_a_declared_zero_settles_no_silence_without_its_test(tmp_path: Path) -> None:
    plain = declared(LEAD, 0.0, "mg/kg")
    limited = replace(plain, detection_limit=Amount(2.0, "mg/kg"))
    silent = Substance("Cd", below=1e-6)
    assert holds(LEAD, content(tmp_path, silent, facts=(plain,))[LEAD]) is None
    assert holds(LEAD, content(tmp_path, silent, facts=(limited,))[LEAD]) is True
    # what the bill of materials proves is not lost to a 0 beside it
    assert holds(LEAD, content(tmp_path, LOW, facts=(plain,))[LEAD]) is True


def test_voc_stated_as_zero_is_not_all_removed(tmp_path: Path) -> None:
    none = declared("voc-emitted", 0.0, "kg")
    made = made_of(tmp_path, 1.0, Amount(1.0, "t"))

    def removed(emitted: Declared) -> Measure:
        facts = with_facts(made, emitted, declared("voc-generated", 8, "kg"))
        return measures(facts, tmp_path, "voc-removal-rate")[0]["voc-removal-rate"]

    assert (removed(none).low, removed(none).high) == (0.0, 100.0)
    assert [m.field for m in removed(none).missing] == ["declared.voc-emitted.detection_limit"]
    tested = removed(replace(none, detection_limit=Amount(2.0, "kg")))
    assert (tested.low, tested.high) == (pytest.approx(75.0), 100.0)


def test_no_recycled_content_is_a_figure(tmp_path: Path) -> None:
    made: Part = replace(part("a", 1.0, material="pp"), recycled_content=0.0, recycled_pre=0.0, recycled_post=0.0)
    known = background(tmp_path, dataset("pp-data"), materials=(material("pp", "pp-data"),))
    foreground, _, ledger = built(product(tmp_path, made, mass_kg=1.0), known)
    found = measure_product(product(tmp_path, made, mass_kg=1.0), foreground, None, (), known, ON, ledger)
    assert found["recycled-content"].value == 0.0
