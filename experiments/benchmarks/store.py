"""What `store` runs once everything is built; see there."""
import json
import os
import subprocess
import sys
import tempfile

OPTUNA_TRIALS = 50


def lines_of(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def row(name, trials, ms, claim="", begin="", record=""):
    print(f"{name:12} {trials:>20} {ms:>12} {claim:>12} {begin:>12} {record:>12}", flush=True)


def print_ours(program, name, url, trials):
    for line in lines_of([program, url, trials]):
        if line["bench"] == "open":
            print(f"{name:12} opens {line['trials']:,} trials in {line['seconds']:.2f} s, "
                  f"{line['bytes']:,.0f} bytes a trial", flush=True)
        elif line["bench"] == "one at a time":
            row(name, f"{line['first']:,}..{line['end']:,}", f"{line['ms']:.2f}",
                f"{line['claim_ms']:.2f}", f"{line['begin_ms']:.2f}", f"{line['record_ms']:.2f}")


def print_optuna(url):
    python = os.environ.get("TUNE_OPTUNA_PYTHON")
    if not python:
        return
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "store_optuna.py")
    for line in lines_of([python, script, url, str(OPTUNA_TRIALS)]):
        row(f"  Optuna {line['optuna']}", f"{line['epochs']} epochs", f"{line['ms']:.1f}")


def main():
    program = sys.argv[1]
    trials = sys.argv[2] if len(sys.argv) > 2 else "100000"
    row("store", "trials", "ms a trial", "claim", "begin", "record")
    with tempfile.TemporaryDirectory() as folder:
        sqlite = f"sqlite:///{folder}/"
        print_ours(program, "SQLite", sqlite + "ours.db", trials)
        print_optuna(sqlite + "optuna.db")
    server = os.environ["TUNE_TEST_POSTGRES"]
    print_ours(program, "PostgreSQL", server, trials)
    print_optuna(server.replace("postgresql:", "postgresql+psycopg2:"))


main()
