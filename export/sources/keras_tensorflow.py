"""Keras on TensorFlow: brought in without its noise, asked, and made to write ONNX."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.errors import ConversionFailed, ExportError, first_line

PACKAGES = ("keras", "tensorflow", "tf2onnx")
"""What must be installed. Of Keras' backends TensorFlow gives the cleanest graphs: 125 nodes for
ResNet50, where torch gives 975."""


def imported(wanted: str) -> Any:
    """Keras on TensorFlow.

    Args:
        wanted: what it is needed for.

    Raises:
        ExportError: something is not installed.
    """
    for package in PACKAGES:
        if find_spec(package) is None:
            raise ExportError(
                f"{wanted} needs {package}, which is not installed here: "
                "pip install 'densight[export-keras]'"
            )
    # Both are read once, while the libraries are imported.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with _quiet():
        keras = import_module("keras")
    keras.utils.disable_interactive_logging()
    return keras


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the terminal free of what TensorFlow's C++ part says before its log level counts."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def write(model: Any, path: Path) -> None:
    """Write a `keras.Model` as an ONNX file that takes any number of pictures.

    Raises:
        ConversionFailed: Keras can not.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Keras patches in tf2onnx
        try:
            model(np.zeros((1, *model.input_shape[1:]), np.float32))  # or it can not be exported
            model.export(path, format="onnx", verbose=False)
        except Exception as error:  # TensorFlow, tf2onnx and layers of users raise anything
            raise ConversionFailed(
                f"Keras can not write it as ONNX: {first_line(error)}"
            ) from error


def asked(model: Any) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """What a `keras.Model` itself answers to prepared pictures `[N, H, W, 3]`."""
    return lambda prepared: np.asarray(model(prepared, training=False))
