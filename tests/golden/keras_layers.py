#!/usr/bin/env python3
"""Writes keras_layers.json: what real Keras computes, for the tests to compare with.

    pip install keras jax
    python keras_layers.py

`activations`: z, the output, and the gradient in z for a given gradient of the output.
`batch_normalization`: weights in Keras's order, an input and a gradient of the output; for training,
inference and a frozen layer in training the output, the gradients of the input, gamma and beta, and
the weights afterwards.
`normalization`: the data that the layer adapts to, its weights then, and its output for other data.
`merges`: Concatenate and Add.
`dropouts`: what a layer in training makes of zeros and of ones, without doubles.
`regularizers`, `constraints`: of a kernel; the penalty and its gradient, the kernel afterwards.
`initializers`: mean, standard deviation and largest magnitude of a kernel of 300 x 100.

Blocks are [rows][units], or [rows] of nested lists. Numbers are float32, written so that they read
back as the same; "inf", "-inf" and "nan" are texts.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

ACTIVATIONS = ("linear", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "silu", "softplus",
               "softsign", "exponential", "hard_sigmoid", "sigmoid", "tanh", "softmax")


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    if not np.isfinite(values):
        return str(values)
    return float(np.format_float_positional(np.float32(values), unique=True))


def draw(rng, *shape):
    return np.round(rng.normal(size=shape), 3).astype(np.float32)


def activation(name):
    z = np.array([[-1e30, -1e4, -200, -104, -88, -86, -50, -30],
                  [-20, -16, -10, -7, -5, -4, -3.5, -3],
                  [-2.5, -2, -1.5, -1, -0.75, -0.5, -0.25, -0.1],
                  [-1e-2, -1e-3, -1e-5, -1e-30, 1e-30, 1e-5, 1e-3, 1e-2],
                  [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5],
                  [3, 3.5, 4, 5, 7, 10, 16, 20],
                  [30, 50, 86, 88, 88.5, 89, 200, 1e4]], np.float32)
    gradient = draw(np.random.default_rng(1), *z.shape)
    output, pull = jax.vjp(keras.activations.get(name), z)
    return {"name": name, "z": plain(z), "output": plain(output),
            "output_gradient": plain(gradient), "gradient": plain(pull(gradient)[0])}


def batch_normalization(number, shape, **options):
    rng = np.random.default_rng([2, number])
    layer = keras.layers.BatchNormalization(**options)
    layer.build((None, *shape))
    weights = [np.abs(draw(rng, *w.shape)) + 0.5 if "variance" in w.name else draw(rng, *w.shape)
               for w in layer.weights]
    layer.set_weights(weights)
    x, gradient = 2 * draw(rng, 7, *shape) + 3, draw(rng, 7, *shape)

    def run(training, frozen):
        layer.trainable = not frozen
        learnt = {v.path: v.value for v in layer.weights if "moving" not in v.name}
        moving = {v.path: v.value for v in layer.weights if "moving" in v.name}

        def call(learnt, x):
            values = {**learnt, **moving}
            trainable = [values[v.path] for v in layer.trainable_variables]
            rest = [values[v.path] for v in layer.non_trainable_variables]
            y, rest = layer.stateless_call(trainable, rest, x, training=training)
            after = {v.path: r for v, r in zip(layer.non_trainable_variables, rest)}
            return y, {**values, **after}

        y, pull, after = jax.vjp(call, learnt, x, has_aux=True)
        of_learnt, of_x = pull(gradient)
        return {"output": plain(y), "input_gradient": plain(of_x),
                "gradients": [plain(of_learnt[v.path]) for v in layer.weights
                              if v.path in of_learnt],
                "weights": [plain(after[v.path]) for v in layer.weights]}

    return {"shape": shape, "options": {k: "yes" if v is True else "no" if v is False else v
                                        for k, v in options.items()},
            "weights": [plain(w) for w in weights], "x": plain(x),
            "output_gradient": plain(gradient), "training": run(True, False),
            "inference": run(False, False), "frozen": run(True, True)}


def normalization(number, *shape):
    rng = np.random.default_rng([3, number])
    data, x = 3 * draw(rng, 20, *shape) + 5, draw(rng, 4, *shape)
    data[..., 0] = 2.5  # without variance
    layer = keras.layers.Normalization()
    layer.adapt(data)
    return {"shape": shape, "data": plain(data), "x": plain(x),
            "weights": [plain(w) for w in layer.get_weights()], "output": plain(layer(x))}


def merge(name, *shapes):
    rng = np.random.default_rng(4)
    inputs = [draw(rng, 3, *shape) for shape in shapes]
    output, pull = jax.vjp(lambda *x: getattr(keras.layers, name)()(list(x)), *inputs)
    gradient = draw(rng, *output.shape)
    return {"name": name, "inputs": [plain(x) for x in inputs], "output": plain(output),
            "output_gradient": plain(gradient), "gradients": [plain(g) for g in pull(gradient)]}


def dropout(name, rate):
    layer = getattr(keras.layers, name)(rate, seed=1)
    of = lambda x: plain(np.unique(layer(np.full((50, 50), x, np.float32), training=True)))
    return {"name": name, "rate": rate, "zeros": of(0), "ones": of(1)}


def regularizer(text, function):
    w = draw(np.random.default_rng(5), 5, 18)
    w[1, 2] = 0
    value, gradient = jax.value_and_grad(function)(w)
    return {"text": text, "kernel": plain(w), "penalty": plain(value), "gradient": plain(gradient)}


def constraint(text, function):
    w = draw(np.random.default_rng(6), 5, 18)
    w[:, 3] = 0
    return {"text": text, "kernel": plain(w), "constrained": plain(function(w))}


def initializer(text, function):
    w = np.asarray(function((300, 100)), np.float64)
    return {"text": text, "mean": plain(w.mean()), "deviation": plain(w.std()),
            "largest": plain(np.abs(w).max())}


def main():
    init, reg, con = keras.initializers, keras.regularizers, keras.constraints
    result = {
        "made_by": "keras_layers.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "activations": [activation(a) for a in ACTIVATIONS],
        "batch_normalization": [
            batch_normalization(0, (5,)), batch_normalization(1, (17,), momentum=0.9, epsilon=0.1),
            batch_normalization(2, (3,), scale=False), batch_normalization(3, (3,), center=False),
            batch_normalization(4, (2,), center=False, scale=False),
            batch_normalization(5, (4, 3), momentum=0.5)],
        "normalization": [normalization(0, 4), normalization(1, 3, 2)],
        "merges": [merge("Concatenate", (2,), (5,), (3,)), merge("Add", (5,), (5,)),
                   merge("Add", (2, 2), (2, 2), (2, 2))],
        "dropouts": [dropout(n, r) for n in ("Dropout", "AlphaDropout") for r in (0.1, 0.5, 0.8)],
        "regularizers": [
            regularizer("l1", reg.L1()), regularizer("l2", reg.L2()),
            regularizer("l1(0.3)", reg.L1(0.3)), regularizer("l2(0.2)", reg.L2(0.2)),
            regularizer("l1_l2(0.1, 0.05)", reg.L1L2(0.1, 0.05))],
        "constraints": [constraint("max_norm", con.MaxNorm()),
                        constraint("max_norm(1.5)", con.MaxNorm(1.5))],
        "initializers": [
            initializer("zeros", init.Zeros()), initializer("ones", init.Ones()),
            initializer("constant", init.Constant()),
            initializer("constant(0.1)", init.Constant(0.1)),
            initializer("random_normal", init.RandomNormal(seed=1)),
            initializer("random_normal(1, 2)", init.RandomNormal(1, 2, seed=1)),
            initializer("random_uniform", init.RandomUniform(seed=1)),
            initializer("random_uniform(-1, 3)", init.RandomUniform(-1, 3, seed=1)),
            initializer("truncated_normal", init.TruncatedNormal(seed=1)),
            initializer("truncated_normal(1, 2)", init.TruncatedNormal(1, 2, seed=1)),
            initializer("orthogonal", init.Orthogonal(seed=1)),
            initializer("orthogonal(2)", init.Orthogonal(2, seed=1))] +
            [initializer(f"{a}_{b}", init.get({"class_name": c + d, "config": {"seed": 1}}))
             for a, c in (("glorot", "Glorot"), ("he", "He"), ("lecun", "Lecun"))
             for b, d in (("uniform", "Uniform"), ("normal", "Normal"))],
    }
    text = json.dumps(result, separators=(",", ":"))
    for name in list(result)[2:]:
        text = text.replace(f'"{name}":[', f'\n"{name}":[', 1)
    for first in ("name", "shape", "text"):
        text = text.replace('},{"%s"' % first, '},\n{"%s"' % first)
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
