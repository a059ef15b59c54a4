"""What `strategies` runs once everything is built; see there.

The rank difference of two runs of one function, or task, is 1 if ours has the worse value, -1 if it
has the better one, 0 if they are equal. Its mean is taken over all pairs of one of our seeds with
one of the peer's: seeds of different programs have nothing in common by which to pair them. The
variance of such a mean is DeLong's (Biometrics 44, 1988): that of the seeds' own means, over their
number, ours and the peer's added. "All" is the mean over the functions, each as important as
another. No worse: the 95% interval lies below +0.25.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # LCBench's matrices are small

EVALUATIONS = [10, 20, 50, 100, 150, 200]
MARKS = [50, 100, 200]
# Which sampler of the peers is what a user of each strategy would have taken otherwise.
COUNTERPARTS = {"random": "random", "tpe": "tpe", "cmaes": "cmaes", "gp": "gp"}
# How many trials each one's speed is taken of; others: 1000.
SPEED_TRIALS = {"random": 1000000, "tpe": 100000, "cmaes": 10000, "gp": 200}
LIMIT = 0.25


def collect(lines):
    """values[function][evaluations]: one a seed."""
    values = {}
    for line in lines:
        for evaluations, best in zip(EVALUATIONS, line["v"]):
            values.setdefault(line["f"], {}).setdefault(evaluations, []).append(best)
    return values


def read_peers(path, window):
    """values[sampler] as of collect; random does not depend on the window."""
    lines = {}
    with open(path) as file:
        for line in map(json.loads, file):
            if line["w"] == (1 if line["s"] == "random" else window):
                lines.setdefault(line["s"], []).append(line)
    values = {sampler: collect(of) for sampler, of in lines.items()}
    if "tpe-group" in values:  # there where it differs from tpe
        values["tpe-group"] = values.get("tpe", {}) | values["tpe-group"]
    return values


def run(arguments, part, strategy, *options):
    command = [arguments.program, part, *options, *strategy.split()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    if arguments.out:
        with open(arguments.out, "a") as file:
            file.write(done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines()]


def rank_difference(ours, theirs):
    """The mean over all pairs, and its variance."""
    sign = [[(our > their) - (our < their) for their in theirs] for our in ours]
    by_ours = [statistics.mean(row) for row in sign]
    by_theirs = [statistics.mean(column) for column in zip(*sign)]
    return statistics.mean(by_ours), sum(statistics.variance(means) / len(means)
                                         for means in (by_ours, by_theirs))


def interval(mean, variance):
    half = 1.96 * variance ** 0.5
    verdict = "no worse" if mean + half < LIMIT else "WORSE" if mean - half > 0 else "open"
    if mean + half < 0:
        verdict = "better"
    return f"{mean:+.2f} ({mean - half:+.2f} {mean + half:+.2f}) {verdict}"


def compare(strategy, ours, sampler, theirs):
    print(f"\n{strategy} beside {sampler}: medians, mean rank difference (95% interval)")
    print("function      trials        ours      theirs  rank difference")
    totals = {mark: [] for mark in MARKS}
    for function, of in ours.items():
        for mark in MARKS:
            peer = theirs.get(function, {}).get(mark, [])
            if min(len(peer), len(of.get(mark, []))) < 2:  # no variance
                continue
            totals[mark].append(rank_difference(of[mark], peer))
            print(f"{function:<13} {mark:>6} {statistics.median(of[mark]):11.5g} "
                  f"{statistics.median(peer):11.5g}  {interval(*totals[mark][-1])}")
    for mark, differences in totals.items():
        if differences:
            count = len(differences)
            mean = sum(mean for mean, _ in differences) / count
            variance = sum(variance for _, variance in differences) / count ** 2
            print(f"{'all':<13} {mark:>6} {'':>23}  {interval(mean, variance)}", flush=True)


def quality(arguments, pairs):
    peers = read_peers(arguments.peers, arguments.window)
    for strategy, sampler in pairs:
        if not any(len(values) > 1 for of in peers.get(sampler, {}).values()
                   for values in of.values()):
            print(f"\n{strategy}: {arguments.peers} has no two seeds of '{sampler}' at window "
                  f"{arguments.window}, but of: {', '.join(sorted(peers))}")
            continue
        most = max(mark for of in peers[sampler].values() for mark in of)
        ours = collect(run(arguments, "quality", strategy, "--seeds", str(arguments.seeds),
                           "--first", str(arguments.first), "--window", str(arguments.window),
                           "--evaluations", str(most)))
        compare(strategy, ours, sampler, peers[sampler])


def train_once(arguments, strategy, curves, seed):
    """Best accuracies at curves.MARKS of a run on one task."""
    from curves import Ledger, Spent
    trials = "50" if strategy == "auto" else "2000"  # more than 2600 epochs hold
    process = subprocess.Popen(
        [arguments.program, "train", "--first", str(seed), "--window", str(arguments.window),
         "--evaluations", trials, *strategy.split()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ledger, roots = Ledger(), {}
    for line in process.stdout:
        trial = json.loads(line)
        root = roots[trial["trial"]] = roots.get(trial["parent"], trial["trial"])
        curve = curves.accuracy(trial["configuration"], trial["epochs"])
        try:
            value = ledger.train(root, curve, trial["epochs"])
        except Spent:
            break
        process.stdin.write(f"{-value!r}\n")
        process.stdin.flush()
    process.stdin.close()
    process.stdout.read()
    if process.wait() != 0:
        sys.exit(f"{strategy}: exit status {process.returncode}")
    return ledger.result()


def found_of(lines, at):
    """values[task]: minus the accuracy at a mark, one a seed."""
    values = {}
    for line in lines:
        worst = -line["v"][at] if line["v"][at] is not None else 0
        values.setdefault(line["t"], []).append(worst)
    return values


def lcbench(arguments, pairs):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
    from curves import MARKS as EPOCHS
    from curves import Curves, tasks
    with open(os.path.join(os.path.dirname(arguments.peers), "lcbench.jsonl")) as file:
        peers = [json.loads(line) for line in file]
    of_tasks = {task: Curves(arguments.lcbench, task) for task in tasks(arguments.lcbench)}
    samplers = sorted({line["s"] for line in peers})
    for strategy, _ in pairs:
        ours = [{"t": task, "s": strategy, "w": arguments.window, "r": seed,
                 "v": train_once(arguments, strategy, curves, seed)}
                for task, curves in of_tasks.items()
                for seed in range(arguments.first, arguments.first + arguments.seeds)]
        if arguments.out:
            with open(arguments.out, "a") as file:
                file.writelines(json.dumps(line) + "\n" for line in ours)
        print(f"\n{strategy}: mean rank difference over the tasks (95% interval)")
        for sampler in samplers:
            theirs = [line for line in peers
                      if line["s"] == sampler and line["w"] in (1, arguments.window)]
            for at in (3, 9, 19):
                compare_found(f"{sampler} after {EPOCHS[at]} epochs", found_of(ours, at),
                              found_of(theirs, at))
            if sampler == "random":
                compare_found("a fifth of its epochs, random all", found_of(ours, 3),
                              found_of(theirs, 19))


def compare_found(label, ours, theirs):
    differences = [rank_difference(ours[task], theirs[task]) for task in ours if task in theirs]
    count = len(differences)
    mean = sum(mean for mean, _ in differences) / count
    variance = sum(variance for _, variance in differences) / count ** 2
    print(f"{label:<34} {interval(mean, variance)}", flush=True)


def read_overhead(path):
    """costs[sampler][trials]: medians over the seeds of the mean and of the last tenth."""
    runs = {}
    if os.path.exists(path):
        with open(path) as file:
            for line in map(json.loads, file):
                runs.setdefault(line["s"], {}).setdefault(line["n"], []).append(line)
    return {sampler: {n: [statistics.median(line[key] for line in lines)
                          for key in ("mean", "last")] for n, lines in of.items()}
            for sampler, of in runs.items()}


def speed(arguments, pairs):
    peers = read_overhead(os.path.join(os.path.dirname(arguments.peers), "overhead.jsonl"))
    print(f"{'':<33} {'ours, us a trial':>21} {'theirs':>21}")
    print(f"{'strategy':<24} {'trials':>8} " + f"{'mean':>10} {'last 10%':>10} " * 2)
    for strategy, sampler in pairs:
        trials = SPEED_TRIALS.get(strategy.split()[0], 1000)
        for line in run(arguments, "speed", strategy, "--window", str(arguments.window),
                        "--trials", str(trials)):
            for n, at in line["at"].items():
                theirs = peers.get(sampler, {}).get(int(n), [])
                print(f"{strategy:<24} {n:>8} {at['mean_us']:10.2f} {at['last_us']:10.2f} "
                      + " ".join(f"{cost:10.0f}" for cost in theirs), flush=True)
    study = os.path.join(os.path.dirname(arguments.program), "benchmark_study")
    line = json.loads(subprocess.run([study], capture_output=True, check=True).stdout)
    print(f"a random study of {line['trials']} trials that cost nothing, {line['jobs']} jobs: "
          f"{line['seconds']:.1f} s, {line['peak_mib']:.0f} MiB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program")
    parser.add_argument("--peers", default=os.path.join(os.path.dirname(__file__),
                                                        "peers", "functions.jsonl"))
    parser.add_argument("--window", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out")
    parser.add_argument("--lcbench")
    parser.add_argument("part", choices=["quality", "lcbench", "speed"])
    parser.add_argument("strategies", nargs="*", metavar="STRATEGY[=SAMPLER]")
    arguments = parser.parse_args()
    pairs = []
    for word in arguments.strategies or COUNTERPARTS:
        # An option of the strategy has a "=", too: a sampler follows the last one, after no space.
        name, _, sampler = word.partition("=") if " " not in word else (word, "", "")
        pairs.append((name, sampler or COUNTERPARTS.get(name.split()[0], name)))
    if arguments.part == "lcbench" and not arguments.lcbench:
        parser.error("lcbench needs --lcbench PROGRAM")
    parts = {"quality": quality, "lcbench": lcbench, "speed": speed}
    parts[arguments.part](arguments, pairs)


if __name__ == "__main__":
    main()
