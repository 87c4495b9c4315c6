"""Lookup tables of a DICOM file: what stands for each number (PS3.3, C.11.1.1)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from app.errors import BrokenPicture
from app.imaging.dicom.elements import numbers, value

_LONGEST = 2**18


@dataclass(frozen=True)
class Table:
    """A lookup table (PS3.3, C.11.1.1): `entries` of numbers from `first` on."""

    first: int
    bits: int
    entries: NDArray[Any]

    @classmethod
    def of(cls, item: Dataset, descriptor: str, data: str, *, little: bool, signed: bool) -> Self:
        """Read one.

        Args:
            item: the data set that holds it.
            descriptor: keyword of how many entries there are, the first number, and the bits.
            data: keyword of the entries.
            little: whether these have their low byte first.
            signed: whether the numbers that it is for are, so that the first may be.

        Raises:
            BrokenPicture: it has fewer entries than it says.
        """
        order = "<" if little else ">"
        count, first, bits = (int(number) for number in numbers(item, descriptor))
        count = count or 2**16
        if signed and first >= 2**15:
            first -= 2**16  # in implicit files nothing says which of the two types it is
        packed = value(item, data, _LONGEST)
        if isinstance(packed, bytes):
            wide = 1 if len(packed) in (count, count + 1) else 2
            packed = np.frombuffer(packed[: len(packed) // wide * wide], f"{order}u{wide}")
        entries = np.atleast_1d(np.asarray(packed))[:count]
        if len(entries) < count or not 1 <= bits <= 16:
            raise BrokenPicture("a lookup table of the DICOM file has fewer entries than it says")
        return cls(first, bits, entries)

    def __call__(self, values: NDArray[Any]) -> NDArray[Any]:
        """The entries of values; those below the first have its entry, those above the last's."""
        whole = np.nan_to_num(np.floor(values)).astype(np.float64)
        index = np.clip(whole - self.first, 0, len(self.entries) - 1)
        found: NDArray[Any] = self.entries[index.astype(np.int64)]
        return found
