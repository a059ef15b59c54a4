#!/usr/bin/env python3
"""Makes keras_io_*.h5 with real Keras, and keras_io.json with what the models in them predict and how
trainings that go on from them end.

Needs keras, jax and h5py; see "versions" in the JSON for those that were used. The models are those
of tests/support/architectures.hpp.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent
layers, losses, metrics, optimizers = keras.layers, keras.losses, keras.metrics, keras.optimizers
schedules = optimizers.schedules
Dense, Sequential = layers.Dense, keras.Sequential


def plain(values):
    """Nested lists whose numbers are the shortest that read back as the same float32."""
    values = np.asarray(values, np.float32)
    if values.ndim:
        return [plain(v) for v in values]
    return float(np.format_float_positional(values, unique=True))


def mnist():
    """The book's way to give the shape."""
    model = Sequential([layers.Flatten(input_shape=[8, 8]), Dense(12, activation="relu"),
                        Dense(9, activation="relu"), Dense(10, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
    return model


def california():
    model = Sequential([keras.Input((8,)), Dense(30, activation="relu"), Dense(1)])
    model.compile(loss="mean_squared_error",
                  optimizer=optimizers.SGD(0.025, momentum=0.9, nesterov=True),
                  metrics=["mae", metrics.RootMeanSquaredError(), metrics.R2Score()])
    return model


def wide_deep():
    x = keras.Input((8,))
    hidden = Dense(30, activation="relu")(Dense(30, activation="relu")(x))
    model = keras.Model(x, Dense(1)(layers.Concatenate()([x, hidden])))
    model.compile(loss="mse",
                  optimizer=optimizers.Adam(schedules.ExponentialDecay(0.01, 100, 0.1), clipnorm=1.5))
    return model


def wide_deep_split():
    wide, deep = keras.Input((5,), name="wide_input"), keras.Input((6,), name="deep_input")
    hidden = Dense(30, activation="relu")(Dense(30, activation="relu")(deep))
    model = keras.Model([wide, deep], Dense(1, name="main_output")(
        layers.concatenate([wide, hidden])))
    model.compile(loss="mae", optimizer="nadam")
    return model


def wide_deep_outputs():
    wide, deep = keras.Input((5,), name="wide_input"), keras.Input((6,), name="deep_input")
    hidden = Dense(30, activation="relu")(Dense(30, activation="relu")(deep))
    main = Dense(1, name="main_output")(layers.concatenate([wide, hidden]))
    model = keras.Model([wide, deep], [main, Dense(1, name="aux_output")(hidden)])
    model.compile(loss={"main_output": "mse", "aux_output": losses.Huber()},
                  loss_weights={"main_output": 0.9, "aux_output": 0.1},
                  optimizer=optimizers.RMSprop(momentum=0.5, centered=True),
                  metrics=[["mae"], ["mae"]])
    return model


def multilabel():
    model = Sequential([keras.Input((4,)), Dense(7, activation="swish"), Dense(5)])
    model.compile(loss=losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
                  optimizer=optimizers.Adamax(clipvalue=0.5), metrics=["binary_accuracy"])
    return model


def batch_norm():
    model = Sequential([keras.Input((6,)), Dense(9, use_bias=False, kernel_initializer="he_normal"),
                        layers.BatchNormalization(momentum=0.9, epsilon=0.01), layers.ELU(),
                        layers.Dropout(0.3, seed=5), Dense(4),
                        layers.BatchNormalization(center=False), layers.Softmax()])
    schedule = schedules.CosineDecay(0.01, 50, warmup_target=0.1, warmup_steps=10)
    model.compile(loss=losses.CategoricalCrossentropy(label_smoothing=0.2),
                  optimizer=optimizers.AdamW(schedule, weight_decay=0.01),
                  metrics=["accuracy", metrics.TopKCategoricalAccuracy(2)])
    return model


def self_normalizing():
    def selu():
        return Dense(8, activation="selu", kernel_initializer="lecun_normal")
    model = Sequential([keras.Input((6,)), selu(), layers.AlphaDropout(0.1), selu(),
                        layers.AlphaDropout(0.2, seed=1), Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy",
                  optimizer=optimizers.Adagrad(initial_accumulator_value=0.2),
                  metrics=[metrics.Precision(), metrics.Recall(), metrics.AUC(), "accuracy",
                           metrics.F1Score(average="macro", threshold=0.5)])
    return model


def regularized():
    initializers, regularizers = keras.initializers, keras.regularizers
    model = Sequential([
        keras.Input((5,)),
        Dense(6, activation="leaky_relu", kernel_initializer=initializers.RandomNormal(0.1, 0.3),
              bias_initializer=initializers.Constant(0.1),
              kernel_regularizer=regularizers.L1L2(0.001, 0.01),
              bias_regularizer=regularizers.L1(0.25),
              kernel_constraint=keras.constraints.MaxNorm(1.5)),
        Dense(4, activation="gelu", kernel_initializer=initializers.Orthogonal(2),
              kernel_regularizer=regularizers.L2(0.03)),
        Dense(2, kernel_initializer=initializers.VarianceScaling(2, "fan_in", "uniform"))])
    schedule = schedules.PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01])
    model.compile(loss=losses.LogCosh(), metrics=[metrics.CosineSimilarity(), metrics.LogCoshError()],
                  optimizer=optimizers.SGD(schedule, global_clipnorm=2.0))
    return model


def normalized():
    adapted = layers.Normalization(axis=-1)
    adapted.adapt(np.random.default_rng(1).normal(7, 5, (50, 4)))
    model = Sequential([keras.Input((4,)), adapted, Dense(5, activation="softplus"),
                        layers.Normalization(mean=[0, 1, 0.5, 2, 0.25], variance=[1, 2, 3, 4, 5]),
                        layers.Normalization(mean=0.1, variance=4),
                        Dense(1, activation="exponential")])
    model.compile(loss="poisson", optimizer=optimizers.SGD(
        schedules.PolynomialDecay(0.01, 20, power=2.0, cycle=True)))
    return model


def residual():
    """The short branch is made before the longer one, so that Keras's order is another."""
    x = keras.Input((6,), name="x")
    shortcut = Dense(8, name="shortcut")(x)
    hidden = Dense(8, activation="tanh", name="hidden2")(
        Dense(8, activation="relu", name="hidden1")(x))
    total = layers.Add()([shortcut, hidden])
    hidden = Dense(8, activation="hard_sigmoid", name="hidden3")(total)
    model = keras.Model(x, Dense(2, name="y")(layers.add([total, hidden, shortcut])))
    model.compile(loss="mean_squared_logarithmic_error", metrics=["msle", "mse"],
                  optimizer=optimizers.SGD(schedules.CosineDecayRestarts(0.01, 7, m_mul=0.5)))
    return model


def frozen():
    """Functional, with a frozen layer and a frozen batch normalisation."""
    x = keras.Input((5,), name="x")
    lower = Dense(6, activation="tanh", name="lower", trainable=False)(x)
    normal = layers.BatchNormalization(name="normal", trainable=False)(lower)
    upper = Dense(6, activation="softsign", name="upper")(normal)
    model = keras.Model(x, Dense(3, name="y")(layers.Concatenate()([lower, upper])))
    model.compile(loss=losses.SparseCategoricalCrossentropy(from_logits=True),
                  optimizer=optimizers.Adam(schedules.InverseTimeDecay(0.01, 10, 1.0, True),
                                            amsgrad=True),
                  metrics=["sparse_categorical_accuracy"])
    return model


def branches():
    """Two inputs in another order than their layers, three outputs; given as lists."""
    late, early = keras.Input((3,), name="late"), keras.Input((2,), name="early")
    first = Dense(4, activation="sigmoid", name="first")(early)
    second = Dense(2, activation="tanh", name="second")(late)
    outputs = [Dense(1, name="value")(first), Dense(2, name="pair")(second),
               Dense(1, activation="sigmoid", name="yes")(first)]
    model = keras.Model([late, early], outputs)
    model.compile(loss=["mse", losses.Huber(), "binary_crossentropy"], optimizer="sgd",
                  loss_weights=[0.5, 0.25, 0.25])
    return model


def foreign():
    """Compiled with things that are not ours."""
    model = Sequential([keras.Input((3,)), layers.LeakyReLU(0.2), Dense(1, name="only")])
    model.compile(loss="kl_divergence", optimizer=optimizers.Lion())
    return model


ARCHITECTURES = (mnist, california, wide_deep, wide_deep_split, wide_deep_outputs, multilabel,
                 batch_norm, self_normalizing, regularized, normalized, residual, frozen, branches,
                 foreign)


def fix_text_lengths(file):
    """As h5py writes lists of bytes: text of one length, in place of text anywhere."""
    with h5py.File(file, "a") as h5:
        for group in [h5["model_weights"], *h5["model_weights"].values()]:
            for name in ("layer_names", "weight_names"):
                if len(group.attrs.get(name, [])):
                    group.attrs[name] = np.array([n.encode() for n in group.attrs[name]])


def draw(model, rng):
    """Other weights; those of an adapted Normalization stay, variances are above zero."""
    for layer in model.layers:
        if not isinstance(layer, layers.Normalization):
            layer.set_weights([np.abs(w) if "variance" in v.name else w for v, w in (
                (v, rng.normal(size=v.shape) * 0.4) for v in layer.weights)])


def models():
    cases = []
    for number, make in enumerate(ARCHITECTURES):
        keras.utils.clear_session()
        rng = np.random.default_rng(number)
        model = make()
        draw(model, rng)
        name = f"keras_io_{make.__name__}.h5"
        model.save(FOLDER / name)
        if make is foreign:
            fix_text_lengths(FOLDER / name)
        inputs = [rng.normal(size=(6, *i.shape[1:])).astype(np.float32) for i in model.inputs]
        outputs = model.predict(inputs, verbose=0)
        cases.append({"file": name, "inputs": [plain(x.reshape(6, -1)) for x in inputs],
                      "outputs": [plain(y) for y in
                                  (outputs if isinstance(outputs, list) else [outputs])]})
    return cases


OPTIMIZERS = {
    "sgd": optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "adagrad": optimizers.Adagrad(0.1),
    "rmsprop": optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adam": optimizers.Adam(0.05, amsgrad=True),
    "adamw": optimizers.AdamW(0.05, weight_decay=0.1),
    "adamax": optimizers.Adamax(0.05),
    "nadam": optimizers.Nadam(0.05),
}


def trainings():
    """Five steps, the files, and the losses of five more."""
    rng = np.random.default_rng(99)
    x, y = rng.normal(size=(8, 3)).astype(np.float32), rng.normal(size=(8, 1)).astype(np.float32)
    cases = []
    for name, optimizer in OPTIMIZERS.items():
        keras.utils.clear_session()
        start = keras.Input((3,))
        shortcut = Dense(2, name="shortcut")(start)
        hidden = Dense(4, activation="tanh", name="frozen", trainable=False)(start)
        hidden = Dense(2, activation="tanh", name="hidden")(hidden)
        model = keras.Model(start, Dense(1, name="y")(layers.Add()([shortcut, hidden])))
        draw(model, rng)
        model.compile(loss=losses.MeanSquaredError(), optimizer=optimizer)
        model.fit(x, y, batch_size=8, epochs=5, verbose=0)
        file = f"keras_io_training_{name}"
        model.save(FOLDER / f"{file}.h5")
        model.save_weights(FOLDER / f"{file}.weights.h5")
        history = model.fit(x, y, batch_size=8, epochs=5, verbose=0)
        cases.append({"optimizer": name, "file": file, "losses": plain(history.history["loss"])})
    return {"x": plain(x), "y": plain(y), "cases": cases}


def main():
    for old in FOLDER.glob("keras_io_*.h5"):
        old.unlink()
    result = {"made_by": "keras_io.py",
              "versions": {"keras": keras.__version__, "h5py": h5py.__version__,
                           "numpy": np.__version__},
              "models": models(), "trainings": trainings()}
    (FOLDER / "keras_io.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
