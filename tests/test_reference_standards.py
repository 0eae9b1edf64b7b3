"""Standards that specifications refer to: every figure against a table typed from the facts, dates, and refusals.

The table below stands beside the folders, not on them. It follows the project's collection of facts (sectors.md, by
section); lines marked + come from pages found later, which `product_specs/_sources.yaml` names.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecoprod_cli.main import main
from jsonschema import Draft202012Validator

from ecoprod.corridor import assess
from ecoprod.errors import InputError, Problem
from ecoprod.measure import Measure
from ecoprod.messages import problem_line
from ecoprod.report.schemas import schema
from ecoprod.resources import bundled
from ecoprod.scaffold import init
from ecoprod.standards import check_specs, find_specs, load_spec
from ecoprod.standards.records import Limit, Spec
from ecoprod.standards.vocabulary import ROLES, SECTORS
from ecoprod.trace import Ledger
from ecoprod.units import Amount, convert
from ecoprod.verdict import evaluate

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "battery-pack"
Figure = tuple[str, float | bool | tuple[float, float], str]
"""Operator, figure and unit."""

_HEAVY: dict[str, Figure] = {
    "lead": ("at_most", 0.1, "%"), "mercury": ("at_most", 0.1, "%"), "cadmium": ("at_most", 0.01, "%"),
    "hexavalent-chromium": ("at_most", 0.1, "%"), "pbb": ("at_most", 0.1, "%"), "pbde": ("at_most", 0.1, "%"),
}  # fmt: skip
_PHTHALATES: dict[str, Figure] = dict.fromkeys(("dehp", "bbp", "dbp", "dibp"), ("at_most", 1000.0, "mg/kg"))

FIGURES: dict[str, tuple[date, str, dict[str, Figure]]] = {
    # section 3.1
    "gb-26572@GBT-26572-2011": (date(2027, 7, 31), "secondary", _HEAVY),
    "gb-26572@GB-26572-2025": (date(2027, 8, 1), "secondary", {**_HEAVY, **_PHTHALATES}),
    "eu-rohs@2011-65-EU": (date(2026, 3, 1), "standard", {**_HEAVY, **_PHTHALATES}),
    # section 1.5, cl. 4.2
    "gbt-30512@GBT-30512-2014": (date(2026, 3, 1), "standard", _HEAVY),
    # section 1.8; grade 3-4 as 3.5
    "gb-18401@GB-18401-2010": (date(2026, 3, 1), "secondary", {
        "formaldehyde-a": ("at_most", 20.0, "mg/kg"), "formaldehyde-b": ("at_most", 75.0, "mg/kg"),
        "formaldehyde-c": ("at_most", 300.0, "mg/kg"), "ph-a": ("between", (4.0, 7.5), "pH"),
        "ph-b": ("between", (4.0, 8.5), "pH"), "ph-c": ("between", (4.0, 9.0), "pH"),
        "ph-intermediate": ("between", (4.0, 10.5), "pH"),
        "fastness-water-a": ("at_least", 3.5, "级"), "fastness-water-b-c": ("at_least", 3.0, "级"),
        "fastness-acid-perspiration-a": ("at_least", 3.5, "级"),
        "fastness-acid-perspiration-b-c": ("at_least", 3.0, "级"),
        "fastness-alkaline-perspiration-a": ("at_least", 3.5, "级"),
        "fastness-alkaline-perspiration-b-c": ("at_least", 3.0, "级"),
        "fastness-dry-rubbing-a": ("at_least", 4.0, "级"), "fastness-dry-rubbing-b-c": ("at_least", 3.0, "级"),
        "fastness-saliva-a": ("at_least", 4.0, "级"), "odour": ("equals", False, ""),
        "azo-dyes": ("at_most", 20.0, "mg/kg"),
    }),
    # section 1.5
    "gbt-27630@GBT-27630-2011": (date(2026, 3, 1), "secondary", {
        "benzene": ("at_most", 0.11, "mg/m3"), "toluene": ("at_most", 1.1, "mg/m3"),
        "xylene": ("at_most", 1.5, "mg/m3"), "ethylbenzene": ("at_most", 1.5, "mg/m3"),
        "styrene": ("at_most", 0.26, "mg/m3"), "formaldehyde": ("at_most", 0.1, "mg/m3"),
        "acetaldehyde": ("at_most", 0.05, "mg/m3"), "acrolein": ("at_most", 0.05, "mg/m3"),
    }),
    # section 1.3
    "gb-6566@GB-6566-2010": (date(2026, 3, 1), "secondary", {
        "internal-main": ("at_most", 1.0, "倍"), "external-main": ("at_most", 1.0, "倍"),
        "external-main-hollow": ("at_most", 1.3, "倍"), "internal-decoration-a": ("at_most", 1.0, "倍"),
        "external-decoration-a": ("at_most", 1.3, "倍"), "internal-decoration-b": ("at_most", 1.3, "倍"),
        "external-decoration-b": ("at_most", 1.9, "倍"), "external-decoration-c": ("at_most", 2.8, "倍"),
    }),
    # section 1.6, the table has grades 1 to 3; + the edition that follows on 2026-02-01 (catalogue)
    "gb-28380@GB-28380-2012": (date(2026, 1, 31), "secondary", {"grade": ("at_most", 3.0, "级")}),
    "gb-28380@GB-28380-2025": (date(2026, 2, 1), "secondary", {"minimum-2025": ("equals", True, "")}),
    # section 1.4, grade 3 = IE3 is the lowest
    "gb-18613@GB-18613-2020": (date(2026, 3, 1), "secondary", {"grade": ("at_most", 3.0, "级")}),
    # section 1.9; + the demand on several materials, in the same copy
    "packaging-procurement-2020@CBK-2020-123": (date(2026, 3, 1), "standard", {
        "layers": ("at_most", 3.0, "层"), "void-ratio": ("at_most", 40.0, "%"),
        "single-or-separable": ("equals", True, ""), "heavy-metals": ("at_most", 100.0, "mg/kg"),
        "ink-voc": ("at_most", 5.0, "%"), "print-colours": ("at_most", 6.0, "unit"),
        "renewable-fibre": ("at_least", 75.0, "%"), "sustainable-wood": ("equals", True, ""),
    }),
}  # fmt: skip


def limits(spec: Spec) -> dict[str, Limit]:
    return {r.id: r.condition.limit for r in spec.requirements if r.condition and r.condition.limit}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_the_one_of_the_table(name: str) -> None:
    on, confidence, wanted = FIGURES[name]
    spec = load_spec(name, on)
    found = limits(spec)
    assert set(found) == set(wanted) == {r.id for r in spec.requirements}
    for requirement, (op, figure, unit) in wanted.items():
        limit = found[requirement]
        assert (limit.op, limit.confidence) == (op, confidence), requirement
        if isinstance(figure, bool):
            assert limit.value is figure
        elif isinstance(figure, tuple):
            assert (limit.low, limit.high, limit.unit) == (*figure, unit)
        else:
            assert isinstance(limit.value, float)
            assert convert(Amount(limit.value, limit.unit or ""), unit) == pytest.approx(figure, rel=1e-12), requirement


def test_every_reference_and_every_edition_of_it_is_in_the_table() -> None:
    infos = [i for i in find_specs() if i.role == "reference"]
    assert {f"{i.id}@{e.id}" for i in infos for e in i.editions} == set(FIGURES)
    assert {i.id for i in infos if i.complete} == set()
    assert not any(i.extends for i in infos)


def test_substances_are_limited_per_homogeneous_material() -> None:
    for name in ("gb-26572@GB-26572-2025", "eu-rohs@2011-65-EU", "gbt-30512@GBT-30512-2014"):
        asked = {n for n in load_spec(name, date(2027, 8, 1)).facts if n.startswith("substance:")}
        assert asked
        assert all(n.endswith("@homogeneous_material") for n in asked)


def test_the_six_of_the_2025_edition_say_that_no_source_prints_them() -> None:
    found = limits(load_spec("gb-26572", date(2027, 8, 1)))
    assert {n for n, m in found.items() if m.doubt is not None} == set(_HEAVY)
    assert all(m.note is not None and "13" in m.note["en"] for m in found.values())


def test_the_phthalates_of_the_directive_have_dates_of_their_own() -> None:
    before, after = (limits(load_spec("eu-rohs", date(2019, 7, day))) for day in (21, 22))
    assert set(before) == set(_HEAVY)
    assert set(after) == {*_HEAVY, *_PHTHALATES}
    notes = {n: m.note["en"] for n, m in after.items() if m.note}
    assert set(notes) == set(_PHTHALATES)
    assert all("2021-07-22" in note for note in notes.values())
    assert {n for n, note in notes.items() if "toys" in note} == {"dehp", "bbp", "dbp"}


# ---- a category that refers to them --------------------------------------------------------------

KIND = """ecoprod: 1
id: sample
extends: gbt-32161
title: {zh: "样品", en: "sample"}
editions:
  S-1:
    number: S 1
    title: {zh: "样品", en: "sample"}
    in_force: 2016-05-01
    complete: false
    source: doc
    at: cover
    missing: {all: {zh: "全部", en: "all"}}
"""
REFERS = """  - id: rohs
    group: indicator
    title: {{zh: "限用物质", en: "restricted substances"}}
    refers_to: {name}
    source: doc
    at: row 1
"""
OWN = """  - id: own-{name}
    group: indicator
    title: {{zh: "铅", en: "lead"}}
    indicator: "substance:Pb@homogeneous_material"
    limits: [{{at_most: {limit}, source: doc, at: row 2, confidence: standard}}]
"""


def kind(tmp_path: Path, *requirements: str, name: str = "sample", head: str = KIND) -> Path:
    place = tmp_path / name
    place.mkdir(exist_ok=True)
    sources = 'ecoprod: 1\nsources: {doc: {title: {zh: "文件", en: "document"}, read: text, copy: paper copy}}\n'
    (tmp_path / "_sources.yaml").write_text(sources, encoding="utf-8")
    (place / "spec.yaml").write_text(head, encoding="utf-8")
    asked = "".join(requirements) or " []"
    (place / "requirements.yaml").write_text(f"ecoprod: 1\nrequirements:\n{asked}", encoding="utf-8")
    return place


def taken(spec: Spec) -> set[str]:
    return {r.id.removeprefix("rohs-") for r in spec.requirements if r.id.startswith("rohs-")}


def problems(place: Path, on: date = date(2026, 3, 1)) -> list[Problem]:
    with pytest.raises(InputError) as found:
        load_spec(place, on)
    return list(found.value.problems)


@pytest.mark.parametrize(("day", "edition", "wanted"), [
    ("2026-03-01", "GBT-26572-2011", set(_HEAVY)),
    ("2027-07-31", "GBT-26572-2011", set(_HEAVY)),
    ("2027-08-01", "GB-26572-2025", {*_HEAVY, *_PHTHALATES}),
])  # fmt: skip
def test_an_undated_reference_follows_the_day(tmp_path: Path, day: str, edition: str, wanted: set[str]) -> None:
    place = kind(tmp_path, REFERS.format(name="gb-26572"))
    assert check_specs(place).problems == []
    spec = load_spec(place, date.fromisoformat(day))
    assert taken(spec) == wanted
    start = next(e.in_force for i in find_specs() if i.id == "gb-26572" for e in i.editions if e.id == edition)
    for requirement in spec.requirements:
        if requirement.id.startswith("rohs-"):
            assert requirement.condition is not None
            assert requirement.condition.limit is not None
            assert requirement.condition.limit.start == start
            assert requirement.via == "doc row 1"


def test_the_edition_of_the_day_names_its_own_sources_and_gaps(tmp_path: Path) -> None:
    place = kind(tmp_path, REFERS.format(name="gb-26572"))
    last, first = (load_spec(place, date(2027, month, day)) for month, day in ((7, 31), (8, 1)))
    sources = [{r.source for r in s.requirements if r.id == "rohs-dehp"} for s in (last, first)]
    assert sources == [set(), {"gb-26572-2025-sgs"}]
    gaps = [{g.id for g in s.missing if g.id.startswith("gb-26572-")} for s in (last, first)]
    assert gaps[1] - gaps[0] == {"gb-26572-figures-of-the-first-six", "gb-26572-catalogue"}
    assert gaps[0] - gaps[1] == {"gb-26572-amendment-1"}
    assert not last.complete
    assert last.sha256 == first.sha256


def test_a_dated_reference_stays_with_its_edition(tmp_path: Path) -> None:
    place = kind(tmp_path, REFERS.format(name="gb-26572@GBT-26572-2011"))
    for day in (date(2020, 1, 1), date(2026, 3, 1), date(2027, 8, 1)):
        assert taken(load_spec(place, day)) == set(_HEAVY)


def test_before_any_edition_was_in_force_the_reference_says_so(tmp_path: Path) -> None:
    head = KIND.replace("2016-05-01", "null")
    place = kind(tmp_path, REFERS.format(name="gb-18613"), head=head)
    found = problems(place, date(2021, 5, 31))
    assert [p.params["number"] for p in found if p.code == "standards-not-in-force"] == ["GB 18613-2020"]


@pytest.mark.parametrize(("limit", "repeated"), [("0.1 %", False), ("900 mg/kg", False), ("0.2 %", True)])
def test_an_own_limit_at_least_as_strict_is_not_repeated(tmp_path: Path, limit: str, repeated: bool) -> None:
    place = kind(tmp_path, REFERS.format(name="gbt-30512"), OWN.format(name="lead", limit=limit))
    spec = load_spec(place, date(2026, 3, 1))
    assert taken(spec) == (set(_HEAVY) if repeated else set(_HEAVY) - {"lead"})
    assert "own-lead" in {r.id for r in spec.requirements}


@pytest.mark.parametrize(
    "laxer",
    [
        ("confidence: standard", "confidence: standard, doubt: {zh: 宜, en: should}"),
        ("    indicator:", "    exempt_when: {indicator: mass, at_most: 1 kg}\n    indicator:"),
        ("    indicator:", "    applies_when: {indicator: mass, at_most: 1 kg}\n    indicator:"),
        ("    indicator:", "    needs_evidence: false\n    indicator:"),
    ],
)
def test_an_own_limit_that_is_in_doubt_or_exempts_takes_the_place_of_none(
    tmp_path: Path, laxer: tuple[str, str]
) -> None:
    own = OWN.format(name="lead", limit="0.05 %").replace(*laxer)
    place = kind(tmp_path, REFERS.format(name="gbt-30512"), own)
    assert taken(load_spec(place, date(2026, 3, 1))) == set(_HEAVY)


def test_own_facts_of_a_reference_can_be_declared_in_a_category(tmp_path: Path) -> None:
    spec = load_spec(kind(tmp_path, REFERS.format(name="gbt-30512")), date(2026, 3, 1))
    assert spec.facts["vehicle-exempted-use-Pb"].kind == "flag"
    lead = "substance:Pb@homogeneous_material"

    def status(*, exempted: bool | None) -> str:
        measures: Mapping[str, Measure] = {
            lead: Measure(lead, "%", 0.5, 0.5),
            "vehicle-exempted-use-Pb": Measure(
                "vehicle-exempted-use-Pb", None, flag=exempted, declared=True, evidenced=True, evidence=("E1",)
            ),
        }
        return next(f.status for f in evaluate(spec, measures, Ledger()) if f.requirement.id == "rohs-lead")

    assert [status(exempted=e) for e in (False, True, None)] == ["fail", "exempt", "undetermined"]


# ---- what is refused -----------------------------------------------------------------------------

BETWEEN = """ecoprod: 1
id: between
role: reference
title: {zh: "中间", en: "between"}
missing: {all: {zh: "全部", en: "all"}}
editions:
  B-1: {number: B 1, title: {zh: "中间", en: "between"}, in_force: null, complete: false, source: doc, at: cover}
"""


def test_a_reference_that_refers_on_is_refused(tmp_path: Path) -> None:
    kind(tmp_path, REFERS.format(name="gb-26572"), name="between", head=BETWEEN)
    found = problems(kind(tmp_path, REFERS.format(name="between")))
    assert [p.code for p in found] == ["standards-unknown-reference"]
    assert found[0].params["name"] == "gb-26572"


def test_a_reference_of_ones_own_beside_the_category_is_found(tmp_path: Path) -> None:
    kind(tmp_path, OWN.format(name="lead", limit="0.2 %"), name="between", head=BETWEEN)
    assert taken(load_spec(kind(tmp_path, REFERS.format(name="between")), date(2026, 3, 1))) == {"own-lead"}


@pytest.mark.parametrize("name", ["household-detergent", "gbt-32161", "no-such-standard"])
def test_what_is_no_reference_cannot_be_referred_to(tmp_path: Path, name: str) -> None:
    found = problems(kind(tmp_path, REFERS.format(name=name)))
    assert [(p.code, p.params["name"]) for p in found] == [("standards-unknown-reference", name)]


@pytest.mark.parametrize("by", ["--spec", "category"])
@pytest.mark.parametrize("name", ["gb-26572", "GB/T 30512-2014", "eu-rohs@2011-65-EU"])
def test_no_product_is_assessed_under_a_reference(tmp_path: Path, by: str, name: str) -> None:
    product = tmp_path / "product"
    shutil.copytree(EXAMPLE, product)
    if by == "category":
        file = product / "product.yaml"
        head = yaml.safe_load(file.read_text(encoding="utf-8"))["product"]["category"]
        file.write_text(file.read_text(encoding="utf-8").replace(f"category: {head}", f"category: {name}"), "utf-8")
    with pytest.raises(InputError) as found:
        assess(product, spec=name if by == "--spec" else None)
    problem = next(p for p in found.value.problems if p.code == "standards-not-a-category")
    assert problem.field == ("--spec" if by == "--spec" else "product.category")
    english, chinese = problem_line(problem, "en"), problem_line(problem, "zh")
    assert "is a standard that specifications refer to, not a product category" in english
    assert "ecoprod standards list" in english
    assert "不是产品类别" in chinese


def test_assess_exits_2_while_show_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    product = tmp_path / "product"
    shutil.copytree(EXAMPLE, product)
    assert main(["assess", str(product), "--spec", "gb-26572", "--lang", "en"]) == 2
    assert "not a product category" in capsys.readouterr().err
    assert main(["standards", "show", "gb-26572", "--on", "2027-08-01", "--lang", "en"]) == 0
    assert "GB 26572-2025" in capsys.readouterr().out


def test_no_product_folder_is_made_for_a_reference(tmp_path: Path) -> None:
    with pytest.raises(InputError) as found:
        init(tmp_path / "new", "gb-26572", "en")
    assert [p.code for p in found.value.problems] == ["standards-not-a-category"]
    assert not (tmp_path / "new").exists()


# ---- outline -------------------------------------------------------------------------------------


def outlined() -> dict[str, Any]:
    return {i.id: i.outline for i in find_specs() if i.outline}


def test_the_base_tells_what_is_known_of_the_standard() -> None:
    spec = load_spec("gbt-32161", date(2026, 3, 1))
    passages = {p.id: p for p in spec.outline}
    assert {"eco-design", "method", "principle", "procedure", "attributes", "skeleton", "judgement", "route", "label",
            "label-meaning", "programme"} <= set(passages)  # fmt: skip
    assert passages["judgement"].source == "tceeia-280-2017"
    assert passages["eco-design"].clause == "GB/T 32162 3.1"
    assert next(i for i in find_specs() if i.id == "gbt-32161").outline == spec.outline
    assert load_spec("household-detergent", date(2026, 3, 1)).outline == ()


def test_no_passage_claims_more_than_its_document_was_read() -> None:
    registered = yaml.safe_load((bundled("product_specs") / "_sources.yaml").read_text(encoding="utf-8"))["sources"]
    assert {"gbt-32161", "gb-26572", "gb-18401"} <= set(outlined())
    for spec_id, passages in outlined().items():
        for passage in passages:
            assert registered[passage.source]["read"] == passage.read, (spec_id, passage.id)
            assert all(passage.text[lang] and passage.title[lang] for lang in ("zh", "en"))


def test_what_the_facts_call_not_found_is_named() -> None:
    wanted = {
        "scope", "terms", "principles", "judgement-wording", "basic-other", "basic-wording", "candidate-indicators",
        "benchmark-setting", "lca-cut-off", "lca-allocation", "lca-data-year", "lca-data-quality", "lca-categories",
        "lca-improvement", "lca-report", "label-use",
    }  # fmt: skip
    assert {g.id for g in load_spec("gbt-32161", date(2026, 3, 1)).missing} == wanted


# ---- the schema knows the keys -------------------------------------------------------------------


def test_the_schema_knows_the_words_of_the_reader() -> None:
    head = schema("spec")["$defs"]["spec"]["properties"]
    assert tuple(head["sector"]["enum"]) == SECTORS
    assert tuple(head["role"]["enum"]) == ROLES


@pytest.mark.parametrize(("limit", "fits"), [
    ({"at_most": ["38 dB(A)", "43 dB(A)"]}, True), ({"at_most": ["38 dB(A)"]}, False),
    ({"at_least": "1 kg", "note": {"zh": "甲", "en": "a"}, "also": ["x"], "doubt": "?"}, True),
    ({"at_least": "1 kg", "baseline": {"zh": "甲"}}, False), ({"at_least": "1 kg", "baseline": "1.1 %"}, True),
])  # fmt: skip
def test_the_schema_takes_the_keys_of_a_limit(limit: Mapping[str, Any], fits: bool) -> None:
    title = {"zh": "甲", "en": "a"}
    rule = {"id": "one", "group": "indicator", "title": title, "indicator": "mass", "limits": [limit]}
    errors = list(Draft202012Validator(schema("spec")).iter_errors({"ecoprod": 1, "requirements": [rule]}))
    assert (errors == []) is fits


@pytest.mark.parametrize(("name", "fits"), [("gb-26572", True), ("gb-26572@GB-26572-2025", True), ("GB 26572", False)])
def test_the_schema_takes_a_reference(name: str, fits: bool) -> None:
    rule = {"id": "one", "group": "indicator", "title": {"zh": "甲", "en": "a"}, "refers_to": name}
    errors = list(Draft202012Validator(schema("spec")).iter_errors({"ecoprod": 1, "requirements": [rule]}))
    assert (errors == []) is fits
