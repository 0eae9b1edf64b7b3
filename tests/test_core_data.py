"""The bundled core answers to the names and units that people write."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import built, part, product, row

from ecoprod.background import Background, load_background
from ecoprod.data_check import check_background
from ecoprod.errors import At
from ecoprod.product import Amount, Use, UseFlow


@pytest.fixture(scope="module")
def core() -> Background:
    return load_background()


def test_the_core_has_no_findings(core: Background) -> None:
    assert check_background(core) == []
    assert len(core.datasets) >= 50


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("电", "electricity-cn-grid"),
        ("electricity", "electricity-cn-grid"),
        ("自来水", "tap-water"),
        ("tap water", "tap-water"),
        ("natural gas", "natural-gas-combusted"),
        ("天然气", "natural-gas-combusted"),
        ("truck", "transport-truck-single-unit"),
    ],
)
def test_flows_by_everyday_names(core: Background, name: str, dataset: str) -> None:
    assert core.flow(name) == [dataset]


@pytest.mark.parametrize("name", ["ABS", "SPCC", "冷轧板", "304", "Q235", "PA66-GF30", "PP", "ADC12", "瓦楞纸板"])
def test_materials_by_trade_names(core: Background, name: str) -> None:
    found = core.material(name)
    assert len(found) == 1, name
    assert found[0].dataset in core.datasets


def test_modes_of_the_contract_have_datasets(core: Background) -> None:
    assert all(core.mode(mode) in core.datasets for mode in ("truck", "rail", "ship", "barge", "air"))


def test_water_by_the_litre_and_waste_water_by_the_tonne(core: Background, tmp_path: Path) -> None:
    # 45 L × 0.9982 kg/L = 44.919 kg; 998.2 t a year over 1,000 units at 998.2 kg/m3 = 1 m3 a unit
    use = Use(flows=(UseFlow("water", At("product.yaml", 9), "flow", "tap water", Amount(45.0, "L"), "life"),))
    out = row("wastewater", Amount(998.2, "t"), scope="product", direction="out", kind="waste")
    made = product(tmp_path, part("a", 1.0, dataset="pp-granulate"), mass_kg=1.0, use=use, processes=(out,))
    foreground, problems, _ = built(made, core)
    assert not problems
    found = {d.dataset: d.amount for i in foreground.items for d in i.demands}
    assert found["tap-water"] == pytest.approx(44.919)
    assert found["wastewater-treatment"] == pytest.approx(1.0)
