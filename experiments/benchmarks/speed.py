"""What `speed` runs once everything is built; see there."""
import argparse
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

NETS = ["8-30-1", "8-30-30-1", "8-100-100-100-1", "784-300-100-10"]
IMAGES = NETS[-1]
SYSTEMS = {"sklearn-float64": "scikit-learn", "sklearn-float32": "scikit-learn",
           "torch-eager": "PyTorch eager", "torch-script_manual": "TorchScript by hand"}


class Times:
    """Milliseconds of each program, one figure a turn."""

    def __init__(self):
        self.of = {}

    def add(self, work, program, value):
        self.of.setdefault(work, {}).setdefault(program, []).append(value)

    def print(self, unit, scale):
        for work, programs in self.of.items():
            ours = programs["tune"]
            for program, values in programs.items():
                ratios = [theirs / our for theirs, our in zip(values, ours)]
                print(f"{work:<26} {program:<22} {statistics.median(values) * scale:10.3f} {unit}"
                      f"  ({min(values) * scale:.3f}-{max(values) * scale:.3f})"
                      + (f" {statistics.median(ratios):7.2f}x" if program != "tune" else ""),
                      flush=True)


def run(command, **environment):
    """Its output, and the wall time of the whole process in seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True,
                          env={**os.environ, **environment})
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout, wall


def headline(arguments, times):
    out = os.path.join(arguments.work, "out")

    def tune(build, *options):
        shutil.rmtree(out, ignore_errors=True)
        program = os.path.join(arguments.root, "build", build, "tune")
        space = os.path.join(arguments.root, "experiments/benchmarks/headline.ini")
        data = os.path.join(arguments.work, "california_split.csv")
        return run([program, "--space", space, "--data.csv", data, "--out", out, "--quiet",
                    *options])[1]

    work = "headline, all cores"
    times.add(work, "tune", tune("experiments"))
    times.add(work, "tune, portable build", tune("portable"))
    times.add("headline, one core", "tune", tune("experiments", "--jobs", "1"))
    times.add("headline, one core", "tune with 2 jobs", times.of[work]["tune"][-1])
    if arguments.peers:
        def peer(script, *options):
            return run([sys.executable, os.path.join(arguments.peers, script), "--fixed",
                        *options])[1]
        times.add(work, "scikit-learn", peer("headline_sklearn.py"))
        times.add(work, "PyTorch eager", peer("headline_torch.py"))
        times.add(work, "TorchScript by hand", peer("headline_torch.py", "--kind",
                                                    "script_manual"))


def peer_epochs(arguments, net):
    """Milliseconds an epoch of each peer; for scikit-learn those of its faster float type."""
    found = {}
    for system in SYSTEMS:
        if net == IMAGES and system == "sklearn-float64":
            continue  # takes twice as long as float32 there
        if net == IMAGES:
            text, _ = run([sys.executable, os.path.join(arguments.peers, "fashion.py"),
                           "--system", system, "--epochs", "2"])
            value = min(json.loads(text)["epoch_s"]) * 1e3
        else:
            text, _ = run([sys.executable, os.path.join(arguments.peers, "epoch_cost.py"),
                           "--nets", net, "--systems", system, "--epochs", "10"])
            value = json.loads(text)["ms_per_epoch"]["median"]
        name = SYSTEMS[system]
        found[name] = min(value, found.get(name, value))
    return found


def peer_predictions(arguments, net):
    text, _ = run([sys.executable, __file__, "--peers", arguments.peers, "--predict", net],
                  OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    return json.loads(text)


def epochs(arguments, times):
    program = os.path.join(arguments.root,
                           "build/experiments/experiments/benchmarks/benchmark_epoch")
    for net in NETS:
        text, _ = run([program, "-n", "2", net])
        for _, what, median in re.findall(r"^(\S+) +(\S+) .*median +([0-9.]+)", text, re.M):
            if what == "train-watched":
                times.add(f"{net} train", "tune with callbacks", float(median) / 1e3)
            else:
                times.add(f"{net} {what}", "tune", float(median) / 1e3)
        if arguments.peers:
            for name, value in peer_epochs(arguments, net).items():
                times.add(f"{net} train", name, value / 1e3)
            for name, value in peer_predictions(arguments, net).items():
                times.add(f"{net} predict", name, value / 1e3)


def predict(arguments):
    """Milliseconds that the peers take to predict all rows, as JSON."""
    sys.path.insert(0, arguments.peers)
    import numpy as np
    import torch
    import torch_mlp
    from sklearn.neural_network import MLPRegressor
    torch.set_num_threads(1)
    sizes = [int(size) for size in arguments.predict.split("-")]
    rows = 55000 if sizes[0] > 100 else 11610
    x = np.random.RandomState(0).uniform(-1, 1, (rows, sizes[0])).astype(np.float32)
    sklearn = MLPRegressor(hidden_layer_sizes=sizes[1:-1], max_iter=1, random_state=0)
    sklearn.partial_fit(x[:200], x[:200, :sizes[-1]].squeeze())
    network, tensor = torch_mlp.build(sizes, 0), torch.from_numpy(x)

    def torch_predict():
        with torch.no_grad():
            return network(tensor)

    def median(function):
        times = []
        for _ in range(6):
            start = time.perf_counter()
            function()
            times.append((time.perf_counter() - start) * 1e3)
        return statistics.median(times[1:])
    print(json.dumps({"scikit-learn": median(lambda: sklearn.predict(x)),
                      "PyTorch": median(torch_predict)}))


def errors(arguments):
    """The cross-validated errors of the headline's configurations, which peers agree with."""
    with open(os.path.join(arguments.work, "out/results.csv")) as file:
        for row in csv.DictReader(file):
            print(f"  trial {row['trial']}: mse {row['mean_test_score'] or row['status']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=3, dest="turns")
    parser.add_argument("--root")
    parser.add_argument("--work")
    parser.add_argument("--peers")
    parser.add_argument("--predict", metavar="NET")
    parser.add_argument("parts", nargs="*", metavar="PART")
    arguments = parser.parse_args()
    if arguments.predict:
        return predict(arguments)
    known = {"headline": headline, "epochs": epochs}
    parts = arguments.parts or list(known)
    for part in parts:
        if part not in known:
            parser.error(f"'{part}' is no part: {', '.join(known)}")
    times = {part: Times() for part in parts}
    for turn in range(arguments.turns):
        print(f"turn {turn + 1} of {arguments.turns}", file=sys.stderr)
        for part in parts:
            known[part](arguments, times[part])
    for part in parts:
        times[part].print(*(("s ", 1) if part == "headline" else ("ms", 1e3)))
    if "headline" in parts:
        errors(arguments)


if __name__ == "__main__":
    main()
