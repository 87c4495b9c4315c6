"""Uploaded bytes to an upright `Picture`, or a precise refusal."""

import io
import logging
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from app.card import Fit
from app.errors import (
    BrokenPicture,
    CannotWindow,
    DensightError,
    PictureTooLarge,
    UnknownFormat,
)
from app.imaging import deep, pnm, tiff
from app.imaging.color import cmyk_to_srgb, lab_to_srgb
from app.imaging.dicom.extra import NEEDED, dicom_is_read, read_dicom
from app.imaging.dicom.recognition import is_dicom
from app.imaging.draft import draft
from app.imaging.effort import check_effort, check_header
from app.imaging.frames import check_frame, seek
from app.imaging.geotiff import reference_of
from app.imaging.metadata import NONE, metadata_of
from app.imaging.orientation import ASIDE, exif_of, orientation_of, turned, upright
from app.imaging.picture import Picture
from app.imaging.signatures import FORMATS, format_of
from app.imaging.window import Window

# Pillow looks for its readers when the first picture comes; no request shall wait for that.
Image.init()

# It tells the log of whatever is odd in a file.
logging.getLogger("PIL").setLevel(logging.CRITICAL)
# Beside that of `decode`, which one thread may end while another relies on it: what pydicom warns
# of quotes files, and files are about people.
warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")

# Our own limit is checked on the header, before Pillow would; its warning has no reader here.
Image.MAX_IMAGE_PIXELS = None

_BY_PILLOW = tuple(format for format in FORMATS if format != "PPM")
_GRAY = {"1", "L", "LA", "La", "I;16", "I;16L", "I;16B", "I;16N"}
_ICC, _XMP = 34675, 700

Admit = Callable[[int], object]


def decode(
    data: bytes,
    *,
    max_pixels: int,
    frame: int = 0,
    window: Window | None = None,
    seen_by: Fit | None = None,
    admit: Admit = lambda pixels: None,
) -> Picture:
    """Decode a picture and turn it upright as its EXIF orientation says.

    Args:
        data: the file.
        max_pixels: largest width x height; the header is checked before a pixel is decoded.
        frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0.
        window: which values of a gray DICOM picture are shown; `None`: as the file says.
        seen_by: the fit by which a network sees all of it that counts; a large JPEG then is decoded
            smaller (see `draft`), and what a file says of itself is left out: no answer has it.
        admit: called with how many pixels there will be, before one is decoded; what it raises is
            raised.

    Returns:
        RGB pixels in the file's own colours (those of CMYK and L*a*b* become sRGB), 8 bits deep, or
        16 where the file has more in a channel.

    Raises:
        UnknownFormat: not one of `FORMATS`, nor DICOM, or what reads that is not installed.
        FrameNotFound: the file has fewer frames.
        CannotWindow: a window is given, and this is no gray DICOM picture.
        PictureTooLarge: the header announces more pixels than allowed.
        BrokenPicture: truncated, or damaged in any other way.
    """

    def check_size(width: int, height: int) -> None:
        _check_size(width, height, max_pixels)
        admit(width * height)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata; the pixels are what counts
        if is_dicom(data):
            return read_dicom(data, max_pixels=max_pixels, frame=frame, window=window, admit=admit)
        if window is not None:
            raise CannotWindow("a window is for DICOM pictures, and this is none")
        try:
            check_header(data, max_pixels)
            if format_of(data) == "PPM":
                check_frame(frame, 1)
                return _assembled(pnm.read(data, check_size), Image.Exif(), {}, "PPM")
            try:
                opened = Image.open(io.BytesIO(data), formats=_BY_PILLOW)
            except UnidentifiedImageError:
                if format_of(data) != "TIFF":
                    raise
                return _deep_page(data, frame, max_pixels, check_size)
            with opened as image:
                return _decoded(image, data, max_pixels, frame, seen_by, check_size)
        except UnidentifiedImageError as error:
            if format := format_of(data):
                raise BrokenPicture(f"the header of the {format} is damaged") from error
            raise _unknown() from error
        except DensightError:
            raise
        except Exception as error:  # readers raise anything on a damaged file
            reason = str(error).strip() or type(error).__name__
            raise BrokenPicture(f"the picture can not be decoded: {reason}") from error


def _unknown() -> UnknownFormat:
    hint = "" if dicom_is_read() else f" (DICOM with {NEEDED})"
    formats = [*FORMATS, *(["DICOM"] if dicom_is_read() else [])]
    return UnknownFormat(
        f"not a picture that can be read; formats read: {', '.join(formats)}{hint}",
        formats=formats,
    )


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise BrokenPicture(f"the header gives the picture {width}x{height} pixels")
    if width * height > max_pixels:
        raise PictureTooLarge(
            f"{width}x{height} is {width * height} pixels, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=width * height,
        )


def _decoded(
    image: Image.Image,
    data: bytes,
    max_pixels: int,
    frame: int,
    seen_by: Fit | None,
    check_size: Callable[[int, int], None],
) -> Picture:
    """What Pillow has opened, read by it, or by whoever loses nothing of it."""
    pages = image.format == "TIFF"  # each has a size of its own, and may be of another kind
    if pages:
        try:
            seek(image, frame, max_pixels)
        except SyntaxError:  # a later page of a kind that Pillow does not know
            return _deep_page(data, frame, max_pixels, check_size)
        if tiff.is_deep(image):
            return _deep_page(data, frame, max_pixels, check_size)
    _check_size(*image.size, max_pixels)
    check_effort(image, data, max_pixels)
    reduction, full = (1, None) if seen_by is None else draft(image, seen_by)
    check_size(*image.size)
    if not pages:
        seek(image, frame, max_pixels)
    # Pillow turns pages when it loads them, and of a PNG it knows all EXIF only then.
    orientation = orientation_of(exif_of(image)) if pages else 1
    samples = None if frame else deep.read(image, data)
    if samples is None:
        deep.mend_transparency(image)
        image.load()
    exif = exif_of(image)
    orientation = orientation if pages else orientation_of(exif)
    icc = image.info.get("icc_profile")
    if samples is not None:
        samples = upright(samples, orientation)
    else:
        samples, icc = _samples(image if pages else turned(image, orientation), icc)
    info = {**image.info, "icc_profile": icc}
    format = image.format or "PNG"
    picture = _assembled(
        samples, exif, info, format, aside=orientation in ASIDE, told=seen_by is None
    )
    geo = reference_of(data) if pages and not frame else None
    return replace(picture, reduction=reduction, full=full, geo=geo)


def _deep_page(
    data: bytes, frame: int, max_pixels: int, check_size: Callable[[int, int], None]
) -> Picture:
    samples, tags = tiff.read(data, frame, max_pixels, check_size)
    info = {"icc_profile": tags.get(_ICC), "xmp": tags.get(_XMP)}
    orientation = orientation_of(tags)
    samples = upright(samples, orientation)
    picture = _assembled(samples, tags, info, "TIFF", aside=orientation in ASIDE)
    return picture if frame else replace(picture, geo=reference_of(data))


def _samples(image: Image.Image, icc: bytes | None) -> tuple[NDArray[Any], bytes | None]:
    """Gray, gray and alpha, RGB or RGBA, `[H, W, C]`, and the profile that describes them."""
    gray = image.mode in _GRAY
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint16)
        clear = image.info.get("transparency")
        planes = [values] if clear is None else [values, np.where(values == clear, 0, 65535)]
        return np.stack(planes, axis=-1).astype(np.uint16), icc
    if image.mode == "CMYK":
        image, icc = cmyk_to_srgb(image, icc), None
    elif image.mode == "LAB":
        image, icc = lab_to_srgb(image), None
    if image.has_transparency_data:
        pixels = np.asarray(image.convert("RGBA"))
        return (pixels[..., 2:] if gray else pixels), icc
    pixels = np.asarray(image.convert("L" if gray else "RGB"))
    return (pixels[..., np.newaxis] if gray else pixels), icc


def _assembled(
    samples: NDArray[Any],
    exif: Image.Exif,
    info: dict[Any, Any],
    format: str,
    *,
    aside: bool = False,
    told: bool = True,
) -> Picture:
    """A picture of upright samples, whose sides changed places if they lay aside in the file.

    What the file tells of itself costs half a millisecond, for those who keep it.
    """
    height, width, channels = samples.shape
    gray, alpha = channels < 3, channels in (2, 4)
    colors = samples[..., :-1] if alpha else samples
    return Picture(
        pixels=np.ascontiguousarray(np.broadcast_to(colors, (height, width, 3))),
        alpha=np.ascontiguousarray(samples[..., -1]) if alpha else None,
        gray=gray,
        icc=_fitting(info.get("icc_profile"), gray),
        metadata=metadata_of(exif, info, width, height, aside=aside) if told else NONE,
        format=format,
    )


def _fitting(icc: Any, gray: bool) -> bytes | None:
    """Keep a profile only where it describes pixels of this kind (ICC.1:2022, 7.2.6)."""
    space = icc[16:20] if isinstance(icc, bytes) else b""
    return icc if space == (b"GRAY" if gray else b"RGB ") else None
