"""One rule for `-o`: what can be made again is replaced, what a person fills in is never written over."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from cli_calls import Captured
from ecoprod_cli.main import main

import ecoprod.corridor
from ecoprod import messages
from ecoprod.messages import LANGS, Lang
from ecoprod.report.layout import Page, told
from ecoprod.report.standards import specification, standard_document
from ecoprod.report.standards_pages import standard_text
from ecoprod.standards import find_specs

EXAMPLE = Path(__file__).parent.parent / "examples" / "gypsum-board"
OLD = "a file that is there already\n"
KIND = "household-detergent"
DAYS = ("--from", "2020-01-01", "--to", "2026-01-01")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    place = tmp_path / "out.txt"
    place.write_text(OLD, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    "command",
    [
        ("standards", "list"), ("standards", "show", KIND), ("standards", "search", "phosphate"),
        ("standards", "check"), ("standards", "diff", KIND, *DAYS), ("schema", "overlay"), ("data", "list", "glass"),
        ("data", "match", "PRODUCT", "--format", "text"), ("assess", "PRODUCT"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_report_is_replaced(tmp_path: Path, there: Path, command: tuple[str, ...]) -> None:
    product = shutil.copytree(EXAMPLE, tmp_path / "board")
    args = [str(product) if word == "PRODUCT" else word for word in command]
    assert main([*args, "-o", str(there)]) != 2
    assert OLD not in there.read_text(encoding="utf-8")
    assert {p.name for p in tmp_path.iterdir()} == {"out.txt", "board"}


@pytest.mark.parametrize(
    "command",
    [
        ("standards", "new", KIND), ("data", "match", "PRODUCT"),
        ("standards", "import-table", "TABLE", "--for", KIND, "--source", "x", "--checked-by", "y",
         "--checked-on", "2026-01-01"),
    ],
    ids=lambda command: " ".join(command[:2]),
)  # fmt: skip
def test_what_a_person_fills_in_is_never_written_over(
    capsys: Captured, tmp_path: Path, there: Path, command: tuple[str, ...]
) -> None:
    product = shutil.copytree(EXAMPLE, tmp_path / "board")
    args = [str(product) if word == "PRODUCT" else word for word in command]
    for target in (there, tmp_path / "link"):
        if target != there:
            target.symlink_to(tmp_path / "nowhere")  # a link that leads nowhere yet is somebody's too
        assert main([*args, "-o", str(target), "--lang", "en"]) == 2
        assert "is there already" in capsys.readouterr().err
    assert there.read_text(encoding="utf-8") == OLD
    assert not (tmp_path / "nowhere").exists()


def test_a_new_mapping_is_written(tmp_path: Path) -> None:
    product = shutil.copytree(EXAMPLE, tmp_path / "board")
    target = tmp_path / "map.csv"
    assert main(["data", "match", str(product), "-o", str(target)]) == 0
    assert "checked_by" in target.read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_folder_with_files_is_not_filled(tmp_path: Path, there: Path) -> None:
    assert main(["init", str(tmp_path), "--category", KIND]) == 2
    assert {p.name for p in tmp_path.iterdir()} == {there.name}


@pytest.mark.parametrize("lang", LANGS)
def test_commands_to_copy_stand_whole_on_lines_of_their_own(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    (kind,) = [info for info in find_specs() if info.id == "automotive-cold-rolled-steel"]
    known = f"{kind.id}@{kind.editions[0].id}"
    product, word, name = {"zh": ("产品文件夹", "词", "编号"), "en": ("PRODUCT", "WORD", "ID")}[lang]
    for args, commands in (
        (["standards", "show", known, "--missing"], [f"ecoprod standards new {known} -o overlay.yaml"]),
        (["standards", "list"], [f"ecoprod standards show {name} --missing"]),
        (["standards", "search", "zzzz"], ["ecoprod standards list --sector electronics"]),
        (["data", "list"], [f"ecoprod data show {name}"]), (["data", "list", "zzzz"], ["ecoprod data list"]),
        (["assess", str(EXAMPLE)], [f"ecoprod assess {product} --format json -o result.json",
                                    f"ecoprod explain result.json {name}"]),
    ):  # fmt: skip
        main([*args, "--lang", lang])
        lines = capsys.readouterr().out.splitlines()
        assert set(commands) <= {line.strip() for line in lines}, args
    page = Page(60)
    told(page, messages.text("import-next", lang, id="my-own-very-long-database"))
    assert f"    ecoprod data search {word} --background my-own-very-long-database" in page.lines
    assert f"    ecoprod data match {product} --background my-own-very-long-database -o mapping.csv" in page.lines


def test_a_complete_specification_is_not_to_be_completed() -> None:
    spec = specification("lithium-ion-battery", None)
    for complete in (False, True):
        document = standard_document(replace(spec, complete=complete), missing=True)
        page = standard_text(document, "en", spec.id, None, missing=True)
        assert "[mercury]" in page
        assert ("standards new" in page) != complete


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_run_without_a_verdict_leaves_no_older_one(tmp_path: Path, form: str, lang: str) -> None:
    product, target = shutil.copytree(EXAMPLE, tmp_path / "board"), tmp_path / "out"
    for command in (["assess", str(product)], ["compare", str(product), str(EXAMPLE)]):
        args = [*command, "--format", form, "--lang", lang, "-o", str(target)]
        assert main(args) != 2
        assert target.is_file()
        (product / "bom.csv").rename(tmp_path / "kept")
        assert main(args) == 2
        assert not target.exists()
        (tmp_path / "kept").rename(product / "bom.csv")


def test_an_interrupted_run_leaves_no_older_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    target = tmp_path / "result.json"
    target.write_text('{\n "schema": "ecoprod.result/1",\n "verdict": "qualified"}\n', encoding="utf-8")
    monkeypatch.setattr(ecoprod.corridor, "assess", interrupted)
    assert main(["assess", str(EXAMPLE), "-o", str(target)]) == 130
    assert not target.exists()


def test_a_file_that_is_no_verdict_stays_until_there_is_one(tmp_path: Path, there: Path) -> None:
    assert main(["assess", str(tmp_path / "nowhere"), "-o", str(there)]) == 2
    assert there.read_text(encoding="utf-8") == OLD
