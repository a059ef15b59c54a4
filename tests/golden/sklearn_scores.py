#!/usr/bin/env python3
"""Writes sklearn_scores.json: what scikit-learn's linear models predict, and how it scores them.

    pip install scikit-learn
    python sklearn_scores.py

`cases`: x is [rows][features], y [rows][targets] or [rows] labels; coefficients [outputs][features]
and intercepts [outputs] are set, not fitted; `score` is without and with the sample weights: R² of
a regression, else accuracy. `labels`: several a sample, y is [rows][labels] of 0 and 1.

All numbers of the data are float32, written so that they read back as the same.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier

ROWS = 30
FEATURES = 4


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    return float(np.format_float_positional(values, unique=True))


def draw(rng, *shape):
    return np.round(rng.normal(size=shape), 2).astype(np.float32)


def case(name, model, rng, y, outputs):
    x = draw(rng, ROWS, FEATURES)
    model.coef_, model.intercept_ = draw(rng, outputs, FEATURES), draw(rng, outputs)
    weights = np.round(rng.uniform(0, 2, ROWS), 2).astype(np.float32)
    if y is None:
        y = np.round(model.predict(x) + 0.5 * rng.normal(size=(ROWS, outputs)), 2)
    else:
        model.classes_ = np.unique(y)
        # Some labels are right.
        y = np.where(rng.uniform(size=ROWS) < 0.5, model.predict(x), y)
    values = {"name": name, "x": plain(x), "y": plain(y), "coefficients": plain(model.coef_),
              "intercepts": plain(model.intercept_), "sample_weight": plain(weights),
              "prediction": plain(model.predict(x)),
              "score": [float(model.score(x, y)), float(model.score(x, y, weights))]}
    if hasattr(model, "classes_"):
        values["classes"] = model.classes_.tolist()
        values["probabilities"] = plain(model.predict_proba(x))
    return values


def multilabel(rng, labels):
    """A network without a hidden layer."""
    x = draw(rng, ROWS, FEATURES)
    coefficients, intercepts = draw(rng, labels, FEATURES), draw(rng, labels)
    weights = np.round(rng.uniform(0, 2, ROWS), 2).astype(np.float32)
    model = MLPClassifier(hidden_layer_sizes=(), max_iter=1)
    model.partial_fit(x, rng.integers(0, 2, (ROWS, labels)), classes=np.arange(labels))
    model.coefs_, model.intercepts_ = [coefficients.T], [intercepts]
    prediction = model.predict(x)
    # Rows of others are right by chance alone.
    other = rng.uniform(size=ROWS) < 0.5
    y = np.where(other[:, None], rng.integers(0, 2, (ROWS, labels)), prediction)
    return {"name": "several labels", "x": plain(x), "y": plain(y), "labels": labels,
            "coefficients": plain(coefficients), "intercepts": plain(intercepts),
            "sample_weight": plain(weights), "prediction": plain(prediction),
            "score": [float(model.score(x, y)), float(model.score(x, y, weights))],
            "probabilities": plain(model.predict_proba(x))}


def main():
    rng = np.random.default_rng(7)
    result = {
        "made_by": "sklearn_scores.py",
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "cases": [
            case("one target", LinearRegression(), rng, None, 1),
            case("three targets", LinearRegression(), rng, None, 3),
            case("two classes", LogisticRegression(), rng, rng.choice([-7, 3], ROWS), 1),
            case("four classes", LogisticRegression(), rng, rng.choice([40, -2, 0, 9], ROWS), 4),
            multilabel(rng, 3),
        ],
    }
    text = json.dumps(result, separators=(",", ":")).replace('{"name"', '\n{"name"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
