"""The elements of a DICOM file that its picture is made of, read in bounded time and memory.

Of a data set only these elements are kept; names of patients are skipped, or dropped with the
sequence that holds them. No message here repeats what a file says.
"""

import struct
import zlib
from dataclasses import dataclass

from pydicom import filereader
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.dicom.elements import Bounded
from app.imaging.dicom.recognition import PREFIX, PREFIX_AT, is_bare

INFLATED = 64 * 2**20
"""Bytes that a deflated data set may always have; beyond, two for each pixel that is allowed."""

KEYWORDS = (
    "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames",
    "Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation",
    "PixelPaddingValue", "PixelPaddingRangeLimit",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence",
    "RescaleIntercept", "RescaleSlope", "ModalityLUTSequence", "PresentationLUTShape",
    "RedPaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData", "ICCProfile",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
)  # fmt: skip
"""What is read of a data set."""

PIXELS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
"""The elements that hold pixels, by their tags."""

_TAGS = [tag for tag in map(tag_for_keyword, KEYWORDS) if tag is not None]
_META_GROUP = 0x0002
_UNDEFINED = 0xFFFFFFFF
_LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"UN")


@dataclass(frozen=True)
class Header:
    """What precedes the pixels, and where they are.

    Attributes:
        elements: those of `KEYWORDS` that the file has.
        syntax: the transfer syntax, never the deflated one.
        data: the file, inflated if it was deflated.
        start: where the value of the pixel data begins in `data`.
        stop: where it ends; the end of `data` if its length is undefined.
        keyword: what kind of pixel data it is.
        representation: `OB` or `OW`, on which the order of bytes in big endian depends.
    """

    elements: Dataset
    syntax: UID
    data: bytes
    start: int
    stop: int
    keyword: str
    representation: str


def read_header(data: bytes, max_pixels: int) -> Header:
    """Read what precedes the pixels of a DICOM file.

    Args:
        data: the file.
        max_pixels: how many there may be; it bounds what a deflated file may unpack to.

    Raises:
        BrokenPicture: damaged, or without pixels.
        PictureTooLarge: deflated, and larger than its picture may be.
        Exception: of any kind, where pydicom finds it damaged.
    """
    file = Bounded(data)
    if data[PREFIX_AT : PREFIX_AT + len(PREFIX)] == PREFIX:
        file.seek(PREFIX_AT + len(PREFIX))
    syntax = None
    if not is_bare(data):
        meta = filereader.read_dataset(
            file, False, True, stop_when=lambda tag, vr, length: tag >> 16 != _META_GROUP
        )
        syntax = meta.get("TransferSyntaxUID")
    if syntax is None:
        syntax = _guessed(data[file.tell() :][:6])
    if syntax == DeflatedExplicitVRLittleEndian:
        data, syntax = _inflated(data[file.tell() :], max_pixels), ExplicitVRLittleEndian
        file = Bounded(data)
    elements = filereader.read_dataset(
        file,
        syntax == ImplicitVRLittleEndian,
        syntax != ExplicitVRBigEndian,
        stop_when=lambda tag, vr, length: tag in PIXELS,
        specific_tags=list(_TAGS),
    )
    implicit, little = elements.original_encoding
    return Header(elements, syntax, data, *_pixels(data, file.tell(), bool(implicit), bool(little)))


def _guessed(beginning: bytes) -> UID:
    """The transfer syntax of a data set that does not say it, by its first tag and type."""
    if not beginning[4:6].isalpha():
        return ImplicitVRLittleEndian
    return ExplicitVRBigEndian if beginning[:1] == b"\0" else ExplicitVRLittleEndian


def _inflated(packed: bytes, max_pixels: int) -> bytes:
    """A deflated data set (PS3.5, A.5), which may claim a thousand times its size in memory."""
    limit = INFLATED + 2 * max_pixels
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = stream.decompress(packed, limit)
    if stream.unconsumed_tail:
        raise PictureTooLarge(
            f"the deflated DICOM file has more than {limit} bytes", limit=limit, bytes=limit + 1
        )
    return unpacked


def _pixels(data: bytes, place: int, implicit: bool, little: bool) -> tuple[int, int, str, str]:
    """Where the value of the pixel data begins and ends, its keyword and its representation."""
    order = "<" if little else ">"
    missing = BrokenPicture("the DICOM file holds no picture, or is cut off before its pixels")
    if len(data) < place + 12:
        raise missing
    group, element = struct.unpack_from(f"{order}HH", data, place)
    keyword = PIXELS.get(group << 16 | element)
    if keyword is None:
        raise missing
    representation = b"OW" if implicit else data[place + 4 : place + 6]
    if representation not in _LONG:
        raise BrokenPicture("the pixel data of the DICOM file are of a wrong type")
    start = place + (8 if implicit else 12)
    (length,) = struct.unpack_from(f"{order}I", data, start - 4)
    if length == _UNDEFINED:
        return start, len(data), keyword, representation.decode()
    if start + length > len(data):
        raise BrokenPicture(
            f"the DICOM file is cut off: of {length} bytes of pixels it has {len(data) - start}"
        )
    return start, start + length, keyword, representation.decode()
