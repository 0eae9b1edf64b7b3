"""How long the import of an own database takes: generated EcoSpold 2 files, read, linked and kept by the command.

`python benchmarks/importing.py [--datasets 1000]` writes them into a temporary folder, each with 12 inputs of others,
8 elementary flows of the bundled list and a distribution on every row, and prints a table and one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from ecoprod.lca import elementary_flows

INPUTS, FLOWS, LIMIT_S = 12, 8, 60.0


SPREAD = (
    '<uncertainty><lognormal meanValue="1" mu="0" variance="0.01" varianceWithPedigreeUncertainty="0.02"/>'
    "</uncertainty>"
)
PRODUCT = (
    '<intermediateExchange intermediateExchangeId="good-{n}" amount="1"><name xml:lang="en">good {n}</name>'
    '<unitName xml:lang="en">kg</unitName><outputGroup>0</outputGroup></intermediateExchange>'
)
INPUT = (
    '<intermediateExchange intermediateExchangeId="good-{n}" activityLinkId="act-{n}" amount="{amount!r}">'
    '<name xml:lang="en">good {n}</name><unitName xml:lang="en">kg</unitName>' + SPREAD + "<inputGroup>5</inputGroup>"
    "</intermediateExchange>"
)
FLOW = (
    '<elementaryExchange elementaryExchangeId="{name}-id" amount="{amount!r}"><name xml:lang="en">{name}</name>'
    '<unitName xml:lang="en">{unit}</unitName>' + SPREAD + '<compartment><compartment xml:lang="en">{medium}'
    '</compartment><subcompartment xml:lang="en">unspecified</subcompartment></compartment>'
    "<outputGroup>4</outputGroup></elementaryExchange>"
)


def spold(number: int, count: int, chance: random.Random, flows: list[tuple[str, str, str]]) -> str:
    rows = [PRODUCT.format(n=number)]
    rows += [INPUT.format(n=n, amount=chance.uniform(0.001, 0.07)) for n in chance.sample(range(count), INPUTS)]
    rows += [
        FLOW.format(name=name, medium=medium, unit=unit, amount=chance.random())
        for name, medium, unit in chance.sample(flows, FLOWS)
    ]
    return f"""<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02"><activityDataset><activityDescription>
<activity id="act-{number}" type="1"><activityName xml:lang="en">making of good {number}</activityName></activity>
<geography><shortname xml:lang="en">CN</shortname></geography><timePeriod startDate="2020-01-01" endDate="2020-12-31"/>
</activityDescription><flowData>{"".join(rows)}</flowData></activityDataset></ecoSpold>"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=1000)
    count = parser.parse_args().datasets
    listed, chance = elementary_flows(), random.Random(20_000)  # noqa: S311  (no secret)
    safe = [
        (name, where, listed.units[p])
        for (name, where), p in listed.index.items()
        if where in ("air", "water", "soil") and not set(name) & set('<>&"')
    ]
    with tempfile.TemporaryDirectory() as place:
        source, cache = Path(place) / "generated.zip", Path(place) / "cache"
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(count):
                archive.writestr(f"datasets/{number}.spold", spold(number, count, chance, safe))
        line = [
            sys.executable,
            "-m",
            "ecoprod_cli",
            "data",
            "import",
            str(source),
            "--background",
            "made",
            "--format",
            "json",
        ]
        env = {**os.environ, "ECOPROD_CACHE": str(cache)}
        times = []
        for again in (False, True):
            started = time.perf_counter()
            done = subprocess.run([*line], env=env, capture_output=True, check=True)
            times.append(time.perf_counter() - started)
            found = json.loads(done.stdout)
            if found["already"] is not again:
                raise SystemExit("the second import was not recognised")
        size = sum(p.stat().st_size for p in (cache / "backgrounds").rglob("*") if p.is_file())
    links = {kind: found["exchanges"][kind] for kind in ("input", "elementary")}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{count} datasets, {count * (INPUTS + FLOWS)} rows: {times[0]:.1f} s (limit {LIMIT_S:.0f} s)")
    print(f"again: {times[1]:.1f} s; {peak:.0f} MB at most")
    print(f"linked: {links['input']['linked']} inputs, {links['elementary']['linked']} elementary flows")
    print(
        json.dumps(
            {
                "datasets": count, "usable": found["datasets"]["usable"], "inputs_linked": links["input"]["linked"],
                "flows_linked": links["elementary"]["linked"], "import_s": round(times[0], 3),
                "import_again_s": round(times[1], 3), "limit_s": LIMIT_S, "peak_mb": round(peak, 1),
                "cache_mb": round(size / 1e6, 2), "processors": os.cpu_count(), "python": platform.python_version(),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
