"""Arrays of numpy to the bytes of a PNG, and files of pictures to arrays, in all their depth."""

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_COLORS = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's colour type by the number of channels (PNG 3, section 6.1)."""

_LEVEL = 1
"""Of compression: the bytes are read once, and soon."""


def is_array(picture: object) -> TypeGuard[NDArray[np.generic]]:
    """Whether it is an array of numpy."""
    return isinstance(picture, np.ndarray)


def png_of(pixels: NDArray[Any]) -> bytes:
    """Write an array as a PNG, without loss.

    Args:
        pixels: `[H, W]` or `[H, W, channels]`: gray, gray and alpha, RGB, or RGB and alpha, of
            uint8, uint16, bool, or floats in 0..1, which become 16 bits as in the server.

    Raises:
        ValueError: it is of another shape or type, or has numbers that are not finite.
    """
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.ndim != 3 or pixels.shape[2] not in _COLORS or not pixels.size:
        raise ValueError(f"an array of a picture is [H, W] or [H, W, 1 to 4], not {pixels.shape}")
    whole = _whole(pixels)
    height, width, channels = whole.shape
    depth = whole.itemsize * 8
    rows = whole.astype(whole.dtype.newbyteorder(">"), copy=False).reshape(height, -1)
    filtered = np.zeros((height, 1 + rows.shape[1] * whole.itemsize), np.uint8)
    filtered[:, 1:] = np.ascontiguousarray(rows).view(np.uint8)
    head = struct.pack(">IIBBBBB", width, height, depth, _COLORS[channels], 0, 0, 0)
    data = zlib.compress(filtered.data, _LEVEL)
    return PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _whole(pixels: NDArray[Any]) -> NDArray[Any]:
    if pixels.dtype == bool:
        return pixels.astype(np.uint8) * 255
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize <= 2:
        return pixels
    if pixels.dtype.kind == "f":
        if not np.isfinite(pixels).all():
            raise ValueError("the array has numbers that are not finite")
        levels: NDArray[np.uint16] = np.rint(np.clip(pixels, 0, 1) * 65535).astype(np.uint16)
        return levels
    raise ValueError(
        f"an array of a picture is of uint8, uint16, bool or floats, not {pixels.dtype}"
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def array_of(content: bytes) -> NDArray[Any]:
    """Read the file of a picture in all its depth; a palette gives indices.

    Raises:
        ImportError: what can read it is not installed.
    """
    if content.startswith(PNG) and content[24:25] == b"\x10" and content[25:26] != b"\0":
        try:
            import imagecodecs
        except ImportError as error:
            raise _too_deep() from error
        return np.asarray(imagecodecs.png_decode(content))
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            if not content.startswith(TIFF) or not _is_deep(image):
                return np.asarray(image)
    except UnidentifiedImageError:
        if not content.startswith(TIFF):
            raise
    try:
        import tifffile
    except ImportError as error:
        raise _too_deep() from error
    return np.asarray(tifffile.imread(io.BytesIO(content)))


def _is_deep(image: "Image.Image") -> bool:
    """Whether Pillow would cut what the file has to 8 bits."""
    bits = getattr(image, "tag_v2", {}).get(258, (1,))
    return len(bits) > 1 and max(bits) > 8


def _too_deep() -> ImportError:
    return ImportError(
        "the picture has colours of more than 8 bits, which Pillow can not read; "
        "pip install 'densight-client[deep]'"
    )
