"""Functions to minimise, with their spaces and minima; a C++ twin is written from these lines.

A space is a list of parameters, each a dictionary: name, kind (float, int, choice), low and high or
choices, log, and `when`: a parameter that it depends on and the values for which it is there (all
others leave it out).

branin       minimum 0.397887 at three points
hartmann6    minimum -3.32237
ackley5      minimum 0 at the origin, which is not the middle of [-24.576, 40.96]^5: there CMA-ES
             happens to start
rosenbrock4  minimum 0 at (1, 1, 1, 1)
levy8        minimum 0 at (1, ..., 1)
             (the formulas: Surjanovic and Bingham, Virtual Library of Simulation Experiments)
conditional  what tuning a network is like, made up; minimum 0 at optimizer = sgd,
             learning_rate = 10^-1.5, momentum = 0.9, layers = 3, units = 64, dropout = 0.3,
             activation = selu. With lr = log10(learning_rate), it is the sum of
               by optimizer:  sgd      0.0 + 0.5 (lr + 1.5)^2 + 3 (momentum - 0.9)^2
                              adam     0.2 + 0.5 (lr + 3.0)^2 + 0.05 (log10(epsilon) + 6)^2
                              rmsprop  0.5 + 0.5 (lr + 3.5)^2
               0.15 (layers - 3)^2 + 0.1 (log2(units) - 6 - (3 - layers) / 2)^2
               if layers >= 2: 2 (dropout - layers / 10)^2
               by activation: selu 0, relu 0.1, tanh 0.3, sigmoid 0.8
             where momentum is there for sgd alone, epsilon for adam alone, dropout for two layers
             or more.
"""
import math


def box(count, low, high):
    return [{"name": f"x{i}", "kind": "float", "low": low, "high": high} for i in range(count)]


def branin(x0, x1):
    bend = x1 - 5.1 / (4 * math.pi ** 2) * x0 ** 2 + 5 / math.pi * x0 - 6
    return bend ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x0) + 10


HEIGHTS = (1.0, 1.2, 3.0, 3.2)
WIDTHS = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8),
          (17, 8, 0.05, 10, 0.1, 14))
CENTRES = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
           (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
           (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
           (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))


def hartmann6(**x):
    total = 0.0
    for height, width, centre in zip(HEIGHTS, WIDTHS, CENTRES):
        distance = sum(w * (v - c) ** 2 for w, v, c in zip(width, x.values(), centre))
        total -= height * math.exp(-distance)
    return total


def ackley(**x):
    squares = sum(v * v for v in x.values()) / len(x)
    waves = sum(math.cos(2 * math.pi * v) for v in x.values()) / len(x)
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves)


def rosenbrock(**x):
    v = list(x.values())
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(v, v[1:]))


def levy(**x):
    w = [1 + (v - 1) / 4 for v in x.values()]
    inner = sum((a - 1) ** 2 * (1 + 10 * math.sin(math.pi * a + 1) ** 2) for a in w[:-1])
    last = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + inner + last


def conditional(optimizer, learning_rate, layers, units, activation, momentum=None, epsilon=None,
                dropout=None):
    lr = math.log10(learning_rate)
    if optimizer == "sgd":
        value = 0.5 * (lr + 1.5) ** 2 + 3 * (momentum - 0.9) ** 2
    elif optimizer == "adam":
        value = 0.2 + 0.5 * (lr + 3) ** 2 + 0.05 * (math.log10(epsilon) + 6) ** 2
    else:
        value = 0.5 + 0.5 * (lr + 3.5) ** 2
    value += 0.15 * (layers - 3) ** 2
    value += 0.1 * (math.log2(units) - 6 - (3 - layers) / 2) ** 2
    if layers >= 2:
        value += 2 * (dropout - layers / 10) ** 2
    return value + {"selu": 0, "relu": 0.1, "tanh": 0.3, "sigmoid": 0.8}[activation]


CONDITIONAL = [
    {"name": "optimizer", "kind": "choice", "choices": ["sgd", "adam", "rmsprop"]},
    {"name": "learning_rate", "kind": "float", "low": 1e-5, "high": 1.0, "log": True},
    {"name": "momentum", "kind": "float", "low": 0.0, "high": 1.0, "when": ("optimizer", ["sgd"])},
    {"name": "epsilon", "kind": "float", "low": 1e-9, "high": 1e-1, "log": True,
     "when": ("optimizer", ["adam"])},
    {"name": "layers", "kind": "int", "low": 1, "high": 5},
    {"name": "units", "kind": "int", "low": 8, "high": 512, "log": True},
    {"name": "dropout", "kind": "float", "low": 0.0, "high": 0.8,
     "when": ("layers", [2, 3, 4, 5])},
    {"name": "activation", "kind": "choice", "choices": ["relu", "tanh", "sigmoid", "selu"]},
]

FUNCTIONS = {
    "branin": (branin, [{"name": "x0", "kind": "float", "low": -5.0, "high": 10.0},
                        {"name": "x1", "kind": "float", "low": 0.0, "high": 15.0}]),
    "hartmann6": (hartmann6, box(6, 0.0, 1.0)),
    "ackley5": (ackley, box(5, -24.576, 40.96)),
    "rosenbrock4": (rosenbrock, box(4, -5.0, 10.0)),
    "levy8": (levy, box(8, -10.0, 10.0)),
    "conditional": (conditional, CONDITIONAL),
}
