"""`standards import-table`: bad and hostile tables, each with the cell to blame; nothing is written of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from ecoprod_cli.main import main
from overlay_tables import ABS, FOR, HEADS, PHOSPHATE, Captured, run, table

from ecoprod.messages import LANGS

BAD: list[tuple[str, str, list[str]]] = [
    # a row, the column that is to blame, words of the message
    ("产品属性,产品中磷酸盐含量,%,≥,0.5,,", "方向", ["≥ 0.5 %", "published ≤ 0.5 %"]),
    ("产品属性,产品中磷酸盐含量,%,≤,0.6,,", "基准值", ["≤ 0.6 %", "looser", "≤ 0.5 %"]),
    ("产品属性,产品中磷酸盐含量,kg,≤,0.5,,", "单位", ["0.5 kg", "does not convert", "%"]),
    ("产品属性,产品中磷酸盐含量,,≤,0.5,,", "基准值", ["no unit"]),
    ("产品属性,产品中磷酸盐含量,%,,是,,", "基准值", ["phosphate-content", "a quantity", "是"]),
    ("资源属性,不使用氮川三乙酸,,,是,,", "基准值", ["the limit yes", "the published no"]),
    ("资源属性,不使用氮川三乙酸,mg/kg,≤,3,,", "基准值", ["a yes or no", "3"]),
    ("资源属性,不使用氮川三乙酸,,≤,否,,", "方向", ["≤"]),
    ("环境属性,某指标,mg/kg,≤,,,", "基准值", ["empty"]),
    ("环境属性,,mg/kg,≤,1,,", "二级指标", ["empty"]),
    (",某指标,mg/kg,≤,1,,", "一级指标", ["empty"]),
    ("社会属性,某指标,mg/kg,≤,1,,", "一级指标", ["社会属性", "资源属性 (resource)", "basic"]),
    ("环境属性,某指标,mg/kg,大约,1,,", "方向", ["大约", "区间 (between)", "≤"]),
    ("环境属性,某指标,mg/kg,,1,,", "方向", ["ceiling", "≤"]),
    ("环境属性,某指标,mg/kg,≤,1,,来世", "所属生命周期阶段", ["来世", "生命末期 (end_of_life)"]),
    ("环境属性,某指标,mg/kg,≤,不多,,", "基准值", ["不多", "6~8"]),
    ("环境属性,某指标,foo,≤,1,,", "单位", ["foo"]),
    ("环境属性,某指标,mg/kg,≤,1 kg,,", "基准值", ["kg", "mg/kg"]),
    ("环境属性,某指标,mg/kg,≤,≥1,,", "基准值", ["≥", "≤"]),
    ("环境属性,某指标,mg/kg,≤,3~5,,", "方向", ["range", "区间"]),
    ("环境属性,某指标,mg/kg,区间,5,,", "基准值", ["6~8"]),
    ("环境属性,某指标,mg/kg,区间,8~6,,", "基准值", ["contradictory"]),
    ("环境属性,某指标,mg/kg,≥,不得检出,,", "方向", ["not detected", "≥"]),
    ('环境属性,某指标,mg/kg,≤,"1,000",,', "基准值", ["comma"]),
    ("环境属性,某指标,mg/kg,≤,1e999,,", "基准值", ["finite"]),
    ("环境属性,某指标,mg/kg,≤,nan,,", "基准值", ["finite"]),
    ("环境属性,某指标,mg/kg,≤,1e-400,,", "基准值", ["1e-400", "infinite or 0"]),
    ("环境属性,某指标,mg/kg,区间,1e-400~1,,", "基准值", ["1e-400", "infinite or 0"]),
    ("环境属性,某指标,t,≤,1e308,,", "基准值", ["1e+308 t", "infinite or 0"]),
    ("环境属性,某指标,t o n,≤,1,,", "单位", ["t o n"]),
    ("基本要求,某要求,,,否,,", "基准值", ["met or not"]),
    ("环境属性,=1+1,mg/kg,≤,1,,", "二级指标", ["formula"]),
    ("环境属性,某\x1b[31m指标,mg/kg,≤,1,,", "二级指标", ["U+001B"]),
    ("环境属性,某\u202e指标,mg/kg,≤,1,,", "二级指标", ["U+202E"]),
    (f"环境属性,{'长' * 10_000},mg/kg,≤,1,,", "二级指标", ["500"]),
    (f"环境属性,某指标,mg/kg,≤,{'9' * 10_000},,", "基准值", ["500"]),
    (f"环境属性,某指标,{'k' * 400},≤,1,,", "单位", ["64"]),
]


@pytest.mark.parametrize(("row", "column", "words"), BAD, ids=[f"{n}-{c}" for n, (_, c, _) in enumerate(BAD)])
def test_a_bad_row_says_where_and_why_and_nothing_is_written(
    tmp_path: Path, capsys: Captured, row: str, column: str, words: list[str]
) -> None:
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, ABS, row), target, "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"table.csv:3 {column}: "), said
    assert len(said.splitlines()) == 1, said
    assert len(said) < 600
    for word in words:
        assert word in said, said
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert not target.exists()


def test_all_bad_rows_are_told_at_once_and_in_chinese_too(tmp_path: Path, capsys: Captured) -> None:
    rows = [row.replace("某指标", f"某指标{n}") for n, (row, _, _) in enumerate(BAD) if "产品中磷酸盐" not in row]
    for lang in LANGS:
        assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", lang) == 2
        said = capsys.readouterr().err.splitlines()
        assert {line.split(" ")[0] for line in said} >= {f"table.csv:{n}" for n in (2, 5, 6, 9, 12, 20, len(rows) + 1)}
    # the document of problems goes to stdout where it is asked for: this command has no such option and says so
    assert run(table(tmp_path, *rows), None, "--format", "json") == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([PHOSPHATE, PHOSPHATE], ["table.csv:3 二级指标", "repeats line 2"]),
        ([PHOSPHATE, "产品属性,phosphate content of the product,%,≤,0.4,,"], ["table.csv:3", "repeats line 2"]),
        (["环境属性,某指标,kg,≤,1,,", "环境属性,某 指标,kg,≤,2,,"], ["table.csv:3", "repeats line 2"]),
    ],
)
def test_duplicates(tmp_path: Path, capsys: Captured, rows: list[str], words: list[str]) -> None:
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words)
    assert len(said.splitlines()) == 1


def test_rows_of_sub_types_share_a_title_where_each_has_an_id(tmp_path: Path, capsys: Captured) -> None:
    heads, rows = f"{HEADS},id", ["环境属性,某指标,kg,≤,1,,,first", "环境属性,某指标,kg,≤,2,,,"]
    assert run(table(tmp_path, *rows, heads=heads), tmp_path / "o.yaml", "--lang", "en") == 2
    assert "repeats line 2" in capsys.readouterr().err
    rows[1] += "second"
    assert run(table(tmp_path, *rows, heads=heads), tmp_path / "o.yaml") == 0


@pytest.mark.parametrize(
    ("heads", "row", "words"),
    [
        (f"{HEADS},id", f"{PHOSPHATE},Bad Id", ["table.csv:2 id", "Bad Id"]),
        (f"{HEADS},id", "环境属性,某指标,kg,≤,1,,,battery-portable\x00", ["table.csv"]),
        (f"{HEADS},indicator", "环境属性,某指标,kg,≤,1,,,No Such", ["table.csv:2 indicator", "No Such"]),
        (f"{HEADS},适用", f"{PHOSPHATE},液体洗涤剂", ["table.csv:2 适用", "液体洗涤剂", "applies_when"]),
        (f"{HEADS},适用", "环境属性,某指标,kg,≤,1,,,液体洗涤剂", ["table.csv:2 适用", "液体洗涤剂"]),
        (f"{HEADS},颜色", f"{PHOSPHATE},红", ["颜色"]),
        ("一级指标,二级指标,单位,方向", "产品属性,产品中磷酸盐含量,%,≤", ["benchmark", "基准值"]),
        ("一级指标,二级指标,二级指标,方向,基准值", "a,b,c,≤,1", ["二级指标"]),
        ("甲,乙,丙", "1,2,3", ["甲"]),
    ],
)  # fmt: skip
def test_bad_heads_and_optional_columns(
    tmp_path: Path, capsys: Captured, heads: str, row: str, words: list[str]
) -> None:
    assert run(table(tmp_path, row, heads=heads), tmp_path / "o.yaml", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words), said
    assert not (tmp_path / "o.yaml").exists()


def test_one_title_of_several_requirements_needs_an_id(tmp_path: Path, capsys: Captured) -> None:
    row = "产品属性,滚动阻力等级（T/CRIA 11003-2016）：A、B、C、D、E、F、G,,之一,A,,"
    if run(table(tmp_path, row), tmp_path / "o.yaml", "--lang", "en", spec="car-tyre@HG-T-5864-2021") == 0:
        pytest.fail("a row for two sub-types was taken for one")
    said = capsys.readouterr().err
    if "no specification" in said:
        pytest.skip("the library has no tyres of that name")
    assert "rolling-resistance-c1-c2, rolling-resistance-c3" in said


@pytest.mark.parametrize("name", ["missing.csv", "folder", "book.pdf", "x" * 300, "table.csv#Sheet1", "#", "a\x00b"])
def test_no_such_table(tmp_path: Path, capsys: Captured, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "book.pdf").write_bytes(b"%PDF-1.4")
    assert run(tmp_path / name, tmp_path / "o.yaml") == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_an_empty_table_and_one_beyond_measure(tmp_path: Path, capsys: Captured) -> None:
    assert run(table(tmp_path), tmp_path / "o.yaml", "--lang", "en") == 2
    assert "no rows" in capsys.readouterr().err
    rows = [f"环境属性,指标{n},kg,≤,1,," for n in range(600)]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", "en") == 2
    assert "500" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--for", "tablet-computer"], ["tablet-computer@T-CESA-1020-2018", "tablet-computer@SJ-T-11750-2019"]),
        (["--for", "no-such"], ["no-such"]), (["--checked-on", "soon"], ["--checked-on", "soon"]),
        (["--source", " "], ["--source"]), (["--checked-by", ""], ["--checked-by"]),
        (["--in-force", "2017-01-01"], ["2017-01-01", "2016-05-01"]),
    ],
)  # fmt: skip
def test_bad_signatures(tmp_path: Path, capsys: Captured, args: list[str], words: list[str]) -> None:
    assert run(table(tmp_path, PHOSPHATE), tmp_path / "o.yaml", *args) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in words), said
    assert not (tmp_path / "o.yaml").exists()


def test_what_is_there_is_never_written_over(tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "o.yaml"
    target.write_text("signed work\n", encoding="utf-8")
    assert run(table(tmp_path, PHOSPHATE), target) == 2
    assert target.read_text(encoding="utf-8") == "signed work\n"
    assert str(target) in capsys.readouterr().err


def test_without_a_file_the_overlay_goes_to_stdout(tmp_path: Path, capsys: Captured) -> None:
    assert run(table(tmp_path, PHOSPHATE), None) == 0
    found = capsys.readouterr()
    assert yaml.safe_load(found.out)["limits"][0]["requirement"] == "phosphate"


@pytest.mark.parametrize("there", [True, False])
def test_a_dash_is_stdout_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, there: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if there:
        Path("-").write_text("signed work\n", encoding="utf-8")
    assert run(table(tmp_path, PHOSPHATE), Path("-")) == 0
    found = capsys.readouterr()
    assert yaml.safe_load(found.out)["limits"][0]["requirement"] == "phosphate"
    assert "standards check" not in found.err  # there is no file to check
    assert main(["standards", "new", "household-detergent", "-o", "-"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["for"] == FOR
    assert (Path("-").read_text(encoding="utf-8") if there else Path("-").exists()) == (
        "signed work\n" if there else False
    )


@pytest.mark.parametrize("rows", [[PHOSPHATE], ["产品属性,产品中磷酸盐含量,%,≤,0.6,,"]])
def test_nothing_is_written_beside_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, rows: list[str]
) -> None:
    """A folder counts every file that comes or goes in the time of its last change."""
    folder, home = tmp_path / "temporary", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(home)
    before = [place.stat().st_mtime_ns for place in (folder, home)]
    run(table(tmp_path, *rows), None)
    run(table(tmp_path, *rows), tmp_path / "o.yaml")
    assert [place.stat().st_mtime_ns for place in (folder, home)] == before
    assert {path.name for path in tmp_path.iterdir()} - {"o.yaml"} == {"temporary", "home", "table.csv"}


@pytest.mark.parametrize("made", [True, False])
def test_what_cannot_be_written_leaves_nothing_and_a_file_made_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, made: bool
) -> None:
    """The disk is full, or somebody else makes the target in the moment in which it cannot be made."""
    target = tmp_path / "o.yaml"
    path = table(tmp_path, PHOSPHATE)

    def touch(self: Path, *_: object, **__: object) -> None:
        if made:
            self.write_text("signed work\n", encoding="utf-8")
        raise PermissionError(13, "no")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if made:
        monkeypatch.setattr(Path, "touch", touch)
    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert run(path, target) == 2
    assert "No space left" in capsys.readouterr().err
    assert (target.read_text(encoding="utf-8") if target.exists() else None) == ("signed work\n" if made else None)
    assert not list(tmp_path.glob(".*"))


# ---- titles that are nearly those of the library -----------------------------------------------------

NEAR = [
    ("产品中的磷酸盐含量", "phosphate (产品中磷酸盐含量)"), ("磷酸盐含量", "phosphate (产品中磷酸盐含量)"),
    ("磷酸盐", "phosphate (产品中磷酸盐含量)"), ("产品中磷酸盐含量¹", "phosphate (产品中磷酸盐含量)"),
    ("产品中总磷酸盐含量（以P2O5计）", "phosphate (产品中磷酸盐含量)"),
    ("content of phosphate in the product", "phosphate (phosphate content of the product)"),
    ("不得使用氮川三乙酸", "no-nitrilotriacetic-acid (不使用氮川三乙酸)"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "near"), NEAR)
def test_a_title_that_is_nearly_one_of_the_library_is_refused(
    tmp_path: Path, capsys: Captured, title: str, near: str
) -> None:
    """As a requirement of its own its looser limit would stand beside the published one, compared with nothing."""
    target = tmp_path / "o.yaml"
    assert run(table(tmp_path, ABS, f"产品属性,{title},%,≤,0.6,,"), target, "--lang", "en") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"table.csv:3 二级指标: “{title}” is not in the library; did you mean {near}"), said
    assert not target.exists()


@pytest.mark.parametrize(
    ("spec", "titles", "near"),
    [
        ("household-refrigerator@T-CAGP-0003-2016", ("噪声", "运行噪音"), "operating-noise"),
        ("lithium-ion-battery@T-CEEIA-280-2017", ("汞", "Hg", "总汞"), "mercury"),
        ("tablet-computer@T-CESA-1020-2018", ("铅", "铅（Pb）", "lead", "总铅（以Pb计）"), "lead"),
        ("beet-sugar", ("砷", "砷含量", "砷（As）", "总砷(以 As 计)", "总砷含量"), "arsenic"),
        ("display-glass-substrate", ("Sb", "锑", "锑含量", "锑（质量分数）"), "antimony"),
        ("polystyrene-resin", ("苯含量", "苯（C6H6）"), "benzene"),
        ("commercial-water-boiler", ("噪音", "运行噪音（声压级）"), "noise"),
    ],
)
def test_short_names_and_names_of_one_substance_are_near(
    tmp_path: Path, capsys: Captured, spec: str, titles: tuple[str, ...], near: str
) -> None:
    for title in titles:
        assert run(table(tmp_path, f"环境属性,{title},%,≤,99,,"), tmp_path / "o.yaml", "--lang", "en", spec=spec) == 2
        assert f"did you mean {near}" in capsys.readouterr().err, title


def test_all_near_titles_are_told_at_once(tmp_path: Path, capsys: Captured) -> None:
    rows = [f"产品属性,{title},%,≤,0.6,," for title, _ in NEAR]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml") == 2
    assert [line.split(" ")[0] for line in capsys.readouterr().err.splitlines()] == [
        f"table.csv:{n}" for n in range(2, len(NEAR) + 2)
    ]


@pytest.mark.parametrize(
    ("settled", "code"),
    [
        ("phosphate", 2),  # the same requirement: 0.6 % is looser than the published 0.5 %
        ("phosphate-of-the-paste", 0),  # an id of its own: a new one
    ],
)
def test_an_id_says_whether_a_near_title_is_the_same_or_new(
    tmp_path: Path, capsys: Captured, settled: str, code: int
) -> None:
    row = f"产品属性,产品中的磷酸盐含量,%,≤,0.6,,,{settled}"
    assert run(table(tmp_path, row, heads=f"{HEADS},id"), tmp_path / "o.yaml", "--lang", "en") == code
    assert ("looser" if code else "becomes requirement phosphate-of-the-paste") in capsys.readouterr().err


def test_a_title_beside_the_one_that_it_is_near_to_is_another_demand(tmp_path: Path, capsys: Captured) -> None:
    rows = [PHOSPHATE, "产品属性,浓缩产品中磷酸盐含量,%,≤,0.6,,"]
    assert run(table(tmp_path, *rows), tmp_path / "o.yaml", "--lang", "en") == 0
    assert "is like phosphate (产品中磷酸盐含量) of the library" in capsys.readouterr().err


@pytest.mark.parametrize("title", ["磷含量", "总磷", "某指标", "浊点", "phenol"])
def test_other_titles_are_new_as_before(tmp_path: Path, title: str) -> None:
    assert run(table(tmp_path, f"产品属性,{title},%,≤,0.6,,"), tmp_path / "o.yaml") == 0
