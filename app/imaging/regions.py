"""The regions of a mask: its pixels that touch each other by their sides."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def regions(mask: NDArray[np.bool_], smallest: int = 1) -> Iterator[NDArray[np.int64]]:
    """The pixels of every 4-connected region, the topmost region first, of these the leftmost.

    Runs of pixels in a row are joined to those above that they touch (He, Chao and Suzuki, "A
    Run-Based Two-Scan Labeling Algorithm", IEEE Trans. Image Processing 17, 2008).

    Args:
        mask: bool `[H, W]`.
        smallest: pixels of a region below which it is left out.

    Yields:
        int64 `[pixels]`, places in the flattened mask, rising.
    """
    width = mask.shape[1] + 1
    # A zero ends every row, so that no run goes on in the next one.
    flat = np.pad(mask, ((0, 0), (0, 1))).ravel()
    changes = np.flatnonzero(np.diff(flat.astype(np.int8), prepend=0, append=0))
    starts, ends = changes[0::2], changes[1::2]
    above_first = np.searchsorted(ends, starts - width, side="right").tolist()
    above_last = np.searchsorted(starts, ends - width, side="left").tolist()
    parents = list(range(len(starts)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    for run, (first, last) in enumerate(zip(above_first, above_last, strict=True)):
        for above in range(first, last):
            one, other = sorted((root(run), root(above)))
            parents[other] = one
    roots = np.array([root(run) for run in parents], np.int64)
    lengths = ends - starts
    sizes = np.bincount(roots, lengths, minlength=len(roots))
    for region in np.flatnonzero(sizes >= max(1, smallest)):
        runs = np.flatnonzero(roots == region)
        places = np.concatenate([np.arange(starts[run], ends[run]) for run in runs])
        yield places - places // width  # without the zero that ends each row
