"""Optuna's samplers, each with its defaults."""
import time
import warnings
from collections import deque

import optuna
from curves import BUDGET, EPOCHS, Ledger, Spent

PACKAGES = ["optuna", "cmaes", "torch", "scipy", "numpy"]

S = optuna.samplers
SAMPLERS = {
    "random": lambda seed: S.RandomSampler(seed=seed),
    "tpe": lambda seed: S.TPESampler(seed=seed),  # since Optuna 5: multivariate
    "tpe-univariate": lambda seed: S.TPESampler(seed=seed, multivariate=False),
    "tpe-group": lambda seed: S.TPESampler(seed=seed, multivariate=True, group=True),
    "cmaes": lambda seed: S.CmaEsSampler(seed=seed),
    "gp": lambda seed: S.GPSampler(seed=seed),
}

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")


def suggest(trial, space):
    config = {}
    for parameter in space:
        name, when = parameter["name"], parameter.get("when")
        if when and config[when[0]] not in when[1]:
            continue
        if parameter["kind"] == "choice":
            config[name] = trial.suggest_categorical(name, parameter["choices"])
            continue
        draw = trial.suggest_int if parameter["kind"] == "int" else trial.suggest_float
        config[name] = draw(name, parameter["low"], parameter["high"],
                            log=parameter.get("log", False))
    return config


def asked(study, space, window):
    """Trials and their configurations without end, each asked for while window - 1 others are
    pending; of those the oldest is given to be told before the next one is asked for."""
    pending = deque()
    while True:
        while len(pending) < window:
            trial = study.ask()
            pending.append((trial, suggest(trial, space)))
        yield pending.popleft()


def minimize(function, space, sampler, window, seed, marks):
    """The best values after so many evaluations."""
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    best, found = float("inf"), []
    for count, (trial, config) in enumerate(asked(study, space, window), 1):
        value = function(**config)
        study.tell(trial, value)
        best = min(best, value)
        if count in marks:
            found.append(best)
        if count == marks[-1]:
            return found


def train(curves, space, sampler, window, seed):
    """Full trainings until the budget is spent."""
    study = optuna.create_study(direction="maximize", sampler=SAMPLERS[sampler](seed))
    ledger = Ledger()
    for trial, config in asked(study, space, window):
        study.tell(trial, ledger.train(trial.number, curves.accuracy(config), EPOCHS))
        if ledger.epochs == BUDGET:
            return ledger.result()


def hyperband(curves, space, seed):
    """TPE with the Hyperband pruner, which is asked after each epoch; its brackets depend on the
    study's name."""
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=EPOCHS,
                                            reduction_factor=3)
    study = optuna.create_study(study_name=f"{curves.task} {seed}", direction="maximize",
                                sampler=SAMPLERS["tpe"](seed), pruner=pruner)
    ledger = Ledger()
    while True:
        trial = study.ask()
        curve = curves.accuracy(suggest(trial, space))
        try:
            for epoch in range(1, EPOCHS + 1):
                ledger.spend(1)
                trial.report(curve[epoch - 1], epoch)
                if epoch < EPOCHS and trial.should_prune():
                    break
        except Spent:
            return ledger.result()
        ledger.evaluated(epoch, curve[epoch - 1])
        if epoch < EPOCHS:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(trial, curve[-1])


def cost(sampler, space, trials, seed):
    """Seconds of each ask, with its suggestions, and tell; the objective's are not counted."""
    study, seconds = optuna.create_study(sampler=SAMPLERS[sampler](seed)), []
    for _ in range(trials):
        start = time.perf_counter()
        trial = study.ask()
        config = suggest(trial, space)
        middle = time.perf_counter()
        value = sum(v for v in config.values() if not isinstance(v, str))
        again = time.perf_counter()
        study.tell(trial, value)
        seconds.append(time.perf_counter() - again + middle - start)
    return seconds
