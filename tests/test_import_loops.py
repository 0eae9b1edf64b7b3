"""Loops that use as much of their own product as they make, or more: named, left out, never a number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from caches import Seed
from ecoprod_cli.main import main
from import_systems import burdens, database, emits, linked, needs, process, product, simapro

from ecoprod.importing.link import LinkedDatabase, link_database
from ecoprod.importing.loops import without_loops
from ecoprod.lca import elementary_flows


def sound(*processes: Any) -> LinkedDatabase:
    return without_loops(database(*processes), lambda of: link_database(of, elementary_flows(), lambda d, t: None))


def loop(gain: float) -> list[Any]:
    """Two datasets that need one another: going round once takes `gain` of what was made."""
    return [
        process("a", product("a"), needs("b", 0.5), emits(1.0)),
        process("b", product("b"), needs("a", gain / 0.5), emits(2.0)),
    ]


@pytest.mark.parametrize("gain", [1.0, 1.0 + 1e-12, 1.5, 40.0])
def test_a_loop_without_a_sound_answer_is_left_out_by_name(gain: float) -> None:
    user = process("user", product("user"), needs("a", 1.0), needs("c", 2.0), emits(3.0))
    found = sound(*loop(gain), process("c", product("c"), emits(0.5)), user)
    diverging = [m for m in found.misses if m.code == "import-diverging"]
    assert sorted(m.name for m in diverging) == ["a", "b"]
    assert all(m.params["processes"] == "a-cn, b-cn" for m in diverging)
    assert burdens(found) == {"c": 0.5, "user": 4.0}  # what used the loop is cut off there, and says so
    assert [m.name for m in found.misses if m.code == "import-no-provider"] == ["a"]


@pytest.mark.parametrize("gain", [0.5, 0.999])
def test_a_loop_below_one_stays(gain: float) -> None:
    found = sound(*loop(gain))
    assert not found.misses
    assert len(found.made) == 2
    assert len([row for row in found.rows if row.kind == "input"]) == 2


def test_several_rows_of_its_own_product_that_sum_to_one() -> None:
    """Each below one, together a dataset that makes nothing."""
    found = sound(process("a", product("a"), needs("a", 0.6), needs("a", 0.4), emits(1.0)))
    assert found.made == ()
    assert [m.code for m in found.misses] == ["import-diverging"]


def test_loops_in_a_chain_are_all_found() -> None:
    chain = [process(f"p{n}", product(f"p{n}"), needs(f"p{(n + 1) % 30}", 1.1), emits(1.0)) for n in range(30)]
    found = sound(*chain, process("c", product("c"), emits(0.5)))
    assert "c" in {one.name for one in found.made}
    assert "import-diverging" in {m.code for m in found.misses}
    values = burdens(found)
    assert all(0 <= value < 1e3 for value in values.values())  # cut open, it is a chain of at most 29


def test_a_database_that_is_only_a_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seeded: Seed
) -> None:
    monkeypatch.setenv("ECOPROD_CACHE", str(seeded(tmp_path / "cache")))
    ring = [
        {"Products": [f"{made};kg;1;100;not defined;x;"], "Materials/fuels": [f"{used};kg;1;Undefined;0;0;0;"],
         "Emissions to air": ["Carbon dioxide, fossil;;kg;1;Undefined;0;0;0;"]}
        for made, used in (("Egg", "Hen"), ("Hen", "Egg"))
    ]  # fmt: skip
    path = tmp_path / "ring.csv"
    path.write_text(simapro(*ring), encoding="utf-8")
    assert main(["data", "import", str(path), "--background", "ring", "--format", "json"]) == 3
    found = json.loads(capsys.readouterr()[0])
    assert (found["kept"], found["datasets"]) == (False, {"in": 2, "usable": 0})
    assert sorted(m["name"] for m in found["misses"]) == ["Egg", "Hen"]
    assert main(["data", "import", str(path), "--background", "ring"]) == 3
    assert "Egg" in capsys.readouterr()[0]
    assert list((tmp_path / "cache" / "backgrounds").iterdir()) == []
    example = Path(__file__).resolve().parent.parent / "examples" / "gypsum-board"
    for line in (["data", "check"], ["assess", str(example)], ["data", "show", "egg"]):
        assert main([*line, "--background", "ring", "--format", "json"]) == 2
        assert [p["code"] for p in json.loads(capsys.readouterr()[0])["problems"]] == ["background-unknown"]


def test_what_rests_on_a_lost_loop_is_marked() -> None:
    from ecoprod.importing.run import _rests_on_misses

    user = process("user", product("user"), needs("a", 1.0))
    second = process("second", product("second"), needs("user", 1.0))
    found = sound(*loop(2.0), user, second, process("c", product("c"), emits(0.5)))
    assert dict(zip((m.name for m in found.made), _rests_on_misses(found), strict=True)) == {
        "user": False, "second": True, "c": False,  # the row that the user lacks is its own, not one upstream
    }  # fmt: skip
    assert linked(process("c", product("c"), emits(0.5))).misses == ()
