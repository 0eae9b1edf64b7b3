"""Scores of imported databases by independent routes: adjoint, dense and sparse solvers, bw2calc on the stored package.

bw2calc reads `package.zip` as it lies in the cache; impact factors come from bw2io's own file, by flow code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from caches import Seed
from import_systems import burdens, database, emits, ex, link_database, needs, process, product, simapro
from lca_systems import item, read_once, run

from ecoprod.backgrounds import OwnBackground, find_background
from ecoprod.importing.run import import_source
from ecoprod.lca import elementary_flows, library
from ecoprod.lca.intensities import Intensities
from ecoprod.lca.methods import choose

EF = "EF v3.1"
SAMPLED = 50


def imported(path: Path, name: str) -> OwnBackground | None:
    """A source as a background; None where nothing of it is usable."""
    found = import_source(path, name, replace=True, progress=lambda stage, done, total: None)
    if not found.usable:
        return None
    background = find_background(name)
    assert isinstance(background, OwnBackground)
    return background


def adjoint(background: OwnBackground) -> Intensities:
    return library.intensities(background, choose((EF,), (EF,)))[EF]


def factors(found: Intensities) -> np.ndarray[Any, Any]:
    """Categories × flows of the list and the bare total, from bw2io's file: a second reading beside ecoprod's own."""
    flows = elementary_flows()
    position = {code: n for n, code in enumerate(flows.codes)}
    table = np.zeros((len(found.categories), flows.total + 1))
    for k, (indicator, category) in enumerate(zip(read_once({EF})[1][EF], found.categories, strict=True)):
        for code, value in indicator.factors.items():
            table[k, position[code]] = value
        table[k, flows.total] = float(category.takes_total)
    return table


def shown(found: Intensities) -> list[int]:
    rows = [k for k, category in enumerate(found.categories) if not category.detail]
    assert len(rows) == 16
    return rows


def same(one: Any, other: Any, size: Any) -> None:
    """To 1e-9 of the number (where terms of both signs cancel, of their sizes).

    Factors of a whole database leave some 1e-15 of a category's largest number in those that are zero.
    """
    noise = 1e-13 * np.abs(other).max(axis=0)
    assert np.all(np.abs(one - other) <= 1e-9 * np.maximum(np.abs(other), size) + noise), np.max(np.abs(one - other))


def by_bw2calc(background: OwnBackground, positions: list[int], table: Any) -> tuple[Any, Any]:
    """Scores, and sizes of their terms, of some datasets: datasets × categories."""
    import bw2calc
    from bw_processing import generic_zipfile_filesystem, load_datapackage

    own = background.own
    system = generic_zipfile_filesystem(dirpath=own.package.parent, filename=own.package.name, write=False)
    lca = bw2calc.LCA({positions[0] + 1: 1.0}, data_objs=[load_datapackage(system)])
    lca.lci(factorize=True)
    rows = {row: number - len(own.ids) - 1 for number, row in lca.dicts.biosphere.items()}
    columns = table[:, [rows[n] for n in range(len(rows))]]
    scores, sizes = [], []
    for position in positions:
        lca.lci(demand={position + 1: 1.0})
        flows = np.asarray(lca.inventory.sum(axis=1)).ravel()
        scores.append(columns @ flows)
        sizes.append(np.abs(columns) @ np.asarray(abs(lca.inventory).sum(axis=1)).ravel())
    return np.array(scores), np.array(sizes)


def by_scipy(background: OwnBackground, table: Any) -> tuple[Any, Any]:
    """Scores of all datasets from the exchanges in the index, by a direct solver: not the package, not the adjoint."""
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    own, flows = background.own, elementary_flows()
    number = {name: n for n, name in enumerate(own.ids)}
    size = len(number)
    technosphere = [(n, n, 1.0) for n in range(size)]
    direct, absolute = np.zeros((size, len(table))), np.zeros((size, len(table)))
    query = (
        "SELECT d.position, x.kind, x.target, x.compartment, x.amount FROM exchanges x JOIN datasets d USING (position)"
    )
    for column, kind, target, compartment, amount in own.rows(query):
        if kind == "input":
            technosphere.append((number[target], column, -amount))
        else:
            flow = flows.find(target, compartment)
            direct[column] += amount * table[:, flow]
            absolute[column] += abs(amount) * np.abs(table[:, flow])
    rows, columns, values = zip(*technosphere, strict=True)
    matrix = splu(csc_matrix((values, (rows, columns)), shape=(size, size)).T.tocsc())
    return matrix.solve(direct), matrix.solve(absolute)


def agree(background: OwnBackground) -> int:
    """All datasets by two routes, some by the third; how many datasets there are."""
    found = adjoint(background)
    size = len(background.own.ids)
    rows, table = shown(found), factors(found)[shown(found)]
    scores = found.scores[rows, :size].T
    direct, sizes = by_scipy(background, table)
    same(scores, direct, sizes)
    chosen = sorted({round(n) for n in np.linspace(0, size - 1, min(size, SAMPLED))})
    if background.own.rows("SELECT 1 FROM exchanges WHERE kind != 'input' LIMIT 1"):
        third, sizes = by_bw2calc(background, chosen, table)
        same(scores[chosen], third, sizes)
    return size


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeded: Seed) -> Path:
    monkeypatch.setenv("ECOPROD_CACHE", str(seeded(tmp_path / "cache")))
    return tmp_path


STEEL = {
    "Products": ["Steel;kg;4;60;not defined;Metals;", "Slag;kg;1;40;not defined;Metals;"],
    "Materials/fuels": ["Ore;t;0.006;Undefined;0;0;0;", "Steel;kg;0.4;Undefined;0;0;0;"],
    "Electricity/heat": ["Power;MJ;7.2;Undefined;0;0;0;"],
    "Emissions to air": ["Carbon dioxide, fossil;;t;0.008;Undefined;0;0;0;", "Sulfur dioxide;;g;2;Undefined;0;0;0;"],
}
ORE = {"Products": ["Ore;kg;1;100;not defined;Metals;"], "Electricity/heat": ["Power;kWh;0.1;Undefined;0;0;0;"]}
POWER = {
    "Products": ["Power;kWh;1;100;not defined;Energy;"],
    "Materials/fuels": ["Steel;kg;0.01;Undefined;0;0;0;"],
    "Emissions to air": ["Carbon dioxide, fossil;;kg;0.9;Undefined;0;0;0;"],
}


def test_a_small_database_by_every_route(cache: Path) -> None:
    """Steel, ore and power use one another. By hand, in kg CO2 per unit, p of 1 kWh and s of 1 kg of steel:

    s = 0.6 / 4 (8 + 6 (0.1 p) + 0.4 s + 2 p), p = 0.9 + 0.01 s.
    """
    path = cache / "a.csv"
    path.write_text(simapro(STEEL, ORE, POWER), encoding="utf-8")
    background = imported(path, "own")
    assert background is not None
    assert agree(background) == 4
    s = (0.15 * 8 + 0.15 * 2.6 * 0.9) / (1 - 0.15 * 0.4 - 0.15 * 2.6 * 0.01)
    p = 0.9 + 0.01 * s
    slag = 0.4 * (8 + 0.6 * p + 0.4 * s + 2 * p)
    found = adjoint(background)
    climate = [c.id for c in found.categories].index("climate-change")
    by_id = dict(zip(found.datasets, found.scores[climate], strict=True))
    expected = {"slag": slag, "steel": s, "ore": 0.1 * p, "power": p}
    for dataset in background.listed():
        name = next(n for n in expected if n in dataset.id.split("-"))
        assert by_id[dataset.id] == pytest.approx(expected[name], rel=1e-9)

    ids = [d.id for d in background.listed()]
    items = [item(f"i{n}", {name: n + 1.0}) for n, name in enumerate(ids)]
    cached, full = (run(items, background, engine=engine) for engine in ("cached", "brightway"))
    for category, value in cached.methods[0].categories.items():
        other = full.methods[0].categories[category]
        assert (value.value is None) == (other.value is None)
        assert value.known == pytest.approx(other.known, rel=1e-9, abs=1e-30)


def test_linked_rows_and_the_package_say_the_same() -> None:
    """Substituting step by step, against dense NumPy on the rows as they are linked: a treatment among them."""
    found = link_database(
        database(
            process("a", product("a", 2.0), needs("b", 0.5), ex("waste", "w", 0.2), emits(1.0)),
            process("b", product("b", 0.5), needs("a", 0.1), emits(2.0)),
            process("w", product("w", -1.0), needs("b", 0.3), emits(4.0)),
        ),
        elementary_flows(), lambda done, total: None,
    )  # fmt: skip
    a = np.array([[1, -0.25, -0.1], [-0.2, 1, 0], [0, -0.3, 1]])  # users in rows: a uses 0.25 b and 0.1 w …
    assert list(burdens(found).values()) == pytest.approx(list(np.linalg.solve(a, [0.5, 4.0, 4.0])))


SAMPLES = (
    "ecospold1/*", "ecospold2/*", "excel_lci/*", "ilcd_epd/*", "openlca_jsonld_bw2io_fixtures/*", "openlca_jsonld_v1/*",
    "simapro_csv/*",
)  # fmt: skip
BIG = 200_000


@pytest.mark.slow
@pytest.mark.parametrize("folder", SAMPLES)
def test_every_sample_that_imports_scores_alike_by_every_route(shared: Path, cache: Path, folder: str) -> None:
    from ecoprod.errors import InputError

    sizes, refused = {}, {}
    for number, path in enumerate(sorted((shared / "lci_samples").glob(folder))):
        try:
            background = imported(path, f"sample-{number}")
        except InputError as error:
            refused[path.name] = [problem.code for problem in error.problems]
            continue
        sizes[path.name] = agree(background) if background is not None else 0
    assert any(sizes.values())
    assert all(refused.values())
    assert not [name for name in refused if not name.endswith((".txt", ".csv", ".md"))], refused  # methods, notes
    big = [p.name for p in (shared / "lci_samples").glob(folder) if p.suffix == ".zip" and p.stat().st_size > BIG]
    if "uslci" in "".join(big):
        assert max(sizes.values()) >= SAMPLED
