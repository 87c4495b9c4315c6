"""The way to the libraries that read DICOM, which an installation may lack."""

from collections.abc import Callable
from importlib.util import find_spec

from app.errors import UnknownFormat
from app.imaging.picture import Picture
from app.imaging.window import Window

NEEDED = "pip install 'densight[medical]'"
"""How an installation learns to read DICOM."""


def dicom_is_read() -> bool:
    """Whether the libraries that read DICOM are installed."""
    return find_spec("pydicom") is not None


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
