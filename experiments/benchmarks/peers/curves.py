"""Learning curves of the LCBench surrogate, and what a search has found at each cost.

A run may spend 2600 epochs: 50 trainings of 52. An evaluation is a configuration trained to some
epoch, its budget, and its value the validation accuracy at that epoch, in percent. What counts as
found after so many epochs: among the evaluations that ended by then, the best value of those of the
highest budget. A configuration that is trained on pays for the added epochs only, as one whose
weights are kept does, whoever the peer is. MARKS are the epochs at which that is noted.
"""
import importlib.machinery
import importlib.util
import json
import subprocess
import sys

import numpy as np

EPOCHS = 52
BUDGET = 50 * EPOCHS
MARKS = [BUDGET * k // 20 for k in range(1, 21)]


class Curves:
    """One task of LCBench, by the program that serves it (its class Surrogate)."""

    def __init__(self, program, task):
        loader = importlib.machinery.SourceFileLoader("lcbench", program)
        module = importlib.util.module_from_spec(
            importlib.util.spec_from_loader("lcbench", loader))
        loader.exec_module(module)
        self.surrogate = module.Surrogate(f"{program}.npz")
        self.surrogate.z = dict(self.surrogate.z)  # read at once, not again for each curve
        self.task = task

    def accuracy(self, config, epochs=EPOCHS):
        """After each of so many epochs."""
        with np.errstate(over="ignore"):  # of its third output, which nobody asks for
            return [float(row[1]) for row in self.surrogate.curve(self.task, config, epochs)]


def ask(program, verb):
    out = subprocess.run([sys.executable, program, verb], capture_output=True, check=True,
                         text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def tasks(program):
    return [row["task"] for row in ask(program, "tasks")]


def space(program):
    return [{"name": row["name"], "kind": row["type"], "low": row["low"], "high": row["high"],
             "log": row["log"]} for row in ask(program, "space")]


class Spent(Exception):
    """The budget of a run does not hold the evaluation."""


class Ledger:
    """What a run has spent, and found at each mark."""

    def __init__(self):
        self.epochs, self.best, self.highest = 0, None, 0
        self.found, self.reached = [], {}

    def spend(self, epochs):
        """Raises Spent where the epochs would pass the budget."""
        while len(self.found) < len(MARKS) and MARKS[len(self.found)] < self.epochs + epochs:
            self.found.append(self.best)
        self.epochs += epochs
        if self.epochs > BUDGET:
            raise Spent

    def evaluated(self, budget, value):
        if budget > self.highest or (budget == self.highest and value > self.best):
            self.highest, self.best = budget, value

    def train(self, key, curve, budget):
        """Trains a configuration, which `key` names, on to that epoch; gives its accuracy there."""
        self.spend(budget - self.reached.get(key, 0))
        self.reached[key] = budget
        self.evaluated(budget, curve[budget - 1])
        return curve[budget - 1]

    def result(self):
        """The value at each mark; None before the first evaluation."""
        return self.found + [self.best] * (len(MARKS) - len(self.found))
