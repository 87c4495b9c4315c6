"""A DICOM file to the `Picture` of one of its frames, or a precise refusal."""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataset import Dataset

from app.errors import BrokenPicture, CannotWindow, DensightError
from app.imaging.dicom.elements import value
from app.imaging.dicom.frame import decode_frame
from app.imaging.dicom.gray import shades
from app.imaging.dicom.header import read_header
from app.imaging.dicom.layout import GRAY, PALETTE, Layout
from app.imaging.dicom.table import Table
from app.imaging.picture import Picture
from app.imaging.window import Window

# What it says repeats what files say, and files are about people.
logging.getLogger("pydicom").addHandler(logging.NullHandler())
logging.getLogger("pydicom").propagate = False
_LONGEST_PROFILE = 2**20

config.settings.reading_validation_mode = config.IGNORE


def read(
    data: bytes,
    *,
    max_pixels: int,
    frame: int,
    window: Window | None,
    admit: Callable[[int], object],
) -> Picture:
    """Decode one frame of a DICOM file and show it as a screen would.

    Args:
        data: the file.
        max_pixels: largest frame; the header is checked before a pixel is decoded.
        frame: which, from 0 on.
        window: which values of a gray picture are shown; `None`: as the file says.
        admit: called with how many pixels there will be, before one is decoded.

    Returns:
        Gray of 8 bits, or 16 where more than 8 are stored; or RGB.

    Raises:
        BrokenPicture: damaged, without pixels, or of a kind that is not read.
        CannotWindow: a window was given for a picture of colours.
        FrameNotFound: there are fewer frames.
        PictureTooLarge: a frame has more pixels than allowed.
    """
    try:
        header = read_header(data, max_pixels)
        layout = Layout.of(header.elements, header.keyword)
        layout.check_frame(frame, max_pixels)
        if window is not None and layout.photometric not in GRAY:
            raise CannotWindow("a window is for gray pictures, and this one has colours")
        admit(layout.pixels)
        decoded = decode_frame(header, layout, frame)
        little = bool(header.syntax.is_little_endian)
        if layout.photometric in GRAY:
            levels = shades(decoded, header.elements, layout, frame, window, little=little)
            pixels = np.broadcast_to(levels[..., np.newaxis], (*levels.shape, 3))
            return Picture(pixels, gray=True, format="DICOM")
        if layout.photometric == PALETTE:
            return Picture(
                _painted(decoded, header.elements, layout, little=little), format="DICOM"
            )
        icc = value(header.elements, "ICCProfile", _LONGEST_PROFILE)
        return Picture(_full(decoded, layout), icc=_of_colors(icc), format="DICOM")
    except DensightError:
        raise
    except Exception:  # pydicom and its decoders raise anything on a damaged file
        # Without the cause: its words may be the patient's.
        raise BrokenPicture("the DICOM file is damaged, or can not be decoded") from None


def _painted(
    stored: NDArray[Any], elements: Dataset, layout: Layout, *, little: bool
) -> NDArray[Any]:
    """The colours that numbers stand for (PS3.3, C.7.6.3.1.5, 6), uint8 or uint16."""
    names = ("RedPaletteColor", "GreenPaletteColor", "BluePaletteColor")
    if any(f"{name}LookupTableData" not in elements for name in names):
        raise BrokenPicture("the picture has no palette, or one in segments, which is not read")
    # The three descriptors are the same; where they are not, the first counts.
    described = "RedPaletteColorLookupTableDescriptor"
    tables = [
        Table.of(elements, described, f"{name}LookupTableData", little=little, signed=layout.signed)
        for name in names
    ]
    kind = np.uint8 if tables[0].bits <= 8 else np.uint16
    return np.stack([table(stored).astype(kind) for table in tables], axis=-1)


def _full(samples: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Colours over the whole range of uint8 or uint16."""
    if samples.dtype == np.uint8 and layout.stored == 8:
        return samples
    kind = np.uint8 if layout.stored <= 8 else np.uint16
    if layout.stored > 16:
        samples = samples >> (layout.stored - 16)
    elif layout.stored not in (8, 16):
        peak, most = int(np.iinfo(kind).max), 2**layout.stored - 1
        samples = (samples.astype(np.uint32) * peak + most // 2) // most
    return samples.astype(kind)


def _of_colors(icc: object) -> bytes | None:
    """A profile, if it describes colours (ICC.1:2022, 7.2.6)."""
    return icc if isinstance(icc, bytes) and icc[16:20] == b"RGB " else None
