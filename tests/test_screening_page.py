"""The page of a screening: what it says of its figures, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from ecoprod.errors import At, Problem
from ecoprod.messages import Lang, problem_text, text
from ecoprod.report.layout import columns
from ecoprod.report.words import number
from ecoprod.screening.text import screening_text

MASS = {"id": "mass", "direction": "min", "unit": "kg"}
RATE = {"id": "recyclability-rate", "direction": "max", "unit": "%"}
CLIMATE = {"id": "EF v3.1/climate-change", "direction": "min", "unit": "kg CO2-Eq"}
COST = {"id": "cost", "direction": "min", "unit": "CNY"}


def design(number: int, low: float | None, high: float | None, **more: Any) -> dict[str, Any]:
    return {
        "number": number, "rank": number or None, "front": number == 1,
        "options": {"A": "light" if number else "as_is"},
        "parameters": {}, "verdict": "undetermined", "failed": [], "undetermined": [], "mass_kg": 2.0, "cost": 0.0,
        "indicators": {"recyclability-rate": {"low": low, "high": high, "value": None, "unit": "%"}},
        "impacts": {"EF v3.1/climate-change": {"value": 4.0, "per_functional_unit": 6.0, "coverage": 1.0,
                                               "unit": "kg CO2-Eq"}},
        **more,
    }  # fmt: skip


def document(base: dict[str, Any], *designs: dict[str, Any], objectives: Any = (RATE,), **more: Any) -> dict[str, Any]:
    return {
        "on": "2026-03-01", "count": len(designs), "verdicts": {"undetermined": len(designs)}, "front": [1],
        "front_size": 1, "front_shown": 1, "requirements": [],
        "best_verdict": {"verdict": "undetermined", "number": 1, "rank": 1},
        "product": {"name": "sample", "model": None, "product_unit": {"amount": 1.0, "unit": "unit"},
                    "functional_unit": {"amount": 1000.0, "unit": "cycle", "of": "wash",
                                        "products_per_functional_unit": 1.5}},
        "objectives": list(objectives), "parameters": [], "base": base, "designs": list(designs), "notes": [], **more,
    }  # fmt: skip


def rows(page: str) -> list[list[str]]:
    return [line.split() for line in page.splitlines()]


def test_a_rate_between_two_bounds_is_written_as_a_range() -> None:
    found = document(design(0, 0.0, 100.0), design(1, 12.5, 80.0), design(2, 55.0, 55.0), design(3, None, None))
    page = rows(screening_text(found, "en"))
    assert ["as", "it", "is", "0–100", "?", "undetermined"] in page
    assert ["1", "*", "12.5–80", "?", "undetermined"] in page
    # by how much 55 differs from something between 0 and 100 nobody knows
    assert ["2", "55", "?", "undetermined"] in page
    assert ["3", "—", "?", "undetermined"] in page


def test_the_page_says_per_what_its_figures_are() -> None:
    found = document(design(0, 1, 1), design(1, 1, 1), objectives=(MASS, CLIMATE, RATE, COST))
    page = screening_text(found, "en", width=120)
    assert "climate change: per functional unit (1 000 cycle wash)" in page
    assert "mass, added cost: per product unit (1 unit)" in page
    page = screening_text(found, "zh", width=120)
    assert "气候变化：每功能单位（1 000 cycle wash）" in page
    assert "质量、增加的成本：每产品单位（1 unit）" in page
    # without a service per product the impacts of a product unit are ranked
    service = {**found["product"]["functional_unit"], "products_per_functional_unit": None}
    found["product"] = {**found["product"], "functional_unit": service}
    for one in (found["base"], *found["designs"]):
        one["impacts"]["EF v3.1/climate-change"]["per_functional_unit"] = None
    assert "climate change: per product unit (1 unit)" in screening_text(found, "en", width=120)


def test_a_share_keeps_its_percent_sign() -> None:
    parameters = [
        {"name": "收集率", "unit": None, "field": "end_of_life.collection", "written_unit": None},
        {"name": "pieces", "unit": None, "field": "bom[A].quantity", "written_unit": None},
        {"name": "wall", "unit": "kg", "field": "bom[A].mass", "written_unit": "g"},
    ]
    one = design(1, 1, 1, parameters={"收集率": 1.0, "pieces": 3.0, "wall": 0.25})
    page = screening_text(document(design(0, 1, 1), one, parameters=parameters), "en")
    assert "1 A: light; 收集率 = 100 %; pieces = 3; wall = 250 g" in page


def test_the_change_of_a_percentage_is_in_points_and_of_a_mass_in_percent() -> None:
    heavy = design(1, 79.15, 79.15, mass_kg=2.5)
    found = document(design(0, 63.25, 63.25), heavy, design(2, 63.25, 63.25), objectives=(RATE, MASS))
    # 79.15 - 63.25 = 15.9 (and not 25.1 percent of a percentage); 2.5 / 2.0 = 1.25
    page = screening_text(found, "en", width=120)
    assert "79.15 (+15.9 points)" in page
    assert "2.5 (+25.0 %)" in page
    assert "63.25 (=)" in page
    assert "79.15 (+15.9 个百分点)" in screening_text(found, "zh", width=120)
    # from nothing to something there is no percentage, but there are points
    from_nothing = document(design(0, 0.0, 0.0, cost=0.0), design(1, 40.0, 40.0, cost=3.0), objectives=(RATE, COST))
    page = screening_text(from_nothing, "en", width=120)
    assert "40 (+40.0 points)" in page
    assert next(r for r in rows(page) if r[:2] == ["1", "*"])[-3:] == ["3", "?", "undetermined"]


def test_no_figure_breaks_inside_its_bracket() -> None:
    """Four objectives in 80 columns: the change goes below its figure in one piece."""
    other = design(1, 79.15, 79.15, mass_kg=0.5, cost=4.5)
    other["impacts"]["EF v3.1/climate-change"]["per_functional_unit"] = 12.36
    base = design(0, 63.25, 63.25, cost=1.5)
    found = document(base, other, objectives=(CLIMATE, RATE, MASS, COST))
    for lang in ("en", "zh"):
        for width in (80, 100, 160):
            page = screening_text(found, lang, width=width)  # type: ignore[arg-type]
            # 12.36 / 6 = 2.06; 0.5 / 2 = 0.25; 4.5 / 1.5 = 3
            points = "(+15.9 points)" if lang == "en" else "(+15.9 个百分点)"
            for change in ("(+106.0 %)", points, "(-75.0 %)", "(+200.0 %)"):
                assert sum(change in row for row in page.splitlines()) == 1, (lang, width, page)
    # where there is room they share one line
    page = screening_text(found, "en", width=160)
    assert "12.36 (+106.0 %)" in page


def test_one_design_is_no_plural() -> None:
    page = screening_text(document(design(0, 1, 1), design(1, 1, 1)), "en")
    assert "designs screened: 1" in page
    assert "designs on the Pareto front: 1" in page
    assert "1 designs" not in page
    words = {"option": "b", "part": "A", "columns": "process", "ranges": "p", "objective": "cost", "count": 1, "of": 3}
    said = [text(code, "en", **words) for code in ("variants-kept", "screen-note-unknown")]
    said.append(problem_text(Problem("screen-range-needs-sample", At("v.yaml"), "design", words), "en")[0])
    for wrong in ("process stay", "p vary", "1 of 3 designs have"):
        assert all(wrong not in one for one in said), (wrong, said)
    assert "process — check" in said[0]


MANY = [
    ("climate-change", "kg CO2-Eq", 12_345_678.0), ("water-use", "m3 world eq. deprived", 98_765_432.0),
    ("energy-resources-non-renewable", "MJ, net calorific value", 87_654_321.0),
    ("photochemical-oxidant-formation-human-health", "kg NMVOC-Eq", 3.456e-5),
    ("ecotoxicity-freshwater", "CTUe", 1.234e9), ("land-use", "dimensionless", 55_443_322.0),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("count", [1, 3, 4, 5, 6])
def test_no_figure_word_or_verdict_is_ever_broken(count: int, width: int, lang: Lang) -> None:
    """With the rate: 2 to 7 objectives. Each design has each figure in one piece, in whichever table it stands."""
    goals = [{"id": f"EF v3.1/{name}", "direction": "min", "unit": unit} for name, unit, _ in MANY[:count]]
    designs = []
    for n in range(3):
        impacts = {
            f"EF v3.1/{name}": {"value": value * (1 + n / 10), "per_functional_unit": None, "unit": unit}
            for name, unit, value in MANY[:count]
        }
        designs.append(design(n, 10.25 + n, 99.75, impacts=impacts))
    page = screening_text(document(*designs, objectives=(RATE, *goals)), lang, width=width)
    lines = page.splitlines()
    assert all(columns(line) <= width for line in lines)
    for n, one in enumerate(designs):
        figures = [number(impact["value"]) for impact in one["impacts"].values()] + [f"{10.25 + n:g}–99.75"]
        changed = [f"(+{10 * n}.0 %)"] * count if n else []
        for figure in [*figures, *changed]:
            assert any(figure in line for line in lines), (figure, page)
    verdict = {"zh": "? 无法判定", "en": "? undetermined"}[lang]
    assert sum(line.endswith(verdict) for line in lines) == 3
    words = {word for goal in goals for word in goal["unit"].split()}
    if lang == "en":
        words |= {"recyclability"} | ({"photochemical", "formation"} if count > 3 else set())
    for word in words:
        assert any(word in line for line in lines), (word, page)
    # each table names its rows
    tables = sum(line.startswith(("  as it is ", "  现有设计 ")) for line in lines)
    assert sum(line.startswith("  1 *") for line in lines) == tables


def test_what_fits_stays_in_one_table() -> None:
    found = document(design(0, 1, 1), design(1, 1, 1), objectives=(MASS, CLIMATE, RATE, COST))
    assert screening_text(found, "en", width=80).count("as it is ") == 1


def test_the_best_verdict_is_on_the_page_where_the_best_designs_have_a_worse_one() -> None:
    bad = [design(n, 1, 1, verdict="not_qualified", rank=n) for n in range(1, 12)]
    good = design(57, 1, 1, verdict="provisional", rank=57, options={"A": "clipped"}, mass_kg=2.5)
    reached = {"verdict": "provisional", "number": 57, "rank": 57}
    found = document(design(0, 1, 1), *bad, good, objectives=(MASS,), best_verdict=reached)
    page = screening_text(found, "en", width=100)
    assert "design 57 (rank 57) is the first of those with the best verdict reached: ◐ provisional" in page
    assert ["57", "2.5", "(+25.0", "%)", "◐", "provisional"] in rows(page)
    assert "57 A: clipped" in page
    assert "设计 57（第 57 名）是达到最好结论“◐ 暂定符合”" in screening_text(found, "zh", width=100)
    # where one of them is shown anyway, nothing is said
    found["best_verdict"] = {"verdict": "not_qualified", "number": 1, "rank": 1}
    assert "best verdict reached" not in screening_text(found, "en", width=100)


def test_the_page_says_which_requirements_stand_in_the_way() -> None:
    missed = [
        {"requirement": f"r{n}", "title": {"zh": f"要求{n}", "en": f"limit {n}"}, "failed": 9 - n, "undetermined": n}
        for n in range(7)
    ]
    missed[1]["title"] = None
    found = document(design(0, 1, 1), design(1, 1, 1), requirements=missed)
    page = screening_text(found, "en")
    assert "limit 0: failed 9, undetermined 0" in page
    assert "r1: failed 8, undetermined 1" in page
    assert "limit 4: failed 5" in page
    assert "limit 5" not in page
    assert "further requirements: 2" in page
    assert "要求2：不符合 7，无法判定 2" in screening_text(found, "zh")
    assert "Requirements" not in screening_text(document(design(0, 1, 1), design(1, 1, 1)), "en")
