"""`standards list | search | show | check` through the front door: filters, ranks, pages, work lists, notes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_calls import Captured, document, refused, text
from jsonschema import Draft202012Validator

import ecoprod.standards.folders as folders_room
import ecoprod.standards.reading as reading_room
from ecoprod.messages import LANGS
from ecoprod.messages import text as words
from ecoprod.report.layout import columns
from ecoprod.report.schemas import faults, schema
from ecoprod.resources import bundled
from ecoprod.standards.library import is_issued_by, issuers, summaries
from ecoprod.standards.vocabulary import ATTRIBUTES, SECTORS

# ---- list ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    from ecoprod.report.standards import standards_document

    return standards_document()


def test_the_list_keeps_the_keys_of_the_contract_and_counts(listed: dict[str, Any]) -> None:
    assert not faults("standards", listed)
    assert not list(Draft202012Validator(schema("standards")).iter_errors(listed))
    entries = {e["id"]: e for e in listed["standards"]}
    base = entries["gbt-32161"]
    assert base["criteria"] == base["requirements"]
    detergent = entries["household-detergent"]
    # three demands of the first list: phosphate, ABS, nitrilotriacetic acid; the rest is the base's
    assert (detergent["criteria"], detergent["requirements"]) == (3, 3 + base["requirements"])
    # the battery takes the place of one requirement of the base and adds four
    battery = entries["lithium-ion-battery"]
    assert (battery["criteria"], battery["requirements"]) == (5, 4 + base["requirements"])
    assert battery["attributes"] == ["environment", "product"]
    for entry in entries.values():
        assert entry["gaps"] == len({gap["id"] for edition in entry["editions"] for gap in edition["missing"]})
        assert entry["complete"] == (entry["gaps"] == 0)


@pytest.mark.parametrize("sector", SECTORS)
def test_a_sector_narrows_the_list(capsys: Captured, listed: dict[str, Any], sector: str) -> None:
    found = document(capsys, "standards", "list", "--sector", sector)["standards"]
    assert [e["id"] for e in found] == [e["id"] for e in listed["standards"] if e["sector"] == sector]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_an_attribute_narrows_the_list(capsys: Captured, listed: dict[str, Any], attribute: str) -> None:
    found = document(capsys, "standards", "list", "--attribute", attribute)["standards"]
    assert [e["id"] for e in found] == [e["id"] for e in listed["standards"] if attribute in e["attributes"]]
    assert found


def test_words_of_either_language_name_a_sector_and_an_attribute(capsys: Captured) -> None:
    for asked in (
        ["--sector", "电气"],
        ["--sector", "Electrical"],
        ["--attribute", "产品属性", "--sector", "electrical"],
    ):
        ids = [e["id"] for e in document(capsys, "standards", "list", *asked)["standards"]]
        assert "lithium-ion-battery" in ids
        assert "household-detergent" not in ids


@pytest.mark.parametrize(
    ("issuer", "there", "absent"),
    [
        ("GB/T", "household-detergent", "lithium-ion-battery"), ("gb/t", "gbt-32161", "tablet-computer"),
        ("T/CEEIA", "lithium-ion-battery", "household-detergent"), ("TCEEIA", "lithium-ion-battery", "tablet-computer"),
        ("SJ/T", "tablet-computer", "lithium-ion-battery"), ("T/CESA", "tablet-computer", "lithium-ion-battery"),
        ("Ｔ／CESA", "tablet-computer", "lithium-ion-battery"), ("T", "tablet-computer", "household-detergent"),
    ],
)  # fmt: skip
def test_the_letters_of_any_number_count(capsys: Captured, issuer: str, there: str, absent: str) -> None:
    ids = [e["id"] for e in document(capsys, "standards", "list", "--issuer", issuer)["standards"]]
    assert there in ids
    assert absent not in ids


def test_letters_end_at_a_slash() -> None:
    battery = next(s.info for s in summaries() if s.info.id == "lithium-ion-battery")
    assert is_issued_by(battery, "T/CEEIA")
    assert not is_issued_by(battery, "T/CE")  # another association, not a shorter spelling
    assert not is_issued_by(battery, "CEEIA")


def test_an_issuer_without_a_specification_is_told_who_there_is(capsys: Captured) -> None:
    page = text(capsys, "standards", "list", "--issuer", "ISO")
    assert "no specification matches" in page
    assert "T/CEEIA" in page
    assert document(capsys, "standards", "list", "--issuer", "ISO")["standards"] == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--sector", "cars"], SECTORS), (["--attribute", "colour"], ATTRIBUTES), (["--issuer", " "], ("--issuer",)),
        (["--sector", "x" * 5000], SECTORS), (["--sector", "\x1b[31mred"], SECTORS),
    ],
)  # fmt: skip
def test_an_unknown_word_names_the_allowed_ones(capsys: Captured, args: list[str], words: tuple[str, ...]) -> None:
    said = refused(capsys, "standards", "list", *args)
    assert all(word in said for word in words)
    assert "\x1b" not in said
    assert len(said) < 1000


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_the_list_is_read_at_usual_widths(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, listed: dict[str, Any], width: int, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    page = text(capsys, "standards", "list", "--lang", lang)
    assert max(map(columns, page.splitlines())) <= width
    for entry in listed["standards"]:
        assert entry["id"] in page  # none is broken in two
        assert all(f"@{edition['id']}" in page for edition in entry["editions"][1:])
    # sorted by sector, then id; references last
    order = [line.split()[0] for line in page.splitlines() if line.split() and line.split()[0] in
             {e["id"] for e in listed["standards"]}]  # fmt: skip
    wanted = [e["id"] for role in ("category", "reference") for sector in (SECTORS if role == "category" else (None,))
              for e in sorted(listed["standards"], key=lambda e: str(e["id"]))
              if e["role"] == role and sector in (None, e["sector"])]  # fmt: skip
    assert order == wanted


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_each_edition_stands_beside_its_own_number(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, listed: dict[str, Any], width: int, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = text(capsys, "standards", "list", "--lang", lang).splitlines()
    for entry in listed["standards"]:
        for edition in entry["editions"] if len(entry["editions"]) > 1 else ():
            row = next(line for line in lines if line.startswith(f"@{edition['id']} "))
            assert row.split(maxsplit=1)[1] == edition["number"]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_rules_of_their_own_stand_below_each_other(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, listed: dict[str, Any], width: int, lang: str
) -> None:
    """The base and the references have no inherited ones: their count is no inherited one either."""
    monkeypatch.setenv("COLUMNS", str(width))
    rows = {line.split()[0]: line for line in text(capsys, "standards", "list", "--lang", lang).splitlines() if line}
    ends = set()
    for entry in listed["standards"]:
        row = rows[entry["id"]]
        counted = re.search(rf" {entry['criteria']}(?=( \+ [0-9]+)? +([0-9]+|✓)$)", row)
        assert counted, row
        ends.add(columns(row[: counted.end()]))
    assert len(ends) == 1


def test_chinese_pages_name_sectors_and_attributes_in_chinese(capsys: Captured) -> None:
    for asked, allowed, stem in (("--sector", SECTORS, "sector"), ("--attribute", ATTRIBUTES, "attribute")):
        said = refused(capsys, "standards", "list", asked, "cars", "--lang", "zh")
        for word in allowed:
            assert f"{words(f'library-{stem}-{word}', 'zh')}（{word}）" in said
        plain = refused(capsys, "standards", "list", asked, "cars", "--lang", "en")
        assert ", ".join(allowed) in plain


def test_a_word_too_many_is_said_in_the_language_asked_for(capsys: Captured) -> None:
    said = refused(capsys, "standards", "show", "tablet-computer", "one too many", "--lang", "zh")
    assert "one too many" in said
    assert "unexpected" not in said
    assert "too many arguments: one two" in refused(capsys, "standards", "check", "x", "one", "two", "--lang", "en")


def test_every_issuer_has_letters_and_leads_somewhere(capsys: Captured) -> None:
    known = issuers()
    assert all(name and name == name.strip() and "〔" not in name for name in known)
    for name in ("GB/T", "T/CEEIA", "财办库"):
        assert name in known
        assert document(capsys, "standards", "list", "--issuer", name)["standards"]


def test_the_end_of_time_is_no_date_to_show(capsys: Captured) -> None:
    for lang in LANGS:
        said = refused(capsys, "standards", "new", "tablet-computer", "--lang", lang)
        assert "9999" not in said
        assert "@T-CESA-1020-2018" in said


def test_a_shelf_of_155_reads_the_base_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = bundled("product_specs") / "lithium-ion-battery"
    for number in range(155):
        place = tmp_path / f"battery-{number}"
        shutil.copytree(source, place)
        spec = (place / "spec.yaml").read_text(encoding="utf-8")
        (place / "spec.yaml").write_text(spec.replace("id: lithium-ion-battery", f"id: battery-{number}"), "utf-8")
    read: list[str] = []
    plain = reading_room.read_yaml

    def counted(path: Path, name: str, problems: list[Any]) -> Any:
        read.append(path.parent.name)
        return plain(path, name, problems)

    monkeypatch.setattr(reading_room, "read_yaml", counted)
    monkeypatch.setattr(folders_room, "read_yaml", counted)
    found = summaries(tmp_path)
    assert len(found) == 155
    assert {(s.requirements, s.criteria) for s in found} == {(found[0].requirements, 5)}
    assert read.count("gbt-32161") == 2  # its two files
    assert len(read) == 2 * 156


# ---- show ----------------------------------------------------------------------------------------

SHOWN = ("lithium-ion-battery", "tablet-computer", "gbt-32161", "household-detergent")


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("more", [[], ["--missing"]])
def test_pages_fit(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, name: str, lang: str, width: int, more: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    page = text(capsys, "standards", "show", name, "--lang", lang, *more)
    assert max(map(columns, page.splitlines())) <= width
    assert "{" not in page  # every placeholder filled


def test_show_groups_by_attribute_and_says_stage_and_source(capsys: Captured) -> None:
    page = text(capsys, "standards", "show", "lithium-ion-battery", "--lang", "zh")
    heads = [
        page.index(word) for word in ("基本要求（", "评价指标要求（", "环境属性", "产品属性", "生命周期评价报告（")
    ]
    assert heads == sorted(heads)
    line = next(line for line in page.splitlines() if "[mercury]" in line)
    assert line.endswith("原材料获取")
    for needed in ("电气", "日期未知", "取自主管部门公布的名单：list-2021", "须由生产者声明的事实"):
        assert needed in page


def test_the_work_list_holds_what_is_open_and_nothing_else(capsys: Captured) -> None:
    found = document(capsys, "standards", "show", "lithium-ion-battery", "--missing")["standards"][0]
    opened = {o["requirement"]: o["reasons"] for o in found["open"]}
    assert opened["mercury"] == ["not-from-standard", "date-unknown"]
    assert opened["no-major-accident"] == ["date-unknown"]  # read in the standard, whose date nobody knows
    assert opened["product-quality"] == ["not-from-standard"]  # the base has a date
    assert opened["lca-cut-off"] == ["reported"]
    assert "lca-provided" not in opened  # read in the standard, dated
    assert "lca-stages" not in opened  # a check of ecoprod's own
    assert {r["id"] for r in found["rules"]} == set(opened)
    page = text(capsys, "standards", "show", "lithium-ion-battery", "--missing")
    for needed in ("[mercury]", "not from the standard itself; date unknown", "[indicator-table]", "[lca-cut-off]",
                   "ecoprod standards new lithium-ion-battery@T-CEEIA-280-2017"):  # fmt: skip
        assert needed in " ".join(page.split())
    assert "[lca-stages]" not in page
    assert "[lca-provided]" not in page


def test_an_overlay_takes_its_points_off_the_work_list(capsys: Captured, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "ecoprod: 1\nfor: lithium-ion-battery@T-CEEIA-280-2017\nsource: paper copy\nin_force: 2018-05-01\n"
        "checked_by: Li\nchecked_on: 2026-01-15\nlimits: [{requirement: mercury, at_most: 0.0005 %, at: table 1}]\n",
        encoding="utf-8",
    )
    args = ("standards", "show", "lithium-ion-battery", "--missing", "--overlay", str(overlay))
    found = document(capsys, *args)["standards"][0]
    opened = {o["requirement"]: o["reasons"] for o in found["open"]}
    assert "mercury" not in opened
    assert "no-major-accident" not in opened
    assert opened["cadmium"] == ["not-from-standard"]
    assert found["overlays"][0]["checked_by"] == "Li"
    assert "mine.yaml" in text(capsys, *args)


def test_an_edition_that_has_ended_is_shown_as_it_last_stood(capsys: Captured) -> None:
    ended = [(s.info.id, e) for s in summaries() for e in s.info.editions if e.until is not None]
    if not ended:
        pytest.skip("no edition of the library has an end")
    name, edition = ended[0]
    found = document(capsys, "standards", "show", f"{name}@{edition.id}")["standards"][0]
    assert found["edition"] == edition.id
    assert found["rules"]


# ---- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["list", "show", "search", "check", "diff", "new", "import-table"])
def test_every_command_explains_itself_in_both_languages(capsys: Captured, name: str, lang: str) -> None:
    page = text(capsys, "standards", name, "--help", "--lang", lang)
    assert "cli-" not in page
    assert max(map(columns, page.splitlines())) <= 80
    assert ("用法" in page) == (lang == "zh")
    assert "not built" not in text(capsys, "standards", "--help", "--lang", "en")
