"""Studies that Optuna itself made, as SQL for tests/tuner/optuna_study.cpp: pip install optuna, then
python optuna_study.py > optuna_study.sql"""

import os
import sqlite3
import tempfile

import optuna
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)


def one_objective(storage):
    study = optuna.create_study(
        storage=storage, study_name="conditional", direction="maximize",
        sampler=optuna.samplers.RandomSampler(seed=1), pruner=optuna.pruners.NopPruner())

    def objective(trial):
        n = trial.suggest_int("n_hidden", 1, 3)
        rate = trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)
        trial.suggest_int("batch", 16, 64, step=16)
        optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam", None])
        if optimizer == "sgd":
            trial.suggest_float("momentum", 0.0, 0.5 + 0.25 * (trial.number % 2))
        if trial.number == 3:
            raise RuntimeError("diverged")
        for step in range(4):
            trial.report(n + step / 10, step)
            if trial.number == 5 and step == 1:
                raise optuna.TrialPruned()
        return n + rate

    study.optimize(objective, n_trials=8, catch=RuntimeError)
    study.ask()  # stays RUNNING
    study.enqueue_trial({"n_hidden": 2})
    study.tell(study.ask(), float("inf"))
    study.enqueue_trial({"n_hidden": 1})


def two_objectives(storage):
    study = optuna.create_study(
        storage=storage, study_name="two", directions=["maximize", "minimize"],
        sampler=optuna.samplers.RandomSampler(seed=2))
    study.set_metric_names(["accuracy", "parameters"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1 + trial.number % 3), n_trials=6)


with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, "study.db")
    storage = optuna.storages.RDBStorage("sqlite:///" + file)
    one_objective(storage)
    two_objectives(storage)
    storage.remove_session()
    print(f"-- made by optuna_study.py with Optuna {optuna.__version__}")
    for line in sqlite3.connect(file).iterdump():
        print(line)
