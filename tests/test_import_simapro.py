"""SimaPro CSV of both styles: amounts worked by hand, expressions that are refused, broken files, and the samples."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from import_text import codes, kinds, process, read, refusal, row

from ecoprod.importing.expressions import NoValueError, evaluate, number, solve
from ecoprod.importing.formats import simapro_csv
from ecoprod.importing.formats.simapro_csv import place_in
from ecoprod.importing.opened import open_source

HEADER = """{SimaPro 9.5.0.0}
{processes}
{Date: 1/2/2024}
{Project: Test project}
{CSV separator: Semicolon}
{Decimal separator: ,}
{Short date format: d/M/yyyy}

"""
PROCESS = """Process

Category type
material

Process identifier
P1

Type
System

Process name
Sawing

Time period
2005-2009

Technology
band saw

Cut off rules
Unspecified

Capital goods
First order

Literature references
Sawing 2009;

Products
Boards {CH}| sawing | Cut-off, U;kg;3;75%;not defined;Wood;
Chips/CH U;kg;1;25;not defined;Wood;

Avoided products
Heat/CH U;MJ;0,1;Undefined;0;0;0;

Resources
Water, river;in water;m3;2;Uniform;0;1;3;

Materials/fuels
Logs/CH U;kg;share*(4-load)^2;Lognormal;2,25;0;0;twice\x7fas much

Electricity/heat
Power {CH}| market | Cut-off, U;kWh;-4E-1;Normal;0,1;0;0;

Emissions to air
Carbon dioxide;high. pop.;kg;half;Triangle;0;0,25;1;;DBE27C73-9DF4-4F21-B2EB-A0CE1FE87A4B

Waste to treatment
Bark;kg;0,2;Undefined;0;0;0;

Input parameters
share;2;Undefined;0;0;0;No;

Calculated parameters
half;share/4;

End

"""
ENDING = """Airborne emissions
Carbon dioxide;kg;000124-38-9;Formula: CO2

End

Literature reference

Name
Sawing 2009

Description
Sawing statistics, 2009

End

Project Input parameters
load;2;Undefined;0;0;0;No;
share;99;Undefined;0;0;0;No;

End
"""


def written(folder: Path, text: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("cp1252"))
    return path


def test_a_process_of_the_new_style(tmp_path: Path) -> None:
    path = written(tmp_path, (HEADER + PROCESS + ENDING).replace("\n", "\r\n"))
    assert simapro_csv.recognises(open_source(path))
    found = read(simapro_csv, path)
    assert not found.misses
    assert (found.seen, dict(found.about)) == (1, {"title": "Test project", "version": "SimaPro 9.5.0.0"})
    made = process(found, "P1")
    assert (made.name, made.place, made.year, made.technology) == ("Sawing", "CH", 2009, "band saw")
    assert (made.boundary, made.system) == ("Capital goods: First order", True)
    assert made.sources == ("Sawing statistics, 2009",)
    boards, chips = made.exchanges[:2]
    assert (boards.kind, boards.allocation, boards.amount, boards.unit) == ("product", 0.75, 3.0, "kg")
    assert (chips.allocation, made.reference) == (0.25, boards.name)
    # the process's own share = 2 hides the project's 99: 2 × (4 − 2)² = 8
    logs = row(made, "Logs/CH U")
    assert (logs.kind, logs.amount, logs.place, logs.flow) == ("input", 8.0, "CH", "Logs/CH U")
    assert logs.uncertainty is not None
    assert (logs.uncertainty.kind, logs.uncertainty.loc) == (2, pytest.approx(math.log(8)))
    assert logs.uncertainty.scale == pytest.approx(math.log(1.5))  # 2.25 is the square of 1.5
    power = row(made, "Power {CH}| market | Cut-off, U")
    assert (power.amount, power.uncertainty and power.uncertainty.scale) == (-0.4, 0.05)  # 0.1 is twice the deviation
    carbon = row(made, "Carbon dioxide")
    assert (carbon.kind, carbon.amount, carbon.cas) == ("elementary", 0.5, "124-38-9")
    assert (carbon.compartment, carbon.direction) == (("Emissions to air", "high. pop."), "out")
    assert carbon.flow == "DBE27C73-9DF4-4F21-B2EB-A0CE1FE87A4B"
    assert carbon.uncertainty is not None
    assert (carbon.uncertainty.minimum, carbon.uncertainty.loc, carbon.uncertainty.maximum) == (0.25, 0.5, 1.0)
    water = row(made, "Water, river")
    assert (water.direction, water.unit, water.uncertainty and water.uncertainty.kind) == ("in", "m3", 4)
    assert [row(made, name).kind for name in ("Bark", "Heat/CH U")] == ["waste", "avoided"]


OLD = """SimaPro 7.3\tprocesses\tDate:\t1.2.2013
Project\tX


Process

Category type\tmaterial
Process identifier\tOLD1
Process name\tMilling


Products
Flour/DE U\t2*3\tkg\t100\tnot defined\tFood\tfirst line
\t\t\t\t\t\tsecond line

Materials/fuels
Grain/DE U\t7.5\tkg\tLognormal\t1.21\t\t\tone
\t\t\t\t\t\t\tand more

Emissions to air
Dust\tlow. pop.\t0.1\tkg\tUndefined

Process

Process identifier\tOLD2

Products
Bread\t1\tp\t100
"""


def test_the_old_style_has_amounts_before_units_and_no_ends(tmp_path: Path) -> None:
    found = read(simapro_csv, written(tmp_path, OLD, "old.txt"))
    assert not found.misses
    assert [one.code for one in found.processes] == ["OLD1", "OLD2"]
    first = found.processes[0]
    assert [(e.kind, e.amount, e.unit) for e in first.exchanges] == [
        ("product", 6.0, "kg"), ("input", 7.5, "kg"), ("elementary", 0.1, "kg")
    ]  # fmt: skip
    assert first.place == "DE"
    assert found.processes[1].name == "Bread"


def test_a_scenario_splits_what_is_left_after_separation(tmp_path: Path) -> None:
    text = HEADER + (
        "Process\n\nProcess identifier\nS\n\nWaste scenario\nMixed waste;kg;2;All waste types;Others\n\n"
        "Separated waste\nRecycling;All waste types;30;\n\nRemaining waste\nLandfill;;80\nBurning;;20\n\nEnd\n"
    )
    made = process(read(simapro_csv, written(tmp_path, text)), "S")
    # of 2 kg 30 % are separated; of the remaining 1.4 kg 80 % and 20 %
    assert [(e.kind, e.name, pytest.approx(e.amount)) for e in made.exchanges] == [
        ("product", "Mixed waste", 2.0), ("waste", "Recycling", 0.6), ("waste", "Landfill", 1.12),
        ("waste", "Burning", 0.28),
    ]  # fmt: skip
    by_type = text.replace("Recycling;All waste types", "Recycling;Aluminium")
    assert codes(read(simapro_csv, written(tmp_path, by_type))) == {"import-waste-scenario": 1}
    open_end = text.replace("Burning;;20", "Burning;;10")
    assert codes(read(simapro_csv, written(tmp_path, open_end))) == {"import-waste-scenario": 1}


@pytest.mark.parametrize(
    ("old", "new", "code", "line_of"),
    [
        ("share*(4-load)^2", "Iff(share=1; 2; 3)", "import-expression", None),
        ("share*(4-load)^2", "nothing*2", "import-expression", "Logs"),
        ("share*(4-load)^2", "share^2^2", "import-expression", "Logs"),
        ("share*(4-load)^2", "9^9^9^9", "import-expression", "Logs"),
        ("share*(4-load)^2", "9^999999", "import-expression", "Logs"),
        ("share*(4-load)^2", "share/(load-2)", "import-expression", "Logs"),
        ("share*(4-load)^2", "__import__('os').system('x')", "import-expression", "Logs"),
        ("half;share/4", "half;half+1", "import-parameter", "half;"),
        ("Lognormal;2,25", "Lognormal;0,5", "import-uncertainty", "Logs"),
        ("Uniform;0;1;3", "Uniform;0;3;1", "import-uncertainty", "Water"),
        ("Uniform;0;1;3", "Gamma;0;1;3", "import-uncertainty", "Water"),
        ("Bark;kg;0,2", "Bark;;0,2", "import-unit-missing", "Bark"),
        ("Bark;kg;0,2", "Bark;kg;", "import-amount", "Bark"),
        ("75%", "70%", "import-allocation-sum", None),
        ("Waste to treatment", "Abfall", "import-simapro-section", "Bark"),
    ],
)
def test_what_is_lost_is_named_with_its_line(tmp_path: Path, old: str, new: str, code: str, line_of: str) -> None:
    text = (HEADER + PROCESS + ENDING).replace(old, new)
    found = read(simapro_csv, written(tmp_path, text))
    assert code in codes(found)
    assert len(found.processes) == 1
    miss = next(one for one in found.misses if one.code == code)
    assert miss.process == "P1"
    if line_of:
        assert text.split("\n")[(miss.at.line or 0) - 1].startswith(line_of)


def test_a_product_without_a_value_loses_its_process(tmp_path: Path) -> None:
    text = (HEADER + PROCESS + ENDING).replace(";kg;3;75%", ";kg;sqrt(9);75%").replace("Chips/CH U;kg;1;25", ";;;")
    found = read(simapro_csv, written(tmp_path, text))
    assert codes(found) == {"import-expression": 1, "import-no-product": 1}
    assert (found.seen, found.processes) == (1, ())


def test_an_identifier_twice_is_named(tmp_path: Path) -> None:
    found = read(simapro_csv, written(tmp_path, HEADER + PROCESS + PROCESS + ENDING))
    assert codes(found) == {"import-code-twice": 1}
    assert (found.seen, len(found.processes)) == (2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Joe's software\tprocesses\n", "import-simapro-head"),
        ("", "import-simapro-head"),
        ("a;b;c\n1;2;3\n", "import-simapro-head"),
        (HEADER.replace("Semicolon", "Heart") + PROCESS, "import-simapro-separator"),
        (HEADER + PROCESS.replace("Bark;kg", '"Bark;kg'), "import-simapro-quotes"),
        (HEADER + "Process\n\nComment\n" + '"' + "x" * 200_000, "import-simapro-quotes"),
        (b"{SimaPro 9}\n{processes}\n\x00\x01\x02", "import-simapro-head"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str | bytes, code: str) -> None:
    assert refusal(simapro_csv, written(tmp_path, text)) == {code}


def test_a_folder_of_exports_names_the_files_that_are_none(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    written(folder, HEADER + PROCESS + ENDING, "a.csv")
    written(folder, OLD, "b.txt")
    written(folder, "a;b\n", "c.csv")
    found = read(simapro_csv, folder)
    assert [one.code for one in found.processes] == ["P1", "OLD1", "OLD2"]
    assert [(miss.code, str(miss.at)) for miss in found.misses] == [("import-simapro-head", "exports/c.csv:1")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = HEADER + PROCESS.replace("Bark", "Rückstände, Säge") + ENDING
    made = process(read(simapro_csv, written(tmp_path, text.encode(encoding))), "P1")
    assert row(made, "Rückstände, Säge").kind == "waste"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Steel {RER}| production | Cut-off, U", "RER"),
        ("Heat {Europe without Switzerland}| x", "Europe without Switzerland"),
        ("Rice, at farm (WFLDB 3.0)/IN U", "IN"), ("dinner/CH/I S", "CH"), ("Soy oil/kg/RNA", "RNA"), ("Wool/US", "US"),
        ("Energy, per kg/MJ", ""), ("a {CH}| b {DE}", ""), ("plain", ""), ("Argon, liquid/RER U 2030", ""),
    ],
)  # fmt: skip
def test_places_in_names(name: str, place: str) -> None:
    assert place_in(name) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1034*0,6684*0,59*0,03", 1034 * 0.6684 * 0.59 * 0.03), ("2^3", 8.0), ("-(2+3)/4", -1.25), ("1E-3*a", 0.005),
        (",5+1", 1.5), ("4,8*A/((7*0,9)-3)", 24 / 3.3), ("(-2)^2", 4.0), ("4^0,5", 2.0), ("2^-1", 0.5),
    ],
)  # fmt: skip
def test_expressions(text: str, value: float) -> None:
    assert evaluate(text, ",", {"a": 5.0}.__getitem__) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "", "1+", "a.b", "f(1)", "1 if 1 else 2", "'x'", "2**3", "7//2", "7%2", "1j", "0x10", "1_000", "True",
        "a,b", "[1]", "x:=1", "1;2", "-2^2", "2^3^2", "2^65", "(-8)^0.5", "1/0", "1e999",
        "10^60*10^60*10^60*10^60*10^60*10^60",
        "(" * 900 + "1" + ")" * 900, "-" * 999 + "1", "1+" * 600 + "1", "lambda: 1", "a=1", "1 < 2", "__class__",
    ],
)  # fmt: skip
def test_nothing_but_bounded_arithmetic_is_evaluated(text: str) -> None:
    def look_up(name: str) -> float:
        raise NoValueError(name)

    with pytest.raises(NoValueError):
        evaluate(text, ".", look_up)


def test_parameters_that_need_each_other() -> None:
    formulas = {"b": "a*2", "c": "b+d", "x": "y", "y": "x", "z": "missing"}
    values, reasons = solve({"a": 3.0}, formulas, ".", {"d": 1.0, "a": 100.0, "b": 50.0})
    assert values == {"a": 3.0, "b": 6.0, "c": 7.0, "d": 1.0}
    assert set(reasons) == {"x", "y", "z"}
    chain = {f"p{i}": f"p{i + 1}" for i in range(5000)}
    assert "p0" in solve({}, chain, ".", {})[1]


def test_plain_numbers() -> None:
    assert [number(text, ",") for text in ("1,5", "-1,0E-12", " 7 ", ",5", "1,")] == [1.5, -1e-12, 7.0, 0.5, 1.0]
    assert [number(text) for text in ("", "nan", "inf", "1e999", "1,5", "1 000", "0x1", "1_0")] == [None] * 8


PROCESSES = {"allocation.csv", "cas_missing_check_number.csv", "external_documents_and_literature_references.csv",
             "inventory.csv", "missing-project.csv", "new-order.csv", "process.csv", "process_identifiers.csv",
             "process_with_invalid_lognormal_scale.csv", "project_params.csv", "python_builtin_as_unit_name.csv",
             "waste.csv", "waste_scenario.csv", "weird_units.csv", "comments.txt", "empty.txt", "metadata.txt",
             "missing.txt", "multioutput.txt", "simple.txt", "stages.csv"}  # fmt: skip
NO_PROCESSES = {"header.csv", "header_translations.csv", "method.csv", "method_end.csv", "minimal_header.csv",
                "damagecategory.txt"}  # fmt: skip
NO_EXPORT = {"literature.csv", "invalid.txt", "LICENSES_bw_simapro_csv.txt"}


def test_every_sample_is_accounted_for(shared: Path) -> None:
    here = {path.name for path in (shared / "lci_samples" / "simapro_csv").iterdir()}
    assert here == PROCESSES | NO_PROCESSES | NO_EXPORT


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_samples_with_processes(shared: Path, name: str) -> None:
    path = shared / "lci_samples" / "simapro_csv" / name
    found = read(simapro_csv, path)
    text = path.read_bytes().decode("latin-1").replace("\r\n", "\n")
    assert found.seen == len(re.findall(r"^Process[;\t]*$", text, re.MULTILINE))
    lost = found.seen - len(found.processes)
    assert lost == (1 if name == "stages.csv" else 0)  # its waste scenario splits by waste types
    allowed = {"stages.csv": {"import-simapro-stage": 5, "import-waste-scenario": 1},
               "multioutput.txt": {"import-allocation-sum": 1}}  # fmt: skip
    assert codes(found) == allowed.get(name, {})
    assert kinds(found)["product"] >= len(found.processes)


@pytest.mark.parametrize("name", sorted(NO_PROCESSES))
def test_samples_without_processes(shared: Path, name: str) -> None:
    found = read(simapro_csv, shared / "lci_samples" / "simapro_csv" / name)
    assert (found.processes, codes(found)) == ((), {"import-no-processes": 1})


@pytest.mark.parametrize("name", sorted(NO_EXPORT))
def test_samples_that_are_no_export(shared: Path, name: str) -> None:
    assert refusal(simapro_csv, shared / "lci_samples" / "simapro_csv" / name) == {"import-simapro-head"}


def test_values_of_samples(shared: Path) -> None:
    folder = shared / "lci_samples" / "simapro_csv"
    squash = process(read(simapro_csv, folder / "project_params.csv"), "abc456")
    assert row(squash, "Watermelon").amount == pytest.approx(4.8 / 3.3)  # 4.8 × 1 ÷ (7 × 0.9 − 3)
    assert squash.system
    scenario = read(simapro_csv, folder / "waste_scenario.csv")
    split = {e.name: e.amount for e in process(scenario, "Dev99229000009369600014").exchanges if e.kind == "waste"}
    direct = {p.name: sum(e.amount for e in p.exchanges if e.kind == "elementary") for p in scenario.processes}
    # 0.9 × 1.5 kg − 0.1 × 0.8 kg of carbon dioxide
    assert sum(amount * direct[name] for name, amount in split.items()) == pytest.approx(1.27)
