"""How far two answers to the same picture are apart, and how far they may be."""

from collections.abc import Mapping, Sequence
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
"""The same of networks whose sides are multiples, or are padded to them; times 32 `SIDES` would be
megapixels."""


def sides_tried(
    fixed: tuple[int, int] | None, multiple: int, stride: int = 1
) -> tuple[tuple[int, int], ...]:
    """Height and width that go with each of `BATCHES`.

    Args:
        fixed: the only height and width that the network takes; `None`: all multiples.
        multiple: what they must be multiples of.
        stride: what the network itself pads them to multiples of.
    """
    if fixed is not None:
        return (fixed,) * len(BATCHES)
    if multiple == 1 and stride == 1:
        return SIDES
    if multiple == 1:  # no multiples, so that there is something to pad
        below, right = stride // 4, stride // 3
        return tuple((stride * down - below, stride * across - right) for down, across in STEPS)
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

SAME_OBJECTS = 0.98
"""Share of objects that must be found again; where two boxes overlap by nearly as much as makes
them one, rounding decides whether they are."""


def joined(answers: Sequence[Arrays]) -> Arrays:
    """Answers to several batches as that to one; outputs differ in their first side only."""
    return {name: np.concatenate([one[name] for one in answers]) for name in answers[0]}


def aligned(expected: Arrays, found: Arrays) -> tuple[Arrays, Arrays]:
    """Put each object of a detection beside its nearest on the other side; else change nothing.

    Objects are ordered by scores, and of two that are nearly equal rounding decides which is first,
    and which is the last that has a place. So each object that was expected is put beside the
    nearest that was found, and each that was found beside the nearest that was expected: one too
    many or too few shows. What is last in a full list is left out, and so are those that are
    farthest apart, if they are not more than `SAME_OBJECTS` allows.

    Args:
        expected: by output; those of a detection are `boxes`, `scores` and `classes`.
        found: likewise.
    """
    if "boxes" not in expected or expected["boxes"].shape != found["boxes"].shape:
        return expected, found
    pairs: list[tuple[Arrays, Arrays, NDArray[np.float64]]] = []
    for row in range(len(expected["boxes"])):
        wanted, got = ({name: one[name][row] for name in one} for one in (expected, found))
        pairs.append(_nearest(wanted, got))
        other, own, apart = _nearest(got, wanted)
        pairs.append((own, other, apart))
    distances = np.concatenate([apart for *_, apart in pairs])
    most = np.sort(distances)[: len(distances) - int(len(distances) * (1 - SAME_OBJECTS))]
    kept = distances <= np.max(most, initial=0.0)
    left = {name: np.concatenate([one[name] for one, _, _ in pairs])[kept] for name in expected}
    right = {name: np.concatenate([one[name] for _, one, _ in pairs])[kept] for name in expected}
    return left, right


def _nearest(ones: Arrays, others: Arrays) -> tuple[Arrays, Arrays, NDArray[np.float64]]:
    """Objects of one picture, those nearest to them in another answer, and how far these are."""
    lowest = float(np.min(others["scores"], initial=1.0))
    kept = np.flatnonzero(ones["scores"] > (lowest + TOLERANCE if lowest else 0))
    boxes, beside = (np.asarray(each["boxes"], np.float64) for each in (ones, others))
    apart = np.abs(boxes[kept, None] - beside[None]).max(axis=2)
    scores = np.abs(ones["scores"][kept, None].astype(np.float64) - others["scores"])
    # A difference of scores counts as much as one of as many thousand pixels.
    apart = np.maximum(apart, scores * 1e3)
    apart[ones["classes"][kept, None] != others["classes"]] = np.inf
    places = apart.argmin(axis=1)
    return (
        {name: values[kept] for name, values in ones.items()},
        {name: values[places] for name, values in others.items()},
        apart[np.arange(len(kept)), places],
    )


def _hopeless(told: str) -> Difference:
    return Difference(np.inf, np.inf, np.inf, told)
