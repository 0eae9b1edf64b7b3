"""ILCD+EPD: which result of a declaration is taken, and what is said of the rest; real declarations."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from ilcd_cases import GWP_A1, GWP_EF30, GWP_EF31, amounts, declaration, line, package, result
from import_cases import read

from ecoprod.importing.formats import ilcd

_OPEN = "unknown"


def test_a_declaration_is_its_product_and_one_climate_total(tmp_path: Path) -> None:
    water = line(1, "water", "Input", "0", f"<common:other>{amounts(A1_A3='5', B6='1')}</common:other>")
    stated = amounts(A4="0.5", A1_A3="6.529", C3__S1="2", D="-9", B1="")
    text = declaration(
        result(stated, name="Warming (GWP-total)"), result(amounts(A1_A3="1"), "x", "Acid (AP)"), rows=(water,)
    )
    database = package(tmp_path, text)
    (made,) = database.processes
    assert made.system
    assert made.boundary == "A1-A3"
    product, total = made.exchanges
    assert (product.kind, product.amount, product.unit) == ("product", 2.0, "kg")
    assert (total.kind, total.name, total.amount, total.unit) == ("total", "Warming (GWP-total)", 6.529, "kg CO2e")
    assert (total.gwp_set, total.flow) == ("AR5", GWP_EF30)
    (miss,) = database.misses
    assert (miss.code, miss.process) == ("import-epd-left-out", "p1")
    assert (miss.params["modules"], miss.params["indicators"]) == ("A4, B6, C3, D", "AP, water in short")


@pytest.mark.parametrize(
    ("results", "words", "amount", "gwp_set"),
    [
        ([result(amounts(A1_A3="3"), GWP_EF31)], "", 3.0, "AR6"),
        ([result(amounts(A1_A3="1"), GWP_EF30), result(amounts(A1_A3="3"), GWP_EF31)], "", 3.0, "AR6"),
        ([result(amounts(A1_A3="2"), GWP_A1, "Global warming potential (GWP)", "kg CO2-Äqv.")], "", 2.0, _OPEN),
        ([result(amounts(A1_A3="2"), GWP_A1), result(amounts(A1_A3="4"), GWP_EF30)], "", 4.0, "AR5"),
        ([result(amounts(A1_A3="2"), "a", "GWP-fossil"), result(amounts(A1_A3="4"), "b", "GWP-total")], "", 4.0, _OPEN),
        ([result(amounts(A1_A3="4"), "own", "GWP-total")], "EN 15804+A2 (EF 3.1)", 4.0, "AR6"),
        ([result(amounts(A1_A3="4"), "own", "GWP total")], "EN 15804+A2 (EF 3.0)", 4.0, "AR5"),
        ([result(amounts(A1="1", A2="0.25", A3="-0.5", A4="9"))], "", 0.75, "AR5"),
        ([result(amounts(A1_A3="3", A1="1", A2="1", A3="1"))], "", 3.0, "AR5"),
        ([result(amounts(A1_A3="3", A1_A3__x="4"))], "", 3.0, "AR5"),
        ([result(amounts(A1_A3="3"), unit="")], "", 3.0, "AR5"),
    ],
)  # fmt: skip
def test_which_climate_result_is_taken(
    tmp_path: Path, results: list[str], words: str, amount: float, gwp_set: str
) -> None:
    (made,) = package(tmp_path, declaration(*results, words=words)).processes
    assert (made.exchanges[-1].amount, made.exchanges[-1].gwp_set) == (amount, gwp_set)


def test_the_default_scenario_decides_between_several(tmp_path: Path) -> None:
    scenarios = (
        '<common:other><epd:scenarios><epd:scenario epd:name="y" epd:default="true"/></epd:scenarios></common:other>'
    )
    text = declaration(result(amounts(A1_A3__x="3", A1_A3__y="4")))
    with_default = text.replace("</dataSetInformation>", f"{scenarios}</dataSetInformation>", 1)
    assert package(tmp_path, with_default).processes[0].exchanges[-1].amount == 4.0
    assert [m.code for m in package(tmp_path, text).misses] == ["import-epd-scenarios"]


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([], "import-epd-no-climate"),
        ([result(amounts(A1_A3="1"), "x", "GWP-fossil")], "import-epd-no-climate"),
        ([result(amounts(A4="1", D="2"))], "import-epd-no-production"),
        ([result(amounts(A1="1", A3="2"))], "import-epd-no-production"),
        ([result(amounts(A1_A3="MND"))], "import-no-number"),
        ([result(amounts(A1_A3="1"), unit="t CO2-Äq.")], "import-epd-unit"),
        ([result(amounts(A1_A3="1"), unit="kg C2H4-Äq.")], "import-epd-unit"),
    ],
)
def test_without_a_total_for_production_a_declaration_is_not_used(
    tmp_path: Path, results: list[str], code: str
) -> None:
    database = package(tmp_path, declaration(*results))
    assert (database.seen, database.processes) == (1, ())
    assert [(m.code, m.process) for m in database.misses] == [(code, "p1")]


def test_a_declaration_of_several_products_is_not_used(tmp_path: Path) -> None:
    text = declaration(result(amounts(A1_A3="1")), rows=(line(1, "gas", "Output", "1"),), references="0 1")
    database = package(tmp_path, text)
    assert (database.processes, [m.code for m in database.misses]) == ((), ["import-epd-products"])


@pytest.mark.parametrize(("name", "unit"), [("environdec", "m2"), ("epditaly", "m3"), ("ibu", "m2"), ("oekobau", "m2")])
def test_real_declarations(shared: Path, name: str, unit: str) -> None:
    """The figure as a regular expression finds it in the bytes: module A1-A3 of the climate results.

    Where fossil and land use stand apart, their sum: what wood took up from the air stays out.
    """
    path = shared / "lci_samples" / "ilcd_epd" / f"{name}_with_dependencies.zip"
    if not path.is_file():
        pytest.skip("no ILCD+EPD packages in the shared folder")
    with zipfile.ZipFile(path) as archive:
        (member,) = [n for n in archive.namelist() if "/processes/" in n]
        raw = archive.read(member).decode("utf-8")
    block = next(b for b in re.split("<LCIAResult>", raw) if f'refObjectId="{GWP_EF30}"' in b or f'"{GWP_A1}"' in b)
    (stated,) = re.findall(r'module="A1-A3"[^>]*>([^<]+)<', block)
    database = read(ilcd, path)
    (made,) = database.processes
    product, total = made.exchanges
    assert (database.seen, product.kind, product.amount, product.unit) == (1, "product", 1.0, unit)
    apart = [
        float(re.findall(r'module="A1-A3"[^>]*>([^<]+)<', b)[0])
        for word in ("(GWP-fossil)", "(GWP-luluc)")
        for b in re.split("<LCIAResult>", raw)
        if word in b
    ]
    assert total.amount == (pytest.approx(sum(apart), rel=1e-12) if len(apart) == 2 else float(stated))
    assert total.gwp_set == ("AR5" if GWP_EF30 in block else "unknown")
    assert [m.code for m in database.misses] == ["import-epd-left-out"]
    modules = set(re.findall(r'epd:module="([^"]+)"[^>/]*>[^<]', raw)) - {"A1-A3"}
    assert set(str(database.misses[0].params["modules"]).split(", ")) == modules


def test_the_real_single_file_says_that_its_flow_is_absent(shared: Path) -> None:
    path = shared / "lci_samples" / "ilcd_epd" / "environdec_single_xml.xml"
    if not path.is_file():
        pytest.skip("no single ILCD+EPD file in the shared folder")
    database = read(ilcd, path)
    assert (database.seen, database.processes) == (1, ())
    assert [m.code for m in database.misses] == ["import-flow-absent", "import-no-product"]
