"""The front door: exit codes, streams, languages, and nothing written where it was not asked for."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from report_cases import assessment

import ecoprod.corridor
from ecoprod.errors import At, InputError, Problem
from ecoprod.report import VERSION
from ecoprod.report.layout import columns
from ecoprod.report.problems import in_order
from ecoprod.report.schemas import faults

LATER = ["seal", "verify"]


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts an assessment of the verdict asked for behind `assess`; returns what it was called with."""
    calls: list[dict[str, Any]] = []

    def answer(outcome: Any) -> list[dict[str, Any]]:
        def fake(path: Path, **more: Any) -> Any:
            calls.append({"path": path, **more})
            return assessment(tmp_path, outcome)

        monkeypatch.setattr(ecoprod.corridor, "assess", fake)
        return calls

    return answer


# ---- verdicts and exit codes ---------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "code"), [
    ("qualified", 0), ("not_qualified", 1), ("undetermined", 3), ("provisional", 4),
])  # fmt: skip
def test_the_exit_code_is_the_verdict(judged: Any, outcome: str, code: int) -> None:
    judged(outcome)
    assert main(["assess", "x"]) == code


@pytest.mark.parametrize(("outcome", "code"), [("provisional", 0), ("undetermined", 3), ("not_qualified", 1)])
def test_accept_provisional_accepts_nothing_else(judged: Any, outcome: str, code: int) -> None:
    judged(outcome)
    assert main(["assess", "x", "--accept", "provisional"]) == code


def test_options_reach_the_assessment(judged: Any) -> None:
    calls = judged("qualified")
    main(["assess", "x", "--on", "2026-03-01", "--spec", "s@e", "--overlay", "a.yaml", "--overlay", "b.yaml",
          "--background", "core", "--method", "CML v4.8 2016", "--engine", "brightway", "--detail"])  # fmt: skip
    (call,) = calls
    assert (str(call["on"]), call["spec"], call["engine"], call["detail"]) == ("2026-03-01", "s@e", "brightway", True)
    assert [p.name for p in call["overlays"]] == ["a.yaml", "b.yaml"]
    assert call["methods"] == ("CML v4.8 2016",)


def test_json_stands_alone_on_stdout(judged: Any, capsys: pytest.CaptureFixture[str]) -> None:
    judged("provisional")
    assert main(["assess", "x", "--format", "json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"] == "provisional"
    assert not faults("result", document)


def test_the_language_of_a_document_does_not_matter(judged: Any, capsys: pytest.CaptureFixture[str]) -> None:
    judged("provisional")
    found = []
    for lang in ("zh", "en"):
        main(["assess", "x", "--format", "json", "--lang", lang])
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


def test_language_by_option_then_by_environment(
    judged: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged("qualified")
    monkeypatch.setenv("ECOPROD_LANG", "zh")
    main(["assess", "x"])
    assert "判定日期" in capsys.readouterr().out
    main(["assess", "x", "--lang", "en"])
    assert "Judged as of" in capsys.readouterr().out
    main(["--lang", "en", "assess", "x"])
    assert "Judged as of" in capsys.readouterr().out


# ---- problems ------------------------------------------------------------------------------------


def refuse(*_given: Any, **_more: Any) -> None:
    raise InputError([
        Problem("alternate-shares", At("bom.csv", n, "share"), "share", {"group": "G", "sum": 0.9}) for n in (3, 7)
    ])  # fmt: skip


def test_every_problem_is_a_line_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(ecoprod.corridor, "assess", refuse)
    assert main(["assess", "x"]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert [line.split(": ")[0] for line in found.err.splitlines()] == ["bom.csv:3 share", "bom.csv:7 share"]


def test_with_json_the_problems_are_the_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ecoprod.corridor, "assess", refuse)
    assert main(["assess", "x", "--format=json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [p["line"] for p in document["problems"]] == [3, 7]
    assert not faults("problems", document)


@pytest.mark.parametrize("command", [["assess"], ["data", "match"]])
def test_the_document_of_problems_says_of_which_product(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("line-1/board", "./line-2/../line-2/board", "line-2/board/product.yaml"):
        folder = Path(place.removesuffix("/product.yaml"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "product.yaml").write_text("ecoprod: [", encoding="utf-8")
        assert main([*command, place, "--format", "json"]) == 2
        found = json.loads(capsys.readouterr().out)
        assert found["product"] == place
        assert {p["file"] for p in found["problems"]} >= {"product.yaml"}
        assert not faults("problems", found)
    assert main(["standards", "show", "nothing-like-it", "--format", "json"]) == 2
    assert "product" not in json.loads(capsys.readouterr().out)


def test_problems_of_two_designs_can_be_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(ecoprod.corridor, "assess", refuse)
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "two")]) == 2
    files = [line.split(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert files == ["one/bom.csv"] * 2 + ["two/bom.csv"] * 2
    assert main(["compare", str(tmp_path / "one"), str(tmp_path / "two"), "--format", "json"]) == 2
    assert "product" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("args", [
    ["assess"], ["assess", "x", "--formt", "json"], ["assess", "x", "--format", "xml"], ["assess", "x", "y"],
    ["nonsense"],
    ["assess", "x", "--on", "1.3.2026"], ["assess", "x", "--on", "20260301"], ["assess", "x", "--on"], ["compare", "x"],
    ["assess", "x", "--lang", "fr"], ["schema", "nothing"], ["init", "x"], ["standards", "nonsense"], ["--nonsense"],
])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_usage_is_a_message_and_exit_2(args: list[str], lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = args if "--lang" in args else ["--lang", lang, *args]
    assert main(asked) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert " — " in found.err
    assert "Traceback" not in found.err


def test_bad_usage_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "cli-missing-parameter"


@pytest.mark.parametrize("name", LATER)
def test_what_is_not_built_says_so_by_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "some", "--thing", "else"]) == 2
    assert f"ecoprod {name} is not built yet" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [
    ("--format", "markdown"), ("--format", "junit"), ("--format", "sarif"), ("--report", "out"),
])  # fmt: skip
def test_options_that_are_not_built_say_so_before_any_work(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", "nowhere", option, value]) == 2
    err = capsys.readouterr().err
    assert "not built yet" in err
    assert option in err


def test_a_fault_of_ours_asks_for_a_report_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(ecoprod.corridor, "assess", broken)
    assert main(["assess", "x"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in err
    assert "Traceback" not in err
    monkeypatch.setenv("ECOPROD_DEBUG", "1")
    assert main(["assess", "x"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_given: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ecoprod.corridor, "assess", interrupted)
    assert main(["assess", "x"]) == 130


# ---- output --------------------------------------------------------------------------------------


def test_output_to_a_file_leaves_stdout_empty_and_no_crumbs(
    judged: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judged("qualified")
    target = tmp_path / "out" / "result.json"
    target.parent.mkdir()
    target.write_text("old")
    assert main(["assess", "x", "--format", "json", "-o", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(target.read_bytes())["schema"] == "ecoprod.result/1"
    assert [p.name for p in target.parent.iterdir()] == ["result.json"]


@pytest.mark.parametrize("place", [".", "missing/result.json"])
def test_output_that_cannot_be_written_is_refused_before_the_work(judged: Any, tmp_path: Path, place: str) -> None:
    calls = judged("qualified")
    assert main(["assess", "x", "-o", str(tmp_path / place)]) == 2
    assert calls == []
    assert list(tmp_path.glob("missing*")) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_a_folder_without_permission_is_exit_2(judged: Any, tmp_path: Path) -> None:
    judged("qualified")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert main(["assess", "x", "-o", str(tmp_path / "r.json")]) == 2
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def test_output_through_a_link_keeps_the_link(judged: Any, tmp_path: Path) -> None:
    judged("qualified")
    real = tmp_path / "real.txt"
    real.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    assert main(["assess", "x", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert "2026-03-01" in real.read_text(encoding="utf-8")


# ---- whole processes -----------------------------------------------------------------------------


def run(command: list[str], *args: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command, *args], capture_output=True, encoding="utf-8", check=False, **more)


def test_version_is_the_version_alone_and_imports_nothing_heavy(command: list[str]) -> None:
    done = run([sys.executable, "-X", "importtime", *command[1:]], "--version")
    assert (done.returncode, done.stdout) == (0, f"{VERSION}\n")
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert not imported & {"click", "yaml", "numpy", "pydantic", "rich", "pint", "bw2calc"}


def test_help_needs_no_room(command: list[str]) -> None:
    done = run([sys.executable, "-X", "importtime", *command[1:]], "--help")
    assert done.returncode == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not {n.split(".")[0] for n in imported} & {"numpy", "pydantic", "rich", "pint", "bw2calc"}
    assert "ecoprod.corridor" not in imported
    assert not any(n.startswith(("ecoprod.readers", "ecoprod.lca", "ecoprod.standards")) for n in imported)


def test_help_lists_every_command_in_both_languages(command: list[str]) -> None:
    for lang in ("zh", "en"):
        text = run(command, "--help", "--lang", lang).stdout
        for name in ("assess", "explain", "compare", "screen", "levers", "seal", "verify", "standards", "data", "init"):
            assert f"\n  {name} " in text
    assert "用法" in run(command, "assess", "--help", "--lang", "zh").stdout


def test_a_reader_that_goes_away_is_no_error(command: list[str]) -> None:
    process = subprocess.Popen([*command, "schema", "result"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_exit_2(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*command, "schema", "result"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_output_is_utf8_whatever_the_locale_says(command: list[str]) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run(command, "standards", "list", "--lang", "zh", env=environment)
    assert done.returncode == 0
    assert "锂离子电池" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupted_process_is_130_without_a_traceback() -> None:
    script = (
        "import sys, time, ecoprod.corridor as a, ecoprod_cli.main as m\n"
        "a.assess = lambda *x, **y: (print('ready', flush=True), time.sleep(30))\n"
        "sys.exit(m.main(['assess', 'x']))"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert process.stderr.read() == b""
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "command", [(), ("assess",), ("explain",), ("compare",), ("standards",), ("data", "list"), ("init",), ("schema",)]
)
def test_help_pages_fit_80_columns(command: tuple[str, ...], lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help", "--lang", lang]) == 0
    page = capsys.readouterr().out
    assert all(columns(line) <= 80 for line in page.splitlines())
    assert page.startswith(f"{'用法：' if lang == 'zh' else 'Usage: '}ecoprod")
    assert "required]" not in page or lang == "en"


def test_formats_that_are_not_built_say_so_and_name_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "--help", "--lang", "zh"]) == 0
    assert "markdown、junit、sarif 尚未实现" in "".join(capsys.readouterr().out.split("\n")).replace(" " * 34, "")
    assert main(["assess", "p", "--format", "markdown", "--lang", "zh"]) == 2
    assert capsys.readouterr().err == "--format: --format markdown 尚未实现 — 现有格式：text, json\n"


def test_a_folder_or_a_result_that_is_not_there_is_called_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(tmp_path / "none"), "--lang", "zh"]) == 2
    assert "找不到产品文件夹" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "none.json"), "x", "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert "找不到结果文件" in said
    assert "产品文件夹内" not in said
    assert main(["explain", str(tmp_path), "x", "--lang", "zh"]) == 2
    assert "--format json -o result.json" in capsys.readouterr().err


def test_problems_come_by_file_then_line() -> None:
    places = [At("product.yaml", 9), At("bom.csv", 12), At("bom.csv", 3), At("bom.csv"), At("product.yaml", 2)]
    found = in_order([Problem("file-missing", at, None, {"file": "x"}) for at in places])
    assert [(p.at.file, p.at.line) for p in found] == [
        ("bom.csv", None), ("bom.csv", 3), ("bom.csv", 12), ("product.yaml", 2), ("product.yaml", 9),
    ]  # fmt: skip
