"""Shared by all tests: every run gets a cache folder of its own for the session, and a home that must stay empty."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for the session: intensities are built once, and nothing lands in the user's folders."""
    before = os.environ.get("ECOPROD_CACHE")
    os.environ["ECOPROD_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["ECOPROD_LANG"] = "en"
    yield
    if before is None:
        del os.environ["ECOPROD_CACHE"]
    else:
        os.environ["ECOPROD_CACHE"] = before


@pytest.fixture(scope="session")
def examples() -> Path:
    """The examples of the repository."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Papers and real data files that are no part of the product; tests that need them skip without."""
    for place in (os.environ.get("ECOPROD_SHARED"), ROOT.parent / "shared"):
        if place and Path(place).is_dir():
            return Path(place)
    pytest.skip("no shared folder beside the checkout and ECOPROD_SHARED is not set")


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The `ecoprod` command of the Python that runs the tests."""
    return [sys.executable, "-m", "ecoprod_cli"]
