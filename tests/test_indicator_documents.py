"""A figure without a document names the field that lacks one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from factories import row
from indicator_cases import UNIT, declared, made_of, measures, steel, with_facts

from ecoprod.product import Amount, Evidence, Period, Substance

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
    assert found["recycled-content"].undocumented == ("bom[a].evidence",)  # of b nothing is claimed
    assert found[LEAD].undocumented == ("bom[a].evidence", "bom[b].evidence")
    for measure in found.values():
        assert measure.evidenced is not bool(measure.undocumented)


def test_a_document_for_the_figure_leaves_none_lacking(tmp_path: Path) -> None:
    power = row("power", Amount(293.076, "kWh"), scope="product")  # 36 kgce
    made = made_of(tmp_path, 1000.0, Amount(1.0, "t"), power)
    energy = measures(with_facts(made, declared("energy-per-mass", 36.0, "kgce/t")), tmp_path, "energy-per-mass")[0]
    assert (energy["energy-per-mass"].evidenced, energy["energy-per-mass"].undocumented) == (True, ())
    assert energy["energy-per-unit"].undocumented == ("process[power].evidence",)
