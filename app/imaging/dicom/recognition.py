"""Which bytes are a DICOM file, and the way to the libraries that read one, if there are any."""

from collections.abc import Callable
from importlib.util import find_spec

from app.errors import UnknownFormat
from app.imaging.picture import Picture
from app.imaging.window import Window

NEEDED = "pip install 'densight[medical]'"
"""How an installation learns to read DICOM."""

PREFIX_AT, PREFIX = 128, b"DICM"
"""What tells a DICOM file, behind a preamble of any content (PS3.10, 7.1)."""

# Tags and types of elements that the data sets of old files begin with: files without preamble.
_META = b"\x02\x00\x00\x00UL\x04\x00"
_FIRST = {bytes((8, 0, element, 0)) for element in (0x00, 0x01, 0x05, 0x08, 0x12, 0x16, 0x18)}
_TYPES = {b"UL", b"CS", b"DA", b"UI"}
_LONGEST = 256


def dicom_is_read() -> bool:
    """Whether the libraries that read DICOM are installed."""
    return find_spec("pydicom") is not None


def is_dicom(data: bytes) -> bool:
    """Whether a file is DICOM, by its prefix or an unmistakable start; no other format has one."""
    return (
        data[PREFIX_AT : PREFIX_AT + len(PREFIX)] == PREFIX
        or data.startswith(_META)
        or is_bare(data)
    )


def is_bare(data: bytes) -> bool:
    """Whether a file is a data set and nothing else, in little endian."""
    return data[:4] in _FIRST and (
        data[4:6] in _TYPES or int.from_bytes(data[4:8], "little") <= _LONGEST
    )


def read_dicom(
    data: bytes,
    *,
    max_pixels: int,
    frame: int,
    window: Window | None,
    admit: Callable[[int], object],
) -> Picture:
    """See `reading.read`, which needs libraries that an installation may lack.

    Raises:
        UnknownFormat: it lacks them.
        PictureError: the reason.
    """
    try:
        from app.imaging.dicom.reading import read
    except ImportError as error:
        raise UnknownFormat(
            f"DICOM is read where its decoders are installed: {NEEDED}", extra="medical"
        ) from error
    return read(data, max_pixels=max_pixels, frame=frame, window=window, admit=admit)
