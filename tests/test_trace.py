"""The whole ledger of every example: no dangling id, no cycle, every leaf read, looked up or assumed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecoprod.corridor import assess
from ecoprod.report import explain, result_document
from ecoprod.trace import Entry, Ledger

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(p.parent for p in (ROOT / "examples").glob("*/product.yaml"))
LEAVES = {"read", "looked_up", "assumed"}


def leaves(ledger: Ledger, start: str) -> list[Entry]:
    """All leaves below an entry; fails on a dangling id and on a cycle."""
    found: dict[str, Entry] = {}
    done: set[str] = set()

    def visit(entry_id: str, above: frozenset[str]) -> None:
        assert entry_id not in above, f"cycle through {entry_id}"
        entry = ledger.get(entry_id)
        assert entry is not None, f"dangling {entry_id} below {start}"
        if entry_id in done:
            return
        done.add(entry_id)
        if not entry.inputs:
            found[entry_id] = entry
        for below in entry.inputs:
            visit(below, above | {entry_id})

    visit(start, frozenset())
    return list(found.values())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_every_number_reaches_a_file_a_source_or_an_assumption(example: Path) -> None:
    made = assess(example)
    for entry in made.ledger:
        for leaf in leaves(made.ledger, entry.id):
            assert leaf.kind in LEAVES, f"{leaf.id} below {entry.id} is {leaf.kind} and rests on nothing"
            if leaf.kind == "read":
                assert leaf.at is not None, leaf
                assert leaf.at.file, leaf
                assert not leaf.at.file.startswith("/"), leaf
            else:
                assert leaf.source, leaf


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_requirements_and_impacts_reach_file_line_and_source(example: Path) -> None:
    made = assess(example)
    assert made.lca
    starts = {f.requirement.id: f.trace for f in made.findings}
    starts |= {f"{m.method}/{c.id}": c.trace for m in made.lca.methods for c in m.categories.values()}
    assert len(starts) > 20
    for name, start in starts.items():
        below = leaves(made.ledger, start)
        assert any(e.source for e in below) or any(e.at for e in below), name
        if "/" in name:
            assert any(e.at and e.at.line for e in below), f"{name} reaches no line of a file"
            assert any(e.kind == "looked_up" and e.source for e in below), f"{name} reaches no source"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.name)
def test_explain_prints_the_tree_of_every_requirement_and_impact(example: Path) -> None:
    document = result_document(assess(example))
    names = [r["id"] for r in document["requirements"]]
    names += [f"{m['method']}/{category}" for m in document["impacts"] for category in m["categories"]]
    for name in names:
        shown = explain(document, name, "en", width=100, colour=False)
        assert "←" in shown, name
        assert re.search(r"\.(yaml|csv):\d+", shown) or "looked up" in shown, name
