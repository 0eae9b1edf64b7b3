"""`standards import-table`: what the rows of a good table become, and that any text stays only text."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from overlay_tables import ABS, FOR, HEADS, NTA, PHOSPHATE, Captured, overlay, run, table, titled

from ecoprod.completing import Signature, import_table
from ecoprod.completing.words import benchmark
from ecoprod.completing.writing import scalar
from ecoprod.standards import find_specs, load_spec
from ecoprod.standards.library import last_day
from ecoprod.standards.overlay_check import check_overlay
from ecoprod.standards.records import Spec
from ecoprod.standards.vocabulary import SECTORS
from ecoprod.standards.walks import atoms
from ecoprod.units import UnitError
from ecoprod.yamlfile import read_yaml

# ---- what a row becomes ----------------------------------------------------------------------------

WATER = titled("单位产品废水量")


def test_rows_of_known_titles_confirm_and_others_are_new(tmp_path: Path) -> None:
    found = overlay(
        tmp_path, PHOSPHATE, NTA, "资源属性,单位产品废水量,m3/t,不大于,2,GB/T 18916,生产", more=("--at", "表 1")
    )
    assert {k: found[k] for k in ("for", "source", "checked_by", "checked_on", "complete")} == {
        "for": FOR, "source": "paper copy no. 7", "checked_by": "张三", "checked_on": "2026-01-15", "complete": False,
    }  # fmt: skip
    assert found["limits"] == [
        {"requirement": "phosphate", "at_most": "0.5 %", "at": "表 1", "note": "GB/T 13173"},
        {"requirement": "no-nitrilotriacetic-acid", "equals": False, "at": "表 1", "note": "声明"},
    ]
    assert found["facts"] == {
        titled("单位产品废水量"): {
            "kind": "quantity",
            "unit": "m3/t",
            "title": {"zh": "单位产品废水量", "en": "单位产品废水量"},
        }
    }
    assert found["requirements"] == [{
        "id": WATER, "clause": None, "group": "indicator", "attribute": "resource", "stage": "manufacturing",
        "title": {"zh": "单位产品废水量", "en": "单位产品废水量"}, "indicator": WATER,
        "limits": [{"at_most": "2 m3/t", "at": "表 1", "note": "GB/T 18916"}],
    }]  # fmt: skip
    assert found["indicators"] == ["nitrilotriacetic-acid-used", "phosphate-content", WATER]


@pytest.mark.parametrize(
    ("direction", "value", "unit", "wanted"),
    [
        ("≤", "0.5", "%", {"at_most": "0.5 %"}), ("<=", "0.5", "%", {"at_most": "0.5 %"}),
        ("at_most", "0.5", "%", {"at_most": "0.5 %"}), ("at most", "0.5", "%", {"at_most": "0.5 %"}),
        ("不大于", "0.5", "%", {"at_most": "0.5 %"}), ("最大值", "0.5", "%", {"at_most": "0.5 %"}),
        ("≥", "90", "%", {"at_least": "90 %"}), ("不小于", "90", "%", {"at_least": "90 %"}),
        ("最小值", "90", "%", {"at_least": "90 %"}), ("＜", "3", "mg/kg", {"less_than": "3 mg/kg"}),
        (">", "3", "mg/kg", {"more_than": "3 mg/kg"}), ("=", "3", "级", {"equals": "3 级"}),
        ("区间", "6~8", "pH", {"between": ["6 pH", "8 pH"]}), ("between", "6～8", "pH", {"between": ["6 pH", "8 pH"]}),
        ("", "[6, 8]", "pH", {"between": ["6 pH", "8 pH"]}), ("区间", "-5 至 5", "°C", {"between": ["-5 °C", "5 °C"]}),
        ("", "≥90", "%", {"at_least": "90 %"}), ("≥", "≥ 90 %", "", {"at_least": "90 %"}),
        ("≤", "38 dB(A)", "", {"at_most": "38 dB(A)"}), ("≤", "38", "分贝(A)", {"at_most": "38 dB(A)"}),
        ("≤", "1e-3", "mg/kg", {"at_most": "0.001 mg/kg"}), ("≤", "０．５", "％", {"at_most": "0.5 %"}),
        ("", "不得检出", "mg/kg", {"at_most": 0}), ("≤", "未检出", "mg/kg", {"at_most": 0}),
        ("≤", "0", "mg/kg", {"at_most": "0 mg/kg"}),
        ("", "是", "", {"equals": True}), ("=", "yes", "", {"equals": True}), ("—", "符合", "—", {"equals": True}),
        ("", "否", "", {"equals": False}), ("", "无", "", {"equals": False}), ("", "不得检出", "", {"equals": False}),
    ],
)  # fmt: skip
def test_directions_and_benchmarks(
    tmp_path: Path, direction: str, value: str, unit: str, wanted: dict[str, object]
) -> None:
    found = overlay(tmp_path, f'环境属性,某指标,{unit},{direction},"{value}",,')
    limit = found["requirements"][0]["limits"][0]
    assert {k: v for k, v in limit.items() if k != "at"} == wanted
    kind = "flag" if "equals" in wanted and isinstance(wanted["equals"], bool) else "quantity"
    assert found["facts"][titled("某指标")]["kind"] == kind


def test_an_id_stays_with_its_title_when_rows_move(tmp_path: Path) -> None:
    rows = ("环境属性,砷含量,mg/kg,≤,5,,", "环境属性,钡含量,mg/kg,≤,10,,")
    limits = []
    for order in (rows, rows[::-1], (PHOSPHATE, *rows)):
        found = overlay(tmp_path, *order)
        limits.append({r["id"]: r["limits"][0]["at_most"] for r in found["requirements"]})
    assert limits[0] == limits[1] == limits[2] == {titled("砷含量"): "5 mg/kg", titled("钡含量"): "10 mg/kg"}


def test_heads_in_english_and_ids_from_titles_and_clauses(tmp_path: Path) -> None:
    found = overlay(
        tmp_path,
        "Environment,phosphate content of the product,%,at most,0.4,GB/T 13173,Use,5.1,,",
        "energy,Power in standby,W,≤,1,,use,5.2,,",
        "resource,某指标,kg,≤,1,,production,5.3.1,,", "resource,某二指标,kg,≤,1,,production,5.4,,",
        "resource,某三指标,kg,≤,1,,production,5.4,,", "resource,某四指标,kg,≤,1,,production,,my-own,",
        "product,某五指标,%,≥,80,,end of life,,,recyclability-rate",
        heads="first-level,second-level,unit,direction,benchmark,basis,stage,clause,id,indicator",
    )  # fmt: skip
    assert [e["requirement"] for e in found["limits"]] == ["phosphate"]
    assert found["limits"][0]["at"] == "5.1"
    made = {r["id"]: r for r in found["requirements"]}
    assert list(made) == [
        "power-in-standby", "clause-5-3-1", titled("某二指标"), titled("某三指标"), "my-own", titled("某五指标"),
    ]  # fmt: skip
    assert made["power-in-standby"]["attribute"] == "energy"
    assert made[titled("某五指标")]["indicator"] == "recyclability-rate"
    assert "recyclability-rate" not in found["facts"]  # calculated, not declared


def test_a_row_may_name_the_requirement_or_the_indicator(tmp_path: Path) -> None:
    heads = f"{HEADS},id,indicator"
    found = overlay(
        tmp_path, "产品属性,磷酸盐,mg/kg,≤,4000,,,phosphate,",
        "资源属性,ABS,,,否,,,,branched-alkylbenzene-sulfonate-used",
        "资源属性,NTA,,,否,,,nitrilotriacetic-acid-used,", heads=heads,
    )  # fmt: skip
    assert [e["requirement"] for e in found["limits"]] == [
        "phosphate", "no-branched-alkylbenzene-sulfonate", "no-nitrilotriacetic-acid",
    ]  # fmt: skip
    assert found["limits"][0]["at_most"] == "4000 mg/kg"


def test_basic_requirements_and_rules_of_the_assessment_are_rows_too(tmp_path: Path) -> None:
    found = overlay(
        tmp_path, "基本要求,产品质量符合相关产品标准,,,是,,", "基本要求,建立能源管理体系,,,符合,,",
        "生命周期评价,取舍的质量占比,%,≤,5,,",
    )  # fmt: skip
    assert [e["requirement"] for e in found["limits"]] == ["product-quality", "lca-cut-off"]
    (made,) = found["requirements"]
    assert (made["group"], made["indicator"], made.get("attribute")) == (
        "basic",
        f"basic:{titled('建立能源管理体系')}",
        None,
    )
    assert "facts" not in found


def test_words_of_a_closed_list_in_either_language(tmp_path: Path) -> None:
    target = tmp_path / "o.yaml"
    rows = ["产品属性,滚动阻力等级（C1、C2轮胎）,,之一,A、B,,", "产品属性,湿滑性能等级（C1、C2轮胎）,,=,b,,"]
    code = run(table(tmp_path, *rows), target, spec="car-tyre@HG-T-5864-2021")
    if code:
        pytest.skip("the library has no tyres of that name")
    found = yaml.safe_load(target.read_text(encoding="utf-8"))
    assert [e["one_of"] for e in found["limits"]] == [["A", "B"], ["B"]]


def test_the_test_method_may_give_its_detection_limit(tmp_path: Path) -> None:
    found = overlay(tmp_path, "环境属性,某物质,mg/kg,,不得检出,附录B,使用,2 mg/kg", heads=f"{HEADS},方法检出限")
    assert found["requirements"][0]["limits"][0]["test_detection_limit"] == "2 mg/kg"


@pytest.mark.parametrize(
    ("lang", "no_test", "write", "no_unit"),
    [
        (
            "zh",
            "任何“未检出”都不能判为符合",
            "加“方法检出限”一栏，写标准所定试验方法的检出限，如 5 mg/m3",
            "“未检出”成为是或否",
        ),
        ("en", "no “not detected” can meet it", "add a column “detection limit” with", "“未检出” becomes a yes or no"),
    ],
)
def test_what_no_result_can_meet_and_what_needs_none_are_said(
    tmp_path: Path, capsys: Captured, lang: str, no_test: str, write: str, no_unit: str
) -> None:
    heads = f"{HEADS},方法检出限"
    rows = ["环境属性,某物质,mg/m3,,不得检出,,使用,", "环境属性,某二物质,mg/kg,,不得检出,,使用,5 mg/kg",
            "环境属性,某三物质,,,未检出,,使用,", f"{NTA},", "环境属性,某四物质,mg/m3,≤,0,,使用,"]  # fmt: skip
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, *rows, heads=heads), target, "--lang", lang) == 0
    said = [line.partition("table.csv:")[2] for line in capsys.readouterr().err.splitlines()]
    assert [line[:1] for line in said if no_test in line] == ["2", "6"]
    assert any(write in line for line in said if line[:1] == "2")
    assert [line[:1] for line in said if no_unit in line] == ["4"]
    names = {note.code: str(note.params["requirements"]) for note in check_overlay(target).notes
             if "requirements" in note.params}  # fmt: skip
    assert names["overlay-note-no-test"] == f"{titled('某物质')}, {titled('某四物质')}"


def test_what_the_table_leaves_open_stands_as_comments(tmp_path: Path) -> None:
    overlay(tmp_path, PHOSPHATE)
    written = (tmp_path / "overlay.yaml").read_text(encoding="utf-8")
    assert "# - {requirement: no-nitrilotriacetic-acid," in written
    assert "# - {requirement: phosphate" not in written


def test_notes_point_out_what_to_look_at(tmp_path: Path, capsys: Captured) -> None:
    rows = [
        "环境属性,产品中磷酸盐含量,%,≤,0.5,,,",
        "产品属性,产品中的磷酸盐含量,%,≤,0.5,,,",
        "资源属性,可再生利用率,%,≥,80,,,rate-of-the-bottle",
    ]
    path = table(tmp_path, *rows, heads=f"{HEADS},indicator")
    assert run(path, tmp_path / "o.yaml", "--lang", "en") == 0
    said = capsys.readouterr().err
    assert "note: table.csv:2 二级指标: the library has “产品中磷酸盐含量” under product" in said
    assert "table.csv:3 二级指标: “产品中的磷酸盐含量” is like phosphate (产品中磷酸盐含量) of the library" in said
    assert "table.csv:4 二级指标: “可再生利用率” reads like what ecoprod calculates: recyclability-rate (%)" in said
    assert "1 row(s) confirm or tighten a limit, 2 are new" in said


_SIGNS = {"at_most": "≤", "at_least": "≥", "less_than": "<", "more_than": ">", "equals": "=", "between": "区间"}


def published(spec: Spec) -> Iterator[list[str]]:
    """The rows in which a person would type what the library has of a specification, ids in the last two columns."""
    for requirement in spec.requirements:
        compared = [] if requirement.own_check else list(atoms(requirement.condition))
        for indicator, limit, _ in compared:
            if limit.unresolved:
                continue
            level = requirement.attribute or ("product" if requirement.group == "indicator" else requirement.group)
            value = {True: "是", False: "否"}.get(limit.value) if isinstance(limit.value, bool) else None
            unit = "" if value else limit.unit or ""
            if value is None and limit.op == "between":
                value = f"{limit.low:.15g}~{limit.high:.15g}"
            elif value is None:
                value = (
                    f"{limit.value:.15g}" if isinstance(limit.value, float) else "、".join(limit.values) or limit.value
                )
            names = [requirement.id, indicator if len(compared) > 1 else ""]
            yield [level, requirement.title["zh"], unit, _SIGNS.get(limit.op, ""), str(value), "", "", *names]


@pytest.mark.parametrize("sector", SECTORS)
def test_a_table_of_what_is_published_confirms_all_of_it(tmp_path: Path, sector: str) -> None:
    info = next(i for i in find_specs() if i.sector == sector and i.role == "category")
    name = f"{info.id}@{info.editions[-1].id}"
    rows = list(published(load_spec(name, last_day(info.editions[-1]))))
    assert rows
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*HEADS.split(","), "id", "indicator"], *rows])
    found = import_table(str(path), name, Signature("copy", "me", date(2026, 1, 1)), "en")
    assert (len(found.confirmed), found.added) == (len(rows), ())


# ---- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_office_programs(tmp_path: Path, encoding: str) -> None:
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, PHOSPHATE, encoding=encoding), target) == 0
    assert yaml.safe_load(target.read_text(encoding="utf-8"))["limits"][0]["requirement"] == "phosphate"


def sheet(tmp_path: Path, *rows: tuple[Any, ...], name: str = "book.xlsx") -> Path:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "表1"
    for row in (tuple(HEADS.split(",")), *rows):
        page.append(row)
    book.create_sheet("other")
    book.save(tmp_path / name)
    return tmp_path / name


def test_a_sheet_of_a_workbook(tmp_path: Path, capsys: Captured) -> None:
    path, target = (
        sheet(tmp_path, ("产品属性", "产品中\n磷酸盐含量", "%", "≤", 0.4, "GB/T 13173", "使用")),
        tmp_path / "o.yaml",
    )
    assert run(f"{path}#表1", target) == 0
    found = yaml.safe_load(target.read_text(encoding="utf-8"))["limits"][0]
    assert (found["requirement"], found["at_most"]) == ("phosphate", "0.4 %")
    capsys.readouterr()
    assert run(path, tmp_path / "p.yaml") == 2  # which of two sheets
    assert "表1" in capsys.readouterr().err


def test_cells_of_a_sheet_are_named_and_formulas_refused(tmp_path: Path, capsys: Captured) -> None:
    path = sheet(
        tmp_path,
        ("产品属性", "产品中磷酸盐含量", "%", "≤", "=0.3+0.2", "", "使用"),
        ("产品属性", "某指标", "%", "大约", 5, "", ""),
    )
    assert run(f"{path}#表1", tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert "book.xlsx#表1!E2" in said
    assert "=0.3+0.2" in said
    assert "book.xlsx#表1!D3 方向: `大约`" in said
    assert not (tmp_path / "o.yaml").exists()


# ---- complete --------------------------------------------------------------------------------------


def test_complete_is_checked_against_the_library(tmp_path: Path, capsys: Captured) -> None:
    assert run(table(tmp_path, PHOSPHATE, ABS), tmp_path / "o.yaml", "--complete", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert "left out: nitrilotriacetic-acid-used" in said
    assert not (tmp_path / "o.yaml").exists()
    found = overlay(tmp_path, PHOSPHATE, ABS, NTA, more=("--complete",))
    assert found["complete"] is True


def test_the_table_of_a_standard_referred_to_is_that_standards_own(tmp_path: Path, capsys: Captured) -> None:
    """A row that only says that another standard holds is settled by what the library took in from there."""
    from ecoprod.standards.library import referring

    name = "tablet-computer@SJ-T-11750-2019"
    titles = referring(name)
    if not titles:
        pytest.skip("this specification refers to no other standard")
    rows = [f"环境属性,{next(iter(titles.values()))['zh']},,,符合,,原材料获取"]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", "en", spec=name) == 0
    assert "takes in another standard" in capsys.readouterr().err
    found = yaml.safe_load((tmp_path / "o.yaml").read_text(encoding="utf-8"))
    assert any(indicator.startswith("substance:Pb@") for indicator in found["indicators"])


# ---- any text is only text -------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@pytest.mark.parametrize("words", ["yes", "no", "on", "2026-01-15", "1_000", "0x1F", "1e3", "null", "~", "true", "007"])
def test_a_text_is_no_yes_and_no_day_in_other_programs(words: str) -> None:
    assert yaml.safe_load(scalar(words)) == words


@given(_TEXT)
def test_a_scalar_reads_as_the_text_it_was(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    import unicodedata

    path = tmp_path_factory.getbasetemp() / "scalar.yaml"
    path.write_text(f"key: {{a: {scalar(words)}, b: c}}\n", encoding="utf-8", newline="\n")
    problems: list[Any] = []
    found = read_yaml(path, "scalar.yaml", problems)
    assert not problems
    assert found is not None
    assert found.data == {"key": {"a": unicodedata.normalize("NFC", words), "b": "c"}}


@given(_TEXT)
def test_any_benchmark_is_read_or_refused(words: str) -> None:
    with contextlib.suppress(UnitError):
        assert benchmark(words).kind


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_TEXT, unit=_TEXT, value=_TEXT, basis=_TEXT)
def test_any_row_gives_a_sound_overlay_or_none(
    tmp_path: Path, capsys: Captured, title: str, unit: str, value: str, basis: str
) -> None:
    cells = ('"' + cell.replace('"', '""') + '"' for cell in ("环境属性", title, unit, "≤", value, basis, ""))
    path, target = tmp_path / "table.csv", tmp_path / "o.yaml"
    path.write_text(f"{HEADS}\n{','.join(cells)}\n", encoding="utf-8", newline="")
    target.unlink(missing_ok=True)
    code = run(path, target)
    assert code in (0, 2)
    assert target.exists() == (code == 0)
    if code == 0:
        assert check_overlay(target).problems == []
    assert "Traceback" not in capsys.readouterr().err
