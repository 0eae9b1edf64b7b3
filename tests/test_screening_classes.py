"""What turns a verdict of a screened design although no figure crosses a limit: case by case, against `assess`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from lca_systems import CO2, UPTAKE, process, row, system
from screening_cases import limit_of, limited, quiet, read, requirement
from screening_products import HEADS, SCENARIO, evidence
from test_screening_engine import same_both_ways

from ecoprod.corridor import Case
from ecoprod.errors import InputError
from ecoprod.foreground import build_foreground
from ecoprod.lca import DEFAULT_METHODS
from ecoprod.lca.linear import linear
from ecoprod.readers import read_product
from ecoprod.screening.designs import count_of
from ecoprod.screening.engine import Engine
from ecoprod.screening.figures import figures_of
from ecoprod.screening.reading import read_variants
from ecoprod.screening.rows import SCALARS
from ecoprod.standards import load_spec
from ecoprod.standards.records import Requirement
from ecoprod.trace import Ledger

WHOLE = {
    "quantity": "1", "mass": "1 kg", "yield": "1", "transport": "truck 300 km", "end_of_life": "scenario",
    "recycled_content": "0 %", "substances": "Pb <50 mg/kg (LOD 5 mg/kg)", "substance_basis": "homogeneous_material",
    "evidence": "E1",
}  # fmt: skip
"""A row of which everything is known."""
BASIC = ("discharge-standards", "pollutant-total-load", "no-major-accident", "environmental-management-system",
         "quality-management-system", "product-quality")  # fmt: skip
LIGHT = requirement("mass", limit_of("at_most", 100.0, "kg"))


def part(name: str, **more: str) -> dict[str, str]:
    return {"id": name, "name": name, "material": "steel", **WHOLE, **more}


def assembly(name: str, **more: str) -> dict[str, str]:
    return {"id": name, "name": name, "quantity": "1", **more}


def content(**more: Any) -> dict[str, Any]:
    return {
        "ecoprod": 1,
        "product": {
            "name": "made up", "model": "M", "category": "gbt-32161", "mass": "2.000000 kg", "evidence": "E1",
        },
        "assessed_on": "2026-01-01", "product_unit": "1 unit",
        "functional_unit": {"service": "100 cycle", "of": "tests"}, "service_per_product": "2000 cycle",
        "reporting_period": {"from": "2025-01-01", "to": "2025-12-31", "output": "1000 unit", "evidence": "E1"},
        "bom": "bom.csv", "evidence": "evidence.csv", "process": "process.csv",
        "packaging": {"none": "test", "evidence": "E1"},
        "distribution": [{"mode": "truck", "distance": "500 km", "evidence": "E1"}], "use": {"none": "test"},
        "end_of_life": {"scenario": "end.yaml", "collection": 1, "evidence": "E1"},
        "basic": {name: {"met": "yes", "evidence": "E1"} for name in BASIC}, **more,
    }  # fmt: skip


SITE = """flow,direction,amount,scope,basis,kind,evidence,data_quality
electricity,in,9000 kWh,product,measured,input,E1,"(2,2,2,2,2)"
"""


def written(
    folder: Path, rows: list[dict[str, str]], variants: Mapping[str, Any], site: str = SITE, **more: Any
) -> Path:
    folder.mkdir()
    for name, here in (("bom.csv", rows), ("packaging.csv", more.pop("boxes", []))):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADS, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(here)
    mass = more.pop("mass", None)
    product = content(**more)
    if mass:
        product["product"]["mass"] = mass
    for name, what in (("product.yaml", product), ("variants.yaml", {"ecoprod": 1, **variants})):
        (folder / name).write_text(yaml.safe_dump(what, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "end.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "process.csv").write_text(site)
    evidence(folder)
    return folder


def option(name: str, part_id: str, **sets: Any) -> dict[str, Any]:
    return {"part": part_id, "name": name, "set": sets}


def verdicts(folder: Path, *asked: Requirement) -> set[str]:
    """Verdicts of all designs of a folder, the same both ways."""
    case, foreground, variants = read(folder)
    case = replace(case, spec=limited(case.spec, *(asked or (LIGHT,))))
    return set(same_both_ways(case, foreground, variants, range(count_of(variants))))


CLEAN = {"substances": "Pb <50 mg/kg (LOD 5 mg/kg)", "substance_basis": "homogeneous_material"}
HAZARD = {"substances": "Pb 0.5 %", "substance_basis": "homogeneous_material"}


def test_a_product_of_which_all_is_known_is_qualified(tmp_path: Path) -> None:
    options = [
        option("thin", "P1", mass="0.5 kg", evidence="E1"),
        option("far", "P2", transport="ship 9000 km", evidence="E1"),
    ]
    assert verdicts(written(tmp_path / "p", [part("P1"), part("P2")], {"options": options})) == {"qualified"}


def test_a_claim_needs_its_document_and_nothing_needs_none(tmp_path: Path) -> None:
    rows = [part("P1", material="aluminium", evidence="E2"), part("P2")]
    parameters = [{"name": "again", "field": "bom[P1].recycled_content", "values": ["0 %", "50 %"]}]
    asked = requirement("recycled-content", limit_of("at_least", 0.0, "%"))
    assert verdicts(written(tmp_path / "p", rows, {"parameters": parameters}), asked) == {"qualified", "provisional"}
    options = [option("again", "P1", recycled_content="50 %")]
    assert verdicts(written(tmp_path / "q", rows, {"options": options}), asked) == {"qualified", "provisional"}


def test_a_route_of_the_makers_own_needs_its_document(tmp_path: Path) -> None:
    options = [option("sorted", "P1", end_of_life="recycling"), option("dearer", "P2", cost="1 CNY")]
    asked = requirement("recoverability-rate", limit_of("at_least", 10.0, "%"))
    rows = [part("P1", evidence="E2"), part("P2")]
    assert verdicts(written(tmp_path / "p", rows, {"options": options}), asked) == {"qualified", "provisional"}


def test_data_that_stand_in_prove_no_excess(tmp_path: Path) -> None:
    # both steels have the same dataset; for the alloyed one it stands in
    options = [option("alloyed", "P1", material="steel-42crmo", mass="1 kg", **CLEAN)]
    asked = requirement("impact:climate-change", limit_of("at_most", 0.001, "kg CO2-Eq"))
    rows = [part("P1", evidence=""), part("P2")]
    found = verdicts(written(tmp_path / "p", rows, {"options": options}), asked)
    assert found == {"not_qualified", "undetermined"}


def test_it_counts_whether_what_is_left_out_holds_something_hazardous(tmp_path: Path) -> None:
    # a row that holds lead, and a row whose route has no data: only where they are one is something hidden
    options = [
        made
        for n in ("P1", "P2")
        for made in (
            option(f"{n} leaded", n, **HAZARD),
            option(f"{n} burned", n, end_of_life="energy recovery"),
            option(f"{n} both", n, end_of_life="energy recovery", **HAZARD),
        )
    ]
    rows = [part("P1"), part("P2")]
    assert verdicts(written(tmp_path / "p", rows, {"options": options})) == {"qualified", "undetermined"}


def test_an_option_inside_an_assembly_that_varies_is_seen(tmp_path: Path) -> None:
    # the assembly's own variants hold the row as it is, without a yield: with the option nothing is assumed any more
    rows = [assembly("A", **{"yield": "1"}), part("P1", parent="A", **{"yield": ""}), part("P2")]
    options = [option("stated", "P1", evidence="E1", **{"yield": 1})]
    parameters = [{"name": "loss", "field": "bom[A].yield", "values": [0.9, 1]}]
    asked = requirement("impact:climate-change", limit_of("at_most", 1000.0, "kg CO2-Eq"))
    found = verdicts(written(tmp_path / "p", rows, {"options": options, "parameters": parameters}), asked)
    assert found == {"qualified", "undetermined"}


def test_packaging_is_no_part_of_the_product(tmp_path: Path) -> None:
    # the same gap in a part and in a box: only the part's keeps a limit on substances open
    boxes = [part("BOX", **dict.fromkeys(CLEAN, ""))]
    rows = [part("P1", **dict.fromkeys(CLEAN, "")), part("P2")]
    options = [option("stated", "P1", evidence="E1", **CLEAN), option("stated box", "BOX", evidence="E1", **CLEAN)]
    asked = requirement("substance:Pb@homogeneous_material", limit_of("at_most", 0.001, "kg/kg"))
    folder = written(tmp_path / "p", rows, {"options": options}, boxes=boxes, packaging="packaging.csv")
    assert verdicts(folder, asked) == {"qualified", "undetermined"}


@pytest.mark.parametrize("unit", ["1 unit", "10 unit"])
def test_a_figure_that_passes_that_of_the_base_period_improves(tmp_path: Path, unit: str) -> None:
    parameters = [{"name": "mass", "field": "bom[P1].mass", "values": ["0.5 kg", "0.99 kg", "1.01 kg", "3 kg"]}]
    pieces = float(unit.split(maxsplit=1)[0])
    base = {
        "from": "2024-01-01",
        "to": "2024-12-31",
        "output": "1000 unit",
        "values": {"mass": f"{2 / pieces} kg"},
        "evidence": "E1",
    }
    asked = requirement("lca:improvement", limit_of("equals", True, None))
    folder = written(
        tmp_path / "p", [part("P1"), part("P2")], {"parameters": parameters}, base_period=base, product_unit=unit
    )
    assert verdicts(folder, asked) == {"provisional", "undetermined"}


def test_a_lighter_design_may_save_no_more_than_there_is(tmp_path: Path) -> None:
    use = {"lifetime": "10 year", "cycles": "200 cycle/year",
           "flows": [{"dataset": "diesel-combusted", "amount": "4 kg", "per": "life", "source": "test"}]}  # fmt: skip
    parameters = [{"name": "mass", "field": "bom[P1].mass", "values": ["0.3 kg", "0.9 kg", "3 kg"]}]
    saving = {"flow": "diesel-combusted", "reduction": "0.3 kg", "distance": "200000 km", "source": "test"}
    folder = written(
        tmp_path / "p", [part("P1"), part("P2")], {"parameters": parameters, "use_saving": saving}, use=use
    )
    # 6 kg saved for each kg less, of 4 kg: with 0.7 kg less there would be less than nothing left
    assert verdicts(folder) == {"refused", "provisional"}


def test_a_flow_of_which_nobody_says_how_often_takes_part_in_no_design(tmp_path: Path) -> None:
    use = {"flows": [{"flow": "electricity", "amount": "4 kWh", "per": "year", "source": "test"}]}
    parameters = [{"name": "power", "field": "use.flows[0].amount", "values": ["1 kWh", "8 kWh"]}]
    folder = written(tmp_path / "p", [part("P1"), part("P2")], {"parameters": parameters}, use=use)
    assert verdicts(folder) == {"undetermined"}


def test_nothing_can_be_saved_of_a_flow_of_nothing(tmp_path: Path) -> None:
    use = {"flows": [{"dataset": "diesel-combusted", "amount": "0 kg", "per": "life", "source": "test"}]}
    parameters = [{"name": "mass", "field": "bom[P1].mass", "values": ["1 kg", "3 kg"]}]
    saving = {"flow": "diesel-combusted", "reduction": "0.3 kg", "distance": "200000 km", "source": "test"}
    rows = [part("P1"), part("P2")]
    folder = written(tmp_path / "p", rows, {"parameters": parameters, "use_saving": saving}, use=use)
    with pytest.raises(InputError) as refused:
        verdicts(folder)
    assert [p.code for p in refused.value.problems] == ["screen-saving-below-zero"]


def test_a_gap_that_no_row_lists_vanishes_beside_heavier_parts(tmp_path: Path) -> None:
    # 0.2 kg of 2.2 kg is 9 %, of 12.2 kg 1.6 %: then it is let pass, and no row of its own any more
    parameters = [{"name": "mass", "field": "bom[P1].mass", "values": ["1 kg", "11 kg"]}]
    folder = written(tmp_path / "p", [part("P1"), part("P2")], {"parameters": parameters}, mass="2.2 kg")
    verdicts(folder)


def test_a_gap_within_an_assembly_is_followed(tmp_path: Path) -> None:
    rows = [assembly("A", mass="2.2 kg"), part("P1", parent="A"), part("P2", parent="A"), part("P3")]
    parameters = [{"name": "mass", "field": "bom[P1].mass", "values": ["1 kg", "0.5 kg", "11 kg"]},
                  {"name": "beside", "field": "bom[P3].mass", "values": ["0.01 kg", "1 kg", "100 kg"]}]  # fmt: skip
    verdicts(written(tmp_path / "p", rows, {"parameters": parameters}, mass="3.2 kg"))


def test_a_share_of_the_products_mass_follows_the_masses(tmp_path: Path) -> None:
    # 0.02 % in 1 kg of 2 kg, then of 1.1 kg and of 11 kg: 100, 182 and 18 mg/kg against 120
    rows = [part("P1", substances="Pb 0.02 %"), part("P2", substances="Pb <1 mg/kg; Cd <1 mg/kg")]
    parameters = [{"name": "mass", "field": "bom[P2].mass", "values": ["1 kg", "0.1 kg", "10 kg"]}]
    asked = requirement("substance:Pb@product_mass", limit_of("at_most", 120e-6, "kg/kg"))
    folder = written(tmp_path / "p", rows, {"parameters": parameters})
    assert verdicts(folder, asked) == {"qualified", "provisional", "not_qualified"}
    rows = [part("P0"), part("P1", substances="Pb 0.02 %", alternate_group="G", share="0.5"),
            part("P2", alternate_group="G", share="0.5")]  # fmt: skip
    options = [option("leaded", "P2", substances="Pb 0.2 %", substance_basis="homogeneous_material")]
    parameters = [{"name": "mass", "field": "bom[P0].mass", "values": ["1 kg", "2 kg"]}]
    folder = written(tmp_path / "q", rows, {"options": options, "parameters": parameters})
    # an alternate counts whole: 100 mg/kg of 2 kg, with up to 25 in the other row, and 67 with up to 33 of 3 kg
    assert verdicts(folder, asked) == {"undetermined", "provisional", "not_qualified"}


def test_a_limit_for_one_class_of_materials_sees_the_class(tmp_path: Path) -> None:
    # the same statement on the same row, once in plastic and once in steel; P2 keeps a plastic in the product
    rows = [part("P1", material="ABS", **HAZARD), part("P2", material="ABS", evidence="")]
    options = [option("steel", "P1", material="steel", mass="1 kg", **HAZARD),
               option("other plastic", "P1", material="PP", mass="1 kg", **HAZARD)]  # fmt: skip
    asked = requirement("substance:Pb@homogeneous_material/plastic", limit_of("at_most", 0.001, "kg/kg"))
    found = verdicts(written(tmp_path / "p", rows, {"options": options}), asked)
    assert found == {"not_qualified", "provisional"}


def test_a_statement_on_a_whole_assembly_is_followed(tmp_path: Path) -> None:
    rows = [assembly("A", substances="Pb 0.02 %"), part("P1", parent="A"), part("P2")]
    parameters = [{"name": "mass", "field": "bom[P2].mass", "values": ["1 kg", "0.1 kg", "10 kg"]}]
    asked = requirement("substance:Pb@product_mass", limit_of("at_most", 120e-6, "kg/kg"))
    assert verdicts(written(tmp_path / "p", rows, {"parameters": parameters}), asked) >= {"not_qualified"}


def test_what_rounding_leaves_of_a_difference_is_nothing(tmp_path: Path) -> None:
    # a sum less each of its terms; below nothing it would miss a limit of at least 0
    case, _, variants = read(
        written(tmp_path / "p", [part("P1"), part("P2")], {"options": [option("dear", "P1", cost="1 CNY")]})
    )
    sums = Engine(case, variants, quiet).base.sums
    found = sums.base[None, :].copy()
    found[0, sums.scalar][SCALARS.index("recycled-low")] = -1e-16
    figures = figures_of(found, sums, linear(case.background, case.methods, quiet), case.product)
    assert figures.bounds["recycled-content"][0].tolist() == [0.0]


def test_a_figure_of_nothing_in_one_design_scales_those_of_others(tmp_path: Path) -> None:
    # ten pieces: nothing of the emission in the first design, 1 kg for each kg in the next
    known = system(
        tmp_path / "data", [process("clean"), process("dirty"), process("grid", "kWh")],
        [row("clean", CO2, 1e-30), row("dirty", CO2, 1.0), row("grid", CO2, 1e-30)],
    )  # fmt: skip
    rows = [part("P1", material="", dataset="clean", transport=""), part("P2", material="", dataset="clean")]
    asked = requirement("impact:climate-change", limit_of("at_most", 0.05, "kg CO2-Eq"))
    options = [option("dirty", "P1", dataset="dirty", mass="1 kg")]
    assert of_own_data(tmp_path, known, rows, options, asked, unit="10 unit") == {"undetermined", "not_qualified"}


def test_what_lowers_an_impact_leaves_no_proof_of_an_excess(tmp_path: Path) -> None:
    known = system(
        tmp_path / "data", [process("heavy"), process("credited"), process("grid", "kWh")],
        [row("heavy", CO2, 5.0), row("credited", UPTAKE, 1.0), row("grid", CO2, 0.5)],
    )  # fmt: skip
    # no row states how it came to the site, so that something is left out of the impact
    rows = [part("P1", material="", dataset="heavy", transport=""), part("P2", material="", dataset="heavy")]
    asked = requirement("impact:climate-change", limit_of("at_most", 0.5, "kg CO2-Eq"))
    options = [option("credited", "P2", dataset="credited", mass="1 kg")]
    assert of_own_data(tmp_path, known, rows, options, asked) == {"undetermined", "not_qualified"}


def of_own_data(
    tmp_path: Path, known: Any, rows: list[dict[str, str]], options: list[Any], asked: Requirement, unit: str = "1 unit"
) -> set[str]:
    """As `verdicts`, on another background."""
    for one in rows:
        one |= {"transport": "", "end_of_life": ""}
    folder = written(
        tmp_path / "p", rows, {"options": options}, distribution={"none": "test"}, end_of_life={"none": "test"},
        product_unit=unit,
    )  # fmt: skip
    (folder / "process.csv").write_text(
        "dataset,direction,amount,scope,basis,kind,evidence,data_quality\n"
        'grid,in,1 kWh,product,measured,input,E1,"(2,2,2,2,2)"\n'
    )
    product, problems = read_product(folder, Ledger()).product, list[Any]()
    assert product is not None
    variants = read_variants(folder / "variants.yaml", product, known, problems)
    assert variants is not None
    on = date(2026, 1, 1)
    case = Case(product, load_spec("gbt-32161", on, ()), on, known, DEFAULT_METHODS)
    foreground = build_foreground(case.product, known, Ledger(), problems)
    assert not problems
    case = replace(case, spec=limited(case.spec, LIGHT, asked))
    return set(same_both_ways(case, foreground, variants, range(count_of(variants))))
