"""Product folders: what each cell becomes, where it stands in the ledger, and that the spelling changes nothing."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from pathlib import Path

import pytest

from ecoprod.product import Amount, Leg, Part, Product, Substance
from ecoprod.readers import evidence_problems, read_product
from ecoprod.readers.productfile import last_digit
from ecoprod.trace import Ledger

HEAD = "ecoprod: 1\nproduct: {name: 试样, mass: 68 kg}\nproduct_unit: 1 unit\n"
BASE = Path(__file__).parent / "bad_inputs" / "_base"


def read(folder: Path, yaml: str = "", **tables: str) -> tuple[Product, Ledger, list[str]]:
    """A product of the smallest possible file, the text given, and the tables given."""
    named = "".join(f"{key}: {key}.csv\n" for key in tables)
    (folder / "product.yaml").write_text(HEAD + named + yaml, "utf-8")
    for key, text in tables.items():
        (folder / f"{key}.csv").write_text(text, "utf-8")
    ledger = Ledger()
    reading = read_product(folder, ledger)
    assert reading.product is not None
    return reading.product, ledger, [f"{p.at}: {p.code}" for p in reading.problems]


def one_part(folder: Path, **cells: str) -> tuple[Part, Ledger, list[str]]:
    """The part of a table of one row."""
    filled = {"id": "A", "name": "door", "quantity": "1", **cells}
    quoted = ['"' + text.replace('"', '""') + '"' for text in filled.values()]
    product, ledger, problems = read(folder, bom=",".join(filled) + "\n" + ",".join(quoted) + "\n")
    return product.parts[0], ledger, problems


@pytest.mark.parametrize("colon", [":", "：", " : ", " ", ""])
def test_a_colon_may_stand_behind_the_name_of_a_substance(colon: str, tmp_path: Path) -> None:
    cell = f"汞{colon}未检出; Cd{colon}<2 mg/kg; 铅(Pb){colon or ' '}0.1 %; 1,2-二氯乙烷{colon or ' '}＜ 3 mg/kg"
    part, _, problems = one_part(tmp_path, mass="1 kg", substances=cell)
    assert problems == []
    assert part.substances == (
        Substance("Hg", not_detected=True),
        Substance("Cd", below=pytest.approx(2e-6)),
        Substance("Pb", fraction=pytest.approx(1e-3)),
        Substance("1,2-二氯乙烷", below=pytest.approx(3e-6)),
    )


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ((None,), False), ((None, None), False), (("60 %", "40 %"), False), ((None, "60 %", "40 %"), False),
        (("33.3 %", "33.3 %", "33.3 %"), False), (("50 %",), True), ((None, "60 %"), True), (("0.1 %",), True),
    ],
)  # fmt: skip
def test_the_legs_of_the_distribution_carry_all_of_the_mass(
    shares: tuple[str | None, ...], problem: bool, tmp_path: Path
) -> None:
    legs = ", ".join(f"{{mode: truck, distance: 800 km{f', share: {s}' if s else ''}}}" for s in shares)
    _, _, problems = read(tmp_path, f"distribution: [{legs}]\n")
    assert problems == (["product.yaml:4 distribution: legs-share"] if problem else [])


def test_a_whole_row(tmp_path: Path) -> None:
    part, ledger, problems = one_part(
        tmp_path, mass="420 g", material="SPCC", role="产品内", made="自制", process="stamping-steel；welding",
        **{"yield": "92 %"}, recycled_content="消费前 10 % + 消费后 20 %", coating="锌: 40 g/m2 × 0.3 m2",
        transport="truck 300 km; 海运 1200 km 60 %; 铁路 900 km 40 %", substances="铅 0.02 %; Cd <2 mg/kg (IEC 62321); "
        "DEHP 未检出 (LOD 50 mg/kg); Cr(VI) n.d. (IEC 62321-7-2; LOD 8 mg/kg)", substance_basis="均质材料",
        data_quality="(2,1,3,1,2)", origin="江苏", joining="snap-fit", end_of_life="recycling",
    )  # fmt: skip
    assert problems == []
    assert part.mass_kg == 0.42
    assert (part.role, part.made, part.processes) == ("contained", "in_house", ("stamping-steel", "welding"))
    assert part.yield_fraction == pytest.approx(0.92)
    assert part.recycled_content == pytest.approx(0.3)
    assert (part.recycled_pre, part.recycled_post) == (pytest.approx(0.1), pytest.approx(0.2))
    assert part.coatings == (("锌", pytest.approx(0.04), pytest.approx(0.3)),)
    assert part.transport == (Leg("truck", 300, 1), Leg("ship", 1200, 0.6), Leg("rail", 900, 0.4))
    assert part.substances == (
        Substance("Pb", fraction=pytest.approx(0.0002)),
        Substance("Cd", below=pytest.approx(2e-6), method="IEC 62321"),
        Substance("DEHP", not_detected=True, detection_limit=pytest.approx(5e-5)),
        Substance("Cr6", not_detected=True, detection_limit=pytest.approx(8e-6), method="IEC 62321-7-2"),
    )
    assert part.substance_basis == "homogeneous_material"
    assert part.data_quality == (2, 1, 3, 1, 2)
    entry = ledger["bom:A/mass"]
    assert (entry.value, entry.unit, entry.kind, str(entry.at)) == (0.42, "kg", "read", "bom.csv:2 mass")
    for field in ("quantity", "material", "yield", "recycled_pre", "recycled_post", "substance/Pb", "end_of_life"):
        assert ledger[f"bom:A/{field}"].at is not None


def test_a_blank_field_is_none_and_not_a_default(tmp_path: Path) -> None:
    part, _, problems = one_part(tmp_path)
    assert problems == []
    blank = {f.name: getattr(part, f.name) for f in dataclasses.fields(Part)}
    for name in (
        "mass_kg",
        "role",
        "made",
        "yield_fraction",
        "recycled_content",
        "substances",
        "share",
        "data_quality",
    ):
        assert blank[name] is None


def test_recycled_content_that_is_not_split(tmp_path: Path) -> None:
    part, _, problems = one_part(tmp_path, recycled_content="30 %")
    assert problems == []
    assert (part.recycled_content, part.recycled_pre, part.recycled_post) == (pytest.approx(0.3), None, None)


@pytest.mark.parametrize(
    ("quantity", "pieces", "as_required", "mass", "measure"),
    [
        ("4", 4, False, None, None), ("4 件", 4, False, None, None), ("0.5", 0.5, False, None, None),
        ("2.5 m", 1, False, None, Amount(2.5, "m")), ("3 m²", 1, False, None, Amount(3, "m2")),
        ("2 L", 1, False, None, Amount(2, "L")), ("250 g", 1, False, 0.25, None), ("按需", None, True, None, None),
    ],
)  # fmt: skip
def test_quantities(
    tmp_path: Path, quantity: str, pieces: float | None, as_required: bool, mass: float | None, measure: Amount | None
) -> None:
    part, _, problems = one_part(tmp_path, quantity=quantity)
    assert (part.quantity, part.as_required, part.mass_kg, part.measure) == (pieces, as_required, mass, measure)
    assert problems == (["bom.csv:2 mass: as-required-mass"] if as_required else [])


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("mass", "-1 g", "value-negative"),
        ("mass", "nan", "unit-not-finite"),
        ("mass", "5 kWh", "unit-dimension"),
        ("mass", "2e9 kg", "mass-absurd"),
        ("mass", "heavy", "unit-not-a-number"),
        ("quantity", "-2", "value-negative"),
        ("quantity", "inf", "unit-not-finite"),
        ("quantity", "two", "unit-not-a-number"),
        ("quantity", "2 h", "unit-dimension"),
        ("yield", "1.01", "share-above-one"),
        ("yield", "0", "share-zero"),
        ("yield", "-0.1", "value-negative"),
        ("yield", "92", "share-above-one"),
        ("recycled_content", "0.3", "unit-missing"),
        ("recycled_content", "130 %", "share-above-one"),
        ("recycled_content", "pre 60 % + post 60 %", "share-above-one"),
        ("recycled_content", "pre 10 % + pre 20 %", "grammar-recycled"),
        ("recycled_content", "10 % + 20 %", "grammar-recycled"),
        ("role", "maybe", "word-unknown"),
        ("made", "somewhere", "word-unknown"),
        ("phantom", "perhaps", "word-unknown"),
        ("transport", "truck", "grammar-transport"),
        ("transport", "truck -3 km", "grammar-transport"),
        ("transport", "truck 3 kg", "unit-dimension"),
        ("transport", "truck 300 km 50 %", "legs-share"),
        ("transport", "truck 300 km; rail 900 km 40 %", "legs-share"),
        ("coating", "zinc: 40 g/m2", "grammar-coating"),
        ("coating", "zinc: -40 g/m2 × 1 m2", "value-negative"),
        ("coating", "zinc: 40 g × 1 m2", "unit-dimension"),
        ("substances", "Pb", "grammar-substance"),
        ("substances", "Pb0.02 %", "grammar-substance"),
        ("substances", "Pb ≤5 mg/kg", "at-most-sign"),
        ("substances", "100：<2 mg/kg", "grammar-substance"),
        ("substances", "Hg 未检出，Cd <2 mg/kg", "grammar-substance"),
        ("substances", "Hg 未检出、Cd <2 mg/kg", "grammar-substance"),
        ("substances", "Pb 0.02", "unit-missing"),
        ("substances", "Pb 120 %", "share-above-one"),
        ("substances", "Pb 1 %; 铅 2 %", "substance-twice"),
        ("substances", "Pb 2 kg", "unit-dimension"),
        ("substance_basis", "product", "word-unknown"),
        ("data_quality", "(1,2,3)", "grammar-pedigree"),
        ("data_quality", "(1,2,3,4,6)", "grammar-pedigree"),
        ("share", "0.5", "share-without-group"),
        ("evidence", "E9", "evidence-unknown"),
        ("length", "5 kg", "unit-dimension"),
    ],
)
def test_bad_cells(tmp_path: Path, column: str, text: str, code: str) -> None:
    part, _, problems = one_part(tmp_path, **{column: text})
    assert [problem.split(": ")[1] for problem in problems] == [code]
    assert problems[0].startswith(f"bom.csv:2 {column}")
    assert part.id == "A"


def test_levels_of_any_depth(tmp_path: Path) -> None:
    depth = 60
    rows = "".join(f"P{n},{n},part,1\n" for n in range(depth)) + "Q,1,other,1\nR,..2,dotted,1\n"
    product, _, problems = read(tmp_path, bom="id,level,name,quantity\n" + rows)
    assert problems == []
    parents = {part.id: part.parent for part in product.parts}
    assert parents == {"P0": None, **{f"P{n}": f"P{n - 1}" for n in range(1, depth)}, "Q": "P0", "R": "Q"}


def test_every_cycle_is_told_once(tmp_path: Path) -> None:
    rows = "A,C,a,1\nB,A,b,1\nC,B,c,1\nD,D,d,1\nE,A,e,1\nF,,f,1\n"
    _, _, problems = read(tmp_path, bom="id,parent,name,quantity\n" + rows)
    assert problems == ["bom.csv:2 parent: bom-cycle", "bom.csv:5 parent: bom-cycle"]


def test_alternates_sum_to_one(tmp_path: Path) -> None:
    head = "id,parent,name,quantity,alternate_group,share\nP,,p,1,,\n"
    good, _, problems = read(tmp_path, bom=head + "A,P,a,1,G,70 %\nB,P,b,1,G,0.3\n")
    assert problems == []
    assert [part.share for part in good.parts] == [None, pytest.approx(0.7), pytest.approx(0.3)]
    assert read(tmp_path, bom=head + "A,P,a,1,G,70 %\nB,P,b,1,G,0.4\n")[2] == ["bom.csv:3 share: alternates-sum"]
    assert read(tmp_path, bom=head + "A,P,a,1,G,70 %\nB,P,b,1,G,\n")[2] == ["bom.csv:4 share: alternates-share"]
    told = read(tmp_path, bom=head + "A,P,a,1,G,0.7\nB,,b,1,G,0.3\n")[2]
    assert told == ["bom.csv:4 alternate_group: alternates-parents"]


@pytest.mark.parametrize(
    ("written", "step"),
    [("68 kg", 1), ("253.00 kg", 0.01), ("70 kg", 1), ("6.8e1 kg", 1), ("1.5e3 g", 100), ("0.420 kg", 0.001)],
)
def test_the_last_written_digit(written: str, step: float) -> None:
    assert last_digit(written) == pytest.approx(step)


@pytest.mark.parametrize(
    ("written", "mass", "precision"),
    [("68 kg", 68, 0.5), ("253.00 kg", 253, 0.005), ("420 g", 0.42, 0.0005), ("1.2 t", 1200, 50)],
)
def test_mass_precision(tmp_path: Path, written: str, mass: float, precision: float) -> None:
    (tmp_path / "product.yaml").write_text(HEAD.replace("68 kg", written), "utf-8")
    product = read_product(tmp_path, Ledger()).product
    assert product is not None
    assert (product.mass_kg, product.mass_precision_kg) == (pytest.approx(mass), pytest.approx(precision))


YAML = """
assessed_on: 2026/3/1
functional_unit: {service: 2200 cycle, of: wash 8 kg of laundry, evidence: [E1]}
service_per_product: 4400 次
reporting_period: {from: 2025-01-01, to: 2025年12月31日, output: 12 万台, evidence: E1}
base_period:
  {from: 2024-01-01, to: 2024-12-31, output: 1000 unit, values: {energy-per-unit: 3.1 kgce/unit}, evidence: E1}
meters: {E1: 1200 MWh}
distribution:
  - {mode: truck, distance: 800 km, share: 60 %, evidence: E1}
  - {mode: 铁路, distance: 1200 公里, share: 40 %}
use:
  lifetime: 10 年
  cycles: 220 cycle/year
  flows:
    - {flow: electricity, amount: 0.62 kWh, per: cycle}
    - {flow: electricity, amount: 1 kWh, per: year}
    - {emission: R134a, compartment: air, amount: 2 g, per: life, source: test}
  replacements: [{part: A, per: 5 year}]
  evidence: [E1]
end_of_life: {scenario: cn-weee, collection: 90 %, evidence: E1}
lca: none
declared:
  evenness: {value: 93 %, evidence: [E1], method: GB/T 4288}
  cadmium: {value: <2 mg/kg, detection_limit: 2 mg/kg, illustrative: true}
  lead: {value: 未检出 (IEC 62321; LOD 5 mg/kg)}
  grade: {value: 1 级}
  blank: {value: , evidence: E1}
  manual: {value: yes}
  words: {value: 有}
basic: {law: {met: yes, evidence: E1}, orders: {met: no}, open: {met: }}
"""


def test_a_whole_product_file(tmp_path: Path) -> None:
    evidence = "id,title,issued,valid_until\nE1,报告,2025-06-01,2028-06-01\n"
    product, ledger, problems = read(tmp_path, YAML, bom="id,name,quantity\nA,door,1\n", evidence=evidence)
    assert problems == []
    assert product.assessed_on == date(2026, 3, 1)
    assert (product.service, product.service_per_product) == (Amount(2200, "cycle"), Amount(4400, "cycle"))
    assert product.service_evidence == ("E1",)
    assert product.reporting_period is not None
    assert product.reporting_period.end == date(2025, 12, 31)
    assert product.reporting_period.output == Amount(12, "万unit")
    assert product.base_period is not None
    assert product.base_period.values == {"energy-per-unit": Amount(3.1, "kgce/unit")}
    assert (product.reporting_period.evidence, product.base_period.evidence) == (("E1",), ("E1",))
    assert product.meters == {"E1": Amount(1200, "MWh")}
    assert product.distribution == (Leg("truck", 800, 0.6, ("E1",)), Leg("rail", 1200, 0.4))
    assert product.use is not None
    assert (product.use.lifetime_years, product.use.cycles_per_year) == (10, 220)
    assert [flow.id for flow in product.use.flows] == ["electricity", "electricity#2", "R134a"]
    assert product.use.replacements[0].every == Amount(5, "year")
    assert product.use.evidence == ("E1",)
    assert product.end_of_life is not None
    assert product.end_of_life.collection == pytest.approx(0.9)
    assert product.end_of_life.evidence == ("E1",)
    assert product.lca_none
    facts = product.declared
    assert set(facts) == {"evenness", "cadmium", "lead", "grade", "manual", "words"}  # `blank` declares nothing
    assert (facts["evenness"].amount, facts["evenness"].evidence) == (Amount(93, "%"), ("E1",))
    assert (facts["cadmium"].below, facts["cadmium"].illustrative) == (Amount(2, "mg/kg"), True)
    assert (facts["lead"].not_detected, facts["lead"].detection_limit) == (True, Amount(5, "mg/kg"))
    assert (facts["grade"].amount, facts["manual"].flag, facts["words"].text) == (Amount(1, "级"), True, "有")
    assert {name: basic.met for name, basic in product.basic.items()} == {"law": True, "orders": False, "open": None}
    for entry in (
        "product:mass",
        "product:service",
        "product:service_per_product",
        "product:output",
        "meter:E1",
        "product:lifetime",
        "product:cycles",
        "use:electricity#2/amount",
        "distribution:2/distance",
        "declared:evenness",
        "basic:law",
        "base:energy-per-unit",
        "collection",
        "product:product_unit",
    ):
        assert str(ledger[entry].at).startswith("product.yaml:")


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("declared: {x: {value: 93}}", "product.yaml:4 declared.x.value: unit-missing"),
        ("declared: {x: 93 %}", "product.yaml:4 declared.x: type-mapping"),
        ("declared: {x: {valeu: 93 %}}", "product.yaml:4 declared.x.valeu: key-unknown"),
        ("use: {none: }", "product.yaml:4 use.none: none-needs-reason"),
        ("distribution: {none: }", "product.yaml:4 distribution.none: none-needs-reason"),
        ("use: {none: x}", "product.yaml:4 use.none: none-needs-reason"),
        ("use: {none: '-'}", "product.yaml:4 use.none: none-needs-reason"),
        ("use: {none: 无}", "product.yaml:4 use.none: none-needs-reason"),
        ("use: {none: 没有}", "product.yaml:4 use.none: none-needs-reason"),
        ("use: {none: 'None.'}", "product.yaml:4 use.none: none-needs-reason"),
        ("use: {none: '12345678'}", "product.yaml:4 use.none: none-needs-reason"),
        ("end_of_life: {none: n/a}", "product.yaml:4 end_of_life.none: none-needs-reason"),
        ("packaging: {none: '…'}", "product.yaml:4 packaging.none: none-needs-reason"),
        ("lca: no", "product.yaml:4 lca: lca-word"),
        ("use: {lifetime: 10 kg}", "product.yaml:4 use.lifetime: unit-dimension"),
        ("use: {cycles: 220}", "product.yaml:4 use.cycles: unit-missing"),
        ("use: {cycles: 80 h}", "product.yaml:4 use.cycles: unit-dimension"),
        ("use: {cycles: 9000 h/year}", "product.yaml:4 use.cycles: cycles-above-the-year"),
        ("use: {cycles: 1 year/year}", "product.yaml:4 use.cycles: unit-dimension"),
        ("use: {cycles: 5 kg/kg}", "product.yaml:4 use.cycles: unit-dimension"),
        ("use: {replacements: [{part: Z, per: 1 year}]}", "product.yaml:4 use.replacements[0].part: part-unknown"),
        ("use: {flows: [{amount: 1 kg, per: life}]}", "product.yaml:4 use.flows[0]: process-nothing"),
        ("end_of_life: {collection: 120 %}", "product.yaml:4 end_of_life.collection: share-above-one"),
        ("reporting_period: {from: 2025-01-01, to: 2025-12-31}", "product.yaml:4 reporting_period.output: key-needed"),
        ("base_period: {from: 2025-02-01, to: 2025-01-01}", "product.yaml:4 base_period.to: dates-order"),
        ("basic: {law: {met: maybe}}", "product.yaml:4 basic.law.met: word-unknown"),
        ("bom: [a.csv]", "product.yaml:4 bom: type-text"),
        ("functional_unit: {evidence: E9}", "product.yaml:4 functional_unit.evidence: evidence-unknown"),
        ("base_period: {evidence: E9}", "product.yaml:4 base_period.evidence: evidence-unknown"),
        ("use: {evidence: E9}", "product.yaml:4 use.evidence: evidence-unknown"),
        ("end_of_life: {evidence: E9}", "product.yaml:4 end_of_life.evidence: evidence-unknown"),
        ("packaging: {none: sold loose, evidence: E9}", "product.yaml:4 packaging.evidence: evidence-unknown"),
        ("distribution: [{mode: truck, distance: 1 km, evidence: E9}]",
         "product.yaml:4 distribution[0].evidence: evidence-unknown"),
        ("use: {none: passive, evidence: E1}", "product.yaml:4 use.evidence: key-unknown"),
        ("service_per_product: 1 cycle\nfunctional_unit: {service_per_product: 1 cycle}",
         "product.yaml:4 service_per_product: key-twice"),
    ],
)  # fmt: skip
def test_bad_values_in_the_product_file(tmp_path: Path, yaml: str, told: str) -> None:
    assert read(tmp_path, yaml + "\n")[2] == [told]


@pytest.mark.parametrize(
    ("written", "cycles", "unit"),
    [
        ("80 hour/year", 80, "h"), ("80 小时/年", 80, "h"), ("90 min/day", 547.5, "h"), ("10 h/week", 3650 / 7, "h"),
        ("24 h/day", 8760, "h"), ("220 1/year", 220, "cycle"), ("2 cycle/day", 730, "cycle"),
    ],
)  # fmt: skip
def test_cycles_or_hours_of_operation_a_year(tmp_path: Path, written: str, cycles: float, unit: str) -> None:
    yaml = f"use: {{lifetime: 5 year, cycles: {written}, flows: [{{flow: electricity, amount: 1 kWh, per: 小时}}]}}\n"
    product, ledger, problems = read(tmp_path, yaml)
    assert problems == []
    assert product.use is not None
    assert (product.use.cycles_per_year, product.use.cycle_unit) == (pytest.approx(cycles), unit)
    assert product.use.flows[0].per == "hour"
    assert ledger["product:cycles"].unit == ("h/year" if unit == "h" else "1/year")


def test_stages_left_out_with_a_reason(tmp_path: Path) -> None:
    yaml = "distribution: {none: sold at the gate}\nuse: {none: passive}\nend_of_life: {none: 用尽}\n"
    yaml += "packaging: {none: bulk}\n"
    product, _, problems = read(tmp_path, yaml)
    assert problems == []
    assert product.use is not None
    assert product.end_of_life is not None
    reasons = (
        product.distribution_none,
        product.use.none_reason,
        product.end_of_life.none_reason,
        product.packaging_none,
    )
    assert reasons == ("sold at the gate", "passive", "用尽", "bulk")
    assert not product.has_packaging_file


def test_process_rows_have_ids_from_their_names(tmp_path: Path) -> None:
    head = "flow,emission,compartment,direction,amount,meter,scope,allocation,key_total,key_product,kind\n"
    rows = (
        "electricity,,,in,12 MWh,E1,全厂,质量,100 t,10000 kg,\n"
        "electricity,,,in,3 MWh,E2,,,,,\nelectricity,,,in,1 MWh,E1,,,,,\nwater,,,in,5 m3,,,,,,\n"
        ",CO2,air,,7 kg,,,,,,排放\n"
    )
    product, ledger, problems = read(tmp_path, process=head + rows)
    assert problems == []
    ids = [row.id for row in product.processes]
    assert ids == ["electricity/E1", "electricity/E2", "electricity/E1#2", "water", "CO2"]
    first = product.processes[0]
    assert (first.scope, first.allocation, first.key_product) == ("site", "mass", Amount(10000, "kg"))
    assert ledger["process:electricity/E1/key_total"].value == 100
    assert (product.processes[-1].what, product.processes[-1].kind) == ("emission", "emission")


def test_a_mapping_has_one_row_a_material(tmp_path: Path) -> None:
    rows = "material,dataset,factor,checked_by,checked_on\nX,abs-granulate,0.9,Li,2026-01-01\n"
    product, _, problems = read(tmp_path, mapping=rows + "X,pp-granulate,1,Li,2026-01-01\nY,pp-granulate,,,\n")
    assert problems == ["mapping.csv:3 material: mapping-twice"]
    assert [(row.material, row.factor) for row in product.mapping] == [("X", 0.9), ("Y", 1.0)]


def test_a_mapping_names_its_grounds(tmp_path: Path) -> None:
    rows = "材料,数据集,核对人,核对日期,证据\nX,abs-granulate,Li,2026-01-01,E1\nY,pp-granulate,Li,2026-01-01,E1; E9\n"
    product, _, problems = read(tmp_path, mapping=rows, evidence="id,valid_until\nE1,2026-03-01\n")
    assert problems == ["mapping.csv:3 evidence: evidence-unknown"]
    product, _, problems = read(tmp_path, mapping=rows.replace("; E9", ""), evidence="id,valid_until\nE1,2026-03-01\n")
    assert problems == []
    assert [row.evidence for row in product.mapping] == [("E1",), ("E1",)]
    assert [p.code for p in evidence_problems(product, date(2026, 3, 2))] == ["evidence-expired"]


def test_evidence_on_the_day(tmp_path: Path) -> None:
    evidence = "id,issued,valid_until\nE1,2025-06-01,2026-03-01\nE2,2026-01-01,2026-01-31\n"
    product, _, problems = read(tmp_path, "basic: {law: {met: yes, evidence: E1}}\n", evidence=evidence)
    assert problems == []
    told = {day: [p.code for p in evidence_problems(product, date.fromisoformat(day))]
            for day in ("2025-05-31", "2025-06-01", "2026-03-01", "2026-03-02")}  # fmt: skip
    assert told == {
        "2025-05-31": [], "2025-06-01": [], "2026-03-01": [], "2026-03-02": ["evidence-expired"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "yaml",
    [
        "functional_unit: {evidence: E1}",
        "packaging: {none: sold loose, evidence: E1}",
        "distribution: [{mode: truck, distance: 1 km, evidence: E1}]",
        "use: {lifetime: 1 year, evidence: E1}",
        "base_period: {evidence: E1}",
        "reporting_period: {from: 2025-01-01, to: 2025-12-31, output: 1 unit, evidence: E1}",
        "end_of_life: {scenario: cn-municipal, evidence: E1}",
    ],
)
def test_the_document_of_a_stage_has_to_be_valid(tmp_path: Path, yaml: str) -> None:
    evidence = "id,valid_until\nE1,2026-03-01\n"
    product, _, problems = read(tmp_path, f"{yaml}\n", evidence=evidence)
    assert problems == []
    assert [p.code for p in evidence_problems(product, date(2026, 3, 2))] == ["evidence-expired"]


def test_files_are_listed_with_their_hashes() -> None:
    product = read_product(BASE, Ledger()).product
    assert product is not None
    names = ["bom.csv", "evidence.csv", "process.csv", "product.yaml", "report.txt"]
    assert [file.path for file in product.files] == names
    for file in product.files:
        assert file.sha256 == hashlib.sha256((BASE / file.path).read_bytes()).hexdigest()


def test_no_product_file(tmp_path: Path) -> None:
    reading = read_product(tmp_path, Ledger())
    assert reading.product is None
    assert [(p.code, str(p.at)) for p in reading.problems] == [("file-missing", "product.yaml")]
