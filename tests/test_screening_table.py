"""Tables of a screening: bytes, endings, what an interrupt in any phase leaves, and what is told of all designs."""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import design_cases as cases
import numpy as np
import pandas as pd
import pytest
from ecoprod_cli import interrupts
from ecoprod_cli.main import main
from hypothesis import given
from hypothesis import strategies as st

from ecoprod.report.schemas import faults
from ecoprod.screening import document as documents
from ecoprod.screening import resume as resuming
from ecoprod.screening import screen as screening
from ecoprod.screening import tables
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]
LIMITS = {"mass": "at_most: 1.8 kg", "recyclability-rate": "at_least: 73 %", "recycled-content": "at_least: 5 %"}
OPTIONS: list[dict[str, Any]] = [
    {"part": "A", "name": "light, \"thin\"", "set": {"material": "6061", "mass": "350 g", "cost": "9 元"}},
    {"part": "A", "name": "=heavy", "set": {"mass": "1.9 kg", "cost": "-2 元"}},
    {"part": "B", "name": "再生", "set": {"recycled_content": "60 %", "cost": "1.5 元"}},
]  # fmt: skip
PARAMETERS: list[dict[str, Any]] = [{"name": "wall", "field": "bom[D].mass", "range": ["100 g", "300 g"]}]
COUNT = 40


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    offer = cases.variants(tmp_path, OPTIONS, parameters=PARAMETERS, design={"sample": COUNT, "seed": 5})
    place = cases.specification(tmp_path, LIMITS)
    return ["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--spec", str(place), "--lang", "en"]


def whole_of(command: list[str]) -> screening.Screening:
    return screen(Path(command[1]), Path(command[3]), spec=command[5])


# ---- bytes ---------------------------------------------------------------------------------------


def test_a_csv_file_is_what_pandas_writes_behind_a_byte_order_mark(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 7)
    assert main([*command, "--format", "csv", "-o", str(tmp_path / "t.csv")]) == 0
    frame = whole_of(command).frame()
    frame["option:A"] = frame["option:A"].replace("=heavy", "'=heavy")
    wanted = frame.to_csv(index=False, lineterminator="\n")
    assert "再生" in wanted
    assert "'=heavy" in wanted
    content = (tmp_path / "t.csv").read_bytes()
    assert content == b"\xef\xbb\xbf" + wanted.encode()
    capsys.readouterr()
    # other programs read stdout, where a mark would be a part of the first name
    assert main([*command, "--format", "csv"]) == 0
    assert capsys.readouterr().out == wanted


def test_parquet_in_groups_holds_what_the_frame_holds(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 3)
    monkeypatch.setattr(tables, "_GROUP", 4)
    target = tmp_path / "t.parquet"
    assert main([*command, "--format", "parquet", "-o", str(target)]) == 0
    import pyarrow.parquet as pq

    # 40 designs in pieces of 3, of which 4 are a group: 12 + 12 + 12 + 4
    file = pq.ParquetFile(target)
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [12, 12, 12, 4]
    pd.testing.assert_frame_equal(pd.read_parquet(target), whole_of(command).frame())


ODD = [0.0, -0.0, 1.0, -1.0, 1e9, 1e15, 1e16, 1e-3, 9.99e-4, 1e-4, 1e-5, 1.5e-7, 5e-324, 1.7e308, 0.1, 123456789.125,
       math.nan, math.inf, -math.inf]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(ODD), st.floats()), min_size=1, max_size=60))
def test_every_figure_is_spelled_as_python_spells_it(values: list[float]) -> None:
    found = tables._figures(np.array(values)).to_pylist()
    assert found == ["" if math.isnan(v) else repr(v) for v in values]


@pytest.mark.parametrize(
    "word", ["", "a,b", 'say "x"', "two\nlines", "=1+1", "-5", "@x", "\tx", " x ", "再生;铝", "'q'"]
)
def test_every_word_is_one_cell(word: str) -> None:
    row = pd.read_csv(io.StringIO(f"{tables._cell(word)},1\n"), header=None, keep_default_na=False, dtype=str)
    shown = f"'{word}" if word[:1] in tuple("=+-@\t\r") and word else word
    assert row.iloc[0].tolist() == [shown, "1"]


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ("text", "t.csv", "--format csv"), ("text", "t.PARQUET", "--format parquet"),
        ("text", "t.json", "--format json"),
        ("parquet", "t.csv", "--format csv"), ("csv", "t.parquet", "--format parquet"), ("csv", "t.json", "json"),
        ("csv", "t.xlsx", "which Excel opens"), (None, "t.xlsx", "which Excel opens"),
    ],
)  # fmt: skip
def test_a_name_that_promises_another_format_is_refused(
    command: list[str], tmp_path: Path, capsys: Captured, form: str | None, name: str, said: str
) -> None:
    given = [*command, *(["--format", form] if form else []), "-o", str(tmp_path / name)]
    assert main(given) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("t.*"))


def test_without_a_format_the_name_says_it(command: list[str], tmp_path: Path) -> None:
    for name in ("t.csv", "t.parquet", "t.json", "t.md"):
        assert main([*command, "-o", str(tmp_path / name)]) == 0
    table = pd.read_csv(tmp_path / "t.csv")
    assert table["design"].tolist() == pd.read_parquet(tmp_path / "t.parquet")["design"].tolist()
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["schema"] == "ecoprod.screening/1"
    assert "2026" in (tmp_path / "t.md").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(("form", "name"), [("csv", "t.dat"), ("csv", "t"), ("text", "t.md"), ("json", "t.JSON")])
def test_other_names_are_free(command: list[str], tmp_path: Path, form: str, name: str) -> None:
    assert main([*command, "--format", form, "-o", str(tmp_path / name)]) == 0


# ---- interrupts ----------------------------------------------------------------------------------


def interrupted(*_args: Any, **_more: Any) -> Any:
    raise KeyboardInterrupt


def after_one(real: Any) -> Any:
    def stopping(*args: Any) -> Iterator[Any]:
        for part in real(*args):
            yield part
            raise KeyboardInterrupt

    return stopping


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("phase", ["ranking", "writing", "placing"])
def test_an_interrupt_after_the_designs_are_done_keeps_them_all(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, form: str, phase: str
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 16)
    target, other = tmp_path / f"t.{form}", tmp_path / f"whole.{form}"
    assert main([*command, "--format", form, "-o", str(other)]) == 0
    given = [*command, "--format", form, "-o", str(target)]
    with monkeypatch.context() as patch:
        if phase == "ranking":
            patch.setattr(screening, "ranked", interrupted)
        elif phase == "writing":
            patch.setattr(resuming.Kept, "chunks", after_one(resuming.Kept.chunks))
        else:
            patch.setattr(Path, "chmod", interrupted)
        assert main(given) == 130
    assert "designs kept in t." in (said := capsys.readouterr().err)
    assert f": {COUNT}; the same command with --resume" in said
    assert not target.exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    monkeypatch.setattr(screening.Screen, "_chunk", interrupted_but_base(screening.Screen._chunk))
    assert main([*given, "--resume"]) == 0
    assert target.read_bytes() == other.read_bytes()
    assert not (tmp_path / f"t.{form}.part").exists()


def interrupted_but_base(real: Any) -> Any:
    """Nothing but the product as it is may be calculated."""

    def chunk(ready: Any, start: int, choices: Any, values: Any) -> Any:
        assert len(choices) == 1
        return real(ready, start, choices, values)

    return chunk


def test_an_interrupt_behind_the_table_says_that_it_is_complete(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    given = [*command, "--format", "csv", "-o", str(tmp_path / "t.csv")]
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "drop", interrupted)
        patch.setattr(resuming, "_begin", lambda ready, folder: (folder.mkdir(), (folder / "key").write_text("x")))
        assert main(given) == 130
    assert "t.csv is written and complete" in capsys.readouterr().err
    assert len(pd.read_csv(tmp_path / "t.csv")) == COUNT


def test_an_interrupt_before_any_design_or_of_a_page_keeps_nothing_and_says_so(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(screening, "Screen", interrupted)
    assert main([*command, "--format", "csv", "-o", str(tmp_path / "t.csv")]) == 130
    assert "before any design was done" in capsys.readouterr().err
    assert main(command) == 130
    assert "nothing is kept (only a table that goes to a file" in capsys.readouterr().err


@pytest.fixture
def default_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("default_handler")
def test_an_interrupt_that_python_drops_is_raised_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A destructor cannot raise: Python tells it on stderr and goes on."""
    dropped: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: dropped.append(told.exc_type))

    class Last:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    went_on: list[int] = []

    def work(*, checks: bool) -> None:
        with interrupts.told(lambda: "what is kept") as check:
            one: Any = Last()
            del one
            went_on.append(1)
            if checks:
                check()
                went_on.append(2)

    for checks in (True, False):
        with pytest.raises(KeyboardInterrupt):
            work(checks=checks)
        assert capsys.readouterr().err == "what is kept\n"
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert went_on == [1, 1]
    assert dropped == [KeyboardInterrupt, KeyboardInterrupt]


@pytest.mark.usefixtures("default_handler")
def test_a_second_interrupt_does_not_cut_the_message_off(capsys: Captured) -> None:
    def words() -> str:
        signal.raise_signal(signal.SIGINT)
        return "what is kept"

    with pytest.raises(KeyboardInterrupt), interrupts.told(words):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "what is kept\n"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_inside_code_made_from_text_is_130_too(tmp_path: Path) -> None:
    (tmp_path / "struck.py").write_text(
        "import sys\nfrom ecoprod_cli.interrupts import told\n"
        "try:\n    with told(lambda: 'kept'):\n        exec('raise KeyboardInterrupt')\n"
        "except KeyboardInterrupt:\n    sys.exit(130)\n"
    )
    command = [sys.executable, "-m", "struck"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (130, "kept\n")


@pytest.mark.usefixtures("default_handler")
def test_a_process_that_ignores_interrupts_goes_on_ignoring_them() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts.told(lambda: "never"):
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


# ---- a new run where an interrupted one has left something -------------------------------------


def test_a_new_run_does_not_throw_away_what_resume_goes_on_with(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 16)
    given = [*command, "--format", "csv", "-o", str(tmp_path / "t.csv")]
    with monkeypatch.context() as patch:
        patch.setattr(resuming, "_keeping", after_one(resuming._keeping))
        assert main(given) == 130
    pieces = sorted((tmp_path / "t.csv.part").iterdir())
    capsys.readouterr()
    assert main(given) == 2
    assert "an interrupted screening of the same inputs (designs: 16 of 40)" in (said := capsys.readouterr().err)
    assert "go on with --resume" in said
    assert sorted((tmp_path / "t.csv.part").iterdir()) == pieces
    # what is of other inputs serves nobody: it goes, and that is said
    assert main([*given, "--seed", "6"]) == 0
    assert "an interrupted screening of other inputs (designs: 16); this run replaces it" in capsys.readouterr().err
    assert main(given) == 0
    assert capsys.readouterr().err == ""


def test_a_piece_that_is_gone_before_the_table_is_written_is_told(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 16)
    given = [*command, "--format", "csv", "-o", str(tmp_path / "t.csv")]
    real = screening.ranked

    def ranked(*args: Any) -> Any:
        (tmp_path / "t.csv.part" / "000000000016.npz").write_bytes(b"PK no archive")
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(screening, "ranked", ranked)
        assert main(given) == 2
    assert "gone or damaged" in capsys.readouterr().err
    assert not (tmp_path / "t.csv").exists()
    assert main([*given, "--resume"]) == 0


# ---- the front, the best verdict and the requirements of all designs ----------------------------


def test_a_long_front_is_cut_to_its_best_and_its_size_is_told(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    # more of the recycled part A is more mass and a higher rate: no design beats another
    wall = [{"name": "wall", "field": "bom[A].mass", "range": ["500 g", "900 g"]}]
    goals = [{"indicator": "mass"}, {"indicator": "recyclability-rate"}]
    cases.variants(tmp_path, OPTIONS[2:], objectives=goals, parameters=wall, design={"sample": COUNT, "seed": 5})
    frame = whole_of(command).frame()
    front = frame[frame["front"]].sort_values("rank")["design"].tolist()
    assert len(front) > 10
    monkeypatch.setattr(documents, "FRONT", 4)
    monkeypatch.setattr(documents, "LISTED", 2)
    assert main([*command, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert faults("screening", document) == []
    assert (document["front_size"], document["front_shown"]) == (len(front), 4)
    assert document["front"] == sorted(front[:4])
    assert [d["number"] for d in document["designs"] if d["front"]][:4] == front[:4]
    assert main(command) == 0
    assert f"designs on the Pareto front: {len(front)}" in capsys.readouterr().out


def test_counts_of_requirements_and_the_best_verdict_are_those_of_the_table(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    frame = whole_of(command).frame()
    monkeypatch.setattr(documents, "LISTED", 1)
    assert main([*command, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    for column in ("failed", "undetermined"):
        wanted = Counter(name for told in frame[column] for name in told.split("; ") if name)
        assert {r["requirement"]: r[column] for r in document["requirements"] if r[column]} == dict(wanted)
    failed = [r["failed"] for r in document["requirements"]]
    assert failed == sorted(failed, reverse=True)
    assert failed[0] > 0
    order = ["qualified", "provisional", "undetermined", "not_qualified"]
    best = min(frame["verdict"], key=order.index)
    first = frame[frame["verdict"] == best].sort_values("rank").iloc[0]
    told = {"verdict": best, "number": int(first["design"]), "rank": int(first["rank"])}
    assert document["best_verdict"] == told
    assert told["number"] in [d["number"] for d in document["designs"]]
