"""What is asked about a picture, and the suffixes of the files that answer."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.imaging.decode import decode
from app.imaging.encode import MEDIA_TYPES
from app.imaging.picture import Picture
from app.imaging.window import parsed
from app.runtime.model import Model
from app.tasks.options import Options
from app.tasks.task import GEOJSON, JSON, MULTIPART, Bounds, Task

SUFFIXES: Mapping[str, str] = {
    **MEDIA_TYPES,
    "json": JSON,
    "geojson": GEOJSON,
    "glb": "model/gltf-binary",
    "ply": "model/ply",
    "obj": "model/obj",
    "mime": MULTIPART,
    "flo": "application/octet-stream",
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

    def pictures(
        self, data: bytes, admit: Callable[[int], object] = lambda pixels: None
    ) -> list[Picture]:
        """Decode all pictures of the question, see `together` and `picture`."""
        return [self.picture(file, admit) for file in apart(data, len(self.task.parts))]

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
            # All pictures of a question together are no larger than the one of another may be.
            max_pixels=self.bounds.max_pixels // len(self.task.parts),
            frame=self.options.frame,
            window=parsed(self.options.window),
            seen_by=seen_by,
            admit=admit,
        )


_SIZE = struct.Struct("<Q")
"""What stands before each of several files: how many bytes it has."""


def together(files: Sequence[bytes]) -> bytes:
    """The files of a question as one, as it is kept until it is answered; one alone is itself."""
    if len(files) == 1:
        return files[0]
    return b"".join(part for file in files for part in (_SIZE.pack(len(file)), file))


def apart(data: bytes, count: int) -> list[bytes]:
    """The files that are `together`.

    Args:
        data: what `together` made.
        count: of how many.
    """
    if count == 1:
        return [data]
    files, place = [], 0
    for _ in range(count):
        (size,) = _SIZE.unpack_from(data, place)
        place += _SIZE.size + size
        files.append(data[place - size : place])
    return files


def media_type_of(suffix: str) -> str | None:
    """The media type of files with a suffix, such as `.JPG`, if we write any."""
    return SUFFIXES.get(suffix.lower().removeprefix("."))


def suffix_of(media_type: str) -> str:
    """The suffix of files of a media type, such as `.tiff`."""
    return "." + next(suffix for suffix, named in SUFFIXES.items() if named == media_type)
