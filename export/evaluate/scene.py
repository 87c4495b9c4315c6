"""The protocols of a file that answers several tasks, each on pictures of its own kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.dense import unfit, unfit_classes
from app.imaging.fit import fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from export.datasets import fixations, masks, outlines, rooms
from export.errors import ExportError
from export.evaluate.answers import Pixels
from export.evaluate.edges import edges
from export.evaluate.normals import normals
from export.evaluate.saliency import against_prior, centre_prior
from export.evaluate.segmentation import shares
from export.evaluate.semantic_boundaries import contour_f1, semantic_boundaries
from export.recipe import Say


def scene(model: Model, data: Path, say: Say) -> dict[str, float]:
    """Measure every answer on what the training of its head held out.

    Pictures are fitted and answers brought back to their size as the server does it.

    Args:
        model: of several tasks, all with a protocol here.
        data: folder of the archives.
        say: told how far it is.

    Returns:
        `<task>/<metric>`, and `<task>/pictures`.

    Raises:
        ExportError: there is no protocol for a task, or its labels are others.
        FileNotFoundError: an archive is not in the folder.
    """
    tasks = model.card.tasks or ()
    if unknown := set(tasks) - set(PROTOCOLS):
        raise ExportError(f"nothing is known of how {min(unknown)} are measured")
    return {
        f"{task}/{name}": value
        for task in tasks
        for name, value in PROTOCOLS[task](model, data, say).items()
    }


def _edges(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = outlines.bsds(data)[1]
    return edges(maps(model, held_out.pictures, "edges/edges", say), held_out)


def _normals(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = rooms.room(data)[1]
    return normals(vectors(model, held_out.pictures, "normals/normals", say), held_out)


def _parts(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = masks.parts(data)[1]
    _require(model, "parts", held_out.classes)
    return shares(classes(model, held_out.pictures, "parts/classes", say), held_out)


def _roads(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = masks.camvid(data)[1]
    _require(model, "segmentation", held_out.classes)
    found = list(classes(model, held_out.pictures, "segmentation/classes", say))
    return {**shares(found, held_out), "contour_f1_2px": contour_f1(found, held_out)}


def _boundaries(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = masks.camvid(data)[1]
    _require(model, "semantic-boundaries", held_out.classes)
    name = "semantic-boundaries/boundaries"
    return semantic_boundaries(planes(model, held_out.pictures, name, say), held_out)


def _saliency(model: Model, data: Path, say: Say) -> dict[str, float]:
    training, held_out = fixations.osie(data)
    found = maps(model, held_out.pictures, "saliency/saliency", say)
    return against_prior(found, held_out, centre_prior(training.densities))


PROTOCOLS: Mapping[str, Callable[[Model, Path, Say], dict[str, float]]] = {
    "edges": _edges,
    "normals": _normals,
    "parts": _parts,
    "segmentation": _roads,
    "semantic-boundaries": _boundaries,
    "saliency": _saliency,
}
"""By task."""


def maps(
    model: Model, pictures: Sequence[Pixels], name: str, say: Say
) -> Iterator[NDArray[np.float32]]:
    """An output of one value a pixel, float32 `[H, W]` in 0..1 of each picture."""
    for picture, values in zip(pictures, _outputs(model, pictures, name, say), strict=True):
        yield _unfit(model, values, picture)


def planes(
    model: Model, pictures: Sequence[Pixels], name: str, say: Say
) -> Iterator[NDArray[np.float32]]:
    """An output of several values a pixel, float32 `[C, H, W]` in 0..1 of each picture."""
    for picture, values in zip(pictures, _outputs(model, pictures, name, say), strict=True):
        yield np.stack([_unfit(model, plane, picture) for plane in values])


def vectors(
    model: Model, pictures: Sequence[Pixels], name: str, say: Say
) -> Iterator[NDArray[np.float32]]:
    """An output of a vector a pixel, float32 `[H, W, 3]` in -1..1 of each picture."""
    for picture, values in zip(pictures, _outputs(model, pictures, name, say), strict=True):
        unit = np.asarray((values + 1) / 2, np.float32)  # it is brought back as 0..1
        yield np.stack([_unfit(model, unit[..., axis], picture) for axis in range(3)], 2) * 2 - 1


def classes(
    model: Model, pictures: Sequence[Pixels], name: str, say: Say
) -> Iterator[NDArray[np.uint8]]:
    """An output of a class a pixel, uint8 `[H, W]` of each picture."""
    card = model.card
    for picture, values in zip(pictures, _outputs(model, pictures, name, say), strict=True):
        height, width = picture.shape[:2]
        yield unfit_classes(values, width, height, card.fit, card.multiple)


def _outputs(
    model: Model, pictures: Sequence[Pixels], name: str, say: Say
) -> Iterator[NDArray[Any]]:
    """What the graph gives for each picture, at the size of the fitted one."""
    for index, pixels in enumerate(pictures, start=1):
        say(f"{name}, picture {index} of {len(pictures)}")
        given = fit(Picture(pixels), model.card.fit, model.card.multiple)
        yield model.run(image=given[None])[name][0]


def _unfit(model: Model, values: NDArray[np.float32], picture: Pixels) -> NDArray[np.float32]:
    height, width = picture.shape[:2]
    return unfit(values, width, height, model.card.fit, model.card.multiple)


def _require(model: Model, task: str, labels: Sequence[str]) -> None:
    if model.card.for_task(task).labels != tuple(labels):
        raise ExportError(
            f"{model.card.name} has other labels for {task} than the pictures it is to be measured "
            f"on: these show {', '.join(labels)}"
        )
