"""Colours to sRGB: through a file's own profile where it has one that works."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms


def srgb(pixels: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    """What a network sees of pixels that are described by a profile.

    Args:
        pixels: uint8 `[..., W, 3]`, of one picture or of several; where the profile is one of
            gray, three times the same.
        icc: the profile; `None` means sRGB.

    Returns:
        uint8 of the same shape, unchanged where there is no profile, none that works, or one of
        sRGB.
    """
    if icc is None:
        return pixels
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return pixels
        gray = source.profile.xcolor_space.strip() == "GRAY"
        rows = pixels.reshape(-1, *pixels.shape[-2:])
        image = Image.fromarray(np.ascontiguousarray(rows[..., 0] if gray else rows))
        return np.asarray(_to_srgb(image, source)).reshape(pixels.shape)
    except (ImageCms.PyCMSError, OSError):
        return pixels


def cmyk_to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Through the file's own profile where it has one that works, else the plain formula."""
    if icc is not None:
        try:
            return _to_srgb(image, ImageCms.ImageCmsProfile(io.BytesIO(icc)))
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """CIE L*a*b* of illuminant D50, as TIFF has it (TIFF 6.0, section 23)."""
    return _to_srgb(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", 5003)))


def _to_srgb(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert converted is not None  # it is only where it works in place
    return converted
