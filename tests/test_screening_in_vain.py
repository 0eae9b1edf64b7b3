"""Options that would come to nothing, masses at equal function without a mass, and what their messages say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
from ecoprod_cli.main import main
from folders import Row, edit_rows, edit_yaml

from ecoprod.background import load_background
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]
ROWS = (
    # id, quantity, mass, material, parent, role, phantom, group, share
    "PH,1,,,,,yes,,", "PA,1,100 g,PP,PH,,,,", "SV,1,50 g,PP,,service,,,", "IN,1,30 g,PP,,input,,,",
    "Z0,1,50 g,PP,,,,G,0 %", "Z1,1,50 g,PP,,,,G,100 %", "NM,1,,ABS,,,,,",
)  # fmt: skip
HEAD = "id,quantity,mass,material,parent,role,phantom,alternate_group,share"


def product(folder: Path) -> Path:
    """The plain product with a phantom, a service, an input, two alternates and a row without a mass."""
    place = cases.product(folder)
    extra = [dict(zip(HEAD.split(","), row.split(","), strict=True)) for row in ROWS]

    def more(rows: list[Row]) -> list[Row]:
        every = [*rows, *({**row, "name": row["id"]} for row in extra)]
        head = list(dict.fromkeys(key for row in every for key in row))
        return [{key: row.get(key, "") for key in head} for row in every]

    edit_rows(place / "bom.csv", more)
    edit_yaml(place, lambda content: content["product"].update(mass="2.05 kg"))
    return place


def told(folder: Path, capsys: Captured, content: dict[str, Any], lang: str = "en") -> list[str]:
    offer = cases.variants(folder, content.pop("options", []), **content)
    assert main(["screen", str(product(folder)), "--variants", str(offer), "--lang", lang]) == 2
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("variants.yaml")]


@pytest.mark.parametrize(
    ("part", "given", "words"),
    [
        ("PH", {"process": "machining-metal"}, "“PH” is a phantom, which only keeps parts together: setting process"),
        ("PH", {"transport": "truck 10 km"}, "setting transport there changes nothing"),
        ("SV", {"transport": "truck 10 km"}, "“SV” is a service and no part of the product: setting transport"),
        ("SV", {"end_of_life": "landfill"}, "“SV” is a service and no part of the product: setting end_of_life"),
        ("IN", {"end_of_life": "landfill"}, "“IN” is an input, which does not stay in the product"),
        ("Z0", {"mass": "70 g"}, "“Z0” has a share of 0 among its alternates"),
        ("Z0", {"material": "6061", "at_equal": "stiffness of beam"}, "“Z0” has a share of 0"),
    ],
)
def test_what_would_come_to_nothing_is_refused(
    tmp_path: Path, capsys: Captured, part: str, given: dict[str, str], words: str
) -> None:
    lines = told(tmp_path, capsys, {"options": [{"part": part, "name": "x", "set": given}]})
    assert len(lines) == 1, lines
    assert words in lines[0]
    assert "options[0].set" in lines[0]


def test_a_parameter_of_no_share_is_refused(tmp_path: Path, capsys: Captured) -> None:
    lines = told(tmp_path, capsys, {"parameters": [{"name": "z", "field": "bom[Z0].mass", "values": ["70 g"]}]})
    assert any("parameters[0].field: “Z0” has a share of 0" in line for line in lines), lines


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("PH", {"yield": "50 %"}), ("IN", {"transport": "truck 9000 km"}), ("SV", {"mass": "90 g"}),
        ("Z1", {"mass": "70 g"}), ("PA", {"process": "injection-moulding"}),
    ],
)  # fmt: skip
def test_what_counts_there_is_taken(tmp_path: Path, part: str, given: dict[str, str]) -> None:
    offer = cases.variants(tmp_path, [{"part": part, "name": "x", "set": given}])
    as_is, changed = screen(product(tmp_path), offer).frame()["EF v3.1/energy-resources-non-renewable"]
    assert as_is != changed


# ---- mass at equal function ----------------------------------------------------------------------


def test_at_equal_needs_a_mass_to_start_from(tmp_path: Path, capsys: Captured) -> None:
    option = {"part": "NM", "name": "stiff", "set": {"material": "PP", "at_equal": "stiffness of beam"}}
    lines = told(tmp_path, capsys, {"options": [option]})
    assert len(lines) == 1, lines
    assert "options[0].set.at_equal: option “stiff” has at_equal, and the bill gives no mass of “NM”" in lines[0]
    assert "state the mass of “NM” in the bill" in lines[0]


def of_wood(folder: Path) -> Path:
    """A thousandth m3 of fibreboard in place of part E, whose mass follows from its density; its dataset is per m3."""
    place = cases.product(folder)

    def measured(rows: list[Row]) -> list[Row]:
        return [{**r, "volume": "", **({"mass": "", "volume": "0.001 m3", "material": "MDF", "recycled_content": ""}
                                       if r["id"] == "E" else {})} for r in rows]  # fmt: skip

    edit_rows(place / "bom.csv", measured)
    # 900 + 400 + 300 + 200 g and 0.001 m3 at 752 kg/m3
    edit_yaml(place, lambda content: content["product"].update(mass="2.552 kg"))
    return place


def test_at_equal_goes_by_the_mass_that_follows_from_a_measure(tmp_path: Path) -> None:
    old, new = (load_background().material(name)[0] for name in ("MDF", "6061"))
    assert (old.density_kg_m3, new.density_kg_m3, new.youngs_modulus_gpa) == (752, 2700, 69)
    if old.youngs_modulus_gpa is None:
        pytest.skip("no modulus of MDF in the table")
    ratio = 2700 / 752 * (old.youngs_modulus_gpa / 69) ** 0.5
    option = {"part": "E", "name": "x", "set": {"material": "6061", "at_equal": "stiffness of beam"}}
    masses = screen(of_wood(tmp_path), cases.variants(tmp_path, [option])).frame()["mass"]
    assert masses.tolist() == pytest.approx([2.552, 1.8 + 0.752 * ratio], rel=1e-9)


def test_a_new_mass_replaces_the_measure_that_told_the_old_one(tmp_path: Path) -> None:
    """Half the mass is half the volume, for the dataset per m3 too: the impact of the whole volume was counted on."""
    options = [{"part": "E", "name": "half", "set": {"mass": "376 g"}}]
    found = screen(of_wood(tmp_path), cases.variants(tmp_path, options)).frame()
    as_is, half = found["EF v3.1/energy-resources-non-renewable"]

    def halved(rows: list[Row]) -> list[Row]:
        return [{**r, "volume": "0.0005 m3"} if r["id"] == "E" else r for r in rows]

    place = of_wood(tmp_path)
    edit_rows(place / "bom.csv", halved)
    edit_yaml(place, lambda content: content["product"].update(mass="2.176 kg"))
    wanted = screen(place, cases.variants(tmp_path, [{"part": "A", "name": "x", "set": {"joining": "clip"}}])).frame()
    assert half == pytest.approx(wanted["EF v3.1/energy-resources-non-renewable"][0], rel=1e-9)
    assert half < as_is


@pytest.mark.parametrize(
    ("lang", "words", "remedy"),
    [
        ("en", "option “soft” of part “D”: the library has no Young’s modulus (GPa) of “",
         "with its document in evidence"),
        ("zh", "选项“soft”（零件“D”）：材料库没有“", "在 evidence 中写出其依据"),
    ],
)  # fmt: skip
def test_a_property_that_lacks_is_told_in_words_with_part_option_and_remedy(
    tmp_path: Path, capsys: Captured, lang: str, words: str, remedy: str
) -> None:
    lacking = next(m for m in load_background().materials if m.density_kg_m3 and m.youngs_modulus_gpa is None
                   and m.dataset and len(load_background().material(m.id)) == 1)  # fmt: skip
    option = {"part": "D", "name": "soft", "set": {"material": lacking.id, "at_equal": "stiffness of panel"}}
    lines = told(tmp_path, capsys, {"options": [option]}, lang)
    assert len(lines) == 1, lines
    assert "options[0].set.at_equal" in lines[0]
    assert words in lines[0]
    assert remedy in lines[0]
    assert "youngs_modulus_gpa" not in lines[0]


# ---- messages ------------------------------------------------------------------------------------

THIN = [{"part": p, "name": n, "set": {"mass": "90 g"}} for p, n in (("A", "thin"), ("B", "thin"), ("C", "slim"))]


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (["nothing"], "no option is named “nothing”; there are: thin, slim"),
        (["thin"], "have an option named “thin”: A, B — write the design as parts and their options: {A: thin}"),
        (["slim", "slim"], "a design has one option of “C”: here are “slim” and “slim”"),
    ],
)  # fmt: skip
def test_names_in_a_listed_design(tmp_path: Path, capsys: Captured, listed: list[str], words: str) -> None:
    (line,) = told(tmp_path, capsys, {"options": THIN, "design": {"list": [listed]}})
    assert words in line
    assert "—”" not in line


@pytest.mark.parametrize(
    ("field", "spread", "value", "words"),
    [
        ("bom[D].mass", ["60 g", "75 g"], "80 g", "between 60 g and 75 g: 80 g does not"),
        ("bom[D].mass", ["0.06 kg", "0.075 kg"], "80000 mg", "between 60000 mg and 75000 mg"),
        ("bom[D].yield", ["60 %", "75 %"], "0.8", "between 60 % and 75 %: 0.8 does not"),
        ("bom[D].quantity", ["2", "4"], "5", "between 2 and 4: 5 does not"),
        ("distribution[0].distance", ["500 km", "900 km"], "1000 km", "between 500 km and 900 km"),
    ],
)
def test_a_value_out_of_range_is_told_in_the_unit_it_is_written_in(
    tmp_path: Path, capsys: Captured, field: str, spread: list[str], value: str, words: str
) -> None:
    parameters = [{"name": "p", "field": field, "range": spread}]
    (line,) = told(tmp_path, capsys, {"parameters": parameters, "design": {"list": [{"p": value}]}})
    assert words in line


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mass": "-3 g"}, "-3 g is negative — write a positive value"),
        ({"recycled_content": "160 %"}, "write a share between 0 and 1, as in 92 %"),
        ({"yield": "160 %"}, "write a share between 0 and 1, as in 92 %"),
    ],
)
def test_hints_belong_to_the_place(tmp_path: Path, capsys: Captured, given: dict[str, str], words: str) -> None:
    (line,) = told(tmp_path, capsys, {"options": [{"part": "B", "name": "x", "set": given}]})
    assert line.endswith(words)


def test_the_share_of_the_hint_is_taken_everywhere(tmp_path: Path) -> None:
    given = {"recycled_content": "92 %", "yield": "92 %"}
    offer = cases.variants(tmp_path, [{"part": "B", "name": "x", "set": given}])
    assert len(screen(cases.product(tmp_path), offer).frame()) == 2
