#!/usr/bin/env python3
"""Log densities of Parzen estimators by SciPy's truncated normals, for tests/search/parzen.cpp.

python3 -m venv env && env/bin/pip install scipy==1.17.1
env/bin/python tests/golden/parzen_values.py > tests/golden/parzen_values.json
"""
import json
import math

import numpy as np
import scipy
from scipy.special import logsumexp
from scipy.stats import truncnorm

CATEGORIES, CELLS = 3, 5


def deviations(places, least, most):
    """The larger gap to a neighbour; the outermost have one neighbour, a single one the ends."""
    order = np.argsort(places, kind="stable")
    at = np.asarray(places)[order]
    if len(at) == 1:
        gaps = [max(at[0], 1 - at[0])]
    else:
        between = np.diff(at)
        gaps = np.maximum(np.append(0, between), np.append(between, 0))
    found = np.empty(len(at))
    found[order] = np.clip(gaps, min(least, most), most)
    return found


def log_normal(x, centre, deviation):
    return truncnorm.logpdf(x, -centre / deviation, (1 - centre) / deviation, centre, deviation)


def log_kernels(kind, places, least, prior_weight, x):
    """One value a kernel at x, the prior's last."""
    n = len(places)
    if kind == "category":
        extra = prior_weight / (n + 1)
        hit = [(float(place == x) + extra) / (1 + extra * CATEGORIES) for place in places]
        return np.log(np.append(hit, 1 / CATEGORIES))
    most = 1 / 12 if kind == "normal" else 1.0
    if kind == "lattice":
        least = max(least, 0.5 / CELLS)
    wide = deviations(places, least, most)
    return np.array([log_normal(x, c, s) for c, s in zip(places, wide)] + [log_normal(x, 0.5, most)])


def case(least, prior_weight, axes, points, weights=None):
    """axes: (kind, places of the observations along it); weights of the observations: 1."""
    weights = weights or [1.0] * len(axes[0][1])
    shares = np.log(np.append(weights, prior_weight) / (sum(weights) + prior_weight))
    values = [logsumexp(shares + sum(log_kernels(kind, places, least, prior_weight, x)
                                      for (kind, places), x in zip(axes, point)))
              for point in points]
    return {"least": least, "prior_weight": prior_weight, "weights": weights, "points": points,
            "axes": [{"kind": kind, "places": places} for kind, places in axes],
            "log_densities": [float(v) for v in values]}


def middle(cell):
    return (cell + 0.5) / CELLS


rng = np.random.default_rng(7)
many = [round(float(x), 6) for x in rng.random(700)]
line = [0.1, 0.35, 0.4, 0.9]
cells = [middle(c) for c in (0, 2, 2, 4)]
cases = [
    case(0.05, 1.0, [("line", line)], [[0.0], [0.1], [0.2], [0.41], [0.75], [0.999]]),
    case(0.3, 2.5, [("line", line)], [[0.0], [0.5], [0.9]]),
    case(0.01, 1.0, [("line", [0.8])], [[0.05], [0.8]]),
    case(0.01, 1.0, [("line", [0.3, 0.3, 0.3])], [[0.3], [0.31], [0.9]]),
    case(0.01, 0.5, [("normal", [0.45, 0.52, 0.7, 0.5])], [[0.1], [0.48], [0.7]]),
    case(0.01, 1.0, [("lattice", cells)], [[middle(c)] for c in range(CELLS)]),
    case(0.01, 1.5, [("category", [0, 2, 2, 2])], [[0], [1], [2]]),
    case(0.02, 1.0, [("line", line), ("lattice", cells), ("category", [0, 2, 2, 1]),
                     ("normal", [0.45, 0.52, 0.7, 0.5])],
         [[0.1, middle(0), 0, 0.45], [0.38, middle(2), 2, 0.55], [0.9, middle(1), 1, 0.3],
          [0.5, middle(4), 1, 0.9]]),
    case(0.01, 1.0, [("line", many), ("line", many[::-1])],
         [[0.5, 0.5], [0.001, 0.999], [many[0], many[-1]], [many[300], 0.2]]),
    case(0.01, 1.0, [("line", line), ("category", [0, 2, 2, 1])], [[0.1, 0], [0.38, 2], [0.9, 1]],
         [0.25, 0.5, 2.0, 1.0]),
]
print(json.dumps({"scipy": scipy.__version__, "cases": cases}))
