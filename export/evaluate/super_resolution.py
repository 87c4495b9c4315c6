"""The protocol of a super-resolution: luma PSNR and SSIM of photos made small and large again."""

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from app.runtime.model import Model
from export.errors import ExportError
from export.evaluate.answers import Pixels, answers, silent
from export.metrics.pictures import SSIM_SIDE, psnr_y, ssim_y
from export.recipe import Say

_BICUBIC = Image.Resampling.BICUBIC


def super_resolution(
    model: Model, pictures: Sequence[Pixels], say: Say = silent
) -> dict[str, float]:
    """Mean luma PSNR and SSIM of pictures made small by Pillow's `BICUBIC` and enlarged again.

    Sides are cut to multiples of the scale first. The server answers in 8 bits; a border as wide
    as the scale is not counted.

    Args:
        model: a super-resolution.
        pictures: uint8 `[H, W, 3]` each, RGB.
        say: told how far it is.

    Returns:
        `psnr_y` in dB and `ssim_y` of the model, `psnr_y_bicubic` and `ssim_y_bicubic` of
        Pillow's enlargement, and `pictures`.

    Raises:
        ExportError: a picture is too small to be measured.
    """
    scale = model.card.scale
    wholes = [_whole(picture, scale) for picture in pictures]
    smalls = [_small(whole, scale) for whole in wholes]
    results = answers(model, smalls, say)
    return {
        **_means(wholes, (result.picture.pixels for result in results), scale, ""),
        **_means(wholes, (_bicubic(small, scale) for small in smalls), scale, "_bicubic"),
        "pictures": len(wholes),
    }


def reduced(picture: Pixels, scale: int) -> Pixels:
    """The small picture that is given to the model for a photo.

    Raises:
        ExportError: it would be too small to be measured.
    """
    return _small(_whole(picture, scale), scale)


def _means(
    wholes: Sequence[Pixels], enlarged: Iterator[Pixels], border: int, suffix: str
) -> dict[str, float]:
    pairs = zip(wholes, enlarged, strict=True)
    scores = [(psnr_y(a, b, border), ssim_y(a, b, border)) for a, b in pairs]
    psnr, ssim = np.mean(scores, axis=0).tolist()
    return {f"psnr_y{suffix}": psnr, f"ssim_y{suffix}": ssim}


def _whole(picture: Pixels, scale: int) -> Pixels:
    high, wide = (side // scale * scale for side in picture.shape[:2])
    least = SSIM_SIDE + 2 * scale
    if min(high, wide) < least:
        raise ExportError(
            f"a picture of {picture.shape[1]}x{picture.shape[0]} pixels is too small: SSIM needs "
            f"{SSIM_SIDE} inside a border of {scale}, so {least} in multiples of {scale}"
        )
    return picture[:high, :wide]


def _small(whole: Pixels, scale: int) -> Pixels:
    high, wide = whole.shape[:2]
    return np.asarray(Image.fromarray(whole).resize((wide // scale, high // scale), _BICUBIC))


def _bicubic(small: Pixels, scale: int) -> Pixels:
    high, wide = small.shape[:2]
    return np.asarray(Image.fromarray(small).resize((wide * scale, high * scale), _BICUBIC))
