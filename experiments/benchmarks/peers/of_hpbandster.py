"""HpBandSter's BOHB: its brackets and its model, driven without its name server and workers.

HpBandSter's last release is of 2018: it needs ConfigSpace below 1 and NumPy below 2.
"""
import logging

import ConfigSpace
import numpy as np
from curves import EPOCHS, Ledger, Spent
from hpbandster.core.dispatcher import Job
from hpbandster.optimizers.bohb import BOHB
from hpbandster.optimizers.config_generators.bohb import BOHB as Model

PACKAGES = ["hpbandster", "ConfigSpace", "statsmodels", "numpy"]

logging.disable(logging.WARNING)


class Brackets(BOHB):
    """Plans the brackets as BOHB does, and nothing else of it."""

    def __init__(self, model, eta, least, most):
        self.eta, self.config_generator = eta, model
        self.max_SH_iter = -int(np.log(least / most) / np.log(eta)) + 1
        self.budgets = most * np.power(eta, -np.linspace(self.max_SH_iter - 1, 0,
                                                         self.max_SH_iter))


def hyperband(curves, space, seed):
    """Budgets are fractions of epochs there, 52/27, 52/9, 52/3 and 52; here 2, 6, 17 and 52."""
    np.random.seed(seed)
    configs = ConfigSpace.ConfigurationSpace(seed=seed)
    for parameter in space:
        make = (ConfigSpace.UniformIntegerHyperparameter if parameter["kind"] == "int"
                else ConfigSpace.UniformFloatHyperparameter)
        configs.add_hyperparameter(make(parameter["name"], parameter["low"], parameter["high"],
                                        log=parameter["log"]))
    model = Model(configspace=configs)
    brackets, ledger, number = Brackets(model, 3, 1, EPOCHS), Ledger(), 0
    while True:
        bracket = brackets.get_next_iteration(number, {"result_logger": None})
        while (run := bracket.get_next_run()) is not None:
            job = Job(run[0], config=run[1], budget=run[2])
            try:
                value = ledger.train(job.id, curves.accuracy(run[1]), round(run[2]))
            except Spent:
                return ledger.result()
            job.result = {"loss": -value, "info": {}}
            bracket.register_result(job)
            model.new_result(job)
        number += 1
