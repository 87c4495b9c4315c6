"""Elements of a DICOM data set as Python's values, converted in bounded time.

pydicom converts an element when it is asked for, however long it is: eight megabytes of empty
items, or of numbers written out, would take it many seconds.
"""

import io
import math

from pydicom import filereader
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from app.errors import BrokenPicture

READS = 400_000
"""Pieces that a header, or one sequence in it, may be read in; an element takes two or three."""

BYTES = 8 * 2**20
"""Bytes of a header that may be read; what is not needed is skipped and does not count."""

LONGEST = 4096
"""Bytes of an element that is neither a table, nor a profile, nor a sequence."""

# Texts are never read, so their encodings need not be known. pydicom looks them up in every item of
# a sequence, and Python keeps each name that it does not know: a file may have millions.
ENCODING = "iso8859"
filereader.convert_encodings = lambda encodings: [ENCODING]  # type: ignore[attr-defined]


class Bounded(io.BytesIO):
    """A file in memory that may be read so often and no further."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads, self._bytes = 0, 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file.

        Raises:
            BrokenPicture: it was read too often, or too much of it.
        """
        chunk = super().read(size)
        self._reads += 1
        self._bytes += len(chunk)
        if self._reads > READS or self._bytes > BYTES:
            raise BrokenPicture("the DICOM file has more before its pixels than any picture has")
        return chunk


def items(elements: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; none where there is no such sequence.

    Raises:
        BrokenPicture: there are too many of them.
    """
    if keyword not in elements:
        return []
    element = elements.get_item(keyword)
    if not isinstance(element, RawDataElement):
        return list(element.value or [])
    packed = element.value or b""
    return list(
        filereader.read_sequence(
            Bounded(packed),
            element.is_implicit_VR,
            element.is_little_endian,
            len(packed),
            ENCODING,
        )
    )


def value(elements: Dataset, keyword: str, longest: int = LONGEST) -> object:
    """The value of an element; `None` where there is none.

    Raises:
        BrokenPicture: it is longer than it may be.
    """
    if keyword not in elements:
        return None
    element = elements.get_item(keyword)
    if isinstance(element, RawDataElement) and len(element.value or b"") > longest:
        raise BrokenPicture(f"{keyword} of the DICOM file is longer than {longest} bytes")
    found: object = elements[keyword].value
    return None if found == "" else found


def text(elements: Dataset, keyword: str) -> str:
    """A code, in capitals; empty where there is none."""
    return str(value(elements, keyword) or "").strip().upper()


def numbers(elements: Dataset, keyword: str) -> list[float]:
    """All numbers of an element."""
    found = value(elements, keyword)
    if found is None:
        return []
    several = [found] if isinstance(found, int | float | str) else list(found)  # type: ignore[call-overload]
    return [float(number) for number in several]


def number(elements: Dataset, keyword: str, default: float) -> float:
    """The first number of an element, if it is one."""
    first = next(iter(numbers(elements, keyword)), default)
    return first if math.isfinite(first) else default


def whole(elements: Dataset, keyword: str, default: int | None = None) -> int:
    """A whole number.

    Raises:
        BrokenPicture: there is none, and no default.
    """
    found = numbers(elements, keyword)
    if found:
        return int(found[0])
    if default is None:
        raise BrokenPicture(f"the DICOM file lacks {keyword}")
    return default
