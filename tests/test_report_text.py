"""The report for people, and the page it is laid out on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_cases import NAME, assessment

from ecoprod.measure import Missing
from ecoprod.messages import LANGS, Lang
from ecoprod.report import report_text, result_document
from ecoprod.report.layout import Cell, Page, bar, columns, pad, safe, table, wrap
from ecoprod.report.schemas import faults
from ecoprod.report.text import limit_text, value_text
from ecoprod.report.text_lca import contributors
from ecoprod.report.words import number, percent
from ecoprod.verdict.records import Reason, Verdict


def lines(folder: Path, lang: Lang = "en", width: int = 80) -> list[str]:
    return report_text(result_document(assessment(folder)), lang, width=width).splitlines()


def test_the_date_comes_first_then_the_verdict(tmp_path: Path) -> None:
    found = lines(tmp_path)
    assert "2026-03-01" in found[0]
    assert "UNDETERMINED" in found[2]


def test_it_names_what_is_missing_and_which_field_would_settle_it(tmp_path: Path) -> None:
    text = "\n".join(lines(tmp_path))
    assert "declared.life.value" in text
    assert "settles: life" in text


def test_every_assumption_gap_overlay_and_invented_value_is_shown(tmp_path: Path) -> None:
    text = "\n".join(lines(tmp_path))
    for needed in ("assume:yield", "the rest of the table", "private.yaml", "0.01 %", "declared:life", "GB/T 32162"):
        assert needed in text


def test_reasons_that_say_the_same_stand_in_one_line(tmp_path: Path) -> None:
    said = " ".join(line.strip() for line in lines(tmp_path, width=120))
    assert said.count("requirement cadmium; requirement mercury") == 1


def test_mass_fractions_are_shown_in_the_unit_of_their_limit(tmp_path: Path) -> None:
    mercury = next(line for line in lines(tmp_path, width=120) if "requirement mercury [mercury]" in line)
    assert "0.003 %" in mercury  # 0.00003 kg/kg
    assert "≤ 0.002 %" in mercury
    assert "-50 %" in mercury


def test_a_category_without_a_value_says_so_instead_of_zero(tmp_path: Path) -> None:
    water = next(line for line in lines(tmp_path) if line.strip().startswith("water use"))
    assert "n/a" in water
    assert "40.0 %" in water


def test_stages_have_bars_in_proportion_and_a_left_out_stage_its_reason(tmp_path: Path) -> None:
    found = lines(tmp_path, width=100)
    bars = {stage: line.count("█") for stage in ("raw materials", "manufacturing") for line in found
            if line.startswith(f"  {stage}") and "█" in line}  # fmt: skip
    assert bars["raw materials"] > 2 * bars["manufacturing"] > 0  # 8 to 3
    assert any("not ours" in line for line in found)


def test_the_largest_contributors_are_ordered_by_size_whatever_the_sign(tmp_path: Path) -> None:
    document = result_document(assessment(tmp_path))
    climate = document["impacts"][0]["categories"]["climate-change"]
    assert [value for _, value in contributors(document, climate)] == [8.0, 3.0, -1.0]
    assert len(contributors(document, climate, 2)) == 2


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_no_line_is_wider_than_the_page(tmp_path: Path, lang: Lang, width: int) -> None:
    assert max(map(columns, lines(tmp_path, lang, width))) <= width


def test_plain_and_coloured_say_the_same(tmp_path: Path) -> None:
    import re

    document = result_document(assessment(tmp_path))
    plain, coloured = (report_text(document, "zh", colour=colour) for colour in (False, True))
    stripped = re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert "\x1b" in coloured
    assert "\x1b" not in plain
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_a_product_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    text = report_text(result_document(replace(made, product=replace(made.product, name="\x1b[2Jbad\x07"))), "en")
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize("outcome", ["qualified", "provisional", "not_qualified", "undetermined"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_verdict_has_its_words(tmp_path: Path, outcome: str, lang: Lang) -> None:
    text = report_text(result_document(assessment(tmp_path, outcome)), lang)
    assert NAME in text
    assert "report-" not in text  # no code shown for want of a word


def test_without_a_life_cycle_it_says_so(tmp_path: Path) -> None:
    text = report_text(result_document(replace(assessment(tmp_path), lca=None, foreground=None)), "en")
    assert "lca: none" in text


# ---- the page ------------------------------------------------------------------------------------


def test_chinese_signs_take_two_columns() -> None:
    assert columns("钢 ab") == 5
    assert pad("钢", 4) == "钢  "
    assert pad("钢", 4, right=True) == "  钢"


def test_a_line_never_begins_with_closing_punctuation() -> None:
    text = "产品质量，包装质量。寿命末期（回收）；"
    for width in range(6, 20):
        assert not any(line[0] in "，。（；）" and line[0] != "（" for line in wrap(text, width))


@given(st.text(st.sampled_from("ab -/，。钢铁（）; "), max_size=60), st.integers(4, 30))
@settings(max_examples=200)
def test_wrapping_keeps_every_sign_and_the_width(text: str, width: int) -> None:
    parts = wrap(text, width)
    assert "".join("".join(parts).split()) == "".join(text.split())
    # punctuation that belongs to a sign may hang over by what is glued, never words
    assert all(columns(part) <= width for part in parts)


def test_a_table_fits_the_page_and_keeps_numbers_whole() -> None:
    page = Page(40)
    table(page, [["pass", "a long title that has to wrap somewhere", Cell("1 234.5", right=True)]], flexible=1)
    assert all(columns(line) <= 40 for line in page.lines)
    assert any("1 234.5" in line for line in page.lines)


@pytest.mark.parametrize(("value", "shown"), [
    (0.0, "0"), (1234.5, "1 234"), (0.012345, "0.01235"), (6.0, "6"), (-0.5, "-0.5"), (1e12, "1e12"),
    (2.5e-9, "2.5e-9"), (99999.6, "100 000"), (0.30000000000000004, "0.3"),
])  # fmt: skip
def test_numbers_have_four_digits(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(("share", "shown"), [
    (1.0, "100 %"), (0.99999, "> 99.9 %"), (0.0, "0 %"), (0.0001, "< 0.1 %"), (0.5, "50.0 %"), (-1e-17, "0 %"),
])  # fmt: skip
def test_a_small_gap_stays_visible_in_a_share(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_bars_are_in_proportion_and_never_empty_for_a_value() -> None:
    assert bar(8, 8, 10) == "█" * 10
    assert bar(4, 8, 10) == "█" * 5
    assert bar(1e-9, 8, 10)
    assert not bar(0, 8, 10)


def test_control_signs_are_taken_out_and_words_stay() -> None:
    assert safe("钢\x1b[31m") == "钢\ufffd[31m"
    assert safe("a\tb") == "a b"


def test_limits_and_bounds_in_words() -> None:
    base = {"op": "between", "low": 10.0, "high": 20.0, "unit": "dB(A)", "value": None}
    assert limit_text(base, "en") == "10 – 20 dB(A)"
    assert limit_text({"op": "less_than", "value": 5.0, "unit": "%"}, "en") == "< 5 %"
    assert limit_text({"op": "one_of", "values": ["a", "b"], "unit": None}, "en") == "one of a, b"
    entry = {"value": None, "unit": "%", "low": 20.0, "high": None}
    assert value_text(entry, "en") == "≥ 20 %"
    assert value_text({**entry, "low": None, "high": 3.0}, "en") == "≤ 3 %"
    assert value_text({**entry, "low": None}, "en") == "—"


def test_a_stage_without_data_is_no_zero_and_the_total_is_not_whole(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    gap = Missing("distribution", "missing-distribution")
    document = result_document(replace(made, foreground=replace(made.foreground, missing=(gap,))))
    zh, en = report_text(document, "zh"), report_text(document, "en")
    assert re.search(r"销售运输 +— 缺少数据\n", zh)
    assert re.search(r"distribution +— no data\n", en)
    assert re.search(r"使用 +— +未计：not ours\n", zh)
    assert "合计" in zh
    assert zh.count("（不完整）") == 2  # behind the total and behind the figure per functional unit


def test_a_failure_shows_value_and_limit_and_what_is_open_is_told_once(tmp_path: Path) -> None:
    made = assessment(tmp_path, "not_qualified")
    failed = Reason("requirement-failed", {"requirement": "mercury", "fields": "—"}, "mercury")
    made = replace(made, verdict=Verdict("not_qualified", (failed,)))
    said = report_text(result_document(made), "zh", width=120)
    assert "要求mercury：不符合要求；数值 0.003 %，限值 ≤ 0.002 % [mercury]" in said
    names = ("life", "cadmium")
    open_ = tuple(Reason("requirement-undetermined", {"requirement": n, "fields": "a.b"}, n) for n in names)
    said = report_text(result_document(replace(made, verdict=Verdict("undetermined", open_))), "zh", width=120)
    assert "• 无法判定（缺少的数据见下）：要求life；要求cadmium\n" in said
    assert "a.b" not in said


def test_what_is_missing_names_columns_and_titles_and_joins_one_cause(tmp_path: Path) -> None:
    made = assessment(tmp_path)
    assert made.foreground is not None
    parts = ("1", "10", "2", "11", "3", "20")
    gaps = tuple(Missing("end_of_life.collection", "missing-uncollected-route", {"id": p}) for p in parts)
    bill = Missing("bom.substances", "missing-substance", {"name": "Hg", "ids": "1, 10, 2"})
    short = {"id": "product", "declared": 3.0, "found": 1.0, "percent": 66.666666}
    gaps += (bill, Missing("bom[product]", "missing-unaccounted-mass", short))
    document = result_document(replace(made, foreground=replace(made.foreground, missing=gaps)))
    assert not faults("result", document)
    said = "".join(report_text(document, "zh").split())
    assert said.count("end_of_life.collection") == 1
    assert "1,2,3,10,11,20（共6个）" in said
    assert "物料清单“物质”列（bom.substances）" in said
    assert "1,2,10" in said
    assert "物料清单（bom）：产品的质量3kg中只列出了1kg，其余66.7%" in said
    assert "“要求life”" in said
    assert "“life”" not in said
