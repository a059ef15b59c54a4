#!/usr/bin/env python3
"""Generations of the package cmaes, for tests/golden/cma.cpp.

python3 -m venv env && env/bin/pip install cmaes==0.13.1 scipy==1.17.1
env/bin/python tests/golden/cma_values.py > tests/golden/cma_values.json

`plain`: CMA on an ellipsoid; a generation's points, the best first, and mean, sigma and covariance
after it. `margin`: CMAwM on integers 0 to 9; before the margin correction of a generation the mean
and standard deviation of each coordinate, after it the same.
"""
import json

import cmaes
import numpy


def plain(dimensions, population, generations):
    optimizer = cmaes.CMA(mean=numpy.full(dimensions, 0.3), sigma=0.4, seed=7,
                          population_size=population)
    steps = []
    for _ in range(generations):
        points = [optimizer.ask() for _ in range(population)]
        scored = sorted(((x, sum(10 ** i * (v - 0.1) ** 2 for i, v in enumerate(x)))
                         for x in points), key=lambda pair: pair[1])
        optimizer.tell(list(scored))
        steps.append({"points": [x.tolist() for x, _ in scored], "mean": optimizer.mean.tolist(),
                      "sigma": float(optimizer._sigma), "covariance": optimizer._C.tolist()})
    return {"dimensions": dimensions, "population": population, "mean": 0.3, "sigma": 0.4,
            "weights": optimizer._weights.tolist(), "generations": steps}


def margin():
    dimensions, cases = 4, []
    for seed in range(6):
        optimizer = cmaes.CMAwM(mean=numpy.full(dimensions, 4.0), sigma=2.0, seed=seed,
                                bounds=numpy.array([[0, 9]] * dimensions),
                                steps=numpy.ones(dimensions))
        inner = optimizer._cma.tell
        seen = {}

        def tell(solutions):
            inner(solutions)
            spread = optimizer._cma._sigma * optimizer._A * numpy.sqrt(numpy.diag(optimizer._cma._C))
            seen["mean"], seen["deviation"] = optimizer.mean.tolist(), spread.tolist()

        optimizer._cma.tell = tell
        for _ in range(40):
            solutions = []
            for _ in range(optimizer.population_size):
                x, told = optimizer.ask()
                solutions.append((told, float(abs(x[0]) + abs(x[1] - 9) + abs(x[2] - 4)
                                              + 0.1 * (x[3] - 2) ** 2)))
            optimizer.tell(solutions)
            spread = optimizer._cma._sigma * optimizer._A * numpy.sqrt(numpy.diag(optimizer._cma._C))
            for i in range(dimensions):
                cases.append([seen["mean"][i], seen["deviation"][i], optimizer.mean[i], spread[i]])
    # Those that the correction has changed, and a few that it has not.
    changed = [c for c in cases if abs(c[0] - c[2]) + abs(c[1] - c[3]) > 1e-9]
    same = [c for c in cases if c not in changed]
    return {"margin": float(optimizer.margin), "laws": changed[::4] + same[::40]}


print(json.dumps({"cmaes": "0.13.1", "plain": [plain(3, 6, 8), plain(1, 4, 5), plain(5, 8, 6)],
                  "margin": margin()}))
