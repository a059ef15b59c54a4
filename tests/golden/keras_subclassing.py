#!/usr/bin/env python3
"""Writes keras_subclassing.json: what real Keras computes, for the tests to compare with.

    pip install keras jax
    python keras_subclassing.py

Ten steps of SGD of a subclassed model that applies two layers in a loop: the inputs a and b, the
targets y (numbers) and c (classes), the weights before and after in Keras's order, and the loss of
each batch before its step. Matrices are flat, row by row, one row a sample; batches stand one after
the other. All numbers are float32, written so that they read back as the same.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

BATCHES, ROWS, CLASSES, UNITS = 10, 16, 3, 7


class Looped(keras.Model):
    def __init__(self):
        super().__init__()
        self.enter = keras.layers.Dense(UNITS, activation="tanh")
        self.again = keras.layers.Dense(UNITS, activation="tanh")
        self.norm = keras.layers.BatchNormalization(momentum=0.9)
        self.main_output = keras.layers.Dense(1)
        self.aux_output = keras.layers.Dense(CLASSES, activation="softmax")

    # Keras 3.15 does not hand the argument on by itself where it trains with JAX.
    def call(self, inputs, training=False):
        a, b = inputs
        x = self.enter(b)
        for _ in range(3):
            x = x + self.again(self.norm(x, training=training))
        return self.main_output(keras.layers.concatenate([a, x])), self.aux_output(x)


def plain(values):
    """The shortest numbers that read back as the same float32."""
    values = np.asarray(values, np.float32).ravel()
    assert np.all(np.isfinite(values))
    return [float(np.format_float_positional(v, unique=True)) for v in values]


def draw(rng, *shape):
    return np.round(rng.normal(size=shape), 3).astype(np.float32)


def main():
    rng = np.random.default_rng(1)
    a, b = draw(rng, BATCHES * ROWS, 2), draw(rng, BATCHES * ROWS, 4)
    y = draw(rng, BATCHES * ROWS, 1)
    c = rng.integers(0, CLASSES, (BATCHES * ROWS, 1)).astype(np.float32)
    model = Looped()
    model.compile(optimizer=keras.optimizers.SGD(0.01, momentum=0.5),
                  loss=["mse", "sparse_categorical_crossentropy"], loss_weights=[0.7, 0.3])
    model((a[:1], b[:1]))
    weights = [np.abs(w) if "variance" in v.path else w for v, w in
               ((v, np.round(draw(rng, *v.shape) / np.sqrt(v.shape[0]), 3)) for v in model.weights)]
    model.set_weights(weights)
    losses = []
    for i in range(BATCHES):
        rows = slice(i * ROWS, (i + 1) * ROWS)
        model.reset_metrics()
        logs = model.train_on_batch((a[rows], b[rows]), (y[rows], c[rows]), return_dict=True)
        losses.append(logs["loss"])
    result = {
        "made_by": "keras_subclassing.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "a": plain(a), "b": plain(b), "y": plain(y), "c": plain(c),
        "weights": [plain(w) for w in weights], "losses": plain(losses),
        "final_weights": [plain(w) for w in model.get_weights()],
    }
    text = json.dumps(result, separators=(",", ":")).replace(',"', ',\n"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
