#!/usr/bin/env python3
"""Writes keras_compile.json: what real Keras reports of models with several metrics.

    pip install keras jax
    python keras_compile.py

A network with two outputs, `price` and `kind`, its weights layer by layer, and x, y as
[rows][columns] with a weight a row. `cases`: what compile is given, and what evaluate returns then,
by name; `logs_of_lists` if it is given `sample_weights`, a list an output. The outputs of the model
are those of `predictions`.

All numbers of the data are float32, written so that they read back as the same.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

ROWS = 12
L = keras.layers

CASES = [
    {"metrics": [["mae", "mse"], ["accuracy"]]},
    {"metrics": [["mae"], []], "weighted_metrics": [["mae", "mse"], ["accuracy"]]},
    {"weighted_metrics": [[], ["accuracy"]]},
]


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    return float(np.format_float_positional(values, unique=True))


def network():
    inputs = keras.Input((3,))
    hidden = L.Dense(4, activation="tanh")(inputs)
    return keras.Model(inputs, [L.Dense(1, name="price")(hidden),
                                L.Dense(3, activation="softmax", name="kind")(hidden)])


def main():
    rng = np.random.default_rng(5)
    model = network()
    model.set_weights([np.round(rng.normal(size=w.shape), 2) for w in model.get_weights()])
    x = np.round(rng.normal(size=(ROWS, 3)), 2).astype(np.float32)
    price = np.round(rng.normal(size=(ROWS, 1)), 2).astype(np.float32)
    kind = rng.integers(0, 3, (ROWS, 1)).astype(np.float32)
    weights = np.round(rng.uniform(0, 2, ROWS), 2).astype(np.float32)
    kind_weights = np.round(rng.uniform(0, 2, ROWS), 2).astype(np.float32)
    cases = []
    for case in CASES:
        model.compile(loss=["mse", "sparse_categorical_crossentropy"], loss_weights=[0.9, 0.1],
                      **case)
        logs = model.evaluate(x, [price, kind], sample_weight=weights, verbose=0, return_dict=True,
                              batch_size=5)
        of_lists = model.evaluate(x, [price, kind], sample_weight=[weights, kind_weights], verbose=0,
                                  return_dict=True, batch_size=5)
        cases.append({"compile": case, "logs": logs, "logs_of_lists": of_lists})
    result = {
        "made_by": "keras_compile.py",
        "versions": {"keras": keras.__version__, "jax": jax.__version__, "numpy": np.__version__},
        "x": plain(x), "price": plain(price), "kind": plain(kind), "sample_weight": plain(weights),
        "sample_weights": [plain(weights), plain(kind_weights)],
        "weights": [plain(w) for w in model.get_weights()],
        "predictions": {name: plain(p) for name, p in zip(("price", "kind"),
                                                          model.predict(x, verbose=0))},
        "cases": cases,
    }
    text = json.dumps(result, separators=(",", ":"))
    for name in ("x", "price", "kind", "weights", "predictions", "cases"):
        text = text.replace(f'"{name}":', f'\n"{name}":', 1)
    text = text.replace('},{"compile"', '},\n{"compile"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
