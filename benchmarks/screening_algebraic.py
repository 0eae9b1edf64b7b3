"""lca_algebraic on the sums of a screening; run by `screening.py` with a Python of its own, on Brightway 2.

Its background is given to it solved: one activity for each column of the design matrix, with the scores of one unit as
16 flows and a method each. The model is the sum of all columns, each times a parameter. Measured are the first
calculation (background scores, the formula made a function) and another one of the same 10,000 designs.
"""

from __future__ import annotations

import json
import sys
import time

import bw2data
import lca_algebraic as algebra
import numpy as np

DATABASE, OWN = "solved", "model"


def main(path: str) -> None:
    with np.load(path) as file:
        matrix, weights, start = file["matrix"], file["weights"], file["start"]
    columns, size = weights.shape
    bw2data.projects.set_current("screening")
    flows = bw2data.Database("flows")
    kind = {"type": "emission", "unit": "kg", "categories": ("air",)}
    flows.write({("flows", f"f{k}"): {"name": f"f{k}", **kind} for k in range(size)})
    methods = []
    for k in range(size):
        method = bw2data.Method(("screening", f"category {k}", f"category {k}"))
        method.register(unit="one")
        method.write([(("flows", f"f{k}"), 1.0)])
        methods.append(method.name)
    rows = np.vstack([weights, start])
    bw2data.Database(DATABASE).write({
        (DATABASE, f"c{n}"): {
            "name": f"c{n}", "unit": "kg", "location": "GLO", "type": "process",
            "exchanges": [
                {"input": (DATABASE, f"c{n}"), "amount": 1.0, "type": "production"},
                *({"input": ("flows", f"f{k}"), "amount": float(row[k]), "type": "biosphere"} for k in range(size)),
            ],
        }
        for n, row in enumerate(rows)
    })  # fmt: skip
    bw2data.Database(OWN).write({})
    algebra.setForeground(OWN)
    parameters = [algebra.newFloatParam(f"p{n}", default=1.0, min=0.0, max=10.0) for n in range(columns)]
    activities = {bw2data.get_activity((DATABASE, f"c{n}")): parameters[n] for n in range(columns)}
    activities[bw2data.get_activity((DATABASE, f"c{columns}"))] = 1.0
    model = algebra.newActivity(OWN, "product", "unit", activities)
    values = {f"p{n}": np.ascontiguousarray(matrix[:, n]) for n in range(columns)}
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        found = algebra.compute_impacts(model, methods, **values)
        times.append(time.perf_counter() - begin)
    away = float(
        np.max(np.abs(np.asarray(found) - (matrix @ weights + start)) / np.abs(matrix @ weights + start + 1e-300))
    )
    print(json.dumps({"first_s": times[0], "again_s": min(times[1:]), "designs": len(matrix), "away": away}))


if __name__ == "__main__":
    main(sys.argv[1])
