"""The smallest lies about a life cycle under limits on its impacts: a product whose every stage has its document is
qualified, and with any one of them taken away or bent it is not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ecoprod_cli.main import main
from folders import copy_of, edit_yaml
from overlay_tables import Captured

CONFIRMED = {
    "mercury": "at_most: 0.0005 %", "cadmium": "at_most: 20 mg/kg", "cycle-life-consumer": "at_least: 300 cycle",
    "cycle-life-cell": "at_least: 1000 cycle", "discharge-standards": "equals: true",
    "pollutant-total-load": "equals: true", "no-major-accident": "equals: true",
    "environmental-management-system": "equals: true", "quality-management-system": "equals: true",
    "product-quality": "equals: true",
}  # fmt: skip
ASKED = {
    "impact:climate-change": "100000 kg CO2-Eq", "carbon-footprint-per-kwh": "10 kg CO2-Eq/kWh",
    "impact-per-functional-unit:climate-change": "10 kg CO2-Eq",
}  # fmt: skip
ROW = {
    "id": "A", "name": "steel cabinet", "material": "steel", "quantity": "1", "mass": "291.456 kg",
    "process": "stamping-steel", "yield": "95 %", "transport": "truck 500 km", "end_of_life": "recycling",
    "substances": "Hg <2 mg/kg (IEC 62321-4); Cd <2 mg/kg (IEC 62321-5); Pb <100 mg/kg (IEC 62321-5)",
    "substance_basis": "homogeneous_material", "evidence": "E-LIFE",
}  # fmt: skip
MAPPED = {"material": "steel", "dataset": "steel-cold-rolled-cn", "checked_by": "Li", "checked_on": "2026-01-15",
          "evidence": "E-LIFE"}  # fmt: skip
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    names = "cycle-life-to-60-percent cycle-life-to-80-percent substance:Cd@product_mass substance:Hg@product_mass"
    lines = [
        "ecoprod: 1", "for: lithium-ion-battery@T-CEEIA-280-2017", "source: made up for a test", "checked_by: Li",
        "checked_on: 2026-01-15", "in_force: 2018-05-01", "complete: true", "functional_unit: 1 kWh",
        f"indicators: {json.dumps([*names.split(), *ASKED])}", "limits:",
        *(f"  - {{requirement: {name}, {limit}, at: t}}" for name, limit in CONFIRMED.items()), "requirements:",
    ]  # fmt: skip
    for n, (name, limit) in enumerate(ASKED.items()):
        lines += [f"  - id: r{n}", "    clause: null", "    group: indicator", "    attribute: environment"]
        lines += ["    title: {zh: r, en: r}", f'    indicator: "{name}"', f"    limits: [{{at_most: {limit}, at: t}}]"]
    path = tmp_path / "overlay.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write(path: Path, *rows: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        table.writeheader()
        table.writerows(rows)


def product(examples: Path, tmp_path: Path, edit: Edit, *parts: dict[str, str], mapped: dict[str, str]) -> Path:
    """One steel cabinet, a document behind each stage."""

    def whole(content: dict[str, Any]) -> None:
        for entry in (*content["declared"].values(), *content["basic"].values()):
            entry.pop("illustrative", None)
        content["packaging"] = {"none": "delivered in a crate that goes back", "evidence": "E-LIFE"}
        content["distribution"] = [{"mode": "truck", "distance": "300 km", "evidence": "E-LIFE"}]
        content["end_of_life"] = {"scenario": "sorted-for-recycling", "collection": "100 %", "evidence": "E-LIFE"}
        for key in ("reporting_period", "use", "functional_unit"):
            content[key]["evidence"] = "E-LIFE"
        edit(content)

    folder = copy_of(examples / "home-storage", tmp_path)
    edit_yaml(folder, whole)
    write(folder / "bom.csv", *parts)
    write(folder / "mapping.csv", mapped)
    with (folder / "process.csv").open(encoding="utf-8") as file:
        site = list(csv.DictReader(file))
    write(folder / "process.csv", *({**row, "evidence": "E-LIFE"} for row in site))
    return folder


def verdict(folder: Path, overlay: Path, capsys: Captured) -> tuple[str, set[str]]:
    main(["assess", str(folder), "--overlay", str(overlay), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    return document["verdict"], {r["status"] for r in document["requirements"] if r["id"] in ("r0", "r1", "r2")}


def without_document(folder: Path, overlay: Path, capsys: Captured) -> set[str]:
    """The fields that the reasons of a verdict name as lacking a document, in both languages the same."""
    main(["assess", str(folder), "--overlay", str(overlay), "--format", "json"])
    told = [r["message"] for r in json.loads(capsys.readouterr().out)["reasons"]
            if r["code"] == "calculated-without-evidence"]  # fmt: skip
    named = [message["en"].rpartition(": ")[2] for message in told]
    assert named == [message["zh"].rpartition("：")[2] for message in told]
    return {field for line in named for field in line.split(", ")}


def nothing(_: dict[str, Any]) -> None:
    """The product as it is."""


def test_with_its_documents_it_is_qualified(
    examples: Path, tmp_path: Path, overlay: Path, capsys: Captured
) -> None:  # fmt: skip
    folder = product(examples, tmp_path, nothing, ROW, mapped=MAPPED)
    assert verdict(folder, overlay, capsys) == ("qualified", {"pass"})


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda c: c["packaging"].pop("evidence"), "packaging.evidence"),
        (lambda c: c["distribution"][0].pop("evidence"), "distribution[1].evidence"),
        (lambda c: c["use"].pop("evidence"), "use.evidence"),
        (lambda c: c["end_of_life"].pop("evidence"), "end_of_life.evidence"),
        (lambda c: c["functional_unit"].pop("evidence"), "functional_unit.evidence"),
    ],
)
def test_without_one_of_its_documents_it_is_provisional_and_names_the_field(
    examples: Path, tmp_path: Path, overlay: Path, capsys: Captured, edit: Edit, field: str
) -> None:
    folder = product(examples, tmp_path, edit, ROW, mapped=MAPPED)
    assert verdict(folder, overlay, capsys) == ("provisional", {"pass"})
    assert without_document(folder, overlay, capsys) == {field}


@pytest.mark.parametrize(
    ("row", "mapped", "field"),
    [
        ({"evidence": ""}, {}, "bom[A].evidence"),
        ({"evidence": "", "material": "aluminium", "recycled_content": "post 90 %", "process": ""}, {},
         "bom[A].evidence"),
        ({"evidence": "", "yield": "100 %", "transport": "truck 1 km"}, {}, "bom[A].evidence"),
        ({"evidence": "", "material": "", "dataset": "aluminium-secondary-cn"}, {}, "bom[A].evidence"),
        ({}, {"dataset": "gypsum-natural", "evidence": ""}, "mapping[steel].evidence"),
        ({}, {"dataset": "gypsum-natural", "checked_by": "", "checked_on": ""}, "mapping[steel].checked_by"),
    ],
)  # fmt: skip
def test_a_part_without_a_document_and_a_mapping_without_grounds_are_provisional(
    examples: Path, tmp_path: Path, overlay: Path, capsys: Captured, row: dict[str, str], mapped: dict[str, str],
    field: str,
) -> None:  # fmt: skip
    folder = product(examples, tmp_path, nothing, {**ROW, **row}, mapped={**MAPPED, **mapped})
    found, statuses = verdict(folder, overlay, capsys)
    assert (found, "pass" in statuses) == ("provisional", True)
    assert field in without_document(folder, overlay, capsys)


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: c.update(use={"none": "the study ends at the gate"}),
        lambda c: c.update(distribution={"none": "sold at the gate"}),
        lambda c: c.update(end_of_life={"none": "nobody knows that yet"}),
        lambda c: c["use"].update(flows=[]),
        lambda c: c["use"].update(flows=[], replacements=[{"part": "A", "per": "100 year"}]),
        lambda c: c["end_of_life"].pop("collection"),
        lambda c: c["product"].update(mass="297 kg"),
        lambda c: c["functional_unit"].update(service="0.001 kWh"),
    ],
)
def test_what_is_left_out_or_bent_leaves_a_limit_open(
    examples: Path, tmp_path: Path, overlay: Path, capsys: Captured, edit: Edit
) -> None:
    folder = product(examples, tmp_path, edit, ROW, mapped=MAPPED)
    found, statuses = verdict(folder, overlay, capsys)
    assert found == "undetermined"
    assert "undetermined" in statuses


def test_a_stage_outside_the_boundary_of_the_standard_may_be_left_out(
    examples: Path, tmp_path: Path, overlay: Path, capsys: Captured
) -> None:
    folder = product(examples, tmp_path, lambda c: c.update(use={"none": "ends at the gate"}), ROW, mapped=MAPPED)
    assert verdict(folder, overlay, capsys)[0] == "undetermined"
    gate = "lca_stages: [raw_materials, manufacturing, distribution, end_of_life]\n"
    overlay.write_text(overlay.read_text("utf-8") + gate, "utf-8")
    assert verdict(folder, overlay, capsys) == ("qualified", {"pass"})
