"""Tables of indicators for tests: written as CSV, imported, and the overlay that they give."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecoprod_cli.main import main
from jsonschema import Draft202012Validator
from test_schema import PlainLoader

from ecoprod.report.schemas import schema
from ecoprod.standards.overlay_check import check_overlay

Captured = pytest.CaptureFixture[str]
HEADS = "一级指标,二级指标,单位,方向,基准值,判定依据,所属生命周期阶段"
FOR = "household-detergent@GBT-32163.1-2015"
SIGN = ("--source", "paper copy no. 7", "--checked-by", "张三", "--checked-on", "2026-01-15")
PHOSPHATE = "产品属性,产品中磷酸盐含量,%,≤,0.5,GB/T 13173,使用"
ABS = "资源属性,不使用支链十二烷基苯磺酸钠（ABS）,,=,否,声明,原材料获取"
NTA = "资源属性,不使用氮川三乙酸,,,否,声明,原材料获取阶段"


def titled(title: str) -> str:
    """The id of a new requirement that has nothing but this title (without signs): the same wherever the row stands."""
    return f"title-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def table(tmp_path: Path, *rows: str, heads: str = HEADS, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_text("\n".join((heads, *rows)) + "\n", encoding=encoding)
    return path


def run(path: Path | str, target: Path | None, *more: str, spec: str = FOR) -> int:
    output = () if target is None else ("-o", str(target))
    return main(["standards", "import-table", str(path), "--for", spec, *SIGN, *output, *more])


def overlay(tmp_path: Path, *rows: str, heads: str = HEADS, more: tuple[str, ...] = ()) -> dict[str, Any]:
    """The overlay that a table gives; it passes its check."""
    target = tmp_path / "overlay.yaml"
    target.unlink(missing_ok=True)
    assert run(table(tmp_path, *rows, heads=heads), target, *more) == 0
    assert check_overlay(target).problems == []
    document = yaml.load(target.read_text(encoding="utf-8"), Loader=PlainLoader)
    assert not list(Draft202012Validator(schema("overlay")).iter_errors(document))
    return document
