#!/usr/bin/env python3
"""Makes keras_io_*.h5 with real Keras, and keras_io.json with what the models in them predict.

Needs keras, jax and h5py; see "versions" in the JSON for those that were used.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent
layers = keras.layers


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    return float(np.format_float_positional(values, unique=True))


def chain():
    """Sequential, an input of two axes, everything that Dense can be told."""
    model = keras.Sequential([
        keras.Input((4, 3)), layers.Flatten(),
        layers.Dense(5, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(3, use_bias=False, activation="tanh", kernel_initializer="lecun_uniform"),
        layers.Dense(2), layers.Activation("softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"],
                  optimizer=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True))
    return model


def graph():
    """Functional: two inputs in another order than their layers, a branch, three outputs."""
    late, early = keras.Input((3,), name="late"), keras.Input((2,), name="early")
    first = layers.Dense(4, activation="sigmoid", name="first")(early)
    second = layers.Dense(2, activation="tanh", name="second")(late)
    outputs = [layers.Dense(1, name="value")(first), layers.Dense(2, name="pair")(second),
               layers.Dense(1, activation="sigmoid", name="yes")(first)]
    model = keras.Model([late, early], outputs)
    model.compile(loss=["mse", keras.losses.Huber(), "binary_crossentropy"], optimizer="sgd",
                  loss_weights=[0.5, 0.25, 0.25])
    return model


def foreign():
    """Compiled with things that are not ours: Adam, an own learning-rate schedule."""
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, name="only")])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    model.compile(loss="log_cosh", optimizer=keras.optimizers.Adam(schedule))
    return model


def fix_text_lengths(file):
    """As h5py writes lists of bytes: text of one length, in place of text anywhere."""
    with h5py.File(file, "a") as h5:
        for group in [h5["model_weights"], *h5["model_weights"].values()]:
            for name in ("layer_names", "weight_names"):
                if len(group.attrs.get(name, [])):
                    group.attrs[name] = np.array([n.encode() for n in group.attrs[name]])


def main():
    cases = []
    for number, make in enumerate((chain, graph, foreign)):
        keras.utils.clear_session()
        rng = np.random.default_rng(number)
        model = make()
        model.set_weights([rng.normal(size=w.shape) * 0.7 for w in model.get_weights()])
        name = f"keras_io_{make.__name__}.h5"
        model.save(FOLDER / name)
        if make is foreign:
            fix_text_lengths(FOLDER / name)
        inputs = [rng.normal(size=(6, *i.shape[1:])).astype(np.float32) for i in model.inputs]
        outputs = model.predict(inputs, verbose=0)
        cases.append({"file": name, "inputs": [plain(x.reshape(6, -1)) for x in inputs],
                      "outputs": [plain(y) for y in
                                  (outputs if isinstance(outputs, list) else [outputs])]})
    result = {"made_by": "keras_io.py",
              "versions": {"keras": keras.__version__, "h5py": h5py.__version__,
                           "numpy": np.__version__},
              "cases": cases}
    (FOLDER / "keras_io.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
