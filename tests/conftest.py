"""Shared by all tests: every run gets a cache folder of its own for the session, and a home that must stay empty."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from caches import Seed, seed, warm_up
from lca_systems import read_once

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


@pytest.fixture(scope="session", autouse=True)
def _compile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where a checkout may not be compiled in place, the commands of the tests share one folder of compiled files."""
    import ecoprod

    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode and not list(Path(ecoprod.__file__).parent.glob("__pycache__")):
            base = tmp_path_factory.getbasetemp()
            shared_by_workers = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(shared_by_workers / "compiled"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _open_the_zip_once(_session_cache: None) -> Iterator[None]:
    """Impact factors are read once for all tests of this process; `bundled.read_families` itself stays as it is."""
    from ecoprod.lca import library

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "read_families", read_once)
        yield


@pytest.fixture(scope="session")
def seeded(_open_the_zip_once: None, tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """Makes a cache that does not exist yet a warm one: for tests that are not about an empty cache."""
    warm = warm_up(tmp_path_factory.mktemp("warm"))
    return lambda cache: seed(warm, cache)


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
