"""What `kills` and `swarm` run once the program is built; see there."""
import argparse
import collections
import concurrent.futures
import csv
import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

STRATEGIES = ("random", "tpe", "hyperband")
SPACE = """[study]
name = survival
seed = 3
window = 16
[cv]
folds = 3
[training]
epochs = 27
batch = 16
[space]
n_hidden = int(1, 3)
n_neurons = int(8, 64, log)
learning_rate = reciprocal(1e-3, 0.1)
"""


class Study:
    """One study of so many rows, whose runs are compared with one that nothing disturbs."""

    def __init__(self, arguments, folder, strategy, jobs, rows):
        self.arguments, self.folder, self.strategy, self.jobs = arguments, folder, strategy, jobs
        self.rows, self.seconds, self.tables = rows, 0, None

    def command(self, out, *options):
        trials = [] if self.strategy == "hyperband" else ["--study.trials", "60"]
        return [self.arguments.program, "--space", self.arguments.space, "--out", out,
                "--jobs", str(self.jobs), "--study.strategy", self.strategy,
                "--data.generator", f"friedman1({self.rows}, noise=0.5)", *trials, *options]

    def run_whole(self, at_least):
        """Runs it undisturbed, with ever more rows until it takes so many seconds."""
        out = os.path.join(self.folder, f"whole-{self.strategy}-{self.jobs}")
        while True:
            shutil.rmtree(out, ignore_errors=True)
            start = time.monotonic()
            finish(self.command(out))
            self.seconds = time.monotonic() - start
            if self.seconds >= at_least:
                self.tables = tables(out)
                return
            self.rows = int(self.rows * min(8, max(1.3, 1.3 * at_least / self.seconds)))


def finish(command):
    """Runs to the end, which is to be a good one; what was written to both streams."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def tables(out):
    """results.csv without its columns of times, and history.csv as it is."""
    with open(os.path.join(out, "results.csv"), newline="") as file:
        rows = list(csv.reader(io.StringIO(file.read())))
    kept = [i for i, name in enumerate(rows[0]) if "time" not in name]
    with open(os.path.join(out, "history.csv"), "rb") as file:
        return [[row[i] for i in kept] for row in rows], file.read()


def records(out):
    """What the store has of each trial, read from a copy: (ordinal, number, state, record)."""
    with tempfile.TemporaryDirectory() as copy:
        for name in os.listdir(out):
            if name.startswith("study.db"):
                shutil.copy(os.path.join(out, name), copy)
        database = sqlite3.connect(os.path.join(copy, "study.db"))
        try:
            return database.execute(
                "SELECT ordinal, number, state, record FROM trials LEFT JOIN tune_trials "
                "USING (trial_id) ORDER BY trial_id").fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # it was killed before it made any
                return []
            raise
        finally:
            database.close()


def check_store(rows, trials):
    """Each trial once, in order, with one record."""
    if [row[0] for row in rows] != list(range(trials)):
        raise AssertionError(f"trials in the store: {[row[0] for row in rows]}")
    if [row[1] for row in rows] != list(range(trials)):
        raise AssertionError("Optuna's numbers are not those of the trials")
    if any(row[2] == "RUNNING" or not row[3] for row in rows):
        raise AssertionError("a trial has no record")


def kill_once(study, number, share):
    """One killed run, resumed: how many trials were recorded, and begun; None if it had ended."""
    out = os.path.join(study.folder, f"out-{number}")
    shutil.rmtree(out, ignore_errors=True)
    program = subprocess.Popen(study.command(out), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        program.wait(share * study.seconds)
        return None
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    before = records(out) if os.path.exists(os.path.join(out, "study.db")) else []
    output = finish(study.command(out))
    after = records(out)
    check_store(after, len(study.tables[0]) - 1)
    recorded = [row for row in before if row[3]]
    kept = {row[0]: row for row in after}
    if any(kept[row[0]] != row for row in recorded):  # its times would be others
        raise AssertionError("a recorded trial was run again")
    again = sum(line.startswith("trial ") for line in output.splitlines())
    if again != len(after) - len(recorded):
        raise AssertionError(f"{again} trials run after {len(recorded)} of {len(after)}")
    if tables(out) != study.tables:
        raise AssertionError("the tables differ")
    shutil.rmtree(out)
    return len(recorded), len(before) - len(recorded)


def kill_until_done(study, number, dice):
    while True:
        share = dice.random()
        found = kill_once(study, number, share)
        if found is not None:
            return found


def kills(arguments, folder):
    studies = [Study(arguments, folder, strategy, jobs, arguments.rows)
               for strategy in STRATEGIES for jobs in (1, 2, 3, 4)]
    with concurrent.futures.ThreadPoolExecutor(arguments.at_once) as pool:
        list(pool.map(lambda study: study.run_whole(arguments.seconds), studies))
        for study in studies:  # the number of jobs is none of the table's business
            study.trials = len(study.tables[0]) - 1
        work = [(studies[i % len(studies)], i, random.Random(f"{arguments.seed}-{i}"))
                for i in range(arguments.kills)]
        futures = [(one[0], pool.submit(kill_until_done, *one)) for one in work]
        found, failures = collections.defaultdict(list), []
        for i, (study, future) in enumerate(futures):
            try:
                found[study].append(future.result())
            except (AssertionError, RuntimeError, sqlite3.Error, OSError) as error:
                failures.append(f"kill {i}, {study.strategy}, {study.jobs} jobs: {error}")
                print(failures[-1], flush=True)
    print(f"{'strategy':<10} {'jobs':>4} {'run':>6} {'kills':>5} {'same tables':>11} "
          "recorded when killed  began again")
    for study in studies:
        outcomes = found[study]
        recorded = [outcome[0] for outcome in outcomes] or [0]
        total = sum(study is one for one, _ in futures)
        print(f"{study.strategy:<10} {study.jobs:>4} {study.seconds:>4.0f} s {total:>5} "
              f"{len(outcomes):>11} {min(recorded):>8} to {max(recorded)} of {study.trials}"
              f" {sum(outcome[1] for outcome in outcomes):>12}")
    print(f"all: {arguments.kills} kills, {sum(map(len, found.values()))} with the tables of the "
          "uninterrupted run, no trial lost or twice in these")
    return 1 if failures else 0


class Swarm:
    """Workers on a server of their own, some of which are killed while others take their place."""

    def __init__(self, arguments, study, name):
        self.arguments, self.study, self.name = arguments, study, name
        self.url = os.environ["TUNE_TEST_POSTGRES"]
        self.workers, self.counts = [], collections.Counter()
        self.log = open(os.path.join(study.folder, f"{name}.log"), "w+")

    def sql(self, text):
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-h", os.environ["TUNE_TEST_POSTGRES_FOLDER"], "-U", "tune",
             "-c", text, "tune"], capture_output=True, text=True)
        return [line.split("|") for line in done.stdout.splitlines()]

    def begin(self):
        self.workers.append(subprocess.Popen(
            [self.arguments.program, "worker", "--storage", self.url, "--study", self.name,
             "--jobs", "1"], stdout=self.log, stderr=self.log))
        self.counts["workers"] += 1

    def run_command(self, out):
        return self.study.command(out, "--storage", self.url, "--study.name", self.name)

    def disturb(self, second):
        if second % 3 == 0:
            self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE application_name = 'tune'")
            self.counts["connections cut"] += 1
        if second % 5 == 0:
            mode = ("immediate", "fast")[second // 5 % 2]
            subprocess.run([os.environ["TUNE_TEST_POSTGRES_CTL"], "restart", "-m", mode],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.counts["restarts"] += 1

    def run(self, cuts):
        dice = random.Random(f"{self.arguments.seed}-{self.name}")
        out = os.path.join(self.study.folder, self.name)
        start = time.monotonic()
        first = subprocess.Popen(self.run_command(out), stdout=self.log, stderr=self.log)
        while not self.sql("SELECT 1 FROM tune_trials JOIN studies USING (study_id) "
                           f"WHERE study_name = '{self.name}'"):
            time.sleep(0.05)
        while len(self.workers) < 8:
            self.begin()
        second = 0
        while True:
            second += 1
            time.sleep(max(0, start + second - time.monotonic()))
            if cuts:
                self.disturb(second)
            if any(worker.poll() == 0 for worker in self.workers):
                break
            if second == 1:
                first.kill()
                self.counts["killed"] += 1
            for worker in [worker for worker in self.workers if worker.poll() is not None]:
                self.counts[f"ended with status {worker.returncode}"] += 1
                self.workers.remove(worker)
            if self.workers:
                victim = dice.choice(self.workers)
                victim.kill()
                victim.wait()
                self.workers.remove(victim)
                self.counts["killed"] += 1
            while len(self.workers) < 8:
                self.begin()
        seconds = time.monotonic() - start
        for worker in self.workers:
            if worker.wait() not in (0, -signal.SIGKILL):
                self.counts[f"ended with status {worker.returncode}"] += 1
        first.wait()
        output = finish(self.run_command(out))
        rows = self.sql("SELECT ordinal, number, state, (record IS NOT NULL)::int FROM trials "
                        "JOIN studies USING (study_id) LEFT JOIN tune_trials USING (trial_id) "
                        f"WHERE study_name = '{self.name}' ORDER BY trial_id")
        rows = [(int(row[0]), int(row[1]), row[2], row[3] == "1") for row in rows]
        check_store(rows, len(self.study.tables[0]) - 1)
        if "\ntrial " in output:
            raise AssertionError("not all trials were recorded")
        if tables(out) != self.study.tables:
            raise AssertionError("the tables differ")
        self.log.seek(0)
        told = sum(line.startswith("trial ") for line in self.log)
        counts = ", ".join(f"{count} {what}" for what, count in self.counts.items())
        print(f"{self.study.strategy:<10} {'kills and cuts' if cuts else 'kills':<14} same tables,"
              f" {len(rows)} trials once each, {told} told of; {seconds:.0f} s, {counts}",
              flush=True)


def swarm(arguments, folder):
    failures = 0
    for strategy in arguments.strategies:
        study = Study(arguments, folder, strategy, 1, arguments.rows)
        study.run_whole(arguments.seconds)
        for cuts in (False, True):
            runner = Swarm(arguments, study, f"{strategy}-{'cuts' if cuts else 'kills'}")
            try:
                runner.run(cuts)
            except (AssertionError, RuntimeError) as error:
                print(f"{runner.name}: {error}", flush=True)
                failures += 1
            finally:
                for worker in runner.workers:
                    worker.kill()
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("kills", "swarm"))
    parser.add_argument("--program", required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=STRATEGIES)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        arguments.space = os.path.join(folder, "space.ini")
        with open(arguments.space, "w") as file:
            file.write(SPACE)
        return (kills if arguments.what == "kills" else swarm)(arguments, folder)


if __name__ == "__main__":
    sys.exit(main())
