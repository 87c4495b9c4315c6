"""The last step: a card into a model's metadata, the file into its folder, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx

from app.card import ModelCard
from app.errors import ModelError
from app.runtime.model import Model


def describe(model: onnx.ModelProto, card: ModelCard) -> None:
    """Write the card into the model's metadata, in place of any other; the graph is untouched."""
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, dict(sorted(card.to_metadata().items())))


@contextmanager
def staged(model: onnx.ModelProto, path: Path) -> Iterator[Path]:
    """Write a file beside `path` for the block to look at; it becomes `path` if nothing is raised.

    The folder is made if it is missing. A server that looks into it never sees half a file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.{os.getpid()}")  # not *.onnx: no server loads it
    try:
        written.write_bytes(model.SerializeToString(deterministic=True))
        yield written
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def with_known_metrics(card: ModelCard, published: Path) -> ModelCard:
    """Copy the metrics of the file that will be replaced, if they hold for the new one too.

    They do as long as weights, labels and the way a picture is fitted are the same.
    """
    try:
        old = Model.load(published).card
    except ModelError:  # nothing is published yet, or nothing that could be read
        return card
    if (old.source_sha256, old.fit, old.labels) != (card.source_sha256, card.fit, card.labels):
        return card
    return card.model_copy(update={"metrics": old.metrics, "evaluation": old.evaluation})
