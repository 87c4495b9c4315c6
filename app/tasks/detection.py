"""Detection: which objects the picture shows and where, as boxes, drawn or on a map."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.card import ModelCard
from app.imaging.boxes import Objects
from app.imaging.encode import MEDIA_TYPES, PLAIN, Writing, encode
from app.imaging.geojson import box_feature, collection
from app.imaging.palette import Color, palette
from app.imaging.picture import Picture
from app.imaging.render import framed
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.objects import objects
from app.tasks.options import DrawingOptions
from app.tasks.task import GEOJSON, JSON, PNG, TIFF, UNBOUNDED, Bounds, Cell, Document, Task


class DetectionOptions(DrawingOptions):
    """What may be chosen for a detection."""

    min_score: Annotated[float, Field(ge=0, le=1)] = 0.3
    """The least score of an object, 0 to 1: a lower one finds more, and more that is not there."""

    max_objects: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """How many objects to answer, best first; a model itself names only so many in a picture or
    in a tile of it."""

    render: Literal["overlay"] | None = None
    """`overlay`: answer the upload with frames and labels in the colours of the classes. JSON is
    the same."""

    shapes: Literal["geojson"] | None = None
    """Answer a GeoJSON with a box for each object, in the coordinates of an upload that has a
    georeference."""


class DetectedObject(BaseModel):
    """One object."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Of its class in the card's labels."""
    label: str
    """The class's name on the model's card."""
    score: float
    """How sure the network is, 0 to 1; no probability."""
    box: tuple[float, float, float, float]
    """`[x0, y0, x1, y1]` in pixels of the upright picture."""


class Detection(Document):
    """Objects by falling score."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""
    objects: list[DetectedObject]
    """By falling score."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """How many objects there are of each class of the card."""
        counts = Counter(found.label for found in self.objects)
        every = {**dict.fromkeys(card.labels or (), 0), **counts}
        row: dict[str, Cell] = {"model": self.model, "width": self.width, "height": self.height}
        row["objects"] = len(self.objects)
        return {**row, **{f"count.{label}": count for label, count in every.items()}}


@dataclass(frozen=True)
class Result:
    """The objects and what an answer is made of.

    `collection` is the GeoJSON that is answered instead of the document, if it was asked for.
    """

    found: Objects
    picture: Picture
    colors: tuple[Color, ...]
    document: Detection
    writing: Writing = PLAIN
    collection: dict[str, Any] | None = None


class DetectionTask(Task[DetectionOptions, Result]):
    """Objects get boxes; large pictures go through the network in tiles that overlap."""

    name = "detection"
    verb = "detect"
    summary = "Say which objects the picture shows, and where"
    description = (
        "The objects of the classes that the model knows, each with a box and a score, by "
        "falling score; or frames over the picture, or GeoJSON, which of a GeoTIFF lies where it "
        "does. Large pictures go through in tiles that overlap."
    )
    samples = ("astronaut-128.png",)
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={
            "boxes": Tensor("float32", ("N", "K", 4)),
            "scores": Tensor("float32", ("N", "K")),
            "classes": Tensor("int64", ("N", "K")),
        },
    )
    options = DetectionOptions
    document: ClassVar[type[Document]] = Detection
    media_types = (JSON, PNG, TIFF, GEOJSON)

    def offers(
        self,
        picture: Picture,
        options: DetectionOptions,
        model: Model,
        bounds: Bounds = UNBOUNDED,
    ) -> tuple[str, ...]:
        """JSON comes first, unless a drawing or GeoJSON is asked for."""
        if options.shapes is not None:
            return (GEOJSON, JSON)
        if options.format is not None:
            return (MEDIA_TYPES[options.format],)
        return (JSON, PNG, TIFF) if options.render is None else (PNG, TIFF, JSON)

    def infer(
        self, model: Model, picture: Picture, options: DetectionOptions, bounds: Bounds
    ) -> Result:
        """Objects by falling score; of what the card's fit crops away nothing is known.

        Raises:
            CannotGeoreference: GeoJSON of a picture whose reference could not be read.
        """
        card = model.card
        if options.shapes == "geojson" and picture.geo is not None:
            picture.geo.known()  # also where there is no object that would need it
        found, exact = objects(model, picture, options.min_score, options.max_objects, bounds)
        document = Detection(
            model=card.reference,
            width=picture.width,
            height=picture.height,
            objects=[
                DetectedObject(
                    index=index,
                    label=card.label(index),
                    score=score,
                    # More digits would promise more than a network knows.
                    box=tuple(round(side, 2) for side in box),
                )
                for box, score, index in zip(
                    found.boxes.tolist(),
                    found.scores.tolist(),
                    found.classes.tolist(),
                    strict=True,
                )
            ],
            exact=exact,
        )
        geojson = None
        if options.shapes == "geojson":
            features = [
                box_feature(one.box, picture.geo, index=one.index, label=one.label, score=one.score)
                for one in document.objects
            ]
            geojson = collection(features, picture.geo, model=card.reference)
        colors = palette(card.palette)
        return Result(found, picture, colors, document, options.writing, geojson)

    def encode(self, result: Result, media_type: str) -> bytes:
        """The objects as JSON, or drawn over the picture."""
        if result.collection is not None:
            return json.dumps(result.collection, separators=(",", ":")).encode()
        if media_type == JSON:
            return result.document.model_dump_json(exclude_none=True).encode()
        objects = result.document.objects
        captions = [f"{one.label} {one.score:.2f}" for one in objects]
        colors = [result.colors[one.index % len(result.colors)] for one in objects]
        picture = framed(result.picture, result.found.boxes, captions, colors)
        return encode(picture, media_type, result.writing)

    def document_of(self, result: Result) -> Detection:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `3 car, 1 bus`, the most frequent first."""
        counts = Counter(found.label for found in result.document.objects)
        return ", ".join(f"{count} {label}" for label, count in counts.most_common()) or "nothing"


TASK = DetectionTask()
