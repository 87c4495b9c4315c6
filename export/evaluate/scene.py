"""The protocols of a file that answers several tasks, each on pictures of its own kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.card import ModelCard
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
    tasks = set(model.card.tasks or ())
    wanted = [together for together in PROTOCOLS if tasks & set(together)]
    if unknown := tasks ^ {task for together in wanted for task in together}:
        raise ExportError(f"nothing is known of how {min(unknown)} are measured here")
    metrics: dict[str, float] = {}
    for together in wanted:
        metrics |= PROTOCOLS[together](model, data, say)
    return metrics


def _edges(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = outlines.bsds(data)[1]
    found = (sized.values(given["edges/edges"]) for given, sized in _answers(model, held_out, say))
    return _named("edges", edges(found, held_out))


def _normals(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = rooms.room(data)[1]
    found = (
        sized.vectors(given["normals/normals"]) for given, sized in _answers(model, held_out, say)
    )
    return _named("normals", normals(found, held_out))


def _parts(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = masks.parts(data)[1]
    _require(model, "parts", held_out.classes)
    found = (
        sized.classes(given["parts/classes"]) for given, sized in _answers(model, held_out, say)
    )
    return _named("parts", shares(found, held_out))


def _roads(model: Model, data: Path, say: Say) -> dict[str, float]:
    held_out = masks.camvid(data)[1]
    for task in ("segmentation", "semantic-boundaries"):
        _require(model, task, held_out.classes)
    found: list[Pixels] = []

    def borders() -> Iterator[NDArray[np.float32]]:
        for given, sized in _answers(model, held_out, say):
            found.append(sized.classes(given["segmentation/classes"]))
            planes = given["semantic-boundaries/boundaries"]
            yield np.stack([sized.values(plane) for plane in planes])

    boundaries = semantic_boundaries(borders(), held_out)
    segmentation = {**shares(found, held_out), "contour_f1_2px": contour_f1(found, held_out)}
    return {
        **_named("segmentation", segmentation),
        **_named("semantic-boundaries", boundaries),
    }


def _saliency(model: Model, data: Path, say: Say) -> dict[str, float]:
    training, held_out = fixations.osie(data)
    found = (
        sized.values(given["saliency/saliency"]) for given, sized in _answers(model, held_out, say)
    )
    prior = centre_prior(training.densities)
    return _named("saliency", against_prior(found, held_out, prior))


PROTOCOLS: Mapping[tuple[str, ...], Callable[[Model, Path, Say], dict[str, float]]] = {
    ("edges",): _edges,
    ("normals",): _normals,
    ("parts",): _parts,
    ("segmentation", "semantic-boundaries"): _roads,
    ("saliency",): _saliency,
}
"""By the tasks that are measured on the same pictures."""


class _Shown(Protocol):
    """Any set of pictures, whatever is known of them."""

    @property
    def pictures(self) -> list[Pixels]: ...


@dataclass(frozen=True)
class Unfitted:
    """Brings what a network says of one picture back to the picture's own size.

    Attributes:
        card: of the network.
        width: of the picture.
        height: of the picture.
    """

    card: ModelCard
    width: int
    height: int

    def values(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of a value in 0..1 a pixel: float32 `[h, w]` to `[height, width]`."""
        return unfit(plane, self.width, self.height, self.card.fit, self.card.multiple)

    def vectors(self, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of a vector in -1..1 a pixel: float32 `[h, w, 3]` to `[height, width, 3]`."""
        unit = np.asarray((field + 1) / 2, np.float32)  # it is brought back as 0..1
        return np.stack([self.values(unit[..., axis]) for axis in range(3)], 2) * 2 - 1

    def classes(self, mask: Pixels) -> Pixels:
        """Of a class a pixel: uint8 `[h, w]` to `[height, width]`."""
        return unfit_classes(mask, self.width, self.height, self.card.fit, self.card.multiple)


def _answers(
    model: Model, shown: _Shown, say: Say
) -> Iterator[tuple[Mapping[str, NDArray[Any]], Unfitted]]:
    """All that the graph says of the first picture of a batch of one, picture after picture."""
    for index, pixels in enumerate(shown.pictures, start=1):
        say(f"{type(shown).__name__.lower()} picture {index} of {len(shown.pictures)}")
        height, width = pixels.shape[:2]
        given = fit(Picture(pixels), model.card.fit, model.card.multiple)
        found = {name: values[0] for name, values in model.run(image=given[None]).items()}
        yield found, Unfitted(model.card, width, height)


def _named(task: str, metrics: Mapping[str, float]) -> dict[str, float]:
    return {f"{task}/{name}": value for name, value in metrics.items()}


def _require(model: Model, task: str, labels: Sequence[str]) -> None:
    if model.card.for_task(task).labels != tuple(labels):
        raise ExportError(
            f"{model.card.name} has other labels for {task} than the pictures it is to be measured "
            f"on: these show {', '.join(labels)}"
        )
