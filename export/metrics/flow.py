"""How far a flow is from the truth: end-point error, and KITTI's share of outliers."""

import numpy as np
from numpy.typing import NDArray

FAR, SHARE = 3.0, 0.05
"""KITTI's outlier (Menze and Geiger, CVPR 2015): off by more than 3 pixels and by more than 5 % of
the true vector's length."""

Vectors = NDArray[np.float32]


def endpoint_errors(found: Vectors, truth: Vectors, valid: NDArray[np.bool_]) -> Vectors:
    """Distance in pixels between the ends of vectors, of those that are known.

    Args:
        found: `[H, W, 2]`.
        truth: `[H, W, 2]`.
        valid: `[H, W]`, where the truth is known.

    Returns:
        float32 `[n]`.
    """
    apart = (found - truth)[valid]
    errors: Vectors = np.hypot(apart[:, 0], apart[:, 1])
    return errors


def outlier_share(found: Vectors, truth: Vectors, valid: NDArray[np.bool_]) -> float:
    """KITTI's Fl-all of a pair: the share of vectors that are off, in 0..1; arguments as above."""
    errors = endpoint_errors(found, truth, valid)
    lengths = np.hypot(truth[valid][:, 0], truth[valid][:, 1])
    return float(np.mean((errors > FAR) & (errors > SHARE * lengths)))
