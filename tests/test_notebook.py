"""The library for notebooks: what its frames hold is what the documents say."""

from __future__ import annotations

import inspect
import pickle
import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main

import ecoprod
from ecoprod.corridor import assess
from ecoprod.errors import At, InputError, Problem


def test_an_assessment_as_frames(examples: Path) -> None:
    found = ecoprod.assess(examples / "battery-pack")
    made = assess(examples / "battery-pack")
    assert found.verdict == made.verdict.outcome == "provisional"
    assert found.requirements()["status"].to_dict() == {f.requirement.id: f.status for f in made.findings}
    assert made.lca is not None
    climate = made.lca.category("EF v3.1", "climate-change")
    assert climate is not None
    row = found.impacts().loc["EF v3.1", "climate-change"]
    assert row["value"] == climate.value
    assert row["raw_materials"] + row["manufacturing"] + row["distribution"] + row["end_of_life"] + row[
        "use"
    ] == pytest.approx(climate.value)
    assert found.items()["climate-change"].sum() == pytest.approx(climate.value)


def test_a_screening_as_a_frame(examples: Path) -> None:
    folder = examples / "battery-pack"
    found = ecoprod.screen(folder, folder / "variants.yaml", sample=30, seed=2)
    frame = found.frame()
    assert len(frame) == 30
    assert frame["verdict"].tolist() == found.verdicts
    assert sorted(frame["rank"]) == list(range(1, 31))


@pytest.mark.parametrize("name", ["screen-designs.md", "screen-designs.zh.md"])
def test_python_of_the_page_runs_and_draws(
    name: str, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "how-to" / name).read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    shutil.copytree(examples / "battery-pack", tmp_path / "examples" / "battery-pack")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    known: dict[str, object] = {}
    exec(compile(code, name, "exec"), known)  # noqa: S102  (the page's own lines)
    assert known["judged"].verdict == "provisional"  # type: ignore[attr-defined]
    assert (known["frame"]["front"].sum()) >= 1  # type: ignore[index]
    assert "<svg" in (tmp_path / "designs.svg").read_text("utf-8")


def test_the_package_alone_imports_nothing_heavy() -> None:
    code = "import ecoprod, sys; print(sorted({'pandas', 'numpy', 'ecoprod.corridor'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="nothing"):
        _ = ecoprod.nothing  # type: ignore[attr-defined]


def test_a_day_is_a_date_or_its_text(examples: Path) -> None:
    for on in ("2026-03-01", date(2026, 3, 1), datetime(2026, 3, 1, 12)):  # noqa: DTZ001  (as notebooks write it)
        found = ecoprod.assess(examples / "gypsum-board", on=on)
        assert found.document["on"] == "2026-03-01"
    folder = examples / "battery-pack"
    screened = ecoprod.screen(folder, folder / "variants.yaml", on="2026-12-01", sample=3)
    assert screened.screen.case.on == date(2026, 12, 1)


@pytest.mark.parametrize("on", ["2026-02-30", "2026-W01-1", "01.03.2026", "", 20260301, 46082.0])
def test_what_is_no_day_is_bad_input(examples: Path, on: Any) -> None:
    folder = examples / "battery-pack"
    for function, args in ((ecoprod.assess, (folder,)), (ecoprod.screen, (folder, folder / "variants.yaml"))):
        with pytest.raises(InputError) as caught:
            function(*args, on=on)
        (problem,) = caught.value.problems
        assert (problem.code, problem.field) == ("cli-bad-date", "on")


def test_every_argument_is_told_in_the_docstring() -> None:
    for function in (ecoprod.assess, ecoprod.screen):
        told = function.__doc__ or ""
        for name in list(inspect.signature(function).parameters)[1:]:
            assert f"`{name}`" in told or name == "variants", name


def test_one_overlay_or_method_need_not_be_a_list(examples: Path) -> None:
    found = ecoprod.assess(examples / "gypsum-board", methods="CML v4.8 2016")
    assert "CML v4.8 2016" in {impact["method"] for impact in found.document["impacts"]}
    with pytest.raises(InputError) as caught:
        ecoprod.assess(examples / "gypsum-board", overlays="nowhere.yaml")
    assert [p.at.file for p in caught.value.problems] == ["nowhere.yaml"]


def test_an_error_says_what_the_command_line_says(
    examples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = shutil.copytree(examples / "gypsum-board", tmp_path / "board")
    product = (board / "product.yaml").read_text("utf-8")
    (board / "product.yaml").write_text(product.replace("mass: 8.455 kg", "mass: 8.455 m2"), "utf-8")
    with pytest.raises(InputError) as caught:
        ecoprod.assess(board)
    assert " — " in str(caught.value)  # what is wrong, and what to write instead
    assert caught.value.sentences() == str(caught.value)
    for lang, said in (("en", str(caught.value)), ("zh", caught.value.sentences("zh"))):
        assert main(["assess", str(board), "--lang", lang]) == 2
        assert capsys.readouterr().err == said + "\n"


def test_an_error_without_words_is_told_all_the_same() -> None:
    for params in ({}, {"other": 1}):
        error = InputError([Problem("no-such-code", At("a.csv", 3)), Problem("cli-bad-date", At("on"), "on", params)])
        assert str(error) == "a.csv:3: no-such-code\non: cli-bad-date"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301  (our own)


def test_words_are_read_when_an_error_is_told() -> None:
    code = (
        "import sys, ecoprod.errors as e; p = [e.Problem('cli-bad-date', e.At('on'), 'on', {'value': 'x'})];"
        "error = e.InputError(p); assert 'ecoprod.messages' not in sys.modules; print(error);"
        "assert not {'pandas', 'numpy', 'click', 'ecoprod.corridor'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "on: “x” is no date — write it as 2026-03-01\n"


def test_results_are_told_in_one_line_and_as_a_small_table(examples: Path) -> None:
    folder = examples / "battery-pack"
    found = ecoprod.screen(folder, folder / "variants.yaml", sample=30, seed=2)
    judged = ecoprod.assess(folder)
    counts = found.frame()["verdict"].value_counts().to_dict()
    assert found.counts() == counts
    for one, words in ((found, [f"{v} {n}" for v, n in counts.items()]), (judged, ["provisional", "2026"])):
        told = repr(one)
        assert len(told) < 300
        assert "\n" not in told
        assert all(word in told for word in words), told
        page = one._repr_html_()
        assert page.startswith("<table>")
        assert len(page) < 2000
    assert all(f"<td>{v}</td><td>{n}</td>" in found._repr_html_() for v, n in counts.items())
    statuses = judged.requirements()["status"].value_counts().to_dict()
    assert judged.counts() == statuses
    assert all(f"<td>{s}</td><td>{n}</td>" in judged._repr_html_() for s, n in statuses.items())


def test_names_of_the_package_are_listed_before_their_use() -> None:
    assert ecoprod.InputError is InputError
    code = "import ecoprod; print({'assess', 'screen', 'InputError'} <= set(dir(ecoprod)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"sample": 0}, "sample"), ({"sample": -1}, "sample"), ({"sample": 10_000_001}, "sample"),
     ({"sample": 2.5}, "sample"), ({"sample": True}, "sample"), ({"sample": "10"}, "sample"),
     ({"sample": 5, "seed": -1}, "seed"), ({"sample": 5, "seed": 2**32}, "seed")],
)  # fmt: skip
def test_a_sample_or_seed_that_cannot_be_is_bad_input(examples: Path, given: Any, field: str) -> None:
    folder = examples / "battery-pack"
    with pytest.raises(ecoprod.InputError) as caught:
        ecoprod.screen(folder, folder / "variants.yaml", **given)
    assert [(p.code, p.field) for p in caught.value.problems] == [("screen-argument-range", field)]
    assert "whole number from" in str(caught.value)
