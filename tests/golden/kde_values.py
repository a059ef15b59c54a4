#!/usr/bin/env python3
"""Log densities of statsmodels' KDEMultivariate, which HpBandSter builds on, for tests/search/kde.cpp.

python3 -m venv env && env/bin/pip install statsmodels==0.14.6
env/bin/python tests/golden/kde_values.py > tests/golden/kde_values.json
"""
import json

import numpy as np
import statsmodels
from statsmodels.nonparametric.kernel_density import KDEMultivariate

CATEGORIES = 3
MIN_BANDWIDTH = 1e-3


def case(kinds, observations, points):
    """One observation a row. Every category is observed: statsmodels counts those that are."""
    kde = KDEMultivariate(observations, "".join("u" if k == "category" else "c" for k in kinds),
                          bw="normal_reference")
    most = [(CATEGORIES - 1) / CATEGORIES if kind == "category" else np.inf for kind in kinds]
    kde.bw = np.minimum(np.maximum(kde.bw, MIN_BANDWIDTH), most)
    return {"kinds": kinds, "observations": observations.tolist(), "bandwidths": kde.bw.tolist(),
            "points": points.tolist(),
            "log_densities": np.log(np.atleast_1d(kde.pdf(points))).tolist()}


def draw(kinds, count, rng):
    columns = []
    for kind in kinds:
        if kind == "category":
            columns.append(rng.permutation(np.arange(count) % CATEGORIES))
        elif kind == "lattice":
            columns.append((rng.integers(0, 5, count) + 0.5) / 5)
        else:
            columns.append(rng.random(count))
    return np.round(np.stack(columns, axis=1), 3)


def main():
    rng = np.random.default_rng(1)
    shapes = [(["line"], 2), (["line"], 9), (["category"], 5), (["line", "lattice", "category"], 13),
              (["category", "category", "line"], 30), (["line"] * 6, 20)]
    cases = [case(kinds, draw(kinds, count, rng), draw(kinds, 6, rng)) for kinds, count in shapes]
    # Half of the values are alike along the first axis, all along the second.
    alike = np.array([[0.2, 0.5], [0.2, 0.5], [0.2, 0.5], [0.7, 0.5], [0.9, 0.5]])
    cases.append(case(["line", "line"], alike,
                      np.array([[0.2, 0.5], [0.4, 0.501], [0.9, 0.497]])))
    # Indices far apart would make the bandwidth larger than that of an even kernel.
    apart = np.array([[0], [2], [0], [2], [1]])
    cases.append(case(["category"], apart, np.array([[0], [1], [2]])))
    print(json.dumps({"statsmodels": statsmodels.__version__, "cases": cases}))


if __name__ == "__main__":
    main()
