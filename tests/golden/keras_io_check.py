#!/usr/bin/env python3
"""Loads the files that our test program wrote with real Keras, compares predictions and how trainings
go on, and saves the models again, for our program to load. See keras_io, which runs this.

    keras_io_check.py FOLDER

Prints a line for each file; the status is 1 if any prediction is further off than 1e-6.
"""

import json
import logging
import os
import pathlib
import sys
import warnings

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
warnings.filterwarnings("ignore")  # that a file of weights alone has no optimizer
logging.disable(logging.WARNING)  # that .h5 is a legacy format

import keras
import numpy as np

ops = keras.ops


class Perceptron(keras.losses.Loss):
    def __init__(self, rule, name):
        super().__init__(name=name)
        self.rule = rule

    def call(self, y, p):
        return ops.mean(ops.abs(y - p), axis=-1)


CUSTOM = {"heaviside": lambda x: ops.cast(x >= 0, "float32"), "sign": ops.sign,
          "Perceptron": Perceptron}
TOLERANCE = 1e-6


class WideAndDeep(keras.Model):
    """That of tests/support/architectures.hpp."""

    def __init__(self):
        super().__init__()
        self.hidden2 = keras.layers.Dense(4, activation="tanh")
        self.hidden1 = keras.layers.Dense(7, activation="relu")
        self.normal = keras.layers.BatchNormalization()
        self.main_output = keras.layers.Dense(1)
        self.aux_output = keras.layers.Dense(1)

    def call(self, inputs):
        wide, deep = inputs
        hidden = self.hidden2(self.normal(self.hidden1(deep)))
        return [self.main_output(ops.concatenate([wide, hidden], axis=-1)), self.aux_output(hidden)]


def as_list(outputs):
    return outputs if isinstance(outputs, list) else [outputs]


def predict(model, inputs):
    return [np.array(y) for y in as_list(model(inputs if len(inputs) > 1 else inputs[0]))]


def difference(outputs, case):
    """The largest one; of large outputs as a share, since float32 has seven digits."""
    expected = [np.array(y, np.float32) for y in case["outputs"]]
    return max(np.max(np.abs(y - p) / np.maximum(1, np.abs(y)))
               for y, p in zip(expected, outputs, strict=True))


def frozen_layers(model):
    return [layer.name for layer in model.layers if not layer.trainable and
            not isinstance(layer, keras.layers.InputLayer)]


def check_compiled(model, case, inputs, outputs):
    """Says what is wrong with what the model was compiled with."""
    if model.compiled != case["compiled"]:
        return "compiled"
    if not model.compiled:
        return ""
    config = model.optimizer.get_config()
    if not case["scheduled"] and not np.isclose(config["learning_rate"], case["learning_rate"]):
        return "learning rate"
    classes = "sparse" in json.dumps(model.get_compile_config()["loss"])
    figures = model.evaluate(inputs, np.argmax(outputs[0], 1) if classes else outputs, verbose=0)
    return "" if np.all(np.isfinite(figures)) else "figures"


def check_model(folder, case):
    name = case["name"]
    model = keras.models.load_model(folder / f"{name}.h5", custom_objects=CUSTOM)
    inputs = [np.array(x, np.float32).reshape(len(x), *i.shape[1:])
              for x, i in zip(case["inputs"], model.inputs, strict=True)]
    outputs = predict(model, inputs)
    worst = difference(outputs, case)
    wrong = check_compiled(model, case, inputs, outputs)
    if sorted(frozen_layers(model)) != sorted(case.get("frozen", [])):
        wrong = "frozen layers"
    model.save(folder / "back" / f"{name}.h5")
    model.save_weights(folder / "back" / f"{name}.weights.h5")
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(folder / f"{name}.weights.h5")
    worst = max(worst, difference(predict(model, inputs), case))
    wrong = wrong or ("predictions" if not worst <= TOLERANCE else "")
    print(f"{name}: {type(model).__name__}, largest difference {worst:.2g}"
          f"{' WRONG: ' + wrong if wrong else ''}")
    return not wrong


def check_subclassed(folder, case):
    model = WideAndDeep()
    inputs = [np.array(x, np.float32) for x in case["inputs"]]
    predict(model, inputs)
    model.load_weights(folder / "subclassed.weights.h5")
    worst = difference(predict(model, inputs), case)
    model.save_weights(folder / "back" / "subclassed.weights.h5")
    print(f"subclassed: largest difference {worst:.2g}{' WRONG' if not worst <= TOLERANCE else ''}")
    return worst <= TOLERANCE


def check_training(folder, case, x, y):
    model = keras.models.load_model(folder / f"{case['name']}.h5")
    model.optimizer.build(model.trainable_variables)
    model.load_weights(folder / f"{case['name']}.weights.h5")
    history = model.fit(x, y, batch_size=len(x), epochs=5, shuffle=False, verbose=0)
    ours, theirs = np.array(case["losses"]), np.array(history.history["loss"])
    worst = np.max(np.abs(ours - theirs) / ours)
    wrong = not worst <= 2e-5 or int(model.optimizer.iterations) != 10
    print(f"{case['name']}: {case['optimizer']}, largest relative difference of five losses "
          f"{worst:.2g}{' WRONG' if wrong else ''}")
    return not wrong


def main(folder):
    (folder / "back").mkdir(exist_ok=True)
    cases = json.loads((folder / "models.json").read_text())
    trainings = cases["trainings"]
    x, y = (np.array(trainings[k], np.float32) for k in ("x", "y"))
    right = [check_model(folder, case) for case in cases["models"]]
    right.append(check_subclassed(folder, cases["subclassed"]))
    right += [check_training(folder, case, x, y) for case in trainings["cases"]]
    return 0 if right and all(right) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
