"""What `scaling` runs once everything is built; see there."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import numpy as np


def write_surrogate(lcbench, path):
    """Each array as a line "name rows columns" and its values, single precision, row by row."""
    arrays = np.load(lcbench)
    with open(path, "wb") as file:
        for name in arrays.files:
            if name == "tasks":
                continue
            values = arrays[name].astype("<f4")
            values = values.reshape(values.shape[0], -1)
            file.write(f"{name} {values.shape[0]} {values.shape[1]}\n".encode())
            file.write(values.tobytes())


def run(arguments, part, surrogate):
    done = subprocess.run([arguments.program, part, surrogate], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    if arguments.out:
        with open(os.path.join(arguments.out, part + ".jsonl"), "w") as file:
            file.write(done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines()]


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def print_table(rows):
    """The first row is the header; the first column is left-aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))))


def print_windows(lines):
    factors = sorted({line["factor"] for line in lines})
    rows = [["utilisation at window / workers"] + [str(factor) for factor in factors]
            + ["longest / mean trial"]]
    for key in dict.fromkeys((line["strategy"], line["task"], line["workers"]) for line in lines):
        of = {line["factor"]: line for line in lines
              if (line["strategy"], line["task"], line["workers"]) == key}
        rows.append([f"{key[0]}, task {key[1]}, {key[2]:,} workers"]
                    + [f"{of[f]['utilisation']:.0%}" if f in of else "" for f in factors]
                    + [f"{list(of.values())[-1]['longest']:.0f}"])
    print_table(rows)


LOAD = ["trial_seconds", "utilisation", "again", "trials_a_second", "locked", "writes", "reads",
        "heartbeats", "notifications", "rows_read"]


def print_load(lines):
    print("\na second: trials, statements that write, reads, heartbeats, "
          "notifications delivered, rows read")
    rows = [["strategy, workers"] + [name.replace("_", " ") for name in LOAD]]
    for line in lines:
        cells = [f"{line[name]:.0%}" if name in ("utilisation", "again", "locked")
                 else number(line[name]) for name in LOAD]
        rows.append([f"{line['strategy']}, {line['workers']:,}"] + cells)
    print_table(rows)


def print_quality(lines):
    """Of what TPE wins over random search with as many trials, how much is left at a window."""
    means = {}
    for line in lines:
        means.setdefault((line["strategy"], line.get("window")), {}).setdefault(
            line["task"], []).append(line["best"])
    means = {key: [statistics.mean(values) for values in of.values()] for key, of in means.items()}
    random = means.pop(("random", None))
    rows = [["best accuracy after 400 trials"] + [f"task {task}" for task in range(len(random))]
            + ["gain kept"]]
    rows.append(["random"] + [f"{value:.2f}" for value in random] + [""])
    first = sum(means[("tpe", 1)]) - sum(random)
    for (strategy, window), values in means.items():
        rows.append([f"{strategy}, window {window}"] + [f"{value:.2f}" for value in values]
                    + [f"{(sum(values) - sum(random)) / first:.0%}"])
    print()
    print_table(rows)


PLOT = """set terminal svg size 900,360 font 'sans,12' background 'white'
set output '{out}'
set multiplot layout 1,2
set key bottom right title 'workers'
set logscale x 2
set xlabel 'window / workers'
set ylabel 'busy workers, %'
set yrange [0:105]
set title 'lines: even trials, dots: uneven ones'
plot {windows}
set logscale xy 10
unset key
set key top left
set xlabel 'workers'
set ylabel 'a second'
set yrange [0.1:*]
set title 'the database, trials of {seconds:.0f} s (random)'
plot {load}
"""


def draw(windows, load, out):
    data, curves = [], []

    def add(name, points, style):
        block = f"$d{len(data)}"
        data.append(f"{block} << EOD\n" + "".join(f"{x} {y}\n" for x, y in points) + "EOD\n")
        curves.append(f"{block} using 1:2 with {style} title '{name}'")

    workers = sorted({line["workers"] for line in windows})
    adaptive = [line for line in windows if line["strategy"] == "adaptive"]
    tasks = sorted({line["task"] for line in adaptive}, reverse=True)
    for task, style in zip(tasks, ["linespoints pt 7 ps 0.4", "points pt 6"]):
        for color, count in enumerate(workers, 1):
            points = [(line["factor"], 100 * line["utilisation"]) for line in adaptive
                      if (line["task"], line["workers"]) == (task, count)]
            add(f"{count:,}" if task == tasks[0] else "", points, f"{style} lc {color}")
    parts = [", ".join(curves)]
    curves.clear()
    lines = [line for line in load if line["strategy"] == "random"]
    lines = lines[len(lines) // 2:]
    for name, title in [("rows_read", "rows read"), ("writes", "writing statements"),
                        ("heartbeats", "heartbeats"), ("trials_a_second", "trials")]:
        add(title, [(line["workers"], line[name]) for line in lines], "linespoints pt 7 ps 0.4")
    text = "".join(data) + PLOT.format(out=out, windows=parts[0], load=", ".join(curves),
                                       seconds=lines[0]["trial_seconds"])
    subprocess.run(["gnuplot"], input=text, text=True, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--lcbench", required=True)
    parser.add_argument("--out")
    arguments = parser.parse_args()
    if arguments.out:
        os.makedirs(arguments.out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        surrogate = os.path.join(folder, "lcbench")
        write_surrogate(arguments.lcbench, surrogate)
        windows = run(arguments, "windows", surrogate)
        print_windows(windows)
        load = run(arguments, "load", surrogate)
        print_load(load)
        print_quality(run(arguments, "quality", surrogate))
    if arguments.out:
        draw(windows, load, os.path.join(arguments.out, "scaling.svg"))


main()
