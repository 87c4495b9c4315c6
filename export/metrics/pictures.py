"""How near an enlarged picture is to the original, on luma, as super-resolution is reported."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SSIM_SIDE = 11
"""Side of the window of SSIM: 1.5 pixels of standard deviation, cut off at 3.5 of them."""

# Studio-range luma of R, G, B in 0..255 (ITU-R BT.601; MATLAB's rgb2ycbcr), in which
# super-resolution is reported since Timofte et al., ICCV 2013.
_LUMA = np.array([65.481, 128.553, 24.966]) / 255
_BLACK = 16


def psnr_y(expected: NDArray[Any], found: NDArray[Any], border: int) -> float:
    """Peak signal-to-noise ratio in dB of studio-range luma, peak 255.

    Args:
        expected: `[H, W, 3]`, RGB in 0..255.
        found: the same.
        border: pixels left out along each edge.

    Returns:
        dB, infinite where nothing differs.
    """
    with np.errstate(divide="ignore"):
        decibels = peak_signal_noise_ratio(  # type: ignore[no-untyped-call]
            _luma(expected, border), _luma(found, border), data_range=255
        )
    return float(decibels)


def ssim_y(expected: NDArray[Any], found: NDArray[Any], border: int) -> float:
    """Structural similarity of studio-range luma (Wang et al., TIP 2004, equation 13).

    As in the paper: a Gaussian window of 11x11 pixels and 1.5 pixels of standard deviation,
    K1 = 0.01, K2 = 0.03, L = 255, and the mean over all places where the window fits.

    Args:
        expected: `[H, W, 3]`, RGB in 0..255.
        found: the same.
        border: pixels left out along each edge; at least `SSIM_SIDE` each way must be left.

    Returns:
        -1..1, 1 where nothing differs.
    """
    similarity = structural_similarity(  # type: ignore[no-untyped-call]
        _luma(expected, border),
        _luma(found, border),
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    return float(similarity)


def _luma(pixels: NDArray[Any], border: int) -> NDArray[np.float64]:
    """Float64 `[H - 2 border, W - 2 border]` in 16..235."""
    inside = slice(border, -border or None)
    luma: NDArray[np.float64] = pixels[inside, inside].astype(np.float64) @ _LUMA + _BLACK
    return luma
