"""Normals: which way the surface at every pixel faces, as colours, lit, or as a mesh."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import AfterValidator, Field

from app.imaging.color import srgb
from app.imaging.dense import Extent
from app.imaging.encode import MEDIA_TYPES, encode
from app.imaging.picture import Picture
from app.imaging.render import drawing, gray, levels
from app.imaging.surface import MeshFormat, depth_of, mesh
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.dense import dense
from app.tasks.options import PictureOptions
from app.tasks.task import JSON, PNG, TIFF, UNBOUNDED, Bounds, Document, Task

MESHES: dict[str, MeshFormat] = {
    "model/gltf-binary": "glb",
    "model/ply": "ply",
    "model/obj": "obj",
}
"""Media types of meshes; that of PLY is not registered."""

LONGEST = 384
"""Vertices of a mesh along its larger side: 294,912 triangles at most."""


def _direction(text: str) -> str:
    """Check a direction of light."""
    parts = text.split(",")
    try:
        azimuth, elevation = map(float, parts)
    except ValueError:
        raise ValueError(f"{text!r} is not azimuth,elevation in degrees, such as 315,45") from None
    if not (-360 <= azimuth <= 360 and 0 <= elevation <= 90):
        raise ValueError("azimuth lies within -360 to 360 degrees, elevation within 0 to 90")
    return text


class NormalsOptions(PictureOptions):
    """What may be chosen for normals."""

    render: Literal["map", "relief"] = "map"
    """`map`: red, green and blue are (n + 1) / 2 of x right, y down and z into the picture;
    `relief`: gray, lit from `light`. JSON is the same for both."""

    depth: Literal["8", "16"] = "8"
    """Bits of a value of the map."""

    light: Annotated[str, AfterValidator(_direction)] = Field(
        default="315,45", examples=["315,45", "90,30"]
    )
    """Where the light of a relief comes from: `azimuth,elevation` in degrees, azimuth clockwise
    from above the picture, elevation 90 is the camera's place."""

    format: Literal["png", "tiff", "glb", "ply", "obj"] | None = None
    """Format of the drawing, or of a mesh: the surface got by integrating the normals, with the
    picture on it."""


class Normals(Document):
    """The normals in numbers."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""

    known: float
    """The fraction of the picture's pixels that the model was shown."""

    mean: tuple[float, float, float]
    """The mean of the unit normals: x right, y down, z into the picture, negative where it faces
    the camera."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


@dataclass(frozen=True)
class Result:
    """Unit normals, float32 `[H, W, 3]`, zeros where unknown, and what an answer is made of."""

    normals: NDArray[np.float32]
    picture: Picture
    options: NormalsOptions
    document: Normals

    def drawn(self) -> Picture:
        """The normals as the picture that was asked for."""
        known = self.normals.any(axis=-1)
        if self.options.render == "relief":
            lit = np.clip(self.normals @ _toward(self.options.light), 0.0, 1.0)
            return drawing(gray(levels(lit)), self.picture)
        dtype = np.uint16 if self.options.depth == "16" else np.uint8
        half = np.float32(np.iinfo(dtype).max / 2)
        colors = np.rint((self.normals + 1) * half).astype(dtype)
        colors[~known] = 0
        return drawing(Picture(colors), self.picture)

    def mesh(self, form: MeshFormat) -> bytes:
        """The surface, coarser than the picture where that is large."""
        height, width = self.normals.shape[:2]
        scale = min(1.0, LONGEST / max(width, height))
        size = max(2, round(width * scale)), max(2, round(height * scale))
        box = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        planes = [Image.fromarray(self.normals[..., axis].copy()) for axis in range(3)]
        coarse = np.stack([np.asarray(plane.resize(size, box)) for plane in planes], axis=-1)
        shown = Image.fromarray(srgb(self.picture.rgb8, self.picture.icc))
        if form != "glb":
            shown = shown.resize(size, Image.Resampling.BICUBIC)
        shown.thumbnail((2048, 2048))
        return mesh(depth_of(_unit(coarse)), np.asarray(shown), form)


class NormalsTask(Task[NormalsOptions, Result]):
    """Every pixel has a direction; large pictures go through the network in tiles."""

    name = "normals"
    verb = "normals"
    summary = "Say which way every surface faces"
    description = (
        "The direction of the surface at every pixel, as colours in 8 or 16 bits or lit as a "
        "relief; with `format=glb`, `ply` or `obj` the surface itself, as a mesh with the "
        "picture on it. As JSON: the mean direction."
    )
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"normals": Tensor("float32", ("N", "H", "W", 3))},
    )
    options = NormalsOptions
    document: ClassVar[type[Document]] = Normals
    media_types = (PNG, TIFF, JSON, *MESHES)

    def offers(
        self,
        picture: Picture,
        options: NormalsOptions,
        model: Model,
        bounds: Bounds = UNBOUNDED,
    ) -> tuple[str, ...]:
        """The format asked for, or all."""
        if options.format is None:
            return self.media_types
        meshes = {str(form): media_type for media_type, form in MESHES.items()}
        return ({**MEDIA_TYPES, **meshes}[options.format],)

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """Vectors of 12 bytes a pixel, three times while they are brought to length 1."""
        return 12 * picture.width * picture.height

    def infer(
        self, model: Model, picture: Picture, options: NormalsOptions, bounds: Bounds
    ) -> Result:
        """Unit normals at the picture's own size; what the card's fit crops away has none."""

        def answer(outputs: Any, extent: Extent) -> NDArray[Any]:
            # Maps are brought to a size within 0..1.
            planes = np.moveaxis((outputs["normals"] + 1) / 2, -1, 0)
            sized = np.stack([extent.values(plane) for plane in planes], axis=-1)
            whole = np.zeros_like(sized)
            whole[extent.known] = sized[extent.known] * 2 - 1
            return whole

        found, exact = dense(model, picture, answer, bounds)
        normals = _unit(found)
        known = normals.any(axis=-1)
        mean = normals[known].mean(axis=0, dtype=np.float64).tolist() if known.any() else [0.0] * 3
        document = Normals(
            model=model.card.reference,
            width=picture.width,
            height=picture.height,
            known=float(known.mean()),
            mean=tuple(mean),
            exact=exact,
        )
        return Result(normals, picture, options, document)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Numbers as JSON, a drawing, or a mesh."""
        if media_type == JSON:
            return result.document.model_dump_json(exclude_none=True).encode()
        if media_type in MESHES:
            return result.mesh(MESHES[media_type])
        return encode(result.drawn(), media_type, result.options.writing)

    def document_of(self, result: Result) -> Normals:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `surfaces face 0.02,-0.31,-0.78 on average`."""
        mean = ",".join(f"{value:.2f}" for value in result.document.mean)
        return f"surfaces face {mean} on average"


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors at length 1; what has none stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    lengths[lengths < 1e-6] = np.inf
    unit: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return unit


def _toward(light: str) -> NDArray[np.float32]:
    """The unit vector from the surface to the light."""
    azimuth, elevation = (np.radians(float(part)) for part in light.split(","))
    flat = np.cos(elevation)
    return np.array(
        [np.sin(azimuth) * flat, -np.cos(azimuth) * flat, -np.sin(elevation)], np.float32
    )


TASK = NormalsTask()
