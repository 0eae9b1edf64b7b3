"""The two engines agree, the signs of waste are one, loops that diverge are named, and the ledger is whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lca_systems import CH4, CO2, EF, IPCC, SO2, TOTAL, category, item, process, read_once, row, run, system

from ecoprod.background import Background
from ecoprod.errors import InputError
from ecoprod.impact_categories import CATEGORIES
from ecoprod.lca import bundled, dataset_scores, known_methods, library
from ecoprod.lca.brightway import full_solver, matrices
from ecoprod.lca.categories import categories
from ecoprod.lca.inventory import Inventory, one_convention, triplets
from ecoprod.lca.solve import adjoint
from ecoprod.trace import Ledger


@pytest.fixture(autouse=True)
def _open_the_zip_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "read_families", read_once)


@pytest.fixture
def plant(tmp_path: Path) -> Background:
    """Loops, a bare total, a treatment, thin coverage, units that convert."""
    return system(
        tmp_path,
        [
            process("power", "kWh"), process("coal"), process("steel", covers="climate-change;acidification"),
            process("chip", kind="system", covers="climate-change", gwp_set="AR5"),
            process("landfill", group="treatment"), process("truck", "tkm"),
        ],
        [
            row("power", "coal", 0.4), row("power", CO2, 900, "g"), row("power", SO2, 0.001),
            row("coal", "power", 0.03, "kWh"), row("coal", CH4, 0.008), row("coal", "truck", 0.2, "tkm"),
            row("steel", "coal", 0.7), row("steel", "power", 1.8, "MJ"), row("steel", CO2, 1.7),
            row("steel", "steel", 0.05), row("steel", "landfill", 0.1),
            row("chip", TOTAL, 25.0), row("landfill", CH4, 0.001), row("truck", CO2, 0.07), row("truck", SO2, 1e-4),
        ],
    )  # fmt: skip


ITEMS = (
    item("frame", {"steel": 3.0, "truck": 1.2}),
    item("board", {"chip": 0.01}),
    item("works", {"power": 4.0}, {("Methane, fossil", "air"): 0.02, ("Sulfur dioxide", "air"): 0.01}, "manufacturing"),
    item("end", {"landfill": 3.0, "truck": 0.3}, None, "end_of_life"),
)


def test_both_engines_give_the_same_record(plant: Background) -> None:
    methods = (EF, IPCC, "CML v4.8 2016", "Cumulative Energy Demand (CED)")
    books = Ledger(), Ledger()
    cached = run(ITEMS, plant, methods, detail=True, ledger=books[0])
    full = run(ITEMS, plant, methods, detail=True, ledger=books[1], engine="brightway")
    assert (cached.engine, full.engine) == ("cached", "brightway")
    assert cached.uncharacterised == full.uncharacterised
    assert max(cached.residual, full.residual) < 1e-12
    compared = 0
    for one, other in zip(cached.methods, full.methods, strict=True):
        assert list(one.categories) == list(other.categories) == sorted(one.categories)
        for name, a in one.categories.items():
            b = other.categories[name]
            assert (a.unit, a.reason, a.trace) == (b.unit, b.reason, b.trace)
            assert a.coverage == pytest.approx(b.coverage, rel=1e-9)
            assert a.known == pytest.approx(b.known, rel=1e-9)
            assert (a.value is None) == (b.value is None) == (a.reason is not None)
            if a.by_item is not None and b.by_item is not None and a.by_stage and b.by_stage:
                assert a.by_item == pytest.approx(b.by_item, rel=1e-9)
                assert dict(a.by_stage) == pytest.approx(dict(b.by_stage), rel=1e-9)
                assert a.value == pytest.approx(b.value, rel=1e-9)
                assert sum(a.by_item) == pytest.approx(a.value, rel=1e-12)
                compared += 1
    assert compared >= 10
    assert [e.id for e in books[0]] == [e.id for e in books[1]]
    for entry in books[0]:
        other_value = books[1][entry.id].value
        same = entry.value == other_value
        assert same or float(entry.value or 0) == pytest.approx(float(other_value or 0), rel=1e-9), entry.id


def test_every_impact_reaches_what_was_read(plant: Background) -> None:
    """No dangling id, no cycle, every leaf read, looked up or assumed; sums come back to the value."""
    book = Ledger()
    result = run(ITEMS, plant, (EF, IPCC), ledger=book)
    for one in result.methods:
        for found in one.categories.values():
            waiting, seen = [(found.trace, frozenset[str]())], set()
            while waiting:
                name, above = waiting.pop()
                assert name not in above
                entry = book[name]
                assert entry.inputs or entry.kind in {"read", "looked_up", "assumed"}
                assert entry.inputs or entry.at is not None or entry.source
                seen.add(name)
                waiting += [(below, above | {name}) for below in entry.inputs]
            assert "in:frame/steel" in seen
            assert f"lci:steel/{one.method}/{found.id}" in seen
    unit = book[f"lci:steel/{EF}/climate-change"]
    assert (unit.unit, unit.source, unit.by.split()[0]) == ("kg CO2-Eq / kg", "test: book", "unit")
    assert book[f"lci:chip/{EF}/climate-change"].by.startswith("system process")
    total = sum(
        float(book[f"lca:demand/{d}"].value) * float(book[f"lci:{d}/{EF}/climate-change"].value)  # type: ignore[arg-type]  # numbers
        for d in plant.datasets
        if f"lca:demand/{d}" in book
    )
    assert total + 0.02 * 29.8 == pytest.approx(category(result).value, rel=1e-12)


def test_waste_in_both_sign_conventions() -> None:
    """2 kg of waste per product, 3 kg CO2 per kg treated, 1 kg CO2 own: 7, whichever way the waste is written.

    Demand convention: the product uses 2 of the treatment, which makes 1. `out` convention: the product makes 2 of
    the waste, the treatment takes in 1 (a reference amount of -1).
    """
    air = triplets([(0, 0, 1.0), (0, 1, 3.0)])
    demand = triplets([(0, 0, 1.0), (1, 1, 1.0), (1, 0, -2.0)])
    out = triplets([(0, 0, 1.0), (1, 1, -1.0), (1, 0, 2.0)])
    factors = np.array([1.0])
    scores = []
    for technosphere in (demand, out):
        one = Inventory(("product", "treatment"), technosphere, air, (frozenset(CATEGORIES),) * 2, ("", ""))
        a = np.zeros((2, 2))
        a[technosphere.rows, technosphere.columns] = technosphere.values
        assert np.array([1.0, 3.0]) @ np.linalg.solve(a, [1.0, 0.0]) == pytest.approx(7)
        turned = one_convention(one)
        parts = matrices(turned)
        flow = parts.flows == 0
        right = np.asarray(parts.biosphere[np.flatnonzero(flow), :].T @ factors)[:, None]
        scores.append(adjoint(parts.technosphere, right, turned.ids)[:, 0])
        amounts, flows = full_solver(turned).solve(0)
        assert amounts == pytest.approx([1, 2])
        assert flows.sum() == pytest.approx(7)
    assert scores[0] == pytest.approx([7, 3])  # one unit of treatment is a burden in both
    assert scores[1] == pytest.approx(scores[0], rel=1e-15)


def test_a_treatment_demanded_positively_is_a_burden(tmp_path: Path) -> None:
    data = system(
        tmp_path,
        [process("part"), process("burn", group="treatment")],
        [row("part", "burn", 2.0), row("part", CO2, 1.0), row("burn", CO2, 3.0)],
    )
    assert category(run([item("use", {"part": 1.0})], data)).value == pytest.approx(7)


@pytest.mark.parametrize("engine", ["cached", "brightway"])
@pytest.mark.parametrize("needed", [0.5, 0.6])  # 2 x 0.5 is exactly singular, 2 x 0.6 answers with negative amounts
def test_a_loop_that_eats_itself_is_named(tmp_path: Path, engine: str, needed: float) -> None:
    data = system(
        tmp_path,
        [process("good"), process("snake"), process("tail")],
        [row("good", CO2, 1), row("snake", "tail", 2), row("tail", "snake", needed), row("tail", CO2, 1)],
    )
    with pytest.raises(InputError) as caught:
        run([item("use", {"good": 1.0})], data, engine=engine)
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["processes"]) == ("lca-diverging", "snake, tail")


def test_a_negative_input_is_refused(tmp_path: Path) -> None:
    data = system(tmp_path, [process("a"), process("b")], [row("a", "b", -0.5), row("b", CO2, 1)])
    with pytest.raises(InputError) as caught:
        run([item("use", {"a": 1.0})], data)
    assert [(p.code, p.params["process"], p.params["target"]) for p in caught.value.problems] == [
        ("lca-negative-input", "a", "b")
    ]


def test_what_does_not_link_is_listed_at_once(tmp_path: Path) -> None:
    data = system(
        tmp_path,
        [process("steel")],
        [row("steel", "stell", 1), row("steel", ("emission", "Carbon dioxid", "air"), 1), row("steel", CO2, 1, "kWh")],
    )
    with pytest.raises(InputError) as caught:
        run([item("use", {"steel": 1.0})], data)
    assert [p.code for p in caught.value.problems] == ["data-unknown-input", "data-unknown-flow", "data-unit"]
    assert caught.value.problems[0].params["nearest"] == "steel"


def test_an_unknown_method_names_the_nearest(plant: Background) -> None:
    with pytest.raises(InputError) as caught:
        run(ITEMS, plant, ("EF 3.1",))
    (problem,) = caught.value.problems
    assert problem.code == "lca-unknown-method"
    assert "EF v3.1" in str(problem.params["nearest"])


def test_dataset_scores_hold_what_is_covered(plant: Background) -> None:
    scores = dataset_scores(plant, (EF,))
    assert set(scores) == set(plant.datasets)
    assert scores["chip"][EF]["climate-change"] == (25.0, 1.0)
    assert scores["chip"][EF]["acidification"] == (None, 0.0)
    assert set(scores["steel"][EF]) == set(CATEGORIES)


def test_ids_of_ef_and_of_every_family() -> None:
    names, _ = bundled.read_families(())
    assert known_methods() == names
    assert len(names) == 44
    _, families = bundled.read_families(names)
    for name, family in families.items():
        found = categories(family)
        assert len({c.id for c in found}) == len(found), name
        assert any(not c.detail for c in found), name
    assert sorted(c.id for c in categories(families[EF]) if not c.detail) == sorted(CATEGORIES)
    for c in categories(families[EF]):
        if not c.detail:
            assert c.needs == {c.id}
    shown = {n: sorted(c.id for c in categories(families[n]) if not c.detail) for n in names}
    assert shown[IPCC] == shown["IPCC 2013"] == ["climate-change"]
    assert shown["Cumulative Energy Demand (CED)"] == [
        "energy-resources-non-renewable", "energy-resources-renewable", "total",
    ]  # fmt: skip
    assert len(shown["CML v4.8 2016"]) == 11
    takes = {(n, c.id) for n in (EF, IPCC, "CML v4.8 2016") for c in categories(families[n]) if c.takes_total}
    assert takes == {(EF, "climate-change"), (IPCC, "climate-change"), ("CML v4.8 2016", "climate-change")}
