"""An answer as it came: its bytes, what they are, and what the server told of them."""

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from app.client.errors import UnexpectedAnswer
from app.client.files import replacing

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What the server answered.

    Attributes:
        content: the bytes: a file of a picture, or JSON.
        media_type: such as `image/png`.
        model: that answered, `name@version`.
        timing: milliseconds of each stage that the server timed: decode, queue, infer, encode.
        tiles: of a picture that was cut into tiles, whether they equal the whole: `exact` or
            `approximate`; `None` of one that was not cut.
        request_id: by which an operator finds the request in the log.
    """

    content: bytes = field(repr=False)
    media_type: str
    model: str | None
    timing: Mapping[str, float]
    tiles: str | None
    request_id: str | None

    @classmethod
    def of(cls, headers: httpx.Headers, content: bytes) -> "Answer":
        """Read what the headers say."""
        return cls(
            content=content,
            media_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
            model=headers.get("x-model"),
            timing=timing_of(headers.get("server-timing", "")),
            tiles=headers.get("x-tiles"),
            request_id=headers.get("x-request-id"),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the bytes to a file, which is there as a whole or not at all."""
        with replacing(path) as file:
            file.write(self.content)

    def json(self) -> Any:
        """What the bytes say, if they are JSON.

        Raises:
            UnexpectedAnswer: they are not.
        """
        if self.media_type != JSON and not self.media_type.endswith("+json"):
            raise UnexpectedAnswer(f"the answer is {self.media_type or 'of no type'}, not JSON")
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise UnexpectedAnswer(f"the answer is no JSON: {error}") from error

    def image(self) -> "Image.Image":
        """The picture, loaded; Pillow has no 16-bit colours, see `array`.

        Raises:
            ImportError: Pillow is not installed.
            PIL.UnidentifiedImageError: the answer is no picture that Pillow reads.
        """
        from PIL import Image

        image = Image.open(io.BytesIO(self.content))
        image.load()
        return image

    def array(self) -> "NDArray[Any]":
        """The picture's values, `[H, W]` or `[H, W, channels]`, in the depth that it has.

        Of a picture with a palette, such as a mask of classes, these are the indices.

        Raises:
            ImportError: numpy and Pillow are not installed; or imagecodecs and tifffile are not,
                which 16-bit colours and 32-bit floats need.
        """
        from app.client.pixels import array_of

        return array_of(self.content)


def timing_of(header: str) -> dict[str, float]:
    """Milliseconds by name in a `Server-Timing` header (W3C Server Timing, section 3)."""
    timing = {}
    for metric in header.split(","):
        name, *parameters = (part.strip() for part in metric.split(";"))
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if name and key.strip().lower() == "dur":
                try:
                    timing[name] = float(value.strip().strip('"'))
                except ValueError:
                    continue
    return timing
