"""What is asked about a picture, and the suffixes of the files that answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.imaging.decode import decode
from app.imaging.encode import MEDIA_TYPES
from app.imaging.picture import Picture
from app.imaging.window import parsed
from app.runtime.model import Model
from app.tasks.task import JSON, MULTIPART, Bounds, Options, Task

SUFFIXES: Mapping[str, str] = {
    **MEDIA_TYPES,
    "json": JSON,
    "geojson": "application/geo+json",
    "glb": "model/gltf-binary",
    "ply": "model/ply",
    "obj": "model/obj",
    "mime": MULTIPART,
    "jpg": "image/jpeg",
    "tif": "image/tiff",
}
"""Media types by the suffix of a file; of several suffixes the first is the one we give."""


@dataclass(frozen=True)
class Question:
    """What is asked, and of which model.

    Attributes:
        task: that is asked.
        options: chosen for it.
        model: that answers.
        bounds: of an answer.
        jpeg_scaling: whether a large JPEG may be decoded smaller.
    """

    task: Task[Any, Any]
    options: Options
    model: Model
    bounds: Bounds
    jpeg_scaling: bool

    def picture(self, data: bytes, admit: Callable[[int], object] = lambda pixels: None) -> Picture:
        """Decode a picture as far as the answer needs it.

        Args:
            data: the file.
            admit: called with how many pixels there will be, before one is decoded.

        Raises:
            PictureError: it can not be decoded, or is too large.
        """
        seen_by = self.task.seen_by(self.options, self.model) if self.jpeg_scaling else None
        return decode(
            data,
            max_pixels=self.bounds.max_pixels,
            frame=self.options.frame,
            window=parsed(self.options.window),
            seen_by=seen_by,
            admit=admit,
        )


def media_type_of(suffix: str) -> str | None:
    """The media type of files with a suffix, such as `.JPG`, if we write any."""
    return SUFFIXES.get(suffix.lower().removeprefix("."))


def suffix_of(media_type: str) -> str:
    """The suffix of files of a media type, such as `.tiff`."""
    return "." + next(suffix for suffix, named in SUFFIXES.items() if named == media_type)
