"""What `standards check` looks at: folders of specifications, of overlays, of both, and of neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_calls import Captured, document, refused, text
from ecoprod_cli.main import main
from test_standards import FULL

from ecoprod.messages import LANGS
from ecoprod.report.schemas import faults
from ecoprod.resources import bundled

LOOSE = "ecoprod: 1\nfor: household-detergent@GBT-32163.1-2015\nsource: paper copy\nlimits:\n"
LOOSE += "  - {requirement: phosphate, at_most: 3 %, at: table 1}\n"  # the ministry's list prints 1.1 %


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def codes(found: dict[str, list[dict[str, str]]], key: str = "problems") -> list[tuple[str, str]]:
    return [(entry["file"], entry["code"]) for entry in found.get(key, [])]


def test_overlays_of_a_folder_are_checked_as_each_is_by_name(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path / "overlays", good=FULL, loose=LOOSE)
    together = document(capsys, "standards", "check", str(folder), code=1)
    assert together["checked"] == {"specifications": 0, "overlays": 2}
    assert ("loose.yaml", "overlay-looser") in codes(together)
    alone = document(capsys, "standards", "check", str(folder / "loose.yaml"), code=1)
    assert together["problems"] == alone["problems"]  # the good one adds none
    good = document(capsys, "standards", "check", str(folder / "good.yaml"))
    assert together.get("notes", []) == good.get("notes", []) + alone.get("notes", [])
    assert not faults("problems", together)


def test_a_folder_of_good_overlays_is_clean_and_counted(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path, one=FULL, two=FULL)
    (tmp_path / "three.YML").write_text(FULL, encoding="utf-8")
    assert "3 overlay(s)" in text(capsys, "standards", "check", str(folder), "--lang", "en").splitlines()[-1]
    assert "补充文件 3 个" in text(capsys, "standards", "check", str(folder), "--lang", "zh").splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no-for", "ecoprod: 1\nsource: paper copy\nlimits: []\n"), ("broken", "for: [household\n"),
        ("twice", "ecoprod: 1\nsource: b\nsource: c\n"),
    ],
)  # fmt: skip
def test_an_overlay_that_cannot_be_read_is_a_finding(capsys: Captured, tmp_path: Path, name: str, content: str) -> None:
    found = document(capsys, "standards", "check", str(write(tmp_path, **{name: content, "good": FULL})), code=1)
    assert f"{name}.yaml" in {file for file, _ in codes(found)}


def test_a_link_that_leads_nowhere_is_a_finding(capsys: Captured, tmp_path: Path) -> None:
    (write(tmp_path, good=FULL) / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert ("gone.yaml", "file-missing") in codes(document(capsys, "standards", "check", str(tmp_path), code=1))


def test_other_files_beside_overlays_are_named_and_no_finding(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path, good=FULL, product="ecoprod: 1\nproduct: {name: x}\n")
    (folder / "notes.txt").write_text("for: nobody", encoding="utf-8")
    found = document(capsys, "standards", "check", str(folder))
    assert ("product.yaml", "standards-no-overlay") in codes(found, "notes")
    assert not [file for file, _ in codes(found, "notes") if file == "notes.txt"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_folder_with_nothing_to_check_is_bad_usage(capsys: Captured, tmp_path: Path, lang: str) -> None:
    empty = write(tmp_path / "empty")
    product = write(tmp_path / "product", product="ecoprod: 1\nproduct: {name: x}\n")
    for folder in (empty, product):
        said = refused(capsys, "standards", "check", str(folder), "--lang", lang)
        assert "spec.yaml" in said
        assert "for" in said
    assert main(["standards", "check", str(empty), "--format", "json"]) == 2
    assert '"standards-nothing-to-check"' in capsys.readouterr().out


def test_the_library_says_how_many_it_holds(capsys: Captured) -> None:
    there = len(list(bundled("product_specs").glob("*/spec.yaml")))
    assert document(capsys, "standards", "check")["checked"] == {"specifications": there, "overlays": 0}
