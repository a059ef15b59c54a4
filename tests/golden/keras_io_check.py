#!/usr/bin/env python3
"""Loads the models that our test program wrote with real Keras and compares their predictions.

    TUNE_KERAS_IO=FOLDER test_model "[.keras_io]"; keras_io_check.py FOLDER

Needs keras and jax. Prints a line for each file; the status is 1 if any is further off than 1e-6.
"""

import json
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"

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


def main(folder):
    failed = False
    cases = json.loads((folder / "models.json").read_text())
    for case in cases:
        model = keras.models.load_model(folder / case["file"], custom_objects=CUSTOM)
        inputs = [np.array(x, np.float32).reshape(len(x), *i.shape[1:])
                  for x, i in zip(case["inputs"], model.inputs)]
        outputs = model.predict(inputs, verbose=0)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        worst = max(np.max(np.abs(np.array(y) - p)) for y, p in zip(case["outputs"], outputs))
        wrong = worst > 1e-6 or model.compiled != case["compiled"]
        if model.compiled:
            optimizer = model.optimizer.get_config()
            wrong |= not np.isclose(optimizer["learning_rate"], case["learning_rate"])
            classes = "sparse" in json.dumps(model.get_compile_config()["loss"])
            model.evaluate(inputs, np.argmax(outputs[0], 1) if classes else outputs, verbose=0)
        failed |= wrong
        print(f"{case['file']}: {type(model).__name__}, compiled: {model.compiled}, "
              f"largest difference {worst:.2g}{' WRONG' if wrong else ''}")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
