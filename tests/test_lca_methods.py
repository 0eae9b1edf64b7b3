"""What `--method` names: all 762 categories of bw2io one by one, files of factors, what they know of data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from lca_systems import CH4, CO2, EF, IPCC, SO2, TOTAL, category, item, process, read_once, row, run, system

from ecoprod.background import Background
from ecoprod.errors import InputError, Problem
from ecoprod.lca import bundled, cache, characterisation, library
from ecoprod.lca.methods import MAX_BYTES, Method, catalogue, choose
from ecoprod.report.schemas import faults
from ecoprod.trace import Ledger

ENGINES = pytest.mark.parametrize("engine", ["cached", "brightway"])
CML = "CML v4.8 2016"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "battery-pack"
HEADS = "flow,compartment,factor,unit\n"
URBAN = ("emission", "Sulfur dioxide", "air/urban air close to ground")
ITEMS = (item("use", {"steel": 2.0}, {("Methane, fossil", "air"): 0.005}),)
"""2 kg of steel: per kg 1 kg CO2, 0.01 kg SO2 to air, 0.03 kg SO2 to urban air, 0.2 kWh of 0.5 kg CO2 each.

The methane is 6 % of the climate result, little enough to leave acidification covered."""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Background:
    monkeypatch.setattr(library, "read_families", read_once)
    return system(
        tmp_path / "data",
        [process("steel"), process("power", "kWh")],
        [
            row("steel", CO2, 1.0), row("steel", SO2, 0.01), row("steel", URBAN, 0.03),
            row("steel", "power", 0.2, "kWh"), row("power", CO2, 0.5),
        ],
    )  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., str]:
    """Write a file of factors; the path of it."""

    def write(text: str, name: str = "own.csv", encoding: str = "utf-8") -> str:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode(encoding))
        return str(tmp_path / name)

    return write


def problems_of(*names: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        library.families(choose(names, ()), library.flows())
    return list(caught.value.problems)


def near(value: float | Fraction) -> Any:
    return pytest.approx(float(value), rel=1e-12)


# ---- families and single categories ------------------------------------------------------------------


def test_every_category_has_a_name_of_its_own() -> None:
    """The 762 names in bw2io's own file, each reached by `family/id` and by no other."""
    names, families = bundled.read_families(None)
    triples = {(family, i.category, i.indicator) for family, members in families.items() for i in members}
    assert len(triples) == 762
    listed = catalogue()
    assert {(one.family, one.category, one.indicator) for one in listed} == triples
    assert len({(one.family, one.id) for one in listed}) == len(listed) == 762
    found = choose([f"{one.family}/{one.id}" for one in listed], ())
    assert {(m.name, only) for m in found for only in m.only} == {(one.family, one.id) for one in listed}
    assert not any(m.whole for m in found)
    assert all(m == Method(m.name, m.name) for m in choose(names, ()))


@ENGINES
def test_one_category_is_all_that_is_shown(plant: Background, engine: str) -> None:
    """GWP20 of fossil methane is 82.5 (IPCC AR6, table 7.15); it is a split, and shown because it is asked for."""
    result = run(ITEMS, plant, (f"{IPCC}/climate-change-gwp20", f"{CML}/acidification"), engine=engine)
    assert [(m.method, list(m.categories)) for m in result.methods] == [
        (IPCC, ["climate-change-gwp20"]), (CML, ["acidification"]),
    ]  # fmt: skip
    by_hand = 2 * (1 + Fraction(1, 5) * Fraction(1, 2)) + Fraction(5, 1000) * Fraction("82.5")
    assert category(result, "climate-change-gwp20", IPCC).value == near(by_hand)
    whole = run(ITEMS, plant, (CML,), engine=engine)
    assert category(result, "acidification", CML).value == category(whole, "acidification", CML).value


def test_a_family_and_one_of_its_splits(plant: Background) -> None:
    result = run(ITEMS, plant, (EF, f"{EF}/climate-change-fossil"))
    (found,) = result.methods
    plain = run(ITEMS, plant, (EF,)).methods[0].categories
    assert set(found.categories) - set(plain) == {"climate-change-fossil"}
    assert len(plain) == 16


def test_what_is_not_there_names_the_nearest_at_once() -> None:
    found = problems_of("EF v3", f"{EF}/climat-change", "nonsense/climate-change", EF)
    assert [p.code for p in found] == ["lca-unknown-method", "lca-unknown-category", "lca-unknown-method"]
    assert "EF v3.1" in str(found[0].params["nearest"])
    assert "climate-change" in str(found[1].params["nearest"]).split("; ")
    assert found[1].params["family"] == EF


def test_a_damaged_list_of_categories_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOPROD_CACHE", str(tmp_path))
    assert cache.store_rows("methods", [["EF v3.1", "x"]])
    assert len(catalogue()) == 762


# ---- files -------------------------------------------------------------------------------------------


@ENGINES
def test_a_file_of_factors_by_hand(plant: Background, written: Callable[..., str], engine: str) -> None:
    """Per kg steel 0.01 kg SO2 to air at 2 and 0.03 to urban air at 3 points/kg; methane 4 points per g; CO2 -1."""
    path = written(
        "flow,compartment,factor,unit,category\n"
        "Sulfur dioxide,air/*,3,points/kg,acidification\n"
        "Sulfur dioxide,air,2,points/kg,acidification\n"
        'Methane, fossil,air,4,points/g,"climate change, ours"\n'.replace("Methane, fossil", '"Methane, fossil"')
        + '"Carbon dioxide, fossil",air,-1,points/kg,"climate change, ours"\n'
    )
    book = Ledger()
    result = run(ITEMS, plant, (EF, path), engine=engine, ledger=book)
    assert [m.method for m in result.methods] == [EF, "own.csv"]
    acid = category(result, "acidification", "own.csv")
    assert (acid.value, acid.unit) == (near(2 * (0.01 * 2 + 0.03 * 3)), "points")
    ours = category(result, "climate-change-ours", "own.csv")
    assert ours.value == near(-2 * (1 + 0.2 * 0.5) + 0.005 * 4000)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert book["method:own.csv"].source == f"sha256 {digest}"
    assert "method:own.csv" in book["impact:own.csv/acidification"].inputs
    factor = book["cf:Methane, fossil/air/own.csv/climate-change-ours"]
    assert (factor.value, factor.source) == (near(4000), f"sha256 {digest}")
    assert result.residual < 1e-12


@pytest.mark.parametrize(
    ("flow", "compartment", "unit", "factor"),
    [
        ("Sulfur dioxide", "air", "points/t", 0.001),
        ("Energy, solar, converted", "natural resource/in air", "points/kWh", 1 / 3.6),  # counted in MJ
        ("Occupation, annual crop", "natural resource/land", "points/m2a", 1.0),  # the list writes m2*year
        ("Occupation, annual crop", "natural resource/land", "a/b/m2*year", 1.0),
        ("Water", "air", "points/L", 1000.0),  # counted in m3
    ],
)
def test_factors_come_per_unit_of_the_flow(
    written: Callable[..., str], flow: str, compartment: str, unit: str, factor: float
) -> None:
    (method,) = choose([written(f'{HEADS}"{flow}",{compartment},1,{unit}\n')], ())
    (indicator,) = library.families((method,), library.flows())[method.name].indicators
    assert list(indicator.factors.values()) == [near(factor)]
    assert indicator.unit == unit.rpartition("/")[0]


def test_a_file_is_known_by_its_content(plant: Background, written: Callable[..., str]) -> None:
    heard: list[str] = []
    values = []
    for factor in (2, 2, 5):
        path = written(f"{HEADS}Sulfur dioxide,air,{factor},points/kg\n", "acidification.csv")
        result = run(ITEMS, plant, (EF, path), notify=heard.append)
        values.append(category(result, "acidification", "acidification.csv").value)
    assert values == [near(0.04), near(0.04), near(0.1)]
    assert heard.count("lca-building") == 2
    assert len({method.content for method in choose([path, written(HEADS, "other.csv")], ())}) == 2


def test_coverage_goes_by_the_beginning_of_the_name(tmp_path: Path, written: Callable[..., str]) -> None:
    """A dataset that covers acidification alone is enough for `Acidification, 2030`; `harm` needs all."""
    data = system(
        tmp_path / "thin",
        [process("acid", covers="climate-change;acidification")],
        [row("acid", SO2, 1), row("acid", CO2, 1)],
    )
    path = written(
        'flow,compartment,factor,unit,category\nSulfur dioxide,air,2,points/kg,"Acidification, 2030"\n'
        "Sulfur dioxide,air,2,points/kg,harm\nSulfur dioxide,air,3,points/kg,酸化（自定）\n"
    )
    result = run([item("use", {"acid": 1.0})], data, (path,))
    assert category(result, "acidification-2030", "own.csv").value == near(2)
    assert category(result, "酸化-自定", "own.csv").value == near(3)
    harm = category(result, "harm", "own.csv")
    assert (harm.value, harm.reason, harm.known) == (None, "coverage-below-80", near(2))


@ENGINES
def test_a_bare_total_counts_where_the_file_says_so(tmp_path: Path, written: Callable[..., str], engine: str) -> None:
    data = system(
        tmp_path / "totals",
        [process("chip", covers="climate-change", gwp_set="unknown")],
        [row("chip", TOTAL, 6)],
    )
    plain = "flow,compartment,factor,unit,category\n" + "".join(
        f'"Carbon dioxide, fossil",air,1,kg CO2-Eq/kg,{name}\n' for name in ("climate change", "global warming GWP100")
    )
    path = written(f"{plain}co2e-total,air,0.5,kg CO2-Eq/kg,climate change\n")
    result = run([item("use", {"chip": 1.0})], data, (path,), engine=engine)
    assert category(result, "climate-change", "own.csv").value == near(3)
    silent = category(result, "global-warming-gwp100", "own.csv")
    assert (silent.value, silent.coverage) == (None, 0.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_chinese_file(plant: Background, written: Callable[..., str], encoding: str) -> None:
    text = "基本流；环境介质；特征化因子；单位；影响类别；备注\nSulfur dioxide；air；2；分/kg；酸化 一；说明\n".replace(
        "；", ","
    )
    result = run(ITEMS, plant, (EF, written(text, "因子.csv", encoding)))
    found = category(result, "酸化-一", "因子.csv")
    assert (found.value, found.unit) == (near(0.04), "分")


def test_all_that_is_wrong_in_a_file_is_listed_with_its_line(written: Callable[..., str]) -> None:
    path = written(
        "flow,compartment,factor,unit,category\n"
        "Sulfur dioxid,air,1,points/kg,a\n"
        "Sulfur dioxide,aire,1,points/kg,a\n"
        "Sulfur dioxide,air,much,points/kg,a\n"
        "Sulfur dioxide,air,nan,points/kg,a\n"
        "Sulfur dioxide,air,1e300,points/kg,a\n"
        "Sulfur dioxide,air,1,points,a\n"
        "Sulfur dioxide,air,1,points/kWh,a\n"
        "Sulfur dioxide,air,1,points/kg,a\n"
        "Sulfur dioxide,air,2,points/kg,a\n"
        "Sulfur dioxide,water,2,marks/kg,a\n"
        "Sulfur dioxide,,2,points/kg,a\n"
        "Sulfur dioxide,air,2,points/kg,\n"
        "Sulfur dioxide,air,2,points/kg,A\n"
        "Sulfur dioxide,air,2,points/kg,???\n"
    )
    problems = problems_of(path)
    assert [(p.code, p.at.line, p.at.column) for p in problems] == [
        ("method-unknown-flow", 2, "flow"),
        ("method-unknown-compartment", 3, "compartment"),
        ("number-bad", 4, "factor"),
        ("unit-not-finite", 5, "factor"),
        ("amount-out-of-range", 6, "factor"),
        ("method-unit-form", 7, "unit"),
        ("method-flow-unit", 8, "unit"),
        ("method-duplicate-row", 10, "flow"),
        ("method-unknown-compartment", 11, "compartment"),
        ("method-units-differ", 11, "unit"),
        ("cell-needed", 12, "compartment"),
        ("cell-needed", 13, "category"),
        ("method-category-id", 14, "flow"),
        ("method-category-id", 15, "flow"),
    ]
    assert str(problems[0].params["nearest"]).startswith("Sulfur dioxide (")
    assert problems[7].params["line"] == 9


def test_files_that_are_none(written: Callable[..., str], tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    many = HEADS.replace("\n", ",category\n") + "".join(f"Sulfur dioxide,air,1,points/kg,c{k}\n" for k in range(205))
    for path, codes in (
        (str(tmp_path / "none.csv"), ["file-missing"]),
        (str(big), ["file-too-large"]),
        (written("", "empty.csv"), ["table-empty"]),
        (written(HEADS, "heads.csv"), ["method-empty"]),
        (written("flow,factor\nSulfur dioxide,1\n", "short.csv"), ["column-missing", "column-missing"]),
        (written(many, "many.csv"), ["method-categories"] * 5),
        (written("PK\0\0", "book.xlsx"), ["workbook-broken"]),
        (written(HEADS + "x,air,1,points/kg\n" * 5000, "wrong.csv"), ["method-unknown-flow"] * 200 + ["problems-more"]),
    ):
        assert [p.code for p in problems_of(path)] == codes, path


def test_two_files_of_one_name(written: Callable[..., str]) -> None:
    one = written(f"{HEADS}Sulfur dioxide,air,1,points/kg\n", "a/own.csv")
    other = written(f"{HEADS}Sulfur dioxide,air,2,points/kg\n", "b/own.csv")
    assert [p.code for p in problems_of(one, other)] == ["lca-method-same-name"]
    copy = written(f"{HEADS}Sulfur dioxide,air,1,points/kg\n", "c/own.csv")
    assert len(choose([one, copy], ())) == 1


@pytest.mark.parametrize("name", ["", ".csv", "/", "a/", "#.csv", "x" * 5000 + ".csv", "a\0b.csv", "tests.csv/x.csv"])
def test_names_that_no_method_has(name: str) -> None:
    (problem,) = problems_of(name)
    assert problem.code in {"lca-unknown-method", "file-missing"}


# ---- how far a method knows a background -------------------------------------------------------------


def test_characterisation_by_hand(plant: Background, written: Callable[..., str]) -> None:
    """Of 3 flows in 4 exchanges (CO2 twice, SO2 to air and to urban air) the file knows CO2, and SO2 to air as 0."""
    path = written(
        f'{HEADS}"Carbon dioxide, fossil",air,1,points/kg\nSulfur dioxide,air,0,points/kg\n'
        '"Methane, fossil",air,1,points/kg\n'
    )
    own, climate = characterisation(plant, (path, f"{EF}/climate-change"))
    assert (own.of_flows, own.of_exchanges, own.flows, own.exchanges) == (3, 4, 1, 2)
    assert [(c.id, c.factors, c.flows, c.exchanges) for c in own.categories] == [("own", 2, 1, 2)]
    assert own.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert (climate.flows, climate.exchanges, [c.id for c in climate.categories]) == (1, 2, ["climate-change"])


def test_data_methods(capsys: pytest.CaptureFixture[str], written: Callable[..., str]) -> None:
    assert main(["data", "methods", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert not faults("methods", document)
    assert len(document["methods"]) == 44
    assert sum(len(m["categories"]) for m in document["methods"]) == 762
    for one in document["methods"]:
        assert max(c["flows"] for c in one["categories"]) <= one["flows"] <= document["elementary"]["flows"]
    path = written(f"{HEADS}Sulfur dioxide,air,2,points/kg\n", "acidification.csv")
    for lang, word in (("zh", "类别编号"), ("en", "category")):
        assert main(["data", "methods", path, "--lang", lang]) == 0
        page = capsys.readouterr().out
        assert word in page
        assert "acidification.csv" in page
        assert "points" in page
    assert main(["data", "methods", "EF v4"]) == 2
    assert "EF v3.1" in capsys.readouterr().err


def test_assess_with_a_file(capsys: pytest.CaptureFixture[str], written: Callable[..., str]) -> None:
    """One point a kg of fossil CO2 to air of any kind is what EF says of it: below EF's climate change, above half."""
    path = written(
        f'{HEADS}"Carbon dioxide, fossil",air/*,1,points/kg\nco2e-total,air,1,points/kg\n', "climate change.csv"
    )
    code = main(["assess", str(EXAMPLE), "--method", path, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert code in {0, 1, 3, 4}
    assert not faults("result", document)
    values = {i["method"]: i["categories"] for i in document["impacts"]}
    own = values["climate change.csv"]["climate-change"]
    climate = values[EF]["climate-change"]
    assert own["unit"] == "points"
    assert own["coverage"] == pytest.approx(climate["coverage"], rel=1e-12)  # two solves of one system
    assert 0.5 * climate["value"] < own["value"] < climate["value"]
    trace = {entry["id"]: entry for entry in document["trace"]}
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert trace["method:climate change.csv"]["source"] == f"sha256 {digest}"
    assert main(["assess", str(EXAMPLE), "--method", path, "--lang", "en"]) == code
    assert "climate change.csv" in capsys.readouterr().out
    assert main(["assess", str(EXAMPLE), "--method", path + "x.csv", "--lang", "en"]) == 2
    assert CH4[1] not in capsys.readouterr().err
