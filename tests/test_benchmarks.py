"""What the benchmarks measure with is input like any other: a stricter reader must not leave them behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ecoprod.notebook import assess, screen

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
PARTS = 10


def test_the_product_of_the_screening_benchmark_is_judged_under_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.delitem(sys.modules, "screened", raising=False)
    import screened

    product = tmp_path / "product"
    mass = screened.write(product, PARTS)
    overlay = screened.write_overlay(product, mass * 0.97, 1e9, "0 %")
    assert assess(product, overlays=[overlay]).verdict == "not_qualified"
    table = screen(product, product / "variants.yaml", overlays=[overlay], sample=200).frame()
    judged = table.groupby(table["mass"] <= mass * 0.97)["verdict"].agg(set)
    assert judged.to_dict() == {False: {"not_qualified"}, True: {"provisional"}}
