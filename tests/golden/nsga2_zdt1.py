#!/usr/bin/env python3
"""The area that Optuna's NSGA-II dominates on ZDT1, for tests/search/evolution.cpp.

python3 -m venv env && env/bin/pip install optuna==5.0.0
env/bin/python tests/golden/nsga2_zdt1.py > tests/golden/nsga2_zdt1.json
"""
import json
import math

import optuna

TRIALS, POPULATION, NUMBERS = 400, 40, 8


def zdt1(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(NUMBERS)]
    g = 1 + 9 / (NUMBERS - 1) * sum(x[1:])
    return x[0], g * (1 - math.sqrt(x[0] / g))


def hypervolume(points):
    """Below (1, 10)."""
    area, ceiling = 0, 10
    for first, second in sorted(points):
        if first < 1 and second < ceiling:
            area += (1 - first) * (ceiling - second)
            ceiling = second
    return area


def run(seed):
    study = optuna.create_study(
        directions=["minimize", "minimize"],
        sampler=optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=seed))
    study.optimize(zdt1, n_trials=TRIALS)
    return hypervolume([trial.values for trial in study.trials])


optuna.logging.set_verbosity(optuna.logging.ERROR)
print(json.dumps({"optuna": optuna.__version__, "trials": TRIALS, "population": POPULATION,
                  "hypervolumes": [run(seed) for seed in range(1, 11)]}))
