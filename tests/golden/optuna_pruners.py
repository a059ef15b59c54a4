#!/usr/bin/env python3
"""What Optuna's pruners decide after each step of a trial, and SciPy's paired t-tests, for
tests/golden/optuna_pruners.cpp.

python3 -m venv env && env/bin/pip install optuna==5.0.0 scipy==1.17.1
env/bin/python tests/golden/optuna_pruners.py > tests/golden/optuna_pruners.json
"""
import json
import math
import random
import warnings

import optuna
import scipy
from optuna.pruners import MedianPruner, PatientPruner, PercentilePruner, ThresholdPruner
from optuna.trial import TrialState, create_trial

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
EPOCHS = 12
PRUNERS = [
    ("median", {}, MedianPruner()),
    ("median", {"n_startup_trials": 9, "n_warmup_steps": 3, "interval_steps": 2, "n_min_trials": 2},
     MedianPruner(9, 3, 2, n_min_trials=2)),
    ("median", {"n_startup_trials": 0, "n_min_trials": 10}, MedianPruner(0, n_min_trials=10)),
    ("percentile", {}, PercentilePruner(25.0)),
    ("percentile", {"percentile": 0.0, "n_startup_trials": 1}, PercentilePruner(0.0, 1)),
    ("percentile", {"percentile": 72.5, "n_warmup_steps": 5, "interval_steps": 3},
     PercentilePruner(72.5, n_warmup_steps=5, interval_steps=3)),
    ("percentile", {"percentile": 100.0}, PercentilePruner(100.0)),
    ("threshold", {"lower": 0.25, "upper": 0.75}, ThresholdPruner(0.25, 0.75)),
    ("threshold", {"upper": 0.5, "n_warmup_steps": 2, "interval_steps": 4},
     ThresholdPruner(upper=0.5, n_warmup_steps=2, interval_steps=4)),
    ("patient", {"wrapped": "none", "patience": 0}, PatientPruner(None, 0)),
    ("patient", {"wrapped": "none", "patience": 3, "min_delta": 0.05}, PatientPruner(None, 3, 0.05)),
    ("patient", {"patience": 1}, PatientPruner(MedianPruner(), 1)),
    ("patient", {"wrapped": "threshold", "upper": 0.6, "patience": 2},
     PatientPruner(ThresholdPruner(upper=0.6), 2)),
]


def value(draw):
    """A multiple of 1/1024, so that it is the same number in float32."""
    return round(draw * 1024) / 1024


def written(values):
    """As numbers of 1024ths."""
    return [None if math.isnan(now) else round(now * 1024) for now in values]


def curve(rng):
    start, end = rng.random(), rng.random()
    return [value(end + (start - end) * math.exp(-step / 3) + 0.2 * rng.random())
            for step in range(EPOCHS)]


def decisions(pruner, earlier, values):
    study = optuna.create_study(pruner=pruner)
    for state, steps in earlier:
        score = steps[-1] if state != "fail" else None
        study.add_trial(create_trial(state=TrialState[state.upper()], value=score,
                                     intermediate_values=dict(enumerate(steps))))
    trial = study.ask()
    result = []
    for step, now in enumerate(values):
        trial.report(now, step)
        result.append(int(trial.should_prune()))
    return result


def row(rng, name, options, pruner):
    earlier = []
    for _ in range(rng.choice([0, 4, 5, 11, 30])):
        state = rng.choice(["complete"] * 4 + ["pruned", "fail"])
        steps = curve(rng)
        earlier.append((state, steps if state == "complete" else steps[:rng.randrange(1, EPOCHS)]))
    values = curve(rng)
    if rng.random() < 0.2:
        for step in range(rng.randrange(EPOCHS)):
            values[step] = math.nan
    return {"pruner": name, "options": options,
            "earlier": [(state, written(steps)) for state, steps in earlier],
            "curve": written(values), "ends": decisions(pruner, earlier, values)}


def test_row(rng):
    n = rng.choice([2, 3, 4, 9])
    differences = [rng.gauss(rng.choice([-0.5, 0.5, 2]), 1) for _ in range(n)]
    share = rng.choice([0, 0.5, 1 / 9])
    mean, variance = sum(differences) / n, scipy.stats.tstd(differences) ** 2
    chance = float(scipy.stats.t.sf(mean / math.sqrt((1 / n + share) * variance), n - 1))
    if share == 0:
        plain = scipy.stats.ttest_rel(differences, [0] * n, alternative="greater").pvalue
        assert math.isclose(plain, chance, rel_tol=1e-9)
    return {"differences": differences, "scored_share": share, "chance": chance}


rng = random.Random(5)
rows = [row(rng, *pruner) for pruner in PRUNERS for _ in range(10)]
tests = [test_row(rng) for _ in range(30)]
print(json.dumps({"optuna": optuna.__version__, "scipy": scipy.__version__, "rows": rows,
                  "tests": tests}))
