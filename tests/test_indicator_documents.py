"""A figure without a document names the field that lacks one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import row
from indicator_cases import ON, UNIT, declared, made_of, measures, steel, with_facts

from ecoprod.product import Amount, EndOfLife, Evidence, Period, Substance

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
