"""From a network of Keras to a published model, by way of the ONNX file that Keras writes."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from export.commands.console import checked_name, console, one_line, slug
from export.commands.wrapping import tell
from export.labels import labels as labels_of
from export.sources.keras import load
from export.sources.keras_networks import Preprocessing
from export.sources.keras_tensorflow import asked, write
from export.wrapping.third_party import read
from export.wrapping.wrap import wrap


def publish_keras(
    network: str,
    weights: str | None,
    labels: str | None,
    preprocessing: Preprocessing | None,
    models: Path,
    name: str | None,
) -> None:
    """Make the model of a network of Keras, or of a file that Keras saved, and say so."""
    called = checked_name(name or slug(Path(network).stem))
    with one_line(), console.status(f"{network}: reading") as status:

        def say(step: str) -> None:
            status.update(f"{network}: {step}")

        names = labels_of(labels) if labels else None
        model, wrapping = load(network, weights, names, preprocessing, say)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "network.onnx"
            say("writing it as ONNX")
            write(model, file)
            made = wrap(
                read(file), replace(wrapping, name=called), models, parent=asked(model), say=say
            )
    tell(made, wrapping.source)
