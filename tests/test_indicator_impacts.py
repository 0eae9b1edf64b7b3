"""Impacts as indicators, and the footprint per kWh: what of them is proven, on results made up for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import part, row
from indicator_cases import UNIT, judged, made_of, steel, system

from ecoprod.errors import At
from ecoprod.measure import Measure
from ecoprod.product import (
    Amount,
    EndOfLife,
    Evidence,
    Leg,
    MappingRow,
    Part,
    Period,
    Product,
    Replacement,
    Use,
    UseFlow,
)

FOOTPRINT, CLIMATE = "carbon-footprint-per-kwh", "impact:climate-change"
WHOLE: dict[str, Any] = {"yield_fraction": 1.0, "transport": (Leg("truck", 100.0),)}

# ---- footprint per kWh ---------------------------------------------------------------------------


def turbine(folder: Path, service: Amount | None, per_product: Amount, **more: Any) -> Product:
    power = row("power", Amount(1.0, "kWh"), scope="product")
    made = made_of(folder, 1.0, UNIT, power, service=service, service_per_product=per_product, **more)
    return replace(made, packaging=(replace(steel("box", 0.1, **WHOLE), table="packaging"),))


def test_the_footprint_per_kwh(tmp_path: Path) -> None:
    # 3,000 kg over 90,000 kWh, whether the functional unit is 1 kWh or 3.6 MJ or 1 MWh: 1/30 kg/kWh
    for service in (Amount(1.0, "kWh"), Amount(3.6, "MJ"), Amount(1.0, "MWh")):
        made = turbine(tmp_path, service, Amount(90000.0, "kWh"), parts=(steel("a", 1.0, **WHOLE),))
        footprint = judged(made, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
        assert footprint.value == pytest.approx(1 / 30)
        assert footprint.unit == "kg CO2-Eq/kWh"


def test_a_footprint_with_gaps_is_a_lower_bound(tmp_path: Path) -> None:
    made = turbine(tmp_path, Amount(1.0, "kWh"), Amount(90000.0, "kWh"))  # no yield, no transport stated
    found = judged(made, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
    assert (found.low, found.high) == (pytest.approx(1 / 30), None)
    assert [m.params["what"] for m in found.missing] == ["bom.yield, bom.transport"]


def test_no_footprint_per_kwh_without_energy_or_without_a_result(tmp_path: Path) -> None:
    washing = turbine(tmp_path, Amount(2200.0, "cycle"), Amount(2200.0, "cycle"))
    found = judged(washing, tmp_path, climate_change=3000.0)[0][FOOTPRINT]
    assert [m.field for m in found.missing] == ["functional_unit.service"]
    made = turbine(tmp_path, Amount(1.0, "kWh"), Amount(90000.0, "kWh"))
    found = judged(made, tmp_path, climate_change=None)[0][FOOTPRINT]
    assert found.low is None
    assert found.missing[0].code == "missing-category"


# ---- what is not in the sum ----------------------------------------------------------------------


def whole(folder: Path, **more: Any) -> Product:
    """A turbine with nothing assumed away, of 90,000 kWh per 1 kWh functional unit."""
    plain: dict[str, Any] = {"parts": (steel("a", 1.0, **WHOLE),), **more}
    return turbine(folder, Amount(1.0, "kWh"), Amount(90000.0, "kWh"), **plain)


def test_a_category_that_is_not_wholly_covered_is_a_lower_bound(tmp_path: Path) -> None:
    found = judged(whole(tmp_path), tmp_path, climate_change=3000.0, coverage=0.93)[0]
    for name, low in ((CLIMATE, 3000.0), ("impact-per-functional-unit:climate-change", 1 / 30), (FOOTPRINT, 1 / 30)):
        assert (found[name].low, found[name].high) == (pytest.approx(low), None)
        assert [(m.code, m.params["covered"]) for m in found[name].missing] == [("missing-whole-coverage", 93.0)]


def test_a_dataset_without_data_of_the_category_is_named(tmp_path: Path) -> None:
    """Coverage is a share of the climate result and says 100 % here: `paint` has no climate result to lack."""
    made = whole(tmp_path, parts=(steel("a", 0.9, **WHOLE), steel("b", 0.1, **WHOLE, material="paint")))
    found = judged(made, tmp_path, climate_change=3000.0, land_use=7.0)[0]
    for name, low in ((CLIMATE, 3000.0), (FOOTPRINT, 1 / 30)):
        assert (found[name].low, found[name].high) == (pytest.approx(low), None)
        assert [(m.code, m.params["ids"]) for m in found[name].missing] == [
            ("missing-dataset-coverage", "withdrawn-data")
        ]
    assert found["impact:land-use"].value == 7.0
    # a part of which the product takes nothing lacks nothing
    unused = replace(made, parts=(steel("a", 1.0, **WHOLE), replace(steel("b", 0.1, material="paint"), quantity=0.0)))
    assert "missing-dataset-coverage" not in [
        m.code for m in judged(unused, tmp_path, climate_change=3000.0)[0][CLIMATE].missing
    ]


# ---- what is assumed -----------------------------------------------------------------------------


def bounds(measure: Measure) -> tuple[float | None, float | None]:
    return measure.low, measure.high


def test_a_collection_that_is_assumed_proves_neither_bound(tmp_path: Path) -> None:
    """All collected and sorted may be more or less than some of it in a landfill."""
    for name in (CLIMATE, FOOTPRINT):
        made = whole(tmp_path, end_of_life=EndOfLife("half"))
        found = judged(made, tmp_path, climate_change=3000.0)[0][name]
        assert bounds(found) == (None, None)
        assert [m.field for m in found.missing] == ["end_of_life.collection"]
        stated = replace(made, end_of_life=EndOfLife("half", 0.5))
        assert judged(stated, tmp_path, climate_change=3000.0)[0][name].value is not None


def test_no_packaging_is_a_statement_where_the_product_file_gives_a_reason(tmp_path: Path) -> None:
    bare = replace(whole(tmp_path), packaging=())
    found, ledger = judged(bare, tmp_path, climate_change=3000.0)
    assert bounds(found[CLIMATE]) == (3000.0, None)
    assert [m.field for m in found[CLIMATE].missing] == ["packaging"]
    found, ledger = judged(replace(bare, packaging_none="sold loose"), tmp_path, climate_change=3000.0)
    assert found[CLIMATE].value == 3000.0
    assert [(e.by, e.source) for e in ledger.assumptions() if "packaging" in e.by] == [
        ("stated-no-packaging", "sold loose")
    ]


@pytest.mark.parametrize(
    ("boundary", "missing"),
    [
        ((), "distribution, use, end_of_life"),
        (("raw_materials", "manufacturing", "use"), "use"),
        (("raw_materials", "manufacturing", "distribution", "end_of_life"), "distribution, end_of_life"),
        (("raw_materials", "manufacturing"), None),
    ],
)
def test_a_stage_left_out_leaves_a_lower_bound_unless_the_standard_leaves_it_out(
    tmp_path: Path, boundary: tuple[str, ...], missing: str | None
) -> None:
    found = judged(whole(tmp_path), tmp_path, climate_change=3000.0, boundary=boundary)[0]
    for name, low in ((CLIMATE, 3000.0), ("impact-per-functional-unit:climate-change", 1 / 30), (FOOTPRINT, 1 / 30)):
        assert bounds(found[name]) == (pytest.approx(low), None if missing else pytest.approx(low))
        assert [m.params["what"] for m in found[name].missing] == ([missing] if missing else [])
    assert found["lca:stages"].flag is True


def test_a_product_with_all_stages_is_whole_whatever_the_boundary(tmp_path: Path) -> None:
    for boundary in ((), ("raw_materials",)):
        found = judged(documented(tmp_path), tmp_path, climate_change=3000.0, boundary=boundary)[0][CLIMATE]
        assert (found.value, found.evidenced) == (3000.0, True)
    nothing = replace(DOCUMENTED["use"], flows=(use_flow("power", Amount(0.0, "kWh")),))
    made = documented(tmp_path, use=nothing)
    assert judged(made, tmp_path, climate_change=3000.0, boundary=())[0][CLIMATE].value == 3000.0
    # nothing is a claim like any other
    made = replace(made, use=replace(nothing, evidence=()))
    assert not judged(made, tmp_path, climate_change=3000.0, boundary=())[0][CLIMATE].evidenced


@pytest.mark.parametrize(("of_one_thing", "low"), [(None, 3000.0), (10.0, 3000.0), (-10.0, None), (-1e-9, 3000.0)])
def test_with_something_left_out_a_product_that_something_lowers_has_no_bound(
    tmp_path: Path, of_one_thing: float | None, low: float | None
) -> None:
    """What a row takes more of may be the thing that lowers the sum; one part in a million million is rounding."""
    made = whole(tmp_path, parts=(steel("a", 1.0, transport=WHOLE["transport"]),))
    found = judged(made, tmp_path, climate_change=3000.0, by_item=of_one_thing)[0][CLIMATE]
    assert bounds(found) == (low, None)
    assert judged(whole(tmp_path), tmp_path, climate_change=3000.0, by_item=-10.0)[0][CLIMATE].value == 3000.0


@pytest.mark.parametrize(
    "part_", [steel("a", 1.0, **WHOLE, material="alloy"), steel("a", 1.0, **WHOLE, recycled_content=0.3)]
)
def test_what_stands_in_for_other_data_proves_no_excess(tmp_path: Path, part_: Part) -> None:
    """A similar material, and the primary route for recycled steel, may both have more than the thing itself."""
    found = judged(whole(tmp_path, parts=(part_,)), tmp_path, climate_change=3000.0)[0][CLIMATE]
    assert bounds(found) == (None, 3000.0)
    assert [(m.code, m.field) for m in found.missing] == [("missing-for-impact-excess", "bom.dataset")]


def use_flow(name: str, amount: Amount) -> UseFlow:
    return UseFlow(name, At("product.yaml", 1), "flow", name, amount, "year")


def test_a_limit_per_functional_unit_holds_for_that_of_the_standard(tmp_path: Path) -> None:
    """1 kWh is 3.6 MJ. A tenth of it would make a tenth of the figure, and a washing cycle none that compares."""
    name = "impact-per-functional-unit:climate-change"
    made = documented(tmp_path, service_evidence=("E1",))
    for service in (Amount(1.0, "kWh"), Amount(3.6, "MJ")):
        found = judged(made, tmp_path, climate_change=3000.0, service=service)[0]
        assert (found[name].value, found[name].evidenced) == (pytest.approx(1 / 30), True)
    for service in (Amount(10.0, "kWh"), Amount(1.0, "MJ"), Amount(1.0, "cycle")):
        found = judged(made, tmp_path, climate_change=3000.0, service=service)[0]
        assert bounds(found[name]) == (None, None)
        assert [m.field for m in found[name].missing] == ["functional_unit.service"]
        assert found[FOOTPRINT].value == pytest.approx(1 / 30)
        assert found[FOOTPRINT].evidenced
    found = judged(made, tmp_path, climate_change=3000.0)[0]
    assert (found[name].value, found[name].evidenced) == (pytest.approx(1 / 30), False)
    assert found[FOOTPRINT].evidenced


@pytest.mark.parametrize(
    ("weighed", "low", "high", "code"),
    [
        (1.0, 3000.0, 3000.0, None),
        (1.004, 3000.0, 3000.0, None),  # 0.4 % is let pass
        (1.015, 3000.0, None, "missing-for-impact-limit"),  # 1.5 % of the product is in no part
        (0.985, None, 3000.0, "missing-for-impact-excess"),  # 1.5 % of the parts is in no product
    ],
)
def test_parts_that_do_not_weigh_what_the_product_does(
    tmp_path: Path, weighed: float, low: float | None, high: float | None, code: str | None
) -> None:
    made = replace(whole(tmp_path), mass_kg=weighed)
    found = judged(made, tmp_path, climate_change=3000.0)[0][CLIMATE]
    assert bounds(found) == (low, high)
    assert [(m.code, m.params["what"]) for m in found.missing] == ([(code, "bom.mass")] if code else [])


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [(1.0, 3000.0, 3000.0), (0.5, 3000.0, 3010.0), (2.0, 2995.0, 3000.0)],
)
def test_site_data_shared_by_a_key_that_is_not_the_output_lie_between_the_two(
    tmp_path: Path, key: float, low: float, high: float
) -> None:
    """One unit was made, and power adds 10 by the key: 20 by the output where the key is half of it, 5 where twice."""
    shared = {"allocation": "units", "key_total": Amount(4.0, "unit"), "key_product": Amount(key, "unit")}
    power = row("power", Amount(1.0, "kWh"), scope="site", evidence=("E1",), **shared)
    made = replace(documented(tmp_path), processes=(power,))
    foreground = system(made, tmp_path)[0]
    position = [item.id for item in foreground.items].index("process:power")
    items = [0.0] * len(foreground.items)
    items[position], items[position - 1] = 10.0, 2990.0
    found = judged(made, tmp_path, climate_change=3000.0, by_items=tuple(items))[0]
    assert bounds(found[CLIMATE]) == (pytest.approx(low), pytest.approx(high))
    assert bounds(found[FOOTPRINT]) == (pytest.approx(low / 90000), pytest.approx(high / 90000))
    assert [m.params["rows"] for m in found[CLIMATE].missing] == ([] if key == 1.0 else ["power"])
    unknown = judged(made, tmp_path, climate_change=3000.0)[0][CLIMATE]
    assert bounds(unknown) == (None if key > 1 else 3000.0, None if key < 1 else 3000.0)


@pytest.mark.parametrize(("every", "complete"), [(10.0, False), (20.0, False), (9.0, True), (None, True)])
def test_parts_that_are_never_replaced_are_no_use_stage(tmp_path: Path, every: float | None, complete: bool) -> None:
    """In a life of 10 years a part that lasts as long is not replaced; one of 9 years is, once."""
    spares = () if every is None else (Replacement("a", At("product.yaml", 1), Amount(every, "year")),)
    flows = (use_flow("power", Amount(0.0, "kWh")),) if every is None else ()
    use = replace(DOCUMENTED["use"], flows=flows, replacements=spares)
    found = judged(documented(tmp_path, use=use), tmp_path, climate_change=3000.0)[0]
    assert found[CLIMATE].value == (3000.0 if complete else None)
    assert found["lca:stages"].flag is (True if complete else None)


# ---- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("power", "service", "part_", "evidenced"),
    [
        ({"evidence": ("E1",)}, ("E2",), {}, (True, True)),
        ({"evidence": ()}, ("E2",), {}, (False, False)),
        ({"evidence": ("E1",), "basis": "estimated"}, ("E2",), {}, (False, False)),
        ({"evidence": ("E1",)}, (), {}, (True, False)),
        ({"evidence": ("E1",)}, ("E2",), {"evidence": ()}, (False, False)),
        ({"evidence": ("E1",)}, ("E2",), {"evidence": ("E9",)}, (False, False)),  # not in the table
        ({"evidence": ("E1",)}, ("E2",), {"material": "alloy"}, (False, False)),  # steel stands in for it
    ],
)
def test_an_impact_has_documents_where_its_rows_and_the_service_have(
    tmp_path: Path, power: dict[str, Any], service: tuple[str, ...], part_: dict[str, Any],
    evidenced: tuple[bool, bool],
) -> None:  # fmt: skip
    one = steel("a", 1.0, **{**WHOLE, "evidence": ("E3",), **part_})
    made = whole(tmp_path, parts=(one,), service_evidence=service)
    made = replace(made, packaging=(replace(made.packaging[0], evidence=("E3",)),))
    made = replace(made, reporting_period=Period(None, None, UNIT, evidence=("E3",)))
    rows = (
        replace(made.processes[0], **power),
        row("steel-data", Amount(1.0, "kg"), scope="product", what="dataset", kind="avoided"),
    )
    documents = {name: Evidence(name, At("evidence.csv", 2)) for name in ("E1", "E2", "E3")}
    made = replace(made, processes=rows, evidence=documents)
    found = judged(made, tmp_path, climate_change=3000.0, service=Amount(3.6, "MJ"))[0]
    whole_unit, per_service = found[CLIMATE], found["impact-per-functional-unit:climate-change"]
    assert (whole_unit.evidenced, per_service.evidenced) == evidenced
    assert found[FOOTPRINT].evidenced is per_service.evidenced
    parts = tuple(dict.fromkeys((*part_.get("evidence", ("E3",)), "E3")))
    assert found[FOOTPRINT].evidence == (*power["evidence"], *parts, *service)


MAPPED = MappingRow("steel", "steel-data", At("mapping.csv", 2), None, 1.0, "the same", "Li", date(2025, 6, 1), ("E1",))
DOCUMENTED: dict[str, Any] = {
    "evidence": {"E1": Evidence("E1", At("evidence.csv", 2), issued=date(2025, 6, 1))},
    "parts": (
        steel("a", 0.5, **WHOLE, evidence=("E1",)),
        # an assembly that is there for its mass alone states nothing of the life cycle
        part("set", None),
        steel("b", 0.5, **WHOLE, parent="set", evidence=("E1",), recycled_content=0.0),
    ),
    "distribution": (Leg("truck", 300.0, evidence=("E1",)),),
    "distribution_none": None,
    "use": Use(lifetime_years=10.0, flows=(use_flow("power", Amount(1.0, "kWh")),), evidence=("E1",)),
    "end_of_life": EndOfLife("half", 0.9, evidence=("E1",)),
}


def documented(folder: Path, output: tuple[str, ...] = ("E1",), **more: Any) -> Product:
    """A turbine whose every stage has data, each with its document."""
    made = whole(folder, **{**DOCUMENTED, **more})
    power = replace(made.processes[0], evidence=("E1",))
    period = Period(None, None, UNIT, evidence=output)
    box = replace(made.packaging[0], evidence=("E1",))
    return replace(made, reporting_period=period, processes=(power,), packaging=more.get("packaging", (box,)))


def is_proven(made: Product, folder: Path) -> bool:
    return judged(made, folder, climate_change=3000.0)[0][CLIMATE].evidenced


def test_an_impact_is_documented_where_each_stage_is(tmp_path: Path) -> None:
    found = judged(documented(tmp_path), tmp_path, climate_change=3000.0)[0][CLIMATE]
    assert (found.value, found.evidenced, found.evidence) == (3000.0, True, ("E1",))


@pytest.mark.parametrize(
    "without",
    [
        {"parts": (steel("a", 0.5, **WHOLE, evidence=("E1",)), steel("b", 0.5, **WHOLE, recycled_content=0.0))},
        {"packaging": (replace(steel("box", 0.1, **WHOLE), table="packaging"),)},
        {"packaging": (), "packaging_none": "sold loose"},
        {"distribution": (Leg("truck", 300.0, 0.5, evidence=("E1",)), Leg("truck", 200.0, 0.5))},
        {"use": replace(DOCUMENTED["use"], evidence=())},
        {"use": replace(DOCUMENTED["use"], evidence=("E1", "E9"))},
        {"end_of_life": EndOfLife("half", 0.9)},
        {"output": ()},
        {"mapping": (replace(MAPPED, checked_by=None),)},
        {"mapping": (replace(MAPPED, checked_on=None),)},
        {"mapping": (replace(MAPPED, evidence=()),)},
        {"evidence": {"E1": Evidence("E1", At("evidence.csv", 2), issued=date(2026, 6, 1))}},
    ],
)
def test_a_stage_without_a_document_leaves_the_impact_without(tmp_path: Path, without: dict[str, Any]) -> None:
    assert not is_proven(documented(tmp_path, **without), tmp_path)


def test_no_packaging_and_a_mapping_have_documents_of_their_own(tmp_path: Path) -> None:
    loose = documented(tmp_path, packaging=(), packaging_none="sold loose", packaging_evidence=("E1",))
    assert is_proven(loose, tmp_path)
    unused = MappingRow("other", "steel-data", At("mapping.csv", 3))
    assert is_proven(documented(tmp_path, mapping=(MAPPED, unused)), tmp_path)


def test_a_part_of_which_there_is_none_needs_no_document(tmp_path: Path) -> None:
    """An option that this product does not have takes nothing."""
    none = replace(steel("c", 1.0, **WHOLE), quantity=0.0)
    assert is_proven(documented(tmp_path, parts=(*DOCUMENTED["parts"], none)), tmp_path)


def test_without_site_data_no_document_stands_behind_an_impact(tmp_path: Path) -> None:
    found = judged(replace(whole(tmp_path), processes=()), tmp_path, climate_change=3000.0)[0]
    assert not found[CLIMATE].evidenced
