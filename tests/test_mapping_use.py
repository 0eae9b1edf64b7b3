"""What a person wrote into `mapping.csv` is what happens: factors, coatings, other names of the same thing, slips."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import background, built, dataset, material, part, product, row

from ecoprod.errors import At
from ecoprod.foreground import Foreground
from ecoprod.product import Amount, MappingRow


def demands(foreground: Foreground, item: str) -> dict[str, float]:
    (found,) = [i for i in foreground.items if i.id == item]
    return {d.dataset: d.amount for d in found.demands}


def mapped(name: str, to: str, factor: float = 1.0, of: str | None = None) -> MappingRow:
    return MappingRow(name, to, At("mapping.csv", 2), of, factor, "chosen for a test", "Li Lei")


def test_a_factor_is_per_kg_whatever_the_dataset_counts(tmp_path: Path) -> None:
    """10 kg at 0.2 pieces a kg are 2 pieces; without the factor a row is one piece."""
    data = background(tmp_path, dataset("board", "unit"), materials=(material("steel"),))
    made = product(tmp_path, part("box", 10.0, material="steel"), mapping=(mapped("steel", "board", 0.2),))
    foreground, problems, ledger = built(made, data)
    assert not problems
    assert demands(foreground, "bom:box/production") == {"board": pytest.approx(2.0)}
    assert "steel → board" in str(ledger["mapping:steel"].source)


def test_a_coating_follows_the_mapping(tmp_path: Path) -> None:
    """40 g/m2 on 0.3 m2 are 0.012 kg; the rest of 1 kg is steel."""
    data = background(
        tmp_path, dataset("steel"), dataset("zinc"), dataset("paint"), materials=(material("zinc", "zinc"),)
    )
    coated = part("box", 1.0, dataset="steel", coatings=(("zinc", 0.04, 0.3),))
    made = product(tmp_path, coated, mapping=(mapped("zinc", "paint", 2.0),))
    foreground, problems, _ = built(made, data)
    assert not problems
    found = demands(foreground, "bom:box/production")
    assert found == {"steel": pytest.approx(0.988), "paint": pytest.approx(0.024)}


def test_a_row_holds_for_every_name_of_the_same_thing(tmp_path: Path) -> None:
    steel = material("steel", "steel", aliases=("钢",))
    data = background(tmp_path, dataset("steel"), dataset("own"), dataset("own-power", "kWh"), materials=(steel,))
    power = row("electricity", Amount(1.0, "kWh"), scope="product")
    rows = (mapped("钢", "own"), mapped("电", "own-power"))
    made = product(tmp_path, part("box", 1.0, material="steel"), processes=(power,), mapping=rows)
    foreground, problems, ledger = built(made, data)
    assert not problems
    assert demands(foreground, "bom:box/production") == {"own": 1.0}
    assert {d.dataset for i in foreground.items for d in i.demands} == {"own", "own-power"}
    assert "mapping:unused" not in ledger


def test_rows_that_nothing_uses_show_with_their_place(tmp_path: Path) -> None:
    data = background(tmp_path, dataset("steel"), materials=(material("steel", "steel"),))
    rows = (mapped("stel", "steel"), mapped("steel", "steel", of="uscli"))
    made = product(tmp_path, part("box", 1.0, material="steel"), mapping=rows)
    _, problems, ledger = built(made, data)
    assert not problems
    entry = ledger["mapping:unused"]
    assert (entry.kind, entry.value) == ("assumed", 2)
    assert str(entry.source) == "stel (—, mapping.csv:2); steel (uscli, mapping.csv:2)"


def test_a_factor_without_a_mass_is_refused(tmp_path: Path) -> None:
    data = background(tmp_path, dataset("board", "unit"), materials=(material("steel"),))
    made = product(tmp_path, part("box", material="steel", role="service"), mapping=(mapped("steel", "board", 0.2),))
    _, problems, _ = built(made, data)
    assert "mapping-factor-mass" in [p.code for p in problems]


def test_a_dataset_of_another_kind_of_unit_is_told_at_the_mapping(tmp_path: Path) -> None:
    data = background(tmp_path, materials=(material("steel"),))
    made = product(tmp_path, part("box", 1.0, material="steel"), mapping=(mapped("steel", "transport-truck"),))
    _, problems, _ = built(made, data)
    assert [(p.code, str(p.at)) for p in problems] == [("mapping-unit", "mapping.csv:2")]
