"""Narrow networks built with Keras, with weights that no training has seen."""

import os
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"  # read while Keras is imported
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

SIDE, CLASSES = 24, 6


def unlike(model: Any, white: float = 1) -> Any:
    """Weights that differ from each other everywhere, whatever they were; variances are positive.

    Args:
        model: whose weights are set.
        white: what the largest values of its pictures are; the first layer makes less of them.
    """
    random = np.random.default_rng(0)
    for weight in model.weights:
        noise = random.normal(0, 0.5, weight.shape)
        weight.assign(0.5 + noise**2 if "variance" in weight.path else noise)
    model.weights[0].assign(model.weights[0] / white)
    return model


def dense(
    weights: None = None, classes: int = CLASSES, end: str | None = "softmax", side: int = SIDE
) -> Any:
    """A dense block between two convolutions with batch normalization, as DenseNet has them."""
    image = keras.Input((side, side, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(image)
    for _ in range(2):
        new = layers.BatchNormalization(epsilon=1.001e-5)(x)
        new = layers.Conv2D(4, 3, padding="same")(layers.Activation("relu")(new))
        x = layers.Concatenate()([x, new])
    x = layers.ReLU(name="maps")(layers.BatchNormalization(epsilon=1.001e-5)(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation=end, name="predictions")(x))


def rescaled(classes: int = CLASSES) -> Any:
    """A classifier with layers that prepare its pictures, and without a linear head."""
    network = [keras.Input((SIDE, SIDE + 8, 3)), layers.Rescaling(1 / 127.5, offset=-1)]
    network += [layers.Conv2D(4, 5, strides=4, activation="relu"), layers.Flatten()]
    network += [layers.Dense(8, activation="relu"), layers.Dense(classes)]
    return keras.Sequential(network)


@keras.saving.register_keras_serializable("densight")
class Unfaithful(layers.Layer):
    """Something that is lost when a network is written: it works in Python only."""

    def call(self, x: Any) -> Any:
        return x * 1.5 if tf.executing_eagerly() else x


def unfaithful() -> Any:
    image = keras.Input((SIDE, SIDE, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(image))
    return keras.Model(image, layers.Dense(CLASSES, activation="softmax")(Unfaithful()(x)))


def saved(model: Any, path: Path) -> Path:
    """Weights alone if the path ends in `.weights.h5`, else the whole model."""
    (model.save_weights if path.name.endswith(".weights.h5") else model.save)(path)
    return path


def answers(model: Any, pictures: NDArray[Any], preprocessing: str) -> NDArray[Any]:
    """What Keras makes of uint8 pictures by its own preprocessing."""
    levels = pictures.astype(np.float32)
    if preprocessing in ("caffe", "tf", "torch"):
        prepare = keras.applications.imagenet_utils.preprocess_input
        levels = prepare(levels, data_format="channels_last", mode=preprocessing)
    return np.asarray(model(levels / 255 if preprocessing == "unit" else levels, training=False))
