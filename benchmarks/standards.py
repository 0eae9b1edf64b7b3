"""What a library of many kinds costs: `assess` with all of them beside five, and `standards list`.

Two copies of ecoprod that differ in their library alone, run in alternation on the same product. Prints a table and, as
the last line, one JSON object: `assess_ratio_all_to_five` (median over the pairs; bar: not measurably above 1, that is
inside the spread of a copy beside its twin, `assess_ratio_five_to_five`), `list_s` (first run, empty cache; bar: under
1), `check_s`, the number of kinds, versions, processor count.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAIRS = int(os.environ.get("PAIRS", "21"))
FIVE = ("gbt-32161", "lithium-ion-battery", "household-detergent", "inorganic-lightweight-panel", "tablet-computer")
REFERENCED = ("gb-26572",)
"""Standards that the five refer to: they belong to what is loaded."""


def copy_with(target: Path, kinds: tuple[str, ...] | None) -> Path:
    """The sources of ecoprod with the whole library (None) or with these kinds alone."""
    for name in ("ecoprod", "cli", "lci_data"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in sorted((ROOT / "product_specs").iterdir()):
        if folder.is_file():
            (target / "product_specs").mkdir(exist_ok=True)
            shutil.copy(folder, target / "product_specs" / folder.name)
        elif kinds is None or folder.name in (*kinds, *REFERENCED):
            shutil.copytree(folder, target / "product_specs" / folder.name)
    return target


def seconds(copy: Path, arguments: list[str], cache: Path) -> float:
    """Wall time of one process of a copy."""
    paths = os.pathsep.join((str(copy), str(copy / "cli")))
    environment = {**os.environ, "PYTHONPATH": paths, "ECOPROD_CACHE": str(cache), "ECOPROD_LANG": "en"}
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "ecoprod_cli", *arguments], env=environment, cwd=copy, capture_output=True, check=False
    )
    taken = time.perf_counter() - start
    if run.returncode not in (0, 1, 3, 4):
        raise SystemExit(run.stderr.decode())
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        whole, five, twin = (
            copy_with(root / name, kinds) for name, kinds in (("all", None), ("five", FIVE), ("twin", FIVE))
        )
        cache = root / "cache"
        assess = ["assess", str(ROOT / "examples" / "battery-pack")]
        for copy in (whole, five, twin):
            seconds(copy, assess, cache)
        runs: dict[Path, list[float]] = {whole: [], five: [], twin: []}
        for _ in range(PAIRS):
            for copy, taken in runs.items():
                taken.append(seconds(copy, assess, cache))
        listed = [seconds(whole, ["standards", "list"], root / f"cache-{n}") for n in range(3)]
        checked = seconds(whole, ["standards", "check"], cache)
        kinds = sum((p / "spec.yaml").is_file() for p in (whole / "product_specs").iterdir())
    against = [a / b for a, b in zip(runs[whole], runs[five], strict=True)]
    among = [a / b for a, b in zip(runs[twin], runs[five], strict=True)]
    print(f"{'':36}{'min':>9}{'median':>9}{'max':>9}")
    for name, values in (
        (f"assess, {kinds} kinds [s]", runs[whole]), (f"assess, {len(FIVE)} kinds [s]", runs[five]),
        ("ratio all : five", against), ("ratio five : its twin", among), ("standards list, empty cache [s]", listed),
    ):  # fmt: skip
        print(f"{name:36}{min(values):9.3f}{statistics.median(values):9.3f}{max(values):9.3f}")
    print(f"{'standards check [s]':36}{checked:9.3f}")
    result = {
        "assess_ratio_all_to_five": round(statistics.median(against), 4),
        "assess_ratio_five_to_five": round(statistics.median(among), 4),
        "assess_ratio_five_to_five_spread": [round(min(among), 4), round(max(among), 4)],
        "list_s": round(max(listed), 3),
        "check_s": round(checked, 3),
        "kinds": kinds,
        "pairs": PAIRS,
        "ecoprod": version("ecoprod"),
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
