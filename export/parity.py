"""How far two answers to the same picture are apart, and how far they may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-4
"""Largest difference allowed, in scores, in colours of 0..1, and as a share of larger values."""

SAME_CLASSES = 0.999
"""Share of pixels that must get the same class; where two are equally likely, rounding decides."""


BATCHES = (1, 3, 8)
SIDES = ((1, 1), (13, 37), (40, 31))
"""Batches, heights and widths that a file is tried with, and no graph is traced with."""

STEPS = ((1, 1), (2, 7), (8, 5))
"""The same of networks whose sides are multiples; times 32 `SIDES` would be megapixels."""


def sides_tried(fixed: tuple[int, int] | None, multiple: int) -> tuple[tuple[int, int], ...]:
    """Height and width that go with each of `BATCHES`.

    Args:
        fixed: the only height and width that the network takes; `None`: all multiples.
        multiple: what they must be multiples of.
    """
    if fixed is not None:
        return (fixed,) * len(BATCHES)
    if multiple == 1:
        return SIDES
    return tuple((multiple * down, multiple * across) for down, across in STEPS)


@dataclass(frozen=True)
class Difference:
    """Between an expected array and the one that was found.

    Attributes:
        error: the largest difference, as a share of the largest expected value where that is over
            1. Of classes it is 0 if at least `SAME_CLASSES` are the same, else infinite, as for
            other shapes and for values that are not finite.
        absolute: the largest difference.
        relative: the same as a share of the largest expected value.
        told: such as "differs from the network by 0.25".
    """

    error: float
    absolute: float
    relative: float
    told: str


def compare(expected: NDArray[np.generic], found: NDArray[np.generic]) -> Difference:
    """Compare the answer of a file, `found`, with that of its network; of any shape."""
    if expected.shape != found.shape:
        return _hopeless(f"is {found.shape} instead of {expected.shape}")
    if not expected.size:
        return Difference(0.0, 0.0, 0.0, "is that of the network: nothing")
    if np.issubdtype(expected.dtype, np.integer):
        other = float(np.mean(expected != found))
        if other > 1 - SAME_CLASSES:
            return _hopeless(f"differs from the network at {other:.2%} of the pixels")
        return Difference(0.0, 0.0, 0.0, "is that of the network")
    wanted, got = expected.astype(np.float64), found.astype(np.float64)
    absolute, largest = float(np.abs(wanted - got).max()), float(np.abs(wanted).max())
    if not np.isfinite(absolute):
        return _hopeless("is not finite")
    error = absolute / max(1.0, largest)
    relative = absolute / largest if largest else absolute
    return Difference(error, absolute, relative, f"differs from the network by {error:.2g}")


def difference(expected: NDArray[np.generic], found: NDArray[np.generic]) -> float:
    """The `error` of two answers: what is held to a card's tolerance."""
    return compare(expected, found).error


Arrays = Mapping[str, NDArray[Any]]


def aligned(expected: Arrays, found: Arrays) -> tuple[Arrays, Arrays]:
    """Put the objects of a detection in the order in which they are expected; else change nothing.

    Objects are ordered by scores, and of two that are nearly equal rounding decides which is first,
    and which is the last that has a place. So the boxes and classes of each expected object are
    compared with those of the nearest that was found, but for the last ones of a full list; scores
    are in order in any case, so an object too many or too few shows in them.

    Args:
        expected: by output; those of a detection are `boxes`, `scores` and `classes`.
        found: likewise.
    """
    if "boxes" not in expected or expected["boxes"].shape != found["boxes"].shape:
        return expected, found
    compared = ("boxes", "classes")
    sides: tuple[dict[str, list[NDArray[Any]]], ...] = ({}, {})
    for row in range(len(expected["boxes"])):
        wanted, got = ({name: one[name][row] for name in one} for one in (expected, found))
        lowest = float(np.min(got["scores"], initial=1.0))
        kept = np.flatnonzero(np.asarray(wanted["scores"]) > (lowest + TOLERANCE if lowest else 0))
        corners, others = (np.asarray(one["boxes"], np.float64) for one in (wanted, got))
        apart = np.abs(corners[kept, None] - others[None]).max(axis=2)
        apart[np.asarray(wanted["classes"])[kept, None] != np.asarray(got["classes"])] = np.inf
        for side, one, places in zip(sides, (wanted, got), (kept, apart.argmin(1)), strict=True):
            for name in compared:
                side.setdefault(name, []).append(one[name][places])
    ordered = ({name: np.concatenate(parts) for name, parts in side.items()} for side in sides)
    return {**expected, **next(ordered)}, {**found, **next(ordered)}


def _hopeless(told: str) -> Difference:
    return Difference(np.inf, np.inf, np.inf, told)
