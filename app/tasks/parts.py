"""Parts: what of a person, or of what they wear, every pixel shows, and who stands apart."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from app.card import ModelCard
from app.imaging.palette import VOID
from app.imaging.picture import Picture
from app.imaging.regions import regions
from app.runtime.model import Model
from app.tasks.segmentation import (
    ClassShare,
    Result,
    Segmentation,
    SegmentationOptions,
    SegmentationTask,
)
from app.tasks.task import Bounds, Cell, Document

BACKGROUND = 0
"""The class of pixels that show nobody."""

SMALLEST = 0.01
"""Share of a picture's pixels below which a region is no person of its own."""


class Person(BaseModel):
    """A region of parts that touch each other: people who touch are one."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    box: tuple[int, int, int, int]
    """`[x0, y0, x1, y1)`: `x1` and `y1` lie outside."""
    pixels: int
    """How many it has."""
    classes: list[ClassShare]
    """Its parts; fractions are of its pixels."""


class Parts(Segmentation):
    """The parts that occur, in the whole picture and of each person."""

    people: list[Person] = []
    """From left to right."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """The share of each part, and how many people there are."""
        return {**super().row(card), "people": len(self.people)}


class PartsTask(SegmentationTask):
    """A segmentation whose class 0 is what shows nobody."""

    name = "parts"
    verb = "parts"
    summary = "Say what of a person every pixel shows"
    description = (
        "The part of a person, or of what they wear, at every pixel: a mask with a palette, "
        "colours over the picture, or as JSON how much of the picture each part has, and each "
        "person who touches no other."
    )
    samples = ("astronaut-128.png",)
    document: ClassVar[type[Document]] = Parts

    def infer(
        self, model: Model, picture: Picture, options: SegmentationOptions, bounds: Bounds
    ) -> Result:
        """The parts at the picture's own size, and those of each person."""
        result = super().infer(model, picture, options, bounds)
        people = _people(result.classes, result.document.classes)
        return replace(result, document=Parts(**result.document.model_dump(), people=people))


def _people(classes: NDArray[np.uint8], shares: list[ClassShare]) -> list[Person]:
    width = classes.shape[1]
    known = (classes != BACKGROUND) & (classes != VOID)
    found = []
    for places in regions(known, smallest=round(classes.size * SMALLEST)):
        rows, columns = np.divmod(places, width)
        counts = np.bincount(classes.ravel()[places], minlength=256)
        found.append(
            Person(
                box=(
                    int(columns.min()),
                    int(rows.min()),
                    int(columns.max()) + 1,
                    int(rows.max()) + 1,
                ),
                pixels=len(places),
                classes=[
                    share.model_copy(
                        update={
                            "pixels": int(counts[share.index]),
                            "fraction": float(counts[share.index] / len(places)),
                        }
                    )
                    for share in shares
                    if counts[share.index]
                ],
            )
        )
    return sorted(found, key=lambda person: person.box)


TASK = PartsTask()
