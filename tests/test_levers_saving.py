"""`use_saving` in levers: slopes, single changes and combinations, against assessments of files changed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import design_cases as cases
import pytest
import yaml
from ecoprod_cli.main import main
from folders import edit_rows

from ecoprod.corridor import assess
from ecoprod.levers.levers import Levers, levers
from ecoprod.screening.screen import screen

# 0.15 kWh per 100 km and 100 kg over 200,000 km: 3 kWh for each kg
SAVING = {"flow": "electricity", "reduction": "0.15 kWh", "distance": "200000 km", "source": "made up"}
PER_KG = 3.0
THIN: dict[str, Any] = {"part": "A", "name": "thin", "set": {"mass": "700 g"}}


def made(folder: Path, per_life: float) -> Path:
    flow = {"flow": "electricity", "amount": f"{per_life!r} kWh", "per": "life", "source": "made up"}
    return cases.product(folder, use={"lifetime": "10 year", "cycles": "100 1/year", "flows": [flow]})


def climate_of_files(folder: Path, a_g: float, kwh: float) -> float:
    """Climate change of the product with part A of that mass and that use, all written into its files."""
    place = made(folder, kwh)

    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        rows[0]["mass"] = f"{a_g!r} g"
        return rows

    edit_rows(place / "bom.csv", change)
    content = yaml.safe_load((place / "product.yaml").read_text(encoding="utf-8"))
    content["product"]["mass"] = f"{1 + a_g / 1000!r} kg"
    (place / "product.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    lca = assess(place).lca
    category = lca.category("EF v3.1", "climate-change") if lca is not None else None
    assert category is not None
    assert category.value is not None
    return category.value


def found(folder: Path, limit: float, saving: dict[str, str] | None = SAVING, kwh: float = 3000.0) -> Levers:
    place = cases.specification(folder, {"impact:climate-change": f"at_most: {limit!r} kg CO2-Eq"})
    more = {"use_saving": saving} if saving else {}
    return levers(made(folder, kwh), cases.variants(folder, [THIN], **more), spec=str(place))


def slope_of(at: Levers, name: str) -> float:
    return next(i.slope for i in at.influences if i.figure.endswith("climate-change") and i.parameter.field == name)


def test_slopes_hold_what_the_use_saves(tmp_path: Path) -> None:
    """Part A 10 g heavier, and with it 0.03 kWh more in use, all by files."""
    with_it, without = found(tmp_path, 1.0), found(tmp_path, 1.0, None)
    before = climate_of_files(tmp_path, 900.0, 3000.0)
    after = climate_of_files(tmp_path, 910.0, 3000.0 + 0.01 * PER_KG)
    slope = slope_of(with_it, "bom[A].mass")
    assert slope == pytest.approx((after - before) / 0.01, rel=1e-6)
    kwh = (climate_of_files(tmp_path, 900.0, 3001.0) - before) / 1.0
    assert slope == pytest.approx(slope_of(without, "bom[A].mass") + PER_KG * kwh, rel=1e-6)
    # what changes no mass of the product saves nothing
    other = "distribution[0].distance"
    assert slope_of(with_it, other) == pytest.approx(slope_of(without, other), rel=1e-12)


def test_slopes_are_those_of_screened_designs(tmp_path: Path) -> None:
    parameters = [{"name": "a", "field": "bom[A].mass", "values": ["890 g", "910 g"]}]
    offer = cases.variants(tmp_path, [], parameters=parameters, use_saving=SAVING)
    light, heavy = screen(made(tmp_path, 3000.0), offer).frame()["EF v3.1/climate-change"]
    assert slope_of(found(tmp_path, 1.0), "bom[A].mass") == pytest.approx((heavy - light) / 0.02, rel=1e-6)


def test_a_single_change_holds_what_the_use_saves(tmp_path: Path) -> None:
    limit = climate_of_files(tmp_path, 800.0, 3000.0 - 0.1 * PER_KG)
    change = next(c for c in found(tmp_path, limit).changes["r-0"] if c.field == "bom[A].mass")
    assert change.after == pytest.approx(0.8, rel=1e-5)


def test_a_change_that_saves_more_than_the_flow_takes_is_no_change(tmp_path: Path) -> None:
    """0.3 kWh in use: 100 g less save all of it, so that part A cannot give 200 g."""
    limit = climate_of_files(tmp_path, 900.0, 0.3) - 2 * (
        climate_of_files(tmp_path, 900.0, 0.3) - climate_of_files(tmp_path, 800.0, 0.0001)
    )
    changes = [found(tmp_path, limit, saving, kwh=0.3).changes["r-0"] for saving in (SAVING, None)]
    assert [any(c.field == "bom[A].mass" for c in some) for some in changes] == [False, True]


def test_a_combination_holds_what_the_use_saves(tmp_path: Path) -> None:
    """A limit between the thin part with what the use saves and without."""
    saved, not_saved = (climate_of_files(tmp_path, 700.0, 3000.0 - 0.2 * per) for per in (PER_KG, 0.0))
    limit = (saved + not_saved) / 2
    with_it, without = found(tmp_path, limit).offer, found(tmp_path, limit, None).offer
    assert with_it is not None
    assert without is not None
    assert (with_it.combination.state, without.combination.state) == ("found", "none")


def test_the_page_says_by_which_value_the_use_follows_the_mass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offer = cases.variants(tmp_path, [THIN], use_saving=SAVING)
    arguments = ["levers", str(made(tmp_path, 3000.0)), "--variants", str(offer)]
    assert main([*arguments, "--lang", "en"]) == 0
    assert "0.15 kWh per 100 km and 100 kg over 200000 km" in " ".join(capsys.readouterr().out.split())
    assert main([*arguments, "--format", "json"]) == 0
    assert [n["code"] for n in json.loads(capsys.readouterr().out)["notes"]] == ["screen-note-saving"]
