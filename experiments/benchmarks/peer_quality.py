#!/usr/bin/env python3
"""How good other tuners' searches are, per seed: the values that `tune` is compared with.

    pip install optuna cmaes scipy torch                        for functions, lcbench, overhead
    pip install smac                                            for lcbench --samplers smac
    pip install hpbandster "ConfigSpace<1" "numpy<2" "scipy<1.14" "pandas<3"     for bohb
    peer_quality.py functions [--samplers NAME ...] [--windows 1 8] [--seeds 20] [--out FOLDER]
    peer_quality.py lcbench --lcbench PROGRAM [the same]
    peer_quality.py overhead [--samplers NAME ...]

One JSON object a line in FOLDER (peers/ beside this script); runs that stand there are not made
again. Numbers have six digits.
functions.jsonl: the best values of peers/functions.py's functions after 10, 20, 50, 100, 150 and
  200 evaluations (gp: up to 100). Keys: f function, s sampler, w window, r seed, v values.
lcbench.jsonl: what was found after each twentieth of the epochs; peers/curves.py says what that
  is. Keys: t task, s sampler, w window, r seed, v values (null: none yet).
overhead.jsonl: microseconds of a trial (ask, suggest, tell) on a space of seven parameters: the
  mean of the first n, and of the last tenth of those. Keys: s sampler, r seed, n trials, mean, last.
versions.json: what made them.

A window of w: each proposal is made while w - 1 others are pending, whose oldest is told next.
Samplers are Optuna's with their defaults: random, tpe (which in Optuna 5 is multivariate),
tpe-univariate, tpe-group (multivariate, in groups of what is there together; only where there are
conditions, else it is tpe), cmaes (not where there are), gp. With a schedule of epochs, for lcbench
alone: tpe-hyperband (Optuna's pruner), smac, bohb (HpBandSter's).
"""
import argparse
import importlib
import importlib.metadata
import json
import math
import os
import pathlib
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))

OF_OPTUNA = ["random", "cmaes", "tpe", "tpe-univariate", "tpe-group", "gp"]
SCHEDULED = {"tpe-hyperband": "of_optuna", "bohb": "of_hpbandster", "smac": "of_smac"}
MARKS = [10, 20, 50, 100, 150, 200]
OVERHEAD = [
    {"name": "x", "kind": "float", "low": -5.0, "high": 5.0},
    {"name": "y", "kind": "float", "low": 0.0, "high": 1.0},
    {"name": "lr", "kind": "float", "low": 1e-5, "high": 1e-1, "log": True},
    {"name": "depth", "kind": "int", "low": 1, "high": 12},
    {"name": "units", "kind": "int", "low": 8, "high": 1024, "log": True},
    {"name": "act", "kind": "choice", "choices": ["relu", "tanh", "elu"]},
    {"name": "opt", "kind": "choice", "choices": ["sgd", "adam"]},
]


def rounded(value):
    return value if value is None else float(f"{value:.6g}")


class Rows:
    """A file of results, to which each one is added once."""

    def __init__(self, folder, name):
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.seen = folder / name, set()
        if self.file.exists():
            self.seen = {self.key(json.loads(line)) for line in self.file.open()}

    @staticmethod
    def key(row):
        return json.dumps({k: v for k, v in row.items() if k not in ("v", "mean", "last")},
                          sort_keys=True)

    def add(self, row, compute):
        if self.key(row) in self.seen:
            return
        row |= compute()
        with self.file.open("a") as out:
            out.write(json.dumps(row, separators=(",", ":")) + "\n")
        print(json.dumps(row), flush=True)


def note_versions(folder, peer):
    file = folder / "versions.json"
    folder.mkdir(parents=True, exist_ok=True)
    versions = json.loads(file.read_text()) if file.exists() else {}
    versions[peer.__name__] = {p: importlib.metadata.version(p) for p in peer.PACKAGES}
    file.write_text(json.dumps(versions, indent=1, sort_keys=True) + "\n")


def applies(sampler, space):
    conditions = any("when" in parameter for parameter in space)
    return {"cmaes": not conditions, "tpe-group": conditions}.get(sampler, True)


def run_functions(args, rows):
    from functions import FUNCTIONS
    peer = importlib.import_module("of_optuna")
    note_versions(args.out, peer)
    for seed in range(args.seeds):
        for name, (function, space) in FUNCTIONS.items():
            for sampler in args.samplers:
                marks = [m for m in MARKS if sampler != "gp" or m <= 100]
                for window in args.windows:
                    if not applies(sampler, space) or (sampler == "random" and window != 1):
                        continue
                    rows.add({"f": name, "s": sampler, "w": window, "r": seed},
                             lambda: {"v": [rounded(v) for v in peer.minimize(
                                 function, space, sampler, window, seed, marks)]})


def run_lcbench(args, rows):
    import curves
    space = curves.space(args.lcbench)
    of_tasks = {task: curves.Curves(args.lcbench, task) for task in curves.tasks(args.lcbench)}
    for peer_name in {SCHEDULED.get(sampler, "of_optuna") for sampler in args.samplers}:
        note_versions(args.out, importlib.import_module(peer_name))

    def found(curve, sampler, window, seed):
        peer = importlib.import_module(SCHEDULED.get(sampler, "of_optuna"))
        values = (peer.hyperband(curve, space, seed) if sampler in SCHEDULED
                  else peer.train(curve, space, sampler, window, seed))
        return {"v": [rounded(v) for v in values]}

    for seed in range(args.seeds):
        for task, curve in of_tasks.items():
            for sampler in args.samplers:
                for window in args.windows:
                    alone = sampler == "random" or sampler in SCHEDULED
                    if not applies(sampler, space) or (alone and window != 1):
                        continue
                    rows.add({"t": task, "s": sampler, "w": window, "r": seed},
                             lambda: found(curve, sampler, window, seed))


def run_overhead(args, rows):
    peer = importlib.import_module("of_optuna")
    note_versions(args.out, peer)
    for sampler in args.samplers:
        for seed in range(args.seeds):
            counts = [100, 200] if sampler == "gp" else [100, 1000]
            seconds = []
            for n in counts:
                def cost():
                    if not seconds:
                        seconds.extend(peer.cost(sampler, OVERHEAD, counts[-1], seed))
                    tail = seconds[n - n // 10:n]
                    return {"mean": round(math.fsum(seconds[:n]) / n * 1e6),
                            "last": round(math.fsum(tail) / len(tail) * 1e6)}
                rows.add({"s": sampler, "r": seed, "n": n}, cost)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["functions", "lcbench", "overhead"])
    parser.add_argument("--samplers", nargs="+", default=OF_OPTUNA,
                        choices=OF_OPTUNA + list(SCHEDULED))
    parser.add_argument("--windows", nargs="+", type=int, default=[1])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--lcbench", help="the program that serves LCBench's curves")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "peers")
    args = parser.parse_args()
    scheduled = [s for s in args.samplers if s in SCHEDULED]
    if args.what != "lcbench" and scheduled:
        parser.error(f"{scheduled[0]} is for lcbench alone")
    if args.what == "lcbench" and not args.lcbench:
        parser.error("lcbench needs --lcbench PROGRAM")
    run = {"functions": run_functions, "lcbench": run_lcbench, "overhead": run_overhead}
    run[args.what](args, Rows(args.out, f"{args.what}.jsonl"))


if __name__ == "__main__":
    main()
