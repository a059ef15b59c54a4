#!/usr/bin/env python3
"""Writes keras_losses.json: values and gradients of real Keras's losses, for the tests to compare.

    pip install keras jax
    python keras_losses.py

Each case: a loss with its options, an activation, its inputs z and targets as [rows][columns], one
weight a row; the loss of the activated z (sum over the batch, divided by its size) and its gradient
in z, with and without the weights. Cases called extreme lie where formulas overflow or are clipped.

All numbers are float32, written so that they read back as the same.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

ROWS = 6

CLASSES = {
    "mse": keras.losses.MeanSquaredError,
    "mae": keras.losses.MeanAbsoluteError,
    "msle": keras.losses.MeanSquaredLogarithmicError,
    "huber": keras.losses.Huber,
    "log_cosh": keras.losses.LogCosh,
    "poisson": keras.losses.Poisson,
    "hinge": keras.losses.Hinge,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
}


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    assert np.isfinite(values)
    return float(np.format_float_positional(np.float32(values), unique=True))


def case(name, options, activation, z, y, label="usual"):
    z, y = np.asarray(z, np.float32), np.asarray(y, np.float32)
    weights = np.round(np.random.default_rng(9).uniform(0, 2, len(z)), 3).astype(np.float32)
    act = keras.activations.get(activation)
    function = CLASSES[name](**options)

    def both(w):
        value, gradient = jax.value_and_grad(lambda x: function(y, act(x), sample_weight=w))(z)
        return {"value": plain(value), "gradient": plain(gradient)}

    return {"name": name, "label": label, "options": options, "activation": activation,
            "z": plain(z), "target": plain(y), "weights": plain(weights),
            "plain": both(None), "weighted": both(weights)}


def errors(rng):
    usual, target = np.round(rng.normal(size=(2, ROWS, 3)) * 2, 3)
    extreme = [[1e4, -1e4, 300.0], [1e-4, -1e-4, 0.0], [50.0, -50.0, 12.5]]
    zero = np.zeros((3, 3))
    for name, options in (("mse", {}), ("mae", {}), ("huber", {}), ("huber", {"delta": 0.3}),
                          ("huber", {"delta": 2.5}), ("log_cosh", {})):
        yield case(name, options, "linear", usual, target)
        if name != "mae":
            yield case(name, options, "linear", extreme, zero, "extreme")
    # One output, and more than a vector register: other ways through a loop.
    for width in (1, 19):
        yield case("mse", {}, "linear", *np.round(rng.normal(size=(2, ROWS, width)), 3))
    counts = rng.integers(0, 6, (ROWS, 3))
    yield case("msle", {}, "linear", usual, counts)
    yield case("msle", {}, "linear", [[1e-8, -3.0, 1e6], [0.5, 2e4, 1e-3]],
               [[3, 0, 2], [-1, 1e6, 0]], "extreme")
    yield case("poisson", {}, "softplus", usual, counts)
    yield case("poisson", {}, "linear", [[1e-8, 3.0, 1e6], [0.0, 1e-3, 0.0]],
               [[3, 0, 2], [0, 4, 1]], "extreme")
    for labels in (rng.integers(0, 2, (ROWS, 3)), 2 * rng.integers(0, 2, (ROWS, 3)) - 1):
        yield case("hinge", {}, "linear", usual, labels)
        yield case("hinge", {}, "linear", 1e4 * usual, labels, "extreme")
        yield case("hinge", {}, "tanh", usual, labels)


def binary(rng):
    logits = np.round(rng.normal(size=(ROWS, 3)) * 2, 3)
    hard, soft = rng.integers(0, 2, (ROWS, 3)), np.round(rng.uniform(size=(ROWS, 3)), 3)
    for smoothing in (0.0, 0.1, 0.6):
        for y in (hard, soft):
            for from_logits in (False, True):
                options = {"from_logits": from_logits, "label_smoothing": smoothing}
                yield case("binary_crossentropy", options, "linear" if from_logits else "sigmoid",
                           logits, y)
        options = {"from_logits": True, "label_smoothing": smoothing}
        yield case("binary_crossentropy", options, "linear", 40 * logits, hard, "extreme")
        options = {"from_logits": False, "label_smoothing": smoothing}
        yield case("binary_crossentropy", options, "linear",
                   [[0.0, 1.0, 1e-9], [-0.5, 2.0, 0.25], [1e-6, 0.99999, 0.5]],
                   [[0, 0, 1], [1, 0, 1], [1, 0, 0]], "extreme")


def categorical(rng):
    logits = np.round(rng.normal(size=(ROWS, 4)) * 2, 3)
    labels = rng.integers(0, 4, ROWS)
    hard = np.eye(4)[labels]
    soft = np.round(rng.uniform(size=(ROWS, 4)), 3)  # rows that do not add up to 1
    shares = [[0.0, 0.2, 0.7, 0.1], [0.5, 0.5, 0.5, 0.25], [1e-9, 2.0, 1.0, 0.0],
              [0.0, 0.0, 1.0, 0.0]]
    true_shares = np.eye(4)[[1, 2, 0, 2]]
    for smoothing in (0.0, 0.1, 0.6):
        for y in (hard, soft):
            for from_logits in (False, True):
                options = {"from_logits": from_logits, "label_smoothing": smoothing}
                yield case("categorical_crossentropy", options,
                           "linear" if from_logits else "softmax", logits, y)
        options = {"from_logits": True, "label_smoothing": smoothing}
        yield case("categorical_crossentropy", options, "linear", 40 * logits, hard, "extreme")
        options = {"from_logits": False, "label_smoothing": smoothing}
        yield case("categorical_crossentropy", options, "linear", shares, true_shares, "extreme")
        yield case("categorical_crossentropy", options, "sigmoid", logits, hard)
    name, index = "sparse_categorical_crossentropy", labels.reshape(-1, 1)
    yield case(name, {"from_logits": False}, "softmax", logits, index)
    yield case(name, {"from_logits": False}, "sigmoid", logits, index)
    yield case(name, {"from_logits": False}, "linear", shares, [[1], [2], [0], [2]], "extreme")
    yield case(name, {"from_logits": True}, "linear", logits, index)
    yield case(name, {"from_logits": True}, "linear", 40 * logits, index, "extreme")
    wide = np.round(rng.normal(size=(ROWS, 21)), 3)
    index = rng.integers(0, 21, (ROWS, 1))
    yield case(name, {"from_logits": False}, "softmax", wide, index)
    yield case(name, {"from_logits": True}, "linear", wide, index)


def main():
    cases = [one for make in (errors, binary, categorical)
             for one in make(np.random.default_rng(7))]
    result = {
        "made_by": "keras_losses.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "cases": cases,
    }
    text = json.dumps(result, separators=(",", ":")).replace('{"name"', '\n{"name"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
