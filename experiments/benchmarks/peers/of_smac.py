"""SMAC3's multi-fidelity facade: Hyperband with a random forest as its model."""
import logging
import tempfile

from ConfigSpace import ConfigurationSpace, Float, Integer
from curves import EPOCHS, Ledger, Spent
from smac import MultiFidelityFacade, Scenario
from smac.callback import Callback

PACKAGES = ["smac", "ConfigSpace", "scikit-learn", "numpy"]


class StopWhenSpent(Callback):
    spent = False

    def on_tell_end(self, smbo, info, value):
        return False if self.spent else None


def hyperband(curves, space, seed):
    """Budgets are fractions of epochs there, 52/27, 52/9, 52/3 and 52; here 2, 6, 17 and 52."""
    configs = ConfigurationSpace(seed=seed)
    for parameter in space:
        make = Integer if parameter["kind"] == "int" else Float
        configs.add(make(parameter["name"], (parameter["low"], parameter["high"]),
                         log=parameter["log"]))
    ledger, stop = Ledger(), StopWhenSpent()

    def target(config, seed=0, budget=EPOCHS):
        values = dict(config)
        try:
            return -ledger.train(tuple(values.items()), curves.accuracy(values), round(budget))
        except Spent:
            stop.spent = True
            return 0.0

    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(configs, output_directory=folder, deterministic=True, min_budget=1,
                            max_budget=EPOCHS, n_trials=100000, seed=seed)
        MultiFidelityFacade(scenario, target, callbacks=[stop], overwrite=True,
                            logging_level=logging.ERROR).optimize()
    return ledger.result()
