"""Foundation: where the bundled standards and life cycle data lie, and the cache folder."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Folder `product_specs` or `lci_data`: inside the installed package, else beside it in a checkout.

    Raises FileNotFoundError naming both places.
    """
    inside, beside = _PACKAGE / name, _PACKAGE.parent / name
    for place in (inside, beside):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"{inside} / {beside}")


def cache_folder() -> Path:
    """Ecoprod's cache folder: `ECOPROD_CACHE` where set, else the platform's. It may not exist yet."""
    named = os.environ.get("ECOPROD_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("ecoprod", appauthor=False))
