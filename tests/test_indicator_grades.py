"""Grades of efficiency from the tables of GB 28380 and GB 18613, and layers of packaging."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from factories import part
from hypothesis import given
from hypothesis import strategies as st
from indicator_cases import declared, made_of, measures, with_facts

from ecoprod.indicators.grades import GB_28380_2012, computer_grade
from ecoprod.product import Amount, Part

# ---- grades --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "consumption", "allowance", "grade"),
    [
        ("portable", "B", 26.0, 0.0, 1), ("portable", "B", 26.1, 0.0, 2), ("portable", "B", 70.0, 5.0, 3),
        ("desktop", "A", 148.0, 0.0, 2), ("desktop", "D", 284.1, 0.0, 4), ("portable", "D", 10.0, 0.0, None),
    ],
)  # fmt: skip
def test_grades_of_computers(kind: str, size: str, consumption: float, allowance: float, grade: int | None) -> None:
    assert computer_grade(kind, size, consumption, allowance) == grade


def test_every_class_of_the_table_grows_worse_by_grade() -> None:
    assert len(GB_28380_2012) == 7
    assert all(a < b < c for a, b, c in GB_28380_2012.values())


def test_a_computer_that_reaches_no_grade_passes_none(tmp_path: Path) -> None:
    facts = (
        declared("computer-type", "desktop"), declared("computer-class", "A"),
        declared("typical-energy-consumption", 300, "kWh/year"), declared("additional-function-allowance", 10, "kWh"),
    )  # fmt: skip
    base = made_of(tmp_path, 1.0, Amount(1.0, "unit"))
    assert measures(with_facts(base, *facts), tmp_path, "gb-28380-grade")[0]["gb-28380-grade"].value == 4.0
    lacking, _ = measures(with_facts(base, *facts[:3]), tmp_path, "gb-28380-grade")
    fields = [m.field for m in lacking["gb-28380-grade"].missing]
    assert fields == ["declared.additional-function-allowance.value"]


@pytest.mark.parametrize(("ie", "grade"), [("IE5", 1.0), ("ie4", 2.0), ("IE3", 3.0), ("IE2", 4.0), ("IE9", None)])
def test_grades_of_motors(tmp_path: Path, ie: str, grade: float | None) -> None:
    made = with_facts(made_of(tmp_path, 1.0, Amount(1.0, "unit")), declared("motor-ie-class", ie))
    found, _ = measures(made, tmp_path, "gb-18613-grade")
    assert found["gb-18613-grade"].value == grade
    assert bool(found["gb-18613-grade"].missing) is (grade is None)


COMPUTER = (
    declared("computer-type", "portable"), declared("computer-class", "b"),
    declared("typical-energy-consumption", 30, "kWh/year"), declared("additional-function-allowance", 4, "kWh/year"),
)  # fmt: skip


def test_a_grade_rests_on_all_its_facts(tmp_path: Path) -> None:
    base = made_of(tmp_path, 1.0, Amount(1.0, "unit"))
    found, ledger = measures(with_facts(base, *COMPUTER), tmp_path, "gb-28380-grade")
    # grade 1 of class B reaches to 26 kWh and the allowance of 4 kWh
    assert found["gb-28380-grade"].value == 1.0
    assert found["gb-28380-grade"].evidenced
    assert set(ledger["ind:gb-28380-grade"].inputs) == {f"ind:{f.id}" for f in COMPUTER}
    for n in range(len(COMPUTER)):
        bare = [replace(f, evidence=()) if i == n else f for i, f in enumerate(COMPUTER)]
        assert not measures(with_facts(base, *bare), tmp_path, "gb-28380-grade")[0]["gb-28380-grade"].evidenced
    assert "gb-28380-grade" not in measures(with_facts(base, COMPUTER[0]), tmp_path, "gb-28380-grade")[0]


def test_what_the_table_does_not_hold_is_asked_for(tmp_path: Path) -> None:
    base = made_of(tmp_path, 1.0, Amount(1.0, "unit"))
    odd = with_facts(base, COMPUTER[0], declared("computer-class", "D"), *COMPUTER[2:])
    found, _ = measures(odd, tmp_path, "gb-28380-grade")
    assert found["gb-28380-grade"].value is None
    assert [m.code for m in found["gb-28380-grade"].missing] == ["missing-computer-class"]
    wrong = with_facts(base, *COMPUTER[:2], declared("typical-energy-consumption", 30, "kg"), COMPUTER[3])
    found, _ = measures(wrong, tmp_path, "gb-28380-grade")
    assert [m.field for m in found["gb-28380-grade"].missing] == ["declared.typical-energy-consumption.value"]


def test_a_table_counts_while_it_is_in_force(tmp_path: Path) -> None:
    base = made_of(tmp_path, 1.0, Amount(1.0, "unit"))
    made = with_facts(base, *COMPUTER, declared("motor-ie-class", "IE4"))
    for on, computer, motor in (
        (date(2012, 8, 31), None, None), (date(2021, 5, 31), 1.0, None), (date(2026, 1, 31), 1.0, 2.0),
        (date(2026, 2, 1), None, 2.0),
    ):  # fmt: skip
        found, _ = measures(made, tmp_path, "gb-28380-grade", "gb-18613-grade", on=on)
        assert (found["gb-28380-grade"].value, found["gb-18613-grade"].value) == (computer, motor), on
        codes = [m.code for m in found["gb-28380-grade"].missing]
        assert codes == ([] if computer is not None else ["missing-grade-table"])
    label = replace(made, declared={**made.declared, "gb-28380-grade": declared("gb-28380-grade", 2, "级")})
    found, _ = measures(label, tmp_path, "gb-28380-grade", on=date(2026, 2, 1))
    assert found["gb-28380-grade"].value == 2.0


@given(st.sampled_from(sorted(GB_28380_2012)), st.floats(0, 400), st.floats(0, 400), st.floats(0, 100))
def test_less_consumption_is_never_a_worse_grade(
    where: tuple[str, str], one: float, other: float, allowance: float
) -> None:
    low, high = computer_grade(*where, min(one, other), allowance), computer_grade(*where, max(one, other), allowance)
    assert low is not None
    assert high is not None
    assert 1 <= low <= high <= 4


# ---- layers of packaging -------------------------------------------------------------------------


def pack(name: str, parent: str | None = None, **more: object) -> Part:
    return replace(part(name, 0.1, material="steel"), table="packaging", parent=parent, **more)  # type: ignore[arg-type]


NEST = (pack("carton", evidence=("E1",)), pack("tray", "carton"), pack("bag", "tray"), pack("label", "carton"))


def layers(folder: Path, *rows: Part, facts: tuple[object, ...] = ()) -> tuple[object, list[str], bool]:
    # a row that holds others weighs what they weigh
    rows = tuple(replace(r, mass_kg=None, material=None) if any(x.parent == r.id for x in rows) else r for r in rows)
    made = replace(made_of(folder, 1.0, Amount(1.0, "unit")), packaging=rows)
    found, _ = measures(with_facts(made, *facts), folder, "packaging-layers")  # type: ignore[arg-type]
    measure = found.get("packaging-layers")
    return (
        (None, [], False) if measure is None else (measure.value, [m.code for m in measure.missing], measure.declared)
    )


def test_layers_are_the_depth_of_a_nested_table(tmp_path: Path) -> None:
    # carton > tray > bag; the label stands beside the tray
    assert layers(tmp_path, *NEST) == (3.0, [], False)
    through = (pack("carton"), replace(pack("set", "carton"), phantom=True), pack("bag", "set"))
    assert layers(tmp_path, *through) == (2.0, [], False)


def test_a_flat_table_says_nothing_of_layers(tmp_path: Path) -> None:
    assert layers(tmp_path, pack("carton"), pack("bag")) == (None, [], False)
    assert layers(tmp_path) == (None, [], False)


def test_rows_beside_the_nest_leave_the_layers_open(tmp_path: Path) -> None:
    assert layers(tmp_path, *NEST, pack("film")) == (None, ["missing-packaging-nesting"], False)


def test_a_declared_number_of_layers_is_settled_with_the_table(tmp_path: Path) -> None:
    def stated(number: float, evidence: str | None = "E1") -> tuple[object, ...]:
        return (declared("packaging-layers", number, "层", evidence),)

    # against the table's 3: a document makes it open, a word alone changes nothing
    assert layers(tmp_path, *NEST, facts=stated(2)) == (None, ["missing-amounts-agree"], False)
    assert layers(tmp_path, *NEST, facts=stated(2, None)) == (3.0, [], False)
    assert layers(tmp_path, *NEST, facts=stated(3)) == (3.0, [], False)
    # where the table says nothing, or leaves it open, the number stands
    assert layers(tmp_path, pack("carton"), pack("bag"), facts=stated(2)) == (2.0, [], True)
    assert layers(tmp_path, *NEST, pack("film"), facts=stated(3)) == (3.0, [], True)


def test_a_document_of_the_number_stands_for_those_of_the_rows(tmp_path: Path) -> None:
    rows = (*(replace(r, mass_kg=None, material=None) for r in NEST[:2]), NEST[2])
    made = with_facts(
        replace(made_of(tmp_path, 1.0, Amount(1.0, "unit")), packaging=rows), declared("packaging-layers", 3, "层")
    )
    found = measures(made, tmp_path, "packaging-layers")[0]["packaging-layers"]
    assert (found.evidenced, found.undocumented) == (True, ())


def test_layers_are_proven_where_every_row_of_the_depth_is(tmp_path: Path) -> None:
    outer = [replace(r, evidence=("E1",), mass_kg=None, material=None) for r in NEST[:2]]
    for evidence in ((), ("E1",)):
        rows = (*outer, replace(NEST[2], evidence=evidence))
        made = with_facts(replace(made_of(tmp_path, 1.0, Amount(1.0, "unit")), packaging=rows))
        found, ledger = measures(made, tmp_path, "packaging-layers")
        assert found["packaging-layers"].evidenced is bool(evidence)
        assert ledger["ind:packaging-layers"].inputs == tuple(
            f"packaging:{name}" for name in ("carton/quantity", "tray/quantity", "bag/mass", "bag/quantity")
        )  # fmt: skip
