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


def installed_version(package: str) -> str:
    """Version of an installed package without importing it.

    Read off the name of its metadata folder, because `importlib.metadata` takes 20 ms of a warm run; where that
    finds nothing (a zip, an editable install), `importlib.metadata` is asked.
    """
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is not None and spec.origin:
        stem = f"{package.casefold()}-"
        for entry in os.scandir(Path(spec.origin).parent.parent):
            name = entry.name.casefold()
            if name.startswith(stem) and name.endswith(".dist-info"):
                return name.removeprefix(stem).removesuffix(".dist-info")
    from importlib.metadata import version

    return version(package)
