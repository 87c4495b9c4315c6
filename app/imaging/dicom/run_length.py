"""The RLE transfer syntax (PS3.5, annex G), unpacked by Pillow's PackBits decoder.

pydicom's own decoder is written in Python, and grows 64 times the file before it looks at the size.
"""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import BrokenPicture
from app.imaging.dicom.layout import Layout

_SEGMENTS = 15
_HEADER = 4 * (1 + _SEGMENTS)


def unpack(frame: bytes, layout: Layout) -> NDArray[Any]:
    """The samples of a frame: uint8, uint16 or uint32 `[rows, columns, samples]`.

    Raises:
        BrokenPicture: the frame has another number of segments than the header asks for, or fewer
            pixels.
    """
    wide = layout.allocated // 8
    count, *offsets = struct.unpack(f"<{1 + _SEGMENTS}I", frame[:_HEADER].ljust(_HEADER, b"\0"))
    if wide == 0 or count != wide * layout.samples:
        raise BrokenPicture("the compressed picture has segments that its samples do not")
    offsets = [*offsets[:count], len(frame)]
    samples = np.zeros((layout.pixels, layout.samples, wide), np.uint8)
    for index in range(count):
        # The bytes of a sample come as segments of their own, the highest first.
        plane = _plane(frame[offsets[index] : offsets[index + 1]], layout.pixels)
        samples[:, index // wide, index % wide] = plane
    numbers: NDArray[Any] = samples.view(f">u{wide}")[..., 0].astype(f"u{wide}", copy=False)
    return numbers.reshape(layout.rows, layout.columns, layout.samples)


def _plane(segment: bytes, pixels: int) -> NDArray[np.uint8]:
    try:
        return np.frombuffer(
            Image.frombytes("L", (pixels, 1), segment, "packbits", "L").tobytes(), np.uint8
        )
    except ValueError as error:
        raise BrokenPicture("the compressed picture has fewer pixels than it should") from error
