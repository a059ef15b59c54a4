#!/usr/bin/env python3
"""Writes keras_metrics.json: what real Keras and scikit-learn compute, for the tests to compare.

    pip install keras jax scikit-learn
    python keras_metrics.py

`sets`: predictions and targets as [rows][columns], one weight a row, and the loss that the metrics
go with. `values`: metric, value without and with the weights; `confusion`: the matrix of the same,
a row for each true class. precision, recall, f1, roc_auc and the matrix are scikit-learn's, all
others Keras's, computed in batches of 16 rows.

Predictions, targets and weights are float32, written so that they read back as the same.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
import sklearn
import sklearn.metrics

ROWS = 40
BATCH = 16

M = keras.metrics
ERRORS = {"mse": M.MeanSquaredError, "mae": M.MeanAbsoluteError, "rmse": M.RootMeanSquaredError,
          "r2": M.R2Score, "log_cosh": M.LogCoshError, "cosine_similarity": M.CosineSimilarity}
COUNTS = {"poisson": M.Poisson, "msle": M.MeanSquaredLogarithmicError}
BINARY = {"hinge": M.Hinge, "binary_crossentropy": M.BinaryCrossentropy,
          "binary_accuracy": M.BinaryAccuracy, "accuracy": M.BinaryAccuracy}
ONE_HOT = {"categorical_crossentropy": M.CategoricalCrossentropy,
           "categorical_accuracy": M.CategoricalAccuracy, "accuracy": M.CategoricalAccuracy,
           "top_k_categorical_accuracy": M.TopKCategoricalAccuracy,
           "top_k_categorical_accuracy(3)": lambda: M.TopKCategoricalAccuracy(k=3)}
INDEX = {"sparse_categorical_crossentropy": M.SparseCategoricalCrossentropy,
         "sparse_categorical_accuracy": M.SparseCategoricalAccuracy,
         "accuracy": M.SparseCategoricalAccuracy,
         "sparse_top_k_categorical_accuracy": M.SparseTopKCategoricalAccuracy,
         "sparse_top_k_categorical_accuracy(2)":
             lambda: M.SparseTopKCategoricalAccuracy(k=2)}


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    assert np.isfinite(values)
    return float(np.format_float_positional(np.float32(values), unique=True))


def of_keras(make, y, p, weights):
    metric = make()
    for start in range(0, ROWS, BATCH):
        rows = slice(start, start + BATCH)
        metric.update_state(y[rows], p[rows],
                            sample_weight=None if weights is None else weights[rows])
    return float(metric.result())


def truth(y, p):
    """Targets and predicted classes as scikit-learn takes them, and how it averages them."""
    if p.shape[1] == 1:
        return y[:, 0] > 0.5, p[:, 0] > 0.5, "binary"
    if y.shape[1] == 1:
        return y[:, 0].astype(int), p.argmax(axis=1), "macro"
    return y > 0.5, p > 0.5, "macro"


def of_sklearn(name, y, p, weights):
    if name == "roc_auc":
        if y.shape[1] == 1 and p.shape[1] > 1:
            y = np.eye(p.shape[1])[y[:, 0].astype(int)]
        return float(sklearn.metrics.roc_auc_score(y, p, average="macro", sample_weight=weights))
    true, predicted, average = truth(y, p)
    function = {"precision": sklearn.metrics.precision_score,
                "recall": sklearn.metrics.recall_score, "f1": sklearn.metrics.f1_score}[name]
    return float(function(true, predicted, average=average, zero_division=0,
                          sample_weight=weights))


def matrix_of(y, p, weights):
    true, predicted, average = truth(y, p)
    classes = list(range(max(2, p.shape[1])))
    return sklearn.metrics.confusion_matrix(true, predicted, labels=classes,
                                            sample_weight=weights).tolist()


def data(label, loss, y, p, rng, keras_metrics, positives, confusion=False):
    y, p = np.asarray(y, np.float32), np.asarray(p, np.float32)
    weights = np.round(rng.uniform(0, 2, ROWS), 2).astype(np.float32)
    weights[3] = 0
    values = {name: [of_keras(make, y, p, w) for w in (None, weights)]
              for name, make in keras_metrics.items()}
    for name in ("precision", "recall", "f1", "roc_auc") if positives else ():
        values[name] = [of_sklearn(name, y, p, w) for w in (None, weights)]
    matrices = [matrix_of(y, p, w) for w in (None, weights)] if confusion else []
    return {"label": label, "loss": loss, "prediction": plain(p), "target": plain(y),
            "weights": plain(weights), "values": values, "confusion": matrices}


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def sets():
    rng = np.random.default_rng(11)
    for outputs in (1, 3):
        y = np.round(rng.normal(size=(ROWS, outputs)) + 1, 2)
        p = np.round(y + 0.5 * rng.normal(size=y.shape), 2)
        yield data(f"regression, {outputs}", "mse", y, p, rng, ERRORS, False)
    y = rng.poisson(2, (ROWS, 2))
    yield data("counts", "poisson", y, np.round(y * rng.uniform(0.5, 1.5, y.shape) + 0.1, 2), rng,
               COUNTS, False)
    for outputs in (1, 3):
        y = rng.integers(0, 2, (ROWS, outputs))
        # One digit: ties, and 0.5 itself.
        p = np.round(np.clip(0.3 * y + rng.uniform(0, 0.7, y.shape), 0.06, 0.94), 1)
        yield data(f"binary, {outputs}", "binary_crossentropy", y, p, rng, BINARY, True,
                   outputs == 1)
    labels = rng.permutation(np.arange(ROWS) % 7)
    z = rng.normal(size=(ROWS, 7)) + 1.5 * np.eye(7)[labels]
    p = np.round(softmax(z), 2)
    yield data("index of a class", "sparse_categorical_crossentropy", labels.reshape(-1, 1), p,
               rng, INDEX, True, True)
    yield data("one-hot", "categorical_crossentropy", np.eye(7)[labels], p, rng, ONE_HOT, False)
    # Class 6 is never there, class 5 never predicted.
    labels = labels % 6
    p = np.round(softmax(rng.normal(size=(ROWS, 7)) + np.eye(7)[labels]), 2)
    p[:, 5:] = 0
    # roc_auc of scikit-learn refuses a class that is not there.
    rest = data("absent classes", "sparse_categorical_crossentropy", labels.reshape(-1, 1), p, rng,
                {}, False, True)
    weights = np.array(rest["weights"], np.float32)
    y = labels.reshape(-1, 1).astype(np.float32)
    rest["values"] = {name: [of_sklearn(name, y, np.array(p, np.float32), w)
                             for w in (None, weights)] for name in ("precision", "recall", "f1")}
    yield rest


def main():
    result = {
        "made_by": "keras_metrics.py",
        "versions": {"keras": keras.__version__, "jax": jax.__version__,
                     "scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "sets": list(sets()),
    }
    text = json.dumps(result, separators=(",", ":")).replace('{"label"', '\n{"label"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
