"""What the server answers to pictures: its task's own inference, each picture at its own size."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import UNBOUNDED
from export.errors import ExportError
from export.recipe import Say

Pixels = NDArray[np.uint8]


def silent(step: str) -> None:
    """Tell nobody."""


def answers(
    model: Model, pictures: Sequence[Pixels], say: Say = silent, **options: object
) -> Iterator[Any]:
    """Do what the HTTP route does between decoding and encoding, picture after picture.

    So whatever the server does to a picture (fitting, padding, cutting into tiles, bringing the
    answer back to its size) is in the measurement.

    Args:
        model: of any task.
        pictures: uint8 `[H, W, 3]` each, RGB, as they are in the data set.
        say: told how far it is.
        options: of the task, such as `top_k`.

    Yields:
        The result of the task's `infer` for each picture.
    """
    task = TASKS[model.card.task]
    chosen = task.options(**options)
    for index, pixels in enumerate(pictures, start=1):
        say(f"picture {index} of {len(pictures)}")
        yield task.infer(model, Picture(pixels), chosen, UNBOUNDED)


def require_labels(model: Model, classes: Sequence[str]) -> None:
    """Refuse a model that answers in other classes than the data set's, or in another order.

    Raises:
        ExportError: it does.
    """
    if model.card.labels != tuple(classes):
        raise ExportError(
            f"{model.card.name} has other labels than the pictures it is to be measured on: "
            f"these show {', '.join(classes)}"
        )
