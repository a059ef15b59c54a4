#!/usr/bin/env python3
"""Writes keras_optimizers.json: what real Keras's optimizers, schedules and callbacks do.

    pip install keras
    python keras_optimizers.py

`optimizers`: from `start`, one step with each of `gradients`; the parameters after the steps in
`after`, for each option set. `nadam_long` is the same for one parameter over many steps.
`clipping`: gradients of three weights, and what they become.
`schedules`: the rates at the steps in `steps`, which are those of a training of `total` steps;
Keras's but for onecycle, the book's, which is interpolated by NumPy.
`early_stopping`, `plateau`: the figures of the epochs; where the training ends and the epoch whose
weights are restored; the learning rate after each epoch.
`hooks`: all hooks of a fit with validation, an evaluation and a prediction, in their order, with
the names of the logs. Five samples to train on, three to validate on, batches of two.
`steps`: how many batches each epoch has under steps_per_epoch.
`csv`: the text that CSVLogger writes for the logs.

All arrays are float32, written so that they read back as the same.
"""
import json
import os
import pathlib
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent
AFTER = [1, 2, 5, 20]
SIZE = 6

OPTIMIZERS = [
    ("sgd", {}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.9}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True}),
    ("adagrad", {}),
    ("adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": 0.001}),
    ("rmsprop", {}),
    ("rmsprop", {"learning_rate": 0.02, "rho": 0.5, "epsilon": 0.01}),
    ("rmsprop", {"learning_rate": 0.01, "momentum": 0.9}),
    ("rmsprop", {"learning_rate": 0.01, "centered": True, "epsilon": 0.01}),
    ("rmsprop", {"learning_rate": 0.01, "centered": True, "momentum": 0.5, "epsilon": 0.01}),
    ("adam", {}),
    ("adam", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.001}),
    ("adam", {"learning_rate": 0.05, "beta_2": 0.5, "amsgrad": True}),
    ("adamw", {}),
    ("adamw", {"learning_rate": 0.05, "weight_decay": 0.3, "beta_2": 0.9}),
    ("adamw", {"learning_rate": 0.05, "weight_decay": 0.1, "beta_2": 0.5, "amsgrad": True}),
    ("adamax", {}),
    ("adamax", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.8, "epsilon": 0.01}),
    ("nadam", {}),
    ("nadam", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.001}),
]

CLASSES = {"sgd": keras.optimizers.SGD, "adagrad": keras.optimizers.Adagrad,
           "rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam,
           "adamw": keras.optimizers.AdamW, "adamax": keras.optimizers.Adamax,
           "nadam": keras.optimizers.Nadam}

CLIPPING = [{"clipnorm": 1.0}, {"clipnorm": 2.5}, {"clipvalue": 0.5}, {"clipvalue": 100.0},
            {"global_clipnorm": 1.0}, {"global_clipnorm": 3.0}, {"global_clipnorm": 100.0}]

S = keras.optimizers.schedules
TOTAL = 1000
STEPS = [0, 1, 2, 10, 49, 50, 51, 99, 100, 101, 150, 249, 251, 333, 499, 500, 501, 699, 701, 999,
         1000, 1001, 1500, 5000]
SCHEDULES = [
    ("exponential", S.ExponentialDecay, {"decay_rate": 0.5, "decay_steps": 100}),
    ("exponential", S.ExponentialDecay, {"decay_rate": 0.1, "decay_steps": TOTAL}),
    ("exponential", S.ExponentialDecay,
     {"decay_rate": 0.9, "decay_steps": 50, "staircase": True}),
    ("inverse_time", S.InverseTimeDecay, {"decay_rate": 0.5, "decay_steps": 10}),
    ("inverse_time", S.InverseTimeDecay, {"decay_rate": 1.0, "decay_steps": TOTAL}),
    ("inverse_time", S.InverseTimeDecay, {"decay_rate": 2.0, "decay_steps": 100, "staircase": True}),
    ("polynomial", S.PolynomialDecay, {"decay_steps": TOTAL}),
    ("polynomial", S.PolynomialDecay,
     {"decay_steps": 300, "end_learning_rate": 0.01, "power": 2.0}),
    ("polynomial", S.PolynomialDecay,
     {"decay_steps": 300, "end_learning_rate": 0.02, "power": 0.5, "cycle": True}),
    ("cosine", S.CosineDecay, {"decay_steps": TOTAL}),
    ("cosine", S.CosineDecay, {"decay_steps": 400, "alpha": 0.2}),
    ("cosine", S.CosineDecay, {"decay_steps": 400, "alpha": 0.1, "warmup_target": 0.5,
                               "warmup_steps": 100}),
    ("cosine", S.CosineDecay, {"decay_steps": TOTAL - 50, "warmup_target": 0.5,
                               "warmup_steps": 50}),
    ("cosine_restarts", S.CosineDecayRestarts, {"first_decay_steps": TOTAL}),
    ("cosine_restarts", S.CosineDecayRestarts,
     {"first_decay_steps": 110, "m_mul": 0.8, "alpha": 0.1}),
    ("cosine_restarts", S.CosineDecayRestarts, {"first_decay_steps": 120, "t_mul": 1.0}),
    ("cosine_restarts", S.CosineDecayRestarts,
     {"first_decay_steps": 70, "t_mul": 1.5, "m_mul": 1.2}),
]
# Not one of Keras's: the callback of the book, straight lines between four points.
ONE_CYCLE = [{"max_rate": 0.4, "iterations": TOTAL},
             {"max_rate": 0.4, "iterations": 700, "start_rate": 0.05, "last_iterations": 199,
              "last_rate": 0.001}]
PIECEWISE = [([100], [0.1, 0.01]), ([50, 100, 500], [0.1, 0.05, 0.02, 0.001])]

FALLS = [5.0, 4.0, 4.0, 4.5, 3.9, 4.0, 4.0, 4.0, 4.0, 3.0, 3.5, 3.5]
SLOW = [5.0, 4.75, 4.5, 4.25, 4.0, 4.0, 4.0, 3.0, 3.0, 3.0, 3.0]
RISES = [0.5, 0.7, 0.75, 0.75, 0.9, 0.91, 0.91, 0.5, 0.5]
EARLY_STOPPING = [
    (FALLS, {"patience": 2}), (FALLS, {"patience": 3}), (FALLS, {"patience": 0}),
    (SLOW, {"patience": 2, "min_delta": 0.5}), (SLOW, {"patience": 3, "min_delta": 0.3}),
    (RISES, {"patience": 1, "min_delta": 0.1, "mode": "max"}),
    (RISES, {"patience": 2, "mode": "max"}), (RISES, {"patience": 4, "mode": "min"}),
    (FALLS, {"patience": 3, "baseline": 3.95}), (FALLS, {"patience": 2, "baseline": 1.0}),
    (FALLS, {"patience": 1, "start_from_epoch": 4}),
    (FALLS, {"patience": 2, "start_from_epoch": 5, "baseline": 3.2}),
]
PLATEAU = [
    (FALLS, {"patience": 2}), (FALLS, {"patience": 1, "factor": 0.5}), (FALLS, {"patience": 0}),
    (SLOW, {"patience": 2, "min_delta": 0.5}), (SLOW, {"patience": 1, "cooldown": 2}),
    (FALLS, {"patience": 1, "cooldown": 1, "factor": 0.5, "min_lr": 0.02}),
    (RISES, {"patience": 1, "min_delta": 0.1, "mode": "max", "factor": 0.3}),
    (FALLS + FALLS, {"patience": 3, "cooldown": 4, "factor": 0.2}),
]


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    assert np.isfinite(values)
    return float(np.format_float_positional(np.float32(values), unique=True))


def draw(rng, *shape):
    return np.round(rng.normal(size=shape), 3).astype(np.float32)


def descend(name, options, start, gradients, after):
    optimizer, variable = CLASSES[name](**options), keras.Variable(start)
    course = []
    for step, gradient in enumerate(gradients, 1):
        optimizer.apply([gradient], [variable])
        if step in after:
            course.append(plain(variable))
    return course


def optimizers():
    rng = np.random.default_rng(1)
    start, gradients = draw(rng, SIZE), draw(rng, max(AFTER), SIZE)
    gradients[:, 0] *= 100
    gradients[:, 1] /= 100
    gradients[3:, 2] = 0
    return {"start": plain(start), "gradients": plain(gradients), "after": AFTER,
            "runs": [{"name": name, "options": options,
                      "course": descend(name, options, start, gradients, AFTER)}
                     for name, options in OPTIMIZERS]}


def nadam_long():
    gradients = draw(np.random.default_rng(2), 400, 1)
    return {"gradients": plain(gradients[:, 0]),
            "value": descend("nadam", {"learning_rate": 0.01}, draw(np.random.default_rng(3), 1),
                             gradients, [400])[0],
            "start": plain(draw(np.random.default_rng(3), 1))}


def clipping():
    rng = np.random.default_rng(4)
    gradients = [draw(rng, 3, 4), draw(rng, 4) / 10, draw(rng, 4, 2)]
    runs = []
    for options in CLIPPING:
        clipped = keras.optimizers.SGD(**options)._clip_gradients(gradients)
        runs.append({"options": options, "clipped": [plain(g) for g in clipped]})
    return {"gradients": [plain(g) for g in gradients], "runs": runs}


def one_cycle(step, max_rate, iterations, start_rate=None, last_iterations=None, last_rate=None):
    start = max_rate / 10 if start_rate is None else start_rate
    half = (iterations - (last_iterations or iterations // 10 + 1)) // 2
    return np.interp(step, [0, half, 2 * half, iterations],
                     [start, max_rate, start, start / 1000 if last_rate is None else last_rate])


def schedules():
    rate = 0.1
    constant = plain(keras.optimizers.SGD(rate).learning_rate)
    runs = [{"name": "constant", "options": {"learning_rate": rate},
             "rates": [constant for _ in STEPS]}]
    for options in ONE_CYCLE:
        runs.append({"name": "onecycle", "options": options,
                     "rates": [plain(one_cycle(step, **options)) for step in STEPS]})
    for name, make, options in SCHEDULES:
        options = {"initial_learning_rate": rate, **options}
        runs.append({"name": name, "options": options,
                     "rates": [plain(make(**options)(step)) for step in STEPS]})
    for boundaries, values in PIECEWISE:
        schedule = S.PiecewiseConstantDecay(boundaries, values)
        runs.append({"name": "piecewise",
                     "options": {"boundaries": ", ".join(map(str, boundaries)),
                                 "values": ", ".join(map(str, values))},
                     "rates": [plain(schedule(step)) for step in STEPS]})
    return {"total": TOTAL, "steps": STEPS, "runs": runs}


def small_model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["mae"])
    return model


def monitored(make, figures, options, of_epoch):
    """Runs a callback over the figures, without training, with the epoch as the model's weight."""
    model = small_model()
    callback = make(monitor="figure", **{"mode": "min", **options})
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    epochs = 0
    for epoch, figure in enumerate(figures):
        model.set_weights([np.full((2, 1), epoch), np.full(1, epoch)])
        callback.on_epoch_end(epoch, {"figure": figure})
        epochs += 1
        of_epoch(model)
        if model.stop_training:
            break
    callback.on_train_end()
    return {"figures": figures, "options": options, "epochs": epochs,
            "stopped": bool(model.stop_training), "weight": float(model.get_weights()[1][0])}


def early_stopping(figures, options):
    make = lambda **all: keras.callbacks.EarlyStopping(restore_best_weights=True, **all)
    return monitored(make, figures, options, lambda model: None)


def plateau(figures, options):
    rates = []
    run = monitored(keras.callbacks.ReduceLROnPlateau, figures, options,
                    lambda model: rates.append(plain(model.optimizer.learning_rate)))
    return {"figures": figures, "options": options, "rates": rates}


class Recorder(keras.callbacks.Callback):
    def __init__(self, calls):
        super().__init__()
        self.calls = calls


def recorder_hook(name):
    counted = name.startswith("on_epoch") or "batch" in name

    def with_number(self, number, logs=None):
        names = "" if "predict" in name else " ".join(sorted(logs or {}))
        self.calls.append(" ".join([name, str(number), names]).strip())

    def without(self, logs=None):
        names = "" if name == "on_train_end" else " ".join(sorted(logs or {}))
        self.calls.append(" ".join([name, names]).strip())

    return with_number if counted else without


for when in ("begin", "end"):
    setattr(Recorder, "on_epoch_" + when, recorder_hook("on_epoch_" + when))
    for what in ("train", "test", "predict"):
        for hook in (f"on_{what}_{when}", f"on_{what}_batch_{when}"):
            setattr(Recorder, hook, recorder_hook(hook))


def hooks():
    calls, model, rng = [], small_model(), np.random.default_rng(5)
    x, y = draw(rng, 5, 2), draw(rng, 5, 1)
    validation = (draw(rng, 3, 2), draw(rng, 3, 1))
    recorder = [Recorder(calls)]
    model.fit(x, y, batch_size=2, epochs=2, validation_data=validation, callbacks=recorder,
              verbose=0)
    model.evaluate(*validation, batch_size=2, callbacks=recorder, verbose=0)
    model.predict(x, batch_size=2, callbacks=recorder, verbose=0)
    return calls


def steps():
    runs = []
    for samples, batch, per_epoch, epochs in ((20, 2, 4, 7), (20, 2, 5, 4), (7, 2, 3, 5)):
        calls, model = [], small_model()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(np.zeros((samples, 2)), np.zeros((samples, 1)), batch_size=batch,
                      steps_per_epoch=per_epoch, epochs=epochs, callbacks=[Recorder(calls)],
                      verbose=0)
        batches = []
        for call in calls:
            if call.startswith("on_epoch_begin"):
                batches.append(0)
            elif call.startswith("on_train_batch_end"):
                batches[-1] += 1
        runs.append({"samples": samples, "batch_size": batch, "steps_per_epoch": per_epoch,
                     "batches": batches})
    return runs


def csv():
    runs = []
    for logs in ([{"loss": 0.5, "mae": 0.25}, {"loss": 1e-7, "mae": 3.0, "more": 1.0}],
                 [{"val_loss": 0.1, "loss": 0.2}, {"loss": 0.30000000000000004}]):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "log.csv")
            logger = keras.callbacks.CSVLogger(file)
            logger.on_train_begin()
            for epoch, row in enumerate(logs):
                logger.on_epoch_end(epoch, row)
            logger.on_train_end()
            runs.append({"logs": logs, "text": pathlib.Path(file).read_text()})
    return runs


def main():
    result = {
        "made_by": "keras_optimizers.py",
        "versions": {"keras": keras.__version__, "backend": keras.backend.backend(),
                     "numpy": np.__version__},
        "optimizers": optimizers(), "nadam_long": nadam_long(), "clipping": clipping(),
        "schedules": schedules(),
        "early_stopping": [early_stopping(*row) for row in EARLY_STOPPING],
        "plateau": [plateau(*row) for row in PLATEAU],
        "hooks": hooks(), "steps": steps(), "csv": csv(),
    }
    text = json.dumps(result, separators=(",", ":"))
    for name in result:
        text = text.replace(f'"{name}":', f'\n"{name}":', 1)
    text = text.replace('},{"', '},\n{"')
    (FOLDER / "keras_optimizers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
