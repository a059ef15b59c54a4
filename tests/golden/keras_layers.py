#!/usr/bin/env python3
"""Writes keras_layers.json: what real Keras computes, for the tests to compare with.

    pip install keras jax
    python keras_layers.py

`activations`: z, the output, and the gradient in z for a given gradient of the output.
`layers`: a layer's class and options, weights in Keras's order, inputs and a gradient of the
output; in training, and where it makes a difference in inference and for a frozen layer in
training, the output, the gradients of the inputs and of the weights that are learnt, and the
weights afterwards.
`normalization`: the data that the layer adapts to, its weights then, and its output for other data.
`dropouts`: what a layer in training makes of zeros and of ones, without doubles.
`regularizers`, `constraints`: of a kernel; the penalty and its gradient, the kernel afterwards.
`initializers`: mean, standard deviation, largest magnitude and quantiles, in twentieths, of a
kernel of 300 x 100.

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
               "softsign", "exponential", "hard_sigmoid", "sigmoid", "tanh", "softmax", "heaviside",
               "sign")
# Functions that Keras has, but not as activations.
STEPS = {"heaviside": lambda z: jax.numpy.heaviside(z, 1), "sign": keras.ops.sign}


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
    output, pull = jax.vjp(STEPS.get(name) or keras.activations.get(name), z)
    return {"name": name, "z": plain(z), "output": plain(output),
            "output_gradient": plain(gradient), "gradient": plain(pull(gradient)[0])}


def layer(number, name, *shapes, modes=("training",), **options):
    rng = np.random.default_rng([2, number])
    layer = getattr(keras.layers, name)(**options)
    layer.build((None, *shapes[0]) if len(shapes) == 1 else [(None, *s) for s in shapes])
    weights = [np.abs(draw(rng, *w.shape)) + 0.5 if "variance" in w.name else draw(rng, *w.shape)
               for w in layer.weights]
    layer.set_weights(weights)
    x = [2 * draw(rng, 7, *shape) + 1 for shape in shapes]
    gradient = draw(rng, 7, *layer(x if len(x) > 1 else x[0]).shape[1:])

    def run(mode):
        layer.trainable = mode != "frozen"
        moving = {v.path: v.value for v in layer.variables
                  if "moving" in v.name or "seed" in v.name}
        learnt = {v.path: v.value for v in layer.variables if v.path not in moving}
        how = {} if modes == ("training",) else {"training": mode != "inference"}

        def call(learnt, x):
            values = {**learnt, **moving}
            trainable = [values[v.path] for v in layer.trainable_variables]
            rest = [values[v.path] for v in layer.non_trainable_variables]
            y, rest = layer.stateless_call(trainable, rest, x if len(x) > 1 else x[0], **how)
            after = {v.path: r for v, r in zip(layer.non_trainable_variables, rest)}
            return y, {**values, **after}

        y, pull, after = jax.vjp(call, learnt, x, has_aux=True)
        of_learnt, of_x = pull(gradient)
        return {"output": plain(y), "input_gradients": [plain(g) for g in of_x],
                "gradients": [plain(of_learnt[v.path]) for v in layer.weights
                              if v.path in of_learnt],
                "weights": [plain(after[v.path]) for v in layer.weights]}

    return {"name": name, "options": options, "shapes": shapes,
            "weights": [plain(w) for w in weights], "inputs": [plain(i) for i in x],
            "output_gradient": plain(gradient), "modes": {mode: run(mode) for mode in modes}}


def all_layers():
    of_norm = {"modes": ("training", "inference", "frozen")}
    calls = [
        ("Dense", (5,), {"units": 4}), ("Dense", (5,), {"units": 4, "activation": "tanh"}),
        ("Dense", (5,), {"units": 3, "activation": "gelu", "use_bias": False}),
        ("Dense", (19,), {"units": 21, "activation": "softmax"}),
        ("Flatten", (2, 3, 2), {}), ("Activation", (5,), {"activation": "elu"}),
        ("Activation", (5,), {"activation": "softmax"}),
        ("Activation", (2, 3), {"activation": "swish"}),
        ("Dropout", (5,), {"rate": 0.4, "modes": ("inference",)}),
        ("AlphaDropout", (5,), {"rate": 0.4, "modes": ("inference",)}),
        ("Concatenate", (2,), (5,), (3,), {}), ("Add", (5,), (5,), {}),
        ("Add", (2, 2), (2, 2), (2, 2), {}),
        ("BatchNormalization", (5,), of_norm),
        ("BatchNormalization", (17,), {"momentum": 0.9, "epsilon": 0.1, **of_norm}),
        ("BatchNormalization", (3,), {"scale": False, **of_norm}),
        ("BatchNormalization", (3,), {"center": False, **of_norm}),
        ("BatchNormalization", (2,), {"center": False, "scale": False, **of_norm}),
        ("BatchNormalization", (4, 3), {"momentum": 0.5, **of_norm}),
        ("Rescaling", (5,), {"scale": 2.5, "offset": -1.0}),
        ("Rescaling", (3, 2), {"scale": -0.1})]
    return [layer(i, *call[:-1], **call[-1]) for i, call in enumerate(calls)]


def normalization(number, *shape):
    rng = np.random.default_rng([3, number])
    data, x = 3 * draw(rng, 20, *shape) + 5, draw(rng, 4, *shape)
    data[..., 0] = 2.5  # without variance
    layer = keras.layers.Normalization()
    layer.adapt(data)
    return {"shape": shape, "data": plain(data), "x": plain(x),
            "weights": [plain(w) for w in layer.get_weights()], "output": plain(layer(x))}


def dropout(name, rate):
    layer = getattr(keras.layers, name)(rate, seed=1)
    of = lambda x: plain(np.unique(layer(np.full((50, 50), x, np.float32), training=True)))
    return {"name": name, "options": {"rate": rate}, "zeros": of(0), "ones": of(1)}


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
            "largest": plain(np.abs(w).max()),
            "quantiles": plain(np.quantile(w, np.arange(1, 20) / 20))}


def main():
    init, reg, con = keras.initializers, keras.regularizers, keras.constraints
    result = {
        "made_by": "keras_layers.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "activations": [activation(a) for a in ACTIVATIONS],
        "layers": all_layers(),
        "normalization": [normalization(0, 4), normalization(1, 3, 2)],
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
