#!/usr/bin/env python3
"""DEAP's NSGA-II for tests/search/pareto.cpp and breeding.cpp: fronts, crowding distances, and what
simulated binary crossover and polynomial mutation make of given random numbers.

python3 -m venv env && env/bin/pip install deap==1.4.4 numpy==2.4.6
env/bin/python tests/golden/nsga2_values.py > tests/golden/nsga2_values.json
"""
import json

import deap
import numpy as np
from deap import base, tools
from deap.tools import crossover, emo, mutation


class Member:
    def __init__(self, number, scores):
        self.number = number
        self.fitness = type("Minimised", (base.Fitness,), {"weights": (-1.0,) * len(scores)})()
        self.fitness.values = scores


def population(points):
    """DEAP divides the distances by the number of objectives; infinite ones are null."""
    members = [Member(i, tuple(p)) for i, p in enumerate(points)]
    fronts, distances = [0] * len(points), [0.0] * len(points)
    for number, front in enumerate(emo.sortNondominated(members, len(members))):
        emo.assignCrowdingDist(front)
        for member in front:
            fronts[member.number] = number
            distances[member.number] = member.fitness.crowding_dist * len(points[0])
    return {"points": [list(map(float, p)) for p in points], "fronts": fronts,
            "distances": [d if np.isfinite(d) else None for d in distances]}


class Given:
    """In place of the module `random`: all genes take part, no parts are exchanged."""

    def __init__(self, number):
        self.numbers = iter([0.0, number, 1.0])

    def random(self):
        return next(self.numbers)


def crossed(one, other, eta, number):
    crossover.random = Given(number)
    a, b = tools.cxSimulatedBinaryBounded([one], [other], eta, 0.0, 1.0)
    return {"one": one, "other": other, "eta": eta, "number": number, "children": [a[0], b[0]]}


def mutated(value, eta, number):
    mutation.random = Given(number)
    (child,) = tools.mutPolynomialBounded([value], eta, 0.0, 1.0, 1.0)
    return {"value": value, "eta": eta, "number": number, "child": child[0]}


rng = np.random.default_rng(7)
line = np.sort(rng.random(12))
print(json.dumps({
    "deap": deap.__version__,
    "populations": [population(rng.random((40, 2))), population(rng.random((60, 3))),
                    population(rng.random((30, 4))),
                    population(np.stack([line, 1 - line ** 2], axis=1)),
                    population(np.stack([line, line], axis=1))],
    "crossed": [crossed(*(float(v) for v in rng.random(2)), eta, float(rng.random()))
                for eta in (2.0, 15.0, 20.0) for _ in range(8)],
    "mutated": [mutated(float(rng.random()), eta, float(rng.random()))
                for eta in (5.0, 20.0) for _ in range(8)],
}))
