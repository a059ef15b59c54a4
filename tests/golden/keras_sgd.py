#!/usr/bin/env python3
"""Writes keras_sgd.json: what real Keras computes, for the tests to compare with.

    pip install keras jax
    python keras_sgd.py

`cases`: ten steps of SGD from given weights on given batches. Weights stand in Keras's order, for
each layer kernel [inputs][units] and bias; x and y are [rows][columns], the loss is the one before
the step.
`activations`: z, the output, and the gradient in z for a given gradient of the output; [rows][units].
`losses`: logits, their activation's output, targets and sample weights; the loss with and without
the weights, and its gradient in the logits without them.

All numbers are float32, written so that they read back as the same.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

BATCHES = 10
ROWS = 8

# name, inputs, layers as (units, activation), loss, learning rate, momentum
CASES = [
    ("linear", 8, [(1, "linear")], "mse", 0.05, 0.0),
    ("mse_relu", 6, [(5, "relu"), (1, "linear")], "mse", 0.05, 0.0),
    ("mse_tanh_momentum", 6, [(5, "tanh"), (2, "linear")], "mse", 0.03, 0.9),
    ("mae_tanh", 8, [(6, "tanh"), (1, "linear")], "mae", 0.05, 0.0),
    ("mae_relu_momentum", 8, [(6, "relu"), (1, "linear")], "mae", 0.02, 0.9),
    ("huber_sigmoid", 5, [(7, "sigmoid"), (2, "linear")], "huber", 0.1, 0.0),
    ("huber_sigmoid_momentum", 5, [(7, "sigmoid"), (2, "linear")], "huber", 0.05, 0.9),
    ("binary", 6, [(5, "tanh"), (1, "sigmoid")], "binary_crossentropy", 0.1, 0.0),
    ("binary_momentum", 6, [(5, "relu"), (1, "sigmoid")], "binary_crossentropy", 0.05, 0.9),
    ("multilabel", 6, [(5, "relu"), (3, "sigmoid")], "binary_crossentropy", 0.1, 0.0),
    ("categorical", 6, [(8, "relu"), (4, "softmax")], "categorical_crossentropy", 0.1, 0.0),
    ("sparse", 6, [(8, "relu"), (4, "softmax")], "sparse_categorical_crossentropy", 0.1, 0.0),
    ("sparse_momentum", 6, [(8, "tanh"), (4, "softmax")], "sparse_categorical_crossentropy",
     0.05, 0.9),
    ("deep_regression", 8, [(7, "relu"), (6, "relu"), (5, "relu"), (1, "linear")], "mse",
     0.02, 0.9),
    ("deep_classes", 8, [(7, "relu"), (6, "tanh"), (5, "sigmoid"), (3, "softmax")],
     "categorical_crossentropy", 0.1, 0.9),
]


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    assert np.isfinite(values)
    return float(np.format_float_positional(np.float32(values), unique=True))


def draw(rng, *shape):
    return np.round(rng.normal(size=shape), 3).astype(np.float32)


def targets(rng, loss, outputs):
    if loss == "binary_crossentropy":
        return rng.integers(0, 2, (ROWS, outputs)).astype(np.float32)
    classes = rng.integers(0, outputs, ROWS)
    if loss == "categorical_crossentropy":
        return np.eye(outputs, dtype=np.float32)[classes]
    if loss == "sparse_categorical_crossentropy":
        return classes.reshape(-1, 1).astype(np.float32)
    return draw(rng, ROWS, outputs)


def steps(number, name, inputs, layers, loss, rate, momentum):
    rng = np.random.default_rng([1, number])
    model = keras.Sequential([keras.Input((inputs,))] +
                             [keras.layers.Dense(u, activation=a) for u, a in layers])
    model.compile(optimizer=keras.optimizers.SGD(rate, momentum=momentum), loss=loss)
    sizes = [inputs] + [units for units, _ in layers]
    weights = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        weights += [np.round(draw(rng, n_in, n_out) / np.sqrt(n_in), 3).astype(np.float32),
                    np.round(0.1 * draw(rng, n_out), 3).astype(np.float32)]
    model.set_weights(weights)
    batches, losses = [], []
    for _ in range(BATCHES):
        x, y = draw(rng, ROWS, inputs), targets(rng, loss, sizes[-1])
        losses.append(np.mean(keras.losses.get(loss)(y, model(x))))
        model.train_on_batch(x, y)
        batches.append({"x": plain(x), "y": plain(y)})
    return {"name": name, "inputs": inputs,
            "layers": [{"units": u, "activation": a} for u, a in layers], "loss": loss,
            "optimizer": {"name": "sgd", "learning_rate": rate, "momentum": momentum},
            "weights": [plain(w) for w in weights], "batches": batches, "losses": plain(losses),
            "final_weights": [plain(w) for w in model.get_weights()]}


def activation(name):
    z = np.array([[-3, -1, -0.25, 0.5], [0.125, 1, 2, 6], [-20, 20, 0.75, -0.5]], np.float32)
    gradient = draw(np.random.default_rng(2), *z.shape)
    output, pull = jax.vjp(keras.activations.get(name), z)
    return {"name": name, "z": plain(z), "output": plain(output),
            "output_gradient": plain(gradient), "gradient": plain(pull(gradient)[0])}


def loss(name, activation_name, outputs):
    rng = np.random.default_rng(3)
    logits, y = draw(rng, ROWS, outputs) * 2, targets(rng, name, outputs)
    weights = np.round(rng.uniform(0.5, 2, ROWS), 3).astype(np.float32)
    act = keras.activations.get(activation_name)
    # With its own reduction, as compile() uses it: a sum over the batch, divided by its size.
    function = {"mse": keras.losses.MeanSquaredError, "mae": keras.losses.MeanAbsoluteError,
                "huber": keras.losses.Huber,
                "binary_crossentropy": keras.losses.BinaryCrossentropy,
                "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
                "sparse_categorical_crossentropy":
                    keras.losses.SparseCategoricalCrossentropy}[name]()
    value, gradient = jax.value_and_grad(lambda z: function(y, act(z)))(logits)
    return {"name": name, "activation": activation_name, "logits": plain(logits),
            "prediction": plain(act(logits)), "target": plain(y), "value": plain(value),
            "gradient": plain(gradient), "sample_weights": plain(weights),
            "weighted_value": plain(function(y, act(logits), sample_weight=weights))}


def main():
    result = {
        "made_by": "keras_sgd.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "cases": [steps(i, *case) for i, case in enumerate(CASES)],
        "activations": [activation(a) for a in ("linear", "relu", "sigmoid", "tanh", "softmax")],
        "losses": [loss(*row) for row in (
            ("mse", "linear", 3), ("mae", "linear", 3), ("huber", "linear", 3),
            ("binary_crossentropy", "sigmoid", 3), ("categorical_crossentropy", "softmax", 4),
            ("sparse_categorical_crossentropy", "softmax", 4))],
    }
    text = json.dumps(result, separators=(",", ":"))
    for name in ("cases", "activations", "losses"):
        text = text.replace(f'"{name}":[', f'\n"{name}":[', 1)
    text = text.replace('},{"name"', '},\n{"name"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
