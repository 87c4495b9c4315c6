"""Stored numbers to shades of gray: modality, values of interest, presentation (PS3.3, C.11)."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from app.imaging.dicom.elements import items, number, numbers, text
from app.imaging.dicom.layout import Layout
from app.imaging.dicom.table import Table
from app.imaging.window import Window

Floats = NDArray[np.float64]

_TABLE = ("LUTDescriptor", "LUTData")

_ROWS = 256  # of pixels without a table are shown at once: 8 bytes each, several times over


class Groups:
    """Where the elements of one frame may be: in its own groups, in those of all, or outside.

    Enhanced pictures of several frames have them in sequences (PS3.3, C.7.6.16).
    """

    def __init__(self, elements: Dataset, frame: int) -> None:
        own = items(elements, "PerFrameFunctionalGroupsSequence")
        common = items(elements, "SharedFunctionalGroupsSequence")
        self._outer = elements
        self._groups = [*own[frame : frame + 1], *common[:1]]

    def item(self, sequence: str, keyword: str) -> Dataset:
        """The item of a group's sequence that has the keyword; else the file itself."""
        for group in self._groups:
            for item in items(group, sequence)[:1]:
                if keyword in item:
                    return item
        return self._outer


def shades(
    stored: NDArray[Any],
    elements: Dataset,
    layout: Layout,
    frame: int,
    window: Window | None,
    *,
    little: bool,
) -> NDArray[Any]:
    """Show stored numbers as a screen would.

    Args:
        stored: integers or floats `[H, W]`.
        elements: of the header.
        layout: of the same file.
        frame: which one it is; enhanced files have other elements for each.
        window: what is shown; else the file's first window, else its first lookup table of values
            of interest, else all values from the smallest to the largest.
        little: whether tables have their low byte first.

    Returns:
        uint8 `[H, W]` of up to 8 bits stored, else uint16, over the whole range of the type.

    Raises:
        BrokenPicture: a table is damaged.
    """
    stored = stored.astype(stored.dtype.newbyteorder("="), copy=False)
    groups = Groups(elements, frame)
    real = _modality(elements, groups, layout, little=little)
    shown = _shown(stored, elements, groups, layout, real, window, little=little)
    dark = _inverted(elements, layout)
    peak = np.iinfo(np.uint8 if layout.stored <= 8 else np.uint16).max
    kind = np.uint8 if layout.stored <= 8 else np.uint16

    def level(values: NDArray[Any]) -> NDArray[Any]:
        bright = np.clip(np.nan_to_num(shown(real(values))), 0.0, 1.0)
        levels: NDArray[Any] = np.rint((1.0 - bright if dark else bright) * peak).astype(kind)
        return levels

    if stored.dtype.kind in "iu" and stored.itemsize <= 2:
        # As many numbers as the type has: each is shown once, then looked up.
        number = f"u{stored.itemsize}"
        every = np.arange(2 ** (8 * stored.itemsize), dtype=number)
        found: NDArray[Any] = level(every.view(stored.dtype))[stored.view(number)]
        return found
    levels = np.empty(stored.shape, kind)
    for top in range(0, len(stored), _ROWS):
        levels[top : top + _ROWS] = level(stored[top : top + _ROWS])
    return levels


Step = Callable[[NDArray[Any]], Floats]


def _modality(elements: Dataset, groups: Groups, layout: Layout, *, little: bool) -> Step:
    """Stored numbers to what they measure (C.11.1)."""
    for item in items(elements, "ModalityLUTSequence")[:1]:
        table = Table.of(item, *_TABLE, little=little, signed=layout.signed)
        return lambda stored: table(stored).astype(np.float64)
    item = groups.item("PixelValueTransformationSequence", "RescaleSlope")
    slope, intercept = number(item, "RescaleSlope", 1.0), number(item, "RescaleIntercept", 0.0)
    return lambda stored: stored.astype(np.float64) * slope + intercept


def _shown(
    stored: NDArray[Any],
    elements: Dataset,
    groups: Groups,
    layout: Layout,
    real: Step,
    window: Window | None,
    *,
    little: bool,
) -> Step:
    """What is measured to 0..1, dark to bright (C.11.2)."""
    item = groups.item("FrameVOILUTSequence", "WindowCenter")
    window = window or next(_windows(item), None)
    if window is not None:
        return windowed(window, text(item, "VOILUTFunction"))
    for described in items(elements, "VOILUTSequence")[:1]:
        table = Table.of(described, *_TABLE, little=little, signed=layout.signed)
        return lambda values: table(values) / (2.0**table.bits - 1.0)
    if layout.stored <= 8 and "ModalityLUTSequence" not in elements and layout.stored > 1:
        # Eight bits without a word on how to show them are shades already.
        ends = np.array([0, 2**layout.stored - 1], stored.dtype if not layout.signed else np.int16)
        low, high = np.sort(real(ends - (2 ** (layout.stored - 1) if layout.signed else 0)))
    else:
        low, high = _ends(stored, elements, real)
    return lambda values: (values - low) / (high - low or 1.0)


def windowed(window: Window, function: str) -> Step:
    """What a window makes of values: `LINEAR`, `LINEAR_EXACT` or `SIGMOID` (C.11.2.1.2, 3).

    A linear window narrower than 1 is taken as an exact one: the formula of the other, made for
    whole numbers, has none.
    """
    center, width = window
    if function == "SIGMOID":
        return lambda values: 1.0 / (1.0 + np.exp(-4.0 * (values - center) / width))
    if function != "LINEAR_EXACT" and width >= 1.0:
        center, width = center - 0.5, width - 1.0
    if width == 0.0:
        return lambda values: (values > center).astype(np.float64)
    return lambda values: (values - center) / width + 0.5


def _windows(item: Dataset) -> Iterator[Window]:
    """The windows of the file that are of any use."""
    centers, widths = (numbers(item, name) for name in ("WindowCenter", "WindowWidth"))
    for center, width in zip(centers, widths, strict=False):
        if np.isfinite(center) and np.isfinite(width) and width > 0:
            yield Window(center, width)


def _ends(stored: NDArray[Any], elements: Dataset, real: Step) -> tuple[float, float]:
    """The smallest and the largest value; those that pad the picture do not count."""
    counted = stored[np.isfinite(stored)] if stored.dtype.kind == "f" else stored
    padding = numbers(elements, "PixelPaddingValue")
    if padding:
        low, high = sorted((padding[0], number(elements, "PixelPaddingRangeLimit", padding[0])))
        counted = counted[(counted < low) | (counted > high)]
    if not counted.size:
        return 0.0, 0.0
    # A table need not rise, so all between the two ends is looked at where it is little.
    ends = np.array([counted.min(), counted.max()])
    if stored.dtype.kind in "iu" and stored.itemsize <= 2:
        ends = np.arange(int(ends[0]), int(ends[1]) + 1)
    values = real(ends)
    return float(values.min()), float(values.max())


def _inverted(elements: Dataset, layout: Layout) -> bool:
    """Whether the largest number is the darkest: said in two ways that mean the same (C.11.6)."""
    inverse = text(elements, "PresentationLUTShape") == "INVERSE"
    return layout.photometric == "MONOCHROME1" or inverse
