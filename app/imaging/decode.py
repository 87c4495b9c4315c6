"""Uploaded bytes to an upright `Picture`, or a precise refusal."""

import io
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from app.card import Fit
from app.errors import (
    BrokenPicture,
    CannotWindow,
    DensightError,
    FrameNotFound,
    PictureTooLarge,
    UnknownFormat,
)
from app.imaging.dicom.recognition import is_dicom, read_dicom
from app.imaging.draft import draft
from app.imaging.effort import check_effort
from app.imaging.geotiff import reference_of
from app.imaging.picture import Picture
from app.imaging.window import Window

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "JPEG2000", "PPM")
"""What we read. Pillow knows more, but some of those start other programs or are never photos."""

# Pillow looks for its readers when the first picture comes; no request shall wait for that.
Image.init()

# Beside that of `decode`, which one thread may end while another relies on it: what pydicom warns
# of quotes files, and files are about people.
warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")

# Our own limit is checked on the header, before Pillow would; its warning has no reader here.
Image.MAX_IMAGE_PIXELS = None

_GRAY = {"1", "L", "LA", "La", "I;16", "I;16L", "I;16B", "I;16N", "I", "F"}


def decode(
    data: bytes,
    *,
    max_pixels: int,
    seen_by: Fit | None = None,
    admit: Callable[[int], object] = lambda pixels: None,
    frame: int = 0,
    window: Window | None = None,
) -> Picture:
    """Decode one frame of a picture and turn it upright as its EXIF orientation says.

    Args:
        data: the file.
        max_pixels: largest width x height; the header is checked before a pixel is decoded.
        seen_by: the fit by which a network sees all of it that counts; a large JPEG then is decoded
            smaller (see `draft`).
        admit: called with how many pixels there will be, before one is decoded; what it raises is
            raised.
        frame: which of several, from 0 on.
        window: which values of a gray DICOM picture are shown; `None`: as the file says.

    Returns:
        RGB pixels, 8 bits deep, or 16 where the file is 16-bit gray.

    Raises:
        FrameNotFound: there are fewer frames.
        CannotWindow: a window is given, and this is no gray DICOM picture.
        UnknownFormat: not one of `FORMATS`.
        PictureTooLarge: the header announces more pixels than allowed.
        BrokenPicture: truncated, or damaged in any other way.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata; the pixels are what counts
        if is_dicom(data):
            return read_dicom(data, max_pixels=max_pixels, frame=frame, window=window, admit=admit)
        if window is not None:
            raise CannotWindow("a window is for DICOM pictures, and this is none")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_size(image, max_pixels)
                check_effort(image, data, max_pixels)
                _seek(image, frame)
                reduction, full = (1, None) if seen_by is None else draft(image, seen_by)
                admit(image.width * image.height)
                image.load()
                geo = reference_of(data) if image.format == "TIFF" and frame == 0 else None
                return replace(_picture(image), reduction=reduction, full=full, geo=geo)
        except UnidentifiedImageError as error:
            raise UnknownFormat(
                f"not a picture that can be read; formats read: {', '.join(FORMATS)}",
                formats=list(FORMATS),
            ) from error
        except DensightError:
            raise
        except Exception as error:  # Pillow's readers raise anything on a damaged file
            reason = str(error).strip() or type(error).__name__
            raise BrokenPicture(f"the picture can not be decoded: {reason}") from error


def _seek(image: Image.Image, frame: int) -> None:
    if frame == 0:
        return
    frames = getattr(image, "n_frames", 1)
    if frame >= frames:
        raise FrameNotFound(
            f"the picture has {frames} frames, counted from 0; there is no frame {frame}",
            frames=frames,
        )
    image.seek(frame)


def _check_size(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise PictureTooLarge(
            f"{width}x{height} is {width * height} pixels, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=width * height,
        )


def _picture(image: Image.Image) -> Picture:
    format = image.format or "PNG"
    icc = image.info.get("icc_profile")
    gray = image.mode in _GRAY
    upright = ImageOps.exif_transpose(image)

    if upright.mode == "CMYK":
        upright, icc = _cmyk_to_srgb(upright, icc), None
    if upright.mode.startswith(("I", "F")):
        deep = _sixteen_bits(upright)
        return Picture(np.stack([deep] * 3, axis=-1), None, gray, _fitting(icc, gray), format)

    alpha = None
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        alpha = np.asarray(upright.getchannel("A"))
    pixels = np.asarray(upright.convert("RGB"))
    return Picture(pixels, alpha, gray, _fitting(icc, gray), format)


def _sixteen_bits(image: Image.Image) -> NDArray[Any]:
    """Gray pixels of more than 8 bits as uint16; floats count as 0..1."""
    values: NDArray[Any] = np.asarray(image)
    if values.dtype.kind == "f":
        values = np.nan_to_num(values) * 65535.0 + 0.5
    clipped: NDArray[np.uint16] = np.clip(values, 0, 65535).astype(np.uint16)
    return clipped


def _cmyk_to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Through the file's own profile where it has one that works, else the plain formula."""
    if icc is not None:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _fitting(icc: bytes | None, gray: bool) -> bytes | None:
    """Keep a profile only where it describes pixels of this kind (ICC.1:2022, 7.2.6)."""
    space = icc[16:20] if icc else b""
    return icc if space == (b"GRAY" if gray else b"RGB ") else None
