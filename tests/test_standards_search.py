"""`standards search`: by numbers, titles, everyday names and words nearly right, and when nothing is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from cli_calls import Captured, document, refused, text
from jsonschema import Draft202012Validator

import ecoprod.standards.search as search_room
from ecoprod.errors import InputError
from ecoprod.messages import LANGS
from ecoprod.report.schemas import faults, schema
from ecoprod.standards import find_specs, load_spec
from ecoprod.standards.library import plain_title
from ecoprod.standards.search import search_specs


@pytest.fixture(scope="module")
def search() -> Iterator[Any]:
    """Searches a shelf that is read once for all tests of this file."""
    shelf = search_room.read_shelf()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_room, "read_shelf", lambda _shelf=None: shelf)
        yield lambda *words: search_specs(words)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["洗涤剂"], "household-detergent"), (["detergent"], "household-detergent"),
        (["DETERGENTS"], "household-detergent"), (["32163.1"], "household-detergent"),
        (["gb/t 32163.1—2015"], "household-detergent"), (["T/CEEIA", "280"], "lithium-ion-battery"),
        (["T/CEEIA280-2017"], "lithium-ion-battery"), (["11750-2019"], "tablet-computer"),
        (["锂离子电池"], "lithium-ion-battery"), (["lithium", "battery"], "lithium-ion-battery"),
        (["平板电脑"], "tablet-computer"), (["GB/T", "32611"], "gbt-32161"), (["磷酸盐"], "household-detergent"),
        (["nitrilotriacetic"], "household-detergent"), (["screen", "stress"], "tablet-computer"),
        # nearly right
        (["lihtium"], "lithium-ion-battery"), (["deterjent"], "household-detergent"),
        (["锂电池"], "lithium-ion-battery"), (["锂离子电地"], "lithium-ion-battery"),
    ],
)  # fmt: skip
def test_search_finds_first_what_is_meant(search: Any, words: list[str], first: str) -> None:
    found = search(*words)
    assert found
    assert found[0].summary.info.id == first
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert all(hit.matches for hit in found)


def test_a_number_is_not_found_within_another(search: Any) -> None:
    ids = {hit.summary.info.id for hit in search("32163.1")}
    assert "inorganic-lightweight-panel" not in ids  # 32163.4
    assert {hit.summary.info.id for hit in search("32163")} >= {"household-detergent", "inorganic-lightweight-panel"}


def test_every_word_has_to_be_found(search: Any) -> None:
    assert search("洗涤剂", "zirconium") == []
    assert search("zzzzzz") == []
    assert search("*", "(") == []  # no pattern


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["手机"], {"mobile-terminal"}), (["mobile", "phone"], {"mobile-terminal"}),
        (["笔记本电脑"], {"microcomputer"}), (["Laptop"], {"microcomputer"}),
        (["显示屏"], {"display"}), (["螺纹钢"], {"hot-rolled-ribbed-bar"}),
        (["太阳能电池板"], {"pv-module"}), (["solar", "panel"], {"pv-module"}),
        (["马桶"], {"smart-toilet", "sanitary-ceramics"}),
        (["抽油烟机"], {"range-hood"}), (["电饭煲"], {"rice-cooker"}), (["洗衣液"], {"household-detergent"}),
    ],
)  # fmt: skip
def test_everyday_names_find_their_kinds(search: Any, words: list[str], wanted: set[str]) -> None:
    found = search(*words)
    assert wanted <= {hit.summary.info.id for hit in found[:3]}


def test_an_everyday_word_of_noise_finds_what_the_standards_call_it(search: Any) -> None:
    found = [hit.summary.info.id for hit in search("噪声")]
    assert "ac-motor" in found
    assert [hit.summary.info.id for hit in search("噪音")] == found


WITHOUT_EVERYDAY_NAME = {
    "amino-acid", "carbon-disulfide", "gbt-32161", "lead-ingot", "liquid-disperse-dye", "lost-foam-coating",
    "optical-potassium-nitrate", "pbt-resin", "rare-earth-steel",
}  # fmt: skip


def test_everyday_names_are_those_of_one_kind_and_choose_no_specification() -> None:
    infos = find_specs()
    titles = {plain_title(words): i.id for i in infos for words in i.title.values()}
    without = {i.id for i in infos if i.role == "category" and not all(i.known_as.get(lang) for lang in LANGS)}
    assert without == WITHOUT_EVERYDAY_NAME
    for info in infos:
        for name in (n for names in info.known_as.values() for n in names):
            assert titles.get(plain_title(name), info.id) == info.id, name
    with pytest.raises(InputError):
        load_spec("手机", date(2026, 3, 1))


def test_everyday_names_are_shown(capsys: Captured) -> None:
    assert re.search(
        "俗称 +手机、移动电话、智能手机", text(capsys, "standards", "show", "mobile-terminal", "--lang", "zh")
    )
    page = text(capsys, "standards", "search", "手机", "--lang", "en")
    assert "also called: mobile phone, cell phone, smartphone" in page
    found = document(capsys, "standards", "search", "手机")
    assert found["standards"][0]["matches"][0]["where"] == "known-as"
    assert not faults("standards", found)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("行业", "电子（electronics）")), ("en", ("sectors:", "electronics,"))]
)
def test_a_search_that_finds_nothing_says_how_to_browse(capsys: Captured, lang: str, words: tuple[str, ...]) -> None:
    page = text(capsys, "standards", "search", "zzzzzz", "--lang", lang)
    assert "\n    ecoprod standards list --sector electronics\n" in page
    assert all(word in page for word in words)


def test_search_says_where_it_matched(capsys: Captured) -> None:
    found = document(capsys, "standards", "search", "mercury")
    assert not faults("standards", found)
    assert not list(Draft202012Validator(schema("standards")).iter_errors(found))
    battery = next(e for e in found["standards"] if e["id"] == "lithium-ion-battery")
    assert {"where": "requirement", "id": "mercury"}.items() <= battery["matches"][0].items()
    assert set(battery["matches"][0]["text"]) == {"zh", "en"}
    page = text(capsys, "standards", "search", "汞", "--lang", "zh")
    assert "lithium-ion-battery" in page
    assert "[mercury]" in page


def test_search_that_finds_nothing_says_so_and_ends_well(capsys: Captured) -> None:
    assert "nothing found for “no-such-thing-at-all”" in text(capsys, "standards", "search", "no-such-thing-at-all")
    found = document(capsys, "standards", "search", "no-such-thing-at-all")
    assert (found["standards"], found["words"]) == ([], ["no-such-thing-at-all"])


@pytest.mark.parametrize("words", [[], [""], ["  "], ["a" * 201], ["b"] * 201])
def test_search_without_or_with_too_many_words_is_refused(capsys: Captured, words: list[str]) -> None:
    assert "WORDS" in refused(capsys, "standards", "search", *words).upper()


def test_search_shows_no_control_signs(capsys: Captured) -> None:
    assert "\x1b" not in text(capsys, "standards", "search", "\x1b[31m锂离子电池")
