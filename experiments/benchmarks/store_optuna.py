"""store_optuna.py URL TRIALS: milliseconds of a trial of Optuna's that draws seven parameters at
random and reports none or 100 epochs, as JSON lines."""
import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(trial):
    """The space of functions.hpp's mixed_space."""
    trial.suggest_float("x", -5, 5)
    trial.suggest_float("y", 0, 1)
    trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    trial.suggest_int("depth", 1, 12)
    trial.suggest_int("units", 8, 1024, log=True)
    trial.suggest_categorical("act", ["relu", "tanh", "elu"])
    trial.suggest_categorical("opt", ["sgd", "adam"])


def main():
    url, trials = sys.argv[1], int(sys.argv[2])
    for epochs in (0, 100):
        study = optuna.create_study(storage=url, study_name=f"optuna {epochs}",
                                    sampler=optuna.samplers.RandomSampler(seed=1))
        start = time.perf_counter()
        for _ in range(trials):
            trial = study.ask()
            suggest(trial)
            for epoch in range(1, epochs + 1):
                trial.report(1 / epoch, epoch)
            study.tell(trial, 0.5)
        ms = 1e3 * (time.perf_counter() - start) / trials
        print(json.dumps({"optuna": optuna.__version__, "epochs": epochs, "ms": ms}), flush=True)


main()
