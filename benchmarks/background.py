"""Intensities of a large background: 20,000 generated datasets (`benchmarks/generated.py`), beside bw2calc itself.

Prints a table and, as the last line, one JSON object:
`build_20000_s` (signs, Brightway's matrices, all 25 categories of EF v3.1 for every dataset, written to the cache,
with every import and file that a first run needs; bar: under 10), `build_20000_peak_mb` (largest resident size of that
process, the generator in it; bar: under 2000), `warm_ratio_20000_to_core` (a warm `assess` on the same system kept as a
user's own database, beside the core's, in alternation; bar: 2), what reading and linking the same system as CSV rows
costs, the peer's seconds for one demand (`lci` + `lcia`) and estimated for all, the largest relative difference between
both over sampled datasets, versions, processor count. Every measurement is a process of its own.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
SIZE = int(os.environ.get("SIZE", "20000"))
SAMPLED = 20
OWN = "generated"
PAIRS = int(os.environ.get("PAIRS", "9"))
METHOD, CATEGORY = "EF v3.1", "climate-change"


def peak_mb() -> float:
    """Largest resident size of this process so far (Linux counts in KiB, macOS in bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def build() -> dict[str, Any]:
    """The way of `assess` with an empty cache, from the linked inventory on."""
    from generated import generate

    from ecoprod.lca import cache, library
    from ecoprod.lca.solve import SOLVER

    flows = library.flows()
    made = generate(SIZE, flows)
    key = cache.key(f"generated {SIZE}", METHOD, SOLVER)

    def cold() -> Any:
        found = library.build_from(library.sound_signs(made), flows, library.families((), flows), (METHOD,))[METHOD]
        if not cache.store(key, found):
            raise OSError(f"cannot write below {cache.folder()}")
        return found

    seconds, found = _seconds(cold)
    warm, again = _seconds(lambda: cache.load(key, made.ids))
    if again is None:
        raise OSError(f"cannot read back from {cache.folder()}")
    k = [c.id for c in found.categories].index(CATEGORY)
    return {
        "build_s": seconds, "build_peak_mb": peak_mb(), "load_s": warm, "categories": len(found.categories),
        "exchanges": len(made.technosphere.values) - SIZE + len(made.biosphere.values),
        "flows": len(set(made.biosphere.rows.tolist())), "scores": found.scores[k, :: SIZE // SAMPLED].tolist(),
    }  # fmt: skip


def rows() -> dict[str, Any]:
    """The same system from CSV rows: read, then linked."""
    from generated import generate, write

    from ecoprod.background import read_background
    from ecoprod.lca import library
    from ecoprod.lca.inventory import link

    flows = library.flows()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), generate(SIZE, flows), flows)
        background = read_background(Path(folder), {"id": "generated"})
        reading, exchanges = _seconds(background.exchanges)
    linking, (_, problems) = _seconds(lambda: link(background, exchanges, flows))
    if problems:
        raise ValueError(problems[:3])
    return {"read_rows_s": reading, "link_s": linking, "rows_peak_mb": peak_mb()}


def peer() -> dict[str, Any]:
    """bw2calc on a data package of the same numbers, as it is used: one demand, then others with its factors kept."""
    import bw2calc
    import bw_processing
    import numpy as np
    from generated import generate

    from ecoprod.lca import library
    from ecoprod.lca.inventory import one_convention

    flows = library.flows()
    made = one_convention(generate(SIZE, flows))
    family = library.families((), flows)[METHOD]
    indicator = next(i for i in family.indicators if i.category == "climate change")
    number = {code: k for k, code in enumerate(flows.codes)}
    far = SIZE + 1
    package = bw_processing.create_datapackage()
    characterised = [number[code] + far for code in indicator.factors]
    for matrix, where, columns, values in (
        ("technosphere_matrix", made.technosphere.rows, made.technosphere.columns, made.technosphere.values),
        ("biosphere_matrix", made.biosphere.rows + far, made.biosphere.columns, made.biosphere.values),
        ("characterization_matrix", characterised, characterised, np.array(list(indicator.factors.values()))),
    ):
        indices = np.empty(len(where), dtype=bw_processing.INDICES_DTYPE)
        indices["row"], indices["col"] = where, columns
        package.add_persistent_vector(matrix=matrix, name=matrix, indices_array=indices, data_array=values)
    calculator = bw2calc.LCA({0: 1.0}, data_objs=[package])

    def first() -> None:
        calculator.lci(factorize=True)
        calculator.lcia()

    def one(process: int) -> float:
        calculator.lci(demand={process: 1.0})
        return float(calculator.characterization_matrix.dot(calculator.inventory).sum())

    once, _ = _seconds(first)
    each, scores = _seconds(lambda: [one(k) for k in range(0, SIZE, SIZE // SAMPLED)])
    return {"peer_first_s": once, "peer_each_s": each / len(scores), "peer_peak_mb": peak_mb(), "scores": scores}


def store() -> dict[str, Any]:
    """The same system kept as a database of the user's own: what an import does once the files are read."""
    from generated import foreign, generate

    from ecoprod.importing.covers import covered
    from ecoprod.importing.link import link_database
    from ecoprod.importing.store import keep
    from ecoprod.lca import library

    flows = library.flows()
    made = foreign(generate(SIZE, flows), flows)
    seconds, linked = _seconds(lambda: link_database(made, flows, lambda done, total: None))
    if linked.misses:
        raise ValueError(linked.misses[:3])
    about = {
        "id": OWN, "title": OWN, "file": "generated", "file_format": "generated", "stated": {}, "linked": {},
        "key": {"source": "generated", "database": "", "complete": False}, "misses": {}, "manifest": {},
        "datasets": {"in": SIZE, "usable": SIZE},
    }  # fmt: skip
    covers = covered(linked, flows, everything=False)
    writing, _ = _seconds(lambda: keep(OWN, linked, covers, [False] * SIZE, about))
    return {"link_database_s": seconds, "keep_s": writing, "store_peak_mb": peak_mb()}


def product(folder: Path) -> None:
    """The example of a battery pack, its materials mapped to datasets of the generated database."""
    from ecoprod.backgrounds import find_background
    from ecoprod.matching import names_of
    from ecoprod.readers import read_product
    from ecoprod.trace import Ledger

    shutil.copytree(Path(__file__).resolve().parent.parent / "examples" / "battery-pack", folder)
    read = read_product(folder, Ledger()).product
    if read is None:
        raise ValueError(folder)
    names = [n.name for n in names_of(read, find_background()) if n.kind == "material"]
    with (folder / "mapping.csv").open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([name, f"market-{k:05d}-glo", OWN, "generated", "", ""] for k, name in enumerate(names))


def warm(environment: dict[str, str], folder: Path) -> dict[str, Any]:
    """`ecoprod assess` with everything cached, on the core and on the generated database, in alternation."""
    design = folder / "battery-pack"
    product(design)
    times: dict[str, list[float]] = {"core": [], OWN: []}
    for run in range(PAIRS + 1):
        for background, found in times.items():
            command = [sys.executable, "-m", "ecoprod_cli", "assess", str(design), "--background", background,
                       "--format", "json"]  # fmt: skip
            start = time.perf_counter()
            done = subprocess.run(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            if done.returncode not in (0, 1, 3, 4):
                raise OSError(f"assess on {background}: exit code {done.returncode}")
            if run:  # the first pair fills the cache
                found.append(time.perf_counter() - start)
    ratios = [own / core for own, core in zip(times[OWN], times["core"], strict=True)]
    return {"warm_core_s": median(times["core"]), "warm_own_s": median(times[OWN]), "ratios": ratios}


def _child(name: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, name]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ECOPROD_CACHE": folder, "BRIGHTWAY2_DIR": folder, "BRIGHTWAY_NO_STRUCTLOG": "1"}
        ours, read, theirs, kept = (_child(name, environment) for name in ("build", "rows", "peer", "store"))
        used = warm(environment, Path(folder))
    away = max(abs(a - b) / abs(b) for a, b in zip(ours["scores"], theirs["scores"], strict=True) if b)
    estimated = theirs["peer_first_s"] + SIZE * theirs["peer_each_s"]
    print(f"{SIZE} datasets, {ours['exchanges']} exchanges, {ours['flows']} flows, {ours['categories']} categories")
    for name, value in (
        ("intensities of all, first run [s]", ours["build_s"]),
        ("  largest resident size [MB]", ours["build_peak_mb"]),
        ("intensities of all, from the cache [s]", ours["load_s"]),
        ("rows read [s]", read["read_rows_s"]),
        ("rows linked [s]", read["link_s"]),
        ("linked as a user's own database [s]", kept["link_database_s"]),
        ("kept in the cache [s]", kept["keep_s"]),
        ("  largest resident size [MB]", kept["store_peak_mb"]),
        ("warm assess on the core [s]", used["warm_core_s"]),
        ("warm assess on the large database [s]", used["warm_own_s"]),
        ("  ratio, median of pairs", median(used["ratios"])),
        ("bw2calc, first demand, lci + lcia [s]", theirs["peer_first_s"]),
        ("bw2calc, each further demand [s]", theirs["peer_each_s"]),
        ("bw2calc, all datasets, estimated [s]", estimated),
        ("  largest resident size [MB]", theirs["peer_peak_mb"]),
    ):
        print(f"{name:44}{value:12.3f}")
    print(f"{'largest relative difference':44}{away:12.1e}")
    result = {
        f"build_{SIZE}_s": round(ours["build_s"], 3),
        f"build_{SIZE}_peak_mb": round(ours["build_peak_mb"], 1),
        f"load_{SIZE}_s": round(ours["load_s"], 4),
        f"read_rows_{SIZE}_s": round(read["read_rows_s"], 3),
        f"link_{SIZE}_s": round(read["link_s"], 3),
        f"warm_ratio_{SIZE}_to_core": round(median(used["ratios"]), 3),
        "warm_core_s": round(used["warm_core_s"], 4),
        "warm_own_s": round(used["warm_own_s"], 4),
        f"keep_{SIZE}_s": round(kept["link_database_s"] + kept["keep_s"], 3),
        "exchanges": ours["exchanges"],
        "bw2calc_first_demand_s": round(theirs["peer_first_s"], 3),
        "bw2calc_each_demand_s": round(theirs["peer_each_s"], 4),
        "bw2calc_all_estimated_s": round(estimated, 1),
        "largest_relative_difference": away,
        "ecoprod": version("ecoprod"),
        "bw2calc": version("bw2calc"),
        "scipy": version("scipy"),
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps({"build": build, "rows": rows, "peer": peer, "store": store}[sys.argv[1]]()))
    else:
        main()
