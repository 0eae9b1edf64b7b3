"""What `standards check` looks at: folders of specifications, of overlays, of both, and of neither."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from cli_calls import Captured, document, refused, text
from ecoprod_cli.main import main
from test_standards import FULL

from ecoprod.errors import InputError
from ecoprod.messages import LANGS
from ecoprod.report.schemas import faults
from ecoprod.resources import bundled
from ecoprod.standards import load_spec

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


# ---- the source tree, and copies of what the library holds ----------------------------------------


def copied(name: str, folder: Path) -> Path:
    """A specification of the library, copied to a place of one's own."""
    return Path(shutil.copytree(bundled("product_specs") / name, folder / name))


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_a_source_tree_beside_an_installed_package_is_clean(capsys: Captured, tmp_path: Path) -> None:
    tree = tmp_path / "product_specs"
    shutil.copytree(bundled("product_specs"), tree)
    found = document(capsys, "standards", "check", str(tree))
    assert found["checked"] == document(capsys, "standards", "check")["checked"]
    assert "notes" not in found
    assert document(capsys, "standards", "check", str(tree / "gbt-32161"))["problems"] == []


def test_a_relative_path_to_the_library_is_the_library(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundled("product_specs").parent)
    assert document(capsys, "standards", "check", "product_specs")["problems"] == []


def test_a_source_tree_rests_on_its_own_base_and_a_judgement_on_that_of_the_library(
    capsys: Captured, tmp_path: Path
) -> None:
    base, kind = copied("gbt-32161", tmp_path), copied("household-detergent", tmp_path)
    change(base / "requirements.yaml", "id: product-quality", "id: renamed-quality")
    change(kind / "requirements.yaml", "id: phosphate\n", "id: renamed-quality\n    refines: true\n")
    shutil.rmtree(kind / "cases")  # they work out what was renamed
    shutil.rmtree(base / "cases")
    for place in (tmp_path, kind):
        found = document(capsys, "standards", "check", str(place))
        assert found["problems"] == []
    with pytest.raises(InputError, match="standards-refines-nothing"):
        load_spec(kind, date(2026, 3, 1))


def test_a_changed_copy_is_told_that_its_id_means_another(capsys: Captured, tmp_path: Path) -> None:
    kind = copied("household-detergent", tmp_path)
    assert "notes" not in document(capsys, "standards", "check", str(tmp_path))
    change(kind / "requirements.yaml", "1.1 %", "0.9 %")
    shutil.rmtree(kind / "cases")  # worked for the old limit
    for place in (tmp_path, kind):
        found = document(capsys, "standards", "check", str(place))
        assert found["problems"] == []
        assert [code for _, code in codes(found, "notes")] == ["standards-same-id"]
        assert "household-detergent" in found["notes"][0]["message"]["zh"]
    renamed = kind.rename(tmp_path / "my-detergent")
    change(renamed / "spec.yaml", "id: household-detergent", "id: my-detergent")
    assert "notes" not in document(capsys, "standards", "check", str(tmp_path))


def test_an_overlay_for_several_editions_is_said_in_its_own_line(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path, mine="ecoprod: 1\nfor: tablet-computer\nsource: paper copy\n")
    found = document(capsys, "standards", "check", str(folder), code=1)
    assert codes(found) == [("mine.yaml", "standards-two-editions")]
    assert "9999" not in found["problems"][0]["message"]["en"]
