"""A figure without a document names the field that lacks one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import row
from indicator_cases import ON, UNIT, declared, made_of, measures, steel, with_facts

from ecoprod.errors import At
from ecoprod.measure import Measure
from ecoprod.messages import LANGS, text
from ecoprod.product import Amount, EndOfLife, Evidence, Period, Substance
from ecoprod.standards.records import Condition, Group, Limit, Requirement, Spec
from ecoprod.trace import Ledger
from ecoprod.verdict import evaluate, judge
from ecoprod.verdict.records import Finding

LEAD = "substance:Pb@homogeneous_material"


def test_each_field_that_lacks_a_document_is_named(tmp_path: Path) -> None:
    """The power has a document but is estimated, water has one of another model, the output and the mass none."""
    rows = (
        row("power", Amount(10.0, "kWh"), scope="product", evidence=("E1",), basis="estimated"),
        row("自来水", Amount(1.0, "t"), scope="product", evidence=("E2",)),
    )
    lead = {"substances": (Substance("Pb", below=1e-4),), "substance_basis": "homogeneous_material"}
    parts = (steel("a", 1.0, recycled_content=0.5, **lead), steel("b", 1.0, recycled_content=0.0, **lead))
    made = made_of(
        tmp_path, 2.0, UNIT, *rows, parts=parts, model="A", reporting_period=Period(None, None, UNIT),
    )  # fmt: skip
    made = with_facts(made)
    made = replace(made, evidence={**made.evidence, "E2": Evidence("E2", made.parts[0].at, model="B")})
    found = measures(made, tmp_path, "energy-per-unit", "water-per-mass", LEAD)[0]
    output, mass = "reporting_period.evidence", "product.evidence"
    assert found["energy-per-unit"].undocumented == ("process[power].basis", output)
    assert found["water-per-unit"].undocumented == ("process[自来水].evidence", output)
    assert found["water-per-mass"].undocumented == ("process[自来水].evidence", output, mass)
    assert found["mass"].undocumented == (mass,)
    assert found["recycled-content"].undocumented == ("bom[a].evidence", mass)  # of b nothing is claimed
    assert found[LEAD].undocumented == ("bom[a].evidence", "bom[b].evidence")
    for measure in found.values():
        assert measure.evidenced is not bool(measure.undocumented)


def test_a_document_for_the_figure_leaves_none_lacking(tmp_path: Path) -> None:
    power = row("power", Amount(293.076, "kWh"), scope="product")  # 36 kgce
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), power)
    energy = measures(with_facts(made, declared("energy-per-mass", 36.0, "kgce/t")), tmp_path, "energy-per-mass")[0]
    assert (energy["energy-per-mass"].evidenced, energy["energy-per-mass"].undocumented) == (True, ())
    assert energy["energy-per-unit"].undocumented == ("process[power].evidence",)


# ---- which documents prove something ---------------------------------------------------------------


def paper(name: str = "E1", **more: Any) -> Evidence:
    return Evidence(name, At("evidence.csv", 2), file="e.txt", sha256="0" * 64, **more)


def of_life(folder: Path, product_model: str | None, *papers: Evidence, on: date = ON) -> Measure:
    made = with_facts(made_of(folder, 1.0, UNIT, model=product_model), declared("life", 5.0, "year"))
    return measures(replace(made, evidence={p.id: p for p in papers}), folder, on=on)[0]["life"]


def codes(measure: Measure) -> list[tuple[str, str]]:
    return [(m.field, m.code) for m in measure.doubted]


@pytest.mark.parametrize(
    ("product_model", "document_model", "speaks"),
    [("HS-14", "HS-14", True), ("HS-14", " hs-14 ", True), ("HS-14", "HS－14", True), ("ｈｓ-14", "HS-14", True),
     ("HS-14", "HS-14; HS-15", True), ("HS-14", "HS-13；HS-14", True), ("HS-14", "HS-13，hs-14、HS-15", True),
     ("HS-14", None, True), ("HS-14", "-", True), ("A, rev 2", "a, REV 2", True), ("A; B", "B; A; C", True),
     ("HS-14", "HS-15", False), ("HS-14", "HS-1", False), ("HS-14", "HS-14X; HS-15", False), ("A; B", "A", False)],
)  # fmt: skip
def test_a_model_is_the_same_in_other_signs_and_in_a_list(
    tmp_path: Path, product_model: str, document_model: str | None, speaks: bool
) -> None:  # fmt: skip
    found = of_life(tmp_path, product_model, paper(model=document_model))
    assert found.evidenced is speaks
    assert codes(found) == ([] if speaks else [("evidence[E1].model", "missing-document-of-model")])


def test_documents_of_several_models_prove_nothing_of_a_product_that_names_none(tmp_path: Path) -> None:
    assert of_life(tmp_path, None, paper(model="A"), paper("E2", model="a; B"), paper("E3")).evidenced
    for own in (None, "-"):
        found = of_life(tmp_path, own, paper(model="A"), paper("E2", model="B"))
        assert (found.evidenced, codes(found)) == (False, [("product.model", "missing-model")])
    assert of_life(tmp_path, None, paper(), paper("E2", model="A"), paper("E3", model="B")).evidenced  # E1 names none
    assert of_life(tmp_path, "A", paper(model="A"), paper("E2", model="B")).evidenced


def test_what_is_wrong_with_a_document_is_told_with_its_remedy(tmp_path: Path) -> None:
    found = of_life(tmp_path, "A", paper(model="B", issued=date(2026, 1, 2)))
    assert codes(found) == [
        ("evidence[E1].model", "missing-document-of-model"), ("evidence[E1].issued", "missing-document-by-then"),
    ]  # fmt: skip
    for lang in LANGS:
        model, day = (text(m.code, lang, **m.params) for m in found.doubted)
        assert all(word in model for word in ("E1", "B", "A", "product.model"))
        assert all(word in day for word in ("E1", "2026-01-02", "2026-01-01", "issued"))


@pytest.mark.parametrize(
    ("issued", "proves"),
    [((date(1999, 1, 1),), False), ((date(2024, 12, 31),), False), ((date(2025, 7, 1),), False),
     ((date(2025, 12, 30),), False), ((date(2025, 12, 31),), True), ((date(2026, 1, 1),), True), ((None,), True),
     ((date(2024, 3, 1), date(2026, 1, 1)), True),  # a calibration beside the meter record
     ((date(2024, 3, 1), None), True), ((date(2024, 3, 1), date(2025, 3, 1)), False)],
)  # fmt: skip
def test_a_year_is_known_at_its_end(tmp_path: Path, issued: tuple[date | None, ...], proves: bool) -> None:
    """Of the meters and the output of 2025; a declared fact is as good on any day."""
    ids = tuple(f"E{n}" for n, _ in enumerate(issued, 1))
    year = Period(date(2025, 1, 1), date(2025, 12, 31), UNIT, evidence=ids)
    power = row("power", Amount(10.0, "kWh"), scope="product", evidence=ids)
    made = with_facts(made_of(tmp_path, 1.0, UNIT, power, reporting_period=year), declared("life", 5.0, "year"))
    made = replace(made, evidence={i: paper(i, issued=day) for i, day in zip(ids, issued, strict=True)})
    found = measures(made, tmp_path)[0]
    energy = found["energy-per-unit"]
    assert found["life"].evidenced
    assert energy.evidenced is proves
    assert energy.undocumented == (() if proves else ("process[power].evidence", "reporting_period.evidence"))
    wanted = [] if proves else [(f"evidence[{i}].issued", "missing-document-of-period") for i in ids]
    assert codes(energy) == wanted
    for lang in LANGS:
        for doubt in energy.doubted:
            said = text(doubt.code, lang, **doubt.params)
            assert "2025-12-31" in said
            assert doubt.params["issued"] in said


def test_the_verdict_tells_which_document_proves_nothing(tmp_path: Path) -> None:
    """Under `declared` as what is missing, of a calculated figure as a reason that it is provisional."""
    doubted = of_life(tmp_path, "A", paper(model="B"))
    wanted = requirement("life", "year")
    (finding,) = evaluate(spec_of(wanted), {"life": doubted}, Ledger())
    assert (finding.status, finding.reason) == ("undetermined", "evidence-proves-nothing")
    assert [m.code for m in finding.missing] == ["missing-document-of-model"]
    power = row("power", Amount(10.0, "kWh"), scope="product", evidence=("E1",))
    made = replace(made_of(tmp_path, 1.0, UNIT, power, model="A"), evidence={"E1": paper(model="B")})
    energy = measures(made, tmp_path)[0]["energy-per-unit"]
    findings = evaluate(spec_of(requirement("energy-per-unit", "kgce")), {energy.id: energy}, Ledger())
    reasons = judge(spec_of(), (*findings, *settled_groups()), illustrative=False).reasons
    assert [(r.code, r.params.get("id")) for r in reasons] == [
        ("calculated-without-evidence", None), ("missing-document-of-model", "E1"),
    ]  # fmt: skip


def spec_of(*requirements: Requirement) -> Spec:
    return Spec("s", "S-1", {"zh": "", "en": ""}, (), {}, None, True, (), requirements, (), (), "", in_force=ON)


def requirement(indicator: str, unit: str, group: Group = "indicator") -> Requirement:
    limit = Limit(
        op="at_most", unit=unit, value=10.0, low=None, high=None, values=(), start=ON, source="doc", at="",
        confidence="standard",
    )  # fmt: skip
    return Requirement(
        id=indicator, clause=None, group=group, attribute=None, stage=None, title={"zh": "甲", "en": "a"},
        condition=Condition(indicator, limit), applies_when=None, exempt_when=None, needs_evidence=True, source="doc",
        at="", note=None, file="f", line=1,
    )  # fmt: skip


def settled_groups() -> tuple[Finding, ...]:
    """The other two groups, met."""
    known = {n: Measure(n, "year", 1.0, 1.0) for n in ("b", "l")}
    wanted = requirement("b", "year", "basic"), requirement("l", "year", "lca_report")
    return evaluate(spec_of(*wanted), known, Ledger())


@pytest.mark.parametrize(
    ("first", "second", "of_b", "of_mass", "lacking"),
    [
        (1.0, 0.0, (), (), ("product.evidence",)),  # 10 kg of 11 kg: 90.9 %, or of 110 kg: 9.1 %
        (1.0, 0.0, (), ("E1",), ()),
        (1.0, 0.0, ("E1",), (), ()),  # a document of every row
        (1.0, 1.0, (), (), ("bom[b].evidence",)),  # 100 % whatever they weigh
        (0.0, 0.0, (), (), ()),  # and 0 %
        (0.5, 0.5, (), ("E1",), ("bom[b].evidence",)),
    ],
)
def test_a_share_of_the_mass_needs_a_document_of_the_masses(
    tmp_path: Path,
    first: float,
    second: float,
    of_b: tuple[str, ...],
    of_mass: tuple[str, ...],
    lacking: tuple[str, ...],
) -> None:
    parts = (
        steel("a", 10.0, recycled_content=first, evidence=("E1",)),
        steel("b", 1.0, recycled_content=second, evidence=of_b),
    )
    made = with_facts(made_of(tmp_path, 11.0, UNIT, parts=parts, mass_evidence=of_mass))
    for name in ("recycled-content", "waste-content"):
        found = measures(made, tmp_path, name)[0][name]
        assert found.undocumented == lacking
        assert found.evidenced is not bool(lacking)


@pytest.mark.parametrize(("of_b", "lacking"), [("landfill", ("product.evidence",)), ("reuse", ())])
def test_so_does_the_share_that_comes_back(tmp_path: Path, of_b: str, lacking: tuple[str, ...]) -> None:
    parts = (steel("a", 10.0, end_of_life="reuse", evidence=("E1",)), steel("b", 1.0, end_of_life=of_b))
    made = with_facts(made_of(tmp_path, 11.0, UNIT, parts=parts, end_of_life=EndOfLife("half")))
    found = measures(made, tmp_path)[0]["recyclability-rate"]
    assert found.undocumented == (*(("bom[b].evidence",) if of_b == "reuse" else ()), *lacking)


def test_the_share_of_one_part_is_that_of_the_product(tmp_path: Path) -> None:
    made = with_facts(made_of(tmp_path, 11.0, UNIT, parts=(steel("a", 11.0, end_of_life="reuse"),)))
    assert measures(made, tmp_path)[0]["recyclability-rate"].undocumented == ("bom[a].evidence",)
    half = with_facts(made_of(tmp_path, 11.0, UNIT, parts=(steel("a", 11.0, recycled_content=0.5, evidence=("E1",)),)))
    assert measures(half, tmp_path)[0]["recycled-content"].undocumented == ()
    # 1 kg more than its rows may be anything
    more = replace(half, mass_kg=12.0)
    assert "product.evidence" in measures(more, tmp_path)[0]["recycled-content"].undocumented
