"""The product system: every expected number is worked by hand beside the test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import background, built, dataset, material, part, product, row

from ecoprod.errors import At
from ecoprod.foreground import Foreground
from ecoprod.product import Amount, EndOfLife, Leg, Replacement, Use, UseFlow

KWH = Amount(1_200_000.0, "kWh")


def demands(foreground: Foreground, item: str) -> dict[str, float]:
    found = [i for i in foreground.items if i.id == item]
    assert found, [i.id for i in foreground.items]
    return {d.dataset: d.amount for d in found[0].demands}


def codes(problems: list) -> list[str]:  # type: ignore[type-arg]
    return sorted(p.code for p in problems)


def test_nested_quantities_and_yields_multiply_down_the_tree(tmp_path: Path) -> None:
    # pack: 2 modules × 3 cells × 0.5 kg = 3 kg net. Yields: module 0.8, cell 0.5 -> gross 3 / (0.8 × 0.5) = 7.5 kg
    made = product(
        tmp_path,
        part("pack"),
        part("module", parent="pack", quantity=2.0, yield_fraction=0.8),
        part("cell", 0.5, parent="module", quantity=3.0, yield_fraction=0.5, dataset="steel"),
        mass_kg=3.0,
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert foreground.product_mass_kg == pytest.approx(3.0, rel=1e-12)
    assert demands(foreground, "bom:cell/production") == {"steel": pytest.approx(7.5, rel=1e-12)}


def test_inputs_do_not_close_but_are_demanded(tmp_path: Path) -> None:
    made = product(
        tmp_path, part("body", 2.0, dataset="steel"), part("solvent", 5.0, dataset="steel", role="input"), mass_kg=2.0
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert foreground.product_mass_kg == 2.0
    assert demands(foreground, "bom:solvent/production") == {"steel": 5.0}


@pytest.mark.parametrize(
    ("mass", "found"),
    [(10.0499, None), (10.051, "recorded"), (10.19, "recorded"), (10.21, "short"), (9.951, None), (9.81, "recorded")],
)
def test_closure_lets_half_a_percent_pass_and_records_up_to_two(tmp_path: Path, mass: float, found: str | None) -> None:
    made = product(tmp_path, part("body", 10.0, dataset="steel"), mass_kg=mass)
    foreground, problems, ledger = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert ("closure:bom:product" in ledger) == (found == "recorded")
    assert any(m.code == "missing-unaccounted-mass" for m in foreground.missing) == (found == "short")


def test_a_shortfall_becomes_unlinked_mass_and_an_excess_an_error(tmp_path: Path) -> None:
    data = background(tmp_path, dataset("steel"))
    short, problems, _ = built(product(tmp_path, part("body", 9.0, dataset="steel"), mass_kg=10.0), data)
    assert not problems
    assert short.linked_mass_share == pytest.approx(0.9)
    assert any(t.unaccounted and t.net_kg == pytest.approx(1.0) for t in short.parts)
    _, problems, _ = built(product(tmp_path, part("body", 11.0, dataset="steel"), mass_kg=10.0), data)
    assert codes(problems) == ["masses-above-parent"]


def test_phantom_rows_do_not_count_and_alternates_weigh_by_share(tmp_path: Path) -> None:
    # phantom × 2 holds (0.25 × 4 kg + 0.75 × 8 kg) = 7 kg each -> 14 kg
    made = product(
        tmp_path,
        part("kit", 99.0, phantom=True, quantity=2.0),
        part("a", 4.0, parent="kit", dataset="steel", alternate_group="g", share=0.25),
        part("b", 8.0, parent="kit", dataset="steel", alternate_group="g", share=0.75),
        mass_kg=14.0,
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert foreground.product_mass_kg == pytest.approx(14.0)
    wrong = replace(made, parts=(*made.parts[:2], replace(made.parts[2], share=0.7)))
    assert "alternate-shares" in codes(built(wrong, background(tmp_path, dataset("steel")))[1])


def test_site_data_come_to_the_product_by_key_and_output(tmp_path: Path) -> None:
    # 1,200,000 kWh × 2,000 h / 8,000 h ÷ 1,000 units = 300 kWh per unit; the remainder of 75 % is named
    line = row(
        "电",
        KWH,
        meter="E1",
        scope="site",
        allocation="hours",
        key_total=Amount(8000.0, "h"),
        key_product=Amount(2000.0, "h"),
        covers=("body",),
    )
    made = product(tmp_path, part("body", 1.0, dataset="steel", made="in_house"), mass_kg=1.0, processes=(line,))
    foreground, problems, ledger = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert demands(foreground, "process:电/E1") == {"electricity": pytest.approx(300.0, rel=1e-12)}
    assert ledger["process:电/E1/remainder"].value == pytest.approx(0.75)
    twice = replace(
        made,
        processes=(replace(line, amount=Amount(2 * KWH.value, "kWh")),),
        reporting_period=replace(made.reporting_period, output=Amount(2000.0, "unit")),  # type: ignore[type-var]
    )
    again = built(twice, background(tmp_path, dataset("steel")))[0]
    assert demands(again, "process:电/E1") == demands(foreground, "process:电/E1")


def test_a_meter_never_hands_out_more_than_it_shows(tmp_path: Path) -> None:
    keys = {"scope": "site", "allocation": "hours", "key_total": Amount(8000.0, "h")}
    rows = (
        row("电", KWH, meter="E1", key_product=Amount(6000.0, "h"), **keys),
        row("电", KWH, meter="E1", key_product=Amount(4000.0, "h"), id="电/E1#2", **keys),
    )
    made = product(tmp_path, part("body", 1.0, dataset="steel"), mass_kg=1.0, processes=rows)
    assert codes(built(made, background(tmp_path, dataset("steel")))[1]) == ["shares-above-one"]


def test_a_meter_with_a_total_has_to_be_shared_out_whole(tmp_path: Path) -> None:
    line = row("电", KWH, meter="E1", scope="product")
    data = background(tmp_path, dataset("steel"))
    made = product(tmp_path, part("body", 1.0, dataset="steel"), mass_kg=1.0, processes=(line,))
    short = built(replace(made, meters={"E1": Amount(1500.0, "MWh")}), data)[0]
    assert [m.code for m in short.missing] == ["missing-meter-rest"]
    gone = built(replace(made, processes=(), meters={"E1": Amount(1200.0, "MWh")}), data)[0]
    assert "missing-meter-rows" in [m.code for m in gone.missing]
    assert codes(built(replace(made, meters={"E1": Amount(1000.0, "MWh")}), data)[1]) == ["meter-above-total"]
    assert not built(replace(made, meters={"E1": Amount(1200.0, "MWh")}), data)[0].missing


def test_processing_comes_from_a_meter_or_a_dataset_never_both_never_neither(tmp_path: Path) -> None:
    data = background(tmp_path, dataset("steel"), dataset("stamping", group="processing"))
    own = part("body", 1.0, dataset="steel", made="in_house", processes=("stamping",))
    line = row("电", KWH, meter="E1", scope="product", covers=("body",))
    assert codes(built(product(tmp_path, own, mass_kg=1.0, processes=(line,)), data)[1]) == ["processing-twice"]
    bare = replace(own, processes=())
    neither = built(product(tmp_path, bare, mass_kg=1.0, processes=(replace(line, covers=()),)), data)[0]
    assert "missing-own-processing" in [m.code for m in neither.missing]
    alone, problems, _ = built(product(tmp_path, own, mass_kg=1.0), data)
    assert not problems
    assert demands(alone, "bom:body/processing") == {"stamping": 1.0}
    assert [i.stage for i in alone.items if i.id == "bom:body/processing"] == ["manufacturing"]


def test_a_co_product_takes_its_share_by_the_stated_key(tmp_path: Path) -> None:
    # 1,200,000 kWh over 900 t product + 300 t co-product, by mass: 3/4 stay -> 900 kWh per unit at 1,000 units
    line = row("电", KWH, meter="E1", scope="product")
    other = row(
        "by-product",
        Amount(300.0, "t"),
        meter="E1",
        kind="co-product",
        direction="out",
        scope="line",
        allocation="mass",
        key_total=Amount(1200.0, "t"),
        key_product=Amount(900.0, "t"),
    )
    made = product(tmp_path, part("body", 1.0, dataset="steel"), mass_kg=1.0, processes=(line, other))
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert demands(foreground, "process:电/E1") == {"electricity": pytest.approx(900.0)}


def test_inbound_transport_carries_the_gross_mass(tmp_path: Path) -> None:
    # 1,000 kg net / 0.8 = 1.25 t × 300 km = 375 tkm
    made = product(
        tmp_path,
        part("body", 1000.0, dataset="steel", yield_fraction=0.8, transport=(Leg("truck", 300.0),)),
        mass_kg=1000.0,
    )
    foreground, _, _ = built(made, background(tmp_path, dataset("steel")))
    assert demands(foreground, "bom:body/transport") == {"transport-truck": pytest.approx(375.0)}


def test_recycled_content_blends_the_routes_and_is_refused_on_a_mix(tmp_path: Path) -> None:
    data = background(
        tmp_path,
        dataset("steel", secondary="scrap-steel"),
        dataset("scrap-steel", recycled_share=1.0),
        dataset("market", recycled_share=0.2),
    )
    made = product(
        tmp_path,
        part("body", 10.0, dataset="steel", recycled_pre=0.1, recycled_post=0.2, recycled_content=0.3),
        mass_kg=10.0,
    )
    foreground, problems, _ = built(made, data)
    assert not problems
    assert demands(foreground, "bom:body/production") == {
        "steel": pytest.approx(7.0),
        "scrap-steel": pytest.approx(3.0),
    }
    mixed = product(tmp_path, part("body", 10.0, dataset="market", recycled_content=0.2), mass_kg=10.0)
    assert codes(built(mixed, data)[1]) == ["recycled-content-on-mix"]


def test_use_over_the_life_and_spare_parts(tmp_path: Path) -> None:
    # 0.5 kWh × 10 years × 220 cycles = 1,100 kWh; 2 m3 a year × 10 = 20; a filter every 3 years: 3 replacements × 2 kg
    at = At("product.yaml", 9)
    use = Use(
        lifetime_years=10.0,
        cycles_per_year=220.0,
        flows=(
            UseFlow("电", at, "flow", "电", Amount(0.5, "kWh"), "cycle"),
            UseFlow("water", at, "flow", "water", Amount(2.0, "m3"), "year"),
        ),
        replacements=(Replacement("filter", at, Amount(3.0, "year")),),
    )
    made = product(
        tmp_path,
        part("filter", 2.0, dataset="pp"),
        mass_kg=2.0,
        use=use,
        service=Amount(4400.0, "cycle"),
        service_per_product=None,
        end_of_life=EndOfLife(scenario="half"),
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("pp")))
    assert not problems
    assert demands(foreground, "use:电") == {"electricity": pytest.approx(1100.0)}
    assert demands(foreground, "use:water") == {"water": pytest.approx(20.0)}
    assert demands(foreground, "use:replacement/filter") == {"pp": pytest.approx(6.0), "landfill": pytest.approx(6.0)}
    assert foreground.products_per_functional_unit == pytest.approx(2.0)


def test_end_of_life_is_cut_off_at_the_scrap_gate(tmp_path: Path) -> None:
    # 10 kg plastic, 80 % collected: 4 kg sorted, 4 kg landfilled; the 2 kg not collected go to landfill as well
    data = background(tmp_path, dataset("pp-data"), materials=(material("pp", "pp-data"),))
    made = product(
        tmp_path, part("body", 10.0, material="PP"), mass_kg=10.0, end_of_life=EndOfLife("half", collection=0.8)
    )
    foreground, problems, _ = built(made, data)
    assert not problems
    assert demands(foreground, "bom:body/end-of-life") == {
        "sorting": pytest.approx(4.0),
        "landfill": pytest.approx(6.0),
    }
    own = replace(made, parts=(replace(made.parts[0], end_of_life="landfill"),), end_of_life=EndOfLife("half", 1.0))
    assert demands(built(own, data)[0], "bom:body/end-of-life") == {"landfill": 10.0}


def test_units_must_fit_the_dataset_or_a_stated_property(tmp_path: Path) -> None:
    wood = material("wood", "wood-data", "wood", density_kg_m3=500.0)
    data = background(tmp_path, dataset("wood-data", "m3"), dataset("steel"), materials=(wood,))
    made = product(tmp_path, part("board", 10.0, material="wood"), mass_kg=10.0)
    assert demands(built(made, data)[0], "bom:board/production") == {"wood-data": pytest.approx(0.02)}
    wrong = product(
        tmp_path,
        part("b", 1.0, dataset="steel"),
        mass_kg=1.0,
        processes=(row("电", Amount(3.0, "kg"), scope="product"),),
    )
    assert codes(built(wrong, data)[1]) == ["unit-not-of-dataset"]


def test_names_that_do_not_work_are_listed_with_their_neighbours(tmp_path: Path) -> None:
    both = (material("pa66-a", "a"), replace(material("pa66-b", "a"), aliases=("pa66-a",)))
    data = background(tmp_path, dataset("a"), materials=both)
    made = product(
        tmp_path,
        part("x", 1.0, material="PA66-A"),
        part("y", 1.0, material="pa67-a"),
        part("z", 1.0, dataset="aa"),
        mass_kg=3.0,
    )
    problems = built(made, data)[1]
    assert codes(problems) == ["dataset-unknown", "material-ambiguous", "material-unknown"]
    found = {p.code: p.params for p in problems}
    assert "pa66-b" in str(found["material-ambiguous"]["candidates"])
    assert "pa66-a" in str(found["material-unknown"]["nearest"])


def test_items_are_ordered_by_stage_then_id_and_every_trace_exists(tmp_path: Path) -> None:
    made = product(
        tmp_path,
        part("b", 1.0, dataset="steel"),
        part("a", 1.0, dataset="steel", transport=(Leg("truck", 10.0),)),
        mass_kg=2.0,
        processes=(row("电", KWH, scope="product"),),
        distribution=(Leg("truck", 100.0),),
        distribution_none=None,
        end_of_life=EndOfLife("half"),
    )
    foreground, problems, ledger = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    order = ["raw_materials", "manufacturing", "distribution", "use", "end_of_life"]
    keys = [(order.index(i.stage), i.id) for i in foreground.items]
    assert keys == sorted(keys)
    for entry in ledger:
        assert all(i in ledger for i in entry.inputs), entry


def test_a_phantom_without_children_is_refused(tmp_path: Path) -> None:
    made = product(
        tmp_path, part("a", 0.3, dataset="steel"), part("b", 0.7, dataset="steel", phantom=True), mass_kg=1.0
    )
    assert codes(built(made, background(tmp_path, dataset("steel")))[1]) == ["phantom-leaf"]


def test_every_loss_on_the_way_up_counts_also_for_pieces_areas_and_coatings(tmp_path: Path) -> None:
    # parent yield 0.5: 2 pieces -> 4; 3 m2 -> 6; steel 0.5 kg -> 1; coating 0.5 kg/m2 x 1 m2 -> 1 kg
    data = background(
        tmp_path, dataset("steel"), dataset("disk", "unit"), dataset("board", "m2"), dataset("zinc"),
        materials=(material("zinc", "zinc", "metal-other"), material("board", "board", g_per_m2=1000.0)),
    )  # fmt: skip
    made = product(
        tmp_path,
        part("top", yield_fraction=0.5),
        part("disk", 0.1, parent="top", quantity=2.0, dataset="disk"),
        part("board", None, parent="top", measure=Amount(3.0, "m2"), material="board"),
        part("sheet", 1.0, parent="top", dataset="steel", coatings=(("zinc", 0.5, 1.0),)),
        mass_kg=4.2,
    )
    foreground, problems, _ = built(made, data)
    assert not problems
    assert demands(foreground, "bom:disk/production") == {"disk": pytest.approx(4.0)}
    assert demands(foreground, "bom:board/production") == {"board": pytest.approx(6.0)}
    assert demands(foreground, "bom:sheet/production") == {"steel": pytest.approx(1.0), "zinc": pytest.approx(1.0)}


def test_an_input_assembly_is_processed_and_hauled_with_its_mass(tmp_path: Path) -> None:
    made = product(
        tmp_path,
        part("body", 1.0, dataset="steel"),
        part("tool", parent=None, role="input", processes=("moulding",), transport=(Leg("truck", 1000.0),)),
        part("resin", 0.5, parent="tool", dataset="steel"),
        mass_kg=1.0,
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel"), dataset("moulding")))
    assert not problems
    assert demands(foreground, "bom:tool/production") == {"moulding": pytest.approx(0.5)}
    assert demands(foreground, "bom:tool/transport") == {"transport-truck": pytest.approx(0.5)}


def test_a_spare_assembly_brings_all_its_parts_again(tmp_path: Path) -> None:
    at = At("product.yaml", 9)
    use = Use(lifetime_years=10.0, replacements=(Replacement("a", at, Amount(3.0, "year")),))
    made = product(
        tmp_path,
        part("a"),
        part("a1", 0.4, parent="a", dataset="steel"),
        part("a2", 0.6, parent="a", dataset="pp"),
        mass_kg=1.0,
        use=use,
    )
    data = background(tmp_path, dataset("steel"), dataset("pp"))
    foreground, problems, _ = built(made, data)
    assert not problems
    assert demands(foreground, "use:replacement/a") == {"steel": pytest.approx(1.2), "pp": pytest.approx(1.8)}
    line = row("电", KWH, meter="E1", scope="product", covers=("a1",))
    metered = built(replace(made, processes=(line,)), data)[0]
    assert "missing-spare-data" in [m.code for m in metered.missing]


def test_what_goes_out_lowers_what_came_in_and_never_more(tmp_path: Path) -> None:
    # 1,000 kWh in, 400 kWh sold: 600 kWh / 1,000 units = 0.6 kWh
    data = background(tmp_path, dataset("steel"))
    came = row("电", Amount(1000.0, "kWh"), meter="E1", scope="product")
    sold = row("电", Amount(0.4, "MWh"), meter="E2", scope="product", direction="out")
    made = product(tmp_path, part("body", 1.0, dataset="steel"), mass_kg=1.0, processes=(came, sold))
    foreground, problems, _ = built(made, data)
    assert not problems
    assert demands(foreground, "process:电/E1") == {"electricity": pytest.approx(0.6)}
    assert foreground.site["电/E1"].value == pytest.approx(0.6)
    more = replace(made, processes=(came, replace(sold, amount=Amount(2.0, "MWh"))))
    assert codes(built(more, data)[1]) == ["out-without-in"]
    waste = row("steel", Amount(5.0, "kg"), scope="product", direction="out", kind="waste")
    assert codes(built(replace(made, processes=(waste,)), data)[1]) == ["out-without-in"]


def test_months_that_are_alike_are_readings_of_their_own(tmp_path: Path) -> None:
    month = row("电", KWH, meter="E1", scope="product")
    made = product(
        tmp_path,
        part("body", 1.0, dataset="steel"),
        mass_kg=1.0,
        processes=(month, replace(month, id="电/E1#2")),
        meters={"E1": Amount(2400.0, "MWh")},
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert not problems
    assert not foreground.missing


def test_a_key_that_is_not_the_output_shows_in_every_report(tmp_path: Path) -> None:
    keys = {"scope": "line", "allocation": "units", "key_total": Amount(1000.0, "unit")}
    data = background(tmp_path, dataset("steel"))
    made = product(
        tmp_path,
        part("body", 1.0, dataset="steel"),
        mass_kg=1.0,
        processes=(row("电", KWH, meter="E1", key_product=Amount(500.0, "unit"), **keys),),
    )
    assert "process:电/E1/key-against-output" in built(made, data)[2]
    whole = replace(made, processes=(replace(made.processes[0], key_product=Amount(1000.0, "unit")),))
    assert "process:电/E1/key-against-output" not in built(whole, data)[2]


def test_a_stand_in_of_the_materials_table_shows(tmp_path: Path) -> None:
    odd = material("pps", "plastic", stand_in="no public figure: plastics average")
    data = background(tmp_path, dataset("plastic"), materials=(odd,))
    _, problems, ledger = built(product(tmp_path, part("a", 1.0, material="PPS"), mass_kg=1.0), data)
    assert not problems
    assert ledger["material:pps/stand-in"].kind == "assumed"


def test_the_service_of_a_product_is_the_life_it_is_used(tmp_path: Path) -> None:
    use = Use(lifetime_years=10.0, cycles_per_year=200.0)
    made = product(
        tmp_path, part("a", 1.0, dataset="steel"), mass_kg=1.0, use=use, service=Amount(1.0, "cycle"),
        service_per_product=Amount(1500.0, "cycle"),
    )  # fmt: skip
    data = background(tmp_path, dataset("steel"))
    assert codes(built(made, data)[1]) == ["service-not-life"]
    assert not built(replace(made, service_per_product=Amount(2000.0, "cycle")), data)[1]


@pytest.mark.parametrize(
    ("service", "stated", "cycles", "expected"),
    [
        # 80 hours a year over 5 years are 400 hours of operation; a year has 8,760 hours
        (Amount(100.0, "h"), Amount(400.0, "h"), 80.0, 0.25),
        (Amount(100.0, "h"), Amount(24000.0, "min"), 80.0, 0.25),
        (Amount(100.0, "h"), None, 80.0, 0.25),
        (Amount(6000.0, "min"), None, 80.0, 0.25),
        (Amount(100.0, "h"), Amount(500.0, "h"), 80.0, "service-not-life"),
        (Amount(100.0, "h"), Amount(5.0, "year"), 80.0, "service-of-two-times"),
        (Amount(100.0, "h"), Amount(400.0, "h"), None, 0.25),
        (Amount(100.0, "h"), Amount(44700.0, "h"), None, "service-not-life"),
        (Amount(100.0, "h"), Amount(5.0, "year"), None, 100 / 43800),
        (Amount(100.0, "h"), Amount(1.0, "year"), None, "service-of-two-times"),
        (Amount(1.0, "year"), Amount(5.0, "year"), 80.0, 0.2),
        (Amount(1.0, "year"), Amount(43800.0, "h"), None, 0.2),
        (Amount(1.0, "year"), Amount(400.0, "h"), None, "service-of-two-times"),
        (Amount(1.0, "year"), Amount(400.0, "h"), 80.0, "service-of-two-times"),
        (Amount(100.0, "cycle"), None, 80.0, None),
    ],
)
def test_hours_of_operation_are_no_calendar_time(
    tmp_path: Path, service: Amount, stated: Amount | None, cycles: float | None, expected: float | str | None
) -> None:
    use = Use(lifetime_years=5.0, cycles_per_year=cycles, cycle_unit="h" if cycles else "cycle")
    made = product(
        tmp_path, part("a", 1.0, dataset="steel"), mass_kg=1.0, use=use, service=service, service_per_product=stated
    )
    foreground, problems, _ = built(made, background(tmp_path, dataset("steel")))
    assert codes(problems) == ([expected] if isinstance(expected, str) else [])
    if not isinstance(expected, str):
        assert foreground.products_per_functional_unit == (None if expected is None else pytest.approx(expected))


def test_a_flow_per_hour_and_a_spare_part_by_the_hour(tmp_path: Path) -> None:
    # 0.7 kWh x 80 hours x 5 years = 280 kWh; a brush every 150 of 400 hours: 2 replacements x 0.1 kg
    at = At("product.yaml", 9)
    use = Use(
        lifetime_years=5.0, cycles_per_year=80.0, cycle_unit="h",
        flows=(
            UseFlow("电", at, "flow", "电", Amount(0.7, "kWh"), "hour"),
            UseFlow("water", at, "flow", "water", Amount(1.0, "m3"), "cycle"),
        ),
        replacements=(Replacement("brush", at, Amount(150.0, "h")),),
    )  # fmt: skip
    made = product(tmp_path, part("brush", 0.1, dataset="pp"), mass_kg=0.1, use=use)
    foreground, problems, _ = built(made, background(tmp_path, dataset("pp")))
    assert not problems
    assert demands(foreground, "use:电") == {"electricity": pytest.approx(280.0)}
    assert demands(foreground, "use:replacement/brush")["pp"] == pytest.approx(0.2)
    # how many cycles an hour has, nobody says
    assert [m.code for m in foreground.missing if m.field == "use.flows[water]"] == ["missing-use-count"]
    in_cycles = replace(made, use=replace(use, cycle_unit="cycle", replacements=()))
    left = [m.field for m in built(in_cycles, background(tmp_path, dataset("pp")))[0].missing]
    assert "use.flows[电]" in left
    assert "use.flows[water]" not in left
