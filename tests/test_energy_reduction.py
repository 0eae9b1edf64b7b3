"""The published energy reduction values: read whole, each sourced, and watched by the data check."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from ecoprod.background import load_background, read_background
from ecoprod.data_check import check_background
from ecoprod.energy_reduction import FILE, EnergyReduction, energy_reductions
from ecoprod.lightweighting import MassChange, use_phase_saving
from ecoprod.messages import problem_line
from ecoprod.resources import bundled

PRINTED = {
    "us-car-gasoline": 0.359240854644588, "us-car-diesel": 0.277290204058205, "us-car-hybrid": 0.25012116904244,
    "us-car-battery": 0.699514697354473, "us-car-fuel-cell": 0.461926535339971,
    "us-light-truck-gasoline": 0.371225436055762, "us-light-truck-diesel": 0.28654084184645,
    "us-light-truck-hybrid": 0.260660175454486, "us-light-truck-battery": 0.742512505975544,
    "us-light-truck-fuel-cell": 0.490320261502779,
}  # fmt: skip
"""fleet_frv_stat.csv of the authors, digit by digit."""
RANGES = {
    "car-gasoline-nedc": (0.15, 0.15, "mass_only", "T"),
    "us-cars-2013-mass-only": (0.15, 0.26, "mass_only", "S"),
    "us-cars-2013-adapted": (0.27, 0.53, "adapted", "S"),
    "car-diesel-turbo-mass-only": (0.115, 0.143, "mass_only", "S"),
    "car-diesel-turbo-adapted": (0.142, 0.388, "adapted", "S"),
    "car-battery-eu-2019": (0.47, 1.17, "not_stated", "S"),
    "car-battery-fleet-2020": (0.5, 0.7, "statistical", "S"),
    "car-battery-fleet-2024": (0.1, 0.3, "statistical", "S"),
}
"""As the abstracts print them, 0.6 and 0.2 each plus or minus 0.1."""


def by_id() -> dict[str, EnergyReduction]:
    return {value.id: value for value in energy_reductions()}


def test_the_values_are_those_of_their_sources() -> None:
    found = by_id()
    assert set(found) == set(PRINTED) | set(RANGES)
    for name, printed in PRINTED.items():
        assert found[name].low == found[name].high == pytest.approx(printed, abs=5e-7)
    for name, expected in RANGES.items():
        value = found[name]
        assert (value.low, value.high, value.condition, value.confidence) == expected


def test_a_value_from_memory_is_not_among_them() -> None:
    marks = {name: source["marks"] for name, source in load_background().sources().items()}
    for value in energy_reductions():
        assert value.confidence in ("T", "S")
        assert value.confidence in marks[value.source]
    diesel = [v for v in energy_reductions() if v.carrier == "diesel" and v.source == "koffler2018"]
    assert not diesel  # 0.12 and the adapted values of that paper were never seen in a source


def test_a_range_stays_a_range_in_the_saving() -> None:
    battery, change = by_id()["car-battery-eu-2019"], MassChange(old_kg=60, new_kg=40)
    # 20 kg and 150,000 km: 300 times the value
    assert use_phase_saving(change, battery.low, 150_000) == pytest.approx(141)
    assert use_phase_saving(change, battery.high, 150_000) == pytest.approx(351)
    assert battery.unit == "kWh"


FAULTS = [
    ({"source": "hearsay"}, "data-unknown-source"),
    ({"confidence": "M"}, "data-confidence"),
    ({"low": "0"}, "data-energy-reduction"),
    ({"low": "0.2", "high": "0.1"}, "data-energy-reduction"),
    ({"high": "inf"}, "data-energy-reduction"),
    ({"low": "about 0.1"}, "data-energy-reduction"),
    ({"condition": "resized"}, "data-energy-reduction"),
    ({"year": "19"}, "data-energy-reduction"),
    ({"unit": "kWh"}, "data-energy-reduction"),
    ({"carrier": "electricity"}, "data-energy-reduction"),
    ({"id": "twice"}, None),
    ({"id": "twice"}, "data-energy-reduction"),
]


def test_the_data_check_finds_each_fault(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(bundled("lci_data"), folder)
    with (bundled("lci_data") / FILE).open(encoding="utf-8", newline="") as file:
        plain = next(csv.DictReader(file))
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(plain))
        writer.writeheader()
        for number, (fault, _) in enumerate(FAULTS):
            writer.writerow(plain | {"id": f"row-{number}"} | fault)
    manifest = yaml.safe_load((folder / "background.yaml").read_text(encoding="utf-8"))
    problems = check_background(read_background(folder, manifest))
    assert [(p.at.file, p.at.line, p.code) for p in problems] == [
        (FILE, number + 2, code) for number, (_, code) in enumerate(FAULTS) if code
    ]
    assert all(problem_line(p, "zh") != problem_line(p, "en") for p in problems)
