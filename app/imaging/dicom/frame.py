"""One frame of a DICOM file as numbers, whatever it is compressed with."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.encaps import encapsulate, get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import convert_color_space

from app.errors import BrokenPicture
from app.imaging.dicom import plugin, run_length
from app.imaging.dicom.codestream import check_jpeg, checked_jpeg2000
from app.imaging.dicom.elements import value
from app.imaging.dicom.header import Header
from app.imaging.dicom.layout import FLOATS, Layout

LARGEST_FRAGMENTS = 100_000
"""Pieces that compressed pixel data may be in; each takes time to step over."""

_PLAIN = (uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian)
READ = (
    *_PLAIN,
    uid.DeflatedExplicitVRLittleEndian,
    *plugin.JPEG,
    *plugin.JPEG_LS,
    *plugin.JPEG_2000,
    uid.RLELossless,
)
"""The transfer syntaxes that are read."""

_ITEM = b"\xfe\xff\x00\xe0"


def decode_frame(header: Header, layout: Layout, frame: int) -> NDArray[Any]:
    """Decode one frame.

    Returns:
        Integers or floats `[rows, columns]`, or RGB `[rows, columns, 3]`, in the bits stored.

    Raises:
        BrokenPicture: damaged, or compressed in a way that is not read.
        Exception: of any kind, where a decoder finds it damaged.
    """
    if header.syntax in _PLAIN:
        value = memoryview(header.data)[header.start : header.stop]
        if layout.allocated == 1:
            return _bits(value, layout, frame)
        return _decoded(header, layout, value, frame)
    if header.syntax not in READ or layout.keyword in FLOATS:
        names = ", ".join(syntax.name for syntax in READ)
        raise BrokenPicture(f"the transfer syntax is not one of those read: {names}")
    packed = _packed(header, layout, frame)
    if header.syntax == uid.RLELossless:
        return _run_lengths(packed, layout)
    if header.syntax in plugin.JPEG_2000:
        packed = checked_jpeg2000(packed, layout)
    else:
        check_jpeg(packed, layout)
    return _decoded(header, layout, encapsulate([packed], has_bot=False), 0)


def _bits(value: memoryview, layout: Layout, frame: int) -> NDArray[Any]:
    """Pixels of one bit; a frame may begin within a byte (PS3.5, 8.1.1)."""
    first = frame * layout.pixels
    packed = np.frombuffer(value[first // 8 : -(-(first + layout.pixels) // 8)], np.uint8)
    pixels = np.unpackbits(packed, bitorder="little")[first % 8 :][: layout.pixels]
    if len(pixels) < layout.pixels:
        raise BrokenPicture("the DICOM file has fewer pixels than it says")
    return pixels.reshape(layout.rows, layout.columns)


def _decoded(header: Header, layout: Layout, value: bytes | memoryview, frame: int) -> NDArray[Any]:
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": layout.frames if header.syntax in _PLAIN else 1,
        "samples_per_pixel": layout.samples,
        "bits_allocated": layout.allocated,
        "bits_stored": layout.stored,
        "photometric_interpretation": layout.photometric,
        "pixel_keyword": layout.keyword,
        "pixel_vr": header.representation,
    }
    if layout.keyword not in FLOATS:
        options["pixel_representation"] = int(layout.signed)
    if layout.samples > 1:
        options["planar_configuration"] = int(layout.planar)
    if header.syntax not in _PLAIN:
        options["decoding_plugin"] = plugin.NAME
    samples, made = get_decoder(header.syntax).as_array(value, index=frame, **options)
    if layout.samples > 1 and made["photometric_interpretation"] != "RGB":
        raise BrokenPicture("the colours of the picture are of a kind that is not read")
    decoded: NDArray[Any] = samples
    return decoded


def _packed(header: Header, layout: Layout, frame: int) -> bytes:
    """The compressed bytes of a frame, however many fragments they are in (PS3.5, A.4)."""
    place = header.start
    for _ in range(LARGEST_FRAGMENTS):
        if header.data[place : place + 4] != _ITEM:
            break
        place += 8 + int.from_bytes(header.data[place + 4 : place + 8], "little")
        if place > len(header.data):
            raise BrokenPicture("the DICOM file is cut off within its pixels")
    else:
        raise BrokenPicture(f"the pixels are in more than {LARGEST_FRAGMENTS} pieces")
    file = io.BytesIO(header.data)
    file.seek(header.start)
    found: bytes = get_frame(
        file, frame, number_of_frames=layout.frames, extended_offsets=_offsets(header)
    )
    return found


def _offsets(header: Header) -> tuple[bytes, bytes] | None:
    names = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
    offsets, lengths = (value(header.elements, name, 8 * LARGEST_FRAGMENTS) for name in names)
    if not isinstance(offsets, bytes) or not isinstance(lengths, bytes):
        return None
    return offsets, lengths


def _run_lengths(packed: bytes, layout: Layout) -> NDArray[Any]:
    samples = run_length.unpack(packed, layout)
    unused = layout.allocated - layout.stored
    if layout.signed:
        samples = samples.view(f"i{samples.itemsize}")
    if unused:
        samples = samples << unused >> unused
    if layout.samples == 1:
        return samples[..., 0]
    if layout.photometric == "RGB":
        return samples
    rgb: NDArray[Any] = convert_color_space(samples, layout.photometric, "RGB")
    return rgb
