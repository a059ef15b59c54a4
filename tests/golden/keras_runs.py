#!/usr/bin/env python3
"""Writes keras_runs.json: trainings with real Keras, for the tests to repeat.

    pip install keras jax
    python keras_runs.py

Each run: a network as `nodes` in order (name, Keras's class or "Input", the names of its inputs,
options) and the names of its `outputs`; loss, loss weights, metrics and optimizer; and what came
out of ten batches. `logs` are the figures of each batch by their names in Keras, before the batch's
step; `after` has of each weight, in Keras's order, at most MOST numbers, spread evenly, and the sum
of all, each times one of draw(200 + the weight's number).

Weights and data are not in the file: draw() makes them on both sides, bit for bit. What is drawn is
spread over (centre - width, centre + width): `weights` has centre and width of each weight, in
Keras's order, from draw(the weight's number); `x` those of the inputs, from draw(100), `features`
columns, of which each input of the network takes [the first one, how many] of `inputs`. The targets
come from draw(101), `columns` of them, the same for all outputs: spread over (-1, 1), or with
`classes` the whole part of what is drawn times that. With `weighted`, the samples have for the
first output weights from draw(102), for the second one from draw(103), ..., over (0, 2). All arrays
are [rows][columns].
"""
import json
import math
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np

BATCHES = 10
MOST = 24

OPTIMIZERS = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
TERMS = {"l1_l2(0.01, 0.02)": keras.regularizers.L1L2(0.01, 0.02),
         "l2(0.1)": keras.regularizers.L2(0.1), "max_norm(1.5)": keras.constraints.MaxNorm(1.5)}


def draw(stream, count):
    """Numbers from 0 to below 1, of 24 bits: splitmix64 (Steele et al. 2014) of their place."""
    z = (np.uint64(stream) << np.uint64(32)) + np.arange(1, count + 1, dtype=np.uint64)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return ((z ^ z >> np.uint64(31)) >> np.uint64(40)).astype(np.float64) * 2.0 ** -24


def spread(drawn, centre, width):
    return (centre + width * (2 * drawn - 1)).astype(np.float32)


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    assert np.isfinite(values)
    return float(np.format_float_positional(values, unique=True))


def span_of(weight):
    """Centre and width that suit a weight; powers of two, so that nothing is rounded twice."""
    if weight.name == "kernel":
        return 0, 2.0 ** round(math.log2(6 / weight.shape[0]) / 2)
    return (1 if weight.name in ("gamma", "moving_variance") else 0), 0.25


def one_or_all(items):
    return items if len(items) > 1 else items[0]


def build(nodes, outputs):
    tensors = {}
    for name, layer, inputs, options in nodes:
        if layer == "Input":
            tensors[name] = keras.Input(options["shape"], name=name)
            continue
        options = {key: TERMS.get(value, value) for key, value in options.items()}
        make = getattr(keras.layers, layer)(name=name, **options)
        tensors[name] = make(one_or_all([tensors[i] for i in inputs]))
    inputs = [tensors[name] for name, layer, _, _ in nodes if layer == "Input"]
    return keras.Model(one_or_all(inputs), one_or_all([tensors[name] for name in outputs]))


def run(label, network, loss, optimizer, rate, features, *, options={}, metrics=(),
        loss_weights=None, columns=1, classes=0, inputs=None, batch=32, x_span=(0, 2),
        weighted=False):
    nodes, outputs = network
    model = build(nodes, outputs)
    options = {"learning_rate": rate, **options}
    model.compile(loss=one_or_all([loss] * len(outputs)), loss_weights=loss_weights,
                  optimizer=OPTIMIZERS[optimizer](**options),
                  metrics=one_or_all([list(metrics)] * len(outputs)),
                  weighted_metrics=one_or_all([list(metrics) if weighted else []] * len(outputs)))
    spans = [span_of(w) for w in model.weights]
    model.set_weights([spread(draw(i, math.prod(w.shape)), *span).reshape(w.shape)
                       for i, (w, span) in enumerate(zip(model.weights, spans))])
    rows, inputs = BATCHES * batch, inputs or [[0, features]]
    x = spread(draw(100, rows * features), *x_span).reshape(rows, features)
    y = draw(101, rows * columns).reshape(rows, columns)
    y = np.floor(classes * y).astype(np.float32) if classes else spread(y, 0, 1)
    of_inputs = [x[:, first:first + count].reshape(rows, *tensor.shape[1:])
                 for tensor, (first, count) in zip(model.inputs, inputs)]
    sample_weights = [spread(draw(102 + i, rows), 1, 1) for i in range(len(outputs))]
    logs = []
    for start in range(0, rows, batch):
        part = slice(start, start + batch)
        model.reset_metrics()
        logs.append(model.train_on_batch(one_or_all([i[part] for i in of_inputs]),
                                         one_or_all([y[part]] * len(outputs)),
                                         sample_weight=one_or_all([w[part] for w in sample_weights])
                                         if weighted else None, return_dict=True))
    return {"label": label, "nodes": nodes, "outputs": outputs, "loss": loss,
            "loss_weights": loss_weights or [], "metrics": metrics,
            "optimizer": {"name": optimizer, "options": options}, "batch": batch,
            "features": features, "inputs": inputs, "x": x_span, "columns": columns,
            "classes": classes, "weighted": weighted, "weights": spans,
            "logs": {figure: plain([one[figure] for one in logs]) for figure in logs[0]},
            "after": [sample(i, w.ravel()) for i, w in enumerate(model.get_weights())]}


def sample(number, weight):
    count = min(MOST, weight.size)
    return {"some": plain([weight[k * weight.size // count] for k in range(count)]),
            "sum": float(weight.astype(np.float64) @ draw(200 + number, weight.size))}


def chain(shape, *layers):
    """Layers one behind the other, each as Keras's class and options."""
    nodes = [("input", "Input", [], {"shape": shape})]
    for number, (layer, options) in enumerate(layers):
        nodes.append((f"{layer.lower()}_{number}", layer, [nodes[-1][0]], options))
    return nodes, [nodes[-1][0]]


def dense(units, activation="linear", **options):
    return "Dense", {"units": units, "activation": activation, **options}


def wide_deep(inputs, outputs):
    """The three networks of the book, with one or two inputs and outputs."""
    nodes = [("deep_input", "Input", [], {"shape": [8 if inputs == 1 else 6]})]
    if inputs == 2:
        nodes.insert(0, ("wide_input", "Input", [], {"shape": [5]}))
    nodes += [("hidden1", "Dense", ["deep_input"], dense(30, "relu")[1]),
              ("hidden2", "Dense", ["hidden1"], dense(30, "relu")[1]),
              ("both", "Concatenate", [nodes[0][0], "hidden2"], {}),
              ("output", "Dense", ["both"], dense(1)[1])]
    if outputs == 2:
        nodes.append(("aux_output", "Dense", ["hidden2"], dense(1)[1]))
    return nodes, ["output", "aux_output"][:outputs]


def fashion_mnist():
    return chain([28, 28], ("Flatten", {}), dense(300, "relu"), dense(100, "relu"),
                 dense(10, "softmax"))


def batch_normalized():
    """Before the activation and behind it, as in the book; dropout is there, and off."""
    return chain([12], ("BatchNormalization", {}), dense(30, use_bias=False),
                 ("BatchNormalization", {}), ("Activation", {"activation": "elu"}),
                 ("Dropout", {"rate": 0.0}), dense(20, "relu"),
                 ("BatchNormalization", {"momentum": 0.9}), ("Dropout", {"rate": 0.0}),
                 dense(4, "softmax"))


def regularized():
    limits = {"kernel_regularizer": "l1_l2(0.01, 0.02)", "bias_regularizer": "l2(0.1)",
              "kernel_constraint": "max_norm(1.5)"}
    return chain([9], dense(20, "selu", **limits), dense(1, **limits))


def of_the_book():
    sparse, binary = "sparse_categorical_crossentropy", "binary_crossentropy"
    two = {"inputs": [[0, 5], [2, 6]], "metrics": ["mae"]}
    both = {"loss_weights": [0.9, 0.1], **two}
    for optimizer, rate in (("sgd", 0.01), ("adam", 0.001)):
        yield run("fashion_mnist", fashion_mnist(), sparse, optimizer, rate, 784,
                  metrics=["accuracy"], classes=10, x_span=(0.5, 0.5))
    yield run("wide_deep", wide_deep(1, 1), "mse", "sgd", 0.005, 8, metrics=["mae"])
    yield run("wide_deep, two inputs", wide_deep(2, 1), "mse", "sgd", 0.005, 8, **two)
    for optimizer, rate in (("sgd", 0.005), ("adam", 0.01)):
        yield run("wide_deep, two outputs", wide_deep(2, 2), "mse", optimizer, rate, 8, **both)
    yield run("wide_deep, weights of the samples for each output", wide_deep(2, 2), "mse", "sgd",
              0.005, 8, weighted=True, **both)
    yield run("binary", chain([10], dense(16, "relu"), dense(8, "relu"), dense(1, "sigmoid")),
              binary, "sgd", 0.1, 10, metrics=["accuracy"], classes=2)
    yield run("multilabel", chain([10], dense(16, "relu"), dense(5, "sigmoid")), binary, "sgd", 0.1,
              10, metrics=["binary_accuracy"], columns=5, classes=2)
    # Not with Adam: the second normalisation takes off what the first one's centre adds, and Adam
    # would make steps of its gradient, which is nothing but rounding.
    yield run("batch normalisation", batch_normalized(), sparse, "sgd", 0.05, 12,
              metrics=["accuracy"], classes=4)
    yield run("regularised", regularized(), "mae", "sgd", 0.02, 9, metrics=["mse"],
              options={"momentum": 0.9, "nesterov": True, "global_clipnorm": 1.0})


def of_losses():
    """Small networks for the losses, with and without momentum."""
    for inputs, widths, loss, rate, momentum, classes in (
            (8, [(1, "linear")], "mse", 0.05, 0.0, 0),
            (6, [(5, "tanh"), (2, "linear")], "mse", 0.03, 0.9, 0),
            (8, [(7, "relu"), (6, "tanh"), (5, "sigmoid"), (1, "linear")], "mse", 0.02, 0.9, 0),
            (8, [(6, "tanh"), (1, "linear")], "mae", 0.05, 0.0, 0),
            (8, [(6, "relu"), (1, "linear")], "mae", 0.02, 0.9, 0),
            (5, [(7, "sigmoid"), (2, "linear")], "huber", 0.1, 0.0, 0),
            (5, [(7, "swish"), (3, "linear")], "log_cosh", 0.05, 0.9, 0),
            (5, [(7, "gelu"), (2, "softplus")], "poisson", 0.05, 0.0, 5),
            (5, [(7, "softsign"), (2, "exponential")], "msle", 0.05, 0.9, 5),
            (6, [(5, "elu"), (1, "tanh")], "hinge", 0.05, 0.9, 2),
            (6, [(5, "relu"), (1, "sigmoid")], "binary_crossentropy", 0.05, 0.9, 2),
            (6, [(8, "leaky_relu"), (2, "softmax")], "categorical_crossentropy", 0.1, 0.0, 2),
            (6, [(8, "relu"), (4, "softmax")], "sparse_categorical_crossentropy", 0.1, 0.0, 4),
            (6, [(8, "tanh"), (4, "softmax")], "sparse_categorical_crossentropy", 0.05, 0.9, 4)):
        columns = 1 if loss.startswith("sparse") else widths[-1][0]
        yield run(loss, chain([inputs], *[dense(*w) for w in widths]), loss, "sgd", rate, inputs,
                  options={"momentum": momentum}, columns=columns, classes=classes, batch=8)


def main():
    result = {
        "made_by": "keras_runs.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "jax": jax.__version__, "numpy": np.__version__},
        "runs": [*of_the_book(), *of_losses()],
    }
    text = json.dumps(result, separators=(",", ":")).replace('{"label"', '\n{"label"')
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
