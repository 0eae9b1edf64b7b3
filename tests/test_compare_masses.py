"""Masses by assembly: rows that are the same are found in every design, and set against the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import background, built, dataset, part, product
from report_cases import assessment

from ecoprod.compare import compare, compare_text
from ecoprod.product import Amount, Part
from ecoprod.report import result_document
from ecoprod.report.schemas import faults

Document = dict[str, Any]


def design(folder: Path, *parts: Part, mass: float | None = None, **more: Any) -> Any:
    """The hand-made assessment with the bill of materials given, rolled up by the foreground."""
    foreground, problems, _ = built(product(folder, *parts, mass_kg=mass), background(folder, dataset("steel")))
    assert not problems
    made = assessment(folder)
    return replace(
        made, foreground=foreground, lca=None, product=replace(made.product, mass_kg=mass, service=None, **more)
    )


def parts_of(folder: Path, *parts: Part, mass: float | None = None) -> dict[str, Document]:
    return {p["id"]: p for p in result_document(design(folder, *parts, mass=mass))["parts"]}


def compared(designs: Sequence[Any]) -> Document:
    document = compare(designs, ["one", "two", "three"][: len(designs)])
    assert not faults("comparison", document)
    return document


def rows(designs: Sequence[Any]) -> dict[tuple[str | None, str], Document]:
    return {(r["parent"], r["id"]): r for r in compared(designs)["masses"]}


def steel(name: str, mass: float | None, **more: Any) -> Part:
    return part(name, mass, dataset="steel", **more)


def test_the_result_names_every_row_with_its_parent_and_its_mass_in_the_product(tmp_path: Path) -> None:
    pane = steel("PANE", 3.0, parent="DOOR", quantity=2.0, yield_fraction=0.5)
    found = parts_of(tmp_path, part("DOOR", quantity=2.0), pane, mass=12.0)
    # two doors of two panes of 3 kg; what the yield loses is not in the product
    assert [(p["parent"], p["mass_kg"]) for p in found.values()] == [(None, 12.0), ("DOOR", 12.0)]


def test_unaccounted_mass_is_a_row_below_the_part_that_it_fills_up(tmp_path: Path) -> None:
    found = parts_of(tmp_path, part("DOOR", 10.0), steel("PANE", 6.0, parent="DOOR"), mass=15.0)
    assert found["DOOR/unaccounted"]["parent"] == "DOOR"
    assert found["DOOR/unaccounted"]["mass_kg"] == pytest.approx(4.0)
    assert found["DOOR"]["mass_kg"] == pytest.approx(10.0)
    assert found["product/unaccounted"]["parent"] is None
    assert found["product/unaccounted"]["mass_kg"] == pytest.approx(5.0)


def test_a_mass_that_nobody_gave_is_null_up_to_a_part_that_states_its_own(tmp_path: Path) -> None:
    tree = (part("CAR", 10.0), part("DOOR", parent="CAR"), steel("PANE", None, parent="DOOR"),
            steel("LOCK", 10.0, parent="DOOR"), steel("OTHER", 1.0))  # fmt: skip
    found = parts_of(tmp_path, *tree, mass=11.0)
    assert {k: v["mass_kg"] for k, v in found.items()} == {
        "CAR": 10.0, "DOOR": None, "PANE": None, "LOCK": 10.0, "OTHER": 1.0,
    }  # fmt: skip


def test_rows_are_set_against_the_first_design_in_kg_and_as_a_rate(tmp_path: Path) -> None:
    def car(pane: float) -> Any:
        return design(tmp_path, part("DOOR"), steel("PANE", pane, parent="DOOR"), steel("BODY", 6.0), mass=6.0 + pane)

    found = rows([car(4.0), car(3.0), car(5.0)])
    assert list(found) == [(None, "DOOR"), ("DOOR", "PANE"), (None, "BODY")]
    for key in ((None, "DOOR"), ("DOOR", "PANE")):
        assert found[key]["mass_kg"] == [4.0, 3.0, 5.0]
        assert found[key]["change_kg"] == [None, -1.0, 1.0]
        assert found[key]["lightweighting_rate"] == [None, 0.25, -0.25]  # (4 - 3)/4 and (4 - 5)/4
    assert not found[None, "BODY"]["differs"]
    assert [row["level"] for row in found.values()] == [0, 1, 0]


def test_top_rows_sum_to_the_product(tmp_path: Path) -> None:
    tree = (part("A"), steel("A1", 1.5, parent="A"), part("A2", parent="A", quantity=3.0),
            steel("A21", 0.5, parent="A2", quantity=2.0), steel("B", 2.5))  # fmt: skip
    made = design(tmp_path, *tree, mass=7.0)  # 1.5 + 3 × 2 × 0.5 + 2.5
    found = compared([made, made])["masses"]
    assert sum(r["mass_kg"][0] for r in found if r["level"] == 0) == pytest.approx(7.0, abs=1e-9)
    assert sum(r["mass_kg"][0] for r in found if r["parent"] == "A") == pytest.approx(4.5, abs=1e-9)


def test_a_part_of_one_design_alone_and_a_renamed_one_are_rows_of_their_own(tmp_path: Path) -> None:
    one = design(tmp_path, part("DOOR"), steel("PANE", 4.0, parent="DOOR"), steel("BODY", 6.0), mass=10.0)
    two = design(tmp_path, part("DOOR"), steel("WINDOW", 4.0, parent="DOOR"), steel("BODY", 6.0), mass=10.0)
    found = rows([one, two])
    assert list(found) == [(None, "DOOR"), ("DOOR", "PANE"), ("DOOR", "WINDOW"), (None, "BODY")]
    assert (found["DOOR", "PANE"]["present"], found["DOOR", "PANE"]["mass_kg"]) == ([True, False], [4.0, None])
    assert (found["DOOR", "WINDOW"]["present"], found["DOOR", "WINDOW"]["mass_kg"]) == ([False, True], [None, 4.0])
    assert found["DOOR", "WINDOW"]["lightweighting_rate"] == [None, None]
    said = {lang: compare_text(compared([one, two]), lang) for lang in ("zh", "en")}  # type: ignore[arg-type]
    assert (said["zh"].count("无此零件"), said["en"].count("not in it")) == (2, 2)


def test_an_assembly_that_changes_places_with_its_part_is_no_endless_tree(tmp_path: Path) -> None:
    one = design(tmp_path, part("A"), part("B", parent="A"), steel("C", 1.0, parent="B"), mass=1.0)
    two = design(tmp_path, part("B"), part("A", parent="B"), steel("C", 1.0, parent="A"), mass=1.0)
    assert [(r["parent"], r["id"]) for r in compared([one, two])["masses"]] == [
        (None, "A"), ("A", "B"), ("B", "C"), (None, "B"), ("B", "A"), ("A", "C"),
    ]  # fmt: skip


def test_phantom_rows_are_no_level(tmp_path: Path) -> None:
    made = design(tmp_path, part("KIT", phantom=True), steel("SCREW", 1.0, parent="KIT", quantity=2.0), mass=2.0)
    assert [(r["parent"], r["id"], r["level"]) for r in compared([made, made])["masses"]] == [(None, "SCREW", 0)]


def test_masses_of_unlike_product_units_are_shown_and_not_set_against_each_other(tmp_path: Path) -> None:
    one = design(tmp_path, steel("BODY", 6.0), mass=6.0)
    other = replace(one, product=replace(one.product, product_unit=Amount(1.0, "m2")))
    found = rows([one, other])[None, "BODY"]
    assert found["mass_kg"] == [6.0, 6.0]
    assert (found["change_kg"], found["lightweighting_rate"]) == ([None, None], [None, None])


def test_a_mass_of_zero_has_no_rate(tmp_path: Path) -> None:
    def with_service(kg: float) -> Any:
        return design(tmp_path, steel("OIL", kg, role="input"), steel("BODY", 6.0), mass=6.0)

    found = rows([with_service(1.0), with_service(2.0)])[None, "OIL"]  # not in the product: 0 kg
    assert (found["mass_kg"], found["change_kg"], found["lightweighting_rate"]) == ([0, 0], [None, 0], [None, None])


HEADS = [("zh", "各组件在每产品单位中的质量（kg）"), ("en", "Mass by assembly, kg per product unit")]


@pytest.mark.parametrize(("lang", "head"), HEADS)
@pytest.mark.parametrize("width", [80, 120])
def test_the_page_shows_two_levels_of_what_differs(tmp_path: Path, lang: Any, head: str, width: int) -> None:
    def car(pane: float) -> Any:
        return design(
            tmp_path, part("DOOR"), part("LEAF", parent="DOOR"), steel("PANE", pane, parent="LEAF"),
            steel("BODY", 6.0), mass=6.0 + pane,
        )  # fmt: skip

    said = compare_text(compared([car(4.0), car(3.0)]), lang, width=width)
    table = said[said.index(head) :].split("\n\n")[0]
    assert "3 (-1; -25.0 %)" in table  # the door and its leaf
    assert "9 (-1; -10.0 %)" in table  # the product, 10 kg to 9 kg
    assert "LEAF" in table
    assert "PANE" not in table  # third level
    assert "BODY" not in table  # weighs the same
    same = compare_text(compared([car(4.0), car(4.0)]), lang, width=width)
    assert head not in same
