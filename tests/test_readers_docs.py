"""The reference pages name every unit, key and column that the readers know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecoprod.readers.heads import BOM, EVIDENCE, INDICATORS, MAPPING, METHOD, PROCESS, Kind
from ecoprod.readers.productfile import KEYS
from ecoprod.unit_names import SPELLINGS

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference"


@pytest.fixture(scope="module")
def pages() -> tuple[str, str]:
    if not DOCS.is_dir():
        pytest.skip("the documentation is no part of an installed ecoprod")
    return (DOCS / "units.md").read_text("utf-8"), (DOCS / "input-files.md").read_text("utf-8")


def test_every_unit_is_named(pages: tuple[str, str]) -> None:
    for canonical, (_, others) in SPELLINGS.items():
        shown = ", ".join(f"`{other}`" for other in others.split("|") if other) or "—"
        assert f"| `{canonical}` | {shown} |" in pages[0]


def test_every_key_is_named(pages: tuple[str, str]) -> None:
    assert not [key for key in KEYS if f"`{key}`" not in pages[1]]


@pytest.mark.parametrize(
    ("kind", "title"),
    [(BOM, "bom"), (PROCESS, "process"), (EVIDENCE, "evidence"), (MAPPING, "mapping"), (METHOD, "method")],
)
def test_every_column_is_named(pages: tuple[str, str], kind: Kind, title: str) -> None:
    section = re.split(r"(?m)^## ", pages[1])
    (text,) = [part for part in section if part.startswith(f"{title}.csv")]
    assert not [column for column in set(kind.names.values()) if f"`{column}`" not in text]


def test_every_column_of_a_table_of_indicators_is_named() -> None:
    if not DOCS.is_dir():
        pytest.skip("the documentation is no part of an installed ecoprod")
    (text,) = re.findall(r"(?s)### A table of indicators\n(.*?)\n## ", (DOCS / "specifications.md").read_text("utf-8"))
    assert not [column for column in set(INDICATORS.names.values()) if f"`{column}`" not in text]
