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


def test_folders_that_are_not_gone_into_are_named(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", good=FULL)
    write(folder / "sub" / "deep", loose=LOOSE)
    (write(folder / "upper") / "a.YML").write_text(LOOSE, encoding="utf-8")
    write(folder / ".hidden", loose=LOOSE)
    (write(folder / "texts") / "readme.txt").write_text("for: nobody\n", encoding="utf-8")
    kind = copied("household-detergent", folder)
    write(kind / "drafts", loose=LOOSE)
    found = document(capsys, "standards", "check", str(folder))
    assert found["checked"] == {"specifications": 1, "overlays": 1}
    (note,) = [n for n in found["notes"] if n["code"] == "standards-passed-over"]
    said = note["message"]["en"] + note["fix"]["en"]
    assert "household-detergent/drafts, sub, upper" in said
    assert f"{folder.as_posix()}/household-detergent/drafts" in said
    assert not {"hidden", "texts", "cases"} & set(said.replace("/", " ").replace(",", " ").split())


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_to_check_names_what_lies_deeper(capsys: Captured, tmp_path: Path, lang: str) -> None:
    shelf = write(tmp_path / "outer" / "shelf")
    copied("household-detergent", shelf)
    said = refused(capsys, "standards", "check", str(tmp_path / "outer"), "--lang", lang)
    assert f"standards check {shelf.as_posix()}" in said.replace("\n", " ")


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
    with pytest.raises(InputError) as caught:
        load_spec(kind, date(2026, 3, 1))
    assert {p.code for p in caught.value.problems} == {"standards-refines-nothing"}


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
    notes = document(capsys, "standards", "check", str(tmp_path))["notes"]
    assert [note["code"] for note in notes] == ["standards-own-id"]


def test_an_overlay_for_several_editions_is_said_in_its_own_line(capsys: Captured, tmp_path: Path) -> None:
    folder = write(tmp_path, mine="ecoprod: 1\nfor: tablet-computer\nsource: paper copy\n")
    found = document(capsys, "standards", "check", str(folder), code=1)
    assert codes(found) == [("mine.yaml", "standards-two-editions")]
    assert "9999" not in found["problems"][0]["message"]["en"]


# ---- folders of one's own -------------------------------------------------------------------------

NEW = "my-detergent"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kind that the library does not have, beside nothing of it; its phosphate limit is 0.4 %."""
    monkeypatch.chdir(tmp_path)
    place = copied("household-detergent", tmp_path / "my specs").rename(tmp_path / "my specs" / NEW)
    for path in (place / "spec.yaml", *(place / "cases").glob("*.yaml")):
        change(path, "household-detergent", NEW)
    change(place / "requirements.yaml", "at_most: 0.5 %", "at_most: 0.4 %")
    return Path("my specs", NEW)


def test_a_folder_of_ones_own_is_shown_compared_and_completed_by_its_path(capsys: Captured, own: Path) -> None:
    for name in (str(own), f"{own}@GBT-32163.1-2015", str(own.resolve())):
        (found,) = document(capsys, "standards", "show", name)["standards"]
        assert (found["id"], found["folder"]) == (NEW, NEW)
        assert [e["id"] for e in found["editions"]] == ["GBT-32163.1-2015"]
    assert "≤ 0.4 %" in text(capsys, "standards", "show", str(own), "--lang", "zh")
    assert "自己的文件夹" in text(capsys, "standards", "show", str(own), "--lang", "zh")
    assert f"    ecoprod standards new '{own}' -o overlay.yaml\n" in text(
        capsys, "standards", "show", str(own), "--missing"
    )
    assert f"for: {NEW}@GBT-32163.1-2015" in text(capsys, "standards", "new", str(own))
    found = document(capsys, "standards", "diff", str(own), "--from", "2015-01-01", "--to", "2026-01-01")
    assert found["after"]["id"] == NEW
    assert "folder" not in document(capsys, "standards", "show", "household-detergent")["standards"][0]


def test_a_changed_copy_is_compared_with_the_library(capsys: Captured, tmp_path: Path) -> None:
    kind = copied("household-detergent", tmp_path)
    change(kind / "requirements.yaml", "at_most: 0.5 %", "at_most: 0.4 %")
    found = document(capsys, "standards", "diff", "household-detergent", str(kind))
    assert [(c["id"], c["stricter"]) for c in found["changed"]] == [("phosphate", True)]
    shown = document(capsys, "standards", "show", str(kind))["standards"][0]
    limits = [r["condition"]["limit"]["value"] for r in shown["rules"] if r["id"] == "phosphate"]
    assert limits == [0.4]


def test_the_editions_of_a_folder_are_named_by_its_path(capsys: Captured, tmp_path: Path) -> None:
    kind = copied("tablet-computer", tmp_path)
    shown = document(capsys, "standards", "show", str(kind))["standards"]
    assert [s["edition"] for s in shown] == ["T-CESA-1020-2018", "SJ-T-11750-2019"]
    assert f"{kind}@SJ-T-11750-2019" in refused(capsys, "standards", "new", str(kind))
    assert f"{kind}@SJ-T-11750-2019" in refused(capsys, "standards", "show", f"{kind}@nonsense")


def test_a_new_id_is_noted_with_the_path_that_finds_it(capsys: Captured, own: Path) -> None:
    for place in (own, own.parent):
        (note,) = document(capsys, "standards", "check", str(place))["notes"]
        assert note["code"] == "standards-own-id"
        assert NEW in note["message"]["zh"]
        assert f"ecoprod standards show '{own}'" in note["fix"]["en"]
    assert "notes" not in document(capsys, "standards", "check")


def test_a_product_file_brings_no_standard_of_its_own(own: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_spec(str(own), date(2026, 3, 1))
    assert {p.code for p in caught.value.problems} == {"standards-unknown-spec"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_copy_of_the_base_is_called_what_it_is(capsys: Captured, tmp_path: Path, lang: str) -> None:
    copy = copied("gbt-32161", tmp_path)
    product = str(Path(__file__).parent.parent / "examples" / "gypsum-board")
    for command in (["assess", product, "--spec"], ["standards", "show"], ["standards", "new"]):
        (said,) = refused(capsys, *command, str(copy), "--lang", lang).splitlines()
        assert {"zh": "自身的副本", "en": "a copy of the base gbt-32161"}[lang] in said
    # in a source tree it is the base; the copy of a category beside it is judged by the library's
    assert document(capsys, "standards", "check", str(tmp_path))["problems"] == []


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ('{title: {zh: "文", en: "d"}, read: text, copy: paper copy no. 7}', []),
        ('{title: {zh: "文", en: "d"}, read: text, url: "https://example.org/a"}', []),
        ('{title: {zh: "文", en: "d"}, read: own}', []),
        ('{title: {zh: "文", en: "d"}, read: text}', ["standards-source-place"]),
        ('{title: {zh: "文", en: "d"}, read: text, url: paper}', ["standards-source-url"]),
        ('{title: document, read: text, copy: p}', ["standards-not-mapping"]),
        ('{title: {zh: "文"}, read: text, copy: p}', ["standards-missing-key"]),
        ('{title: {zh: "文", en: "d"}, copy: p}', ["standards-missing-key"]),
        ('{title: {zh: "文", en: "d"}, read: heard, copy: p}', ["standards-unknown-word"]),
        ('{title: {zh: "文", en: "d"}, read: text, link: p, copy: p}', ["standards-unknown-key"]),
        ("seen somewhere", ["standards-not-mapping"]),
    ],
)  # fmt: skip
def test_an_entry_of_the_register_says_where_the_document_is(
    capsys: Captured, own: Path, entry: str, wanted: list[str]
) -> None:
    (own.parent / "_sources.yaml").write_text(f"ecoprod: 1\nsources:\n  doc: {entry}\n", encoding="utf-8")
    found = document(capsys, "standards", "check", str(own), code=bool(wanted))
    assert sorted({code for _, code in codes(found)}) == wanted
    assert all(p["line"] == 3 for p in found["problems"])


def test_faults_of_form_hide_no_faults_of_reference(capsys: Captured, own: Path) -> None:
    """One limit with a mistyped operator, one on an indicator that nobody knows; each has more wrong with it."""
    change(own / "spec.yaml", "source: gbt-32163-1-2015", "source: nowhere-1")
    change(own / "requirements.yaml", "at_most: 0.4 %, source: list-2021", "at_mots: 0.4 %, source: nowhere-2")
    asked = (own / "requirements.yaml").read_text(encoding="utf-8")
    asked += (
        '  - {id: one, group: indicator, title: {zh: "一", en: "one"}, indicator: unheard-of,\n'
        "     limits: [{at_most: 1 kg, less_than: 1 kg, source: nowhere-3, also: [nowhere-4], at: x, confidence: M,\n"
        "               editions: [X-1], from: yesterday}]}\n"
    )
    (own / "requirements.yaml").write_text(asked, encoding="utf-8")
    (own / "cases" / "all.yaml").write_text("ecoprod: 2\ncases: []\n", encoding="utf-8")
    (own.parent / "_sources.yaml").write_text("ecoprod: 1\nsources: {doc: {read: heard}}\n", encoding="utf-8")
    found = document(capsys, "standards", "check", str(own), code=1)["problems"]
    assert {p["code"] for p in found} == {
        "standards-unknown-key", "standards-one-operator", "standards-unknown-indicator", "standards-confidence-memory",
        "standards-unknown-edition", "standards-not-date", "standards-unknown-source-far", "standards-format",
        "standards-missing-key", "standards-unknown-word", "standards-source-place",
    }  # fmt: skip
    cited = [p["message"]["en"] for p in found if p["code"] == "standards-unknown-source-far"]
    assert {f"unknown source “nowhere-{n}”" for n in (1, 2, 3, 4)} == set(cited)
    assert len(cited) == 4


def test_a_broken_head_hides_no_other_file_that_is_no_yaml(capsys: Captured, own: Path) -> None:
    for name in ("spec.yaml", "requirements.yaml", "cases/all.yaml"):
        (own / name).write_text("a: [\n", encoding="utf-8")
    found = document(capsys, "standards", "check", str(own), code=1)["problems"]
    assert {p["file"] for p in found} == {
        f"{own.as_posix()}/{n}" for n in ("spec.yaml", "requirements.yaml", "cases/all.yaml")
    }


def test_files_are_named_with_the_path_that_was_asked_for(
    capsys: Captured, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(own / "spec.yaml", "source: gbt-32163-1-2015", "source: zzzzzz")
    (own.parent / "_sources.yaml").write_text("ecoprod: 1\nsources: {doc: {}}\n", encoding="utf-8")
    whole = own.resolve()
    (own.parent / "beside").mkdir()
    monkeypatch.chdir(own.parent / "beside")
    for given, spec, register in (
        (f"../{NEW}", f"../{NEW}/spec.yaml", "../_sources.yaml"), ("..", f"../{NEW}/spec.yaml", "../_sources.yaml"),
        (str(whole), f"{whole}/spec.yaml", f"{whole.parent}/_sources.yaml"),
    ):  # fmt: skip
        found = document(capsys, "standards", "check", given, code=1)
        assert {file for file, _ in codes(found)} == {spec, register}
        assert [file for file, _ in codes(found, "notes")] == [given]


def test_an_unregistered_source_far_from_all_is_told_where_to_register(capsys: Captured, own: Path) -> None:
    change(own / "spec.yaml", "source: gbt-32163-1-2015", "source: zzzzzz")
    found = document(capsys, "standards", "check", str(own), code=1)
    assert {code for _, code in codes(found)} == {"standards-unknown-source-far"}
    assert "改为" not in found["problems"][0]["fix"]["zh"]
