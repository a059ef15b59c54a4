#!/usr/bin/env python3
"""Writes keras_summary.json: what real Keras prints of models, for the tests to compare with.

    pip install keras jax
    python keras_summary.py

`summaries`: the name of a model, options of summary(), and the text, by its lines. Keras draws the
table as wide as it likes: on a terminal of 200 columns. The models are built once more in
keras_summary.cpp.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["COLUMNS"] = "200"

import jax
import keras

L = keras.layers


def fashion():
    """The book's classifier; the first hidden layer does not learn."""
    model = keras.Sequential([
        keras.Input((28, 28)), L.Flatten(), L.Dense(300, activation="relu"),
        L.Dense(100, activation="relu"), L.Dense(10, activation="softmax")])
    model.get_layer("dense").trainable = False
    return model


def regularised():
    """Layers that keep statistics, one of them frozen, and layers without weights."""
    model = keras.Sequential([
        keras.Input((6,)), L.Normalization(), L.BatchNormalization(), L.Dense(1200, use_bias=False),
        L.BatchNormalization(), L.Activation("elu"), L.Dropout(0.2), L.Dense(1200), L.Dense(1)])
    model.get_layer("batch_normalization").trainable = False
    return model


def wide_and_deep():
    """The book's, with two inputs and two outputs."""
    wide, deep = keras.Input((5,), name="wide_input"), keras.Input((6,), name="deep_input")
    hidden = L.Dense(30, activation="relu")(deep)
    hidden = L.Dense(30, activation="relu")(hidden)
    joined = L.Concatenate()([wide, hidden])
    output = L.Dense(1, name="output")(joined)
    return keras.Model([wide, deep], [output, L.Dense(1, name="aux_output")(hidden)])


def middle():
    """A chain whose hidden layer is an output too."""
    inputs = keras.Input((4,), name="features")
    hidden = L.Dense(3, name="hidden")(inputs)
    return keras.Model(inputs, [L.Dense(2, name="last")(hidden), hidden])


def long_names():
    """Names that fill more than a line, and layers in another order than they were made in."""
    inputs = keras.Input((2, 3), name="an_input_that_has_a_long_name")
    short = L.Dense(1, name="a_short_way_past_all_the_others")(L.Flatten()(inputs))
    deep = L.Dense(7, name="the_first_of_all_the_hidden_layers")(L.Flatten()(inputs))
    deep = L.Dense(1, name="and_the_second_one")(deep)
    other = L.Dense(1, name="unfinished")(L.Flatten()(inputs))
    return keras.Model(inputs, L.Dense(1)(L.Add()([other, deep, short])))


def summary(make, **options):
    keras.backend.clear_session()
    model = make()
    text = []
    model.summary(print_fn=text.append, **options)
    return {"model": make.__name__, "options": options, "text": "\n".join(text).split("\n")}


def main():
    models = (fashion, regularised, wide_and_deep, middle, long_names)
    result = {
        "made_by": "keras_summary.py",
        "versions": {"keras": keras.__version__, "jax": jax.__version__},
        "summaries": [summary(make) for make in models] +
                     [summary(make, show_trainable=True) for make in models] +
                     [summary(fashion, line_length=60), summary(wide_and_deep, line_length=80)],
    }
    text = json.dumps(result, indent=1, ensure_ascii=False)
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
