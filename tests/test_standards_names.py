"""By what names a specification is found, and what an unknown name is answered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cli_calls import Captured, document, refused, text
from ecoprod_cli.main import main

import ecoprod.standards.library as library
from ecoprod.errors import InputError
from ecoprod.messages import LANGS
from ecoprod.standards import find_specs, load_spec
from ecoprod.standards.search import search_specs

ON = date(2026, 3, 1)


@pytest.mark.parametrize(
    "name",
    [
        "房间空气调节器", " 房间空气调节器 ", "Room air conditioners", "room AIR conditioners",
        "绿色设计产品评价技术规范 房间空气调节器", "绿色设计产品评价技术规范房间空气调节器",
    ],
)  # fmt: skip
def test_a_title_in_full_names_its_kind(name: str) -> None:
    assert load_spec(name, ON).id == "room-air-conditioner"


def test_every_title_names_its_kind_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    infos = find_specs()
    monkeypatch.setattr(library, "find_specs", lambda: infos)  # read once
    for info in infos:
        for lang in LANGS:
            assert library._find(info.title[lang], []) == (info.folder, None), info.id


def test_a_title_takes_an_edition() -> None:
    assert load_spec("平板电脑@SJ-T-11750-2019", ON).edition == "SJ-T-11750-2019"
    with pytest.raises(InputError) as caught:
        load_spec("平板电脑", ON)
    assert {p.code for p in caught.value.problems} == {"standards-two-editions"}


def test_a_part_of_a_title_names_nothing_and_leads_to_the_id(capsys: Captured) -> None:
    said = refused(capsys, "standards", "show", "锂电池", "--lang", "en")
    assert "near it: lithium-ion-battery 锂离子电池 / Lithium-ion batteries;" in said
    for word, wanted in {"battery": "lithium-ion-battery", "洗衣机": "electric-washing-machine"}.items():
        assert wanted in refused(capsys, "standards", "show", word)


def test_a_title_of_two_kinds_names_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [replace(i, title={"zh": "同名产品", "en": "twins"}) for i in find_specs()[:2]]
    monkeypatch.setattr(library, "find_specs", lambda: twins)
    with pytest.raises(InputError) as found:
        load_spec("同名产品", ON)
    assert found.value.problems[0].params["near"] == " · ".join(f"{twin.id} 同名产品 / twins" for twin in twins)


@pytest.mark.parametrize("name", ["nonsense-thing", "空", "x", "x" * 3000, "@2019", "不存在的产品"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_name_near_nothing_is_answered_with_the_search(capsys: Captured, name: str, lang: str) -> None:
    said = refused(capsys, "standards", "show", name, "--lang", lang)
    if len(name) < 100:  # a longer one is no name that a file could have
        assert "ecoprod standards search" in said
    assert "room-air-conditioner" not in said
    assert len(said) < 4000


def test_the_first_three_of_the_search_are_near_with_their_titles(capsys: Captured) -> None:
    for word, code in (("steel", "en"), ("噪音", "zh"), ("mobile-phone", "en")):
        hits = [f"{h.summary.info.id} {h.summary.info.title['zh']} / {h.summary.info.title['en']}" for h in
                search_specs([word.replace("-", " ")])[:3]]  # fmt: skip
        assert " · ".join(hits) in refused(capsys, "standards", "show", word, "--lang", code)
    assert refused(capsys, "standards", "show", "steel", "--lang", "en").count(" · ") == 2  # more titles hold the word


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("GB／T　32163．1", "household-detergent"), ("ＧＢ／Ｔ　３２１６３．１—２０１５", "household-detergent"),
        ("gb/t 32163.1‐2015", "household-detergent"), ("财办库［2020］123号", "packaging-procurement-2020"),
        ("财办库(2020)123号", "packaging-procurement-2020"),
        ("Ｔａｂｌｅｔ－computer＠SJ-T-11750-2019", "tablet-computer"),
        ("聚对苯二甲酸丁二醇酯(ＰＢＴ)树脂", "pbt-resin"),
    ],
)  # fmt: skip
def test_full_width_signs_and_brackets_are_those_of_the_number(capsys: Captured, name: str, id_: str) -> None:
    assert load_spec(name, ON).id == id_
    assert document(capsys, "standards", "show", name)["standards"][0]["id"] == id_
    assert f"for: {id_}@" in text(capsys, "standards", "new", name)


@pytest.mark.parametrize("name", ["GB 1840¹", "GB 1840①", "GB/T 32163.¹"])
def test_a_raised_sign_makes_no_other_number(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_spec(name, ON)
    assert {p.code for p in caught.value.problems} == {"standards-unknown-spec"}


def test_an_overlay_for_nobody_says_so_in_its_own_line(capsys: Captured, tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("ecoprod: 1\nfor: nonsense-thing\nsource: paper copy\n", encoding="utf-8")
    for place in (overlay, tmp_path):
        found = document(capsys, "standards", "check", str(place), code=1)
        assert [(p["file"], p["code"]) for p in found["problems"]] == [("mine.yaml", "standards-unknown-spec-far")]


def test_a_product_folder_made_by_title_holds_the_id(capsys: Captured, tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "p"), "--category", "房间空气调节器"]) == 0
    assert "category: room-air-conditioner" in (tmp_path / "p" / "product.yaml").read_text(encoding="utf-8")
