"""Screening of many designs beside bw2calc, a bare NumPy product and lca_algebraic, all in one run.

A made-up product of 200 parts (`benchmarks/screened.py`), 16 categories of EF v3.1, 10,000 designs. Timed is what lies
between designs in memory and results with verdicts in memory. *First*: on an engine that has seen no design but the
product as it is, so that every other kind of design is judged within the time; all speedups are of this. *Again*: when
every kind is known. In alternation with it:

- bw2calc as it is used in a loop: `lci` and, for every method, `switch_method` and `lcia`. Its time per design is that
  of 60 of the very designs, in rounds of twelve; it is handed their demands ready made and gives no verdicts.
- bw2calc that keeps its factors (`decompose_technosphere`, then `lci` with another demand) and the matrices of all
  methods, so that a method costs one `lcia_calculation`.
- `matrix @ weights` with the engine's own design matrix and the weights of every sum. The engine multiplies sums that
  are the same for all designs once; this product, as one would write it, does not know of them.
- lca_algebraic, where `LCA_ALGEBRAIC` names a Python that has it: a model of the same columns on solved datasets.

Before anything is timed, the engine and bw2calc have to agree to 1e-9 on the designs that are. The same on a background
of 2,000 generated datasets beside the core. Then memory and time of up to a million designs, each a process of its own.

Prints a table and, as the last line, one JSON object: `speedup_vs_bw2calc` (bar: at least 1,000),
`speedup_vs_bw2calc_2000` (at least 20,000), `speedup_vs_bw2calc_factorised`, `ratio_to_numpy` (again; at most 3),
`ratio_to_numpy_first`, `ratio_to_numpy_made_ready`, `peak_mb_100000` (under 1,000). Keys that end in `_100000` are of
100,000 designs, first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "cli")]
PARTS, DESIGNS, MANY, ROUNDS = 200, 10_000, 100_000, int(os.environ.get("ROUNDS", "5"))
EACH = 12
"""Designs of each peer in a round."""
SIZE = 2_000
CASES = ("core", "2000")


@dataclass
class Times:
    """Seconds of every round; those of bw2calc are per design."""

    ready: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)
    numpy: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def quiet(*_: object) -> None:
    return None


def matmul(matrix: Any, sums: Any) -> Any:
    return matrix @ sums.weights


def written(folder: Path, background: str) -> tuple[Path, Path, str]:
    """Product, overlay and background id of a case; the large background is made and kept in the cache."""
    import screened

    name, datasets = "core", tuple[str, ...]()
    if background != "core":
        import background as large

        large.SIZE, name = SIZE, large.OWN
        large.store()
        datasets = tuple(f"market-{k:05d}-glo" for k in range(0, SIZE * 9 // 20, 7))
    product = folder / background
    mass = screened.write(product, PARTS, datasets)
    climate = _climate(product, name)
    return product, screened.write_overlay(product, mass * 0.97, climate * 1.1, "0 %" if datasets else "1 %"), name


def _climate(product: Path, background: str) -> float:
    from ecoprod.corridor import assess

    lca = assess(product, background=background).lca
    found = lca.category("EF v3.1", "climate-change") if lca is not None else None
    if found is None or found.value is None:
        raise ValueError(background)
    return found.value


def measured(folder: Path, background: str) -> dict[str, Any]:
    """One case: the same designs by the engine, by bw2calc twice, and as a bare product."""
    import numpy as np
    from screening_peers import Peer, agree, demands_of

    from ecoprod.corridor import read_case
    from ecoprod.screening.designs import base_values, designs_of
    from ecoprod.screening.engine import Engine
    from ecoprod.screening.matrix import fill
    from ecoprod.screening.reading import read_variants, with_sample
    from ecoprod.trace import Ledger

    product, overlay, name = written(folder, background)
    case, _ = read_case(product, Ledger(), overlays=[overlay], background=name)
    variants = read_variants(product / "variants.yaml", case.product, case.background, [])
    if variants is None:
        raise ValueError(product)
    _, choices, values = next(designs_of(variants, DESIGNS))
    _, *many = next(designs_of(with_sample(variants, MANY, 2), MANY))

    def ready() -> Engine:
        made = Engine(case, variants, quiet)
        made.results(np.zeros((1, len(variants.slots)), dtype=np.int16), base_values(variants)[None, :])
        return made

    engine = ready()
    picked = np.random.default_rng(3).choice(DESIGNS, EACH * ROUNDS, replace=False)
    demands = [demands_of(case, engine, choices[n], values[n]) for n in picked]
    peer = Peer(case)
    found = engine.results(choices, values)
    shown = [k for k, i in enumerate(engine.linear.impacts) if i.method == "EF v3.1"]
    away = agree(found.figures.impacts[picked][:, shown], [engine.linear.impacts[k].category.id for k in shown],
                 demands, peer)  # fmt: skip
    sums = engine.base.sums
    matrix = np.empty((DESIGNS, sums.layout.width))
    fill(matrix, sums.layout, sums.table, sums.variants, choices, values)
    times = Times()
    for number in range(ROUNDS):
        some = demands[number * EACH : (number + 1) * EACH]
        took, fresh = seconds(ready)
        times.ready.append(took)
        times.first.append(seconds(partial(fresh.results, choices, values))[0])
        times.loop.append(seconds(partial(list, map(peer.as_used, some)))[0] / EACH)
        again, bare = partial(fresh.results, choices, values), partial(matmul, matrix, sums)
        for kind, work in (("again", again), ("numpy", bare)):
            work()  # neither pays for the other's memory
            getattr(times, kind).append(seconds(work)[0])
        times.kept.append(seconds(partial(list, map(peer.factorised, some)))[0] / EACH)
        times.many.append(seconds(partial(ready().results, *many))[0])
    outcomes = [engine.outcomes[n] for n in found.outcome]
    return {
        "times": dict(vars(times)), "away": away, "datasets": len(engine.linear.number),
        "demands": median(len(d) for d in demands), "slots": len(variants.slots), "masses": len(variants.parameters),
        "columns": sums.layout.width, "verdicts": dict(Counter(o.verdict for o in outcomes)),
        "outcomes": len(set(outcomes)), "classes": len(engine.base.judge.classes),
        "algebraic": algebraic(engine, choices, values),
    }  # fmt: skip


def algebraic(engine: Any, choices: Any, values: Any) -> dict[str, Any] | None:
    """The same sums by lca_algebraic, in the Python that `LCA_ALGEBRAIC` names; None without one."""
    import numpy as np

    from ecoprod.screening.matrix import fill

    python, sums = os.environ.get("LCA_ALGEBRAIC"), engine.base.sums
    if not python or len(engine.linear.number) > SIZE:
        return None
    matrix = np.empty((len(choices), sums.layout.width))
    fill(matrix, sums.layout, sums.table, sums.variants, choices, values)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.npz"
        np.savez(file, matrix=matrix, weights=sums.weights[:, :16], start=sums.start[:16])
        script = str(Path(__file__).with_name("screening_algebraic.py"))
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"BRIGHTWAY2_DIR": folder}
        done = subprocess.run(
            [python, "-W", "ignore", script, str(file)], env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"failed": done.returncode}


def screened_whole(folder: Path, count: int) -> dict[str, Any]:
    """A whole screening of the core's product in memory, front and order included, in this process."""
    from background import peak_mb

    from ecoprod.screening.screen import Screen, gathered, goals_of, ranked

    product, overlay, _ = written(folder, "core")
    ready = Screen(product, product / "variants.yaml", overlays=[overlay], sample=count, seed=1)
    took, found = seconds(lambda: gathered(ready, ready.chunks()))
    peak = peak_mb()
    front, _ = seconds(lambda: ranked(ready, goals_of(ready, found.whole.columns), found.whole.outcome))
    return {"seconds": took, "front_s": front, "peak_mb": peak, "peak_with_front_mb": peak_mb()}


def screened_table(folder: Path, count: int) -> dict[str, Any]:
    """The command line's table of the same designs as CSV, pieces beside it and all, in this process."""
    from background import peak_mb
    from ecoprod_cli.main import main as command

    product, overlay, _ = written(folder, "core")
    target = folder / "designs.csv"
    words = ["screen", str(product), "--variants", str(product / "variants.yaml"), "--overlay", str(overlay)]
    words += ["--sample", str(count), "--seed", "1", "--format", "csv", "-o", str(target)]
    took, code = seconds(lambda: command(words))
    return {"seconds": took, "peak_mb": peak_mb(), "megabytes": target.stat().st_size / 1e6, "code": code}


def _child(*words: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, *words]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def spread(name: str, values: list[float], digits: int = 1) -> None:
    """A row of the table: least, median, most."""
    print(f"{name:66}" + "".join(f"{v:14,.{digits}f}" for v in (min(values), median(values), max(values))))


def ratios(over: list[float], under: list[float], scale: float = 1.0) -> list[float]:
    return [scale * a / b for a, b in zip(over, under, strict=True)]


def table(name: str, found: dict[str, Any]) -> dict[str, list[float]]:
    """Print one case; its ratios by name."""
    t = {key: [float(v) for v in values] for key, values in found["times"].items()}
    made = {
        "loop": ratios(t["loop"], t["first"], DESIGNS), "kept": ratios(t["kept"], t["first"], DESIGNS),
        "loop_many": ratios(t["loop"], t["many"], MANY), "kept_many": ratios(t["kept"], t["many"], MANY),
        "numpy": ratios(t["again"], t["numpy"]), "numpy_first": ratios(t["first"], t["numpy"]),
        "numpy_ready": ratios([a + b for a, b in zip(t["first"], t["ready"], strict=True)], t["numpy"]),
    }  # fmt: skip
    print(
        f"\n{name}: {found['datasets']} datasets, {found['demands']:.0f} demands a design, {found['columns']} columns"
    )
    print(f"{PARTS} parts, {found['slots']} of them with options, {found['masses']} with a free mass")
    print(
        f"verdicts of {DESIGNS:,}: {found['verdicts']}; {found['outcomes']} outcomes, {found['classes']} kinds judged"
    )
    print(f"largest relative difference to bw2calc: {found['away']:.1e}")
    print(f"{'':66}{'least':>14}{'median':>14}{'most':>14}")
    spread("made ready [ms]", [1e3 * v for v in t["ready"]])
    spread(f"first {DESIGNS:,} designs, verdicts included [ms]", [1e3 * v for v in t["first"]])
    spread(f"the same {DESIGNS:,} again, every kind known [ms]", [1e3 * v for v in t["again"]])
    spread(f"first {MANY:,} designs [ms]", [1e3 * v for v in t["many"]])
    spread("matrix @ weights alone [ms]", [1e3 * v for v in t["numpy"]])
    spread(f"bw2calc loop, one design (mean of {EACH}) [ms]", [1e3 * v for v in t["loop"]], 2)
    spread(f"bw2calc with its factors kept, one design (mean of {EACH}) [ms]", [1e3 * v for v in t["kept"]], 2)
    spread(f"bw2calc loop x {DESIGNS:,} / first", made["loop"], 0)
    spread(f"bw2calc loop x {MANY:,} / first", made["loop_many"], 0)
    spread(f"bw2calc with its factors kept x {DESIGNS:,} / first", made["kept"], 0)
    spread(f"bw2calc with its factors kept x {MANY:,} / first", made["kept_many"], 0)
    spread("again / matrix @ weights", made["numpy"], 2)
    spread("first / matrix @ weights", made["numpy_first"], 2)
    spread("made ready and first / matrix @ weights", made["numpy_ready"], 2)
    return made


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ECOPROD_CACHE": folder, "BRIGHTWAY2_DIR": folder, "BRIGHTWAY_NO_STRUCTLOG": "1"}
        cases = {name: _child("case", name, environment=environment) for name in CASES}
        sizes = {n: _child("whole", str(n), environment=environment) for n in (1_000, 10_000, 100_000, 1_000_000)}
        tables = {n: _child("table", str(n), environment=environment) for n in (100_000, 1_000_000)}
    made = {name: table(name, found) for name, found in cases.items()}
    other = cases["core"]["algebraic"]
    if other is None:
        print("\nlca_algebraic: not measured; LCA_ALGEBRAIC names no Python that has it")
    else:
        print(f"\nlca_algebraic on the core's product: {other}")
    print(
        f"\n{'designs':>12}{'seconds':>12}{'us a design':>14}{'peak MB':>10}{'of it front, order':>20}{'peak MB':>10}"
    )
    for count, found in sizes.items():
        each = 1e6 * found["seconds"] / count
        print(f"{count:12,}{found['seconds']:12.2f}{each:14.1f}{found['peak_mb']:10.0f}{found['front_s']:20.2f}"
              f"{found['peak_with_front_mb']:10.0f}")  # fmt: skip
    print(f"\n{'designs as CSV':>14}{'seconds':>12}{'peak MB':>10}{'MB of CSV':>12}")
    for count, found in tables.items():
        print(f"{count:14,}{found['seconds']:12.2f}{found['peak_mb']:10.0f}{found['megabytes']:12.0f}")
    core, large = made["core"], made["2000"]
    each = [sizes[n]["seconds"] / n for n in sizes]
    result = {
        "speedup_vs_bw2calc": round(median(core["loop"])),
        "speedup_vs_bw2calc_2000": round(median(large["loop"])),
        "speedup_vs_bw2calc_factorised": round(median(core["kept"])),
        "speedup_vs_bw2calc_factorised_2000": round(median(large["kept"])),
        "speedup_vs_bw2calc_100000": round(median(core["loop_many"])),
        "speedup_vs_bw2calc_2000_100000": round(median(large["loop_many"])),
        "ratio_to_numpy": round(median(core["numpy"]), 2),
        "ratio_to_numpy_first": round(median(core["numpy_first"]), 2),
        "ratio_to_numpy_made_ready": round(median(core["numpy_ready"]), 2),
        "peak_mb_100000": round(sizes[100_000]["peak_with_front_mb"]),
        "us_per_design": {str(n): round(1e6 * s, 1) for n, s in zip(sizes, each, strict=True)},
        "peak_mb_1000000": round(sizes[1_000_000]["peak_mb"]),
        "table_s_1000000": round(tables[1_000_000]["seconds"], 1),
        "table_peak_mb_1000000": round(tables[1_000_000]["peak_mb"]),
        "largest_relative_difference": max(c["away"] for c in cases.values()),
        "designs_of_peers": EACH * ROUNDS,
        "lca_algebraic": other,
        "ecoprod": version("ecoprod"), "bw2calc": version("bw2calc"), "numpy": version("numpy"),
        "python": sys.version.split()[0], "processors": os.cpu_count(),
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1:]:
        kind, what = sys.argv[1:]
        with tempfile.TemporaryDirectory() as place:
            if kind == "case":
                done = measured(Path(place), what)
            else:
                done = (screened_table if kind == "table" else screened_whole)(Path(place), int(what))
        print(json.dumps(done))
    else:
        main()
