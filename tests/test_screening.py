"""Screening: designs equal those written out as files, bad variants files, samples, fronts, tables, interruption."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import design_cases as cases
import numpy as np
import pandas as pd
import pytest
import yaml
from ecoprod_cli.main import main
from folders import Row, edit_rows, edit_yaml
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from jsonschema import Draft202012Validator

from ecoprod.corridor import assess
from ecoprod.errors import InputError, ModelError
from ecoprod.report.schemas import faults, schema
from ecoprod.screening import resume as resuming
from ecoprod.screening.kept import front_of, order_of
from ecoprod.screening.screen import Screening, screen
from ecoprod.screening.variants import Objective

Captured = pytest.CaptureFixture[str]
LIMITS = {
    "mass": "at_most: 1.8 kg", "recyclability-rate": "at_least: 73 %", "recycled-content": "at_least: 5 %",
    "impact:climate-change": "at_most: 12 kg CO2-Eq", "energy-per-mass": "at_most: 70 kgce/t",
}  # fmt: skip
OPTIONS: list[dict[str, Any]] = [
    {"part": "A", "name": "light", "set": {"material": "6061", "mass": "350 g", "cost": "9 元"}},
    {"part": "A", "name": "stiff", "set": {"material": "6061", "at_equal": "stiffness of panel", "cost": "8 元"}},
    {"part": "B", "name": "recycled", "set": {"recycled_content": "60 %", "cost": "1.5 元"}},
    {"group": ["C", "D"], "name": "clipped", "set": {"end_of_life": "recycling", "joining": "clip", "cost": "0.5 元"}},
    {"part": "E", "name": "near", "set": {"transport": "truck 50 km; ship 200 km", "cost": "-1 元"}},
]
PARAMETERS: list[dict[str, Any]] = [
    {"name": "wall", "field": "bom[D].mass", "range": ["100 g", "300 g"]},
    {"name": "scrap", "field": "bom[B].yield", "range": ["60 %", "100 %"]},
    {"name": "way", "field": "distribution[0].distance", "range": ["100 km", "2000 km"]},
]
SAMPLE = {"design": {"sample": 40, "seed": 5}}


def screened(folder: Path, **more: Any) -> Screening:
    place = cases.specification(folder, LIMITS)
    content = {"options": OPTIONS, "parameters": PARAMETERS, **SAMPLE, **more}
    offer = cases.variants(folder, content.pop("options"), **content)
    return screen(cases.product(folder), offer, spec=str(place))


# ---- every screened design is the one that files would give --------------------------------------


def by_hand(folder: Path, options: Mapping[str, str], values: Mapping[str, float]) -> Path:
    """The design as somebody writes it: the cells of the bill and the lines of the product file."""
    place = cases.product(folder)
    # steel to aluminium at equal stiffness of a panel: (rho2/rho1) (E1/E2)^(1/3), figures of materials.csv
    # (SPCC: 7850 kg/m3 and 207 GPa; 6061: 2700 kg/m3 and 69 GPa)
    stiff = 0.9 * 2700 / 7850 * (207 / 69) ** (1 / 3)
    cells: dict[tuple[str, str], dict[str, str]] = {
        ("A", "light"): {"material": "6061", "mass": "350 g"},
        ("A", "stiff"): {"material": "6061", "mass": f"{stiff!r} kg"},
        ("B", "recycled"): {"recycled_content": "60 %"},
        ("C + D", "clipped"): {"end_of_life": "recycling", "joining": "clip"},
        ("E", "near"): {"transport": "truck 50 km; ship 200 km"},
    }

    def change(rows: list[Row]) -> list[Row]:
        for row in rows:
            row.setdefault("joining", "")
            for (slot, name), written in cells.items():
                if row["id"] in slot.split(" + ") and options[slot] == name:
                    row.update(written)
            if row["id"] == "D":
                row["mass"] = f"{values['wall']!r} kg"
            if row["id"] == "B":
                row["yield"] = f"{100 * values['scrap']!r} %"
        return rows

    total: list[float] = []

    def weighed(rows: list[Row]) -> list[Row]:
        for row in rows:
            number, unit = row["mass"].split()
            total.append(float(number) / (1000 if unit == "g" else 1))
        return rows

    head = (place / "bom.csv").read_text(encoding="utf-8").splitlines()
    (place / "bom.csv").write_text("\n".join([head[0] + ",joining", *(f"{h}," for h in head[1:])]) + "\n", "utf-8")
    edit_rows(place / "bom.csv", change)
    edit_rows(place / "bom.csv", weighed)

    def product(content: dict[str, Any]) -> None:
        content["product"]["mass"] = f"{sum(total)!r} kg"
        content["distribution"][0]["distance"] = f"{values['way']!r} km"

    edit_yaml(place, product)
    return place


def test_every_screened_design_is_the_one_that_its_files_give(tmp_path: Path) -> None:
    found = screened(tmp_path)
    frame, spec = found.frame(), str(tmp_path / "sample")
    verdicts, masses = set(), set()
    for _, row in frame.iterrows():
        options = {name.removeprefix("option:"): row[name] for name in frame.columns if name.startswith("option:")}
        values = {name.removeprefix("parameter:"): row[name] for name in frame.columns if name.startswith("parameter:")}
        made = assess(by_hand(tmp_path, options, values), spec=spec)
        assert made.foreground is not None
        assert made.lca is not None
        assert row["mass"] == pytest.approx(made.foreground.product_mass_kg, rel=1e-9)
        for method in made.lca.methods:
            for category in method.categories.values():
                if category.value is None:  # too little of it is covered
                    assert np.isnan(row[f"{method.method}/{category.id}"])
                    continue
                assert row[f"{method.method}/{category.id}"] == pytest.approx(category.value, rel=1e-9)
                shown = row[f"{method.method}/{category.id}:per-functional-unit"]
                assert shown == pytest.approx(category.per_functional_unit, rel=1e-9)
        for name in ("recyclability-rate", "recoverability-rate", "recycled-content"):
            measure = made.measures[name]
            assert (row[f"{name}:low"], row[f"{name}:high"]) == pytest.approx((measure.low, measure.high), rel=1e-9)
        assert row["verdict"] == made.verdict.outcome
        for status, column in (("fail", "failed"), ("undetermined", "undetermined")):
            wanted = [f.requirement.id for f in made.findings if f.status == status]
            assert [n for n in str(row[column]).split("; ") if n] == wanted
        verdicts.add(row["failed"])
        masses.add(round(row["mass"], 6))
    assert len(verdicts) > 4  # the limits lie among the designs
    assert len(masses) > 20


def test_cost_adds_up_and_the_base_is_the_product_as_it_is(tmp_path: Path) -> None:
    found = screened(tmp_path)
    frame = found.frame()
    prices = {"light": 9, "stiff": 8, "recycled": 1.5, "clipped": 0.5, "near": -1, "as_is": 0}
    wanted = sum(frame[c].map(prices) for c in frame.columns if c.startswith("option:"))
    assert np.allclose(frame["cost"], wanted)
    base = assess(cases.product(tmp_path), spec=str(tmp_path / "sample"))
    assert found.screen.base.columns["mass"][0] == pytest.approx(base.foreground.product_mass_kg)  # type: ignore[union-attr]
    assert found.screen.outcome(int(found.screen.base.outcome[0])).verdict == base.verdict.outcome


def test_a_use_flow_follows_the_mass_as_the_formula_says(tmp_path: Path) -> None:
    """200,000 km, 0.15 kWh per 100 km and 100 kg: 550 g less save 0.55/100 × 0.15/100 × 200,000 = 1.65 kWh."""
    use = {"lifetime": "10 year", "cycles": "100 1/year",
           "flows": [{"flow": "electricity", "amount": "3000 kWh", "per": "life", "source": "made up"}]}  # fmt: skip
    saving = {"flow": "electricity", "reduction": "0.15 kWh", "distance": "200000 km", "source": "made up"}
    place = cases.specification(tmp_path, LIMITS)
    product = cases.product(tmp_path, use=use)
    offer = cases.variants(tmp_path, OPTIONS[:1], use_saving=saving)
    found = screen(product, offer, spec=str(place)).frame()
    as_is, light = (float(v) for v in found["EF v3.1/climate-change"])
    without = screen(product, cases.variants(tmp_path, OPTIONS[:1]), spec=str(place)).frame()
    plain_as_is, plain_light = (float(v) for v in without["EF v3.1/climate-change"])
    more = {**use, "flows": [{**use["flows"][0], "amount": "3001.65 kWh"}]}  # type: ignore[dict-item, index]
    dearer = assess(cases.product(tmp_path, use=more)).lca
    assert dearer is not None
    category = dearer.category("EF v3.1", "climate-change")
    assert category is not None
    assert category.value is not None
    assert as_is == pytest.approx(plain_as_is, rel=1e-12)
    assert light == pytest.approx(plain_light - (category.value - plain_as_is), rel=1e-9)


# ---- which designs, and which of them are best ---------------------------------------------------


def test_every_combination_once_and_the_same_sample_for_the_same_seed(tmp_path: Path) -> None:
    full = screened(
        tmp_path, parameters=[{"name": "wall", "field": "bom[D].mass", "values": ["150 g", "200 g"]}], design="full"
    )
    frame = full.frame()
    columns = [c for c in frame.columns if c.startswith(("option:", "parameter:"))]
    assert len(frame) == 3 * 2 * 2 * 2 * 2 == len(frame[columns].drop_duplicates())
    one, same = (screened(tmp_path).frame() for _ in range(2))
    other = screened(tmp_path, design={"sample": 40, "seed": 6}).frame()
    pd.testing.assert_frame_equal(one, same)
    assert not one["parameter:wall"].equals(other["parameter:wall"])
    # a Latin hypercube: one value in each of the 40 slices of the range
    slices = np.floor((one["parameter:wall"] - 0.1) / 0.2 * 40)
    assert sorted(slices) == list(range(40))


def test_listed_designs_in_their_order(tmp_path: Path) -> None:
    listed = [{"A": "light", "wall": "150 g"}, ["recycled", "near"], {"C+D": "clipped"}]
    frame = screened(tmp_path, design={"list": listed}).frame()
    assert frame["option:A"].tolist() == ["light", "as_is", "as_is"]
    assert frame["option:C + D"].tolist() == ["as_is", "as_is", "clipped"]
    assert frame["option:E"].tolist() == ["as_is", "near", "as_is"]
    assert frame["parameter:wall"].tolist() == pytest.approx([0.15, 0.2, 0.2])


@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(1, 25), st.just(3)), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan])
    ),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_the_front_is_what_no_other_design_beats(values: np.ndarray[Any, Any], more: list[bool]) -> None:
    goals = [Objective("indicator", f"o{n}", "", way) for n, way in enumerate(more)]
    better = np.where(more, -values, values)

    def beats(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
        return bool((a <= b).all() and (a < b).any())

    known = [n for n in range(len(values)) if not np.isnan(values[n]).any()]
    wanted = [n for n in known if not any(beats(better[m], better[n]) for m in known)]
    assert np.flatnonzero(front_of(goals, values)).tolist() == wanted
    order = order_of(goals, values).tolist()
    assert sorted(order) == list(range(len(values)))
    firsts = [better[n, 0] for n in order]
    numbers = [f for f in firsts if not np.isnan(f)]
    assert numbers == sorted(numbers)
    assert all(np.isnan(f) for f in firsts[len(numbers) :])


# ---- bad variants files --------------------------------------------------------------------------

BAD = """ecoprod: 1
options:
  - {part: Z, name: a, set: {mass: 1 kg}}
  - {part: A, name: b, set: {material: 6061}}
  - {part: A, name: c, set: {mass: 300}}
  - {part: A, name: d, set: {material: 6061, mass: 1 kg, at_equal: stiffness of panel}}
  - {part: B, name: e, set: {at_equal: strength of rope}}
  - {part: B, name: f, set: {colour: red}}
  - {group: [C, D], name: g, set: {mass: 1 kg}}
  - {part: C, name: h, set: {mass: 2 kg}}
  - {part: C, name: h, set: {mass: 3 kg}}
  - {part: D, name: i, set: {}}
parameters:
  - {name: w, field: "bom[A].mass", range: [1 kg, 2 kg]}
  - {name: x, field: "bom[Q].mass", range: [1 kg, 2 kg]}
  - {name: y, field: use.lifetime, range: [1 year, 2 year]}
  - {name: z, field: "bom[E].mass", range: [2 kg, 1 kg]}
  - {name: v, field: "bom[E].yield", values: [120 %]}
design: {list: [{A: nothing, w: 9 kg}]}
objectives: [{indicator: beauty}, {category: climate-chaos}]
"""


def test_a_bad_file_gets_every_problem_at_once(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(BAD, encoding="utf-8")
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(path), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    for line, words in {
        3: "neither the bill of materials nor the packaging has “Z”",
        4: "changes the material and gives no mass",
        5: "300 has no unit",
        6: "gives a mass and at_equal",
        7: "rope",
        8: "colour",
        11: "an option named “h” already",
        12: "changes nothing",
        15: "has “Q”",
        17: "two values, the smaller first",
        18: "120 %",
        19: "no option “nothing”",
        20: "beauty",
    }.items():
        assert any(f"bad.yaml:{line} " in told and words in told for told in said.splitlines()), (line, words, said)
    assert "both change mass of “C”" in said
    assert "both change mass of “A”" in said
    assert "climate-chaos" in said
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(path), "--format", "json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["problems"]) >= 16


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"parameters": PARAMETERS}, "draw a sample"),
        ({"options": [{"part": "A", "name": "x", "set": {"material": "nosuchstuff", "mass": "1 kg"}}]}, "nosuchstuff"),
        ({"options": [{"part": "A", "name": "x", "set": {"recycled_content": "30 %"}}]}, "recycled"),
        (
            {"options": [{"part": "A", "name": "x", "set": {"material": "橡胶", "at_equal": "strength of tie"}}]},
            "mass at equal function",
        ),
        ({}, "neither an option nor a parameter"),
        (
            {"options": OPTIONS[:1], "use_saving": {"flow": "petrol", "reduction": "0.1 L", "distance": "1 km"}},
            "petrol",
        ),
    ],
)
def test_variants_that_make_no_design_are_refused_with_the_line(
    tmp_path: Path, capsys: Captured, content: dict[str, Any], words: str
) -> None:
    path = tmp_path / "v.yaml"
    path.write_text(yaml.safe_dump({"ecoprod": 1, **content}, allow_unicode=True), encoding="utf-8")
    assert main(["screen", str(cases.product(tmp_path)), "--variants", str(path), "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert "v.yaml" in said


def test_too_many_combinations_ask_for_a_sample(tmp_path: Path, capsys: Captured) -> None:
    options = [
        {"part": part, "name": f"{part}{n}", "set": {"mass": f"{100 + n} g"}} for part in "ABCDE" for n in range(20)
    ]
    offer = cases.variants(tmp_path, options)
    arguments = ["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--lang", "en"]
    assert main(arguments) == 2
    # 21^5 combinations
    assert "4 084 101 combinations, more than 1 000 000" in capsys.readouterr().err
    assert main([*arguments, "--sample", "30"]) == 0


# ---- documents, tables and interruption ----------------------------------------------------------


def arguments(folder: Path) -> list[str]:
    place = cases.specification(folder, LIMITS)
    offer = cases.variants(folder, OPTIONS, parameters=PARAMETERS, **SAMPLE)
    return ["screen", str(cases.product(folder)), "--variants", str(offer), "--spec", str(place)]


def test_the_document_keeps_to_its_schema_and_ranks(tmp_path: Path, capsys: Captured) -> None:
    assert main([*arguments(tmp_path), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert faults("screening", document) == []
    assert document["count"] == 40 == len(document["designs"])
    assert [d["rank"] for d in document["designs"]] == list(range(1, 41))
    masses = [d["mass_kg"] for d in document["designs"]]
    assert masses == sorted(masses)
    assert sorted(document["front"]) == sorted(d["number"] for d in document["designs"] if d["front"])
    content = yaml.safe_load((tmp_path / "variants.yaml").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(schema("variants")).iter_errors(content))


def test_the_page_reads_in_both_languages(tmp_path: Path, capsys: Captured) -> None:
    for lang, words in (("zh", "判定日期 2026-03-01"), ("en", "Judged as of 2026-03-01")):
        assert main([*arguments(tmp_path), "--lang", lang]) == 0
        page = capsys.readouterr().out
        assert page.startswith(words)
        assert "A: " in page


@pytest.mark.parametrize(("form", "read"), [("csv", pd.read_csv), ("parquet", pd.read_parquet)])
def test_tables_hold_every_design_in_full_precision(
    tmp_path: Path, form: str, read: Callable[[io.BytesIO], pd.DataFrame]
) -> None:
    target = tmp_path / f"designs.{form}"
    assert main([*arguments(tmp_path), "--format", form, "-o", str(target)]) == 0
    table = read(io.BytesIO(target.read_bytes()))
    frame = screened(tmp_path).frame()
    assert table.columns.tolist() == frame.columns.tolist()
    for name in ("mass", "EF v3.1/climate-change", "parameter:wall"):
        assert table[name].tolist() == frame[name].tolist()
    assert not (tmp_path / f"designs.{form}.part").exists()


def test_no_name_becomes_a_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    options = [{**OPTIONS[0], "name": "=HYPERLINK(A1)"}]
    offer = cases.variants(tmp_path, options)
    target = tmp_path / "t.csv"
    assert (
        main(["screen", str(cases.product(tmp_path)), "--variants", str(offer), "--format", "csv", "-o", str(target)])
        == 0
    )
    assert "'=HYPERLINK(A1)" in target.read_text(encoding="utf-8")


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 8)
    whole, target = tmp_path / "whole.csv", tmp_path / "designs.csv"
    given = [*arguments(tmp_path), "--format", "csv"]
    assert main([*given, "-o", str(whole)]) == 0
    ready = resuming._keeping

    def stopping(*args: Any) -> Any:
        for n, chunk in enumerate(ready(*args)):
            yield chunk
            if n == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(resuming, "_keeping", stopping)
    assert main([*given, "-o", str(target), "--lang", "en"]) == 130
    assert "designs kept in designs.csv.part: 24; the same command with --resume" in capsys.readouterr().err
    assert len(list((tmp_path / "designs.csv.part").glob("*.npz"))) == 3
    assert not target.exists()
    seen: list[int] = []

    def counting(*args: Any) -> Any:
        for chunk in ready(*args):
            seen.append(chunk.start)
            yield chunk

    monkeypatch.setattr(resuming, "_keeping", counting)
    assert main([*given, "-o", str(target), "--resume"]) == 0
    assert seen == [24, 32]
    assert target.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "designs.csv.part").exists()


def test_designs_refused_before_an_interruption_are_told_with_their_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 2)
    use = {"lifetime": "10 year", "cycles": "100 1/year", "flows": [
        {"flow": "electricity", "amount": "20 kWh", "per": "life", "source": "made up"},
    ]}  # fmt: skip
    saving = {"flow": "electricity", "reduction": "15 kWh", "distance": "200000 km", "source": "made up"}
    # 800 g less would save 240 kWh of 20 kWh: designs 2 and 5 of 6, in the first piece of three and in the last
    options = [{"part": "A", "name": "too light", "set": {"mass": "100 g"}},
               {"part": "A", "name": "light", "set": {"mass": "890 g"}},
               {"part": "B", "name": "dear", "set": {"cost": "1 CNY"}}]  # fmt: skip
    offer = cases.variants(tmp_path, options, use_saving=saving)
    given = [
        "screen",
        str(cases.product(tmp_path, use=use)),
        "--variants",
        str(offer),
        "--format",
        "csv",
        "--lang",
        "en",
    ]
    assert main([*given, "-o", str(tmp_path / "whole.csv")]) == 0
    wanted = [line for line in capsys.readouterr().err.splitlines() if line.startswith("not to be judged")]
    assert len(wanted) == 1
    assert wanted[0].startswith("not to be judged: 2 (design 3, 4; 3 is A: too light): ")
    assert "some designs save more than the use flow" in wanted[0]
    ready, target = resuming._keeping, tmp_path / "designs.csv"

    def stopping(*args: Any) -> Any:
        for n, chunk in enumerate(ready(*args)):
            yield chunk
            if n == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(resuming, "_keeping", stopping)
    assert main([*given, "-o", str(target)]) == 130
    capsys.readouterr()
    monkeypatch.setattr(resuming, "_keeping", ready)
    assert main([*given, "-o", str(target), "--resume"]) == 0
    assert [line for line in capsys.readouterr().err.splitlines() if line.startswith("not to be")] == wanted
    assert target.read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    "reasons",
    [
        [["no-such-message", ["v.yaml", 1, None, None, None], None, {}]],
        [["screen-saving-below-zero", ["v.yaml", 1, None, None, None], None, {"other": 1}]],
        [["screen-saving-below-zero", "v.yaml", None, {"flow": "x"}]], [[]], 5,
        [["screen-no-lca", [None] * 5, None, 3]],
        [["screen-no-lca", ["v", "one", None, None, None], None, {}]],
    ],
)  # fmt: skip
def test_reasons_that_no_run_has_written_are_not_taken(reasons: Any) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, ModelError)):
        resuming._outcome("refused", [], [], reasons)


def test_resume_refuses_what_is_not_its_own(tmp_path: Path, capsys: Captured) -> None:
    given = [*arguments(tmp_path), "--format", "csv", "-o", str(tmp_path / "d.csv"), "--resume", "--lang", "en"]
    assert main(given) == 2
    assert "no interrupted screening" in capsys.readouterr().err
    part = tmp_path / "d.csv.part"
    part.mkdir()
    (part / "key").write_text("0" * 64, encoding="utf-8")
    assert main(given) == 2
    assert "of other inputs" in capsys.readouterr().err
    assert main([*arguments(tmp_path), "--resume"]) == 2


def test_damaged_pieces_are_worked_out_again(tmp_path: Path) -> None:
    given, target = [*arguments(tmp_path), "--format", "csv"], tmp_path / "d.csv"
    assert main([*given, "-o", str(target)]) == 0
    wanted = target.read_bytes()
    from ecoprod.screening.screen import Screen

    place = cases.specification(tmp_path, LIMITS)
    ready = Screen(cases.product(tmp_path), tmp_path / "variants.yaml", spec=str(place))
    part = tmp_path / "d.csv.part"
    part.mkdir()
    (part / "key").write_text(resuming.key_of(ready), encoding="utf-8")
    (part / "000000000000.npz").write_bytes(b"PK no archive")
    assert main([*given, "-o", str(target), "--resume"]) == 0
    assert target.read_bytes() == wanted


def test_a_product_without_a_life_cycle_cannot_be_screened(tmp_path: Path) -> None:
    product = cases.product(tmp_path, lca="none")
    with pytest.raises(InputError) as found:
        screen(product, cases.variants(tmp_path, OPTIONS))
    assert {p.code for p in found.value.problems} == {"screen-no-lca"}


@pytest.mark.parametrize(
    ("said", "field", "values"),
    [
        (",", "recycled_content", ["0 %", "50 %"]),
        ("pre 10 % + post 20 %,100 %", "recycled_content", ["30 %", "50 %"]),
        ("0 %,", "yield", [1, 0.9]),
    ],
)  # fmt: skip
def test_the_product_as_it_is_states_no_share_that_its_files_leave_open(
    tmp_path: Path, said: str, field: str, values: list[Any]
) -> None:
    """`assess` leaves a limit on recycled content open there, and so does the page that compares with it."""
    place = cases.product(tmp_path)
    bill = (place / "bom.csv").read_text(encoding="utf-8")
    whole = "B,B,1,400 g,6061,truck 300 km,recycling,"
    assert f"{whole}0 %,100 %" in bill
    (place / "bom.csv").write_text(bill.replace(f"{whole}0 %,100 %", whole + said), encoding="utf-8")
    spec = str(cases.specification(tmp_path, {
        "recycled-content": "at_least: 10 %", "recycled-content-pre": "at_least: 1 %", "mass": "at_most: 1 kg",
    }))  # fmt: skip
    assessed = assess(place, spec=spec)
    parameters = [{"name": "share", "field": f"bom[B].{field}", "values": values}]
    offer = cases.variants(tmp_path, [{"part": "A", "name": "dear", "set": {"cost": "1 CNY"}}], parameters=parameters)
    found = screen(place, offer, spec=spec)
    as_is = found.screen.outcome(int(found.screen.base.outcome[0]))
    for status, ids in (("fail", as_is.failed), ("undetermined", as_is.undetermined)):
        assert ids == tuple(f.requirement.id for f in assessed.findings if f.status == status)
    # 0.4 kg of 1.9 kg at 50 % are 10.5 %
    assert ("r-0" in found.frame()["failed"][1].split("; ")) == (field == "yield")
    listed = {"list": [{"A": "dear"}, {"share": values[0]}]}
    with pytest.raises(InputError) as refused:
        screen(place, cases.variants(tmp_path, [{"part": "A", "name": "dear", "set": {"cost": "1 CNY"}}],
                                     parameters=parameters, design=listed), spec=spec)  # fmt: skip
    assert [(p.code, p.at.column) for p in refused.value.problems] == [("variants-not-stated", "design.list[0]")]
