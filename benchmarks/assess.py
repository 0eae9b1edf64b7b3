"""A warm `assess` as a whole process beside `import bw2calc`, in pairs on the same machine.

Prints a table and, as the last line, one JSON object:
`warm_ratio_to_bw2calc_import` (median over the pairs; bar: at most 0.25), `first_assess_s` (cold cache; bar: under 20),
medians, versions, processor count, and whether the warm run imported what it must not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "battery-pack"
PAIRS = int(os.environ.get("PAIRS", "11"))
FORBIDDEN = ("bw2calc", "bw2data", "bw2io", "pandas", "jsonschema", "openpyxl", "scipy", "pint")


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall time of one process; its output is read and thrown away."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=False)
    return time.perf_counter() - start


def imported(command: list[str], environment: dict[str, str]) -> list[str]:
    """Which of the heavy packages a run imports, read off `python -X importtime`."""
    run = subprocess.run(
        [command[0], "-X", "importtime", *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in run.stderr.splitlines() if "|" in line}
    return sorted(names & set(FORBIDDEN))


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "ECOPROD_CACHE": cache, "ECOPROD_LANG": "en"}
        assess = [sys.executable, "-m", "ecoprod_cli", "assess", str(EXAMPLE)]
        peer = [sys.executable, "-W", "ignore", "-c", "import bw2calc"]
        first = seconds(assess, environment)
        seconds(assess, environment)
        seconds(peer, environment)
        ours, theirs = [], []
        for _ in range(PAIRS):
            ours.append(seconds(assess, environment))
            theirs.append(seconds(peer, environment))
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        heavy = imported(assess, environment)
    print(f"{'':32}{'min':>9}{'median':>9}{'max':>9}")
    for name, values in (("warm assess [s]", ours), ("import bw2calc [s]", theirs), ("ratio", ratios)):
        print(f"{name:32}{min(values):9.3f}{statistics.median(values):9.3f}{max(values):9.3f}")
    print(f"first assess, empty cache [s]   {first:9.3f}")
    print(f"heavy packages imported when warm: {', '.join(heavy) or 'none'}")
    result = {
        "warm_ratio_to_bw2calc_import": round(statistics.median(ratios), 4),
        "first_assess_s": round(first, 3),
        "warm_assess_s": round(statistics.median(ours), 4),
        "import_bw2calc_s": round(statistics.median(theirs), 4),
        "pairs": PAIRS,
        "imports_heavy_when_warm": heavy,
        "ecoprod": version("ecoprod"),
        "bw2calc": version("bw2calc"),
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
