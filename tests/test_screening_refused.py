"""Designs that cannot be judged: no figures, last in rank, never on the front, in every form of output."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import design_cases as cases
import numpy as np
import pandas as pd
import pytest
from ecoprod_cli.main import main

from ecoprod.report.schemas import faults
from ecoprod.screening.screen import screen

Captured = pytest.CaptureFixture[str]
USE = {
    "lifetime": "10 year", "cycles": "100 1/year",
    "flows": [{"flow": "electricity", "amount": "20 kWh", "per": "life", "source": "made up"}],
}  # fmt: skip
SAVING = {"flow": "electricity", "reduction": "15 kWh", "distance": "200000 km", "source": "made up"}
OPTIONS: list[dict[str, Any]] = [
    # 800 g less would save 0.8/100 × 15/100 × 200,000 = 240 kWh of 20 kWh; 10 g less saves 3 kWh
    {"part": "A", "name": "too light", "set": {"mass": "100 g"}},
    {"part": "A", "name": "light", "set": {"mass": "890 g"}},
    {"part": "A", "name": "heavy", "set": {"mass": "950 g"}},
]


def product(folder: Path) -> Path:
    return cases.product(folder, use=USE)


def offer(folder: Path, **more: Any) -> Path:
    return cases.variants(folder, OPTIONS, use_saving=SAVING, **more)


def test_a_refused_design_has_no_figures_and_comes_last(tmp_path: Path) -> None:
    found = screen(product(tmp_path), offer(tmp_path, objectives=[{"indicator": "mass"}]))
    frame = found.frame()
    assert frame["option:A"].tolist() == ["as_is", "too light", "light", "heavy"]
    assert (frame["verdict"] == "refused").tolist() == [False, True, False, False]
    # the least mass is the best: light, as it is, heavy; what cannot be judged behind all of them
    assert frame["rank"].tolist() == [2, 4, 1, 3]
    assert frame["front"].tolist() == [False, False, True, False]
    figures = [n for n in frame.select_dtypes("number").columns if n not in ("design", "rank", "front")]
    assert len(figures) > 10
    assert frame.loc[1, figures].isna().all()
    assert frame.loc[[0, 2, 3], ["mass", "EF v3.1/climate-change"]].notna().all().all()


def test_a_refused_design_ranks_behind_those_without_a_value(tmp_path: Path) -> None:
    """No option has a cost: nobody has a value; the refused design is the last all the same."""
    frame = screen(product(tmp_path), offer(tmp_path, objectives=[{"indicator": "cost"}])).frame()
    assert frame["rank"].tolist() == [1, 4, 2, 3]
    assert not frame["front"].any()


def test_documents_tables_and_the_page_keep_refused_designs_apart(tmp_path: Path, capsys: Captured) -> None:
    arguments = ["screen", str(product(tmp_path)), "--variants", str(offer(tmp_path)), "--lang", "en"]
    assert main([*arguments, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert faults("screening", document) == []
    # more of the recycled part A is more mass and a higher rate: no design beats another
    assert document["front"] == [1, 3, 4]
    last = document["designs"][-1]
    assert (last["number"], last["rank"], last["front"], last["verdict"]) == (2, 4, False, "refused")
    assert last["mass_kg"] is None
    assert {i["coverage"] for i in last["impacts"].values()} == {None}
    assert {i["value"] for i in last["impacts"].values()} == {None}
    # it is told of as refused, and not once more as a design without a value
    assert "screen-note-unknown" not in {note["code"] for note in document["notes"]}
    assert main([*arguments, "--format", "csv"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert np.isnan(table.loc[1, "mass"])
    assert main([*arguments, "--format", "parquet", "-o", str(tmp_path / "t.parquet")]) == 0
    assert np.isnan(pd.read_parquet(tmp_path / "t.parquet").loc[1, "mass"])
    assert main(arguments) == 0
    rows = capsys.readouterr().out.splitlines()
    refused = next(row for row in rows if row.strip().startswith("2 ") and "refused" in row)
    assert refused.split()[1:4] == ["—", "—", "—"]


def test_the_note_on_refused_designs_names_them_what_they_change_and_the_remedy(
    tmp_path: Path, capsys: Captured
) -> None:
    more = {"parameters": [{"name": "rate", "field": "end_of_life.collection", "values": ["50 %", "100 %"]}]}
    arguments = ["screen", str(product(tmp_path)), "--variants", str(offer(tmp_path, **more)), "--format", "json"]
    assert main(arguments) == 0
    document = json.loads(capsys.readouterr().out)
    refused = [d["number"] for d in document["designs"] if d["verdict"] == "refused"]
    assert refused == [3, 4]  # as it is: 1 and 2; too light: 3 and 4
    (note,) = [n for n in document["notes"] if n["code"] == "screen-note-refused"]
    assert "not to be judged: 2 (design 3, 4; 3 is A: too light; rate = 50 %)" in note["message"]["en"]
    assert "check reduction and distance" in note["message"]["en"]
    assert "2 个设计不能判定（编号 3, 4；其中 3 为 A: too light; rate = 50 %）" in note["message"]["zh"]
    assert "核对节能系数和里程" in note["message"]["zh"]


FAULTY = """ecoprod: 1
options:
  - {part: A, name: light, set: {mass: 890 g, color: red}}
  - {part: Z9, name: light, set: {mass: 890 g}}
parameters:
  - {name: way, field: "distribution[5].distance", values: [10 km, 20 km]}
objectives: [{indicator: weight}]
"""


@pytest.mark.parametrize("command", ["screen", "levers"])
@pytest.mark.parametrize(
    ("spoil", "of_product", "of_variants"),
    [
        # what only a product read to the end can settle (the leg that is varied) is left for the next round
        (("product.yaml", "assessed_on:", "assesed_on:"), "assesed_on", ("color", "Z9", "weight")),
        (("product.yaml", "ecoprod: 1", "ecoprod: ["), "product.yaml", ("color", "weight")),
        (("bom.csv", "id,", "idd,"), "idd", ("color", "weight")),
        (None, "", ("color", "Z9", "weight", "distribution[5].distance")),
    ],
)
def test_a_broken_product_does_not_hide_what_is_wrong_with_the_variants(
    tmp_path: Path, capsys: Captured, command: str, spoil: tuple[str, str, str] | None, of_product: str,
    of_variants: tuple[str, ...],
) -> None:  # fmt: skip
    folder, file = product(tmp_path), tmp_path / "v.yaml"
    file.write_text(FAULTY, encoding="utf-8")
    if spoil is not None:
        name, old, new = spoil
        content = (folder / name).read_text(encoding="utf-8")
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")
    assert main([command, str(folder), "--variants", str(file), "--lang", "en"]) == 2
    lines = capsys.readouterr().err.splitlines()
    told = [line for line in lines if line.startswith("v.yaml")]
    assert of_product in "\n".join(line for line in lines if line not in told)
    assert all(any(word in line for line in told) for word in of_variants)
    assert len(told) == len(of_variants)
    assert main([command, str(folder / "none"), "--variants", str(file), "--lang", "en"]) == 2
    assert "v.yaml:3" in capsys.readouterr().err
