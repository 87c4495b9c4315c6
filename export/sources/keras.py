"""Keras' ResNets and DenseNets, and whole classifiers that users saved with Keras; no torch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from export.errors import ExportError, UnusableWeights, first_line
from export.labels import Labels
from export.sources.keras_networks import ARITHMETIC, NETWORKS, Preprocessing
from export.sources.keras_tensorflow import imported
from export.sources.keras_weights import classes_in, digest
from export.sources.library import IMAGENET, file_or_none_such, labels_by_number, unreachable
from export.wrapping.geometry import WantedFit
from export.wrapping.wrapping import Wrapping

SUFFIXES = (".keras", ".h5", ".hdf5")
"""Of the files that Keras writes; `.weights.h5` is among them."""

SET = "imagenet"
"""What Keras calls the one set of weights that it publishes of each network."""

NOT_STATED = "not stated"
"""Whose weights those are that no publisher is known of; not the program's that wrote the file."""


def names() -> list[str]:
    """Every network that can be asked for by its name."""
    return list(NETWORKS)


def load(
    name: str,
    weights: str | None,
    labels: Labels | None,
    preprocessing: Preprocessing | None,
    say: Callable[[str], None],
) -> tuple[Any, Wrapping]:
    """Build a network with its weights, or open one that was saved as a whole.

    Pictures are stretched to the network's sides. A network of Keras' own takes the nearest
    pixels, as `keras.utils.load_img` does in every example of keras.io/api/applications; others
    are fitted bilinearly, which is what `keras.utils.image_dataset_from_directory` does, though
    it does not average where a picture is made smaller, as the server does.

    Args:
        name: one of `names`, or a `.keras` or `.h5` file that holds a whole classifier.
        weights: of a network of Keras' own: a file with its weights, alone or in a whole model,
            or `imagenet`; `None`: those. The file tells the number of classes.
        labels: of the classes in their order; `None`: of Keras' own networks those of ImageNet-1k
            if there are as many.
        preprocessing: of pictures; `None`: what the network of Keras' own was trained with.
        say: told of every step.

    Returns:
        A `keras.Model` and what its ONNX file does not say of itself.

    Raises:
        ExportError: there is no such network or Keras is missing, or weights can not be had or do
            not fit.
    """
    if name not in NETWORKS:
        _check(name, weights, preprocessing)
    say("importing TensorFlow")
    keras = imported(f"keras:{name}")
    if name in NETWORKS:
        return _published(keras, name, weights, labels, preprocessing, say)
    assert preprocessing is not None
    return _saved(keras, Path(name), labels, preprocessing, say)


def _check(name: str, weights: str | None, preprocessing: Preprocessing | None) -> None:
    """End what can not become a model before TensorFlow takes its time."""
    if Path(name).suffix.lower() not in SUFFIXES:
        raise ExportError(
            f"of Keras there are {', '.join(NETWORKS)} and files in {', '.join(SUFFIXES)}, "
            f"but no {name!r}"
        )
    if not Path(name).is_file():
        raise UnusableWeights(f"there is no file {name}")
    if weights is not None:
        raise ExportError(f"{name} holds its own weights: --weights is for networks by name")
    if preprocessing is None:
        raise ExportError(
            f"say what {name} was trained with: --preprocessing {', '.join(Preprocessing)}; "
            "none if a layer of its own does it"
        )


def _published(
    keras: Any,
    name: str,
    weights: str | None,
    labels: Labels | None,
    preprocessing: Preprocessing | None,
    say: Callable[[str], None],
) -> tuple[Any, Wrapping]:
    network, kind = NETWORKS[name], f"Keras' {name}"
    if weights in (None, SET):
        file = _downloaded(keras, name, say)
    else:
        file = file_or_none_such(str(weights), kind, [SET])
    say(f"reading {file}")
    classes = classes_in(file, kind)
    model = getattr(keras.applications, name)(weights=None, classes=classes)
    try:
        model.load_weights(file)
    except Exception as error:  # Keras raises anything, by what does not fit
        raise UnusableWeights(
            f"{file} does not hold the weights of {kind}: {first_line(error)}"
        ) from error

    terms: dict[str, Any] = {"title": kind, "source": f"{kind}, {file.name}", "author": NOT_STATED}
    if digest(file, "md5") == network.md5:  # downloaded, or brought by hand
        terms = {
            "title": f"{kind}, {SET}",
            "source": network.url,
            "license": network.license,
            "author": "those named at https://keras.io/api/applications",
            "training_data": IMAGENET,
        }
    return model, Wrapping(
        name=name.lower(),
        task="classification",
        labels=labels or labels_by_number(classes, "imagenet"),
        fit=WantedFit(size=(network.side, network.side), interpolation="nearest"),
        source_sha256=digest(file, "sha256"),
        **ARITHMETIC[preprocessing or network.preprocessing],
        **terms,
    )


def _saved(
    keras: Any,
    file: Path,
    labels: Labels | None,
    preprocessing: Preprocessing,
    say: Callable[[str], None],
) -> tuple[Any, Wrapping]:
    say(f"reading {file}")
    try:
        model = keras.saving.load_model(file, compile=False, safe_mode=True)  # runs no code in it
        inputs, outputs = model.inputs, model.outputs
    except Exception as error:  # Keras raises anything, by what is wrong
        raise UnusableWeights(f"Keras can not open {file}: {first_line(error)}") from error
    shapes = [tuple(tensor.shape) for tensor in (*inputs, *outputs)]
    sides = shapes[0][1:3]
    if len(shapes) != 2 or shapes[0][3:] != (3,) or None in sides:
        raise UnusableWeights(
            f"{file} has the inputs and outputs {', '.join(map(str, shapes))}; a classifier takes "
            "(None, height, width, 3) and gives scores"
        )
    return model, Wrapping(
        name="",
        task="classification",
        title=f"{file.stem}, a network saved with Keras",
        labels=labels,
        fit=WantedFit(size=sides),
        source=file.name,
        author=NOT_STATED,
        source_sha256=digest(file, "sha256"),
        **ARITHMETIC[preprocessing],
    )


def _downloaded(keras: Any, name: str, say: Callable[[str], None]) -> Path:
    """Let Keras fetch the file, into the folder where it keeps them for `keras.applications`."""
    network = NETWORKS[name]
    say(f"downloading {network.url}")
    try:
        return Path(
            keras.utils.get_file(origin=network.url, cache_subdir="models", file_hash=network.md5)
        )
    except Exception as error:  # Keras raises nothing more precise
        reason = Exception(first_line(error).rpartition(" -- ")[2])
        raise unreachable(f"{SET} of Keras' {name}", network.url, reason) from error
