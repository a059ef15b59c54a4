#!/usr/bin/env python3
"""Writes perceptron_sklearn.json: the weights of scikit-learn's perceptrons on iris.

    pip install scikit-learn
    python perceptron_sklearn.py

Rows are visited in the order of `x` in each epoch, from weights of zero; a row is learned from where
y z <= 0, with y = 1 for the class and -1 for the rest. `weights` is [classes][features] and `bias`
[classes], after each number of epochs; one row of weights for a class or the rest, three for one
versus rest.
"""
import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron, SGDClassifier

EPOCHS = (1, 2, 5)

warnings.filterwarnings("ignore", category=ConvergenceWarning)


def perceptron(epochs):
    return Perceptron(shuffle=False, tol=None, max_iter=epochs, eta0=1.0)


def sgd(epochs):
    return SGDClassifier(loss="perceptron", penalty=None, learning_rate="constant", eta0=0.25,
                         shuffle=False, tol=None, max_iter=epochs)


def case(name, make, data, x, y):
    after = []
    for epochs in EPOCHS:
        model = make(epochs).fit(x, y)
        after.append({"epochs": epochs, "weights": model.coef_.tolist(),
                      "bias": model.intercept_.tolist(), "accuracy": model.score(x, y)})
    return {"name": name, "model": type(model).__name__, "learning_rate": model.eta0,
            "x": data, "y": y.astype(int).tolist(), "after": after}


def main():
    iris = load_iris()
    inputs = {"petals": iris.data[:, 2:], "all": iris.data}
    setosa, versicolor = iris.target == 0, iris.target == 1
    cases = []
    for model, make in (("perceptron", perceptron), ("sgd", sgd)):
        for name, data, y in (("setosa", "petals", setosa), ("versicolor", "petals", versicolor),
                              ("species", "all", iris.target)):
            cases.append(case(f"{model}_{name}", make, data, inputs[data], y))
    result = {"made_by": "perceptron_sklearn.py",
              "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
              "inputs": {name: x.tolist() for name, x in inputs.items()}, "cases": cases}
    text = json.dumps(result, separators=(",", ":"))
    for mark in ('"inputs":', '"all":', '"cases":', '{"name"'):
        text = text.replace(mark, "\n" + mark)
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
