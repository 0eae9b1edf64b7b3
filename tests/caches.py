"""Caches for tests that need one of their own but not an empty one: what bw2io's files and the core give is in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

Seed = Callable[[Path], Path]


def warm_up(cache: Path) -> Path:
    """Fill an empty cache: flows, their words, categories, and the core's intensities of the usual methods."""
    from ecoprod.backgrounds import find_background
    from ecoprod.lca import DEFAULT_METHODS, library
    from ecoprod.lca.flow_words import flow_words
    from ecoprod.lca.methods import choose

    before = os.environ["ECOPROD_CACHE"]
    os.environ["ECOPROD_CACHE"] = str(cache)
    try:
        library.category_flows(library.flows())
        library.known_methods()
        flow_words()
        library.intensities(find_background(), choose(DEFAULT_METHODS, DEFAULT_METHODS))
    finally:
        os.environ["ECOPROD_CACHE"] = before
    return cache


def seed(warm: Path, cache: Path) -> Path:
    """A new cache with the lists and the core's intensities of `warm`, and nothing else."""
    shutil.copytree(warm / "intensities", cache / "intensities")
    return cache
