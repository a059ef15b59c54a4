"""Writes keras_book.json: test mean squared errors of the book's networks for California housing
("Hands-On Machine Learning", chapter 10), trained by real Keras from five seeds.

  KERAS_BACKEND=jax python3 keras_book.py california_split.csv     (Keras 3, numpy)

The file is what benchmark_book_split writes: features, target, part (train, valid, test), the rows
in the book's order. As in the book: features scaled by the training rows, SGD with a rate of 1e-3,
batches of 32, 20 epochs.
"""
import csv
import json
import os
import sys

import keras
import numpy as np
from keras import layers


def load(file):
    parts = {"train": [], "valid": [], "test": []}
    with open(file) as lines:
        rows = csv.reader(lines)
        next(rows)
        for row in rows:
            parts[row[-1]].append([float(cell) for cell in row[:-1]])
    parts = {name: np.array(rows) for name, rows in parts.items()}
    mean, deviation = (f(parts["train"][:, :8], axis=0) for f in (np.mean, np.std))
    return {name: (((rows[:, :8] - mean) / deviation).astype("float32"),
                   rows[:, 8:9].astype("float32")) for name, rows in parts.items()}


def mlp():
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(1)(layers.Dense(30, activation="relu")(x)))


def deep(x):
    return layers.Dense(30, activation="relu")(layers.Dense(30, activation="relu")(x))


def wide_deep():
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(1)(layers.Concatenate()([x, deep(x)])))


def two_inputs():
    a, b = keras.Input((5,)), keras.Input((6,))
    return keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, deep(b)])))


def two_outputs():
    a, b = keras.Input((5,)), keras.Input((6,))
    hidden = deep(b)
    return keras.Model([a, b], [layers.Dense(1)(layers.Concatenate()([a, hidden])),
                                layers.Dense(1)(hidden)])


def test_error(build, data, seed):
    keras.utils.set_random_seed(seed)
    model = build()
    inputs, outputs = len(model.inputs), len(model.outputs)
    model.compile(loss="mse" if outputs == 1 else ["mse", "mse"],
                  loss_weights=None if outputs == 1 else [0.9, 0.1],
                  optimizer=keras.optimizers.SGD(learning_rate=1e-3))

    def parts(name):
        x, y = data[name]
        return (x if inputs == 1 else [x[:, :5], x[:, 2:]]), (y if outputs == 1 else [y, y])
    x, y = parts("train")
    model.fit(x, y, epochs=20, batch_size=32, verbose=0)
    prediction = model.predict(parts("test")[0], verbose=0, batch_size=1024)
    prediction = prediction[0] if outputs > 1 else prediction
    return float(np.mean((np.asarray(prediction) - data["test"][1]) ** 2))


def main():
    data = load(sys.argv[1])
    found = {"keras": keras.__version__}
    for build in (mlp, wide_deep, two_inputs, two_outputs):
        found[build.__name__] = [round(test_error(build, data, seed), 5) for seed in range(5)]
        print(build.__name__, found[build.__name__], float(np.median(found[build.__name__])))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras_book.json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
