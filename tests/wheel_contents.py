"""The wheel holds every tracked file of the product and nothing else: `wheel_contents.py WHEEL CHECKOUT`."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PLACES = {
    "ecoprod/": "ecoprod/",
    "cli/": "",
    "product_specs/": "ecoprod/product_specs/",
    "lci_data/": "ecoprod/lci_data/",
}


def expected(checkout: Path) -> set[str]:
    """Where each tracked file of the product stands in the wheel."""
    tracked = subprocess.run(
        ["git", "-C", str(checkout), "ls-files", *PLACES], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {new + name.removeprefix(old) for name in tracked for old, new in PLACES.items() if name.startswith(old)}


def main() -> None:
    """Compare, and say what is missing or too much."""
    wheel, checkout = Path(sys.argv[1]), Path(sys.argv[2])
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = expected(checkout)
    for name in sorted(wanted ^ found):
        sys.stdout.write(f"{'missing from' if name in wanted else 'stray in'} the wheel: {name}\n")
    if wanted != found:
        raise SystemExit(1)
    sys.stdout.write(f"the wheel holds the {len(found)} tracked files of the product\n")


if __name__ == "__main__":
    main()
