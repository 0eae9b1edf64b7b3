"""Screened designs of products that weigh something else than their rows: as `assess` has it, and worked by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from screening_cases import limit_of, limited, quiet, read, requirement
from test_screening_classes import option, part, verdicts, written

from ecoprod.corridor import judge_design

BY_MASS = """flow,direction,amount,scope,basis,kind,allocation,key_total,key_product,evidence,data_quality
electricity,in,18000 kWh,site,measured,input,mass,4000 kg,2000 kg,E1,"(2,2,2,2,2)"
"""


OUTPUT = {"from": "2025-01-01", "to": "2025-12-31", "output": "1000 unit"}
"""Without a document."""


def varied(*masses: str) -> dict[str, Any]:
    return {"parameters": [{"name": "mass", "field": "bom[P1].mass", "values": list(masses)}]}


@pytest.mark.parametrize("weighed", ["1.97 kg", "2.03 kg"])
def test_a_share_of_the_mass_is_open_by_what_rows_and_scales_differ_by(tmp_path: Path, weighed: str) -> None:
    # 1 kg of 2 kg is recycled: from (1 - 0.03) / 1.97 to 1 / 1.97, or from 1 / 2.03 to (1 + 0.03) / 2.03
    rows = [part("P1", material="aluminium", recycled_content="100 %"), part("P2", recycled_content="0 %")]
    asked = requirement("recycled-content", limit_of("at_least", 49.5, "%"))
    folder = written(tmp_path / "p", rows, varied("1 kg", "3 kg", "0.5 kg"), mass=weighed)
    assert verdicts(folder, asked) == {"undetermined", "not_qualified", "provisional"}


def test_the_mass_lies_between_the_rows_and_the_scales(tmp_path: Path) -> None:
    asked = requirement("mass", limit_of("at_most", 1.98, "kg"))
    folder = written(tmp_path / "p", [part("P1"), part("P2")], varied("1 kg", "0.9 kg", "1.1 kg"), mass="1.97 kg")
    assert verdicts(folder, asked) == {"undetermined", "provisional", "not_qualified"}


def test_a_mass_without_a_document_holds_the_verdict_back(tmp_path: Path) -> None:
    rows = [part("P1"), part("P2", evidence="E2")]
    own = {"name": "made up", "model": "M", "category": "gbt-32161", "mass": "2.000000 kg"}
    parameters = varied("1 kg", "0.9 kg") | {"options": [{"part": "P2", "name": "dearer", "set": {"cost": "1 CNY"}}]}
    assert verdicts(written(tmp_path / "p", rows, parameters, product=own)) == {"provisional"}


def test_a_share_of_the_mass_without_a_document_of_the_mass_holds_the_verdict_back(tmp_path: Path) -> None:
    """But for designs of which nothing is recycled."""
    rows = [part("P1", material="aluminium", recycled_content="50 %"), part("P2", evidence="E2")]
    own = {"name": "made up", "model": "M", "category": "gbt-32161", "mass": "2.000000 kg"}
    again = {"name": "again", "field": "bom[P1].recycled_content", "values": ["100 %", "0 %", "50 %"]}
    options = [option("dearer", "P2", cost="1 CNY")]
    asked = requirement("recycled-content", limit_of("at_least", 0.0, "%"))
    folder = written(tmp_path / "p", rows, {"parameters": [again], "options": options}, product=own)
    assert verdicts(folder, asked) == {"qualified", "provisional"}


def test_figures_per_tonne_lie_between_those_of_both_masses(tmp_path: Path) -> None:
    # 9 kWh are 1.106 kgce: 553 kgce/t of 2 kg, 561 kgce/t of 1.97 kg
    asked = requirement("energy-per-mass", limit_of("at_most", 557.0, "kgce/t"))
    masses, rows = varied("1 kg", "0.9 kg", "1.1 kg"), [part("P1"), part("P2")]
    folder = written(tmp_path / "p", rows, masses, mass="1.97 kg", reporting_period=OUTPUT)
    assert verdicts(folder, asked) == {"undetermined", "provisional", "not_qualified"}


def test_figures_per_tonne_of_a_product_in_tonnes_follow_no_mass(tmp_path: Path) -> None:
    asked = requirement("energy-per-mass", limit_of("at_most", 1.0, "kgce/t"))
    period = OUTPUT | {"output": "1000 t"}
    rows = [part("P1", mass="500 kg"), part("P2", mass="500 kg")]
    folder = written(
        tmp_path / "p", rows, varied("500 kg", "1000 kg"), mass="1000 kg", product_unit="1 t", reporting_period=period
    )
    # the heavier one is no tonne any more
    assert verdicts(folder, asked) == {"not_qualified", "refused"}


def test_an_impact_that_the_site_shares_by_an_unlike_key_lies_between_two(tmp_path: Path) -> None:
    # twice as much by the output as by the key: the electricity of a piece counts once or twice
    by_pieces = BY_MASS.replace("mass,4000 kg,2000 kg", "units,1000 unit,500 unit")
    rows = [part("P1"), part("P2")]
    folder = written(tmp_path / "p", rows, varied("1 kg", "0.2 kg", "9 kg"), site=by_pieces)
    case, foreground, _ = read(folder)
    climate = judge_design(replace(case, spec=limited(case.spec)), case.product, quiet).measures[
        "impact:climate-change"
    ]
    assert list(foreground.output_over_key.values()) == [2.0]
    assert climate.low is not None
    assert climate.high is not None
    assert climate.high > climate.low
    limit = (climate.low + climate.high) / 2
    asked = requirement("impact:climate-change", limit_of("at_most", limit, "kg CO2-Eq"))
    assert "undetermined" in verdicts(folder, asked)
    near = requirement("impact:climate-change", limit_of("at_most", climate.high + 1e-6, "kg CO2-Eq"))
    assert len(verdicts(folder, near)) > 1


def test_a_share_by_mass_against_an_output_in_pieces_follows_the_mass(tmp_path: Path) -> None:
    # 9 kWh of each piece by the key; of 4 kg the output says twice as much, of 2.5 kg a quarter more
    asked = requirement("energy-per-unit", limit_of("at_most", 1.5, "kgce"))
    rows = [part("P1"), part("P2")]
    folder = written(tmp_path / "p", rows, varied("1 kg", "3 kg", "1.5 kg"), site=BY_MASS, reporting_period=OUTPUT)
    assert verdicts(folder, asked) == {"qualified", "provisional", "undetermined"}
