#!/usr/bin/env python3
"""Writes fanova.json: what Optuna's functional ANOVA says of trees and forests.

    pip install optuna scikit-learn
    python fanova.py

`trees`: a DecisionTreeRegressor on points [samples][dimensions] of the unit cube with values
[samples]; the points are all of a grid, so that no two splits are equally good; `total` is the variance of what it says over the cube, `main` [dimensions] that of its
marginals, from Optuna's exact traversal (_FanovaTree). Coordinates are multiples of 1/64, which
scikit-learn's float32 holds exactly.

`forests`: trials with domains as in a space file, configurations and scores; `main` is each
parameter's mean share of the variance over 20 seeds of FanovaImportanceEvaluator, `deviation` the
standard deviation over the seeds.
"""
import itertools
import json
import math
import pathlib

import numpy as np
import optuna
import sklearn
from optuna.importance import FanovaImportanceEvaluator
from optuna.importance._fanova._tree import _FanovaTree
from sklearn.tree import DecisionTreeRegressor

SEEDS = 20


def tree(rng, *sizes):
    dimensions = len(sizes)
    axes = [rng.choice(64, size, replace=False) / 64 + 1 / 128 for size in sizes]
    points = np.array(list(itertools.product(*axes)))
    values = np.sin(5 * points[:, 0]) + points[:, 1] ** 2 + rng.normal(0, 0.1, len(points))
    grown = DecisionTreeRegressor(random_state=0).fit(points, values)
    exact = _FanovaTree(grown.tree_, np.array([[0.0, 1.0]] * dimensions))
    main = [exact.get_marginal_variance(np.array([d])) for d in range(dimensions)]
    return {
        "points": points.tolist(),
        "values": values.tolist(),
        "total": float(exact.variance),
        "main": [float(v) for v in main],
    }


def forest(rng, trials, objective):
    domains = {
        "a": ("real(0, 1)", optuna.distributions.FloatDistribution(0, 1)),
        "b": ("real(-2, 2)", optuna.distributions.FloatDistribution(-2, 2)),
        "c": ("int(1, 8)", optuna.distributions.IntDistribution(1, 8)),
        "d": ("choice(x, y, z)", optuna.distributions.CategoricalDistribution(["x", "y", "z"])),
    }
    study = optuna.create_study()
    configurations, scores = [], []
    for _ in range(trials):
        configuration = {
            "a": float(rng.uniform()),
            "b": float(rng.uniform(-2, 2)),
            "c": int(rng.integers(1, 9)),
            "d": str(rng.choice(["x", "y", "z"])),
        }
        score = float(objective(**configuration))
        distributions = {name: domain for name, (_, domain) in domains.items()}
        study.add_trial(
            optuna.trial.create_trial(
                params=configuration, distributions=distributions, value=score
            )
        )
        configurations.append(configuration)
        scores.append(score)
    shares = [
        FanovaImportanceEvaluator(seed=seed).evaluate(study) for seed in range(SEEDS)
    ]
    return {
        "domains": {name: text for name, (text, _) in domains.items()},
        "configurations": configurations,
        "scores": scores,
        "main": {name: float(np.mean([s[name] for s in shares])) for name in domains},
        "deviation": {name: float(np.std([s[name] for s in shares])) for name in domains},
    }


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng = np.random.default_rng(42)
    result = {
        "optuna": optuna.__version__,
        "sklearn": sklearn.__version__,
        "trees": [tree(rng, 3, 4), tree(rng, 5, 4, 3), tree(rng, 7, 5, 3, 2)],
        "forests": [
            forest(rng, 150, lambda a, b, c, d: 3 * a + b * b + 0.2 * c + (d == "y")),
            forest(rng, 60, lambda a, b, c, d: a * b if d == "x" else math.sin(c)),
        ],
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(result) + "\n")


main()
