#!/usr/bin/env python3
"""Write data_values.json: what scikit-learn does to small data, for tests/tuner/data_*.cpp.

Splits are lists of (train, test) row numbers without shuffling; scalings are fitted on a small
matrix (rows are samples, null is a missing value):

python3 -m venv env && env/bin/pip install scikit-learn==1.9.1
env/bin/python tests/golden/data_values.py > tests/golden/data_values.json
"""
import json
import math

import numpy as np
from sklearn.datasets import make_circles, make_moons
from sklearn.impute import SimpleImputer
from sklearn.model_selection import (GroupKFold, KFold, PredefinedSplit, StratifiedKFold,
                                     TimeSeriesSplit, train_test_split)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler


def folds(splitter, n, y=None, groups=None):
    return [{"train": train.tolist(), "score": score.tolist()}
            for train, score in splitter.split(np.zeros((n, 1)), y, groups)]


def splits():
    rows = []
    for n, k in ((10, 3), (7, 7), (11, 4), (6, 2)):
        rows.append({"kind": "kfold", "rows": n, "k": k, "folds": folds(KFold(k), n)})
    for labels, k in (([0] * 10 + [1] * 5, 3), ([1, 0] * 4 + [1] * 3, 3),
                      ([2, 2, 0, 1, 0, 1, 2, 0, 1, 2, 2, 0, 2, 1, 2, 0], 4),
                      ([1, 1, 1, 1, 0, 0, 0, 0, 0, 2, 2, 2], 2)):
        rows.append({"kind": "stratified", "rows": len(labels), "k": k, "labels": labels,
                     "folds": folds(StratifiedKFold(k), len(labels), labels)})
    for groups, k in (([0, 0, 1, 1, 2, 2, 3, 3], 2), ([5, 5, 5, 1, 1, 2, 7, 7, 7, 7, 3], 3),
                      ([3, 1, 2, 1, 3, 2, 0, 0, 0, 4, 5, 6], 4)):
        rows.append({"kind": "group", "rows": len(groups), "k": k, "groups": groups,
                     "folds": folds(GroupKFold(k), len(groups), groups=groups)})
    for n, k in ((10, 3), (11, 4), (6, 5)):
        rows.append({"kind": "timeseries", "rows": n, "k": k, "folds": folds(TimeSeriesSplit(k), n)})
    column = [0, 2, -1, 2, 0, 1, -1, 1, 2]
    rows.append({"kind": "column", "rows": len(column), "k": 3, "column": column,
                 "folds": folds(PredefinedSplit(column), len(column))})
    return rows


def held_out():
    """How many rows of each class train_test_split takes."""
    rows = []
    for labels, fraction in (([0] * 50 + [1] * 30 + [2] * 20, 0.25), ([0] * 13 + [1] * 8, 0.3),
                             ([0] * 90 + [1] * 10, 0.15)):
        _, taken = train_test_split(labels, test_size=fraction, stratify=labels, random_state=0)
        rows.append({"labels": labels, "fraction": fraction, "taken": np.bincount(taken).tolist()})
    for n, fraction in ((20640, 0.25), (15480, 0.25), (10, 0.33), (7, 0.5)):
        _, taken = train_test_split(np.zeros(n), test_size=fraction)
        rows.append({"rows": n, "fraction": fraction, "taken": len(taken)})
    return rows


def scalings():
    full = np.float32([[1.5, 100, 0.1, -3], [2.25, 101, 0.1, 4], [-7, 104, 0.1, 0],
                       [0.125, 90, 0.1, 11], [3, 100, 0.1, 2.5]])
    gaps = full.copy()
    gaps[0, 0] = gaps[3, 0] = gaps[2, 3] = gaps[4, 1] = np.nan
    rows = []
    for missing in ("error", "mean", "median"):
        for scale in ("standard", "minmax", "none"):
            steps = [] if missing == "error" else [SimpleImputer(strategy=missing)]
            steps += {"standard": [StandardScaler()], "minmax": [MinMaxScaler()], "none": []}[scale]
            x = (full if missing == "error" else gaps).astype(np.float64)
            out = make_pipeline(*steps, "passthrough").fit_transform(x)
            rows.append({"missing": missing, "scale": scale,
                         "x": [[None if math.isnan(v) else v for v in row] for row in x.tolist()],
                         "out": out.tolist()})
    return rows


def generated():
    rows = []
    for call, (x, y) in (("moons(7)", make_moons(7, shuffle=False)),
                         ("moons(12)", make_moons(12, shuffle=False)),
                         ("circles(9)", make_circles(9, shuffle=False)),
                         ("circles(8, factor=0.5)", make_circles(8, shuffle=False, factor=0.5))):
        rows.append({"call": call, "x": x.tolist(), "y": y.tolist()})
    return rows


print(json.dumps({"splits": splits(), "held_out": held_out(), "scalings": scalings(),
                  "generated": generated()}, indent=None, separators=(",", ":")))
