"""Segmentation: the class of every pixel, as a mask, over the picture, counted or as shapes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from app.card import ModelCard
from app.imaging.dense import Extent, counted
from app.imaging.encode import MEDIA_TYPES, PLAIN, Writing, encode, encode_classes
from app.imaging.geojson import collection, features
from app.imaging.palette import VOID, Color, palette
from app.imaging.picture import Picture
from app.imaging.render import overlay
from app.imaging.shapes import polygons, run_lengths
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.dense import dense
from app.tasks.options import DrawingOptions
from app.tasks.task import GEOJSON, JSON, PNG, TIFF, UNBOUNDED, Bounds, Cell, Document, Task

Render = Literal["mask", "overlay"]
Ring = list[tuple[int, int]]


class SegmentationOptions(DrawingOptions):
    """What may be chosen for a segmentation."""

    render: Render = "mask"
    """`mask`: a picture whose pixel values are classes; `overlay`: their colours over the upload.
    JSON is the same for both."""

    shapes: Literal["rle", "polygons", "geojson"] | None = None
    """Answer JSON with the outline of every class: COCO run lengths, polygons with holes, or as a
    whole GeoJSON, in the coordinates of an upload that has a georeference."""


class ClassShare(BaseModel):
    """One class and how much of the picture it has."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """The value of its pixels in a mask."""
    label: str
    """Its name on the model's card."""
    pixels: int
    """How many it has."""
    fraction: float
    """Of the picture's pixels, 0 to 1."""
    color: str
    """In pictures, `#rrggbb`."""


class RunLengths(BaseModel):
    """A mask as pycocotools reads it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    size: tuple[int, int]
    """Height and width."""
    counts: str
    """COCO's compressed string."""


class Shape(BaseModel):
    """Where one class is, in the form that was asked for."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Of the class."""
    label: str
    """Of the class."""
    rle: RunLengths | None = None
    """If `shapes=rle` was asked for."""
    polygons: list[list[Ring]] | None = None
    """If `shapes=polygons` was asked for: of each its rings."""


class Segmentation(Document):
    """The classes that occur, by index."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""
    classes: list[ClassShare]
    """Those that occur, by index."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    shapes: list[Shape] | None = None
    """One for each class that occurs, if asked for. `rle` is COCO's `{size, counts}`. `polygons`
    are those of a GeoJSON MultiPolygon: of each its outer ring, then its holes; rings are closed,
    of `[x, y]` corners of pixels, and filling them gives the very mask."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """The share of each class of the card, 0 where it does not occur; shapes have no cells."""
        occurring = {share.label: share.fraction for share in self.classes}
        shares = {**dict.fromkeys(card.labels or (), 0.0), **occurring}
        row: dict[str, Cell] = {"model": self.model, "width": self.width, "height": self.height}
        return {**row, **{f"fraction.{label}": share for label, share in shares.items()}}


@dataclass(frozen=True)
class Result:
    """Classes of pixels, uint8 `[H, W]`, and what an answer is made of.

    `collection` is the GeoJSON that is answered instead of the document, if it was asked for.
    """

    classes: NDArray[np.uint8]
    picture: Picture
    render: Render
    colors: tuple[Color, ...]
    document: Segmentation
    writing: Writing = PLAIN
    collection: dict[str, Any] | None = None


class SegmentationTask(Task[SegmentationOptions, Result]):
    """Every pixel gets a class; large pictures go through the network in tiles."""

    name = "segmentation"
    verb = "segment"
    summary = "Say what every pixel shows"
    description = (
        "The class of every pixel: a mask with a palette, colours over the picture, or as JSON "
        "how much of the picture each class has and, with `shapes`, where. Large pictures go "
        "through in tiles, which changes nothing where `X-Tiles` is `exact`. Of a GeoTIFF the "
        "answers lie where it does."
    )
    samples = ("pavilion-480.jpg",)
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"classes": Tensor("uint8", ("N", "H", "W"))},
        optional={"confidence": Tensor("float32", ("N", "H", "W"))},
    )
    options = SegmentationOptions
    document: ClassVar[type[Document]] = Segmentation
    media_types = (PNG, TIFF, JSON, GEOJSON)

    def offers(
        self,
        picture: Picture,
        options: SegmentationOptions,
        model: Model,
        bounds: Bounds = UNBOUNDED,
    ) -> tuple[str, ...]:
        """Shapes are JSON; without them a PNG comes first, or the format asked for is all."""
        if options.shapes is not None:
            return (GEOJSON, JSON) if options.shapes == "geojson" else (JSON,)
        return (PNG, TIFF, JSON) if options.format is None else (MEDIA_TYPES[options.format],)

    def infer(
        self, model: Model, picture: Picture, options: SegmentationOptions, bounds: Bounds
    ) -> Result:
        """The classes at the picture's own size; what the card's fit crops away is `VOID`."""
        card = model.card
        classes, exact = _classes(model, picture, bounds)
        colors = palette(card.palette)
        counts = counted(classes)
        occurring = np.flatnonzero(counts).tolist()
        document = Segmentation(
            model=card.reference,
            width=picture.width,
            height=picture.height,
            classes=[
                ClassShare(
                    index=index,
                    label=_label(card, index),
                    pixels=int(counts[index]),
                    fraction=float(counts[index] / classes.size),
                    color="#{:02x}{:02x}{:02x}".format(*colors[index]),
                )
                for index in occurring
            ],
            exact=exact,
        )
        drawn = None
        if options.shapes == "geojson":
            drawn = collection(
                [
                    feature
                    for index in bounds.steps(occurring)
                    for feature in features(
                        classes == index, picture.geo, index=index, label=_label(card, index)
                    )
                ],
                picture.geo,
                model=card.reference,
            )
        elif options.shapes is not None:
            document.shapes = [
                _shape(classes == index, index, _label(card, index), options.shapes)
                for index in bounds.steps(occurring)
            ]
        return Result(classes, picture, options.render, colors, document, options.writing, drawn)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Numbers and shapes as JSON, or the classes drawn as a picture."""
        if result.collection is not None:
            return json.dumps(result.collection, separators=(",", ":")).encode()
        if media_type == JSON:
            return result.document.model_dump_json(exclude_none=True).encode()
        if result.render == "mask":
            return encode_classes(
                result.classes, result.colors, media_type, result.picture, result.writing
            )
        colors = np.array(result.colors, np.uint8)
        drawn = overlay(result.picture, result.classes, colors)
        return encode(drawn, media_type, result.writing)

    def document_of(self, result: Result) -> Segmentation:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `road 45.1%, sky 20.3%`, by falling share."""
        shares = sorted(result.document.classes, key=lambda share: -share.pixels)
        return ", ".join(f"{share.label} {share.fraction:.1%}" for share in shares)


def _classes(
    model: Model, picture: Picture, bounds: Bounds
) -> tuple[NDArray[np.uint8], bool | None]:
    """The classes, and if the picture was cut, whether they are those of the whole."""
    alone = model.card.fit is not None or model.card.halo is not None

    def answer(outputs: Mapping[str, NDArray[Any]], extent: Extent) -> NDArray[Any]:
        classes = extent.classes(outputs["classes"])
        if alone:
            return classes
        sure = extent.values(outputs["confidence"]) if "confidence" in outputs else 1.0
        return np.stack([classes, np.broadcast_to(np.float32(sure), classes.shape)], axis=-1)

    found, exact = dense(model, picture, answer, bounds, "surest")
    return (found if alone else found[..., 0].astype(np.uint8)), exact


def _label(card: ModelCard, index: int) -> str:
    named = card.labels is not None and index < len(card.labels)
    return "void" if index == VOID and not named else card.label(index)


def _shape(
    mask: NDArray[np.bool_], index: int, label: str, form: Literal["rle", "polygons"]
) -> Shape:
    if form == "rle":
        height, width = mask.shape
        rle = RunLengths(size=(height, width), counts=run_lengths(mask))
        return Shape(index=index, label=label, rle=rle)
    found = [[ring.tolist() for ring in polygon] for polygon in polygons(mask)]
    return Shape(index=index, label=label, polygons=found)


TASK = SegmentationTask()
