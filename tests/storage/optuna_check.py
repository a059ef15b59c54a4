"""optuna_check.py TUNE FOLDER: see tests/storage/optuna."""
import csv
import json
import math
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import threading
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.WARNING)
TUNE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])

HEAD = """[study]
seed = 3
{study}
[data]
generator = friedman1(240, noise=0.5)
[cv]
folds = 3
[training]
epochs = 12
validation = 0.2
[space]
n_hidden = int(0, 3)
n_neurons = int(4, 24, step=4) when n_hidden >= 1
learning_rate = reciprocal(1e-3, 30)
momentum = choice(0, 0.9)
dropout = real(0, 0.5, step=0.125) when n_hidden >= 1
"""
DISTRIBUTIONS = {
    "n_hidden": IntDistribution(0, 3),
    "n_neurons": IntDistribution(4, 24, step=4),
    "learning_rate": FloatDistribution(1e-3, 30, log=True),
    "momentum": CategoricalDistribution([0.0, 0.9]),
    "dropout": FloatDistribution(0, 0.5, step=0.125),
}
STATES = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}


def urls():
    """The store as tune and as Optuna's driver names it."""
    file = f"sqlite:///{FOLDER / 'study.db'}"
    server = os.environ["TUNE_TEST_POSTGRES"]
    return [(file, file), (server, server.replace("postgresql:", "postgresql+psycopg2:"))]


def command(name, study, url, *options):
    space = FOLDER / f"{name}.ini"
    space.write_text(HEAD.format(study=f"name = {name}\n{study}"))
    return [TUNE, "--space", str(space), "--out", str(FOLDER / name), "--storage", url, *options]


def run(*arguments):
    subprocess.run(command(*arguments), check=True, stdout=subprocess.DEVNULL)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def curves(name):
    """Of each trial the mean of its folds' validation losses by epoch, stopped folds carried on."""
    logged = {}
    with (FOLDER / name / "history.csv").open() as file:
        for row in csv.DictReader(file):
            epochs = logged.setdefault(int(row["trial"]), {}).setdefault(int(row["fold"]), [])
            epochs.append(float(row.get("val_mse") or row["val_loss"]))
    return logged


def check_study(name, url, objectives):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a distribution that it would have written otherwise
        study = optuna.load_study(study_name=name, storage=url)
        trials = study.trials
    results = json.loads((FOLDER / name / "results.json").read_text())
    assert [d.name for d in study.directions] == [
        m["goal"].upper() for m in results["metrics"][:objectives]]
    assert [t.number for t in trials] == list(range(len(results["trials"])))
    by_ordinal = {t.user_attrs["trial"]: t for t in trials}
    logged = curves(name)
    states = set()
    for ours in results["trials"]:
        theirs = by_ordinal[ours["trial"]]
        states.add(theirs.state)
        assert theirs.state == STATES[ours["state"]]
        assert theirs.params == ours["configuration"], (theirs.params, ours["configuration"])
        assert theirs.distributions == {p: DISTRIBUTIONS[p] for p in ours["configuration"]}
        assert theirs.datetime_start <= theirs.datetime_complete
        if ours["state"] == "failed":
            assert theirs.values is None and theirs.user_attrs["failure"] == ours["failure"]
            continue
        means = [ours["scores"][m["name"]]["mean_test"] for m in results["metrics"][:objectives]]
        assert theirs.values == means
        folds = list(logged[ours["trial"]].values())
        steps = max(map(len, folds))
        assert sorted(theirs.intermediate_values) == list(range(1, steps + 1))
        for step, value in theirs.intermediate_values.items():
            mean = math.fsum(f[min(step, len(f)) - 1] for f in folds) / len(folds)
            assert same(value, mean) or math.isclose(value, mean, rel_tol=1e-9)
    return study, states


def check_plots(study, objectives):
    plots = optuna.visualization
    if objectives > 1:
        plots.plot_pareto_front(study)
    target = {"target": lambda t: t.values[0], "target_name": "first"} if objectives > 1 else {}
    for plot in ("plot_optimization_history", "plot_param_importances", "plot_slice", "plot_contour",
                 "plot_parallel_coordinate", "plot_edf", "plot_rank"):
        assert getattr(plots, plot)(study, **target).data, plot
    if objectives == 1:
        assert plots.plot_intermediate_values(study).data
    assert plots.plot_timeline(study).data


def check_version(url):
    storage = optuna.storages.RDBStorage(url)
    assert storage.get_current_version() == storage.get_head_version()


class Running:
    """A program at work, whose lines are read as they come."""

    def __init__(self, arguments):
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.trials = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()

    def read(self):
        for line in self.process.stdout:
            if line.startswith("trial "):
                self.trials.put(line)
        self.trials.put(None)

    def next_trial(self):
        """Waits for one that ends from now on."""
        while not self.trials.empty():
            self.trials.get()
        assert self.trials.get() is not None, "the study has ended"

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        self.reader.join()
        assert self.process.wait() == 130


def check_while_running(url, driver):
    """Optuna looks at a study that runs and adds a trial; the table stays what it is."""
    name, rest = "running", "strategy = tpe\ntrials = 100000000"
    slow = ["--data.generator", "friedman1(2000, noise=0.5)", "--training.epochs", "40"]
    with Running(command(name, rest, url, "--jobs", "1", *slow)) as program:
        program.next_trial()
        study = optuna.load_study(study_name=name, storage=driver)
        assert any(t.state.is_finished() for t in study.trials)
        added = study.ask(DISTRIBUTIONS)
        program.next_trial()
        added.report(5.0, 1)
        study.tell(added, 5.0)
        program.next_trial()
        program.interrupt()
    trials = optuna.load_study(study_name=name, storage=driver).trials
    assert [t.number for t in trials] == list(range(len(trials)))
    ordinals = [t.user_attrs.get("trial") for t in trials if t.state.is_finished()]
    assert ordinals.count(None) == 1
    done = max(o for o in ordinals if o is not None) + 1
    shared = (FOLDER / name / "results.json").read_text()
    shutil.rmtree(FOLDER / name)
    alone = f"sqlite:///{FOLDER / f'alone-{abs(hash(url))}.db'}"
    run(name, rest, alone, "--jobs", "2", "--study.trials", str(done), *slow)
    mine = json.loads((FOLDER / name / "results.json").read_text())["trials"]
    theirs = json.loads(shared)["trials"]
    assert theirs
    for a, b in zip(mine, theirs):
        assert a["configuration"] == b["configuration"] and a["scores"] == b["scores"]
    shutil.rmtree(FOLDER / name)


for number, (ours, driver) in enumerate(urls()):
    one, two = f"one-{number}", f"two-{number}"
    run(one, "trials = 40\nstrategy = tpe\npruner = median\nmetrics = mae", ours)
    run(two, "trials = 24\nmetric = mse, parameters min\nmetrics = mae", ours)
    check_version(driver)
    study, states = check_study(one, driver, 1)
    assert states == {TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL}, states
    check_plots(study, 1)
    study, states = check_study(two, driver, 2)
    assert states == {TrialState.COMPLETE, TrialState.FAIL}, states
    check_plots(study, 2)
    check_while_running(ours, driver)
    print(f"{ours.split(':')[0]}: as Optuna {optuna.__version__} has it")
