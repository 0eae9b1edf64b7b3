"""Many designs on a narrow page: several tables, each with the first design, no line too long and no word broken."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import assessment
from test_compare_parts import EXAMPLES, compared

from ecoprod.compare import compare, compare_text
from ecoprod.compare.side_by_side import side_by_side
from ecoprod.compare.text_parts import _in_language
from ecoprod.corridor import assess
from ecoprod.messages import LANGS, Lang, text
from ecoprod.report.layout import Page, Row, columns

SAID = {"en": ("undetermined", "not qualified", "provisional"), "zh": ("无法判定", "不符合", "暂定")}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("count", [2, 6, 16])
def test_many_designs_stand_in_several_tables(tmp_path: Path, count: int, width: int, lang: Lang) -> None:
    verdicts = [assessment(tmp_path, v) for v in ("undetermined", "not_qualified", "provisional")]
    made = [
        replace(one, product=replace(one.product, mass_kg=2.0 + n / 8))
        for n, one in enumerate(verdicts[n % 3] for n in range(count))
    ]
    names = [f"design-{n:02}" for n in range(1, count + 1)]
    page = compare_text(compare(made, names), lang, width=width)
    assert max(map(columns, page.splitlines())) <= width
    section = page.split(f"{text('compare-head-differences', lang)} ")[1].split("\n", 1)[1]
    tables = list(itertools.takewhile(lambda part: re.match(" +design-01", part), section.split("\n\n")))
    heads = [re.findall(r"design-\d\d", table.splitlines()[0]) for table in tables]
    assert all(head[0] == names[0] for head in heads)
    assert [name for head in heads for name in head[1:]] == names[1:]
    assert len(heads) == 1 if count == 2 else len(heads) > 1 or count == 6
    verdicts_said = sum("\n".join(tables).count(word) for word in SAID[lang])
    assert verdicts_said == count + len(heads) - 1
    assert all(f"{2.0 + n / 8:g} kg" in "\n".join(tables) for n in range(count))


def test_changes_and_units_stay_whole_where_a_table_is_split() -> None:
    rows: list[Row] = [["climate change", *(f"{n}.5 (+{n}0.0 %)" for n in range(1, 8)), "kg CO2-Eq"]]
    page = Page(60)
    side_by_side(page, rows, head=["category", *(f"design {n}" for n in range(1, 8)), "unit"], unit=True)
    found = page.text()
    assert max(map(columns, page.lines)) <= 60
    assert all(f"{n}.5" in found and f"(+{n}0.0 %)" in found for n in range(1, 8))
    # 14 + 9 + 2 gaps leave 33 for designs of 8 to 11: three a table, the first in each, so 6 others in 3 tables
    assert (found.count("design 1"), found.count("kg CO2-Eq"), found.count("category")) == (3, 3, 3)
    alone = Page(60)
    side_by_side(alone, [["", "b", "c"], ["part", "-1", "+2"]], first=False)
    assert alone.lines == ["        b   c ", "  part  -1  +2"]


def test_a_design_that_has_no_room_beside_the_first_stands_there_all_the_same() -> None:
    rows: list[Row] = [["", "a" * 70, "b" * 70, "c"], ["status", "pass", "fail", "pass"]]
    page = Page(60)
    side_by_side(page, rows)
    assert page.text().count("status") == 2
    assert page.text().count("a") == 2 * 70 + len("status fail") - 8 + len("status pass pass pass") - 18


def test_materials_of_the_core_have_their_chinese_names_on_a_chinese_page() -> None:
    designs = [assess(EXAMPLES / "lightweight-part" / name) for name in ("steel", "aluminium")]
    document = compared(*designs)
    zh, en = (compare_text(document, lang, width=120) for lang in LANGS)
    assert "Q355低合金高强度结构钢" in zh
    assert "变形铝合金" in zh
    assert "wrought aluminium alloy" not in zh
    assert "wrought aluminium alloy" in en
    assert _in_language("wrought aluminium alloy", "zh") == "变形铝合金"
    # a grade, a name of one's own, and a name that two materials answer to stay as they are written
    for written in ("PP", "Q235", "our own foam", "钢板"):
        assert _in_language(written, "zh") == written
