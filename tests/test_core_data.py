"""The bundled core answers to the names and units that people write."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from factories import built, part, product, row

from ecoprod.background import Background, load_background, read_background
from ecoprod.data_check import check_background
from ecoprod.errors import At, InputError
from ecoprod.lca.uncertainty import of_exchange, published
from ecoprod.product import Amount, Use, UseFlow
from ecoprod.resources import bundled


@pytest.fixture(scope="module")
def core() -> Background:
    return load_background()


def test_the_core_has_no_findings(core: Background) -> None:
    assert check_background(core) == []
    assert len(core.datasets) >= 50


def test_the_core_is_read_once_and_again_where_a_file_of_it_changes(
    core: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_background() is load_background()
    folder = tmp_path / "lci_data"
    shutil.copytree(core.folder, folder)
    monkeypatch.setattr("ecoprod.background.bundled", lambda _: folder)
    copy = load_background()
    assert copy.folder == folder
    assert copy.sha256 == core.sha256
    path = folder / "processes.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("自来水", "改名水"), "utf-8")
    assert load_background().flow("改名水") == ["tap-water"]
    path.write_text(text, "utf-8")
    assert load_background().flow("改名水") == []


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


@pytest.mark.parametrize(
    ("names", "dataset"),
    [
        ("SPCC;冷轧板;DC01;St12", "steel-cold-rolled-cn"),
        ("SECC;SGCC;DX51D+Z;镀锌板", "steel-galvanised-cn"),
        ("Q235;Q235B;S235JR;A36;SS400;Q355B;S355JR;45钢;S45C;40Cr;42CrMo;SCM440", "steel-hot-rolled-cn"),
        ("304;SUS304;06Cr19Ni10;316L;430;不锈钢", "stainless-304"),
        ("HT250;EN-GJL-250;QT500-7;GGG50", "cast-iron-cn"),
        ("ADC12;A380;A356;6061-T6;6063;5052;7075;铝合金", "aluminium-primary-cn"),
        ("T2;C11000;紫铜", "copper-cathode-cn"),
        ("H62;HPb59-1;C3604", "brass"),
        ("AZ91D;AM60B", "magnesium"),
        ("TC4;Ti-6Al-4V", "titanium"),
        ("Zamak 3;锌合金", "zinc"),
        ("ABS;ABS-FR;阻燃ABS", "abs-granulate"),
        ("HIPS;PS-HI", "hips"),
        ("PP;聚丙烯;PP-TD20", "pp-granulate"),
        ("PA66-GF30;PA66+GF30;PA66+30%GF", "pa66-gf30"),
        ("MDF;中纤板", "mdf"),
        ("C30;商品混凝土", "concrete-c30"),
        ("岩棉;rock wool", "rock-wool"),
        ("钕铁硼;NdFeB", "ndfeb-magnet"),
        ("涤纶;polyester fibre", "polyester-filament"),
        ("LAS;十二烷基苯磺酸钠", "las"),
        ("铅酸电池;lead-acid battery", "battery-lead-acid"),
        ("R32;HFC-32", "refrigerant-r32"),
        ("瓦楞纸板;纸箱", "cardboard"),
        ("NBR;EPDM;三元乙丙", "rubber-synthetic"),
    ],
)
def test_materials_by_trade_names(core: Background, names: str, dataset: str) -> None:
    assert {n: [m.dataset for m in core.material(n)] for n in names.split(";")} == {
        n: [dataset] for n in names.split(";")
    }


def test_every_material_class_has_its_names_and_its_row_on_the_page(core: Background) -> None:
    page = (Path(__file__).parent.parent / "docs" / "reference" / "materials.md").read_text(encoding="utf-8")
    section = page.split("## Material classes\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    listed = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    with (bundled("lci_data") / "material_classes.csv").open(encoding="utf-8", newline="") as file:
        rows = [[f"`{row['id']}`", row["name_zh"], row["holds"]] for row in csv.DictReader(file)]
    assert [row for row in listed if row[0] != "`class`"] == rows
    assert sorted(row[0].strip("`") for row in rows) == sorted(core.material_classes)
    assert all(len(names) == 2 and all(names) for names in core.material_classes.values())


def test_a_name_that_two_materials_answer_to_stays_ambiguous(core: Background) -> None:
    assert [m.id for m in core.material("钢板")] == ["steel-sheet-hot-rolled", "steel-sheet-cold-rolled"]


def test_figures_of_common_materials_are_those_of_their_sources(core: Background) -> None:
    """Read off the sources by hand: S235JR, EN-GJS-500-7 (FreeCAD), 6061-T6 (Callister), AZ91D (GR Molding)."""
    figures = {m.id: (m.youngs_modulus_gpa, m.yield_strength_mpa, m.strength_basis) for m in core.materials}
    assert figures["steel-q235"] == (210, 235, "yield")
    assert figures["cast-iron-qt500"] == (170, 320, "yield")
    assert figures["aluminium-6061"] == (69, 276, "yield")
    assert figures["magnesium-az91d"] == (45, 160, "yield")
    assert figures["glass-flat"] == (69, 69, "flexural")
    assert sum(e is not None and s is not None for e, s, _ in figures.values()) >= 55


def test_hints_name_the_substances_that_suppliers_are_asked_about(core: Background) -> None:
    hints = {m.id: " ".join(m.substance_hints) for m in core.materials}
    assert "Pb" in hints["brass"]
    assert "Pb" in hints["steel-free-cutting"]
    assert "DEHP" in hints["pvc-soft"]
    assert "Cr(VI)" in hints["steel-sheet-galvanised"]
    assert "PBDE" in hints["abs-fr"]


def test_every_exchange_of_the_core_has_an_uncertainty(core: Background) -> None:
    assert set(published().sources) <= set(core.sources())
    for exchange in core.exchanges():
        spread = of_exchange(exchange, core.datasets[exchange.process], core.datasets)
        assert spread is not None
        assert 0 < spread.sigma < 1.5, exchange


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


# -- take one thing away from the core, and the check says so


def _without_source(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "sources.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        del content[name]
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    return change


def _exchange(process: str, target: str, /, **values: str) -> Callable[[Path], None]:
    """One cell of one exchange replaced."""

    def change(folder: Path) -> None:
        path = folder / "exchanges.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (hit,) = [r for r in rows if (r["process"], r["target"]) == (process, target)]
        hit |= values
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    return change


def _without_dataset(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "processes.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{name},")]
        assert len(kept) == len(lines) - 1
        path.write_text("".join(kept), encoding="utf-8")

    return change


def _codes(folder: Path, core: Background) -> list[str]:
    try:
        found = check_background(read_background(folder, core.manifest))
    except InputError as error:
        found = list(error.problems)
    return [p.code for p in found]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # an inventory, a list of totals, a material's modulus alone, a scenario, a validation figure alone
        (_without_source("uslci"), "data-unknown-source"),
        (_without_source("ecobalyse2024"), "data-unknown-source"),
        (_without_source("callister2007"), "data-unknown-source"),
        (_without_source("mohurd-2022"), "data-unknown-source"),
        (_without_source("knauf-epd"), "data-unknown-source"),
        (_exchange("weaving", "electricity-cn-grid", unit=""), "data-unit"),
        (_exchange("styrene", "benzene", unit="kWh"), "data-unit"),
        (_exchange("aes", "fatty-alcohol", target=""), "data-unknown-input"),
        (_exchange("aes", "fatty-alcohol", target="fatty alcohol C99"), "data-unknown-input"),
        (_exchange("electricity-cn-grid-2025", "electricity-pv-cn", source=""), "data-unknown-source"),
        (_without_dataset("benzene"), "data-unknown-input"),
    ],
)
def test_the_core_is_not_clean_without(
    change: Callable[[Path], None], code: str, core: Background, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(core.folder, tmp_path / "core"))
    change(folder)
    assert code in _codes(folder, core)


def test_no_source_is_registered_for_nothing(core: Background) -> None:
    cited = {e.source for e in core.exchanges()} | set(
        re.findall(r"[\w-]+", " ".join(e.note for e in core.exchanges()))
    )
    named = ("materials.csv", "validation.csv", "foreign_units.csv", "elementary_names.csv", "background.yaml",
             "energy_reduction.csv")  # fmt: skip
    for path in (*(core.folder / name for name in named), *core.folder.glob("scenarios/*.yaml")):
        cited |= set(re.findall(r"[\w-]+", path.read_text(encoding="utf-8")))
    cited |= set(re.findall(r"source: ([\w-]+)", (core.folder / "uncertainty.yaml").read_text(encoding="utf-8")))
    assert set(core.sources()) - cited == set()
